-- exchange.sql: achievements imported in bulk, and recognised in bulk.
-- Promise: what stands in a source under an id is imported once; a bad row is
-- named with the error that deposit() or recognise() would have raised for it,
-- and stays staged until it is mended; nothing is half written.

CREATE TYPE creditbank.import_item AS (
	row_id tid,
	account_id bigint,
	line bigint,
	external_id text,
	ref creditbank.achievement_ref,
	title text,
	amount creditbank.credit_amount,
	hours creditbank.credit_amount,
	level smallint,
	framework text,
	grade text,
	scale text,
	attendance numeric,
	place integer,
	share numeric,
	awarded_on date,
	expires_on date,
	rank text,
	tags text[],
	evidence bytea,
	education_type text,
	is_plain boolean,
	content_digest bytea);
COMMENT ON TYPE creditbank.import_item IS
'A staged row as the import reads it: what fetch_import_items returns. Values that were not plain to read are NULL.';
COMMENT ON COLUMN creditbank.import_item.row_id IS 'Where the row is staged.';
COMMENT ON COLUMN creditbank.import_item.account_id IS 'The account that was found; NULL for none.';
COMMENT ON COLUMN creditbank.import_item.line IS 'The row''s line.';
COMMENT ON COLUMN creditbank.import_item.external_id IS 'Its id in the source.';
COMMENT ON COLUMN creditbank.import_item.ref IS 'What it is.';
COMMENT ON COLUMN creditbank.import_item.title IS 'Its title; NULL to take the catalogue''s.';
COMMENT ON COLUMN creditbank.import_item.amount IS 'The hours or credits claimed.';
COMMENT ON COLUMN creditbank.import_item.hours IS 'Its learning hours.';
COMMENT ON COLUMN creditbank.import_item.level IS 'Its level, 1 to 10.';
COMMENT ON COLUMN creditbank.import_item.framework IS 'The framework that its level was staged in; level is the bank''s own.';
COMMENT ON COLUMN creditbank.import_item.grade IS 'The grade.';
COMMENT ON COLUMN creditbank.import_item.scale IS 'The scale of the grade.';
COMMENT ON COLUMN creditbank.import_item.attendance IS 'Attendance, in percent.';
COMMENT ON COLUMN creditbank.import_item.place IS 'The place in the team.';
COMMENT ON COLUMN creditbank.import_item.share IS 'The share of the outcome, in percent.';
COMMENT ON COLUMN creditbank.import_item.awarded_on IS 'The day of award.';
COMMENT ON COLUMN creditbank.import_item.expires_on IS 'The last day it is valid.';
COMMENT ON COLUMN creditbank.import_item.rank IS 'The rank in a contest.';
COMMENT ON COLUMN creditbank.import_item.tags IS 'Free words about it.';
COMMENT ON COLUMN creditbank.import_item.evidence IS 'The digest of the evidence.';
COMMENT ON COLUMN creditbank.import_item.education_type IS 'Its education type; NULL to take the catalogue''s.';
COMMENT ON COLUMN creditbank.import_item.is_plain IS 'Whether all was plain to read; a row of which not is left to deposit().';
COMMENT ON COLUMN creditbank.import_item.content_digest IS 'The digest of what was staged about the achievement.';

CREATE FUNCTION creditbank.hide_identity()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	number text := nullif(btrim(NEW.identity_number), '');
	problem_state text;
	problem_reason text;
	problem_detail text;
	problem_hint text;
BEGIN
	NEW.identity_number := NULL;
	NEW.identity_kind := coalesce(nullif(NEW.identity_kind, ''), 'resident_id');
	NEW.identity_hash := NULL;
	NEW.birth_date := NULL;
	NEW.identity_refused := false;
	-- An error here would show the line, with the number, to the client and the log.
	BEGIN
		NEW.birth_date := creditbank.birth_date_of(NEW.identity_kind, number, NULL);
		NEW.identity_hash := creditbank.identity_hash(NEW.identity_kind, number);
	EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
		GET STACKED DIAGNOSTICS
			problem_state = RETURNED_SQLSTATE,
			problem_reason = MESSAGE_TEXT,
			problem_detail = PG_EXCEPTION_DETAIL,
			problem_hint = PG_EXCEPTION_HINT;
		NEW.identity_refused := true;
	END;
	NEW.sqlstate := problem_state;
	NEW.reason := problem_reason;
	NEW.detail := nullif(problem_detail, '');
	NEW.hint := nullif(problem_hint, '');
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION creditbank.hide_identity() IS
'The trigger of import_row: puts the keyed hash of an identity number, and the date of birth that it tells, in the place of the number; or, when it cannot be one, why not.';

