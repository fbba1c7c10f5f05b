-- clr.sql: a learner's file as a Comprehensive Learner Record of 1EdTech, in
-- JSON: version 2.0, around Open Badges 3.0 achievement credentials.
-- Promise: reads only; nothing is signed here, and each part has its own
-- builder, so that whoever signs builds the same. No personal data but the
-- account's number, unless the name is asked for.

CREATE FUNCTION creditbank.uri_part(value text, also text DEFAULT '')
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	plain text := 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~' || also;
	bytes bytea;
BEGIN
	-- Most parts are plain, and a document has hundreds of them.
	IF translate(value, plain, '') = '' THEN
		RETURN value;
	END IF;
	bytes := convert_to(value, 'UTF8');
	RETURN (
		SELECT coalesce(string_agg(
			CASE WHEN strpos(plain, c.sign) > 0 THEN c.sign
				ELSE '%' || upper(lpad(to_hex(c.byte), 2, '0')) END, '' ORDER BY c.place), '')
		FROM (
			SELECT i, get_byte(bytes, i), CASE WHEN get_byte(bytes, i) BETWEEN 33 AND 126 THEN chr(get_byte(bytes, i)) ELSE ' ' END
			FROM generate_series(0, octet_length(bytes) - 1) AS i) AS c (place, byte, sign));
END
$$;
COMMENT ON FUNCTION creditbank.uri_part(text, text) IS
'A text as a part of a URI: each byte of its UTF-8 that is no letter, digit or one of -._~ and no character of also is percent-encoded. NULL for NULL.';

CREATE FUNCTION creditbank.bank_uri(VARIADIC parts text[])
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	path text := array_to_string(parts, '/');
	uri text;
BEGIN
	SELECT 'https://' || creditbank.uri_part(regexp_replace(b.origin, '^https?://', ''), '/:')
	INTO uri
	FROM creditbank.bank AS b;
	-- Nearly all are plain, and a document has hundreds of them.
	IF path ~ '^[-A-Za-z0-9._~/]+$' AND strpos(array_to_string(parts, ''), '/') = 0 THEN
		RETURN uri || '/' || path;
	END IF;
	RETURN uri || coalesce((
		SELECT string_agg('/' || creditbank.uri_part(p.part), '' ORDER BY p.place)
		FROM unnest(parts) WITH ORDINALITY AS p (part, place)), '');
END
$$;
COMMENT ON FUNCTION creditbank.bank_uri(text[]) IS
'The URI by which documents of this bank name a thing: the bank''s origin, then the parts. Who owns the origin may answer there; nobody need. NULL for NULL; a part that is NULL is left out.';

CREATE FUNCTION creditbank.achievement_uri(ref creditbank.achievement_ref)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.bank_uri('achievement', creditbank.class(ref), creditbank.issuer(ref), creditbank.code(ref));
END
$$;
COMMENT ON FUNCTION creditbank.achievement_uri(creditbank.achievement_ref) IS
'The URI of what a reference names, its serial aside. NULL for NULL.';

CREATE FUNCTION creditbank.account_uri(account_id bigint, VARIADIC parts text[] DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN creditbank.bank_uri(VARIADIC ARRAY['account', creditbank.account_number(account_id)] || parts);
END
$$;
COMMENT ON FUNCTION creditbank.account_uri(bigint, text[]) IS
'The URI of an account, or of what the parts name in it. NULL for NULL.';

CREATE FUNCTION creditbank.clr_bank()
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN jsonb_build_object(
		'id', creditbank.bank_uri(VARIADIC '{}'),
		'type', jsonb_build_array('Profile'),
		'name', creditbank.bank_name());
END
$$;
COMMENT ON FUNCTION creditbank.clr_bank() IS
'The bank as a Profile: the issuer of every credential here, since it is the bank that says so.';

CREATE FUNCTION creditbank.clr_institution(institution text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'id', creditbank.bank_uri('institution', i.code),
			'type', jsonb_build_array('Profile'),
			'name', i.name,
			'url', i.url,
			'otherIdentifier', jsonb_build_array(jsonb_build_object(
				'type', 'IdentifierEntry',
				'identifier', i.code,
				'identifierType', 'identifier'))))
		FROM creditbank.institution AS i
		WHERE i.code = clr_institution.institution);
