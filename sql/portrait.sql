-- portrait.sql: the learning portrait: what a learner has, is strong in and
-- lacks, as rows and as a document.
-- Promise: reads only. What assessors recognised counts, and what is only claimed
-- is shown as claimed; credits, hours and points are never added up; nothing of
-- another learner is shown, but where one stands among many. The document has
-- the figures of the rows, and equal files give equal bytes.

-- What the portrait is drawn from.

CREATE FUNCTION creditbank.portrait_items(of_account bigint, as_of date)
RETURNS TABLE (
	achievement_id bigint,
	ref creditbank.achievement_ref,
	title text,
	class text,
	education_type text,
	field text,
	level smallint,
	rank text,
	awarded_on date,
	expires_on date,
	standing text,
	credits numeric,
	hours numeric,
	other creditbank.credit_amount)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	taken_back bigint[] := creditbank.taken_back_achievements(of_account);
	ids bigint[];
	all_refs creditbank.achievement_ref[];
	all_tags jsonb[];
BEGIN
	SELECT array_agg(a.achievement_id), array_agg(a.ref), array_agg(to_jsonb(a.tags))
	INTO ids, all_refs, all_tags
	FROM creditbank.achievement AS a
	WHERE a.account_id = of_account;
	RETURN QUERY
	SELECT a.achievement_id, a.ref, a.title, creditbank.class(a.ref), a.education_type, f.field, a.level, a.rank, a.awarded_on, a.expires_on, s.standing,
		CASE WHEN creditbank.unit(s.amount) = 'cr' THEN s.amount::numeric END,
		CASE WHEN creditbank.unit(s.amount) = 'hr' THEN s.amount::numeric ELSE a.hours::numeric END,
		CASE WHEN creditbank.unit(s.amount) NOT IN ('cr', 'hr') THEN s.amount END
	FROM creditbank.achievement AS a
	CROSS JOIN LATERAL (
		SELECT
			CASE
				WHEN a.state = 'recognised' AND a.expires_on < portrait_items.as_of THEN 'expired'
				WHEN a.state IN ('recognised', 'frozen', 'declined') THEN a.state
				ELSE 'claimed'
			END AS standing,
			CASE WHEN a.state IN ('recognised', 'frozen') THEN a.amount ELSE a.claimed_amount END AS amount) AS s
	LEFT JOIN creditbank.fields_of_study(all_refs, all_tags) AS f ON ids[f.place] = a.achievement_id
	WHERE a.account_id = of_account
		AND a.awarded_on <= portrait_items.as_of
		AND a.state NOT IN ('withdrawn', 'revoked', 'merged')
		AND a.achievement_id <> ALL (taken_back);
END
$$;
COMMENT ON FUNCTION creditbank.portrait_items(bigint, date) IS
'The achievements in an account''s file that were awarded by a day, as portraits count them: standing is recognised, expired by that day, frozen, declined or claimed (nothing decided yet); field its field of study, NULL when no pattern covers it; credits, hours or, for another unit, other: what was recognised, of claims what is claimed. What was withdrawn, revoked, merged or taken back is left out. For queries of the bank''s own. No rows for NULL.';

CREATE FUNCTION creditbank.portrait_conversions(of_account bigint, as_of date)
RETURNS TABLE (
	decision_id bigint,
	programme text,
	title text,
	posted_on date,
	credits numeric,
	points numeric)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT d.decision_id, d.programme, p.title, e.occurred_on,
		sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'cr'),
		sum(l.granted::numeric) FILTER (WHERE creditbank.unit(l.granted) = 'pt')
	FROM creditbank.decision AS d
	JOIN creditbank.programme AS p ON p.code = d.programme
	JOIN creditbank.ledger_entry AS e ON e.account_id = d.account_id AND e.seq = d.first_seq
	JOIN creditbank.decision_line AS l ON l.decision_id = d.decision_id
	WHERE d.account_id = of_account
		AND d.in_ledger
		AND e.occurred_on <= portrait_conversions.as_of
	GROUP BY d.decision_id, p.title, e.occurred_on
	HAVING count(l.granted) > 0
	ORDER BY e.occurred_on, d.decision_id;
END
$$;
COMMENT ON FUNCTION creditbank.portrait_conversions(bigint, date) IS
'The decisions of an account that stand in its ledger by a day: what each granted in a programme or points scheme. For queries of the bank''s own. No rows for NULL.';

CREATE FUNCTION creditbank.portrait_open_courses(of_account bigint, as_of date)
RETURNS TABLE (
	programme text,
	programme_title text,
	ref text,
	title text,
	credits numeric,
	excluded boolean)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.code, p.title, c.ref::text, c.title, c.credits::numeric, c.excluded
	FROM creditbank.enrolment AS n
	JOIN creditbank.programme AS p ON p.code = n.programme
	JOIN creditbank.programme_course AS c ON c.programme = p.code AND c.compulsory
	LEFT JOIN (
		SELECT DISTINCT h.programme, l.line ->> 'target' AS target
		FROM (
			SELECT s.programme, creditbank.history_document(of_account, s.programme) AS lines
			FROM creditbank.enrolment AS s
			WHERE s.account_id = of_account) AS h
		CROSS JOIN LATERAL jsonb_array_elements(h.lines) AS l (line)) AS done
		ON done.programme = p.code AND done.target = c.ref::text
	WHERE n.account_id = of_account
		AND n.entered_on <= portrait_open_courses.as_of
		AND n.outcome = 'studying'
		AND done.target IS NULL
	ORDER BY n.entered_on, p.code COLLATE "C", c.ref;
END
$$;
COMMENT ON FUNCTION creditbank.portrait_open_courses(bigint, date) IS
'The compulsory courses of the programmes that an account is enrolled in that neither a conversion in the ledger nor a course passed there covers. For queries of the bank''s own. No rows for NULL.';

