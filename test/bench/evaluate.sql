-- evaluate: how many learners a second, how that grows with the rules, and what
-- the same costs in SQL. 100,000 learners of five achievements each, whose
-- portfolios are jsonb in a table; rule books of 50 and of 5,000 rules; one
-- process. The statements take turns, so that a busy machine slows all of them.
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET work_mem = '256MB';
\if :{?learners}
\else
	\set learners 100000
\endif
\ir evaluate_tables.sql

-- ---- The same answers ----
CREATE VIEW bench.ours AS
SELECT l.book, l.learner, e.line, e.rule, e.sources[1] AS source, e.target, e.granted::numeric, e.reason
FROM bench.book AS b
CROSS JOIN bench.programme AS p
JOIN bench.learner AS l ON l.book = b.size
CROSS JOIN LATERAL creditbank.evaluate(b.rules, l.portfolio, p.document, '[]', '2025-06-30') AS e;
CREATE VIEW bench.one_by_one AS
SELECT l.book, l.learner, e.line, e.rule, e.source, e.target, e.granted, e.reason
FROM bench.learner AS l
CROSS JOIN LATERAL bench.evaluate_one(l.book, l.portfolio, '2025-06-30') AS e;

DO $$
BEGIN
	IF EXISTS (
		(SELECT * FROM bench.ours WHERE learner <= 5000 EXCEPT ALL SELECT * FROM bench.one_by_one WHERE learner <= 5000)
		UNION ALL
		(SELECT * FROM bench.one_by_one WHERE learner <= 5000 EXCEPT ALL SELECT * FROM bench.ours WHERE learner <= 5000))
	THEN
		RAISE EXCEPTION 'evaluate() and evaluate_one() differ';
	END IF;
	IF EXISTS (
		(SELECT learner, line, rule, source, target, granted, reason FROM bench.ours WHERE book = 5000 AND learner <= 5000
		EXCEPT ALL SELECT * FROM bench.evaluate_all_lines(5000, 5000, '2025-06-30'))
		UNION ALL
		(SELECT * FROM bench.evaluate_all_lines(5000, 5000, '2025-06-30')
		EXCEPT ALL SELECT learner, line, rule, source, target, granted, reason FROM bench.ours WHERE book = 5000 AND learner <= 5000))
	THEN
		RAISE EXCEPTION 'evaluate() and evaluate_all_lines() differ';
	END IF;
	IF EXISTS (
		(SELECT learner, substr(rule, 6)::integer, source, target, granted FROM bench.ours WHERE book = 5000 AND learner <= 20000 AND granted IS NOT NULL
		EXCEPT ALL SELECT * FROM bench.evaluate_all(5000, 20000, '2025-06-30'))
		UNION ALL
		(SELECT * FROM bench.evaluate_all(5000, 20000, '2025-06-30')
		EXCEPT ALL SELECT learner, substr(rule, 6)::integer, source, target, granted FROM bench.ours WHERE book = 5000 AND learner <= 20000 AND granted IS NOT NULL))
	THEN
		RAISE EXCEPTION 'evaluate() and evaluate_all() differ';
	END IF;
END
$$;
SELECT book AS rules, count(DISTINCT learner) AS learners, count(*) AS lines, count(granted) AS granted, sum(granted) AS credits
FROM bench.ours
GROUP BY book
ORDER BY book;

-- ---- What they take ----
CREATE TABLE bench.statement (name text PRIMARY KEY, learners integer NOT NULL, statement text NOT NULL);
INSERT INTO bench.statement VALUES
	('evaluate(), 5,000 rules', :learners,
		'SELECT count(e.reason), sum(e.granted) FROM bench.book AS b CROSS JOIN bench.programme AS p JOIN bench.learner AS l ON l.book = b.size
		CROSS JOIN LATERAL creditbank.evaluate(b.rules, l.portfolio, p.document, ''[]'', ''2025-06-30'') AS e WHERE b.size = 5000'),
	('evaluate(), 50 rules', :learners,
		'SELECT count(e.reason), sum(e.granted) FROM bench.book AS b CROSS JOIN bench.programme AS p JOIN bench.learner AS l ON l.book = b.size
		CROSS JOIN LATERAL creditbank.evaluate(b.rules, l.portfolio, p.document, ''[]'', ''2025-06-30'') AS e WHERE b.size = 50'),
	('SQL for one learner, the same lines, 5,000 rules', least(:learners, 10000),
		'SELECT count(e.reason), sum(e.granted) FROM bench.learner AS l
		CROSS JOIN LATERAL bench.evaluate_one(5000, l.portfolio, ''2025-06-30'') AS e WHERE l.book = 5000 AND l.learner <= 10000'),
	('SQL for all learners, the same lines, 5,000 rules', :learners,
		'SELECT count(e.reason), sum(e.granted) FROM bench.evaluate_all_lines(5000, 2147483647, ''2025-06-30'') AS e'),
	('SQL for all learners, granted lines alone, 5,000 rules', :learners,
		'SELECT count(e.rule), sum(e.granted) FROM bench.evaluate_all(5000, 2147483647, ''2025-06-30'') AS e');
CREATE TABLE bench.timing (name text NOT NULL, seconds numeric NOT NULL);

-- The first round warms the caches and is not counted.
DO $$
DECLARE
	measured bench.statement;
	began timestamptz;
BEGIN
	FOR round_number IN 0..5 LOOP
		FOR measured IN SELECT * FROM bench.statement LOOP
			began := clock_timestamp();
			EXECUTE measured.statement;
			IF round_number > 0 THEN
				INSERT INTO bench.timing
				VALUES (measured.name, extract(epoch FROM clock_timestamp() - began));
			END IF;
		END LOOP;
	END LOOP;
END
$$;

CREATE VIEW bench.median AS
SELECT s.name, s.learners, (percentile_cont(0.5) WITHIN GROUP (ORDER BY t.seconds))::numeric AS seconds
FROM bench.statement AS s
JOIN bench.timing AS t USING (name)
GROUP BY s.name, s.learners;

SELECT name, learners, round(seconds, 2) AS "median of 5, s", round(learners / seconds) AS "learners a second",
	round(seconds / learners * 1000000, 1) AS "microseconds each"
FROM bench.median
ORDER BY seconds / learners;

WITH each AS (
	SELECT name, seconds / learners AS seconds
	FROM bench.median
), figure (what, figure, relation, asked) AS (
	SELECT 'learners a second, 5,000 rules', round(1 / seconds), '>=', 50000 FROM each WHERE name = 'evaluate(), 5,000 rules'
	UNION ALL
	SELECT 'a learner by 5,000 rules to one by 50', round(most.seconds / few.seconds, 2), '<=', 1.5
	FROM each AS most, each AS few
	WHERE most.name = 'evaluate(), 5,000 rules' AND few.name = 'evaluate(), 50 rules'
	UNION ALL
	SELECT other.name || ' to ours', round(other.seconds / ours.seconds, 1), '>=', 20
	FROM each AS other, each AS ours
	WHERE other.name LIKE 'SQL %' AND ours.name = 'evaluate(), 5,000 rules'
)
SELECT what, figure, relation || ' ' || asked AS asked,
	CASE WHEN relation = '>=' AND figure >= asked OR relation = '<=' AND figure <= asked THEN 'met' ELSE 'MISSED' END AS verdict
FROM figure;
