-- standard.sql: what certificates and courses are about, and how far one covers
-- the other.
-- Promise: overlaps are exact and never rounded up; nothing here decides by
-- itself: rules test the overlap, and what is drafted here a person publishes.

CREATE PROCEDURE creditbank.create_standard_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.standard (
		ref creditbank.achievement_ref NOT NULL,
		title text NOT NULL,
		version text,
		CONSTRAINT standard_pkey PRIMARY KEY (ref),
		CONSTRAINT standard_class_known CHECK (creditbank.class(ref) IN ('cert', 'training', 'course')),
		CONSTRAINT standard_no_serial CHECK (creditbank.serial(ref) IS NULL),
		CONSTRAINT standard_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT standard_version_given CHECK (version ~ '[^[:space:]]')
	);
	COMMENT ON TABLE creditbank.standard IS 'Standards: what certificates, trainings and courses are about. One row per standard.';
	COMMENT ON COLUMN creditbank.standard.ref IS 'The certificate, training or course, without a serial.';
	COMMENT ON COLUMN creditbank.standard.title IS 'The standard''s title.';
	COMMENT ON COLUMN creditbank.standard.version IS 'Its edition, as it is called; NULL when not said.';

	CREATE TABLE creditbank.standard_unit (
		ref creditbank.achievement_ref NOT NULL,
		unit text NOT NULL,
		title text NOT NULL,
		hours creditbank.credit_amount(hr) NOT NULL,
		CONSTRAINT standard_unit_pkey PRIMARY KEY (ref, unit),
		CONSTRAINT standard_unit_unit_form CHECK (unit ~ '^[^[:space:]]([^[:cntrl:]]*[^[:space:]])?$'),
		CONSTRAINT standard_unit_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT standard_unit_hours_positive CHECK (hours > '0 hr'),
		CONSTRAINT standard_unit_ref_fkey FOREIGN KEY (ref) REFERENCES creditbank.standard (ref)
	);
	COMMENT ON TABLE creditbank.standard_unit IS 'The units of each standard: work tasks of a certificate, chapters of a course. One row per unit.';
	COMMENT ON COLUMN creditbank.standard_unit.ref IS 'The standard.';
	COMMENT ON COLUMN creditbank.standard_unit.unit IS 'The unit''s number or short name in it.';
	COMMENT ON COLUMN creditbank.standard_unit.title IS 'The unit''s title.';
	COMMENT ON COLUMN creditbank.standard_unit.hours IS 'Its learning hours: its weight in the standard.';

	CREATE TABLE creditbank.standard_match (
		certificate_ref creditbank.achievement_ref NOT NULL,
		certificate_unit text NOT NULL,
		course_ref creditbank.achievement_ref NOT NULL,
		course_unit text NOT NULL,
		coverage numeric NOT NULL DEFAULT 100,
		CONSTRAINT standard_match_pkey PRIMARY KEY (certificate_ref, certificate_unit, course_ref, course_unit),
		CONSTRAINT standard_match_of_certificate CHECK (creditbank.class(certificate_ref) <> 'course'),
		CONSTRAINT standard_match_to_course CHECK (creditbank.class(course_ref) = 'course'),
		CONSTRAINT standard_match_coverage_range CHECK (coverage > 0 AND coverage <= 100),
		-- A column of two decimals would round it silently, perhaps up to what a rule requires.
		CONSTRAINT standard_match_coverage_decimals CHECK (coverage = round(coverage, 2)),
		CONSTRAINT standard_match_certificate_unit_fkey FOREIGN KEY (certificate_ref, certificate_unit) REFERENCES creditbank.standard_unit (ref, unit),
		CONSTRAINT standard_match_course_unit_fkey FOREIGN KEY (course_ref, course_unit) REFERENCES creditbank.standard_unit (ref, unit)
	);
	COMMENT ON TABLE creditbank.standard_match IS 'Which units of certificates cover which units of courses, and how much of them. One row per pair that does.';
	COMMENT ON COLUMN creditbank.standard_match.certificate_ref IS 'The certificate or training.';
	COMMENT ON COLUMN creditbank.standard_match.certificate_unit IS 'Its unit.';
	COMMENT ON COLUMN creditbank.standard_match.course_ref IS 'The course.';
	COMMENT ON COLUMN creditbank.standard_match.course_unit IS 'Its unit.';
	COMMENT ON COLUMN creditbank.standard_match.coverage IS 'How much of the course''s unit is covered, in percent. What several units of a certificate cover of one adds up, to the whole of it at most.';
	CREATE INDEX standard_match_course_idx ON creditbank.standard_match (course_ref, certificate_ref);
	COMMENT ON INDEX creditbank.standard_match_course_idx IS 'The certificates that cover a course.';

	CREATE TABLE creditbank.standard_mapping (
		certificate_ref creditbank.achievement_ref NOT NULL,
		course_ref creditbank.achievement_ref NOT NULL,
		overlap numeric NOT NULL,
		agreed_on date NOT NULL,
		basis text NOT NULL,
		CONSTRAINT standard_mapping_pkey PRIMARY KEY (certificate_ref, course_ref),
		CONSTRAINT standard_mapping_of_certificate CHECK (creditbank.class(certificate_ref) IN ('cert', 'training') AND creditbank.serial(certificate_ref) IS NULL),
		CONSTRAINT standard_mapping_to_course CHECK (creditbank.class(course_ref) = 'course' AND creditbank.serial(course_ref) IS NULL),
		CONSTRAINT standard_mapping_overlap_range CHECK (overlap BETWEEN 0 AND 100),
		CONSTRAINT standard_mapping_overlap_decimals CHECK (overlap = round(overlap, 2)),
		CONSTRAINT standard_mapping_basis_given CHECK (basis ~ '[^[:space:]]')
	);
	COMMENT ON TABLE creditbank.standard_mapping IS 'Overlaps agreed outright: they hold in place of those that the standards give. One row per certificate and course.';
	COMMENT ON COLUMN creditbank.standard_mapping.certificate_ref IS 'The certificate or training, without a serial.';
	COMMENT ON COLUMN creditbank.standard_mapping.course_ref IS 'The course.';
	COMMENT ON COLUMN creditbank.standard_mapping.overlap IS 'How much of the course''s content it covers, in percent.';
	COMMENT ON COLUMN creditbank.standard_mapping.agreed_on IS 'The day it was agreed on.';
	COMMENT ON COLUMN creditbank.standard_mapping.basis IS 'Who agreed on what ground: the minutes, the expert opinion.';
	CREATE INDEX standard_mapping_course_idx ON creditbank.standard_mapping (course_ref, certificate_ref);
	COMMENT ON INDEX creditbank.standard_mapping_course_idx IS 'The certificates that a course is mapped to.';

	CREATE VIEW creditbank.standard_overlaps
	WITH (security_invoker = true)
	AS
	SELECT p.certificate_ref::text AS certificate, p.course_ref::text AS course,
		creditbank.standard_overlap(p.certificate_ref::text, p.course_ref::text) AS overlap,
		g.overlap::numeric(5,2) AS agreed_overlap, g.agreed_on, g.basis
	FROM (
		SELECT m.certificate_ref, m.course_ref
		FROM creditbank.standard_match AS m
		UNION
		SELECT m.certificate_ref, m.course_ref
		FROM creditbank.standard_mapping AS m) AS p
	LEFT JOIN creditbank.standard_mapping AS g
		ON g.certificate_ref = p.certificate_ref AND g.course_ref = p.course_ref;
	COMMENT ON VIEW creditbank.standard_overlaps IS 'How much of each course the certificates mapped to it cover, in plain types. One row per certificate and course.';
	COMMENT ON COLUMN creditbank.standard_overlaps.certificate IS 'The certificate or training.';
	COMMENT ON COLUMN creditbank.standard_overlaps.course IS 'The course.';
	COMMENT ON COLUMN creditbank.standard_overlaps.overlap IS 'What the standards give, in percent; NULL when one of the two has none.';
	COMMENT ON COLUMN creditbank.standard_overlaps.agreed_overlap IS 'What was agreed outright, which holds in its place; NULL when nothing was.';
	COMMENT ON COLUMN creditbank.standard_overlaps.agreed_on IS 'The day of that.';
	COMMENT ON COLUMN creditbank.standard_overlaps.basis IS 'The ground of that.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_standard_tables() IS
