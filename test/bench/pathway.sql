-- pathway: how long a learner waits for the ranking of 1,000 programmes, each with
-- a rule book of its own, and for the steps to one of them. The whole call is measured,
-- warm, in one session, with 10 achievements and with 100, and with a catalogue of 600
-- entries and one of 12,600.
SET client_min_messages = notice;
\ir pathway_tables.sql

-- ---- The same as one evaluation after the other ----
DO $$
DECLARE
	wrong bigint;
	asked bigint;
BEGIN
	SELECT count(*), count(*) FILTER (WHERE r.convertible <> e.granted)
	INTO asked, wrong
	FROM bench.account AS a
	CROSS JOIN LATERAL creditbank.ranked_programmes(creditbank.held_document(creditbank.account_id(a.account), 'credit'),
		creditbank.account_id(a.account), '2026-01-01', NULL, NULL, NULL, NULL) AS r
	CROSS JOIN LATERAL (
		SELECT coalesce(sum(v.granted::numeric), 0) AS granted
		FROM creditbank.conversion_inputs(creditbank.account_id(a.account), r.programme, NULL) AS i (inputs)
		CROSS JOIN LATERAL creditbank.evaluate(r.rules, i.inputs -> 'portfolio', i.inputs -> 'programme', i.inputs -> 'history', '2026-01-01') AS v) AS e;
	IF asked <> 2000 OR wrong > 0 THEN
		RAISE EXCEPTION '% of % programmes differ from evaluate()', wrong, asked;
	END IF;
END
$$;

-- ---- What it takes ----
CREATE TABLE bench.timing (entries integer NOT NULL, size integer NOT NULL, form text NOT NULL, milliseconds double precision NOT NULL);
DO $$
DECLARE
	learner bench.account;
	in_catalogue integer;
	began timestamptz;
BEGIN
	FOREACH in_catalogue IN ARRAY ARRAY[600, 12600] LOOP
		INSERT INTO creditbank.catalogue (ref, title, level, amount, hours)
		SELECT format('%s/BODY-%s/X-%s', (ARRAY['cert', 'training', 'course'])[1 + n % 3], n % 20, n)::creditbank.achievement_ref, format('Entry %s', n),
			CASE WHEN n % 3 = 0 THEN 1 + n % 5 END, CASE n % 3 WHEN 1 THEN format('%s hr', 16 + n % 48) WHEN 2 THEN '3 cr' END::creditbank.credit_amount,
			CASE WHEN n % 3 = 0 THEN format('%s hr', 40 + n % 200) END::creditbank.credit_amount
		FROM generate_series(601, in_catalogue) AS n;
		ANALYZE creditbank.catalogue;
		FOR round_number IN 0..50 LOOP
			FOR learner IN SELECT * FROM bench.account LOOP
				began := clock_timestamp();
				PERFORM * FROM creditbank.pathways(learner.account, '2026-01-01');
				INSERT INTO bench.timing VALUES (in_catalogue, learner.size, 'pathways', extract(epoch FROM clock_timestamp() - began) * 1000);
				began := clock_timestamp();
				PERFORM * FROM creditbank.ranked_programmes(creditbank.held_document(creditbank.account_id(learner.account), 'credit'),
					creditbank.account_id(learner.account), '2026-01-01', NULL, NULL, NULL, 10);
				INSERT INTO bench.timing VALUES (in_catalogue, learner.size, 'of that the ranking', extract(epoch FROM clock_timestamp() - began) * 1000);
				began := clock_timestamp();
				PERFORM * FROM creditbank.next_steps(learner.account, 'P-7', '2026-01-01');
				INSERT INTO bench.timing VALUES (in_catalogue, learner.size, 'next_steps', extract(epoch FROM clock_timestamp() - began) * 1000);
				-- The first round warms the caches and is not counted.
				IF round_number = 0 THEN
					DELETE FROM bench.timing AS t WHERE t.entries = in_catalogue;
				END IF;
			END LOOP;
		END LOOP;
	END LOOP;
END
$$;
SELECT t.entries, t.size AS achievements, t.form, round(min(t.milliseconds)::numeric, 1) AS "minimum, ms",
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY t.milliseconds)::numeric, 1) AS "median of 50, ms"
FROM bench.timing AS t
GROUP BY t.entries, t.size, t.form
ORDER BY t.entries, t.size, t.form DESC;
WITH figure AS (
	SELECT q.what, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY t.milliseconds)::numeric, 1) AS figure, q.asked
	FROM (VALUES
		(1, 'pathways() of 1,000 programmes, 10 achievements, median, ms', 600, 'pathways', 50),
		(2, 'next_steps() with 12,600 entries, 10 achievements, median, ms', 12600, 'next_steps', 100)) AS q (place, what, entries, form, asked)
	JOIN bench.timing AS t ON t.entries = q.entries AND t.size = 10 AND t.form = q.form
	GROUP BY q.place, q.what, q.asked
	ORDER BY q.place)
SELECT f.what, f.figure, 'asked <= ' || f.asked AS asked, CASE WHEN f.figure <= f.asked THEN 'met' ELSE 'MISSED' END AS verdict
FROM figure AS f;
