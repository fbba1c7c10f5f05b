-- ledger.sql: one hash chain per account; everything that happens to an
-- account is an entry.
-- Promise: entries are only ever added, each bound to the one before it by
-- hash; doc/ledger.md specifies the hashed bytes. Only append_entry,
-- append_entries and reverse_entry write here, and only the functions of the
-- rooms above may call them.

CREATE FUNCTION creditbank.entry_kinds()
RETURNS TABLE (kind smallint, name text, meaning text)
AS 'MODULE_PATHNAME', 'creditbank_entry_kinds'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.entry_kinds() IS
'The kinds of ledger entry with their numbers in the canonical bytes: one row per kind.';

CREATE FUNCTION creditbank.entry_bytes(
	ledger_id uuid,
	suite text,
	account_id bigint,
	seq bigint,
	kind smallint,
	amount creditbank.credit_amount,
	ref creditbank.achievement_ref,
	occurred_on date,
	recorded_at timestamptz,
	actor text,
	detail text,
	reverses bigint,
	prev_hash bytea)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_entry_bytes'
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.entry_bytes(uuid, text, bigint, bigint, smallint, creditbank.credit_amount, creditbank.achievement_ref, date, timestamptz, text, text, bigint, bytea) IS
'The canonical bytes of a ledger entry, version 1, as doc/ledger.md specifies them. amount, ref, actor, detail and reverses may be NULL, which differs from empty; NULL for any other argument gives NULL. Errors: invalid_date for an infinite date, invalid_parameter for a bad suite or hash length.';

CREATE FUNCTION creditbank.entry_hash(
	ledger_id uuid,
	suite text,
	account_id bigint,
	seq bigint,
	kind smallint,
	amount creditbank.credit_amount,
	ref creditbank.achievement_ref,
	occurred_on date,
	recorded_at timestamptz,
	actor text,
	detail text,
	reverses bigint,
	prev_hash bytea)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_entry_hash'
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.entry_hash(uuid, text, bigint, bigint, smallint, creditbank.credit_amount, creditbank.achievement_ref, date, timestamptz, text, text, bigint, bytea) IS
'The hash of a ledger entry: the digest of entry_bytes with the same arguments. NULL and errors as there.';

CREATE FUNCTION creditbank.genesis_hash(ledger_id uuid, suite text, account_id bigint)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_genesis_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.genesis_hash(uuid, text, bigint) IS
'What the first entry of an account carries as prev_hash. NULL when an argument is NULL. Errors: invalid_parameter for an unknown suite.';

CREATE FUNCTION creditbank.changed_balances(
	balances creditbank.credit_amount[],
	amount creditbank.credit_amount,
	negative_units text[])
RETURNS creditbank.credit_amount[]
AS 'MODULE_PATHNAME', 'creditbank_changed_balances'
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.changed_balances(creditbank.credit_amount[], creditbank.credit_amount, text[]) IS
'The balances of an account, one per unit and ordered by unit, after an entry of that amount; unchanged for a NULL amount. NULL when another argument is NULL. Errors: insufficient_balance when one would go below zero whose unit is not among negative_units; 22003 when it would be out of range.';

CREATE FUNCTION creditbank.append_entry(
	account_id bigint,
	kind text,
	amount creditbank.credit_amount,
	ref creditbank.achievement_ref,
	occurred_on date,
	detail text)
RETURNS TABLE (entry_id bigint, seq bigint, entry_hash bytea)
ROWS 1
AS 'MODULE_PATHNAME', 'creditbank_append_entry'
LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.append_entry(bigint, text, creditbank.credit_amount, creditbank.achievement_ref, date, text) IS
'Appends one entry to an account''s chain: locks the account''s head, chains, adds amount (may be NULL) to the balance of its unit. Returns the entry''s id, seq and hash. For the bank''s own functions only. Errors: unknown_account, insufficient_balance when a balance would go below zero.';

CREATE FUNCTION creditbank.reverse_entry(account_id bigint, seq bigint, occurred_on date, detail text)
RETURNS TABLE (entry_id bigint, seq bigint, entry_hash bytea)
ROWS 1
AS 'MODULE_PATHNAME', 'creditbank_reverse_entry'
LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.reverse_entry(bigint, bigint, date, text) IS
'Takes entry seq of an account back, by an entry of kind reversed with the opposite amount and the same reference; detail says why and may be NULL. An entry is taken back at most once, an opening, a reversal or what the bank did never. Returns the new entry''s id, seq and hash. For the bank''s own functions only. Errors: unknown_account, unknown_entry, already_reversed, insufficient_balance when what was added is spent already.';

