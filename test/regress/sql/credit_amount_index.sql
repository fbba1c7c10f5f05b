-- credit_amount: order, operator classes, plans.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;

-- The lines of a plan that say how it finds, joins and sorts.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'Scan|Cond|Join|Sort|Filter|Partial|Gather' THEN
			RETURN NEXT regexp_replace(line, '^\s*(->)?\s*', '');
		END IF;
	END LOOP;
END
$$;

SELECT opcname, amname, amvalidate(pg_opclass.oid)
FROM pg_opclass
JOIN pg_am ON pg_am.oid = opcmethod
WHERE opcintype = 'credit_amount'::regtype
ORDER BY amname;

-- One total order, by unit and then by value.
SELECT array_agg(amount ORDER BY amount)
FROM unnest(ARRAY['3 pt', '-5 cr', '0 hr', '8 cr', '-57646075230342.3488 ects', '1 cats', '57646075230342.3487 cr', '0 cr', '-3 pt']::credit_amount[]) AS amount;
SELECT a, b, a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt, credit_amount_cmp(a, b)
FROM (VALUES ('1 cr'::credit_amount, '2 cr'::credit_amount), ('2', '2.0 cr'), ('3', '-2'), ('9 cr', '1 pt'), ('-9 hr', '9 pt'), ('7 cats', '8 ects')) AS pairs (a, b);
SELECT a, n, a < n AS lt, a <= n AS le, a = n AS eq, a <> n AS ne, a >= n AS ge, a > n AS gt, credit_amount_numeric_cmp(a, n),
	n < a AS lt_, n <= a AS le_, n = a AS eq_, n <> a AS ne_, n >= a AS ge_, n > a AS gt_, numeric_credit_amount_cmp(n, a)
FROM (VALUES ('2 cr'::credit_amount, 2::numeric), ('2 cr', 2.00001), ('2 cr', 1.99999), ('-2 cr', -2.00001), ('2 pt', 2), ('-2 pt', 1e20),
	('2 cr', 1e20), ('2 cr', '-Infinity'), ('2 cr', 'Infinity'), ('2 cr', 'NaN'), ('-2 pt', 'NaN'), ('57646075230342.3487', 57646075230342.34870)) AS pairs (a, n);
SELECT a, t, a < t AS lt, a <= t AS le, a = t AS eq, a <> t AS ne, a >= t AS ge, a > t AS gt,
	t < a AS lt_, t <= a AS le_, t = a AS eq_, t <> a AS ne_, t >= a AS ge_, t > a AS gt_
FROM (VALUES ('2 cr'::credit_amount, '2'::text), ('2 cr', '3 cr'), ('2 pt', '2 cr')) AS pairs (a, t);
SELECT * FROM pg_temp.error_of($$ SELECT '2 cr'::credit_amount > 'two'::text $$);
SELECT '8 cr'::credit_amount > 5 AS int, 5::bigint < '8 cr'::credit_amount AS bigint, '8 cr'::credit_amount = '8' AS literal,
	'8 cr'::credit_amount = '8.00'::varchar AS varchar, '8 cr'::credit_amount > NULL::numeric AS null_in_null_out;
-- Swapping, negating and cmp agree over every pair of types.
SELECT oprname, oprleft::regtype, oprright::regtype, oprcom::regoperator, oprnegate::regoperator, oprcanmerge, oprcanhash
FROM pg_operator
WHERE oprresult = 'boolean'::regtype AND 'credit_amount'::regtype IN (oprleft, oprright)
ORDER BY 2, 3, 1;

