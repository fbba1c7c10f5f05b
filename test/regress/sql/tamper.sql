-- tamper: whoever has full power over the database changes it behind the bank's
-- back. Each attack stands with the class of break and the place that must be
-- found, and an untouched ledger with nothing, whatever the settings.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT creditbank.open_account('Learner ' || n, '2023-01-01') FROM generate_series(1, 3) AS n;
SELECT creditbank.append_entry(a, k, amount::creditbank.credit_amount, ref::creditbank.achievement_ref, '2024-01-01', detail)
FROM generate_series(1, 2) AS a,
	(VALUES
		('recognised', '8 cr', 'course/OUC/LOG-101', '{"n": 1}'),
		('recognised', '16 hr', NULL, ''),
		('consumed', '-16 hr', 'course/OUC/LOG-102', NULL),
		('converted', '2 cr', 'course/OUC/LOG-1', '03')) AS e (k, amount, ref, detail);
SELECT creditbank.reverse_entry(1, 5, '2024-02-01', 'posted twice');
SELECT tree_size, root_hash FROM creditbank.seal() \gset old_
SELECT creditbank.append_entry(1, 'recognised', '1 cr', NULL, '2024-03-01', 'late');
SELECT creditbank.append_entry(3, 'recognised', '1 cr', NULL, '2024-03-01', 'late');
SELECT creditbank.append_entry(1, 'recognised', '1 cr', NULL, '2024-03-01', 'later');
SELECT tree_size FROM creditbank.seal() \gset new_
SELECT creditbank.append_entry(3, 'recognised', '1 cr', NULL, '2024-03-02', 'not sealed');

