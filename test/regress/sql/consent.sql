-- consent: what learners let others see, and who looked. What is asked for is
-- shown once that is committed, so this test has a database of its own.
\set ECHO none
\o /dev/null
SET client_min_messages = warning;
SELECT current_database() AS before \gset
CREATE DATABASE creditbank_consent;
\c creditbank_consent
CREATE EXTENSION creditbank;
\i test/regress/open_bank.sql
CREATE ROLE regress_creditbank_hospital;
CREATE ROLE regress_creditbank_clerk;
GRANT regress_creditbank_hospital TO regress_creditbank_clerk;
GRANT creditbank_verifier TO regress_creditbank_hospital;
-- The bank's day is what the test says.
CREATE OR REPLACE FUNCTION creditbank.today()
RETURNS date
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$ BEGIN RETURN current_setting('test.today')::date; END $$;
SET test.today = '2024-06-01';
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT account AS one, account_id AS one_id
FROM creditbank.open_account('王建国', '2023-01-01', region => NULL, trainee_group => 'employed', birth_date => '1990-02-03') \gset
SELECT account AS two FROM creditbank.open_account('李娜', '2023-01-01') \gset
SELECT creditbank.deposit(:'one', 'cert/CN-POST/EXP-OPERATOR#1', '2023-06-15', grade => '92', evidence => sha256('card'));
SELECT creditbank.deposit(:'one', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', amount => '50 hr', attendance => 96);
SELECT creditbank.deposit(:'one', 'training/SH-TRAIN/FIRST-AID#3', '2024-03-21', 'First aid', '8 hr');
SELECT creditbank.deposit(:'one', 'training/SH-TRAIN/FORKLIFT#4', '2024-03-22', 'Forklift', '24 hr');
SELECT creditbank.recognise(:'one', r.ref)
FROM unnest(ARRAY['cert/CN-POST/EXP-OPERATOR#1', 'training/SH-TRAIN/COLD-CHAIN#2', 'training/SH-TRAIN/FORKLIFT#4']) AS r (ref);
SELECT creditbank.recognise(:'one', 'training/SH-TRAIN/FIRST-AID#3', decision => 'declined');
SELECT creditbank.freeze_achievement(:'one', 'training/SH-TRAIN/FORKLIFT#4', 'in doubt');
SELECT creditbank.convert(:'one', 'OUC-LOGISTICS');
\o
\set ECHO all

-- what can be agreed to
SELECT field, of_whole_file, shown_with FROM creditbank.consent_fields() ORDER BY place;

-- terms that cannot be
SELECT e.* FROM (VALUES
	('SELECT creditbank.give_consent(NULL, ''Hiring'', ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(''1'', ''Hiring'', ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, NULL, ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, '' '', ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''...'', ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, repeat(''x'', 201), ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring 11010519491231002X'', ''{name}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-07-01'', grantee => E''a\nb'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-07-01'', grantee => ''11010519491231002X'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', NULL, ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name,NULL}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name,salary}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name,grades}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{evidence,conversions}'', ''2024-07-01'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name,balance}'', ''2024-07-01'', refs => ''{cert/CN-POST/EXP-OPERATOR}'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{achievements}'', ''2024-07-01'', refs => ''{}'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{achievements}'', ''2024-07-01'', refs => ''{cert/CN-POST/EXP-OPERATOR#2}'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{achievements}'', ''2024-07-01'', refs => ''{NULL}'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{achievements}'', ''2024-07-01'', refs => ''{cert}'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', NULL)'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''infinity'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-05-31'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-07-01'', valid_from => ''2024-05-31'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-07-01'', valid_from => ''2024-07-02'')'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-07-01'', uses => 0)'),
	('SELECT creditbank.give_consent(%L, ''Hiring'', ''{name}'', ''2024-07-01'', grantee_role => ''regress_creditbank_none'')')) AS s (statement),
	pg_temp.error_of(format(s.statement, :'one')) AS e;

