-- Caps of every scope and period, trimming, exclusions of courses, minimums.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
\pset null '-'

-- Courses of a home institution: two categories, some compulsory.
CREATE FUNCTION pg_temp.programme(total numeric DEFAULT 80) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('code', 'HOME', 'total', total,
		'categories', '[{"name": "professional", "credits": 40}, {"name": "public", "credits": 30}, {"name": "practice"}]'::jsonb,
		'courses', jsonb_agg(jsonb_build_object('ref', 'course/HOME/' || left(c.category, 3) || '-' || n, 'credits', 3,
			'category', c.category, 'compulsory', n <= 4)))
	FROM (VALUES ('professional'), ('public'), ('practice')) AS c (category), generate_series(1, 8) AS n
$$;
-- So many achievements: class/issuer/prefix-n, all with the members given.
CREATE FUNCTION pg_temp.items(prefix text, count integer, members jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_build_object('ref', prefix || '-' || n) || members ORDER BY n) FROM generate_series(1, count) AS n
$$;
-- The lines of rules; what no rule used would only repeat their reasons.
CREATE FUNCTION pg_temp.lines(
	rules text,
	portfolio jsonb,
	history jsonb DEFAULT '[]',
	programme jsonb DEFAULT pg_temp.programme(),
	as_of date DEFAULT '2025-06-30')
RETURNS TABLE (line integer, rule text, sources text, target text, granted creditbank.credit_amount, before_caps creditbank.credit_amount, dated date, reason text)
LANGUAGE sql AS $$
	SELECT e.line, e.rule, array_to_string(e.sources, ' + '), e.target, e.granted, e.before_caps, e.dated, e.reason
	FROM creditbank.evaluate(('rule_set ''test'' version 1 ' || rules)::creditbank.rule_set, portfolio, programme, history, as_of) e
	WHERE e.rule IS NOT NULL
$$;
CREATE FUNCTION pg_temp.tests(
	rules text,
	portfolio jsonb,
	history jsonb DEFAULT '[]',
	programme jsonb DEFAULT pg_temp.programme(),
	language text DEFAULT 'en')
RETURNS TABLE (rule text, source text, target text, parameter text, required text, found text, missing text, passed boolean)
LANGUAGE sql AS $$
	SELECT e.rule, e.source, e.target, e.parameter, e.required, e.found, e.missing, e.passed
	FROM creditbank.explain(('rule_set ''test'' version 1 ' || rules)::creditbank.rule_set, portfolio, programme, history, '2025-06-30', 'priority', language) e
$$;

-- ---- An 80-credit programme: 40 at most, 20 of them online ----
\set half 'cap total 50% of programme cap tag ''online'' 25% of programme rule ''course'' when any course/* grant 4 cr'
SELECT split_part(sources, '-', 1) AS kind, count(granted) AS granted, sum(granted), min(reason) AS reason
FROM pg_temp.lines(:'half', pg_temp.items('course/A/ONLINE', 7, '{"tags": ["online", "free"]}') || pg_temp.items('course/B/PLAIN', 7, '{"tags": ["free"]}'))
GROUP BY 1 ORDER BY 1;
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests(:'half', pg_temp.items('course/A/ONLINE', 6, '{"tags": ["online"]}') || pg_temp.items('course/B/PLAIN', 6))
WHERE source IN ('course/A/ONLINE-5', 'course/A/ONLINE-6', 'course/B/PLAIN-6') AND parameter LIKE 'cap %';
-- A percentage is exact, and never rounded up: a third of 80 is 26.6666.
SELECT granted, reason
FROM pg_temp.lines('cap total 33.3333% of programme rule ''r'' when any course/* grant 1 cr per 1 cr', '[{"ref": "course/A/B", "amount": "26.6667 cr"}, {"ref": "course/A/C", "amount": "26.6666 cr"}]');
-- What the history says of its lines counts: classes and issuers by their sources, tags by its own.
SELECT history.tags, granted, reason
FROM (VALUES (jsonb '["online"]'), ('["free", "online"]'), ('["free"]'), ('null')) AS history (tags),
	pg_temp.lines(:'half', pg_temp.items('course/A/ONLINE', 1, '{"tags": ["online"]}'),
		jsonb_build_array(jsonb_build_object('sources', jsonb_build_array('course/Z/OLD'), 'granted', 17, 'dated', '2020-01-01', 'tags', history.tags)));

