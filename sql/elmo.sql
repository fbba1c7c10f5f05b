-- elmo.sql: a learner's file as EMREX ELMO XML, the transcript format of
-- student mobility.
-- Promise: reads only; the document is valid by version 1 of the published
-- schema, whatever stands in titles and names; the same file gives the same
-- document but for the moment it was made.

CREATE FUNCTION creditbank.xml_token(value text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(value, E'[\\u0001-\\u0020\\u007F\\uFFFE\\uFFFF]+', ' ', 'g'), ' ');
COMMENT ON FUNCTION creditbank.xml_token(text) IS
'A text as an xs:token of XML Schema: spaces, line breaks and control characters, most of which XML cannot hold at all, become one space between words and nothing at the ends. NULL for NULL.';

CREATE FUNCTION creditbank.check_export(refs text[], language text, states text[], conversions boolean)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	unfit text;
BEGIN
	PERFORM creditbank.require_bank();
	IF cardinality(check_export.refs) = 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no achievement was named to export',
			DETAIL = 'refs is an empty list.',
			HINT = 'Leave refs out to export the whole file.';
	END IF;
	IF check_export.language !~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" is not a language tag', check_export.language),
			DETAIL = 'A tag is a language, then a script, then a region where they matter: zh, zh-Hans, zh-Hans-CN, en-GB.',
			HINT = 'Name the language that the titles in the bank are written in, or leave language out when they are in several.';
	END IF;
	SELECT coalesce(s.state, 'NULL')
	INTO unfit
	FROM unnest(check_export.states) AS s (state)
	WHERE (s.state = ANY (creditbank.exported_states())) IS NOT TRUE
	LIMIT 1;
	IF FOUND OR coalesce(cardinality(check_export.states), 0) = 0 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = CASE WHEN unfit IS NULL THEN 'no state was named to export' ELSE format('achievements in state "%s" are not exported', unfit) END,
			DETAIL = format('The states that can be exported are %s.', array_to_string(creditbank.exported_states(), ', ')),
			HINT = 'Leave states out to export what is recognised.';
	END IF;
	IF check_export.conversions IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'converted credits are either exported or not',
			DETAIL = 'conversions is NULL.',
			HINT = 'Leave conversions out, or pass false to export achievements alone.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_export(text[], text, text[], boolean) IS
'Raises unless a bank is open and the arguments of an export make sense: bank_not_open, invalid_parameter. refs and language may be NULL.';

CREATE FUNCTION creditbank.exported_states()
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY['recognised', 'frozen', 'appealed', 'returned', 'submitted', 'attested', 'deposited'];
COMMENT ON FUNCTION creditbank.exported_states() IS
'The states whose achievements can be exported: those in which one belongs to the file. What was declined, withdrawn or revoked, or stands in another account now, never leaves the bank as an achievement.';