-- given: the code is shown once; neither it nor a plain digest of it stands anywhere that others read
SELECT consent, code, code ~ '^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$' AS is_code, first_day, last_day, seq
FROM creditbank.give_consent(:'one', ' Hiring of couriers ', '{grades,achievements,name,name}', '2024-07-01', 2,
	grantee => 'SH-TRAIN', refs => '{training/SH-TRAIN/COLD-CHAIN,cert/CN-POST/EXP-OPERATOR#1,training/SH-TRAIN/FIRST-AID}') \gset
SELECT :consent AS consent, :'is_code' AS is_code, :'first_day' AS first_day, :'last_day' AS last_day, :seq AS seq;
SELECT kind, actor, detail::jsonb - 'code' AS detail, detail ~ replace(:'code', '-', '') OR detail ~ encode(c.code_digest, 'hex') AS tells
FROM creditbank.ledger AS l
JOIN creditbank.consent AS c ON c.given_seq = l.seq AND l.account = :'one';
SELECT code_digest = creditbank.consent_code_digest(lower(translate(:'code', '-01', ' ol'))) AS known_in_any_spelling,
	c::text ~ replace(:'code', '-', '') AS stored
FROM creditbank.consent AS c;

-- looked at: nothing before the entry is committed, then what was agreed and nothing else
SET ROLE creditbank_verifier;
SELECT ticket, valid_until - clock_timestamp() BETWEEN '9 min' AND '10 min' AS ten_minutes FROM creditbank.ask_to_look(:'code', 'HIRING  of couriers') \gset
SELECT :'ten_minutes' AS ten_minutes;
SELECT jsonb_pretty(creditbank.look(:'ticket') - 'id') AS shown;
SELECT creditbank.look(:'ticket') = creditbank.look(:'ticket') AS the_same, creditbank.look(:'ticket') ->> 'id' ~ '^urn:uuid:[0-9a-f-]{36}$' AS has_id;
CALL creditbank.look_up(:'code', 'Hiring of couriers') \gset
SELECT :'document'::jsonb - 'id' = creditbank.look(:'ticket') - 'id' AS the_same, :'document'::jsonb ->> 'id' <> creditbank.look(:'ticket') ->> 'id' AS another_id;
SELECT field, item, key, value FROM creditbank.look_values(:'ticket') ORDER BY field <> 'name', item, key COLLATE "C";
RESET ROLE;
-- the learner reads each look, and the digest is that of what was shown
SELECT looked_by, login = session_user AS login, looked_at BETWEEN now() - interval '1 min' AND now() AS now, grantee, purpose, fields, refs, consent, look, seq FROM creditbank.looks(:'one');
SELECT digest = encode(sha256(creditbank.canonical_json_bytes(:'document'::jsonb)), 'hex') AS proven FROM creditbank.looks(:'one') WHERE look = 2;
SELECT creditbank.shown_id('ticket', 'salt') <> creditbank.shown_id('ticket', 'pepper') AS takes_the_salt,
	creditbank.shown_id('ticket', 'salt') <> creditbank.shown_id('token', 'salt') AS and_the_ticket;
SELECT account, seq, consent, look, looked_by, fields FROM creditbank.consent_looks;
SELECT creditbank.looks(:'two');

-- the attack: to look, and to take back that one did
SELECT code FROM creditbank.give_consent(:'one', 'Hiring', '{name,birth_date,region,trainee_group}', '2024-07-01') \gset
SET ROLE creditbank_verifier;
BEGIN;
SELECT ticket FROM creditbank.ask_to_look(:'code', 'Hiring') \gset
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
SAVEPOINT inner_one;
SELECT ticket AS inner_ticket FROM creditbank.ask_to_look(:'code', 'Hiring') \gset
RELEASE SAVEPOINT inner_one;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'inner_ticket')) AS e;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.look_values(%L)', :'ticket')) AS e;
ROLLBACK;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
SELECT creditbank.look(a.ticket) FROM creditbank.ask_to_look(:'code', 'Hiring') AS a;
BEGIN;
CALL creditbank.look_up(:'code', 'Hiring');
ROLLBACK;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('CALL creditbank.look_up(%L, ''Hiring'')', :'code')) AS e;
RESET ROLE;
SELECT count(*) FROM creditbank.looks(:'one');
-- in a block that commits, it is on record
SET ROLE creditbank_verifier;
CREATE TEMP TABLE seen (name text);
SET test.code = :'code';
DO $$
DECLARE
	seen jsonb;
