-- registry: institutions in time and place, level frameworks, versions of the
-- catalogue, programmes in time.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SET LOCAL DateStyle = 'ISO';
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
\o
\set ECHO all

-- Institutions: every kind, and no other.
INSERT INTO creditbank.region (code, name) VALUES ('340000', '安徽省');
INSERT INTO creditbank.institution (code, name, kind, region)
SELECT 'I-' || upper(k), k, k, '340000'
FROM unnest(ARRAY['school', 'enterprise', 'union', 'training', 'assessment', 'examination', 'authority', 'platform']) AS k;
SELECT count(*) AS kinds FROM creditbank.institution WHERE region = '340000';
SELECT f.statement, e.sqlstate_, e.message
FROM (VALUES
	($$INSERT INTO creditbank.institution (code, name, kind) VALUES ('X', 'X', 'shop')$$),
	($$INSERT INTO creditbank.institution (code, name, kind) VALUES ('x', 'X', 'school')$$),
	($$INSERT INTO creditbank.institution (code, name, kind) VALUES ('A/B', 'X', 'school')$$),
	($$INSERT INTO creditbank.institution (code, name, kind) VALUES ('X', ' ', 'school')$$),
	($$INSERT INTO creditbank.institution (code, name, kind, valid) VALUES ('X', 'X', 'school', 'empty')$$),
	($$INSERT INTO creditbank.institution (code, name, kind, region) VALUES ('X', 'X', 'school', '110000')$$)) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;

-- Level frameworks: the bank's own ten, and others mapped to them.
SELECT f.code, f.title, count(*) AS levels, min(l.level) AS lowest, max(l.level) AS highest, bool_and(l.name = l.level::text) AS by_number
FROM creditbank.level_framework AS f
JOIN creditbank.framework_level AS l ON l.framework = f.code
GROUP BY f.code;
INSERT INTO creditbank.level_framework (code, title)
VALUES
	('EQF', 'European Qualifications Framework'),
	('skill', '国家职业技能等级'),
	('1+X', '1+X 职业技能等级证书'),
	('none', 'Nothing registered');
INSERT INTO creditbank.framework_level (framework, name, title, level)
SELECT 'EQF', n, NULL, n + CASE WHEN n >= 6 THEN 2 WHEN n >= 3 THEN 1 ELSE 0 END
FROM generate_series(1, 8) AS n;
INSERT INTO creditbank.framework_level (framework, name, title, level)
VALUES
	('skill', '5', '初级工', 2), ('skill', '4', '中级工', 3), ('skill', '3', '高级工', 5), ('skill', '2', '技师', 6), ('skill', '1', '高级技师', 7),
	('1+X', '初级', 'elementary', 3), ('1+X', '中级', 'intermediate', 4), ('1+X', '高级', 'advanced', 5);
