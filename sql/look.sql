-- look.sql: what a consent shows, and who looked.
-- Promise: who looks by a consent sees the fields and references that the
-- learner agreed to, for that purpose, in that period and that often, and
-- nothing else; and sees nothing before the entry that tells the learner is
-- committed, so that no rollback can take it away.

CREATE FUNCTION creditbank.listed(words jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT string_agg(w.word, ', ' ORDER BY w.place)
	FROM jsonb_array_elements_text(words) WITH ORDINALITY AS w (word, place));
COMMENT ON FUNCTION creditbank.listed(jsonb) IS
'The texts of a JSON array with commas between. NULL for NULL and for an empty array.';

CREATE PROCEDURE creditbank.create_look_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.consent_look (
		consent_id bigint NOT NULL,
		number integer NOT NULL,
		account_id bigint NOT NULL,
		seq bigint NOT NULL,
		language text NOT NULL,
		ticket_digest bytea NOT NULL,
		salt bytea NOT NULL,
		asked_in xid8 NOT NULL,
		CONSTRAINT consent_look_pkey PRIMARY KEY (consent_id, number),
		CONSTRAINT consent_look_number_positive CHECK (number >= 1),
		CONSTRAINT consent_look_ticket_digest_length CHECK (octet_length(ticket_digest) = 32),
		CONSTRAINT consent_look_consent_fkey FOREIGN KEY (consent_id) REFERENCES creditbank.consent (consent_id)
	);
	COMMENT ON TABLE creditbank.consent_look IS 'Looks that were asked for. One row per look; who looked, when and at what stands in its ledger entry.';
	COMMENT ON COLUMN creditbank.consent_look.consent_id IS 'The consent.';
	COMMENT ON COLUMN creditbank.consent_look.number IS 'The how-manieth look it was: 1, 2, 3.';
	COMMENT ON COLUMN creditbank.consent_look.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.consent_look.seq IS 'The account''s ledger entry of the look.';
	COMMENT ON COLUMN creditbank.consent_look.language IS 'The language of what is shown: en or zh.';
	COMMENT ON COLUMN creditbank.consent_look.ticket_digest IS 'The digest of the ticket that whoever asked was given.';
	COMMENT ON COLUMN creditbank.consent_look.salt IS '32 bytes, two random UUIDs: they and the ticket together make the id of what is shown, so that its digest in the ledger tells nothing to who has only one of them.';
	COMMENT ON COLUMN creditbank.consent_look.asked_in IS 'The transaction that wrote the entry: it shows nothing itself.';
	CREATE UNIQUE INDEX consent_look_ticket_key ON creditbank.consent_look (ticket_digest);
	COMMENT ON INDEX creditbank.consent_look_ticket_key IS 'Finds a look by its ticket.';
	PERFORM creditbank.guard_table('consent_look', 'refuse_change', 'Who looked, looked.');

	CREATE VIEW creditbank.consent_looks
	WITH (security_invoker = true) AS
	SELECT creditbank.account_number(e.account_id) AS account,
		e.seq,
		(d.detail ->> 'consent')::bigint AS consent,
		(d.detail ->> 'look')::integer AS look,
		e.recorded_at AS looked_at,
		e.actor AS looked_by,
		d.detail ->> 'login' AS login,
		d.detail ->> 'grantee' AS grantee,
		d.detail ->> 'purpose' AS purpose,
		creditbank.listed(d.detail -> 'fields') AS fields,
		creditbank.listed(d.detail -> 'refs') AS refs,
		d.detail ->> 'digest' AS digest
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'consent_used'
	CROSS JOIN LATERAL (
		SELECT e.detail::jsonb AS detail) AS d;
	COMMENT ON VIEW creditbank.consent_looks IS 'Who looked by a consent, as the ledger has it, in plain types. One row per look.';
	COMMENT ON COLUMN creditbank.consent_looks.account IS 'The number of the learner''s account.';
	COMMENT ON COLUMN creditbank.consent_looks.seq IS 'The account''s ledger entry of the look.';
	COMMENT ON COLUMN creditbank.consent_looks.consent IS 'The consent.';
	COMMENT ON COLUMN creditbank.consent_looks.look IS 'The how-manieth look by it.';
	COMMENT ON COLUMN creditbank.consent_looks.looked_at IS 'When it was asked for.';
	COMMENT ON COLUMN creditbank.consent_looks.looked_by IS 'The role that looked.';
	COMMENT ON COLUMN creditbank.consent_looks.login IS 'The role that had logged in: another one after SET ROLE.';
	COMMENT ON COLUMN creditbank.consent_looks.grantee IS 'Who was to look, as the consent names them.';
	COMMENT ON COLUMN creditbank.consent_looks.purpose IS 'What for.';
	COMMENT ON COLUMN creditbank.consent_looks.fields IS 'What was shown, with commas between.';
	COMMENT ON COLUMN creditbank.consent_looks.refs IS 'The references it was limited to, with commas between; NULL for the whole file.';
	COMMENT ON COLUMN creditbank.consent_looks.digest IS 'The digest, by the suite''s hash, of the canonical JSON of what was shown, in hexadecimal digits.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_look_tables() IS
