-- consent.sql: what learners let others see, and who looked.
-- Promise: who looks by a consent sees the fields and references that the
-- learner agreed to, for that purpose, in that period and that often, and
-- nothing else; and sees nothing before the entry that tells the learner is
-- committed, so that no rollback can take it away. Of a code only the digest is
-- kept.

CREATE FUNCTION creditbank.consent_fields()
RETURNS TABLE (place integer, field text, meaning text, of_whole_file boolean, shown_with text[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	SELECT *
	FROM (VALUES
		(1, 'account', 'the number of the account', false, NULL::text[]),
		(2, 'name', 'the holder''s full name', false, NULL),
		(3, 'birth_date', 'the holder''s date of birth', false, NULL),
		(4, 'region', 'the region where the holder is counted', false, NULL),
		(5, 'trainee_group', 'the trainee group that the holder is counted in', false, NULL),
		(6, 'achievements', 'what is recognised: reference, title, issuer, amount, level, days; no grades, no evidence', false, NULL),
		(7, 'grades', 'the grades of what is shown', false, '{achievements,conversions}'),
		(8, 'evidence', 'the digests and titles of the evidence of achievements', false, '{achievements}'),
		(9, 'conversions', 'the credits that conversions granted', false, NULL),
		(10, 'balance', 'what the account holds, in each unit', true, NULL),
		(11, 'points', 'the points that can be spent', true, NULL),
		(12, 'certificates', 'the numbers of the certificates that were issued, and how each stands; not what they state', true, NULL),
		(13, 'portrait', 'the portrait of the file, by type, class, field, level and year, its strengths and standing among peers; no claims, no gaps, no single achievements', true, NULL),
		(14, 'paths', 'the programmes that the account has come furthest in, and what each would still take; no reasons, which could tell grades', true, NULL)) AS f
$$;
COMMENT ON FUNCTION creditbank.consent_fields() IS
'What a learner can let others see: one row per field, in the order in which a look shows them. of_whole_file: made of everything in the file, so never shown where a consent names references. shown_with: the fields of which one at least must be agreed to as well; NULL for none.';

CREATE FUNCTION creditbank.listed(words jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT string_agg(w.word, ', ' ORDER BY w.place)
	FROM jsonb_array_elements_text(words) WITH ORDINALITY AS w (word, place));
COMMENT ON FUNCTION creditbank.listed(jsonb) IS
'The texts of a JSON array with commas between. NULL for NULL and for an empty array.';

CREATE FUNCTION creditbank.refuse_consent_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	as_before record;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		as_before := NEW;
		as_before.state := OLD.state;
		as_before.used := OLD.used;
		as_before.ended_seq := OLD.ended_seq;
		IF as_before IS NOT DISTINCT FROM OLD
			AND NEW.used - OLD.used = (NEW.state = OLD.state)::integer
			AND (NEW.ended_seq IS NULL) = (NEW.state = OLD.state)
			AND EXISTS (
				SELECT FROM creditbank.consent_transition AS t
				WHERE t.from_state = OLD.state
					AND t.to_state = NEW.state)
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'of a consent only the state changes, by the steps of consent_transition, and the number of uses, by one',
		'Revoke the consent by creditbank.revoke_consent() and give another.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_consent_change() IS
'The trigger of consent: refuses DELETE, TRUNCATE and every UPDATE but a permitted change of state and one more use. Errors: append_only.';

CREATE PROCEDURE creditbank.create_consent_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.consent_transition (
		from_state text NOT NULL,
		step text NOT NULL,
		to_state text NOT NULL,
		kind text NOT NULL,
		who text[] NOT NULL,
		CONSTRAINT consent_transition_pkey PRIMARY KEY (from_state, step)
	);
	COMMENT ON TABLE creditbank.consent_transition IS 'What may happen to a consent. One row per state and step; no other step is ever taken.';
	COMMENT ON COLUMN creditbank.consent_transition.from_state IS 'The state before.';
	COMMENT ON COLUMN creditbank.consent_transition.step IS 'The function that takes the step.';
	COMMENT ON COLUMN creditbank.consent_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.consent_transition.kind IS 'The kind of ledger entry that it leaves.';
	COMMENT ON COLUMN creditbank.consent_transition.who IS 'The roles of the bank that may take it.';
	INSERT INTO creditbank.consent_transition (from_state, step, to_state, kind, who)
	VALUES
		('given', 'ask_to_look', 'given', 'consent_used', '{verifier,registrar,admin}'),
		('given', 'revoke_consent', 'revoked', 'consent_revoked', '{registrar,admin}'),
		('given', 'renew_consent', 'renewed', 'consent_revoked', '{registrar,admin}');

	CREATE TABLE creditbank.consent_account_state (
		state text NOT NULL,
		standing text NOT NULL,
		CONSTRAINT consent_account_state_pkey PRIMARY KEY (state),
		CONSTRAINT consent_account_state_standing_known CHECK (standing IN ('in force', 'suspended', 'ended')),
		CONSTRAINT consent_account_state_state_fkey FOREIGN KEY (state) REFERENCES creditbank.account_state (state)
	);
	COMMENT ON TABLE creditbank.consent_account_state IS 'What the state of an account makes of its consents. One row per state.';
	COMMENT ON COLUMN creditbank.consent_account_state.state IS 'The state of the account.';
	COMMENT ON COLUMN creditbank.consent_account_state.standing IS 'in force: they can be given and used; suspended: neither, as long as the account is in that state; ended: never again.';
	INSERT INTO creditbank.consent_account_state (state, standing)
	VALUES
		('opened', 'suspended'),
		('active', 'in force'),
		('frozen', 'suspended'),
		('closed', 'ended'),
		('merged', 'ended');

	CREATE TABLE creditbank.consent (
		consent_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint NOT NULL,
		state text NOT NULL DEFAULT 'given',
		purpose text NOT NULL,
		fields text[] NOT NULL,
		refs text[],
		grantee text,
		grantee_role text,
		valid_from date NOT NULL,
		valid_until date NOT NULL,
		uses integer,
		used integer NOT NULL DEFAULT 0,
		renews bigint,
		code_digest bytea NOT NULL,
		salt bytea NOT NULL,
		given_seq bigint NOT NULL,
		ended_seq bigint,
		CONSTRAINT consent_pkey PRIMARY KEY (consent_id),
		CONSTRAINT consent_state_known CHECK (state IN ('given', 'revoked', 'renewed')),
		CONSTRAINT consent_ended_by_entry CHECK ((ended_seq IS NULL) = (state = 'given')),
		CONSTRAINT consent_purpose_given CHECK (purpose ~ '[^[:space:]]'),
		CONSTRAINT consent_fields_some CHECK (cardinality(fields) >= 1),
		CONSTRAINT consent_refs_some CHECK (cardinality(refs) >= 1),
		CONSTRAINT consent_days_ordered CHECK (valid_from <= valid_until),
		CONSTRAINT consent_uses_positive CHECK (uses >= 1),
		CONSTRAINT consent_used_range CHECK (used >= 0 AND used <= uses),
		CONSTRAINT consent_code_digest_length CHECK (octet_length(code_digest) = 32),
		CONSTRAINT consent_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT consent_renews_fkey FOREIGN KEY (renews) REFERENCES creditbank.consent (consent_id)
	);
	COMMENT ON TABLE creditbank.consent IS 'What learners let others see. One row per consent; only its state and the number of its uses change, by the steps of consent_transition.';
	COMMENT ON COLUMN creditbank.consent.consent_id IS 'The consent''s number.';
	COMMENT ON SEQUENCE creditbank.consent_consent_id_seq IS 'Numbers consents.';
	COMMENT ON COLUMN creditbank.consent.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.consent.state IS 'given, revoked, or renewed (another consent took its place). Whether one that is given can be used is a question of day, uses and account: consents tells.';
	COMMENT ON COLUMN creditbank.consent.purpose IS 'What it was given for. Never personal data.';
	COMMENT ON COLUMN creditbank.consent.fields IS 'What is shown: names of consent_fields(), in that order.';
	COMMENT ON COLUMN creditbank.consent.refs IS 'The references of achievements that it is limited to, in canonical form; NULL for the whole file.';
	COMMENT ON COLUMN creditbank.consent.grantee IS 'Who is to look, in words or an institution''s code; NULL for whoever has the code. Never personal data.';
	COMMENT ON COLUMN creditbank.consent.grantee_role IS 'The role that who looks must have; NULL for any that may look.';
	COMMENT ON COLUMN creditbank.consent.valid_from IS 'The first day.';
	COMMENT ON COLUMN creditbank.consent.valid_until IS 'The last day.';
	COMMENT ON COLUMN creditbank.consent.uses IS 'How many looks it allows; NULL for any number.';
	COMMENT ON COLUMN creditbank.consent.used IS 'How many were asked for.';
	COMMENT ON COLUMN creditbank.consent.renews IS 'The consent whose place it took, or NULL.';
	COMMENT ON COLUMN creditbank.consent.code_digest IS 'The digest of the code.';
	COMMENT ON COLUMN creditbank.consent.salt IS '32 bytes, two random UUIDs: without them what the ledger holds of the code tells nothing.';
	COMMENT ON COLUMN creditbank.consent.given_seq IS 'The account''s ledger entry that gave it.';
	COMMENT ON COLUMN creditbank.consent.ended_seq IS 'The entry that revoked or renewed it; NULL before.';
	CREATE UNIQUE INDEX consent_code_key ON creditbank.consent (code_digest);
	COMMENT ON INDEX creditbank.consent_code_key IS 'Finds a consent by its code.';
	CREATE INDEX consent_account_idx ON creditbank.consent (account_id);
	COMMENT ON INDEX creditbank.consent_account_idx IS 'The consents of a learner.';

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
	PERFORM creditbank.guard_table('consent', 'refuse_consent_change', 'Of a consent only the state and the number of uses change.');
	PERFORM creditbank.guard_table('consent_look', 'refuse_change', 'Who looked, looked.');
	PERFORM creditbank.guard_table('consent_transition', 'refuse_change', 'What is permitted stays.');
	PERFORM creditbank.guard_table('consent_account_state', 'refuse_change', 'What a state permits stays.');
	CALL creditbank.create_consent_views();
END
$$;
COMMENT ON PROCEDURE creditbank.create_consent_tables() IS
'Makes the tables of consents, and their views; a part of create_bank.';

CREATE PROCEDURE creditbank.create_consent_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.consents
	WITH (security_invoker = true) AS
	SELECT c.consent_id AS consent,
		creditbank.account_number(c.account_id) AS account,
		CASE
			WHEN c.state <> 'given' THEN c.state
			WHEN s.standing IS DISTINCT FROM 'in force' THEN coalesce(s.standing, 'suspended')
			WHEN c.valid_until < t.today THEN 'expired'
			WHEN c.valid_from > t.today THEN 'not begun'
			WHEN c.used >= c.uses THEN 'used up'
			ELSE 'in force'
		END AS standing,
		c.purpose,
		array_to_string(c.fields, ', ') AS fields,
		array_to_string(c.refs, ', ') AS refs,
		c.grantee,
		c.grantee_role,
		c.valid_from,
		c.valid_until,
		c.uses,
		c.used,
		c.uses - c.used AS uses_left,
		c.renews,
		g.recorded_at AS given_at,
		g.actor AS given_by,
		e.recorded_at AS ended_at,
		e.detail::jsonb ->> 'reason' AS reason
	FROM creditbank.consent AS c
	JOIN creditbank.account AS a ON a.account_id = c.account_id
	LEFT JOIN creditbank.consent_account_state AS s ON s.state = a.state
	LEFT JOIN creditbank.ledger_entry AS g ON g.account_id = c.account_id AND g.seq = c.given_seq
	LEFT JOIN creditbank.ledger_entry AS e ON e.account_id = c.account_id AND e.seq = c.ended_seq
	CROSS JOIN (
		SELECT creditbank.today() AS today) AS t;
	COMMENT ON VIEW creditbank.consents IS 'Consents as they stand today, in plain types, for people and BI tools. One row per consent.';
	COMMENT ON COLUMN creditbank.consents.consent IS 'The consent''s number.';
	COMMENT ON COLUMN creditbank.consents.account IS 'The number of the learner''s account.';
	COMMENT ON COLUMN creditbank.consents.standing IS 'in force; not begun, expired or used up; suspended while the account is frozen; ended when it is closed, merged or its holder erased; revoked; or renewed by another.';
	COMMENT ON COLUMN creditbank.consents.purpose IS 'What it was given for.';
	COMMENT ON COLUMN creditbank.consents.fields IS 'What is shown, with commas between.';
	COMMENT ON COLUMN creditbank.consents.refs IS 'The references it is limited to, with commas between; NULL for the whole file.';
	COMMENT ON COLUMN creditbank.consents.grantee IS 'Who is to look; NULL for whoever has the code.';
	COMMENT ON COLUMN creditbank.consents.grantee_role IS 'The role that who looks must have; NULL for any that may look.';
	COMMENT ON COLUMN creditbank.consents.valid_from IS 'The first day.';
	COMMENT ON COLUMN creditbank.consents.valid_until IS 'The last day.';
	COMMENT ON COLUMN creditbank.consents.uses IS 'How many looks it allows; NULL for any number.';
	COMMENT ON COLUMN creditbank.consents.used IS 'How many were asked for.';
	COMMENT ON COLUMN creditbank.consents.uses_left IS 'How many are left; NULL for any number.';
	COMMENT ON COLUMN creditbank.consents.renews IS 'The consent whose place it took.';
	COMMENT ON COLUMN creditbank.consents.given_at IS 'When it was given.';
	COMMENT ON COLUMN creditbank.consents.given_by IS 'The role that wrote it down for the learner.';
	COMMENT ON COLUMN creditbank.consents.ended_at IS 'When it was revoked or renewed; NULL before.';
	COMMENT ON COLUMN creditbank.consents.reason IS 'Why it was revoked, when that was said.';

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
COMMENT ON PROCEDURE creditbank.create_consent_views() IS
'Makes the views of consents for clients; a part of create_consent_tables.';

-- Codes.

CREATE FUNCTION creditbank.new_consent_code()
RETURNS text
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN regexp_replace(creditbank.readable_code(substr(creditbank.digest(creditbank.random_salt()), 1, 16)), '(....)(?=.)', E'\\1-', 'g');
COMMENT ON FUNCTION creditbank.new_consent_code() IS
'A random code of 80 bits: 16 characters of readable_code, in groups of four.';

CREATE FUNCTION creditbank.consent_code_digest(code text)
RETURNS bytea
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.digest(convert_to(creditbank.read_code(code), 'UTF8'), b.suite)
		FROM creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.consent_code_digest(text) IS
'The digest by which a code is known; case, spaces and hyphens are passed over, and O, I and L are read as 0, 1 and 1. NULL for NULL.';

-- Giving.

CREATE FUNCTION creditbank.consent_document(consent_id bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'consent', c.consent_id,
			'purpose', c.purpose,
			'fields', c.fields,
			'refs', c.refs,
			'grantee', c.grantee,
			'grantee_role', c.grantee_role,
			'valid_from', c.valid_from,
			'valid_until', c.valid_until,
			'uses', c.uses,
			'renews', c.renews,
			'code', encode(creditbank.keyed_digest(c.code_digest, c.salt, b.suite), 'hex')))
		FROM creditbank.consent AS c
		CROSS JOIN creditbank.bank AS b
		WHERE c.consent_id = consent_document.consent_id);
