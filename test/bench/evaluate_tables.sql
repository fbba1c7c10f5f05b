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
-- rows; what depends on the lines before is left to a loop: an achievement is
-- used once, a course granted once, and a refused line does not count towards
-- a cap. A window over running sums cannot say the last, for it counts what it
-- refuses.

-- One learner, asked and answered as by evaluate(): jsonb in; the granted lines,
-- the refused ones and the achievements left over out, each with its reason.
CREATE FUNCTION bench.evaluate_one(of_book integer, portfolio jsonb, as_of date)
RETURNS TABLE (line integer, rule text, source text, target text, granted numeric, reason text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	hit record;
	count integer := jsonb_array_length(portfolio);
	refs text[] := array_fill(NULL::text, ARRAY[count]);
	used integer[] := array_fill(NULL::integer, ARRAY[count]);
	refused text[] := array_fill(NULL::text, ARRAY[count]);
	failures integer[] := array_fill(NULL::integer, ARRAY[count]);
	failed text[] := array_fill(NULL::text, ARRAY[count]);
	taken text[] := '{}';
	total numeric := 0;
	cert numeric := 0;
	certs integer := 0;
	training numeric[] := array_fill(0::numeric, ARRAY[100]);
	year integer;
BEGIN
	line := 0;
	FOR hit IN
		SELECT a.place, a.ref, a.class, a.awarded_on, a.hours, h.*, c.ref IS NOT NULL AS known
		FROM (
			SELECT d.ref, d.level, d.grade, d.overlap, d.attendance, d.awarded_on, n.class, n.hours,
				(row_number() OVER (ORDER BY n.unit, n.number DESC NULLS LAST, d.awarded_on, d.ref COLLATE "C"))::integer AS place
			FROM jsonb_to_recordset(portfolio) AS d (ref text, amount text, level numeric, grade numeric,
				overlap numeric, attendance numeric, awarded_on date, expires_on date, state text, consumed boolean)
			CROSS JOIN LATERAL (
				SELECT split_part(d.ref, '/', 1) AS class, split_part(d.amount, ' ', 2) AS unit,
					split_part(d.amount, ' ', 1)::numeric AS number,
					CASE WHEN d.amount LIKE '% hr' THEN split_part(d.amount, ' ', 1)::numeric END AS hours) AS n
			WHERE d.state = 'recognised' AND NOT d.consumed AND d.awarded_on <= as_of
				AND coalesce(d.expires_on >= as_of, true)) AS a
		LEFT JOIN LATERAL (
			SELECT r.rule_id, g.place AS grant_place, g.target, g.amount, g.per,
				t.old::integer + t.low::integer + t.bad::integer + t.part::integer + t.absent::integer + t.short::integer AS failures,
				CASE
					WHEN t.old THEN format('an award within %s years, found %s', r.years, a.awarded_on)
					WHEN t.low THEN format('level >= %s, found %s', r.level, coalesce(a.level::text, 'none'))
					WHEN t.bad THEN format('grade >= %s, found %s', r.grade, coalesce(a.grade::text, 'none'))
					WHEN t.absent THEN format('attendance >= %s%%, found %s', r.attendance, coalesce(a.attendance || '%', 'none'))
					WHEN t.part THEN format('overlap >= %s%%, found %s', r.overlap, coalesce(a.overlap || '%', 'none'))
					WHEN t.short THEN format('hours >= %s hr, found %s', r.hours, coalesce(a.hours || ' hr', 'none'))
				END AS failed
			FROM bench.rule AS r
			JOIN bench.rule_grant AS g ON g.book = of_book AND g.rule_id = r.rule_id
			CROSS JOIN LATERAL (
				SELECT coalesce(a.awarded_on + r.years * interval '1 year' < as_of, false) AS old,
					r.level IS NOT NULL AND coalesce(a.level < r.level, true) AS low,
					r.grade IS NOT NULL AND coalesce(a.grade < r.grade, true) AS bad,
					r.overlap IS NOT NULL AND coalesce(a.overlap < r.overlap, true) AS part,
					r.attendance IS NOT NULL AND coalesce(a.attendance < r.attendance, true) AS absent,
					r.hours IS NOT NULL AND coalesce(a.hours < r.hours, true) AS short) AS t
			WHERE r.book = of_book
				AND r.pattern IN (split_part(a.ref, '#', 1), a.class || '/' || split_part(a.ref, '/', 2) || '/*', a.class || '/*')) AS h ON true
		LEFT JOIN bench.course AS c ON c.ref = h.target
		ORDER BY h.rule_id, a.place, h.grant_place
	LOOP
		refs[hit.place] := hit.ref;
		CONTINUE WHEN hit.rule_id IS NULL OR used[hit.place] <> hit.rule_id;
		IF hit.failures > 0 THEN
			IF hit.grant_place = 1 AND coalesce(hit.failures < failures[hit.place], true) THEN
				failures[hit.place] := hit.failures;
				failed[hit.place] := format('rule ''rule %s'' requires %s', hit.rule_id, hit.failed);
			END IF;
			CONTINUE;
		END IF;
		granted := CASE WHEN hit.per IS NULL THEN hit.amount ELSE floor(hit.hours / hit.per) * hit.amount END;
		year := extract(year FROM hit.awarded_on);
		reason := CASE
			WHEN hit.target IS NOT NULL AND NOT hit.known THEN 'the programme does not have this course'
			WHEN hit.target = ANY (taken) THEN 'the course is already granted'
			WHEN granted IS NULL THEN 'the achievement states no amount in hr'
			WHEN granted = 0 THEN format('%s hr is less than %s hr', hit.hours, hit.per)
			WHEN total + granted > 40 THEN format('over cap total by %s cr: the limit is 40 cr, %s cr counted so far',
				trim_scale(total + granted - 40), trim_scale(total))
			WHEN hit.class = 'cert' AND cert + granted > 12 THEN format('over cap cert by %s cr: the limit is 12 cr, %s cr counted so far',
				trim_scale(cert + granted - 12), trim_scale(cert))
			WHEN hit.class = 'cert' AND certs = 4 AND used[hit.place] IS NULL THEN 'over cap cert by 1 item: the limit is at most 4 items, 4 counted so far'
			WHEN hit.class = 'training' AND training[year - 2000] + granted > 3 THEN
				format('over cap training by %s cr: the limit is 3 cr in the year from %s-01-01, %s cr counted so far',
				trim_scale(training[year - 2000] + granted - 3), year, trim_scale(training[year - 2000]))
		END;
		line := line + 1;
		rule := 'rule ' || hit.rule_id;
		source := hit.ref;
		target := hit.target;
		IF reason IS NOT NULL THEN
			granted := NULL;
			refused[hit.place] := coalesce(refused[hit.place], format('rule ''rule %s'' granted nothing: %s', hit.rule_id, reason));
			RETURN NEXT;
			CONTINUE;
		END IF;
		RETURN NEXT;
		total := total + granted;
		IF hit.class = 'cert' THEN
			cert := cert + granted;
			certs := certs + (used[hit.place] IS NULL)::integer;
		ELSIF hit.class = 'training' THEN
			training[year - 2000] := training[year - 2000] + granted;
		END IF;
		used[hit.place] := hit.rule_id;
		IF target IS NOT NULL THEN
			taken := taken || target;
		END IF;
	END LOOP;
	rule := NULL;
	target := NULL;
	granted := NULL;
	FOR place IN 1..count LOOP
		CONTINUE WHEN used[place] IS NOT NULL;
		line := line + 1;
		source := refs[place];
		reason := coalesce(refused[place], failed[place], 'no rule covers it');
		RETURN NEXT;
	END LOOP;
END
$$;

-- All learners at once, from typed rows with every pattern already beside them;
-- the granted lines alone, without a word about the others.
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

-- All learners at once, from typed rows with every pattern already beside them:
-- the same lines with the same reasons. A row without a rule comes last for
-- every achievement, to say what has become of it.
CREATE FUNCTION bench.evaluate_all_lines(of_book integer, up_to integer, as_of date)
RETURNS TABLE (learner integer, line integer, rule text, source text, target text, granted numeric, reason text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	hit record;
	used integer[];
	refused text[];
	failures integer[];
	failed text[];
	taken text[];
	total numeric;
	cert numeric;
	certs integer;
	training numeric[];
	year integer;
BEGIN
	FOR hit IN
		SELECT a.learner, a.number, a.ref, a.of_class, a.awarded_on, a.hours, r.rule_id,
			g.place AS grant_place, g.target, g.amount, g.per, c.ref IS NOT NULL AS known,
			t.old::integer + t.low::integer + t.bad::integer + t.part::integer + t.absent::integer + t.short::integer AS failures,
			CASE
				WHEN t.old THEN format('an award within %s years, found %s', r.years, a.awarded_on)
				WHEN t.low THEN format('level >= %s, found %s', r.level, coalesce(a.level::text, 'none'))
				WHEN t.bad THEN format('grade >= %s, found %s', r.grade, coalesce(a.grade::text, 'none'))
				WHEN t.absent THEN format('attendance >= %s%%, found %s', r.attendance, coalesce(a.attendance || '%', 'none'))
				WHEN t.part THEN format('overlap >= %s%%, found %s', r.overlap, coalesce(a.overlap || '%', 'none'))
				WHEN t.short THEN format('hours >= %s hr, found %s', r.hours, coalesce(a.hours || ' hr', 'none'))
			END AS failed
		FROM bench.achievement AS a
		CROSS JOIN LATERAL (VALUES (a.catalogue), (a.of_issuer), (a.of_class), (NULL)) AS p (pattern)
		LEFT JOIN bench.rule AS r ON r.book = of_book AND r.pattern = p.pattern
		LEFT JOIN bench.rule_grant AS g ON g.book = of_book AND g.rule_id = r.rule_id
		LEFT JOIN bench.course AS c ON c.ref = g.target
		CROSS JOIN LATERAL (
			SELECT coalesce(a.awarded_on + r.years * interval '1 year' < as_of, false) AS old,
				r.level IS NOT NULL AND coalesce(a.level < r.level, true) AS low,
				r.grade IS NOT NULL AND coalesce(a.grade < r.grade, true) AS bad,
				r.overlap IS NOT NULL AND coalesce(a.overlap < r.overlap, true) AS part,
				r.attendance IS NOT NULL AND coalesce(a.attendance < r.attendance, true) AS absent,
				r.hours IS NOT NULL AND coalesce(a.hours < r.hours, true) AS short) AS t
		WHERE a.book = of_book
			AND a.learner <= up_to
			AND a.awarded_on <= as_of
			AND (r.rule_id IS NOT NULL OR p.pattern IS NULL)
		ORDER BY a.learner, r.rule_id, a.credits DESC NULLS LAST, a.hours DESC NULLS LAST, a.awarded_on, a.ref COLLATE "C", g.place
	LOOP
		IF learner IS DISTINCT FROM hit.learner THEN
			learner := hit.learner;
			line := 0;
			used := '{}';
			refused := '{}';
			failures := '{}';
			failed := '{}';
			taken := '{}';
			total := 0;
			cert := 0;
			certs := 0;
			training := NULL;
		END IF;
		IF hit.rule_id IS NULL THEN
			CONTINUE WHEN used[hit.number] IS NOT NULL;
			line := line + 1;
			rule := NULL;
			source := hit.ref;
			target := NULL;
			granted := NULL;
			reason := coalesce(refused[hit.number], failed[hit.number], 'no rule covers it');
			RETURN NEXT;
			CONTINUE;
		END IF;
		CONTINUE WHEN used[hit.number] <> hit.rule_id;
		IF hit.failures > 0 THEN
			IF hit.grant_place = 1 AND coalesce(hit.failures < failures[hit.number], true) THEN
				failures[hit.number] := hit.failures;
				failed[hit.number] := format('rule ''rule %s'' requires %s', hit.rule_id, hit.failed);
			END IF;
			CONTINUE;
		END IF;
		granted := CASE WHEN hit.per IS NULL THEN hit.amount ELSE floor(hit.hours / hit.per) * hit.amount END;
		year := extract(year FROM hit.awarded_on);
		reason := CASE
			WHEN hit.target IS NOT NULL AND NOT hit.known THEN 'the programme does not have this course'
			WHEN hit.target = ANY (taken) THEN 'the course is already granted'
			WHEN granted IS NULL THEN 'the achievement states no amount in hr'
			WHEN granted = 0 THEN format('%s hr is less than %s hr', hit.hours, hit.per)
			WHEN total + granted > 40 THEN format('over cap total by %s cr: the limit is 40 cr, %s cr counted so far',
				trim_scale(total + granted - 40), trim_scale(total))
			WHEN hit.of_class = 'cert/*' AND cert + granted > 12 THEN format('over cap cert by %s cr: the limit is 12 cr, %s cr counted so far',
				trim_scale(cert + granted - 12), trim_scale(cert))
			WHEN hit.of_class = 'cert/*' AND certs = 4 AND used[hit.number] IS NULL THEN 'over cap cert by 1 item: the limit is at most 4 items, 4 counted so far'
			WHEN hit.of_class = 'training/*' AND coalesce(training[year - 2000], 0) + granted > 3 THEN
				format('over cap training by %s cr: the limit is 3 cr in the year from %s-01-01, %s cr counted so far',
				trim_scale(coalesce(training[year - 2000], 0) + granted - 3), year, trim_scale(coalesce(training[year - 2000], 0)))
		END;
		line := line + 1;
		rule := 'rule ' || hit.rule_id;
		source := hit.ref;
		target := hit.target;
		IF reason IS NOT NULL THEN
			granted := NULL;
			refused[hit.number] := coalesce(refused[hit.number], format('rule ''rule %s'' granted nothing: %s', hit.rule_id, reason));
			RETURN NEXT;
			CONTINUE;
		END IF;
		RETURN NEXT;
		total := total + granted;
		IF hit.of_class = 'cert/*' THEN
			cert := cert + granted;
			certs := certs + (used[hit.number] IS NULL)::integer;
		ELSIF hit.of_class = 'training/*' THEN
			training[year - 2000] := coalesce(training[year - 2000], 0) + granted;
		END IF;
		used[hit.number] := hit.rule_id;
		IF target IS NOT NULL THEN
			taken := taken || target;
		END IF;
	END LOOP;
END
$$;
