-- courier.sql: the courier (快递员). One certificate exempts him from three courses,
-- once. His account is the first of the bank, 00000000000195.

\echo
\echo '== 3. A courier opens a lifelong account (终身学习账户)'
SET ROLE creditbank_registrar;
SELECT account, seq
FROM creditbank.open_account('王建国', region => '310115', trainee_group => 'migrant_worker');

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
\echo '== 9. His lifelong file (终身学习档案)'
SELECT item, achievement, title, state, amount, used_for
FROM creditbank.lifelong_file('00000000000195');
RESET ROLE;
