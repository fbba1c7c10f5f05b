-- field_of_study.sql: fields of study: which there are, and which achievements
-- belong to each, by patterns.
-- Promise: of several patterns that cover an achievement the most specific one
-- decides, always the same; fields change portraits alone, and no credit.

CREATE FUNCTION creditbank.field_pattern(pattern text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	parts text[] := string_to_array(btrim(pattern), '/');
	ref creditbank.achievement_ref;
BEGIN
	IF btrim(pattern) ~ '^tag:[[:space:]]*[^[:space:]]' THEN
		RETURN 'tag:' || btrim(substr(btrim(pattern), 5));
	END IF;
	IF cardinality(parts) = 2 AND parts[2] = '*' THEN
		parts := parts || '*'::text;
	END IF;
	IF cardinality(parts) IS DISTINCT FROM 3 OR parts[3] LIKE '%#%' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is no pattern of achievements', left(pattern, 200)),
			HINT = 'Write class/issuer/code, with * for any of them or at the end of the code, like cert/CN-POST/EXP-*; or tag: and a tag.';
	END IF;
	-- What is not * is made canonical as in a reference, or refused as there.
	ref := creditbank.achievement_ref(CASE parts[1] WHEN '*' THEN 'course' ELSE parts[1] END, CASE parts[2] WHEN '*' THEN 'X' ELSE parts[2] END,
		CASE parts[3] WHEN '*' THEN 'X' ELSE regexp_replace(parts[3], '[*]$', '') END);
	RETURN concat_ws('/', CASE parts[1] WHEN '*' THEN '*' ELSE creditbank.class(ref) END,
		CASE parts[2] WHEN '*' THEN '*' ELSE creditbank.issuer(ref) END,
		CASE parts[3] WHEN '*' THEN '*' ELSE creditbank.code(ref) || CASE WHEN parts[3] LIKE '%*' THEN '*' ELSE '' END END);
END
$$;
COMMENT ON FUNCTION creditbank.field_pattern(text) IS
'The canonical form of a pattern of achievements: class/issuer/code, each a word or *, the code also a beginning with * behind it (training/* stands for training/*/*); or tag: and a tag. NULL for NULL. Errors: invalid_parameter; 22P02 for a part that cannot stand in a reference.';

CREATE FUNCTION creditbank.field_pattern_weight(pattern text)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN pattern LIKE 'tag:%' THEN 500 ELSE
	CASE split_part(pattern, '/', 1) WHEN '*' THEN 0 ELSE 100 END
	+ CASE split_part(pattern, '/', 2) WHEN '*' THEN 0 ELSE 200 END
	+ CASE
		WHEN split_part(pattern, '/', 3) = '*' THEN 0
		WHEN pattern LIKE '%*' THEN 1000 * length(split_part(pattern, '/', 3))
		ELSE 1000000000
	END
END;
COMMENT ON FUNCTION creditbank.field_pattern_weight(text) IS
'How specific a canonical pattern is: a whole code before the beginning of one (the longer first), that before a tag, a tag before an issuer, an issuer before a class, a class before nothing. NULL for NULL.';

CREATE FUNCTION creditbank.set_field_pattern()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	NEW.pattern := creditbank.field_pattern(NEW.pattern);
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION creditbank.set_field_pattern() IS
'The trigger of field_of_study_pattern: makes the pattern canonical. Errors: invalid_parameter, 22P02.';

CREATE PROCEDURE creditbank.create_field_of_study_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.field_of_study (
		code text NOT NULL,
		title text NOT NULL,
		title_zh text,
		CONSTRAINT field_of_study_pkey PRIMARY KEY (code),
		CONSTRAINT field_of_study_code_form CHECK (code ~ '^[a-z][a-z0-9_]*$'),
		CONSTRAINT field_of_study_code_no_class CHECK (creditbank.capability_asset_of_class(code) IS NULL),
		CONSTRAINT field_of_study_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT field_of_study_title_zh_given CHECK (title_zh ~ '[^[:space:]]')
	);
	COMMENT ON TABLE creditbank.field_of_study IS 'Fields of study that portraits are drawn by. One row per field; kept with plain INSERT, UPDATE and DELETE. While there is none, classes take their place.';
	COMMENT ON COLUMN creditbank.field_of_study.code IS 'The field''s short code, a lower-case word: logistics. Not the name of a class.';
	COMMENT ON COLUMN creditbank.field_of_study.title IS 'Its title.';
	COMMENT ON COLUMN creditbank.field_of_study.title_zh IS 'Its title in Chinese; NULL where title serves.';

	CREATE TABLE creditbank.field_of_study_pattern (
		pattern text NOT NULL,
		field text NOT NULL,
		weight integer GENERATED ALWAYS AS (creditbank.field_pattern_weight(pattern)) STORED,
		beginning text GENERATED ALWAYS AS (CASE WHEN pattern NOT LIKE 'tag:%' AND pattern LIKE '%_*' AND pattern NOT LIKE '%/*' THEN rtrim(split_part(pattern, '/', 3), '*') END) STORED,
		CONSTRAINT field_of_study_pattern_pkey PRIMARY KEY (pattern),
		CONSTRAINT field_of_study_pattern_canonical CHECK (pattern = creditbank.field_pattern(pattern)),
		CONSTRAINT field_of_study_pattern_field_fkey FOREIGN KEY (field) REFERENCES creditbank.field_of_study (code) ON UPDATE CASCADE
	);
	COMMENT ON TABLE creditbank.field_of_study_pattern IS 'Which achievements belong to which field of study: those of the most specific pattern that covers them. One row per pattern.';
	COMMENT ON COLUMN creditbank.field_of_study_pattern.pattern IS 'class/issuer/code, with * for any of them or at the end of the code: cert/CN-POST/*, */OUC/LOG-*; or a tag: tag:logistics. Written otherwise, it is made canonical.';
	COMMENT ON COLUMN creditbank.field_of_study_pattern.field IS 'The field.';
	COMMENT ON COLUMN creditbank.field_of_study_pattern.weight IS 'How specific it is, the more the greater: follows from the pattern.';
	COMMENT ON COLUMN creditbank.field_of_study_pattern.beginning IS 'What codes begin with, where the pattern has a * behind it; else NULL: follows from the pattern.';
	CREATE INDEX field_of_study_pattern_beginning_idx ON creditbank.field_of_study_pattern (split_part(pattern, '/', 2))
	WHERE beginning IS NOT NULL;
	COMMENT ON INDEX creditbank.field_of_study_pattern_beginning_idx IS 'The patterns with the beginning of a code, by their issuer.';
	CREATE TRIGGER field_of_study_pattern_canonical
	BEFORE INSERT OR UPDATE OF pattern ON creditbank.field_of_study_pattern
	FOR EACH ROW EXECUTE FUNCTION creditbank.set_field_pattern();
	COMMENT ON TRIGGER field_of_study_pattern_canonical ON creditbank.field_of_study_pattern IS 'Patterns in any of their spellings are one.';

	CREATE VIEW creditbank.catalogue_fields
	WITH (security_invoker = true)
	AS
	SELECT c.refs[n.place]::text AS ref, c.titles[n.place] AS title, m.pattern, m.field, f.title AS field_title, f.title_zh AS field_title_zh
	FROM (
		SELECT array_agg(l.ref ORDER BY l.ref) AS refs, array_agg(l.title ORDER BY l.ref) AS titles
		FROM (
			SELECT DISTINCT ON (v.ref) v.ref, v.title
			FROM creditbank.catalogue AS v
			ORDER BY v.ref, v.version DESC) AS l) AS c
	CROSS JOIN LATERAL generate_subscripts(c.refs, 1) AS n (place)
	LEFT JOIN LATERAL creditbank.fields_of_study(c.refs) AS m ON m.place = n.place
	LEFT JOIN creditbank.field_of_study AS f ON f.code = m.field;
	COMMENT ON VIEW creditbank.catalogue_fields IS 'The catalogue with the field of study of each achievement, without tags: what has none yet has NULL. One row per achievement.';
	COMMENT ON COLUMN creditbank.catalogue_fields.ref IS 'The achievement, without a serial.';
	COMMENT ON COLUMN creditbank.catalogue_fields.title IS 'Its title, of the last version.';
	COMMENT ON COLUMN creditbank.catalogue_fields.pattern IS 'The pattern that covers it; NULL when none does.';
	COMMENT ON COLUMN creditbank.catalogue_fields.field IS 'The field of study; NULL when no pattern covers it.';
	COMMENT ON COLUMN creditbank.catalogue_fields.field_title IS 'The field''s title.';
	COMMENT ON COLUMN creditbank.catalogue_fields.field_title_zh IS 'The field''s title in Chinese; NULL when not said.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_field_of_study_tables() IS
'Makes the tables of fields of study; a part of create_bank.';

CREATE FUNCTION creditbank.fields_of_study(refs creditbank.achievement_ref[], tags jsonb[] DEFAULT '{}')
RETURNS TABLE (place bigint, pattern text, field text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH asked AS MATERIALIZED (
		SELECT r.place, creditbank.class(r.ref) AS class, creditbank.issuer(r.ref) AS issuer, creditbank.code(r.ref) AS code, r.tags
		FROM unnest(fields_of_study.refs, fields_of_study.tags) WITH ORDINALITY AS r (ref, tags, place))
	SELECT DISTINCT ON (m.place) m.place, m.pattern, m.field
	FROM (
		SELECT a.place, p.pattern, p.field, p.weight
		FROM asked AS a
		CROSS JOIN LATERAL (
			VALUES (a.class), ('*')) AS c (class)
		CROSS JOIN LATERAL (
			VALUES (a.issuer), ('*')) AS i (issuer)
		CROSS JOIN LATERAL (
			VALUES (a.code), ('*')) AS k (code)
		JOIN creditbank.field_of_study_pattern AS p ON p.pattern = c.class || '/' || i.issuer || '/' || k.code
		UNION ALL
		SELECT a.place, p.pattern, p.field, p.weight
		FROM asked AS a
		JOIN creditbank.field_of_study_pattern AS p
			ON p.beginning IS NOT NULL
			AND starts_with(a.code, p.beginning)
			AND split_part(p.pattern, '/', 2) IN (a.issuer, '*')
			AND split_part(p.pattern, '/', 1) IN (a.class, '*')
		UNION ALL
		SELECT a.place, p.pattern, p.field, p.weight
		FROM asked AS a
		CROSS JOIN LATERAL jsonb_array_elements_text(a.tags) AS t (tag)
		JOIN creditbank.field_of_study_pattern AS p ON p.pattern = 'tag:' || t.tag) AS m
	ORDER BY m.place, m.weight DESC, m.pattern COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.fields_of_study(creditbank.achievement_ref[], jsonb[]) IS
'The fields of study of achievements, each with its tags, an array of strings in jsonb, at the same place: a row for each place that a pattern covers, with the most specific pattern that does, and its field. No rows for NULL.';