END
$$;
COMMENT ON FUNCTION creditbank.consent_document(bigint) IS
'A consent as the detail of its ledger entry holds it: its code only as a digest under a salt that the ledger does not hold. What is NULL is left out. NULL for an unknown number.';

CREATE FUNCTION creditbank.agreed_fields(fields text[], by_refs boolean)
RETURNS text[]
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	agreed text[];
	unknown text;
	wrong record;
BEGIN
	SELECT u.field
	INTO unknown
	FROM unnest(fields) WITH ORDINALITY AS u (field, place)
	WHERE NOT EXISTS (SELECT FROM creditbank.consent_fields() AS f WHERE f.field = u.field)
	ORDER BY u.place
	LIMIT 1;
	IF FOUND OR coalesce(cardinality(fields), 0) = 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = CASE WHEN coalesce(cardinality(fields), 0) = 0 THEN 'a consent says what is shown'
				ELSE format('"%s" is no field that a consent can name', coalesce(left(unknown, 40), 'NULL')) END,
			DETAIL = format('The fields are %s.', (
				SELECT string_agg(f.field, ', ' ORDER BY f.place) FROM creditbank.consent_fields() AS f)),
			HINT = 'creditbank.consent_fields() says what each of them shows.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'fields';
	END IF;
	agreed := ARRAY(
		SELECT f.field
		FROM creditbank.consent_fields() AS f
		WHERE f.field = ANY (fields)
		ORDER BY f.place);
	SELECT f.*
	INTO wrong
	FROM creditbank.consent_fields() AS f
	WHERE f.field = ANY (agreed)
		AND ((f.of_whole_file AND by_refs) OR NOT f.shown_with && agreed)
	ORDER BY f.place
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = CASE WHEN wrong.of_whole_file THEN format('"%s" cannot be limited to references', wrong.field)
				ELSE format('"%s" shows nothing by itself', wrong.field) END,
			DETAIL = CASE WHEN wrong.of_whole_file THEN 'It is made of everything in the file, and would tell of what is left out.'
				ELSE format('It is shown with %s.', array_to_string(wrong.shown_with, ' or ')) END,
			HINT = CASE WHEN wrong.of_whole_file THEN 'Leave the field out, or give a second consent, for the whole file.'
				ELSE 'Name one of these as well, or leave it out.' END,
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'fields';
	END IF;
	RETURN agreed;
