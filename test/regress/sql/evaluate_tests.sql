-- evaluate: which achievements meet which tests, in both languages.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
\pset null '-'
\pset format unaligned
\pset fieldsep ' | '

-- The day is 30 June 2025; the programme has two courses.
CREATE FUNCTION pg_temp.programme() RETURNS jsonb LANGUAGE sql AS $$
	SELECT '{"code": "OUC-LOGISTICS", "total": 80, "courses": [
		{"ref": "course/OUC/LOG-101", "credits": 3, "hours": 48},
		{"ref": "course/OUC/LOG-102", "credits": 2, "hours": 32},
		{"ref": "course/OUC/LOG-103"}]}'::jsonb
$$;
CREATE FUNCTION pg_temp.lines(
	rules text,
	portfolio text,
	history jsonb DEFAULT '[]',
	as_of date DEFAULT '2025-06-30')
RETURNS TABLE (rule text, sources text, target text, granted text, value numeric, reason text)
LANGUAGE sql AS $$
	SELECT e.rule, array_to_string(e.sources, ' + '), e.target, e.granted::text, e.value, e.reason
	FROM creditbank.evaluate(rules::creditbank.rule_set, portfolio::jsonb, pg_temp.programme(), history, as_of) e
$$;
CREATE FUNCTION pg_temp.tests(
	rules text,
	portfolio text,
	language text DEFAULT 'en',
	history jsonb DEFAULT '[]',
	as_of date DEFAULT '2025-06-30')
RETURNS TABLE (rule text, source text, target text, parameter text, required text, found text, missing text, passed boolean, sentence text)
LANGUAGE sql AS $$
	SELECT * FROM creditbank.explain(rules::creditbank.rule_set, portfolio::jsonb, pg_temp.programme(), history, as_of, 'priority', language)
$$;
-- One test of one course, put to the course in several forms.
CREATE FUNCTION pg_temp.try(test text, member text, language text DEFAULT 'en')
RETURNS TABLE (required text, found text, missing text, passed boolean, sentence text)
LANGUAGE sql AS $$
	SELECT t.required, t.found, t.missing, t.passed, t.sentence
	FROM pg_temp.tests(
		format('rule_set ''t'' version 1 scale ''letter'' ''F'' < ''D'' < ''C'' < ''B'' < ''A'' rule ''r'' when course/* %s grant course/OUC/LOG-101 1 cr, course/OUC/LOG-102 1 cr', test),
		format('[{"ref": "course/ACME/B" %s}]', member), language) t
	WHERE t.parameter IN (split_part(test, ' ', 1), replace(substring(test FROM '^valid for'), ' ', '_'))
$$;

-- ---- Numbers ----
SELECT c.test, c.member, t.*
FROM (VALUES
	(1, 'level >= 3', ', "level": 3'), (2, 'level >= 3', ', "level": 2'), (3, 'level >= 3', ''),
	(4, 'attendance >= 80', ', "attendance": 79.9'), (5, 'attendance > 80', ', "attendance": 80'),
	(6, 'overlap >= 80', ', "overlap": 80.000001'), (7, 'overlap >= 80', ', "overlap": 79.999999'),
	(8, 'place <= 3', ', "place": 3'), (9, 'place <= 3', ', "place": 5'), (10, 'place < 3', ', "place": 3'),
	(11, 'share >= 20', ', "share": 20'), (12, 'share >= 20', ', "share": 12.5'),
	(13, 'rank <= 2', ', "rank": 2'), (14, 'rank <= 2', ', "rank": "2"'), (15, 'rank <= 2', ', "rank": "second"'), (16, 'rank = 2', ', "rank": 1'),
	(17, 'hours >= 16', ', "hours": 15.9999'), (18, 'hours >= 16', ', "amount": 16'), (19, 'credits < 3', ', "amount": 3')) AS c (number, test, member),
	pg_temp.try(c.test, c.member) t
