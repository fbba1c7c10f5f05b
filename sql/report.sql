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
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 13
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	VALUES
		(1, 'accounts_opened', 'opened', 'account'),
		(2, 'accounts_activated', 'opened', 'account'),
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
'The figures of the yearly report: one row per figure, in its order, and kind of ledger entry that it counts (of those that opened an account, accounts_activated counts the ones that activated it at once), and what those are about: an account; an achievement, which has a class, level, education type and issuer; or a conversion, which has those of the first achievement it rests on, and the institution converted into.';

CREATE FUNCTION creditbank.counted_entries(first_day date, last_day date, of_region text)
RETURNS TABLE (
	figure text,
	about text,
	education_type text,
	class text,
	level smallint,
	institution text,
	trainee_group text,
	region text,
	unit text,
	count bigint,
	amount numeric)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH inside AS MATERIALIZED (
		SELECT r.code
		FROM creditbank.region AS r
		WHERE creditbank.region_contains(of_region, r.code)),
	merged AS MATERIALIZED (
		SELECT m.duplicate_id, creditbank.account_id(creditbank.current_account(creditbank.account_number(m.duplicate_id))) AS into_id
		FROM creditbank.account_merger AS m),
	entry AS (
		SELECT e.account_id, f.figure, f.about, e.ref, e.amount, h.trainee_group, h.region,
			CASE f.about WHEN 'achievement' THEN substring(e.detail FROM '^\{"id": ([0-9]+), ')::bigint END AS achievement_id,
			CASE f.about WHEN 'conversion' THEN (e.detail::jsonb #>> '{sources,0}')::creditbank.achievement_ref END AS source,
			CASE f.about WHEN 'conversion' THEN e.detail::jsonb ->> 'programme' END AS programme,
			-- What was reserved before it was handed out left the account then.
			CASE WHEN f.figure = 'points_redeemed' AND e.amount IS NULL
				THEN (e.detail::jsonb ->> 'price')::creditbank.credit_amount * (e.detail::jsonb ->> 'quantity')::numeric END AS cost
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		JOIN creditbank.figure_kinds() AS f ON f.kind = k.name
		LEFT JOIN merged AS m ON m.duplicate_id = e.account_id
		LEFT JOIN creditbank.holder AS h ON h.account_id = coalesce(m.into_id, e.account_id)
		WHERE e.occurred_on BETWEEN first_day AND last_day
			AND e.account_id <> 0
			AND (f.figure <> 'accounts_activated' OR k.name <> 'opened' OR (e.detail::jsonb -> 'activated' = 'false') IS NOT true)
			-- Merging wrote these anew; the first of them stand in the account that went.
			AND (f.figure NOT IN ('deposits', 'points_earned') OR (e.detail::jsonb ? 'merged_from') IS NOT true)
			AND (of_region IS NULL OR h.region IN (SELECT i.code FROM inside AS i))
			AND NOT EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id
					AND r.reverses = e.seq))
	SELECT e.figure, e.about, coalesce(a.education_type, o.education_type), creditbank.class(coalesce(a.ref, e.source)),
		coalesce(a.level, o.level), CASE e.about WHEN 'conversion' THEN p.institution ELSE creditbank.issuer(a.ref) END,
		e.trainee_group, e.region, creditbank.unit(n.amount), count(*), sum(abs(n.amount::numeric))
	FROM entry AS e
	LEFT JOIN creditbank.achievement AS a ON a.achievement_id = e.achievement_id
	LEFT JOIN creditbank.programme AS p ON p.code = e.programme
	LEFT JOIN LATERAL (
		SELECT f.education_type, f.level
		FROM creditbank.achievement AS f
		WHERE e.source IS NOT NULL
			AND f.account_id = e.account_id
			AND f.ref = e.source
		ORDER BY f.achievement_id DESC
		LIMIT 1) AS o ON true
	CROSS JOIN LATERAL (
		SELECT CASE e.figure WHEN 'deposits' THEN a.claimed_amount ELSE coalesce(e.amount, e.cost) END) AS n (amount)
	GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
END
$$;
COMMENT ON FUNCTION creditbank.counted_entries(date, date, text) IS
'The ledger entries of learners'' accounts that count from some days, but for those that were taken back, counted by everything that the figures of a year tell apart; of_region NULL for all, else of the holders in it. Entries of an account that was merged are those of the holder it was merged into, and what the merger wrote anew is not counted twice. Of a deposit amount is what was claimed, of a reward handed out what it cost; what an entry takes counts as positive. For the bank''s own functions only.';

