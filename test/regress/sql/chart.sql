-- chart: text, numbers and places; charts and pages, well-formed whatever is in them.
\i test/regress/error_of.sql
-- Text. Whatever is given, it stays text.
SELECT creditbank.xml_text('a < b & "c" > ''d'' &amp;') AS escaped, creditbank.xml_text(E'tab\tline\nbell\x07esc\x1b') = E'tab\tline\nbell esc ' AS control, creditbank.xml_text(NULL) IS NULL AS null;
SELECT creditbank.xml_text(U&'\FFFE\FFFF\4E2D') = U&'  \4E2D' AS not_xml;
-- What would turn the direction of the text behind it does not; letters that run leftwards, and their marks, stay.
SELECT creditbank.xml_text(U&'a\202Ab\202Bc\202Cd\202De\202Ef\2066g\2067h\2068i\2069j') = 'a b c d e f g h i j' AS turning,
	creditbank.xml_text(U&'\05D0\200F\0628') = U&'\05D0\200F\0628' AS leftwards;
SELECT creditbank.text_width('') AS none, creditbank.text_width('学分银行') AS chinese, creditbank.text_width('credit') AS latin, creditbank.text_width('WWW') > creditbank.text_width('iii') AS wider;
SELECT creditbank.fitted_lines('学分银行学分银行', 4) AS one, creditbank.fitted_lines('学分银行学分银行', 4, 2) AS two, creditbank.fitted_lines('short', 10, 2) AS short;
SELECT creditbank.fitted_lines('Domestic and international logistics management', 10, 2) AS words, creditbank.fitted_lines('Rechtsschutzversicherungsgesellschaften', 6, 3) AS one_word;
SELECT creditbank.fitted_lines('<b>&amp; a long one</b>', 5, 2) AS escaped, creditbank.fitted_lines('', 3) AS empty, creditbank.fitted_lines(E' a \t\n b ', 9) AS spaces, creditbank.fitted_lines('ab', 0, 9) AS no_width, creditbank.fitted_lines('ab', -5, 0) AS no_lines;
-- No line is wider than asked for, and nothing is lost but the spaces that lines end with.
SELECT count(*) AS lines, count(*) FILTER (WHERE creditbank.text_width(l.line) > w.width AND length(l.line) > 1) AS too_wide
FROM generate_series(1, 30) AS w (width)
CROSS JOIN LATERAL unnest(creditbank.fitted_lines('物流管理专业（专科起点本科）Logistics management, associate to bachelor 2024级', w.width, 90)) AS l (line);
SELECT bool_and(replace(array_to_string(creditbank.fitted_lines(t.text, w.width, 90), ''), ' ', '') = replace(t.text, ' ', '')) AS kept
FROM generate_series(1, 30) AS w (width)
CROSS JOIN (VALUES ('物流管理专业（专科起点本科）Logistics management, associate to bachelor 2024级'), ('a bc def ghij klmno')) AS t (text);
-- Numbers.
SELECT creditbank.svg_number(1.005) AS up, creditbank.svg_number(100) AS whole, creditbank.svg_number(-0.001) AS zero, creditbank.svg_number(12.500) AS short;
SELECT creditbank.figure_text(0) AS zero, creditbank.figure_text(1234567.5) AS thousands, creditbank.figure_text(-1234.50) AS minus, creditbank.figure_text(999) AS three, creditbank.figure_text(2.66666, 2) AS rounded, creditbank.figure_text(0.0001) AS small, creditbank.figure_text(1000000, 0) AS million;
SELECT string_agg(creditbank.sine(n)::text, ' ' ORDER BY n) FROM unnest(ARRAY[0, 30, 45, 90, 120, 180, 270, 300, 360, -30, 750]) AS n;
SELECT count(*) AS angles, max(abs(creditbank.sine(n / 4.0) - sind(n / 4.0)::numeric)) < 0.0000000001 AS right FROM generate_series(-1500, 1500, 7) AS n;
SELECT creditbank.axis_step(10) AS ten, creditbank.axis_step(11) AS eleven, creditbank.axis_step(0.03) AS small, creditbank.axis_step(0) AS none, creditbank.axis_step(99999) AS large, creditbank.axis_step(7, 10) AS many;
SELECT creditbank.axis_ticks(0, 7) AS seven, creditbank.axis_ticks(0, 0) AS none, creditbank.axis_ticks(-12, 30) AS minus, creditbank.axis_ticks(3, 1250) AS counts, creditbank.axis_ticks(-5, -1) AS below, creditbank.axis_ticks(0, 0.7) AS parts;
SELECT count(*) AS wrong
FROM generate_series(1, 3000, 13) AS n
CROSS JOIN LATERAL creditbank.axis_ticks(0, n) AS t
WHERE t[1] <> 0 OR t[cardinality(t)] < n OR cardinality(t) NOT BETWEEN 2 AND 6;
SELECT array_agg(creditbank.chart_colour(n) ORDER BY n) AS colours, creditbank.chart_colour(9) = creditbank.chart_colour(1) AS anew, creditbank.chart_tone('ink') AS ink, creditbank.chart_tone('pink') AS none
FROM generate_series(1, 8) AS n;
-- The colours differ in grey print, too: by their luminance.
SELECT n, round((0.2126 * r + 0.7152 * g + 0.0722 * b) / 255, 2) AS grey
FROM generate_series(1, 8) AS n
CROSS JOIN LATERAL decode(substr(creditbank.chart_colour(n), 2), 'hex') AS c
CROSS JOIN LATERAL (SELECT get_byte(c, 0)::numeric, get_byte(c, 1)::numeric, get_byte(c, 2)::numeric) AS p (r, g, b);

