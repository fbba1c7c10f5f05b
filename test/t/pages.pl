# pages: what the bank draws is what a browser shows and a reader of QR codes
# reads. Needs Chromium, zbarimg and poppler's tools, which test/setup-browser
# gets; without them these cases are skipped. Promise: nothing but its own
# databases and files in TMPDIR is written, and no browser is left running.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

plan skip_all => 'Chromium is not installed' if system('test/browser/look here 2>/dev/null') != 0;
for my $program (qw(zbarimg pdftotext pdfinfo))
{
	plan skip_all => "$program is not installed" if system("command -v $program >/dev/null") != 0;
}

my $folder = tempdir(CLEANUP => 1);

sub write_file
{
	my ($name, $text) = @_;
	open my $file, '>:raw', "$folder/$name" or die "$name: $!";
	print $file $text;
	close $file or die "$name: $!";
	return "$folder/$name";
}

sub psql
{
	my ($sql) = @_;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	my $script = write_file('script.sql', $sql);
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d creditbank_pages -f $script 2>&1`;
	chomp $said;
	return $said;
}

# look(form, page, more...): what test/browser/look says, or the reason why not
sub look
{
	my ($form, $page, @more) = @_;
	open my $output, '-|', 'test/browser/look', $form, $page, @more or die "look: $!";
	my $said = do { local $/; <$output> } // '';
	close $output or return "look failed: $?";
	chomp $said;
	return $said;
}

sub codes_in
{
	my ($picture) = @_;
	my $said = `zbarimg --quiet --raw -Sdisable -Sqrcode.enable $picture 2>/dev/null`;
	chomp $said;
	return $said;
}

is(system('createdb', '-E', 'UTF8', '-T', 'template0', 'creditbank_pages'), 0, 'a database');
is(psql('CREATE EXTENSION creditbank'), '', 'with the extension');

# QR codes: several on one page, of several sizes and levels, are read back.
my $number = '202600000000000074';
my @contents = (
	[ "https://bank.example.org/certificate/$number/7K3M9QXZ", 'M', 4 ],
	[ '学分银行：一人一户，零存整取', 'Q', 3 ],
	[ 'https://bank.example.org/' . 'x' x 900, 'L', 2 ]);
my $drawn = join "\n", map { psql("SELECT creditbank.qr_code_svg('$_->[0]', '$_->[1]', $_->[2])") } @contents;
my $page = write_file('codes.html', "<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"background:#888\">$drawn</body>");
look('png', $page, "$folder/codes.png", '900x700');
is(join("\n", sort split /\n/, codes_in("$folder/codes.png")), join("\n", sort map { $_->[0] } @contents),
	'QR codes drawn by a browser are read back');

done_testing();