ORDER BY c.number;
SELECT c.test, t.*
FROM (VALUES
	(1, 'level >= 3', ', "level": 3'), (2, 'level >= 3', ', "level": 2'), (3, 'level >= 3', ''),
	(4, 'attendance >= 80', ', "attendance": 79.9'), (5, 'attendance > 80', ', "attendance": 80'),
	(6, 'place <= 3', ', "place": 5'), (7, 'place < 3', ', "place": 3'), (8, 'share >= 20', ', "share": 12.5'), (9, 'rank = 2', ', "rank": 1'),
	(10, 'rank <= 2', ', "rank": "second"'), (11, 'overlap >= 80', ''), (12, 'hours >= 16', ', "hours": 15.9999'), (13, 'credits < 3', ', "amount": 3')) AS c (number, test, member),
	pg_temp.try(c.test, c.member, 'zh_CN.UTF-8') t
ORDER BY c.number;

-- ---- Grades on a scale: a number, and a word of an ordinal scale ----
SELECT l.name, c.test, c.member, t.*
FROM (VALUES
	(1, 'grade >= 60 on ''percent''', ', "grade": 75, "scale": "percent"'), (2, 'grade >= 60 on ''percent''', ', "grade": 75'),
	(3, 'grade >= 60 on ''percent''', ', "grade": 75, "scale": "150"'), (4, 'grade >= 60 on ''percent''', ', "grade": 59, "scale": "percent"'),
	(5, 'grade >= ''C'' on ''letter''', ', "grade": "B"'), (6, 'grade >= ''C'' on ''letter''', ', "grade": "C", "scale": "letter"'),
	(7, 'grade >= ''C'' on ''letter''', ', "grade": "D"'), (8, 'grade >= ''C'' on ''letter''', ', "grade": "F", "scale": "letter"'),
	(9, 'grade >= ''C'' on ''letter''', ', "grade": "A", "scale": "other"'), (10, 'grade >= ''C'' on ''letter''', ', "grade": "a"'),
	(11, 'grade >= ''C'' on ''letter''', ''), (12, 'grade < ''C'' on ''letter''', ', "grade": "A"'), (13, 'grade = ''C'' on ''letter''', ', "grade": "D"')) AS c (number, test, member),
	(VALUES ('en'), ('zh')) AS l (name),
	pg_temp.try(c.test, c.member, l.name) t
ORDER BY l.name, c.number;

-- ---- Words ----
SELECT l.name, c.test, c.member, t.*
FROM (VALUES
	(1, 'rank in (''first'', ''second'')', ', "rank": "second"'), (2, 'rank in (''first'', ''second'')', ', "rank": "third"'),
	(3, 'rank in (''first'', ''second'')', ''), (4, 'rank not in (''first'', ''second'')', ''), (5, 'rank not in (''first'', ''second'')', ', "rank": "first"'),
	(6, 'grade in (''pass'')', ', "grade": "pass"'), (7, 'grade in (''pass'')', ', "grade": 80'),
	(8, 'issuer in (''acme'')', ''), (9, 'issuer in (''ACM'')', ''), (10, 'issuer not in (''ACME'')', ''),
	(11, 'institution in (''Open University'')', ', "institution": "Open University"'), (12, 'institution in (''Open University'')', ', "institution": "Opem University"'),
	(13, 'scale in (''letter'')', ', "scale": "letter"'), (14, 'scale in (''letter'')', ''),
	(15, 'class in (course, cert)', ''), (16, 'class not in (course)', ''),
	(17, 'tag in (''online'', ''national'')', ', "tags": ["stage-1", "online"]'), (18, 'tag in (''online'')', ', "tags": ["onlin", "online2"]'), (19, 'tag in (''online'')', ''),
	(20, 'tag not in (''online'')', ', "tags": ["stage-1", "online"]'), (21, 'tag not in (''online'')', '')) AS c (number, test, member),
	(VALUES ('en'), ('zh')) AS l (name),
	pg_temp.try(c.test, c.member, l.name) t
ORDER BY l.name, c.number;

-- ---- A percentage of what the targets are worth: 80 hours, 5 credits ----
SELECT l.name, c.test, c.member, t.*
FROM (VALUES
	(1, 'hours >= 80% of target', ', "hours": 64'), (2, 'hours >= 80% of target', ', "hours": 63.9999'), (3, 'hours >= 80% of target', ''),
	(4, 'credits >= 33.3333% of target', ', "amount": 1.6667'), (5, 'credits >= 33.3333% of target', ', "amount": 1.6666')) AS c (number, test, member),
	(VALUES ('en'), ('zh')) AS l (name),
	pg_temp.try(c.test, c.member, l.name) t
