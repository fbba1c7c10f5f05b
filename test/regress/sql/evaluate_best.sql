-- evaluate with allocation 'best': cases where priority grants less, what is
-- said about what is left out, limits of steps, and the same answer whatever
-- the order of the portfolio. test/t/best_allocation.pl compares thousands of
-- small cases with brute force.
SET search_path = creditbank, public;
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.compared(rules text, portfolio jsonb, history jsonb DEFAULT '[]')
RETURNS TABLE (allocation text, line integer, rule text, sources text[], target text, granted text, proven boolean, reason text)
LANGUAGE sql AS $$
	SELECT a, e.line, e.rule, e.sources, e.target, e.granted::text, e.proven, e.reason
	FROM unnest(ARRAY['priority', 'best']) WITH ORDINALITY AS allocations (a, number),
		creditbank.evaluate(rules::creditbank.rule_set, portfolio,
			'{"code": "P", "total": 100, "courses": [
				{"ref": "course/O/A", "credits": 3}, {"ref": "course/O/B", "credits": 3},
				{"ref": "course/O/C", "credits": 3, "category": "core"}, {"ref": "course/O/D", "excluded": true}]}',
			history, '2025-06-30', a) AS e
	ORDER BY number, e.line
$$;

-- A rule tried first takes what a later one could make more of.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1
	rule 'single' when cert/A/1 grant course/O/A 3 cr
	rule 'pair' when all of (cert/A/1, cert/A/2) grant course/O/B 3 cr, course/O/C 3 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]');

