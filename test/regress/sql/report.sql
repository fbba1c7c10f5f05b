-- report: lines of CSV, the figures of a year, rule books for other banks.
SELECT creditbank.csv_line('plain', NULL, '', ' spaced ', 'a,b', 'say "x"', E'two\nlines', E'return\r', '"', '学分', 'back\slash') AS line;
SELECT creditbank.csv_line('one') AS one, creditbank.csv_line(NULL::text) AS empty, creditbank.csv_line(VARIADIC '{}') IS NULL AS no_fields, creditbank.csv_line(VARIADIC NULL) IS NULL AS is_null;
SELECT creditbank.row_texts('{"b": 2.50, "a": null, "c": "x"}') AS texts, creditbank.row_texts('{}') IS NULL AS empty;

BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.region (code, name)
VALUES
	('330000', 'Zhejiang'),
	('330100', 'Hangzhou'),
	('330106', 'Xihu'),
	('330106003000', 'Beishan'),
	('330200', 'Ningbo'),
	('420000', 'Hubei'),
	('429004', 'Xiantao'),
	('440000', 'Guangdong'),
	('441900', 'Dongguan'),
	('441900003000', 'Dongcheng');
INSERT INTO creditbank.trainee_group (code, title, parent)
VALUES
	('test_group', 'a group', NULL),
	('test_part', 'a part of it', 'test_group');
CREATE TEMP TABLE learner AS
SELECT n, o.account
FROM generate_series(1, 7) AS n
CROSS JOIN LATERAL creditbank.open_account('Learner ' || n, CASE WHEN n < 7 THEN date '2023-05-05' ELSE '2022-12-31' END) AS o;
UPDATE creditbank.holder
SET region = (ARRAY['330106003000', '330106', '330200', '429004', '441900003000', '330000'])[account_id],
	trainee_group = (ARRAY['test_part', 'test_group', 'test_part'])[account_id];
SELECT d.* FROM learner AS l, creditbank.deposit(l.account, 'cert/CN-POST/EXP-OPERATOR#' || l.n, '2024-06-15', amount => '10.5 hr') AS d WHERE l.n <= 5;
SELECT d.* FROM learner AS l, creditbank.deposit(l.account, 'training/SH-TRAIN/COLD-CHAIN#' || l.n, '2024-03-20', amount => '40 hr', attendance => 90) AS d WHERE l.n <= 3;
SELECT d.* FROM learner AS l, creditbank.deposit(l.account, 'award/CN-UNION/SORTING-CONTEST', '2024-05-01', level => 10) AS d WHERE l.n = 1;
SELECT d.* FROM learner AS l, creditbank.deposit(l.account, 'course/AH-OU/MATHS', '2024-05-01', title => 'Maths', amount => '3 cr') AS d WHERE l.n = 7;
SELECT r.* FROM learner AS l, creditbank.lifelong_file(l.account) AS f, creditbank.recognise(l.account, f.achievement) AS r WHERE l.n < 5;
SELECT r.* FROM learner AS l, creditbank.lifelong_file(l.account) AS f, creditbank.recognise(l.account, f.achievement, 'declined') AS r WHERE l.n = 5;
SELECT c.* FROM learner AS l, creditbank.convert(l.account, 'OUC-LOGISTICS') AS c WHERE l.n < 5;
-- Points: earned, and spent on rewards: at once, reserved and collected, reserved and cancelled.
INSERT INTO creditbank.programme (code, institution, title, credits, purpose)
VALUES ('PJ-POINTS', 'SH-TRAIN', 'Points', 1, 'points');
INSERT INTO creditbank.reward (code, institution, title, price, stock)
VALUES ('BOOK', 'OUC', 'A book', '2.5 pt', 10);
SELECT creditbank.publish_rules('rule_set ''points'' version 1 programme ''PJ-POINTS'' rule ''hours'' when any training/* grant 1 pt per 1 hr');
SELECT account AS one FROM learner WHERE n = 1 \gset
SELECT creditbank.convert(:'one', 'PJ-POINTS');
SELECT creditbank.redeem(:'one', 'BOOK', 3);
SELECT creditbank.collect_reward(r.redemption_id) FROM creditbank.reserve_reward(:'one', 'BOOK', 2, creditbank.today() + 9) AS r;
SELECT creditbank.cancel_redemption(r.redemption_id, 'changed my mind') FROM creditbank.reserve_reward(:'one', 'BOOK', 1, creditbank.today() + 9) AS r;
SELECT creditbank.reserve_reward(:'one', 'BOOK', 4, creditbank.today() + 9);
-- Accounts that were not activated when they were opened; one was later.
SELECT o.account AS late FROM creditbank.open_account('Late', '2021-05-05', activated => false) AS o \gset
SELECT o.account AS never FROM creditbank.open_account('Never', '2021-05-05', activated => false) AS o \gset
SELECT c.* FROM creditbank.close_account(:'never', 'never came') AS c;
SELECT a.* FROM creditbank.activate_account(:'late') AS a;
-- Taken back: a whole conversion, and a recognition.
SELECT creditbank.reverse_decision((SELECT d.decision_id FROM creditbank.decision AS d WHERE d.account_id = 4), 'wrong');
SELECT extract(year FROM creditbank.today())::integer AS this_year \gset
-- Of each dimension, what does not add up to the total.
CREATE FUNCTION pg_temp.not_adding_up(year integer, region text DEFAULT NULL)
RETURNS TABLE (figure text, dimension text, unit text, count numeric, total numeric)
LANGUAGE sql
BEGIN ATOMIC
	WITH f AS (SELECT y.* FROM creditbank.yearly_figures(year, region) AS y),
	dimension AS (
		SELECT DISTINCT k.figure, d.dimension, t.unit, t.count, t.amount
		FROM creditbank.figure_kinds() AS k
		JOIN f AS t ON t.figure = k.figure AND t.dimension = 'total' AND t.count > 0
		CROSS JOIN (VALUES ('trainee_group', true), ('trainee_subgroup', true), ('province', true), ('city', true), ('county', true), ('township', true),
			('education_type', false), ('class', false), ('level', false), ('institution', false)) AS d (dimension, always)
		WHERE d.always OR k.about <> 'account')
	SELECT d.figure, d.dimension, d.unit, sum(p.count), d.count
	FROM dimension AS d
	LEFT JOIN f AS p ON p.figure = d.figure AND p.dimension = d.dimension AND p.unit IS NOT DISTINCT FROM d.unit
	GROUP BY d.figure, d.dimension, d.unit, d.count, d.amount
	HAVING sum(p.count) IS DISTINCT FROM d.count OR sum(p.amount) IS DISTINCT FROM d.amount;
