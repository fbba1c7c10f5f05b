-- identity.sql: identity numbers: checked, and turned into keyed hashes.
-- Promise: no identity number is stored, logged or told in a message; whoever
-- has the tables without the key file cannot find a number out, nor try one.

CREATE FUNCTION creditbank.identity_problem(kind text, number text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_identity_problem'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.identity_problem(text, text) IS
'Why a number cannot be an identity number of a kind, as a sentence that repeats no part of it; NULL when it can be one. Kinds: resident_id (GB 11643-1999: 18 characters, or 15 in the old form), residence_permit (18 characters: 810000, 820000 and 830000, or 9 for foreigners), passport (ICAO Doc 9303: 4 to 9 letters and digits), other (4 to 40 characters with a digit). Spaces and hyphens are passed over. NULL when an argument is NULL. Errors: invalid_parameter for an unknown kind.';

CREATE FUNCTION creditbank.resident_id_problem(number text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN creditbank.identity_problem('resident_id', number);
COMMENT ON FUNCTION creditbank.resident_id_problem(text) IS
'Why a number cannot be a resident''s identity number: identity_problem for kind resident_id. NULL when it can be one, and for NULL.';

-- In parallel, the process that logs a failed statement would not know that a
-- number was read in another one.
CREATE FUNCTION creditbank.identity_canonical(kind text, number text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_identity_canonical'
LANGUAGE C IMMUTABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.identity_canonical(text, text) IS
'An identity number in the one form that its spellings share: upper case, without spaces and hyphens, residents'' numbers with 18 characters. NULL when an argument is NULL. Errors: invalid_identity when it cannot be a number of the kind; invalid_parameter for an unknown kind.';

CREATE FUNCTION creditbank.identity_birth_date(kind text, number text)
RETURNS date
AS 'MODULE_PATHNAME', 'creditbank_identity_birth_date'
LANGUAGE C IMMUTABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.identity_birth_date(text, text) IS
'The date of birth that an identity number tells: of kinds resident_id and residence_permit. NULL for the other kinds and when an argument is NULL. Errors as identity_canonical.';

CREATE PROCEDURE creditbank.create_identity_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.identity_key (
		singleton boolean NOT NULL DEFAULT true,
		check_value bytea NOT NULL,
		CONSTRAINT identity_key_pkey PRIMARY KEY (singleton),
		CONSTRAINT identity_key_only_one CHECK (singleton),
		CONSTRAINT identity_key_check_value_length CHECK (octet_length(check_value) = 32)
	);
	COMMENT ON TABLE creditbank.identity_key IS 'Which key the bank''s identity numbers are hashed with: not the key, but what only it gives. No row before its first use, then one.';
	COMMENT ON COLUMN creditbank.identity_key.singleton IS 'Always true: there is one key.';
	COMMENT ON COLUMN creditbank.identity_key.check_value IS 'The keyed hash of a fixed text: another key gives another value and is refused.';
	PERFORM creditbank.guard_table('identity_key', 'refuse_change', 'Hashes of two keys never meet: a person would be held for two.');
END
$$;
COMMENT ON PROCEDURE creditbank.create_identity_tables() IS
'Makes the table of the identity key''s check value; a part of create_bank.';

CREATE FUNCTION creditbank.identity_hash(kind text, number text)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_identity_hash'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION creditbank.identity_hash(text, text) IS
'The 32 bytes that an identity number is known by: HMAC, over the hash of the bank''s suite and by the key in the file that creditbank.identity_key_file names, of the kind and the canonical number. The first use records which key it is. NULL when an argument is NULL. For the bank''s own functions only. Errors: invalid_identity; identity_key_missing when the setting is empty, the file cannot be used, or it holds another key than before; invalid_parameter for an unknown kind.';