'Makes the table of looks, and its view; a part of create_bank.';

-- What is shown.

CREATE FUNCTION creditbank.shown_file(of_account bigint, refs text[])
RETURNS TABLE (
	item integer,
	achievement text,
	title text,
	number numeric(18,4),
	unit text,
	level smallint,
	grade text,
	education_type text,
	awarded_on date,
	expires_on date)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT f.item, f.achievement, f.title, f.number, f.unit, f.level, f.grade, f.education_type, f.awarded_on, f.expires_on
	FROM creditbank.lifelong_file(creditbank.account_number(of_account)) AS f
	WHERE f.state IN ('recognised', 'consumed', 'partly consumed')
		AND (shown_file.refs IS NULL OR f.achievement::creditbank.achievement_ref <@ ANY (shown_file.refs::creditbank.achievement_ref[]));
END
$$;
COMMENT ON FUNCTION creditbank.shown_file(bigint, text[]) IS
'What of the lifelong file of an account others may see: what is recognised and not in doubt; limited to references unless refs is NULL.';

CREATE FUNCTION creditbank.shown_achievements(of_account bigint, fields text[], refs text[])
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
				'achievement', f.achievement,
				'title', f.title,
				'issuer', i.name,
				'amount', f.number,
				'unit', f.unit,
				'level', f.level,
				'education_type', f.education_type,
				'awarded_on', f.awarded_on,
				'expires_on', f.expires_on)
			|| CASE WHEN 'grades' = ANY (fields) THEN jsonb_build_object('grade', f.grade) ELSE '{}' END
			|| CASE WHEN 'evidence' = ANY (fields) THEN jsonb_build_object('evidence', v.evidence) ELSE '{}' END
			ORDER BY f.item), '[]')
		FROM creditbank.shown_file(of_account, refs) AS f
		LEFT JOIN creditbank.institution AS i ON i.code = creditbank.issuer(f.achievement::creditbank.achievement_ref)
		LEFT JOIN LATERAL (
			SELECT coalesce(jsonb_agg(jsonb_build_object(
				'number', e.number,
				'digest', encode(e.digest, 'hex'),
				'title', e.title,
				'added_on', e.added_on) ORDER BY e.number), '[]') AS evidence
			FROM creditbank.evidence_of(creditbank.account_number(of_account), f.achievement) AS e
			WHERE 'evidence' = ANY (fields)) AS v ON true);
END
$$;
COMMENT ON FUNCTION creditbank.shown_achievements(bigint, text[], text[]) IS
'The achievements of an account that a consent shows, those of shown_file, as an array of objects in the order of the file; grades and evidence only where fields has them.';

