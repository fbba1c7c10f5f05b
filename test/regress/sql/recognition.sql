-- recognition: who is in charge, and what they find.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
CREATE ROLE regress_creditbank_registrar IN ROLE creditbank_registrar;
CREATE ROLE regress_creditbank_both IN ROLE creditbank_registrar, creditbank_assessor;
CREATE ROLE regress_creditbank_li IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_zhou IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_chen IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_sun IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_wu IN ROLE creditbank_assessor;
-- What a role gets for a call: the columns asked for, or the error.
CREATE FUNCTION pg_temp.by(who text, call text, columns text DEFAULT 'state')
RETURNS TABLE (result text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE regress_creditbank_%s', who);
	EXECUTE format('SELECT concat_ws('' '', %s) FROM creditbank.%s AS r', columns, call) INTO result;
	RESET ROLE;
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS
		result = RETURNED_SQLSTATE,
		message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
	detail := replace(replace(replace(detail, to_char(current_date, 'YYYY-MM-DD'), 'TODAY'),
		to_char(current_date + 20, 'YYYY-MM-DD'), 'TODAY+20'), to_char(current_date + 30, 'YYYY-MM-DD'), 'TODAY+30');
	RETURN NEXT;
END
$$;
CREATE TEMP VIEW finding AS
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger()
UNION ALL
SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
CREATE TEMP VIEW last_entry AS
SELECT seq, kind, amount, unit, ref, actor, replace(replace(detail,
	to_char(current_date + 20, 'YYYY-MM-DD'), 'TODAY+20'), to_char(current_date + 30, 'YYYY-MM-DD'), 'TODAY+30')::jsonb - 'achievement' AS detail
FROM creditbank.ledger WHERE account = '00000000000195' ORDER BY seq DESC LIMIT 1;
INSERT INTO creditbank.region (code, name)
VALUES
	('310000', '上海市'),
	('420000', '湖北省'),
	('420100', '武汉市'),
	('420106', '武昌区'),
	('420106001000', '积玉桥街道');
INSERT INTO creditbank.institution (code, name, kind, region)
VALUES
	('SH-EDU', '上海市教育委员会', 'authority', '310000'),
	('HB-EDU', '湖北省教育厅', 'authority', '420000'),
	('WH-EDU', '武汉市教育局', 'authority', '420100'),
	('CN-OPEN', '学分银行认定委员会', 'authority', NULL),
	('HB-SCHOOL', '武汉职业技术学院', 'school', '420106');
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS weaver FROM creditbank.open_account('李小梅', '2023-01-01', region => '420106001000') \gset
SET LOCAL ROLE regress_creditbank_registrar;
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15', amount => '10 hr', level => 3);
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '50 hr', attendance => 96);
SELECT creditbank.deposit(:'courier', 'award/CN-UNION/SORTING-CONTEST#1', '2024-05-01', level => 4);
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', amount => '48 hr');
RESET ROLE;
\o
\set ECHO all

-- Without a route everything is as it was: any assessor recognises, and nobody can be asked.
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT state, body, assessors, request_id FROM creditbank.recognition_status(:'courier', 'cert/CN-POST/EXP-OPERATOR#1');
SAVEPOINT a;
SELECT * FROM pg_temp.by('li', 'recognise(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
-- An appeal needs a body, too.
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''x'')');
ROLLBACK TO a;

