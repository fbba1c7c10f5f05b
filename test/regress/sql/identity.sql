-- identity: what an identity number may be, and the keyed hash it is known by.
-- Valid numbers here are made up or printed on specimens; 11010519491231002X and
-- 440524188001010014 are the examples of GB 11643-1999.
\set ECHO none
\o /dev/null
\i test/regress/error_of.sql
\i test/regress/identity_key.sql
-- The check character as the standard has it: weights, not the recursion of the code.
CREATE FUNCTION pg_temp.checked(body text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN body || (
	SELECT substr('10X98765432', 1 + (sum(substr(body, i::integer, 1)::integer * w) % 11)::integer, 1)
	FROM unnest(ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY AS u (w, i));
\o
\set ECHO all

-- What is a number of its kind, and what is not, and why.
SELECT v.number, creditbank.resident_id_problem(v.number) AS problem
FROM (VALUES
	('11010519491231002X'), ('11010519491231002x'), (' 110105 19491231-002X'), ('110105491231002'),
	(pg_temp.checked('71010220000229123')), (pg_temp.checked('44190019991231999')),
	('440524188001010014'),
	(''), ('   '), ('1'), ('1101051949123100'), ('11010519491231002X1'), ('1101051949123100211010519491231002111101051949123100211'),
	('110105194912310021'), ('11010519491231020X'), ('X1010519491231002X'), ('1101051949123100X2'), ('11010519491231002Y'),
	('11010549123100X'), ('110105 1949123l 002X'),
	('00010519491231002X'), ('16010519491231002X'), ('81000019940823002X'), ('83000019920130002X'), ('91000019940823002X'),
	(pg_temp.checked('11010519000229002')), (pg_temp.checked('11010520010229002')), (pg_temp.checked('11010520011301002')),
	(pg_temp.checked('11010520010001002')), (pg_temp.checked('11010520010100002')), (pg_temp.checked('11010520010431002')),
	(pg_temp.checked('11010518991231002')), (pg_temp.checked('11010519000101002')), ('110105490231002'),
	(U&'\FF11\FF11010519491231002X'), (U&'11010519491231002\FF38'), (U&'\4E00\4E0C'), (U&'11010519491231002X\00A0'), (E'11010519491231002X\n')) AS v (number);
SELECT v.kind, v.number, creditbank.identity_problem(v.kind, v.number) AS problem
FROM (VALUES
	('residence_permit', '810000199408230021'), ('residence_permit', '830000199201300022'), ('residence_permit', pg_temp.checked('82000020000229001')),
	('residence_permit', pg_temp.checked('91108419850312001')), ('residence_permit', pg_temp.checked('91608419850312001')),
	('residence_permit', '810000199408230022'), ('residence_permit', pg_temp.checked('81010019940823002')), ('residence_permit', '11010519491231002X'),
	('residence_permit', '110105491231002'), ('residence_permit', pg_temp.checked('81000019940230002')),
	('passport', 'E12345678'), ('passport', 'ea 1234-567'), ('passport', 'E123'), ('passport', 'E12'), ('passport', 'E123456789'), ('passport', 'ABCDEFG'),
	('passport', 'E1234/678'), ('passport', U&'E1234567\FF18'), ('passport', '11010519491231002X'),
	('other', 'H08012345(01)'), ('other', 'A/1'), ('other', 'abc'), ('other', 'abcd'), ('other', repeat('1', 40)), ('other', repeat('1', 41))) AS v (kind, number);
SELECT creditbank.identity_problem(NULL, '1') IS NULL AS no_kind, creditbank.identity_problem('passport', NULL) IS NULL AS no_number,
	creditbank.resident_id_problem(NULL) IS NULL AS no_resident;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.identity_problem('11010519491231002X', 'resident_id') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.identity_problem('Passport', 'E12345678') $$);

-- Every mistyped digit, also for X, and every swap of neighbours is caught.
SELECT count(*) AS typos, count(*) FILTER (WHERE creditbank.resident_id_problem(overlay(n PLACING c FROM place FOR 1)) IS NULL) AS accepted
FROM unnest(ARRAY['11010519491231002X', pg_temp.checked('32058119990704123'), pg_temp.checked('44190020000229001')]) AS n,
	generate_series(1, 18) AS place, string_to_table('0123456789X', NULL) AS c
WHERE substr(n, place, 1) <> c;
SELECT count(*) AS swaps, count(*) FILTER (WHERE creditbank.resident_id_problem(swapped) IS NULL) AS accepted
FROM generate_series(1, 999) AS s,
	LATERAL (SELECT pg_temp.checked('320581' || to_char(date '1950-01-01' + 37 * s, 'YYYYMMDD') || lpad(s::text, 3, '0')) AS n) AS v,
	generate_series(1, 17) AS place,
	LATERAL (SELECT overlay(n PLACING substr(n, place + 1, 1) || substr(n, place, 1) FROM place FOR 2) AS swapped) AS w
WHERE swapped <> n;
-- Every day from 1900 on is one, and no other.
SELECT count(*) FILTER (WHERE creditbank.resident_id_problem(pg_temp.checked('320581' || to_char(day, 'YYYYMMDD') || '123')) IS NULL) AS accepted, count(*) AS days
FROM generate_series(date '1900-01-01', date '2030-12-31', interval '1 day') AS day;
SELECT count(*) AS days, count(*) FILTER (WHERE creditbank.resident_id_problem(pg_temp.checked('320581' || lpad(y::text, 4, '0') || lpad(m::text, 2, '0') || lpad(d::text, 2, '0') || '123')) IS NULL) AS accepted
FROM generate_series(1999, 2004) AS y, generate_series(0, 99) AS m, generate_series(0, 99) AS d;
-- The provinces of GB/T 2260 whose numbers residents have.
SELECT string_agg(lpad(p::text, 2, '0'), ' ' ORDER BY p) AS provinces
FROM generate_series(0, 99) AS p
WHERE creditbank.resident_id_problem(pg_temp.checked(lpad(p::text, 2, '0') || '010119990704123')) IS NULL;

-- One form for all spellings, and the date of birth.
SELECT v.kind, creditbank.identity_canonical(v.kind, v.number) AS canonical, creditbank.identity_birth_date(v.kind, v.number) AS born
FROM (VALUES
	('resident_id', ' 110105-19491231-002x '), ('resident_id', '110105491231002'), ('residence_permit', '810000199408230021'),
	('passport', 'e 1234-5678'), ('other', 'h08012345(01)')) AS v (kind, number);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.identity_canonical('resident_id', '110105194912310021') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.identity_birth_date('passport', 'E12') $$);

