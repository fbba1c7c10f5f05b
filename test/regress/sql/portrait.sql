-- portrait: fields of study, the rows, the document, the drawings and the page.
SELECT * FROM unnest(ARRAY['cert/cn-post/exp-*', 'Training/*', '*/OUC/*', ' */*/* ', 'course/OUC/Log-101', 'tag: logistics ', 'cert/A/B*']) AS p
CROSS JOIN LATERAL creditbank.field_pattern(p) AS canonical
CROSS JOIN LATERAL creditbank.field_pattern_weight(canonical) AS weight
ORDER BY weight DESC;
\i test/regress/error_of.sql
SELECT e.* FROM unnest(ARRAY['tag:', 'cert', 'cert/A', 'cert/A/B/C', 'cert/A/B#1', '']) AS p
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.field_pattern(%L)', p)) AS e;
SELECT e.sqlstate_, e.message, e.detail FROM unnest(ARRAY['diploma/*', 'cert/A*/B', 'c*/A/B', 'cert/A/*B', 'cert//B', 'cert/A/a b']) AS p
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.field_pattern(%L)', p)) AS e;
DROP FUNCTION pg_temp.error_of, pg_temp.error_of_today;
SELECT creditbank.portrait('1');

BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.region (code, name) VALUES ('340100', 'Hefei');
SELECT o.account AS worker FROM creditbank.open_account('Wang <Jianguo>', '2018-05-05', region => '340100', trainee_group => 'employed') AS o \gset
CREATE TEMP TABLE held AS
SELECT *
FROM (VALUES
	('degree/AH-OU/SECONDARY#1', date '2010-07-01', 'Secondary school', NULL, 3, NULL, NULL::date, '{}'::text[], NULL::numeric, 'recognised'),
	('cert/CN-POST/EXP-OPERATOR#4', '2016-03-15', 'Courier, level 4', NULL, 4, NULL, '2022-03-14', '{}', NULL, 'recognised'),
	('cert/CN-POST/EXP-OPERATOR#3', '2021-06-15', 'Courier, level 3', NULL, 5, NULL, NULL, '{}', NULL, 'recognised'),
	('cert/CN-POST/FORKLIFT#3', '2021-07-15', 'Forklift truck', NULL, NULL, NULL, '2029-12-31', '{}', NULL, 'recognised'),
	('cert/CN-POST/FORKLIFT#1', '2017-07-15', 'Forklift truck, before', NULL, NULL, NULL, '2020-12-31', '{}', NULL, 'recognised'),
	('training/SH-TRAIN/COLD-CHAIN#1', '2019-03-20', 'Cold chain', '48 hr', NULL, NULL, NULL, '{}', NULL, 'recognised'),
	('training/SH-TRAIN/TEAM#1', '2023-04-11', 'Leading a team', '24.5 hr', NULL, NULL, NULL, '{management,online}', NULL, 'recognised'),
	('training/SH-TRAIN/FIRST-AID#1', '2024-02-11', 'First aid', '16 hr', NULL, NULL, '2031-03-01', '{}', NULL, 'recognised'),
	('award/CN-UNION/SORTING-CONTEST#9', '2020-05-01', '<b>Sorting & contest</b>', NULL, 7, '2', NULL, '{}', NULL, 'recognised'),
	('course/AH-OU/MATHS', '2024-07-01', 'Mathematics', '4 cr', NULL, NULL, NULL, '{}', 64, 'recognised'),
	('course/AH-OU/MEC-130', '2024-07-01', 'Managing production', '3 cr', NULL, NULL, NULL, '{management}', NULL, 'recognised'),
	('course/OUC/FOREIGN', '2022-07-01', 'A course elsewhere', '6 ects', NULL, NULL, NULL, '{}', NULL, 'recognised'),
	('project/AH-STEEL/ROLLING-LINE#2', '2022-11-05', 'Rolling line', '96 hr', NULL, NULL, NULL, '{}', NULL, 'recognised'),
	('patent/CNIPA/UTILITY-MODEL#1', '2023-08-08', 'A gripper', '2 cr', NULL, NULL, NULL, '{}', NULL, 'deposited'),
	('patent/CNIPA/UTILITY-MODEL#2', '2023-09-08', 'Another gripper', '10 hr', NULL, NULL, NULL, '{}', NULL, 'deposited'),
	('mentoring/AH-STEEL/APPRENTICE#1', '2024-01-10', 'One apprentice', NULL, NULL, NULL, NULL, '{}', NULL, 'declined'),
	('training/SH-TRAIN/SAFETY#1', '2022-09-01', 'Safety at work', '40 hr', NULL, NULL, NULL, '{}', NULL, 'frozen'),
	('training/SH-TRAIN/OTHER#1', '2022-09-01', 'Withdrawn', '40 hr', NULL, NULL, NULL, '{}', NULL, 'withdrawn'),
	('training/SH-TRAIN/OTHER#2', '2022-09-01', 'Revoked', '40 hr', NULL, NULL, NULL, '{}', NULL, 'revoked'),
	('training/SH-TRAIN/OTHER#3', '2022-09-01', 'Taken back', '40 hr', NULL, NULL, NULL, '{}', NULL, 'recognised')) AS h (ref, awarded_on, title, amount, level, rank, expires_on, tags, hours, state);
