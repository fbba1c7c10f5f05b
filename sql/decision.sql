-- decision.sql: decisions on conversions, from the draft to the ledger and back.
-- Promise: a decision never changes but for its state; the state moves along
-- decision_transition only, and each move leaves a row in decision_step that
-- stays. Only post_lines and take_back_lines bring decisions into the ledger
-- and out of it, whole.

CREATE FUNCTION creditbank.refuse_decision_change()
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
		as_before.first_seq := OLD.first_seq;
		as_before.last_seq := OLD.last_seq;
		as_before.in_ledger := OLD.in_ledger;
		IF as_before IS NOT DISTINCT FROM OLD
			AND ((NEW.first_seq, NEW.last_seq) IS NOT DISTINCT FROM (OLD.first_seq, OLD.last_seq)
				OR (OLD.first_seq IS NULL AND NEW.state = 'posted'))
			AND EXISTS (
				SELECT FROM creditbank.decision_transition AS t
				WHERE t.from_state = OLD.state
					AND t.in_ledger = OLD.in_ledger
					AND t.to_state = NEW.state)
			AND NEW.state = (
				SELECT s.to_state
				FROM creditbank.decision_step AS s
				WHERE s.decision_id = OLD.decision_id
				ORDER BY s.number DESC
				LIMIT 1)
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'of a decision only the state changes, by the steps of decision_transition',
		'Take a step, like creditbank.withdraw_decision(), or decide anew.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_decision_change() IS
'The trigger of decision: refuses DELETE, TRUNCATE and every UPDATE but a permitted change of state whose step is written already. Errors: append_only.';

