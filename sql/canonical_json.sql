-- canonical_json.sql: JSON in one form, by RFC 8785 (JSON Canonicalization Scheme),
-- and bytes as text: multibase, Multikey, lists of status bits.
-- Promise: pure functions, the same on every server and in every encoding.

CREATE FUNCTION creditbank.canonical_json(document json)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_canonical_json'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.canonical_json(json) IS
'The canonical form of a document by RFC 8785: no blanks, keys in the order of UTF-16, strings with the least escapes, numbers as ECMAScript writes the nearest double. NULL for NULL. Errors: 22C06 a key that occurs twice in an object, half of a surrogate pair, a number beyond the doubles, an integer that no double is, more than 16 MB; 22P05 a character that the server''s encoding lacks.';

CREATE FUNCTION creditbank.canonical_json(document jsonb)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_canonical_jsonb'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.canonical_json(jsonb) IS
'The canonical form of a document by RFC 8785, as of json; but jsonb has forgotten whether a key occurred twice. NULL for NULL. Errors: 22C06 a number beyond the doubles, an integer that no double is, more than 16 MB.';

CREATE FUNCTION creditbank.canonical_json_bytes(document json)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_canonical_json_bytes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.canonical_json_bytes(json) IS
'The canonical form of a document by RFC 8785 in UTF-8, whatever the server''s encoding: what is hashed. NULL for NULL. Errors: 22C06 as canonical_json.';

CREATE FUNCTION creditbank.canonical_json_bytes(document jsonb)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_canonical_jsonb_bytes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.canonical_json_bytes(jsonb) IS
'The canonical form of a document by RFC 8785 in UTF-8, whatever the server''s encoding: what is hashed. NULL for NULL. Errors: 22C06 as canonical_json.';

CREATE FUNCTION creditbank.multibase_encode(data bytea, encoding text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_multibase_encode'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.multibase_encode(bytea, text) IS
'Bytes as multibase text: "z" and base58btc for ''base58btc'', at most 1024 bytes; "u" and base64url without padding for ''base64url''. NULL when an argument is NULL. Errors: 22C07 another encoding, too many bytes.';

CREATE FUNCTION creditbank.multibase_decode(value text)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_multibase_decode'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.multibase_decode(text) IS
'The bytes of a multibase text of base58btc or base64url. Only what multibase_encode writes is read. NULL for NULL. Errors: 22C07 any other text.';

CREATE FUNCTION creditbank.multikey(public_key bytea)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_multikey'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.multikey(bytea) IS
'An Ed25519 public key of 32 bytes as the publicKeyMultibase of a Multikey: "z6Mk...", 48 characters. NULL for NULL. Errors: 22C07 another number of bytes.';

CREATE FUNCTION creditbank.multikey_public_key(multikey text)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_multikey_public_key'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.multikey_public_key(text) IS
'The 32 bytes of the Ed25519 public key that a Multikey''s publicKeyMultibase stands for. NULL for NULL. Errors: 22C07 anything else.';

CREATE FUNCTION creditbank.status_bits(places integer[], size integer DEFAULT 131072)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_status_bits'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.status_bits(integer[], integer) IS
'The encodedList of a BitstringStatusListCredential (W3C Bitstring Status List v1.0) of size places in which those of places, counted from 0, are set: "u" and the base64url of the gzip of the bits, place 0 first. Size: a multiple of 8 from 131072 to 67108864. Which of the texts that expand to these bits it is may change with the server''s zlib. NULL when an argument is NULL. Errors: 22C07 another size; a place that is NULL or not in the list.';

CREATE FUNCTION creditbank.status_bit(encoded text, place integer)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_status_bit'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.status_bit(text, integer) IS
'Is a place, counted from 0, set in an encodedList? All of the list is expanded, and its check value looked at. NULL when an argument is NULL. Errors: 22C07 a text that is no list of 131072 to 67108864 places; a place that is not in the list.';
