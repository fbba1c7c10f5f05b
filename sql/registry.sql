-- registry.sql: who takes part and what is offered: institutions, the
-- catalogue of achievements, and programmes.
-- Promise: the tables are kept by creditbank_admin with plain INSERT and
-- UPDATE.

CREATE PROCEDURE creditbank.create_registry_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.institution (
		code text NOT NULL,
		name text NOT NULL,
		kind text NOT NULL,
		valid daterange NOT NULL DEFAULT daterange(NULL, NULL),
		region text,
		url text,
		CONSTRAINT institution_pkey PRIMARY KEY (code),
		CONSTRAINT institution_code_characters CHECK (code !~ '[[:space:]/#:?*"'']'),
		CONSTRAINT institution_code_form CHECK (creditbank.issuer(creditbank.achievement_ref('course', code, 'X')) = code),
		CONSTRAINT institution_name_given CHECK (name ~ '[^[:space:]]'),
		CONSTRAINT institution_kind_known CHECK (kind IN ('school', 'enterprise', 'union', 'training', 'assessment', 'examination', 'authority', 'platform')),
		CONSTRAINT institution_valid_some_day CHECK (NOT isempty(valid)),
		CONSTRAINT institution_url_form CHECK (url ~ '^https?://[^[:space:][:cntrl:]]+$'),
		CONSTRAINT institution_region_fkey FOREIGN KEY (region) REFERENCES creditbank.region (code)
	);
	COMMENT ON TABLE creditbank.institution IS 'Bodies that take part: they issue achievements, run programmes, recognise or supervise. One row per body.';
	COMMENT ON COLUMN creditbank.institution.code IS 'The body''s short code, as it stands in achievement references: CN-POST. In the canonical form of a reference (upper case).';
	COMMENT ON COLUMN creditbank.institution.name IS 'The body''s full name.';
	COMMENT ON COLUMN creditbank.institution.kind IS 'school, enterprise, union, training (body), assessment (body), examination (body), authority or platform.';
	COMMENT ON COLUMN creditbank.institution.valid IS 'The days on which the body takes part; unbounded when not said.';
	COMMENT ON COLUMN creditbank.institution.region IS 'The region it is in and counted under; NULL when it is of none.';
	COMMENT ON COLUMN creditbank.institution.url IS 'The address of its web page, for documents that leave the bank; NULL when not said.';

	CREATE TABLE creditbank.catalogue (
		ref creditbank.achievement_ref NOT NULL,
		version integer NOT NULL DEFAULT 1,
		effective_from date NOT NULL DEFAULT '1900-01-01',
		effective_until date,
		title text NOT NULL,
		issuer text NOT NULL GENERATED ALWAYS AS (creditbank.issuer(ref)) STORED,
		education_type text,
		level smallint,
		amount creditbank.credit_amount,
		hours creditbank.credit_amount(hr),
		CONSTRAINT catalogue_pkey PRIMARY KEY (ref, version),
		CONSTRAINT catalogue_version_positive CHECK (version >= 1),
		CONSTRAINT catalogue_days_ordered CHECK (effective_until >= effective_from),
		CONSTRAINT catalogue_education_type_known CHECK (education_type IN ('formal', 'vocational', 'non_formal')),
		CONSTRAINT catalogue_amount_positive CHECK (sign(amount) = 1),
		CONSTRAINT catalogue_hours_positive CHECK (sign(hours) = 1),
		CONSTRAINT catalogue_no_serial CHECK (creditbank.serial(ref) IS NULL),
		CONSTRAINT catalogue_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT catalogue_level_range CHECK (level BETWEEN 1 AND 10),
		CONSTRAINT catalogue_issuer_fkey FOREIGN KEY (issuer) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.catalogue IS 'The catalogue of achievements: what institutions award. One row per version of a published achievement.';
	COMMENT ON COLUMN creditbank.catalogue.ref IS 'The achievement, without a serial: it covers every instance with one.';
	COMMENT ON COLUMN creditbank.catalogue.version IS 'The version, from 1: later ones take effect on later days.';
	COMMENT ON COLUMN creditbank.catalogue.effective_from IS 'The first day on which awards are of this version; it ends where the next version begins.';
	COMMENT ON COLUMN creditbank.catalogue.effective_until IS 'The last day on which it is awarded at all; NULL while no end is set.';
	COMMENT ON COLUMN creditbank.catalogue.title IS 'Its title, as on the document.';
	COMMENT ON COLUMN creditbank.catalogue.issuer IS 'The awarding body: the issuer part of ref.';
	COMMENT ON COLUMN creditbank.catalogue.education_type IS 'formal, vocational or non_formal; NULL: as its class has it.';
	COMMENT ON COLUMN creditbank.catalogue.level IS 'Its level, 1 to 10; NULL when it has none. A deposit without a level takes it from here.';
	COMMENT ON COLUMN creditbank.catalogue.amount IS 'The hours or credits that it has as a rule; NULL when not said. For information: a deposit states its own.';
	COMMENT ON COLUMN creditbank.catalogue.hours IS 'Its learning hours, beside an amount of another unit; NULL when not said.';

	CREATE TABLE creditbank.programme (
		code text NOT NULL,
		institution text NOT NULL,
		title text NOT NULL,
		credits creditbank.credit_amount(cr) NOT NULL,
		purpose text NOT NULL DEFAULT 'credit',
		education_level text,
		valid daterange NOT NULL DEFAULT daterange(NULL, NULL),
		CONSTRAINT programme_pkey PRIMARY KEY (code),
		CONSTRAINT programme_purpose_known CHECK (purpose IN ('credit', 'points')),
		CONSTRAINT programme_education_level_form CHECK (education_level ~ '^[a-z][a-z0-9_]*$'),
		CONSTRAINT programme_valid_some_day CHECK (NOT isempty(valid)),
		CONSTRAINT programme_code_form CHECK (code ~ '^[^[:space:]]([^[:cntrl:]]*[^[:space:]])?$'),
		CONSTRAINT programme_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT programme_credits_positive CHECK (credits > 0),
		CONSTRAINT programme_institution_fkey FOREIGN KEY (institution) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.programme IS 'Programmes that learners convert into: a degree, a diploma. One row per programme.';
	COMMENT ON COLUMN creditbank.programme.code IS 'The programme''s code: rule sets name it in their scope.';
	COMMENT ON COLUMN creditbank.programme.institution IS 'The body that runs the programme and accepts conversions.';
	COMMENT ON COLUMN creditbank.programme.title IS 'The programme''s title.';
	COMMENT ON COLUMN creditbank.programme.credits IS 'All credits of the programme; percentage caps are of this. Of a points scheme any number: it has no courses.';
	COMMENT ON COLUMN creditbank.programme.purpose IS 'credit: achievements convert into its credits. points: it is a points scheme, in which achievements earn points. An achievement is used once for each purpose.';
	COMMENT ON COLUMN creditbank.programme.education_level IS 'The level of education it leads to, as one word that code maps translate: bachelor, associate, associate_to_bachelor, secondary_to_bachelor; NULL when not said.';
	COMMENT ON COLUMN creditbank.programme.valid IS 'The days on which it is offered; unbounded when not said.';

	CREATE TABLE creditbank.programme_category (
		programme text NOT NULL,
		category text NOT NULL,
		credits creditbank.credit_amount(cr) NOT NULL,
		CONSTRAINT programme_category_pkey PRIMARY KEY (programme, category),
		CONSTRAINT programme_category_credits_positive CHECK (credits > 0),
		CONSTRAINT programme_category_programme_fkey FOREIGN KEY (programme) REFERENCES creditbank.programme (code)
	);
	COMMENT ON TABLE creditbank.programme_category IS 'Categories of a programme''s courses: major, general, practice. One row per programme and category.';
	COMMENT ON COLUMN creditbank.programme_category.programme IS 'The programme.';
	COMMENT ON COLUMN creditbank.programme_category.category IS 'The category''s name within the programme.';
	COMMENT ON COLUMN creditbank.programme_category.credits IS 'The credits the programme asks for in this category.';

	CREATE TABLE creditbank.programme_course (
		programme text NOT NULL,
		ref creditbank.achievement_ref NOT NULL,
		title text NOT NULL,
		credits creditbank.credit_amount(cr) NOT NULL,
		hours creditbank.credit_amount(hr),
		category text,
		compulsory boolean NOT NULL DEFAULT true,
		excluded boolean NOT NULL DEFAULT false,
		CONSTRAINT programme_course_pkey PRIMARY KEY (programme, ref),
		CONSTRAINT programme_course_is_course CHECK (creditbank.class(ref) = 'course' AND creditbank.serial(ref) IS NULL),
		CONSTRAINT programme_course_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT programme_course_credits_positive CHECK (credits > 0),
		CONSTRAINT programme_course_hours_positive CHECK (hours > '0 hr'),
		CONSTRAINT programme_course_programme_fkey FOREIGN KEY (programme) REFERENCES creditbank.programme (code),
		CONSTRAINT programme_course_category_fkey FOREIGN KEY (programme, category) REFERENCES creditbank.programme_category (programme, category)
	);
	COMMENT ON TABLE creditbank.programme_course IS 'Courses of a programme: what conversions exempt from. One row per programme and course.';
	COMMENT ON COLUMN creditbank.programme_course.programme IS 'The programme.';
	COMMENT ON COLUMN creditbank.programme_course.ref IS 'The course, as rules name it: course/OUC/LOG-101.';
	COMMENT ON COLUMN creditbank.programme_course.title IS 'The course''s title.';
	COMMENT ON COLUMN creditbank.programme_course.credits IS 'The course''s credits.';
	COMMENT ON COLUMN creditbank.programme_course.hours IS 'The course''s learning hours, when said.';
	COMMENT ON COLUMN creditbank.programme_course.category IS 'Its category in the programme, when it has one.';
	COMMENT ON COLUMN creditbank.programme_course.compulsory IS 'Whether every learner of the programme takes it.';
	COMMENT ON COLUMN creditbank.programme_course.excluded IS 'Whether it may not be exempted (practice, thesis).';
END
$$;
COMMENT ON PROCEDURE creditbank.create_registry_tables() IS
'Makes the tables of the registry; a part of create_bank.';

CREATE FUNCTION creditbank.catalogue_version(ref creditbank.achievement_ref, day date)
RETURNS integer
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT max(c.version)
		FROM creditbank.catalogue AS c
		WHERE c.ref = creditbank.catalogue_ref(catalogue_version.ref)
			AND c.effective_from <= day
			AND coalesce(c.effective_until >= day, true));
END
$$;
COMMENT ON FUNCTION creditbank.catalogue_version(creditbank.achievement_ref, date) IS
'The version of the catalogue that an achievement, with or without a serial, awarded on a day is of; NULL when the catalogue has none for that day.';

CREATE FUNCTION creditbank.programme_document(programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	document jsonb;
BEGIN
	SELECT jsonb_build_object(
		'code', p.code,
		'total', p.credits::numeric,
		'categories', (
			SELECT coalesce(jsonb_agg(jsonb_build_object('name', c.category, 'credits', c.credits::numeric) ORDER BY c.category COLLATE "C"), '[]')
			FROM creditbank.programme_category AS c
			WHERE c.programme = p.code),
		'courses', (
			SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
				'ref', c.ref::text,
				'title', c.title,
				'credits', c.credits::numeric,
				'hours', c.hours::numeric,
				'category', c.category,
				'compulsory', c.compulsory,
				'excluded', c.excluded)) ORDER BY c.ref), '[]')
			FROM creditbank.programme_course AS c
			WHERE c.programme = p.code))
	INTO document
	FROM creditbank.programme AS p
	WHERE p.code = programme_document.programme;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_programme'),
			MESSAGE = format('programme "%s" is not in the registry', programme_document.programme),
			HINT = 'SELECT code, title FROM creditbank.programme lists the programmes.',
			SCHEMA = 'creditbank',
			TABLE = 'programme',
			COLUMN = 'code';
	END IF;
	RETURN document;
END
$$;
COMMENT ON FUNCTION creditbank.programme_document(text) IS
'A programme with its categories and courses as the jsonb that evaluate() takes. NULL for NULL. Errors: unknown_programme.';
