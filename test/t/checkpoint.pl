# checkpoint: what takes servers of their own. A seal that a crash ends is whole or
# not there; a database that was dumped, copied, promoted or taken back in time goes
# on as a new incarnation; a standby proves and does not seal; keys in files sign,
# are replaced and retired; witnesses' signatures come from the openssl command.
use strict;
use warnings;
use File::Spec::Functions 'rel2abs';
use MIME::Base64;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'usleep';

my $seed = $ENV{CREDITBANK_SEED} // time;
srand($seed);
note("CREDITBANK_SEED=$seed repeats this run's delays");

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
my $folder = rel2abs($node->basedir);
mkdir "$folder/archived" or die "$folder/archived: $!";
$node->append_conf('postgresql.conf', "restart_after_crash = on\ncreditbank.signing_key_file = ''
archive_mode = on
archive_command = 'cp \"%p\" \"$folder/archived/%f\"'");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE bank');
$node->safe_psql('bank', q{
	CREATE EXTENSION creditbank;
	CALL creditbank.create_bank('bank.example.org');
	SELECT creditbank.open_account('Wang Jianguo', '2023-01-01');
	SELECT creditbank.open_account('Li Xiuying', '2023-01-01');
	-- Every checkpoint's root, from the entries alone; and whether tiles and
	-- checkpoints agree on how many leaves there are.
	CREATE FUNCTION wrong_checkpoints()
	RETURNS bigint
	LANGUAGE sql AS $$
		WITH leaves AS (
			SELECT array_agg(creditbank.merkle_leaf_hash(creditbank.entry_hash(b.ledger_id, b.suite, e.account_id, e.seq, e.kind, e.amount,
				e.ref, e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash), b.suite) ORDER BY e.entry_id) AS hashes
			FROM creditbank.ledger_entry AS e
			CROSS JOIN creditbank.bank AS b)
		SELECT count(*) FILTER (WHERE creditbank.merkle_root(hashes[1:c.tree_size], b.suite) <> c.root_hash)
			+ (max(c.tree_size) <> (SELECT sum(octet_length(t.hashes)) / 32 FROM creditbank.log_tile AS t WHERE t.level = 0))::integer
		FROM creditbank.checkpoint AS c
		CROSS JOIN creditbank.bank AS b
		CROSS JOIN leaves
	$$;
	CREATE FUNCTION write_entries(entries integer)
	RETURNS void
	LANGUAGE sql AS $$
		INSERT INTO creditbank.ledger_entry (account_id, seq, kind, occurred_on, recorded_at, prev_hash)
		SELECT 2, (SELECT max(e.seq) FROM creditbank.ledger_entry AS e WHERE e.account_id = 2) + i, 4, '2024-01-01', now(), sha256(int8send(i))
		FROM generate_series(1, entries) AS i
	$$;
});

sub seal
{
	my ($server, $database) = @_;
	return $server->safe_psql($database // 'bank', 'SELECT tree_size, incarnation, new_entries FROM creditbank.seal()');
}

sub refused
{
	my ($server, $database, $statement) = @_;
	my ($status, $out, $error) = $server->psql($database, "\\set VERBOSITY verbose\n$statement", on_error_stop => 0);
	return $error;
}

sub incarnations
{
	my ($server, $database) = @_;
	return $server->safe_psql($database // 'bank', 'SELECT incarnation, reason FROM creditbank.incarnation ORDER BY 1');
}

is(seal($node), '2|1|2', 'the first seal');
is(incarnations($node), '1|opened', 'the first incarnation');

# Patience.
my $writer = $node->background_psql('bank');
$writer->query_safe(q{BEGIN; SELECT FROM creditbank.append_entry(1, 'declined', NULL, NULL, '2024-01-01', NULL)});
like(refused($node, 'bank', q{SET lock_timeout = '200ms'; SELECT creditbank.seal()}), qr/55P03/, 'a sealer with lock_timeout gives up');
is($node->safe_psql('bank', 'SELECT count(*), max(tree_size) FROM creditbank.checkpoint'), '1|2', 'and has written nothing');
$writer->query_safe('COMMIT');
is(seal($node), '3|1|1', 'the next one seals what it would not wait for');
$writer->quit;

# A transaction that was prepared is still writing.
$node->append_conf('postgresql.conf', 'max_prepared_transactions = 2');
$node->restart;
$node->safe_psql('bank', q{
	BEGIN;
	SELECT FROM creditbank.append_entry(1, 'declined', NULL, NULL, '2024-01-01', NULL);
	PREPARE TRANSACTION 'writing'});
like(refused($node, 'bank', q{SET lock_timeout = '200ms'; SELECT creditbank.seal()}), qr/55P03/, 'a prepared transaction is waited for');
$node->safe_psql('bank', q{COMMIT PREPARED 'writing'});
is(seal($node), '4|1|1', 'and its entry is sealed');

# Crashes.
my $crashes = 0;
for my $round (1 .. 6)
{
	$node->safe_psql('bank', 'SELECT write_entries(50000)');
	my $before = $node->safe_psql('bank', 'SELECT max(tree_size) FROM creditbank.checkpoint');
	my $pid_file = "$folder/sealer.$round";
	my $sealer = IPC::Run::start(
		[ 'psql', '-XqAt', '-d', $node->connstr('bank'), '-o', $pid_file, '-c', 'SELECT pg_backend_pid()', '-c', 'SELECT creditbank.seal()' ],
		'>', '/dev/null', '2>', '/dev/null');
	usleep(1000) while !-s $pid_file;
	my $pid = (split /\n/, slurp_file($pid_file))[0];
	my $delay = int(rand(100_000));
	usleep($delay);
	if ($round % 2)
	{
		kill 'KILL', $pid;
		$sealer->finish;
		$node->poll_query_until('bank', 'SELECT true');
	}
	else
	{
		$node->stop('immediate');
		$sealer->finish;
		$node->start;
	}
	my $after = $node->safe_psql('bank', 'SELECT max(tree_size) FROM creditbank.checkpoint');
	$crashes++ if $after == $before;
	ok($after == $before || $after == $before + 50000, "round $round, after $delay us: the old head or the new one");
	is($node->safe_psql('bank', 'SELECT wrong_checkpoints()'), '0', "round $round: every checkpoint is right");
	is((split /\|/, seal($node))[0], $before + 50000, "round $round: the next seal completes it");
}
note("$crashes of 6 crashes came before the end of the seal");
is($node->safe_psql('bank', 'SELECT wrong_checkpoints()'), '0', 'every checkpoint is right in the end');
is(incarnations($node), '1|opened', 'a crash is no new incarnation');

# Keys in files.
sub openssl
{
	my (@arguments) = @_;
	return run_log([ 'openssl', @arguments ], '>', '/dev/null', '2>', '/dev/null');
}

sub write_file
{
	my ($path, $content) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $content;
	close $file;
	return $path;
}

sub make_key
{
	my ($name, $algorithm) = @_;
	my $path = "$folder/$name.pem";
	openssl('genpkey', '-algorithm', $algorithm, '-out', $path) or die 'openssl genpkey failed';
	chmod 0600, $path;
	openssl('pkey', '-in', $path, '-pubout', '-outform', 'DER', '-out', "$path.pub") or die 'openssl pkey failed';
	my $public_key = substr(slurp_file("$path.pub"), $algorithm eq 'SM2' ? -65 : -32);
	return ($path, unpack('H*', $public_key));
}

sub use_key_file
{
	my ($path) = @_;
	$node->adjust_conf('postgresql.conf', 'creditbank.signing_key_file', "'$path'");
	$node->reload;
	$node->poll_query_until('bank', "SELECT current_setting('creditbank.signing_key_file') = '$path'");
	return;
}

sub verifier_key
{
	my ($name, $role, $algorithm, $public_key) = @_;
	return $node->safe_psql('bank', "SELECT creditbank.verifier_key('$name', '$role', '$algorithm', '\\x$public_key')");
}

sub signers
{
	my ($database) = @_;
	return $node->safe_psql($database, q{
		SELECT string_agg(split_part(line, ' ', 2), ' ' ORDER BY place)
		FROM creditbank.latest_checkpoint(), string_to_table(split_part(note, E'\n\n', 2), E'\n') WITH ORDINALITY AS l (line, place)
		WHERE line <> ''});
}

my ($old_file, $old_public) = make_key('old', 'ED25519');
my ($new_file, $new_public) = make_key('new', 'ED25519');
my $old_key = verifier_key('bank.example.org', 'log', 'ed25519', $old_public);
my $new_key = verifier_key('bank.example.org', 'log', 'ed25519', $new_public);
use_key_file($old_file);
my $told = refused($node, 'bank', 'SELECT creditbank.seal()');
like($told, qr/23C19: the key in the file of creditbank.signing_key_file is not registered/, 'a key that is not registered does not sign');
my ($hint) = $told =~ /HINT:\s+(SELECT creditbank\.add_key\(.*?\);)/;
like($hint, qr/\Q$old_key\E/, 'the hint registers it');
$node->safe_psql('bank', $hint);
my ($size) = split /\|/, seal($node);
is(signers('bank'), 'bank.example.org', 'the next seal signs, though no entry is new');

# The openssl command verifies what the server signed.
sub openssl_verifies
{
	my ($public_key_file) = @_;
	my ($body, $lines) = split /\n\n/, $node->safe_psql('bank', 'SELECT note FROM creditbank.latest_checkpoint()'), 2;
	my ($base64) = $lines =~ /^\S+ bank\.example\.org (\S+)$/m;
	write_file("$folder/body", "$body\n");
	write_file("$folder/signature", substr(decode_base64($base64), 4));
	return openssl('pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', $public_key_file, '-rawin',
		'-in', "$folder/body", '-sigfile', "$folder/signature");
}
ok(openssl_verifies("$old_file.pub"), 'the openssl command verifies the signature');
ok(!openssl_verifies("$new_file.pub"), 'and not by another key');

# Replacing a key: both sign one checkpoint, then the old one retires.
use_key_file($new_file);
$node->safe_psql('bank', "SELECT creditbank.add_key('$new_key', 'log')");
seal($node);
is(signers('bank'), 'bank.example.org bank.example.org', 'the old and the new key signed the same checkpoint');
is($node->safe_psql('bank', "SELECT creditbank.retire_key('$old_key')"), $size, 'the old key signs nothing larger');
$node->safe_psql('bank', 'SELECT write_entries(1)');
use_key_file($old_file);
like(refused($node, 'bank', 'SELECT creditbank.seal()'), qr/23C20.*retired after tree size $size/s, 'a retired key does not sign a larger tree');
is($node->safe_psql('bank', 'SELECT max(tree_size) FROM creditbank.checkpoint'), $size, 'and nothing is sealed under it');
use_key_file($new_file);
is(seal($node), ($size + 1) . '|1|1', 'the new key signs');
ok(openssl_verifies("$new_file.pub"), 'as the openssl command says');

# A witness, with a program of its own.
sub openssl_sign
{
	my ($key_file, $message, @options) = @_;
	write_file("$folder/message", $message);
	openssl('pkeyutl', '-sign', '-inkey', $key_file, '-rawin', '-in', "$folder/message", '-out', "$folder/signed", @options)
	  or die 'openssl pkeyutl failed';
	return slurp_file("$folder/signed");
}

sub signature_line
{
	my ($name, $key, $signature) = @_;
	my ($id) = $key =~ /\+([0-9a-f]{8})\+/;
	return "\xe2\x80\x94 $name " . encode_base64(pack('H8', $id) . $signature, '');
}

sub cosign
{
	my ($database, $key_file, $key, @options) = @_;
	my ($size, $body) = split /\|/, $node->safe_psql($database, 'SELECT tree_size, body FROM creditbank.latest_checkpoint()'), 2;
	my $time = time;
	my $signature = openssl_sign($key_file, "cosignature/v1\ntime $time\n$body", @options);
	return $node->safe_psql($database,
		"SELECT creditbank.add_signature($size, '" . signature_line('witness.example.net', $key, pack('Q>', $time) . $signature) . "')");
}

my ($witness_file, $witness_public) = make_key('witness', 'ED25519');
my $witness_key = verifier_key('witness.example.net', 'witness', 'ed25519', $witness_public);
$node->safe_psql('bank', "SELECT creditbank.add_key('$witness_key', 'witness')");
like(cosign('bank', $witness_file, $witness_key), qr/witness\.example\.net/, 'a witness cosigns');
is(signers('bank'), 'bank.example.org witness.example.net', 'beside the log');

# SM3 and SM2.
$node->safe_psql('postgres', 'CREATE DATABASE sm');
$node->safe_psql('sm', q{CREATE EXTENSION creditbank; CALL creditbank.create_bank('sm.example.org', 'sm3-sm2'); SELECT creditbank.open_account('Li', '2023-01-01')});
SKIP:
{
	skip 'this openssl command has no SM2', 4 if !openssl('genpkey', '-algorithm', 'SM2', '-out', "$folder/probe");
	my @sm2 = ('-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678');
	my ($sm2_file, $sm2_public) = make_key('sm2', 'SM2');
	my ($sm2_witness_file, $sm2_witness_public) = make_key('sm2_witness', 'SM2');
	my $sm2_key = verifier_key('sm.example.org', 'log', 'sm2', $sm2_public);
	my $sm2_witness_key = verifier_key('witness.example.net', 'witness', 'sm2', $sm2_witness_public);
	$node->safe_psql('sm', "SELECT creditbank.add_key('$sm2_key', 'log'), creditbank.add_key('$sm2_witness_key', 'witness')");
	like(refused($node, 'sm', 'SELECT creditbank.seal()'), qr/23C17.*sm3-sm2/s, 'a key of the other suite does not sign');
	use_key_file($sm2_file);
	is(seal($node, 'sm'), '1|1|1', 'an SM2 key in a file signs');
	like(cosign('sm', $sm2_witness_file, $sm2_witness_key, @sm2), qr/witness\.example\.net/, 'an SM2 witness cosigns');
	is(signers('sm'), 'sm.example.org witness.example.net', 'both stand in the note');
}
use_key_file('');
$node->safe_psql('postgres', 'DROP DATABASE sm');

# Incarnations: a database copied within the server.
$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE bank');
is(seal($node, 'copied'), ($size + 1) . '|2|0', 'a copy states a checkpoint of its own');
is(incarnations($node, 'copied'), "1|opened\n2|database changed", 'as a new incarnation');
is(seal($node), ($size + 1) . '|1|0', 'the original goes on as it was');
$node->safe_psql('postgres', 'DROP DATABASE copied');

# Dumped, and restored into another server.
my $other = PostgreSQL::Test::Cluster->new('other');
$other->init;
$other->start;
$node->command_ok([ 'pg_dump', '--format=custom', '-f', "$folder/bank.dump", '-d', $node->connstr('bank') ], 'pg_dump');
$other->safe_psql('postgres', 'CREATE DATABASE bank');
$other->command_ok([ 'pg_restore', '--exit-on-error', '-d', $other->connstr('bank'), "$folder/bank.dump" ], 'pg_restore');
is($other->safe_psql('bank', 'SELECT note FROM creditbank.latest_checkpoint()'), $node->safe_psql('bank', 'SELECT note FROM creditbank.latest_checkpoint()'),
	'the restored database has the signed checkpoint');
$other->safe_psql('bank', 'SELECT write_entries(300)');
is(seal($other), ($size + 301) . '|2|300', 'and seals on');
is(incarnations($other), "1|opened\n2|system identifier changed", 'as a new incarnation');
is($other->safe_psql('bank', 'SELECT wrong_checkpoints()'), '0', 'on the old tree');
$other->stop;

# A standby, promoted; and a point in time, returned to.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->safe_psql('bank', q{SELECT write_entries(10); SELECT creditbank.seal(); SELECT pg_create_restore_point('sealed'); SELECT write_entries(20); SELECT creditbank.seal()});
$node->wait_for_catchup($standby);
is($standby->safe_psql('bank', 'SELECT tree_size FROM creditbank.latest_checkpoint()'), $size + 31, 'a standby has the checkpoint');
is($standby->safe_psql('bank', q{SELECT creditbank.verify_inclusion(leaf_hash, leaf_index, tree_size, proof, root_hash, 'sha256-ed25519')
	FROM creditbank.inclusion_proof('00000000000195', 1)}), 't', 'and proves');
is($standby->safe_psql('bank', q{SELECT proof_bundle ->> 'leaf_index' FROM creditbank.proof_bundle('00000000000195', 1)}), '0', 'and gives bundles');
is($standby->safe_psql('bank', 'SELECT lag FROM creditbank.log_status'), '00:00:00', 'and tells how far it is sealed');
like(refused($standby, 'bank', 'SELECT creditbank.seal()'), qr/25006: +cannot execute seal\(\) during recovery/, 'but does not seal');
$standby->promote;
is(seal($standby), ($size + 31) . '|2|0', 'promoted it states a checkpoint');
is(incarnations($standby), "1|opened\n2|timeline changed", 'as a new incarnation');
$standby->stop;

my $segment = $node->safe_psql('postgres', 'SELECT pg_walfile_name(pg_switch_wal())');
$node->poll_query_until('postgres', "SELECT last_archived_wal >= '$segment' FROM pg_stat_archiver");
my $returned = PostgreSQL::Test::Cluster->new('returned');
$returned->init_from_backup($node, 'base');
$returned->set_recovery_mode;
$returned->append_conf('postgresql.conf', "restore_command = 'cp \"$folder/archived/%f\" \"%p\"'\nrecovery_target_timeline = 'current'\nrecovery_target_name = 'sealed'\nrecovery_target_action = 'promote'");
$returned->start;
$returned->poll_query_until('bank', 'SELECT NOT pg_is_in_recovery()');
is($returned->safe_psql('bank', 'SELECT tree_size FROM creditbank.latest_checkpoint()'), $size + 11, 'taken back to a point in time');
$returned->safe_psql('bank', 'SELECT write_entries(5)');
is(seal($returned), ($size + 16) . '|2|5', 'it seals on');
is(incarnations($returned), "1|opened\n2|timeline changed", 'as a new incarnation');
is($returned->safe_psql('bank', 'SELECT wrong_checkpoints()'), '0', 'on the old tree');
$returned->stop;
$node->stop;
done_testing();