SELECT d.* FROM held AS h, creditbank.deposit(:'worker', h.ref, h.awarded_on, h.title, h.amount, h.level, rank => h.rank, expires_on => h.expires_on, tags => h.tags,
	hours => h.hours, attendance => CASE WHEN h.ref LIKE 'training/%' THEN 90::numeric END) AS d;
SELECT r.* FROM held AS h, creditbank.recognise(:'worker', h.ref, CASE WHEN h.state = 'declined' THEN 'declined' ELSE 'recognised' END) AS r WHERE h.state NOT IN ('deposited', 'withdrawn');
-- Declined twice: a gap once.
SELECT d.* FROM held AS h, creditbank.deposit(:'worker', h.ref, h.awarded_on, h.title) AS d WHERE h.state = 'declined';
SELECT r.* FROM held AS h, creditbank.recognise(:'worker', h.ref, 'declined') AS r WHERE h.state = 'declined';
SELECT creditbank.freeze_achievement(:'worker', h.ref, 'in doubt') FROM held AS h WHERE h.state = 'frozen';
SELECT creditbank.withdraw_achievement(:'worker', h.ref) FROM held AS h WHERE h.state = 'withdrawn';
SELECT creditbank.revoke_achievement(:'worker', h.ref, 'wrong') FROM held AS h WHERE h.state = 'revoked';
SELECT creditbank.reverse_entry(1, e.seq, creditbank.today(), NULL) FROM creditbank.ledger_entry AS e WHERE e.account_id = 1 AND e.ref = 'training/SH-TRAIN/OTHER#3' AND e.kind = (SELECT k.kind FROM creditbank.entry_kinds() AS k WHERE k.name = 'recognised');
SELECT creditbank.enrol(:'worker', 'AHOU-MECHATRONICS', '2023-03-01');
SELECT creditbank.enrol(:'worker', 'OUC-LOGISTICS', '2019-03-01');
SELECT creditbank.end_enrolment(:'worker', 'OUC-LOGISTICS', 'left', '2020-07-01');
SELECT creditbank.convert(:'worker', 'AHOU-MECHATRONICS');
INSERT INTO creditbank.programme (code, institution, title, credits, purpose) VALUES ('PJ-POINTS', 'SH-TRAIN', 'Learning points', 1, 'points');
SELECT creditbank.publish_rules('rule_set ''points'' version 1 programme ''PJ-POINTS'' rule ''hours'' when any training/* grant 1 pt per 8 hr');
SELECT creditbank.convert(:'worker', 'PJ-POINTS');
SELECT to_char(creditbank.today(), 'YYYY') AS this_year, to_char(creditbank.today(), 'YYYY-MM-DD') AS today \gset
-- Another learner: nothing of theirs may ever be seen.
SELECT o.account AS other FROM creditbank.open_account('Somebody else', '2018-05-05', region => '340100', trainee_group => 'employed') AS o \gset
SELECT d.* FROM creditbank.deposit(:'other', 'training/SH-TRAIN/OTHER#77', '2024-01-01', 'A secret of another', '99 hr', attendance => 95) AS d;
SELECT r.* FROM creditbank.recognise(:'other', 'training/SH-TRAIN/OTHER#77') AS r;
\o
\set ECHO all