CREATE TYPE creditbank.new_entry AS (
	account_id bigint,
	kind text,
	amount creditbank.credit_amount,
	ref creditbank.achievement_ref,
	occurred_on date,
	detail text,
	reverses bigint);
COMMENT ON TYPE creditbank.new_entry IS
'An entry to be appended: what append_entries takes. kind is a name of entry_kinds(); an entry of kind reversed names in reverses the seq of the entry it takes back, and leaves amount and ref NULL.';
COMMENT ON COLUMN creditbank.new_entry.account_id IS 'The account.';
COMMENT ON COLUMN creditbank.new_entry.kind IS 'What happened: a name of entry_kinds().';
COMMENT ON COLUMN creditbank.new_entry.amount IS 'What it adds to the balance of that unit; NULL when it moves nothing.';
COMMENT ON COLUMN creditbank.new_entry.ref IS 'The achievement or course it is about, or NULL.';
COMMENT ON COLUMN creditbank.new_entry.occurred_on IS 'The day it counts from.';
COMMENT ON COLUMN creditbank.new_entry.detail IS 'What else belongs to it, as JSON text, or NULL.';
COMMENT ON COLUMN creditbank.new_entry.reverses IS 'The seq of the entry it takes back; NULL but for kind reversed.';

CREATE FUNCTION creditbank.append_entries(query text, skip_refused boolean DEFAULT false)
RETURNS TABLE (
	row_number bigint,
	account_id bigint,
	sqlstate text,
	message text,
	detail text,
	hint text)
AS 'MODULE_PATHNAME', 'creditbank_append_entries_of_query'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
-- Rows are read once and converted: compiling that takes longer than it saves.
SET jit = off;
COMMENT ON FUNCTION creditbank.append_entries(text, boolean) IS
'Appends the rows of a query, in any number, which has the columns of new_entry: by account and in the query''s order, each account locked once, all or nothing. With skip_refused, rows that may not stand are returned instead, by their place in the query''s result, with the error that each would have been, and the rest is posted. No rows when all were posted, or when an argument is NULL. The query runs with the caller''s rights. For the bank''s own functions only. Errors: those of append_entry and reverse_entry, with the row in the context; 23502 for a row without account, kind or day.';

CREATE FUNCTION creditbank.append_entries(entries creditbank.new_entry[], skip_refused boolean DEFAULT false)
RETURNS TABLE (
	row_number bigint,
	account_id bigint,
	sqlstate text,
	message text,
	detail text,
	hint text)
AS 'MODULE_PATHNAME', 'creditbank_append_entries_of_array'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
SET jit = off;
COMMENT ON FUNCTION creditbank.append_entries(creditbank.new_entry[], boolean) IS
'Appends the entries of an array, as append_entries(text) does the rows of a query.';

