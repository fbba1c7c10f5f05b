-- balance.sql: what an account holds on a day, and what will expire.
-- Promise: expiry is computed from the days on achievements and points, never
-- swept: no entry is written when one expires, and asking about any day,
-- past or to come, has the same answer whenever it is asked, as long as nothing
-- more is posted.

CREATE FUNCTION creditbank.achievement_value(of_achievement bigint, as_of date)
RETURNS creditbank.credit_amount
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	-- What was used names the reference alone, which may have been recognised
	-- before, on appeal or as an earlier deposit, and in another unit: it is of
	-- the last recognition, and nothing is left of those before.
	RETURN (
		SELECT sum(n.amount)
		FROM (
			SELECT e.seq, e.reverses, e.amount, e.detail,
				max(e.seq) FILTER (WHERE k.name = 'recognised' AND e.reverses IS NULL) OVER () AS recognised_seq
			FROM creditbank.achievement AS a
			JOIN creditbank.ledger_entry AS e ON e.account_id = a.account_id AND e.ref = a.ref
			LEFT JOIN creditbank.ledger_entry AS t
				ON t.account_id = e.account_id AND t.seq = e.reverses
			JOIN creditbank.entry_kinds() AS k ON k.kind = coalesce(t.kind, e.kind)
			WHERE a.achievement_id = of_achievement
				AND e.occurred_on <= achievement_value.as_of
				AND k.name IN ('recognised', 'consumed', 'revoked')) AS n
		WHERE coalesce(n.reverses, n.seq) >= n.recognised_seq
		HAVING starts_with(min(n.detail) FILTER (WHERE n.seq = n.recognised_seq), format('{"id": %s, ', of_achievement)));
END
$$;
COMMENT ON FUNCTION creditbank.achievement_value(bigint, date) IS
'What an achievement adds to its account''s balance by the end of a day: what was recognised, less what was used or revoked, with what was taken back left out. NULL when it never had an amount by then, or its document was recognised anew, as another deposit; and for NULL.';

CREATE FUNCTION creditbank.points_on(of_account bigint, as_of date)
RETURNS TABLE (
	seq bigint,
	earned creditbank.credit_amount,
	remaining creditbank.credit_amount,
	earned_on date,
	expires_on date)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH standing AS MATERIALIZED (
		SELECT e.seq, e.amount, k.name AS kind, e.detail, e.occurred_on
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE e.account_id = of_account
			AND e.occurred_on <= points_on.as_of
			AND e.amount IS NOT NULL
			AND k.name IN ('earned', 'reserved', 'redeemed', 'merged')
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id
					AND r.reverses = e.seq
					AND r.occurred_on <= points_on.as_of)),
	used AS (
		SELECT n.key::bigint AS seq, sum(n.value::creditbank.credit_amount) AS amount
		FROM standing AS s
		CROSS JOIN LATERAL jsonb_each_text(s.detail::jsonb -> 'lots') AS n
		WHERE s.kind <> 'earned'
		GROUP BY n.key)
	SELECT s.seq, s.amount, CASE WHEN u.amount IS NULL THEN s.amount ELSE s.amount - u.amount END,
		s.occurred_on, (s.detail::jsonb ->> 'expires_on')::date
	FROM standing AS s
	LEFT JOIN used AS u ON u.seq = s.seq
	WHERE s.kind = 'earned';
END
$$;
COMMENT ON FUNCTION creditbank.points_on(bigint, date) IS
'The points of an account on a day, by its ledger alone: one row per entry that had earned points and was not taken back, with what was neither spent nor reserved by the end of that day, and their last day. No rows for NULL.';

CREATE FUNCTION creditbank.expired_amounts(of_account bigint, as_of date)
RETURNS TABLE (unit text, expired creditbank.credit_amount)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT creditbank.unit(x.value), sum(x.value)
	FROM (
		SELECT v.value
		FROM creditbank.achievement AS a
		CROSS JOIN LATERAL creditbank.achievement_value(a.achievement_id, expired_amounts.as_of) AS v (value)
		WHERE a.account_id = of_account
			AND a.expires_on < expired_amounts.as_of
		UNION ALL
		SELECT l.remaining
		FROM creditbank.points_on(of_account, expired_amounts.as_of) AS l
		WHERE l.expires_on < expired_amounts.as_of) AS x
	WHERE sign(x.value) = 1
	GROUP BY creditbank.unit(x.value);
