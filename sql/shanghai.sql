-- shanghai.sql: the three files that schools hand to the Shanghai credit bank.
-- Promise: codes come from tables and never from here; amounts keep their
-- fractions; a word without a code is an error, never a blank. Identity numbers
-- come from the caller, are checked, and are told in no message.

CREATE PROCEDURE creditbank.create_shanghai_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.code_list (
		scheme text NOT NULL,
		list text NOT NULL,
		title text NOT NULL,
		CONSTRAINT code_list_pkey PRIMARY KEY (scheme, list),
		CONSTRAINT code_list_scheme_given CHECK (scheme ~ '^[^[:space:][:cntrl:]]+$'),
		CONSTRAINT code_list_list_form CHECK (list ~ '^[a-z_]+[.][a-z_]+$'),
		CONSTRAINT code_list_title_given CHECK (title ~ '[^[:space:]]')
	);
	COMMENT ON TABLE creditbank.code_list IS 'Lists of codes in exported files. A scheme is all lists of one school or year; one row per scheme and list.';
	COMMENT ON COLUMN creditbank.code_list.scheme IS 'The scheme''s name; ''shanghai'' is made with the bank.';
	COMMENT ON COLUMN creditbank.code_list.list IS 'The file and the column that the codes stand in: courses.education_level.';
	COMMENT ON COLUMN creditbank.code_list.title IS 'What the list is of.';

	CREATE TABLE creditbank.code_map (
		scheme text NOT NULL,
		list text NOT NULL,
		word text NOT NULL,
		code text NOT NULL,
		title text,
		CONSTRAINT code_map_pkey PRIMARY KEY (scheme, list, word),
		CONSTRAINT code_map_word_given CHECK (word ~ '[^[:space:]]'),
		CONSTRAINT code_map_code_plain CHECK (code !~ '[[:cntrl:]]'),
		CONSTRAINT code_map_list_fkey FOREIGN KEY (scheme, list) REFERENCES creditbank.code_list (scheme, list)
	);
	COMMENT ON TABLE creditbank.code_map IS 'The code of each word of the bank in a list. One row per scheme, list and word.';
	COMMENT ON COLUMN creditbank.code_map.scheme IS 'The scheme.';
	COMMENT ON COLUMN creditbank.code_map.list IS 'The list.';
	COMMENT ON COLUMN creditbank.code_map.word IS 'The bank''s word: bachelor, adult, an institution''s code; ''unknown'' where the bank was told none.';
	COMMENT ON COLUMN creditbank.code_map.code IS 'The code, as text: leading zeros stay. Empty to leave the column blank.';
	COMMENT ON COLUMN creditbank.code_map.title IS 'What the code means; NULL when not said.';

	INSERT INTO creditbank.code_list (scheme, list, title)
	VALUES
		('shanghai', 'courses.education_level', 'level of education'),
		('shanghai', 'courses.education_category', 'kind of schooling'),
		('shanghai', 'courses.outcome', 'graduated, completed or left'),
		('shanghai', 'courses.season', 'season of graduation'),
		('shanghai', 'conversions.school', 'the converting school, by its code here'),
		('shanghai', 'conversions.source', 'what was converted'),
		('shanghai', 'conversions.original_education_level', 'level of education of the original'),
		('shanghai', 'conversions.original_education_category', 'kind of schooling of the original'),
		('shanghai', 'conversions.outcome', 'graduated, completed or left'),
		('shanghai', 'conversions.season', 'season of graduation'),
		('shanghai', 'conversions.education_level', 'level of education after conversion'),
		('shanghai', 'certificates.school', 'the converting school, by its code here'),
		('shanghai', 'certificates.source', 'what was converted'),
		('shanghai', 'certificates.original_education_level', 'level of education of the original'),
		('shanghai', 'certificates.original_education_category', 'kind of schooling of the original'),
		('shanghai', 'certificates.education_level', 'level of education after conversion');
	INSERT INTO creditbank.code_map (scheme, list, word, code)
	VALUES
		('shanghai', 'courses.education_level', 'bachelor', '85'),
		('shanghai', 'courses.education_level', 'associate', '86'),
		('shanghai', 'courses.education_level', 'associate_to_bachelor', '783'),
		('shanghai', 'courses.education_level', 'secondary_to_bachelor', '784'),
		('shanghai', 'courses.education_category', 'adult', '321'),
		('shanghai', 'courses.education_category', 'regular', '322'),
		('shanghai', 'courses.education_category', 'network', '1221'),
		('shanghai', 'courses.education_category', 'secondary_vocational', '1381'),
		('shanghai', 'courses.education_category', 'self_study', '1421'),
		('shanghai', 'conversions.source', 'course', '01'),
		('shanghai', 'conversions.source', 'cert', '02'),
		('shanghai', 'certificates.source', 'cert', '02');
	INSERT INTO creditbank.code_map (scheme, list, word, code)
	SELECT 'shanghai', f.file || c.list, c.word, c.code
	FROM unnest(ARRAY['courses', 'conversions']) AS f (file)
	CROSS JOIN (VALUES
		('.outcome', 'graduated', '1261'),
		('.outcome', 'completed', '1262'),
		('.outcome', 'studying', '1690'),
		('.season', 'spring', '1321'),
		('.season', 'autumn', '1322'),
		('.season', 'unknown', '')) AS c (list, word, code);
	INSERT INTO creditbank.code_map (scheme, list, word, code)
	SELECT 'shanghai', f.file || c.list, c.word, c.code
	FROM unnest(ARRAY['conversions', 'certificates']) AS f (file)
	CROSS JOIN (VALUES
		('.original_education_level', 'bachelor', '20'),
		('.original_education_level', 'associate', '21'),
		('.original_education_level', 'associate_to_bachelor', '22'),
		('.original_education_level', 'secondary_to_bachelor', '23'),
		('.original_education_level', 'unknown', ''),
		('.original_education_category', 'adult', '30'),
		('.original_education_category', 'regular', '31'),
		('.original_education_category', 'network', '32'),
		('.original_education_category', 'secondary_vocational', '33'),
		('.original_education_category', 'self_study', '34'),
		('.original_education_category', 'unknown', ''),
		('.education_level', 'bachelor', '20'),
		('.education_level', 'associate', '21'),
		('.education_level', 'associate_to_bachelor', '22'),
		('.education_level', 'secondary_to_bachelor', '23')) AS c (list, word, code);