END
$$;
COMMENT ON FUNCTION creditbank.clr_institution(text) IS
'An institution as a Profile. NULL for an unknown one.';

CREATE FUNCTION creditbank.clr_result(about text, key text, name text, kind text, value text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_build_object(
	'description', jsonb_build_object(
		'id', about || '#' || key,
		'type', jsonb_build_array('ResultDescription'),
		'name', name,
		'resultType', kind),
	'result', jsonb_build_object(
		'type', jsonb_build_array('Result'),
		'resultDescription', about || '#' || key,
		CASE kind WHEN 'Status' THEN 'status' ELSE 'value' END, value));
COMMENT ON FUNCTION creditbank.clr_result(text, text, text, text, text) IS
'A Result and the ResultDescription it refers to, as an object of the two: about is the achievement''s URI, key what tells the description apart there, kind its resultType. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.clr_amount(about text, amount creditbank.credit_amount)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN creditbank.clr_result(about, 'amount-' || creditbank.unit(amount),
	format('Amount with its unit, %s', creditbank.unit(amount)), 'ext:CreditAmount', amount::text);
COMMENT ON FUNCTION creditbank.clr_amount(text, creditbank.credit_amount) IS
'The result that states an amount with its unit, which creditsEarned, a bare number, cannot. NULL for NULL.';

CREATE FUNCTION creditbank.credits_number(amount creditbank.credit_amount)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN creditbank.unit(amount) IN ('cr', 'ects', 'cats') THEN creditbank.plain_number(amount) END;
COMMENT ON FUNCTION creditbank.credits_number(creditbank.credit_amount) IS
'The exact number of an amount of credits, cr, ects or cats. NULL for NULL and for hours and points, which are no credits.';

CREATE FUNCTION creditbank.clr_results(achievement_id bigint)
RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT r.result
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL (
		SELECT creditbank.achievement_uri(a.ref) AS uri) AS about
	CROSS JOIN LATERAL (
		VALUES
			(1, creditbank.clr_result(about.uri, 'status', 'Status', 'Status',
				CASE a.state WHEN 'recognised' THEN 'Completed' ELSE 'OnHold' END)),
			(2, creditbank.clr_amount(about.uri, coalesce(a.amount, a.claimed_amount))),
			(3, CASE WHEN creditbank.unit(coalesce(a.amount, a.claimed_amount)) IS DISTINCT FROM 'hr' THEN creditbank.clr_amount(about.uri, a.hours) END),
			(4, creditbank.clr_result(about.uri, concat_ws('-', 'grade', creditbank.uri_part(a.scale)), 'Grade' || coalesce(', on the scale ' || a.scale, ''), 'Result', a.grade)),
			(5, creditbank.clr_result(about.uri, 'rank', 'Rank', 'Result', a.rank)),
			(6, creditbank.clr_result(about.uri, 'place', 'Place in the team', 'Result', a.place::text)),
			(7, creditbank.clr_result(about.uri, 'share', 'Share of the outcome', 'Percent', trim_scale(a.share)::text)),
			(8, creditbank.clr_result(about.uri, 'attendance', 'Attendance', 'Percent', trim_scale(a.attendance)::text))) AS r (place, result)
	WHERE a.achievement_id = clr_results.achievement_id
		AND r.result IS NOT NULL
	ORDER BY r.place;
END
$$;
COMMENT ON FUNCTION creditbank.clr_results(bigint) IS
'What was reached with an achievement, each as clr_result has it: status, amount and hours with their units, grade, rank, place, share and attendance, as far as they are known. No rows for NULL.';

CREATE FUNCTION creditbank.clr_levels(level smallint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'type', jsonb_build_array('Alignment'),
			'targetName', coalesce(l.title, 'Level ' || l.name),
			'targetCode', l.name,
			'targetFramework', l.framework_title,
			'targetUrl', creditbank.bank_uri('level', l.framework, l.name))) ORDER BY l.ordinality)
		FROM creditbank.exported_levels(clr_levels.level) WITH ORDINALITY AS l);