BEGIN
	CALL creditbank.look_up(current_setting('test.code'), 'Hiring', seen);
	INSERT INTO seen VALUES (seen ->> 'name');
	ROLLBACK;
END
$$;
SELECT count(*) FROM seen;
RESET ROLE;
DROP TABLE seen;
SELECT look, fields FROM creditbank.looks(:'one') WHERE consent = :consent + 1;

-- a ticket shows nothing to another role, nor after ten minutes, nor once the consent is taken back
SET ROLE creditbank_verifier;
SELECT ticket FROM creditbank.ask_to_look(:'code', 'Hiring') \gset
SELECT creditbank.look(:'ticket') - 'id' AS shown;
RESET ROLE;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
CREATE PROCEDURE pg_temp.make_older(older interval)
LANGUAGE plpgsql AS $$
BEGIN
	ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER ledger_entry_never_changes;
	UPDATE creditbank.ledger_entry AS e SET recorded_at = clock_timestamp() - older
	WHERE e.kind = 31 AND e.seq = (SELECT max(l.seq) FROM creditbank.ledger_entry AS l WHERE l.account_id = e.account_id);
END
$$;
BEGIN;
CALL pg_temp.make_older('9 min');
SET ROLE creditbank_verifier;
SELECT creditbank.look(:'ticket') ->> 'name' AS after_nine_minutes;
RESET ROLE;
CALL pg_temp.make_older('10 min');
SET ROLE creditbank_verifier;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
ROLLBACK;
BEGIN;
SELECT creditbank.rename_holder(:'one', '王建军', 'a mistyped name') IS NOT NULL AS renamed;
SET ROLE creditbank_verifier;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
ROLLBACK;
SELECT state FROM creditbank.revoke_consent(:'one', :consent + 1);
SET ROLE creditbank_verifier;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of('SELECT creditbank.look(NULL)') AS e;
RESET ROLE;

-- an error about what is to be shown tells nothing of it
SELECT code FROM creditbank.give_consent(:'one', 'Hiring', '{conversions}', '2024-07-01') \gset
BEGIN;
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER ledger_entry_never_changes;
UPDATE creditbank.ledger_entry SET detail = 'secret' WHERE kind = (SELECT k.kind FROM creditbank.entry_kinds() AS k WHERE k.name = 'converted');
SET ROLE creditbank_verifier;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.ask_to_look(%L, ''Hiring'')', :'code')) AS e;
ROLLBACK;

-- nor later, should the file be damaged between asking and looking
SET ROLE creditbank_verifier;
SELECT ticket FROM creditbank.ask_to_look(:'code', 'Hiring') \gset
RESET ROLE;
BEGIN;
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER ledger_entry_never_changes;
UPDATE creditbank.ledger_entry SET detail = 'secret' WHERE kind = (SELECT k.kind FROM creditbank.entry_kinds() AS k WHERE k.name = 'converted');
SET ROLE creditbank_verifier;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.look(%L)', :'ticket')) AS e;
ROLLBACK;

-- for the members of a role
SELECT code, consent AS by_role FROM creditbank.give_consent(:'one', 'Hiring', '{account}', '2024-07-01', grantee_role => 'regress_creditbank_hospital') \gset
SET ROLE regress_creditbank_hospital;
CALL creditbank.look_up(:'code', 'Hiring') \gset
SELECT :'document'::jsonb ->> 'account' AS account;
SET ROLE regress_creditbank_clerk;
CALL creditbank.look_up(:'code', 'Hiring') \gset
SELECT :'document'::jsonb ->> 'account' AS account;
RESET ROLE;
SELECT looked_by FROM creditbank.looks(:'one') WHERE consent = :by_role;

