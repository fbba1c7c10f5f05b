-- credit_amount: text, units, casts, arithmetic, rounding, wire form.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;

-- Text in and out: canonical, and stable under a second reading.
SELECT written, written::credit_amount AS read_as,
	written::credit_amount::text::credit_amount = written::credit_amount AS stable
FROM unnest(ARRAY[
	'8 cr', '2.6667 cr', '16 hr', '-3 pt', '+2', '.5 cr', '12 ects', '7 cats',
	'8', '8cr', '8 CR', '8 Ects', '  8   cr  ', E'\t8\n', '5.', '5. hr', '-.25pt',
	'0', '-0', '-0.0000 pt', '+0 hr', '007.50', '1.50000000000', '1ects', '0.0001', '-0.0001',
	'8 学分', '3积分', '16 学时', '57646075230342.3487', '-57646075230342.3488 cats'
]) AS written;

SELECT written, error.*
FROM unnest(ARRAY[
	'', '   ', 'cr', '.', '-', '+ 2', '--2', '1e3', '1E+3 cr', '2e-1', 'NaN', 'Infinity', '-inf',
	'0x10', '1_000', '1,5', '1.2.3', '8 credits', '8 cr cr', '8 cr 2', '8 学', '8 学分学分', '1e', '８ cr'
]) AS written,
	pg_temp.error_of(format('SELECT %L::creditbank.credit_amount', written)) AS error;
SELECT written, error.*
FROM unnest(ARRAY[
	'1.00001', '2.66667 cr', '0.00005 pt',
	'57646075230342.3488', '-57646075230342.3489', '99999999999999999999999999999 pt', '57646075230343.00001'
]) AS written,
	pg_temp.error_of(format('SELECT %L::creditbank.credit_amount', written)) AS error;

SELECT unit('8'), unit('3 pt'), unit('16 HR'), unit('12 ects'), unit('7 cats'), unit(NULL);

-- A pinned unit.
CREATE TEMP TABLE pinned (credits credit_amount(cr), hours credit_amount(hr), points credit_amount(积分), any_unit credit_amount);
SELECT attname, format_type(atttypid, atttypmod)
FROM pg_attribute
WHERE attrelid = 'pinned'::regclass AND attnum > 0
ORDER BY attnum;
INSERT INTO pinned VALUES (8, '16 hr', '3 pt', '12 ects');
INSERT INTO pinned VALUES (2.5::numeric, '16 hr'::text, '3 pt'::varchar, 7::bigint), (NULL, NULL, NULL, 4::smallint);
SELECT * FROM pinned;
SELECT * FROM pg_temp.error_of($$ INSERT INTO pinned (hours) VALUES ('48') $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO pinned (hours) VALUES (48) $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO pinned (hours) VALUES (48.5) $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO pinned (hours) VALUES ('48'::text) $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO pinned (hours) SELECT '48 cr'::credit_amount $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO pinned (credits) VALUES ('3 pt') $$);
SELECT * FROM pg_temp.error_of($$ UPDATE pinned SET credits = hours $$);
SELECT * FROM pg_temp.error_of($$ SELECT 48::credit_amount(hr) $$);
SELECT * FROM pg_temp.error_of($$ SELECT '{8 cr,16 hr}'::credit_amount(cr)[] $$);
\copy pinned (hours) FROM stdin
16 hr
\.
\set VERBOSITY terse
\copy pinned (hours) FROM stdin
16
\.
\set VERBOSITY default
SELECT 8::credit_amount(cr), '{8 cr,2}'::credit_amount(cr)[], credit_amount('16 hr'::credit_amount, -1, false);
SELECT * FROM pg_temp.error_of($$ CREATE TEMP TABLE bad (a creditbank.credit_amount(credits)) $$);
SELECT * FROM pg_temp.error_of($$ CREATE TEMP TABLE bad (a creditbank.credit_amount(cr, hr)) $$);
SELECT * FROM pg_temp.error_of($$ CREATE TEMP TABLE bad (a creditbank.credit_amount(1)) $$);
SELECT credit_amount_typmod_out(-1), credit_amount_typmod_out(3);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount_typmod_out(99) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount('8 cr'::creditbank.credit_amount, 0, true) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount_typmod_in('{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount_typmod_in('{NULL}') $$);

-- Casts: a number is credits, exactly; none from or to a number is implicit.
SELECT 8::smallint::credit_amount, 8::credit_amount, 8::bigint::credit_amount, 2.6667::credit_amount, 2.50000000::credit_amount,
	'3 pt'::bpchar(10)::credit_amount, 57646075230342.3487::credit_amount, (-57646075230342)::credit_amount;
SELECT '2.5 hr'::credit_amount::numeric, '-0.0001'::credit_amount::numeric, '8 cr'::credit_amount::numeric(10,1);
SELECT number, error.*
FROM unnest(ARRAY['2.66667', '57646075230342.3488', '-57646075230342.3489', '1e20', '''NaN''', '''Infinity''', '''-Infinity''']) AS number,
	pg_temp.error_of(format('SELECT (%s)::numeric::creditbank.credit_amount', number)) AS error;
SELECT * FROM pg_temp.error_of($$ SELECT 57646075230343::bigint::creditbank.credit_amount $$);
SELECT * FROM pg_temp.error_of($$ SELECT 9223372036854775807::creditbank.credit_amount $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT 2.5::float8::creditbank.credit_amount $$);
SELECT castsource::regtype, casttarget::regtype, castcontext
FROM pg_cast
WHERE 'credit_amount'::regtype IN (castsource, casttarget)
ORDER BY castsource::regtype::text, casttarget::regtype::text;

-- The constructor.
SELECT credit_amount(2.5, 'hr'), credit_amount(8, 'CR'), credit_amount(16, '学时'), credit_amount(NULL, 'cr'), credit_amount(1, NULL);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount(1, 'credits') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount(1, '') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.credit_amount(1.00001, 'pt') $$);