-- The same rows with and without an index, over mixed units.
SELECT setseed(0.25) AS seed_set;
CREATE TABLE amounts AS
SELECT id, credit_amount(((random() * 400000)::bigint - 200000) / 10000.0, (ARRAY['cr', 'pt', 'hr', 'ects', 'cats'])[1 + id % 5]) AS amount
FROM generate_series(1, 5000) AS id;
INSERT INTO amounts VALUES (5001, NULL), (5002, '5 cr'), (5003, '2.5 cr'), (5004, '5 pt');
CREATE TABLE queries AS
SELECT format('amount %s %s', sign, bound) AS condition
FROM unnest(ARRAY['<', '<=', '=', '>=', '>']) AS sign,
	unnest(ARRAY['5', '2.5', '2.50001', '''5 pt''', '''5 cr''::text', '''5 hr''::varchar', '(-100000)', '''NaN''::numeric']) AS bound
UNION ALL
SELECT format('%s %s amount', bound, sign)
FROM unnest(ARRAY['<', '<=', '=', '>=', '>']) AS sign,
	unnest(ARRAY['5', '2.5', '''5''::text']) AS bound;
CREATE FUNCTION pg_temp.ids_of(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ids text;
BEGIN
	EXECUTE 'SELECT count(*) || '' '' || md5(coalesce(string_agg(id::text, '','' ORDER BY id), '''')) FROM amounts WHERE ' || condition INTO ids;
	RETURN ids;
END
$$;
CREATE TABLE by_scan AS SELECT condition, pg_temp.ids_of(condition) AS ids FROM queries;
CREATE INDEX amounts_amount ON amounts (amount) INCLUDE (id);
ANALYZE amounts;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE TABLE by_index AS SELECT condition, pg_temp.ids_of(condition) AS ids FROM queries;
SELECT count(*) AS conditions, count(DISTINCT ids) > 20 AS differing_results FROM by_scan;
SELECT * FROM by_scan EXCEPT SELECT * FROM by_index;

SELECT pg_temp.plan_of('SELECT id FROM amounts WHERE amount > 5');
SELECT pg_temp.plan_of('SELECT id FROM amounts WHERE amount > 2.5');
SELECT pg_temp.plan_of('SELECT id FROM amounts WHERE 2.5 >= amount');
SELECT pg_temp.plan_of($$SELECT id FROM amounts WHERE amount = '5 pt'$$);
SELECT pg_temp.plan_of($$SELECT id FROM amounts WHERE amount BETWEEN 2 AND '5 cr'::credit_amount$$);
SELECT pg_temp.plan_of($$SELECT id FROM amounts WHERE amount > '5 hr'::varchar$$);
SELECT pg_temp.plan_of($$SELECT id FROM amounts WHERE '5 hr'::text < amount$$);
SELECT pg_temp.plan_of('SELECT amount FROM amounts ORDER BY amount DESC LIMIT 3');
SELECT pg_temp.plan_of('SELECT max(amount) FROM amounts');
SET plan_cache_mode = force_generic_plan;
PREPARE by_number (numeric) AS SELECT count(*) FROM amounts WHERE amount > $1;
PREPARE by_string (varchar) AS SELECT count(*) FROM amounts WHERE amount > $1;
PREPARE by_integer (integer) AS SELECT count(*) FROM amounts WHERE amount > $1;
SELECT pg_temp.plan_of('EXECUTE by_number (5)');
SELECT pg_temp.plan_of($$EXECUTE by_string ('5')$$);
SELECT pg_temp.plan_of('EXECUTE by_integer (5)');
EXECUTE by_number (5);
EXECUTE by_string ('5');
EXECUTE by_integer (5);
RESET plan_cache_mode;

-- Other access methods.
DROP INDEX amounts_amount;
CREATE INDEX amounts_amount ON amounts USING hash (amount);
SELECT pg_temp.plan_of($$SELECT id FROM amounts WHERE amount = '5 cr'::text$$);
SELECT id FROM amounts WHERE amount = '5 cr' AND id > 5000;
DROP INDEX amounts_amount;
SET enable_bitmapscan = on;
CREATE INDEX amounts_amount ON amounts USING brin (amount) WITH (pages_per_range = 1);
SELECT pg_temp.plan_of('SELECT id FROM amounts WHERE amount > 5');
CREATE TABLE by_brin AS SELECT condition, pg_temp.ids_of(condition) AS ids FROM queries;
SELECT * FROM by_scan EXCEPT SELECT * FROM by_brin;
DROP INDEX amounts_amount;

-- Joins: hash and merge among amounts, merge with numbers.
CREATE TABLE numbers AS SELECT (id % 41 - 20)::numeric / 2 AS number FROM generate_series(1, 500) AS id;
INSERT INTO numbers VALUES ('NaN'), (2.50001), (NULL);
CREATE TABLE joined (how text, pairs bigint, ids numeric);
RESET enable_seqscan;
SET enable_nestloop = off;
SET enable_mergejoin = off;
SELECT pg_temp.plan_of('SELECT * FROM amounts AS a JOIN amounts AS b USING (amount)') LIMIT 1;
INSERT INTO joined SELECT 'hash', count(*), sum(a.id * b.id) FROM amounts AS a JOIN amounts AS b USING (amount);
SET enable_mergejoin = on;
SET enable_hashjoin = off;
SELECT pg_temp.plan_of('SELECT * FROM amounts AS a JOIN amounts AS b USING (amount)') LIMIT 1;
INSERT INTO joined SELECT 'merge', count(*), sum(a.id * b.id) FROM amounts AS a JOIN amounts AS b USING (amount);
UPDATE amounts SET amount = round(amount, 0, 'half_up');
SELECT pg_temp.plan_of('SELECT * FROM amounts JOIN numbers ON amount = number') LIMIT 1;
INSERT INTO joined SELECT 'merge with numbers', count(*), sum(id) FROM amounts JOIN numbers ON amount = number;
INSERT INTO joined SELECT 'merge from numbers', count(*), sum(id) FROM amounts JOIN numbers ON number = amount;
SET enable_nestloop = on;
SET enable_mergejoin = off;
INSERT INTO joined SELECT 'loop with numbers', count(*), sum(id) FROM amounts JOIN numbers ON amount = number;
RESET enable_mergejoin;
RESET enable_hashjoin;
SELECT how, pairs > 0 AS found, dense_rank() OVER (ORDER BY pairs, ids) AS result FROM joined ORDER BY how;
SELECT count(amount) = count(DISTINCT amount) AS groups_are_distinct FROM (SELECT amount FROM amounts GROUP BY amount) AS groups;
SELECT count(DISTINCT credit_amount_hash_extended(amount, 1)) > 100 AS hashes_spread,
	bool_and(credit_amount_hash_extended(amount, 1) <> credit_amount_hash_extended(amount, 0)) AS seeded,
	bool_and(credit_amount_hash_extended(amount, 0) & 4294967295 = credit_amount_hash(amount)::bigint & 4294967295) AS seed_zero_agrees
FROM amounts;

-- Plans over numbers alone are what they were.
CREATE INDEX numbers_number ON numbers (number);
ANALYZE numbers;
SET enable_seqscan = off;
SET enable_sort = off;
SELECT pg_temp.plan_of('SELECT number FROM numbers ORDER BY number');
SELECT pg_temp.plan_of('SELECT number FROM numbers WHERE number > 5 ORDER BY number DESC');
SELECT pg_temp.plan_of('SELECT max(number) FROM numbers');
RESET enable_sort;
RESET enable_seqscan;

-- Frames by distance: each unit is a neighbourhood of its own.
SELECT amount, array_agg(amount) OVER (ORDER BY amount RANGE BETWEEN '2 cr' PRECEDING AND '1 cr' FOLLOWING) AS near
FROM unnest(ARRAY['1', '2', '3.5', '5', '57646075230342.3487', '-57646075230342.3488']::credit_amount[]) AS amount;
SELECT in_range('5 pt'::credit_amount, '5 cr', '9 cr', false, true) AS later_unit_below, in_range('5 pt'::credit_amount, '5 cr', '9 cr', false, false) AS later_unit_above;
SELECT * FROM pg_temp.error_of($$ SELECT count(*) OVER (ORDER BY a RANGE '1 hr' PRECEDING) FROM (VALUES ('1 cr'::credit_amount), ('2 cr')) AS v (a) $$);
SELECT * FROM pg_temp.error_of($$ SELECT count(*) OVER (ORDER BY a RANGE '-1 cr' PRECEDING) FROM (VALUES ('1 cr'::credit_amount), ('2 cr')) AS v (a) $$);

DROP TABLE amounts, numbers, joined, queries, by_scan, by_index, by_brin;