CREATE FUNCTION creditbank.lock_heads(accounts bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM
	FROM creditbank.ledger_head AS h
	WHERE h.account_id = ANY (accounts)
	ORDER BY h.account_id
	FOR UPDATE;
END
$$;
COMMENT ON FUNCTION creditbank.lock_heads(bigint[]) IS
'Locks accounts by their heads until the transaction ends, in ascending order, in which everybody locks several. For the bank''s own functions only. NULL does nothing.';

CREATE PROCEDURE creditbank.create_ledger_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.ledger_head (
		account_id bigint NOT NULL,
		seq bigint NOT NULL,
		recorded_at timestamptz NOT NULL,
		balances creditbank.credit_amount[] NOT NULL,
		prev_hash bytea NOT NULL,
		head_hash bytea NOT NULL,
		CONSTRAINT ledger_head_pkey PRIMARY KEY (account_id),
		CONSTRAINT ledger_head_account_fkey FOREIGN KEY (account_id) REFERENCES creditbank.account (account_id)
	) WITH (fillfactor = 70);
	COMMENT ON TABLE creditbank.ledger_head IS 'The head of each account''s chain: locked, then moved forward, by every entry. One row per account; nothing but the key is indexed, so updates stay in their page.';
	COMMENT ON COLUMN creditbank.ledger_head.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.ledger_head.seq IS 'The seq of its last entry; 0 before the first.';
	COMMENT ON COLUMN creditbank.ledger_head.recorded_at IS 'When its last entry was written: no later one is recorded before it. -infinity before the first.';
	COMMENT ON COLUMN creditbank.ledger_head.balances IS 'Its balances, one amount per unit it ever used, ordered by unit.';
	COMMENT ON COLUMN creditbank.ledger_head.prev_hash IS 'What its last entry carries as the hash of the one before, so that one statement moves the head and writes the entry; the genesis hash before the first.';
	COMMENT ON COLUMN creditbank.ledger_head.head_hash IS 'The hash of its last entry; the genesis hash before the first.';

	CREATE TABLE creditbank.ledger_entry (
		entry_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (CACHE 1),
		account_id bigint NOT NULL,
		seq bigint NOT NULL,
		recorded_at timestamptz NOT NULL,
		amount creditbank.credit_amount,
		reverses bigint,
		occurred_on date NOT NULL,
		kind smallint NOT NULL,
		ref creditbank.achievement_ref,
		actor text,
		detail text,
		prev_hash bytea NOT NULL,
		CONSTRAINT ledger_entry_pkey PRIMARY KEY (account_id, seq)
	);
	COMMENT ON TABLE creditbank.ledger_entry IS 'The ledger: everything that happened to every account. One row per entry; rows are only ever added.';
	COMMENT ON COLUMN creditbank.ledger_entry.entry_id IS 'The entry''s id: rising, with gaps, not in the order of commits; not hashed.';
	COMMENT ON SEQUENCE creditbank.ledger_entry_entry_id_seq IS 'Numbers ledger entries.';
	COMMENT ON COLUMN creditbank.ledger_entry.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.ledger_entry.seq IS 'The entry''s place in the account''s chain: 1, 2, 3 without gaps.';
	COMMENT ON COLUMN creditbank.ledger_entry.recorded_at IS 'When it was written.';
	COMMENT ON COLUMN creditbank.ledger_entry.amount IS 'What it adds to the account''s balance of that unit (negative: takes); NULL when it moves nothing.';
	COMMENT ON COLUMN creditbank.ledger_entry.reverses IS 'The seq of the entry of the same account that this one takes back; NULL but in entries of kind reversed.';
	COMMENT ON COLUMN creditbank.ledger_entry.occurred_on IS 'The day it counts from.';
	COMMENT ON COLUMN creditbank.ledger_entry.kind IS 'What happened: a number of entry_kinds().';
	COMMENT ON COLUMN creditbank.ledger_entry.ref IS 'The achievement or course it is about, when there is one.';
	COMMENT ON COLUMN creditbank.ledger_entry.actor IS 'The role that caused it.';
	COMMENT ON COLUMN creditbank.ledger_entry.detail IS 'What else belongs to it, as JSON text; hashed as it stands. Never personal data.';
	COMMENT ON COLUMN creditbank.ledger_entry.prev_hash IS 'The hash of the account''s entry before it; the genesis hash in the first.';
	-- Entries lie in the order of their ids but for neighbours, so a few pages of
	-- block ranges serve where a tree would cost every entry twenty bytes.
	CREATE INDEX ledger_entry_by_id ON creditbank.ledger_entry USING brin (entry_id) WITH (pages_per_range = 32, autosummarize = on);
	COMMENT ON INDEX creditbank.ledger_entry_by_id IS 'Finds ranges of ids, for sealing.';
	CREATE UNIQUE INDEX ledger_entry_reversed_once ON creditbank.ledger_entry (account_id, reverses) WHERE reverses IS NOT NULL;
	COMMENT ON INDEX creditbank.ledger_entry_reversed_once IS 'An entry is taken back at most once.';
	PERFORM creditbank.guard_table('ledger_entry', 'refuse_change', 'Entries are only ever added.');

	CREATE VIEW creditbank.ledger
	WITH (security_invoker = true) AS
	SELECT creditbank.account_number(e.account_id) AS account,
		e.seq,
		k.name AS kind,
		e.amount::numeric(18,4) AS amount,
		creditbank.unit(e.amount) AS unit,
		e.ref::text AS ref,
		e.occurred_on,
		e.recorded_at,
		e.actor,
		e.detail,
		encode(e.prev_hash, 'hex') AS prev_hash,
		encode(creditbank.entry_hash(b.ledger_id, b.suite, e.account_id, e.seq, e.kind, e.amount, e.ref,
			e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash), 'hex') AS entry_hash
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
	CROSS JOIN creditbank.bank AS b;
	COMMENT ON VIEW creditbank.ledger IS 'The ledger in plain types, for people and BI tools. One row per entry.';
	COMMENT ON COLUMN creditbank.ledger.account IS 'The account''s number.';
	COMMENT ON COLUMN creditbank.ledger.seq IS 'The entry''s place in the account''s chain.';
	COMMENT ON COLUMN creditbank.ledger.kind IS 'What happened: a name of entry_kinds().';
	COMMENT ON COLUMN creditbank.ledger.amount IS 'What it added to the balance of that unit; NULL when it moved nothing.';
	COMMENT ON COLUMN creditbank.ledger.unit IS 'The unit of amount: cr, pt, hr, ects or cats.';
	COMMENT ON COLUMN creditbank.ledger.ref IS 'The achievement or course it is about.';
	COMMENT ON COLUMN creditbank.ledger.occurred_on IS 'The day it counts from.';
	COMMENT ON COLUMN creditbank.ledger.recorded_at IS 'When it was written.';
	COMMENT ON COLUMN creditbank.ledger.actor IS 'The role that caused it.';
	COMMENT ON COLUMN creditbank.ledger.detail IS 'What else belongs to it, as JSON text.';
	COMMENT ON COLUMN creditbank.ledger.prev_hash IS 'The hash of the entry before it, in hexadecimal digits.';
	COMMENT ON COLUMN creditbank.ledger.entry_hash IS 'The entry''s own hash, computed now from what is stored, in hexadecimal digits.';

	CREATE VIEW creditbank.ledger_fields
	WITH (security_invoker = true) AS
	SELECT e.entry_id,
		e.account_id,
		e.seq,
		e.kind,
		(array_position(ARRAY['cr', 'pt', 'hr', 'ects', 'cats'], creditbank.unit(e.amount)) - 1)::smallint AS unit,
		(e.amount::numeric * 10000)::bigint AS count,
		e.ref::text AS ref,
		e.occurred_on - date '1970-01-01' AS occurred_on,
		(extract(epoch FROM e.recorded_at) * 1000000)::bigint AS recorded_at,
		e.actor,
		e.detail,
		e.reverses,
		encode(e.prev_hash, 'hex') AS prev_hash
	FROM creditbank.ledger_entry AS e;
	COMMENT ON VIEW creditbank.ledger_fields IS 'The hashed fields of every entry as the numbers and texts that are hashed, for verifiers elsewhere. One row per entry.';
	COMMENT ON COLUMN creditbank.ledger_fields.entry_id IS 'The entry''s id; not hashed.';
	COMMENT ON COLUMN creditbank.ledger_fields.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.ledger_fields.seq IS 'The entry''s place in the account''s chain.';
	COMMENT ON COLUMN creditbank.ledger_fields.kind IS 'The number of its kind.';
	COMMENT ON COLUMN creditbank.ledger_fields.unit IS 'The number of the amount''s unit; NULL without an amount.';
	COMMENT ON COLUMN creditbank.ledger_fields.count IS 'The amount in ten-thousandths of the unit; NULL without an amount.';
	COMMENT ON COLUMN creditbank.ledger_fields.ref IS 'The achievement reference.';
	COMMENT ON COLUMN creditbank.ledger_fields.occurred_on IS 'The day it counts from, in days since 1970-01-01.';
	COMMENT ON COLUMN creditbank.ledger_fields.recorded_at IS 'When it was written, in microseconds since 1970-01-01 00:00:00 UTC.';
	COMMENT ON COLUMN creditbank.ledger_fields.actor IS 'The role that caused it.';
	COMMENT ON COLUMN creditbank.ledger_fields.detail IS 'The detail as it is hashed.';
	COMMENT ON COLUMN creditbank.ledger_fields.reverses IS 'The seq of the entry it takes back.';
	COMMENT ON COLUMN creditbank.ledger_fields.prev_hash IS 'The hash of the entry before it, in hexadecimal digits.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_ledger_tables() IS
'Makes the tables and views of the ledger; a part of create_bank.';
