-- home_care.sql: the home-care graduate (家政服务毕业生). Her certificate replaces a course, a
-- course of junior college exempts from one of the bachelor stage, and what she
-- learns in her street earns points. Her account is 00000000000389.

\echo
\echo '== 13. A home-care graduate: certificate, diploma, a course, training in the street'
SET ROLE creditbank_registrar;
SELECT account, seq
FROM creditbank.open_account('赵小梅', region => '330106001000', trainee_group => 'employed');
SELECT d.achievement, d.state
FROM (VALUES
	('cert/ZJ-CARE/ELDERLY-CARE#2025-0031', '2025-03-10', NULL, 3, NULL, NULL),
	('degree/ZJ-HEALTH/CARE#2024-118', '2024-06-30', NULL, 5, NULL, NULL),
	('course/ZJ-HEALTH/NURSING', '2023-06-30', '4 cr', NULL, '86', NULL),
	('training/ZJ-COMMUNITY/FIRST-AID#7', '2025-05-20', '16 hr', NULL, NULL, 100),
	('training/ZJ-COMMUNITY/NUTRITION#3', '2025-09-14', '40 hr', NULL, NULL, 88))
	AS v (ref, awarded_on, amount, level, grade, attendance)
CROSS JOIN LATERAL creditbank.deposit('00000000000389', v.ref, awarded_on => v.awarded_on::date, amount => v.amount,
	level => v.level, grade => v.grade, attendance => v.attendance) AS d;
SET ROLE creditbank_assessor;
SELECT count(*) AS recognised
FROM creditbank.lifelong_file('00000000000389') AS f
CROSS JOIN LATERAL creditbank.recognise('00000000000389', f.achievement) AS r;

\echo
\echo '== 14. The certificate covers one course well enough (书证融通), and another not'
SET ROLE creditbank_registrar;
SELECT rule, required, found, missing, passed
FROM creditbank.explain_conversion('00000000000389', 'ZJOU-HOME')
WHERE parameter = 'overlap';
SELECT target, granted, leftover, leftover_kept
FROM creditbank.convert('00000000000389', 'ZJOU-HOME', sources => ARRAY['cert/ZJ-CARE/ELDERLY-CARE#2025-0031', 'training/ZJ-COMMUNITY/NUTRITION#3'])
WHERE granted IS NOT NULL;

\echo
\echo '== 15. From junior college to bachelor (专升本): exempt from the exam, the original beside it'
SELECT target, granted, mark, source_amounts, source_grades
FROM creditbank.convert('00000000000389', 'ZJOU-CARE', sources => ARRAY['course/ZJ-HEALTH/NURSING'])
WHERE granted IS NOT NULL;

\echo
\echo '== 16. Hours earn points (积分) too, and points buy a book (兑换) - the second is one too many'
SELECT rule, granted
FROM creditbank.convert('00000000000389', 'ZJ-POINTS')
WHERE granted IS NOT NULL;
SELECT reward, points
FROM creditbank.redeem('00000000000389', 'ZJ-BOOK');
\set ON_ERROR_STOP off
SELECT reward, points
FROM creditbank.redeem('00000000000389', 'ZJ-BOOK');
\set ON_ERROR_STOP on
SELECT available, next_expiring, next_expires_on
FROM creditbank.points('00000000000389');
RESET ROLE;
