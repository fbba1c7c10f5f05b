-- region.sql: regions: provinces, cities, counties and townships by their official codes.
-- Promise: a region stands once, by its code; what contains what follows from the codes alone.

CREATE PROCEDURE creditbank.create_region_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.region (
		code text NOT NULL,
		name text NOT NULL,
		CONSTRAINT region_pkey PRIMARY KEY (code)
	);
	COMMENT ON TABLE creditbank.region IS 'Regions. One row per region.';
	COMMENT ON COLUMN creditbank.region.code IS 'The official code.';
	COMMENT ON COLUMN creditbank.region.name IS 'The region''s name.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_region_tables() IS
'Makes the tables of the room; a part of create_bank.';
