-- statistics: dimensions, facts, roll-ups, standing among peers, what is
-- published and the yearly report.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.region (code, name)
VALUES ('330000', 'Zhejiang'), ('330100', 'Hangzhou'), ('330106', 'Xihu'), ('330106003000', 'Beishan'), ('330200', 'Ningbo'), ('429004', 'Xiantao');
CREATE TEMP TABLE learner AS
SELECT n, o.account
FROM generate_series(1, 14) AS n
CROSS JOIN LATERAL creditbank.open_account('Learner ' || n, date '2025-01-15' + 20 * n,
	region => CASE WHEN n <= 7 THEN '330106003000' WHEN n <= 11 THEN '330200' WHEN n = 12 THEN '330000' WHEN n = 13 THEN '429004' END,
	trainee_group => CASE WHEN n <= 9 THEN 'veteran' WHEN n <= 13 THEN 'student' END) AS o;
SELECT d.* FROM learner AS l, creditbank.deposit(l.account, 'training/SH-TRAIN/COLD-CHAIN#' || l.n, '2024-03-20', amount => l.n || ' hr', attendance => 90) AS d;
SELECT r.* FROM learner AS l, creditbank.recognise(l.account, 'training/SH-TRAIN/COLD-CHAIN#' || l.n) AS r WHERE l.n <= 12;
SELECT extract(year FROM creditbank.today())::integer AS this_year \gset
\o
\set ECHO all
-- Dimensions have a member none, and every key once.
SELECT code, level, province_name, city_name, county_name, township_name FROM creditbank.dim_region ORDER BY code COLLATE "C";
SELECT 'day' AS dimension, count(*) = count(DISTINCT day) AS once, bool_or(day = creditbank.today()) AS has FROM creditbank.dim_day
UNION ALL SELECT 'institution', count(*) = count(DISTINCT code), bool_or(code = 'none') FROM creditbank.dim_institution
UNION ALL SELECT 'class', count(*) = count(DISTINCT code), bool_or(code = 'none') FROM creditbank.dim_class
UNION ALL SELECT 'education_type', count(*) = count(DISTINCT code), bool_or(code = 'none') FROM creditbank.dim_education_type
UNION ALL SELECT 'level', count(*) = 11, bool_or(level = 0) FROM creditbank.dim_level
UNION ALL SELECT 'trainee_group', count(*) = count(DISTINCT code), bool_or(code = 'none') FROM creditbank.dim_trainee_group
UNION ALL SELECT 'programme', count(*) = count(DISTINCT code), bool_or(code = 'none') FROM creditbank.dim_programme;
SELECT * FROM creditbank.dim_day WHERE day = '2024-02-29';
SELECT * FROM creditbank.dim_class ORDER BY code COLLATE "C";
SELECT code, top_group, top_title FROM creditbank.dim_trainee_group WHERE code IN ('veteran', 'student', 'none') ORDER BY code;
-- Facts, one row per thing counted.
SELECT account_key, figure, region, institution, education_type, class, level, trainee_group, unit, amount FROM creditbank.fact_recognition ORDER BY account_key;
SELECT figure, day, region, trainee_group FROM creditbank.fact_account WHERE account_key IN (1, 14) ORDER BY account_key, figure;
-- Plain types only.
SELECT DISTINCT format_type(a.atttypid, NULL) AS type
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = 'creditbank'::regnamespace AND a.attnum > 0 AND (c.relname ~ '^(fact|dim)_' OR c.relname IN ('rollup', 'published_figures', 'account_total'))
ORDER BY 1;
-- Nothing is kept before the first refresh.
SELECT count(*) AS kept FROM creditbank.rollup;
SELECT creditbank.peer_standing('00000000000195', 'hours') AS before_a_refresh;
SELECT count(*) > 0 AS differs FROM creditbank.statistics_drift();
SELECT accounts, cells, up_to_entry = (SELECT max(e.entry_id) FROM creditbank.ledger_entry AS e) AS up_to_the_last FROM creditbank.refresh_statistics();
SELECT * FROM creditbank.statistics_drift();
SELECT accounts, cells FROM creditbank.refresh_statistics();
SELECT region, trainee_group, unit, count, amount FROM creditbank.rollup WHERE figure = 'recognitions' ORDER BY region;
-- Peers: the same group in the county, the city, the province, everywhere; else everybody.
SELECT n, p.*
FROM learner AS l
LEFT JOIN LATERAL creditbank.peer_standing(l.account, 'hours') AS p ON true
ORDER BY n;
SELECT creditbank.set_smallest_cell(3);
SELECT n, p.*
FROM learner AS l
LEFT JOIN LATERAL creditbank.peer_standing(l.account, 'achievements') AS p ON true
WHERE n IN (1, 8, 10, 13, 14)
ORDER BY n;
SELECT creditbank.set_smallest_cell(14);
SELECT count(p.*) AS none_large_enough FROM learner AS l, creditbank.peer_standing(l.account, 'hours') AS p;
SELECT creditbank.set_smallest_cell(5);
-- An account that is closed is nobody's peer.
SELECT count(*) AS closed FROM creditbank.close_account((SELECT account FROM learner WHERE n = 7), 'moved away');
SELECT accounts FROM creditbank.refresh_statistics();
SELECT peers, below FROM creditbank.peer_standing((SELECT account FROM learner WHERE n = 6), 'hours');
SELECT count(*) AS of_closed FROM creditbank.peer_standing((SELECT account FROM learner WHERE n = 7), 'hours');
-- Who moves is counted elsewhere, though no entry says so.
SELECT creditbank.describe_holder((SELECT account FROM learner WHERE n = 1), region => '429004') IS NOT NULL AS moved;
SELECT accounts FROM creditbank.refresh_statistics();
SELECT region, sum(count) AS count FROM creditbank.rollup WHERE figure = 'recognitions' GROUP BY region ORDER BY region;
SELECT * FROM creditbank.statistics_drift();
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.peer_standing('00000000000195', 'wealth') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.peer_standing('00000000000195', NULL) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.peer_standing('00000000009895', 'hours') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.set_smallest_cell(0) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.set_smallest_cell(NULL) $$);

