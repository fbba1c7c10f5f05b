-- impact.sql: what other rules would change, for every learner, before they
-- are published.
-- Promise: reads only, under one snapshot; asks evaluate() what a conversion
-- would ask it, of the same inputs. Memory does not grow with the bank: learners
-- are taken some hundreds at a time, and rows wait in the server's tuple store.

CREATE FUNCTION creditbank.rules_on_any_day(rules creditbank.rule_set)
RETURNS creditbank.rule_set
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (rules::jsonb - 'effective')::creditbank.rule_set;
COMMENT ON FUNCTION creditbank.rules_on_any_day(creditbank.rule_set) IS
'The same rules without the days of the whole rule set, so that two that follow one another can be asked about one day. NULL for NULL.';

CREATE FUNCTION creditbank.portfolio_afresh(portfolio jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(jsonb_agg(p.item - '{consumed,remaining}'::text[] ORDER BY p.place), '[]')
	FROM jsonb_array_elements(portfolio) WITH ORDINALITY AS p (item, place));
COMMENT ON FUNCTION creditbank.portfolio_afresh(jsonb) IS
'A portfolio as it would be if nothing had been converted yet. NULL for NULL.';

CREATE FUNCTION creditbank.impact(
	old text,
	new text,
	OUT account text,
	INOUT programme text DEFAULT NULL,
	as_of date DEFAULT NULL,
	afresh boolean DEFAULT false,
	OUT unit text,
	OUT old_amount numeric(18,4),
	OUT new_amount numeric(18,4),
	OUT difference numeric(18,4),
	OUT gained text[],
	OUT lost text[])
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	old_rules creditbank.rule_set;
	new_rules creditbank.rule_set;
	programmes jsonb;
	learners bigint[];
	last_account bigint := 0;
	done bigint := 0;
	expected bigint;
	began timestamptz := clock_timestamp();
	due timestamptz;
BEGIN
	PERFORM creditbank.require_bank();
	IF impact.old IS NULL OR impact.new IS NULL OR impact.afresh IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'two sets of rules are compared',
			DETAIL = 'old, new or afresh is NULL.',
			HINT = 'Name each as ''name@version'', or pass the text of a rule_set.';
	END IF;
	old_rules := creditbank.rules_named(impact.old);
	new_rules := creditbank.rules_named(impact.new);
	impact.as_of := coalesce(impact.as_of, greatest(creditbank.today(), lower(creditbank.rule_set_effective(new_rules))));
	PERFORM creditbank.check_conversion_day(impact.as_of);
	programmes := creditbank.impact_programmes(old_rules, new_rules, impact.programme);
	old_rules := creditbank.rules_on_any_day(old_rules);
	new_rules := creditbank.rules_on_any_day(new_rules);

	SELECT count(DISTINCT h.account_id)
	INTO expected
	FROM creditbank.achievement AS h
	WHERE h.state = 'recognised';
	LOOP
		due := creditbank.report_progress('compared', 'learners', done, expected, began, due);
		learners := ARRAY(
			SELECT h.account_id
			FROM creditbank.achievement AS h
			WHERE h.account_id > last_account
				AND h.state = 'recognised'
			GROUP BY h.account_id
			ORDER BY h.account_id
			LIMIT 200);
		EXIT WHEN learners = '{}';
		last_account := learners[cardinality(learners)];
		done := done + cardinality(learners);
		RETURN QUERY
		SELECT creditbank.account_number(c.account_id), c.programme, c.unit,
			c.old_amount::numeric(18,4), c.new_amount::numeric(18,4), (c.new_amount - c.old_amount)::numeric(18,4),
			c.gained, c.lost
		FROM creditbank.compare_rules(learners, programmes, old_rules, new_rules, impact.as_of, impact.afresh) AS c
		ORDER BY c.account_id, c.programme COLLATE "C", c.unit COLLATE "C";
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.impact(text, text, text, date, boolean) IS
'What the rules new would grant otherwise than the rules old, to every account with something recognised: one row per account, programme and unit in which they differ, with the sums that each would grant now, new less old, and the courses (or, for credit without a course, rules) gained and lost. Each is a rule book, drafts included, named as name@version, or the text of a rule_set; the days of the two are left aside. programme limits it to one (NULL: all that one of the two is for); as_of is the day asked about (NULL: today, or the first day of new when that is later); afresh asks as if nothing had been converted yet. Nothing is written. Reports progress by NOTICE every creditbank.progress_interval seconds. Errors: bank_not_open, unknown_rule_book, unknown_programme, invalid_date, invalid_parameter, those of rule_set''s input and of evaluate.';