-- every field of the file, with and without grades; a conversion by references rests on nothing else
SELECT code FROM creditbank.give_consent(:'one', 'Study', '{conversions,balance,points,evidence,achievements}', '2024-07-01') \gset
CALL creditbank.look_up(:'code', 'Study') \gset
SELECT f.key, jsonb_pretty(f.value) AS value FROM jsonb_each(:'document') AS f WHERE f.key IN ('conversions', 'balance', 'points') ORDER BY 1;
SELECT a ->> 'achievement' AS achievement, a ? 'grade' AS grade, a -> 'evidence' -> 0 ->> 'digest' = encode(sha256('card'), 'hex') AS evidence
FROM jsonb_array_elements(:'document'::jsonb -> 'achievements') AS a;
SELECT code FROM creditbank.give_consent(:'one', 'Study', '{achievements,conversions,grades}', '2024-07-01', refs => '{training/SH-TRAIN/COLD-CHAIN}') \gset
CALL creditbank.look_up(:'code', 'Study') \gset
SELECT a ->> 'achievement' AS achievement FROM jsonb_array_elements(:'document'::jsonb -> 'achievements') AS a;
SELECT c - 'converted_on' AS conversion FROM jsonb_array_elements(:'document'::jsonb -> 'conversions') AS c;

-- what the credits rest on is told where it is shown itself: not while it is in doubt, nor by the name of the rule
BEGIN;
SELECT creditbank.freeze_achievement(:'one', 'training/SH-TRAIN/COLD-CHAIN#2', 'in doubt') IS NOT NULL AS frozen;
SELECT code FROM creditbank.give_consent(:'one', 'Study', '{achievements,conversions}', '2024-07-01') \gset
SELECT c ->> 'course' AS course, c ->> 'title' AS title, c -> 'sources' AS sources
FROM creditbank.consent AS n
CROSS JOIN LATERAL jsonb_array_elements(creditbank.shown_document(n.consent_id, gen_random_uuid(), 'en') -> 'conversions') AS c
WHERE n.code_digest = creditbank.consent_code_digest(:'code');
ROLLBACK;
SELECT code FROM creditbank.give_consent(:'one', 'Study', '{conversions}', '2024-07-01') \gset
CALL creditbank.look_up(:'code', 'Study') \gset
SELECT c - 'converted_on' AS conversion FROM jsonb_array_elements(:'document'::jsonb -> 'conversions') AS c;

-- certificates without what they state, paths without their reasons; the same whatever the session's settings
SELECT number AS certificate FROM creditbank.issue_certificate(:'one') \gset
SELECT code FROM creditbank.give_consent(:'one', 'Study', '{achievements,evidence,conversions,certificates,paths}', '2024-07-01') \gset
SET datestyle = 'German';
SET bytea_output = 'escape';
SET TimeZone = 'Pacific/Chatham';
SET extra_float_digits = 0;
SELECT ticket FROM creditbank.ask_to_look(:'code', 'Study') \gset
SET datestyle = 'ISO';
RESET bytea_output;
RESET TimeZone;
RESET extra_float_digits;
SELECT creditbank.look(:'ticket') AS document \gset
SELECT c ->> 'number' = :'certificate' AS its_number, c - 'number' AS certificate FROM jsonb_array_elements(:'document'::jsonb -> 'certificates') AS c;
SELECT p AS path FROM jsonb_array_elements(:'document'::jsonb -> 'paths') AS p;

-- each field alone: what of the file can be read from what it shows
SELECT f.field, string_agg(t.what, ', ' ORDER BY t.place) FILTER (WHERE d.document::text ~ t.pattern) AS tells,
	(SELECT string_agg(DISTINCT k.key, ', ' ORDER BY k.key) FROM jsonb_path_query(d.document -> f.field, '$.** ? (@.type() == "object").keyvalue()') AS v
		CROSS JOIN LATERAL (SELECT v ->> 'key' COLLATE "C" AS key) AS k) AS keys
FROM creditbank.consent_fields() AS f
CROSS JOIN LATERAL (
	SELECT jsonb_build_object(f.field, creditbank.shown_value(:one_id, f.field, ARRAY[f.field], NULL, 'en')) AS document) AS d
