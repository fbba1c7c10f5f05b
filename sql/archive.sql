-- archive.sql: the lifelong file: achievements deposited, attested, recognised,
-- frozen, withdrawn and revoked, with their evidence.
-- Promise: an achievement moves along achievement_transition only, by
-- move_achievement alone; each step is a ledger entry whose detail holds the
-- achievement as it stood, so the file can be checked against the ledger; an
-- achievement stands in the bank once, whoever brings it.

CREATE FUNCTION creditbank.achievement_stands(state text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN state NOT IN ('declined', 'withdrawn', 'revoked', 'merged');
COMMENT ON FUNCTION creditbank.achievement_stands(text) IS
'Whether an achievement in a state still belongs to the file: not declined, withdrawn, revoked or merged, after which its document may be deposited anew. NULL for NULL.';

CREATE FUNCTION creditbank.refuse_achievement_change()
RETURNS trigger
AS 'MODULE_PATHNAME', 'creditbank_refuse_achievement_change'
LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.refuse_achievement_change() IS
'The trigger of achievement: refuses DELETE, TRUNCATE and every UPDATE but of the state, to where a step leads, and of amount, level and overlap where an assessor may recognise or decline. Whether the ledger has an entry of the step is verify_archive''s to find. Errors: append_only.';

CREATE PROCEDURE creditbank.create_archive_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.achievement_transition (
		from_state text NOT NULL,
		step text NOT NULL,
		to_state text NOT NULL,
		kind text NOT NULL,
		who text[] NOT NULL,
		CONSTRAINT achievement_transition_pkey PRIMARY KEY (from_state, step)
	);
	COMMENT ON TABLE creditbank.achievement_transition IS 'What may happen to an achievement in the file. One row per state and step; no other step is ever taken.';
	COMMENT ON COLUMN creditbank.achievement_transition.from_state IS 'The state before.';
	COMMENT ON COLUMN creditbank.achievement_transition.step IS 'The step: the function that takes it; decline is a part of recognise.';
	COMMENT ON COLUMN creditbank.achievement_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.achievement_transition.kind IS 'The kind of ledger entry that it leaves; every step of a kind leads to the same state.';
	COMMENT ON COLUMN creditbank.achievement_transition.who IS 'The roles of the bank that may take it; empty for a step that is a part of another function.';
	INSERT INTO creditbank.achievement_transition (from_state, step, to_state, kind, who)
	VALUES
		('deposited', 'attest', 'attested', 'attested', '{registrar,admin}'),
		('deposited', 'submit_achievement', 'submitted', 'submitted', '{registrar,admin}'),
		('attested', 'submit_achievement', 'submitted', 'submitted', '{registrar,admin}'),
		('returned', 'submit_achievement', 'submitted', 'submitted', '{registrar,admin}'),
		('deposited', 'recognise', 'recognised', 'recognised', '{assessor,admin}'),
		('deposited', 'decline', 'declined', 'declined', '{assessor,admin}'),
		('attested', 'recognise', 'recognised', 'recognised', '{assessor,admin}'),
		('attested', 'decline', 'declined', 'declined', '{assessor,admin}'),
		('submitted', 'recognise', 'recognised', 'recognised', '{assessor,admin}'),
		('submitted', 'decline', 'declined', 'declined', '{assessor,admin}'),
		('submitted', 'return_achievement', 'returned', 'returned', '{assessor,admin}'),
		('recognised', 'appeal_achievement', 'appealed', 'appealed', '{registrar,admin}'),
		('declined', 'appeal_achievement', 'appealed', 'appealed', '{registrar,admin}'),
		('appealed', 'recognise', 'recognised', 'recognised', '{assessor,admin}'),
		('appealed', 'decline', 'declined', 'declined', '{assessor,admin}'),
		('recognised', 'freeze_achievement', 'frozen', 'frozen', '{assessor,admin}'),
		('frozen', 'release_achievement', 'recognised', 'released', '{assessor,admin}'),
		('deposited', 'withdraw_achievement', 'withdrawn', 'withdrawn', '{registrar,admin}'),
		('attested', 'withdraw_achievement', 'withdrawn', 'withdrawn', '{registrar,admin}'),
		('submitted', 'withdraw_achievement', 'withdrawn', 'withdrawn', '{registrar,admin}'),
		('returned', 'withdraw_achievement', 'withdrawn', 'withdrawn', '{registrar,admin}'),
		('deposited', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}'),
		('attested', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}'),
		('submitted', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}'),
		('returned', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}'),
		('recognised', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}'),
		('frozen', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}'),
		('deposited', 'merge_accounts', 'merged', 'merged', '{}'),
		('attested', 'merge_accounts', 'merged', 'merged', '{}'),
		('submitted', 'merge_accounts', 'merged', 'merged', '{}'),
		('returned', 'merge_accounts', 'merged', 'merged', '{}'),
		('recognised', 'merge_accounts', 'merged', 'merged', '{}'),
		('appealed', 'merge_accounts', 'merged', 'merged', '{}'),
		('frozen', 'merge_accounts', 'merged', 'merged', '{}');

	CREATE TABLE creditbank.achievement (
		achievement_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint NOT NULL,
		ref creditbank.achievement_ref NOT NULL,
		title text NOT NULL,
		education_type text NOT NULL,
		state text NOT NULL,
		claimed_amount creditbank.credit_amount,
		amount creditbank.credit_amount,
		hours creditbank.credit_amount(hr),
		level smallint,
		grade text,
		scale text,
		attendance numeric(5,2),
		overlap numeric(5,2),
		place integer,
		share numeric(5,2),
		awarded_on date NOT NULL,
		expires_on date,
		rank text,
		tags text[] NOT NULL,
		evidence bytea,
		CONSTRAINT achievement_pkey PRIMARY KEY (achievement_id),
		CONSTRAINT achievement_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT achievement_state_known CHECK (state IN ('deposited', 'attested', 'submitted', 'returned', 'recognised', 'declined', 'appealed', 'frozen', 'withdrawn', 'revoked', 'merged')),
		CONSTRAINT achievement_education_type_known CHECK (education_type IN ('formal', 'vocational', 'non_formal')),
		CONSTRAINT achievement_claimed_amount_positive CHECK (sign(claimed_amount) = 1),
		CONSTRAINT achievement_amount_positive CHECK (sign(amount) = 1),
		CONSTRAINT achievement_hours_positive CHECK (sign(hours) = 1),
		CONSTRAINT achievement_level_range CHECK (level BETWEEN 1 AND 10),
		CONSTRAINT achievement_attendance_range CHECK (attendance BETWEEN 0 AND 100),
		CONSTRAINT achievement_overlap_range CHECK (overlap BETWEEN 0 AND 100),
		CONSTRAINT achievement_place_positive CHECK (place >= 1),
		CONSTRAINT achievement_share_range CHECK (share BETWEEN 0 AND 100),
		CONSTRAINT achievement_dates_ordered CHECK (expires_on >= awarded_on),
		CONSTRAINT achievement_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id)
	);
	COMMENT ON TABLE creditbank.achievement IS 'What learners deposited: certificates, training, awards, patents, projects and more. One row per deposit; the ledger holds its history.';
	COMMENT ON COLUMN creditbank.achievement.achievement_id IS 'The deposit''s id.';
	COMMENT ON SEQUENCE creditbank.achievement_achievement_id_seq IS 'Numbers achievements.';
	COMMENT ON COLUMN creditbank.achievement.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.achievement.ref IS 'What it is: class/issuer/code, with the document''s serial where it has one.';
	COMMENT ON COLUMN creditbank.achievement.title IS 'Its title, as on the document.';
	COMMENT ON COLUMN creditbank.achievement.education_type IS 'formal (school and university), vocational (training and qualification) or non_formal (everything else).';
	COMMENT ON COLUMN creditbank.achievement.state IS 'Where its last step led: a to_state of achievement_transition.';
	COMMENT ON COLUMN creditbank.achievement.claimed_amount IS 'The hours or credits claimed at the deposit; NULL when it has none.';
	COMMENT ON COLUMN creditbank.achievement.amount IS 'The hours or credits recognised; NULL before, and when it has none.';
	COMMENT ON COLUMN creditbank.achievement.hours IS 'Its learning hours, beside an amount of another unit; NULL when not said.';
	COMMENT ON COLUMN creditbank.achievement.level IS 'Its level, 1 to 10; NULL when it has none.';
	COMMENT ON COLUMN creditbank.achievement.grade IS 'The grade on it, as written; NULL when it has none.';
	COMMENT ON COLUMN creditbank.achievement.scale IS 'The scale that the grade is on, by the name that rules give it; NULL when not said.';
	COMMENT ON COLUMN creditbank.achievement.attendance IS 'Attendance, in percent; NULL when not said.';
	COMMENT ON COLUMN creditbank.achievement.overlap IS 'How much of its content is that of the courses it may stand for, in percent, as the assessor found; NULL when not said.';
	COMMENT ON COLUMN creditbank.achievement.place IS 'The learner''s place in the team that achieved it, from 1; NULL when there was none.';
	COMMENT ON COLUMN creditbank.achievement.share IS 'The learner''s share of it, in percent; NULL when not said.';
	COMMENT ON COLUMN creditbank.achievement.awarded_on IS 'The day it was awarded.';
	COMMENT ON COLUMN creditbank.achievement.expires_on IS 'The last day it is valid; NULL for ever.';
	COMMENT ON COLUMN creditbank.achievement.rank IS 'The rank reached in a contest, number or word; NULL when it has none.';
	COMMENT ON COLUMN creditbank.achievement.tags IS 'Free words about it: online, national, accredited.';
	COMMENT ON COLUMN creditbank.achievement.evidence IS 'The digest of the evidence document; the document itself is kept elsewhere. NULL when none was handed in.';

	CREATE INDEX achievement_account_idx ON creditbank.achievement (account_id);
	COMMENT ON INDEX creditbank.achievement_account_idx IS 'A learner''s file.';
	-- A document with a serial belongs to one person; one without a serial
	-- (a course passed) is told apart by its holder.
	CREATE UNIQUE INDEX achievement_serial_key ON creditbank.achievement (ref)
	WHERE creditbank.serial(ref) IS NOT NULL AND state NOT IN ('declined', 'withdrawn', 'revoked', 'merged');
	COMMENT ON INDEX creditbank.achievement_serial_key IS 'A document with a serial is deposited once in the whole bank.';
	CREATE UNIQUE INDEX achievement_ref_key ON creditbank.achievement (account_id, ref)
	WHERE state NOT IN ('declined', 'withdrawn', 'revoked', 'merged');
	COMMENT ON INDEX creditbank.achievement_ref_key IS 'An account holds an achievement once.';
	CREATE INDEX achievement_expires_on_idx ON creditbank.achievement (expires_on)
	WHERE expires_on IS NOT NULL;
	COMMENT ON INDEX creditbank.achievement_expires_on_idx IS 'What expires soon, in the whole bank.';

	CREATE TABLE creditbank.consumption (
		achievement_id bigint NOT NULL,
		purpose text NOT NULL,
		used_for text NOT NULL,
		consumed_on date NOT NULL,
		seq bigint NOT NULL,
		remainder creditbank.credit_amount,
		CONSTRAINT consumption_pkey PRIMARY KEY (achievement_id, purpose, seq),
		CONSTRAINT consumption_remainder_positive CHECK (sign(remainder) = 1),
		CONSTRAINT consumption_achievement_fkey FOREIGN KEY (achievement_id) REFERENCES creditbank.achievement (achievement_id)
	);
	COMMENT ON TABLE creditbank.consumption IS 'Uses of achievements: used up once per purpose, in parts where a rule keeps what is left over. One row per use.';
	COMMENT ON COLUMN creditbank.consumption.achievement_id IS 'The achievement.';
	COMMENT ON COLUMN creditbank.consumption.purpose IS 'What it was used for: credit, for conversion into a programme, or points, for earning them in a points scheme.';
	COMMENT ON COLUMN creditbank.consumption.used_for IS 'The programme it was converted into, or the scheme it earned points in.';
	COMMENT ON COLUMN creditbank.consumption.consumed_on IS 'The day of the conversion.';
	COMMENT ON COLUMN creditbank.consumption.seq IS 'The account''s ledger entry of the use.';
	COMMENT ON COLUMN creditbank.consumption.remainder IS 'What the rule kept for a later conversion; NULL when the achievement is used up.';
	CREATE UNIQUE INDEX consumption_once ON creditbank.consumption (achievement_id, purpose)
	WHERE remainder IS NULL;
	COMMENT ON INDEX creditbank.consumption_once IS 'An achievement is used up once per purpose.';

	CREATE TABLE creditbank.evidence (
		achievement_id bigint NOT NULL,
		number integer NOT NULL,
		digest bytea NOT NULL,
		title text,
		added_on date NOT NULL,
		CONSTRAINT evidence_pkey PRIMARY KEY (achievement_id, number),
		CONSTRAINT evidence_once UNIQUE (achievement_id, digest),
		CONSTRAINT evidence_number_positive CHECK (number >= 1),
		CONSTRAINT evidence_digest_length CHECK (octet_length(digest) BETWEEN 28 AND 64),
		CONSTRAINT evidence_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT evidence_achievement_fkey FOREIGN KEY (achievement_id) REFERENCES creditbank.achievement (achievement_id)
	);
	COMMENT ON TABLE creditbank.evidence IS 'Evidence added to achievements after their deposit: digests of documents kept elsewhere. One row per document; rows are only ever added.';
	COMMENT ON COLUMN creditbank.evidence.achievement_id IS 'The achievement.';
	COMMENT ON COLUMN creditbank.evidence.number IS 'The document''s number among those of the achievement; that of the deposit, where it had one, is 1.';
	COMMENT ON COLUMN creditbank.evidence.digest IS 'The digest of the document.';
	COMMENT ON COLUMN creditbank.evidence.title IS 'What the document is; NULL when not said. Never personal data.';
	COMMENT ON COLUMN creditbank.evidence.added_on IS 'The day it was added.';

	PERFORM creditbank.guard_table('achievement', 'refuse_achievement_change', 'Of an achievement only the state changes, and what an assessor finds.');
	PERFORM creditbank.guard_table('achievement_transition', 'refuse_change', 'What is permitted stays.');
	PERFORM creditbank.guard_table('evidence', 'refuse_change', 'Evidence is only ever added.');
