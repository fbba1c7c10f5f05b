-- conversion.sql: conversion of recognised achievements into credits of
-- a programme, by the rule book in force.
-- Promise: what is posted is exactly what evaluate() decides from stored
-- inputs, so it can be derived again, and what it decides from what is true at
-- the moment of posting, so every cap holds afterwards; an achievement is
-- consumed once per purpose. Nothing here decides by itself.

CREATE FUNCTION creditbank.programme_purpose(programme text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT p.purpose
		FROM creditbank.programme AS p
		WHERE p.code = programme_purpose.programme);
END
$$;
COMMENT ON FUNCTION creditbank.programme_purpose(text) IS
'What achievements are used for in a programme: credit, or points in a points scheme. NULL for an unknown one and for NULL.';

CREATE FUNCTION creditbank.held_document(of_account bigint, purpose text, sources text[] DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	taken_back bigint[] := creditbank.taken_back_achievements(of_account);
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'id', a.achievement_id,
			'ref', a.ref::text,
			'title', a.title,
			'amount', coalesce(a.amount, a.claimed_amount)::text,
			'hours', CASE WHEN creditbank.unit(coalesce(a.amount, a.claimed_amount)) IS DISTINCT FROM 'hr' THEN a.hours::text END,
			'remaining', CASE WHEN used.partly THEN creditbank.remaining_amount(a.achievement_id, held_document.purpose)::text END,
			'level', a.level,
			'grade', a.grade,
			'scale', a.scale,
			'attendance', a.attendance,
			'overlap', a.overlap,
			'place', a.place,
			'share', a.share,
			'awarded_on', a.awarded_on,
			'expires_on', a.expires_on,
			'institution', creditbank.issuer(a.ref),
			'rank', a.rank,
			'tags', to_jsonb(a.tags),
			'state', a.state,
			'consumed', used.up OR NOT asked.named
			)) ORDER BY a.ref), '[]')
		FROM creditbank.achievement AS a
		CROSS JOIN LATERAL (
			SELECT coalesce(bool_or(c.remainder IS NULL), false) AS up,
				coalesce(bool_and(c.remainder IS NOT NULL), false) AS partly
			FROM creditbank.consumption AS c
			WHERE c.achievement_id = a.achievement_id
				AND c.purpose = held_document.purpose) AS used
		CROSS JOIN LATERAL (
			SELECT held_document.sources IS NULL
				OR a.ref = ANY (held_document.sources::creditbank.achievement_ref[]) AS named) AS asked
		WHERE a.account_id = of_account
			AND creditbank.achievement_stands(a.state)
			AND a.achievement_id <> ALL (taken_back)
			-- What was counted before stands in the way of its duplicates, named or not.
			AND (asked.named OR used.up OR used.partly));
END
$$;
COMMENT ON FUNCTION creditbank.held_document(bigint, text, text[]) IS
'An account''s achievements as a jsonb portfolio of which programme_portfolio makes that of one programme, without those declined, withdrawn, revoked or taken back; consumed and remaining are those of a purpose. With sources, only those references and, as consumed, what was used before, whose duplicates do not count.';

CREATE FUNCTION creditbank.programme_portfolio(portfolio jsonb, programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(CASE
				WHEN p.item ?| '{overlap,overlaps}' OR NOT mapped.at_all THEN p.item
				ELSE jsonb_strip_nulls(p.item || jsonb_build_object('overlaps',
					creditbank.overlap_document(catalogue.ref, programme_portfolio.programme))) END ORDER BY p.place), '[]')
		FROM jsonb_array_elements(portfolio) WITH ORDINALITY AS p (item, place)
		CROSS JOIN LATERAL (
			SELECT creditbank.catalogue_ref((p.item ->> 'ref')::creditbank.achievement_ref) AS ref) AS catalogue
		CROSS JOIN LATERAL (
			SELECT EXISTS (
					SELECT FROM creditbank.standard_match AS s
					WHERE s.certificate_ref = catalogue.ref)
				OR EXISTS (
					SELECT FROM creditbank.standard_mapping AS s
					WHERE s.certificate_ref = catalogue.ref) AS at_all) AS mapped
		WHERE NOT EXISTS (
			SELECT FROM creditbank.programme_course AS c
			WHERE c.programme = programme_portfolio.programme
				AND c.ref = catalogue.ref));
