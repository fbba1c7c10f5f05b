-- statistics.sql: what happened in the bank, counted: a star of views for BI tools.
-- Promise: there is one definition of what counts, the view counted_entry; facts,
-- roll-ups and yearly figures are all made of it. It never shows who a learner is.

CREATE FUNCTION creditbank.figure_kinds()
RETURNS TABLE (number integer, figure text, kind text, about text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 15
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	VALUES
		(1, 'accounts_opened', 'opened', 'account'),
		(2, 'accounts_activated', 'opened', 'account'),
		(2, 'accounts_activated', 'activated', 'account'),
		(3, 'accounts_closed', 'closed', 'account'),
		(4, 'deposits', 'deposited', 'achievement'),
		(5, 'recognitions', 'recognised', 'achievement'),
		(6, 'refusals', 'declined', 'achievement'),
		(7, 'appeals', 'appealed', 'achievement'),
		(8, 'revocations', 'revoked', 'achievement'),
		(9, 'conversions', 'converted', 'conversion'),
		(10, 'points_earned', 'earned', 'conversion'),
		(11, 'points_reserved', 'reserved', 'account'),
		(12, 'points_redeemed', 'redeemed', 'account'),
		(13, 'certificates_issued', 'certificate_issued', 'account'),
		(14, 'certificates_revoked', 'certificate_revoked', 'account')
$$;
COMMENT ON FUNCTION creditbank.figure_kinds() IS
'The figures that are counted: one row per figure, in its order, and kind of ledger entry that it counts (of those that opened an account, accounts_activated counts the ones that activated it at once), and what those are about: an account; an achievement, which has a class, level, education type and issuer; or a conversion, which has those of the first achievement it rests on, and the institution converted into.';

CREATE FUNCTION creditbank.current_account_id(account_id bigint)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	stands bigint := current_account_id.account_id;
	stayed bigint;
BEGIN
	LOOP
		SELECT m.into_id
		INTO stayed
		FROM creditbank.account_merger AS m
		WHERE m.duplicate_id = stands;
		EXIT WHEN NOT FOUND;
		stands := stayed;
	END LOOP;
	RETURN stands;
END
$$;
COMMENT ON FUNCTION creditbank.current_account_id(bigint) IS
'The id of the account that stands for one: itself, or the one that it was merged into, and so on. NULL for NULL.';

CREATE FUNCTION creditbank.check_reported_year(year integer)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF check_reported_year.year IS NULL OR check_reported_year.year NOT BETWEEN 1900 AND extract(year FROM creditbank.today()) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('there are no figures of the year %s', coalesce(check_reported_year.year::text, 'NULL')),
			HINT = format('Pass a year from 1900 to %s, which is not over yet.', extract(year FROM creditbank.today()));
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_reported_year(integer) IS
'Raises invalid_parameter unless there are figures of a year: from 1900 to this one.';

CREATE PROCEDURE creditbank.create_statistics_titles()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
	CREATE TABLE creditbank.statistics_title (
		kind text NOT NULL,
		code text NOT NULL,
		number integer NOT NULL,
		title text NOT NULL,
		title_zh text NOT NULL,
		CONSTRAINT statistics_title_pkey PRIMARY KEY (kind, code)
	);
	COMMENT ON TABLE creditbank.statistics_title IS 'What figures, dimensions and their members are called in reports. One row per thing; an administrator may change them and add those of further trainee groups.';
	COMMENT ON COLUMN creditbank.statistics_title.kind IS 'What it is: figure, section, dimension, unit, class, education_type, institution_kind, trainee_group, or word, for the parts of labels.';
	COMMENT ON COLUMN creditbank.statistics_title.code IS 'Its code.';
	COMMENT ON COLUMN creditbank.statistics_title.number IS 'Its place among those of the kind.';
	COMMENT ON COLUMN creditbank.statistics_title.title IS 'What it is called in English; of a trainee group, the title that title_zh translates: it is called as trainee_group says.';
	COMMENT ON COLUMN creditbank.statistics_title.title_zh IS 'What it is called in Chinese; in English in a database whose encoding has no Chinese.';
	INSERT INTO creditbank.statistics_title (kind, number, code, title, title_zh)
	SELECT t.kind, t.number, t.code, t.title,
		CASE WHEN getdatabaseencoding() IN ('UTF8', 'EUC_CN') THEN unistr(t.escaped) ELSE t.title END
	FROM (VALUES
		('class', 1, 'course', 'Courses', '\8BFE\7A0B'),
		('class', 2, 'degree', 'Degrees and diplomas', '\5B66\5386\5B66\4F4D'),
		('class', 3, 'cert', 'Certificates', '\8BC1\4E66'),
		('class', 4, 'training', 'Training', '\57F9\8BAD'),
		('class', 5, 'patent', 'Patents', '\4E13\5229'),
		('class', 6, 'award', 'Awards', '\83B7\5956'),
		('class', 7, 'project', 'Projects', '\9879\76EE'),
		('class', 8, 'mentoring', 'Mentoring', '\5E08\5E26\5F92'),
		('class', 9, 'work', 'Work', '\5DE5\4F5C\7ECF\5386'),
		('class', 10, 'internship', 'Internships', '\5B9E\4E60'),
		('class', 11, 'none', 'none', '\672A\6CE8\660E'),
		('education_type', 1, 'formal', 'Formal education', '\5B66\5386\6559\80B2'),
		('education_type', 2, 'vocational', 'Vocational training', '\804C\4E1A\57F9\8BAD'),
		('education_type', 3, 'non_formal', 'Other non-formal learning', '\5176\4ED6\975E\5B66\5386\6559\80B2'),
		('education_type', 4, 'none', 'none', '\672A\6CE8\660E'),
		('institution_kind', 1, 'school', 'Schools', '\9662\6821'),
		('institution_kind', 2, 'enterprise', 'Enterprises', '\4F01\4E1A'),
		('institution_kind', 3, 'union', 'Unions', '\5DE5\4F1A'),
		('institution_kind', 4, 'training', 'Training bodies', '\57F9\8BAD\673A\6784'),
		('institution_kind', 5, 'assessment', 'Assessment bodies', '\8BC4\4EF7\673A\6784'),
		('institution_kind', 6, 'examination', 'Examination bodies', '\8003\8BD5\673A\6784'),
		('institution_kind', 7, 'authority', 'Authorities', '\4E3B\7BA1\90E8\95E8'),
		('institution_kind', 8, 'platform', 'Platforms', '\5E73\53F0'),
		('institution_kind', 9, 'none', 'none', '\672A\6CE8\660E'),
		('figure', 1, 'accounts_opened', 'Accounts opened', '\5F00\6237\6570'),
		('figure', 2, 'accounts_activated', 'Accounts activated', '\6FC0\6D3B\8D26\6237\6570'),
		('figure', 3, 'accounts_closed', 'Accounts closed', '\9500\6237\6570'),
		('figure', 4, 'deposits', 'Achievements deposited', '\5B66\4E60\6210\679C\5B58\5165'),
		('figure', 5, 'recognitions', 'Achievements recognised', '\5B66\4E60\6210\679C\8BA4\5B9A'),
		('figure', 6, 'refusals', 'Achievements declined', '\8BA4\5B9A\4E0D\901A\8FC7'),
		('figure', 7, 'appeals', 'Appeals', '\8BA4\5B9A\7533\8BC9'),
		('figure', 8, 'revocations', 'Achievements revoked', '\5B66\4E60\6210\679C\64A4\9500'),
		('figure', 9, 'conversions', 'Conversions', '\5B66\5206\8F6C\6362'),
		('figure', 10, 'points_earned', 'Points earned', '\79EF\5206\83B7\53D6'),
		('figure', 11, 'points_reserved', 'Points reserved', '\79EF\5206\9884\7EA6'),
		('figure', 12, 'points_redeemed', 'Points redeemed', '\79EF\5206\5151\6362'),
		('figure', 13, 'certificates_issued', 'Certificates issued', '\5B66\4E60\6210\679C\8BC1\660E\53D1\653E'),
		('figure', 14, 'certificates_revoked', 'Certificates revoked', '\5B66\4E60\6210\679C\8BC1\660E\64A4\9500'),
		('dimension', 1, 'total', 'All', '\5408\8BA1'),
		('dimension', 2, 'education_type', 'By education type', '\6309\6559\80B2\7C7B\578B'),
		('dimension', 3, 'class', 'By class', '\6309\6210\679C\7C7B\522B'),
		('dimension', 4, 'level', 'By level', '\6309\7B49\7EA7'),
		('dimension', 5, 'institution_kind', 'By kind of institution', '\6309\673A\6784\7C7B\578B'),
		('dimension', 6, 'institution', 'By institution', '\6309\673A\6784'),
		('dimension', 7, 'trainee_group', 'By trainee group', '\6309\5B66\5458\7FA4\4F53'),
		('dimension', 8, 'trainee_subgroup', 'By part of a trainee group', '\6309\5B66\5458\7EC6\5206\7FA4\4F53'),
		('dimension', 9, 'quarter', 'By quarter', '\6309\5B63\5EA6'),
		('dimension', 10, 'month', 'By month', '\6309\6708\4EFD'),
		('dimension', 11, 'region', 'By region', '\6309\5730\533A'),
		('section', 1, 'accounts', 'Accounts', '\8D26\6237'),
		('section', 2, 'deposits', 'Deposits', '\5B58\5165'),
		('section', 3, 'recognition', 'Recognition', '\8BA4\5B9A'),
		('section', 4, 'conversion', 'Conversion', '\8F6C\6362'),
		('section', 5, 'points', 'Points', '\79EF\5206'),
		('section', 6, 'certificates', 'Certificates', '\8BC1\660E'),
		('trainee_group', 1, 'student', 'Students in school', '\5728\6821\5B66\751F'),
		('trainee_group', 2, 'unemployed', 'People without employment', '\672A\5C31\4E1A\4EBA\5458'),
		('trainee_group', 3, 'employed', 'Employed staff', '\5728\804C\804C\5DE5'),
		('trainee_group', 4, 'unemployed_graduate', 'Unemployed graduates', '\672A\5C31\4E1A\6BD5\4E1A\751F'),
		('trainee_group', 5, 'migrant_worker', 'Migrant workers', '\519C\6C11\5DE5'),
		('trainee_group', 6, 'registered_unemployed', 'Registered unemployed', '\767B\8BB0\5931\4E1A\4EBA\5458'),
		('trainee_group', 7, 'veteran', 'Veterans', '\9000\5F79\519B\4EBA'),
		('trainee_group', 8, 'registered_poor', 'Registered poor', '\5EFA\6863\7ACB\5361\8D2B\56F0\4EBA\5458'),
		('trainee_group', 9, 'none', 'none', '\672A\6CE8\660E'),
		('unit', 1, 'cr', 'credits', '\5B66\5206'),
		('unit', 2, 'pt', 'points', '\79EF\5206'),
		('unit', 3, 'hr', 'hours', '\5B66\65F6'),
		('unit', 4, 'ects', 'ECTS', 'ECTS'),
		('unit', 5, 'cats', 'CATS', 'CATS'),
		('unit', 0, 'all', 'all units', '\5168\90E8\5355\4F4D'),
		('unit', 6, 'none', 'without an amount', '\65E0\6570\503C'),
		('word', 1, 'none', 'not said', '\672A\6CE8\660E'),
		('word', 2, 'level', 'Level %s', '%s\7EA7'),
		('word', 3, 'quarter', 'Quarter %s', '\7B2C%s\5B63\5EA6'),
		('word', 4, 'month', 'Month %s', '%s\6708'),
		('word', 5, 'unit', ' (%s)', '\FF08%s\FF09'),
		('word', 6, 'report', 'Yearly report of the credit bank', '\5B66\5206\94F6\884C\5E74\5EA6\7EDF\8BA1\5206\6790\62A5\544A'),
		('word', 7, 'year', '%s', '%s\5E74'),
		('word', 8, 'everywhere', 'All regions', '\5168\90E8\5730\533A'),
		('word', 9, 'edition', 'Edition %s, published on %s', '\7B2C%s\7248\FF0C%s\516C\5E03'),
		('word', 10, 'count', 'Number', '\6570\91CF'),
		('word', 11, 'amount', 'Amount', '\6570\503C'),
		('word', 12, 'last_year', 'Year before', '\4E0A\5E74'),
		('word', 13, 'change', 'Change', '\540C\6BD4\53D8\5316'),
		('word', 14, 'hidden', 'hidden', '\4E0D\516C\5E03'),
		('word', 15, 'chart', '%s: %s', '%s\FF1A%s'),
		('word', 17, 'note_hidden', 'Hidden are numbers that count fewer than %s learners, and as many others as are needed so that nobody can work those out.', '\6D89\53CA\5B66\5458\5C11\4E8E%s\4EBA\7684\6570\5B57\4E0D\516C\5E03\FF1B\4E3A\9632\6B62\63A8\7B97\FF0C\53E6\6709\90E8\5206\6570\5B57\4E00\5E76\4E0D\516C\5E03\3002'),
		('word', 18, 'note_change', 'The change is against the year before, where both numbers are published.', '\540C\6BD4\53D8\5316\662F\4E0E\4E0A\5E74\76F8\6BD4\FF0C\4EC5\5728\4E24\5E74\7684\6570\5B57\5747\5DF2\516C\5E03\65F6\5217\51FA\3002'),
		('word', 19, 'note_part', 'A bar shows a number beside the others of its table.', '\6761\5F62\8868\793A\5404\6570\5B57\5728\672C\8868\5185\7684\76F8\5BF9\5927\5C0F\3002')
	) AS t (kind, number, code, title, escaped);
END
$$;
COMMENT ON PROCEDURE creditbank.create_statistics_titles() IS
'Makes the table of titles; a part of create_bank.';

CREATE FUNCTION creditbank.report_title(kind text, code text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT CASE language WHEN 'zh' THEN t.title_zh ELSE t.title END
		FROM creditbank.statistics_title AS t
		WHERE t.kind = report_title.kind
			AND t.code = report_title.code);
END
$$;
COMMENT ON FUNCTION creditbank.report_title(text, text, text) IS
'What statistics_title calls a thing of a kind, in language zh or else in English; NULL when it has no title there, and for NULL.';

CREATE FUNCTION creditbank.member_label(dimension text, member text, language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN CASE
		WHEN member = 'none' OR member LIKE '%/none' THEN creditbank.report_title('word', 'none', language)
		WHEN dimension IN ('level', 'quarter', 'month')
			THEN format(creditbank.report_title('word', dimension, language), ltrim(member, 'Q0'))
		WHEN dimension = 'institution' THEN (SELECT i.name FROM creditbank.institution AS i WHERE i.code = member)
		WHEN dimension = 'region' THEN (SELECT r.name FROM creditbank.region AS r WHERE r.code = member)
		-- A translation is one of the title that the group has now.
		WHEN dimension IN ('trainee_group', 'trainee_subgroup') THEN coalesce(
			(SELECT CASE WHEN language = 'zh' AND t.title = g.title THEN t.title_zh ELSE g.title END
			FROM creditbank.trainee_group AS g
			LEFT JOIN creditbank.statistics_title AS t ON t.kind = 'trainee_group' AND t.code = g.code
			WHERE g.code = member),
			creditbank.report_title('trainee_group', member, language))
		ELSE creditbank.report_title(dimension, member, language)
	END;
END
$$;
COMMENT ON FUNCTION creditbank.member_label(text, text, text) IS
'What reports and portraits call a member of a dimension of published_figures, or a region, in a language, zh or else English; names of institutions and regions as registered; a trainee group by its title, in Chinese by title_zh of statistics_title as long as title there is the group''s own. NULL for an unknown member and for NULL.';

CREATE PROCEDURE creditbank.create_counting_view()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.counted_entry
	WITH (security_invoker = true) AS
	SELECT c.entry_id, c.account_id, c.seq, c.number, c.figure, c.about, c.occurred_on, c.achievement_id,
		coalesce(c.region, 'none') AS region,
		coalesce(CASE c.about WHEN 'conversion' THEN p.institution ELSE creditbank.issuer(a.ref) END, 'none') AS institution,
		coalesce(a.education_type, o.education_type, 'none') AS education_type,
		coalesce(creditbank.class(coalesce(a.ref, c.source)), 'none') AS class,
		coalesce(a.level, o.level, 0::smallint) AS level,
		coalesce(c.trainee_group, 'none') AS trainee_group,
		coalesce(c.programme, 'none') AS programme,
		coalesce(creditbank.unit(n.amount), 'none') AS unit,
		coalesce(abs(n.amount::numeric), 0)::numeric(18,4) AS amount
	FROM (
		SELECT e.entry_id, e.account_id, e.seq, k.number, k.figure, k.about, e.occurred_on, e.amount, h.region, h.trainee_group,
			CASE k.about WHEN 'achievement' THEN substring(e.detail FROM '^[{]"id": ([0-9]+), ')::bigint END AS achievement_id,
			CASE k.about WHEN 'conversion' THEN (e.detail::jsonb #>> '{sources,0}')::creditbank.achievement_ref END AS source,
			CASE k.about WHEN 'conversion' THEN e.detail::jsonb ->> 'programme' END AS programme,
			-- What was reserved before it was handed out left the account then.
			CASE WHEN k.figure = 'points_redeemed' AND e.amount IS NULL
				THEN (e.detail::jsonb ->> 'price')::creditbank.credit_amount * (e.detail::jsonb ->> 'quantity')::numeric END AS cost
		FROM creditbank.ledger_entry AS e
		JOIN (
			SELECT n.kind, n.name, f.number, f.figure, f.about
			FROM creditbank.entry_kinds() AS n
			JOIN creditbank.figure_kinds() AS f ON f.kind = n.name) AS k ON k.kind = e.kind
		LEFT JOIN creditbank.account_merger AS m ON m.duplicate_id = e.account_id
		LEFT JOIN creditbank.holder AS h
			ON h.account_id = CASE WHEN m.duplicate_id IS NULL THEN e.account_id ELSE creditbank.current_account_id(m.into_id) END
		WHERE e.account_id <> 0
			AND (k.figure <> 'accounts_activated' OR k.name <> 'opened' OR (e.detail::jsonb -> 'activated' = 'false') IS NOT true)
			-- Merging wrote these anew; the first of them stand in the account that went.
			AND (k.figure NOT IN ('deposits', 'points_earned') OR (e.detail::jsonb ? 'merged_from') IS NOT true)
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id
					AND r.reverses = e.seq)) AS c
	LEFT JOIN creditbank.achievement AS a ON a.achievement_id = c.achievement_id
	LEFT JOIN creditbank.programme AS p ON p.code = c.programme
	LEFT JOIN LATERAL (
		SELECT f.education_type, f.level
		FROM creditbank.achievement AS f
		WHERE c.source IS NOT NULL
			AND f.account_id = c.account_id
			AND f.ref = c.source
		ORDER BY f.achievement_id DESC
		LIMIT 1) AS o ON true
	CROSS JOIN LATERAL (
		SELECT CASE c.figure WHEN 'deposits' THEN a.claimed_amount ELSE coalesce(c.amount, c.cost) END) AS n (amount);
	COMMENT ON VIEW creditbank.counted_entry IS 'The one definition of what counts: the entries of learners'' accounts that figures count, but for those taken back. Entries of an account that was merged are those of the holder it was merged into, and what the merger wrote anew is not counted twice. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.counted_entry.entry_id IS 'The entry.';
	COMMENT ON COLUMN creditbank.counted_entry.account_id IS 'Its account.';
	COMMENT ON COLUMN creditbank.counted_entry.seq IS 'Its place in the account''s chain.';
	COMMENT ON COLUMN creditbank.counted_entry.number IS 'The number of the figure, its place in figure_kinds().';
	COMMENT ON COLUMN creditbank.counted_entry.figure IS 'The figure that counts it: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.counted_entry.about IS 'What it is about: account, achievement or conversion.';
	COMMENT ON COLUMN creditbank.counted_entry.occurred_on IS 'The day it counts from.';
	COMMENT ON COLUMN creditbank.counted_entry.achievement_id IS 'The achievement it is about; NULL when it is about none.';
	COMMENT ON COLUMN creditbank.counted_entry.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.counted_entry.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.counted_entry.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.counted_entry.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.counted_entry.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.counted_entry.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.counted_entry.programme IS 'The programme converted into, or points scheme: a code of dim_programme; none where there is none.';
	COMMENT ON COLUMN creditbank.counted_entry.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.counted_entry.amount IS 'Of a deposit what was claimed, of a reward handed out what it cost; what an entry takes counts as positive. 0 where it has none.';

	CREATE VIEW creditbank.contribution
	WITH (security_invoker = true) AS
	SELECT c.account_id, c.occurred_on - (extract(day FROM c.occurred_on)::integer - 1) AS month, c.figure,
		c.region, c.institution, c.education_type, c.class, c.level, c.trainee_group, c.unit,
		count(*) AS count, sum(c.amount)::numeric(24,4) AS amount
	FROM creditbank.counted_entry AS c
	GROUP BY c.account_id, 2, c.figure, c.region, c.institution, c.education_type, c.class, c.level, c.trainee_group, c.unit;
	COMMENT ON VIEW creditbank.contribution IS 'What each account adds to each cell of the roll-up, counted now. One row per account and cell.';
	COMMENT ON COLUMN creditbank.contribution.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.contribution.month IS 'The first day of the month.';
	COMMENT ON COLUMN creditbank.contribution.figure IS 'The figure: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.contribution.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.contribution.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.contribution.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.contribution.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.contribution.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.contribution.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.contribution.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.contribution.count IS 'How many entries.';
	COMMENT ON COLUMN creditbank.contribution.amount IS 'The sum of their amounts; 0 where they have none.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_counting_view() IS
'Makes the views that say what counts; a part of create_bank.';

CREATE PROCEDURE creditbank.create_dimension_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.dim_day
	WITH (security_invoker = true) AS
	SELECT d.day::date AS day,
		extract(year FROM d.day)::integer AS year,
		extract(quarter FROM d.day)::integer AS quarter,
		extract(month FROM d.day)::integer AS month,
		extract(day FROM d.day)::integer AS day_of_month,
		extract(isodow FROM d.day)::integer AS weekday,
		d.day::date - (extract(day FROM d.day)::integer - 1) AS first_of_month,
		to_char(d.day, 'YYYY-"Q"Q') AS year_quarter,
		to_char(d.day, 'YYYY-MM') AS year_month
	FROM creditbank.bank AS b
	CROSS JOIN LATERAL generate_series(timestamp '1900-01-01', date_trunc('year', now() AT TIME ZONE b.time_zone) + interval '1 year - 1 day', interval '1 day') AS d (day);
	COMMENT ON VIEW creditbank.dim_day IS 'Days, from 1900 to the end of this year. One row per day.';
	COMMENT ON COLUMN creditbank.dim_day.day IS 'The day: key.';
	COMMENT ON COLUMN creditbank.dim_day.year IS 'Its year.';
	COMMENT ON COLUMN creditbank.dim_day.quarter IS 'Its quarter, 1 to 4.';
	COMMENT ON COLUMN creditbank.dim_day.month IS 'Its month, 1 to 12.';
	COMMENT ON COLUMN creditbank.dim_day.day_of_month IS 'Its day of the month.';
	COMMENT ON COLUMN creditbank.dim_day.weekday IS '1 Monday to 7 Sunday.';
	COMMENT ON COLUMN creditbank.dim_day.first_of_month IS 'The first day of its month: month of the roll-up.';
	COMMENT ON COLUMN creditbank.dim_day.year_quarter IS 'Year and quarter: 2026-Q1.';
	COMMENT ON COLUMN creditbank.dim_day.year_month IS 'Year and month: 2026-01.';

	CREATE VIEW creditbank.dim_region
	WITH (security_invoker = true) AS
	SELECT t.code, t.name, t.full_name, t.level::integer AS level, t.parent,
		coalesce(t.province, 'none') AS province, coalesce(p.name, 'none') AS province_name,
		CASE WHEN t.level = 2 THEN t.code ELSE coalesce(t.city, 'none') END AS city, coalesce(c.name, 'none') AS city_name,
		coalesce(t.county, 'none') AS county, coalesce(d.name, 'none') AS county_name,
		CASE WHEN t.level = 4 THEN t.code ELSE 'none' END AS township, CASE WHEN t.level = 4 THEN t.name ELSE 'none' END AS township_name
	FROM creditbank.region_tree AS t
	LEFT JOIN creditbank.region AS p ON p.code = t.province
	LEFT JOIN creditbank.region AS c ON c.code = t.city
	LEFT JOIN creditbank.region AS d ON d.code = t.county
	UNION ALL
	SELECT 'none', 'none', 'none', 0, NULL, 'none', 'none', 'none', 'none', 'none', 'none', 'none', 'none';
	COMMENT ON VIEW creditbank.dim_region IS 'Regions, with what they lie in by code and name; and none. One row per region.';
	COMMENT ON COLUMN creditbank.dim_region.code IS 'Its code: key.';
	COMMENT ON COLUMN creditbank.dim_region.name IS 'Its name.';
	COMMENT ON COLUMN creditbank.dim_region.full_name IS 'The names from the province down to its own.';
	COMMENT ON COLUMN creditbank.dim_region.level IS '1 province, 2 city, 3 county, 4 township; 0 of none.';
	COMMENT ON COLUMN creditbank.dim_region.parent IS 'The nearest registered region that contains it; NULL when none does.';
	COMMENT ON COLUMN creditbank.dim_region.province IS 'The registered province that it is or lies in; none when there is none.';
	COMMENT ON COLUMN creditbank.dim_region.province_name IS 'Its name.';
	COMMENT ON COLUMN creditbank.dim_region.city IS 'The registered city that it is or lies in; none when there is none.';
	COMMENT ON COLUMN creditbank.dim_region.city_name IS 'Its name.';
	COMMENT ON COLUMN creditbank.dim_region.county IS 'The registered county that it is or lies in; none when there is none.';
	COMMENT ON COLUMN creditbank.dim_region.county_name IS 'Its name.';
	COMMENT ON COLUMN creditbank.dim_region.township IS 'The registered township that it is or lies in; none when there is none.';
	COMMENT ON COLUMN creditbank.dim_region.township_name IS 'Its name.';

	CREATE VIEW creditbank.dim_institution
	WITH (security_invoker = true) AS
	SELECT i.code, i.name, i.kind, coalesce(i.region, 'none') AS region, lower(i.valid) AS valid_from, upper(i.valid) - 1 AS valid_until
	FROM creditbank.institution AS i
	UNION ALL
	SELECT 'none', 'none', 'none', 'none', NULL, NULL;
	COMMENT ON VIEW creditbank.dim_institution IS 'Institutions; and none. One row per institution.';
	COMMENT ON COLUMN creditbank.dim_institution.code IS 'Its code: key.';
	COMMENT ON COLUMN creditbank.dim_institution.name IS 'Its name.';
	COMMENT ON COLUMN creditbank.dim_institution.kind IS 'school, enterprise, union, training, assessment, examination, authority or platform.';
	COMMENT ON COLUMN creditbank.dim_institution.region IS 'The region it is in; none when not said.';
	COMMENT ON COLUMN creditbank.dim_institution.valid_from IS 'The first day on which it takes part; NULL when not said.';
	COMMENT ON COLUMN creditbank.dim_institution.valid_until IS 'The last such day; NULL when not said.';

	CREATE VIEW creditbank.dim_class
	WITH (security_invoker = true) AS
	SELECT c.code, c.title, c.title_zh, coalesce(creditbank.education_type_of_class(nullif(c.code, 'none')), 'none') AS education_type
	FROM creditbank.statistics_title AS c
	WHERE c.kind = 'class';
	COMMENT ON VIEW creditbank.dim_class IS 'Classes of achievements; and none. One row per class.';
	COMMENT ON COLUMN creditbank.dim_class.code IS 'The class, as in references: key.';
	COMMENT ON COLUMN creditbank.dim_class.title IS 'What it is called in English.';
	COMMENT ON COLUMN creditbank.dim_class.title_zh IS 'What it is called in Chinese.';
	COMMENT ON COLUMN creditbank.dim_class.education_type IS 'The education type that achievements of it have where nothing else is said.';

	CREATE VIEW creditbank.dim_education_type
	WITH (security_invoker = true) AS
	SELECT t.code, t.title, t.title_zh
	FROM creditbank.statistics_title AS t
	WHERE t.kind = 'education_type';
	COMMENT ON VIEW creditbank.dim_education_type IS 'Education types; and none. One row per type.';
	COMMENT ON COLUMN creditbank.dim_education_type.code IS 'formal, vocational, non_formal or none: key.';
	COMMENT ON COLUMN creditbank.dim_education_type.title IS 'What it is called in English.';
	COMMENT ON COLUMN creditbank.dim_education_type.title_zh IS 'What it is called in Chinese.';

	CREATE VIEW creditbank.dim_level
	WITH (security_invoker = true) AS
	SELECT l.level::integer AS level, CASE l.level WHEN 0 THEN 'none' ELSE coalesce(f.title, 'Level ' || l.level) END AS title
	FROM generate_series(0, 10) AS l (level)
	LEFT JOIN creditbank.framework_level AS f ON f.framework = 'bank' AND f.level = l.level;
	COMMENT ON VIEW creditbank.dim_level IS 'The ten levels of the bank; and 0, none. One row per level.';
	COMMENT ON COLUMN creditbank.dim_level.level IS 'The level: key.';
	COMMENT ON COLUMN creditbank.dim_level.title IS 'What it is called.';

	CREATE VIEW creditbank.dim_trainee_group
	WITH (security_invoker = true) AS
	SELECT g.code, g.title, coalesce(g.parent, g.code) AS top_group, coalesce(p.title, g.title) AS top_title
	FROM creditbank.trainee_group AS g
	LEFT JOIN creditbank.trainee_group AS p ON p.code = g.parent
	UNION ALL
	SELECT 'none', 'none', 'none', 'none';
	COMMENT ON VIEW creditbank.dim_trainee_group IS 'Trainee groups; and none. One row per group.';
	COMMENT ON COLUMN creditbank.dim_trainee_group.code IS 'Its code: key.';
	COMMENT ON COLUMN creditbank.dim_trainee_group.title IS 'Its title.';
	COMMENT ON COLUMN creditbank.dim_trainee_group.top_group IS 'The group that it is a part of; itself when it is of none.';
	COMMENT ON COLUMN creditbank.dim_trainee_group.top_title IS 'That group''s title.';

	CREATE VIEW creditbank.dim_programme
	WITH (security_invoker = true) AS
	SELECT p.code, p.title, p.institution, p.purpose, coalesce(p.education_level, 'none') AS education_level, p.credits::numeric(18,4) AS credits
	FROM creditbank.programme AS p
	UNION ALL
	SELECT 'none', 'none', 'none', 'none', 'none', NULL;
	COMMENT ON VIEW creditbank.dim_programme IS 'Programmes and points schemes; and none. One row per programme.';
	COMMENT ON COLUMN creditbank.dim_programme.code IS 'Its code: key.';
	COMMENT ON COLUMN creditbank.dim_programme.title IS 'Its title.';
	COMMENT ON COLUMN creditbank.dim_programme.institution IS 'The institution that runs it.';
	COMMENT ON COLUMN creditbank.dim_programme.purpose IS 'credit or points.';
	COMMENT ON COLUMN creditbank.dim_programme.education_level IS 'The level of education it leads to; none when not said.';
	COMMENT ON COLUMN creditbank.dim_programme.credits IS 'All its credits.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_dimension_views() IS
'Makes the dimensions of the star; a part of create_bank.';

CREATE PROCEDURE creditbank.create_fact_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.fact_account
	WITH (security_invoker = true) AS
	SELECT c.entry_id AS entry_key, c.account_id AS account_key, c.figure, c.occurred_on AS day, c.region, c.trainee_group
	FROM creditbank.counted_entry AS c
	WHERE c.figure IN ('accounts_opened', 'accounts_activated', 'accounts_closed');
	COMMENT ON VIEW creditbank.fact_account IS 'What happened to accounts, counted as counted_entry says. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.fact_account.entry_key IS 'The ledger entry; with figure, the key.';
	COMMENT ON COLUMN creditbank.fact_account.account_key IS 'The account, by its id: a pseudonym that leads to no holder here.';
	COMMENT ON COLUMN creditbank.fact_account.figure IS 'The figure that counts it: accounts_opened, accounts_activated or accounts_closed.';
	COMMENT ON COLUMN creditbank.fact_account.day IS 'The day it counts from: a day of dim_day.';
	COMMENT ON COLUMN creditbank.fact_account.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_account.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';

	CREATE VIEW creditbank.fact_deposit
	WITH (security_invoker = true) AS
	SELECT c.entry_id AS entry_key, c.account_id AS account_key, c.figure, c.occurred_on AS day, c.region, c.institution, c.education_type, c.class, c.level::integer AS level, c.trainee_group, c.achievement_id AS achievement_key, c.unit, c.amount
	FROM creditbank.counted_entry AS c
	WHERE c.figure = 'deposits';
	COMMENT ON VIEW creditbank.fact_deposit IS 'Achievements deposited, counted as counted_entry says. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.fact_deposit.entry_key IS 'The ledger entry; with figure, the key.';
	COMMENT ON COLUMN creditbank.fact_deposit.account_key IS 'The account, by its id: a pseudonym that leads to no holder here.';
	COMMENT ON COLUMN creditbank.fact_deposit.figure IS 'The figure that counts it: deposits.';
	COMMENT ON COLUMN creditbank.fact_deposit.day IS 'The day it counts from: a day of dim_day.';
	COMMENT ON COLUMN creditbank.fact_deposit.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_deposit.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_deposit.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_deposit.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_deposit.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.fact_deposit.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_deposit.achievement_key IS 'The achievement, by its id.';
	COMMENT ON COLUMN creditbank.fact_deposit.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.fact_deposit.amount IS 'What was claimed; 0 where it has none.';

	CREATE VIEW creditbank.fact_recognition
	WITH (security_invoker = true) AS
	SELECT c.entry_id AS entry_key, c.account_id AS account_key, c.figure, c.occurred_on AS day, c.region, c.institution, c.education_type, c.class, c.level::integer AS level, c.trainee_group, c.achievement_id AS achievement_key, c.unit, c.amount
	FROM creditbank.counted_entry AS c
	WHERE c.figure IN ('recognitions', 'refusals', 'appeals', 'revocations');
	COMMENT ON VIEW creditbank.fact_recognition IS 'What became of achievements, counted as counted_entry says. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.fact_recognition.entry_key IS 'The ledger entry; with figure, the key.';
	COMMENT ON COLUMN creditbank.fact_recognition.account_key IS 'The account, by its id: a pseudonym that leads to no holder here.';
	COMMENT ON COLUMN creditbank.fact_recognition.figure IS 'The figure that counts it: recognitions, refusals, appeals or revocations.';
	COMMENT ON COLUMN creditbank.fact_recognition.day IS 'The day it counts from: a day of dim_day.';
	COMMENT ON COLUMN creditbank.fact_recognition.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_recognition.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_recognition.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_recognition.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_recognition.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.fact_recognition.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_recognition.achievement_key IS 'The achievement, by its id.';
	COMMENT ON COLUMN creditbank.fact_recognition.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.fact_recognition.amount IS 'What was recognised, or taken back by a revocation; 0 where it has none.';

	CREATE VIEW creditbank.fact_conversion
	WITH (security_invoker = true) AS
	SELECT c.entry_id AS entry_key, c.account_id AS account_key, c.figure, c.occurred_on AS day, c.region, c.institution, c.education_type, c.class, c.level::integer AS level, c.trainee_group, c.programme, c.unit, c.amount
	FROM creditbank.counted_entry AS c
	WHERE c.figure = 'conversions';
	COMMENT ON VIEW creditbank.fact_conversion IS 'Credit granted by conversions, counted as counted_entry says. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.fact_conversion.entry_key IS 'The ledger entry; with figure, the key.';
	COMMENT ON COLUMN creditbank.fact_conversion.account_key IS 'The account, by its id: a pseudonym that leads to no holder here.';
	COMMENT ON COLUMN creditbank.fact_conversion.figure IS 'The figure that counts it: conversions.';
	COMMENT ON COLUMN creditbank.fact_conversion.day IS 'The day it counts from: a day of dim_day.';
	COMMENT ON COLUMN creditbank.fact_conversion.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_conversion.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_conversion.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_conversion.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_conversion.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.fact_conversion.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_conversion.programme IS 'The programme converted into, or points scheme: a code of dim_programme; none where there is none.';
	COMMENT ON COLUMN creditbank.fact_conversion.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.fact_conversion.amount IS 'What was granted; 0 where it has none.';

	CREATE VIEW creditbank.fact_points
	WITH (security_invoker = true) AS
	SELECT c.entry_id AS entry_key, c.account_id AS account_key, c.figure, c.occurred_on AS day, c.region, c.institution, c.education_type, c.class, c.level::integer AS level, c.trainee_group, c.programme, c.unit, c.amount
	FROM creditbank.counted_entry AS c
	WHERE c.figure IN ('points_earned', 'points_reserved', 'points_redeemed');
	COMMENT ON VIEW creditbank.fact_points IS 'Points earned and spent, counted as counted_entry says. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.fact_points.entry_key IS 'The ledger entry; with figure, the key.';
	COMMENT ON COLUMN creditbank.fact_points.account_key IS 'The account, by its id: a pseudonym that leads to no holder here.';
	COMMENT ON COLUMN creditbank.fact_points.figure IS 'The figure that counts it: points_earned, points_reserved or points_redeemed.';
	COMMENT ON COLUMN creditbank.fact_points.day IS 'The day it counts from: a day of dim_day.';
	COMMENT ON COLUMN creditbank.fact_points.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_points.institution IS 'The issuer of the achievement; of a conversion, the institution converted into: a code of dim_institution; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_points.education_type IS 'formal, vocational or non_formal, of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_points.class IS 'The class of the achievement; of a conversion, of the first achievement it rests on; none where it has none.';
	COMMENT ON COLUMN creditbank.fact_points.level IS 'Its level of the bank, 1 to 10; 0 where it has none.';
	COMMENT ON COLUMN creditbank.fact_points.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_points.programme IS 'The programme converted into, or points scheme: a code of dim_programme; none where there is none.';
	COMMENT ON COLUMN creditbank.fact_points.unit IS 'The unit of amount: cr, pt, hr, ects or cats; none where it has no amount.';
	COMMENT ON COLUMN creditbank.fact_points.amount IS 'The points; of rewards, what they cost; 0 where it has none.';

	CREATE VIEW creditbank.fact_certificate
	WITH (security_invoker = true) AS
	SELECT c.entry_id AS entry_key, c.account_id AS account_key, c.figure, c.occurred_on AS day, c.region, c.trainee_group
	FROM creditbank.counted_entry AS c
	WHERE c.figure IN ('certificates_issued', 'certificates_revoked');
	COMMENT ON VIEW creditbank.fact_certificate IS 'Certificates issued and revoked, counted as counted_entry says. One row per entry and figure.';
	COMMENT ON COLUMN creditbank.fact_certificate.entry_key IS 'The ledger entry; with figure, the key.';
	COMMENT ON COLUMN creditbank.fact_certificate.account_key IS 'The account, by its id: a pseudonym that leads to no holder here.';
	COMMENT ON COLUMN creditbank.fact_certificate.figure IS 'The figure that counts it: certificates_issued or certificates_revoked.';
	COMMENT ON COLUMN creditbank.fact_certificate.day IS 'The day it counts from: a day of dim_day.';
	COMMENT ON COLUMN creditbank.fact_certificate.region IS 'The holder''s region, or that of the holder of the account that it was merged into: a code of dim_region; none when none is noted.';
	COMMENT ON COLUMN creditbank.fact_certificate.trainee_group IS 'The holder''s trainee group, as noted: a code of dim_trainee_group; none when none is noted.';

END
$$;
COMMENT ON PROCEDURE creditbank.create_fact_views() IS
'Makes the facts of the star; a part of create_bank.';

CREATE PROCEDURE creditbank.create_statistics_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	-- Days follow the order of writing but for accounts entered later, so a few
	-- pages of ranges with gaps serve where a tree would cost every entry.
	CREATE INDEX ledger_entry_by_day ON creditbank.ledger_entry USING brin (occurred_on date_minmax_multi_ops)
	WITH (pages_per_range = 32, autosummarize = on);
	COMMENT ON INDEX creditbank.ledger_entry_by_day IS 'Finds periods, for statistics.';
	CALL creditbank.create_statistics_titles();
	CALL creditbank.create_counting_view();
	CALL creditbank.create_dimension_views();
	CALL creditbank.create_fact_views();

	CALL creditbank.create_rollup_tables();
	CALL creditbank.create_publication_tables();
END
$$;
COMMENT ON PROCEDURE creditbank.create_statistics_tables() IS
'Makes the star, the roll-ups and the tables of what is published; a part of create_bank.';
