-- data_integrity: the test vectors of W3C, Data Integrity EdDSA Cryptosuites v1.0,
-- appendix "Representation: eddsa-jcs-2022", to the byte; then what a proof must be,
-- each time well signed, so that nothing else can be what is refused.
\set ECHO none
\i test/regress/error_of.sql
SET client_min_messages = warning;
\i test/regress/certificate_key.sql
CREATE TEMP TABLE vector AS
SELECT
	$${
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
  "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
  "type": ["VerifiableCredential", "AlumniCredential"],
  "name": "Alumni Credential",
  "description": "A minimum viable example of an Alumni Credential.",
  "issuer": "https://vc.example/issuers/5678",
  "validFrom": "2023-01-01T00:00:00Z",
  "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"}
}$$::jsonb AS document,
	$${"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],"credentialSubject":{"alumniOf":"The School of Examples","id":"did:example:abcdefgh"},"description":"A minimum viable example of an Alumni Credential.","id":"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33","issuer":"https://vc.example/issuers/5678","name":"Alumni Credential","type":["VerifiableCredential","AlumniCredential"],"validFrom":"2023-01-01T00:00:00Z"}$$ AS canonical_document,
	'59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19' AS document_hash,
	$${
  "type": "DataIntegrityProof",
  "cryptosuite": "eddsa-jcs-2022",
  "created": "2023-02-24T23:36:38Z",
  "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
  "proofPurpose": "assertionMethod",
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
}$$::jsonb AS options,
	$${"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],"created":"2023-02-24T23:36:38Z","cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","type":"DataIntegrityProof","verificationMethod":"did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"}$$ AS canonical_options,
	'66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db' AS options_hash,
	'66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19' AS combined_hash,
	'\x407cd12654b33d718ecbb99179a1506daaa849450bf3fc523cce3e1c96f8b80351da3f253d725c6f00b07c9e5448d50b3ef78012b9ab54255116d069c6dd2808'::bytea AS signature,
	'z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX' AS proof_value,
	'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2' AS multikey,
	$${
  "@context": [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/examples/v2"
  ],
  "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
  "type": [
    "VerifiableCredential",
    "AlumniCredential"
  ],
  "name": "Alumni Credential",
  "description": "A minimum viable example of an Alumni Credential.",
  "issuer": "https://vc.example/issuers/5678",
  "validFrom": "2023-01-01T00:00:00Z",
  "credentialSubject": {
    "id": "did:example:abcdefgh",
    "alumniOf": "The School of Examples"
  },
  "proof": {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "proofPurpose": "assertionMethod",
    "@context": [
      "https://www.w3.org/ns/credentials/v2",
      "https://www.w3.org/ns/credentials/examples/v2"
    ],
    "proofValue": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
  }
}$$ AS secured;
\set ECHO all
-- Each published value, from the one before it.
SELECT creditbank.canonical_json(document) = canonical_document AS canonical_document,
	creditbank.canonical_json(options) = canonical_options AS canonical_options,
	encode(creditbank.digest(creditbank.canonical_json_bytes(document)), 'hex') = document_hash AS document_hash,
	encode(creditbank.digest(creditbank.canonical_json_bytes(options)), 'hex') = options_hash AS options_hash,
	encode(creditbank.integrity_hash(document, options), 'hex') = combined_hash AS combined_hash,
	encode(creditbank.integrity_hash(document, options - '@context'), 'hex') = combined_hash AS context_is_added,
	creditbank.integrity_hash(secured::jsonb, secured::jsonb -> 'proof') = creditbank.integrity_hash(document, options) AS of_what_is_secured
FROM vector;
SELECT creditbank.integrity_proof_options(document, options ->> 'verificationMethod', '2023-02-25 07:36:38.9+08') = options AS options,
	creditbank.multikey(public_key) = multikey AS public_key, algorithm,
	creditbank.sign_with_certificate_key(creditbank.integrity_hash(document, options)) = signature AS signature,
	creditbank.multibase_encode(signature, 'base58btc') = proof_value AS proof_value,
	creditbank.add_integrity_proof(document, options, signature) = secured::jsonb AS secured,
	creditbank.add_integrity_proof(document, options - '@context', signature) = secured::jsonb AS context_is_added
FROM vector, creditbank.certificate_key();
SELECT creditbank.verify_integrity(secured, key) AS text, creditbank.verify_integrity(secured::jsonb, key) AS jsonb,
	creditbank.integrity_problem(secured, key) AS problem, creditbank.integrity_verification_method(secured) AS method
FROM vector, LATERAL (SELECT creditbank.multikey_public_key(multikey)) AS k (key);

-- Nothing of it may be another, and no key but this verifies; a list of one proof is that proof.
CREATE TEMP TABLE leaf AS
WITH RECURSIVE part (path, value) AS (
	SELECT '{}'::text[], secured::jsonb FROM vector
	UNION ALL
	SELECT p.path || i.key, i.value
	FROM part AS p, LATERAL (
		SELECT key, value FROM jsonb_each(CASE WHEN jsonb_typeof(p.value) = 'object' THEN p.value END)
		UNION ALL
		SELECT (place - 1)::text, value FROM jsonb_array_elements(CASE WHEN jsonb_typeof(p.value) = 'array' THEN p.value END) WITH ORDINALITY AS e (value, place)) AS i
)
SELECT * FROM part WHERE path <> '{}';
SELECT count(*) AS tried,
	count(*) FILTER (WHERE creditbank.verify_integrity(jsonb_set(secured::jsonb, path, '"x"'), key)) AS changed,
	count(*) FILTER (WHERE creditbank.verify_integrity(jsonb_set(secured::jsonb, path, jsonb_build_array(l.value)), key)) AS wrapped,
	array_agg(path::text) FILTER (WHERE creditbank.verify_integrity(secured::jsonb #- path, key)) AS left_out
FROM leaf AS l, vector, LATERAL (SELECT creditbank.multikey_public_key(multikey)) AS k (key);
SELECT count(*) AS tried, count(*) FILTER (WHERE creditbank.verify_integrity(secured, set_bit(key, bit, 1 - get_bit(key, bit)))) AS verify
FROM vector, LATERAL (SELECT creditbank.multikey_public_key(multikey)) AS k (key), generate_series(0, 255) AS bit;

-- A proof must be what it says, also where it is well signed: sign() signs whatever
-- it is given by the rule of the standard, in SQL.
CREATE FUNCTION pg_temp.sign(document json, options jsonb) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT creditbank.multibase_encode(creditbank.sign_with_certificate_key(
		creditbank.digest(creditbank.canonical_json_bytes(options)) || creditbank.digest(creditbank.canonical_json_bytes(document))), 'base58btc')
$$;
CREATE FUNCTION pg_temp.options(change jsonb, without text DEFAULT '') RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT ('{"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "verificationMethod": "https://bank.example.org#1", "proofPurpose": "assertionMethod"}'::jsonb || change) - without
$$;
CREATE TEMP TABLE sample (n integer GENERATED ALWAYS AS IDENTITY, change jsonb DEFAULT '{}', without text DEFAULT '');
INSERT INTO sample (change)
VALUES
	('{}'),
	('{"created": "2024-02-29T12:00:00Z", "nonce": "n", "domain": ["d"], "challenge": "c", "id": "urn:x"}'),
	('{"type": "Ed25519Signature2020"}'), ('{"type": ["DataIntegrityProof"]}'),
	('{"cryptosuite": "eddsa-rdfc-2022"}'), ('{"cryptosuite": null}'),
	('{"proofPurpose": "authentication"}'), ('{"proofPurpose": ["assertionMethod"]}'),
	('{"verificationMethod": ""}'), ('{"verificationMethod": {"id": "https://bank.example.org#1"}}'),
	('{"previousProof": "urn:x"}'),
	('{"@context": ["a"]}'),
	('{"created": "2024-02-29T12:00:00.125+08:00"}'), ('{"created": "2024-02-29T12:00:00-14:00"}'), ('{"created": "0001-01-01T00:00:00Z"}'),
	('{"created": "2024-02-29T12:00:00"}'), ('{"created": "2024-02-29"}'), ('{"created": "2024-02-30T12:00:00Z"}'), ('{"created": "2023-02-29T12:00:00Z"}'),
	('{"created": "2024-13-01T12:00:00Z"}'), ('{"created": "2024-00-01T12:00:00Z"}'), ('{"created": "2024-01-00T12:00:00Z"}'), ('{"created": "0000-01-01T12:00:00Z"}'),
	('{"created": "2024-02-29T24:00:01Z"}'), ('{"created": "2024-02-29T12:60:00Z"}'), ('{"created": "2024-02-29T12:00:60Z"}'),
	('{"created": "2024-02-29 12:00:00Z"}'), ('{"created": "2024-02-29t12:00:00z"}'), ('{"created": "2024-02-29T12:00:00.Z"}'), ('{"created": "2024-02-29T12:00:00,5Z"}'),
	('{"created": "2024-02-29T12:00:00+0800"}'), ('{"created": "2024-02-29T12:00:00+14:01"}'), ('{"created": "2024-02-29T12:00:00+08:60"}'), ('{"created": "2024-02-29T12:00:00ZZ"}'),
	('{"created": "12024-02-29T12:00:00Z"}'), ('{"created": "2024-2-29T12:00:00.0Z"}'), ('{"created": "2024-02-29T12:00:00+8:00"}'), ('{"created": ""}'), ('{"created": 20240229}'), ('{"created": null}');
INSERT INTO sample (without)
VALUES ('type'), ('cryptosuite'), ('proofPurpose'), ('verificationMethod');
SELECT change, without, creditbank.integrity_problem((document || jsonb_build_object('proof', options
	|| jsonb_build_object('proofValue', pg_temp.sign(document::text::json, options))))::text, public_key) AS problem
FROM sample, LATERAL (SELECT '{"x": 1}'::jsonb, pg_temp.options(change, without)) AS o (document, options), creditbank.certificate_key()
ORDER BY n;
-- Contexts: those of the proof were signed; the document's begin with them, in this order.
SELECT signed, came, creditbank.integrity_problem((jsonb_build_object('x', 1, '@context', came::jsonb, 'proof', options
	|| jsonb_build_object('proofValue', pg_temp.sign(json_build_object('x', 1, '@context', signed::json), options))))::text, public_key) AS problem
FROM (VALUES
	('["a", "b"]', '["a", "b"]'), ('"a"', '"a"'), ('{"c": 1}', '{"c": 1.0}'),
	('["a", "b"]', '["a", "b", {"c": 1}]'), ('["a", {"c": 1.0}]', '["a", {"c": 1}, "b"]'), ('"a"', '["a", "b"]'), ('["a"]', '"a"'), ('[]', '["a"]'),
	('["a", "b"]', '["b", "a"]'), ('["a", "b"]', '["a"]'), ('["a"]', '["c", "a"]'), ('"a"', '{}'), ('[["a"]]', '["a"]')) AS v (signed, came),
	LATERAL (SELECT pg_temp.options(jsonb_build_object('@context', signed::jsonb))) AS o (options),
	creditbank.certificate_key();
-- Without a context of its own the proof covers the document's.
SELECT creditbank.integrity_problem((document || jsonb_build_object('proof', options || jsonb_build_object('proofValue', pg_temp.sign(document::text::json, options))))::text, public_key) AS problem,
	creditbank.integrity_problem((document || jsonb_build_object('@context', '["a", "b"]'::jsonb, 'proof', options || jsonb_build_object('proofValue', pg_temp.sign(document::text::json, options))))::text, public_key) AS other_context
FROM (SELECT '{"@context": ["a"]}'::jsonb, pg_temp.options('{}')) AS o (document, options), creditbank.certificate_key();
-- Purposes and ends.
SELECT expires, as_of, creditbank.integrity_problem(('{"x": 1}'::jsonb || jsonb_build_object('proof', options
	|| jsonb_build_object('proofValue', pg_temp.sign('{"x": 1}', options))))::text, public_key, as_of => as_of) AS problem
FROM (VALUES
	('2024-03-01T00:00:00Z', NULL), ('2024-03-01T00:00:00Z', '2024-02-29 23:59:59.999999+00'::timestamptz), ('2024-03-01T00:00:00Z', '2024-03-01 00:00+00'),
	('2024-03-01T00:00:00+08:00', '2024-02-29 15:59:59+00'), ('2024-03-01T00:00:00+08:00', '2024-02-29 16:00+00'), ('2024-02-29T22:30:00-01:30', '2024-02-29 23:59:59+00'), ('2024-02-29T22:30:00-01:30', '2024-03-01 00:00+00'),
	('9999-12-31T23:59:59Z', 'infinity'), ('0001-01-01T00:00:00Z', '-infinity'), ('2024-03-01', '2024-02-29 00:00+00')) AS v (expires, as_of),
	LATERAL (SELECT pg_temp.options(jsonb_build_object('expires', expires))) AS o (options), creditbank.certificate_key();
SELECT purpose, creditbank.integrity_problem(secured, public_key, purpose) AS problem, creditbank.verify_integrity(secured, public_key, purpose) AS text, creditbank.verify_integrity(secured::jsonb, public_key, purpose) AS jsonb
FROM (SELECT '{"x": 1}'::jsonb || jsonb_build_object('proof', options || jsonb_build_object('proofValue', pg_temp.sign('{"x": 1}', options)))
	FROM pg_temp.options('{"proofPurpose": "authentication"}') AS o (options)) AS s (secured_), LATERAL (SELECT secured_::text) AS t (secured),
	creditbank.certificate_key(), (VALUES ('authentication'), ('assertionMethod'), (''), (NULL)) AS p (purpose);

-- What is verified is the text, not what jsonb would make of it: a zero character
-- is signed like any other, and no key may stand there twice.
CREATE FUNCTION pg_temp.secure(members text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT format('{%s, "proof": %s}', members, options || jsonb_build_object('proofValue', pg_temp.sign(format('{%s}', members)::json, options)))
	FROM pg_temp.options('{}') AS o (options)
$$;
SELECT what, creditbank.integrity_problem(secured, public_key) AS problem, creditbank.verify_integrity(secured, public_key) AS verifies, creditbank.integrity_verification_method(secured) AS method
FROM creditbank.certificate_key(), (VALUES
	('good', pg_temp.secure('"x": 1')),
	('other blanks and order', regexp_replace(pg_temp.secure('"x": 1'), '^\{"x": 1, (.*)\}$', E'{\\1\n,\t"x":1e0} ')),
	('zero character', pg_temp.secure('"x": "\u0000"')),
	('key twice', regexp_replace(pg_temp.secure('"x": 1'), '^\{', '{"x": 1, ')),
	('proof twice', replace(pg_temp.secure('"x": 1'), '"x": 1,', '"x": 1, "pro\u006ff": null,')),
	('half a pair', replace(pg_temp.secure('"x": 1'), '"x": 1', '"x": "\ud800"')),
	('two documents', pg_temp.secure('"x": 1') || '{}'),
	('text behind', pg_temp.secure('"x": 1') || 'x'),
	('not ended', rtrim(pg_temp.secure('"x": 1'), '}')),
	('comma too many', replace(pg_temp.secure('"x": 1'), '1,', '1,,')),
	('comment', '/**/' || pg_temp.secure('"x": 1')),
	('byte order mark', U&'\FEFF' || pg_temp.secure('"x": 1')),
	('large number', replace(pg_temp.secure('"x": 1'), '"x": 1', '"x": 1e400')),
	('long integer', replace(pg_temp.secure('"x": 9007199254740992'), '0992', '0993')),
	('proof in an array', regexp_replace(pg_temp.secure('"x": 1'), '"proof": (.*)\}$', '"proof": [\1]}')),
	('two proofs', regexp_replace(pg_temp.secure('"x": 1'), '"proof": (.*)\}$', '"proof": [\1, \1]}')),
	('array', '[' || pg_temp.secure('"x": 1') || ']'),
	('no proof', '{"x": 1}'), ('null proof', '{"proof": null}'), ('empty proof', '{"proof": {}}'), ('text', '"x"'), ('nothing', ''), ('blank', ' '), ('no JSON', 'proof'), ('NaN', '{"x": NaN}'),
	('deep', repeat('[', 1000000)), ('deep in the proof', '{"proof": ' || repeat('{"a":', 1000000)),
	('long', '{"x": "' || repeat('x', 16 * 1024 * 1024) || '"}'),
	('NULL', NULL)) AS v (what, secured);
-- The proofValue has one form.
SELECT what, creditbank.integrity_problem(jsonb_set(secured, '{proof,proofValue}', value)::text, public_key) AS problem
FROM creditbank.certificate_key(), (SELECT pg_temp.secure('"x": 1')::jsonb) AS s (secured),
	LATERAL (SELECT secured #>> '{proof,proofValue}') AS p (proof_value),
	LATERAL (SELECT creditbank.multibase_decode(proof_value)) AS b (signature),
	LATERAL (VALUES
		('as it was', to_jsonb(proof_value)),
		('base64url', to_jsonb(creditbank.multibase_encode(signature, 'base64url'))),
		('no letter', to_jsonb(substr(proof_value, 2))),
		('blank', to_jsonb(proof_value || ' ')),
		('zero before', to_jsonb('z1' || substr(proof_value, 2))),
		('63 bytes', to_jsonb(creditbank.multibase_encode(substr(signature, 1, 63), 'base58btc'))),
		('65 bytes', to_jsonb(creditbank.multibase_encode(signature || '\x00', 'base58btc'))),
		('very long', to_jsonb('z' || repeat('2', 100000))),
		('other signature', to_jsonb(creditbank.multibase_encode(set_bit(signature, 0, 1 - get_bit(signature, 0)), 'base58btc'))),
		('list', jsonb_build_array(proof_value)), ('empty', '""'), ('number', '1'), ('null', 'null')) AS v (what, value);
SELECT creditbank.integrity_problem(secured, NULL) AS no_key, creditbank.integrity_problem(secured, '\x00') AS short_key, creditbank.integrity_problem(secured, public_key || '\x00') AS long_key,
	creditbank.verify_integrity(secured, NULL) AS text, creditbank.verify_integrity(secured::jsonb, NULL) AS jsonb, creditbank.verify_integrity(NULL::jsonb, public_key) AS nothing,
	creditbank.integrity_verification_method(NULL) IS NULL AS null_for_null
FROM creditbank.certificate_key(), (SELECT pg_temp.secure('"x": 1')) AS s (secured);
-- The verificationMethod is asked for before anything is known of the document.
SELECT text, creditbank.integrity_verification_method(text) AS method
FROM unnest(ARRAY['{"proof": {"verificationMethod": "did:key:z6Mk#z6Mk"}}', '{"proof": {"verificationMethod": "a b"}}', '{"proof": {"verificationMethod": "\u0000"}}', '{"proof": {"verificationMethod": "学"}}',
	'{"proof": {"verificationMethod": 1}}', '{"proof": {}}', '{"proof": []}', '{"proof": {"verificationMethod": "a", "verificationMethod": "b"}}', '{"proof"']) AS text;

-- Options are made to the second, in UTC, whatever the session's time zone and language.
SET timezone = 'Asia/Shanghai';
SET datestyle = 'German';
SELECT creditbank.integrity_proof_options('{}', 'urn:key', '2024-01-01 00:00:00.999+08'), creditbank.integrity_proof_options('{"@context": "a"}', 'urn:key', '0001-01-01 00:00+00', 'authentication');
RESET timezone;
RESET datestyle;
-- Nothing is signed that could not be verified.
SELECT (pg_temp.error_of(statement)).*
FROM (VALUES
	($$ SELECT creditbank.integrity_hash('[]', pg_temp.options('{}')) $$),
	($$ SELECT creditbank.integrity_hash('{"x": 1e400}', pg_temp.options('{}')) $$),
	($$ SELECT creditbank.integrity_hash('{}', '[]') $$),
	($$ SELECT creditbank.integrity_hash('{}', pg_temp.options('{}', 'type')) $$),
	($$ SELECT creditbank.integrity_hash('{}', pg_temp.options('{"cryptosuite": "ecdsa-jcs-2019"}')) $$),
	($$ SELECT creditbank.integrity_hash('{}', pg_temp.options('{}', 'verificationMethod')) $$),
	($$ SELECT creditbank.integrity_hash('{}', pg_temp.options('{"created": "today"}')) $$),
	($$ SELECT creditbank.integrity_hash('{}', pg_temp.options('{"nonce": 9007199254740993}')) $$),
	($$ SELECT creditbank.add_integrity_proof('{"proof": {}}', pg_temp.options('{}'), decode(repeat('00', 64), 'hex')) $$),
	($$ SELECT creditbank.add_integrity_proof('"x"', pg_temp.options('{}'), decode(repeat('00', 64), 'hex')) $$),
	($$ SELECT creditbank.add_integrity_proof('{}', pg_temp.options('{}'), decode(repeat('00', 63), 'hex')) $$),
	($$ SELECT creditbank.add_integrity_proof('{}', '{}', decode(repeat('00', 64), 'hex')) $$),
	($$ SELECT creditbank.integrity_proof_options('{}', 'urn:key', 'infinity') $$),
	($$ SELECT creditbank.integrity_proof_options('{}', 'urn:key', '0001-12-31 00:00+00 BC') $$),
	($$ SELECT creditbank.integrity_proof_options('{}', 'urn:key', '10000-01-01 00:00+00') $$)) AS v (statement);
SELECT creditbank.integrity_hash(NULL, '{}') IS NULL AND creditbank.add_integrity_proof('{}', '{}', NULL) IS NULL AND creditbank.integrity_proof_options('{}', NULL, now()) IS NULL
	AND creditbank.sign_with_certificate_key(NULL) IS NULL AS null_for_null;

-- Without the setting there is no key.
SET creditbank.certificate_key_file = '';
SELECT count(*) AS keys FROM creditbank.certificate_key();
SELECT (pg_temp.error_of($$ SELECT creditbank.sign_with_certificate_key('x') $$)).*;
\set ECHO none
\i test/regress/remove_certificate_key.sql
