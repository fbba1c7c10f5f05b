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
	WITH RECURSIVE tree AS MATERIALIZED (
		SELECT t.code, t.parent, t.level::integer AS level
		FROM creditbank.region_tree AS t),
	divided AS MATERIALIZED (
		SELECT DISTINCT t.parent AS code
		FROM tree AS t),
	used AS MATERIALIZED (
		SELECT DISTINCT c.region
		FROM creditbank.account_contribution AS c
		WHERE c.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)),
	place AS (
		SELECT t.*
		FROM used AS u
		JOIN tree AS t ON t.code = u.region
		UNION
		SELECT t.*
		FROM place AS p
		JOIN tree AS t ON t.code = p.parent),
	node AS (
		SELECT 'all' AS region, NULL AS parent, 0 AS level, NULL AS counted
		UNION ALL
		SELECT p.code, coalesce(p.parent, 'all'), p.level, CASE WHEN d.code IS NULL THEN p.code END
		FROM place AS p
		LEFT JOIN divided AS d ON d.code = p.code
		UNION ALL
		-- Who is noted under a region that has parts is of none of them.
		SELECT u.region || '/none', u.region, p.level + 1, u.region
		FROM used AS u
		JOIN place AS p ON p.code = u.region
		JOIN divided AS d ON d.code = u.region
		UNION ALL
		SELECT u.region, 'all', 1, u.region
		FROM used AS u
		LEFT JOIN place AS p ON p.code = u.region
		WHERE p.code IS NULL),
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

CREATE FUNCTION creditbank.publish_cells(of_year integer, of_edition integer, size integer)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
-- Of what is made on the way the planner knows nothing; hashing bears surprises.
SET enable_nestloop = off
SET enable_sort = off
AS $$
#variable_conflict use_column
BEGIN
	WITH RECURSIVE region AS MATERIALIZED (
		SELECT r.*
		FROM creditbank.publication_regions(of_year) AS r),
	within AS (
		SELECT r.number, r.number AS part
		FROM region AS r
		WHERE r.counted IS NOT NULL
		UNION ALL
		SELECT r.parent, w.part
		FROM within AS w
		JOIN region AS r ON r.number = w.number
		WHERE r.parent > 0),
	-- A learner is in one region, so that learners of regions add up.
	learner AS (
		SELECT p.figure, p.region, p.unit, p.place, p.depth, p.dimension, p.member, p.parent, sum(p.count) AS count, sum(p.amount) AS amount
		FROM creditbank.publication_part AS p
		LEFT JOIN creditbank.account_merger AS g ON g.duplicate_id = p.account_id
		WHERE p.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
			AND (p.place IN (0, 5, 6) OR p.figure NOT IN (SELECT f.figure FROM creditbank.figure_kinds() AS f WHERE f.about = 'account'))
		GROUP BY p.figure, p.region, p.unit, p.place, p.depth, p.dimension, p.member, p.parent,
			CASE WHEN g.duplicate_id IS NULL THEN p.account_id ELSE creditbank.current_account_id(g.into_id) END),
	counted AS MATERIALIZED (
		SELECT l.figure, l.region, l.unit, l.place, l.depth, l.dimension, l.member, l.parent,
			sum(l.count)::bigint AS count, sum(l.amount) AS amount, count(*) AS learners
		FROM learner AS l
		GROUP BY l.figure, l.region, l.unit, l.place, l.depth, l.dimension, l.member, l.parent),
	-- All units; each unit; dimensions of each; and their parts.
	numbered AS MATERIALIZED (
		SELECT m.*,
			row_number() OVER (PARTITION BY m.figure ORDER BY m.depth, m.unit COLLATE "C", m.place, m.member COLLATE "C")::integer AS number,
			CASE WHEN m.place = 0 THEN 0 ELSE dense_rank() OVER (PARTITION BY m.figure, m.place = 0 ORDER BY m.unit COLLATE "C", m.place)::integer END AS dimension_number
		FROM (
			SELECT DISTINCT c.figure, c.unit, c.place, c.depth, c.dimension, c.member, c.parent
			FROM counted AS c) AS m),
	member AS MATERIALIZED (
		SELECT n.figure, n.unit, n.dimension, n.member, n.number, n.dimension_number,
			CASE n.depth WHEN -1 THEN 0 WHEN 0 THEN 1 ELSE p.number END AS parent,
			n.dimension NOT IN ('institution', 'month') AS everywhere, n.place = 5 AS disjoint
		FROM numbered AS n
		LEFT JOIN numbered AS p ON p.figure = n.figure AND p.unit = n.unit AND p.depth = n.depth - 1
			AND p.place = CASE n.depth WHEN 1 THEN 0 ELSE n.place END
			AND p.member = CASE n.depth WHEN 1 THEN 'all' ELSE n.parent END),
	cell AS MATERIALIZED (
		SELECT c.figure, w.number AS region, m.number AS member,
			sum(c.count)::bigint AS count, sum(c.amount) AS amount, sum(c.learners)::bigint AS learners
		FROM counted AS c
		JOIN member AS m ON m.figure = c.figure AND m.unit = c.unit AND m.dimension = c.dimension AND m.member = c.member
		JOIN region AS r ON r.counted = c.region
		JOIN within AS w ON w.part = r.number
		WHERE m.everywhere OR w.number = 1
		GROUP BY c.figure, w.number, m.number),
	tree AS (
		SELECT array_agg(r.parent ORDER BY r.number) AS parents
		FROM region AS r),
	members AS (
		SELECT m.figure, array_agg(m.parent ORDER BY m.number) AS parents, array_agg(m.dimension_number ORDER BY m.number) AS dimensions,
			array_agg(m.everywhere ORDER BY m.number) AS everywhere, array_agg(m.disjoint ORDER BY m.number) AS disjoint
		FROM member AS m
		GROUP BY m.figure),
	cells AS (
		SELECT c.figure, array_agg(c.region) AS regions, array_agg(c.member) AS members, array_agg(c.count) AS counts, array_agg(c.learners) AS learners
		FROM cell AS c
		GROUP BY c.figure),
	fate AS MATERIALIZED (
		SELECT c.figure, f.region, f.member, f.fate
		FROM cells AS c
		JOIN members AS m ON m.figure = c.figure
		CROSS JOIN tree AS t
		CROSS JOIN LATERAL unnest(c.regions, c.members, creditbank.suppressed_cells(size, t.parents, m.parents, m.dimensions, m.everywhere, m.disjoint,
			c.regions, c.members, c.counts, c.learners)) AS f (region, member, fate))
	INSERT INTO creditbank.published_cell (year, edition, figure, region, dimension, member, unit, count, amount, suppressed)
	SELECT of_year, of_edition, c.figure, r.region, m.dimension, m.member, m.unit,
		CASE WHEN f.fate = 0 THEN c.count END,
		CASE WHEN f.fate = 0 AND m.unit NOT IN ('none', 'all') THEN c.amount END,
		f.fate <> 0
	FROM cell AS c
	JOIN fate AS f USING (figure, region, member)
	JOIN region AS r ON r.number = c.region
	JOIN member AS m ON m.figure = c.figure AND m.number = c.member;
END
$$;
COMMENT ON FUNCTION creditbank.publish_cells(integer, integer, integer) IS
'Writes the cells of an edition, with those hidden that suppressed_cells hides for a size. A part of publish_figures. NULL does nothing.';

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
