-- What grants are worth, exactly; grades and marks that are carried over.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
\pset null '-'

CREATE FUNCTION pg_temp.programme() RETURNS jsonb LANGUAGE sql AS $$
	SELECT '{"code": "HOME", "total": 80, "courses": [
		{"ref": "course/HOME/FOUR", "credits": 4},
		{"ref": "course/HOME/THIRD", "credits": "2.6667 cr"},
		{"ref": "course/HOME/SILENT"},
		{"ref": "course/HOME/NOUGHT", "credits": 0}]}'::jsonb
$$;
-- The lines of rules for one kind of achievement, and what explains their values.
CREATE FUNCTION pg_temp.lines(rules text, portfolio jsonb, history jsonb DEFAULT '[]')
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT array_to_string(e.sources, ' + '), e.target, e.granted, e.value, e.before_caps, e.grade, e.mark, e.leftover, e.leftover_kept, e.reason
	FROM creditbank.evaluate(('rule_set ''test'' version 1 ' || rules)::creditbank.rule_set, portfolio, pg_temp.programme(), history, '2025-06-30') e
	WHERE e.rule IS NOT NULL
$$;
\set columns 'sources text, target text, granted creditbank.credit_amount, value numeric, before_caps creditbank.credit_amount, grade text, mark text, leftover creditbank.credit_amount, leftover_kept boolean, reason text'
CREATE FUNCTION pg_temp.worth(rules text, members text)
RETURNS TABLE (granted creditbank.credit_amount, value numeric, leftover creditbank.credit_amount, leftover_kept boolean, reason text) LANGUAGE sql AS $$
	SELECT e.granted, e.value, e.leftover, e.leftover_kept, e.reason
	FROM creditbank.evaluate(('rule_set ''test'' version 1 ' || rules)::creditbank.rule_set, format('[{"ref": "award/CN-MOE/CUP#1", %s}]', members)::jsonb, pg_temp.programme(), '[]', '2025-06-30') e
	WHERE e.rule IS NOT NULL
$$;
CREATE FUNCTION pg_temp.tests(rules text, members text, language text DEFAULT 'en')
RETURNS TABLE (parameter text, required text, found text, missing text, passed boolean) LANGUAGE sql AS $$
	SELECT e.parameter, e.required, e.found, e.missing, e.passed
	FROM creditbank.explain(('rule_set ''test'' version 1 ' || rules)::creditbank.rule_set, format('[{"ref": "award/CN-MOE/CUP#1", %s}]', members)::jsonb, pg_temp.programme(), '[]', '2025-06-30', 'priority', language) e
	WHERE e.parameter IN ('per', 'using', 'in full', 'table', 'share', 'value', 'remaining')
$$;

-- ---- Hours per credit differ by school: 15, 16 or 18 ----
SELECT school, hours, granted, value, leftover
FROM (VALUES (15), (16), (18)) AS schools (school), unnest(ARRAY[14, 48, 90, 100.5]) AS hours,
	pg_temp.worth(format('rule ''r'' when any award/* grant 1 cr per %s hr, leftover forfeit', school), format('"hours": %s', hours));
-- ---- Each rule rounds as it says, else as the heading says ----
SELECT heading, clause, hours, granted, value
FROM (VALUES ('', ''), ('round down 2', ''), ('round down 2', 'round half_up 1'), ('', 'round half_even 0'), ('round half_up 0', 'round half_up 4')) AS book (heading, clause),
	unnest(ARRAY[22.5, 37.5, 40]) AS hours,
	pg_temp.worth(format('%s rule ''r'' when any award/* grant 1 cr per 15 hr %s', heading, clause), format('"hours": %s', hours));
-- Thirds are kept exactly; three of them make a whole.
SELECT granted, value FROM pg_temp.worth('rule ''r'' when any award/* grant 2 cr per 3 hr', '"hours": 1');
SELECT granted, value FROM pg_temp.worth('rule ''r'' when any award/* grant 1 cr per 3 hr', '"hours": 0.5');
SELECT granted, value FROM pg_temp.worth('rule ''r'' when any award/* grant 2 cr per 3 hr by share', '"hours": 1, "share": 50');
SELECT granted, value FROM pg_temp.worth('rule ''r'' when any award/* grant 1.5 cr per 4.5 hr by share', '"hours": 9, "share": 100');
-- What is stated as an amount is not rounded.
SELECT granted, value FROM pg_temp.worth('round down 0 rule ''r'' when any award/* grant 2.5 cr', '"hours": 1');

