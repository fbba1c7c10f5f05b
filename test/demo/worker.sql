-- worker.sql: the industrial worker (产业工人). What she achieved at work is certified by
-- those in charge, shown as capability assets (能力资产), and becomes credits. Her
-- account is 00000000000292.

\echo
\echo '== 10. An industrial worker: a project, patents, an apprentice, a contest, training'
SET ROLE creditbank_registrar;
SELECT account, seq
FROM creditbank.open_account('李秀英', region => '340202', trainee_group => 'employed');
SELECT d.achievement, s.body, s.due_on - creditbank.today() AS days
FROM (VALUES
	('project/AH-STEEL/ROLLING-LINE#2024-3', '2024-06-30', '72 hr', NULL),
	('patent/CNIPA/UTILITY-MODEL#ZL-2023-2-0456', '2023-11-08', NULL, NULL),
	('patent/CNIPA/UTILITY-MODEL#ZL-2024-2-0101', '2024-02-19', NULL, NULL),
	('mentoring/AH-STEEL/APPRENTICE#ZHAO', '2024-08-01', NULL, NULL),
	('award/CN-UNION/ROLLING-CONTEST#2025-06', '2025-05-01', NULL, NULL),
	('training/SH-TRAIN/COLD-CHAIN#T-0901', '2024-09-10', '40 hr', 92)) AS v (ref, awarded_on, amount, attendance)
CROSS JOIN LATERAL creditbank.deposit('00000000000292', v.ref, awarded_on => v.awarded_on::date, amount => v.amount, attendance => v.attendance,
	evidence => creditbank.digest(convert_to('the scanned document of ' || v.ref, 'UTF8'))) AS d
CROSS JOIN LATERAL creditbank.submit_achievement('00000000000292', d.achievement) AS s;

\echo
\echo '== 11. Each body recognises what it is in charge of; the project takes two assessors'
SET ROLE demo_labour;
SELECT a.achievement, a.state
FROM creditbank.recognition_due('60 days', 'AH-HRSS') AS d
CROSS JOIN LATERAL creditbank.assess(d.account, d.achievement) AS a;
SET ROLE demo_union_li;
SELECT a.achievement, a.state
FROM creditbank.recognition_due('60 days', 'AH-UNION') AS d
CROSS JOIN LATERAL creditbank.assess(d.account, d.achievement) AS a;
SET ROLE demo_union_zhou;
SELECT a.achievement, a.state, a.recognised
FROM creditbank.recognition_due('60 days', 'AH-UNION') AS d
CROSS JOIN LATERAL creditbank.assess(d.account, d.achievement, amount => '70 hr') AS a;

\echo
\echo '== 12. Her capability assets (能力资产), and nine credits of a degree'
SET ROLE creditbank_registrar;
SELECT asset, count, hours, best
FROM creditbank.capability_assets('00000000000292');
SELECT line, rule, sources_used, target, granted, reason
FROM creditbank.convert('00000000000292', 'AHOU-MECHATRONICS');
RESET ROLE;
