-- points: earned by rules, spent on rewards, never turned into credit by themselves.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE TEMP VIEW finding AS
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger()
UNION ALL
SELECT class, account, seq, expected, found FROM creditbank.verify_archive()
UNION ALL
SELECT 'replay', account, NULL, stored, derived FROM creditbank.replay();
-- The bank's day is what the test says: it goes on from one part to the next.
CREATE OR REPLACE FUNCTION creditbank.today()
RETURNS date
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$ BEGIN RETURN current_setting('test.today')::date; END $$;
SET LOCAL test.today = '2024-06-01';
SET LOCAL datestyle = ISO;
INSERT INTO creditbank.programme (code, institution, title, credits, purpose)
VALUES ('PUJIANG-POINTS', 'SH-TRAIN', '浦江学习积分', 1, 'points');
INSERT INTO creditbank.reward (code, institution, title, price, stock, per_account, valid)
VALUES
	('MUG', 'SH-TRAIN', '搪瓷杯', '20 pt', 3, NULL, daterange(NULL, NULL)),
	('BOOK', 'OUC', '教材一册', '2.5 pt', 10, 2, daterange(NULL, NULL)),
	('LAMP', 'OUC', '台灯', '1 pt', 10, NULL, daterange('2020-01-01', '2021-01-01'));
