-- rule_set: the rule language as text, bytes and jsonb.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;
SET datestyle = ISO;

-- the examples of doc/rule_set.md, written carelessly, come out canonical
SELECT $$
RULE_SET 'ouc-logistics' Version 3
round half_up 2   -- two decimals
cap cert at most 3 items, 20.00 cr
cap total 50% of programme
programme 'OUC-LOGISTICS-EVENING', 'OUC-LOGISTICS', 'OUC-LOGISTICS'
effective 2023-09-01..2026-08-31
rule 'training-hours' when training/* Attendance>=80%
  grant 1 cr per 16hr, leftover forfeit
  cap 4 cr per year starting 09-01
rule 'postal-express-operator' priority 10
  when CERT/cn-post/exp-operator within 8 years level >= 3.0 and level >= 3
  grant course/OUC/LOG-101 3 cr, course/OUC/LOG-102 3 cr, course/OUC/LOG-103 2 cr
$$::rule_set AS canonical \gset
\echo :canonical
SELECT :'canonical'::rule_set::text = :'canonical' AS canonical_text_is_stable;
SELECT * FROM rule_set_rules(:'canonical');
SELECT rule_set_name(:'canonical'), rule_set_version(:'canonical'),
	rule_set_effective(:'canonical'), rule_set_programmes(:'canonical');
SELECT encode(rule_set_send(:'canonical'), 'hex') = encode(rule_set_send(:'canonical'::rule_set::jsonb::rule_set), 'hex') AS jsonb_round_trip;
SELECT rule_set_digest(:'canonical') = digest(rule_set_send(:'canonical')) AS digest_of_bytes,
	rule_set_digest(:'canonical', 'sm3-sm2') = digest(rule_set_send(:'canonical'), 'sm3-sm2') AS by_suite;

-- golden bytes: these never change
SELECT encode(rule_set_send('rule_set ''a'' version 1 rule ''b'' when course/c/d grant 1 cr'), 'hex') AS smallest;
SELECT encode(rule_set_digest(:'canonical'), 'hex') AS digest;
SELECT jsonb_pretty(:'canonical'::rule_set::jsonb);

-- every clause, and what says nothing more than nothing leaves no trace
CREATE FUNCTION pg_temp.book(heading text, rules text DEFAULT 'rule ''r'' when cert/A/B grant 1 cr')
RETURNS rule_set LANGUAGE sql AS
$$ SELECT ('rule_set ''t'' version 1 ' || heading || ' ' || rules)::creditbank.rule_set $$;
CREATE FUNCTION pg_temp.same(a rule_set, b rule_set)
RETURNS boolean LANGUAGE sql AS $$ SELECT a OPERATOR(pg_catalog.=) b $$;
SELECT pg_temp.same(pg_temp.book('round half_up 4'), pg_temp.book('')) AS default_rounding,
	pg_temp.same(pg_temp.book('', 'rule ''r'' priority 0 when any of (cert/A/B) grant 1.0 cr'), pg_temp.book('')) AS default_priority,
	pg_temp.same(pg_temp.book('cap total 1 cr per year starting 01-01'), pg_temp.book('cap total 1 cr per year')) AS default_year,
	pg_temp.same(pg_temp.book('', 'rule ''r'' when all of (all of (cert/A/B)) grant 1'||' cr'), pg_temp.book('')) AS single_child;
SELECT pg_temp.book('effective 2023-09-01 ..'), rule_set_effective(pg_temp.book('effective 2023-09-01 ..'));
SELECT pg_temp.book('effective .. 2024-02-29'), rule_set_effective(pg_temp.book('effective .. 2024-02-29'));
SELECT rule_set_effective(pg_temp.book('')), rule_set_programmes(pg_temp.book(''));
SELECT pg_temp.book('round half_even 0 programme ''it''''s'', ''学分'' cap work 12.5% of programme, at most 1 item per year starting 03-01 cap work 1 pt cap degree at most 2 items');
SELECT pg_temp.book('', $$
rule 'last' priority -5 when 2 of (work/A/B, any work/A/*, any of (cert/C/D within 1 year, all of (course/A/B, course/A/A grade = 60.5)))
  grant 2 pt, course/A/B 1 cr
  cap at most 1 item
  cap 10 pt, 5% of programme per year
rule 'first' when project/A/B#7 overlap > 80% hours < 100 hr credits <= 3 cr within 30 days
  grant course/A/B 1 cr per 2.5 cr, 0.5 pt per 3 ects, leftover keep
rule 'second' when any degree/* within 1 month grant 1 cr per 2 cr
$$);
SELECT count(*) AS same_book FROM (
	SELECT pg_temp.book('', 'rule ''r'' when ' || condition || ' grant 1 cr') AS rules
	FROM unnest(ARRAY[
		'2 of (cert/A/B, cert/A/C level >= 1 grade > 2, any of (work/A/B, work/A/A))',
		'2 of (any of (work/A/A, work/A/B), cert/a/c grade > 2 and level >= 1, cert/A/B)',
		'2 OF (cert/A/C level>=1 and grade > 2.0 level >= 1, any of (work/A/B,work/A/A),cert/A/B)']) AS condition) AS books
GROUP BY rules;

-- lines, comments, quotes
SELECT ('rule_set ''a'' version 1' || chr(13) || chr(10) || '-- rule ''no'' --' || chr(13) || 'rule ''it''''s'' when cert/A/B--C grant 1 cr')::rule_set;
SELECT ('rule_set ''a'' version 1 rule ''' || repeat('学', 66) || 'ab'' when cert/A/B grant 1 cr')::rule_set IS NOT NULL AS two_hundred_bytes;

-- syntax errors say where, what, and what could stand there
SELECT * FROM pg_temp.error_of($$ SELECT ''::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1
rule ''b'' when any training/* garnt 1 cr'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT E'rule_set ''学分银行'' version 1\r\n\r\nrule ''学'' when 学分'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 rule ''b'' when cert/A/B grant 1 cr per'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 rule ''b'' when cert/A/B grant 1 cr leftover keep'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 rule ''b'' when any of cert/A/B grant 1 cr'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1.5'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 cap 3 cr'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 effective ..'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 rule ''b'::rule_set $$);
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1 ; '::rule_set $$);
-- a quote forgotten is missed where it is, not at the next name; signs of another keyboard are told apart
SELECT * FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 1
rule ''b when cert/A/B grant 1 cr
rule ''c'' when cert/A/C grant 1 cr'::rule_set $$);
SELECT heading, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY['programme ''A''，''B''', 'cap total ５０% of programme', 'cap tag ‘a’ 1 cr']) AS heading,
	pg_temp.error_of(format('SELECT pg_temp.book(%L)', heading)) AS e;

-- values that cannot be
SELECT heading, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'effective 2023-02-29 ..', 'effective 2024-01-02 .. 2024-01-01', 'effective 0000-01-01 ..',
	'round half_up 5', 'round half_up 99999999999', 'round down 1 round down 1', 'effective 2023-01-01 .. effective 2023-01-01 ..',
	'programme ''a'' programme ''b''', 'programme ''''',
	'cap total 0 cr', 'cap total 5 hr', 'cap total 0% of programme', 'cap total 100.0001% of programme',
	'cap total 33.33333% of programme', 'cap total 999999999999999 cr',
	'cap total at most 0 items', 'cap total at most 3000000000 items', 'cap total 1 cr, 2 cr',
	'cap total 1 cr cap total 5% of programme', 'cap cert 1 cr per year starting 09-01 cap cert at most 2 items per year starting 09-01',
	'cap cert 1 cr per year starting 02-29']) AS heading,
	pg_temp.error_of(format('SELECT pg_temp.book(%L)', heading)) AS e;
SELECT rule, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'', 'rule '''' when cert/A/B grant 1 cr', E'rule ''a\tb'' when cert/A/B grant 1 cr',
	'rule ''r'' when cert/A/B grant 1 cr rule ''r'' when cert/A/C grant 1 cr',
	'rule ''r'' priority 2147483648 when cert/A/B grant 1 cr',
	'rule ''r'' when 0 of (cert/A/B) grant 1 cr', 'rule ''r'' when 3 of (cert/A/B, cert/A/C) grant 1 cr',
	'rule ''r'' when cert/A/B grade >= 60% grant 1 cr', 'rule ''r'' when cert/A/B hours >= 60 cr grant 1 cr',
	'rule ''r'' when cert/A/B attendance >= 101 grant 1 cr', 'rule ''r'' when cert/A/B within 0 days grant 1 cr',
	'rule ''r'' when cert/A/B within 101 years grant 1 cr', 'rule ''r'' when cert/A/B within 1 year within 2 years grant 1 cr',
	'rule ''r'' when cert/A/B grant 0 cr', 'rule ''r'' when cert/A/B grant 1 hr',
	'rule ''r'' when cert/A/B grant 1 cr per 0 hr', 'rule ''r'' when cert/A/B grant 1 cr, leftover keep',
	'rule ''r'' when cert/A/B grant 1 cr, 1 cr per 16 hr, leftover keep',
	'rule ''r'' when all of (cert/A/B, cert/A/C) grant 1 cr per 16 hr',
	'rule ''r'' when cert/A/B grant 1 cr cap 1 cr cap at most 1 item',
	'rule ''r'' when cert/A/B grant course/A/B#1 1 cr']) AS rule,
	pg_temp.error_of(format('SELECT pg_temp.book('''', %L)', rule)) AS e;
SELECT pattern, e.sqlstate_, e.message, e.detail
FROM unnest(ARRAY['certificate/*', 'cert/A*', 'cert/*/B', 'cert/A/B#*', 'cert/A', 'cert/-/*', 'cert/A/B/*']) AS pattern,
	pg_temp.error_of(format('SELECT pg_temp.book('''', ''rule ''''r'''' when %s grant 1 cr'')', pattern)) AS e;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of($$ SELECT ('rule_set ''' || repeat('学', 67) || ''' version 1 rule ''b'' when cert/A/B grant 1 cr')::rule_set $$) AS e;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of($$ SELECT 'rule_set ''a'' version 0 rule ''b'' when cert/A/B grant 1 cr'::rule_set $$) AS e;

-- size: nesting is limited, size is not felt, nonsense is refused at once
SELECT length(pg_temp.book('', 'rule ''r'' when ' || repeat('all of (cert/A/B, ', 32) || 'cert/A/B' || repeat(')', 32) || ' grant 1 cr')::text) AS thirty_two_deep;
SELECT * FROM pg_temp.error_of($$ SELECT pg_temp.book('', 'rule ''r'' when ' || repeat('all of (', 33) || 'cert/A/B' || repeat(')', 33) || ' grant 1 cr') $$);
SELECT * FROM pg_temp.error_of($$ SELECT pg_temp.book('', 'rule ''r'' when ' || repeat('any of (', 1000000)) $$);
SELECT * FROM pg_temp.error_of($$ SELECT repeat('x', 16 * 1024 * 1024 + 1)::rule_set $$);
SELECT e.sqlstate_, e.message FROM pg_temp.error_of($$ SELECT repeat('''', 10000001)::rule_set $$) AS e;
CREATE TEMP TABLE large AS
SELECT pg_temp.book('', string_agg(format('rule ''r%s'' priority %s when all of (course/A/B%s grade >= 60, any of (cert/X/Y%s level >= 3, any training/* hours >= 10 within 3 years)) grant course/Z/Q%s 3 cr', i, i % 7, i, i, i), ' ' ORDER BY i)) AS rules
FROM generate_series(1, 5000) AS i;
SELECT (SELECT count(*) FROM rule_set_rules(rules)), rules::text::rule_set = rules AS by_text, rules::jsonb::rule_set = rules AS by_jsonb FROM large;
SELECT place, rule, priority FROM large, rule_set_rules(rules) WHERE place IN (1, 2, 5000);

-- bytes: what is sent is taken back, anything else is refused (a bytea and a
-- rule_set have the same frame in a binary COPY)
CREATE TEMP TABLE sent (bytes bytea);
CREATE TEMP TABLE received (rules rule_set);
\set send_bytes '\\copy sent TO ''test/regress/results/rule_set.data'' (FORMAT binary)'
\set receive '\\copy received FROM ''test/regress/results/rule_set.data'' (FORMAT binary)'
INSERT INTO sent SELECT rule_set_send(:'canonical') UNION ALL SELECT rule_set_send(rules) FROM large;
:send_bytes
:receive
SELECT count(*) AS unchanged FROM received WHERE rules = :'canonical'::rule_set OR rules IN (SELECT rules FROM large);
TRUNCATE sent;
INSERT INTO sent VALUES ('');
:send_bytes
:receive
TRUNCATE sent;
INSERT INTO sent VALUES ('\x02');
:send_bytes
:receive
TRUNCATE sent;
INSERT INTO sent SELECT substr(rule_set_send(:'canonical'), 1, 300);
:send_bytes
:receive
TRUNCATE sent;
INSERT INTO sent SELECT rule_set_send(:'canonical') || '\x00'::bytea;
:send_bytes
:receive
-- a priority that the text cannot say: what it became could not be restored
TRUNCATE sent;
INSERT INTO sent SELECT decode(replace(encode(rule_set_send('rule_set ''a'' version 1 rule ''r'' priority -2147483647 when cert/A/B grant 1 cr'), 'hex'), '80000001', '80000000'), 'hex');
:send_bytes
:receive
-- the same programme twice, and the pattern in small letters: not canonical
TRUNCATE sent;
INSERT INTO sent SELECT overlay(bytes PLACING substr(bytes, 17, 7) FROM 24)
FROM (SELECT rule_set_send(pg_temp.book('programme ''p1'', ''p2''')) AS bytes) AS book;
:send_bytes
:receive
TRUNCATE sent;
INSERT INTO sent SELECT decode(replace(encode(rule_set_send(pg_temp.book('')), 'hex'), encode('cert/A/B', 'hex'), encode('cert/a/B', 'hex')), 'hex');
:send_bytes
:receive

-- jsonb: what is wrong is named, with its place
SELECT json, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'[]', '3', '{}', '{"rule_set": "a"}', '{"rule_set": "a", "version": 1, "rules": [], "name": 3}',
	'{"rule_set": "a", "version": 1, "rules": []}', '{"rule_set": 5, "version": 1, "rules": []}',
	'{"rule_set": "a", "version": "1", "rules": []}', '{"rule_set": "a", "version": 1.5, "rules": []}',
	'{"rule_set": "a", "version": 1, "rules": {}}', '{"rule_set": "a", "version": 1, "rules": [3]}',
	'{"rule_set": "a", "version": 1, "rules": [], "effective": {}}',
	'{"rule_set": "a", "version": 1, "rules": [], "effective": {"from": "2023-02-30"}}',
	'{"rule_set": "a", "version": 1, "rules": [], "round": {"mode": "up", "digits": 2}}',
	'{"rule_set": "a", "version": 1, "rules": [], "cap": [{"scope": "all"}]}',
	'{"rule_set": "a", "version": 1, "rules": [], "cap": [{"scope": "total", "percent": 0.00001}]}',
	'{"rule_set": "a", "version": 1, "rules": [], "cap": [{"scope": "total", "items": 0}]}',
	'{"rule_set": "a", "version": 1, "rules": [], "cap": [{"scope": "total"}]}',
	'{"rule_set": "a", "version": 1, "rules": [], "programme": ["x", null]}']) AS json,
	pg_temp.error_of(format('SELECT %L::jsonb::rule_set', json)) AS e;
