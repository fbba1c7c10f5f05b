-- registry.sql: who takes part and what is offered: institutions, level
-- frameworks, the catalogue of achievements, and programmes.
-- Promise: the tables are kept by creditbank_admin with plain INSERT and
-- UPDATE; on any day at most one version of a catalogue entry is in effect.

CREATE FUNCTION creditbank.lock_catalogue()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('creditbank.catalogue', 0));
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.lock_catalogue() IS
'The trigger before changes of the catalogue: lets one at a time change it, until the transaction ends, so that two who add versions see each other''s. Readers do not wait.';

CREATE FUNCTION creditbank.check_catalogue_days()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	wrong record;
BEGIN
	SELECT v.*
	INTO wrong
	FROM (
		SELECT c.ref, c.version, c.effective_from,
			lag(c.version) OVER by_version AS version_before,
			lag(c.effective_from) OVER by_version AS day_before
		FROM creditbank.catalogue AS c
		WHERE c.ref IN (SELECT n.ref FROM changed AS n)
		WINDOW by_version AS (PARTITION BY c.ref ORDER BY c.version)) AS v
	WHERE v.effective_from <= v.day_before
	ORDER BY v.ref, v.version
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = format('version %s of "%s" does not take effect after version %s', wrong.version, wrong.ref, wrong.version_before),
			DETAIL = format('Version %s takes effect on %s, version %s on %s.', wrong.version_before, to_char(wrong.day_before, 'YYYY-MM-DD'),
				wrong.version, to_char(wrong.effective_from, 'YYYY-MM-DD')),
			HINT = 'Give each version a later effective_from than the one before.',
			SCHEMA = 'creditbank',
			TABLE = 'catalogue',
			COLUMN = 'effective_from';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.check_catalogue_days() IS
'The trigger after changes of the catalogue: every version of an entry takes effect on a later day than the version before. Errors: invalid_date.';

CREATE FUNCTION creditbank.refuse_purpose_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF NEW.purpose IS DISTINCT FROM OLD.purpose THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('append_only'),
			MESSAGE = format('programme "%s" keeps its purpose', OLD.code),
			DETAIL = format('It is %s; %s was asked for. What was used for the one would count again for the other.', OLD.purpose, NEW.purpose),
			HINT = 'Register another programme for another purpose.',
			SCHEMA = 'creditbank',
			TABLE = 'programme',
			COLUMN = 'purpose';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_purpose_change() IS