-- Routes: the most specific that fits. Issuer before class before region, the nearest region.
SAVEPOINT a;
INSERT INTO creditbank.institution (code, name, kind, valid)
SELECT 'B' || n, 'B' || n, 'authority', CASE WHEN n = 99 THEN daterange(NULL, '2020-01-01') ELSE daterange(NULL, NULL) END
FROM generate_series(0, 99) AS n;
INSERT INTO creditbank.recognition_route (class, issuer, region, body, assessors, days, appeal_body, valid)
VALUES
	(NULL, NULL, NULL, 'B0', 1, 20, NULL, '(,)'),
	(NULL, NULL, '420000', 'B1', 1, 20, 'B0', '(,)'),
	(NULL, NULL, '420100', 'B2', 1, 20, 'B1', '(,)'),
	('cert', NULL, NULL, 'B10', 1, 20, 'B99', '(,)'),
	('cert', NULL, '420000', 'B11', 1, 20, NULL, '(,)'),
	('cert', NULL, '420100', 'B99', 1, 20, NULL, '(,)'),
	(NULL, 'CN-POST', NULL, 'B20', 3, 10, 'B0', '(,)'),
	(NULL, 'CN-POST', '310000', 'B21', 1, 20, NULL, '(,)'),
	('cert', 'CN-POST', NULL, 'B30', 1, 20, NULL, '[2020-01-01,)'),
	('cert', 'CN-POST', NULL, 'B31', 2, 20, NULL, '[2024-01-01,)'),
	('cert', 'CN-POST', '420106001000', 'B32', 1, 20, NULL, '[2024-01-01,2025-01-01)');
SELECT v.*, r.*
FROM (VALUES
	('award', 'OUC', NULL, '2024-06-01'::date),
	('award', 'OUC', '310000', '2024-06-01'),
	('award', 'OUC', '420500', '2024-06-01'),
	('award', 'OUC', '420106', '2024-06-01'),
	('award', 'OUC', '420106001000', '2024-06-01'),
	('cert', 'OUC', NULL, '2024-06-01'),
	('cert', 'OUC', '420106', '2024-06-01'),
	('cert', 'OUC', '420106', '2019-06-01'),
	('award', 'CN-POST', '420106', '2024-06-01'),
	('award', 'CN-POST', '310115', '2024-06-01'),
	('cert', 'CN-POST', '310115', '2019-06-01'),
	('cert', 'CN-POST', '310115', '2023-12-31'),
	('cert', 'CN-POST', '310115', '2024-01-01'),
	('cert', 'CN-POST', '420106001000', '2024-12-31'),
	('cert', 'CN-POST', '420106001000', '2025-01-01')) AS v (class, issuer, region, day)
CROSS JOIN LATERAL creditbank.route_in_charge(v.class, v.issuer, v.region, v.day) AS r;
DELETE FROM creditbank.recognition_route WHERE body IN ('B0', 'B10');
SELECT count(*) AS routes FROM creditbank.route_in_charge('cert', 'OUC', NULL, '2024-06-01');
ROLLBACK TO a;
-- What a route cannot be.
SELECT * FROM pg_temp.error_of('INSERT INTO creditbank.recognition_route (body) VALUES (''NOBODY'')');
SELECT * FROM pg_temp.error_of('INSERT INTO creditbank.recognition_route (class, body) VALUES (''diploma'', ''SH-EDU'')');
SELECT * FROM pg_temp.error_of('INSERT INTO creditbank.recognition_route (body, assessors) VALUES (''SH-EDU'', 0)');
SELECT * FROM pg_temp.error_of('INSERT INTO creditbank.recognition_route (body, days) VALUES (''SH-EDU'', 0)');
SELECT message FROM pg_temp.error_of('INSERT INTO creditbank.recognition_route (body) VALUES (''SH-EDU''), (''HB-EDU'')');

-- The learner's region counts, or else that of the awarding body.
SELECT creditbank.recognition_region(1, 'CN-POST') AS unknown, creditbank.recognition_region(1, 'HB-SCHOOL') AS of_issuer,
	creditbank.recognition_region(2, 'HB-SCHOOL') AS of_learner, creditbank.recognition_region(3, 'CN-POST') AS nobody;

-- One body, one assessor: it alone recognises, asked or not.
SET LOCAL ROLE creditbank_admin;
INSERT INTO creditbank.recognition_route (class, issuer, region, body, assessors, days, appeal_body)
VALUES
	('cert', NULL, NULL, 'SH-EDU', 1, 20, 'CN-OPEN'),
	('training', NULL, NULL, 'SH-EDU', 3, 30, 'CN-OPEN'),
	('award', NULL, NULL, 'SH-EDU', 2, 20, NULL);