-- after(attack): what is found after an attack, which is undone again: one line
-- per finding, class and place, the account by its id.
CREATE FUNCTION pg_temp.after(attack text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	findings text;
	guarded text;
BEGIN
	BEGIN
		FOREACH guarded IN ARRAY '{ledger_entry,log_tile,checkpoint,incarnation,bank}'::text[] LOOP
			EXECUTE format('ALTER TABLE creditbank.%I DISABLE TRIGGER USER', guarded);
		END LOOP;
		EXECUTE attack;
		FOREACH guarded IN ARRAY '{ledger_entry,log_tile,checkpoint,incarnation,bank}'::text[] LOOP
			EXECUTE (
				SELECT string_agg(format('ALTER TABLE creditbank.%I ENABLE ALWAYS TRIGGER %I', guarded, t.tgname), ';')
				FROM pg_trigger AS t
				WHERE t.tgrelid = ('creditbank.' || guarded)::regclass AND NOT t.tgisinternal);
		END LOOP;
		findings := pg_temp.findings();
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		RETURN findings;
	END;
END
$$;
CREATE FUNCTION pg_temp.findings()
RETURNS text
LANGUAGE sql AS $$
	SELECT coalesce(string_agg(concat(v.class, ' ' || a.account_id, '/' || v.seq), ', ' ORDER BY a.account_id, v.seq, v.class, v.entry_id), 'nothing')
	FROM creditbank.verify_ledger() AS v
	LEFT JOIN creditbank.account AS a ON creditbank.account_number(a.account_id) = v.account
$$;
-- after_plain(attack): the same, in words, of an attack on the guards themselves.
CREATE FUNCTION pg_temp.after_plain(attack text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	findings text;
BEGIN
	BEGIN
		EXECUTE attack;
		SELECT string_agg(format('%s: %s: %s', v.class, v.expected, v.found), '; ') INTO findings FROM creditbank.verify_ledger() AS v;
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		RETURN findings;
	END;
END
$$;
-- rechain(account, seq): makes the chain from an entry on, and the head, fit.
CREATE FUNCTION pg_temp.rechain(of_account bigint, from_seq bigint)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	entry record;
	hash bytea;
BEGIN
	FOR entry IN
		SELECT e.*, b.ledger_id, b.suite
		FROM creditbank.ledger_entry AS e, creditbank.bank AS b
		WHERE e.account_id = of_account AND e.seq >= from_seq
		ORDER BY e.seq
	LOOP
		hash := coalesce(hash, entry.prev_hash);
		UPDATE creditbank.ledger_entry AS e SET prev_hash = hash WHERE e.account_id = of_account AND e.seq = entry.seq;
		hash := creditbank.entry_hash(entry.ledger_id, entry.suite, of_account, entry.seq, entry.kind, entry.amount, entry.ref,
			entry.occurred_on, entry.recorded_at, entry.actor, entry.detail, entry.reverses, hash);
	END LOOP;
	UPDATE creditbank.ledger_head AS h
	SET head_hash = hash,
		seq = (SELECT max(e.seq) FROM creditbank.ledger_entry AS e WHERE e.account_id = of_account),
		balances = (
			SELECT coalesce(array_agg(s.amount ORDER BY s.amount), '{}')
			FROM (
				SELECT sum(e.amount) AS amount
				FROM creditbank.ledger_entry AS e
				WHERE e.account_id = of_account AND e.amount IS NOT NULL
				GROUP BY creditbank.unit(e.amount)) AS s)
	WHERE h.account_id = of_account;
END
$$;
-- reseal(): throws the tree and its checkpoints away and seals anew.
CREATE FUNCTION pg_temp.reseal()
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM creditbank.checkpoint;
	DELETE FROM creditbank.log_tile;
	PERFORM creditbank.seal();
END
$$;
-- move(account, seq, to_account, to_seq, id): an entry elsewhere, with another id.
CREATE FUNCTION pg_temp.move(of_account bigint, of_seq bigint, to_account bigint, to_seq bigint, id bigint)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	entry creditbank.ledger_entry;
BEGIN
	DELETE FROM creditbank.ledger_entry AS e WHERE e.account_id = of_account AND e.seq = of_seq RETURNING * INTO entry;
	entry.account_id := to_account;
	entry.seq := to_seq;
	entry.entry_id := coalesce(id, entry.entry_id);
	INSERT INTO creditbank.ledger_entry OVERRIDING SYSTEM VALUE SELECT entry.*;
END
$$;
\o
\set ECHO all
SELECT pg_temp.findings() AS untouched, pg_temp.after('SELECT 1') AS after_nothing;

-- A value in each hashed column; NULL and empty; text over a field's border.
SELECT s.what, pg_temp.after(format('UPDATE creditbank.ledger_entry SET %s WHERE account_id = 1 AND seq = 3', s.change)) AS found
FROM (VALUES
	(1, 'amount', 'amount = ''1600 hr'''),
	(2, 'amount by the least there is', 'amount = ''16.0001 hr'''),
	(3, 'its unit', 'amount = ''16 cr'''),
	(4, 'its sign', 'amount = ''-16 hr'''),
	(5, 'amount to NULL', 'amount = NULL'),
	(6, 'kind', 'kind = 6'),
	(7, 'ref from NULL', 'ref = ''course/A/B'''),
	(8, 'occurred_on', 'occurred_on = occurred_on + 1'),
	(9, 'recorded_at by a microsecond', 'recorded_at = recorded_at + ''1 microsecond'''),
	(10, 'recorded_at to the second', 'recorded_at = date_trunc(''second'', recorded_at) - interval ''1 second'''),
	(11, 'actor', 'actor = ''postgrez'''),
	(12, 'actor to empty', 'actor = '''''),
	(13, 'actor to NULL', 'actor = NULL'),
	(14, 'detail from empty to NULL', 'detail = NULL'),
	(15, 'detail from empty to a space', 'detail = '' '''),
	(16, 'actor''s end to the beginning of detail', 'actor = ''postgre'', detail = ''s'''),
	(17, 'actor and detail swapped', 'actor = detail, detail = actor'),
	(18, 'reverses', 'reverses = 2'),
	(19, 'seq', 'seq = 33'),
	(20, 'account', 'account_id = 3, seq = 9'),
	(21, 'prev_hash', 'prev_hash = creditbank.digest(''x'')'),
	(22, 'one bit of prev_hash', 'prev_hash = set_bit(prev_hash, 77, 1 - get_bit(prev_hash, 77))')) AS s (place, what, change)
ORDER BY s.place;
SELECT 'NULL detail to empty' AS what, pg_temp.after('UPDATE creditbank.ledger_entry SET detail = '''' WHERE account_id = 1 AND seq = 4') AS found
UNION ALL
SELECT 'the end of ref to the beginning of detail', pg_temp.after('UPDATE creditbank.ledger_entry SET ref = ''course/OUC/LOG-10'', detail = ''3'' WHERE account_id = 2 AND seq = 5');

-- Hashes made to fit.
SELECT s.what, pg_temp.after(s.attack) AS found
FROM (VALUES
	(1, 'amount, and what the next entry holds of it',
		$$ UPDATE creditbank.ledger_entry SET amount = '80 cr' WHERE account_id = 1 AND seq = 2;
		UPDATE creditbank.ledger_entry AS n SET prev_hash = decode(l.entry_hash, 'hex') FROM creditbank.ledger AS l
		WHERE l.account = creditbank.account_number(1) AND l.seq = 2 AND n.account_id = 1 AND n.seq = 3 $$),
	(2, 'amount, chain, head and balance',
		$$ UPDATE creditbank.ledger_entry SET amount = '80 cr' WHERE account_id = 2 AND seq = 4;
		SELECT pg_temp.rechain(2, 4) $$),
	(3, 'the last sealed entry of a chain, and its head',
		$$ UPDATE creditbank.ledger_entry SET amount = '80 cr' WHERE account_id = 2 AND seq = 5;
		SELECT pg_temp.rechain(2, 5) $$),
	(4, 'a middle entry taken out, the rest renumbered and made to fit',
		$$ DELETE FROM creditbank.ledger_entry WHERE account_id = 2 AND seq = 3;
		UPDATE creditbank.ledger_entry SET seq = 3 WHERE account_id = 2 AND seq = 4;
		UPDATE creditbank.ledger_entry SET seq = 4 WHERE account_id = 2 AND seq = 5;
		UPDATE creditbank.ledger_entry AS e SET prev_hash = decode(l.entry_hash, 'hex') FROM creditbank.ledger AS l
		WHERE l.account = creditbank.account_number(2) AND l.seq = 2 AND e.account_id = 2 AND e.seq = 3;
		SELECT pg_temp.rechain(2, 3) $$)) AS s (place, what, attack)
ORDER BY s.place;

-- Taken out, put in, moved.
SELECT s.what, pg_temp.after(s.attack) AS found
FROM (VALUES
	(1, 'a middle entry deleted', 'DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 3'),
	(2, 'the first entry deleted', 'DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 1'),
	(3, 'a tail cut', 'DELETE FROM creditbank.ledger_entry WHERE account_id = 2 AND seq = 5'),
	(4, 'a tail cut with the head set back', 'DELETE FROM creditbank.ledger_entry WHERE account_id = 2 AND seq = 5; SELECT pg_temp.rechain(2, 1)'),
	(5, 'everything after the first checkpoint cut, heads set back',
		'DELETE FROM creditbank.ledger_entry WHERE entry_id > (SELECT min(last_entry_id) FROM creditbank.checkpoint);
		SELECT pg_temp.rechain(1, 1); SELECT pg_temp.rechain(3, 1)'),
	(6, 'an account deleted',
		'DELETE FROM creditbank.holder WHERE account_id = 2; DELETE FROM creditbank.ledger_entry WHERE account_id = 2;
		DELETE FROM creditbank.ledger_head WHERE account_id = 2; DELETE FROM creditbank.account WHERE account_id = 2'),
	(7, 'a head deleted', 'DELETE FROM creditbank.ledger_head WHERE account_id = 2'),
	(8, 'a backdated entry with valid links, under a sealed head',
		$$ SELECT creditbank.append_entry(2, 'recognised', '9 cr', NULL, '2023-06-01', 'backdated');
		UPDATE creditbank.ledger_entry SET recorded_at = '2023-06-01' WHERE account_id = 2 AND seq = 6;
		SELECT pg_temp.rechain(2, 6); SELECT pg_temp.move(2, 6, 2, 6, 5) $$),
	(9, 'a fork', $$
		ALTER TABLE creditbank.ledger_entry DROP CONSTRAINT ledger_entry_pkey;
		INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, prev_hash)
		SELECT account_id, seq, recorded_at, '99 cr', occurred_on, kind, prev_hash FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 3 $$),
	(10, 'an entry put in behind the head', $$
		INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, prev_hash)
		SELECT account_id, seq + 1, recorded_at, '99 cr', '2024-01-01', 3, head_hash FROM creditbank.ledger_head WHERE account_id = 2 $$),
	(11, 'two entries swapped',
		'SELECT pg_temp.move(1, 3, 1, -3, NULL); SELECT pg_temp.move(1, 4, 1, 3, NULL); SELECT pg_temp.move(1, -3, 1, 4, NULL)'),
	(12, 'an entry moved to the end of another account', 'SELECT pg_temp.move(2, 5, 3, 4, NULL)'),
	(13, 'the ledger given another identity', 'UPDATE creditbank.bank SET ledger_id = ''10112233-4455-6677-8899-aabbccddeeff'''),
	(14, 'the suite', 'UPDATE creditbank.bank SET suite = ''sm3-sm2'''),
	(15, 'a balance', 'UPDATE creditbank.ledger_head SET balances = ''{1000 cr}'' WHERE account_id = 3'),
	(16, 'a balance in another unit', 'UPDATE creditbank.ledger_head SET balances = balances || ''{5 ects}'' WHERE account_id = 3'),
	(17, 'a head''s hash', 'UPDATE creditbank.ledger_head SET head_hash = creditbank.digest(''x'') WHERE account_id = 3'),
	(18, 'a reversal of what was taken back before', $$
		DROP INDEX creditbank.ledger_entry_reversed_once;
		INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, reverses, ref, prev_hash)
		SELECT h.account_id, h.seq + 1, h.recorded_at, '-2 cr', '2024-01-01', 7, 5, 'course/OUC/LOG-1', h.head_hash FROM creditbank.ledger_head AS h WHERE account_id = 1;
		SELECT pg_temp.rechain(1, 1) $$)) AS s (place, what, attack)
