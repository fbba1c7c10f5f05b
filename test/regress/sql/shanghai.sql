-- shanghai: the three files for the Shanghai credit bank.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
\i test/regress/identity_key.sql
CREATE ROLE regress_creditbank_registrar IN ROLE creditbank_registrar;
CREATE ROLE regress_creditbank_admin IN ROLE creditbank_admin;
INSERT INTO creditbank.institution (code, name, kind)
VALUES
	('SH-OU', '上海开放大学', 'school'),
	('PJ-COLLEGE', '浦江职业技术学院', 'school');
INSERT INTO creditbank.programme (code, institution, title, credits, education_level)
VALUES
	('SHOU-LOGISTICS', 'SH-OU', '物流管理', 80, 'associate_to_bachelor'),
	('SHOU-OLD', 'SH-OU', '仓储管理', 80, 'associate'),
	('PJ-LOGISTICS', 'PJ-COLLEGE', '现代物流', 100, 'associate');
INSERT INTO creditbank.programme_course (programme, ref, title, credits, hours)
VALUES
	('SHOU-LOGISTICS', 'course/SH-OU/L1', '物流学概论', 2.5, '45 hr'),
	('SHOU-LOGISTICS', 'course/SH-OU/L2', '供应链管理', 4, NULL),
	('SHOU-LOGISTICS', 'course/SH-OU/L3', '运输管理, "下"', 3, NULL),
	('SHOU-LOGISTICS', 'course/SH-OU/L4', '仓储实务', 2.6667, NULL),
	('SHOU-LOGISTICS', 'course/SH-OU/L5', '快递业务', 3, NULL),
	('SHOU-LOGISTICS', 'course/SH-OU/L6', '快递信息', 2, NULL);
