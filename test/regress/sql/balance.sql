-- balance: what accounts hold on a day, less what expired unused, and what will
-- expire; by days before and after today.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/error_of.sql
CALL creditbank.create_bank(origin => 'test.example.org', time_zone => 'UTC');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'The Open University', 'school'), ('TC', 'Training Centre', 'training');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG', 'OUC', 'Logistics', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits) VALUES ('LOG', 'course/OUC/LOG-101', 'Express operations', 3);
SELECT creditbank.publish_rules($$ rule_set 'log' version 1
	rule 'hours' when training/TC/* grant 1 cr per 16 hr, leftover keep
	rule 'course' when cert/TC/DRIVER grant course/OUC/LOG-101 3 cr $$);
SELECT account AS one FROM creditbank.open_account('One', '2023-01-01') \gset
SELECT account AS two FROM creditbank.open_account('Two', '2023-01-01') \gset
-- bring(account, reference, amount, the day it expires on, counted from today)
CREATE FUNCTION pg_temp.bring(account text, ref text, amount text, expires_in integer) RETURNS text LANGUAGE sql AS $$
	SELECT creditbank.deposit(account, ref, creditbank.today() - 400, 'title', amount, expires_on => creditbank.today() + expires_in);
	SELECT recognised::text FROM creditbank.recognise(account, ref) $$;
-- held(account): the balances of days counted from today
CREATE FUNCTION pg_temp.held(account text, VARIADIC days integer[]) RETURNS TABLE (day integer, unit text, balance text, amount numeric, expired text) LANGUAGE sql AS $$
	SELECT d, b.unit, b.balance::text, b.amount, b.expired::text
	FROM unnest(days) AS d CROSS JOIN LATERAL creditbank.balance(account, creditbank.today() + d) AS b ORDER BY d, b.balance $$;
\o
\set ECHO all

SELECT pg_temp.bring(:'one', 'training/TC/A#1', '50 hr', 10), pg_temp.bring(:'one', 'training/TC/B#1', '16 hr', NULL),
	pg_temp.bring(:'one', 'training/TC/C#1', '20.5 hr', -1), pg_temp.bring(:'one', 'training/TC/D#1', '4 hr', 0),
	pg_temp.bring(:'one', 'cert/TC/DRIVER#1', NULL, 10), pg_temp.bring(:'one', 'award/TC/E#1', '7 pt', 10);
-- What is claimed, or declined, is no balance and does not expire.
SELECT state FROM creditbank.deposit(:'one', 'training/TC/F#1', creditbank.today() - 400, 'title', '99 hr', expires_on => creditbank.today() + 5);
SELECT state FROM creditbank.deposit(:'one', 'training/TC/G#1', creditbank.today() - 400, 'title', '99 hr', expires_on => creditbank.today() + 5);
SELECT state FROM creditbank.recognise(:'one', 'training/TC/G#1', 'declined');

-- An achievement counts to the end of its last day, and so does what is asked now.
SELECT * FROM creditbank.balance(:'one');
SELECT * FROM pg_temp.held(:'one', -1, 0, 1, 10, 11);
SELECT creditbank.today() - expires_on AS ago, achievement, days_left, remaining, number, unit FROM creditbank.expiring(account => :'one');
SELECT days, array_agg(e.achievement) AS achievements
FROM (VALUES ('0 days'), ('9 days'), ('10 days')) AS w (days) LEFT JOIN LATERAL creditbank.expiring(days::interval) AS e ON true
GROUP BY days ORDER BY days;

-- Partly used: only what is left expires. The grant of a course is no achievement.
SELECT pg_temp.bring(:'one', 'course/OUC/LOG-901', '3 cr', 10);
SELECT line, target, granted, leftover, leftover_kept FROM creditbank.convert(:'one', 'LOG', ARRAY['training/TC/A#1', 'cert/TC/DRIVER#1']);
SELECT * FROM pg_temp.held(:'one', 0, 10, 11);
SELECT account = :'one' AS one, achievement, title, days_left, remaining, number, unit FROM creditbank.expiring();
-- Used up: nothing is left to expire.
SELECT line, granted FROM creditbank.convert(:'one', 'LOG', ARRAY['training/TC/B#1']);
SELECT * FROM pg_temp.held(:'one', 0, 11);

-- A use taken back: what was used expires after all.
SELECT seq FROM creditbank.ledger WHERE account = :'one' AND kind = 'consumed' AND ref = 'training/TC/A#1' \gset
SELECT count(*) FROM creditbank.reverse_entry(creditbank.account_id(:'one'), :seq, creditbank.today(), NULL);
SELECT * FROM pg_temp.held(:'one', 0, 10, 11);
SELECT achievement, remaining FROM creditbank.expiring(account => :'one') WHERE achievement = 'training/TC/A#1';
-- A recognition taken back: nothing is left that could expire.
SELECT pg_temp.bring(:'two', 'training/TC/A#2', '8 hr', 10), pg_temp.bring(:'two', 'training/TC/A#3', '5 hr', -3), pg_temp.bring(:'two', 'cert/TC/DRIVER#2', NULL, 10);
SELECT * FROM pg_temp.held(:'two', 0, 11);
SELECT achievement, remaining FROM creditbank.expiring(account => :'two');
SELECT count(*) FROM creditbank.ledger_entry AS e, LATERAL creditbank.reverse_entry(e.account_id, e.seq, creditbank.today(), NULL) WHERE e.account_id = 2 AND e.kind = 3;
SELECT * FROM pg_temp.held(:'two', 0, 11);
SELECT * FROM creditbank.expiring('100 years', :'two');
-- By the days that entries count from, not those on which they were written.
SELECT count(*) FROM creditbank.append_entry(2, 'recognised', '3 pt', NULL, '2024-03-01', '{"source": "paper"}');
SELECT as_of, b.* FROM (VALUES (date '2024-02-29'), ('2024-03-01')) AS d (as_of) LEFT JOIN LATERAL creditbank.balance(:'two', d.as_of) AS b ON true;

-- Nothing was written by an expiry, and all is sound.
SELECT DISTINCT kind FROM creditbank.ledger ORDER BY kind;
SELECT * FROM creditbank.verify_ledger();
-- Whoever looks at the whole bank goes by the index.
SET LOCAL enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT FROM creditbank.achievement AS a WHERE a.expires_on BETWEEN current_date AND current_date + 90 AND a.state = 'recognised';

SELECT arguments, e.sqlstate_, e.message, e.detail
FROM (VALUES ('''-1 day'''), ('NULL'), ('''1 day'', ''00000000000394'''), ('account => ''12''')) AS a (arguments)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.expiring(' || arguments || ')') AS e;
ROLLBACK;

-- Hours that a rule kept expire, too, though the balance held credits for them.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('KEEP', 'OUC', 'Keeps hours', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits) VALUES ('KEEP', 'course/OUC/OWN', 'Its own', 6);
SELECT creditbank.publish_rules($$rule_set 'keep' version 1 programme 'KEEP' rule 'hours' when any training/* grant 1 cr per 16 hr, leftover keep$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'training/OUC/X#3', '2023-06-15', 'X', '3 cr', hours => 50, expires_on => creditbank.today() + 10);
SELECT creditbank.deposit(:'learner', 'course/OUC/OWN', '2023-06-15', 'Its own', '6 cr');
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
\o
\set ECHO all
SELECT achievement, days_left, remaining, number, unit FROM creditbank.expiring('30 days');
SELECT line, granted, leftover, leftover_kept FROM creditbank.convert(:'learner', 'KEEP', ARRAY['training/OUC/X#3']);
SELECT achievement, days_left, remaining, number, unit FROM creditbank.expiring('30 days');
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.convert(%L, ''KEEP'', ARRAY[''course/OUC/OWN''])', :'learner'));
ROLLBACK;