CROSS JOIN (VALUES
	(1, 'account', :'one'),
	(2, 'name', '王建国'),
	(3, 'birth_date', '1990-02-03'),
	(4, 'trainee_group', 'employed'),
	(5, 'recognised', 'EXP-OPERATOR|COLD-CHAIN'),
	(6, 'frozen', 'FORKLIFT'),
	(7, 'declined', 'FIRST-AID'),
	(8, 'grade', '"92"'),
	(9, 'evidence', encode(sha256('card'), 'hex')),
	(10, 'course', 'LOG-101'),
	(11, 'rule', 'training-hours'),
	(12, 'certificate', :'certificate'),
	(13, 'check code', (SELECT c.check_code FROM creditbank.certificate AS c WHERE c.number = :'certificate'))) AS t (place, what, pattern)
WHERE f.shown_with IS NULL
GROUP BY f.place, f.field, d.document
ORDER BY f.place;

-- the portrait tells neither claims nor gaps, in a language that is asked for; labels stay those asked for
SELECT code FROM creditbank.give_consent(:'one', 'Study', '{portrait}', '2024-07-01') \gset
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.ask_to_look(%L, ''Study'', ''fr'')', :'code')) AS e;
CALL creditbank.look_up(:'code', 'Study') \gset
SELECT a.key AS aspect, m AS member FROM jsonb_each(:'document'::jsonb -> 'portrait') AS a CROSS JOIN LATERAL jsonb_array_elements(a.value) AS m;
SELECT ticket FROM creditbank.ask_to_look(:'code', 'Study', language => 'zh') \gset
SELECT m ->> 'label' AS label FROM jsonb_array_elements(creditbank.look(:'ticket') -> 'portrait' -> 'class') AS m;
SELECT :'document'::jsonb::text ~ 'FORKLIFT|FIRST-AID|claim|gap|OUC-LOGISTICS' AS tells_more;

-- refused in the same words, whatever the reason
CREATE TEMP TABLE refused (number serial, reason text, message text);
CREATE PROCEDURE pg_temp.refuse(reason text, code text, purpose text DEFAULT 'Refusal', role text DEFAULT 'creditbank_verifier')
LANGUAGE plpgsql AS $$
DECLARE
	said record;
BEGIN
	EXECUTE format('SET ROLE %I', role);
	SELECT * INTO said FROM pg_temp.error_of(format('SELECT creditbank.ask_to_look(%L, %L)', code, purpose));
	RESET ROLE;
	INSERT INTO refused (reason, message) VALUES (reason, said::text);
