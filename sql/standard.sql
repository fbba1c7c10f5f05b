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
		coverage numeric(5,2) NOT NULL DEFAULT 100,
		CONSTRAINT standard_match_pkey PRIMARY KEY (certificate_ref, certificate_unit, course_ref, course_unit),
		CONSTRAINT standard_match_of_certificate CHECK (creditbank.class(certificate_ref) <> 'course'),
		CONSTRAINT standard_match_to_course CHECK (creditbank.class(course_ref) = 'course'),
		CONSTRAINT standard_match_coverage_range CHECK (coverage > 0 AND coverage <= 100),
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
		overlap numeric(5,2) NOT NULL,
		agreed_on date NOT NULL,
		basis text NOT NULL,
		CONSTRAINT standard_mapping_pkey PRIMARY KEY (certificate_ref, course_ref),
		CONSTRAINT standard_mapping_of_certificate CHECK (creditbank.class(certificate_ref) IN ('cert', 'training') AND creditbank.serial(certificate_ref) IS NULL),
		CONSTRAINT standard_mapping_to_course CHECK (creditbank.class(course_ref) = 'course' AND creditbank.serial(course_ref) IS NULL),
		CONSTRAINT standard_mapping_overlap_range CHECK (overlap BETWEEN 0 AND 100),
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
		g.overlap AS agreed_overlap, g.agreed_on, g.basis
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
		SELECT div(sum(c.hours * c.coverage) * 100, sum(c.hours)) / 100
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
BEGIN
	RETURN QUERY
	SELECT c.ref, coalesce(
		(SELECT g.overlap
			FROM creditbank.standard_mapping AS g
			WHERE g.certificate_ref = mapped_overlaps.ref AND g.course_ref = c.ref),
		creditbank.standard_overlap(mapped_overlaps.ref::text, c.ref::text))
	FROM creditbank.programme_course AS c
	WHERE c.programme = mapped_overlaps.programme
		AND c.ref IN (
			SELECT m.course_ref
			FROM creditbank.standard_match AS m
			WHERE m.certificate_ref = mapped_overlaps.ref
			UNION ALL
			SELECT m.course_ref
			FROM creditbank.standard_mapping AS m
			WHERE m.certificate_ref = mapped_overlaps.ref)
	ORDER BY c.ref;
END
$$;
COMMENT ON FUNCTION creditbank.mapped_overlaps(creditbank.achievement_ref, text) IS
'How much of each course of a programme a certificate covers, in percent: as agreed outright, or else as the standards give. Only courses that it is mapped to: a unit of it covers one of theirs, or an overlap was agreed. No rows for NULL.';
