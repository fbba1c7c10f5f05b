-- check_rule_set: doubts about a book of rules.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;
SET datestyle = ISO;

CREATE FUNCTION pg_temp.doubts(heading text, rules text, programme jsonb DEFAULT NULL)
RETURNS TABLE (rule text, problem text, message text, hint text) LANGUAGE sql AS
$$ SELECT d.* FROM creditbank.check_rule_set(('rule_set ''t'' version 1 ' || heading || ' ' || rules)::creditbank.rule_set, programme) AS d $$;

-- a sound book has no doubts
SELECT count(*) AS none FROM pg_temp.doubts($$
cap total 50% of programme
scale 'letter' 'F' < 'D' < 'C'
table 'contest' by level, rank  any, any is 1 cr  >= 3, any is 2 cr  >= 3, 'first' is 4 cr$$, $$
rule 'a' priority 2 when cert/A/B level >= 3 grant 3 cr
rule 'b' priority 1 when any cert/* grade >= 'D' on 'letter' grant 2 cr cap 8 cr
rule 'c' when any award/* grant from table 'contest'
rule 'd' when all of (training/A/1, training/A/2) hours >= 30 grant course/X/Y in full$$);

-- rules that can never fire: tests
SELECT tests, d.problem, d.message
FROM unnest(ARRAY[
	'level >= 5 level <= 3', 'level > 3 level <= 3', 'level = 2 level = 3', 'level > 10', 'level < 1', 'level >= 10', 'level <= 1',
	'attendance > 100', 'attendance >= 100', 'share < 0', 'place < 1', 'grade >= 60 grade < 60 on ''hundred''', 'grade >= 60 grade < 61 on ''hundred''',
	'grade >= 1 on ''hundred'' grade >= ''C'' on ''letter''', 'grade > ''C'' on ''letter''', 'grade < ''F'' on ''letter''', 'grade >= ''C'' on ''letter'' grade <= ''D'' on ''letter''',
	'grade >= ''D'' on ''letter'' grade <= ''D'' on ''letter''',
	'rank in (''a'', ''b'') rank not in (''a'', ''b'')', 'rank in (''a'', ''b'') rank not in (''a'')', 'rank in (''a'') rank in (''b'')', 'tag in (''a'') tag in (''b'')', 'tag in (''a'') tag not in (''a'')',
	'class in (work)', 'class not in (cert)', 'class in (cert, work)', 'issuer in (''b'')', 'issuer not in (''a'')', 'issuer in (''a'')',
	'hours >= 80% of target hours < 50% of target', 'hours >= 80% of target hours < 50']) WITH ORDINALITY AS t(tests, place)
	LEFT JOIN LATERAL pg_temp.doubts('scale ''letter'' ''F'' < ''D'' < ''C''', format('rule ''r'' when cert/A/B %s grant course/A/B 1 cr', tests)) AS d ON d.problem = 'never_fires'
ORDER BY place;

-- rules that can never fire: lists, sums, days, programmes, exclusions
SELECT heading, rules, d.rule, d.problem, d.message
FROM (VALUES
	(1, '', 'rule ''r'' when all of (cert/A/B, cert/A/C level > 10) grant 1 cr'),
	(2, '', 'rule ''r'' when any of (cert/A/B, cert/A/C level > 10) grant 1 cr'),
	(3, '', 'rule ''r'' when 2 of (cert/A/B, cert/A/C level > 10, cert/A/D) grant 1 cr'),
	(4, '', 'rule ''r'' when 2 of (cert/A/B, cert/A/C level > 10, cert/A/D level < 1) grant 1 cr'),
	(5, '', 'rule ''r'' when all of (cert/A/B, cert/A/C) hours > 30 hours < 20 grant 1 cr'),
	(6, 'effective 2024-01-01 .. 2024-12-31', 'rule ''r'' effective 2025-01-01 .. 2025-12-31 when cert/A/B grant 1 cr'),
	(7, 'effective 2024-01-01 ..', 'rule ''r'' effective .. 2023-12-31 when cert/A/B grant 1 cr'),
	(8, 'effective 2024-01-01 .. 2024-12-31', 'rule ''r'' effective 2024-06-01 .. 2025-12-31 when cert/A/B grant 1 cr'),
	(9, 'programme ''P''', 'rule ''r'' programme ''Q'' when cert/A/B grant 1 cr'),
	(10, 'programme ''P'', ''R''', 'rule ''r'' programme ''P'', ''Q'' when cert/A/B grant 1 cr'),
	(11, 'exclude cert', 'rule ''r'' when cert/A/B grant 1 cr'),
	(12, 'exclude cert', 'rule ''r'' when any * grant 1 cr'),
	(13, 'exclude issuer ''A''', 'rule ''r'' when any */a/* grant 1 cr'),
	(14, 'exclude tag ''x'', tag ''y''', 'rule ''r'' when cert/A/B tag in (''x'', ''y'') grant 1 cr'),
	(15, 'exclude tag ''x''', 'rule ''r'' when cert/A/B tag in (''x'', ''y'') grant 1 cr'),
	(16, 'exclude cert substitutes cert/A/B, course/A/B', 'rule ''r'' when cert/A/B grant 1 cr'),
	(17, 'substitutes cert/A/B, course/A/B', 'rule ''r'' when cert/A/B class in (course) grant 1 cr'),
	(18, 'substitutes cert/A/B, course/A/B', 'rule ''r'' when any cert/* grant 1 cr rule ''s'' when cert/A/B grant 1 cr'),
	(19, 'substitutes cert/A/B, course/A/B', 'rule ''r'' when cert/A/B grant 1 cr rule ''s'' when cert/A/B grant 1 cr')) AS t(place, heading, rules)
	LEFT JOIN LATERAL pg_temp.doubts(heading, rules) AS d ON true
ORDER BY place;

-- rules in the shadow of others
SELECT first_rule, second_rule, d.rule, d.problem
FROM (VALUES
	(1, 'when cert/A/B grant 1 cr', 'when cert/A/B grant 2 cr'),
	(2, 'when any cert/A/* grant 1 cr', 'when cert/A/B grant 2 cr'),
	(3, 'when any cert/* grant 1 cr', 'when cert/A/B#7 grant 2 cr'),
	(4, 'when any */A/* grant 1 cr', 'when any cert/A/* grant 2 cr'),
	(5, 'when any * grant 1 cr', 'when any */A/* grant 2 cr'),
	(6, 'when cert/A/B grant 1 cr', 'when any cert/A/* grant 2 cr'),
	(7, 'when cert/A/B level >= 3 grant 1 cr', 'when cert/A/B level >= 4 grant 2 cr'),
	(8, 'when cert/A/B level >= 3 grant 1 cr', 'when cert/A/B level >= 2 grant 2 cr'),
	(9, 'when cert/A/B level >= 3 grant 1 cr', 'when cert/A/B level < 3 grant 2 cr'),
	(10, 'when cert/A/B within 2 years grant 1 cr', 'when cert/A/B within 1 year grant 2 cr'),
	(11, 'when cert/A/B within 1 year grant 1 cr', 'when cert/A/B grant 2 cr'),
	(12, 'when cert/A/B tag in (''x'', ''y'') grant 1 cr', 'when cert/A/B tag in (''x'') grant 2 cr'),
	(13, 'when cert/A/B tag not in (''x'') grant 1 cr', 'when cert/A/B tag not in (''x'', ''y'') grant 2 cr'),
	(14, 'when cert/A/B grade >= ''D'' on ''letter'' grant 1 cr', 'when cert/A/B grade = ''C'' on ''letter'' grant 2 cr'),
	(15, 'when cert/A/B grant 1 cr cap 1 cr per year', 'when cert/A/B grant 2 cr'),
	(16, 'when any cert/* grant course/X/Y 1 cr', 'when cert/A/B grant 2 cr'),
	(17, 'when cert/A/B grant course/X/Y 1 cr', 'when cert/A/B grant course/X/Z 2 cr'),
	(18, 'when cert/A/B grant 1 cr per 16 hr', 'when cert/A/B grant 2 cr'),
	(19, 'when cert/A/B grant 1 cr using 4 hr', 'when cert/A/B grant 2 cr'),
	(20, 'effective 2024-01-01 .. when cert/A/B grant 1 cr', 'when cert/A/B grant 2 cr'),
	(21, 'effective 2024-01-01 .. when cert/A/B grant 1 cr', 'effective .. 2023-12-31 when cert/A/B grant 2 cr'),
	(22, 'programme ''P'' when cert/A/B grant 1 cr', 'programme ''Q'' when cert/A/B grant 2 cr'),
	(23, 'when cert/A/B grant 1 cr', 'when all of (cert/A/B, cert/A/C) grant 2 cr'),
	(24, 'when cert/A/B grant 1 cr', 'when any of (cert/A/B, cert/A/C) grant 2 cr'),
	(25, 'when all of (cert/A/B, cert/A/C) grant 1 cr', 'when cert/A/B grant 2 cr'),
	(26, 'when cert/A/B rank in (''a'') grant 1 cr', 'when any cert/* rank in (''b'') grant 2 cr'),
	(27, 'priority 2 when any cert/* grant 1 cr', 'when any cert/A/* hours >= 3 grant 2 cr'),
	(28, 'priority 2 when any cert/* hours >= 3 grant 1 cr', 'when any cert/A/* grant 2 cr'),
	(29, 'when any cert/* grant 1 cr', 'when any */A/* grant 2 cr'),
	(30, 'when any */A/* grant 1 cr', 'when any cert/* grant 2 cr'),
	(31, 'when any cert/* grant 1 cr', 'when any */A/* class not in (cert) grant 2 cr'),
	(32, 'when any cert/* grant 1 cr', 'when any work/A/* grant 2 cr'),
	(33, 'when cert/A/B level > 3 grant 1 cr', 'when cert/A/B level >= 3 grant 2 cr'),
	(34, 'when cert/A/B level >= 3 grant 1 cr', 'when cert/A/B level > 3 grant 2 cr'),
	(35, 'when cert/A/B level < 3 grant 1 cr', 'when cert/A/B level <= 3 grant 2 cr'),
	(36, 'when cert/A/B level <= 3 grant 1 cr', 'when cert/A/B level < 3 grant 2 cr'),
	(37, 'when cert/A/B level <= 3 grant 1 cr', 'when cert/A/B level >= 3 grant 2 cr'),
	(38, 'when cert/A/B level < 3 grant 1 cr', 'when cert/A/B level >= 3 grant 2 cr')) AS t(place, first_rule, second_rule)
	LEFT JOIN LATERAL pg_temp.doubts('scale ''letter'' ''F'' < ''D'' < ''C''', format('rule ''1'' %s rule ''2'' %s', first_rule, second_rule)) AS d ON d.problem <> 'unused'
ORDER BY place;
SELECT rule, message, hint FROM pg_temp.doubts('', 'rule ''1'' when any cert/* grant 1 cr rule ''2'' when cert/A/B level >= 3 grant 2 cr rule ''3'' when any */A/* hours >= 3 grant 1 cr rule ''4'' when work/A/B grant 1 cr');

-- more than caps let through
SELECT heading, rules, d.message, d.hint
FROM (VALUES
	(1, '', 'rule ''r'' when cert/A/B grant 3 cr cap 2 cr'),
	(2, '', 'rule ''r'' when cert/A/B grant 3 cr cap 3 cr'),
	(3, '', 'rule ''r'' when cert/A/B grant 2 cr, course/A/B 2 cr cap 3 cr per year'),
	(4, 'partial', 'rule ''r'' when cert/A/B grant 3 cr cap 2 cr'),
	(5, 'cap total 2 pt', 'rule ''r'' when cert/A/B grant 3 cr'),
	(6, 'cap cert 2 cr', 'rule ''r'' when all of (cert/A/B, cert/A/C) grant 3 cr'),
	(7, 'cap cert 2 cr', 'rule ''r'' when any of (cert/A/B, work/A/C) grant 3 cr'),
	(8, 'cap issuer ''a'' 2 cr', 'rule ''r'' when any */a/* grant 3 cr'),
	(9, 'cap each issuer 2 cr', 'rule ''r'' when any cert/* grant 3 cr'),
	(10, 'cap total 2 cr', 'rule ''r'' when cert/A/B grant 3 cr per 16 hr'),
	(11, 'cap total at most 1 item', 'rule ''r'' when 2 of (cert/A/B, cert/A/C, any of (cert/A/D, cert/A/E)) grant 3 cr'),
	(12, 'cap cert at most 2 items', 'rule ''r'' when 2 of (cert/A/B, cert/A/C, any of (cert/A/D, cert/A/E)) grant 3 cr'),
	(13, 'cap issuer ''A'' at most 1 item', 'rule ''r'' when all of (cert/A/B, cert/A/C) grant 3 cr')) AS t(place, heading, rules)
	LEFT JOIN LATERAL pg_temp.doubts(heading, rules) AS d ON true
ORDER BY place;

-- what nothing uses
SELECT rule, problem, message, hint FROM pg_temp.doubts($$
scale 'used' 'a' < 'b' scale 'unused' 'a' < 'b'
table 'unused' by tag 'x' is 1 cr
table 'used' by level, rank
	any, 'first' is 3 cr  >= 3, 'first' is 2 cr  >= 3, 'second' is 2 cr  3, 'second' is 1 cr  > 2, 'second' is 1 cr
$$, $$ rule 'r' when award/A/B grade >= 'a' on 'used' grant from table 'used' $$);

-- against a programme
\set programme '{"code": "P", "total": 80, "categories": [{"name": "major", "credits": 40}, {"name": "bare"}], "courses": [{"ref": "course/X/1", "credits": 3, "hours": 48, "category": "major", "compulsory": true}, {"ref": "course/X/2", "category": "thesis"}, {"ref": "course/X/3", "credits": 5, "excluded": true}]}'
SELECT rule, problem, message FROM pg_temp.doubts($$
programme 'P', 'Q'
exclude category 'thesis', category 'nowhere'
cap category 'major' 2 cr
cap total 10% of category 'missing'
cap tag 'x' 10% of category 'bare'
cap tag 'y' 10% of compulsory
cap cert 2.5% of programme
cap tag 'z' 0.5 cr, 50% of category 'major'
minimum category 'gone' 3 cr$$, $$
rule '1' when cert/A/B grant course/X/1 3 cr
rule '2' when cert/A/C grant course/X/2 1 cr
rule '3' when cert/A/D grant course/X/3 1 cr, course/X/4 1 cr, 1 cr
rule '4' when cert/A/E hours >= 80% of target grant course/X/1 in full
rule '5' when cert/A/F grant course/X/9 1 cr cap 5% of category 'lost'
rule '6' programme 'Q' when cert/A/G grant course/X/9 1 cr$$, :'programme');
SELECT rule, problem, message FROM pg_temp.doubts('programme ''Q'' cap total 50% of programme cap tag ''x'' 10% of compulsory', $$
rule '1' when cert/A/B hours >= 80% of target grant course/X/1 in full
rule '2' when cert/A/C credits >= 3 grant course/X/2 in full$$,
	'{"code": "P", "courses": [{"ref": "course/X/1", "credits": 3}, {"ref": "course/X/2", "compulsory": true}]}');
SELECT rule, problem, message FROM pg_temp.doubts('cap category ''major'' 50% of category ''major'' cap category ''major'' 10% of compulsory', $$
rule '1' when cert/A/B grant course/X/1 3 cr
rule '2' when cert/A/C grant course/X/1 2 cr
rule '3' when cert/A/D grant course/X/1 0.3 cr$$, :'programme');
SELECT * FROM pg_temp.error_of($$ SELECT pg_temp.doubts('', 'rule ''r'' when cert/A/B grant 1 cr', '{"name": "P"}') $$);

-- NULL and size
SELECT count(*) AS none FROM check_rule_set(NULL, '{}');
SELECT problem, count(*) FROM pg_temp.doubts('', (
	SELECT string_agg(format('rule ''r%s'' when course/A/B%s grade >= %s grant course/Z/Q%s 3 cr', i, i % 2500, 100 - i % 7, i), ' ' ORDER BY i)
	FROM generate_series(1, 5000) AS i)) GROUP BY problem;
