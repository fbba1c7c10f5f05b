-- best: how long the best allocation takes for 40 achievements and 200 rules.
-- Seven families of instances, made from a seed: what rule books look like, and
-- what is hard about them; each with a cap on the total of 40, of 60 cr, and none.
-- Limit: proven, in less than 50 ms (median of 3). Then how many of each family met
-- it.
\pset footer off
\pset null none
SET search_path = creditbank, public;

-- a number below n that looks random
CREATE FUNCTION pick(n integer, VARIADIC seed text[]) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
	SELECT (('x' || substr(md5(array_to_string(seed, '/')), 1, 7))::bit(28)::integer % n)
$$;

CREATE TABLE instance (family text, total integer, seed integer, rules rule_set, portfolio jsonb, programme jsonb);

CREATE FUNCTION achievement(family text, seed integer, i integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('%s/I%s/C%s', (ARRAY['course', 'cert', 'training', 'award', 'project'])[1 + pick(5, 'class', seed::text, i::text)],
		pick(6, 'issuer', seed::text, i::text), i)
$$;

-- the value of a rule's lines
CREATE FUNCTION line_value(family text, seed integer, r integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE family
		WHEN 'ties' THEN 2
		WHEN 'fractions' THEN round((1 + pick(9, 'value', seed::text, r::text)) / 3.0, 4)
		ELSE (2 + pick(7, 'value', seed::text, r::text)) / 2.0 END
$$;

CREATE FUNCTION condition(family text, seed integer, r integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN family = 'sets' AND r % 4 = 0 THEN format('all of (%s, any %s*)', achievement(family, seed, 1 + pick(40, 'm', seed::text, r::text)),
			regexp_replace(achievement(family, seed, 1 + pick(40, 'n', seed::text, r::text)), '[^/]+$', ''))
		WHEN family = 'sets' AND r % 4 = 1 THEN (SELECT format('2 of (%s)', string_agg(DISTINCT achievement(family, seed, 1 + pick(40, 'o', seed::text, r::text, k::text)), ', '))
			FROM generate_series(1, 4) AS k)
		WHEN r % (CASE family WHEN 'overlap' THEN 3 ELSE 20 END) = 2 THEN
			'any ' || regexp_replace(achievement(family, seed, 1 + pick(40, 'w', seed::text, r::text)), CASE WHEN r % 2 = 0 THEN '[^/]+$' ELSE '/.*$' END, CASE WHEN r % 2 = 0 THEN '*' ELSE '/*' END)
		ELSE achievement(family, seed, 1 + pick(40, 'a', seed::text, r::text)) END
$$;

CREATE FUNCTION grants(family text, seed integer, r integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN family = 'fractions' AND r % 5 = 0 THEN '1 cr per 18 hr'
		ELSE (SELECT string_agg(format('course/O/%s %s cr', c, line_value(family, seed, r)), ', ' ORDER BY c)
			FROM (SELECT DISTINCT pick(60, 'c', seed::text, r::text, k::text) AS c
				FROM generate_series(1, 1 + pick(3, 'k', seed::text, r::text)) AS k) AS courses) END
$$;

CREATE FUNCTION heading(family text, total integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN total IS NULL THEN ''
		WHEN family IN ('items', 'fractions', 'partial') THEN format('cap total %s cr ', total)
		ELSE format('cap total %s%% of programme ', total * 5 / 4) END || CASE family
		WHEN 'items' THEN 'cap cert 12 cr, at most 3 items cap training 10 cr per year cap each issuer 15 cr, at most 5 items'
		WHEN 'fractions' THEN 'cap cert 13.3333 cr cap training 16.6667 cr'
		WHEN 'partial' THEN 'cap cert 7.5 cr cap training 9.25 cr partial'
		ELSE 'cap cert 15 cr cap training 12 cr' END
$$;

INSERT INTO instance
SELECT family, total, seed,
	(SELECT format('rule_set ''best'' version 1 %s ', heading(family, total))
		|| string_agg(format(E'rule ''r%s'' when %s grant %s %s\n', r, condition(family, seed, r), grants(family, seed, r),
			CASE WHEN r % 11 = 0 THEN 'cap 4 cr per year' WHEN r % 7 = 0 THEN 'cap 6 cr' ELSE '' END), '' ORDER BY r)
	FROM generate_series(1, 200) AS r)::rule_set,
	(SELECT jsonb_agg(jsonb_build_object('ref', achievement(family, seed, i), 'hours', 16 + pick(80, 'h', seed::text, i::text),
		'awarded_on', make_date(2020 + pick(4, 'y', seed::text, i::text), 3, 1)))
	FROM generate_series(1, 40) AS i),
	(SELECT jsonb_build_object('code', 'P', 'total', 80, 'courses', jsonb_agg(jsonb_build_object('ref', 'course/O/' || c)))
	FROM generate_series(0, 59) AS c)
FROM unnest(ARRAY['common', 'overlap', 'sets', 'fractions', 'ties', 'items', 'partial']) AS family, unnest(ARRAY[40, 60, NULL]) AS total, generate_series(1, 4) AS seed;

CREATE FUNCTION measured(i instance, allocation text)
RETURNS TABLE (median_ms numeric, proven boolean, granted credit_amount, used bigint, steps text)
LANGUAGE plpgsql AS $$
DECLARE
	times numeric[];
	began timestamptz;
BEGIN
	FOR round IN 1..3 LOOP
		began := clock_timestamp();
		SELECT bool_and(e.proven), sum(e.granted), count(DISTINCT e.sources) INTO proven, granted, used
		FROM creditbank.evaluate(i.rules, i.portfolio, i.programme, '[]', '2025-06-30', allocation) AS e
		WHERE e.granted IS NOT NULL;
		times := times || (1000 * extract(epoch FROM clock_timestamp() - began))::numeric;
	END LOOP;
	SELECT round(percentile_disc(0.5) WITHIN GROUP (ORDER BY t), 1) INTO median_ms FROM unnest(times) AS t;
	SELECT substring(e.found FROM '\d+') INTO steps
	FROM creditbank.explain(i.rules, i.portfolio, i.programme, '[]', '2025-06-30', allocation) AS e
	WHERE e.parameter = 'allocation';
	RETURN NEXT;
END
$$;

CREATE TABLE measurement AS
SELECT i.family, i.total, i.seed, p.median_ms AS priority_ms, p.granted AS priority, b.median_ms AS best_ms, b.granted AS best, b.used, b.steps, b.proven,
	CASE WHEN b.proven AND b.median_ms < 50 THEN 'met' ELSE 'MISSED' END AS verdict
FROM instance AS i, measured(i, 'priority') AS p, measured(i, 'best') AS b;

SELECT * FROM measurement ORDER BY family, total, seed;

SELECT family, total, min(steps::integer) AS steps_from, max(steps::integer) AS steps_to, min(best_ms) AS ms_from, max(best_ms) AS ms_to,
	count(*) FILTER (WHERE proven) AS proven, count(*) FILTER (WHERE NOT proven) AS unproven, count(*) FILTER (WHERE verdict = 'met') AS met
FROM measurement
GROUP BY family, total
ORDER BY family, total;
