# refresh: what takes a server of its own. A refresh waits for whoever is writing, a
# prepared transaction too, and can be told how long, or stopped; one that a crash
# ends half-way leaves the sums of before, and the next counts everything.
use strict;
use warnings;
use File::Spec::Functions 'rel2abs';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'usleep';

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
my $folder = rel2abs($node->basedir);
$node->append_conf('postgresql.conf', "restart_after_crash = on\nmax_prepared_transactions = 2");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE bank');
$node->safe_psql('bank', q{
	CREATE EXTENSION creditbank;
	CALL creditbank.create_bank('bank.example.org');
	INSERT INTO creditbank.region (code, name) VALUES ('330000', 'Zhejiang'), ('420000', 'Hubei');
	SELECT FROM generate_series(1, 9) AS n, LATERAL creditbank.open_account('Learner ' || n, '2023-01-01', region => '330000');
	SELECT FROM creditbank.refresh_statistics();
});
my $write = q{SELECT FROM creditbank.append_entry(1, 'certificate_issued', NULL, NULL, '2024-01-01', NULL)};
my $refresh = 'SELECT accounts FROM creditbank.refresh_statistics()';

sub told { return $node->safe_psql('bank', $_[0]); }

sub refused
{
	my ($statement) = @_;
	my ($status, $out, $error) = $node->psql('bank', "\\set VERBOSITY verbose\n$statement", on_error_stop => 0);
	return $error;
}

sub certificates { return told(q{SELECT coalesce(sum(count), 0) FROM creditbank.rollup WHERE figure = 'certificates_issued'}); }
sub drift { return told('SELECT * FROM creditbank.statistics_drift()'); }

# Patience.
my $writer = $node->background_psql('bank');
$writer->query_safe("BEGIN; $write");
like(refused("SET lock_timeout = '200ms'; $refresh"), qr/55P03/, 'a refresh with lock_timeout gives up on a writer');
like(refused("SET statement_timeout = '200ms'; $refresh"), qr/57014/, 'a waiting refresh can be stopped');
is(certificates(), '0', 'and has counted nothing');
$writer->query_safe('COMMIT');
is(told($refresh), '1', 'the next one counts what it would not wait for');
is(certificates() . drift(), '1', 'once');
$writer->quit;

# A transaction that was prepared is still writing, and what it moved is noticed when it is committed.
told("BEGIN; $write; UPDATE creditbank.holder SET region = '420000' WHERE account_id = 2; PREPARE TRANSACTION 'writing'");
like(refused("SET lock_timeout = '200ms'; $refresh"), qr/55P03/, 'a prepared transaction is waited for');
$node->restart;
like(refused("SET lock_timeout = '200ms'; $refresh"), qr/55P03/, 'after a restart, too');
told(q{COMMIT PREPARED 'writing'});
is(told($refresh), '2', 'both accounts are counted anew');
is(certificates() . drift(), '2', 'nothing missed and nothing twice');

# A crash half-way: the roll-up is written, the totals of accounts are not yet.
for my $way ('of a backend', 'of the server')
{
	my $before = certificates();
	told("$write; UPDATE creditbank.holder SET region = CASE region WHEN '330000' THEN '420000' ELSE '330000' END WHERE account_id = 3");
	my $rows = told('SELECT md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM creditbank.rollup AS r');
	my $blocker = $node->background_psql('bank', on_error_stop => 0);
	$blocker->query_safe('BEGIN; LOCK TABLE creditbank.account_total IN SHARE MODE');
	my $refresher = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('bank'), '-c', $refresh ], '>', '/dev/null', '2>', '/dev/null');
	ok($node->poll_query_until('bank', q{SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'creditbank.account_total'::regclass AND NOT granted)}), "a crash $way: the refresh is half-way");
	my $pid = told(q{SELECT pid FROM pg_locks WHERE relation = 'creditbank.account_total'::regclass AND NOT granted});
	# The second waits for the first, and goes down with it.
	like(refused("SET lock_timeout = '200ms'; $refresh"), qr/55P03/, "a crash $way: another refresh waits, as long as it is told");
	if ($way eq 'of a backend')
	{
		kill 'KILL', $pid;
		$refresher->finish;
		$node->poll_query_until('bank', 'SELECT true');
	}
	else
	{
		$node->stop('immediate');
		$refresher->finish;
		$node->start;
	}
	eval { $blocker->quit };
	is(told('SELECT md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM creditbank.rollup AS r'), $rows, "a crash $way: what was kept before is kept");
	is(told($refresh), '2', "a crash $way: the next refresh counts what changed");
	is(certificates(), $before + 1, "a crash $way: and counts it once");
	is(drift(), '', "a crash $way: what is kept is what is counted");
}
$node->stop;
done_testing();
