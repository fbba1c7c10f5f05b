# concurrency: many sessions deposit, recognise and convert on few accounts at
# once: no deadlock, nothing consumed twice, no cap passed, and the ledger
# verifies.
use strict;
use warnings;
use Test::More;

my $database = 'creditbank_concurrency';
my ($clients, $transactions, $accounts) = (6, 60, 4);

sub psql
{
	my ($sql) = @_;
	open my $file, '>', "$ENV{TMPDIR}/concurrency.sql" or die $!;
	print $file $sql;
	close $file;
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $ENV{TMPDIR}/concurrency.sql 2>&1`;
	chomp $said;
	return $said;
}

system('createdb', $database) == 0 or die;
is(psql(<<"SQL"), '', 'a bank is prepared');
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('concurrency.example.org');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG', 'OUC', 'Logistics', 80);
SELECT FROM creditbank.publish_rules('rule_set ''log'' version 1 cap total 50% of programme rule ''hours'' when any training/* grant 1 cr per 16 hr, leftover forfeit');
SELECT FROM generate_series(1, $accounts) AS n, LATERAL creditbank.open_account('Learner ' || n, '2023-01-01');
CREATE SEQUENCE public.serial;
CREATE TABLE public.outcome (sqlstate text);
-- One step of a session: a deposit of 17 hours, its recognition, and a
-- conversion of whatever the account has.
CREATE FUNCTION public.step(account_id bigint) RETURNS void LANGUAGE plpgsql AS \$\$
DECLARE
	number text := creditbank.account_number(account_id);
	training text := 'training/OUC/T#' || nextval('public.serial');
BEGIN
	PERFORM FROM creditbank.deposit(number, training, '2024-01-01', 'T', '17 hr');
	PERFORM FROM creditbank.recognise(number, training);
	BEGIN
		PERFORM FROM creditbank.convert(number, 'LOG');
	EXCEPTION WHEN SQLSTATE '23C13' OR SQLSTATE '23C14' OR SQLSTATE '23C15' THEN
		INSERT INTO public.outcome VALUES (SQLSTATE);
	END;
END
\$\$;
SQL

open my $script, '>', "$ENV{TMPDIR}/concurrency.pgbench" or die $!;
print $script "\\set account random(1, $accounts)\nSELECT public.step(:account);\n";
close $script;
my $bench = `pgbench -n -c $clients -j 2 -t $transactions --random-seed=4711 -f $ENV{TMPDIR}/concurrency.pgbench $database 2>&1`;
is($? >> 8, 0, 'no session fails (seed 4711)') or diag $bench;
like($bench, qr{number of transactions actually processed: (\d+)/\1$}m, 'every step is done');

my $steps = $clients * $transactions;
is(psql('SELECT class, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, seq, expected, found FROM creditbank.verify_archive()'), '', 'the ledger verifies');
is(psql(q{SELECT count(*) FROM creditbank.ledger WHERE kind IN ('deposited', 'recognised')}), 2 * $steps, 'every deposit and recognition is there');
is(psql('SELECT count(*) FROM (SELECT FROM creditbank.consumption GROUP BY achievement_id HAVING count(*) > 1) AS twice'), '0', 'nothing is consumed twice');
is(psql(q{SELECT DISTINCT amount FROM creditbank.ledger WHERE kind = 'converted'}), '1.0000', 'each conversion grants one credit a training');
is(psql(q{SELECT count(*) FROM creditbank.account AS a, LATERAL creditbank.balance(creditbank.account_number(a.account_id)) AS b WHERE b.unit = 'cr' AND b.amount > 40}),
	'0', 'no account passes the cap of 40 credits');
is(psql(q{SELECT bool_and(c.consumed = g.granted) FROM
	(SELECT account, count(*) AS consumed FROM creditbank.ledger WHERE kind = 'consumed' GROUP BY 1) AS c
	JOIN (SELECT account, count(*) AS granted FROM creditbank.ledger WHERE kind = 'converted' GROUP BY 1) AS g USING (account)}),
	't', 'what is granted was consumed');
cmp_ok(psql(q{SELECT max(amount) FROM creditbank.account AS a, LATERAL creditbank.balance(creditbank.account_number(a.account_id)) WHERE unit = 'cr'}),
	'==', 40, 'and the cap was reached');
system('dropdb', $database);
done_testing();
