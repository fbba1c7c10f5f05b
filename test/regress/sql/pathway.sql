-- pathway: programmes ranked for a learner, and what to do next.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
-- The courier's programme and the worker's, and more of the courier's school: an
-- evening form of half the size, one that is not offered any more, one without
-- rules, and a points scheme.
INSERT INTO creditbank.programme (code, institution, title, credits, education_level, valid, purpose)
VALUES
	('OUC-EVENING', 'OUC', 'Logistics in the evening', 40, 'associate', DEFAULT, 'credit'),
	('OUC-CLOSED', 'OUC', 'Logistics of old', 80, 'associate', '(,2020-01-01)', 'credit'),
	('OUC-NORULES', 'OUC', 'Logistics without rules', 80, 'bachelor', DEFAULT, 'credit'),
	('OUC-POINTS', 'OUC', 'Points', 1, NULL, DEFAULT, 'points');
INSERT INTO creditbank.programme_category (programme, category, credits)
VALUES ('OUC-EVENING', 'major', 20);
INSERT INTO creditbank.programme_course (programme, ref, title, credits, hours, category, compulsory, excluded)
VALUES
	('OUC-EVENING', 'course/OUC/EVE-1', 'Parcels', 3, '60 hr', 'major', true, false),
	('OUC-EVENING', 'course/OUC/EVE-2', 'Warehouses', 2, NULL, 'major', true, false),
	('OUC-EVENING', 'course/OUC/EVE-3', 'Thesis', 4, '40 hr', NULL, true, true),
	('OUC-EVENING', 'course/OUC/EVE-4', 'Choir', 1, '16 hr', NULL, false, false);
INSERT INTO creditbank.catalogue (ref, title, level, amount, hours, effective_until)
VALUES
	('training/SH-TRAIN/SHORT', 'Short training', NULL, '16 hr', NULL, NULL),
	('training/SH-TRAIN/LONG', 'Long training', NULL, '64 hr', NULL, NULL),
	('training/SH-TRAIN/GONE', 'Training of old', NULL, '16 hr', NULL, '2020-01-01'),
	('course/AH-OU/PARCELS', 'Parcels elsewhere', NULL, '4 cr', NULL, NULL),
	('cert/CN-POST/WAREHOUSE', 'Warehouse keeper', NULL, NULL, '90 hr', NULL),
	('award/CN-UNION/LIFTING', 'Lifting contest', 5, NULL, NULL, NULL);
