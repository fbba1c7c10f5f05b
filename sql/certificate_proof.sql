-- certificate_proof.sql: what makes certificates verifiable by strangers: the
-- inclusion proof, the signature, the keys.
-- Promise: a document is secured once and then stays the same to the byte, but
-- for one whose key was stolen; only registered keys sign, in the server or
-- outside it, and never anything but the statement in the ledger. What is signed
-- was committed before, so that no rollback can make it untrue.

-- Keys.

CREATE FUNCTION creditbank.verification_method(multikey text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.bank_uri(VARIADIC '{}') || '#' || multikey;
END
$$;
COMMENT ON FUNCTION creditbank.verification_method(text) IS
'The URI by which proofs name a key of the bank. NULL for NULL.';

CREATE FUNCTION creditbank.raise_unknown_certificate_key(multikey text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('unknown_key'),
		MESSAGE = format('key "%s" does not sign certificates', coalesce(raise_unknown_certificate_key.multikey, 'NULL')),
		DETAIL = coalesce((
			SELECT format('It was retired on %s.', to_char(k.retired_at, 'YYYY-MM-DD'))
			FROM creditbank.certificate_key AS k
			WHERE k.multikey = raise_unknown_certificate_key.multikey
				AND k.retired_at IS NOT NULL), 'It is not registered.'),
		HINT = CASE
			WHEN raise_unknown_certificate_key.multikey IS NULL THEN 'Name a key as a Multikey; creditbank.certificate_key lists them.'
			WHEN EXISTS (SELECT FROM creditbank.certificate_key AS k WHERE k.multikey = raise_unknown_certificate_key.multikey)
				THEN 'Retired keys sign no more: register another, and if the server signs, name its file in creditbank.certificate_key_file.'
			ELSE format('SELECT creditbank.add_certificate_key(%L); if the key is meant to sign certificates.', raise_unknown_certificate_key.multikey) END,
		SCHEMA = 'creditbank',
		TABLE = 'certificate_key';
END
$$;
COMMENT ON FUNCTION creditbank.raise_unknown_certificate_key(text) IS
'Raises unknown_key for a key that is not registered to sign certificates, or retired.';

CREATE FUNCTION creditbank.add_certificate_key(multikey text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	IF add_certificate_key.multikey IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no key was given',
			DETAIL = 'multikey is NULL.',
			HINT = 'creditbank.multikey() writes a public key as a Multikey.';
	END IF;
	INSERT INTO creditbank.certificate_key (multikey, public_key, added_at)
	VALUES (add_certificate_key.multikey, creditbank.multikey_public_key(add_certificate_key.multikey), clock_timestamp())
	ON CONFLICT ON CONSTRAINT certificate_key_pkey DO NOTHING;
END
$$;
COMMENT ON FUNCTION creditbank.add_certificate_key(text) IS
'Registers an Ed25519 key, as a Multikey, to sign certificates and status lists, and puts it into the controller document. A key that is there already stays as it is, also retired. Errors: bank_not_open; invalid_parameter for what is no such key.';

CREATE FUNCTION creditbank.retire_certificate_key(multikey text, stolen boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	UPDATE creditbank.certificate_key AS k
	SET retired_at = coalesce(k.retired_at, clock_timestamp()),
		stolen = k.stolen OR coalesce(retire_certificate_key.stolen, false)
	WHERE k.multikey = retire_certificate_key.multikey;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_certificate_key(retire_certificate_key.multikey);
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.retire_certificate_key(text, boolean) IS
'Retires a key: it signs no more, and what it signed stays valid, since it stays in the controller document. With stolen, it leaves that document: nothing it signed verifies any more, by whomever, and certificate() signs those certificates anew by another key. Once stolen, always stolen. Errors: bank_not_open, unknown_key.';

CREATE FUNCTION creditbank.lock_certificate_key(multikey text)
RETURNS bytea
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_key bytea;
BEGIN
	SELECT k.public_key
	INTO found_key
	FROM creditbank.certificate_key AS k
	WHERE k.multikey = lock_certificate_key.multikey
		AND k.retired_at IS NULL
	FOR SHARE;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_certificate_key(lock_certificate_key.multikey);
	END IF;
	RETURN found_key;
END
$$;
COMMENT ON FUNCTION creditbank.lock_certificate_key(text) IS
'The 32 bytes of a key that signs certificates; it is not retired before the transaction ends. For the bank''s own functions only. Errors: unknown_key.';

CREATE FUNCTION creditbank.server_certificate_key()
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_key text;
BEGIN
	SELECT creditbank.multikey(k.public_key)
	INTO found_key
	FROM creditbank.certificate_key() AS k;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('signing_failed'),
			MESSAGE = 'the server has no key to sign certificates with',
			DETAIL = 'creditbank.certificate_key_file is empty.',
			HINT = 'Name a key file there, or sign outside the server: creditbank.certificate_to_sign() and creditbank.status_list_to_sign() give what is to be signed.';
	ELSIF NOT EXISTS (
		SELECT FROM creditbank.certificate_key AS k
		WHERE k.multikey = found_key
			AND k.retired_at IS NULL)
	THEN
		PERFORM creditbank.raise_unknown_certificate_key(found_key);
	END IF;
	RETURN found_key;
END
$$;
COMMENT ON FUNCTION creditbank.server_certificate_key() IS
'The key in the file of creditbank.certificate_key_file, as a Multikey, if it is registered and not retired. Errors: signing_failed when there is none or the file cannot be used; unknown_key.';

CREATE FUNCTION creditbank.sign_document(document jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	options jsonb := creditbank.integrity_proof_options(document, creditbank.verification_method(creditbank.server_certificate_key()), now());
BEGIN
	RETURN creditbank.add_integrity_proof(document, options,
		creditbank.sign_with_certificate_key(creditbank.integrity_hash(document, options)));
END
$$;
COMMENT ON FUNCTION creditbank.sign_document(jsonb) IS
'A document with a Data Integrity proof by the server''s key, as of now. For the bank''s own functions only. NULL for NULL. Errors: signing_failed, unknown_key.';

CREATE FUNCTION creditbank.controller_document()
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	RETURN (
		SELECT jsonb_build_object(
			'@context', jsonb_build_array('https://www.w3.org/ns/cid/v1'),
			'id', creditbank.bank_uri(VARIADIC '{}'),
			'verificationMethod', coalesce(jsonb_agg(jsonb_build_object(
				'id', creditbank.verification_method(k.multikey),
				'type', 'Multikey',
				'controller', creditbank.bank_uri(VARIADIC '{}'),
				'publicKeyMultibase', k.multikey) ORDER BY k.added_at, k.multikey), '[]'),
			'assertionMethod', coalesce(jsonb_agg(creditbank.verification_method(k.multikey) ORDER BY k.added_at, k.multikey), '[]'))
		FROM creditbank.certificate_key AS k
		WHERE NOT k.stolen);
END
$$;
COMMENT ON FUNCTION creditbank.controller_document() IS
'What the bank publishes at its origin, so that its proofs verify: the keys of certificates, as a document of Controlled Identifiers 1.0. Retired keys stand there as well, so that what they signed stays valid; stolen ones do not. Errors: bank_not_open.';

CREATE FUNCTION creditbank.check_committed(what text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF creditbank.writes_ledger() THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('%s cannot be signed yet', what),
			DETAIL = 'This very transaction wrote in the ledger or sealed it, which could still be rolled back.',
			HINT = 'COMMIT, then ask for it in another transaction.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_committed(text) IS
'Raises wrong_state in a transaction that has written the ledger, where something, named for the message, would state what may never have been. For the bank''s own functions only. NULL passes.';

-- Documents.

CREATE FUNCTION creditbank.prepare_certificate(number text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	held record;
	prepared jsonb;
BEGIN
	SELECT c.*, k.stolen AS by_stolen_key
	INTO STRICT held
	FROM creditbank.certificate AS c
	LEFT JOIN creditbank.certificate_key AS k ON k.multikey = c.secured_by
	WHERE c.number = prepare_certificate.number
	FOR UPDATE OF c;
	IF held.document IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('the document of certificate %s is gone', held.number),
			DETAIL = 'It named the holder, whose data were erased or whose account was merged into another one.',
			HINT = 'creditbank.issue_certificate() issues another one, of the account that the achievements are in now.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'document';
	END IF;
	prepared := held.document::jsonb;
	IF prepared ? 'inclusionProof' AND held.by_stolen_key IS NOT TRUE THEN
		RETURN prepared;
	END IF;
	prepared := prepared - 'proof' || jsonb_build_object('inclusionProof',
		creditbank.proof_bundle(creditbank.account_number(held.account_id), held.seq));
	PERFORM creditbank.check_committed('certificate ' || held.number);
	UPDATE creditbank.certificate AS c
	SET document = prepared::text,
		secured_at = NULL,
		secured_by = NULL
	WHERE c.number = held.number;
	RETURN prepared;
END
$$;
COMMENT ON FUNCTION creditbank.prepare_certificate(text) IS
'Locks a certificate and returns its document with the inclusion proof, which is put in when it is missing; what a stolen key signed begins anew from there. For the bank''s own functions only. Errors: wrong_state when the document was erased, or in a transaction that has written the ledger; not_sealed.';

CREATE FUNCTION creditbank.certificate(number text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	found_number text;
	held text;
	prepared jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	found_number := creditbank.find_certificate(certificate.number);
	SELECT c.document
	INTO held
	FROM creditbank.certificate AS c
	JOIN creditbank.certificate_key AS k ON k.multikey = c.secured_by AND NOT k.stolen
	WHERE c.number = found_number;
	IF held IS NOT NULL THEN
		RETURN held;
	END IF;
	prepared := creditbank.prepare_certificate(found_number);
	IF NOT prepared ? 'proof' THEN -- another session may have signed it meanwhile
		prepared := creditbank.keep_certificate_proof(found_number, creditbank.sign_document(prepared));
	END IF;
	RETURN prepared;
END
$$;
COMMENT ON FUNCTION creditbank.certificate(text) IS
'The document of a certificate: the credential with the inclusion proof of its ledger entry, signed by the server''s key. Made at the first call after the entry was sealed, and the same to the byte ever after, unless the key was stolen. It says nothing of revocation: the status lists do. Errors: bank_not_open, unknown_certificate; not_sealed; signing_failed and unknown_key when the server cannot sign; wrong_state when the document was erased with its holder, and when it is not made yet and this transaction has written the ledger.';

CREATE FUNCTION creditbank.keep_certificate_proof(number text, document jsonb)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	-- Open Badges has lists throughout, also of one proof.
	secured jsonb := jsonb_set(keep_certificate_proof.document, '{proof}', jsonb_build_array(keep_certificate_proof.document -> 'proof'));
	multikey text := split_part(keep_certificate_proof.document #>> '{proof,verificationMethod}', '#', 2);
	trouble text := creditbank.integrity_problem(secured::text, creditbank.lock_certificate_key(multikey));
BEGIN
	IF trouble IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_signature'),
			MESSAGE = format('the signature of certificate %s is not taken', keep_certificate_proof.number),
			DETAIL = trouble,
			HINT = 'Sign the hash_data of creditbank.certificate_to_sign() with Ed25519, and hand back its proof_options as they are.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'document';
	END IF;
	UPDATE creditbank.certificate AS c
	SET document = secured::text,
		secured_at = clock_timestamp(),
		secured_by = multikey
	WHERE c.number = keep_certificate_proof.number;
	RETURN secured;
END
$$;
COMMENT ON FUNCTION creditbank.keep_certificate_proof(text, jsonb) IS
'Verifies the proof of a certificate''s document, keeps it as the one of a list, and returns the document. For the bank''s own functions only, which hold the certificate''s lock. Errors: unknown_key, invalid_signature.';

CREATE FUNCTION creditbank.certificate_to_sign(
	number text,
	multikey text,
	OUT proof_options jsonb,
	OUT hash_data bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	prepared jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.lock_certificate_key(certificate_to_sign.multikey);
	prepared := creditbank.prepare_certificate(creditbank.find_certificate(certificate_to_sign.number));
	PERFORM creditbank.check_unsigned(certificate_to_sign.number, prepared);
	proof_options := creditbank.integrity_proof_options(prepared, creditbank.verification_method(certificate_to_sign.multikey), now());
	hash_data := creditbank.integrity_hash(prepared, proof_options);
END
$$;
COMMENT ON FUNCTION creditbank.certificate_to_sign(text, text) IS
'What a signer outside the server signs with a registered key: the 64 bytes of hash_data, for add_certificate_proof with the same proof_options. Errors: bank_not_open, unknown_certificate, unknown_key, not_sealed; wrong_state when it is signed already, when the document was erased, and as certificate().';

CREATE FUNCTION creditbank.check_unsigned(number text, document jsonb)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF document ? 'proof' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('certificate %s is signed already', check_unsigned.number),
			DETAIL = format('It was signed by %s.', document #>> '{proof,0,verificationMethod}'),
			HINT = 'creditbank.certificate() gives the document.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'document';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_unsigned(text, jsonb) IS
'Raises wrong_state when the document of a certificate has a proof.';

CREATE FUNCTION creditbank.add_certificate_proof(number text, proof_options jsonb, signature bytea)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_number text;
	prepared jsonb;
	method text;
	created timestamptz;
BEGIN
	PERFORM creditbank.require_bank();
	found_number := creditbank.find_certificate(add_certificate_proof.number);
	prepared := creditbank.prepare_certificate(found_number);
	PERFORM creditbank.check_unsigned(found_number, prepared);
	method := add_certificate_proof.proof_options ->> 'verificationMethod';
	created := CASE WHEN add_certificate_proof.proof_options ->> 'created' ~ '^[0-9]{4}-(0[1-9]|1[0-2])-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$'
		THEN (add_certificate_proof.proof_options ->> 'created')::timestamptz END;
	IF add_certificate_proof.signature IS NULL
		OR created > clock_timestamp() + interval '5 minutes'
		OR coalesce(add_certificate_proof.proof_options <> creditbank.integrity_proof_options(prepared, method, created), true)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_signature'),
			MESSAGE = format('the signature of certificate %s is not taken', found_number),
			DETAIL = CASE WHEN add_certificate_proof.signature IS NULL THEN 'signature is NULL.'
				ELSE 'The proof options are not those of creditbank.certificate_to_sign().' END,
			HINT = 'Hand back proof_options as they are, with the signature of hash_data.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'document';
	END IF;
	RETURN creditbank.keep_certificate_proof(found_number,
		creditbank.add_integrity_proof(prepared, add_certificate_proof.proof_options, add_certificate_proof.signature));
END
$$;
COMMENT ON FUNCTION creditbank.add_certificate_proof(text, jsonb, bytea) IS
'Takes the signature of a signer outside the server, with the options of certificate_to_sign, verifies it by the registered key that they name, and returns the document. Errors: bank_not_open, unknown_certificate, unknown_key, not_sealed, invalid_signature; wrong_state when it is signed already, when the document was erased, and as certificate().';