END;
\o
\set ECHO all

-- The whole of the year.
SELECT figure, dimension, member, count, amount, unit FROM creditbank.yearly_figures(:this_year);
SELECT * FROM pg_temp.not_adding_up(:this_year);
SELECT count(DISTINCT dimension) AS dimensions, count(DISTINCT year) AS years, count(region) AS regions FROM creditbank.yearly_figures(:this_year);
-- What the ledger says, for comparison.
SELECT e.kind, count(*), sum(e.amount) AS amount, e.unit
FROM creditbank.ledger AS e
WHERE e.kind IN ('recognised', 'converted', 'declined')
	AND NOT EXISTS (SELECT FROM creditbank.ledger_entry AS r WHERE creditbank.account_number(r.account_id) = e.account AND r.reverses = e.seq)
GROUP BY e.kind, e.unit
ORDER BY e.kind, e.unit;
-- The years before.
SELECT figure, dimension, member, count FROM creditbank.yearly_figures(2023) WHERE count > 0;
SELECT * FROM pg_temp.not_adding_up(2023);
SELECT figure, count FROM creditbank.yearly_figures(2022) WHERE figure LIKE 'accounts%' AND dimension = 'total';
SELECT figure, count FROM creditbank.yearly_figures(2021) WHERE figure LIKE 'accounts%' AND dimension = 'total';
SELECT sum(count) FROM creditbank.yearly_figures(1900);
-- A region, by any form of its code; the regions below it add up to it.
SELECT year, region, figure, member, count FROM creditbank.yearly_figures(2023, '330000000000') WHERE figure = 'accounts_opened' AND dimension IN ('total', 'city');
SELECT figure, dimension, member, count FROM creditbank.yearly_figures(2023, '330106') WHERE dimension IN ('total', 'township') AND count > 0;
SELECT * FROM pg_temp.not_adding_up(:this_year, '330000');
SELECT figure, count, amount, unit FROM creditbank.yearly_figures(:this_year, '330000') WHERE dimension = 'total' AND count > 0
EXCEPT
SELECT figure, count, amount, unit FROM creditbank.yearly_figures(:this_year) WHERE dimension = 'province' AND member = '330000';
-- Live: what is taken back now counts no longer, and who is erased is counted under no region.
SELECT figure, member, count FROM creditbank.yearly_figures(:this_year) WHERE figure = 'recognitions' AND dimension = 'province';
SELECT count(*) FROM creditbank.reverse_decision((SELECT d.decision_id FROM creditbank.decision AS d WHERE d.account_id = 3), 'wrong');
SELECT count(r.*)
FROM creditbank.ledger AS e
CROSS JOIN LATERAL creditbank.reverse_entry(3, e.seq, creditbank.today(), NULL) AS r
WHERE e.account = creditbank.account_number(3) AND e.kind = 'recognised' AND e.ref LIKE 'training/%';
DELETE FROM creditbank.holder WHERE account_id = 4;
SELECT figure, member, count FROM creditbank.yearly_figures(:this_year) WHERE figure = 'recognitions' AND dimension = 'province';
SELECT * FROM pg_temp.not_adding_up(:this_year);
-- Of two merged accounts everything counts once, and under the holder's region of today.
SELECT f.figure, f.dimension, f.member, f.count, f.amount, f.unit
INTO TEMP before
FROM creditbank.yearly_figures(:this_year) AS f
WHERE f.dimension = 'total'
	AND f.figure IN ('deposits', 'recognitions', 'points_earned', 'points_redeemed');
