-- rule_set_language: every clause of the rule language in its three faces.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;
SET datestyle = ISO;

-- one book that uses everything, written carelessly
SELECT $$
RULE_SET 'all' VERSION 7
PARTIAL
ROUND DOWN 2
MINIMUM compulsory, category 'major' 10 cr, 30% OF CATEGORY 'major'
MINIMUM TOTAL 18 cr
CAP training, tag 'online', CERT, cert 25% OF PROGRAMME PER TERM STARTING 09-01, 03-01, 09-01
CAP EACH ISSUER 105 CR
CAP issuer 'ｏｕｃ' AT MOST 3 ITEMS, 60 cr
CAP category 'practice' 35% OF COMPULSORY
CAP category 'practice' 20% OF CATEGORY 'public'
CAP total 42 cr PER YEAR STARTING 03-01
SHELF LIFE 7 YEARS
SHELF LIFE tag 'ict', cert, ISSUER 'cn-post' 36 MONTHS
EXCLUDE TAG 'practice'
EXCLUDE degree, category 'thesis', issuer 'mill', degree
DUPLICATES BY TITLE HIGHEST
SUBSTITUTES course/a/1, course/B/2
SUBSTITUTES course/C/3, course/b/2
SAME course/Z/9, course/Y/9
SAME cert/D/1, course/D/1, cert/D/1
TABLE 'contest' BY rank, level
  'first', >= 3 IS 6 cr
  ANY, = 2 IS 1 cr
  'first', 2 IS 4.0 cr
  'first', 2 IS 4 cr
TABLE 'patent' BY class, tag, issuer 'patent', 'invention', 'cnipa' IS 5 cr ANY, ANY, ANY IS 1 cr
SCALE 'letter' 'F' < 'D' < 'C' < 'B' < 'A'
SCALE 'five' 'bad' < 'good'
EFFECTIVE 2024-01-01 .. 2026-12-31
PROGRAMME 'P2', 'P1'

RULE 'words' PRIORITY 5 PROGRAMME 'P1' EFFECTIVE 2023-01-01 .. 2024-12-31
  WHEN ANY * tag IN ('b', 'a', 'a') AND class NOT IN (work, 'cert') issuer in ('ouc') institution in ('x') scale in ('letter') rank not in ('last') grade in ('A', 'P')
    VALID FOR 6 MONTHS WITHIN 1 YEAR
  GRANT FROM TABLE 'contest' BY SHARE
  USING 16 hr
  CAP 3 cr, 10% OF COMPULSORY PER TERM STARTING 02-01, 08-01
  ROUND HALF_EVEN 1
  PARTIAL NO
  CARRY MARK 'TR'
  NEEDS ASSESSOR
