# hostile: inputs made to wear the server out are refused or answered within
# seconds, and whatever takes longer ends soon after it is cancelled.
#
# Each case names the SQLSTATE that it ends with, or several where it depends on
# the server's version. The server must be the same one in the end. Promise:
# nothing but its own database is written.
use strict;
use warnings;
use Test::More;

my $seconds = 60;    # for one case, on a machine that does other things too
my $patience = 3;    # seconds from a cancellation to the end

sub psql
{
	my ($script) = @_;
	open my $file, '>', "$ENV{TMPDIR}/hostile.sql" or die $!;
	print $file "SET client_min_messages = warning; SET search_path = public, creditbank;\n", $script;
	close $file;
	return scalar `psql -XqAt -v ON_ERROR_STOP=1 -d creditbank_hostile -f $ENV{TMPDIR}/hostile.sql 2>&1`;
}

system('createdb', 'creditbank_hostile') == 0 or die 'cannot create the database';
my $said = psql(<<'SQL');
CREATE EXTENSION creditbank;
CREATE UNLOGGED TABLE born AS SELECT pg_postmaster_start_time() AS at;    -- a crash empties it
CREATE TABLE received (rules creditbank.rule_set);
CREATE TABLE big (name text PRIMARY KEY, content text);
ALTER TABLE big ALTER content SET STORAGE EXTERNAL;