END
$$;
CALL pg_temp.refuse('no code', NULL);
CALL pg_temp.refuse('no such code', '0000-0000-0000-0000');
CALL pg_temp.refuse('no code at all', repeat('x', 100000));
SELECT code FROM creditbank.give_consent(:'one', 'Refusal', '{account}', '2024-07-01', 1, valid_from => '2024-06-02') \gset
CALL pg_temp.refuse('not begun', :'code');
SET test.today = '2024-06-02';
CALL pg_temp.refuse('another purpose', :'code', 'Advertising');
CALL pg_temp.refuse('no purpose', :'code', NULL);
CALL pg_temp.refuse('an empty purpose', :'code', '');
CALL pg_temp.refuse('too long a purpose', :'code', repeat('x', 5000));
CALL pg_temp.refuse('no such code and too long a purpose', '0000-0000-0000-0000', repeat('x', 5000));
SET ROLE creditbank_verifier;
CALL creditbank.look_up(:'code', 'Refusal') \gset
RESET ROLE;
SELECT :'document'::jsonb ->> 'account' AS account;
CALL pg_temp.refuse('used up', :'code');
SELECT code FROM creditbank.give_consent(:'one', 'Refusal', '{account}', '2024-07-01', grantee_role => 'regress_creditbank_hospital') \gset
CALL pg_temp.refuse('another role', :'code');
SET test.today = '2024-07-01';
CALL pg_temp.refuse('', :'code', role => 'regress_creditbank_clerk');
SET test.today = '2024-07-02';
CALL pg_temp.refuse('expired', :'code', role => 'regress_creditbank_clerk');
SELECT code, consent AS last FROM creditbank.give_consent(:'one', 'Refusal', '{account}', '2024-08-01') \gset
SELECT state FROM creditbank.freeze_account(:'one', 'in doubt');
CALL pg_temp.refuse('account frozen', :'code');
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.give_consent(%L, ''x'', ''{name}'', ''2024-08-01'')', :'one')) AS e;
SELECT e.sqlstate_, e.message FROM pg_temp.error_of(format('SELECT creditbank.renew_consent(%L, 1, ''2024-08-01'')', :'one')) AS e;
SELECT consent, standing FROM creditbank.consents(:'one') ORDER BY consent;
SELECT state FROM creditbank.release_account(:'one', 'settled');
CALL pg_temp.refuse('', :'code');
SELECT state FROM creditbank.revoke_consent(:'one', :last, 'changed my mind');
CALL pg_temp.refuse('revoked', :'code');
SELECT code AS closed_code FROM creditbank.give_consent(:'two', 'Refusal', '{name}', '2024-08-01') \gset
BEGIN;
SELECT state FROM creditbank.close_account(:'two', 'moved away');
CALL pg_temp.refuse('account closed', :'closed_code');
SELECT count(*) AS refused, count(DISTINCT message) AS messages FROM refused WHERE reason <> '';
SELECT standing FROM creditbank.consents(:'two');
SELECT state FROM creditbank.revoke_consent(:'two', :last + 1);
SELECT class FROM creditbank.verify_archive();
ROLLBACK;
BEGIN;
SELECT creditbank.erase_holder(:'two', 'asked for') IS NOT NULL AS erased;
CALL pg_temp.refuse('holder erased', :'closed_code');
SELECT count(*) AS refused, count(DISTINCT message) AS messages FROM refused WHERE reason <> '';
SELECT standing FROM creditbank.consents(:'two');
SELECT class FROM creditbank.verify_archive();
ROLLBACK;
BEGIN;
SELECT what FROM creditbank.merge_accounts(:'two', :'one', 'the same card');
CALL pg_temp.refuse('account merged', :'closed_code');
SELECT standing FROM creditbank.consents(:'two');
SELECT count(*) FROM creditbank.consents(:'one') WHERE purpose = 'Refusal' AND fields = 'name';
SELECT count(*) AS refused, count(DISTINCT message) AS messages, min(message) AS message FROM refused WHERE reason <> '';
SELECT reason, message ~ 'consent_missing|23C40' AS refused FROM refused ORDER BY number;
ROLLBACK;

-- withdrawn and renewed
SELECT e.* FROM (VALUES
	('SELECT creditbank.revoke_consent(NULL, 1)'),
	('SELECT creditbank.revoke_consent(%L, NULL)'),
	('SELECT creditbank.revoke_consent(%L, 999)'),
	('SELECT creditbank.revoke_consent(%2$L, 1)'),
	('SELECT creditbank.revoke_consent(%L, 1, E''a\nb'')'),
	('SELECT creditbank.revoke_consent(%L, 1, ''not of 11010519491231002X'')'),
	('SELECT creditbank.revoke_consent(%L, %3$s)'),
	('SELECT creditbank.renew_consent(%L, %3$s, ''2024-08-01'')'),
	('SELECT creditbank.renew_consent(%L, 1, NULL)'),
	('SELECT creditbank.renew_consent(%L, 1, ''2024-08-01'', 0)')) AS s (statement),
	pg_temp.error_of(format(s.statement, :'one', :'two', :last)) AS e;
-- one that has not begun does not begin sooner
BEGIN;
SELECT consent AS later FROM creditbank.give_consent(:'one', 'Study', '{name}', '2024-09-01', valid_from => '2024-08-01') \gset
SELECT first_day, last_day FROM creditbank.renew_consent(:'one', :later, '2024-10-01');
ROLLBACK;
SELECT new_consent - :last AS renewed, code, first_day, last_day FROM creditbank.renew_consent(:'one', 1, '2024-09-01', 3) \gset
SELECT :renewed AS renewed, :'first_day' AS first_day, :'last_day' AS last_day;
SELECT e.message, e.detail FROM pg_temp.error_of(format('SELECT creditbank.renew_consent(%L, 1, ''2024-10-01'')', :'one')) AS e;
CALL creditbank.look_up(:'code', 'Hiring of couriers') \gset
SELECT :'document'::jsonb - 'id' - 'achievements' AS shown;
SELECT consent - :last AS consent, standing, purpose, fields, refs IS NOT NULL AS by_refs, grantee, grantee_role, valid_from, valid_until, uses, used, uses_left, renews, given_by, ended_at IS NOT NULL AS ended, reason
FROM creditbank.consents(:'one') WHERE consent IN (1, :last) OR consent > :last ORDER BY consent;
SELECT kind, detail::jsonb - '{code,digest,login}'::text[] AS detail FROM creditbank.ledger WHERE account = :'one' ORDER BY seq DESC LIMIT 3;

