-- conversion.sql: conversion of recognised achievements into credits of
-- a programme, by the rule book in force.
-- Promise: what is posted is exactly what evaluate() decides from stored
-- inputs, so it can be derived again; an achievement is consumed once per
-- purpose. Nothing here decides by itself.

CREATE PROCEDURE creditbank.create_conversion_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.decision (
		decision_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint NOT NULL,
		programme text NOT NULL,
		rule_book_id bigint NOT NULL,
		as_of date NOT NULL,
		inputs text NOT NULL,
		inputs_digest bytea NOT NULL,
		decided_at timestamptz NOT NULL,
		decided_by text NOT NULL,
		CONSTRAINT decision_pkey PRIMARY KEY (decision_id),
		CONSTRAINT decision_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT decision_programme_fkey FOREIGN KEY (programme) REFERENCES creditbank.programme (code),
		CONSTRAINT decision_rule_book_fkey FOREIGN KEY (rule_book_id) REFERENCES creditbank.rule_book (rule_book_id)
	);
	COMMENT ON TABLE creditbank.decision IS 'Conversions decided, each with all its inputs. One row per decision.';
	COMMENT ON COLUMN creditbank.decision.decision_id IS 'The decision''s id.';
	COMMENT ON SEQUENCE creditbank.decision_decision_id_seq IS 'Numbers decisions.';
	COMMENT ON COLUMN creditbank.decision.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.decision.programme IS 'The programme converted into.';
	COMMENT ON COLUMN creditbank.decision.rule_book_id IS 'The rule book that decided.';
	COMMENT ON COLUMN creditbank.decision.as_of IS 'The day it was decided for.';
	COMMENT ON COLUMN creditbank.decision.inputs IS 'What was decided upon: portfolio, programme and history, as the JSON text that evaluate() took.';
	COMMENT ON COLUMN creditbank.decision.inputs_digest IS 'The digest of inputs in UTF-8; also in the ledger entries.';
	COMMENT ON COLUMN creditbank.decision.decided_at IS 'When it was decided.';
	COMMENT ON COLUMN creditbank.decision.decided_by IS 'The role that asked for it.';
	CREATE INDEX decision_account_idx ON creditbank.decision (account_id, programme);
	COMMENT ON INDEX creditbank.decision_account_idx IS 'A learner''s earlier conversions into a programme.';

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
	COMMENT ON COLUMN creditbank.decision_line.source_amounts IS 'What each of them was worth where it was earned; NULL where nothing is stated.';
	COMMENT ON COLUMN creditbank.decision_line.source_grades IS 'The grade of each of them; NULL where nothing is stated.';
	COMMENT ON COLUMN creditbank.decision_line.target IS 'The course it grants; NULL for credit without a course.';
	COMMENT ON COLUMN creditbank.decision_line.granted IS 'The amount granted; NULL when refused.';
	COMMENT ON COLUMN creditbank.decision_line.value IS 'The exact value before rounding and caps.';
	COMMENT ON COLUMN creditbank.decision_line.before_caps IS 'The value after rounding, before caps.';
	COMMENT ON COLUMN creditbank.decision_line.grade IS 'The original grade, carried over.';
	COMMENT ON COLUMN creditbank.decision_line.mark IS 'The mark the line is posted with.';
	COMMENT ON COLUMN creditbank.decision_line.leftover IS 'What remained of the source.';
	COMMENT ON COLUMN creditbank.decision_line.leftover_kept IS 'Whether that stays usable for a later conversion; NULL without a leftover.';
	COMMENT ON COLUMN creditbank.decision_line.dated IS 'The day that caps by year go by.';
	COMMENT ON COLUMN creditbank.decision_line.tags IS 'The tags of its sources; NULL when they have none.';
	COMMENT ON COLUMN creditbank.decision_line.needs_assessor IS 'Whether its rule wants an assessor to look at it.';
	COMMENT ON COLUMN creditbank.decision_line.proven IS 'Whether no better allocation exists; NULL when rules were tried by priority.';
	COMMENT ON COLUMN creditbank.decision_line.reason IS 'Why it was refused; NULL when granted.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_conversion_tables() IS
'Makes the tables of decisions; a part of create_bank.';

