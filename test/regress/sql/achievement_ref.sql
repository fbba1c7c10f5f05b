-- achievement_ref: the identity of an achievement.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = public, creditbank;

-- the canonical form; psql's versions differ about the width of a byte order mark
SELECT replace(written, U&'\FEFF', '(BOM)') AS written, written::achievement_ref AS canonical
FROM (VALUES
	('cert/CN-POST/EXP-OPERATOR#2023-000123'),
	('Cert/cn-post/exp-operator#2023-000123a'),
	(E' \t course/OUC/LOG-101 \n'),
	('ｃｏｕｒｓｅ／ＯＵＣ／ｌｏｇ－１０１＃７'),
	(U&'\3000course/OUC/LOG-101\3000'),
	('training/安徽总工会/焊工_2.0'),
	('award/université/éñÿ-ßµ'),
	('award/ΑΘΉΝΑ/αθήνας'),
	('award/МГУ/ёжик'),
	(U&'\FEFFcert/A/B'),
	(U&'award/A/e\0301'),
	('patent/CNIPA/ZL2023.1'),
	('degree/9/9'),
	('project/a/b'), ('mentoring/a/b'), ('work/a/b'), ('internship/a/b'))
	AS example (written);

-- one achievement, one value
SELECT 'cert/CN-POST/A#1'::achievement_ref = ' CERT／cn-post／a＃1'::text::achievement_ref AS same_value;

-- what is refused, and why
CREATE FUNCTION pg_temp.refusal(written text) RETURNS SETOF text LANGUAGE sql AS
$$ SELECT sqlstate_ || ' ' || message || ' | ' || detail
	FROM pg_temp.error_of(format('SELECT %L::creditbank.achievement_ref', written)) $$;
SELECT * FROM pg_temp.error_of($$ SELECT 'cert/CN-POST'::creditbank.achievement_ref $$);
SELECT refusal FROM unnest(ARRAY[
	'', '   ', 'hello', 'cert', 'cert/', 'cert/A', 'cert/A/', 'cert//B', '/A/B', 'cert/A/B#',
	'diploma/A/B', 'certificate-of-work/A/B', '证书/A/B', 'cert:x/A/B', 'cer t/A/B',
	'cert/A/B/C', 'cert/A/B#1#2', 'cert/A/B#1/2', 'cert/A#1/B', 'cert / A / B',
	'cert/A/B C', 'cert/A/B:C', 'cert/A/B?', 'cert/A/*', 'cert/A/B''C', 'cert/A/B"C', E'cert/A/B\nC',
	'cert/A/-B', 'cert/.A/B', 'cert/A/B#_1', 'cert/A/B：C', 'cert/（A）/B', 'cert/A/B·C', 'cert/A/B、C',
	U&'cert/A/B\200BC', U&'cert/A/\FEFFB', U&'cert/A/\E000', U&'cert/A/\0301B', U&'cert/A/B\00ADC', 'cert/A/B+',
	U&'cert/A/\+00FFFF'])
	AS example (written), pg_temp.refusal(written);

-- the length, in bytes of UTF-8
SELECT octet_length(('cert/A/' || repeat('x', 248))::achievement_ref::text) AS longest;
SELECT octet_length(('cert/A/' || repeat('学', 82))::achievement_ref::text) AS chinese;
SELECT octet_length(('cert/A/' || repeat('ｘ', 248))::achievement_ref::text) AS from_wide;
SELECT sqlstate_, detail FROM pg_temp.error_of($$ SELECT ('cert/A/' || repeat('x', 249))::creditbank.achievement_ref $$);
SELECT sqlstate_, detail FROM pg_temp.error_of($$ SELECT ('cert/A/' || repeat('学', 83))::creditbank.achievement_ref $$);
SELECT sqlstate_, length(message), detail FROM pg_temp.error_of($$ SELECT repeat('x', 100000)::creditbank.achievement_ref $$);

