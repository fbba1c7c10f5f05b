-- bank.sql: opening the bank, and knowing that it is open.
-- Promise: CREATE EXTENSION brings the machine and changes no data; create_bank
-- opens the bank: tables, views, policies and grants as ordinary objects that
-- are not members of the extension, so that pg_dump keeps all of them. Each
-- room makes its own tables, in its own file, called here from the lowest
-- floor up.

DO $$
DECLARE
	role record;
BEGIN
	FOR role IN
		VALUES
			('creditbank_owner', 'creditbank: owns the bank''s tables and functions; nobody logs in as it'),
			('creditbank_admin', 'creditbank: opens the bank and keeps its registry'),
			('creditbank_registrar', 'creditbank: an institution''s system: opens accounts, deposits, converts'),
			('creditbank_assessor', 'creditbank: recognises achievements'),
			('creditbank_auditor', 'creditbank: reads and verifies the ledger'),
			('creditbank_analyst', 'creditbank: reads what is published, for statistics'),
			('creditbank_verifier', 'creditbank: checks what the public may check')
	LOOP
		BEGIN
			IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role.column1) THEN
				EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role.column1);
				EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L', role.column1, role.column2);
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			NULL; -- made meanwhile by an installation in another database
		END;
		-- One that was there already may be an older bank's; it must be as harmless.
		IF EXISTS (
			SELECT FROM pg_catalog.pg_roles AS r
			WHERE r.rolname = role.column1
				AND (r.rolcanlogin OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls))
		THEN
			RAISE EXCEPTION 'role "%" exists and can do more than a role of the bank may', role.column1
				USING ERRCODE = 'insufficient_privilege',
					HINT = pg_catalog.format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS, after finding out who made it.', role.column1);
		END IF;
	END LOOP;
	IF EXISTS (
		SELECT FROM pg_catalog.pg_auth_members AS m
		JOIN pg_catalog.pg_roles AS r ON r.oid = m.roleid
		WHERE r.rolname = 'creditbank_owner')
	THEN
		RAISE EXCEPTION 'role "creditbank_owner" has members'
			USING ERRCODE = 'insufficient_privilege',
				DETAIL = 'Whoever is one can rewrite the ledger.',
				HINT = 'REVOKE creditbank_owner from its members first.';
	END IF;
END
$$;

CREATE FUNCTION creditbank.caller()
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_caller'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.caller() IS
'The role on whose behalf the outermost statement runs: SET ROLE counts, the owner''s rights of functions on the way do not. Never NULL.';

CREATE FUNCTION creditbank.commit_durably()
RETURNS void
AS 'MODULE_PATHNAME', 'creditbank_commit_durably'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.commit_durably() IS
'The commit of this transaction returns only when what it wrote is on disk, also with synchronous_commit off. For the bank''s own functions only.';

CREATE FUNCTION creditbank.require_bank()
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF to_regclass('creditbank.bank') IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('bank_not_open'),
			MESSAGE = 'no bank is open in this database',
			DETAIL = format('Database "%s" has the extension, but not the tables of a bank.', current_database()),
			HINT = 'CALL creditbank.create_bank(origin => ''bank.example.org'') opens one.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.require_bank() IS
'Raises bank_not_open unless a bank is open in this database. Every public function that needs the bank''s tables calls it first.';

CREATE FUNCTION creditbank.today()
RETURNS date
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT (now() AT TIME ZONE b.time_zone)::date
		FROM creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.today() IS
'The day it is where the bank is: by the bank''s time zone, whatever the client''s setting. The bank must be open.';

CREATE FUNCTION creditbank.report_progress(
	what text,
	things text,
	done bigint,
	expected bigint,
	began timestamptz,
	due timestamptz)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'creditbank_report_progress'
LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.report_progress(text, text, bigint, bigint, timestamptz, timestamptz) IS
'Tells by NOTICE how many of about so many things a long question has done what with since it began, when the report is due, and returns when the next one is: after creditbank.progress_interval seconds, NULL when that is 0. due NULL: sets the first. For the bank''s own functions only.';