-- ---- At most 42 a year from 1 March and 24 a term ----
\set terms 'cap total 42 cr per year starting 03-01 cap total 24 cr per term starting 03-01, 09-01 rule ''course'' when any course/* grant 3 cr'
SELECT dated, count(granted) AS granted, sum(granted), min(reason) AS reason
FROM pg_temp.lines(:'terms', (
	SELECT jsonb_agg(jsonb_build_object('ref', format('course/A/D%s-%s', replace(day, '-', ''), n), 'awarded_on', day))
	FROM unnest(ARRAY['2024-02-29', '2024-03-01', '2024-08-31', '2024-09-01', '2024-12-31', '2025-02-28', '2025-03-01']) AS day, generate_series(1, 5) AS n))
GROUP BY dated ORDER BY dated;
-- The year begins on the first of March, so that January and February belong to the one before.
SELECT day, granted, reason
FROM unnest(ARRAY['2024-02-29', '2024-03-01', '2025-02-28', '2025-03-01']) AS day,
	pg_temp.lines('cap total 3 cr per year starting 03-01 rule ''r'' when any course/* grant 3 cr',
		jsonb_build_array(jsonb_build_object('ref', 'course/A/B', 'awarded_on', day)),
		'[{"sources": ["course/A/OLD"], "granted": 3, "dated": "2025-01-15"}]');
-- Three terms, the last of them across New Year.
SELECT day, granted, reason
FROM unnest(ARRAY['2024-10-14', '2024-10-15', '2024-12-31', '2025-01-01', '2025-02-09', '2025-02-10', '2025-06-01']) AS day,
	pg_temp.lines('cap tag ''t'', course at most 1 item per term starting 02-10, 06-01, 10-15 rule ''r'' when any course/* grant 3 cr',
		jsonb_build_array(jsonb_build_object('ref', 'course/A/B', 'awarded_on', day)),
		'[{"sources": ["course/A/OLD"], "granted": 3, "dated": "2024-11-01"}]');
SELECT parameter, required, found, missing
FROM pg_temp.tests(:'terms', '[{"ref": "course/A/B", "awarded_on": "2025-01-15"}]',
	'[{"sources": ["course/A/OLD"], "granted": 24, "dated": "2024-09-01"}]')
WHERE parameter LIKE 'cap %';

-- ---- At most 105 from one institution: 102 held and three courses of 3 give 105 ----
\set institution 'cap each issuer 105 cr, at most 40 items rule ''course'' when any course/* grant 3 cr'
SELECT sources, granted, reason
FROM pg_temp.lines(:'institution', pg_temp.items('course/OUC/NEW', 3) || pg_temp.items('course/OTHER/NEW', 2),
	(SELECT jsonb_agg(jsonb_build_object('sources', jsonb_build_array('course/OUC/OLD-' || n), 'granted', 3, 'dated', '2024-01-01')) FROM generate_series(1, 34) AS n));
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests(:'institution', pg_temp.items('course/OUC/NEW', 2) || pg_temp.items('degree/OUC/NEW', 1),
	'[{"sources": ["degree/OUC/OLD"], "granted": 102, "dated": "2024-01-01"}]')
WHERE parameter LIKE 'cap %';
-- A line with sources of several issuers counts for each of them, with its own items.
SELECT sources, granted, reason
FROM pg_temp.lines('cap each issuer 3 cr, at most 2 items rule ''both'' priority 1 when all of (course/A/X, course/B/Y) grant 2 cr rule ''one'' when any course/* grant 1 cr',
	'[{"ref": "course/A/X"}, {"ref": "course/B/Y"}, {"ref": "course/A/Z"}, {"ref": "course/B/Z"}, {"ref": "course/A/ZZ"}, {"ref": "course/C/Z"}]');