SELECT rule, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'{"rule": "r"}', '{"rule": "r", "when": {"source": "cert/A/B"}}', '{"rule": "r", "when": {}, "grant": []}',
	'{"rule": "r", "when": {"source": "cert/A/B"}, "grant": []}',
	'{"rule": "r", "when": {"source": "cert/A/B"}, "grant": [{"amount": 3}]}',
	'{"rule": "r", "when": {"source": "cert/A/B"}, "grant": [{"amount": "three"}]}',
	'{"rule": "r", "when": {"source": "cert/A"}, "grant": [{"amount": "3 cr"}]}',
	'{"rule": "r", "when": {"source": "cert/A/B"}, "grant": [{"amount": "3 cr"}], "leftover": "lose"}',
	'{"rule": "r", "when": {"source": "cert/A/B"}, "grant": [{"amount": "3 cr"}], "cap": [{"scope": "total", "amount": "1 cr"}]}',
	'{"rule": "r", "when": {"source": "cert/A/B", "all_of": []}, "grant": []}',
	'{"rule": "r", "when": {"all_of": [{"source": "cert/A/B"}], "within": {"days": 3}}, "grant": []}',
	'{"rule": "r", "when": {"some_of": [{"source": "cert/A/B"}]}, "grant": []}',
	'{"rule": "r", "when": {"all_of": []}, "grant": [{"amount": "3 cr"}]}',
	'{"rule": "r", "when": {"source": "cert/A/B", "within": {"days": 3, "years": 1}}, "grant": []}',
	'{"rule": "r", "when": {"source": "cert/A/B", "tests": [{"test": "age", "is": ">", "value": 3}]}, "grant": []}',
	'{"rule": "r", "when": {"source": "cert/A/B", "tests": [{"test": "level", "is": "!", "value": 3}]}, "grant": []}',
	'{"rule": "r", "when": {"source": "cert/A/B", "tests": [{"test": "level", "is": ">", "value": -3}]}, "grant": []}']) AS rule,
	pg_temp.error_of(format('SELECT jsonb_build_object(''rule_set'', ''a'', ''version'', 1, ''rules'', jsonb_build_array(%L::jsonb))::rule_set', rule)) AS e;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of($$
	SELECT ('{"rule_set": "a", "version": 1, "rules": [{"rule": "r", "when": ' || repeat('{"all_of": [', 40) || '{"source": "cert/A/B"}' || repeat(']}', 40) || ', "grant": []}]}')::jsonb::rule_set $$) AS e;

