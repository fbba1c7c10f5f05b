# fuzz: random texts, bytes and documents, led by what of the code they reach,
# under the sanitizers for addresses and undefined behaviour.
#
# The extension is built once more, with test/fuzz/, and runs in a server of its
# own that has one process, so that a crash is the end of that process alone.
# First the fuzzer has to find mistakes made on purpose. Then every target is
# tried, with its corpus first. FUZZ_SECONDS is for all targets together,
# FUZZ_TARGETS names some, FUZZ_SEED repeats a run as far as time allows. Inputs
# that are findings, and inputs that reached something new, are left in folder
# fuzz of CREDITBANK_OUTPUT, which can be the FUZZ_CORPUS of the next run.
# Promise: nothing outside of that and TMPDIR is written but the files of
# extension creditbank_fuzz in the private copy of the server.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use MIME::Base64 qw(encode_base64);
use Test::More;

my $folder = tempdir(DIR => $ENV{TMPDIR}, CLEANUP => 1);
my $why_not = `test/fuzz/build $folder 2>&1`;
plan skip_all => "cannot fuzz here: $why_not" if $? >> 8 == 2 && !$ENV{FUZZ_SECONDS};
is($?, 0, 'the fuzzer is built') or BAIL_OUT($why_not);

# target => its share of the time, the longest input, its dictionary, and whose
# corpus it begins with
my %targets = (
	rule_text => [ 4, 4096, 'rules', 'rule_text' ],
	rule_json => [ 3, 4096, 'rules', 'rule_json' ],
	rule_bytes => [ 2, 4096, 'rules', 'rule_bytes' ],
	rule_disk => [ 1, 4096, 'rules', 'rule_bytes' ],
	ref => [ 1, 400, 'refs', 'ref' ],
	amount => [ 1, 100, 'refs', 'amount' ],
	documents => [ 5, 8192, 'rules', 'documents' ],
	best => [ 3, 8192, 'rules', 'documents' ],
	proof => [ 3, 4096, 'proofs', 'proof' ],
	status_list => [ 1, 400, 'proofs', 'status_list' ],
	multibase => [ 1, 1000, 'proofs', 'multibase' ],
	figures => [ 2, 600, 'refs', 'figures' ],
	qr_code => [ 1, 3000, 'refs', 'qr_code' ]);
my $seconds = $ENV{FUZZ_SECONDS} // 14;
my $seed = $ENV{FUZZ_SEED} // 1 + (time ^ $$) % 1_000_000;
my @wanted = grep { !$ENV{FUZZ_TARGETS} || " $ENV{FUZZ_TARGETS} " =~ / $_ / } sort keys %targets;
my $checkout = getcwd();
my $output = "$ENV{CREDITBANK_OUTPUT}/fuzz";
my $more = $ENV{FUZZ_CORPUS} // '';
my $parts = 0;
$parts += $targets{$_}[0] for @wanted;
note "seed $seed, $seconds seconds";

sub write_file
{
	my ($name, $content) = @_;
	open my $file, '>:raw', $name or die "$name: $!";
	print $file $content;
	close $file or die "$name: $!";
	return;
}

sub read_file
{
	my ($name) = @_;
	open my $file, '<:raw', $name or die "$name: $!";
	local $/;
	return scalar <$file>;
}

# A server of one process does what it reads; what it says is returned.
sub serve
{
	my (@commands) = @_;
	write_file("$folder/commands", join "\n", @commands, '');
	my ($asan) = glob "$folder/libclang_rt.asan-*.so";
	local $ENV{ASAN_OPTIONS} = 'detect_leaks=0:detect_stack_use_after_return=0:quarantine_size_mb=16:malloc_context_size=8';
	local $ENV{UBSAN_OPTIONS} = 'print_stacktrace=1';
	return scalar `LD_PRELOAD='$asan $folder/preload.so' postgres --single -F -D $folder/data -c shared_buffers=16MB -c log_min_messages=fatal postgres <$folder/commands 2>&1`;
}

sub fuzz
{
	my ($target, @arguments) = @_;
	my $list = join ',', map { "'$_'" } @arguments;
	return serve("SELECT creditbank.fuzz('$target', ARRAY[$list])");
}

sub prepare_server
{
	my $share = `pg_config --sharedir`;
	chomp $share;
	my $control = read_file("$share/extension/creditbank.control");
	my ($version) = $control =~ /^default_version = '(.*)'/m;
	write_file("$share/extension/creditbank_fuzz.control",
		$control =~ s/^module_pathname = .*/module_pathname = '$folder\/creditbank_fuzz'/mr);
	write_file("$share/extension/creditbank_fuzz--$version.sql",
		read_file("$share/extension/creditbank--$version.sql") . read_file('test/fuzz/fuzz.sql'));
	my $said = `initdb -D $folder/data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync 2>&1`;
	die $said if $?;
	$said = serve('CREATE EXTENSION creditbank_fuzz');
	die $said if $? || $said =~ /ERROR/;
	return;
}

# Each mistake is reached by one input; the last one has to be looked for.
sub find_planted
{
	my %planted = (
		o => qr/heap-buffer-overflow/,
		u => qr/use-after-poison/,
		f => qr/heap-use-after-free/,
		d => qr/heap-use-after-free/,
		s => qr/signed integer overflow/,
		e => qr/finding: no refusal: XX000 planted/,
		a => qr/finding: a planted value: 22000 planted/,
		l => qr/ERROR: libFuzzer: timeout/);
	for my $kind (sort keys %planted)
	{
		write_file("$folder/planted", "$kind....");
		my $said = fuzz('planted', "-artifact_prefix=$folder/", '-timeout=1', "$folder/planted");
		ok($? && $said =~ $planted{$kind}, "planted mistake $kind is found") or diag $said;
	}
	make_path("$folder/planted_corpus");
	write_file("$folder/planted_corpus/hidden", '....');
	my $said = fuzz('hidden', "-artifact_prefix=$folder/", "-seed=$seed", '-max_len=8', '-max_total_time=120', "$folder/planted_corpus");
	ok($? && $said =~ /heap-buffer-overflow/, 'a planted mistake is found by looking for it') or diag $said;
	return;
}

sub run_target
{
	my ($target) = @_;
	my ($part, $length, $dictionary, $corpus) = @{ $targets{$target} };
	my $found = "$output/$target";
	make_path("$found/new");
	my $said = fuzz($target, "-artifact_prefix=$found/", "-seed=$seed",
		'-max_total_time=' . int(1 + $seconds * $part / $parts), "-max_len=$length",
		'-timeout=25', '-mutate_depth=2', '-rss_limit_mb=2048', '-malloc_limit_mb=512', '-print_final_stats=1',
		"-dict=$checkout/test/fuzz/$dictionary.dict", "$found/new", "$checkout/test/fuzz/corpus/$corpus",
		grep { -d } "$more/$target/new");
	my $status = $?;
	my ($runs) = $said =~ /number_of_executed_units:\s+(\d+)/;
	my ($speed) = $said =~ /average_exec_per_sec:\s+(\d+)/;
	my ($accepted) = $said =~ /^accepted: (\d+)/m;
	note "$target: ", $runs // 0, ' inputs, ', $speed // 0, ' a second, ', $accepted // 0, ' accepted';
	ok($status == 0 && $accepted, "$target without a finding") and return;
	diag substr $said, -10000;
	diag "$_:\n", encode_base64(read_file($_)) for grep { -f } glob "$found/*";
	return;
}

prepare_server();
find_planted();
run_target($_) for @wanted;
done_testing();
