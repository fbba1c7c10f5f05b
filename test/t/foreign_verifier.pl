# foreign_verifier: a verifier that shares no line with the extension comes to
# the same answers. The one in test/verifier, written in Python from the
# documents alone, agrees with the golden vectors and with banks of both suites,
# finds every byte that is changed in their dumps, and proves entries offline;
# the signer in test/signer signs what grew, and refuses what was put back to an
# older day. CREDITBANK_SEED repeats a run. Skipped without Python. Promise:
# nothing but databases of its own, a server of its own and files in a temporary
# folder is written.
use strict;
use warnings;
use Encode qw(decode);
use File::Temp qw(tempdir);
use JSON::PP qw(encode_json);
use PostgreSQL::Test::Cluster;
use Test::More;

my ($python) = grep { !system("$_ -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1") } 'python3', '/usr/bin/python3';
plan skip_all => 'no python3 of version 3.8 or later: the verifier in another language was not run' if !$python;

my $seed = $ENV{CREDITBANK_SEED} // (time ^ $$);
note "seed $seed";

# A server of its own, because it is put back to an older day.
my $node = PostgreSQL::Test::Cluster->new('foreign');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
@ENV{ 'PGHOST', 'PGPORT', 'PGCLIENTENCODING' } = ($node->host, $node->port, 'UTF8');

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
	BAIL_OUT("psql: $said") if $?;
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
SELECT creditbank.reverse_entry(2, 16, '2024-03-01', '{"why": "其他账户"}');
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
SET ROLE creditbank_admin;
SELECT creditbank.withdraw_rules('ouc-logistics', 3, '2038-08-31');
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
	like($kinds, qr/^\{1,2,3,5,6,7,8,9\}$/, "$suite: the bank has entries of many kinds");
	says(0, qr/^\d\d entries of 5 accounts: no findings\n\z/, "$suite: nothing is found in a sound ledger", 'ledger', $ledger, '--heads', $heads, @of);
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

# The golden vectors of checkpoints.

