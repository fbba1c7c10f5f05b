-- evaluate_tables.sql: two rule books, of 50 rules and of 5,000, learners with
-- five achievements each for either, and the same rules in plain tables with
-- functions that do the same by them.
CREATE SCHEMA bench;

-- A number below size, always the same for the same seed.
CREATE FUNCTION bench.pick(seed text, size integer) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(seed, 0) & 9223372036854775807) % size;

-- ---- Rules ----

-- Rules as rows: a pattern, the least values of its tests (NULL: no test).
CREATE TABLE bench.rule (
	book integer NOT NULL,
	rule_id integer NOT NULL,
	pattern text NOT NULL,
	level numeric,
	grade numeric,
	overlap numeric,
	attendance numeric,
	hours numeric,
	years integer,
	PRIMARY KEY (book, rule_id)
);
-- What rules grant: credits, or credits for every so many hours.
CREATE TABLE bench.rule_grant (
	book integer NOT NULL,
	rule_id integer NOT NULL,
	place integer NOT NULL,
	target text,
	amount numeric NOT NULL,
	per numeric,
	PRIMARY KEY (book, rule_id, place)
);

-- Of twenty rules nine are of a certificate, six of a course, three of training
-- by one provider, one of an award, and one is of a certificate and grants
-- twice; four rules of a whole class stand last.
INSERT INTO bench.rule
SELECT b.size, i,
	CASE
		WHEN i % 20 < 9 OR i % 20 = 19 THEN format('cert/ISSUER-%s/CERT-%s', i % 50, i)
		WHEN i % 20 < 15 THEN format('course/SCHOOL-%s/COURSE-%s', i % 30, i)
		WHEN i % 20 < 18 THEN format('training/PROVIDER-%s/*', i)
		ELSE format('award/BODY-%s/AWARD-%s', i % 10, i)
	END,
	CASE WHEN i % 20 < 9 THEN 1 + i % 4 WHEN i % 20 >= 18 THEN 2 END,
	CASE WHEN i % 20 BETWEEN 9 AND 14 THEN 60 + i % 3 * 5 END,
	CASE WHEN i % 20 BETWEEN 9 AND 14 THEN 80 END,
	CASE WHEN i % 20 BETWEEN 15 AND 17 THEN 80 END,
	NULL,
	CASE WHEN i % 20 < 9 THEN 8 END
FROM (VALUES (50), (5000)) AS b (size), generate_series(0, b.size - 5) AS i
UNION ALL
SELECT b.size, b.size - 4 + w.place, w.pattern, w.level, NULL, NULL, w.attendance, w.hours, NULL
FROM (VALUES (50), (5000)) AS b (size),
	(VALUES (0, 'project/*', 2, NULL, NULL), (1, 'work/*', NULL, NULL, 100), (2, 'training/*', NULL, 90, 32), (3, 'cert/*', 5, NULL, NULL)) AS w (place, pattern, level, attendance, hours);
INSERT INTO bench.rule_grant
SELECT r.book, r.rule_id, g.place, g.target, g.amount, g.per
FROM bench.rule AS r
CROSS JOIN LATERAL (VALUES
	(1, CASE WHEN r.pattern LIKE '%-%' AND r.pattern ~ '^(cert|course)/' THEN format('course/OUC/LOG-%s', r.rule_id % 40) END,
		CASE WHEN r.pattern LIKE 'cert/%-%' THEN 3 WHEN r.pattern LIKE 'course/%' OR r.pattern LIKE 'project/%' THEN 2 WHEN r.pattern LIKE 'work/%' THEN 0.5 ELSE 1 END,
		CASE WHEN r.pattern LIKE 'training/%-%' THEN 16 WHEN r.pattern LIKE 'work/%' THEN 100 END),
	(2, NULL, 1, NULL)) AS g (place, target, amount, per)
WHERE g.place = 1 OR r.rule_id % 20 = 19 AND r.pattern LIKE 'cert/%-%';
CREATE INDEX ON bench.rule (book, pattern) INCLUDE (rule_id, level, grade, overlap, attendance, hours, years);

