-- account.sql: learners' accounts, from opening to closing, and their holders.
-- Promise: personal data stands in one table, holder, and nowhere else, not even
-- in the planner's statistics; the ledger holds only a salted commitment to it,
-- so a holder's row can be erased and the chain stays valid. An account's state
-- moves along account_transition only, and each move is a ledger entry.

CREATE FUNCTION creditbank.with_check_digits(digits text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN digits || lpad((98 - (digits::numeric * 100) % 97)::text, 2, '0');
COMMENT ON FUNCTION creditbank.with_check_digits(text) IS
'Digits with two check digits behind them by ISO 7064 MOD 97-10, which catch every single mistyped digit and every swap of two neighbours. NULL for NULL. Errors: 22P02 for what is no number.';

CREATE FUNCTION creditbank.check_digits_fit(digits text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN digits::numeric % 97 = 1;
COMMENT ON FUNCTION creditbank.check_digits_fit(text) IS
'Whether the last two digits are the check digits of those before them, by ISO 7064 MOD 97-10. NULL for NULL. Errors: 22P02 for what is no number.';

CREATE FUNCTION creditbank.random_salt()
RETURNS bytea
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
COMMENT ON FUNCTION creditbank.random_salt() IS
'32 bytes, two random UUIDs: 244 bits at random.';

CREATE FUNCTION creditbank.account_number(account_id bigint)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN account_id BETWEEN 0 AND 999999999999
	THEN creditbank.with_check_digits(lpad(account_id::text, 12, '0'))
END;
COMMENT ON FUNCTION creditbank.account_number(bigint) IS
'The number of an account as people write it: twelve digits and two check digits by ISO 7064 MOD 97-10, which catch every single mistyped digit and every swap of two neighbours. 0 is the bank''s own account. NULL for NULL and for what is no id: less than 0 or more than twelve digits.';

CREATE FUNCTION creditbank.account_id(account text, may_be_bank boolean DEFAULT false)
RETURNS bigint
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	digits text := regexp_replace(account, '[[:space:]-]', '', 'g');
	found_id bigint;
BEGIN
	IF digits ~ '^[0-9]{14}$' AND creditbank.check_digits_fit(digits) THEN
		SELECT a.account_id
		INTO found_id
		FROM creditbank.account AS a
		WHERE a.account_id = left(digits, 12)::bigint;
	END IF;
	IF digits ~ '^[0-9]{15}([0-9]{2}[0-9Xx])?$' THEN
		PERFORM creditbank.identity_problem('resident_id', digits); -- keeps the statement out of the log
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_account'),
			MESSAGE = 'what was given looks like an identity number, not like an account number',
			DETAIL = format('An account number has 14 digits; what was given has %s characters, and is not repeated here.', length(digits)),
			HINT = 'creditbank.find_account() finds the account of an identity number.',
			SCHEMA = 'creditbank',
			TABLE = 'account';
	END IF;
	IF found_id IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_account'),
			MESSAGE = CASE WHEN account IS NULL THEN 'no account was named' ELSE format('account "%s" is not known', account) END,
			DETAIL = CASE
				WHEN account IS NULL THEN 'account is NULL.'
				WHEN digits !~ '^[0-9]{14}$' THEN 'An account number has 14 digits.'
				WHEN NOT creditbank.check_digits_fit(digits) THEN 'Its check digits do not fit: a digit was mistyped or two were swapped.'
				ELSE 'Its check digits fit, but no such account was opened here.' END,
			HINT = 'creditbank.open_account() opens an account and returns its number.',
			SCHEMA = 'creditbank',
			TABLE = 'account';
	END IF;
	IF found_id = 0 AND NOT may_be_bank THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_account'),
			MESSAGE = format('account "%s" is the bank''s own', account),
			DETAIL = 'It holds what the bank itself did, and neither achievements nor credit.',
			HINT = 'Name a learner''s account; this one can be read, verified and proven, but not used.',
			SCHEMA = 'creditbank',
			TABLE = 'account';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION creditbank.account_id(text, boolean) IS
'The id of the account with a number; spaces and hyphens in it are passed over. The bank''s own account counts as unknown unless may_be_bank, so that nothing is ever put into it by accident. Errors: unknown_account, also for NULL, with the check digits'' verdict in the detail.';

CREATE PROCEDURE creditbank.create_account_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.trainee_group (
		code text NOT NULL,
		title text NOT NULL,
		parent text,
		CONSTRAINT trainee_group_pkey PRIMARY KEY (code),
		CONSTRAINT trainee_group_code_form CHECK (code ~ '^[a-z][a-z0-9_]*$'),
		CONSTRAINT trainee_group_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT trainee_group_parent_fkey FOREIGN KEY (parent) REFERENCES creditbank.trainee_group (code)
	);
	COMMENT ON TABLE creditbank.trainee_group IS 'Groups of trainees that learners are counted in, in two levels. One row per group.';
	COMMENT ON COLUMN creditbank.trainee_group.code IS 'The group''s short name.';
	COMMENT ON COLUMN creditbank.trainee_group.title IS 'What it is called.';
	COMMENT ON COLUMN creditbank.trainee_group.parent IS 'The group it is a part of; NULL for one at the top.';
	INSERT INTO creditbank.trainee_group (code, title, parent)
	VALUES
		('student', 'Students in school', NULL),
		('unemployed', 'People without employment', NULL),
		('employed', 'Employed staff', NULL),
		('unemployed_graduate', 'Unemployed graduates', 'unemployed'),
		('migrant_worker', 'Migrant workers', 'unemployed'),
		('registered_unemployed', 'Registered unemployed', 'unemployed'),
		('veteran', 'Veterans', 'unemployed'),
		('registered_poor', 'Registered poor', 'unemployed');

	CREATE TABLE creditbank.account_state (
		state text NOT NULL,
		meaning text NOT NULL,
		may_deposit boolean NOT NULL,
		may_convert boolean NOT NULL,
		may_describe boolean NOT NULL,
		what_to_do text,
		CONSTRAINT account_state_pkey PRIMARY KEY (state)
	);
	COMMENT ON TABLE creditbank.account_state IS 'What an account permits in each state. One row per state.';
	COMMENT ON COLUMN creditbank.account_state.state IS 'The state.';
	COMMENT ON COLUMN creditbank.account_state.meaning IS 'The state in words, after "the account is".';
	COMMENT ON COLUMN creditbank.account_state.may_deposit IS 'Whether achievements are deposited and recognised, and learners enrolled.';
	COMMENT ON COLUMN creditbank.account_state.may_convert IS 'Whether achievements are converted, and points earned and redeemed.';
	COMMENT ON COLUMN creditbank.account_state.may_describe IS 'Whether what is known of the holder is changed.';
	COMMENT ON COLUMN creditbank.account_state.what_to_do IS 'What to do about a refusal; NULL where there is none.';
	INSERT INTO creditbank.account_state (state, meaning, may_deposit, may_convert, may_describe, what_to_do)
	VALUES
		('opened', 'not activated yet', true, false, true, 'creditbank.activate_account() activates it, once its holder has confirmed it.'),
		('active', 'active', true, true, true, NULL),
		('frozen', 'frozen', false, false, false, 'creditbank.release_account() releases it, once what it was frozen for is settled.'),
		('closed', 'closed', false, false, true, 'A closed account stays closed, and what it holds can still be read, verified and proven.'),
		('merged', 'merged into another one', false, false, false, 'Use the account that it was merged into: the ledger entry of the merger names it.');

	CREATE TABLE creditbank.account_transition (
		from_state text NOT NULL,
		step text NOT NULL,
		to_state text NOT NULL,
		kind text NOT NULL,
		who text[] NOT NULL,
		CONSTRAINT account_transition_pkey PRIMARY KEY (from_state, step),
		CONSTRAINT account_transition_from_state_fkey FOREIGN KEY (from_state) REFERENCES creditbank.account_state (state),
		CONSTRAINT account_transition_to_state_fkey FOREIGN KEY (to_state) REFERENCES creditbank.account_state (state)
	);
	COMMENT ON TABLE creditbank.account_transition IS 'What may happen to an account. One row per state and step; no other step is ever taken.';
	COMMENT ON COLUMN creditbank.account_transition.from_state IS 'The state before.';
	COMMENT ON COLUMN creditbank.account_transition.step IS 'The function that takes the step.';
	COMMENT ON COLUMN creditbank.account_transition.to_state IS 'The state after.';
	COMMENT ON COLUMN creditbank.account_transition.kind IS 'The kind of ledger entry that it leaves.';
	COMMENT ON COLUMN creditbank.account_transition.who IS 'The roles of the bank that may call it.';
	INSERT INTO creditbank.account_transition (from_state, step, to_state, kind, who)
	VALUES
		('opened', 'activate_account', 'active', 'activated', '{registrar,admin}'),
		('active', 'freeze_account', 'frozen', 'frozen', '{registrar,assessor,admin}'),
		('frozen', 'release_account', 'active', 'released', '{assessor,admin}'),
		('opened', 'close_account', 'closed', 'closed', '{registrar,admin}'),
		('active', 'close_account', 'closed', 'closed', '{registrar,admin}'),
		('opened', 'merge_accounts', 'merged', 'merged', '{admin}'),
		('active', 'merge_accounts', 'merged', 'merged', '{admin}'),
		('frozen', 'merge_accounts', 'merged', 'merged', '{admin}');
	PERFORM creditbank.guard_table('account_state', 'refuse_change', 'What a state permits stays.');
	PERFORM creditbank.guard_table('account_transition', 'refuse_change', 'What is permitted stays.');

	CREATE TABLE creditbank.account (
		account_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (MAXVALUE 999999999999),
		opened_on date NOT NULL,
		commitment bytea NOT NULL,
		state text NOT NULL DEFAULT 'active',
		CONSTRAINT account_pkey PRIMARY KEY (account_id),
		CONSTRAINT account_state_known CHECK (state IN ('opened', 'active', 'frozen', 'closed', 'merged')),
		CONSTRAINT account_commitment_length CHECK (octet_length(commitment) = 32)
	);
	COMMENT ON TABLE creditbank.account IS 'Learners'' lifelong accounts, and the bank''s own. One row per account; no personal data.';
	COMMENT ON COLUMN creditbank.account.account_id IS 'The account''s id; people use account_number(account_id). 0 is the bank''s own.';
	COMMENT ON SEQUENCE creditbank.account_account_id_seq IS 'Numbers accounts.';
	COMMENT ON COLUMN creditbank.account.opened_on IS 'The day it was opened.';
	COMMENT ON COLUMN creditbank.account.commitment IS 'digest(salt || full name in UTF-8): commits to the holder without naming them; also in the account''s first ledger entry, or the last that renamed the holder. Of the bank''s own account, the digest of the bank''s origin.';
	COMMENT ON COLUMN creditbank.account.state IS 'A state of account_state: opened (by somebody for the learner, not activated yet), active, frozen, closed or merged (into another account of the same person).';

	CREATE TABLE creditbank.holder (
		account_id bigint NOT NULL,
		full_name text NOT NULL,
		salt bytea NOT NULL,
		family_name text,
		given_names text,
		birth_date date,
		identity_kind text,
		identity_hash bytea,
		region text,
		trainee_group text,
		student_numbers jsonb NOT NULL DEFAULT '{}',
		CONSTRAINT holder_pkey PRIMARY KEY (account_id),
		CONSTRAINT holder_full_name_given CHECK (full_name ~ '[^[:space:]]'),
		CONSTRAINT holder_identity_kind_known CHECK (identity_kind IN ('resident_id', 'residence_permit', 'passport', 'other')),
		CONSTRAINT holder_identity_together CHECK ((identity_kind IS NULL) = (identity_hash IS NULL)),
		CONSTRAINT holder_identity_hash_length CHECK (octet_length(identity_hash) = 32),
		CONSTRAINT holder_student_numbers_object CHECK (jsonb_typeof(student_numbers) = 'object'),
		CONSTRAINT holder_region_fkey FOREIGN KEY (region) REFERENCES creditbank.region (code),
		CONSTRAINT holder_trainee_group_fkey FOREIGN KEY (trainee_group) REFERENCES creditbank.trainee_group (code),
		CONSTRAINT holder_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id)
	);
	COMMENT ON TABLE creditbank.holder IS 'Who holds an account: all personal data of the bank, apart from everything else. Erasing a row leaves every chain valid.';
	COMMENT ON COLUMN creditbank.holder.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.holder.full_name IS 'The holder''s full name.';
	COMMENT ON COLUMN creditbank.holder.salt IS '32 bytes, two random UUIDs: without them the commitment tells nothing.';
	COMMENT ON COLUMN creditbank.holder.family_name IS 'The family name, where documents for abroad tell it apart; NULL when not said.';
	COMMENT ON COLUMN creditbank.holder.given_names IS 'The given names, likewise.';
	COMMENT ON COLUMN creditbank.holder.birth_date IS 'The date of birth; from a resident''s identity number where there is one.';
	COMMENT ON COLUMN creditbank.holder.identity_kind IS 'What identity_hash was made of: resident_id, residence_permit, passport or other; NULL when no number was given.';
	COMMENT ON COLUMN creditbank.holder.identity_hash IS 'The keyed hash of the identity number, for finding a person again. The number itself is stored nowhere.';
	COMMENT ON COLUMN creditbank.holder.region IS 'The region where the holder is counted; NULL when not said.';
	COMMENT ON COLUMN creditbank.holder.trainee_group IS 'The trainee group that the holder is counted in; NULL when not said.';
	COMMENT ON COLUMN creditbank.holder.student_numbers IS 'The numbers by which schools know the holder: an object from the school''s code to the number.';
	CREATE UNIQUE INDEX holder_identity_key ON creditbank.holder (identity_hash);
	COMMENT ON INDEX creditbank.holder_identity_key IS 'A person has one account.';
	CREATE INDEX holder_student_number_idx ON creditbank.holder USING gin (student_numbers jsonb_path_ops) WITH (fastupdate = off);
	COMMENT ON INDEX creditbank.holder_student_number_idx IS 'Finds a learner by the number that a school gave.';
	-- By hash: the session that makes it samples it once in spite of what follows.
	CREATE INDEX holder_name_idx ON creditbank.holder (hashtextextended(creditbank.title_key(full_name), 0));
	COMMENT ON INDEX creditbank.holder_name_idx IS 'Finds people of the same name.';
	-- What is sampled for the planner would outlive the row it came from.
	ALTER INDEX creditbank.holder_name_idx
		ALTER COLUMN 1 SET STATISTICS 0;
	ALTER TABLE creditbank.holder
		ALTER COLUMN full_name SET STATISTICS 0,
		ALTER COLUMN salt SET STATISTICS 0,
		ALTER COLUMN family_name SET STATISTICS 0,
		ALTER COLUMN given_names SET STATISTICS 0,
		ALTER COLUMN birth_date SET STATISTICS 0,
		ALTER COLUMN identity_hash SET STATISTICS 0,
		ALTER COLUMN student_numbers SET STATISTICS 0;

	CREATE TABLE creditbank.enrolment (
		account_id bigint NOT NULL,
		programme text NOT NULL,
		entered_on date NOT NULL,
		education_category text,
		cohort text,
		outcome text NOT NULL DEFAULT 'studying',
		left_on date,
		season text,
		CONSTRAINT enrolment_pkey PRIMARY KEY (account_id, programme),
		CONSTRAINT enrolment_education_category_form CHECK (education_category ~ '^[a-z][a-z0-9_]*$'),
		CONSTRAINT enrolment_outcome_known CHECK (outcome IN ('studying', 'graduated', 'completed', 'left')),
		CONSTRAINT enrolment_days_ordered CHECK (left_on >= entered_on),
		CONSTRAINT enrolment_season_known CHECK (season IN ('spring', 'autumn')),
		CONSTRAINT enrolment_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id),
		CONSTRAINT enrolment_programme_fkey FOREIGN KEY (programme) REFERENCES creditbank.programme (code)
	);
	COMMENT ON TABLE creditbank.enrolment IS 'Learners enrolled in programmes. One row per account and programme; no personal data.';
	COMMENT ON COLUMN creditbank.enrolment.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.enrolment.programme IS 'The programme.';
	COMMENT ON COLUMN creditbank.enrolment.entered_on IS 'The first day.';
	COMMENT ON COLUMN creditbank.enrolment.education_category IS 'The kind of schooling, as one word that code maps translate: adult, regular, network, secondary_vocational, self_study; NULL when not said.';
	COMMENT ON COLUMN creditbank.enrolment.cohort IS 'The year or class of graduates it belongs to, as the school writes it; NULL when not said.';
	COMMENT ON COLUMN creditbank.enrolment.outcome IS 'studying, graduated, completed (without graduating) or left.';
	COMMENT ON COLUMN creditbank.enrolment.left_on IS 'The last day; NULL while studying.';
	COMMENT ON COLUMN creditbank.enrolment.season IS 'The season of graduation, spring or autumn; NULL when not said.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_account_tables() IS
