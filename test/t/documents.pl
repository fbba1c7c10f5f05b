# documents: every SQL example in README*.md and doc/ runs as it stands, in
# order, in a fresh database that has the extension; and each table that a page
# shows as a result is among what came out, but for what is drawn at random.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $folder = tempdir(CLEANUP => 1);

# A line of a result without its widths, and without what differs each time:
# numbers and check codes of certificates, keys, moments, places in the tree.
sub line_of_result
{
	my ($line) = @_;
	$line =~ s/\b\d{18}\b/NUMBER/g;
	$line =~ s/NUMBER \| [0-9A-Z]{8}\b/NUMBER | CODE/;
	$line =~ s/\bz6Mk\w+/KEY/g;
	$line =~ s/\d{4}-\d\d-\d\dT[\d:]+Z/MOMENT/g;
	$line =~ s/leaf \d+ of the tree of size \d+/PLACE/;
	return $line =~ s/[-+]{3,}|\s+//gr;
}

for my $document (sort glob 'README*.md doc/*.md')
{
	open my $file, '<', $document or die "$document: $!";
	my $text = do { local $/; <$file> };
	my @examples = $text =~ /^[ ]*```sql\n(.*?)^[ ]*```/msg;
	next if !@examples;
	my $script = "$folder/examples.sql";
	open my $out, '>', $script or die "$script: $!";
	print $out join "\n", @examples;
	close $out;
	my $database = 'creditbank_document_' . lc($document =~ s/\W+/_/gr);
	system('createdb', $database) == 0 or die "cannot create $database";
	system('psql', '-Xq', '-d', $database, '-c', 'CREATE EXTENSION creditbank') == 0
	  or die "cannot prepare $database"
	  if $text !~ /^CREATE EXTENSION creditbank/m;
	my $said = `psql -Xq -v ON_ERROR_STOP=1 -d $database -f $script 2>&1`;
	is($?, 0, "$document: " . @examples . ' examples run') or diag $said;
	my %came_out = map { line_of_result($_) => 1 } split /\n/, $said;
	my @shown = map { split /\n/ } grep { /^-+(\+-+)*$/m } $text =~ /^```text\n(.*?)^```/msg;
	my @missing = grep { !$came_out{ line_of_result($_) } } @shown;
	is(join("\n", @missing), '', "$document: the results shown are those that come out");
	system('dropdb', $database);
}
done_testing();
