# points: many sessions redeem, reserve, collect, cancel and free a small stock
# with few points at once: never more is handed out than there was, never a
# point spent twice, no deadlock, and the ledger verifies.
use strict;
use warnings;
use Test::More;

my $database = 'creditbank_points';
my ($clients, $transactions, $accounts) = (6, 120, 5);
my ($stock, $earned) = (40, 300);

sub psql
{
	my ($sql) = @_;
	open my $file, '>', "$ENV{TMPDIR}/points.sql" or die $!;
	print $file $sql;
	close $file;
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $ENV{TMPDIR}/points.sql 2>&1`;
	chomp $said;
	return $said;
}

system('createdb', $database) == 0 or die;
is(psql(<<"SQL"), '', 'a bank is prepared');
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('points.example.org');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school');
INSERT INTO creditbank.programme (code, institution, title, credits, purpose) VALUES ('PTS', 'OUC', 'Points', 1, 'points');
INSERT INTO creditbank.reward (code, institution, title, price, stock) VALUES ('MUG', 'OUC', 'Mug', '7 pt', $stock), ('CAP', 'OUC', 'Cap', '11 pt', $stock), ('LAMP', 'OUC', 'Lamp', '13 pt', 1);
SELECT FROM creditbank.publish_rules('rule_set ''pts'' version 1 points expire after 2 years rule ''hours'' when any training/* grant 1 pt per 1 hr, leftover forfeit');
SELECT FROM generate_series(1, $accounts) AS n, LATERAL creditbank.open_account('Learner ' || n, '2023-01-01');
-- Each learner's points come in three lots.
SELECT FROM creditbank.account AS a, generate_series(1, 3) AS n, LATERAL creditbank.deposit(creditbank.account_number(a.account_id),
	format('training/OUC/T#%s-%s', a.account_id, n), '2024-01-01', 'T', '@{[$earned / 3]} hr') WHERE a.account_id > 0;
SELECT FROM creditbank.achievement AS a, LATERAL creditbank.recognise(creditbank.account_number(a.account_id), a.ref::text);
SELECT FROM creditbank.achievement AS a, LATERAL creditbank.convert(creditbank.account_number(a.account_id), 'PTS', ARRAY[a.ref::text]);
CREATE TABLE public.outcome (step text, sqlstate text);
-- One step of a session, of an account or of all.
CREATE FUNCTION public.step(account_id bigint, dice integer) RETURNS void LANGUAGE plpgsql AS \$\$
DECLARE
	number text := creditbank.account_number(account_id);
	reward text := (ARRAY['MUG', 'CAP', 'LAMP'])[1 + dice % 3];
	step text := (ARRAY['redeem', 'reserve', 'collect', 'cancel', 'release', 'redeem', 'restock', 'reserve'])[1 + dice % 8];
	chosen bigint := (SELECT r.redemption_id FROM creditbank.redemption AS r WHERE r.state = 'reserved' OR (step = 'cancel' AND r.state = 'collected') ORDER BY (r.redemption_id * dice) % 17 LIMIT 1);
	said text := '00000';
BEGIN
	BEGIN
		CASE step
			WHEN 'redeem' THEN PERFORM creditbank.redeem(number, reward, 1 + dice % 2);
			WHEN 'reserve' THEN PERFORM creditbank.reserve_reward(number, reward);
			WHEN 'collect' THEN PERFORM creditbank.collect_reward(chosen);
			WHEN 'cancel' THEN PERFORM creditbank.cancel_redemption(chosen, 'x');
			WHEN 'restock' THEN PERFORM creditbank.restock('LAMP', 1);
			-- What is reserved is made overdue as it would be by waiting.
			WHEN 'release' THEN
				SET LOCAL creditbank_test.late = 'on';
				PERFORM creditbank.release_reservations();
				SET LOCAL creditbank_test.late = 'off';
		END CASE;
	EXCEPTION WHEN SQLSTATE '23C11' OR SQLSTATE '23C16' OR SQLSTATE '23C32' OR SQLSTATE '23C33' THEN
		said := SQLSTATE;
	END;
	INSERT INTO public.outcome VALUES (step, said);
END
\$\$;
CREATE OR REPLACE FUNCTION creditbank.today() RETURNS date LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS \$\$ BEGIN RETURN (now() AT TIME ZONE 'UTC')::date + CASE WHEN current_setting('creditbank_test.late', true) = 'on' THEN 30 ELSE 0 END; END \$\$;
SQL

open my $script, '>', "$ENV{TMPDIR}/points.pgbench" or die $!;
print $script "\\set account random(1, $accounts)\n\\set dice random(0, 9999)\nSELECT public.step(:account, :dice);\n";
close $script;
my $bench = `pgbench -n -c $clients -j 2 -t $transactions --random-seed=4711 -f $ENV{TMPDIR}/points.pgbench $database 2>&1`;
is($? >> 8, 0, 'no session fails, and none in a deadlock (seed 4711)') or diag $bench;
like($bench, qr{number of transactions actually processed: (\d+)/\1$}m, 'every step is done');

is(psql('SELECT class, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, seq, expected, found FROM creditbank.verify_archive()'), '', 'the ledger verifies');
is(psql(q{SELECT count(DISTINCT step) FROM public.outcome WHERE sqlstate = '00000'}), 6, 'every kind of step was taken');
is(psql(q{SELECT count(*) FROM public.outcome WHERE sqlstate = '23C32'}) > 0, 1, 'the stock ran out for some');
is(psql(qq{SELECT string_agg(r.code, ' ') FROM creditbank.reward AS r
	WHERE r.stock + (SELECT coalesce(sum(m.quantity), 0) FROM creditbank.redemption AS m WHERE m.reward = r.code AND m.state IN ('reserved', 'collected'))
		<> CASE r.code WHEN 'LAMP' THEN 1 + (SELECT count(*) FROM public.outcome WHERE step = 'restock' AND sqlstate = '00000') ELSE $stock END}),
	'', 'what was handed out and reserved, and what is left, is what there was');
is(psql(qq{SELECT n.account, p.available, spent.points FROM creditbank.account AS a
	CROSS JOIN LATERAL (SELECT creditbank.account_number(a.account_id)) AS n (account)
	CROSS JOIN LATERAL creditbank.points(n.account, creditbank.today() + 30) AS p
	CROSS JOIN LATERAL (SELECT coalesce(sum(r.points), 0) FROM creditbank.redemptions AS r WHERE r.account = n.account AND r.state IN ('reserved', 'collected')) AS spent (points)
	WHERE a.account_id > 0 AND p.amount + spent.points <> $earned}),
	'', 'what each learner spent and has is what was earned, to the point');
is(psql(q{SELECT count(*) FROM creditbank.account AS a
	CROSS JOIN LATERAL creditbank.points(creditbank.account_number(a.account_id), creditbank.today() + 30) AS p
	JOIN LATERAL creditbank.balance(creditbank.account_number(a.account_id)) AS b ON b.unit = 'pt'
	WHERE a.account_id > 0 AND b.balance <> p.available}),
	'0', 'and the balance says the same');
system('dropdb', $database);
done_testing();
