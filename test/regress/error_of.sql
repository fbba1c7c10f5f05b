-- error_of(statement): runs a statement that must fail, and returns what a
-- client is told. Kept in pg_temp, so that no test leaves it behind.
CREATE FUNCTION pg_temp.error_of(statement text)
RETURNS TABLE (sqlstate_ text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN QUERY SELECT '00000', 'no error', '', '';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS
		sqlstate_ = RETURNED_SQLSTATE,
		message = MESSAGE_TEXT,
		detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END
$$;

-- error_of_today(statement): the same, with the day of the run replaced by TODAY.
CREATE FUNCTION pg_temp.error_of_today(statement text)
RETURNS TABLE (sqlstate_ text, message text, detail text, hint text)
LANGUAGE sql AS $$
	SELECT e.sqlstate_, e.message, replace(e.detail, to_char(current_date, 'YYYY-MM-DD'), 'TODAY'), e.hint
	FROM pg_temp.error_of(statement) AS e
$$;