END
$$;
COMMENT ON FUNCTION creditbank.expired_amounts(bigint, date) IS
'What of an account''s achievements, recognised and not revoked by then, and of its points had expired, unused, before a day: one row per unit. Being frozen or under appeal holds no expiry up. Each counts to the end of its expires_on. No rows for NULL.';

CREATE FUNCTION creditbank.balance(account text, as_of date DEFAULT NULL)
RETURNS TABLE (
	unit text,
	balance creditbank.credit_amount,
	amount numeric(18,4),
	expired creditbank.credit_amount)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	entered creditbank.credit_amount[];
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(balance.account, may_be_bank => true);
	IF balance.as_of IS NULL THEN
		SELECT h.balances
		INTO entered
		FROM creditbank.ledger_head AS h
		WHERE h.account_id = of_account;
	ELSE
		entered := ARRAY(
			SELECT sum(e.amount)
			FROM creditbank.ledger_entry AS e
			WHERE e.account_id = of_account
				AND e.occurred_on <= balance.as_of
				AND e.amount IS NOT NULL
			GROUP BY creditbank.unit(e.amount));
	END IF;
	RETURN QUERY
	SELECT creditbank.unit(n.amount), l.amount, l.amount::numeric(18,4), x.expired
	FROM unnest(entered) AS n (amount)
	LEFT JOIN creditbank.expired_amounts(of_account, coalesce(balance.as_of, creditbank.today())) AS x
		ON x.unit = creditbank.unit(n.amount)
	CROSS JOIN LATERAL (
		SELECT CASE WHEN x.expired IS NULL THEN n.amount ELSE n.amount - x.expired END AS amount) AS l
	ORDER BY n.amount;
END
$$;
COMMENT ON FUNCTION creditbank.balance(text, date) IS
'What an account holds: one row per unit it ever used, as unit, amount with unit, and plain number; expired is what is left out because the achievements or points behind it expired unused, NULL when nothing did. With as_of, what had counted by the end of that day, by the days that entries count from (occurred_on), not those on which they were written; a day to come shows what will have expired by then. NULL (the default) means now. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.expiring(
	within interval DEFAULT '90 days',
	INOUT account text DEFAULT NULL,
	OUT achievement text,
	OUT title text,
	OUT expires_on date,
	OUT days_left integer,
	OUT remaining creditbank.credit_amount,
	OUT number numeric(18,4),
	OUT unit text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	today date;
	last_day date;
BEGIN
	PERFORM creditbank.require_bank();
	IF expiring.account IS NOT NULL THEN
		of_account := creditbank.account_id(expiring.account);
	END IF;
	today := creditbank.today();
	last_day := today + expiring.within;
	IF last_day IS NULL OR last_day < today THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'within is not a time from today on',
			DETAIL = format('It is %s.', coalesce(expiring.within::text, 'NULL')),
			HINT = 'Pass an interval like ''90 days'' or ''1 year''.';
	END IF;
	RETURN QUERY
	SELECT creditbank.account_number(a.account_id), a.ref::text, a.title, a.expires_on, a.expires_on - today,
		v.value, v.value::numeric(18,4), creditbank.unit(v.value)
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL creditbank.achievement_value(a.achievement_id, 'infinity') AS b (value)
	-- Hours that a rule kept are no part of a balance that held credits for them.
	CROSS JOIN LATERAL (
		SELECT CASE WHEN sign(b.value) = 1 THEN b.value ELSE creditbank.remaining_amount(a.achievement_id, 'credit') END) AS v (value)
	WHERE a.expires_on BETWEEN today AND last_day
		AND a.state IN ('recognised', 'frozen')
		AND (of_account IS NULL OR a.account_id = of_account)
		AND CASE
			WHEN sign(b.value) = 1 THEN true
			ELSE NOT creditbank.is_used_up(a.achievement_id)
				AND a.achievement_id <> ALL (creditbank.taken_back_achievements(a.account_id)) END
	ORDER BY a.expires_on, a.account_id, a.ref;
END
$$;
COMMENT ON FUNCTION creditbank.expiring(interval, text) IS
'Recognised achievements, frozen ones among them, that expire from today until within from now and are not used up, in one account or, for NULL, in all: one row per achievement, with its last day, the days left until then (0 on the day itself), and what of it is left to convert, with its unit and in plain types; NULL when it has no amount of its own. Errors: bank_not_open, unknown_account, invalid_parameter for a time before today.';