CREATE FUNCTION creditbank.portfolio_document(of_account bigint, sources text[] DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'id', a.achievement_id,
			'ref', a.ref::text,
			'title', a.title,
			'amount', coalesce(a.amount, a.claimed_amount)::text,
			'remaining', CASE WHEN used.partly THEN creditbank.remaining_amount(a.achievement_id, 'credit')::text END,
			'level', a.level,
			'grade', a.grade,
			'attendance', a.attendance,
			'overlap', a.overlap,
			'awarded_on', a.awarded_on,
			'expires_on', a.expires_on,
			'institution', creditbank.issuer(a.ref),
			'rank', a.rank,
			'tags', to_jsonb(a.tags),
			'state', a.state,
			'consumed', used.up
			)) ORDER BY a.ref), '[]')
		FROM creditbank.achievement AS a
		CROSS JOIN LATERAL (
			SELECT coalesce(bool_or(c.remainder IS NULL), false) AS up,
				coalesce(bool_and(c.remainder IS NOT NULL), false) AS partly
			FROM creditbank.consumption AS c
			WHERE c.achievement_id = a.achievement_id
				AND c.purpose = 'credit') AS used
		WHERE a.account_id = of_account
			AND a.state <> 'declined'
			AND (portfolio_document.sources IS NULL
				OR a.ref = ANY (portfolio_document.sources::creditbank.achievement_ref[])));
END
$$;
COMMENT ON FUNCTION creditbank.portfolio_document(bigint, text[]) IS
'An account''s achievements as the jsonb portfolio that evaluate() takes; with sources, only those references.';

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
			AND l.granted IS NOT NULL);
END
$$;
COMMENT ON FUNCTION creditbank.history_document(bigint, text) IS
'The lines granted to an account in a programme so far, as the jsonb history that evaluate() takes.';

CREATE FUNCTION creditbank.conversion_inputs(of_account bigint, programme text, sources text[])
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF conversion_inputs.programme IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_programme'),
			MESSAGE = 'no programme was named',
			DETAIL = 'programme is NULL.',
			HINT = 'SELECT code, title FROM creditbank.programme lists the programmes.';
	END IF;
	RETURN jsonb_build_object(
		'portfolio', creditbank.portfolio_document(of_account, conversion_inputs.sources),
		'programme', creditbank.programme_document(conversion_inputs.programme),
		'history', creditbank.history_document(of_account, conversion_inputs.programme));
END
$$;
COMMENT ON FUNCTION creditbank.conversion_inputs(bigint, text, text[]) IS
'Everything a conversion is decided upon, as one jsonb object. Errors: unknown_programme.';

CREATE FUNCTION creditbank.rules_for(programme text, as_of date, rules text)
RETURNS creditbank.rule_set
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF rules_for.rules IS NOT NULL THEN
		RETURN rules_for.rules::creditbank.rule_set;
	END IF;
	RETURN (
		SELECT b.rules
		FROM creditbank.rule_book AS b
		WHERE b.rule_book_id = creditbank.rules_in_force(rules_for.programme, rules_for.as_of));
END
$$;
COMMENT ON FUNCTION creditbank.rules_for(text, date, text) IS
'The rules a question is answered by: a draft given as text, or the rule book in force. Errors: no_rules_in_force, and those of rule_set''s input.';

CREATE FUNCTION creditbank.explain_conversion(
	account text,
	programme text,
	as_of date DEFAULT NULL,
	rules text DEFAULT NULL)
RETURNS TABLE (
	rule text,
	source text,
	target text,
	parameter text,
	required text,
	found text,
	missing text,
	passed boolean)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	inputs jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	inputs := creditbank.conversion_inputs(creditbank.account_id(explain_conversion.account),
		explain_conversion.programme, NULL);
	explain_conversion.as_of := coalesce(explain_conversion.as_of, creditbank.today());
	PERFORM creditbank.check_conversion_day(explain_conversion.as_of);
	RETURN QUERY
	SELECT e.rule, e.source, e.target, e.parameter, e.required, e.found, e.missing, e.passed
	FROM creditbank.explain(
		creditbank.rules_for(explain_conversion.programme, explain_conversion.as_of, explain_conversion.rules),
		inputs -> 'portfolio', inputs -> 'programme', inputs -> 'history', explain_conversion.as_of) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.explain_conversion(text, text, date, text) IS
'Why each rule would or would not convert what an account holds into a programme: one row per thing tried, with what was required, found and missing. as_of is the day asked about (NULL means today). rules tries the text of a draft rule set in place of the rule book in force. Writes nothing. Errors: bank_not_open, unknown_account, unknown_programme, no_rules_in_force, invalid_date.';