CREATE PROCEDURE creditbank.create_decision_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.decision_transition (
		from_state text NOT NULL,
		in_ledger boolean NOT NULL,
		step text NOT NULL,
		to_state text NOT NULL,
		who text[] NOT NULL,
		CONSTRAINT decision_transition_pkey PRIMARY KEY (from_state, in_ledger, step)
	);
	COMMENT ON TABLE creditbank.decision_transition IS 'What may happen to a decision. One row per state and step; no other step is ever taken.';
	COMMENT ON COLUMN creditbank.decision_transition.from_state IS 'The state before.';
	COMMENT ON COLUMN creditbank.decision_transition.in_ledger IS 'Whether the decision''s lines stand in the ledger before.';
	COMMENT ON COLUMN creditbank.decision_transition.step IS 'The function that takes the step.';
	COMMENT ON COLUMN creditbank.decision_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.decision_transition.who IS 'The roles of the bank that may call it; empty for a step that is a part of convert.';
	INSERT INTO creditbank.decision_transition (from_state, in_ledger, step, to_state, who)
	VALUES
		('draft', false, 'submit_decision', 'submitted', '{registrar,admin}'),
		('draft', false, 'withdraw_decision', 'withdrawn', '{registrar,admin}'),
		('submitted', false, 'take_decision', 'in_review', '{assessor,admin}'),
		('submitted', false, 'withdraw_decision', 'withdrawn', '{registrar,admin}'),
		('submitted', false, 'convert', 'approved', '{}'),
		('in_review', false, 'approve_decision', 'approved', '{assessor,admin}'),
		('in_review', false, 'reject_decision', 'rejected', '{assessor,admin}'),
		('in_review', false, 'withdraw_decision', 'withdrawn', '{registrar,admin}'),
		('approved', false, 'post_decision', 'posted', '{registrar,admin}'),
		('approved', false, 'withdraw_decision', 'withdrawn', '{registrar,admin}'),
		('rejected', false, 'appeal_decision', 'appealed', '{registrar,admin}'),
		('appealed', false, 'take_decision', 'in_review', '{assessor,admin}'),
		('appealed', false, 'withdraw_decision', 'rejected', '{registrar,admin}'),
		('posted', true, 'appeal_decision', 'appealed', '{registrar,admin}'),
		('posted', true, 'reverse_decision', 'reversed', '{registrar,admin}'),
		('appealed', true, 'take_decision', 'in_review', '{assessor,admin}'),
		('appealed', true, 'withdraw_decision', 'posted', '{registrar,admin}'),
		('in_review', true, 'approve_decision', 'posted', '{assessor,admin}'),
		('in_review', true, 'reject_decision', 'reversed', '{assessor,admin}'),
		('in_review', true, 'withdraw_decision', 'posted', '{registrar,admin}');

	CREATE TABLE creditbank.decision (
		decision_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint NOT NULL,
		programme text NOT NULL,
		rule_book_id bigint NOT NULL,
		as_of date NOT NULL,
		sources text[],
		allocation text NOT NULL,
		completion boolean NOT NULL,
		inputs text NOT NULL,
		inputs_digest bytea NOT NULL,
		decided_at timestamptz NOT NULL,
		decided_by text NOT NULL,
		state text NOT NULL,
		first_seq bigint,
		last_seq bigint,
		in_ledger boolean NOT NULL GENERATED ALWAYS AS (first_seq IS NOT NULL AND state <> 'reversed') STORED,
		CONSTRAINT decision_pkey PRIMARY KEY (decision_id),
		CONSTRAINT decision_state_known CHECK (state IN ('draft', 'submitted', 'in_review', 'approved', 'posted', 'rejected', 'withdrawn', 'appealed', 'reversed')),
		CONSTRAINT decision_entries_together CHECK ((first_seq IS NULL) = (last_seq IS NULL) AND first_seq <= last_seq),
		CONSTRAINT decision_posted_as_entries CHECK (first_seq IS NOT NULL OR state NOT IN ('posted', 'reversed')),
		CONSTRAINT decision_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT decision_programme_fkey FOREIGN KEY (programme) REFERENCES creditbank.programme (code),
		CONSTRAINT decision_rule_book_fkey FOREIGN KEY (rule_book_id) REFERENCES creditbank.rule_book (rule_book_id)
	);
	COMMENT ON TABLE creditbank.decision IS 'Decisions on conversions, each with all its inputs. One row per decision; only its state changes.';
	COMMENT ON COLUMN creditbank.decision.decision_id IS 'The decision''s id.';
	COMMENT ON SEQUENCE creditbank.decision_decision_id_seq IS 'Numbers decisions.';
	COMMENT ON COLUMN creditbank.decision.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.decision.programme IS 'The programme converted into.';
	COMMENT ON COLUMN creditbank.decision.rule_book_id IS 'The rule book that decided.';
	COMMENT ON COLUMN creditbank.decision.as_of IS 'The day it was decided for.';
	COMMENT ON COLUMN creditbank.decision.sources IS 'The achievements that were named to convert; NULL for whatever the account holds.';
	COMMENT ON COLUMN creditbank.decision.allocation IS 'How lines were chosen: the word that evaluate() took.';
	COMMENT ON COLUMN creditbank.decision.completion IS 'Whether every minimum of the rule book had to be met.';
	COMMENT ON COLUMN creditbank.decision.inputs IS 'What was decided upon: portfolio, programme and history, as the JSON text that evaluate() took.';
	COMMENT ON COLUMN creditbank.decision.inputs_digest IS 'The digest of inputs in UTF-8; also in the ledger entries.';
	COMMENT ON COLUMN creditbank.decision.decided_at IS 'When the rules were applied.';
	COMMENT ON COLUMN creditbank.decision.decided_by IS 'The role that asked for it.';
	COMMENT ON COLUMN creditbank.decision.state IS 'draft, submitted, in_review, approved, posted, rejected, withdrawn, appealed or reversed: where its last step led.';
	COMMENT ON COLUMN creditbank.decision.first_seq IS 'The first of the account''s ledger entries it was posted as; NULL before.';
	COMMENT ON COLUMN creditbank.decision.last_seq IS 'The last of them; NULL before.';
	COMMENT ON COLUMN creditbank.decision.in_ledger IS 'Whether its lines stand in the ledger: posted, and not reversed. These count in later conversions.';
	CREATE INDEX decision_account_idx ON creditbank.decision (account_id, programme);
	COMMENT ON INDEX creditbank.decision_account_idx IS 'A learner''s earlier conversions into a programme.';
	CREATE INDEX decision_open_idx ON creditbank.decision (state)
	WHERE state IN ('draft', 'submitted', 'in_review', 'approved', 'appealed');
	COMMENT ON INDEX creditbank.decision_open_idx IS 'The decisions that wait for somebody.';

	CREATE TABLE creditbank.decision_line (
		decision_id bigint NOT NULL,
		line integer NOT NULL,
		rule text,
		sources text[] NOT NULL,
		source_amounts text[] NOT NULL,
		source_grades text[] NOT NULL,
		target text,
		granted creditbank.credit_amount,
		value numeric,
		before_caps creditbank.credit_amount,
		grade text,
		mark text,
		leftover creditbank.credit_amount,
		leftover_kept boolean,
		dated date,
		tags text[],
		needs_assessor boolean NOT NULL,
		proven boolean,
		reason text,
		CONSTRAINT decision_line_pkey PRIMARY KEY (decision_id, line),
		CONSTRAINT decision_line_decision_fkey FOREIGN KEY (decision_id) REFERENCES creditbank.decision (decision_id)
	);
	COMMENT ON TABLE creditbank.decision_line IS 'The lines of decisions, granted and refused, as evaluate() returned them. One row per line.';
	COMMENT ON COLUMN creditbank.decision_line.decision_id IS 'The decision.';
	COMMENT ON COLUMN creditbank.decision_line.line IS 'The line''s place in it.';
	COMMENT ON COLUMN creditbank.decision_line.rule IS 'The rule that made it; NULL when no rule did.';
	COMMENT ON COLUMN creditbank.decision_line.sources IS 'The achievements it rests on.';
	COMMENT ON COLUMN creditbank.decision_line.source_amounts IS 'The original amount of each source; an element is NULL where none is stated.';
	COMMENT ON COLUMN creditbank.decision_line.source_grades IS 'The original grade of each source; an element is NULL where none is stated.';
	COMMENT ON COLUMN creditbank.decision_line.target IS 'The course it grants; NULL for credit without a course.';
	COMMENT ON COLUMN creditbank.decision_line.granted IS 'The amount granted; NULL when refused.';
	COMMENT ON COLUMN creditbank.decision_line.value IS 'The exact value before rounding and caps.';
	COMMENT ON COLUMN creditbank.decision_line.before_caps IS 'The value after rounding, before caps.';
	COMMENT ON COLUMN creditbank.decision_line.grade IS 'The grade it is recognised with.';
	COMMENT ON COLUMN creditbank.decision_line.mark IS 'The mark the line is posted with.';
	COMMENT ON COLUMN creditbank.decision_line.leftover IS 'What remained of the source.';
	COMMENT ON COLUMN creditbank.decision_line.leftover_kept IS 'Whether that stays usable for a later conversion; NULL without a leftover.';
	COMMENT ON COLUMN creditbank.decision_line.dated IS 'The day that caps by year or term go by.';
	COMMENT ON COLUMN creditbank.decision_line.tags IS 'The tags of its sources; NULL when they have none.';
	COMMENT ON COLUMN creditbank.decision_line.needs_assessor IS 'Whether its rule asks for an assessor''s approval.';
	COMMENT ON COLUMN creditbank.decision_line.proven IS 'Whether nothing better exists, where the best was looked for; NULL otherwise.';
	COMMENT ON COLUMN creditbank.decision_line.reason IS 'Why it was refused; NULL when granted.';

	CREATE TABLE creditbank.decision_step (
		decision_id bigint NOT NULL,
		number integer NOT NULL,
		step text NOT NULL,
		from_state text,
		to_state text NOT NULL,
		taken_at timestamptz NOT NULL,
		taken_by text NOT NULL,
		note text,
		CONSTRAINT decision_step_pkey PRIMARY KEY (decision_id, number),
		CONSTRAINT decision_step_decision_fkey FOREIGN KEY (decision_id) REFERENCES creditbank.decision (decision_id)
	);
	COMMENT ON TABLE creditbank.decision_step IS 'What was done with each decision, by whom and why. One row per step; rows are only ever added.';
	COMMENT ON COLUMN creditbank.decision_step.decision_id IS 'The decision.';
	COMMENT ON COLUMN creditbank.decision_step.number IS 'The step''s place: 1, 2, 3 without gaps.';
	COMMENT ON COLUMN creditbank.decision_step.step IS 'The function that took it.';
	COMMENT ON COLUMN creditbank.decision_step.from_state IS 'The state before; NULL for the first step.';
	COMMENT ON COLUMN creditbank.decision_step.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.decision_step.taken_at IS 'When it was taken.';
	COMMENT ON COLUMN creditbank.decision_step.taken_by IS 'The role that took it.';
	COMMENT ON COLUMN creditbank.decision_step.note IS 'The note, reason or grounds given with it. Never personal data.';

	PERFORM creditbank.guard_table('decision', 'refuse_decision_change', 'Of a decision only the state changes.');
	PERFORM creditbank.guard_table('decision_line', 'refuse_change', 'A line stays as it was decided.');
	PERFORM creditbank.guard_table('decision_step', 'refuse_change', 'Steps are only ever added.');
	PERFORM creditbank.guard_table('decision_transition', 'refuse_change', 'What is permitted stays.');
	CALL creditbank.create_decision_views();
