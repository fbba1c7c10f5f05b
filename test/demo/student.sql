-- student.sql: the 1+X student (学历证书与职业技能等级证书). One diploma and two skill certificates exempt
-- him from courses of the next level. His account is 00000000000486.

\echo
\echo '== 17. A 1+X student: a diploma, two skill certificates, an internship, sent in by his college'
SET ROLE creditbank_registrar;
SELECT account, seq
FROM creditbank.open_account('陈晨', region => '429004', trainee_group => 'student');
SELECT line, reason
FROM creditbank.import_achievements('hb-poly 2026', 'HB-POLY', rows => '[
	{"external_id": "1", "account": "00000000000486", "ref": "degree/HB-POLY/LOGISTICS#2026-204", "level": 5, "awarded_on": "2026-06-30"},
	{"external_id": "2", "account": "00000000000486", "ref": "internship/HB-POLY/WAREHOUSE#2025-77", "amount": "240 hr", "awarded_on": "2025-12-20"}]');
SELECT d.achievement, d.state
FROM (VALUES
	('cert/X-LOGISTICS/MANAGEMENT#2025-881', '2025-06-20', 4),
	('cert/X-DATA/ANALYSIS#2026-017', '2026-01-15', 4)) AS v (ref, awarded_on, level)
CROSS JOIN LATERAL creditbank.deposit('00000000000486', v.ref, awarded_on => v.awarded_on::date, level => v.level) AS d;
SET ROLE creditbank_assessor;
SELECT count(*) AS recognised
FROM creditbank.lifelong_file('00000000000486') AS f
CROSS JOIN LATERAL creditbank.recognise('00000000000486', f.achievement) AS r;

\echo
\echo '== 18. Diploma and certificates exempt from courses of the bachelor stage'
SET ROLE creditbank_registrar;
SELECT rule, sources_used, target, granted, mark
FROM creditbank.convert('00000000000486', 'HBN-LOGISTICS')
WHERE granted IS NOT NULL;
RESET ROLE;
