-- archive.sql: the lifelong file: achievements deposited
-- and recognised.
-- Promise: each step is a ledger entry whose detail holds the achievement as it
-- stood, so the file can be checked against the ledger; an achievement stands
-- in the bank once, whoever brings it.

CREATE FUNCTION creditbank.achievement_stands(state text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN state NOT IN ('declined', 'withdrawn', 'revoked', 'merged');
COMMENT ON FUNCTION creditbank.achievement_stands(text) IS
'Whether an achievement in a state still belongs to the file: not declined, withdrawn, revoked or merged, after which its document may be deposited anew. NULL for NULL.';

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
	COMMENT ON COLUMN creditbank.achievement_transition.step IS 'The step.';
	COMMENT ON COLUMN creditbank.achievement_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.achievement_transition.kind IS 'The kind of ledger entry that it leaves.';
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
		('frozen', 'revoke_achievement', 'revoked', 'revoked', '{assessor,admin}');

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
	COMMENT ON COLUMN creditbank.consumption.purpose IS 'What it was used for: credit, for conversion into a programme.';
	COMMENT ON COLUMN creditbank.consumption.used_for IS 'The programme it was converted into.';
	COMMENT ON COLUMN creditbank.consumption.consumed_on IS 'The day of the conversion.';
	COMMENT ON COLUMN creditbank.consumption.seq IS 'The account''s ledger entry of the use.';
	COMMENT ON COLUMN creditbank.consumption.remainder IS 'What the rule kept for a later conversion; NULL when the achievement is used up.';
	CREATE UNIQUE INDEX consumption_once ON creditbank.consumption (achievement_id, purpose)
	WHERE remainder IS NULL;
	COMMENT ON INDEX creditbank.consumption_once IS 'An achievement is used up once per purpose.';
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

CREATE FUNCTION creditbank.lock_account(account text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint := creditbank.account_id(account);
BEGIN
	PERFORM
	FROM creditbank.ledger_head AS h
	WHERE h.account_id = of_account
	FOR UPDATE;
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

CREATE FUNCTION creditbank.achievement_document(achievement_id bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		-- bytea in jsonb would follow the setting bytea_output
		SELECT jsonb_strip_nulls(to_jsonb(a) - '{achievement_id,account_id,state}'::text[]
			|| jsonb_build_object('evidence', encode(a.evidence, 'hex')))
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = achievement_document.achievement_id);
END
$$;
COMMENT ON FUNCTION creditbank.achievement_document(bigint) IS
'An achievement as it stands, as jsonb: what the ledger entries about it hold in their detail. NULL for an unknown id.';

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
		SELECT substring(e.detail FROM '^\{"id": ([0-9]+), ')::bigint
		FROM creditbank.ledger_entry AS r
		JOIN creditbank.ledger_entry AS e ON e.account_id = r.account_id AND e.seq = r.reverses
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE r.account_id = of_account
			AND r.reverses IS NOT NULL
			AND k.name IN ('deposited', 'recognised')
			AND e.detail ~ '^\{"id": [0-9]+, '
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS later
				WHERE later.account_id = e.account_id
					AND later.seq > e.seq
					AND starts_with(later.detail, left(e.detail, strpos(e.detail, ',')))
					AND later.ref = e.ref));
