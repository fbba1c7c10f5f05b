-- verify.sql: verification of the ledger: one account, or all of it.
-- Promise: reads only; recomputes every hash from what is stored and believes
-- nothing else; says which account, which entry and what kind of break. No rows
-- means that nothing was found.

CREATE FUNCTION creditbank.verify_chain(of_account bigint DEFAULT NULL)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, e.prev_hash,
			-- What could never have been hashed is altered, not an error.
			CASE WHEN isfinite(e.occurred_on) AND isfinite(e.recorded_at) AND e.recorded_at < '294246-01-01'
					AND octet_length(e.prev_hash) = 32
				THEN creditbank.entry_hash(b.ledger_id, b.suite, e.account_id, e.seq, e.kind, e.amount, e.ref,
					e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash)
				ELSE '' END AS hash,
			creditbank.genesis_hash(b.ledger_id, b.suite, e.account_id) AS genesis
		FROM creditbank.ledger_entry AS e
		CROSS JOIN creditbank.bank AS b
		WHERE of_account IS NULL OR e.account_id = of_account),
	link AS (
		SELECT entry.*,
			coalesce(lag(seq) OVER in_order, 0) AS seq_before,
			coalesce(lag(hash) OVER in_order, genesis) AS hash_before
		FROM entry
		WINDOW in_order AS (PARTITION BY account_id ORDER BY seq)),
	tail AS (
		SELECT DISTINCT ON (account_id) account_id, seq, hash
		FROM entry
		ORDER BY account_id, seq DESC)
	-- The hash an entry carries of the one before it is what that one was when
	-- the link was made.
	SELECT CASE WHEN seq_before = 0 THEN 'altered_start' ELSE 'altered_entry' END,
		account_id, greatest(seq_before, 1), encode(prev_hash, 'hex'), encode(hash_before, 'hex')
	FROM link
	WHERE seq = seq_before + 1 AND prev_hash <> hash_before
	UNION ALL
	SELECT 'missing_entry', account_id, seq_before + 1,
		format('entry %s', seq_before + 1), format('entry %s', seq)
	FROM link
	WHERE seq > seq_before + 1
	UNION ALL
	SELECT 'forked_chain', account_id, seq, 'one entry', 'more than one entry'
	FROM link
	WHERE seq = seq_before
	UNION ALL
	SELECT CASE
			WHEN a.account_id IS NULL THEN 'missing_account'
			WHEN h.account_id IS NULL THEN 'missing_head'
			WHEN t.seq IS NULL OR t.seq < h.seq THEN 'missing_entry'
			WHEN t.seq > h.seq THEN 'inserted_entry'
			ELSE 'altered_entry' END,
		coalesce(h.account_id, t.account_id, a.account_id),
		CASE
			WHEN t.seq IS NULL THEN 1
			WHEN t.seq < h.seq THEN t.seq + 1
			WHEN t.seq > h.seq THEN h.seq + 1
			ELSE t.seq END,
		CASE WHEN t.seq = h.seq THEN encode(h.head_hash, 'hex') ELSE 'last entry ' || h.seq END,
		CASE WHEN t.seq = h.seq THEN encode(t.hash, 'hex') ELSE 'last entry ' || coalesce(t.seq, 0) END
	FROM (
		SELECT head.*
		FROM creditbank.ledger_head AS head
		WHERE of_account IS NULL OR head.account_id = of_account) AS h
	FULL JOIN tail AS t ON t.account_id = h.account_id
	FULL JOIN (
		SELECT account.account_id
		FROM creditbank.account AS account
		WHERE of_account IS NULL OR account.account_id = of_account) AS a
		ON a.account_id = coalesce(h.account_id, t.account_id)
	WHERE a.account_id IS NULL
		OR h.account_id IS NULL
		OR t.seq IS DISTINCT FROM h.seq
		OR t.hash IS DISTINCT FROM h.head_hash
	ORDER BY 2, 3, 1;
