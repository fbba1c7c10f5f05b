-- canonical_json: RFC 8785 (JSON Canonicalization Scheme), the examples of its
-- sections 3.2.2 to 3.2.4 and the numbers of its appendix B; what is refused;
-- random documents held to what can be computed otherwise.
\set ECHO none
\i test/regress/error_of.sql
SET client_min_messages = warning;
\set ECHO all
-- Sections 3.2.2 and 3.2.4: the text, and its bytes.
SELECT creditbank.canonical_json($$ {
	"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
	"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
	"literals": [null, true, false]
} $$::json);
SELECT encode(creditbank.canonical_json_bytes($$ {
	"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
	"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
	"literals": [null, true, false]
} $$::json), 'hex') = '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d' AS as_published;
-- Section 3.2.3: keys are sorted by UTF-16, where the smiley comes before the Hebrew letter.
SELECT string_agg(value, ', ' ORDER BY place) AS sorted
FROM json_each_text(creditbank.canonical_json($$ {
	"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
	"1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
	"\u00f6": "Latin Small Letter O With Diaeresis"
} $$::json)::json) WITH ORDINALITY AS member (key, value, place);
-- Appendix B: bits of a double, digits that are read as it, and what is written.
CREATE TEMP TABLE number (bits text, digits text, canonical text);
INSERT INTO number
VALUES
	('0000000000000000', '0.0', '0'),
	('8000000000000000', '-0.0', '0'),
	('0000000000000001', '4.9406564584124654e-324', '5e-324'),
	('8000000000000001', '-4.9406564584124654e-324', '-5e-324'),
	('7fefffffffffffff', '1.7976931348623157e+308', '1.7976931348623157e+308'),
	('ffefffffffffffff', '-1.7976931348623157e+308', '-1.7976931348623157e+308'),
	('4340000000000000', '9.0071992547409920e+15', '9007199254740992'),
	('c340000000000000', '-9.0071992547409920e+15', '-9007199254740992'),
	('4430000000000000', '2.9514790517935283e+20', '295147905179352830000'),
	('44b52d02c7e14af5', '9.9999999999999975e+22', '9.999999999999997e+22'),
	('44b52d02c7e14af6', '9.9999999999999992e+22', '1e+23'),
	('44b52d02c7e14af7', '1.0000000000000001e+23', '1.0000000000000001e+23'),
	('444b1ae4d6e2ef4e', '9.9999999999999974e+20', '999999999999999700000'),
	('444b1ae4d6e2ef4f', '9.9999999999999987e+20', '999999999999999900000'),
	('444b1ae4d6e2ef50', '1.0000000000000000e+21', '1e+21'),
	('3eb0c6f7a0b5ed8c', '9.9999999999999974e-07', '9.999999999999997e-7'),
	('3eb0c6f7a0b5ed8d', '9.9999999999999995e-07', '0.000001'),
	('41b3de4355555553', '3.3333333333333319e+08', '333333333.3333332'),
	('41b3de4355555554', '3.3333333333333325e+08', '333333333.33333325'),
	('41b3de4355555555', '3.3333333333333331e+08', '333333333.3333333'),
	('41b3de4355555556', '3.3333333333333337e+08', '333333333.3333334'),
	('41b3de4355555557', '3.3333333333333343e+08', '333333333.33333343'),
	('becbf647612f3696', '-3.3333333333333333e-06', '-0.0000033333333333333333'),
	('43143ff3c1cb0959', '1.4249539237812062e+15', '1424953923781206.2');
SELECT count(*) AS numbers,
	count(*) FILTER (WHERE encode(float8send(digits::float8), 'hex') = bits) AS of_these_bits,
	count(*) FILTER (WHERE creditbank.canonical_json(digits::json) = canonical) AS as_published,
	count(*) FILTER (WHERE creditbank.canonical_json(canonical::json) = canonical) AS stable
FROM number;

-- Both sides of each place where the layout changes, and spellings of one number.
SELECT text, creditbank.canonical_json(text::json)
FROM unnest(ARRAY[
	'1e20', '123456789012345680000', '1e21', '1.5e21', '99999999999999999999.5e1', '0.1', '0.000001', '0.0000015', '1e-6', '1e-7', '1.25e-7', '-1e-7',
	'100', '1E2', '1.00e+2', '1000e-1', '0.0100e4', '-0', '0e5', '-0.000', '0e-999999999999', '4.35', '123.456', '1e22', '1e23', '9007199254740991',
	'2.2250738585072014e-308', '1.7976931348623158e308', '3e-324', '0.30000000000000004', '0.1000000000000000055511151231257827021181583404541015625',
	'9007199254740993.0', '9.007199254740993e15', '999999999999999900000', '999999999999999868928', '-295147905179352825856']) AS text;
