-- archive: deposits and recognition, their states and their entries.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS other FROM creditbank.open_account('李秀英', '2023-01-01') \gset
\o
\set ECHO all

-- Title and level come from the catalogue; the reference becomes canonical.
SELECT achievement_id, achievement, state, seq FROM creditbank.deposit(:'courier', 'Cert/cn-post/exp-operator#2023-000123', '2023-06-15');
SELECT achievement_id, achievement, state, seq
FROM creditbank.deposit(account => :'courier', ref => 'training/SH-TRAIN/COLD-CHAIN#T-0815', awarded_on => '2024-03-20',
	title => 'Cold chain', amount => '48 hr', attendance => 96.5, grade => '88', expires_on => '2030-01-01', rank => '2',
	tags => '{online,national}', evidence => creditbank.digest('scan'));
SELECT achievement_id, seq FROM creditbank.deposit(:'courier', 'course/OUC/MATH', '2022-01-10', title => 'Mathematics', amount => '3', grade => 'B');
SELECT seq, kind, ref, amount, unit, detail::jsonb - 'evidence' AS detail FROM creditbank.ledger WHERE account = :'courier' ORDER BY seq OFFSET 1;
-- A claim has no value.
SELECT * FROM creditbank.balance(:'courier');

-- Recognised as claimed, recognised with another amount and level, declined.
SELECT achievement_id, achievement, state, recognised, seq FROM creditbank.recognise(:'courier', 'cert/CN-POST/EXP-OPERATOR#2023-000123', level => 4, note => 'level as on the card');
SELECT achievement_id, state, recognised, seq FROM creditbank.recognise(:'courier', 'training/SH-TRAIN/COLD-CHAIN#T-0815', amount => '40 hr');
SELECT achievement_id, state, recognised, seq FROM creditbank.recognise(:'courier', 'course/OUC/MATH', 'declined', note => 'no evidence');
SELECT seq, kind, ref, amount, unit, detail::jsonb ->> 'note' AS note, detail::jsonb -> 'achievement' -> 'claimed_amount' AS claimed
FROM creditbank.ledger WHERE account = :'courier' ORDER BY seq OFFSET 4;
SELECT unit, balance, amount FROM creditbank.balance(:'courier');
SELECT unit, balance FROM creditbank.balance(:'courier', as_of => '2023-01-01');
SELECT item, class, achievement, title, state, amount, number, unit, remaining, level, grade, awarded_on, expires_on, used_for, mark FROM creditbank.lifelong_file(:'courier');
-- What was declined may be brought again.
SELECT achievement_id, state, seq FROM creditbank.deposit(:'courier', 'course/OUC/MATH', '2022-01-10', title => 'Mathematics', amount => '3 cr');
SELECT state, recognised FROM creditbank.recognise(:'courier', 'course/OUC/MATH');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT count(*) AS findings FROM creditbank.verify_account(:'courier');
-- No setting of the session changes what is found.
SET LOCAL bytea_output = escape;
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL TimeZone = 'Pacific/Chatham';
SELECT count(*) AS findings_under_other_settings FROM creditbank.verify_account(:'courier');
RESET bytea_output;
RESET DateStyle;
RESET TimeZone;

-- Duplicates: in this account, and of a serial in another's.
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.deposit(%L, 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15') $$, :'courier'));
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.deposit(%L, 'CERT/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15') $$, :'other'));
SELECT state FROM creditbank.deposit(:'other', 'course/OUC/MATH', '2022-01-10', title => 'Mathematics');

-- Bad input: each refused by itself, with nothing written.
SELECT count(*) AS entries_before FROM creditbank.ledger_entry \gset
SELECT f.arguments, e.*
FROM (VALUES
	($$'123', 'course/OUC/X', '2024-01-01', 'X'$$),
	($$NULL, 'course/OUC/X', '2024-01-01', 'X'$$),
	($$'00000000000292', 'course:OUC:X', '2024-01-01', 'X'$$),
	($$'00000000000292', NULL, '2024-01-01', 'X'$$),
	($$'00000000000292', 'course/NOWHERE/X', '2024-01-01', 'X'$$),
	($$'00000000000292', 'course/OUC/X', '1800-01-01', 'X'$$),
	($$'00000000000292', 'course/OUC/X', NULL, 'X'$$),
	($$'00000000000292', 'course/OUC/X', 'infinity', 'X'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', ' '$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', tags => '{""}'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', '-3 cr'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', '0 hr'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', '3 kg'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', '99999999999999999 cr'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', '0.00001 cr'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', repeat('X', 501)$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', E'two\nlines'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', evidence => '\x00'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', level => 11$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', attendance => 100.5$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', attendance => 'NaN'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', attendance => 79.996$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', expires_on => '2023-12-31'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', expires_on => '10000-01-01'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', expires_on => 'infinity'$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', tags => ARRAY['online', NULL]$$),
	($$'00000000000292', 'course/OUC/X', '2024-01-01', 'X', tags => '{{online},{national}}'$$)) AS f (arguments)
CROSS JOIN LATERAL pg_temp.error_of_today('SELECT creditbank.deposit(' || f.arguments || ')') AS e;
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SELECT creditbank.deposit('00000000000292', 'course/OUC/X', current_date + 1, 'X') $$);
UPDATE creditbank.institution SET valid = '[2020-01-01,2024-01-01)' WHERE code = 'SH-TRAIN';
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.deposit('00000000000292', 'training/SH-TRAIN/X', '2024-01-01', 'X') $$);
SELECT f.arguments, e.*
FROM (VALUES
	($$'00000000000292', 'course/OUC/NONE'$$),
	($$'00000000000292', NULL$$),
	($$'00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123'$$),
	($$'00000000000292', 'course/OUC/MATH', 'maybe'$$),
	($$'00000000000292', 'course/OUC/MATH', NULL$$),
	($$'00000000000292', 'course/OUC/MATH', 'declined', '3 cr'$$),
	($$'00000000000292', 'course/OUC/MATH', amount => '-1'$$),
	($$'00000000000292', 'course/OUC/MATH', overlap => 100.1$$),
	($$'00000000000292', 'course/OUC/MATH', overlap => 79.996$$),
	($$'00000000000292', 'course/OUC/MATH', level => 0$$)) AS f (arguments)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.recognise(' || f.arguments || ')') AS e;
SELECT count(*) = :entries_before AS nothing_written FROM creditbank.ledger_entry;
-- An overflowing balance is refused, and the recognition with it.
SELECT state FROM creditbank.deposit(:'other', 'project/AH-STEEL/BIG#1', '2024-01-01', 'Big', '57646075230342 cr');
SELECT state FROM creditbank.deposit(:'other', 'project/AH-STEEL/BIG#2', '2024-01-01', 'Big', '1 cr');
SELECT state FROM creditbank.recognise(:'other', 'project/AH-STEEL/BIG#1');
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.recognise('00000000000292', 'project/AH-STEEL/BIG#2') $$);
SELECT state FROM creditbank.lifelong_file(:'other') WHERE achievement = 'project/AH-STEEL/BIG#2';
ROLLBACK;
