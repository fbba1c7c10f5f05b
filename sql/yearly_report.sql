-- yearly_report.sql: the report of a year, as rows and as a page.
-- Promise: it is made of what is published, and of nothing else.

CREATE FUNCTION creditbank.report_sections()
RETURNS TABLE (number integer, section text, figure text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 14
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	VALUES
		(1, 'accounts', 'accounts_opened'),
		(2, 'accounts', 'accounts_activated'),
		(3, 'accounts', 'accounts_closed'),
		(4, 'deposits', 'deposits'),
		(5, 'recognition', 'recognitions'),
		(6, 'recognition', 'refusals'),
		(7, 'recognition', 'appeals'),
		(8, 'recognition', 'revocations'),
		(9, 'conversion', 'conversions'),
		(10, 'points', 'points_earned'),
		(11, 'points', 'points_reserved'),
		(12, 'points', 'points_redeemed'),
		(13, 'certificates', 'certificates_issued'),
		(14, 'certificates', 'certificates_revoked')
$$;
COMMENT ON FUNCTION creditbank.report_sections() IS
'The sections of the yearly report, with their figures: one row per figure, in order.';

CREATE FUNCTION creditbank.report_title(kind text, code text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT CASE language WHEN 'zh' THEN t.title_zh ELSE t.title END
		FROM creditbank.statistics_title AS t
		WHERE t.kind = report_title.kind
			AND t.code = report_title.code);
END
$$;
COMMENT ON FUNCTION creditbank.report_title(text, text, text) IS
'What statistics_title calls a thing of a kind, in language zh or else in English; NULL when it has no title there, and for NULL.';

CREATE FUNCTION creditbank.member_label(dimension text, member text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN CASE
		WHEN member = 'none' OR member LIKE '%/none' THEN creditbank.report_title('word', 'none', language)
		WHEN dimension IN ('level', 'quarter', 'month')
			THEN format(creditbank.report_title('word', dimension, language), ltrim(member, 'Q0'))
		WHEN dimension = 'institution' THEN (SELECT i.name FROM creditbank.institution AS i WHERE i.code = member)
		WHEN dimension = 'region' THEN (SELECT r.name FROM creditbank.region AS r WHERE r.code = member)
		WHEN dimension IN ('trainee_group', 'trainee_subgroup') THEN coalesce(
			creditbank.report_title('trainee_group', member, language),
			(SELECT g.title FROM creditbank.trainee_group AS g WHERE g.code = member))
		ELSE creditbank.report_title(dimension, member, language)
	END;
END
$$;
COMMENT ON FUNCTION creditbank.member_label(text, text, text) IS
'What a member of a dimension of published_figures, or a region, is called in a language, zh or else English; names of institutions and regions as registered. NULL for an unknown member and for NULL.';

CREATE FUNCTION creditbank.published_part(of_year integer, of_region text)
RETURNS TABLE (figure text, dimension text, member text, unit text, count bigint, amount numeric, suppressed boolean)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.figure, p.dimension, p.member, p.unit, p.count, p.amount, p.suppressed
	FROM creditbank.published_figures AS p
	WHERE p.year = of_year
		AND p.region = of_region
	UNION ALL
	SELECT p.figure, 'region', p.region, p.unit, p.count, p.amount, p.suppressed
	FROM creditbank.published_figures AS p
	WHERE p.year = of_year
		AND p.dimension = 'total'
		AND (p.region = CASE of_region WHEN 'all' THEN 'none' ELSE of_region || '/none' END
			OR p.region IN (
				SELECT t.code
				FROM creditbank.region_tree AS t
				WHERE coalesce(t.parent, 'all') = of_region));
END
$$;
COMMENT ON FUNCTION creditbank.published_part(integer, text) IS
'What is published of a year and region, with the regions right below it as a further dimension. A part of yearly_report. No rows for NULL.';

CREATE FUNCTION creditbank.yearly_report(year integer, region text DEFAULT NULL, language text DEFAULT 'en')
RETURNS TABLE (
	section text,
	number integer,
	label text,
	figure text,
	dimension text,
	member text,
	unit text,
	count bigint,
	amount numeric,
	suppressed boolean,
	last_year_count bigint,
	change numeric)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	of_year integer := yearly_report.year;
	of_region text;
	spoken text;
	last_published boolean;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reported_year(of_year);
	of_region := coalesce(creditbank.known_region(yearly_report.region), 'all');
	spoken := creditbank.explanation_language(yearly_report.language);
	IF spoken NOT IN ('en', 'zh') THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('there is no report in language "%s"', left(spoken, 40)),
			HINT = 'Reports are written in en and zh; NULL takes that of lc_messages.';
	END IF;
	IF NOT EXISTS (SELECT FROM creditbank.publication AS p WHERE p.year = of_year) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('the figures of %s are not published', of_year),
			DETAIL = coalesce(
				(SELECT format('Published are: %s.', string_agg(DISTINCT p.year::text, ', ')) FROM creditbank.publication AS p HAVING count(*) > 0),
				'Nothing is published yet.'),
			HINT = format('SELECT * FROM creditbank.publish_figures(%s); publishes them.', of_year),
			SCHEMA = 'creditbank',
			TABLE = 'publication';
	END IF;
	last_published := EXISTS (SELECT FROM creditbank.publication AS p WHERE p.year = of_year - 1);
	RETURN QUERY
	WITH this AS (
		SELECT p.*
		FROM creditbank.published_part(of_year, of_region) AS p),
	last AS (
		SELECT p.*
		FROM creditbank.published_part(of_year - 1, of_region) AS p),
	line AS (
		SELECT figure, dimension, member, unit,
			CASE WHEN t.figure IS NULL THEN 0 ELSE t.count END AS count,
			CASE WHEN t.figure IS NULL AND unit <> 'none' THEN 0 ELSE t.amount END AS amount,
			coalesce(t.suppressed, false) AS suppressed,
			CASE WHEN l.figure IS NOT NULL THEN l.count WHEN last_published THEN 0 END AS last_count
		FROM this AS t
		FULL JOIN last AS l USING (figure, dimension, member, unit)),
	told AS (
		SELECT s.section, s.number AS figure_number, s.figure, coalesce(l.dimension, 'total') AS dimension, coalesce(l.member, 'all') AS member,
			coalesce(l.unit, 'none') AS unit, CASE WHEN l.figure IS NULL THEN 0 ELSE l.count END AS count, l.amount, coalesce(l.suppressed, false) AS suppressed,
			CASE WHEN l.figure IS NULL AND last_published THEN 0 ELSE l.last_count END AS last_count
		FROM creditbank.report_sections() AS s
		LEFT JOIN line AS l ON l.figure = s.figure
			-- What nothing is counted of has a row without a unit, beside one with a unit of another year.
			AND NOT (l.dimension = 'total' AND l.unit = 'none' AND l.count = 0 AND coalesce(l.last_count, 0) = 0
				AND EXISTS (SELECT FROM line AS o WHERE o.figure = l.figure AND o.unit <> 'none')))
	SELECT t.section,
		row_number() OVER (ORDER BY t.figure_number, d.number, t.member LIKE '%none', coalesce(m.number, 0),
			CASE WHEN t.dimension = 'level' THEN lpad(t.member, 2) ELSE t.member END COLLATE "C", u.number)::integer,
		CASE t.dimension WHEN 'total'
			THEN creditbank.report_title('figure', t.figure, spoken) || CASE t.unit WHEN 'none' THEN ''
				ELSE format(creditbank.report_title('word', 'unit', spoken), creditbank.report_title('unit', t.unit, spoken)) END
			ELSE creditbank.member_label(t.dimension, t.member, spoken) END,
		t.figure, t.dimension, t.member, t.unit, t.count, t.amount, t.suppressed, t.last_count,
		round(100.0 * (t.count - t.last_count) / nullif(t.last_count, 0), 1)
	FROM told AS t
	LEFT JOIN creditbank.statistics_title AS d ON d.kind = 'dimension' AND d.code = t.dimension
	LEFT JOIN creditbank.statistics_title AS u ON u.kind = 'unit' AND u.code = t.unit
	LEFT JOIN creditbank.statistics_title AS m ON m.kind = CASE t.dimension WHEN 'trainee_subgroup' THEN 'trainee_group' ELSE t.dimension END AND m.code = t.member
	ORDER BY 2;
END
$$;
COMMENT ON FUNCTION creditbank.yearly_report(integer, text, text) IS
'The report of a year, of what is published of it: one row per figure, dimension, member and unit, in the order of the report. section is accounts, deposits, recognition, conversion, points or certificates; label what the row is called in the language, en or zh; dimension total is the figure itself, region its parts in the regions right below, the others are those of published_figures. count and amount are NULL where suppressed says that they are hidden. last_year_count is that of the year before, NULL where that is hidden or not published; change is how much more count is, in percent of it, with one decimal, NULL where one of the two is not known or last year''s is zero. A figure of which nothing is counted has one row with count 0. region names a registered region; NULL is the whole. Errors: bank_not_open; unknown_region; invalid_parameter for another language, and a year before 1900 or to come; wrong_state for a year that is not published.';