CREATE FUNCTION creditbank.portrait_rows(of_account bigint, as_of date)
RETURNS TABLE (
	aspect text,
	place bigint,
	member text,
	kind text,
	subject text,
	title text,
	achievements bigint,
	claims bigint,
	expired bigint,
	credits numeric,
	hours numeric,
	others text,
	converted numeric,
	points numeric,
	share numeric,
	highest smallint,
	about text[])
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH item AS MATERIALIZED (
		SELECT i.*, creditbank.catalogue_ref(i.ref) AS entry
		FROM creditbank.portrait_items(of_account, portrait_rows.as_of) AS i),
	conversion AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.portrait_conversions(of_account, portrait_rows.as_of) AS c),
	-- Each achievement and conversion under every member it belongs to.
	part AS (
		SELECT m.aspect, m.member, i.standing, i.credits, i.hours, i.other, i.level, NULL::numeric AS converted, NULL::numeric AS points
		FROM item AS i
		CROSS JOIN LATERAL (
			VALUES
				('total', 'all'),
				('education_type', i.education_type),
				('class', i.class),
				('field', coalesce(i.field, i.class)),
				('level', i.level::text),
				('year', to_char(i.awarded_on, 'YYYY'))) AS m (aspect, member)
		WHERE m.member IS NOT NULL
		UNION ALL
		SELECT m.aspect, m.member, NULL, NULL, NULL, NULL, NULL, c.credits, c.points
		FROM conversion AS c
		CROSS JOIN LATERAL (
			VALUES ('total', 'all'), ('year', to_char(c.posted_on, 'YYYY'))) AS m (aspect, member)
		UNION ALL
		SELECT m.aspect, m.member, NULL, NULL, NULL, NULL, NULL, NULL, NULL
		FROM (
			VALUES ('total', 'all'), ('education_type', 'formal'), ('education_type', 'vocational'), ('education_type', 'non_formal')) AS m (aspect, member)),
	total AS MATERIALIZED (
		SELECT p.aspect, p.member,
			count(*) FILTER (WHERE p.standing = 'recognised') AS achievements,
			count(*) FILTER (WHERE p.standing = 'claimed') AS claims,
			count(*) FILTER (WHERE p.standing = 'expired') AS expired,
			coalesce(sum(p.credits) FILTER (WHERE p.standing = 'recognised'), 0) AS credits,
			coalesce(sum(p.hours) FILTER (WHERE p.standing = 'recognised'), 0) AS hours,
			coalesce(sum(p.converted), 0) AS converted,
			coalesce(sum(p.points), 0) AS points,
			max(p.level) FILTER (WHERE p.standing = 'recognised') AS highest
		FROM part AS p
		GROUP BY p.aspect, p.member
		HAVING p.aspect IN ('total', 'education_type') OR bool_or(p.standing IN ('recognised', 'claimed', 'expired') OR p.standing IS NULL)),
	other AS (
		SELECT u.aspect, u.member, string_agg(u.amount::text, ', ' ORDER BY u.amount) AS amounts
		FROM (
			SELECT p.aspect, p.member, sum(p.other) AS amount
			FROM part AS p
			WHERE p.standing = 'recognised' AND p.other IS NOT NULL
			GROUP BY p.aspect, p.member, creditbank.unit(p.other)) AS u
		GROUP BY u.aspect, u.member),
	-- A field is a strength by what it has the most of: units are never weighed against each other.
	top_field AS (
		SELECT t.member, min(m.place) AS place, array_agg(m.measure ORDER BY m.place) AS measures
		FROM (
			SELECT f.member, f.credits, f.hours, f.achievements, coalesce(f.highest, 0) AS level,
				max(f.credits) OVER () AS most_credits, max(f.hours) OVER () AS most_hours,
				max(f.achievements) OVER () AS most_achievements, max(f.highest) OVER () AS highest_level
			FROM total AS f
			WHERE f.aspect = 'field'
				-- What is in no field is a strength where nothing is in one.
				AND (f.member IN (SELECT s.code FROM creditbank.field_of_study AS s) OR NOT EXISTS (SELECT FROM item AS i WHERE i.field IS NOT NULL))) AS t
		CROSS JOIN LATERAL (
			VALUES
				(1, 'credits', t.credits, t.most_credits),
				(2, 'hours', t.hours, t.most_hours),
				(3, 'achievements', t.achievements, t.most_achievements),
				(4, 'levels', t.level, t.highest_level)) AS m (place, measure, amount, most)
		WHERE m.amount > 0 AND m.amount = m.most
		GROUP BY t.member),
	level_held AS MATERIALIZED (
		SELECT min(t.member::integer) AS lowest, max(t.member::integer) AS highest
		FROM total AS t
		WHERE t.aspect = 'level' AND t.achievements > 0),
	said AS (
		SELECT t.aspect, row_number() OVER (PARTITION BY t.aspect ORDER BY
				array_position(ARRAY['formal', 'vocational', 'non_formal'], t.member),
				CASE WHEN t.aspect IN ('level', 'year') THEN t.member::integer END,
				CASE WHEN t.aspect = 'class' THEN array_position(ARRAY['degree', 'course', 'cert', 'training', 'internship', 'work', 'award', 'project', 'patent', 'mentoring'], t.member) END,
				t.credits DESC, t.hours DESC, t.achievements DESC, t.member COLLATE "C") AS place,
			t.member, CASE WHEN t.aspect = 'field' AND f.code IS NULL THEN 'class' ELSE t.aspect END AS kind, t.member AS subject, NULL AS title,
			t.achievements, t.claims, t.expired, t.credits, t.hours, o.amounts AS others, t.converted, t.points,
			CASE WHEN t.aspect <> 'total' THEN round(t.achievements / nullif(sum(t.achievements) OVER (PARTITION BY t.aspect), 0), 4) END AS share,
			t.highest, NULL::text[] AS about
		FROM total AS t
		LEFT JOIN other AS o ON o.aspect = t.aspect AND o.member = t.member
		LEFT JOIN creditbank.field_of_study AS f ON t.aspect = 'field' AND f.code = t.member
		UNION ALL
		SELECT 'programme', row_number() OVER (ORDER BY p.code COLLATE "C"), p.code, 'programme', p.code, p.title, NULL, NULL, NULL, NULL, NULL, NULL,
			coalesce(d.credits, 0), NULL, round(coalesce(d.credits, 0) / p.credits::numeric, 4), NULL, ARRAY[p.credits::numeric::text]
		FROM creditbank.programme AS p
		LEFT JOIN (
			SELECT c.programme, sum(c.credits) AS credits
			FROM conversion AS c
			GROUP BY c.programme) AS d ON d.programme = p.code
		WHERE p.purpose = 'credit'
			AND p.code IN (
				SELECT c.programme
				FROM conversion AS c
				UNION
				SELECT n.programme
				FROM creditbank.enrolment AS n
				WHERE n.account_id = of_account AND n.entered_on <= portrait_rows.as_of)
		-- Strengths: the fields with the most, the highest level, the best assets.
		UNION ALL
		SELECT 'strength', row_number() OVER (ORDER BY t.place, s.achievements DESC, t.member COLLATE "C"), 'field:' || t.member,
			CASE WHEN f.code IS NULL THEN 'class' ELSE 'field' END, t.member, NULL,
			s.achievements, NULL, NULL, s.credits, s.hours, o.amounts, NULL, NULL, NULL, s.highest, ARRAY['field'] || t.measures
		FROM top_field AS t
		JOIN total AS s ON s.aspect = 'field' AND s.member = t.member
		LEFT JOIN other AS o ON o.aspect = 'field' AND o.member = t.member
		LEFT JOIN creditbank.field_of_study AS f ON f.code = t.member
		UNION ALL
		(SELECT 'strength', 1000::bigint, 'level:' || i.level, 'level', i.level::text, NULL,
			NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, i.level, ARRAY['level', i.title]
		FROM item AS i
		WHERE i.standing = 'recognised' AND i.level IS NOT NULL
		ORDER BY i.level DESC, i.awarded_on DESC, i.achievement_id
		LIMIT 1)
		UNION ALL
		SELECT 'strength', 2000 + row_number() OVER (ORDER BY b.best_level DESC NULLS LAST, b.count DESC, b.asset COLLATE "C"), 'asset:' || b.asset, 'asset', b.asset, NULL,
			b.count, NULL, NULL, b.credits, b.hours, NULL, NULL, NULL, NULL, b.best_level, ARRAY['asset', b.best, b.best_rank]
		FROM (
			SELECT c.*
			FROM creditbank.capability_assets(creditbank.account_number(of_account), portrait_rows.as_of) AS c
			ORDER BY c.best_level DESC NULLS LAST, c.count DESC, c.asset COLLATE "C"
			LIMIT 3) AS b
		-- Gaps: what is claimed only, what expires, what is missing.
		UNION ALL
		SELECT 'gap', row_number() OVER (ORDER BY t.achievements > 0, t.claims DESC, t.member COLLATE "C"), 'claimed:' || t.member, CASE WHEN f.code IS NULL THEN 'class' ELSE 'field' END, t.member, NULL,
			t.achievements, t.claims, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ARRAY[CASE WHEN t.achievements = 0 THEN 'unrecognised' ELSE 'claimed' END, t.claims::text]
		FROM total AS t
		LEFT JOIN creditbank.field_of_study AS f ON f.code = t.member
		WHERE t.aspect = 'field' AND t.claims > 0
		UNION ALL
		SELECT 'gap', 1000 + row_number() OVER (ORDER BY i.standing <> 'recognised', i.expires_on, i.ref, i.achievement_id),
			CASE i.standing WHEN 'recognised' THEN 'expiring:' ELSE i.standing || ':' END || i.ref::text, 'ref', i.ref::text, i.title,
			NULL, NULL, NULL, i.credits, i.hours, i.other::text, NULL, NULL, NULL, i.level,
			ARRAY[CASE
				WHEN i.standing <> 'recognised' THEN i.standing
				WHEN i.expires_on = portrait_rows.as_of THEN 'expiring_today'
				WHEN i.expires_on = portrait_rows.as_of + 1 THEN 'expiring_tomorrow'
				ELSE 'expiring' END, to_char(i.expires_on, 'YYYY-MM-DD'), (i.expires_on - portrait_rows.as_of)::text]
		FROM item AS i
		WHERE CASE i.standing
			WHEN 'recognised' THEN i.expires_on <= portrait_rows.as_of + 180
			WHEN 'frozen' THEN true
			WHEN 'declined' THEN true
			WHEN 'expired' THEN true END
			-- No gap is what was renewed, and of several that expired or were declined all but the last.
			AND NOT EXISTS (
				SELECT FROM item AS r
				WHERE r.achievement_id <> i.achievement_id
					AND CASE
						WHEN i.standing IN ('frozen', 'declined') THEN r.ref = i.ref AND r.achievement_id > i.achievement_id
						WHEN r.standing = 'recognised' THEN r.entry = i.entry AND coalesce(r.expires_on > i.expires_on, true)
						WHEN r.standing = 'expired' THEN r.entry = i.entry AND (r.expires_on, r.achievement_id) > (i.expires_on, i.achievement_id)
					END)
		UNION ALL
		SELECT 'gap', 5000 + n, 'level:' || n, 'level', n::text, NULL,
			0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ARRAY[CASE WHEN n > h.highest THEN 'next_level' ELSE 'missing_level' END]
		FROM level_held AS h
		CROSS JOIN generate_series(h.lowest, least(h.highest + 1, 10)) AS n
		WHERE n NOT IN (
			SELECT t.member::integer
			FROM total AS t
			WHERE t.aspect = 'level' AND t.achievements > 0)
		UNION ALL
		SELECT 'gap', 10000 + c.place, format('course:%s:%s', c.programme, c.ref), 'ref', c.ref, c.title,
			NULL, NULL, NULL, c.credits, NULL, NULL, NULL, NULL, NULL, NULL, ARRAY[CASE WHEN c.excluded THEN 'study' ELSE 'course' END, c.programme_title]
		FROM creditbank.portrait_open_courses(of_account, portrait_rows.as_of) WITH ORDINALITY AS c (programme, programme_title, ref, title, credits, excluded, place))
	SELECT s.aspect, row_number() OVER (PARTITION BY s.aspect ORDER BY s.place), s.member, s.kind, s.subject, s.title,
		s.achievements, s.claims, s.expired, s.credits, s.hours, s.others, s.converted, s.points, s.share, s.highest, s.about
	FROM said AS s
	ORDER BY array_position(ARRAY['total', 'education_type', 'class', 'field', 'level', 'year', 'programme', 'strength', 'gap'], s.aspect), s.place;
