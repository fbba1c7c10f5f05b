-- report.sql: what is handed to others: lines of CSV, the figures of a year,
-- and rule books.
-- Promise: figures are counted from what is stored and never kept; those of the
-- parts add up to the whole. A rule book taken from another bank is drafted only
-- when its rules have the digest that the other bank states.

CREATE FUNCTION creditbank.csv_line(VARIADIC fields text[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT string_agg(
		CASE WHEN f.field ~ E'[",\r\n]' THEN '"' || replace(f.field, '"', '""') || '"' ELSE coalesce(f.field, '') END,
		',' ORDER BY f.number)
	FROM unnest(fields) WITH ORDINALITY AS f (field, number));
COMMENT ON FUNCTION creditbank.csv_line(text[]) IS
'The fields as one line of CSV by RFC 4180, without the line''s end: a field with a comma, a quotation mark or a line break stands in quotation marks, and NULL is an empty field. NULL for NULL and for no fields.';

CREATE FUNCTION creditbank.yearly_figures(
	INOUT year integer,
	INOUT region text DEFAULT NULL,
	OUT figure text,
	OUT dimension text,
	OUT member text,
	OUT count bigint,
	OUT amount numeric(18,4),
	OUT unit text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	of_year integer := yearly_figures.year;
	of_region text;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reported_year(of_year);
	of_region := creditbank.known_region(yearly_figures.region);
	RETURN QUERY
	WITH inside AS MATERIALIZED (
		SELECT r.code
		FROM creditbank.region AS r
		WHERE creditbank.region_contains(of_region, r.code)),
	cell AS MATERIALIZED (
		SELECT c.figure, c.about, c.education_type, c.class, c.level, c.institution, c.trainee_group, c.region, c.unit,
			count(*) AS count, sum(c.amount) AS amount
		FROM creditbank.counted_entry AS c
		WHERE c.occurred_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
			AND (of_region IS NULL OR c.region IN (SELECT i.code FROM inside AS i))
		GROUP BY c.figure, c.about, c.education_type, c.class, c.level, c.institution, c.trainee_group, c.region, c.unit),
	place AS MATERIALIZED (
		SELECT d.region,
			max(p.code) FILTER (WHERE p.level = 1) AS province,
			max(p.code) FILTER (WHERE p.level = 2) AS city,
			max(p.code) FILTER (WHERE p.level = 3) AS county,
			max(p.code) FILTER (WHERE p.level = 4) AS township
		FROM (SELECT DISTINCT c.region FROM cell AS c) AS d
		CROSS JOIN LATERAL creditbank.region_path(nullif(d.region, 'none')) AS p
		GROUP BY d.region),
	part AS (
		SELECT c.figure, d.number, d.dimension, coalesce(d.member, 'none') AS member,
			sum(c.count)::bigint AS count, CASE WHEN c.unit <> 'none' THEN sum(c.amount)::numeric(24,4) END AS amount,
			nullif(c.unit, 'none') AS unit
		FROM cell AS c
		LEFT JOIN creditbank.trainee_group AS g ON g.code = c.trainee_group
		LEFT JOIN place AS p ON p.region = c.region
		CROSS JOIN LATERAL (VALUES
			(1, 'total', 'all'),
			(2, 'education_type', c.education_type),
			(3, 'class', c.class),
			(4, 'level', nullif(c.level, 0)::text),
			(5, 'institution', c.institution),
			(6, 'trainee_group', coalesce(g.parent, g.code, 'none')),
			(7, 'trainee_subgroup', c.trainee_group),
			(8, 'province', p.province),
			(9, 'city', p.city),
			(10, 'county', p.county),
			(11, 'township', p.township)) AS d (number, dimension, member)
		WHERE c.about <> 'account'
			OR d.dimension NOT IN ('education_type', 'class', 'level', 'institution')
		GROUP BY c.figure, d.number, d.dimension, coalesce(d.member, 'none'), c.unit)
	SELECT of_year, of_region, k.figure, coalesce(p.dimension, 'total'), coalesce(p.member, 'all'),
		coalesce(p.count, 0), p.amount, p.unit
	FROM (SELECT DISTINCT f.number, f.figure FROM creditbank.figure_kinds() AS f) AS k
	LEFT JOIN part AS p ON p.figure = k.figure
	ORDER BY k.number, p.number, p.member = 'none', CASE p.dimension WHEN 'level' THEN lpad(p.member, 2) END COLLATE "C", p.member COLLATE "C", p.unit COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.yearly_figures(integer, text) IS
'The figures of a calendar year for the authority, counted now from the ledger: one row per figure (those of figure_kinds()), dimension, member and unit. member is ''all'' in the dimension total and ''none'' where nothing was said; count is the number of entries whose amount is in that unit (NULL: that have none), amount their sum. In each dimension the rows of a figure add up to its total. What was taken back is left out; a figure without any entry has one row with count 0. region leaves only the learners in it (their holder''s region); NULL takes all. Errors: bank_not_open, unknown_region, invalid_parameter for a year before 1900 or to come.';

CREATE FUNCTION creditbank.export_rule_books(name text DEFAULT NULL, version integer DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	document jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT jsonb_build_object(
		'format', 'creditbank rule books 1',
		'origin', max(bank.origin),
		'suite', max(bank.suite),
		'rule_books', coalesce(jsonb_agg(jsonb_build_object(
			'name', b.name,
			'version', b.version,
			'state', b.state,
			'effective', creditbank.days_text(b.effective),
			'in_force', creditbank.days_text(b.in_force),
			'digest', encode(b.digest, 'hex'),
			'rules', b.rules::jsonb) ORDER BY b.name COLLATE "C", b.version) FILTER (WHERE b.name IS NOT NULL), '[]'))
	INTO document
	FROM creditbank.bank AS bank
	LEFT JOIN creditbank.rule_book AS b
		ON b.name = coalesce(export_rule_books.name, b.name)
		AND b.version = coalesce(export_rule_books.version, b.version);
	IF document -> 'rule_books' = '[]' AND coalesce(export_rule_books.name, export_rule_books.version::text) IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_rule_book'),
			MESSAGE = 'there is no such rule book',
			DETAIL = format('Asked for: name %s, version %s.', coalesce('"' || export_rule_books.name || '"', 'any'),
				coalesce(export_rule_books.version::text, 'any')),
			HINT = 'SELECT name, version, state FROM creditbank.rule_book lists them.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
	RETURN document;
END
$$;
COMMENT ON FUNCTION creditbank.export_rule_books(text, integer) IS
'Rule books in any state as one jsonb document for other banks: the format, the origin and suite of this bank, and of each rule book its name, version, state, the days its rules name (effective), those it is in force (null before it is published), the digest of its rules by the suite, in hexadecimal digits, and the rules as jsonb. NULL for name or version takes all. draft_rule_books reads it. Errors: bank_not_open; unknown_rule_book when there is none of the name and version asked for.';

CREATE FUNCTION creditbank.draft_rule_books(document jsonb)
RETURNS TABLE (
	name text,
	version integer,
	state text,
	digest bytea,
	drafted boolean)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book jsonb;
	taken creditbank.rule_set;
	suite text := document ->> 'suite';
	found_digest text;
	stands boolean;
BEGIN
	PERFORM creditbank.require_bank();
	IF coalesce(document ->> 'format', '') <> 'creditbank rule books 1'
		OR suite IS NULL
		OR jsonb_typeof(document -> 'rule_books') IS DISTINCT FROM 'array'
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_document'),
			MESSAGE = 'the document does not hold rule books',
			DETAIL = format('Its format is %s.', coalesce('"' || (document ->> 'format') || '"', 'not said')),
			HINT = 'Pass what creditbank.export_rule_books() of another bank returned, unchanged.';
	END IF;
	FOR book IN
		SELECT b.value
		FROM jsonb_array_elements(document -> 'rule_books') AS b
	LOOP
		taken := (book -> 'rules')::creditbank.rule_set;
		found_digest := encode(creditbank.rule_set_digest(taken, suite), 'hex');
		IF taken IS NULL
			OR (creditbank.rule_set_name(taken), creditbank.rule_set_version(taken)::text, found_digest)
				IS DISTINCT FROM (book ->> 'name', book ->> 'version', book ->> 'digest')
		THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_document'),
				MESSAGE = format('rule book "%s" version %s is not what the document says it is',
					coalesce(book ->> 'name', 'NULL'), coalesce(book ->> 'version', 'NULL')),
				DETAIL = CASE WHEN taken IS NULL THEN 'It has no rules.'
					ELSE format('Its rules are "%s" version %s with the digest %s; the document says %s.', creditbank.rule_set_name(taken),
						creditbank.rule_set_version(taken), found_digest, coalesce(book ->> 'digest', 'NULL')) END,
				HINT = 'It was changed on the way; ask the other bank for its export again.';
		END IF;
		SELECT b.rules = taken
		INTO stands
		FROM creditbank.rule_book AS b
		WHERE b.name = creditbank.rule_set_name(taken)
			AND b.version = creditbank.rule_set_version(taken);
		IF stands IS NOT true THEN
			PERFORM creditbank.draft_rules(taken::text);
		END IF;
		RETURN QUERY
		SELECT b.name, b.version, b.state, b.digest, stands IS NOT true
		FROM creditbank.rule_book AS b
		WHERE b.name = creditbank.rule_set_name(taken)
			AND b.version = creditbank.rule_set_version(taken);
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.draft_rule_books(jsonb) IS
'Drafts the rule books of a document that export_rule_books of another bank made, all or none, as draft_rules does: they are reviewed and published here like any other. One row per rule book, with its state and its digest by this bank''s suite; drafted is false for one that stands here already with the same rules, which stays as it is. Errors: bank_not_open; invalid_document for another document, and for rules whose name, version or digest is not the one stated; invalid_rule_set; wrong_state when that version stands here with other rules and is past being a draft.';
