-- conversion: the courier's case, by the rule book of the demo.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15');
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#T-0815', '2024-03-20', amount => '48 hr', attendance => 96);
SELECT creditbank.deposit(:'courier', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', '2024-05-01', level => 3);
SELECT creditbank.recognise(:'courier', 'cert/CN-POST/EXP-OPERATOR#2023-000123');
SELECT creditbank.recognise(:'courier', 'training/SH-TRAIN/COLD-CHAIN#T-0815');
\o
\set ECHO all

-- A dry run: what would count, what not, and why; nothing is written.
SELECT count(*) AS entries_before FROM creditbank.ledger_entry \gset
SELECT decision_id, line, rule, sources_used, target, granted, amount, unit, value, before_caps, mark, leftover, reason
FROM creditbank.convert(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-01', dry_run => true);
SELECT rule, source, target, parameter, required, found, missing, passed
FROM creditbank.explain_conversion(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-01');
SELECT count(*) = :entries_before AS nothing_written, (SELECT count(*) FROM creditbank.decision) AS decisions FROM creditbank.ledger_entry;

-- The certificate: three courses, eight credits.
SELECT decision_id, line, rule, sources_used, target, granted, amount, unit, mark, reason
FROM creditbank.convert(:'courier', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123'], as_of => '2024-10-01');
SELECT unit, balance, amount FROM creditbank.balance(:'courier');
SELECT seq, kind, ref, amount, unit, occurred_on = current_date AS counts_from_today,
	detail::jsonb - '{rules,inputs}'::text[] AS detail,
	length(detail::jsonb ->> 'rules') AS rules_digest, length(detail::jsonb ->> 'inputs') AS inputs_digest
FROM creditbank.ledger WHERE account = :'courier' ORDER BY seq OFFSET 6;
-- Later conversions into this programme count these lines, those into others do not.
SELECT code, jsonb_array_length(creditbank.history_document(1, code)) AS lines FROM creditbank.programme ORDER BY code;
SELECT item, achievement, title, state, amount, used_for, mark FROM creditbank.lifelong_file(:'courier');

-- The digests are those of what was stored, and the stored inputs give the lines again.
SELECT d.inputs_digest = creditbank.digest(convert_to(d.inputs, 'UTF8')) AS inputs_digest_fits,
	b.digest = creditbank.rule_set_digest(b.rules) AS rules_digest_fits
FROM creditbank.decision AS d JOIN creditbank.rule_book AS b USING (rule_book_id);
SELECT count(*) AS lines_that_differ
FROM creditbank.decision AS d
JOIN creditbank.rule_book AS b USING (rule_book_id)
CROSS JOIN LATERAL creditbank.evaluate(b.rules, d.inputs::jsonb -> 'portfolio', d.inputs::jsonb -> 'programme', d.inputs::jsonb -> 'history', d.as_of) AS v
FULL JOIN creditbank.decision_line AS l ON l.decision_id = d.decision_id AND l.line = v.line
WHERE (l.rule, l.target, l.granted, l.sources, l.reason) IS DISTINCT FROM (v.rule, v.target, v.granted, v.sources, v.reason);

-- A second conversion of it is refused, whichever way it is asked.
SELECT * FROM pg_temp.error_of_today(format($$ SELECT * FROM creditbank.convert(%L, 'OUC-LOGISTICS', ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123'], '2024-10-02') $$, :'courier'));
-- The rest: the training gives three credits; the award is not recognised.
SELECT line, rule, sources_used, target, granted, leftover, reason FROM creditbank.convert(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-02');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT unit, balance FROM creditbank.balance(:'courier', as_of => current_date);
SELECT unit, balance FROM creditbank.balance(:'courier', as_of => current_date - 1);
-- Now all that is recognised is used up.
SELECT * FROM pg_temp.error_of_today(format($$ SELECT * FROM creditbank.convert(%L, 'OUC-LOGISTICS', as_of => '2024-10-03') $$, :'courier'));
-- Recognised at last, but no rule grants anything for a third place.
SELECT recognised FROM creditbank.recognise(:'courier', 'award/CN-UNION/SORTING-CONTEST#2024-P-17');
SELECT * FROM pg_temp.error_of_today(format($$ SELECT * FROM creditbank.convert(%L, 'OUC-LOGISTICS', as_of => '2024-10-03') $$, :'courier'));
-- A draft rule set is tried without being published.
SELECT rule, source, parameter, required, found, missing, passed
FROM creditbank.explain_conversion(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-03', rules => $rules$
	rule_set 'draft' version 1
	rule 'third place counts' when award/CN-UNION/* level >= 3 grant 1 cr
$rules$)
WHERE source LIKE 'award%';
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();

-- Bad input.
SELECT count(*) AS entries_before FROM creditbank.ledger_entry \gset
SELECT f.arguments, e.*
FROM (VALUES
	($$'00000000000292', 'OUC-LOGISTICS'$$),
	($$'00000000000195', 'NOWHERE'$$),
	($$'00000000000195', NULL$$),
	($$'00000000000195', 'OUC-LOGISTICS', as_of => '2023-08-31'$$),
	($$'00000000000195', 'OUC-LOGISTICS', as_of => 'infinity'$$),
	($$'00000000000195', 'OUC-LOGISTICS', dry_run => NULL$$),
	($$'00000000000195', 'OUC-LOGISTICS', ARRAY['course/OUC/NONE'], '2024-10-03'$$),
	($$'00000000000195', 'OUC-LOGISTICS', '{}', '2024-10-03'$$),
	($$'00000000000195', 'OUC-LOGISTICS', ARRAY['nonsense'], '2024-10-03'$$),
	($$'00000000000195', 'OUC-LOGISTICS', ARRAY['training/SH-TRAIN/COLD-CHAIN#T-0815'], '2024-10-03'$$)) AS f (arguments)
CROSS JOIN LATERAL pg_temp.error_of_today('SELECT creditbank.convert(' || f.arguments || ')') AS e;
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.convert('00000000000195', 'OUC-LOGISTICS', as_of => current_date + 1) $$);
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#2', '2024-06-15') IS NOT NULL AS deposited;
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'OUC-LOGISTICS', ARRAY['cert/CN-POST/EXP-OPERATOR#2'], '2024-10-03') $$, :'courier'));
SELECT count(*) - :entries_before AS written_but_for_the_deposit FROM creditbank.ledger_entry;
SELECT count(*) AS decisions FROM creditbank.decision;

-- Rule books: published once, never changed, never two for one programme and day.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(NULL) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('rule_set') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('rule_set ''x'' version 1 programme ''NOWHERE'' rule ''a'' when any cert/* grant 1 cr') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('rule_set ''x'' version 1 programme ''OUC-LOGISTICS'' effective 2039-08-31 .. rule ''a'' when any cert/* grant 1 cr') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('rule_set ''x'' version 1 rule ''a'' when any cert/* grant 1 cr') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('rule_set ''ouc-logistics'' version 3 programme ''OUC-LOGISTICS'' effective 2039-09-01 .. rule ''a'' when any cert/* grant 1 cr') $$);
SELECT name, version, effective FROM creditbank.publish_rules($$ rule_set 'ouc-logistics' version 4 programme 'OUC-LOGISTICS' effective 2039-09-01 .. rule 'a' when any cert/* grant 1 cr $$);
SELECT * FROM pg_temp.error_of($$ UPDATE creditbank.rule_book SET version = 9 $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ DELETE FROM creditbank.rule_book $$);
SET LOCAL client_min_messages = warning;
SELECT sqlstate_, message FROM pg_temp.error_of($$ TRUNCATE creditbank.rule_book CASCADE $$);
ROLLBACK;

-- The industrial worker: caps, sets of several achievements, refusals.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS worker FROM creditbank.open_account('李秀英', '2023-01-01') \gset
SELECT creditbank.deposit(:'worker', v.ref, v.awarded_on::date, amount => v.amount, attendance => v.attendance)
FROM (VALUES
	('project/AH-STEEL/ROLLING-LINE#2024-3', '2024-06-30', '72 hr', NULL),
	('patent/CNIPA/UTILITY-MODEL#ZL-2023-2-0456', '2023-11-08', NULL, NULL),
	('patent/CNIPA/UTILITY-MODEL#ZL-2024-2-0101', '2024-02-19', NULL, NULL),
	('mentoring/AH-STEEL/APPRENTICE#ZHAO', '2024-08-01', NULL, NULL),
	('training/SH-TRAIN/COLD-CHAIN#T-0901', '2024-09-10', '40 hr', 92)) AS v (ref, awarded_on, amount, attendance);
SELECT creditbank.recognise(:'worker', achievement) FROM creditbank.lifelong_file(:'worker');
\o
\set ECHO all
SELECT line, rule, sources_used, target, granted, reason FROM creditbank.convert(:'worker', 'AHOU-MECHATRONICS', as_of => '2024-10-01');
SELECT unit, balance FROM creditbank.balance(:'worker');
SELECT achievement, state, used_for FROM creditbank.lifelong_file(:'worker') WHERE class = 'patent';
-- The second patent's course is granted already, also through the history.
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'AHOU-MECHATRONICS', as_of => '2024-10-02') $$, :'worker'));
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
ROLLBACK;

-- A rule that keeps what is left over: hours add up over conversions.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('KEEPING', 'OUC', 'Keeps leftovers', 80);
SELECT creditbank.publish_rules($$
	rule_set 'keeping' version 1
	programme 'KEEPING'
	rule 'hours' when any training/* grant 1 cr per 16 hr, leftover keep
$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '50 hr');
SELECT creditbank.recognise(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1');
\o
\set ECHO all
SELECT line, granted, leftover, leftover_kept FROM creditbank.convert(:'learner', 'KEEPING', as_of => '2024-10-01');
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT achievement, state, amount, remaining, used_for FROM creditbank.lifelong_file(:'learner') WHERE class = 'training';
SELECT ref, amount, unit, detail::jsonb -> 'remainder' AS remainder FROM creditbank.ledger WHERE kind = 'consumed';
-- Two hours alone give nothing; they are not lost.
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'KEEPING', as_of => '2024-10-02') $$, :'learner'));
SELECT rule, source, parameter, required, found, missing, passed
FROM creditbank.explain_conversion(:'learner', 'KEEPING', as_of => '2024-10-02')
WHERE NOT passed;
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
-- A test on the hours is of the whole training, not of what is left of it.
SELECT rule, parameter, required, found, passed
FROM creditbank.explain_conversion(:'learner', 'KEEPING', as_of => '2024-10-02',
	rules => 'rule_set ''draft'' version 1 rule ''long'' when any training/* hours >= 40 grant 1 cr per 1 hr, leftover keep')
WHERE parameter IN ('hours', 'per');
-- Nor can another rule grant something whole for what is left of it.
SELECT rule, parameter, required, found, missing, passed
FROM creditbank.explain_conversion(:'learner', 'KEEPING', as_of => '2024-10-02',
	rules => 'rule_set ''draft'' version 1 rule ''whole'' when any training/* grant 5 cr')
WHERE NOT passed;
-- Where two lines count the same hours, what neither has counted is kept.
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('COUNTING', 'OUC', 'Counts twice', 80);
SELECT name FROM creditbank.publish_rules($$
	rule_set 'counting' version 1
	programme 'COUNTING'
	rule 'hours' when any training/* grant 1 cr per 16 hr, 1 pt per 30 hr, leftover keep
$$);
SELECT state FROM creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', amount => '70 hr');
SELECT recognised FROM creditbank.recognise(:'learner', 'training/SH-TRAIN/COLD-CHAIN#2');
SELECT line, granted, leftover, leftover_kept FROM creditbank.convert(:'learner', 'COUNTING',
	ARRAY['training/SH-TRAIN/COLD-CHAIN#2'], as_of => '2024-10-01');
SELECT amount, unit, detail::jsonb -> 'remainder' AS remainder FROM creditbank.ledger
WHERE kind = 'consumed' AND ref LIKE '%#2';
-- Whoever adds to what is left over behind the bank's back is found.
UPDATE creditbank.consumption SET remainder = '200 hr';
SELECT account, class, seq, expected, found FROM creditbank.verify_archive();
ROLLBACK;

-- Nothing but a cap stands in the way: an error of its own.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('SMALL', 'OUC', 'Six credits', 6);
SELECT creditbank.publish_rules($$
	rule_set 'small' version 1
	programme 'SMALL'
	cap total 50% of programme
	rule 'award' when any award/* grant 2 cr
	rule 'close' when any training/* overlap >= 80 grant 1 cr
$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'award/CN-UNION/SORTING-CONTEST#' || n, '2024-05-01') FROM generate_series(1, 2) AS n;
SELECT creditbank.recognise(:'learner', 'award/CN-UNION/SORTING-CONTEST#' || n) FROM generate_series(1, 2) AS n;
\o
\set ECHO all
SELECT line, sources_used, granted, before_caps, reason FROM creditbank.convert(:'learner', 'SMALL', as_of => '2024-10-01');
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'SMALL', as_of => '2024-10-02') $$, :'learner'));
-- What an assessor found of overlap is what rules test.
SELECT state FROM creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20');
SELECT state FROM creditbank.recognise(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', overlap => 79.5);
SELECT parameter, required, found, missing, passed FROM creditbank.explain_conversion(:'learner', 'SMALL', as_of => '2024-10-02') WHERE parameter = 'overlap';
ROLLBACK;

-- What the registry's own checks refuse, each by its name.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE FUNCTION pg_temp.violated(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	violated text;
BEGIN
	EXECUTE statement;
	RETURN 'nothing';
EXCEPTION WHEN integrity_constraint_violation THEN
	GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
	RETURN violated;
END
$$;
\o
\set ECHO all
SELECT s.statement, pg_temp.violated('INSERT INTO creditbank.' || s.statement)
FROM (VALUES
	($$institution VALUES ('GD OU', 'X', 'school')$$),
	($$institution VALUES ('gdou', 'X', 'school')$$),
	($$institution VALUES ('GDOU', '  ', 'school')$$),
	($$institution VALUES ('GDOU', 'X', 'shop')$$),
	($$institution VALUES ('OUC', 'X', 'school')$$),
	($$institution VALUES ('GDOU', 'X', 'school', 'empty')$$),
	($$catalogue (ref, title) VALUES ('cert/OUC/X#1', 'X')$$),
	($$catalogue (ref, title) VALUES ('cert/NOBODY/X', 'X')$$),
	($$catalogue (ref, title, level) VALUES ('cert/OUC/X', 'X', 11)$$),
	($$programme VALUES (' P', 'OUC', 'X', 80)$$),
	($$programme VALUES ('P', 'NOBODY', 'X', 80)$$),
	($$programme VALUES ('P', 'OUC', 'X', 0)$$),
	($$programme_category VALUES ('OUC-LOGISTICS', 'x', -1)$$),
	($$programme_course (programme, ref, title, credits) VALUES ('OUC-LOGISTICS', 'cert/OUC/X', 'X', 3)$$),
	($$programme_course (programme, ref, title, credits, category) VALUES ('OUC-LOGISTICS', 'course/OUC/X', 'X', 3, 'none')$$)) AS s (statement);
ROLLBACK;

-- A rule that needs an assessor: the conversion waits, whatever else it grants.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE ROLE regress_creditbank_assessor IN ROLE creditbank_assessor;
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('CAREFUL', 'OUC', 'Looks closely', 20);
SELECT creditbank.publish_rules($$
	rule_set 'careful' version 1
	programme 'CAREFUL'
	minimum total 4 cr
	minimum training 2 cr
	rule 'award' when any award/* grant 2 cr needs assessor
	rule 'hours' when any training/* grant 1 cr per 16 hr
$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01');
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '16 hr');
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
\o
\set ECHO all
SELECT decision_id, state, line, rule, granted, needs_assessor FROM creditbank.convert(:'learner', 'CAREFUL', as_of => '2024-10-01', dry_run => true);
SELECT decision_id, state, line, rule, granted, needs_assessor FROM creditbank.convert(:'learner', 'CAREFUL', as_of => '2024-10-01');
SELECT number, step, from_state, to_state FROM creditbank.decision_step ORDER BY number;
SELECT unit, balance FROM creditbank.balance(:'learner');
-- What needs nobody goes through at once, and what was handed in is then no longer so.
SELECT decision_id, state, line, rule, granted, needs_assessor FROM creditbank.convert(:'learner', 'CAREFUL',
	ARRAY['training/SH-TRAIN/COLD-CHAIN#1'], as_of => '2024-10-01');
SET LOCAL ROLE regress_creditbank_assessor;
SELECT creditbank.take_decision(1), creditbank.approve_decision(1);
RESET ROLE;
SELECT sqlstate_, message, regexp_replace(detail, '\{[^}]*\}', '{...}', 'g') AS detail FROM pg_temp.error_of('SELECT creditbank.post_decision(1)');
SELECT creditbank.withdraw_decision(1);
-- The award alone.
SELECT decision_id, state FROM creditbank.convert(:'learner', 'CAREFUL', as_of => '2024-10-01') WHERE granted IS NOT NULL;
SET LOCAL ROLE regress_creditbank_assessor;
SELECT creditbank.take_decision(3), creditbank.approve_decision(3);
RESET ROLE;
SELECT creditbank.post_decision(3);
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();

-- Completion: every minimum, or nothing.
SELECT state FROM creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', amount => '15.5 hr');
SELECT state FROM creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#3', '2024-03-20', amount => '16 hr');
SELECT state FROM creditbank.recognise(:'learner', 'training/SH-TRAIN/COLD-CHAIN#3');
SELECT parameter, required, found, missing, passed FROM creditbank.explain_conversion(:'learner', 'CAREFUL', as_of => '2024-10-01') WHERE parameter LIKE 'minimum %';
SAVEPOINT complete;
SELECT creditbank.reverse_decision(3, 'the award was another''s');
SELECT decision_id, state, granted FROM creditbank.convert(:'learner', 'CAREFUL', as_of => '2024-10-01', dry_run => true, completion => true);
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'CAREFUL', ARRAY['training/SH-TRAIN/COLD-CHAIN#3'], '2024-10-01', completion => true) $$, :'learner'));
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.propose_conversion(%L, 'CAREFUL', ARRAY['award/CN-UNION/SORTING-CONTEST#1'], '2024-10-01', completion => true) $$, :'learner'));
SELECT count(*) AS decisions FROM creditbank.decision;
ROLLBACK TO complete;
SELECT decision_id, state, granted FROM creditbank.convert(:'learner', 'CAREFUL', as_of => '2024-10-01', completion => true);
SELECT decision_id, completion FROM creditbank.decisions ORDER BY decision_id;
ROLLBACK TO complete;
-- What was complete when it was proposed need not be so when it is posted.
SELECT decision_id, state, granted FROM creditbank.propose_conversion(:'learner', 'CAREFUL', ARRAY['training/SH-TRAIN/COLD-CHAIN#3'],
	'2024-10-01', completion => true);
SELECT creditbank.submit_decision(max(decision_id)) FROM creditbank.decision;
SET LOCAL ROLE regress_creditbank_assessor;
SELECT creditbank.take_decision(max(decision_id)), creditbank.approve_decision(max(decision_id)) FROM creditbank.decision;
RESET ROLE;
SELECT creditbank.reverse_decision(2, 'the training was another''s');
SELECT * FROM pg_temp.error_of('SELECT creditbank.post_decision(max(decision_id)) FROM creditbank.decision');

-- Bad arguments.
SELECT f.arguments, e.*
FROM (VALUES
	('convert', 'allocation => NULL'), ('convert', 'completion => NULL'), ('convert', 'allocation => ''nonsense'''),
	('convert', 'dry_run => true, allocation => NULL'), ('propose_conversion', 'allocation => NULL'), ('propose_conversion', 'completion => NULL'),
	('propose_conversion', 'sources => ''{}'''), ('propose_conversion', 'as_of => ''infinity'''), ('propose_conversion', 'as_of => current_date + 1'),
	('explain_conversion', 'allocation => NULL'), ('explain_conversion', 'language => ''klingon''')) AS f (function, arguments)
CROSS JOIN LATERAL pg_temp.error_of_today(format('SELECT creditbank.%s(''00000000000195'', ''CAREFUL'', %s)', f.function, f.arguments)) AS e
WHERE f.arguments !~ 'current_date' OR e.sqlstate_ <> '22C04';
ROLLBACK;

-- What was taken back in the ledger is not there, neither to convert nor to recognise.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#' || n, '2024-03-20', amount => '16 hr', attendance => 96) FROM generate_series(1, 3) AS n;
SELECT creditbank.recognise(:'learner', 'training/SH-TRAIN/COLD-CHAIN#' || n) FROM generate_series(1, 2) AS n;
\o
\set ECHO all
SELECT seq FROM creditbank.reverse_entry(1, 5, current_date, '{"why": "posted twice"}');
SELECT seq FROM creditbank.reverse_entry(1, 4, current_date, NULL);
-- A deposit taken back once it was recognised: the recognition stands.
SELECT seq FROM creditbank.reverse_entry(1, 3, current_date, NULL);
SELECT achievement, state, remaining FROM creditbank.lifelong_file(:'learner');
SELECT sources_used, granted FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2024-10-01', dry_run => true);
SELECT f.call, e.*
FROM (VALUES
	('recognise(%L, ''training/SH-TRAIN/COLD-CHAIN#3'')'),
	('convert(%L, ''OUC-LOGISTICS'', ARRAY[''training/SH-TRAIN/COLD-CHAIN#1''], ''2024-10-01'')')) AS f (call)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.' || f.call, :'learner')) AS e;
SELECT line, granted, state FROM creditbank.convert(:'learner', 'OUC-LOGISTICS', as_of => '2024-10-01');
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
ROLLBACK;

-- The best allocation: asked, posted, stored, explained and derived again as such.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE ROLE regress_creditbank_assessor IN ROLE creditbank_assessor;
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('BEST', 'OUC', 'Finds the most', 80);
SELECT creditbank.publish_rules($$
	rule_set 'best' version 1
	programme 'BEST'
	rule 'hours' priority 10 when any training/* grant 1 cr
	rule 'both' when all of (training/SH-TRAIN/COLD-CHAIN, award/CN-UNION/SORTING-CONTEST) grant 5 cr
$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01');
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', grade => '85');
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
\o
\set ECHO all
SELECT a.allocation, sum(c.amount) AS granted, bool_and(c.proven) AS proven
FROM unnest(ARRAY['priority', 'best', 'best within 100000 steps']) WITH ORDINALITY AS a (allocation, place)
CROSS JOIN LATERAL creditbank.convert(:'learner', 'BEST', as_of => '2024-10-01', dry_run => true, allocation => a.allocation) AS c
GROUP BY a.allocation, a.place
ORDER BY a.place;
SELECT DISTINCT decision_id, state, proven
FROM creditbank.propose_conversion(:'learner', 'BEST', as_of => '2024-10-01', allocation => 'best within 100000 steps');
SELECT creditbank.submit_decision(1);
SET LOCAL ROLE regress_creditbank_assessor;
SELECT creditbank.take_decision(1), creditbank.approve_decision(1);
RESET ROLE;
SELECT creditbank.post_decision(1);
SELECT decision_id, allocation, credits FROM creditbank.decisions;
SELECT DISTINCT detail::jsonb ->> 'allocation' AS allocation FROM creditbank.ledger WHERE kind IN ('consumed', 'converted');
SELECT * FROM creditbank.replay();
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
ROLLBACK;

-- Everything that rules ask of an achievement can be deposited: hours beside
-- credits, the scale of a grade, place and share. Hours that a rule keeps are
-- kept, though the balance holds credits. What was studied in the programme
-- itself counts towards its minimums, and is not converted.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('ALL', 'OUC', 'Asks for everything', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits)
VALUES ('ALL', 'course/OUC/OWN', 'Of its own', 6), ('ALL', 'course/OUC/OTHER', 'Another', 4);
SELECT creditbank.publish_rules($$
	rule_set 'all' version 1
	programme 'ALL'
	scale 'letter' 'F' < 'D' < 'C' < 'B' < 'A'
	minimum issuer 'OUC' 10 cr
	rule 'hours' when any training/* grant 1 cr per 16 hr, leftover keep
	rule 'patent' when any patent/* place <= 2 grant 8 cr by share round half_up 2
	rule 'letter' when course/AH-OU/MEC-1 grade >= 'B' on 'letter' grant 3 cr
	rule 'any' when any course/* grant 1 cr
$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
\o
\set ECHO all
SELECT achievement
FROM creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '3 cr', hours => 50);
SELECT achievement
FROM creditbank.deposit(:'learner', 'patent/CNIPA/UTILITY-MODEL#1', '2024-03-20', place => 2, share => 33.33);
SELECT achievement
FROM creditbank.deposit(:'learner', 'course/AH-OU/MEC-1', '2024-03-20', title => 'Mechanics', grade => 'B', scale => 'letter');
SELECT achievement
FROM creditbank.deposit(:'learner', 'course/OUC/OWN', '2024-03-20', title => 'Of its own', amount => '6 cr', grade => '71');
\set ECHO none
\o /dev/null
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
\o
\set ECHO all
SELECT creditbank.studied_document(1, 'ALL');
SELECT rule, parameter, required, found, missing FROM creditbank.explain_conversion(:'learner', 'ALL') WHERE parameter LIKE 'minimum%';
SELECT line, rule, sources_used, granted, leftover, leftover_kept, reason FROM creditbank.convert(:'learner', 'ALL');
SELECT kind, ref, amount FROM creditbank.ledger WHERE account = :'learner' AND kind = 'consumed' ORDER BY seq;
SELECT achievement, state, remaining FROM creditbank.lifelong_file(:'learner') WHERE class <> 'converted' ORDER BY item;
SELECT unit, balance FROM creditbank.balance(:'learner');
-- The two hours that are left are less than sixteen.
SELECT * FROM pg_temp.error_of_today(format($$ SELECT * FROM creditbank.convert(%L, 'ALL') $$, :'learner'));
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
SELECT * FROM creditbank.replay();
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.deposit(%L, 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', amount => '3 hr', hours => 50) $$, :'learner'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.deposit(%L, 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', hours => 0) $$, :'learner'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.deposit(%L, 'patent/CNIPA/UTILITY-MODEL#2', '2024-03-20', place => 0) $$, :'learner'));
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.deposit(%L, 'patent/CNIPA/UTILITY-MODEL#2', '2024-03-20', share => 100.01) $$, :'learner'));
ROLLBACK;

-- What was counted stands in the way of its duplicates, whichever achievements are named, and in any programme.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('ONE', 'OUC', 'One', 80), ('TWO', 'OUC', 'Two', 80);
SELECT creditbank.publish_rules($$
	rule_set 'once' version 1
	programme 'ONE', 'TWO'
	same award/OUC/A, award/OUC/B
	duplicates by title highest
	rule 'award' when any award/* grant 2 cr
	rule 'hours' when any training/* grant 1 cr per 16 hr, leftover keep
$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/X#5', '2024-05-01', 'Safety', amount => '40 hr');
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/Y#6', '2024-05-01', 'Safety', amount => '60 hr');
SELECT creditbank.deposit(:'learner', 'award/OUC/A#1', '2024-05-01', 'First');
SELECT creditbank.deposit(:'learner', 'award/OUC/B#2', '2024-05-01', 'Second');
SELECT creditbank.deposit(:'learner', 'award/OUC/C#3', '2024-05-01', 'Third');
SELECT creditbank.deposit(:'learner', 'award/OUC/D#4', '2024-05-01', 'Third');
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
\o
\set ECHO all
SELECT line, granted, sources_used, reason FROM creditbank.convert(:'learner', 'ONE', ARRAY['award/OUC/A#1', 'award/OUC/C#3']);
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.convert(%L, ''ONE'', ARRAY[''award/OUC/D#4''])', :'learner'));
SELECT line, granted, sources_used, reason FROM creditbank.convert(:'learner', 'TWO', ARRAY['award/OUC/B#2'], dry_run => true);
-- So does what was used in part; what is left of it converts.
SELECT line, granted, leftover, sources_used FROM creditbank.convert(:'learner', 'ONE', ARRAY['training/SH-TRAIN/X#5']) WHERE granted IS NOT NULL;
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.convert(%L, ''ONE'', ARRAY[''training/SH-TRAIN/Y#6''])', :'learner'));
SELECT line, granted, sources_used, reason FROM creditbank.convert(:'learner', 'TWO', dry_run => true);
SELECT * FROM creditbank.replay();
ROLLBACK;