INSERT INTO creditbank.assessor (role_name, institution, valid)
VALUES
	('regress_creditbank_li', 'SH-EDU', '(,)'),
	('regress_creditbank_zhou', 'SH-EDU', '(,)'),
	('regress_creditbank_both', 'SH-EDU', '(,)'),
	('regress_creditbank_chen', 'SH-EDU', '(,)'),
	('regress_creditbank_chen', 'CN-OPEN', '(,)'),
	('regress_creditbank_wu', 'CN-OPEN', '(,)'),
	('regress_creditbank_sun', 'SH-EDU', '[2020-01-01,2024-01-01)');
RESET ROLE;
SELECT state, body, appeal_body, assessors, request_id, round, days_left FROM creditbank.recognition_status(:'courier', 'cert/CN-POST/EXP-OPERATOR#1');
SAVEPOINT a;
SELECT * FROM pg_temp.by('sun', 'recognise(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('wu', 'recognise(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('li', 'recognise(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')');
SELECT * FROM pg_temp.by('li', 'recognise(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
ROLLBACK TO a;
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''with the card'')', 'request_id, state, body, due_on - current_date, seq');
SELECT * FROM last_entry;
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('li', 'recognise(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('wu', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('sun', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''maybe'')');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''declined'', ''1 cr'')');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', amount => ''0 hr'')');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', overlap => 101)');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR'')');
SELECT * FROM pg_temp.by('li', 'return_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', '' '')');
SELECT * FROM pg_temp.by('wu', 'return_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''x'')');
SELECT * FROM finding;

-- More evidence is asked for, and the days begin anew.
SELECT * FROM pg_temp.by('li', 'return_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''the back of the card is missing'')', 'request_id, state, seq');
SELECT * FROM last_entry;
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')');
SELECT * FROM pg_temp.by('li', 'return_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''again'')');
SELECT state, request_id, round, closed_on = current_date AS closed_today, outcome, days_left FROM creditbank.recognition_status(:'courier', 'cert/CN-POST/EXP-OPERATOR#1');
SELECT request_id, assessor, verdict, note, given_at >= now() AS in_time FROM creditbank.recognition_opinions;
-- As if the first request had been of ten days ago.
SAVEPOINT a;
ALTER TABLE creditbank.recognition_request DISABLE TRIGGER recognition_request_never_changes;
UPDATE creditbank.recognition_request SET asked_on = asked_on - 10, due_on = due_on - 10;
ALTER TABLE creditbank.recognition_request ENABLE ALWAYS TRIGGER recognition_request_never_changes;
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')', 'request_id, state, body, due_on - current_date, seq');
SELECT request_id, account, achievement, round, is_appeal, body, assessors, recognised, declined,
	asked_on - current_date AS asked_on, due_on - current_date AS due_on, days_left, asked_by, note, closed_on - current_date AS closed_on, outcome
FROM creditbank.recognition_requests ORDER BY request_id;
ROLLBACK TO a;
SELECT setval('creditbank.recognition_request_request_id_seq', 1);
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'')', 'request_id, state, body, due_on - current_date, seq');
-- Who handed it in does not judge it, and who returned it may.
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', amount => ''8 hr'', level => 4, overlap => 85.5, note => ''seen'')', 'request_id, state, recognised, seq');
SELECT * FROM last_entry;
SELECT amount, claimed_amount, level, overlap FROM creditbank.achievement WHERE achievement_id = 1;
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT * FROM finding;

