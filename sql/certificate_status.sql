-- certificate_status.sql: what becomes of certificates: revoked, suspended,
-- expired, and how the bank tells it, in words and in status lists.
-- Promise: a revocation stays, and is an entry; what is stated and falls away
-- revokes the certificate in the same transaction; suspension is kept nowhere,
-- it follows from what is frozen. No list is signed that a rollback could make
-- untrue.

CREATE PROCEDURE creditbank.create_certificate_status_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	-- What a status list says is found without reading all that there is.
	CREATE INDEX certificate_revoked_idx ON creditbank.certificate (status_list, status_index)
	WHERE state = 'revoked';
	COMMENT ON INDEX creditbank.certificate_revoked_idx IS 'The places of revoked certificates.';
	CREATE INDEX account_frozen_idx ON creditbank.account (account_id)
	WHERE state = 'frozen';
	COMMENT ON INDEX creditbank.account_frozen_idx IS 'The accounts whose certificates are suspended.';
	CREATE INDEX achievement_frozen_idx ON creditbank.achievement (account_id)
	WHERE state = 'frozen';
	COMMENT ON INDEX creditbank.achievement_frozen_idx IS 'What is frozen, and suspends the certificates that rest on it.';

	-- For each row, with a condition: the steps that whole imports take cost nothing.
	CREATE TRIGGER achievement_revokes_certificates
	AFTER UPDATE ON creditbank.achievement
	FOR EACH ROW
	WHEN (OLD.state IN ('recognised', 'appealed', 'frozen')
		AND (NEW.state NOT IN ('recognised', 'appealed', 'frozen') OR (NEW.amount, NEW.level) IS DISTINCT FROM (OLD.amount, OLD.level)))
	EXECUTE FUNCTION creditbank.revoke_certificates_of_achievement();
	COMMENT ON TRIGGER achievement_revokes_certificates ON creditbank.achievement IS 'Certificates that state it hold no longer.';
	CREATE TRIGGER decision_revokes_certificates
	AFTER UPDATE ON creditbank.decision
	FOR EACH ROW
	WHEN (NEW.state = 'reversed' AND OLD.state <> 'reversed')
	EXECUTE FUNCTION creditbank.revoke_certificates_of_decision();
	COMMENT ON TRIGGER decision_revokes_certificates ON creditbank.decision IS 'Certificates that state its lines hold no longer.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_certificate_status_tables() IS
'Makes the triggers by which what falls away revokes certificates, and the indexes that status lists are read by; a part of create_bank.';

-- In words.

CREATE FUNCTION creditbank.certificate_sayings(language text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
	-- The words of the other language are not read: a bank in another encoding need not know them.
	IF creditbank.said_in(certificate_sayings.language) = 'zh' THEN
		RETURN '{
			"achievement_revoked": "\u6240\u8f7d\u6210\u679c\u201c%s\u201d\u5df2\u88ab\u64a4\u9500",
			"achievement_merged": "\u6240\u8f7d\u6210\u679c\u201c%s\u201d\u5df2\u8f6c\u5165\u6301\u6709\u4eba\u7684\u53e6\u4e00\u8d26\u6237",
			"achievement_changed": "\u6240\u8f7d\u6210\u679c\u201c%s\u201d\u7684\u8ba4\u5b9a\u5df2\u53d8\u66f4",
			"conversion_reversed": "\u6240\u8f7d\u5411 %s \u7684\u8f6c\u6362\u5df2\u51b2\u9500",
			"revoked": "\u5df2\u4e8e %s \u64a4\u9500\uff1a%s",
			"superseded": "\u5df2\u53e6\u53d1\u8bc1\u660e %s \u66ff\u4ee3",
			"expired": "\u6709\u6548\u671f\u81f3 %s\uff0c\u5df2\u5c4a\u6ee1",
			"achievement_frozen": "\u56e0 %s \u88ab\u51bb\u7ed3\u800c\u6682\u505c",
			"account_frozen": "\u56e0\u8d26\u6237\u88ab\u51bb\u7ed3\u800c\u6682\u505c",
			"quoted": "\u201c%s\u201d",
			"and": "\u3001",
			"also": "\uff1b"
		}';
	END IF;
	RETURN '{
			"achievement_revoked": "\"%s\", which it states, was revoked",
			"achievement_merged": "\"%s\", which it states, went into another account of the holder",
			"achievement_changed": "\"%s\", which it states, is not recognised as it was",
			"conversion_reversed": "a conversion into %s, which it states, was reversed",
			"revoked": "revoked on %s: %s",
			"superseded": "certificate %s was issued in its place",
			"expired": "its last day was %s",
			"achievement_frozen": "suspended while %s is frozen",
			"account_frozen": "suspended while the account is frozen",
			"quoted": "\"%s\"",
			"and": ", ",
			"also": "; "
		}';
