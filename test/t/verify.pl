# verify: what a database of some size shows: verification runs in several
# processes, tells how far it is, ends when it is told to, and sees signatures
# that do not hold.
use strict;
use warnings;
use Test::More;
use Time::HiRes qw(sleep time);

my $database = 'creditbank_verify';
my $file = "$ENV{TMPDIR}/verify.sql";

sub psql
{
	my ($sql) = @_;
	open my $script, '>', $file or die $!;
	print $script $sql;
	close $script;
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $file 2>&1`;
	chomp $said;
	return $said;
}

system('createdb', $database) == 0 or die;
is(psql(<<'SQL'), '', 'a bank is prepared');
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('verify.example.org');
SELECT FROM generate_series(1, 20) AS n, LATERAL creditbank.open_account('Learner ' || n, '2023-01-01');
SELECT FROM generate_series(1, 4000) AS n,
	LATERAL creditbank.append_entry(1 + n % 20, 'converted', '1 cr', NULL, '2024-01-01', '{"n": ' || n || ', "text": "' || repeat('x', 300) || '"}');
SELECT FROM creditbank.seal();
VACUUM ANALYZE creditbank.ledger_entry;
SQL

# In one process and in several, from functions with the owner's rights, too.
my $several = q{
	SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0;
	SET max_parallel_workers_per_gather = %d;
	LOAD 'auto_explain';
	SET auto_explain.log_min_duration = 0;
	SET auto_explain.log_nested_statements = on;
	SET auto_explain.log_analyze = on;
	SET client_min_messages = log;
	%s};
my $verify = 'SELECT class, seq FROM creditbank.verify_ledger();';
unlike(psql(sprintf $several, 0, $verify), qr/Workers/, 'with no workers allowed there are none');
my $plans = psql(sprintf $several, 2, $verify);
like($plans, qr/Workers Launched: [12].*?Parallel Seq Scan on ledger_entry/s, 'the entries are read by several processes');
like($plans, qr/Workers Launched: [12].*?Parallel Seq Scan on log_tile/s, 'and so are the tiles');
like(psql(sprintf $several, 2, "GRANT creditbank_auditor TO CURRENT_USER; SET ROLE creditbank_auditor; $verify"),
	qr/Workers Launched: [12].*?Parallel Seq Scan on ledger_entry/s, "an auditor's verification, too");
like(psql('SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SELECT class, count(*) FROM creditbank.verify_archive() GROUP BY class'), qr/^differing_decision\|4000$/, 'the archive is verified where others run in parallel');
is(psql("SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SELECT count(*) FROM creditbank.ledger_entry AS e WHERE e.seq = 1 AND NOT EXISTS (SELECT FROM creditbank.verify_ledger())
		AND NOT EXISTS (SELECT FROM creditbank.verify_account('00000000000195') AS v WHERE v.class <> 'differing_decision')"), '20', 'and so they are within parallel queries');
my $tampered = q{
	BEGIN;
	ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
	UPDATE creditbank.ledger_entry SET actor = 'nobody' WHERE account_id = 7 AND seq = 100;
	UPDATE creditbank.ledger_head SET balances = balances || '{-1 hr}'::creditbank.credit_amount[] WHERE account_id = 9;
	SET LOCAL max_parallel_workers_per_gather = %d;
	SET LOCAL parallel_setup_cost = 0;
	SELECT account, class, seq FROM creditbank.verify_ledger() WHERE class <> 'missing_guard';
	ROLLBACK;};
my $found = psql(sprintf $tampered, 0);
is($found, "00000000000777|altered_entry|100\n00000000000777|unsealed_entry|100\n" .
	"00000000000971|differing_balance|201\n00000000000971|negative_balance|201\n|missing_leaf|", 'what was altered is found');
is(psql(sprintf $tampered, 2), $found, 'and the same in several processes');

# Signatures, by a key in a file.
my $key = "$ENV{TMPDIR}/verify.pem";
system("openssl genpkey -algorithm ed25519 -out $key 2>/dev/null && chmod 600 $key") == 0 or die;
is(psql(<<"SQL"), '', 'a signed checkpoint verifies');
SET creditbank.signing_key_file = '$key';
SELECT FROM creditbank.signing_key() AS k,
	LATERAL creditbank.add_key(creditbank.verifier_key('verify.example.org', 'log', k.algorithm, k.public_key), 'log');
SELECT FROM creditbank.append_entry(1, 'converted', '1 cr', NULL, '2024-01-01', NULL);
SELECT FROM creditbank.seal();
SELECT class FROM creditbank.verify_ledger();
SQL
is(psql('SELECT count(*) FROM creditbank.checkpoint_signature'), '2', 'there are signatures to verify, of the checkpoint before, too');
my @signature_cases = (
	['UPDATE creditbank.checkpoint_signature SET signature = set_byte(signature, 9, get_byte(signature, 9) # 1)', 'invalid_signature'],
	['UPDATE creditbank.checkpoint_signature SET signed_time = 1', 'invalid_signature'],
	["UPDATE creditbank.log_key SET algorithm = 'sm2'", 'unknown_key'],
	['UPDATE creditbank.log_key SET retired_after = 4', 'retired_key'],
	['UPDATE creditbank.log_key SET retired_after = 5000', ''],
	["UPDATE creditbank.incarnation SET marker = gen_random_uuid()", 'invalid_signature'],
	["UPDATE creditbank.bank SET origin = 'another.example.org'", 'invalid_signature']);
for my $case (@signature_cases)
{
	my ($statement, $class) = @$case;
	is(psql(<<"SQL"), $class, $class ? "$class: $statement" : "nothing: $statement");
BEGIN;
ALTER TABLE creditbank.bank DISABLE TRIGGER USER;
ALTER TABLE creditbank.checkpoint_signature DISABLE TRIGGER USER;
ALTER TABLE creditbank.log_key DISABLE TRIGGER USER;
ALTER TABLE creditbank.incarnation DISABLE TRIGGER USER;
$statement;
SELECT DISTINCT class FROM creditbank.verify_ledger() WHERE class <> 'missing_guard';
ROLLBACK;
SQL
}

# Long entries take long: progress is told, and a cancel is heard.
is(psql(q{
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, occurred_on, kind, detail, prev_hash)
	SELECT 1, 100000 + n, now(), '2024-01-01', 6, repeat('x', 400000), '\x00'::bytea || substr(sha256(''), 2)
	FROM generate_series(1, 4000) AS n;
	ANALYZE creditbank.ledger_entry}), '', 'long entries are put in');
my $long = "SELECT count(*) > 0 FROM creditbank.ledger_disagreements()";
my $told = psql("SET max_parallel_workers_per_gather = 0; SET creditbank.progress_interval = 1; $long");
like($told, qr/^psql:[^\n]*NOTICE:  verified \d+ of about \d{4} entries \(\d{1,2} %\), \d+ entries a second\n/, 'progress is told');
is((split /\n/, $told)[-1], 't', 'and then what was found');
is(psql("SET creditbank.progress_interval = 0; $long"), 't', 'or not, when the interval is 0');
like(psql("SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET creditbank.progress_interval = 1; $long"),
	qr/t$/, 'several processes count together');

for my $workers (0, 2)
{
	my $pid = fork // die $!;
	if ($pid == 0)
	{
		exec 'psql', '-Xqd', $database, '-o', '/dev/null', '-c', "SET max_parallel_workers_per_gather = $workers; SET parallel_setup_cost = 0; /* to be cancelled */ $long";
	}
	my $running = "FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND query LIKE '%to be cancelled%' AND pid <> pg_backend_pid()";
	my $tries = 0;
	sleep 0.05 while psql("SELECT count(*) $running") eq '0' && $tries++ < 100;
	sleep 0.2;
	my $began = time;
	is(psql("SELECT pg_cancel_backend(pid) $running"), 't', "verification in 1 + $workers processes is cancelled");
	waitpid $pid, 0;
	isnt($? >> 8, 0, 'it ends by an error');
	cmp_ok(time - $began, '<', 1, 'within a second');
}
is(psql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'"), '0', 'no process is left behind');

done_testing();
system('dropdb', $database);
