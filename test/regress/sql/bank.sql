-- bank: opening it, once, and what happens before.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all

-- Before a bank is open every public function says so.
SELECT f.call, e.*
FROM (VALUES
	($$creditbank.open_account('Li')$$),
	($$creditbank.deposit('00000000000195', 'course/A/B', '2024-01-01')$$),
	($$creditbank.recognise('00000000000195', 'course/A/B')$$),
	($$creditbank.convert('00000000000195', 'P')$$),
	($$creditbank.explain_conversion('00000000000195', 'P')$$),
	($$creditbank.balance('00000000000195')$$),
	($$creditbank.lifelong_file('00000000000195')$$),
	($$creditbank.verify_account('00000000000195')$$),
	($$creditbank.verify_ledger()$$),
	($$creditbank.publish_rules('rule_set')$$)) AS f (call)
CROSS JOIN LATERAL (
	SELECT r.sqlstate_, r.message, replace(r.detail, current_database(), 'DB') AS detail, r.hint
	FROM pg_temp.error_of('SELECT * FROM ' || f.call) AS r) AS e;

-- What a bank cannot be opened with.
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank('') $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank('two words') $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank('a+b') $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank(E'a\u0001b') $$);
SELECT sqlstate_, left(message, 10) AS message FROM pg_temp.error_of($$ CALL creditbank.create_bank(repeat('x', 256)) $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank(NULL) $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank('ok', ledger_id => NULL) $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank('ok', suite => 'md5') $$);
SELECT * FROM pg_temp.error_of($$ CALL creditbank.create_bank('ok', time_zone => 'Mars/Olympus') $$);
SELECT sqlstate_ FROM pg_temp.error_of($$ CALL creditbank.create_bank('ok', time_zone => NULL) $$);
SELECT b.said, e.* FROM unnest(ARRAY['', ' Bank', E'Bank\nof', repeat('x', 101)]) AS b (said) CROSS JOIN LATERAL pg_temp.error_of(format('CALL creditbank.create_bank(''ok'', name => %L)', b.said)) AS e;
SELECT to_regclass('creditbank.bank') IS NULL AS nothing_made;

BEGIN;
CALL creditbank.create_bank('bank.example.org/credit');
SELECT origin, suite, time_zone, made_by_version, opened_at = now() AS opened_now FROM creditbank.bank;
-- Its objects are ordinary ones, owned by creditbank_owner, none by the extension.
SELECT count(*) FILTER (WHERE pg_get_userbyid(c.relowner) <> 'creditbank_owner') AS owned_by_others,
	count(*) FILTER (WHERE d.deptype = 'e') AS members_of_the_extension,
	count(*) > 10 AS there_are_some
FROM pg_class AS c
LEFT JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
WHERE c.relnamespace = 'creditbank'::regnamespace
	AND c.relkind IN ('r', 'v', 'S');
-- A second time is refused, and changes nothing.
SELECT sqlstate_, message, detail LIKE 'It was opened as "bank.example.org/credit" at %' AS detail_says_when, hint
FROM pg_temp.error_of($$ CALL creditbank.create_bank('other.example.org') $$);
SELECT count(*), min(origin) FROM creditbank.bank;
-- It may be named, now and later; what is made out then says so.
SELECT creditbank.bank_name(), creditbank.clr_bank() ->> 'name' AS issuer;
UPDATE creditbank.bank SET name = U&'\6D66\6C5F\7EC8\8EAB\5B66\4E60\5B66\5206\94F6\884C';
SELECT creditbank.bank_name(), creditbank.clr_bank() ->> 'name' AS issuer;
SELECT sqlstate_, message FROM pg_temp.error_of($$ UPDATE creditbank.bank SET name = ' ' $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ UPDATE creditbank.bank SET origin = 'other.example.org' $$);
-- The extension cannot be dropped from under it.
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ DROP EXTENSION creditbank $$);
ROLLBACK;

-- The other suite.
BEGIN;
CALL creditbank.create_bank('bank.example.org', suite => 'sm3-sm2', ledger_id => '00112233-4455-6677-8899-aabbccddeeff', name => 'Learning Bank');
SELECT creditbank.bank_name();
SELECT account, account_id, seq FROM creditbank.open_account('Wang Jianguo', '2024-01-02');
SELECT prev_hash = '2e25c872eeafa96d665f4bbda00e4d0d149361fc332b80ffb9a37b6a0284f92f' AS begins_at_genesis FROM creditbank.ledger;
SELECT count(*) AS findings FROM creditbank.verify_ledger();
ROLLBACK;

-- caller() is the outer role, SET ROLE included, also inside owner's rights.
BEGIN;
CALL creditbank.create_bank('bank.example.org');
SET ROLE creditbank_registrar;
SELECT account FROM creditbank.open_account('Wang Jianguo', '2024-01-02');
RESET ROLE;
SELECT actor FROM creditbank.ledger;
ROLLBACK;
