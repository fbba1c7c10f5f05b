-- standard.sql: what certificates and courses are about, and how far one covers
-- the other.
-- Promise: overlaps are exact; nothing here decides by itself.

CREATE PROCEDURE creditbank.create_standard_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_standard_tables() IS
'Makes the tables of the room; a part of create_bank.';
