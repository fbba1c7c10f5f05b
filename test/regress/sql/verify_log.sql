-- verify_log: what verification finds in the tree, its checkpoints and their
-- signatures, what it makes of the sealed leaves, and verification from a
-- checkpoint on.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT account AS one FROM creditbank.open_account('One', '2023-01-01') \gset
SELECT account AS two FROM creditbank.open_account('Two', '2023-01-01') \gset
-- Three hundred entries of one account and as many of the other, sealed in two steps.
SELECT FROM generate_series(1, 300) AS n, LATERAL creditbank.append_entry(1 + n % 2, 'converted', '1 cr', 'course/OUC/LOG-101', '2024-01-01', '{"n": ' || n || '}');
SELECT tree_size AS first_size FROM creditbank.seal() \gset
SELECT FROM generate_series(301, 600) AS n, LATERAL creditbank.append_entry(1 + n % 2, 'converted', '1 cr', 'course/OUC/LOG-101', '2024-01-01', '{"n": ' || n || '}');
SELECT tree_size AS second_size FROM creditbank.seal() \gset
-- And four that are not sealed.
SELECT FROM generate_series(601, 604) AS n, LATERAL creditbank.append_entry(1 + n % 2, 'converted', '1 cr', 'course/OUC/LOG-101', '2024-01-01', '{"n": ' || n || '}');
-- without hashes, which name times of this run
CREATE FUNCTION pg_temp.plain(said text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(said, '[0-9a-f]{64}', 'HASH', 'g') $$;
CREATE FUNCTION pg_temp.renumber(of_account bigint, of_seq bigint, id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	entry creditbank.ledger_entry;
BEGIN
	DELETE FROM creditbank.ledger_entry AS e WHERE e.account_id = of_account AND e.seq = of_seq RETURNING * INTO entry;
	entry.entry_id := id;
	INSERT INTO creditbank.ledger_entry OVERRIDING SYSTEM VALUE SELECT entry.*;
END
$$;
-- after_doing(statement, size): what verification finds after a statement done
-- behind the bank's back; the statement is undone again.
CREATE FUNCTION pg_temp.after_doing(statement text, since bigint DEFAULT NULL)
RETURNS TABLE (account text, class text, seq bigint, expected text, found text)
LANGUAGE plpgsql AS $$
DECLARE
	findings jsonb;
	of_accounts jsonb;
	by_account jsonb;
BEGIN
	BEGIN
		ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
		ALTER TABLE creditbank.log_tile DISABLE TRIGGER USER;
		ALTER TABLE creditbank.checkpoint DISABLE TRIGGER USER;
		ALTER TABLE creditbank.log_key DISABLE TRIGGER USER;
		ALTER TABLE creditbank.checkpoint_signature DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT coalesce(jsonb_agg(to_jsonb(v) ORDER BY v.account, v.seq, v.class, v.expected), '[]'),
			coalesce(jsonb_agg(to_jsonb(v) - '{expected,found}'::text[] ORDER BY v.account, v.seq, v.class, v.expected) FILTER (WHERE v.account IS NOT NULL), '[]')
		INTO findings, of_accounts
		FROM creditbank.verify_ledger(since) AS v
		WHERE v.class <> 'missing_guard';
		-- Account by account the same is found.
		SELECT coalesce(jsonb_agg(to_jsonb(v) - '{expected,found}'::text[] ORDER BY v.account, v.seq, v.class, v.expected), '[]')
		INTO by_account
		FROM creditbank.account AS a
		CROSS JOIN LATERAL creditbank.verify_account(creditbank.account_number(a.account_id)) AS v
		WHERE v.class NOT IN ('differing_achievement', 'differing_decision', 'differing_account');
		IF since IS NULL AND of_accounts <> by_account THEN
			RAISE EXCEPTION 'verify_ledger and verify_account differ: % %', of_accounts, by_account;
		END IF;
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		NULL;
	END;
	RETURN QUERY
	SELECT f.account, f.class, f.seq, pg_temp.plain(f.expected), pg_temp.plain(f.found)
	FROM jsonb_to_recordset(findings) AS f (account text, class text, seq bigint, expected text, found text);
	IF NOT FOUND THEN
		RETURN QUERY SELECT NULL, 'nothing found', NULL::bigint, NULL, NULL;
	END IF;
END
$$;
\o
\set ECHO all

SELECT :first_size, :second_size;
SELECT * FROM creditbank.verify_ledger();
SELECT * FROM creditbank.verify_ledger(:first_size);
SELECT * FROM creditbank.verify_ledger(:second_size);
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT * FROM creditbank.verify_ledger(301)');
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT * FROM creditbank.verify_ledger(-1)');
SELECT * FROM pg_temp.after_doing('SELECT 1');

-- A sealed entry altered, in the middle and at the end of its chain.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = ''nobody'' WHERE account_id = 1 AND seq = 100');
-- Altered, and every hash after it and the head made to fit: the tree tells.
CREATE FUNCTION pg_temp.rehash(of_account bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	entry record;
	hash bytea;
BEGIN
	FOR entry IN SELECT e.*, b.ledger_id, b.suite FROM creditbank.ledger_entry AS e, creditbank.bank AS b WHERE e.account_id = of_account ORDER BY e.seq LOOP
		hash := coalesce(hash, entry.prev_hash);
		UPDATE creditbank.ledger_entry AS e SET prev_hash = hash WHERE e.account_id = of_account AND e.seq = entry.seq AND e.prev_hash <> hash;
		hash := creditbank.entry_hash(entry.ledger_id, entry.suite, of_account, entry.seq, entry.kind, entry.amount, entry.ref,
			entry.occurred_on, entry.recorded_at, entry.actor, entry.detail, entry.reverses, hash);
	END LOOP;
	UPDATE creditbank.ledger_head AS h SET head_hash = hash WHERE h.account_id = of_account;
END
$$;
SELECT class, min(seq), max(seq), count(*) FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET actor = 'nobody' WHERE account_id = 1 AND seq = 250;
	SELECT pg_temp.rehash(1) $$) GROUP BY class ORDER BY class;
-- An account taken away whole.
SELECT class, count(*) FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.holder DROP CONSTRAINT holder_account_fkey;
	DELETE FROM creditbank.ledger_head WHERE account_id = 2;
	DELETE FROM creditbank.ledger_entry WHERE account_id = 2;
	DELETE FROM creditbank.account WHERE account_id = 2 $$) GROUP BY class ORDER BY class;
-- The head or the last entry, once that is sealed: the leaf says which.
SAVEPOINT sealed;
SELECT FROM creditbank.seal();
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET head_hash = creditbank.digest('''') WHERE account_id = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = NULL WHERE account_id = 1 AND seq = 303; UPDATE creditbank.ledger_head SET seq = seq');
-- What one carries of the one before it, and more: that one is as it was sealed.
SELECT * FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET actor = NULL, prev_hash = creditbank.digest('') WHERE account_id = 1 AND seq = 303 $$);
ROLLBACK TO sealed;
-- Unsealed, nothing says which of the two it was.
SELECT * FROM pg_temp.after_doing($$
	UPDATE creditbank.ledger_entry SET actor = NULL, prev_hash = creditbank.digest('') WHERE account_id = 1 AND seq = 303 $$);
-- Put in late, under a sealed id.
SELECT * FROM pg_temp.after_doing('SELECT pg_temp.renumber(1, 303, 5)');
-- An id is not hashed: with another one the entry is sought in another tile.
SAVEPOINT renumbered;
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
SELECT pg_temp.renumber(1, 20, 440);
SELECT class, seq, entry_id, expected, found FROM creditbank.verify_account(:'one') WHERE class = 'unsealed_entry';
ROLLBACK TO renumbered;
-- Tiles.
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.log_tile WHERE level = 1');
SELECT class, count(*) FROM pg_temp.after_doing('DELETE FROM creditbank.log_tile WHERE level = 0 AND tile = 2') GROUP BY class ORDER BY class;
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.log_tile SET hashes = creditbank.digest('''') || substr(hashes, 33) WHERE level = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.log_tile SET hashes = hashes || substr(hashes, 1, 32) WHERE level = 0 AND tile = 2');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.log_tile SET hashes = substr(hashes, 1, 32 * 255) || substr(hashes, 1, 32) WHERE level = 0 AND tile = 1');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.log_tile SET hashes = substr(hashes, 33, 32) || substr(hashes, 1, 32) || substr(hashes, 65) WHERE level = 0 AND tile = 0');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.log_tile SET tile = 5 WHERE level = 0 AND tile = 2');
SELECT * FROM pg_temp.after_doing('ALTER TABLE creditbank.log_tile DROP CONSTRAINT log_tile_hashes; UPDATE creditbank.log_tile SET hashes = substr(hashes, 2) WHERE level = 1');
SELECT * FROM pg_temp.after_doing('INSERT INTO creditbank.log_tile VALUES (2, 0, NULL, NULL, creditbank.digest(''''))');
-- Checkpoints.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.checkpoint SET root_hash = creditbank.digest('''') WHERE tree_size = 305');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.checkpoint SET last_entry_id = 10 WHERE tree_size = 305');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.checkpoint SET last_entry_id = 605 WHERE tree_size = 305');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.checkpoint SET tree_size = 306 WHERE tree_size = 305');
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.checkpoint SET tree_size = 604 WHERE tree_size = 605');
SELECT class, count(*) FROM pg_temp.after_doing('DELETE FROM creditbank.checkpoint WHERE tree_size = 605') GROUP BY class ORDER BY class;
-- Signatures that were never made, by a key that is registered and by none.
SAVEPOINT signed;
SELECT creditbank.verifier_key('witness.example.org', 'witness', 'ed25519', sha256('')) AS key \gset
SELECT creditbank.add_key(:'key', 'witness');
INSERT INTO creditbank.checkpoint_signature (tree_size, incarnation, verifier_key, signed_time, signature, received_at)
VALUES (305, 1, :'key', 0, sha256('') || sha256(''), now());
SELECT class, expected FROM pg_temp.after_doing('SELECT 1');
SELECT class, expected, found FROM pg_temp.after_doing('UPDATE creditbank.log_key SET public_key = sha256(''another'')');
SELECT class, expected, found FROM pg_temp.after_doing('UPDATE creditbank.log_key SET public_key = ''\x00''');
SELECT class, expected FROM pg_temp.after_doing('UPDATE creditbank.checkpoint_signature SET signed_time = NULL');
SELECT class, expected, found FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.checkpoint_signature DROP CONSTRAINT checkpoint_signature_key_fkey;
	DELETE FROM creditbank.log_key $$);