-- ---- In full: as many credits as the course has ----
SELECT course, granted, value, reason
FROM unnest(ARRAY['FOUR', 'THIRD', 'SILENT', 'NOUGHT', 'ELSEWHERE']) AS course,
	pg_temp.worth(format('round down 0 rule ''r'' when any award/* grant course/HOME/%s in full', course), '"hours": 1');
SELECT course, e.*
FROM unnest(ARRAY['FOUR', 'SILENT', 'ELSEWHERE']) AS course,
	pg_temp.tests(format('rule ''r'' when any award/* grant course/HOME/%s in full', course), '"hours": 1') AS e;

-- ---- From a table: of the rows that match the largest counts ----
\set labels 'table ''awards'' by tag, rank ''national'', 1 is 6 cr ''national'', <= 3 is 4.5 cr any, 1 is 2 cr ''provincial'', any is 1 cr any, ''honour'' is 0.5 cr'
SELECT members, granted, value, reason
FROM unnest(ARRAY['"tags": ["national"], "rank": 1', '"tags": ["national", "x"], "rank": "1"', '"tags": ["national"], "rank": 2', '"tags": ["national"], "rank": 3.00', '"tags": ["national"], "rank": 3.000000001', '"tags": ["other"], "rank": 1',
		'"tags": ["provincial"]', '"tags": ["provincial", "national"], "rank": 9', '"tags": ["provincial", "national"], "rank": 3', '"rank": "honour"', '"tags": ["provincial"], "rank": "honour"', '"rank": "Honour"', '"tags": ["national"]', '"hours": 1']) AS members,
	pg_temp.worth(:'labels' || ' rule ''r'' when any award/* grant from table ''awards''', members);
SELECT members, e.*
FROM unnest(ARRAY['"tags": ["x", "national"], "rank": 2', '"rank": "second"', '"hours": 1']) AS members,
	pg_temp.tests(:'labels' || ' rule ''r'' when any award/* grant from table ''awards''', members) AS e;
-- Every comparison, exactly as the number is written.
SELECT cell, level, granted
FROM unnest(ARRAY['3', '> 3', '>= 3', '< 3', '<= 3', '0.0001', '<= 0']) AS cell, unnest(ARRAY['3', '3.0', '2.99999999', '3.00000001', '0.0001', '-0.00001', '-3', '1e30', '-1e30']) AS level,
	pg_temp.worth(format('table ''t'' by level %s is 2 cr any is 1 cr rule ''r'' when any award/* grant from table ''t''', cell), format('"level": %s', level))
WHERE granted <> 1 ORDER BY cell COLLATE "C", level::numeric;
-- Whichever of the rows that match has it.
SELECT amounts, granted
FROM (VALUES (1, 2, 3), (2, 3, 1), (3, 1, 2)) AS t (a, b, c),
	LATERAL (SELECT concat_ws(' ', a, b, c) AS amounts) AS l,
	pg_temp.worth(format('table ''t'' by level any is %s cr >= 3 is %s cr 4 is %s cr 5 is 9 cr rule ''r'' when any award/* grant from table ''t''', a, b, c), '"level": 4');
-- Every key: numbers, and words as they are written.
SELECT key, cell, granted
FROM (VALUES ('grade', '>= 80'), ('grade', '''82.50'''), ('place', '2'), ('rank', '''gold'''), ('class', '''award'''), ('class', '''cert'''), ('issuer', '''CN-MOE'''), ('institution', '''North College'''), ('scale', '''hundred'''), ('tag', '''a''')) AS t (key, cell),
	pg_temp.worth(format('table ''t'' by %s %s is 2 cr any is 1 cr rule ''r'' when any award/* grant from table ''t''', key, cell),
		'"grade": "82.50", "place": 2, "rank": "gold", "institution": "North College", "scale": "hundred", "tags": ["b", "a"], "level": 4.0');

-- ---- By share: exactly as it is written, rounded once ----
SELECT share, granted, value, reason
FROM unnest(ARRAY['100', '60', '33.3333', '33.33333333333333333', '0.0001', '0', '12.50', 'null']) AS share,
	pg_temp.worth('round half_up 2 rule ''r'' when any award/* grant 6 cr by share', format('"share": %s', share));
