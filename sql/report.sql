-- report.sql: what is handed to others: lines of CSV, the figures of a year,
-- and rule books.
-- Promise: figures are counted from what is stored and never kept; those of the
-- parts add up to the whole. A rule book taken from another bank is drafted only
-- when its rules have the digest that the other bank states.

CREATE FUNCTION creditbank.csv_line(VARIADIC fields text[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT string_agg(
		CASE WHEN f.field ~ '[",\r\n]' THEN '"' || replace(f.field, '"', '""') || '"' ELSE coalesce(f.field, '') END,
		',' ORDER BY f.number)
	FROM unnest(fields) WITH ORDINALITY AS f (field, number));
COMMENT ON FUNCTION creditbank.csv_line(text[]) IS
'The fields as one line of CSV by RFC 4180, without the line''s end: a field with a comma, a quotation mark or a line break stands in quotation marks, and NULL is an empty field. NULL for NULL and for no fields.';

CREATE FUNCTION creditbank.figure_kinds()
RETURNS TABLE (number integer, figure text, kind text, about text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	VALUES
		(1, 'accounts_opened', 'opened', 'account'),
		(2, 'accounts_activated', 'activated', 'account'),
		(3, 'accounts_closed', 'closed', 'account'),
		(4, 'deposits', 'deposited', 'achievement'),
		(5, 'recognitions', 'recognised', 'achievement'),
		(6, 'refusals', 'declined', 'achievement'),
		(7, 'appeals', 'appealed', 'achievement'),
		(8, 'revocations', 'revoked', 'achievement'),
		(9, 'conversions', 'converted', 'conversion'),
		(10, 'points_earned', 'earned', 'conversion'),
		(11, 'points_reserved', 'reserved', 'account'),
		(12, 'points_redeemed', 'redeemed', 'account')
$$;
COMMENT ON FUNCTION creditbank.figure_kinds() IS
'The figures of the yearly report: one row per figure in its order, with the kind of ledger entry that it counts and what those are about: an account; an achievement, which has a class, level, education type and issuer; or a conversion, which has those of the first achievement it rests on, and the institution converted into.';