-- Out of the box: no fields of study, so classes take their place.
SELECT member, label, achievements, claims, expired, credits, hours, others FROM creditbank.portrait(:'worker', '2030-12-31', 'en') WHERE aspect = 'field';
SELECT count(*) AS differing
FROM creditbank.portrait(:'worker', '2030-12-31', 'en') AS f
FULL JOIN creditbank.portrait(:'worker', '2030-12-31', 'en') AS c ON c.aspect = 'class' AND c.member = f.member
WHERE f.aspect = 'field' AND (f.achievements, f.claims, f.credits, f.hours, f.label) IS DISTINCT FROM (c.achievements, c.claims, c.credits, c.hours, c.label);
SELECT member, label, said FROM creditbank.portrait(:'worker', '2030-12-31', 'en') WHERE member LIKE 'claimed:%';
-- Fields of study, by patterns in any spelling; of two the more specific one wins.
SET ROLE creditbank_registrar;
INSERT INTO creditbank.field_of_study (code, title, title_zh)
VALUES ('logistics', 'Logistics', '物流'), ('management', 'Management', '管理'), ('making', 'Manufacturing', NULL), ('safety', 'Safety', '安全');
INSERT INTO creditbank.field_of_study_pattern (pattern, field)
VALUES
	('*/cn-post/*', 'logistics'),
	('training/*', 'logistics'),
	('award/*/SORT*', 'logistics'),
	('*/AH-STEEL/*', 'making'),
	('patent/*/*', 'making'),
	('tag:management', 'management'),
	('*/*/FIRST-AID', 'safety');
RESET ROLE;
SELECT pattern, field, weight, beginning FROM creditbank.field_of_study_pattern ORDER BY weight DESC, pattern COLLATE "C";
SELECT f.*
FROM creditbank.fields_of_study(ARRAY['cert/CN-POST/X', 'training/CN-POST/FIRST-AID', 'award/A/SORTING', 'award/A/NONE', 'training/B/C', 'course/CN-POST/Y', 'degree/A/SORTING']::creditbank.achievement_ref[],
	ARRAY['[]', '["management"]', '["management"]', '["management", "x"]', '["management"]', '["management"]', '[]']::jsonb[]) AS f;
