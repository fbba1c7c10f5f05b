-- practice.sql: rules of credit banks in use, with their numbers. Each case is
-- a rule book as its registrar would write it, and what it must decide.

SELECT 'course/A/B'::creditbank.achievement_ref IS NOT NULL AS loaded;

-- What is granted and what is refused, in short.
CREATE FUNCTION pg_temp.decide(rules text, portfolio jsonb, programme jsonb, history jsonb DEFAULT '[]',
	as_of date DEFAULT '2026-06-30', allocation text DEFAULT 'priority')
RETURNS TABLE (sources text, target text, granted creditbank.credit_amount, mark text, reason text)
LANGUAGE sql
AS $$
	SELECT array_to_string(e.sources, ' + '), e.target, e.granted, e.mark, e.reason
	FROM creditbank.evaluate(decide.rules::creditbank.rule_set, decide.portfolio, decide.programme, decide.history, decide.as_of, decide.allocation) AS e
	ORDER BY e.line;
$$;

CREATE FUNCTION pg_temp.minimums(rules text, portfolio jsonb, programme jsonb, history jsonb DEFAULT '[]',
	as_of date DEFAULT '2026-06-30')
RETURNS TABLE (minimum text, required text, found text, missing text, passed boolean)
LANGUAGE sql
AS $$
	SELECT e.parameter, e.required, e.found, e.missing, e.passed
	FROM creditbank.explain(minimums.rules::creditbank.rule_set, minimums.portfolio, minimums.programme, minimums.history, minimums.as_of) AS e
	WHERE e.parameter LIKE 'minimum%';
$$;