CREATE FUNCTION creditbank.check_conversion_day(as_of date)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF as_of NOT BETWEEN '1900-01-01' AND '9999-12-31' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a conversion is decided for a day',
			DETAIL = format('as_of is %s.', as_of),
			HINT = 'Leave as_of out to decide for today.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_conversion_day(date) IS
'Raises invalid_date unless the day of a question lies between the years 1900 and 9999. A question may be about a day to come; a posting may not.';

CREATE FUNCTION creditbank.check_sources(of_account bigint, sources text[])
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	source text;
	held record;
BEGIN
	FOREACH source IN ARRAY sources
	LOOP
		SELECT a.ref, a.state, c.used_for, c.consumed_on
		INTO held
		FROM creditbank.achievement AS a
		LEFT JOIN creditbank.consumption AS c
			ON c.achievement_id = a.achievement_id AND c.purpose = 'credit' AND c.remainder IS NULL
		WHERE a.achievement_id = creditbank.find_achievement(of_account, source);
		IF held.state <> 'recognised' THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('not_recognised'),
				MESSAGE = format('"%s" is not recognised', held.ref),
				DETAIL = format('It is %s; only what is recognised converts.', held.state),
				HINT = 'An assessor recognises it with creditbank.recognise().',
				SCHEMA = 'creditbank',
				TABLE = 'achievement',
				COLUMN = 'state';
		END IF;
		IF held.used_for IS NOT NULL THEN
			PERFORM creditbank.raise_already_consumed(held.ref, held.used_for, held.consumed_on);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.check_sources(bigint, text[]) IS
'Raises unless an account holds every named achievement, recognised and not yet used up: unknown_achievement, not_recognised, already_consumed.';

