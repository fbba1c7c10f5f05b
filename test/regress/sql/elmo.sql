-- elmo: a learner's file as ELMO XML, element by element, and what is refused.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/error_of.sql
CALL creditbank.create_bank(origin => 'test.example.org', time_zone => 'Asia/Shanghai');
INSERT INTO creditbank.region (code, name) VALUES ('310000', '上海市'), ('810000', '香港特别行政区');
INSERT INTO creditbank.institution (code, name, kind, region, url)
VALUES ('OUC', '国家开放大学', 'school', '310000', 'https://www.ouchn.edu.cn'),
	('CN-POST', 'Post <Group> & "Sons"', 'authority', NULL, NULL),
	('HK-U', E'University\tof\x01 Hong Kong ', 'school', '810000', NULL);
INSERT INTO creditbank.level_framework (code, title) VALUES ('EQF', 'European Qualifications Framework'), ('two', 'One with two levels for one');
INSERT INTO creditbank.framework_level (framework, name, title, level) VALUES ('EQF', '4', 'Level four', 3), ('two', 'a', NULL, 3), ('two', 'b', NULL, 3), ('EQF', '6', NULL, 6);
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG', 'OUC', '物流 <Logistics>', 80), ('ZZZ', 'HK-U', 'Another', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits) VALUES ('LOG', 'course/OUC/LOG-101', 'Express & parcels', 3), ('ZZZ', 'course/HK-U/Z-1', 'Z', 3);
SELECT creditbank.publish_rules($$ rule_set 'log' version 1
	programme 'LOG'
	rule 'hours' when training/CN-POST/* grant 1 cr per 16 hr, leftover keep
	rule 'driver' when cert/CN-POST/DRIVER grant course/OUC/LOG-101 2.5 cr $$);
SELECT creditbank.publish_rules($$ rule_set 'zzz' version 1
	programme 'ZZZ'
	rule 'patent' when patent/CN-POST/P grant course/HK-U/Z-1 3 cr $$);
SELECT account AS one FROM creditbank.open_account('王 <建国> & "Co"', '2023-01-01') \gset
SELECT account AS two FROM creditbank.open_account('李秀英', '2023-01-01') \gset
SELECT creditbank.deposit(:'one', 'cert/CN-POST/DRIVER#2', '2024-03-01', 'Driver <''A''> & "B" 驾驶', '8', 3, '优', scale => '五级制',
	tags => '{online,national}', expires_on => '2034-01-01', evidence => creditbank.digest('scan'), rank => '2', place => 1, share => 33.5);
SELECT creditbank.deposit(:'one', 'training/CN-POST/SAFETY#7', '2024-02-01', 'Safety', '40.5 hr', attendance => 96.5);
SELECT creditbank.deposit(:'one', 'course/OUC/MATH', '2022-01-10', 'Mathematics', '2.5', grade => '88', scale => 'percent', hours => 45);
SELECT creditbank.deposit(:'one', 'degree/OUC/BA', '2021-06-30', 'Bachelor', '180 ects', 6);
SELECT creditbank.deposit(:'one', 'award/CN-POST/GOLD', '2024-05-01', 'Gold', '7 pt', grade => 'first');
SELECT creditbank.deposit(:'one', 'work/CN-POST/Y', '2024-05-02', 'A year', '1');
SELECT creditbank.deposit(:'one', 'patent/CN-POST/P', '2024-05-03', 'Patent');
SELECT creditbank.add_evidence(:'one', 'cert/CN-POST/DRIVER#2', creditbank.digest('photo'), 'Photo & "scan"');
SELECT creditbank.recognise(:'one', 'cert/CN-POST/DRIVER#2', amount => '7.3333');
SELECT creditbank.recognise(:'one', r) FROM unnest(ARRAY['training/CN-POST/SAFETY#7', 'course/OUC/MATH', 'degree/OUC/BA', 'award/CN-POST/GOLD']) AS r;
SELECT creditbank.recognise(:'one', 'work/CN-POST/Y', 'declined');
INSERT INTO creditbank.enrolment (account_id, programme, entered_on) VALUES (1, 'LOG', '2023-09-01');
SELECT creditbank.convert(:'one', 'LOG');
-- elements(document): one line per element, without what changes from day to day
CREATE FUNCTION pg_temp.elements(document xml) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT regexp_split_to_table(replace(regexp_replace(document::text, '(Date>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00<', '\1NOW<', 'g'),
		to_char(creditbank.today(), 'YYYY-MM-DD'), 'TODAY'), '(?<=>)(?=<[^/])') $$;
-- values(document, path): what stands there, in the order of the document
CREATE FUNCTION pg_temp.values(document xml, path text) RETURNS text[] LANGUAGE sql AS $$
	SELECT xpath(path, document, '{{e,https://github.com/emrex-eu/elmo-schemas/tree/v1},{x,urn:creditbank:elmo:1}}')::text[] $$;
\o
\set ECHO all

SELECT pg_temp.elements(creditbank.elmo_document(:'one', language => 'zh'));

-- A selection: the named, and what was converted from nothing else.
SELECT pg_temp.values(d, '//e:report/e:issuer/e:identifier/text()') AS issuers,
	pg_temp.values(d, '//e:learningOpportunitySpecification/e:identifier[@type="local"]/text()') AS local,
	pg_temp.values(d, '//e:title/@xml:lang') AS languages
FROM creditbank.elmo_document(:'one', ARRAY['Course/ouc/math', 'cert/CN-POST/DRIVER#2']) AS d;
SELECT pg_temp.values(d, '//e:learningOpportunitySpecification/e:identifier[@type="local"]/text()') AS local
FROM creditbank.elmo_document(:'one', ARRAY['cert/CN-POST/DRIVER#2'], conversions => false) AS d;

-- What is not recognised goes out only when its state is asked for.
SELECT state FROM creditbank.freeze_achievement(:'one', 'award/CN-POST/GOLD', 'in doubt');
SELECT pg_temp.values(d, '//e:learningOpportunitySpecification/e:title/text()') AS titles,
	pg_temp.values(d, '//e:status/text()') AS statuses, pg_temp.values(d, '//x:state/text()') AS states
FROM creditbank.elmo_document(:'one', states => '{deposited,frozen,recognised}', conversions => false) AS d;
SELECT pg_temp.values(d, '//x:state/text()') AS states FROM creditbank.elmo_document(:'one', ARRAY['patent/CN-POST/P'], states => '{deposited}') AS d;

-- A recognition taken back is no achievement; neither is a conversion taken back.
SELECT count(*) FROM creditbank.reverse_decision(1, 'tried');
SELECT count(*) FROM creditbank.reverse_entry(1, (SELECT seq FROM creditbank.ledger WHERE account = :'one' AND kind = 'recognised' AND ref = 'course/OUC/MATH'), creditbank.today(), NULL);
SELECT pg_temp.values(d, '//e:learningOpportunitySpecification/e:title/text()') AS titles FROM creditbank.elmo_document(:'one') AS d;

-- Converted alone, into a programme of another school, by one who graduated from it.
SELECT count(*) FROM creditbank.recognise(:'one', 'patent/CN-POST/P');
INSERT INTO creditbank.enrolment (account_id, programme, entered_on, left_on, outcome) VALUES (1, 'ZZZ', '2020-09-01', '2024-07-01', 'graduated');
SELECT granted FROM creditbank.convert(:'one', 'ZZZ', ARRAY['patent/CN-POST/P']);
SELECT pg_temp.elements(xmlagg(r ORDER BY place)) FROM unnest(xpath('//e:report', creditbank.elmo_document(:'one', ARRAY['patent/CN-POST/P']), '{{e,https://github.com/emrex-eu/elmo-schemas/tree/v1}}')) WITH ORDINALITY AS x (r, place) WHERE place = 2;

-- Names: in parts where they are known, whole where not, none once erased.
CREATE FUNCTION pg_temp.learner(account text) RETURNS text LANGUAGE sql AS $$
	SELECT (xpath('//e:learner', creditbank.elmo_document(account, ARRAY['degree/OUC/BA']), '{{e,https://github.com/emrex-eu/elmo-schemas/tree/v1}}'))[1]::text $$;
UPDATE creditbank.holder SET family_name = '王', given_names = '建国', birth_date = '1990-02-28', student_numbers = '{"OUC": "2023 0042", "HK-U": "7"}' WHERE account_id = 1;
SELECT pg_temp.learner(:'one');
UPDATE creditbank.holder SET family_name = NULL WHERE account_id = 1;
SELECT pg_temp.learner(:'one');
UPDATE creditbank.holder SET family_name = '王', given_names = NULL WHERE account_id = 1;
SELECT pg_temp.learner(:'one');
DELETE FROM creditbank.holder WHERE account_id = 1;
SELECT pg_temp.learner(:'one');

-- An institution that got another code: the old one is all that is left of it.
UPDATE creditbank.institution SET code = 'POST' WHERE code = 'CN-POST';
SELECT pg_temp.values(d, '//e:issuer/e:identifier/text()') AS codes, pg_temp.values(d, '//e:issuer/e:title/text()') AS names FROM creditbank.elmo_document(:'one', ARRAY['cert/CN-POST/DRIVER#2']) AS d;

-- No setting of the session changes the document.
SELECT creditbank.elmo_document(:'one')::text AS before \gset
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL TimeZone = 'Pacific/Chatham';
SET LOCAL bytea_output = escape;
SET LOCAL xmlbinary = hex;
SET LOCAL xmloption = document;
SELECT creditbank.elmo_document(:'one')::text = :'before' AS same_under_other_settings;
RESET DateStyle;

-- Times of day are those of the bank, with their offset.
SELECT creditbank.zoned_time('2024-07-01 09:30:00.9') AS shanghai, creditbank.zoned_time('1986-07-01 00:00') AS in_summer, creditbank.bank_time('2024-06-30 20:00+00') AS the_next_day;
UPDATE creditbank.bank SET time_zone = 'America/St_Johns';
SELECT creditbank.zoned_time('2024-01-01 00:00') AS st_johns;

-- Refused.
SELECT e.* FROM unnest(ARRAY[
	'SELECT creditbank.elmo_document(NULL)',
	'SELECT creditbank.elmo_document(''00000000000098'')',
	'SELECT creditbank.elmo_document(''00000000000292'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{NULL}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{course/OUC/NONE}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{course/OUC/MATH}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{course}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{award/CN-POST/GOLD,work/CN-POST/Y}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', ''{award/CN-POST/GOLD}'', states => ''{recognised,deposited}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', language => ''Chinese'')',
	'SELECT creditbank.elmo_document(''00000000000195'', states => ''{recognised,declined}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', states => ''{NULL}'')',
	'SELECT creditbank.elmo_document(''00000000000195'', states => NULL)',
	'SELECT creditbank.elmo_document(''00000000000195'', conversions => NULL)']) AS statement CROSS JOIN LATERAL pg_temp.error_of(statement) AS e;
ROLLBACK;
SELECT creditbank.elmo_document('00000000000195');