END
$$;
COMMENT ON FUNCTION creditbank.clr_levels(smallint) IS
'A level as Alignments: with the bank''s own framework, and with the others that are mapped to it. NULL for NULL.';

CREATE FUNCTION creditbank.clr_achievement_type(class text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE class
	WHEN 'course' THEN 'Course'
	WHEN 'degree' THEN 'Degree'
	WHEN 'cert' THEN 'Certificate'
	WHEN 'training' THEN 'CertificateOfCompletion'
	WHEN 'award' THEN 'Award'
	WHEN 'internship' THEN 'Fieldwork'
	ELSE 'ext:' || initcap(class)
END;
COMMENT ON FUNCTION creditbank.clr_achievement_type(text) IS
'The achievementType of a class: the vocabulary''s own word where it has one, else an extension: ext:Patent, ext:Project, ext:Mentoring, ext:Work. NULL for NULL.';

CREATE FUNCTION creditbank.clr_definition(ref creditbank.achievement_ref, title text, language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'id', creditbank.achievement_uri(clr_definition.ref),
			'type', jsonb_build_array('Achievement'),
			'achievementType', creditbank.clr_achievement_type(creditbank.class(clr_definition.ref)),
			'name', clr_definition.title,
			'description', format('Achievement of class %s, of %s.', creditbank.class(clr_definition.ref), issuer.name),
			'criteria', jsonb_build_object('narrative', format('As set by %s for %s.', issuer.name, creditbank.catalogue_ref(clr_definition.ref))),
			'creator', creditbank.clr_institution(issuer.code),
			'humanCode', creditbank.code(clr_definition.ref),
			'inLanguage', clr_definition.language,
			'otherIdentifier', jsonb_build_array(jsonb_build_object(
				'type', 'IdentifierEntry',
				'identifier', creditbank.catalogue_ref(clr_definition.ref)::text,
				'identifierType', 'ext:AchievementRef'))))
		FROM (
			SELECT creditbank.issuer(clr_definition.ref), coalesce(max(i.name), creditbank.issuer(clr_definition.ref))
			FROM creditbank.institution AS i
			WHERE i.code = creditbank.issuer(clr_definition.ref)) AS issuer (code, name)
		WHERE clr_definition.ref IS NOT NULL);
END
$$;
COMMENT ON FUNCTION creditbank.clr_definition(creditbank.achievement_ref, text, text) IS
'What a reference names, without its serial, as an Achievement with nothing of anybody''s own. language is that of the title and may be NULL. NULL for a NULL reference.';

CREATE FUNCTION creditbank.clr_achievement(achievement_id bigint, language text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.clr_definition(a.ref, a.title, clr_achievement.language)
			|| jsonb_strip_nulls(jsonb_build_object(
				'version', c.version::text,
				'creditsAvailable', creditbank.credits_number(c.amount),
				'tag', nullif(to_jsonb(a.tags), '[]'),
				'alignment', creditbank.clr_levels(a.level),
				'resultDescription', (
					SELECT jsonb_agg(r -> 'description')
					FROM creditbank.clr_results(a.achievement_id) AS r)))
		FROM creditbank.achievement AS a
		LEFT JOIN creditbank.catalogue AS c
			ON c.ref = creditbank.catalogue_ref(a.ref) AND c.version = creditbank.catalogue_version(a.ref, a.awarded_on)
		WHERE a.achievement_id = clr_achievement.achievement_id);
END
$$;
COMMENT ON FUNCTION creditbank.clr_achievement(bigint, text) IS
'What an account''s achievement is one of, as an Achievement: the definition, with the version and credits of the catalogue, level, tags, and a description of each result of clr_results. NULL for an unknown id.';

