-- credit_amount: what an exact amount costs beside the server's own numbers.
-- One table holds the same five million values in all three types, so that
-- each sum reads the same pages; the statements take turns, so that a busy
-- machine slows all of them. count(*) shows what reading the table takes alone.
SET search_path = creditbank, public;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET synchronize_seqscans = off;

CREATE TABLE amounts (plain bigint, amount credit_amount(cr), exact numeric(18,4));
DO 'BEGIN PERFORM setseed(0.5); END';
INSERT INTO amounts
SELECT n, credit_amount(n / 10000.0), n / 10000.0
FROM (SELECT (random() * 10000000)::bigint AS n FROM generate_series(1, 5000000)) AS numbers;
VACUUM ANALYZE amounts;

CREATE TABLE statements (name text PRIMARY KEY, statement text);
INSERT INTO statements VALUES
	('count(*)', 'SELECT count(*) FROM amounts'),
	('sum(bigint)', 'SELECT sum(plain) FROM amounts'),
	('sum(credit_amount)', 'SELECT sum(amount) FROM amounts'),
	('sum(numeric)', 'SELECT sum(exact) FROM amounts');
CREATE TABLE timings (name text, milliseconds numeric);

-- The first round warms the caches and is not counted.
DO $$
DECLARE
	measured statements;
	began timestamptz;
BEGIN
	FOR round_number IN 0..9 LOOP
		FOR measured IN SELECT * FROM statements LOOP
			began := clock_timestamp();
			EXECUTE measured.statement;
			IF round_number > 0 THEN
				INSERT INTO timings
				VALUES (measured.name, extract(epoch FROM clock_timestamp() - began) * 1000);
			END IF;
		END LOOP;
	END LOOP;
END
$$;

CREATE VIEW medians AS
SELECT name, (percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds))::numeric AS median
FROM timings
GROUP BY name;

SELECT name AS "5 million rows", round(median) AS "median of 9, ms",
	round(median - (SELECT median FROM medians WHERE name = 'count(*)')) AS "less count(*), ms"
FROM medians
ORDER BY median;

SELECT 'sum(credit_amount) / ' || other.name AS ratio,
	round(own.median / other.median, 2) AS figure,
	limits.at_most,
	CASE WHEN own.median / other.median <= limits.at_most THEN 'met' ELSE 'MISSED' END AS verdict,
	round((own.median - scan.median) / (other.median - scan.median), 2) AS "less count(*)"
FROM (VALUES ('sum(bigint)', 1.15), ('sum(numeric)', 0.5)) AS limits (name, at_most)
JOIN medians AS other USING (name)
JOIN medians AS own ON own.name = 'sum(credit_amount)'
JOIN medians AS scan ON scan.name = 'count(*)'
ORDER BY other.name;
