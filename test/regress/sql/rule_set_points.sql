-- rule_set_points: when points expire, in the three faces of the rule language.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;
SET datestyle = ISO;
CREATE FUNCTION pg_temp.book(heading text, rules text DEFAULT 'rule ''r'' when cert/A/B grant 5 pt')
RETURNS rule_set LANGUAGE sql AS
$$ SELECT ('rule_set ''t'' version 1 ' || heading || ' ' || rules)::creditbank.rule_set $$;

-- text: written anyhow, canonical
SELECT heading, split_part(pg_temp.book(heading)::text, E'\n', 2) AS canonical
FROM unnest(ARRAY[
	'points expire after 2 years', 'POINTS EXPIRE AFTER 24 MONTHS', 'points expire after 1 years', 'points expire after 90 days', 'points expire after 1 day',
	'points expire after 1 year, at the end of the year', 'points expire after 3 month, AT THE END OF THE YEAR STARTING 01-01',
	'points expire after 1 year, at the end of the year starting 09-01', 'points expire after 36525 days, at the end of the year starting 12-31']) AS heading;
SELECT pg_temp.book('partial cap total 5 pt points expire after 2 years shelf life 1 year exclude cert');
-- jsonb both ways, bytes, and the digest that never changes
SELECT heading, rules::jsonb -> 'points_expire' AS points_expire, rules::text::rule_set = rules AS by_text, rules::jsonb::rule_set = rules AS by_jsonb,
	substring(encode(rule_set_send(rules), 'hex') FROM '1f0000.{8,18}?40') AS record, left(encode(rule_set_digest(rules), 'hex'), 16) AS digest
FROM unnest(ARRAY['points expire after 2 years', 'points expire after 90 days', 'points expire after 1 year, at the end of the year', 'points expire after 18 months, at the end of the year starting 09-01']) AS heading,
	pg_temp.book(heading) AS rules;
-- a book that does not say it has the bytes it always had
SELECT encode(rule_set_send('rule_set ''a'' version 1 rule ''b'' when course/C/D grant 1 pt'), 'hex');
CREATE TEMP TABLE sent (bytes bytea);
CREATE TEMP TABLE received (rules rule_set);
\set send_bytes '\\copy sent TO ''test/regress/results/rule_set_points.data'' (FORMAT binary)'
\set receive '\\copy received FROM ''test/regress/results/rule_set_points.data'' (FORMAT binary)'
INSERT INTO sent SELECT rule_set_send(pg_temp.book(h)) FROM unnest(ARRAY['points expire after 2 years', 'points expire after 1 year, at the end of the year starting 09-01']) AS h;
:send_bytes
:receive
SELECT split_part(rules::text, E'\n', 2) AS received FROM received;
-- bytes that nobody wrote are refused: unit, number, month and day stand at byte 22
SELECT encode(substr(rule_set_send(pg_temp.book('points expire after 1 year, at the end of the year starting 09-01')), 17, 12), 'hex') AS record;
PREPARE forge AS INSERT INTO sent SELECT overlay(rule_set_send(pg_temp.book('points expire after 1 year, at the end of the year starting 09-01')) PLACING $1::bytea FROM $2::integer);
TRUNCATE sent; EXECUTE forge('\x03000000010d01', 22);
:send_bytes
:receive
TRUNCATE sent; EXECUTE forge('\x0300000001021d', 22);
:send_bytes
:receive
TRUNCATE sent; EXECUTE forge('\x04000000010901', 22);
:send_bytes
:receive
TRUNCATE sent; EXECUTE forge('\x03000000000901', 22);
:send_bytes
:receive
TRUNCATE sent; EXECUTE forge('\x038000000009', 22);
:send_bytes
:receive
TRUNCATE sent; INSERT INTO sent SELECT overlay(rule_set_send(pg_temp.book('points expire after 1 year')) PLACING '\x0300000000' FROM 22);
:send_bytes
:receive
TRUNCATE sent; INSERT INTO sent SELECT overlay(rule_set_send(pg_temp.book('points expire after 1 year')) PLACING '\x0000000403000000' FROM 18 FOR 9);
:send_bytes
:receive
TRUNCATE sent; INSERT INTO sent SELECT overlay(rule_set_send(pg_temp.book('points expire after 1 year')) PLACING '\x00000006030000000109' FROM 18 FOR 9);
:send_bytes
:receive