'The trigger of programme: refuses another purpose, for which achievements are used up. Errors: append_only.';

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

	CREATE TABLE creditbank.level_framework (
		code text NOT NULL,
		title text NOT NULL,
		CONSTRAINT level_framework_pkey PRIMARY KEY (code),
		CONSTRAINT level_framework_code_form CHECK (code ~ '^[^[:space:]]([^[:cntrl:]]*[^[:space:]])?$'),
		CONSTRAINT level_framework_title_given CHECK (title ~ '[^[:space:]]')
	);
	COMMENT ON TABLE creditbank.level_framework IS 'Frameworks of levels: the bank''s own, and others whose levels are mapped to it. One row per framework.';
	COMMENT ON COLUMN creditbank.level_framework.code IS 'The framework''s short name; bank is the bank''s own.';
	COMMENT ON COLUMN creditbank.level_framework.title IS 'Its title.';

	CREATE TABLE creditbank.framework_level (
		framework text NOT NULL,
		name text NOT NULL,
		title text,
		level smallint NOT NULL,
		CONSTRAINT framework_level_pkey PRIMARY KEY (framework, name),
		CONSTRAINT framework_level_name_form CHECK (name ~ '^[^[:space:]]([^[:cntrl:]]*[^[:space:]])?$'),
		CONSTRAINT framework_level_title_given CHECK (title ~ '[^[:space:]]'),
		CONSTRAINT framework_level_range CHECK (level BETWEEN 1 AND 10),
		CONSTRAINT framework_level_own CHECK (framework <> 'bank' OR name = level::text),
		CONSTRAINT framework_level_framework_fkey FOREIGN KEY (framework) REFERENCES creditbank.level_framework (code)
	);
	COMMENT ON TABLE creditbank.framework_level IS 'The levels of each framework, and which of the bank''s ten each corresponds to. One row per level of a framework.';
	COMMENT ON COLUMN creditbank.framework_level.framework IS 'The framework.';
	COMMENT ON COLUMN creditbank.framework_level.name IS 'The level''s name there, as on documents: 5, advanced. Of the bank''s own, its number.';
	COMMENT ON COLUMN creditbank.framework_level.title IS 'What the level is called at length; NULL when not said.';
	COMMENT ON COLUMN creditbank.framework_level.level IS 'The level of the bank that it corresponds to, 1 to 10, 10 the highest.';
	INSERT INTO creditbank.level_framework (code, title)
	VALUES ('bank', 'The ten levels of the bank');
	INSERT INTO creditbank.framework_level (framework, name, level)
	SELECT 'bank', n, n
	FROM generate_series(1, 10) AS n;

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
	CREATE TRIGGER catalogue_one_at_a_time
	BEFORE INSERT OR UPDATE ON creditbank.catalogue
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.lock_catalogue();
	COMMENT ON TRIGGER catalogue_one_at_a_time ON creditbank.catalogue IS 'Whoever adds a version sees the others.';
	CREATE TRIGGER catalogue_inserted_days_ascend
	AFTER INSERT ON creditbank.catalogue
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.check_catalogue_days();
	COMMENT ON TRIGGER catalogue_inserted_days_ascend ON creditbank.catalogue IS 'Later versions take effect on later days.';
	CREATE TRIGGER catalogue_updated_days_ascend
	AFTER UPDATE ON creditbank.catalogue
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION creditbank.check_catalogue_days();
	COMMENT ON TRIGGER catalogue_updated_days_ascend ON creditbank.catalogue IS 'Later versions take effect on later days.';

	CREATE VIEW creditbank.catalogue_entries
	WITH (security_invoker = true)
	AS
	SELECT c.ref::text AS ref, creditbank.class(c.ref) AS class, c.issuer, i.name AS issuer_name,
		c.version, c.effective_from,
		least(c.effective_until, lead(c.effective_from) OVER (PARTITION BY c.ref ORDER BY c.version) - 1) AS effective_until,
		c.title, coalesce(c.education_type, creditbank.education_type_of_class(creditbank.class(c.ref))) AS education_type,
		c.level, c.amount::numeric(18,4) AS amount, creditbank.unit(c.amount) AS unit, c.hours::numeric(18,4) AS hours
	FROM creditbank.catalogue AS c
	JOIN creditbank.institution AS i ON i.code = c.issuer;
	COMMENT ON VIEW creditbank.catalogue_entries IS 'The catalogue in plain types, each version with the days on which it is awarded. One row per version.';
	COMMENT ON COLUMN creditbank.catalogue_entries.ref IS 'The achievement, without a serial.';
	COMMENT ON COLUMN creditbank.catalogue_entries.class IS 'Its class: cert, course, training.';
	COMMENT ON COLUMN creditbank.catalogue_entries.issuer IS 'The awarding body.';
	COMMENT ON COLUMN creditbank.catalogue_entries.issuer_name IS 'Its full name.';
	COMMENT ON COLUMN creditbank.catalogue_entries.version IS 'The version, from 1.';
	COMMENT ON COLUMN creditbank.catalogue_entries.effective_from IS 'The first day on which awards are of it.';
	COMMENT ON COLUMN creditbank.catalogue_entries.effective_until IS 'The last such day: the day before the next version, or the end that was set; NULL while there is none.';
	COMMENT ON COLUMN creditbank.catalogue_entries.title IS 'Its title.';
	COMMENT ON COLUMN creditbank.catalogue_entries.education_type IS 'formal, vocational or non_formal; that of its class where the catalogue does not say.';
	COMMENT ON COLUMN creditbank.catalogue_entries.level IS 'Its level of the bank, 1 to 10; NULL when it has none.';
	COMMENT ON COLUMN creditbank.catalogue_entries.amount IS 'The hours or credits that it has as a rule; NULL when not said.';
	COMMENT ON COLUMN creditbank.catalogue_entries.unit IS 'The unit of amount.';
	COMMENT ON COLUMN creditbank.catalogue_entries.hours IS 'Its learning hours; NULL when not said.';

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
	COMMENT ON COLUMN creditbank.programme.purpose IS 'credit: achievements convert into its credits. points: it is a points scheme, in which achievements earn points. An achievement is used once for each purpose, so this never changes.';
	COMMENT ON COLUMN creditbank.programme.education_level IS 'The level of education it leads to, as one word that code maps translate: bachelor, associate, associate_to_bachelor, secondary_to_bachelor; NULL when not said.';
	COMMENT ON COLUMN creditbank.programme.valid IS 'The days on which it is offered; unbounded when not said.';
	CREATE TRIGGER programme_purpose_never_changes
	BEFORE UPDATE ON creditbank.programme
	FOR EACH ROW EXECUTE FUNCTION creditbank.refuse_purpose_change();
	COMMENT ON TRIGGER programme_purpose_never_changes ON creditbank.programme IS 'What achievements are used up for stays.';
	ALTER TABLE creditbank.programme ENABLE ALWAYS TRIGGER programme_purpose_never_changes;

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
	CREATE INDEX programme_course_ref ON creditbank.programme_course (ref);
	COMMENT ON TABLE creditbank.programme_course IS 'Courses of a programme: what conversions exempt from. One row per programme and course.';
	COMMENT ON COLUMN creditbank.programme_course.programme IS 'The programme.';
	COMMENT ON COLUMN creditbank.programme_course.ref IS 'The course, as rules name it: course/OUC/LOG-101.';
	COMMENT ON COLUMN creditbank.programme_course.title IS 'The course''s title.';
	COMMENT ON COLUMN creditbank.programme_course.credits IS 'The course''s credits.';
	COMMENT ON COLUMN creditbank.programme_course.hours IS 'The course''s learning hours, when said.';
	COMMENT ON COLUMN creditbank.programme_course.category IS 'Its category in the programme, when it has one.';
	COMMENT ON COLUMN creditbank.programme_course.compulsory IS 'Whether every learner of the programme takes it.';
	COMMENT ON COLUMN creditbank.programme_course.excluded IS 'Whether it may not be exempted (practice, thesis).';

	CREATE VIEW creditbank.programme_courses
	WITH (security_invoker = true)
	AS
	SELECT c.programme, p.title AS programme_title, p.institution, c.ref::text AS ref, c.title,
		c.credits::numeric(18,4) AS credits, c.hours::numeric(18,4) AS hours, c.category, c.compulsory,
		NOT c.excluded AS may_be_exempted, lower(p.valid) AS offered_from, upper(p.valid) - 1 AS offered_until
	FROM creditbank.programme_course AS c
	JOIN creditbank.programme AS p ON p.code = c.programme;
	COMMENT ON VIEW creditbank.programme_courses IS 'The courses of programmes, and which may be exempted, in plain types. One row per programme and course.';
	COMMENT ON COLUMN creditbank.programme_courses.programme IS 'The programme''s code.';
	COMMENT ON COLUMN creditbank.programme_courses.programme_title IS 'Its title.';
	COMMENT ON COLUMN creditbank.programme_courses.institution IS 'The body that runs it.';
	COMMENT ON COLUMN creditbank.programme_courses.ref IS 'The course.';
	COMMENT ON COLUMN creditbank.programme_courses.title IS 'The course''s title.';
	COMMENT ON COLUMN creditbank.programme_courses.credits IS 'Its credits.';
	COMMENT ON COLUMN creditbank.programme_courses.hours IS 'Its learning hours; NULL when not said.';
	COMMENT ON COLUMN creditbank.programme_courses.category IS 'Its category in the programme; NULL when it has none.';
	COMMENT ON COLUMN creditbank.programme_courses.compulsory IS 'Whether every learner of the programme takes it.';
	COMMENT ON COLUMN creditbank.programme_courses.may_be_exempted IS 'Whether a conversion may exempt from it.';
	COMMENT ON COLUMN creditbank.programme_courses.offered_from IS 'The first day on which the programme is offered; NULL when not said.';
	COMMENT ON COLUMN creditbank.programme_courses.offered_until IS 'The last such day; NULL when not said.';
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
		SELECT v.version
		FROM (
			SELECT c.version, c.effective_until
			FROM creditbank.catalogue AS c
			WHERE c.ref = creditbank.catalogue_ref(catalogue_version.ref)
				AND c.effective_from <= day
			ORDER BY c.version DESC
			LIMIT 1) AS v
		WHERE coalesce(v.effective_until >= day, true));
