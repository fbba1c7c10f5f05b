-- replay: every posted decision follows again from what it was decided upon;
-- whatever was changed behind the bank's back is a row.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15');
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '50 hr', attendance => 96);
SELECT creditbank.deposit(:'courier', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01', level => 3);
SELECT creditbank.recognise(:'courier', achievement) FROM creditbank.lifelong_file(:'courier');
SELECT creditbank.convert(:'courier', 'OUC-LOGISTICS', ARRAY['cert/CN-POST/EXP-OPERATOR#1'], '2024-10-01');
SELECT creditbank.convert(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-02');
SELECT creditbank.reverse_decision(1, 'posted twice');
SELECT creditbank.propose_conversion(:'courier', 'OUC-LOGISTICS', ARRAY['cert/CN-POST/EXP-OPERATOR#1'], '2024-10-03');
-- What replay finds after a statement done behind the bank's back; the statement is undone again.
CREATE FUNCTION pg_temp.after_doing(statement text, as_of date DEFAULT NULL)
RETURNS TABLE (decision_id bigint, account text, programme text, line integer, difference text, stored text, derived text)
LANGUAGE plpgsql AS $$
DECLARE
	findings jsonb;
BEGIN
	BEGIN
		ALTER TABLE creditbank.decision DISABLE TRIGGER USER;
		ALTER TABLE creditbank.decision_line DISABLE TRIGGER USER;
		ALTER TABLE creditbank.rule_book DISABLE TRIGGER USER;
		ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT coalesce(jsonb_agg(to_jsonb(v)), '[]') INTO findings FROM creditbank.replay(after_doing.as_of) AS v;
		RAISE EXCEPTION 'undo' USING ERRCODE = 'CB000';
	EXCEPTION WHEN SQLSTATE 'CB000' THEN
		NULL;
	END;
	RETURN QUERY
	SELECT f.decision_id, f.account, f.programme, f.line, f.difference,
		CASE WHEN f.difference ~ '^(inputs|rules)' THEN left(f.stored, 8) ELSE f.stored END,
		CASE WHEN f.difference ~ '^(inputs|rules)' THEN left(f.derived, 8) ELSE f.derived END
	FROM jsonb_to_recordset(findings) AS f (decision_id bigint, account text, programme text, line integer, difference text, stored text, derived text);
END
$$;
\o
\set ECHO all
SELECT decision_id, state, in_ledger FROM creditbank.decisions ORDER BY decision_id;
SELECT * FROM creditbank.replay();

-- Each column of a line that says anything.
SELECT s.change, f.decision_id, f.line, f.difference, f.stored, f.derived
FROM (VALUES
	('rule = ''other'''), ('sources = ''{}'''), ('source_amounts = ''{"60 hr"}'''), ('source_grades = ''{A}'''), ('target = ''course/OUC/LOG-201'''),
	('granted = ''4 cr'''), ('granted = NULL'), ('value = 3.125001'), ('before_caps = ''4 cr'''), ('grade = ''A'''), ('mark = ''exempt'''),
	('leftover = ''3 hr'''), ('leftover_kept = true'), ('dated = ''2024-03-21'''), ('tags = ''{online}'''), ('needs_assessor = true'),
	('proven = true'), ('reason = ''none''')) AS s (change)
CROSS JOIN LATERAL pg_temp.after_doing(format('UPDATE creditbank.decision_line SET %s WHERE decision_id = 2 AND line = 1', s.change)) AS f;
-- A line gone, and one put in.
SELECT decision_id, line, difference, stored, derived ->> 'granted' AS derived
FROM (SELECT f.decision_id, f.line, f.difference, f.stored, f.derived::jsonb FROM pg_temp.after_doing('DELETE FROM creditbank.decision_line WHERE decision_id = 2 AND line = 1') AS f) AS g;
SELECT decision_id, line, difference, stored ->> 'granted' AS stored, derived
FROM (SELECT f.decision_id, f.line, f.difference, f.stored::jsonb, f.derived FROM pg_temp.after_doing($$
	INSERT INTO creditbank.decision_line SELECT 2, 9, rule, sources, source_amounts, source_grades, target, '9 cr', value, before_caps,
		grade, mark, leftover, leftover_kept, dated, tags, needs_assessor, proven, reason
	FROM creditbank.decision_line WHERE decision_id = 1 AND line = 1 $$) AS f) AS g;
-- The day, the allocation, the programme, the inputs and their digest; what was reversed is looked at, too.
SELECT s.change, f.decision_id, f.line, f.difference, length(f.stored) > 0 AS stored, length(f.derived) > 0 AS derived
FROM (VALUES
	('as_of = ''2033-01-01'''), ('allocation = ''nonsense'''), ('programme = ''AHOU-MECHATRONICS'''), ('inputs = ''{'''), ('inputs = ''{}'''),
	('inputs = replace(inputs, ''"level": 3'', ''"level": 5'')'), ('inputs_digest = ''\x00'''),
	('rule_book_id = 2'), ('first_seq = first_seq - 1')) AS s (change)
CROSS JOIN LATERAL pg_temp.after_doing(format('UPDATE creditbank.decision SET %s WHERE decision_id = 1', s.change)) AS f
WHERE f.difference <> 'missing line' AND f.difference <> 'added line';
-- The rule book, and the entries.
SELECT decision_id, line, difference, stored, derived FROM pg_temp.after_doing('UPDATE creditbank.rule_book SET digest = ''\x00'' WHERE name = ''ouc-logistics''');
SELECT decision_id, line, difference FROM pg_temp.after_doing('UPDATE creditbank.rule_book SET rules = replace(rules::text, ''3 cr'', ''4 cr'')::creditbank.rule_set WHERE name = ''ouc-logistics''');
SELECT decision_id, line, difference, stored, derived FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET detail = replace(detail, ''2024-10-02'', ''2024-10-04'') WHERE kind = 6');
SELECT decision_id, line, difference, stored FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET detail = ''{'' WHERE account_id = 1 AND seq = (SELECT last_seq FROM creditbank.decision WHERE decision_id = 2)');
SELECT decision_id, line, difference, stored FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = (SELECT last_seq FROM creditbank.decision WHERE decision_id = 2)');
-- A draft is nobody's posting.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET inputs = ''{'' WHERE decision_id = 3');
-- What was posted up to a day: the posting's own, not the one decided for.
SELECT day.name, count(f.difference) AS differences
FROM (VALUES ('today', current_date), ('yesterday', current_date - 1)) AS day (name, day)
LEFT JOIN LATERAL pg_temp.after_doing('UPDATE creditbank.decision_line SET granted = ''9 cr'' WHERE decision_id = 2 AND line = 1', day.day) AS f ON true
GROUP BY day.name
ORDER BY day.name;
-- Ids far apart are no hindrance.
SET LOCAL creditbank.progress_interval = 0;
SELECT decision_id, line, difference, stored FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.decision_line DROP CONSTRAINT decision_line_decision_fkey;
	ALTER TABLE creditbank.decision_step DROP CONSTRAINT decision_step_decision_fkey;
	ALTER TABLE creditbank.decision ALTER COLUMN decision_id DROP IDENTITY;
	UPDATE creditbank.decision SET decision_id = 4002 WHERE decision_id = 2;
	UPDATE creditbank.decision_line SET decision_id = 4002, granted = '9 cr' WHERE decision_id = 2 $$)
WHERE difference !~ 'in entry';
ROLLBACK;
