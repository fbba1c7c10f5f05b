-- decision: from the draft to the ledger and back, by the steps permitted.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE ROLE regress_creditbank_registrar IN ROLE creditbank_registrar;
CREATE ROLE regress_creditbank_first IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_second IN ROLE creditbank_assessor, creditbank_registrar;
-- What a role gets for a call: its result, or the error.
CREATE FUNCTION pg_temp.by(who text, call text)
RETURNS TABLE (result text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE regress_creditbank_%s', who);
	EXECUTE 'SELECT creditbank.' || call INTO result;
	RESET ROLE;
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS
		result = RETURNED_SQLSTATE,
		message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END
$$;
-- The steps that the state of a decision does not stand in the way of, each tried and undone.
CREATE FUNCTION pg_temp.possible(id bigint)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	step text;
	steps text[] := '{}';
BEGIN
	FOREACH step IN ARRAY ARRAY['appeal_decision', 'approve_decision', 'post_decision', 'reject_decision', 'reverse_decision',
		'submit_decision', 'take_decision', 'withdraw_decision']
	LOOP
		BEGIN
			EXECUTE format('SELECT creditbank.%s(%s%s)', step, id, CASE WHEN step IN ('appeal_decision', 'reject_decision', 'reverse_decision') THEN ', ''x''' END);
			RAISE EXCEPTION 'undo' USING ERRCODE = 'CB000';
		EXCEPTION WHEN OTHERS THEN
			IF SQLSTATE <> creditbank.sqlstate('wrong_state') THEN
				steps := steps || step;
			END IF;
		END;
	END LOOP;
	RETURN array_to_string(steps, ', ');
END
$$;
CREATE TEMP VIEW finding AS
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger()
UNION ALL
SELECT class, account, seq, expected, found FROM creditbank.verify_archive()
UNION ALL
SELECT 'replay', account, NULL, stored, derived FROM creditbank.replay();
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15', amount => '10 hr', grade => '92');
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '50 hr', attendance => 96);
SELECT creditbank.deposit(:'courier', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01', level => 4);
SELECT creditbank.recognise(:'courier', achievement) FROM creditbank.lifelong_file(:'courier');
\o
\set ECHO all

-- What is permitted, and that the grants say the same.
SELECT * FROM creditbank.decision_transition ORDER BY in_ledger, from_state, step;
SELECT t.step, r.name
FROM (SELECT DISTINCT step, who FROM creditbank.decision_transition WHERE who <> '{}') AS t
JOIN pg_proc AS p ON p.pronamespace = 'creditbank'::regnamespace AND p.proname = t.step
CROSS JOIN unnest(ARRAY['admin', 'registrar', 'assessor', 'auditor', 'analyst', 'verifier']) AS r (name)
WHERE has_function_privilege('creditbank_' || r.name, p.oid, 'EXECUTE') <> (r.name = ANY (t.who));

-- A draft posts nothing and uses nothing up.
SELECT count(*) AS entries_before FROM creditbank.ledger_entry \gset
SET LOCAL ROLE regress_creditbank_registrar;
SELECT decision_id, state, line, rule, sources_used, source_amounts, source_grades, target, granted, grade, mark, leftover, needs_assessor, proven, reason
FROM creditbank.propose_conversion(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-01');
SELECT decision_id, account, programme, state, in_ledger, as_of, allocation, completion, rules_name, rules_version, length(rules_digest) AS digest,
	credits, points, hours, ects, cats, decided_at = now() AS decided_now, decided_by
FROM creditbank.decisions;
SELECT line, rule, sources, source_amounts, source_grades, target, amount, unit, leftover, leftover_unit, leftover_kept, dated, tags
FROM creditbank.decision_lines ORDER BY line;
RESET ROLE;
SELECT count(*) - :entries_before AS entries, creditbank.history_document(1, 'OUC-LOGISTICS') AS history FROM creditbank.ledger_entry;
SELECT pg_temp.possible(1);

-- Handed in, taken, approved and posted: by two people.
SELECT * FROM pg_temp.by('first', 'submit_decision(1)');
SELECT * FROM pg_temp.by('second', 'submit_decision(1)');
SELECT pg_temp.possible(1);
SELECT * FROM pg_temp.by('first', 'approve_decision(1)');
SELECT * FROM pg_temp.by('second', 'take_decision(1)');
SELECT * FROM pg_temp.by('first', 'take_decision(1)');
SELECT pg_temp.possible(1);
SELECT * FROM pg_temp.by('second', 'approve_decision(1)');
SELECT * FROM pg_temp.by('second', 'reject_decision(1, ''no'')');
SELECT * FROM pg_temp.by('first', 'approve_decision(1, ''documents seen'')');
SELECT pg_temp.possible(1);
SELECT count(*) - :entries_before AS entries FROM creditbank.ledger_entry;
SELECT * FROM pg_temp.by('first', 'post_decision(1)');
SELECT * FROM pg_temp.by('registrar', 'post_decision(1)');
SELECT pg_temp.possible(1);
SELECT * FROM pg_temp.by('registrar', 'post_decision(1)');
SELECT seq, kind, ref, amount, unit, actor FROM creditbank.ledger WHERE seq > 7 ORDER BY seq;
SELECT first_seq, last_seq, in_ledger FROM creditbank.decision;
SELECT number, step, from_state, to_state, taken_by, note FROM creditbank.decision_step ORDER BY number;
SELECT bool_and(taken_at >= before) AS in_time FROM (SELECT taken_at, lag(taken_at) OVER (ORDER BY number) AS before FROM creditbank.decision_step) AS s;
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT * FROM finding;

-- Appealed once it is posted: judged by others than before; it stands in the ledger meanwhile.
SELECT * FROM pg_temp.by('registrar', 'appeal_decision(1, NULL)');
SELECT * FROM pg_temp.by('registrar', 'appeal_decision(1, ''the training was 60 hours'')');
SELECT pg_temp.possible(1);
SELECT jsonb_array_length(creditbank.history_document(1, 'OUC-LOGISTICS')) AS lines;
SELECT * FROM pg_temp.by('first', 'take_decision(1)');
SELECT * FROM pg_temp.by('registrar', 'withdraw_decision(1, ''paid no fee'')');
SELECT * FROM pg_temp.by('registrar', 'appeal_decision(1, ''the training was 60 hours'')');
-- The second submitted it.
SELECT * FROM pg_temp.by('second', 'take_decision(1)');
CREATE ROLE regress_creditbank_third IN ROLE creditbank_assessor;
SELECT * FROM pg_temp.by('third', 'take_decision(1)');
SELECT pg_temp.possible(1);
SELECT * FROM pg_temp.by('first', 'approve_decision(1)');
SELECT * FROM pg_temp.by('third', 'approve_decision(1)');
SELECT state, in_ledger, first_seq, last_seq FROM creditbank.decision;
SELECT * FROM finding;
-- Once more, and now it is found wrong: taken back, and ready to be converted anew.
SELECT * FROM pg_temp.by('registrar', 'appeal_decision(1, ''still'')');
SELECT * FROM pg_temp.by('third', 'take_decision(1)');
CREATE ROLE regress_creditbank_fourth IN ROLE creditbank_assessor;
SELECT * FROM pg_temp.by('fourth', 'take_decision(1)');
SELECT * FROM pg_temp.by('fourth', 'reject_decision(1, ''  '')');
SELECT * FROM pg_temp.by('third', 'reject_decision(1, ''60 hours it was'')');
SELECT * FROM pg_temp.by('fourth', 'reject_decision(1, ''60 hours it was'')');
SELECT pg_temp.possible(1);
SELECT * FROM pg_temp.by('registrar', 'reverse_decision(1, ''x'')');
SELECT seq, kind, reverses, e.ref, e.amount, e.detail FROM creditbank.ledger_entry AS e WHERE e.reverses IS NOT NULL ORDER BY seq;
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT achievement, state, remaining, used_for FROM creditbank.lifelong_file(:'courier');
SELECT count(*) AS consumed FROM creditbank.consumption;
SELECT creditbank.history_document(1, 'OUC-LOGISTICS') AS history;
SELECT * FROM finding;
SELECT state, count(*) AS lines, sum(amount) AS amount FROM creditbank.convert(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-02') GROUP BY state;
SELECT step, from_state, to_state FROM creditbank.decision_step WHERE decision_id = 2 ORDER BY number;
SELECT * FROM finding;
ROLLBACK;

-- Rules that were closed for its day decide it no longer.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE ROLE regress_creditbank_assessor IN ROLE creditbank_assessor;
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('CLOSED', 'OUC', 'Rules closed', 80);
SELECT creditbank.publish_rules($$rule_set 'wrong' version 1 programme 'CLOSED' rule 'award' when any award/* grant 2 cr$$);
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01');
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
SELECT creditbank.propose_conversion(:'learner', 'CLOSED', as_of => '2024-10-01');
SELECT creditbank.submit_decision(1);
SET LOCAL ROLE regress_creditbank_assessor;
SELECT creditbank.take_decision(1), creditbank.approve_decision(1);
RESET ROLE;
\o
\set ECHO all
SELECT in_force FROM creditbank.withdraw_rules('wrong', 1, '2024-10-01');
SAVEPOINT last_day;
SELECT creditbank.post_decision(1);
ROLLBACK TO last_day;
SELECT in_force FROM creditbank.withdraw_rules('wrong', 1, '2024-09-30');
SELECT * FROM pg_temp.error_of('SELECT creditbank.post_decision(1)');
ROLLBACK;

-- Rejected, appealed, withdrawn.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE FUNCTION pg_temp.at(id bigint) RETURNS text LANGUAGE sql AS $$
	SELECT d.state FROM creditbank.decision AS d WHERE d.decision_id = id
$$;
CREATE ROLE regress_creditbank_first IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_second IN ROLE creditbank_assessor;
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15');
SELECT creditbank.recognise(:'courier', 'cert/CN-POST/EXP-OPERATOR#1');
SELECT creditbank.propose_conversion(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-01') FROM generate_series(1, 4);
\o
\set ECHO all
SELECT creditbank.withdraw_decision(1);
SELECT * FROM pg_temp.error_of('SELECT creditbank.submit_decision(1)');
SELECT creditbank.submit_decision(2), creditbank.withdraw_decision(2, 'the learner changed their mind');
SELECT creditbank.submit_decision(3);
SET LOCAL ROLE regress_creditbank_first;
SELECT creditbank.take_decision(3), creditbank.reject_decision(3, 'the certificate is another person''s');
RESET ROLE;
SELECT creditbank.appeal_decision(3, 'it is mine'), creditbank.withdraw_decision(3), creditbank.appeal_decision(3, 'it is mine indeed');
SELECT * FROM pg_temp.error_of('SET LOCAL ROLE regress_creditbank_first; SELECT creditbank.take_decision(3)');
SET LOCAL ROLE regress_creditbank_second;
SELECT creditbank.take_decision(3), creditbank.approve_decision(3);
RESET ROLE;
SELECT creditbank.post_decision(3);
SELECT count(*) AS steps, string_agg(to_state, ' ' ORDER BY number) AS states FROM creditbank.decision_step WHERE decision_id = 3;
-- From review and from approval, too.
SELECT creditbank.submit_decision(4);
SET LOCAL ROLE regress_creditbank_first;
SELECT creditbank.take_decision(4);
RESET ROLE;
SAVEPOINT in_review;
SELECT creditbank.withdraw_decision(4);
ROLLBACK TO in_review;
SET LOCAL ROLE regress_creditbank_first;
SELECT creditbank.approve_decision(4);
RESET ROLE;
-- Approved before, but the certificate was used up meanwhile.
SELECT * FROM pg_temp.error_of_today('SELECT creditbank.post_decision(4)');
SELECT state FROM creditbank.decision WHERE decision_id = 4;
SELECT creditbank.withdraw_decision(4);

-- Bad arguments.
SELECT f.call, e.*
FROM (VALUES
	('submit_decision(NULL)'), ('take_decision(99)'), ('approve_decision(99)'), ('reject_decision(99, ''x'')'), ('withdraw_decision(99)'),
	('appeal_decision(99, ''x'')'), ('post_decision(99)'), ('reverse_decision(99, ''x'')'), ('explain_decision(99)'), ('explain_decision(NULL)'),
	('reverse_decision(3, NULL)'), ('reject_decision(3, E''a\nb'')'), ('approve_decision(3, repeat(''x'', 1001))'),
	('explain_decision(3, ''klingon'')')) AS f (call)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || f.call) AS e;

-- Explained from what was decided upon, though the achievement is used up by now.
SELECT rule, parameter, required, found, passed FROM creditbank.explain_decision(3) WHERE parameter IN ('level', 'age', 'within', 'state');
SELECT l.asked, (
		SELECT count(*) > 0 AND jsonb_agg(to_jsonb(x)) = (
			SELECT jsonb_agg(to_jsonb(e))
			FROM creditbank.explain(b.rules, d.inputs::jsonb -> 'portfolio', d.inputs::jsonb -> 'programme',
				d.inputs::jsonb -> 'history', d.as_of, d.allocation, l.language) AS e)
		FROM creditbank.explain_decision(d.decision_id, l.asked) AS x) AS as_explained
FROM (VALUES ('en', NULL), ('en', 'en'), ('zh', 'zh'), ('zh', 'zh_CN.UTF-8')) AS l (language, asked)
CROSS JOIN creditbank.decision AS d
JOIN creditbank.rule_book AS b ON b.rule_book_id = d.rule_book_id
WHERE d.decision_id = 3;

-- A decision changes by its steps and in no other way.
SELECT s.statement, e.*
FROM (VALUES
	('UPDATE creditbank.decision SET state = ''approved'' WHERE decision_id = 3'),
	('UPDATE creditbank.decision SET state = ''reversed'' WHERE decision_id = 3'),
	('UPDATE creditbank.decision SET inputs = ''{}'' WHERE decision_id = 3'),
	('UPDATE creditbank.decision SET first_seq = 1 WHERE decision_id = 3'),
	('DELETE FROM creditbank.decision'),
	('TRUNCATE creditbank.decision_step'),
	('UPDATE creditbank.decision_line SET granted = ''9 cr'''),
	('DELETE FROM creditbank.decision_step'),
	('UPDATE creditbank.decision_transition SET to_state = ''posted''')) AS s (statement)
CROSS JOIN LATERAL pg_temp.error_of(s.statement) AS e;
-- Written down, but not permitted; permitted, but changing more than the state.
INSERT INTO creditbank.decision_step VALUES (3, 99, 'x', 'posted', 'draft', now(), 'x', NULL);
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.decision SET state = ''draft'' WHERE decision_id = 3');
INSERT INTO creditbank.decision_step VALUES (3, 100, 'reverse_decision', 'posted', 'reversed', now(), 'x', NULL);
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.decision SET state = ''reversed'', programme = ''AHOU-MECHATRONICS'' WHERE decision_id = 3');
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.decision SET state = ''reversed'', last_seq = 99 WHERE decision_id = 3');
UPDATE creditbank.decision SET state = 'reversed' WHERE decision_id = 3;
SELECT class, expected, found FROM creditbank.verify_archive() WHERE seq IS NULL OR expected LIKE 'decision%';
ROLLBACK;

-- Caps hold after every posting, whatever was approved.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('SMALL', 'OUC', 'Six credits', 6);
SELECT creditbank.publish_rules($$
	rule_set 'small' version 1
	programme 'SMALL'
	cap total 5 cr
	cap award 3 cr
	rule 'award' when any award/* grant 2 cr
	rule 'hours' when any training/* grant 1 cr per 16 hr, leftover keep
$$);
CREATE ROLE regress_creditbank_assessor IN ROLE creditbank_assessor;
CREATE FUNCTION pg_temp.review(id bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM creditbank.submit_decision(id);
	SET LOCAL ROLE regress_creditbank_assessor;
	PERFORM creditbank.take_decision(id);
	PERFORM creditbank.approve_decision(id);
	RESET ROLE;
	RETURN creditbank.post_decision(id);
END
$$;
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'learner', 'award/CN-UNION/SORTING-CONTEST#' || n, '2024-05-01') FROM generate_series(1, 2) AS n;
SELECT creditbank.deposit(:'learner', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '50 hr');
SELECT creditbank.recognise(:'learner', achievement) FROM creditbank.lifelong_file(:'learner');
SELECT creditbank.propose_conversion(:'learner', 'SMALL', ARRAY['award/CN-UNION/SORTING-CONTEST#' || n], '2024-10-01') FROM generate_series(1, 2) AS n;
SELECT creditbank.propose_conversion(:'learner', 'SMALL', ARRAY['training/SH-TRAIN/COLD-CHAIN#1'], '2024-10-01');
\o
\set ECHO all
SELECT pg_temp.review(1);
SELECT * FROM pg_temp.error_of('SELECT pg_temp.review(2)');
SELECT pg_temp.review(3);
SELECT achievement, state, remaining FROM creditbank.lifelong_file(:'learner') WHERE class = 'training';
-- What it left over is used by another conversion; so it cannot be taken back alone.
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('REST', 'OUC', 'Takes the rest', 6);
SELECT name FROM creditbank.publish_rules('rule_set ''rest'' version 1 programme ''REST'' rule ''rest'' when any training/* grant 1 cr per 2 hr');
SELECT decision_id, state, granted FROM creditbank.convert(:'learner', 'REST', ARRAY['training/SH-TRAIN/COLD-CHAIN#1'], '2024-10-01');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_decision(3, ''posted twice'')');
SELECT unit, balance FROM creditbank.balance(:'learner');
-- What used nothing of it stays.
SELECT creditbank.reverse_decision(1, 'posted for somebody else');
SELECT decision_id, state, credits FROM creditbank.decisions ORDER BY decision_id;
SELECT pg_temp.review(2);
SELECT creditbank.reverse_decision(decision_id, 'in order') FROM (VALUES (4), (3)) AS d (decision_id);
SELECT achievement, state, remaining, used_for FROM creditbank.lifelong_file(:'learner');
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger() UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_archive()
UNION ALL SELECT class, account, seq, expected, found FROM creditbank.verify_account(:'learner');
SELECT * FROM creditbank.replay();

-- Whoever changes a state, a step, the entries or what was released is found.
CREATE FUNCTION pg_temp.after_doing(statement text)
RETURNS TABLE (class text, seq bigint, expected text, found text)
LANGUAGE plpgsql AS $$
DECLARE
	findings jsonb;
BEGIN
	BEGIN
		ALTER TABLE creditbank.decision DISABLE TRIGGER USER;
		ALTER TABLE creditbank.decision_step DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT coalesce(jsonb_agg(to_jsonb(v)), '[]') INTO findings FROM creditbank.verify_archive() AS v;
		IF findings <> (SELECT coalesce(jsonb_agg(to_jsonb(v)), '[]') FROM creditbank.verify_account('00000000000195') AS v) THEN
			RAISE EXCEPTION 'one account is not verified like all';
		END IF;
		RAISE EXCEPTION 'undo' USING ERRCODE = 'CB000';
	EXCEPTION WHEN SQLSTATE 'CB000' THEN
		NULL;
	END;
	RETURN QUERY
	SELECT f.class, f.seq, left(f.expected, 60), left(f.found, 60) FROM jsonb_to_recordset(findings) AS f (class text, seq bigint, expected text, found text);
END
$$;
SELECT * FROM pg_temp.after_doing('SELECT 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET state = ''posted'' WHERE decision_id = 3');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET state = ''approved'', first_seq = NULL, last_seq = NULL WHERE decision_id = 2');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET last_seq = last_seq - 1 WHERE decision_id = 2');
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.decision_step WHERE decision_id = 2 AND number = 3');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision_step SET step = ''convert'' WHERE decision_id = 2 AND number = 3');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision_step SET taken_by = ''mallory'' WHERE decision_id = 2 AND to_state = ''approved''');
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.decision_step WHERE decision_id = 2');
SELECT * FROM pg_temp.after_doing('INSERT INTO creditbank.consumption SELECT 3, ''credit'', ''SMALL'', current_date, first_seq, NULL FROM creditbank.decision WHERE decision_id = 3');
SELECT * FROM pg_temp.after_doing('SELECT creditbank.reverse_entry(1, last_seq, current_date, NULL) FROM creditbank.decision WHERE decision_id = 2');
ROLLBACK;
