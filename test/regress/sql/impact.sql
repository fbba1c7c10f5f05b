-- impact: what other rules would change, for every learner.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS other FROM creditbank.open_account('李秀英', '2023-01-01') \gset
SELECT account AS worker FROM creditbank.open_account('张伟', '2023-01-01') \gset
SELECT account AS claimant FROM creditbank.open_account('赵敏', '2023-01-01') \gset
CREATE FUNCTION pg_temp.bring(account text, ref text, awarded_on date, amount text DEFAULT NULL, level integer DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	SELECT creditbank.deposit(account, ref, awarded_on, amount => amount, level => level, attendance => 90);
	SELECT creditbank.recognise(account, ref) $$;
SELECT pg_temp.bring(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15');
SELECT pg_temp.bring(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', '48 hr');
SELECT pg_temp.bring(:'other', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', '32 hr');
SELECT pg_temp.bring(:'other', 'award/CN-UNION/SORTING-CONTEST#2', '2024-05-01', level => 4);
SELECT pg_temp.bring(:'worker', 'patent/CNIPA/UTILITY-MODEL#1', '2024-05-01');
-- What is only claimed converts by no rules.
SELECT creditbank.deposit(:'claimant', 'cert/CN-POST/EXP-OPERATOR#9', '2023-06-15');
-- The next version: an exemption is dropped, another added, training counts less,
-- and the award has another rule, worth the same.
SELECT creditbank.draft_rules($rules$
rule_set 'ouc-logistics' version 4
programme 'OUC-LOGISTICS'
effective 2039-09-01 ..
cap total 50% of programme

rule 'postal-express-operator'
  when cert/CN-POST/EXP-OPERATOR level >= 3
  grant course/OUC/LOG-101 3 cr, course/OUC/LOG-103 2.5 cr

rule 'training-hours'
  when any training/*
  grant 1 cr per 24 hr, leftover forfeit

rule 'contest'
  when any award/*
  grant 2 cr
$rules$);
\o
\set ECHO all

-- Nothing is converted yet, so it is the same afresh.
SELECT account = :'courier' AS courier, programme, unit, old_amount, new_amount, difference, gained, lost
FROM creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2024-10-01');
SELECT count(*) AS same
FROM creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2024-10-01') AS a
JOIN creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2024-10-01', afresh => true) AS b ON a = b;
-- The same rules change nothing, however they are named, and back is the opposite.
SELECT * FROM creditbank.impact('ouc-logistics@4', (SELECT rules::text FROM creditbank.rule_book WHERE name = 'ouc-logistics' AND version = 4));
SELECT account = :'courier' AS courier, difference, gained, lost
FROM creditbank.impact('ouc-logistics@4', 'ouc-logistics@3', as_of => '2024-10-01');
-- The day asked about: within the eight years of the certificate, and after them.
SELECT account = :'courier' AS courier, old_amount, new_amount
FROM creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2033-10-01');
-- Left out, it is the first day of the new rules, as that is later than today.
SELECT count(*) AS same
FROM creditbank.impact('ouc-logistics@3', 'ouc-logistics@4') AS a
JOIN creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2039-09-01') AS b ON a = b;

-- What the courier converts is out of reach of both; afresh it is not.
SELECT line, target, granted FROM creditbank.convert(:'courier', 'OUC-LOGISTICS', ARRAY['cert/CN-POST/EXP-OPERATOR#1'], as_of => '2024-10-01');
SELECT account = :'courier' AS courier, old_amount, new_amount, gained, lost
FROM creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2024-10-01');
SELECT account = :'courier' AS courier, old_amount, new_amount, gained, lost
FROM creditbank.impact('ouc-logistics@3', 'ouc-logistics@4', as_of => '2024-10-01', afresh => true);
-- Several programmes: rules that are for another grant nothing in it.
SELECT account = :'worker' AS worker, programme, old_amount, new_amount, gained, lost
FROM creditbank.impact('ouc-logistics@3', 'anhui-industrial-workers@1', as_of => '2024-10-01');
SELECT programme, count(*)
FROM creditbank.impact('ouc-logistics@3', 'rule_set ''all'' version 1 rule ''any'' when any patent/* grant 1 pt', as_of => '2024-10-01')
GROUP BY programme ORDER BY programme;
SELECT account = :'worker' AS worker, programme, unit, old_amount, new_amount, gained, lost
FROM creditbank.impact('anhui-industrial-workers@1', 'rule_set ''all'' version 1 rule ''any'' when any patent/* grant 1 pt', 'AHOU-MECHATRONICS', '2024-10-01');
-- Nothing was written.
SELECT count(*) AS decisions FROM creditbank.decision;
SELECT * FROM creditbank.verify_ledger() UNION ALL SELECT * FROM creditbank.verify_archive();

SELECT arguments, e.*
FROM (VALUES
	('''ouc-logistics@3'', ''ouc-logistics@5'''),
	('''ouc-logistics@3'', ''nonsense'''),
	('''ouc-logistics@3'', NULL'),
	('NULL, ''ouc-logistics@3'''),
	('''ouc-logistics@3'', ''ouc-logistics@4'', afresh => NULL'),
	('''ouc-logistics@3'', ''ouc-logistics@4'', ''NOWHERE'''),
	('''ouc-logistics@3'', ''ouc-logistics@4'', as_of => ''infinity''')) AS a (arguments)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.impact(' || arguments || ')') AS e;
-- Progress is told when it is due, and not when nobody wants it.
SET creditbank.progress_interval = 2;
SELECT creditbank.report_progress('compared', 'learners', 400, 20000, '2000-01-01', now() - interval '1 second') > now() AS due_later;
SELECT creditbank.report_progress('compared', 'learners', 400, 20000, now(), '9999-01-01') = '9999-01-01' AS due_later;
SELECT creditbank.report_progress('compared', 'learners', 0, 20000, now(), NULL) > now() + interval '1 second' AS first;
SET creditbank.progress_interval = 0;
SELECT creditbank.report_progress('compared', 'learners', 400, 20000, now(), now()) IS NULL AS never;
ROLLBACK;