-- The hash: HMAC of kind and canonical number, by the suite's hash. RFC 4231, test
-- cases 1, 2, 3 and 6; GM/T 0042-2015, appendix D.3.
SELECT v.suite, creditbank.keyed_digest(v.data, v.key, v.suite) = v.expected AS fits
FROM (VALUES
	('sha256-ed25519', 'Hi There'::bytea, decode(repeat('0b', 20), 'hex'), '\xb0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'::bytea),
	('sha256-ed25519', 'what do ya want for nothing?', 'Jefe', '\x5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'),
	('sha256-ed25519', decode(repeat('dd', 50), 'hex'), decode(repeat('aa', 20), 'hex'), '\x773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'),
	('sha256-ed25519', 'Test Using Larger Than Block-Size Key - Hash Key First', decode(repeat('aa', 131), 'hex'), '\x60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'),
	('sm3-sm2', 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopqabcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20', '\xca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a'),
	('sm3-sm2', decode(repeat('cd', 50), 'hex'), '\x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425', '\x220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae')) AS v (suite, data, key, expected);
SELECT creditbank.keyed_digest(NULL, '') IS NULL AND creditbank.keyed_digest('', NULL) IS NULL AND creditbank.keyed_digest('', '', NULL) IS NULL AS null_in_null_out;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.keyed_digest('', '', 'md5') $$);
BEGIN;
CALL creditbank.create_bank(origin => 'sm.example.org', suite => 'sm3-sm2');
SELECT creditbank.identity_hash('passport', 'E12345678')
	= creditbank.keyed_digest('creditbank identity v1:passport:E12345678', decode(repeat('0123456789abcdef', 4), 'hex'), 'sm3-sm2') AS fits;
ROLLBACK;
BEGIN;
CALL creditbank.create_bank(origin => 'test.example.org');
SELECT count(*) AS keys FROM creditbank.identity_key;
SELECT encode(creditbank.identity_hash('resident_id', '11010519491231002X'), 'hex') AS hash,
	creditbank.identity_hash('resident_id', '11010519491231002X')
		= creditbank.keyed_digest('creditbank identity v1:resident_id:11010519491231002X', decode(repeat('0123456789abcdef', 4), 'hex')) AS fits;
SELECT check_value = creditbank.keyed_digest('creditbank identity key v1', decode(repeat('0123456789abcdef', 4), 'hex')) AS check_value FROM creditbank.identity_key;
SELECT count(DISTINCT creditbank.identity_hash('resident_id', n)) AS hashes
FROM unnest(ARRAY['11010519491231002X', '11010519491231002x', '110105491231002', '110105 19491231 002X']) AS n;
SELECT count(DISTINCT creditbank.identity_hash(k, n)) AS hashes
FROM (VALUES ('passport', 'E1234567'), ('other', 'E1234567'), ('passport', 'E1234568')) AS v (k, n);
SELECT creditbank.identity_hash(NULL, '1') IS NULL AND creditbank.identity_hash('passport', NULL) IS NULL AS null_in_null_out;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.identity_hash('resident_id', '110105194912310021') $$);
SELECT * FROM pg_temp.error_of($$ UPDATE creditbank.identity_key SET check_value = sha256('') $$);
SELECT * FROM pg_temp.error_of($$ DELETE FROM creditbank.identity_key $$);
SELECT * FROM pg_temp.error_of($$ INSERT INTO creditbank.identity_key VALUES (false, sha256('')) $$);