SELECT f.framework, f.name, creditbank.bank_level(f.framework, f.name) AS level
FROM (VALUES ('bank', '1'), ('bank', '10'), ('EQF', '3'), ('EQF', '8'), ('skill', '5'), ('skill', '1'), ('1+X', ' 中级 '), ('1+X', NULL), (NULL, '1')) AS f (framework, name);
SELECT f.framework, e.*
FROM (VALUES
	('EQF', $$SELECT creditbank.bank_level('EQF', '9')$$),
	('skill', $$SELECT creditbank.bank_level('skill', '高级工')$$),
	('bank', $$SELECT creditbank.bank_level('bank', '11')$$),
	('none', $$SELECT creditbank.bank_level('none', '1')$$),
	('eqf', $$SELECT creditbank.bank_level('eqf', '1')$$)) AS f (framework, statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;
-- And back: what a level of the bank is called elsewhere.
SELECT n AS level, creditbank.level_name('bank', n) AS bank, creditbank.level_name('EQF', n) AS eqf, creditbank.level_name('skill', n) AS skill,
	creditbank.level_name('1+X', n) AS one_plus_x, creditbank.level_name('nowhere', n) AS nowhere
FROM generate_series(1, 10) AS n;
SELECT f.statement, e.sqlstate_, e.message
FROM (VALUES
	($$INSERT INTO creditbank.framework_level (framework, name, level) VALUES ('EQF', '9', 11)$$),
	($$INSERT INTO creditbank.framework_level (framework, name, level) VALUES ('EQF', '9', 0)$$),
	($$INSERT INTO creditbank.framework_level (framework, name, level) VALUES ('EQF', '8', 9)$$),
	($$INSERT INTO creditbank.framework_level (framework, name, level) VALUES ('AQF', '1', 1)$$),
	($$INSERT INTO creditbank.framework_level (framework, name, level) VALUES ('EQF', ' 9', 9)$$),
	($$UPDATE creditbank.framework_level SET level = 9 WHERE framework = 'bank' AND name = '10'$$),
	($$INSERT INTO creditbank.level_framework (code, title) VALUES ('', 'X')$$),
	($$INSERT INTO creditbank.level_framework (code, title) VALUES ('X', '')$$),
	($$DELETE FROM creditbank.level_framework WHERE code = 'EQF'$$)) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;
-- A deposit brings its level from there.
SELECT state FROM creditbank.deposit(:'learner', 'cert/CN-POST/SORTER#1', '2023-06-15', title => 'Sorter', level => creditbank.bank_level('skill', '3'));
SELECT level FROM creditbank.lifelong_file(:'learner');

-- Versions of the catalogue: each takes effect later than the one before. A
-- statement may bring them in any order.
INSERT INTO creditbank.catalogue (ref, version, effective_from, effective_until, title, level)
VALUES
	('cert/CN-POST/COURIER', 3, '2024-01-01', '2025-12-31', 'Courier 2024', 5),
	('cert/CN-POST/COURIER', 1, '2019-01-01', NULL, 'Courier 2019', 3),
	('cert/CN-POST/COURIER', 2, '2021-07-01', '2030-12-31', 'Courier 2021', 4);
SELECT d AS day, creditbank.catalogue_version('cert/CN-POST/COURIER', d) AS version, creditbank.catalogue_version('cert/CN-POST/COURIER#7', d) AS of_a_document
FROM unnest(ARRAY['2018-12-31', '2019-01-01', '2021-06-30', '2021-07-01', '2023-12-31', '2024-01-01', '2025-12-31', '2026-01-01']::date[]) AS d;
SELECT creditbank.catalogue_version('cert/CN-POST/COURIER', NULL) AS no_day, creditbank.catalogue_version('cert/CN-POST/UNKNOWN', '2024-01-01') AS no_entry;
SELECT state FROM creditbank.deposit(:'learner', 'cert/CN-POST/COURIER#7', '2021-06-30');
SELECT state FROM creditbank.deposit(:'learner', 'cert/CN-POST/COURIER#8', '2024-02-01');
SELECT achievement, title, level FROM creditbank.lifelong_file(:'learner') WHERE achievement LIKE '%COURIER%';
-- After its end it is no longer awarded, whatever earlier versions said.
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.deposit(%L, 'cert/CN-POST/COURIER#9', '2026-01-01') $$, :'learner'));
-- In plain types: each version with its days, and the type of education that its class has.
SELECT * FROM creditbank.catalogue_entries WHERE ref = 'cert/CN-POST/COURIER' ORDER BY version;
UPDATE creditbank.catalogue SET amount = '4 cr', hours = '64 hr', education_type = 'non_formal' WHERE ref = 'cert/CN-POST/COURIER' AND version = 1;
SELECT version, education_type, amount, unit, hours FROM creditbank.catalogue_entries WHERE ref = 'cert/CN-POST/COURIER' AND version = 1;
SELECT f.statement, e.*
FROM (VALUES
	($$INSERT INTO creditbank.catalogue (ref, version, effective_from, title) VALUES ('cert/CN-POST/COURIER', 4, '2024-01-01', 'X')$$),
	($$INSERT INTO creditbank.catalogue (ref, version, effective_from, title) VALUES ('cert/CN-POST/COURIER', 4, '2020-01-01', 'X')$$),
	($$INSERT INTO creditbank.catalogue (ref, version, title) VALUES ('cert/CN-POST/COURIER', 4, 'X')$$),
	($$UPDATE creditbank.catalogue SET effective_from = '2020-12-31' WHERE ref = 'cert/CN-POST/COURIER' AND version = 3$$),
	($$UPDATE creditbank.catalogue SET version = version + 10 WHERE ref = 'cert/CN-POST/COURIER' AND version = 1$$),
	($$INSERT INTO creditbank.catalogue (ref, version, effective_from, title) VALUES ('cert/CN-POST/NEW', 2, '2020-01-01', 'X'), ('cert/CN-POST/NEW', 1, '2020-01-01', 'X')$$)) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;
