-- digest.sql: message digests and signatures.
-- Promise: digests and verification are pure functions over bytes, the same on
-- every server. Everything that is hashed, signed or verified in the bank is so
-- through this room. Only the owner signs.

CREATE FUNCTION creditbank.digest(data bytea, suite text DEFAULT 'sha256-ed25519')
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_digest'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.digest(bytea, text) IS
'The 32-byte digest of data by the hash of an algorithm suite: SHA-256 (FIPS 180-4) for ''sha256-ed25519'', SM3 (GB/T 32905-2016) for ''sm3-sm2''. NULL when an argument is NULL. Errors: 22C07 unknown suite.';

CREATE FUNCTION creditbank.keyed_digest(data bytea, key bytea, suite text DEFAULT 'sha256-ed25519')
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_keyed_digest'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.keyed_digest(bytea, bytea, text) IS
'The 32-byte digest of data under a key: HMAC (RFC 2104) over the hash of an algorithm suite, SHA-256 or SM3. NULL when an argument is NULL. Errors: 22C07 unknown suite.';

CREATE FUNCTION creditbank.verify_signature(message bytea, signature bytea, public_key bytea, algorithm text)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_verify_signature'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.verify_signature(bytea, bytea, bytea, text) IS
'Does the signature of message verify by public_key? Algorithm ''ed25519'' (RFC 8032): key of 32 bytes, signature of 64. Algorithm ''sm2'' (GB/T 32918.2, with SM3 and the distinguishing id of GM/T 0009, "1234567812345678"): key of 65 bytes, 04 || x || y; signature in DER. False also for a malformed key or signature. NULL when an argument is NULL. Errors: 22C07 unknown algorithm; 38000 where the server''s OpenSSL lacks the algorithm.';

CREATE FUNCTION creditbank.signing_key()
RETURNS TABLE (algorithm text, public_key bytea)
AS 'MODULE_PATHNAME', 'creditbank_signing_key'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION creditbank.signing_key() IS
'The algorithm and public key of the private key in the file that creditbank.signing_key_file names, as verify_signature takes them: one row, or none when the setting is empty. Errors: 23C17 the file cannot be used.';

CREATE FUNCTION creditbank.sign_with_key_file(message bytea)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_sign_with_key_file'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.sign_with_key_file(bytea) IS
'The signature of message by the private key in the file that creditbank.signing_key_file names, in the form that verify_signature takes; it verifies by the key of signing_key(). NULL for NULL. Errors: 23C17 the setting is empty, or the file cannot be used.';
