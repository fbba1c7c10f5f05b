-- rule_book.sql: rule books: drafted, reviewed, published, superseded.
-- Promise: decisions are made by published rule books and by nothing else; on
-- any day at most one is in force for a programme; what is published is never
-- changed, and that it was published or closed is an entry in the bank's own
-- chain. Only the days on which a book is in force are ever cut, never moved.

CREATE FUNCTION creditbank.rule_book_steps()
RETURNS TABLE (step text, before text, after text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	VALUES
		('draft', 'draft', 'draft'),
		('review', 'draft', 'review'),
		('revise', 'review', 'draft'),
		('publish', 'review', 'published'),
		('supersede', 'published', 'superseded'),
		('supersede', 'superseded', 'superseded'),
		('withdraw', 'published', 'superseded'),
		('withdraw', 'superseded', 'superseded')
$$;
COMMENT ON FUNCTION creditbank.rule_book_steps() IS
'The steps that a rule book may take: one row for each step and each state in which it is permitted, with the state after it. Whatever is not here is refused.';

CREATE FUNCTION creditbank.refuse_rule_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF (OLD.rule_book_id, OLD.name, OLD.version) = (NEW.rule_book_id, NEW.name, NEW.version)
			AND EXISTS (
				SELECT FROM creditbank.rule_book_steps() AS s
				WHERE s.before = OLD.state AND s.after = NEW.state)
			AND (NEW.state = 'draft'
				OR (OLD.rules, OLD.digest, OLD.programmes, OLD.effective, OLD.drafted_at, OLD.drafted_by)
					= (NEW.rules, NEW.digest, NEW.programmes, NEW.effective, NEW.drafted_at, NEW.drafted_by))
			AND (OLD.published_at IS NULL
				OR (OLD.published_at, OLD.published_by, OLD.reviewed_at, OLD.reviewed_by)
					= (NEW.published_at, NEW.published_by, NEW.reviewed_at, NEW.reviewed_by))
			-- Days are taken away from the end alone.
			AND (OLD.in_force IS NULL
				OR isempty(NEW.in_force)
				OR NEW.in_force = OLD.in_force * daterange(NULL, upper(NEW.in_force)))
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'only drafts change, and only along their steps',
		'Draft the next version; creditbank.rule_book_steps() lists the steps.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_rule_change() IS
'The trigger of rule books: lets their steps pass, and refuses every other UPDATE, DELETE and TRUNCATE. Errors: append_only.';

CREATE PROCEDURE creditbank.create_rule_book_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.rule_book (
		rule_book_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		name text NOT NULL,
		version integer NOT NULL,
		state text NOT NULL,
		rules creditbank.rule_set NOT NULL,
		digest bytea NOT NULL,
		programmes text[] NOT NULL,
		effective daterange NOT NULL,
		in_force daterange,
		drafted_at timestamptz NOT NULL,
		drafted_by text NOT NULL,
		reviewed_at timestamptz,
		reviewed_by text,
		published_at timestamptz,
		published_by text,
		CONSTRAINT rule_book_pkey PRIMARY KEY (rule_book_id),
		CONSTRAINT rule_book_version_key UNIQUE (name, version),
		CONSTRAINT rule_book_state_known CHECK (state IN ('draft', 'review', 'published', 'superseded')),
		CONSTRAINT rule_book_in_force_when_published CHECK ((state IN ('published', 'superseded')) = (in_force IS NOT NULL AND published_at IS NOT NULL)),
		CONSTRAINT rule_book_in_force_within_effective CHECK (in_force <@ effective)
	);
	COMMENT ON TABLE creditbank.rule_book IS 'Rule books: decisions are made by the published ones and by nothing else. One row per version; only drafts change.';
	COMMENT ON COLUMN creditbank.rule_book.rule_book_id IS 'The rule book''s number.';
	COMMENT ON SEQUENCE creditbank.rule_book_rule_book_id_seq IS 'Numbers rule books.';
	COMMENT ON COLUMN creditbank.rule_book.name IS 'The name in the rule set.';
	COMMENT ON COLUMN creditbank.rule_book.version IS 'The version in the rule set.';
	COMMENT ON COLUMN creditbank.rule_book.state IS 'draft, review, published or superseded.';
	COMMENT ON COLUMN creditbank.rule_book.rules IS 'The rules themselves.';
	COMMENT ON COLUMN creditbank.rule_book.digest IS 'The digest of the rules by the bank''s suite: what decisions and ledger entries refer to.';
	COMMENT ON COLUMN creditbank.rule_book.programmes IS 'The programmes in its scope; empty for every programme.';
	COMMENT ON COLUMN creditbank.rule_book.effective IS 'The days that the rule set itself names.';
	COMMENT ON COLUMN creditbank.rule_book.in_force IS 'The days on which decisions are made by it: effective, cut where it was closed early, and empty where that left none. NULL before it is published.';
	COMMENT ON COLUMN creditbank.rule_book.drafted_at IS 'When the draft was last written.';
	COMMENT ON COLUMN creditbank.rule_book.drafted_by IS 'The role that last wrote the draft.';
	COMMENT ON COLUMN creditbank.rule_book.reviewed_at IS 'When it was last taken into review; NULL before.';
	COMMENT ON COLUMN creditbank.rule_book.reviewed_by IS 'The role that took it into review.';
	COMMENT ON COLUMN creditbank.rule_book.published_at IS 'When it was published; NULL before.';
	COMMENT ON COLUMN creditbank.rule_book.published_by IS 'The role that published it.';
	PERFORM creditbank.guard_table('rule_book', 'refuse_rule_change', 'What was published stays as it is; only drafts change.');
END
$$;
COMMENT ON PROCEDURE creditbank.create_rule_book_tables() IS
'Makes the table of rule books; a part of create_bank.';

CREATE FUNCTION creditbank.days_text(days daterange)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN isempty(days) THEN 'none'
	ELSE concat_ws(' ', to_char(lower(days), 'YYYY-MM-DD'), '..', to_char(upper(days) - 1, 'YYYY-MM-DD'))
END;
COMMENT ON FUNCTION creditbank.days_text(daterange) IS
'A range of days as a rule set writes it, both ends included: 2024-01-01 .. 2026-08-31, open where it has no end; none when it is empty. NULL for NULL.';

CREATE FUNCTION creditbank.rule_book_document(rule_book_id bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_build_object(
			'name', creditbank.rule_set_name(b.rules),
			'version', creditbank.rule_set_version(b.rules),
			'digest', encode(creditbank.rule_set_digest(b.rules, bank.suite), 'hex'),
			'programmes', creditbank.rule_set_programmes(b.rules),
			'effective', creditbank.days_text(creditbank.rule_set_effective(b.rules)),
			'drafted_by', b.drafted_by,
			'reviewed_by', b.reviewed_by)
		FROM creditbank.rule_book AS b
		CROSS JOIN creditbank.bank AS bank
		WHERE b.rule_book_id = rule_book_document.rule_book_id);
END
$$;
COMMENT ON FUNCTION creditbank.rule_book_document(bigint) IS
'A rule book as its rules now say, as jsonb: what the entry of its publication holds of it, beside the days on which it is in force. NULL for an unknown number.';

CREATE FUNCTION creditbank.lock_rule_books()
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	LOCK TABLE creditbank.rule_book IN SHARE ROW EXCLUSIVE MODE;
END
$$;
COMMENT ON FUNCTION creditbank.lock_rule_books() IS
'Lets one at a time change rule books, until the transaction ends: of two who publish at once the second waits and then sees the first''s book. Readers do not wait.';

CREATE FUNCTION creditbank.find_rule_book(name text, version integer)
RETURNS bigint
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_id bigint;
BEGIN
	SELECT b.rule_book_id
	INTO found_id
	FROM creditbank.rule_book AS b
	WHERE b.name = find_rule_book.name
		AND b.version = find_rule_book.version;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_rule_book'),
			MESSAGE = format('there is no rule book "%s" version %s',
				coalesce(find_rule_book.name, 'NULL'), coalesce(find_rule_book.version::text, 'NULL')),
			HINT = 'SELECT name, version, state FROM creditbank.rule_book lists them.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION creditbank.find_rule_book(text, integer) IS
'The number of the rule book of a name and version, whatever its state. Errors: unknown_rule_book, also for NULL.';

CREATE FUNCTION creditbank.check_rule_book_step(rule_book_id bigint, step text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	book record;
BEGIN
	SELECT b.name, b.version, b.state
	INTO STRICT book
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = check_rule_book_step.rule_book_id;
	IF NOT EXISTS (
		SELECT FROM creditbank.rule_book_steps() AS s
		WHERE s.step = check_rule_book_step.step
			AND s.before = book.state)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('rule book "%s" version %s does not permit the step "%s"', book.name, book.version, check_rule_book_step.step),
			DETAIL = format('Its state is %s.', book.state),
			HINT = CASE book.state
				WHEN 'draft' THEN 'creditbank.review_rules() takes a draft into review.'
				WHEN 'review' THEN 'creditbank.revise_rules() makes it a draft again; creditbank.publish_rules() publishes it.'
				ELSE 'What was published never changes; give the rule set a new version.' END,
			SCHEMA = 'creditbank',
			TABLE = 'rule_book',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_rule_book_step(bigint, text) IS
'Raises wrong_state unless rule_book_steps permits a step in the state that a rule book has.';

CREATE FUNCTION creditbank.check_rule_book_programmes(rule_book_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	unknown record;
BEGIN
	SELECT s.code, b.name
	INTO unknown
	FROM creditbank.rule_book AS b
	CROSS JOIN unnest(b.programmes) AS s (code)
	WHERE b.rule_book_id = check_rule_book_programmes.rule_book_id
		AND NOT EXISTS (SELECT FROM creditbank.programme AS p WHERE p.code = s.code)
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_programme'),
			MESSAGE = format('programme "%s" is not in the registry', unknown.code),
			DETAIL = format('Rule set "%s" names it in its scope.', unknown.name),
			HINT = 'Register the programme first, or mend the rule set''s scope.',
			SCHEMA = 'creditbank',
			TABLE = 'programme';
	END IF;
	PERFORM creditbank.check_points_rules(s.code, b.rules)
	FROM creditbank.rule_book AS b
	CROSS JOIN unnest(b.programmes) AS s (code)
	WHERE b.rule_book_id = check_rule_book_programmes.rule_book_id;
END
$$;
COMMENT ON FUNCTION creditbank.check_rule_book_programmes(bigint) IS
'Raises unknown_programme unless every programme in a rule book''s scope is registered, and invalid_rule_set when one is a points scheme and the rules grant anything but points.';

CREATE FUNCTION creditbank.draft_rules(rules text)
RETURNS TABLE (
	rule_book_id bigint,
	name text,
	version integer,
	effective daterange,
	digest bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book creditbank.rule_set;
	book_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	IF draft_rules.rules IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_rule_set'),
			MESSAGE = 'there are no rules to draft or publish',
			DETAIL = 'rules is NULL.',
			HINT = 'Pass the text of a rule_set.';
	END IF;
	book := draft_rules.rules::creditbank.rule_set;
	PERFORM creditbank.lock_rule_books();
	SELECT b.rule_book_id
	INTO book_id
	FROM creditbank.rule_book AS b
	WHERE b.name = creditbank.rule_set_name(book)
		AND b.version = creditbank.rule_set_version(book);
	PERFORM creditbank.check_rule_book_step(book_id, 'draft');

	RETURN QUERY
	INSERT INTO creditbank.rule_book AS b
		(name, version, state, rules, digest, programmes, effective, drafted_at, drafted_by)
	SELECT creditbank.rule_set_name(book), creditbank.rule_set_version(book), 'draft', book,
		creditbank.rule_set_digest(book, bank.suite), creditbank.rule_set_programmes(book),
		creditbank.rule_set_effective(book), now(), creditbank.caller()
	FROM creditbank.bank AS bank
	ON CONFLICT ON CONSTRAINT rule_book_version_key DO UPDATE
	SET rules = excluded.rules,
		digest = excluded.digest,
		programmes = excluded.programmes,
		effective = excluded.effective,
		drafted_at = excluded.drafted_at,
		drafted_by = excluded.drafted_by
	RETURNING b.rule_book_id, b.name, b.version, b.effective, b.digest;
END
$$;
COMMENT ON FUNCTION creditbank.draft_rules(text) IS
'Keeps a rule set, given as its text, as a draft: a new one, or in place of the draft of its name and version. Nothing is decided by a draft. Returns the rule book''s number, name, version, days and digest. Errors: syntax_error and invalid_rule_set for bad rules, wrong_state when that version is past being a draft, bank_not_open.';

CREATE FUNCTION creditbank.rule_book_doubts(rule_book_id bigint)
RETURNS TABLE (
	programme text,
	rule text,
	problem text,
	message text,
	hint text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH book AS MATERIALIZED (
		SELECT b.rules, b.programmes
		FROM creditbank.rule_book AS b
		WHERE b.rule_book_id = rule_book_doubts.rule_book_id),
	of_rules AS MATERIALIZED (
		SELECT c.*
		FROM book
		CROSS JOIN LATERAL creditbank.check_rule_set(book.rules, NULL) WITH ORDINALITY AS c (rule, problem, message, hint, place)),
	of_programme AS MATERIALIZED (
		SELECT p.code, p.at, c.*
		FROM book
		CROSS JOIN unnest(book.programmes) WITH ORDINALITY AS p (code, at)
		CROSS JOIN LATERAL creditbank.check_rule_set(book.rules, creditbank.programme_document(p.code))
			WITH ORDINALITY AS c (rule, problem, message, hint, place)),
	-- A mistyped issuer shows nowhere else: its rule never fires, its minimum is never met.
	of_issuers AS MATERIALIZED (
		SELECT DISTINCT i.rule, i.issuer, i.place
		FROM book
		CROSS JOIN LATERAL (
			SELECT NULL AS rule, h.name #>> '{}' AS issuer, 0 AS place
			FROM jsonb_path_query(book.rules::jsonb - 'rules', 'strict $.**.issuer') AS h (name)
			UNION ALL
			SELECT r.rule ->> 'rule', split_part(s.source #>> '{}', '/', 2), r.place
			FROM jsonb_array_elements(book.rules::jsonb -> 'rules') WITH ORDINALITY AS r (rule, place)
			CROSS JOIN LATERAL jsonb_path_query(r.rule -> 'when', 'strict $.**.source') AS s (source)) AS i
		WHERE i.issuer NOT IN ('', '*')
			AND NOT EXISTS (
				SELECT FROM creditbank.institution AS n
				WHERE n.code = i.issuer))
	SELECT d.code, d.rule, d.problem, d.message, d.hint
	FROM (
		SELECT NULL AS code, 0 AS at, o.rule, o.problem, o.message, o.hint, o.place
		FROM of_rules AS o
		UNION ALL
		SELECT NULL, 1, o.rule, 'unknown_issuer', format('No institution "%s" is registered, so that nothing of it can be deposited.', o.issuer),
			'Correct the issuer, or register the institution before learners bring what it awards.', o.place
		FROM of_issuers AS o
		UNION ALL
		SELECT o.code, o.at + 1, o.rule, o.problem, o.message, o.hint, o.place
		FROM of_programme AS o
		-- What is doubtful whatever the programme is told once.
		WHERE NOT EXISTS (
			SELECT FROM of_rules AS r
			WHERE (r.rule, r.problem, r.message, r.hint) IS NOT DISTINCT FROM (o.rule, o.problem, o.message, o.hint))) AS d
	ORDER BY d.at, d.place, d.message COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.rule_book_doubts(bigint) IS
'What is doubtful in a rule book: first what check_rule_set finds in the rules by themselves, then the issuers that conditions and scopes name and that are not registered (problem unknown_issuer; both with programme NULL), then what only shows in each programme of its scope. No rows for NULL. Errors: unknown_programme.';

CREATE FUNCTION creditbank.review_rules(name text, version integer)
RETURNS TABLE (
	programme text,
	rule text,
	problem text,
	message text,
	hint text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.lock_rule_books();
	book_id := creditbank.find_rule_book(review_rules.name, review_rules.version);
	PERFORM creditbank.check_rule_book_step(book_id, 'review');
	PERFORM creditbank.check_rule_book_programmes(book_id);
	UPDATE creditbank.rule_book AS b
	SET state = 'review',
		reviewed_at = now(),
		reviewed_by = creditbank.caller()
	WHERE b.rule_book_id = book_id;
	RETURN QUERY
	SELECT d.*
	FROM creditbank.rule_book_doubts(book_id) AS d;
END
$$;
COMMENT ON FUNCTION creditbank.review_rules(text, integer) IS
'Takes a draft into review: from then on it cannot be written over. Returns what is doubtful in it, for who decides about its publication: one row for each doubt, with the programme in which it shows (NULL: in any), the rule (NULL: the heading), the kind of problem, a sentence, and what to do. Nothing is refused for it; no rows when nothing is doubtful. Errors: bank_not_open, unknown_rule_book, wrong_state, unknown_programme for one in its scope.';

CREATE FUNCTION creditbank.revise_rules(
	INOUT name text,
	INOUT version integer,
	OUT rule_book_id bigint,
	OUT state text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.lock_rule_books();
	book_id := creditbank.find_rule_book(revise_rules.name, revise_rules.version);
	PERFORM creditbank.check_rule_book_step(book_id, 'revise');
	RETURN QUERY
	UPDATE creditbank.rule_book AS b
	SET state = 'draft'
	WHERE b.rule_book_id = book_id
	RETURNING b.name, b.version, b.rule_book_id, b.state;
END
$$;
COMMENT ON FUNCTION creditbank.revise_rules(text, integer) IS
'Makes a rule book in review a draft again, so that draft_rules can write it anew. Returns its name, version, number and state. Errors: bank_not_open, unknown_rule_book, wrong_state.';

CREATE FUNCTION creditbank.close_rule_book(rule_book_id bigint, in_force daterange, successor jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	closed record;
BEGIN
	SELECT b.name, b.version, b.digest,
		CASE WHEN isempty(close_rule_book.in_force) THEN lower(b.in_force) ELSE upper(close_rule_book.in_force) END AS first_day_without
	INTO STRICT closed
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = close_rule_book.rule_book_id;
	UPDATE creditbank.rule_book AS b
	SET state = 'superseded',
		in_force = close_rule_book.in_force
	WHERE b.rule_book_id = close_rule_book.rule_book_id;
	PERFORM creditbank.open_bank_account();
	PERFORM creditbank.append_entry(0, 'superseded', NULL, NULL, creditbank.today(),
		jsonb_strip_nulls(jsonb_build_object(
			'name', closed.name,
			'version', closed.version,
			'digest', encode(closed.digest, 'hex'),
			'from', to_char(closed.first_day_without, 'YYYY-MM-DD'),
			'in_force', creditbank.days_text(close_rule_book.in_force),
			'by', close_rule_book.successor))::text);
END
$$;
COMMENT ON FUNCTION creditbank.close_rule_book(bigint, daterange, jsonb) IS
'Leaves a published rule book in force on fewer days, and records it in the bank''s own account: from when, and by which book (successor, NULL when there is none). For the bank''s own functions only.';

CREATE FUNCTION creditbank.supersede_rules(rule_book_id bigint, first_day date)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	book record;
	older record;
	any_closed boolean := false;
BEGIN
	SELECT b.name, b.version, b.programmes, b.effective
	INTO STRICT book
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = supersede_rules.rule_book_id;
	FOR older IN
		SELECT b.rule_book_id, b.version, b.programmes, b.in_force
		FROM creditbank.rule_book AS b
		WHERE b.name = book.name
			AND b.version < book.version
			AND b.in_force @> supersede_rules.first_day
			AND (b.programmes = '{}' OR book.programmes = '{}' OR b.programmes && book.programmes)
		ORDER BY b.version
	LOOP
		any_closed := true;
		PERFORM creditbank.close_rule_book(older.rule_book_id,
			older.in_force * daterange(NULL, supersede_rules.first_day),
			jsonb_build_object('name', book.name, 'version', book.version));
		IF book.programmes <> '{}' AND (older.programmes = '{}' OR NOT older.programmes <@ book.programmes) THEN
			RAISE WARNING USING
				MESSAGE = format('"%s" version %s is not for every programme that version %s was for', book.name, book.version, older.version),
				DETAIL = format('From %s on there may be no rules for %s.', to_char(supersede_rules.first_day, 'YYYY-MM-DD'),
					CASE WHEN older.programmes = '{}' THEN 'any other programme'
						ELSE (SELECT string_agg(format('"%s"', p.code), ', ' ORDER BY p.code COLLATE "C")
							FROM unnest(older.programmes) AS p (code)
							WHERE p.code <> ALL (book.programmes)) END),
				HINT = 'Publish a rule book for them.';
		END IF;
		IF NOT upper_inf(book.effective) AND NOT older.in_force <@ daterange(NULL, upper(book.effective)) THEN
			RAISE WARNING USING
				MESSAGE = format('"%s" version %s ends before version %s would have', book.name, book.version, older.version),
				DETAIL = format('From %s on there may be no rules.', to_char(upper(book.effective), 'YYYY-MM-DD')),
				HINT = 'Publish a rule book for the days after.';
		END IF;
	END LOOP;
	RETURN any_closed;
END
$$;
COMMENT ON FUNCTION creditbank.supersede_rules(bigint, date) IS
'Closes, the day before first_day, every lower version of a rule book''s name that is in force on that day for a programme of its scope; warns where that leaves a programme, or later days, without rules. Returns whether there was one. For the bank''s own functions only.';

CREATE FUNCTION creditbank.put_into_force(rule_book_id bigint, supersede boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	book record;
	days daterange;
	first_day date;
	other record;
BEGIN
	PERFORM creditbank.check_rule_book_programmes(rule_book_id);
	SELECT b.*
	INTO STRICT book
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = put_into_force.rule_book_id;
	-- One that names no first day takes over from today.
	days := book.effective;
	first_day := coalesce(lower(days), creditbank.today());
	IF supersede AND days @> first_day THEN
		IF creditbank.supersede_rules(book.rule_book_id, first_day) THEN
			days := days * daterange(first_day, NULL);
		END IF;
	END IF;

	SELECT b.name, b.version, b.in_force,
		b.name = book.name AND b.version < book.version AND b.in_force @> first_day AND days @> first_day AS can_be_superseded
	INTO other
	FROM creditbank.rule_book AS b
	WHERE b.in_force && days
		AND (b.programmes = '{}' OR book.programmes = '{}' OR b.programmes && book.programmes)
	ORDER BY b.rule_book_id
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('rules_overlap'),
			MESSAGE = format('rule set "%s" version %s collides with a published rule book', book.name, book.version),
			DETAIL = format('"%s" version %s is in force on %s for a programme of the same scope.', other.name, other.version, creditbank.days_text(other.in_force)),
			HINT = CASE WHEN other.can_be_superseded THEN 'Pass supersede => true to close that one the day before, or give this one days or programmes that no published rule book covers.'
				ELSE 'Give it days or programmes that no published rule book covers, or close that one with creditbank.withdraw_rules().' END,
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;

	UPDATE creditbank.rule_book AS b
	SET state = 'published',
		in_force = days,
		published_at = now(),
		published_by = creditbank.caller()
	WHERE b.rule_book_id = book.rule_book_id;
	PERFORM creditbank.open_bank_account();
	PERFORM creditbank.append_entry(0, 'published', NULL, NULL, creditbank.today(),
		(creditbank.rule_book_document(book.rule_book_id) || jsonb_build_object('in_force', creditbank.days_text(days)))::text);
END
$$;
COMMENT ON FUNCTION creditbank.put_into_force(bigint, boolean) IS
'Publishes a rule book that is in review, and records it in the bank''s own account; with supersede, closes the lower versions that it takes over from. The rule books must be locked. For the bank''s own functions only. Errors: unknown_programme, rules_overlap.';

CREATE FUNCTION creditbank.check_supersede(supersede boolean)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF supersede IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a rule book either supersedes earlier versions or it does not',
			DETAIL = 'supersede is NULL.',
			HINT = 'Leave it out, or pass true to close the version in force the day before.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_supersede(boolean) IS
'Raises invalid_parameter when supersede is NULL.';

CREATE FUNCTION creditbank.publish_rules(
	INOUT name text,
	INOUT version integer,
	supersede boolean DEFAULT false,
	OUT rule_book_id bigint,
	OUT effective daterange,
	OUT digest bytea,
	OUT in_force daterange)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book_id bigint;
	drafter text;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_supersede(publish_rules.supersede);
	PERFORM creditbank.lock_rule_books();
	book_id := creditbank.find_rule_book(publish_rules.name, publish_rules.version);
	PERFORM creditbank.check_rule_book_step(book_id, 'publish');
	SELECT b.drafted_by
	INTO drafter
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = book_id;
	IF drafter = creditbank.caller() THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('same_person'),
			MESSAGE = format('"%s" drafted rule book "%s" version %s and cannot publish it', drafter, publish_rules.name, publish_rules.version),
			DETAIL = 'A reviewed rule book is published by another person than the one who drafted it.',
			HINT = 'Let another administrator publish it.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book',
			COLUMN = 'drafted_by';
	END IF;
	PERFORM creditbank.put_into_force(book_id, publish_rules.supersede);
	RETURN QUERY
	SELECT b.name, b.version, b.rule_book_id, b.effective, b.digest, b.in_force
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = book_id;
END
$$;
COMMENT ON FUNCTION creditbank.publish_rules(text, integer, boolean) IS
'Publishes the reviewed rule book of a name and version, which another person drafted: from then on decisions are made by it on its days, for the programmes in its scope. With supersede, a lower version of the same name that is in force on its first day is closed the day before. Returns its name, version, number, days, digest, and the days on which it is in force. At any day at most one rule book is in force for a programme. Errors: unknown_rule_book, wrong_state, same_person, unknown_programme for one in the scope, rules_overlap, invalid_parameter, bank_not_open.';

CREATE FUNCTION creditbank.publish_rules(rules text, supersede boolean DEFAULT false)
RETURNS TABLE (
	rule_book_id bigint,
	name text,
	version integer,
	effective daterange,
	digest bytea,
	in_force daterange)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book record;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_supersede(publish_rules.supersede);
	PERFORM creditbank.lock_rule_books();
	SELECT b.name, b.version
	INTO book
	FROM creditbank.rule_book AS b
	WHERE b.name = creditbank.rule_set_name(publish_rules.rules::creditbank.rule_set)
		AND b.version = creditbank.rule_set_version(publish_rules.rules::creditbank.rule_set)
		AND b.state IN ('published', 'superseded');
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('rules_overlap'),
			MESSAGE = format('rule set "%s" version %s collides with a published rule book', book.name, book.version),
			DETAIL = 'This version is published already.',
			HINT = 'A published version never changes; give the rule set a new version.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
	SELECT d.*
	INTO book
	FROM creditbank.draft_rules(publish_rules.rules) AS d;
	PERFORM creditbank.review_rules(book.name, book.version);
	PERFORM creditbank.put_into_force(book.rule_book_id, publish_rules.supersede);
	RETURN QUERY
	SELECT b.rule_book_id, b.name, b.version, b.effective, b.digest, b.in_force
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = book.rule_book_id;
END
$$;
COMMENT ON FUNCTION creditbank.publish_rules(text, boolean) IS
'Drafts, reviews and publishes a rule set, given as its text, in one call by one person, whom the ledger then names as all three. For offices where one person answers for the rules; where two must, revoke EXECUTE on this function. Returns the rule book''s number, name, version, days, digest, and the days on which it is in force. supersede as in publish_rules(name, version). Errors: syntax_error and invalid_rule_set for bad rules, unknown_programme for one in the scope, rules_overlap, wrong_state when that version is in review, invalid_parameter, bank_not_open.';

CREATE FUNCTION creditbank.withdraw_rules(
	INOUT name text,
	INOUT version integer,
	last_day date,
	OUT rule_book_id bigint,
	OUT in_force daterange)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book_id bigint;
	days daterange;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.lock_rule_books();
	book_id := creditbank.find_rule_book(withdraw_rules.name, withdraw_rules.version);
	PERFORM creditbank.check_rule_book_step(book_id, 'withdraw');
	SELECT b.in_force
	INTO days
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = book_id;
	-- The day before its first leaves it in force on no day.
	IF withdraw_rules.last_day IS NULL
		OR NOT isfinite(withdraw_rules.last_day)
		OR isempty(days)
		OR withdraw_rules.last_day < lower(days) - 1
		OR withdraw_rules.last_day >= upper(days) - 1
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = format('rule book "%s" version %s cannot be closed after %s', withdraw_rules.name, withdraw_rules.version,
				coalesce(to_char(withdraw_rules.last_day, 'YYYY-MM-DD'), withdraw_rules.last_day::text, 'NULL')),
			DETAIL = format('It is in force on these days: %s.', creditbank.days_text(days)),
			HINT = 'Name a day before its last; the day before its first leaves it in force on no day.';
	END IF;
	PERFORM creditbank.close_rule_book(book_id, days * daterange(NULL, withdraw_rules.last_day, '[]'), NULL);
	RETURN QUERY
	SELECT b.name, b.version, b.rule_book_id, b.in_force
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = book_id;
END
$$;
COMMENT ON FUNCTION creditbank.withdraw_rules(text, integer, date) IS
'Closes a published rule book early, without a successor: last_day is the last on which it is in force, and the day before its first leaves it none. Decisions that were made by it stand, and a book that it superseded stays closed. Returns its name, version, number, and the days that are left. Errors: bank_not_open, unknown_rule_book, wrong_state, invalid_date.';

CREATE FUNCTION creditbank.rules_in_force(programme text, as_of date)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_id bigint;
BEGIN
	SELECT b.rule_book_id
	INTO found_id
	FROM creditbank.rule_book AS b
	WHERE b.in_force @> rules_in_force.as_of
		AND (b.programmes = '{}' OR rules_in_force.programme = ANY (b.programmes));
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('no_rules_in_force'),
			MESSAGE = format('no rule book is in force for programme "%s" on %s', rules_in_force.programme, to_char(rules_in_force.as_of, 'YYYY-MM-DD')),
			DETAIL = 'No published rule book has both the programme in its scope and the day among those on which it is in force.',
			HINT = 'SELECT name, version, programmes, in_force FROM creditbank.rule_book lists what is published.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION creditbank.rules_in_force(text, date) IS
'The number of the one rule book in force for a programme on a day. NULL when an argument is NULL. Errors: no_rules_in_force.';

CREATE FUNCTION creditbank.rules_named(rules text)
RETURNS creditbank.rule_set
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	parts text[] := regexp_match(rules, '^(.+)@([0-9]{1,9})$');
	found_rules creditbank.rule_set;
BEGIN
	SELECT b.rules
	INTO found_rules
	FROM creditbank.rule_book AS b
	WHERE b.name = parts[1]
		AND b.version = parts[2]::integer;
	IF FOUND THEN
		RETURN found_rules;
	END IF;
	-- The text of a rule_set has its name in quotes.
	IF parts IS NOT NULL AND strpos(rules, '''') = 0 THEN
		PERFORM creditbank.find_rule_book(parts[1], parts[2]::integer);
	END IF;
	IF strpos(rules, '''') = 0 AND rules !~* '^[[:space:]]*(rule_set[[:>:]]|--|$)' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_rule_book'),
			MESSAGE = format('there is no rule book "%s"', left(rules, 200)),
			DETAIL = 'It has no version, and is no text of a rule_set.',
			HINT = 'Write name@version; SELECT name, version, state FROM creditbank.rule_book lists them.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
	RETURN rules::creditbank.rule_set;
END
$$;
COMMENT ON FUNCTION creditbank.rules_named(text) IS
'The rules of a rule book, drafts included, that is named as name@version, or those of a rule_set given as its text. NULL for NULL. Errors: unknown_rule_book, and those of rule_set''s input.';