-- The same rules as rule books.
CREATE TABLE bench.book (size integer PRIMARY KEY, rules creditbank.rule_set NOT NULL);
INSERT INTO bench.book
SELECT r.book, (format(E'rule_set ''book'' version 1\ncap total 40 cr\ncap training 3 cr per year\ncap cert 12 cr, at most 4 items\n')
	|| string_agg(format(E'rule ''rule %s'' when any %s%s%s%s%s%s%s grant %s%s\n', r.rule_id, r.pattern,
		' level >= ' || r.level, ' grade >= ' || r.grade, ' overlap >= ' || r.overlap, ' attendance >= ' || r.attendance,
		' hours >= ' || r.hours, ' within ' || r.years || ' years',
		g.grants, CASE WHEN g.counts THEN ', leftover forfeit' END), '' ORDER BY r.rule_id))::creditbank.rule_set
FROM bench.rule AS r
CROSS JOIN LATERAL (
	SELECT string_agg(format('%s%s cr%s', g.target || ' ', g.amount, ' per ' || g.per || ' hr'), ', ' ORDER BY g.place) AS grants,
		bool_or(g.per IS NOT NULL) AS counts
	FROM bench.rule_grant AS g
	WHERE g.book = r.book AND g.rule_id = r.rule_id) AS g
GROUP BY r.book;

-- ---- Learners ----

-- Nine achievements of ten are such as some rule is about.
CREATE TABLE bench.achievement AS
SELECT a.book, a.learner, a.catalogue || format('#%s-%s', a.learner, a.number) AS ref,
	a.catalogue,
	regexp_replace(a.catalogue, '[^/]*$', '*') AS of_issuer,
	regexp_replace(a.catalogue, '/.*$', '/*') AS of_class,
	a.number,
	CASE WHEN a.class IN ('training', 'work') THEN (8 + bench.pick('hours' || a.seed, 150))::numeric END AS hours,
	CASE WHEN a.class = 'course' THEN (1 + bench.pick('credits' || a.seed, 4))::numeric END AS credits,
	CASE WHEN a.class IN ('cert', 'award', 'project') THEN (1 + bench.pick('level' || a.seed, 5))::numeric END AS level,
	CASE WHEN a.class = 'course' THEN (50 + bench.pick('grade' || a.seed, 51))::numeric END AS grade,
	CASE WHEN a.class = 'course' THEN (60 + bench.pick('overlap' || a.seed, 41))::numeric END AS overlap,
	CASE WHEN a.class = 'training' THEN (70 + bench.pick('attendance' || a.seed, 31))::numeric END AS attendance,
	date '2015-01-01' + bench.pick('awarded' || a.seed, 3800) AS awarded_on
FROM (
	SELECT r.book, s.learner, s.number, s.seed, split_part(r.pattern, '/', 1) AS class,
		CASE WHEN r.rule_id >= r.book - 4 OR bench.pick('other' || s.seed, 10) = 0
			THEN (ARRAY['project', 'work', 'training', 'cert', 'patent'])[1 + bench.pick('class' || s.seed, 5)] || '/OTHER/KIND-' || bench.pick('kind' || s.seed, 100)
			ELSE replace(r.pattern, '*', 'SAFETY-' || bench.pick('safety' || s.seed, 7)) END AS catalogue
	FROM (VALUES (50), (5000)) AS b (size)
	CROSS JOIN generate_series(1, :learners) AS l (learner)
	CROSS JOIN generate_series(1, 5) AS n (number)
	CROSS JOIN LATERAL (SELECT l.learner, n.number, format('%s/%s/%s', b.size, l.learner, n.number) AS seed) AS s
	JOIN bench.rule AS r ON r.book = b.size AND r.rule_id = bench.pick(s.seed, b.size)) AS a;
CREATE INDEX ON bench.achievement (book, learner);

-- As portfolio_document() makes them.
CREATE TABLE bench.learner AS
SELECT a.book, a.learner, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	'id', a.learner * 5 + a.number,
	'ref', a.ref,
	'title', 'Title of ' || a.catalogue,
	'amount', coalesce(a.hours || ' hr', a.credits || ' cr'),
	'level', a.level,
	'grade', a.grade::text,
	'attendance', a.attendance,
	'overlap', a.overlap,
	'awarded_on', a.awarded_on,
	'institution', 'Institution of ' || split_part(a.ref, '/', 2),
	'state', 'recognised',
	'consumed', false)) ORDER BY a.ref) AS portfolio
