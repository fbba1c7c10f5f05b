# statistics: random histories of every kind of step, in which the roll-ups are
# refreshed now and then, are always counted right; facts, roll-ups and yearly
# figures agree; what would be missed is found. CREDITBANK_SEED repeats a run,
# CREDITBANK_ROUNDS (5) makes it longer.
use strict;
use warnings;
use Test::More;

my $database = 'creditbank_statistics';
my $seed = $ENV{CREDITBANK_SEED} // int(rand(1_000_000));
my $rounds = $ENV{CREDITBANK_ROUNDS} // 5;
note "CREDITBANK_SEED=$seed";

sub psql
{
	my ($sql) = @_;
	open my $file, '>', "$ENV{TMPDIR}/statistics.sql" or die $!;
	print $file $sql;
	close $file;
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $ENV{TMPDIR}/statistics.sql 2>&1`;
	chomp $said;
	return $said;
}

system('createdb', $database) == 0 or die;
is(psql(<<'SQL'), '', 'a bank is prepared');
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('statistics.example.org', negative_units => '{cr}');
INSERT INTO creditbank.region (code, name) VALUES ('330000', 'Zhejiang'), ('330100', 'Hangzhou'), ('330106', 'Xihu'), ('330106003000', 'Beishan'),
	('330200', 'Ningbo'), ('420000', 'Hubei'), ('429004', 'Xiantao');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school'), ('TRAIN', 'Train', 'training');
INSERT INTO creditbank.programme (code, institution, title, credits, purpose) VALUES ('PTS', 'OUC', 'Points', 1, 'points'), ('LOG', 'OUC', 'Logistics', 80, 'credit');
INSERT INTO creditbank.recognition_route (class, body, appeal_body) VALUES ('course', 'OUC', 'TRAIN');
INSERT INTO creditbank.assessor (role_name, institution) VALUES ('postgres', 'OUC'), ('postgres', 'TRAIN');
INSERT INTO creditbank.reward (code, institution, title, price, stock) VALUES ('MUG', 'OUC', 'Mug', '7 pt', 100000);
SELECT FROM creditbank.publish_rules('rule_set ''pts'' version 1 programme ''PTS'' points expire after 2 years rule ''hours'' when any training/* grant 1 pt per 1 hr, leftover forfeit');
SELECT FROM creditbank.publish_rules('rule_set ''log'' version 1 programme ''LOG'' rule ''cert'' when any cert/* grant 2 cr rule ''course'' when any course/* grant 1 cr');
CREATE TABLE public.outcome (step text, done boolean);
CREATE FUNCTION public.pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT choices[1 + floor(random() * cardinality(choices))::integer] $$;
-- One step of a random history, of a kind or of any; what the bank refuses is not taken.
CREATE FUNCTION public.step(kind text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	what text := coalesce(kind, public.pick('open', 'open', 'deposit', 'deposit', 'deposit', 'recognise', 'recognise', 'decline', 'appeal', 'revoke', 'freeze', 'withdraw',
		'convert', 'convert', 'reverse', 'points', 'redeem', 'reserve', 'collect', 'cancel', 'activate', 'describe', 'describe', 'merge', 'programme', 'assess', 'bulk', 'certificate_issued', 'certificate_revoked',
		CASE WHEN random() < 0.1 THEN 'close' ELSE 'open' END, CASE WHEN random() < 0.1 THEN 'erase' ELSE 'deposit' END));
	-- An achievement that the step may be taken with, where there is one.
	chosen bigint := (SELECT a.achievement_id FROM creditbank.achievement AS a LEFT JOIN creditbank.achievement_transition AS t ON t.from_state = a.state
		AND t.step = CASE what WHEN 'assess' THEN 'recognise' WHEN 'appeal' THEN 'appeal_achievement' WHEN 'revoke' THEN 'revoke_achievement' WHEN 'freeze' THEN 'freeze_achievement' ELSE what END
		ORDER BY t.step IS NULL, random() LIMIT 1);
	held text := (SELECT a.ref::text FROM creditbank.achievement AS a WHERE a.achievement_id = chosen);
	number text := (SELECT creditbank.account_number(a.account_id) FROM creditbank.account AS a LEFT JOIN creditbank.ledger_head AS h USING (account_id)
		WHERE a.account_id > 0
		ORDER BY CASE WHEN what IN ('recognise', 'decline', 'assess', 'appeal', 'revoke', 'freeze') THEN a.account_id <> (SELECT c.account_id FROM creditbank.achievement AS c WHERE c.achievement_id = chosen)
			WHEN what IN ('redeem', 'reserve') THEN h.balances::text !~ '[1-9][0-9.]* pt'
			WHEN what IN ('points', 'convert') THEN NOT EXISTS (SELECT FROM creditbank.achievement AS c WHERE c.account_id = a.account_id AND c.state = 'recognised' AND (what = 'points') = (c.ref::text LIKE 'training/%')) END,
			a.state <> 'active' AND random() < 0.9, random() LIMIT 1);
	region text := public.pick('330106003000', '330106', '330100', '330200', '429004', '330000', NULL);
	trainees text := public.pick('veteran', 'unemployed', 'student', NULL);
BEGIN
	BEGIN
		CASE what
			WHEN 'open' THEN PERFORM creditbank.open_account('Learner', date '2024-11-01' + (random() * 200)::integer, activated => random() < 0.7, region => region, trainee_group => trainees);
			WHEN 'deposit' THEN PERFORM creditbank.deposit(number, public.pick('cert/OUC/A', 'cert/TRAIN/B', 'course/OUC/C', 'training/TRAIN/D', 'training/OUC/E') || public.pick('#', '#X') || nextval('creditbank.import_record_dummy'),
				'2024-01-01', 'T', public.pick('3 cr', '12.5 hr', '20 hr', NULL), (1 + random() * 9)::integer);
			WHEN 'recognise' THEN PERFORM creditbank.recognise(number, held);
			WHEN 'decline' THEN PERFORM creditbank.recognise(number, held, 'declined');
			WHEN 'appeal' THEN PERFORM creditbank.appeal_achievement(number, held, 'x');
			WHEN 'revoke' THEN PERFORM creditbank.revoke_achievement(number, held, 'x');
			WHEN 'freeze' THEN PERFORM creditbank.freeze_achievement(number, held, 'x');
			WHEN 'withdraw' THEN PERFORM creditbank.withdraw_achievement(number, held);
			WHEN 'convert' THEN PERFORM creditbank.convert(number, 'LOG');
			WHEN 'points' THEN PERFORM creditbank.convert(number, 'PTS');
			WHEN 'reverse' THEN PERFORM creditbank.reverse_decision((SELECT d.decision_id FROM creditbank.decision AS d WHERE d.state = 'posted' ORDER BY random() LIMIT 1), 'x');
			WHEN 'redeem' THEN PERFORM creditbank.redeem(number, 'MUG', 1);
			WHEN 'reserve' THEN PERFORM creditbank.reserve_reward(number, 'MUG');
			WHEN 'collect' THEN PERFORM creditbank.collect_reward((SELECT r.redemption_id FROM creditbank.redemption AS r WHERE r.state = 'reserved' ORDER BY random() LIMIT 1));
			WHEN 'cancel' THEN PERFORM creditbank.cancel_redemption((SELECT r.redemption_id FROM creditbank.redemption AS r ORDER BY random() LIMIT 1), 'x');
			WHEN 'activate' THEN PERFORM creditbank.activate_account(number);
			WHEN 'close' THEN PERFORM creditbank.close_account(number, 'x');
			WHEN 'describe' THEN PERFORM creditbank.describe_holder(number, region, trainees);
			WHEN 'merge' THEN PERFORM creditbank.merge_accounts(number, (SELECT creditbank.account_number(a.account_id) FROM creditbank.account AS a WHERE a.account_id > 0 AND a.state = 'active' ORDER BY random() LIMIT 1), 'x');
			WHEN 'erase' THEN PERFORM creditbank.erase_holder(number, 'x');
			WHEN 'programme' THEN UPDATE creditbank.programme SET institution = public.pick('OUC', 'TRAIN') WHERE code = public.pick('LOG', 'PTS');
			WHEN 'assess' THEN PERFORM creditbank.recognise(number, held, amount => '7 hr', level => 9);
			WHEN 'bulk' THEN UPDATE creditbank.holder AS h SET trainee_group = trainees WHERE h.account_id % 7 = (random() * 6)::integer;
			WHEN 'certificate_issued', 'certificate_revoked' THEN PERFORM creditbank.append_entry(creditbank.account_id(number), what, NULL, NULL, creditbank.today(), '{}');
		END CASE;
		INSERT INTO public.outcome VALUES (what, true);
	EXCEPTION WHEN OTHERS THEN
		IF SQLSTATE !~ '^2[23]' THEN
			RAISE;
		END IF;
		INSERT INTO public.outcome VALUES (what || ' ' || SQLSTATE || ' ' || SQLERRM, false);
	END;
END
$$;
CREATE SEQUENCE creditbank.import_record_dummy;
SELECT FROM generate_series(1, 8) AS n, LATERAL creditbank.open_account('Learner ' || n, '2025-01-31', region => '330106');
SQL

my $refreshed = 0;
for my $round (1 .. $rounds)
{
	my $steps = $round == 1 ? 500 : 40;
	my $number = $seed + $round;
	my $said = psql("SELECT setseed(($number % 1000000) / 1000000.0); DO \$\$ BEGIN FOR n IN 1 .. $steps LOOP PERFORM public.step(); END LOOP; END \$\$;"
		. 'SELECT accounts FROM creditbank.refresh_statistics();');
	$said =~ /(\d+)$/ and $1 > 0 and $refreshed++;
	is(psql('SELECT * FROM creditbank.statistics_drift()'), '', "round $round: what is kept is what is counted (seed $seed)") or diag $said;
}
is($refreshed, $rounds, 'every round changed accounts') or diag "seed $seed";
# Chance may have left a kind out, or taken all of its steps back: it is taken now, once what it needs has come about.
psql(q{CREATE VIEW public.missing AS SELECT s AS kind FROM unnest(ARRAY['open', 'deposit', 'recognise', 'decline', 'appeal', 'revoke', 'convert', 'reverse', 'points', 'redeem', 'reserve', 'collect', 'cancel', 'activate', 'close', 'describe', 'merge', 'erase', 'programme', 'assess', 'bulk', 'certificate_issued', 'certificate_revoked']) AS s
	WHERE s NOT IN (SELECT o.step FROM public.outcome AS o WHERE o.done)
	UNION
	SELECT f.kind FROM (VALUES ('open', 'accounts_opened'), ('activate', 'accounts_activated'), ('close', 'accounts_closed'), ('deposit', 'deposits'), ('recognise', 'recognitions'), ('decline', 'refusals'), ('appeal', 'appeals'),
		('revoke', 'revocations'), ('convert', 'conversions'), ('points', 'points_earned'), ('reserve', 'points_reserved'), ('redeem', 'points_redeemed'), ('certificate_issued', 'certificates_issued'), ('certificate_revoked', 'certificates_revoked')) AS f (kind, figure)
	WHERE f.figure NOT IN (SELECT c.figure FROM creditbank.contribution AS c);
	DO $$ BEGIN FOR n IN 1 .. 1000 LOOP
		EXIT WHEN NOT EXISTS (SELECT FROM public.missing);
		PERFORM public.step(m.kind) FROM public.missing AS m;
		PERFORM public.step(CASE n % 2 WHEN 0 THEN public.pick('open', 'deposit', 'decline', 'recognise') END);
	END LOOP; END $$});
is(psql('SELECT kind FROM public.missing'), '', 'every kind of step was taken, and some of each figure stands') or diag "seed $seed", psql('SELECT step, count(*) FROM public.outcome GROUP BY 1 ORDER BY 2 DESC');
is(psql('SELECT FROM creditbank.refresh_statistics(); SELECT * FROM creditbank.statistics_drift()'), '', "and what is kept is what is counted (seed $seed)");
like(psql('SELECT accounts, cells FROM creditbank.refresh_statistics()'), qr/^0\|0$/, 'nothing changed, nothing is counted');

# What a year's figures say, the facts and the roll-up say by every dimension.
my $facts = join ' UNION ALL ', map { my ($fact, $about) = @$_; "SELECT figure, day, region, "
	. ($about eq 'account' ? "'none' AS institution, 'none' AS education_type, 'none' AS class, 0 AS level" : 'institution, education_type, class, level')
	. ', trainee_group, ' . ($fact =~ /account|certificate/ ? "'none' AS unit, 0 AS amount" : 'unit, amount') . " FROM creditbank.fact_$fact" }
	(['account', 'account'], ['deposit', ''], ['recognition', ''], ['conversion', ''], ['points', ''], ['certificate', 'account']);
my $kept = 'SELECT figure, month AS day, region, institution, education_type, class, level, trainee_group, unit, amount, count FROM creditbank.rollup';
for ([ 'facts', "SELECT f.*, 1 AS count FROM ($facts) AS f" ], [ 'roll-up', $kept ])
{
	my ($what, $query) = @$_;
	is(psql(<<"SQL"), '', "$what: by every dimension the figures of the year");
WITH f AS ($query),
mine AS (
	SELECT extract(year FROM f.day)::integer AS year, f.figure, d.dimension, d.member, nullif(f.unit, 'none') AS unit, sum(f.count) AS count, CASE WHEN f.unit <> 'none' THEN sum(f.amount) END AS amount
	FROM f
	JOIN creditbank.dim_region AS r ON r.code = f.region
	JOIN creditbank.dim_trainee_group AS g ON g.code = f.trainee_group
	JOIN creditbank.dim_institution AS i ON i.code = f.institution
	JOIN creditbank.dim_class AS c ON c.code = f.class
	JOIN creditbank.dim_education_type AS e ON e.code = f.education_type
	JOIN creditbank.dim_level AS l ON l.level = f.level
	JOIN creditbank.dim_day AS t ON t.day = f.day
	CROSS JOIN LATERAL (VALUES ('total', 'all'), ('education_type', f.education_type), ('class', f.class), ('level', coalesce(nullif(f.level, 0)::text, 'none')), ('institution', f.institution),
		('trainee_group', g.top_group), ('trainee_subgroup', g.code), ('province', r.province), ('city', r.city), ('county', r.county), ('township', r.township)) AS d (dimension, member)
	GROUP BY 1, 2, 3, 4, f.unit),
year AS (
	SELECT y.year, y.figure, y.dimension, y.member, y.unit, y.count, y.amount
	FROM generate_series(2024, extract(year FROM creditbank.today())::integer) AS n, creditbank.yearly_figures(n) AS y
	WHERE y.count > 0)
(TABLE year EXCEPT SELECT * FROM mine)
UNION ALL
(SELECT m.* FROM mine AS m JOIN creditbank.figure_kinds() AS k ON k.figure = m.figure
	WHERE k.about <> 'account' OR m.dimension NOT IN ('education_type', 'class', 'level', 'institution') EXCEPT TABLE year)
SQL
}
cmp_ok(psql('SELECT count(DISTINCT figure) FROM creditbank.rollup'), '==', 14, 'every figure has something to count');

# What is not noticed is found.
like(psql(q{UPDATE creditbank.rollup SET count = count + 1 WHERE ctid = (SELECT min(ctid) FROM creditbank.rollup); SELECT what FROM creditbank.statistics_drift();}), qr/^rollup$/, 'a wrong cell is found');
psql(q{UPDATE creditbank.rollup AS r SET count = s.count FROM (SELECT month, figure, region, institution, education_type, class, level, trainee_group, unit, sum(count) AS count FROM creditbank.contribution GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) AS s
	WHERE (r.month, r.figure, r.region, r.institution, r.education_type, r.class, r.level, r.trainee_group, r.unit) = (s.month, s.figure, s.region, s.institution, s.education_type, s.class, s.level, s.trainee_group, s.unit)});
isnt(psql(q{ALTER TABLE creditbank.holder DISABLE TRIGGER holder_updated_statistics;
	UPDATE creditbank.holder SET region = CASE region WHEN '330200' THEN '429004' ELSE '330200' END WHERE account_id = (SELECT min(account_id) FROM creditbank.holder);
	SELECT FROM creditbank.refresh_statistics(); SELECT what FROM creditbank.statistics_drift();}), '', 'a move that no trigger noted is found');

# Plans: a period and an account are found by indexes.
psql(<<'SQL');
ALTER TABLE creditbank.holder ENABLE TRIGGER holder_updated_statistics;
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER ALL;
INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, occurred_on, kind, prev_hash)
SELECT n, 1000000, now(), date '2010-01-01' + n / 50, 4, '\x' FROM generate_series(1, 200000) AS n;
SELECT brin_summarize_new_values('creditbank.ledger_entry_by_day');
ANALYZE creditbank.ledger_entry;
SQL
like(psql(q{EXPLAIN SELECT count(*) FROM creditbank.fact_recognition WHERE day BETWEEN '2012-02-01' AND '2012-02-29'}), qr/Index Scan on ledger_entry_by_day/, 'a period is found by its index');
like(psql(q{EXPLAIN SELECT * FROM creditbank.fact_deposit WHERE account_key = 3}), qr/Index Scan.* on ledger_entry e|ledger_entry_pkey/, 'an account is found by its index');
unlike(psql(q{EXPLAIN SELECT * FROM creditbank.contribution WHERE account_id = ANY ('{3,4,5}')}), qr/Seq Scan on ledger_entry/, 'and so are a few accounts to be counted anew');
system('dropdb', $database);
done_testing();
