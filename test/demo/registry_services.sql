-- registry_services.sql: what registry.sql leaves out and the whole story needs:
-- regions, the bodies, programmes and rule books of the home-care graduate and
-- the 1+X student, who recognises what, rewards for points.
-- All names and numbers are made up for the demo; the codes of regions are official.

INSERT INTO creditbank.region (code, name)
VALUES
	('330000', '浙江省'), ('330100', '杭州市'), ('330106', '西湖区'), ('330106001000', '北山街道'),
	('330200', '宁波市'), ('330203', '海曙区'),
	('340000', '安徽省'), ('340100', '合肥市'), ('340104', '蜀山区'), ('340200', '芜湖市'), ('340202', '镜湖区'),
	('420000', '湖北省'), ('420100', '武汉市'), ('420106', '武昌区'), ('429004', '仙桃市'),
	('310000', '上海市'), ('310100', '市辖区'), ('310115', '浦东新区');

UPDATE creditbank.institution AS i
SET region = v.region
FROM (VALUES
	('SH-TRAIN', '310115'), ('AH-OU', '340100'), ('AH-STEEL', '340202')) AS v (code, region)
WHERE i.code = v.code;

INSERT INTO creditbank.institution (code, name, kind, region)
VALUES
	('AH-UNION', '安徽省总工会', 'union', '340000'),
	('AH-HRSS', '安徽省人力资源和社会保障厅', 'authority', '340000'),
	('ZJ-OU', '浙江开放大学', 'school', '330100'),
	('ZJ-CARE', '之江养老护理评价中心', 'assessment', '330106'),
	('ZJ-HEALTH', '浙江卫生职业学院', 'school', '330100'),
	('ZJ-COMMUNITY', '北山街道社区学校', 'training', '330106001000'),
	('HB-POLY', '湖北交通职业技术学院', 'school', '420100'),
	('HB-NORMAL', '江汉师范学院', 'school', '429004'),
	('X-LOGISTICS', '智慧物流评价组织', 'assessment', NULL),
	('X-DATA', '数据应用评价组织', 'assessment', NULL);

INSERT INTO creditbank.catalogue (ref, title, amount, level)
VALUES
	('award/CN-UNION/ROLLING-CONTEST', '全国轧钢工技能竞赛', NULL, 4),
	('cert/ZJ-CARE/ELDERLY-CARE', '养老护理员职业技能等级证书', '120 hr', 3),
	('training/ZJ-COMMUNITY/FIRST-AID', '社区急救', '16 hr', NULL),
	('training/ZJ-COMMUNITY/NUTRITION', '老年营养', '32 hr', NULL),
	('course/ZJ-HEALTH/NURSING', '基础护理（专科）', '4 cr', NULL),
	('degree/ZJ-HEALTH/CARE', '智慧健康养老服务与管理（专科毕业证书）', NULL, 5),
	('degree/HB-POLY/LOGISTICS', '现代物流管理（高职毕业证书）', NULL, 5),
	('cert/X-LOGISTICS/MANAGEMENT', '物流管理职业技能等级证书', '160 hr', 4),
	('cert/X-DATA/ANALYSIS', '数据应用职业技能等级证书', '120 hr', 4),
	('internship/HB-POLY/WAREHOUSE', '岗位实习', '240 hr', NULL);

INSERT INTO creditbank.programme (code, institution, title, credits, education_level, purpose)
VALUES
	('ZJOU-CARE', 'ZJ-OU', '社会工作（专升本）', 70, 'associate_to_bachelor', 'credit'),
	('ZJOU-HOME', 'ZJ-OU', '家政服务与管理（专科）', 80, 'associate', 'credit'),
	('HBN-LOGISTICS', 'HB-NORMAL', '物流工程（专升本）', 70, 'associate_to_bachelor', 'credit'),
	('HBN-DATA', 'HB-NORMAL', '数据科学（专升本）', 70, 'associate_to_bachelor', 'credit'),
	('ZJ-POINTS', 'ZJ-OU', '学习积分', 1, NULL, 'points');

INSERT INTO creditbank.programme_category (programme, category, credits)
VALUES
	('ZJOU-CARE', 'major', 40),
	('ZJOU-HOME', 'major', 45),
	('HBN-LOGISTICS', 'major', 40),
	('HBN-DATA', 'major', 40);

INSERT INTO creditbank.programme_course (programme, ref, title, credits, category, excluded)
VALUES
	('ZJOU-CARE', 'course/ZJ-OU/CARE-301', '老年照护理论', 4, 'major', false),
	('ZJOU-CARE', 'course/ZJ-OU/CARE-302', '健康评估', 3, 'major', false),
	('ZJOU-CARE', 'course/ZJ-OU/CARE-390', '毕业实践', 8, 'major', true),
	('ZJOU-HOME', 'course/ZJ-OU/HOME-101', '家庭照护', 3, 'major', false),
	('ZJOU-HOME', 'course/ZJ-OU/HOME-102', '家庭营养', 3, 'major', false),
	('ZJOU-HOME', 'course/ZJ-OU/HOME-103', '急救与安全', 2, 'major', false),
	('HBN-LOGISTICS', 'course/HB-NORMAL/LOG-301', '物流系统规划', 4, 'major', false),
	('HBN-LOGISTICS', 'course/HB-NORMAL/LOG-302', '供应链数据分析', 3, 'major', false),
	('HBN-LOGISTICS', 'course/HB-NORMAL/LOG-303', '企业实践', 4, 'major', false),
	('HBN-LOGISTICS', 'course/HB-NORMAL/LOG-310', '运筹学', 4, 'major', false),
	('HBN-LOGISTICS', 'course/HB-NORMAL/LOG-311', '仓储自动化', 3, 'major', false),
	('HBN-DATA', 'course/HB-NORMAL/DAT-301', '数据采集与清洗', 3, 'major', false),
	('HBN-DATA', 'course/HB-NORMAL/DAT-302', '统计学习', 4, 'major', false);