-- A course goes to the achievement that can be used for nothing else.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1
	rule 'any' when any cert/A/* grant course/O/A 3 cr
	rule 'one' when cert/A/1 grant course/O/B 3 cr $$,
	'[{"ref": "cert/A/1", "amount": 9}, {"ref": "cert/A/2", "amount": 1}]');

-- A cap is filled by what fits, not by what comes first.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 cap total 6 cr
	rule 'large' when cert/A/1 grant 5 cr
	rule 'small' when any training/* grant 1 cr per 16 hr $$,
	'[{"ref": "cert/A/1"}, {"ref": "training/A/1", "hours": 56}, {"ref": "training/A/2", "hours": 40}]');

-- The same credit with fewer achievements.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 cap total 6 cr
	rule 'small' when any cert/A/* grant 3 cr
	rule 'large' when cert/A/3 grant 6 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}, {"ref": "cert/A/3"}]');

-- The same credit and as many achievements: the order of rules and of preference.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 cap total 3 cr
	rule 'second' when any cert/A/* grant 3 cr
	rule 'first' priority 1 when any cert/B/* grant 3 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/B/2"}, {"ref": "cert/B/1"}]');

-- Credits before points, whatever their number.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1
	rule 'points' when cert/A/1 grant 1000 pt
	rule 'credit' when cert/A/1 grant 0.5 cr $$,
	'[{"ref": "cert/A/1"}]');

-- A line that keeps more out is left out of a rule that fires.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 cap cert 6 cr
	rule 'both' when cert/A/1 grant course/O/A 3 cr, course/O/B 1 cr
	rule 'other' when cert/A/2 grant course/O/C 3 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]');

-- What is granted in part leaves room for what is not.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 cap total 9 cr
	rule 'trimmed' when cert/A/1 grant 8 cr partial
	rule 'whole' when cert/A/2 grant 5 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]');

-- The history fills caps and marks courses; the excluded course is refused.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 cap cert 6 cr
	rule 'a' when any cert/A/* grant course/O/A 3 cr
	rule 'b' when any cert/A/* grant course/O/B 2 cr
	rule 'd' when any cert/A/* grant course/O/D 3 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]',
	'[{"sources": ["cert/A/9"], "target": "course/O/A", "granted": "3 cr", "dated": "2025-01-01"}]');

-- Nothing to allocate is proven, too.
SELECT * FROM pg_temp.compared($$ rule_set 'b' version 1 rule 'a' when cert/A/1 grant 1 cr $$, '[{"ref": "cert/B/1"}]');

-- explain says what was proven; rows of tests are those of what fires.
SELECT e.rule, e.source, e.parameter, e.required, e.missing, e.passed
FROM explain($$ rule_set 'b' version 1
	rule 'single' when cert/A/1 grant course/O/A 3 cr
	rule 'pair' when all of (cert/A/1, cert/A/2) grant 4 cr $$,
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]', '{"code": "P", "courses": [{"ref": "course/O/A"}]}', '[]',
	'2025-06-30', 'best') AS e
WHERE e.parameter IN ('allocation', 'condition', 'course', 'granted');

-- ---- limits ----

-- 36 achievements, a cap that nothing fills, and conflicts all over.
CREATE TEMP TABLE hard AS
SELECT 'rule_set ''hard'' version 1 cap total 40.0001 cr cap cert 17.3333 cr cap training 21.7777 cr'
	|| string_agg(format(E'\nrule ''r%s'' when any %s/I%s/* grant course/O/C%s %s cr, course/O/C%s %s cr',
		n, CASE n % 2 WHEN 0 THEN 'cert' ELSE 'training' END, n % 7, n % 31, 1 + (n * 37 % 101) / 33.0,
		(n * 7 + 1) % 31 + 31, 1 + (n * 53 % 97) / 31.0), '' ORDER BY n) AS rules,
	(SELECT jsonb_agg(jsonb_build_object('ref', format('%s/I%s/%s', CASE i % 2 WHEN 0 THEN 'cert' ELSE 'training' END, i % 7, i)))
	FROM generate_series(1, 36) AS i) AS portfolio,
	(SELECT jsonb_build_object('code', 'P', 'courses', jsonb_agg(jsonb_build_object('ref', 'course/O/C' || i)))
	FROM generate_series(0, 61) AS i) AS programme
FROM generate_series(1, 60) AS n;
UPDATE hard SET rules = regexp_replace(rules, '(\.\d{4})\d+', '\1', 'g');

-- Beyond the steps the best found so far, never worse than priority.
SELECT a, bool_and(e.proven) AS proven, sum(e.granted) >= (
		SELECT sum(p.granted) FROM hard, evaluate(rules::rule_set, portfolio, programme, '[]', '2025-06-30') AS p
	) AS no_worse
FROM hard, unnest(ARRAY['best within 1 steps', 'best within 3000 steps', 'best within 300000 steps']) AS a,
	evaluate(rules::rule_set, portfolio, programme, '[]', '2025-06-30', a) AS e
GROUP BY a
ORDER BY length(a);

-- With one step, what priority grants.
SELECT count(*) AS differences
FROM hard,
	LATERAL (
		(SELECT rule, sources, target, granted FROM evaluate(rules::rule_set, portfolio, programme, '[]', '2025-06-30', 'best within 1 steps') WHERE granted IS NOT NULL
		EXCEPT SELECT rule, sources, target, granted FROM evaluate(rules::rule_set, portfolio, programme, '[]', '2025-06-30') WHERE granted IS NOT NULL)
	) AS d;

-- The order of the portfolio changes nothing, proven or not.
SELECT count(DISTINCT answer) AS answers
FROM hard, generate_series(1, 5) AS shuffle,
	LATERAL (SELECT jsonb_agg(item ORDER BY md5(shuffle || item::text)) AS items FROM jsonb_array_elements(portfolio) AS item) AS s,
	LATERAL (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.line) AS answer FROM evaluate(rules::rule_set, s.items, programme, '[]', '2025-06-30', 'best within 50000 steps') AS e) AS a;

-- It can be cancelled.
SET statement_timeout = '50ms';
\set VERBOSITY sqlstate
SELECT count(*) FROM hard, evaluate(rules::rule_set, portfolio, programme, '[]', '2025-06-30', 'best within 1000000000 steps');
\set VERBOSITY default
RESET statement_timeout;