SELECT ref, pattern, field, field_title, field_title_zh FROM creditbank.catalogue_fields ORDER BY ref;
-- The whole portrait.
SELECT aspect, replace(member, :'this_year', 'NOW') AS member, replace(label, :'this_year', 'NOW') AS label, achievements AS has, claims, expired, credits, hours, others, converted, points, share, level
FROM creditbank.portrait(:'worker', '2030-12-31', 'en') WHERE aspect NOT IN ('strength', 'gap');
SELECT aspect, member, label, achievements AS has, claims, credits, hours, others, level, said FROM creditbank.portrait(:'worker', '2030-12-31', 'en') WHERE aspect IN ('strength', 'gap');
SELECT aspect, replace(label, :'this_year', 'NOW') AS label, said FROM creditbank.portrait(:'worker', '2030-12-31', 'zh');
-- Every aspect adds up to the total, unit by unit.
SELECT p.aspect, sum(p.achievements) AS has, sum(p.claims) AS claims, sum(p.expired) AS expired, sum(p.credits) AS credits, sum(p.hours) AS hours, sum(p.converted) AS converted, sum(p.points) AS points, sum(p.share) AS share
FROM creditbank.portrait(:'worker', '2030-12-31', 'en') AS p
WHERE p.aspect IN ('total', 'education_type', 'class', 'field', 'year')
GROUP BY p.aspect ORDER BY p.aspect;
-- What the file itself says of it: recognised, not expired, by unit.
SELECT count(*) AS has, sum(f.number) FILTER (WHERE f.unit = 'cr') AS credits, sum(f.number) FILTER (WHERE f.unit = 'ects') AS ects
FROM creditbank.lifelong_file(:'worker') AS f
WHERE f.state IN ('recognised', 'consumed', 'partly consumed') AND coalesce(f.expires_on >= '2030-12-31', true);
-- Other days: what was not awarded yet, and what has not expired yet.
SELECT d.day, t.achievements AS has, t.claims, t.expired, t.credits, t.hours, t.converted
FROM (VALUES (date '2009-12-31'), ('2016-12-31'), ('2022-03-14'), ('2022-03-15'), ('2030-12-31'), ('2031-03-01'), ('2031-03-02')) AS d (day)
CROSS JOIN LATERAL creditbank.portrait(:'worker', d.day, 'en') AS t
WHERE t.aspect = 'total';
SELECT g.member, g.said FROM creditbank.portrait(:'worker', '2016-12-31', 'en') AS g WHERE g.aspect IN ('strength', 'gap');
SELECT g.member, g.said FROM creditbank.portrait(:'worker', '2022-03-14', 'en') AS g WHERE g.aspect = 'gap' AND g.member LIKE 'exp%';
-- What expires in a day, and on the day.
SELECT d.day, l.language, g.said
FROM (VALUES (date '2029-12-30'), ('2029-12-31')) AS d (day)
CROSS JOIN LATERAL unnest(ARRAY['en', 'zh']) AS l (language)
CROSS JOIN LATERAL creditbank.portrait(:'worker', d.day, l.language) AS g
WHERE g.member = 'expiring:cert/CN-POST/FORKLIFT#3'
ORDER BY d.day, l.language;
-- Compulsory courses of a programme: what may be exempted, and what must be studied.
SELECT creditbank.enrol(:'other', 'OUC-LOGISTICS', '2023-03-01') = :'other' AS enrolled;
SELECT member, label, credits, said FROM creditbank.portrait(:'other', '2030-12-31', 'en') WHERE aspect = 'gap';
SELECT count(*) AS before_entering FROM creditbank.portrait(:'other', '2023-02-28', 'en') WHERE aspect = 'gap';
-- A learner with nothing.
SELECT o.account AS nobody FROM creditbank.open_account('Nobody', '2018-05-05') AS o \gset
SELECT aspect, label, achievements, share, said FROM creditbank.portrait(:'nobody', '2030-12-31', 'en');
SELECT creditbank.portrait_document(:'nobody', '2030-12-31', 'en') ->> 'timeline' AS timeline, xml_is_well_formed_document(creditbank.portrait_svg(:'nobody')) AS radar, xml_is_well_formed_document(creditbank.portrait_svg(:'nobody', 'timeline')) AS timeline_svg,
	creditbank.portrait_page(:'nobody') LIKE '%<h1>%</h1>%' AS page;

-- The document has the figures of the rows, and the same bytes each time.
SELECT count(*) AS rows, count(*) FILTER (WHERE d.value ->> 'label' = p.label AND d.value ->> 'said' = p.said AND (d.value ->> 'credits')::numeric IS NOT DISTINCT FROM p.credits
	AND (d.value ->> 'hours')::numeric IS NOT DISTINCT FROM p.hours AND (d.value ->> 'achievements')::bigint IS NOT DISTINCT FROM p.achievements AND (d.value ->> 'share')::numeric IS NOT DISTINCT FROM p.share) AS same