CREATE FUNCTION creditbank.raise_already_consumed(ref creditbank.achievement_ref, used_for text, consumed_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('already_consumed'),
		MESSAGE = format('"%s" is used up', ref),
		DETAIL = format('It was converted into programme "%s" on %s.', used_for, to_char(consumed_on, 'YYYY-MM-DD')),
		HINT = 'An achievement converts once; creditbank.lifelong_file() shows what is left.',
		SCHEMA = 'creditbank',
		TABLE = 'consumption',
		CONSTRAINT = 'consumption_once';
END
$$;
COMMENT ON FUNCTION creditbank.raise_already_consumed(creditbank.achievement_ref, text, date) IS
'Raises already_consumed for an achievement, saying when and for what. Never returns.';

CREATE FUNCTION creditbank.raise_nothing_converted(of_account bigint, programme text, capped boolean, reasons text[])
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	used record;
BEGIN
	-- The plainest cause first: all that is recognised was converted before.
	SELECT a.ref, c.used_for, c.consumed_on
	INTO used
	FROM creditbank.achievement AS a
	JOIN creditbank.consumption AS c
		ON c.achievement_id = a.achievement_id AND c.purpose = 'credit' AND c.remainder IS NULL
	WHERE a.account_id = of_account
		AND NOT EXISTS (
			SELECT FROM creditbank.achievement AS other
			WHERE other.account_id = of_account
				AND other.state = 'recognised'
				AND NOT creditbank.is_used_up(other.achievement_id))
	ORDER BY c.consumed_on DESC, a.achievement_id
	LIMIT 1;
	IF FOUND THEN
		PERFORM creditbank.raise_already_consumed(used.ref, used.used_for, used.consumed_on);
	END IF;
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate(CASE WHEN raise_nothing_converted.capped THEN 'cap_exceeded' ELSE 'nothing_converted' END),
		MESSAGE = format(CASE WHEN raise_nothing_converted.capped
				THEN 'a cap stands in the way of converting into programme "%s"'
				ELSE 'nothing converts into programme "%s"' END,
			raise_nothing_converted.programme),
		DETAIL = coalesce(array_to_string(raise_nothing_converted.reasons, E'\n'), 'The account holds no achievement.'),
		HINT = 'creditbank.explain_conversion() shows each rule, what it requires and what is missing.';
END
$$;
COMMENT ON FUNCTION creditbank.raise_nothing_converted(bigint, text, boolean, text[]) IS
'Raises already_consumed when all that an account has recognised was converted before, cap_exceeded when a cap stood in the way, else nothing_converted; with the reasons. Never returns.';

CREATE FUNCTION creditbank.convert(
	account text,
	programme text,
	sources text[] DEFAULT NULL,
	as_of date DEFAULT NULL,
	dry_run boolean DEFAULT false)
RETURNS TABLE (
	decision_id bigint,
	line integer,
	rule text,
	sources_used text[],
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
	reason text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	inputs jsonb;
	book_id bigint;
	new_decision bigint;
BEGIN
	PERFORM creditbank.require_bank();
	convert.as_of := coalesce(convert.as_of, creditbank.today());
	PERFORM creditbank.check_conversion_day(convert.as_of);
	IF cardinality(convert.sources) = 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no achievement was named to convert',
			DETAIL = 'sources is an empty list.',
			HINT = 'Leave sources out to convert whatever the account has recognised.';
	END IF;
	IF convert.dry_run IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a conversion is either tried or posted',
			DETAIL = 'dry_run is NULL.',
			HINT = 'Leave dry_run out to post, or pass true to try.';
	END IF;
	IF convert.dry_run THEN
		of_account := creditbank.account_id(convert.account);
	ELSE
		PERFORM creditbank.check_date(convert.as_of, 'the day of the conversion');
		of_account := creditbank.lock_account(convert.account);
	END IF;
	inputs := creditbank.conversion_inputs(of_account, convert.programme, convert.sources);
	book_id := creditbank.rules_in_force(convert.programme, convert.as_of);
	PERFORM creditbank.check_sources(of_account, convert.sources);

	IF convert.dry_run THEN
		RETURN QUERY
		SELECT NULL::bigint, v.line, v.rule, v.sources, v.target, v.granted, v.granted::numeric(18,4),
			creditbank.unit(v.granted), v.value, v.before_caps, v.grade, v.mark, v.leftover, v.leftover_kept, v.reason
		FROM creditbank.rule_book AS b
		CROSS JOIN LATERAL creditbank.evaluate(b.rules, inputs -> 'portfolio', inputs -> 'programme',
			inputs -> 'history', convert.as_of) AS v
		WHERE b.rule_book_id = book_id
		ORDER BY v.line;
		RETURN;
	END IF;

	new_decision := creditbank.decide(of_account, convert.programme, book_id, convert.as_of, inputs);
	PERFORM creditbank.post_decision(new_decision);
	RETURN QUERY
	SELECT l.decision_id, l.line, l.rule, l.sources, l.target, l.granted, l.granted::numeric(18,4),
		creditbank.unit(l.granted), l.value, l.before_caps, l.grade, l.mark, l.leftover, l.leftover_kept, l.reason
	FROM creditbank.decision_line AS l
	WHERE l.decision_id = new_decision
	ORDER BY l.line;
END
$$;
COMMENT ON FUNCTION creditbank.convert(text, text, text[], date, boolean) IS
'Converts what an account has recognised into credits of a programme, by the rule book in force on as_of (NULL means today): posts every line granted, uses the achievements behind them up, and returns all lines, the refused ones with their reason. sources limits it to the named achievements; dry_run => true only asks, decides nothing and writes nothing. Errors: bank_not_open, unknown_account, unknown_programme, unknown_achievement, not_recognised, already_consumed, no_rules_in_force; cap_exceeded or nothing_converted when no line is granted; invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.decide(
	of_account bigint,
	programme text,
	book_id bigint,
	as_of date,
	inputs jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	new_decision bigint;
	capped boolean;
	reasons text[];
BEGIN
	INSERT INTO creditbank.decision AS d
		(account_id, programme, rule_book_id, as_of, inputs, inputs_digest, decided_at, decided_by)
	SELECT of_account, decide.programme, book_id, decide.as_of, decide.inputs::text,
		creditbank.digest(convert_to(decide.inputs::text, 'UTF8'), b.suite), now(), creditbank.caller()
	FROM creditbank.bank AS b
	RETURNING d.decision_id INTO new_decision;
	INSERT INTO creditbank.decision_line
		(decision_id, line, rule, sources, source_amounts, source_grades, target, granted, value, before_caps,
		grade, mark, leftover, leftover_kept, dated, tags, needs_assessor, proven, reason)
	SELECT new_decision, v.line, v.rule, v.sources, v.source_amounts, v.source_grades, v.target, v.granted, v.value, v.before_caps,
		v.grade, v.mark, v.leftover, v.leftover_kept, v.dated, v.tags, v.needs_assessor, v.proven, v.reason
	FROM creditbank.rule_book AS b
	CROSS JOIN LATERAL creditbank.evaluate(b.rules, decide.inputs -> 'portfolio', decide.inputs -> 'programme',
		decide.inputs -> 'history', decide.as_of) AS v
	WHERE b.rule_book_id = book_id;
	IF NOT EXISTS (
		SELECT FROM creditbank.decision_line AS l
		WHERE l.decision_id = new_decision AND l.granted IS NOT NULL)
	THEN
		-- What was converted before is not what is asked about.
		SELECT coalesce(bool_or(l.rule IS NOT NULL AND l.reason LIKE 'over cap %'), false),
			array_agg(array_to_string(l.sources, ', ') || ': ' || l.reason ORDER BY l.line)
				FILTER (WHERE l.rule IS NULL AND l.reason <> 'already consumed')
		INTO capped, reasons
		FROM creditbank.decision_line AS l
		WHERE l.decision_id = new_decision;
		PERFORM creditbank.raise_nothing_converted(of_account, decide.programme, capped, reasons);
	END IF;
	RETURN new_decision;
END
$$;
COMMENT ON FUNCTION creditbank.decide(bigint, text, bigint, date, jsonb) IS
'Evaluates a rule book on the inputs of a conversion and stores the decision with its lines. Returns its id. For the bank''s own functions only. Errors: already_consumed, cap_exceeded or nothing_converted when no line is granted.';

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
			'rules', encode(creditbank.rule_set_digest(b.rules, bank.suite), 'hex'),
			'inputs', encode(creditbank.digest(convert_to(d.inputs, 'UTF8'), bank.suite), 'hex'))
		FROM creditbank.decision AS d
		JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
		CROSS JOIN creditbank.bank AS bank
		WHERE d.decision_id = decision_document.decision_id);