END
$$;
COMMENT ON FUNCTION creditbank.taken_back_achievements(bigint) IS
'The ids of an account''s achievements whose last step, deposit or recognition, was taken back in the ledger. NULL for NULL.';

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
	share numeric DEFAULT NULL)
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
	IF octet_length(deposit.evidence) NOT BETWEEN 28 AND 64 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'evidence is not a digest',
			DETAIL = format('It has %s bytes; digests have 28 to 64.', octet_length(deposit.evidence)),
			HINT = 'Pass the digest of the document, like creditbank.digest(document), and keep the document elsewhere.';
	END IF;
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
		coalesce(published.education_type, creditbank.education_type_of_class(creditbank.class(of_ref))), 'deposited',
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
	FROM creditbank.append_entry(of_account, 'deposited', NULL, of_ref, creditbank.today(),
		jsonb_build_object('id', new_id, 'achievement', creditbank.achievement_document(new_id))::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.deposit(text, text, date, text, text, integer, text, numeric, date, text, text[], bytea, numeric, text, integer, numeric) IS
'Deposits an achievement into an account; it has no value until recognised. ref is class/issuer/code[#serial]; amount its own hours or credits, like ''48 hr''; level 1 to 10; attendance in percent; evidence the digest of the document; hours learning hours beside an amount of another unit; scale that of the grade; place in the team and share of the outcome in percent. title and level default to the catalogue''s. Returns the deposit''s id, canonical reference, state, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, unknown_institution, duplicate_achievement, invalid_date, invalid_amount, invalid_parameter, invalid_text_representation.';

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
	before record;
	given creditbank.credit_amount;
BEGIN
	PERFORM creditbank.require_bank();
	given := creditbank.positive_amount(recognise.amount, 'a recognised amount');
	IF recognise.decision IS NULL OR recognise.decision NOT IN ('recognised', 'declined') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is not a decision an assessor takes', coalesce(recognise.decision, 'NULL')),
			HINT = 'The decisions are ''recognised'' and ''declined''.';
	END IF;
	IF recognise.decision = 'declined' AND (given IS NOT NULL OR recognise.level IS NOT NULL) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'what is declined has no recognised amount or level',
			HINT = 'Leave amount and level out, or recognise it.';
	END IF;
	PERFORM creditbank.check_level(recognise.level,
		'Levels are 1 to 10; leave level out to keep the one deposited.');
	PERFORM creditbank.check_percentage(recognise.overlap, 'an overlap',
		'Overlap of content is in percent, 0 to 100, with at most two decimals; leave it out when it was not looked at.');
	PERFORM creditbank.check_text(recognise.note, 'a note', 1000);
	of_account := creditbank.lock_account(recognise.account);
	found_id := creditbank.find_achievement(of_account, recognise.ref);
	SELECT a.* INTO before FROM creditbank.achievement AS a WHERE a.achievement_id = found_id;
	IF before.state <> 'deposited' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('"%s" cannot be %s', before.ref, recognise.decision),
			DETAIL = format('It is %s; only what is deposited is decided.', before.state),
			HINT = 'creditbank.lifelong_file() shows the state of each achievement.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'state';
	END IF;

	UPDATE creditbank.achievement AS a
	SET state = recognise.decision,
		amount = CASE WHEN recognise.decision = 'recognised' THEN coalesce(given, before.claimed_amount) END,
		level = coalesce(recognise.level, before.level),
		overlap = recognise.overlap
	WHERE a.achievement_id = found_id;

	RETURN QUERY
	SELECT found_id, a.ref::text, a.state, a.amount, e.seq, e.entry_hash
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL creditbank.append_entry(of_account, a.state, a.amount, a.ref, creditbank.today(),
		jsonb_strip_nulls(jsonb_build_object(
			'id', found_id,
			'achievement', creditbank.achievement_document(found_id),
			'note', recognise.note))::text) AS e
	WHERE a.achievement_id = found_id;
END
$$;
COMMENT ON FUNCTION creditbank.recognise(text, text, text, text, integer, numeric, text) IS
'An assessor''s decision on a deposited achievement: ''recognised'' or ''declined''. amount and level, when given, are recognised in place of those claimed; the claim is kept beside them. overlap, in percent, is how much of its content is that of the courses it may stand for. What is recognised is added to the account''s balance of its unit. Returns the deposit''s id, reference, new state, recognised amount, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, invalid_amount, invalid_parameter.';

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

CREATE FUNCTION creditbank.is_used_up(achievement_id bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT FROM creditbank.consumption AS c
		WHERE c.achievement_id = is_used_up.achievement_id
			AND c.purpose = 'credit'
			AND c.remainder IS NULL);
END
$$;
COMMENT ON FUNCTION creditbank.is_used_up(bigint) IS
'Whether nothing of an achievement is left to convert. NULL for NULL.';

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
	-- the balance holds that amount alone: the first use takes all of it.
	SELECT creditbank.unit(a.amount)
	INTO balance_unit
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = found_id;
	IF creditbank.unit(used) IS DISTINCT FROM balance_unit THEN
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
'Uses an account''s achievement for a purpose, up or but for a remainder: takes what is used from the balance (all of it, where the remainder is hours beside an amount of another unit) and notes what it was used for. Returns the entry''s seq. For the bank''s own functions only.';

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
	mark text)
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
		f.day, f.expires_on, f.used_for, f.mark
	FROM (
		SELECT 1 AS place, a.achievement_id AS id, a.ref, a.title,
			CASE
				WHEN a.achievement_id = ANY (taken_back) THEN 'reversed'
				WHEN c.seq IS NULL THEN a.state
				WHEN c.remainder IS NULL THEN 'consumed'
				ELSE 'partly consumed' END AS state,
			coalesce(a.amount, a.claimed_amount) AS amount,
			CASE WHEN a.state = 'recognised' AND a.achievement_id <> ALL (taken_back)
				THEN creditbank.remaining_amount(a.achievement_id, 'credit') END AS remaining,
			a.level, a.grade,
			a.awarded_on AS day, a.expires_on, c.used_for, NULL AS mark
		FROM creditbank.achievement AS a
		LEFT JOIN LATERAL (
			SELECT u.seq, u.remainder, u.used_for
			FROM creditbank.consumption AS u
			WHERE u.achievement_id = a.achievement_id AND u.purpose = 'credit'
			ORDER BY u.seq DESC
			LIMIT 1) AS c ON true
		WHERE a.account_id = of_account
		UNION ALL
		SELECT 2, e.seq, e.ref, e.detail::jsonb ->> 'title', 'converted',
			e.amount, NULL, NULL, e.detail::jsonb ->> 'grade',
			e.occurred_on, NULL, e.detail::jsonb ->> 'programme', e.detail::jsonb ->> 'mark'
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'converted'
		WHERE e.account_id = of_account
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id AND r.reverses = e.seq)) AS f
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION creditbank.lifelong_file(text) IS
'The lifelong file of an account: first every achievement with its state (deposited, recognised, declined, consumed, or partly consumed where a rule kept what was left over; reversed where its last step was taken back) and what it was last used for, then every credit that conversions granted and that was not taken back (state converted), each part by day. amount carries its unit; number and unit give it in plain types; remaining is what of it can still be converted. Errors: bank_not_open, unknown_account.';
