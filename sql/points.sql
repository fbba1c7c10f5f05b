-- points.sql: points: earned by rules, spent on rewards.
-- Promise: a point comes from a rule and never turns into a credit without one;
-- no reward is handed out that is not in stock, no point is spent twice, and
-- none after its last day. Expiry is computed from the days on the lots, never
-- swept. Locks are taken in one order: heads of accounts ascending, then
-- redemptions, then rewards by code.

CREATE FUNCTION creditbank.points_expire_on(rules creditbank.rule_set, earned_on date)
RETURNS date
AS 'MODULE_PATHNAME', 'creditbank_points_expire_on'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.points_expire_on(creditbank.rule_set, date) IS
'The last day of points earned on a day, as the heading of a rule_set says (points expire after ...). NULL when it does not say, for then they keep, and when an argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.granted_units(rules creditbank.rule_set)
RETURNS text[]
AS 'MODULE_PATHNAME', 'creditbank_granted_units'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.granted_units(creditbank.rule_set) IS
'The units that rules of a rule_set grant: cr, pt or both. NULL when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.refuse_redemption_change()
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
		as_before.last_seq := OLD.last_seq;
		IF as_before IS NOT DISTINCT FROM OLD
			AND (NEW.last_seq IS NOT DISTINCT FROM OLD.last_seq OR (OLD.last_seq IS NULL AND NEW.state = 'collected'))
			AND EXISTS (
				SELECT FROM creditbank.redemption_transition AS t
				WHERE t.from_state = OLD.state
					AND t.to_state = NEW.state)
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'of a redemption only the state changes, by the steps of redemption_transition',
		'Take a step, like creditbank.cancel_redemption(), and redeem anew.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_redemption_change() IS
'The trigger of redemption: refuses DELETE, TRUNCATE and every UPDATE but a permitted change of state. Errors: append_only.';

CREATE FUNCTION creditbank.refuse_lot_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	as_before record;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		as_before := NEW;
		as_before.remaining := OLD.remaining;
		IF as_before IS NOT DISTINCT FROM OLD THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'of a lot of points only what remains changes',
		'Points are earned by creditbank.convert(), and taken back by creditbank.reverse_decision().');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_lot_change() IS
'The trigger of point_lot: refuses DELETE, TRUNCATE and every UPDATE but of what remains. Errors: append_only.';