END
$$;
COMMENT ON FUNCTION creditbank.agreed_fields(text[], boolean) IS
'The fields of a consent, each once and in the order of consent_fields(). Errors: invalid_parameter for none, an unknown one, one that needs another, or one made of the whole file where the consent goes by references.';

CREATE FUNCTION creditbank.agreed_refs(of_account bigint, refs text[])
RETURNS text[]
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	agreed text[];
	missing text;
BEGIN
	IF refs IS NULL THEN
		RETURN NULL;
	END IF;
	agreed := ARRAY(
		SELECT DISTINCT r.ref::creditbank.achievement_ref::text COLLATE "C"
		FROM unnest(refs) AS r (ref)
		ORDER BY 1);
	SELECT r.ref
	INTO missing
	FROM unnest(agreed) AS r (ref)
	WHERE NOT EXISTS (
		SELECT FROM creditbank.achievement AS a
		WHERE a.account_id = of_account
			AND a.ref <@ r.ref::creditbank.achievement_ref)
	LIMIT 1;
	IF FOUND OR cardinality(agreed) = 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_achievement'),
			MESSAGE = CASE WHEN cardinality(agreed) = 0 THEN 'a consent by references names one at least'
				ELSE format('account %s holds no achievement "%s"', creditbank.account_number(of_account), coalesce(missing, 'NULL')) END,
			HINT = 'creditbank.lifelong_file() lists what the account holds; a reference without a serial covers those with any. Leave refs out for the whole file.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'refs';
	END IF;
	RETURN agreed;