-- Arithmetic.
SELECT '8 cr'::credit_amount + '2.5' AS plus, '8 hr'::credit_amount - '16 hr' AS minus, -'8 pt'::credit_amount AS negative,
	+'8 pt'::credit_amount AS positive, '8 cr'::credit_amount * 0.5 AS times, 3 * '2.6667 hr'::credit_amount AS times_left,
	'8 cr'::credit_amount / 4 AS divided, '8 cr'::credit_amount / 0.3125 AS divided_by_fraction, '-9 hr'::credit_amount / -16 AS both_negative,
	'8 cr'::credit_amount / '16 cr'::credit_amount AS ratio, '2 pt'::credit_amount / '3 pt' AS endless_ratio;
SELECT '57646075230342.3487'::credit_amount + '-57646075230342.3488' AS minus_least,
	'0'::credit_amount * 1e300 AS nothing, '0'::credit_amount / 1e-300 AS nothing_divided, '1 cr'::credit_amount * 1.0000000000 AS zeros,
	abs('-8 hr'::credit_amount), abs('8 hr'::credit_amount), sign('-8 hr'::credit_amount), sign('0 hr'::credit_amount), sign('1 hr'::credit_amount);
SELECT expression, error.*
FROM unnest(ARRAY[
	$$'8 cr'::credit_amount + '16 hr'::credit_amount$$,
	$$'8 cr'::credit_amount - '3 pt'::credit_amount$$,
	$$'8 cr'::credit_amount / '3 ects'::credit_amount$$,
	$$'57646075230342.3487'::credit_amount + '0.0001'$$,
	$$'-57646075230342.3488 hr'::credit_amount - '0.0001 hr'$$,
	$$-'-57646075230342.3488 pt'::credit_amount$$,
	$$abs('-57646075230342.3488 pt'::credit_amount)$$,
	$$'8 cr'::credit_amount * 0.00001$$,
	$$'8 cr'::credit_amount * 1e20$$,
	$$'8 cr'::credit_amount * 'NaN'::numeric$$,
	$$'8 cr'::credit_amount / 3$$,
	$$'0.0001 cr'::credit_amount / 2$$,
	$$'8 cr'::credit_amount / 1e-20$$,
	$$'8 cr'::credit_amount / 1e20$$,
	$$'8 cr'::credit_amount / 'Infinity'::numeric$$,
	$$'8 cr'::credit_amount / 'NaN'::numeric$$,
	$$'8 cr'::credit_amount / 0$$,
	$$'8 cr'::credit_amount / '0 cr'::credit_amount$$
]) AS expression,
	pg_temp.error_of('SELECT ' || expression) AS error;
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT '8 cr'::credit_amount * 0.5::float8 $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT '8 cr'::credit_amount + 1 $$);

-- Rounding says how.
SELECT amount, digits, round(amount, digits, 'half_up') AS half_up, round(amount, digits, 'half_even') AS half_even, round(amount, digits, 'down') AS down
FROM unnest(ARRAY['2.5 cr', '3.5 cr', '-2.5 hr', '-3.5 hr', '2.4999', '2.5001', '-0.5 pt', '1.2345', '1.2355', '0', '0.0001', '-0.0001']::credit_amount[]) AS amount,
	unnest(ARRAY[0, 3]) AS digits;
SELECT round('1.2345', 4, 'half_up'), round('1.25', 1, 'half_even'), round('1.2350', 2, 'half_even'), round(NULL::credit_amount, 1, 'down');
SELECT * FROM pg_temp.error_of($$ SELECT round('1'::credit_amount, 5, 'down') $$);
SELECT * FROM pg_temp.error_of($$ SELECT round('1'::credit_amount, -1, 'down') $$);
SELECT * FROM pg_temp.error_of($$ SELECT round('1'::credit_amount, 1, 'up') $$);
SELECT * FROM pg_temp.error_of($$ SELECT round('57646075230342.3487'::credit_amount, 3, 'half_up') $$);
SELECT round('57646075230342.3487'::credit_amount, 0, 'down');

