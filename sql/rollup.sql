-- rollup.sql: sums of what counts, kept up to date by a refresh.
-- Promise: a refresh looks only at accounts that changed, misses none and counts
-- nothing twice, whoever writes meanwhile; what it keeps is what the view
-- contribution counts.

CREATE FUNCTION creditbank.queue_changed_holders()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		INSERT INTO creditbank.statistics_queue (account_id)
		SELECT o.account_id
		FROM old_holder AS o;
	ELSE
		INSERT INTO creditbank.statistics_queue (account_id)
		SELECT n.account_id
		FROM new_holder AS n
		JOIN old_holder AS o ON o.account_id = n.account_id
		WHERE (o.region, o.trainee_group) IS DISTINCT FROM (n.region, n.trainee_group);
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.queue_changed_holders() IS
'The trigger of holder: notes for the next refresh whose region or trainee group changed, or who was erased, since that leaves no entry that says so.';

CREATE FUNCTION creditbank.queue_changed_programmes()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	INSERT INTO creditbank.statistics_queue (programme)
	SELECT n.code
	FROM new_programme AS n
	JOIN old_programme AS o ON o.code = n.code
	WHERE o.institution <> n.institution;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.queue_changed_programmes() IS
'The trigger of programme: notes for the next refresh which went to another institution, under which conversions into it are counted.';