-- Each issuer, in each year by itself.
SELECT sources, granted, reason
FROM pg_temp.lines('cap each issuer at most 1 item per year rule ''r'' when any course/* grant 1 cr',
	'[{"ref": "course/A/X", "awarded_on": "2023-01-01"}, {"ref": "course/A/Y", "awarded_on": "2023-12-31"}, {"ref": "course/A/Z", "awarded_on": "2024-01-01"}, {"ref": "course/B/X", "awarded_on": "2023-01-01"}]');

-- ---- Shares of the compulsory courses and of a category ----
-- 12 compulsory courses of 3 credits: 35% of 36 is 12.6, four courses.
\set exempt 'cap compulsory 35% of compulsory exclude category ''practice'''
SELECT target, granted, reason
FROM pg_temp.lines(:'exempt' || (SELECT string_agg(format(' rule ''%s'' when cert/A/C-%s grant course/HOME/%s 3 cr', n, n, target), '')
		FROM unnest(ARRAY['pro-1', 'pro-2', 'pub-1', 'pub-2', 'pub-3', 'pub-5', 'pra-1']) WITH ORDINALITY AS t (target, n)),
	pg_temp.items('cert/A/C', 7));
SELECT parameter, required, found, missing, passed
FROM pg_temp.tests(:'exempt' || ' rule ''r'' when cert/A/C-1 grant course/HOME/pra-1 3 cr', pg_temp.items('cert/A/C', 1))
WHERE target IS NOT NULL;
-- 20% of the professional and 20% of the public credits: 8 and 6.
\set fifth 'cap category ''professional'' 20% of category ''professional'' cap category ''public'' 20% of category ''public'''
SELECT target, granted, reason
FROM pg_temp.lines(:'fifth' || (SELECT string_agg(format(' rule ''%s'' when cert/A/C-%s grant course/HOME/%s 3 cr', n, n, target), '')
		FROM unnest(ARRAY['pro-1', 'pro-2', 'pro-3', 'pub-1', 'pub-2', 'pub-3']) WITH ORDINALITY AS t (target, n)),
	pg_temp.items('cert/A/C', 6));
-- A credit without a course has no category.
SELECT granted, reason FROM pg_temp.lines(:'fifth' || 'rule ''r'' when cert/* grant 9 cr', pg_temp.items('cert/A/C', 1));
-- The history's targets have theirs, as long as the programme lists them.
SELECT old, granted, reason
FROM unnest(ARRAY['course/HOME/pro-8', 'course/HOME/pub-8', 'course/HOME/GONE']) AS old,
	pg_temp.lines(:'fifth' || 'rule ''r'' when cert/* grant course/HOME/pro-1 3 cr', pg_temp.items('cert/A/C', 1),
		jsonb_build_array(jsonb_build_object('sources', '["cert/A/OLD"]'::jsonb, 'target', old, 'granted', 6, 'dated', '2020-01-01')));

-- ---- Several scopes: a line that any of them holds for, and the items that one counts ----
SELECT sources, granted, reason
FROM pg_temp.lines('cap cert, issuer ''X'', tag ''t'' at most 2 items
	rule ''pair'' priority 1 when all of (cert/A/ONE, work/B/PLAIN) grant 1 cr rule ''r'' when any * grant 1 cr',
	'[{"ref": "cert/A/ONE"}, {"ref": "work/B/PLAIN"}, {"ref": "work/X/TWO"}, {"ref": "work/B/THREE", "tags": ["t"]}, {"ref": "work/C/FREE"}, {"ref": "cert/A/FOUR"}]');
