-- region: codes in their forms, what contains what, loading in any order.
-- The codes are those of GB/T 2260 and the statistical codes of townships.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
\o
\set ECHO all

-- Every form of a code, its level, and the digits that all within share.
SELECT f.code, creditbank.region_code(f.code) AS canonical, creditbank.region_level(f.code) AS level,
	creditbank.region_stem(f.code) AS stem, creditbank.region_lineage(f.code) AS lineage
FROM (VALUES ('330000'), ('33'), ('330000000000'), ('330100'), ('3301'), ('330100000000'), ('330106'), (' 330106 '),
	('330106000000'), ('330106001000'), ('330106001'), ('441900'), ('441900003000'), ('429004'), ('110000'), (NULL)) AS f (code);
SELECT f.code, e.*
FROM (VALUES (''), ('3'), ('33010'), ('3301060'), ('33010600'), ('3301060010000'), ('33010A'), ('-30106'), ('３３０１０６'), ('030106'),
	('330006'), ('330000001000'), ('330106001001'), ('330106001200')) AS f (code)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.region_code(%L)', f.code)) AS e;

-- What contains what follows from the codes, registered or not.
SELECT o.code AS outer_code, array_agg(i.code ORDER BY i.code) FILTER (WHERE creditbank.region_contains(o.code, i.code)) AS contains
FROM (VALUES ('330000'), ('330100'), ('330106'), ('330106001000'), ('441900'), ('420000'), ('429000')) AS o (code)
CROSS JOIN (VALUES ('330000'), ('330100'), ('330106'), ('330106001000'), ('330106002000'), ('330110'), ('330200'), ('331000'), ('441900'), ('441900003000'),
	('420000'), ('429004')) AS i (code)
GROUP BY o.code
ORDER BY o.code;
SELECT creditbank.region_contains('3301', '330106001') AS short_forms, creditbank.region_contains(NULL, '330106') AS nothing,
	creditbank.region_contains("inner" => '330000', "outer" => '330106') AS turned_about;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.region_contains('330106', '33010') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.region_contains('x', '330106') $$);

-- Nothing is registered yet.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.known_region('330106') $$);

-- Loaded in any order, the lowest first, in whatever form: by COPY ...
\copy creditbank.region (code, name) FROM 'test/regress/data/region.csv' WITH (FORMAT csv, HEADER)
-- ... and by INSERT ... SELECT of the twelve digits that statistics use.
INSERT INTO creditbank.region (code, name)
SELECT v.code, v.name
FROM (VALUES ('441900003000', '东城街道'), ('441900000000', '东莞市'), ('440000000000', '广东省')) AS v (code, name);
SELECT code, name, level, parent, province, city, county, full_name FROM creditbank.region_tree ORDER BY code COLLATE "C";
-- Once more: what is there is brought up to date, also from another form of the code.
INSERT INTO creditbank.region AS r (code, name)
VALUES ('4419', '东莞'), ('330111', '富阳区')
ON CONFLICT (code) DO UPDATE SET name = excluded.name
RETURNING r.code, r.name, r.level;
UPDATE creditbank.region SET code = '441900004000' WHERE code = '441900003000' RETURNING code, level;
UPDATE creditbank.region SET code = '441900003' WHERE code = '441900004000' RETURNING code, level;

-- An abolished code stays: it stands in older papers.
INSERT INTO creditbank.region (code, name, valid) VALUES ('330183', '富阳市', '[1994-01-18,2014-12-12]');
SELECT code, full_name, valid_from, valid_until FROM creditbank.region_tree WHERE code IN ('330111', '330183') ORDER BY code;
SELECT creditbank.known_region('330183000000') AS known, creditbank.region_parent('330183') AS parent;

-- Up the tree: the nearest that is registered.
SELECT f.code, creditbank.region_parent(f.code) AS parent
FROM (VALUES ('330000'), ('330100'), ('330106'), ('330106001000'), ('441900003000'), ('429004'), ('429004001000'), (NULL)) AS f (code);
SELECT * FROM creditbank.region_path('330106001');
SELECT * FROM creditbank.region_path('429004');
SELECT count(*) AS of_nothing FROM creditbank.region_path(NULL);
DELETE FROM creditbank.region WHERE code = '330106';
SELECT creditbank.region_parent('330106001000') AS the_next_one_up;

-- Refused, each by itself.
SELECT f.statement, e.*
FROM (VALUES
	($$SELECT creditbank.known_region('330199')$$),
	($$SELECT creditbank.known_region('Hangzhou')$$),
	($$SELECT creditbank.region_parent('330199')$$),
	($$SELECT * FROM creditbank.region_path('330199001000')$$),
	($$INSERT INTO creditbank.region (code, name) VALUES ('33010', 'X')$$),
	($$INSERT INTO creditbank.region (code, name) VALUES ('330106001001', 'X')$$),
	($$INSERT INTO creditbank.region (code, name) VALUES (NULL, 'X')$$),
	($$INSERT INTO creditbank.region (code, name) VALUES ('330100000000', 'X')$$),
	($$INSERT INTO creditbank.region (code, name) VALUES ('350000', ' ')$$),
	($$INSERT INTO creditbank.region (code, name, valid) VALUES ('350000', 'X', 'empty')$$),
	($$INSERT INTO creditbank.region (code, name, level) VALUES ('350000', 'X', 2)$$),
	($$INSERT INTO creditbank.institution (code, name, kind, region) VALUES ('X', 'X', 'school', '350000')$$)) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(f.statement) AS e;
INSERT INTO creditbank.institution (code, name, kind, region) VALUES ('HZ-COLLEGE', '杭州职业技术学院', 'school', '330100');
SELECT sqlstate_, message FROM pg_temp.error_of($$ DELETE FROM creditbank.region WHERE code = '330100' $$);
ROLLBACK;
SELECT creditbank.known_region('330106');