FROM bench.achievement AS a
GROUP BY a.book, a.learner;

-- The programme has 36 of the courses that rules grant.
CREATE TABLE bench.course (ref text PRIMARY KEY);
INSERT INTO bench.course SELECT 'course/OUC/LOG-' || i FROM generate_series(0, 35) AS i;
CREATE TABLE bench.programme AS
SELECT jsonb_build_object('code', 'OUC-LOGISTICS', 'total', 160, 'courses', jsonb_agg(jsonb_build_object(
	'ref', c.ref, 'title', 'Title of ' || c.ref, 'credits', 3, 'hours', 48, 'category', 'major', 'compulsory', true))) AS document
FROM bench.course AS c;
VACUUM ANALYZE;

-- ---- The same in SQL ----
-- Which rules cover and accept which achievements is one query over indexed
-- rows, and all that is left to a loop is what depends on the lines before: an
-- achievement is used once, a course granted once, a refused line does not
-- count towards a cap. A window over running sums cannot say the last, since
-- it counts what it refuses.

-- One learner, asked as evaluate() is: jsonb in, the granted lines out.
CREATE FUNCTION bench.evaluate_one(of_book integer, portfolio jsonb, as_of date)
RETURNS TABLE (rule integer, source text, target text, granted numeric)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	hit record;
	firing text;
	used text[] := '{}';
	taken text[] := '{}';
	total numeric := 0;
	cert numeric := 0;
	certs integer := 0;
	training numeric[] := array_fill(0::numeric, ARRAY[100]);
	year integer;
BEGIN
	FOR hit IN
		SELECT r.rule_id, a.ref, a.class, a.awarded_on, g.target,
			CASE WHEN g.per IS NULL THEN g.amount ELSE floor(a.hours / g.per) * g.amount END AS amount,
			g.target IS NULL OR c.ref IS NOT NULL AS known
		FROM (
			SELECT d.ref, d.level, d.grade, d.overlap, d.attendance, d.awarded_on,
				split_part(d.ref, '/', 1) AS class,
				split_part(d.amount, ' ', 2) AS unit,
				split_part(d.amount, ' ', 1)::numeric AS number,
				CASE WHEN d.amount LIKE '% hr' THEN split_part(d.amount, ' ', 1)::numeric END AS hours
			FROM jsonb_to_recordset(portfolio) AS d (ref text, amount text, level numeric, grade numeric,
				overlap numeric, attendance numeric, awarded_on date, expires_on date, state text, consumed boolean)
			WHERE d.state = 'recognised' AND NOT d.consumed AND d.awarded_on <= as_of
				AND coalesce(d.expires_on >= as_of, true)) AS a
		CROSS JOIN LATERAL (VALUES
			(split_part(a.ref, '#', 1)), (a.class || '/' || split_part(a.ref, '/', 2) || '/*'), (a.class || '/*')) AS p (pattern)
		JOIN bench.rule AS r ON r.book = of_book AND r.pattern = p.pattern
		JOIN bench.rule_grant AS g ON g.book = of_book AND g.rule_id = r.rule_id
		LEFT JOIN bench.course AS c ON c.ref = g.target
		WHERE coalesce(a.level >= r.level, r.level IS NULL)
			AND coalesce(a.grade >= r.grade, r.grade IS NULL)
			AND coalesce(a.overlap >= r.overlap, r.overlap IS NULL)
			AND coalesce(a.attendance >= r.attendance, r.attendance IS NULL)
			AND coalesce(a.hours >= r.hours, r.hours IS NULL)
			AND coalesce(a.awarded_on + r.years * interval '1 year' >= as_of, true)
		ORDER BY r.rule_id, a.unit, a.number DESC NULLS LAST, a.awarded_on, a.ref COLLATE "C", g.place
	LOOP
		CONTINUE WHEN NOT hit.known OR coalesce(hit.amount, 0) = 0
			OR hit.target = ANY (taken) OR total + hit.amount > 40
			OR (hit.ref = ANY (used) AND firing IS DISTINCT FROM hit.rule_id || hit.ref);
		IF hit.class = 'cert' THEN
			CONTINUE WHEN cert + hit.amount > 12 OR (certs = 4 AND NOT hit.ref = ANY (used));
			cert := cert + hit.amount;
			certs := certs + (NOT hit.ref = ANY (used))::integer;
		ELSIF hit.class = 'training' THEN
			year := extract(year FROM hit.awarded_on) - 2000;
			CONTINUE WHEN training[year] + hit.amount > 3;
			training[year] := training[year] + hit.amount;
		END IF;
		total := total + hit.amount;
		used := used || hit.ref;
		firing := hit.rule_id || hit.ref;
		IF hit.target IS NOT NULL THEN
			taken := taken || hit.target;
		END IF;
		rule := hit.rule_id;
		source := hit.ref;
		target := hit.target;
		granted := hit.amount;
		RETURN NEXT;
	END LOOP;
