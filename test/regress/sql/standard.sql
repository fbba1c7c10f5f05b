-- standard: how far the standards of certificates cover those of courses, and
-- what comes of it in a conversion.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SET LOCAL DateStyle = 'ISO';
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS other FROM creditbank.open_account('李秀英', '2023-01-01') \gset
UPDATE creditbank.programme SET valid = '(,2024-12-31]' WHERE code = 'OUC-LOGISTICS';
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('O''HARE', 'OUC', '物流管理（本科）', 140);
INSERT INTO creditbank.programme_course (programme, ref, title, credits, excluded)
VALUES
	('O''HARE', 'course/OUC/LOG-301', '智慧仓储', 3, false),
	('O''HARE', 'course/OUC/LOG-302', '配送运营', 4, false),
	('O''HARE', 'course/OUC/LOG-303', '供应链金融', 3, false),
	('O''HARE', 'course/OUC/LOG-304', '仓储实训', 2, true);
\o
\set ECHO all

-- A 1+X certificate and the courses that it may stand for, unit by unit.
INSERT INTO creditbank.standard (ref, title, version)
VALUES
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', '物流管理职业技能等级标准（中级）', '2.0'),
	('course/OUC/LOG-301', '智慧仓储 课程标准', '2023'),
	('course/OUC/LOG-302', '配送运营 课程标准', '2023'),
	('course/OUC/LOG-303', '供应链金融 课程标准', NULL),
	('course/OUC/LOG-304', '仓储实训 课程标准', NULL);
INSERT INTO creditbank.standard_unit (ref, unit, title, hours)
VALUES
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'A', '仓储作业', '40 hr'),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'B', '库存控制', '24 hr'),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'C', '配送计划', '32 hr'),
	('course/OUC/LOG-301', '1', '入库与出库', '16 hr'),
	('course/OUC/LOG-301', '2', '库存', '20 hr'),
	('course/OUC/LOG-301', '3', '自动化设备', '12 hr'),
	('course/OUC/LOG-302', '1', '线路', '24 hr'),
	('course/OUC/LOG-302', '2', '车辆', '8 hr'),
	('course/OUC/LOG-303', '1', '仓单', '3 hr'),
	('course/OUC/LOG-303', '2', '保理', '29.9999 hr'),
	('course/OUC/LOG-304', '1', '实训', '32 hr');
