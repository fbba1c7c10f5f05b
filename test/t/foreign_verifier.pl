# foreign_verifier: a verifier that shares no line with the extension comes to
# the same answers. The one in test/verifier, written in Python from the
# documents alone, agrees with the golden vectors and with banks of both suites,
# and finds every byte that is changed in their dumps. CREDITBANK_SEED repeats a
# run. Skipped without Python. Promise: nothing but databases of its own and
# files in a temporary folder is written.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my ($python) = grep { !system("$_ -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1") } 'python3', '/usr/bin/python3';
plan skip_all => 'no python3 of version 3.8 or later: the verifier in another language was not run' if !$python;

my $seed = $ENV{CREDITBANK_SEED} // (time ^ $$);
note "seed $seed";
my $folder = tempdir(CLEANUP => 1);
my $vectors = 'test/regress/data/ledger_vectors.csv';

# a program of test/verifier: (exit status, what it said)
sub run_python
{
	my ($program, @arguments) = @_;
	open my $output, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', $python, '-B', "test/$program", @arguments or die "$python: $!";
	my $said = do { local $/; <$output> // '' };
	close $output;
	return ($? >> 8, $said);
}

sub verifier { return run_python('verifier/ledger_verifier.py', @_); }

sub says
{
	my ($status, $pattern, $name, @arguments) = @_;
	my ($got, $said) = verifier(@arguments);
	return ok($got == $status && $said =~ $pattern, $name) || diag "exit status $got: $said";
}

sub psql
{
	my ($database, $script) = @_;
	open my $file, '>:raw', "$folder/script.sql" or die "script.sql: $!";
	print $file $script;
	close $file or die "script.sql: $!";
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $folder/script.sql 2>&1`;
	die "psql: $said" if $?;
	chomp $said;
	return $said;
}

sub read_file
{
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!";
	local $/;
	return scalar <$file>;
}

sub write_file
{
	my ($path, $content) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $content;
	close $file or die "$path: $!";
	return $path;
}

# The golden vectors, and the document that shows their hashes.

my $all_vectors = read_file($vectors);
says(0, qr/^\d\d+ vectors agree$/m, 'the golden vectors are what Python computes', 'vectors', $vectors);
(my $wrong_vectors = $all_vectors) =~ s/^(chinese,sm3-sm2,.*?)2\.5 ects/${1}2.6 ects/ms or die;
says(1, qr/^chinese \(sm3-sm2\): amount_text/m, 'a wrong vector is named', 'vectors', write_file("$folder/wrong.csv", $wrong_vectors));

my $page = read_file('doc/ledger.md');
my %in_file;
$in_file{$1}{$2} = $3 while $all_vectors =~ /^([\w ]+),(sha256-ed25519|sm3-sm2),.*?,([0-9a-f]{64})$/msg;
my ($shown) = $page =~ /^Their hashes.*?```text\n(.*?)```/ms;
my %in_page;
$in_page{$1} = { 'sha256-ed25519' => $2, 'sm3-sm2' => $3 } while $shown =~ /^(\w.*?) +([0-9a-f]{64})\n +([0-9a-f]{64})\n/mg;
cmp_ok(keys %in_file, '>', 20, 'the file has its vectors');
is_deeply(\%in_page, \%in_file, 'the document shows the hashes of the file');
my ($opened) = $page =~ /^bytes ([0-9a-f\n ]+)\nhash/m;
like($all_vectors, qr/^opened,sha256-ed25519,.*,${\ ($opened =~ s{\s}{}gr)},[0-9a-f]{64}$/m, 'and the bytes of the first');

# Banks of both suites.

my ($dump_statements) = $page =~ /^psql -d bank <<'END'\n(.*?)^END$/ms;
my $odd_entries = <<'SQL';
SET ROLE creditbank_owner;
SELECT creditbank.append_entry(2, 'deposited', NULL, NULL, '2024-02-29', d)
FROM unnest(ARRAY[NULL, '', '"', '""', ',', E'\n', E'a,b\n1,2,3,"x"\r\n', '\', '\.', '\N', ' ', '''', '终身学习 🎓', repeat('long ', 300)]) AS d;
SELECT creditbank.append_entry(2, 'recognised', '57646075230342.3487 cats', 'award/中国/比赛#1', '5874897-12-31', '{}');
SELECT creditbank.append_entry(3, 'consumed', '0 pt', 'work/A/B#1', '4713-01-01 BC', '{"a": "\u0000"}');
RESET ROLE;
SQL
my $daily_work = <<'SQL';
SET ROLE creditbank_registrar;
SELECT creditbank.open_account(n, '2023-01-01') FROM unnest(ARRAY['王建国', '李秀英', 'O''Hara "the \ one"']) AS n;
SELECT creditbank.open_account('only opened', '1969-07-20');
SELECT creditbank.deposit('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15', title => '快递员"职业技能"等级证书');
SELECT creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '48 hr', attendance => 90, title => 'it''s \ odd');
SET ROLE creditbank_assessor;
SELECT creditbank.recognise('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123', note => '已核验');
SET ROLE creditbank_registrar;
SELECT creditbank.convert('00000000000195', 'OUC-LOGISTICS', as_of => '2024-10-01');
RESET ROLE;
SQL

sub make_bank
{
	my ($database, $suite) = @_;
	system('createdb', $database) == 0 or die "cannot create $database";
	psql($database, "CREATE EXTENSION creditbank; CALL creditbank.create_bank(origin => 'bank.example.org', suite => '$suite');");
	psql($database, read_file('test/demo/registry.sql') . $daily_work . $odd_entries);
	return;
}

# takes the dump by the statements of the document: (ledger file, heads file, ledger id)
sub dump_ledger
{
	my ($database, $name) = @_;
	my @files = map { "$folder/$name-$_.csv" } 'ledger', 'heads';
	my $statements = $dump_statements =~ s/'ledger\.csv'/'$files[0]'/r =~ s/'heads\.csv'/'$files[1]'/r;
	my ($ledger_id) = psql($database, "SET ROLE creditbank_auditor;\n$statements") =~ /^([0-9a-f-]{36})\|/m;
	return (@files, $ledger_id);
}

for my $suite ('sha256-ed25519', 'sm3-sm2')
{
	my $database = 'creditbank_foreign_' . $suite =~ s/\W/_/r;
	make_bank($database, $suite);
	my ($ledger, $heads, $ledger_id) = dump_ledger($database, $suite);
	my @of = ('--ledger-id', $ledger_id, '--suite', $suite);
	my $kinds = psql($database, 'SELECT array_agg(DISTINCT kind ORDER BY kind) FROM creditbank.ledger_fields');
	like($kinds, qr/^\{1,2,3,5,6/, "$suite: the bank has entries of many kinds");
	says(0, qr/^\d\d entries of 4 accounts: no findings\n\z/, "$suite: nothing is found in a sound ledger", 'ledger', $ledger, '--heads', $heads, @of);
	says(0, qr/Without --heads/, "$suite: nor without its heads, but it is said what that leaves open", 'ledger', $ledger, @of);
	my ($other_suite) = grep { $_ ne $suite } 'sha256-ed25519', 'sm3-sm2';
	says(1, qr/^account id 1 seq 1: altered_start/m, "$suite: not under the other suite", 'ledger', $ledger, '--ledger-id', $ledger_id, '--suite', $other_suite);
	says(1, qr/^account id 1 seq 1: altered_start/m, "$suite: not as another ledger", 'ledger', $ledger, '--ledger-id', '00000000-0000-0000-0000-000000000000', '--suite', $suite);

	my ($status, $said) = run_python('verifier/flip_bytes.py', $ledger, $heads, $ledger_id, $suite, $seed);
	ok($status == 0 && $said =~ /^[1-9]\d{3,} bytes flipped, 0 not found$/m, "$suite: every byte that is changed is found at its account and seq")
	  or diag "seed $seed: $said";
	my $bytes = read_file($ledger);
	substr($bytes, 3, 1) ^= "\1";
	says(2, qr/header/, "$suite: a changed header is refused", 'ledger', write_file("$folder/header.csv", $bytes), @of);

	# A dump of a later day against heads that were kept.
	psql($database, "SET ROLE creditbank_registrar; SELECT creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#2', '2024-03-20', title => 'b')");
	my ($later) = dump_ledger($database, "$suite-later");
	says(0, qr/no findings/, "$suite: kept heads are in the longer chains", 'ledger', $later, '--kept-heads', $heads, @of);
	says(1, qr/^account id 1 seq \d+: inserted_entry/m, "$suite: as heads of the same moment they are not the ends", 'ledger', $later, '--heads', $heads, @of);
	psql($database, q{
		ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
		UPDATE creditbank.ledger_entry SET detail = '{"altered": 1}' WHERE account_id = 2 AND seq = 5;
		DELETE FROM creditbank.ledger_entry WHERE account_id = 4;
	});
	my ($altered, $altered_heads) = dump_ledger($database, "$suite-altered");
	says(1, qr/^account id 2 seq 5: altered_entry.*^account id 4 seq 1: missing_entry/ms, "$suite: what was altered in the database is found",
		'ledger', $altered, '--heads', $altered_heads, @of);
	system('dropdb', $database);
}
done_testing();