-- hidden_of_dimensions(most): whether all is hidden of a table that has so many of one member, or why there is none
CREATE FUNCTION pg_temp.hidden_of_dimensions(most integer, OUT result boolean, OUT detail text) LANGUAGE plpgsql AS $$
BEGIN
	result := array_fill(1, ARRAY[most + 1])::smallint[] = creditbank.suppressed_cells(5, '{0}', 0 || array_fill(1, ARRAY[most]), ARRAY(SELECT generate_series(0, most)),
		array_fill(true, ARRAY[most + 1]), array_fill(true, ARRAY[most + 1]), array_fill(1, ARRAY[most + 1]), ARRAY(SELECT generate_series(1, most + 1)),
		array_fill(2::bigint, ARRAY[most + 1]), array_fill(2::bigint, ARRAY[most + 1]));
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
END $$;
-- Which cells are hidden: two regions, a dimension of two members.
-- A small count takes three others with it, and the totals stand.
SELECT creditbank.suppressed_cells(5, '{0,1,1}', '{0,1,1}', '{0,1,1}', '{t,t,t}', '{t,t,t}',
	'{1,1,1,2,2,2,3,3,3}', '{1,2,3,1,2,3,1,2,3}', '{40,19,21,12,2,10,28,17,11}', '{40,19,21,12,2,10,28,17,11}') AS fates;
-- Where nothing is small nothing is hidden.
SELECT creditbank.suppressed_cells(2, '{0,1,1}', '{0,1,1}', '{0,1,1}', '{t,t,t}', '{t,t,t}',
	'{1,1,1,2,2,2,3,3,3}', '{1,2,3,1,2,3,1,2,3}', '{40,19,21,12,2,10,28,17,11}', '{40,19,21,12,2,10,28,17,11}') AS fates;
