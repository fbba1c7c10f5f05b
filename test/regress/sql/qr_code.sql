-- qr_code: what is drawn is a QR code of the text, read here module by module
-- as the standard lays them out; and what is refused.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;

-- The dark modules of a drawing, without its margin.
CREATE FUNCTION pg_temp.dark_modules(svg text, quiet integer)
RETURNS TABLE (x integer, y integer)
LANGUAGE sql AS $$
	SELECT part[1]::integer - quiet + i, part[2]::integer - quiet
	FROM regexp_matches(svg, 'M(\d+) (\d+)h(\d+)v1h-\d+z', 'g') AS part
	CROSS JOIN generate_series(0, part[3]::integer - 1) AS i
$$;

-- The bits of format information beside the upper left corner, unmasked: two of
-- the level, three of the mask, ten of their error correction.
CREATE FUNCTION pg_temp.format_bits(svg text, quiet integer)
RETURNS bit(15)
LANGUAGE sql AS $$
	SELECT string_agg((d.x IS NOT NULL)::integer::text, '' ORDER BY m.place)::bit(15) # B'101010000010010'
	FROM unnest('{0,1,2,3,4,5,7,8,8,8,8,8,8,8,8}'::integer[], '{8,8,8,8,8,8,8,8,7,5,4,3,2,1,0}'::integer[])
		WITH ORDINALITY AS m (x, y, place)
	LEFT JOIN pg_temp.dark_modules(svg, quiet) AS d USING (x, y)
$$;

CREATE FUNCTION pg_temp.masked(mask integer, i integer, j integer)
RETURNS boolean
LANGUAGE sql AS $$
	SELECT 0 = CASE mask
		WHEN 0 THEN (i + j) % 2
		WHEN 1 THEN i % 2
		WHEN 2 THEN j % 3
		WHEN 3 THEN (i + j) % 3
		WHEN 4 THEN (i / 2 + j / 3) % 2
		WHEN 5 THEN i * j % 2 + i * j % 3
		WHEN 6 THEN (i * j % 2 + i * j % 3) % 2
		WHEN 7 THEN ((i + j) % 2 + i * j % 3) % 2
	END
$$;

-- The bits of the smallest code, 21 modules wide, in the order of reading: in
-- pairs of columns from the right, up and down by turns, past what is fixed.
CREATE FUNCTION pg_temp.data_bits(svg text, quiet integer)
RETURNS text
LANGUAGE sql AS $$
	SELECT string_agg(((d.x IS NOT NULL) <> pg_temp.masked(substring(pg_temp.format_bits(svg, quiet) FROM 3 FOR 3)::integer, y, x))::integer::text, ''
		ORDER BY pair, CASE pair % 2 WHEN 0 THEN -y ELSE y END, x DESC)
	FROM generate_series(0, 9) AS pair
	CROSS JOIN generate_series(0, 1) AS side
	CROSS JOIN LATERAL (SELECT 20 - 2 * pair - side - CASE WHEN pair > 6 THEN 1 ELSE 0 END) AS c (x)
	CROSS JOIN generate_series(0, 20) AS y
	LEFT JOIN pg_temp.dark_modules(svg, quiet) AS d USING (x, y)
	WHERE x <> 6 AND y <> 6
		AND NOT (x < 9 AND (y < 9 OR y > 12))
		AND NOT (x > 12 AND y < 9)
$$;

-- What a code of at most 14 bytes says: after four bits of mode and eight of length.
CREATE FUNCTION pg_temp.read_code(svg text, quiet integer)
RETURNS TABLE (level bit(2), mode bit(4), length integer, content text)
LANGUAGE sql AS $$
	SELECT substring(pg_temp.format_bits(svg, quiet) FROM 1 FOR 2), substring(bits FOR 4)::bit(4), size,
		convert_from(decode(string_agg(lpad(to_hex(substring(bits FROM 5 + 8 * i FOR 8)::bit(8)::integer), 2, '0'), '' ORDER BY i), 'hex'), 'UTF8')
	FROM pg_temp.data_bits(svg, quiet) AS bits
	CROSS JOIN LATERAL (SELECT substring(bits FROM 5 FOR 8)::bit(8)::integer) AS l (size)
	CROSS JOIN generate_series(1, size) AS i
	GROUP BY bits, size
$$;

-- 208 bits are 26 bytes, 16 of data and 10 of correction at level M.
SELECT length(pg_temp.data_bits(qr_code_svg('creditbank'), 4)) AS bits;
SELECT v.content, r.level, r.mode, r.length, r.said = v.content AS said
FROM (VALUES ('creditbank'), ('x'), ('https://a.b/'), ('0123456789'), ('学分银行'), ('<&"''>]]>')) AS v (content)
CROSS JOIN LATERAL pg_temp.read_code(qr_code_svg(v.content), 4) AS r (level, mode, length, said);
SELECT v.level, r.level AS bits_of_level, r.content
FROM (VALUES ('L'), ('M'), ('Q'), ('H')) AS v (level)
CROSS JOIN LATERAL pg_temp.read_code(qr_code_svg('bank', v.level, 1, 0), 0) AS r;

-- The corners by which readers find it.
SELECT corner, string_agg(CASE WHEN d.x IS NULL THEN '.' ELSE '#' END, '' ORDER BY x) AS modules
FROM (VALUES ('upper left', 0, 0), ('upper right', 14, 0), ('lower left', 0, 14)) AS c (corner, left_, top)
CROSS JOIN generate_series(0, 6) AS column_
CROSS JOIN generate_series(0, 6) AS row_
CROSS JOIN LATERAL (SELECT left_ + column_, top + row_) AS m (x, y)
LEFT JOIN pg_temp.dark_modules(qr_code_svg('creditbank'), 4) AS d USING (x, y)
GROUP BY corner, left_, top, row_
ORDER BY top, left_, row_;

-- The element around the path; the margin is light, too.
SELECT regexp_replace(qr_code_svg('creditbank'), 'fill="#000" d="[^"]*"', 'fill="#000" d="..."') AS four;
SELECT substring(qr_code_svg('creditbank', 'M', 10, 0) FOR 95) AS ten_without_margin;
SELECT qr_code_svg('</svg><script>') ~ 'script' AS holds_the_text;
SELECT qr_code_svg(NULL) IS NULL AND qr_code_svg('x', NULL) IS NULL AND qr_code_svg('x', 'M', NULL) IS NULL AND qr_code_svg('x', 'M', 1, NULL) IS NULL AS null_for_null;

-- The longest text of each level fits, one byte more does not.
SELECT level, bytes, substring(qr_code_svg(repeat('x', bytes), level, 1, 0) FROM 'viewBox="([^"]*)"') AS box, e.*
FROM (VALUES ('L', 2953), ('M', 2331), ('Q', 1663), ('H', 1273)) AS v (level, bytes),
	pg_temp.error_of(format('SELECT qr_code_svg(repeat(''x'', %s), %L)', bytes + 1, level)) AS e;
-- Three bytes each.
SELECT e.* FROM pg_temp.error_of($$ SELECT qr_code_svg(repeat('学', 778)) $$) AS e;

-- What is refused.
SELECT call, e.*
FROM unnest(ARRAY[
	$$qr_code_svg('')$$,
	$$qr_code_svg('x', 'm')$$,
	$$qr_code_svg('x', '')$$,
	$$qr_code_svg('x', 'M', 0)$$,
	$$qr_code_svg('x', 'M', 101)$$,
	$$qr_code_svg('x', 'M', 4, -1)$$,
	$$qr_code_svg('x', 'M', 4, 101)$$
]) AS call, pg_temp.error_of('SELECT ' || call) AS e;
