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
			CASE WHEN t.figure IS NULL AND unit NOT IN ('none', 'all') THEN 0 ELSE t.amount END AS amount,
			coalesce(t.suppressed, false) AS suppressed,
			CASE WHEN l.figure IS NOT NULL THEN l.count WHEN last_published THEN 0 END AS last_count
		FROM this AS t
		FULL JOIN last AS l USING (figure, dimension, member, unit)),
	told AS (
		SELECT s.section, s.number AS figure_number, s.figure, coalesce(l.dimension, 'total') AS dimension, coalesce(l.member, 'all') AS member,
			coalesce(l.unit, 'all') AS unit, CASE WHEN l.figure IS NULL THEN 0 ELSE l.count END AS count, l.amount, coalesce(l.suppressed, false) AS suppressed,
			CASE WHEN l.figure IS NULL AND last_published THEN 0 ELSE l.last_count END AS last_count
		FROM creditbank.report_sections() AS s
		LEFT JOIN line AS l ON l.figure = s.figure
			-- What has no amounts has the same total in the unit none as over all units.
			AND NOT (l.unit = 'none' AND l.dimension IN ('total', 'region')
				AND NOT EXISTS (SELECT FROM line AS o WHERE o.figure = l.figure AND o.unit NOT IN ('none', 'all'))))
	SELECT t.section,
		row_number() OVER (ORDER BY t.figure_number, d.number, t.member LIKE '%none', coalesce(m.number, 0),
			CASE WHEN t.dimension = 'level' THEN lpad(t.member, 2) ELSE t.member END COLLATE "C", u.number)::integer,
		CASE t.dimension WHEN 'total'
			THEN creditbank.report_title('figure', t.figure, spoken) || CASE t.unit WHEN 'all' THEN ''
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
'The report of a year, of what is published of it: one row per figure, dimension, member and unit, in the order of the report. section is accounts, deposits, recognition, conversion, points or certificates; label what the row is called in the language, en or zh; dimension total is the figure itself, region its parts in the regions right below, the others are those of published_figures. count and amount are NULL where suppressed says that they are hidden. last_year_count is that of the year before, NULL where that is hidden or not published; change is how much more count is, in percent of it, with one decimal, NULL where one of the two is not known or last year''s is zero. Totals are told over all units, with the unit all, and for each unit. A figure of which nothing is counted has one row with count 0. region names a registered region; NULL is the whole. Errors: bank_not_open; unknown_region; invalid_parameter for another language, and a year before 1900 or to come; wrong_state for a year that is not published.';

-- The page.