CREATE FUNCTION creditbank.shown_conversions(of_account bigint, fields text[], refs text[], language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	shown text[];
BEGIN
	IF 'achievements' = ANY (fields) THEN
		shown := ARRAY(SELECT f.achievement FROM creditbank.shown_file(of_account, refs) AS f);
	END IF;
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
				'course', e.ref::text,
				-- Credits for no course are called by their rule, which tells what they rest on.
				'title', CASE WHEN e.ref IS NOT NULL OR s.sources <> '[]' THEN creditbank.conversion_title(d.detail, shown_conversions.language) END,
				'programme', d.detail ->> 'programme',
				'amount', e.amount::numeric(18,4),
				'unit', creditbank.unit(e.amount),
				'mark', d.detail ->> 'mark',
				'converted_on', e.occurred_on)
			|| CASE WHEN 'grades' = ANY (fields) THEN jsonb_build_object('grade', d.detail ->> 'grade') ELSE '{}' END
			|| CASE WHEN shown IS NOT NULL THEN jsonb_build_object('sources', s.sources) ELSE '{}' END
			ORDER BY e.seq), '[]')
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'converted'
		CROSS JOIN LATERAL (
			SELECT e.detail::jsonb AS detail) AS d
		CROSS JOIN LATERAL (
			SELECT coalesce(jsonb_agg(t.ref ORDER BY t.place) FILTER (WHERE t.ref = ANY (shown)), '[]') AS sources,
				count(*) > 0 AND bool_and(t.ref::creditbank.achievement_ref <@ ANY (refs::creditbank.achievement_ref[])) AS within_refs
			FROM jsonb_array_elements_text(d.detail -> 'sources') WITH ORDINALITY AS t (ref, place)) AS s
		WHERE e.account_id = of_account
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id AND r.reverses = e.seq)
			AND (refs IS NULL OR s.within_refs));
END
$$;
COMMENT ON FUNCTION creditbank.shown_conversions(bigint, text[], text[], text) IS
'The credits granted to an account that a consent shows, as an array of objects in the order of the ledger; the achievements they rest on only where fields has achievements, and these are shown themselves; grades only where fields has them; where refs is not NULL, those that rest on nothing but these. A title made of a rule''s name is in language.';

CREATE FUNCTION creditbank.shown_portrait(of_account bigint, language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_object_agg(a.aspect, a.members), '{}')
		FROM (
			SELECT r.aspect, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
				'member', r.member,
				'label', r.label,
				'achievements', r.achievements,
				'credits', r.credits,
				'hours', r.hours,
				'others', r.others,
				'share', r.share,
				'level', r.level,
				'peers', r.peers,
				'standing', r.standing)) ORDER BY r.ordinality) AS members
			FROM creditbank.portrait(creditbank.account_number(of_account), NULL, language) WITH ORDINALITY AS r
			WHERE r.aspect IN ('total', 'education_type', 'class', 'field', 'level', 'year', 'strength', 'peer')
				AND r.achievements IS DISTINCT FROM 0
			GROUP BY r.aspect) AS a);
END
$$;
COMMENT ON FUNCTION creditbank.shown_portrait(bigint, text) IS
'The portrait of an account that a consent shows: of each aspect that speaks of what is recognised an array of its members, labelled in a language. Claims, gaps, conversions and sentences are left out: they tell what was not agreed to.';

