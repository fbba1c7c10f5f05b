# soft_errors: what an input function refuses, it refuses as the server asks.
#
# For every type of ours and bad texts of every kind: pg_input_is_valid() is
# false instead of an error, pg_input_error_info() says word for word what the
# error says, and COPY (ON_ERROR ignore) passes over the row, also in databases
# that are not in UTF-8. Each case names the SQLSTATE that it is there for, so
# that it cannot come to test something else.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $version = `psql -XqAt -c 'SHOW server_version_num'`;
plan skip_all => 'soft errors came with PostgreSQL 16' if $version < 160000;

my $folder = tempdir(CLEANUP => 1);

# a rule_set that is right but for what the arguments put into it
sub book
{
	my (%with) = (heading => '', rule => "'b'", when => 'course/A/B', grant => '1 cr', @_);
	return "rule_set 'a' version 1 $with{heading} rule $with{rule} when $with{when} grant $with{grant}";
}

my $deep = join('', ('any of (') x 33) . 'course/A/B' . ')' x 33;

# type, text, SQLSTATE; 00000 for what is right
my @cases;

sub bad
{
	my ($type, $sqlstate, @texts) = @_;
	push @cases, map { [ $type, $_, $sqlstate ] } @texts;
	return;
}

sub good
{
	my ($type, @texts) = @_;
	return bad($type, '00000', @texts);
}