CREATE PROCEDURE creditbank.create_points_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.point_lot (
		account_id bigint NOT NULL,
		seq bigint NOT NULL,
		earned creditbank.credit_amount(pt) NOT NULL,
		remaining creditbank.credit_amount(pt) NOT NULL,
		earned_on date NOT NULL,
		expires_on date,
		CONSTRAINT point_lot_pkey PRIMARY KEY (account_id, seq),
		CONSTRAINT point_lot_earned_positive CHECK (sign(earned) = 1),
		CONSTRAINT point_lot_remaining_range CHECK (sign(remaining) >= 0 AND remaining <= earned),
		CONSTRAINT point_lot_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id)
	);
	COMMENT ON TABLE creditbank.point_lot IS 'Points as they were earned, and what is left of them. One row per ledger entry that earned points.';
	COMMENT ON COLUMN creditbank.point_lot.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.point_lot.seq IS 'The account''s ledger entry that earned them.';
	COMMENT ON COLUMN creditbank.point_lot.earned IS 'How many points were earned.';
	COMMENT ON COLUMN creditbank.point_lot.remaining IS 'How many of them are neither spent nor reserved; 0 when the earning was taken back.';
	COMMENT ON COLUMN creditbank.point_lot.earned_on IS 'The day they were earned.';
	COMMENT ON COLUMN creditbank.point_lot.expires_on IS 'The last day they can be spent; NULL for ever.';

	CREATE TABLE creditbank.reward (
		code text NOT NULL,
		institution text NOT NULL,
		title text NOT NULL,
		price creditbank.credit_amount(pt) NOT NULL,
		stock bigint NOT NULL DEFAULT 0,
		per_account integer,
		valid daterange NOT NULL DEFAULT daterange(NULL, NULL),
		CONSTRAINT reward_pkey PRIMARY KEY (code),
		CONSTRAINT reward_code_form CHECK (code ~ '^[^[:space:]]([^[:cntrl:]]*[^[:space:]])?$'),
		CONSTRAINT reward_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT reward_price_positive CHECK (sign(price) = 1),
		CONSTRAINT reward_stock_not_negative CHECK (stock >= 0),
		CONSTRAINT reward_per_account_positive CHECK (per_account >= 1),
		CONSTRAINT reward_valid_some_day CHECK (NOT isempty(valid)),
		CONSTRAINT reward_institution_fkey FOREIGN KEY (institution) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.reward IS 'What points are redeemed for. One row per reward; kept by creditbank_admin with plain INSERT and UPDATE.';
	COMMENT ON COLUMN creditbank.reward.code IS 'The reward''s short code.';
	COMMENT ON COLUMN creditbank.reward.institution IS 'The body that gives it.';
	COMMENT ON COLUMN creditbank.reward.title IS 'What it is.';
	COMMENT ON COLUMN creditbank.reward.price IS 'What one costs. A redemption keeps the price of its day.';
	COMMENT ON COLUMN creditbank.reward.stock IS 'How many are left to hand out, those reserved not counted; restock() adds to it.';
	COMMENT ON COLUMN creditbank.reward.per_account IS 'How many one learner may get in all; NULL for any number.';
	COMMENT ON COLUMN creditbank.reward.valid IS 'The days on which it is offered; unbounded when not said.';

	CREATE TABLE creditbank.redemption_transition (
		from_state text NOT NULL,
		step text NOT NULL,
		to_state text NOT NULL,
		kind text NOT NULL,
		who text[] NOT NULL,
		CONSTRAINT redemption_transition_pkey PRIMARY KEY (from_state, step)
	);
	COMMENT ON TABLE creditbank.redemption_transition IS 'What may happen to a redemption. One row per state and step; no other step is ever taken.';
	COMMENT ON COLUMN creditbank.redemption_transition.from_state IS 'The state before.';
	COMMENT ON COLUMN creditbank.redemption_transition.step IS 'The function that takes the step.';
	COMMENT ON COLUMN creditbank.redemption_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.redemption_transition.kind IS 'The kind of ledger entry that it leaves.';
	COMMENT ON COLUMN creditbank.redemption_transition.who IS 'The roles of the bank that may take it.';
	INSERT INTO creditbank.redemption_transition (from_state, step, to_state, kind, who)
	VALUES
		('reserved', 'collect_reward', 'collected', 'redeemed', '{registrar,admin}'),
		('reserved', 'cancel_redemption', 'cancelled', 'reversed', '{registrar,admin}'),
		('reserved', 'release_reservations', 'lapsed', 'reversed', '{registrar,admin}'),
		('collected', 'cancel_redemption', 'cancelled', 'reversed', '{registrar,admin}');

	CREATE TABLE creditbank.redemption (
		redemption_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint NOT NULL,
		reward text NOT NULL,
		quantity integer NOT NULL,
		price creditbank.credit_amount(pt) NOT NULL,
		state text NOT NULL,
		reserved_until date,
		first_seq bigint NOT NULL,
		last_seq bigint,
		CONSTRAINT redemption_pkey PRIMARY KEY (redemption_id),
		CONSTRAINT redemption_state_known CHECK (state IN ('reserved', 'collected', 'cancelled', 'lapsed')),
		CONSTRAINT redemption_quantity_positive CHECK (quantity >= 1),
		CONSTRAINT redemption_price_positive CHECK (sign(price) = 1),
		CONSTRAINT redemption_reserved_until_some_day CHECK (reserved_until IS NOT NULL OR state NOT IN ('reserved', 'lapsed')),
		CONSTRAINT redemption_collected_by_entry CHECK (last_seq IS NOT NULL OR state <> 'collected'),
		CONSTRAINT redemption_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT redemption_reward_fkey FOREIGN KEY (reward) REFERENCES creditbank.reward (code)
	);
	COMMENT ON TABLE creditbank.redemption IS 'Rewards that learners took or reserved. One row per redemption; only its state changes, by the steps of redemption_transition.';
	COMMENT ON COLUMN creditbank.redemption.redemption_id IS 'The redemption''s id.';
	COMMENT ON SEQUENCE creditbank.redemption_redemption_id_seq IS 'Numbers redemptions.';
	COMMENT ON COLUMN creditbank.redemption.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.redemption.reward IS 'The reward.';
	COMMENT ON COLUMN creditbank.redemption.quantity IS 'How many of it.';
	COMMENT ON COLUMN creditbank.redemption.price IS 'What one cost when it was taken or reserved.';
	COMMENT ON COLUMN creditbank.redemption.state IS 'reserved, collected (handed out), cancelled, or lapsed (reserved and not collected in time).';
	COMMENT ON COLUMN creditbank.redemption.reserved_until IS 'The last day on which a reserved one can be collected; NULL for what was taken at once.';
	COMMENT ON COLUMN creditbank.redemption.first_seq IS 'The account''s ledger entry that took the points.';
	COMMENT ON COLUMN creditbank.redemption.last_seq IS 'The entry of the handing out; the same where it was taken at once, NULL before.';
	CREATE INDEX redemption_account_idx ON creditbank.redemption (account_id, reward);
	COMMENT ON INDEX creditbank.redemption_account_idx IS 'What a learner took.';
	CREATE INDEX redemption_reserved_idx ON creditbank.redemption (reserved_until)
	WHERE state = 'reserved';
	COMMENT ON INDEX creditbank.redemption_reserved_idx IS 'Reservations past their day.';

	CREATE TABLE creditbank.redemption_lot (
		redemption_id bigint NOT NULL,
		account_id bigint NOT NULL,
		seq bigint NOT NULL,
		amount creditbank.credit_amount(pt) NOT NULL,
		CONSTRAINT redemption_lot_pkey PRIMARY KEY (redemption_id, seq),
		CONSTRAINT redemption_lot_amount_positive CHECK (sign(amount) = 1),
		CONSTRAINT redemption_lot_redemption_fkey FOREIGN KEY (redemption_id) REFERENCES creditbank.redemption (redemption_id),
		CONSTRAINT redemption_lot_lot_fkey FOREIGN KEY (account_id, seq) REFERENCES creditbank.point_lot (account_id, seq)
	);
	COMMENT ON TABLE creditbank.redemption_lot IS 'Which points paid for which redemption. One row per redemption and lot; it stays when the redemption is cancelled.';
	COMMENT ON COLUMN creditbank.redemption_lot.redemption_id IS 'The redemption.';
	COMMENT ON COLUMN creditbank.redemption_lot.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.redemption_lot.seq IS 'The lot: the entry that earned the points.';
	COMMENT ON COLUMN creditbank.redemption_lot.amount IS 'How many points of it.';
	CREATE INDEX redemption_lot_lot_idx ON creditbank.redemption_lot (account_id, seq);
	COMMENT ON INDEX creditbank.redemption_lot_lot_idx IS 'What became of a lot.';

	PERFORM creditbank.guard_table('point_lot', 'refuse_lot_change', 'Of a lot only what remains changes.');
	PERFORM creditbank.guard_table('redemption', 'refuse_redemption_change', 'Of a redemption only the state changes.');
	PERFORM creditbank.guard_table('redemption_lot', 'refuse_change', 'What paid for what stays.');
	PERFORM creditbank.guard_table('redemption_transition', 'refuse_change', 'What is permitted stays.');
	CALL creditbank.create_points_views();
END
$$;
COMMENT ON PROCEDURE creditbank.create_points_tables() IS
'Makes the tables of points and rewards, and their views; a part of create_bank.';

CREATE PROCEDURE creditbank.create_points_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.point_lots
	WITH (security_invoker = true) AS
	SELECT creditbank.account_number(l.account_id) AS account,
		l.seq,
		l.earned::numeric(18,4) AS earned,
		l.remaining::numeric(18,4) AS remaining,
		l.earned_on,
		l.expires_on
	FROM creditbank.point_lot AS l;
	COMMENT ON VIEW creditbank.point_lots IS 'Points as they were earned, in plain types, for people and BI tools. One row per ledger entry that earned points.';
	COMMENT ON COLUMN creditbank.point_lots.account IS 'The number of the learner''s account.';
	COMMENT ON COLUMN creditbank.point_lots.seq IS 'The account''s ledger entry that earned them.';
	COMMENT ON COLUMN creditbank.point_lots.earned IS 'How many points were earned.';
	COMMENT ON COLUMN creditbank.point_lots.remaining IS 'How many of them are neither spent nor reserved, expired or not.';
	COMMENT ON COLUMN creditbank.point_lots.earned_on IS 'The day they were earned.';
	COMMENT ON COLUMN creditbank.point_lots.expires_on IS 'The last day they can be spent; NULL for ever.';

	CREATE VIEW creditbank.rewards
	WITH (security_invoker = true) AS
	SELECT r.code,
		r.institution,
		r.title,
		r.price::numeric(18,4) AS price,
		r.stock,
		r.per_account,
		lower(r.valid) AS valid_from,
		upper(r.valid) - 1 AS valid_until
	FROM creditbank.reward AS r;
	COMMENT ON VIEW creditbank.rewards IS 'What points are redeemed for, in plain types. One row per reward.';
	COMMENT ON COLUMN creditbank.rewards.code IS 'The reward''s short code.';
	COMMENT ON COLUMN creditbank.rewards.institution IS 'The body that gives it.';
	COMMENT ON COLUMN creditbank.rewards.title IS 'What it is.';
	COMMENT ON COLUMN creditbank.rewards.price IS 'What one costs, in points.';
	COMMENT ON COLUMN creditbank.rewards.stock IS 'How many are left to hand out.';
	COMMENT ON COLUMN creditbank.rewards.per_account IS 'How many one learner may get in all; NULL for any number.';
	COMMENT ON COLUMN creditbank.rewards.valid_from IS 'The first day on which it is offered; NULL without one.';
	COMMENT ON COLUMN creditbank.rewards.valid_until IS 'The last day on which it is offered; NULL without one.';

	CREATE VIEW creditbank.redemptions
	WITH (security_invoker = true) AS
	SELECT r.redemption_id,
		creditbank.account_number(r.account_id) AS account,
		r.reward,
		r.quantity,
		r.price::numeric(18,4) AS price,
		(r.price * r.quantity)::numeric(18,4) AS points,
		r.state,
		r.reserved_until,
		r.first_seq,
		r.last_seq
	FROM creditbank.redemption AS r;
	COMMENT ON VIEW creditbank.redemptions IS 'Rewards that learners took or reserved, in plain types. One row per redemption.';
	COMMENT ON COLUMN creditbank.redemptions.redemption_id IS 'The redemption''s id.';
	COMMENT ON COLUMN creditbank.redemptions.account IS 'The number of the learner''s account.';
	COMMENT ON COLUMN creditbank.redemptions.reward IS 'The reward.';
	COMMENT ON COLUMN creditbank.redemptions.quantity IS 'How many of it.';
	COMMENT ON COLUMN creditbank.redemptions.price IS 'What one cost, in points.';
	COMMENT ON COLUMN creditbank.redemptions.points IS 'What it cost in all, in points.';
	COMMENT ON COLUMN creditbank.redemptions.state IS 'reserved, collected, cancelled or lapsed.';
	COMMENT ON COLUMN creditbank.redemptions.reserved_until IS 'The last day on which a reserved one can be collected.';
	COMMENT ON COLUMN creditbank.redemptions.first_seq IS 'The account''s ledger entry that took the points.';
	COMMENT ON COLUMN creditbank.redemptions.last_seq IS 'The entry of the handing out; NULL before.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_points_views() IS
'Makes the views of points and rewards for clients; a part of create_points_tables.';

-- Earning: what decisions call.

CREATE FUNCTION creditbank.check_points_rules(programme text, rules creditbank.rule_set)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF creditbank.programme_purpose(programme) = 'points' AND creditbank.granted_units(rules) <> ARRAY['pt'] THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_rule_set'),
			MESSAGE = format('points scheme "%s" grants points alone', programme),
			DETAIL = format('Rule set "%s" version %s grants %s.', creditbank.rule_set_name(rules),
				creditbank.rule_set_version(rules), array_to_string(creditbank.granted_units(rules), ' and ')),
			HINT = 'Grant amounts in pt only, or put credit into the rule set of a programme.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_points_rules(text, creditbank.rule_set) IS
'Raises invalid_rule_set when a programme is a points scheme and rules for it grant anything but points. NULL passes.';

CREATE FUNCTION creditbank.keep_points(
	of_account bigint,
	seq bigint,
	earned creditbank.credit_amount,
	earned_on date,
	expires_on date)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	INSERT INTO creditbank.point_lot (account_id, seq, earned, remaining, earned_on, expires_on)
	VALUES (of_account, keep_points.seq, keep_points.earned, keep_points.earned, keep_points.earned_on, keep_points.expires_on);
END
$$;
COMMENT ON FUNCTION creditbank.keep_points(bigint, bigint, creditbank.credit_amount, date, date) IS
'Keeps the points of an entry of kind earned, whose detail says expires_on unless they keep for ever, as a lot that can be spent. For the bank''s own functions only.';

CREATE FUNCTION creditbank.take_back_points(of_account bigint, first_seq bigint, last_seq bigint, decision_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	spent record;
	merged_into bigint;
BEGIN
	SELECT sum(l.earned) AS earned, sum(l.earned) - sum(l.remaining) AS spent
	INTO spent
	FROM creditbank.point_lot AS l
	WHERE l.account_id = of_account
		AND l.seq BETWEEN take_back_points.first_seq AND take_back_points.last_seq;
	SELECT m.into_id
	INTO merged_into
	FROM creditbank.account_merger AS m
	WHERE m.duplicate_id = of_account;
	IF merged_into IS NOT NULL AND sign(spent.earned) = 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('account_not_active'),
			MESSAGE = format('points that decision %s earned went into another account', take_back_points.decision_id),
			DETAIL = format('Account %s was merged into account %s, with the points that were left.',
				creditbank.account_number(of_account), creditbank.account_number(merged_into)),
			HINT = 'Points that went along in a merger stay; what earned them can be revoked in the account that stayed.',
			SCHEMA = 'creditbank',
			TABLE = 'account_merger';
	ELSIF sign(spent.spent) = 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('insufficient_balance'),
			MESSAGE = format('points that decision %s earned are spent', take_back_points.decision_id),
			DETAIL = format('It earned %s, of which %s %s spent or reserved%s.', spent.earned, spent.spent,
				CASE WHEN spent.spent = '1 pt' THEN 'is' ELSE 'are' END,
				(SELECT ': ' || string_agg(format('%s for "%s" (redemption %s, %s)', u.amount, r.reward, r.redemption_id, r.state), ', ' ORDER BY r.redemption_id)
				FROM creditbank.redemption AS r
				JOIN (
					SELECT n.redemption_id, sum(n.amount) AS amount
					FROM creditbank.redemption_lot AS n
					WHERE n.account_id = of_account
						AND n.seq BETWEEN take_back_points.first_seq AND take_back_points.last_seq
					GROUP BY n.redemption_id) AS u ON u.redemption_id = r.redemption_id
				WHERE r.state IN ('reserved', 'collected'))),
			HINT = 'Cancel these redemptions first with creditbank.cancel_redemption().',
			SCHEMA = 'creditbank',
			TABLE = 'point_lot';
	END IF;
	UPDATE creditbank.point_lot AS l
	SET remaining = '0 pt'
	WHERE l.account_id = of_account
		AND l.seq BETWEEN take_back_points.first_seq AND take_back_points.last_seq;
END
$$;
COMMENT ON FUNCTION creditbank.take_back_points(bigint, bigint, bigint, bigint) IS
'Takes the lots of a decision''s entries back. For the bank''s own functions only, which then reverse the entries. Errors: insufficient_balance, with the redemptions in the detail, when points of it are spent or reserved; account_not_active when the account was merged into another one, and the points with it.';

-- What an account can spend.

CREATE FUNCTION creditbank.points(account text, as_of date DEFAULT NULL)
RETURNS TABLE (
	available creditbank.credit_amount,
	amount numeric(18,4),
	reserved creditbank.credit_amount,
	expired creditbank.credit_amount,
	next_expires_on date,
	next_expiring creditbank.credit_amount)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(points.account);
	points.as_of := coalesce(points.as_of, creditbank.today());
	RETURN QUERY
	WITH lot AS MATERIALIZED (
		SELECT l.remaining, l.expires_on, coalesce(l.expires_on < points.as_of, false) AS gone
		FROM creditbank.points_on(of_account, points.as_of) AS l
		WHERE sign(l.remaining) = 1),
	held AS (
		SELECT -sum(e.amount) AS amount
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'reserved'
		JOIN creditbank.redemption AS r ON r.account_id = e.account_id AND r.first_seq = e.seq
		WHERE e.account_id = of_account
			AND e.occurred_on <= points.as_of
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS later
				WHERE later.account_id = e.account_id
					AND (later.reverses = e.seq OR later.seq = r.last_seq)
					AND later.occurred_on <= points.as_of)),
	next AS (
		SELECT l.expires_on, sum(l.remaining) AS amount
		FROM lot AS l
		WHERE NOT l.gone AND l.expires_on IS NOT NULL
		GROUP BY l.expires_on
		ORDER BY l.expires_on
		LIMIT 1),
	total AS (
		SELECT coalesce(sum(l.remaining) FILTER (WHERE NOT l.gone), '0 pt') AS available,
			coalesce(sum(l.remaining) FILTER (WHERE l.gone), '0 pt') AS expired
		FROM lot AS l)
	SELECT t.available, t.available::numeric(18,4), coalesce(h.amount, '0 pt'), t.expired, n.expires_on, n.amount
	FROM total AS t
	CROSS JOIN held AS h
	LEFT JOIN next AS n ON true;
END
$$;
COMMENT ON FUNCTION creditbank.points(text, date) IS
'The points that an account can spend, in one row: those available, with unit and as a plain number; those reserved for rewards not collected yet; those that expired unspent; the next day on which some expire, and how many, NULL when none will. With as_of, as it was or will be at the end of that day; NULL means today. Points of achievements that are measured in points are none of these before a rule turned them into some. Errors: bank_not_open, unknown_account.';

-- Spending.

CREATE FUNCTION creditbank.raise_unknown_reward(code text, why text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('unknown_reward'),
		MESSAGE = CASE WHEN code IS NULL THEN 'no reward was named' ELSE format('reward "%s" is not on offer', code) END,
		DETAIL = coalesce(why, CASE WHEN code IS NULL THEN 'reward is NULL.' ELSE 'No reward has this code.' END),
		HINT = 'SELECT code, title, price, stock FROM creditbank.rewards lists the rewards.',
		SCHEMA = 'creditbank',
		TABLE = 'reward',
		COLUMN = 'code';
END
$$;
COMMENT ON FUNCTION creditbank.raise_unknown_reward(text, text) IS
'Raises unknown_reward for a code, or for NULL; why says what is wrong with one that is known. Never returns.';

CREATE FUNCTION creditbank.check_quantity(quantity integer)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF coalesce(quantity < 1, true) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not how many of a reward one can take', coalesce(quantity::text, 'NULL')),
			DETAIL = 'The quantity is a whole number from 1 up.',
			HINT = 'Leave it out to take one.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_quantity(integer) IS
'Raises invalid_parameter unless a quantity is at least 1.';

CREATE FUNCTION creditbank.take_from_stock(of_account bigint, reward text, quantity integer)
RETURNS creditbank.credit_amount
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	offered record;
	had bigint;
	overdue bigint;
BEGIN
	SELECT r.*
	INTO offered
	FROM creditbank.reward AS r
	WHERE r.code = take_from_stock.reward
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_reward(take_from_stock.reward, NULL);
	END IF;
	IF NOT offered.valid @> creditbank.today() THEN
		PERFORM creditbank.raise_unknown_reward(offered.code, format('It is offered on %s only; today is %s.',
			creditbank.days_text(offered.valid), to_char(creditbank.today(), 'YYYY-MM-DD')));
	END IF;
	IF offered.per_account IS NOT NULL THEN
		WITH RECURSIVE learner AS (
			SELECT of_account AS account_id
			UNION ALL
			SELECT m.duplicate_id
			FROM creditbank.account_merger AS m
			JOIN learner AS n ON n.account_id = m.into_id)
		SELECT coalesce(sum(r.quantity), 0)
		INTO had
		FROM creditbank.redemption AS r
		JOIN learner AS n ON n.account_id = r.account_id
		WHERE r.reward = offered.code
			AND r.state IN ('reserved', 'collected');
		IF had + take_from_stock.quantity > offered.per_account THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('cap_exceeded'),
				MESSAGE = format('one learner gets at most %s of reward "%s"', offered.per_account, offered.code),
				DETAIL = format('Account %s has taken or reserved %s; %s more were asked for.',
					creditbank.account_number(of_account), had, take_from_stock.quantity),
				HINT = 'Take fewer, or another reward.',
				SCHEMA = 'creditbank',
				TABLE = 'reward',
				COLUMN = 'per_account';
		END IF;
	END IF;
	IF offered.stock < take_from_stock.quantity THEN
		SELECT coalesce(sum(r.quantity), 0)
		INTO overdue
		FROM creditbank.redemption AS r
		WHERE r.reward = offered.code
			AND r.state = 'reserved'
			AND r.reserved_until < creditbank.today();
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('out_of_stock'),
			MESSAGE = format('there are not enough of reward "%s"', offered.code),
			DETAIL = format('%s in stock, %s asked for.', offered.stock, take_from_stock.quantity),
			HINT = CASE WHEN overdue > 0
				THEN format('%s reserved were not collected in time: creditbank.release_reservations() frees them.', overdue)
				ELSE 'creditbank.restock() adds to the stock.' END,
			SCHEMA = 'creditbank',
			TABLE = 'reward',
			COLUMN = 'stock';
	END IF;
	UPDATE creditbank.reward AS r
	SET stock = r.stock - take_from_stock.quantity
	WHERE r.code = offered.code;
	RETURN offered.price;
END
$$;
COMMENT ON FUNCTION creditbank.take_from_stock(bigint, text, integer) IS
'Locks a reward and takes so many of it from its stock for an account that is locked already. Returns the price of one. For the bank''s own functions only. Errors: unknown_reward, also for NULL and on a day when it is not offered; cap_exceeded when the learner had as many as one gets; out_of_stock.';

CREATE FUNCTION creditbank.spend_points(of_account bigint, redemption_id bigint, cost creditbank.credit_amount)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	today date := creditbank.today();
	has record;
BEGIN
	SELECT coalesce(sum(l.remaining) FILTER (WHERE l.expires_on < today IS NOT TRUE), '0 pt') AS available,
		sum(l.remaining) FILTER (WHERE l.expires_on < today) AS expired
	INTO has
	FROM creditbank.point_lot AS l
	WHERE l.account_id = of_account;
	IF has.available < cost THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('insufficient_balance'),
			MESSAGE = format('account %s has not enough points', creditbank.account_number(of_account)),
			DETAIL = format('%s can be spent, %s are asked for%s.', has.available, cost,
				CASE WHEN sign(has.expired) = 1 THEN format('; %s expired', has.expired) END),
			HINT = 'creditbank.points() shows what an account can spend.',
			SCHEMA = 'creditbank',
			TABLE = 'point_lot';
	END IF;
	WITH spendable AS (
		SELECT l.seq, l.remaining,
			sum(l.remaining) OVER (ORDER BY l.expires_on NULLS LAST, l.earned_on, l.seq) - l.remaining AS before
		FROM creditbank.point_lot AS l
		WHERE l.account_id = of_account
			AND sign(l.remaining) = 1
			AND l.expires_on < today IS NOT TRUE),
	spent AS (
		INSERT INTO creditbank.redemption_lot (redemption_id, account_id, seq, amount)
		SELECT spend_points.redemption_id, of_account, s.seq, least(s.remaining, cost - s.before)
		FROM spendable AS s
		WHERE s.before < cost
		RETURNING seq, amount)
	UPDATE creditbank.point_lot AS l
	SET remaining = l.remaining - s.amount
	FROM spent AS s
	WHERE l.account_id = of_account
		AND l.seq = s.seq;
END
$$;
COMMENT ON FUNCTION creditbank.spend_points(bigint, bigint, creditbank.credit_amount) IS
'Takes the cost of a redemption from the points that a locked account can spend: those that expire first, then those earned first. For the bank''s own functions only. Errors: insufficient_balance, with what can be spent and what expired.';

CREATE FUNCTION creditbank.redemption_document(redemption_id bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'redemption', r.redemption_id,
			'reward', r.reward,
			'quantity', r.quantity,
			'price', r.price::text,
			'until', r.reserved_until,
			'lots', (
				SELECT jsonb_object_agg(n.seq, n.amount::text)
				FROM creditbank.redemption_lot AS n
				WHERE n.redemption_id = r.redemption_id)))
		FROM creditbank.redemption AS r
		WHERE r.redemption_id = redemption_document.redemption_id);