FROM creditbank.portrait(:'worker', '2030-12-31', 'en') AS p
LEFT JOIN LATERAL jsonb_array_elements(creditbank.portrait_document(:'worker', '2030-12-31', 'en') -> p.aspect) AS d (value) ON d.value ->> 'member' = p.member;
SELECT creditbank.portrait_document(:'worker', '2030-12-31', 'en')::text = creditbank.portrait_document(:'worker', '2030-12-31', 'en')::text AS same,
	creditbank.portrait_document(:'worker', '2030-12-31', 'en')::text ~ 'Wang|Somebody|secret' AS names, strpos(creditbank.portrait_document(:'worker', '2030-12-31', 'en')::text, :'worker') AS number;
SELECT jsonb_pretty(d -> 'total') AS total, d ->> 'bank' AS bank, d ->> 'as_of' AS as_of, d ->> 'language' AS language, (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(d) AS k) AS keys
FROM creditbank.portrait_document(:'worker', '2030-12-31', 'en') AS d;
SELECT replace(t.value ->> 'day', :'today', 'TODAY') AS day, t.value ->> 'lane' AS lane, t.value ->> 'label' AS label, t.value ->> 'mark' AS mark
FROM jsonb_array_elements(creditbank.portrait_document(:'worker', '2030-12-31', 'en') -> 'timeline') AS t;

-- Drawn, and escaped.
SELECT c.form, xml_is_well_formed_document(c.svg) AS well_formed, c.svg ~ '<b>|Wang|secret' AS caught, substring(c.svg FROM 'aria-label="([^"]*)"') AS named, regexp_count(c.svg, '<path') AS paths
FROM (VALUES ('radar', creditbank.portrait_svg(:'worker', 'radar', '2030-12-31', 'en')), ('timeline', creditbank.portrait_svg(:'worker', 'timeline', '2030-12-31', 'zh'))) AS c (form, svg);
SELECT substring(creditbank.portrait_svg(:'worker', 'radar', '2030-12-31', 'en') FROM '<desc>(.*)</desc>') AS radar;
SELECT creditbank.portrait_svg(:'worker', 'peers', '2030-12-31', 'en') IS NULL AS none;
SELECT strpos(p, '<b>Wang &lt;Jianguo&gt;</b>') > 0 AS name, p ~ '<script|src=|href=|secret|Somebody|<b>Sorting' AS caught, p ~ 'lang="zh-CN"' AS chinese,
	xml_is_well_formed_document(substring(replace(p, '<br>', '<br/>') FROM '<body>.*</body>')) AS well_formed, regexp_count(p, '<table>') AS tables, regexp_count(p, '<svg ') AS drawings
FROM creditbank.portrait_page(:'worker', '2030-12-31', 'zh') AS p;
-- An auditor reads it without the name; whoever has no such role does not.
SET ROLE creditbank_auditor;
SELECT p ~ 'Wang' AS name, strpos(p, :'worker') > 0 AS number FROM creditbank.portrait_page(:'worker', '2030-12-31', 'en') AS p;
SET ROLE creditbank_registrar;
SELECT p ~ 'Wang' AS name FROM creditbank.portrait_page(:'worker', language => 'en') AS p;
RESET ROLE;