END
$$;
COMMENT ON PROCEDURE creditbank.create_shanghai_tables() IS
'Makes the tables of codes, with the scheme ''shanghai''; a part of create_bank.';

CREATE FUNCTION creditbank.shanghai_headings(file text)
RETURNS text[]
AS 'MODULE_PATHNAME', 'creditbank_shanghai_headings'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.shanghai_headings(text) IS
'The headings of a file (courses, conversions or certificates) in the order of its columns: in Chinese, or in English where the database''s encoding has no Chinese. NULL for NULL. Errors: invalid_parameter for another file.';

CREATE FUNCTION creditbank.code_found(scheme text, list text, word text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_code text;
BEGIN
	SELECT m.code
	INTO found_code
	FROM creditbank.code_map AS m
	WHERE m.scheme = code_found.scheme
		AND m.list = code_found.list
		AND m.word = code_found.word;
	-- These two columns hold words, unless the scheme has a list for them.
	IF NOT FOUND
		AND code_found.list IN ('certificates.certificate_type', 'certificates.certificate_level')
		AND NOT EXISTS (
			SELECT FROM creditbank.code_list AS l
			WHERE l.scheme = code_found.scheme
				AND l.list = code_found.list)
	THEN
		RETURN CASE WHEN word = 'unknown' THEN '' ELSE word END;
	END IF;
	RETURN found_code;
END
$$;
COMMENT ON FUNCTION creditbank.code_found(text, text, text) IS
'The code of a word in a list of a scheme; the word itself in the columns certificate_type and certificate_level where the scheme has no list for them. NULL when there is none, and for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.code_problem(scheme text, list text, word text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN CASE
		WHEN creditbank.code_found(scheme, list, word) IS NULL
		THEN format('scheme "%s" has no code for "%s" in list "%s"', scheme, word, list)
	END;
END
$$;
COMMENT ON FUNCTION creditbank.code_problem(text, text, text) IS
'What is missing where a scheme has no code for a word in a list; NULL when it has one, and for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.code_of(scheme text, file text, words jsonb, part text, account_id bigint)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	list text := file || '.' || part;
	word text := coalesce(words ->> part, 'unknown');
	found_code text := creditbank.code_found(scheme, list, word);
BEGIN
	IF found_code IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = creditbank.code_problem(scheme, list, word),
			DETAIL = format(CASE WHEN words ->> part IS NULL
				THEN 'It is for account %s, of which the bank was told no %s.'
				ELSE 'It is for account %s, column %s.' END, creditbank.account_number(account_id), part),
			HINT = 'Complete what the bank knows, or INSERT the word with its code into creditbank.code_map; creditbank.shanghai_problems() lists everything that is missing.',
			SCHEMA = 'creditbank',
			TABLE = 'code_map',
			COLUMN = 'word';
	END IF;
	RETURN nullif(found_code, '');
END
$$;
COMMENT ON FUNCTION creditbank.code_of(text, text, jsonb, text, bigint) IS
'The code, by a scheme, that stands in a column (part) of a file for one of a row''s words; NULL where the scheme leaves it blank. A word that was not said is looked up as ''unknown''. For the bank''s own functions only. Errors: invalid_parameter, with scheme, list, word and account, when there is no code.';

CREATE FUNCTION creditbank.studied_programme(of_account bigint, ref creditbank.achievement_ref, day date)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT n.programme
		FROM creditbank.enrolment AS n
		JOIN creditbank.programme AS p ON p.code = n.programme
		LEFT JOIN creditbank.programme_course AS c
			ON c.programme = n.programme
			AND c.ref = creditbank.catalogue_ref(studied_programme.ref)
		WHERE n.account_id = of_account
			AND p.institution = creditbank.issuer(studied_programme.ref)
		ORDER BY c.ref IS NULL, NOT daterange(n.entered_on, n.left_on, '[]') @> day, n.entered_on DESC, n.programme
		LIMIT 1);
