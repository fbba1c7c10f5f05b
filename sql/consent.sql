-- consent.sql: what learners agreed to let others see.
-- Promise: a consent has a purpose, an end and fields that are named, and only
-- its state and the number of its uses ever change, each by an entry. Of a code
-- only the digest is kept.

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

	PERFORM creditbank.guard_table('consent', 'refuse_consent_change', 'Of a consent only the state and the number of uses change.');
	PERFORM creditbank.guard_table('consent_transition', 'refuse_change', 'What is permitted stays.');
	PERFORM creditbank.guard_table('consent_account_state', 'refuse_change', 'What a state permits stays.');
	CALL creditbank.create_consent_views();
END
$$;
COMMENT ON PROCEDURE creditbank.create_consent_tables() IS
'Makes the tables of consents, and their view; a part of create_bank.';

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
END
$$;
COMMENT ON PROCEDURE creditbank.create_consent_views() IS
'Makes the view of consents for clients; a part of create_consent_tables.';

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
