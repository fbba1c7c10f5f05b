-- What pathway.sql measures on: 1,000 programmes of four courses, each with a
-- rule book of its own of ten rules, caps and a minimum; a catalogue of 600
-- entries that the rules draw from; and two learners, who hold 10 and 100
-- achievements of it. What a rule asks for is drawn by arithmetic, so that every
-- run has the same.
SET client_min_messages = warning;
CALL creditbank.create_bank(origin => 'bench.example.org', time_zone => 'Asia/Shanghai');
CREATE SCHEMA bench;

INSERT INTO creditbank.institution (code, name, kind)
SELECT format('BODY-%s', n), format('Body %s', n), 'training'
FROM generate_series(0, 19) AS n
UNION ALL
SELECT format('SCHOOL-%s', n), format('School %s', n), 'school'
FROM generate_series(0, 19) AS n;

CREATE TABLE bench.entry AS
SELECT n, CASE n % 3 WHEN 0 THEN 'cert' WHEN 1 THEN 'training' ELSE 'course' END || format('/BODY-%s/E-%s', n % 20, n) AS ref
FROM generate_series(0, 599) AS n;
INSERT INTO creditbank.catalogue (ref, title, level, amount, hours)
SELECT e.ref::creditbank.achievement_ref, format('Entry %s', e.n), CASE WHEN e.n % 3 = 0 THEN 1 + e.n % 5 END,
	CASE e.n % 3 WHEN 1 THEN format('%s hr', 16 + e.n % 48) WHEN 2 THEN '3 cr' END::creditbank.credit_amount,
	CASE WHEN e.n % 3 = 0 THEN format('%s hr', 40 + e.n % 200) END::creditbank.credit_amount
FROM bench.entry AS e;

INSERT INTO creditbank.programme (code, institution, title, credits, education_level)
SELECT format('P-%s', n), format('SCHOOL-%s', n % 20), format('Programme %s', n), 80, 'bachelor'
FROM generate_series(0, 999) AS n;
INSERT INTO creditbank.programme_category (programme, category, credits)
SELECT format('P-%s', n), 'major', 40
FROM generate_series(0, 999) AS n;
INSERT INTO creditbank.programme_course (programme, ref, title, credits, hours, category, compulsory)
SELECT format('P-%s', n), format('course/SCHOOL-%s/P%s-%s', n % 20, n, c)::creditbank.achievement_ref, format('Course %s', c), 3, '48 hr', 'major', c <= 3
FROM generate_series(0, 999) AS n
CROSS JOIN generate_series(1, 4) AS c;

-- Four rules exempt from courses, two take trainings of a body by the hour, four
-- take courses for credit.
CREATE FUNCTION bench.rules(n integer) RETURNS text LANGUAGE sql AS $$
	SELECT format(E'rule_set ''r-%1$s'' version 1\nprogramme ''P-%1$s''\ncap total 50%% of programme\ncap training 8 cr\nminimum category ''major'' 20 cr\n', n)
		|| string_agg(CASE
			WHEN r < 4 THEN format(E'rule ''exempt-%s'' when cert/BODY-%s/E-%s level >= %s within 8 years grant course/SCHOOL-%s/P%s-%s in full\n',
				r, (n * 7 + r * 33) * 3 % 600 % 20, (n * 7 + r * 33) * 3 % 600, 1 + r, n % 20, n, 1 + r)
			WHEN r < 6 THEN format(E'rule ''hours-%s'' when any training/BODY-%s/* attendance >= %s grant 1 cr per 16 hr, leftover forfeit\n',
				r, (n + r * 7) % 20, 70 + r)
			ELSE format(E'rule ''course-%s'' when course/BODY-%s/E-%s grade >= 60 grant 2.5 cr\n',
				r, ((n * 11 + r * 17) % 200 * 3 + 2) % 20, (n * 11 + r * 17) % 200 * 3 + 2) END, '' ORDER BY r)
	FROM generate_series(0, 9) AS r
$$;
SELECT count(*) FROM generate_series(0, 999) AS n CROSS JOIN LATERAL creditbank.publish_rules(bench.rules(n));

CREATE TABLE bench.account (size integer PRIMARY KEY, account text NOT NULL);
INSERT INTO bench.account
SELECT l.size, o.account
FROM (VALUES (10), (100)) AS l (size)
CROSS JOIN LATERAL creditbank.open_account(format('Learner %s', l.size), '2023-01-01') AS o;
SELECT count(*)
FROM bench.account AS a
CROSS JOIN generate_series(1, a.size) AS k
JOIN bench.entry AS e ON e.n = (k * 59) % 600
CROSS JOIN LATERAL creditbank.deposit(a.account, format('%s#%s-%s', e.ref, a.size, k), '2024-03-01',
	title => format('Achievement %s', k), amount => CASE WHEN e.ref ~ '^training' THEN '40 hr' END,
	level => CASE WHEN e.ref ~ '^cert' THEN 3 END, grade => '75', attendance => 70 + k % 30) AS d
CROSS JOIN LATERAL creditbank.recognise(a.account, d.achievement) AS r;
VACUUM ANALYZE;
