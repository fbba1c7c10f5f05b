-- portrait_page.sql: the learning portrait as drawings and as a page.
-- Promise: drawn from the portrait's document alone, so that every picture has
-- its figures; only who may know a learner's name reads it on the page.

CREATE FUNCTION creditbank.portrait_radar_aspect(document jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN jsonb_array_length(document -> 'field') >= 3 THEN 'field'
	WHEN jsonb_array_length(document -> 'class') >= 3 THEN 'class'
	-- These are always three.
	ELSE 'education_type'
END;
COMMENT ON FUNCTION creditbank.portrait_radar_aspect(jsonb) IS
'What the radar of a portrait document is drawn by: field of study where there are three, else class, else education type. NULL for NULL.';

CREATE FUNCTION creditbank.portrait_radar(document jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	words jsonb := creditbank.portrait_words(document ->> 'language');
	aspect text := creditbank.portrait_radar_aspect(document);
	labels text[];
	counts numeric[];
	notes text[];
	unit numeric;
BEGIN
	SELECT array_agg(m.value ->> 'label' ORDER BY m.place), array_agg((m.value -> 'achievements')::numeric ORDER BY m.place),
		array_agg(coalesce(creditbank.amounts_text(words, (m.value -> 'credits')::numeric, (m.value -> 'hours')::numeric, m.value ->> 'others'), '') ORDER BY m.place)
	INTO labels, counts, notes
	FROM jsonb_array_elements(document -> aspect) WITH ORDINALITY AS m (value, place)
	WHERE m.place <= 10;
	-- Four rings, each a whole number of achievements; one and two fill them, too.
	unit := (
		SELECT CASE WHEN max(n) <= 2 THEN greatest(max(n), 1) / 4.0 ELSE ceil(max(n) / 4) END
		FROM unnest(counts) AS n);
	RETURN creditbank.svg_radar(labels, ARRAY(SELECT c.n / (4 * unit) FROM unnest(counts) WITH ORDINALITY AS c (n, place) ORDER BY c.place),
		NULL, format(words ->> 'radar', lower(words ->> ('aspect.' || aspect))), notes,
		ARRAY(SELECT CASE WHEN n * unit = trunc(n * unit) THEN trunc(n * unit)::text ELSE '' END FROM generate_series(1, 4) AS n));
END
$$;
COMMENT ON FUNCTION creditbank.portrait_radar(jsonb) IS
'The radar of a portrait document: recognised achievements by field of study, by class where there are less than three fields, by education type where there are less than three classes; its ten largest. NULL for NULL.';

CREATE FUNCTION creditbank.portrait_peer_radar(document jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	words jsonb := creditbank.portrait_words(document ->> 'language');
BEGIN
	IF jsonb_array_length(document -> 'peer') >= 3 THEN
		RETURN (
			SELECT creditbank.svg_radar(array_agg(m.value ->> 'label' ORDER BY m.place), array_agg((m.value -> 'standing')::numeric ORDER BY m.place),
				array_agg(0.5 ORDER BY m.place), words ->> 'peers', NULL, '{25 %,50 %,75 %,100 %}', ARRAY[words ->> 'radar.names', words ->> 'peers.middle'])
			FROM jsonb_array_elements(document -> 'peer') WITH ORDINALITY AS m (value, place));
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.portrait_peer_radar(jsonb) IS
'The radar of where a portrait''s account stands among its peers, beside the middle of them; NULL where less than three figures have peers enough, and for NULL.';

CREATE FUNCTION creditbank.portrait_timeline(document jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	words jsonb := creditbank.portrait_words(document ->> 'language');
BEGIN
	RETURN (
		SELECT creditbank.svg_timeline(coalesce(array_agg(make_date(left(m.value ->> 'day', 4)::integer, substr(m.value ->> 'day', 6, 2)::integer, right(m.value ->> 'day', 2)::integer) ORDER BY m.place), '{}'),
			coalesce(array_agg(m.value ->> 'lane' ORDER BY m.place), '{}'), coalesce(array_agg(m.value ->> 'label' ORDER BY m.place), '{}'), words ->> 'timeline',
			array_agg(m.value ->> 'mark' ORDER BY m.place),
			jsonb_build_object('circle', words -> 'mark.circle', 'ring', words -> 'mark.ring', 'triangle', words -> 'mark.triangle',
				'square', words -> 'mark.square', 'diamond', words -> 'mark.diamond'),
			make_date(left(document ->> 'as_of', 4)::integer, substr(document ->> 'as_of', 6, 2)::integer, right(document ->> 'as_of', 2)::integer))
		FROM (
			SELECT e.value, e.place
			FROM jsonb_array_elements(document -> 'timeline') WITH ORDINALITY AS e (value, place)
			ORDER BY e.value ->> 'day' DESC, e.place
			LIMIT 1000) AS m);
END
$$;
COMMENT ON FUNCTION creditbank.portrait_timeline(jsonb) IS
'The timeline of a portrait document, its latest 1,000 marks. NULL for NULL.';

CREATE FUNCTION creditbank.portrait_svg(
	account text,
	form text DEFAULT 'radar',
	as_of date DEFAULT NULL,
	language text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	document jsonb;
BEGIN
	document := creditbank.portrait_document(portrait_svg.account, portrait_svg.as_of, portrait_svg.language);
	CASE portrait_svg.form
		WHEN 'radar' THEN RETURN creditbank.portrait_radar(document);
		WHEN 'timeline' THEN RETURN creditbank.portrait_timeline(document);
		WHEN 'peers' THEN RETURN creditbank.portrait_peer_radar(document);
		ELSE
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_parameter'),
				MESSAGE = format('a portrait is not drawn as "%s"', coalesce(left(portrait_svg.form, 100), 'NULL')),
				HINT = 'The forms are radar, timeline and peers.';
	END CASE;
END
$$;
COMMENT ON FUNCTION creditbank.portrait_svg(text, text, date, text) IS
'A drawing of an account''s portrait as SVG: radar, timeline, or peers, which is NULL where the groups of peers are too small. as_of and language as in portrait. Errors: as of portrait; invalid_parameter for another form.';

CREATE FUNCTION creditbank.portrait_table(words jsonb, members jsonb, heading text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	columns text[];
BEGIN
	-- A column stands only where something stands in it.
	columns := ARRAY(
		SELECT c.name
		FROM unnest(ARRAY['achievements', 'claims', 'expired', 'credits', 'hours', 'others', 'converted', 'points']) WITH ORDINALITY AS c (name, place)
		WHERE EXISTS (
			SELECT FROM jsonb_array_elements(members) AS m (value)
			WHERE coalesce(m.value ->> c.name, '0') <> '0')
		ORDER BY c.place);
	RETURN '<section><h2>' || creditbank.xml_text(heading) || '</h2><table><thead><tr><th>' || creditbank.xml_text(words ->> 'head.label') || '</th>'
		|| coalesce((SELECT string_agg('<th class="number">' || creditbank.xml_text(words ->> ('head.' || c.name)) || '</th>', '' ORDER BY c.place)
			FROM unnest(columns) WITH ORDINALITY AS c (name, place)), '')
		|| '<th class="share">' || creditbank.xml_text(words ->> 'head.share') || '</th></tr></thead><tbody>'
		|| (
			SELECT string_agg('<tr><td>' || creditbank.xml_text(m.value ->> 'label') || '</td>'
				|| coalesce((SELECT string_agg('<td class="number">' || CASE
						WHEN c.name = 'others' THEN creditbank.xml_text(coalesce(m.value ->> c.name, ''))
						WHEN coalesce(m.value ->> c.name, '0') = '0' THEN ''
						ELSE creditbank.figure_text((m.value ->> c.name)::numeric) END || '</td>', '' ORDER BY c.place)
					FROM unnest(columns) WITH ORDINALITY AS c (name, place)), '')
				|| '<td class="share">' || CASE WHEN coalesce(m.value ->> 'share', '0') = '0' THEN ''
					ELSE format('<span style="width:%spx"></span>', creditbank.svg_number(greatest(least((m.value ->> 'share')::numeric, 1) * 80, 1)))
						|| creditbank.figure_text((m.value ->> 'share')::numeric * 100, 0) || ' %' END || '</td></tr>', '' ORDER BY m.place)
			FROM jsonb_array_elements(members) WITH ORDINALITY AS m (value, place))
		|| '</tbody></table></section>';
END
$$;
COMMENT ON FUNCTION creditbank.portrait_table(jsonb, jsonb, text) IS
'One aspect of a portrait document as a table of HTML under its heading. NULL for NULL. A part of portrait_page.';

CREATE FUNCTION creditbank.portrait_list(members jsonb, heading text, kind text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<section class="' || kind || '"><h2>' || creditbank.xml_text(heading) || '</h2><ul>'
	|| (
		SELECT string_agg('<li><b>' || creditbank.xml_text(m.value ->> 'label') || '</b><br>' || creditbank.xml_text(m.value ->> 'said') || '</li>', '' ORDER BY m.place)
		FROM jsonb_array_elements(members) WITH ORDINALITY AS m (value, place))
	|| '</ul></section>';
COMMENT ON FUNCTION creditbank.portrait_list(jsonb, text, text) IS
'Strengths, gaps or peers of a portrait document as a list of HTML under its heading; kind is its class. NULL for NULL. A part of portrait_page.';

CREATE FUNCTION creditbank.portrait_markup(document jsonb, account text, name text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	words jsonb := creditbank.portrait_words(document ->> 'language');
	total jsonb := document -> 'total' -> 0;
BEGIN
	RETURN '<header><h1>' || creditbank.xml_text(words ->> 'portrait') || '</h1><p>' || coalesce('<b>' || creditbank.xml_text(name) || '</b>', '')
		|| '<span>' || creditbank.xml_text(format(words ->> 'account', account)) || '</span><span>' || creditbank.xml_text(format(words ->> 'as_of', document ->> 'as_of'))
		|| '</span></p></header><div class="tiles">'
		|| (
			SELECT string_agg('<div><b>' || creditbank.figure_text((total ->> t.figure)::numeric) || '</b>' || creditbank.xml_text(words ->> t.word) || '</div>', '' ORDER BY t.place)
			FROM unnest(ARRAY['achievements', 'credits', 'hours', 'converted', 'points'],
				ARRAY['page.recognised', 'page.credits', 'page.hours', 'page.converted', 'page.points']) WITH ORDINALITY AS t (figure, word, place)
			WHERE t.place = 1 OR (total ->> t.figure)::numeric > 0)
		|| '</div><div class="figures"><figure>' || creditbank.portrait_radar(document)
		|| CASE WHEN jsonb_array_length(document -> 'field') BETWEEN 1 AND 2 THEN '<figcaption class="small">'
				|| creditbank.xml_text(format(words ->> 'radar.why', lower(words ->> ('aspect.' || creditbank.portrait_radar_aspect(document))))) || '</figcaption>'
			ELSE '' END
		|| '</figure>'
		|| coalesce('<figure>' || creditbank.portrait_peer_radar(document) || '</figure>', '')
		|| '</div><div class="sides">' || coalesce(creditbank.portrait_list(document -> 'strength', words ->> 'aspect.strength', 'strength'), '')
		|| coalesce(creditbank.portrait_list(document -> 'gap', words ->> 'aspect.gap', 'gap'), '') || '</div>'
		|| coalesce(creditbank.portrait_list(document -> 'peer', words ->> 'aspect.peer', 'peer'), '')
		|| CASE WHEN document -> 'timeline' = '[]' THEN '' ELSE '<figure>' || creditbank.portrait_timeline(document) || '</figure>' END
		|| coalesce((
			SELECT string_agg(creditbank.portrait_table(words, document -> a.aspect, words ->> ('aspect.' || a.aspect)), '' ORDER BY a.place)
			FROM unnest(ARRAY['education_type', 'class', 'field', 'level', 'year', 'programme']) WITH ORDINALITY AS a (aspect, place)), '')
		|| '<p class="small">' || creditbank.xml_text(format(words ->> 'page.foot', document ->> 'bank')) || '</p>';
END
$$;
COMMENT ON FUNCTION creditbank.portrait_markup(jsonb, text, text) IS
'The body of a portrait''s page: of its document, with the account''s number and, unless NULL, its holder''s name. A part of portrait_page.';

CREATE FUNCTION creditbank.portrait_page(
	account text,
	as_of date DEFAULT NULL,
	language text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	document jsonb;
	of_account bigint;
	name text;
BEGIN
	document := creditbank.portrait_document(portrait_page.account, portrait_page.as_of, portrait_page.language);
	of_account := creditbank.account_id(portrait_page.account);
	-- An auditor reads all but personal data.
	IF pg_has_role(creditbank.caller(), 'creditbank_registrar', 'USAGE') OR pg_has_role(creditbank.caller(), 'creditbank_admin', 'USAGE') THEN
		SELECT h.full_name
		INTO name
		FROM creditbank.holder AS h
		WHERE h.account_id = of_account;
	END IF;
	RETURN creditbank.html_page(creditbank.portrait_words(document ->> 'language') ->> 'portrait', document ->> 'language',
		creditbank.page_style() || format($style$
header p span, header p b { margin-right: 18px; }
header p { color: %1$s; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(114px, 1fr)); gap: 12px; margin: 20px 0; }
.tiles div { print-color-adjust: exact; -webkit-print-color-adjust: exact; padding: 12px 14px; color: %1$s; font-size: 13px; background: %2$s; border-left: 4px solid %3$s; }
.tiles b { display: block; color: %4$s; font-size: 26px; line-height: 1.2; }
.sides { display: flex; flex-wrap: wrap; gap: 0 32px; }
.sides section { flex: 1 1 280px; }
.peer ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 0 20px; }
.peer li { border-left-color: %6$s; }
ul { margin: 0; padding: 0; list-style: none; font-size: 14px; }
li { margin: 8px 0; padding-left: 12px; border-left: 4px solid %3$s; break-inside: avoid; }
.gap li { border-left-color: %5$s; border-left-style: dashed; }
.figures { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 16px; }
figure svg { width: 100%%; }
.figures figure { flex: 0 1 540px; min-width: 280px; }
.figures figure:not(:only-child) { flex: 1 1 300px; }
th, td { padding: 4px 8px; }
th.share, td.share { width: 130px; color: %1$s; white-space: nowrap; font-size: 12px; }
td.share span { display: inline-block; height: 9px; margin-right: 6px; background: %3$s; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
@media print { body, table, ul { font-size: 12px; } }
$style$, creditbank.chart_tone('muted'), creditbank.chart_tone('wash'), creditbank.chart_colour(1), creditbank.chart_tone('ink'), creditbank.chart_colour(6), creditbank.chart_colour(2)),
		creditbank.portrait_markup(document, creditbank.account_number(of_account), name));
END
$$;
COMMENT ON FUNCTION creditbank.portrait_page(text, date, text) IS
'The learning portrait of an account as an HTML page that needs nothing else: radar, timeline, strengths, gaps and tables, in English or Chinese. The holder''s name stands on it for registrars and admins only. as_of and language as in portrait. Errors: as of portrait.';