END
$$;
COMMENT ON FUNCTION creditbank.verify_chain(bigint) IS
'Breaks in the chain of one account, or of all for NULL: altered_entry, altered_start, missing_entry, inserted_entry, forked_chain, missing_head, missing_account. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.verify_balances(of_account bigint DEFAULT NULL)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 'differing_balance', h.account_id, h.seq, s.balances::text, h.balances::text
	FROM creditbank.ledger_head AS h
	CROSS JOIN LATERAL (
		SELECT coalesce(array_agg(u.balance ORDER BY u.place), '{}') AS balances
		FROM (
			-- As numbers: altered entries may add up to more than an amount holds.
			SELECT format('%s %s', trim_scale(sum(e.amount::numeric)), creditbank.unit(e.amount)) AS balance,
				min(e.amount) AS place
			FROM creditbank.ledger_entry AS e
			WHERE e.account_id = h.account_id AND e.amount IS NOT NULL
			GROUP BY creditbank.unit(e.amount)) AS u) AS s
	WHERE (of_account IS NULL OR h.account_id = of_account)
		AND s.balances <> h.balances::text[]
	ORDER BY h.account_id;
END
$$;
COMMENT ON FUNCTION creditbank.verify_balances(bigint) IS
'Accounts whose balances are not the sums of their entries: differing_balance. One account, or all for NULL. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.detail_document(detail text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN detail::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	RETURN NULL; -- whoever put that there is to be reported, not to stop the report
END
$$;
COMMENT ON FUNCTION creditbank.detail_document(text) IS
'The detail of a ledger entry as jsonb; NULL when it is none.';

CREATE FUNCTION creditbank.verify_rules()
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 'altered_rules', NULL::bigint, NULL::bigint,
		format('%s version %s on %s for %s, digest %s', b.name, b.version, b.effective, b.programmes, encode(b.digest, 'hex')),
		format('%s version %s on %s for %s, digest %s', creditbank.rule_set_name(b.rules), creditbank.rule_set_version(b.rules),
			creditbank.rule_set_effective(b.rules), creditbank.rule_set_programmes(b.rules),
			encode(creditbank.rule_set_digest(b.rules, bank.suite), 'hex'))
	FROM creditbank.rule_book AS b
	CROSS JOIN creditbank.bank AS bank
	WHERE b.digest <> creditbank.rule_set_digest(b.rules, bank.suite)
		OR b.name <> creditbank.rule_set_name(b.rules)
		OR b.version <> creditbank.rule_set_version(b.rules)
		OR b.effective <> creditbank.rule_set_effective(b.rules)
		OR b.programmes <> creditbank.rule_set_programmes(b.rules)
	ORDER BY b.rule_book_id;
END
$$;
COMMENT ON FUNCTION creditbank.verify_rules() IS
'Published rule books that are not what their digest, name, version, days and programmes say: altered_rules, of no account. A part of verify_ledger.';