RULE 'numbers' PROGRAMME 'P1', 'P2' EFFECTIVE 2024-01-01 .. 2026-12-31
  WHEN ANY */ouc/* place <= 3 share >= 30% rank < 4 level >= 2 grade >= 'C' ON 'letter' grade >= 60 ON 'hundred' grade > 50 credits >= 80% OF TARGET hours > 12.5% OF TARGET
  GRANT course/A/1 IN FULL BY SHARE, course/A/2 2 cr BY SHARE, course/A/3 FROM TABLE 'patent'
  ROUND DOWN 2
  PARTIAL
  CARRY ORIGINAL GRADE
  EXEMPT FROM EXAM
RULE 'sums'
  WHEN 2 OF (course/A/1, course/A/2, ANY OF (course/A/3, course/A/4)) hours >= 30 hr AND credits >= 100% OF TARGET
  GRANT course/X/1 IN FULL
  CARRY AVERAGE GRADE
RULE 'mean' WHEN cert/A/B GRANT 1 cr PER 16 hr BY SHARE, LEFTOVER KEEP CARRY NO GRADE
RULE 'grade' WHEN ALL OF (cert/A/B credits >= 2) hours >= 3 GRANT 1 cr CARRY GRADE 'P'
$$::rule_set AS canonical \gset
\echo :canonical
SELECT :'canonical'::rule_set::text = :'canonical' AS canonical_text_is_stable;
SELECT :'canonical'::rule_set::jsonb::rule_set::text = :'canonical' AS jsonb_round_trip,
	rule_set_digest(:'canonical'::rule_set::jsonb::rule_set) = rule_set_digest(:'canonical') AS same_digest;
SELECT rule, caps, terms FROM rule_set_rules(:'canonical');
SELECT key, value FROM jsonb_each(:'canonical'::rule_set::jsonb) WHERE key <> 'rules' ORDER BY key;
SELECT value FROM jsonb_array_elements(:'canonical'::rule_set::jsonb -> 'rules');
-- golden: these never change
SELECT encode(rule_set_digest(:'canonical'), 'hex') AS digest, length(rule_set_send(:'canonical')) AS bytes;
-- the bytes that are sent are taken back
CREATE TEMP TABLE sent (bytes bytea);
CREATE TEMP TABLE received (rules rule_set);
\set send_bytes '\\copy sent TO ''test/regress/results/rule_set_language.data'' (FORMAT binary)'
\set receive '\\copy received FROM ''test/regress/results/rule_set_language.data'' (FORMAT binary)'
INSERT INTO sent SELECT rule_set_send(:'canonical');
:send_bytes
:receive
SELECT rules::text = :'canonical' AS bytes_round_trip FROM received;

-- equal meanings are equal bytes, however they are written
CREATE FUNCTION pg_temp.book(heading text, rules text DEFAULT 'rule ''r'' when cert/A/B grant 1 cr')
RETURNS rule_set LANGUAGE sql AS
$$ SELECT ('rule_set ''t'' version 1 ' || heading || ' ' || rules)::creditbank.rule_set $$;
CREATE FUNCTION pg_temp.digest(rules rule_set) RETURNS text LANGUAGE sql AS
$$ SELECT encode(creditbank.rule_set_digest(rules), 'hex') $$;
SELECT a, b, pg_temp.digest(pg_temp.book(a)) = pg_temp.digest(pg_temp.book(b)) AS equal
FROM (VALUES
	('exclude cert, tag ''x''', 'exclude tag ''x'' exclude cert, cert'),
	('exclude issuer ''OUC''', 'exclude issuer ''ｏｕｃ'''),
	('same course/A/1, course/A/2, course/A/3', 'same course/a/3, course/A/1 same course/A/3, course/A/2, course/A/2'),
	('substitutes course/A/1, course/A/2 substitutes course/B/1, course/B/2', 'substitutes course/B/2, course/B/1 substitutes course/A/2, course/A/1'),
	('shelf life 1 year', 'shelf life 1 years'),
	('cap cert, work 1 cr', 'cap work, cert, work 1.0 cr'),
	('cap total 1 cr per term starting 09-01', 'cap total 1 cr per year starting 09-01'),
	('cap total 1 cr per term starting 01-01', 'cap total 1 cr per year'),
	('cap total 1 cr per term starting 09-01, 03-01', 'cap total 1 cr per term starting 03-01, 09-01, 03-01'),
	('cap total 5% of programme cap total 1 cr, 6% of compulsory', 'cap total 1 cr, 5% of programme cap total 6% of compulsory'),
	('minimum tag ''a'', compulsory 5%  of programme', 'MINIMUM COMPULSORY, TAG ''a'' 5.0 % OF PROGRAMME'),
	('scale ''b'' ''1'' < ''2'' scale ''a'' ''1'' < ''2''', 'scale ''a'' ''1'' < ''2'' scale ''b'' ''1'' < ''2'''),
	('table ''t'' by rank, level ''a'', = 1 is 1 cr any, any is 2 cr', 'table ''t'' by level, rank any, any is 2 cr 1, ''a'' is 1 cr 1.0, ''a'' is 1.00 cr'),
	('table ''t'' by issuer ''ouc'' is 1 cr', 'table ''t'' by issuer ''OUC'' is 1 cr'),
	-- and what differs, differs
	('scale ''a'' ''1'' < ''2''', 'scale ''a'' ''2'' < ''1'''),
	('duplicates highest', 'duplicates by title highest'),
	('exclude tag ''x''', 'exclude tag ''X'''),
	('partial', ''),
	('cap total 5% of programme', 'cap total 5% of compulsory'),
	('minimum total 5 cr', 'cap total 5 cr'),
	('same course/A/1, course/A/2', 'substitutes course/A/1, course/A/2')) AS t(a, b);
SELECT heading, a, b, pg_temp.digest(pg_temp.book(heading, 'rule ''r'' ' || a)) = pg_temp.digest(pg_temp.book(heading, 'rule ''r'' ' || b)) AS equal
FROM (VALUES
	('', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr carry original grade'),
	('', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr round half_up 4'),
	('round down 1', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr round down 1'),
	('', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr partial no'),
	('partial', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr partial'),
	('programme ''A'', ''B''', 'when cert/A/B grant 1 cr', 'programme ''B'', ''A'' when cert/A/B grant 1 cr'),
	('effective 2024-01-01 .. 2024-12-31', 'when cert/A/B grant 1 cr', 'effective 2024-01-01 .. 2024-12-31 when cert/A/B grant 1 cr'),
	('effective 2024-01-01 ..', 'effective .. 2024-06-30 when cert/A/B grant 1 cr', 'effective 2023-01-01 .. 2024-06-30 when cert/A/B grant 1 cr'),
	('', 'when cert/A/B tag in (''a'', ''b'') grant 1 cr', 'when cert/A/B tag in (''b'', ''a'', ''b'') grant 1 cr'),
	('', 'when cert/A/B class in (cert) issuer in (''a'') grant 1 cr', 'when cert/A/B issuer in (''A'') and class in (''cert'') grant 1 cr'),
	('', 'when any */a/* grant 1 cr', 'when */Ａ/* grant 1 cr'),
	('', 'when cert/A/B valid for 1 year within 2 months grant 1 cr', 'when any cert/A/B within 2 months and valid for 1 years grant 1 cr'),
	('', 'when all of (all of (cert/A/B) hours > 3) credits > 2 grant 1 cr', 'when cert/A/B hours > 3 hr credits > 2 cr grant 1 cr'),
	('', 'when all of (cert/A/B, cert/A/C) hours > 3 credits > 2 grant 1 cr', 'when all of (cert/A/C, cert/A/B) credits > 2 and hours > 3 and hours > 3 grant 1 cr'),
	('', 'when cert/A/B share >= 30 grant 1 cr', 'when cert/A/B share >= 30% grant 1 cr'),
	('', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr partial'),
	('', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr needs assessor'),
	('', 'when cert/A/B grant 1 cr', 'when cert/A/B grant 1 cr by share'),
	('', 'when cert/A/B within 12 months grant 1 cr', 'when cert/A/B valid for 12 months grant 1 cr'),
	('', 'when cert/A/B tag in (''a'') grant 1 cr', 'when cert/A/B tag not in (''a'') grant 1 cr'),
	('', 'when cert/A/B grade >= 3 grant 1 cr', 'when cert/A/B grade >= 3 on ''x'' grant 1 cr'),
	('', 'when cert/A/B grant 1 cr carry grade ''P''', 'when cert/A/B grant 1 cr carry mark ''P'''),
	('', 'when all of (cert/A/B, cert/A/C) hours > 3 grant 1 cr', 'when all of (cert/A/B hours > 3, cert/A/C) grant 1 cr')) AS t(heading, a, b);

-- every one of these goes through all three faces unchanged
SELECT count(*) AS books, bool_and(rules::text::rule_set = rules) AS by_text, bool_and(rules::jsonb::rule_set = rules) AS by_jsonb
FROM unnest(ARRAY[
	'scale ''a'' ''x'' < ''y''', 'table ''t'' by tag ''x'' is 1 pt', 'table ''t'' by grade, place, rank any, < 3, <= 2 is 1 cr any, 3, ''x'' is 0.5 cr ''A'', any, any is 1 cr',
	'table ''t'' by issuer, institution, scale ''a'', ''b'', ''c'' is 1 cr', 'table ''t'' by class ''work'' is 1 cr',
	'same course/A/1, cert/B/2', 'substitutes course/A/1, cert/B/2', 'duplicates share', 'duplicates first', 'duplicates by title share',
	'exclude cert', 'exclude category ''it''''s''', 'shelf life 3 days', 'shelf life cert 3 days', 'shelf life cert, work 3 days shelf life 1 month',
	'cap compulsory 1 cr', 'cap each issuer at most 1 item', 'cap tag ''学分'' 1 cr', 'cap category ''a'', category ''b'' 5% of category ''c'' per year',
	'cap total 5% of programme cap total 6% of compulsory cap total 7% of category ''a''', 'minimum total 5 cr', 'minimum tag ''a'' 5% of compulsory', 'partial']) AS heading,
	pg_temp.book(heading) AS rules;
SELECT count(*) AS books, bool_and(rules::text::rule_set = rules) AS by_text, bool_and(rules::jsonb::rule_set = rules) AS by_jsonb
FROM unnest(ARRAY[
	'programme ''x'' effective 2024-01-01 .. when * grant 1 cr', 'when */A/* grant 1 cr', 'when cert/A/B#1 valid for 3 days grant 1 cr',
	'when cert/A/B rank = 1 place < 2 share > 0.5 grant 1 pt', 'when cert/A/B rank in (''a'') scale not in (''b'', ''it''''s'') institution in (''c'') grant 1 cr',
	'when cert/A/B grade in (''a'') class in (cert) issuer not in (''X'') tag in (''学分'') grant 1 cr',
	'when cert/A/B grade = ''x'' on ''s'' grade < ''y'' on ''s'' grade > 3 on ''other'' grant 1 cr', 'when cert/A/B hours >= 80% of target credits < 12.5% of target grant course/X/Y in full',
	'when 2 of (cert/A/B, cert/A/C, all of (cert/A/D, cert/A/E)) hours = 3 credits <= 50% of target grant course/X/Y in full, 1 cr',
	'when cert/A/B grant from table ''t'', course/X/Y from table ''t'' by share', 'when cert/A/B grant 1 cr per 3 hr by share, 1 cr by share, leftover forfeit', 'when cert/A/B grant 1 cr using 3.5 ects',
	'when cert/A/B grant 1 cr cap at most 1 item per term starting 01-01, 07-01 cap 5% of category ''x'', 1 cr', 'when cert/A/B grant 1 cr round down 0', 'when cert/A/B grant 1 cr partial',
	'when cert/A/B grant 1 cr carry average grade', 'when cert/A/B grant 1 cr carry no grade', 'when cert/A/B grant 1 cr carry grade ''P''', 'when cert/A/B grant 1 cr carry mark ''TR''',
	'when cert/A/B grant course/X/Y 1 cr exempt from exam needs assessor']) AS rule,
	pg_temp.book('scale ''s'' ''x'' < ''y'' table ''t'' by tag ''x'' is 1 pt', 'rule ''r'' ' || rule) AS rules;

-- the grammar says what could stand there
SELECT text, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'scale', 'scale ''a'' <', 'scale ''a'' ''x'' >= ''y''', 'table ''t''', 'table ''t'' by', 'table ''t'' by hours', 'table ''t'' by tag', 'table ''t'' by tag ''x'' is', 'table ''t'' by tag ''x'', is 1 cr', 'table ''t'' by tag >= ''x'' is 1 cr',
	'same', 'same course/A/1', 'same course/A/1, cert', 'duplicates', 'duplicates by', 'exclude', 'exclude total', 'exclude each issuer', 'exclude tag', 'shelf', 'shelf life', 'shelf life category', 'shelf life 7', 'shelf life cert years',
	'cap each', 'cap tag 1 cr', 'cap cert,', 'cap cert 5% of', 'cap cert 5% of category', 'cap total 1 cr per', 'cap total 1 cr per term', 'cap total 1 cr per term starting', 'minimum', 'minimum total', 'minimum total 5 cr per year', 'partial no']) AS text,
	pg_temp.error_of(format('SELECT (%L)::creditbank.rule_set', E'rule_set ''t'' version 1\n ' || text)) AS e;
SELECT text, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'programme', 'effective', 'programme ''a'' when', 'when any', 'when any of', 'when */A', 'when cert/A/B grade', 'when cert/A/B grade >= ''C''', 'when cert/A/B grade >= ''C'' on', 'when cert/A/B level >= 3 on ''x''', 'when cert/A/B level in (''x'')', 'when cert/A/B tag', 'when cert/A/B tag >= 3',
	'when cert/A/B tag not', 'when cert/A/B tag in', 'when cert/A/B tag in ()', 'when cert/A/B tag in (''x''', 'when cert/A/B class in (', 'when cert/A/B rank', 'when cert/A/B hours >= 3% of', 'when cert/A/B level >= 3% of target', 'when cert/A/B valid', 'when cert/A/B valid for 3',
	'when all of (cert/A/B) within 3 years', 'when cert/A/B grant', 'when cert/A/B grant in full', 'when cert/A/B grant course/X/Y in', 'when cert/A/B grant from', 'when cert/A/B grant from table', 'when cert/A/B grant 1 cr by', 'when cert/A/B grant 1 cr using', 'when cert/A/B grant 1 cr carry', 'when cert/A/B grant 1 cr carry average', 'when cert/A/B grant 1 cr carry grade P',
	'when cert/A/B grant 1 cr exempt', 'when cert/A/B grant 1 cr needs', 'when cert/A/B grant 1 cr needs assessor partial', 'when cert/A/B grant 1 cr round', 'when cert/A/B grant 1 cr partial yes']) AS text,
	pg_temp.error_of(format('SELECT (%L)::creditbank.rule_set', E'rule_set ''t'' version 1\nrule ''学分'' ' || text)) AS e;