CREATE FUNCTION creditbank.exported_achievements(of_account bigint, refs text[], states text[])
RETURNS TABLE (
	achievement_id bigint,
	issuer text,
	seq bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	named bigint[];
	unfit record;
BEGIN
	SELECT array_agg(creditbank.find_achievement(of_account, r.ref))
	INTO named
	FROM unnest(exported_achievements.refs) AS r (ref);
	SELECT a.ref, a.state
	INTO unfit
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = ANY (named)
		AND a.state <> ALL (exported_achievements.states)
	ORDER BY a.ref
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_recognised'),
			MESSAGE = format('"%s" is not exported', unfit.ref),
			DETAIL = format('It is %s; asked for is what is %s.', unfit.state, array_to_string(exported_achievements.states, ' or ')),
			HINT = 'Name its state in states, unless it was declined, withdrawn or revoked.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'state';
	END IF;
	RETURN QUERY
	SELECT a.achievement_id, creditbank.issuer(a.ref), e.seq
	FROM creditbank.achievement AS a
	LEFT JOIN (
		SELECT DISTINCT ON (l.ref) l.ref, l.seq, substring(l.detail FROM '^[{]"id": ([0-9]+)[,}]')::bigint AS achievement_id
		FROM creditbank.ledger_entry AS l
		WHERE l.account_id = of_account
			AND l.detail ~ '^[{]"id": [0-9]+[,}]'
		ORDER BY l.ref, l.seq DESC) AS e ON e.ref = a.ref AND e.achievement_id = a.achievement_id
	WHERE a.account_id = of_account
		AND a.state = ANY (exported_achievements.states)
		AND coalesce(a.achievement_id = ANY (named), true)
		AND a.achievement_id <> ALL (creditbank.taken_back_achievements(of_account))
	ORDER BY creditbank.issuer(a.ref) COLLATE "C", a.awarded_on, a.ref, a.achievement_id;
END
$$;
COMMENT ON FUNCTION creditbank.exported_achievements(bigint, text[], text[]) IS
'The achievements of an account that an export holds: those in one of the states and not taken back, with refs only the named; by issuer, then by day. seq is that of the last ledger entry about each, NULL without one. Errors: unknown_achievement for one that is not held, not_recognised for one in another state.';

CREATE FUNCTION creditbank.exported_conversions(of_account bigint, refs text[])
RETURNS TABLE (
	seq bigint,
	institution text,
	programme text,
	target creditbank.achievement_ref,
	detail jsonb)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT c.seq, p.institution, p.code, c.ref, c.detail
	FROM (
		SELECT e.seq, e.occurred_on, e.ref, e.detail::jsonb AS detail
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind AND k.name = 'converted'
		WHERE e.account_id = of_account
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id AND r.reverses = e.seq)) AS c
	JOIN creditbank.programme AS p ON p.code = c.detail ->> 'programme'
	WHERE exported_conversions.refs IS NULL
		OR NOT EXISTS (
			SELECT FROM jsonb_array_elements_text(c.detail -> 'sources') AS s (ref)
			WHERE s.ref::creditbank.achievement_ref <> ALL (exported_conversions.refs::creditbank.achievement_ref[]))
	ORDER BY p.institution COLLATE "C", p.code COLLATE "C", c.occurred_on, c.seq;
END
$$;
COMMENT ON FUNCTION creditbank.exported_conversions(bigint, text[]) IS
'The credits granted to an account by conversions that stand in the ledger, one row per line, by institution, programme and day; with refs only those that rest on nothing but the named achievements, so that a selection shows no other. detail is the entry''s: the sources with their original amounts and grades, rule, grade and mark.';