END
$$;
COMMENT ON FUNCTION creditbank.studied_programme(bigint, creditbank.achievement_ref, date) IS
'The programme of the issuer of an achievement that an account is enrolled in; of several one that has the course, then one it was enrolled in on that day, then the one entered last. NULL when there is none, and for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.shanghai_passed(institution text, since date, until date)
RETURNS TABLE (
	account_id bigint,
	programme text,
	course text,
	credits numeric,
	hours numeric,
	grade text,
	awarded_in text,
	cohort text,
	place bigint,
	words jsonb)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH passed AS MATERIALIZED (
		SELECT a.*, creditbank.studied_programme(a.account_id, a.ref, a.awarded_on) AS programme
		FROM creditbank.achievement AS a
		WHERE creditbank.class(a.ref) = 'course'
			AND creditbank.issuer(a.ref) = shanghai_passed.institution
			AND a.state = 'recognised'
			AND a.awarded_on BETWEEN since AND until),
	taken_back AS MATERIALIZED (
		SELECT t.achievement_id
		FROM (SELECT DISTINCT account_id FROM passed) AS p
		CROSS JOIN LATERAL unnest(creditbank.taken_back_achievements(p.account_id)) AS t (achievement_id))
	SELECT a.account_id, p.title, a.title,
		trim_scale(CASE WHEN creditbank.unit(a.amount) = 'cr' THEN a.amount ELSE c.credits END::numeric),
		trim_scale(CASE WHEN creditbank.unit(a.amount) = 'hr' THEN a.amount ELSE coalesce(a.hours, c.hours) END::numeric),
		a.grade, to_char(a.awarded_on, 'YYYYMM'), n.cohort,
		row_number() OVER (ORDER BY a.awarded_on, a.account_id, a.ref),
		jsonb_build_object(
			'education_level', p.education_level,
			'education_category', n.education_category,
			'outcome', n.outcome,
			'season', n.season)
	FROM passed AS a
	JOIN creditbank.programme AS p ON p.code = a.programme
	JOIN creditbank.enrolment AS n ON n.account_id = a.account_id AND n.programme = a.programme
	LEFT JOIN creditbank.programme_course AS c
		ON c.programme = a.programme
		AND c.ref = creditbank.catalogue_ref(a.ref)
	WHERE a.achievement_id NOT IN (SELECT t.achievement_id FROM taken_back AS t);
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_passed(text, date, date) IS
'The rows of the file of courses before they are coded: recognised courses that an institution awarded from since to until to learners enrolled there, with their place in the file and the words that codes stand for. No rows for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.shanghai_converted(file text, institution text, since date, until date)
RETURNS TABLE (
	account_id bigint,
	original_programme text,
	original text,
	original_institution text,
	original_credits numeric,
	original_hours numeric,
	original_grade text,
	awarded_in text,
	cohort text,
	remark text,
	course_code text,
	course text,
	credits numeric,
	converted_in text,
	programme text,
	place bigint,
	words jsonb)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH line AS MATERIALIZED (
		SELECT d.account_id, d.programme, d.first_seq, d.last_seq, e.occurred_on AS posted_on,
			l.decision_id, l.line, l.sources, l.source_amounts, l.source_grades, l.target, l.granted, l.mark,
			p.title AS programme_title, p.education_level
		FROM creditbank.decision AS d
		JOIN creditbank.programme AS p ON p.code = d.programme
		JOIN creditbank.ledger_entry AS e ON e.account_id = d.account_id AND e.seq = d.last_seq
		JOIN creditbank.decision_line AS l ON l.decision_id = d.decision_id
		WHERE p.institution = shanghai_converted.institution
			AND d.in_ledger
			AND e.occurred_on BETWEEN since AND until
			AND creditbank.unit(l.granted) = 'cr'),
	original AS MATERIALIZED (
		SELECT l.*, s.number AS source_number, a.ref, a.title, a.education_type, a.level, a.hours, a.awarded_on,
			l.source_amounts[s.number]::creditbank.credit_amount AS amount, l.source_grades[s.number] AS grade,
			creditbank.class(a.ref) AS class,
			creditbank.studied_programme(l.account_id, a.ref, a.awarded_on) AS studied,
			-- The credits granted stand with the first of a line's originals that
			-- is in one of the two files, so that their sum is what was granted.
			row_number() OVER (PARTITION BY l.decision_id, l.line ORDER BY s.number) = 1 AS bears_credits
		FROM line AS l
		CROSS JOIN LATERAL unnest(l.sources) WITH ORDINALITY AS s (source, number)
		JOIN creditbank.achievement AS a
			ON a.account_id = l.account_id
			AND a.ref = s.source::creditbank.achievement_ref
		WHERE creditbank.class(a.ref) IN ('course', 'cert')
			AND EXISTS (
				SELECT FROM creditbank.consumption AS u
				WHERE u.achievement_id = a.achievement_id
					AND u.seq BETWEEN l.first_seq AND l.last_seq))
	SELECT o.account_id, op.title, o.title, i.name,
		trim_scale(CASE WHEN creditbank.unit(o.amount) = 'cr' THEN o.amount::numeric END),
		trim_scale(CASE WHEN creditbank.unit(o.amount) = 'hr' THEN o.amount::numeric ELSE o.hours::numeric END),
		o.grade, to_char(o.awarded_on, 'YYYYMM'), n.cohort,
		concat_ws(' ', o.decision_id || '-' || o.line,
			CASE WHEN cardinality(o.sources) > 1 THEN o.source_number || '/' || cardinality(o.sources) END,
			CASE WHEN creditbank.unit(o.amount) NOT IN ('cr', 'hr') THEN o.amount::text END,
			o.mark),
		creditbank.code(o.target::creditbank.achievement_ref), c.title,
		trim_scale(CASE WHEN o.bears_credits THEN o.granted::numeric ELSE 0 END),
		to_char(o.posted_on, 'YYYYMM'), o.programme_title,
		row_number() OVER (ORDER BY o.posted_on, o.decision_id, o.line, o.source_number),
		jsonb_build_object(
			'school', shanghai_converted.institution,
			'source', o.class,
			'certificate_type', o.education_type,
			'certificate_level', o.level::text,
			'original_education_level', op.education_level,
			'original_education_category', oe.education_category,
			'outcome', n.outcome,
			'season', n.season,
			'education_level', o.education_level)
			- CASE file WHEN 'conversions' THEN '{certificate_type,certificate_level}' ELSE '{outcome,season}' END::text[]
	FROM original AS o
	JOIN creditbank.institution AS i ON i.code = creditbank.issuer(o.ref)
	LEFT JOIN creditbank.programme AS op ON op.code = o.studied
	LEFT JOIN creditbank.enrolment AS oe ON oe.account_id = o.account_id AND oe.programme = o.studied
	LEFT JOIN creditbank.enrolment AS n ON n.account_id = o.account_id AND n.programme = o.programme
	LEFT JOIN creditbank.programme_course AS c
		ON c.programme = o.programme
		AND c.ref = o.target::creditbank.achievement_ref
	WHERE o.class = CASE file WHEN 'conversions' THEN 'course' WHEN 'certificates' THEN 'cert' END;
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_converted(text, text, date, date) IS
'The rows of the files of conversions and of certificates before they are coded: the originals of the lines that stand in the ledger of programmes of an institution, posted from since to until, one row per line and original, with their place in the file and the words that codes stand for. Lines that grant another unit than credits are no part of these files. No rows for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.identity_doubt(
	account_id bigint,
	identity_kind text,
	identity_hash bytea,
	identities jsonb)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	number text := identities ->> creditbank.account_number(account_id);
	problem text;
