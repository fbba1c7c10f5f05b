-- archive_states: the life of an achievement: every step, what it does to the
-- balance, to conversions and to what expires, its evidence, and the guards.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS learner FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS other FROM creditbank.open_account('李秀英', '2023-01-01') \gset
-- id_of(account, ref): the id of an achievement, for the bank's own functions.
CREATE FUNCTION pg_temp.id_of(account text, ref text) RETURNS bigint LANGUAGE sql
RETURN creditbank.find_achievement(creditbank.account_id(account), ref);
\o
\set ECHO all

-- What is permitted; that a kind of entry leads to one state, and that the grants say the same.
SELECT from_state, step, to_state, kind, who FROM creditbank.achievement_transition ORDER BY from_state COLLATE "C", step COLLATE "C";
SELECT kind FROM creditbank.achievement_transition GROUP BY kind HAVING count(DISTINCT to_state) > 1;
SELECT t.step, r.name
FROM (SELECT DISTINCT step, who FROM creditbank.achievement_transition WHERE who <> '{}') AS t
JOIN pg_proc AS p ON p.pronamespace = 'creditbank'::regnamespace AND p.proname = t.step
CROSS JOIN unnest(ARRAY['admin', 'registrar', 'assessor', 'auditor', 'analyst', 'verifier']) AS r (name)
WHERE has_function_privilege('creditbank_' || r.name, p.oid, 'EXECUTE') <> (r.name = ANY (t.who));