-- The whole history moved by a day is none the worse.
UPDATE creditbank.catalogue SET effective_from = effective_from + 1 WHERE ref = 'cert/CN-POST/COURIER';
INSERT INTO creditbank.catalogue (ref, version, effective_from, title) VALUES ('cert/CN-POST/COURIER', 4, '2026-01-01', 'Courier 2026')
ON CONFLICT (ref, version) DO UPDATE SET effective_from = excluded.effective_from;
SELECT * FROM pg_temp.error_of($$ INSERT INTO creditbank.catalogue (ref, version, effective_from, title) VALUES ('cert/CN-POST/COURIER', 4, '2024-01-02', 'X')
	ON CONFLICT (ref, version) DO UPDATE SET effective_from = excluded.effective_from $$);

-- A programme converts on the days on which it is offered, by an institution that takes part.
SELECT state FROM creditbank.deposit(:'learner', 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15');
SELECT state FROM creditbank.recognise(:'learner', 'cert/CN-POST/EXP-OPERATOR#2023-000123');
SELECT count(*) AS lines_offered_always FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2024-06-01', dry_run => true);
UPDATE creditbank.programme SET valid = '[2024-09-01,2030-07-31]' WHERE code = 'OUC-LOGISTICS';
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.convert(%L, 'OUC-LOGISTICS', as_of => '2024-06-01') $$, :'learner'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.convert(%L, 'OUC-LOGISTICS', as_of => '2024-08-31', dry_run => true) $$, :'learner'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.explain_conversion(%L, 'OUC-LOGISTICS', as_of => '2030-08-01') $$, :'learner'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.propose_conversion(%L, 'OUC-LOGISTICS', as_of => '2024-08-31') $$, :'learner'));
SELECT count(*) AS lines_on_the_first_day FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2024-09-01', dry_run => true);
SELECT count(*) AS lines_on_the_last_day FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2030-07-31', dry_run => true);
SELECT ref, credits, category, compulsory, may_be_exempted, offered_from, offered_until FROM creditbank.programme_courses WHERE programme = 'OUC-LOGISTICS' ORDER BY ref;
UPDATE creditbank.institution SET valid = '[2020-01-01,2024-12-31]' WHERE code = 'OUC';
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.convert(%L, 'OUC-LOGISTICS', as_of => '2025-01-01') $$, :'learner'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.convert(%L, 'NOWHERE', as_of => '2025-01-01') $$, :'learner'));
UPDATE creditbank.institution SET valid = '[2020-01-01,)' WHERE code = 'OUC';
-- What is decided while it is offered is not posted for a day that was taken away.
SELECT decision_id AS decided FROM creditbank.propose_conversion(:'learner', 'OUC-LOGISTICS', as_of => '2025-01-01') LIMIT 1 \gset
CREATE ROLE regress_creditbank_assessor IN ROLE creditbank_assessor;
SELECT creditbank.submit_decision(:decided);
SET LOCAL ROLE regress_creditbank_assessor;
SELECT creditbank.take_decision(:decided), creditbank.approve_decision(:decided);
RESET ROLE;
UPDATE creditbank.programme SET valid = '[2024-09-01,2024-12-31]' WHERE code = 'OUC-LOGISTICS';
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.post_decision(%s) $$, :decided));
UPDATE creditbank.programme SET valid = '[2024-09-01,2025-01-01]' WHERE code = 'OUC-LOGISTICS';
SELECT creditbank.post_decision(:decided);
ROLLBACK;
SELECT creditbank.bank_level('EQF', '1');
SELECT creditbank.level_name('EQF', 1);
