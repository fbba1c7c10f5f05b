-- story.sql: the story that make demo tells, step by step. Each step that must
-- hold is checked; a story that goes wrong ends with an error.

\set ECHO none
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.must_hold(held boolean)
RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	IF held IS NOT TRUE THEN
		RAISE EXCEPTION 'the story went wrong here';
	END IF;
	RETURN 'as it should be';
END
$$;
\set ECHO queries
\echo
\echo '== 1. A DBA installs the extension and opens the bank (两条命令开行)'
CREATE EXTENSION creditbank;
CALL creditbank.create_bank(origin => 'demo.creditbank.example/courier');

\echo
\echo '== 2. The registry is filled: institutions, catalogue, programmes, published rules'
\set ECHO none
\i test/demo/registry.sql
\set ECHO queries
SELECT code, title, credits
FROM creditbank.programme
ORDER BY code;
\echo 'The rules that the courier meets, as they were published:'
\pset format unaligned
\pset tuples_only on
SELECT rules
FROM creditbank.rule_book
WHERE name = 'ouc-logistics';
\pset format aligned
\pset tuples_only off

\echo
\echo '== 3. A courier opens a lifelong account (终身学习账户)'
SET ROLE creditbank_registrar;
SELECT account, seq
FROM creditbank.open_account('王建国');

\echo
\echo '== 4. He deposits (存入) a qualification, 48 hours of training and a contest award'
SELECT achievement, state, seq
FROM creditbank.deposit('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123', awarded_on => '2023-06-15', level => 3);
SELECT achievement, state, seq
FROM creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#T-0815', awarded_on => '2024-03-20', amount => '48 hr', attendance => 96);
SELECT achievement, state, seq
FROM creditbank.deposit('00000000000195', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', awarded_on => '2024-05-01', level => 3, rank => '2');

\echo
\echo '== 5. An assessor recognises them (认定)'
SET ROLE creditbank_assessor;
SELECT r.achievement, r.state, r.recognised
FROM (VALUES
	('cert/CN-POST/EXP-OPERATOR#2023-000123'),
	('training/SH-TRAIN/COLD-CHAIN#T-0815'),
	('award/CN-UNION/SORTING-CONTEST#2024-P-17')) AS d (ref)
CROSS JOIN LATERAL creditbank.recognise('00000000000195', d.ref, note => 'documents seen') AS r;

\echo
\echo '== 6. What would count towards the logistics programme? A dry run writes nothing'
SET ROLE creditbank_registrar;
SELECT line, rule, target, granted, reason
FROM creditbank.convert('00000000000195', 'OUC-LOGISTICS', dry_run => true);
\echo 'And why? Each rule explains itself'
SELECT rule, source, parameter, required, found, missing, passed
FROM creditbank.explain_conversion('00000000000195', 'OUC-LOGISTICS')
WHERE NOT passed OR rule = 'postal-express-operator';

\echo
\echo '== 7. The certificate is converted (转换): 3 courses exempted (免修), 8 credits'
SELECT line, target, granted, mark
FROM creditbank.convert('00000000000195', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123']);
SELECT unit, balance
FROM creditbank.balance('00000000000195');

\echo
\echo '== 8. The same certificate a second time is refused, with an error of its own'
\set ON_ERROR_STOP off
SELECT line, target, granted
FROM creditbank.convert('00000000000195', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123']);
\set ON_ERROR_STOP on
SELECT condition, sqlstate
FROM creditbank.error_conditions()
WHERE sqlstate = :'LAST_ERROR_SQLSTATE';
\set ECHO none
\o /dev/null
SELECT pg_temp.must_hold(:'LAST_ERROR_SQLSTATE' = creditbank.sqlstate('already_consumed'));
\o
\set ECHO queries

\echo
\echo '== 9. His lifelong file (终身学习档案) and his ledger entries'
SELECT item, achievement, title, state, amount, used_for
FROM creditbank.lifelong_file('00000000000195');
RESET ROLE;
SELECT seq, kind, ref, amount, unit, left(entry_hash, 12) AS hash
FROM creditbank.ledger
WHERE account = '00000000000195'
ORDER BY seq;

\echo
\echo '== 10. An industrial worker: a technical project, two patents, an apprentice, a training'
SET ROLE creditbank_registrar;
SELECT account, seq
FROM creditbank.open_account('李秀英');
SELECT d.achievement, d.state
FROM (VALUES
	('project/AH-STEEL/ROLLING-LINE#2024-3', '2024-06-30', '72 hr', NULL),
	('patent/CNIPA/UTILITY-MODEL#ZL-2023-2-0456', '2023-11-08', NULL, NULL),
	('patent/CNIPA/UTILITY-MODEL#ZL-2024-2-0101', '2024-02-19', NULL, NULL),
	('mentoring/AH-STEEL/APPRENTICE#ZHAO', '2024-08-01', NULL, NULL),
	('training/SH-TRAIN/COLD-CHAIN#T-0901', '2024-09-10', '40 hr', 92)) AS v (ref, awarded_on, amount, attendance)
CROSS JOIN LATERAL creditbank.deposit('00000000000292', v.ref, awarded_on => v.awarded_on::date, amount => v.amount, attendance => v.attendance) AS d;
SET ROLE creditbank_assessor;
SELECT count(*) AS recognised
FROM creditbank.lifelong_file('00000000000292') AS f
CROSS JOIN LATERAL creditbank.recognise('00000000000292', f.achievement) AS r;
SET ROLE creditbank_registrar;
SELECT line, rule, sources_used, target, granted, reason
FROM creditbank.convert('00000000000292', 'AHOU-MECHATRONICS');

\echo
\echo '== 11. An auditor verifies the ledger (验证): no rows, nothing found'
SET ROLE creditbank_auditor;
SELECT *
FROM creditbank.verify_ledger()
UNION ALL
SELECT *
FROM creditbank.verify_archive();
\set ECHO none
\o /dev/null
SELECT pg_temp.must_hold(:ROW_COUNT = 0);
\o
\set ECHO queries
RESET ROLE;

\echo
\echo '== 12. Not even a superuser changes an entry in passing ...'
\set ON_ERROR_STOP off
UPDATE creditbank.ledger_entry
SET amount = '30 cr'
WHERE creditbank.account_number(account_id) = '00000000000195' AND seq = 9;
\set ON_ERROR_STOP on
\echo '... but one who takes the guard away can'
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
UPDATE creditbank.ledger_entry
SET amount = '30 cr'
WHERE creditbank.account_number(account_id) = '00000000000195' AND seq = 9;
ALTER TABLE creditbank.ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_never_changes;
ALTER TABLE creditbank.ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_never_emptied;

\echo
\echo '== 13. Verification names the account, the entry and the kind of break'
SET ROLE creditbank_auditor;
SELECT account, class, seq, entry_id, meaning
FROM creditbank.verify_ledger();
\set ECHO none
\o /dev/null
SELECT pg_temp.must_hold(string_agg(class || ' ' || seq, ', ' ORDER BY class) = 'altered_entry 9, differing_balance 11')
FROM creditbank.verify_account('00000000000195');
\o
\set ECHO queries
RESET ROLE;