-- A life: deposited, attested, recognised, frozen, released, revoked, and brought anew.
SELECT achievement_id, achievement, state, seq FROM creditbank.deposit(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15', amount => '8 cr', evidence => creditbank.digest('scan'));
SELECT achievement_id, achievement, state, seq FROM creditbank.attest(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', 'found in the register');
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT state, recognised, seq FROM creditbank.recognise(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', amount => '6 cr');
SELECT state, seq FROM creditbank.freeze_achievement(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', 'the card was reported lost');
SELECT item, achievement, state, amount, remaining, education_type FROM creditbank.lifelong_file(:'learner');
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT state, seq FROM creditbank.release_achievement(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', 'found again');
SELECT achievement, state, amount, remaining FROM creditbank.lifelong_file(:'learner');
SELECT achievement_id, achievement, state, seq FROM creditbank.revoke_achievement(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', 'not in the register after all');
SELECT achievement, state, amount, remaining FROM creditbank.lifelong_file(:'learner');
SELECT unit, balance FROM creditbank.balance(:'learner');
SELECT achievement_id, state, seq FROM creditbank.deposit(:'learner', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15', amount => '8 cr');
SELECT state, seq FROM creditbank.withdraw_achievement(:'learner', 'cert/CN-POST/EXP-OPERATOR#1');
-- Withdrawn, so that another account may bring it.
SELECT achievement_id, state FROM creditbank.deposit(:'other', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15');
SELECT seq, kind, amount, unit, left(detail, 9) AS begins, detail::jsonb - 'achievement' AS detail, detail::jsonb #> '{achievement,amount}' AS recognised
FROM creditbank.ledger WHERE account = :'learner' ORDER BY seq OFFSET 1;
SELECT * FROM creditbank.verify_archive();
SELECT * FROM creditbank.verify_ledger();

-- Every step from every state: taken where the table has it, refused with wrong_state elsewhere.
SELECT creditbank.deposit(:'other', 'training/SH-TRAIN/T#1', '2024-01-01', 'T', '8 hr') \g /dev/null
CREATE FUNCTION pg_temp.steps_from(account text, ref text, OUT state text, OUT taken text[], OUT differing text[])
RETURNS SETOF record
LANGUAGE plpgsql AS $$
DECLARE
	id bigint := creditbank.find_achievement(creditbank.account_id(account), ref);
	tried record;
	outcome text;
BEGIN
	ALTER TABLE creditbank.achievement DISABLE TRIGGER USER;
	FOR state IN
		SELECT DISTINCT s.state COLLATE "C"
		FROM creditbank.achievement_transition AS t
		CROSS JOIN LATERAL (VALUES (t.from_state), (t.to_state)) AS s (state)
		ORDER BY 1
	LOOP
		taken := '{}';
		differing := '{}';
		FOR tried IN
			SELECT t.step, t.function, e.to_state
			FROM (VALUES
				('attest', 'attest(%L, %L)'),
				('withdraw_achievement', 'withdraw_achievement(%L, %L)'),
				('recognise', 'recognise(%L, %L)'),
				('decline', 'recognise(%L, %L, ''declined'')'),
				('freeze_achievement', 'freeze_achievement(%L, %L, ''why'')'),
				('release_achievement', 'release_achievement(%L, %L, ''why'')'),
				('revoke_achievement', 'revoke_achievement(%L, %L, ''why'')')) AS t (step, function)
			LEFT JOIN creditbank.achievement_transition AS e ON e.from_state = steps_from.state AND e.step = t.step
			ORDER BY t.step COLLATE "C"
		LOOP
			BEGIN
				UPDATE creditbank.achievement AS a SET state = steps_from.state WHERE a.achievement_id = id;
				EXECUTE format('SELECT s.state FROM creditbank.' || tried.function || ' AS s', account, ref) INTO outcome;
				taken := taken || tried.step;
				RAISE EXCEPTION SQLSTATE 'UNDO0';
			EXCEPTION
				WHEN SQLSTATE 'UNDO0' THEN NULL;
				WHEN OTHERS THEN outcome := sqlstate;
			END;
			IF outcome IS DISTINCT FROM coalesce(tried.to_state, creditbank.sqlstate('wrong_state')) THEN
				differing := differing || format('%s: %s', tried.step, outcome);
			END IF;
		END LOOP;
		RETURN NEXT;
	END LOOP;
	ALTER TABLE creditbank.achievement ENABLE TRIGGER USER;
	ALTER TABLE creditbank.achievement ENABLE ALWAYS TRIGGER achievement_never_changes, ENABLE ALWAYS TRIGGER achievement_never_emptied;
END
$$;
SELECT * FROM pg_temp.steps_from(:'other', 'training/SH-TRAIN/T#1');
-- What is refused says what is possible.
SELECT f.statement, e.*
FROM (VALUES
	('SELECT creditbank.freeze_achievement(%L, ''training/SH-TRAIN/T#1'', ''why'')'),
	('SELECT creditbank.release_achievement(%L, ''training/SH-TRAIN/T#1'', ''why'')'),
	('SELECT creditbank.freeze_achievement(%L, ''training/SH-TRAIN/T#1'', '' '')'),
	('SELECT creditbank.revoke_achievement(%L, ''training/SH-TRAIN/T#1'', NULL)'),
	('SELECT creditbank.attest(%L, ''training/SH-TRAIN/T#1'', E''two\nlines'')'),
	('SELECT creditbank.attest(%L, ''training/SH-TRAIN/T#2'')'),
	('SELECT creditbank.withdraw_achievement(''12'', ''training/SH-TRAIN/T#1'')'),
	('SELECT creditbank.deposit(%L, ''training/SH-TRAIN/T#3'', ''2024-01-01'', ''T'', education_type => ''informal'')')) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(format(f.statement, :'other')) AS e;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.attest(%L, ''cert/CN-POST/EXP-OPERATOR#1'')', :'learner')) AS e;

-- The education type: as deposited, else the catalogue's, else that of the class.
UPDATE creditbank.catalogue SET education_type = 'formal' WHERE ref = 'training/SH-TRAIN/COLD-CHAIN';
SELECT creditbank.deposit(:'other', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20'),
	creditbank.deposit(:'other', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', education_type => 'non_formal'),
	creditbank.deposit(:'other', 'patent/CNIPA/UTILITY-MODEL#1', '2024-03-20') \g /dev/null
SELECT achievement, state, education_type FROM creditbank.lifelong_file(:'other');

-- Evidence: the deposit's is number 1, where it had one; digests only, each once.
SELECT achievement_id, achievement, number, seq FROM creditbank.add_evidence(:'other', 'training/SH-TRAIN/T#1', creditbank.digest('list'), 'attendance list');
SELECT number FROM creditbank.add_evidence(:'other', 'training/SH-TRAIN/T#1', creditbank.digest('photo'));
SELECT number, encode(digest, 'hex') = encode(creditbank.digest('list'), 'hex') AS is_list, title, added_on = creditbank.today() AS today FROM creditbank.evidence_of(:'other', 'training/SH-TRAIN/T#1');
SELECT creditbank.deposit(:'other', 'training/SH-TRAIN/SCAN#1', '2024-01-01', 'E', evidence => creditbank.digest('scan')) \g /dev/null
SELECT number FROM creditbank.add_evidence(:'other', 'training/SH-TRAIN/SCAN#1', creditbank.digest('list'), 'attendance list');
SELECT number, digest = creditbank.digest('scan') AS is_scan, title, added_on = creditbank.today() AS today FROM creditbank.evidence_of(:'other', 'training/SH-TRAIN/SCAN#1');
SELECT detail::jsonb - 'added_on' AS detail FROM creditbank.ledger WHERE kind = 'evidenced' ORDER BY seq;
SELECT count(*) AS entries_before FROM creditbank.ledger_entry \gset
SELECT f.arguments, e.*
FROM (VALUES
	('''training/SH-TRAIN/SCAN#1'', creditbank.digest(''scan'')'),
	('''training/SH-TRAIN/SCAN#1'', creditbank.digest(''list''), ''the same again'''),
	('''training/SH-TRAIN/SCAN#1'', ''\x00'''),
	('''training/SH-TRAIN/SCAN#1'', NULL'),
	('''training/SH-TRAIN/SCAN#1'', creditbank.digest(''x''), '' '''),
	('''training/SH-TRAIN/SCAN#1'', creditbank.digest(''x''), repeat(''x'', 201)'),
	('''training/SH-TRAIN/SCAN#2'', creditbank.digest(''x'')')) AS f (arguments)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.add_evidence(%L, %s)', :'other', f.arguments)) AS e;
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.add_evidence(%L, ''cert/CN-POST/EXP-OPERATOR#1'', creditbank.digest(''x''))', :'learner'));
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT * FROM creditbank.evidence_of(''12'', ''training/SH-TRAIN/SCAN#1'')');
SELECT sqlstate_, message FROM pg_temp.error_of(format('SELECT * FROM creditbank.evidence_of(%L, ''training/SH-TRAIN/SCAN#2'')', :'other'));
SELECT count(*) = :entries_before AS nothing_written FROM creditbank.ledger_entry;
SELECT * FROM creditbank.verify_archive();

-- Conversion: only what is recognised converts; all else is refused with its state.
SELECT account AS courier FROM creditbank.open_account('Zhang', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', format('training/SH-TRAIN/%s#1', s), '2024-03-20', 'Course ' || s, '32 hr', attendance => 90)
FROM unnest(ARRAY['A', 'B', 'C', 'D', 'E', 'F', 'G']) AS s \g /dev/null
SELECT creditbank.attest(:'courier', 'training/SH-TRAIN/B#1'),
	creditbank.move_achievement(pg_temp.id_of(:'courier', 'training/SH-TRAIN/C#1'), 'submit_achievement'),
	creditbank.move_achievement(pg_temp.id_of(:'courier', 'training/SH-TRAIN/D#1'), 'submit_achievement'),
	creditbank.recognise(:'courier', 'training/SH-TRAIN/E#1'),
	creditbank.recognise(:'courier', 'training/SH-TRAIN/F#1'),
	creditbank.recognise(:'courier', 'training/SH-TRAIN/G#1') \g /dev/null
SELECT creditbank.move_achievement(pg_temp.id_of(:'courier', 'training/SH-TRAIN/D#1'), 'return_achievement', '{"reason": "no list"}'),
	creditbank.move_achievement(pg_temp.id_of(:'courier', 'training/SH-TRAIN/E#1'), 'appeal_achievement', '{"grounds": "more hours"}'),
	creditbank.freeze_achievement(:'courier', 'training/SH-TRAIN/F#1', 'why') \g /dev/null
SELECT sources_used, granted, reason FROM creditbank.convert(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-01', dry_run => true) ORDER BY sources_used;
SELECT source, parameter, required, found, passed FROM creditbank.explain_conversion(:'courier', 'OUC-LOGISTICS', as_of => '2024-10-01')
WHERE source = 'training/SH-TRAIN/F#1' AND parameter = 'state';
SELECT f.ref, e.*
FROM (VALUES ('A'), ('C'), ('D'), ('E'), ('F')) AS f (ref)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.convert(%L, ''OUC-LOGISTICS'', ARRAY[''training/SH-TRAIN/%s#1''])', :'courier', f.ref)) AS e;
-- An achievement frozen or revoked after the decision was approved: nothing is posted.
SELECT creditbank.release_achievement(:'courier', 'training/SH-TRAIN/F#1', 'why') \g /dev/null
CREATE ROLE regress_creditbank_judge IN ROLE creditbank_assessor;
SELECT decision_id, line, sources_used, granted FROM creditbank.propose_conversion(:'courier', 'OUC-LOGISTICS', ARRAY['training/SH-TRAIN/F#1', 'training/SH-TRAIN/G#1'], as_of => '2024-10-01');
SELECT creditbank.submit_decision(1);
SET LOCAL ROLE regress_creditbank_judge;
SELECT creditbank.take_decision(1), creditbank.approve_decision(1);
RESET ROLE;
SELECT state FROM creditbank.freeze_achievement(:'courier', 'training/SH-TRAIN/F#1', 'why');
SELECT * FROM pg_temp.error_of('SELECT creditbank.post_decision(1)');
SELECT state FROM creditbank.release_achievement(:'courier', 'training/SH-TRAIN/F#1', 'why');
SAVEPOINT before_revoking;
SELECT state FROM creditbank.revoke_achievement(:'courier', 'training/SH-TRAIN/G#1', 'why');
SELECT * FROM pg_temp.error_of('SELECT creditbank.post_decision(1)');
ROLLBACK TO before_revoking;
SELECT creditbank.post_decision(1);
-- What was used is frozen, but neither revoked nor judged anew before the decision was taken back.
SELECT * FROM pg_temp.error_of_today(format('SELECT creditbank.revoke_achievement(%L, ''training/SH-TRAIN/F#1'', ''why'')', :'courier'));
SELECT state FROM creditbank.freeze_achievement(:'courier', 'training/SH-TRAIN/F#1', 'why');
SELECT achievement, state, amount, remaining, used_for FROM creditbank.lifelong_file(:'courier') WHERE achievement ~ '/[FG]#1$';
SELECT sqlstate_, message FROM pg_temp.error_of(format('SELECT creditbank.revoke_achievement(%L, ''training/SH-TRAIN/F#1'', ''why'')', :'courier'));
SELECT creditbank.move_achievement(pg_temp.id_of(:'courier', 'training/SH-TRAIN/G#1'), 'appeal_achievement', '{"grounds": "x"}') \g /dev/null
SELECT * FROM pg_temp.error_of_today(format('SELECT creditbank.recognise(%L, ''training/SH-TRAIN/G#1'', amount => ''16 hr'')', :'courier'));
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT creditbank.reverse_decision(1, 'the certificate is doubted');
SELECT state FROM creditbank.revoke_achievement(:'courier', 'training/SH-TRAIN/F#1', 'forged');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT * FROM creditbank.verify_archive();
SELECT * FROM creditbank.verify_ledger();

-- An appeal sets the recognition anew: what was recognised is taken back first.
SELECT state, recognised FROM creditbank.recognise(:'courier', 'training/SH-TRAIN/G#1', amount => '40 hr', note => 'eight hours more');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT kind, amount, detail::jsonb - 'achievement' AS detail FROM creditbank.ledger WHERE account = :'courier' ORDER BY seq DESC LIMIT 2;
SELECT achievement, state, amount, remaining FROM creditbank.lifelong_file(:'courier') WHERE achievement ~ '/[EG]#1$';
-- Declined upon appeal: nothing is left of it, and it may be appealed no less than another refusal.
SELECT state, recognised FROM creditbank.recognise(:'courier', 'training/SH-TRAIN/E#1', 'declined', note => 'not held');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT creditbank.move_achievement(pg_temp.id_of(:'courier', 'training/SH-TRAIN/E#1'), 'appeal_achievement', '{"grounds": "held"}') \g /dev/null
SELECT state, recognised FROM creditbank.recognise(:'courier', 'training/SH-TRAIN/E#1', note => 'held');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT * FROM creditbank.verify_archive();
SELECT * FROM creditbank.verify_ledger();

-- What expires: a freeze holds nothing up, and what is revoked cannot expire.
SELECT account AS expirer FROM creditbank.open_account('Zhao', '2023-01-01') \gset
SELECT creditbank.deposit(:'expirer', 'training/SH-TRAIN/OLD#1', '2020-01-01', 'Old', '10 hr', expires_on => '2021-12-31'),
	creditbank.deposit(:'expirer', 'training/SH-TRAIN/SOON#1', '2020-01-01', 'Soon', '7 hr', expires_on => current_date + 10),
	creditbank.deposit(:'expirer', 'training/SH-TRAIN/LONG#1', '2020-01-01', 'Long', '5 hr') \g /dev/null
SELECT creditbank.recognise(:'expirer', achievement) FROM creditbank.lifelong_file(:'expirer') \g /dev/null
SELECT unit, balance, expired FROM creditbank.balance(:'expirer');
SELECT creditbank.freeze_achievement(:'expirer', achievement, 'why') FROM creditbank.lifelong_file(:'expirer') \g /dev/null
SELECT unit, balance, expired FROM creditbank.balance(:'expirer');
SELECT unit, balance, expired FROM creditbank.balance(:'expirer', current_date + 11);
SELECT achievement, days_left BETWEEN 9 AND 10 AS soon, remaining FROM creditbank.expiring(account => :'expirer');
SELECT creditbank.revoke_achievement(:'expirer', achievement, 'why') FROM creditbank.lifelong_file(:'expirer') WHERE achievement !~ 'LONG' \g /dev/null
SELECT unit, balance, expired FROM creditbank.balance(:'expirer');
SELECT unit, balance, expired FROM creditbank.balance(:'expirer', current_date + 11);
SELECT achievement FROM creditbank.expiring(account => :'expirer');
-- Brought anew, with another last day: it is the new deposit that expires, or does not.
SELECT creditbank.deposit(:'expirer', 'training/SH-TRAIN/OLD#1', '2020-01-01', 'Old', '10 hr', expires_on => current_date + 5),
	creditbank.recognise(:'expirer', 'training/SH-TRAIN/OLD#1') \g /dev/null
SELECT unit, balance, expired FROM creditbank.balance(:'expirer');
SELECT unit, balance, expired FROM creditbank.balance(:'expirer', current_date + 6);
SELECT achievement, remaining FROM creditbank.expiring(account => :'expirer');
-- Brought anew, and recognised in another unit than before.
SAVEPOINT a;
SELECT creditbank.revoke_achievement(:'expirer', 'training/SH-TRAIN/OLD#1', 'counted wrongly') \g /dev/null
SELECT creditbank.deposit(:'expirer', 'training/SH-TRAIN/OLD#1', '2020-01-01', 'Old', '10 hr', expires_on => current_date + 5),
	creditbank.recognise(:'expirer', 'training/SH-TRAIN/OLD#1', amount => '2 cr') \g /dev/null
SELECT unit, balance, expired FROM creditbank.balance(:'expirer');
SELECT unit, balance, expired FROM creditbank.balance(:'expirer', current_date + 6);
SELECT achievement, remaining FROM creditbank.expiring();
ROLLBACK TO a;

-- The last step taken back in the ledger: evidence added since does not hide it.
SELECT number FROM creditbank.add_evidence(:'expirer', 'training/SH-TRAIN/OLD#1', creditbank.digest('more'));
SELECT creditbank.reverse_entry(creditbank.account_id(:'expirer'), e.seq, creditbank.today(), '{"reason": "test"}')
FROM creditbank.ledger AS e WHERE e.account = :'expirer' AND e.kind = 'recognised' ORDER BY e.seq DESC LIMIT 1 \g /dev/null
SELECT achievement, state, remaining FROM creditbank.lifelong_file(:'expirer');
SELECT unit, balance FROM creditbank.balance(:'expirer');
SELECT * FROM creditbank.verify_archive();

-- A frozen account takes nothing in, and still gives back.
SELECT account AS holder FROM creditbank.open_account('Sun', '2023-01-01') \gset
SELECT creditbank.deposit(:'holder', 'training/SH-TRAIN/FR#1', '2024-01-01', 'One', '10 hr'),
	creditbank.deposit(:'holder', 'training/SH-TRAIN/FR#2', '2024-01-01', 'Two', '7 hr'),
	creditbank.recognise(:'holder', 'training/SH-TRAIN/FR#2') \g /dev/null
SELECT creditbank.freeze_account(:'holder', 'why') \g /dev/null
SELECT f.statement, e.sqlstate_, e.message
FROM (VALUES
	('SELECT creditbank.attest(%L, ''training/SH-TRAIN/FR#1'')'),
	('SELECT creditbank.recognise(%L, ''training/SH-TRAIN/FR#1'')'),
	('SELECT creditbank.add_evidence(%L, ''training/SH-TRAIN/FR#1'', creditbank.digest(''x''))'),
	('SELECT creditbank.deposit(%L, ''training/SH-TRAIN/FR#3'', ''2024-01-01'', ''T'')')) AS f (statement)
CROSS JOIN LATERAL pg_temp.error_of(format(f.statement, :'holder')) AS e;
SELECT state FROM creditbank.freeze_achievement(:'holder', 'training/SH-TRAIN/FR#2', 'why');
SELECT state FROM creditbank.revoke_achievement(:'holder', 'training/SH-TRAIN/FR#2', 'why');
SELECT state FROM creditbank.withdraw_achievement(:'holder', 'training/SH-TRAIN/FR#1');
SELECT unit, balance FROM creditbank.balance(:'holder');

-- Capability assets: what is recognised and valid today.
SELECT account AS worker FROM creditbank.open_account('Qian', '2023-01-01') \gset
SELECT creditbank.deposit(:'worker', d.ref, d.day, d.title, d.amount, d.level, rank => d.rank, hours => d.hours, expires_on => d.last_day, place => d.place)
FROM (VALUES
	('project/AH-STEEL/ROLLING-LINE#1', date '2022-05-01', 'Rolling line', '4 cr', NULL, NULL, 160, NULL::date, 2),
	('project/AH-STEEL/FURNACE#1', '2023-05-01', 'Furnace', '3.5 cr', NULL, NULL, 120.5, NULL, 1),
	('patent/CNIPA/UTILITY-MODEL#7', '2023-01-01', 'Roller guide', NULL, NULL, NULL, NULL, NULL, NULL),
	('patent/CNIPA/UTILITY-MODEL#8', '2013-01-01', 'Expired guide', NULL, 9, NULL, NULL, '2023-01-01', NULL),
	('mentoring/AH-STEEL/APPRENTICE#1', '2021-01-01', 'Apprentice', '40 hr', NULL, NULL, NULL, NULL, NULL),
	('mentoring/AH-STEEL/APPRENTICE#2', '2022-01-01', 'Apprentice', '44.25 hr', NULL, NULL, NULL, NULL, NULL),
	('award/CN-UNION/WELDING#1', '2022-01-01', 'Welding, city', NULL, 3, '1', NULL, NULL, NULL),
	('award/CN-UNION/WELDING#2', '2021-01-01', 'Welding, province', NULL, 5, '10', NULL, NULL, NULL),
	('award/CN-UNION/WELDING#3', '2020-01-01', 'Welding, province', NULL, 5, '9', NULL, NULL, NULL),
	('award/CN-UNION/WELDING#4', '2024-01-01', 'Welding, nation', NULL, 9, '1', NULL, NULL, NULL),
	('training/SH-TRAIN/SAFETY#1', '2024-01-01', 'Safety', '8 hr', NULL, NULL, NULL, NULL, NULL),
	('training/SH-TRAIN/CRANE#1', '2024-01-01', 'Crane', '8 hr', NULL, NULL, NULL, NULL, NULL),
	('cert/CN-POST/EXP-OPERATOR#9', '2024-01-01', NULL, NULL, 4, NULL, NULL, NULL, NULL)) AS d (ref, day, title, amount, level, rank, hours, last_day, place) \g /dev/null
SELECT count(*) AS before_recognition FROM creditbank.capability_assets(:'worker');
SELECT creditbank.recognise(:'worker', achievement) FROM creditbank.lifelong_file(:'worker') WHERE achievement <> 'training/SH-TRAIN/CRANE#1' \g /dev/null
SELECT creditbank.freeze_achievement(:'worker', 'award/CN-UNION/WELDING#4', 'why') \g /dev/null
SELECT * FROM creditbank.capability_assets(:'worker');
SELECT DISTINCT c.class, creditbank.capability_asset_of_class(c.class) AS asset
FROM unnest(ARRAY['course', 'degree', 'cert', 'training', 'patent', 'award', 'project', 'mentoring', 'work', 'internship', 'x']) AS c (class) ORDER BY 1;
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.capability_assets(''12'')');

-- Guards: an achievement changes by its steps, and by what an assessor finds; evidence and transitions stay.
SET LOCAL client_min_messages = warning;
SELECT s.statement, e.sqlstate_, e.message, e.detail
FROM (VALUES
	('UPDATE creditbank.achievement SET state = ''withdrawn'' WHERE ref = ''award/CN-UNION/WELDING#1'''),
	('UPDATE creditbank.achievement SET amount = ''9 cr'' WHERE ref = ''award/CN-UNION/WELDING#1'''),
	('UPDATE creditbank.achievement SET state = ''frozen'', level = 9 WHERE ref = ''award/CN-UNION/WELDING#1'''),
	('UPDATE creditbank.achievement SET title = ''X'' WHERE ref = ''training/SH-TRAIN/CRANE#1'''),
	('UPDATE creditbank.achievement SET education_type = ''formal'' WHERE ref = ''training/SH-TRAIN/CRANE#1'''),
	('UPDATE creditbank.achievement SET evidence = NULL, state = ''attested'' WHERE ref = ''training/SH-TRAIN/SCAN#1'''),
	('DELETE FROM creditbank.achievement'),
	('TRUNCATE creditbank.achievement CASCADE'),
	('UPDATE creditbank.evidence SET title = ''X'''),
	('DELETE FROM creditbank.evidence'),
	('TRUNCATE creditbank.evidence'),
	('UPDATE creditbank.achievement_transition SET to_state = ''recognised'''),
	('DELETE FROM creditbank.achievement_transition'),
	('TRUNCATE creditbank.achievement_transition')) AS s (statement)
CROSS JOIN LATERAL pg_temp.error_of(s.statement) AS e;
SET LOCAL session_replication_role = replica;
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.achievement SET state = ''withdrawn'' WHERE ref = ''award/CN-UNION/WELDING#1''');
RESET session_replication_role;
SELECT count(*) AS findings FROM creditbank.verify_ledger();

-- Verification: each thing tampered with behind the guards is found, at its last entry.
CREATE FUNCTION pg_temp.after_doing(statement text)
RETURNS TABLE (class text, seq bigint, expected text, found text)
LANGUAGE plpgsql AS $$
DECLARE
	findings jsonb;
	of_accounts bigint;
BEGIN
	BEGIN
		ALTER TABLE creditbank.achievement DISABLE TRIGGER USER;
		ALTER TABLE creditbank.achievement_transition DISABLE TRIGGER USER;
		ALTER TABLE creditbank.evidence DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT jsonb_agg(to_jsonb(v)) INTO findings FROM creditbank.verify_archive() AS v;
		SELECT count(*) INTO of_accounts
		FROM creditbank.account AS a CROSS JOIN LATERAL creditbank.verify_account(creditbank.account_number(a.account_id)) AS v;
		IF of_accounts <> coalesce(jsonb_array_length(findings), 0) THEN
			RAISE EXCEPTION 'verify_account differs: % %', of_accounts, findings;
		END IF;
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		NULL;
	END;
	RETURN QUERY
	SELECT f.class, f.seq, regexp_replace(left(f.expected, 70), '\d{4}-\d\d-\d\d.*|, "title": .*', '...') || coalesce(substring(f.expected FROM ', in the balance: .*'), ''),
		regexp_replace(left(f.found, 70), '\d{4}-\d\d-\d\d.*|, "title": .*', '...') || coalesce(substring(f.found FROM ', in the balance: .*'), '')
	FROM jsonb_to_recordset(findings) AS f (class text, seq bigint, expected text, found text);
	IF NOT FOUND THEN
		RETURN QUERY SELECT 'nothing found', NULL::bigint, NULL, NULL;
	END IF;
END
$$;
SELECT class, seq, left(expected, 20) AS expected, left(found, 20) AS found FROM pg_temp.after_doing('UPDATE creditbank.achievement SET state = ''recognised'' WHERE ref = ''award/CN-UNION/WELDING#4''');
SELECT class, seq, left(expected, 20) AS expected, left(found, 20) AS found FROM pg_temp.after_doing('UPDATE creditbank.achievement SET state = ''attested'' WHERE ref = ''training/SH-TRAIN/CRANE#1''');
SELECT class, seq FROM pg_temp.after_doing('UPDATE creditbank.achievement SET education_type = ''formal'' WHERE ref = ''patent/CNIPA/UTILITY-MODEL#7''');
SELECT class, seq FROM pg_temp.after_doing('UPDATE creditbank.achievement SET evidence = creditbank.digest(''forged'') WHERE ref = ''training/SH-TRAIN/SCAN#1''');
SELECT class, seq FROM pg_temp.after_doing('UPDATE creditbank.achievement SET amount = ''9 cr'' WHERE ref = ''project/AH-STEEL/FURNACE#1''');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.evidence SET title = ''another list'' WHERE title IS NOT NULL AND achievement_id = (SELECT a.achievement_id FROM creditbank.achievement AS a WHERE a.ref = ''training/SH-TRAIN/SCAN#1'')');
SELECT class, seq FROM pg_temp.after_doing('UPDATE creditbank.evidence SET digest = creditbank.digest(''forged'') WHERE number = 1');
SELECT class, seq FROM pg_temp.after_doing('UPDATE creditbank.evidence SET added_on = added_on - 1 WHERE number = 1');
SELECT class, seq, found FROM pg_temp.after_doing('DELETE FROM creditbank.evidence WHERE number = 1');
SELECT class, seq, expected FROM pg_temp.after_doing('INSERT INTO creditbank.evidence SELECT a.achievement_id, 3, creditbank.digest(''late''), ''late'', current_date FROM creditbank.achievement AS a WHERE a.ref = ''training/SH-TRAIN/SCAN#1''');
-- A step that the ledger has, the way there not permitted: frozen before it was recognised.
SELECT class, left(expected, 20) AS expected, left(found, 20) AS found FROM pg_temp.after_doing($$
	SELECT creditbank.append_entry(a.account_id, 'frozen', NULL, a.ref, current_date,
		creditbank.achievement_entry_detail(a, '{"reason": "why"}'))
	FROM creditbank.achievement AS a WHERE a.ref = 'training/SH-TRAIN/CRANE#1';
	UPDATE creditbank.achievement SET state = 'frozen' WHERE ref = 'training/SH-TRAIN/CRANE#1' $$);
-- Recognised twice, the first not taken back: the balance would hold both. Revoked for less than was recognised.
SELECT class, substring(expected FROM ', in the balance.*') AS expected, substring(found FROM ', in the balance.*') AS found FROM pg_temp.after_doing($$
	SELECT creditbank.append_entry(a.account_id, k.kind, k.amount, a.ref, current_date, creditbank.achievement_entry_detail(a, '{}'))
	FROM creditbank.achievement AS a
	CROSS JOIN (VALUES (1, 'appealed', NULL), (2, 'recognised', '3.5 cr'::creditbank.credit_amount)) AS k (place, kind, amount)
	WHERE a.ref = 'project/AH-STEEL/FURNACE#1'
	ORDER BY k.place $$);
SELECT class, substring(expected FROM ', in the balance.*') AS expected, substring(found FROM ', in the balance.*') AS found FROM pg_temp.after_doing($$
	SELECT creditbank.append_entry(a.account_id, 'revoked', '-1 cr', a.ref, current_date, creditbank.achievement_entry_detail(a, '{}'))
	FROM creditbank.achievement AS a WHERE a.ref = 'project/AH-STEEL/FURNACE#1';
	UPDATE creditbank.achievement SET state = 'revoked' WHERE ref = 'project/AH-STEEL/FURNACE#1' $$);
-- Permissions changed after the fact.
SELECT count(DISTINCT seq) > 0 AS found FROM pg_temp.after_doing('DELETE FROM creditbank.achievement_transition WHERE kind = ''frozen''') WHERE class = 'differing_achievement';
SELECT class, expected, found FROM creditbank.verify_ledger();
ALTER TABLE creditbank.evidence DISABLE TRIGGER evidence_never_changes;
ALTER TABLE creditbank.achievement DISABLE TRIGGER achievement_never_emptied;
SELECT class, expected, found FROM creditbank.verify_ledger();
ROLLBACK;