-- One member: the total falls with it, up to the whole.
SELECT creditbank.suppressed_cells(5, '{0,1}', '{0,1}', '{0,1}', '{t,t}', '{t,t}', '{1,1,2,2}', '{1,2,1,2}', '{3,3,3,3}', '{3,3,3,3}') AS fates;
-- Learners count, not entries.
SELECT creditbank.suppressed_cells(5, '{0}', '{0,1,1}', '{0,1,1}', '{t,t,t}', '{f,f,f}', '{1,1,1}', '{1,2,3}', '{40,20,20}', '{10,10,1}') AS fates;
-- All learners are in the last of many regions; institutions are published in the whole only.
SELECT creditbank.suppressed_cells(5, '{0,1,1,1,1,1,1,1,1,1}', '{0,1,2,2}', '{0,1,1,1}', '{t,t,f,f}', '{t,f,f,f}',
	'{1,1,1,1,10,10}', '{1,2,3,4,1,2}', '{2,2,1,1,2,2}', '{2,2,1,1,2,2}') AS fates;
SELECT creditbank.suppressed_cells(5, '{0}', '{0}', '{0}', '{t}', '{t}', '{}', '{}', '{}', '{}') AS nothing;
-- A small sub-total is hidden with another one, not with the total: 2 of 874 (units 2, 12, 860).
SELECT creditbank.suppressed_cells(5, '{0}', '{0,1,1,1,2,3,3,4}', '{0,0,0,0,1,2,2,3}', '{t,t,t,t,t,t,t,t}', '{f,f,f,f,f,f,f,f}',
	'{1,1,1,1,1,1,1,1}', '{1,2,3,4,5,6,7,8}', '{874,2,12,860,2,6,6,860}', '{300,2,12,290,2,6,6,290}') AS fates;
-- As many dimensions as there may be, and one more: all of few learners.
SELECT most, e.result, e.detail
FROM (VALUES (15), (16)) AS m (most), pg_temp.hidden_of_dimensions(most) AS e;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.suppressed_cells(5, '{0}', '{0,1,1}', '{0,1,1}', '{t,t,t}', '{t,t,t}', '{1,1,1}', '{1,2,3}', '{40,20,19}', '{10,10,10}') $$);
SELECT DISTINCT sqlstate_, detail FROM unnest(ARRAY[
	$$ '{1}', '{0}', '{0}', '{t}', '{t}', '{}', '{}', '{}', '{}' $$,
	$$ '{0,3,1}', '{0}', '{0}', '{t}', '{t}', '{}', '{}', '{}', '{}' $$,
	$$ '{0}', '{0}', '{0,1}', '{t}', '{t}', '{}', '{}', '{}', '{}' $$,
	$$ '{0}', '{0,1,2}', '{0,0,0}', '{t,t,t}', '{t,t,t}', '{}', '{}', '{}', '{}' $$,
	$$ '{0}', '{0,1,1}', '{0,0,1}', '{t,t,t}', '{t,t,t}', '{}', '{}', '{}', '{}' $$,
	$$ '{0}', '{0,1,1,2,3}', '{0,0,0,1,1}', '{t,t,t,t,t}', '{t,t,t,t,t}', '{}', '{}', '{}', '{}' $$,
	$$ '{0}', '{0,1}', '{0,2}', '{t,t}', '{t,t}', '{1,1}', '{1,2}', '{2,2}', '{2,2}' $$,
	$$ '{0}' || array_fill(1, ARRAY[8192]), '{0}' || array_fill(1, ARRAY[8192]), '{0}' || array_fill(1, ARRAY[8192]),
		array_fill(true, ARRAY[8193]), array_fill(true, ARRAY[8193]), '{}', '{}', '{}', '{}' $$,
	$$ '{0}', '{0}', '{0}', '{t}', '{t}', '{1}', '{2}', '{1}', '{1}' $$,
	$$ '{0}', '{0}', '{0}', '{t}', '{t}', '{1}', '{1}', '{1}', '{2}' $$,
	$$ '{0}', '{0}', '{0}', '{t}', '{t}', '{1,1}', '{1,1}', '{1,1}', '{1,1}' $$,
	$$ '{0}', '{0}', '{0}', '{t}', '{t}', '{1}', '{1}', '{NULL}', '{1}' $$,
	$$ '{0}', '{0}', '{0}', '{t}', '{t}', '{1}', '{1}', '{}', '{1}' $$,
	$$ '{{0},{1}}', '{0}', '{0}', '{t}', '{t}', '{}', '{}', '{}', '{}' $$]) AS a (arguments), pg_temp.error_of('SELECT creditbank.suppressed_cells(5, ' || a.arguments || ')')