-- Half of the programme at most, a quarter by online courses: of 80 credits 40
-- and 20. The same content counts once, the highest.
CREATE TEMP TABLE half AS
SELECT $$
rule_set 'half-and-quarter' version 1
duplicates by title highest
cap total 50% of programme
cap tag 'online' 25% of programme
rule 'courses'
  when any course/*
  grant 1 cr per 1 cr
$$ AS rules, '{"code": "P", "total": 80}'::jsonb AS programme;
SELECT d.*
FROM half,
	pg_temp.decide(half.rules, (
		SELECT jsonb_agg(jsonb_build_object('ref', format('course/A/C%s', n), 'amount', 10,
			'awarded_on', date '2026-01-01' + n, 'tags', CASE WHEN n <= 3 THEN '["online"]'::jsonb ELSE '[]' END))
		FROM generate_series(1, 6) AS n), half.programme) AS d;
SELECT d.*
FROM half,
	pg_temp.decide(half.rules, '[
		{"ref": "course/A/INTRO", "title": "Introduction to Logistics", "amount": 3},
		{"ref": "course/B/LOG1", "title": "INTRODUCTION TO LOGISTICS", "amount": 4}]', half.programme) AS d;

-- Degrees: bachelor 140 (major 60, general 30), associate 80 (45, 15), three
-- years 120 (54, 21); at least 18 credits from accredited courses, so that 140
-- with none of them fail.
CREATE FUNCTION pg_temp.degree(total integer, major integer, general integer)
RETURNS text
LANGUAGE sql
AS $$
	SELECT format($rules$
rule_set 'degree-%s' version 1
minimum total %s cr
minimum category 'major' %s cr
minimum category 'general' %s cr
minimum tag 'accredited' 18 cr
rule 'major'
  when any course/M/*
  grant course/P/MAJOR 1 cr per 1 cr
rule 'general'
  when any course/G/*
  grant course/P/GENERAL 1 cr per 1 cr
rule 'free'
  when any course/*
  grant 1 cr per 1 cr
$rules$, total, total, major, general);
$$;
CREATE FUNCTION pg_temp.studies(major integer, general integer, free integer, accredited integer)
RETURNS jsonb
LANGUAGE sql
AS $$
	SELECT jsonb_build_array(
		jsonb_build_object('ref', 'course/M/ALL', 'amount', major),
		jsonb_build_object('ref', 'course/G/ALL', 'amount', general),
		jsonb_build_object('ref', 'course/X/ONLY', 'amount', free - accredited))
		|| CASE WHEN accredited > 0
			THEN jsonb_build_array(jsonb_build_object('ref', 'course/X/SEEN', 'amount', accredited, 'tags', '["accredited"]'::jsonb))
			ELSE '[]' END;
$$;
CREATE TEMP TABLE degree_programme AS
SELECT '{"code": "P", "total": 140, "categories": [{"name": "major", "credits": 60}, {"name": "general", "credits": 30}],
	"courses": [{"ref": "course/P/MAJOR", "category": "major"}, {"ref": "course/P/GENERAL", "category": "general"}]}'::jsonb AS programme;
SELECT degree.name, m.*
FROM degree_programme,
	(VALUES
		('bachelor', 140, 60, 30, pg_temp.studies(60, 30, 50, 18)),
		('bachelor, none accredited', 140, 60, 30, pg_temp.studies(60, 30, 50, 0)),
		('associate', 80, 45, 15, pg_temp.studies(45, 15, 20, 18)),
		('associate, 44 of the major', 80, 45, 15, pg_temp.studies(44, 15, 21, 18)),
		('three years', 120, 54, 21, pg_temp.studies(54, 20, 46, 17)))
		AS degree (name, total, major, general, studies),
	pg_temp.minimums(pg_temp.degree(degree.total, degree.major, degree.general), degree.studies, degree_programme.programme) AS m;

-- At most 42 class credits a year (1 March to the end of February) and 24 a
-- term, dated by the course's end.
CREATE TEMP TABLE classes AS
SELECT $$
rule_set 'class-credits' version 1
cap course 42 cr per year starting 03-01
cap course 24 cr per term starting 03-01, 09-01
cap issuer 'UNI' 105 cr
rule 'classes'
  when any course/* attendance >= 80 and grade >= 60
  grant 1 cr per 1 cr
$$ AS rules, '{"code": "P", "total": 140}'::jsonb AS programme;
SELECT d.*
FROM classes,
	pg_temp.decide(classes.rules, (
		SELECT jsonb_agg(jsonb_build_object('ref', 'course/' || v.code, 'amount', v.amount, 'awarded_on', v.ended, 'attendance', 80, 'grade', 60))
		FROM (VALUES
			('A/1', 24.4, '2025-03-01'), ('A/2', 24, '2025-06-30'), ('A/3', 20, '2025-09-01'),
			('A/4', 18, '2026-02-28'), ('A/5', 12, '2026-03-01')) AS v (code, amount, ended)), classes.programme) AS d;
-- 102 from one institution and three courses of 3: 105, one more is accepted.
SELECT d.*
FROM classes,
	pg_temp.decide(classes.rules, '[
		{"ref": "course/UNI/B1", "amount": 3, "awarded_on": "2026-01-10", "attendance": 90, "grade": 75},
		{"ref": "course/UNI/B2", "amount": 3, "awarded_on": "2026-01-11", "attendance": 90, "grade": 75},
		{"ref": "course/UNI/B3", "amount": 3, "awarded_on": "2026-01-12", "attendance": 90, "grade": 75}]', classes.programme,
		'[{"sources": ["course/UNI/OLD"], "granted": 102, "dated": "2020-01-01", "rule": "classes"}]') AS d;
-- Attendance of at least 80% and a grade of at least 60.
SELECT d.*
FROM classes,
	pg_temp.decide(classes.rules, '[
		{"ref": "course/A/BOTH", "amount": 3, "attendance": 80, "grade": "60"},
		{"ref": "course/A/ABSENT", "amount": 3, "attendance": 79.99, "grade": 95},
		{"ref": "course/A/WEAK", "amount": 3, "attendance": 100, "grade": 59.5}]', classes.programme) AS d;

-- The least of what the awarding body (five years), the accepting body and
-- seven years allow; what was redeemed once cannot be again.
SELECT d.*
FROM pg_temp.decide($$
rule_set 'shelf-life' version 1
shelf life 7 years
shelf life issuer 'QUICK' 5 years
rule 'courses'
  when any course/*
  grant 1 cr per 1 cr
$$, '[
	{"ref": "course/SLOW/NEW", "amount": 3, "awarded_on": "2019-06-30"},
	{"ref": "course/SLOW/OLD", "amount": 3, "awarded_on": "2019-06-29"},
	{"ref": "course/QUICK/NEW", "amount": 3, "awarded_on": "2021-06-30"},
	{"ref": "course/QUICK/OLD", "amount": 3, "awarded_on": "2021-06-29"},
	{"ref": "course/SLOW/SHORT", "amount": 3, "awarded_on": "2025-01-01", "expires_on": "2026-06-29"},
	{"ref": "course/SLOW/USED", "amount": 3, "awarded_on": "2025-01-01", "consumed": true}]', '{"code": "P"}') AS d;

-- Exemption from at most 35% of the compulsory credits, not from practice; the
-- course is posted with a mark (免考) in place of a grade; eight years.
CREATE TEMP TABLE exam AS
SELECT $$
rule_set 'examination' version 1
exclude category 'practice'
shelf life course 8 years
cap compulsory 35% of compulsory
rule 'a' when course/X/A grade >= 60 grant course/P/A in full carry mark '免考'
rule 'b' when course/X/B grade >= 60 grant course/P/B in full carry mark '免考'
rule 'c' when course/X/C grade >= 60 grant course/P/C in full exempt from exam
rule 'd' when course/X/D grade >= 60 grant course/P/D in full
rule 'e' when course/X/E grade >= 60 grant course/P/E in full
$$ AS rules, '{"code": "P", "total": 70, "categories": [{"name": "theory", "credits": 60}, {"name": "practice", "credits": 10}],
	"courses": [
		{"ref": "course/P/A", "credits": 10, "compulsory": true, "category": "theory"},
		{"ref": "course/P/B", "credits": 10, "compulsory": true, "category": "theory"},
		{"ref": "course/P/C", "credits": 6, "compulsory": false, "category": "theory"},
		{"ref": "course/P/D", "credits": 10, "compulsory": true, "category": "practice"},
		{"ref": "course/P/E", "credits": 30, "compulsory": true, "category": "theory"}]}'::jsonb AS programme;
SELECT d.*
FROM exam,
	pg_temp.decide(exam.rules, '[
		{"ref": "course/X/A", "amount": 10, "grade": 88, "awarded_on": "2018-06-30"},
		{"ref": "course/X/B", "amount": 10, "grade": 60, "awarded_on": "2018-06-29"},
		{"ref": "course/X/C", "amount": 6, "grade": 70, "awarded_on": "2024-06-29"},
		{"ref": "course/X/D", "amount": 10, "grade": 99, "awarded_on": "2024-06-29"},
		{"ref": "course/X/E", "amount": 30, "grade": 99, "awarded_on": "2024-06-29"}]', exam.programme) AS d;

-- At most 20% of the professional and 20% of the public credits; each source is
-- used once, what is left over is lost, and the target is not above the source.
SELECT d.*
FROM pg_temp.decide($$
rule_set 'twenty-per-cent' version 1
cap category 'professional' 20% of category 'professional'
cap category 'public' 20% of category 'public'
rule 'one' when course/X/ONE credits >= 100% of target grant course/P/ONE in full
rule 'again' when course/X/ONE grant course/P/FOUR in full
rule 'two' when course/X/TWO credits >= 100% of target grant course/P/TWO in full
rule 'three' when course/X/THREE credits >= 100% of target grant course/P/THREE in full
rule 'hours' when training/X/HOURS grant 1 cr per 16 hr, leftover forfeit
$$, '[
	{"ref": "course/X/ONE", "amount": 5},
	{"ref": "course/X/TWO", "amount": 3},
	{"ref": "course/X/THREE", "amount": 9},
	{"ref": "training/X/HOURS", "hours": 47}]',
	'{"code": "P", "total": 100, "categories": [{"name": "professional", "credits": 40}, {"name": "public", "credits": 20}],
	"courses": [
		{"ref": "course/P/ONE", "credits": 4, "category": "public"},
		{"ref": "course/P/TWO", "credits": 4, "category": "professional"},
		{"ref": "course/P/THREE", "credits": 9, "category": "professional"},
		{"ref": "course/P/FOUR", "credits": 4, "category": "public"}]}') AS d;

-- Less than 80% of content in common: refused.
SELECT d.*
FROM pg_temp.decide($$
rule_set 'overlap' version 1
rule 'a' when course/X/A overlap >= 80 grant course/P/A in full
rule 'b' when course/X/B overlap >= 80 grant course/P/B in full
$$, '[{"ref": "course/X/A", "overlap": 80}, {"ref": "course/X/B", "overlap": 79.9999}]',
	'{"code": "P", "courses": [{"ref": "course/P/A", "credits": 4}, {"ref": "course/P/B", "credits": 4}]}') AS d;

-- At least grade C; at most three quarters by transfer, a quarter in residence.
CREATE TEMP TABLE residence AS
SELECT $$
rule_set 'residence' version 1
scale 'letter' 'F' < 'D' < 'C' < 'B' < 'A'
cap total 75% of programme
minimum issuer 'HOME' 25% of programme
rule 'transfer'
  when any course/* grade >= 'C' on 'letter'
  grant 1 cr per 1 cr
$$ AS rules, '{"code": "P", "total": 120}'::jsonb AS programme,
'[
	{"ref": "course/X/A", "amount": 50, "grade": "A", "scale": "letter"},
	{"ref": "course/X/C", "amount": 40, "grade": "C"},
	{"ref": "course/X/D", "amount": 5, "grade": "D", "scale": "letter"},
	{"ref": "course/X/P", "amount": 5, "grade": "pass"},
	{"ref": "course/X/B", "amount": 1, "grade": "B"}]'::jsonb AS portfolio;
SELECT d.*
FROM residence, pg_temp.decide(residence.rules, residence.portfolio, residence.programme) AS d;
SELECT studied.credits, m.*
FROM residence,
	(VALUES (29.5), (30)) AS studied (credits),
	pg_temp.minimums(residence.rules, residence.portfolio, residence.programme, jsonb_build_array(jsonb_build_object(
		'sources', '["course/HOME/ALL"]'::jsonb, 'granted', studied.credits, 'dated', '2025-06-30', 'mark', 'studied'))) AS m;

-- Titles that are the same course; and titles declared substitutes: both
-- count, only one is needed.
SELECT a.title, b.title, d.granted, d.reason
FROM (VALUES
	('회계 입문', '회계입문'), ('S/W 활용', 'SW활용'), ('EDPS', 'E.D.P.S'), ('전공실기', '전공실기1'),
	('전공실기', '전공실기 Ⅰ'), ('ENGLISH', 'English'), ('전공실기 2', '전공실기 Ⅰ')) AS pair (one, other),
	LATERAL (SELECT pair.one AS title) AS a,
	LATERAL (SELECT pair.other AS title) AS b,
	pg_temp.decide('rule_set ''titles'' version 1 duplicates by title highest rule ''courses'' when any course/* grant 1 cr per 1 cr',
		jsonb_build_array(jsonb_build_object('ref', 'course/A/1', 'title', pair.one, 'amount', 3),
			jsonb_build_object('ref', 'course/B/2', 'title', pair.other, 'amount', 2)), '{"code": "P"}') AS d
WHERE d.sources = 'course/B/2';
SELECT d.*
FROM pg_temp.decide($$
rule_set 'substitutes' version 1
substitutes course/A/STATISTICS, course/B/DATA
rule 'need' priority 1 when course/A/STATISTICS grant course/P/STAT 3 cr
rule 'rest' when any course/* grant 1 cr per 1 cr
$$, '[{"ref": "course/B/DATA", "amount": 2}]',
	'{"code": "P", "courses": [{"ref": "course/P/STAT", "credits": 3}]}') AS d;

-- Hours per credit differ by school: 15, 16 or 18. The exact value stands beside
-- the amount, which is rounded as the rule book says.
SELECT array_to_string(e.sources, ' + ') AS sources, e.value, e.granted
FROM creditbank.evaluate($$
rule_set 'hours' version 1
round down 4
rule 'fifteen' when any training/FIFTEEN/* grant 1 cr per 15 hr
rule 'sixteen' when any training/SIXTEEN/* grant 1 cr per 16 hr
rule 'eighteen' when any training/EIGHTEEN/* grant 1 cr per 18 hr
$$, '[
	{"ref": "training/FIFTEEN/A", "hours": 40},
	{"ref": "training/SIXTEEN/A", "hours": 40},
	{"ref": "training/EIGHTEEN/A", "hours": 48}]', '{"code": "P"}', '[]', '2026-06-30') AS e
ORDER BY e.line;

-- 60 ECTS are a year's work of 25 to 30 hours each.
SELECT d.*
FROM pg_temp.decide($$
rule_set 'ects' version 1
cap total 60 cr per year starting 10-01
rule 'study' when any course/* grant 1 cr per 1 ects
rule 'work' when any work/* hours >= 25 grant 1 cr per 30 hr, leftover forfeit
$$, '[
	{"ref": "course/EU/YEAR", "amount": "58 ects", "awarded_on": "2026-02-01"},
	{"ref": "work/EU/PLACEMENT", "hours": 75, "awarded_on": "2026-03-01"},
	{"ref": "work/EU/LITTLE", "hours": 24, "awarded_on": "2026-03-02"}]', '{"code": "P"}') AS d;

-- A courier's certificate exempts from three courses, 8 credits; a home-care
-- certificate replaces courses of a home-service programme; a junior college's
-- course exempts from the bachelor's.
SELECT d.*
FROM pg_temp.decide($$
rule_set 'open-university' version 1
rule 'postal-express-operator' priority 10
  when cert/CN-POST/EXP-OPERATOR level >= 3 within 8 years
  grant course/OUC/LOG-101 3 cr, course/OUC/LOG-102 3 cr, course/OUC/LOG-103 2 cr
rule 'home-care'
  when cert/MOHRSS/HOME-CARE
  grant course/OUC/CARE-1 in full, course/OUC/CARE-2 in full
rule 'junior-college'
  when course/JC/ENGLISH grade >= 60
  grant course/OUC/ENGLISH in full
  exempt from exam
$$, '[
	{"ref": "cert/CN-POST/EXP-OPERATOR#2023-000123", "level": 3, "awarded_on": "2018-06-30"},
	{"ref": "cert/MOHRSS/HOME-CARE#77"},
	{"ref": "course/JC/ENGLISH", "grade": 61, "amount": 4}]',
	'{"code": "P", "courses": [
		{"ref": "course/OUC/LOG-101", "credits": 3}, {"ref": "course/OUC/LOG-102", "credits": 3}, {"ref": "course/OUC/LOG-103", "credits": 2},
		{"ref": "course/OUC/CARE-1", "credits": 2.5}, {"ref": "course/OUC/CARE-2", "credits": 2}, {"ref": "course/OUC/ENGLISH", "credits": 6}]}') AS d;

-- A worker's file: hours on technical projects, patents by the inventor's share,
-- apprentices, a contest by its level and rank, job training; at most a fifth of
-- the programme from each, all nested in 40%.
SELECT d.*
FROM pg_temp.decide($$
rule_set 'industrial-worker' version 1
table 'contest' by tag, rank
  'national', 1 is 6 cr
  'national', 2 is 4 cr
  'provincial', 1 is 3 cr
  any, 'honour' is 1 cr
cap total 40% of programme
cap project 20% of programme
cap patent, award 10 cr
rule 'project' when any project/* hours >= 20 place <= 5 grant 1 cr per 20 hr, leftover forfeit
rule 'patent' when any patent/CNIPA/* grant 8 cr by share round half_up 2 partial needs assessor
rule 'contest' when any award/* grant from table 'contest'
rule 'apprentices' when 2 of (mentoring/ACME/A1, mentoring/ACME/A2, mentoring/ACME/A3) grant 2 cr
rule 'training' when any training/* attendance >= 80 grant 1 cr per 16 hr, leftover keep cap 4 cr per year starting 09-01
$$, '[
	{"ref": "project/ACME/LATHE", "hours": 85, "place": 2, "awarded_on": "2025-05-01"},
	{"ref": "project/ACME/PRESS", "hours": 40, "place": 6, "awarded_on": "2025-05-02"},
	{"ref": "patent/CNIPA/ZL1", "share": 33.33, "awarded_on": "2025-03-01"},
	{"ref": "award/CN/WELDING", "tags": ["national"], "rank": 1, "awarded_on": "2025-04-01"},
	{"ref": "award/AH/WELDING", "tags": ["provincial"], "rank": 1, "awarded_on": "2024-04-01"},
	{"ref": "award/AH/FITTING", "tags": ["provincial"], "rank": "honour", "awarded_on": "2023-04-01"},
	{"ref": "mentoring/ACME/A1", "awarded_on": "2024-01-01"},
	{"ref": "mentoring/ACME/A3", "awarded_on": "2024-01-02"},
	{"ref": "training/ACME/SAFETY", "hours": 40, "attendance": 95, "awarded_on": "2025-10-01"},
	{"ref": "training/ACME/ROBOTS", "hours": 48, "attendance": 95, "awarded_on": "2025-11-01"}]', '{"code": "P", "total": 80}') AS d;

-- Six credits first leave four of ten, which nothing fills; the best allocation
-- takes five twice.
SELECT sum(d.granted) AS granted
FROM pg_temp.decide($$
rule_set 'knapsack' version 1
cap award 10 cr
rule 'first' priority 1 when award/CN/A grant 6 cr
rule 'second' when any award/* grant 5 cr
$$, '[{"ref": "award/CN/A"}, {"ref": "award/CN/B"}, {"ref": "award/CN/C"}]', '{"code": "P"}', allocation => 'best') AS d;

-- One diploma and several skill-level certificates, each exempting from courses
-- of the next level.
SELECT d.*
FROM pg_temp.decide($$
rule_set '1+X' version 1
rule 'web' when all of (degree/VOC/DIPLOMA, any of (cert/X/WEB level >= 2, cert/X/MOBILE level >= 2)) grant course/P/WEB in full, course/P/PROJECT in full carry no grade
rule 'data' when cert/X/DATA level >= 2 grant course/P/DATA in full
$$, '[
	{"ref": "degree/VOC/DIPLOMA#1", "grade": "good"},
	{"ref": "cert/X/WEB#1", "level": 1},
	{"ref": "cert/X/MOBILE#1", "level": 2},
	{"ref": "cert/X/DATA#1", "level": 3}]',
	'{"code": "P", "courses": [{"ref": "course/P/WEB", "credits": 3}, {"ref": "course/P/PROJECT", "credits": 2.6667}, {"ref": "course/P/DATA", "credits": 4}]}') AS d;