-- nothing of it is changed by hand, and what is changed past the guards is found
SELECT e.sqlstate_, e.message, e.detail FROM (VALUES
	('UPDATE creditbank.consent SET uses = 1000'),
	('UPDATE creditbank.consent SET used = 0'),
	('UPDATE creditbank.consent SET used = used + 2'),
	('UPDATE creditbank.consent SET state = ''revoked'' WHERE state = ''given'''),
	('UPDATE creditbank.consent SET state = ''given'', ended_seq = NULL WHERE state = ''revoked'''),
	('DELETE FROM creditbank.consent'),
	('TRUNCATE creditbank.consent CASCADE'),
	('UPDATE creditbank.consent_look SET asked_in = ''1'''),
	('DELETE FROM creditbank.consent_look'),
	('UPDATE creditbank.consent_transition SET to_state = ''given'''),
	('UPDATE creditbank.consent_account_state SET standing = ''in force''')) AS s (statement),
	pg_temp.error_of(s.statement) AS e;
CREATE FUNCTION pg_temp.found_after(change text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	ALTER TABLE creditbank.consent DISABLE TRIGGER USER;
	ALTER TABLE creditbank.consent_look DISABLE TRIGGER USER;
	ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
	EXECUTE change;
	SELECT string_agg(format('%s %s of %s', v.class, v.seq, v.account), ', ' ORDER BY v.seq, v.expected)
	INTO found
	FROM (
		SELECT a.class, a.seq, a.account, a.expected FROM creditbank.verify_archive() AS a
		UNION ALL
		SELECT l.class, l.seq, l.account, l.expected FROM creditbank.verify_ledger() AS l WHERE l.class <> 'missing_guard') AS v;
	RAISE EXCEPTION USING MESSAGE = coalesce(found, 'nothing');
EXCEPTION WHEN raise_exception THEN
	RETURN SQLERRM;
END
$$;
SELECT s.change, pg_temp.found_after(s.change) AS found FROM (VALUES
	('SELECT'),
	('UPDATE creditbank.consent SET used = 0 WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET uses = 1000 WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET uses = NULL WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET fields = ''{name,birth_date}'' WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET refs = NULL WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET purpose = ''Advertising'' WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET grantee = ''CN-POST'' WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET grantee_role = ''creditbank_verifier'' WHERE consent_id = 3'),
	('UPDATE creditbank.consent SET valid_until = ''2099-01-01'' WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET code_digest = sha256(''mine'') WHERE consent_id = 1'),
	('UPDATE creditbank.consent SET state = ''given'', ended_seq = NULL WHERE consent_id = 2'),
	('UPDATE creditbank.consent SET state = ''revoked'', ended_seq = given_seq WHERE consent_id = 3'),
	('INSERT INTO creditbank.consent (account_id, purpose, fields, valid_from, valid_until, code_digest, salt, given_seq) SELECT account_id, ''Mine'', fields, valid_from, valid_until, sha256(''mine''), salt, given_seq FROM creditbank.consent WHERE consent_id = 3'),
	('DELETE FROM creditbank.consent_look WHERE consent_id = 1 AND number = 1'),
	('UPDATE creditbank.consent_look SET seq = seq + 1 WHERE consent_id = 1 AND number = 2'),
	('INSERT INTO creditbank.consent_look SELECT consent_id, 3, account_id, 1, language, sha256(''''), salt, asked_in FROM creditbank.consent_look WHERE consent_id = 1 AND number = 1'),
	('DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 18')) AS s (change);
SELECT class, count(*) FROM creditbank.verify_account(:'one') GROUP BY class;

\c :before
DROP DATABASE creditbank_consent;
DROP ROLE regress_creditbank_clerk, regress_creditbank_hospital;