END
$$;
COMMENT ON FUNCTION creditbank.catalogue_version(creditbank.achievement_ref, date) IS
'The version of the catalogue that an achievement, with or without a serial, awarded on a day is of; NULL when the catalogue has none for that day.';

CREATE FUNCTION creditbank.bank_level(framework text, name text)
RETURNS smallint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_level smallint;
	names text;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT l.level
	INTO found_level
	FROM creditbank.framework_level AS l
	WHERE l.framework = bank_level.framework
		AND l.name = btrim(bank_level.name);
	IF FOUND THEN
		RETURN found_level;
	END IF;
	SELECT string_agg(concat_ws(' ', l.name, '(' || l.title || ')'), ', ' ORDER BY l.level, l.name COLLATE "C")
	INTO names
	FROM creditbank.framework_level AS l
	WHERE l.framework = bank_level.framework;
	IF names IS NULL AND NOT EXISTS (SELECT FROM creditbank.level_framework AS f WHERE f.code = bank_level.framework) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('level framework "%s" is not in the registry', bank_level.framework),
			DETAIL = (SELECT format('There are: %s.', string_agg(f.code, ', ' ORDER BY f.code COLLATE "C")) FROM creditbank.level_framework AS f),
			HINT = 'The bank''s own levels are framework ''bank''; register others in creditbank.level_framework.',
			SCHEMA = 'creditbank',
			TABLE = 'level_framework';
	END IF;
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('invalid_parameter'),
		MESSAGE = format('framework "%s" has no level "%s"', bank_level.framework, bank_level.name),
		DETAIL = coalesce('It has: ' || names || '.', 'No level of it is registered.'),
		HINT = 'Name a level as the framework has it, or map it in creditbank.framework_level.',
		SCHEMA = 'creditbank',
		TABLE = 'framework_level';