END
$$;
COMMENT ON FUNCTION creditbank.agreed_refs(bigint, text[]) IS
'The references of a consent in canonical form, each once and in order; NULL for NULL. Errors: unknown_achievement for one that the account does not hold, and for an empty list; those of achievement_ref''s input.';

CREATE FUNCTION creditbank.purpose_key(purpose text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN nullif(creditbank.title_key(CASE WHEN length(purpose) <= 200 THEN purpose END), '');
COMMENT ON FUNCTION creditbank.purpose_key(text) IS
'What of a purpose counts when two are compared: its title_key. NULL for NULL, for a purpose in which nothing counts, and for one longer than 200 characters, which no consent has.';

CREATE FUNCTION creditbank.check_consent_terms(purpose text, grantee text, grantee_role text, valid_from date, valid_until date, uses integer)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_reason(purpose, 'the purpose of a consent');
	PERFORM creditbank.check_text(purpose, 'the purpose of a consent', 200);
	IF creditbank.purpose_key(purpose) IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the purpose of a consent has neither letters nor digits',
			DETAIL = 'Who looks names the purpose, and nothing else of it counts.',
			HINT = 'Say what the learner agrees to, such as "Hiring of couriers".',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'purpose';
	END IF;
	PERFORM creditbank.check_text(grantee, 'the name of who is to look', 200);
	PERFORM creditbank.check_no_identity(btrim(grantee), 'a name of who is to look');
	IF grantee_role IS NOT NULL AND NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = grantee_role) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('role "%s" does not exist', grantee_role),
			DETAIL = 'grantee_role is the role of the server that who looks must have.',
			HINT = 'CREATE ROLE makes one; GRANT creditbank_verifier to it, so that it may look. Leave it out for whoever has the code.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'grantee_role';
	END IF;
	IF uses < 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a consent allows one look at least',
			DETAIL = format('uses is %s.', uses),
			HINT = 'Leave uses out for any number of looks until the last day.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'uses';
	END IF;
	IF (valid_from >= creditbank.today() AND valid_until BETWEEN valid_from AND '9999-12-31') IS NOT TRUE THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a consent begins today or later, and ends no sooner than it begins',
			DETAIL = format('It would begin on %s and end on %s; today is %s.', coalesce(to_char(valid_from, 'YYYY-MM-DD'), valid_from::text),
				coalesce(to_char(valid_until, 'YYYY-MM-DD'), valid_until::text, 'no day'), to_char(creditbank.today(), 'YYYY-MM-DD')),
			HINT = 'Give a last day; leave the first one out for today. A consent without an end is none.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'valid_until';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_consent_terms(text, text, text, date, date, integer) IS