BEGIN
	IF number IS NULL THEN
		RETURN 'No identity number was handed over for it.';
	END IF;
	IF identity_hash IS NULL THEN
		RETURN 'The bank knows no identity number of its holder to compare with.';
	END IF;
	problem := creditbank.identity_problem(identity_kind, number);
	IF problem IS NOT NULL THEN
		RETURN 'The identity number handed over for it cannot be one. ' || problem;
	END IF;
	IF creditbank.identity_hash(identity_kind, number) <> identity_hash THEN
		RETURN 'The identity number handed over for it is not that of its holder.';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.identity_doubt(bigint, text, bytea, jsonb) IS
'Why the identity number that identities holds for an account cannot be written into a file: it is missing, cannot be one, or its keyed hash is not the holder''s. NULL when it is right. It never repeats the number. For the bank''s own functions only. Errors: identity_key_missing.';

CREATE FUNCTION creditbank.shanghai_holders(accounts bigint[], institution text, identities jsonb)
RETURNS TABLE (
	account_id bigint,
	full_name text,
	identity_number text,
	student_number text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	doubted record;
BEGIN
	IF identities IS NOT NULL THEN
		SELECT h.account_id, d.doubt
		INTO doubted
		FROM creditbank.holder AS h
		CROSS JOIN LATERAL creditbank.identity_doubt(h.account_id, h.identity_kind, h.identity_hash, identities) AS d (doubt)
		WHERE h.account_id = ANY (accounts)
			AND d.doubt IS NOT NULL
		ORDER BY h.account_id
		LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_identity'),
				MESSAGE = format('the identity number of account %s cannot be written', creditbank.account_number(doubted.account_id)),
				DETAIL = doubted.doubt,
				HINT = 'Pass an object from account numbers to identity numbers; creditbank.shanghai_problems() lists every account that has none or a wrong one.';
		END IF;
	END IF;
	RETURN QUERY
	SELECT h.account_id, h.full_name,
		creditbank.identity_canonical(h.identity_kind, identities ->> creditbank.account_number(h.account_id)),
		h.student_numbers ->> shanghai_holders.institution
	FROM creditbank.holder AS h
	WHERE h.account_id = ANY (accounts);
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_holders(bigint[], text, jsonb) IS
'What a file tells of the holders of accounts: name, the identity number from identities (NULL when that is NULL) and the student number at an institution. An account whose holder was erased has no row. For the bank''s own functions only. Errors: invalid_identity for the first account whose number is missing or wrong, identity_key_missing.';

CREATE FUNCTION creditbank.check_shanghai(
	institution text,
	INOUT since date,
	INOUT until date,
	scheme text,
	identities jsonb)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.identity_problem('other', identities::text); -- keeps the statement out of the log
	PERFORM creditbank.require_bank();
	IF NOT EXISTS (SELECT FROM creditbank.institution AS i WHERE i.code = check_shanghai.institution) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_institution'),
			MESSAGE = format('institution "%s" is not in the registry', coalesce(institution, 'NULL')),
			HINT = 'SELECT code, name FROM creditbank.institution lists the institutions.',
			SCHEMA = 'creditbank',
			TABLE = 'institution',
			COLUMN = 'code';
	END IF;
	IF NOT EXISTS (SELECT FROM creditbank.code_list AS l WHERE l.scheme = check_shanghai.scheme) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('there is no scheme of codes "%s"', coalesce(scheme, 'NULL')),
			DETAIL = (SELECT format('There are: %s.', string_agg(DISTINCT l.scheme, ', ')) FROM creditbank.code_list AS l),
			HINT = 'A scheme is loaded into creditbank.code_list and creditbank.code_map.',
			SCHEMA = 'creditbank',
			TABLE = 'code_list',
			COLUMN = 'scheme';
	END IF;
	IF jsonb_typeof(identities) <> 'object' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'identities is not an object',
			DETAIL = format('It is of type %s.', jsonb_typeof(identities)),
			HINT = 'Pass an object from account numbers to identity numbers.';
	END IF;
	since := coalesce(since, '-infinity');
	until := coalesce(until, 'infinity');
	IF since > until THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'the period ends before it begins',
			DETAIL = format('It is from %s to %s.', to_char(since, 'YYYY-MM-DD'), to_char(until, 'YYYY-MM-DD')),
			HINT = 'since is its first day and until its last; leave one out for a period without that end.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_shanghai(text, date, date, text, jsonb) IS
'Checks what the functions of the files were called with, and returns the period, unbounded where NULL was passed. For the bank''s own functions only. Errors: bank_not_open, unknown_institution, invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.shanghai_courses(
	institution text,
	since date DEFAULT NULL,
	until date DEFAULT NULL,
	scheme text DEFAULT 'shanghai',
	identities jsonb DEFAULT NULL)
