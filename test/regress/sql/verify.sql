-- verify: no finding on a sound ledger, and each kind of break found at its place.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS courier FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS other FROM creditbank.open_account('李秀英', '2023-01-01') \gset
SELECT creditbank.deposit(:'courier', 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15');
SELECT creditbank.deposit(:'courier', 'training/SH-TRAIN/COLD-CHAIN#T-0815', '2024-03-20', amount => '48 hr', attendance => 96);
SELECT creditbank.recognise(:'courier', 'cert/CN-POST/EXP-OPERATOR#2023-000123');
SELECT creditbank.recognise(:'courier', 'training/SH-TRAIN/COLD-CHAIN#T-0815');
SELECT creditbank.convert(:'courier', 'OUC-LOGISTICS', ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123'], as_of => '2024-10-01');
SELECT creditbank.deposit(:'other', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', '2024-05-01', level => 3);
-- after_doing(statement): what verification finds after a statement done behind
-- the bank's back; the statement is undone again.
CREATE FUNCTION pg_temp.after_doing(statement text)
RETURNS TABLE (account text, class text, seq bigint, meaning text)
LANGUAGE plpgsql AS $$
DECLARE
	findings jsonb;
	by_account jsonb;
BEGIN
	BEGIN
		ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT coalesce(jsonb_agg(to_jsonb(v) - '{expected,found,entry_id}'::text[] ORDER BY v.account, v.seq, v.class), '[]')
		INTO findings
		FROM (
			SELECT * FROM creditbank.verify_ledger()
			UNION ALL
			SELECT * FROM creditbank.verify_archive()) AS v;
		-- Account by account the same is found.
		SELECT coalesce(jsonb_agg(to_jsonb(v) - '{expected,found,entry_id}'::text[]
			ORDER BY v.account, v.seq, v.class), '[]')
		INTO by_account
		FROM creditbank.account AS a
		CROSS JOIN LATERAL creditbank.verify_account(creditbank.account_number(a.account_id)) AS v;
		IF findings <> by_account AND NOT findings @> '[{"class": "missing_account"}]' AND NOT findings @> '[{"class": "altered_rules"}]'
			AND NOT findings @> '[{"class": "moved_entry"}]' THEN
			RAISE EXCEPTION 'verify_ledger and verify_account differ: % %', findings, by_account;
		END IF;
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		NULL;
	END;
	RETURN QUERY
	SELECT f.account, f.class, f.seq, f.meaning
	FROM jsonb_to_recordset(findings) AS f (account text, class text, seq bigint, meaning text);
	IF NOT FOUND THEN
		RETURN QUERY SELECT NULL, 'nothing found', NULL::bigint, NULL;
	END IF;
END
$$;
\o
\set ECHO all

SELECT * FROM creditbank.verify_ledger();
SELECT * FROM creditbank.verify_account(:'courier');
SELECT account, count(*) AS entries FROM creditbank.ledger GROUP BY account ORDER BY account;
SELECT * FROM pg_temp.after_doing('SELECT 1');

-- Each hashed column of a middle entry, and prev_hash.
SELECT s.what, f.*
FROM (VALUES
	('amount', 'amount = ''30 cr'''),
	('amount to NULL', 'amount = NULL'),
	('unit', 'amount = ''3 ects'''),
	('kind', 'kind = 5'),
	('ref', 'ref = ''course/OUC/LOG-102'''),
	('ref to NULL', 'ref = NULL'),
	('occurred_on', 'occurred_on = occurred_on - 1'),
	('recorded_at', 'recorded_at = recorded_at + ''1 microsecond'''),
	('actor', 'actor = ''nobody'''),
	('actor to NULL', 'actor = NULL'),
	('detail', 'detail = replace(detail, ''LOG'', ''LOH'')'),
	('detail to no JSON at all', 'detail = ''{'''),
	('reverses', 'reverses = 1'),
	('prev_hash', 'prev_hash = creditbank.digest('''')'),
	('prev_hash cut short', 'prev_hash = ''\x00'''),
	('occurred_on to no day', 'occurred_on = ''infinity'''),
	('recorded_at to no time', 'recorded_at = ''-infinity'''),
	('recorded_at beyond what is hashed', 'recorded_at = ''294276-12-31''')) AS s (what, change)
CROSS JOIN LATERAL pg_temp.after_doing(format('UPDATE creditbank.ledger_entry SET %s WHERE account_id = 1 AND seq = 7', s.change)) AS f;
-- The first and the last entry.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = ''nobody'' WHERE account_id = 1 AND seq = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET prev_hash = creditbank.digest('''') WHERE account_id = 1 AND seq = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET amount = ''30 cr'' WHERE account_id = 1 AND seq = 9');
-- Entries taken out: in the middle, at the end, all of them; the head set back.
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 4');
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 9');
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_entry WHERE account_id = 2');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET seq = 8 WHERE account_id = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET head_hash = creditbank.digest('''') WHERE account_id = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET head_hash = ''\x00'' WHERE account_id = 1');
-- Nothing is taken from a balance that does not have it.
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''consumed'', ''-49 hr'', NULL, current_date, NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''consumed'', ''-1 pt'', NULL, current_date, NULL)');
-- Nothing is chained to a hash that is none.
SELECT sqlstate_, message FROM pg_temp.error_of(format($$
	UPDATE creditbank.ledger_head SET head_hash = '\x00' WHERE account_id = 2;
	SELECT creditbank.deposit(%L, 'award/CN-UNION/SORTING-CONTEST#2024-P-18', '2024-05-01') $$, :'other'));
-- Put in: an entry behind the end, a second one in a place, one of another account.
SELECT * FROM pg_temp.after_doing($$
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, prev_hash)
	SELECT account_id, seq + 1, now(), '5 cr', current_date, 6, head_hash FROM creditbank.ledger_head WHERE account_id = 1 $$);
SELECT * FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.ledger_entry DROP CONSTRAINT ledger_entry_pkey;
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, prev_hash)
	SELECT account_id, seq, recorded_at, amount, occurred_on, kind, prev_hash FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 3 $$);
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET account_id = 2, seq = 3 WHERE account_id = 1 AND seq = 9');
-- Two neighbours swapped.
SELECT * FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET seq = -seq WHERE account_id = 1 AND seq IN (4, 5);
	UPDATE creditbank.ledger_entry SET seq = 9 + seq WHERE account_id = 1 AND seq < 0 $$);
