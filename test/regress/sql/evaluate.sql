-- evaluate: what a portfolio is worth by a rule_set, and why.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
\pset null '-'

-- Short names for the calls below: the day is 30 June 2025, the programme has
-- 80 credits and five courses, of which one is excluded.
CREATE FUNCTION pg_temp.programme() RETURNS jsonb LANGUAGE sql AS $$
	SELECT '{"code": "OUC-LOGISTICS", "total": 80,
		"categories": [{"name": "major", "credits": 45}],
		"courses": [
			{"ref": "course/OUC/LOG-103", "credits": 2},
			{"ref": "course/OUC/LOG-101", "title": "Express Operations", "credits": 3, "hours": 48, "category": "major", "compulsory": true},
			{"ref": "course/OUC/LOG-102", "credits": 3, "excluded": false},
			{"ref": "course/OUC/LOG-190", "credits": 3, "excluded": true},
			{"ref": "course/OUC/LOG-201", "credits": 4}]}'::jsonb
$$;
CREATE FUNCTION pg_temp.lines(
	rules text,
	portfolio text,
	history jsonb DEFAULT '[]',
	as_of date DEFAULT '2025-06-30',
	programme jsonb DEFAULT pg_temp.programme())
RETURNS TABLE (line integer, rule text, sources text, target text, granted text, value numeric, before_caps text, leftover text, dated date, reason text)
LANGUAGE sql AS $$
	SELECT e.line, e.rule, array_to_string(e.sources, ' + '), e.target, e.granted::text, e.value, e.before_caps::text, e.leftover::text, e.dated, e.reason
	FROM creditbank.evaluate(rules::creditbank.rule_set, portfolio::jsonb, programme, history, as_of) e
$$;
CREATE FUNCTION pg_temp.tests(
	rules text,
	portfolio text,
	history jsonb DEFAULT '[]',
	as_of date DEFAULT '2025-06-30')
RETURNS TABLE (rule text, source text, target text, parameter text, required text, found text, missing text, passed boolean)
LANGUAGE sql AS $$
	SELECT e.rule, e.source, e.target, e.parameter, e.required, e.found, e.missing, e.passed
	FROM creditbank.explain(rules::creditbank.rule_set, portfolio::jsonb, pg_temp.programme(), history, as_of) AS e
$$;

-- ---- A courier's certificate: three courses, eight credits ----
\set courier 'rule_set ''ouc-logistics'' version 3 effective 2023-09-01 .. 2026-08-31 rule ''postal-express-operator'' priority 10 when cert/CN-POST/EXP-OPERATOR level >= 3 within 8 years grant course/OUC/LOG-101 3 cr, course/OUC/LOG-102 3 cr, course/OUC/LOG-103 2 cr'
SELECT * FROM creditbank.evaluate(:'courier',
	'[{"ref": "cert/CN-POST/EXP-OPERATOR#2023-000123", "level": 3, "grade": "A", "awarded_on": "2023-05-10"}]',
	pg_temp.programme(), '[]', '2025-06-30');
SELECT sum(granted) AS granted
FROM creditbank.evaluate(:'courier',
	'[{"ref": "cert/CN-POST/EXP-OPERATOR#2023-000123", "level": 3, "awarded_on": "2023-05-10"}]',
	pg_temp.programme(), '[]', '2025-06-30');
SELECT * FROM pg_temp.tests(:'courier', '[{"ref": "cert/CN-POST/EXP-OPERATOR#2023-000123", "level": 3, "awarded_on": "2023-05-10"}]');
-- Level 2 is not enough, and the test that failed is named.
SELECT sources, granted, reason
FROM pg_temp.lines(:'courier', '[{"ref": "cert/CN-POST/EXP-OPERATOR", "level": 2, "awarded_on": "2023-05-10"}]');
SELECT parameter, required, found, missing
FROM pg_temp.tests(:'courier', '[{"ref": "cert/CN-POST/EXP-OPERATOR", "level": 2, "awarded_on": "2023-05-10"}]')
WHERE NOT passed;
SELECT sources, granted, reason
FROM pg_temp.lines(:'courier', '[{"ref": "cert/CN-POST/EXP-OPERATOR", "awarded_on": "2023-05-10"}]');
-- Its eighth anniversary is the last day.
SELECT as_of, line, target, granted, reason
FROM (VALUES (date '2024-05-10'), ('2024-05-11')) AS days (as_of),
	pg_temp.lines(:'courier', '[{"ref": "cert/CN-POST/EXP-OPERATOR", "level": 3, "awarded_on": "2016-05-10"}]', '[]', as_of)
ORDER BY as_of, line;
SELECT parameter, required, found, missing
FROM pg_temp.tests(:'courier', '[{"ref": "cert/CN-POST/EXP-OPERATOR", "level": 3, "awarded_on": "2016-05-10"}]', '[]', '2024-05-12')
WHERE NOT passed;
-- An award on 29 February is eight years old on 28 February where there is no 29th.
SELECT as_of, granted, reason
FROM (VALUES (date '2024-02-28'), ('2024-02-29'), ('2025-02-28'), ('2025-03-01')) AS days (as_of),
	pg_temp.lines('rule_set ''leap'' version 1 rule ''r'' when cert/A/B within 1 year grant 1 cr',
		'[{"ref": "cert/A/B", "awarded_on": "2024-02-29"}]', '[]', as_of)
ORDER BY as_of;
SELECT period, as_of, granted, reason
FROM (VALUES ('30 days', date '2025-01-31'), ('30 days', '2025-02-01'), ('1 month', '2025-02-01'), ('1 month', '2025-02-02')) AS days (period, as_of),
	pg_temp.lines(format('rule_set ''p'' version 1 rule ''r'' when cert/A/B within %s grant 1 cr', period),
		'[{"ref": "cert/A/B", "awarded_on": "2025-01-01"}]', '[]', as_of)
ORDER BY period, as_of;
SELECT granted, reason
FROM pg_temp.lines('rule_set ''p'' version 1 rule ''r'' when cert/A/B within 8 years grant 1 cr', '[{"ref": "cert/A/B"}]');

