-- error.sql: how SQL code of the bank raises an error a caller can branch on.
-- Promise: the SQLSTATE of a condition is looked up in one list (src/errors.h,
-- explained in doc/errors.md); no other SQL file writes one down.

CREATE FUNCTION creditbank.sqlstate(condition text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_sqlstate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.sqlstate(text) IS
'The SQLSTATE of a named condition (see error_conditions), for RAISE ... USING ERRCODE and for callers that branch. NULL for NULL. Errors: invalid_parameter for an unknown name.';

CREATE FUNCTION creditbank.error_conditions()
RETURNS TABLE (condition text, sqlstate text)
AS 'MODULE_PATHNAME', 'creditbank_error_conditions'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.error_conditions() IS
'Every condition that callers may branch on, with its SQLSTATE: one row per condition. doc/errors.md explains each.';