-- how a statement ends, and after how many seconds
CREATE FUNCTION ending(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
	state text := '00000';
	message text := '';
BEGIN
	BEGIN
		EXECUTE statement;
	EXCEPTION
		WHEN query_canceled THEN
			state := SQLSTATE;
		WHEN OTHERS THEN
			state := SQLSTATE;
			message := left(SQLERRM, 200);
	END;
	RETURN format('%s %s %s', state, extract(epoch FROM clock_timestamp() - start), message);
END
$$;
CREATE FUNCTION list(member text, count integer, divider text DEFAULT ', ') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format(member, n), divider ORDER BY n) FROM generate_series(1, count) AS n
$$;
-- a book of rules, its heading and the tail of its one rule as given
CREATE FUNCTION book(heading text, condition text DEFAULT 'cert/A/B', grants text DEFAULT '1 cr', tail text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT concat('rule_set ''a'' version 1 ', heading, ' rule ''r'' when ', condition, ' grant ', grants, ' ', tail)
$$;
CREATE FUNCTION evaluate_all(rules text, portfolio text, history text DEFAULT '[]') RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM evaluate(rules::rule_set, portfolio::jsonb, '{"code": "p", "total": 100}', history::jsonb, '2026-06-30')
$$;
CREATE FUNCTION big(name text) RETURNS text LANGUAGE sql AS 'SELECT content FROM big WHERE big.name = $1';
SQL
is($said, '', 'the database is ready');

sub ends
{
	my ($states, $name, $statement) = @_;
	my $got = psql("SET statement_timeout = '${seconds}s'; SELECT ending(\$statement\$$statement\$statement\$)");
	like($got, qr/^(?:$states) /, $name) or diag $got;
	return;
}

# the timeout is short, so that a fast machine does not end before it
sub is_cancelled
{
	my ($name, $statement, $after) = (@_, '50ms');
	my $got = psql("SET statement_timeout = '$after'; SELECT ending(\$statement\$$statement\$statement\$)");
	my ($state, $elapsed) = split / /, $got;
	ok($state eq '57014' && $elapsed < $patience, "cancelled: $name") or diag $got;
	return;
}

# the text of a rule_set, read, written in all its forms and read again
sub reads
{
	my ($name, $text, $states) = @_;
	ends($states // '00000', $name, "SELECT rule_set_digest((($text)::rule_set)::jsonb::rule_set), (($text)::rule_set)::text");
	return;
}

# ---- deep ----
my $deep = 100_000;
ends('22C05', 'parentheses in a rule', "SELECT book('', repeat('any of (', $deep) || 'cert/A/B' || repeat(')', $deep))::rule_set");
ends('42601', 'parentheses that do not end', "SELECT book('', repeat('(', $deep))::rule_set");
ends('54001', 'lists in a document', "SELECT evaluate_all(book(''), repeat('[', $deep) || repeat(']', $deep))");
for my $depth (33, 2000)
{
	ends('22C05', "$depth levels in the jsonb of a rule",
		"SELECT ('{\"rule_set\": \"a\", \"version\": 1, \"rules\": [{\"rule\": \"r\", \"grant\": [{\"amount\": \"1 cr\"}], \"when\": '"
		  . " || repeat('{\"any_of\": [', $depth) || '{\"source\": \"cert/A/B\"}' || repeat(']}', $depth) || '}]}')::jsonb::rule_set");
	ends('22C06', "$depth levels in a portfolio", "SELECT evaluate_all(book(''), repeat('[', $depth) || repeat(']', $depth))");
	ends('22C06', "$depth levels in an item", "SELECT evaluate_all(book(''), '[{\"ref\": \"cert/A/B\", \"tags\": ' || repeat('[', $depth) || repeat(']', $depth) || '}]')");
}

# ---- huge numbers ----
for my $number ('99999999999999999999', '57646075230342.3488', '9223372036854775808', '1' . '0' x 1000, '0.00001')
{
	my $shown = substr $number, 0, 24;
	ends('22C05|42601', "$shown cr in a rule", "SELECT book('', grants => '$number cr')::rule_set");
	ends('22C05|42601', "level $shown", "SELECT book('', 'cert/A/B level > $number')::rule_set");
	ends('22C05|42601', "a cap of $shown%", "SELECT book('cap total $number% of programme')::rule_set");
	ends('22C05|42601', "within $shown years", "SELECT book('', 'cert/A/B within $number years')::rule_set");
	ends('22C05|42601', "version $shown", "SELECT 'rule_set ''a'' version $number rule ''r'' when cert/A/B grant 1 cr'::rule_set");
	ends('22003|22C02', "$shown cr as an amount", "SELECT '$number cr'::credit_amount");
	ends('22003|22C02|22C06', "an amount of $shown in a document", "SELECT evaluate_all(book(''), '[{\"ref\": \"cert/A/B\", \"amount\": $number}]')");
}
for my $number ('1e1000', '1e131000', '-1e131000', '1e-16000')
{
	ends('42601', "$number in a rule", "SELECT book('', grants => '$number cr')::rule_set");
	ends('22003|22C02|22C06', "an amount of $number in a document", "SELECT evaluate_all(book(''), '[{\"ref\": \"cert/A/B\", \"amount\": $number}]')");
	ends('00000', "level $number in a document",
		"SELECT count(*) FROM explain(book('', 'cert/A/B level > 3')::rule_set, '[{\"ref\": \"cert/A/B\", \"level\": $number}]', '{\"code\": \"p\"}', '[]', '2026-06-30')");
	ends('00000', "$number as a grade to average",
		"SELECT evaluate_all(book('', 'all of (cert/A/B, cert/A/C)', tail => 'carry average grade'), '[{\"ref\": \"cert/A/B\", \"grade\": $number}, {\"ref\": \"cert/A/C\", \"grade\": 1}]')");
}

# ---- long texts ----
reads('a name of 10 MB', q{book('', grants => '1 cr') || ' rule ''' || repeat('n', 10000000) || ''' when cert/A/B grant 1 cr'}, '22C05');
reads('a reference of 10 MB', q{book('', 'cert/A/' || repeat('x', 10000000))}, '22P02');
reads('a word of 10 MB', q{repeat('x', 10000000)}, '42601');
reads('a number of 10 MB', q{book('', grants => repeat('9', 10000000) || ' cr')}, '22C05|42601');
reads('a name of 10 MB that does not end', q{'rule_set ''' || repeat('x', 10000000)}, '42601');
reads('quotes of 10 MB', q{'rule_set ' || repeat('''', 10000000)}, '42601|22C05');
reads('blanks of 10 MB', q{repeat(E'\n', 10000000) || book('')});
reads('a comment of 10 MB', q{'-- ' || repeat('x', 10000000) || E'\n' || book('')});
reads('a mistake behind 10 MB', q{'-- ' || repeat('x', 10000000) || E'\n' || book('') || ' x'}, '42601');
reads('16 MB', q{rpad(book(''), 16 * 1024 * 1024)});
reads('16 MB and a byte', q{rpad(book(''), 16 * 1024 * 1024 + 1)}, '54000');
ends('22P02', 'a reference of 10 MB by itself', q{SELECT ('cert/A/' || repeat('x', 10000000))::achievement_ref});
ends('22P02|22003|22C02', 'an amount of 10 MB', q{SELECT (repeat('9', 10000000) || ' cr')::credit_amount});
ends('00000', 'an amount with 10 MB of decimals', q{SELECT ('1.' || repeat('0', 10000000) || ' cr')::credit_amount});
ends('00000', 'a grade of 10 MB', q{SELECT evaluate_all(book('', 'cert/A/B grade > 3'), '[{"ref": "cert/A/B", "grade": "' || repeat('9', 10000000) || '"}]')});

# ---- bytes ----
# A row of one rule_set, for COPY in binary.
sub sends
{
	my ($states, $name, $bytes) = @_;
	open my $file, '>:raw', "$ENV{TMPDIR}/hostile.data" or die $!;
	print $file "PGCOPY\n\xFF\r\n\0", pack('NNnN/a*n', 0, 0, 1, $bytes, 0xFFFF);
	close $file;
	ends($states, $name, "COPY received FROM '$ENV{TMPDIR}/hostile.data' (FORMAT binary)");
	return;
}

my $megabytes = 15 * 1024 * 1024;
sends('22021', 'a name of 15 MB of zeros', "\1" . pack('CN/a*', 1, "a\0" . "\0" x $megabytes));
sends('22021', 'a name of 15 MB that is not UTF-8', "\1" . pack('CN/a*', 1, "a\xFF" . 'a' x $megabytes));
sends('22P03', '15 MB of records without anything in them', "\1" . pack('CN/a*', 1, 'a') . pack('CN', 3, 0) x ($megabytes / 5));
my $nested = '';
$nested = pack('CNNCN/a*', 40, 4, 1, 42, $nested) for 1 .. 5000;
sends('22P03', 'conditions in conditions', "\1" . pack('CN/a*CNN', 1, 'a', 2, 4, 1) . pack('CN/a*', 64, pack('CN/a*', 16, 'r') . pack('CN/a*', 42, $nested)));
sends('22P03', 'a length of 4 GB', "\1\1\xFF\xFF\xFF\xFFa");
sends('54000', '64 MB and a byte', "\1" x (64 * 1024 * 1024 + 1));

# ---- many of everything ----
reads('many rules', q{book('') || list(' rule ''r%s'' when cert/A/B grant 1 cr', 99999, '')});
reads('too many rules', q{book('') || list(' rule ''r%s'' when cert/A/B grant 1 cr', 100000, '')}, '22C05|54000');
reads('many programmes', q{book('programme ' || list('''p%s''', 300000))});
reads('many tests', q{book('', 'cert/A/B ' || list('level > %s', 200000, ' '))});
reads('many words', q{book('', 'cert/A/B tag in (' || list('''w%s''', 300000) || ')')});
reads('many conditions', q{book('', 'any of (' || list('cert/A/B%s', 200000) || ')')});
reads('many grants', q{book('', grants => list('course/A/B%s 1 cr', 200000))});
reads('many caps', q{book(list('cap tag ''t%s'' 1 cr', 200000, ' '))});
reads('many scopes of a cap', q{book('cap ' || list('tag ''t%s''', 300000) || ' 1 cr')});
reads('many terms', q{book('cap total 1 cr per term starting ' || repeat('03-01, ', 300000) || '09-01')});
reads('many minimums', q{book(list('minimum tag ''t%s'' 1 cr', 200000, ' '))});
reads('many exclusions', q{book('exclude ' || list('tag ''t%s''', 300000))});
reads('many shelf lives', q{book(list('shelf life tag ''t%s'' 1 year', 200000, ' '))});
reads('many words on a scale', q{book('scale ''s'' ' || list('''w%s''', 300000, ' < '))});
reads('many grades of a long scale', q{book('scale ''s'' ' || list('''%s''', 100000, ' < '), 'cert/A/B ' || list('grade >= ''%s'' on ''s''', 100000, ' '))});
reads('many scales', q{book(list('scale ''s%s'' ''F'' < ''A''', 200000, ' '))});
reads('many rows', q{book('table ''t'' by rank, level ' || list('''w%s'', > %1$s is 1 cr', 200000, ' '))});
reads('many tables', q{book(list('table ''t%s'' by rank ''w'' is 1 cr', 200000, ' '))});
reads('a large group of the same', q{book('same ' || list('course/A/B%s', 300000))});
reads('many groups of the same', q{book(list('same course/A/B%s, course/A/C%1$s', 200000, ' '))});
reads('a chain of groups of the same', q{book((SELECT string_agg(format('same course/A/B%s, course/A/B%s', n, n + 1), ' ') FROM generate_series(1, 200000) AS n))});
reads('many groups of substitutes', q{book((SELECT string_agg(format('substitutes course/A/B%s, course/A/B%s', n, n + 1), ' ') FROM generate_series(1, 200000) AS n))});

# ---- large evaluations ----
my $items = q{'[' || list('{"ref": "cert/A/B#%s", "amount": 2, "title": "t%1$s", "tags": ["a", "b%1$s"]}', 50000) || ']'};
ends('00000|54000', 'many achievements', "SELECT evaluate_all(book('cap tag ''a'' 10000 cr', 'any *'), $items)");
ends('00000|54000', 'many achievements of the same title', "SELECT evaluate_all(book('duplicates by title highest', 'any *'), regexp_replace($items, '\"t[0-9]+\"', '\"t\"', 'g'))");
ends('00000|54000', 'many achievements that share', "SELECT evaluate_all(book('duplicates share', 'any *'), $items)");
ends('00000|54000', 'many achievements, many rules', "SELECT evaluate_all(book('') || list(' rule ''r%s'' when any * level > %1\$s grant 1 cr', 2000, ''), $items)");
ends('00000|54000', 'many tags excluded', q{SELECT evaluate_all(book('exclude ' || list('tag ''t%s''', 300000)), '[{"ref": "cert/A/B", "tags": [' || list('"u%s"', 300000) || ']}]')});
ends('00000|54000', 'a set of many', "SELECT evaluate_all(book('', '20000 of (' || list('cert/A/*', 30000) || ')'), $items)");
ends('00000|54000', 'sets to be tried', "SELECT evaluate_all(book('cap issuer ''A'' 1 cr', '15 of (' || list('cert/A/*', 30) || ') credits > 1000'), $items)");
ends('00000|54000', 'a long history', q{SELECT evaluate_all(book('cap total 5 cr cap tag ''a'' 5 cr per year'), '[{"ref": "cert/A/B"}]', '[' || list('{"sources": ["cert/A/B#%s"], "granted": 1, "dated": "2025-01-01", "tags": ["a"]}', 100000) || ']')});
ends('54000', 'more achievements than are read', q{SELECT evaluate_all(book(''), '[' || repeat('1,', 1000000) || '1]')});