INSERT INTO creditbank.standard_match (certificate_ref, certificate_unit, course_ref, course_unit, coverage)
VALUES
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'A', 'course/OUC/LOG-301', '1', 100),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'A', 'course/OUC/LOG-301', '2', 30),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'B', 'course/OUC/LOG-301', '2', 80),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'A', 'course/OUC/LOG-301', '3', 50),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'C', 'course/OUC/LOG-302', '1', 95.5),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'C', 'course/OUC/LOG-302', '2', 40),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'B', 'course/OUC/LOG-303', '1', 100),
	('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'A', 'course/OUC/LOG-304', '1', 100);
-- 42 of 48 hours; 26.12 of 32 hours; 3 of 32.9999 hours.
SELECT * FROM creditbank.compare_standards('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'course/OUC/LOG-301');
SELECT c.ref, creditbank.standard_overlap('cert/CN-POST/LOGISTICS-INTERMEDIATE', c.ref::text) AS overlap
FROM creditbank.programme_course AS c
WHERE c.programme = 'O''HARE'
ORDER BY c.ref;
-- Exact: 79.9999.. percent is not 80, and 80 is.
SAVEPOINT exact;
UPDATE creditbank.standard_unit SET hours = '57646075230341.9999 hr' WHERE ref = 'course/OUC/LOG-303' AND unit = '1';
UPDATE creditbank.standard_unit SET hours = '14411518807585.5 hr' WHERE ref = 'course/OUC/LOG-303' AND unit = '2';
SELECT creditbank.standard_overlap('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'course/OUC/LOG-303') AS a_hair_below;
UPDATE creditbank.standard_unit SET hours = '57646075230342 hr' WHERE ref = 'course/OUC/LOG-303' AND unit = '1';
SELECT creditbank.standard_overlap('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'course/OUC/LOG-303') AS just_80;
ROLLBACK TO exact;
-- Without a standard nothing is known; with two that share nothing, nought.
SELECT creditbank.standard_overlap('cert/CN-POST/EXP-OPERATOR', 'course/OUC/LOG-301') AS no_certificate,
	creditbank.standard_overlap('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'course/OUC/LOG-101') AS no_course,
	creditbank.standard_overlap(NULL, 'course/OUC/LOG-301') AS nothing;
INSERT INTO creditbank.standard (ref, title) VALUES ('cert/CN-POST/EXP-OPERATOR', 'No units yet');
SELECT creditbank.standard_overlap('cert/CN-POST/EXP-OPERATOR', 'course/OUC/LOG-301') AS no_units;
INSERT INTO creditbank.standard_unit (ref, unit, title, hours) VALUES ('cert/CN-POST/EXP-OPERATOR', '1', 'Parcels', '8 hr');
SELECT creditbank.standard_overlap('cert/CN-POST/EXP-OPERATOR', 'course/OUC/LOG-301') AS no_match;
SELECT count(*) AS units FROM creditbank.compare_standards('cert/CN-POST/EXP-OPERATOR', 'course/OUC/LOG-101');

-- An overlap agreed outright holds in place of the computed one.
INSERT INTO creditbank.standard_mapping (certificate_ref, course_ref, overlap, agreed_on, basis)
VALUES ('cert/CN-POST/EXP-OPERATOR', 'course/OUC/LOG-302', 85, '2024-03-01', '专业建设委员会 2024-3');
SELECT * FROM creditbank.standard_overlaps ORDER BY certificate, course;
SELECT * FROM creditbank.mapped_overlaps('cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-1', 'O''HARE');
SELECT count(*) AS elsewhere FROM creditbank.mapped_overlaps('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'OUC-LOGISTICS');

-- The draft: one rule per certificate, courses below 80 percent and those never exempted left out.
SELECT creditbank.standard_rules('O''HARE');
SELECT name, version FROM creditbank.draft_rules(creditbank.standard_rules('O''HARE'));
SELECT count(*) AS doubts FROM creditbank.review_rules('O''HARE standards', 1);
SELECT name, version, in_force FROM creditbank.publish_rules(replace(creditbank.standard_rules('O''HARE'), E'programme ', E'effective 2024-01-01 ..\nprogramme '));

-- From deposit to credit: the certificate exempts from what it covers.
SELECT state FROM creditbank.deposit(:'learner', 'cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-1', '2024-01-10', '物流管理（中级）');
SELECT state FROM creditbank.recognise(:'learner', 'cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-1');
SELECT parameter, required, found, passed, target FROM creditbank.explain_conversion(:'learner', 'O''HARE', as_of => '2024-06-01') WHERE rule LIKE 'cert/CN-POST/LOG%';
SELECT line, rule, target, granted, mark, reason FROM creditbank.convert(:'learner', 'O''HARE', as_of => '2024-06-01');
SELECT seq, kind, ref, amount, unit FROM creditbank.ledger WHERE account = :'learner' AND kind = 'converted' ORDER BY seq;
SELECT count(*) AS findings FROM creditbank.verify_account(:'learner');
SELECT count(*) AS differences FROM creditbank.replay();

-- A standard that covers less than before no longer does, whatever other courses it covers.
SELECT state FROM creditbank.deposit(:'other', 'cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-2', '2024-01-10', '物流管理（中级）');
SELECT state FROM creditbank.recognise(:'other', 'cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-2');
SAVEPOINT revised;
UPDATE creditbank.standard_match SET coverage = 93 WHERE course_ref = 'course/OUC/LOG-302' AND course_unit = '1';
SELECT creditbank.standard_overlap('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'course/OUC/LOG-302') AS revised;
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.convert(%L, 'O''HARE', as_of => '2024-06-01') $$, :'other'));
SELECT parameter, required, found, missing, passed FROM creditbank.explain_conversion(:'other', 'O''HARE', as_of => '2024-06-01') WHERE parameter = 'overlap';
-- Nor one that is mapped no more.
DELETE FROM creditbank.standard_match WHERE course_ref = 'course/OUC/LOG-302';
SELECT parameter, required, found, missing, passed FROM creditbank.explain_conversion(:'other', 'O''HARE', as_of => '2024-06-01') WHERE parameter = 'overlap';
-- The next draft goes by what now holds.
SELECT creditbank.standard_rules('O''HARE', 85);
ROLLBACK TO revised;
-- What an assessor found of this learner's own document goes before the mapping.
SAVEPOINT assessed;
SELECT state FROM creditbank.deposit(:'other', 'cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-3', '2024-01-10', '物流管理（中级）');
SELECT state FROM creditbank.recognise(:'other', 'cert/CN-POST/LOGISTICS-INTERMEDIATE#2024-3', overlap => 79.99);
SELECT source, found, passed FROM creditbank.explain_conversion(:'other', 'O''HARE', as_of => '2024-06-01') WHERE parameter = 'overlap' ORDER BY source;
ROLLBACK TO assessed;

-- Refused, each by itself.
SELECT f.statement, e.*
FROM (VALUES
	($$SELECT creditbank.standard_rules('NOWHERE')$$),
	($$SELECT creditbank.standard_rules(NULL)$$),
	($$SELECT creditbank.standard_rules('O''HARE', 0)$$),
	($$SELECT creditbank.standard_rules('O''HARE', 100.01)$$),
	($$SELECT creditbank.standard_rules('O''HARE', 80.001)$$),
	($$SELECT creditbank.standard_rules('O''HARE', NULL)$$),
	($$SELECT creditbank.standard_rules('O''HARE', 'NaN')$$),
	($$SELECT creditbank.standard_rules('O''HARE', 90)$$),
	($$SELECT creditbank.standard_rules('AHOU-MECHATRONICS')$$),
	($$SELECT creditbank.standard_overlap('no reference', 'course/OUC/LOG-301')$$)) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;
SELECT f.statement, e.sqlstate_, e.message
FROM (VALUES
	($$INSERT INTO creditbank.standard (ref, title) VALUES ('cert/A/B#1', 'X')$$),
	($$INSERT INTO creditbank.standard (ref, title) VALUES ('award/A/B', 'X')$$),
	($$INSERT INTO creditbank.standard (ref, title) VALUES ('cert/A/B', ' ')$$),
	($$INSERT INTO creditbank.standard_unit (ref, unit, title, hours) VALUES ('cert/A/B', '1', 'X', '1 hr')$$),
	($$INSERT INTO creditbank.standard_unit (ref, unit, title, hours) VALUES ('course/OUC/LOG-301', '4', 'X', '0 hr')$$),
	($$INSERT INTO creditbank.standard_unit (ref, unit, title, hours) VALUES ('course/OUC/LOG-301', '4', 'X', '1 cr')$$),
	($$INSERT INTO creditbank.standard_unit (ref, unit, title, hours) VALUES ('course/OUC/LOG-301', ' ', 'X', '1 hr')$$),
	($$UPDATE creditbank.standard_match SET coverage = 0$$),
	($$UPDATE creditbank.standard_match SET coverage = 100.01$$),
	($$UPDATE creditbank.standard_match SET coverage = 99.996 WHERE course_unit = '3'$$),
	($$UPDATE creditbank.standard_match SET coverage = 'NaN' WHERE course_unit = '3'$$),
	($$UPDATE creditbank.standard_match SET course_unit = '9' WHERE course_unit = '3'$$),
	($$INSERT INTO creditbank.standard_match VALUES ('course/OUC/LOG-301', '1', 'course/OUC/LOG-302', '1', 50)$$),
	($$INSERT INTO creditbank.standard_match VALUES ('cert/CN-POST/LOGISTICS-INTERMEDIATE', 'A', 'cert/CN-POST/LOGISTICS-INTERMEDIATE', 'B', 50)$$),
	($$INSERT INTO creditbank.standard_mapping VALUES ('cert/A/B', 'course/A/B', 101, '2024-01-01', 'X')$$),
	($$INSERT INTO creditbank.standard_mapping VALUES ('cert/A/B', 'course/A/B', 79.996, '2024-01-01', 'X')$$),
	($$INSERT INTO creditbank.standard_mapping VALUES ('cert/A/B#1', 'course/A/B', 80, '2024-01-01', 'X')$$),
	($$INSERT INTO creditbank.standard_mapping VALUES ('cert/A/B', 'course/A/B', 80, '2024-01-01', ' ')$$)) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;
ROLLBACK;
\set VERBOSITY terse
SELECT creditbank.standard_overlap('cert/A/B', 'course/A/B');
