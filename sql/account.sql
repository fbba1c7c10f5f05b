-- account.sql: learners' accounts and their holders.
-- Promise: personal data stands in one table, holder, and nowhere else; the
-- ledger holds only a salted commitment to it, so a holder's row can be erased
-- and the chain stays valid.

CREATE FUNCTION creditbank.account_number(account_id bigint)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN account_id BETWEEN 0 AND 999999999999
	THEN lpad(account_id::text, 12, '0') || lpad((98 - (account_id::numeric * 100) % 97)::text, 2, '0')
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
	IF digits ~ '^[0-9]{14}$' AND digits::numeric % 97 = 1 THEN
		SELECT a.account_id
		INTO found_id
		FROM creditbank.account AS a
		WHERE a.account_id = left(digits, 12)::bigint;
	END IF;
	IF found_id IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_account'),
			MESSAGE = CASE WHEN account IS NULL THEN 'no account was named' ELSE format('account "%s" is not known', account) END,
			DETAIL = CASE
				WHEN account IS NULL THEN 'account is NULL.'
				WHEN digits !~ '^[0-9]{14}$' THEN 'An account number has 14 digits.'
				WHEN digits::numeric % 97 <> 1 THEN 'Its check digits do not fit: a digit was mistyped or two were swapped.'
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
	COMMENT ON COLUMN creditbank.account.commitment IS 'digest(salt || full name in UTF-8): commits to the holder without naming them; also in the account''s first ledger entry. Of the bank''s own account, the digest of the bank''s origin.';

	COMMENT ON COLUMN creditbank.account.state IS 'opened (by somebody for the learner, not activated yet), active, frozen, closed or merged (into another account of the same person).';

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

CREATE FUNCTION creditbank.check_text(value text, what text, longest integer)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF length(value) > longest OR value ~ '[[:cntrl:]]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not one line of at most %s characters', what, longest),
			DETAIL = format('It has %s characters and begins with "%s".', length(value), left(regexp_replace(value, '[[:cntrl:]].*', ''), 40)),
			HINT = 'Shorten it; what is long belongs into the evidence, kept elsewhere.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_text(text, text, integer) IS
'Raises invalid_parameter when a text is longer than so many characters or not of one line; what names it in the message. NULL passes.';

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
END
$$;
COMMENT ON FUNCTION creditbank.check_reason(text, text) IS
'Raises invalid_parameter unless a text is one line of 1 to 1000 characters; what names it in the message.';

CREATE FUNCTION creditbank.open_account(full_name text, opened_on date DEFAULT NULL)
RETURNS TABLE (
	account text,
	account_id bigint,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	bank record;
	new_id bigint;
	salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
	commitment bytea;
BEGIN
	PERFORM creditbank.require_bank();
	IF coalesce(open_account.full_name ~ '^[[:space:]]*$', true) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'an account needs its holder''s name',
			DETAIL = 'full_name is NULL or blank.',
			HINT = 'Pass the name as it stands on the identity document.',
			SCHEMA = 'creditbank',
			TABLE = 'holder',
			COLUMN = 'full_name';
	END IF;
	PERFORM creditbank.check_text(open_account.full_name, 'a holder''s name', 200);
	open_account.opened_on := coalesce(open_account.opened_on, creditbank.today());
	PERFORM creditbank.check_date(open_account.opened_on, 'the day of opening');
	SELECT b.* INTO bank FROM creditbank.bank AS b;
	commitment := creditbank.digest(salt || convert_to(open_account.full_name, 'UTF8'), bank.suite);

	INSERT INTO creditbank.account AS a (opened_on, commitment)
	VALUES (open_account.opened_on, commitment)
	RETURNING a.account_id INTO new_id;
	INSERT INTO creditbank.holder (account_id, full_name, salt)
	VALUES (new_id, open_account.full_name, salt);
	INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash)
	SELECT new_id, 0, '-infinity', '{}', g.hash, g.hash
	FROM creditbank.genesis_hash(bank.ledger_id, bank.suite, new_id) AS g (hash);

	RETURN QUERY
	SELECT creditbank.account_number(new_id), new_id, e.seq, e.entry_hash
	FROM creditbank.append_entry(new_id, 'opened', NULL, NULL, open_account.opened_on,
		jsonb_build_object('commitment', encode(commitment, 'hex'))::text) AS e;
END
$$;
COMMENT ON FUNCTION creditbank.open_account(text, date) IS
'Opens a learner''s lifelong account, as of opened_on (NULL means today), and writes its first ledger entry. Returns the account''s number (with check digits), its id, and the entry''s seq and hash. Errors: bank_not_open, invalid_parameter for a missing name, invalid_date.';

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
