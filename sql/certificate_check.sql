-- certificate_check.sql: what is asked about certificates: by registrars, by
-- whoever holds the document or the number with its check code, and by those who
-- verify the bank.
-- Promise: reads only. Who has neither the document nor the check code is told
-- nothing, not even that a number exists.

CREATE FUNCTION creditbank.certificates(account text)
RETURNS TABLE (
	number text,
	check_code text,
	scope text,
	standing text,
	lines bigint,
	names_holder boolean,
	language text,
	issued_on date,
	expires_on date,
	document text,
	revoked_on date,
	reason text,
	superseded_by text,
	stated_again_by text,
	seq bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(certificates.account);
	RETURN QUERY
	WITH issued AS (
		SELECT c.*, k.stolen, e.entry_id, s.sources, s.lines
		FROM creditbank.certificate AS c
		JOIN creditbank.ledger_entry AS e ON e.account_id = c.account_id AND e.seq = c.seq
		LEFT JOIN creditbank.certificate_key AS k ON k.multikey = c.secured_by
		CROSS JOIN LATERAL (
			SELECT array_agg(coalesce(-l.achievement_id, l.seq) ORDER BY coalesce(-l.achievement_id, l.seq)), count(*)
			FROM creditbank.certificate_line AS l
			WHERE l.number = c.number) AS s (sources, lines)
		WHERE c.account_id = of_account)
	SELECT i.number, i.check_code, i.scope, creditbank.certificate_standing(i.number), i.lines, i.names_holder, i.language, i.issued_on, i.expires_on,
		CASE
			WHEN i.document IS NULL THEN 'erased'
			WHEN i.stolen THEN 'to be signed anew'
			WHEN i.secured_by IS NOT NULL THEN 'signed'
			WHEN i.entry_id <= (SELECT max(c.last_entry_id) FROM creditbank.checkpoint AS c) THEN 'to be signed'
			ELSE 'to be sealed' END,
		i.revoked_on, creditbank.revocation_reason(i.reason, i.cause, i.cause_of, creditbank.explanation_language(NULL)), i.superseded_by, n.number, i.seq
	FROM issued AS i
	LEFT JOIN LATERAL (
		SELECT later.number
		FROM issued AS later
		WHERE later.sources = i.sources
			AND later.seq > i.seq
			AND creditbank.certificate_standing(later.number) IN ('valid', 'suspended')
		ORDER BY later.seq DESC
		LIMIT 1) AS n ON true
	ORDER BY i.seq;
END
$$;
COMMENT ON FUNCTION creditbank.certificates(text) IS
'The certificates of an account, oldest first: number and check code, scope, standing today (valid, suspended, expired or revoked), how many lines, whether they name the holder, language, first and last day; document: to be sealed (the ledger), to be signed (when it is asked for), signed, to be signed anew since the key was stolen, or erased with the holder; when and why revoked, as somebody gave it or in the language of lc_messages, and by which one superseded; stated_again_by, the latest that is neither revoked nor expired and states the same things; the seq of the entry. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.verify_certificate(number text, check_code text, language text DEFAULT NULL)
RETURNS TABLE (
	certificate text,
	standing text,
	why text,
	issued_on date,
	expires_on date,
	account text,
	holder text,
	scope text,
	line integer,
	kind text,
	ref text,
	title text,
	amount numeric(18,4),
	unit text,
	grade text,
	level smallint,
	dated_on date,
	awarded_by text,
	original text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	plain_number text := regexp_replace(verify_certificate.number, '[[:space:]-]', '', 'g');
	plain_code text := creditbank.read_code(verify_certificate.check_code);
BEGIN
	PERFORM creditbank.require_bank();
	verify_certificate.language := creditbank.known_language(verify_certificate.language);
	RETURN QUERY
	SELECT c.number, creditbank.certificate_standing(c.number),
		creditbank.certificate_trouble(c.number, verify_certificate.language), c.issued_on, c.expires_on,
		creditbank.account_number(c.account_id),
		jsonb_path_query_first(c.document::jsonb, '$.credentialSubject.identifier[*] ? (@.identityType == "name").identityHash') #>> '{}',
		c.scope, l.line, l.kind, l.ref::text, l.title, l.amount::numeric(18,4), creditbank.unit(l.amount), l.stated ->> 'grade', l.level,
		coalesce(l.stated ->> 'awardedOn', l.stated ->> 'convertedOn')::date,
		l.stated ->> 'awardedBy', coalesce((
			SELECT string_agg(concat_ws(', ', o.original ->> 'ref', o.original ->> 'title', o.original ->> 'amount' || ' ' || (o.original ->> 'unit'),
				'grade ' || (o.original ->> 'grade')), '; ' ORDER BY o.place)
			FROM jsonb_array_elements(l.stated -> 'originals') WITH ORDINALITY AS o (original, place)),
			l.stated #>> '{claimed,amount}' || ' ' || (l.stated #>> '{claimed,unit}'))
	FROM creditbank.certificate AS c
	JOIN creditbank.certificate_line AS l ON l.number = c.number
	WHERE c.number = plain_number
		AND c.check_code = plain_code
	ORDER BY l.line;
	IF NOT FOUND THEN
		-- One answer, whichever of the two is wrong.
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_certificate'),
			MESSAGE = 'no certificate has this number and check code',
			DETAIL = coalesce(creditbank.certificate_number_problem(verify_certificate.number), CASE
				WHEN verify_certificate.number IS NULL OR verify_certificate.check_code IS NULL THEN 'One of them is NULL.'
				WHEN plain_code !~ '^[0-9A-HJKMNP-TV-Z]{8}$' THEN 'A check code has eight signs, digits and letters but I, L, O and U.'
				ELSE 'The number could be one; it was not issued here, or with another check code.' END),
			HINT = 'Both stand on the certificate.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.verify_certificate(text, text, text) IS
'What a certificate states and how it stands, for whoever has its number and check code, as on paper: one row per line. standing: valid, suspended, expired or revoked; why: why it is not valid, in language (zh or en; NULL: that of lc_messages); the account, the holder as the document names them (NULL when it does not, or was erased); of each line its kind, reference, title, amount and unit, grade, level, day, who awarded it, and the original: of an achievement the amount with its unit that was claimed, of converted credit what it was converted from, with their own amounts and units. Spaces, hyphens and small letters are passed over, and O, I and L read as digits. Errors: bank_not_open; invalid_parameter for another language; unknown_certificate, alike for an unknown number and a wrong code.';

-- The document's own checks.

CREATE FUNCTION creditbank.read_certificate(document text, OUT parsed jsonb, OUT trouble text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	detail text;
BEGIN
	IF document IS NULL THEN
		trouble := 'no document was given';
	ELSIF octet_length(document) > 16777216 THEN
		trouble := 'the document is larger than any certificate, 16 MB';
	ELSE
		PERFORM creditbank.canonical_json(document::json); -- where a key stands twice, two readers read two documents
		parsed := document::jsonb;
	END IF;
	IF trouble IS NULL
		AND (jsonb_typeof(parsed) <> 'object'
			OR NOT parsed @> '{"type": ["VerifiableCredential"]}'
			OR jsonb_typeof(parsed -> 'credentialSubject') IS DISTINCT FROM 'object'
			OR NOT parsed ? 'proof')
	THEN
		parsed := NULL;
		trouble := 'it is not one credential with its proof';
	END IF;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	parsed := NULL;
	trouble := concat_ws(': ', SQLERRM, nullif(detail, ''));
END
$$;
COMMENT ON FUNCTION creditbank.read_certificate(text) IS
'A document that a stranger hands in as jsonb, or why it is none: NULL and the reason. Not in parallel: it begins a subtransaction.';

CREATE FUNCTION creditbank.verify_certified_inclusion(document jsonb, number text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	bundle jsonb := document -> 'inclusionProof';
	expected jsonb;
	stated text[];
BEGIN
	SELECT creditbank.proof_bundle(creditbank.account_number(c.account_id), c.seq, (bundle ->> 'tree_size')::bigint)
	INTO expected
	FROM creditbank.certificate AS c
	WHERE c.number = verify_certified_inclusion.number;
	IF bundle - 'checkpoint' <> expected - 'checkpoint' THEN
		RETURN 'the ledger proves another entry, or another place of it';
	END IF;
	-- A checkpoint may have gained signatures since, and another incarnation's may have its size.
	stated := string_to_array(bundle ->> 'checkpoint', E'\n');
	IF NOT EXISTS (
		SELECT FROM creditbank.checkpoint AS k
		JOIN creditbank.incarnation AS i ON i.incarnation = k.incarnation
		CROSS JOIN creditbank.bank AS b
		WHERE k.tree_size = (bundle ->> 'tree_size')::bigint
			AND starts_with(bundle ->> 'checkpoint', creditbank.checkpoint_body(b.origin, k.tree_size, k.root_hash, b.suite, k.incarnation, i.marker))
			AND creditbank.verify_inclusion(
				creditbank.merkle_leaf_hash(decode(bundle ->> 'entry_hash', 'hex'), b.suite),
				(bundle ->> 'leaf_index')::bigint, k.tree_size,
				ARRAY(
					SELECT decode(h.hash, 'hex')
					FROM jsonb_array_elements_text(bundle -> 'proof') WITH ORDINALITY AS h (hash, place)
					ORDER BY h.place),
				k.root_hash, b.suite))
	THEN
		RETURN format('it does not lead to a checkpoint of size %s of this ledger', stated[2]);
	END IF;
	RETURN NULL;
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR data_corrupted THEN
	RETURN SQLERRM;
END
$$;
COMMENT ON FUNCTION creditbank.verify_certified_inclusion(jsonb, text) IS
'Whether the inclusion proof in a document is that of the ledger entry which issued the certificate: NULL when it is, else why not, also when it is missing or malformed. Not in parallel: it begins a subtransaction.';

CREATE FUNCTION creditbank.verify_certificate(document text)
RETURNS TABLE (
	check_name text,
	passed boolean,
	found text)
ROWS 11
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	parsed jsonb;
	trouble text;
	stated_number text;
	key record;
	held record;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT r.* INTO parsed, trouble FROM creditbank.read_certificate(verify_certificate.document) AS r;
	RETURN QUERY SELECT 'form', parsed IS NOT NULL, coalesce(trouble, parsed #>> '{type,-1}');
	stated_number := parsed ->> 'certificateNumber';
	RETURN QUERY SELECT 'number', coalesce(creditbank.certificate_number_problem(stated_number) IS NULL, true) AND stated_number IS NOT NULL,
		coalesce(creditbank.certificate_number_problem(stated_number), stated_number, 'none');
	RETURN QUERY SELECT 'issuer', coalesce(parsed #>> '{issuer,id}' = creditbank.bank_uri(VARIADIC '{}'), false),
		coalesce(parsed #>> '{issuer,id}', 'none');
	SELECT k.*
	INTO key
	FROM creditbank.certificate_key AS k
	WHERE creditbank.verification_method(k.multikey) = (SELECT creditbank.integrity_verification_method(verify_certificate.document)); -- reads all of it, once
	RETURN QUERY SELECT 'key', key.multikey IS NOT NULL AND NOT key.stolen,
		CASE
			WHEN key.multikey IS NULL THEN coalesce(creditbank.integrity_verification_method(verify_certificate.document) || ' is no key of this bank', 'none')
			WHEN key.stolen THEN format('%s was stolen: ask for the document anew', key.multikey)
			WHEN key.retired_at IS NOT NULL THEN format('%s, in use until %s', key.multikey, to_char(key.retired_at, 'YYYY-MM-DD'))
			ELSE key.multikey END;
	trouble := creditbank.integrity_problem(verify_certificate.document, key.public_key, as_of => now());
	RETURN QUERY SELECT 'signature', trouble IS NULL, coalesce(trouble, format('signed on %s', parsed #>> '{proof,0,created}'));

	SELECT c.*, a.state AS account_state
	INTO held
	FROM creditbank.certificate AS c
	JOIN creditbank.account AS a ON a.account_id = c.account_id
	WHERE c.number = regexp_replace(stated_number, '[[:space:]-]', '', 'g')
		AND c.digest = creditbank.stored_digest(verify_certificate.document);
	RETURN QUERY SELECT 'ledger', held.number IS NOT NULL,
		CASE WHEN held.number IS NULL THEN 'this bank issued no certificate of this number and content'
			ELSE format('issued on %s, by entry %s of account %s', to_char(held.issued_on, 'YYYY-MM-DD'), held.seq, creditbank.account_number(held.account_id)) END;
	IF held.number IS NULL THEN
		-- Nothing is told about a number to who made up the rest.
		RETURN QUERY
		SELECT c.name, NULL::boolean, 'not looked up'
		FROM unnest(ARRAY['inclusion', 'revocation', 'suspension', 'validity', 'account']) WITH ORDINALITY AS c (name, place)
		ORDER BY c.place;
		RETURN;
	END IF;
	trouble := creditbank.verify_certified_inclusion(parsed, held.number);
	IF NOT parsed ? 'inclusionProof' THEN
		trouble := 'it has none';
	END IF;
	RETURN QUERY SELECT 'inclusion', trouble IS NULL,
		coalesce(trouble, format('leaf %s of the tree of size %s', parsed #>> '{inclusionProof,leaf_index}', parsed #>> '{inclusionProof,tree_size}'));
	RETURN QUERY SELECT 'revocation', held.state = 'issued',
		CASE WHEN held.state = 'issued' THEN 'not revoked' ELSE creditbank.certificate_trouble(held.number, 'en') END;
	trouble := creditbank.suspension_of(held.number, 'en');
	RETURN QUERY SELECT 'suspension', trouble IS NULL, coalesce(trouble, 'not suspended');
	RETURN QUERY SELECT 'validity', coalesce(held.expires_on >= creditbank.today(), true),
		coalesce('until ' || to_char(held.expires_on, 'YYYY-MM-DD'), 'without end');
	RETURN QUERY
	SELECT 'account', s.state IN ('opened', 'active', 'closed'), format('account %s is %s', creditbank.account_number(held.account_id), s.meaning)
	FROM creditbank.account_state AS s
	WHERE s.state = held.account_state;
END
$$;
COMMENT ON FUNCTION creditbank.verify_certificate(text) IS
'Checks a certificate''s document, the JSON as it was handed over, and says what was found: one row per check. form: JSON with every key once, a credential with its proof. number: its check digits. issuer: this bank. key: one of the bank''s, not stolen. signature. ledger: the bank issued a certificate of this number with this very content. inclusion: the proof leads from its entry to a checkpoint. revocation, suspension, validity (its days), account. passed is NULL where nothing was looked up, because the content is not what was issued. A certificate is good when every row passed. Errors: bank_not_open; never for what the document says.';

-- The bank's own books.

CREATE FUNCTION creditbank.stored_digest(document text)
RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.statement_digest(document::jsonb);
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	RETURN NULL; -- whoever put that there is to be reported, not to stop the report
END
$$;
COMMENT ON FUNCTION creditbank.stored_digest(text) IS
'The statement_digest of a stored document, or of one that a stranger hands in; NULL when it is none that the bank wrote. Not in parallel: it begins a subtransaction, which parallel mode forbids.';

CREATE FUNCTION creditbank.verify_certificates(of_account bigint DEFAULT NULL, except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, k.name AS kind, e.occurred_on, creditbank.detail_document(e.detail) AS detail
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE k.name IN ('certificate_issued', 'certificate_revoked')
			AND (of_account IS NULL OR e.account_id = of_account)
			AND e.account_id <> ALL (except_accounts)),
	held AS MATERIALIZED (
		SELECT c.*, creditbank.certificate_entry_detail(c.number) AS detail,
			creditbank.stored_digest(c.document) AS stored_digest, creditbank.detail_document(c.document) AS parsed
		FROM creditbank.certificate AS c
		WHERE (of_account IS NULL OR c.account_id = of_account)
			AND c.account_id <> ALL (except_accounts)),
	taken_back AS MATERIALIZED (
		SELECT t.achievement_id
		FROM (SELECT DISTINCT h.account_id FROM held AS h WHERE h.state = 'issued') AS o
		CROSS JOIN LATERAL unnest(creditbank.taken_back_achievements(o.account_id)) AS t (achievement_id))
	SELECT 'differing_certificate', coalesce(e.account_id, c.account_id), coalesce(e.seq, c.seq),
		coalesce('issued on ' || to_char(e.occurred_on, 'YYYY-MM-DD') || ': ' || e.detail, 'no certificate'),
		coalesce('issued on ' || to_char(c.issued_on, 'YYYY-MM-DD') || ': ' || c.detail, 'no certificate')
	FROM (SELECT * FROM entry WHERE kind = 'certificate_issued') AS e
	FULL JOIN held AS c ON c.account_id = e.account_id AND c.seq = e.seq
	WHERE e.detail IS DISTINCT FROM c.detail
		OR e.occurred_on IS DISTINCT FROM c.issued_on
	UNION ALL
	SELECT 'differing_certificate', coalesce(e.account_id, c.account_id), e.seq,
		coalesce('revoked on ' || to_char(e.occurred_on, 'YYYY-MM-DD') || ': ' || e.detail, format('certificate %s is not revoked', c.number)),
		coalesce('revoked on ' || to_char(c.revoked_on, 'YYYY-MM-DD') || ': ' || c.revocation, format('certificate %s is not revoked', e.detail ->> 'certificate'))
	FROM (SELECT * FROM entry WHERE kind = 'certificate_revoked') AS e
	FULL JOIN (
		SELECT h.*, jsonb_strip_nulls(jsonb_build_object('certificate', h.number, 'reason', h.reason, 'cause', h.cause, 'cause_of', h.cause_of, 'superseded_by', h.superseded_by)) AS revocation
		FROM held AS h
		WHERE h.state = 'revoked') AS c ON c.account_id = e.account_id AND c.number = e.detail ->> 'certificate'
	WHERE e.detail IS DISTINCT FROM c.revocation
		OR e.occurred_on IS DISTINCT FROM c.revoked_on
	UNION ALL
	SELECT 'differing_certificate', c.account_id, c.seq,
		format('the statement with digest %s, of certificate %s', encode(c.digest, 'hex'), c.number),
		CASE WHEN c.stored_digest IS NULL THEN 'no credential'
			WHEN c.stored_digest <> c.digest THEN format('one with digest %s', encode(c.stored_digest, 'hex'))
			WHEN c.parsed ->> 'certificateNumber' <> c.number THEN format('one of certificate %s', c.parsed ->> 'certificateNumber')
			ELSE 'a proof that does not verify' END
	FROM held AS c
	LEFT JOIN creditbank.certificate_key AS k ON k.multikey = c.secured_by
	WHERE c.document IS NOT NULL
		AND (c.stored_digest IS DISTINCT FROM c.digest
			OR c.parsed ->> 'certificateNumber' <> c.number
			OR (c.parsed ? 'proof') <> (c.secured_by IS NOT NULL)
			OR (c.secured_by IS NOT NULL AND NOT creditbank.verify_integrity(c.document, k.public_key)))
	UNION ALL
	SELECT 'differing_certificate', c.account_id, c.seq,
		format('line %s of certificate %s: %s', s.line ->> 'line', c.number, s.line),
		format('line %s of certificate %s: %s', l.line, l.number, l.stated)
	FROM held AS c
	CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(c.parsed -> 'stated') = 'array' THEN c.parsed -> 'stated' END) AS s (line)
	LEFT JOIN creditbank.certificate_line AS l ON l.number = c.number AND l.line::text = s.line ->> 'line'
	WHERE l.stated IS DISTINCT FROM s.line
	UNION ALL
	SELECT 'differing_certificate', c.account_id, c.seq,
		format('line %s of certificate %s: %s', l.line, l.number, l.stated),
		format('%s %s, %s, level %s', l.kind, coalesce(l.ref::text, 'without a course'), coalesce(l.amount::text, 'no amount'), coalesce(l.level::text, 'none'))
	FROM held AS c
	JOIN creditbank.certificate_line AS l ON l.number = c.number
	WHERE (l.kind, l.ref::text, l.title, l.amount::text, l.level::text, l.seq::text) IS DISTINCT FROM
			(l.stated ->> 'kind', l.stated ->> 'ref', l.stated ->> 'title', l.stated ->> 'amount' || ' ' || (l.stated ->> 'unit'), l.stated ->> 'level', l.stated ->> 'entry')
	UNION ALL
	SELECT 'differing_certificate', c.account_id, c.seq,
		format('certificate %s revoked, since line %s does not hold', c.number, l.line), 'issued'
	FROM held AS c
	JOIN creditbank.certificate_line AS l ON l.number = c.number
	LEFT JOIN creditbank.achievement AS a ON a.achievement_id = l.achievement_id
	WHERE c.state = 'issued'
		AND CASE l.kind
			WHEN 'achievement' THEN a.account_id IS DISTINCT FROM c.account_id
				OR a.state NOT IN ('recognised', 'appealed', 'frozen')
				OR a.achievement_id IN (
					SELECT t.achievement_id
					FROM taken_back AS t)
				OR a.ref IS DISTINCT FROM l.ref
				OR (a.amount, a.level) IS DISTINCT FROM (l.amount, l.level)
			ELSE EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = c.account_id
					AND r.reverses = l.seq) END
	ORDER BY 2, 3, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_certificates(bigint, bigint[]) IS
'Where certificates, their lines, documents and revocations differ from what the ledger says of them, and certificates that are not revoked though what they state fell away: differing_certificate. One account, or all for NULL, but for those of the list, whose entries cannot be believed. A part of verify_account and verify_archive.';