RETURNS TABLE (
	full_name text,
	identity_number text,
	programme text,
	course text,
	education_level text,
	education_category text,
	credits numeric,
	hours numeric,
	grade text,
	awarded_in text,
	cohort text,
	outcome text,
	season text,
	remark text,
	student_number text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	SELECT c.since, c.until
	INTO shanghai_courses.since, shanghai_courses.until
	FROM creditbank.check_shanghai(shanghai_courses.institution, shanghai_courses.since, shanghai_courses.until,
		shanghai_courses.scheme, shanghai_courses.identities) AS c;
	RETURN QUERY
	WITH passed AS MATERIALIZED (
		SELECT p.*
		FROM creditbank.shanghai_passed(shanghai_courses.institution, shanghai_courses.since, shanghai_courses.until) AS p)
	SELECT h.full_name, h.identity_number, p.programme, p.course,
		creditbank.code_of(shanghai_courses.scheme, 'courses', p.words, 'education_level', p.account_id),
		creditbank.code_of(shanghai_courses.scheme, 'courses', p.words, 'education_category', p.account_id),
		p.credits, p.hours, p.grade, p.awarded_in, p.cohort,
		creditbank.code_of(shanghai_courses.scheme, 'courses', p.words, 'outcome', p.account_id),
		creditbank.code_of(shanghai_courses.scheme, 'courses', p.words, 'season', p.account_id),
		NULL::text, h.student_number
	FROM passed AS p
	JOIN creditbank.shanghai_holders(ARRAY(SELECT DISTINCT account_id FROM passed), shanghai_courses.institution,
		shanghai_courses.identities) AS h ON h.account_id = p.account_id
	ORDER BY p.place;
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_courses(text, date, date, text, jsonb) IS
'The first file for the Shanghai credit bank, course grades: one row per recognised course that an institution awarded from since to until (both included; NULL: no such end) to a learner enrolled there, with the columns of the file in order, codes by scheme, months as yyyyMM. identities is an object from account numbers to identity numbers, each checked against the holder''s keyed hash; NULL leaves the column out, for a look beforehand. Credits and hours that the achievement does not state are those of the programme''s course; else NULL. Learners whose data was erased are left out. Errors: bank_not_open, unknown_institution, invalid_date, identity_key_missing; invalid_identity naming the account; invalid_parameter for an unknown scheme and for a word without a code.';

CREATE FUNCTION creditbank.shanghai_conversions(
	institution text,
	since date DEFAULT NULL,
	until date DEFAULT NULL,
	scheme text DEFAULT 'shanghai',
	identities jsonb DEFAULT NULL)
RETURNS TABLE (
	full_name text,
	identity_number text,
	school text,
	source text,
	original_programme text,
	original_course text,
	original_institution text,
	original_education_level text,
	original_education_category text,
	original_credits numeric,
	original_hours numeric,
	original_grade text,
	awarded_in text,
	cohort text,
	outcome text,
	season text,
	remark text,
	student_number text,
	education_level text,
	course_code text,
	course text,
	credits numeric,
	converted_in text,
	programme text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	SELECT c.since, c.until
	INTO shanghai_conversions.since, shanghai_conversions.until
	FROM creditbank.check_shanghai(shanghai_conversions.institution, shanghai_conversions.since, shanghai_conversions.until,
		shanghai_conversions.scheme, shanghai_conversions.identities) AS c;
	RETURN QUERY
	WITH converted AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.shanghai_converted('conversions', shanghai_conversions.institution,
			shanghai_conversions.since, shanghai_conversions.until) AS c)
	SELECT h.full_name, h.identity_number,
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'school', c.account_id),
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'source', c.account_id),
		c.original_programme, c.original, c.original_institution,
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'original_education_level', c.account_id),
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'original_education_category', c.account_id),
		c.original_credits, c.original_hours, c.original_grade, c.awarded_in, c.cohort,
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'outcome', c.account_id),
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'season', c.account_id),
		c.remark, h.student_number,
		creditbank.code_of(shanghai_conversions.scheme, 'conversions', c.words, 'education_level', c.account_id),
		c.course_code, c.course, c.credits, c.converted_in, c.programme
	FROM converted AS c
	JOIN creditbank.shanghai_holders(ARRAY(SELECT DISTINCT account_id FROM converted), shanghai_conversions.institution,
		shanghai_conversions.identities) AS h ON h.account_id = c.account_id
	ORDER BY c.place;
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_conversions(text, date, date, text, jsonb) IS
'The second file for the Shanghai credit bank, courses taken elsewhere and converted: one row per line that stands in the ledger of a programme of an institution, posted from since to until, and each course it rests on, the original beside the converted, with the columns of the file in order. Of a line that rests on several originals the first bears the credits, the others 0; remark tells the decision and line, which of several originals it is, and the mark. The rest, and the errors, as in shanghai_courses.';

