-- publication.sql: the figures of a year, made fit for publication.
-- Promise: what is published is exact or hidden; nobody can compute a hidden
-- count from what is published of the year beside it; what was published stays.

CREATE FUNCTION creditbank.suppressed_cells(
	size integer,
	region_parents integer[],
	member_parents integer[],
	member_dimensions integer[],
	everywhere boolean[],
	disjoint boolean[],
	regions integer[],
	members integer[],
	counts bigint[],
	learners bigint[])
RETURNS smallint[]
AS 'MODULE_PATHNAME', 'creditbank_suppressed_cells'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.suppressed_cells(integer, integer[], integer[], integer[], boolean[], boolean[], integer[], integer[], bigint[], bigint[]) IS
'Which cells of a table are hidden: for each 0 shown, 1 hidden because it counts fewer learners than size, 2 hidden so that no such cell can be computed. Regions and members are trees numbered from 1, given by the parent of each, which stands before it (0 of the first, the whole and the total); the total may be of sub-totals; members are of a dimension (0 totals and sub-totals), which is of one total or sub-total, published in every region or only in the whole (everywhere), and a learner is in one of them only or may be in several (disjoint). A cell is of a region and a member, with how many entries and learners it counts; what is not given is zero. NULL for NULL. Errors: invalid_parameter for what is no such table, also when parts do not add up.';

