# exchange: rows copied by a client, an import that is cancelled, two at once.
use strict;
use warnings;
use Test::More;

my $database = 'creditbank_exchange';
my $number = 0;

# start(SQL): runs a script in a session of its own; finish(SESSION): what it said
sub start
{
	my ($sql) = @_;
	my $script = "$ENV{TMPDIR}/exchange." . $number++;
	open my $file, '>', $script or die $!;
	print $file $sql;
	close $file;
	open my $said, '-|', "psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $script 2>&1" or die $!;
	return $said;
}

sub finish
{
	my ($session) = @_;
	my $said = join '', <$session>;
	close $session;
	chomp $said;
	return $said;
}

sub psql { return finish(start(@_)); }

system('createdb', $database) == 0 or die;
is(psql(<<'SQL'), '', 'a bank is prepared');
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('exchange.example.org');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school'), ('PLATFORM', 'Platform', 'platform');
SELECT FROM generate_series(1, 50) AS n, LATERAL creditbank.open_account('Learner ' || n, '2023-01-01');
CREATE ROLE exchange_registrar LOGIN IN ROLE creditbank_registrar;
SQL
my $nothing_wrong = 'SELECT class, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, seq, expected, found FROM creditbank.verify_archive()';
sub account { return psql("SELECT creditbank.account_number($_[0])"); }

# A registrar's client copies a CSV file without a batch: it is the role's.
my $one = account(1);
open my $csv, '>', "$ENV{TMPDIR}/exchange.csv" or die $!;
print $csv <<"CSV";
external_id,account,identity_number,ref,title,amount,awarded_on,tags
F-1,$one,,course/OUC/LOG-101,"Logistics, part 1",3 cr,2024-06-30,"online,national"
F-2,,11010519491231002X,course/OUC/LOG-102,"Logistics, part 2",3 cr,2024-06-30,
F-3,$one,,course/OUC/LOG-103,,3 cr,2024-06-30,
CSV
close $csv;
is(psql(<<"SQL"), "exchange_registrar|3\n3|F-3|22C07\n2|23C04", 'a file is copied and imported by a registrar');
SET ROLE exchange_registrar;
\\copy creditbank.import_row (external_id, account, identity_number, ref, title, amount, awarded_on, tags) FROM '$ENV{TMPDIR}/exchange.csv' CSV HEADER
SELECT batch, count(*) FROM creditbank.import_row GROUP BY batch;
SELECT line, external_id, sqlstate FROM creditbank.import_achievements('exchange_registrar', 'OUC') WHERE external_id = 'F-3';
SELECT line, sqlstate FROM creditbank.import_row WHERE external_id = 'F-2';
SQL
is(psql('SELECT count(*) FROM creditbank.import_row WHERE identity_number IS NOT NULL'), '0', 'no identity number is stored');
is(psql("SELECT seq, ref, detail::jsonb -> 'achievement' ->> 'tags' FROM creditbank.ledger WHERE kind = 'deposited'"), '2|course/OUC/LOG-101|["online", "national"]', 'the good row is posted');
like(psql("SELECT creditbank.discard_import('exchange_registrar')"), qr{^2$}, 'the rest is discarded');

# An import that is cancelled leaves nothing but what was staged.
psql(<<'SQL');
INSERT INTO creditbank.import_row (batch, external_id, account, ref, title, awarded_on)
SELECT 'long', 'L-' || n, creditbank.account_number(n % 50 + 1), 'course/OUC/L-' || n, 'L', '2024-01-01'
FROM generate_series(1, 40000) AS n;
SQL
like(psql("SET statement_timeout = '700ms'; SELECT count(*) FROM creditbank.import_achievements('long', 'OUC');"), qr{canceling statement due to statement timeout}, 'a long import is cancelled');
is(psql("SELECT (SELECT count(*) FROM creditbank.import WHERE batch = 'long'), (SELECT count(*) FROM creditbank.import_record WHERE batch = 'long'), (SELECT count(*) FROM creditbank.achievement), (SELECT count(*) FROM creditbank.import_row WHERE batch = 'long')"),
	'0|0|1|40000', 'nothing of it is left, and all rows are still staged');
like(psql("SET creditbank.progress_interval = 1; SELECT count(*) FROM creditbank.import_achievements('long', 'OUC'); SELECT count(*) FROM creditbank.recognise_import('long');"),
	qr{^(.*NOTICE:  (imported|recognised) \d+ (of about 40000 )?(rows|achievements).*\n)*0\n(.*NOTICE:  recognised .*\n)*0$}, 'it is done when asked again, and tells how far it is');