SELECT granted, value FROM pg_temp.worth('rule ''r'' when any award/* grant course/HOME/THIRD in full by share', '"share": 75');
SELECT granted, value, leftover FROM pg_temp.worth('rule ''r'' when any award/* grant 1 cr per 16 hr by share, leftover keep', '"share": 50, "hours": 50');
SELECT granted, value FROM pg_temp.worth(:'labels' || ' rule ''r'' when any award/* grant from table ''awards'' by share', '"tags": ["national"], "rank": 2, "share": 30');
SELECT share, e.*
FROM unnest(ARRAY['60', '0', 'null']) AS share, pg_temp.tests('rule ''r'' when any award/* grant 6 cr by share', format('"share": %s', share)) AS e;
SELECT share, e.*
FROM unnest(ARRAY['100.0001', '-1', '33.33333333333333333333333333333333333']) AS share,
	pg_temp.error_of(format($$ SELECT * FROM pg_temp.worth('rule ''r'' when any award/* grant 6 cr by share', '"share": %s') $$, share)) AS e;

-- A percentage is one whether or not a rule asks for it.
SELECT share, e.*
FROM unnest(ARRAY['"share": 100.0001', '"attendance": 101', '"overlap": -0.01', '"attendance": 100, "overlap": 0']) AS share,
	pg_temp.error_of(format($$ SELECT * FROM pg_temp.worth('rule ''r'' when any award/* grant 6 cr', '%s') $$, share)) AS e;

-- ---- Duplicates that share: each has its part, exactly ----
SELECT sources, value, granted, reason
FROM pg_temp.lines('round down 2 same award/A/X, award/B/X, award/C/X duplicates share rule ''one'' when any award/* grant 4 cr by share rule ''whole'' when any cert/* grant 1 cr',
	'[{"ref": "award/A/X", "share": 100}, {"ref": "award/B/X", "share": 50}, {"ref": "award/C/X", "share": 0.01}, {"ref": "award/D/X", "share": 50}, {"ref": "cert/A/Y#1"}, {"ref": "cert/A/Y#2"}]') AS e (:columns);
-- Of a set the smallest part counts; what was counted before has its part, too.
SELECT sources, value, granted, reason
FROM pg_temp.lines('same award/A/X, award/B/X, award/C/X same cert/A/X, cert/B/X duplicates share rule ''set'' when all of (award/A/*, cert/A/*) grant 6 cr rule ''one'' when any award/* grant 1 cr',
	'[{"ref": "award/A/X"}, {"ref": "award/B/X"}, {"ref": "award/C/X", "consumed": true}, {"ref": "cert/A/X"}, {"ref": "cert/B/X"}]') AS e (:columns);

-- ---- Using: a firing uses so much, and the rest stays usable ----
SELECT members, granted, leftover, leftover_kept, reason
FROM unnest(ARRAY['"hours": 50', '"hours": 32', '"hours": 31.9999', '"hours": 50, "remaining": "40 hr"', '"hours": 50, "remaining": "18 hr"', '"amount": 3', '"amount": "50 hr"', '"hours": 50, "amount": 3, "remaining": "2 cr"']) AS members,
	pg_temp.worth('rule ''r'' when any award/* grant 2 cr using 32 hr', members);
SELECT members, e.*
FROM unnest(ARRAY['"hours": 50', '"hours": 50, "remaining": "18 hr"', '"amount": 3', '"hours": 50, "amount": 3, "remaining": "2 cr"']) AS members,
	pg_temp.tests('rule ''r'' when any award/* grant 2 cr using 32 hr', members) AS e;
-- What else a grant asks for is looked at, too.
SELECT e.*
FROM unnest(ARRAY['in full', '4 cr']) AS amount, pg_temp.tests(format(:'labels' || ' rule ''r'' when any award/* grant course/HOME/SILENT %s by share, from table ''awards'' using 32 hr', amount), '"hours": 9') AS e;
-- Both lines rest on the same use.
SELECT * FROM pg_temp.lines('rule ''r'' when any award/* grant course/HOME/FOUR in full, 1 cr using 1 cr', '[{"ref": "award/A/B", "amount": 2.5}]')
	AS e (:columns);

