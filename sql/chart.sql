-- chart.sql: charts and pages as text: SVG and HTML.
-- Promise: pure functions of their arguments, the same to the byte on every
-- machine: places are computed with numeric, sines included. Every text given
-- is escaped, but for what is called markup. A chart stands alone, as a file
-- or inside a page: no script, no style sheet, no id, nothing from elsewhere;
-- it says in words what it shows, and tells by shape and place beside colour.

CREATE FUNCTION creditbank.xml_text(value text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(replace(
	regexp_replace(value COLLATE "C", E'[\\x01-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\\u202A-\\u202E\\u2066-\\u2069\\uFFFE\\uFFFF]', ' ', 'g'),
	'&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');
COMMENT ON FUNCTION creditbank.xml_text(text) IS
'A text as it stands in XML or HTML, between tags or within quotes: with & < > and both quotes escaped, and a space for each character that XML does not know or that turns the direction of the text behind it. NULL for NULL.';

CREATE FUNCTION creditbank.text_width(value text)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN length(value)
	- 0.44 * regexp_count(value COLLATE "C", '[ -~]')
	+ 0.12 * regexp_count(value COLLATE "C", '[A-HJ-Z%&@]')
	+ 0.22 * regexp_count(value COLLATE "C", '[MWmw]')
	- 0.26 * regexp_count(value COLLATE "C", '[]Iijltf.,:;|!''() []');
COMMENT ON FUNCTION creditbank.text_width(text) IS
'About how wide a text is drawn, in em, the size of its letters: 1 for each character beyond ASCII, as Chinese ones are, and about half of it for others. NULL for NULL.';

CREATE FUNCTION creditbank.text_that_fits(value text, width numeric)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	-- No character is narrower than 0.3 em.
	fits integer := least(length(value), trunc(greatest(least(width, 1000), 1) / 0.3))::integer;
BEGIN
	WHILE fits > 1 AND creditbank.text_width(left(value, fits)) > width LOOP
		fits := fits - 1;
	END LOOP;
	RETURN left(value, fits);
END
$$;
COMMENT ON FUNCTION creditbank.text_that_fits(text, numeric) IS
'The longest beginning of a text that is no wider than a width in em (1,000 at most), but at least one character. NULL for NULL.';

CREATE FUNCTION creditbank.fitted_lines(value text, width numeric, most integer DEFAULT 1)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	rest text := btrim(regexp_replace(value COLLATE "C", '[[:space:]]+', ' ', 'g'));
	lines text[] := '{}';
	line text;
	token text;
BEGIN
	WHILE cardinality(lines) < most - 1 AND creditbank.text_width(rest) > width LOOP
		line := '';
		-- A line ends after a word, or on either side of a character beyond ASCII.
		FOR token IN
			SELECT m[1]
			FROM regexp_matches(left(rest, 3000) COLLATE "C", '([!-~]+ ?|[^!-~] ?)', 'g') AS m
		LOOP
			EXIT WHEN creditbank.text_width(rtrim(line || token)) > width;
			line := line || token;
		END LOOP;
		IF line = '' THEN
			line := creditbank.text_that_fits(rest, width);
		END IF;
		lines := lines || creditbank.xml_text(rtrim(line));
		rest := ltrim(substr(rest, length(line) + 1));
	END LOOP;
	IF creditbank.text_width(rest) > width THEN
		RETURN lines || (creditbank.xml_text(rtrim(creditbank.text_that_fits(rest, width - 0.8))) || '&#8230;');
	END IF;
	RETURN lines || creditbank.xml_text(rest);
END
$$;
COMMENT ON FUNCTION creditbank.fitted_lines(text, numeric, integer) IS
'A text broken into at most so many lines that are no wider than a width in em, each escaped as xml_text does; where it is longer, the last one ends with an ellipsis. White space becomes single spaces. NULL for NULL.';

CREATE FUNCTION creditbank.svg_number(value numeric)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN trim_scale(round(value, 2))::text;
COMMENT ON FUNCTION creditbank.svg_number(numeric) IS
'A coordinate as text: rounded to hundredths, without zeros at its end. NULL for NULL.';

CREATE FUNCTION creditbank.figure_text(value numeric, decimals integer DEFAULT 4)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(split_part(trim_scale(round(value, decimals))::text, '.', 1), '([0-9])(?=([0-9]{3})+$)', E'\\1,', 'g')
	|| coalesce(substring(trim_scale(round(value, decimals))::text FROM '[.].*$'), '');
COMMENT ON FUNCTION creditbank.figure_text(numeric, integer) IS
'A number for people: rounded to so many decimals, without zeros at its end, a comma between thousands: 1,234.5. NULL for NULL.';

CREATE FUNCTION creditbank.sine(degrees numeric)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	angle numeric := mod(degrees, 360);
	term numeric;
	total numeric;
BEGIN
	-- Into -90 to 90, where the series below is exact to more than 12 places.
	IF abs(angle) > 270 THEN
		angle := angle - sign(angle) * 360;
	ELSIF abs(angle) > 90 THEN
		angle := sign(angle) * 180 - angle;
	END IF;
	angle := round(angle * 3.14159265358979323846 / 180, 20);
	term := angle;
	total := angle;
	FOR n IN 1 .. 9 LOOP
		term := round(-term * angle * angle / (2 * n * (2 * n + 1)), 20);
		total := total + term;
	END LOOP;
	RETURN round(total, 12);
END
$$;
COMMENT ON FUNCTION creditbank.sine(numeric) IS
'The sine of an angle in degrees, to 12 decimals, by numeric arithmetic alone: the same on every machine. NULL for NULL.';

CREATE FUNCTION creditbank.axis_step(span numeric, most integer DEFAULT 5)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	step numeric := 0.0001;
BEGIN
	LOOP
		FOREACH step IN ARRAY ARRAY[step, step * 2, step * 5] LOOP
			EXIT WHEN span <= step * most OR step > 1e30;
		END LOOP;
		EXIT WHEN span <= step * most OR step > 1e30;
		step := step * 2;
	END LOOP;
	RETURN trim_scale(step);
END
$$;
COMMENT ON FUNCTION creditbank.axis_step(numeric, integer) IS
'The distance between the marks of an axis over a span, so that it takes no more steps than so many: 1, 2 or 5 times a power of ten, from 0.0001 on. NULL for NULL.';

CREATE FUNCTION creditbank.axis_ticks(least_value numeric, greatest_value numeric, most integer DEFAULT 5)
RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	step numeric := creditbank.axis_step(greatest(greatest_value, 0) - least(least_value, 0), most);
	lowest numeric := floor(least(least_value, 0) / step);
	highest numeric := greatest(ceil(greatest(greatest_value, 0) / step), lowest + 1);
BEGIN
	RETURN ARRAY(
		SELECT trim_scale(n * step)
		FROM generate_series(lowest, highest) AS n
		ORDER BY n
		LIMIT 100);
END
$$;
COMMENT ON FUNCTION creditbank.axis_ticks(numeric, numeric, integer) IS
'Where an axis has its marks: round numbers at equal distances, 0 among them, from no more than the least value to no less than the greatest. NULL for NULL.';

CREATE FUNCTION creditbank.chart_colour(place integer)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
-- After Okabe and Ito (2008), told apart by people who see colours otherwise;
-- in this order also by their greys.
RETURN (ARRAY['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#3d4a54', '#8c6d1f'])[1 + mod(abs(place - 1::bigint), 8)];
COMMENT ON FUNCTION creditbank.chart_colour(integer) IS
'The colour of a series by its place, from 1; after the eighth they begin anew. NULL for NULL.';

CREATE FUNCTION creditbank.chart_tone(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE name
	WHEN 'ink' THEN '#1f2a33'
	WHEN 'muted' THEN '#56636d'
	WHEN 'axis' THEN '#8a959d'
	WHEN 'ring' THEN '#c6cdd3'
	WHEN 'grid' THEN '#dde2e6'
	WHEN 'wash' THEN '#f4f6f8'
	WHEN 'paper' THEN '#ffffff'
END;
COMMENT ON FUNCTION creditbank.chart_tone(text) IS
'The colour of what is no series, by name: ink, muted (small print), axis, ring (of a radar), grid, wash (background), paper. NULL for NULL and for another name.';

CREATE FUNCTION creditbank.chart_fonts()
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '''Noto Sans'', ''Noto Sans CJK SC'', ''Source Han Sans SC'', ''PingFang SC'', ''Microsoft YaHei'', ''Helvetica Neue'', Arial, sans-serif';
COMMENT ON FUNCTION creditbank.chart_fonts() IS
'The fonts of charts and pages, as CSS has them: the first one that the reader''s machine has; none is fetched.';

CREATE FUNCTION creditbank.check_chart(kind text, labels text[], amounts numeric[], least_amount numeric, greatest_amount numeric)
RETURNS void
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	wrong record;
BEGIN
	IF labels IS NULL OR amounts IS NULL OR cardinality(labels) <> cardinality(amounts) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s has as many numbers as labels', kind),
			DETAIL = format('There are %s labels and %s numbers.', coalesce(cardinality(labels)::text, 'no'), coalesce(cardinality(amounts)::text, 'no')),
			HINT = 'Pass two arrays of the same length; NULL stands for a number that is not told.';
	END IF;
	IF cardinality(labels) > 1000 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s has no room for so many numbers', kind),
			DETAIL = format('There are %s; 1000 have room.', cardinality(labels)),
			HINT = 'Leave out the small ones, or add them up.';
	END IF;
	SELECT n.place, n.amount
	INTO wrong
	FROM unnest(amounts) WITH ORDINALITY AS n (amount, place)
	WHERE n.amount NOT BETWEEN least_amount AND greatest_amount
	ORDER BY n.place
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s cannot show this number', kind),
			DETAIL = format('Number %s is %s; they go from %s to %s.', wrong.place,
				CASE WHEN abs(wrong.amount) BETWEEN 0.0001 AND 1e20 THEN trim_scale(wrong.amount)::text ELSE 'out of all bounds' END,
				least_amount, greatest_amount),
			HINT = 'NULL stands for a number that is not told.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_chart(text, text[], numeric[], numeric, numeric) IS
'Raises invalid_parameter unless there are as many numbers as labels, 1,000 at most, and each number is NULL or within bounds. kind names the chart, with its article.';

CREATE FUNCTION creditbank.svg_document(width numeric, height numeric, title text, description text, markup text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN format('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="%s" viewBox="0 0 %s %s" width="%2$s" height="%3$s" font-family="%s" font-size="13" fill="%s">',
		creditbank.xml_text(coalesce(title, 'chart')), creditbank.svg_number(width), creditbank.svg_number(height),
		creditbank.chart_fonts(), creditbank.chart_tone('ink'))
	|| '<title>' || creditbank.xml_text(coalesce(title, 'chart')) || '</title>'
	|| '<desc>' || creditbank.xml_text(coalesce(description, '')) || '</desc>'
	|| coalesce(markup, '') || '</svg>';
COMMENT ON FUNCTION creditbank.svg_document(numeric, numeric, text, text, text) IS
'A drawing of a width and height around markup, as an SVG document that also stands inside HTML. title and description say what it shows to who does not see it; NULL title: chart.';

CREATE FUNCTION creditbank.svg_text(x numeric, y numeric, markup text, attributes text DEFAULT '')
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<text x="' || creditbank.svg_number(x) || '" y="' || creditbank.svg_number(y) || '"' || attributes || '>' || markup || '</text>';
COMMENT ON FUNCTION creditbank.svg_text(numeric, numeric, text, text) IS
'A text element with its base line at a place. markup and attributes are escaped already. NULL for NULL.';

CREATE FUNCTION creditbank.svg_line(x1 numeric, y1 numeric, x2 numeric, y2 numeric, attributes text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<path d="M' || creditbank.svg_number(x1) || ' ' || creditbank.svg_number(y1)
	|| 'L' || creditbank.svg_number(x2) || ' ' || creditbank.svg_number(y2) || '" fill="none"' || attributes || '/>';
COMMENT ON FUNCTION creditbank.svg_line(numeric, numeric, numeric, numeric, text) IS
'A straight line from one place to another, with attributes (its stroke). NULL for NULL.';

CREATE FUNCTION creditbank.svg_mark(form text, x numeric, y numeric, size numeric, attributes text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<path d="M' || CASE form
		WHEN 'square' THEN format('%s %sh%sv%sh-%3$sz', creditbank.svg_number(x - size * 0.86), creditbank.svg_number(y - size * 0.86),
			creditbank.svg_number(size * 1.72), creditbank.svg_number(size * 1.72))
		WHEN 'diamond' THEN format('%s %sl%s %3$s-%3$s %3$s-%3$s-%3$sz', creditbank.svg_number(x), creditbank.svg_number(y - size * 1.25), creditbank.svg_number(size * 1.25))
		WHEN 'triangle' THEN format('%s %sl%s %sh-%sz', creditbank.svg_number(x), creditbank.svg_number(y - size * 1.2),
			creditbank.svg_number(size * 1.15), creditbank.svg_number(size * 2.1), creditbank.svg_number(size * 2.3))
		ELSE format('%s %sa%s %3$s 0 1 0 %s 0a%3$s %3$s 0 1 0-%4$s 0z', creditbank.svg_number(x - size), creditbank.svg_number(y),
			creditbank.svg_number(size), creditbank.svg_number(size * 2))
	END || '"' || attributes || '/>';
COMMENT ON FUNCTION creditbank.svg_mark(text, numeric, numeric, numeric, text) IS
'A mark around a place: circle, square, diamond or triangle, of half a width of about size, with attributes (fill, stroke). Another form is a circle. NULL for NULL.';

CREATE FUNCTION creditbank.svg_heading(title text, width numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN coalesce(creditbank.svg_text(0, 18, (creditbank.fitted_lines(title, width / 15))[1], ' font-size="15" font-weight="bold"'), '');
COMMENT ON FUNCTION creditbank.svg_heading(text, numeric) IS
'The title at the top of a chart of a width, shortened to it; nothing for NULL.';

CREATE FUNCTION creditbank.amount_with_unit(amount numeric, unit text, untold text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN coalesce(creditbank.figure_text(amount) || coalesce(' ' || unit, ''), untold, '-');
COMMENT ON FUNCTION creditbank.amount_with_unit(numeric, text, text) IS
'A number for people with its unit (NULL: none); untold for NULL, else a dash.';

CREATE FUNCTION creditbank.described(labels text[], amounts numeric[], unit text, untold text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN (
	SELECT string_agg(format('%s: %s', l.label, creditbank.amount_with_unit(l.amount, unit, untold)), '; ' ORDER BY l.place)
	FROM unnest(labels, amounts) WITH ORDINALITY AS l (label, amount, place));
COMMENT ON FUNCTION creditbank.described(text[], numeric[], text, text) IS
'What a chart shows, in words: each label with its number. NULL when there is none.';

CREATE FUNCTION creditbank.svg_bars(
	labels text[],
	amounts numeric[],
	title text DEFAULT NULL,
	unit text DEFAULT NULL,
	untold text DEFAULT NULL,
	colour integer DEFAULT 1)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	width numeric := 640;
	top numeric := CASE WHEN title IS NULL THEN 4 ELSE 34 END;
	row_height numeric := 26;
	row_count integer;
	greatest_amount numeric;
	label_width numeric;
	bar_left numeric;
	per_one numeric;
	markup text;
BEGIN
	PERFORM creditbank.check_chart('a bar chart', labels, amounts, 0, 1e18);
	row_count := cardinality(labels);
	SELECT greatest(max(b.amount), 0.0001), least(max(creditbank.text_width(coalesce(b.label, ''))) * 13, 210)
	INTO greatest_amount, label_width
	FROM unnest(labels, amounts) AS b (label, amount);
	bar_left := round(coalesce(label_width, 0) + 10);
	per_one := (width - bar_left - coalesce((
		SELECT max(creditbank.text_width(creditbank.amount_with_unit(b.amount, unit, untold)))
		FROM unnest(amounts) AS b (amount)), 0) * 12 - 14) / greatest_amount;
	SELECT string_agg(creditbank.svg_text(bar_left - 8, b.y + 17, (creditbank.fitted_lines(coalesce(b.label, ''), 210 / 13.0))[1], ' text-anchor="end"')
			|| CASE WHEN b.amount IS NULL
				THEN creditbank.svg_line(bar_left, b.y + 13, bar_left + 48, b.y + 13,
					format(' stroke="%s" stroke-width="16" stroke-dasharray="2 4"', creditbank.chart_tone('axis')))
				ELSE format('<rect x="%s" y="%s" width="%s" height="16" fill="%s"/>', creditbank.svg_number(bar_left), creditbank.svg_number(b.y + 5),
					creditbank.svg_number(b.amount * per_one), creditbank.chart_colour(coalesce(colour, 1))) END
			|| creditbank.svg_text(bar_left + coalesce(b.amount * per_one, 48) + 6, b.y + 17,
				creditbank.xml_text(creditbank.amount_with_unit(b.amount, unit, untold)),
				format(' font-size="12" fill="%s"', creditbank.chart_tone('muted'))),
		'' ORDER BY b.y)
	INTO markup
	FROM (
		SELECT l.label, l.amount, top + (l.place - 1) * row_height AS y
		FROM unnest(labels, amounts) WITH ORDINALITY AS l (label, amount, place)) AS b;
	RETURN creditbank.svg_document(width, top + row_count * row_height + 6, title,
		creditbank.described(labels, amounts, unit, untold),
		creditbank.svg_heading(title, width) || coalesce(markup, '')
		|| creditbank.svg_line(bar_left, top, bar_left, top + row_count * row_height + 2, format(' stroke="%s"', creditbank.chart_tone('axis'))));
END
$$;
COMMENT ON FUNCTION creditbank.svg_bars(text[], numeric[], text, text, text, integer) IS
'A chart of horizontal bars, one per label, each with its number and unit; a NULL number is not told: hatched, beside the word untold. All may be NULL but labels and amounts. Errors: invalid_parameter for arrays of two lengths and for numbers below 0.';

CREATE FUNCTION creditbank.svg_axis(ticks numeric[], unit text, axis_left numeric, axis_right numeric, bottom numeric, height numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN (
	SELECT string_agg(
		creditbank.svg_line(axis_left, t.y, axis_right, t.y, format(' stroke="%s"', creditbank.chart_tone(CASE WHEN t.tick = 0 THEN 'axis' ELSE 'grid' END)))
		|| creditbank.svg_text(axis_left - 6, t.y + 4, creditbank.figure_text(t.tick), format(' text-anchor="end" font-size="11" fill="%s"', creditbank.chart_tone('muted'))),
		'' ORDER BY t.tick)
	FROM (
		SELECT n, bottom - (n - ticks[1]) * height / (ticks[cardinality(ticks)] - ticks[1])
		FROM unnest(ticks) AS n) AS t (tick, y))
	|| coalesce(creditbank.svg_text(0, bottom - height - 12, creditbank.xml_text(unit), format(' font-size="11" fill="%s"', creditbank.chart_tone('muted'))), '');
COMMENT ON FUNCTION creditbank.svg_axis(numeric[], text, numeric, numeric, numeric, numeric) IS
'The grid of an upright axis: a line and a number at each of its ticks, and the unit above. A part of charts.';

CREATE FUNCTION creditbank.svg_places(labels text[], first_x numeric, slot numeric, y numeric)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	-- Where all would not stand side by side, every second, third ... is named.
	every integer := greatest(ceil(least((SELECT max(creditbank.text_width(l)) FROM unnest(labels) AS l) * 11 / 2 + 6, 60) / slot), 1);
BEGIN
	RETURN coalesce((
		SELECT string_agg(creditbank.svg_text(first_x + (l.place - 1) * slot, y + (n.line - 1) * 14, n.markup,
			format(' text-anchor="middle" font-size="11" fill="%s"', creditbank.chart_tone('muted'))), '' ORDER BY l.place, n.line)
		FROM unnest(labels) WITH ORDINALITY AS l (label, place)
		CROSS JOIN LATERAL unnest(creditbank.fitted_lines(coalesce(l.label, ''), (slot * every - 6) / 11.0, 2)) WITH ORDINALITY AS n (markup, line)
		WHERE (l.place - 1) % every = 0), '');
END
$$;
COMMENT ON FUNCTION creditbank.svg_places(text[], numeric, numeric, numeric) IS
'Labels below a chart, in the middle of places a slot apart, on two lines at most; only every second, third and so on where there is no room for all. A part of charts.';

CREATE FUNCTION creditbank.svg_columns(
	labels text[],
	amounts numeric[],
	title text DEFAULT NULL,
	unit text DEFAULT NULL,
	untold text DEFAULT NULL,
	colour integer DEFAULT 1)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	width numeric := 640;
	height numeric := 200;
	bottom numeric := 240 + CASE WHEN title IS NULL THEN 0 ELSE 26 END;
	ticks numeric[];
	axis_left numeric;
	slot numeric;
	bar numeric;
	markup text;
BEGIN
	PERFORM creditbank.check_chart('a column chart', labels, amounts, 0, 1e18);
	ticks := creditbank.axis_ticks(0, coalesce((SELECT max(n) FROM unnest(amounts) AS n), 1));
	axis_left := round(10 + 11 * (SELECT max(creditbank.text_width(creditbank.figure_text(n))) FROM unnest(ticks) AS n));
	slot := (width - axis_left) / greatest(cardinality(labels), 1);
	bar := least(slot * 0.68, 48);
	SELECT string_agg(
		CASE WHEN c.amount IS NULL
			THEN creditbank.svg_line(c.x, bottom, c.x, bottom - 30, format(' stroke="%s" stroke-width="%s" stroke-dasharray="2 4"', creditbank.chart_tone('axis'), creditbank.svg_number(bar)))
			ELSE format('<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>', creditbank.svg_number(c.x - bar / 2), creditbank.svg_number(bottom - c.height),
				creditbank.svg_number(bar), creditbank.svg_number(c.height), creditbank.chart_colour(coalesce(colour, 1))) END
		-- Each number stands on its column where all have room.
		|| CASE WHEN slot >= 26 THEN creditbank.svg_text(c.x, bottom - coalesce(c.height, 30) - 5,
				(creditbank.fitted_lines(creditbank.amount_with_unit(c.amount, NULL, untold), slot / 10.5))[1],
				format(' text-anchor="middle" font-size="11" fill="%s"', creditbank.chart_tone('ink')))
			ELSE '' END,
		'' ORDER BY c.place)
	INTO markup
	FROM (
		SELECT l.amount, l.place, axis_left + (l.place - 0.5) * slot AS x, l.amount * height / ticks[cardinality(ticks)] AS height
		FROM unnest(amounts) WITH ORDINALITY AS l (amount, place)) AS c;
	RETURN creditbank.svg_document(width, bottom + 40, title, creditbank.described(labels, amounts, unit, untold),
		creditbank.svg_heading(title, width) || creditbank.svg_axis(ticks, unit, axis_left, width, bottom, height)
		|| coalesce(markup, '') || creditbank.svg_places(labels, axis_left + slot / 2, slot, bottom + 17));
END
$$;
COMMENT ON FUNCTION creditbank.svg_columns(text[], numeric[], text, text, text, integer) IS
'A chart of upright columns, one per label, on an axis in a unit; a NULL number is not told: hatched, below the word untold. All may be NULL but labels and amounts. Errors: invalid_parameter for arrays of two lengths and for numbers below 0.';

CREATE FUNCTION creditbank.svg_legend(names text[], forms text[], y numeric, dashes text[] DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	x numeric := 0;
	-- Where four names in full would not stand side by side, each has a quarter of the width.
	longest numeric := CASE WHEN (
		SELECT sum(46 + 12 * creditbank.text_width(coalesce(n, '')))
		FROM unnest(names) AS n) > 600 THEN 8.5 ELSE 40 END;
	colour text;
	markup text := '';
BEGIN
	FOR n IN 1 .. coalesce(cardinality(names), 0) LOOP
		IF n = 5 THEN
			x := 0;
		END IF;
		colour := creditbank.chart_colour(n);
		markup := markup
			|| creditbank.svg_line(x, y + (n - 1) / 4 * 20, x + 24, y + (n - 1) / 4 * 20, format(' stroke="%s" stroke-width="2"', colour) || coalesce(' stroke-dasharray="' || dashes[n] || '"', ''))
			|| CASE WHEN forms[n] = 'none' THEN '' ELSE creditbank.svg_mark(coalesce(forms[n], 'circle'), x + 12, y + (n - 1) / 4 * 20, 4, format(' fill="%s"', colour)) END
			|| creditbank.svg_text(x + 30, y + (n - 1) / 4 * 20 + 4, (creditbank.fitted_lines(coalesce(names[n], ''), longest))[1], ' font-size="12"');
		x := x + 46 + 12 * least(creditbank.text_width(coalesce(names[n], '')), longest);
	END LOOP;
	RETURN markup;
END
$$;
COMMENT ON FUNCTION creditbank.svg_legend(text[], text[], numeric, text[]) IS
'What the lines of a chart mean, four on a line, the first at a height: a stroke with its dashes, a mark of its form and a name, in the colours of their places. A part of charts.';

CREATE FUNCTION creditbank.svg_lines(
	labels text[],
	series jsonb,
	title text DEFAULT NULL,
	unit text DEFAULT NULL,
	untold text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	width numeric := 640;
	height numeric := 200;
	bottom numeric := 266 + CASE WHEN title IS NULL THEN 0 ELSE 26 END;
	forms text[] := ARRAY['circle', 'square', 'diamond', 'triangle', 'circle', 'square', 'diamond', 'triangle'];
	dashes text[] := ARRAY[NULL, '6 3', '2 3', '9 3 2 3', '3 2', '12 4', '1 3', '6 2 1 2'];
	names text[] := '{}';
	description text := '';
	one jsonb;
	amounts numeric[];
	least_amount numeric := 0;
	greatest_amount numeric;
	ticks numeric[];
	axis_left numeric;
	slot numeric;
	per_one numeric;
	markup text := '';
BEGIN
	IF jsonb_typeof(series) IS DISTINCT FROM 'array' OR jsonb_array_length(series) > 8
		OR jsonb_path_exists(series, '$[*] ? (@.type() != "object" || !exists(@.name) || !exists(@.amounts) || @.name.type() != "string" || @.amounts.type() != "array")')
		OR jsonb_path_exists(series, '$[*].amounts[*] ? (@.type() != "number" && @.type() != "null")')
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'series does not describe the lines of a chart',
			DETAIL = 'It is an array of up to 8 objects, each with a name, a string, and amounts, an array of numbers and nulls.',
			HINT = 'Pass series like [{"name": "2025", "amounts": [1, 2.5, null]}].';
	END IF;
	FOR one IN SELECT s FROM jsonb_array_elements(series) AS s LOOP
		amounts := ARRAY(SELECT a.value::numeric FROM jsonb_array_elements_text(one -> 'amounts') WITH ORDINALITY AS a (value, place) ORDER BY a.place);
		PERFORM creditbank.check_chart('a line chart', labels, amounts, -1e18, 1e18);
		names := names || (one ->> 'name');
		description := concat_ws('. ', nullif(description, ''), format('%s: %s', one ->> 'name', creditbank.described(labels, amounts, unit, untold)));
		least_amount := least(least_amount, (SELECT min(a) FROM unnest(amounts) AS a));
		greatest_amount := greatest(greatest_amount, (SELECT max(a) FROM unnest(amounts) AS a));
	END LOOP;
	PERFORM creditbank.check_chart('a line chart', labels, array_fill(0::numeric, ARRAY[coalesce(cardinality(labels), 0)]), 0, 0);
	-- The legend has a second line.
	IF cardinality(names) > 4 THEN
		bottom := bottom + 20;
	END IF;
	ticks := creditbank.axis_ticks(least_amount, coalesce(greatest_amount, 1));
	per_one := height / (ticks[cardinality(ticks)] - ticks[1]);
	axis_left := round(10 + 11 * (SELECT max(creditbank.text_width(creditbank.figure_text(n))) FROM unnest(ticks) AS n));
	slot := (width - axis_left) / greatest(cardinality(labels), 1);
	FOR n IN 1 .. cardinality(names) LOOP
		-- A line is broken where a number is not told.
		markup := markup || coalesce((
			SELECT format('<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round"%s/>', string_agg(
					CASE WHEN p.joined THEN 'L' ELSE 'M' END || creditbank.svg_number(p.x) || ' ' || creditbank.svg_number(p.y), '' ORDER BY p.place),
					creditbank.chart_colour(n), coalesce(' stroke-dasharray="' || dashes[n] || '"', ''))
				|| string_agg(creditbank.svg_mark(forms[n], p.x, p.y, 4, format(' fill="%s"', creditbank.chart_colour(n))), '' ORDER BY p.place)
			FROM (
				SELECT a.place, axis_left + (a.place - 0.5) * slot AS x, bottom - (a.value::numeric - ticks[1]) * per_one AS y,
					lag(a.value) OVER (ORDER BY a.place) IS NOT NULL AS joined
				FROM jsonb_array_elements_text(series -> (n - 1) -> 'amounts') WITH ORDINALITY AS a (value, place)) AS p
			WHERE p.y IS NOT NULL), '');
	END LOOP;
	RETURN creditbank.svg_document(width, bottom + 40, title, description,
		creditbank.svg_heading(title, width) || creditbank.svg_legend(names, forms, CASE WHEN title IS NULL THEN 12 ELSE 38 END, dashes)
		|| creditbank.svg_axis(ticks, unit, axis_left, width, bottom, height) || markup
		|| creditbank.svg_places(labels, axis_left + slot / 2, slot, bottom + 17));
END
$$;
COMMENT ON FUNCTION creditbank.svg_lines(text[], jsonb, text, text, text) IS
'A chart of lines over labels. series: an array of up to 8 objects, each {"name": ..., "amounts": [...]} with as many numbers as labels; null is not told, and breaks the line. Lines differ by colour, dashes and marks. All may be NULL but labels and series. Errors: invalid_parameter for what has another form.';

CREATE FUNCTION creditbank.radar_shape(shares numeric[], centre_x numeric, centre_y numeric, radius numeric)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT 'M' || string_agg(creditbank.svg_number(centre_x + s.share * radius * creditbank.sine(s.angle)) || ' '
		|| creditbank.svg_number(centre_y - s.share * radius * creditbank.sine(s.angle + 90)), 'L' ORDER BY s.place) || 'z'
	FROM (
		SELECT n.share, n.place, (n.place - 1) * 360.0 / cardinality(shares)
		FROM unnest(shares) WITH ORDINALITY AS n (share, place)) AS s (share, place, angle)
	WHERE s.share IS NOT NULL);
COMMENT ON FUNCTION creditbank.radar_shape(numeric[], numeric, numeric, numeric) IS
'The outline of a radar''s shape as SVG path data: one corner per share, the first upwards, then with the clock; none where it is NULL. A part of svg_radar.';

CREATE FUNCTION creditbank.svg_radar(
	labels text[],
	shares numeric[],
	peers numeric[] DEFAULT NULL,
	title text DEFAULT NULL,
	notes text[] DEFAULT NULL,
	rings text[] DEFAULT '{25 %,50 %,75 %,100 %}',
	names text[] DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	axes integer := cardinality(labels);
	-- Above ten axes labels and notes have room around a larger web only.
	width numeric := CASE WHEN axes > 10 THEN 640 ELSE 440 END;
	radius numeric := CASE WHEN axes > 10 THEN 205 ELSE 110 END;
	centre_x numeric := width / 2;
	centre_y numeric := radius + 58 + CASE WHEN title IS NULL THEN 0 ELSE 28 END;
	bottom numeric;
	markup text;
BEGIN
	PERFORM creditbank.check_chart('a radar', labels, shares, 0, 1);
	PERFORM creditbank.check_chart('a radar', labels, coalesce(peers, shares), 0, 1);
	IF axes NOT BETWEEN 3 AND 16 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a radar has 3 to 16 axes',
			DETAIL = format('There are %s labels.', axes),
			HINT = 'creditbank.svg_bars() shows any number.';
	END IF;
	-- With an odd number of axes the lowest corner is not straight below.
	bottom := centre_y - radius * creditbank.sine((axes / 2) * 360.0 / axes + 90);
	-- The web: four rings and a spoke per axis.
	SELECT string_agg(format('<path d="%s" fill="%s" stroke="%s"/>', creditbank.radar_shape(array_fill(n / 4.0, ARRAY[axes]), centre_x, centre_y, radius),
		CASE WHEN n = 4 THEN creditbank.chart_tone('wash') ELSE 'none' END, creditbank.chart_tone(CASE WHEN n = 4 THEN 'axis' ELSE 'ring' END)), '' ORDER BY n DESC)
	INTO markup
	FROM generate_series(1, 4) AS n;
	markup := markup || (
		SELECT string_agg(creditbank.svg_line(centre_x, centre_y, centre_x + radius * a.sine, centre_y - radius * a.cosine,
			format(' stroke="%s"', creditbank.chart_tone('ring'))), '' ORDER BY a.place)
		FROM (
			SELECT n AS place, creditbank.sine((n - 1) * 360.0 / axes) AS sine, creditbank.sine((n - 1) * 360.0 / axes + 90) AS cosine
			FROM generate_series(1, axes) AS n) AS a);
	-- The peers below, dashed, then the shape itself with a mark at each corner.
	markup := markup
		|| coalesce('<path d="' || creditbank.radar_shape(peers, centre_x, centre_y, radius)
			|| format('" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="6 3" stroke-linejoin="round"/>', creditbank.chart_colour(2)), '')
		|| coalesce('<path d="' || creditbank.radar_shape(shares, centre_x, centre_y, radius)
			|| format('" fill="%s" fill-opacity="0.22" stroke="%1$s" stroke-width="2.5" stroke-linejoin="round"/>', creditbank.chart_colour(1)), '');
	markup := markup || coalesce((
		SELECT string_agg(creditbank.svg_mark('circle', centre_x + s.share * radius * creditbank.sine((s.place - 1) * 360.0 / axes),
			centre_y - s.share * radius * creditbank.sine((s.place - 1) * 360.0 / axes + 90), 3.5,
			format(' fill="%s"', creditbank.chart_colour(1))), '' ORDER BY s.place)
		FROM unnest(shares) WITH ORDINALITY AS s (share, place)
		WHERE s.share IS NOT NULL), '');
	markup := markup || coalesce((
		SELECT string_agg(creditbank.svg_text(centre_x + 4, centre_y - radius * r.place / 4.0 + 11, creditbank.xml_text(r.ring),
			format(' font-size="10.5" fill="%s" stroke="%s" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke"',
				creditbank.chart_tone('muted'), creditbank.chart_tone('paper'))), '' ORDER BY r.place)
		FROM unnest(rings) WITH ORDINALITY AS r (ring, place)
		WHERE r.place <= 4), '');
	-- Labels around, on two lines at most, and a note below each.
	markup := markup || (
		SELECT string_agg(creditbank.svg_text(a.x, a.first_y + (n.line - 1) * 16, n.markup,
			format(' text-anchor="%s"', a.anchor)
			|| CASE WHEN n.line > a.lines THEN format(' font-size="12" fill="%s"', creditbank.chart_tone('muted')) ELSE ' font-weight="bold"' END), '' ORDER BY a.place, n.line)
		FROM (
			SELECT p.place, p.text_lines, p.lines, p.x, p.anchor,
				CASE
					WHEN p.cosine > 0.9 THEN p.y - 16 * (cardinality(p.text_lines) - 1) - 2
					WHEN p.cosine < -0.9 THEN p.y + 12
					ELSE p.y - 8 * (cardinality(p.text_lines) - 1) + 5 - 10 * p.cosine
				END AS first_y
			FROM (
				SELECT l.place, c.cosine,
					f.label_lines || coalesce(creditbank.fitted_lines(nullif(l.note, ''), 7.9), '{}') AS text_lines,
					cardinality(f.label_lines) AS lines,
					centre_x + (radius + 12) * c.sine AS x, centre_y - (radius + 10) * c.cosine AS y,
					CASE WHEN abs(c.sine) < 0.2 THEN 'middle' WHEN c.sine > 0 THEN 'start' ELSE 'end' END AS anchor
				FROM unnest(labels, notes) WITH ORDINALITY AS l (label, note, place)
				CROSS JOIN LATERAL (
					SELECT creditbank.sine((l.place - 1) * 360.0 / axes), creditbank.sine((l.place - 1) * 360.0 / axes + 90)) AS c (sine, cosine)
				CROSS JOIN LATERAL (
					SELECT creditbank.fitted_lines(coalesce(l.label, ''), CASE WHEN axes <= 8 AND abs(c.sine) < 0.2 THEN 11 ELSE 7 END, 2)) AS f (label_lines)
				WHERE l.place <= axes) AS p) AS a
		CROSS JOIN LATERAL unnest(a.text_lines) WITH ORDINALITY AS n (markup, line));
	RETURN creditbank.svg_document(width, bottom + CASE WHEN names IS NULL THEN 60 ELSE 88 END, title,
		(SELECT string_agg(format('%s: %s', l.label, coalesce(creditbank.figure_text(l.share * 100, 0) || ' %', '-'))
				|| coalesce(' (' || creditbank.figure_text(l.peer * 100, 0) || ' %)', '')
				|| coalesce(', ' || nullif(l.note, ''), ''), '; ' ORDER BY l.place)
			FROM unnest(labels, shares, peers, notes) WITH ORDINALITY AS l (label, share, peer, note, place)
			WHERE l.place <= axes),
		creditbank.svg_heading(title, width) || markup
		|| CASE WHEN names IS NULL THEN '' ELSE
			creditbank.svg_legend(CASE WHEN peers IS NULL THEN names[1:1] ELSE names[1:2] END, ARRAY['circle', 'none'], bottom + 76, ARRAY[NULL, '6 3']) END);
END
$$;
COMMENT ON FUNCTION creditbank.svg_radar(text[], numeric[], numeric[], text, text[], text[], text[]) IS
'A radar: one axis per label, 3 to 16, the first upwards, then with the clock; shares, 0 to 1, are the corners of the shape, peers those of a dashed one to compare with (NULL: none). notes stand small below the labels, rings at the four rings from the inside, names (of the shape, of the peers) in a legend. A NULL share is no corner. Errors: invalid_parameter.';

CREATE FUNCTION creditbank.check_timeline(days date[], lanes text[], labels text[])
RETURNS void
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	wrong date;
BEGIN
	PERFORM creditbank.check_chart('a timeline', lanes, array_fill(0::numeric, ARRAY[coalesce(cardinality(days), 0)]), 0, 0);
	PERFORM creditbank.check_chart('a timeline', labels, array_fill(0::numeric, ARRAY[coalesce(cardinality(days), 0)]), 0, 0);
	SELECT d.day
	INTO wrong
	FROM unnest(days) AS d (day)
	WHERE d.day BETWEEN '1000-01-01' AND '9999-12-31' IS NOT TRUE
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a timeline cannot show this day',
			DETAIL = format('It is %s; days go from 1000-01-01 to 9999-12-31.', CASE WHEN isfinite(wrong) THEN to_char(wrong, 'YYYY-MM-DD') ELSE coalesce(wrong::text, 'NULL') END),
			HINT = 'Leave out what has no day.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_timeline(date[], text[], text[]) IS
'Raises invalid_parameter unless there are as many days as lanes and labels, 1,000 at most, and invalid_date unless each is a day of the years 1000 to 9999.';

CREATE FUNCTION creditbank.timeline_mark(form text, x numeric, y numeric, colour text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE form
	WHEN 'ring' THEN creditbank.svg_mark('circle', x, y, 4.5, format(' fill="%s" stroke="%s" stroke-width="2"', creditbank.chart_tone('paper'), colour))
	ELSE creditbank.svg_mark(form, x, y, 5, format(' fill="%s"', colour))
END;
COMMENT ON FUNCTION creditbank.timeline_mark(text, numeric, numeric, text) IS
'A mark of a timeline: as svg_mark, full, and ring, which is hollow. NULL for NULL.';

CREATE FUNCTION creditbank.svg_timeline(
	days date[],
	lanes text[],
	labels text[],
	title text DEFAULT NULL,
	forms text[] DEFAULT NULL,
	form_names jsonb DEFAULT NULL,
	until date DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	width numeric := 760;
	row_height numeric := 21;
	most_rows integer := 6;
	top numeric := 30 + CASE WHEN title IS NULL THEN 0 ELSE 28 END;
	first_year integer;
	last_year integer;
	every integer;
	first_day date;
	axis_left numeric;
	per_day numeric;
	y numeric := top;
	lane record;
	item record;
	ends numeric[];
	label_end numeric;
	place integer;
	form record;
	washes text := '';
	grid text;
	marks text := '';
	legend_x numeric := 0;
BEGIN
	PERFORM creditbank.check_timeline(days, lanes, labels);
	IF until IS NOT NULL THEN
		PERFORM creditbank.check_timeline(ARRAY[until], ARRAY[''], ARRAY['']);
	END IF;
	SELECT coalesce(extract(year FROM min(d.day)), extract(year FROM until), 2000), coalesce(extract(year FROM greatest(max(d.day), until)), 2000)
	INTO first_year, last_year
	FROM unnest(days) AS d (day);
	last_year := greatest(last_year + 1, first_year + 2);
	first_day := make_date(first_year, 1, 1);
	axis_left := round(16 + least(coalesce((SELECT max(creditbank.text_width(l.lane)) FROM unnest(lanes) AS l (lane)), 0), 11) * 13);
	-- From the first day of a year to the last day of one.
	per_day := (width - axis_left - 4) / (make_date(last_year - 1, 12, 31) + 1 - first_day);
	FOR lane IN
		SELECT l.lane, row_number() OVER (ORDER BY min(l.place)) AS place
		FROM unnest(lanes) WITH ORDINALITY AS l (lane, place)
		GROUP BY l.lane
		ORDER BY min(l.place)
	LOOP
		ends := '{}';
		FOR item IN
			SELECT i.day, i.label, i.form, i.x, i.label_width, i.markup,
				i.x + 9 + i.label_width > width AS turned,
				CASE WHEN i.x + 9 + i.label_width > width THEN i.x - 9 - i.label_width ELSE i.x - 7 END AS begins
			FROM (
				SELECT d.day, d.label, coalesce(d.form, 'circle') AS form, d.place, axis_left + (d.day - first_day) * per_day AS x,
					least(creditbank.text_width(coalesce(d.label, '')), 18) * 11.5 AS label_width,
					(creditbank.fitted_lines(coalesce(d.label, ''), 18))[1] AS markup
				FROM unnest(days, lanes, labels, forms) WITH ORDINALITY AS d (day, lane, label, form, place)
				WHERE d.lane IS NOT DISTINCT FROM lane.lane) AS i
			ORDER BY i.day, i.place
		LOOP
			-- The first row where the mark and its label have room; where no row has, the mark alone.
			place := coalesce((
				SELECT min(e.place)
				FROM unnest(ends) WITH ORDINALITY AS e (ending, place)
				WHERE e.ending <= item.begins), cardinality(ends) + 1);
			label_end := CASE WHEN item.turned THEN item.x + 7 ELSE item.x + 14 + item.label_width END;
			IF place > most_rows THEN
				SELECT e.place, greatest(e.ending, item.x + 7)
				INTO place, label_end
				FROM unnest(ends) WITH ORDINALITY AS e (ending, place)
				ORDER BY e.ending, e.place
				LIMIT 1;
				item.markup := '';
			END IF;
			ends[place] := label_end;
			marks := marks || '<g><title>' || creditbank.xml_text(concat_ws(' ', to_char(item.day, 'YYYY-MM-DD'), item.label)) || '</title>'
				|| creditbank.timeline_mark(item.form, item.x, y + 16 + (place - 1) * row_height, creditbank.chart_colour(lane.place::integer))
				|| CASE WHEN item.markup = '' THEN ''
					ELSE creditbank.svg_text(item.x + CASE WHEN item.turned THEN -9 ELSE 9 END, y + 20 + (place - 1) * row_height, item.markup,
						' font-size="11.5"' || CASE WHEN item.turned THEN ' text-anchor="end"' ELSE '' END) END
				|| '</g>';
		END LOOP;
		washes := washes
			|| CASE WHEN lane.place % 2 = 1 THEN format('<rect x="0" y="%s" width="%s" height="%s" fill="%s"/>', creditbank.svg_number(y), creditbank.svg_number(width),
				creditbank.svg_number(cardinality(ends) * row_height + 10), creditbank.chart_tone('wash')) ELSE '' END;
		marks := marks || creditbank.svg_text(8, y + 20, (creditbank.fitted_lines(coalesce(lane.lane, ''), 11))[1], ' font-weight="bold"');
		y := y + cardinality(ends) * row_height + 10;
	END LOOP;

	every := (SELECT min(n) FROM unnest(ARRAY[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000]) AS n WHERE n * 365 * per_day >= 44);
	SELECT string_agg(creditbank.svg_line(t.x, top - 6, t.x, y, format(' stroke="%s"', creditbank.chart_tone('grid')))
			|| creditbank.svg_text(t.x + 4, top - 10, t.year::text, format(' font-size="11" fill="%s"', creditbank.chart_tone('muted'))), '' ORDER BY t.year)
	INTO grid
	FROM (
		SELECT n AS year, axis_left + (make_date(n, 1, 1) - first_day) * per_day AS x
		FROM generate_series(first_year, last_year - 1) AS n
		WHERE n % every = 0) AS t;
	grid := coalesce(grid, '') || coalesce(creditbank.svg_line(axis_left + (until - first_day) * per_day, top - 6, axis_left + (until - first_day) * per_day, y,
		format(' stroke="%s" stroke-dasharray="3 3"', creditbank.chart_tone('axis'))), '');
	FOR form IN
		SELECT n.form, form_names ->> n.form AS name
		FROM unnest(ARRAY['circle', 'ring', 'square', 'diamond', 'triangle']) WITH ORDINALITY AS n (form, place)
		WHERE n.form = ANY (coalesce(forms, '{}'))
			AND form_names ->> n.form IS NOT NULL
		ORDER BY n.place
	LOOP
		marks := marks || creditbank.timeline_mark(form.form, legend_x + 13, y + 20, creditbank.chart_tone('muted'))
			|| creditbank.svg_text(legend_x + 24, y + 24, (creditbank.fitted_lines(form.name, 18))[1], ' font-size="12"');
		legend_x := legend_x + 44 + 12 * least(creditbank.text_width(form.name), 18);
	END LOOP;
	RETURN creditbank.svg_document(width, y + CASE WHEN legend_x > 0 THEN 34 ELSE 6 END, title, (
			SELECT string_agg(concat_ws(' ', to_char(d.day, 'YYYY-MM-DD'), d.lane || ':', d.label, '(' || (form_names ->> d.form) || ')'), '; ' ORDER BY d.day, d.place)
			FROM unnest(days, lanes, labels, forms) WITH ORDINALITY AS d (day, lane, label, form, place)
			WHERE d.day IS NOT NULL),
		creditbank.svg_heading(title, width) || washes || grid || marks);
END
$$;
COMMENT ON FUNCTION creditbank.svg_timeline(date[], text[], text[], text, text[], jsonb, date) IS
'A timeline: years along, a lane for each name in lanes, in the order in which they come, and in it a mark with its label for each day; where there is no room for a label, its mark alone. forms of the marks: circle (of all, for NULL), ring, square, diamond, triangle; form_names says in a legend what they mean, as {"circle": "recognised"}. until, a day, has a dashed line. Errors: invalid_parameter for arrays of several lengths, invalid_date.';

CREATE FUNCTION creditbank.page_style()
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format($style$
body { margin: 0 auto; padding: 32px 24px; max-width: 820px; color: %1$s; background: %2$s; font: 15px/1.6 %3$s; }
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.25; }
h2 { margin: 36px 0 10px; padding-bottom: 4px; font-size: 18px; border-bottom: 2px solid %4$s; break-after: avoid; }
p { margin: 6px 0; }
.small { color: %5$s; font-size: 13px; }
figure { margin: 12px 0; break-inside: avoid; }
svg { display: block; max-width: 100%%; height: auto; }
table { width: 100%%; border-collapse: collapse; font-size: 14px; }
th { padding: 6px 8px; text-align: left; vertical-align: bottom; color: %5$s; font-weight: bold; border-bottom: 1px solid %6$s; }
td { padding: 6px 8px; vertical-align: top; border-bottom: 1px solid %7$s; }
tr { break-inside: avoid; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
@page { size: A4; margin: 16mm; }
@media print { body { max-width: none; padding: 0; } }
$style$, creditbank.chart_tone('ink'), creditbank.chart_tone('paper'), creditbank.chart_fonts(), creditbank.chart_colour(1),
	creditbank.chart_tone('muted'), creditbank.chart_tone('axis'), creditbank.chart_tone('grid'));
COMMENT ON FUNCTION creditbank.page_style() IS
'The style sheet of the bank''s reports: A4 on paper, one column on a screen. Classes: number, for a cell of a table; small, for small print.';

CREATE FUNCTION creditbank.html_page(title text, language text, style text, body text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF coalesce(language, 'en') COLLATE "C" !~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the language of a page is not a language tag',
			DETAIL = format('It is "%s".', left(language, 100)),
			HINT = 'Pass a tag like en or zh.';
	END IF;
	IF style ~ '[<>]' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the style of a page has a < or > in it',
			DETAIL = 'It would end the style sheet and begin something else.',
			HINT = 'Pass CSS alone, without child selectors.';
	END IF;
	RETURN '<!DOCTYPE html>' || E'\n<html lang="' || CASE coalesce(language, 'en') WHEN 'zh' THEN 'zh-CN' ELSE coalesce(language, 'en') END || '">'
		|| E'\n<head>\n<meta charset="utf-8">'
		|| E'\n<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;">'
		|| E'\n<meta name="viewport" content="width=device-width, initial-scale=1">'
		|| E'\n<title>' || creditbank.xml_text(coalesce(title, '')) || '</title>'
		|| E'\n<style>' || coalesce(style, creditbank.page_style()) || '</style>'
		|| E'\n</head>\n<body>\n' || coalesce(body, '') || E'\n</body>\n</html>\n';
END
$$;
COMMENT ON FUNCTION creditbank.html_page(text, text, text, text) IS
'A whole HTML page that needs nothing from elsewhere and, by its Content-Security-Policy, fetches and runs nothing. language is its tag, en for NULL; style its CSS, page_style() for NULL; body is markup: what stands in it is escaped already. To be written in UTF-8. Errors: invalid_parameter for what is no language tag, and for < or > in style.';