-- ---- Training hours ----
\set whole 'rule_set ''hours'' version 1 rule ''training-hours'' when any training/* attendance >= 80 grant 1 cr per 16 hr, leftover forfeit'
SELECT sources, granted, value, leftover, dated, reason
FROM pg_temp.lines(:'whole', '[
	{"ref": "training/ACME/SAFETY", "amount": "48 hr", "attendance": 80},
	{"ref": "training/ACME/LIFTING", "hours": 50, "attendance": 100, "awarded_on": "2024-03-01"},
	{"ref": "training/ACME/DRIVING", "hours": 48, "attendance": 79.9},
	{"ref": "training/ACME/PACKING", "hours": 48, "attendance": 79.9999999999999999},
	{"ref": "training/ACME/SHORT", "hours": 12, "attendance": 90},
	{"ref": "training/ACME/CREDITED", "amount": 3, "attendance": 90},
	{"ref": "training/ACME/SILENT", "attendance": 90}]');
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests(:'whole', '[
	{"ref": "training/ACME/DRIVING", "hours": 48, "attendance": 79.9},
	{"ref": "training/ACME/SHORT", "hours": 12, "attendance": 90},
	{"ref": "training/ACME/SILENT", "attendance": 90}]')
WHERE parameter IN ('attendance', 'per');
-- What whole multiples leave is named, be it kept or forfeited.
SELECT granted, leftover
FROM pg_temp.lines('rule_set ''h'' version 1 rule ''r'' when training/* grant 1.5 cr per 15 hr, leftover keep', '[{"ref": "training/A/B", "hours": 50.25}]');
-- In proportion: exact, then rounded by the rule set.
SELECT rounding, hours, granted, value, before_caps
FROM (VALUES ('', 40), ('round half_up 2', 40), ('round half_even 2', 40), ('round down 2', 40),
	('round half_up 0', 37.5), ('round half_even 0', 37.5), ('round half_even 0', 52.5), ('round down 0', 52.5), ('round half_even 0', 37.5001)) AS cases (rounding, hours),
	pg_temp.lines(format('rule_set ''h'' version 1 %s rule ''r'' when training/* grant 1 cr per 15 hr', rounding),
		format('[{"ref": "training/A/B", "hours": %s}]', hours));