-- Three assessors: two who agree decide, with the least that they found.
SELECT * FROM pg_temp.by('both', 'submit_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')', 'request_id, state, due_on - current_date');
SELECT * FROM pg_temp.by('both', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', overlap => 90, note => ''hours confirmed'')', 'request_id, state, recognised, seq');
SELECT * FROM last_entry;
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''declined'')');
SELECT * FROM pg_temp.by('li', 'return_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''x'')');
SELECT * FROM pg_temp.by('zhou', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', amount => ''3 cr'')');
SELECT state, assessors, recognised, declined FROM creditbank.recognition_status(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1');
SELECT * FROM pg_temp.by('zhou', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''declined'')', 'state, recognised');
SELECT state, assessors, recognised, declined FROM creditbank.recognition_status(:'courier', 'training/SH-TRAIN/COLD-CHAIN#1');
SELECT * FROM finding;
SELECT * FROM pg_temp.by('chen', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', amount => ''40 hr'', level => 2, overlap => 95.5)', 'state, recognised');
SELECT * FROM last_entry;
SELECT amount, claimed_amount, level, overlap FROM creditbank.achievement WHERE achievement_id = 2;
SELECT * FROM pg_temp.by('zhou', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')');
SELECT request_id, assessor, verdict, amount, unit, level, overlap, note FROM creditbank.recognition_opinions WHERE request_id = 3 ORDER BY given_at;

-- Two who are divided: one more is asked.
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'')', 'request_id, state');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'')', 'state');
SELECT assessors, recognised, declined FROM creditbank.recognition_status(:'courier', 'award/CN-UNION/SORTING-CONTEST#1');
SELECT * FROM pg_temp.by('zhou', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'', ''declined'')', 'state');
SELECT assessors, recognised, declined FROM creditbank.recognition_status(:'courier', 'award/CN-UNION/SORTING-CONTEST#1');
SELECT * FROM pg_temp.by('chen', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'', ''declined'', overlap => 10, note => ''team place 9'')', 'state');
SELECT assessors, recognised, declined, outcome FROM creditbank.recognition_status(:'courier', 'award/CN-UNION/SORTING-CONTEST#1');
SELECT amount, level, overlap FROM creditbank.achievement WHERE achievement_id = 3;
SELECT n AS asked, r AS recognised, d AS declined, creditbank.assessors_asked(n, r, d) AS asked_now
FROM generate_series(1, 4) AS n, generate_series(0, 2) AS r, generate_series(0, 2) AS d
WHERE creditbank.assessors_asked(n, r, d) <> n ORDER BY n, r, d;
SELECT * FROM finding;

-- An appeal goes to the body for appeals and is judged by others: what was recognised is set anew.
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', NULL)');
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#2'', ''x'')');
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''it was 50 hours'')', 'request_id, state, body, due_on - current_date');
SELECT * FROM last_entry;
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT * FROM finding;
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''once more'')');
SELECT * FROM pg_temp.by('wu', 'recognise(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')');
SELECT * FROM pg_temp.by('wu', 'return_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''x'')');
SELECT * FROM pg_temp.by('zhou', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')');
-- The third judged it before, in the other body.
SELECT * FROM pg_temp.by('chen', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'')');
SELECT * FROM pg_temp.by('wu', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', amount => ''50 hr'')', 'state');
INSERT INTO creditbank.assessor (role_name, institution) VALUES ('regress_creditbank_sun', 'CN-OPEN'), ('regress_creditbank_both', 'CN-OPEN');
SELECT * FROM pg_temp.by('both', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', amount => ''50 hr'')', 'state');
SELECT * FROM pg_temp.by('sun', 'assess(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', amount => ''49 hr'', note => ''signed list seen'')', 'state, recognised');
SELECT seq, kind, amount, unit, ref, detail::jsonb - 'achievement' AS detail FROM creditbank.ledger WHERE account = :'courier' ORDER BY seq DESC LIMIT 3;
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT achievement, state, amount FROM creditbank.lifelong_file(:'courier');
SELECT * FROM finding;
-- Refused on appeal: what was recognised is taken back. Refused first, recognised on appeal.
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''a forgery, says the issuer'')', 'body');
SELECT * FROM pg_temp.by('wu', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#1'', ''declined'')', 'state, recognised');
SELECT unit, balance FROM creditbank.balance(:'courier');
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'', ''place 1'')', 'body');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'')', 'state, recognised');
CREATE ROLE regress_creditbank_he IN ROLE creditbank_assessor;
CREATE ROLE regress_creditbank_qian IN ROLE creditbank_assessor;
INSERT INTO creditbank.assessor (role_name, institution) VALUES ('regress_creditbank_he', 'SH-EDU'), ('regress_creditbank_qian', 'SH-EDU');
SELECT * FROM pg_temp.by('he', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'', amount => ''2 cr'')', 'state, recognised');
-- One states no amount, and there is none to claim: none is the least.
SELECT * FROM pg_temp.by('qian', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'')', 'state, recognised');
SELECT * FROM finding;
-- Appealed a second time: judged by yet others.
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'', ''worth 2 credits'')', 'body');
SELECT * FROM pg_temp.by('he', 'assess(''00000000000195'', ''award/CN-UNION/SORTING-CONTEST#1'')', 'state, recognised');
SELECT round, is_appeal, body, recognised, declined, outcome FROM creditbank.recognition_requests WHERE achievement LIKE 'award%' ORDER BY round;