END
$$;
COMMENT ON FUNCTION creditbank.redemption_document(bigint) IS
'A redemption as it stands, as jsonb: what the ledger entry that took the points holds in its detail, with the lots they were taken from. NULL for an unknown id.';

CREATE FUNCTION creditbank.take_reward(account text, reward text, quantity integer, until date)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	price creditbank.credit_amount;
	next_seq bigint;
	new_redemption bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_quantity(take_reward.quantity);
	of_account := creditbank.lock_account_for(take_reward.account, 'convert');
	price := creditbank.take_from_stock(of_account, take_reward.reward, take_reward.quantity);
	-- The head is locked: the next entry is this one's.
	SELECT h.seq + 1
	INTO STRICT next_seq
	FROM creditbank.ledger_head AS h
	WHERE h.account_id = of_account;
	INSERT INTO creditbank.redemption AS r (account_id, reward, quantity, price, state, reserved_until, first_seq, last_seq)
	VALUES (of_account, take_reward.reward, take_reward.quantity, price,
		CASE WHEN until IS NULL THEN 'collected' ELSE 'reserved' END, until,
		next_seq, CASE WHEN until IS NULL THEN next_seq END)
	RETURNING r.redemption_id INTO new_redemption;
	PERFORM creditbank.spend_points(of_account, new_redemption, price * take_reward.quantity);
	PERFORM creditbank.append_entry(of_account, CASE WHEN until IS NULL THEN 'redeemed' ELSE 'reserved' END,
		-(price * take_reward.quantity), NULL, creditbank.today(), creditbank.redemption_document(new_redemption)::text);
	RETURN new_redemption;