sub psql
{
	my ($database, $script) = @_;
	my $file = "$folder/script.sql";
	open my $out, '>', $file or die "$file: $!";
	print $out "SET client_min_messages = warning;\n", $script;
	close $out;
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $file 2>&1`;
	$? == 0 or die $said;
	return $said;
}

# What the server has to say of every case, one line for each; a backslash
# stands before what would break the line.
my $judge = <<'SQL';
CREATE FUNCTION hard_error(type text, input text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	state text;
	message text;
	detail text;
	hint text;
BEGIN
	EXECUTE format('SELECT %L::creditbank.%s', input, type);
	RETURN ARRAY['00000'];
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS
		state = RETURNED_SQLSTATE,
		message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
	RETURN ARRAY[state, message, detail, hint];
END
$$;

CREATE FUNCTION soft_error(type text, input text) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	IF pg_input_is_valid(input, 'creditbank.' || type) THEN
		RETURN ARRAY['00000'];
	END IF;
	RETURN (SELECT ARRAY[sql_error_code, message, coalesce(detail, ''), coalesce(hint, '')]
		FROM pg_input_error_info(input, 'creditbank.' || type));
EXCEPTION WHEN OTHERS THEN
	RETURN ARRAY['raised', SQLSTATE, SQLERRM];
END
$$;

CREATE FUNCTION verdict(type text, input text, expected text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE
		WHEN hard[1] <> expected THEN 'expected ' || expected || ', got ' || hard::text
		WHEN hard <> soft THEN 'hard ' || hard::text || ', soft ' || soft::text
		ELSE 'the same' END
	FROM (SELECT hard_error(type, input) AS hard, soft_error(type, input) AS soft) AS errors
$$;

SELECT replace(left(verdict(type, input, sqlstate_), 2000), E'\n', '\n') FROM cases ORDER BY place;
SQL

# The rows of all cases of a type, good and bad in turn, copied with ON_ERROR
# ignore: the good ones must be there in the end.
sub try_copy
{
	my ($database, $type) = @_;
	my $file = "$folder/rows";
	my $rows = "FROM cases WHERE type = '$type' AND (sqlstate_ = '00000') >= ";
	is(psql($database, <<"SQL"), psql($database, "SELECT place $rows true ORDER BY 1"), "$database: COPY passes over bad $type");
\\copy (SELECT place, input $rows false ORDER BY md5(place::text)) TO '$file'
CREATE TABLE copied (place integer, value creditbank.$type);
\\copy copied FROM '$file' (ON_ERROR ignore)
SELECT place FROM copied ORDER BY 1;
DROP TABLE copied;
SQL
	return;
}

sub shown
{
	my ($text) = @_;
	return (length $text > 100 ? substr($text, 0, 97) . '...' : $text) =~ s/([^ -~]|#)/sprintf '\x%02x', ord $1/ger;
}

# Tries the cases gathered since the last database, given in its encoding.
sub try_database
{
	my ($encoding) = @_;
	my $database = 'creditbank_soft_' . lc $encoding;
	system('createdb', '-T', 'template0', '-E', $encoding, "--locale=C", $database) == 0 or die "cannot create $database";
	my $place = 0;
	psql($database, "CREATE EXTENSION creditbank; CREATE TABLE cases (place integer, type text, input text, sqlstate_ text);\n"
		. join '', map {
			sprintf "INSERT INTO cases VALUES (%d, '%s', convert_from('\\x%s', getdatabaseencoding()), '%s');\n",
				++$place, $_->[0], unpack('H*', $_->[1]), $_->[2]
		} @cases);
	my @verdicts = split /\n/, psql($database, $judge);
	is(scalar @verdicts, scalar @cases, "$database: every case was tried");
	is($verdicts[$_], 'the same', "$database: $cases[$_][0], " . shown($cases[$_][1])) for 0 .. $#cases;
	my %types = map { $_->[0] => 1 } @cases;
	if ($version >= 170000) { try_copy($database, $_) for sort keys %types; }
	system('dropdb', $database) == 0 or die "cannot drop $database";
	@cases = ();
	return;
}

bad('credit_amount', '22P02',
	'', '   ', 'x', 'cr', '-', '.', '--8', '8,5 cr', '8 days', '8 crs', '8 cr cr', '8 8', '1e3', '1E-2 cr', '0x10',
	'NaN', 'Infinity', '8 学', '8 学学学', '8 公斤', '８ cr', '8' . ' ' x 40 . 'z', 'x' x 5000);
bad('credit_amount', '22003',
	'57646075230342.3488', '-57646075230342.3489 pt', '9' x 5000, '99999999999999999999 hr');
bad('credit_amount', '22C02', '2.66667 cr', '0.00001', '-1.23456789 hr', '0.' . '0' x 400 . '1');
bad('credit_amount(hr)', '22C01', '8 cr', '8', '-2.5 学分', '16 pt', '0');
bad('credit_amount(hr)', '22P02', 'x', '16 hours');
bad('credit_amount(cr)', '22C01', '16 hr', '16 学时');
bad('credit_amount(ects)', '22003', '99999999999999 ects');

bad('achievement_ref', '22P02',
	'', '   ', 'hello', 'cert', 'cert/', 'cert/A', 'cert/A/', 'cert//B', '/A/B', 'cert/A/B#', 'cert/A/B#1#2',
	'diploma/A/B', '证书/A/B', 'certificate-of-work/A/B', 'cert:x/A/B', 'cert/A/B/C', 'cert/A/B C', 'cert/A/B:C',
	'cert/A/B?', 'cert/A/*', "cert/A/B\nC", 'cert/A/-B', 'cert/.A/B', 'cert/A/B#_1', 'cert/A/B：C', 'cert/A/B、C',
	'cert/A/B%s%n', 'cert/A/' . 'x' x 249, 'cert/A/' . '学' x 83, 'cert/A/' . 'ｘ' x 2000, '学' x 5000);

# the words
bad('rule_set', '42601',
	'', '   ', '-- nothing', 'rule_set', "rule_set 'a'", "rule_set 'a' version", "rule_set 'a' version 1.5", "rule_set 'a",
	"rules 'a' version 1", 'rule_set a version 1', "rule_set 'a' version 1 rule", "\$", '学分', "rule_set 'a' version 1 \\",
	book(when => ''), book(grant => ''), book(when => 'all of ()'), book(when => 'all of (course/A/B'), book(when => 'course'),
	book(heading => 'cap total'), book(heading => 'effective 2024-01-01'), book(heading => 'round up 2'),
	book(heading => 'cap total 50% of programm'), book(grant => '1'), book(grant => '1 day'), book(grant => '-1 cr'),
	book(when => 'course/A/B level 3'), book(when => 'course/A/B within 3'), book(rule => 'b'),
	book(rule => "'b' priority high"), book() . ' tail', book() . ' cap 4 cr per week', 'x' x 5000);

bad('rule_set', '42601',
	map({ book(heading => $_) } "scale 'a' 'x' > 'y'", "table 't' by hours 1 is 1 cr", "table 't' by tag", 'same course', 'duplicates last', 'exclude total',
		'shelf life category \'a\' 1 year', 'cap each cert 1 cr', 'cap total 1 cr per term', 'minimum total 5 cr per year', 'points expire', 'points expire after 1 year, at the end', 'partial no'),
	map({ book(when => $_) } 'any', "course/A/B level in ('x')", 'course/A/B tag > 1', "course/A/B grade > 'C'", "course/A/B level > 1 on 'x'", 'course/A/B valid 3 days',
		'all of (course/A/B) within 1 day hours'),
	map({ book(grant => $_) } 'in full', 'from contest', '1 cr by', '1 cr using', '1 cr carry grade', '1 cr needs'));

# what the words say
bad('rule_set', '22C05',
	map({ book(heading => $_) } "scale 'a' 'x'", "scale 'a' 'x' < 'x'", "table 't' by tag 1 is 1 cr", "table 't' by tag, rank 'x' is 1 cr", 'same course/A/B', 'same course/A/B, course/A/B#1',
		"exclude issuer 'a/b'", "exclude tag ''", 'shelf life 1 year shelf life 2 years', 'points expire after 1 year', 'points expire after 101 years', 'points expire after 0 days', 'cap total, cert 1 cr', 'minimum each issuer 1 cr', 'minimum total at most 1 item', 'duplicates first duplicates share'),
	map({ book(when => $_) } "course/A/B grade > 'C' on 'letter'", "course/A/B class in ('x')", 'course/A/B hours > 3% of target', 'all of (course/A/B, course/A/C) level > 1',
		'all of (course/A/B, any of (course/A/C, course/A/D) hours > 1)', '*/A/B', '*/A#1/*'),
	map({ book(grant => $_) } "from table 't'", '1 cr per 1 hr using 1 hr', '1 cr exempt from exam', "1 cr carry mark 'studied'", '1 cr round down 5', "1 cr carry grade ''"),
	book(when => 'all of (course/A/B, course/A/C)', grant => '1 cr by share'),
	"rule_set 'a' version 1", "rule_set 'a' version 0 rule 'b' when course/A/B grant 1 cr",
	"rule_set '' version 1 rule 'b' when course/A/B grant 1 cr", "rule_set 'a' version 99999999999 rule 'b' when course/A/B grant 1 cr",
	"rule_set 'a' version 99999999999999999999", "rule_set 'a\tb' version 1 rule 'b' when course/A/B grant 1 cr",
	"rule_set '" . '学' x 67 . "' version 1 rule 'b' when course/A/B grant 1 cr",
	book(heading => 'effective 2023-02-29 ..'), book(heading => 'effective 2024-02-01 .. 2024-01-01'),
	book(heading => 'effective .. 2024-01-01 effective 2023-01-01 ..'), book(heading => "programme 'p' programme 'q'"),
	book(heading => "programme ''"), book(heading => 'round half_up 5'), book(heading => 'round down 1 round down 2'),
	book(heading => 'cap total 0% of programme'), book(heading => 'cap total 101% of programme'),
	book(heading => 'cap total 0 cr'), book(heading => 'cap total 5 hr'), book(heading => 'cap total 1 cr, 2 cr'),
	book(heading => 'cap total 1 cr cap total 2 cr'), book(heading => 'cap cert at most 0 items'),
	book(heading => 'cap total 1 cr per year starting 02-29'), book(heading => 'cap total 1 cr per year starting 13-01'),
	book(heading => 'cap total 1.00001 cr'), book(heading => 'cap total 99999999999999999999 cr'),
	book(when => 'course/A/B attendance >= 101'), book(when => 'course/A/B level >= 3 hr'), book(when => 'course/A/B hours >= 3%'),
	book(when => 'course/A/B within 101 years'), book(when => 'course/A/B within 2 years within 3 years'),
	book(when => '0 of (course/A/B)'), book(when => '2 of (course/A/B)'), book(when => $deep),
	book(grant => '0 cr'), book(grant => '1 hr'), book(grant => '1 cr per 0 hr'), book(grant => '1 cr, leftover keep'),
	book(when => 'any of (course/A/B, course/A/C)', grant => '1 cr per 16 hr'), book(rule => "''"),
	book(rule => "'b' priority 99999999999"), book() . " rule 'b' when course/A/B grant 2 cr", book() . ' cap 0 cr');

# references within, and names of issuers
bad('rule_set', '22P02', map({ book(heading => $_) } 'same course/A/B, diploma/A/B', 'substitutes course/A/B, course/A/*', "cap issuer 'a b' 1 cr", "table 't' by issuer '-' is 1 cr"),
	map({ book(when => $_) } "course/A/B issuer in ('a', 'b c')", '*/-/*'));
bad('rule_set', '22C05', map { book(when => $_) } 'course/*/B', 'diploma/*', 'course/A*', 'course/A/B#*', 'course/A/**');
bad('rule_set', '22C05', map { book(grant => $_) } 'course/A/B#1 1 cr', 'course/A/B 1 hr');
bad('rule_set', '22P02',
	map({ book(when => $_) } 'diploma/A/B', 'course/A', 'course/A:B/C', 'course/A/B#', 'course/-/*', 'course/A/' . 'x' x 250,
		'course/A/学：分', "any of (course/A/B, course//B, course/C/D)", "\n\nall of (any of (2 of (course/A/B, course/C/D, course/A?/B)))"),
	map({ book(grant => $_) } 'course/A 1 cr', 'diploma/A/B 1 cr', 'course/A/B 1 cr, course/A/B/C 2 cr', 'course/A/* 1 cr'));
bad('rule_set', '54000', book() . ' ' x (17 * 1024 * 1024));

good('credit_amount', '8 cr', ' -2.6667学时 ', '0');
good('credit_amount(hr)', '16 hr', '16 学时');
good('credit_amount(cr)', '8');
good('credit_amount(ects)', '60 ects');
good('achievement_ref', 'cert/CN-POST/EXP-OPERATOR#2023-000123', 'ｃｏｕｒｓｅ／Ａ／Ｂ');
good('rule_set', book(), book(rule => "'学分'"), book(when => '*'),
	book(when => 'any training/* attendance >= 80', grant => '1 cr per 16 hr, leftover forfeit'),
	book(heading => "scale '等级' '差' < '好' exclude issuer '学校' cap tag '线上' 1 cr", when => "*/学校/* grade > '差' on '等级' rank in ('一等')", grant => "1 cr carry mark '免'"));
try_database('UTF8');

# a small letter of LATIN1 whose capital is not, and what is not 学 there
good('achievement_ref', "cert/A/\xe9");
bad('achievement_ref', '22P05', "cert/A/\xff", "cert/\xb5m/B", "cert/A/B#\xff");
bad('achievement_ref', '22P02', "cert/A/\xd7", "\xe9/A/B");
bad('credit_amount', '22P02', "8 \xff", "8 \xd1\xa7\xb7\xd6");
good('rule_set', book(rule => "'\xff'"), book(when => "course/A/\xe9"));
bad('rule_set', '22P05', book(when => "course/A/\xff"), book(when => "course/\xff/*"), book(grant => "course/A/\xff 1 cr"));
try_database('LATIN1');

# bytes that EUC_KR leaves to its users, so that Unicode has nothing for them
good('credit_amount', '8 cr');
bad('credit_amount', '22P02', "8 \xc9\xa1");
good('achievement_ref', "course/KR/\xc0\xd4\xb9\xae");
bad('achievement_ref', '22P05', "cert/A/\xc9\xa1", "\xc9\xa1");
good('rule_set', book(rule => "'\xc0\xd4\xb9\xae'"));
bad('rule_set', '22P05', book(rule => "'\xc9\xa1'"), book(heading => "programme '\xc9\xa1'"), book(when => "course/A/\xc9\xa1"));
bad('rule_set', '22P05', map({ book(heading => $_) } "scale '\xc9\xa1' 'a' < 'b'", "scale 'a' '\xc9\xa1' < 'b'", "table '\xc9\xa1' by tag 'x' is 1 cr", "table 't' by tag '\xc9\xa1' is 1 cr", "same course/A/B, course/A/\xc9\xa1",
		"exclude category '\xc9\xa1'", "exclude issuer '\xc9\xa1'", "cap tag '\xc9\xa1' 1 cr", "cap total 5% of category '\xc9\xa1'", "shelf life tag '\xc9\xa1' 1 day", "scale 'b' 'x' < 'y' scale '\xc9\xa1' 'x' < 'y'"),
	map({ book(heading => "scale 'b' 'x' < 'y' table 't' by tag 'x' is 1 cr", when => $_) } "course/A/B tag in ('b', '\xc9\xa1')", "course/A/B issuer in ('\xc9\xa1')", "course/A/B grade > 'x' on '\xc9\xa1'", "course/A/B grade > '\xc9\xa1' on 'b'", "course/A/B grade > 1 on '\xc9\xa1'", "*/\xc9\xa1/*"),
	map({ book(heading => "scale 'b' 'x' < 'y' table 't' by tag 'x' is 1 cr", grant => $_) } "from table '\xc9\xa1'", "1 cr carry grade '\xc9\xa1'", "1 cr carry mark '\xc9\xa1'"),
	book(rule => "'b' programme 'p', '\xc9\xa1'"));
bad('rule_set', '42601', book(heading => "\xc9\xa1"));
try_database('EUC_KR');

# a server that takes every byte
good('credit_amount', '8 学分');
bad('credit_amount', '22P02', "8 \xff", "8 \xe5\xad");
good('achievement_ref', 'cert/A/学');
bad('achievement_ref', '22021', "cert/A/\xff", "cert/A/\xe5\xad", "cert/A/\xc0\xaf");
good('rule_set', book(rule => "'学'"), book(when => 'course/A/学'));
bad('rule_set', '22021', book(rule => "'\xff'"), book(heading => "programme 'p', '\xe5\xad'"), book(when => "course/A/\xff"));
bad('rule_set', '22021', map({ book(heading => $_) } "scale '\xff' 'a' < 'b'", "scale 'a' '\xff' < 'b'", "table '\xff' by tag 'x' is 1 cr", "table 't' by tag '\xff' is 1 cr", "same course/A/B, course/A/\xff",
		"exclude category '\xff'", "exclude issuer '\xff'", "cap tag '\xff' 1 cr", "cap total 5% of category '\xff'", "shelf life tag '\xff' 1 day", "scale 'b' 'x' < 'y' scale '\xff' 'x' < 'y'"),
	map({ book(heading => "scale 'b' 'x' < 'y' table 't' by tag 'x' is 1 cr", when => $_) } "course/A/B tag in ('b', '\xff')", "course/A/B issuer in ('\xff')", "course/A/B grade > 'x' on '\xff'", "course/A/B grade > '\xff' on 'b'", "course/A/B grade > 1 on '\xff'", "*/\xff/*"),
	map({ book(heading => "scale 'b' 'x' < 'y' table 't' by tag 'x' is 1 cr", grant => $_) } "from table '\xff'", "1 cr carry grade '\xff'", "1 cr carry mark '\xff'"),
	book(rule => "'b' programme 'p', '\xff'"));
try_database('SQL_ASCII');

done_testing();