-- NULL in, NULL out
SELECT NULL::rule_set::text IS NULL AND rule_set_name(NULL) IS NULL AND rule_set_version(NULL) IS NULL
	AND rule_set_effective(NULL) IS NULL AND rule_set_programmes(NULL) IS NULL AND rule_set_digest(NULL) IS NULL
	AND rule_set_to_jsonb(NULL) IS NULL AND rule_set_from_jsonb(NULL) IS NULL AND (NULL::rule_set = NULL::rule_set) IS NULL AS nulls;
SELECT count(*) AS no_rows FROM rule_set_rules(NULL);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.rule_set_digest(pg_temp.book(''), 'md5') $$);

-- order, hash, indexes, casts
CREATE TEMP TABLE books (id integer, rules rule_set PRIMARY KEY);
INSERT INTO books SELECT i, ('rule_set ''b' || i || ''' version 1 rule ''r'' when cert/A/B grant 1 cr')::text FROM generate_series(1, 9) AS i;
INSERT INTO books VALUES (10, 'rule_set ''b1'' version 2 rule ''r'' when cert/A/B grant 1 cr'::varchar);
SELECT * FROM pg_temp.error_of($$ INSERT INTO books SELECT 11, rules FROM books WHERE id = 3 $$) AS e(sqlstate_, message, detail_, hint) WHERE sqlstate_ = '23505' AND message LIKE '%books_pkey%' AND detail_ <> '';
SELECT array_agg(id ORDER BY rules) FROM books;
SELECT count(DISTINCT rules) FROM (SELECT rules FROM books UNION ALL SELECT rules FROM books) AS twice;
SELECT bool_and((a.rules < b.rules) = (rule_set_cmp(a.rules, b.rules) < 0)
	AND (a.rules <= b.rules) = (NOT a.rules > b.rules) AND (a.rules >= b.rules) = (NOT a.rules < b.rules)
	AND (a.rules = b.rules) = (NOT a.rules <> b.rules)
	AND (a.rules = b.rules) = (rule_set_hash(a.rules) = rule_set_hash(b.rules))
	AND (a.rules = b.rules) = (rule_set_hash_extended(a.rules, 7) = rule_set_hash_extended(b.rules, 7))) AS consistent
FROM books AS a, books AS b;
SELECT rule_set_hash_extended(rules, 0) & 4294967295 = rule_set_hash(rules) & 4294967295 AS low_half,
	rule_set_hash_extended(rules, 1) <> rule_set_hash_extended(rules, 0) AS seeded
FROM books WHERE id = 1;
SELECT opcname, amvalidate(oid) FROM pg_opclass WHERE opcname = 'rule_set_ops' ORDER BY opcmethod;
