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
		ALTER TABLE creditbank.bank DISABLE TRIGGER USER;
		ALTER TABLE creditbank.decision DISABLE TRIGGER USER;
		ALTER TABLE creditbank.decision_line DISABLE TRIGGER USER;
		ALTER TABLE creditbank.achievement DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT coalesce(jsonb_agg(to_jsonb(v) - '{expected,found,entry_id}'::text[] ORDER BY v.account, v.seq, v.class), '[]')
		INTO findings
		FROM (
			SELECT l.* FROM creditbank.verify_ledger() AS l WHERE l.class <> 'missing_guard'
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
-- Two that are no neighbours, and three in a circle.
SELECT * FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET seq = -seq WHERE account_id = 1 AND seq IN (4, 7);
	UPDATE creditbank.ledger_entry SET seq = 11 + seq WHERE account_id = 1 AND seq < 0 $$);
SELECT * FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET seq = -seq WHERE account_id = 1 AND seq IN (3, 5, 8);
	UPDATE creditbank.ledger_entry SET seq = CASE seq WHEN -3 THEN 5 WHEN -5 THEN 8 ELSE 3 END WHERE account_id = 1 AND seq < 0 $$);
-- The first two.
SELECT * FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET seq = -seq WHERE account_id = 2;
	UPDATE creditbank.ledger_entry SET seq = 3 + seq WHERE account_id = 2 $$);
-- Forms that the bank never writes, in a chain made to fit.
CREATE FUNCTION pg_temp.rehash(of_account bigint) RETURNS void LANGUAGE sql AS $$
	UPDATE creditbank.ledger_head AS h SET seq = l.seq, head_hash = creditbank.entry_hash(b.ledger_id, b.suite, l.account_id, l.seq, l.kind, l.amount, l.ref,
		l.occurred_on, l.recorded_at, l.actor, l.detail, l.reverses, l.prev_hash)
	FROM creditbank.bank AS b, (SELECT * FROM creditbank.ledger_entry AS e WHERE e.account_id = of_account ORDER BY e.seq DESC LIMIT 1) AS l
	WHERE h.account_id = of_account $$;
SELECT account, class, seq FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET kind = 99 WHERE account_id = 2 AND seq = 2; SELECT pg_temp.rehash(2)');
SELECT account, class, seq FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET seq = -2 WHERE account_id = 2 AND seq = 2; SELECT pg_temp.rehash(2)');
-- A unit that is none, as only a page that was written to can hold.
CREATE FUNCTION pg_temp.as_stored(bigint) RETURNS creditbank.credit_amount LANGUAGE internal IMMUTABLE STRICT AS 'int8up';
SELECT account, class, seq FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET amount = pg_temp.as_stored(9223372036854775807) WHERE account_id = 2 AND seq = 2; SELECT pg_temp.rehash(2)');
SELECT account, class, seq FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET balances = ARRAY[pg_temp.as_stored(9223372036854775807)] WHERE account_id = 1');
SELECT account, class, seq FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET balances = ''{77 cr,77 cr}'' WHERE account_id = 1');
-- Below zero, where it may not be and where it may; that a deposit takes something is another matter.
SELECT account, class, seq FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET balances = balances || ''{-1 hr}''::creditbank.credit_amount[] WHERE account_id = 2');
SELECT account, class, seq FROM pg_temp.after_doing($$
	UPDATE creditbank.bank SET negative_units = '{hr}';
	UPDATE creditbank.ledger_entry SET amount = '-1 hr' WHERE account_id = 2 AND seq = 2;
	UPDATE creditbank.ledger_head SET balances = '{-1 hr}' WHERE account_id = 2;
	SELECT pg_temp.rehash(2) $$);
-- Reversals: one as the ledger may have it, though the decision stands, and each
-- way in which one is wrong.
SELECT s.what, f.account, f.class, f.seq
FROM (VALUES
	('right', 'reversed', '-77 cr', 8),
	('of nothing', 'reversed', NULL, 77),
	('of none', 'reversed', NULL, NULL),
	('of itself', 'reversed', NULL, 10),
	('of the opening', 'reversed', NULL, 1),
	('of another amount', 'reversed', '-1 cr', 8),
	('by another kind', 'converted', NULL, 8)) AS s (what, kind, amount, reverses)
CROSS JOIN LATERAL pg_temp.after_doing(format($$
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, ref, reverses, occurred_on, kind, detail, prev_hash)
	SELECT e.account_id, 10, now(), CASE WHEN %2$L::text = '-77 cr' THEN creditbank.credit_amount(-e.amount::numeric, creditbank.unit(e.amount)) ELSE %2$L::creditbank.credit_amount END,
		e.ref, %3$L, current_date, k.kind, '{}', h.head_hash
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.name = %1$L
	JOIN creditbank.ledger_head AS h ON h.account_id = e.account_id
	WHERE e.account_id = 1 AND e.seq = 8;
	SELECT pg_temp.rehash(1);
	UPDATE creditbank.ledger_head SET balances = ARRAY(
		SELECT sum(e.amount) FROM creditbank.ledger_entry AS e
		WHERE e.account_id = 1 AND e.amount IS NOT NULL GROUP BY creditbank.unit(e.amount) ORDER BY 1)
	WHERE account_id = 1 $$, s.kind, s.amount, s.reverses)) AS f
WHERE f.class <> 'differing_decision' OR s.what = 'right';
-- Taken back twice.
SELECT account, class, seq FROM pg_temp.after_doing($$
	DROP INDEX creditbank.ledger_entry_reversed_once;
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, reverses, occurred_on, kind, ref, prev_hash)
	SELECT e.account_id, 10, now(), 2, current_date, 7, e.ref, h.head_hash
	FROM creditbank.ledger_entry AS e JOIN creditbank.ledger_head AS h ON h.account_id = e.account_id WHERE e.account_id = 1 AND e.seq = 2;
	SELECT pg_temp.rehash(1);
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, reverses, occurred_on, kind, ref, prev_hash)
	SELECT e.account_id, 11, now(), 2, current_date, 7, e.ref, h.head_hash
	FROM creditbank.ledger_entry AS e JOIN creditbank.ledger_head AS h ON h.account_id = e.account_id WHERE e.account_id = 1 AND e.seq = 2;
	SELECT pg_temp.rehash(1) $$);
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
SELECT class, account, seq FROM pg_temp.after_doing('UPDATE creditbank.bank SET ledger_id = ''10112233-4455-6677-8899-aabbccddeeff''') ORDER BY account, seq LIMIT 2;

-- The guards: nobody changes an entry in passing.
SELECT * FROM pg_temp.error_of('UPDATE creditbank.ledger_entry SET amount = NULL');
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.bank SET ledger_id = gen_random_uuid()');
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.bank SET suite = ''sm3-sm2''');
SELECT sqlstate_, message FROM pg_temp.error_of('DELETE FROM creditbank.bank');
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
