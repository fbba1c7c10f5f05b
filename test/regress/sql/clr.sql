-- clr: a learner's file as a Comprehensive Learner Record: its parts, what the
-- data model requires, and what is refused.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/error_of.sql
CALL creditbank.create_bank(origin => 'test.example.org/学分:8443', time_zone => 'Asia/Shanghai');
INSERT INTO creditbank.institution (code, name, kind, url)
VALUES ('OUC', '国家开放大学', 'school', 'https://www.ouchn.edu.cn'), ('邮政', 'Post <Group> & "Sons"', 'authority', NULL);
INSERT INTO creditbank.catalogue (ref, version, effective_from, title, amount, level)
VALUES ('cert/邮政/DRIVER', 1, '2000-01-01', 'Driver (old)', '6 cr', 2), ('cert/邮政/DRIVER', 2, '2020-01-01', 'Driver', '8 cr', 3);
INSERT INTO creditbank.level_framework (code, title) VALUES ('EQF', 'European Qualifications Framework'), ('two', 'One with two levels for one');
INSERT INTO creditbank.framework_level (framework, name, title, level) VALUES ('EQF', '4', 'Level four', 3), ('two', 'a', NULL, 3), ('two', 'b', NULL, 3), ('EQF', '6', NULL, 6);
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG/1', 'OUC', 'Logistics', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits) VALUES ('LOG/1', 'course/OUC/LOG-101', 'Express & parcels', 3);
SELECT creditbank.publish_rules($$ rule_set 'log' version 1
	rule 'hours & more' when training/邮政/* grant 1 cr per 16 hr, leftover keep
	rule 'driver' when cert/邮政/DRIVER grant course/OUC/LOG-101 2.5 cr $$);
SELECT account AS one FROM creditbank.open_account('王 "建国"', '2023-01-01') \gset
SELECT account AS two FROM creditbank.open_account('李秀英', '2023-01-01') \gset
SELECT creditbank.deposit(:'one', 'cert/邮政/DRIVER#号-2', '2024-03-01', amount => '8', grade => '优', scale => '五级制',
	tags => '{online,national}', expires_on => '2034-01-01', evidence => creditbank.digest('scan'), rank => '2', place => 1, share => 33.5);
SELECT creditbank.deposit(:'one', 'training/邮政/SAFETY', '2024-02-01', 'Safety', '40.5 hr', attendance => 96.5);
SELECT creditbank.deposit(:'one', 'course/OUC/MATH', '2022-01-10', 'Mathematics', '2.6667 ects', grade => '88', hours => 45);
SELECT creditbank.deposit(:'one', 'patent/邮政/P', '2024-05-03', 'Patent', '7 pt');
SELECT creditbank.add_evidence(:'one', 'cert/邮政/DRIVER#号-2', creditbank.digest('photo'), 'Photo & "scan"');
SELECT creditbank.recognise(:'one', 'cert/邮政/DRIVER#号-2', amount => '7.5');
SELECT creditbank.recognise(:'one', r) FROM unnest(ARRAY['training/邮政/SAFETY', 'course/OUC/MATH']) AS r;
SELECT creditbank.convert(:'one', 'LOG/1');
-- pretty(document): a row per line, without what changes from day to day
CREATE FUNCTION pg_temp.pretty(document jsonb) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT string_to_table(replace(regexp_replace(jsonb_pretty(document), '("validFrom": ")[^"]*\+08:00"', '\1NOW"', 'g'), to_char(creditbank.today(), 'YYYY-MM-DD'), 'TODAY'), E'\n') $$;
\o
\set ECHO all

-- A URI: parts that are plain, that are not, that are empty or missing.
SELECT creditbank.bank_uri(VARIADIC parts) FROM (VALUES (ARRAY['a', 'b-1._~']), ('{a/b,c d}'), ('{"",a}'), ('{a,NULL,""}'), ('{NULL}'), ('{""}'), ('{}'), (NULL)) AS v (parts);
SELECT pg_temp.pretty(creditbank.clr_document(:'one', language => 'zh-Hans') #- '{credentialSubject,verifiableCredential}' #- '{id}');
SELECT pg_temp.pretty(creditbank.clr_document(:'one') #> '{credentialSubject,verifiableCredential,0}');
SELECT c ->> 'name' AS name, c ->> 'id' AS id, c #>> '{credentialSubject,achievement,achievementType}' AS type,
	c ->> 'validUntil' AS until, c #>> '{credentialSubject,achievement,version}' AS version, c #>> '{credentialSubject,achievement,creditsAvailable}' AS available,
	jsonb_path_query_array(c, '$.credentialSubject.achievement.alignment[*].targetName') AS levels, c #> '{credentialSubject,achievement,tag}' AS tags,
	c #>> '{evidence,1,narrative}' AS narrative, jsonb_path_query_array(c, '$.evidence[*].name') AS evidence,
	c #>> '{credentialSubject,creditsEarned}' AS credits, c #>> '{credentialSubject,licenseNumber}' AS license,
	jsonb_path_query_array(c, '$.credentialSubject.result[*].status') AS status, jsonb_path_query_array(c, '$.credentialSubject.result[*].value') AS results
FROM jsonb_array_elements(creditbank.clr_document(:'one', states => '{recognised,deposited}') #> '{credentialSubject,verifiableCredential}') AS c;
-- A converted credit has the originals beside it.
SELECT pg_temp.pretty(jsonb_build_object('evidence', c -> 'evidence', 'narrative', c #> '{credentialSubject,narrative}', 'achievement', c #> '{credentialSubject,achievement}'))
FROM creditbank.clr_document(:'one', ARRAY['cert/邮政/DRIVER#号-2']) AS d, jsonb_path_query(d, '$.credentialSubject.verifiableCredential[1]') AS c;

-- What the data model requires of every object, by its type, and nothing of another type.
CREATE TEMP TABLE required (type text, properties text[], permitted text[]);
INSERT INTO required VALUES
	('ClrCredential', '{@context,id,type,name,issuer,validFrom,credentialSubject}', '{partial,credentialSchema}'),
	('ClrSubject', '{type,verifiableCredential}', '{id,identifier,achievement,association}'),
	('AchievementCredential', '{@context,id,type,issuer,validFrom,credentialSubject}', '{name,validUntil,awardedDate,evidence,credentialSchema}'),
	('AchievementSubject', '{id,type,achievement}', '{creditsEarned,licenseNumber,narrative,result,source}'),
	('Achievement', '{id,type,name,description,criteria}', '{achievementType,alignment,creator,creditsAvailable,humanCode,inLanguage,otherIdentifier,resultDescription,tag,version}'),
	('Profile', '{id,type}', '{name,url,otherIdentifier}'),
	('Result', '{type,resultDescription}', '{value,status}'),
	('ResultDescription', '{id,type,name,resultType}', '{}'),
	('Alignment', '{type,targetName,targetUrl}', '{targetCode,targetFramework}'),
	('Evidence', '{type}', '{id,name,narrative}'),
	('Association', '{type,associationType,sourceId,targetId}', '{}'),
	('IdentityObject', '{type,hashed,identityHash,identityType}', '{}'),
	('IdentifierEntry', '{type,identifier,identifierType}', '{}'),
	('1EdTechJsonSchemaValidator2019', '{id,type}', '{}');
CREATE TEMP VIEW object AS
SELECT o.object, t.type
FROM creditbank.clr_document('00000000000195', language => 'zh', states => '{recognised,deposited}', include_name => true) AS d
CROSS JOIN jsonb_path_query(d, 'strict $.** ? (@.type() == "object")') AS o (object)
LEFT JOIN LATERAL jsonb_path_query(o.object, 'lax $.type[*] ? (@ != "VerifiableCredential")') AS t (type) ON true;
SELECT r.type, count(o.type) AS found,
	bool_and(o.object ?& r.properties) AS whole,
	bool_and(o.object - r.properties - r.permitted = '{}') AS nothing_else
FROM required AS r LEFT JOIN object AS o ON o.type #>> '{}' = r.type GROUP BY r.type ORDER BY r.type COLLATE "C";
SELECT DISTINCT o.object AS of_no_type FROM object AS o WHERE o.type IS NULL AND NOT o.object ? 'narrative';
-- Every result refers to a description in its achievement, every association to an achievement in the record, every URI is one.
SELECT count(*) AS results, bool_and(s.object #> '{achievement,resultDescription}' @> jsonb_build_array(jsonb_build_object('id', r -> 'resultDescription'))) AS described
FROM object AS s CROSS JOIN jsonb_array_elements(s.object -> 'result') AS r WHERE s.type = '"AchievementSubject"';
SELECT count(*) AS ends, bool_and(EXISTS (SELECT FROM object AS a WHERE a.type = '"Achievement"' AND a.object -> 'id' = e)) AS known
FROM object AS s CROSS JOIN jsonb_path_query(s.object, '$.keyvalue() ? (@.key like_regex "Id$").value') AS e WHERE s.type = '"Association"';
SELECT DISTINCT regexp_replace(u, '^(https://[^/]*).*', '\1') AS host, bool_and(u ~ '^https://([A-Za-z0-9._~:-]|%[0-9A-F]{2}|[/#])+$') AS is_uri
FROM object AS o CROSS JOIN jsonb_path_query(o.object, '$.keyvalue() ? (@.key == "id" || @.key like_regex "(Id|Url)$").value') AS v (v) CROSS JOIN LATERAL (SELECT v #>> '{}') AS x (u) GROUP BY host;

-- No personal data but the account's number, unless asked for.
SELECT creditbank.clr_document(:'one')::text LIKE '%建国%' AS named, creditbank.clr_document(:'one') #> '{credentialSubject,identifier}' AS identifier;
SELECT creditbank.clr_document(:'one', include_name => true) #> '{credentialSubject,identifier,1}' AS name;
DELETE FROM creditbank.holder WHERE account_id = 1;
SELECT jsonb_array_length(creditbank.clr_document(:'one', include_name => true) #> '{credentialSubject,identifier}') AS identifiers_once_erased;

-- The whole file, or a part of it.
SELECT d -> 'partial' AS partial, jsonb_path_query_array(d, '$.credentialSubject.verifiableCredential[*].name') AS names,
	d #> '{credentialSubject,association}' IS NOT NULL AS associations
FROM (
	VALUES (creditbank.clr_document(:'one')), (creditbank.clr_document(:'one', ARRAY['course/OUC/MATH'])), (creditbank.clr_document(:'one', conversions => false)),
		(creditbank.clr_document(:'one', ARRAY['patent/邮政/P'], states => '{deposited}'))) AS v (d);
-- The same content has the same id, other content another, and no setting changes it.
SELECT creditbank.clr_document(:'one')::text AS before \gset
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL TimeZone = 'Pacific/Chatham';
SET LOCAL bytea_output = escape;
SELECT creditbank.clr_document(:'one')::text = :'before' AS same_under_other_settings;
SELECT count(DISTINCT d ->> 'id') AS ids, bool_and(d ->> 'id' ~ '^https://test\.example\.org/%E5%AD%A6%E5%88%86:8443/account/00000000000195/clr/[0-9a-f]{64}$') AS well_formed
FROM (VALUES (creditbank.clr_document(:'one')), (creditbank.clr_document(:'one')), (creditbank.clr_document(:'one', language => 'zh'))) AS v (d);
-- Parts alone: of nothing there is nothing.
SELECT creditbank.clr_achievement(99) AS achievement, creditbank.clr_achievement_credential(99) AS credential, creditbank.clr_conversion_credential(1, 99) AS conversion,
	creditbank.clr_programme('NONE', NULL) AS programme, creditbank.clr_institution('NONE') AS institution;

SELECT e.* FROM unnest(ARRAY[
	'SELECT creditbank.clr_document(NULL)',
	'SELECT creditbank.clr_document(''00000000000292'')',
	'SELECT creditbank.clr_document(''00000000000195'', ''{course/OUC/NONE}'')',
	'SELECT creditbank.clr_document(''00000000000195'', ''{patent/邮政/P}'')',
	'SELECT creditbank.clr_document(''00000000000195'', language => ''zh_CN'')',
	'SELECT creditbank.clr_document(''00000000000195'', states => ''{revoked}'')',
	'SELECT creditbank.clr_document(''00000000000195'', include_name => NULL)']) AS statement CROSS JOIN LATERAL pg_temp.error_of(statement) AS e;
ROLLBACK;
SELECT creditbank.clr_document('00000000000195');