ORDER BY 1, 2;

-- Published.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.yearly_report(2025) $$);
SELECT * FROM creditbank.publish_figures(2025);
SELECT region, dimension, member, unit, count, suppressed FROM creditbank.published_figures WHERE year = 2025 AND figure = 'accounts_opened' AND dimension IN ('total', 'trainee_group') ORDER BY region COLLATE "C", dimension DESC, member, unit;
SELECT count(*) AS figures_of_nothing FROM creditbank.published_figures WHERE count = 0;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_figures(2025) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_figures(2025, ' ') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.publish_figures(NULL) $$);
SELECT edition FROM creditbank.publish_figures(2025, 'an account came in late');
SELECT edition, reason, smallest_cell FROM creditbank.publication ORDER BY edition;
SELECT sqlstate_, message, detail FROM pg_temp.error_of($$ UPDATE creditbank.published_cell SET count = 1 $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ DELETE FROM creditbank.publication $$);
-- The report, with the year before where that is published.
SELECT count(*) AS opened_before FROM generate_series(1, 8) AS n, creditbank.open_account('Earlier ' || n, '2024-03-03', region => '330106003000', trainee_group => 'veteran') AS o;
SELECT edition, suppressed FROM creditbank.publish_figures(2024);
SELECT label, dimension, count, suppressed, last_year_count, change FROM creditbank.yearly_report(2025, '330100') WHERE figure = 'accounts_opened' AND dimension IN ('total', 'trainee_group', 'region');
SELECT section, number, label, dimension, member, count, suppressed, last_year_count FROM creditbank.yearly_report(2025) WHERE section = 'accounts' AND figure = 'accounts_opened';
SELECT section, label, count FROM creditbank.yearly_report(2025, '330000', 'zh') WHERE dimension IN ('total', 'region');
-- A group that the bank calls otherwise is called so in every language; translated, once its titles are.
SELECT creditbank.member_label('trainee_group', 'veteran', 'en') AS en, creditbank.member_label('trainee_subgroup', 'veteran', 'zh') AS zh;
SAVEPOINT renamed;
UPDATE creditbank.trainee_group SET title = 'Former soldiers' WHERE code = 'veteran';
SELECT creditbank.member_label('trainee_group', 'veteran', 'en') AS en, creditbank.member_label('trainee_subgroup', 'veteran', 'zh') AS zh;
UPDATE creditbank.statistics_title SET title = 'Former soldiers', title_zh = '转业军人' WHERE kind = 'trainee_group' AND code = 'veteran';
SELECT creditbank.member_label('trainee_group', 'veteran', 'en') AS en, creditbank.member_label('trainee_subgroup', 'veteran', 'zh') AS zh;
-- The report has the label, too.
SELECT DISTINCT label, dimension FROM creditbank.yearly_report(2025, '330100', 'zh') WHERE member = 'veteran' ORDER BY label, dimension;
ROLLBACK TO renamed;
SELECT creditbank.member_label('trainee_group', 'nobody', 'en') IS NULL AS unknown, creditbank.member_label('trainee_group', 'none', 'zh') AS none;
SELECT count(*) AS published FROM creditbank.publish_figures(:this_year);
SELECT label, unit, count, amount, suppressed FROM creditbank.yearly_report(:this_year, language => 'zh') WHERE figure = 'deposits' AND dimension IN ('total', 'class', 'institution_kind');
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SELECT creditbank.yearly_report(2025, language => 'fr') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.yearly_report(2025, '340000') $$);
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT creditbank.yearly_report(NULL) $$);
-- Every title is there in both languages.
SELECT kind, count(*) FROM creditbank.statistics_title GROUP BY kind ORDER BY kind COLLATE "C";
SELECT k.figure FROM creditbank.figure_kinds() AS k WHERE k.figure NOT IN (SELECT s.figure FROM creditbank.report_sections() AS s)
UNION ALL SELECT s.figure FROM creditbank.report_sections() AS s WHERE creditbank.report_title('figure', s.figure, 'zh') IS NULL OR creditbank.report_title('section', s.section, 'zh') IS NULL;
ROLLBACK;
SELECT creditbank.refresh_statistics();
SELECT creditbank.publish_figures(2025);