CREATE PROCEDURE creditbank.create_publication_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.publication (
		year integer NOT NULL,
		edition integer NOT NULL,
		published_at timestamptz NOT NULL,
		published_by text NOT NULL,
		reason text,
		smallest_cell integer NOT NULL,
		up_to_entry bigint NOT NULL,
		CONSTRAINT publication_pkey PRIMARY KEY (year, edition),
		CONSTRAINT publication_edition_positive CHECK (edition >= 1),
		CONSTRAINT publication_again_for_a_reason CHECK (edition = 1 OR reason IS NOT NULL)
	);
	COMMENT ON TABLE creditbank.publication IS 'When the figures of a year were published. One row per year and edition; rows are only ever added.';
	COMMENT ON COLUMN creditbank.publication.year IS 'The calendar year.';
	COMMENT ON COLUMN creditbank.publication.edition IS '1 for the first publication of the year, 2 for the next.';
	COMMENT ON COLUMN creditbank.publication.published_at IS 'When.';
	COMMENT ON COLUMN creditbank.publication.published_by IS 'The role that published them.';
	COMMENT ON COLUMN creditbank.publication.reason IS 'Why they were published again; NULL of the first.';
	COMMENT ON COLUMN creditbank.publication.smallest_cell IS 'Of fewer learners than this nothing is told.';
	COMMENT ON COLUMN creditbank.publication.up_to_entry IS 'The id of the last ledger entry counted.';

	CREATE TABLE creditbank.published_cell (
		year integer NOT NULL,
		edition integer NOT NULL,
		figure text NOT NULL,
		region text NOT NULL,
		dimension text NOT NULL,
		member text NOT NULL,
		unit text NOT NULL,
		count bigint,
		amount numeric(24,4),
		suppressed boolean NOT NULL,
		CONSTRAINT published_cell_pkey PRIMARY KEY (year, edition, figure, region, dimension, member, unit),
		CONSTRAINT published_cell_hidden CHECK (suppressed = (count IS NULL) AND (NOT suppressed OR amount IS NULL)),
		CONSTRAINT published_cell_publication_fkey FOREIGN KEY (year, edition) REFERENCES creditbank.publication (year, edition)
	);
	COMMENT ON TABLE creditbank.published_cell IS 'What was published: every edition, with what is hidden left out. One row per cell in which something is counted; rows are only ever added.';
	COMMENT ON COLUMN creditbank.published_cell.year IS 'The calendar year.';
	COMMENT ON COLUMN creditbank.published_cell.edition IS 'The edition.';
	COMMENT ON COLUMN creditbank.published_cell.figure IS 'The figure: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.published_cell.region IS 'The region; all for the whole; none for learners of no region; a code followed by /none for those of that region and of none of its registered parts.';
	COMMENT ON COLUMN creditbank.published_cell.dimension IS 'total, education_type, class, level, institution_kind, institution, trainee_group, trainee_subgroup, quarter or month.';
	COMMENT ON COLUMN creditbank.published_cell.member IS 'The member of the dimension; all in total; none where nothing was said.';
	COMMENT ON COLUMN creditbank.published_cell.unit IS 'The unit of the entries counted: cr, pt, hr, ects or cats; none for those without an amount; all, of the total alone, for all of them together.';
	COMMENT ON COLUMN creditbank.published_cell.count IS 'How many entries; NULL where it is hidden.';
	COMMENT ON COLUMN creditbank.published_cell.amount IS 'The sum of their amounts; NULL where it is hidden, where they have none, and over all units.';
	COMMENT ON COLUMN creditbank.published_cell.suppressed IS 'Whether it is hidden.';
	CREATE VIEW creditbank.publication_part
	WITH (security_invoker = true) AS
	SELECT c.account_id, c.month, c.figure, c.region, CASE p.depth WHEN -1 THEN 'all' ELSE c.unit END AS unit, c.count, c.amount,
		p.place, p.depth, p.dimension, p.member, p.parent
	FROM creditbank.account_contribution AS c
	LEFT JOIN creditbank.institution AS i ON i.code = c.institution
	LEFT JOIN creditbank.trainee_group AS g ON g.code = c.trainee_group
	CROSS JOIN LATERAL (
		VALUES
			(0, -1, 'total', 'all', NULL),
			(0, 0, 'total', 'all', NULL),
			(1, 1, 'education_type', c.education_type, NULL),
			(2, 1, 'class', c.class, NULL),
			(3, 1, 'level', coalesce(nullif(c.level, 0)::text, 'none'), NULL),
			(4, 1, 'institution_kind', coalesce(i.kind, 'none'), NULL),
			(4, 2, 'institution', c.institution, coalesce(i.kind, 'none')),
			(5, 1, 'trainee_group', coalesce(g.parent, c.trainee_group), NULL),
			(5, 2, 'trainee_subgroup', c.trainee_group, coalesce(g.parent, c.trainee_group)),
			(6, 1, 'quarter', to_char(c.month, '"Q"Q'), NULL),
			(6, 2, 'month', to_char(c.month, 'MM'), to_char(c.month, '"Q"Q'))) AS p (place, depth, dimension, member, parent);
	COMMENT ON VIEW creditbank.publication_part IS 'Where what an account adds is counted in what is published. One row per row of account_contribution and dimension.';
	COMMENT ON COLUMN creditbank.publication_part.account_id IS 'The account.';
	COMMENT ON COLUMN creditbank.publication_part.month IS 'The first day of the month.';
	COMMENT ON COLUMN creditbank.publication_part.figure IS 'The figure: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.publication_part.region IS 'The region noted; none when none is.';
	COMMENT ON COLUMN creditbank.publication_part.unit IS 'The unit of amount; none where there is none; all in the total over all units.';
	COMMENT ON COLUMN creditbank.publication_part.count IS 'How many entries.';
	COMMENT ON COLUMN creditbank.publication_part.amount IS 'The sum of their amounts.';
	COMMENT ON COLUMN creditbank.publication_part.place IS 'The number of the dimension; two that are parts of one another have one number; 0 of the total.';
	COMMENT ON COLUMN creditbank.publication_part.depth IS '1, or 2 of a dimension whose members are parts of those of another; 0 of the total of a unit, -1 of that over all units.';
	COMMENT ON COLUMN creditbank.publication_part.dimension IS 'The dimension.';
	COMMENT ON COLUMN creditbank.publication_part.member IS 'The member of it.';
	COMMENT ON COLUMN creditbank.publication_part.parent IS 'The member that this is a part of; NULL but at depth 2.';
	PERFORM creditbank.guard_table('publication', 'refuse_change', 'What was published was published.');
	PERFORM creditbank.guard_table('published_cell', 'refuse_change', 'What was published was published.');

	CREATE VIEW creditbank.published_figures
	WITH (security_invoker = true) AS
	SELECT c.year, c.figure, c.region, c.dimension, c.member, c.unit, c.count, c.amount, c.suppressed
	FROM creditbank.published_cell AS c
	WHERE c.edition = (
		SELECT max(p.edition)
		FROM creditbank.publication AS p
		WHERE p.year = c.year);
	COMMENT ON VIEW creditbank.published_figures IS 'The figures published, of each year the latest edition. One row per cell in which something is counted, and one for each figure of which nothing is; what has no row is zero.';
	COMMENT ON COLUMN creditbank.published_figures.year IS 'The calendar year.';
	COMMENT ON COLUMN creditbank.published_figures.figure IS 'The figure: one of figure_kinds().';
	COMMENT ON COLUMN creditbank.published_figures.region IS 'The region; all for the whole; none for learners of no region; a code followed by /none for those of that region and of none of its registered parts.';
	COMMENT ON COLUMN creditbank.published_figures.dimension IS 'total, education_type, class, level, institution_kind, institution, trainee_group, trainee_subgroup, quarter or month.';
	COMMENT ON COLUMN creditbank.published_figures.member IS 'The member of the dimension; all in total; none where nothing was said.';
	COMMENT ON COLUMN creditbank.published_figures.unit IS 'The unit of the entries counted: cr, pt, hr, ects or cats; none for those without an amount; all, of the total alone, for all of them together.';
	COMMENT ON COLUMN creditbank.published_figures.count IS 'How many entries; NULL where it is hidden.';
	COMMENT ON COLUMN creditbank.published_figures.amount IS 'The sum of their amounts; NULL where it is hidden, where they have none, and over all units.';
	COMMENT ON COLUMN creditbank.published_figures.suppressed IS 'Whether it is hidden: too few learners, or they could be computed from it.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_publication_tables() IS