-- what could stand there is said, with line and column
SELECT text, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY[
	'points', 'points keep', 'points expire', 'points expire 2 years', 'points expire after', 'points expire after year', 'points expire after 2', 'points expire after 2.5 years', 'points expire after 2 years,', 'points expire after 2 years, at', 'points expire after 2 years, at the',
	'points expire after 2 years, at the end', 'points expire after 2 years, at the end of', 'points expire after 2 years, at the end of the', 'points expire after 2 years, at the end of the month', 'points expire after 2 years, at the end of the year starting', 'points expire after 2 years, at the end of the year starting 02-30',
	'points expire after 2 years, at the end of the year starting 02-29', 'points expire after 0 years', 'points expire after 2147483648 days', 'points expire after 1 year points expire after 1 year']) AS text,
	pg_temp.error_of(format('SELECT (%L)::creditbank.rule_set', E'rule_set ''t'' version 1\n ' || text || ' rule ''r'' when cert/A/B grant 5 pt')) AS e;
-- what makes no sense is refused
SELECT heading, rules, e.sqlstate_, e.message, e.detail, e.hint
FROM (VALUES
	('points expire after 101 years', 'rule ''r'' when cert/A/B grant 5 pt'), ('points expire after 1201 months', 'rule ''r'' when cert/A/B grant 5 pt'), ('points expire after 36526 days', 'rule ''r'' when cert/A/B grant 5 pt'),
	('points expire after 1 year', 'rule ''r'' when cert/A/B grant 1 cr'), ('points expire after 1 year', 'rule ''r'' when cert/A/B grant course/X/Y in full'),
	('points expire after 1 year table ''t'' by rank any is 1 cr', 'rule ''r'' when cert/A/B grant from table ''t'''), ('points expire after 1 year table ''t'' by rank any is 1 pt', 'rule ''r'' when cert/A/B grant 1 cr')) AS t(heading, rules),
	pg_temp.error_of(format('SELECT pg_temp.book(%L, %L)', heading, rules)) AS e;
SELECT pg_temp.book('points expire after 1 year table ''t'' by rank any is 1 pt', 'rule ''r'' when cert/A/B grant from table ''t'', 1 cr') IS NOT NULL AS by_a_table;
SELECT value, e.sqlstate_, e.message, e.detail, e.hint
FROM unnest(ARRAY['null', '"2 years"', '{}', '{"years": 0}', '{"years": 1.5}', '{"years": 1, "days": 1}', '{"years": 101}', '{"years": 1, "scope": "total"}', '{"years": 1, "end_of_year": true}', '{"years": 1, "end_of_year": "13-01"}', '{"years": 1, "end_of_year": "02-29"}', '{"end_of_year": "01-01"}']) AS value,
	pg_temp.error_of(format('SELECT (pg_temp.book('''')::jsonb || jsonb_build_object(''points_expire'', %L::jsonb))::rule_set', value)) AS e;

-- the last day of points
SELECT heading, earned_on, points_expire_on(pg_temp.book(heading), earned_on) AS last_day
FROM (VALUES
	('', '2024-02-29'::date), ('points expire after 90 days', '2024-02-29'), ('points expire after 1 month', '2024-01-31'), ('points expire after 1 year', '2024-02-29'), ('points expire after 2 years', '2024-06-01'),
	('points expire after 1 year, at the end of the year', '2024-01-01'), ('points expire after 1 year, at the end of the year', '2024-12-31'), ('points expire after 1 day, at the end of the year', '2024-12-30'), ('points expire after 1 day, at the end of the year', '2024-12-31'),
	('points expire after 1 year, at the end of the year starting 09-01', '2024-08-31'), ('points expire after 1 year, at the end of the year starting 09-01', '2024-09-01'), ('points expire after 1 year, at the end of the year starting 03-01', '2023-02-28'),
	('points expire after 100 years, at the end of the year', '9999-12-31'), ('points expire after 1 year', 'infinity'), ('points expire after 1 year, at the end of the year', '-infinity'), ('points expire after 1 year', '5874897-12-31'),
	('points expire after 1 year, at the end of the year', '5874897-12-31'), ('points expire after 1 day, at the end of the year', '5874896-12-31'), ('points expire after 1 year', NULL)) AS t(heading, earned_on);
SELECT points_expire_on(NULL, '2024-01-01') AS of_null, granted_units(NULL) AS units_of_null;
SELECT rules, granted_units(pg_temp.book('table ''c'' by rank any is 1 cr table ''p'' by rank any is 1 pt', rules)) AS units
FROM unnest(ARRAY['rule ''r'' when cert/A/B grant 1 cr', 'rule ''r'' when cert/A/B grant 1 pt', 'rule ''r'' when cert/A/B grant 1 pt, 1 cr', 'rule ''r'' when cert/A/B grant course/A/B in full',
	'rule ''r'' when cert/A/B grant from table ''c''', 'rule ''r'' when cert/A/B grant from table ''p''', 'rule ''r'' when cert/A/B grant 1 pt per 1 cr rule ''s'' when cert/A/C grant from table ''c''']) AS rules;