ORDER BY s.place;

-- The tree and its checkpoints.
SELECT s.what, pg_temp.after(s.attack) AS found
FROM (VALUES
	(1, 'an entry left out of the tree: put in under a sealed id', $$ SELECT pg_temp.move(3, 3, 3, 3, 4) $$),
	(2, 'an entry in the tree twice',
		'UPDATE creditbank.log_tile SET hashes = substr(hashes, 1, 64) || substr(hashes, 1, 32) || substr(hashes, 97) WHERE level = 0'),
	(3, 'a leaf', 'UPDATE creditbank.log_tile SET hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40)) WHERE level = 0'),
	(4, 'two leaves swapped', 'UPDATE creditbank.log_tile SET hashes = substr(hashes, 33, 32) || substr(hashes, 1, 32) || substr(hashes, 65) WHERE level = 0'),
	(5, 'the tiles thrown away', 'DELETE FROM creditbank.log_tile'),
	(6, 'a checkpoint''s root', 'UPDATE creditbank.checkpoint SET root_hash = creditbank.digest(''x'') WHERE tree_size = (SELECT min(tree_size) FROM creditbank.checkpoint)'),
	(7, 'a checkpoint''s size', 'UPDATE creditbank.checkpoint SET tree_size = tree_size - 1 WHERE tree_size = (SELECT min(tree_size) FROM creditbank.checkpoint)'),
	(8, 'the last checkpoint thrown away', 'DELETE FROM creditbank.checkpoint WHERE tree_size = (SELECT max(tree_size) FROM creditbank.checkpoint)')) AS s (place, what, attack)