SELECT account AS one, account_id AS one_id FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS two, account_id AS two_id FROM creditbank.open_account('李娜', '2023-01-01') \gset
SELECT creditbank.deposit(:'one', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '50 hr', attendance => 96);
SELECT creditbank.recognise(:'one', 'training/SH-TRAIN/COLD-CHAIN#1');
SELECT creditbank.deposit(:'two', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', amount => '25 hr', attendance => 90);
SELECT creditbank.recognise(:'two', 'training/SH-TRAIN/COLD-CHAIN#2');
\o
\set ECHO all

-- a scheme's rules grant points and nothing else: told when they are published and when they decide
SELECT e.* FROM (VALUES
	('rule_set ''pujiang'' version 1 programme ''PUJIANG-POINTS'' rule ''hours'' when any training/* grant 1 pt per 1 hr, 1 cr per 16 hr, leftover keep'),
	('rule_set ''pujiang'' version 1 programme ''PUJIANG-POINTS'' rule ''hours'' when any training/* grant 1 cr per 16 hr'),
	('rule_set ''pujiang'' version 1 programme ''PUJIANG-POINTS'' table ''t'' by rank any is 1 cr rule ''a'' when any award/* grant from table ''t'' rule ''b'' when any training/* grant 1 pt')) AS r (rules),
	pg_temp.error_of(format('SELECT creditbank.publish_rules(%L)', r.rules)) AS e;
SELECT name FROM creditbank.publish_rules('rule_set ''everywhere'' version 1 effective 2019-01-01 .. 2019-12-31 rule ''hours'' when any training/* grant course/OUC/LOG-101 in full');
SELECT e.* FROM (VALUES
	('SELECT creditbank.convert(%L, ''PUJIANG-POINTS'', as_of => ''2019-06-01'')'),
	('SELECT creditbank.convert(%L, ''PUJIANG-POINTS'', as_of => ''2019-06-01'', dry_run => true)'),
	('SELECT creditbank.explain_conversion(%L, ''PUJIANG-POINTS'', rules => ''rule_set ''''x'''' version 1 rule ''''r'''' when any training/* grant 1 cr'')')) AS s (statement),
	pg_temp.error_of(format(s.statement, :'one')) AS e;
SELECT name FROM creditbank.publish_rules($$
	rule_set 'pujiang' version 1
	programme 'PUJIANG-POINTS'
	effective 2024-01-01 ..
	points expire after 2 years
	rule 'hours' when any training/* attendance >= 80 grant 1 pt per 1 hr, leftover keep
	rule 'patent' when any patent/* grant 30 pt needs assessor$$);

-- a scheme stays one: what was used for points would count again for credit
SELECT e.* FROM pg_temp.error_of('UPDATE creditbank.programme SET purpose = ''credit'' WHERE code = ''PUJIANG-POINTS''') AS e;
UPDATE creditbank.programme SET title = title, purpose = 'points' WHERE code = 'PUJIANG-POINTS';

-- earned: the achievement stays there to be converted
SELECT rule, granted, amount, unit, state FROM creditbank.convert(:'one', 'PUJIANG-POINTS', dry_run => true);
SELECT count(*) AS lots FROM creditbank.point_lot;
SELECT rule, granted, amount, unit, state FROM creditbank.convert(:'one', 'PUJIANG-POINTS');
SELECT seq, kind, amount, unit, ref, detail::jsonb ->> 'expires_on' AS expires_on, detail::jsonb ->> 'purpose' AS purpose
FROM creditbank.ledger WHERE account = :'one' AND kind IN ('consumed', 'earned') ORDER BY seq;
SELECT seq, earned, remaining, earned_on, expires_on FROM creditbank.point_lots;
SELECT * FROM creditbank.points(:'one');
SELECT * FROM creditbank.points(:'two');
SELECT unit, balance, amount, expired FROM creditbank.balance(:'one');
SELECT class, achievement, state, amount, remaining, used_for FROM creditbank.lifelong_file(:'one');
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.convert(%L, ''PUJIANG-POINTS'')', :'one')) AS e;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.convert(%L, ''PUJIANG-POINTS'', ARRAY[''training/SH-TRAIN/COLD-CHAIN#1''])', :'one')) AS e;
SELECT * FROM finding;

-- nothing turns a point into a credit: no conversion sees points, and what is posted of them is in no other unit
SELECT b.unit, b.balance FROM creditbank.balance(:'one') AS b;
SELECT rule, granted, sources_used, leftover FROM creditbank.convert(:'one', 'OUC-LOGISTICS') WHERE granted IS NOT NULL;
SELECT b.unit, b.balance FROM creditbank.balance(:'one') AS b;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.convert(%L, ''OUC-LOGISTICS'')', :'one')) AS e;
SELECT jsonb_array_length(inputs -> 'portfolio') AS achievements, count(*) FILTER (WHERE item ->> 'amount' LIKE '% pt') AS of_points
FROM creditbank.conversion_inputs(:one_id, 'OUC-LOGISTICS', NULL) AS inputs, jsonb_array_elements(inputs -> 'portfolio') AS item GROUP BY 1;
SELECT * FROM creditbank.points(:'one');
-- but a rule can: of an achievement that is measured in points
\o /dev/null
SELECT creditbank.deposit(:'two', 'award/CN-UNION/SORTING-CONTEST#9', '2024-05-01', amount => '40 pt');
SELECT creditbank.recognise(:'two', 'award/CN-UNION/SORTING-CONTEST#9');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('SHORT-COURSE', 'OUC', '短期课程', 10);
\o
SELECT * FROM creditbank.points(:'two');
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.redeem(%L, ''MUG'')', :'two')) AS e;
SELECT name FROM creditbank.publish_rules('rule_set ''short'' version 1 programme ''SHORT-COURSE'' effective 2024-01-01 .. rule ''contest points'' when any award/* grant 1 cr per 20 pt, leftover forfeit');
SELECT granted, sources_used, source_amounts FROM creditbank.convert(:'two', 'SHORT-COURSE') WHERE granted IS NOT NULL;
SELECT unit, balance FROM creditbank.balance(:'two');
SELECT * FROM finding;

-- redeemed: what expires first goes first, stock and points together or nothing
SET LOCAL test.today = '2024-09-01';
SELECT account = :'one' AS one, reward, quantity, points, amount, state FROM creditbank.redeem(:'one', 'MUG');
SELECT reward, quantity, points, amount, state FROM creditbank.redeem(:'one', 'BOOK', 2);
SELECT kind, amount, unit, occurred_on, detail::jsonb - 'redemption' AS detail FROM creditbank.ledger WHERE account = :'one' AND kind = 'redeemed' ORDER BY seq;
SELECT code, stock FROM creditbank.rewards ORDER BY code COLLATE "C";
SELECT call, e.* FROM (VALUES
	('redeem(%L, ''MUG'', 3)'), ('redeem(%L, ''MUG'', 2)'), ('redeem(%L, ''BOOK'')'), ('redeem(%L, ''LAMP'')'), ('redeem(%L, ''CUP'')'), ('redeem(%L, NULL)'),
	('redeem(%L, ''MUG'', 0)'), ('redeem(%L, ''MUG'', -1)'), ('redeem(%L, ''MUG'', NULL)'), ('redeem(''1'', ''MUG'')'), ('redeem(NULL, ''MUG'')'), ('redeem(''00000000000098'', ''MUG'')'),
	('reserve_reward(%L, ''MUG'', 1, ''2024-08-31'')'), ('reserve_reward(%L, ''MUG'', 1, ''infinity'')'), ('reserve_reward(%L, ''MUG'', 1, ''10000-01-01'')'),
	('restock(''MUG'', 0)'), ('restock(''MUG'', NULL)'), ('restock(''CUP'', 1)'), ('restock(''MUG'', -3)'), ('restock(''MUG'', 9223372036854775807)'),
	('collect_reward(NULL)'), ('collect_reward(9999)'), ('cancel_redemption(9999, ''x'')'), ('cancel_redemption(9999, '' '')'), ('points(''1'')')) AS s (call),
	pg_temp.error_of('SELECT creditbank.' || format(s.call, :'one')) AS e;
SELECT available, reserved FROM creditbank.points(:'one');

-- reserved, collected, cancelled, lapsed
SELECT reward, quantity, points, amount, state, reserved_until FROM creditbank.reserve_reward(:'one', 'MUG', until => '2024-09-04');
SELECT available, reserved FROM creditbank.points(:'one');
SELECT stock FROM creditbank.rewards WHERE code = 'MUG';
SELECT redemption_id AS mug FROM creditbank.redemption WHERE state = 'reserved' \gset
SELECT count(*) AS released FROM creditbank.release_reservations();
SELECT creditbank.collect_reward(:mug);
SELECT available, reserved FROM creditbank.points(:'one');
SELECT kind, amount, detail::jsonb - 'redemption' AS detail FROM creditbank.ledger WHERE account = :'one' ORDER BY seq DESC LIMIT 2;
SELECT call, e.sqlstate_, replace(e.message, :'mug', 'N') AS message, e.detail, e.hint FROM (VALUES ('collect_reward(%s)'), ('cancel_redemption(%s, NULL)')) AS s (call), pg_temp.error_of('SELECT creditbank.' || format(s.call, :mug)) AS e;
SELECT * FROM finding;
SELECT creditbank.cancel_redemption(:mug, '杯子破损');
SELECT kind, amount, detail::jsonb - 'redemption' AS detail FROM creditbank.ledger WHERE account = :'one' ORDER BY seq DESC LIMIT 2;
SELECT call, e.sqlstate_, replace(e.message, :'mug', 'N') AS message, e.detail, e.hint FROM (VALUES ('collect_reward(%s)'), ('cancel_redemption(%s, ''x'')')) AS s (call), pg_temp.error_of('SELECT creditbank.' || format(s.call, :mug)) AS e;
SELECT available, reserved FROM creditbank.points(:'one');
SELECT redemption_id AS mug, reserved_until FROM creditbank.reserve_reward(:'one', 'MUG') \gset
SELECT :'reserved_until' AS in_two_weeks;
SET LOCAL test.today = '2024-09-16';
SELECT e.sqlstate_, replace(e.message, :'mug', 'N') AS message, e.detail, e.hint FROM pg_temp.error_of(format('SELECT creditbank.collect_reward(%s)', :mug)) AS e;
UPDATE creditbank.reward SET stock = 0 WHERE code = 'MUG';
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.redeem(%L, ''MUG'')', :'one')) AS e;
SELECT account = :'one' AS one, reward, quantity, points, amount FROM creditbank.release_reservations();
SELECT count(*) AS released FROM creditbank.release_reservations();
SELECT creditbank.restock('MUG', 5) AS five_came, creditbank.restock('MUG', -1) AS one_broke;
SELECT reward, quantity, points, state, reserved_until, first_seq, last_seq FROM creditbank.redemptions ORDER BY redemption_id;
SELECT harm, e.* FROM unnest(ARRAY['DELETE FROM creditbank.redemption_transition', 'TRUNCATE creditbank.redemption_lot', 'DELETE FROM creditbank.redemption', 'UPDATE creditbank.redemption SET quantity = 2',
	'UPDATE creditbank.redemption SET state = ''reserved'' WHERE state = ''collected''', 'UPDATE creditbank.redemption SET state = ''cancelled'', last_seq = 1 WHERE state = ''collected''', 'UPDATE creditbank.redemption_lot SET amount = ''1 pt''',
	'UPDATE creditbank.point_lot SET expires_on = NULL', 'DELETE FROM creditbank.point_lot', 'TRUNCATE creditbank.point_lot CASCADE']) AS harm, pg_temp.error_of(harm) AS e;
SELECT * FROM finding;

-- asked about a day, past or to come
SELECT day, p.*
FROM unnest('{2024-05-31,2024-06-01,2024-09-01,2024-09-16,2026-06-01,2026-06-02}'::date[]) AS day, creditbank.points(:'one', day) AS p;
SELECT day, b.balance, b.amount, b.expired
FROM unnest('{2024-05-31,2024-06-01,2024-09-01,2024-09-16,2026-06-01,2026-06-02}'::date[]) AS day, creditbank.balance(:'one', day) AS b
WHERE b.unit = 'pt';

-- the lots that expire first, whenever they were earned; one that has expired is not touched
SET LOCAL test.today = '2026-03-01';
SELECT name FROM creditbank.publish_rules($$
	rule_set 'pujiang' version 2
	programme 'PUJIANG-POINTS'
	effective 2025-01-01 ..
	points expire after 1 month, at the end of the year
	rule 'hours' when any training/* attendance >= 80 grant 1 pt per 1 hr, leftover keep$$, supersede => true);
\o /dev/null
SELECT creditbank.deposit(:'one', 'training/SH-TRAIN/COLD-CHAIN#3', '2026-01-20', amount => '30 hr', attendance => 96);
SELECT creditbank.recognise(:'one', 'training/SH-TRAIN/COLD-CHAIN#3');
\o
SELECT granted FROM creditbank.convert(:'one', 'PUJIANG-POINTS') WHERE granted IS NOT NULL;
SELECT earned, remaining, expires_on FROM creditbank.point_lots WHERE account = :'one' ORDER BY expires_on;
SELECT quantity, points FROM creditbank.redeem(:'one', 'MUG', 2);
SELECT earned, remaining, expires_on FROM creditbank.point_lots WHERE account = :'one' ORDER BY expires_on;
SELECT redemption_id AS twice FROM creditbank.redemption ORDER BY redemption_id DESC LIMIT 1 \gset
SET LOCAL test.today = '2026-06-02';
SELECT creditbank.cancel_redemption(:twice, '退回');
SELECT * FROM creditbank.points(:'one');
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.redeem(%L, ''MUG'', 2)', :'one')) AS e;
SELECT points FROM creditbank.redeem(:'one', 'MUG');
SELECT earned, remaining, expires_on FROM creditbank.point_lots WHERE account = :'one' ORDER BY expires_on;
SELECT p.available, p.expired, b.balance, b.expired AS balance_expired FROM creditbank.points(:'one') AS p, creditbank.balance(:'one') AS b WHERE b.unit = 'pt';
SELECT * FROM finding;

-- reversed: not while the points are spent; then the achievement earns anew
SELECT decision_id AS earning FROM creditbank.decision WHERE programme = 'PUJIANG-POINTS' ORDER BY decision_id DESC LIMIT 1 \gset
SELECT e.sqlstate_, replace(e.message, :'earning', 'N') AS message, regexp_replace(e.detail, 'redemption [0-9]+', 'redemption N') AS detail, e.hint
FROM pg_temp.error_of(format('SELECT creditbank.reverse_decision(%s, ''x'')', :earning)) AS e;
SELECT creditbank.cancel_redemption(max(redemption_id), '退回') FROM creditbank.redemption;
SELECT creditbank.reverse_decision(:earning, '误判');
SELECT earned, remaining FROM creditbank.point_lots WHERE account = :'one' ORDER BY seq;
SELECT * FROM creditbank.points(:'one');
SELECT * FROM finding;
SELECT granted FROM creditbank.convert(:'one', 'PUJIANG-POINTS') WHERE granted IS NOT NULL;
SELECT * FROM finding;

-- an account that is not active
SELECT redemption_id AS mug FROM creditbank.reserve_reward(:'one', 'MUG') \gset
SELECT state FROM creditbank.freeze_account(:'one', '核查');
SELECT call, e.sqlstate_, replace(e.message, :'one', 'ONE') AS message, e.detail, e.hint
FROM (VALUES ('redeem(%1$L, ''MUG'')'), ('reserve_reward(%1$L, ''MUG'')'), ('collect_reward(%2$s)')) AS s (call), pg_temp.error_of('SELECT creditbank.' || format(s.call, :'one', :mug)) AS e;
SELECT creditbank.cancel_redemption(:mug, '核查');
UPDATE creditbank.account SET state = 'merged' WHERE account_id = :one_id;
SELECT e.sqlstate_, replace(e.message, :'one', 'ONE') AS message, e.detail, e.hint FROM pg_temp.error_of('SELECT creditbank.cancel_redemption(min(redemption_id), ''x'') FROM creditbank.redemption') AS e;
UPDATE creditbank.account SET state = 'frozen' WHERE account_id = :one_id;
SELECT state FROM creditbank.release_account(:'one', '核查完毕');
SELECT * FROM finding;

-- points in a programme of credits are points all the same
SELECT name FROM creditbank.publish_rules('rule_set ''short'' version 2 programme ''SHORT-COURSE'' effective 2026-01-01 .. points expire after 10 days rule ''bonus'' when any training/* grant 1 cr, 5 pt', supersede => true);
SELECT granted FROM creditbank.convert(:'two', 'SHORT-COURSE') WHERE granted IS NOT NULL ORDER BY granted;
SELECT earned, remaining, earned_on, expires_on FROM creditbank.point_lots WHERE account = :'two';
SELECT unit, balance FROM creditbank.balance(:'two');
SELECT class, title, state, amount, used_for FROM creditbank.lifelong_file(:'two');
SELECT * FROM finding;

-- whoever writes behind the bank's back is seen
SELECT count(*) AS reserved FROM creditbank.reserve_reward(:'one', 'MUG', until => '2026-06-30');
CREATE FUNCTION pg_temp.seen(harm text, guarded text)
RETURNS TABLE (class text, expected text, found text)
LANGUAGE plpgsql AS $$
DECLARE
	seen text;
BEGIN
	BEGIN
		IF guarded <> 'consumption' THEN
			EXECUTE format('ALTER TABLE creditbank.%1$s DISABLE TRIGGER %1$s_never_changes', guarded);
		END IF;
		EXECUTE harm;
		IF guarded <> 'consumption' THEN
			EXECUTE format('ALTER TABLE creditbank.%1$s ENABLE ALWAYS TRIGGER %1$s_never_changes', guarded);
		END IF;
		RAISE EXCEPTION 'undo' USING ERRCODE = 'CB000',
			DETAIL = (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.class, f.expected, f.found) FROM finding AS f);
	EXCEPTION WHEN SQLSTATE 'CB000' THEN
		GET STACKED DIAGNOSTICS seen = PG_EXCEPTION_DETAIL;
	END;
	RETURN QUERY
	SELECT f.class, left(regexp_replace(f.expected, '"redemption": [0-9]+', '"redemption": N'), 130), left(regexp_replace(f.found, '"redemption": [0-9]+', '"redemption": N'), 130)
	FROM jsonb_to_recordset(nullif(seen, '')::jsonb) AS f (class text, expected text, found text);
END
$$;
\pset format unaligned
SELECT harm, s.*
FROM unnest(ARRAY[
	'UPDATE creditbank.point_lot SET remaining = earned WHERE earned = ''30 pt'' AND remaining = ''10 pt''',
	'UPDATE creditbank.point_lot SET expires_on = ''2030-01-01'' WHERE earned = ''50 pt''',
	'UPDATE creditbank.point_lot SET expires_on = NULL WHERE earned = ''50 pt''',
	'UPDATE creditbank.point_lot SET earned = ''60 pt'' WHERE earned = ''50 pt''',
	'UPDATE creditbank.point_lot SET earned_on = ''2024-06-02'' WHERE earned = ''50 pt''',
	'INSERT INTO creditbank.point_lot SELECT account_id, 3, ''5 pt'', ''5 pt'', ''2026-06-01'', NULL FROM creditbank.point_lot WHERE earned = ''50 pt''',
	'DELETE FROM creditbank.point_lot WHERE earned = ''5 pt''',
	'SELECT FROM creditbank.point_lot AS l, creditbank.reverse_entry(l.account_id, l.seq, creditbank.today(), NULL) WHERE l.earned = ''5 pt''',
	'SELECT FROM creditbank.point_lot AS l, creditbank.append_entry(l.account_id, ''earned'', ''5 cr'', NULL, creditbank.today(), ''{}'') AS e, creditbank.append_entry(l.account_id, ''redeemed'', ''-1 pt'', NULL, creditbank.today(), format(''{"lots": {"%s": "1 pt"}}'', e.seq)) WHERE l.earned = ''5 pt''',
	'UPDATE creditbank.redemption SET price = ''1 pt'' WHERE state = ''reserved''',
	'UPDATE creditbank.redemption SET state = ''cancelled'' WHERE state = ''reserved''',
	'UPDATE creditbank.redemption SET reserved_until = ''2027-01-01'' WHERE state = ''reserved''',
	'UPDATE creditbank.redemption_lot SET amount = ''1 pt'' WHERE redemption_id = (SELECT redemption_id FROM creditbank.redemption WHERE state = ''reserved'')',
	'UPDATE creditbank.consumption SET purpose = ''credit'' WHERE purpose = ''points'' AND used_for = ''PUJIANG-POINTS'' AND consumed_on = ''2026-06-02''']) AS harm,
	pg_temp.seen(harm, substring(harm FROM 'creditbank\.([a-z_]+)')) AS s;
\pset format aligned
SELECT * FROM finding;
ROLLBACK;