'Raises unless a consent can have these terms: invalid_parameter for a purpose that is missing, without letters and digits or not one line of at most 200 characters, one or a name that ends in an identity number, an unknown role and fewer than one use; invalid_date unless it begins today or later and ends no sooner.';

CREATE FUNCTION creditbank.check_consents_permitted(of_account bigint)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stands record;
BEGIN
	SELECT s.*
	INTO stands
	FROM creditbank.account AS a
	JOIN creditbank.account_state AS s ON s.state = a.state
	LEFT JOIN creditbank.consent_account_state AS c ON c.state = a.state
	WHERE a.account_id = of_account
		AND c.standing IS DISTINCT FROM 'in force';
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('account_not_active'),
			MESSAGE = format('account %s is %s', creditbank.account_number(of_account), stands.meaning),
			DETAIL = format('While an account is %s, nobody is let look at it.', stands.state),
			HINT = stands.what_to_do,
			SCHEMA = 'creditbank',
			TABLE = 'account',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_consents_permitted(bigint) IS
'Raises account_not_active, with what to do, unless the state of an account permits consents, by consent_account_state.';

CREATE FUNCTION creditbank.begin_consent(
	of_account bigint,
	purpose text,
	fields text[],
	refs text[],
	grantee text,
	grantee_role text,
	valid_from date,
	valid_until date,
	uses integer,
	renews bigint)