CREATE FUNCTION creditbank.yearly_figures(
	INOUT year integer,
	INOUT region text DEFAULT NULL,
	OUT figure text,
	OUT dimension text,
	OUT value text,
	OUT count bigint,
	OUT amount numeric(18,4),
	OUT unit text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
-- Compiling takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	of_year integer := yearly_figures.year;
	of_region text;
BEGIN
	PERFORM creditbank.require_bank();
	IF of_year IS NULL OR of_year NOT BETWEEN 1900 AND extract(year FROM creditbank.today()) THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('there are no figures of the year %s', coalesce(of_year::text, 'NULL')),
			HINT = format('Pass a year from 1900 to %s, which is not over yet.', extract(year FROM creditbank.today()));
	END IF;
	of_region := creditbank.known_region(yearly_figures.region);
	RETURN QUERY
	WITH cell AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.counted_entries(make_date(of_year, 1, 1), make_date(of_year, 12, 31), of_region) AS c),
	place AS MATERIALIZED (
		SELECT d.region,
			max(p.code) FILTER (WHERE p.level = 1) AS province,
			max(p.code) FILTER (WHERE p.level = 2) AS city,
			max(p.code) FILTER (WHERE p.level = 3) AS county,
			max(p.code) FILTER (WHERE p.level = 4) AS township
		FROM (SELECT DISTINCT c.region FROM cell AS c) AS d
		CROSS JOIN LATERAL creditbank.region_path(d.region) AS p
		GROUP BY d.region),
	part AS (
		SELECT c.figure, d.number, d.dimension, coalesce(d.value, 'none') AS value,
			sum(c.count)::bigint AS count, sum(c.amount)::numeric(18,4) AS amount, c.unit
		FROM cell AS c
		LEFT JOIN creditbank.trainee_group AS g ON g.code = c.trainee_group
		LEFT JOIN place AS p ON p.region = c.region
		CROSS JOIN LATERAL (VALUES
			(1, 'total', 'all'),
			(2, 'education_type', c.education_type),
			(3, 'class', c.class),
			(4, 'level', c.level::text),
			(5, 'institution', c.institution),
			(6, 'trainee_group', coalesce(g.parent, g.code)),
			(7, 'trainee_subgroup', g.code),
			(8, 'province', p.province),
			(9, 'city', p.city),
			(10, 'county', p.county),
			(11, 'township', p.township)) AS d (number, dimension, value)
		WHERE c.about <> 'account'
			OR d.dimension NOT IN ('education_type', 'class', 'level', 'institution')
		GROUP BY c.figure, d.number, d.dimension, coalesce(d.value, 'none'), c.unit)
	SELECT of_year, of_region, k.figure, coalesce(p.dimension, 'total'), coalesce(p.value, 'all'),
		coalesce(p.count, 0), p.amount, p.unit
	FROM (SELECT DISTINCT f.number, f.figure FROM creditbank.figure_kinds() AS f) AS k
	LEFT JOIN part AS p ON p.figure = k.figure
	ORDER BY k.number, p.number, p.value = 'none', CASE p.dimension WHEN 'level' THEN lpad(p.value, 2) END COLLATE "C", p.value COLLATE "C", p.unit COLLATE "C";
END
$$;
COMMENT ON FUNCTION creditbank.yearly_figures(integer, text) IS
'The figures of a calendar year for the authority, counted now from the ledger: one row per figure (those of figure_kinds()), dimension, value and unit. value is ''all'' in the dimension total and ''none'' where nothing was said; count is the number of entries whose amount is in that unit (NULL: that have none), amount their sum. In each dimension the rows of a figure add up to its total. What was taken back is left out; a figure without any entry has one row with count 0. region leaves only the learners in it (their holder''s region); NULL takes all. Errors: bank_not_open, unknown_region, invalid_parameter for a year before 1900 or to come.';