CREATE FUNCTION creditbank.verify_file(of_account bigint DEFAULT NULL, except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, k.name AS kind, e.ref, e.amount, creditbank.detail_document(e.detail) AS detail
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE (of_account IS NULL OR e.account_id = of_account)
			AND e.account_id <> ALL (except_accounts)),
	held AS (
		SELECT a.*
		FROM creditbank.achievement AS a
		WHERE (of_account IS NULL OR a.account_id = of_account)
			AND a.account_id <> ALL (except_accounts)),
	achievement_said AS (
		SELECT DISTINCT ON (account_id, detail ->> 'id')
			account_id, seq, detail ->> 'id' AS id, kind AS state, detail -> 'achievement' AS document
		FROM entry
		WHERE kind IN ('deposited', 'recognised', 'declined')
		ORDER BY account_id, detail ->> 'id', seq DESC)
	SELECT 'differing_achievement', coalesce(s.account_id, a.account_id), s.seq,
		s.state || ' ' || s.document, a.state || ' ' || creditbank.achievement_document(a.achievement_id)
	FROM achievement_said AS s
	FULL JOIN held AS a ON a.account_id = s.account_id AND a.achievement_id::text = s.id
	WHERE s.state IS DISTINCT FROM a.state
		OR s.document IS DISTINCT FROM creditbank.achievement_document(a.achievement_id)
	UNION ALL
	SELECT 'differing_consumption', coalesce(e.account_id, c.account_id), coalesce(e.seq, c.seq),
		format('%s used for %s, left over: %s', e.ref, e.detail ->> 'programme', coalesce(e.detail ->> 'remainder', 'nothing')),
		format('%s used for %s, left over: %s', c.ref, c.used_for, coalesce(c.remainder::text, 'nothing'))
	FROM (SELECT * FROM entry WHERE kind = 'consumed') AS e
	FULL JOIN (
		SELECT a.account_id, a.ref, n.used_for, n.remainder, n.seq
		FROM creditbank.consumption AS n
		JOIN held AS a ON a.achievement_id = n.achievement_id) AS c
		ON c.account_id = e.account_id AND c.seq = e.seq
	WHERE e.ref IS DISTINCT FROM c.ref
		OR e.detail ->> 'programme' IS DISTINCT FROM c.used_for
		OR e.detail ->> 'remainder' IS DISTINCT FROM c.remainder::text
	UNION ALL
	SELECT 'differing_decision', coalesce(e.account_id, l.account_id), e.seq,
		format('%s for %s: %s', e.amount, e.ref, e.detail),
		format('%s for %s: %s', l.granted, l.target, l.document)
	FROM (
		-- The course's title is the registry's, which may change it.
		SELECT converted.account_id, converted.seq, converted.ref, converted.amount, converted.detail - 'title' AS detail
		FROM entry AS converted
		WHERE converted.kind = 'converted') AS e
	FULL JOIN (
		SELECT d.account_id, n.decision_id, n.line, n.target, n.granted,
			creditbank.decision_line_document(n.decision_id, n.line) AS document
		FROM creditbank.decision_line AS n
		JOIN creditbank.decision AS d ON d.decision_id = n.decision_id
		WHERE n.granted IS NOT NULL
			AND (of_account IS NULL OR d.account_id = of_account)
			AND d.account_id <> ALL (except_accounts)) AS l
		ON l.account_id = e.account_id
		AND l.decision_id::text = e.detail ->> 'decision'
		AND l.line::text = e.detail ->> 'line'
	WHERE e.amount IS DISTINCT FROM l.granted
		OR e.ref::text IS DISTINCT FROM l.target
		OR e.detail IS DISTINCT FROM l.document
	UNION ALL
	-- An erased holder is no difference; another one in their place is.
	SELECT 'differing_account', e.account_id, e.seq,
		'committed to ' || (e.detail ->> 'commitment'),
		format('committed to %s, holder to %s', encode(a.commitment, 'hex'), coalesce(h.commitment, 'nobody'))
	FROM (SELECT * FROM entry WHERE kind = 'opened') AS e
	JOIN creditbank.account AS a ON a.account_id = e.account_id
	LEFT JOIN (
		SELECT holder.account_id,
			encode(creditbank.digest(holder.salt || convert_to(holder.full_name, 'UTF8'), bank.suite), 'hex') AS commitment
		FROM creditbank.holder AS holder
		CROSS JOIN creditbank.bank AS bank) AS h
		ON h.account_id = e.account_id
	WHERE e.detail ->> 'commitment' IS DISTINCT FROM encode(a.commitment, 'hex')
		OR e.detail ->> 'commitment' <> h.commitment
	ORDER BY 2, 3, 1;