RETURNS TABLE (
	consent bigint,
	code text,
	first_day date,
	last_day date,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	new_code text := creditbank.new_consent_code();
	new_id bigint;
BEGIN
	INSERT INTO creditbank.consent AS c
		(account_id, purpose, fields, refs, grantee, grantee_role, valid_from, valid_until, uses, renews, code_digest, salt, given_seq)
	SELECT of_account, btrim(begin_consent.purpose), begin_consent.fields, begin_consent.refs, nullif(btrim(begin_consent.grantee), ''),
		begin_consent.grantee_role, begin_consent.valid_from, begin_consent.valid_until, begin_consent.uses, begin_consent.renews,
		creditbank.consent_code_digest(new_code), creditbank.random_salt(), h.seq + 1
	FROM creditbank.ledger_head AS h
	WHERE h.account_id = of_account
	RETURNING c.consent_id INTO new_id;
	RETURN QUERY
	SELECT new_id, new_code, begin_consent.valid_from, begin_consent.valid_until, e.seq, e.entry_hash
	FROM creditbank.append_entry(of_account, 'consent_given', NULL, NULL, creditbank.today(), creditbank.consent_document(new_id)::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.begin_consent(bigint, text, text[], text[], text, text, date, date, integer, bigint) IS
'Writes down a consent whose terms were checked, in an account that is locked; returns what give_consent does. For the bank''s own functions only.';

CREATE FUNCTION creditbank.give_consent(
	account text,
	purpose text,
	fields text[],
	valid_until date,
	uses integer DEFAULT NULL,
	valid_from date DEFAULT NULL,
	grantee text DEFAULT NULL,
	grantee_role name DEFAULT NULL,
	refs text[] DEFAULT NULL)
RETURNS TABLE (
	consent bigint,
	code text,
	first_day date,
	last_day date,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	valid_from := coalesce(give_consent.valid_from, creditbank.today());
	PERFORM creditbank.check_consent_terms(give_consent.purpose, give_consent.grantee, give_consent.grantee_role,
		give_consent.valid_from, give_consent.valid_until, give_consent.uses);
	fields := creditbank.agreed_fields(give_consent.fields, give_consent.refs IS NOT NULL);
	of_account := creditbank.lock_account(give_consent.account);
	PERFORM creditbank.check_consents_permitted(of_account);
	RETURN QUERY
	SELECT g.*
	FROM creditbank.begin_consent(of_account, give_consent.purpose, give_consent.fields, creditbank.agreed_refs(of_account, give_consent.refs),
		give_consent.grantee, give_consent.grantee_role, give_consent.valid_from, give_consent.valid_until, give_consent.uses, NULL) AS g;
END
$$;
COMMENT ON FUNCTION creditbank.give_consent(text, text, text[], date, integer, date, text, name, text[]) IS
'Writes down that a learner lets others look: for a purpose, at fields of consent_fields(), from valid_from (NULL means today) to the end of valid_until, uses times (NULL: any number). grantee says in words or by an institution''s code who is to look; grantee_role limits it to the members of a role of the server; refs to achievements, where one without a serial covers those with any (NULL: the whole file). Returns the consent''s number, the code, which is shown this once, the days, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, unknown_achievement, invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.lock_consent(account text, consent bigint, step text)
RETURNS TABLE (account_id bigint, to_state text, kind text)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint := creditbank.lock_account(account);
	stands text;
BEGIN
	SELECT c.state
	INTO stands
	FROM creditbank.consent AS c
	WHERE c.consent_id = lock_consent.consent
		AND c.account_id = of_account
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_consent'),
			MESSAGE = CASE WHEN consent IS NULL THEN 'no consent was named'
				ELSE format('account %s has given no consent %s', creditbank.account_number(of_account), consent) END,
			HINT = 'creditbank.consents() lists the consents of an account.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'consent_id';
	END IF;
	RETURN QUERY
	SELECT of_account, t.to_state, t.kind
	FROM creditbank.consent_transition AS t
	WHERE t.from_state = stands
		AND t.step = lock_consent.step;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('%s is no step for consent %s as it stands', lock_consent.step, consent),
			DETAIL = format('It is %s; no step is possible any more.', stands),
			HINT = 'creditbank.give_consent() gives another.',
			SCHEMA = 'creditbank',
			TABLE = 'consent',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.lock_consent(text, bigint, text) IS
'Locks an account and a consent of it until the transaction ends, for a step by consent_transition; returns the account''s id, the state that the step leads to and the kind of its entry. For the bank''s own functions only. Errors: unknown_account, unknown_consent, wrong_state.';

CREATE FUNCTION creditbank.end_consent(account text, consent bigint, step text, reason text)
RETURNS TABLE (state text, seq bigint, entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	move record;
	entry record;
BEGIN
	SELECT l.*
	INTO move
	FROM creditbank.lock_consent(end_consent.account, end_consent.consent, end_consent.step) AS l;
	SELECT e.seq, e.entry_hash
	INTO entry
	FROM creditbank.append_entry(move.account_id, move.kind, NULL, NULL, creditbank.today(),
		jsonb_strip_nulls(jsonb_build_object(
			'consent', end_consent.consent,
			'step', end_consent.step,
			'reason', nullif(btrim(end_consent.reason), '')))::text) AS e;
	UPDATE creditbank.consent AS c
	SET state = move.to_state,
		ended_seq = entry.seq
	WHERE c.consent_id = end_consent.consent;
	RETURN QUERY
	SELECT move.to_state, entry.seq, entry.entry_hash;
END
$$;
COMMENT ON FUNCTION creditbank.end_consent(text, bigint, text, text) IS
'Ends a consent by a step of consent_transition; reason may be NULL. Returns the new state, and the entry''s seq and hash. For the bank''s own functions only. Errors: unknown_account, unknown_consent, wrong_state.';

CREATE FUNCTION creditbank.revoke_consent(account text, consent bigint, reason text DEFAULT NULL)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_text(revoke_consent.reason, 'the reason of revoking a consent', 1000);
	PERFORM creditbank.check_no_identity(btrim(revoke_consent.reason), 'a reason');
	RETURN QUERY
	SELECT e.*
	FROM creditbank.end_consent(revoke_consent.account, revoke_consent.consent, 'revoke_consent', revoke_consent.reason) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.revoke_consent(text, bigint, text) IS
'Takes a consent back, at any time and whatever the account''s state: nothing is shown by it from the moment on when this is committed, not even what was asked for already. A reason may be given and stands in the ledger. Returns the new state, revoked, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_consent, wrong_state when it is revoked or renewed already, invalid_parameter.';

CREATE FUNCTION creditbank.renew_consent(account text, consent bigint, valid_until date, uses integer DEFAULT NULL)
RETURNS TABLE (
	new_consent bigint,
	code text,
	first_day date,
	last_day date,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	old record;
	first_day date;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.end_consent(renew_consent.account, renew_consent.consent, 'renew_consent', NULL);
	SELECT c.*
	INTO STRICT old
	FROM creditbank.consent AS c
	WHERE c.consent_id = renew_consent.consent;
	first_day := greatest(creditbank.today(), old.valid_from);
	PERFORM creditbank.check_consent_terms(old.purpose, old.grantee, old.grantee_role,
		first_day, renew_consent.valid_until, renew_consent.uses);
	PERFORM creditbank.check_consents_permitted(old.account_id);
	RETURN QUERY
	SELECT g.*
	FROM creditbank.begin_consent(old.account_id, old.purpose, old.fields, old.refs, old.grantee, old.grantee_role,
		first_day, renew_consent.valid_until, renew_consent.uses, old.consent_id) AS g;
END
$$;
COMMENT ON FUNCTION creditbank.renew_consent(text, bigint, date, integer) IS
'Gives a consent anew, from today, or from its first day where that is still to come, to the end of valid_until, uses times (NULL: any number): purpose, fields, references and who is to look stay; the code is a new one, and the old consent ends, whether it was expired, used up or still in force. Returns what give_consent does. Errors: bank_not_open, unknown_account, account_not_active, unknown_consent, wrong_state when it is revoked or renewed already, invalid_date, invalid_parameter.';

-- Looking.

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

CREATE FUNCTION creditbank.shown_conversions(of_account bigint, fields text[], refs text[])
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
				'title', CASE WHEN e.ref IS NOT NULL OR s.sources <> '[]' THEN creditbank.conversion_title(d.detail) END,
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
COMMENT ON FUNCTION creditbank.shown_conversions(bigint, text[], text[]) IS
'The credits granted to an account that a consent shows, as an array of objects in the order of the ledger; the achievements they rest on only where fields has achievements, and these are shown themselves; grades only where fields has them; where refs is not NULL, those that rest on nothing but these.';

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
			RETURN creditbank.shown_conversions(of_account, fields, refs);
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
	ask_to_look.language := creditbank.portrait_language(ask_to_look.language);
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

CREATE FUNCTION creditbank.consents(account text)
RETURNS TABLE (
	consent bigint,
	standing text,
	purpose text,
	fields text,
	refs text,
	grantee text,
	grantee_role text,
	valid_from date,
	valid_until date,
	uses integer,
	used integer,
	uses_left integer,
	renews bigint,
	given_at timestamptz,
	given_by text,
	ended_at timestamptz,
	reason text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(consents.account);
	RETURN QUERY
	SELECT v.consent, v.standing, v.purpose, v.fields, v.refs, v.grantee, v.grantee_role, v.valid_from, v.valid_until,
		v.uses, v.used, v.uses_left, v.renews, v.given_at, v.given_by, v.ended_at, v.reason
	FROM creditbank.consent AS c
	JOIN creditbank.consents AS v ON v.consent = c.consent_id
	WHERE c.account_id = of_account
	ORDER BY v.consent;
END
$$;
COMMENT ON FUNCTION creditbank.consents(text) IS
'The consents of an account, as the view of that name has them: one row each, in the order in which they were given. standing tells whether one can be used: in force; not begun, expired or used up; suspended while the account is frozen; ended when it is closed, merged or its holder erased; revoked; or renewed by another. Errors: bank_not_open, unknown_account.';

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