SELECT sources, granted, reason
FROM pg_temp.lines('cap category ''public'', cert at most 3 items
	rule ''pair'' when all of (work/A/ONE, work/B/TWO) grant course/HOME/pub-1 3 cr rule ''r'' when any cert/* grant 1 cr',
	'[{"ref": "work/A/ONE"}, {"ref": "work/B/TWO"}, {"ref": "cert/A/THREE"}, {"ref": "cert/A/FOUR"}]');

-- ---- Nested caps, all at once: the narrowest that a line falls under refuses it ----
\set nested 'cap total 20 cr cap cert 11 cr cap issuer ''A'' 7 cr cap tag ''online'' 6 cr cap category ''public'' 5 cr cap total 10 cr per year rule ''course'' priority 1 when cert/A/TARGET grant course/HOME/pub-1 3 cr cap 2 cr rule ''r'' when any * grant 1 cr per 1 cr cap at most 5 items'
SELECT what, granted, reason
FROM (VALUES ('rule', '"ref": "cert/A/TARGET", "awarded_on": "2019-01-01"'), ('tag', '"ref": "work/B/B", "amount": 6.5, "tags": ["online"], "awarded_on": "2019-01-01"'), ('issuer', '"ref": "work/A/B", "amount": 7.5, "awarded_on": "2019-01-01"'),
		('class', '"ref": "cert/B/B", "amount": 7.5, "awarded_on": "2019-01-01"'), ('total', '"ref": "work/B/B", "amount": 9, "awarded_on": "2019-01-01"'), ('year', '"ref": "work/B/B", "amount": 3'), ('none', '"ref": "work/B/B", "amount": 8, "awarded_on": "2019-01-01"')) AS item (what, members),
	pg_temp.lines(:'nested', format('[{%s}]', members)::jsonb, '[{"sources": ["cert/Z/Z"], "rule": "r", "granted": 4, "dated": "2020-01-01"}, {"sources": ["work/Z/Z"], "rule": "r", "granted": 8, "dated": "2025-01-01"}]');
SELECT source, target, parameter, required, found, missing, passed
FROM pg_temp.tests(:'nested', '[{"ref": "cert/A/B", "amount": 9, "tags": ["online"]}]',
	'[{"sources": ["cert/A/Z"], "rule": "r", "granted": 4, "dated": "2025-01-01"}, {"sources": ["cert/A/Y"], "rule": "course", "granted": 4, "dated": "2025-01-01"}]')
WHERE parameter LIKE 'cap %';
-- A rule's own cap counts the rule's lines alone.
SELECT history.rule, granted, reason
FROM (VALUES ('r'), ('R'), (NULL)) AS history (rule),
	pg_temp.lines('rule ''r'' when any * grant 3 cr cap 5 cr', '[{"ref": "work/B/B"}]',
		jsonb_build_array(jsonb_build_object('sources', '["work/Z/Z"]'::jsonb, 'rule', history.rule, 'granted', 3, 'dated', '2020-01-01')));
-- Points and credits are counted apart.
SELECT granted, reason
FROM pg_temp.lines('cap total 5 cr rule ''p'' when work/* grant 9 pt rule ''c'' when cert/* grant 5 cr', '[{"ref": "work/B/B"}, {"ref": "cert/B/B"}]');

-- ---- Partial: what is left is granted, the least under all caps ----
SELECT sources, before_caps, granted, reason
FROM pg_temp.lines('cap total 10 cr cap tag ''online'' 5 cr partial rule ''r'' when any course/* grant 1 cr per 1 cr',
	'[{"ref": "course/A/B", "amount": 8, "tags": ["online"]}, {"ref": "course/A/C", "amount": 4}, {"ref": "course/A/D", "amount": 3}, {"ref": "course/A/E", "amount": 2, "tags": ["online"]}]');
SELECT source, parameter, required, found, missing, passed
FROM pg_temp.tests('cap total 10 cr cap tag ''online'' 5 cr partial rule ''r'' when any course/* grant 1 cr per 1 cr',
	'[{"ref": "course/A/B", "amount": 8, "tags": ["online"]}, {"ref": "course/A/C", "amount": 2, "tags": ["online"]}]')
WHERE parameter LIKE 'cap %' OR parameter = 'partial';
-- The rule has the last word, either way.
SELECT heading, clause, before_caps, granted, reason
FROM (VALUES ('', ''), ('', 'partial'), ('partial', ''), ('partial', 'partial no')) AS book (heading, clause),
	pg_temp.lines(format('cap total 2.5 cr %s rule ''r'' when any * grant 3 cr %s', heading, clause), '[{"ref": "work/B/B"}]');
-- The history counts what was granted, not what it was worth; what is over already leaves nothing.
SELECT held, before_caps, granted, reason
FROM unnest(ARRAY[0, 7.5, 10, 11]) AS held,
	pg_temp.lines('cap total 10 cr partial rule ''r'' when any * grant 3 cr', '[{"ref": "work/B/B"}]',
		jsonb_build_array(jsonb_build_object('sources', '["work/Z/Z"]'::jsonb, 'granted', held, 'before_caps', 20, 'dated', '2020-01-01')));
-- A number of items is never trimmed; neither is a line that falls under no cap.
SELECT sources, before_caps, granted, reason
FROM pg_temp.lines('cap cert 1 cr, at most 1 item partial rule ''r'' when any * grant 3 cr', '[{"ref": "cert/A/B"}, {"ref": "cert/A/C"}, {"ref": "work/A/C"}]');
-- A set of several sources is tried again as long as another could fare better.
SELECT rule, sources, before_caps, granted, reason
FROM pg_temp.lines('cap issuer ''A'' 1 cr partial rule ''pair'' when 2 of (course/A/*, course/A/*, course/B/*, course/B/*) grant 3 cr',
	'[{"ref": "course/A/B"}, {"ref": "course/A/C"}, {"ref": "course/B/B"}, {"ref": "course/B/C"}]',
	'[{"sources": ["course/A/OLD"], "granted": 1, "dated": "2020-01-01"}]');

-- ---- Minimums: explained, never refused ----
-- 140 credits of which 18 must be accredited: with none of them it fails.
\set accredited 'minimum total 140 cr minimum tag ''accredited'' 18 cr rule ''r'' when any course/* grant 1 cr per 1 cr'
SELECT accredited, parameter, required, found, missing, passed
FROM (VALUES (0), (17), (18)) AS held (accredited),
	pg_temp.tests(:'accredited', jsonb_build_array(jsonb_build_object('ref', 'course/A/B', 'amount', 140 - accredited), jsonb_build_object('ref', 'course/A/ACC', 'amount', accredited, 'tags', '["accredited", "other"]'::jsonb)),
		'[]', pg_temp.programme(140))
WHERE rule IS NULL AND parameter LIKE 'minimum %';
SELECT sum(granted) FROM pg_temp.lines(:'accredited', '[{"ref": "course/A/B", "amount": 140}]', '[]', pg_temp.programme(140));
-- They come last.
SELECT parameter FROM pg_temp.tests(:'accredited', '[]') WITH ORDINALITY AS e (rule, source, target, parameter, required, found, missing, passed, n) ORDER BY n DESC LIMIT 2;
-- Three quarters by transfer at most, a quarter in residence at least: what was
-- studied in the programme counts for the minimum, and towards no cap.
\set residence 'cap total 75% of programme minimum issuer ''HOME'' 25% of programme rule ''r'' when any course/* grant 5 cr'
\set studied '(SELECT jsonb_agg(jsonb_build_object(\'sources\', jsonb_build_array(\'course/HOME/pro-\' || n), \'target\', \'course/HOME/pro-\' || n, \'granted\', 5, \'dated\', \'2024-01-01\', \'mark\', mark)) FROM generate_series(1, held) AS n)'
SELECT held, mark, count(granted) AS granted, min(reason) AS reason
FROM (VALUES (3, 'studied'), (4, 'studied'), (4, 'exempt'), (4, NULL)) AS history (held, mark),
	pg_temp.lines(:'residence', pg_temp.items('course/AWAY/C', 13), :studied)
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT held, mark, parameter, required, found, missing, passed
FROM (VALUES (3, 'studied'), (4, 'studied'), (4, 'exempt')) AS history (held, mark),
	pg_temp.tests(:'residence', pg_temp.items('course/AWAY/C', 1), :studied)
WHERE parameter LIKE 'minimum %';
-- A course that was studied is granted.
SELECT target, granted, reason
FROM pg_temp.lines('rule ''r'' when course/AWAY/* grant course/HOME/pro-1 3 cr', pg_temp.items('course/AWAY/C', 1),
	'[{"sources": ["course/HOME/pro-1"], "target": "course/HOME/pro-1", "granted": 3, "dated": "2024-01-01", "mark": "studied"}]');
-- Of several scopes, of a category and of the compulsory courses; a percentage is never rounded down.
SELECT parameter, required, found, missing, passed
FROM pg_temp.tests('minimum category ''public'', degree 33.3333% of category ''public'' minimum compulsory 10 cr, 20% of compulsory
	rule ''r'' when cert/* grant course/HOME/pub-1 3 cr, course/HOME/pub-5 3 cr rule ''d'' when degree/* grant 3.9999 cr',
	'[{"ref": "cert/A/B"}, {"ref": "degree/A/B"}]',
	'[{"sources": ["cert/A/OLD"], "target": "course/HOME/pro-2", "granted": 3, "dated": "2024-01-01"}, {"sources": ["cert/A/OLD"], "granted": 30, "dated": "2024-01-01"}]')
WHERE parameter LIKE 'minimum %';

-- ---- In Chinese; reasons stay as they are, since they are stored ----
SELECT parameter, required, found, missing, passed
FROM pg_temp.tests('cap each issuer at most 1 item per year starting 03-01 cap total 25% of programme per term starting 03-01, 09-01 minimum total 50% of programme exclude category ''practice'' partial rule ''r'' when any * grant course/HOME/pra-1 in full, 30 cr',
	'[{"ref": "cert/A/B", "awarded_on": "2025-01-01"}]', '[]', pg_temp.programme(), 'zh')
WHERE target IS NOT NULL OR parameter ~ '^(cap|minimum|partial)';

-- ---- What cannot be computed ----
SELECT clause, e.*
FROM unnest(ARRAY['cap total 10% of programme', 'cap total 10% of category ''none''', 'cap total 10% of category ''practice''', 'cap total 10% of compulsory', 'minimum total 10% of category ''none''']) AS clause,
	pg_temp.error_of(format($$ SELECT * FROM pg_temp.tests('%s rule ''r'' when any * grant 1 cr', '[]', '[]', '{"code": "HOME", "categories": [{"name": "practice"}], "courses": [{"ref": "course/HOME/A", "compulsory": true}, {"ref": "course/HOME/B"}]}') $$, replace(clause, '''', ''''''))) AS e;
-- A rule's own percentage is asked for only when the rule is.
SELECT granted, reason
FROM pg_temp.lines('rule ''r'' when any cert/* grant 1 cr cap 10% of category ''none'' rule ''s'' when any work/* grant 1 cr', '[{"ref": "work/A/B"}]');
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.lines('rule ''r'' when any cert/* grant 1 cr cap 10% of category ''none''', '[{"ref": "cert/A/B"}]') $$);
-- Without compulsory courses a share of them is nothing.
SELECT granted, reason
FROM pg_temp.lines('cap total 10% of compulsory rule ''r'' when any cert/* grant 1 cr', '[{"ref": "cert/A/B"}]', '[]', '{"code": "HOME", "courses": [{"ref": "course/HOME/A"}]}');
-- Sums that no amount can hold.
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.tests('minimum total 1 cr rule ''r'' when any cert/* grant 1 cr', '[]', '[{"sources": [], "granted": 57646075230342, "dated": "2020-01-01"}, {"sources": [], "granted": 57646075230342, "dated": "2020-01-01"}]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.lines('cap each issuer 1 cr rule ''r'' when any cert/* grant 1 cr', '[]', '[{"sources": ["cert/A/B"], "granted": 57646075230342, "dated": "2020-01-01"}, {"sources": ["cert/A/B"], "granted": 57646075230342, "dated": "2020-01-01"}]') $$);