-- The wire form, to the byte.
SELECT amount, credit_amount_send(amount)
FROM unnest(ARRAY['0', '8 cr', '-3 pt', '2.6667 hr', '12 ects', '57646075230342.3487', '-57646075230342.3488 cats']::credit_amount[]) AS amount;
CREATE TEMP TABLE sent AS
SELECT ordinality, amount::credit_amount
FROM unnest(ARRAY['0', '8 cr', '-3 pt', '2.6667 hr', '12 ects', '57646075230342.3487', '-57646075230342.3488 cats', NULL]) WITH ORDINALITY AS row (amount, ordinality);
CREATE TEMP TABLE received (LIKE sent);
\copy sent TO 'test/regress/results/credit_amount.bin' (FORMAT binary)
\copy received FROM 'test/regress/results/credit_amount.bin' (FORMAT binary)
SELECT count(*) AS same FROM sent JOIN received USING (ordinality) WHERE sent.amount IS NOT DISTINCT FROM received.amount;
-- What a client sends is checked: bytea writes its bytes as they are.
CREATE TEMP TABLE taken (amount credit_amount);
CREATE TEMP TABLE taken_hours (amount credit_amount(hr));
\copy (SELECT '\x010000000000000138800a'::bytea) TO 'test/regress/results/credit_amount_long.bin' (FORMAT binary)
\copy (SELECT '\x02000000000000013880'::bytea) TO 'test/regress/results/credit_amount_version.bin' (FORMAT binary)
\copy (SELECT '\x01050000000000013880'::bytea) TO 'test/regress/results/credit_amount_unit.bin' (FORMAT binary)
\copy (SELECT '\x01000800000000000000'::bytea) TO 'test/regress/results/credit_amount_count.bin' (FORMAT binary)
\copy (SELECT '\x0100f7ffffffffffffff'::bytea) TO 'test/regress/results/credit_amount_least.bin' (FORMAT binary)
\copy (SELECT '\x0100'::bytea) TO 'test/regress/results/credit_amount_short.bin' (FORMAT binary)
\copy (SELECT '\x01000000000000013880'::bytea) TO 'test/regress/results/credit_amount_good.bin' (FORMAT binary)
\set VERBOSITY sqlstate
\copy taken FROM 'test/regress/results/credit_amount_long.bin' (FORMAT binary)
\copy taken FROM 'test/regress/results/credit_amount_version.bin' (FORMAT binary)
\copy taken FROM 'test/regress/results/credit_amount_unit.bin' (FORMAT binary)
\copy taken FROM 'test/regress/results/credit_amount_count.bin' (FORMAT binary)
\copy taken FROM 'test/regress/results/credit_amount_least.bin' (FORMAT binary)
\copy taken FROM 'test/regress/results/credit_amount_short.bin' (FORMAT binary)
\copy taken_hours FROM 'test/regress/results/credit_amount_good.bin' (FORMAT binary)
\set VERBOSITY default
\copy taken FROM 'test/regress/results/credit_amount_version.bin' (FORMAT binary)
\copy taken FROM 'test/regress/results/credit_amount_good.bin' (FORMAT binary)
SELECT * FROM taken;
SELECT * FROM taken_hours;

-- Everything is explained.
SELECT objects.kind, objects.object
FROM (
	SELECT 'function', oid::regprocedure::text, obj_description(oid, 'pg_proc')
	FROM pg_proc
	WHERE pronamespace = 'creditbank'::regnamespace AND (prosrc LIKE '%credit_amount%' OR 'credit_amount'::regtype = ANY (proargtypes) OR prorettype = 'credit_amount'::regtype)
	UNION ALL
	SELECT 'operator', oid::regoperator::text, obj_description(oid, 'pg_operator')
	FROM pg_operator
	WHERE 'credit_amount'::regtype IN (oprleft, oprright)
	UNION ALL
	SELECT 'cast', castsource::regtype || ' as ' || casttarget::regtype, obj_description(oid, 'pg_cast')
	FROM pg_cast
	WHERE 'credit_amount'::regtype IN (castsource, casttarget)
	UNION ALL
	SELECT 'operator class', opcname, obj_description(oid, 'pg_opclass')
	FROM pg_opclass
	WHERE opcintype = 'credit_amount'::regtype
	UNION ALL
	SELECT 'operator family', opfname, obj_description(oid, 'pg_opfamily')
	FROM pg_opfamily
	WHERE opfname LIKE 'credit_amount%'
	UNION ALL
	SELECT 'type', 'credit_amount', obj_description('credit_amount'::regtype, 'pg_type')
) AS objects (kind, object, explanation)
WHERE explanation IS NULL;