END
$$;
COMMENT ON FUNCTION creditbank.certificate_sayings(text) IS
'What is said of a certificate that is not valid, as an object with a format for each thing to say, in the language of a tag, or in English where said_in() has no other. NULL for NULL.';

CREATE FUNCTION creditbank.revocation_reason(reason text, cause text, cause_of text, language text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN coalesce(reason, format(creditbank.certificate_sayings(language) ->> cause, cause_of));
COMMENT ON FUNCTION creditbank.revocation_reason(text, text, text, text) IS
'Why a certificate was revoked, from its reason, cause and cause_of: as somebody gave it, or what fell away, in the words of a language. NULL when it was not.';

-- Revocation.

CREATE FUNCTION creditbank.end_certificate(
	number text,
	reason text DEFAULT NULL,
	superseded_by text DEFAULT NULL,
	cause text DEFAULT NULL,
	cause_of text DEFAULT NULL)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	step record;
	ended record;
BEGIN
	SELECT c.account_id, c.number, c.state, c.revoked_on, t.to_state, t.kind
	INTO step
	FROM creditbank.certificate AS c
	LEFT JOIN creditbank.certificate_transition AS t ON t.from_state = c.state AND t.step = 'revoke_certificate'
	WHERE c.number = end_certificate.number;
	IF step.kind IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('certificate %s cannot be revoked', step.number),
			DETAIL = format('It is %s already, since %s.', step.state, to_char(step.revoked_on, 'YYYY-MM-DD')),
			HINT = 'A revocation stays; creditbank.issue_certificate() issues another certificate.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'state';
	END IF;
	UPDATE creditbank.certificate AS c
	SET state = step.to_state,
		revoked_on = creditbank.today(),
		reason = end_certificate.reason,
		cause = end_certificate.cause,
		cause_of = end_certificate.cause_of,
		superseded_by = end_certificate.superseded_by
	WHERE c.number = step.number;
	RETURN QUERY
	SELECT step.to_state, e.seq, e.entry_hash
	FROM creditbank.append_entry(step.account_id, step.kind, NULL, NULL, creditbank.today(),
		jsonb_strip_nulls(jsonb_build_object(
			'certificate', step.number,
			'reason', end_certificate.reason,
			'cause', end_certificate.cause,
			'cause_of', end_certificate.cause_of,
			'superseded_by', end_certificate.superseded_by))::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.end_certificate(text, text, text, text, text) IS
'Revokes a certificate, for a reason that somebody gave or for a cause, what of it fell away, and enters it in its account''s ledger, which the caller has locked. Returns the state after, and the entry''s seq and hash. For the bank''s own functions only. Errors: wrong_state.';

CREATE FUNCTION creditbank.revoke_certificate(number text, reason text, superseded_by text DEFAULT NULL)
RETURNS TABLE (
	certificate text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	old_number text;
	new_number text;
	of_account bigint;
	unfit text;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(revoke_certificate.reason, 'the reason of a revocation');
	old_number := creditbank.find_certificate(revoke_certificate.number);
	SELECT c.account_id
	INTO of_account
	FROM creditbank.certificate AS c
	WHERE c.number = old_number;
	PERFORM creditbank.lock_heads(ARRAY[of_account]);
	IF revoke_certificate.superseded_by IS NOT NULL THEN
		new_number := creditbank.find_certificate(revoke_certificate.superseded_by);
		SELECT CASE
			WHEN c.number = old_number THEN 'It is the same.'
			WHEN c.state <> 'issued' THEN format('It is %s.', c.state)
			WHEN c.account_id NOT IN (of_account, creditbank.account_id(creditbank.current_account(creditbank.account_number(of_account))))
				THEN format('It is of account %s.', creditbank.account_number(c.account_id)) END
		INTO unfit
		FROM creditbank.certificate AS c
		WHERE c.number = new_number;
		IF unfit IS NOT NULL THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_parameter'),
				MESSAGE = format('certificate %s does not take the place of %s', new_number, old_number),
				DETAIL = unfit,
				HINT = 'Name one of the same learner that is not revoked, or leave superseded_by out.',
				SCHEMA = 'creditbank',
				TABLE = 'certificate',
				COLUMN = 'superseded_by';
		END IF;
	END IF;
	RETURN QUERY
	SELECT old_number, e.*
	FROM creditbank.end_certificate(old_number, revoke_certificate.reason, new_number) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.revoke_certificate(text, text, text) IS
'Revokes a certificate, for a reason that whoever checks it reads (never personal data), and names the one issued in its place, where there is one. Returns its number and state, and the entry''s seq and hash. A revocation stays. Errors: bank_not_open, unknown_certificate, wrong_state when it is revoked already; invalid_parameter, also for a reason that ends in an identity number.';

CREATE FUNCTION creditbank.revoke_certificates_of_achievement()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.end_certificate(s.number,
		cause => CASE NEW.state
			WHEN 'revoked' THEN 'achievement_revoked'
			WHEN 'merged' THEN 'achievement_merged'
			ELSE 'achievement_changed' END,
		cause_of => NEW.ref::text)
	FROM (
		SELECT DISTINCT c.number
		FROM creditbank.certificate_line AS l
		JOIN creditbank.certificate AS c ON c.number = l.number AND c.state = 'issued'
		WHERE l.achievement_id = NEW.achievement_id
		ORDER BY c.number) AS s;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.revoke_certificates_of_achievement() IS
'The trigger of achievement that revokes the certificates which state it, when it is recognised no more, or with another amount or level.';

CREATE FUNCTION creditbank.revoke_certificates_of_decision()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.end_certificate(s.number, cause => 'conversion_reversed', cause_of => NEW.programme)
	FROM (
		SELECT DISTINCT c.number
		FROM creditbank.certificate AS c
		JOIN creditbank.certificate_line AS l ON l.number = c.number
			AND l.kind = 'conversion'
			AND l.seq BETWEEN NEW.first_seq AND NEW.last_seq
		WHERE c.account_id = NEW.account_id
			AND c.state = 'issued'
		ORDER BY c.number) AS s;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.revoke_certificates_of_decision() IS
'The trigger of decision that revokes the certificates which state its lines, when it is reversed.';

-- Standing.

CREATE FUNCTION creditbank.suspension_of(number text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	words jsonb := creditbank.certificate_sayings(suspension_of.language);
BEGIN
	RETURN (
		SELECT coalesce((
				SELECT format(words ->> 'achievement_frozen', string_agg(format(words ->> 'quoted', h.ref), words ->> 'and' ORDER BY f.line))
				FROM creditbank.achievement AS h
				CROSS JOIN LATERAL (
					SELECT min(l.line) AS line
					FROM creditbank.certificate_line AS l
					WHERE l.number = c.number
						AND (l.achievement_id = h.achievement_id
							OR l.stated @> jsonb_build_object('originals', jsonb_build_array(jsonb_build_object('ref', h.ref::text))))) AS f
				WHERE h.account_id = c.account_id
					AND h.state = 'frozen'
					AND f.line IS NOT NULL
				HAVING count(*) > 0),
			CASE a.state WHEN 'frozen' THEN words ->> 'account_frozen' END)
		FROM creditbank.certificate AS c
		JOIN creditbank.account AS a ON a.account_id = c.account_id
		WHERE c.number = suspension_of.number
			AND c.state = 'issued');
END
$$;
COMMENT ON FUNCTION creditbank.suspension_of(text, text) IS
'Why a certificate that is not revoked is suspended, in the words of a language: an achievement that it states, or that what it states was converted from, or its account, is frozen. NULL when it is not, for an unknown number and for NULL.';

CREATE FUNCTION creditbank.certificate_standing(number text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT CASE
			WHEN c.state <> 'issued' THEN c.state
			WHEN c.expires_on < creditbank.today() THEN 'expired'
			WHEN creditbank.suspension_of(c.number, 'en') IS NOT NULL THEN 'suspended'
			ELSE 'valid' END
		FROM creditbank.certificate AS c
		WHERE c.number = certificate_standing.number);
END
$$;
COMMENT ON FUNCTION creditbank.certificate_standing(text) IS
'How a certificate stands today: valid, suspended, expired or revoked. NULL for an unknown number and for NULL.';

CREATE FUNCTION creditbank.certificate_trouble(number text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	words jsonb := creditbank.certificate_sayings(certificate_trouble.language);
BEGIN
	RETURN (
		SELECT CASE creditbank.certificate_standing(c.number)
			WHEN 'revoked' THEN concat_ws(words ->> 'also',
				format(words ->> 'revoked', to_char(c.revoked_on, 'YYYY-MM-DD'),
					creditbank.revocation_reason(c.reason, c.cause, c.cause_of, certificate_trouble.language)),
				CASE WHEN c.superseded_by IS NOT NULL THEN format(words ->> 'superseded', c.superseded_by) END)
			WHEN 'expired' THEN format(words ->> 'expired', to_char(c.expires_on, 'YYYY-MM-DD'))
			WHEN 'suspended' THEN creditbank.suspension_of(c.number, certificate_trouble.language) END
		FROM creditbank.certificate AS c
		WHERE c.number = certificate_trouble.number);
END
$$;
COMMENT ON FUNCTION creditbank.certificate_trouble(text, text) IS
'Why a certificate is not valid today, in the words of a language. NULL when it is valid, for an unknown number and for NULL.';

-- Status lists.

CREATE FUNCTION creditbank.status_list_document(list integer, purpose text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	places integer[];
	size integer;
	uri text := creditbank.status_list_uri(list, purpose);
BEGIN
	SELECT s.size
	INTO size
	FROM creditbank.status_list AS s
	WHERE s.list = status_list_document.list;
	IF NOT FOUND OR (purpose IN ('revocation', 'suspension')) IS NOT TRUE THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('there is no status list %s for %s', coalesce(list::text, 'NULL'), coalesce(purpose, 'NULL')),
			DETAIL = format('There are lists 1 to %s, each for revocation and for suspension.', (SELECT coalesce(max(s.list), 0) FROM creditbank.status_list AS s)),
			HINT = 'Take both from the credentialStatus and suspensionStatus of a certificate.',
			SCHEMA = 'creditbank',
			TABLE = 'status_list';
	END IF;
	PERFORM creditbank.check_committed('a status list');
	IF purpose = 'revocation' THEN
		places := ARRAY(
			SELECT c.status_index
			FROM creditbank.certificate AS c
			WHERE c.status_list = list
				AND c.state = 'revoked');
	ELSE
		places := ARRAY(
			SELECT c.status_index
			FROM (
				SELECT a.account_id
				FROM creditbank.account AS a
				WHERE a.state = 'frozen'
				UNION
				SELECT h.account_id
				FROM creditbank.achievement AS h
				WHERE h.state = 'frozen') AS f
			JOIN creditbank.certificate AS c ON c.account_id = f.account_id
			WHERE c.status_list = list
				AND creditbank.suspension_of(c.number, 'en') IS NOT NULL);
	END IF;
	RETURN jsonb_build_object(
		'@context', jsonb_build_array('https://www.w3.org/ns/credentials/v2'),
		'id', uri,
		'type', jsonb_build_array('VerifiableCredential', 'BitstringStatusListCredential'),
		'issuer', creditbank.bank_uri(VARIADIC '{}'),
		'validFrom', creditbank.bank_time(now()),
		'validUntil', creditbank.bank_time(now() + interval '7 days'),
		'credentialSubject', jsonb_build_object(
			'id', uri || '#list',
			'type', 'BitstringStatusList',
			'statusPurpose', purpose,
			'encodedList', creditbank.status_bits(places, size)));
END
$$;
COMMENT ON FUNCTION creditbank.status_list_document(integer, text) IS
'A status list as it stands now, for revocation or suspension, as a BitstringStatusListCredential without a proof: valid for seven days. Errors: invalid_parameter for a list or purpose that does not exist; wrong_state in a transaction that has written the ledger.';

CREATE FUNCTION creditbank.status_list(list integer, purpose text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	RETURN creditbank.sign_document(creditbank.status_list_document(status_list.list, status_list.purpose));
END
$$;
COMMENT ON FUNCTION creditbank.status_list(integer, text) IS
'A status list as it stands now, for revocation or suspension, signed by the server''s key: what the bank publishes where its certificates say. Valid for seven days: publish it daily, and after a revocation. Errors: bank_not_open; invalid_parameter for a list or purpose that does not exist; wrong_state in a transaction that has written the ledger; signing_failed and unknown_key when the server cannot sign.';

CREATE FUNCTION creditbank.status_list_to_sign(
	list integer,
	purpose text,
	multikey text,
	OUT document jsonb,
	OUT proof_options jsonb,
	OUT hash_data bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.lock_certificate_key(status_list_to_sign.multikey);
	document := creditbank.status_list_document(status_list_to_sign.list, status_list_to_sign.purpose);
	proof_options := creditbank.integrity_proof_options(document, creditbank.verification_method(status_list_to_sign.multikey), now());
	hash_data := creditbank.integrity_hash(document, proof_options);
END
$$;
COMMENT ON FUNCTION creditbank.status_list_to_sign(integer, text, text) IS
'A status list as it stands now, and what a signer outside the server signs with a registered key: hash_data. creditbank.add_integrity_proof(document, proof_options, signature) then makes the credential to publish. Errors: bank_not_open, unknown_key; invalid_parameter for a list or purpose that does not exist; wrong_state in a transaction that has written the ledger.';
