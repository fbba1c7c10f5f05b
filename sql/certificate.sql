-- certificate.sql: certificates: what the bank states about an account's file,
-- entered in the ledger.
-- Promise: a certificate states what is recognised or posted when it is issued,
-- and nothing else; the ledger holds the digest of its statement, and the
-- document in the table never says anything else. No personal data but in the
-- document of a certificate that names its holder, which goes with the holder.

CREATE FUNCTION creditbank.certificate_number_problem(number text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN regexp_replace(number, '[[:space:]-]', '', 'g') !~ '^[0-9]{18}$' THEN 'A certificate''s number has 18 digits.'
	WHEN NOT creditbank.check_digits_fit(regexp_replace(number, '[[:space:]-]', '', 'g')) THEN 'Its check digits do not fit: a digit was mistyped or two were swapped.'
END;
COMMENT ON FUNCTION creditbank.certificate_number_problem(text) IS
'What is wrong with a certificate''s number: four digits of the year, twelve at random, two check digits by ISO 7064 MOD 97-10; spaces and hyphens are passed over. NULL when nothing is, which does not say that it was issued, and for NULL.';

CREATE FUNCTION creditbank.statement_digest(document jsonb)
RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.digest(creditbank.canonical_json_bytes(document - 'proof' - 'inclusionProof'));
END
$$;
COMMENT ON FUNCTION creditbank.statement_digest(jsonb) IS
'The SHA-256 of what a certificate states: of its document without proof and inclusionProof, in the canonical form of RFC 8785. It stands in the ledger entry, whatever the suite of the ledger. NULL for NULL. Errors: invalid_document for numbers that no double holds.';

CREATE FUNCTION creditbank.refuse_certificate_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	as_before record;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		as_before := NEW;
		as_before.document := OLD.document;
		as_before.secured_at := OLD.secured_at;
		as_before.secured_by := OLD.secured_by;
		IF EXISTS (
			SELECT FROM creditbank.certificate_transition AS t
			WHERE t.from_state = OLD.state
				AND t.to_state = NEW.state)
		THEN
			as_before.state := OLD.state;
			as_before.revoked_on := OLD.revoked_on;
			as_before.reason := OLD.reason;
			as_before.cause := OLD.cause;
			as_before.cause_of := OLD.cause_of;
			as_before.superseded_by := OLD.superseded_by;
		END IF;
		IF as_before IS NOT DISTINCT FROM OLD
			AND (NEW.document IS NOT DISTINCT FROM OLD.document
				OR (NEW.document IS NULL AND OLD.names_holder)
				OR creditbank.statement_digest(NEW.document::jsonb) = creditbank.statement_digest(OLD.document::jsonb))
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'of a certificate only the state and the proofs change, never what it states',
		'creditbank.revoke_certificate() revokes it; creditbank.issue_certificate() issues another one.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_certificate_change() IS
'The trigger of certificate: refuses DELETE, TRUNCATE and every UPDATE but a permitted change of state, of the proofs around a statement that stays, and the erasure of a document that names its holder. Errors: append_only.';

CREATE FUNCTION creditbank.refuse_certificate_key_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF (NEW.multikey, NEW.public_key, NEW.added_at) IS NOT DISTINCT FROM (OLD.multikey, OLD.public_key, OLD.added_at)
			AND NEW.retired_at IS NOT NULL
			AND NEW.retired_at IS NOT DISTINCT FROM coalesce(OLD.retired_at, NEW.retired_at)
			AND NEW.stolen >= OLD.stolen
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'a key is retired once, and stays registered',
		'creditbank.retire_certificate_key() retires it.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_certificate_key_change() IS
'The trigger of certificate_key: refuses DELETE, TRUNCATE and every UPDATE but the retirement of a key and that it was stolen. Errors: append_only.';

CREATE PROCEDURE creditbank.create_certificate_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.certificate_key (
		multikey text NOT NULL,
		public_key bytea NOT NULL,
		added_at timestamptz NOT NULL,
		retired_at timestamptz,
		stolen boolean NOT NULL DEFAULT false,
		CONSTRAINT certificate_key_pkey PRIMARY KEY (multikey),
		CONSTRAINT certificate_key_public_key_length CHECK (octet_length(public_key) = 32),
		CONSTRAINT certificate_key_stolen_retired CHECK (retired_at IS NOT NULL OR NOT stolen)
	);
	COMMENT ON TABLE creditbank.certificate_key IS 'The keys that certificates are signed with. One row per key.';
	COMMENT ON COLUMN creditbank.certificate_key.multikey IS 'The public key as a Multikey: z6Mk and base58.';
	COMMENT ON COLUMN creditbank.certificate_key.public_key IS 'Its 32 bytes, Ed25519.';
	COMMENT ON COLUMN creditbank.certificate_key.added_at IS 'When it was registered.';
	COMMENT ON COLUMN creditbank.certificate_key.retired_at IS 'When it was retired: it signs no more; NULL while in use.';
	COMMENT ON COLUMN creditbank.certificate_key.stolen IS 'Whether somebody else has it: then what it signed verifies no more, and is signed anew.';

	CREATE TABLE creditbank.status_list (
		list integer NOT NULL,
		opened_on date NOT NULL,
		size integer NOT NULL,
		CONSTRAINT status_list_pkey PRIMARY KEY (list),
		CONSTRAINT status_list_size CHECK (size >= 131072 AND size % 8 = 0)
	);
	COMMENT ON TABLE creditbank.status_list IS 'The status lists that certificates have their place in. One row per list; each is published twice, for revocation and for suspension.';
	COMMENT ON COLUMN creditbank.status_list.list IS 'The list''s number: 1, 2, 3.';
	COMMENT ON COLUMN creditbank.status_list.opened_on IS 'The day it was begun.';
	COMMENT ON COLUMN creditbank.status_list.size IS 'How many places it has.';

	CREATE TABLE creditbank.certificate (
		number text NOT NULL,
		account_id bigint NOT NULL,
		scope text NOT NULL,
		status_list integer NOT NULL,
		status_index integer NOT NULL,
		check_code text NOT NULL,
		language text,
		names_holder boolean NOT NULL,
		issued_on date NOT NULL,
		expires_on date,
		state text NOT NULL DEFAULT 'issued',
		digest bytea NOT NULL,
		seq bigint NOT NULL,
		document text,
		secured_at timestamptz,
		secured_by text,
		revoked_on date,
		reason text,
		cause text,
		cause_of text,
		superseded_by text,
		CONSTRAINT certificate_pkey PRIMARY KEY (number),
		CONSTRAINT certificate_entry_key UNIQUE (account_id, seq),
		CONSTRAINT certificate_status_key UNIQUE (status_list, status_index),
		CONSTRAINT certificate_number_form CHECK (number ~ '^[0-9]{18}$' AND creditbank.certificate_number_problem(number) IS NULL),
		CONSTRAINT certificate_scope_known CHECK (scope IN ('achievement', 'conversion', 'selection', 'file')),
		CONSTRAINT certificate_status_index_range CHECK (status_index >= 0),
		CONSTRAINT certificate_check_code_form CHECK (check_code ~ '^[0-9A-HJKMNP-TV-Z]{8}$'),
		CONSTRAINT certificate_state_known CHECK (state IN ('issued', 'revoked')),
		CONSTRAINT certificate_digest_length CHECK (octet_length(digest) = 32),
		CONSTRAINT certificate_document_kept CHECK (document IS NOT NULL OR names_holder),
		CONSTRAINT certificate_secured_together CHECK ((secured_at IS NULL) = (secured_by IS NULL)),
		CONSTRAINT certificate_cause_known CHECK (cause IN ('achievement_revoked', 'achievement_merged', 'achievement_changed', 'conversion_reversed')),
		CONSTRAINT certificate_cause_together CHECK ((cause IS NULL) = (cause_of IS NULL)),
		CONSTRAINT certificate_revoked_together CHECK ((state = 'revoked') = (revoked_on IS NOT NULL) AND num_nonnulls(reason, cause) = num_nonnulls(revoked_on)),
		CONSTRAINT certificate_superseded_revoked CHECK (superseded_by IS NULL OR state = 'revoked'),
		CONSTRAINT certificate_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT certificate_status_list_fkey FOREIGN KEY (status_list) REFERENCES creditbank.status_list (list),
		CONSTRAINT certificate_secured_by_fkey FOREIGN KEY (secured_by) REFERENCES creditbank.certificate_key (multikey),
		CONSTRAINT certificate_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES creditbank.certificate (number)
	);
	COMMENT ON TABLE creditbank.certificate IS 'Certificates that were issued. One row per certificate; rows are only ever added, and what they state never changes.';
	COMMENT ON COLUMN creditbank.certificate.number IS 'The number on it: four digits of the year, twelve at random, two check digits.';
	COMMENT ON COLUMN creditbank.certificate.account_id IS 'The account it is about.';
	COMMENT ON COLUMN creditbank.certificate.scope IS 'What it states: achievement or conversion (one line), selection (several) or file (the whole file).';
	COMMENT ON COLUMN creditbank.certificate.status_list IS 'The status list it has a place in.';
	COMMENT ON COLUMN creditbank.certificate.status_index IS 'Its place there, drawn at random, so that a place tells nothing.';
	COMMENT ON COLUMN creditbank.certificate.check_code IS 'The eight signs printed beside the number: who knows both may ask about it.';
	COMMENT ON COLUMN creditbank.certificate.language IS 'The language tag of the titles as they stand in the bank; NULL when not said.';
	COMMENT ON COLUMN creditbank.certificate.names_holder IS 'Whether the document names the holder: then it is erased with the holder.';
	COMMENT ON COLUMN creditbank.certificate.issued_on IS 'The day it was issued.';
	COMMENT ON COLUMN creditbank.certificate.expires_on IS 'The last day it is valid; NULL for ever.';
	COMMENT ON COLUMN creditbank.certificate.state IS 'issued or revoked. Suspension is not kept here: it follows from what is frozen.';
	COMMENT ON COLUMN creditbank.certificate.digest IS 'statement_digest of the document; also in the ledger entry.';
	COMMENT ON COLUMN creditbank.certificate.seq IS 'The account''s ledger entry that issued it.';
	COMMENT ON COLUMN creditbank.certificate.document IS 'The credential: the statement, then with its inclusion proof, then signed; NULL once the holder whom it named was erased.';
	COMMENT ON COLUMN creditbank.certificate.secured_at IS 'When it was signed; NULL before.';
	COMMENT ON COLUMN creditbank.certificate.secured_by IS 'The key that signed it.';
	COMMENT ON COLUMN creditbank.certificate.revoked_on IS 'The day it was revoked.';
	COMMENT ON COLUMN creditbank.certificate.reason IS 'Why somebody revoked it, in their words; NULL when it was revoked by itself.';
	COMMENT ON COLUMN creditbank.certificate.cause IS 'Why it was revoked by itself: achievement_revoked, achievement_merged (into another account), achievement_changed (recognised otherwise, or no more) or conversion_reversed; NULL when somebody revoked it. revocation_reason() puts it into words.';
	COMMENT ON COLUMN creditbank.certificate.cause_of IS 'What fell away: the reference of the achievement, or the code of the programme converted into.';
	COMMENT ON COLUMN creditbank.certificate.superseded_by IS 'The certificate that was issued in its place; NULL when none was.';

	-- What is sampled for the planner would outlive the document it came from.
	ALTER TABLE creditbank.certificate
		ALTER COLUMN document SET STATISTICS 0,
		ALTER COLUMN check_code SET STATISTICS 0;

	CREATE TABLE creditbank.certificate_line (
		number text NOT NULL,
		line integer NOT NULL,
		kind text NOT NULL,
		achievement_id bigint,
		seq bigint NOT NULL,
		ref creditbank.achievement_ref,
		title text NOT NULL,
		amount creditbank.credit_amount,
		level smallint,
		stated jsonb NOT NULL,
		CONSTRAINT certificate_line_pkey PRIMARY KEY (number, line),
		CONSTRAINT certificate_line_positive CHECK (line >= 1),
		CONSTRAINT certificate_line_kind_known CHECK (kind IN ('achievement', 'conversion')),
		CONSTRAINT certificate_line_achievement_given CHECK ((kind = 'achievement') = (achievement_id IS NOT NULL)),
		CONSTRAINT certificate_line_certificate_fkey FOREIGN KEY (number) REFERENCES creditbank.certificate (number),
		CONSTRAINT certificate_line_achievement_fkey FOREIGN KEY (achievement_id) REFERENCES creditbank.achievement (achievement_id)
	);
	COMMENT ON TABLE creditbank.certificate_line IS 'What certificates state. One row per line; rows are only ever added. No personal data.';
	COMMENT ON COLUMN creditbank.certificate_line.number IS 'The certificate.';
	COMMENT ON COLUMN creditbank.certificate_line.line IS 'The line''s place in it.';
	COMMENT ON COLUMN creditbank.certificate_line.kind IS 'achievement or conversion.';
	COMMENT ON COLUMN creditbank.certificate_line.achievement_id IS 'The achievement stated; NULL for converted credit.';
	COMMENT ON COLUMN creditbank.certificate_line.seq IS 'The account''s ledger entry behind it: of an achievement its latest, of converted credit its own.';
	COMMENT ON COLUMN creditbank.certificate_line.ref IS 'The achievement, or the course that was granted; NULL for credit without a course.';
	COMMENT ON COLUMN creditbank.certificate_line.title IS 'Its title.';
	COMMENT ON COLUMN creditbank.certificate_line.amount IS 'The amount recognised or converted; NULL when it has none.';
	COMMENT ON COLUMN creditbank.certificate_line.level IS 'The level recognised; NULL when it has none.';
	COMMENT ON COLUMN creditbank.certificate_line.stated IS 'The line as the document states it.';
	CREATE INDEX certificate_line_achievement_idx ON creditbank.certificate_line (achievement_id)
	WHERE achievement_id IS NOT NULL;
	COMMENT ON INDEX creditbank.certificate_line_achievement_idx IS 'Finds the certificates that state an achievement.';

	CREATE TABLE creditbank.certificate_transition (
		from_state text NOT NULL,
		step text NOT NULL,
		to_state text NOT NULL,
		kind text NOT NULL,
		who text[] NOT NULL,
		CONSTRAINT certificate_transition_pkey PRIMARY KEY (from_state, step)
	);
	COMMENT ON TABLE creditbank.certificate_transition IS 'What may happen to a certificate. One row per state and step; no other step is ever taken.';
	COMMENT ON COLUMN creditbank.certificate_transition.from_state IS 'The state before.';
	COMMENT ON COLUMN creditbank.certificate_transition.step IS 'The function that takes the step; it is also taken by itself, when what is stated falls away.';
	COMMENT ON COLUMN creditbank.certificate_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.certificate_transition.kind IS 'The kind of ledger entry that it leaves.';
	COMMENT ON COLUMN creditbank.certificate_transition.who IS 'The roles of the bank that may call it.';
	INSERT INTO creditbank.certificate_transition (from_state, step, to_state, kind, who)
	VALUES ('issued', 'revoke_certificate', 'revoked', 'certificate_revoked', '{registrar,admin}');
	PERFORM creditbank.guard_table('certificate_transition', 'refuse_change', 'What is permitted stays.');

	PERFORM creditbank.guard_table('certificate_key', 'refuse_certificate_key_change', 'A key is retired, never forgotten.');
	PERFORM creditbank.guard_table('status_list', 'refuse_change', 'Certificates refer to their list.');
	PERFORM creditbank.guard_table('certificate', 'refuse_certificate_change', 'What was certified stays as it was.');
	PERFORM creditbank.guard_table('certificate_line', 'refuse_change', 'What was certified stays as it was.');

	CREATE TRIGGER holder_erases_certificates
	AFTER DELETE ON creditbank.holder
	FOR EACH ROW
	EXECUTE FUNCTION creditbank.erase_certificates_of_holder();
	COMMENT ON TRIGGER holder_erases_certificates ON creditbank.holder IS 'What names the holder goes with the holder.';
	CALL creditbank.create_certificate_views();
END
$$;
COMMENT ON PROCEDURE creditbank.create_certificate_tables() IS
'Makes the tables of certificates and their views, of what may happen to them, and what erases them; a part of create_bank.';

CREATE PROCEDURE creditbank.create_certificate_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.certificates
	WITH (security_invoker = true) AS
	SELECT c.number,
		creditbank.account_number(c.account_id) AS account,
		c.scope,
		c.state,
		c.language,
		c.names_holder,
		c.issued_on,
		c.expires_on,
		c.secured_at,
		c.secured_by,
		c.revoked_on,
		c.reason,
		c.cause,
		c.cause_of,
		c.superseded_by,
		c.status_list,
		c.status_index,
		encode(c.digest, 'hex') AS digest,
		c.seq
	FROM creditbank.certificate AS c;
	COMMENT ON VIEW creditbank.certificates IS 'Certificates in plain types, for people and BI tools; without their documents and check codes. One row per certificate.';
	COMMENT ON COLUMN creditbank.certificates.number IS 'The number on it.';
	COMMENT ON COLUMN creditbank.certificates.account IS 'The number of the account it is about.';
	COMMENT ON COLUMN creditbank.certificates.scope IS 'achievement, conversion, selection or file.';
	COMMENT ON COLUMN creditbank.certificates.state IS 'issued or revoked.';
	COMMENT ON COLUMN creditbank.certificates.language IS 'The language tag of its titles.';
	COMMENT ON COLUMN creditbank.certificates.names_holder IS 'Whether it names the holder.';
	COMMENT ON COLUMN creditbank.certificates.issued_on IS 'The day it was issued.';
	COMMENT ON COLUMN creditbank.certificates.expires_on IS 'The last day it is valid; NULL for ever.';
	COMMENT ON COLUMN creditbank.certificates.secured_at IS 'When it was signed; NULL before.';
	COMMENT ON COLUMN creditbank.certificates.secured_by IS 'The key that signed it, as a Multikey.';
	COMMENT ON COLUMN creditbank.certificates.revoked_on IS 'The day it was revoked.';
	COMMENT ON COLUMN creditbank.certificates.reason IS 'Why somebody revoked it; NULL when it was revoked by itself.';
	COMMENT ON COLUMN creditbank.certificates.cause IS 'Why it was revoked by itself: achievement_revoked, achievement_merged, achievement_changed or conversion_reversed.';
	COMMENT ON COLUMN creditbank.certificates.cause_of IS 'What fell away: the reference of the achievement, or the code of the programme converted into.';
	COMMENT ON COLUMN creditbank.certificates.superseded_by IS 'The certificate issued in its place.';
	COMMENT ON COLUMN creditbank.certificates.status_list IS 'The status list it has a place in.';
	COMMENT ON COLUMN creditbank.certificates.status_index IS 'Its place there.';
	COMMENT ON COLUMN creditbank.certificates.digest IS 'The digest of what it states, in hexadecimal digits.';
	COMMENT ON COLUMN creditbank.certificates.seq IS 'The account''s ledger entry that issued it.';

	CREATE VIEW creditbank.certificate_lines
	WITH (security_invoker = true) AS
	SELECT l.number,
		l.line,
		l.kind,
		l.ref::text AS ref,
		l.title,
		l.amount::numeric(18,4) AS amount,
		creditbank.unit(l.amount) AS unit,
		l.level,
		l.stated ->> 'programme' AS programme,
		coalesce(l.stated ->> 'awardedOn', l.stated ->> 'convertedOn')::date AS dated_on,
		l.seq
	FROM creditbank.certificate_line AS l;
	COMMENT ON VIEW creditbank.certificate_lines IS 'What certificates state, in plain types, for people and BI tools. One row per line.';
	COMMENT ON COLUMN creditbank.certificate_lines.number IS 'The certificate.';
	COMMENT ON COLUMN creditbank.certificate_lines.line IS 'The line''s place in it.';
	COMMENT ON COLUMN creditbank.certificate_lines.kind IS 'achievement or conversion.';
	COMMENT ON COLUMN creditbank.certificate_lines.ref IS 'The achievement, or the course that was granted.';
	COMMENT ON COLUMN creditbank.certificate_lines.title IS 'Its title.';
	COMMENT ON COLUMN creditbank.certificate_lines.amount IS 'The amount stated; NULL when there is none.';
	COMMENT ON COLUMN creditbank.certificate_lines.unit IS 'The unit of amount: cr, pt, hr, ects or cats.';
	COMMENT ON COLUMN creditbank.certificate_lines.level IS 'The level stated.';
	COMMENT ON COLUMN creditbank.certificate_lines.programme IS 'The programme that was converted into; NULL for an achievement.';
	COMMENT ON COLUMN creditbank.certificate_lines.dated_on IS 'The day of award, or of the conversion.';
	COMMENT ON COLUMN creditbank.certificate_lines.seq IS 'The account''s ledger entry behind it.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_certificate_views() IS
'Makes the views of certificates for clients; a part of create_certificate_tables.';

CREATE FUNCTION creditbank.find_certificate(number text)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_number text;
BEGIN
	SELECT c.number
	INTO found_number
	FROM creditbank.certificate AS c
	WHERE c.number = regexp_replace(find_certificate.number, '[[:space:]-]', '', 'g');
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_certificate'),
			MESSAGE = CASE WHEN find_certificate.number IS NULL THEN 'no certificate was named'
				ELSE format('certificate "%s" is not known', find_certificate.number) END,
			DETAIL = CASE WHEN find_certificate.number IS NULL THEN 'number is NULL.'
				ELSE coalesce(creditbank.certificate_number_problem(find_certificate.number), 'Its check digits fit, but no such certificate was issued here.') END,
			HINT = 'creditbank.certificates() lists the certificates of an account.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'number';
	END IF;
	RETURN found_number;
END
$$;
COMMENT ON FUNCTION creditbank.find_certificate(text) IS
'The number of a certificate that was issued, as it is stored; spaces and hyphens are passed over. Errors: unknown_certificate, also for NULL, with the check digits'' verdict in the detail.';

-- What is stated.

CREATE FUNCTION creditbank.check_certificate_refs(of_account bigint, refs text[])
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	unfit record;
BEGIN
	SELECT a.ref, a.state
	INTO unfit
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = ANY (ARRAY(
			SELECT creditbank.find_achievement(of_account, r.ref)
			FROM unnest(check_certificate_refs.refs) AS r (ref)))
		AND a.state <> 'recognised'
	ORDER BY a.ref
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_recognised'),
			MESSAGE = format('"%s" is not certified', unfit.ref),
			DETAIL = format('It is %s; a certificate states what is recognised.', unfit.state),
			HINT = 'Leave it out, or have it recognised first.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_certificate_refs(bigint, text[]) IS
'Raises unless achievements named for a certificate can be stated: unknown_achievement for one that the account does not hold, not_recognised. NULL passes.';

CREATE FUNCTION creditbank.certifiable_lines(of_account bigint, refs text[], conversions boolean)
RETURNS TABLE (
	kind text,
	achievement_id bigint,
	seq bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	credits creditbank.achievement_ref[];
	held text[];
BEGIN
	-- A reference names what was deposited, or else a course that was granted.
	credits := ARRAY(
		SELECT DISTINCT c.target
		FROM creditbank.exported_conversions(of_account, NULL) AS c
		WHERE c.target = ANY (certifiable_lines.refs::creditbank.achievement_ref[])
			AND NOT EXISTS (
				SELECT FROM creditbank.achievement AS a
				WHERE a.account_id = of_account
					AND a.ref = c.target
					AND creditbank.achievement_stands(a.state)));
	held := ARRAY(
		SELECT r.ref
		FROM unnest(certifiable_lines.refs) AS r (ref)
		WHERE (r.ref::creditbank.achievement_ref = ANY (credits)) IS NOT TRUE);
	IF certifiable_lines.refs IS NULL OR held <> '{}' THEN
		held := CASE WHEN certifiable_lines.refs IS NOT NULL THEN held END;
		PERFORM creditbank.check_certificate_refs(of_account, held);
		RETURN QUERY
		SELECT 'achievement', e.achievement_id, e.seq
		FROM creditbank.exported_achievements(of_account, held, '{recognised}') AS e;
	END IF;
	RETURN QUERY
	SELECT 'conversion', NULL::bigint, c.seq
	FROM creditbank.exported_conversions(of_account, NULL) WITH ORDINALITY AS c
	WHERE c.target = ANY (credits)
		OR (certifiable_lines.conversions
			AND (certifiable_lines.refs IS NULL
				OR (jsonb_array_length(c.detail -> 'sources') > 0
					AND NOT EXISTS (
						SELECT FROM jsonb_array_elements_text(c.detail -> 'sources') AS s (ref)
						WHERE s.ref::creditbank.achievement_ref <> ALL (held::creditbank.achievement_ref[])))))
	ORDER BY c.ordinality;
END
$$;
COMMENT ON FUNCTION creditbank.certifiable_lines(bigint, text[], boolean) IS
'What a certificate of an account can state: recognised achievements by institution and day, then posted lines of conversions by programme, each with the seq of its ledger entry. refs names achievements, and courses that were granted (NULL: everything); conversions adds what was converted from nothing else. Errors: unknown_achievement, not_recognised, 22P02.';

CREATE FUNCTION creditbank.stated_amount(amount creditbank.credit_amount)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_build_object('amount', creditbank.plain_number(amount)::text, 'unit', creditbank.unit(amount));
COMMENT ON FUNCTION creditbank.stated_amount(creditbank.credit_amount) IS
'An amount as a certificate states it: an exact decimal number, as text, and its unit. NULL for NULL.';

CREATE FUNCTION creditbank.stated_achievement(achievement_id bigint, seq bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(coalesce(creditbank.stated_amount(coalesce(a.amount, a.claimed_amount)), '{}')
			|| jsonb_build_object(
				'kind', 'achievement',
				'ref', a.ref,
				'title', a.title,
				'awardedBy', coalesce(i.name, creditbank.issuer(a.ref)),
				'awardedOn', to_char(a.awarded_on, 'YYYY-MM-DD'),
				'expiresOn', to_char(a.expires_on, 'YYYY-MM-DD'),
				'claimed', creditbank.stated_amount(a.claimed_amount),
				'hours', creditbank.plain_number(a.hours)::text,
				'level', a.level,
				'grade', a.grade,
				'scale', a.scale,
				'entry', stated_achievement.seq))
		FROM creditbank.achievement AS a
		LEFT JOIN creditbank.institution AS i ON i.code = creditbank.issuer(a.ref)
		WHERE a.achievement_id = stated_achievement.achievement_id);
END
$$;
COMMENT ON FUNCTION creditbank.stated_achievement(bigint, bigint) IS
'An achievement as a line of a certificate. NULL for an unknown id and for NULL.';

CREATE FUNCTION creditbank.stated_conversion(of_account bigint, seq bigint, language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(coalesce(creditbank.stated_amount(e.amount), '{}')
			|| jsonb_build_object(
				'kind', 'conversion',
				'ref', e.ref,
				'title', creditbank.conversion_title(d.detail, stated_conversion.language),
				'programme', p.code,
				'programmeTitle', p.title,
				'awardedBy', i.name,
				'convertedOn', to_char(e.occurred_on, 'YYYY-MM-DD'),
				'rule', d.detail -> 'rule',
				'grade', d.detail -> 'grade',
				'mark', d.detail -> 'mark',
				'entry', e.seq,
				'originals', (
					SELECT jsonb_agg(jsonb_strip_nulls(coalesce(creditbank.stated_amount((d.detail -> 'source_amounts' ->> s.i)::creditbank.credit_amount), '{}')
						|| jsonb_build_object(
							'ref', s.ref,
							'title', (
								SELECT a.title
								FROM creditbank.achievement AS a
								WHERE a.account_id = e.account_id
									AND a.ref = s.ref::creditbank.achievement_ref
								ORDER BY a.achievement_id DESC
								LIMIT 1),
							'grade', d.detail -> 'source_grades' -> s.i)) ORDER BY s.i)
					FROM (
						SELECT t.ref, (t.place - 1)::integer
						FROM jsonb_array_elements_text(d.detail -> 'sources') WITH ORDINALITY AS t (ref, place)) AS s (ref, i))))
		FROM creditbank.ledger_entry AS e
		CROSS JOIN LATERAL (
			SELECT e.detail::jsonb AS detail) AS d
		JOIN creditbank.programme AS p ON p.code = d.detail ->> 'programme'
		JOIN creditbank.institution AS i ON i.code = p.institution
		WHERE e.account_id = of_account
			AND e.seq = stated_conversion.seq);
END
$$;
COMMENT ON FUNCTION creditbank.stated_conversion(bigint, bigint, text) IS
'A converted credit, by the seq of its ledger entry, as a line of a certificate, with the originals and their own amounts and units; language is the tag of a certificate''s titles, or NULL. NULL for an unknown entry.';

CREATE FUNCTION creditbank.certificate_context()
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	terms text;
BEGIN
	PERFORM creditbank.require_bank();
	terms := creditbank.certificate_context_uri() || '#';
	RETURN jsonb_build_object('@context', jsonb_build_object(
		'@protected', true,
		'certificateNumber', terms || 'certificateNumber',
		'stated', jsonb_build_object('@id', terms || 'stated', '@type', '@json'),
		'inclusionProof', jsonb_build_object('@id', terms || 'inclusionProof', '@type', '@json'),
		'suspensionStatus', jsonb_build_object('@id', 'https://www.w3.org/2018/credentials#credentialStatus', '@type', '@id')));
END
$$;
COMMENT ON FUNCTION creditbank.certificate_context() IS
'What the bank publishes at certificate_context_uri(): the terms of certificates that the standards do not have, as a JSON-LD context. suspensionStatus is a second credentialStatus, of which Open Badges takes one. It never changes. Errors: bank_not_open.';

CREATE FUNCTION creditbank.certificate_context_uri()
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.bank_uri('terms', 'v1');
END
$$;
COMMENT ON FUNCTION creditbank.certificate_context_uri() IS
'The URI of the context of certificates, the last of a document''s @context. By its URI, since readers compare contexts as texts.';

CREATE FUNCTION creditbank.status_list_uri(list integer, purpose text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.bank_uri('status', list::text, purpose);
END
$$;
COMMENT ON FUNCTION creditbank.status_list_uri(integer, text) IS
'The URI of a status list for a purpose, where the bank publishes it. NULL for NULL.';

CREATE FUNCTION creditbank.status_entry(list integer, place integer, purpose text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN jsonb_build_object(
		'id', creditbank.status_list_uri(list, purpose) || '#' || place,
		'type', 'BitstringStatusListEntry',
		'statusPurpose', purpose,
		'statusListIndex', place::text,
		'statusListCredential', creditbank.status_list_uri(list, purpose));
END
$$;
COMMENT ON FUNCTION creditbank.status_entry(integer, integer, text) IS
'Where a certificate''s status stands, for a purpose, as a BitstringStatusListEntry. NULL for NULL.';

CREATE FUNCTION creditbank.certificate_statement(
	of_account bigint,
	lines jsonb,
	scope text,
	language text,
	include_name boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	document jsonb;
BEGIN
	IF certificate_statement.scope = 'achievement' THEN
		document := creditbank.clr_achievement_credential((lines #>> '{0,achievement_id}')::bigint, (lines #>> '{0,seq}')::bigint, certificate_statement.language);
	ELSIF certificate_statement.scope = 'conversion' THEN
		document := creditbank.clr_conversion_credential(of_account, (lines #>> '{0,seq}')::bigint, certificate_statement.language);
	ELSE
		RETURN (
			SELECT creditbank.clr_record(
				creditbank.clr_subject_of(of_account,
					array_agg(l.achievement_id ORDER BY l.line) FILTER (WHERE l.kind = 'achievement'),
					array_agg(l.seq ORDER BY l.line) FILTER (WHERE l.kind = 'achievement'),
					array_agg(l.seq ORDER BY l.line) FILTER (WHERE l.kind = 'conversion'),
					certificate_statement.language, certificate_statement.include_name),
				certificate_statement.scope <> 'file')
			FROM jsonb_to_recordset(lines) AS l (line integer, kind text, achievement_id bigint, seq bigint));
	END IF;
	RETURN jsonb_set(document, '{credentialSubject,identifier}', creditbank.clr_identifiers(of_account, certificate_statement.include_name));
END
$$;
COMMENT ON FUNCTION creditbank.certificate_statement(bigint, jsonb, text, text, boolean) IS
'The credential of what a certificate states, before it has an id, a number and a place: an AchievementCredential for one line, a ClrCredential for more. lines has an object of line, kind, achievement_id and seq for each. A part of issue_certificate.';

CREATE FUNCTION creditbank.readable_code(drawn bytea)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(drawn, n.place) % 32, 1), '' ORDER BY n.place)
	FROM generate_series(0, octet_length(drawn) - 1) AS n (place));
COMMENT ON FUNCTION creditbank.readable_code(bytea) IS
'Random bytes as a code for people: of each the lower five bits, as a character of Crockford''s base32, which has no I, L, O and U. NULL for NULL and for no bytes.';

CREATE FUNCTION creditbank.read_code(code text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(upper(regexp_replace(code, '[[:space:]-]', '', 'g')), 'OIL', '011');
COMMENT ON FUNCTION creditbank.read_code(text) IS
'A code of readable_code as it was made, whatever somebody typed: spaces and hyphens are passed over, small letters are capital ones, O is 0, I and L are 1. NULL for NULL.';

CREATE FUNCTION creditbank.draw_certificate(
	OUT number text,
	OUT check_code text,
	OUT status_index integer)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	-- Spread evenly over its bytes.
	drawn bytea := creditbank.digest(creditbank.random_salt());
	digits text;
BEGIN
	digits := to_char(creditbank.today(), 'YYYY')
		|| lpad(((('x' || encode(substr(drawn, 1, 8), 'hex'))::bit(64)::bigint & 9223372036854775807) % 1000000000000)::text, 12, '0');
	number := creditbank.with_check_digits(digits);
	check_code := creditbank.readable_code(substr(drawn, 9, 8));
	status_index := get_byte(drawn, 16) * 512 + get_byte(drawn, 17) * 2 + get_byte(drawn, 18) % 2;
END
$$;
COMMENT ON FUNCTION creditbank.draw_certificate() IS
'What is drawn at random for a certificate: its number, of the bank''s year; its check code, of 40 bits, in Crockford''s base32; its place in a status list, 0 to 131071.';

CREATE FUNCTION creditbank.open_status_list(tried integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	latest integer := (SELECT max(s.list) FROM creditbank.status_list AS s);
BEGIN
	-- Only where free places are hard to hit are they counted.
	IF latest IS NULL
		OR (tried > 4
			AND (SELECT count(*) FROM creditbank.certificate AS c WHERE c.status_list = latest)
				>= (SELECT s.size * 3 / 4 FROM creditbank.status_list AS s WHERE s.list = latest))
	THEN
		latest := coalesce(latest, 0) + 1;
		INSERT INTO creditbank.status_list (list, opened_on, size)
		VALUES (latest, creditbank.today(), 131072)
		ON CONFLICT ON CONSTRAINT status_list_pkey DO NOTHING;
	END IF;
	RETURN latest;
END
$$;
COMMENT ON FUNCTION creditbank.open_status_list(integer) IS
'The status list that certificates get their places in, after so many places that were drawn and taken already: the latest, or a new one once three quarters of it are taken. A part of issue_certificate.';

CREATE FUNCTION creditbank.check_certifiable(of_account bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stands record;
BEGIN
	SELECT s.*
	INTO STRICT stands
	FROM creditbank.account AS a
	JOIN creditbank.account_state AS s ON s.state = a.state
	WHERE a.account_id = of_account;
	IF stands.state IN ('frozen', 'merged') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('account_not_active'),
			MESSAGE = format('account %s is %s', creditbank.account_number(of_account), stands.meaning),
			DETAIL = format('While an account is %s, no certificate of it is issued.', stands.state),
			HINT = stands.what_to_do,
			SCHEMA = 'creditbank',
			TABLE = 'account',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_certifiable(bigint) IS
'Raises account_not_active while an account is frozen or merged; of a closed one certificates are issued. A part of issue_certificate.';

CREATE FUNCTION creditbank.check_certificate_days(lines jsonb, scope text, expires_on date)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	over record;
BEGIN
	IF check_certificate_days.expires_on IS NOT NULL
		AND (NOT isfinite(check_certificate_days.expires_on) OR check_certificate_days.expires_on < creditbank.today() OR check_certificate_days.expires_on > '9999-12-31')
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a certificate cannot have this last day',
			DETAIL = format('Its last day would be %s; today is %s.',
				CASE WHEN isfinite(check_certificate_days.expires_on) THEN to_char(check_certificate_days.expires_on, 'YYYY-MM-DD') ELSE check_certificate_days.expires_on::text END,
				to_char(creditbank.today(), 'YYYY-MM-DD')),
			HINT = 'Give a day from today on, or leave expires_on out: then it ends only when it is revoked.',
			SCHEMA = 'creditbank',
			TABLE = 'certificate',
			COLUMN = 'expires_on';
	END IF;
	SELECT a.ref, a.expires_on
	INTO over
	FROM creditbank.achievement AS a
	WHERE scope = 'achievement'
		AND a.achievement_id = (lines #>> '{0,achievement_id}')::bigint
		AND a.expires_on < creditbank.today();
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = format('"%s" is not valid any more', over.ref),
			DETAIL = format('It ended on %s, and a certificate of it alone ends with it.', to_char(over.expires_on, 'YYYY-MM-DD')),
			HINT = 'A certificate of several achievements or of the whole file states each with its last day.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'expires_on';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_certificate_days(jsonb, text, date) IS
'Raises invalid_date when a certificate would end before today, by the day given or, by scope of one achievement, with that. A part of issue_certificate.';

CREATE FUNCTION creditbank.check_certificate_name(of_account bigint, include_name boolean)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF check_certificate_name.include_name
		AND NOT EXISTS (SELECT FROM creditbank.holder AS h WHERE h.account_id = of_account)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('account %s has no holder to name', creditbank.account_number(of_account)),
			DETAIL = 'The holder''s data were erased.',
			HINT = 'Pass include_name => false for a certificate by the account''s number alone.',
			SCHEMA = 'creditbank',
			TABLE = 'holder';
	ELSIF check_certificate_name.include_name IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the holder''s name is either included or not',
			DETAIL = 'include_name is NULL.',
			HINT = 'Leave include_name out, or pass false to leave the name out.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_certificate_name(bigint, boolean) IS
'Raises invalid_parameter when a certificate should name a holder who was erased, and for NULL. A part of issue_certificate.';

CREATE FUNCTION creditbank.issue_certificate(
	account text,
	refs text[] DEFAULT NULL,
	conversions boolean DEFAULT true,
	language text DEFAULT NULL,
	include_name boolean DEFAULT true,
	expires_on date DEFAULT NULL)
RETURNS TABLE (
	number text,
	check_code text,
	scope text,
	state text,
	digest bytea,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	lines jsonb;
	stated jsonb;
	of_scope text;
	statement jsonb;
	document jsonb;
	drawn record;
	list integer;
	last_day date;
	tried integer := 0;
BEGIN
	PERFORM creditbank.check_export(NULL, issue_certificate.language, '{recognised}', issue_certificate.conversions);
	-- What is stated stays so until this is over: every step of it takes this lock.
	of_account := creditbank.lock_account(issue_certificate.account);
	PERFORM creditbank.check_certifiable(of_account);
	PERFORM creditbank.check_certificate_name(of_account, issue_certificate.include_name);
	SELECT jsonb_agg(to_jsonb(c) - 'ordinality' || jsonb_build_object('line', c.ordinality) ORDER BY c.ordinality)
	INTO lines
	FROM creditbank.certifiable_lines(of_account, issue_certificate.refs, issue_certificate.conversions) WITH ORDINALITY AS c;
	IF lines IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_achievement'),
			MESSAGE = format('account %s holds nothing to certify', creditbank.account_number(of_account)),
			DETAIL = CASE WHEN issue_certificate.refs = '{}' THEN 'refs is an empty list.' ELSE 'No achievement in it is recognised, and no credit was converted.' END,
			HINT = 'creditbank.lifelong_file() lists what the account holds, and in which state.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement';
	END IF;
	of_scope := CASE
		WHEN issue_certificate.refs IS NULL THEN 'file'
		WHEN jsonb_array_length(lines) > 1 THEN 'selection'
		ELSE lines #>> '{0,kind}' END;
	PERFORM creditbank.check_certificate_days(lines, of_scope, issue_certificate.expires_on);
	statement := creditbank.certificate_statement(of_account, lines, of_scope, issue_certificate.language, issue_certificate.include_name);
	SELECT jsonb_agg(jsonb_build_object('line', l.line) || CASE l.kind
		WHEN 'achievement' THEN creditbank.stated_achievement(l.achievement_id, l.seq)
		ELSE creditbank.stated_conversion(of_account, l.seq, issue_certificate.language) END ORDER BY l.line)
	INTO stated
	FROM jsonb_to_recordset(lines) AS l (line integer, kind text, achievement_id bigint, seq bigint);
	last_day := least(issue_certificate.expires_on, (
		SELECT (l ->> 'expiresOn')::date
		FROM jsonb_array_elements(stated) AS l
		WHERE of_scope = 'achievement'));
	LOOP
		SELECT d.* INTO drawn FROM creditbank.draw_certificate() AS d;
		list := creditbank.open_status_list(tried);
		document := jsonb_strip_nulls(statement || jsonb_build_object(
			'@context', (statement -> '@context') || to_jsonb(creditbank.certificate_context_uri()),
			'id', 'urn:uuid:' || gen_random_uuid(),
			'certificateNumber', drawn.number,
			'validUntil', creditbank.zoned_time(last_day + time '23:59:59'),
			'credentialStatus', creditbank.status_entry(list, drawn.status_index, 'revocation'),
			'suspensionStatus', creditbank.status_entry(list, drawn.status_index, 'suspension'),
			'stated', stated));
		INSERT INTO creditbank.certificate AS c (number, account_id, scope, status_list, status_index, check_code, language, names_holder,
			issued_on, expires_on, digest, seq, document)
		SELECT drawn.number, of_account, of_scope, list, drawn.status_index, drawn.check_code, issue_certificate.language, issue_certificate.include_name,
			creditbank.today(), last_day, creditbank.statement_digest(document), h.seq + 1, document::text
		FROM creditbank.ledger_head AS h
		WHERE h.account_id = of_account
		ON CONFLICT DO NOTHING; -- the number or the place was drawn before
		EXIT WHEN FOUND;
		tried := tried + 1;
	END LOOP;
	INSERT INTO creditbank.certificate_line (number, line, kind, achievement_id, seq, ref, title, amount, level, stated)
	SELECT drawn.number, l.line, l.kind, l.achievement_id, l.seq, (s.line ->> 'ref')::creditbank.achievement_ref, s.line ->> 'title',
		(s.line ->> 'amount' || ' ' || (s.line ->> 'unit'))::creditbank.credit_amount, (s.line ->> 'level')::smallint, s.line
	FROM jsonb_to_recordset(lines) AS l (line integer, kind text, achievement_id bigint, seq bigint)
	CROSS JOIN LATERAL (
		SELECT stated -> (l.line - 1) AS line) AS s;
	RETURN QUERY
	SELECT c.number, c.check_code, c.scope, c.state, c.digest, e.seq, e.entry_hash
	FROM creditbank.certificate AS c
	CROSS JOIN LATERAL creditbank.append_entry(of_account, 'certificate_issued', NULL, NULL, creditbank.today(),
		creditbank.certificate_entry_detail(c.number)::text) AS e
	WHERE c.number = drawn.number;
END
$$;
COMMENT ON FUNCTION creditbank.issue_certificate(text, text[], boolean, text, boolean, date) IS
'Issues a certificate of an account and enters it in the ledger: of the whole file, or of what refs names, achievements and courses that were granted, with conversions also of what was converted from nothing else. Only what is recognised or posted is stated. One line makes an Open Badges credential, more a Comprehensive Learner Record. language is the tag of the titles as they stand in the bank (NULL: none); include_name => false leaves the holder''s name out; expires_on is its last day (NULL: none). Returns its number, check code, scope, state, the digest of its statement, and the entry''s seq and hash; once the entry is sealed, certificate() gives the document. Errors: bank_not_open, unknown_account, account_not_active while the account is frozen or merged; unknown_achievement, also when there is nothing to certify; not_recognised; invalid_date; invalid_parameter; 22P02.';

CREATE FUNCTION creditbank.certificate_entry_detail(number text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'certificate', c.number,
			'digest', encode(c.digest, 'hex'),
			'scope', c.scope,
			'expires_on', to_char(c.expires_on, 'YYYY-MM-DD'),
			'status', jsonb_build_array(c.status_list, c.status_index),
			'stated', (
				SELECT jsonb_agg(l.seq ORDER BY l.line)
				FROM creditbank.certificate_line AS l
				WHERE l.number = c.number)))
		FROM creditbank.certificate AS c
		WHERE c.number = certificate_entry_detail.number);
END
$$;
COMMENT ON FUNCTION creditbank.certificate_entry_detail(text) IS
'The detail of the ledger entry that issues a certificate: its number, the digest of its statement, its scope, last day and place in the status lists, and the seqs of the entries that it states. NULL for an unknown number.';

CREATE FUNCTION creditbank.erase_certificates_of_holder()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	UPDATE creditbank.certificate AS c
	SET document = NULL
	WHERE c.account_id = OLD.account_id
		AND c.names_holder
		AND c.document IS NOT NULL;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.erase_certificates_of_holder() IS
'The trigger of holder that erases the documents which name a holder who is erased, or whose account is merged. Number, digest, lines and state stay.';