CREATE FUNCTION creditbank.shown_value(of_account bigint, field text, fields text[], refs text[], language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	account text := creditbank.account_number(of_account);
BEGIN
	CASE field
		WHEN 'account' THEN
			RETURN to_jsonb(account);
		WHEN 'name', 'birth_date', 'region', 'trainee_group' THEN
			RETURN (
				SELECT CASE field
					WHEN 'name' THEN to_jsonb(h.full_name)
					WHEN 'birth_date' THEN to_jsonb(h.birth_date)
					WHEN 'region' THEN to_jsonb(h.region)
					ELSE to_jsonb(h.trainee_group) END
				FROM creditbank.holder AS h
				WHERE h.account_id = of_account);
		WHEN 'achievements' THEN
			RETURN creditbank.shown_achievements(of_account, fields, refs);
		WHEN 'conversions' THEN
			RETURN creditbank.shown_conversions(of_account, fields, refs, language);
		WHEN 'balance' THEN
			RETURN (
				SELECT coalesce(jsonb_agg(jsonb_build_object('amount', b.amount, 'unit', b.unit) ORDER BY b.balance), '[]')
				FROM creditbank.balance(account) AS b);
		WHEN 'points' THEN
			RETURN (
				SELECT to_jsonb(p.amount)
				FROM creditbank.points(account) AS p);
		WHEN 'certificates' THEN
			RETURN (
				SELECT coalesce(jsonb_agg(jsonb_build_object(
					'number', c.number,
					'scope', c.scope,
					'standing', c.standing,
					'issued_on', c.issued_on,
					'expires_on', c.expires_on) ORDER BY c.seq), '[]')
				FROM creditbank.certificates(account) AS c);
		WHEN 'portrait' THEN
			RETURN creditbank.shown_portrait(of_account, language);
		WHEN 'paths' THEN
			RETURN (
				SELECT coalesce(jsonb_agg(jsonb_build_object(
					'programme', p.programme,
					'title', p.title,
					'institution', p.institution,
					'education_level', p.education_level,
					'credits', p.credits,
					'posted', p.posted,
					'convertible', p.convertible,
					'missing', p.missing,
					'share', p.share) ORDER BY p.place), '[]')
				FROM creditbank.pathways(account) AS p);
	END CASE;
END
$$;
COMMENT ON FUNCTION creditbank.shown_value(bigint, text, text[], text[], text) IS
'What a consent shows of an account as one of consent_fields() that has a value of its own; fields and refs are those of the consent, words are in a language. NULL where the bank knows nothing.';

CREATE FUNCTION creditbank.shown_document(consent_id bigint, id uuid, language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	agreed record;
	field text;
	document jsonb;
BEGIN
	SELECT c.*, b.origin
	INTO STRICT agreed
	FROM creditbank.consent AS c
	CROSS JOIN creditbank.bank AS b
	WHERE c.consent_id = shown_document.consent_id;
	document := jsonb_strip_nulls(jsonb_build_object(
		'id', 'urn:uuid:' || shown_document.id,
		'bank', agreed.origin,
		'purpose', agreed.purpose,
		'grantee', agreed.grantee,
		'shown_on', creditbank.today(),
		'consent_until', agreed.valid_until,
		'fields', agreed.fields,
		'refs', agreed.refs));
	FOREACH field IN ARRAY agreed.fields
	LOOP
		CONTINUE WHEN field IN ('grades', 'evidence'); -- they stand with what they belong to
		document := document || jsonb_build_object(field, creditbank.shown_value(agreed.account_id, field, agreed.fields, agreed.refs,
			shown_document.language));
	END LOOP;
	RETURN document;
END
$$;
COMMENT ON FUNCTION creditbank.shown_document(bigint, uuid, text) IS
'What a consent shows today: its terms, then each field that was agreed to, null where the bank knows nothing, with labels in a language. id is random to everybody but who looks, so that a digest of the document gives nothing away. For the bank''s own functions only.';

-- Looking.

CREATE FUNCTION creditbank.shown_id(ticket text, salt bytea)
RETURNS uuid
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN encode(substring(creditbank.keyed_digest(convert_to(ticket, 'UTF8'), salt) FROM 1 FOR 16), 'hex')::uuid;
COMMENT ON FUNCTION creditbank.shown_id(text, bytea) IS
'The id of the document that a ticket leads to: it takes the ticket, which only who asked has, and the salt, which only the bank has. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.shown_digest(document jsonb)
RETURNS bytea
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.digest(creditbank.canonical_json_bytes(document), b.suite)
		FROM creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.shown_digest(jsonb) IS
'The digest of what was shown, as the ledger holds it: of its canonical JSON (RFC 8785) by the hash of the bank''s suite. NULL for NULL.';

CREATE FUNCTION creditbank.document_to_show(consent_id bigint, id uuid, language text, OUT document jsonb, OUT digest text)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	document := creditbank.shown_document(consent_id, id, language);
	digest := encode(creditbank.shown_digest(document), 'hex');
EXCEPTION
	WHEN transaction_rollback THEN
		RAISE;
	WHEN OTHERS THEN
		RAISE LOG 'consent % shows nothing: % (%)', consent_id, SQLERRM, SQLSTATE;
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = 'what was agreed to cannot be shown',
			DETAIL = 'The bank failed to put it together; the server''s log tells why.',
			HINT = 'Tell the bank.',
			SCHEMA = 'creditbank',
			TABLE = 'consent';
END
$$;
COMMENT ON FUNCTION creditbank.document_to_show(bigint, uuid, text) IS
'What a consent shows, with its digest in hexadecimal digits: errors about the document tell nothing of it but to the server''s log, since it may have been asked for in a transaction that is rolled back, and may hold more than was agreed to. NULL when an argument is NULL. Errors: wrong_state when the document cannot be made.';

CREATE FUNCTION creditbank.caller_is(role text)
RETURNS boolean
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN role IS NULL OR EXISTS (
		SELECT FROM pg_roles AS r
		WHERE r.rolname = role
			AND pg_has_role(creditbank.caller()::name, r.oid, 'USAGE'));
END
$$;
COMMENT ON FUNCTION creditbank.caller_is(text) IS
'Whether the caller is a role or has its rights as a member; true for NULL, false for a role that is not there any more.';

CREATE FUNCTION creditbank.raise_consent_missing()
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('consent_missing'),
		MESSAGE = 'no consent of a learner covers this look',
		DETAIL = 'There is none with this code, or it is for another purpose or another role, not begun, over, used up, revoked, or the account is not active; which of these is not told.',
		HINT = 'Ask the learner, who can see how each consent stands, for another.',
		SCHEMA = 'creditbank',
		TABLE = 'consent';
END
$$;
COMMENT ON FUNCTION creditbank.raise_consent_missing() IS
'Raises consent_missing, in the same words whatever the reason. Never returns.';

CREATE FUNCTION creditbank.ask_to_look(code text, purpose text, language text DEFAULT NULL)
RETURNS TABLE (
	ticket text,
	valid_until timestamptz)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- The client is told nothing on the way, whatever it asked to be told: plans
-- would show it what it could then deny to have seen.
SET client_min_messages = error
AS $$
#variable_conflict use_column
DECLARE
	purpose_key text := creditbank.purpose_key(ask_to_look.purpose);
	asked record;
	agreed record;
	new_ticket text := gen_random_uuid();
	new_salt bytea := creditbank.random_salt();
	shown record;
	entry_seq bigint;
BEGIN
	PERFORM creditbank.identity_problem('other', ask_to_look.code); -- keeps the statement out of the log
	PERFORM creditbank.require_bank();
	PERFORM creditbank.commit_durably(); -- what was shown cannot be taken back; its entry must not be lost
	ask_to_look.language := creditbank.known_language(ask_to_look.language);
	SELECT c.consent_id, c.account_id
	INTO asked
	FROM creditbank.consent AS c
	WHERE c.code_digest = creditbank.consent_code_digest(ask_to_look.code);
	-- Who comes at once, or revokes, waits here, and then sees what is left.
	PERFORM creditbank.lock_heads(ARRAY[asked.account_id]);
	SELECT c.consent_id, c.account_id, c.purpose, c.grantee, c.fields, c.refs, c.used + 1 AS number
	INTO agreed
	FROM creditbank.consent AS c
	JOIN creditbank.consents AS v ON v.consent = c.consent_id
	WHERE c.consent_id = asked.consent_id
		AND v.standing = 'in force'
		AND creditbank.purpose_key(c.purpose) = purpose_key
		AND creditbank.caller_is(c.grantee_role)
	FOR NO KEY UPDATE OF c;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_consent_missing();
	END IF;

	SELECT d.*
	INTO shown
	FROM creditbank.document_to_show(agreed.consent_id, creditbank.shown_id(new_ticket, new_salt), ask_to_look.language) AS d;
	SELECT e.seq
	INTO entry_seq
	FROM creditbank.append_entry(agreed.account_id, 'consent_used', NULL, NULL, creditbank.today(),
		jsonb_strip_nulls(jsonb_build_object(
			'consent', agreed.consent_id,
			'look', agreed.number,
			'login', session_user,
			'purpose', agreed.purpose,
			'grantee', agreed.grantee,
			'fields', agreed.fields,
			'refs', agreed.refs,
			'digest', shown.digest))::text) AS e;
	INSERT INTO creditbank.consent_look (consent_id, number, account_id, seq, language, ticket_digest, salt, asked_in)
	SELECT agreed.consent_id, agreed.number, agreed.account_id, entry_seq, ask_to_look.language,
		creditbank.digest(convert_to(new_ticket, 'UTF8'), b.suite), new_salt, pg_current_xact_id()
	FROM creditbank.bank AS b;
	UPDATE creditbank.consent AS c
	SET used = agreed.number
	WHERE c.consent_id = agreed.consent_id;
	RETURN QUERY
	SELECT new_ticket, e.recorded_at + interval '10 minutes'
	FROM creditbank.ledger_entry AS e
	WHERE e.account_id = agreed.account_id
		AND e.seq = entry_seq;
END
$$;
COMMENT ON FUNCTION creditbank.ask_to_look(text, text, text) IS
'Asks to look by a code, for the purpose that the learner agreed to: counts one use and writes the entry that the learner reads, and returns a ticket, with which creditbank.look() shows what was agreed once this transaction is committed, within ten minutes and to the same login and role. language, en or zh, is that of labels (NULL: that of lc_messages). Nothing of the learner is returned here, since this could be rolled back. Errors: bank_not_open; consent_missing, in the same words whatever the reason; invalid_parameter for an unknown language; wrong_state when what was agreed to cannot be shown.';

CREATE FUNCTION creditbank.look(ticket text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	asked_for bytea;
	asked record;
	shown record;
BEGIN
	PERFORM creditbank.identity_problem('other', look.ticket); -- keeps the statement out of the log
	PERFORM creditbank.require_bank();
	SELECT creditbank.digest(convert_to(look.ticket, 'UTF8'), b.suite)
	INTO asked_for
	FROM creditbank.bank AS b;
	-- With a snapshot older than a step that is committed meanwhile, this fails.
	PERFORM creditbank.lock_heads(ARRAY(SELECT l.account_id FROM creditbank.consent_look AS l WHERE l.ticket_digest = asked_for));
	SELECT l.consent_id, l.number, l.language, l.salt, l.asked_in, e.detail::jsonb ->> 'digest' AS digest
	INTO asked
	FROM creditbank.consent_look AS l
	JOIN creditbank.ledger_entry AS e ON e.account_id = l.account_id AND e.seq = l.seq
	JOIN creditbank.consents AS v ON v.consent = l.consent_id
	WHERE l.ticket_digest = asked_for
		AND e.actor = creditbank.caller()
		AND e.detail::jsonb ->> 'login' = session_user
		AND clock_timestamp() <= e.recorded_at + interval '10 minutes'
		AND v.standing IN ('in force', 'used up')
		AND creditbank.caller_is(v.grantee_role);
	IF NOT FOUND THEN
		PERFORM creditbank.raise_consent_missing();
	END IF;
	IF asked.asked_in = pg_current_xact_id_if_assigned() THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = 'the look is not on record yet',
			DETAIL = 'It was asked for in this very transaction, which could still be rolled back.',
			HINT = 'COMMIT, then call creditbank.look() in another transaction; CALL creditbank.look_up() does both.',
			SCHEMA = 'creditbank',
			TABLE = 'consent_look';
	END IF;
	SELECT d.*
	INTO shown
	FROM creditbank.document_to_show(asked.consent_id, creditbank.shown_id(look.ticket, asked.salt), asked.language) AS d;
	IF shown.digest IS DISTINCT FROM asked.digest THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = 'what was asked for has changed since',
			DETAIL = 'The entry of the look holds the digest of what was there then.',
			HINT = 'Ask again with creditbank.ask_to_look(); that is another use.',
			SCHEMA = 'creditbank',
			TABLE = 'consent_look';
	END IF;
	RETURN shown.document;
END
$$;
COMMENT ON FUNCTION creditbank.look(text) IS
'What a consent shows, for a ticket of creditbank.ask_to_look() whose transaction is committed: its terms, then each field that was agreed to. The same document as often as it is called, within ten minutes, by the login and role that asked, as long as the consent stands; its digest is that in the entry of the look. Errors: bank_not_open; consent_missing for a ticket that shows nothing, whatever the reason; wrong_state when the ticket is of the transaction that still runs, or when what is to be shown has changed since or cannot be put together.';

CREATE FUNCTION creditbank.look_values(ticket text)
RETURNS TABLE (
	field text,
	item bigint,
	key text,
	value text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT f.field, i.item, p.key, p.value #>> '{}'
	FROM (
		SELECT creditbank.look(look_values.ticket) AS document
		OFFSET 0) AS d
	CROSS JOIN creditbank.consent_fields() AS f
	CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(d.document -> f.field) = 'array' THEN d.document -> f.field
		ELSE jsonb_build_array(d.document -> f.field) END) WITH ORDINALITY AS i (content, item)
	CROSS JOIN LATERAL (
		SELECT e.key, e.value
		FROM jsonb_each(CASE WHEN jsonb_typeof(i.content) = 'object' THEN i.content END) AS e
		UNION ALL
		SELECT NULL, i.content
		WHERE jsonb_typeof(i.content) <> 'object') AS p
	WHERE d.document ? f.field
	ORDER BY f.place, i.item, p.key COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.look_values(text) IS
'What creditbank.look() shows for a ticket, as rows in plain types: one row per field, item (1, 2, 3 where there are several) and key (NULL where the field is a single value); the value as text, NULL where the bank knows nothing, as JSON where it is made of more. Errors: those of look.';

-- Without a setting of its own, which would forbid it to commit: every name is
-- written out, and what it calls has the rights.
CREATE PROCEDURE creditbank.look_up(code text, purpose text, INOUT document jsonb DEFAULT NULL, language text DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
	ticket pg_catalog.text;
BEGIN
	ticket := (SELECT a.ticket FROM creditbank.ask_to_look(look_up.code, look_up.purpose, look_up.language) AS a);
	COMMIT;
	look_up.document := creditbank.look(ticket);
END
$$;
COMMENT ON PROCEDURE creditbank.look_up(text, text, jsonb, text) IS
'Looks by a code, for the purpose that the learner agreed to, with labels in a language (en or zh; NULL: that of lc_messages), in one call: asks, commits the entry of the look, and then returns what is shown, as creditbank.look() does. Only outside of a transaction block, in which it could not commit: 2D000 there. Errors: those of ask_to_look and look.';

-- What the learner sees.

CREATE FUNCTION creditbank.looks(account text)
RETURNS TABLE (
	looked_at timestamptz,
	looked_by text,
	login text,
	grantee text,
	purpose text,
	fields text,
	refs text,
	consent bigint,
	look integer,
	digest text,
	seq bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(looks.account);
	RETURN QUERY
	SELECT e.recorded_at, e.actor, d.detail ->> 'login', d.detail ->> 'grantee', d.detail ->> 'purpose',
		creditbank.listed(d.detail -> 'fields'), creditbank.listed(d.detail -> 'refs'),
		(d.detail ->> 'consent')::bigint, (d.detail ->> 'look')::integer, d.detail ->> 'digest', e.seq
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'consent_used'
	CROSS JOIN LATERAL (
		SELECT e.detail::jsonb AS detail) AS d
	WHERE e.account_id = of_account
	ORDER BY e.seq;
END
$$;
COMMENT ON FUNCTION creditbank.looks(text) IS
'Who looked at an account by a consent, from the ledger: one row per look, the earliest first: when, by which role, the role that had logged in (another one after SET ROLE), who that was to be, what for, at which fields and references, by which consent, the how-manieth by it, the digest of what was shown in hexadecimal digits, and the entry''s seq, by which it can be proven. Errors: bank_not_open, unknown_account.';

-- Holding it against the ledger.

CREATE FUNCTION creditbank.verify_consents(of_account bigint DEFAULT NULL, except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, k.name AS kind, d.detail, d.detail ->> 'consent' AS id
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		CROSS JOIN LATERAL (
			SELECT creditbank.detail_document(e.detail) AS detail) AS d
		WHERE k.name IN ('consent_given', 'consent_used', 'consent_revoked')
			AND (of_account IS NULL OR e.account_id = of_account)
			AND e.account_id <> ALL (except_accounts)),
	used AS (
		SELECT e.account_id, e.id, count(*) AS times
		FROM entry AS e
		WHERE e.kind = 'consent_used'
		GROUP BY e.account_id, e.id),
	-- What was given, how often it was used, and how it ended.
	said AS (
		SELECT g.account_id, g.seq, g.id,
			g.detail || jsonb_build_object(
				'used', coalesce(u.times, 0),
				'state', coalesce(t.to_state, 'given'),
				'ended', r.seq) AS document
		FROM entry AS g
		LEFT JOIN used AS u ON u.account_id = g.account_id AND u.id = g.id
		LEFT JOIN entry AS r ON r.kind = 'consent_revoked' AND r.account_id = g.account_id AND r.id = g.id
		LEFT JOIN creditbank.consent_transition AS t ON t.from_state = 'given' AND t.step = r.detail ->> 'step'
		WHERE g.kind = 'consent_given'),
	held AS (
		SELECT c.account_id, c.given_seq AS seq, c.consent_id::text AS id,
			creditbank.consent_document(c.consent_id) || jsonb_build_object(
				'used', c.used,
				'state', c.state,
				'ended', c.ended_seq) AS document
		FROM creditbank.consent AS c
		WHERE (of_account IS NULL OR c.account_id = of_account)
			AND c.account_id <> ALL (except_accounts)),
	look_said AS (
		SELECT e.account_id, e.seq, format('look %s by consent %s', e.detail ->> 'look', e.id) AS look
		FROM entry AS e
		WHERE e.kind = 'consent_used'),
	look_held AS (
		SELECT l.account_id, l.seq, format('look %s by consent %s', l.number, l.consent_id) AS look
		FROM creditbank.consent_look AS l
		WHERE (of_account IS NULL OR l.account_id = of_account)
			AND l.account_id <> ALL (except_accounts))
	SELECT 'differing_consent', coalesce(s.account_id, h.account_id), coalesce(s.seq, h.seq), s.document::text, h.document::text
	FROM said AS s
	FULL JOIN held AS h ON h.account_id = s.account_id AND h.seq = s.seq AND h.id = s.id
	WHERE s.document IS DISTINCT FROM h.document
	UNION ALL
	SELECT 'differing_consent', coalesce(s.account_id, h.account_id), coalesce(s.seq, h.seq), s.look, h.look
	FROM look_said AS s
	FULL JOIN look_held AS h ON h.account_id = s.account_id AND h.seq = s.seq
	WHERE s.look IS DISTINCT FROM h.look
	ORDER BY 2, 3, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_consents(bigint, bigint[]) IS
'Where consents, their uses and how they ended, or looks, differ from what the ledger says of them: differing_consent. One account, or all for NULL, but for those of the list, whose entries cannot be believed. A part of verify_account and verify_archive.';