-- Peers: none while the group is small, or nothing was refreshed.
SELECT count(*) AS peers FROM creditbank.portrait(:'worker', NULL, 'en') AS p WHERE p.aspect = 'peer';
\o /dev/null
SELECT o.account FROM generate_series(1, 4) AS n CROSS JOIN LATERAL creditbank.open_account('Peer ' || n, '2018-05-05', region => '340100', trainee_group => 'employed') AS o;
SELECT d.* FROM generate_series(4, 6) AS n CROSS JOIN LATERAL creditbank.deposit(creditbank.account_number(n), 'training/SH-TRAIN/PEER#' || n, '2024-01-01', 'Of a peer', n * 60 || ' hr', attendance => 95) AS d;
SELECT r.* FROM generate_series(4, 6) AS n CROSS JOIN LATERAL creditbank.recognise(creditbank.account_number(n), 'training/SH-TRAIN/PEER#' || n) AS r;
SELECT * FROM creditbank.refresh_statistics();
\o
SELECT p.member, p.label, p.peers, p.standing, p.said FROM creditbank.portrait(:'worker', NULL, 'en') AS p WHERE p.aspect = 'peer';
SELECT p.said FROM creditbank.portrait(:'worker', NULL, 'zh') AS p WHERE p.aspect = 'peer' AND p.member = 'hours';
-- Words for whom none, some or all are behind, in both languages; who is level with others is not ahead of them.
SELECT l.language, p.member, p.peers, p.standing, p.said
FROM unnest(ARRAY['en', 'zh']) AS l (language)
CROSS JOIN LATERAL creditbank.portrait(:'other', NULL, l.language) AS p
WHERE p.aspect = 'peer' AND p.member IN ('achievements', 'credits', 'hours');
SELECT p.member, p.said FROM creditbank.portrait(:'worker', NULL, 'zh') AS p WHERE p.aspect = 'peer' AND p.member = 'points';
-- The group is called as it is in reports.
SAVEPOINT renamed;
UPDATE creditbank.trainee_group SET title = 'Workers' WHERE code = 'employed';
SELECT l.language, p.said, strpos(p.said, creditbank.member_label('trainee_group', 'employed', l.language)) > 0 AS as_in_reports
FROM unnest(ARRAY['en', 'zh']) AS l (language)
CROSS JOIN LATERAL creditbank.portrait(:'worker', NULL, l.language) AS p
WHERE p.aspect = 'peer' AND p.member = 'hours';
ROLLBACK TO renamed;
SELECT count(*) AS of_another_day FROM creditbank.portrait(:'worker', '2030-12-31', 'en') AS p WHERE p.aspect = 'peer';
SELECT substring(creditbank.portrait_svg(:'worker', 'peers', language => 'en') FROM '<desc>(.*)</desc>') AS peers;
SELECT creditbank.set_smallest_cell(6) \g /dev/null
SELECT p.member, p.peers, p.said FROM creditbank.portrait(:'worker', NULL, 'en') AS p WHERE p.aspect = 'peer' AND p.member = 'hours';
SELECT creditbank.set_smallest_cell(7) \g /dev/null
SELECT count(*) AS too_few FROM creditbank.portrait(:'worker', NULL, 'en') AS p WHERE p.aspect = 'peer';

-- capability_assets as of a day, too.
SELECT d.day, a.asset, a.count, a.best, a.latest
FROM (VALUES (date '2016-12-31'), ('2022-03-14'), ('2022-03-15')) AS d (day)
CROSS JOIN LATERAL creditbank.capability_assets(:'worker', d.day) AS a
WHERE a.asset = 'certificates';
-- Errors.
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.portrait(%L, NULL, ''fr'')', :'worker'));
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.portrait_document(%L, ''infinity'')', :'worker'));
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.portrait_svg(%L, ''pie'')', :'worker'));
SELECT sqlstate_, message FROM pg_temp.error_of(format('SELECT creditbank.portrait_svg(%L, NULL)', :'worker'));
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.portrait_page(''00000000000296'')');
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.portrait(NULL)');
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.portrait(creditbank.account_number(0))');
SELECT sqlstate_, message FROM pg_temp.error_of('INSERT INTO creditbank.field_of_study (code, title) VALUES (''course'', ''x'')');
SELECT sqlstate_, message FROM pg_temp.error_of('INSERT INTO creditbank.field_of_study_pattern (pattern, field) VALUES (''cert'', ''logistics'')');
SELECT sqlstate_, message FROM pg_temp.error_of('INSERT INTO creditbank.field_of_study_pattern (pattern, field) VALUES (''CERT/*'', ''logistics''), (''cert/*/*'', ''safety'')');
ROLLBACK;
