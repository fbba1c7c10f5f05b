# publication: what is hidden in the figures published of a year cannot be
# computed from the rest, and what is shown is exact. CREDITBANK_SEED repeats a
# run, CREDITBANK_TABLES (50) makes the attack on random tables longer.
use strict;
use warnings;
use Test::More;

my $database = 'creditbank_publication';
my $seed = $ENV{CREDITBANK_SEED} // int(rand(1_000_000));
my $tables = $ENV{CREDITBANK_TABLES} // 50;
my ($python) = grep { !system("$_ -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1") } 'python3', '/usr/bin/python3';
note "CREDITBANK_SEED=$seed";

sub psql
{
	my ($sql) = @_;
	open my $file, '>', "$ENV{TMPDIR}/publication.sql" or die $!;
	print $file $sql;
	close $file;
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $ENV{TMPDIR}/publication.sql 2>&1`;
	chomp $said;
	return $said;
}

system('createdb', $database) == 0 or die;
is(psql('CREATE EXTENSION creditbank'), '', 'the extension is there');

SKIP:
{
	skip 'no python3 of version 3.8 or later: tables were not attacked', 9 if !$python;
	local $ENV{PGDATABASE} = $database;
	my $said = `$python -B test/attacker/attack.py $seed $tables 2>&1`;
	my %found = $said =~ /^(.+): (\d+)$/mg;
	is($found{tables}, $tables, "tables are attacked (seed $seed)") or diag $said;
	is($found{$_}, 0, "$_: none (seed $seed)") for 'small cells shown', 'zeros hidden', 'determined', 'sums of too few learners', 'without another value';
	cmp_ok($found{'tables listed'}, '>', $tables / 2, 'of most tables all that agree were looked for');
	cmp_ok($found{'determined by the small ones alone'}, '>', 10, 'the attack finds what would be found if nothing else were hidden');
	cmp_ok($found{'cells hidden'}, '<', 3 * $found{'small cells'}, 'not much more is hidden than small cells') or diag $said;
}

# A bank with its figures published.
is(psql(<<"SQL"), '', 'a bank is prepared');
CALL creditbank.create_bank('publication.example.org');
INSERT INTO creditbank.region (code, name) VALUES ('330000', 'Zhejiang'), ('330100', 'Hangzhou'), ('330106', 'Xihu'), ('330105', 'Gongshu'), ('330106003000', 'Beishan'),
	('330200', 'Ningbo'), ('420000', 'Hubei'), ('429004', 'Xiantao');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school'), ('TRAIN', 'Train', 'training'), ('ZJ-POST', 'Post', 'enterprise');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG', 'OUC', 'Logistics', 80);
SELECT FROM creditbank.publish_rules('rule_set ''log'' version 1 programme ''LOG'' rule ''cert'' when any cert/* grant 2 cr');
SELECT setseed($seed / 1000000.0);
SELECT FROM generate_series(1, 150) AS n, LATERAL creditbank.open_account('Learner ' || n, date '2025-01-01' + (random() * random() * 364)::integer, activated => random() < 0.8,
	region => (ARRAY['330106003000', '330106', '330105', '330100', '330200', '330000', '429004', NULL])[1 + (8 * random() * random())::integer % 8],
	trainee_group => (ARRAY['veteran', 'unemployed', 'student', 'employed', NULL])[1 + (5 * random() * random())::integer % 5]);
SELECT FROM creditbank.account AS a, generate_series(1, 3) AS n, LATERAL creditbank.deposit(creditbank.account_number(a.account_id),
	(ARRAY['cert/OUC/A', 'cert/TRAIN/B', 'course/OUC/C', 'training/ZJ-POST/D'])[1 + (4 * random() * random())::integer % 4] || format('#%s-%s', a.account_id, n),
	'2024-01-01', 'T', (ARRAY['3 cr', '12.5 hr', NULL])[1 + (3 * random())::integer % 3], 1 + (9 * random() * random())::integer)
	WHERE a.account_id > 0 AND random() < 0.6;
SELECT FROM creditbank.achievement AS a, LATERAL creditbank.recognise(creditbank.account_number(a.account_id), a.ref::text) WHERE random() < 0.7;
SELECT FROM creditbank.account AS a, LATERAL creditbank.convert(creditbank.account_number(a.account_id), 'LOG')
	WHERE a.account_id > 0 AND EXISTS (SELECT FROM creditbank.achievement AS h WHERE h.account_id = a.account_id AND h.ref::text LIKE 'cert/%' AND h.state = 'recognised') AND a.state = 'active';
SELECT FROM creditbank.publish_figures(2025);
SELECT FROM creditbank.publish_figures(extract(year FROM creditbank.today())::integer);
CREATE TABLE public.year AS SELECT y.* FROM (VALUES (2025), (extract(year FROM creditbank.today())::integer)) AS n (year), creditbank.yearly_figures(n.year) AS y;
CREATE VIEW public.comparison AS
SELECT coalesce(p.year, y.year) AS year, coalesce(p.figure, y.figure) AS figure, y.dimension, y.member AS value, p.count, p.amount, p.suppressed, y.count AS counted, y.amount AS counted_amount
FROM (SELECT p.*, CASE p.dimension WHEN 'total' THEN CASE p.region WHEN 'all' THEN 'total' ELSE r.name END ELSE p.dimension END AS counted_by,
		CASE p.dimension WHEN 'total' THEN p.region ELSE p.member END AS value
	FROM creditbank.published_figures AS p
	LEFT JOIN creditbank.region AS g ON g.code = p.region
	LEFT JOIN (VALUES (1, 'province'), (2, 'city'), (3, 'county'), (4, 'township')) AS r (level, name) ON r.level = g.level
	WHERE p.unit <> 'all' AND ((p.region = 'all' AND p.dimension NOT IN ('quarter', 'month', 'institution_kind')) OR (p.dimension = 'total' AND p.region NOT LIKE '%none'))) AS p
FULL JOIN (SELECT y.year, y.figure, y.dimension, y.member, coalesce(y.unit, 'none') AS unit, y.count, y.amount FROM public.year AS y
		WHERE y.member <> 'none' OR y.dimension NOT IN ('province', 'city', 'county', 'township')) AS y
	ON y.year = p.year AND y.figure = p.figure AND y.unit = p.unit AND y.dimension = p.counted_by AND y.member = p.value;
SQL
is(psql(q{SELECT * FROM public.comparison WHERE counted IS NULL OR (suppressed IS NULL AND counted > 0)}), '', "what is counted has a row, and nothing else has (seed $seed)");
is(psql(q{SELECT * FROM public.comparison WHERE NOT suppressed AND ((count, amount) IS DISTINCT FROM (counted, counted_amount))}), '', "what is shown is exact (seed $seed)");
is(psql(q{SELECT * FROM public.comparison WHERE counted BETWEEN 1 AND 4 AND NOT suppressed OR (suppressed AND (counted = 0 OR amount IS NOT NULL))}), '', "what is small is hidden, and its amount, and no zero is (seed $seed)");
cmp_ok(psql('SELECT count(*) FILTER (WHERE NOT suppressed) FROM creditbank.published_figures'), '>', 50, 'much is shown') or diag "seed $seed";
cmp_ok(psql('SELECT count(*) FILTER (WHERE suppressed) FROM creditbank.published_figures'), '>', 50, 'and much hidden') or diag "seed $seed";
# Learners count, not entries: many entries of one learner are hidden, too.
is(psql(q{SELECT FROM generate_series(1, 20) AS n, LATERAL creditbank.deposit(creditbank.account_number((SELECT min(a.account_id) FROM creditbank.account AS a WHERE a.account_id > 0 AND a.state = 'active')), 'award/OUC/X#' || n, '2024-01-01', 'T', '1 hr');
	SELECT FROM creditbank.publish_figures(extract(year FROM creditbank.today())::integer, 'awards came in late');
	SELECT suppressed, count IS NULL FROM creditbank.published_figures WHERE figure = 'deposits' AND region = 'all' AND dimension = 'class' AND member = 'award' AND unit = 'hr';}), 't|t', 'twenty entries of one learner are hidden');
is(psql(q{SELECT edition, count(*) > 10 FROM creditbank.published_cell WHERE year <> 2025 GROUP BY 1 ORDER BY 1}), "1|t\n2|t", 'the first edition is kept beside the second');
is(psql(q{SELECT creditbank.set_smallest_cell(1); SELECT FROM creditbank.publish_figures(2025, 'for a test'); SELECT count(*) FROM creditbank.published_figures WHERE year = 2025 AND suppressed}), "1\n0", 'a size of 1 hides nobody');
is(psql(q{SELECT p.figure, p.region, p.dimension, p.unit, sum(p.count), min(t.count), sum(p.amount), min(t.amount) FROM creditbank.published_figures AS p JOIN creditbank.published_figures AS t USING (year, figure, region, unit)
	WHERE t.dimension = 'total' AND p.year = 2025 GROUP BY 1, 2, 3, 4 HAVING sum(p.count) <> min(t.count) OR sum(p.amount) <> min(t.amount)}), '', 'then the members of every dimension add up in every region');
is(psql(q{SELECT t.figure, t.region, t.dimension, t.member, t.unit FROM creditbank.published_figures AS t WHERE t.year = 2025 AND t.region = 'all' AND t.dimension NOT IN ('month', 'institution') AND t.count <> (
	SELECT coalesce(sum(p.count), 0) FROM creditbank.published_figures AS p LEFT JOIN creditbank.region_tree AS r ON r.code = p.region
	WHERE (p.year, p.figure, p.dimension, p.member, p.unit) = (t.year, t.figure, t.dimension, t.member, t.unit) AND (p.region = 'none' OR (r.code IS NOT NULL AND r.parent IS NULL)))}), '', 'and the regions');
# Over all units: the total is told, and is that of the units, and a small unit does not hide it.
is(psql(q{SELECT t.figure, t.region FROM creditbank.published_figures AS t WHERE t.year = 2025 AND t.dimension = 'total' AND t.unit = 'all' AND t.count > 0 AND t.count <> (
	SELECT sum(p.count) FROM creditbank.published_figures AS p WHERE (p.year, p.figure, p.region, p.dimension) = (t.year, t.figure, t.region, t.dimension) AND p.unit <> 'all')}), '', 'units add up to all units');
is(psql(q{SELECT creditbank.set_smallest_cell(5);
	SELECT count(*) FROM creditbank.publish_figures(extract(year FROM creditbank.today())::integer, 'before');
	CREATE TABLE public.before AS SELECT suppressed FROM creditbank.published_figures WHERE year = extract(year FROM creditbank.today()) AND (figure, region, dimension, unit) = ('deposits', 'all', 'total', 'all');
	SELECT FROM generate_series(1, 2) AS n, LATERAL creditbank.deposit(creditbank.account_number((SELECT min(a.account_id) FROM creditbank.account AS a WHERE a.account_id > 0 AND a.state = 'active')), 'cert/OUC/ECTS#' || n, '2024-01-01', 'T', '1 ects');
	SELECT count(*) FROM creditbank.publish_figures(extract(year FROM creditbank.today())::integer, 'two more');
	WITH y AS (SELECT * FROM creditbank.yearly_report(extract(year FROM creditbank.today())::integer) WHERE figure = 'deposits' AND dimension = 'total')
	SELECT b.suppressed OR bool_and(NOT y.suppressed) FILTER (WHERE unit = 'all'), b.suppressed OR sum(count) FILTER (WHERE unit = 'all') = (SELECT sum(c.count) FROM creditbank.yearly_figures(extract(year FROM creditbank.today())::integer) AS c WHERE c.figure = 'deposits' AND c.dimension = 'total'),
		bool_and(y.suppressed) FILTER (WHERE unit = 'ects'), count(*) FILTER (WHERE y.suppressed) > 1, b.suppressed OR count(*) FILTER (WHERE NOT y.suppressed) > 1 FROM y, public.before AS b GROUP BY b.suppressed;}), "5\n1\n1\nt|t|t|t|t", 'two deposits in a unit hide that unit and another, and not the total, if small counts elsewhere do not');
# What is not published is not told by the planner's statistics or plans either.
is(psql(q{ANALYZE; SET ROLE creditbank_analyst; SELECT DISTINCT s.tablename FROM pg_stats AS s WHERE s.schemaname = 'creditbank'
	AND s.tablename IN ('published_cell', 'rollup', 'account_contribution', 'account_total', 'holder', 'account', 'ledger_entry', 'achievement')}), 'published_cell', 'analysts see no statistics of what is not published');
like(psql(qq{SET ROLE creditbank_analyst; EXPLAIN SELECT FROM creditbank.$_}), qr/permission denied/, "and no plan for $_") for 'rollup', 'fact_deposit', 'account_total';
# Many regions: what is counted is sorted, and the planner's guesses do no harm.
is(psql(q{INSERT INTO creditbank.region (code, name) SELECT '440000', 'Province' UNION ALL SELECT format('44%s00', 10 + c), 'City' FROM generate_series(1, 10) AS c
		UNION ALL SELECT format('44%s%s', 10 + c, 10 + d), 'County' FROM generate_series(1, 10) AS c, generate_series(1, 10) AS d
		UNION ALL SELECT format('44%s%s%s000', 10 + c, 10 + d, 100 + t), 'Township' FROM generate_series(1, 10) AS c, generate_series(1, 10) AS d, generate_series(1, 20) AS t;
	INSERT INTO creditbank.account_contribution SELECT 1000000 + row_number() OVER (), '2023-01-01', 'accounts_opened', r.code, 'none', 'none', 'none', 0, 'none', 'none', 1, 0 FROM creditbank.region AS r, generate_series(1, 3) WHERE r.code LIKE '44%';
	ANALYZE; SELECT pg_stat_force_next_flush();
	SELECT edition FROM creditbank.publish_figures(2023);
	SELECT count(DISTINCT region), count(DISTINCT region) FILTER (WHERE region LIKE '%/none') FROM creditbank.published_figures WHERE year = 2023;
	SELECT count, suppressed FROM creditbank.published_figures WHERE year = 2023 AND figure = 'accounts_opened' AND dimension = 'total' AND unit = 'all' AND region IN ('all', '440000') ORDER BY region;
	SELECT pg_stat_force_next_flush();}), "\n1\n2223|111\n6333|f\n6333|f\n", 'a country of townships is published');
cmp_ok(psql(q{SELECT temp_files FROM pg_stat_database WHERE datname = current_database()}), '<', 100, 'without thousands of files to do so');
# In each county one township has students only and one employed only: nobody there can
# be taken for one of the other, and one city's townships have both.
is(psql(q{INSERT INTO creditbank.account_contribution SELECT 2000000 + row_number() OVER (), '2022-01-01', 'accounts_opened', r.code, 'none', 'none', 'none', 0,
		CASE WHEN r.code LIKE '%101000' OR (r.code LIKE '4411%' AND k = 1) THEN 'student' ELSE 'employed' END, 'none', 1, 0
		FROM creditbank.region AS r, generate_series(1, 3) AS k WHERE r.code ~ '^44.*10[12]000$';
	SELECT edition FROM creditbank.publish_figures(2022);
	SELECT dimension, count(*) FILTER (WHERE suppressed) FROM creditbank.published_figures WHERE year = 2022 AND figure = 'accounts_opened' AND region = 'all' GROUP BY dimension ORDER BY dimension COLLATE "C"}),
	"1\nmonth|0\nquarter|0\ntotal|0\ntrainee_group|0\ntrainee_subgroup|0", 'what is small in townships is hidden there and not in the whole');
system('dropdb', $database);
done_testing();