CREATE FUNCTION creditbank.report_word(word text, language text, VARIADIC parts text[] DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.xml_text(format(creditbank.report_title('word', word, language), VARIADIC parts));
END
$$;
COMMENT ON FUNCTION creditbank.report_word(text, text, text[]) IS
'A word of statistics_title in a language, zh or else English, with its parts put in, as markup. NULL for an unknown word and for NULL.';

CREATE FUNCTION creditbank.report_members(report jsonb, language text)
RETURNS TABLE (
	section text,
	figure text,
	dimension text,
	member text,
	place integer,
	label text,
	count numeric,
	amounts text,
	last_count numeric)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT r.section, r.figure, r.dimension, r.member, min(r.number),
		CASE r.dimension WHEN 'total' THEN creditbank.report_title('figure', r.figure, report_members.language)
			ELSE (array_agg(coalesce(r.label, r.member) ORDER BY r.number))[1] END,
		CASE WHEN bool_or(r.unit = 'all') THEN sum(r.count) FILTER (WHERE r.unit = 'all')
			WHEN bool_and(NOT r.suppressed) THEN sum(r.count) END,
		string_agg(creditbank.figure_text(r.amount) || ' ' || creditbank.report_title('unit', r.unit, report_members.language), E'\n' ORDER BY r.number)
			FILTER (WHERE r.amount IS NOT NULL AND r.unit NOT IN ('none', 'all')),
		CASE WHEN bool_or(r.unit = 'all') THEN sum(r.last_year_count) FILTER (WHERE r.unit = 'all')
			WHEN bool_and(r.last_year_count IS NOT NULL) THEN sum(r.last_year_count) END
	FROM jsonb_to_recordset(report) AS r (section text, number integer, label text, figure text, dimension text, member text, unit text,
		count bigint, amount numeric, suppressed boolean, last_year_count bigint)
	GROUP BY r.section, r.figure, r.dimension, r.member;
END
$$;
COMMENT ON FUNCTION creditbank.report_members(jsonb, text) IS
'The rows of yearly_report, an array of them, over all units: of totals as published, of other members summed; count and last_count are NULL where that, or one of the units, is hidden or not known; amounts has a line per unit that is told, NULL when none is. A part of yearly_report_page. No rows for NULL.';

CREATE FUNCTION creditbank.report_rows(members jsonb, of_dimension text)
RETURNS TABLE (
	section text,
	figure text,
	place integer,
	label text,
	count numeric,
	amounts text,
	last_count numeric)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.section, m.figure, m.place, m.label, m.count, m.amounts, m.last_count
	FROM jsonb_to_recordset(members) AS m (section text, figure text, dimension text, place integer, label text, count numeric, amounts text, last_count numeric)
	WHERE m.dimension = of_dimension;
END;
COMMENT ON FUNCTION creditbank.report_rows(jsonb, text) IS
'Of an array of report_members, those by a dimension. No rows for NULL.';

CREATE FUNCTION creditbank.report_change(count numeric, last_count numeric)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN last_count = 0 THEN NULL
	WHEN count = last_count THEN '&#177;0 %'
	ELSE CASE WHEN count > last_count THEN '&#9650; ' ELSE '&#9660; ' END
		|| creditbank.figure_text(abs(100 * (count - last_count) / last_count), 1) || ' %'
END;
COMMENT ON FUNCTION creditbank.report_change(numeric, numeric) IS
'How much more a number is than last year''s, in percent, as markup. NULL when last year''s was zero, and for NULL.';

CREATE FUNCTION creditbank.report_bar(share numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE
	WHEN share IS NULL THEN format('<svg class="bar" viewBox="0 0 100 10" aria-hidden="true"><path d="M0 5h100" stroke="%s" stroke-width="10" stroke-dasharray="1 2"/></svg>', creditbank.chart_tone('ring'))
	ELSE format('<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="%s" height="10" fill="%s"/></svg>',
		creditbank.svg_number(round(100 * share, 2)), creditbank.chart_colour(1))
END;
COMMENT ON FUNCTION creditbank.report_bar(numeric) IS
'A bar of a table, of a share from 0 to 1, as an SVG element; hatched for NULL.';

CREATE FUNCTION creditbank.report_parts(members jsonb, of_figure text, of_dimension text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT format('<div class="part"><h3>%s</h3><table><tbody>', creditbank.xml_text(creditbank.report_title('dimension', of_dimension, language)))
			|| string_agg(format('<tr><td>%s</td><td class="room">%s</td><td class="number">%s</td><td class="number small">%s</td></tr>',
				creditbank.xml_text(m.label),
				creditbank.report_bar(m.count / nullif(m.greatest, 0)),
				coalesce(creditbank.figure_text(m.count), creditbank.report_word('hidden', language)),
				replace(creditbank.xml_text(coalesce(m.amounts, '')), E'\n', '<br>')), E'\n' ORDER BY m.place)
			|| '</tbody></table></div>'
		FROM (
			SELECT p.*, max(p.count) OVER () AS greatest
			FROM creditbank.report_rows(members, of_dimension) AS p
			WHERE p.figure = of_figure) AS m
		HAVING count(*) > 0);
END
$$;
COMMENT ON FUNCTION creditbank.report_parts(jsonb, text, text, text) IS
'The parts of a figure by a dimension, as a small table with bars. NULL when there are none, and for NULL.';

CREATE FUNCTION creditbank.report_chart(members jsonb, of_figure text, of_dimension text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	chart record;
	title text := format(creditbank.report_title('word', 'chart', language),
		creditbank.report_title('figure', of_figure, language), creditbank.report_title('dimension', of_dimension, language));
	hidden text := creditbank.report_title('word', 'hidden', language);
BEGIN
	SELECT array_agg(m.label ORDER BY m.place) AS labels, array_agg(m.count ORDER BY m.place) AS counts
	INTO chart
	FROM creditbank.report_rows(members, of_dimension) AS m
	WHERE m.figure = of_figure;
	IF cardinality(chart.labels) > 1 THEN
		RETURN '<figure>' || CASE of_dimension
			WHEN 'region' THEN creditbank.svg_bars(chart.labels, chart.counts, title, NULL, hidden)
			ELSE creditbank.svg_columns(chart.labels, chart.counts, title, NULL, hidden) END || '</figure>';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.report_chart(jsonb, text, text, text) IS
'A figure by a dimension as a chart: bars of regions, columns of months or quarters. NULL when there is nothing to compare, and for NULL.';

CREATE FUNCTION creditbank.report_section(members jsonb, of_section text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	main_figure text := (SELECT s.figure FROM creditbank.report_sections() AS s WHERE s.section = of_section ORDER BY s.number LIMIT 1);
	summary text;
	parts text;
BEGIN
	SELECT string_agg(format('<tr><td>%s</td><td class="number">%s</td><td class="number">%s</td><td class="number">%s</td><td class="number">%s</td></tr>',
		creditbank.xml_text(m.label),
		coalesce(creditbank.figure_text(m.count), creditbank.report_word('hidden', language)),
		replace(creditbank.xml_text(coalesce(m.amounts, '')), E'\n', '<br>'),
		coalesce(creditbank.figure_text(m.last_count), '&#8211;'),
		coalesce(creditbank.report_change(m.count, m.last_count), '&#8211;')), E'\n' ORDER BY m.place)
	INTO summary
	FROM creditbank.report_rows(members, 'total') AS m
	WHERE m.section = of_section;
	SELECT string_agg(creditbank.report_parts(members, main_figure, d.code, language), E'\n' ORDER BY d.number)
	INTO parts
	FROM creditbank.statistics_title AS d
	WHERE d.kind = 'dimension'
		AND d.code NOT IN ('total', 'region', 'quarter', 'month');
	RETURN format('<section><h2>%s</h2><table><thead><tr><th></th>', creditbank.xml_text(creditbank.report_title('section', of_section, language)))
		|| (
			SELECT string_agg(format('<th class="number">%s</th>', creditbank.report_word(w.word, language)), '' ORDER BY w.place)
			FROM unnest(ARRAY['count', 'amount', 'last_year', 'change']) WITH ORDINALITY AS w (word, place))
		|| '</tr></thead><tbody>' || summary || '</tbody></table>'
		|| coalesce(creditbank.report_chart(members, main_figure, 'region', language), '')
		|| coalesce(creditbank.report_chart(members, main_figure, 'month', language), creditbank.report_chart(members, main_figure, 'quarter', language), '')
		|| coalesce('<div class="parts">' || parts || '</div>', '')
		|| '</section>';
END
$$;
COMMENT ON FUNCTION creditbank.report_section(jsonb, text, text) IS
'A section of the report as markup: its figures as a table, and the first of them by region, month or quarter and every other dimension. NULL for an unknown section and for NULL.';

CREATE FUNCTION creditbank.report_tiles(members jsonb, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT '<div class="tiles">' || string_agg(format('<div class="tile"><p class="big">%s</p><p>%s</p><p class="small">%s</p></div>',
			coalesce(creditbank.figure_text(m.count), creditbank.report_word('hidden', language)),
			creditbank.xml_text(m.label),
			concat_ws(' &#183; ', replace(creditbank.xml_text(m.amounts), E'\n', ' &#183; '), creditbank.report_change(m.count, m.last_count))), E'\n' ORDER BY m.place) || '</div>'
		FROM creditbank.report_rows(members, 'total') AS m
		WHERE m.figure IN (
				SELECT DISTINCT ON (s.section) s.figure
				FROM creditbank.report_sections() AS s
				ORDER BY s.section, s.number));
END
$$;
COMMENT ON FUNCTION creditbank.report_tiles(jsonb, text) IS
'The first figure of each section, large, as markup. NULL for NULL.';

CREATE FUNCTION creditbank.report_style()
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN creditbank.page_style() || format($style$
.head { padding: 20px 24px; color: %1$s; background: %2$s; border-left: 8px solid %3$s; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.head h1 { margin: 0; }
.head .of { font-size: 19px; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; margin: 18px 0 0; }
.tile { padding: 10px 14px 12px; border-top: 3px solid %3$s; background: %2$s; break-inside: avoid; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.tile p { margin: 0; }
.big { font-size: 30px; line-height: 1.25; font-weight: bold; font-variant-numeric: tabular-nums; }
h2 { color: %3$s; }
h3 { margin: 14px 0 4px; font-size: 14px; break-after: avoid; }
.parts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 28px; align-items: start; }
.part { break-inside: avoid; }
.part td { padding: 3px 6px 3px 0; font-size: 12.5px; }
.part .number { padding-right: 0; padding-left: 8px; }
.part .small { font-size: 11px; }
.room { width: 30%%; }
.bar { width: 100%%; height: 10px; margin-top: 5px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
figure svg { width: 100%%; }
.notes { margin-top: 32px; padding-top: 8px; border-top: 1px solid %4$s; break-inside: avoid; }
@page { @bottom-center { content: counter(page) " / " counter(pages); font-size: 8pt; color: %5$s; } }
$style$, creditbank.chart_tone('ink'), creditbank.chart_tone('wash'), creditbank.chart_colour(1), creditbank.chart_tone('axis'), creditbank.chart_tone('muted'));
COMMENT ON FUNCTION creditbank.report_style() IS
'The style sheet of the yearly report''s page.';

CREATE FUNCTION creditbank.yearly_report_page(year integer, region text DEFAULT NULL, language text DEFAULT 'en')
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	members jsonb;
	spoken text;
	heading text;
	place text;
	published record;
BEGIN
	spoken := creditbank.explanation_language(yearly_report_page.language);
	SELECT jsonb_agg(to_jsonb(m))
	INTO members
	FROM (
		SELECT jsonb_agg(to_jsonb(r))
		FROM creditbank.yearly_report(yearly_report_page.year, yearly_report_page.region, yearly_report_page.language) AS r) AS r (report)
	CROSS JOIN LATERAL creditbank.report_members(r.report, spoken) AS m;
	SELECT p.edition, p.published_at, p.smallest_cell, creditbank.bank_name(), b.time_zone
	INTO published
	FROM creditbank.publication AS p
	CROSS JOIN creditbank.bank AS b
	WHERE p.year = yearly_report_page.year
	ORDER BY p.edition DESC
	LIMIT 1;
	heading := creditbank.report_title('word', 'report', spoken);
	place := coalesce(
		(SELECT r.name FROM creditbank.region AS r WHERE r.code = creditbank.known_region(yearly_report_page.region)),
		creditbank.report_title('word', 'everywhere', spoken));
	RETURN creditbank.html_page(
		concat_ws(' ', heading, yearly_report_page.year, place),
		spoken,
		creditbank.report_style(),
		concat_ws(E'\n',
			format('<header class="head"><h1>%s</h1><p class="of">%s &#183; %s</p><p class="small">%s &#183; %s</p></header>',
				creditbank.xml_text(heading),
				creditbank.report_word('year', spoken, yearly_report_page.year::text), creditbank.xml_text(place),
				creditbank.xml_text(published.bank_name),
				creditbank.report_word('edition', spoken, published.edition::text, to_char(published.published_at AT TIME ZONE published.time_zone, 'YYYY-MM-DD'))),
			creditbank.report_tiles(members, spoken),
			(
				SELECT string_agg(creditbank.report_section(members, s.section, spoken), E'\n' ORDER BY s.place)
				FROM (
					SELECT r.section, min(r.number)
					FROM creditbank.report_sections() AS r
					GROUP BY r.section) AS s (section, place)),
			format('<div class="notes small"><p>%s</p><p>%s</p><p>%s</p></div>',
				creditbank.report_word('note_hidden', spoken, published.smallest_cell::text),
				creditbank.report_word('note_change', spoken), creditbank.report_word('note_part', spoken))));
END
$$;
COMMENT ON FUNCTION creditbank.yearly_report_page(integer, text, text) IS
'The report of a year as a page: HTML in UTF-8 that needs nothing from elsewhere, with charts as SVG, for a screen or A4. It says what yearly_report says and nothing else, over all units: totals as they are published, other numbers summed, and hidden when they are in one of the units. language is en or zh. Errors: those of yearly_report.';
