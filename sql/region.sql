-- region.sql: regions: provinces, cities, counties and townships by their official codes.
-- Promise: a region stands once, by its code; what contains what follows from
-- the codes alone, so they are loaded in any order.

CREATE FUNCTION creditbank.region_code(code text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_region_code'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.region_code(text) IS
'The canonical code of a region: six digits for a province (PP0000), city (PPCC00) or county (PPCCDD), twelve for a township (PPCCDDTTT000). Reads these, the twelve digits of any, and the leading 2, 4 or 9 alone; spaces around are passed over. Says nothing of whether there is such a region. NULL for NULL. Errors: unknown_region for what is no code, and for that of a village.';

CREATE FUNCTION creditbank.region_stem(code text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_region_stem'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.region_stem(text) IS
'The digits that the codes of everything within a region begin with: 2 of a province, 4 of a city, 6 of a county, 9 of a township. NULL for NULL. Errors: unknown_region for what is no code.';

CREATE FUNCTION creditbank.region_level(code text)
RETURNS smallint
AS 'MODULE_PATHNAME', 'creditbank_region_level'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.region_level(text) IS
'The level of a region by its code: 1 province, 2 city, 3 county, 4 township. NULL for NULL. Errors: unknown_region for what is no code.';

CREATE FUNCTION creditbank.region_contains("outer" text, "inner" text)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_region_contains'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.region_contains(text, text) IS
'Whether the region outer contains the region inner, by their codes alone; a region contains itself. NULL for NULL. Errors: unknown_region for what is no code.';

CREATE FUNCTION creditbank.region_lineage(code text)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	canonical text := creditbank.region_code(code);
BEGIN
	RETURN ARRAY(
		SELECT l.code
		FROM unnest(ARRAY[left(canonical, 2) || '0000', left(canonical, 4) || '00', left(canonical, 6), canonical]) AS l (code)
		GROUP BY l.code
		ORDER BY length(l.code), l.code COLLATE "C");
END
$$;
COMMENT ON FUNCTION creditbank.region_lineage(text) IS
'The codes of the province, city and county that a region lies in, from the province down, and its own as the last; whether registered or not. NULL for NULL. Errors: unknown_region for what is no code.';

CREATE FUNCTION creditbank.set_region_code()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NEW.code := creditbank.region_code(NEW.code);
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION creditbank.set_region_code() IS
'The trigger of regions: makes the code canonical. Errors: unknown_region for what is no code.';

CREATE PROCEDURE creditbank.create_region_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.region (
		code text NOT NULL,
		name text NOT NULL,
		valid daterange NOT NULL DEFAULT daterange(NULL, NULL),
		level smallint NOT NULL GENERATED ALWAYS AS (creditbank.region_level(code)) STORED,
		CONSTRAINT region_pkey PRIMARY KEY (code),
		CONSTRAINT region_code_canonical CHECK (code = creditbank.region_code(code)),
		CONSTRAINT region_name_given CHECK (name ~ '[^[:space:]]'),
		CONSTRAINT region_valid_some_day CHECK (NOT isempty(valid))
	);
	COMMENT ON TABLE creditbank.region IS 'Regions: provinces, cities, counties and townships, those abolished included. One row per region.';
	COMMENT ON COLUMN creditbank.region.code IS 'The official code: six digits, of a township twelve. Written in another form, it is made canonical.';
	COMMENT ON COLUMN creditbank.region.name IS 'The region''s name.';
	COMMENT ON COLUMN creditbank.region.valid IS 'The days on which the code is in use; unbounded when not said. An abolished one stays, for it stands in older papers.';
	COMMENT ON COLUMN creditbank.region.level IS '1 province, 2 city, 3 county, 4 township: follows from the code.';
	CREATE TRIGGER region_code_canonical
	BEFORE INSERT OR UPDATE OF code ON creditbank.region
	FOR EACH ROW EXECUTE FUNCTION creditbank.set_region_code();
	COMMENT ON TRIGGER region_code_canonical ON creditbank.region IS 'Codes in any of their forms are one.';

	CREATE VIEW creditbank.region_tree
	WITH (security_invoker = true)
	AS
	SELECT r.code, r.name, r.level,
		CASE r.level
			WHEN 4 THEN coalesce(d.code, c.code, p.code)
			WHEN 3 THEN coalesce(c.code, p.code)
			WHEN 2 THEN p.code
		END AS parent,
		p.code AS province, c.code AS city, d.code AS county,
		concat_ws(' ', CASE WHEN r.level > 1 THEN p.name END, CASE WHEN r.level > 2 THEN c.name END,
			CASE WHEN r.level > 3 THEN d.name END, r.name) AS full_name,
		lower(r.valid) AS valid_from, upper(r.valid) - 1 AS valid_until
	FROM creditbank.region AS r
	LEFT JOIN creditbank.region AS p
		ON p.code = left(r.code, 2) || '0000'
	LEFT JOIN creditbank.region AS c
		ON c.code = left(r.code, 4) || '00' AND c.level = 2
	LEFT JOIN creditbank.region AS d
		ON d.code = left(r.code, 6) AND d.level = 3;
	COMMENT ON VIEW creditbank.region_tree IS 'Regions with what they lie in, in plain types. One row per region.';
	COMMENT ON COLUMN creditbank.region_tree.code IS 'The region''s code.';
	COMMENT ON COLUMN creditbank.region_tree.name IS 'Its name.';
	COMMENT ON COLUMN creditbank.region_tree.level IS '1 province, 2 city, 3 county, 4 township.';
	COMMENT ON COLUMN creditbank.region_tree.parent IS 'The nearest registered region that contains it; NULL when none does.';
	COMMENT ON COLUMN creditbank.region_tree.province IS 'The registered province that it is or lies in; NULL when there is none.';
	COMMENT ON COLUMN creditbank.region_tree.city IS 'The registered city that it is or lies in; NULL when there is none.';
	COMMENT ON COLUMN creditbank.region_tree.county IS 'The registered county that it is or lies in; NULL when there is none.';
	COMMENT ON COLUMN creditbank.region_tree.full_name IS 'The names from the province down to its own, with a space between.';
	COMMENT ON COLUMN creditbank.region_tree.valid_from IS 'The first day on which the code is in use; NULL when not said.';
	COMMENT ON COLUMN creditbank.region_tree.valid_until IS 'The last such day; NULL when not abolished.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_region_tables() IS
'Makes the table and view of regions; a part of create_bank.';

CREATE FUNCTION creditbank.known_region(code text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	canonical text := creditbank.region_code(code);
BEGIN
	PERFORM creditbank.require_bank();
	IF NOT EXISTS (SELECT FROM creditbank.region AS r WHERE r.code = canonical) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_region'),
			MESSAGE = format('region %s is not in the registry', canonical),
			DETAIL = CASE WHEN EXISTS (SELECT FROM creditbank.region)
				THEN 'The code has the right form, but no such region is registered.'
				ELSE 'No region at all is registered.' END,
			HINT = 'Administrators load regions into creditbank.region; abolished ones are kept there, too.',
			SCHEMA = 'creditbank',
			TABLE = 'region',
			COLUMN = 'code';
	END IF;
	RETURN canonical;
END
$$;
COMMENT ON FUNCTION creditbank.known_region(text) IS
'The canonical code of a registered region, abolished ones included. NULL for NULL. Errors: unknown_region for what is no code or not registered, bank_not_open.';

CREATE FUNCTION creditbank.region_path(region text)
RETURNS TABLE (level smallint, code text, name text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	canonical text := creditbank.known_region(region);
BEGIN
	RETURN QUERY
	SELECT r.level, r.code, r.name
	FROM creditbank.region AS r
	WHERE r.code = ANY (creditbank.region_lineage(canonical))
	ORDER BY r.level;
END
$$;
COMMENT ON FUNCTION creditbank.region_path(text) IS
'The registered regions that a region lies in, from the province down, and itself as the last. No rows for NULL. Errors: unknown_region, bank_not_open.';

CREATE FUNCTION creditbank.region_parent(code text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT p.code
		FROM creditbank.region_path(region_parent.code) AS p
		ORDER BY p.level DESC
		OFFSET 1
		LIMIT 1);
END
$$;
COMMENT ON FUNCTION creditbank.region_parent(text) IS
'The nearest registered region that contains a region: of a county directly under its province the province. NULL for NULL, and when none is registered. Errors: unknown_region, bank_not_open.';
