# documents: every SQL example in README*.md and doc/ runs as it stands, in
# order, in a fresh database that has the extension.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $folder = tempdir(CLEANUP => 1);

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
	system('dropdb', $database);
}
done_testing();