CREATE FUNCTION creditbank.clr_credential(id text, name text, subject jsonb, valid_until date, awarded_on date, evidence jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN jsonb_strip_nulls(jsonb_build_object(
		'@context', jsonb_build_array(
			'https://www.w3.org/ns/credentials/v2',
			'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
			'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'),
		'id', id,
		'type', jsonb_build_array('VerifiableCredential', 'AchievementCredential'),
		'name', name,
		'issuer', creditbank.clr_bank(),
		'validFrom', creditbank.bank_time(now()),
		'validUntil', creditbank.zoned_time(valid_until + time '23:59:59'),
		'awardedDate', creditbank.zoned_time(awarded_on::timestamp),
		'credentialSubject', subject,
		'evidence', evidence,
		'credentialSchema', jsonb_build_array(jsonb_build_object(
			'id', 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json',
			'type', '1EdTechJsonSchemaValidator2019'))));
END
$$;
COMMENT ON FUNCTION creditbank.clr_credential(text, text, jsonb, date, date, jsonb) IS
'An AchievementCredential around its subject, without a proof: valid from now on, to the end of valid_until where there is one; days are the bank''s. What is NULL is left out.';

CREATE FUNCTION creditbank.clr_achievement_credential(achievement_id bigint, seq bigint DEFAULT NULL, language text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.clr_credential(
			creditbank.account_uri(a.account_id, 'achievement', a.achievement_id::text),
			a.title,
			jsonb_strip_nulls(jsonb_build_object(
				'id', creditbank.account_uri(a.account_id),
				'type', jsonb_build_array('AchievementSubject'),
				'achievement', creditbank.clr_achievement(a.achievement_id, clr_achievement_credential.language),
				'creditsEarned', creditbank.credits_number(coalesce(a.amount, a.claimed_amount)),
				'licenseNumber', creditbank.serial(a.ref),
				'source', creditbank.clr_institution(creditbank.issuer(a.ref)),
				'result', (
					SELECT jsonb_agg(r -> 'result')
					FROM creditbank.clr_results(a.achievement_id) AS r))),
			a.expires_on,
			a.awarded_on,
			nullif(coalesce('[]' || creditbank.clr_entry(a.account_id, clr_achievement_credential.seq), '[]') || coalesce((
				SELECT jsonb_agg(jsonb_build_object(
					'type', jsonb_build_array('Evidence'),
					'name', coalesce(e.title, 'Evidence document'),
					'narrative', format('Kept by its owner; its digest is %s.', e.digest)) ORDER BY e.ordinality)
				FROM creditbank.exported_evidence(a.achievement_id) WITH ORDINALITY AS e), '[]'), '[]'))
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = clr_achievement_credential.achievement_id);
END
$$;
COMMENT ON FUNCTION creditbank.clr_achievement_credential(bigint, bigint, text) IS
'An account''s achievement as an AchievementCredential of the bank, without a proof: the institution is its source and the creator of what was achieved. seq is its ledger entry''s; language that of its title; both may be NULL. NULL for an unknown id.';

CREATE FUNCTION creditbank.clr_entry(of_account bigint, seq bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN jsonb_build_object(
		'id', creditbank.account_uri(of_account, 'entry', seq::text),
		'type', jsonb_build_array('Evidence'),
		'name', 'Ledger entry',
		'narrative', format('Entry %s of account %s in the ledger of the bank.', seq, creditbank.account_number(of_account)));
END
$$;
COMMENT ON FUNCTION creditbank.clr_entry(bigint, bigint) IS
'The ledger entry behind a credential, as Evidence. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.clr_conversion_credential(of_account bigint, seq bigint, language text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	entry record;
	about text;
	definition jsonb;
	results jsonb;
BEGIN
	SELECT e.ref, e.amount, e.occurred_on, d.detail, d.detail ->> 'programme' AS programme,
		creditbank.conversion_title(d.detail, clr_conversion_credential.language) AS title
	INTO entry
	FROM creditbank.ledger_entry AS e
	CROSS JOIN LATERAL (
		SELECT e.detail::jsonb AS detail) AS d
	WHERE e.account_id = of_account
		AND e.seq = clr_conversion_credential.seq;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	definition := coalesce(
		creditbank.clr_definition(entry.ref, entry.title, clr_conversion_credential.language),
		creditbank.clr_programme(entry.programme, NULL) || jsonb_build_object(
			'id', creditbank.bank_uri('programme', entry.programme, 'rule', entry.detail ->> 'rule'),
			'achievementType', 'ext:Credit',
			'name', entry.title));
	about := definition ->> 'id';
	SELECT jsonb_agg(r.result ORDER BY r.place)
	INTO results
	FROM (
		VALUES
			(1, creditbank.clr_result(about, 'status', 'Status', 'Status', 'Completed')),
			(2, creditbank.clr_amount(about, entry.amount)),
			(3, creditbank.clr_result(about, 'grade', 'Grade', 'Result', entry.detail ->> 'grade')),
			(4, creditbank.clr_result(about, 'mark', 'Mark', 'Result', entry.detail ->> 'mark'))) AS r (place, result)
	WHERE r.result IS NOT NULL;
	RETURN creditbank.clr_credential(
		creditbank.account_uri(of_account, 'conversion', clr_conversion_credential.seq::text),
		entry.title,
		jsonb_strip_nulls(jsonb_build_object(
			'id', creditbank.account_uri(of_account),
			'type', jsonb_build_array('AchievementSubject'),
			'achievement', definition || jsonb_build_object('resultDescription', jsonb_path_query_array(results, '$[*].description')),
			'creditsEarned', creditbank.credits_number(entry.amount),
			'narrative', creditbank.conversion_in_words(entry.occurred_on, entry.detail),
			'source', definition -> 'creator',
			'result', jsonb_path_query_array(results, '$[*].result'))),
		NULL,
		entry.occurred_on,
		jsonb_build_array(creditbank.clr_entry(of_account, clr_conversion_credential.seq))
			|| creditbank.clr_originals(of_account, entry.detail));
END
$$;
COMMENT ON FUNCTION creditbank.clr_conversion_credential(bigint, bigint, text) IS
'A converted credit, by the seq of its ledger entry, as an AchievementCredential of the bank, without a proof: the originals, with their amounts and grades, are its evidence. NULL for an unknown entry; of the entries, only converted ones make sense.';

CREATE FUNCTION creditbank.clr_originals(of_account bigint, detail jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'id', creditbank.account_uri(of_account, 'achievement', held.achievement_id::text),
			'type', jsonb_build_array('Evidence'),
			'name', s.ref,
			'narrative', format('The original: amount %s, grade %s.',
				coalesce(detail -> 'source_amounts' ->> (s.place - 1)::integer, 'none'),
				coalesce(detail -> 'source_grades' ->> (s.place - 1)::integer, 'none')))) ORDER BY s.place)
		FROM jsonb_array_elements_text(detail -> 'sources') WITH ORDINALITY AS s (ref, place)
		CROSS JOIN LATERAL (
			SELECT max(a.achievement_id) AS achievement_id
			FROM creditbank.achievement AS a
			WHERE a.account_id = of_account
				AND a.ref = s.ref) AS held);