-- The key file: what is refused, and that neither its path nor a byte of it is told.
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SET LOCAL creditbank.identity_key_file = ''; SELECT creditbank.identity_hash('passport', 'E12345678') $$);
CREATE FUNCTION pg_temp.refusal(content text, mode text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('creditbank.identity_key_file') || '.other';
	told record;
BEGIN
	EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', content, format('cat >%s && chmod %s %s', file, mode, file));
	EXECUTE format('SET LOCAL creditbank.identity_key_file = %L', file);
	SELECT * INTO told FROM pg_temp.error_of('SELECT creditbank.identity_hash(''passport'', ''E12345678'')') AS e;
	EXECUTE format('SET LOCAL creditbank.identity_key_file = %L', left(file, -6));
	EXECUTE format('COPY (SELECT) TO PROGRAM %L', 'cat >/dev/null; rm -f ' || file);
	IF told::text ~ '/tmp|0123456789|E12345678' THEN
		RETURN 'LEAK: ' || told::text;
	END IF;
	RETURN told.sqlstate_ || ' ' || told.detail;
END
$$;
SELECT v.what, pg_temp.refusal(v.content, v.mode)
FROM (VALUES
	('the same key', repeat('0123456789abcdef', 4), '0600'),
	('in upper case', repeat('0123456789ABCDEF', 4), '0400'),
	('another key', repeat('0123456789abcde0', 4), '0600'),
	('a longer key', repeat('0123456789abcdef', 8), '0600'),
	('too long', repeat('0123456789abcdef', 8) || '01', '0600'),
	('too short', repeat('0123456789abcdef', 3) || '0123456789abcd', '0600'),
	('odd', repeat('0123456789abcdef', 4) || '0', '0600'),
	('empty', '', '0600'),
	('no digit', repeat('0123456789abcdeg', 4), '0600'),
	('readable for the group', repeat('0123456789abcdef', 4), '0640'),
	('readable for all', repeat('0123456789abcdef', 4), '0604'),
	('writable for all', repeat('0123456789abcdef', 4), '0602'),
	('9000 bytes', repeat('0', 9000), '0600')) AS v (what, content, mode);
SELECT v.path, e.detail
FROM (VALUES ('identity.key'), ('/tmp'), ('/nonexistent/identity.key'), ('/dev/null')) AS v (path),
	LATERAL pg_temp.error_of(format($$ SET LOCAL creditbank.identity_key_file = %L; SELECT creditbank.identity_hash('passport', 'E12345678') $$, v.path)) AS e;
-- Without a key numbers can still be judged; with it again they are hashed.
SELECT encode(creditbank.identity_hash('resident_id', '110105491231002'), 'hex') AS hash;

-- Nobody but a superuser sets, sees or hashes.
CREATE ROLE regress_creditbank_curious;
GRANT creditbank_registrar, creditbank_admin TO regress_creditbank_curious;
SET ROLE regress_creditbank_curious;
SELECT sqlstate_, message FROM pg_temp.error_of($$ SET creditbank.identity_key_file = '/tmp/mine' $$);
SELECT sqlstate_ FROM pg_temp.error_of($$ SHOW creditbank.identity_key_file $$);
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT creditbank.identity_hash('passport', 'E12345678') $$);
SELECT account FROM creditbank.open_account('Li Xiuying', '2024-01-01', '11010519491231002X');
SELECT creditbank.find_account('110105491231002') AS found;
RESET ROLE;
ROLLBACK;

-- Whatever number is refused, its digits are not in what is told.
SELECT count(*) AS refused, count(*) FILTER (WHERE position(substr(number, 3, 6) IN e::text) > 0) AS told
FROM generate_series(1, 300) AS s,
	LATERAL (SELECT left((1000000007 * s::bigint)::text || '99887766554433221100', 5 + s % 20) AS number) AS v,
	unnest(ARRAY['resident_id', 'residence_permit', 'passport']) AS kind,
	LATERAL pg_temp.error_of(format('SELECT creditbank.identity_canonical(%L, %L)', kind, number)) AS e
WHERE e.sqlstate_ <> '00000';
\set ECHO none
\i test/regress/remove_identity_key.sql
