CREATE FUNCTION creditbank.fuzz(target text, arguments text[])
RETURNS void
AS 'MODULE_PATHNAME', 'creditbank_fuzz'
LANGUAGE C VOLATILE STRICT;
