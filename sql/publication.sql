-- publication.sql: figures fit for publication.

CREATE PROCEDURE creditbank.create_publication_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
END
$$;
COMMENT ON PROCEDURE creditbank.create_publication_tables() IS
'Makes the tables of what is published; a part of create_bank.';
