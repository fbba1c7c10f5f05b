-- data_integrity.sql: Data Integrity proofs of JSON documents by eddsa-jcs-2022
-- (W3C, Data Integrity EdDSA Cryptosuites v1.0).
-- Promise: hashes and verification are pure functions of what they are given, and
-- verification raises no error for what a stranger may send. Only the owner signs.

CREATE FUNCTION creditbank.integrity_hash(document jsonb, proof_options jsonb)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_integrity_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.integrity_hash(jsonb, jsonb) IS
'The 64 bytes that are signed for a document: SHA-256 of the canonical proof options, to which the document''s @context is added, then SHA-256 of the canonical document. A proof that the document has, and a proofValue among the options, are left out. NULL when an argument is NULL. Errors: 22C06 a document without a canonical form; options of another type or cryptosuite, without a verificationMethod, or created at no point in time.';

CREATE FUNCTION creditbank.integrity_problem(document text, public_key bytea,
	proof_purpose text DEFAULT 'assertionMethod', as_of timestamptz DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_integrity_problem'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.integrity_problem(text, bytea, text, timestamptz) IS
'What is wrong with a document that has a proof, in a sentence; NULL when nothing is: the text is JSON with each key once in an object; it has exactly one proof, itself or as a list of one, an eddsa-jcs-2022 DataIntegrityProof for this purpose, whose @context the document''s begins with; and the signature verifies by the public key, the 32 bytes of Ed25519. A proof that expires is good only with as_of, before it does. Whose key it is, and whether that may be the document''s issuer, is for the caller to know. A missing document, key or purpose is a problem.';

CREATE FUNCTION creditbank.verify_integrity(document text, public_key bytea,
	proof_purpose text DEFAULT 'assertionMethod', as_of timestamptz DEFAULT NULL)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN creditbank.integrity_problem(document, public_key, proof_purpose, as_of) IS NULL;
COMMENT ON FUNCTION creditbank.verify_integrity(text, bytea, text, timestamptz) IS
'Does the text of a JSON document have a proof that verifies by the public key? False for whatever integrity_problem finds wrong, and for NULL; never an error.';

CREATE FUNCTION creditbank.verify_integrity(document jsonb, public_key bytea,
	proof_purpose text DEFAULT 'assertionMethod', as_of timestamptz DEFAULT NULL)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN creditbank.integrity_problem(document::text, public_key, proof_purpose, as_of) IS NULL;
COMMENT ON FUNCTION creditbank.verify_integrity(jsonb, bytea, text, timestamptz) IS
'Does a document have a proof that verifies by the public key? For documents from outside take their text: jsonb has forgotten whether a key occurred twice. False for whatever integrity_problem finds wrong, and for NULL; never an error.';

CREATE FUNCTION creditbank.integrity_verification_method(document text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_integrity_verification_method'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.integrity_verification_method(text) IS
'The verificationMethod that the proof of a document names: by which key it claims to verify. NULL for NULL, and for a text that is no JSON object with one proof and a URL there; never an error.';

CREATE FUNCTION creditbank.integrity_proof_options(document jsonb, verification_method text, created timestamptz,
	proof_purpose text DEFAULT 'assertionMethod')
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF created < '0001-01-01 00:00+00' OR created >= '10000-01-01 00:00+00' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a proof cannot be created at this time',
			DETAIL = format('It is %s.', CASE WHEN isfinite(created) THEN to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD BC') ELSE created::text END),
			HINT = 'Name a time in the years 1 to 9999.';
	END IF;
	RETURN jsonb_strip_nulls(jsonb_build_object(
		'type', 'DataIntegrityProof',
		'cryptosuite', 'eddsa-jcs-2022',
		'created', to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'verificationMethod', verification_method,
		'proofPurpose', proof_purpose,
		'@context', document -> '@context'));
END
$$;
COMMENT ON FUNCTION creditbank.integrity_proof_options(jsonb, text, timestamptz, text) IS
'The options of a proof of a document: a DataIntegrityProof by eddsa-jcs-2022, created then (to the second, in UTC), with the document''s @context where it has one. NULL when an argument is NULL. Errors: 22C04 a time before the year 1 or after 9999.';

CREATE FUNCTION creditbank.add_integrity_proof(document jsonb, proof_options jsonb, signature bytea)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF jsonb_typeof(document) <> 'object' OR document ? 'proof' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_document'),
			MESSAGE = 'the document can have no proof added',
			DETAIL = CASE WHEN jsonb_typeof(document) = 'object' THEN 'It has a proof already.' ELSE 'It is no JSON object.' END,
			HINT = 'Name the document as it was signed.';
	END IF;
	IF octet_length(signature) <> 64 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the signature is not one of Ed25519',
			DETAIL = format('It has %s bytes.', octet_length(signature)),
			HINT = 'It must have 64 bytes.';
	END IF;
	-- refuses options that no proof may have
	PERFORM creditbank.integrity_hash(document, proof_options);
	RETURN document || jsonb_build_object('proof', proof_options
		|| jsonb_strip_nulls(jsonb_build_object('@context', document -> '@context'))
		|| jsonb_build_object('proofValue', creditbank.multibase_encode(signature, 'base58btc')));
END
$$;
COMMENT ON FUNCTION creditbank.add_integrity_proof(jsonb, jsonb, bytea) IS
'A document with a proof: the options whose hash was signed, the document''s @context, and the signature, 64 bytes of Ed25519, as proofValue. Whether the signature verifies is for verify_integrity to say. NULL when an argument is NULL. Errors: 22C06 a document that has a proof already; what integrity_hash refuses; 22C07 a signature of another length.';

CREATE FUNCTION creditbank.certificate_key()
RETURNS TABLE (algorithm text, public_key bytea)
AS 'MODULE_PATHNAME', 'creditbank_certificate_key'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION creditbank.certificate_key() IS
'The algorithm, always ''ed25519'', and public key of the private key in the file that creditbank.certificate_key_file names: one row, or none when the setting is empty. Errors: 23C17 the file cannot be used.';

CREATE FUNCTION creditbank.sign_with_certificate_key(message bytea)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_sign_with_certificate_key'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.sign_with_certificate_key(bytea) IS
'The signature of message, 64 bytes of Ed25519, by the private key in the file that creditbank.certificate_key_file names; it verifies by the key of certificate_key(). NULL for NULL. Errors: 23C17 the setting is empty, or the file cannot be used.';