'Makes the tables and the view of standards; a part of create_bank.';

CREATE FUNCTION creditbank.compare_standards(certificate_ref text, course_ref text)
RETURNS TABLE (
	unit text,
	title text,
	hours numeric(18,4),
	coverage numeric(5,2),
	missing_hours numeric(18,4),
	covered_by text[])
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	SELECT u.unit, u.title, u.hours::numeric(18,4), m.coverage::numeric(5,2),
		round(u.hours::numeric * (100 - m.coverage) / 100, 4)::numeric(18,4), m.covered_by
	FROM creditbank.standard_unit AS u
	CROSS JOIN LATERAL (
		SELECT least(coalesce(sum(s.coverage), 0), 100) AS coverage,
			coalesce(array_agg(s.certificate_unit ORDER BY s.certificate_unit COLLATE "C"), '{}') AS covered_by
		FROM creditbank.standard_match AS s
		WHERE s.certificate_ref = compare_standards.certificate_ref::creditbank.achievement_ref
			AND s.course_ref = u.ref
			AND s.course_unit = u.unit) AS m
	WHERE u.ref = compare_standards.course_ref::creditbank.achievement_ref
	ORDER BY u.unit COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.compare_standards(text, text) IS
'How a certificate''s standard covers that of a course: one row per unit of the course, with its hours, how much of it is covered in percent, the hours that are not, and the certificate''s units that cover it. No rows for NULL, and for a course without a standard. Errors: bank_not_open, 22P02 for what is no reference.';