'Makes the tables of accounts and holders; a part of create_bank.';

CREATE FUNCTION creditbank.check_date(day date, what text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF day IS NULL OR NOT isfinite(day) OR day > creditbank.today() OR day < '1900-01-01' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = CASE WHEN day > creditbank.today() AND isfinite(day) THEN format('%s lies in the future', what)
				ELSE format('%s is not a day the bank can record', what) END,
			DETAIL = format('It is %s; today is %s.', coalesce(to_char(day, 'YYYY-MM-DD'), day::text, 'NULL'), to_char(creditbank.today(), 'YYYY-MM-DD')),
			HINT = 'Give a day from 1900-01-01 up to today.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_date(date, text) IS
'Raises invalid_date unless a day lies between 1900-01-01 and the bank''s today; what names the day in the message.';

CREATE FUNCTION creditbank.check_text(value text, what text, longest integer, personal boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF length(value) > longest OR value ~ '[[:cntrl:]]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not one line of at most %s characters', what, longest),
			DETAIL = CASE WHEN personal THEN format('It has %s characters.', length(value))
				ELSE format('It has %s characters and begins with "%s".', length(value), left(regexp_replace(value, '[[:cntrl:]].*', ''), 40)) END,
			HINT = 'Shorten it; what is long belongs into the evidence, kept elsewhere.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_text(text, text, integer, boolean) IS
'Raises invalid_parameter when a text is longer than so many characters or not of one line; what names it in the message, which does not repeat what is personal. NULL passes.';

CREATE FUNCTION creditbank.ends_in_identity(number text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN length(number) >= 18
	AND number ~ '[0-9]{17}[0-9Xx]$'
	AND creditbank.resident_id_problem(right(number, 18)) IS NULL;
COMMENT ON FUNCTION creditbank.ends_in_identity(text) IS
'Whether the last eighteen characters of a number are those of a resident''s identity number, whole or behind a prefix as in a student number. The old form of fifteen digits has nothing to be known by. NULL for NULL.';

CREATE FUNCTION creditbank.check_no_identity(number text, what text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF creditbank.ends_in_identity(number) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s that is an identity number is not noted', what),
			DETAIL = 'The bank stores no identity number, and what enters the ledger stays for good.',
			HINT = 'Use another number of it, or one of your own; the holder is known by creditbank.identify_holder().';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_no_identity(text, text) IS
'Raises invalid_parameter, which repeats nothing of it, when a number ends in a resident''s identity number; what names the number in the message. NULL passes.';

CREATE FUNCTION creditbank.check_reason(reason text, what text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF coalesce(reason, '') !~ '[^[:space:]]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s must be given', what),
			DETAIL = 'It is NULL or blank.',
			HINT = 'Say in one line why; the learner will read it. No personal data.';
	END IF;
	PERFORM creditbank.check_text(reason, what, 1000);
	PERFORM creditbank.check_no_identity(btrim(reason), what);
END
$$;
COMMENT ON FUNCTION creditbank.check_reason(text, text) IS
'Raises invalid_parameter unless a text is one line of 1 to 1000 characters that does not end in an identity number; what names it in the message.';

CREATE FUNCTION creditbank.check_full_name(full_name text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF coalesce(full_name !~ '[^[:space:]]', true) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'an account needs its holder''s name',
			DETAIL = 'full_name is NULL or blank.',
			HINT = 'Pass the name as it stands on the identity document.',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'full_name';
	END IF;
	PERFORM creditbank.check_text(full_name, 'a holder''s name', 200, personal => true);
END
$$;
COMMENT ON FUNCTION creditbank.check_full_name(text) IS
'Raises invalid_parameter for a holder''s name that is missing, blank, longer than 200 characters or more than one line.';

CREATE FUNCTION creditbank.check_description(
	family_name text,
	given_names text,
	birth_date date,
	trainee_group text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_text(check_description.family_name, 'a family name', 200, personal => true);
	PERFORM creditbank.check_text(check_description.given_names, 'given names', 200, personal => true);
	IF check_description.birth_date IS NOT NULL THEN
		PERFORM creditbank.check_date(check_description.birth_date, 'the date of birth');
	END IF;
	IF check_description.trainee_group IS NOT NULL
		AND NOT EXISTS (SELECT FROM creditbank.trainee_group AS g WHERE g.code = check_description.trainee_group)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('trainee group "%s" is not known', check_description.trainee_group),
			DETAIL = format('The groups are %s.', (SELECT string_agg(g.code, ', ' ORDER BY g.code COLLATE "C") FROM creditbank.trainee_group AS g)),
			HINT = 'Groups are registered in creditbank.trainee_group.',
			SCHEMA = 'creditbank',
			TABLE = 'trainee_group',
			COLUMN = 'code';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_description(text, text, date, text) IS
'Raises unless what is said of a holder can be: invalid_parameter for names that are too long and an unknown trainee group, invalid_date for a date of birth to come. NULL passes.';

CREATE FUNCTION creditbank.birth_date_of(identity_kind text, identity_number text, birth_date date)
RETURNS date
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	told date;
BEGIN
	IF identity_number IS NOT NULL AND identity_kind IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the kind of an identity number is not known',
			DETAIL = 'identity_kind is NULL.',
			HINT = 'The kinds are "resident_id", "residence_permit", "passport" and "other".';
	END IF;
	-- NULL for a number that tells none; reading it keeps the statement out of the log.
	told := creditbank.identity_birth_date(identity_kind, identity_number);
	IF told > creditbank.today() THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_identity'),
			MESSAGE = format('the identity number cannot be one of kind "%s"', identity_kind),
			DETAIL = 'Its date of birth lies in the future.',
			HINT = 'Correct the number.';
	END IF;
	IF told <> birth_date THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the date of birth is not that of the identity number',
			HINT = 'Correct whichever was mistyped, or leave the date out: it is taken from the number.',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'birth_date';
	END IF;
	RETURN coalesce(told, birth_date);
END
$$;
COMMENT ON FUNCTION creditbank.birth_date_of(text, text, date) IS
'The date of birth that an identity number tells, else the one given; any of the three may be NULL, but the kind of a number. Errors: invalid_identity, also for somebody not born yet; invalid_parameter when the two dates differ. No message repeats either.';

CREATE FUNCTION creditbank.raise_duplicate_person(identity_hash bytea)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	other record;
BEGIN
	SELECT creditbank.account_number(h.account_id) AS account, s.meaning, a.state
	INTO other
	FROM creditbank.holder AS h
	JOIN creditbank.account AS a ON a.account_id = h.account_id
	JOIN creditbank.account_state AS s ON s.state = a.state
	WHERE h.identity_hash = raise_duplicate_person.identity_hash;
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('duplicate_person'),
		MESSAGE = 'this person has an account',
		DETAIL = format('Account %s, which is %s, is that of the identity number.', other.account, other.meaning),
		HINT = CASE WHEN other.state = 'closed'
			THEN 'A person has one account; after creditbank.erase_holder() with the closed one, another can be opened.'
			ELSE 'A person has one account for life: use that one, or merge the two accounts when both are in use.' END,
		SCHEMA = 'creditbank',
		TABLE = 'holder',
		COLUMN = 'identity_hash',
		CONSTRAINT = 'holder_identity_key';
END
$$;
COMMENT ON FUNCTION creditbank.raise_duplicate_person(bytea) IS
'Raises duplicate_person, naming the account that an identity''s hash belongs to. Never returns.';

CREATE FUNCTION creditbank.begin_account(
	full_name text,
	opened_on date,
	identity_kind text,
	identity_hash bytea,
	activated boolean,
	region text,
	trainee_group text,
	family_name text,
	given_names text,
	birth_date date)
RETURNS TABLE (
	account text,
	account_id bigint,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	bank record;
	new_id bigint;
	salt bytea := creditbank.random_salt();
	commitment bytea;
BEGIN
	PERFORM creditbank.check_full_name(begin_account.full_name);
	PERFORM creditbank.check_date(begin_account.opened_on, 'the day of opening');
	PERFORM creditbank.check_description(begin_account.family_name, begin_account.given_names, begin_account.birth_date,
		begin_account.trainee_group);
	begin_account.region := creditbank.known_region(begin_account.region);
	SELECT b.* INTO bank FROM creditbank.bank AS b;
	commitment := creditbank.digest(salt || convert_to(begin_account.full_name, 'UTF8'), bank.suite);

	INSERT INTO creditbank.account AS a (opened_on, commitment, state)
	VALUES (begin_account.opened_on, commitment, CASE WHEN begin_account.activated THEN 'active' ELSE 'opened' END)
	RETURNING a.account_id INTO new_id;
	INSERT INTO creditbank.holder
		(account_id, full_name, salt, family_name, given_names, birth_date, identity_kind, identity_hash, region, trainee_group)
	VALUES (new_id, begin_account.full_name, salt, begin_account.family_name, begin_account.given_names, begin_account.birth_date,
		begin_account.identity_kind, begin_account.identity_hash, begin_account.region, begin_account.trainee_group)
	ON CONFLICT (identity_hash) DO NOTHING;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_duplicate_person(begin_account.identity_hash);
	END IF;
	INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash)
	SELECT new_id, 0, '-infinity', '{}', g.hash, g.hash
	FROM creditbank.genesis_hash(bank.ledger_id, bank.suite, new_id) AS g (hash);

	RETURN QUERY
	SELECT creditbank.account_number(new_id), new_id, e.seq, e.entry_hash
	FROM creditbank.append_entry(new_id, 'opened', NULL, NULL, begin_account.opened_on,
		jsonb_strip_nulls(jsonb_build_object(
			'activated', CASE WHEN NOT begin_account.activated THEN false END,
			'commitment', encode(commitment, 'hex')))::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.begin_account(text, date, text, bytea, boolean, text, text, text, text, date) IS
'Opens an account as open_account does, for an identity that is known by its keyed hash (or NULL and NULL). Not NULL: full_name, opened_on, activated. For the bank''s own functions only. Errors: duplicate_person, invalid_parameter, invalid_date, unknown_region.';

CREATE FUNCTION creditbank.open_account(
	full_name text,
	opened_on date DEFAULT NULL,
	identity_number text DEFAULT NULL,
	identity_kind text DEFAULT 'resident_id',
	activated boolean DEFAULT true,
	region text DEFAULT NULL,
	trainee_group text DEFAULT NULL,
	family_name text DEFAULT NULL,
	given_names text DEFAULT NULL,
	birth_date date DEFAULT NULL)
RETURNS TABLE (
	account text,
	account_id bigint,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
	PERFORM creditbank.identity_problem(open_account.identity_kind, open_account.identity_number); -- keeps the statement out of the log
	PERFORM creditbank.require_bank();
	birth_date := creditbank.birth_date_of(open_account.identity_kind, open_account.identity_number, open_account.birth_date);
	RETURN QUERY
	SELECT b.account, b.account_id, b.seq, b.entry_hash
	FROM creditbank.begin_account(
		open_account.full_name,
		coalesce(open_account.opened_on, creditbank.today()),
		CASE WHEN open_account.identity_number IS NOT NULL THEN open_account.identity_kind END,
		creditbank.identity_hash(open_account.identity_kind, open_account.identity_number),
		coalesce(open_account.activated, true),
		nullif(open_account.region, ''),
		nullif(open_account.trainee_group, ''),
		nullif(btrim(open_account.family_name), ''),
		nullif(btrim(open_account.given_names), ''),
		open_account.birth_date) AS b;
END
$$;
COMMENT ON FUNCTION creditbank.open_account(text, date, text, text, boolean, text, text, text, text, date) IS
'Opens a learner''s lifelong account, as of opened_on (NULL means today), and writes its first ledger entry. Of an identity number the keyed hash is kept, and the date of birth where it tells one; a person has one account. Not activated, the account takes deposits, but converts nothing before activate_account. region and trainee_group are where the holder is counted; family_name and given_names for documents that tell them apart. Returns the account''s number (with check digits), its id, and the entry''s seq and hash. Errors: bank_not_open, invalid_identity, duplicate_person, identity_key_missing, unknown_region, invalid_date, invalid_parameter for a missing name or what cannot be.';

CREATE FUNCTION creditbank.open_bank_account()
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	-- Of two who come first at once the second waits here, and then finds it.
	INSERT INTO creditbank.account (account_id, opened_on, commitment)
	OVERRIDING SYSTEM VALUE
	SELECT 0, creditbank.today(), creditbank.digest(convert_to(b.origin, 'UTF8'), b.suite)
	FROM creditbank.bank AS b
	ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash)
	SELECT 0, 0, '-infinity', '{}', g.hash, g.hash
	FROM creditbank.bank AS b
	CROSS JOIN LATERAL creditbank.genesis_hash(b.ledger_id, b.suite, 0) AS g (hash);
	PERFORM creditbank.append_entry(0, 'opened', NULL, NULL, a.opened_on,
		jsonb_build_object('commitment', encode(a.commitment, 'hex'))::text)
	FROM creditbank.account AS a
	WHERE a.account_id = 0;
END
$$;
COMMENT ON FUNCTION creditbank.open_bank_account() IS
'Opens the bank''s own account, 0, with its head and first entry, unless it is open: whatever records something that the bank itself did calls this first. It has no holder; its commitment is the digest of the bank''s origin. For the bank''s own functions only.';

CREATE FUNCTION creditbank.check_account_permits(account_id bigint, action text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stands record;
BEGIN
	SELECT s.*,
		CASE action
			WHEN 'deposit' THEN s.may_deposit
			WHEN 'convert' THEN s.may_convert
			WHEN 'describe' THEN s.may_describe END AS permitted
	INTO STRICT stands
	FROM creditbank.account AS a
	JOIN creditbank.account_state AS s ON s.state = a.state
	WHERE a.account_id = check_account_permits.account_id;
	IF stands.permitted IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is no action of an account', action),
			HINT = 'The actions are deposit, convert and describe.';
	END IF;
	IF NOT stands.permitted THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('account_not_active'),
			MESSAGE = format('account %s is %s', creditbank.account_number(check_account_permits.account_id), stands.meaning),
			DETAIL = format('While an account is %s, %s.', stands.state, CASE action
				WHEN 'deposit' THEN 'nothing is deposited or recognised in it'
				WHEN 'convert' THEN 'nothing in it is converted or redeemed'
				ELSE 'nothing about its holder is changed' END),
			HINT = stands.what_to_do,
			SCHEMA = 'creditbank',
			TABLE = 'account',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_account_permits(bigint, text) IS
'Raises account_not_active, with what to do, unless the state of an account, which must be there, permits an action by account_state: deposit, convert or describe; invalid_parameter for any other.';

CREATE FUNCTION creditbank.account_step(of_account bigint, step text)
RETURNS TABLE (to_state text, kind text)
ROWS 1
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	before record;
BEGIN
	SELECT s.state, s.meaning
	INTO STRICT before
	FROM creditbank.account AS a
	JOIN creditbank.account_state AS s ON s.state = a.state
	WHERE a.account_id = of_account;
	RETURN QUERY
	SELECT t.to_state, t.kind
	FROM creditbank.account_transition AS t
	WHERE t.from_state = before.state
		AND t.step = account_step.step;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('%s is no step for account %s as it stands', account_step.step, creditbank.account_number(of_account)),
			DETAIL = format('It is %s; %s.', before.meaning, coalesce((
				SELECT 'possible steps are ' || string_agg(t.step, ', ' ORDER BY t.step COLLATE "C")
				FROM creditbank.account_transition AS t
				WHERE t.from_state = before.state), 'no step is possible any more')),
			HINT = 'creditbank.account_transition lists what may follow upon what.',
			SCHEMA = 'creditbank',
			TABLE = 'account',
			COLUMN = 'state';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.account_step(bigint, text) IS
'Where a step leads an account, and the kind of ledger entry it leaves, by account_transition. Errors: wrong_state, with the steps that are possible, when the step is not permitted.';

CREATE FUNCTION creditbank.move_account(
	of_account bigint,
	step text,
	detail jsonb DEFAULT NULL,
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
	move record;
BEGIN
	SELECT s.to_state, s.kind
	INTO move
	FROM creditbank.account_step(of_account, move_account.step) AS s;
	UPDATE creditbank.account AS a
	SET state = move.to_state
	WHERE a.account_id = of_account;
	RETURN QUERY
	SELECT move.to_state, e.seq, e.entry_hash
	FROM creditbank.append_entry(of_account, move.kind, move_account.amount, NULL, creditbank.today(), move_account.detail::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.move_account(bigint, text, jsonb, creditbank.credit_amount) IS
'Takes a step with an account that is locked: moves its state along account_transition and writes the ledger entry, with the amount that it takes if any; the one function that does. Returns the new state, and the entry''s seq and hash. For the bank''s own functions only. Errors: wrong_state, with the steps that are possible.';

CREATE FUNCTION creditbank.activate_account(account text)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	SELECT m.*
	FROM creditbank.move_account(creditbank.lock_account(activate_account.account), 'activate_account') AS m;
END
$$;
COMMENT ON FUNCTION creditbank.activate_account(text) IS
'Activates an account that somebody opened for its holder, once the holder has confirmed it: from now on it converts. Returns the new state, active, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, wrong_state.';

CREATE FUNCTION creditbank.freeze_account(account text, reason text)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(freeze_account.reason, 'the reason of freezing an account');
	RETURN QUERY
	SELECT m.*
	FROM creditbank.move_account(creditbank.lock_account(freeze_account.account), 'freeze_account',
		jsonb_build_object('reason', freeze_account.reason)) AS m;
END
$$;
COMMENT ON FUNCTION creditbank.freeze_account(text, text) IS
'Freezes an account: nothing is deposited, recognised, converted or redeemed in it, and nothing about its holder changed, before release_account. reason stands in the ledger. Returns the new state, frozen, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, wrong_state, invalid_parameter for a missing reason.';

CREATE FUNCTION creditbank.release_account(account text, reason text)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(release_account.reason, 'the reason of releasing an account');
	RETURN QUERY
	SELECT m.*
	FROM creditbank.move_account(creditbank.lock_account(release_account.account), 'release_account',
		jsonb_build_object('reason', release_account.reason)) AS m;
END
$$;
COMMENT ON FUNCTION creditbank.release_account(text, text) IS
'Releases a frozen account. reason stands in the ledger. Returns the new state, active, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, wrong_state, invalid_parameter for a missing reason.';

CREATE FUNCTION creditbank.open_business(of_account bigint)
RETURNS TABLE (business text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT format('"%s" is %s', a.ref, a.state)
	FROM creditbank.achievement AS a
	WHERE a.account_id = of_account
		AND a.state IN ('submitted', 'appealed')
	UNION ALL
	SELECT format('decision %s is %s', d.decision_id, d.state)
	FROM creditbank.decision AS d
	WHERE d.account_id = of_account
		AND d.state IN ('submitted', 'in_review', 'approved', 'appealed')
	UNION ALL
	SELECT format('redemption %s is %s', r.redemption_id, r.state)
	FROM creditbank.redemption AS r
	WHERE r.account_id = of_account
		AND r.state = 'reserved'
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION creditbank.open_business(bigint) IS
'What of an account waits for somebody, in words: achievements submitted or appealed, decisions under way, rewards reserved. One row each; no rows when nothing does, and for NULL.';

CREATE FUNCTION creditbank.end_account(of_account bigint, reason text)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	waiting text[] := ARRAY(SELECT b.business FROM creditbank.open_business(of_account) AS b);
BEGIN
	IF waiting <> '{}' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('account %s cannot be closed while something in it waits', creditbank.account_number(of_account)),
			DETAIL = format('Open are %s: %s%s.', cardinality(waiting), array_to_string(waiting[:5], ', '),
				CASE WHEN cardinality(waiting) > 5 THEN ' and more' ELSE '' END),
			HINT = 'Withdraw or cancel what is not wanted any more, or wait until it is decided or collected.',
			SCHEMA = 'creditbank',
			TABLE = 'account',
			COLUMN = 'state';
	END IF;
	RETURN QUERY
	SELECT m.*
	FROM creditbank.move_account(of_account, 'close_account', jsonb_build_object('reason', end_account.reason)) AS m;
END
$$;
COMMENT ON FUNCTION creditbank.end_account(bigint, text) IS
'Closes an account that is locked, unless something in it waits. For the bank''s own functions only. Errors: wrong_state.';

CREATE FUNCTION creditbank.close_account(account text, reason text)
RETURNS TABLE (
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(close_account.reason, 'the reason of closing an account');
	RETURN QUERY
	SELECT e.*
	FROM creditbank.end_account(creditbank.lock_account(close_account.account), close_account.reason) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.close_account(text, text) IS
'Closes an account for good. What it holds stays, can be read, verified and proven, and is converted or redeemed no more; points and credit left do not keep it open. reason stands in the ledger. Returns the new state, closed, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, invalid_parameter for a missing reason; wrong_state for a frozen account, and while an achievement is submitted or appealed, a decision under way or a reward reserved.';

CREATE FUNCTION creditbank.lock_holder(account text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint := creditbank.lock_account(account);
BEGIN
	IF NOT EXISTS (SELECT FROM creditbank.holder AS h WHERE h.account_id = of_account) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('account %s has no holder any more', creditbank.account_number(of_account)),
			DETAIL = 'The holder''s personal data was erased, and nobody takes the place.',
			HINT = 'Open another account for a person who comes again.',
			SCHEMA = 'creditbank',
			TABLE = 'holder';
	END IF;
	RETURN of_account;
END
$$;
COMMENT ON FUNCTION creditbank.lock_holder(text) IS
'Locks an account as lock_account does, and returns its id. Errors: unknown_account; wrong_state when its holder was erased.';

CREATE FUNCTION creditbank.identify_holder(
	account text,
	identity_number text,
	identity_kind text DEFAULT 'resident_id',
	replacing boolean DEFAULT false)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	hash bytea;
	holder record;
BEGIN
	PERFORM creditbank.identity_problem(identify_holder.identity_kind, identify_holder.identity_number); -- keeps the statement out of the log
	PERFORM creditbank.require_bank();
	IF identify_holder.identity_number IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no identity number was given',
			DETAIL = 'identity_number is NULL.',
			HINT = 'Pass the number as it stands on the document.';
	END IF;
	of_account := creditbank.lock_holder(identify_holder.account);
	PERFORM creditbank.check_account_permits(of_account, 'describe');
	SELECT h.* INTO STRICT holder FROM creditbank.holder AS h WHERE h.account_id = of_account;
	holder.birth_date := creditbank.birth_date_of(identify_holder.identity_kind, identify_holder.identity_number,
		CASE WHEN replacing IS NOT TRUE THEN holder.birth_date END);
	hash := creditbank.identity_hash(identify_holder.identity_kind, identify_holder.identity_number);
	IF holder.identity_hash <> hash AND replacing IS NOT TRUE THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('the holder of account %s is identified already', creditbank.account_number(of_account)),
			DETAIL = format('By another number, of kind %s.', holder.identity_kind),
			HINT = 'Pass replacing => true when the document is a newer one, or the number was mistyped.',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'identity_hash';
	END IF;
	BEGIN
		UPDATE creditbank.holder AS h
		SET identity_kind = identify_holder.identity_kind,
			identity_hash = hash,
			birth_date = coalesce(holder.birth_date, h.birth_date)
		WHERE h.account_id = of_account;
	EXCEPTION WHEN unique_violation THEN
		PERFORM creditbank.raise_duplicate_person(hash);
	END;
	RETURN creditbank.account_number(of_account);
END
$$;
COMMENT ON FUNCTION creditbank.identify_holder(text, text, text, boolean) IS
'Notes the keyed hash of an account holder''s identity number, and the date of birth where the number tells one; another number than the one noted only when replacing. Returns the account''s number. Errors: bank_not_open, unknown_account, account_not_active, invalid_identity, duplicate_person, identity_key_missing, wrong_state when the holder was erased, invalid_parameter.';

CREATE FUNCTION creditbank.rename_holder(
	account text,
	full_name text,
	reason text,
	family_name text DEFAULT NULL,
	given_names text DEFAULT NULL)
RETURNS TABLE (
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	new_salt bytea := creditbank.random_salt();
	new_commitment bytea;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_full_name(rename_holder.full_name);
	PERFORM creditbank.check_description(rename_holder.family_name, rename_holder.given_names, NULL, NULL);
	PERFORM creditbank.check_reason(rename_holder.reason, 'the reason of renaming a holder');
	of_account := creditbank.lock_holder(rename_holder.account);
	PERFORM creditbank.check_account_permits(of_account, 'describe');
	SELECT creditbank.digest(new_salt || convert_to(rename_holder.full_name, 'UTF8'), b.suite)
	INTO STRICT new_commitment
	FROM creditbank.bank AS b;

	UPDATE creditbank.holder AS h
	SET full_name = rename_holder.full_name,
		salt = new_salt,
		family_name = nullif(btrim(rename_holder.family_name), ''),
		given_names = nullif(btrim(rename_holder.given_names), '')
	WHERE h.account_id = of_account;
	UPDATE creditbank.account AS a
	SET commitment = new_commitment
	WHERE a.account_id = of_account;
	RETURN QUERY
	SELECT e.seq, e.entry_hash
	FROM creditbank.append_entry(of_account, 'renamed', NULL, NULL, creditbank.today(),
		jsonb_build_object('reason', rename_holder.reason, 'commitment', encode(new_commitment, 'hex'))::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.rename_holder(text, text, text, text, text) IS
'Corrects the name of an account''s holder: a new salt and commitment, the old name and salt gone. family_name and given_names are those of the new name; left out, they are unknown. reason stands in the ledger and must not hold a name. Returns the entry''s seq and hash. Errors: bank_not_open, unknown_account, account_not_active, wrong_state when the holder was erased, invalid_parameter.';

CREATE FUNCTION creditbank.describe_holder(
	account text,
	region text DEFAULT NULL,
	trainee_group text DEFAULT NULL,
	family_name text DEFAULT NULL,
	given_names text DEFAULT NULL,
	birth_date date DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_description(describe_holder.family_name, describe_holder.given_names, describe_holder.birth_date,
		nullif(describe_holder.trainee_group, ''));
	of_account := creditbank.lock_holder(describe_holder.account);
	PERFORM creditbank.check_account_permits(of_account, 'describe');
	IF EXISTS (
		SELECT FROM creditbank.holder AS h
		WHERE h.account_id = of_account
			AND h.identity_kind IN ('resident_id', 'residence_permit')
			AND h.birth_date <> describe_holder.birth_date)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the date of birth is not that of the identity number',
			HINT = 'It was taken from the number; creditbank.identify_holder() with replacing => true corrects both.',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'birth_date';
	END IF;
	-- What is NULL stays, what is empty goes.
	UPDATE creditbank.holder AS h
	SET region = creditbank.known_region(nullif(coalesce(describe_holder.region, h.region), '')),
		trainee_group = nullif(coalesce(describe_holder.trainee_group, h.trainee_group), ''),
		family_name = nullif(btrim(coalesce(describe_holder.family_name, h.family_name)), ''),
		given_names = nullif(btrim(coalesce(describe_holder.given_names, h.given_names)), ''),
		birth_date = coalesce(describe_holder.birth_date, h.birth_date)
	WHERE h.account_id = of_account;
	RETURN creditbank.account_number(of_account);
END
$$;
COMMENT ON FUNCTION creditbank.describe_holder(text, text, text, text, text, date) IS
'Notes where an account''s holder is counted, the parts of the name and the date of birth. What is NULL stays as it is; an empty text takes away what was noted. Returns the account''s number. Errors: bank_not_open, unknown_account, account_not_active, unknown_region, invalid_date, wrong_state when the holder was erased, invalid_parameter for an unknown trainee group or a date of birth that is not that of the identity number.';

CREATE FUNCTION creditbank.set_student_number(account text, institution text, student_number text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	school text := upper(btrim(institution));
	new_number text := nullif(btrim(student_number), '');
	other bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_text(student_number, 'a student number', 50, personal => true);
	PERFORM creditbank.check_no_identity(new_number, 'a student number');
	IF NOT EXISTS (SELECT FROM creditbank.institution AS i WHERE i.code = school) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_institution'),
			MESSAGE = format('institution "%s" is not known', coalesce(institution, 'NULL')),
			HINT = 'Institutions are registered in creditbank.institution.',
			SCHEMA = 'creditbank',
			TABLE = 'institution',
			COLUMN = 'code';
	END IF;
	of_account := creditbank.lock_holder(set_student_number.account);
	PERFORM creditbank.check_account_permits(of_account, 'describe');
	-- Of two accounts that are given one number at once, the second waits here.
	PERFORM pg_advisory_xact_lock(hashtextextended('creditbank.student_number ' || school || ' ' || new_number, 0));
	-- Without LIMIT: no statistics are kept of personal data, and for one row of
	-- the many that are guessed the planner would read the table.
	SELECT h.account_id
	INTO other
	FROM creditbank.holder AS h
	WHERE h.student_numbers @> jsonb_build_object(school, new_number)
		AND h.account_id <> of_account;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('duplicate_person'),
			MESSAGE = format('another learner has this student number of %s', school),
			DETAIL = format('It is noted in account %s.', creditbank.account_number(other)),
			HINT = 'Correct the number, take it from the other account with an empty one, or merge the two accounts when they are of one person.',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'student_numbers';
	END IF;
	UPDATE creditbank.holder AS h
	SET student_numbers = CASE WHEN new_number IS NULL THEN h.student_numbers - school
		ELSE h.student_numbers || jsonb_build_object(school, new_number) END
	WHERE h.account_id = of_account;
	RETURN creditbank.account_number(of_account);
END
$$;
COMMENT ON FUNCTION creditbank.set_student_number(text, text, text) IS
'Notes the number by which an institution knows an account''s holder, or takes it away for an empty one or NULL. A number belongs to one learner of the institution. Returns the account''s number. Errors: bank_not_open, unknown_account, unknown_institution, account_not_active, duplicate_person, wrong_state when the holder was erased, invalid_parameter.';

CREATE FUNCTION creditbank.find_account(identity_number text, identity_kind text DEFAULT 'resident_id')
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.identity_problem(find_account.identity_kind, find_account.identity_number); -- keeps the statement out of the log
	PERFORM creditbank.require_bank();
	RETURN (
		SELECT creditbank.account_number(h.account_id)
		FROM creditbank.identity_hash(find_account.identity_kind, find_account.identity_number) AS i (hash)
		JOIN creditbank.holder AS h ON h.identity_hash = i.hash);
END
$$;
COMMENT ON FUNCTION creditbank.find_account(text, text) IS
'The number of the account whose holder has an identity number; NULL when nobody has, and for NULL. Errors: bank_not_open, invalid_identity, identity_key_missing, invalid_parameter for an unknown kind.';

CREATE FUNCTION creditbank.find_student(institution text, student_number text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	RETURN (
		WITH held AS MATERIALIZED ( -- by the index, as in set_student_number
			SELECT h.account_id
			FROM creditbank.holder AS h
			WHERE h.student_numbers @> jsonb_build_object(upper(btrim(find_student.institution)), btrim(find_student.student_number)))
		SELECT creditbank.account_number(min(h.account_id))
		FROM held AS h);
END
$$;
COMMENT ON FUNCTION creditbank.find_student(text, text) IS
'The number of the account whose holder an institution knows by a student number; NULL when nobody has it, and for NULL. Errors: bank_not_open.';

CREATE FUNCTION creditbank.account_holder(account text)
RETURNS TABLE (
	state text,
	opened_on date,
	full_name text,
	family_name text,
	given_names text,
	birth_date date,
	identity_kind text,
	region text,
	trainee_group text,
	student_numbers jsonb)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(account_holder.account);
	RETURN QUERY
	SELECT a.state, a.opened_on, h.full_name, h.family_name, h.given_names, h.birth_date,
		h.identity_kind, h.region, h.trainee_group, h.student_numbers
	FROM creditbank.account AS a
	LEFT JOIN creditbank.holder AS h ON h.account_id = a.account_id
	WHERE a.account_id = of_account;
END
$$;
COMMENT ON FUNCTION creditbank.account_holder(text) IS
'All that the bank knows of an account''s holder, for a counter and for the holder''s right to see it: one row. What is of the holder is NULL once erased; identity_kind says what the holder was identified by, the number being stored nowhere. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.erase_holder(account text, reason text)
RETURNS TABLE (
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(erase_holder.reason, 'the reason of erasing a holder');
	of_account := creditbank.lock_holder(erase_holder.account);
	IF EXISTS (SELECT FROM creditbank.account AS a WHERE a.account_id = of_account AND a.state NOT IN ('closed', 'merged')) THEN
		PERFORM creditbank.end_account(of_account, erase_holder.reason);
	END IF;
	DELETE FROM creditbank.holder AS h
	WHERE h.account_id = of_account;
	RETURN QUERY
	SELECT e.seq, e.entry_hash
	FROM creditbank.append_entry(of_account, 'erased', NULL, NULL, creditbank.today(),
		jsonb_build_object('reason', erase_holder.reason)::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.erase_holder(text, text) IS
'Erases the personal data of an account''s holder, and closes the account unless it is closed or merged: nobody could claim it any more. The chain stays valid and its commitment tells nothing. reason stands in the ledger. Returns the entry''s seq and hash. Errors: bank_not_open, unknown_account, invalid_parameter for a missing reason; wrong_state when the holder was erased, and where close_account raises it.';

CREATE FUNCTION creditbank.enrol(
	account text,
	programme text,
	entered_on date DEFAULT NULL,
	education_category text DEFAULT NULL,
	cohort text DEFAULT NULL,
	season text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	offered daterange;
BEGIN
	PERFORM creditbank.require_bank();
	enrol.entered_on := coalesce(enrol.entered_on, creditbank.today());
	PERFORM creditbank.check_date(enrol.entered_on, 'the first day of an enrolment');
	PERFORM creditbank.check_enrolment_words(enrol.education_category, enrol.cohort, enrol.season);
	SELECT p.valid
	INTO offered
	FROM creditbank.programme AS p
	WHERE p.code = enrol.programme;
	IF NOT FOUND OR NOT offered @> enrol.entered_on THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_programme'),
			MESSAGE = format('nobody can be enrolled in programme "%s"', coalesce(enrol.programme, 'NULL')),
			DETAIL = CASE WHEN offered IS NULL THEN 'The registry has no such programme.'
				ELSE format('It is offered %s; the first day would be %s.', creditbank.days_text(offered), to_char(enrol.entered_on, 'YYYY-MM-DD')) END,
			HINT = 'Programmes are registered in creditbank.programme.',
			SCHEMA = 'creditbank',
			TABLE = 'programme',
			COLUMN = 'code';
	END IF;
	of_account := creditbank.lock_account_for(enrol.account, 'deposit');
	INSERT INTO creditbank.enrolment AS e (account_id, programme, entered_on, education_category, cohort, season)
	VALUES (of_account, enrol.programme, enrol.entered_on, enrol.education_category, enrol.cohort, enrol.season)
	ON CONFLICT ON CONSTRAINT enrolment_pkey DO UPDATE
	SET entered_on = excluded.entered_on,
		education_category = excluded.education_category,
		cohort = excluded.cohort,
		season = excluded.season,
		outcome = 'studying',
		left_on = NULL
	WHERE e.outcome = 'left';
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('account %s is enrolled in programme "%s" already', creditbank.account_number(of_account), enrol.programme),
			DETAIL = (
				SELECT format('Since %s; the outcome is %s.', to_char(e.entered_on, 'YYYY-MM-DD'), e.outcome)
				FROM creditbank.enrolment AS e
				WHERE e.account_id = of_account AND e.programme = enrol.programme),
			HINT = 'creditbank.end_enrolment() ends it; who left a programme may enter it again.',
			SCHEMA = 'creditbank',
			TABLE = 'enrolment',
			CONSTRAINT = 'enrolment_pkey';
	END IF;
	RETURN creditbank.account_number(of_account);
END
$$;
COMMENT ON FUNCTION creditbank.enrol(text, text, date, text, text, text) IS
'Enrols an account''s holder in a programme from a day on (NULL means today), anew when they had left it. education_category is one word like adult or regular, cohort as the school writes it, season spring or autumn. Returns the account''s number. Errors: bank_not_open, unknown_account, account_not_active, unknown_programme, also for one not offered on the day, wrong_state when enrolled already, invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.check_enrolment_words(education_category text, cohort text, season text)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_text(cohort, 'a cohort', 50);
	IF education_category !~ '^[a-z][a-z0-9_]*$' OR season NOT IN ('spring', 'autumn') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = CASE WHEN season NOT IN ('spring', 'autumn') THEN format('"%s" is not a season of graduation', left(season, 40))
				ELSE format('"%s" is not a category of education', left(education_category, 40)) END,
			HINT = 'Seasons are spring and autumn; a category is one word in lower case, such as adult, regular or self_study.',
			SCHEMA = 'creditbank',
			TABLE = 'enrolment';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_enrolment_words(text, text, text) IS
'Raises invalid_parameter for a category, cohort or season that an enrolment cannot have. NULL passes.';

CREATE FUNCTION creditbank.end_enrolment(
	account text,
	programme text,
	outcome text,
	left_on date DEFAULT NULL,
	season text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	stands record;
BEGIN
	PERFORM creditbank.require_bank();
	end_enrolment.left_on := coalesce(end_enrolment.left_on, creditbank.today());
	PERFORM creditbank.check_date(end_enrolment.left_on, 'the last day of an enrolment');
	PERFORM creditbank.check_enrolment_words(NULL, NULL, end_enrolment.season);
	IF end_enrolment.outcome IS NULL OR end_enrolment.outcome NOT IN ('graduated', 'completed', 'left') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is not the outcome of an enrolment', coalesce(left(end_enrolment.outcome, 40), 'NULL')),
			HINT = 'The outcomes are graduated, completed (without graduating) and left.',
			SCHEMA = 'creditbank',
			TABLE = 'enrolment',
			COLUMN = 'outcome';
	END IF;
	of_account := creditbank.lock_account(end_enrolment.account);
	SELECT e.*
	INTO stands
	FROM creditbank.enrolment AS e
	WHERE e.account_id = of_account
		AND e.programme = end_enrolment.programme;
	IF NOT FOUND OR stands.outcome <> 'studying' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('account %s does not study in programme "%s"', creditbank.account_number(of_account), coalesce(end_enrolment.programme, 'NULL')),
			DETAIL = CASE WHEN stands IS NULL THEN 'It was never enrolled there.'
				ELSE format('The enrolment ended on %s: %s.', to_char(stands.left_on, 'YYYY-MM-DD'), stands.outcome) END,
			HINT = 'creditbank.enrol() enrols a learner.',
			SCHEMA = 'creditbank',
			TABLE = 'enrolment',
			COLUMN = 'outcome';
	END IF;
	IF end_enrolment.left_on < stands.entered_on THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'the enrolment would end before it began',
			DETAIL = format('It began on %s and would end on %s.', to_char(stands.entered_on, 'YYYY-MM-DD'), to_char(end_enrolment.left_on, 'YYYY-MM-DD')),
			HINT = 'Give the last day of study.',
			SCHEMA = 'creditbank',
			TABLE = 'enrolment',
			COLUMN = 'left_on';
	END IF;
	UPDATE creditbank.enrolment AS e
	SET outcome = end_enrolment.outcome,
		left_on = end_enrolment.left_on,
		season = coalesce(end_enrolment.season, e.season)
	WHERE e.account_id = of_account
		AND e.programme = end_enrolment.programme;
	RETURN creditbank.account_number(of_account);
END
$$;
COMMENT ON FUNCTION creditbank.end_enrolment(text, text, text, date, text) IS
'Ends an enrolment on a day (NULL means today): graduated, completed (without graduating) or left. season is that of graduation, spring or autumn. Returns the account''s number. Errors: bank_not_open, unknown_account, wrong_state when the learner does not study there, invalid_date, invalid_parameter.';