SELECT class, expected, found FROM pg_temp.after_doing($$
	ALTER TABLE creditbank.checkpoint_signature DROP CONSTRAINT checkpoint_signature_checkpoint_fkey;
	DELETE FROM creditbank.checkpoint WHERE tree_size = 305 $$);
ROLLBACK TO signed;

-- From a checkpoint on: what was written after it, and no more.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = ''nobody'' WHERE account_id = 1 AND seq = 100', 305);
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = ''nobody'' WHERE account_id = 1 AND seq = 200', 305);
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = ''nobody'' WHERE account_id = 1 AND seq = 302', 605);
-- The one before the first new one is looked at, and where it is missing.
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_entry SET actor = ''nobody'' WHERE account_id = 1 AND seq = 301', 605);
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 301', 605);
SELECT * FROM pg_temp.after_doing('DELETE FROM creditbank.ledger_entry WHERE account_id = 1 AND seq = 303', 605);
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.ledger_head SET balances = ''{5 cr}'' WHERE account_id = 1', 605);
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.log_tile SET hashes = substr(hashes, 33, 32) || substr(hashes, 1, 32) || substr(hashes, 65) WHERE level = 0 AND tile = 2', 305);
SELECT * FROM pg_temp.after_doing('UPDATE creditbank.checkpoint SET root_hash = creditbank.digest('''') WHERE tree_size = 605', 305);

-- The states of the aggregates come from nowhere else.
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.account_sums(''\x00'', 1)');
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.entry_sums(NULL, 1, 1, 1, now(), NULL, NULL, ''2024-01-01'', 1::smallint, NULL, NULL, NULL, ''\x'')');
SELECT octet_length(creditbank.account_sums('\x00', 1)) > 0 AS of_no_rows FROM generate_series(1, 0);
ROLLBACK;