END
$$;
COMMENT ON FUNCTION creditbank.verify_file(bigint, bigint[]) IS
'Where the lifelong file, what is noted as used up, the decisions with their inputs and rules, or the account''s holder differ from what the ledger says of them: differing_achievement, differing_consumption, differing_decision, differing_account. One account, or all for NULL, but for those of the list, whose entries cannot be believed. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.break_meaning(class text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE class
	WHEN 'altered_entry' THEN 'the entry is not what was written: its hash differs from the one the chain holds of it'
	WHEN 'altered_start' THEN 'the first entry does not begin this account''s chain in this ledger'
	WHEN 'missing_entry' THEN 'an entry is missing from the chain'
	WHEN 'inserted_entry' THEN 'an entry stands behind the end of the chain'
	WHEN 'forked_chain' THEN 'two entries claim the same place'
	WHEN 'missing_head' THEN 'the account has no head: nothing says where its chain ends'
	WHEN 'missing_account' THEN 'the ledger has a chain, but the account is gone'
	WHEN 'differing_balance' THEN 'the balance is not the sum of the entries'
	WHEN 'differing_achievement' THEN 'an achievement in the file is not what the ledger says of it'
	WHEN 'differing_consumption' THEN 'what is noted as used up is not what the ledger says'
	WHEN 'differing_decision' THEN 'a decision is not what was posted: its line, its inputs or its rules'
	WHEN 'altered_rules' THEN 'a published rule book is not what was published'
	WHEN 'differing_account' THEN 'the account or its holder is not who it was opened for'
END;
COMMENT ON FUNCTION creditbank.break_meaning(text) IS
'A class of break in words. NULL for NULL or an unknown class.';

CREATE FUNCTION creditbank.verify(of_account bigint DEFAULT NULL)
RETURNS TABLE (
	account text,
	class text,
	seq bigint,
	entry_id bigint,
	meaning text,
	expected text,
	found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH chain AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.verify_chain(of_account) AS c),
	finding AS (
		SELECT * FROM chain
		UNION ALL
		SELECT b.*
		FROM creditbank.verify_balances(of_account) AS b
		UNION ALL
		SELECT f.*
		FROM creditbank.verify_file(of_account, (
			SELECT coalesce(array_agg(DISTINCT chain.account_id), '{}')
			FROM chain)) AS f
		UNION ALL
		SELECT r.*
		FROM creditbank.verify_rules() AS r
		WHERE of_account IS NULL)
	SELECT creditbank.account_number(finding.account_id), finding.class, finding.seq, e.entry_id,
		creditbank.break_meaning(finding.class), finding.expected, finding.found
	FROM finding
	LEFT JOIN creditbank.ledger_entry AS e
		ON e.account_id = finding.account_id AND e.seq = finding.seq
	ORDER BY finding.account_id, finding.seq, finding.class, finding.expected;
END
$$;
COMMENT ON FUNCTION creditbank.verify(bigint) IS
'What verify_account and verify_ledger return, for one account''s id or for all (NULL). For the bank''s own functions only.';

CREATE FUNCTION creditbank.verify_account(
	INOUT account text,
	OUT class text,
	OUT seq bigint,
	OUT entry_id bigint,
	OUT meaning text,
	OUT expected text,
	OUT found text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	SELECT v.*
	FROM creditbank.verify(creditbank.account_id(verify_account.account)) AS v;
END
$$;
COMMENT ON FUNCTION creditbank.verify_account(text) IS
'Verifies one account: recomputes its chain, balances and file. One row per finding: the account''s number, the class of break, the seq and id of the entry, the class in words, what was expected and what was found. No rows when all is well. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.verify_ledger()
RETURNS TABLE (
	account text,
	class text,
	seq bigint,
	entry_id bigint,
	meaning text,
	expected text,
	found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	SELECT v.*
	FROM creditbank.verify(NULL) AS v;
END
$$;
COMMENT ON FUNCTION creditbank.verify_ledger() IS
'Verifies the whole ledger: recomputes every chain, balance and file, and the digests of the rule books (class altered_rules, account NULL). One row per finding, as verify_account returns them; no rows when all is well. Errors: bank_not_open.';