-- what makes no sense is refused, and named
SELECT heading, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'duplicates first duplicates share', 'partial partial', 'scale ''a'' ''x''', 'scale ''a'' ''x'' < ''y'' < ''x''', 'scale '''' ''x'' < ''y''', 'scale ''a'' ''x'' < ''''', 'scale ''a'' ''x'' < ''y'' scale ''a'' ''x'' < ''y''',
	'table '''' by tag ''x'' is 1 cr', 'table ''t'' by tag ''x'' is 1 cr table ''t'' by tag ''x'' is 1 cr', 'table ''t'' by tag, tag ''x'', ''x'' is 1 cr', 'table ''t'' by level, grade, place, rank 1, 1, 1, 1 is 1 cr', 'table ''t'' by tag ''x'', ''y'' is 1 cr', 'table ''t'' by tag, rank ''x'' is 1 cr',
	'table ''t'' by tag 3 is 1 cr', 'table ''t'' by level ''x'' is 1 cr', 'table ''t'' by class ''x'' is 1 cr', 'table ''t'' by issuer ''x/y'' is 1 cr', 'table ''t'' by tag ''x'' is 0 cr', 'table ''t'' by tag ''x'' is 1 hr', 'table ''t'' by tag ''x'' is 1 cr any is 1 pt', 'table ''t'' by tag '''' is 1 cr',
	'same course/A/1, course/a/1', 'substitutes course/A/1', 'same course/A/1, course/A/2#3', 'same course/A/1, course/A/*', 'exclude tag ''''', 'exclude issuer ''a b''', 'exclude issuer ''a/b''', E'exclude category ''a\tb''',
	'shelf life 0 years', 'shelf life 101 years', 'shelf life 1 year shelf life 2 years', 'shelf life cert, work 1 year shelf life work, cert 2 months',
	'cap total, cert 1 cr', 'cap each issuer, cert 1 cr', 'cap tag ''a'' 1 cr cap tag ''a'' 5% of compulsory', 'cap tag ''a'' 1 cr cap tag ''a'' at most 1 item', 'cap cert 5% of category ''x'' cap cert 5% of category ''x'', 1 cr', 'cap cert 1 cr per term starting 02-30', 'cap cert 0% of compulsory', 'cap cert 100.5% of category ''x''', 'cap cert 5% of category ''''', 'cap cert 1 ects',
	'minimum each issuer 1 cr', 'minimum total at most 1 item', 'minimum total 1 cr minimum total 5% of programme', 'minimum total 1 hr', 'minimum total 1 cr, 2 cr']) AS heading,
	pg_temp.error_of(format('SELECT pg_temp.book(%L)', heading)) AS e;
SELECT rule, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'programme '''' when cert/A/B grant 1 cr', 'effective 2025-01-01 .. 2024-01-01 when cert/A/B grant 1 cr', 'when cert/A/B grade >= ''C'' on ''letter'' grant 1 cr', 'when cert/A/B grade >= ''C'' on ''s'' grant 1 cr', 'when cert/A/B grade >= 3 on '''' grant 1 cr', 'when cert/A/B grade >= 3% on ''s'' grant 1 cr',
	'when cert/A/B share >= 101 grant 1 cr', 'when cert/A/B place >= 3 cr grant 1 cr', 'when cert/A/B tag in ('''') grant 1 cr', 'when cert/A/B issuer in (''a#b'') grant 1 cr', 'when cert/A/B class in (''certificate'') grant 1 cr', 'when cert/A/B hours >= 80% of target grant 1 cr', 'when all of (cert/A/B, cert/A/C) credits >= 80% of target grant 1 cr',
	'when all of (cert/A/B, cert/A/C) level >= 3 grant 1 cr', 'when all of (cert/A/B, cert/A/C) tag in (''x'') grant 1 cr', 'when all of (cert/A/B, any of (cert/A/C, cert/A/D) hours >= 3) grant 1 cr', 'when cert/A/B valid for 0 days grant 1 cr', 'when cert/A/B valid for 1201 months grant 1 cr', 'when cert/A/B valid for 1 day valid for 2 days grant 1 cr',
	'when */A/B grant 1 cr', 'when */* grant 1 cr', 'when *//* grant 1 cr', 'when */A/*/* grant 1 cr', 'when */A#1/* grant 1 cr', 'when */a b/* grant 1 cr', 'when */-/* grant 1 cr', 'when cert/A/B grant * 1 cr',
	'when cert/A/B grant from table ''u''', 'when all of (cert/A/B, cert/A/C) grant from table ''t''', 'when all of (cert/A/B, cert/A/C) grant 1 cr by share', 'when all of (cert/A/B, cert/A/C) grant 1 cr using 1 hr', 'when cert/A/B grant 1 cr per 3 hr using 1 hr', 'when cert/A/B grant 1 cr using 0 hr', 'when cert/A/B grant from table ''t'', leftover keep', 'when cert/A/B grant 1 cr per 2 hr, course/X/Y in full, leftover keep',
	'when cert/A/B grant 1 cr cap 1 cr cap 5% of programme', 'when cert/A/B grant 1 cr round down 5', 'when cert/A/B grant 1 cr carry grade ''''', 'when cert/A/B grant 1 cr carry mark ''studied''', 'when cert/A/B grant course/X/Y 1 cr carry mark ''TR'' exempt from exam', 'when cert/A/B grant 1 cr exempt from exam']) AS rule,
	pg_temp.error_of(format('SELECT pg_temp.book(''scale ''''s'''' ''''x'''' < ''''y'''' table ''''t'''' by tag ''''x'''' is 1 cr'', %L)', 'rule ''r'' ' || rule)) AS e;