CREATE FUNCTION creditbank.raise_append_only(table_name text, operation text, guard text, but text, hint text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('append_only'),
		MESSAGE = format('%s is append-only', table_name),
		DETAIL = format('%s was asked for; %s.', operation, but),
		HINT = hint,
		SCHEMA = 'creditbank',
		TABLE = table_name,
		CONSTRAINT = guard;
END
$$;
COMMENT ON FUNCTION creditbank.raise_append_only(text, text, text, text, text) IS
'Raises append_only for the triggers that refuse changes: the table, the operation, the trigger, what may be done instead, and a hint. A part of refuse_change and its like.';

CREATE FUNCTION creditbank.refuse_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'rows are only ever added',
		'What was wrong is set right by a further entry or version, never by a change.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_change() IS
'The trigger of append-only tables: refuses UPDATE, DELETE and TRUNCATE. Errors: append_only.';

CREATE FUNCTION creditbank.guard_table(guarded text, guard text, why text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	EXECUTE format('CREATE TRIGGER %1$s_never_changes BEFORE UPDATE OR DELETE ON creditbank.%1$s FOR EACH ROW EXECUTE FUNCTION creditbank.%2$s()',
		guarded, guard);
	EXECUTE format('COMMENT ON TRIGGER %1$s_never_changes ON creditbank.%1$s IS %2$L', guarded, why);
	EXECUTE format('CREATE TRIGGER %1$s_never_emptied BEFORE TRUNCATE ON creditbank.%1$s FOR EACH STATEMENT EXECUTE FUNCTION creditbank.%2$s()',
		guarded, guard);
	EXECUTE format('COMMENT ON TRIGGER %1$s_never_emptied ON creditbank.%1$s IS %2$L', guarded, why);
	EXECUTE format('ALTER TABLE creditbank.%1$s ENABLE ALWAYS TRIGGER %1$s_never_changes, ENABLE ALWAYS TRIGGER %1$s_never_emptied',
		guarded);
END
$$;
COMMENT ON FUNCTION creditbank.guard_table(text, text, text) IS
'Puts triggers on a table of the bank that refuse UPDATE, DELETE and TRUNCATE by a guard, refuse_change or one that lets some changes pass, also in a session that replicates; why stands in their comments. verify_guards holds what it makes to a list of its own. NULL does nothing. For create_bank only.';

CREATE FUNCTION creditbank.is_bank_name(name text)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN name = btrim(name) AND name ~ '^[^[:cntrl:]]{1,100}$';
COMMENT ON FUNCTION creditbank.is_bank_name(text) IS
'Whether a bank may be called so: one line of 1 to 100 characters without spaces around it. NULL for NULL, which is no name.';

CREATE FUNCTION creditbank.bank_name()
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(b.name, b.origin)
		FROM creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.bank_name() IS
'What the bank is called: its name, or without one its origin.';

CREATE PROCEDURE creditbank.create_bank_tables(origin text, suite text, ledger_id uuid, time_zone text, negative_units text[], name text)
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.bank (
		singleton boolean NOT NULL DEFAULT true,
		origin text NOT NULL,
		suite text NOT NULL,
		ledger_id uuid NOT NULL,
		time_zone text NOT NULL,
		negative_units text[] NOT NULL,
		made_by_version text NOT NULL,
		opened_at timestamptz NOT NULL,
		name text,
		CONSTRAINT bank_pkey PRIMARY KEY (singleton),
		CONSTRAINT bank_only_one CHECK (singleton),
		CONSTRAINT bank_origin_form CHECK (origin ~ '^[^[:space:][:cntrl:]+]{1,255}$'),
		CONSTRAINT bank_name_form CHECK (creditbank.is_bank_name(name))
	);
	COMMENT ON TABLE creditbank.bank IS 'The one bank of this database: the choices it was opened with. One row.';
	COMMENT ON COLUMN creditbank.bank.singleton IS 'Always true: there is one bank.';
	COMMENT ON COLUMN creditbank.bank.origin IS 'The name under which the ledger is known outside, like a host name with a path: no spaces, no control characters, no plus sign (the form C2SP tlog-checkpoint asks for).';
	COMMENT ON COLUMN creditbank.bank.suite IS 'The algorithm suite of the ledger: sha256-ed25519 or sm3-sm2. It is part of what is hashed.';
	COMMENT ON COLUMN creditbank.bank.ledger_id IS 'The identity of the ledger. It is part of what is hashed, so an entry of another ledger never verifies here.';
	COMMENT ON COLUMN creditbank.bank.time_zone IS 'The time zone whose days the bank counts by: today is today there, whatever a client''s setting.';
	COMMENT ON COLUMN creditbank.bank.negative_units IS 'The units in which a balance may go below zero; in every other it never does.';
	COMMENT ON COLUMN creditbank.bank.made_by_version IS 'The version of the extension that made these tables.';
	COMMENT ON COLUMN creditbank.bank.opened_at IS 'When the bank was opened.';
	COMMENT ON COLUMN creditbank.bank.name IS 'What the bank is called on certificates, reports and exports; NULL for its origin. It may be changed; what was signed keeps the name of its time.';
	CREATE TRIGGER bank_choices_never_change
	BEFORE UPDATE OF origin, suite, ledger_id, negative_units OR DELETE ON creditbank.bank
	FOR EACH ROW EXECUTE FUNCTION creditbank.refuse_change();
	COMMENT ON TRIGGER bank_choices_never_change ON creditbank.bank IS 'Everything hashed and every session counts on them.';
	ALTER TABLE creditbank.bank
		ENABLE ALWAYS TRIGGER bank_choices_never_change;
	INSERT INTO creditbank.bank (origin, suite, ledger_id, time_zone, negative_units, made_by_version, opened_at, name)
	SELECT origin, suite, ledger_id, time_zone, negative_units, extversion, now(), name
	FROM pg_extension
	WHERE extname = 'creditbank';
END
$$;
COMMENT ON PROCEDURE creditbank.create_bank_tables(text, text, uuid, text, text[], text) IS
'Makes the table of the bank itself; a part of create_bank.';

CREATE PROCEDURE creditbank.create_bank(
	origin text,
	suite text DEFAULT 'sha256-ed25519',
	ledger_id uuid DEFAULT gen_random_uuid(),
	time_zone text DEFAULT current_setting('TimeZone'),
	negative_units text[] DEFAULT '{}',
	name text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF origin IS NULL OR suite IS NULL OR ledger_id IS NULL OR time_zone IS NULL
		OR negative_units IS NULL OR array_position(negative_units, NULL) IS NOT NULL
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a bank is opened with an origin, a suite, a ledger id, a time zone and a list of units',
			DETAIL = 'One of the five is NULL.',
			HINT = 'Leave all but origin out to take their defaults.';
	END IF;
	PERFORM creditbank.digest('', suite); -- an unknown suite is refused here
	PERFORM now() AT TIME ZONE time_zone; -- and an unknown zone here
	PERFORM creditbank.credit_amount(0, unit) -- and an unknown unit here
	FROM unnest(negative_units) AS unit;
	IF origin !~ '^[^[:space:][:cntrl:]+]{1,255}$' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" cannot be the origin of a ledger', origin),
			DETAIL = 'An origin has 1 to 255 characters, none of them a space, a control character or a plus sign.',
			HINT = 'Use a name you own, like a host name: bank.example.org/credit.';
	END IF;
	IF NOT creditbank.is_bank_name(name) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" cannot be the name of a bank', left(name, 40)),
			DETAIL = 'A name is one line of 1 to 100 characters, without spaces around it.',
			HINT = 'Leave it out to be called by the origin.';
	END IF;
	-- Two who open at once: the second waits here and then sees the bank.
	PERFORM pg_advisory_xact_lock(hashtextextended('creditbank.create_bank', 0));
	IF to_regclass('creditbank.bank') IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('bank_already_open'),
			MESSAGE = 'a bank is already open in this database',
			DETAIL = (SELECT format('It was opened as "%s" at %s.', b.origin, b.opened_at) FROM creditbank.bank AS b),
			HINT = 'One database holds one bank; open another bank in another database.',
			SCHEMA = 'creditbank',
			TABLE = 'bank',
			CONSTRAINT = 'bank_only_one';
	END IF;
	CALL creditbank.create_bank_tables(origin, suite, ledger_id, time_zone, negative_units, name);
	CALL creditbank.create_region_tables();
	CALL creditbank.create_registry_tables();
	CALL creditbank.create_standard_tables();
	CALL creditbank.create_identity_tables();
	CALL creditbank.create_account_tables();
	CALL creditbank.create_ledger_tables();
	CALL creditbank.create_checkpoint_tables();
	CALL creditbank.create_archive_tables();
	CALL creditbank.create_recognition_tables();
	CALL creditbank.create_rule_book_tables();
	CALL creditbank.create_decision_tables();
	CALL creditbank.create_points_tables();
	CALL creditbank.create_merge_tables();
	CALL creditbank.create_exchange_tables();
	CALL creditbank.create_shanghai_tables();
	CALL creditbank.create_certificate_tables();
	CALL creditbank.create_certificate_status_tables();
	CALL creditbank.create_statistics_tables();
	CALL creditbank.create_field_of_study_tables();
	CALL creditbank.create_consent_tables();
	CALL creditbank.create_look_tables();
	CALL creditbank.grant_access_to_tables();
END
$$;
COMMENT ON PROCEDURE creditbank.create_bank(text, text, uuid, text, text[], text) IS
'Opens the bank of this database: makes its tables, views and grants in schema creditbank, owned by creditbank_owner and not members of the extension. origin is the ledger''s name outside; suite the algorithm suite; ledger_id its identity (random unless given); time_zone the one whose days it counts by (that of the session unless given); negative_units the units in which a balance may go below zero (none unless given); name what the bank is called on certificates, reports and exports (the origin unless given). Errors: bank_already_open; invalid_parameter for a bad origin, name or suite; 22023 for an unknown time zone.';