my $checkpoint_page = read_file('doc/checkpoint.md');
my @keys = $checkpoint_page =~ /^(\S+\+[0-9a-f]{8}\+[A-Za-z0-9+\/=]+)$/mg;
my @notes = $checkpoint_page =~ /^```text\n(\S+\n\d+\n\S+\nsuite \S+\nincarnation \S+ \S+\n\n.*?)```/msg;
is(scalar @keys, 4, 'the document has four verifier keys');
is(scalar @notes, 2, 'and two signed notes');
for my $number (0 .. $#notes)
{
	my @known = ('--key', $keys[ 2 * $number ], '--witness', $keys[ 2 * $number + 1 ]);
	my $note = write_file("$folder/golden.note", $notes[$number]);
	says(0, qr/the same tree/, "golden note $number is signed by both keys", 'checkpoint', $note, $note, @known);
	(my $altered = $notes[$number]) =~ s/^3$/4/m;
	says(1, qr/^REFUSED: the signature by \S+ does not verify/, 'and not when it is altered', 'checkpoint', $note, write_file("$folder/altered.note", $altered), @known);
	says(1, qr/^REFUSED: .* is not signed by/, 'nor by another key', 'checkpoint', $note, $note, '--key', $keys[ 2 - 2 * $number ]);
}

my ($leaf_0, $leaf_2) = map { $checkpoint_page =~ /^leaf $_ +([0-9a-f]{64})$/m ? $1 : die "leaf $_" } 0, 2;
my %entry = (
	account_id => 1, seq => 2, kind => 3, unit => 2, count => 480000, ref => 'training/SH-TRAIN/COLD-CHAIN#T-0815', occurred_on => -1, recorded_at => -1,
	actor => '', detail => "\x{5b66}\x{5206}\x{94f6}\x{884c}", reverses => undef, prev_hash => $in_file{opened}{'sha256-ed25519'});
my %bundle = (
	format => 'creditbank-bundle-v1', ledger_id => '00112233-4455-6677-8899-aabbccddeeff', suite => 'sha256-ed25519', entry => \%entry,
	entry_hash => $in_file{recognised}{'sha256-ed25519'}, leaf_index => 1, tree_size => 3, proof => [ $leaf_0, $leaf_2 ], checkpoint => decode('UTF-8', $notes[0]));
says(0, qr/amount +48 hr\n.*occurred on +1969-12-31\n.*actor +""\n/s, 'the second entry of the golden vectors is proven by the golden note',
	'bundle', write_file("$folder/golden.json", encode_json(\%bundle)), '--key', $keys[0], '--witness', $keys[1]);
$bundle{proof} = [ $leaf_0, $leaf_0 ];
says(1, qr/^REFUSED: the proof does not lead/, 'and not by another proof', 'bundle', write_file("$folder/golden.json", encode_json(\%bundle)), '--key', $keys[0]);

# Bundles, checkpoints and the signer.

my $has_openssl = `openssl version 2>&1` =~ /^OpenSSL [3-9]/;

sub make_key
{
	my ($name, @options) = @_;
	system('sh', '-c', 'umask 077 && exec openssl genpkey -out "$@" 2>/dev/null', 'sh', "$folder/$name.pem", @options) == 0 or die 'openssl genpkey';
	return "$folder/$name.pem";
}

# the signer as a client without any other right: (exit status, what it said)
sub signer
{
	my ($bank, @options) = @_;
	local @ENV{ 'PGUSER', 'PGDATABASE' } = ('foreign_signer', $bank->{database});
	return run_python('signer/signer.py', '--origin', 'bank.example.org', '--key', $bank->{key}, '--state', $bank->{state}, @options);
}

sub witness
{
	my ($bank, @options) = @_;
	return signer({ %$bank, key => $bank->{witness_key}, state => $bank->{witness_state} }, '--witness', 'witness.example.net', @options);
}

sub signs
{
	my ($who, $bank, $status, $pattern, $name, @options) = @_;
	my ($got, $said) = $who->($bank, @options);
	return ok($got == $status && $said =~ $pattern, "$bank->{suite}: $name") || diag "exit status $got: $said";
}

sub latest_note
{
	my ($bank, $name) = @_;
	return write_file("$folder/$bank->{suite}-$name.note", psql($bank->{database}, 'SELECT note FROM creditbank.latest_checkpoint()'));
}

sub deposit_and_seal
{
	my ($bank, @numbers) = @_;
	psql($bank->{database}, "SELECT creditbank.deposit('00000000000195', 'work/OUC/SHIFT#$_', '2024-03-20', title => '$_')") for @numbers;
	return psql($bank->{database}, 'SELECT tree_size FROM creditbank.seal()');
}

sub proof_file
{
	my ($bank, $old, $new) = @_;
	return write_file("$folder/proof", psql($bank->{database}, "SELECT encode(hash, 'hex') FROM unnest(creditbank.consistency_proof($old, $new)) WITH ORDINALITY AS p (hash, place) ORDER BY place") . "\n");
}

# opens a bank with its keys registered, sealed for the first time
sub make_sealed_bank
{
	my ($suite, $algorithm, @key_options) = @_;
	my %bank = (suite => $suite, database => "sealed_$algorithm", map { $_ => "$folder/$suite.$_" } 'state', 'witness_state');
	make_bank($bank{database}, $suite);
	$bank{key} = make_key("$suite-log", @key_options);
	$bank{witness_key} = make_key("$suite-witness", @key_options);
	chomp($bank{verifier_key} = (signer(\%bank, '--show-key'))[1]);
	chomp($bank{witness_verifier_key} = (witness(\%bank, '--show-key'))[1]);
	psql($bank{database}, "SELECT creditbank.add_key('$bank{verifier_key}', 'log'), creditbank.add_key('$bank{witness_verifier_key}', 'witness')");
	return \%bank;
}

sub sign_first
{
	my ($bank) = @_;
	signs(\&signer, $bank, 2, qr/never sealed/, 'there is nothing to sign before the first seal', '--first');
	$bank->{first_size} = deposit_and_seal($bank);
	signs(\&signer, $bank, 1, qr/^REFUSED: .*--first/, 'the signer takes no ledger unasked');
	signs(\&signer, $bank, 1, qr/^REFUSED: another origin/, 'nor one of another origin', '--first', '--origin', 'other.example.org');
	ok(!-e $bank->{state}, "$bank->{suite}: and keeps nothing of what it refused");
	signs(\&signer, $bank, 0, qr/^the first checkpoint.*^handed over: \S+ bank\.example\.org /ms, 'it signs the first', '--first');
	signs(\&signer, $bank, 0, qr/^signed already/, 'and hands the same line over again');
	is(psql($bank->{database}, 'SELECT count(*) FROM creditbank.checkpoint_signature'), '1', "$bank->{suite}: which changes nothing");
	signs(\&witness, $bank, 0, qr/^handed over: \S+ witness\.example\.net /m, 'the witness signs it, too', '--first');
	$bank->{first_note} = latest_note($bank, 'first');
	return;
}

# the bundle as a log would make it that signs for another origin with the same key
sub bundle_of_other_origin
{
	my ($bank, $bundle) = @_;
	my $program = <<'PYTHON';
import json, sys
sys.path.insert(0, "test/signer")
import signer
path, pem = sys.argv[1:]
with open(path, "rb") as file:
    bundle = json.load(file)
body = bundle["checkpoint"].split("\n\n")[0].replace("bank.example.org", "other.example.org") + "\n"
bundle["checkpoint"] = body + "\n" + signer.sign(pem, signer.read_private_key(pem, "bank.example.org", "log"), body)
print(json.dumps(bundle))
PYTHON
	open my $output, '-|', $python, '-B', '-c', $program, $bundle, $bank->{key} or die "$python: $!";
	local $/;
	return write_file("$folder/other_origin.json", scalar <$output>);
}

sub check_proofs
{
	my ($bank) = @_;
	my ($suite, @known) = ($bank->{suite}, '--key', $bank->{verifier_key}, '--witness', $bank->{witness_verifier_key});
	my $account = psql($bank->{database}, 'SELECT creditbank.account_number(2)');
	my %shown = (1 => qr/kind +1 opened.*begins its account's chain/s, 4 => qr/detail +"""/, 8 => qr/detail.*a,b\\n1,2,3/, 15 => qr/detail.*long/, 16 => qr/57646075230342\.3487 cats.*5874897-12-31/s, 17 => qr/kind +7 reversed.*amount +-57646075230342\.3487 cats.*其他账户.*reverses +16\n/s);
	my $bundle = "$folder/bundle.json";
	for my $seq (sort { $a <=> $b } keys %shown)
	{
		write_file($bundle, psql($bank->{database}, "SELECT creditbank.proof_bundle('$account', $seq)"));
		says(0, qr/$shown{$seq}.*signed by bank\.example\.org\+.*signed by witness\.example\.net\+\S+ at 20/s, "$suite: entry $seq is proven offline", 'bundle', $bundle, @known);
	}
	my $other_origin = bundle_of_other_origin($bank, $bundle);
	says(1, qr/^REFUSED: the checkpoint is of other\.example\.org/, "$suite: not by a checkpoint of another origin, whoever signed it", 'bundle', $other_origin, '--key', $bank->{verifier_key});
	says(1, qr/is not signed by/, "$suite: not to someone who trusts another key", 'bundle', $bundle, '--key', $keys[0]);
	for my $seq (1, 5)
	{
		write_file($bundle, psql($bank->{database}, "SELECT creditbank.proof_bundle('$account', $seq)"));
		my ($status, $said) = run_python('verifier/tamper_bundle.py', $bundle, $bank->{verifier_key}, $bank->{witness_verifier_key}, $seed);
		ok($status == 0 && $said =~ /^[1-9]\d{3,} changes, 0 not noticed$/m, "$suite: no change of the bundle of entry $seq goes unnoticed") or diag "seed $seed: $said";
	}
	my ($ledger, $heads, $ledger_id) = dump_ledger($bank->{database}, "$suite-sealed");
	my @of = ('ledger', $ledger, '--heads', $heads, '--ledger-id', $ledger_id, '--suite', $suite, '--checkpoint', $bank->{first_note}, @known);
	says(0, qr/^the first $bank->{first_size} entries are those of the checkpoint$/m, "$suite: the dump gives the root that was signed", @of);
	my $swapped = read_file($ledger) =~ s/^3,/4-,/mr =~ s/^4,/3,/mr =~ s/^4-,/4,/mr;
	says(1, qr/^REFUSED: the root of the first/m, "$suite: two entries in one another's place do not", $of[0], write_file("$folder/swapped.csv", $swapped), @of[ 2 .. $#of ]);
	return;
}

sub sign_growth
{
	my ($bank) = @_;
	$bank->{second_size} = deposit_and_seal($bank, 1 .. 5);
	psql($bank->{database}, 'REVOKE EXECUTE ON FUNCTION creditbank.add_signature FROM creditbank_verifier');
	signs(\&signer, $bank, 2, qr/^the tree grew from $bank->{first_size} entries to $bank->{second_size}: .*permission denied/s, 'what is signed and cannot be handed over is kept');
	my ($line) = read_file($bank->{state}) =~ /\n\n(.+)\n\z/;
	psql($bank->{database}, 'GRANT EXECUTE ON FUNCTION creditbank.add_signature TO creditbank_verifier');
	signs(\&signer, $bank, 0, qr/^signed already.*^handed over: \Q$line\E$/ms, 'and handed over the next time');
	signs(\&witness, $bank, 0, qr/^the tree grew/, 'the witness signs the tree that grew');
	$bank->{second_note} = latest_note($bank, 'second');
	my @of = ('--key', $bank->{verifier_key}, '--proof', proof_file($bank, $bank->{first_size}, $bank->{second_size}));
	my ($first, $second, $suite) = @$bank{ 'first_note', 'second_note', 'suite' };
	says(0, qr/^the tree grew/, "$suite: the later checkpoint contains the older", 'checkpoint', $first, $second, @of);
	says(1, qr/^REFUSED: a rewind/, "$suite: the older does not contain the later", 'checkpoint', $second, $first, @of);
	says(2, qr/^checkpoint: from \d+ entries to \d+ a consistency proof is needed/, "$suite: without the proof it is asked for", 'checkpoint', $first, $second, @of[ 0, 1 ]);
	return;
}

# after an older backup was put back
sub refuse_older_day
{
	my ($bank) = @_;
	my $kept = read_file($bank->{state});
	write_file($bank->{state}, $kept =~ s/^$bank->{second_size}$/$bank->{first_size}/mr);
	signs(\&signer, $bank, 1, qr/^REFUSED: the signature by \S+ does not verify/, 'the signer does not believe a state that it has not signed');
	write_file($bank->{state}, $kept);
	deposit_and_seal($bank);
	signs(\&signer, $bank, 1, qr/^REFUSED: a rewind: the older checkpoint has $bank->{second_size} entries, this one $bank->{first_size}/, 'the signer refuses a backup that was put back');
	signs(\&witness, $bank, 1, qr/^REFUSED: a rewind/, 'so does the witness');
	deposit_and_seal($bank, 11 .. 15);
	signs(\&signer, $bank, 1, qr/^REFUSED: a fork: another tree of the same/, 'it refuses another tree of the same size');
	deposit_and_seal($bank, 16 .. 18);
	signs(\&signer, $bank, 1, qr/^REFUSED: a fork: the proof does not lead/, 'and a larger one that went another way');
	my $incarnation = psql($bank->{database}, "SELECT creditbank.declare_incarnation('an older backup was put back')");
	deposit_and_seal($bank);
	signs(\&signer, $bank, 1, qr/^REFUSED: another incarnation of the database: $incarnation .*a fork/, 'it refuses another incarnation');
	signs(\&signer, $bank, 1, qr/^REFUSED: another incarnation/, 'also when a third one was accepted', '--accept-incarnation', $incarnation + 1);
	is(read_file($bank->{state}), $kept, "$bank->{suite}: and keeps what it has signed all the time");
	signs(\&witness, $bank, 1, qr/^REFUSED: a fork/, 'the witness refuses the fork, whoever accepts it', '--accept-incarnation', $incarnation);
	signs(\&signer, $bank, 0, qr/^accepted, another incarnation.*no longer be relied upon.*^handed over/ms, 'the signer signs what someone has accepted, and says what is lost', '--accept-incarnation', $incarnation);
	signs(\&signer, $bank, 0, qr/^signed already/, 'and goes on from there');
	return;
}

SKIP:
{
	skip 'no openssl 3: the signer and what it signs were not tried', 1 if !$has_openssl;
	psql('postgres', 'CREATE EXTENSION creditbank; CREATE ROLE foreign_signer LOGIN; GRANT creditbank_verifier TO foreign_signer; DROP EXTENSION creditbank');
	my @banks = (make_sealed_bank('sha256-ed25519', 'ed25519', '-algorithm', 'ed25519'), make_sealed_bank('sm3-sm2', 'sm2', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2'));
	for my $bank (@banks)
	{
		sign_first($bank);
		check_proofs($bank);
	}
	my ($data, $backup) = ($node->data_dir, "$folder/backup");
	$node->stop;
	system('cp', '-a', $data, $backup) == 0 or die 'cp';
	$node->start;
	sign_growth($_) for @banks;
	$node->stop;
	system("rm -rf '$data' && cp -a '$backup' '$data'") == 0 or die 'cp';
	$node->start;
	refuse_older_day($_) for @banks;

	# Two copies of the database, each its third incarnation.
	my %copy = (%{ $banks[0] }, database => 'copied');
	my %other_copy = (%copy, database => 'copied_too');
	for my $bank (\%copy, \%other_copy)
	{
		psql('postgres', "CREATE DATABASE $bank->{database} TEMPLATE $banks[0]{database}");
		deposit_and_seal($bank);
	}
	signs(\&signer, \%copy, 1, qr/^REFUSED: another incarnation of the database: 3 .*; the same tree/, 'the signer refuses a copy of the database');
	signs(\&signer, \%copy, 0, qr/^accepted, another incarnation.*^the same tree.*^handed over/ms, 'until it is told that the copy is the ledger now', '--accept-incarnation', 3);
	signs(\&signer, \%other_copy, 1, qr/^REFUSED: another incarnation of the database: 3 .*; the same tree/, 'which does not speak for the other copy of that number');
	deposit_and_seal(\%copy, 21);
	signs(\&signer, \%copy, 0, qr/^the tree grew/, 'the copy goes on');
	deposit_and_seal($banks[0], 22, 23);
	signs(\&signer, $banks[0], 1, qr/^REFUSED: another incarnation of the database: 2 .*a fork/, 'then it refuses the one that was copied');

	# An entry that begins no chain of this ledger, sealed and signed by a log that lies.
	psql('copied', q{
		SELECT creditbank.open_account('forged', '2024-01-01');
		ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
		UPDATE creditbank.ledger_entry SET prev_hash = creditbank.digest('') WHERE account_id = 5;
		SELECT creditbank.seal();});
	signs(\&signer, \%copy, 0, qr/^handed over/m, 'a signer sees hashes, not entries');
	write_file("$folder/forged.json", psql('copied', 'SELECT creditbank.proof_bundle(creditbank.account_number(5), 1)'));
	says(1, qr/^REFUSED: the entry has seq 1, .* not the genesis hash/, 'the verifier sees a chain that begins with nothing', 'bundle', "$folder/forged.json", '--key', $copy{verifier_key});
	$node->stop;
}
done_testing();
