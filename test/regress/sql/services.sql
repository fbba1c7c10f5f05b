-- services: what credit banks in use do, each on the same bank, from the
-- registry to the result, with their numbers. What somebody asks to see is shown
-- once that is committed, so this test has a database of its own.
\set ECHO none
\o /dev/null
SET client_min_messages = warning;
SELECT current_database() AS before \gset
CREATE DATABASE creditbank_services;
\c creditbank_services
CREATE EXTENSION creditbank;
\i test/regress/error_of.sql
\i test/regress/certificate_key.sql
\i test/regress/identity_key.sql
CALL creditbank.create_bank(origin => 'test.example.org', time_zone => 'Asia/Shanghai', ledger_id => '00112233-4455-6677-8899-aabbccddeeff');
SET datestyle = ISO;
CREATE ROLE services_registrar IN ROLE creditbank_registrar;
CREATE ROLE services_hrss IN ROLE creditbank_assessor;
CREATE ROLE services_ip IN ROLE creditbank_assessor;
CREATE ROLE services_union_1 IN ROLE creditbank_assessor;
CREATE ROLE services_union_2 IN ROLE creditbank_assessor;
CREATE ROLE services_union_3 IN ROLE creditbank_assessor;
CREATE ROLE services_post IN ROLE creditbank_assessor;
CREATE ROLE services_employer IN ROLE creditbank_verifier;
CREATE ROLE services_school IN ROLE creditbank_verifier;
-- A resident identity number that can be one: region, day of birth, serial and
-- the check character of ISO 7064 MOD 11-2.
CREATE FUNCTION pg_temp.resident_number(region text, born date, serial bigint)
RETURNS text
LANGUAGE sql
BEGIN ATOMIC
	SELECT n.digits || substr('10X98765432', (sum(substr(n.digits, w.place::integer, 1)::integer * w.weight) % 11)::integer + 1, 1)
	FROM (SELECT region || to_char(born, 'YYYYMMDD') || lpad(serial::text, 3, '0') AS digits) AS n
	CROSS JOIN unnest(ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY AS w (weight, place)
	GROUP BY n.digits;
END;
CREATE TEMP VIEW finding AS
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger()
UNION ALL
SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
INSERT INTO creditbank.region (code, name)
VALUES
	('330000', '浙江省'), ('330100', '杭州市'), ('330106', '西湖区'), ('330106001000', '北山街道'), ('330106003000', '灵隐街道'),
	('330200', '宁波市'), ('330203', '海曙区'), ('330203004000', '月湖街道'),
	('340000', '安徽省'), ('340100', '合肥市'), ('340200', '芜湖市'),
	('420000', '湖北省'), ('420100', '武汉市'), ('429004', '仙桃市');
SELECT creditbank.add_certificate_key(creditbank.multikey(k.public_key)) FROM creditbank.certificate_key() AS k;
\o
\set ECHO all

-- ANHUI: the industrial workers' credit bank. Twelve enterprises, a union, a
-- college with eight majors; authorities certify, the college converts.
INSERT INTO creditbank.institution (code, name, kind, region)
SELECT format('AH-E%s', lpad(n::text, 2, '0')), format('安徽企业 %s', n), 'enterprise', '340100'
FROM generate_series(1, 12) AS n;
INSERT INTO creditbank.institution (code, name, kind, region)
VALUES
	('AH-UNION', '安徽省总工会', 'union', '340000'),
	('AH-HRSS', '安徽省人力资源和社会保障厅', 'authority', '340000'),
	('AH-IP', '安徽省知识产权局', 'authority', '340000'),
	('AH-OU', '安徽开放大学', 'school', '340100'),
	('CNIPA', '国家知识产权局', 'authority', NULL),
	('CN-UNION', '中华全国总工会', 'union', NULL);
INSERT INTO creditbank.programme (code, institution, title, credits, education_level)
SELECT m.code, 'AH-OU', m.title, m.credits, 'associate'
FROM (VALUES
	('AH-MECHATRONICS', '机电一体化技术', 80), ('AH-MACHINES', '机械制造', 80), ('AH-METAL', '金属材料', 80), ('AH-ELECTRICS', '电气自动化', 80),
	('AH-SAFETY', '安全技术', 80), ('AH-LOGISTICS', '物流管理', 80), ('AH-MANAGEMENT', '工商企业管理', 80), ('AH-SHORT', '智能制造（短期）', 30)) AS m (code, title, credits);
SELECT name, version
FROM creditbank.publish_rules($$
rule_set 'anhui-workers' version 1
programme 'AH-MECHATRONICS', 'AH-MACHINES', 'AH-METAL', 'AH-ELECTRICS', 'AH-SAFETY', 'AH-LOGISTICS', 'AH-MANAGEMENT', 'AH-SHORT'
effective 2024-01-01 ..
table 'contest' by tag, rank
  'national', 1 is 6 cr
  'national', 2 is 4 cr
  'provincial', 1 is 3 cr
cap total 40% of programme
rule 'project' priority 5
  programme 'AH-MECHATRONICS', 'AH-MACHINES', 'AH-METAL', 'AH-ELECTRICS', 'AH-SHORT'
  when any project/* hours >= 20 place <= 5
  grant 1 cr per 20 hr, leftover forfeit
rule 'patent' priority 4
  programme 'AH-MECHATRONICS', 'AH-MACHINES', 'AH-ELECTRICS', 'AH-SHORT'
  when any patent/CNIPA/*
  grant 8 cr by share
  round half_up 2
rule 'contest' priority 3
  programme 'AH-MACHINES', 'AH-METAL'
  when any award/*
  grant from table 'contest'
rule 'apprentices' priority 2
  when any mentoring/*
  grant 1 cr
  cap 2 cr
rule 'training' priority 1
  when any training/* attendance >= 80
  grant 1 cr per 16 hr, leftover keep
$$);

-- Who certifies what: training and apprentices the labour authority, projects two
-- of the union, contests three of them, patents the patent authority.
INSERT INTO creditbank.recognition_route (class, region, body, assessors)
VALUES
	('training', '340000', 'AH-HRSS', 1),
	('mentoring', '340000', 'AH-HRSS', 1),
	('project', '340000', 'AH-UNION', 2),
	('award', '340000', 'AH-UNION', 3),
	('patent', '340000', 'AH-IP', 1);
INSERT INTO creditbank.assessor (role_name, institution)
VALUES
	('services_hrss', 'AH-HRSS'), ('services_ip', 'AH-IP'),
	('services_union_1', 'AH-UNION'), ('services_union_2', 'AH-UNION'), ('services_union_3', 'AH-UNION');

-- 320 workers of the twelve enterprises come in by one import of the union; the
-- number of one is mistyped, and that row alone waits until it is mended.
SET ROLE services_registrar;
INSERT INTO creditbank.import_row (batch, line, external_id, identity_number, full_name, region, trainee_group, ref, title, amount, attendance, awarded_on)
SELECT 'opening', n, 'W-' || n, CASE WHEN n = 320 THEN '340104199001010000' ELSE pg_temp.resident_number('340104', date '1980-01-01' + n::integer, n) END,
	'职工 ' || n, CASE WHEN n % 4 = 0 THEN '340200' ELSE '340100' END, 'employed',
	format('training/AH-E%s/SAFETY#%s', lpad((1 + n % 12)::text, 2, '0'), n), '岗位安全培训', '40 hr', '95', '2024-05-10'
FROM generate_series(1, 320) AS n;
SELECT line, sqlstate, reason, detail
FROM creditbank.import_achievements('opening', 'AH-UNION', open_accounts => true);
UPDATE creditbank.import_row
SET identity_number = pg_temp.resident_number('340104', '1990-01-01', 320)
WHERE batch = 'opening';
SELECT line, sqlstate
FROM creditbank.import_achievements('opening', 'AH-UNION', open_accounts => true);
SELECT count(*) AS activated
FROM (
	SELECT DISTINCT creditbank.find_account(pg_temp.resident_number('340104', CASE WHEN n = 320 THEN '1990-01-01' ELSE date '1980-01-01' + n::integer END, n)) AS account
	FROM generate_series(1, 320) AS n) AS w
CROSS JOIN LATERAL creditbank.activate_account(w.account) AS a;
RESET ROLE;
SELECT rows, posted, refused FROM creditbank.import WHERE batch = 'opening';
SELECT a.state, h.region, h.trainee_group, count(*) AS workers
FROM creditbank.account AS a
JOIN creditbank.holder AS h USING (account_id)
GROUP BY a.state, h.region, h.trainee_group
ORDER BY h.region COLLATE "C";
SELECT count(DISTINCT split_part(ref::text, '/', 2)) AS enterprises FROM creditbank.achievement;
-- The labour authority recognises the training in bulk; nobody else may.
SET ROLE services_ip;
SELECT sqlstate, count(*) FROM creditbank.recognise_import('opening') GROUP BY sqlstate;
SET ROLE services_hrss;
SELECT count(*) AS refused FROM creditbank.recognise_import('opening', note => 'checked against the enterprises'' lists');
RESET ROLE;
SELECT recognised FROM creditbank.import WHERE batch = 'opening';

-- One of them brings the rest: two projects, two patents, three apprentices, a contest.
SELECT creditbank.find_account(pg_temp.resident_number('340104', '1980-01-02', 1)) AS worker \gset
SET ROLE services_registrar;
SELECT d.achievement, d.state
FROM (VALUES
	('project/AH-E02/LATHE#2024-1', '2024-04-01', '车床技术改造', '85 hr', NULL, 2, NULL, '{}', 5),
	('project/AH-E02/PRESS#2024-2', '2024-06-01', '压力机节能改造', '40 hr', NULL, 1, NULL, '{}', 4),
	('patent/CNIPA/UTILITY-MODEL#ZL2023-1', '2023-09-01', '一种夹具', NULL, 33.33, 2, NULL, '{}', NULL),
	('patent/CNIPA/INVENTION#ZL2024-2', '2024-02-01', '一种送料装置', NULL, 50, 1, NULL, '{}', NULL),
	('mentoring/AH-E02/APPRENTICE#1', '2022-06-30', '师带徒', '1 cr', NULL, NULL, NULL, '{}', NULL),
	('mentoring/AH-E02/APPRENTICE#2', '2023-06-30', '师带徒', '1 cr', NULL, NULL, NULL, '{}', NULL),
	('mentoring/AH-E02/APPRENTICE#3', '2024-06-30', '师带徒', '1 cr', NULL, NULL, NULL, '{}', NULL),
	('award/CN-UNION/WELDING#2024-9', '2024-05-01', '全国焊接技能竞赛', NULL, NULL, NULL, '1', '{national}', 7))
	AS v (ref, awarded_on, title, amount, share, place, rank, tags, level)
CROSS JOIN LATERAL creditbank.deposit(:'worker', v.ref, v.awarded_on::date, title => v.title, amount => v.amount, share => v.share,
	place => v.place, rank => v.rank, tags => v.tags::text[], level => v.level, evidence => creditbank.digest(convert_to(v.ref, 'UTF8'))) AS d;
-- The enterprise vouches for what was done there; then all is handed in.
SELECT a.achievement, a.state
FROM (VALUES ('project/AH-E02/LATHE#2024-1'), ('project/AH-E02/PRESS#2024-2')) AS v (ref)
CROSS JOIN LATERAL creditbank.attest(:'worker', v.ref, 'signed by the enterprise') AS a;
SELECT s.body, count(*) AS asked
FROM creditbank.lifelong_file(:'worker') AS f
CROSS JOIN LATERAL creditbank.submit_achievement(:'worker', f.achievement) AS s
WHERE f.state IN ('deposited', 'attested')
GROUP BY s.body
ORDER BY s.body COLLATE "C";
SET ROLE services_hrss;
SELECT a.state, a.recognised
FROM generate_series(1, 3) AS n
CROSS JOIN LATERAL creditbank.assess(:'worker', 'mentoring/AH-E02/APPRENTICE#' || n) AS a;
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.assess(%L, 'patent/CNIPA/INVENTION#ZL2024-2') $$, :'worker'));
SET ROLE services_ip;
SELECT a.state
FROM (VALUES ('patent/CNIPA/UTILITY-MODEL#ZL2023-1'), ('patent/CNIPA/INVENTION#ZL2024-2')) AS v (ref)
CROSS JOIN LATERAL creditbank.assess(:'worker', v.ref) AS a;
SET ROLE services_union_1;
SELECT v.ref, a.state
FROM (VALUES ('project/AH-E02/LATHE#2024-1'), ('project/AH-E02/PRESS#2024-2'), ('award/CN-UNION/WELDING#2024-9')) AS v (ref)
CROSS JOIN LATERAL creditbank.assess(:'worker', v.ref) AS a;
SET ROLE services_union_2;
SELECT v.ref, a.state, a.recognised
FROM (VALUES ('project/AH-E02/LATHE#2024-1', '80 hr'), ('project/AH-E02/PRESS#2024-2', NULL), ('award/CN-UNION/WELDING#2024-9', NULL)) AS v (ref, amount)
CROSS JOIN LATERAL creditbank.assess(:'worker', v.ref, amount => v.amount) AS a;
RESET ROLE;
SELECT asset, count, hours, credits, best, best_level, best_rank, latest
FROM creditbank.capability_assets(:'worker');
-- The learning portrait of the same file, among 239 colleagues of the city.
INSERT INTO creditbank.field_of_study (code, title, title_zh)
VALUES ('manufacturing', 'Manufacturing', '装备制造'), ('safety', 'Safety at work', '安全生产');
INSERT INTO creditbank.field_of_study_pattern (pattern, field)
VALUES ('project/*', 'manufacturing'), ('patent/*', 'manufacturing'), ('mentoring/*', 'manufacturing'), ('award/*', 'manufacturing');
INSERT INTO creditbank.field_of_study_pattern (pattern, field)
SELECT format('training/AH-E%s/SAFETY', lpad(n::text, 2, '0')), 'safety'
FROM generate_series(1, 12) AS n;
SELECT accounts FROM creditbank.refresh_statistics();
SET ROLE services_registrar;
SELECT aspect, label, achievements, hours, level, said
FROM creditbank.portrait(:'worker', '2024-12-31', 'zh')
WHERE aspect IN ('total', 'field', 'level') OR aspect = 'strength' AND member LIKE 'asset:%';
SELECT label, peers, standing
FROM creditbank.portrait(:'worker', language => 'en')
WHERE aspect = 'peer';
SELECT form, left(creditbank.portrait_svg(:'worker', form, language => 'zh'), 4) AS drawn
FROM unnest(ARRAY['radar', 'timeline', 'peers']) AS form;
RESET ROLE;
-- Which of the eight majors would take how much of it: the degree paths, which are
-- what each dry run says; what to do next; and what the college grants.
INSERT INTO creditbank.catalogue (ref, title, amount) VALUES ('training/AH-HRSS/LEAN', '精益生产培训', '32 hr');
SET ROLE services_registrar;
SELECT place, programme, credits, posted, convertible, share, missing, next_step
FROM creditbank.pathways(:'worker');
SELECT step, ref, hours, credits, hours_per_credit, rule
FROM creditbank.next_steps(:'worker', 'AH-MACHINES');
RESET ROLE;
DELETE FROM creditbank.catalogue WHERE ref = 'training/AH-HRSS/LEAN';
SET ROLE services_registrar;
SELECT p.code, sum(c.amount) AS granted, count(c.granted) AS lines,
	string_agg(DISTINCT c.rule, ', ') FILTER (WHERE c.granted IS NOT NULL) AS rules
FROM creditbank.programme AS p
CROSS JOIN LATERAL creditbank.convert(:'worker', p.code, dry_run => true) AS c
GROUP BY p.code
ORDER BY granted DESC, p.code COLLATE "C";
SELECT c.rule, c.sources_used, c.source_amounts, c.granted, c.leftover, c.leftover_kept, c.state, c.reason
FROM creditbank.convert(:'worker', 'AH-MACHINES') AS c
ORDER BY c.line;
RESET ROLE;
SELECT balance, unit FROM creditbank.balance(:'worker');
SELECT * FROM finding;

-- OUC: the national vocational credit bank. 839 achievements in the catalogue, and
-- of 463 schools one measure each: 111 of ten rules and 352 of nine, 4,278 together,
-- that convert into 9,260 courses.
INSERT INTO creditbank.institution (code, name, kind)
VALUES
	('OUC', '国家开放大学', 'school'),
	('CN-POST', '国家邮政职业技能鉴定中心', 'assessment'),
	('MOHRSS', '人力资源和社会保障部', 'authority'),
	('JC', '高等专科学校', 'school');
INSERT INTO creditbank.institution (code, name, kind)
SELECT 'S' || n, '学校 ' || n, 'school'
FROM generate_series(1, 463) AS n;
INSERT INTO creditbank.catalogue (ref, title, level)
SELECT format(CASE WHEN n <= 500 THEN 'cert/MOHRSS/C%s' WHEN n <= 700 THEN 'training/OUC/T%s' WHEN n <= 800 THEN 'course/JC/K%s' ELSE 'degree/JC/D%s' END, n)::creditbank.achievement_ref,
	'学习成果 ' || n, CASE WHEN n <= 500 THEN 1 + n % 5 END
FROM generate_series(1, 836) AS n;
INSERT INTO creditbank.catalogue (ref, title, level)
VALUES
	('cert/CN-POST/EXP-OPERATOR', '快递员职业技能等级证书', 3),
	('cert/MOHRSS/HOME-CARE', '家政服务员职业技能等级证书', 3),
	('course/JC/ENGLISH', '大学英语（专科）', NULL);
SELECT count(*) AS catalogue FROM creditbank.catalogue;
INSERT INTO creditbank.programme (code, institution, title, credits)
SELECT 'S' || n, 'S' || n, '专业 ' || n, 80
FROM generate_series(1, 463) AS n;
INSERT INTO creditbank.programme_course (programme, ref, title, credits)
SELECT 'S' || n, format('course/S%s/%s', n, c)::creditbank.achievement_ref, '课程 ' || c, 2
FROM generate_series(1, 463) AS n
CROSS JOIN generate_series(1, 20) AS c;
CREATE TEMP VIEW measure AS
SELECT n, format(E'rule_set ''measure-S%1$s'' version 1\nprogramme ''S%1$s''\ncap total 50%% of programme\n', n)
	|| string_agg(format(E'rule ''article %1$s'' when cert/MOHRSS/C%2$s level >= %3$s within 8 years grant %4$s', r, 1 + ((n - 1) * 10 + r - 1) % 500, 1 + r % 5,
		(SELECT string_agg(format('course/S%s/%s in full', n, c), ', ') FROM generate_series(2 * r - 1, CASE WHEN r = l.last THEN 20 ELSE 2 * r END) AS c)), E'\n' ORDER BY r) AS rules
FROM generate_series(1, 463) AS n
CROSS JOIN LATERAL (SELECT CASE WHEN n <= 111 THEN 10 ELSE 9 END AS last) AS l
CROSS JOIN generate_series(1, l.last) AS r
GROUP BY n;
SELECT count(p.rule_book_id) AS published
FROM (SELECT m.rules FROM measure AS m ORDER BY m.n) AS m
CROSS JOIN LATERAL creditbank.publish_rules(m.rules) AS p;
SELECT b.books, b.rules, g.courses
FROM (SELECT count(*) AS books, sum(jsonb_array_length(rules::jsonb -> 'rules')) AS rules FROM creditbank.rule_book WHERE name LIKE 'measure-%') AS b,
	(SELECT count(DISTINCT t.course) AS courses FROM creditbank.rule_book, jsonb_path_query(rules::jsonb, 'strict $.rules[*].grant[*].target') AS t (course) WHERE name LIKE 'measure-%') AS g;

-- A learner with three certificates: what the measure of the seventh school makes
-- of them, and why.
SELECT account AS learner FROM creditbank.open_account('王建国', '2024-01-02', identity_number => '11010519491231002X') \gset
SET ROLE services_registrar;
SELECT d.achievement, d.state
FROM (VALUES ('cert/MOHRSS/C61#1', '2024-03-01'), ('cert/MOHRSS/C63#1', '2024-03-02'), ('cert/MOHRSS/C64#1', '2015-03-03')) AS v (ref, awarded_on)
CROSS JOIN LATERAL creditbank.deposit(:'learner', v.ref, v.awarded_on::date) AS d;
SET ROLE services_post;
SELECT r.achievement, r.state
FROM (VALUES ('cert/MOHRSS/C61#1', NULL), ('cert/MOHRSS/C63#1', 2), ('cert/MOHRSS/C64#1', NULL)) AS v (ref, level)
CROSS JOIN LATERAL creditbank.recognise(:'learner', v.ref, level => v.level) AS r;
RESET ROLE;
SELECT e.rule, e.source, e.parameter, e.required, e.found, e.missing, e.passed
FROM creditbank.explain_conversion(:'learner', 'S7', as_of => '2024-12-31') AS e
WHERE e.parameter IN ('level', 'age')
ORDER BY e.source COLLATE "C", e.parameter COLLATE "C";
SELECT c.rule, c.sources_used, c.target, c.granted, c.mark, c.reason
FROM creditbank.convert(:'learner', 'S7', as_of => '2024-12-31') AS c
ORDER BY c.line;

-- Course standards mapped to those of certificates: a home-care certificate.
INSERT INTO creditbank.programme (code, institution, title, credits, education_level)
VALUES
	('OUC-LOGISTICS', 'OUC', '物流管理（专科）', 80, 'associate'),
	('OUC-HOME', 'OUC', '家政服务与管理（专科）', 80, 'associate'),
	('OUC-ENGLISH', 'OUC', '英语（专升本）', 70, 'associate_to_bachelor');
INSERT INTO creditbank.programme_course (programme, ref, title, credits)
VALUES
	('OUC-LOGISTICS', 'course/OUC/LOG-101', '快递业务操作与管理', 3),
	('OUC-LOGISTICS', 'course/OUC/LOG-102', '仓储与配送管理', 3),
	('OUC-LOGISTICS', 'course/OUC/LOG-103', '物流信息技术', 2),
	('OUC-LOGISTICS', 'course/OUC/LOG-104', '供应链基础', 3),
	('OUC-HOME', 'course/OUC/CARE-1', '家庭照护', 2.5),
	('OUC-HOME', 'course/OUC/CARE-2', '家政服务概论', 2),
	('OUC-HOME', 'course/OUC/CARE-3', '营养学', 3),
	('OUC-ENGLISH', 'course/OUC/ENGLISH', '大学英语（本科）', 6);
INSERT INTO creditbank.standard (ref, title)
VALUES ('cert/MOHRSS/HOME-CARE', '家政服务员标准'), ('course/OUC/CARE-1', '家庭照护 课程标准'), ('course/OUC/CARE-3', '营养学 课程标准');
INSERT INTO creditbank.standard_unit (ref, unit, title, hours)
VALUES
	('cert/MOHRSS/HOME-CARE', 'A', '照护老人', '40 hr'), ('cert/MOHRSS/HOME-CARE', 'B', '烹饪', '24 hr'),
	('course/OUC/CARE-1', '1', '老人', '30 hr'), ('course/OUC/CARE-1', '2', '儿童', '10 hr'),
	('course/OUC/CARE-3', '1', '膳食', '24 hr'), ('course/OUC/CARE-3', '2', '营养', '24 hr');
INSERT INTO creditbank.standard_match (certificate_ref, certificate_unit, course_ref, course_unit, coverage)
VALUES
	('cert/MOHRSS/HOME-CARE', 'A', 'course/OUC/CARE-1', '1', 100), ('cert/MOHRSS/HOME-CARE', 'A', 'course/OUC/CARE-1', '2', 50),
	('cert/MOHRSS/HOME-CARE', 'B', 'course/OUC/CARE-3', '1', 100);
INSERT INTO creditbank.standard_mapping (certificate_ref, course_ref, overlap, agreed_on, basis)
VALUES ('cert/MOHRSS/HOME-CARE', 'course/OUC/CARE-2', 85, '2024-03-01', '专业委员会 2024-3');
SELECT certificate, course, overlap, agreed_overlap FROM creditbank.standard_overlaps ORDER BY course COLLATE "C";
SELECT count(p.rule_book_id) AS published
FROM (VALUES ($$
rule_set 'ouc-logistics' version 1
programme 'OUC-LOGISTICS'
cap total 50% of programme
rule 'postal-express-operator' priority 10
  when cert/CN-POST/EXP-OPERATOR level >= 3 within 8 years
  grant course/OUC/LOG-101 3 cr, course/OUC/LOG-102 3 cr, course/OUC/LOG-103 2 cr
rule 'supply chain in parts' priority 5
  when all of (training/OUC/T501, training/OUC/T502, training/OUC/T503) hours >= 48
  grant course/OUC/LOG-104 in full
rule 'whole credits'
  when training/OUC/T504
  grant 1 cr per 16 hr, leftover keep
$$), ($$
rule_set 'ouc-home' version 1
programme 'OUC-HOME'
rule 'care' when cert/MOHRSS/HOME-CARE overlap >= 80 grant course/OUC/CARE-1 in full, course/OUC/CARE-2 in full
rule 'food' when cert/MOHRSS/HOME-CARE overlap >= 80 grant course/OUC/CARE-3 in full
$$), ($$
rule_set 'ouc-english' version 1
programme 'OUC-ENGLISH'
rule 'junior-college' when course/JC/ENGLISH grade >= 60 grant course/OUC/ENGLISH in full exempt from exam
$$)) AS v (rules)
CROSS JOIN LATERAL creditbank.publish_rules(v.rules) AS p;

-- The courier's 8 credits in 3 courses; the home-care worker; from junior college to bachelor.
SET ROLE services_registrar;
SELECT s.achievement
FROM (VALUES
	('cert/CN-POST/EXP-OPERATOR#2023-000123', date '2023-06-15', NULL, NULL),
	('cert/MOHRSS/HOME-CARE#77', '2024-02-01', NULL, NULL),
	('course/JC/ENGLISH', '2021-06-30', '4 cr', '61')) AS v (ref, awarded_on, amount, grade)
CROSS JOIN LATERAL creditbank.deposit(:'learner', v.ref, v.awarded_on, amount => v.amount, grade => v.grade) AS s;
SET ROLE services_post;
SELECT r.achievement, r.state, r.recognised
FROM (VALUES ('cert/CN-POST/EXP-OPERATOR#2023-000123'), ('cert/MOHRSS/HOME-CARE#77'), ('course/JC/ENGLISH')) AS v (ref)
CROSS JOIN LATERAL creditbank.recognise(:'learner', v.ref) AS r;
SET ROLE services_registrar;
SELECT f.achievement, f.title, f.level, f.grade, f.education_type
FROM creditbank.lifelong_file(:'learner') AS f
WHERE f.state = 'recognised' AND f.achievement !~ '/C6';
SELECT c.target, c.granted, c.mark, sum(c.amount) OVER () AS total
FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123'], as_of => '2024-12-31') AS c
WHERE c.granted IS NOT NULL
ORDER BY c.target COLLATE "C";
SELECT e.rule, e.target, e.parameter, e.required, e.found, e.missing, e.passed
FROM creditbank.explain_conversion(:'learner', 'OUC-HOME', as_of => '2024-12-31') AS e
WHERE e.parameter = 'overlap';
SELECT c.rule, c.target, c.granted, c.mark, c.reason
FROM creditbank.convert(:'learner', 'OUC-HOME', as_of => '2024-12-31') AS c
WHERE c.rule IS NOT NULL
ORDER BY c.line;
SELECT c.target, c.granted, c.mark, c.source_amounts, c.source_grades
FROM creditbank.convert(:'learner', 'OUC-ENGLISH', sources => ARRAY['course/JC/ENGLISH'], as_of => '2024-12-31') AS c
WHERE c.granted IS NOT NULL;

-- Small parts are deposited as they come, and withdrawn whole: two of three parts
-- do not make the course, three do; of 40 hours two credits are taken, and eight
-- hours stay, which are no whole credit.
SELECT d.achievement
FROM (VALUES ('training/OUC/T501#1', '16 hr'), ('training/OUC/T502#1', '14 hr'), ('training/OUC/T504#1', '40 hr')) AS v (ref, amount)
CROSS JOIN LATERAL creditbank.deposit(:'learner', v.ref, '2024-05-01', amount => v.amount) AS d;
SET ROLE services_post;
SELECT r.recognised
FROM (VALUES ('training/OUC/T501#1'), ('training/OUC/T502#1'), ('training/OUC/T504#1')) AS v (ref)
CROSS JOIN LATERAL creditbank.recognise(:'learner', v.ref) AS r;
SET ROLE services_registrar;
SELECT c.rule, c.sources_used, c.granted, c.leftover, c.leftover_kept, c.reason
FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2024-12-31', sources => ARRAY['training/OUC/T501#1', 'training/OUC/T502#1', 'training/OUC/T504#1']) AS c
WHERE c.reason IS DISTINCT FROM 'already consumed'
ORDER BY c.line;
SELECT f.achievement, f.state, f.amount, f.remaining
FROM creditbank.lifelong_file(:'learner') AS f
WHERE f.class = 'training';
SELECT sqlstate_, message, detail FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'OUC-LOGISTICS', as_of => '2024-12-31', sources => ARRAY['training/OUC/T504#1']) $$, :'learner'));
SELECT d.achievement FROM creditbank.deposit(:'learner', 'training/OUC/T503#1', '2024-06-01', amount => '20 hr') AS d;
SET ROLE services_post;
SELECT r.recognised FROM creditbank.recognise(:'learner', 'training/OUC/T503#1') AS r;
SET ROLE services_registrar;
SELECT c.rule, c.sources_used, c.source_amounts, c.target, c.granted
FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2024-12-31') AS c
WHERE c.granted IS NOT NULL;
RESET ROLE;
-- Of 474 programmes (463 schools, 8 majors, 3 of the open university) those come
-- first that are furthest.
SELECT count(*) AS programmes, count(*) FILTER (WHERE posted > 0) AS begun FROM creditbank.pathways(:'learner', '2024-12-31', most => 1000);
SELECT place, programme, posted, convertible, share
FROM creditbank.pathways(:'learner', '2024-12-31', most => 5);
-- Identity, issuing, recognition, accumulation and conversion: all on the chain,
-- sealed, and verified; so is the certificate of the courier's three courses.
SET ROLE services_registrar;
SELECT number AS n, check_code AS code, scope
FROM creditbank.issue_certificate(:'learner', '{course/OUC/LOG-101,course/OUC/LOG-102,course/OUC/LOG-103}', language => 'zh') \gset
RESET ROLE;
SELECT creditbank.find_account('11010519491231002X') = :'learner' AS found,
	count(*) FILTER (WHERE detail::text ~ '王建国|11010519491231002X') AS naming
FROM creditbank.ledger
WHERE account = :'learner';
SELECT kind, count(*), sum(amount) FILTER (WHERE unit = 'cr') AS credits, sum(amount) FILTER (WHERE unit = 'hr') AS hours
FROM creditbank.ledger
WHERE account = :'learner'
GROUP BY kind
ORDER BY min(seq);
SELECT balance FROM creditbank.balance(:'learner');
SELECT tree_size = (SELECT count(*) FROM creditbank.ledger) AS everything FROM creditbank.seal();
SELECT * FROM creditbank.verify_account(:'learner');
SELECT count(*) AS checks, bool_and(v.passed) AS good FROM creditbank.verify_certificate(creditbank.certificate(:'n')::text) AS v;
SET ROLE services_employer;
SELECT v.standing, v.scope, v.line, v.ref, v.amount, v.unit, v.original
FROM creditbank.verify_certificate(:'n', :'code') AS v;
RESET ROLE;
SELECT * FROM finding;

-- ZHEJIANG: one file, two scenes, five services. Three bodies import what they
-- award in bulk: formal, vocational and other learning.
INSERT INTO creditbank.institution (code, name, kind, region)
VALUES
	('ZJ-OU', '浙江开放大学', 'school', '330100'),
	('ZJ-TRAIN', '宁波职业培训中心', 'training', '330200'),
	('ZJ-EXAM', '浙江社区教育考试中心', 'examination', '330100');
INSERT INTO creditbank.programme (code, institution, title, credits, purpose)
VALUES ('ZJ-ADULT', 'ZJ-OU', '行政管理（专科）', 80, 'credit'), ('ZJ-POINTS', 'ZJ-OU', '学习积分', 1, 'points');
INSERT INTO creditbank.reward (code, institution, title, price, stock, per_account)
VALUES ('ZJ-BOOK', 'ZJ-OU', '图书', '20 pt', 5, 2);
SELECT count(p.rule_book_id) AS published
FROM (VALUES ($$
rule_set 'zj-adult' version 1
programme 'ZJ-ADULT'
cap total 50% of programme
rule 'courses' when any course/* grade >= 60 grant 1 cr per 1 cr
rule 'training' when any training/* attendance >= 80 grant 1 cr per 16 hr, leftover forfeit
$$), ($$
rule_set 'zj-points' version 1
programme 'ZJ-POINTS'
points expire after 3 years, at the end of the year
rule 'hours' when any training/* grant 1 pt per 1 hr
$$)) AS v (rules)
CROSS JOIN LATERAL creditbank.publish_rules(v.rules) AS p;
SET ROLE services_registrar;
CREATE TEMP TABLE zhejiang AS
SELECT n, pg_temp.resident_number('330106', date '1990-01-01' + n::integer, n) AS number,
	(ARRAY['330106001000', '330106003000', '330203004000', '330100'])[1 + n % 4] AS region
FROM generate_series(1, 24) AS n;
SELECT 'ZJ-OU' AS body, count(i.*) AS refused
FROM creditbank.import_achievements('zj-ou', 'ZJ-OU', open_accounts => true, rows => (
	SELECT jsonb_agg(jsonb_build_object('external_id', n, 'identity_number', number, 'full_name', '学员 ' || n, 'region', region, 'trainee_group', 'employed',
		'ref', 'course/ZJ-OU/READING', 'title', '阅读', 'amount', '3 cr', 'grade', 50 + n, 'awarded_on', '2024-06-30') ORDER BY n)
	FROM zhejiang)) AS i
UNION ALL
SELECT 'ZJ-TRAIN', count(i.*)
FROM creditbank.import_achievements('zj-train', 'ZJ-TRAIN', rows => (
	SELECT jsonb_agg(jsonb_build_object('external_id', n, 'identity_number', number,
		'ref', 'training/ZJ-TRAIN/NURSING#' || n, 'title', '护理', 'amount', '32 hr', 'attendance', 90, 'awarded_on', '2024-07-30') ORDER BY n)
	FROM zhejiang
	WHERE n <= 16)) AS i;
-- A row whose learner would be of a region that is not there comes back; the others are in.
SELECT i.line, i.external_id, i.sqlstate, i.reason, i.detail
FROM creditbank.import_achievements('zj-exam', 'ZJ-EXAM', open_accounts => true, rows => (
	SELECT jsonb_agg(jsonb_build_object('external_id', n, 'identity_number', number, 'education_type', 'non_formal', 'region', CASE WHEN n = 12 THEN '330999' END,
		'full_name', CASE WHEN n = 12 THEN '学员' END,
		'ref', 'training/ZJ-EXAM/ART#' || n, 'title', '社区书画', 'amount', '20 hr', 'attendance', 100, 'awarded_on', '2024-08-30') ORDER BY n)
	FROM (SELECT n, number FROM zhejiang WHERE n < 12 UNION ALL SELECT 12, pg_temp.resident_number('330106', '1999-09-09', 1)) AS z)) AS i;
SELECT creditbank.discard_import('zj-exam') AS discarded;
SET ROLE services_post;
SELECT b.batch, count(r.*) AS refused
FROM (VALUES ('zj-ou'), ('zj-train'), ('zj-exam')) AS b (batch)
LEFT JOIN LATERAL creditbank.recognise_import(b.batch) AS r ON true
GROUP BY b.batch
ORDER BY b.batch COLLATE "C";
RESET ROLE;
SELECT batch, rows, posted, recognised FROM creditbank.import WHERE batch LIKE 'zj-%' ORDER BY batch COLLATE "C";
-- The five services to one learner: the file ...
SET ROLE services_registrar;
SELECT creditbank.find_account((SELECT number FROM zhejiang WHERE n = 10)) AS learner \gset
SELECT f.achievement, f.education_type, f.amount, f.grade, f.state
FROM creditbank.lifelong_file(:'learner') AS f;
-- ... recognised above; converted, once the holder has activated the account ...
SELECT sqlstate_, replace(message, :'learner', 'N') AS message FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'ZJ-ADULT') $$, :'learner'));
SELECT count(a.*) AS activated
FROM zhejiang AS z
CROSS JOIN LATERAL creditbank.activate_account(creditbank.find_account(z.number)) AS a;
SELECT c.rule, c.granted, c.leftover
FROM creditbank.convert(:'learner', 'ZJ-ADULT') AS c
ORDER BY c.line;
-- ... points earned from the same achievements, and redeemed.
SELECT c.granted, c.state FROM creditbank.convert(:'learner', 'ZJ-POINTS') AS c ORDER BY c.line;
SELECT r.points, r.state FROM creditbank.redeem(:'learner', 'ZJ-BOOK', 2) AS r;
SELECT p.available FROM creditbank.points(:'learner') AS p;
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.redeem(%L, 'ZJ-BOOK') $$, :'learner'));
SELECT count(DISTINCT c.decision_id) AS conversions, sum(c.amount) AS credits
FROM zhejiang AS z
CROSS JOIN LATERAL creditbank.convert(creditbank.find_account(z.number), 'ZJ-ADULT') AS c
WHERE z.n > 10;
RESET ROLE;
-- The proof of achievements: certified, found good from the document and by the
-- public role from number and code, and as a page.
SET ROLE services_registrar;
SELECT number AS n, check_code AS code FROM creditbank.issue_certificate(:'learner', language => 'zh') \gset
RESET ROLE;
SELECT sqlstate_ FROM pg_temp.error_of(format($$ SELECT creditbank.certificate(%L) $$, :'n'));
SELECT tree_size = (SELECT count(*) FROM creditbank.ledger) AS everything FROM creditbank.seal();
SELECT count(*) AS checks, bool_and(v.passed) AS good FROM creditbank.verify_certificate(creditbank.certificate(:'n')::text) AS v;
SET ROLE services_employer;
SELECT v.standing, v.holder, v.line, v.title, v.amount, v.unit FROM creditbank.verify_certificate(:'n', :'code') AS v;
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.verify_certificate(%L, '00000000') $$, :'n'));
SET ROLE services_registrar;
SELECT left(creditbank.certificate_page(:'n'), 15) AS page;
-- Employers and schools ask by a set procedure: consent to a purpose, fields, a
-- period and a number of looks; each sees just that, and the learner reads who looked.
SELECT code AS employer_code
FROM creditbank.give_consent(:'learner', '招聘护理员', '{name,achievements}', creditbank.today() + 30, uses => 1,
	grantee => '杭州康养有限公司', grantee_role => 'services_employer', refs => '{training/ZJ-TRAIN/NURSING}') \gset
SELECT consent AS school_consent, code AS school_code
FROM creditbank.give_consent(:'learner', '入学', '{achievements,grades,balance}', creditbank.today() + 30,
	grantee => 'ZJ-OU', grantee_role => 'services_school') \gset
SET ROLE services_school;
SELECT sqlstate_ FROM pg_temp.error_of(format($$ SELECT creditbank.ask_to_look(%L, '招聘护理员') $$, :'employer_code'));
SELECT ticket FROM creditbank.ask_to_look(:'school_code', '入学') \gset
SELECT field, item, key, value FROM creditbank.look_values(:'ticket') WHERE key IN ('achievement', 'grade', 'amount', 'unit') OR key IS NULL;
SET ROLE services_employer;
SELECT sqlstate_ FROM pg_temp.error_of(format($$ SELECT creditbank.ask_to_look(%L, '入学') $$, :'employer_code'));
SELECT ticket FROM creditbank.ask_to_look(:'employer_code', '招聘护理员') \gset
SELECT creditbank.look(:'ticket') - '{id,shown_on,consent_until}'::text[] AS shown;
SELECT sqlstate_ FROM pg_temp.error_of(format($$ SELECT creditbank.ask_to_look(%L, '招聘护理员') $$, :'employer_code'));
SET ROLE services_registrar;
SELECT state FROM creditbank.revoke_consent(:'learner', :school_consent);
SELECT looked_by, grantee, purpose, fields, refs FROM creditbank.looks(:'learner') ORDER BY seq;
SELECT standing, purpose, used, uses_left FROM creditbank.consents(:'learner') ORDER BY consent;
RESET ROLE;
-- The yearly figures, by province, city, county and township: each level adds up to
-- the total, and a part asked for alone is the row of the whole.
SELECT extract(year FROM creditbank.today())::integer AS this_year \gset
CREATE TEMP TABLE figures AS
SELECT r.code, f.*
FROM (VALUES (NULL), ('330000'), ('330100'), ('330106')) AS r (code)
CROSS JOIN LATERAL creditbank.yearly_figures(:this_year, r.code) AS f;
SELECT figure, dimension, member, count, amount, unit
FROM figures
WHERE code = '330000' AND count > 0
	AND (figure = 'conversions' AND dimension IN ('province', 'city', 'county', 'township')
		OR figure = 'recognitions' AND dimension IN ('total', 'education_type')
		OR figure IN ('points_earned', 'points_redeemed') AND dimension = 'total')
ORDER BY figure COLLATE "C", array_position(ARRAY['total', 'education_type', 'province', 'city', 'county', 'township'], dimension), member COLLATE "C", unit;
SELECT count(DISTINCT t.figure) AS figures, count(*) AS sums,
	count(*) FILTER (WHERE (s.count, s.amount) IS DISTINCT FROM (t.count::numeric, t.amount)) AS differing
FROM figures AS t
CROSS JOIN (VALUES ('province'), ('city'), ('county'), ('township')) AS l (dimension)
LEFT JOIN LATERAL (
	SELECT sum(f.count) AS count, sum(f.amount) AS amount
	FROM figures AS f
	WHERE f.code IS NOT DISTINCT FROM t.code AND f.figure = t.figure AND f.dimension = l.dimension AND f.unit IS NOT DISTINCT FROM t.unit) AS s ON true
WHERE t.dimension = 'total' AND t.count > 0;
SELECT p.code, count(*) AS totals, count(*) FILTER (WHERE (w.count, w.amount) IS DISTINCT FROM (p.count, p.amount)) AS differing
FROM figures AS p
LEFT JOIN figures AS w ON w.code IS NULL AND w.figure = p.figure AND w.member = p.code AND w.unit IS NOT DISTINCT FROM p.unit
WHERE p.code IS NOT NULL AND p.dimension = 'total' AND p.count > 0
GROUP BY p.code
ORDER BY p.code;

-- HUBEI: one diploma plus several skill-level certificates. 220 schools, 73
-- assessment bodies whose certificates go straight into the learners' accounts.
INSERT INTO creditbank.institution (code, name, kind, region)
SELECT 'HB-S' || n, '湖北学校 ' || n, 'school', CASE WHEN n % 2 = 0 THEN '429004' ELSE '420100' END
FROM generate_series(1, 220) AS n
UNION ALL
SELECT 'HB-A' || n, '评价组织 ' || n, 'assessment', '420000'
FROM generate_series(1, 73) AS n
UNION ALL
SELECT 'HB-EDU', '湖北省教育厅', 'authority', '420000';
INSERT INTO creditbank.level_framework (code, title) VALUES ('1+X', '1+X 职业技能等级证书');
INSERT INTO creditbank.framework_level (framework, name, title, level)
VALUES ('1+X', '初级', 'elementary', 3), ('1+X', '中级', 'intermediate', 4), ('1+X', '高级', 'advanced', 5);
INSERT INTO creditbank.catalogue (ref, title, level)
SELECT format('cert/HB-A%s/X', n)::creditbank.achievement_ref, '职业技能等级证书 ' || n, creditbank.bank_level('1+X', '中级')
FROM generate_series(1, 73) AS n;
INSERT INTO creditbank.programme (code, institution, title, credits, education_level)
SELECT 'HB-S' || n, 'HB-S' || n, '高职专业 ' || n, 120, 'associate'
FROM generate_series(1, 220) AS n;
INSERT INTO creditbank.programme_course (programme, ref, title, credits)
SELECT 'HB-S' || n, format('course/HB-S%s/%s', n, c)::creditbank.achievement_ref, '课程 ' || c, 2 + c
FROM generate_series(1, 220) AS n
CROSS JOIN generate_series(1, 3) AS c;
-- Each school has matched the standards of its courses to those of one certificate.
INSERT INTO creditbank.standard (ref, title)
SELECT ref, title FROM creditbank.catalogue WHERE ref::text LIKE 'cert/HB-%'
UNION ALL
SELECT ref, title FROM creditbank.programme_course WHERE programme LIKE 'HB-%';
INSERT INTO creditbank.standard_unit (ref, unit, title, hours)
SELECT ref, u.unit, '单元 ' || u.unit, u.hours
FROM creditbank.standard AS s
CROSS JOIN (VALUES ('A', '40 hr'), ('B', '10 hr')) AS u (unit, hours)
WHERE s.ref::text LIKE '%/HB-%';
INSERT INTO creditbank.standard_match (certificate_ref, certificate_unit, course_ref, course_unit, coverage)
SELECT format('cert/HB-A%s/X', 1 + (n - 1) % 73)::creditbank.achievement_ref, u.unit, format('course/HB-S%s/%s', n, u.course)::creditbank.achievement_ref, u.unit, u.coverage
FROM generate_series(1, 220) AS n
CROSS JOIN (VALUES (1, 'A', 100), (1, 'B', 60), (2, 'A', 100), (3, 'A', 99)) AS u (course, unit, coverage);
SELECT kind, count(*) FROM creditbank.institution WHERE code LIKE 'HB-%' GROUP BY kind ORDER BY kind COLLATE "C";
SELECT overlap, count(*) FROM creditbank.standard_overlaps WHERE course LIKE 'course/HB-%' GROUP BY overlap ORDER BY overlap;
SELECT creditbank.standard_rules('HB-S220');
SELECT count(p.rule_book_id) AS published
FROM (SELECT 'HB-S' || n AS code FROM generate_series(1, 220) AS n) AS s
CROSS JOIN LATERAL creditbank.publish_rules(creditbank.standard_rules(s.code)) AS p;
INSERT INTO creditbank.recognition_route (class, region, body) VALUES ('cert', '420000', 'HB-EDU');
INSERT INTO creditbank.assessor (role_name, institution) VALUES ('services_hrss', 'HB-EDU');
-- 438 trainees of the three groups and their parts, six for each assessment body.
SELECT code, parent FROM creditbank.trainee_group ORDER BY coalesce(parent, code) COLLATE "C", parent NULLS FIRST, code COLLATE "C";
CREATE TEMP TABLE trainee AS
SELECT n, 1 + (n - 1) % 73 AS body, 1 + (n - 1) % 73 + 73 * ((n - 1) / 73 % 3) AS school, pg_temp.resident_number('420106', date '1985-01-01' + n::integer, n) AS number,
	(ARRAY['student', 'unemployed_graduate', 'migrant_worker', 'registered_unemployed', 'veteran', 'registered_poor', 'employed'])[1 + n % 7] AS trainee_group
FROM generate_series(1, 438) AS n;
GRANT SELECT ON trainee TO services_registrar;
SET ROLE services_registrar;
SELECT count(i.*) AS refused
FROM generate_series(1, 73) AS b
CROSS JOIN LATERAL creditbank.import_achievements('hb-' || b, 'HB-A' || b, open_accounts => true, rows => (
	SELECT jsonb_agg(jsonb_build_object('external_id', n, 'identity_number', number, 'full_name', '学员 ' || n, 'region', CASE WHEN n % 3 = 0 THEN '429004' ELSE '420100' END,
		'trainee_group', trainee_group, 'ref', format('cert/HB-A%s/X#%s', b, n), 'level', '中级', 'framework', '1+X', 'awarded_on', '2024-09-01') ORDER BY n)
	FROM trainee
	WHERE body = b)) AS i;
SET ROLE services_hrss;
SELECT count(r.*) AS refused FROM generate_series(1, 73) AS b CROSS JOIN LATERAL creditbank.recognise_import('hb-' || b) AS r;
SET ROLE services_registrar;
SELECT count(a.*) AS activated FROM trainee AS t CROSS JOIN LATERAL creditbank.activate_account(creditbank.find_account(t.number)) AS a;
-- A school that has not mapped a certificate says so, and nothing is lost; its own does.
SELECT c.rule, c.sources_used, c.reason
FROM creditbank.convert(creditbank.find_account((SELECT number FROM trainee WHERE n = 74)), 'HB-S2', dry_run => true) AS c;
SELECT right(c.target, 2) AS course, c.granted, c.mark, count(*), count(DISTINCT t.school) AS schools
FROM trainee AS t
CROSS JOIN LATERAL creditbank.convert(creditbank.find_account(t.number), 'HB-S' || t.school) AS c
GROUP BY 1, c.granted, c.mark
ORDER BY c.granted;
RESET ROLE;
SELECT f.dimension, f.member, f.count, f.amount
FROM creditbank.yearly_figures(:this_year, '420000') AS f
WHERE f.figure = 'conversions' AND f.dimension IN ('total', 'trainee_group', 'trainee_subgroup', 'city', 'county')
ORDER BY f.dimension COLLATE "C", f.member COLLATE "C";
-- The same from the star: what each group has of the certificates of level 4.
SELECT g.top_group, count(DISTINCT f.account_key) AS learners, count(*) AS certificates
FROM creditbank.fact_recognition AS f
JOIN creditbank.dim_trainee_group AS g ON g.code = f.trainee_group
JOIN creditbank.dim_region AS r ON r.code = f.region
WHERE f.figure = 'recognitions' AND f.class = 'cert' AND f.level = 4 AND r.province = '420000'
GROUP BY g.top_group
ORDER BY g.top_group COLLATE "C";
SELECT right(c.course, 2) AS course, c.credits, c.state, c.covered_by
FROM creditbank.pathway_courses(creditbank.find_account((SELECT number FROM trainee WHERE n = 1)), 'HB-S1') AS c;

-- THE YEAR, published: what is counted above, without counts of fewer than five
-- learners; and the report for the authority, by province, city, county and township.
SELECT edition FROM creditbank.publish_figures(:this_year);
SELECT * FROM creditbank.statistics_drift();
SELECT f.figure, r.level, f.region, f.count, f.amount, f.unit
FROM creditbank.published_figures AS f
JOIN creditbank.dim_region AS r ON r.code = f.region
WHERE f.region LIKE '33%' AND f.dimension = 'total' AND f.figure = 'accounts_activated' AND f.unit = 'none'
ORDER BY f.figure COLLATE "C", f.region COLLATE "C";
-- Fifteen learners converted, four of them in a township: hidden, and what would tell.
SELECT count(DISTINCT f.region) FILTER (WHERE f.learners < 5) AS small, count(*) FILTER (WHERE f.learners < 5 AND NOT p.suppressed) AS shown
FROM (
	SELECT l.region, count(DISTINCT c.account_key) AS learners
	FROM creditbank.fact_conversion AS c
	JOIN creditbank.dim_region AS r ON r.code = c.region
	CROSS JOIN LATERAL (VALUES (r.province), (r.city), (r.county), (r.township)) AS l (region)
	WHERE r.province = '330000' AND l.region <> 'none'
	GROUP BY l.region) AS f
JOIN creditbank.published_figures AS p ON p.figure = 'conversions' AND p.dimension = 'total' AND p.region = f.region;
SELECT f.dimension, f.member, f.count, f.amount
FROM creditbank.published_figures AS f
WHERE f.region = '420000' AND f.figure = 'conversions' AND f.dimension IN ('trainee_group', 'trainee_subgroup')
ORDER BY f.dimension COLLATE "C", f.member COLLATE "C";
SELECT bool_or(p.suppressed) AS some_hidden, bool_or(NOT p.suppressed) AS some_shown,
	count(*) FILTER (WHERE NOT p.suppressed AND (f.count, f.amount) IS DISTINCT FROM (p.count, p.amount)) AS differing
FROM creditbank.published_figures AS p
JOIN figures AS f ON f.figure = p.figure AND f.dimension = p.dimension AND f.member = p.member AND coalesce(f.unit, 'none') = p.unit
WHERE f.code = '330000' AND p.region = f.code AND (p.suppressed OR p.count > 0);
SELECT label, dimension, member, count, suppressed
FROM creditbank.yearly_report(:this_year, '330000', 'zh')
WHERE section = 'accounts' AND dimension IN ('total', 'region') AND unit = 'all'
ORDER BY number;
SELECT left(creditbank.yearly_report_page(:this_year, '330000', 'zh'), 15) AS page;
-- All of it, once more.
SELECT tree_size = (SELECT count(*) FROM creditbank.ledger) AS everything FROM creditbank.seal();
SELECT * FROM finding;
SELECT * FROM creditbank.replay();
\set ECHO none
\i test/regress/remove_certificate_key.sql
\i test/regress/remove_identity_key.sql
\c :before
DROP DATABASE creditbank_services;
DROP ROLE services_registrar, services_hrss, services_ip, services_union_1, services_union_2, services_union_3, services_post,
	services_employer, services_school;
