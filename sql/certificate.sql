-- certificate.sql: certificates: what is stated, signed, revoked and checked.

CREATE PROCEDURE creditbank.create_certificate_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
END
$$;
COMMENT ON PROCEDURE creditbank.create_certificate_tables() IS
'Makes the tables of certificates; a part of create_bank.';