-- An integer that no double is would become another one; a fraction is rounded.
SELECT (pg_temp.error_of(format('SELECT creditbank.canonical_json(%L::json)', text))).*
FROM unnest(ARRAY['9007199254740993', '[{"account": -123456789012345678}]', '999999999999999868929', '1' || repeat('0', 60) || '1',
	'1e309', '-1.7976931348623159e308', '1e999999999999999999999', '1e-324', '0.' || repeat('0', 400) || '1']) AS text;

-- Strings: the least escapes, also for what json_in lets through escaped.
SELECT creditbank.canonical_json($$ ["\u0000\u0001\b\t\n\u000b\f\r\u001F", "\u007f\u0080\u2028\ufeff" , "\/\"\\", "A\u030a", "\uD83D\uDE02", "\uffff"] $$::json) =
	U&'["\005Cu0000\005Cu0001\005Cb\005Ct\005Cn\005Cu000b\005Cf\005Cr\005Cu001f","\007F\0080\2028\FEFF","/\005C"\005C\005C","A\030A","\+01F602","\FFFF"]' AS as_is_meant;
SELECT creditbank.canonical_json(' {"" : {} , "b":[ ],"a" :[[ ],{"z":"" , "":null}]}'::json), creditbank.canonical_json(' "text" '::json),
	creditbank.canonical_json('null'::json), creditbank.canonical_json(NULL::json) IS NULL AS null_for_null;
-- The same of jsonb, whose numbers are as they were written.
SELECT creditbank.canonical_json('{"b": 1.10, "a": [1e2, "x", true, null, {"z": 1, "é": 2, "y": {}}]}'::jsonb),
	encode(creditbank.canonical_json_bytes('["é"]'::jsonb), 'hex'), encode(creditbank.canonical_json_bytes('["é"]'::json), 'hex'),
	creditbank.canonical_json(NULL::jsonb) IS NULL AS null_for_null;
SELECT (pg_temp.error_of('SELECT creditbank.canonical_json_bytes(''{"x": [12345678901234567]}''::jsonb)')).*;

-- What has more than one meaning, or none, is refused: keys twice, however they are
-- written and however deep; halves of surrogate pairs.
SELECT (pg_temp.error_of(format('SELECT creditbank.canonical_json(%L::json)', text))).detail
FROM unnest(ARRAY['{"a": 1, "a": 1}', '{"a": 1, "\u0061": 2}', '[{"b": {"x": 0, "学分": 1, "c": 2, "学\u5206": 3}}]', '{"": 1, "": 2}',
	'{"' || repeat('长', 30) || '": 1, "' || repeat('长', 30) || '": 1}', '{"\u0000": 1, "\n": 2, "\u0000": 3}',
	'"\ud800"', '"\udc00"', '"\ud800x"', '"\ud800\n"', '"\ud800\ud800"', '"\ud83d\u0041"', '"\udc00\ud800"', '{"\ud800": 1}']) AS text;
SELECT (pg_temp.error_of('SELECT creditbank.canonical_json(''{"a": 1, "a": 1}''::json)')).*;
-- Keys that only look the same are two: composed and decomposed, "a" and "A", "a" and "a\0".
SELECT creditbank.canonical_json('{"\u00e9": 1, "e\u0301": 2, "a": 3, "A": 4, "a\u0000": 5, "aa": 6}'::json);
-- The tree of a long text would fill the memory.
SELECT octet_length(creditbank.canonical_json(to_json(repeat('x', 16 * 1024 * 1024 - 2)))) AS longest;
SELECT (pg_temp.error_of('SELECT creditbank.canonical_json(to_json(repeat(''x'', 16 * 1024 * 1024 - 1)))')).*;
SELECT (pg_temp.error_of('SELECT creditbank.canonical_json(to_jsonb(repeat(''x'', 16 * 1024 * 1024 - 1)))')).detail;
-- Deep nesting is no crash: it is written, or refused.
SELECT octet_length(creditbank.canonical_json((repeat('[', 1000) || repeat(']', 1000))::json)) AS deep;
SET max_stack_depth = '100kB';
SELECT (pg_temp.error_of('SELECT creditbank.canonical_json((repeat(''{"a":['', 3000) || repeat('']}'', 3000))::json)')).sqlstate_ IN ('22C06', '54001') AS refused;
RESET max_stack_depth;

