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
	CREATE TRIGGER account_merger_never_changes
	BEFORE UPDATE OR DELETE ON creditbank.account_merger
	FOR EACH ROW EXECUTE FUNCTION creditbank.refuse_change();
	COMMENT ON TRIGGER account_merger_never_changes ON creditbank.account_merger IS 'A merger is not undone.';
	CREATE TRIGGER account_merger_never_emptied
	BEFORE TRUNCATE ON creditbank.account_merger
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.refuse_change();
	COMMENT ON TRIGGER account_merger_never_emptied ON creditbank.account_merger IS 'A merger is not undone.';
	ALTER TABLE creditbank.account_merger
		ENABLE ALWAYS TRIGGER account_merger_never_changes,
		ENABLE ALWAYS TRIGGER account_merger_never_emptied;
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

CREATE FUNCTION creditbank.possible_duplicates(account text DEFAULT NULL)
RETURNS TABLE (
	account text,
	other_account text,
	reasons text[])
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	IF possible_duplicates.account IS NOT NULL THEN
		of_account := creditbank.account_id(possible_duplicates.account);
	END IF;
	RETURN QUERY
	WITH person AS MATERIALIZED (
		SELECT h.account_id, creditbank.title_key(h.full_name) AS name, h.birth_date, h.identity_hash, h.identity_kind, h.student_numbers
		FROM creditbank.holder AS h
		JOIN creditbank.account AS a ON a.account_id = h.account_id
		WHERE a.state NOT IN ('closed', 'merged')),
	alike AS (
		SELECT a.account_id, b.account_id AS other_id, 'same name and date of birth' AS reason
		FROM person AS a
		JOIN person AS b ON b.name = a.name AND b.birth_date = a.birth_date
		UNION ALL
		SELECT a.account_id, b.account_id, 'same name, date of birth not known of both'
		FROM person AS a
		JOIN person AS b ON b.name = a.name
		WHERE a.birth_date IS NULL OR b.birth_date IS NULL
		UNION ALL
		SELECT a.account_id, b.account_id, format('same student number at %s', n.key)
		FROM person AS a
		CROSS JOIN LATERAL jsonb_each(a.student_numbers) AS n
		JOIN person AS b ON b.student_numbers @> jsonb_build_object(n.key, n.value))
	SELECT creditbank.account_number(l.account_id), creditbank.account_number(l.other_id), array_agg(l.reason ORDER BY l.reason COLLATE "C")
	FROM alike AS l
	JOIN person AS a ON a.account_id = l.account_id
	JOIN person AS b ON b.account_id = l.other_id
	WHERE CASE WHEN of_account IS NULL THEN l.account_id < l.other_id
		ELSE l.account_id = of_account AND l.other_id <> of_account END
		-- Two identity numbers of one kind are two persons.
		AND (a.identity_kind = b.identity_kind) IS NOT TRUE
	GROUP BY l.account_id, l.other_id
	ORDER BY l.account_id, l.other_id;
END
$$;
COMMENT ON FUNCTION creditbank.possible_duplicates(text) IS
'Pairs of accounts that may be one person''s, with what speaks for it: the same name (widths, case and spaces apart) and date of birth, or with the date of birth not known of both, or the same student number at a school. Two accounts with identity numbers of the same kind are two persons''. One account''s pairs, or for NULL every pair once. Closed and merged accounts are left out. Errors: bank_not_open, unknown_account.';