ORDER BY s.place;

-- What would stop verification, or set a trap for what is written next.
SELECT s.what, pg_temp.after(s.attack) AS found
FROM (VALUES
	(1, 'the greatest place there is', 'UPDATE creditbank.ledger_entry SET seq = 9223372036854775807 WHERE account_id = 2 AND seq = 5'),
	(2, 'the least place there is', 'UPDATE creditbank.ledger_entry SET seq = -9223372036854775808 WHERE account_id = 2 AND seq = 5'),
	(3, 'a tree too large to look through', 'UPDATE creditbank.checkpoint SET tree_size = 9223372036854775807 WHERE tree_size = (SELECT max(tree_size) FROM creditbank.checkpoint)'),
	(4, 'the ids of a tile', 'UPDATE creditbank.log_tile SET last_entry_id = 1, first_entry_id = 4 WHERE level = 0'),
	(5, 'a checkpoint''s incarnation', 'SET LOCAL session_replication_role = replica; DELETE FROM creditbank.incarnation; RESET session_replication_role'),
	(6, 'a head''s time', 'UPDATE creditbank.ledger_head SET recorded_at = ''2139-01-01'' WHERE account_id = 2'),
	(7, 'a head''s time to none', 'UPDATE creditbank.ledger_head SET recorded_at = ''infinity'' WHERE account_id = 2'),
	(8, 'a balance of nothing, which says nothing', 'UPDATE creditbank.ledger_head SET balances = balances || ''{0 cats}'' WHERE account_id = 3')) AS s (place, what, attack)