CREATE PROCEDURE creditbank.create_exchange_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.import (
		batch text NOT NULL,
		source text NOT NULL,
		started_at timestamptz NOT NULL,
		finished_at timestamptz,
		imported_by text NOT NULL,
		rows bigint NOT NULL DEFAULT 0,
		posted bigint NOT NULL DEFAULT 0,
		unchanged bigint NOT NULL DEFAULT 0,
		refused bigint NOT NULL DEFAULT 0,
		recognised bigint NOT NULL DEFAULT 0,
		CONSTRAINT import_pkey PRIMARY KEY (batch),
		CONSTRAINT import_source_fkey FOREIGN KEY (source) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.import IS 'Imports. One row per batch that was imported, once or, with rows mended, several times.';
	COMMENT ON COLUMN creditbank.import.batch IS 'The batch''s name.';
	COMMENT ON COLUMN creditbank.import.source IS 'The institution it came from: external ids are its own.';
	COMMENT ON COLUMN creditbank.import.started_at IS 'When it was first imported.';
	COMMENT ON COLUMN creditbank.import.finished_at IS 'When it was last imported.';
	COMMENT ON COLUMN creditbank.import.imported_by IS 'The role that imported it last.';
	COMMENT ON COLUMN creditbank.import.rows IS 'How many rows it had: posted, unchanged and refused.';
	COMMENT ON COLUMN creditbank.import.posted IS 'How many of them became achievements.';
	COMMENT ON COLUMN creditbank.import.unchanged IS 'How many had been imported before, with the same content.';
	COMMENT ON COLUMN creditbank.import.refused IS 'How many were refused the last time and are still staged.';
	COMMENT ON COLUMN creditbank.import.recognised IS 'How many of its achievements recognise_import recognised.';

	CREATE TABLE creditbank.import_record (
		source text NOT NULL,
		external_id text NOT NULL,
		content_digest bytea NOT NULL,
		account_id bigint NOT NULL,
		achievement_id bigint NOT NULL,
		batch text NOT NULL,
		CONSTRAINT import_record_pkey PRIMARY KEY (source, external_id),
		CONSTRAINT import_record_achievement_fkey FOREIGN KEY (achievement_id) REFERENCES creditbank.achievement (achievement_id)
	);
	COMMENT ON TABLE creditbank.import_record IS 'What was imported: by this a row that comes again is known. One row per id of a source; no personal data.';
	COMMENT ON COLUMN creditbank.import_record.source IS 'The institution it came from.';
	COMMENT ON COLUMN creditbank.import_record.external_id IS 'Its id there.';
	COMMENT ON COLUMN creditbank.import_record.content_digest IS 'The digest, by the bank''s suite, of what the row said about the achievement: for each text given, in the order of import_row''s columns from ref to education_type and numbered from 4, the number (one byte), the length (four) and the bytes.';
	COMMENT ON COLUMN creditbank.import_record.account_id IS 'The account it went into.';
	COMMENT ON COLUMN creditbank.import_record.achievement_id IS 'The achievement it became.';
	COMMENT ON COLUMN creditbank.import_record.batch IS 'The batch that brought it.';
	CREATE INDEX import_record_batch_idx ON creditbank.import_record (batch, account_id, achievement_id);
	COMMENT ON INDEX creditbank.import_record_batch_idx IS 'What a batch brought, account by account.';

	-- Staged rows are to be imported or thrown away: a crash may take them, and
	-- they are sent again.
	CREATE UNLOGGED TABLE creditbank.import_row (
		batch text NOT NULL DEFAULT current_user,
		line bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
		external_id text,
		account text,
		identity_kind text,
		identity_number text,
		full_name text,
		region text,
		trainee_group text,
		ref text,
		title text,
		amount text,
		hours text,
		level text,
		framework text,
		grade text,
		scale text,
		attendance text,
		place text,
		share text,
		awarded_on text,
		expires_on text,
		rank text,
		tags text,
		evidence text,
		education_type text,
		identity_hash bytea,
		birth_date date,
		identity_refused boolean NOT NULL DEFAULT false,
		sqlstate text,
		reason text,
		detail text,
		hint text,
		CONSTRAINT import_row_pkey PRIMARY KEY (batch, line),
		CONSTRAINT import_row_batch_given CHECK (batch ~ '[^[:space:]]' AND length(batch) <= 200),
		CONSTRAINT import_row_no_identity_number CHECK (identity_number IS NULL)
	);
	COMMENT ON TABLE creditbank.import_row IS 'Rows staged for an import, all of them text: filled by COPY or INSERT, emptied by import_achievements but for what it refuses. An empty text is none. One row per achievement.';
	COMMENT ON COLUMN creditbank.import_row.batch IS 'The batch it belongs to; the role''s name when not said.';
	COMMENT ON COLUMN creditbank.import_row.line IS 'Its line; numbered as rows come when not said.';
	COMMENT ON SEQUENCE creditbank.import_row_line_seq IS 'Numbers staged rows.';
	COMMENT ON COLUMN creditbank.import_row.external_id IS 'Its id in the source, of at most 200 characters.';
	COMMENT ON COLUMN creditbank.import_row.account IS 'The account''s number; it may be left out where identity_number is given.';
	COMMENT ON COLUMN creditbank.import_row.identity_kind IS 'What identity_number is of: resident_id (when not said), residence_permit, passport or other.';
	COMMENT ON COLUMN creditbank.import_row.identity_number IS 'The learner''s identity number; it is hashed on the way in and never stored.';
	COMMENT ON COLUMN creditbank.import_row.full_name IS 'The learner''s name, for opening an account.';
	COMMENT ON COLUMN creditbank.import_row.region IS 'The learner''s region, likewise.';
	COMMENT ON COLUMN creditbank.import_row.trainee_group IS 'The learner''s trainee group, likewise.';
	COMMENT ON COLUMN creditbank.import_row.ref IS 'The achievement: class/issuer/code[#serial].';
	COMMENT ON COLUMN creditbank.import_row.title IS 'Its title; the catalogue''s when not said.';
	COMMENT ON COLUMN creditbank.import_row.amount IS 'Its hours or credits, like 48 hr.';
	COMMENT ON COLUMN creditbank.import_row.hours IS 'Its learning hours, a number, beside an amount of another unit.';
	COMMENT ON COLUMN creditbank.import_row.level IS 'Its level: 1 to 10, or as framework names it.';
	COMMENT ON COLUMN creditbank.import_row.framework IS 'The level framework that level is of; the bank''s own when not said.';
	COMMENT ON COLUMN creditbank.import_row.grade IS 'The grade on it.';
	COMMENT ON COLUMN creditbank.import_row.scale IS 'The scale that the grade is on.';
	COMMENT ON COLUMN creditbank.import_row.attendance IS 'Attendance, in percent.';
	COMMENT ON COLUMN creditbank.import_row.place IS 'The learner''s place in the team, from 1.';
	COMMENT ON COLUMN creditbank.import_row.share IS 'The learner''s share of the outcome, in percent.';
	COMMENT ON COLUMN creditbank.import_row.awarded_on IS 'The day it was awarded: 2024-06-30.';
	COMMENT ON COLUMN creditbank.import_row.expires_on IS 'The last day it is valid.';
	COMMENT ON COLUMN creditbank.import_row.rank IS 'The rank reached in a contest.';
	COMMENT ON COLUMN creditbank.import_row.tags IS 'Free words about it, with commas between them.';
	COMMENT ON COLUMN creditbank.import_row.evidence IS 'The digest of the evidence, in hexadecimal digits.';
	COMMENT ON COLUMN creditbank.import_row.education_type IS 'formal, vocational or non_formal; the catalogue''s when not said.';
	COMMENT ON COLUMN creditbank.import_row.identity_hash IS 'The keyed hash of the identity number.';
	COMMENT ON COLUMN creditbank.import_row.birth_date IS 'The date of birth that the identity number told; NULL when it told none.';
	COMMENT ON COLUMN creditbank.import_row.identity_refused IS 'Whether the identity number could not be one: it must be given anew.';
	COMMENT ON COLUMN creditbank.import_row.sqlstate IS 'Why the row was refused: the SQLSTATE. NULL before it was looked at.';
	COMMENT ON COLUMN creditbank.import_row.reason IS 'The same as a message.';
	COMMENT ON COLUMN creditbank.import_row.detail IS 'The values of the matter; NULL when there is no more to say.';
	COMMENT ON COLUMN creditbank.import_row.hint IS 'What to do; NULL when that is plain.';
	CREATE INDEX import_row_person_idx ON creditbank.import_row (batch, identity_hash)
	WHERE identity_hash IS NOT NULL;
	COMMENT ON INDEX creditbank.import_row_person_idx IS 'The people of a batch.';
	CREATE TRIGGER import_row_hides_identity
	BEFORE INSERT OR UPDATE OF identity_number ON creditbank.import_row
	FOR EACH ROW
	WHEN (NEW.identity_number IS NOT NULL)
	EXECUTE FUNCTION creditbank.hide_identity();
	COMMENT ON TRIGGER import_row_hides_identity ON creditbank.import_row IS 'No identity number is stored.';
	-- What is sampled for the planner would outlive the row it came from.
	ALTER TABLE creditbank.import_row
		ENABLE ALWAYS TRIGGER import_row_hides_identity,
		ALTER COLUMN full_name SET STATISTICS 0,
		ALTER COLUMN birth_date SET STATISTICS 0,
		ALTER COLUMN identity_hash SET STATISTICS 0;
END
$$;
COMMENT ON PROCEDURE creditbank.create_exchange_tables() IS
'Makes the tables of imports; a part of create_bank.';

CREATE FUNCTION creditbank.account_id_of_number(account text)
RETURNS bigint
AS 'MODULE_PATHNAME', 'creditbank_account_id_of_number'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.account_id_of_number(text) IS
'The id in an account number, whether or not the bank has such an account; spaces and hyphens are passed over. NULL for NULL and for what is no account number.';

CREATE FUNCTION creditbank.fetch_import_items(rows refcursor, most integer, suite text)
RETURNS creditbank.import_item[]
AS 'MODULE_PATHNAME', 'creditbank_fetch_import_items'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.fetch_import_items(refcursor, integer, text) IS
'The next rows of a cursor over import_row, at most so many, with their texts read; suite is that of the digests. NULL when there are no more, or when an argument is NULL. A row that is not plain to read, or has the external id of one before it in the same array, is marked and never raises. For the bank''s own functions only.';

CREATE FUNCTION creditbank.stage_rows(batch text, rows jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	known CONSTANT text[] := '{external_id,account,identity_kind,identity_number,full_name,region,trainee_group,ref,title,amount,hours,level,framework,grade,scale,attendance,place,share,awarded_on,expires_on,rank,tags,evidence,education_type}';
	bad record;
	last_line bigint;
BEGIN
	IF jsonb_typeof(rows) <> 'array' OR jsonb_path_exists(rows, 'strict $[*] ? (@.type() <> "object")') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_document'),
			MESSAGE = 'the rows of an import are not an array of objects',
			HINT = 'Pass [{"external_id": "...", "account": "...", "ref": "...", "awarded_on": "2024-06-30"}, ...].';
	END IF;
	SELECT o.number, f.key, f.value
	INTO bad
	FROM jsonb_array_elements(rows) WITH ORDINALITY AS o (object, number)
	CROSS JOIN LATERAL jsonb_each(o.object) AS f
	WHERE f.key <> ALL (known)
		OR jsonb_typeof(f.value) = 'object'
		OR jsonb_typeof(f.value) = 'array' AND (f.key <> 'tags' OR jsonb_path_exists(f.value, 'strict $[*] ? (@.type() <> "string")'))
	ORDER BY o.number
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_document'),
			MESSAGE = CASE WHEN bad.key = ANY (known) THEN format('"%s" of row %s is not a single value', bad.key, bad.number)
				ELSE format('row %s has an unknown key "%s"', bad.number, left(bad.key, 100)) END,
			DETAIL = CASE WHEN bad.key = ANY (known) THEN format('It is of type %s.', jsonb_typeof(bad.value))
				ELSE 'A mistyped name would silently be left out.' END,
			HINT = format('The keys are %s; tags may be an array of texts.', array_to_string(known, ', '));
	END IF;

	SELECT coalesce(max(r.line), 0)
	INTO last_line
	FROM creditbank.import_row AS r
	WHERE r.batch = stage_rows.batch;
	INSERT INTO creditbank.import_row
		(batch, line, external_id, account, identity_kind, identity_number, full_name, region, trainee_group,
		ref, title, amount, hours, level, framework, grade, scale, attendance, place, share,
		awarded_on, expires_on, rank, tags, evidence, education_type)
	SELECT stage_rows.batch, last_line + o.number, f.external_id, f.account, f.identity_kind, f.identity_number, f.full_name, f.region, f.trainee_group,
		f.ref, f.title, f.amount, f.hours, f.level, f.framework, f.grade, f.scale, f.attendance, f.place, f.share,
		f.awarded_on, f.expires_on, f.rank,
		CASE WHEN jsonb_typeof(o.object -> 'tags') = 'array' THEN (
			SELECT string_agg(t.word, ',' ORDER BY t.number)
			FROM jsonb_array_elements_text(o.object -> 'tags') WITH ORDINALITY AS t (word, number))
		ELSE f.tags END,
		f.evidence, f.education_type
	FROM jsonb_array_elements(rows) WITH ORDINALITY AS o (object, number)
	CROSS JOIN LATERAL jsonb_to_record(o.object) AS f (
		external_id text, account text, identity_kind text, identity_number text, full_name text, region text, trainee_group text,
		ref text, title text, amount text, hours text, level text, framework text, grade text, scale text, attendance text, place text, share text,
		awarded_on text, expires_on text, rank text, tags text, evidence text, education_type text);
END
$$;
COMMENT ON FUNCTION creditbank.stage_rows(text, jsonb) IS
'Stages the objects of an array, whose keys are columns of import_row, as rows of a batch behind those it has. NULL does nothing. For the bank''s own functions only. Errors: invalid_document for an unknown key or a value that is no single one.';

CREATE FUNCTION creditbank.post_plain_items(
	batch text,
	source text,
	items creditbank.import_item[],
	careful boolean DEFAULT false,
	OUT posted bigint,
	OUT unchanged bigint,
	OUT left_over creditbank.import_item[])
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
-- A plan made while the tables are small must do when they are large.
SET enable_seqscan = off
AS $$
DECLARE
	today date := creditbank.today();
	refusing bigint[];
	entries creditbank.new_entry[];
	posted_rows tid[];
	unchanged_rows tid[];
BEGIN
	PERFORM
	FROM creditbank.ledger_head AS h
	WHERE h.account_id = ANY (ARRAY(
		SELECT i.account_id
		FROM unnest(items) AS i
		GROUP BY i.account_id))
	ORDER BY h.account_id
	FOR UPDATE;
	refusing := ARRAY(
		SELECT a.account_id
		FROM creditbank.account AS a
		JOIN creditbank.account_state AS s ON s.state = a.state
		WHERE a.account_id = ANY (ARRAY(
				SELECT i.account_id
				FROM unnest(items) AS i
				GROUP BY i.account_id))
			AND (a.account_id = 0 OR NOT s.may_deposit));

	-- What is looked up has a LIMIT, so that it is looked up for each row by an
	-- index, whatever the planner believes of a portion's size.
	BEGIN
		WITH item AS MATERIALIZED (
			SELECT i.*, k.content_digest AS known_digest, k.account_id AS known_account
			FROM unnest(items) AS i
			LEFT JOIN LATERAL (
				SELECT r.content_digest, r.account_id
				FROM creditbank.import_record AS r
				WHERE r.source = post_plain_items.source AND r.external_id = i.external_id
				LIMIT 1) AS k ON true
		), candidate AS MATERIALIZED (
			SELECT nextval('creditbank.achievement_achievement_id_seq') AS achievement_id, i.*,
				coalesce(i.title, p.title) AS full_title, coalesce(i.level, p.level) AS full_level,
				coalesce(i.education_type, p.education_type, creditbank.education_type_of_class(creditbank.class(i.ref))) AS full_type
			FROM item AS i
			LEFT JOIN LATERAL (
				SELECT c.title, c.level, c.education_type, coalesce(c.effective_until >= i.awarded_on, true) AS is_awarded
				FROM creditbank.catalogue AS c
				WHERE c.ref = creditbank.catalogue_ref(i.ref)
					AND c.effective_from <= i.awarded_on
				ORDER BY c.version DESC
				LIMIT 1) AS p ON p.is_awarded
			WHERE i.is_plain
				AND i.known_digest IS NULL
				AND NOT creditbank.ends_in_identity(i.external_id)
				AND creditbank.ends_in_identity(creditbank.serial(i.ref)) IS NOT TRUE
				AND i.awarded_on BETWEEN '1900-01-01' AND today
				AND coalesce(i.title, p.title) IS NOT NULL
				AND i.account_id <> ALL (refusing)
				AND (
					SELECT n.valid @> i.awarded_on
					FROM creditbank.institution AS n
					WHERE n.code = creditbank.issuer(i.ref)
					LIMIT 1)
				AND NOT (careful AND EXISTS (
					SELECT FROM creditbank.achievement AS a
					WHERE a.account_id = i.account_id AND a.ref = i.ref AND a.state NOT IN ('declined', 'withdrawn', 'revoked', 'merged')))
				AND NOT (careful AND EXISTS (
					SELECT FROM creditbank.achievement AS a
					WHERE a.ref = i.ref AND creditbank.serial(a.ref) IS NOT NULL AND a.state NOT IN ('declined', 'withdrawn', 'revoked', 'merged')))
		), deposited AS (
			INSERT INTO creditbank.achievement AS a
				(achievement_id, account_id, ref, title, education_type, state, claimed_amount, hours, level, grade, scale, attendance,
				place, share, awarded_on, expires_on, rank, tags, evidence)
			OVERRIDING SYSTEM VALUE
			SELECT c.achievement_id, c.account_id, c.ref, c.full_title, c.full_type, 'deposited', c.amount, c.hours, c.full_level, c.grade, c.scale, c.attendance,
				c.place, c.share, c.awarded_on, c.expires_on, c.rank, coalesce(c.tags, '{}'), c.evidence
			FROM candidate AS c
			RETURNING a.account_id, a.ref, creditbank.achievement_entry_detail(a) AS detail
		), recorded AS (
			INSERT INTO creditbank.import_record (source, external_id, content_digest, account_id, achievement_id, batch)
			SELECT post_plain_items.source, c.external_id, c.content_digest, c.account_id, c.achievement_id, post_plain_items.batch
			FROM candidate AS c
		)
		SELECT
			ARRAY(
				SELECT ROW(d.account_id, 'deposited', NULL, d.ref, today, d.detail, NULL)::creditbank.new_entry
				FROM deposited AS d),
			ARRAY(
				SELECT c.row_id
				FROM candidate AS c),
			ARRAY(
				SELECT i.row_id
				FROM item AS i
				WHERE i.known_digest = i.content_digest
					AND (i.account_id = i.known_account OR (
						SELECT a.state = 'merged'
						FROM creditbank.account AS a
						WHERE a.account_id = i.known_account)))
		INTO entries, posted_rows, unchanged_rows;
	EXCEPTION WHEN unique_violation THEN
		-- Something among them is deposited already. That is looked up for each row
		-- only now, as it is the exception; somebody else's deposit of this very
		-- moment is not seen even then, and each is left to be looked at alone.
		IF NOT careful THEN
			SELECT p.*
			INTO posted, unchanged, left_over
			FROM creditbank.post_plain_items(post_plain_items.batch, post_plain_items.source, items, careful => true) AS p;
			RETURN;
		END IF;
		entries := '{}';
		posted_rows := '{}';
		unchanged_rows := '{}';
	END;

	PERFORM creditbank.append_entries(entries);
	DELETE FROM creditbank.import_row AS r
	WHERE r.ctid = ANY (posted_rows || unchanged_rows);
	posted := cardinality(posted_rows);
	unchanged := cardinality(unchanged_rows);
	IF posted + unchanged < cardinality(items) THEN
		left_over := ARRAY(
			SELECT i
			FROM unnest(items) AS i
			WHERE i.row_id NOT IN (
				SELECT unnest(posted_rows || unchanged_rows)));
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.post_plain_items(text, text, creditbank.import_item[], boolean) IS
'Deposits those items of a portion that deposit() would certainly take, all at once, and passes over those imported before with the same content; both leave the staging table. Returns how many, and the items that are left over, which are for post_item to judge. For the bank''s own functions only.';

CREATE FUNCTION creditbank.post_item(batch text, source text, item creditbank.import_item, open_accounts boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	staged record;
	known record;
	deposited bigint;
BEGIN
	SELECT r.*
	INTO STRICT staged
	FROM creditbank.import_row AS r
	WHERE r.batch = post_item.batch AND r.line = item.line;
	IF staged.identity_refused THEN
		RAISE EXCEPTION USING
			ERRCODE = staged.sqlstate,
			MESSAGE = staged.reason,
			DETAIL = coalesce(staged.detail, ''),
			HINT = coalesce(staged.hint, '');
	END IF;
	staged.external_id := nullif(staged.external_id, '');
	IF staged.external_id IS NULL OR staged.external_id !~ '[^[:space:]]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a row needs the id that it has in its source',
			DETAIL = 'external_id is missing or blank.',
			HINT = 'By it a row that is sent again is known; give each row its own.';
	END IF;
	PERFORM creditbank.check_text(staged.external_id, 'an external id', 200);
	PERFORM creditbank.check_no_identity(staged.external_id, 'an external id');
	SELECT k.content_digest, k.account_id, k.batch, a.ref, o.state
	INTO known
	FROM creditbank.import_record AS k
	JOIN creditbank.achievement AS a ON a.achievement_id = k.achievement_id
	JOIN creditbank.account AS o ON o.account_id = k.account_id
	WHERE k.source = post_item.source AND k.external_id = staged.external_id;
	IF FOUND THEN
		IF known.content_digest = item.content_digest AND (known.account_id = item.account_id OR known.state = 'merged') THEN
			RETURN false;
		END IF;
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('duplicate_achievement'),
			MESSAGE = format('"%s" of %s was imported before with other content', staged.external_id, post_item.source),
			DETAIL = format('Batch "%s" brought it as "%s" into account %s.', known.batch, known.ref, creditbank.account_number(known.account_id)),
			HINT = 'What was imported stands. Withdraw or revoke it if it is wrong, and send the right one under an id of its own.',
			SCHEMA = 'creditbank',
			TABLE = 'import_record',
			CONSTRAINT = 'import_record_pkey';
	END IF;
	IF coalesce(staged.account, '') <> '' THEN
		IF item.account_id IS NULL AND staged.identity_hash IS NOT NULL THEN
			PERFORM creditbank.account_id(staged.account);
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_identity'),
				MESSAGE = format('the identity number is not that of account %s', staged.account),
				DETAIL = 'The row gives both, and they are of two persons.',
				HINT = 'Correct whichever is wrong; either of the two suffices.',
				SCHEMA = 'creditbank',
				TABLE = 'holder',
				COLUMN = 'identity_hash';
		END IF;
	ELSIF item.account_id IS NOT NULL OR staged.identity_hash IS NULL THEN
		staged.account := creditbank.account_number(item.account_id);
	ELSIF post_item.open_accounts THEN
		SELECT b.account
		INTO staged.account
		FROM creditbank.begin_account(staged.full_name, creditbank.today(), staged.identity_kind, staged.identity_hash, false,
			nullif(staged.region, ''), nullif(staged.trainee_group, ''), NULL, NULL, staged.birth_date) AS b;
	ELSE
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_account'),
			MESSAGE = 'nobody with this identity number has an account',
			HINT = 'Give full_name and pass open_accounts => true to have accounts opened, or open one with creditbank.open_account().',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'identity_hash';
	END IF;
	SELECT d.achievement_id
	INTO deposited
	FROM creditbank.deposit(
		account => staged.account,
		ref => nullif(staged.ref, ''),
		awarded_on => nullif(staged.awarded_on, '')::date,
		title => nullif(staged.title, ''),
		amount => nullif(staged.amount, ''),
		level => CASE WHEN coalesce(staged.framework, '') = '' THEN nullif(staged.level, '')::integer
			ELSE creditbank.bank_level(staged.framework, nullif(staged.level, '')) END,
		grade => nullif(staged.grade, ''),
		attendance => nullif(staged.attendance, '')::numeric,
		expires_on => nullif(staged.expires_on, '')::date,
		rank => nullif(staged.rank, ''),
		tags => coalesce(string_to_array(regexp_replace(nullif(staged.tags, ''), '^ +| *(,) *| +$', E'\\1', 'g'), ','), '{}'),
		evidence => decode(regexp_replace(nullif(staged.evidence, ''), E'^\\\\x', ''), 'hex'),
		hours => nullif(staged.hours, '')::numeric,
		scale => nullif(staged.scale, ''),
		place => nullif(staged.place, '')::integer,
		share => nullif(staged.share, '')::numeric,
		education_type => nullif(staged.education_type, '')) AS d;
	INSERT INTO creditbank.import_record (source, external_id, content_digest, account_id, achievement_id, batch)
	SELECT post_item.source, staged.external_id, item.content_digest, a.account_id, a.achievement_id, post_item.batch
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = deposited;
	RETURN true;
END
$$;
COMMENT ON FUNCTION creditbank.post_item(text, text, creditbank.import_item, boolean) IS
'Deposits one staged row by deposit(). Returns whether it did; false when the row was imported before with the same content. For the bank''s own functions only. Errors: those of deposit() and of the types of its arguments; invalid_parameter without an external id; duplicate_achievement when that came before with other content; invalid_identity, unknown_account; with open_accounts those of open_account().';

CREATE FUNCTION creditbank.try_item(batch text, source text, item creditbank.import_item, open_accounts boolean)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	is_posted boolean;
	problem_state text;
	problem_reason text;
	problem_detail text;
	problem_hint text;
BEGIN
	is_posted := creditbank.post_item(try_item.batch, try_item.source, item, try_item.open_accounts);
	DELETE FROM creditbank.import_row AS r
	WHERE r.batch = try_item.batch AND r.line = item.line;
	RETURN CASE WHEN is_posted THEN 'posted' ELSE 'unchanged' END;
EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
	GET STACKED DIAGNOSTICS
		problem_state = RETURNED_SQLSTATE,
		problem_reason = MESSAGE_TEXT,
		problem_detail = PG_EXCEPTION_DETAIL,
		problem_hint = PG_EXCEPTION_HINT;
	UPDATE creditbank.import_row AS r
	SET sqlstate = problem_state,
		reason = problem_reason,
		detail = nullif(problem_detail, ''),
		hint = nullif(problem_hint, '')
	WHERE r.batch = try_item.batch AND r.line = item.line;
	RETURN 'refused';
END
$$;
COMMENT ON FUNCTION creditbank.try_item(text, text, creditbank.import_item, boolean) IS
'Deposits one staged row, which then leaves the staging table; or notes there why it cannot be. Returns posted, unchanged or refused. For the bank''s own functions only.';

CREATE FUNCTION creditbank.open_accounts_of(batch text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
DECLARE
	portion CONSTANT integer := 5000;
	today date := creditbank.today();
	bank record;
	last_person bytea := '';
	entries creditbank.new_entry[];
	opened bigint := 0;
BEGIN
	SELECT b.* INTO STRICT bank FROM creditbank.bank AS b;
	LOOP
		-- In the order of their hashes, so that two imports which open accounts for
		-- the same people wait for each other, and never in a circle.
		WITH person AS MATERIALIZED (
			SELECT DISTINCT ON (r.identity_hash) r.identity_hash, r.identity_kind, r.birth_date, r.full_name,
				nullif(r.region, '') AS region, nullif(r.trainee_group, '') AS trainee_group,
				creditbank.random_salt() AS salt
			FROM creditbank.import_row AS r
			WHERE r.batch = open_accounts_of.batch
				AND r.identity_hash > last_person
				AND coalesce(r.account, '') = ''
				AND r.full_name ~ '[^[:space:]]'
				AND r.full_name !~ '[[:cntrl:]]'
				AND length(r.full_name) <= 200
				AND (coalesce(r.region, '') = '' OR EXISTS (
					SELECT FROM creditbank.region AS g
					WHERE g.code = r.region))
				AND (coalesce(r.trainee_group, '') = '' OR EXISTS (
					SELECT FROM creditbank.trainee_group AS g
					WHERE g.code = r.trainee_group))
				AND NOT EXISTS (
					SELECT FROM creditbank.holder AS h
					WHERE h.identity_hash = r.identity_hash)
			ORDER BY r.identity_hash, r.line
			LIMIT portion
		), numbered AS MATERIALIZED (
			SELECT nextval('creditbank.account_account_id_seq') AS account_id, p.*,
				creditbank.digest(p.salt || convert_to(p.full_name, 'UTF8'), bank.suite) AS commitment
			FROM person AS p
		), held AS (
			INSERT INTO creditbank.holder AS h (account_id, full_name, salt, birth_date, identity_kind, identity_hash, region, trainee_group)
			SELECT n.account_id, n.full_name, n.salt, n.birth_date, n.identity_kind, n.identity_hash, n.region, n.trainee_group
			FROM numbered AS n
			ON CONFLICT (identity_hash) DO NOTHING
			RETURNING h.account_id
		), account AS (
			INSERT INTO creditbank.account AS a (account_id, opened_on, commitment, state)
			OVERRIDING SYSTEM VALUE
			SELECT n.account_id, today, n.commitment, 'opened'
			FROM numbered AS n
			WHERE n.account_id IN (SELECT h.account_id FROM held AS h)
			RETURNING a.account_id, a.commitment
		), head AS (
			INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash)
			SELECT a.account_id, 0, '-infinity', '{}', g.hash, g.hash
			FROM account AS a
			CROSS JOIN LATERAL creditbank.genesis_hash(bank.ledger_id, bank.suite, a.account_id) AS g (hash)
		)
		SELECT
			ARRAY(
				SELECT ROW(a.account_id, 'opened', NULL, NULL, today,
					jsonb_build_object('activated', false, 'commitment', encode(a.commitment, 'hex'))::text, NULL)::creditbank.new_entry
				FROM account AS a),
			(
				SELECT p.identity_hash
				FROM person AS p
				ORDER BY p.identity_hash DESC
				LIMIT 1)
		INTO entries, last_person;
		EXIT WHEN last_person IS NULL;
		PERFORM creditbank.append_entries(entries);
		opened := opened + cardinality(entries);
	END LOOP;
	RETURN opened;
END
$$;
COMMENT ON FUNCTION creditbank.open_accounts_of(text) IS
'Opens an account, not activated, for each person in the staged rows of a batch who is known by identity number alone and has none yet, as open_account() would; of several rows of a person the first tells name, region and trainee group. Whom open_account() would refuse is left out. Returns how many. NULL for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.begin_import(batch text, source text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	known_source text;
BEGIN
	IF coalesce(begin_import.batch, '') !~ '[^[:space:]]' OR length(begin_import.batch) > 200 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'an import names its batch',
			DETAIL = 'batch is NULL, blank or longer than 200 characters.',
			HINT = 'Pass the name under which the rows are staged in creditbank.import_row.';
	END IF;
	IF NOT EXISTS (SELECT FROM creditbank.institution AS i WHERE i.code = begin_import.source) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_institution'),
			MESSAGE = format('"%s" is not a source of imports', coalesce(begin_import.source, 'NULL')),
			DETAIL = 'The registry has no such institution.',
			HINT = 'Institutions are registered in creditbank.institution; name the one whose ids the rows have.',
			SCHEMA = 'creditbank',
			TABLE = 'institution',
			COLUMN = 'code';
	END IF;
	-- Of two imports of one source the second waits here, and then knows what the
	-- first brought.
	PERFORM pg_advisory_xact_lock(hashtextextended('creditbank.import ' || begin_import.source, 0));
	INSERT INTO creditbank.import (batch, source, started_at, imported_by)
	VALUES (begin_import.batch, begin_import.source, clock_timestamp(), creditbank.caller())
	ON CONFLICT DO NOTHING;
	SELECT i.source
	INTO STRICT known_source
	FROM creditbank.import AS i
	WHERE i.batch = begin_import.batch
	FOR UPDATE;
	IF known_source <> begin_import.source THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('batch "%s" is of another source', begin_import.batch),
			DETAIL = format('It was imported from %s before.', known_source),
			HINT = 'Stage rows of another source under a name of their own.',
			SCHEMA = 'creditbank',
			TABLE = 'import',
			COLUMN = 'source';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.begin_import(text, text) IS
'Notes that a batch of a source is imported, and keeps other imports of the source waiting until the transaction ends. For the bank''s own functions only. Errors: invalid_parameter, unknown_institution.';

CREATE FUNCTION creditbank.raise_import_refused(batch text, refused bigint, expected bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('import_refused'),
		MESSAGE = format('%s of the %s rows of batch "%s" cannot be imported', refused, expected, batch),
		DETAIL = (
			SELECT string_agg(format('Line %s: %s (%s).', f.line, f.reason, f.sqlstate), ' ' ORDER BY f.line)
			FROM (
				SELECT r.line, r.reason, r.sqlstate
				FROM creditbank.import_row AS r
				WHERE r.batch = raise_import_refused.batch AND r.sqlstate IS NOT NULL
				ORDER BY r.line
				LIMIT 20) AS f) || CASE WHEN refused > 20 THEN format(' And %s more.', refused - 20) ELSE '' END,
		HINT = 'Nothing was written. Mend the rows, or leave all_or_nothing out: then the good rows are posted, and each bad one is returned and kept with its reason.',
		SCHEMA = 'creditbank',
		TABLE = 'import_row';
END
$$;
COMMENT ON FUNCTION creditbank.raise_import_refused(text, bigint, bigint) IS
'Raises import_refused, with the first twenty of the rows of a batch that were refused. A part of import_achievements.';

CREATE FUNCTION creditbank.import_achievements(
	batch text,
	source text,
	rows jsonb DEFAULT NULL,
	all_or_nothing boolean DEFAULT false,
	open_accounts boolean DEFAULT false)
RETURNS TABLE (
	line bigint,
	external_id text,
	account text,
	ref text,
	sqlstate text,
	reason text,
	detail text,
	hint text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Days are read alike whatever the client's setting.
SET datestyle = 'ISO, YMD'
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	portion CONSTANT integer := 5000;
	suite text;
	staged refcursor;
	items creditbank.import_item[];
	item creditbank.import_item;
	outcome record;
	verdict text;
	expected bigint;
	new_posted bigint := 0;
	new_unchanged bigint := 0;
	new_refused bigint := 0;
	began timestamptz := clock_timestamp();
	due timestamptz;
BEGIN
	PERFORM creditbank.require_bank();
	IF import_achievements.all_or_nothing IS NULL OR import_achievements.open_accounts IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'an import is told whether it is all or nothing, and whether it opens accounts',
			DETAIL = 'all_or_nothing or open_accounts is NULL.',
			HINT = 'Leave them out to post what is good and to open no account.';
	END IF;
	PERFORM creditbank.begin_import(import_achievements.batch, import_achievements.source);
	PERFORM creditbank.stage_rows(import_achievements.batch, import_achievements.rows);
	SELECT count(*)
	INTO expected
	FROM creditbank.import_row AS r
	WHERE r.batch = import_achievements.batch;
	IF expected = 0 AND import_achievements.rows IS NULL AND NOT EXISTS (
		SELECT FROM creditbank.import AS i
		WHERE i.batch = import_achievements.batch AND i.finished_at IS NOT NULL)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_import'),
			MESSAGE = format('no rows are staged under batch "%s"', import_achievements.batch),
			HINT = 'COPY them into creditbank.import_row, or pass them as rows. SELECT batch, count(*) FROM creditbank.import_row GROUP BY batch lists what is staged.',
			SCHEMA = 'creditbank',
			TABLE = 'import_row',
			COLUMN = 'batch';
	END IF;
	SELECT b.suite INTO STRICT suite FROM creditbank.bank AS b;

	IF import_achievements.open_accounts THEN
		PERFORM creditbank.open_accounts_of(import_achievements.batch);
	END IF;

	OPEN staged NO SCROLL FOR
		SELECT r.ctid AS row_id,
			CASE
				WHEN r.identity_refused THEN NULL
				WHEN coalesce(r.account, '') = '' THEN h.account_id
				WHEN h.account_id <> n.account_id OR o.identity_hash <> r.identity_hash THEN NULL
				ELSE n.account_id END AS account_id,
			r.line, r.external_id,
			r.ref, r.title, r.amount, r.hours, r.level, r.framework, r.grade, r.scale, r.attendance, r.place, r.share,
			r.awarded_on, r.expires_on, r.rank, r.tags, r.evidence, r.education_type, f.level AS bank_level
		FROM creditbank.import_row AS r
		LEFT JOIN creditbank.account AS n ON n.account_id = creditbank.account_id_of_number(r.account)
		LEFT JOIN creditbank.holder AS h ON h.identity_hash = r.identity_hash
		LEFT JOIN creditbank.holder AS o ON o.account_id = n.account_id AND r.identity_hash IS NOT NULL
		LEFT JOIN creditbank.framework_level AS f ON f.framework = r.framework AND f.name = btrim(r.level)
		WHERE r.batch = import_achievements.batch
		ORDER BY 2, r.line;
	LOOP
		due := creditbank.report_progress('imported', 'rows', new_posted + new_unchanged + new_refused, expected, began, due);
		items := creditbank.fetch_import_items(staged, portion, suite);
		EXIT WHEN items IS NULL;
		SELECT p.*
		INTO outcome
		FROM creditbank.post_plain_items(import_achievements.batch, import_achievements.source, items) AS p;
		new_posted := new_posted + outcome.posted;
		new_unchanged := new_unchanged + outcome.unchanged;
		CONTINUE WHEN outcome.left_over IS NULL;
		FOREACH item IN ARRAY outcome.left_over LOOP
			verdict := creditbank.try_item(import_achievements.batch, import_achievements.source, item, import_achievements.open_accounts);
			new_posted := new_posted + (verdict = 'posted')::integer;
			new_unchanged := new_unchanged + (verdict = 'unchanged')::integer;
			new_refused := new_refused + (verdict = 'refused')::integer;
			due := creditbank.report_progress('imported', 'rows', new_posted + new_unchanged + new_refused, expected, began, due);
		END LOOP;
	END LOOP;
	CLOSE staged;

	IF new_refused > 0 AND import_achievements.all_or_nothing THEN
		PERFORM creditbank.raise_import_refused(import_achievements.batch, new_refused, expected);
	END IF;
	UPDATE creditbank.import AS i
	SET finished_at = clock_timestamp(),
		imported_by = creditbank.caller(),
		rows = i.posted + i.unchanged + new_posted + new_unchanged + new_refused,
		posted = i.posted + new_posted,
		unchanged = i.unchanged + new_unchanged,
		refused = new_refused
	WHERE i.batch = import_achievements.batch;
	RETURN QUERY
	SELECT r.line, r.external_id, r.account, r.ref, r.sqlstate, r.reason, r.detail, r.hint
	FROM creditbank.import_row AS r
	WHERE r.batch = import_achievements.batch AND r.sqlstate IS NOT NULL
	ORDER BY r.line;
END
$$;
COMMENT ON FUNCTION creditbank.import_achievements(text, text, jsonb, boolean, boolean) IS
'Imports a batch: deposits what its staged rows, and rows, an array of objects whose keys are columns of import_row, say. source is the institution whose ids the external ids are: a row that was imported before with the same content is passed over, one with other content refused. Good rows are posted, account by account, and leave the staging table; bad ones stay there and are returned, each with the error that deposit() would have raised for it, to be mended and imported by another call. With all_or_nothing a bad row refuses all of them, and nothing is written. With open_accounts a person whose identity number is not known gets an account. NULL for rows stages nothing. Reports progress by NOTICE every creditbank.progress_interval seconds. Errors: bank_not_open, unknown_institution, unknown_import when nothing is staged, import_refused, invalid_document, invalid_parameter.';

CREATE FUNCTION creditbank.those_in_charge_of(achievements bigint[])
RETURNS bigint[]
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM creditbank.recognition_route) THEN
		RETURN achievements;
	END IF;
	RETURN ARRAY(
		WITH judged AS MATERIALIZED (
			SELECT a.achievement_id, creditbank.class(a.ref) AS class, creditbank.issuer(a.ref) AS issuer,
				coalesce(h.region, n.region) AS region
			FROM creditbank.achievement AS a
			LEFT JOIN creditbank.holder AS h ON h.account_id = a.account_id
			LEFT JOIN creditbank.institution AS n ON n.code = creditbank.issuer(a.ref)
			WHERE a.achievement_id = ANY (achievements)
		), kind AS MATERIALIZED (
			SELECT k.*
			FROM (
				SELECT j.class, j.issuer, j.region
				FROM judged AS j
				GROUP BY j.class, j.issuer, j.region) AS k
			WHERE NOT EXISTS (
				SELECT FROM creditbank.route_in_charge(k.class, k.issuer, k.region, creditbank.today()) AS r
				WHERE r.assessors > 1
					OR NOT EXISTS (
						SELECT FROM creditbank.assessor AS s
						WHERE s.institution = r.body
							AND s.role_name = creditbank.caller()
							AND s.valid @> creditbank.today()))
		)
		SELECT j.achievement_id
		FROM judged AS j
		JOIN kind AS k ON k.class = j.class AND k.issuer = j.issuer AND k.region IS NOT DISTINCT FROM j.region);
END
$$;
COMMENT ON FUNCTION creditbank.those_in_charge_of(bigint[]) IS
'Those of some achievements that check_in_charge() would let the caller recognise. NULL for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.recognise_portion(batch text, note text, INOUT last_account bigint, INOUT last_achievement bigint, portion integer,
	OUT looked_at bigint,
	OUT recognised bigint,
	OUT left_over bigint[])
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
-- A plan made while the tables are small must do when they are large.
SET enable_seqscan = off
AS $$
DECLARE
	today date := creditbank.today();
	said jsonb := jsonb_strip_nulls(jsonb_build_object('note', note));
	accounts bigint[];
	achievements bigint[];
	permitted bigint[];
	refusing bigint[];
	entries creditbank.new_entry[];
	done bigint[];
BEGIN
	SELECT array_agg(k.account_id), array_agg(k.achievement_id)
	INTO accounts, achievements
	FROM (
		SELECT r.account_id, r.achievement_id
		FROM creditbank.import_record AS r
		WHERE r.batch = recognise_portion.batch
			AND (r.account_id, r.achievement_id) > (last_account, last_achievement)
		ORDER BY r.account_id, r.achievement_id
		LIMIT portion) AS k;
	looked_at := coalesce(cardinality(achievements), 0);
	recognised := 0;
	IF looked_at = 0 THEN
		RETURN;
	END IF;
	last_account := accounts[looked_at];
	last_achievement := achievements[looked_at];

	PERFORM
	FROM creditbank.ledger_head AS h
	WHERE h.account_id = ANY (accounts)
	ORDER BY h.account_id
	FOR UPDATE;
	refusing := ARRAY(
		SELECT o.account_id
		FROM creditbank.account AS o
		JOIN creditbank.account_state AS s ON s.state = o.state
		WHERE o.account_id = ANY (accounts)
			AND (NOT s.may_deposit
				-- Where something was taken back, it may be the deposit.
				OR (
					SELECT e.seq
					FROM creditbank.ledger_entry AS e
					WHERE e.account_id = o.account_id AND e.reverses IS NOT NULL
					LIMIT 1) IS NOT NULL));
	permitted := creditbank.those_in_charge_of(achievements);
	WITH judged AS (
		UPDATE creditbank.achievement AS a
		SET state = 'recognised',
			amount = a.claimed_amount,
			overlap = NULL
		WHERE a.achievement_id = ANY (permitted)
			-- What is submitted waits for those who were asked.
			AND a.state IN ('deposited', 'attested')
			AND a.account_id <> ALL (refusing)
		RETURNING a.achievement_id, a.account_id, a.ref, a.amount,
			creditbank.achievement_entry_detail(a, said) AS detail
	)
	SELECT array_agg(ROW(j.account_id, 'recognised', j.amount, j.ref, today, j.detail, NULL)::creditbank.new_entry ORDER BY j.achievement_id),
		array_agg(j.achievement_id)
	INTO entries, done
	FROM judged AS j;
	PERFORM creditbank.append_entries(coalesce(entries, '{}'));
	recognised := coalesce(cardinality(done), 0);
	IF recognised < looked_at THEN
		left_over := ARRAY(
			SELECT a.achievement_id
			FROM creditbank.achievement AS a
			WHERE a.achievement_id = ANY (achievements)
				AND a.achievement_id <> ALL (coalesce(done, '{}'))
				AND a.state <> 'recognised'
			ORDER BY a.account_id, a.achievement_id);
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.recognise_portion(text, text, bigint, bigint, integer) IS
'Recognises those of the next achievements of a batch, behind the last ones, that recognise() would certainly recognise, all at once. Returns the last account and achievement, how many were looked at and recognised, and those left over that are not recognised already, which are for recognise_alone to judge. For the bank''s own functions only.';

CREATE FUNCTION creditbank.recognise_alone(achievement_id bigint, note text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	held record;
BEGIN
	SELECT a.account_id, a.ref, a.state
	INTO STRICT held
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = recognise_alone.achievement_id;
	PERFORM creditbank.permitted_step(recognise_alone.achievement_id, 'recognise');
	IF held.state = 'appealed' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('an appeal about "%s" is not decided in bulk', held.ref),
			DETAIL = 'It is appealed.',
			HINT = 'creditbank.recognise() or creditbank.assess() judges it alone.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'state';
	END IF;
	PERFORM creditbank.recognise(creditbank.account_number(held.account_id), held.ref::text, note => recognise_alone.note);
END
$$;
COMMENT ON FUNCTION creditbank.recognise_alone(bigint, text) IS
'Recognises one achievement of a batch by recognise(), as claimed. For the bank''s own functions only. Errors: those of recognise(), and wrong_state for one that is appealed.';

CREATE FUNCTION creditbank.check_import(batch text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM creditbank.import AS i WHERE i.batch = check_import.batch) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_import'),
			MESSAGE = format('no batch "%s" was imported', coalesce(check_import.batch, 'NULL')),
			HINT = 'SELECT * FROM creditbank.import lists the imports.',
			SCHEMA = 'creditbank',
			TABLE = 'import',
			COLUMN = 'batch';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_import(text) IS
'Raises unknown_import unless a batch was imported, also for NULL.';

CREATE FUNCTION creditbank.recognise_import(batch text, note text DEFAULT NULL)
RETURNS TABLE (
	external_id text,
	account text,
	ref text,
	sqlstate text,
	reason text,
	detail text,
	hint text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	portion CONSTANT integer := 5000;
	step record;
	last_account bigint := 0;
	last_achievement bigint := 0;
	one bigint;
	looked_at bigint := 0;
	newly_recognised bigint := 0;
	expected bigint;
	began timestamptz := clock_timestamp();
	due timestamptz;
	problem_state text;
	problem_reason text;
	problem_detail text;
	problem_hint text;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_text(recognise_import.note, 'a note', 1000);
	PERFORM creditbank.check_import(recognise_import.batch);
	SELECT i.posted
	INTO expected
	FROM creditbank.import AS i
	WHERE i.batch = recognise_import.batch;
	LOOP
		due := creditbank.report_progress('recognised', 'achievements', looked_at, expected, began, due);
		SELECT p.*
		INTO step
		FROM creditbank.recognise_portion(recognise_import.batch, recognise_import.note, last_account, last_achievement, portion) AS p;
		EXIT WHEN step.looked_at = 0;
		last_account := step.last_account;
		last_achievement := step.last_achievement;
		looked_at := looked_at + step.looked_at;
		newly_recognised := newly_recognised + step.recognised;
		CONTINUE WHEN step.left_over IS NULL;
		FOREACH one IN ARRAY step.left_over LOOP
			BEGIN
				PERFORM creditbank.recognise_alone(one, recognise_import.note);
				newly_recognised := newly_recognised + 1;
			EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
				GET STACKED DIAGNOSTICS
					problem_state = RETURNED_SQLSTATE,
					problem_reason = MESSAGE_TEXT,
					problem_detail = PG_EXCEPTION_DETAIL,
					problem_hint = PG_EXCEPTION_HINT;
				RETURN QUERY
				SELECT k.external_id, creditbank.account_number(a.account_id), a.ref::text,
					problem_state, problem_reason, nullif(problem_detail, ''), nullif(problem_hint, '')
				FROM creditbank.achievement AS a
				JOIN creditbank.import_record AS k ON k.batch = recognise_import.batch
					AND k.account_id = a.account_id AND k.achievement_id = a.achievement_id
				WHERE a.achievement_id = one;
			END;
		END LOOP;
	END LOOP;
	UPDATE creditbank.import AS i
	SET recognised = i.recognised + newly_recognised
	WHERE i.batch = recognise_import.batch;
END
$$;
COMMENT ON FUNCTION creditbank.recognise_import(text, text) IS
'Recognises, as claimed, what a batch brought and nobody has judged yet: every achievement that is deposited, attested or submitted, account by account. What was recognised before is passed over; what cannot be recognised is returned, each with the error that recognise() would have raised for it. Reports progress by NOTICE every creditbank.progress_interval seconds. Errors: bank_not_open, unknown_import, invalid_parameter for a long note.';

CREATE FUNCTION creditbank.discard_import(batch text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	discarded bigint;
BEGIN
	PERFORM creditbank.require_bank();
	DELETE FROM creditbank.import_row AS r
	WHERE r.batch = discard_import.batch;
	GET DIAGNOSTICS discarded = ROW_COUNT;
	IF discarded = 0 THEN
		PERFORM creditbank.check_import(discard_import.batch);
	END IF;
	UPDATE creditbank.import AS i
	SET rows = i.rows - i.refused,
		refused = 0
	WHERE i.batch = discard_import.batch;
	RETURN discarded;
END
$$;
COMMENT ON FUNCTION creditbank.discard_import(text) IS
'Throws the staged rows of a batch away; what it brought already stays. Returns how many they were. Errors: bank_not_open; unknown_import when nothing was ever staged or imported under that name.';