SELECT granted, value, reason
FROM pg_temp.lines('rule_set ''h'' version 1 round down 0 rule ''r'' when training/* grant 1 cr per 15 hr', '[{"ref": "training/A/B", "hours": 14.9999}]');
SELECT granted, value, leftover
FROM pg_temp.lines('rule_set ''h'' version 1 rule ''r'' when course/* grant course/OUC/LOG-101 0.75 cr per 1 cr', '[{"ref": "course/A/B", "amount": "3.3333 cr"}]');
-- The largest amounts: exact where they fit, an error where they do not.
SELECT granted, value
FROM pg_temp.lines('rule_set ''h'' version 1 rule ''r'' when training/* grant 57646075230000 cr per 57646075230000 hr', '[{"ref": "training/A/B", "amount": "57646075230342.3487 hr"}]');
SELECT granted, value
FROM pg_temp.lines('rule_set ''h'' version 1 rule ''r'' when training/* grant 1 cr per 3 hr', '[{"ref": "training/A/B", "amount": "57646075230342.3487 hr"}]');
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.lines('rule_set ''h'' version 1 rule ''r'' when training/* grant 2 cr per 1 hr', '[{"ref": "training/A/B", "amount": "57646075230342.3487 hr"}]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.lines('rule_set ''h'' version 1 rule ''r'' when training/* grant 2 cr per 1 hr, leftover keep', '[{"ref": "training/A/B", "amount": "57646075230342.3487 hr"}]') $$);

-- ---- Tests ----
SELECT test, found, missing, passed
FROM (VALUES ('grade >= 60', '"grade": 60'), ('grade >= 60', '"grade": "59.5"'), ('grade > 60', '"grade": 60'), ('grade > 60', '"grade": 60.00000001'), ('grade <= 60', '"grade": 60'), ('grade <= 60', '"grade": 61'), ('grade < 60', '"grade": 59.99999999'),
	('grade < 60', '"grade": 60'), ('grade = 60', '"grade": 60.0'), ('grade = 60', '"grade": 59'), ('grade = 60', '"grade": 62'),
	('grade >= 60', '"grade": "pass"'), ('grade >= 60', '"grade": "1e3"'), ('grade >= 60', '"grade": ""'), ('grade >= 60', '"grade": null'), ('grade < 1', '"grade": -2'),
	('overlap >= 80', '"overlap": 79.5'), ('hours >= 16', '"hours": 12.5'), ('hours >= 16', '"amount": "16 hr"'), ('hours >= 16', '"amount": 16'),
	('credits >= 2', '"amount": 1.5'), ('credits >= 2', '"amount": "2 cr"'), ('credits >= 2', '"amount": "20 hr"'), ('level < 3', '"level": 3'), ('level = 4', '"level": 4')) AS cases (test, member),
	LATERAL (SELECT * FROM pg_temp.tests(format('rule_set ''t'' version 1 rule ''r'' when course/* %s grant 1 cr', test), format('[{"ref": "course/A/B", %s}]', member))
		WHERE parameter = split_part(test, ' ', 1)) AS explained;
-- All tests must hold; the reason names the rule that came nearest.
SELECT sources, granted, reason
FROM pg_temp.lines('rule_set ''t'' version 1
	rule ''far'' when course/* level >= 5 grade >= 90 attendance >= 90 grant 1 cr
	rule ''near'' when course/A/* grade >= 60 attendance >= 80 grant 2 cr',
	'[{"ref": "course/A/B", "grade": 60, "attendance": 79, "amount": 3}, {"ref": "course/A/C", "grade": "A", "attendance": 85, "amount": 2}, {"ref": "course/A/D", "grade": 60, "attendance": 80, "amount": 1}, {"ref": "award/A/B"}]');

-- Which rules cover which achievements, by every kind of pattern.
SELECT e.source, string_agg(e.rule, ', ' ORDER BY e.rule) AS rules
FROM creditbank.explain('rule_set ''kinds'' version 1 substitutes cert/A/1, cert/B/2, cert/C/3
	rule ''1 instance'' when cert/A/1#S grant 1 cr
	rule ''2 catalogue'' when cert/A/1 grant 1 cr
	rule ''3 class and issuer'' when any cert/A/* grant 1 cr
	rule ''4 issuer'' when any */A/* grant 1 cr
	rule ''5 class'' when any cert/* grant 1 cr
	rule ''6 anything'' when any * grant 1 cr
	rule ''7 substitute'' when cert/B/2 grant 1 cr
	rule ''8 both'' when all of (cert/A/1, cert/B/2) grant 1 cr',
	(SELECT jsonb_agg(jsonb_build_object('ref', ref)) FROM unnest('{cert/A/1#S, cert/A/1#T, cert/A/1, cert/A/12, cert/AA/1, cert/B/1, cert/B/2#S, cert/C/3, course/A/1, course/B/2}'::text[]) AS ref),
	'{"code": "X"}', '[]', '2025-06-30') AS e
WHERE e.parameter = 'state'
GROUP BY e.source
ORDER BY e.source COLLATE "C";

-- ---- Candidates ----
SELECT sources, granted, reason
FROM pg_temp.lines(:'whole', '[
	{"ref": "training/A/AWAITED", "hours": 16, "attendance": 90, "state": "submitted"},
	{"ref": "training/A/CONSUMED", "hours": 16, "attendance": 90, "consumed": true},
	{"ref": "training/A/TOMORROW", "hours": 16, "attendance": 90, "awarded_on": "2025-07-01"},
	{"ref": "training/A/TODAY", "hours": 16, "attendance": 90, "awarded_on": "2025-06-30", "expires_on": "2025-06-30", "consumed": false, "state": "recognised"},
	{"ref": "training/A/YESTERDAY", "hours": 16, "attendance": 90, "expires_on": "2025-06-29"}]');
SELECT source, parameter, required, found, missing
FROM pg_temp.tests(:'whole', '[
	{"ref": "training/A/AWAITED", "hours": 16, "attendance": 90, "state": "submitted"},
	{"ref": "training/A/CONSUMED", "hours": 16, "attendance": 90, "consumed": true},
	{"ref": "training/A/TOMORROW", "hours": 16, "attendance": 90, "awarded_on": "2025-07-01"},
	{"ref": "training/A/YESTERDAY", "hours": 16, "attendance": 90, "expires_on": "2025-06-28"}]')
WHERE NOT passed;
-- The rule set itself: its days and its programmes.
SELECT as_of, granted, reason
FROM (VALUES (date '2023-08-31'), ('2023-09-01'), ('2026-08-31'), ('2026-09-01')) AS days (as_of),
	pg_temp.lines('rule_set ''year'' version 1 effective 2023-09-01 .. 2026-08-31 rule ''r'' when cert/A/B grant 1 cr', '[{"ref": "cert/A/B"}]', '[]', as_of);
SELECT scope, granted, reason
FROM (VALUES (''), ('programme ''OUC-LOGISTICS'', ''X'''), ('programme ''X''')) AS scopes (scope),
	pg_temp.lines(format('rule_set ''scoped'' version 1 %s rule ''r'' when cert/A/B grant 1 cr', scope), '[{"ref": "cert/A/B"}]');
SELECT rule, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''scoped'' version 1 programme ''X'', ''Y'' effective 2026-01-01 .. rule ''r'' when cert/A/B grant 1 cr', '[]');

-- ---- Targets ----
SELECT target, granted, before_caps, reason
FROM pg_temp.lines('rule_set ''t'' version 1 rule ''r'' when cert/A/B grant course/OUC/LOG-101 3 cr, course/OUC/LOG-190 3 cr, course/OUC/LOG-999 1 cr, 2 cr', '[{"ref": "cert/A/B"}]');
SELECT target, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''t'' version 1 rule ''r'' when cert/A/B grant course/OUC/LOG-101 3 cr, course/OUC/LOG-190 3 cr, course/OUC/LOG-999 1 cr', '[{"ref": "cert/A/B"}]')
WHERE target IS NOT NULL;
-- A course is granted once, in a run and by the history; what granted nothing stays for other rules.
SELECT rule, sources, target, granted, reason
FROM pg_temp.lines('rule_set ''t'' version 1
	rule ''first'' priority 2 when cert/* grant course/OUC/LOG-101 3 cr
	rule ''then'' priority 1 when cert/A/* grant 1 cr',
	'[{"ref": "cert/B/1"}, {"ref": "cert/A/2", "awarded_on": "2020-01-01"}, {"ref": "cert/A/1", "awarded_on": "2021-01-01"}]');
SELECT rule, sources, target, granted, reason
FROM pg_temp.lines('rule_set ''t'' version 1 rule ''r'' when cert/* grant course/OUC/LOG-101 3 cr', '[{"ref": "cert/B/1"}]',
	'[{"sources": ["cert/B/0"], "target": "course/OUC/LOG-101", "granted": 3, "dated": "2020-01-01"}]');
SELECT rule, sources, target, granted, reason
FROM pg_temp.lines('rule_set ''t'' version 1 rule ''r'' when cert/* grant course/OUC/LOG-101 3 cr', '[{"ref": "cert/B/1"}]',
	'[{"sources": ["cert/B/0"], "target": "course/OUC/LOG-101", "granted": null, "reason": "the course is excluded from conversion"}]');
-- The grade of a single source and the mark are carried by granted lines.
SELECT rule, sources, target, granted, grade, mark
FROM creditbank.evaluate('rule_set ''t'' version 1
	rule ''one'' priority 1 when course/A/1 grant course/OUC/LOG-101 3 cr, 1 cr, course/OUC/LOG-190 1 cr
	rule ''two'' when all of (course/A/2, course/A/3) grant course/OUC/LOG-102 3 cr',
	'[{"ref": "course/A/1", "grade": 87.50}, {"ref": "course/A/2", "grade": "A"}, {"ref": "course/A/3", "grade": "B"}]', pg_temp.programme(), '[]', '2025-06-30');

-- What the sources stated stands beside them, and their tags together.
SELECT line, rule, sources, source_amounts, source_grades, tags, needs_assessor, proven
FROM creditbank.evaluate('rule_set ''t'' version 1
	rule ''one'' priority 1 when course/A/1 grant 1 cr
	rule ''two'' when all of (course/A/2, course/A/3) grant course/OUC/LOG-102 3 cr',
	'[{"ref": "course/A/1", "grade": 87.50, "amount": 2}, {"ref": "course/A/2", "grade": "A", "hours": 32, "tags": ["online", "basic", "online"]},
	{"ref": "course/A/3", "amount": "2 ects", "hours": 50, "tags": ["basic", "art"]}, {"ref": "course/A/4", "tags": ["late", "art"]}, {"ref": "course/A/5", "tags": []}]',
	pg_temp.programme(), '[]', '2025-06-30')
ORDER BY line;

-- ---- Caps ----
-- Half of an 80-credit programme is 40: exactly 40 pass, the next line does not.
\set half 'rule_set ''half'' version 1 cap total 50% of programme rule ''r'' when course/* grant 1 cr per 1 cr'
SELECT line, sources, granted, before_caps, reason
FROM pg_temp.lines(:'half', '[{"ref": "course/A/1", "amount": 30}, {"ref": "course/A/2", "amount": 10}, {"ref": "course/A/3", "amount": 0.0001}]');
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests(:'half', '[{"ref": "course/A/1", "amount": 38}, {"ref": "course/A/2", "amount": 3}, {"ref": "course/A/3", "amount": 2}]')
WHERE parameter LIKE 'cap%';
-- A percentage is exact and never rounded up.
SELECT percent, amount, granted, reason
FROM (VALUES ('33.3333', '26.6666'), ('33.3333', '26.6667'), ('0.0001', '0.0001'), ('0.0002', '0.0001'), ('0.0002', '0.0002')) AS cases (percent, amount),
	LATERAL (SELECT * FROM pg_temp.lines(format('rule_set ''p'' version 1 cap total %s%% of programme rule ''r'' when course/* grant 1 cr per 1 cr', percent),
		format('[{"ref": "course/A/1", "amount": %s}]', amount)) LIMIT 1) AS evaluated;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.lines('rule_set ''p'' version 1 cap total 50% of programme rule ''r'' when course/* grant 1 cr', '[]', '[]', '2025-06-30', '{"code": "X"}') $$);
-- The history counts; what was refused then does not.
SELECT sources, granted, reason
FROM pg_temp.lines(:'half', '[{"ref": "course/A/1", "amount": 3}, {"ref": "course/A/2", "amount": 2}]',
	'[{"sources": ["course/B/1"], "granted": "38 cr", "dated": "2020-01-01", "posted_on": "2020-02-01"}, {"sources": ["course/B/2"], "granted": null, "before_caps": "30 cr"},
	  {"sources": ["course/B/3"], "granted": "500 pt", "dated": "2020-01-01"}]');
-- By class, by number of achievements, by rule.
SELECT line, rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''c'' version 1 cap cert 5 cr, at most 2 items rule ''r'' when cert/* grant 2 cr, 1 cr rule ''w'' when work/* grant 9 cr',
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}, {"ref": "work/A/1"}]');
SELECT line, rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''c'' version 1 cap cert at most 3 items rule ''r'' when cert/* grant 2 cr, 1 cr',
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}, {"ref": "cert/A/3"}, {"ref": "cert/A/4"}]',
	'[{"rule": "r", "sources": ["cert/A/0"], "granted": 1, "dated": "2020-01-01"}, {"rule": "x", "sources": ["cert/A/0"], "granted": 1, "dated": "2020-01-01"}, {"sources": ["work/A/0"], "granted": 1, "dated": "2020-01-01"}]');
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''c'' version 1 cap cert at most 1 items rule ''r'' when cert/* grant 2 cr', '[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]')
WHERE parameter LIKE 'cap%';
SELECT line, rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''c'' version 1 rule ''r'' when cert/* grant 2 cr cap 4 cr rule ''s'' when cert/A/* grant 1 cr',
	'[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]', '[{"rule": "r", "sources": ["cert/A/0"], "granted": 1, "dated": "2020-01-01"}, {"rule": "s", "sources": ["cert/A/0"], "granted": 3, "dated": "2020-01-01"}]');
-- Nested caps hold at once; the explanation shows each.
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''c'' version 1 cap total 3 cr cap cert 2 cr rule ''r'' when cert/* grant 2 cr cap 1 cr', '[{"ref": "cert/A/1"}]')
WHERE parameter LIKE 'cap%';
-- A year of its own: 31 August and 1 September fall in different ones.
SELECT line, sources, granted, dated, reason
FROM pg_temp.lines('rule_set ''y'' version 1 rule ''training-hours'' when training/* grant 1 cr per 16 hr, leftover forfeit cap 4 cr per year starting 09-01',
	'[{"ref": "training/A/1", "hours": 48, "awarded_on": "2024-08-30"}, {"ref": "training/A/2", "hours": 48, "awarded_on": "2024-08-31"}, {"ref": "training/A/3", "hours": 48, "awarded_on": "2024-09-01"}]',
	'[{"rule": "training-hours", "sources": ["training/A/0"], "granted": "1 cr", "dated": "2024-09-02"}]');
SELECT line, sources, granted, dated, reason
FROM pg_temp.lines('rule_set ''y'' version 1 cap total 42 cr per year rule ''r'' when course/* grant 1 cr per 1 cr',
	'[{"ref": "course/A/1", "amount": 40, "awarded_on": "2024-12-31"}, {"ref": "course/A/2", "amount": 39, "awarded_on": "2024-01-01"}, {"ref": "course/A/3", "amount": 3, "awarded_on": "2025-01-01"}, {"ref": "course/A/4", "amount": 2}]');
-- From one institution at most 105: 102 held and three courses of 3 make 105.
SELECT line, granted, reason
FROM pg_temp.lines('rule_set ''i'' version 1 cap course 105 cr rule ''r'' when course/* grant 1 cr per 1 cr',
	'[{"ref": "course/A/1", "amount": 3}, {"ref": "course/A/2", "amount": 3}, {"ref": "course/A/3", "amount": 3}]', '[{"sources": ["course/A/0"], "granted": 102, "dated": "2024-01-01"}]');
-- Points do not count towards credits.
SELECT line, granted, reason
FROM pg_temp.lines('rule_set ''u'' version 1 cap total 3 cr rule ''r'' when cert/* grant 3 cr, 500 pt', '[{"ref": "cert/A/1"}]');

-- ---- Order, and sets ----
-- Larger first, then older, then by reference; the portfolio's own order means nothing.
\set ordered 'rule_set ''o'' version 1 rule ''r'' when course/* grant 1 cr'
SELECT sources
FROM pg_temp.lines(:'ordered', '[{"ref": "course/A/H", "hours": 90}, {"ref": "course/A/N"}, {"ref": "course/A/D", "amount": 3}, {"ref": "course/A/C", "amount": 3}, {"ref": "course/A/E", "amount": 3, "awarded_on": "2021-01-01"}, {"ref": "course/A/F", "amount": 3, "awarded_on": "2020-01-01"}, {"ref": "course/A/B", "amount": 12}]');
SELECT (SELECT jsonb_agg(to_jsonb(e)) FROM creditbank.evaluate(:'half', portfolio, pg_temp.programme(), '[]', '2025-06-30') e) =
	(SELECT jsonb_agg(to_jsonb(e)) FROM creditbank.evaluate(:'half', jsonb_path_query_array(portfolio, '$[2, 0, 3, 1]'), pg_temp.programme(), '[]', '2025-06-30') e) AS same_whatever_the_order
FROM (VALUES ('[{"ref": "course/A/1", "amount": 30}, {"ref": "course/A/2", "amount": 10}, {"ref": "course/A/3", "amount": 3}, {"ref": "cert/A/3"}]'::jsonb)) AS v (portfolio);
-- Rules by priority, then as written; what one used is used up for the others.
SELECT rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''o'' version 1 rule ''low'' when cert/A/* grant 1 cr rule ''high'' priority 5 when cert/A/1 grant 2 cr rule ''same'' when cert/* grant 3 cr', '[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}, {"ref": "cert/B/1"}]');
SELECT rule, source, found, missing
FROM pg_temp.tests('rule_set ''o'' version 1 rule ''low'' when cert/A/* grant 1 cr rule ''high'' priority 5 when cert/A/1 grant 2 cr', '[{"ref": "cert/A/1"}]')
WHERE parameter = 'used';
-- All of, any of, two of, and within one another.
SELECT condition, line, rule, sources, granted, reason
FROM (VALUES (1, 'all of (cert/A/1, cert/A/2 level >= 3)'), (2, 'all of (cert/A/1, cert/A/9)'), (3, 'any of (cert/A/1, cert/A/2)'), (4, '2 of (cert/A/1, cert/A/2, cert/A/3)'),
	(5, 'all of (work/*, any of (cert/A/1, cert/A/2, cert/A/3))'), (6, '2 of (cert/*, cert/A/*, work/*)'), (7, '3 of (cert/A/1, cert/A/*, cert/*)')) AS c (place, condition),
	pg_temp.lines(format('rule_set ''s'' version 1 rule ''r'' when %s grant 4 cr', condition),
		'[{"ref": "cert/A/1", "level": 3, "amount": 1}, {"ref": "cert/A/2", "level": 3, "amount": 2}, {"ref": "cert/A/3", "amount": 3}, {"ref": "work/A/1"}]')
ORDER BY place, line;
SELECT rule, source, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''s'' version 1
	rule ''both'' when all of (cert/A/1 level >= 3, cert/A/2) grant 4 cr
	rule ''none'' when degree/* grant 4 cr', '[{"ref": "cert/A/1", "level": 2}]')
WHERE parameter NOT IN ('state', 'consumed', 'awarded_on', 'expires_on', 'used');
-- Two parts that one achievement alone could meet.
SELECT rule, source, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''s'' version 1 rule ''both'' when all of (cert/*, cert/A/*) grant 4 cr', '[{"ref": "cert/A/1"}]')
WHERE parameter = 'condition';
-- The best set is refused by a cap of its year: the next one is granted.
SELECT rule, sources, granted, dated, reason
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when 2 of (cert/A/1, cert/A/2, cert/A/3) grant 4 cr cap 4 cr per year',
	'[{"ref": "cert/A/1", "amount": 3, "awarded_on": "2023-01-01"}, {"ref": "cert/A/2", "amount": 2, "awarded_on": "2023-01-01"}, {"ref": "cert/A/3", "amount": 1, "awarded_on": "2024-01-01"}]',
	'[{"rule": "r", "sources": ["cert/A/0"], "granted": 4, "dated": "2023-07-01"}]');
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''s'' version 1 rule ''r'' when 2 of (cert/A/1, cert/A/2, cert/A/3) grant 4 cr cap 4 cr per year',
	'[{"ref": "cert/A/1", "amount": 3, "awarded_on": "2023-01-01"}, {"ref": "cert/A/2", "amount": 2, "awarded_on": "2023-01-01"}, {"ref": "cert/A/3", "amount": 1, "awarded_on": "2024-01-01"}]',
	'[{"rule": "r", "sources": ["cert/A/0"], "granted": 4, "dated": "2023-07-01"}]')
WHERE parameter IN ('condition', 'cap rule');
-- The preferred set that was refused is reported once, however many rounds follow.
SELECT rule, sources, granted, dated
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when 2 of (cert/A/1, cert/A/2, cert/A/3, cert/A/4) grant 4 cr cap 4 cr per year',
	'[{"ref": "cert/A/1", "amount": 4, "awarded_on": "2023-01-01"}, {"ref": "cert/A/2", "amount": 3, "awarded_on": "2023-01-01"}, {"ref": "cert/A/3", "amount": 2, "awarded_on": "2023-01-01"}, {"ref": "cert/A/4", "amount": 1, "awarded_on": "2024-01-01"}]',
	'[{"rule": "r", "sources": ["cert/A/0"], "granted": 4, "dated": "2023-07-01"}]');
-- A set too large for a cap gives way to a smaller one.
SELECT rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''s'' version 1 cap cert at most 2 items rule ''r'' when any of (all of (cert/A/1, cert/A/2, cert/A/3), cert/A/4) grant 4 cr',
	'[{"ref": "cert/A/1", "amount": 3}, {"ref": "cert/A/2", "amount": 3}, {"ref": "cert/A/3", "amount": 3}, {"ref": "cert/A/4"}]');
-- Where no set can be met or granted, the search ends at once, however many sets there are.
\set ten '10 of (cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*)'
CREATE FUNCTION pg_temp.certificates(number integer) RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_build_object('ref', 'cert/A/' || i, 'awarded_on', '2024-01-01'))::text FROM generate_series(10, number + 9) AS i
$$;
SELECT number, clause, count(*) AS lines, count(granted) AS granted, min(reason) AS reason
FROM (VALUES (9, '4 cr'), (35, '4 cr'), (35, 'course/OUC/LOG-999 4 cr'), (35, '4 cr cap 3 cr per year'), (35, '4 cr cap 4 cr, at most 9 items')) AS v (number, clause),
	pg_temp.lines(format('rule_set ''s'' version 1 rule ''r'' when %s grant %s', :'ten', clause), pg_temp.certificates(number))
GROUP BY number, clause
ORDER BY number, clause;
SELECT line, sources, granted, reason
FROM pg_temp.lines('rule_set ''s'' version 1 cap cert at most 2 items rule ''r'' when 2 of (cert/*, cert/*) grant 4 cr', pg_temp.certificates(6));
-- An achievement that alone meets one part is kept for it.
SELECT line, sources, granted
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when all of (cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/*, cert/A/10) grant 4 cr', pg_temp.certificates(20))
WHERE granted IS NOT NULL;
-- A search without end is an error.
SELECT * FROM pg_temp.error_of($$
	SELECT * FROM (SELECT string_agg('any of (cert/*, work/*)', ', ') AS parts FROM generate_series(1, 20) AS i) AS p,
		pg_temp.lines(format('rule_set ''s'' version 1 rule ''r'' when all of (%s) grant 4 cr', parts), pg_temp.certificates(19)) $$);
-- So is any other work without end: tests, lines, periods of caps, members.
CREATE TABLE pg_temp.endless (what text, rules text, portfolio text, history text);
INSERT INTO pg_temp.endless
SELECT 'tests', format('rule_set ''s'' version 1 rule ''r'' when cert/* %s grant 1 cr', string_agg('level > ' || i, ' ')),
	pg_temp.certificates(1100), '[]'
FROM generate_series(1, 20000) AS i
UNION ALL
SELECT 'lines', format('rule_set ''s'' version 1 rule ''r'' when cert/* grant %s', string_agg('1 cr', ', ')),
	pg_temp.certificates(100), '[]'
FROM generate_series(1, 5000)
UNION ALL
SELECT 'periods', format('rule_set ''s'' version 1 %s rule ''r'' when cert/* grant 1 cr',
		string_agg('cap cert at most 9 items per year starting ' || to_char(date '2023-01-01' + i, 'MM-DD'), ' ')), '[]',
	(SELECT jsonb_agg(jsonb_build_object('sources', jsonb_build_array('cert/A/' || h), 'granted', 1, 'dated', to_char(h, 'FM0000') || '-06-01'))::text
	FROM generate_series(1, 4000) AS h)
FROM generate_series(1, 100) AS i;
SELECT e.what, f.sqlstate_, f.message, f.detail
FROM pg_temp.endless AS e
CROSS JOIN LATERAL pg_temp.error_of(format(
	$$ SELECT count(*) FROM creditbank.evaluate(%L, %L, '{"code": "X"}', %L, '2024-06-30') $$, e.rules, e.portfolio, e.history)) AS f
ORDER BY e.what;
SELECT sqlstate_, message, detail
FROM pg_temp.error_of($$ SELECT count(*) FROM creditbank.evaluate('rule_set ''s'' version 1 rule ''r'' when cert/* grant 1 cr', ('[' || repeat('0,', 1000000) || '0]')::jsonb, '{"code": "X"}', '[]', '2024-06-30') $$);

-- ---- History is what evaluate returned ----
WITH first AS (
	SELECT jsonb_agg(to_jsonb(e) || '{"posted_on": "2025-06-30"}') AS history
	FROM creditbank.evaluate(:'whole', '[{"ref": "training/A/1", "hours": 50, "attendance": 90, "grade": 70}, {"ref": "training/A/2", "hours": 5, "attendance": 90}, {"ref": "cert/A/2"}]', pg_temp.programme(), '[]', '2025-06-30') e)
SELECT lines.* FROM first, pg_temp.lines('rule_set ''hours'' version 1 rule ''training-hours'' when training/* grant 1 cr per 16 hr, leftover forfeit cap 4 cr', '[{"ref": "training/A/3", "hours": 32}, {"ref": "training/A/4", "hours": 16}]', history) AS lines;

-- ---- The call ----
SELECT count(*) FROM creditbank.evaluate(NULL, '[]', '{"code": "X"}', '[]', '2025-06-30');
SELECT count(*) FROM creditbank.explain(:'half', '[]', '{"code": "X"}', NULL, '2025-06-30');
SELECT count(*) FROM creditbank.evaluate(:'ordered', '[]', '{"code": "X", "courses": [], "categories": []}', '[]', '2025-06-30', 'priority');
-- Several rule sets from one place in a query, each row by its own.
SELECT name, granted
FROM (VALUES (1, 'a', 1), (2, 'a', 1), (3, 'b', 2), (4, 'a', 1), (5, 'c', 3)) AS v (place, name, credits),
	LATERAL creditbank.evaluate(format('rule_set ''%s'' version 1 rule ''r'' when cert/* grant %s cr', name, credits)::creditbank.rule_set, '[{"ref": "cert/A/1"}]', '{"code": "X"}', '[]', '2025-06-30') e
ORDER BY place;
-- Asked for as a column, or beside other rows.
SELECT number, creditbank.evaluate(:'half', '[{"ref": "course/A/1", "amount": 2}, {"ref": "cert/A/1"}]', '{"code": "X", "total": 80}', '[]', '2025-06-30')
FROM generate_series(1, 2) AS number;
SELECT line, sources, granted, reason, number
FROM ROWS FROM (creditbank.evaluate(:'half', '[{"ref": "cert/A/1"}]', '{"code": "X", "total": 80}', '[]', '2025-06-30'), generate_series(1, 2))
	AS e (line, rule, sources, source_amounts, source_grades, target, granted, value, before_caps, grade, mark, leftover, leftover_kept, dated, tags, needs_assessor, proven, reason, number);
-- Rules and programmes that take turns at one place of a query: small ones, and
-- stored ones of one size, which come as pointers to where they are stored.
CREATE TABLE pg_temp.turns (name text, rules creditbank.rule_set, programme jsonb);
ALTER TABLE pg_temp.turns ALTER rules SET STORAGE EXTERNAL, ALTER programme SET STORAGE EXTERNAL;
INSERT INTO pg_temp.turns
SELECT name, format('rule_set ''turns'' version 1 rule ''r'' when cert/* grant course/A/%s %s cr %s', name, credits,
		CASE WHEN stored THEN string_agg(format('rule ''unused %s'' when work/A/%s grant 1 cr', i, i), ' ') END)::creditbank.rule_set,
	jsonb_build_object('code', 'X', 'courses', jsonb_agg(jsonb_build_object('ref', 'course/B/' || i)) || jsonb_build_array(jsonb_build_object('ref', 'course/A/' || name)))
FROM (VALUES ('S1', 1, false), ('S2', 2, false), ('L1', 3, true), ('L2', 4, true)) AS v (name, credits, stored),
	generate_series(1, 100) AS i
GROUP BY name, credits, stored;
SELECT name, pg_column_size(rules) > 2000 AS stored, pg_column_size(programme) > 2000 AS stored FROM pg_temp.turns ORDER BY name;
CREATE FUNCTION pg_temp.asked(rules creditbank.rule_set, programme jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT coalesce(e.granted::text, e.reason) FROM creditbank.evaluate(rules, '[{"ref": "cert/A/1"}]', programme, '[]', '2025-06-30') AS e WHERE e.line = 1);
END
$$;
SELECT t.place, r.name AS rules, p.name AS programme, e.target, e.granted, e.reason,
	pg_temp.asked(r.rules, p.programme) = coalesce(e.granted::text, e.reason) AS alike
FROM (VALUES (1, 'L1', 'L1'), (2, 'L1', 'L1'), (3, 'L2', 'L2'), (4, 'L1', 'L2'), (5, 'L1', 'L1'), (6, 'S1', 'S1'), (7, 'S1', 'S1'), (8, 'S2', 'S1'), (9, 'S2', 'S2'), (10, 'L2', 'L2')) AS t (place, rules, programme)
JOIN pg_temp.turns AS r ON r.name = t.rules
JOIN pg_temp.turns AS p ON p.name = t.programme
CROSS JOIN LATERAL creditbank.evaluate(r.rules, '[{"ref": "cert/A/1"}]', p.programme, '[]', '2025-06-30') AS e
WHERE e.line = 1
ORDER BY t.place;
-- One set of rules, as it is stored and as it is made anew, for several portfolios.
SELECT t.place, e.sources, e.target, e.granted, e.reason
FROM pg_temp.turns AS r,
	(VALUES (1, false, '[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}]'), (2, true, '[{"ref": "cert/A/3"}]'), (3, false, '[]'), (4, false, '[{"ref": "cert/A/4"}]'), (5, true, '[{"ref": "cert/A/5"}]')) AS t (place, anew, portfolio),
	creditbank.evaluate(CASE WHEN anew THEN r.rules::text::creditbank.rule_set ELSE r.rules END, portfolio::jsonb,
		CASE WHEN anew THEN r.programme::text::jsonb ELSE r.programme END, '[]', '2025-06-30') AS e
WHERE r.name = 'L1'
ORDER BY t.place, e.line;
-- Every key of every document, and all of them null.
\set every_achievement '{"id": 1, "ref": "cert/A/1", "title": "T", "amount": "3 cr", "hours": 48, "remaining": "3 cr", "grade": 80, "scale": "percent", "level": 3, "attendance": 90, "overlap": 80.5, "place": 1, "share": 50, "awarded_on": "2024-01-01", "expires_on": "2026-01-01", "institution": "I", "rank": 1, "tags": ["a"], "state": "recognised", "consumed": false}'
\set every_course '{"ref": "course/A/1", "title": "T", "credits": 3, "hours": 48, "category": "major", "compulsory": true, "excluded": false}'
\set every_programme '{"code": "X", "total": 80, "categories": [{"name": "major", "credits": 40}], "courses": [' :every_course ']}'
\set every_line '{"line": 1, "rule": "r", "sources": ["cert/A/9"], "source_amounts": ["3 cr"], "source_grades": [null], "target": "course/A/1", "granted": "3 cr", "value": 3, "before_caps": "3 cr", "grade": "A", "mark": "exempt", "leftover": "1 hr", "leftover_kept": true, "dated": "2024-01-01", "tags": ["a"], "needs_assessor": false, "proven": true, "reason": "none", "posted_on": "2024-02-01"}'
SELECT e.line, e.sources, e.source_amounts, e.source_grades, e.target, e.granted, e.tags, e.reason
FROM creditbank.evaluate('rule_set ''e'' version 1 cap total 5 cr rule ''r'' when cert/* level >= 3 grade >= 80 attendance >= 90 overlap >= 80.5 grant course/A/1 2 cr, 2 cr per 3 cr, 1 cr per 3 cr',
	jsonb_build_array(:'every_achievement'::jsonb), :'every_programme'::jsonb, jsonb_build_array(:'every_line'::jsonb), '2025-06-30') AS e;
SELECT 'portfolio' AS document, error.*
FROM pg_temp.error_of(format('SELECT * FROM creditbank.evaluate(%L, %L, ''{"code": "X"}'', ''[]'', ''2025-06-30'')', :'ordered',
	(SELECT jsonb_build_array(jsonb_object_agg(key, NULL) || '{"ref": "cert/A/1"}') FROM jsonb_object_keys(:'every_achievement'::jsonb) AS key))) AS error
UNION ALL
SELECT 'programme', error.*
FROM pg_temp.error_of(format('SELECT * FROM creditbank.evaluate(%L, ''[]'', %L, ''[]'', ''2025-06-30'')', :'ordered',
	(SELECT jsonb_object_agg(key, NULL) || '{"code": "X"}' FROM jsonb_object_keys(:'every_programme'::jsonb) AS key))) AS error
UNION ALL
SELECT 'history', error.*
FROM pg_temp.error_of(format('SELECT * FROM creditbank.evaluate(%L, ''[]'', ''{"code": "X"}'', %L, ''2025-06-30'')', :'ordered',
	(SELECT jsonb_build_array(jsonb_object_agg(key, NULL) || '{"sources": []}') FROM jsonb_object_keys(:'every_line'::jsonb) AS key))) AS error;

-- The allocation and the language.
SELECT allocation, e.line, e.granted, e.proven IS NOT NULL AS says_proven
FROM (VALUES ('priority'), ('best'), ('best within 1 steps'), ('best within 1000000000 steps')) AS v (allocation),
	creditbank.evaluate(:'half', '[{"ref": "course/A/1", "amount": 2}]', '{"code": "X", "total": 80}', '[]', '2025-06-30', allocation) AS e;
SELECT allocation, error.*
FROM (VALUES ('worst'), ('Priority'), ('best '), ('best within'), ('best within 5'), ('best within  5 steps'), ('best within 0 steps'), ('best within -5 steps'),
	('best within 1000000001 steps'), ('best within 99999999999999999999999999 steps'), ('best within 5 steps more')) AS v (allocation),
	pg_temp.error_of(format($$ SELECT * FROM creditbank.evaluate(%L, '[]', '{"code": "X"}', '[]', '2025-06-30', %L) $$, :'ordered', allocation)) AS error;
SELECT count(*) FROM creditbank.explain(:'ordered', '[]', '{"code": "X"}', '[]', '2025-06-30', NULL);
SELECT count(*) FROM creditbank.explain(:'ordered', '[]', '{"code": "X"}', '[]', '2025-06-30', language => NULL);
SELECT language, count(*) > 0 AS explains
FROM (VALUES ('en'), ('zh'), ('en_US.UTF-8'), ('zh_CN.UTF-8'), ('C')) AS v (language),
	creditbank.explain(:'ordered', '[]', '{"code": "X"}', '[]', '2025-06-30', 'priority', language)
GROUP BY language
ORDER BY language;
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.explain(%L, '[]', '{"code": "X"}', '[]', '2025-06-30', language => 'fr') $$, :'ordered'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.explain(%L, '[]', '{"code": "X"}', '[]', '2025-06-30', 'worst') $$, :'ordered'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.evaluate(%L, '[]', '{"code": "X"}', '[]', 'infinity') $$, :'ordered'));

-- ---- What a document may not say ----
SELECT portfolio, error.*
FROM (VALUES ('{}'), ('1'), ('[1]'), ('[[]]'), ('[{}]'), ('[{"ref": null}]'), ('[{"ref": 5}]'), ('[{"ref": "cert"}]'),
	('[{"ref": "cert/A/1"}, {"ref": "cert/A/2", "levl": 3}]'),
	('[{"ref": "cert/A/1"}, {"ref": "cert/A/2"}, {"ref": "CERT/a/1"}]'),
	('[{"ref": "cert/A/1", "id": true}]'), ('[{"ref": "cert/A/1", "title": 1}]'), ('[{"ref": "cert/A/1", "amount": true}]'), ('[{"ref": "cert/A/1", "amount": "8 xy"}]'),
	('[{"ref": "cert/A/1", "amount": -1}]'), ('[{"ref": "cert/A/1", "amount": 0.00001}]'), ('[{"ref": "cert/A/1", "hours": "3 cr"}]'), ('[{"ref": "cert/A/1", "hours": {}}]'),
	('[{"ref": "cert/A/1", "amount": "3 hr", "hours": 4}]'), ('[{"ref": "cert/A/1", "grade": []}]'), ('[{"ref": "cert/A/1", "level": "3"}]'),
	('[{"ref": "cert/A/1", "attendance": "80"}]'), ('[{"ref": "cert/A/1", "overlap": false}]'), ('[{"ref": "cert/A/1", "scale": 5}]'), ('[{"ref": "cert/A/1", "institution": 5}]'), ('[{"ref": "cert/A/1", "rank": {}}]'),
	('[{"ref": "cert/A/1", "place": "first"}]'), ('[{"ref": "cert/A/1", "share": "50%"}]'), ('[{"ref": "cert/A/1", "tags": "online"}]'), ('[{"ref": "cert/A/1", "tags": ["online", 5]}]'), ('[{"ref": "cert/A/1", "state": 1}]'), ('[{"ref": "cert/A/1", "consumed": "no"}]'),
	('[{"ref": "cert/A/1", "awarded_on": 2024}]'), ('[{"ref": "cert/A/1", "awarded_on": "today"}]'), ('[{"ref": "cert/A/1", "awarded_on": "2023-02-29"}]'), ('[{"ref": "cert/A/1", "expires_on": "2024-1-1"}]'), ('[{"ref": "cert/A/1", "expires_on": "2024-01-01T00:00"}]')) AS cases (portfolio),
	pg_temp.error_of(format('SELECT * FROM creditbank.evaluate(%L, %L, %L, %L, %L)', :'ordered', portfolio, '{"code": "X"}', '[]', '2025-06-30')) AS error;
SELECT programme, error.*
FROM (VALUES ('[]'), ('{}'), ('{"code": 5}'), ('{"code": "X", "credits": 5}'), ('{"code": "X", "total": "many"}'), ('{"code": "X", "courses": {}}'), ('{"code": "X", "courses": [5]}'),
	('{"code": "X", "courses": [{"title": "T"}]}'), ('{"code": "X", "courses": [{"ref": "course/A/1"}, {"ref": "course/A/2", "credit": 1}]}'), ('{"code": "X", "courses": [{"ref": "course/A/1"}, {"ref": "course/A/2"}, {"ref": "course/A/1"}]}'),
	('{"code": "X", "courses": [{"ref": "course/A/1", "excluded": 1}]}'), ('{"code": "X", "categories": [{"credits": 1}]}'), ('{"code": "X", "categories": [{"name": "major", "kredits": 1}]}'),
	('{"code": "X", "categories": [{"name": "major"}, {"name": "minor"}, {"name": "major", "credits": 1}]}'), ('{"code": "X", "courses": [{"ref": "course/A/1", "credits": "3 xy"}]}'),
	('{"code": "X", "courses": [{"ref": "course/A/1", "compulsory": "yes"}]}')) AS cases (programme),
	pg_temp.error_of(format('SELECT * FROM creditbank.evaluate(%L, %L, %L, %L, %L)', :'ordered', '[]', programme, '[]', '2025-06-30')) AS error;
SELECT history, error.*
FROM (VALUES ('{}'), ('["x"]'), ('[{"granted": 5, "dated": "2024-01-01"}]'), ('[{"sources": "cert/A/1"}]'), ('[{"sources": [5]}]'), ('[{"sources": ["cert/A/1"], "granted": "3 cr"}]'),
	('[{"sources": [], "granted": "-3 cr", "dated": "2024-01-01"}]'), ('[{"sources": [], "value": "3"}]'), ('[{"sources": [], "why": "3"}]'),
	('[{"sources": [], "source_amounts": "3 cr"}]'), ('[{"sources": [], "source_grades": [null, 3]}]'), ('[{"sources": [], "tags": [null]}]'), ('[{"sources": [], "proven": 1}]'),
	('[{"sources": [], "granted": 57646075230342, "dated": "2024-01-01"}, {"sources": [], "granted": 57646075230342, "dated": "2024-01-01"}]')) AS cases (history),
	pg_temp.error_of(format('SELECT * FROM creditbank.evaluate(%L, %L, %L, %L, %L)', :'half', '[]', '{"code": "X", "total": 80}', history, '2025-06-30')) AS error;
-- What the readers of amounts and references refuse is told with its place.
SELECT * FROM creditbank.evaluate(:'ordered', '[{"ref": "cert/A/1"}, {"ref": "cert/A/2", "amount": "8 xy"}]', '{"code": "X"}', '[]', '2025-06-30');
SELECT * FROM creditbank.evaluate(:'ordered', '[]', '{"code": "X"}', '[{"sources": ["cert/A/1", "cert"]}]', '2025-06-30');

-- What is left of an achievement: per counts it, tests are of the whole, and a
-- fixed grant does not rest on it.
SELECT line, rule, granted, value, leftover, leftover_kept, reason
FROM creditbank.evaluate($$ rule_set 'parts' version 1
	rule 'counted' priority 2 when any training/* hours >= 40 grant 1 cr per 16 hr, leftover keep
	rule 'fixed' when any training/* grant 5 cr $$,
	'[{"ref": "training/A/1", "amount": "48 hr", "remaining": "20 hr"}, {"ref": "training/A/2", "amount": "48 hr", "remaining": "4 hr"}]',
	'{"code": "P"}', '[]', '2024-01-01');
SELECT line, rule, granted, reason
FROM creditbank.evaluate($$ rule_set 'parts' version 1
	rule 'both' when all of (training/A/*, cert/A/*) grant 5 cr $$,
	'[{"ref": "training/A/1", "amount": "48 hr", "remaining": "20 hr"}, {"ref": "training/A/2", "amount": "30 hr"}, {"ref": "cert/A/1"}]',
	'{"code": "P"}', '[]', '2024-01-01');