END
$$;

-- All learners at once, from typed rows with every pattern already beside them.
CREATE FUNCTION bench.evaluate_all(of_book integer, up_to integer, as_of date)
RETURNS TABLE (learner integer, rule integer, source text, target text, granted numeric)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	hit record;
	firing integer;
	used text[];
	taken text[];
	total numeric;
	cert numeric;
	certs integer;
	training numeric[];
	year integer;
BEGIN
	FOR hit IN
		SELECT a.learner, r.rule_id, a.ref, a.of_class, a.awarded_on, g.target,
			CASE WHEN g.per IS NULL THEN g.amount ELSE floor(a.hours / g.per) * g.amount END AS amount
		FROM bench.achievement AS a
		CROSS JOIN LATERAL (VALUES (a.catalogue), (a.of_issuer), (a.of_class)) AS p (pattern)
		JOIN bench.rule AS r ON r.book = of_book AND r.pattern = p.pattern
		JOIN bench.rule_grant AS g ON g.book = of_book AND g.rule_id = r.rule_id
		LEFT JOIN bench.course AS c ON c.ref = g.target
		WHERE a.book = of_book
			AND a.learner <= up_to
			AND a.awarded_on <= as_of
			AND coalesce(a.level >= r.level, r.level IS NULL)
			AND coalesce(a.grade >= r.grade, r.grade IS NULL)
			AND coalesce(a.overlap >= r.overlap, r.overlap IS NULL)
			AND coalesce(a.attendance >= r.attendance, r.attendance IS NULL)
			AND coalesce(a.hours >= r.hours, r.hours IS NULL)
			AND coalesce(a.awarded_on + r.years * interval '1 year' >= as_of, true)
			AND (g.target IS NULL OR c.ref IS NOT NULL)
			AND (g.per IS NULL OR a.hours >= g.per)
		ORDER BY a.learner, r.rule_id, a.credits DESC NULLS LAST, a.hours DESC NULLS LAST, a.awarded_on, a.ref COLLATE "C", g.place
	LOOP
		IF learner IS DISTINCT FROM hit.learner THEN
			learner := hit.learner;
			firing := NULL;
			used := '{}';
			taken := '{}';
			total := 0;
			cert := 0;
			certs := 0;
			training := NULL;
		END IF;
		CONTINUE WHEN hit.target = ANY (taken) OR total + hit.amount > 40
			OR (hit.ref = ANY (used) AND (firing <> hit.rule_id OR source <> hit.ref));
		IF hit.of_class = 'cert/*' THEN
			CONTINUE WHEN cert + hit.amount > 12 OR (certs = 4 AND NOT hit.ref = ANY (used));
			cert := cert + hit.amount;
			certs := certs + (NOT hit.ref = ANY (used))::integer;
		ELSIF hit.of_class = 'training/*' THEN
			year := extract(year FROM hit.awarded_on) - 2000;
			CONTINUE WHEN coalesce(training[year], 0) + hit.amount > 3;
			training[year] := coalesce(training[year], 0) + hit.amount;
		END IF;
		total := total + hit.amount;
		used := used || hit.ref;
		firing := hit.rule_id;
		IF hit.target IS NOT NULL THEN
			taken := taken || hit.target;
		END IF;
		rule := hit.rule_id;
		source := hit.ref;
		target := hit.target;
		granted := hit.amount;
		RETURN NEXT;
	END LOOP;
END
$$;