CREATE FUNCTION creditbank.impact_programmes(old_rules creditbank.rule_set, new_rules creditbank.rule_set, programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	old_scope text[] := creditbank.rule_set_programmes(old_rules);
	new_scope text[] := creditbank.rule_set_programmes(new_rules);
BEGIN
	IF impact_programmes.programme IS NOT NULL THEN
		RETURN jsonb_build_array(creditbank.programme_document(impact_programmes.programme));
	END IF;
	RETURN (
		SELECT coalesce(jsonb_agg(creditbank.programme_document(p.code) ORDER BY p.code COLLATE "C"), '[]')
		FROM creditbank.programme AS p
		WHERE old_scope = '{}'
			OR new_scope = '{}'
			OR p.code = ANY (old_scope || new_scope));
END
$$;
COMMENT ON FUNCTION creditbank.impact_programmes(creditbank.rule_set, creditbank.rule_set, text) IS
'The programmes that a comparison of rules is about, as an array of the documents that evaluate() takes: the one named, or for NULL all that one of the two is for. Errors: unknown_programme.';

CREATE FUNCTION creditbank.compare_rules(
	learners bigint[],
	programmes jsonb,
	old_rules creditbank.rule_set,
	new_rules creditbank.rule_set,
	as_of date,
	afresh boolean)
RETURNS TABLE (
	account_id bigint,
	programme text,
	unit text,
	old_amount numeric,
	new_amount numeric,
	gained text[],
	lost text[])
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH question AS MATERIALIZED (
		SELECT l.account_id, p.document ->> 'code' AS programme,
			CASE WHEN afresh THEN creditbank.portfolio_afresh(f.document) ELSE f.document END AS portfolio,
			p.document AS programme_document,
			CASE WHEN afresh THEN creditbank.studied_document(l.account_id, p.document ->> 'code')
				ELSE creditbank.history_document(l.account_id, p.document ->> 'code') END AS history
		FROM unnest(learners) AS l (account_id)
		CROSS JOIN jsonb_array_elements(programmes) AS p (document)
		CROSS JOIN LATERAL creditbank.portfolio_document(l.account_id, p.document ->> 'code') AS f (document)),
	line AS (
		SELECT q.account_id, q.programme, s.is_new, creditbank.unit(v.granted) AS unit, v.granted::numeric AS granted,
			coalesce(v.target, v.rule) AS label
		FROM question AS q
		CROSS JOIN (VALUES (false, old_rules), (true, new_rules)) AS s (is_new, rules)
		CROSS JOIN LATERAL creditbank.evaluate(s.rules, q.portfolio, q.programme_document, q.history, as_of) AS v
		WHERE v.granted IS NOT NULL),
	compared AS (
		SELECT l.account_id, l.programme, l.unit,
			coalesce(sum(l.granted) FILTER (WHERE NOT l.is_new), 0) AS old_amount,
			coalesce(sum(l.granted) FILTER (WHERE l.is_new), 0) AS new_amount,
			coalesce(array_agg(DISTINCT l.label) FILTER (WHERE NOT l.is_new), '{}') AS old_labels,
			coalesce(array_agg(DISTINCT l.label) FILTER (WHERE l.is_new), '{}') AS new_labels
		FROM line AS l
		GROUP BY l.account_id, l.programme, l.unit)
	SELECT c.account_id, c.programme, c.unit, c.old_amount, c.new_amount,
		ARRAY(SELECT n FROM unnest(c.new_labels) AS n WHERE n <> ALL (c.old_labels) ORDER BY n COLLATE "C"),
		ARRAY(SELECT o FROM unnest(c.old_labels) AS o WHERE o <> ALL (c.new_labels) ORDER BY o COLLATE "C")
	FROM compared AS c
	WHERE c.old_amount <> c.new_amount
		OR c.old_labels <> c.new_labels;
END
$$;
COMMENT ON FUNCTION creditbank.compare_rules(bigint[], jsonb, creditbank.rule_set, creditbank.rule_set, date, boolean) IS
'What two rule sets would grant to some accounts in some programmes, where it differs; a part of impact. No rows for NULL.';