END
$$;
COMMENT ON FUNCTION creditbank.take_reward(text, text, integer, date) IS
'Takes points and reward together: at once, or for collection by a day. Returns the redemption''s id. The one function behind redeem and reserve_reward. Errors: those of redeem.';

CREATE FUNCTION creditbank.redemption_result(of_redemption bigint)
RETURNS TABLE (
	redemption_id bigint,
	account text,
	reward text,
	quantity integer,
	points creditbank.credit_amount,
	amount numeric(18,4),
	state text,
	reserved_until date)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT r.redemption_id, creditbank.account_number(r.account_id), r.reward, r.quantity,
		r.price * r.quantity, (r.price * r.quantity)::numeric(18,4), r.state, r.reserved_until
	FROM creditbank.redemption AS r
	WHERE r.redemption_id = of_redemption;
END
$$;
COMMENT ON FUNCTION creditbank.redemption_result(bigint) IS
'A redemption as the functions that change one return it. No rows for an unknown id or NULL.';

CREATE FUNCTION creditbank.redeem(
	INOUT account text,
	INOUT reward text,
	INOUT quantity integer DEFAULT 1,
	OUT redemption_id bigint,
	OUT points creditbank.credit_amount,
	OUT amount numeric(18,4),
	OUT state text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	taken bigint := creditbank.take_reward(redeem.account, redeem.reward, redeem.quantity, NULL);
BEGIN
	RETURN QUERY
	SELECT r.account, r.reward, r.quantity, r.redemption_id, r.points, r.amount, r.state
	FROM creditbank.redemption_result(taken) AS r;
END
$$;
COMMENT ON FUNCTION creditbank.redeem(text, text, integer) IS
'Hands a reward out for points: takes its price from the points that expire first, and as many from the stock as quantity says, or nothing at all. Returns the account''s number, the reward, the quantity, the redemption''s id, what it cost with unit and as a plain number, and the state, collected. Errors: bank_not_open, unknown_account, account_not_active, unknown_reward, out_of_stock, cap_exceeded, insufficient_balance, invalid_parameter.';

CREATE FUNCTION creditbank.reserve_reward(
	INOUT account text,
	INOUT reward text,
	INOUT quantity integer DEFAULT 1,
	until date DEFAULT NULL,
	OUT redemption_id bigint,
	OUT points creditbank.credit_amount,
	OUT amount numeric(18,4),
	OUT state text,
	OUT reserved_until date)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	taken bigint;
BEGIN
	PERFORM creditbank.require_bank();
	until := coalesce(until, creditbank.today() + 14);
	IF until NOT BETWEEN creditbank.today() AND '9999-12-31' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a reward is reserved until a day to come',
			DETAIL = format('It is %s; today is %s.', coalesce(to_char(until, 'YYYY-MM-DD'), until::text), to_char(creditbank.today(), 'YYYY-MM-DD')),
			HINT = 'Leave until out to reserve for two weeks.';
	END IF;
	taken := creditbank.take_reward(reserve_reward.account, reserve_reward.reward, reserve_reward.quantity, until);
	RETURN QUERY
	SELECT r.account, r.reward, r.quantity, r.redemption_id, r.points, r.amount, r.state, r.reserved_until
	FROM creditbank.redemption_result(taken) AS r;
END
$$;
COMMENT ON FUNCTION creditbank.reserve_reward(text, text, integer, date) IS
'Reserves a reward for points, to be collected by the end of the day until (NULL: in two weeks): takes points and stock as redeem does, and gives both back when it is cancelled or not collected. Returns what redeem does, in state reserved, and the day. Errors: those of redeem; invalid_date for a day gone by.';

CREATE FUNCTION creditbank.raise_unknown_redemption(redemption_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('unknown_redemption'),
		MESSAGE = CASE WHEN redemption_id IS NULL THEN 'no redemption was named' ELSE format('redemption %s is not known', redemption_id) END,
		DETAIL = CASE WHEN redemption_id IS NULL THEN 'redemption_id is NULL.' ELSE 'No redemption has this id.' END,
		HINT = 'SELECT redemption_id, account, reward, state FROM creditbank.redemptions lists the redemptions.',
		SCHEMA = 'creditbank',
		TABLE = 'redemption',
		COLUMN = 'redemption_id';
END
$$;
COMMENT ON FUNCTION creditbank.raise_unknown_redemption(bigint) IS
'Raises unknown_redemption for an id, or for NULL. Never returns.';

CREATE FUNCTION creditbank.lock_redemption(redemption_id bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT r.account_id
	INTO of_account
	FROM creditbank.redemption AS r
	WHERE r.redemption_id = lock_redemption.redemption_id;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_redemption(lock_redemption.redemption_id);
	END IF;
	PERFORM creditbank.lock_heads(ARRAY[of_account]);
	PERFORM
	FROM creditbank.redemption AS r
	WHERE r.redemption_id = lock_redemption.redemption_id
	FOR NO KEY UPDATE;
	RETURN of_account;
END
$$;
COMMENT ON FUNCTION creditbank.lock_redemption(bigint) IS
'Locks the account of a redemption, and the redemption itself, until the transaction ends and returns the account''s id. Errors: bank_not_open, unknown_redemption, also for NULL.';

CREATE FUNCTION creditbank.redemption_state_after(redemption_id bigint, step text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stands text;
	after text;
	possible text;
BEGIN
	SELECT r.state
	INTO STRICT stands
	FROM creditbank.redemption AS r
	WHERE r.redemption_id = redemption_state_after.redemption_id;
	SELECT t.to_state
	INTO after
	FROM creditbank.redemption_transition AS t
	WHERE t.from_state = stands
		AND t.step = redemption_state_after.step;
	IF NOT FOUND THEN
		SELECT string_agg(t.step, ', ' ORDER BY t.step COLLATE "C")
		INTO possible
		FROM creditbank.redemption_transition AS t
		WHERE t.from_state = stands;
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('%s is no step for redemption %s as it stands', redemption_state_after.step, redemption_state_after.redemption_id),
			DETAIL = format('It is %s; %s.', stands, coalesce('possible steps are ' || possible, 'no step is possible any more')),
			HINT = 'creditbank.redemption_transition lists what may follow upon what.',
			SCHEMA = 'creditbank',
			TABLE = 'redemption',
			COLUMN = 'state';
	END IF;
	RETURN after;
END
$$;
COMMENT ON FUNCTION creditbank.redemption_state_after(bigint, text) IS
'The state that a step leads a redemption to. NULL for NULL. Errors: wrong_state, with the steps that are possible, when the step is not permitted.';

CREATE FUNCTION creditbank.collect_reward(redemption_id bigint)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint := creditbank.lock_redemption(collect_reward.redemption_id);
	after text := creditbank.redemption_state_after(collect_reward.redemption_id, 'collect_reward');
	until date;
	entry_seq bigint;
BEGIN
	PERFORM creditbank.check_account_permits(of_account, 'convert');
	SELECT r.reserved_until
	INTO STRICT until
	FROM creditbank.redemption AS r
	WHERE r.redemption_id = collect_reward.redemption_id;
	IF until < creditbank.today() THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('redemption %s was not collected in time', collect_reward.redemption_id),
			DETAIL = format('The reward was reserved until %s; today is %s.', to_char(until, 'YYYY-MM-DD'), to_char(creditbank.today(), 'YYYY-MM-DD')),
			HINT = 'creditbank.release_reservations() gives the points back; then the reward can be redeemed anew.',
			SCHEMA = 'creditbank',
			TABLE = 'redemption',
			COLUMN = 'reserved_until';
	END IF;
	SELECT e.seq
	INTO STRICT entry_seq
	FROM creditbank.append_entry(of_account, 'redeemed', NULL, NULL, creditbank.today(),
		(creditbank.redemption_document(collect_reward.redemption_id) - '{until,lots}'::text[])::text) AS e;
	UPDATE creditbank.redemption AS r
	SET state = after,
		last_seq = entry_seq
	WHERE r.redemption_id = collect_reward.redemption_id;
	RETURN after;
END
$$;
COMMENT ON FUNCTION creditbank.collect_reward(bigint) IS
'Hands a reserved reward out. Returns the new state, collected. Errors: bank_not_open, unknown_redemption, account_not_active; wrong_state when it is not reserved, or its day has gone by.';

CREATE FUNCTION creditbank.give_back(redemption_id bigint, step text, reason text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	after text := creditbank.redemption_state_after(give_back.redemption_id, give_back.step);
	taken record;
	why text := jsonb_strip_nulls(jsonb_build_object('redemption', give_back.redemption_id, 'step', give_back.step, 'reason', give_back.reason))::text;
BEGIN
	SELECT r.*
	INTO STRICT taken
	FROM creditbank.redemption AS r
	WHERE r.redemption_id = give_back.redemption_id;
	UPDATE creditbank.reward AS r
	SET stock = r.stock + taken.quantity
	WHERE r.code = taken.reward;
	UPDATE creditbank.point_lot AS l
	SET remaining = l.remaining + n.amount
	FROM creditbank.redemption_lot AS n
	WHERE n.redemption_id = taken.redemption_id
		AND l.account_id = n.account_id
		AND l.seq = n.seq;
	IF taken.last_seq > taken.first_seq THEN
		PERFORM creditbank.reverse_entry(taken.account_id, taken.last_seq, creditbank.today(), why);
	END IF;
	PERFORM creditbank.reverse_entry(taken.account_id, taken.first_seq, creditbank.today(), why);
	UPDATE creditbank.redemption AS r
	SET state = after
	WHERE r.redemption_id = taken.redemption_id;
	RETURN after;
END
$$;
COMMENT ON FUNCTION creditbank.give_back(bigint, text, text) IS
'Gives the points of a redemption back to the lots they came from, and the reward to its stock, by a step that leads there. Returns the new state. For the bank''s own functions only, which hold the locks. Errors: wrong_state.';

CREATE FUNCTION creditbank.cancel_redemption(redemption_id bigint, reason text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.check_reason(cancel_redemption.reason, 'the reason of a cancellation');
	of_account := creditbank.lock_redemption(cancel_redemption.redemption_id);
	-- Points given back to an account that was merged would be lost to the learner.
	PERFORM creditbank.check_account_permits(a.account_id, 'convert')
	FROM creditbank.account AS a
	WHERE a.account_id = of_account
		AND a.state = 'merged';
	RETURN creditbank.give_back(cancel_redemption.redemption_id, 'cancel_redemption', cancel_redemption.reason);
END
$$;
COMMENT ON FUNCTION creditbank.cancel_redemption(bigint, text) IS
'Cancels a reservation, or takes a reward that was handed out back, for a reason: the points go back to the lots they came from, with the last days these have, and the reward to the stock. Returns the new state, cancelled. Errors: bank_not_open, unknown_redemption, wrong_state, invalid_parameter; account_not_active when the account was merged into another one.';

CREATE FUNCTION creditbank.release_reservations(
	OUT redemption_id bigint,
	OUT account text,
	OUT reward text,
	OUT quantity integer,
	OUT points creditbank.credit_amount,
	OUT amount numeric(18,4))
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	today date;
	accounts bigint[];
	overdue bigint[];
	next_redemption bigint;
BEGIN
	PERFORM creditbank.require_bank();
	today := creditbank.today();
	accounts := ARRAY(
		SELECT DISTINCT r.account_id
		FROM creditbank.redemption AS r
		WHERE r.state = 'reserved'
			AND r.reserved_until < today);
	-- All heads before any reward, as everybody does.
	PERFORM creditbank.lock_heads(accounts);
	overdue := ARRAY(
		SELECT r.redemption_id
		FROM creditbank.redemption AS r
		WHERE r.account_id = ANY (accounts)
			AND r.state = 'reserved'
			AND r.reserved_until < today
		ORDER BY r.account_id, r.redemption_id
		FOR NO KEY UPDATE);
	PERFORM
	FROM creditbank.reward AS w
	WHERE w.code IN (
		SELECT r.reward
		FROM creditbank.redemption AS r
		WHERE r.redemption_id = ANY (overdue))
	ORDER BY w.code COLLATE "C"
	FOR NO KEY UPDATE;
	FOREACH next_redemption IN ARRAY overdue
	LOOP
		PERFORM creditbank.give_back(next_redemption, 'release_reservations', NULL);
		RETURN QUERY
		SELECT r.redemption_id, r.account, r.reward, r.quantity, r.points, r.amount
		FROM creditbank.redemption_result(next_redemption) AS r;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.release_reservations() IS
'Frees what was reserved and not collected by its day: points go back to their lots and rewards to their stock; the redemptions are lapsed. One row per redemption freed, with its account and what it had cost; no rows when none was due. Errors: bank_not_open.';

CREATE FUNCTION creditbank.restock(reward text, quantity bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stock bigint;
BEGIN
	PERFORM creditbank.require_bank();
	IF coalesce(quantity = 0, true) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s adds nothing to a stock', coalesce(quantity::text, 'NULL')),
			DETAIL = 'The quantity is a whole number other than 0.',
			HINT = 'Pass how many came in, or minus how many were lost.';
	END IF;
	SELECT r.stock
	INTO stock
	FROM creditbank.reward AS r
	WHERE r.code = restock.reward
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_reward(restock.reward, NULL);
	END IF;
	IF stock + quantity < 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('out_of_stock'),
			MESSAGE = format('there are not enough of reward "%s"', restock.reward),
			DETAIL = format('%s in stock, %s to be taken out.', stock, -quantity),
			HINT = 'What is reserved is not in stock any more; cancel reservations first.',
			SCHEMA = 'creditbank',
			TABLE = 'reward',
			COLUMN = 'stock';
	END IF;
	UPDATE creditbank.reward AS r
	SET stock = r.stock + quantity
	WHERE r.code = restock.reward;
	RETURN stock + quantity;
END
$$;
COMMENT ON FUNCTION creditbank.restock(text, bigint) IS
'Adds to the stock of a reward, or with a negative quantity takes out what was lost. Returns the new stock. Errors: bank_not_open, unknown_reward, also for NULL; out_of_stock when more would be taken out than there is; invalid_parameter for 0 and NULL.';

-- Verification.

CREATE FUNCTION creditbank.verify_points(of_account bigint DEFAULT NULL, except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, k.name AS kind, e.amount, e.occurred_on, creditbank.detail_document(e.detail) AS detail,
			r.seq IS NOT NULL AS taken_back, creditbank.detail_document(r.detail) ->> 'step' AS step
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		LEFT JOIN creditbank.ledger_entry AS r ON r.account_id = e.account_id AND r.reverses = e.seq
		WHERE (of_account IS NULL OR e.account_id = of_account)
			AND e.account_id <> ALL (except_accounts)
			AND k.name IN ('earned', 'reserved', 'redeemed', 'merged')),
	used AS (
		SELECT e.account_id, n.key AS seq, sum(n.value::creditbank.credit_amount) AS amount
		FROM entry AS e
		CROSS JOIN LATERAL jsonb_each_text(CASE WHEN jsonb_typeof(e.detail -> 'lots') = 'object' THEN e.detail -> 'lots' END) AS n
		WHERE e.amount IS NOT NULL
			AND e.kind <> 'earned'
			AND NOT e.taken_back
			AND n.value ~ '^[0-9]{1,13}([.][0-9]{1,4})? pt$'
		GROUP BY e.account_id, n.key),
	earned AS (
		SELECT e.account_id, e.seq,
			format('%s earned on %s, %s, %s left', e.amount, to_char(e.occurred_on, 'YYYY-MM-DD'),
				coalesce('until ' || (e.detail ->> 'expires_on'), 'for ever'),
				CASE WHEN e.taken_back THEN '0 pt'
					WHEN u.amount IS NULL OR creditbank.unit(e.amount) <> 'pt' THEN e.amount
					ELSE e.amount - u.amount END) AS lot
		FROM entry AS e
		LEFT JOIN used AS u ON u.account_id = e.account_id AND u.seq = e.seq::text
		WHERE e.kind = 'earned'),
	lot AS (
		SELECT l.account_id, l.seq,
			format('%s earned on %s, %s, %s left', l.earned, to_char(l.earned_on, 'YYYY-MM-DD'),
				coalesce('until ' || to_char(l.expires_on, 'YYYY-MM-DD'), 'for ever'), l.remaining) AS lot
		FROM creditbank.point_lot AS l
		WHERE (of_account IS NULL OR l.account_id = of_account)
			AND l.account_id <> ALL (except_accounts)),
	collected AS (
		SELECT e.account_id, e.detail ->> 'redemption' AS id, max(e.seq) AS seq
		FROM entry AS e
		WHERE e.kind = 'redeemed'
		GROUP BY 1, 2),
	-- What took points, and where the ledger says that it led.
	said AS (
		SELECT e.account_id, e.seq, e.detail ->> 'redemption' AS id, e.detail AS document, c.seq AS collected,
			CASE WHEN e.taken_back THEN (
					SELECT t.to_state
					FROM creditbank.redemption_transition AS t
					WHERE t.step = e.step
						AND t.from_state = CASE WHEN c.seq IS NULL THEN 'reserved' ELSE 'collected' END)
				WHEN c.seq IS NULL THEN 'reserved'
				ELSE 'collected' END AS state,
			e.amount
		FROM entry AS e
		LEFT JOIN collected AS c ON c.account_id = e.account_id AND c.id = e.detail ->> 'redemption'
		WHERE e.kind IN ('reserved', 'redeemed')
			AND e.amount IS NOT NULL),
	redeemed AS (
		SELECT r.account_id, r.first_seq AS seq, r.redemption_id::text AS id,
			creditbank.redemption_document(r.redemption_id) AS document, r.last_seq AS collected, r.state,
			-(r.price * r.quantity) AS amount
		FROM creditbank.redemption AS r
		WHERE (of_account IS NULL OR r.account_id = of_account)
			AND r.account_id <> ALL (except_accounts))
	SELECT 'differing_points', coalesce(e.account_id, l.account_id), coalesce(e.seq, l.seq), e.lot, l.lot
	FROM earned AS e
	FULL JOIN lot AS l ON l.account_id = e.account_id AND l.seq = e.seq
	WHERE e.lot IS DISTINCT FROM l.lot
	UNION ALL
	SELECT 'differing_points', coalesce(s.account_id, r.account_id), coalesce(s.seq, r.seq),
		format('%s %s %s', s.state, s.amount, s.document), format('%s %s %s', r.state, r.amount, r.document)
	FROM said AS s
	FULL JOIN redeemed AS r ON r.account_id = s.account_id AND r.seq = s.seq AND r.id = s.id
	WHERE (s.document, s.collected, s.state, s.amount) IS DISTINCT FROM (r.document, r.collected, r.state, r.amount)
	ORDER BY 2, 3, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_points(bigint, bigint[]) IS
'Where lots of points or redemptions differ from what the ledger says of them: differing_points. One account, or all for NULL, but for those of the list, whose entries cannot be believed. A part of verify_account and verify_archive.';