ORDER BY l.name, c.number;
SELECT rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''t'' version 1 rule ''r'' when course/* credits >= 50% of target grant course/OUC/LOG-101 1 cr, course/OUC/LOG-103 1 cr', '[{"ref": "course/ACME/B", "amount": 9}]');
SELECT l.name, t.*
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests('rule_set ''t'' version 1 rule ''r'' when course/* credits >= 50% of target grant course/OUC/LOG-101 1 cr, course/OUC/LOG-103 1 cr', '[{"ref": "course/ACME/B", "amount": 9}]', l.name) t
WHERE t.parameter = 'credits';

-- ---- Age and validity ----
SELECT l.name, c.test, c.member, t.*
FROM (VALUES
	(1, 'within 8 years', ', "awarded_on": "2017-06-30"'), (2, 'within 8 years', ', "awarded_on": "2017-06-29"'), (3, 'within 1 month', ''),
	(4, 'valid for 6 months', ', "expires_on": "2025-12-30"'), (5, 'valid for 6 months', ', "expires_on": "2025-12-29"'), (6, 'valid for 1 day', '')) AS c (number, test, member),
	(VALUES ('en'), ('zh')) AS l (name),
	pg_temp.try(c.test, c.member, l.name) t
ORDER BY l.name, c.number;
-- A day before the first year has anniversaries too.
SELECT parameter, required, found, missing, passed
FROM pg_temp.tests('rule_set ''t'' version 1 rule ''r'' when course/* valid for 13 months grant 1 cr', '[{"ref": "course/A/B", "expires_on": "0001-01-01"}]', 'en', '[]', '0005-02-29 BC')
WHERE parameter = 'valid_for';
-- The reason of a line is in English, by the rule that came nearest.
SELECT c.test, l.reason
FROM (VALUES (1, 'rank in (''first'')', ', "rank": "third"'), (2, 'tag not in (''online'')', ', "tags": ["online"]'), (3, 'grade >= ''C'' on ''letter''', ', "grade": "D"'),
	(4, 'valid for 6 months', ', "expires_on": "2025-12-29"'), (5, 'within 1 month', ''), (6, 'hours >= 50% of target', ', "hours": 10'), (7, 'grade >= 60 on ''percent''', ', "grade": 75, "scale": "150"')) AS c (number, test, member),
	pg_temp.lines(format('rule_set ''t'' version 1 scale ''letter'' ''F'' < ''D'' < ''C'' rule ''r'' when course/* %s grant course/OUC/LOG-101 1 cr', c.test), format('[{"ref": "course/ACME/B" %s}]', c.member)) l
ORDER BY c.number;

-- ---- Sums of a whole set ----
\set sums 'rule_set ''s'' version 1 rule ''r'' when 2 of (training/A/1, training/A/2, training/A/3, training/A/4) hours >= 48 hr credits <= 5 grant 3 cr'
-- The largest two have too many credits; the search goes on.
SELECT rule, sources, granted, reason
FROM pg_temp.lines(:'sums', '[{"ref": "training/A/1", "amount": 4, "hours": 20}, {"ref": "training/A/2", "amount": 3, "hours": 40}, {"ref": "training/A/3", "amount": 2, "hours": 8}, {"ref": "training/A/4", "amount": 1, "hours": 30}]');
SELECT l.name, t.rule, t.source, t.parameter, t.required, t.found, t.missing, t.passed, t.sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests(:'sums', '[{"ref": "training/A/1", "amount": 4, "hours": 20}, {"ref": "training/A/2", "amount": 3, "hours": 40}, {"ref": "training/A/3", "amount": 2, "hours": 8}, {"ref": "training/A/4", "amount": 1, "hours": 30}]', l.name) t
WHERE t.parameter IN ('sum of hours', 'sum of credits', 'condition');
-- No set comes to 48 hours; what states nothing adds nothing.
SELECT rule, sources, granted, reason
FROM pg_temp.lines(:'sums', '[{"ref": "training/A/1", "hours": 20}, {"ref": "training/A/2", "amount": 3, "hours": 27.9999}, {"ref": "training/A/3"}]');
SELECT rule, sources, granted, reason
FROM pg_temp.lines(:'sums', '[{"ref": "training/A/1"}, {"ref": "training/A/2", "amount": 3}]');
SELECT rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when all of (any training/*, any training/*) hours >= 100% of target grant course/OUC/LOG-101 3 cr', '[{"ref": "training/A/1", "hours": 20}, {"ref": "training/A/2", "hours": 28}, {"ref": "training/A/3", "hours": 19}]');
SELECT rule, sources, granted, reason
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when all of (any training/*, any training/*) hours >= 100% of target grant course/OUC/LOG-103 3 cr', '[{"ref": "training/A/1", "hours": 20}, {"ref": "training/A/2", "hours": 28}]');
-- Sums that nothing can mend end the search, however many sets there are.
SELECT count(*) AS lines, count(granted) AS granted, min(reason) AS reason
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when all of (any training/*, any training/*, any training/*, any training/*, any training/*, any training/*, any training/*, any training/*) hours > 80 grant 3 cr',
	(SELECT jsonb_agg(jsonb_build_object('ref', 'training/A/' || n, 'hours', 10))::text FROM generate_series(1, 60) n));
SELECT count(*) AS lines, count(granted) AS granted, min(reason) AS reason
FROM pg_temp.lines('rule_set ''s'' version 1 rule ''r'' when all of (any training/*, any training/*, any training/*, any training/*, any training/*, any training/*, any training/*, any training/*) hours < 80 grant 3 cr',
	(SELECT jsonb_agg(jsonb_build_object('ref', 'training/A/' || n, 'hours', 10))::text FROM generate_series(1, 60) n));

-- ---- Shelf lives: each clause whose scope holds, so the least wins ----
\set shelf 'rule_set ''s'' version 1 shelf life 10 years shelf life cert, tag ''software'' 5 years shelf life issuer ''acme'' 18 months shelf life issuer ''long'' 30 years rule ''r'' when any * grant 1 cr'
SELECT l.sources, l.granted, l.reason
FROM pg_temp.lines(:'shelf', '[
	{"ref": "course/B/OLD", "awarded_on": "2015-06-30"}, {"ref": "course/B/OLDER", "awarded_on": "2015-06-29"},
	{"ref": "cert/B/OLD", "awarded_on": "2020-06-30"}, {"ref": "cert/B/OLDER", "awarded_on": "2020-06-29"},
	{"ref": "course/B/SOFT", "awarded_on": "2020-06-29", "tags": ["software"]},
	{"ref": "cert/ACME/OLD", "awarded_on": "2023-12-30"}, {"ref": "cert/ACME/OLDER", "awarded_on": "2023-12-29"},
	{"ref": "course/LONG/OLDER", "awarded_on": "2015-06-29"}, {"ref": "cert/LONG/OLDER", "awarded_on": "2020-06-29"}, {"ref": "cert/LONG/OLD", "awarded_on": "2020-06-30"},
	{"ref": "course/B/SILENT"}]') l;
SELECT l.name, t.source, t.required, t.found, t.missing, t.passed, t.sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests(:'shelf', '[{"ref": "cert/ACME/OLDER", "awarded_on": "2023-12-29"}, {"ref": "course/B/SILENT"}]', l.name) t
WHERE t.parameter = 'shelf_life';

-- A reason is no way to fill the memory: long texts are counted.
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT count(*) FROM pg_temp.lines(%L, (SELECT jsonb_agg(jsonb_build_object('ref', 'course/A/' || n, 'rank', 'last'))::text FROM generate_series(1, 500) n)) $$,
	format('rule_set ''w'' version 1 rule ''r'' when any * rank in (%s) grant 1 cr', (SELECT string_agg(quote_literal(repeat('w', 100) || n), ', ') FROM generate_series(1, 10000) n))));

-- ---- Exclusions of achievements ----
\set exclude 'rule_set ''e'' version 1 exclude work, issuer ''MILL'', tag ''suspended'' rule ''r'' when any * grant 1 cr'
SELECT l.sources, l.granted, l.reason
FROM pg_temp.lines(:'exclude', '[{"ref": "work/A/B"}, {"ref": "course/MILL/B"}, {"ref": "course/MILLS/B"}, {"ref": "course/A/B", "tags": ["suspended", "online"]}, {"ref": "course/A/C", "tags": ["online"]}]') l;
SELECT l.name, t.source, t.required, t.found, t.missing, t.passed, t.sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests(:'exclude', '[{"ref": "course/MILL/B"}, {"ref": "course/A/C", "tags": ["online"]}]', l.name) t
WHERE t.parameter = 'excluded';

-- ---- Candidates, in the learner's language ----
SELECT l.name, t.source, t.parameter, t.required, t.found, t.missing, t.passed, t.sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests('rule_set ''c'' version 1 rule ''r'' when training/* grant 1 cr', '[
		{"ref": "training/A/BAD", "state": "submitted", "consumed": true, "awarded_on": "2025-07-02", "expires_on": "2025-06-29"},
		{"ref": "training/A/GOOD", "awarded_on": "2025-06-30", "expires_on": "2025-06-30"}, {"ref": "training/A/SILENT"}]', l.name) t
WHERE t.parameter IN ('state', 'consumed', 'awarded_on', 'expires_on', 'used');
SELECT l.name, t.rule, t.source, t.parameter, t.found, t.sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests('rule_set ''c'' version 1 rule ''first'' priority 1 when training/* grant 1 cr rule ''second'' when all of (training/*, cert/A/B) grant 1 cr', '[{"ref": "training/A/B"}]', l.name) t
WHERE NOT t.passed;

-- ---- Duplicates ----
\set duplicates 'rule_set ''d'' version 1 same course/A/ONE, course/B/EINS duplicates %s rule ''r'' when any * grant 1 cr per 1 cr'
\set twice '[{"ref": "course/A/ONE#1", "amount": 2, "grade": 90, "awarded_on": "2020-01-01"}, {"ref": "course/A/ONE#2", "amount": 3, "grade": 60, "awarded_on": "2021-01-01"}, {"ref": "course/B/EINS", "amount": 3, "grade": 61, "awarded_on": "2022-01-01"}, {"ref": "course/C/UN", "amount": 3}]'
SELECT p.policy, l.sources, l.granted, l.value, l.reason
FROM (VALUES (1, 'highest'), (2, 'first'), (3, 'share')) AS p (number, policy),
	pg_temp.lines(format(:'duplicates', p.policy), :'twice') l
ORDER BY p.number;
SELECT l.sources, l.granted, l.reason
FROM pg_temp.lines('rule_set ''d'' version 1 same course/A/ONE, course/B/EINS rule ''r'' when any * grant 1 cr per 1 cr', :'twice') l;
SELECT p.policy, l.name, t.source, t.required, t.found, t.missing, t.passed, t.sentence
FROM (VALUES (1, 'highest'), (2, 'first'), (3, 'share')) AS p (number, policy),
	(VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests(format(:'duplicates', p.policy), :'twice', l.name) t
WHERE t.parameter = 'duplicate'
ORDER BY l.name, p.number;
-- The same amount: the higher grade, then the older, then the reference.
SELECT c.number, l.sources, l.granted, l.reason
FROM (VALUES
	(1, '[{"ref": "course/A/ONE#1", "amount": 3, "grade": 9.5}, {"ref": "course/A/ONE#2", "amount": 3, "grade": 10}, {"ref": "course/A/ONE#3", "amount": 3, "grade": "A"}]'),
	(2, '[{"ref": "course/A/ONE#1", "amount": 3, "awarded_on": "2021-01-01"}, {"ref": "course/A/ONE#2", "amount": 3, "awarded_on": "2020-12-31"}, {"ref": "course/A/ONE#3", "amount": 3}]'),
	(3, '[{"ref": "course/A/ONE#2", "amount": 3}, {"ref": "course/A/ONE#1", "amount": 3}]')) AS c (number, portfolio),
	pg_temp.lines(format(:'duplicates', 'highest'), c.portfolio) l
ORDER BY c.number;
-- What was counted before counts: consumed ones, and the sources of earlier lines, but for what was studied in the programme.
SELECT c.number, p.policy, l.sources, l.granted, l.reason
FROM (VALUES (1, 'highest'), (2, 'first'), (3, 'share')) AS p (number, policy),
	(VALUES
		(1, '[{"ref": "course/A/ONE#1", "amount": 1, "consumed": true}, {"ref": "course/A/ONE#2", "amount": 3}]', '[]'),
		(2, '[{"ref": "course/A/ONE#2", "amount": 3}]', '[{"sources": ["course/B/EINS#7"], "granted": 1, "dated": "2024-01-01"}]'),
		(3, '[{"ref": "course/A/ONE#2", "amount": 3}]', '[{"sources": ["course/B/EINS#7"], "granted": 1, "dated": "2024-01-01", "mark": "studied"}]'),
		(4, '[{"ref": "course/A/ONE#1", "amount": 1, "consumed": true}, {"ref": "course/A/ONE#2", "amount": 3}]', '[{"sources": ["course/A/ONE#1", "course/C/UN"], "granted": 1, "dated": "2024-01-01"}]'),
		(5, '[{"ref": "course/A/ONE#2", "amount": 9, "remaining": 3}, {"ref": "course/A/ONE#3", "amount": 9}]', '[{"sources": ["course/A/ONE#2"], "granted": 1, "dated": "2024-01-01"}]')) AS c (number, portfolio, history),
	pg_temp.lines(format(:'duplicates', p.policy), c.portfolio, c.history::jsonb) l
ORDER BY c.number, p.number;
-- An expired one takes no part.
SELECT l.sources, l.granted, l.reason
FROM pg_temp.lines(format(:'duplicates', 'highest'), '[{"ref": "course/A/ONE#1", "amount": 9, "expires_on": "2025-01-01"}, {"ref": "course/A/ONE#2", "amount": 3}]') l;
-- By title, as same_title() compares, and only where it is asked for; a title and a reference can make one group of three.
SELECT p.policy, l.sources, l.granted, l.reason
FROM (VALUES (1, 'highest'), (2, 'by title highest'), (3, 'by title share')) AS p (number, policy),
	pg_temp.lines(format(:'duplicates', p.policy), '[
		{"ref": "course/K/1", "amount": 3, "title": "회계 입문"}, {"ref": "course/K/2", "amount": 2, "title": "회계입문"},
		{"ref": "course/K/3", "amount": 3, "title": "전공실기"}, {"ref": "course/K/4", "amount": 2, "title": "전공실기 Ⅰ"}, {"ref": "course/K/5", "amount": 2, "title": "전공실기 Ⅱ"},
		{"ref": "course/A/ONE", "amount": 5, "title": "One"}, {"ref": "course/B/EINS", "amount": 4, "title": "Eins"}, {"ref": "course/K/6", "amount": 3, "title": "ONE!"}, {"ref": "course/K/7", "amount": 3, "title": ""}, {"ref": "course/K/8", "amount": 3, "title": ""}, {"ref": "course/K/9", "amount": 1, "title": "***"}, {"ref": "course/K/10", "amount": 1, "title": "**"}, {"ref": "course/K/11", "amount": 1, "title": "***"}]') l
ORDER BY p.number;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.lines('rule_set ''d'' version 1 duplicates by title first rule ''r'' when any * grant 1 cr', format('[{"ref": "course/A/B", "title": "%s"}]', repeat('x', 5000))) $$);

-- ---- Substitutes: each stands in where a pattern names another, and both count ----
\set substitutes 'rule_set ''s'' version 1 substitutes cert/A/TOEFL, cert/B/IELTS rule ''all'' priority 1 when all of (cert/A/TOEFL, course/A/C) grant 3 cr rule ''single'' when cert/A/TOEFL level >= 5 grant 1 cr'
SELECT l.rule, l.sources, l.granted, l.reason
FROM pg_temp.lines(:'substitutes', '[{"ref": "cert/B/IELTS#9", "level": 5}, {"ref": "cert/A/TOEFL", "level": 5}, {"ref": "cert/B/IELTSX", "level": 9}, {"ref": "course/A/C"}]') l;
SELECT l.rule, l.sources, l.granted, l.reason
FROM pg_temp.lines(:'substitutes', '[{"ref": "cert/B/IELTS", "level": 4}]') l;

-- ---- A rule's own days and programmes ----
\set own 'rule_set ''o'' version 1 rule ''past'' priority 3 effective .. 2024-12-31 when any * grant 1 cr rule ''foreign'' priority 2 programme ''OTHER'', ''THIRD'' when all of (course/*, cert/A/B) grant 2 cr rule ''here'' programme ''OUC-LOGISTICS'' effective 2025-01-01 .. when any * grant 3 cr'
SELECT l.rule, l.sources, l.granted, l.reason FROM pg_temp.lines(:'own', '[{"ref": "course/A/B"}]') l;
SELECT l.rule, l.sources, l.granted, l.reason FROM pg_temp.lines(:'own', '[{"ref": "course/A/B"}]', '[]', '2024-12-31') l;
SELECT l.name, t.rule, t.parameter, t.required, t.found, t.missing, t.passed, t.sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	pg_temp.tests(:'own', '[{"ref": "course/A/B"}]', l.name) t
WHERE t.parameter NOT IN ('state', 'consumed', 'awarded_on', 'expires_on', 'used')
ORDER BY l.name;

-- ---- Whatever the order of the portfolio, the lines are the same ----
SELECT count(DISTINCT answer) AS answers
FROM generate_series(1, 20) AS seed,
	LATERAL (
		SELECT string_agg(concat_ws('|', l.rule, l.sources, l.granted, l.reason), E'\n') AS answer
		FROM pg_temp.lines(format(:'duplicates', 'by title highest'), (
			SELECT jsonb_agg(item ORDER BY md5(item::text || seed))::text
			FROM jsonb_array_elements('[{"ref": "course/A/ONE#1", "amount": 2, "title": "x"}, {"ref": "course/A/ONE#2", "amount": 2}, {"ref": "course/B/EINS", "amount": 2}, {"ref": "course/Z/1", "amount": 2, "title": "X"}, {"ref": "course/Z/2", "amount": 2, "title": "y"}]') AS item)) l) AS answered;

-- ---- What a rule grants, and what limits it, as sentences ----
\set grants 'rule_set ''g'' version 1 table ''awards'' by rank ''first'' is 2 cr exclude category ''thesis'' cap total 5 cr cap cert, tag ''online'' at most 1 item minimum compulsory 9 cr minimum tag ''online'' 25% of programme partial round down 0 rule ''uses'' priority 9 when course/A/* grant 1 cr using 16 hr rule ''shares'' priority 8 when award/* grant from table ''awards'' by share rule ''fills'' priority 7 when cert/A/* grant course/OUC/LOG-101 in full, course/OUC/LOG-104 in full, course/OUC/LOG-199 in full, course/OUC/LOG-105 1 cr, course/OUC/LOG-106 1 cr rule ''rounds'' priority 6 when patent/* grant 1 cr per 2 cr cap 1 cr per year'
SELECT DISTINCT l.name, t.parameter, t.passed, t.sentence COLLATE "C" AS sentence
FROM (VALUES ('en'), ('zh')) AS l (name),
	creditbank.explain(:'grants', '[
		{"ref": "course/A/LONG", "hours": 48}, {"ref": "course/A/SHORT", "hours": 12}, {"ref": "course/A/SILENT"},
		{"ref": "award/A/1", "rank": "first", "share": 50}, {"ref": "award/A/2", "rank": "last"}, {"ref": "award/A/3", "rank": "first", "remaining": "1 hr", "share": 100},
		{"ref": "cert/A/1", "tags": ["online"]}, {"ref": "cert/A/2"}, {"ref": "patent/A/1", "amount": 1}, {"ref": "patent/A/2", "amount": 4}]',
		'{"code": "OUC-LOGISTICS", "total": 80, "courses": [{"ref": "course/OUC/LOG-101", "credits": 3, "compulsory": true}, {"ref": "course/OUC/LOG-104"}, {"ref": "course/OUC/LOG-105", "excluded": true}, {"ref": "course/OUC/LOG-106", "category": "thesis"}]}',
		'[{"sources": ["course/B/X"], "target": "course/OUC/LOG-101", "granted": 3, "dated": "2024-01-01", "mark": "studied"}]', '2025-06-30', 'priority', l.name) t
WHERE t.parameter NOT IN ('state', 'consumed', 'awarded_on', 'expires_on', 'used', 'effective', 'programme')
ORDER BY 1, 2, 3, 4;

-- ---- Every sentence has its words, and nothing is left to be filled in ----
SELECT l.name, count(*) > 100 AS many, bool_and(t.sentence <> '' AND t.sentence !~ '%[0-9]|\$s') AS whole, bool_and(t.sentence ~ '[一-龥]') AS chinese
FROM (VALUES ('en'), ('zh')) AS l (name),
	(VALUES (format(:'duplicates', 'share')), (:'shelf'), (:'exclude'), (:'own'), (:'substitutes'), (:'sums')) AS r (rules),
	pg_temp.tests(r.rules, :'twice', l.name) t
GROUP BY l.name
ORDER BY l.name;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM pg_temp.tests('rule_set ''x'' version 1 rule ''r'' when any * grant 1 cr', '[]', 'ko') $$);

-- ---- The overlap with each course: the least of those that the rule grants ----
\set courses 'rule_set ''o'' version 1 rule ''both'' priority 3 when cert/A/* overlap >= 80 grant course/OUC/LOG-101 1 cr, course/OUC/LOG-102 1 cr rule ''one'' priority 2 when cert/A/* overlap >= 80 grant course/OUC/LOG-102 2 cr rule ''none'' priority 1 when cert/A/* overlap >= 80 grant 1 cr'
SELECT c.member, t.rule, t.found, t.missing, t.passed
FROM (VALUES
	(1, '"overlaps": [{"course": "course/OUC/LOG-102", "overlap": 80}, {"course": "course/OUC/LOG-101", "overlap": 95.5}]'),
	(2, '"overlaps": [{"course": "course/OUC/LOG-101", "overlap": 79.99}, {"course": "COURSE/ouc/LOG-102", "overlap": 100}], "overlap": 90'),
	(3, '"overlaps": [{"course": "course/OUC/LOG-102", "overlap": 85}, {"course": "course/OUC/LOG-103", "overlap": 10}]'),
	(4, '"overlaps": [], "overlap": 90'),
	(5, '"overlaps": null, "overlap": 90')) AS c (number, member),
	pg_temp.tests(:'courses', '[{"ref": "cert/A/1", ' || c.member || '}]') t
WHERE t.parameter = 'overlap'
ORDER BY c.number, t.rule COLLATE "C";
SELECT l.* FROM pg_temp.lines(:'courses', '[{"ref": "cert/A/1", "overlaps": [{"course": "course/OUC/LOG-101", "overlap": 79.99}, {"course": "course/OUC/LOG-102", "overlap": 100}]}]') l;
-- So a rule of the same overlap tried earlier does not take what a later one could use.
SELECT c.rule, c.problem, c.message
FROM creditbank.check_rule_set('rule_set ''x'' version 1 rule ''first'' when cert/A/B overlap >= 80 grant course/OUC/LOG-101 1 cr rule ''second'' when cert/A/B overlap >= 90 grant course/OUC/LOG-102 1 cr rule ''third'' when cert/A/C level >= 3 grant 1 cr rule ''fourth'' when cert/A/C level >= 4 grant 1 cr') AS c
WHERE c.problem = 'shadowed';
SELECT o.stated, e.*
FROM (VALUES ('1'), ('[1]'), ('[{"course": "course/OUC/LOG-101"}]'), ('[{"overlap": 80}]'), ('[{"course": "LOG-101", "overlap": 80}]'), ('[{"course": "course/OUC/LOG-101", "overlap": "80"}]'), ('[{"course": "course/OUC/LOG-101", "overlap": 100.01}]'),
	('[{"course": "course/OUC/LOG-101", "overlap": 80, "basis": "x"}]'), ('[{"course": "course/OUC/LOG-101", "overlap": 80}, {"course": "course/ouc/LOG-101", "overlap": 90}]')) AS o (stated)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT * FROM pg_temp.lines(%L, %L)', :'courses', '[{"ref": "cert/A/1", "overlaps": ' || o.stated || '}]')) AS e;