END
$$;
COMMENT ON FUNCTION creditbank.bank_level(text, text) IS
'The level of the bank, 1 to 10, that a named level of a framework corresponds to; spaces around the name are passed over. NULL for NULL. Errors: invalid_parameter for an unknown framework or level, bank_not_open.';

CREATE FUNCTION creditbank.level_name(framework text, level integer)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	RETURN (
		SELECT l.name
		FROM creditbank.framework_level AS l
		WHERE l.framework = level_name.framework
			AND l.level <= level_name.level
		ORDER BY l.level DESC, l.name COLLATE "C"
		LIMIT 1);
END
$$;
COMMENT ON FUNCTION creditbank.level_name(text, integer) IS
'What a level of the bank is called in another framework: the highest level there that corresponds to no higher one of the bank. NULL for NULL, for an unknown framework, and when all levels there are higher. Errors: bank_not_open.';

CREATE FUNCTION creditbank.check_programme(programme text, day date)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	offered record;
BEGIN
	SELECT p.valid, p.institution, i.valid AS institution_valid
	INTO offered
	FROM creditbank.programme AS p
	JOIN creditbank.institution AS i ON i.code = p.institution
	WHERE p.code = check_programme.programme;
	IF NOT FOUND THEN
		PERFORM creditbank.programme_document(check_programme.programme);
	ELSIF NOT offered.valid @> day OR NOT offered.institution_valid @> day THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_programme'),
			MESSAGE = format('programme "%s" is not offered on %s', check_programme.programme, to_char(day, 'YYYY-MM-DD')),
			DETAIL = CASE WHEN offered.valid @> day
				THEN format('Its institution "%s" takes part on these days: %s.', offered.institution, creditbank.days_text(offered.institution_valid))
				ELSE format('It is offered on these days: %s.', creditbank.days_text(offered.valid)) END,
			HINT = 'Name another day, or let an administrator extend the days in the registry.',
			SCHEMA = 'creditbank',
			TABLE = 'programme',
			COLUMN = 'valid';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_programme(text, date) IS
'Raises unknown_programme unless a programme is registered and, on a day, is offered by an institution that takes part. NULL passes.';

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
