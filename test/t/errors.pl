# errors: doc/errors.md and creditbank.error_conditions() hold the same pairs of
# condition and SQLSTATE, and no code twice. It must never take its list from
# anywhere but the document and the server.
use strict;
use warnings;
use Test::More;

my $database = 'creditbank_errors';
system('createdb', $database) == 0 or die "cannot create $database";
system('psql', '-Xq', '-d', $database, '-c', 'CREATE EXTENSION creditbank') == 0
  or die "cannot prepare $database";
my @raised = split /\n/, `psql -XqAt -d $database -c "SELECT condition || ' ' || sqlstate FROM creditbank.error_conditions()"`;

open my $file, '<', 'doc/errors.md' or die "doc/errors.md: $!";
my $text = do { local $/; <$file> };
my @explained = $text =~ /^\| `(\w+)` \| `([0-9A-Z]{5})` \|/mg;
my @documented;
while (my ($condition, $code) = splice @explained, 0, 2)
{
	push @documented, "$condition $code";
}

cmp_ok(scalar @raised, '>', 20, 'there are conditions to look at');
is_deeply([ sort @documented ], [ sort @raised ], 'the document explains every condition, and no other');
is_deeply([ twice(map { (split / /)[0] } @raised) ], [], 'no condition is listed twice');
is_deeply([ twice(map { (split / /)[1] } @raised) ], [], 'no code has two meanings');
is_deeply([ grep { !/ 2[23]C\d\d$/ } @raised ], [], 'every code stands in its class');
done_testing();

sub twice
{
	my %times;
	$times{$_}++ for @_;
	return grep { $times{$_} > 1 } sort keys %times;
}