-- The standard of a certificate beside those of courses (书证融通).
INSERT INTO creditbank.standard (ref, title)
VALUES
	('cert/ZJ-CARE/ELDERLY-CARE', '养老护理员标准'),
	('course/ZJ-OU/HOME-101', '家庭照护 课程标准'),
	('course/ZJ-OU/HOME-102', '家庭营养 课程标准');
INSERT INTO creditbank.standard_unit (ref, unit, title, hours)
VALUES
	('cert/ZJ-CARE/ELDERLY-CARE', 'A', '生活照护', '72 hr'), ('cert/ZJ-CARE/ELDERLY-CARE', 'B', '膳食', '20 hr'),
	('course/ZJ-OU/HOME-101', '1', '老人', '32 hr'), ('course/ZJ-OU/HOME-101', '2', '病人', '16 hr'),
	('course/ZJ-OU/HOME-102', '1', '膳食', '16 hr'), ('course/ZJ-OU/HOME-102', '2', '营养', '32 hr');
INSERT INTO creditbank.standard_match (certificate_ref, certificate_unit, course_ref, course_unit, coverage)
VALUES
	('cert/ZJ-CARE/ELDERLY-CARE', 'A', 'course/ZJ-OU/HOME-101', '1', 100),
	('cert/ZJ-CARE/ELDERLY-CARE', 'A', 'course/ZJ-OU/HOME-101', '2', 60),
	('cert/ZJ-CARE/ELDERLY-CARE', 'B', 'course/ZJ-OU/HOME-102', '1', 100);

SELECT p.name, p.version, p.effective
FROM (VALUES ($$
rule_set 'zjou-home' version 1
programme 'ZJOU-HOME'
cap total 50% of programme
rule 'care' when cert/ZJ-CARE/ELDERLY-CARE overlap >= 80 grant course/ZJ-OU/HOME-101 in full
rule 'food' when cert/ZJ-CARE/ELDERLY-CARE overlap >= 80 grant course/ZJ-OU/HOME-102 in full
rule 'first aid' when training/ZJ-COMMUNITY/FIRST-AID attendance >= 80 grant course/ZJ-OU/HOME-103 in full
rule 'hours' when any training/* attendance >= 80 grant 1 cr per 16 hr, leftover keep
$$), ($$
rule_set 'zjou-care' version 1
programme 'ZJOU-CARE'
cap total 40% of programme
rule 'junior college'
  when course/ZJ-HEALTH/NURSING grade >= 60
  grant course/ZJ-OU/CARE-301 in full
  exempt from exam
rule 'certificate' when cert/ZJ-CARE/ELDERLY-CARE level >= 3 within 8 years grant course/ZJ-OU/CARE-302 in full
rule 'training' when any training/* attendance >= 80 grant 1 cr per 18 hr, leftover forfeit
$$), ($$
rule_set 'hbn-logistics' version 1
programme 'HBN-LOGISTICS'
cap total 50% of programme
cap cert 20 cr, at most 3 items
rule 'diploma and certificate'
  when all of (degree/HB-POLY/LOGISTICS, cert/X-LOGISTICS/MANAGEMENT level >= 4)
  grant course/HB-NORMAL/LOG-301 4 cr
rule 'data' when cert/X-DATA/ANALYSIS level >= 4 grant course/HB-NORMAL/LOG-302 3 cr
rule 'practice' when any internship/* hours >= 160 grant course/HB-NORMAL/LOG-303 4 cr
rule 'express' when cert/CN-POST/EXP-OPERATOR level >= 3 grant course/HB-NORMAL/LOG-311 3 cr
$$), ($$
rule_set 'hbn-data' version 1
programme 'HBN-DATA'
cap total 50% of programme
rule 'data' when cert/X-DATA/ANALYSIS level >= 4 grant course/HB-NORMAL/DAT-301 3 cr
rule 'statistics' when cert/X-DATA/ANALYSIS level >= 5 grant course/HB-NORMAL/DAT-302 4 cr
$$), ($$
rule_set 'zj-points' version 1
programme 'ZJ-POINTS'
points expire after 3 years, at the end of the year
rule 'hours' when any training/* attendance >= 80 grant 1 pt per 1 hr
$$)) AS v (rules)
CROSS JOIN LATERAL creditbank.publish_rules(v.rules) AS p;

INSERT INTO creditbank.reward (code, institution, title, price, stock, per_account)
VALUES
	('ZJ-BOOK', 'ZJ-OU', '护理图书', '20 pt', 2, 1),
	('ZJ-EXAM-FEE', 'ZJ-OU', '考试费抵用券', '40 pt', 10, 1);

-- Who recognises what in Anhui: the labour authority, and the union by two.
CREATE ROLE demo_labour IN ROLE creditbank_assessor;
CREATE ROLE demo_union_li IN ROLE creditbank_assessor;
CREATE ROLE demo_union_zhou IN ROLE creditbank_assessor;
INSERT INTO creditbank.recognition_route (class, region, body, assessors)
VALUES
	('training', '340000', 'AH-HRSS', 1),
	('mentoring', '340000', 'AH-HRSS', 1),
	('patent', '340000', 'AH-HRSS', 1),
	('project', '340000', 'AH-UNION', 2),
	('award', '340000', 'AH-UNION', 1);
INSERT INTO creditbank.assessor (role_name, institution)
VALUES
	('demo_labour', 'AH-HRSS'),
	('demo_union_li', 'AH-UNION'),
	('demo_union_zhou', 'AH-UNION');