END
$$;
COMMENT ON FUNCTION creditbank.clr_originals(bigint, jsonb) IS
'The achievements that a converted credit rests on, as an array of Evidence, from its entry''s detail. NULL for NULL.';

CREATE FUNCTION creditbank.clr_programme(programme text, language text)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'id', creditbank.bank_uri('programme', p.code),
			'type', jsonb_build_array('Achievement'),
			'achievementType', 'LearningProgram',
			'name', p.title,
			'description', format('Programme of %s.', i.name),
			'criteria', jsonb_build_object('narrative', format('As set by %s for programme %s, of %s.', i.name, p.code, p.credits)),
			'creator', creditbank.clr_institution(i.code),
			'humanCode', p.code,
			'inLanguage', clr_programme.language))
		FROM creditbank.programme AS p
		JOIN creditbank.institution AS i ON i.code = p.institution
		WHERE p.code = clr_programme.programme);
END
$$;
COMMENT ON FUNCTION creditbank.clr_programme(text, text) IS
'A programme as an Achievement that nobody is said to have reached. NULL for an unknown one.';

CREATE FUNCTION creditbank.clr_association(kind text, source text, target text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_build_object('type', 'Association', 'associationType', kind, 'sourceId', source, 'targetId', target);
COMMENT ON FUNCTION creditbank.clr_association(text, text, text) IS
'An Association between two achievements, by their URIs. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.clr_subject_of(
	of_account bigint,
	achievements bigint[],
	entries bigint[],
	conversions bigint[],
	language text,
	include_name boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	held jsonb;
	converted jsonb;
	programmes jsonb;
	associations jsonb;
BEGIN
	SELECT jsonb_agg(creditbank.clr_achievement_credential(e.achievement_id, e.seq, clr_subject_of.language) ORDER BY e.ordinality)
	INTO held
	FROM unnest(clr_subject_of.achievements, clr_subject_of.entries) WITH ORDINALITY AS e (achievement_id, seq, ordinality);
	WITH credit AS MATERIALIZED (
		SELECT c.ordinality, d.detail ->> 'programme' AS programme, d.detail,
			creditbank.clr_conversion_credential(of_account, c.seq, clr_subject_of.language) AS credential
		FROM unnest(clr_subject_of.conversions) WITH ORDINALITY AS c (seq, ordinality)
		JOIN creditbank.ledger_entry AS e ON e.account_id = of_account AND e.seq = c.seq
		CROSS JOIN LATERAL (
			SELECT e.detail::jsonb AS detail) AS d),
	association AS (
		SELECT DISTINCT a.kind, a.source, a.target
		FROM credit AS c
		CROSS JOIN LATERAL (
			SELECT 'isPartOf', c.credential #>> '{credentialSubject,achievement,id}', creditbank.bank_uri('programme', c.programme)
			UNION ALL
			SELECT 'isRelatedTo', creditbank.achievement_uri(s.ref::creditbank.achievement_ref), c.credential #>> '{credentialSubject,achievement,id}'
			FROM jsonb_array_elements_text(c.detail -> 'sources') AS s (ref)) AS a (kind, source, target))
	SELECT (
			SELECT jsonb_agg(c.credential ORDER BY c.ordinality)
			FROM credit AS c),
		(
			SELECT jsonb_agg(creditbank.clr_programme(p.programme, clr_subject_of.language) ORDER BY p.programme COLLATE "C")
			FROM (SELECT DISTINCT c.programme FROM credit AS c) AS p),
		(
			SELECT jsonb_agg(creditbank.clr_association(a.kind, a.source, a.target)
				ORDER BY a.kind COLLATE "C", a.source COLLATE "C", a.target COLLATE "C")
			FROM association AS a)
	INTO converted, programmes, associations;
	RETURN jsonb_strip_nulls(jsonb_build_object(
		'id', creditbank.account_uri(of_account),
		'type', jsonb_build_array('ClrSubject'),
		'identifier', creditbank.clr_identifiers(of_account, clr_subject_of.include_name),
		'verifiableCredential', coalesce(held, '[]') || coalesce(converted, '[]'),
		'achievement', programmes,
		'association', associations));
END
$$;
COMMENT ON FUNCTION creditbank.clr_subject_of(bigint, bigint[], bigint[], bigint[], text, boolean) IS
'An account as a ClrSubject: achievements by their ids, each with the seq of its ledger entry in entries, and converted credits by the seqs of theirs, in these orders, as credentials, the programmes as achievements beside them, and associations: a converted course is part of its programme, and related to what it was converted from. NULL arrays are empty. The name only with include_name, and none once the holder was erased.';

CREATE FUNCTION creditbank.clr_identifiers(of_account bigint, include_name boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT jsonb_build_array(jsonb_build_object(
			'type', 'IdentityObject',
			'hashed', false,
			'identityType', 'accountId',
			'identityHash', creditbank.account_number(of_account)))
			|| coalesce(jsonb_agg(jsonb_build_object(
				'type', 'IdentityObject',
				'hashed', false,
				'identityType', 'name',
				'identityHash', h.full_name)), '[]')
		FROM creditbank.holder AS h
		WHERE h.account_id = of_account
			AND clr_identifiers.include_name);
END
$$;
COMMENT ON FUNCTION creditbank.clr_identifiers(bigint, boolean) IS
'Whose record it is, as an array of IdentityObject: the account''s number and, with include_name, the holder''s full name, which is gone once the holder was erased. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.clr_subject(
	of_account bigint,
	refs text[],
	language text,
	states text[],
	conversions boolean,
	include_name boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	held record;
BEGIN
	SELECT array_agg(e.achievement_id ORDER BY e.ordinality) AS ids, array_agg(e.seq ORDER BY e.ordinality) AS seqs
	INTO held
	FROM creditbank.exported_achievements(of_account, clr_subject.refs, clr_subject.states) WITH ORDINALITY AS e;
	RETURN creditbank.clr_subject_of(of_account, held.ids, held.seqs,
		ARRAY(
			SELECT c.seq
			FROM creditbank.exported_conversions(of_account, clr_subject.refs) WITH ORDINALITY AS c
			WHERE clr_subject.conversions
			ORDER BY c.ordinality),
		clr_subject.language, clr_subject.include_name);
END
$$;
COMMENT ON FUNCTION creditbank.clr_subject(bigint, text[], text, text[], boolean, boolean) IS
'An account as a ClrSubject, as clr_subject_of has it: its achievements in one of the states, and with conversions its converted credits; refs selects as in exported_achievements. Errors: those of exported_achievements.';

CREATE FUNCTION creditbank.clr_record(subject jsonb, partial boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN jsonb_build_object(
		'@context', jsonb_build_array(
			'https://www.w3.org/ns/credentials/v2',
			'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json',
			'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
			'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'),
		'type', jsonb_build_array('VerifiableCredential', 'ClrCredential'),
		'name', 'Learner record',
		'issuer', creditbank.clr_bank(),
		'validFrom', creditbank.bank_time(now()),
		'partial', clr_record.partial,
		'credentialSubject', clr_record.subject,
		'credentialSchema', jsonb_build_array(jsonb_build_object(
			'id', 'https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json',
			'type', '1EdTechJsonSchemaValidator2019')));
END
$$;
COMMENT ON FUNCTION creditbank.clr_record(jsonb, boolean) IS
'A ClrCredential of the bank around its ClrSubject, without an id and a proof, valid from now on; partial tells that something was left out. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.clr_document(
	account text,
	refs text[] DEFAULT NULL,
	language text DEFAULT NULL,
	states text[] DEFAULT '{recognised}',
	conversions boolean DEFAULT true,
	include_name boolean DEFAULT false)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	subject jsonb;
	document jsonb;
BEGIN
	PERFORM creditbank.check_export(clr_document.refs, clr_document.language, clr_document.states, clr_document.conversions);
	IF clr_document.include_name IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the holder''s name is either included or not',
			DETAIL = 'include_name is NULL.',
			HINT = 'Leave include_name out, or pass true to include the name.';
	END IF;
	of_account := creditbank.account_id(clr_document.account);
	subject := creditbank.clr_subject(of_account, clr_document.refs, clr_document.language, clr_document.states,
		clr_document.conversions, clr_document.include_name);
	IF subject -> 'verifiableCredential' = '[]' THEN
		PERFORM creditbank.raise_nothing_to_export(of_account);
	END IF;
	document := creditbank.clr_record(subject,
		clr_document.refs IS NOT NULL OR NOT clr_document.conversions OR 'recognised' <> ALL (clr_document.states));
	-- The same content has the same id, and no other has.
	RETURN document || jsonb_build_object('id', creditbank.account_uri(of_account, 'clr',
		encode(creditbank.digest(convert_to(document::text, 'UTF8')), 'hex')));
END
$$;
COMMENT ON FUNCTION creditbank.clr_document(text, text[], text, text[], boolean, boolean) IS
'A learner''s file as a ClrCredential of the Comprehensive Learner Record standard 2.0, without a proof. refs selects achievements and what was converted from nothing else (NULL: everything); language is the tag of the titles as they stand in the bank (NULL: none); states adds achievements that are not recognised, with the status OnHold; conversions => false leaves converted credit out; include_name => true adds the holder''s name to the account''s number. partial tells whether something was left out. creditsEarned is a number: the unit of every amount stands in a result. Errors: bank_not_open, unknown_account; unknown_achievement, also when there is nothing to export; not_recognised for a named achievement in another state; invalid_parameter; 22P02 for a reference that cannot be read.';