END
$$;
COMMENT ON FUNCTION creditbank.portrait_rows(bigint, date) IS
'The figures of portrait() before they are put into words: kind and subject say what a row is about, title its title where the data has one, about what is said of it. No rows for NULL. A part of portrait.';

-- In words.

CREATE FUNCTION creditbank.portrait_words(language text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
	-- The words of the other language are not read: a bank in another encoding need not know them.
	IF language = 'zh' THEN
		RETURN '{
			"portrait": "\u5b66\u4e60\u753b\u50cf",
			"as_of": "\u622a\u81f3 %s",
			"account": "\u8d26\u6237 %s",
			"aspect.education_type": "\u6309\u6559\u80b2\u7c7b\u578b",
			"aspect.class": "\u6309\u6210\u679c\u7c7b\u522b",
			"aspect.field": "\u6309\u5b66\u4e60\u9886\u57df",
			"aspect.level": "\u6309\u8d44\u5386\u7b49\u7ea7",
			"aspect.year": "\u6309\u53d6\u5f97\u5e74\u4efd",
			"aspect.programme": "\u4e13\u4e1a",
			"aspect.strength": "\u4f18\u52bf",
			"aspect.gap": "\u77ed\u677f\u4e0e\u4e0b\u4e00\u6b65",
			"aspect.peer": "\u540c\u4f34\u5bf9\u6bd4",
			"total.all": "\u5168\u90e8",
			"education_type.formal": "\u5b66\u5386\u6559\u80b2",
			"education_type.vocational": "\u804c\u4e1a\u57f9\u8bad",
			"education_type.non_formal": "\u5176\u4ed6\u975e\u5b66\u5386\u6559\u80b2",
			"class.course": "\u8bfe\u7a0b",
			"class.degree": "\u5b66\u5386\u5b66\u4f4d",
			"class.cert": "\u8bc1\u4e66",
			"class.training": "\u57f9\u8bad",
			"class.patent": "\u4e13\u5229",
			"class.award": "\u83b7\u5956",
			"class.project": "\u9879\u76ee",
			"class.mentoring": "\u5e08\u5e26\u5f92",
			"class.work": "\u5de5\u4f5c\u7ecf\u5386",
			"class.internship": "\u5b9e\u4e60",
			"asset.technical_projects": "\u6280\u672f\u9879\u76ee",
			"asset.patents": "\u4e13\u5229",
			"asset.apprentices": "\u5e26\u5f92",
			"asset.contests": "\u7ade\u8d5b",
			"asset.training": "\u57f9\u8bad",
			"asset.certificates": "\u8bc1\u4e66",
			"asset.degrees": "\u5b66\u5386\u5b66\u4f4d",
			"asset.courses": "\u8bfe\u7a0b",
			"asset.internships": "\u5b9e\u4e60",
			"asset.work": "\u5de5\u4f5c\u7ecf\u5386",
			"figure.achievements": "\u6210\u679c",
			"figure.credits": "\u5b66\u5206",
			"figure.hours": "\u5b66\u65f6",
			"figure.converted": "\u5df2\u8f6c\u6362\u5b66\u5206",
			"figure.points": "\u79ef\u5206",
			"figure.levels": "\u7b49\u7ea7",
			"level": "%s \u7ea7",
			"conversions": "\u5b66\u5206\u8f6c\u6362",
			"enrolments": "\u4e13\u4e1a\u5b66\u4e60",
			"entered": "\u5165\u8bfb %s",
			"left": "\u79bb\u5f00 %s",
			"completed": "\u5b8c\u6210 %s",
			"graduated": "\u6bd5\u4e1a %s",
			"unit.cr": "%s \u5b66\u5206",
			"unit.hr": "%s \u5b66\u65f6",
			"unit.pt": "%s \u79ef\u5206",
			"and": "\uff0c",
			"say.recognised": "\u5df2\u8ba4\u5b9a %s \u9879",
			"say.amounts": "\uff08%s\uff09",
			"say.claimed": "\u5df2\u7533\u62a5\u5f85\u8ba4\u5b9a %s \u9879",
			"say.expired": "\u5df2\u8fc7\u671f %s \u9879",
			"say.converted": "\u5df2\u8f6c\u6362 %s",
			"say.earned": "\u83b7\u5f97 %s",
			"say.nothing": "\u6682\u65e0",
			"say.of_programme": "\u5171 %2$s \u5b66\u5206\uff0c\u5df2\u8f6c\u6362 %1$s \u5b66\u5206",
			"most.credits": "\u5b66\u5206\u6700\u591a",
			"most.hours": "\u5b66\u65f6\u6700\u591a",
			"most.achievements": "\u6210\u679c\u6700\u591a",
			"most.levels": "\u7b49\u7ea7\u6700\u9ad8",
			"rank": "\u540d\u6b21 %s",
			"no_field": "%s\uff08\u672a\u5f52\u9886\u57df\uff09",
			"say.strength.level": "\u5df2\u8ba4\u5b9a\u7684\u6700\u9ad8\u7b49\u7ea7\uff1a%s",
			"say.strength.asset": "\u6700\u4f73\uff1a%s",
			"say.gap.unrecognised": "\u5df2\u7533\u62a5 %s \u9879\uff0c\u5c1a\u65e0\u4e00\u9879\u8ba4\u5b9a",
			"say.gap.claimed": "\u53e6\u6709 %s \u9879\u5df2\u7533\u62a5\uff0c\u5f85\u8ba4\u5b9a",
			"say.gap.expiring": "\u6709\u6548\u671f\u81f3 %1$s\uff0c\u8fd8\u6709 %2$s \u5929",
			"say.gap.expiring_today": "\u6709\u6548\u671f\u81f3 %s\uff0c\u5f53\u65e5\u5230\u671f",
			"say.gap.expiring_tomorrow": "\u6709\u6548\u671f\u81f3 %s\uff0c\u6b21\u65e5\u5230\u671f",
			"say.gap.expired": "\u5df2\u4e8e %s \u5230\u671f\uff0c\u5c1a\u672a\u66f4\u65b0",
			"say.gap.frozen": "\u5df2\u8ba4\u5b9a\u4f46\u88ab\u51bb\u7ed3\uff0c\u89e3\u51bb\u540e\u91cd\u65b0\u8ba1\u5165",
			"say.gap.declined": "\u672a\u83b7\u8ba4\u5b9a\uff0c\u53ef\u4ee5\u7533\u8bc9",
			"say.gap.missing_level": "\u66f4\u9ad8\u7b49\u7ea7\u5df2\u6709\u8ba4\u5b9a\uff0c\u6b64\u7ea7\u5c1a\u65e0",
			"say.gap.next_level": "\u53ef\u4ee5\u4e89\u53d6\uff1a\u6bd4\u5df2\u8ba4\u5b9a\u7684\u6700\u9ad8\u7b49\u7ea7\u9ad8\u4e00\u7ea7",
			"say.gap.course": "%s\u7684\u5fc5\u4fee\u8bfe\uff0c\u5c1a\u672a\u8986\u76d6\uff0c\u53ef\u51ed\u5176\u4ed6\u6210\u679c\u514d\u4fee",
			"say.gap.study": "%s\u7684\u5fc5\u4fee\u8bfe\uff0c\u5c1a\u672a\u8986\u76d6\uff0c\u987b\u4fee\u8bfb",
			"say.peer": "\u9886\u5148\u4e8e %2$s \u540d\u540c\u4f34\u4e2d\u7684 %1$s \u540d\uff08%3$s\uff09",
			"say.peer.all": "\u9886\u5148\u4e8e\u5168\u90e8 %2$s \u540d\u540c\u4f34\uff08%3$s\uff09",
			"say.peer.none": "\u6682\u672a\u9886\u5148\uff0c\u5171\u6709 %2$s \u540d\u540c\u4f34\uff08%3$s\uff09",
			"peers.all": "\u5168\u4f53\u5b66\u4e60\u8005",
			"mark.circle": "\u5df2\u8ba4\u5b9a",
			"mark.ring": "\u5df2\u7533\u62a5",
			"mark.triangle": "\u5df2\u8fc7\u671f",
			"mark.diamond": "\u5df2\u8f6c\u6362",
			"mark.square": "\u5b66\u7c4d",
			"radar": "\u5df2\u8ba4\u5b9a\u6210\u679c\uff08%s\uff09",
			"radar.names": "\u672c\u8d26\u6237",
			"radar.why": "\u5df2\u8ba4\u5b9a\u6210\u679c\u7684\u5b66\u4e60\u9886\u57df\u4e0d\u8db3\u4e09\u4e2a\uff0c\u6545%s\u7ed8\u5236\u3002",
			"peers": "\u540c\u4f34\u4e2d\u7684\u4f4d\u7f6e",
			"peers.middle": "\u540c\u4f34\u7684\u4e2d\u95f4\u6c34\u5e73",
			"timeline": "\u7ec8\u8eab\u5b66\u4e60\u5386\u7a0b",
			"page.recognised": "\u9879\u6210\u679c\u5df2\u8ba4\u5b9a",
			"page.credits": "\u5df2\u8ba4\u5b9a\u5b66\u5206",
			"page.hours": "\u5df2\u8ba4\u5b9a\u5b66\u65f6",
			"page.converted": "\u5df2\u8f6c\u6362\u5b66\u5206",
			"page.points": "\u7d2f\u8ba1\u79ef\u5206",
			"head.label": "\u9879\u76ee",
			"head.achievements": "\u5df2\u8ba4\u5b9a",
			"head.claims": "\u5df2\u7533\u62a5",
			"head.expired": "\u5df2\u8fc7\u671f",
			"head.credits": "\u5b66\u5206",
			"head.hours": "\u5b66\u65f6",
			"head.converted": "\u5df2\u8f6c\u6362\u5b66\u5206",
			"head.points": "\u79ef\u5206",
			"head.others": "\u5176\u4ed6\u5355\u4f4d",
			"head.share": "\u5360\u6bd4",
			"page.foot": "\u4ec5\u7ecf\u8ba4\u5b9a\u4e14\u5f53\u65e5\u6709\u6548\u7684\u6210\u679c\u8ba1\u4e3a\u5df2\u8ba4\u5b9a\uff0c\u5df2\u7533\u62a5\u7684\u6210\u679c\u6309\u7533\u62a5\u663e\u793a\u3002\u5b66\u5206\u3001\u5b66\u65f6\u4e0e\u79ef\u5206\u4e92\u4e0d\u76f8\u52a0\u3002\u9664\u540c\u4f34\u5bf9\u6bd4\u5916\uff0c\u6240\u6709\u6570\u5b57\u5747\u6765\u81ea %s \u8d26\u672c\u4e2d\u672c\u8d26\u6237\u7684\u8bb0\u5f55\u3002"
		}'::jsonb;
	END IF;
	RETURN '{
		"portrait": "Learning portrait",
		"as_of": "as of %s",
		"account": "account %s",
		"aspect.education_type": "By type of education",
		"aspect.class": "By class of achievement",
		"aspect.field": "By field of study",
		"aspect.level": "By level",
		"aspect.year": "By year of award",
		"aspect.programme": "Programmes",
		"aspect.strength": "Strengths",
		"aspect.gap": "Gaps and next steps",
		"aspect.peer": "Among peers",
		"total.all": "all",
		"education_type.formal": "formal education",
		"education_type.vocational": "vocational training",
		"education_type.non_formal": "other non-formal learning",
		"class.course": "courses",
		"class.degree": "degrees",
		"class.cert": "certificates",
		"class.training": "training",
		"class.patent": "patents",
		"class.award": "awards",
		"class.project": "projects",
		"class.mentoring": "mentoring",
		"class.work": "work",
		"class.internship": "internships",
		"asset.technical_projects": "technical projects",
		"asset.patents": "patents",
		"asset.apprentices": "apprentices",
		"asset.contests": "contests",
		"asset.training": "training",
		"asset.certificates": "certificates",
		"asset.degrees": "degrees",
		"asset.courses": "courses",
		"asset.internships": "internships",
		"asset.work": "work",
		"figure.achievements": "achievements",
		"figure.credits": "credits",
		"figure.hours": "hours",
		"figure.converted": "credits converted",
		"figure.points": "points",
		"figure.levels": "levels",
		"level": "level %s",
		"conversions": "conversions",
		"enrolments": "programmes",
		"entered": "enters %s",
		"left": "leaves %s",
		"completed": "completes %s",
		"graduated": "graduates from %s",
		"unit.cr": "%s cr",
		"unit.hr": "%s hr",
		"unit.pt": "%s pt",
		"and": ", ",
		"say.recognised": "%s recognised",
		"say.amounts": " (%s)",
		"say.claimed": "%s claimed",
		"say.expired": "%s expired",
		"say.converted": "%s converted",
		"say.earned": "%s earned",
		"say.nothing": "nothing yet",
		"say.of_programme": "%1$s of %2$s credits converted",
		"most.credits": "most credits",
		"most.hours": "most hours",
		"most.achievements": "most achievements",
		"most.levels": "highest level",
		"rank": "rank %s",
		"no_field": "%s (no field)",
		"say.strength.level": "the highest level recognised, by %s",
		"say.strength.asset": "best: %s",
		"say.gap.unrecognised": "%s claimed, nothing recognised yet",
		"say.gap.claimed": "%s more claimed, not recognised yet",
		"say.gap.expiring": "expires on %1$s, in %2$s days",
		"say.gap.expiring_today": "expires on %s, that very day",
		"say.gap.expiring_tomorrow": "expires on %s, in 1 day",
		"say.gap.expired": "expired on %s and was not renewed",
		"say.gap.frozen": "recognised, but frozen: counts again when released",
		"say.gap.declined": "not recognised; an appeal is possible",
		"say.gap.missing_level": "nothing recognised at this level, though above it",
		"say.gap.next_level": "the next level above what is recognised",
		"say.gap.course": "compulsory in %s, not covered yet: learning elsewhere may exempt from it",
		"say.gap.study": "compulsory in %s, not covered yet: no conversion exempts from it",
		"say.peer": "ahead of %1$s of %2$s peers (%3$s)",
		"say.peer.all": "ahead of all %2$s peers (%3$s)",
		"say.peer.none": "not ahead of any of %2$s peers yet (%3$s)",
		"peers.all": "all learners",
		"mark.circle": "recognised",
		"mark.ring": "claimed",
		"mark.triangle": "expired",
		"mark.diamond": "converted",
		"mark.square": "enrolment",
		"radar": "Recognised achievements %s",
		"radar.names": "this account",
		"radar.why": "Drawn %s: there are fewer than three fields of study.",
		"peers": "Standing among peers",
		"peers.middle": "middle of the group",
		"timeline": "Lifelong learning, year by year",
		"page.recognised": "achievements recognised",
		"page.credits": "credits recognised",
		"page.hours": "hours recognised",
		"page.converted": "credits converted",
		"page.points": "points earned",
		"head.label": "",
		"head.achievements": "recognised",
		"head.claims": "claimed",
		"head.expired": "expired",
		"head.credits": "credits",
		"head.hours": "hours",
		"head.converted": "converted",
		"head.points": "points",
		"head.others": "other units",
		"head.share": "share",
		"page.foot": "Only what assessors recognised and what is valid on that day counts as recognised; claims are shown as claimed. Credits, hours and points are never added to each other. Each figure but those of peers follows from the account''s entries in the ledger of %s."
	}'::jsonb;