# ---- cancelling ----
$said = psql(<<'SQL');
INSERT INTO big VALUES
	('rules', book('') || list(' rule ''r%s'' when any of (cert/A/* within 3 years, all of (course/A/B%1$s level > %1$s, work/A/*)) grant course/X/Y%1$s 1 cr cap 3 cr', 99999, '')),
	('words', book('', 'cert/A/B tag in (' || list('''w%s''', 1200000) || ')')),
	('rows', book('table ''t'' by rank, level ' || list('''w%s'', > %1$s is 1 cr', 500000, ' '))),
	('items', '[' || list('{"ref": "cert/A/B#%s", "amount": 2, "tags": ["a", "b%1$s"]}', 300000) || ']');
CREATE TABLE book AS SELECT content::rule_set AS rules, content::rule_set::jsonb AS json FROM big WHERE name = 'rules';
CREATE TABLE items AS SELECT content::jsonb AS portfolio FROM big WHERE name = 'items';
SQL
is($said, '', 'large inputs are ready');
is_cancelled('reading rules', q{SELECT big('rules')::rule_set});
is_cancelled('reading words', q{SELECT big('words')::rule_set});
is_cancelled('reading a table', q{SELECT big('rows')::rule_set});
is_cancelled('checking many tests', q{SELECT count(*) FROM check_rule_set(book('', 'cert/A/B ' || list('hours > %s', 200000, ' '))::rule_set)});
is_cancelled('checking many words', q{SELECT count(*) FROM check_rule_set(book('exclude ' || list('tag ''w%s''', 300000), 'cert/A/B tag in (' || list('''w%s''', 300000) || ')')::rule_set)});
is_cancelled('checking many programmes', q{SELECT count(*) FROM check_rule_set((book('programme ' || list('''w%s''', 300000)) || ' rule ''s'' programme ' || list('''w%s''', 299999) || ' when cert/A/B grant 1 cr')::rule_set)});
is_cancelled('writing rules', 'SELECT rules::text FROM book');
is_cancelled('writing jsonb', 'SELECT rules::jsonb FROM book');
is_cancelled('reading jsonb', 'SELECT json::rule_set FROM book');
is_cancelled('listing rules', 'SELECT count(*) FROM book, rule_set_rules(rules)');
my $arguments = q{portfolio, '{"code": "p", "total": 100}', '[]', '2026-06-30'};
is_cancelled('evaluating by large rules', "SELECT count(*) FROM book, items, evaluate(rules, $arguments)");
is_cancelled('evaluating many achievements', "SELECT count(*) FROM items, evaluate(book('duplicates by title first', 'any *')::rule_set, $arguments)");
is_cancelled('explaining', "SELECT count(*) FROM items, explain(book('cap total 10 cr', 'any *')::rule_set, $arguments)");
is_cancelled('sharing among many', "SELECT count(*) FROM items, evaluate(book('duplicates share', 'any *')::rule_set, $arguments)");
is_cancelled('putting sets together', "SELECT count(*) FROM items, evaluate(book('', '100 of (' || list('cert/A/*', 200) || ') credits > 100000')::rule_set, $arguments)");
# Tables of codes that are read for nothing: 50 MB of gzip that expand to no byte, behind base64.
is_cancelled('expanding a status list', q{SELECT status_bit('uH4sICAAAAAAAA2EA' || repeat('BMCBCAAAAAAgf-tHAByIAAAAAADyt34EwIEIAAAAACB_60cAHIgAAAAAAPK3fgTAgQgAAAAAIH_rRwAciAAAAAAA8rd-', 750000), 0)}, '2s');

is(psql('SELECT at = pg_postmaster_start_time() FROM born'), "t\n", 'the server is the same, and did not crash');
done_testing();