SELECT creditbank.publish_rules($rules$
rule_set 'evening' version 1
programme 'OUC-EVENING'
effective 2023-01-01 ..
cap total 50% of programme
cap training 4 cr
minimum category 'major' 5 cr
rule 'operator' priority 10
  when cert/CN-POST/EXP-OPERATOR level >= 3 within 8 years
  grant course/OUC/EVE-1 in full
rule 'parcels'
  when course/AH-OU/PARCELS grade >= 60
  grant course/OUC/EVE-1 in full
rule 'keeper'
  when cert/CN-POST/WAREHOUSE level >= 4
  grant course/OUC/EVE-2 in full
rule 'hours'
  when any training/* attendance >= 80
  grant 1 cr per 16 hr, leftover forfeit
rule 'contest'
  when any award/* level >= 4
  grant 2 cr
$rules$);
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS newcomer FROM creditbank.open_account('李秀英', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15', title => 'Operator');
SELECT creditbank.recognise(:'courier', 'cert/CN-POST/EXP-OPERATOR#1');
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', title => 'Cold chain', amount => '40 hr', attendance => 79);
SELECT creditbank.recognise(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1');
SELECT creditbank.deposit(:'courier', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01', title => 'Contest', level => 4);
\o
\set ECHO all

-- What would count today, by share: a programme that is not offered, has no rules
-- or is a points scheme is not among them.
SELECT place, programme, title, institution, education_level, credits, posted, convertible, share, missing, enrolled
FROM creditbank.pathways(:'courier', '2024-10-01');
SELECT programme, minimums_missing, next_step, reason
FROM creditbank.pathways(:'courier', '2024-10-01', language => 'en');
SELECT programme, minimums_missing, next_step, reason
FROM creditbank.pathways(:'courier', '2024-10-01', most => 1, language => 'zh');
-- It is what the dry run of a conversion would grant.
SELECT p.programme, p.convertible = c.granted AS same
FROM creditbank.pathways(:'courier', '2024-10-01') AS p
CROSS JOIN LATERAL (
	SELECT coalesce(sum(c.amount), 0) AS granted
	FROM creditbank.convert(:'courier', p.programme, as_of => '2024-10-01', dry_run => true) AS c) AS c;
-- Of one level, of one institution; on another day the certificate is too old.
SELECT programme FROM creditbank.pathways(:'courier', '2024-10-01', education_level => 'associate');
SELECT programme FROM creditbank.pathways(:'courier', '2024-10-01', institution => 'AH-OU');
SELECT programme, convertible FROM creditbank.pathways(:'courier', '2032-10-01');
SELECT count(*) FROM creditbank.pathways(:'courier', '1990-10-01');

-- What to do next: the fewest hours for a credit first.
SELECT place, step, ref, title, hours, credits, hours_per_credit, rule
FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2024-10-01');
SELECT step, ref, reason
FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2024-10-01', language => 'en');
SELECT step, ref, reason
FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2024-10-01', most => 3, language => 'zh');
-- Two hours a credit more for what states no hours.
SELECT step, ref, hours, hours_per_credit
FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2024-10-01', usual_hours => 18)
WHERE ref IN ('course/OUC/EVE-2', 'course/AH-OU/PARCELS');
-- What is too old is earned anew; what is frozen has to be released.
SELECT step, ref, hours, credits, rule
FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2032-10-01', 20)
WHERE ref LIKE '%#1';
SELECT state FROM creditbank.freeze_achievement(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', 'the register has no such number');
SELECT place, step, ref, hours, credits, reason
FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2024-10-01', language => 'en')
WHERE step = 'release';
SELECT state FROM creditbank.release_achievement(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', 'the register was mended');

-- The courses: what covers them, and what is open.
SELECT course, credits, compulsory, may_be_exempted, state, granted, covered_by, rule
FROM creditbank.pathway_courses(:'courier', 'OUC-EVENING', '2024-10-01');
SELECT line, target, granted FROM creditbank.convert(:'courier', 'OUC-EVENING', ARRAY['cert/CN-POST/EXP-OPERATOR#1'], as_of => '2024-10-01');
SELECT creditbank.deposit(:'courier', 'course/OUC/EVE-2#7', '2024-09-01', title => 'Warehouses', amount => '2 cr', grade => '80') IS NOT NULL AS deposited;
SELECT state FROM creditbank.recognise(:'courier', 'course/OUC/EVE-2#7');
SELECT course, state, granted, covered_by, rule
FROM creditbank.pathway_courses(:'courier', 'OUC-EVENING', '2024-10-01');
-- What is posted counts there, and is used up for the other.
SELECT programme, posted, convertible, share, missing, minimums_missing
FROM creditbank.pathways(:'courier', '2024-10-01', language => 'en');
-- One is marked that one is enrolled in, from the first day to the last.
SELECT creditbank.enrol(:'courier', 'OUC-LOGISTICS', '2024-02-01') IS NOT NULL AS enrolled;
SELECT programme, enrolled FROM creditbank.pathways(:'courier', '2024-10-01');
SELECT programme, enrolled FROM creditbank.pathways(:'courier', '2024-01-31');
SELECT creditbank.end_enrolment(:'courier', 'OUC-LOGISTICS', 'graduated', '2024-06-30') IS NOT NULL AS ended;
SELECT programme FROM creditbank.pathways(:'courier', '2024-10-01');
SELECT count(*) FROM creditbank.next_steps(:'courier', 'OUC-LOGISTICS', '2024-10-01');

-- No empty answer without a word: nothing is missing, but a minimum; nothing was found, and why; no programme is left.
SAVEPOINT told;
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('OUC-SMALL', 'OUC', 'Small', 2), ('OUC-BARE', 'OUC', 'Bare', 9);
SELECT creditbank.publish_rules('rule_set ''small'' version 1 programme ''OUC-SMALL'' minimum total 3 cr rule ''any'' when any training/* grant 2 cr') IS NOT NULL AS published;
SELECT creditbank.publish_rules('rule_set ''bare'' version 1 programme ''OUC-BARE'' rule ''issuer'' when any training/* issuer in (''CN-POST'') grant 2 cr') IS NOT NULL AS published;
SELECT l.language, p.programme, p.missing, p.next_step, p.reason
FROM unnest(ARRAY['en', 'zh']) AS l (language)
CROSS JOIN LATERAL creditbank.pathways(:'courier', '2024-10-01', 20, language => l.language) AS p
WHERE p.programme IN ('OUC-SMALL', 'OUC-BARE');
SELECT count(*) FROM creditbank.next_steps(:'courier', 'OUC-SMALL', '2024-10-01', language => 'en');
SELECT count(*) FROM creditbank.next_steps(:'courier', 'OUC-BARE', '2024-10-01', language => 'zh');
SELECT count(*) FROM creditbank.next_steps(:'newcomer', 'OUC-BARE', '2024-10-01', language => 'en');
SELECT count(*) FROM creditbank.pathways(:'courier', '2019-10-01', institution => 'CN-POST');
SELECT count(*) FROM creditbank.pathways(:'courier', '2024-10-01', institution => 'OUC', education_level => 'associate');
SELECT count(*) FROM creditbank.pathways_for('[]', '2024-10-01', education_level => 'bachelor');
ROLLBACK TO told;
-- Entries are found by every kind of pattern, and by substitutes; each in the version of the day, unless that has ended.
SAVEPOINT kinds;
INSERT INTO creditbank.catalogue (ref, version, title, amount, effective_from, effective_until)
VALUES
	('training/SH-TRAIN/SHORT', 2, 'Short training anew', '24 hr', '2024-09-01', NULL),
	('training/SH-TRAIN/SHORT', 3, 'Short training in days to come', '48 hr', '2030-01-01', NULL),
	('training/SH-TRAIN/LONG', 2, 'Long training, for a month', '80 hr', '2024-02-01', '2024-03-01');
INSERT INTO creditbank.programme (code, institution, title, credits) SELECT 'OUC-K' || n, 'OUC', 'Kind ' || n, 50 FROM generate_series(1, 6) AS n;
SELECT creditbank.publish_rules(format('rule_set ''kind-%s'' version 1 programme ''OUC-K%1$s'' %s rule ''r'' when %s grant 2 cr', k.n, k.substitutes, k.source)) IS NOT NULL AS published
FROM (VALUES (1, 'training/SH-TRAIN/SHORT', ''), (2, 'any training/SH-TRAIN/*', ''), (3, 'any award/*', ''), (4, 'any */CN-POST/*', ''), (5, 'any *', ''),
	(6, 'course/OUC/NONE', 'substitutes course/OUC/NONE, cert/CN-POST/WAREHOUSE')) AS k (n, source, substitutes);
SELECT p.code, s.ref, s.title, s.hours
FROM creditbank.programme AS p
CROSS JOIN LATERAL creditbank.next_steps(:'newcomer', p.code, '2024-10-01', 20) AS s
WHERE p.code LIKE 'OUC-K%' AND s.step = 'earn'
ORDER BY p.code, s.place;
ROLLBACK TO kinds;
-- Caps: where training fills its cap, more of it is no step.
SELECT creditbank.deposit(:'newcomer', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', title => 'Cold chain', amount => '64 hr', attendance => 90) IS NOT NULL AS deposited;
SELECT step, ref, hours, credits FROM creditbank.next_steps(:'newcomer', 'OUC-EVENING', '2024-10-01');
SELECT state FROM creditbank.recognise(:'newcomer', 'training/SH-TRAIN/COLD-CHAIN#2');
SELECT step, ref, hours, credits FROM creditbank.next_steps(:'newcomer', 'OUC-EVENING', '2024-10-01');

-- Without an account: the same for the same.
SELECT programme, posted, convertible, share, next_step, enrolled
FROM creditbank.pathways_for('[{"ref": "Training/sh-train/COLD-CHAIN#2", "amount": "64 hr", "attendance": 90, "title": null}, {"ref": "course/OUC/EVE-1#1", "grade": "70"}]', '2024-10-01');
SELECT programme, convertible, share FROM creditbank.pathways_for('[]', '2024-10-01', most => 1);
-- Nothing was written.
SELECT count(*) AS decisions FROM creditbank.decision;
SELECT * FROM creditbank.verify_ledger() UNION ALL SELECT * FROM creditbank.verify_archive();

-- Mapped overlaps are those of each programme's courses.
SELECT creditbank.publish_rules('rule_set ''evening'' version 2 programme ''OUC-EVENING'' effective 2025-01-01 .. '
	'rule ''overlap'' when any training/* overlap >= 80 grant course/OUC/EVE-4 in full', true) IS NOT NULL AS published;
INSERT INTO creditbank.standard_mapping (certificate_ref, course_ref, overlap, agreed_on, basis)
VALUES ('training/SH-TRAIN/COLD-CHAIN', 'course/OUC/EVE-4', 85, '2024-01-01', 'minutes'), ('training/SH-TRAIN/SHORT', 'course/OUC/EVE-4', 90, '2024-01-01', 'minutes');
SELECT programme, convertible FROM creditbank.pathways(:'newcomer', '2025-10-01', institution => 'OUC');
SELECT step, ref, hours, credits FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2025-10-01');

-- A programme whose rules ask for what it does not state is left out, and said to be.
SAVEPOINT broken;
SELECT creditbank.publish_rules('rule_set ''norules'' version 1 programme ''OUC-NORULES'' cap category ''x'' 10% of category ''x'' '
	'rule ''any'' when any training/* grant 1 cr') IS NOT NULL AS published;
SELECT programme FROM creditbank.pathways(:'newcomer', '2025-10-01');
ROLLBACK TO broken;
-- So is it where they name nothing that is held: what they ask for, they ask of anybody.
SELECT creditbank.publish_rules('rule_set ''norules'' version 1 programme ''OUC-NORULES'' minimum category ''x'' 10% of category ''x'' '
	'rule ''patent'' when any patent/* grant 1 cr') IS NOT NULL AS published;
SELECT programme FROM creditbank.pathways(:'newcomer', '2025-10-01');
ROLLBACK TO broken;
-- Rules concern what a source names, by whichever pattern, at whatever depth, and
-- what stands in for that; not what grants, caps and words of tests speak of.
SELECT w.source, creditbank.rules_concern(format('rule_set ''r'' version 1 %s', w.source)::creditbank.rule_set, '{cert/A/B#1,training/C/D}') AS concern
FROM (VALUES
	('rule ''r'' when cert/A/B#1 grant 1 cr'),
	('rule ''r'' when cert/A/B#2 grant 1 cr'),
	('rule ''r'' when cert/A/B grant 1 cr'),
	('rule ''r'' when cert/A/BC grant 1 cr'),
	('rule ''r'' when any cert/A/* grant 1 cr'),
	('rule ''r'' when any cert/C/* grant 1 cr'),
	('rule ''r'' when any cert/* grant 1 cr'),
	('rule ''r'' when any award/* grant 1 cr'),
	('rule ''r'' when any */C/* grant 1 cr'),
	('rule ''r'' when any */D/* grant 1 cr'),
	('rule ''r'' when any * grant 1 cr'),
	('rule ''q'' when award/E/F grant 1 cr rule ''r'' when all of (award/E/F, 1 of (award/E/G, training/C/D)) grant 1 cr'),
	('substitutes cert/A/B, award/E/F rule ''r'' when award/E/F grant 1 cr'),
	('same cert/A/B, award/E/F rule ''r'' when award/E/F grant 1 cr'),
	('rule ''r'' when award/E/F rank in (''cert/A/B'') grant 1 cr'),
	('cap training 1 cr rule ''r'' when award/E/F grant course/A/B 1 cr'),
	('cap total 50% of programme rule ''r'' when award/E/F grant 1 cr'),
	('cap compulsory 50% of compulsory rule ''r'' when award/E/F grant 1 cr'),
	('minimum total 50% of category ''x'' rule ''r'' when award/E/F grant 1 cr')) AS w (source);
SELECT creditbank.rules_concern('rule_set ''r'' version 1 rule ''r'' when any * grant 1 cr', '{}') AS nothing,
	creditbank.rules_concern('rule_set ''r'' version 1 rule ''r'' when cert/A/B grant 1 cr', '{NULL,cert/A/B}') AS one,
	creditbank.rules_concern(NULL, '{cert/A/B}') AS no_rules;
-- References that are missing, or are there again, take no memory.
SELECT creditbank.rules_concern('rule_set ''r'' version 1 rule ''r'' when any training/* grant 1 cr', refs) AS concern,
	(SELECT sum(total_bytes) < 30000000 FROM pg_backend_memory_contexts WHERE name = 'creditbank held patterns') AS little_memory
FROM generate_series(300000, 300000) AS n,
	LATERAL (VALUES (array_fill(NULL::creditbank.achievement_ref, ARRAY[n])), (array_fill('cert/A/B#1'::creditbank.achievement_ref, ARRAY[n]))) AS r (refs);
-- A call in PL/pgSQL that is the same call each time gets other arguments.
CREATE FUNCTION pg_temp.asked_in_a_loop()
RETURNS TABLE (round integer, concern boolean, convertible creditbank.credit_amount)
LANGUAGE plpgsql
AS $$
DECLARE
	rules creditbank.rule_set;
	refs creditbank.achievement_ref[];
	programme jsonb;
	portfolio jsonb;
BEGIN
	FOR i IN 1..4 LOOP
		rules := format('rule_set ''r'' version 1 programme ''P%s'' rule ''r'' when any cert/A/* grant %s cr', i, i);
		refs := CASE WHEN i % 2 = 1 THEN '{cert/A/B}' ELSE '{cert/C/D}' END;
		portfolio := CASE WHEN i < 4 THEN '[{"ref": "cert/A/B"}]' ELSE '[]' END;
		programme := jsonb_build_object('code', format('P%s', i));
		round := i;
		concern := creditbank.rules_concern(rules, refs);
		convertible := creditbank.convertible(rules, portfolio, '[]', '2024-01-01', programme);
		RETURN NEXT;
	END LOOP;
END
$$;
SELECT * FROM pg_temp.asked_in_a_loop();
-- A book for every programme.
SELECT count(*) FROM creditbank.rule_book AS b CROSS JOIN LATERAL creditbank.withdraw_rules(b.name, b.version, '2039-01-01') WHERE b.in_force @> '2039-06-01'::date;
SELECT creditbank.publish_rules('rule_set ''every'' version 1 effective 2039-02-01 .. rule ''any'' when any training/* grant 1 cr') IS NOT NULL AS published;
SELECT programme, convertible FROM creditbank.pathways(:'newcomer', '2039-06-01');
ROLLBACK TO broken;

-- More is possible than is tried: it says so.
INSERT INTO creditbank.catalogue (ref, title, amount)
SELECT format('award/CN-UNION/CONTEST-%s', n)::creditbank.achievement_ref, 'Contest', '8 hr' FROM generate_series(1, 300) AS n;
SELECT count(*) FROM creditbank.next_steps(:'courier', 'OUC-EVENING', '2024-10-01');

-- Random banks: pathways says what the dry run of a conversion would grant in each
-- programme, and a step adds what it says. A failure names the seed; with
-- SET pathway.seed it is the same bank again.
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.pick(VARIADIC words text[]) RETURNS text LANGUAGE sql VOLATILE
RETURN words[1 + floor(random() * cardinality(words))::integer];
CREATE FUNCTION pg_temp.random_ref(n integer) RETURNS text LANGUAGE sql VOLATILE
RETURN format('%s/%s/R-%s', pg_temp.pick('cert', 'training', 'course', 'award'), pg_temp.pick('SH-TRAIN', 'CN-POST', 'OUC'), floor(random() * n));
CREATE FUNCTION pg_temp.random_rules(programme text, own text) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT format(E'rule_set %L version 1\nprogramme %L\n', 'rules-' || programme, programme)
		|| pg_temp.pick('', E'duplicates highest\n', E'duplicates by title first\n', E'duplicates share\n')
		|| pg_temp.pick('', E'shelf life training 2 years\n')
		|| pg_temp.pick('', E'exclude tag ''online''\n')
		|| pg_temp.pick('', E'cap total 20% of programme\n', E'cap total 6 cr\n')
		|| pg_temp.pick('', E'cap training 3 cr\n', E'cap cert at most 2 items\n', E'cap category ''major'' 50% of category ''major''\n')
		|| pg_temp.pick('', E'minimum category ''major'' 6 cr\n')
		|| pg_temp.pick('', E'partial\n')
		|| string_agg(format(E'rule %L\n', 'r' || r)
			|| CASE floor(random() * 4)
				WHEN 0 THEN format(E'when %s%s grant course/OUC/%s-%s in full\n', pg_temp.random_ref(4), pg_temp.pick('', ' level >= 3', ' within 3 years'), own, r % 4)
				WHEN 1 THEN format(E'when any %s overlap >= %s grant course/OUC/%s-%s %s cr\n', pg_temp.pick('cert/*', 'training/*'), pg_temp.pick('40', '80'), own, r % 4, 1 + r % 2)
				WHEN 2 THEN format(E'when all of (any %s, %s) grant 2 cr\n', pg_temp.pick('cert/*', 'award/*'), pg_temp.random_ref(4))
				ELSE format(E'when any %s%s grant 1 cr per 16 hr%s\n', pg_temp.pick('training/*', '*/SH-TRAIN/*', '*'), pg_temp.pick('', ' attendance >= 80', ' grade >= 60'), pg_temp.pick('', ', leftover keep', ', leftover forfeit')) END, '' ORDER BY r)
	FROM generate_series(1, 6) AS r
$$;
DO $$
DECLARE
	seed double precision := coalesce(nullif(current_setting('pathway.seed', true), ''), (random() * 2 - 1)::text)::double precision;
	learners text[] := '{}';
	learner text;
	said record;
	step record;
	before numeric;
	compared integer := 0;
	not_zero integer := 0;
BEGIN
	PERFORM setseed(seed);
	INSERT INTO creditbank.programme (code, institution, title, credits)
	SELECT 'R-' || n, pg_temp.pick('OUC', 'AH-OU'), 'Random ' || n, 20 + n
	FROM generate_series(1, 12) AS n;
	INSERT INTO creditbank.programme_category (programme, category, credits)
	SELECT 'R-' || n, 'major', 10 FROM generate_series(1, 12) AS n;
	-- Some courses are those that learners bring, some belong to several programmes.
	INSERT INTO creditbank.programme_course (programme, ref, title, credits, category, compulsory, excluded)
	SELECT 'R-' || n, format('course/OUC/R%s-%s', n, c)::creditbank.achievement_ref, 'Course', 1 + c, pg_temp.pick('major', NULL), random() < 0.5, random() < 0.1
	FROM generate_series(1, 12) AS n CROSS JOIN generate_series(0, 3) AS c
	UNION ALL
	SELECT 'R-' || n, format('course/OUC/R-%s', n % 4)::creditbank.achievement_ref, 'Course', 2, 'major', true, false
	FROM generate_series(1, 12, 2) AS n;
	INSERT INTO creditbank.standard_mapping (certificate_ref, course_ref, overlap, agreed_on, basis)
	SELECT DISTINCT ON (1, 2) format('%s/SH-TRAIN/R-%s', pg_temp.pick('cert', 'training'), floor(random() * 4))::creditbank.achievement_ref,
		format('course/OUC/R%s-%s', n, c)::creditbank.achievement_ref, (30 + floor(random() * 70))::numeric, '2024-01-01'::date, 'random'
	FROM generate_series(1, 12) AS n CROSS JOIN generate_series(0, 3) AS c
	WHERE random() < 0.4
	ORDER BY 1, 2;
	PERFORM creditbank.publish_rules(pg_temp.random_rules('R-' || n, 'R' || n)) FROM generate_series(1, 12) AS n;
	FOR n IN 1..4 LOOP
		learner := (SELECT o.account FROM creditbank.open_account('Random ' || n, '2020-01-01') AS o);
		learners := learners || learner;
		FOR said IN
			SELECT DISTINCT ON (1) pg_temp.random_ref(4) || format('#%s-%s', n, k) AS ref, k
			FROM generate_series(1, 10) AS k
		LOOP
			PERFORM creditbank.deposit(learner, said.ref, '2020-01-01'::date + floor(random() * 1500)::integer, title => 'Title ' || floor(random() * 8),
				amount => pg_temp.pick('40 hr', '56 hr', '2 cr', NULL), level => 1 + floor(random() * 5)::integer,
				grade => pg_temp.pick('55', '75', NULL), attendance => (70 + floor(random() * 30))::numeric,
				expires_on => CASE WHEN random() < 0.1 THEN '2024-06-01'::date END,
				tags => CASE WHEN random() < 0.2 THEN '{online}'::text[] ELSE '{}' END);
			IF random() < 0.8 THEN
				PERFORM creditbank.recognise(learner, said.ref, overlap => CASE WHEN random() < 0.2 THEN 60 END);
			END IF;
		END LOOP;
		-- Some was converted before.
		FOR k IN 1..2 LOOP
			SELECT p.programme
			INTO said
			FROM creditbank.pathways(learner, '2024-10-01', 1000) AS p
			WHERE p.convertible > 0
			ORDER BY random()
			LIMIT 1;
			IF FOUND THEN
				PERFORM creditbank.convert(learner, said.programme, as_of => '2024-10-01');
			END IF;
		END LOOP;
	END LOOP;
	FOREACH learner IN ARRAY learners LOOP
		FOR said IN SELECT * FROM creditbank.pathways(learner, '2024-10-02', 1000) LOOP
			compared := compared + 1;
			not_zero := not_zero + (said.convertible > 0)::integer;
			IF said.convertible <> (
				SELECT coalesce(sum(c.amount), 0)
				FROM creditbank.convert(learner, said.programme, as_of => '2024-10-02', dry_run => true) AS c
				WHERE c.unit = 'cr')
			THEN
				RAISE EXCEPTION 'with seed %, % in % is said to convert into % cr', seed, learner, said.programme, said.convertible;
			END IF;
			IF said.posted + said.convertible + said.missing < said.credits
				OR said.share <> least(floor((said.posted + said.convertible) * 10000 / said.credits) / 100, 100)
			THEN
				RAISE EXCEPTION 'with seed %, the figures of % in % are wrong: %', seed, learner, said.programme, said;
			END IF;
		END LOOP;
		-- What is to be recognised adds what was said.
		SELECT p.programme, s.ref, s.credits, p.convertible
		INTO step
		FROM creditbank.pathways(learner, '2024-10-02', 1000) AS p
		CROSS JOIN LATERAL creditbank.next_steps(learner, p.programme, '2024-10-02', 1000) AS s
		WHERE s.step = 'recognise'
		ORDER BY p.place DESC
		LIMIT 1;
		IF FOUND THEN
			PERFORM creditbank.recognise(learner, step.ref);
			SELECT p.convertible
			INTO before
			FROM creditbank.pathways(learner, '2024-10-02', 1000) AS p
			WHERE p.programme = step.programme;
			IF before <> step.convertible + step.credits THEN
				RAISE EXCEPTION 'with seed %, recognising % was said to add % cr in %', seed, step.ref, step.credits, step.programme;
			END IF;
		END IF;
	END LOOP;
	IF compared < 4 * 12 OR not_zero = 0 THEN
		RAISE EXCEPTION 'with seed %, % programmes were compared, % of them with something to convert', seed, compared, not_zero;
	END IF;
END
$$;
RESET client_min_messages;

SELECT call, e.*
FROM (VALUES
	('pathways(''1'')'),
	('pathways(NULL)'),
	(format('pathways(%L, most => 0)', :'courier')),
	(format('pathways(%L, most => NULL)', :'courier')),
	(format('pathways(%L, as_of => ''infinity'')', :'courier')),
	(format('pathways(%L, institution => ''NOWHERE'')', :'courier')),
	(format('pathways(%L, education_level => ''master'')', :'courier')),
	(format('pathways(%L, language => ''fr'')', :'courier')),
	(format('pathways(%L, usual_hours => 0)', :'courier')),
	('pathways_for(NULL)'),
	('pathways_for(''{}'')'),
	('pathways_for((SELECT jsonb_agg(n) FROM generate_series(1, 501) AS n))'),
	('pathways_for(''[{"ref": "nonsense"}]'')'),
	('pathways_for(''[{"ref": "course/A/B", "colour": "red"}]'')'),
	('convertible(''rule_set ''''x'''' version 1 rule ''''a'''' when any cert/* grant 1 cr'', ''{"ref": "cert/A/B"}'', ''[]'', ''2024-01-01'', ''P'', ''9 cr'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'')'),
	(format('next_steps(%L, NULL)', :'courier')),
	(format('next_steps(%L, ''NOWHERE'')', :'courier')),
	(format('next_steps(%L, ''OUC-CLOSED'')', :'courier')),
	(format('next_steps(%L, ''OUC-NORULES'', ''2024-10-01'')', :'courier')),
	(format('next_steps(%L, ''OUC-POINTS'', ''2024-10-01'')', :'courier')),
	(format('next_steps(%L, ''OUC-EVENING'', ''2024-10-01'', 0)', :'courier')),
	(format('pathway_courses(%L, ''NOWHERE'')', :'courier')),
	(format('step_sentence(%L, '''', ''1 cr'', '''', ''en'')', 'sleep'))) AS a (call)
CROSS JOIN LATERAL pg_temp.error_of_today('SELECT creditbank.' || call) AS e;
UPDATE creditbank.programme SET education_level = NULL;
SELECT * FROM pg_temp.error_of_today(format('SELECT creditbank.pathways(%L, education_level => ''master'')', :'courier'));
ROLLBACK;