-- its parts
SELECT ref, class(ref), issuer(ref), code(ref), serial(ref), catalogue_ref(ref)
FROM unnest(ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123', 'course/国开/物流-1']::achievement_ref[]) AS ref;
SELECT class(NULL) IS NULL AND issuer(NULL) IS NULL AND code(NULL) IS NULL
	AND serial(NULL) IS NULL AND catalogue_ref(NULL) IS NULL AS null_in_null_out;

-- made of parts
SELECT achievement_ref('Cert', ' cn-post ', 'exp', '１'), achievement_ref('cert', 'CN-POST', 'EXP'),
	achievement_ref(serial => NULL, class => 'work', issuer => 'A', code => 'B');
SELECT achievement_ref(NULL, 'A', 'B') IS NULL AND achievement_ref('cert', NULL, 'B') IS NULL
	AND achievement_ref('cert', 'A', NULL, '1') IS NULL AS null_in_null_out;
SELECT sqlstate_, left(message, 63) AS message, detail FROM unnest(ARRAY[
	$$ 'cert', 'A/B', 'C' $$, $$ 'cert', 'A', 'B#1' $$, $$ 'cert', 'A', 'B＃1', '2' $$, $$ 'cert/A', 'B', 'C' $$,
	$$ 'cert', 'A', 'B', '' $$, $$ '', 'A', 'B' $$, $$ 'cert', repeat('x', 5000), 'B' $$,
	$$ 'cert', repeat('x', 200), repeat('y', 60) $$]) AS arguments,
	pg_temp.error_of('SELECT creditbank.achievement_ref(' || arguments || ')');

-- the binary form
SELECT achievement_ref_send('cert/A/学#1');
-- a COPY of one row of one column, whatever the bytes, reaches the receive function
CREATE TABLE refs_read (ref achievement_ref);
CREATE FUNCTION pg_temp.read_binary(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	copied bytea := '\x5047434f50590aff0d0a00' || '\x0000000000000000'::bytea
		|| '\x0001'::bytea || int4send(length(bytes)) || bytes || '\xffff'::bytea;
	octal text;
BEGIN
	SELECT string_agg('\' || (b >> 6) || (b >> 3 & 7) || (b & 7), '' ORDER BY i) INTO octal
	FROM generate_series(0, length(copied) - 1) AS i, get_byte(copied, i) AS b;
	DELETE FROM refs_read;
	EXECUTE format('COPY refs_read FROM PROGRAM %L (FORMAT binary)', 'printf ''' || octal || '''');
	RETURN (SELECT ref FROM refs_read);
END
$$;
SELECT pg_temp.read_binary('\x01' || convert_to('cert/A/学#1', 'UTF8')),
	pg_temp.read_binary(achievement_ref_send(achievement_ref('award', 'A', 'B'))) = 'award/A/B' AS there_and_back;
SELECT sqlstate_, message, detail, hint FROM unnest(ARRAY[
	'\x', '\x01', '\x02636572742f412f42', '\x01636572742f612f42', '\x0120636572742f412f42', '\x01636572742f41',
	'\x01636572742f412f4200', '\x01636572742f412fff', '\x01636572742f412fe5ada6ef', '\x01434552542f412f42',
	'\x01' || convert_to('cert/A/Ｂ', 'UTF8'), '\x01' || convert_to('cert/A/' || repeat('x', 249), 'UTF8')]::bytea[]) AS bytes,
	pg_temp.error_of(format('SELECT pg_temp.read_binary(%L)', bytes));

-- comparison: by bytes, the shorter first
SELECT array_agg(ref ORDER BY ref) AS ascending, min(ref), max(ref)
FROM unnest(ARRAY['work/A/B', 'cert/A/B-', 'cert/A/B', 'cert/A/B#1', 'cert/A/学', 'cert/A/B0', 'course/A/A']::achievement_ref[]) AS ref;
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt,
	sign(achievement_ref_cmp(a, b)), achievement_ref_smaller(a, b), achievement_ref_larger(a, b)
FROM (VALUES ('cert/A/B'::achievement_ref, 'cert/A/B'::achievement_ref), ('cert/A/B', 'cert/A/B#1'), ('cert/A/C', 'cert/A/B#1')) AS pair (a, b);
SELECT min(ref) IS NULL AS none FROM refs_read WHERE false;
SELECT achievement_ref_hash('cert/A/B') = achievement_ref_hash('CERT/a/b') AS same_hash,
	achievement_ref_hash('cert/A/B') <> achievement_ref_hash('cert/A/C') AS other_hash,
	achievement_ref_hash('cert/A/B')::bit(32) = achievement_ref_hash_extended('cert/A/B', 0)::bit(32) AS low_half_agrees,
	achievement_ref_hash_extended('cert/A/B', 1) <> achievement_ref_hash_extended('cert/A/B', 0) AS seeded;
SELECT amname, opcname, amvalidate(c.oid)
FROM pg_opclass AS c
JOIN pg_am AS a ON a.oid = opcmethod
WHERE opcintype = 'achievement_ref'::regtype
ORDER BY amname;

-- covers
SELECT a, b, a @> b AS covers, b <@ a AS covered
FROM (VALUES
	('cert/A/B'::achievement_ref, 'cert/A/B'::achievement_ref), ('cert/A/B', 'cert/A/B#1'), ('cert/A/B#1', 'cert/A/B#1'),
	('cert/A/B#1', 'cert/A/B'), ('cert/A/B#1', 'cert/A/B#12'), ('cert/A/B', 'cert/A/BC'), ('cert/A/B', 'cert/A/BC#1'),
	('cert/A/B', 'cert/A/B-'), ('cert/A/B', 'course/A/B#1')) AS pair (a, b);

-- text: written out, as a parameter, assigned, and never by surprise
SELECT 'cert/A/B'::achievement_ref = 'cert/a/b'::text AS ref_text, 'cert/a/b'::varchar = 'cert/A/B'::achievement_ref AS varchar_ref,
	'cert/A/B'::achievement_ref <> 'cert/a/c'::varchar AS ne1, 'cert/a/b'::text <> 'cert/A/B'::achievement_ref AS ne2,
	'cert/A/B'::achievement_ref @> 'cert/a/b#1'::text AS c1, 'cert/a/b'::text @> 'cert/A/B#1'::achievement_ref AS c2,
	'cert/A/B#1'::achievement_ref <@ 'cert/a/b'::text AS c3, 'cert/a/b#1'::text <@ 'cert/A/B'::achievement_ref AS c4,
	'cert/A/B'::achievement_ref = 'cert/a/b' AS literal, 'cert/a/b#1' <@ 'cert/A/B'::achievement_ref AS literal_first;
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.achievement_ref('cert', 'A', 'B') OPERATOR(pg_catalog.=) 'x'::text $$);
SELECT (ref = NULL::text) IS NULL AND (ref @> NULL::text) IS NULL AS null_in_null_out FROM achievement_ref('cert', 'A', 'B') AS ref;
CREATE TABLE assigned (ref achievement_ref, written text);
INSERT INTO assigned SELECT t, t FROM (VALUES ('cert/a/b'::text)) AS v (t);
INSERT INTO assigned SELECT v, v FROM (VALUES ('cert/a/c'::varchar)) AS v (v);
INSERT INTO assigned SELECT ref, ref FROM assigned;
SELECT ref, written FROM assigned ORDER BY ref, written;
SELECT 'a'::varchar = 'a' AS plain_varchar, 'a' = 'a' AS plain_literals, 'a'::text <> 'b' AS plain_text, 'a'::name = 'a' AS plain_name;
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT upper(creditbank.achievement_ref('cert', 'A', 'B')) $$);

-- Indexes: a few thousand references, half of them nasty neighbours of each
-- other. Each way to find them must find what reading every row finds.
CREATE TABLE deposit (id integer, ref achievement_ref, title text);
INSERT INTO deposit
SELECT i, format('%s/I%s/C%s%s',
		(ARRAY['course', 'cert', 'award'])[1 + random % 3], random / 3 % 3,
		(ARRAY['1', '1-', '1.', '1_', '10', '1A', '1学', '2'])[1 + random / 9 % 8],
		CASE WHEN random / 72 % 8 > 2 THEN '#' || (ARRAY['1', '1-', '10', '1学', '2'])[1 + random / 576 % 5] END)::achievement_ref, i
FROM generate_series(1::bigint, 4000) AS i, LATERAL (SELECT (i * 1103515245 + 12345) % 2147483648 / 65536) AS r (random);
CREATE TABLE probe AS
SELECT ref FROM (SELECT ref, row_number() OVER (ORDER BY ref) AS n FROM deposit GROUP BY ref) AS g WHERE n % 5 = 0
UNION SELECT ref FROM unnest(ARRAY['cert/I9/X', 'cert/I1/C1', 'cert/I1/C1#1', 'cert/I1/C1#9', 'cert/A/A', 'work/Z/Z#1']::achievement_ref[]) AS ref;
SELECT count(*) > 80 AS enough_probes, count(*) FILTER (WHERE serial(ref) IS NULL) > 10 AS without_serial FROM probe;

CREATE FUNCTION pg_temp.index_conditions(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'Index Cond|Seq Scan' THEN
			RETURN NEXT btrim(line);
		END IF;
	END LOOP;
END
$$;
-- pairs that index and rows disagree about, in each direction
CREATE FUNCTION pg_temp.disagreements() RETURNS TABLE (covered bigint, covering bigint, equal bigint) LANGUAGE plpgsql AS $$
DECLARE
	p achievement_ref;
	found integer[];
	expected integer[];
BEGIN
	covered := 0;
	covering := 0;
	equal := 0;
	FOR p IN SELECT ref FROM probe LOOP
		SELECT array_agg(id ORDER BY id) FILTER (WHERE p @> ref) INTO expected FROM unindexed;
		SELECT array_agg(id ORDER BY id) INTO found FROM deposit WHERE ref <@ p;
		covered := covered + (found IS DISTINCT FROM expected)::integer;
		SELECT array_agg(id ORDER BY id) INTO found FROM deposit WHERE p @> ref;
		covered := covered + (found IS DISTINCT FROM expected)::integer;
		SELECT array_agg(id ORDER BY id) FILTER (WHERE ref @> p) INTO expected FROM unindexed;
		SELECT array_agg(id ORDER BY id) INTO found FROM deposit WHERE ref @> p;
		covering := covering + (found IS DISTINCT FROM expected)::integer;
		SELECT array_agg(id ORDER BY id) FILTER (WHERE ref = p) INTO expected FROM unindexed;
		SELECT array_agg(id ORDER BY id) INTO found FROM deposit WHERE ref = p::text::varchar;
		equal := equal + (found IS DISTINCT FROM expected)::integer;
	END LOOP;
	RETURN NEXT;
END
$$;
CREATE TABLE unindexed AS SELECT * FROM deposit;
SET jit = off;
SET enable_seqscan = off;
SET enable_bitmapscan = off;

CREATE INDEX deposit_btree ON deposit (ref);
ANALYZE deposit;
SELECT index_conditions FROM unnest(ARRAY[
	$$ref <@ 'cert/I1/C1'$$, $$'cert/I1/C1' @> ref$$, $$achievement_ref_contained(ref, 'cert/I1/C1')$$,
	$$ref <@ 'cert/i1/c1'::varchar$$, $$ref @> 'cert/I1/C1#1'$$, $$'cert/i1/c1#1'::text <@ ref$$,
	$$ref = 'cert/i1/c1'::varchar$$, $$'cert/i1/c1'::text = ref$$])
	AS condition, pg_temp.index_conditions('SELECT * FROM deposit WHERE ' || condition);
SELECT index_conditions FROM pg_temp.index_conditions('SELECT * FROM (SELECT ref AS wanted FROM probe OFFSET 0) AS p, deposit WHERE ref <@ wanted AND id > 0')
WHERE index_conditions ~ 'Cond';
SET plan_cache_mode = force_generic_plan;
PREPARE by_catalogue (varchar) AS SELECT count(*) FROM deposit WHERE ref <@ $1;
PREPARE by_instance (achievement_ref) AS SELECT count(*) FROM deposit WHERE ref @> $1;
PREPARE by_equality (varchar) AS SELECT count(*) FROM deposit WHERE ref = $1;
SELECT index_conditions FROM unnest(ARRAY['by_catalogue', 'by_instance', 'by_equality']) AS name,
	pg_temp.index_conditions(format('EXECUTE %I (%L)', name, 'cert/I1/C1#1'));
EXECUTE by_catalogue(NULL);
EXECUTE by_instance(NULL);
SELECT * FROM pg_temp.disagreements();
RESET plan_cache_mode;
SELECT * FROM pg_temp.disagreements();

-- on the second column of an index the order must hold
DROP INDEX deposit_btree;
CREATE INDEX deposit_two ON deposit ((id % 2), ref, id);
ANALYZE deposit;
SELECT index_conditions FROM pg_temp.index_conditions($$SELECT ref, id FROM deposit WHERE id % 2 = 1 AND ref @> 'cert/I1/C1#1' ORDER BY ref, id$$);
SELECT bool_and(id > before OR ref > ref_before) AS in_order, count(*) > 0 AS found
FROM (SELECT ref, id, lag(id) OVER () AS before, lag(ref) OVER () AS ref_before
	FROM (SELECT ref, id FROM deposit WHERE id % 2 = 1 AND ref @> 'cert/I1/C1#1' ORDER BY ref, id) AS ordered) AS pairs;
DROP INDEX deposit_two;

-- hash serves equality alone, BRIN serves all
CREATE INDEX deposit_hash ON deposit USING hash (ref);
SELECT index_conditions FROM pg_temp.index_conditions($$SELECT * FROM deposit WHERE ref = 'cert/i1/c1'::text$$);
SELECT index_conditions FROM pg_temp.index_conditions($$SELECT * FROM deposit WHERE ref @> 'cert/I1/C1#1'$$);
SELECT index_conditions FROM pg_temp.index_conditions($$SELECT * FROM deposit WHERE ref <@ 'cert/I1/C1'$$);
DROP INDEX deposit_hash;
SET enable_bitmapscan = on;
CREATE INDEX deposit_brin ON deposit USING brin (ref) WITH (pages_per_range = 1);
SELECT index_conditions FROM unnest(ARRAY['<@', '@>']) AS sign,
	pg_temp.index_conditions(format($$SELECT * FROM deposit WHERE ref %s 'cert/I1/C1#1'$$, sign));
SELECT * FROM pg_temp.disagreements();
DROP INDEX deposit_brin;
RESET enable_seqscan;
RESET jit;
RESET enable_bitmapscan;

-- joins and aggregates, also in parallel and by hash
SET enable_sort = off;
SELECT count(*), count(DISTINCT ref) FROM deposit;
SELECT count(*) AS groups, sum(n) AS rows FROM (SELECT ref, count(*) AS n FROM deposit GROUP BY ref) AS g;
RESET enable_sort;
SELECT count(*) FROM deposit AS a JOIN unindexed AS b USING (ref, id);
SET enable_hashjoin = off;
SELECT count(*) FROM deposit AS a JOIN unindexed AS b USING (ref, id);
RESET enable_hashjoin;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT min(ref), max(ref) FROM deposit WHERE ref <> 'cert/a/b'::text;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- every object says what it is
SELECT p.oid::regprocedure AS without_comment
FROM pg_proc AS p
WHERE p.pronamespace = 'creditbank'::regnamespace
	AND (p.proname LIKE 'achievement_ref%' OR 'achievement_ref'::regtype = ANY (p.proargtypes::oid[]))
	AND obj_description(p.oid, 'pg_proc') IS NULL
UNION ALL
SELECT o.oid::regoperator::text::regprocedure
FROM pg_operator AS o
WHERE 'achievement_ref'::regtype IN (o.oprleft, o.oprright) AND obj_description(o.oid, 'pg_operator') IS NULL;

-- A server of another encoding: the bytes stay UTF-8, and what it cannot show
-- it does not take.
SELECT current_database() AS this_database \gset
CREATE DATABASE creditbank_euc_kr ENCODING 'EUC_KR' LOCALE 'C' TEMPLATE template0;
\c creditbank_euc_kr
SET client_min_messages = warning;
\encoding UTF8
CREATE EXTENSION creditbank;
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = public, creditbank;
SELECT ref, code(ref), achievement_ref_send(ref), title_key('회계　입문 Ⅰ') FROM CAST('Course/Kr/회계－입문' AS achievement_ref) AS ref;
SELECT same_title('회계 입문', '회계입문Ⅰ'), same_title('회계입문2', '회계입문');
SELECT sqlstate_, detail FROM pg_temp.error_of($$ SELECT 'cert/회계 입문/A'::creditbank.achievement_ref $$);
\c :this_database
DROP DATABASE creditbank_euc_kr;

DROP TABLE refs_read, assigned, deposit, probe, unindexed;