CREATE FUNCTION creditbank.shanghai_certificates(
	institution text,
	since date DEFAULT NULL,
	until date DEFAULT NULL,
	scheme text DEFAULT 'shanghai',
	identities jsonb DEFAULT NULL)
RETURNS TABLE (
	full_name text,
	identity_number text,
	school text,
	source text,
	certificate_type text,
	certificate text,
	certificate_level text,
	issuer text,
	original_education_level text,
	original_education_category text,
	original_credits numeric,
	original_hours numeric,
	original_grade text,
	awarded_in text,
	education_level text,
	course_code text,
	course text,
	credits numeric,
	converted_in text,
	programme text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	SELECT c.since, c.until
	INTO shanghai_certificates.since, shanghai_certificates.until
	FROM creditbank.check_shanghai(shanghai_certificates.institution, shanghai_certificates.since, shanghai_certificates.until,
		shanghai_certificates.scheme, shanghai_certificates.identities) AS c;
	RETURN QUERY
	WITH converted AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.shanghai_converted('certificates', shanghai_certificates.institution,
			shanghai_certificates.since, shanghai_certificates.until) AS c)
	SELECT h.full_name, h.identity_number,
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'school', c.account_id),
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'source', c.account_id),
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'certificate_type', c.account_id),
		c.original,
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'certificate_level', c.account_id),
		c.original_institution,
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'original_education_level', c.account_id),
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'original_education_category', c.account_id),
		c.original_credits, c.original_hours, c.original_grade, c.awarded_in,
		creditbank.code_of(shanghai_certificates.scheme, 'certificates', c.words, 'education_level', c.account_id),
		c.course_code, c.course, c.credits, c.converted_in, c.programme
	FROM converted AS c
	JOIN creditbank.shanghai_holders(ARRAY(SELECT DISTINCT account_id FROM converted), shanghai_certificates.institution,
		shanghai_certificates.identities) AS h ON h.account_id = c.account_id
	ORDER BY c.place;
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_certificates(text, date, date, text, jsonb) IS
'The third file for the Shanghai credit bank, certificates converted: as shanghai_conversions, for the lines'' certificates. certificate_type is the achievement''s education type and certificate_level its level, in the bank''s words unless the scheme has lists certificates.certificate_type and certificates.certificate_level. Errors as in shanghai_courses.';

