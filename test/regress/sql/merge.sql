-- merge: persons with two accounts, found and merged.
BEGIN;
\set QUIET on
\i test/regress/open_bank.sql
\set ECHO none
\i test/regress/identity_key.sql
\set ECHO all
\pset null '(null)'
INSERT INTO creditbank.programme (code, institution, title, credits, purpose)
VALUES ('UNION-POINTS', 'CN-UNION', 'Learning points', 1, 'points');
SELECT name, version
FROM creditbank.publish_rules($$
rule_set 'union-points' version 1
programme 'UNION-POINTS'
effective 2020-01-01 ..
points expire after 10 years
rule 'training' when any training/* grant 1 pt per 2 hr
$$);
INSERT INTO creditbank.reward (code, institution, title, price, stock)
VALUES ('CUP', 'CN-UNION', 'A cup', '5 pt', 5);
INSERT INTO creditbank.recognition_route (class, body)
VALUES ('patent', 'CNIPA');
\set QUIET off

-- Three accounts of two persons.
SELECT account FROM creditbank.open_account('Wang Jianguo', '2024-01-01', birth_date => '1980-05-06', trainee_group => 'employed');
SELECT account FROM creditbank.open_account('WANG  Jianguo', '2024-02-01', trainee_group => 'migrant_worker', family_name => 'Wang', given_names => 'Jianguo');
SELECT account FROM creditbank.open_account('Wang Jianguo', '2024-03-01', birth_date => '1999-09-09');
SELECT creditbank.set_student_number('00000000000292', 'OUC', '2024001');
SELECT creditbank.enrol('00000000000292', 'OUC-LOGISTICS', '2024-02-01', cohort => '2026');
SELECT * FROM creditbank.possible_duplicates();
SELECT * FROM creditbank.possible_duplicates('00000000000389');

-- What the first account holds, and what the second does: one thing is in both.
DO $setup$
BEGIN
	PERFORM creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN', '2024-03-20', amount => '48 hr', attendance => 96);
	PERFORM creditbank.recognise('00000000000195', 'training/SH-TRAIN/COLD-CHAIN');
	PERFORM creditbank.deposit('00000000000292', 'training/SH-TRAIN/COLD-CHAIN', '2024-03-20', amount => '48 hr', attendance => 96);
	PERFORM creditbank.recognise('00000000000292', 'training/SH-TRAIN/COLD-CHAIN');
	PERFORM creditbank.deposit('00000000000292', 'training/SH-TRAIN/FORKLIFT', '2024-04-20', title => 'Forklift', amount => '40 hr', attendance => 90, evidence => sha256('a scan'));
	PERFORM creditbank.add_evidence('00000000000292', 'training/SH-TRAIN/FORKLIFT', sha256('a second scan'), 'Second page');
	PERFORM creditbank.recognise('00000000000292', 'training/SH-TRAIN/FORKLIFT', amount => '32 hr', level => 2);
	PERFORM creditbank.deposit('00000000000292', 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15');
	PERFORM creditbank.recognise('00000000000292', 'cert/CN-POST/EXP-OPERATOR#2023-000123');
	PERFORM creditbank.deposit('00000000000292', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01', rank => '2');
	PERFORM creditbank.recognise('00000000000292', 'award/CN-UNION/SORTING-CONTEST#1');
	PERFORM creditbank.freeze_achievement('00000000000292', 'award/CN-UNION/SORTING-CONTEST#1', 'under dispute');
	PERFORM creditbank.deposit('00000000000292', 'patent/CNIPA/UTILITY-MODEL#1', '2024-05-01');
	PERFORM creditbank.submit_achievement('00000000000292', 'patent/CNIPA/UTILITY-MODEL#1');
	PERFORM creditbank.deposit('00000000000292', 'mentoring/AH-STEEL/APPRENTICE#1', '2024-05-01');
	PERFORM creditbank.recognise('00000000000292', 'mentoring/AH-STEEL/APPRENTICE#1', 'declined');
END
$setup$;
SELECT target, granted FROM creditbank.convert('00000000000292', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123']);
SELECT granted FROM creditbank.convert('00000000000292', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/FORKLIFT']);
SELECT points, state FROM creditbank.redeem('00000000000292', 'CUP');
SAVEPOINT both_earned;

-- Two persons are not merged, nor an account into itself, nor without a reason.
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000195', '00000000000195', 'x') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000195', '00000000000292', ' ') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000195', '00000000000098', 'x') $$);
SELECT creditbank.identify_holder('00000000000195', 'E12345678', 'passport');
SELECT creditbank.identify_holder('00000000000292', 'E12345679', 'passport');
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000195', '00000000000292', 'one person') $$);
SELECT * FROM creditbank.possible_duplicates('00000000000195');
SELECT creditbank.freeze_account('00000000000195', 'a doubt') IS NOT NULL AS frozen;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000292', '00000000000195', 'one person') $$);
ROLLBACK TO both_earned;

-- The second goes into the first.
SELECT * FROM creditbank.merge_accounts('00000000000292', '00000000000195', 'same identity card shown at the counter');
SELECT seq, kind, amount, unit, ref, detail::jsonb - '{achievement}'::text[] AS detail
FROM creditbank.ledger
WHERE account = '00000000000292' AND seq > 22
ORDER BY seq;
SELECT seq, kind, amount, unit, ref, detail::jsonb - '{achievement,digest,added_on,commitment,expires_on}'::text[] AS detail
FROM creditbank.ledger
WHERE account = '00000000000195'
ORDER BY seq;
SELECT achievement, state, amount, remaining, used_for FROM creditbank.lifelong_file('00000000000195');
SELECT achievement, state FROM creditbank.lifelong_file('00000000000292');
SELECT * FROM creditbank.balance('00000000000292');
SELECT * FROM creditbank.balance('00000000000195');
SELECT available, expired, next_expires_on - creditbank.today() > 3640 AS in_ten_years FROM creditbank.points('00000000000195');
SELECT state, full_name, given_names, trainee_group, student_numbers FROM creditbank.account_holder('00000000000195');
SELECT state, full_name FROM creditbank.account_holder('00000000000292');
SELECT account_id, programme, cohort FROM creditbank.enrolment;
SELECT creditbank.current_account('00000000000292'), creditbank.current_account('00000000000195');
SELECT * FROM creditbank.possible_duplicates();
SELECT number, title FROM creditbank.evidence_of('00000000000195', 'training/SH-TRAIN/FORKLIFT');
SELECT * FROM creditbank.verify_ledger();
SELECT * FROM creditbank.verify_archive();
SELECT count(*) AS differences FROM creditbank.replay();

-- What was converted is converted anew by the rules, and earns no points again.
SELECT target, granted FROM creditbank.convert('00000000000195', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123']);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT * FROM creditbank.convert('00000000000195', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/FORKLIFT']) $$);
SELECT granted FROM creditbank.convert('00000000000195', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/COLD-CHAIN']);

-- What earned points in the account that went can be revoked here; the points
-- went along for good.
SAVEPOINT revoked;
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.reverse_decision(%s, ''x'')', (SELECT d.decision_id FROM creditbank.decisions AS d WHERE d.account = '00000000000292' AND d.programme = 'UNION-POINTS')));
SELECT available FROM creditbank.points('00000000000195');
SELECT state FROM creditbank.revoke_achievement('00000000000195', 'training/SH-TRAIN/FORKLIFT', 'never took place');
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT * FROM creditbank.revoke_achievement('00000000000195', 'training/SH-TRAIN/COLD-CHAIN', 'never took place') $$);
SELECT available FROM creditbank.points('00000000000195');
SELECT * FROM creditbank.verify_archive();
ROLLBACK TO revoked;
-- What the learner took by the account that went counts.
UPDATE creditbank.reward SET per_account = 2;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.redeem('00000000000195', 'CUP', 2) $$);
SELECT points FROM creditbank.redeem('00000000000195', 'CUP');
ROLLBACK TO revoked;

-- Nothing happens in the account that went.
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.deposit('00000000000292', 'degree/OUC/X', '2024-01-01', title => 'x') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000292', '00000000000195', 'again') $$);
SELECT * FROM pg_temp.error_of($$ UPDATE creditbank.account_merger SET reason = 'x' $$);
SAVEPOINT unguarded;
ALTER TABLE creditbank.account_merger DISABLE TRIGGER USER;
SELECT class, expected, found FROM creditbank.verify_ledger();
ROLLBACK TO unguarded;
SELECT * FROM creditbank.verify_archive();

-- A tampered merger is found.
SAVEPOINT tampered;
SET LOCAL session_replication_role = replica;
UPDATE creditbank.account SET state = 'active' WHERE account_id = 2;
SELECT account, class, expected, found FROM creditbank.verify_archive();
ROLLBACK TO tampered;

-- Points for the same achievement in both accounts are not kept twice: those
-- that are spent stand in the way, those that are not are taken back.
ROLLBACK TO both_earned;
SELECT granted FROM creditbank.convert('00000000000195', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/COLD-CHAIN']);
SELECT granted FROM creditbank.convert('00000000000292', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/COLD-CHAIN']);
SELECT points, state, redemption_id FROM creditbank.reserve_reward('00000000000292', 'CUP', 2);
SELECT * FROM creditbank.merge_accounts('00000000000292', '00000000000195', 'one person');
SELECT available FROM creditbank.points('00000000000195');
SELECT stock FROM creditbank.reward;
SELECT * FROM creditbank.verify_archive();
ROLLBACK TO both_earned;
SELECT granted FROM creditbank.convert('00000000000195', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/COLD-CHAIN']);
SELECT granted FROM creditbank.convert('00000000000292', 'UNION-POINTS', sources => ARRAY['training/SH-TRAIN/COLD-CHAIN']);
SELECT points FROM creditbank.redeem('00000000000292', 'CUP', 4);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM creditbank.merge_accounts('00000000000292', '00000000000195', 'one person') $$);
ROLLBACK TO both_earned;

-- What both hold stays as it is in the one that stays, which the notes say; the
-- date of birth comes with the number that tells it.
SELECT creditbank.identify_holder('00000000000292', '110105198005070016');
DO $setup$
BEGIN
	PERFORM creditbank.deposit('00000000000195', 'training/SH-TRAIN/FORKLIFT', '2024-04-20', title => 'Forklift', amount => '40 hr');
	PERFORM creditbank.freeze_achievement('00000000000292', 'training/SH-TRAIN/COLD-CHAIN', 'under dispute');
	PERFORM creditbank.deposit('00000000000292', 'training/SH-TRAIN/PACKING', '2024-04-20', title => 'Packing', amount => '40 hr');
	PERFORM creditbank.recognise('00000000000292', 'training/SH-TRAIN/PACKING', amount => '20 hr');
	INSERT INTO creditbank.recognition_route (class, body) VALUES ('training', 'CN-UNION'), ('mentoring', 'CN-UNION');
	PERFORM creditbank.appeal_achievement('00000000000292', 'training/SH-TRAIN/PACKING', 'too little');
	PERFORM creditbank.appeal_achievement('00000000000292', 'mentoring/AH-STEEL/APPRENTICE#1', 'not fair');
END
$setup$;
SELECT * FROM creditbank.merge_accounts('00000000000292', '00000000000195', 'one person');
SELECT achievement, state, amount FROM creditbank.lifelong_file('00000000000195');
SELECT birth_date = '1980-05-07' AS as_the_number_tells, identity_kind FROM creditbank.account_holder('00000000000195');
SELECT * FROM creditbank.verify_archive();
ROLLBACK;
\set QUIET on
\set ECHO none
\i test/regress/remove_identity_key.sql