SELECT account AS two FROM learner WHERE n = 2 \gset
SELECT m.what, m.item, m.note FROM creditbank.merge_accounts(:'one', :'late', 'the same person') AS m;
SELECT m.what, m.item, m.note FROM creditbank.merge_accounts(:'late', :'two', 'the same person, too') AS m;
SELECT b.figure, b.count, b.amount, b.unit, f.count AS after, f.amount AS amount_after
FROM before AS b
FULL JOIN (
	SELECT y.*
	FROM creditbank.yearly_figures(:this_year) AS y
	WHERE y.dimension = 'total') AS f
	ON f.figure = b.figure AND f.unit IS NOT DISTINCT FROM b.unit
WHERE coalesce(b.figure, f.figure) IN ('deposits', 'recognitions', 'points_earned', 'points_redeemed')
ORDER BY f.figure, f.unit;
SELECT f.figure, f.member, f.count FROM creditbank.yearly_figures(:this_year) AS f
WHERE f.figure IN ('deposits', 'recognitions', 'points_earned', 'points_redeemed') AND f.dimension = 'county';
SELECT * FROM pg_temp.not_adding_up(:this_year);
-- As CSV.
SELECT creditbank.csv_line(VARIADIC creditbank.row_texts(row_to_json(f))) AS line
FROM creditbank.yearly_figures(2023, '330000') AS f
WHERE f.dimension = 'city';
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.yearly_figures(NULL) $$);
SELECT sqlstate_, replace(replace(message, (:this_year + 1)::text, 'NEXT'), :'this_year', 'NOW') AS message, replace(hint, :'this_year', 'NOW') AS hint
FROM pg_temp.error_of('SELECT creditbank.yearly_figures(' || :this_year + 1 || ')');
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.yearly_figures(2023, '340000') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.yearly_figures(2023, 'Zhejiang') $$);
ROLLBACK;
SELECT creditbank.yearly_figures(2023);

-- Rule books for another bank.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT creditbank.draft_rules($rules$
rule_set 'points' version 2
effective 2026-01-01 ..

rule 'thirds'
  when any training/* attendance >= 66.6667
  grant 0.3333 cr per 5 hr
$rules$);
SELECT creditbank.export_rule_books() AS document \gset
SELECT creditbank.export_rule_books('points') AS points \gset
ROLLBACK;
\o
\set ECHO all
SELECT jsonb_pretty(:'points'::jsonb);
SELECT document - 'rule_books' AS head FROM (VALUES (:'document'::jsonb)) AS d (document);
SELECT b - 'rules' AS book FROM jsonb_array_elements(:'document'::jsonb -> 'rule_books') AS b;
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/error_of.sql
CALL creditbank.create_bank(origin => 'other.example.org', suite => 'sm3-sm2');
\o
\set ECHO all
SELECT creditbank.export_rule_books() AS none;
-- Nothing is drafted of a document that holds something changed.
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, jsonb_set(:'document', '{rule_books,2,rules,rules,0,priority}', '7')));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, jsonb_set(:'document', '{rule_books,2,version}', '3')));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, :'document'::jsonb #- '{rule_books,0,digest}'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, :'document'::jsonb #- '{rule_books,0,rules}'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, :'document'::jsonb || '{"suite": "md5"}'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, :'document'::jsonb || '{"rule_books": [1]}'));
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.draft_rule_books('{"format": "x"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.draft_rule_books('[]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.draft_rule_books(NULL) $$);
SELECT count(*) AS drafted FROM creditbank.rule_book;
-- Drafted with the digest of this bank's suite; a second time nothing happens.
SELECT name, version, state, encode(digest, 'hex') AS digest, drafted FROM creditbank.draft_rule_books(:'document');
SELECT name, version, drafted FROM creditbank.draft_rule_books(:'document');
SELECT creditbank.export_rule_books('points') #> '{rule_books,0,rules}' = :'points'::jsonb #> '{rule_books,0,rules}' AS same_rules;
SELECT creditbank.export_rule_books('points') -> 'suite' AS suite;
-- A draft with other rules is written over; what is past being a draft is not.
SELECT r.version FROM creditbank.draft_rules('rule_set ''points'' version 2 rule ''r'' when any training/* grant 1 cr') AS r;
SELECT name, drafted FROM creditbank.draft_rule_books(:'points');
SELECT count(*) AS doubts FROM creditbank.review_rules('points', 2);
SELECT name, state, drafted FROM creditbank.draft_rule_books(:'points');
SELECT creditbank.revise_rules('points', 2) IS NOT NULL AS revised;
SELECT r.version FROM creditbank.draft_rules('rule_set ''points'' version 2 rule ''r'' when any training/* grant 1 cr') AS r;
SELECT count(*) AS doubts FROM creditbank.review_rules('points', 2);
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.draft_rule_books(%L) $$, :'points'));
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.export_rule_books('points', 3) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.export_rule_books(version => 9) $$);
ROLLBACK;
SELECT creditbank.export_rule_books();
SELECT creditbank.draft_rule_books('{}');