CREATE PROCEDURE creditbank.create_rollup_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.statistics_state (
		singleton boolean NOT NULL DEFAULT true,
		last_entry_id bigint NOT NULL DEFAULT 0,
		refreshed_at timestamptz,
		smallest_cell integer NOT NULL DEFAULT 5,
		CONSTRAINT statistics_state_pkey PRIMARY KEY (singleton),
		CONSTRAINT statistics_state_only_one CHECK (singleton),
		CONSTRAINT statistics_state_smallest_cell_range CHECK (smallest_cell BETWEEN 1 AND 1000)
	);
	COMMENT ON TABLE creditbank.statistics_state IS 'How far the roll-ups are, and how small a group may be shown. One row.';
	COMMENT ON COLUMN creditbank.statistics_state.singleton IS 'Always true: there is one row.';
	COMMENT ON COLUMN creditbank.statistics_state.last_entry_id IS 'The entries up to this id are counted.';
	COMMENT ON COLUMN creditbank.statistics_state.refreshed_at IS 'When they were counted; NULL before the first refresh.';
	COMMENT ON COLUMN creditbank.statistics_state.smallest_cell IS 'Of fewer learners than this nothing is published and nobody is compared with them.';
	INSERT INTO creditbank.statistics_state DEFAULT VALUES;

	CREATE TABLE creditbank.account_contribution (
		account_id bigint NOT NULL,
		month date NOT NULL,
		figure text NOT NULL,
		region text NOT NULL,
		institution text NOT NULL,
		education_type text NOT NULL,
		class text NOT NULL,
		level smallint NOT NULL,
		trainee_group text NOT NULL,
		unit text NOT NULL,
		count bigint NOT NULL,
		amount numeric(24,4) NOT NULL
	);
	COMMENT ON TABLE creditbank.account_contribution IS 'What each account added to each cell of the roll-up at the last refresh. One row per account and cell.';
	COMMENT ON COLUMN creditbank.account_contribution.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.account_contribution.month IS 'The first day of the month.';
	COMMENT ON COLUMN creditbank.account_contribution.figure IS 'The figure: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.account_contribution.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.account_contribution.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.account_contribution.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.account_contribution.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.account_contribution.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.account_contribution.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.account_contribution.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.account_contribution.count IS 'How many entries.';
	COMMENT ON COLUMN creditbank.account_contribution.amount IS 'The sum of their amounts; 0 where they have none.';
	CREATE INDEX account_contribution_account_idx ON creditbank.account_contribution (account_id);
	COMMENT ON INDEX creditbank.account_contribution_account_idx IS 'What an account added, to be taken out again.';

	CREATE TABLE creditbank.rollup (
		month date NOT NULL,
		figure text NOT NULL,
		region text NOT NULL,
		institution text NOT NULL,
		education_type text NOT NULL,
		class text NOT NULL,
		level smallint NOT NULL,
		trainee_group text NOT NULL,
		unit text NOT NULL,
		count bigint NOT NULL,
		amount numeric(24,4) NOT NULL,
		CONSTRAINT rollup_pkey PRIMARY KEY (month, figure, region, institution, education_type, class, level, trainee_group, unit)
	);
	COMMENT ON TABLE creditbank.rollup IS 'The figures by month and every dimension, as of the last refresh: the sums of account_contribution. One row per cell in which something is counted.';
	COMMENT ON COLUMN creditbank.rollup.month IS 'The first day of the month.';
	COMMENT ON COLUMN creditbank.rollup.figure IS 'The figure: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.rollup.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.rollup.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.rollup.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.rollup.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.rollup.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.rollup.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.rollup.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.rollup.count IS 'How many entries.';
	COMMENT ON COLUMN creditbank.rollup.amount IS 'The sum of their amounts; 0 where they have none.';
	CREATE INDEX rollup_empty_idx ON creditbank.rollup (month) WHERE count = 0;
	COMMENT ON INDEX creditbank.rollup_empty_idx IS 'Cells that a refresh emptied and removes.';

	CREATE TABLE creditbank.account_total (
		account_id bigint NOT NULL,
		trainee_group text NOT NULL,
		region text NOT NULL,
		achievements bigint NOT NULL,
		credits numeric(24,4) NOT NULL,
		hours numeric(24,4) NOT NULL,
		converted numeric(24,4) NOT NULL,
		points numeric(24,4) NOT NULL,
		levels integer NOT NULL,
		CONSTRAINT account_total_pkey PRIMARY KEY (account_id)
	);
	COMMENT ON TABLE creditbank.account_total IS 'What each learner has, as of the last refresh, to be compared with others. One row per account that is neither closed nor merged.';
	COMMENT ON COLUMN creditbank.account_total.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.account_total.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.account_total.region IS 'The holder''s region; none when none is noted.';
	COMMENT ON COLUMN creditbank.account_total.achievements IS 'How many achievements in the file are recognised.';
	COMMENT ON COLUMN creditbank.account_total.credits IS 'The sum of what was recognised of these in credits.';
	COMMENT ON COLUMN creditbank.account_total.hours IS 'The same in hours; of one with another amount, its learning hours.';
	COMMENT ON COLUMN creditbank.account_total.converted IS 'Credits granted by conversions that stand.';
	COMMENT ON COLUMN creditbank.account_total.points IS 'The points held, by the ledger.';
	COMMENT ON COLUMN creditbank.account_total.levels IS 'The highest level of these; 0 when none has one.';
	CREATE INDEX account_total_peers_idx ON creditbank.account_total (trainee_group, region COLLATE "C");
	COMMENT ON INDEX creditbank.account_total_peers_idx IS 'Peers: a group within a region.';
	CREATE VIEW creditbank.account_figures
	WITH (security_invoker = true) AS
	SELECT a.account_id, coalesce(h.trainee_group, 'none') AS trainee_group, coalesce(h.region, 'none') AS region,
		f.achievements, coalesce(f.credits, 0)::numeric(24,4) AS credits, coalesce(f.hours, 0)::numeric(24,4) AS hours,
		coalesce(c.converted, 0)::numeric(24,4) AS converted, coalesce(p.points, 0)::numeric(24,4) AS points, coalesce(f.levels, 0) AS levels
	FROM creditbank.account AS a
	LEFT JOIN creditbank.holder AS h ON h.account_id = a.account_id
	CROSS JOIN LATERAL (
		SELECT count(*) AS achievements,
			sum(n.amount::numeric) FILTER (WHERE creditbank.unit(n.amount) = 'cr') AS credits,
			sum(CASE WHEN creditbank.unit(n.amount) = 'hr' THEN n.amount::numeric ELSE n.hours::numeric END) AS hours,
			max(n.level)::integer AS levels
		FROM creditbank.achievement AS n
		WHERE n.account_id = a.account_id
			AND n.state = 'recognised') AS f
	CROSS JOIN LATERAL (
		SELECT sum(e.amount::numeric) FILTER (WHERE creditbank.unit(e.amount) = 'cr') AS converted
		FROM creditbank.ledger_entry AS e
		WHERE e.account_id = a.account_id
			AND e.kind = (SELECT k.kind FROM creditbank.entry_kinds() AS k WHERE k.name = 'converted')
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id
					AND r.reverses = e.seq)) AS c
	LEFT JOIN LATERAL (
		SELECT b.amount::numeric AS points
		FROM creditbank.ledger_head AS l
		CROSS JOIN unnest(l.balances) AS b (amount)
		WHERE l.account_id = a.account_id
			AND creditbank.unit(b.amount) = 'pt') AS p ON true
	WHERE a.account_id <> 0
		AND a.state NOT IN ('closed', 'merged');
	COMMENT ON VIEW creditbank.account_figures IS 'What each learner has, counted now. One row per account that is neither closed nor merged.';
	COMMENT ON COLUMN creditbank.account_figures.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.account_figures.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.account_figures.region IS 'The holder''s region; none when none is noted.';
	COMMENT ON COLUMN creditbank.account_figures.achievements IS 'How many achievements in the file are recognised.';
	COMMENT ON COLUMN creditbank.account_figures.credits IS 'The sum of what was recognised of these in credits.';
	COMMENT ON COLUMN creditbank.account_figures.hours IS 'The same in hours; of one with another amount, its learning hours.';
	COMMENT ON COLUMN creditbank.account_figures.converted IS 'Credits granted by conversions that stand.';
	COMMENT ON COLUMN creditbank.account_figures.points IS 'The points held, by the ledger.';
	COMMENT ON COLUMN creditbank.account_figures.levels IS 'The highest level of these; 0 when none has one.';

	CREATE TABLE creditbank.statistics_queue (
		queue_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint,
		programme text,
		CONSTRAINT statistics_queue_pkey PRIMARY KEY (queue_id),
		CONSTRAINT statistics_queue_one_thing CHECK (num_nonnulls(account_id, programme) = 1)
	);
	COMMENT ON TABLE creditbank.statistics_queue IS 'What changed without an entry that says so, for the next refresh. One row per change.';
	COMMENT ON SEQUENCE creditbank.statistics_queue_queue_id_seq IS 'Numbers changes.';
	COMMENT ON COLUMN creditbank.statistics_queue.queue_id IS 'The change.';
	COMMENT ON COLUMN creditbank.statistics_queue.account_id IS 'The account whose holder is counted elsewhere now.';
	COMMENT ON COLUMN creditbank.statistics_queue.programme IS 'The programme that went to another institution.';
	CREATE TRIGGER holder_updated_statistics
	AFTER UPDATE ON creditbank.holder
	REFERENCING OLD TABLE AS old_holder NEW TABLE AS new_holder
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.queue_changed_holders();
	COMMENT ON TRIGGER holder_updated_statistics ON creditbank.holder IS 'Who moves is counted elsewhere.';
	CREATE TRIGGER holder_deleted_statistics
	AFTER DELETE ON creditbank.holder
	REFERENCING OLD TABLE AS old_holder
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.queue_changed_holders();
	COMMENT ON TRIGGER holder_deleted_statistics ON creditbank.holder IS 'Who is erased is counted under no region.';
	CREATE TRIGGER programme_updated_statistics
	AFTER UPDATE ON creditbank.programme
	REFERENCING OLD TABLE AS old_programme NEW TABLE AS new_programme
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.queue_changed_programmes();
	COMMENT ON TRIGGER programme_updated_statistics ON creditbank.programme IS 'Conversions are counted under the institution that runs the programme.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_rollup_tables() IS