END
$$;
COMMENT ON PROCEDURE creditbank.create_decision_tables() IS
'Makes the tables of decisions, with what is permitted, and their views; a part of create_bank.';

CREATE PROCEDURE creditbank.create_decision_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.decisions
	WITH (security_invoker = true) AS
	SELECT d.decision_id,
		creditbank.account_number(d.account_id) AS account,
		d.programme,
		d.state,
		d.in_ledger,
		d.as_of,
		d.allocation,
		d.completion,
		b.name AS rules_name,
		b.version AS rules_version,
		encode(b.digest, 'hex') AS rules_digest,
		encode(d.inputs_digest, 'hex') AS inputs_digest,
		g.credits,
		g.points,
		g.hours,
		g.ects,
		g.cats,
		d.decided_at,
		d.decided_by
	FROM creditbank.decision AS d
	JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
	CROSS JOIN LATERAL (
		SELECT coalesce(sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'cr'), 0)::numeric(18,4) AS credits,
			coalesce(sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'pt'), 0)::numeric(18,4) AS points,
			coalesce(sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'hr'), 0)::numeric(18,4) AS hours,
			coalesce(sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'ects'), 0)::numeric(18,4) AS ects,
			coalesce(sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'cats'), 0)::numeric(18,4) AS cats
		FROM creditbank.decision_line AS l
		WHERE l.decision_id = d.decision_id) AS g;
	COMMENT ON VIEW creditbank.decisions IS 'Decisions in plain types, for people and BI tools. One row per decision.';
	COMMENT ON COLUMN creditbank.decisions.decision_id IS 'The decision''s id.';
	COMMENT ON COLUMN creditbank.decisions.account IS 'The number of the learner''s account.';
	COMMENT ON COLUMN creditbank.decisions.programme IS 'The programme converted into.';
	COMMENT ON COLUMN creditbank.decisions.state IS 'draft, submitted, in_review, approved, posted, rejected, withdrawn, appealed or reversed.';
	COMMENT ON COLUMN creditbank.decisions.in_ledger IS 'Whether its lines stand in the ledger.';
	COMMENT ON COLUMN creditbank.decisions.as_of IS 'The day it was decided for.';
	COMMENT ON COLUMN creditbank.decisions.allocation IS 'How lines were chosen.';
	COMMENT ON COLUMN creditbank.decisions.completion IS 'Whether every minimum had to be met.';
	COMMENT ON COLUMN creditbank.decisions.rules_name IS 'The name of the rule book.';
	COMMENT ON COLUMN creditbank.decisions.rules_version IS 'The version of the rule book.';
	COMMENT ON COLUMN creditbank.decisions.rules_digest IS 'The digest of the rule book, in hexadecimal digits.';
	COMMENT ON COLUMN creditbank.decisions.inputs_digest IS 'The digest of what was decided upon, in hexadecimal digits.';
	COMMENT ON COLUMN creditbank.decisions.credits IS 'Its granted lines together, in credits.';
	COMMENT ON COLUMN creditbank.decisions.points IS 'The same in points.';
	COMMENT ON COLUMN creditbank.decisions.hours IS 'The same in learning hours.';
	COMMENT ON COLUMN creditbank.decisions.ects IS 'The same in ECTS credits.';
	COMMENT ON COLUMN creditbank.decisions.cats IS 'The same in CATS credits.';
	COMMENT ON COLUMN creditbank.decisions.decided_at IS 'When the rules were applied.';
	COMMENT ON COLUMN creditbank.decisions.decided_by IS 'The role that asked for it.';

	CREATE VIEW creditbank.decision_lines
	WITH (security_invoker = true) AS
	SELECT l.decision_id,
		l.line,
		l.rule,
		array_to_string(l.sources, ', ') AS sources,
		array_to_string(l.source_amounts, ', ', 'none') AS source_amounts,
		array_to_string(l.source_grades, ', ', 'none') AS source_grades,
		l.target,
		l.granted::numeric(18,4) AS amount,
		creditbank.unit(l.granted) AS unit,
		l.value,
		l.before_caps::numeric(18,4) AS amount_before_caps,
		creditbank.unit(l.before_caps) AS unit_before_caps,
		l.grade,
		l.mark,
		l.leftover::numeric(18,4) AS leftover,
		creditbank.unit(l.leftover) AS leftover_unit,
		l.leftover_kept,
		l.dated,
		array_to_string(l.tags, ', ') AS tags,
		l.needs_assessor,
		l.proven,
		l.reason
	FROM creditbank.decision_line AS l;
	COMMENT ON VIEW creditbank.decision_lines IS 'The lines of decisions in plain types, for people and BI tools. One row per line, granted or refused.';
	COMMENT ON COLUMN creditbank.decision_lines.decision_id IS 'The decision.';
	COMMENT ON COLUMN creditbank.decision_lines.line IS 'The line''s place in it.';
	COMMENT ON COLUMN creditbank.decision_lines.rule IS 'The rule that made it.';
	COMMENT ON COLUMN creditbank.decision_lines.sources IS 'The achievements it rests on, with commas between.';
	COMMENT ON COLUMN creditbank.decision_lines.source_amounts IS 'Their original amounts, with commas between; "none" where none is stated.';
	COMMENT ON COLUMN creditbank.decision_lines.source_grades IS 'Their original grades, with commas between; "none" where none is stated.';
	COMMENT ON COLUMN creditbank.decision_lines.target IS 'The course it grants.';
	COMMENT ON COLUMN creditbank.decision_lines.amount IS 'The amount granted; NULL when refused.';
	COMMENT ON COLUMN creditbank.decision_lines.unit IS 'The unit of amount: cr, pt, hr, ects or cats.';
	COMMENT ON COLUMN creditbank.decision_lines.value IS 'The exact value before rounding and caps.';
	COMMENT ON COLUMN creditbank.decision_lines.amount_before_caps IS 'The value after rounding, before caps.';
	COMMENT ON COLUMN creditbank.decision_lines.unit_before_caps IS 'The unit of amount_before_caps.';
	COMMENT ON COLUMN creditbank.decision_lines.grade IS 'The grade it is recognised with.';
	COMMENT ON COLUMN creditbank.decision_lines.mark IS 'The mark it is posted with.';
	COMMENT ON COLUMN creditbank.decision_lines.leftover IS 'What remained of the source.';
	COMMENT ON COLUMN creditbank.decision_lines.leftover_unit IS 'The unit of leftover.';
	COMMENT ON COLUMN creditbank.decision_lines.leftover_kept IS 'Whether that stays usable.';
	COMMENT ON COLUMN creditbank.decision_lines.dated IS 'The day that caps by year or term go by.';
	COMMENT ON COLUMN creditbank.decision_lines.tags IS 'The tags of its sources, with commas between.';
	COMMENT ON COLUMN creditbank.decision_lines.needs_assessor IS 'Whether its rule asks for an assessor''s approval.';
	COMMENT ON COLUMN creditbank.decision_lines.proven IS 'Whether nothing better exists, where the best was looked for.';
	COMMENT ON COLUMN creditbank.decision_lines.reason IS 'Why it was refused; NULL when granted.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_decision_views() IS
