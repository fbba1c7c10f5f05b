-- crowd.sql: six hundred learners who are nobody, so that there are peers to stand
-- among and figures to count. Who has what follows from their number by sums and
-- remainders: the same at each telling.

\echo
\echo '== 19. Six hundred more learners, made up: ten bodies send in what they awarded'
SET ROLE creditbank_registrar;
CREATE TEMPORARY TABLE crowd AS
SELECT n, o.account, p.region, p.trainee_group
FROM generate_series(1, 600) AS n
CROSS JOIN LATERAL (
	SELECT (ARRAY['310115', '330106', '330106001000', '330203', '340104', '340202', '420106', '429004'])[1 + (n * n + n / 7) % 8],
		(ARRAY['student', 'employed', 'migrant_worker', 'employed', 'unemployed_graduate', 'employed', 'student', 'veteran'])[1 + (n * 5 + n / 11) % 8]) AS p (region, trainee_group)
CROSS JOIN LATERAL creditbank.open_account(format('学员%s', lpad(n::text, 3, '0')), opened_on => creditbank.today() - n * n * 11 % 557, region => p.region, trainee_group => p.trainee_group) AS o;

SELECT v.source, count(i.line) AS refused
FROM (
	SELECT s.source, jsonb_agg(jsonb_build_object(
		'external_id', split_part(s.ref, '/', 1) || '-' || c.n, 'account', c.account, 'ref', s.ref || '#C-' || c.n,
		'amount', CASE WHEN s.hours > 0 THEN format('%s hr', s.hours + c.n % 5 * 8) WHEN s.ref LIKE 'course/%' THEN '4 cr' END,
		'grade', CASE WHEN s.ref LIKE 'course/%' THEN (60 + c.n * 7 % 40)::text END,
		'level', CASE WHEN s.level > 0 THEN s.level + (c.n % 9 = 0)::integer END,
		'attendance', CASE WHEN s.ref LIKE 'training/%' THEN 70 + c.n * 13 % 31 END,
		'awarded_on', date '2021-01-15' + c.n * 37 % 1800) ORDER BY c.n) AS rows
	FROM (VALUES
		('SH-TRAIN', 'training/SH-TRAIN/COLD-CHAIN', 24, 0, 2),
		('CN-POST', 'cert/CN-POST/EXP-OPERATOR', 0, 3, 3),
		('ZJ-COMMUNITY', 'training/ZJ-COMMUNITY/NUTRITION', 16, 0, 4),
		('ZJ-CARE', 'cert/ZJ-CARE/ELDERLY-CARE', 0, 3, 7),
		('X-LOGISTICS', 'cert/X-LOGISTICS/MANAGEMENT', 0, 4, 5),
		('ZJ-HEALTH', 'course/ZJ-HEALTH/NURSING', 0, 0, 6),
		('HB-POLY', 'degree/HB-POLY/LOGISTICS', 0, 5, 8),
		('HB-POLY', 'internship/HB-POLY/WAREHOUSE', 240, 0, 9),
		('CN-UNION', 'award/CN-UNION/SORTING-CONTEST', 0, 3, 10),
		('CNIPA', 'patent/CNIPA/UTILITY-MODEL', 0, 0, 12),
		('AH-STEEL', 'mentoring/AH-STEEL/APPRENTICE', 0, 0, 7)) AS s (source, ref, hours, level, every)
	JOIN crowd AS c ON c.n % s.every = s.every / 3
	GROUP BY s.source) AS v
LEFT JOIN LATERAL creditbank.import_achievements(v.source || ' 2026', v.source, rows => v.rows) AS i ON true
GROUP BY v.source
ORDER BY v.source;
SET ROLE demo_labour;
SELECT i.batch, count(r.external_id) AS refused
FROM (VALUES ('SH-TRAIN 2026'), ('CN-POST 2026'), ('ZJ-COMMUNITY 2026'), ('ZJ-CARE 2026'), ('X-LOGISTICS 2026'),
	('ZJ-HEALTH 2026'), ('HB-POLY 2026'), ('CNIPA 2026'), ('AH-STEEL 2026')) AS i (batch)
LEFT JOIN LATERAL creditbank.recognise_import(i.batch) AS r ON true
GROUP BY i.batch
ORDER BY i.batch;
SET ROLE demo_union_li;
SELECT count(r.external_id) AS refused
FROM creditbank.recognise_import('CN-UNION 2026') AS r;
\echo 'Those with a courier''s certificate go for the same exemption'
SET ROLE creditbank_registrar;
SELECT count(*) AS courses, sum(r.amount) AS credits
FROM crowd AS c
CROSS JOIN LATERAL creditbank.convert(c.account, 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#C-' || c.n]) AS r
WHERE c.n % 3 = 1
	AND r.granted IS NOT NULL;
\echo 'Students of nursing go for theirs, and who trained gets points'
SELECT r.programme, count(*) AS lines, sum(r.amount) AS amount
FROM crowd AS c
CROSS JOIN (VALUES ('ZJOU-CARE', 6, 2, '{course/ZJ-HEALTH/NURSING#C-%s}'), ('ZJ-POINTS', 2, 0, '{training/SH-TRAIN/COLD-CHAIN#C-%s}')) AS p (programme, every, rest, source)
CROSS JOIN LATERAL (
	SELECT p.programme, l.granted AS amount
	FROM creditbank.convert(c.account, p.programme, sources => format(p.source, c.n)::text[]) AS l
	WHERE l.granted IS NOT NULL) AS r
WHERE c.n % p.every = p.rest
	AND (p.programme = 'ZJOU-CARE' OR 70 + c.n * 13 % 31 >= 80)
GROUP BY r.programme
ORDER BY r.programme;
RESET ROLE;