'Makes the tables of what is published; a part of create_bank.';

CREATE FUNCTION creditbank.publication_regions(of_year integer)
RETURNS TABLE (number integer, region text, parent integer, counted text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
SET enable_nestloop = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH used AS MATERIALIZED (
		SELECT DISTINCT c.region
		FROM creditbank.account_contribution AS c
		WHERE c.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)),
	place AS MATERIALIZED (
		SELECT t.code, coalesce(t.parent, 'all') AS parent, t.level::integer AS level,
			t.code IN (SELECT d.parent FROM creditbank.region_tree AS d WHERE d.parent IS NOT NULL) AS has_parts
		FROM creditbank.region_tree AS t
		WHERE t.code IN (
			SELECT l.code
			FROM used AS u
			CROSS JOIN LATERAL unnest(creditbank.region_lineage(nullif(u.region, 'none'))) AS l (code))),
	node AS (
		SELECT 'all' AS region, NULL AS parent, 0 AS level, NULL AS counted
		UNION ALL
		SELECT p.code, p.parent, p.level, CASE WHEN NOT p.has_parts THEN p.code END
		FROM place AS p
		UNION ALL
		-- Who is noted under a region that has parts is of none of them.
		SELECT p.code || '/none', p.code, p.level + 1, p.code
		FROM place AS p
		WHERE p.has_parts
			AND p.code IN (SELECT u.region FROM used AS u)
		UNION ALL
		SELECT u.region, 'all', 1, u.region
		FROM used AS u
		WHERE u.region NOT IN (SELECT p.code FROM place AS p)),
	numbered AS (
		SELECT row_number() OVER (ORDER BY n.level, n.region COLLATE "C")::integer AS number, n.*
		FROM node AS n)
	SELECT n.number, n.region, coalesce(p.number, 0), n.counted
	FROM numbered AS n
	LEFT JOIN numbered AS p ON p.region = n.parent
	ORDER BY n.number;
END
$$;
COMMENT ON FUNCTION creditbank.publication_regions(integer) IS
'The regions of which figures of a year are published, numbered with parents first, with the number of the one each lies in (0 of the whole); counted is the noted region whose learners are counted right there. A part of publish_figures. No rows for NULL.';