-- Who deposited it does not judge it, whoever handed it in.
SAVEPOINT a;
SELECT * FROM pg_temp.by('both', 'deposit(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#9'', ''2024-01-01'')');
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#9'')');
SELECT * FROM pg_temp.by('both', 'assess(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#9'')');
ROLLBACK TO a;
SELECT setval('creditbank.recognition_request_request_id_seq', 8), setval('creditbank.achievement_achievement_id_seq', 4);
-- What a conversion used is not appealed.
SELECT * FROM pg_temp.by('registrar', 'convert(''00000000000195'', ''OUC-LOGISTICS'', ARRAY[''training/SH-TRAIN/COLD-CHAIN#1''], ''2024-10-01'')');
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#1'', ''x'')');
SELECT * FROM finding;

-- The deadline list: what is overdue and what is due soon, the most urgent first.
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000195'', ''training/SH-TRAIN/COLD-CHAIN#2'')', 'request_id, body');
SELECT * FROM pg_temp.by('registrar', 'deposit(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#7'', ''2024-01-01'')');
SELECT * FROM pg_temp.by('registrar', 'submit_achievement(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#7'')', 'request_id, body');
SAVEPOINT a;
ALTER TABLE creditbank.recognition_request DISABLE TRIGGER recognition_request_never_changes;
UPDATE creditbank.recognition_request SET asked_on = asked_on - 25, due_on = due_on - 25 WHERE closed_on IS NULL AND NOT is_appeal;
ALTER TABLE creditbank.recognition_request ENABLE ALWAYS TRIGGER recognition_request_never_changes;
SELECT body, request_id, account, achievement, title, round, is_appeal, asked_on - current_date AS asked, due_on - current_date AS due, days_left, assessors, answered
FROM creditbank.recognition_due();
SELECT request_id, days_left FROM creditbank.recognition_due('0 days');
SELECT request_id, days_left FROM creditbank.recognition_due('1 month', 'SH-EDU');
SELECT request_id, days_left FROM creditbank.recognition_due('1 month', 'CN-OPEN');
ROLLBACK TO a;
SELECT * FROM pg_temp.error_of('SELECT creditbank.recognition_due(NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.recognition_due(body => ''NOBODY'')');
SELECT * FROM pg_temp.error_of('SELECT creditbank.recognition_status(''1'', ''cert/CN-POST/EXP-OPERATOR#7'')');
SELECT * FROM pg_temp.error_of('SELECT creditbank.recognition_status(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#8'')');

-- What moves on otherwise waits for nobody.
SAVEPOINT a;
SELECT * FROM pg_temp.by('registrar', 'withdraw_achievement(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#7'')');
SELECT state, closed_on = current_date AS closed_today, outcome FROM creditbank.recognition_status(:'weaver', 'cert/CN-POST/EXP-OPERATOR#7');
SELECT * FROM pg_temp.by('li', 'assess(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#7'')');
ROLLBACK TO a;
-- A document that was declined here and deposited elsewhere is not appealed here.
SELECT * FROM pg_temp.by('li', 'assess(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#7'', ''declined'')');
SELECT * FROM pg_temp.by('registrar', 'deposit(''00000000000195'', ''cert/CN-POST/EXP-OPERATOR#7'', ''2024-01-01'')');
SELECT * FROM pg_temp.by('registrar', 'appeal_achievement(''00000000000292'', ''cert/CN-POST/EXP-OPERATOR#7'', ''mine'')');
SELECT count(*) AS entries FROM creditbank.ledger WHERE account = :'weaver' AND kind = 'appealed';