is(psql('SELECT posted, recognised FROM creditbank.import WHERE batch = \'long\''), '40000|40000', 'all of it');
is(psql($nothing_wrong), '', 'the ledger verifies');

# Two sources at once, over the same accounts in opposite order of lines.
psql(<<'SQL');
INSERT INTO creditbank.import_row (batch, external_id, account, ref, title, awarded_on)
SELECT 'up', 'N-' || n, creditbank.account_number(n % 50 + 1), 'course/OUC/UP-' || n, 'U', '2024-01-01' FROM generate_series(1, 8000) AS n;
INSERT INTO creditbank.import_row (batch, external_id, account, ref, title, awarded_on)
SELECT 'down', 'N-' || n, creditbank.account_number(50 - n % 50), 'course/OUC/DOWN-' || n, 'D', '2024-01-01' FROM generate_series(1, 8000) AS n;
SQL
my @sessions = map { start("SELECT count(*) FROM creditbank.import_achievements('$_->[0]', '$_->[1]');") } (['up', 'OUC'], ['down', 'PLATFORM']);
is(join(' ', map { finish($_) } @sessions), '0 0', 'two imports over the same accounts do not meet in a deadlock');
is(psql("SELECT string_agg(posted::text, ' ') FROM creditbank.import WHERE batch IN ('up', 'down')"), '8000 8000', 'both are posted');

# The same ids of one source at once, in two batches; and new people in two.
psql(<<'SQL');
INSERT INTO creditbank.import_row (batch, external_id, account, ref, title, awarded_on)
SELECT b.batch, 'S-' || n, creditbank.account_number(n % 50 + 1), 'course/OUC/S-' || n, 'S', '2024-01-01'
FROM generate_series(1, 4000) AS n, (VALUES ('same-1'), ('same-2')) AS b (batch);
INSERT INTO creditbank.import_row (batch, external_id, identity_kind, identity_number, full_name, ref, title, awarded_on)
SELECT b.batch, 'Q-' || n, 'passport', 'E' || 10000000 + n, 'New ' || n, format('course/OUC/%s', b.batch), 'S', '2024-01-01'
FROM generate_series(1, 300) AS n, (VALUES ('new-1'), ('new-2')) AS b (batch);
SQL
@sessions = map { start("SELECT count(*) FROM creditbank.import_achievements('$_', 'OUC');") } ('same-1', 'same-2');
is(join(' ', map { finish($_) } @sessions), '0 0', 'two imports of the same ids');
is(psql("SELECT sum(posted), sum(unchanged) FROM creditbank.import WHERE batch LIKE 'same-%'"), '4000|4000', 'each id is posted once');
@sessions = map { start("SELECT count(*) FROM creditbank.import_achievements('$_->[0]', '$_->[1]', open_accounts => true);") } (['new-1', 'OUC'], ['new-2', 'PLATFORM']);
is(join(' ', map { finish($_) } @sessions), '0 0', 'two imports of the same new people');
is(psql("SELECT count(*), count(DISTINCT h.account_id) FROM creditbank.holder AS h JOIN creditbank.achievement AS a USING (account_id) WHERE h.identity_kind = 'passport'"), '600|300', 'each person gets one account, and both achievements');

# A document that another session deposits meanwhile: the import waits, and names it.
my $meanwhile = start("BEGIN; SELECT FROM creditbank.deposit('$one', 'cert/OUC/DOC#1', '2024-01-01', title => 'D'); SELECT pg_sleep(2); COMMIT;");
sleep 1;
my $two = account(2);
like(psql("SELECT sqlstate, detail FROM creditbank.import_achievements('late', 'OUC', '[{\"external_id\": \"X-1\", \"account\": \"$two\", \"ref\": \"cert/OUC/DOC#1\", \"title\": \"D\", \"awarded_on\": \"2024-01-01\"}, {\"external_id\": \"X-2\", \"account\": \"$two\", \"ref\": \"cert/OUC/DOC#2\", \"title\": \"D\", \"awarded_on\": \"2024-01-01\"}]')"),
	qr{^23C10\|Another account holds the document with this serial\.$}, 'a document deposited meanwhile is refused, and nothing else');
finish($meanwhile);
is(psql("SELECT posted, refused FROM creditbank.import WHERE batch = 'late'"), '1|1', 'the other row is posted');
is(psql($nothing_wrong), '', 'the ledger verifies');

system('dropdb', $database);
system('psql', '-Xq', '-c', 'DROP ROLE exchange_registrar');
done_testing();