END
$$;
COMMENT ON FUNCTION creditbank.programme_portfolio(jsonb, text) IS
'A portfolio as evaluate() takes it for a programme: with the mapped overlaps where an achievement states none, and without the programme''s own courses, which were studied there and are history. NULL for NULL.';

CREATE FUNCTION creditbank.portfolio_document(of_account bigint, programme text, sources text[] DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.programme_portfolio(
		creditbank.held_document(of_account, creditbank.programme_purpose(portfolio_document.programme), portfolio_document.sources),
		portfolio_document.programme);
END
$$;
COMMENT ON FUNCTION creditbank.portfolio_document(bigint, text, text[]) IS
'An account''s achievements as the jsonb portfolio that evaluate() takes for a programme, without those declined, withdrawn, revoked or taken back, and without the programme''s own courses, which were studied there and are history; with sources, only those references and, as consumed, what was used before, whose duplicates do not count.';

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
		'portfolio', creditbank.portfolio_document(of_account, conversion_inputs.programme, conversion_inputs.sources),
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
DECLARE
	asked creditbank.rule_set;
BEGIN
	IF rules_for.rules IS NOT NULL THEN
		asked := rules_for.rules::creditbank.rule_set;
	ELSE
		SELECT b.rules
		INTO STRICT asked
		FROM creditbank.rule_book AS b
		WHERE b.rule_book_id = creditbank.rules_in_force(rules_for.programme, rules_for.as_of);
	END IF;
	PERFORM creditbank.check_points_rules(rules_for.programme, asked);
	RETURN asked;
END
$$;
COMMENT ON FUNCTION creditbank.rules_for(text, date, text) IS
'The rules a question is answered by: a draft given as text, or the rule book in force. Errors: no_rules_in_force, invalid_rule_set when they grant credit in a points scheme, and those of rule_set''s input.';

CREATE FUNCTION creditbank.explain_conversion(
	account text,
	programme text,
	as_of date DEFAULT NULL,
	rules text DEFAULT NULL,
	allocation text DEFAULT 'priority',
	language text DEFAULT NULL)
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
DECLARE
	inputs jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_allocation(explain_conversion.allocation);
	inputs := creditbank.conversion_inputs(creditbank.account_id(explain_conversion.account),
		explain_conversion.programme, NULL);
	explain_conversion.as_of := coalesce(explain_conversion.as_of, creditbank.today());
	PERFORM creditbank.check_conversion_day(explain_conversion.as_of);
	PERFORM creditbank.check_programme(explain_conversion.programme, explain_conversion.as_of);
	RETURN QUERY
	SELECT e.*
	FROM creditbank.explain(
		creditbank.rules_for(explain_conversion.programme, explain_conversion.as_of, explain_conversion.rules),
		inputs -> 'portfolio', inputs -> 'programme', inputs -> 'history', explain_conversion.as_of,
		explain_conversion.allocation, creditbank.explanation_language(explain_conversion.language)) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.explain_conversion(text, text, date, text, text, text) IS
'Why each rule would or would not convert what an account holds into a programme: one row per thing tried, with what was required, found and missing, and a sentence that says so. as_of is the day asked about (NULL means today). rules tries the text of a draft rule set in place of the rule book in force. allocation is that of convert; language ''en'' or ''zh'' (NULL means that of lc_messages). Writes nothing. Errors: bank_not_open, unknown_account, unknown_programme, no_rules_in_force, invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.check_allocation(allocation text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF allocation IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no allocation was named',
			DETAIL = 'allocation is NULL.',
			HINT = 'Leave allocation out to try the rules by their priority, or pass ''best''.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_allocation(text) IS
'Raises invalid_parameter for NULL; evaluate() knows which other allocations there are.';

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

CREATE FUNCTION creditbank.check_sources(of_account bigint, sources text[], purpose text)
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
			ON c.achievement_id = a.achievement_id AND c.purpose = check_sources.purpose AND c.remainder IS NULL
		WHERE a.achievement_id = creditbank.find_achievement(of_account, source);
		IF held.state <> 'recognised' THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('not_recognised'),
				MESSAGE = format('"%s" is not recognised', held.ref),
				DETAIL = format('It is %s; only what is recognised converts.', held.state),
				HINT = CASE
					WHEN held.state = 'frozen' THEN 'An assessor releases it with creditbank.release_achievement(), or revokes it.'
					WHEN creditbank.achievement_stands(held.state) THEN 'An assessor recognises it with creditbank.recognise().'
					ELSE 'It may be deposited anew.' END,
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
COMMENT ON FUNCTION creditbank.check_sources(bigint, text[], text) IS
'Raises unless an account holds every named achievement, recognised and not yet used up for a purpose: unknown_achievement, not_recognised, already_consumed.';

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
		ON c.achievement_id = a.achievement_id AND c.purpose = creditbank.programme_purpose(raise_nothing_converted.programme)
			AND c.remainder IS NULL
	WHERE a.account_id = of_account
		AND NOT EXISTS (
			SELECT FROM creditbank.achievement AS other
			WHERE other.account_id = of_account
				AND other.state = 'recognised'
				AND NOT creditbank.is_used_up(other.achievement_id, c.purpose))
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
		DETAIL = coalesce(array_to_string(raise_nothing_converted.reasons, E'\n'), 'The account holds no achievement, or only courses of the programme itself, which count as studied there.'),
		HINT = 'creditbank.explain_conversion() shows each rule, what it requires and what is missing.';
END
$$;
COMMENT ON FUNCTION creditbank.raise_nothing_converted(bigint, text, boolean, text[]) IS
'Raises already_consumed when all that an account has recognised was converted before, cap_exceeded when a cap stood in the way, else nothing_converted; with the reasons. Never returns.';

CREATE FUNCTION creditbank.check_minimums(
	rules creditbank.rule_set,
	programme text,
	inputs jsonb,
	as_of date,
	allocation text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	lacking text;
BEGIN
	SELECT string_agg(format('%s: required %s, found %s, missing %s', e.parameter, e.required, coalesce(e.found, 'nothing'), e.missing), E'\n' ORDER BY e.ordinality)
	INTO lacking
	FROM creditbank.explain(check_minimums.rules, inputs -> 'portfolio', inputs -> 'programme', inputs -> 'history',
		check_minimums.as_of, check_minimums.allocation) WITH ORDINALITY AS e
	WHERE e.rule IS NULL
		AND e.parameter LIKE 'minimum %'
		AND NOT e.passed;
	IF lacking IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('minimum_missing'),
			MESSAGE = format('programme "%s" asks for more before it is complete', check_minimums.programme),
			DETAIL = lacking,
			HINT = 'Leave completion out to convert what converts; creditbank.explain_conversion() shows each minimum.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_minimums(creditbank.rule_set, text, jsonb, date, text) IS
'Raises minimum_missing unless every minimum of a rule_set is met by the history and what is granted now; the detail has each that is not. NULL passes.';

CREATE FUNCTION creditbank.check_conversion(sources text[], as_of date, allocation text, completion boolean)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_conversion_day(check_conversion.as_of);
	IF cardinality(check_conversion.sources) = 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no achievement was named to convert',
			DETAIL = 'sources is an empty list.',
			HINT = 'Leave sources out to convert whatever the account has recognised.';
	END IF;
	PERFORM creditbank.check_allocation(check_conversion.allocation);
	IF check_conversion.completion IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a conversion either completes the programme or need not',
			DETAIL = 'completion is NULL.',
			HINT = 'Leave completion out, or pass true to ask for every minimum.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_conversion(text[], date, text, boolean) IS
'Raises unless a bank is open and the arguments of a conversion make sense: bank_not_open, invalid_date, invalid_parameter. sources and as_of may be NULL.';

CREATE FUNCTION creditbank.decide(
	account text,
	programme text,
	sources text[],
	as_of date,
	allocation text,
	completion boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	document jsonb;
	book record;
	new_decision bigint;
	capped boolean;
	reasons text[];
BEGIN
	decide.as_of := coalesce(decide.as_of, creditbank.today());
	PERFORM creditbank.check_date(decide.as_of, 'the day of the conversion');
	of_account := creditbank.lock_account_for(decide.account, 'convert');
	document := creditbank.conversion_inputs(of_account, decide.programme, decide.sources);
	PERFORM creditbank.check_programme(decide.programme, decide.as_of);
	SELECT b.rule_book_id, b.rules
	INTO STRICT book
	FROM creditbank.rule_book AS b
	WHERE b.rule_book_id = creditbank.rules_in_force(decide.programme, decide.as_of);
	PERFORM creditbank.check_points_rules(decide.programme, book.rules);
	PERFORM creditbank.check_sources(of_account, decide.sources, creditbank.programme_purpose(decide.programme));

	INSERT INTO creditbank.decision AS d
		(account_id, programme, rule_book_id, as_of, sources, allocation, completion, inputs, inputs_digest, decided_at, decided_by, state)
	SELECT of_account, decide.programme, book.rule_book_id, decide.as_of, decide.sources, decide.allocation, decide.completion,
		document::text, creditbank.digest(convert_to(document::text, 'UTF8'), b.suite), now(), creditbank.caller(), 'draft'
	FROM creditbank.bank AS b
	RETURNING d.decision_id INTO new_decision;
	INSERT INTO creditbank.decision_step (decision_id, number, step, from_state, to_state, taken_at, taken_by)
	VALUES (new_decision, 1, 'propose_conversion', NULL, 'draft', clock_timestamp(), creditbank.caller());
	-- A line's columns are those of evaluate(), in their order.
	INSERT INTO creditbank.decision_line
	SELECT new_decision, v.*
	FROM creditbank.evaluate(book.rules, document -> 'portfolio', document -> 'programme', document -> 'history',
		decide.as_of, decide.allocation) AS v;
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
	IF decide.completion THEN
		PERFORM creditbank.check_minimums(book.rules, decide.programme, document, decide.as_of, decide.allocation);
	END IF;
	RETURN new_decision;
END
$$;
COMMENT ON FUNCTION creditbank.decide(text, text, text[], date, text, boolean) IS
'Locks an account, evaluates the rule book in force on what it holds, and stores the decision with its lines as a draft. Returns its id. For the bank''s own functions only. Errors: those of convert.';

CREATE FUNCTION creditbank.propose_conversion(
	account text,
	programme text,
	sources text[] DEFAULT NULL,
	as_of date DEFAULT NULL,
	allocation text DEFAULT 'priority',
	completion boolean DEFAULT false)
RETURNS SETOF creditbank.conversion_line
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	decided bigint;
BEGIN
	PERFORM creditbank.check_conversion(propose_conversion.sources, propose_conversion.as_of,
		propose_conversion.allocation, propose_conversion.completion);
	decided := creditbank.decide(propose_conversion.account, propose_conversion.programme,
		propose_conversion.sources, propose_conversion.as_of, propose_conversion.allocation, propose_conversion.completion);
	RETURN QUERY
	SELECT *
	FROM creditbank.lines_of_decision(decided);
END
$$;
COMMENT ON FUNCTION creditbank.propose_conversion(text, text, text[], date, text, boolean) IS
'Decides a conversion as convert does and stores it as a draft: nothing is posted and nothing used up before it was submitted, approved and posted. Returns its lines. Errors: those of convert.';

CREATE FUNCTION creditbank.convert(
	account text,
	programme text,
	sources text[] DEFAULT NULL,
	as_of date DEFAULT NULL,
	dry_run boolean DEFAULT false,
	allocation text DEFAULT 'priority',
	completion boolean DEFAULT false)
RETURNS SETOF creditbank.conversion_line
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	decided bigint;
BEGIN
	PERFORM creditbank.check_conversion(convert.sources, convert.as_of, convert.allocation, convert.completion);
	IF convert.dry_run IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a conversion is either tried or posted',
			DETAIL = 'dry_run is NULL.',
			HINT = 'Leave dry_run out to post, or pass true to try.';
	END IF;
	IF convert.dry_run THEN
		RETURN QUERY
		SELECT *
		FROM creditbank.try_conversion(convert.account, convert.programme, convert.sources,
			coalesce(convert.as_of, creditbank.today()), convert.allocation);
		RETURN;
	END IF;

	decided := creditbank.decide(convert.account, convert.programme, convert.sources, convert.as_of,
		convert.allocation, convert.completion);
	PERFORM creditbank.move_decision(decided, 'submit_decision', NULL);
	IF NOT EXISTS (
		SELECT FROM creditbank.decision_line AS l
		WHERE l.decision_id = decided AND l.granted IS NOT NULL AND l.needs_assessor)
	THEN
		PERFORM creditbank.move_decision(decided, 'convert', NULL);
		PERFORM creditbank.post_lines(decided);
	END IF;
	RETURN QUERY
	SELECT *
	FROM creditbank.lines_of_decision(decided);
END
$$;
COMMENT ON FUNCTION creditbank.convert(text, text, text[], date, boolean, text, boolean) IS
'Converts what an account has recognised into credits of a programme, by the rule book in force on as_of (NULL means today): posts every line granted, uses the achievements behind them up, and returns all lines, the refused ones with their reason. When a granted line needs an assessor, nothing is posted yet: the decision waits in state submitted. sources limits it to the named achievements; dry_run => true only asks, decides nothing and writes nothing. allocation: ''priority'' takes the rules in their order, ''best'' finds the most credit. completion => true refuses a conversion that leaves a minimum of the rule book unmet. In a points scheme it earns points, and the achievements stay there to be converted into credits. Errors: bank_not_open, unknown_account, unknown_programme, unknown_achievement, not_recognised, already_consumed, no_rules_in_force; invalid_rule_set when a rule book grants credit in a points scheme; cap_exceeded or nothing_converted when no line is granted; minimum_missing; invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.try_conversion(
	account text,
	programme text,
	sources text[],
	as_of date,
	allocation text)
RETURNS SETOF creditbank.conversion_line
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint := creditbank.account_id(try_conversion.account);
	inputs jsonb := creditbank.conversion_inputs(of_account, try_conversion.programme, try_conversion.sources);
	rules creditbank.rule_set := creditbank.rules_for(try_conversion.programme, try_conversion.as_of, NULL);
BEGIN
	PERFORM creditbank.check_programme(try_conversion.programme, try_conversion.as_of);
	PERFORM creditbank.check_sources(of_account, try_conversion.sources, creditbank.programme_purpose(try_conversion.programme));
	RETURN QUERY
	SELECT NULL::bigint, NULL, v.line, v.rule, v.sources, v.source_amounts, v.source_grades, v.target,
		v.granted, v.granted::numeric(18,4), creditbank.unit(v.granted), v.value, v.before_caps, v.grade, v.mark,
		v.leftover, v.leftover_kept, v.needs_assessor, v.proven, v.reason
	FROM creditbank.evaluate(rules, inputs -> 'portfolio', inputs -> 'programme', inputs -> 'history',
		try_conversion.as_of, try_conversion.allocation) AS v
	ORDER BY v.line;
END
$$;
COMMENT ON FUNCTION creditbank.try_conversion(text, text, text[], date, text) IS
'The lines that a conversion would have: the dry run of convert, with its errors.';

CREATE FUNCTION creditbank.line_in_words(line jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('%s%s by rule ''%s'' %s', line ->> 'granted', ' for ' || (line ->> 'target'), line ->> 'rule',
	jsonb_strip_nulls(line - '{granted,target,rule,needs_assessor}'::text[]));
COMMENT ON FUNCTION creditbank.line_in_words(jsonb) IS
'A granted line for the detail of an error: what, for what, by which rule, then as jsonb all else that may differ. NULL for NULL.';

CREATE FUNCTION creditbank.check_up_to_date(decision_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	decided record;
	document jsonb;
	differences text;
BEGIN
	SELECT d.*, b.rules, b.in_force, b.name AS rules_name, b.version AS rules_version
	INTO STRICT decided
	FROM creditbank.decision AS d
	JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
	WHERE d.decision_id = check_up_to_date.decision_id;
	IF NOT decided.in_force @> decided.as_of THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('decision_outdated'),
			MESSAGE = format('decision %s is not what would be decided now', check_up_to_date.decision_id),
			DETAIL = format('Rule book "%s" version %s was closed since: on %s, the day decided for, it is no longer in force.',
				decided.rules_name, decided.rules_version, to_char(decided.as_of, 'YYYY-MM-DD')),
			HINT = 'Withdraw it with creditbank.withdraw_decision() and propose the conversion anew.',
			SCHEMA = 'creditbank',
			TABLE = 'decision';
	END IF;
	document := creditbank.conversion_inputs(decided.account_id, decided.programme, decided.sources);
	PERFORM creditbank.check_programme(decided.programme, decided.as_of);
	-- How lines are numbered, and whether better ones were looked for to the end, is no difference.
	WITH stored AS (
		SELECT to_jsonb(l) - '{decision_id,line,proven}'::text[] AS line
		FROM creditbank.decision_line AS l
		WHERE l.decision_id = check_up_to_date.decision_id AND l.granted IS NOT NULL),
	derived AS MATERIALIZED (
		SELECT v.granted, v.sources, v.reason, to_jsonb(v) - '{line,proven}'::text[] AS line
		FROM creditbank.evaluate(decided.rules, document -> 'portfolio', document -> 'programme', document -> 'history',
			decided.as_of, decided.allocation) AS v),
	gone AS (
		SELECT s.line FROM stored AS s
		EXCEPT ALL
		SELECT v.line FROM derived AS v WHERE v.granted IS NOT NULL),
	come AS (
		SELECT v.line FROM derived AS v WHERE v.granted IS NOT NULL
		EXCEPT ALL
		SELECT s.line FROM stored AS s)
	SELECT string_agg(d.difference, E'\n' ORDER BY d.place, d.difference COLLATE "C")
	INTO differences
	FROM (
		SELECT 1 AS place, 'Decided: ' || creditbank.line_in_words(g.line) AS difference
		FROM gone AS g
		UNION ALL
		SELECT 2, 'Now: ' || creditbank.line_in_words(c.line)
		FROM come AS c
		UNION ALL
		SELECT 3, format('Now: %s: %s', array_to_string(v.sources, ', '), v.reason)
		FROM derived AS v
		WHERE v.granted IS NULL
			AND EXISTS (SELECT FROM gone AS g WHERE g.line -> 'sources' ?| v.sources)
		UNION
		-- What no longer stands in the file has no line to say why.
		SELECT 4, format('Now: %s: it is %s', a.ref, CASE WHEN creditbank.achievement_stands(a.state) THEN 'reversed' ELSE a.state END)
		FROM gone AS g
		CROSS JOIN LATERAL jsonb_array_elements_text(g.line -> 'sources') AS s (ref)
		CROSS JOIN LATERAL (
			SELECT h.ref, h.state
			FROM creditbank.achievement AS h
			WHERE h.account_id = decided.account_id
				AND h.ref = s.ref::creditbank.achievement_ref
			ORDER BY h.achievement_id DESC
			LIMIT 1) AS a
		WHERE NOT EXISTS (
			SELECT FROM jsonb_array_elements(document -> 'portfolio') AS p (item)
			WHERE p.item ->> 'ref' = s.ref)) AS d;
	IF differences IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('decision_outdated'),
			MESSAGE = format('decision %s is not what would be decided now', check_up_to_date.decision_id),
			DETAIL = differences,
			HINT = 'Withdraw it with creditbank.withdraw_decision() and propose the conversion anew.',
			SCHEMA = 'creditbank',
			TABLE = 'decision';
	END IF;
	IF decided.completion THEN
		PERFORM creditbank.check_minimums(decided.rules, decided.programme, document, decided.as_of, decided.allocation);
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_up_to_date(bigint) IS
'Raises decision_outdated, with what differs, unless what the account holds now gives the lines that a decision grants, by the same rules, still in force on the same day; minimum_missing when the decision asks for completion and it no longer completes. NULL passes.';

CREATE FUNCTION creditbank.post_decision(decision_id bigint)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_account_permits(creditbank.lock_decision(post_decision.decision_id), 'convert');
	PERFORM creditbank.state_after(post_decision.decision_id, 'post_decision');
	PERFORM creditbank.check_up_to_date(post_decision.decision_id);
	RETURN creditbank.post_lines(post_decision.decision_id);
END
$$;
COMMENT ON FUNCTION creditbank.post_decision(bigint) IS
'Posts an approved decision, once it was derived again from what is true now: its achievements are used up and its granted lines added. Returns the new state, posted. Errors: bank_not_open, unknown_decision, account_not_active, wrong_state; decision_outdated, with what differs, when other lines would be granted now or the rule book was closed for its day, and minimum_missing; then nothing is posted.';
