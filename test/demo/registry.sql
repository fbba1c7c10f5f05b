-- registry.sql: the published facts of the demo: institutions, catalogue,
-- programmes and rule books of the courier and of the industrial worker.
-- All names and numbers are made up for the demo.

INSERT INTO creditbank.institution (code, name, kind)
VALUES
	('CN-POST', '国家邮政职业技能鉴定中心', 'assessment'),
	('OUC', '国家开放大学', 'school'),
	('SH-TRAIN', '浦江物流培训中心', 'training'),
	('CN-UNION', '全国总工会竞赛委员会', 'union'),
	('AH-OU', '安徽开放大学', 'school'),
	('AH-STEEL', '江淮钢铁股份有限公司', 'enterprise'),
	('CNIPA', '国家知识产权局', 'authority');

INSERT INTO creditbank.catalogue (ref, title, level)
VALUES
	('cert/CN-POST/EXP-OPERATOR', '快递员职业技能等级证书', 3),
	('training/SH-TRAIN/COLD-CHAIN', '冷链物流岗位培训', NULL),
	('award/CN-UNION/SORTING-CONTEST', '全国快件分拣技能竞赛', NULL),
	('project/AH-STEEL/ROLLING-LINE', '轧钢线技术改造项目', NULL),
	('patent/CNIPA/UTILITY-MODEL', '实用新型专利', NULL),
	('mentoring/AH-STEEL/APPRENTICE', '师带徒', NULL);

INSERT INTO creditbank.programme (code, institution, title, credits)
VALUES
	('OUC-LOGISTICS', 'OUC', '物流管理（专科）', 80),
	('AHOU-MECHATRONICS', 'AH-OU', '机电一体化技术（专科）', 80);

INSERT INTO creditbank.programme_category (programme, category, credits)
VALUES
	('OUC-LOGISTICS', 'major', 45),
	('OUC-LOGISTICS', 'general', 15),
	('AHOU-MECHATRONICS', 'major', 45),
	('AHOU-MECHATRONICS', 'general', 15);

INSERT INTO creditbank.programme_course (programme, ref, title, credits, category, excluded)
VALUES
	('OUC-LOGISTICS', 'course/OUC/LOG-101', '快递业务操作与管理', 3, 'major', false),
	('OUC-LOGISTICS', 'course/OUC/LOG-102', '仓储与配送管理', 3, 'major', false),
	('OUC-LOGISTICS', 'course/OUC/LOG-103', '物流信息技术', 2, 'major', false),
	('OUC-LOGISTICS', 'course/OUC/LOG-201', '物流综合实训', 4, 'major', true),
	('AHOU-MECHATRONICS', 'course/AH-OU/MEC-110', '技术创新实践', 4, 'major', false),
	('AHOU-MECHATRONICS', 'course/AH-OU/MEC-120', '专利与知识产权', 2, 'general', false),
	('AHOU-MECHATRONICS', 'course/AH-OU/MEC-130', '生产现场管理', 3, 'major', false);

SELECT name, version, effective
FROM creditbank.publish_rules($rules$
rule_set 'ouc-logistics' version 3
programme 'OUC-LOGISTICS'
effective 2023-09-01 .. 2039-08-31
cap total 50% of programme
cap cert 20 cr, at most 3 items
round half_up 2

rule 'postal-express-operator' priority 10
  when cert/CN-POST/EXP-OPERATOR level >= 3 within 8 years
  grant course/OUC/LOG-101 3 cr, course/OUC/LOG-102 3 cr, course/OUC/LOG-103 2 cr

rule 'training-hours'
  when any training/* attendance >= 80
  grant 1 cr per 16 hr, leftover forfeit
  cap 4 cr per year starting 09-01

rule 'contest-award'
  when any award/* level >= 4
  grant 2 cr
$rules$);

SELECT name, version, effective
FROM creditbank.publish_rules($rules$
rule_set 'anhui-industrial-workers' version 1
programme 'AHOU-MECHATRONICS'
effective 2024-01-01 .. 2039-12-31
cap total 50% of programme
cap patent 2 cr, at most 1 items

rule 'technical-improvement' priority 10
  when any project/* hours >= 64
  grant course/AH-OU/MEC-110 4 cr

rule 'patent'
  when patent/CNIPA/UTILITY-MODEL
  grant course/AH-OU/MEC-120 2 cr

rule 'apprentices'
  when all of (mentoring/AH-STEEL/*, any training/* attendance >= 80)
  grant course/AH-OU/MEC-130 3 cr
$rules$);
