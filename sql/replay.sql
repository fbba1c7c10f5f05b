-- replay.sql: deriving every posted decision again.
-- Promise: reads only; believes the stored inputs and rule books as far as
-- their digests in the ledger bear them out, and nothing else. No rows means
-- that every decision follows from what it was decided upon.

CREATE FUNCTION creditbank.derived_lines(rules creditbank.rule_set, inputs text, as_of date, allocation text)
RETURNS TABLE (line integer, document jsonb, trouble text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	documents jsonb := creditbank.detail_document(inputs);
BEGIN
	IF documents IS NULL THEN
		RETURN QUERY
		SELECT NULL::integer, NULL::jsonb, 'the inputs are not JSON';
		RETURN;
	END IF;
	RETURN QUERY
	SELECT v.line, to_jsonb(v) - 'line', NULL
	FROM creditbank.evaluate(derived_lines.rules, documents -> 'portfolio', documents -> 'programme',
		documents -> 'history', derived_lines.as_of, derived_lines.allocation) AS v;
EXCEPTION WHEN data_exception OR data_corrupted OR program_limit_exceeded OR statement_too_complex THEN
	RETURN QUERY
	SELECT NULL::integer, NULL::jsonb, SQLERRM; -- to be reported, not to stop the report
END
$$;
COMMENT ON FUNCTION creditbank.derived_lines(creditbank.rule_set, text, date, text) IS
'The lines that the stored inputs of a decision give, each but its number as jsonb; or one row with what stands in the way, when they cannot be evaluated. Not in parallel: it begins a subtransaction.';

CREATE FUNCTION creditbank.replay_batch(first_id bigint, last_id bigint, as_of date)
RETURNS TABLE (
	decision_id bigint,
	account text,
	programme text,
	line integer,
	difference text,
	stored text,
	derived text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
-- The work is in functions: compiling what calls them takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH posted AS MATERIALIZED (
		SELECT d.decision_id, d.account_id, d.programme, d.as_of, d.allocation, d.inputs, d.inputs_digest,
			d.first_seq, d.last_seq, b.rules, b.digest AS rules_digest, bank.suite,
			creditbank.decision_document(d.decision_id) AS document
		FROM creditbank.decision AS d
		JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
		CROSS JOIN creditbank.bank AS bank
		LEFT JOIN creditbank.ledger_entry AS e ON e.account_id = d.account_id AND e.seq = d.first_seq
		WHERE d.decision_id BETWEEN first_id AND last_id
			AND d.first_seq IS NOT NULL
			AND (replay_batch.as_of IS NULL OR coalesce(e.occurred_on <= replay_batch.as_of, true))),
	derived AS MATERIALIZED (
		SELECT p.decision_id, v.line, v.document, v.trouble
		FROM posted AS p
		CROSS JOIN LATERAL creditbank.derived_lines(p.rules, p.inputs, p.as_of, p.allocation) AS v),
	stored AS (
		SELECT l.decision_id, l.line, to_jsonb(l) - '{decision_id,line}'::text[] AS document
		FROM posted AS p
		JOIN creditbank.decision_line AS l ON l.decision_id = p.decision_id
		WHERE NOT EXISTS (SELECT FROM derived AS v WHERE v.decision_id = p.decision_id AND v.trouble IS NOT NULL)),
	differing AS (
		SELECT coalesce(s.decision_id, v.decision_id) AS decision_id, coalesce(s.line, v.line) AS line,
			s.document AS stored, v.document AS derived
		FROM stored AS s
		FULL JOIN (SELECT * FROM derived WHERE trouble IS NULL) AS v ON v.decision_id = s.decision_id AND v.line = s.line
		WHERE s.document IS DISTINCT FROM v.document),
	found AS (
		SELECT v.decision_id, NULL::integer AS line, 'cannot be derived' AS difference, NULL AS stored, v.trouble AS derived
		FROM derived AS v
		WHERE v.trouble IS NOT NULL
		UNION ALL
		SELECT d.decision_id, d.line, CASE WHEN d.stored IS NULL THEN 'missing line' ELSE 'added line' END,
			d.stored::text, d.derived::text
		FROM differing AS d
		WHERE d.stored IS NULL OR d.derived IS NULL
		UNION ALL
		SELECT d.decision_id, d.line, s.key, s.value, v.value
		FROM differing AS d
		CROSS JOIN LATERAL jsonb_each_text(d.stored) AS s
		JOIN LATERAL jsonb_each_text(d.derived) AS v ON v.key = s.key
		WHERE s.value IS DISTINCT FROM v.value
		UNION ALL
		SELECT p.decision_id, NULL, 'inputs in the decision', encode(p.inputs_digest, 'hex'), p.document ->> 'inputs'
		FROM posted AS p
		WHERE encode(p.inputs_digest, 'hex') <> p.document ->> 'inputs'
		UNION ALL
		SELECT p.decision_id, NULL, 'rules in the rule book', encode(p.rules_digest, 'hex'), p.document ->> 'rules'
		FROM posted AS p
		WHERE encode(p.rules_digest, 'hex') <> p.document ->> 'rules'
		UNION ALL
		SELECT p.decision_id, NULL, format('%s in entry %s', d.key, n.seq), e.detail ->> d.key, d.value
		FROM posted AS p
		CROSS JOIN LATERAL generate_series(p.first_seq, p.last_seq) AS n (seq)
		CROSS JOIN LATERAL jsonb_each_text(p.document) AS d
		LEFT JOIN LATERAL (
			SELECT creditbank.detail_document(entry.detail) AS detail
			FROM creditbank.ledger_entry AS entry
			WHERE entry.account_id = p.account_id AND entry.seq = n.seq
			LIMIT 1) AS e ON true
		WHERE e.detail ->> d.key IS DISTINCT FROM d.value)
	SELECT p.decision_id, creditbank.account_number(p.account_id), p.programme, f.line, f.difference, f.stored, f.derived
	FROM found AS f
	JOIN posted AS p ON p.decision_id = f.decision_id
	ORDER BY p.decision_id, f.line NULLS FIRST, f.difference;
END
$$;
COMMENT ON FUNCTION creditbank.replay_batch(bigint, bigint, date) IS
'Replays the posted decisions with ids from first_id to last_id; a part of replay.';

CREATE FUNCTION creditbank.replay(as_of date DEFAULT NULL)
RETURNS TABLE (
	decision_id bigint,
	account text,
	programme text,
	line integer,
	difference text,
	stored text,
	derived text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	batch CONSTANT bigint := 1000;
	last_id bigint;
	first_id bigint;
	done bigint := 0;
	began CONSTANT timestamptz := clock_timestamp();
	due timestamptz;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT min(d.decision_id), max(d.decision_id)
	INTO first_id, last_id
	FROM creditbank.decision AS d;
	WHILE first_id + done <= last_id
	LOOP
		due := creditbank.report_progress('replayed', 'decisions', done, last_id - first_id + 1, began, due);
		RETURN QUERY
		SELECT *
		FROM creditbank.replay_batch(first_id + done, first_id + done + batch - 1, replay.as_of);
		done := done + batch;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.replay(date) IS
'Derives every decision ever posted (with as_of: up to that day) again from its stored inputs, rule book and allocation, and holds the lines and digests against what is stored and what the ledger says: one row per difference, with the line (NULL: the decision as a whole), the column or digest that differs, what is stored and what was derived. No rows when all is well. Reports by NOTICE every creditbank.progress_interval seconds. Errors: bank_not_open.';