END
$$;
COMMENT ON FUNCTION creditbank.portrait_words(text) IS
'The words of portraits by their keys: in Chinese for zh, else in English; formats have the places of format(). NULL for NULL.';

CREATE FUNCTION creditbank.portrait_day(as_of date)
RETURNS date
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF as_of NOT BETWEEN '1900-01-01' AND '9999-12-31' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_date'),
			MESSAGE = 'a portrait is drawn for a day',
			DETAIL = format('as_of is %s.', CASE WHEN isfinite(as_of) THEN to_char(as_of, 'YYYY-MM-DD') ELSE as_of::text END),
			HINT = 'Leave as_of out to draw it for today.';
	END IF;
	RETURN coalesce(as_of, creditbank.today());
END
$$;
COMMENT ON FUNCTION creditbank.portrait_day(date) IS
'The day of a portrait: today for NULL. Errors: invalid_date for one out of the years 1900 to 9999.';

CREATE FUNCTION creditbank.amounts_text(words jsonb, credits numeric, hours numeric, others text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN nullif(concat_ws(words ->> 'and',
	CASE WHEN credits <> 0 THEN format(words ->> 'unit.cr', creditbank.figure_text(credits)) END,
	CASE WHEN hours <> 0 THEN format(words ->> 'unit.hr', creditbank.figure_text(hours)) END, others), '');
COMMENT ON FUNCTION creditbank.amounts_text(jsonb, numeric, numeric, text) IS
'Credits, hours and other amounts beside each other, in words; NULL when there are none. A part of portrait.';

CREATE FUNCTION creditbank.portrait_sums_text(
	words jsonb,
	achievements bigint,
	claims bigint,
	expired bigint,
	amounts text,
	converted numeric,
	points numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN coalesce(nullif(concat_ws(words ->> 'and',
	CASE WHEN achievements > 0 THEN format(words ->> 'say.recognised', achievements)
		|| CASE WHEN amounts IS NULL THEN '' ELSE format(words ->> 'say.amounts', amounts) END END,
	CASE WHEN claims > 0 THEN format(words ->> 'say.claimed', claims) END,
	CASE WHEN expired > 0 THEN format(words ->> 'say.expired', expired) END,
	CASE WHEN converted > 0 THEN format(words ->> 'say.converted', format(words ->> 'unit.cr', creditbank.figure_text(converted))) END,
	CASE WHEN points > 0 THEN format(words ->> 'say.earned', format(words ->> 'unit.pt', creditbank.figure_text(points))) END), ''), words ->> 'say.nothing');
COMMENT ON FUNCTION creditbank.portrait_sums_text(jsonb, bigint, bigint, bigint, text, numeric, numeric) IS
'What stands under one heading of a portrait, in words. A part of portrait.';

CREATE FUNCTION creditbank.portrait(
	account text,
	as_of date DEFAULT NULL,
	language text DEFAULT NULL)
RETURNS TABLE (
	aspect text,
	member text,
	label text,
	achievements bigint,
	claims bigint,
	expired bigint,
	credits numeric(18,4),
	hours numeric(18,4),
	others text,
	converted numeric(18,4),
	points numeric(18,4),
	share numeric(5,4),
	level smallint,
	peers bigint,
	standing numeric(5,4),
	said text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	words jsonb;
	any_field boolean;
BEGIN
	PERFORM creditbank.require_bank();
	any_field := EXISTS (SELECT FROM creditbank.field_of_study);
	of_account := creditbank.account_id(portrait.account);
	portrait.as_of := creditbank.portrait_day(portrait.as_of);
	portrait.language := creditbank.known_language(portrait.language);
	words := creditbank.portrait_words(portrait.language);
	RETURN QUERY
	SELECT r.aspect, r.member,
		CASE
			WHEN r.title IS NOT NULL THEN r.title
			WHEN r.kind = 'field' AND portrait.language = 'zh' THEN coalesce(f.title_zh, f.title)
			WHEN r.kind = 'field' THEN f.title
			WHEN r.kind = 'level' THEN format(words ->> 'level', r.subject)
			WHEN r.kind = 'year' THEN r.subject
			WHEN r.kind = 'class' AND r.aspect <> 'class' AND any_field THEN format(words ->> 'no_field', words ->> ('class.' || r.subject))
			ELSE words ->> (r.kind || '.' || r.subject)
		END,
		r.achievements, r.claims, r.expired, r.credits::numeric(18,4), r.hours::numeric(18,4), r.others,
		r.converted::numeric(18,4), r.points::numeric(18,4), r.share::numeric(5,4), r.highest, NULL::bigint, NULL::numeric(5,4),
		CASE
			WHEN r.aspect = 'programme' THEN format(words ->> 'say.of_programme', creditbank.figure_text(r.converted), creditbank.figure_text(r.about[1]::numeric))
			WHEN r.aspect = 'gap' THEN format(words ->> ('say.gap.' || r.about[1]), VARIADIC r.about[2:])
			WHEN r.about[1] = 'field' THEN concat_ws(words ->> 'and',
				(SELECT string_agg(words ->> ('most.' || m.measure), words ->> 'and' ORDER BY m.place) FROM unnest(r.about[2:]) WITH ORDINALITY AS m (measure, place)),
				s.sums, CASE WHEN r.highest IS NOT NULL THEN format(words ->> 'level', r.highest) END)
			WHEN r.about[1] = 'level' THEN format(words ->> 'say.strength.level', r.about[2])
			WHEN r.about[1] = 'asset' THEN s.sums || (words ->> 'and') || format(words ->> 'say.strength.asset',
				concat_ws(words ->> 'and', r.about[2], CASE WHEN r.highest IS NOT NULL THEN format(words ->> 'level', r.highest) END,
					CASE WHEN r.about[3] IS NOT NULL THEN format(words ->> 'rank', r.about[3]) END))
			ELSE s.sums
		END
	FROM creditbank.portrait_rows(of_account, portrait.as_of) AS r
	LEFT JOIN creditbank.field_of_study AS f ON r.kind = 'field' AND f.code = r.subject
	CROSS JOIN LATERAL (
		SELECT creditbank.portrait_sums_text(words, r.achievements, r.claims, r.expired,
			creditbank.amounts_text(words, r.credits, r.hours, r.others), r.converted, r.points)) AS s (sums);
	-- Where others stand is known as of the last refresh, not of any day.
	IF portrait.as_of = creditbank.today() THEN
		RETURN QUERY
		SELECT 'peer', f.figure, words ->> ('figure.' || f.figure), NULL::bigint, NULL::bigint, NULL::bigint, NULL::numeric(18,4), NULL::numeric(18,4), NULL,
			NULL::numeric(18,4), NULL::numeric(18,4), NULL::numeric(5,4), NULL::smallint, p.peers, p.share::numeric(5,4),
			format(words ->> CASE p.below WHEN 0 THEN 'say.peer.none' WHEN p.peers THEN 'say.peer.all' ELSE 'say.peer' END, creditbank.figure_text(p.below), creditbank.figure_text(p.peers),
				coalesce(nullif(concat_ws(words ->> 'and', creditbank.member_label('trainee_group', p.peer_group, portrait.language), creditbank.member_label('region', p.region, portrait.language)), ''), words ->> 'peers.all'))
		FROM unnest(ARRAY['achievements', 'credits', 'hours', 'levels', 'converted', 'points']) WITH ORDINALITY AS f (figure, place)
		CROSS JOIN LATERAL creditbank.peer_standing(portrait.account, f.figure) AS p
		ORDER BY f.place;
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.portrait(text, date, text) IS
'The learning portrait of an account: one row per aspect and member. Aspects: total; education_type, class, field, level and year of award, each with what is recognised and valid on the day, claimed only, and expired; programme, the credits converted into it; strength; gap; peer. achievements, claims and expired count; credits, hours and others (other units, as text) are what was recognised; converted and points what conversions granted, of total and year; share that of the achievements of the aspect, of a programme that of its credits; level the highest; standing is the share of peers with less, as of the last refresh_statistics() and only in a portrait of today, with no row where the groups of peers are too small. said says it in words, in language en or zh (NULL: that of lc_messages). as_of is the day to draw it for (NULL: today): of the file as it stands now, what was awarded by then. A number that says nothing of a row is NULL. Errors: bank_not_open, unknown_account, invalid_date, invalid_parameter for another language.';

CREATE FUNCTION creditbank.portrait_timeline_items(of_account bigint, as_of date, words jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'day', to_char(t.day, 'YYYY-MM-DD'),
			'lane', words ->> t.lane,
			'label', t.label,
			'mark', t.mark,
			'ref', t.ref)) ORDER BY t.lane_place, t.day, t.place), '[]')
		FROM (
			SELECT array_position(ARRAY['degree', 'course', 'cert', 'training', 'internship', 'work', 'award', 'project', 'patent', 'mentoring'], i.class) AS lane_place,
				i.awarded_on AS day, i.achievement_id AS place, 'class.' || i.class AS lane, i.title AS label, i.ref::text AS ref,
				CASE i.standing WHEN 'recognised' THEN 'circle' WHEN 'expired' THEN 'triangle' ELSE 'ring' END AS mark
			FROM creditbank.portrait_items(of_account, portrait_timeline_items.as_of) AS i
			WHERE i.standing <> 'declined'
			UNION ALL
			SELECT 20, e.day, e.place, 'enrolments', format(words ->> e.step, p.title), NULL, 'square'
			FROM creditbank.enrolment AS n
			JOIN creditbank.programme AS p ON p.code = n.programme
			CROSS JOIN LATERAL (
				VALUES (1, 'entered', n.entered_on), (2, n.outcome, n.left_on)) AS e (place, step, day)
			WHERE n.account_id = of_account
				AND e.day <= portrait_timeline_items.as_of
			UNION ALL
			SELECT 30, c.posted_on, c.decision_id, 'conversions',
				concat_ws(' ', c.title, creditbank.amounts_text(words, c.credits, NULL,
					CASE WHEN c.points IS NOT NULL THEN format(words ->> 'unit.pt', creditbank.figure_text(c.points)) END)), NULL, 'diamond'
			FROM creditbank.portrait_conversions(of_account, portrait_timeline_items.as_of) AS c) AS t);