ORDER BY s.place;
SELECT class, account IS NOT NULL AS of_account FROM creditbank.verify_account(creditbank.account_number(3));

-- The guards taken away: found while they are.
SELECT s.what, pg_temp.after_plain(s.attack) AS found
FROM (VALUES
	(1, 'disabled', 'ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER ledger_entry_never_changes'),
	(2, 'not for replication', 'ALTER TABLE creditbank.ledger_entry ENABLE TRIGGER ledger_entry_never_changes'),
	(3, 'dropped', 'DROP TRIGGER checkpoint_never_emptied ON creditbank.checkpoint'),
	(4, 'replaced', $$
		DROP TRIGGER log_tile_never_changes ON creditbank.log_tile;
		CREATE TRIGGER log_tile_never_changes BEFORE UPDATE ON creditbank.log_tile
		FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
		ALTER TABLE creditbank.log_tile ENABLE ALWAYS TRIGGER log_tile_never_changes $$),
	(5, 'never fired', $$
		DROP TRIGGER ledger_entry_never_changes ON creditbank.ledger_entry;
		CREATE TRIGGER ledger_entry_never_changes BEFORE UPDATE OR DELETE ON creditbank.ledger_entry
		FOR EACH ROW WHEN (false) EXECUTE FUNCTION creditbank.refuse_change();
		ALTER TABLE creditbank.ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_never_changes $$),
	(6, 'ids in bundles', 'ALTER SEQUENCE creditbank.ledger_entry_entry_id_seq CACHE 20')) AS s (place, what, attack)