SELECT creditbank.publish_rules($rules$
rule_set 'shou' version 1
programme 'SHOU-LOGISTICS'

rule 'one-to-one'
  when course/PJ-COLLEGE/SUPPLY
  grant course/SH-OU/L2 4 cr
  carry original grade

rule 'many-to-one'
  when all of (course/PJ-COLLEGE/ROAD, course/PJ-COLLEGE/RAIL)
  grant course/SH-OU/L3 3 cr

rule 'training-and-certificate'
  when all of (training/SH-TRAIN/*, cert/CN-POST/STORE)
  grant course/SH-OU/L4 2.6667 cr

rule 'one-to-many'
  when cert/CN-POST/EXP-OPERATOR
  grant course/SH-OU/L5 3 cr, course/SH-OU/L6 2 cr

rule 'training-alone'
  when training/SH-TRAIN/*
  grant 1 cr per 16 hr
$rules$);
SELECT account AS ann FROM creditbank.open_account('安娜', '2023-01-01', '310101199003070019') \gset
SELECT account AS ben FROM creditbank.open_account('本', '2023-01-01', '11010519491231002X') \gset
SELECT account AS cai FROM creditbank.open_account('蔡', '2023-01-01') \gset
SELECT creditbank.set_student_number(v.account, v.school, v.number)
FROM (VALUES (:'ann', 'SH-OU', 'S-001'), (:'ann', 'PJ-COLLEGE', 'P-9'), (:'ben', 'SH-OU', 'S-002')) AS v (account, school, number);
INSERT INTO creditbank.enrolment (account_id, programme, entered_on, education_category, cohort, outcome, left_on, season)
VALUES
	(1, 'SHOU-OLD', '2019-09-01', 'adult', '2021', 'completed', '2021-07-01', 'spring'),
	(1, 'SHOU-LOGISTICS', '2023-09-01', 'network', '2025', 'studying', NULL, NULL),
	(1, 'PJ-LOGISTICS', '2020-09-01', 'secondary_vocational', '2022', 'graduated', '2022-07-01', 'autumn'),
	(2, 'SHOU-LOGISTICS', '2023-09-01', 'adult', '2025', 'graduated', '2025-07-01', 'spring');
-- Courses of the school itself, and of the day before and after the period.
SELECT creditbank.deposit(:'ann', 'course/SH-OU/L1', '2024-01-15', title => '物流学概论', amount => '2.5 cr', hours => 45, grade => '88.5');
SELECT creditbank.deposit(:'ann', 'course/SH-OU/X1', '2020-01-15', title => '旧课', amount => '0.3333 cr', grade => '合格');
SELECT creditbank.deposit(:'ben', 'course/SH-OU/L1', '2024-06-30', title => '物流学概论', grade => '及格');
SELECT creditbank.deposit(:'ben', 'course/SH-OU/X2', '2024-06-30', title => '仅学时', amount => '36 hr');
SELECT creditbank.deposit(:'ben', 'course/SH-OU/X3', '2024-06-30', title => '未认定', amount => '2 cr');
SELECT creditbank.deposit(:'cai', 'course/SH-OU/X4', '2024-06-30', title => '未注册', amount => '2 cr');
-- What was brought from elsewhere.
SELECT creditbank.deposit(:'ann', 'course/PJ-COLLEGE/SUPPLY', '2021-06-20', title => '供应链基础', amount => '3.5 cr', hours => 56, grade => '91');
SELECT creditbank.deposit(:'ann', 'course/PJ-COLLEGE/ROAD', '2021-06-20', title => '公路运输', amount => '36 hr', grade => 'B');
SELECT creditbank.deposit(:'ann', 'course/PJ-COLLEGE/RAIL', '2022-01-10', title => '铁路运输', amount => '6 ects', grade => 'A');
SELECT creditbank.deposit(:'ben', 'training/SH-TRAIN/STORE#1', '2023-05-05', title => '仓储培训', amount => '48 hr');
SELECT creditbank.deposit(:'ben', 'cert/CN-POST/STORE#7', '2023-06-06', title => '仓储证书', level => 4, amount => '10 hr');
SELECT creditbank.deposit(:'ben', 'cert/CN-POST/EXP-OPERATOR#8', '2023-07-07', grade => '92');
SELECT creditbank.recognise(:'ann', achievement) FROM creditbank.lifelong_file(:'ann');
SELECT creditbank.recognise(:'ben', achievement) FROM creditbank.lifelong_file(:'ben') WHERE title <> '未认定';
SELECT creditbank.recognise(:'cai', achievement) FROM creditbank.lifelong_file(:'cai');
SELECT creditbank.convert(:'ann', 'SHOU-LOGISTICS');
SELECT creditbank.convert(:'ben', 'SHOU-LOGISTICS');
SELECT jsonb_build_object(:'ann', '31010119900307001 9', :'ben', '11010519491231002x') AS identities \gset
-- The month of the run is replaced.
CREATE FUNCTION pg_temp.timeless(line text)
RETURNS text
LANGUAGE sql
RETURN replace(line, ',' || to_char(creditbank.today(), 'YYYYMM') || ',', ',(this month),');
\o
\set ECHO all

-- The codes made with the bank.
SELECT l.list, l.title, string_agg(m.word || ' ' || m.code, ', ' ORDER BY m.code) AS codes
FROM creditbank.code_list AS l
LEFT JOIN creditbank.code_map AS m USING (scheme, list)
WHERE l.scheme = 'shanghai'
GROUP BY l.list, l.title
ORDER BY l.list COLLATE "C";

-- The first file: half and third credits are kept; what is not recognised, and who is not enrolled, is left out.
SELECT * FROM creditbank.shanghai_csv('courses', 'SH-OU', identities => :'identities');
SELECT full_name, identity_number, credits, pg_typeof(credits) AS type, season, remark FROM creditbank.shanghai_courses('SH-OU');
COPY (SELECT * FROM creditbank.shanghai_csv('courses', 'SH-OU', identities => :'identities')) TO stdout;
-- The period, both days included.
SELECT full_name, course FROM creditbank.shanghai_courses('SH-OU', since => '2024-01-15', until => '2024-06-29');
SELECT count(*) FROM creditbank.shanghai_courses('SH-OU', '2024-01-16', '2024-06-30');
SELECT count(*) FROM creditbank.shanghai_courses('SH-OU', until => '2020-01-14');
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.shanghai_courses('SH-OU', '2024-06-30', '2024-06-29') $$);

-- The second and the third: the school has no code yet.
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.shanghai_csv('conversions', 'SH-OU', identities => %L) $$, :'identities'));
SELECT * FROM creditbank.shanghai_problems('conversions', 'SH-OU', identities => :'identities');
SELECT * FROM creditbank.shanghai_problems('certificates', 'SH-OU');
SET LOCAL ROLE regress_creditbank_admin;
INSERT INTO creditbank.code_map (scheme, list, word, code)
VALUES
	('shanghai', 'conversions.school', 'SH-OU', '009'),
	('shanghai', 'certificates.school', 'SH-OU', '009');
RESET ROLE;
SET LOCAL ROLE regress_creditbank_registrar;
SELECT pg_temp.timeless(line) AS line FROM creditbank.shanghai_csv('conversions', 'SH-OU', identities => :'identities') AS line;
SELECT pg_temp.timeless(line) AS line FROM creditbank.shanghai_csv('certificates', 'SH-OU', identities => :'identities') AS line;
RESET ROLE;
SELECT * FROM creditbank.shanghai_problems('conversions', 'SH-OU', identities => :'identities');
-- The credits of both files together are what was granted for courses and certificates.
SELECT l.rule, sum(l.granted) AS granted FROM creditbank.decision_line AS l GROUP BY l.rule ORDER BY l.rule;
SELECT sum(f.credits) AS credits
FROM (
	SELECT c.credits FROM creditbank.shanghai_conversions('SH-OU') AS c
	UNION ALL
	SELECT c.credits FROM creditbank.shanghai_certificates('SH-OU') AS c) AS f;
-- By the day of posting, not of award.
SELECT count(*) FROM creditbank.shanghai_conversions('SH-OU', until => creditbank.today() - 1);
SELECT count(*) FROM creditbank.shanghai_conversions('SH-OU', since => creditbank.today(), until => creditbank.today());
SELECT count(*) FROM creditbank.shanghai_conversions('PJ-COLLEGE');

-- Identity numbers: missing, another's, impossible, unknown to the bank.
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_csv('courses', 'SH-OU') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_csv('courses', 'SH-OU', identities => '[]') $$);
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.shanghai_csv('courses', 'SH-OU', identities => jsonb_build_object(%L, '310101199003070019')) $$, :'ann'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.shanghai_courses('SH-OU', identities => jsonb_build_object(%L, '310101199003070019', %L, '310101199003070019')) $$, :'ann', :'ben'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.shanghai_courses('SH-OU', identities => jsonb_build_object(%L, '310101199003070012', %L, '11010519491231002X')) $$, :'ann', :'ben'));
SELECT * FROM creditbank.shanghai_problems('courses', 'SH-OU', identities => jsonb_build_object(:'ann', '110105194912310021'));
-- A number that nobody in the file has is not looked at.
SELECT count(*) FROM creditbank.shanghai_courses('SH-OU', identities => :'identities'::jsonb || '{"00000000000001": "x"}');
SAVEPOINT before;
UPDATE creditbank.holder SET identity_kind = NULL, identity_hash = NULL WHERE account_id = 2;
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.shanghai_courses('SH-OU', identities => %L) $$, :'identities'));
ROLLBACK TO before;

-- A word without a code; what was not said.
UPDATE creditbank.enrolment SET outcome = 'left', education_category = NULL WHERE account_id = 2;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses('SH-OU') $$);
SELECT * FROM creditbank.shanghai_problems('courses', 'SH-OU', identities => :'identities');
UPDATE creditbank.enrolment SET education_category = 'adult' WHERE account_id = 2;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses('SH-OU') $$);
INSERT INTO creditbank.code_map (scheme, list, word, code, title) VALUES ('shanghai', 'courses.outcome', 'left', '1263', '肄业');
SELECT full_name, outcome FROM creditbank.shanghai_courses('SH-OU') GROUP BY 1, 2 ORDER BY 2;
ROLLBACK TO before;
DELETE FROM creditbank.enrolment WHERE account_id = 1 AND programme = 'SHOU-LOGISTICS';
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_conversions('SH-OU') $$);
ROLLBACK TO before;

-- Another school's codes, loaded as a table.
SET LOCAL ROLE regress_creditbank_admin;
COPY creditbank.code_list (scheme, list, title) FROM stdin;
pj-2025	courses.education_level	levels
pj-2025	courses.education_category	categories
pj-2025	courses.outcome	outcomes
\.
COPY creditbank.code_map (scheme, list, word, code, title) FROM stdin WITH (FORMAT csv);
pj-2025,courses.education_level,associate_to_bachelor,0783,专升本
pj-2025,courses.education_level,associate,A-2,专科
pj-2025,courses.education_category,adult,C1,成人
pj-2025,courses.education_category,network,C2,网络
pj-2025,courses.outcome,studying,01,在校
pj-2025,courses.outcome,completed,02,结业
pj-2025,courses.outcome,graduated,03,毕业
\.
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses('SH-OU', scheme => 'pj-2025') $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO creditbank.code_map (scheme, list, word, code) VALUES ('pj-2025', 'courses.saeson', 'spring', '1') $$);
INSERT INTO creditbank.code_list (scheme, list, title) VALUES ('pj-2025', 'courses.season', 'seasons'), ('pj-2025', 'certificates.certificate_level', 'levels');
INSERT INTO creditbank.code_map (scheme, list, word, code) VALUES ('pj-2025', 'courses.season', 'spring', 'S'), ('pj-2025', 'courses.season', 'unknown', '-');
SELECT course, education_level, education_category, outcome, season FROM creditbank.shanghai_courses('SH-OU', scheme => 'pj-2025');
-- The certificate's level is a word of the bank, until a scheme codes it.
SELECT field, problem FROM creditbank.shanghai_problems('certificates', 'SH-OU', scheme => 'pj-2025', identities => :'identities') WHERE field LIKE 'certificate%';
RESET ROLE;
ROLLBACK TO before;

-- What was taken back, and who was erased, is left out.
SELECT count(*) FROM creditbank.reverse_decision((SELECT d.decision_id FROM creditbank.decision AS d WHERE d.account_id = 1), 'wrong documents');
SELECT count(*) FROM creditbank.shanghai_conversions('SH-OU');
SELECT count(*) FROM creditbank.shanghai_certificates('SH-OU');
SELECT e.seq AS recognised FROM creditbank.ledger AS e WHERE e.account = :'ann' AND e.ref = 'course/SH-OU/L1' AND e.kind = 'recognised' \gset
SELECT count(*) FROM creditbank.reverse_entry(1, :recognised, creditbank.today(), NULL);
SELECT course FROM creditbank.shanghai_courses('SH-OU');
SELECT count(*) FROM creditbank.erase_holder(:'ben', 'asked for it');
SELECT full_name, course FROM creditbank.shanghai_courses('SH-OU', identities => jsonb_build_object(:'ann', '310101199003070019'));
SELECT count(*) FROM creditbank.shanghai_certificates('SH-OU');
ROLLBACK TO before;

-- What was asked for wrongly.
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_csv('diplomas', 'SH-OU', identities => '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_csv(NULL, 'SH-OU', identities => '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_problems('diplomas', 'SH-OU') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses('SH-O') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses(NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses('SH-OU', scheme => 'shangahi') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.shanghai_courses('SH-OU', scheme => NULL) $$);
SELECT creditbank.shanghai_headings(NULL) IS NULL AS no_file;
ROLLBACK;
SELECT creditbank.shanghai_courses('SH-OU');
\set ECHO none
\i test/regress/remove_identity_key.sql