-- A head taken away.
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_head WHERE account_id = 2');
-- Balance, file, consumption and decisions against the ledger.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET balances = ''{80 cr,48 hr}'' WHERE account_id = 1');
-- Entries that add up to more than any amount are no way to make it fail.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET amount = ''57646075230342 cr'' WHERE account_id = 1 AND seq >= 8');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.achievement SET level = 5 WHERE achievement_id = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.achievement SET state = ''recognised'' WHERE account_id = 2');
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.consumption');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision_line SET granted = ''30 cr'' WHERE line = 2');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision_line SET sources = ''{award/CN-UNION/SORTING-CONTEST#2024-P-17}'' WHERE line = 2');
-- What later conversions go by: the programme, the day, the day of a cap's year.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET programme = ''AHOU-MECHATRONICS''');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET as_of = as_of - 400');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision_line SET dated = dated - 400 WHERE line = 3');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision_line SET mark = ''credit'', leftover = ''1 hr'' WHERE line = 1');
-- A course renamed in the registry is no difference.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.programme_course SET title = ''another title''');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.decision SET inputs = replace(inputs, ''"level": 3'', ''"level": 5'')');
SELECT * FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.rule_book DISABLE TRIGGER USER;
	UPDATE creditbank.rule_book SET rules = replace(rules::text, '3 cr', '4 cr')::creditbank.rule_set WHERE name = 'ouc-logistics' $$);
SELECT account, class, meaning FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.rule_book DISABLE TRIGGER USER;
	UPDATE creditbank.rule_book SET effective = '[2000-01-01,)' WHERE name = 'anhui-industrial-workers' $$);
-- A detail that is no JSON, in a chain made to fit it: reported, not an error.
SELECT account, class, seq FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET detail = '{' WHERE account_id = 2 AND seq = 2;
	UPDATE creditbank.ledger_head AS h SET head_hash = decode(l.entry_hash, 'hex')
	FROM creditbank.ledger AS l WHERE h.account_id = 2 AND l.account = creditbank.account_number(2) AND l.seq = 2 $$);
-- Another holder put in the place of the one the account was opened for.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.holder SET full_name = ''Mallory'' WHERE account_id = 2');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.account SET commitment = creditbank.digest('''') WHERE account_id = 2');
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.holder WHERE account_id = 2');
-- An account stripped of entries and head, and a chain without its account.
SELECT * FROM pg_temp.after_doing($$
	DELETE FROM creditbank.ledger_entry WHERE account_id = 2;
	DELETE FROM creditbank.ledger_head WHERE account_id = 2 $$);
SELECT * FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.ledger_head DROP CONSTRAINT ledger_head_account_fkey;
	ALTER TABLE creditbank.achievement DROP CONSTRAINT achievement_account_fkey;
	ALTER TABLE creditbank.holder DROP CONSTRAINT holder_account_fkey;
	DELETE FROM creditbank.account WHERE account_id = 2 $$);
-- The ledger moved under another identity.
SELECT class, account, seq FROM pg_temp.after_doing('ALTER TABLE creditbank.bank DISABLE TRIGGER USER; UPDATE creditbank.bank SET ledger_id = ''10112233-4455-6677-8899-aabbccddeeff''') ORDER BY account, seq LIMIT 2;

-- The guards: nobody changes an entry in passing.
SELECT * FROM pg_temp.error_of('UPDATE creditbank.ledger_entry SET amount = NULL');
SELECT sqlstate_, message FROM pg_temp.error_of('DELETE FROM creditbank.ledger_entry');
SELECT sqlstate_, message FROM pg_temp.error_of('TRUNCATE creditbank.ledger_entry');
SET LOCAL session_replication_role = replica;
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.ledger_entry SET amount = NULL');
SELECT sqlstate_, message FROM pg_temp.error_of('TRUNCATE creditbank.ledger_entry');
SELECT sqlstate_, message FROM pg_temp.error_of('DELETE FROM creditbank.rule_book');
SELECT sqlstate_, message FROM pg_temp.error_of('TRUNCATE creditbank.rule_book CASCADE');
RESET session_replication_role;
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT * FROM creditbank.verify_account(''12'')');
ROLLBACK;