ORDER BY s.place;
SELECT * FROM pg_temp.error_of('ALTER SEQUENCE creditbank.ledger_entry_entry_id_seq CACHE 20; SELECT creditbank.seal()');
SELECT sqlstate_, message FROM pg_temp.error_of('ALTER SEQUENCE creditbank.ledger_entry_entry_id_seq RESTART 5; SELECT creditbank.seal()');
SET LOCAL session_replication_role = replica;
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.ledger_entry SET amount = NULL');
SELECT sqlstate_, message FROM pg_temp.error_of('DELETE FROM creditbank.checkpoint');
SELECT sqlstate_, message FROM pg_temp.error_of('UPDATE creditbank.log_tile SET hashes = sha256('''')');
SELECT sqlstate_, message FROM pg_temp.error_of('TRUNCATE creditbank.ledger_entry');
RESET session_replication_role;

-- Everything rebuilt: sound in itself, and no proof from the checkpoint that
-- somebody kept leads to it.
SELECT pg_temp.after($$
	UPDATE creditbank.ledger_entry SET amount = '80 cr' WHERE account_id = 1 AND seq = 2;
	SELECT pg_temp.rechain(1, 1);
	SELECT pg_temp.reseal() $$) AS rebuilt;
SELECT creditbank.verify_consistency(:old_tree_size, c.tree_size, creditbank.consistency_proof(:old_tree_size, c.tree_size), :'old_root_hash', c.root_hash) AS honest
FROM creditbank.latest_checkpoint() AS c;
SAVEPOINT before;
\o /dev/null
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
ALTER TABLE creditbank.log_tile DISABLE TRIGGER USER;
ALTER TABLE creditbank.checkpoint DISABLE TRIGGER USER;
UPDATE creditbank.ledger_entry SET amount = '80 cr' WHERE account_id = 1 AND seq = 2;
SELECT pg_temp.rechain(1, 1);
SELECT pg_temp.reseal();
\o
SELECT creditbank.verify_consistency(:old_tree_size, c.tree_size, creditbank.consistency_proof(:old_tree_size, c.tree_size), :'old_root_hash', c.root_hash) AS rebuilt
FROM creditbank.latest_checkpoint() AS c;
ROLLBACK TO before;

-- The columns' types rewritten, which asks no trigger: time to the second, empty
-- text to NULL.
SAVEPOINT before;
DROP VIEW creditbank.ledger, creditbank.ledger_fields, creditbank.log_status;
ALTER TABLE creditbank.ledger_entry ALTER COLUMN recorded_at TYPE timestamptz(0);
SELECT DISTINCT class FROM creditbank.verify_ledger() ORDER BY class;
ROLLBACK TO before;
DROP VIEW creditbank.ledger, creditbank.ledger_fields, creditbank.log_status, creditbank.counted_entry, creditbank.contribution, creditbank.fact_account, creditbank.fact_deposit, creditbank.fact_recognition, creditbank.fact_conversion, creditbank.fact_points, creditbank.fact_certificate;
ALTER TABLE creditbank.ledger_entry ALTER COLUMN detail TYPE text USING nullif(detail, '');
SELECT class, count(*) FROM creditbank.verify_ledger() GROUP BY class ORDER BY class;
ROLLBACK TO before;

-- Settings that must change nothing.
SET LOCAL TimeZone = 'Pacific/Chatham';
SET LOCAL DateStyle = 'German, DMY';
SET LOCAL IntervalStyle = 'sql_standard';
SET LOCAL lc_numeric = 'C';
SET LOCAL lc_monetary = 'C';
SET LOCAL lc_time = 'C';
SET LOCAL lc_messages = 'C';
SET LOCAL extra_float_digits = -15;
SET LOCAL bytea_output = 'escape';
SET LOCAL standard_conforming_strings = off;
SET LOCAL xmloption = document;
SET LOCAL search_path = '';
SELECT pg_temp.findings() AS other_settings;
SELECT creditbank.verify_inclusion(p.leaf_hash, p.leaf_index, p.tree_size, p.proof, p.root_hash) AS proven
FROM creditbank.inclusion_proof(creditbank.account_number(1), 3) AS p;
ROLLBACK;