-- Random documents: keys are in the order of their UTF-16, the canonical form means
-- the same, is its own canonical form, and has no blank that could be left out.
SELECT setseed(0.8785);
CREATE FUNCTION pg_temp.random_text() RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT coalesce(string_agg(chr(point), ''), '')
	FROM (
		SELECT CASE floor(random() * 6)
			WHEN 0 THEN 1 + floor(random() * 126)::integer
			WHEN 1 THEN 160 + floor(random() * 2000)::integer
			WHEN 2 THEN 19968 + floor(random() * 20000)::integer
			WHEN 3 THEN 57344 + floor(random() * 8000)::integer
			WHEN 4 THEN 65536 + floor(random() * 1000000)::integer
			ELSE 97 END
		FROM generate_series(1, floor(random() * 7)::integer)) AS c (point)
$$;
CREATE FUNCTION pg_temp.random_json(depth integer) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	parts text[] := '{}';
	kind integer := floor(random() * CASE WHEN depth > 4 THEN 4 ELSE 7 END);
BEGIN
	IF kind = 0 THEN RETURN (ARRAY['null', 'true', 'false'])[1 + floor(random() * 3)::integer]; END IF;
	IF kind = 1 THEN RETURN to_json(pg_temp.random_text()); END IF;
	IF kind < 4 THEN RETURN trim_scale(((random() - 0.5) * 10 ^ floor(random() * 12))::numeric(30, 8))::text; END IF;
	FOR i IN 1 .. floor(random() * 8)::integer LOOP
		parts := parts || CASE WHEN kind = 4 THEN pg_temp.random_json(depth + 1)
			ELSE to_json(pg_temp.random_text() || i) || ' : ' || pg_temp.random_json(depth + 1) END;
	END LOOP;
	RETURN format(CASE WHEN kind = 4 THEN '[ %s]' ELSE '{%s }' END, array_to_string(parts, E' ,\n'));
