-- crowd.sql: six hundred learners who are nobody, so that there are peers to stand
-- among and figures to count. Who has what follows from their number by sums and
-- remainders: the same at each telling.

\echo
\echo '== 19. Six hundred more learners, made up: five bodies send in what they awarded'
SET ROLE creditbank_registrar;
CREATE TEMPORARY TABLE crowd AS
SELECT n, o.account, p.region, p.trainee_group
FROM generate_series(1, 600) AS n
CROSS JOIN LATERAL (
	SELECT (ARRAY['310115', '330106', '330106001000', '330203', '340104', '340202', '420106', '429004'])[1 + (n * n + n / 7) % 8],
		(ARRAY['student', 'employed', 'migrant_worker', 'employed', 'unemployed_graduate', 'employed', 'student', 'veteran'])[1 + (n * 5 + n / 11) % 8]) AS p (region, trainee_group)
CROSS JOIN LATERAL creditbank.open_account(format('学员%s', lpad(n::text, 3, '0')), region => p.region, trainee_group => p.trainee_group) AS o;

SELECT v.source, count(i.line) AS refused
FROM (
	SELECT s.source, jsonb_agg(jsonb_build_object(
		'external_id', c.n::text, 'account', c.account, 'ref', s.ref || '#C-' || c.n,
		'amount', CASE WHEN s.hours > 0 THEN format('%s hr', s.hours + c.n % 5 * 8) END,
		'level', CASE WHEN s.level > 0 THEN s.level + (c.n % 9 = 0)::integer END,
		'attendance', CASE WHEN s.hours > 0 THEN 70 + c.n * 13 % 31 END,
		'awarded_on', date '2021-01-15' + c.n * 37 % 1800) ORDER BY c.n) AS rows
	FROM (VALUES
		('SH-TRAIN', 'training/SH-TRAIN/COLD-CHAIN', 24, 0, 2),
		('CN-POST', 'cert/CN-POST/EXP-OPERATOR', 0, 3, 3),
		('ZJ-COMMUNITY', 'training/ZJ-COMMUNITY/NUTRITION', 16, 0, 4),
		('ZJ-CARE', 'cert/ZJ-CARE/ELDERLY-CARE', 0, 3, 7),
		('X-LOGISTICS', 'cert/X-LOGISTICS/MANAGEMENT', 0, 4, 5)) AS s (source, ref, hours, level, every)
	JOIN crowd AS c ON c.n % s.every = 0
	GROUP BY s.source) AS v
LEFT JOIN LATERAL creditbank.import_achievements(v.source || ' 2026', v.source, rows => v.rows) AS i ON true
GROUP BY v.source
ORDER BY v.source;
SET ROLE demo_labour;
SELECT i.batch, count(r.external_id) AS refused
FROM (VALUES ('SH-TRAIN 2026'), ('CN-POST 2026'), ('ZJ-COMMUNITY 2026'), ('ZJ-CARE 2026'), ('X-LOGISTICS 2026')) AS i (batch)
LEFT JOIN LATERAL creditbank.recognise_import(i.batch) AS r ON true
GROUP BY i.batch
ORDER BY i.batch;
\echo 'Those with a courier''s certificate go for the same exemption'
SET ROLE creditbank_registrar;
SELECT count(*) AS courses, sum(r.amount) AS credits
FROM crowd AS c
CROSS JOIN LATERAL creditbank.convert(c.account, 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#C-' || c.n]) AS r
WHERE c.n % 3 = 0
	AND r.granted IS NOT NULL;
RESET ROLE;