END
$$;
COMMENT ON PROCEDURE creditbank.create_archive_tables() IS
'Makes the tables of the lifelong file; a part of create_bank.';

CREATE FUNCTION creditbank.education_type_of_class(class text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN class IN ('course', 'degree') THEN 'formal'
	WHEN class IN ('cert', 'training', 'internship') THEN 'vocational'
	ELSE 'non_formal'
END;
COMMENT ON FUNCTION creditbank.education_type_of_class(text) IS
'The education type that achievements of a class have where neither the deposit nor the catalogue says otherwise: formal for course and degree, vocational for cert, training and internship, non_formal for the rest. NULL for NULL.';

CREATE FUNCTION creditbank.positive_amount(amount text, what text)
RETURNS creditbank.credit_amount
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	read_amount creditbank.credit_amount := amount::creditbank.credit_amount;
BEGIN
	IF sign(read_amount) <> 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_amount'),
			MESSAGE = format('%s must be more than zero', what),
			DETAIL = format('It is %s.', read_amount),
			HINT = 'Leave it out when the achievement has no hours or credits of its own.';
	END IF;
	RETURN read_amount;
END
$$;
COMMENT ON FUNCTION creditbank.positive_amount(text, text) IS
'Reads an amount that must be more than zero; NULL gives NULL. what names it in the message. Errors: invalid_amount, and those of credit_amount''s input.';

CREATE FUNCTION creditbank.check_percentage(number numeric, what text, hint text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF number NOT BETWEEN 0 AND 100 OR number <> round(number, 2) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not %s', number, what),
			HINT = hint;
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_percentage(numeric, text, text) IS
'Raises invalid_parameter unless a number, the attendance, overlap or share that what names with its article, lies between 0 and 100 and has no more than two decimals: a column of two decimals would round it silently, perhaps up to what a rule requires. NULL passes.';

CREATE FUNCTION creditbank.check_level(level integer, hint text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF level NOT BETWEEN 1 AND 10 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not a level', level),
			HINT = hint;
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_level(integer, text) IS
'Raises invalid_parameter unless a level lies between 1 and 10; NULL passes.';

CREATE FUNCTION creditbank.check_education_type(education_type text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF education_type NOT IN ('formal', 'vocational', 'non_formal') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is not an education type', education_type),
			HINT = 'The types are formal, vocational and non_formal; leave it out to take the catalogue''s, or that of the class.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_education_type(text) IS
'Raises invalid_parameter unless a word is one of the three education types; NULL passes.';

CREATE FUNCTION creditbank.check_digest(digest bytea, what text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF octet_length(digest) NOT BETWEEN 28 AND 64 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not a digest', what),
			DETAIL = format('It has %s bytes; digests have 28 to 64.', octet_length(digest)),
			HINT = 'Pass the digest of the document, like creditbank.digest(document), and keep the document elsewhere.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_digest(bytea, text) IS
'Raises invalid_parameter unless bytes are as many as a digest has; what names them in the message. NULL passes.';

CREATE FUNCTION creditbank.lock_account(account text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint := creditbank.account_id(account);
BEGIN
	PERFORM creditbank.lock_heads(ARRAY[of_account]);
	RETURN of_account;
END
$$;
COMMENT ON FUNCTION creditbank.lock_account(text) IS
'Locks an account until the transaction ends and returns its id: whoever changes an account''s file does so one after another. Errors: unknown_account.';

CREATE FUNCTION creditbank.lock_account_for(account text, action text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint := creditbank.lock_account(account);
BEGIN
	PERFORM creditbank.check_account_permits(of_account, action);
	RETURN of_account;
END
$$;
COMMENT ON FUNCTION creditbank.lock_account_for(text, text) IS
'Locks an account as lock_account does, for an action that its state must permit: deposit, convert or describe. Errors: unknown_account, account_not_active.';

CREATE FUNCTION creditbank.achievement_document(stored jsonb, evidence bytea)
RETURNS jsonb
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE
-- bytea in jsonb would follow the setting bytea_output
RETURN jsonb_strip_nulls(stored - '{achievement_id,account_id,state}'::text[]
	|| jsonb_build_object('evidence', encode(evidence, 'hex')));
COMMENT ON FUNCTION creditbank.achievement_document(jsonb, bytea) IS
'A row of achievement, given as to_jsonb() has it and with its evidence, as ledger entries hold it: without its ids, its state and what is NULL. For queries over many rows. NULL for a NULL row.';

CREATE FUNCTION creditbank.achievement_document(achievement_id bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.achievement_document(to_jsonb(a), a.evidence)
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = achievement_document.achievement_id);
END
$$;
COMMENT ON FUNCTION creditbank.achievement_document(bigint) IS
'An achievement as it stands, as jsonb: what the ledger entries about it hold in their detail. NULL for an unknown id.';

CREATE FUNCTION creditbank.achievement_entry_detail(achievement record, detail jsonb DEFAULT '{}')
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_achievement_entry_detail'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_entry_detail(record, jsonb) IS
'The detail of the ledger entry of a step with an achievement, a row of its table as it stands after the step: its id, its achievement_document(), and detail, what else belongs to the step, as jsonb is written. It begins with the id, by which entries about an achievement are known. Every entry of a step has this form, whether written alone or in bulk. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.achievement_step_kinds()
RETURNS TABLE (kind text, state text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 15
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 'deposited', 'deposited'
	UNION
	SELECT t.kind, t.to_state
	FROM creditbank.achievement_transition AS t;
END
$$;
COMMENT ON FUNCTION creditbank.achievement_step_kinds() IS
'The kinds of ledger entry that are steps of achievements, with the state that each leads to: the deposit, and what achievement_transition has.';

CREATE FUNCTION creditbank.taken_back_achievements(of_account bigint)
RETURNS bigint[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (
		SELECT FROM creditbank.ledger_entry AS r
		WHERE r.account_id = of_account AND r.reverses IS NOT NULL)
	THEN
		RETURN '{}';
	END IF;
	RETURN ARRAY(
		SELECT l.id
		FROM (
			SELECT DISTINCT ON (i.id) i.id, e.seq
			FROM creditbank.ledger_entry AS e
			JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
			JOIN creditbank.achievement_step_kinds() AS s ON s.kind = k.name
			CROSS JOIN LATERAL (
				SELECT substring(e.detail FROM '^[{]"id": ([0-9]+), ')::bigint AS id) AS i
			WHERE e.account_id = of_account
				AND i.id IS NOT NULL
			ORDER BY i.id, e.seq DESC) AS l
		JOIN creditbank.ledger_entry AS r ON r.account_id = of_account AND r.reverses = l.seq);
END
$$;
COMMENT ON FUNCTION creditbank.taken_back_achievements(bigint) IS
'The ids of an account''s achievements whose last step was taken back in the ledger. NULL for NULL.';

CREATE FUNCTION creditbank.find_achievement(of_account bigint, ref text)
RETURNS bigint
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_id bigint;
BEGIN
	SELECT a.achievement_id
	INTO found_id
	FROM creditbank.achievement AS a
	WHERE a.account_id = of_account
		AND a.ref = find_achievement.ref::creditbank.achievement_ref
		AND a.achievement_id <> ALL (creditbank.taken_back_achievements(of_account))
	ORDER BY creditbank.achievement_stands(a.state) DESC, a.achievement_id DESC
	LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_achievement'),
			MESSAGE = format('account %s holds no achievement "%s"', creditbank.account_number(of_account), coalesce(find_achievement.ref, 'NULL')),
			HINT = 'creditbank.lifelong_file() lists what the account holds; a reference is matched whole, with its serial.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'ref';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION creditbank.find_achievement(bigint, text) IS
'The id of an account''s achievement with a reference, the whole of it; one that was taken back is not found. Errors: unknown_achievement, also for NULL; those of achievement_ref''s input.';

CREATE FUNCTION creditbank.permitted_step(
	achievement_id bigint,
	step text,
	OUT to_state text,
	OUT kind text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	held record;
	possible text;
BEGIN
	SELECT a.ref, a.state
	INTO STRICT held
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = permitted_step.achievement_id;
	SELECT t.to_state, t.kind
	INTO to_state, kind
	FROM creditbank.achievement_transition AS t
	WHERE t.from_state = held.state
		AND t.step = permitted_step.step;
	IF NOT FOUND THEN
		SELECT string_agg(t.step, ', ' ORDER BY t.step COLLATE "C")
		INTO possible
		FROM creditbank.achievement_transition AS t
		WHERE t.from_state = held.state
			AND t.who <> '{}';
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('%s is no step for "%s" as it stands', permitted_step.step, held.ref),
			DETAIL = format('It is %s; %s.', held.state, coalesce('possible steps are ' || possible, 'no step is possible any more')),
			HINT = 'creditbank.achievement_transition lists what may follow upon what.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.permitted_step(bigint, text) IS
'The state that a step leads an achievement to, and the kind of ledger entry it leaves. NULL for NULL. Errors: wrong_state, with the steps that are possible, when the step is not permitted.';

CREATE FUNCTION creditbank.move_achievement(
	achievement_id bigint,
	step text,
	detail jsonb DEFAULT '{}',
	amount creditbank.credit_amount DEFAULT NULL)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	taken record;
BEGIN
	SELECT p.to_state, p.kind
	INTO taken
	FROM creditbank.permitted_step(move_achievement.achievement_id, move_achievement.step) AS p;
	UPDATE creditbank.achievement AS a
	SET state = taken.to_state
	WHERE a.achievement_id = move_achievement.achievement_id;
	RETURN QUERY
	SELECT a.state, e.seq, e.entry_hash
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL creditbank.append_entry(a.account_id, taken.kind, move_achievement.amount, a.ref, creditbank.today(),
		creditbank.achievement_entry_detail(a, move_achievement.detail)) AS e
	WHERE a.achievement_id = move_achievement.achievement_id;
END
$$;
COMMENT ON FUNCTION creditbank.move_achievement(bigint, text, jsonb, creditbank.credit_amount) IS
'Takes a step of achievement_transition with an achievement whose account is locked: moves its state and writes the entry, of the transition''s kind, with the achievement as it stands then and detail, what else belongs to the step; the one function that does. amount is what the entry adds to the account, or takes when it is negative. Returns the new state, and the entry''s seq and hash. For the bank''s own functions only. Errors: wrong_state, insufficient_balance.';

CREATE FUNCTION creditbank.check_not_used(achievement_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	used record;
BEGIN
	SELECT a.ref, c.used_for, c.consumed_on, e.detail::jsonb ->> 'decision' AS decision
	INTO used
	FROM creditbank.consumption AS c
	JOIN creditbank.achievement AS a ON a.achievement_id = c.achievement_id
	JOIN creditbank.ledger_entry AS e ON e.account_id = a.account_id AND e.seq = c.seq
	WHERE c.achievement_id = check_not_used.achievement_id
		-- What earned points in an account merged into this one has no decision here.
		AND e.detail::jsonb ? 'decision'
	ORDER BY c.seq DESC
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('already_consumed'),
			MESSAGE = format('"%s" was used', used.ref),
			DETAIL = format('Decision %s used it for programme "%s" on %s.', used.decision, used.used_for, to_char(used.consumed_on, 'YYYY-MM-DD')),
			HINT = format('Take the decision back first: creditbank.reverse_decision(%s, ''the reason'').', used.decision),
			SCHEMA = 'creditbank',
			TABLE = 'consumption';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_not_used(bigint) IS
'Raises already_consumed, naming the decision, when a posted decision of its account used an achievement, up or in part. Points that it earned in an account merged into this one stay, and hold nothing up. NULL passes.';

CREATE FUNCTION creditbank.judge_achievement(
	achievement_id bigint,
	decision text,
	amount creditbank.credit_amount,
	level integer,
	overlap numeric,
	note text,
	detail jsonb DEFAULT '{}')
RETURNS TABLE (
	state text,
	recognised creditbank.credit_amount,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	step text := CASE judge_achievement.decision WHEN 'recognised' THEN 'recognise' ELSE 'decline' END;
	appealed record;
	finding creditbank.credit_amount;
BEGIN
	PERFORM creditbank.permitted_step(judge_achievement.achievement_id, step);
	-- What an appeal sets anew is taken back first.
	SELECT e.account_id, e.seq
	INTO appealed
	FROM creditbank.achievement AS a
	JOIN creditbank.ledger_entry AS e ON e.account_id = a.account_id AND e.ref = a.ref
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'recognised'
	WHERE a.achievement_id = judge_achievement.achievement_id
		AND a.state = 'appealed'
		AND starts_with(e.detail, format('{"id": %s, ', a.achievement_id))
		AND NOT EXISTS (
			SELECT FROM creditbank.ledger_entry AS r
			WHERE r.account_id = e.account_id AND r.reverses = e.seq);
	IF FOUND THEN
		PERFORM creditbank.check_not_used(judge_achievement.achievement_id);
		PERFORM creditbank.reverse_entry(appealed.account_id, appealed.seq, creditbank.today(),
			jsonb_strip_nulls(jsonb_build_object('id', judge_achievement.achievement_id, 'step', step, 'note', judge_achievement.note))::text);
	END IF;
	UPDATE creditbank.achievement AS a
	SET amount = CASE WHEN judge_achievement.decision = 'recognised' THEN coalesce(judge_achievement.amount, a.claimed_amount) END,
		level = coalesce(judge_achievement.level, a.level),
		overlap = judge_achievement.overlap
	WHERE a.achievement_id = judge_achievement.achievement_id
	RETURNING a.amount INTO finding;
	RETURN QUERY
	SELECT m.state, finding, m.seq, m.entry_hash
	FROM creditbank.move_achievement(judge_achievement.achievement_id, step,
		judge_achievement.detail || jsonb_strip_nulls(jsonb_build_object('note', judge_achievement.note)), finding) AS m;
END
$$;
COMMENT ON FUNCTION creditbank.judge_achievement(bigint, text, creditbank.credit_amount, integer, numeric, text, jsonb) IS
'Recognises or declines an achievement whose account is locked: notes what was found (amount NULL: as claimed; level NULL: as it stands), and moves it. Judging an appeal, it first takes back the recognition that was appealed, which nothing may have used. decision is recognised or declined; detail is what else belongs to the entry. Returns the new state, what is recognised (NULL for nothing), and the entry''s seq and hash. For the bank''s own functions only. Errors: wrong_state, already_consumed, insufficient_balance.';

CREATE FUNCTION creditbank.deposit(
	account text,
	ref text,
	awarded_on date,
	title text DEFAULT NULL,
	amount text DEFAULT NULL,
	level integer DEFAULT NULL,
	grade text DEFAULT NULL,
	attendance numeric DEFAULT NULL,
	expires_on date DEFAULT NULL,
	rank text DEFAULT NULL,
	tags text[] DEFAULT '{}',
	evidence bytea DEFAULT NULL,
	hours numeric DEFAULT NULL,
	scale text DEFAULT NULL,
	place integer DEFAULT NULL,
	share numeric DEFAULT NULL,
	education_type text DEFAULT NULL)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	of_ref creditbank.achievement_ref;
	claimed creditbank.credit_amount;
	learning_hours creditbank.credit_amount;
	published record;
	in_this_account boolean;
	new_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.lock_account_for(deposit.account, 'deposit');
	of_ref := deposit.ref::creditbank.achievement_ref;
	IF of_ref IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a deposit names its achievement',
			DETAIL = 'ref is NULL.',
			HINT = 'Pass a reference like cert/CN-POST/EXP-OPERATOR#2023-000123.';
	END IF;
	PERFORM creditbank.check_no_identity(creditbank.serial(of_ref), 'a serial');
	PERFORM creditbank.check_date(deposit.awarded_on, 'the day of award');
	PERFORM creditbank.check_issuer(of_ref, deposit.awarded_on);
	IF deposit.expires_on NOT BETWEEN deposit.awarded_on AND '9999-12-31' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'the achievement would expire before it was awarded, or after the year 9999',
			DETAIL = format('Awarded on %s, expires on %s.', to_char(deposit.awarded_on, 'YYYY-MM-DD'), coalesce(to_char(deposit.expires_on, 'YYYY-MM-DD'), deposit.expires_on::text)),
			HINT = 'Leave expires_on out for an achievement that stays valid.';
	END IF;
	PERFORM creditbank.check_level(deposit.level,
		'Levels are 1 to 10; leave level out when the achievement has none.');
	PERFORM creditbank.check_percentage(deposit.attendance, 'an attendance',
		'Attendance is in percent, 0 to 100, with at most two decimals.');
	PERFORM creditbank.check_text(deposit.title, 'a title', 500);
	PERFORM creditbank.check_text(deposit.grade, 'a grade', 50);
	PERFORM creditbank.check_text(deposit.scale, 'a scale', 50);
	PERFORM creditbank.check_text(deposit.rank, 'a rank', 50);
	PERFORM creditbank.check_percentage(deposit.share, 'a share',
		'A share of the outcome is in percent, 0 to 100, with at most two decimals.');
	IF deposit.place < 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not a place in a team', deposit.place),
			HINT = 'Places are numbered from 1; leave place out when there was no team.';
	END IF;
	PERFORM creditbank.check_text(array_to_string(deposit.tags, ','), 'the list of tags', 500);
	PERFORM creditbank.check_education_type(deposit.education_type);
	PERFORM creditbank.check_digest(deposit.evidence, 'evidence');
	IF array_ndims(deposit.tags) > 1 OR EXISTS (SELECT FROM unnest(deposit.tags) AS t (tag) WHERE coalesce(t.tag, '') = '') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'tags is not a plain list of words',
			DETAIL = format('It is %s.', deposit.tags),
			HINT = 'Pass a list of one dimension without NULL or empty words, such as ARRAY[''online'', ''national''].';
	END IF;

	claimed := creditbank.positive_amount(deposit.amount, 'the amount of an achievement');
	learning_hours := creditbank.positive_amount(creditbank.credit_amount(deposit.hours, 'hr')::text, 'the number of learning hours');
	IF creditbank.unit(claimed) = 'hr' AND claimed <> learning_hours THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_amount'),
			MESSAGE = 'amount and hours differ',
			DETAIL = format('The amount is %s, the hours are %s.', claimed, learning_hours),
			HINT = 'State the hours once.';
	END IF;
	SELECT c.title, c.level, c.education_type
	INTO published
	FROM creditbank.catalogue AS c
	WHERE c.ref = creditbank.catalogue_ref(of_ref)
		AND c.version = creditbank.catalogue_version(of_ref, deposit.awarded_on);
	IF coalesce(deposit.title, published.title, '') !~ '[^[:space:]]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" needs a title', of_ref),
			DETAIL = CASE WHEN deposit.title IS NULL THEN 'No title was given, and the catalogue has no such achievement to take it from.'
				ELSE 'The title given is blank.' END,
			HINT = 'Pass the title as it stands on the document.';
	END IF;

	INSERT INTO creditbank.achievement AS a
		(account_id, ref, title, education_type, state, claimed_amount, hours, level, grade, scale, attendance,
		place, share, awarded_on, expires_on, rank, tags, evidence)
	VALUES (of_account, of_ref, coalesce(deposit.title, published.title),
		coalesce(deposit.education_type, published.education_type, creditbank.education_type_of_class(creditbank.class(of_ref))), 'deposited',
		claimed, learning_hours,
		coalesce(deposit.level, published.level), deposit.grade, deposit.scale, deposit.attendance,
		deposit.place, deposit.share, deposit.awarded_on, deposit.expires_on, deposit.rank, coalesce(deposit.tags, '{}'), deposit.evidence)
	ON CONFLICT DO NOTHING
	RETURNING a.achievement_id INTO new_id;
	IF NOT FOUND THEN
		in_this_account := EXISTS (
			SELECT FROM creditbank.achievement AS a
			WHERE a.account_id = of_account AND a.ref = of_ref AND creditbank.achievement_stands(a.state));
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('duplicate_achievement'),
			MESSAGE = format('"%s" is deposited already', of_ref),
			DETAIL = CASE WHEN in_this_account THEN 'This account holds it.'
				ELSE 'Another account holds the document with this serial.' END,
			HINT = 'An achievement counts once; creditbank.lifelong_file() shows what an account holds.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'ref',
			CONSTRAINT = CASE WHEN in_this_account THEN 'achievement_ref_key' ELSE 'achievement_serial_key' END;
	END IF;

	RETURN QUERY
	SELECT new_id, of_ref::text, 'deposited', e.seq, e.entry_hash
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL creditbank.append_entry(of_account, 'deposited', NULL, of_ref, creditbank.today(),
		creditbank.achievement_entry_detail(a)) AS e
	WHERE a.achievement_id = new_id;
END
$$;
COMMENT ON FUNCTION creditbank.deposit(text, text, date, text, text, integer, text, numeric, date, text, text[], bytea, numeric, text, integer, numeric, text) IS
'Deposits an achievement into an account; it has no value until recognised. ref is class/issuer/code[#serial]; amount its own hours or credits, like ''48 hr''; level 1 to 10; attendance in percent; evidence the digest of the document; hours learning hours beside an amount of another unit; scale that of the grade; place in the team and share of the outcome in percent. education_type formal, vocational or non_formal. title, level and education_type default to the catalogue''s, the last then to that of the class. Returns the deposit''s id, canonical reference, state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, unknown_institution, duplicate_achievement, invalid_date, invalid_amount, invalid_parameter, invalid_text_representation.';

CREATE FUNCTION creditbank.check_issuer(ref creditbank.achievement_ref, day date)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	valid daterange;
BEGIN
	SELECT i.valid
	INTO valid
	FROM creditbank.institution AS i
	WHERE i.code = creditbank.issuer(ref);
	IF NOT FOUND OR NOT valid @> day THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_institution'),
			MESSAGE = format('"%s" cannot have awarded "%s"', creditbank.issuer(ref), ref),
			DETAIL = CASE WHEN valid IS NULL THEN 'The registry has no such institution.'
				ELSE format('It takes part on %s only; the award is of %s.', valid, to_char(day, 'YYYY-MM-DD')) END,
			HINT = 'Institutions are registered in creditbank.institution.',
			SCHEMA = 'creditbank',
			TABLE = 'institution',
			COLUMN = 'code';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_issuer(creditbank.achievement_ref, date) IS
'Raises unknown_institution unless the issuer of a reference took part on a day.';

CREATE FUNCTION creditbank.check_verdict(
	verdict text,
	amount creditbank.credit_amount,
	level integer,
	overlap numeric,
	note text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF verdict IS NULL OR verdict NOT IN ('recognised', 'declined') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is not a decision an assessor takes', coalesce(verdict, 'NULL')),
			HINT = 'The decisions are ''recognised'' and ''declined''.';
	END IF;
	IF verdict = 'declined' AND (amount IS NOT NULL OR level IS NOT NULL) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'what is declined has no recognised amount or level',
			HINT = 'Leave amount and level out, or recognise it.';
	END IF;
	PERFORM creditbank.check_level(level,
		'Levels are 1 to 10; leave level out to keep the one deposited.');
	PERFORM creditbank.check_percentage(overlap, 'an overlap',
		'Overlap of content is in percent, 0 to 100, with at most two decimals; leave it out when it was not looked at.');
	PERFORM creditbank.check_text(note, 'a note', 1000);
END
$$;
COMMENT ON FUNCTION creditbank.check_verdict(text, creditbank.credit_amount, integer, numeric, text) IS
'Raises invalid_parameter unless an assessor may find so: recognised or declined, amount and level only of what is recognised, a level from 1 to 10, an overlap in percent, a note of one line.';

CREATE FUNCTION creditbank.recognise(
	account text,
	ref text,
	decision text DEFAULT 'recognised',
	amount text DEFAULT NULL,
	level integer DEFAULT NULL,
	overlap numeric DEFAULT NULL,
	note text DEFAULT NULL)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	recognised creditbank.credit_amount,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	found_id bigint;
	given creditbank.credit_amount;
BEGIN
	PERFORM creditbank.require_bank();
	given := creditbank.positive_amount(recognise.amount, 'a recognised amount');
	PERFORM creditbank.check_verdict(recognise.decision, given, recognise.level, recognise.overlap, recognise.note);
	of_account := creditbank.lock_account_for(recognise.account, 'deposit');
	found_id := creditbank.find_achievement(of_account, recognise.ref);
	PERFORM creditbank.check_no_request(found_id);
	PERFORM creditbank.check_in_charge(a.ref, of_account)
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = found_id;
	RETURN QUERY
	SELECT found_id, a.ref::text, m.state, m.recognised, m.seq, m.entry_hash
	FROM creditbank.judge_achievement(found_id, recognise.decision, given, recognise.level, recognise.overlap, recognise.note) AS m
	JOIN creditbank.achievement AS a ON a.achievement_id = found_id;
END
$$;
COMMENT ON FUNCTION creditbank.recognise(text, text, text, text, integer, numeric, text) IS
'An assessor''s decision on a deposited achievement that nobody else was asked about: ''recognised'' or ''declined''. Where a route says which body is in charge, the assessor is one of that body, and the only one it asks. amount and level, when given, are recognised in place of those claimed; the claim is kept beside them. overlap, in percent, is how much of its content is that of the courses it may stand for. What is recognised is added to the account''s balance of its unit. Returns the deposit''s id, reference, new state, recognised amount, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, unknown_achievement, wrong_state, not_in_charge, invalid_amount, invalid_parameter.';

CREATE FUNCTION creditbank.step_achievement(account text, ref text, step text, detail jsonb)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	found_id bigint;
	takes creditbank.credit_amount;
BEGIN
	PERFORM creditbank.require_bank();
	-- What adds to the file asks the account's state; what takes from it does not.
	of_account := CASE step_achievement.step
		WHEN 'attest' THEN creditbank.lock_account_for(step_achievement.account, 'deposit')
		ELSE creditbank.lock_account(step_achievement.account) END;
	found_id := creditbank.find_achievement(of_account, step_achievement.ref);
	PERFORM creditbank.permitted_step(found_id, step_achievement.step);
	IF step_achievement.step = 'revoke_achievement' THEN
		PERFORM creditbank.check_not_used(found_id);
		SELECT -a.amount
		INTO takes
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = found_id;
	END IF;
	RETURN QUERY
	SELECT a.achievement_id, a.ref::text, m.state, m.seq, m.entry_hash
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL creditbank.move_achievement(a.achievement_id, step_achievement.step,
		jsonb_strip_nulls(step_achievement.detail), takes) AS m
	WHERE a.achievement_id = found_id;
END
$$;
COMMENT ON FUNCTION creditbank.step_achievement(text, text, text, jsonb) IS
'Takes a step with an account''s achievement, and detail into its entry; one that is revoked must not have been used, and what was recognised is taken from the balance. For the bank''s own functions only. Errors: bank_not_open, unknown_account, account_not_active, unknown_achievement, wrong_state, already_consumed, insufficient_balance.';

CREATE FUNCTION creditbank.attest(account text, ref text, note text DEFAULT NULL)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_text(attest.note, 'a note', 1000);
	RETURN QUERY
	SELECT *
	FROM creditbank.step_achievement(attest.account, attest.ref, 'attest',
		jsonb_build_object('note', attest.note));
END
$$;
COMMENT ON FUNCTION creditbank.attest(text, text, text) IS
'Confirms for the institution that deposited an achievement, or its issuer, that it is genuine. It has no value until recognised. note says how, and goes into the entry. Returns the deposit''s id, reference, new state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, unknown_achievement, wrong_state, invalid_parameter.';

CREATE FUNCTION creditbank.withdraw_achievement(account text, ref text, note text DEFAULT NULL)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_text(withdraw_achievement.note, 'a note', 1000);
	RETURN QUERY
	SELECT *
	FROM creditbank.step_achievement(withdraw_achievement.account, withdraw_achievement.ref, 'withdraw_achievement',
		jsonb_build_object('note', withdraw_achievement.note));
END
$$;
COMMENT ON FUNCTION creditbank.withdraw_achievement(text, text, text) IS
'Takes an achievement out of the file for its learner, before it is recognised or declined; it may be deposited anew. Returns the deposit''s id, reference, new state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, invalid_parameter.';

CREATE FUNCTION creditbank.freeze_achievement(account text, ref text, reason text)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_reason(freeze_achievement.reason, 'the reason of a freeze');
	RETURN QUERY
	SELECT *
	FROM creditbank.step_achievement(freeze_achievement.account, freeze_achievement.ref, 'freeze_achievement',
		jsonb_build_object('reason', freeze_achievement.reason));
END
$$;
COMMENT ON FUNCTION creditbank.freeze_achievement(text, text, text) IS
'Suspends a recognised achievement, for a reason: it stays in the balance, but does not convert until it is released. Returns the deposit''s id, reference, new state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, invalid_parameter.';

CREATE FUNCTION creditbank.release_achievement(account text, ref text, reason text)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_reason(release_achievement.reason, 'the reason of a release');
	RETURN QUERY
	SELECT *
	FROM creditbank.step_achievement(release_achievement.account, release_achievement.ref, 'release_achievement',
		jsonb_build_object('reason', release_achievement.reason));
END
$$;
COMMENT ON FUNCTION creditbank.release_achievement(text, text, text) IS
'Releases a frozen achievement, for a reason: it is recognised as before. Returns the deposit''s id, reference, new state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, invalid_parameter.';

CREATE FUNCTION creditbank.revoke_achievement(account text, ref text, reason text)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_reason(revoke_achievement.reason, 'the reason of a revocation');
	RETURN QUERY
	SELECT *
	FROM creditbank.step_achievement(revoke_achievement.account, revoke_achievement.ref, 'revoke_achievement',
		jsonb_build_object('reason', revoke_achievement.reason));
END
$$;
COMMENT ON FUNCTION creditbank.revoke_achievement(text, text, text) IS
'Revokes an achievement that should not have been in the file, for a reason: what was recognised is taken from the balance, and the document may be deposited anew. What a posted decision used, up or in part, is revoked once that decision was taken back. Returns the deposit''s id, reference, new state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, already_consumed, insufficient_balance, invalid_parameter.';

CREATE FUNCTION creditbank.evidence_document(achievement_id bigint, number integer, digest bytea, title text, added_on date)
RETURNS jsonb
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN jsonb_strip_nulls(jsonb_build_object(
	'id', achievement_id,
	'number', number,
	'digest', encode(digest, 'hex'),
	'title', title,
	'added_on', added_on));
COMMENT ON FUNCTION creditbank.evidence_document(bigint, integer, bytea, text, date) IS
'A piece of evidence as the detail of its ledger entry holds it. What is NULL is left out.';

CREATE FUNCTION creditbank.add_evidence(account text, ref text, digest bytea, title text DEFAULT NULL)
RETURNS TABLE (
	achievement_id bigint,
	achievement text,
	number integer,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	held record;
	last_number integer;
BEGIN
	PERFORM creditbank.require_bank();
	IF add_evidence.digest IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no evidence was given',
			DETAIL = 'digest is NULL.',
			HINT = 'Pass the digest of the document, like creditbank.digest(document), and keep the document elsewhere.';
	END IF;
	PERFORM creditbank.check_digest(add_evidence.digest, 'evidence');
	PERFORM creditbank.check_text(add_evidence.title, 'a title', 200);
	IF add_evidence.title !~ '[^[:space:]]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the title given is blank',
			HINT = 'Say what the document is, or leave title out.';
	END IF;
	of_account := creditbank.lock_account_for(add_evidence.account, 'deposit');
	SELECT a.achievement_id, a.ref, a.state, a.evidence
	INTO held
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = creditbank.find_achievement(of_account, add_evidence.ref);
	IF NOT EXISTS (
		SELECT FROM creditbank.achievement_transition AS t
		WHERE t.from_state = held.state)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('"%s" takes no more evidence', held.ref),
			DETAIL = format('It is %s; no step is possible any more.', held.state),
			HINT = 'Deposit it anew, with its evidence.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'state';
	END IF;
	SELECT max(e.number)
	INTO last_number
	FROM creditbank.evidence AS e
	WHERE e.achievement_id = held.achievement_id;
	last_number := coalesce(last_number, (held.evidence IS NOT NULL)::integer);
	INSERT INTO creditbank.evidence AS e (achievement_id, number, digest, title, added_on)
	SELECT held.achievement_id, last_number + 1, add_evidence.digest, add_evidence.title, creditbank.today()
	WHERE add_evidence.digest IS DISTINCT FROM held.evidence
	ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" has this evidence already', held.ref),
			DETAIL = format('Its digest is %s.', encode(add_evidence.digest, 'hex')),
			HINT = 'creditbank.evidence_of() lists what was handed in.',
			SCHEMA = 'creditbank',
			TABLE = 'evidence',
			CONSTRAINT = 'evidence_once';
	END IF;
	RETURN QUERY
	SELECT n.achievement_id, held.ref::text, n.number, e.seq, e.entry_hash
	FROM creditbank.evidence AS n
	CROSS JOIN LATERAL creditbank.append_entry(of_account, 'evidenced', NULL, held.ref, n.added_on,
		creditbank.evidence_document(n.achievement_id, n.number, n.digest, n.title, n.added_on)::text) AS e
	WHERE n.achievement_id = held.achievement_id
		AND n.number = last_number + 1;
END
$$;
COMMENT ON FUNCTION creditbank.add_evidence(text, text, bytea, text) IS
'Adds evidence to an achievement that a step is still possible with: the digest of a document kept elsewhere, and what the document is (title may be NULL; never personal data). Returns the deposit''s id, reference, the number of the evidence, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, unknown_achievement, wrong_state; invalid_parameter for what is no digest or was handed in already.';

CREATE FUNCTION creditbank.evidence_of(account text, ref text)
RETURNS TABLE (
	number integer,
	digest bytea,
	title text,
	added_on date)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	found_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	found_id := creditbank.find_achievement(creditbank.account_id(evidence_of.account), evidence_of.ref);
	RETURN QUERY
	SELECT 1, a.evidence, NULL, e.occurred_on
	FROM creditbank.achievement AS a
	JOIN creditbank.ledger_entry AS e ON e.account_id = a.account_id AND e.ref = a.ref
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'deposited'
	WHERE a.achievement_id = found_id
		AND a.evidence IS NOT NULL
		AND starts_with(e.detail, format('{"id": %s, ', found_id))
	UNION ALL
	SELECT n.number, n.digest, n.title, n.added_on
	FROM creditbank.evidence AS n
	WHERE n.achievement_id = found_id
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION creditbank.evidence_of(text, text) IS
'The evidence of an account''s achievement: that of the deposit, where it had one, as number 1 and without a title, then what was added. One row per document: its number, digest, title and the day it was handed in. Errors: bank_not_open, unknown_account, unknown_achievement.';

CREATE FUNCTION creditbank.remaining_amount(achievement_id bigint, purpose text)
RETURNS creditbank.credit_amount
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	remaining creditbank.credit_amount;
BEGIN
	SELECT c.remainder
	INTO remaining
	FROM creditbank.consumption AS c
	WHERE c.achievement_id = remaining_amount.achievement_id
		AND c.purpose = remaining_amount.purpose
	ORDER BY c.seq DESC
	LIMIT 1;
	IF NOT FOUND THEN
		SELECT coalesce(a.amount, a.claimed_amount)
		INTO remaining
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = remaining_amount.achievement_id;
	END IF;
	RETURN remaining;
END
$$;
COMMENT ON FUNCTION creditbank.remaining_amount(bigint, text) IS
'The hours or credits of an achievement not yet used for a purpose: all of them before its first use, then what was kept; NULL when it has none of its own or is used up.';

CREATE FUNCTION creditbank.is_used_up(achievement_id bigint, purpose text DEFAULT 'credit')
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT FROM creditbank.consumption AS c
		WHERE c.achievement_id = is_used_up.achievement_id
			AND c.purpose = is_used_up.purpose
			AND c.remainder IS NULL);
END
$$;
COMMENT ON FUNCTION creditbank.is_used_up(bigint, text) IS
'Whether nothing of an achievement is left to convert, or to use for another purpose. NULL for NULL.';

CREATE FUNCTION creditbank.consume_achievement(
	of_account bigint,
	ref text,
	purpose text,
	used_for text,
	remainder creditbank.credit_amount,
	detail text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_id bigint := creditbank.find_achievement(of_account, ref);
	used creditbank.credit_amount := creditbank.remaining_amount(found_id, consume_achievement.purpose);
	balance_unit text;
	entry_seq bigint;
BEGIN
	-- What is kept may be counted in hours beside an amount of another unit, and
	-- the balance holds that amount alone: the first use takes all of it. Earning
	-- points takes nothing: the achievement itself is still there to convert.
	SELECT creditbank.unit(a.amount)
	INTO balance_unit
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = found_id;
	IF consume_achievement.purpose <> 'credit' OR creditbank.unit(used) IS DISTINCT FROM balance_unit THEN
		used := NULL;
	ELSIF creditbank.unit(consume_achievement.remainder) = balance_unit THEN
		used := used - consume_achievement.remainder;
	END IF;
	SELECT e.seq
	INTO entry_seq
	FROM creditbank.append_entry(of_account, 'consumed', -used, ref::creditbank.achievement_ref, creditbank.today(), detail) AS e;
	INSERT INTO creditbank.consumption (achievement_id, purpose, used_for, consumed_on, seq, remainder)
	VALUES (found_id, consume_achievement.purpose, consume_achievement.used_for, creditbank.today(), entry_seq, consume_achievement.remainder);
	RETURN entry_seq;
END
$$;
COMMENT ON FUNCTION creditbank.consume_achievement(bigint, text, text, text, creditbank.credit_amount, text) IS
'Uses an account''s achievement for a purpose, up or but for a remainder: takes what is used from the balance (all of it, where the remainder is hours beside an amount of another unit; nothing, where it earns points) and notes what it was used for. Returns the entry''s seq. For the bank''s own functions only.';

CREATE FUNCTION creditbank.lifelong_file(account text)
RETURNS TABLE (
	item integer,
	class text,
	achievement text,
	title text,
	state text,
	amount creditbank.credit_amount,
	number numeric(18,4),
	unit text,
	remaining creditbank.credit_amount,
	level smallint,
	grade text,
	awarded_on date,
	expires_on date,
	used_for text,
	mark text,
	education_type text,
	claimed creditbank.credit_amount)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	taken_back bigint[];
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(lifelong_file.account, may_be_bank => true);
	taken_back := creditbank.taken_back_achievements(of_account);
	RETURN QUERY
	SELECT (row_number() OVER (ORDER BY f.place, f.day, f.id))::integer,
		creditbank.class(f.ref), f.ref::text, f.title, f.state, f.amount,
		f.amount::numeric(18,4), creditbank.unit(f.amount), f.remaining, f.level, f.grade,
		f.day, f.expires_on, f.used_for, f.mark, f.education_type, f.claimed
	FROM (
		SELECT 1 AS place, a.achievement_id AS id, a.ref, a.title,
			CASE
				WHEN a.achievement_id = ANY (taken_back) THEN 'reversed'
				WHEN a.state <> 'recognised' OR c.seq IS NULL THEN a.state
				WHEN c.remainder IS NULL THEN 'consumed'
				ELSE 'partly consumed' END AS state,
			coalesce(a.amount, a.claimed_amount) AS amount,
			CASE WHEN a.state = 'recognised' AND a.achievement_id <> ALL (taken_back)
				THEN creditbank.remaining_amount(a.achievement_id, 'credit') END AS remaining,
			a.level, a.grade,
			a.awarded_on AS day, a.expires_on, c.used_for, NULL AS mark, a.education_type, a.claimed_amount AS claimed
		FROM creditbank.achievement AS a
		LEFT JOIN LATERAL (
			SELECT u.seq, u.remainder, u.used_for
			FROM creditbank.consumption AS u
			WHERE u.achievement_id = a.achievement_id AND u.purpose = 'credit'
			ORDER BY u.seq DESC
			LIMIT 1) AS c ON true
		WHERE a.account_id = of_account
		UNION ALL
		SELECT 2, e.seq, e.ref, e.detail::jsonb ->> 'title', k.name,
			e.amount, NULL, NULL, e.detail::jsonb ->> 'grade',
			e.occurred_on, NULL, e.detail::jsonb ->> 'programme', e.detail::jsonb ->> 'mark', NULL, NULL
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name IN ('converted', 'earned')
		WHERE e.account_id = of_account
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id AND r.reverses = e.seq)) AS f
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION creditbank.lifelong_file(text) IS
'The lifelong file of an account: first every achievement with its state (that of its last step; consumed in place of recognised when it was converted, or partly consumed where a rule kept what was left over; reversed where its last step was taken back), what it was last used for and its education type, then every credit and points that conversions granted and that were not taken back (state converted and earned), each part by day. amount carries its unit; number and unit give it in plain types; remaining is what of it can still be converted; claimed what was claimed at the deposit, beside what an assessor recognised. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.capability_asset_of_class(class text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE class
	WHEN 'project' THEN 'technical_projects'
	WHEN 'patent' THEN 'patents'
	WHEN 'mentoring' THEN 'apprentices'
	WHEN 'award' THEN 'contests'
	WHEN 'training' THEN 'training'
	WHEN 'cert' THEN 'certificates'
	WHEN 'degree' THEN 'degrees'
	WHEN 'course' THEN 'courses'
	WHEN 'internship' THEN 'internships'
	WHEN 'work' THEN 'work'
END;
COMMENT ON FUNCTION creditbank.capability_asset_of_class(text) IS
'The capability asset that achievements of a class are counted under: a project under technical_projects, mentoring under apprentices, an award under contests. NULL for NULL or an unknown class.';

CREATE FUNCTION creditbank.capability_assets(account text, as_of date DEFAULT NULL)
RETURNS TABLE (
	asset text,
	count bigint,
	hours numeric(18,4),
	credits numeric(18,4),
	best text,
	best_level smallint,
	best_rank text,
	latest date)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	taken_back bigint[];
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(capability_assets.account);
	capability_assets.as_of := coalesce(capability_assets.as_of, creditbank.today());
	taken_back := creditbank.taken_back_achievements(of_account);
	RETURN QUERY
	WITH held AS (
		SELECT creditbank.capability_asset_of_class(creditbank.class(a.ref)) AS asset, a.title, a.level, a.rank, a.awarded_on,
			CASE WHEN creditbank.unit(a.amount) = 'hr' THEN a.amount ELSE a.hours END AS hours,
			CASE WHEN creditbank.unit(a.amount) = 'cr' THEN a.amount END AS credits,
			row_number() OVER (
				PARTITION BY creditbank.class(a.ref)
				ORDER BY a.level DESC NULLS LAST, substring(a.rank FROM '^[0-9]+$')::numeric, a.place,
					a.share DESC NULLS LAST, a.awarded_on DESC, a.achievement_id) AS place
		FROM creditbank.achievement AS a
		WHERE a.account_id = of_account
			AND a.state = 'recognised'
			AND a.awarded_on <= capability_assets.as_of
			AND coalesce(a.expires_on >= capability_assets.as_of, true)
			AND a.achievement_id <> ALL (taken_back))
	SELECT h.asset, count(*), coalesce(sum(h.hours::numeric), 0)::numeric(18,4), coalesce(sum(h.credits::numeric), 0)::numeric(18,4),
		min(h.title) FILTER (WHERE h.place = 1), min(h.level) FILTER (WHERE h.place = 1), min(h.rank) FILTER (WHERE h.place = 1),
		max(h.awarded_on)
	FROM held AS h
	GROUP BY h.asset
	ORDER BY array_position(ARRAY['technical_projects', 'patents', 'apprentices', 'contests', 'training', 'certificates',
		'degrees', 'courses', 'internships', 'work'], h.asset);
END
$$;
COMMENT ON FUNCTION creditbank.capability_assets(text, date) IS
'What an account''s recognised achievements that were awarded by a day (as_of; NULL: today) and are valid on it show of capability: one row per asset held, technical_projects, patents, apprentices (one achievement each), contests, training, certificates, degrees, courses, internships and work. count of achievements; hours and credits recognised for them, 0 for none; best, the title of the best one: of the highest level, then the first rank where ranks are numbers, then the first place in the team, the greatest share, the latest; its level and rank; latest, the day of the last award. Converted achievements count: what was learned stays. Errors: bank_not_open, unknown_account.';