-- ---- Amounts that do not fit ----
SELECT what, e.*
FROM (VALUES ('large', 'grant 57646075230342 cr per 1 hr', '"hours": 2'), ('multiples', 'grant 57646075230342 cr per 1 hr, leftover forfeit', '"hours": 2'), ('share', 'grant 57646075230342 cr per 57646075230341.9999 hr by share', '"hours": 57646075230342, "share": 99.99999999999999999')) AS t (what, grants, members),
	pg_temp.error_of(format($$ SELECT * FROM pg_temp.worth('rule ''r'' when any award/* %s', '%s') $$, grants, members)) AS e;
SELECT granted, value FROM pg_temp.worth('rule ''r'' when any award/* grant 57646075230342 cr per 57646075230342 hr by share', '"hours": 57646075230342, "share": 99.9999999');

-- ---- Grades: the original, the mean, a fixed one, a mark alone, none ----
SELECT clause, sources, grade, mark
FROM unnest(ARRAY['', 'carry original grade', 'carry average grade', 'carry grade ''P''', 'carry mark ''TR''', 'carry no grade', 'exempt from exam', 'carry no grade exempt from exam']) AS clause,
	pg_temp.lines(format('rule ''one'' when award/A/* grant course/HOME/FOUR 4 cr %1$s', clause), '[{"ref": "award/A/B", "grade": "82.50"}]') AS e (:columns);
SELECT clause, grade, mark
FROM unnest(ARRAY['', 'carry average grade', 'carry grade ''P''', 'carry mark ''TR''', 'carry no grade']) AS clause,
	pg_temp.lines(format('rule ''two'' when all of (award/A/*, award/B/*) grant 4 cr %1$s', clause), '[{"ref": "award/A/B", "grade": 82}, {"ref": "award/B/B", "grade": "A"}]') AS e (:columns);
-- The mean is exact, and rounded once as the rule rounds.
SELECT rounding, grades, grade
FROM unnest(ARRAY['', 'round half_up 0', 'round half_even 0', 'round down 0', 'round half_up 2']) AS rounding,
	(VALUES ('82', '83', '85'), ('82', '83', '82.5'), ('81', '82', '81.5'), ('-1', '-2', '-1.5'), ('80.123456', '80', '80'), ('90', '90', '90'), ('90', '90', 'A')) AS g (a, b, c),
	LATERAL (SELECT concat_ws(' ', a, b, c) AS grades) AS t,
	pg_temp.lines(format('%s rule ''three'' when all of (award/A/*, award/B/*, award/C/*) grant 4 cr carry average grade', rounding),
		jsonb_build_array(jsonb_build_object('ref', 'award/A/B', 'grade', a), jsonb_build_object('ref', 'award/B/B', 'grade', b), jsonb_build_object('ref', 'award/C/B', 'grade', c))) AS e (:columns);
-- A refused line carries nothing.
SELECT grade, mark, leftover, reason
FROM pg_temp.lines('cap total 1 cr rule ''r'' when award/A/* grant 4 cr using 1 cr carry grade ''P''', '[{"ref": "award/A/B", "amount": 2}]') AS e (:columns);

-- ---- Tags of the sources, and who must look ----
SELECT clause, sources, granted, tags, needs_assessor
FROM unnest(ARRAY['', 'needs assessor']) AS clause,
	creditbank.evaluate(format('rule_set ''test'' version 1 rule ''two'' when all of (award/A/*, award/B/*) grant 4 cr %1$s', clause)::creditbank.rule_set,
		'[{"ref": "award/A/B", "tags": ["online", "b"]}, {"ref": "award/B/B", "tags": ["a", "online"]}, {"ref": "award/C/B"}]', pg_temp.programme(), '[]', '2025-06-30');

-- ---- In Chinese ----
SELECT e.*
FROM (VALUES ('grant course/HOME/SILENT in full by share using 32 hr', '"hours": 50'), ('grant 2 cr using 32 hr', '"amount": 3'), ('grant from table ''awards'' by share', '"hours": 50'), ('grant 1 cr per 16 hr', '"amount": 3'), ('grant 2 cr by share', '"share": 0'), ('grant 2 cr', '"hours": 5, "remaining": "2 hr"')) AS t (grants, members),
	pg_temp.tests(format('%s rule ''r'' when any award/* %s', :'labels', grants), members, 'zh') AS e;