'Makes the views of decisions for clients; a part of create_decision_tables.';

CREATE FUNCTION creditbank.history_document(of_account bigint, programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(
			jsonb_strip_nulls(to_jsonb(l) - 'decision_id' || jsonb_build_object('posted_on', d.as_of))
			ORDER BY l.decision_id, l.line), '[]')
		FROM creditbank.decision AS d
		JOIN creditbank.decision_line AS l ON l.decision_id = d.decision_id
		WHERE d.account_id = of_account
			AND d.programme = history_document.programme
			AND d.in_ledger
			AND l.granted IS NOT NULL)
		|| creditbank.studied_document(of_account, history_document.programme);
END
$$;
COMMENT ON FUNCTION creditbank.history_document(bigint, text) IS
'The lines granted to an account in a programme that stand in the ledger, as the jsonb history that evaluate() takes: not what waits, and not what was reversed. Then what was studied in the programme itself.';

CREATE FUNCTION creditbank.studied_document(of_account bigint, programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
			'sources', jsonb_build_array(a.ref::text),
			'target', c.ref::text,
			'granted', (CASE WHEN creditbank.unit(a.amount) = 'cr' THEN a.amount ELSE c.credits END)::text,
			'mark', 'studied',
			'dated', a.awarded_on,
			'tags', to_jsonb(a.tags)) ORDER BY a.ref), '[]')
		FROM creditbank.programme_course AS c
		JOIN creditbank.achievement AS a ON creditbank.catalogue_ref(a.ref) = c.ref
		WHERE c.programme = studied_document.programme
			AND a.account_id = of_account
			AND a.state = 'recognised'
			AND a.achievement_id <> ALL (creditbank.taken_back_achievements(of_account)));
END
$$;
COMMENT ON FUNCTION creditbank.studied_document(bigint, text) IS
'Courses of a programme that an account has passed in the programme itself: recognised achievements with a reference of one of its courses, as lines of history marked studied. They count towards minimums and towards no cap, and the course is not granted again.';

CREATE FUNCTION creditbank.decision_document(decision_id bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_build_object(
			'decision', d.decision_id,
			'programme', d.programme,
			'as_of', d.as_of,
			'allocation', d.allocation,
			'approved_by', (
				SELECT s.taken_by
				FROM creditbank.decision_step AS s
				WHERE s.decision_id = d.decision_id
					AND s.to_state = 'approved'
				ORDER BY s.number DESC
				LIMIT 1),
			'rules', encode(creditbank.rule_set_digest(b.rules, bank.suite), 'hex'),
			'inputs', encode(creditbank.digest(convert_to(d.inputs, 'UTF8'), bank.suite), 'hex'))
		FROM creditbank.decision AS d
		JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
		CROSS JOIN creditbank.bank AS bank
		WHERE d.decision_id = decision_document.decision_id);