CREATE FUNCTION creditbank.row_texts(fields json)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT array_agg(f.value ORDER BY f.number)
	FROM json_each_text(fields) WITH ORDINALITY AS f (name, value, number));
COMMENT ON FUNCTION creditbank.row_texts(json) IS
'The values of a JSON object as texts, in the object''s order: csv_line(VARIADIC row_texts(row_to_json(r))) is the line of a row r. NULL for NULL and for an empty object.';

CREATE FUNCTION creditbank.shanghai_csv(
	file text,
	institution text,
	since date DEFAULT NULL,
	until date DEFAULT NULL,
	scheme text DEFAULT 'shanghai',
	identities jsonb DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.identity_problem('other', identities::text); -- keeps the statement out of the log
	IF identities IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a file is written with the identity numbers of its learners',
			DETAIL = 'identities is NULL.',
			HINT = 'Pass an object from account numbers to identity numbers; creditbank.shanghai_problems() lists the accounts.';
	END IF;
	RETURN NEXT creditbank.csv_line(VARIADIC creditbank.shanghai_headings(coalesce(file, 'NULL')));
	IF file = 'courses' THEN
		RETURN QUERY
		SELECT creditbank.csv_line(VARIADIC creditbank.row_texts(row_to_json(f)))
		FROM creditbank.shanghai_courses(institution, since, until, scheme, identities) AS f;
	ELSIF file = 'conversions' THEN
		RETURN QUERY
		SELECT creditbank.csv_line(VARIADIC creditbank.row_texts(row_to_json(f)))
		FROM creditbank.shanghai_conversions(institution, since, until, scheme, identities) AS f;
	ELSE
		RETURN QUERY
		SELECT creditbank.csv_line(VARIADIC creditbank.row_texts(row_to_json(f)))
		FROM creditbank.shanghai_certificates(institution, since, until, scheme, identities) AS f;
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_csv(text, text, date, date, text, jsonb) IS
'The lines of a file for the Shanghai credit bank, courses, conversions or certificates, as CSV by RFC 4180: the headings, then the rows of shanghai_courses, shanghai_conversions or shanghai_certificates. identities may not be NULL here. Errors: theirs, and invalid_parameter for an unknown file.';

CREATE FUNCTION creditbank.shanghai_problems(
	file text,
	institution text,
	since date DEFAULT NULL,
	until date DEFAULT NULL,
	scheme text DEFAULT 'shanghai',
	identities jsonb DEFAULT NULL)
RETURNS TABLE (
	account text,
	student_number text,
	field text,
	problem text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.identity_problem('other', shanghai_problems.identities::text); -- keeps the statement out of the log
	PERFORM creditbank.shanghai_headings(coalesce(shanghai_problems.file, 'NULL')); -- an unknown file is refused here
	SELECT c.since, c.until
	INTO shanghai_problems.since, shanghai_problems.until
	FROM creditbank.check_shanghai(shanghai_problems.institution, shanghai_problems.since, shanghai_problems.until,
		shanghai_problems.scheme, shanghai_problems.identities) AS c;
	RETURN QUERY
	WITH in_file AS MATERIALIZED (
		SELECT p.account_id, p.words
		FROM creditbank.shanghai_passed(shanghai_problems.institution, shanghai_problems.since, shanghai_problems.until) AS p
		WHERE shanghai_problems.file = 'courses'
		UNION ALL
		SELECT c.account_id, c.words
		FROM creditbank.shanghai_converted(shanghai_problems.file, shanghai_problems.institution,
			shanghai_problems.since, shanghai_problems.until) AS c),
	told AS (
		SELECT h.account_id, 'identity_number' AS field,
			creditbank.identity_doubt(h.account_id, h.identity_kind, h.identity_hash, shanghai_problems.identities) AS problem
		FROM creditbank.holder AS h
		WHERE h.account_id IN (SELECT i.account_id FROM in_file AS i)
		UNION ALL
		SELECT w.account_id, w.field,
			creditbank.code_problem(shanghai_problems.scheme, shanghai_problems.file || '.' || w.field, w.word)
		FROM (
			SELECT DISTINCT i.account_id, f.field, coalesce(f.word, 'unknown') AS word
			FROM in_file AS i
			CROSS JOIN LATERAL jsonb_each_text(i.words) AS f (field, word)) AS w)
	SELECT creditbank.account_number(t.account_id), h.student_numbers ->> shanghai_problems.institution, t.field, t.problem
	FROM told AS t
	JOIN creditbank.holder AS h ON h.account_id = t.account_id
	WHERE t.problem IS NOT NULL
	ORDER BY t.account_id, t.field, t.problem;
END
$$;
COMMENT ON FUNCTION creditbank.shanghai_problems(text, text, date, date, text, jsonb) IS
'What stands in the way of a file (courses, conversions or certificates): one row per account, column of the file and problem, with the student number at the institution: words that the scheme has no code for, and identity numbers that identities lacks or that are wrong (with NULL: all). No rows when the file can be written. It never repeats an identity number. Errors: bank_not_open, unknown_institution, invalid_date, invalid_parameter, identity_key_missing.';