CREATE FUNCTION creditbank.exported_evidence(achievement_id bigint)
RETURNS TABLE (
	digest text,
	title text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT encode(e.digest, 'hex'), e.title
	FROM (
		SELECT 1, a.evidence, NULL
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = exported_evidence.achievement_id
			AND a.evidence IS NOT NULL
		UNION ALL
		SELECT n.number, n.digest, n.title
		FROM creditbank.evidence AS n
		WHERE n.achievement_id = exported_evidence.achievement_id) AS e (number, digest, title)
	ORDER BY e.number;
END
$$;
COMMENT ON FUNCTION creditbank.exported_evidence(bigint) IS
'The digests, in hexadecimal, and titles of an achievement''s evidence, in the order it was handed in. No rows for NULL.';

CREATE FUNCTION creditbank.exported_levels(level smallint)
RETURNS TABLE (
	framework text,
	framework_title text,
	name text,
	title text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT f.code, f.title, min(l.name), min(l.title)
	FROM creditbank.framework_level AS l
	JOIN creditbank.level_framework AS f ON f.code = l.framework
	WHERE l.level = exported_levels.level
	GROUP BY f.code, f.title
	HAVING count(*) = 1
	ORDER BY f.code <> 'bank', f.code COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.exported_levels(smallint) IS
'A level in every framework that has one level for it, the bank''s own first; where several levels of a framework correspond to it, nothing is said. No rows for NULL.';

CREATE FUNCTION creditbank.raise_nothing_to_export(of_account bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('unknown_achievement'),
		MESSAGE = format('account %s holds nothing to export', creditbank.account_number(of_account)),
		DETAIL = 'No achievement in one of the states asked for, and no converted credit, stands in its file.',
		HINT = 'creditbank.lifelong_file() lists what the account holds; states => exports what is not recognised yet.',
		SCHEMA = 'creditbank',
		TABLE = 'achievement';
END
$$;
COMMENT ON FUNCTION creditbank.raise_nothing_to_export(bigint) IS
'Raises unknown_achievement: neither format has a document without an achievement. NULL passes.';

CREATE FUNCTION creditbank.zoned_time(local_time timestamp)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	minutes integer;
BEGIN
	SELECT extract(epoch FROM local_time - (local_time AT TIME ZONE b.time_zone) AT TIME ZONE 'UTC')::integer / 60
	INTO minutes
	FROM creditbank.bank AS b;
	RETURN to_char(local_time, 'YYYY-MM-DD"T"HH24:MI:SS')
		|| format('%s%s:%s', CASE WHEN minutes < 0 THEN '-' ELSE '+' END, to_char(abs(minutes) / 60, 'FM00'), to_char(abs(minutes) % 60, 'FM00'));
END
$$;
COMMENT ON FUNCTION creditbank.zoned_time(timestamp) IS
'A time of day where the bank is, as an xs:dateTime with its offset from UTC, whatever the client''s settings: 2024-03-20T09:30:00+08:00. NULL for NULL.';

CREATE FUNCTION creditbank.bank_time(instant timestamptz)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.zoned_time(instant AT TIME ZONE b.time_zone)
		FROM creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.bank_time(timestamptz) IS
'An instant as zoned_time writes it. NULL for NULL.';

CREATE FUNCTION creditbank.plain_number(amount creditbank.credit_amount)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN trim_scale(amount::numeric);
COMMENT ON FUNCTION creditbank.plain_number(creditbank.credit_amount) IS
'The exact number of an amount without its unit and without zeros at the end: 2.5 of 2.5 cr. NULL for NULL.';

CREATE FUNCTION creditbank.elmo_scheme_id(scale text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE
	WHEN scale ~ '^[ -~]*$' THEN creditbank.xml_token(scale)
	ELSE 'scale-' || encode(convert_to(scale, 'UTF8'), 'hex')
END;
COMMENT ON FUNCTION creditbank.elmo_scheme_id(text) IS
'The id of a scale within an ELMO document: its name, or the hexadecimal UTF-8 of a name that is not ASCII, because the server writes attributes right in a database in UTF-8 alone. NULL for NULL.';

CREATE FUNCTION creditbank.elmo_identifier(kind text, value text)
RETURNS xml
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN xmlelement(NAME identifier, xmlattributes(kind AS type), creditbank.xml_token(value));
END
$$;
COMMENT ON FUNCTION creditbank.elmo_identifier(text, text) IS
'An ELMO identifier with its type. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.elmo_title(title text, language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN xmlelement(NAME title, xmlattributes(language AS "xml:lang"), creditbank.xml_token(title));
END
$$;
COMMENT ON FUNCTION creditbank.elmo_title(text, text) IS
'An ELMO title; without xml:lang when language is NULL.';

CREATE FUNCTION creditbank.elmo_description(sentence text)
RETURNS xml
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN xmlelement(NAME description, xmlattributes('en' AS "xml:lang"), creditbank.xml_token(sentence));
END
$$;
COMMENT ON FUNCTION creditbank.elmo_description(text) IS
'An ELMO description: a sentence of the bank''s own, which is in English. NULL for NULL.';

CREATE FUNCTION creditbank.elmo_learner(of_account bigint, schools text[])
RETURNS xml
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlelement(NAME learner,
			creditbank.elmo_identifier(b.origin, creditbank.account_number(of_account)),
			(
				SELECT xmlagg(creditbank.elmo_identifier(b.origin || '/student', n.key || '/' || n.value) ORDER BY n.key COLLATE "C")
				FROM jsonb_each_text(h.student_numbers) AS n
				WHERE n.key = ANY (schools)),
			xmlelement(NAME "givenNames", coalesce(creditbank.xml_token(h.given_names), '')),
			-- A name that nobody took apart is not taken apart here: it stands
			-- whole where a passport would have it.
			xmlelement(NAME "familyName", coalesce(
				creditbank.xml_token(h.family_name),
				CASE WHEN h.given_names IS NULL THEN creditbank.xml_token(h.full_name) END,
				'')),
			xmlforest(h.birth_date AS bday))
		FROM creditbank.bank AS b
		LEFT JOIN creditbank.holder AS h ON h.account_id = of_account);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_learner(bigint, text[]) IS
'The ELMO learner of an account: its number, the holder''s numbers at the schools named (each as school/number), names and birth date. A name that is not known in parts is the family name, whole, with no given names; both are empty once the holder was erased, as the schema asks. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.elmo_issuer(institution text, language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlelement(NAME issuer,
			-- The codes of the mainland's regions; of others the country is not said.
			xmlforest(CASE WHEN left(i.region, 2) BETWEEN '11' AND '65' THEN 'CN' END AS country),
			creditbank.elmo_identifier(b.origin, elmo_issuer.institution),
			creditbank.elmo_title(coalesce(i.name, elmo_issuer.institution), language),
			xmlelement(NAME url, coalesce(creditbank.xml_token(i.url), '')))
		FROM creditbank.bank AS b
		LEFT JOIN creditbank.institution AS i ON i.code = elmo_issuer.institution);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_issuer(text, text) IS
'An institution as the ELMO issuer of a report. The schema requires a url, which is empty when the registry has none, and a title, which is the code of one that the registry no longer has.';

CREATE FUNCTION creditbank.elmo_credit(amount creditbank.credit_amount)
RETURNS xml
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF creditbank.unit(amount) = 'hr' THEN
		RETURN NULL;
	END IF;
	RETURN xmlelement(NAME credit,
		xmlelement(NAME scheme, creditbank.unit(amount)),
		xmlelement(NAME value, creditbank.plain_number(amount)));
END
$$;
COMMENT ON FUNCTION creditbank.elmo_credit(creditbank.credit_amount) IS
'An amount as an ELMO credit, exact, its unit as the scheme. NULL for NULL and for hours, which are no credit: they stand in engagementHours.';

CREATE FUNCTION creditbank.elmo_levels(level smallint)
RETURNS xml
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlagg(xmlelement(NAME level,
			xmlelement(NAME type, CASE l.framework WHEN 'bank' THEN b.origin ELSE creditbank.xml_token(l.framework) END),
			xmlelement(NAME description, creditbank.xml_token(concat_ws(': ', l.framework_title, l.title))),
			xmlelement(NAME value, creditbank.xml_token(l.name))) ORDER BY l.ordinality)
		FROM creditbank.exported_levels(elmo_levels.level) WITH ORDINALITY AS l
		CROSS JOIN creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_levels(smallint) IS
'A level as ELMO levels: of the bank''s own framework, whose type is the bank''s origin, and of the others that are mapped to it, like EQF. NULL for NULL.';

CREATE FUNCTION creditbank.elmo_achievement(achievement_id bigint, seq bigint, language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlelement(NAME "learningOpportunitySpecification",
			-- Unique at the institution with the type, and without one by the class.
			creditbank.elmo_identifier('local',
				CASE WHEN kind.name IS NULL THEN kind.class || '/' ELSE '' END || creditbank.code(a.ref)),
			creditbank.elmo_identifier(b.origin, creditbank.catalogue_ref(a.ref)::text),
			creditbank.elmo_title(a.title, elmo_achievement.language),
			xmlforest(kind.name AS type),
			creditbank.elmo_description(nullif(concat_ws(' ',
				CASE WHEN kind.name IS NULL THEN format('Achievement of class %s.', kind.class) END,
				'Valid until ' || to_char(a.expires_on, 'YYYY-MM-DD') || '.'), '')),
			xmlelement(NAME specifies, xmlelement(NAME "learningOpportunityInstance",
				creditbank.elmo_identifier(b.origin, a.ref::text),
				creditbank.elmo_identifier(b.origin || '/entry', creditbank.account_number(a.account_id) || '/' || elmo_achievement.seq),
				xmlforest(
					to_char(a.awarded_on, 'YYYY-MM-DD') AS date,
					CASE a.state WHEN 'recognised' THEN 'passed' ELSE 'in-progress' END AS status,
					CASE WHEN a.grade IS NOT NULL THEN creditbank.elmo_scheme_id(a.scale) END AS "gradingSchemeLocalId",
					creditbank.xml_token(a.grade) AS "resultLabel"),
				creditbank.elmo_credit(own.amount),
				creditbank.elmo_levels(a.level),
				xmlforest(creditbank.plain_number(coalesce(a.hours, CASE creditbank.unit(own.amount) WHEN 'hr' THEN own.amount END)) AS "engagementHours"),
				xmlelement(NAME extension, xmlelement(NAME achievement, xmlattributes('urn:creditbank:elmo:1' AS xmlns),
					xmlforest(
						a.state AS state,
						kind.class AS class,
						a.education_type AS "educationType",
						a.claimed_amount AS "claimedAmount",
						a.amount AS "recognisedAmount",
						to_char(a.expires_on, 'YYYY-MM-DD') AS "expiresOn",
						a.attendance AS attendance,
						creditbank.xml_token(a.rank) AS rank,
						a.place AS place,
						a.share AS share),
					(
						SELECT xmlagg(xmlelement(NAME tag, creditbank.xml_token(t.tag)) ORDER BY t.ordinality)
						FROM unnest(a.tags) WITH ORDINALITY AS t (tag)),
					(
						SELECT xmlagg(xmlelement(NAME evidence, e.digest) ORDER BY e.ordinality)
						FROM creditbank.exported_evidence(a.achievement_id) WITH ORDINALITY AS e))))))
		FROM creditbank.achievement AS a
		CROSS JOIN creditbank.bank AS b
		CROSS JOIN LATERAL (
			SELECT creditbank.class(a.ref) AS class,
				CASE creditbank.class(a.ref) WHEN 'course' THEN 'Course' WHEN 'degree' THEN 'Degree Programme' END AS name) AS kind
		CROSS JOIN LATERAL (
			SELECT coalesce(a.amount, a.claimed_amount) AS amount) AS own
		WHERE a.achievement_id = elmo_achievement.achievement_id);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_achievement(bigint, bigint, text) IS
'An achievement as an ELMO learningOpportunitySpecification with its instance: passed when recognised, in-progress while the bank has not decided. seq is its ledger entry''s and may be NULL; language that of its title. What ELMO has no place for stands in an extension. NULL for an unknown id.';

CREATE FUNCTION creditbank.conversion_in_words(converted_on date, detail jsonb)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN format('Converted on %s by rule "%s" from %s.', to_char(converted_on, 'YYYY-MM-DD'), detail ->> 'rule', (
		SELECT string_agg(s.ref || coalesce(' (' || nullif(concat_ws(', ', detail -> 'source_amounts' ->> i, 'grade ' || (detail -> 'source_grades' ->> i)), '') || ')', ''), ', ' ORDER BY i)
		FROM jsonb_array_elements_text(detail -> 'sources') WITH ORDINALITY AS s (ref, place)
		CROSS JOIN LATERAL (
			SELECT (s.place - 1)::integer AS i) AS p));
END
$$;
COMMENT ON FUNCTION creditbank.conversion_in_words(date, jsonb) IS
'The sentence that puts the originals, with their amounts and grades, beside a converted credit, from its entry''s detail. NULL for NULL.';

CREATE FUNCTION creditbank.said_in(language text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN language ~* '^zh(-|$)' AND getdatabaseencoding() IN ('UTF8', 'EUC_CN') THEN 'zh' ELSE 'en' END;
COMMENT ON FUNCTION creditbank.said_in(text) IS
'The language in which the bank says something to who reads the language of a tag: zh for Chinese, where the database''s encoding, which never changes, knows it; else en, also for NULL.';

CREATE FUNCTION creditbank.conversion_title(detail jsonb, language text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF detail ? 'title' THEN
		RETURN detail ->> 'title';
	ELSIF creditbank.said_in(language) = 'zh' THEN -- elsewhere it is not read: another encoding need not know it
		RETURN format(E'"\\u6309\\u89c4\\u5219\\u201c%s\\u201d\\u8f6c\\u6362\\u7684\\u5b66\\u5206"'::jsonb #>> '{}', detail ->> 'rule');
	END IF;
	RETURN format('Credit by rule "%s"', detail ->> 'rule');
END
$$;
COMMENT ON FUNCTION creditbank.conversion_title(jsonb, text) IS
'The title of a converted credit, from its entry''s detail: the course''s, or, for credit without a course, one made of the rule''s name, in Chinese where that is the language of the other titles, else in English.';

CREATE FUNCTION creditbank.elmo_conversion(of_account bigint, seq bigint, language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlelement(NAME "learningOpportunitySpecification",
			creditbank.elmo_identifier('local', creditbank.code(e.ref)),
			creditbank.elmo_identifier(b.origin, e.ref::text),
			creditbank.elmo_title(creditbank.conversion_title(d.detail, elmo_conversion.language),
				CASE WHEN d.detail ? 'title' THEN elmo_conversion.language ELSE creditbank.said_in(elmo_conversion.language) END),
			xmlforest(CASE WHEN e.ref IS NOT NULL THEN 'Course' END AS type),
			creditbank.elmo_description(creditbank.conversion_in_words(e.occurred_on, d.detail)),
			xmlelement(NAME specifies, xmlelement(NAME "learningOpportunityInstance",
				creditbank.elmo_identifier(b.origin || '/entry', creditbank.account_number(of_account) || '/' || e.seq),
				xmlforest(
					to_char(e.occurred_on, 'YYYY-MM-DD') AS date,
					'passed' AS status,
					creditbank.xml_token(coalesce(d.detail ->> 'grade', d.detail ->> 'mark')) AS "resultLabel"),
				creditbank.elmo_credit(e.amount),
				xmlelement(NAME extension, xmlelement(NAME conversion, xmlattributes('urn:creditbank:elmo:1' AS xmlns),
					xmlforest(
						d.detail ->> 'decision' AS decision,
						creditbank.xml_token(d.detail ->> 'rule') AS rule,
						creditbank.xml_token(d.detail ->> 'grade') AS grade,
						creditbank.xml_token(d.detail ->> 'mark') AS mark),
					(
						SELECT xmlagg(xmlelement(NAME source, xmlforest(
							s.ref AS ref,
							d.detail -> 'source_amounts' ->> (s.place - 1)::integer AS amount,
							creditbank.xml_token(d.detail -> 'source_grades' ->> (s.place - 1)::integer) AS grade)) ORDER BY s.place)
						FROM jsonb_array_elements_text(d.detail -> 'sources') WITH ORDINALITY AS s (ref, place)))))))
		FROM creditbank.ledger_entry AS e
		CROSS JOIN creditbank.bank AS b
		CROSS JOIN LATERAL (
			SELECT e.detail::jsonb AS detail) AS d
		WHERE e.account_id = of_account
			AND e.seq = elmo_conversion.seq);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_conversion(bigint, bigint, text) IS
'A converted credit, by the seq of its ledger entry, as an ELMO learningOpportunitySpecification: a course, or credit without one, with the originals in a sentence and in an extension. Without a grade the mark is the result. language is that of the titles. NULL for an unknown entry; of the entries, only converted ones make sense.';

CREATE FUNCTION creditbank.elmo_programme(of_account bigint, programme text, parts xml, language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlelement(NAME "learningOpportunitySpecification",
			creditbank.elmo_identifier('local', p.code),
			creditbank.elmo_identifier(b.origin || '/programme', p.code),
			creditbank.elmo_title(p.title, elmo_programme.language),
			xmlelement(NAME type, 'Degree Programme'),
			xmlelement(NAME specifies, xmlelement(NAME "learningOpportunityInstance",
				xmlforest(
					to_char(e.entered_on, 'YYYY-MM-DD') AS start,
					to_char(e.left_on, 'YYYY-MM-DD') AS date,
					CASE e.outcome WHEN 'graduated' THEN 'passed' ELSE 'in-progress' END AS status))),
			parts)
		FROM creditbank.programme AS p
		CROSS JOIN creditbank.bank AS b
		LEFT JOIN creditbank.enrolment AS e ON e.programme = p.code AND e.account_id = of_account
		WHERE p.code = elmo_programme.programme);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_programme(bigint, text, xml, text) IS
'A programme that an account converted into as an ELMO learningOpportunitySpecification around its parts: passed by who graduated, in-progress otherwise. NULL for an unknown programme.';

CREATE FUNCTION creditbank.elmo_report(institution text, parts xml, schemes text[], language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN xmlelement(NAME report,
		creditbank.elmo_issuer(elmo_report.institution, elmo_report.language),
		parts,
		xmlelement(NAME "issueDate", creditbank.bank_time(now())),
		(
			SELECT xmlagg(xmlelement(NAME "gradingScheme", xmlattributes(creditbank.elmo_scheme_id(s.scheme) AS "localId"),
				creditbank.elmo_description(format('The scale "%s" of the institution.', s.scheme))) ORDER BY s.scheme COLLATE "C")
			FROM (
				SELECT DISTINCT t.scheme
				FROM unnest(schemes) AS t (scheme)
				WHERE t.scheme IS NOT NULL) AS s (scheme)));
END
$$;
COMMENT ON FUNCTION creditbank.elmo_report(text, xml, text[], text) IS
'An ELMO report of an institution around its parts, with the grading schemes that they name.';

CREATE FUNCTION creditbank.elmo_achievement_reports(of_account bigint, refs text[], states text[], language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlagg(creditbank.elmo_report(r.issuer, r.parts, r.schemes, elmo_achievement_reports.language) ORDER BY r.issuer COLLATE "C")
		FROM (
			SELECT e.issuer,
				xmlagg(creditbank.elmo_achievement(e.achievement_id, e.seq, elmo_achievement_reports.language) ORDER BY e.ordinality) AS parts,
				array_agg(a.scale) FILTER (WHERE a.grade IS NOT NULL) AS schemes
			FROM creditbank.exported_achievements(of_account, elmo_achievement_reports.refs, elmo_achievement_reports.states) WITH ORDINALITY AS e
			JOIN creditbank.achievement AS a ON a.achievement_id = e.achievement_id
			GROUP BY e.issuer) AS r);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_achievement_reports(bigint, text[], text[], text) IS
'The ELMO reports of what an account holds, one per issuing institution; NULL when it is nothing. Errors: those of exported_achievements.';

CREATE FUNCTION creditbank.elmo_conversion_reports(of_account bigint, refs text[], language text)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT xmlagg(creditbank.elmo_report(r.institution, r.parts, NULL, elmo_conversion_reports.language) ORDER BY r.institution COLLATE "C")
		FROM (
			SELECT p.institution,
				xmlagg(creditbank.elmo_programme(of_account, p.programme, p.parts, elmo_conversion_reports.language) ORDER BY p.programme COLLATE "C") AS parts
			FROM (
				SELECT c.institution, c.programme,
					xmlagg(xmlelement(NAME "hasPart", creditbank.elmo_conversion(of_account, c.seq, elmo_conversion_reports.language)) ORDER BY c.seq) AS parts
				FROM creditbank.exported_conversions(of_account, elmo_conversion_reports.refs) AS c
				GROUP BY c.institution, c.programme) AS p
			GROUP BY p.institution) AS r);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_conversion_reports(bigint, text[], text) IS
'The ELMO reports of what was converted, one per institution whose programmes it was converted into; NULL when nothing was.';

CREATE FUNCTION creditbank.elmo_document(
	account text,
	refs text[] DEFAULT NULL,
	language text DEFAULT NULL,
	states text[] DEFAULT '{recognised}',
	conversions boolean DEFAULT true)
RETURNS xml
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	reports xml;
	schools text[];
BEGIN
	PERFORM creditbank.check_export(elmo_document.refs, elmo_document.language, elmo_document.states, elmo_document.conversions);
	of_account := creditbank.account_id(elmo_document.account);
	reports := creditbank.elmo_achievement_reports(of_account, elmo_document.refs, elmo_document.states, elmo_document.language);
	IF elmo_document.conversions THEN
		reports := xmlconcat(reports, creditbank.elmo_conversion_reports(of_account, elmo_document.refs, elmo_document.language));
	END IF;
	IF reports IS NULL THEN
		PERFORM creditbank.raise_nothing_to_export(of_account);
	END IF;
	-- A school's number for the learner goes out with that school's report only.
	SELECT coalesce(array_agg(DISTINCT e.issuer), '{}')
	INTO schools
	FROM creditbank.exported_achievements(of_account, elmo_document.refs, elmo_document.states) AS e;
	IF elmo_document.conversions THEN
		schools := schools || ARRAY(
			SELECT c.institution
			FROM creditbank.exported_conversions(of_account, elmo_document.refs) AS c);
	END IF;
	RETURN xmlelement(NAME elmo,
		xmlattributes('https://github.com/emrex-eu/elmo-schemas/tree/v1' AS xmlns),
		xmlelement(NAME "generatedDate", creditbank.bank_time(now())),
		creditbank.elmo_learner(of_account, schools),
		reports);
END
$$;
COMMENT ON FUNCTION creditbank.elmo_document(text, text[], text, text[], boolean) IS
'A learner''s file as an EMREX ELMO 1 document: a report for each institution that issued an achievement, then one for each whose programmes credit was converted into, with the originals beside it. refs selects achievements and what was converted from nothing else (NULL: everything); language is the tag put on titles and names as they stand in the bank (NULL: none); states adds achievements that are not recognised; conversions => false leaves converted credit out. Not signed. Errors: bank_not_open, unknown_account; unknown_achievement, also when there is nothing to export; not_recognised for a named achievement in another state; invalid_parameter; 22P02 for a reference that cannot be read; 0A000 on a server built without XML.';