CREATE FUNCTION creditbank.standard_overlap(certificate_ref text, course_ref text)
RETURNS numeric(5,2)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	-- div() of whole numbers: a quotient that was rounded first could come up to what a rule requires.
	RETURN (
		SELECT (div(sum(c.hours * c.coverage) * 100, sum(c.hours)) / 100)::numeric(5,2)
		FROM creditbank.compare_standards(standard_overlap.certificate_ref, standard_overlap.course_ref) AS c
		WHERE EXISTS (
			SELECT FROM creditbank.standard_unit AS u
			WHERE u.ref = standard_overlap.certificate_ref::creditbank.achievement_ref));
END
$$;
COMMENT ON FUNCTION creditbank.standard_overlap(text, text) IS
'How much of a course''s standard a certificate''s covers, in percent: the hours covered of all units by all hours of the course, cut off behind two decimals and never rounded up. Overlaps agreed outright are not looked at. NULL for NULL, and when one of the two has no standard with units. Errors: bank_not_open, 22P02 for what is no reference.';

CREATE FUNCTION creditbank.mapped_overlaps(ref creditbank.achievement_ref, programme text)
RETURNS TABLE (course creditbank.achievement_ref, overlap numeric(5,2))
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	certificate creditbank.achievement_ref := creditbank.catalogue_ref(mapped_overlaps.ref);
BEGIN
	RETURN QUERY
	SELECT c.ref, coalesce(g.overlap::numeric(5,2), creditbank.standard_overlap(certificate::text, c.ref::text))
	FROM (
		SELECT s.course_ref
		FROM creditbank.standard_match AS s
		WHERE s.certificate_ref = certificate
		UNION
		SELECT s.course_ref
		FROM creditbank.standard_mapping AS s
		WHERE s.certificate_ref = certificate) AS m
	JOIN creditbank.programme_course AS c
		ON c.programme = mapped_overlaps.programme AND c.ref = m.course_ref
	LEFT JOIN creditbank.standard_mapping AS g
		ON g.certificate_ref = certificate AND g.course_ref = c.ref
	ORDER BY c.ref;
END
$$;
COMMENT ON FUNCTION creditbank.mapped_overlaps(creditbank.achievement_ref, text) IS
'How much of each course of a programme a certificate, with or without a serial, covers, in percent: as agreed outright, or else as the standards give. Only the courses that it is mapped to: one of its units covers one of theirs, or an overlap was agreed. No rows for NULL.';

CREATE FUNCTION creditbank.overlap_document(ref creditbank.achievement_ref, programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_agg(jsonb_build_object('course', m.course::text, 'overlap', m.overlap) ORDER BY m.course)
		FROM creditbank.mapped_overlaps(overlap_document.ref, overlap_document.programme) AS m);
END
$$;
COMMENT ON FUNCTION creditbank.overlap_document(creditbank.achievement_ref, text) IS
'The mapped overlaps of a certificate with the courses of a programme, as the key overlaps in the portfolio that evaluate() takes. NULL for NULL, and when it is mapped to none of them.';

