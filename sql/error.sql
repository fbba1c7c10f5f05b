-- error.sql: how SQL code of the bank raises an error a caller can branch on.
-- Promise: the SQLSTATE of a condition is looked up in one list (src/errors.h,
-- explained in doc/errors.md); no other SQL file writes one down.

CREATE FUNCTION creditbank.raise_error(
	condition text,
	message text,
	detail text DEFAULT NULL,
	hint text DEFAULT NULL,
	table_name text DEFAULT NULL,
	column_name text DEFAULT NULL,
	constraint_name text DEFAULT NULL)
RETURNS void
AS 'MODULE_PATHNAME', 'creditbank_raise_error'
LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.raise_error(text, text, text, text, text, text, text) IS
'Raises the error of a named condition (see error_conditions) with its SQLSTATE, message, detail, hint and the table, column or constraint it is about. NULL leaves a part out. Never returns.';

CREATE FUNCTION creditbank.error_conditions()
RETURNS TABLE (condition text, sqlstate text)
AS 'MODULE_PATHNAME', 'creditbank_error_conditions'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.error_conditions() IS
'Every condition that callers may branch on, with its SQLSTATE: one row per condition. doc/errors.md explains each.';
