-- checkpoint.sql: sealing the ledger under signed tree heads.
-- Promise: a sealed entry stays provable under every later checkpoint; writers
-- never wait for the sealer; doc/checkpoint.md specifies what is hashed and
-- signed. Only seal grows the tree, and nothing here ever changes a hash.

-- Texts and bytes: pure functions.

CREATE FUNCTION creditbank.base64_line(data bytea)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(encode(data, 'base64'), E'\n', '');
COMMENT ON FUNCTION creditbank.base64_line(bytea) IS
'Bytes as base64 (RFC 4648, section 4) on one line. NULL for NULL.';

CREATE FUNCTION creditbank.check_note_name(name text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF name ~ '[[:space:][:cntrl:]+]' OR length(name) NOT BETWEEN 1 AND 255 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('"%s" cannot be a name in a signed note', name),
			DETAIL = 'A name has 1 to 255 characters, none of them a space, a control character or a plus sign.',
			HINT = 'Use a name its holder owns, like a host name: witness.example.org.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_note_name(text) IS
'Raises invalid_parameter unless a text can be an origin or a key''s name in a C2SP signed note. NULL passes.';

CREATE FUNCTION creditbank.key_type(role text, algorithm text)
RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	type bytea := CASE role || ' ' || algorithm
		WHEN 'log ed25519' THEN decode('01', 'hex')
		WHEN 'witness ed25519' THEN decode('04', 'hex')
		WHEN 'log sm2' THEN decode('ff', 'hex') || convert_to('creditbank/sm2', 'UTF8')
		WHEN 'witness sm2' THEN decode('ff', 'hex') || convert_to('creditbank/sm2-cosignature', 'UTF8') END;
BEGIN
	IF type IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('there are no "%s" keys of algorithm "%s"', role, algorithm),
			DETAIL = 'The role is log or witness, the algorithm ed25519 or sm2.',
			HINT = 'Name one of each.';
	END IF;
	RETURN type;
END
$$;
COMMENT ON FUNCTION creditbank.key_type(text, text) IS
'The bytes that stand for a role (log, witness) and an algorithm (ed25519, sm2) in key ids and verifier keys. NULL when an argument is NULL. Errors: invalid_parameter.';

CREATE FUNCTION creditbank.suite_algorithm(suite text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE suite WHEN 'sha256-ed25519' THEN 'ed25519' WHEN 'sm3-sm2' THEN 'sm2' END;
COMMENT ON FUNCTION creditbank.suite_algorithm(text) IS
'The algorithm of the log''s keys under an algorithm suite: ed25519 or sm2. NULL for NULL and for what is no suite.';

CREATE FUNCTION creditbank.key_id(name text, type_and_key bytea)
RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substr(sha256(convert_to(name || E'\n', 'UTF8') || type_and_key), 1, 4);
COMMENT ON FUNCTION creditbank.key_id(text, bytea) IS
'The four bytes that name a key in a C2SP signed note: the first of SHA-256(name, newline, type and public key). NULL when an argument is NULL.';

CREATE FUNCTION creditbank.verifier_key(name text, role text, algorithm text, public_key bytea)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	type_and_key bytea := creditbank.key_type(role, algorithm) || public_key;
	length_of_key integer := CASE algorithm WHEN 'ed25519' THEN 32 ELSE 65 END;
BEGIN
	PERFORM creditbank.check_note_name(name);
	IF octet_length(public_key) <> length_of_key THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('a public key of algorithm "%s" has %s bytes', algorithm, length_of_key),
			DETAIL = format('This one has %s.', octet_length(public_key)),
			HINT = 'Pass the bare key: 32 bytes of RFC 8032, or 04, x and y of the point, 65 bytes.';
	END IF;
	RETURN name || '+' || encode(creditbank.key_id(name, type_and_key), 'hex') || '+' || creditbank.base64_line(type_and_key);
END
$$;
COMMENT ON FUNCTION creditbank.verifier_key(text, text, text, bytea) IS
'A public key as the text in which it is handed around (C2SP signed-note): name+id+key. role: log or witness; algorithm: ed25519 or sm2. NULL when an argument is NULL. Errors: invalid_parameter.';

CREATE FUNCTION creditbank.read_verifier_key(verifier_key text)
RETURNS TABLE (name text, role text, algorithm text, key_id bytea, public_key bytea)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	parts text[] := regexp_match(read_verifier_key.verifier_key, '^([^+]+)[+]([0-9a-f]{8})[+]((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$');
	type_and_key bytea;
	kind record;
BEGIN
	type_and_key := decode(parts[3], 'base64');
	FOR kind IN
		SELECT k.role, k.algorithm, creditbank.key_type(k.role, k.algorithm) AS type, k.length
		FROM (VALUES ('log', 'ed25519', 32), ('witness', 'ed25519', 32), ('log', 'sm2', 65), ('witness', 'sm2', 65)) AS k (role, algorithm, length)
	LOOP
		-- Written again it must be the same text: that checks id, key and padding.
		IF octet_length(type_and_key) = octet_length(kind.type) + kind.length
			AND substr(type_and_key, 1, octet_length(kind.type)) = kind.type
			AND creditbank.verifier_key(parts[1], kind.role, kind.algorithm, substr(type_and_key, octet_length(kind.type) + 1))
				= read_verifier_key.verifier_key
		THEN
			RETURN QUERY
			SELECT parts[1], kind.role, kind.algorithm, creditbank.key_id(parts[1], type_and_key),
				substr(type_and_key, octet_length(kind.type) + 1);
			RETURN;
		END IF;
	END LOOP;
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('invalid_parameter'),
		MESSAGE = format('"%s" is no verifier key', read_verifier_key.verifier_key),
		DETAIL = CASE
			WHEN parts IS NULL THEN 'It has not the form name+id+key.'
			WHEN encode(creditbank.key_id(parts[1], type_and_key), 'hex') <> parts[2] THEN 'Its id is not that of its name and key.'
			ELSE 'Its key is of no known type, or has not that type''s length.' END,
		HINT = 'creditbank.verifier_key() makes one; doc/checkpoint.md specifies them.';
END
$$;
COMMENT ON FUNCTION creditbank.read_verifier_key(text) IS
'What a verifier key says: the key''s name, role (log, witness), algorithm (ed25519, sm2), id of four bytes and public key. One row; none for NULL. Errors: invalid_parameter when it is malformed or its id does not fit.';

CREATE FUNCTION creditbank.checkpoint_body(
	origin text,
	tree_size bigint,
	root_hash bytea,
	suite text,
	incarnation integer,
	marker uuid)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_note_name(origin);
	IF octet_length(root_hash) <> octet_length(creditbank.digest('', suite)) OR tree_size < 0 OR incarnation < 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'this cannot be a checkpoint',
			DETAIL = format('The tree size is %s, the incarnation %s, and the root has %s bytes.', tree_size, incarnation, octet_length(root_hash)),
			HINT = 'Sizes begin with 0, incarnations with 1, and a root has 32 bytes.';
	END IF;
	RETURN format(E'%s\n%s\n%s\nsuite %s\nincarnation %s %s\n',
		origin, tree_size, creditbank.base64_line(root_hash), suite, incarnation, marker);
END
$$;
COMMENT ON FUNCTION creditbank.checkpoint_body(text, bigint, bytea, text, integer, uuid) IS
'The body of a checkpoint (C2SP tlog-checkpoint with two extension lines): what its signatures are over, in UTF-8. NULL when an argument is NULL. Errors: invalid_parameter.';

CREATE FUNCTION creditbank.cosignature_message(body text, signed_time bigint)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN E'cosignature/v1\ntime ' || signed_time || E'\n' || body;
COMMENT ON FUNCTION creditbank.cosignature_message(text, bigint) IS
'What a witness signs, in UTF-8 (C2SP tlog-cosignature): the body of a checkpoint and the time of signing in POSIX seconds. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.signature_line(name text, key_id bytea, signed_time bigint, signature bytea)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN convert_from(decode('e28094', 'hex'), 'UTF8') || ' ' || name || ' '
	|| creditbank.base64_line(key_id || coalesce(int8send(signed_time), '') || signature) || E'\n';
COMMENT ON FUNCTION creditbank.signature_line(text, bytea, bigint, bytea) IS
'A signature as a line of a C2SP signed note. signed_time, in POSIX seconds, is NULL for a key of the log; NULL for any other argument gives NULL. Errors: 22P05 where the database''s encoding has no em dash.';

-- What is stored.

CREATE FUNCTION creditbank.refuse_tile_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF (NEW.level, NEW.tile, NEW.first_entry_id) IS NOT DISTINCT FROM (OLD.level, OLD.tile, OLD.first_entry_id)
			AND NEW.last_entry_id IS NOT DISTINCT FROM greatest(OLD.last_entry_id, NEW.last_entry_id)
			AND octet_length(NEW.hashes) > octet_length(OLD.hashes)
			AND substr(NEW.hashes, 1, octet_length(OLD.hashes)) = OLD.hashes
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'a tile only grows, by hashes after those it has',
		'Only creditbank.seal() adds to the tree.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_tile_change() IS
'The trigger of log_tile: refuses DELETE, TRUNCATE and every UPDATE but one that adds hashes. Errors: append_only.';

CREATE FUNCTION creditbank.refuse_key_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF OLD.retired_after IS NULL AND NEW.retired_after IS NOT NULL
			AND to_jsonb(NEW) - 'retired_after' = to_jsonb(OLD) - 'retired_after'
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'a key is added, and retired once',
		'Add another key with creditbank.add_key(); retire one with creditbank.retire_key().');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_key_change() IS
'The trigger of log_key: refuses DELETE, TRUNCATE and every UPDATE but that which retires a key. Errors: append_only.';

CREATE PROCEDURE creditbank.create_checkpoint_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.log_tile (
		level smallint NOT NULL,
		tile bigint NOT NULL,
		first_entry_id bigint,
		last_entry_id bigint,
		hashes bytea NOT NULL,
		CONSTRAINT log_tile_pkey PRIMARY KEY (level, tile),
		CONSTRAINT log_tile_place CHECK (level >= 0 AND level <= 7 AND tile >= 0),
		CONSTRAINT log_tile_ids CHECK ((level = 0) = (first_entry_id IS NOT NULL) AND (level = 0) = (last_entry_id IS NOT NULL)),
		CONSTRAINT log_tile_hashes CHECK (octet_length(hashes) >= 32 AND octet_length(hashes) <= 8192 AND octet_length(hashes) % 32 = 0)
	);
	ALTER TABLE creditbank.log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
	COMMENT ON TABLE creditbank.log_tile IS 'The tree over the sealed entries, as C2SP tlog-tiles cuts it: up to 256 hashes of one level side by side. One row per tile; a tile only grows.';
	COMMENT ON COLUMN creditbank.log_tile.level IS '0: leaf hashes. Above: the roots of the full tiles of the level below.';
	COMMENT ON COLUMN creditbank.log_tile.tile IS 'Its place on its level: 0, 1, 2.';
	COMMENT ON COLUMN creditbank.log_tile.first_entry_id IS 'Level 0: the id of its first entry.';
	COMMENT ON COLUMN creditbank.log_tile.last_entry_id IS 'Level 0: the id of its last entry.';
	COMMENT ON COLUMN creditbank.log_tile.hashes IS '1 to 256 hashes of 32 bytes, in the order of the tree.';
	CREATE UNIQUE INDEX log_tile_by_entry ON creditbank.log_tile (first_entry_id) WHERE level = 0;
	COMMENT ON INDEX creditbank.log_tile_by_entry IS 'Finds the tile of an entry.';

	CREATE TABLE creditbank.incarnation (
		incarnation integer NOT NULL,
		began_at timestamptz NOT NULL,
		reason text NOT NULL,
		system_identifier bigint NOT NULL,
		timeline integer NOT NULL,
		database_oid bigint NOT NULL,
		marker uuid NOT NULL,
		CONSTRAINT incarnation_pkey PRIMARY KEY (incarnation),
		CONSTRAINT incarnation_from_one CHECK (incarnation >= 1)
	);
	COMMENT ON TABLE creditbank.incarnation IS 'The lives of this database: a restored, copied or promoted one goes on as another. One row per incarnation.';
	COMMENT ON COLUMN creditbank.incarnation.incarnation IS 'Its number: 1, 2, 3.';
	COMMENT ON COLUMN creditbank.incarnation.began_at IS 'When it was first noticed.';
	COMMENT ON COLUMN creditbank.incarnation.reason IS 'What had changed, or what declare_incarnation was told.';
	COMMENT ON COLUMN creditbank.incarnation.system_identifier IS 'The server''s database system identifier, as initdb drew it.';
	COMMENT ON COLUMN creditbank.incarnation.timeline IS 'The timeline of the server''s write-ahead log.';
	COMMENT ON COLUMN creditbank.incarnation.database_oid IS 'The OID of the database.';
	COMMENT ON COLUMN creditbank.incarnation.marker IS 'Drawn at random, so that two copies that go on apart differ.';

	CREATE TABLE creditbank.checkpoint (
		tree_size bigint NOT NULL,
		incarnation integer NOT NULL,
		root_hash bytea NOT NULL,
		last_entry_id bigint NOT NULL,
		sealed_at timestamptz NOT NULL,
		CONSTRAINT checkpoint_pkey PRIMARY KEY (tree_size, incarnation),
		CONSTRAINT checkpoint_incarnation_fkey FOREIGN KEY (incarnation) REFERENCES creditbank.incarnation (incarnation),
		CONSTRAINT checkpoint_root_length CHECK (octet_length(root_hash) = 32),
		CONSTRAINT checkpoint_size CHECK (tree_size >= 0)
	);
	COMMENT ON TABLE creditbank.checkpoint IS 'The heads of the tree that were ever stated. One row per seal that had something new to say.';
	COMMENT ON COLUMN creditbank.checkpoint.tree_size IS 'How many entries the tree holds.';
	COMMENT ON COLUMN creditbank.checkpoint.incarnation IS 'The incarnation that stated it.';
	COMMENT ON COLUMN creditbank.checkpoint.root_hash IS 'The root of the tree.';
	COMMENT ON COLUMN creditbank.checkpoint.last_entry_id IS 'Every entry with an id up to this one is in the tree.';
	COMMENT ON COLUMN creditbank.checkpoint.sealed_at IS 'When it was stated.';

	CREATE TABLE creditbank.log_key (
		verifier_key text NOT NULL,
		name text NOT NULL,
		role text NOT NULL,
		algorithm text NOT NULL,
		key_id bytea NOT NULL,
		public_key bytea NOT NULL,
		added_at timestamptz NOT NULL,
		retired_after bigint,
		CONSTRAINT log_key_pkey PRIMARY KEY (verifier_key),
		CONSTRAINT log_key_id_key UNIQUE (name, key_id),
		CONSTRAINT log_key_role CHECK (role IN ('log', 'witness')),
		CONSTRAINT log_key_algorithm CHECK (algorithm IN ('ed25519', 'sm2'))
	);
	COMMENT ON TABLE creditbank.log_key IS 'The keys whose signatures of checkpoints are taken. One row per key.';
	COMMENT ON COLUMN creditbank.log_key.verifier_key IS 'The key as the text in which it is handed around.';
	COMMENT ON COLUMN creditbank.log_key.name IS 'Its name: the origin for a key of the log.';
	COMMENT ON COLUMN creditbank.log_key.role IS 'log: the ledger''s own. witness: someone else''s.';
	COMMENT ON COLUMN creditbank.log_key.algorithm IS 'ed25519 or sm2.';
	COMMENT ON COLUMN creditbank.log_key.key_id IS 'The four bytes that stand before its signatures.';
	COMMENT ON COLUMN creditbank.log_key.public_key IS 'The public key.';
	COMMENT ON COLUMN creditbank.log_key.added_at IS 'When it was added.';
	COMMENT ON COLUMN creditbank.log_key.retired_after IS 'The largest tree that it may sign; NULL while it is in use.';

	CREATE TABLE creditbank.checkpoint_signature (
		tree_size bigint NOT NULL,
		incarnation integer NOT NULL,
		verifier_key text NOT NULL,
		signed_time bigint,
		signature bytea NOT NULL,
		received_at timestamptz NOT NULL,
		CONSTRAINT checkpoint_signature_pkey PRIMARY KEY (tree_size, incarnation, verifier_key),
		CONSTRAINT checkpoint_signature_checkpoint_fkey FOREIGN KEY (tree_size, incarnation) REFERENCES creditbank.checkpoint (tree_size, incarnation),
		CONSTRAINT checkpoint_signature_key_fkey FOREIGN KEY (verifier_key) REFERENCES creditbank.log_key (verifier_key)
	);
	COMMENT ON TABLE creditbank.checkpoint_signature IS 'The signatures of checkpoints, each verified when it came. One row per checkpoint and key.';
	COMMENT ON COLUMN creditbank.checkpoint_signature.tree_size IS 'The checkpoint''s tree size.';
	COMMENT ON COLUMN creditbank.checkpoint_signature.incarnation IS 'The checkpoint''s incarnation.';
	COMMENT ON COLUMN creditbank.checkpoint_signature.verifier_key IS 'The key.';
	COMMENT ON COLUMN creditbank.checkpoint_signature.signed_time IS 'A witness''s time of signing, in POSIX seconds; NULL for a key of the log.';
	COMMENT ON COLUMN creditbank.checkpoint_signature.signature IS 'The signature: 64 bytes for Ed25519, DER for SM2.';
	COMMENT ON COLUMN creditbank.checkpoint_signature.received_at IS 'When it was stored.';

	PERFORM creditbank.guard_table('log_tile', 'refuse_tile_change', 'A tile only grows.');
	PERFORM creditbank.guard_table('incarnation', 'refuse_change', 'An incarnation stays as it was recorded.');
	PERFORM creditbank.guard_table('checkpoint', 'refuse_change', 'A checkpoint stays as it was stated.');
	PERFORM creditbank.guard_table('log_key', 'refuse_key_change', 'A key is added, and retired once.');
	PERFORM creditbank.guard_table('checkpoint_signature', 'refuse_change', 'A signature stays as it came.');

	CREATE VIEW creditbank.log_status
	WITH (security_invoker = true) AS
	SELECT c.tree_size,
		c.incarnation,
		c.sealed_at,
		coalesce(c.last_entry_id, 0) AS last_entry_id,
		n.entry_id AS newest_entry_id,
		n.entry_id - coalesce(c.last_entry_id, 0) AS unsealed_ids,
		u.recorded_at AS oldest_unsealed_at,
		coalesce(now() - u.recorded_at, '0') AS lag,
		s.tree_size AS signed_size,
		s.received_at AS signed_at
	FROM (
		SELECT CASE WHEN q.is_called THEN q.last_value ELSE 0 END AS entry_id
		FROM creditbank.ledger_entry_entry_id_seq AS q) AS n
	LEFT JOIN (
		SELECT k.*
		FROM creditbank.checkpoint AS k
		ORDER BY k.tree_size DESC, k.incarnation DESC
		LIMIT 1) AS c ON true
	LEFT JOIN LATERAL (
		SELECT min(e.recorded_at) AS recorded_at
		FROM creditbank.ledger_entry AS e
		WHERE e.entry_id > coalesce(c.last_entry_id, 0)) AS u ON true
	LEFT JOIN (
		SELECT g.tree_size, g.received_at
		FROM creditbank.checkpoint_signature AS g
		JOIN creditbank.log_key AS l ON l.verifier_key = g.verifier_key
		WHERE l.role = 'log'
			-- A copy of the database is not signed because the original was.
			AND g.incarnation = (SELECT max(i.incarnation) FROM creditbank.incarnation AS i)
		ORDER BY g.tree_size DESC, g.incarnation DESC, g.received_at
		LIMIT 1) AS s ON true;
	COMMENT ON VIEW creditbank.log_status IS 'How far the ledger is sealed and signed, for monitoring. One row.';
	COMMENT ON COLUMN creditbank.log_status.tree_size IS 'The latest checkpoint''s tree size; NULL before the first.';
	COMMENT ON COLUMN creditbank.log_status.incarnation IS 'The latest checkpoint''s incarnation.';
	COMMENT ON COLUMN creditbank.log_status.sealed_at IS 'When it was stated.';
	COMMENT ON COLUMN creditbank.log_status.last_entry_id IS 'Every entry with an id up to this one is sealed.';
	COMMENT ON COLUMN creditbank.log_status.newest_entry_id IS 'The last entry id handed out, whether or not its entry was committed.';
	COMMENT ON COLUMN creditbank.log_status.unsealed_ids IS 'How many ids lie between the two.';
	COMMENT ON COLUMN creditbank.log_status.oldest_unsealed_at IS 'When the oldest entry was written that is not sealed; NULL when all are.';
	COMMENT ON COLUMN creditbank.log_status.lag IS 'How long ago that was; zero when all are sealed.';
	COMMENT ON COLUMN creditbank.log_status.signed_size IS 'The largest tree size of this incarnation signed by a key of the log; NULL while none is.';
	COMMENT ON COLUMN creditbank.log_status.signed_at IS 'When that signature came.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_checkpoint_tables() IS
'Makes the tables and views of the checkpoints; a part of create_bank.';

-- Sealing.

CREATE FUNCTION creditbank.database_identity()
RETURNS TABLE (system_identifier bigint, timeline integer, database_oid bigint)
AS 'MODULE_PATHNAME', 'creditbank_database_identity'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION creditbank.database_identity() IS
'Which database this is: the server''s system identifier, the timeline of its write-ahead log, and the database''s OID. One row.';

CREATE FUNCTION creditbank.lock_log()
RETURNS void
AS 'MODULE_PATHNAME', 'creditbank_lock_log'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.lock_log() IS
'Waits until nobody else adds to the tree, and keeps others from it until the transaction ends. Errors: 25006 on a standby or in a read-only transaction, 25001 above READ COMMITTED, 55P03 after lock_timeout.';

CREATE FUNCTION creditbank.wait_for_writers()
RETURNS void
AS 'MODULE_PATHNAME', 'creditbank_wait_for_writers'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.wait_for_writers() IS
'Waits until every other transaction that has taken an id for an entry has ended; those that take one later are not waited for, nor is VACUUM, and nobody waits for this. Errors: 55P03 after lock_timeout.';

CREATE FUNCTION creditbank.writes_ledger()
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_writes_ledger'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.writes_ledger() IS
'Whether this transaction has written an entry, sealed the ledger or signed a checkpoint: what it could still roll back, though it may have done so already to a savepoint.';

CREATE FUNCTION creditbank.grow_log(ledger_id uuid, suite text, size bigint, after bigint, up_to bigint)
RETURNS TABLE (tree_size bigint, root_hash bytea)
AS 'MODULE_PATHNAME', 'creditbank_grow_log'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE ROWS 1;
COMMENT ON FUNCTION creditbank.grow_log(uuid, text, bigint, bigint, bigint) IS
'Adds the entries with ids over after, up to up_to, to a tree of so many leaves, and writes its tiles. Returns the new size and root. The caller holds lock_log. Errors: XX001 when the stored tiles are not those of that size.';

CREATE FUNCTION creditbank.begin_incarnation(reason text)
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	number integer := (SELECT coalesce(max(i.incarnation), 0) + 1 FROM creditbank.incarnation AS i);
BEGIN
	INSERT INTO creditbank.incarnation (incarnation, began_at, reason, system_identifier, timeline, database_oid, marker)
	SELECT number, clock_timestamp(), begin_incarnation.reason, d.system_identifier, d.timeline, d.database_oid, gen_random_uuid()
	FROM creditbank.database_identity() AS d;
	RETURN number;
END
$$;
COMMENT ON FUNCTION creditbank.begin_incarnation(text) IS
'Records a new incarnation of the database and returns its number. The caller holds lock_log.';

CREATE FUNCTION creditbank.current_incarnation()
RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	now_is record;
	latest record;
BEGIN
	SELECT d.* INTO now_is FROM creditbank.database_identity() AS d;
	SELECT i.* INTO latest
	FROM creditbank.incarnation AS i
	ORDER BY i.incarnation DESC
	LIMIT 1;
	IF NOT FOUND THEN
		RETURN creditbank.begin_incarnation('opened');
	ELSIF now_is.system_identifier <> latest.system_identifier THEN
		RETURN creditbank.begin_incarnation('system identifier changed');
	ELSIF now_is.timeline <> latest.timeline THEN
		RETURN creditbank.begin_incarnation('timeline changed');
	ELSIF now_is.database_oid <> latest.database_oid THEN
		RETURN creditbank.begin_incarnation('database changed');
	END IF;
	RETURN latest.incarnation;
END
$$;
COMMENT ON FUNCTION creditbank.current_incarnation() IS
'The number of the incarnation that this database is; records a new one when its identity is not that of the latest. The caller holds lock_log.';

CREATE FUNCTION creditbank.declare_incarnation(reason text)
RETURNS integer
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.require_bank();
	IF coalesce(declare_incarnation.reason ~ '^[[:space:]]*$', true) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'an incarnation is declared with a reason',
			DETAIL = 'reason is NULL or blank.',
			HINT = 'Say what was done, like: cloned from the storage snapshot of 2 May.',
			SCHEMA = 'creditbank',
			TABLE = 'incarnation',
			COLUMN = 'reason';
	END IF;
	PERFORM creditbank.check_text(declare_incarnation.reason, 'the reason of an incarnation', 200);
	PERFORM creditbank.lock_log();
	RETURN creditbank.begin_incarnation(declare_incarnation.reason);
END
$$;
COMMENT ON FUNCTION creditbank.declare_incarnation(text) IS
'Says that this database is another one from now on, for copies that nothing else shows, and returns the number of the incarnation; the next seal states a checkpoint of it. Errors: bank_not_open, invalid_parameter, and those of lock_log.';

CREATE FUNCTION creditbank.check_entry_ids(last_id bigint, sealed_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	setting pg_sequence;
BEGIN
	SELECT s.*
	INTO setting
	FROM pg_sequence AS s
	WHERE s.seqrelid = 'creditbank.ledger_entry_entry_id_seq'::regclass;
	IF setting.seqcache <> 1 OR setting.seqincrement <> 1 OR setting.seqcycle OR last_id < sealed_id THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = 'ids of ledger entries would not rise above those that are sealed',
			DETAIL = format('Sequence ledger_entry_entry_id_seq stands at %s, cache %s, increment %s%s; sealed is id %s.',
				last_id, setting.seqcache, setting.seqincrement, CASE WHEN setting.seqcycle THEN ', cycling' ELSE '' END,
				coalesce(sealed_id, 0)),
			HINT = 'ALTER SEQUENCE creditbank.ledger_entry_entry_id_seq CACHE 1 INCREMENT 1 NO CYCLE, and setval() it to the highest id; then creditbank.verify_ledger().',
			SCHEMA = 'creditbank',
			TABLE = 'ledger_entry_entry_id_seq';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_entry_ids(bigint, bigint) IS
'Raises 55000 unless the sequence of entry ids, which stands at last_id, hands them out one by one and above sealed_id (NULL: nothing is sealed): an entry with a lower id would never be sealed. A part of seal.';

CREATE FUNCTION creditbank.seal()
RETURNS TABLE (tree_size bigint, incarnation integer, new_entries bigint, root_hash bytea, note text)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	bank record;
	latest record;
	grown record;
	lives_as integer;
	last_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT b.* INTO bank FROM creditbank.bank AS b;
	PERFORM creditbank.lock_log();
	lives_as := creditbank.current_incarnation();
	SELECT c.* INTO latest
	FROM creditbank.checkpoint AS c
	ORDER BY c.tree_size DESC, c.incarnation DESC
	LIMIT 1;
	IF latest.incarnation = lives_as THEN
		-- What cannot sign is told before the work, not after it.
		PERFORM creditbank.sign_checkpoint(latest.tree_size, lives_as);
	END IF;
	SELECT CASE WHEN q.is_called THEN q.last_value ELSE 0 END
	INTO last_id
	FROM creditbank.ledger_entry_entry_id_seq AS q;
	PERFORM creditbank.check_entry_ids(last_id, latest.last_entry_id);
	grown := latest;
	IF latest IS NULL OR last_id > latest.last_entry_id THEN
		PERFORM creditbank.wait_for_writers();
		SELECT g.tree_size, g.root_hash, last_id AS last_entry_id
		INTO grown
		FROM creditbank.grow_log(bank.ledger_id, bank.suite, coalesce(latest.tree_size, 0), coalesce(latest.last_entry_id, 0), last_id) AS g;
	END IF;
	IF grown.tree_size IS DISTINCT FROM latest.tree_size OR lives_as <> latest.incarnation THEN
		INSERT INTO creditbank.checkpoint (tree_size, incarnation, root_hash, last_entry_id, sealed_at)
		VALUES (grown.tree_size, lives_as, grown.root_hash, grown.last_entry_id, clock_timestamp());
	END IF;
	PERFORM creditbank.sign_checkpoint(grown.tree_size, lives_as);
	RETURN QUERY
	SELECT k.tree_size, k.incarnation, k.tree_size - coalesce(latest.tree_size, 0), k.root_hash, k.note
	FROM creditbank.read_checkpoint(grown.tree_size) AS k;
END
$$;
COMMENT ON FUNCTION creditbank.seal() IS
'Seals the ledger: waits until the transactions that are writing it have ended, takes all new entries into the tree and states a checkpoint, which it signs if creditbank.signing_key_file is set. Returns the checkpoint''s tree size, incarnation, how many entries were new, its root, and the signed note (NULL while nothing has signed it). With nothing new the latest checkpoint again. Errors: bank_not_open; 25001 above READ COMMITTED; 25006 on a standby; 55P03 after lock_timeout; 55000 when entry ids are not handed out one by one; unknown_key, invalid_signature and signing_failed when it cannot be signed; XX001 when the stored tiles are damaged.';

CREATE FUNCTION creditbank.sign_checkpoint(size bigint, incarnation integer)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	key record;
	bank record;
	verifier text;
	body text;
BEGIN
	SELECT k.* INTO key FROM creditbank.signing_key() AS k;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	SELECT b.* INTO bank FROM creditbank.bank AS b;
	IF key.algorithm <> creditbank.suite_algorithm(bank.suite) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('signing_failed'),
			MESSAGE = 'the key in the file of creditbank.signing_key_file cannot sign this ledger',
			DETAIL = format('It is of algorithm %s; the suite of the ledger, %s, asks for %s.', key.algorithm, bank.suite, creditbank.suite_algorithm(bank.suite)),
			HINT = 'Name another file; ALTER DATABASE ... SET creditbank.signing_key_file gives each database its own.';
	END IF;
	verifier := creditbank.verifier_key(bank.origin, 'log', key.algorithm, key.public_key);
	IF NOT EXISTS (SELECT FROM creditbank.log_key AS k WHERE k.verifier_key = verifier) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_key'),
			MESSAGE = 'the key in the file of creditbank.signing_key_file is not registered',
			DETAIL = format('Its verifier key is %s.', verifier),
			HINT = format('SELECT creditbank.add_key(%L, ''log''); if the key is meant to sign this ledger.', verifier),
			SCHEMA = 'creditbank',
			TABLE = 'log_key';
	END IF;
	IF EXISTS (
		SELECT FROM creditbank.checkpoint_signature AS s
		WHERE s.tree_size = sign_checkpoint.size
			AND s.incarnation = sign_checkpoint.incarnation
			AND s.verifier_key = verifier)
	THEN
		RETURN;
	END IF;
	SELECT k.body INTO body FROM creditbank.read_checkpoint(sign_checkpoint.size) AS k;
	PERFORM creditbank.add_signature(sign_checkpoint.size, creditbank.signature_line(bank.origin, r.key_id, NULL,
		creditbank.sign_with_key_file(convert_to(body, 'UTF8'))))
	FROM creditbank.read_verifier_key(verifier) AS r;
END
$$;
COMMENT ON FUNCTION creditbank.sign_checkpoint(bigint, integer) IS
'Signs a checkpoint, the latest of its size, with the key file of creditbank.signing_key_file; does nothing when there is none or the key has signed it already. A part of seal. Errors: signing_failed, also for a key that is not of the suite''s algorithm; unknown_key; invalid_signature for a retired key.';

-- Reading checkpoints.

CREATE FUNCTION creditbank.read_checkpoint(size bigint)
RETURNS TABLE (tree_size bigint, incarnation integer, root_hash bytea, last_entry_id bigint, sealed_at timestamptz, body text, note text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT c.tree_size, c.incarnation, c.root_hash, c.last_entry_id, c.sealed_at, t.body, t.body || E'\n' || s.lines
	FROM (
		SELECT k.*
		FROM creditbank.checkpoint AS k
		WHERE k.tree_size = coalesce(read_checkpoint.size, (SELECT max(m.tree_size) FROM creditbank.checkpoint AS m))
		ORDER BY k.incarnation DESC
		LIMIT 1) AS c
	JOIN creditbank.incarnation AS i ON i.incarnation = c.incarnation
	CROSS JOIN creditbank.bank AS b
	CROSS JOIN LATERAL (
		SELECT creditbank.checkpoint_body(b.origin, c.tree_size, c.root_hash, b.suite, c.incarnation, i.marker) AS body) AS t
	CROSS JOIN LATERAL (
		SELECT string_agg(creditbank.signature_line(l.name, l.key_id, g.signed_time, g.signature), ''
			ORDER BY l.role, g.received_at, l.verifier_key) AS lines
		FROM creditbank.checkpoint_signature AS g
		JOIN creditbank.log_key AS l ON l.verifier_key = g.verifier_key
		WHERE g.tree_size = c.tree_size AND g.incarnation = c.incarnation) AS s;
END
$$;
COMMENT ON FUNCTION creditbank.read_checkpoint(bigint) IS
'The checkpoint of a tree size, the latest incarnation''s where there are several, or the latest of all for NULL, with its body and its signed note (NULL until it is signed; the log''s signatures first). One row, or none when there is no such checkpoint.';

CREATE FUNCTION creditbank.latest_checkpoint()
RETURNS TABLE (tree_size bigint, incarnation integer, root_hash bytea, sealed_at timestamptz, body text, note text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN QUERY
	SELECT k.tree_size, k.incarnation, k.root_hash, k.sealed_at, k.body, k.note
	FROM creditbank.read_checkpoint(NULL) AS k;
END
$$;
COMMENT ON FUNCTION creditbank.latest_checkpoint() IS
'The latest checkpoint: tree size, incarnation, root, when it was stated, its body (what is to be signed, in UTF-8) and the signed note (NULL until it is signed). One row; none before the first seal. Errors: bank_not_open.';

CREATE FUNCTION creditbank.find_checkpoint(size bigint)
RETURNS TABLE (tree_size bigint, root_hash bytea, last_entry_id bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	latest bigint := (SELECT max(c.tree_size) FROM creditbank.checkpoint AS c);
BEGIN
	RETURN QUERY
	SELECT c.tree_size, c.root_hash, c.last_entry_id
	FROM creditbank.checkpoint AS c
	WHERE c.tree_size = coalesce(find_checkpoint.size, latest)
	ORDER BY c.incarnation DESC
	LIMIT 1;
	IF FOUND THEN
		RETURN;
	END IF;
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('not_sealed'),
		MESSAGE = CASE WHEN latest IS NULL THEN 'there is no checkpoint yet' ELSE format('there is no checkpoint of tree size %s', find_checkpoint.size) END,
		DETAIL = CASE WHEN latest IS NULL THEN 'The ledger was never sealed.' ELSE format('The latest has size %s.', latest) END,
		HINT = CASE WHEN latest IS NULL THEN 'SELECT creditbank.seal() seals it, by an admin.' ELSE 'The sizes stand in creditbank.checkpoint.' END,
		SCHEMA = 'creditbank',
		TABLE = 'checkpoint';
END
$$;
COMMENT ON FUNCTION creditbank.find_checkpoint(bigint) IS
'The size, root and last entry id of the checkpoint of a tree size, the latest of all for NULL. One row. Errors: not_sealed when there is none.';

CREATE FUNCTION creditbank.checkpoint(size bigint)
RETURNS TABLE (tree_size bigint, incarnation integer, root_hash bytea, sealed_at timestamptz, body text, note text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.find_checkpoint(checkpoint.size);
	RETURN QUERY
	SELECT k.tree_size, k.incarnation, k.root_hash, k.sealed_at, k.body, k.note
	FROM creditbank.read_checkpoint(checkpoint.size) AS k;
END
$$;
COMMENT ON FUNCTION creditbank.checkpoint(bigint) IS
'The checkpoint of a tree size, with the columns of latest_checkpoint; where several incarnations stated one, the latest''s. NULL means the latest of all. Errors: bank_not_open, not_sealed.';

-- Proofs.

CREATE FUNCTION creditbank.log_leaf_index(entry_id bigint, leaf_hash bytea)
RETURNS bigint
AS 'MODULE_PATHNAME', 'creditbank_log_leaf_index'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.log_leaf_index(bigint, bytea) IS
'The place in the tree of an entry''s leaf, found by its id; NULL when the tile of its ids does not hold it, and for NULL.';

CREATE FUNCTION creditbank.log_inclusion_proof(leaf_index bigint, tree_size bigint, suite text)
RETURNS bytea[]
AS 'MODULE_PATHNAME', 'creditbank_log_inclusion_proof'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.log_inclusion_proof(bigint, bigint, text) IS
'The inclusion proof of a leaf in the tree of a size, from the stored tiles. NULL when an argument is NULL. Errors: XX001 when a tile lacks what it must hold.';

CREATE FUNCTION creditbank.log_consistency_proof(size1 bigint, size2 bigint, suite text)
RETURNS bytea[]
AS 'MODULE_PATHNAME', 'creditbank_log_consistency_proof'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.log_consistency_proof(bigint, bigint, text) IS
'The proof that the tree of one size grew into that of another, from the stored tiles. NULL when an argument is NULL. Errors: XX001 when a tile lacks what it must hold.';

CREATE FUNCTION creditbank.inclusion_proof(
	account text,
	seq bigint,
	OUT leaf_index bigint,
	INOUT tree_size bigint DEFAULT NULL,
	OUT leaf_hash bytea,
	OUT proof bytea[],
	OUT root_hash bytea)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	of_account bigint;
	entry record;
	head record;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(inclusion_proof.account, may_be_bank => true);
	SELECT k.tree_size, k.root_hash, k.last_entry_id
	INTO head
	FROM creditbank.find_checkpoint(inclusion_proof.tree_size) AS k;
	SELECT e.entry_id, b.suite, creditbank.merkle_leaf_hash(creditbank.entry_hash(b.ledger_id, b.suite, e.account_id, e.seq, e.kind, e.amount,
		e.ref, e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash), b.suite) AS leaf
	INTO entry
	FROM creditbank.ledger_entry AS e
	CROSS JOIN creditbank.bank AS b
	WHERE e.account_id = of_account AND e.seq = inclusion_proof.seq;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_entry'),
			MESSAGE = format('account "%s" has no entry %s', inclusion_proof.account, coalesce(inclusion_proof.seq::text, 'NULL')),
			DETAIL = (SELECT format('Its last entry is %s.', coalesce(max(e.seq), 0)) FROM creditbank.ledger_entry AS e WHERE e.account_id = of_account),
			HINT = 'The entries of an account are numbered 1, 2, 3.',
			SCHEMA = 'creditbank',
			TABLE = 'ledger_entry';
	ELSIF entry.entry_id > head.last_entry_id THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_sealed'),
			MESSAGE = format('entry %s of account "%s" is not sealed under tree size %s', inclusion_proof.seq, inclusion_proof.account, head.tree_size),
			DETAIL = 'It was written after that checkpoint.',
			HINT = CASE WHEN inclusion_proof.tree_size IS NULL THEN 'SELECT creditbank.seal() seals it, by an admin.' ELSE 'Ask for a later checkpoint, or have an admin seal: SELECT creditbank.seal().' END,
			SCHEMA = 'creditbank',
			TABLE = 'checkpoint';
	END IF;
	leaf_index := creditbank.log_leaf_index(entry.entry_id, entry.leaf);
	IF coalesce(leaf_index >= head.tree_size, true) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_sealed'),
			MESSAGE = format('entry %s of account "%s" is not in the tree', inclusion_proof.seq, inclusion_proof.account),
			DETAIL = 'The tile of its id does not hold its leaf: the entry or the tile was altered, or the entry was put in afterwards.',
			HINT = 'Run creditbank.verify_ledger().',
			SCHEMA = 'creditbank',
			TABLE = 'log_tile';
	END IF;
	tree_size := head.tree_size;
	leaf_hash := entry.leaf;
	proof := creditbank.log_inclusion_proof(leaf_index, head.tree_size, entry.suite);
	root_hash := head.root_hash;
END
$$;
COMMENT ON FUNCTION creditbank.inclusion_proof(text, bigint, bigint) IS
'The proof that an entry of an account is in the tree of a checkpoint (of tree size tree_size, or NULL for the latest): its place, the size, the leaf hash, the proof of RFC 6962, and the root that it leads to. The leaf is computed now from the stored entry. Errors: bank_not_open, unknown_account, unknown_entry, not_sealed; XX001 when the stored tiles are damaged.';

CREATE FUNCTION creditbank.consistency_proof(size1 bigint, size2 bigint)
RETURNS bytea[]
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	latest bigint;
BEGIN
	PERFORM creditbank.require_bank();
	IF size1 IS NULL OR size2 IS NULL OR size1 < 0 OR size1 > size2 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('no tree grows from size %s to size %s', coalesce(size1::text, 'NULL'), coalesce(size2::text, 'NULL')),
			DETAIL = 'The first size is at least 0, the second at least the first.',
			HINT = 'Name the older checkpoint''s size first.';
	END IF;
	SELECT k.tree_size
	INTO latest
	FROM creditbank.find_checkpoint(NULL) AS k;
	IF size2 > latest THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_sealed'),
			MESSAGE = format('there is no tree of size %s yet', size2),
			DETAIL = format('The latest checkpoint has size %s.', latest),
			HINT = 'SELECT creditbank.seal() seals what is new, by an admin.',
			SCHEMA = 'creditbank',
			TABLE = 'checkpoint';
	END IF;
	RETURN creditbank.log_consistency_proof(size1, size2, (SELECT b.suite FROM creditbank.bank AS b));
END
$$;
COMMENT ON FUNCTION creditbank.consistency_proof(bigint, bigint) IS
'The proof of RFC 6962 that the tree of size1 leaves grew into that of size2, for any sizes up to the latest checkpoint''s; empty from size 0 and between equal sizes. Errors: bank_not_open, invalid_parameter, not_sealed; XX001 when the stored tiles are damaged.';

CREATE FUNCTION creditbank.proof_bundle(account text, seq bigint, tree_size bigint DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	RETURN (
		SELECT jsonb_build_object(
			'format', 'creditbank-bundle-v1',
			'ledger_id', b.ledger_id,
			'suite', b.suite,
			'entry', to_jsonb(f) - 'entry_id',
			'entry_hash', encode(creditbank.entry_hash(b.ledger_id, b.suite, e.account_id, e.seq, e.kind, e.amount, e.ref,
				e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash), 'hex'),
			'leaf_index', p.leaf_index,
			'tree_size', p.tree_size,
			'proof', (SELECT coalesce(jsonb_agg(encode(h.hash, 'hex') ORDER BY h.place), '[]') FROM unnest(p.proof) WITH ORDINALITY AS h (hash, place)),
			'checkpoint', coalesce(k.note, k.body))
		FROM creditbank.inclusion_proof(proof_bundle.account, proof_bundle.seq, proof_bundle.tree_size) AS p
		CROSS JOIN LATERAL creditbank.read_checkpoint(p.tree_size) AS k
		CROSS JOIN creditbank.bank AS b
		JOIN creditbank.ledger_entry AS e ON e.account_id = creditbank.account_id(proof_bundle.account, may_be_bank => true) AND e.seq = proof_bundle.seq
		JOIN creditbank.ledger_fields AS f ON f.account_id = e.account_id AND f.seq = e.seq);
END
$$;
COMMENT ON FUNCTION creditbank.proof_bundle(text, bigint, bigint) IS
'One entry and all that proves it without this database, as one JSON document (doc/checkpoint.md): the entry''s fields, its hash and place, the inclusion proof, and the checkpoint (of tree size tree_size, or NULL for the latest) as signed note, or as bare body while nothing has signed it. Errors: as inclusion_proof.';

-- Keys and signatures.

CREATE FUNCTION creditbank.add_key(verifier_key text, role text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	bank record;
	key record;
	trouble text;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT b.* INTO bank FROM creditbank.bank AS b;
	SELECT r.* INTO key FROM creditbank.read_verifier_key(add_key.verifier_key) AS r;
	trouble := CASE
		WHEN add_key.verifier_key IS NULL OR add_key.role IS NULL THEN 'The key or its role is NULL.'
		WHEN key.role <> add_key.role THEN format('By its type it is a key of role %s.', key.role)
		WHEN key.role = 'log' AND key.name <> bank.origin THEN format('A key of the log has the name of the ledger''s origin, %s.', bank.origin)
		WHEN key.role = 'log' AND key.algorithm <> creditbank.suite_algorithm(bank.suite) THEN format('The suite of the ledger, %s, asks for algorithm %s.', bank.suite, creditbank.suite_algorithm(bank.suite))
		WHEN key.role = 'witness' AND key.name = bank.origin THEN 'A witness has a name of its own, not the ledger''s origin.' END;
	IF trouble IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('the key cannot be added with role %s', coalesce(add_key.role, 'NULL')),
			DETAIL = trouble,
			HINT = 'creditbank.verifier_key() makes verifier keys; the roles are log and witness.',
			SCHEMA = 'creditbank',
			TABLE = 'log_key';
	END IF;
	INSERT INTO creditbank.log_key (verifier_key, name, role, algorithm, key_id, public_key, added_at)
	VALUES (add_key.verifier_key, key.name, key.role, key.algorithm, key.key_id, key.public_key, clock_timestamp())
	ON CONFLICT ON CONSTRAINT log_key_pkey DO NOTHING;
END
$$;
COMMENT ON FUNCTION creditbank.add_key(text, text) IS
'Registers a key, so that its signatures of checkpoints are taken. role: log for the ledger''s own, whose name is the origin and whose algorithm is the suite''s; witness for someone else''s. A key that is there already stays as it is. Errors: bank_not_open, invalid_parameter.';

CREATE FUNCTION creditbank.raise_unknown_key(verifier_key text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('unknown_key'),
		MESSAGE = format('key "%s" is not registered', coalesce(verifier_key, 'NULL')),
		DETAIL = format('Registered are: %s.', coalesce((SELECT string_agg(l.verifier_key, ', ' ORDER BY l.added_at, l.verifier_key) FROM creditbank.log_key AS l), 'none yet')),
		HINT = 'The keys stand in creditbank.log_key; creditbank.add_key() adds one.',
		SCHEMA = 'creditbank',
		TABLE = 'log_key';
END
$$;
COMMENT ON FUNCTION creditbank.raise_unknown_key(text) IS
'Raises unknown_key for a key, named by its verifier key or by name and id.';

CREATE FUNCTION creditbank.retire_key(verifier_key text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	key record;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.lock_log(); -- the latest checkpoint stays the latest
	SELECT k.* INTO key
	FROM creditbank.log_key AS k
	WHERE k.verifier_key = retire_key.verifier_key
	FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_key(retire_key.verifier_key);
	ELSIF key.retired_after IS NULL THEN
		key.retired_after := (SELECT coalesce(max(c.tree_size), 0) FROM creditbank.checkpoint AS c);
		UPDATE creditbank.log_key AS k
		SET retired_after = key.retired_after
		WHERE k.verifier_key = retire_key.verifier_key;
	END IF;
	RETURN key.retired_after;
END
$$;
COMMENT ON FUNCTION creditbank.retire_key(text) IS
'Retires a key: what it signed stays valid, and it signs no tree larger than the latest checkpoint''s, whose size is returned. A key retired before stays as it is. Errors: bank_not_open, unknown_key; 25001 above READ COMMITTED.';

CREATE FUNCTION creditbank.raise_invalid_signature(detail text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING
		ERRCODE = creditbank.sqlstate('invalid_signature'),
		MESSAGE = 'the signature is not taken',
		DETAIL = detail,
		HINT = 'Sign the body of creditbank.checkpoint(size) in UTF-8, or a witness''s message over it, as doc/checkpoint.md specifies.',
		SCHEMA = 'creditbank',
		TABLE = 'checkpoint_signature';
END
$$;
COMMENT ON FUNCTION creditbank.raise_invalid_signature(text) IS
'Raises invalid_signature with a detail.';

CREATE FUNCTION creditbank.add_signature(size bigint, signature_line text)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	parts text[] := regexp_match(add_signature.signature_line, E'^([^ ]+) ([^ ]+) ((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)\n?$');
	blob bytea;
	key record;
	stated record;
	signed_time bigint;
	signature bytea;
BEGIN
	PERFORM creditbank.require_bank();
	blob := decode(parts[3], 'base64');
	IF parts IS NULL OR parts[1] <> convert_from(decode('e28094', 'hex'), 'UTF8') OR creditbank.base64_line(blob) <> parts[3] THEN
		PERFORM creditbank.raise_invalid_signature('It is not a line of an em dash, a name and base64, with single spaces between them.');
	END IF;
	SELECT k.* INTO key
	FROM creditbank.log_key AS k
	WHERE k.name = parts[2] AND k.key_id = substr(blob, 1, 4)
	FOR SHARE;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_unknown_key(parts[2] || '+' || encode(substr(blob, 1, 4), 'hex'));
	END IF;
	PERFORM creditbank.find_checkpoint(add_signature.size);
	IF key.role = 'witness' THEN
		signed_time := ('x' || encode(substr(blob, 5, 8), 'hex'))::bit(64)::bigint;
		IF octet_length(blob) < 12 OR signed_time < 0 THEN
			PERFORM creditbank.raise_invalid_signature('A witness''s signature begins with the time of signing, eight bytes.');
		END IF;
	END IF;
	signature := substr(blob, CASE key.role WHEN 'witness' THEN 13 ELSE 5 END);
	IF key.retired_after < add_signature.size THEN
		PERFORM creditbank.raise_invalid_signature(format('The key was retired after tree size %s; where creditbank.signing_key_file still names it, name the new one.', key.retired_after));
	END IF;
	-- Several incarnations may have stated this size; the signature is of one.
	SELECT c.tree_size, c.incarnation
	INTO stated
	FROM creditbank.checkpoint AS c
	JOIN creditbank.incarnation AS i ON i.incarnation = c.incarnation
	CROSS JOIN creditbank.bank AS b
	CROSS JOIN LATERAL (
		SELECT creditbank.checkpoint_body(b.origin, c.tree_size, c.root_hash, b.suite, c.incarnation, i.marker) AS body) AS t
	WHERE c.tree_size = add_signature.size
		AND creditbank.verify_signature(
			convert_to(CASE key.role WHEN 'witness' THEN creditbank.cosignature_message(t.body, signed_time) ELSE t.body END, 'UTF8'),
			signature, key.public_key, key.algorithm)
	ORDER BY c.incarnation DESC
	LIMIT 1;
	IF NOT FOUND THEN
		PERFORM creditbank.raise_invalid_signature(format('It does not verify by %s over the checkpoint of tree size %s.', key.verifier_key, coalesce(add_signature.size::text, 'NULL')));
	END IF;
	INSERT INTO creditbank.checkpoint_signature (tree_size, incarnation, verifier_key, signed_time, signature, received_at)
	VALUES (stated.tree_size, stated.incarnation, key.verifier_key, signed_time, signature, clock_timestamp())
	ON CONFLICT ON CONSTRAINT checkpoint_signature_pkey DO NOTHING;
	RETURN (SELECT k.note FROM creditbank.read_checkpoint(stated.tree_size) AS k);
END
$$;
COMMENT ON FUNCTION creditbank.add_signature(bigint, text) IS
'Takes a signature of the checkpoint of a tree size, as a line of a C2SP signed note, verifies it and stores it. Where several incarnations stated the size, it counts for the one whose body it is over. A key signs a checkpoint once: a further signature by it changes nothing. Returns the signed note of the size''s latest checkpoint. Errors: bank_not_open, not_sealed, unknown_key, invalid_signature.';