END
$$;
COMMENT ON FUNCTION creditbank.decision_document(bigint) IS
'A decision as it stands, as jsonb: what the ledger entries it led to hold of it in their detail, with who approved it and the digests of rules and inputs. NULL for an unknown id.';

CREATE FUNCTION creditbank.decision_line_document(decision_id bigint, line integer)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.decision_document(l.decision_id)
			|| jsonb_strip_nulls(to_jsonb(l) - '{decision_id,target,granted}'::text[])
		FROM creditbank.decision_line AS l
		WHERE l.decision_id = decision_line_document.decision_id
			AND l.line = decision_line_document.line);
END
$$;
COMMENT ON FUNCTION creditbank.decision_line_document(bigint, integer) IS
'A granted line of a decision as it stands, as jsonb: what its ledger entry holds in its detail, beside the course''s title. Target and amount are the entry''s own. NULL for an unknown line.';

CREATE FUNCTION creditbank.lock_decision(decision_id bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT d.account_id
	INTO of_account
	FROM creditbank.decision AS d
	WHERE d.decision_id = lock_decision.decision_id;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_decision(lock_decision.decision_id);
	END IF;
	PERFORM creditbank.lock_heads(ARRAY[of_account]);
	-- Steps that post nothing leave the head as it is: only the decision itself
	-- shows a transaction with an older snapshot that it came too late.
	PERFORM
	FROM creditbank.decision AS d
	WHERE d.decision_id = lock_decision.decision_id
	FOR NO KEY UPDATE;
	RETURN of_account;
END
$$;
COMMENT ON FUNCTION creditbank.lock_decision(bigint) IS
'Locks the account of a decision, and the decision itself, until the transaction ends and returns its id: steps, conversions and whatever else changes the account''s file come one after another. Errors: bank_not_open, unknown_decision, also for NULL.';

CREATE FUNCTION creditbank.raise_unknown_decision(decision_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('unknown_decision'),
		MESSAGE = CASE WHEN decision_id IS NULL THEN 'no decision was named' ELSE format('decision %s is not known', decision_id) END,
		DETAIL = CASE WHEN decision_id IS NULL THEN 'decision_id is NULL.' ELSE 'No decision has this id.' END,
		HINT = 'SELECT decision_id, account, programme, state FROM creditbank.decisions lists the decisions.',
		SCHEMA = 'creditbank',
		TABLE = 'decision',
		COLUMN = 'decision_id';
END
$$;
COMMENT ON FUNCTION creditbank.raise_unknown_decision(bigint) IS
'Raises unknown_decision for an id, or for NULL. Never returns.';

CREATE FUNCTION creditbank.state_after(decision_id bigint, step text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stands record;
	after text;
	possible text;
BEGIN
	SELECT d.state, d.in_ledger
	INTO STRICT stands
	FROM creditbank.decision AS d
	WHERE d.decision_id = state_after.decision_id;
	SELECT t.to_state
	INTO after
	FROM creditbank.decision_transition AS t
	WHERE t.from_state = stands.state
		AND t.in_ledger = stands.in_ledger
		AND t.step = state_after.step;
	IF NOT FOUND THEN
		SELECT string_agg(t.step, ', ' ORDER BY t.step COLLATE "C")
		INTO possible
		FROM creditbank.decision_transition AS t
		WHERE t.from_state = stands.state
			AND t.in_ledger = stands.in_ledger
			AND t.who <> '{}';
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('%s is no step for decision %s as it stands', state_after.step, state_after.decision_id),
			DETAIL = format('It is %s; %s.', stands.state, coalesce('possible steps are ' || possible, 'no step is possible any more')),
			HINT = 'creditbank.decision_transition lists what may follow upon what.',
			SCHEMA = 'creditbank',
			TABLE = 'decision',
			COLUMN = 'state';
	END IF;
	RETURN after;
END
$$;
COMMENT ON FUNCTION creditbank.state_after(bigint, text) IS
'The state that a step leads a decision to. NULL for NULL. Errors: wrong_state, with the steps that are possible, when the step is not permitted.';

CREATE FUNCTION creditbank.move_decision(
	decision_id bigint,
	step text,
	note text,
	first_seq bigint DEFAULT NULL,
	last_seq bigint DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	after text := creditbank.state_after(move_decision.decision_id, move_decision.step);
BEGIN
	INSERT INTO creditbank.decision_step (decision_id, number, step, from_state, to_state, taken_at, taken_by, note)
	SELECT d.decision_id, max(s.number) + 1, move_decision.step, d.state, after, clock_timestamp(), creditbank.caller(), move_decision.note
	FROM creditbank.decision AS d
	JOIN creditbank.decision_step AS s ON s.decision_id = d.decision_id
	WHERE d.decision_id = move_decision.decision_id
	GROUP BY d.decision_id;
	UPDATE creditbank.decision AS d
	SET state = after,
		first_seq = coalesce(d.first_seq, move_decision.first_seq),
		last_seq = coalesce(d.last_seq, move_decision.last_seq)
	WHERE d.decision_id = move_decision.decision_id;
	RETURN after;
END
$$;
COMMENT ON FUNCTION creditbank.move_decision(bigint, text, text, bigint, bigint) IS
'Takes a step with a decision whose account is locked: writes it down and moves the state; the one function that does. first_seq and last_seq are the ledger entries, when it is posted. Returns the new state. For the bank''s own functions only. Errors: wrong_state.';

CREATE FUNCTION creditbank.check_four_eyes(decision_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	theirs record;
BEGIN
	SELECT s.number, s.step
	INTO theirs
	FROM creditbank.decision_step AS s
	WHERE s.decision_id = check_four_eyes.decision_id
		AND s.taken_by = creditbank.caller()
		AND s.step IN ('propose_conversion', 'convert', 'submit_decision', 'appeal_decision', 'approve_decision', 'reject_decision')
	ORDER BY s.number
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('same_person'),
			MESSAGE = format('"%s" cannot judge decision %s', creditbank.caller(), check_four_eyes.decision_id),
			DETAIL = format('Step %s, %s, was theirs.', theirs.number, theirs.step),
			HINT = 'Another assessor judges what one has submitted or appealed, or judged before.',
			SCHEMA = 'creditbank',
			TABLE = 'decision_step',
			COLUMN = 'taken_by';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_four_eyes(bigint) IS
'Raises same_person when the caller proposed, submitted or appealed a decision, or approved or rejected it before. NULL passes.';

CREATE FUNCTION creditbank.submit_decision(decision_id bigint)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.lock_decision(submit_decision.decision_id);
	RETURN creditbank.move_decision(submit_decision.decision_id, 'submit_decision', NULL);
END
$$;
COMMENT ON FUNCTION creditbank.submit_decision(bigint) IS
'Hands a draft in for review. Returns the new state, submitted. Errors: bank_not_open, unknown_decision, wrong_state.';

CREATE FUNCTION creditbank.take_decision(decision_id bigint)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.lock_decision(take_decision.decision_id);
	PERFORM creditbank.state_after(take_decision.decision_id, 'take_decision');
	PERFORM creditbank.check_four_eyes(take_decision.decision_id);
	RETURN creditbank.move_decision(take_decision.decision_id, 'take_decision', NULL);
END
$$;
COMMENT ON FUNCTION creditbank.take_decision(bigint) IS
'Takes a decision, submitted or appealed, into review. Returns the new state, in_review. Errors: bank_not_open, unknown_decision, wrong_state; same_person for who submitted or appealed it, or judged it before.';

CREATE FUNCTION creditbank.approve_decision(decision_id bigint, note text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_text(approve_decision.note, 'a note', 1000);
	PERFORM creditbank.lock_decision(approve_decision.decision_id);
	PERFORM creditbank.state_after(approve_decision.decision_id, 'approve_decision');
	PERFORM creditbank.check_four_eyes(approve_decision.decision_id);
	RETURN creditbank.move_decision(approve_decision.decision_id, 'approve_decision', approve_decision.note);
END
$$;
COMMENT ON FUNCTION creditbank.approve_decision(bigint, text) IS
'Finds a decision in review right, with a note if wanted. Returns the new state: approved, ready to be posted; or posted, when it was appealed after it was posted and stands. Errors: bank_not_open, unknown_decision, wrong_state, invalid_parameter; same_person for who submitted or appealed it, or judged it before.';

CREATE FUNCTION creditbank.reject_decision(decision_id bigint, reason text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	after text;
BEGIN
	PERFORM creditbank.check_reason(reject_decision.reason, 'the reason of a rejection');
	PERFORM creditbank.lock_decision(reject_decision.decision_id);
	after := creditbank.state_after(reject_decision.decision_id, 'reject_decision');
	PERFORM creditbank.check_four_eyes(reject_decision.decision_id);
	IF after = 'reversed' THEN
		PERFORM creditbank.take_back_lines(reject_decision.decision_id, reject_decision.reason);
	END IF;
	RETURN creditbank.move_decision(reject_decision.decision_id, 'reject_decision', reject_decision.reason);
END
$$;
COMMENT ON FUNCTION creditbank.reject_decision(bigint, text) IS
'Finds a decision in review wrong, for a reason. Returns the new state: rejected; or reversed, when it was appealed after it was posted: then it is taken back as reverse_decision does. Errors: bank_not_open, unknown_decision, wrong_state, invalid_parameter; same_person for who submitted or appealed it, or judged it before; and those of reverse_decision.';

CREATE FUNCTION creditbank.withdraw_decision(decision_id bigint, note text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_text(withdraw_decision.note, 'a note', 1000);
	PERFORM creditbank.lock_decision(withdraw_decision.decision_id);
	RETURN creditbank.move_decision(withdraw_decision.decision_id, 'withdraw_decision', withdraw_decision.note);
END
$$;
COMMENT ON FUNCTION creditbank.withdraw_decision(bigint, text) IS
'Withdraws a decision that was not posted, or an appeal. Returns the new state: withdrawn; rejected or posted, what it was before, for an appeal that no assessor took yet; posted again for one of a posted decision. Errors: bank_not_open, unknown_decision, wrong_state, invalid_parameter.';

CREATE FUNCTION creditbank.appeal_decision(decision_id bigint, grounds text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_reason(appeal_decision.grounds, 'the grounds of an appeal');
	PERFORM creditbank.lock_decision(appeal_decision.decision_id);
	RETURN creditbank.move_decision(appeal_decision.decision_id, 'appeal_decision', appeal_decision.grounds);
END
$$;
COMMENT ON FUNCTION creditbank.appeal_decision(bigint, text) IS
'Appeals a rejected or posted decision, on grounds. What is posted stays in the ledger until the appeal is judged. Returns the new state, appealed. Errors: bank_not_open, unknown_decision, wrong_state, invalid_parameter.';

CREATE FUNCTION creditbank.reverse_decision(decision_id bigint, reason text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_reason(reverse_decision.reason, 'the reason of a reversal');
	PERFORM creditbank.lock_decision(reverse_decision.decision_id);
	PERFORM creditbank.state_after(reverse_decision.decision_id, 'reverse_decision');
	PERFORM creditbank.take_back_lines(reverse_decision.decision_id, reverse_decision.reason);
	RETURN creditbank.move_decision(reverse_decision.decision_id, 'reverse_decision', reverse_decision.reason);
END
$$;
COMMENT ON FUNCTION creditbank.reverse_decision(bigint, text) IS
'Takes a posted decision back, whole, for a reason: each of its ledger entries is reversed, the last first, and its achievements can be converted anew. Later conversions stay. Returns the new state, reversed. Errors: bank_not_open, unknown_decision, wrong_state, invalid_parameter; already_consumed when a later decision used what this one left over; insufficient_balance when what it granted is spent, with the redemptions that spent its points; account_not_active when it earned points and the account was merged into another one.';

CREATE FUNCTION creditbank.post_lines(decision_id bigint)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	decided record;
	granted record;
	remainder creditbank.credit_amount;
	entry_seq bigint;
	first_seq bigint;
BEGIN
	SELECT d.account_id, d.programme, creditbank.decision_document(d.decision_id) AS document, p.purpose,
		creditbank.points_expire_on(b.rules, creditbank.today()) AS points_expire_on
	INTO STRICT decided
	FROM creditbank.decision AS d
	JOIN creditbank.programme AS p ON p.code = d.programme
	JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
	WHERE d.decision_id = post_lines.decision_id;

	-- Where several lines count the same source, the least left over is kept.
	FOR granted IN
		SELECT s.ref, min(l.line) AS line,
			min(l.leftover) FILTER (WHERE l.leftover_kept) AS remainder
		FROM creditbank.decision_line AS l
		CROSS JOIN unnest(l.sources) AS s (ref)
		WHERE l.decision_id = post_lines.decision_id AND l.granted IS NOT NULL
		GROUP BY s.ref
		ORDER BY min(l.line), s.ref COLLATE "C"
	LOOP
		remainder := CASE WHEN sign(granted.remainder) = 1 THEN granted.remainder END;
		entry_seq := creditbank.consume_achievement(decided.account_id, granted.ref, decided.purpose, decided.programme, remainder,
			(decided.document || jsonb_strip_nulls(jsonb_build_object(
				'remainder', remainder,
				'purpose', nullif(decided.purpose, 'credit'))))::text);
		first_seq := coalesce(first_seq, entry_seq);
	END LOOP;

	FOR granted IN
		SELECT l.target, l.granted, c.title, creditbank.unit(l.granted) = 'pt' AS is_points, creditbank.decision_line_document(l.decision_id, l.line) AS document
		FROM creditbank.decision_line AS l
		LEFT JOIN creditbank.programme_course AS c
			ON c.programme = decided.programme AND c.ref = l.target::creditbank.achievement_ref
		WHERE l.decision_id = post_lines.decision_id AND l.granted IS NOT NULL
		ORDER BY l.line
	LOOP
		SELECT e.seq
		INTO entry_seq
		FROM creditbank.append_entry(decided.account_id, CASE WHEN granted.is_points THEN 'earned' ELSE 'converted' END, granted.granted,
			granted.target::creditbank.achievement_ref, creditbank.today(),
			(granted.document || jsonb_strip_nulls(jsonb_build_object(
				'title', granted.title,
				'expires_on', CASE WHEN granted.is_points THEN decided.points_expire_on END)))::text) AS e;
		IF granted.is_points THEN
			PERFORM creditbank.keep_points(decided.account_id, entry_seq, granted.granted, creditbank.today(), decided.points_expire_on);
		END IF;
	END LOOP;
	RETURN creditbank.move_decision(post_lines.decision_id, 'post_decision', NULL, first_seq, entry_seq);
END
$$;
COMMENT ON FUNCTION creditbank.post_lines(bigint) IS
'Posts an approved decision: an entry for each achievement used up, then one for each line granted. They count from today, whatever day was decided for. Each carries the decision, with the digests of rules and inputs, and its line. Returns the new state, posted. For the bank''s own functions only, which hold the account''s lock and have derived the lines from what is true now.';

CREATE FUNCTION creditbank.take_back_lines(decision_id bigint, reason text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	posted record;
	later record;
	entry_seq bigint;
BEGIN
	SELECT d.account_id, d.first_seq, d.last_seq
	INTO STRICT posted
	FROM creditbank.decision AS d
	WHERE d.decision_id = take_back_lines.decision_id;
	SELECT a.ref, d.decision_id
	INTO later
	FROM creditbank.achievement AS a
	JOIN creditbank.consumption AS own ON own.achievement_id = a.achievement_id
	JOIN creditbank.consumption AS next ON next.achievement_id = own.achievement_id AND next.purpose = own.purpose
	JOIN creditbank.decision AS d ON d.account_id = a.account_id AND next.seq BETWEEN d.first_seq AND d.last_seq
	WHERE a.account_id = posted.account_id
		AND own.seq BETWEEN posted.first_seq AND posted.last_seq
		AND next.seq > posted.last_seq
	ORDER BY next.seq DESC
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('already_consumed'),
			MESSAGE = format('what decision %s left over was used since', take_back_lines.decision_id),
			DETAIL = format('Decision %s used "%s".', later.decision_id, later.ref),
			HINT = 'Take the later decision back first.',
			SCHEMA = 'creditbank',
			TABLE = 'consumption';
	END IF;

	PERFORM creditbank.take_back_points(posted.account_id, posted.first_seq, posted.last_seq, take_back_lines.decision_id);
	DELETE FROM creditbank.consumption AS c
	USING creditbank.achievement AS a
	WHERE a.account_id = posted.account_id
		AND c.achievement_id = a.achievement_id
		AND c.seq BETWEEN posted.first_seq AND posted.last_seq;
	-- What was granted first: a balance never goes below zero on the way.
	FOR entry_seq IN REVERSE posted.last_seq .. posted.first_seq
	LOOP
		PERFORM creditbank.reverse_entry(posted.account_id, entry_seq, creditbank.today(),
			jsonb_build_object('decision', take_back_lines.decision_id, 'reason', take_back_lines.reason)::text);
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.take_back_lines(bigint, text) IS
'Takes the ledger entries of a posted decision back, the last first, and what it used of achievements. For the bank''s own functions only. Errors: already_consumed when a later decision used what this one left over; insufficient_balance.';

CREATE FUNCTION creditbank.explanation_language(language text)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN coalesce(language, CASE WHEN current_setting('lc_messages') ILIKE 'zh%' THEN 'zh' ELSE 'en' END);
END
$$;
COMMENT ON FUNCTION creditbank.explanation_language(text) IS
'The language to explain in: the one given, or for NULL that of the setting lc_messages, zh or en.';

CREATE FUNCTION creditbank.known_language(language text)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF creditbank.explanation_language(language) NOT IN ('en', 'zh') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('unknown language "%s"', left(language, 100)),
			HINT = 'The languages are "en" and "zh".';
	END IF;
	RETURN creditbank.explanation_language(language);
END
$$;
COMMENT ON FUNCTION creditbank.known_language(text) IS
'The language to say something in: en or zh, for NULL that of the setting lc_messages. Errors: invalid_parameter for another.';

CREATE FUNCTION creditbank.explain_decision(decision_id bigint, language text DEFAULT NULL)
RETURNS TABLE (
	rule text,
	source text,
	target text,
	parameter text,
	required text,
	found text,
	missing text,
	passed boolean,
	sentence text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	SELECT e.*
	FROM creditbank.decision AS d
	JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
	CROSS JOIN LATERAL creditbank.explain(b.rules, d.inputs::jsonb -> 'portfolio', d.inputs::jsonb -> 'programme',
		d.inputs::jsonb -> 'history', d.as_of, d.allocation, creditbank.explanation_language(explain_decision.language)) AS e
	WHERE d.decision_id = explain_decision.decision_id;
	IF NOT FOUND AND NOT EXISTS (
		SELECT FROM creditbank.decision AS d
		WHERE d.decision_id = explain_decision.decision_id)
	THEN
		PERFORM creditbank.raise_unknown_decision(explain_decision.decision_id);
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.explain_decision(bigint, text) IS
'Why a decision is as it is, from its stored inputs and its rule book: the rows of explain(), with a sentence for the learner in language (''en'', ''zh''; NULL means that of lc_messages). Errors: bank_not_open, unknown_decision, invalid_parameter.';

CREATE TYPE creditbank.conversion_line AS (
	decision_id bigint,
	state text,
	line integer,
	rule text,
	sources_used text[],
	source_amounts text[],
	source_grades text[],
	target text,
	granted creditbank.credit_amount,
	amount numeric(18,4),
	unit text,
	value numeric,
	before_caps creditbank.credit_amount,
	grade text,
	mark text,
	leftover creditbank.credit_amount,
	leftover_kept boolean,
	needs_assessor boolean,
	proven boolean,
	reason text);
COMMENT ON TYPE creditbank.conversion_line IS
'A line of a conversion, granted or refused: what convert and propose_conversion return.';
COMMENT ON COLUMN creditbank.conversion_line.decision_id IS 'The decision; NULL in a dry run.';
COMMENT ON COLUMN creditbank.conversion_line.state IS 'The decision''s state; NULL in a dry run.';
COMMENT ON COLUMN creditbank.conversion_line.line IS 'The line''s number in it.';
COMMENT ON COLUMN creditbank.conversion_line.rule IS 'The rule; NULL for an achievement that no rule used.';
COMMENT ON COLUMN creditbank.conversion_line.sources_used IS 'The achievements it rests on.';
COMMENT ON COLUMN creditbank.conversion_line.source_amounts IS 'The original amount of each.';
COMMENT ON COLUMN creditbank.conversion_line.source_grades IS 'The original grade of each.';
COMMENT ON COLUMN creditbank.conversion_line.target IS 'The course granted; NULL for credit without a course.';
COMMENT ON COLUMN creditbank.conversion_line.granted IS 'What is granted, with its unit; NULL when refused.';
COMMENT ON COLUMN creditbank.conversion_line.amount IS 'The same as a plain number.';
COMMENT ON COLUMN creditbank.conversion_line.unit IS 'Its unit.';
COMMENT ON COLUMN creditbank.conversion_line.value IS 'The exact value before rounding and caps.';
COMMENT ON COLUMN creditbank.conversion_line.before_caps IS 'The value after rounding.';
COMMENT ON COLUMN creditbank.conversion_line.grade IS 'The grade it is recognised with.';
COMMENT ON COLUMN creditbank.conversion_line.mark IS 'The mark it is posted with.';
COMMENT ON COLUMN creditbank.conversion_line.leftover IS 'What remained of the source.';
COMMENT ON COLUMN creditbank.conversion_line.leftover_kept IS 'Whether that stays usable; else it is forfeited.';
COMMENT ON COLUMN creditbank.conversion_line.needs_assessor IS 'Whether its rule asks for an assessor''s approval.';
COMMENT ON COLUMN creditbank.conversion_line.proven IS 'Whether nothing better exists, where the best was looked for.';
COMMENT ON COLUMN creditbank.conversion_line.reason IS 'Why it is refused; NULL when granted.';

CREATE FUNCTION creditbank.lines_of_decision(decision_id bigint)
RETURNS SETOF creditbank.conversion_line
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT d.decision_id, d.state, l.line, l.rule, l.sources, l.source_amounts, l.source_grades, l.target,
		l.granted, l.granted::numeric(18,4), creditbank.unit(l.granted), l.value, l.before_caps, l.grade, l.mark,
		l.leftover, l.leftover_kept, l.needs_assessor, l.proven, l.reason
	FROM creditbank.decision AS d
	JOIN creditbank.decision_line AS l ON l.decision_id = d.decision_id
	WHERE d.decision_id = lines_of_decision.decision_id
	ORDER BY l.line;
END
$$;
COMMENT ON FUNCTION creditbank.lines_of_decision(bigint) IS
'The lines of a stored decision, as convert returns them.';
