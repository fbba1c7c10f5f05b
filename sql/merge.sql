-- merge.sql: persons with two accounts: found, and merged.
-- Promise: a merger is made of reversing entries in the account that goes and
-- new ones in the account that stays; nothing is lost or counted twice, and what
-- was decided for the one that goes is decided anew by the rules.

CREATE PROCEDURE creditbank.create_merge_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.account_merger (
		duplicate_id bigint NOT NULL,
		into_id bigint NOT NULL,
		merged_at timestamptz NOT NULL,
		merged_by text NOT NULL,
		reason text NOT NULL,
		CONSTRAINT account_merger_pkey PRIMARY KEY (duplicate_id),
		CONSTRAINT account_merger_two_accounts CHECK (duplicate_id <> into_id),
		CONSTRAINT account_merger_duplicate_fkey FOREIGN KEY (duplicate_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT account_merger_into_fkey FOREIGN KEY (into_id) REFERENCES creditbank.account (account_id)
	);
	COMMENT ON TABLE creditbank.account_merger IS 'Accounts that were merged into others of the same person. One row per account that went; rows are only ever added.';
	COMMENT ON COLUMN creditbank.account_merger.duplicate_id IS 'The account that went.';
	COMMENT ON COLUMN creditbank.account_merger.into_id IS 'The account that stayed.';
	COMMENT ON COLUMN creditbank.account_merger.merged_at IS 'When.';
	COMMENT ON COLUMN creditbank.account_merger.merged_by IS 'The role that merged them.';
	COMMENT ON COLUMN creditbank.account_merger.reason IS 'Why they are held to be one person''s. Never personal data.';
	CREATE INDEX account_merger_into_idx ON creditbank.account_merger (into_id);
	COMMENT ON INDEX creditbank.account_merger_into_idx IS 'What was merged into an account.';
	PERFORM creditbank.guard_table('account_merger', 'refuse_change', 'A merger is not undone.');
END
$$;
COMMENT ON PROCEDURE creditbank.create_merge_tables() IS
'Makes the table of mergers; a part of create_bank.';

CREATE FUNCTION creditbank.current_account(account text)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	stayed bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(current_account.account);
	LOOP
		SELECT m.into_id
		INTO stayed
		FROM creditbank.account_merger AS m
		WHERE m.duplicate_id = of_account;
		EXIT WHEN NOT FOUND;
		of_account := stayed;
	END LOOP;
	RETURN creditbank.account_number(of_account);
END
$$;
COMMENT ON FUNCTION creditbank.current_account(text) IS
'The number of the account that a learner has now: the one given, or the one that it was merged into, and so on. Errors: bank_not_open, unknown_account, also for NULL.';

CREATE FUNCTION creditbank.people_like(of_account bigint)
RETURNS TABLE (
	account_id bigint,
	name text,
	birth_date date,
	identity_kind text,
	student_numbers jsonb)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	asked record;
BEGIN
	IF of_account IS NULL THEN
		RETURN QUERY
		SELECT h.account_id, creditbank.title_key(h.full_name), h.birth_date, h.identity_kind, h.student_numbers
		FROM creditbank.holder AS h
		JOIN creditbank.account AS a ON a.account_id = h.account_id
		WHERE a.state NOT IN ('closed', 'merged');
		RETURN;
	END IF;
	SELECT creditbank.title_key(h.full_name) AS name, h.student_numbers
	INTO asked
	FROM creditbank.holder AS h
	WHERE h.account_id = of_account;
	RETURN QUERY
	SELECT h.account_id, creditbank.title_key(h.full_name), h.birth_date, h.identity_kind, h.student_numbers
	FROM (
		SELECT n.*
		FROM creditbank.holder AS n
		WHERE hashtextextended(creditbank.title_key(n.full_name), 0) = hashtextextended(asked.name, 0)
			AND creditbank.title_key(n.full_name) = asked.name
		UNION
		SELECT n.*
		FROM jsonb_each(asked.student_numbers) AS s
		JOIN creditbank.holder AS n ON n.student_numbers @> jsonb_build_object(s.key, s.value)) AS h
	JOIN creditbank.account AS a ON a.account_id = h.account_id
	WHERE a.state NOT IN ('closed', 'merged');
END
$$;
COMMENT ON FUNCTION creditbank.people_like(bigint) IS
'The holders of an account and of those that have its holder''s name or a student number of his or hers, or for NULL all of them; without closed and merged accounts. name is the name as it is compared. A part of possible_duplicates.';

CREATE FUNCTION creditbank.possible_duplicates(
	INOUT account text DEFAULT NULL,
	OUT other_account text,
	OUT reasons text[])
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	IF possible_duplicates.account IS NOT NULL THEN
		of_account := creditbank.account_id(possible_duplicates.account);
	END IF;
	-- Groups are made by sorting, and pairs within them: a join of people with
	-- people would be at the mercy of statistics that are not kept.
	RETURN QUERY
	WITH person AS MATERIALIZED (
		SELECT p.*
		FROM creditbank.people_like(of_account) AS p),
	alike AS (
		SELECT 'same name and date of birth' AS reason, array_agg(p.account_id) AS ids, array_agg(p.identity_kind) AS kinds,
			array_agg(true) AS is_one
		FROM person AS p
		WHERE p.birth_date IS NOT NULL
		GROUP BY p.name, p.birth_date
		HAVING count(*) > 1
		UNION ALL
		SELECT 'same name, date of birth not known of both', array_agg(p.account_id), array_agg(p.identity_kind),
			array_agg(p.birth_date IS NULL)
		FROM person AS p
		GROUP BY p.name
		HAVING count(*) > 1 AND bool_or(p.birth_date IS NULL)
		UNION ALL
		SELECT format('same student number at %s', n.key), array_agg(p.account_id), array_agg(p.identity_kind),
			array_agg(true)
		FROM person AS p
		CROSS JOIN LATERAL jsonb_each(p.student_numbers) AS n
		GROUP BY n.key, n.value
		HAVING count(*) > 1),
	pair AS (
		SELECT l.reason, least(a.id, b.id) AS first_id, greatest(a.id, b.id) AS second_id
		FROM alike AS l
		CROSS JOIN LATERAL unnest(l.ids, l.kinds, l.is_one) AS a (id, kind, is_one)
		CROSS JOIN LATERAL unnest(l.ids, l.kinds, l.is_one) AS b (id, kind, is_one)
		WHERE a.is_one
			AND a.id <> b.id
			-- A pair of which either could begin it is made once.
			AND (a.id < b.id OR NOT b.is_one)
			-- Two identity numbers of one kind are two persons.
			AND (a.kind = b.kind) IS NOT TRUE)
	SELECT creditbank.account_number(CASE WHEN p.second_id = of_account THEN p.second_id ELSE p.first_id END),
		creditbank.account_number(CASE WHEN p.second_id = of_account THEN p.first_id ELSE p.second_id END),
		array_agg(p.reason ORDER BY p.reason COLLATE "C")
	FROM pair AS p
	WHERE of_account IS NULL
		OR of_account IN (p.first_id, p.second_id)
	GROUP BY p.first_id, p.second_id
	ORDER BY p.first_id, p.second_id;
END
$$;
COMMENT ON FUNCTION creditbank.possible_duplicates(text) IS
'Pairs of accounts that may be one person''s, with what speaks for it: the same name (widths, case and spaces apart) and date of birth, or with the date of birth not known of both, or the same student number at a school. Two accounts with identity numbers of the same kind are two persons''. One account''s pairs, or for NULL every pair once. Closed and merged accounts are left out. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.check_one_person(duplicate_id bigint, into_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF duplicate_id = into_id THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'an account is not merged into itself',
			DETAIL = format('Both are account %s.', creditbank.account_number(into_id)),
			HINT = 'Name the account that goes first, then the one that stays.',
			SCHEMA = 'creditbank',
			TABLE = 'account_merger';
	END IF;
	IF EXISTS (
		SELECT FROM creditbank.holder AS d
		JOIN creditbank.holder AS i ON i.identity_kind = d.identity_kind
		WHERE d.account_id = duplicate_id
			AND i.account_id = into_id
			AND i.identity_hash <> d.identity_hash)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('duplicate_person'),
			MESSAGE = format('accounts %s and %s are held by two persons', creditbank.account_number(duplicate_id), creditbank.account_number(into_id)),
			DETAIL = 'Both have an identity number of the same kind, and the numbers differ.',
			HINT = 'If one of the numbers was entered wrongly, correct it first with creditbank.identify_holder().',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'identity_hash';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_one_person(bigint, bigint) IS
'Raises unless two accounts can be one person''s: invalid_parameter when they are one account, duplicate_person when both have an identity number of the same kind and these differ. NULL passes.';

CREATE FUNCTION creditbank.take_back_decisions(of_account bigint, into_id bigint, reason text)
RETURNS TABLE (what text, item text, note text)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	decided record;
BEGIN
	FOR decided IN
		SELECT d.decision_id, d.programme, d.state, p.purpose = 'points' AS is_points
		FROM creditbank.decision AS d
		JOIN creditbank.programme AS p ON p.code = d.programme
		WHERE d.account_id = of_account
		ORDER BY d.first_seq DESC NULLS FIRST, d.decision_id DESC
	LOOP
		IF decided.state IN ('draft', 'submitted', 'in_review', 'approved', 'appealed') THEN
			decided.state := creditbank.move_decision(decided.decision_id, 'withdraw_decision', take_back_decisions.reason);
			RETURN QUERY
			SELECT 'decision withdrawn', decided.decision_id::text, decided.programme;
		END IF;
		-- Points stay earned, and go along, but for what both accounts earned them for.
		IF decided.state = 'posted' AND (NOT decided.is_points OR creditbank.earned_in_both(decided.decision_id, into_id)) THEN
			PERFORM creditbank.take_back_lines(decided.decision_id, take_back_decisions.reason);
			PERFORM creditbank.move_decision(decided.decision_id, 'reverse_decision', take_back_decisions.reason);
			RETURN QUERY
			SELECT 'decision reversed', decided.decision_id::text, decided.programme;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.take_back_decisions(bigint, bigint, text) IS
'Withdraws the decisions of an account that wait, and reverses those that are posted, the last first; earned points are left, unless the account into_id earned points for one of the same achievements. One row per decision. A part of merge_accounts. Errors: insufficient_balance when points to be taken back are spent.';

CREATE FUNCTION creditbank.earned_in_both(decision_id bigint, into_id bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT FROM creditbank.decision_line AS l
		CROSS JOIN unnest(l.sources) AS s (ref)
		JOIN creditbank.achievement AS a ON a.account_id = into_id AND a.ref = s.ref::creditbank.achievement_ref
		JOIN creditbank.consumption AS c ON c.achievement_id = a.achievement_id AND c.purpose = 'points'
		WHERE l.decision_id = earned_in_both.decision_id
			AND l.granted IS NOT NULL
			AND creditbank.achievement_stands(a.state));
END
$$;
COMMENT ON FUNCTION creditbank.earned_in_both(bigint, bigint) IS
'Whether an account earned points for an achievement that a decision of another account earned points for. A part of merge_accounts. NULL for NULL.';

CREATE FUNCTION creditbank.merge_achievement(achievement_id bigint, into_id bigint, detail jsonb)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	gone record;
	new_id bigint;
	recognised_seq bigint;
	held_state text;
	proof record;
BEGIN
	SELECT a.*
	INTO STRICT gone
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = merge_achievement.achievement_id;
	SELECT e.seq
	INTO recognised_seq
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'recognised'
	WHERE e.account_id = gone.account_id
		AND e.ref = gone.ref
		AND starts_with(e.detail, format('{"id": %s, ', gone.achievement_id))
		AND NOT EXISTS (
			SELECT FROM creditbank.ledger_entry AS r
			WHERE r.account_id = e.account_id AND r.reverses = e.seq);
	IF FOUND THEN
		PERFORM creditbank.reverse_entry(gone.account_id, recognised_seq, creditbank.today(),
			(jsonb_build_object('id', gone.achievement_id) || detail)::text);
	END IF;
	PERFORM creditbank.move_achievement(gone.achievement_id, 'merge_accounts', detail);

	SELECT a.state
	INTO held_state
	FROM creditbank.achievement AS a
	WHERE a.account_id = into_id
		AND a.ref = gone.ref
		AND creditbank.achievement_stands(a.state);
	IF FOUND THEN
		RETURN 'held already' || CASE
			WHEN gone.state = 'frozen' AND held_state <> 'frozen' THEN ', but not frozen there'
			WHEN recognised_seq IS NOT NULL AND held_state NOT IN ('recognised', 'frozen') THEN ', but not recognised there'
			ELSE '' END;
	END IF;
	detail := jsonb_build_object('merged_from', creditbank.account_number(gone.account_id));
	INSERT INTO creditbank.achievement AS a
		(account_id, ref, title, education_type, state, claimed_amount, hours, level, grade, scale, attendance, overlap,
		place, share, awarded_on, expires_on, rank, tags, evidence)
	VALUES (into_id, gone.ref, gone.title, gone.education_type, 'deposited', gone.claimed_amount, gone.hours, gone.level, gone.grade,
		gone.scale, gone.attendance, gone.overlap, gone.place, gone.share, gone.awarded_on, gone.expires_on, gone.rank, gone.tags, gone.evidence)
	RETURNING a.achievement_id INTO new_id;
	PERFORM creditbank.append_entry(into_id, 'deposited', NULL, a.ref, creditbank.today(), creditbank.achievement_entry_detail(a, detail))
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = new_id;
	-- What a source sent once is not imported again.
	UPDATE creditbank.import_record AS r
	SET account_id = into_id,
		achievement_id = new_id
	WHERE r.achievement_id = gone.achievement_id;
	FOR proof IN
		INSERT INTO creditbank.evidence AS v (achievement_id, number, digest, title, added_on)
		SELECT new_id, v.number, v.digest, v.title, v.added_on
		FROM creditbank.evidence AS v
		WHERE v.achievement_id = gone.achievement_id
		ORDER BY v.number
		RETURNING v.*
	LOOP
		PERFORM creditbank.append_entry(into_id, 'evidenced', NULL, gone.ref, creditbank.today(),
			creditbank.evidence_document(proof.achievement_id, proof.number, proof.digest, proof.title, proof.added_on)::text);
	END LOOP;
	IF gone.state = 'attested' THEN
		PERFORM creditbank.move_achievement(new_id, 'attest', detail);
	ELSIF recognised_seq IS NOT NULL THEN
		UPDATE creditbank.achievement AS a
		SET amount = gone.amount
		WHERE a.achievement_id = new_id;
		PERFORM creditbank.move_achievement(new_id, 'recognise', detail, gone.amount);
	END IF;
	IF gone.state = 'frozen' THEN
		PERFORM creditbank.move_achievement(new_id, 'freeze_achievement', detail);
	END IF;
	RETURN 'moved' || CASE
		WHEN gone.state = 'appealed' AND recognised_seq IS NOT NULL THEN ', to be appealed anew'
		WHEN gone.state IN ('submitted', 'returned', 'appealed') THEN ', to be submitted anew'
		ELSE '' END;
END
$$;
COMMENT ON FUNCTION creditbank.merge_achievement(bigint, bigint, jsonb) IS
'Takes an achievement out of its account, by reversing its recognition, and brings it into the account into_id as it stood, with its evidence, unless that holds it already. What waited for an assessor is deposited, and has to be submitted anew. Returns what was done. A part of merge_accounts.';

CREATE FUNCTION creditbank.close_as_merged(duplicate_id bigint, into_id bigint, detail jsonb)
RETURNS creditbank.credit_amount
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	taken record;
	lot record;
	new_seq bigint;
	use record;
BEGIN
	SELECT sum(l.remaining) AS points, jsonb_object_agg(l.seq, l.remaining ORDER BY l.seq) AS lots
	INTO taken
	FROM creditbank.point_lot AS l
	WHERE l.account_id = duplicate_id
		AND sign(l.remaining) = 1;
	IF taken.points IS NOT NULL THEN
		detail := detail || jsonb_build_object('lots', taken.lots);
	END IF;
	PERFORM creditbank.move_account(duplicate_id, 'merge_accounts', detail, -taken.points);
	PERFORM creditbank.append_entry(into_id, 'merged', NULL, NULL, creditbank.today(),
		jsonb_build_object('from', creditbank.account_number(duplicate_id))::text);
	FOR lot IN
		SELECT l.*
		FROM creditbank.point_lot AS l
		WHERE l.account_id = duplicate_id
			AND sign(l.remaining) = 1
		ORDER BY l.seq
	LOOP
		SELECT e.seq
		INTO new_seq
		FROM creditbank.append_entry(into_id, 'earned', lot.remaining, NULL, lot.earned_on,
			jsonb_strip_nulls(jsonb_build_object('merged_from', creditbank.account_number(duplicate_id), 'lot', lot.seq, 'expires_on', lot.expires_on))::text) AS e;
		PERFORM creditbank.keep_points(into_id, new_seq, lot.remaining, lot.earned_on, lot.expires_on);
	END LOOP;
	UPDATE creditbank.point_lot AS l
	SET remaining = '0 pt'
	WHERE l.account_id = duplicate_id
		AND sign(l.remaining) = 1;

	-- What earned points there earns none here.
	FOR use IN
		SELECT a.ref::text AS ref, c.purpose, c.used_for, c.remainder
		FROM creditbank.consumption AS c
		JOIN creditbank.achievement AS g ON g.achievement_id = c.achievement_id
		JOIN creditbank.achievement AS a ON a.account_id = into_id AND a.ref = g.ref
		WHERE g.account_id = duplicate_id
			AND c.purpose = 'points'
			AND creditbank.achievement_stands(a.state)
			AND NOT EXISTS (
				SELECT FROM creditbank.consumption AS n
				WHERE n.achievement_id = a.achievement_id AND n.purpose = 'points' AND n.remainder IS NULL)
		ORDER BY c.seq
	LOOP
		PERFORM creditbank.consume_achievement(into_id, use.ref, use.purpose, use.used_for, use.remainder,
			jsonb_strip_nulls(jsonb_build_object('merged_from', creditbank.account_number(duplicate_id), 'programme', use.used_for,
				'purpose', use.purpose, 'remainder', use.remainder))::text);
	END LOOP;
	RETURN taken.points;
END
$$;
COMMENT ON FUNCTION creditbank.close_as_merged(bigint, bigint, jsonb) IS
'Brings the points that an account has left into another, each lot with its days, and notes there which achievements earned points already; writes the entries of the merger itself. Returns the points, or NULL when there were none. A part of merge_accounts.';

CREATE FUNCTION creditbank.merge_holder(duplicate_id bigint, into_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	gone creditbank.holder;
BEGIN
	DELETE FROM creditbank.holder AS h
	WHERE h.account_id = duplicate_id
	RETURNING h.* INTO gone;
	UPDATE creditbank.holder AS h
	SET family_name = coalesce(h.family_name, gone.family_name),
		given_names = coalesce(h.given_names, gone.given_names),
		birth_date = CASE WHEN h.identity_hash IS NULL AND gone.identity_hash IS NOT NULL THEN coalesce(gone.birth_date, h.birth_date)
			ELSE coalesce(h.birth_date, gone.birth_date) END,
		identity_kind = CASE WHEN h.identity_hash IS NULL THEN gone.identity_kind ELSE h.identity_kind END,
		identity_hash = coalesce(h.identity_hash, gone.identity_hash),
		region = coalesce(h.region, gone.region),
		trainee_group = coalesce(h.trainee_group, gone.trainee_group),
		student_numbers = coalesce(gone.student_numbers, '{}') || h.student_numbers
	WHERE h.account_id = into_id;
	INSERT INTO creditbank.enrolment
	SELECT (jsonb_populate_record(NULL::creditbank.enrolment, to_jsonb(e) || jsonb_build_object('account_id', into_id))).*
	FROM creditbank.enrolment AS e
	WHERE e.account_id = duplicate_id
	ON CONFLICT DO NOTHING;
	DELETE FROM creditbank.enrolment AS e
	WHERE e.account_id = duplicate_id;
END
$$;
COMMENT ON FUNCTION creditbank.merge_holder(bigint, bigint) IS
'Brings what is known of the holder of an account, and where he or she is enrolled, to another account where that is not known there, and erases it from the first. A part of merge_accounts.';

CREATE FUNCTION creditbank.merge_accounts(duplicate text, into_account text, reason text)
RETURNS TABLE (
	what text,
	item text,
	note text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	duplicate_id bigint;
	into_id bigint;
	detail jsonb;
	gone record;
	taken_back bigint[];
	points creditbank.credit_amount;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(merge_accounts.reason, 'the reason of a merger');
	duplicate_id := creditbank.account_id(merge_accounts.duplicate);
	into_id := creditbank.account_id(merge_accounts.into_account);
	PERFORM creditbank.lock_heads(ARRAY[duplicate_id, into_id]);
	PERFORM creditbank.check_one_person(duplicate_id, into_id);
	PERFORM creditbank.check_account_permits(into_id, 'deposit');
	PERFORM creditbank.account_step(duplicate_id, 'merge_accounts');
	detail := jsonb_build_object('into', creditbank.account_number(into_id), 'reason', merge_accounts.reason);

	FOR gone IN
		SELECT r.redemption_id, r.reward
		FROM creditbank.redemption AS r
		WHERE r.account_id = duplicate_id
			AND r.state = 'reserved'
		ORDER BY r.reward COLLATE "C", r.redemption_id
	LOOP
		PERFORM creditbank.lock_redemption(gone.redemption_id);
		PERFORM creditbank.give_back(gone.redemption_id, 'cancel_redemption', merge_accounts.reason);
		RETURN QUERY
		SELECT 'reservation cancelled', gone.redemption_id::text, gone.reward;
	END LOOP;
	RETURN QUERY
	SELECT *
	FROM creditbank.take_back_decisions(duplicate_id, into_id, merge_accounts.reason);
	taken_back := creditbank.taken_back_achievements(duplicate_id);
	FOR gone IN
		SELECT a.achievement_id, a.ref::text AS ref
		FROM creditbank.achievement AS a
		WHERE a.account_id = duplicate_id
			AND creditbank.achievement_stands(a.state)
			AND a.achievement_id <> ALL (taken_back)
		ORDER BY a.achievement_id
	LOOP
		RETURN QUERY
		SELECT 'achievement', gone.ref, creditbank.merge_achievement(gone.achievement_id, into_id, detail);
	END LOOP;
	points := creditbank.close_as_merged(duplicate_id, into_id, detail);
	IF points IS NOT NULL THEN
		RETURN QUERY
		SELECT 'points', points::text, 'moved';
	END IF;
	PERFORM creditbank.merge_holder(duplicate_id, into_id);
	INSERT INTO creditbank.account_merger (duplicate_id, into_id, merged_at, merged_by, reason)
	VALUES (duplicate_id, into_id, clock_timestamp(), creditbank.caller(), merge_accounts.reason);
END
$$;
COMMENT ON FUNCTION creditbank.merge_accounts(text, text, text) IS
'Merges an account into another of the same person, for a reason: in the one that goes, reservations are cancelled, waiting decisions withdrawn, posted conversions reversed and recognitions reversed; its achievements, with their evidence and what assessors found, and the points it has left are entered in the one that stays, but for what that holds already; what is known of the holder is brought there and erased. Conversions are made anew, by the rules, of what the account then holds. Returns what was done, one row for each decision, achievement, reservation and the points. Errors: bank_not_open, unknown_account, account_not_active, duplicate_person when both have differing identity numbers of the same kind, insufficient_balance when points that both accounts earned for the same achievement are spent, wrong_state, invalid_parameter.';
