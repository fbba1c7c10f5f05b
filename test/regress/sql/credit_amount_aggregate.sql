-- credit_amount: aggregates, plain, parallel and in moving frames.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;

SELECT sum(amount), avg(amount), min(amount), max(amount), count(amount)
FROM unnest(ARRAY['1 hr', NULL, '2.5 hr', '-0.5 hr']::credit_amount[]) AS amount;
SELECT sum(amount), avg(amount), min(amount), max(amount) FROM unnest(ARRAY[NULL, NULL]::credit_amount[]) AS amount;
SELECT sum(amount), avg(amount), min(amount), max(amount) FROM unnest('{}'::credit_amount[]) AS amount;
SELECT min(amount), max(amount) FROM unnest(ARRAY['9 cr', '1 pt', '-4 cats', '7 ects']::credit_amount[]) AS amount;
SELECT unit(amount), sum(amount), avg(amount)
FROM unnest(ARRAY['9 cr', '1 pt', '2 cr', '3 pt']::credit_amount[]) AS amount
GROUP BY unit(amount)
ORDER BY min(amount);
-- Ties of an average go away from zero.
SELECT avg(a) AS up, avg(-a) AS down FROM (VALUES ('0.0001'::credit_amount), ('0.0002')) AS v (a);
SELECT avg(a) AS third, avg(-a) AS minus_third FROM (VALUES ('1'::credit_amount), ('0'), ('0')) AS v (a);
SELECT avg(a) AS largest FROM (SELECT '57646075230342.3487'::credit_amount AS a FROM generate_series(1, 15)) AS v;
SELECT expression, error.*
FROM unnest(ARRAY[
	$$sum(a) FROM (VALUES ('1 cr'::credit_amount), ('2 hr')) AS v (a)$$,
	$$avg(a) FROM (VALUES ('1 cr'::credit_amount), ('2 hr')) AS v (a)$$,
	$$sum(a) FROM (VALUES ('57646075230342.3487'::credit_amount), ('1 cr')) AS v (a)$$,
	$$avg(a) FROM (SELECT '57646075230342.3487 pt'::credit_amount AS a FROM generate_series(1, 17)) AS v$$,
	$$credit_amount_avg_accum('{1,2}', '1 cr')$$,
	$$credit_amount_avg_accum('{1,2,3,4}', '1 cr')$$,
	$$credit_amount_avg_accum('{}', '1 cr')$$,
	$$credit_amount_avg_accum('{{1,2,0}}', '1 cr')$$,
	$$credit_amount_avg_accum('{1,NULL,0}', '1 cr')$$,
	$$credit_amount_avg_accum('{-1,2,0}', '1 cr')$$,
	$$credit_amount_avg_accum('{1,2,5}', '1 cr')$$,
	$$credit_amount_avg_accum('{1,2,-1}', '1 cr')$$,
	$$credit_amount_avg_accum('{1,2,1}', '1 cr')$$,
	$$credit_amount_avg_accum('{9223372036854775807,2,0}', '1 cr')$$,
	$$credit_amount_avg_accum_inv('{0,0,0}', '1 cr')$$,
	$$credit_amount_avg_accum_inv('{1,2,1}', '1 cr')$$,
	$$credit_amount_avg_accum_inv('{1,9223372036854775807,0}', '-1 cr')$$,
	$$credit_amount_avg_combine('{1,2,0}', '{1,2,2}')$$,
	$$credit_amount_avg_combine('{1,2,0}', '{1,2,77}')$$,
	$$credit_amount_avg_final('{1,9223372036854775807,0}')$$,
	$$credit_amount_avg_final('{1}')$$
]) AS expression,
	pg_temp.error_of('SELECT ' || expression) AS error;
SELECT credit_amount_avg_accum('{1,10000,2}', '1 hr'), credit_amount_avg_combine('{0,0,0}', '{1,5,3}'), credit_amount_avg_combine('{1,5,3}', '{0,0,0}'),
	credit_amount_avg_final('{0,0,0}'), credit_amount_avg_final('{3,-20000,1}'), credit_amount_avg_accum('[5:7]={1,10000,2}', '1 hr'),
	credit_amount_avg_final(ARRAY[9223372036854775807, -9223372036854775808, 0]);