-- jsonb: what the text could not say
SELECT key, value, e.sqlstate_, e.message, e.detail, e.hint
FROM (VALUES
	('scale', '[{"scale": "a"}]'), ('scale', '[{"scale": "a", "grades": "x"}]'), ('scale', '[{"scale": "a", "grades": [1, 2]}]'), ('scale', '[{"scale": "a", "grades": []}]'),
	('table', '[{"table": "t", "by": ["hours"], "rows": []}]'), ('table', '[{"table": "t", "by": ["size"], "rows": []}]'), ('table', '[{"table": "t", "by": [], "rows": []}]'), ('table', '[{"table": "t", "by": ["tag"], "rows": []}]'), ('table', '[{"table": "t", "by": ["rank"], "rows": [{"cells": [-1], "amount": "1 cr"}]}]'), ('table', '[{"table": "t", "by": ["rank"], "rows": [{"cells": [{"is": "<>", "value": 1}], "amount": "1 cr"}]}]'), ('table', '[{"table": "t", "by": ["rank"], "rows": [{"cells": [true], "amount": "1 cr"}]}]'),
	('same', '["course/A/1"]'), ('same', '[[]]'), ('same', '[["course/A/1", 2]]'), ('substitutes', '[["course/A/1"]]'), ('duplicates', '"highest"'), ('duplicates', '{"take": "all"}'), ('duplicates', '{"take": "first", "by_title": 1}'),
	('exclude', '"total"'), ('exclude', '"thing"'), ('exclude', '[{"category": "a", "tag": "b"}]'), ('exclude', '[{"name": "a"}]'), ('exclude', '[7]'), ('shelf_life', '[{"scope": "cert"}]'), ('shelf_life', '[{"years": 1, "days": 1}]'), ('shelf_life', '[{"years": 1, "scope": "compulsory"}]'),
	('cap', '[{"scope": [], "amount": "1 cr"}]'), ('cap', '[{"scope": "total", "percent_of": "compulsory"}]'), ('cap', '[{"scope": "total", "percent": 5, "percent_of": "programme"}]'), ('cap', '[{"scope": "total", "percent": 5, "percent_of": {"tag": "x"}}]'), ('cap', '[{"scope": "total", "amount": "1 cr", "per_term": []}]'), ('cap', '[{"scope": "total", "amount": "1 cr", "per_term": ["13-01"]}]'), ('cap', '[{"scope": "total", "amount": "1 cr", "per_term": ["03-01"], "per_year": "03-01"}]'),
	('minimum', '[{"scope": "total", "items": 1}]'), ('partial', '"yes"'), ('programme', '[]'), ('shelf_life', '[{"years": 1, "scope": []}]')) AS t(key, value),
	pg_temp.error_of(format('SELECT (pg_temp.book('''')::jsonb || jsonb_build_object(%L, %L::jsonb))::rule_set', key, value)) AS e;
SELECT key, value, e.sqlstate_, e.message, e.detail, e.hint
FROM (VALUES
	('when', '{"source": "cert/A/B", "tests": [{"test": "rank", "in": []}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "rank", "in": ["a"], "not_in": ["b"]}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "rank", "in": ["a"], "value": 1}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "level", "in": ["a"]}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "tag", "is": ">", "value": 1}]}'),
	('when', '{"source": "cert/A/B", "tests": [{"test": "grade", "is": ">", "value": "C"}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "level", "is": ">", "value": 1, "scale": "x"}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "level", "is": ">", "value": "C", "scale": "x"}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "level", "is": ">", "percent_of_target": 1}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "hours", "is": ">", "percent_of_target": 1, "value": 1}]}'), ('when', '{"source": "cert/A/B", "tests": [{"test": "hours", "is": ">", "percent_of_target": 1, "scale": "x"}]}'),
	('when', '{"any_of": [{"source": "cert/A/B"}], "valid_for": {"days": 1}}'), ('when', '{"source": "cert/A/B", "valid_for": {}}'), ('when', '{"all_of": [{"source": "cert/A/B"}, {"any_of": [{"source": "cert/A/C"}, {"source": "cert/A/D"}], "tests": [{"test": "hours", "is": ">", "value": 1}]}]}'),
	('grant', '[{"in_full": true}]'), ('grant', '[{"in_full": false}]'), ('grant', '[{"in_full": "yes"}]'), ('grant', '[{"target": "course/X/Y", "in_full": true, "amount": "1 cr"}]'), ('grant', '[{"target": "course/X/Y", "in_full": true, "per": "1 hr"}]'), ('grant', '[{"table": "t", "amount": "1 cr"}]'), ('grant', '[{"table": "t"}]'), ('grant', '[{"amount": "1 cr", "by_share": null}]'),
	('carry', '"grade"'), ('carry', '{}'), ('carry', '{"grade": "A", "mark": "B"}'), ('carry', '{"mark": 3}'), ('carry', '3'), ('using', '"-1 hr"'), ('round', '{"mode": "down"}'), ('partial', '1'), ('exempt_exam', 'true'), ('needs_assessor', '"x"'), ('programme', '"x"'), ('effective', '{"from": "x"}')) AS t(key, value),
	pg_temp.error_of(format('SELECT jsonb_build_object(''rule_set'', ''a'', ''version'', 1, ''rules'', jsonb_build_array(''{"rule": "r", "when": {"source": "cert/A/B"}, "grant": [{"amount": "1 cr"}]}''::jsonb || jsonb_build_object(%L, %L::jsonb)))::rule_set', key, value)) AS e;