-- Charts, small enough to read.
SELECT replace(creditbank.svg_bars(ARRAY['甲', 'B'], ARRAY[2, NULL], 'T', 'cr', 'few'), '><', E'>\n<') AS bars;
SELECT replace(creditbank.svg_radar(ARRAY['a', 'b', 'c'], ARRAY[1, 0.5, 0], notes => ARRAY['n'], rings => '{}'), '><', E'>\n<') AS radar;
SELECT replace(creditbank.svg_timeline(ARRAY['2020-07-01', '2021-01-01']::date[], ARRAY['L', 'L'], ARRAY['a', 'b'], forms => ARRAY['circle', 'ring'], form_names => '{"ring": "claimed"}', until => '2021-06-30'), '><', E'>\n<') AS timeline;
-- Hostile ones: well-formed, and no element or attribute comes from a label.
CREATE TEMP TABLE hostile AS
SELECT n AS place, t.label
FROM unnest(ARRAY['<script>alert(1)</script>', '"/><image href="http://x/"/>', '''onload=''x', ']]>&#0;&x;', E'\x01\x1f\x7f', '<!--', repeat('长', 500), '', NULL]) WITH ORDINALITY AS t (label, n);
SELECT c.chart, xml_is_well_formed_document(c.svg) AS well_formed, xpath_exists('//*[not(self::s:svg|self::s:title|self::s:desc|self::s:text|self::s:rect|self::s:path|self::s:g)]|//@href|//@onload|//comment()', c.svg::xml, '{{s,http://www.w3.org/2000/svg}}') AS caught,
	length(c.svg) < 20000 AS short, strpos(c.svg, '>&lt;script&gt;') > 0 AS escaped, c.svg ~ '^<svg [^>]*role="img" aria-label="[^"]+"' AS named, xpath_exists('/s:svg/s:desc/text()', c.svg::xml, '{{s,http://www.w3.org/2000/svg}}') AS described
FROM (
	SELECT array_agg(h.label ORDER BY h.place) AS labels, array_agg(h.place::numeric ORDER BY h.place) AS amounts, min(h.label) FILTER (WHERE h.place = 1) AS title
	FROM hostile AS h) AS a
CROSS JOIN LATERAL (
	VALUES
		('bars', creditbank.svg_bars(a.labels, a.amounts, a.title, a.labels[2], a.labels[3])),
		('columns', creditbank.svg_columns(a.labels, a.amounts, a.title, a.labels[2], a.labels[3])),
		('lines', creditbank.svg_lines(a.labels, jsonb_build_array(jsonb_build_object('name', a.labels[3], 'amounts', a.amounts)), a.title, a.labels[2])),
		('radar', creditbank.svg_radar(a.labels, array_fill(0.5, ARRAY[9]), array_fill(0.25, ARRAY[9]), a.title, a.labels, a.labels[1:4], a.labels[1:2])),
		('timeline', creditbank.svg_timeline(array_fill('2024-02-29'::date, ARRAY[9]), a.labels, a.labels, a.title, a.labels, jsonb_build_object('circle', a.title)))) AS c (chart, svg);
-- The same arguments give the same bytes, on every machine.
SELECT c.chart, encode(sha256(convert_to(c.svg, 'UTF8')), 'hex') AS digest
FROM (
	VALUES
		('columns', creditbank.svg_columns(ARRAY['一月', 'February', '三月'], ARRAY[1234.5, NULL, 20], '存入', 'deposits', 'few')),
		('lines', creditbank.svg_lines(ARRAY['2023', '2024', '2025'], '[{"name": "认定", "amounts": [1, null, 3.25]}, {"name": "b", "amounts": [-1, 2, 9]}]', 'Lines', 'thousand')),
		('radar', creditbank.svg_radar(ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g'], ARRAY[1, 0.9, 0.8, 0.7, 0.6, 0.5, NULL], ARRAY[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])),
		('page', creditbank.html_page('T', 'zh', NULL, '<p>x</p>'))) AS c (chart, svg);
-- Nothing to show, much to show.
SELECT xml_is_well_formed_document(creditbank.svg_bars('{}', '{}')) AND xml_is_well_formed_document(creditbank.svg_columns('{}', '{}'))
	AND xml_is_well_formed_document(creditbank.svg_lines('{}', '[]')) AND xml_is_well_formed_document(creditbank.svg_timeline('{}', '{}', '{}'))
	AND xml_is_well_formed_document(creditbank.svg_columns(ARRAY['a'], ARRAY[NULL]::numeric[])) AND xml_is_well_formed_document(creditbank.svg_bars(ARRAY['a'], ARRAY[0])) AS empty;
SELECT xml_is_well_formed_document(creditbank.svg_columns(array_agg('label ' || n), array_agg(n))) AS thousand FROM generate_series(1, 1000) AS n;
SELECT xml_is_well_formed_document(t.svg) AS thousand, length(t.svg) < 400000 AS short
FROM (
	SELECT creditbank.svg_timeline(array_agg('1990-01-01'::date + n * 11), array_agg('lane ' || n % 4), array_agg('achievement ' || n)) AS svg
	FROM generate_series(1, 1000) AS n) AS t;
SELECT xml_is_well_formed_document(creditbank.svg_timeline(ARRAY['1000-01-01', '9999-12-31']::date[], ARRAY['a', 'a'], ARRAY['first', 'last'])) AS all_years;
-- No label of a timeline covers another, or leaves the drawing: rows of one lane, marks of one day.
SELECT substring(t.svg FROM 'viewBox="0 0 ([0-9. ]+)"') AS size, regexp_count(t.svg, 'font-size="11.5"') AS labels, regexp_count(t.svg, '<g>') AS marks
FROM (
	SELECT creditbank.svg_timeline(array_fill('2024-02-29'::date, ARRAY[9]), array_fill('lane'::text, ARRAY[9]), array_fill('one of nine'::text, ARRAY[9])) AS svg) AS t;
-- What no chart shows.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_bars(ARRAY['a'], ARRAY[1, 2]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_bars(NULL, ARRAY[1]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_bars(ARRAY['a', 'b'], ARRAY[1, -1]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_columns(ARRAY['a'], ARRAY['NaN'::numeric]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_lines(ARRAY['a'], '[{"name": "x", "amounts": [1e200]}]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_lines(ARRAY['a'], '[{"name": "x", "amounts": ["1"]}]') $$);
SELECT sqlstate_, count(*) FROM unnest(ARRAY['[1]', '{}', 'null', '[{"amounts": [1]}]', '[{"name": "x"}]', '[{"name": "x", "amounts": 1}]', '[[]]', '[{},{},{},{},{},{},{},{},{}]']) AS s
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.svg_lines(ARRAY[''a''], %L)', s)) GROUP BY sqlstate_;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_lines(NULL, '[]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_radar(ARRAY['a', 'b'], ARRAY[1, 1]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_radar(ARRAY['a', 'b', 'c'], ARRAY[1, 1, 1.01]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_radar(ARRAY['a', 'b', 'c'], ARRAY[1, 1, 1], ARRAY[1]) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_timeline(ARRAY[NULL]::date[], ARRAY['a'], ARRAY['b']) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_timeline(ARRAY['infinity']::date[], ARRAY['a'], ARRAY['b']) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_timeline('{}', '{}', '{}', until => '0999-12-31') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.svg_timeline(ARRAY['2024-01-01']::date[], NULL, ARRAY['b']) $$);
SELECT message, detail FROM pg_temp.error_of($$ SELECT creditbank.svg_bars(array_agg(n::text), array_agg(n)) FROM generate_series(1, 1001) AS n $$);

-- A page.
SELECT creditbank.html_page('学习 <画像>', 'zh', 'p { color: red; }', '<p>body</p>') AS page;
SELECT strpos(creditbank.html_page(NULL, NULL, NULL, NULL), '<html lang="en">') > 0 AS english, creditbank.html_page('x', 'en', NULL, '') LIKE '%' || creditbank.page_style() || '%' AS house_style;
SELECT regexp_count(creditbank.page_style(), 'url|@import|http') AS from_elsewhere;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.html_page('x', 'en"><script>', NULL, '') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.html_page('x', 'en', '</style><script>', '') $$);
