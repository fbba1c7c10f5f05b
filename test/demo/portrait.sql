-- portrait.sql: what each has learned, at a glance, and how far it leads.

\echo
\echo '== 25. Fields of study are named, figures brought up to date; then the home-care graduate''s portrait (学习画像)'
SET ROLE creditbank_admin;
INSERT INTO creditbank.field_of_study (code, title, title_zh)
VALUES
	('logistics', 'Logistics', '物流'), ('care', 'Health and care', '健康与照护'),
	('manufacturing', 'Manufacturing', '装备制造'), ('data', 'Data', '数据');
INSERT INTO creditbank.field_of_study_pattern (pattern, field)
VALUES
	('*/CN-POST/*', 'logistics'), ('*/SH-TRAIN/*', 'logistics'), ('award/CN-UNION/SORTING-*', 'logistics'),
	('*/X-LOGISTICS/*', 'logistics'), ('*/HB-POLY/*', 'logistics'),
	('*/ZJ-CARE/*', 'care'), ('*/ZJ-HEALTH/*', 'care'), ('*/ZJ-COMMUNITY/*', 'care'),
	('*/AH-STEEL/*', 'manufacturing'), ('patent/CNIPA/*', 'manufacturing'), ('award/CN-UNION/ROLLING-*', 'manufacturing'),
	('*/X-DATA/*', 'data');
SELECT accounts, cells
FROM creditbank.refresh_statistics();
SET ROLE creditbank_registrar;
SELECT aspect, label, achievements, credits, hours, standing
FROM creditbank.portrait('00000000000389')
ORDER BY aspect, label;

\echo
\echo '== 26. Paths to a degree (学历提升路径): what would count today, and what to do next'
SELECT place, programme, posted, convertible, missing, next_step
FROM creditbank.pathways('00000000000486', most => 4);
SELECT place, step, ref, hours, credits, reason
FROM creditbank.next_steps('00000000000389', 'ZJOU-CARE', most => 3);
RESET ROLE;