END
$$;
COMMENT ON FUNCTION creditbank.decision_document(bigint) IS
'A decision as it stands, as jsonb: what the ledger entries it led to hold of it in their detail, with the digests of rules and inputs. NULL for an unknown id.';

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

CREATE FUNCTION creditbank.post_decision(decision_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	decided record;
	granted record;
	remainder creditbank.credit_amount;
BEGIN
	SELECT d.account_id, d.programme, creditbank.decision_document(d.decision_id) AS document
	INTO decided
	FROM creditbank.decision AS d
	WHERE d.decision_id = post_decision.decision_id;

	-- Where several lines count the same source, the least left over is kept.
	FOR granted IN
		SELECT s.ref, min(l.line) AS line,
			min(l.leftover) FILTER (WHERE l.leftover_kept) AS remainder
		FROM creditbank.decision_line AS l
		CROSS JOIN unnest(l.sources) AS s (ref)
		WHERE l.decision_id = post_decision.decision_id AND l.granted IS NOT NULL
		GROUP BY s.ref
		ORDER BY min(l.line), s.ref COLLATE "C"
	LOOP
		remainder := CASE WHEN sign(granted.remainder) = 1 THEN granted.remainder END;
		PERFORM creditbank.consume_achievement(decided.account_id, granted.ref, 'credit', decided.programme, remainder,
			(decided.document || jsonb_strip_nulls(jsonb_build_object('remainder', remainder)))::text);
	END LOOP;

	FOR granted IN
		SELECT l.target, l.granted, c.title, creditbank.decision_line_document(l.decision_id, l.line) AS document
		FROM creditbank.decision_line AS l
		LEFT JOIN creditbank.programme_course AS c
			ON c.programme = decided.programme AND c.ref = l.target::creditbank.achievement_ref
		WHERE l.decision_id = post_decision.decision_id AND l.granted IS NOT NULL
		ORDER BY l.line
	LOOP
		PERFORM creditbank.append_entry(decided.account_id, 'converted', granted.granted,
			granted.target::creditbank.achievement_ref, creditbank.today(),
			(granted.document || jsonb_strip_nulls(jsonb_build_object('title', granted.title)))::text);
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.post_decision(bigint) IS
'Posts a decision: an entry for each achievement used up, then one for each line granted. They count from today, whatever day was decided for. Each carries the decision, with the digests of rules and inputs, and its line. For the bank''s own functions only.';
