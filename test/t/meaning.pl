# meaning: installing the extension changes the meaning of no expression that
# does not use its types, although its operators and aggregates are found
# whatever the search_path.
use strict;
use warnings;
use Test::More;

my @expressions = (
	"-'5'", "+'5'", "abs('-5')", "sign('-5')", 'round(1, 2)', 'round(2.5, 1)', "round('2.5', 1)", "round('2.5')",
	'1 + 2', "1 + '2'", "'1' + 2.5", "'6' / 4", "6 / '4'", "'3' * 2.0", "'1' < '2'", "'10' < '9'", '1 < 2.5', "1 = '1'",
	"'a'::varchar < 'b'", "'a'::varchar = 'a '::bpchar", "'a'::varchar = 'a'", "'a'::name = 'a'", "'a'::\"char\" = 'a'",
	"1::smallint > 0.5", "'1' > 0.5::float8", "numeric '1.5' = '1.50'", "'5'::money > '3'", "5::oid > '3'",
	"date '2024-01-31' + 1", "date '2024-01-31' - '2024-01-01'", "interval '1 day' * 2", "-interval '1 day'",
	"timestamp '2024-01-31' - '1 day'", "time '12:00' + '1 hour'",
	"ARRAY[1, 2] \@> '{1}'", "'{1}' <\@ ARRAY[1, 2]", "jsonb '{\"a\": 1}' \@> '{\"a\": 1}'", "int4range(1, 5) \@> 2",
	"int4range(1, 5) \@> '[2,3)'", "'{1}' \@> '{1}'", "'a' \@> 'b'", "'a'::text \@> 'a'::text", "'course/A/B' = 'course/A/B'",
	"tsquery 'a & b' \@> 'a'", "circle '<(0,0),1>' \@> '(0,0)'::point",
	'(SELECT sum(n) FROM generate_series(1, 4) AS n)', '(SELECT avg(n) FROM generate_series(1, 4) AS n)',
	"(SELECT max(n) FROM unnest(ARRAY['a', 'b']) AS n)", "(SELECT min(n) FROM unnest(ARRAY['a', 'b']::varchar[]) AS n)",
	"(SELECT max(n) FROM unnest(ARRAY[date '2024-01-01']) AS n)", "(SELECT sum(n) FROM unnest(ARRAY[1.5, 2]::real[]) AS n)",
	"max('5')", "sum('5')", "'1' + '2'", "'6' / '4'", "'6' - '4'", "'6' * '4'", "'a' = 1", "'a'::varchar = 1", "1 > 'x'::text",
	"(1, 'a') = (1, 'a')", "(1, 'a'::text) < (2, 'b')", "NULL = NULL", "NULL > 1", 'true > false', "1 IN ('1', '2')",
	"CASE WHEN true THEN 1 ELSE 2.5 END", "coalesce(NULL, '5', 'x')", "greatest('5', '10')", "greatest(5, 10.5)");

sub meanings
{
	my ($database, $path) = @_;
	my @results;
	for my $expression (@expressions)
	{
		my $quoted = $expression =~ s/'/''/gr;
		push @results, "SELECT pg_temp.meaning('$quoted');";
	}
	open my $file, '>', "$ENV{TMPDIR}/meaning.sql" or die $!;
	print $file <<"SQL", @results;
SET search_path = $path;
CREATE FUNCTION pg_temp.meaning(expression text) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT concat(x, '' '', pg_typeof(x)) FROM (SELECT %s AS x) AS one', expression) INTO result;
	RETURN expression || ' is ' || result;
EXCEPTION WHEN OTHERS THEN
	RETURN expression || ' is ' || SQLSTATE;
END
\$\$;
SQL
	close $file;
	return `psql -XqAt -d $database -f $ENV{TMPDIR}/meaning.sql 2>&1`;
}

system('createdb', 'creditbank_meaning') == 0 or die;
my $before = meanings('creditbank_meaning', 'public');
system('psql', '-Xq', '-d', 'creditbank_meaning', '-c', 'CREATE EXTENSION creditbank') == 0 or die;
is(scalar(split /\n/, $before), scalar @expressions, 'every expression was tried');
is(meanings('creditbank_meaning', 'public'), $before, 'the same with the extension');
is(meanings('creditbank_meaning', 'public, creditbank'), $before, 'the same with its schema in the search_path');
is(meanings('creditbank_meaning', 'creditbank, public'), $before, 'the same with its schema first');
like(`psql -XqAt -d creditbank_meaning -c "SELECT '6 cr'::creditbank.credit_amount > 5, '6 cr'::creditbank.credit_amount > 7, sum(a) FROM (VALUES ('6 cr'::creditbank.credit_amount)) AS v (a)"`,
	qr/^t\|f\|6 cr$/, 'and its operators are found without it');

# The one exception, and an error rather than another meaning: convert of three
# untyped literals, for a session that puts the schema in its search_path.
my $three_literals = "SELECT convert('abc', 'UTF8', 'LATIN1')";
like(`psql -XqAt -d creditbank_meaning -c "$three_literals" 2>&1`, qr/^\\x616263$/, 'convert of three literals without it');
like(`psql -XqAt -d creditbank_meaning -c "SET search_path = creditbank" -c "$three_literals" 2>&1`,
	qr/ERROR:  function convert\(unknown, unknown, unknown\) is not unique/, 'convert of three literals with it');
system('dropdb', 'creditbank_meaning');
done_testing();
