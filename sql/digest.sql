-- digest.sql: message digests.
-- Promise: pure functions over bytes, the same on every server. Everything
-- that is hashed in the bank is hashed through this room.

CREATE FUNCTION creditbank.digest(data bytea, suite text DEFAULT 'sha256-ed25519')
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_digest'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.digest(bytea, text) IS
'The 32-byte digest of data by the hash of an algorithm suite: SHA-256 (FIPS 180-4) for ''sha256-ed25519'', SM3 (GB/T 32905-2016) for ''sm3-sm2''. NULL when an argument is NULL. Errors: 22C07 unknown suite.';
