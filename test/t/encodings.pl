# encodings: the extension installs and a bank works in databases of every
# kind of encoding, and the same entry has the same hash in each.
use strict;
use warnings;
use Test::More;

my @encodings = ('UTF8', 'LATIN1', 'EUC_CN', 'EUC_KR', 'SQL_ASCII');

sub psql
{
	my ($database, $sql) = @_;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	open my $file, '>', "$ENV{TMPDIR}/encodings.sql" or die $!;
	print $file $sql;
	close $file;
	return `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $ENV{TMPDIR}/encodings.sql 2>&1`;
}

for my $encoding (@encodings)
{
	my $database = 'creditbank_encoding_' . lc $encoding;
	system('createdb', '--template=template0', "--encoding=$encoding", '--locale=C', $database) == 0 or die;
	is(psql($database, <<'SQL'), "00000000000195\ndeposited\nrecognised\n3 cr\n", "$encoding: a bank works");
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('bank.example.org');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school');
SELECT account FROM creditbank.open_account('Wang Jianguo', '2024-01-01');
SELECT state FROM creditbank.deposit('00000000000195', 'course/OUC/MATH', '2024-01-01', 'Mathematics', '3');
SELECT state FROM creditbank.recognise('00000000000195', 'course/OUC/MATH');
SELECT balance FROM creditbank.balance('00000000000195');
SELECT class, seq FROM creditbank.verify_ledger();
SQL
	is(psql($database, "SELECT creditbank.resident_id_problem('\xef\xbc\x91' || '1010519491231002X') ~ 'not ASCII'"), "t\n", "$encoding: a full-width digit is refused as one")
	  if $encoding =~ /UTF8|EUC/;
	is(psql($database, "SELECT creditbank.csv_line(VARIADIC (creditbank.shanghai_headings('courses'))[1:2])"),
		$encoding =~ /^(UTF8|EUC_CN)$/ ? "\xe5\xa7\x93\xe5\x90\x8d,\xe8\xba\xab\xe4\xbb\xbd\xe8\xaf\x81\xe5\x8f\xb7\n" : "full name,identity number\n",
		"$encoding: headings are Chinese where they can be");
	is(psql($database, <<'SQL'), $encoding =~ /^(UTF8|EUC_CN)$/ ? "zh||t\n" : "en|Certificate of Learning Achievements|f\n", "$encoding: of a certificate Chinese is said where it can be");
\o /dev/null
SELECT number, check_code FROM creditbank.issue_certificate('00000000000195', language => 'zh') \gset
SELECT creditbank.revoke_achievement('00000000000195', 'course/OUC/MATH', 'forged');
\o
SELECT creditbank.said_in('zh'), substring(creditbank.certificate_title('zh') FROM '^[ -~]+$'), why ~ '[^ -~]' AND creditbank.conversion_title('{"rule": "r"}', 'zh') ~ '[^ -~]'
FROM creditbank.verify_certificate(:'number', :'check_code', 'zh');
SQL
	# e-acute is in Latin 1, the Chinese words in the others.
	my $text = $encoding eq 'LATIN1'
	  ? "caf\xc3\xa9"
	  : "\xe5\xad\xa6\xe5\x88\x86";
	next if $encoding eq 'SQL_ASCII' or $encoding eq 'EUC_KR';
	my $entry = "SELECT encode(creditbank.entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 2, 1::smallint, '8 cr', 'course/OUC/X', '2024-01-01', '2024-01-01 00:00+00', '$text', '$text', NULL, creditbank.digest('')), 'hex')";
	my $hash = psql($database, $entry);
	like($hash, qr/^[0-9a-f]{64}$/, "$encoding: an entry is hashed");
	is($hash, psql('creditbank_encoding_utf8', $entry), "$encoding: to the same as in UTF8");
}
system('dropdb', 'creditbank_encoding_' . lc $_) for @encodings;
done_testing();