CREATE FUNCTION creditbank.publication_members(of_year integer, of_figure text)
RETURNS TABLE (
	number integer,
	parent integer,
	dimension_number integer,
	everywhere boolean,
	disjoint boolean,
	place integer,
	dimension text,
	member text,
	unit text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
-- Few members of many rows.
SET enable_nestloop = off
SET enable_sort = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH found AS MATERIALIZED (
		SELECT DISTINCT p.unit, p.place, p.depth, p.dimension, p.member, p.parent
		FROM creditbank.publication_part AS p
		WHERE p.figure = of_figure
			AND p.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
			AND (p.place IN (0, 5, 6) OR of_figure NOT IN (SELECT k.figure FROM creditbank.figure_kinds() AS k WHERE k.about = 'account'))),
	-- All units; each unit; dimensions of each; and their parts.
	numbered AS MATERIALIZED (
		SELECT f.*,
			row_number() OVER (ORDER BY f.depth, f.unit COLLATE "C", f.place, f.member COLLATE "C")::integer AS number,
			CASE WHEN f.place = 0 THEN 0 ELSE dense_rank() OVER (PARTITION BY f.place = 0 ORDER BY f.unit COLLATE "C", f.place)::integer END AS dimension_number
		FROM found AS f)
	SELECT n.number, CASE n.depth WHEN -1 THEN 0 WHEN 0 THEN 1 ELSE a.number END, n.dimension_number,
		n.dimension NOT IN ('institution', 'month'), n.place = 5, n.place, n.dimension, n.member, n.unit
	FROM numbered AS n
	LEFT JOIN numbered AS a ON a.unit = n.unit AND a.depth = n.depth - 1
		AND a.place = CASE n.depth WHEN 1 THEN 0 ELSE n.place END
		AND a.member = CASE n.depth WHEN 1 THEN 'all' ELSE n.parent END
	ORDER BY n.number;
END
$$;
COMMENT ON FUNCTION creditbank.publication_members(integer, text) IS
'The members under which a figure of a year is published, of all dimensions in all units, numbered with parents first, with the number of the one each is a part of (0 of the total over all units), as suppressed_cells takes them; place is that of publication_part. A part of publish_figures. No rows for NULL.';

CREATE FUNCTION creditbank.publication_cells(of_year integer, of_figure text, regions jsonb, members jsonb)
RETURNS TABLE (region integer, member integer, count bigint, amount numeric, learners bigint)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
-- As many groups as there are rows, and nobody knows: sorting bears that.
SET enable_nestloop = off
SET enable_hashagg = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH RECURSIVE node AS MATERIALIZED (
		SELECT r.*
		FROM jsonb_to_recordset(regions) AS r (number integer, parent integer, counted text)),
	path AS (
		SELECT n.number, n.counted, ARRAY[]::integer[] AS numbers
		FROM node AS n
		WHERE n.number = 1
		UNION ALL
		SELECT n.number, n.counted, p.numbers || n.number
		FROM path AS p
		JOIN node AS n ON n.parent = p.number),
	-- At most province, city, county and township.
	leaf AS MATERIALIZED (
		SELECT p.counted, p.numbers[1] AS first, p.numbers[2] AS second, p.numbers[3] AS third, p.numbers[4] AS fourth
		FROM path AS p
		WHERE p.counted IS NOT NULL),
	member AS MATERIALIZED (
		SELECT m.*
		FROM jsonb_to_recordset(members) AS m (number integer, everywhere boolean, dimension text, member text, unit text)),
	-- A learner is in one region, so that learners of regions add up.
	learner AS (
		SELECT m.number, m.everywhere, l.first, l.second, l.third, l.fourth, sum(p.count)::bigint AS count, sum(p.amount) AS amount
		FROM creditbank.publication_part AS p
		JOIN member AS m ON m.unit = p.unit AND m.dimension = p.dimension AND m.member = p.member
		JOIN leaf AS l ON l.counted = p.region
		LEFT JOIN creditbank.account_merger AS g ON g.duplicate_id = p.account_id
		WHERE p.figure = of_figure
			AND p.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
		GROUP BY m.number, m.everywhere, l.first, l.second, l.third, l.fourth,
			CASE WHEN g.duplicate_id IS NULL THEN p.account_id ELSE creditbank.current_account_id(g.into_id) END)
	SELECT coalesce(l.fourth, l.third, l.second, l.first, 1), l.number, sum(l.count)::bigint, sum(l.amount), count(*)
	FROM learner AS l
	GROUP BY l.number, l.everywhere, ROLLUP (l.first, l.second, l.third, l.fourth)
	-- Of a region without so many above it, once; of the whole alone, what is published there alone.
	HAVING CASE grouping(l.first, l.second, l.third, l.fourth)
		WHEN 15 THEN true
		WHEN 7 THEN l.everywhere
		WHEN 3 THEN l.everywhere AND l.second IS NOT NULL
		WHEN 1 THEN l.everywhere AND l.third IS NOT NULL
		ELSE l.everywhere AND l.fourth IS NOT NULL
	END;
END
$$;
COMMENT ON FUNCTION creditbank.publication_cells(integer, text, jsonb, jsonb) IS
'The counts of a figure of a year in every region and member in which something is counted, by their numbers, with how many learners these are; regions and members are arrays of rows of publication_regions and publication_members. A part of publish_figures. No rows for NULL.';

CREATE FUNCTION creditbank.publish_cells(of_year integer, of_edition integer, size integer)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
	of_figure text;
	regions jsonb;
	region_parents integer[];
	members jsonb;
	member record;
	cell record;
BEGIN
	SELECT jsonb_agg(to_jsonb(r)), array_agg(r.parent ORDER BY r.number)
	INTO regions, region_parents
	FROM creditbank.publication_regions(of_year) AS r;
	-- Figures are protected each by itself; one after the other takes the memory of one.
	FOR of_figure IN
		SELECT DISTINCT c.figure
		FROM creditbank.account_contribution AS c
		WHERE c.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
	LOOP
		SELECT jsonb_agg(to_jsonb(m)) AS all_of_them, array_agg(m.parent ORDER BY m.number) AS parents,
			array_agg(m.dimension_number ORDER BY m.number) AS dimensions, array_agg(m.everywhere ORDER BY m.number) AS everywhere,
			array_agg(m.disjoint ORDER BY m.number) AS disjoint
		INTO member
		FROM creditbank.publication_members(of_year, of_figure) AS m;
		members := member.all_of_them;
		SELECT array_agg(c.region) AS regions, array_agg(c.member) AS members, array_agg(c.count) AS counts,
			array_agg(c.amount) AS amounts, array_agg(c.learners) AS learners
		INTO cell
		FROM creditbank.publication_cells(of_year, of_figure, regions, members) AS c;
		INSERT INTO creditbank.published_cell (year, edition, figure, region, dimension, member, unit, count, amount, suppressed)
		SELECT of_year, of_edition, of_figure, r.region, m.dimension, m.member, m.unit,
			CASE WHEN c.fate = 0 THEN c.count END,
			CASE WHEN c.fate = 0 AND m.unit NOT IN ('none', 'all') THEN c.amount END,
			c.fate <> 0
		FROM unnest(cell.regions, cell.members, cell.counts, cell.amounts, creditbank.suppressed_cells(size, region_parents,
			member.parents, member.dimensions, member.everywhere, member.disjoint, cell.regions, cell.members, cell.counts, cell.learners))
			AS c (region, member, count, amount, fate)
		JOIN jsonb_to_recordset(regions) AS r (number integer, region text) ON r.number = c.region
		JOIN jsonb_to_recordset(members) AS m (number integer, dimension text, member text, unit text) ON m.number = c.member;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditbank.publish_cells(integer, integer, integer) IS
'Writes the cells of an edition, with those hidden that suppressed_cells hides for a size: one figure after the other, each of which must fit into memory. A part of publish_figures. NULL does nothing.';

CREATE FUNCTION creditbank.publish_figures(year integer, reason text DEFAULT NULL)
RETURNS TABLE (edition integer, cells bigint, suppressed bigint)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_year integer := publish_figures.year;
	of_edition integer;
	counted record;
	size integer;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reported_year(of_year);
	IF publish_figures.reason IS NOT NULL THEN
		PERFORM creditbank.check_reason(publish_figures.reason, 'the reason of publishing again');
	END IF;
	-- Holds the lock of refreshes: of two who publish at once the second sees the first's edition.
	SELECT r.* INTO counted FROM creditbank.refresh_statistics() AS r;
	SELECT coalesce(max(p.edition), 0) + 1
	INTO of_edition
	FROM creditbank.publication AS p
	WHERE p.year = of_year;
	IF of_edition > 1 AND publish_figures.reason IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('the figures of %s are published already', of_year),
			DETAIL = format('Edition %s stands; who holds two editions against each other may find what each of them hides.', of_edition - 1),
			HINT = format('If they must be corrected: creditbank.publish_figures(%s, ''the reason'').', of_year),
			SCHEMA = 'creditbank',
			TABLE = 'publication',
			CONSTRAINT = 'publication_pkey';
	END IF;
	SELECT s.smallest_cell INTO size FROM creditbank.statistics_state AS s;
	INSERT INTO creditbank.publication (year, edition, published_at, published_by, reason, smallest_cell, up_to_entry)
	VALUES (of_year, of_edition, clock_timestamp(), creditbank.caller(), CASE WHEN of_edition > 1 THEN publish_figures.reason END, size, counted.up_to_entry);
	PERFORM creditbank.publish_cells(of_year, of_edition, size);
	INSERT INTO creditbank.published_cell (year, edition, figure, region, dimension, member, unit, count, amount, suppressed)
	SELECT DISTINCT of_year, of_edition, k.figure, 'all', 'total', 'all', 'all', 0, NULL::numeric, false
	FROM creditbank.figure_kinds() AS k
	WHERE NOT EXISTS (
		SELECT FROM creditbank.published_cell AS c
		WHERE c.year = of_year
			AND c.edition = of_edition
			AND c.figure = k.figure);
	RETURN QUERY
	SELECT of_edition, count(*), count(*) FILTER (WHERE c.suppressed)
	FROM creditbank.published_cell AS c
	WHERE c.year = of_year
		AND c.edition = of_edition;
END
$$;
COMMENT ON FUNCTION creditbank.publish_figures(integer, text) IS
'Publishes the figures of a calendar year: refreshes the statistics, and writes into published_figures the counts and amounts of every region and dimension, with those hidden that count fewer learners than set_smallest_cell() asks for, and as many others as are needed so that nobody can compute these. Returns the edition, how many cells it has and how many of them are hidden. A year is published again only for a reason, which is noted: two editions may tell together what each hides. Errors: bank_not_open, invalid_parameter for a year before 1900 or to come, wrong_state for a year published already, and those of refresh_statistics.';