CREATE FUNCTION creditbank.raise_nothing_mapped(programme text, least_overlap numeric)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('invalid_parameter'),
		MESSAGE = format('no certificate covers a course of programme "%s" by at least %s%%',
			raise_nothing_mapped.programme, trim_scale(raise_nothing_mapped.least_overlap)),
		DETAIL = coalesce((
			SELECT format('The largest overlap is %s%%, of "%s" with "%s".', coalesce(s.agreed_overlap, s.overlap), s.certificate, s.course)
			FROM creditbank.standard_overlaps AS s
			JOIN creditbank.programme_course AS c
				ON c.programme = raise_nothing_mapped.programme AND c.ref = s.course::creditbank.achievement_ref
			WHERE NOT c.excluded
			ORDER BY coalesce(s.agreed_overlap, s.overlap) DESC, s.certificate COLLATE "C", s.course COLLATE "C"
			LIMIT 1),
			'None is mapped to a course of it that may be exempted.'),
		HINT = 'Units are matched in creditbank.standard_match; overlaps that were agreed stand in creditbank.standard_mapping.',
		SCHEMA = 'creditbank',
		TABLE = 'standard_match';
END
$$;
COMMENT ON FUNCTION creditbank.raise_nothing_mapped(text, numeric) IS
'Raises invalid_parameter because no certificate reaches an overlap with a course of a programme, naming the largest that there is. Returns only for NULL.';

CREATE FUNCTION creditbank.standard_rules(programme text, least_overlap numeric DEFAULT 80)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	book_name text := left(standard_rules.programme, 45) || ' standards';
	next_version integer;
	rules jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	IF standard_rules.programme IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_programme'),
			MESSAGE = 'no programme was named',
			DETAIL = 'programme is NULL.',
			HINT = 'SELECT code, title FROM creditbank.programme lists the programmes.';
	END IF;
	PERFORM creditbank.programme_document(standard_rules.programme);
	IF standard_rules.least_overlap IS NULL
		OR NOT standard_rules.least_overlap BETWEEN 0.01 AND 100
		OR standard_rules.least_overlap <> round(standard_rules.least_overlap, 2)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('%s is not a least overlap', coalesce(standard_rules.least_overlap::text, 'NULL')),
			HINT = 'It is in percent, more than 0 and at most 100, with at most two decimals; leave it out for 80.';
	END IF;
	SELECT coalesce(max(b.version), 0) + 1
	INTO next_version
	FROM creditbank.rule_book AS b
	WHERE b.name = book_name;
	SELECT jsonb_agg(jsonb_build_object(
		-- A name has at most 200 bytes.
		'rule', CASE WHEN octet_length(r.certificate) <= 200 THEN r.certificate ELSE left(r.certificate, 45) || ' ' || r.place END,
		'when', jsonb_build_object('source', r.certificate, 'tests', jsonb_build_array(
			jsonb_build_object('test', 'overlap', 'is', '>=', 'value', standard_rules.least_overlap))),
		'grant', r.grants) ORDER BY r.place)
	INTO rules
	FROM (
		SELECT s.ref::text AS certificate,
			jsonb_agg(jsonb_build_object('target', c.ref::text, 'in_full', true) ORDER BY c.ref) AS grants,
			-- What exempts from the most is tried first.
			row_number() OVER (ORDER BY sum(c.credits) DESC, s.ref) AS place
		FROM (
			SELECT m.certificate_ref AS ref
			FROM creditbank.standard_match AS m
			JOIN creditbank.programme_course AS c
				ON c.programme = standard_rules.programme AND c.ref = m.course_ref
			UNION
			SELECT m.certificate_ref
			FROM creditbank.standard_mapping AS m
			JOIN creditbank.programme_course AS c
				ON c.programme = standard_rules.programme AND c.ref = m.course_ref) AS s
		CROSS JOIN LATERAL creditbank.mapped_overlaps(s.ref, standard_rules.programme) AS m
		JOIN creditbank.programme_course AS c
			ON c.programme = standard_rules.programme AND c.ref = m.course
		WHERE m.overlap >= standard_rules.least_overlap
			AND NOT c.excluded
		GROUP BY s.ref) AS r;
	IF rules IS NULL THEN
		PERFORM creditbank.raise_nothing_mapped(standard_rules.programme, standard_rules.least_overlap);
	END IF;
	RETURN jsonb_build_object(
		'rule_set', book_name,
		'version', next_version,
		'programme', jsonb_build_array(standard_rules.programme),
		'rules', rules)::creditbank.rule_set::text;
END
$$;
COMMENT ON FUNCTION creditbank.standard_rules(text, numeric) IS
'The text of a rule set made of what certificates are mapped to: for each one rule that exempts from every course of a programme of which it covers at least least_overlap percent, those that may not be exempted left out. It is named after the programme, in the version after the last that there is a rule book of. Writes nothing: draft_rules takes it, as it stands or with days and caps added. Errors: bank_not_open; unknown_programme, also for NULL; invalid_parameter for a bad percentage, and when no certificate reaches it.';