'Makes the roll-ups; a part of create_bank.';

CREATE FUNCTION creditbank.refresh_accounts(accounts bigint[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
-- One query serves some accounts and all: it is planned for those it is asked for.
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
	cells bigint;
BEGIN
	-- In one statement, so that what is put in is of the same moment as what is taken out.
	WITH counted AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.contribution AS c
		WHERE accounts IS NULL OR c.account_id = ANY (accounts)),
	taken_out AS (
		DELETE FROM creditbank.account_contribution AS c
		WHERE accounts IS NULL OR c.account_id = ANY (accounts)
		RETURNING c.*),
	put_in AS (
		INSERT INTO creditbank.account_contribution
		SELECT c.*
		FROM counted AS c)
	INSERT INTO creditbank.rollup AS r (month, figure, region, institution, education_type, class, level, trainee_group, unit, count, amount)
	SELECT c.month, c.figure, c.region, c.institution, c.education_type, c.class, c.level, c.trainee_group, c.unit, sum(c.count), sum(c.amount)
	FROM (
		SELECT n.*
		FROM counted AS n
		UNION ALL
		SELECT o.account_id, o.month, o.figure, o.region, o.institution, o.education_type, o.class, o.level, o.trainee_group, o.unit, -o.count, -o.amount
		FROM taken_out AS o) AS c
	GROUP BY c.month, c.figure, c.region, c.institution, c.education_type, c.class, c.level, c.trainee_group, c.unit
	HAVING sum(c.count) <> 0 OR sum(c.amount) <> 0
	ON CONFLICT ON CONSTRAINT rollup_pkey DO UPDATE
	SET count = r.count + excluded.count,
		amount = r.amount + excluded.amount;
	GET DIAGNOSTICS cells = ROW_COUNT;
	DELETE FROM creditbank.rollup AS r
	WHERE r.count = 0;

	DELETE FROM creditbank.account_total AS t
	WHERE accounts IS NULL OR t.account_id = ANY (accounts);
	INSERT INTO creditbank.account_total
	SELECT f.*
	FROM creditbank.account_figures AS f
	WHERE accounts IS NULL OR f.account_id = ANY (accounts);
	RETURN cells;
END
$$;
COMMENT ON FUNCTION creditbank.refresh_accounts(bigint[]) IS
'Takes what some accounts added to the roll-ups out and puts in what they add now; NULL for all accounts, in one pass over the ledger. Returns how many cells changed. A part of refresh_statistics, which holds the lock.';

CREATE FUNCTION creditbank.refresh_portion(accounts bigint[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
-- A few accounts are looked up, however much of the bank the planner thinks they are.
SET enable_seqscan = off
SET enable_mergejoin = off
AS $$
BEGIN
	RETURN creditbank.refresh_accounts(accounts);
END
$$;
COMMENT ON FUNCTION creditbank.refresh_portion(bigint[]) IS
'refresh_accounts for a few accounts, by the indexes alone, so that the cost is that of the accounts and not of the bank. NULL does nothing. A part of refresh_statistics.';

CREATE FUNCTION creditbank.changed_accounts(after_id bigint, up_to_id bigint)
RETURNS bigint[]
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	accounts bigint[];
BEGIN
	WITH RECURSIVE queued AS (
		DELETE FROM creditbank.statistics_queue AS q
		RETURNING q.account_id, q.programme),
	changed AS (
		SELECT e.account_id
		FROM creditbank.ledger_entry AS e
		WHERE e.entry_id > after_id
			AND e.entry_id <= up_to_id
		UNION
		SELECT q.account_id
		FROM queued AS q
		WHERE q.account_id IS NOT NULL
		UNION
		SELECT d.account_id
		FROM creditbank.decision AS d
		WHERE d.programme IN (SELECT q.programme FROM queued AS q)),
	-- What was merged into an account is counted where its holder is.
	family AS (
		SELECT c.account_id
		FROM changed AS c
		UNION
		SELECT m.duplicate_id
		FROM family AS f
		JOIN creditbank.account_merger AS m ON m.into_id = f.account_id)
	SELECT array_agg(f.account_id ORDER BY f.account_id)
	INTO accounts
	FROM family AS f
	WHERE f.account_id <> 0;
	RETURN coalesce(accounts, '{}');
END
$$;
COMMENT ON FUNCTION creditbank.changed_accounts(bigint, bigint) IS
'The accounts whose counts may have changed: those with entries of these ids, those in the queue, which it empties, and all that were merged into one of them; in order. NULL for NULL. A part of refresh_statistics.';

CREATE FUNCTION creditbank.refresh_statistics()
RETURNS TABLE (accounts bigint, cells bigint, up_to_entry bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	portion constant integer := 500;
	state record;
	last_id bigint;
	changed bigint[];
	cells_changed bigint := 0;
BEGIN
	PERFORM creditbank.require_bank();
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION USING
			ERRCODE = 'active_sql_transaction',
			MESSAGE = 'statistics are refreshed under READ COMMITTED only',
			DETAIL = 'This transaction''s snapshot would miss what is written while it waits.',
			HINT = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED, or call it in a transaction of its own.';
	END IF;
	-- Of two refreshes at once the second waits here.
	SELECT s.*
	INTO state
	FROM creditbank.statistics_state AS s
	FOR UPDATE;
	SELECT CASE WHEN q.is_called THEN q.last_value ELSE 0 END
	INTO last_id
	FROM creditbank.ledger_entry_entry_id_seq AS q;
	PERFORM creditbank.check_entry_ids(last_id, state.last_entry_id);
	-- Whoever took one of these ids has ended after this, and what they wrote is seen.
	IF last_id > state.last_entry_id THEN
		PERFORM creditbank.wait_for_writers();
	END IF;
	changed := creditbank.changed_accounts(state.last_entry_id, last_id);
	-- Where most of the bank changed, one pass over it costs less than many look-ups.
	IF cardinality(changed) * 2 > (SELECT max(a.account_id) FROM creditbank.account AS a) THEN
		cells_changed := creditbank.refresh_accounts(NULL);
	ELSE
		FOR place IN 1 .. cardinality(changed) BY portion
		LOOP
			cells_changed := cells_changed + creditbank.refresh_portion(changed[place : place + portion - 1]);
		END LOOP;
	END IF;
	UPDATE creditbank.statistics_state AS s
	SET last_entry_id = last_id,
		refreshed_at = clock_timestamp();
	RETURN QUERY
	SELECT cardinality(changed)::bigint, cells_changed, last_id;
END
$$;
COMMENT ON FUNCTION creditbank.refresh_statistics() IS
'Brings the roll-ups up to date: waits until the transactions that are writing the ledger have ended, finds the accounts that changed since the last refresh, and counts these anew. Returns how many accounts these were, how many cells of the roll-up changed (one that several portions change counts in each), and the id of the last entry counted. Of two at once the second waits. Errors: bank_not_open; 25001 above READ COMMITTED; 25006 on a standby; 55P03 after lock_timeout; 55000 when entry ids are not handed out one by one.';

CREATE FUNCTION creditbank.statistics_drift()
RETURNS TABLE (what text, cell text, kept text, counted text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	-- Read twice, counted once.
	WITH contribution AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.contribution AS c),
	cell AS (
		SELECT c.month, c.figure, c.region, c.institution, c.education_type, c.class, c.level, c.trainee_group, c.unit, sum(c.count) AS count, sum(c.amount) AS amount
		FROM contribution AS c
		GROUP BY c.month, c.figure, c.region, c.institution, c.education_type, c.class, c.level, c.trainee_group, c.unit)
	SELECT 'rollup', concat_ws(' ', to_char(month, 'YYYY-MM'), figure, region, institution, education_type, class, level, trainee_group, unit), concat_ws(' ', r.count, r.amount), concat_ws(' ', c.count, c.amount)
	FROM creditbank.rollup AS r
	FULL JOIN cell AS c USING (month, figure, region, institution, education_type, class, level, trainee_group, unit)
	WHERE (r.count, r.amount) IS DISTINCT FROM (c.count, c.amount)
	UNION ALL
	SELECT 'account_contribution', concat_ws(' ', account_id, to_char(month, 'YYYY-MM'), figure, region, institution, education_type, class, level, trainee_group, unit), concat_ws(' ', r.count, r.amount), concat_ws(' ', c.count, c.amount)
	FROM creditbank.account_contribution AS r
	FULL JOIN contribution AS c USING (account_id, month, figure, region, institution, education_type, class, level, trainee_group, unit)
	WHERE (r.count, r.amount) IS DISTINCT FROM (c.count, c.amount)
	UNION ALL
	SELECT 'account_total', account_id::text, (to_jsonb(t) - 'account_id')::text, (to_jsonb(f) - 'account_id')::text
	FROM creditbank.account_total AS t
	FULL JOIN creditbank.account_figures AS f USING (account_id)
	WHERE t IS DISTINCT FROM f
	ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION creditbank.statistics_drift() IS
'Where what a refresh kept differs from what is counted now, over the whole bank: in the roll-up, in what an account adds to it, or in what a learner has. One row per difference; none right after a refresh, unless somebody wrote meanwhile. Errors: bank_not_open.';

CREATE FUNCTION creditbank.set_smallest_cell(size integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	IF size IS NULL OR size NOT BETWEEN 1 AND 1000 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s cannot be the smallest number of learners shown', coalesce(size::text, 'NULL')),
			DETAIL = 'It is from 1, which hides nobody, to 1000.',
			HINT = 'Usual are 3 to 10; a bank begins with 5.',
			SCHEMA = 'creditbank',
			TABLE = 'statistics_state',
			COLUMN = 'smallest_cell';
	END IF;
	UPDATE creditbank.statistics_state AS s
	SET smallest_cell = size;
	RETURN size;
END
$$;
COMMENT ON FUNCTION creditbank.set_smallest_cell(integer) IS
'Sets of how few learners nothing is published any more, and with how few nobody is compared: fewer than size. What is published already stays. Returns size. Errors: bank_not_open; invalid_parameter unless it is from 1 to 1000.';

CREATE FUNCTION creditbank.peer_standing(account text, figure text)
RETURNS TABLE (peer_group text, region text, peers bigint, below bigint, share numeric)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	own record;
	circle record;
	least_peers integer;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(peer_standing.account);
	IF peer_standing.figure IS NULL OR peer_standing.figure NOT IN ('achievements', 'credits', 'hours', 'converted', 'points', 'levels') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('learners are not compared by "%s"', coalesce(left(peer_standing.figure, 40), 'NULL')),
			HINT = 'The figures are achievements, credits, hours, converted, points and levels.';
	END IF;
	SELECT s.smallest_cell INTO least_peers FROM creditbank.statistics_state AS s;
	SELECT t.trainee_group, t.region, (to_jsonb(t) ->> peer_standing.figure)::numeric AS value
	INTO own
	FROM creditbank.account_total AS t
	WHERE t.account_id = of_account;
	FOR circle IN
		SELECT own.trainee_group AS of_group, r.code, creditbank.region_stem(r.code) AS stem
		FROM creditbank.region AS r
		WHERE own.trainee_group <> 'none'
			AND r.level < 4
			AND r.code = ANY (creditbank.region_lineage(nullif(own.region, 'none')))
		UNION ALL
		SELECT own.trainee_group, NULL, NULL
		WHERE own.trainee_group <> 'none'
		UNION ALL
		SELECT NULL, NULL, NULL
		WHERE own IS NOT NULL
		ORDER BY 1 NULLS LAST, 2 DESC NULLS LAST
	LOOP
		RETURN QUERY EXECUTE format($query$
			SELECT $1, $2, p.peers, p.below, round(p.below::numeric / p.peers, 4)
			FROM (
				SELECT count(*) AS peers, count(*) FILTER (WHERE t.%1$I < $3) AS below
				FROM creditbank.account_total AS t
				WHERE t.account_id <> $4 %2$s %3$s) AS p
			WHERE p.peers >= $6$query$,
			peer_standing.figure,
			CASE WHEN circle.of_group IS NOT NULL THEN 'AND t.trainee_group = $1' END,
			CASE WHEN circle.stem IS NOT NULL THEN 'AND t.region COLLATE "C" >= $5 AND t.region COLLATE "C" < $5 || '':''' END)
		USING circle.of_group, circle.code, own.value, of_account, circle.stem, least_peers;
		EXIT WHEN FOUND;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.peer_standing(text, text) IS
'Where a learner stands among peers by a figure of account_total: achievements, credits, hours, converted, points or levels, as of the last refresh. The peers are those of the same trainee group in the same county, else city, province, or everywhere, else everybody: the first of these with at least as many other learners as set_smallest_cell() asks for. One row: the group (NULL for everybody) and region (NULL for everywhere) compared with, how many peers there are, how many of them have less, and that share of them, 0 to 1. No row when no group is large enough, for an account that is closed or merged, and before the first refresh. Errors: bank_not_open, unknown_account, invalid_parameter.';