END
$$;
COMMENT ON FUNCTION creditbank.portrait_timeline_items(bigint, date, jsonb) IS
'What stands on the timeline of a portrait: achievements by class, entering and leaving programmes, conversions. NULL for NULL. A part of portrait_document.';

CREATE FUNCTION creditbank.portrait_document(
	account text,
	as_of date DEFAULT NULL,
	language text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	document jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.account_id(portrait_document.account);
	portrait_document.as_of := creditbank.portrait_day(portrait_document.as_of);
	portrait_document.language := creditbank.known_language(portrait_document.language);
	SELECT jsonb_object_agg(a.aspect, a.members)
	INTO document
	FROM (
		SELECT r.aspect, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'member', r.member,
			'label', r.label,
			'achievements', r.achievements,
			'claims', r.claims,
			'expired', r.expired,
			'credits', trim_scale(r.credits),
			'hours', trim_scale(r.hours),
			'others', r.others,
			'converted', trim_scale(r.converted),
			'points', trim_scale(r.points),
			'share', trim_scale(r.share),
			'level', r.level,
			'peers', r.peers,
			'standing', trim_scale(r.standing),
			'said', r.said)) ORDER BY r.place) AS members
		FROM creditbank.portrait(portrait_document.account, portrait_document.as_of, portrait_document.language) WITH ORDINALITY
			AS r (aspect, member, label, achievements, claims, expired, credits, hours, others, converted, points, share, level, peers, standing, said, place)
		GROUP BY r.aspect) AS a;
	RETURN document || jsonb_build_object(
		'bank', creditbank.bank_name(),
		'as_of', to_char(portrait_document.as_of, 'YYYY-MM-DD'),
		'language', portrait_document.language,
		'timeline', creditbank.portrait_timeline_items(creditbank.account_id(portrait_document.account), portrait_document.as_of,
			creditbank.portrait_words(portrait_document.language)));
END
$$;
COMMENT ON FUNCTION creditbank.portrait_document(text, date, text) IS
'The learning portrait of an account as a document: for each aspect of portrait() an array of its rows, without what is NULL, and the marks of the timeline; the same bytes for the same file, day and language. It names neither the account nor its holder. Arguments and errors as those of portrait.';