-- A state given as a value is left as it was.
SELECT state, credit_amount_avg_accum(state, '1 cr'), state FROM (VALUES (ARRAY[1, 10000, 0]::bigint[])) AS v (state);

-- Moving frames give what plain sums of the same rows give.
SELECT setseed(0.75) AS seed_set;
CREATE TABLE amounts AS
SELECT id, id % 3 AS part, CASE WHEN random() > 0.2 THEN credit_amount(((random() * 400000)::bigint - 200000) / 10000.0, (ARRAY['cr', 'pt', 'hr'])[1 + id % 3]) END AS amount
FROM generate_series(1, 3000) AS id;
CREATE TABLE framed AS
SELECT id, sum(amount) OVER frame AS sum, avg(amount) OVER frame AS avg, min(amount) OVER frame AS min, max(amount) OVER frame AS max
FROM amounts
WINDOW frame AS (PARTITION BY part ORDER BY id ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING);
SELECT count(*) AS frames, count(framed.sum) < count(*) AS some_empty,
	bool_and(framed.sum IS NOT DISTINCT FROM plain.sum) AS sums,
	bool_and(framed.avg IS NOT DISTINCT FROM plain.avg) AS averages,
	bool_and(framed.min IS NOT DISTINCT FROM plain.min) AS minima,
	bool_and(framed.max IS NOT DISTINCT FROM plain.max) AS maxima
FROM amounts
JOIN framed USING (id)
CROSS JOIN LATERAL (
	SELECT sum(other.amount), avg(other.amount), min(other.amount), max(other.amount)
	FROM amounts AS other
	WHERE other.part = amounts.part AND other.id BETWEEN amounts.id - 9 AND amounts.id - 3
) AS plain (sum, avg, min, max);
-- A frame may walk from one unit into the next, but not stand across both.
SELECT array_agg(total) FROM (
	SELECT sum(a) OVER (ORDER BY n ROWS CURRENT ROW) AS total
	FROM (VALUES (1, '1 cr'::credit_amount), (2, '2 hr'), (3, NULL), (4, '3 pt')) AS v (n, a)) AS moving;
SELECT array_agg(mean) FROM (
	SELECT avg(a) OVER (ORDER BY n ROWS CURRENT ROW) AS mean
	FROM (VALUES (1, '1 cr'::credit_amount), (2, '2 hr'), (3, NULL), (4, '3 pt')) AS v (n, a)) AS moving;
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT sum(a) OVER (ORDER BY n ROWS 1 PRECEDING) FROM (VALUES (1, '1 cr'::credit_amount), (2, '2 hr')) AS v (n, a) $$);

-- Workers really take part, and agree.
CREATE TABLE serial_result AS
SELECT part, sum(amount), avg(amount), min(amount), max(amount) FROM amounts GROUP BY part;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
ALTER TABLE amounts SET (parallel_workers = 2);
ANALYZE amounts;
CREATE FUNCTION pg_temp.plan_has(query text, node text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		IF strpos(line, node) > 0 THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END
$$;
SET parallel_leader_participation = off;
SELECT node, pg_temp.plan_has('SELECT part, sum(amount), avg(amount), min(amount), max(amount) FROM amounts GROUP BY part', node)
FROM unnest(ARRAY['Partial', 'Finalize', 'Workers Launched: 2']) AS node;
SELECT count(*) AS same
FROM serial_result
JOIN (SELECT part, sum(amount), avg(amount), min(amount), max(amount) FROM amounts GROUP BY part) AS parallel_result USING (part)
WHERE (serial_result.sum, serial_result.avg, serial_result.min, serial_result.max) = (parallel_result.sum, parallel_result.avg, parallel_result.min, parallel_result.max);
SELECT sqlstate_ FROM pg_temp.error_of('SELECT sum(amount) FROM amounts');
SELECT sqlstate_ FROM pg_temp.error_of('SELECT avg(amount) FROM amounts');
SELECT proname, provolatile, proparallel
FROM pg_proc
WHERE (pronamespace = 'creditbank'::regnamespace AND proname ~ 'credit_amount|^(sum|avg|min|max|abs|sign|round|unit|numeric|in_range)$')
	AND (provolatile, proparallel) <> ('i', 's');
DROP TABLE amounts, framed, serial_result;