END
$$;
-- UTF-16 by the definition of it, in big endian: bytes sort as code units do.
CREATE FUNCTION pg_temp.utf16(value text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
	SELECT decode(coalesce(string_agg(CASE WHEN p < 65536 THEN lpad(to_hex(p), 4, '0')
		ELSE to_hex(55296 + ((p - 65536) >> 10)) || to_hex(56320 + ((p - 65536) & 1023)) END, '' ORDER BY i), ''), 'hex')
	FROM generate_series(1, length(value)) AS i, LATERAL (SELECT ascii(substr(value, i, 1)) AS p) AS c
$$;
CREATE TEMP TABLE document AS
SELECT n, text::json AS given, creditbank.canonical_json(text::json) AS canonical
FROM generate_series(1, 400) AS n, LATERAL (SELECT pg_temp.random_json(n * 0)) AS d (text);
SELECT count(*) AS documents, sum(length(given::text)) > 40000 AS long_enough, bool_and(canonical::jsonb = given::jsonb) AS same_meaning,
	bool_and(creditbank.canonical_json(canonical::json) = canonical) AS stable,
	bool_and(creditbank.canonical_json(given::jsonb) = canonical) AS same_of_jsonb,
	bool_and(convert_from(creditbank.canonical_json_bytes(given), 'UTF8') = canonical) AS same_bytes
FROM document;
WITH RECURSIVE part (value) AS (
	SELECT canonical::json FROM document
	UNION ALL
	SELECT inner_part.value
	FROM part, LATERAL (
		SELECT value FROM json_each(CASE WHEN json_typeof(part.value) = 'object' THEN part.value END)
		UNION ALL
		SELECT value FROM json_array_elements(CASE WHEN json_typeof(part.value) = 'array' THEN part.value END)) AS inner_part (value)
)
SELECT count(*) > 1000 AS pairs_enough, count(*) FILTER (WHERE pg_temp.utf16(before) >= pg_temp.utf16(key)) AS out_of_order
FROM (
	SELECT m.key, lag(m.key) OVER (PARTITION BY o.n ORDER BY m.place) AS before
	FROM (SELECT row_number() OVER () AS n, value FROM part WHERE json_typeof(value) = 'object') AS o,
		json_object_keys(o.value) WITH ORDINALITY AS m (key, place)) AS pair
WHERE before IS NOT NULL;
-- Random doubles come back the same, in the layout of ECMAScript, and never longer
-- than the server writes them.
SELECT count(*) AS numbers,
	count(*) FILTER (WHERE canonical::float8 IS DISTINCT FROM x) AS other_number,
	count(*) FILTER (WHERE canonical !~ '^-?(0|[1-9][0-9]{0,20}|(0|[1-9][0-9]{0,20})\.[0-9]*[1-9]|[1-9](\.[0-9]*[1-9])?e[+-][1-9][0-9]*)$') AS other_layout,
	count(*) FILTER (WHERE (abs(x) >= 1e21) <> (canonical ~ 'e[+]') OR (abs(x) < 1e-6) <> (canonical ~ 'e-')) AS other_side,
	count(*) FILTER (WHERE length(trim('0' FROM regexp_replace(canonical, 'e.*|[.-]', '', 'g'))) > length(trim('0' FROM regexp_replace(x::text, 'e.*|[.-]', '', 'g')))) AS too_long
FROM (
	SELECT x, creditbank.canonical_json(to_json(x)) AS canonical
	FROM generate_series(1, 5000) AS n, LATERAL (SELECT ((random() - 0.5) * 10 ^ (floor(random() * 600 + n * 0) - 300))::float8) AS r (x)) AS c;

-- multibase. base58btc: the examples of draft-msporny-base58; base64url: RFC 4648,
-- section 10, without padding; zeros at the beginning; every length.
SELECT creditbank.multibase_encode(data, 'base58btc') = 'z' || text AS as_published, creditbank.multibase_decode('z' || text) = data AS comes_back
FROM (VALUES
	('Hello World!'::bytea, '2NEpo7TZRRrLZSi2U'),
	('The quick brown fox jumps over the lazy dog.', 'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z'),
	('\x0000287fb4cd', '11233QC4'),
	('', ''),
	('\x000000', '111')) AS v (data, text);
SELECT string_agg(creditbank.multibase_encode(substr('foobar'::bytea, 1, n), 'base64url'), ' ' ORDER BY n) AS rfc_4648
FROM generate_series(0, 6) AS n;
SELECT creditbank.multibase_encode('\xfbefbeffffff', 'base64url'), creditbank.multibase_decode('u----____');
SELECT encoding, count(*) AS tried, count(*) FILTER (WHERE creditbank.multibase_decode(creditbank.multibase_encode(data, encoding)) = data) AS come_back
FROM unnest(ARRAY['base58btc', 'base64url']) AS encoding, generate_series(0, 200) AS n,
	LATERAL (SELECT substr(decode(repeat('00', n % 7), 'hex') || creditbank.digest(n::text::bytea) || decode(repeat(md5(n::text), 10), 'hex'), 1, n)) AS d (data)
GROUP BY encoding
ORDER BY encoding;
SELECT length(creditbank.multibase_decode(creditbank.multibase_encode(decode(repeat('ff', 1024), 'hex'), 'base58btc'))) AS longest;
SELECT (pg_temp.error_of(statement)).*
FROM (VALUES
	($$ SELECT creditbank.multibase_encode('x', 'base16') $$),
	($$ SELECT creditbank.multibase_encode(decode(repeat('ff', 1025), 'hex'), 'base58btc') $$),
	($$ SELECT creditbank.multibase_decode('') $$),
	($$ SELECT creditbank.multibase_decode('f00') $$),
	($$ SELECT creditbank.multibase_decode('zabc0') $$),
	($$ SELECT creditbank.multibase_decode('z l') $$),
	($$ SELECT creditbank.multibase_decode('z学') $$),
	($$ SELECT creditbank.multibase_decode('z' || repeat('z', 1401)) $$),
	($$ SELECT creditbank.multibase_decode('uZg==') $$),
	($$ SELECT creditbank.multibase_decode('uZ/8') $$),
	($$ SELECT creditbank.multibase_decode('uZ') $$),
	($$ SELECT creditbank.multibase_decode('uZh') $$),
	($$ SELECT creditbank.multibase_decode(E'uZg\n') $$)) AS v (statement);

-- Multikey: the key of the W3C's eddsa-jcs-2022 vectors; there is one text for a key.
SELECT creditbank.multikey_public_key('z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2') AS key,
	creditbank.multikey(creditbank.multikey_public_key('z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2'));
SELECT count(*) AS keys, bool_and(creditbank.multikey_public_key(multikey) = key AND multikey LIKE 'z6Mk%' AND length(multikey) = 48) AS come_back
FROM generate_series(1, 200) AS n, LATERAL (SELECT creditbank.digest(n::text::bytea)) AS k (key), LATERAL (SELECT creditbank.multikey(key)) AS m (multikey);
SELECT (pg_temp.error_of(statement)).*
FROM (VALUES
	($$ SELECT creditbank.multikey('\x00') $$),
	($$ SELECT creditbank.multikey_public_key('z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq') $$),
	($$ SELECT creditbank.multikey_public_key(creditbank.multibase_encode('\xed01' || creditbank.digest(''), 'base64url')) $$),
	($$ SELECT creditbank.multikey_public_key(creditbank.multibase_encode('\xed01' || creditbank.digest('') || '\x00', 'base58btc')) $$),
	($$ SELECT creditbank.multikey_public_key('did:key:z6Mk') $$)) AS v (statement);

-- Status lists. The empty list of 131072 places as W3C Bitstring Status List v1.0
-- has it in its examples; then lists of ours, place by place.
SELECT count(*) AS tried, count(*) FILTER (WHERE creditbank.status_bit('uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA', place)) AS set
FROM unnest(ARRAY[0, 1, 7, 8, 65535, 131071]) AS place;
SELECT count(*) AS tried, count(*) FILTER (WHERE creditbank.status_bit(list, place) <> (place = ANY (places))) AS wrong
FROM (SELECT ARRAY[0, 3, 8, 15, 131071, 3] || array_agg((n * 7919) % 131072) AS places FROM generate_series(1, 300) AS n) AS p,
	LATERAL (SELECT creditbank.status_bits(places)) AS l (list),
	unnest(places || ARRAY[1, 2, 4, 7, 9, 16, 131070]) AS place;
SELECT creditbank.status_bit(creditbank.status_bits('{1048575}', 1048576), 1048575) AS last, creditbank.status_bit(creditbank.status_bits('{0}', 67108864), 67108863) AS empty,
	creditbank.status_bits(NULL) IS NULL AND creditbank.status_bit('u', NULL) IS NULL AS null_for_null;
-- A list that another program's gzip made of the bytes 80 01 00 ... 00 01.
SELECT array_agg(place ORDER BY place) AS set
FROM unnest(ARRAY[0, 1, 7, 8, 14, 15, 16, 131064, 131070, 131071]) AS place
WHERE creditbank.status_bit('uH4sIAAAAAAACA-3BMQEAAAwCoNl80Y3hA3wOAAAAAAAAAAAAAAAAAAAA2EoB93kaUwBAAAA', place);
SELECT (pg_temp.error_of(statement)).*
FROM (VALUES
	($$ SELECT creditbank.status_bits('{}', 131064) $$),
	($$ SELECT creditbank.status_bits('{}', 131073) $$),
	($$ SELECT creditbank.status_bits('{}', 67108872) $$),
	($$ SELECT creditbank.status_bits('{-1}') $$),
	($$ SELECT creditbank.status_bits('{131072}') $$),
	($$ SELECT creditbank.status_bits('{1,NULL}') $$),
	($$ SELECT creditbank.status_bit(creditbank.status_bits('{}'), 131072) $$),
	($$ SELECT creditbank.status_bit(creditbank.status_bits('{}'), -1) $$),
	($$ SELECT creditbank.status_bit('', 0) $$),
	($$ SELECT creditbank.status_bit('z2NEpo7TZRRrLZSi2U', 0) $$),
	($$ SELECT creditbank.status_bit('u?', 0) $$),
	($$ SELECT creditbank.status_bit('uZm9v', 0) $$),
	-- another bit than was compressed, the last byte missing, one too many; a list of eight places
	($$ SELECT creditbank.status_bit(creditbank.multibase_encode(set_byte(data, length(data) - 5, 1), 'base64url'), 0) FROM (SELECT creditbank.multibase_decode(creditbank.status_bits('{}'))) AS d (data) $$),
	($$ SELECT creditbank.status_bit(creditbank.multibase_encode(substr(data, 1, length(data) - 1), 'base64url'), 0) FROM (SELECT creditbank.multibase_decode(creditbank.status_bits('{}'))) AS d (data) $$),
	($$ SELECT creditbank.status_bit(creditbank.multibase_encode(data || '\x00'::bytea, 'base64url'), 0) FROM (SELECT creditbank.multibase_decode(creditbank.status_bits('{}'))) AS d (data) $$),
	($$ SELECT creditbank.status_bit(creditbank.multibase_encode('\x1f8b08000000000002ff6300008def02d201000000', 'base64url'), 0) $$)) AS v (statement);
-- The largest list, of places that compress badly, takes long, but no longer than it is let.
CREATE TEMP TABLE scattered AS SELECT array_agg(hashint4(n) & 67108863) AS places FROM generate_series(1, 1000000) AS n;
SELECT clock_timestamp() AS start \gset
SET statement_timeout = '300ms';
DO $$
BEGIN
	PERFORM creditbank.status_bits(places, 67108864) FROM scattered;
EXCEPTION WHEN query_canceled THEN
	NULL;
END
$$;
RESET statement_timeout;
SELECT clock_timestamp() - :'start' < interval '4 s' AS soon;