CREATE FUNCTION creditbank.export_rule_books(name text DEFAULT NULL, version integer DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	document jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	SELECT jsonb_build_object(
		'format', 'creditbank rule books 1',
		'origin', max(bank.origin),
		'suite', max(bank.suite),
		'rule_books', coalesce(jsonb_agg(jsonb_build_object(
			'name', b.name,
			'version', b.version,
			'state', b.state,
			'effective', creditbank.days_text(b.effective),
			'in_force', creditbank.days_text(b.in_force),
			'digest', encode(b.digest, 'hex'),
			'rules', b.rules::jsonb) ORDER BY b.name COLLATE "C", b.version) FILTER (WHERE b.name IS NOT NULL), '[]'))
	INTO document
	FROM creditbank.bank AS bank
	LEFT JOIN creditbank.rule_book AS b
		ON b.name = coalesce(export_rule_books.name, b.name)
		AND b.version = coalesce(export_rule_books.version, b.version);
	IF document -> 'rule_books' = '[]' AND coalesce(export_rule_books.name, export_rule_books.version::text) IS NOT NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_rule_book'),
			MESSAGE = 'there is no such rule book',
			DETAIL = format('Asked for: name %s, version %s.', coalesce('"' || export_rule_books.name || '"', 'any'),
				coalesce(export_rule_books.version::text, 'any')),
			HINT = 'SELECT name, version, state FROM creditbank.rule_book lists them.',
			SCHEMA = 'creditbank',
			TABLE = 'rule_book';
	END IF;
	RETURN document;
END
$$;
COMMENT ON FUNCTION creditbank.export_rule_books(text, integer) IS
'Rule books in any state as one jsonb document for other banks: the format, the origin and suite of this bank, and of each rule book its name, version, state, the days its rules name (effective), those it is in force (null before it is published), the digest of its rules by the suite, in hexadecimal digits, and the rules as jsonb. NULL for name or version takes all. draft_rule_books reads it. Errors: bank_not_open; unknown_rule_book when there is none of the name and version asked for.';

CREATE FUNCTION creditbank.draft_rule_books(document jsonb)
RETURNS TABLE (
	name text,
	version integer,
	state text,
	digest bytea,
	drafted boolean)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	book jsonb;
	taken creditbank.rule_set;
	suite text := document ->> 'suite';
	found_digest text;
	stands boolean;
BEGIN
	PERFORM creditbank.require_bank();
	IF coalesce(document ->> 'format', '') <> 'creditbank rule books 1'
		OR suite IS NULL
		OR jsonb_typeof(document -> 'rule_books') IS DISTINCT FROM 'array'
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_document'),
			MESSAGE = 'the document does not hold rule books',
			DETAIL = format('Its format is %s.', coalesce('"' || (document ->> 'format') || '"', 'not said')),
			HINT = 'Pass what creditbank.export_rule_books() of another bank returned, unchanged.';
	END IF;
	FOR book IN
		SELECT b.value
		FROM jsonb_array_elements(document -> 'rule_books') AS b
	LOOP
		taken := (book -> 'rules')::creditbank.rule_set;
		found_digest := encode(creditbank.rule_set_digest(taken, suite), 'hex');
		IF taken IS NULL
			OR (creditbank.rule_set_name(taken), creditbank.rule_set_version(taken)::text, found_digest)
				IS DISTINCT FROM (book ->> 'name', book ->> 'version', book ->> 'digest')
		THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_document'),
				MESSAGE = format('rule book "%s" version %s is not what the document says it is',
					coalesce(book ->> 'name', 'NULL'), coalesce(book ->> 'version', 'NULL')),
				DETAIL = CASE WHEN taken IS NULL THEN 'It has no rules.'
					ELSE format('Its rules are "%s" version %s with the digest %s; the document says %s.', creditbank.rule_set_name(taken),
						creditbank.rule_set_version(taken), found_digest, coalesce(book ->> 'digest', 'NULL')) END,
				HINT = 'It was changed on the way; ask the other bank for its export again.';
		END IF;
		SELECT b.rules = taken
		INTO stands
		FROM creditbank.rule_book AS b
		WHERE b.name = creditbank.rule_set_name(taken)
			AND b.version = creditbank.rule_set_version(taken);
		IF stands IS NOT true THEN
			PERFORM creditbank.draft_rules(taken::text);
		END IF;
		RETURN QUERY
		SELECT b.name, b.version, b.state, b.digest, stands IS NOT true
		FROM creditbank.rule_book AS b
		WHERE b.name = creditbank.rule_set_name(taken)
			AND b.version = creditbank.rule_set_version(taken);
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.draft_rule_books(jsonb) IS
'Drafts the rule books of a document that export_rule_books of another bank made, all or none, as draft_rules does: they are reviewed and published here like any other. One row per rule book, with its state and its digest by this bank''s suite; drafted is false for one that stands here already with the same rules, which stays as it is. Errors: bank_not_open; invalid_document for another document, and for rules whose name, version or digest is not the one stated; invalid_rule_set; wrong_state when that version stands here with other rules and is past being a draft.';