-- Requests and opinions stay.
SELECT * FROM pg_temp.error_of('DELETE FROM creditbank.recognition_request');
SELECT * FROM pg_temp.error_of('TRUNCATE creditbank.recognition_opinion');
SELECT * FROM pg_temp.error_of('UPDATE creditbank.recognition_opinion SET verdict = ''declined''');
SELECT * FROM pg_temp.error_of('UPDATE creditbank.recognition_request SET due_on = due_on + 1');
-- Neither closed by hand with another outcome than the achievement's state, nor opened or closed again.
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.recognition_request SET closed_on = current_date, outcome = ''recognised'' WHERE closed_on IS NULL');
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.recognition_request SET closed_on = NULL, outcome = NULL WHERE closed_on IS NOT NULL');
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.recognition_request AS r SET closed_on = ''2020-01-01'' WHERE closed_on IS NOT NULL');
SELECT r.request_id, r.outcome, a.state FROM creditbank.recognition_request AS r JOIN creditbank.achievement AS a USING (achievement_id)
WHERE (r.closed_on IS NULL) <> (a.state IN ('submitted', 'appealed')) AND r.round = (SELECT max(round) FROM creditbank.recognition_request AS o WHERE o.achievement_id = r.achievement_id);
-- A request or an opinion that is not what the ledger says is found, and a guard that is gone.
SAVEPOINT a;
ALTER TABLE creditbank.recognition_request DISABLE TRIGGER ALL;
ALTER TABLE creditbank.recognition_opinion DISABLE TRIGGER ALL;
SELECT class, expected, found FROM finding ORDER BY expected;
UPDATE creditbank.recognition_request SET assessors = 1, asked_by = 'nobody' WHERE request_id = 3;
UPDATE creditbank.recognition_request SET outcome = 'declined' WHERE request_id = 5;
UPDATE creditbank.recognition_request SET closed_on = NULL, outcome = NULL WHERE request_id = 6;
UPDATE creditbank.recognition_opinion SET amount = '45 hr' WHERE request_id = 3 AND verdict = 'recognised';
UPDATE creditbank.recognition_opinion SET assessor = 'x' WHERE request_id = 4 AND verdict = 'recognised';
DELETE FROM creditbank.recognition_opinion WHERE request_id = 2;
INSERT INTO creditbank.recognition_opinion (request_id, assessor, verdict, given_at) VALUES (6, 'x', 'declined', now());
SELECT v.seq, l.kind, d.key, d.said, d.held
FROM creditbank.verify_account(:'courier') AS v
LEFT JOIN creditbank.ledger AS l ON l.account = v.account AND l.seq = v.seq
CROSS JOIN LATERAL (
	SELECT coalesce(e.key, f.key) AS key, replace(e.value, to_char(current_date, 'YYYY-MM-DD'), 'TODAY') AS said, replace(f.value, to_char(current_date, 'YYYY-MM-DD'), 'TODAY') AS held
	FROM jsonb_each_text(substring(v.expected FROM '[{].*')::jsonb) AS e
	FULL JOIN jsonb_each_text(substring(v.found FROM '[{].*')::jsonb) AS f ON f.key = e.key
	WHERE e.value IS DISTINCT FROM f.value) AS d
WHERE v.class = 'differing_request'
	AND d.key NOT IN ('due_on', 'asked_on')
ORDER BY v.seq, d.key, d.held;
SELECT count(*) AS findings FROM creditbank.verify_archive();
ROLLBACK TO a;
-- Grants say what the table of transitions says.
SELECT t.step, r.name
FROM (SELECT DISTINCT step, who FROM creditbank.achievement_transition WHERE step IN ('submit_achievement', 'return_achievement', 'appeal_achievement')) AS t
JOIN pg_proc AS p ON p.pronamespace = 'creditbank'::regnamespace AND p.proname = t.step
CROSS JOIN unnest(ARRAY['admin', 'registrar', 'assessor', 'auditor', 'analyst', 'verifier']) AS r (name)
WHERE has_function_privilege('creditbank_' || r.name, p.oid, 'EXECUTE') <> (r.name = ANY (t.who));
SELECT * FROM finding;
ROLLBACK;
