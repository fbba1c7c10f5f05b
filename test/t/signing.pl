# signing: keys and signatures made by the openssl command verify in the server,
# and those of the server by the command; who may set, see and use the key file;
# every file that is refused, with what the caller is told; and no memory is left
# behind, since what OpenSSL allocates no memory context frees. Promise: files are
# written in the folder of the test's own server only.
use strict;
use warnings;
use File::Spec::Functions 'rel2abs';
use MIME::Base64;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $folder = rel2abs($node->basedir);
$node->safe_psql('postgres', q{
	CREATE EXTENSION creditbank;
	CREATE ROLE mallory LOGIN;
	CREATE FUNCTION told(statement text) RETURNS text LANGUAGE plpgsql AS $$
	DECLARE
		detail text;
		hint text;
	BEGIN
		EXECUTE statement;
		RETURN 'no error';
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
		RETURN concat_ws('|', SQLSTATE, SQLERRM, detail, hint);
	END
	$$});

sub write_file
{
	my ($path, $content, $mode) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $content;
	close $file;
	chmod $mode // 0600, $path or die "$path: $!";
	return $path;
}

sub read_file
{
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!";
	local $/;
	return <$file>;
}

sub openssl
{
	my (@arguments) = @_;
	return run_log([ 'openssl', @arguments ], '>', '/dev/null', '2>', '/dev/null');
}

# a private key, readable for its owner only
sub make_key
{
	my ($name, @how) = @_;
	my $path = "$folder/$name.pem";
	openssl('genpkey', '-out', $path, @how) or die "openssl makes no $name key";
	chmod 0600, $path or die "$path: $!";
	return $path;
}

# the bytes of a public key: the end of its DER form
sub public_key_of
{
	my ($key, $length) = @_;
	openssl('pkey', '-in', $key, '-pubout', '-outform', 'DER', '-out', "$key.der") or die "no public half of $key";
	return unpack 'H*', substr read_file("$key.der"), -$length;
}

# in a session of its own, with the key file set by a superuser
sub with_key
{
	my ($key, $sql) = @_;
	return $node->safe_psql('postgres', "SET creditbank.signing_key_file = '$key';\n$sql");
}

sub pem
{
	my ($label, $der) = @_;
	return "-----BEGIN $label-----\n" . encode_base64($der) . "-----END $label-----\n";
}

# an element of DER, at most 255 bytes long
sub element
{
	my ($tag, $content) = @_;
	my $length = length $content;
	return pack('H2', $tag) . ($length < 128 ? chr $length : "\x81" . chr $length) . $content;
}

# an SM2 key in PKCS #8, of a secret number and a point that need not fit it
sub sm2_pem
{
	my ($secret, $point) = @_;
	my $algorithm = element('30', pack 'H*', '06072a8648ce3d0201' . '06082a811ccf5501822d');
	my $key = element('30', pack('H*', '020101') . element('04', $secret) . element('a1', element('03', "\0$point")));
	return pem('PRIVATE KEY', element('30', pack('H*', '020100') . $algorithm . element('04', $key)));
}

# Both algorithms, both ways.
my @id = ('-pkeyopt', 'distid:1234567812345678');
my %key = (ed25519 => make_key('ed25519', '-algorithm', 'ed25519'), sm2 => make_key('sm2', '-algorithm', 'SM2'));
my %length = (ed25519 => 32, sm2 => 65);
my %options = (ed25519 => ['-rawin'], sm2 => [ '-rawin', '-digest', 'sm3', @id ]);
my $message_file = "$folder/message";
my %signature_of;
for my $algorithm ('ed25519', 'sm2')
{
	my $key = $key{$algorithm};
	my $public_key = public_key_of($key, $length{$algorithm});
	is(with_key($key, q{SELECT algorithm, encode(public_key, 'hex') FROM creditbank.signing_key()}),
		"$algorithm|$public_key", "$algorithm: signing_key() is the public half of the file");
	openssl('pkey', '-in', $key, '-pubout', '-out', "$key.pub") or die 'openssl writes no public key';

	for my $message ('a', "line\n\0\xFFline\n", 'long ' x 100_000)
	{
		my $size = length $message;
		write_file($message_file, $message);
		my $hex = unpack 'H*', $message;
		my $signature = with_key($key, "SELECT encode(creditbank.sign_with_key_file('\\x$hex'), 'hex')");
		write_file("$folder/signature", pack 'H*', $signature);
		ok(openssl('pkeyutl', '-verify', '-pubin', '-inkey', "$key.pub", '-in', $message_file, '-sigfile', "$folder/signature", @{ $options{$algorithm} }),
			"$algorithm: openssl verifies what the server signed, $size bytes");
		is($node->safe_psql('postgres', "SELECT creditbank.verify_signature('\\x$hex', '\\x$signature', '\\x$public_key', '$algorithm')"),
			't', "$algorithm: so does the server");
		$signature_of{$algorithm} = $signature;

		openssl('pkeyutl', '-sign', '-inkey', $key, '-in', $message_file, '-out', "$folder/signature", @{ $options{$algorithm} })
		  or die 'openssl does not sign';
		$signature = unpack 'H*', read_file("$folder/signature");
		is($node->safe_psql('postgres', "SELECT creditbank.verify_signature('\\x$hex', '\\x$signature', '\\x$public_key', '$algorithm'),
				creditbank.verify_signature('\\x${hex}00', '\\x$signature', '\\x$public_key', '$algorithm')"),
			't|f', "$algorithm: the server verifies what openssl signed, and of that message only");
	}
	is(with_key($key, q{SELECT creditbank.verify_signature('', creditbank.sign_with_key_file(''), public_key, algorithm) FROM creditbank.signing_key()}),
		't', "$algorithm: the empty message can be signed");
}
is(length $signature_of{ed25519}, 128, 'an Ed25519 signature has 64 bytes');
is(with_key($key{sm2}, q{
	SELECT bool_and(creditbank.verify_signature(n::text::bytea, signature, public_key, algorithm)), max(length(signature)) <= 72, count(DISTINCT signature)
	FROM creditbank.signing_key(), generate_series(1, 300) AS n, LATERAL (SELECT creditbank.sign_with_key_file(n::text::bytea) AS signature) AS s}),
	't|t|300', 'SM2 signatures of every length verify');
is(with_key($key{sm2}, q{SELECT creditbank.sign_with_key_file('x') <> creditbank.sign_with_key_file('x')}), 't', 'no two SM2 signatures are the same');

# Another distinguishing id is another signature.
write_file($message_file, 'a');
openssl('pkeyutl', '-sign', '-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:ALICE123@YAHOO.COM', '-inkey', $key{sm2}, '-in', $message_file, '-out', "$folder/signature")
  or die 'openssl does not sign';
my $other = unpack 'H*', read_file("$folder/signature");
is(with_key($key{sm2}, "SELECT creditbank.verify_signature('a', '\\x$other', public_key, 'sm2') FROM creditbank.signing_key()"),
	'f', 'an SM2 signature with another distinguishing id does not verify');

# Forms of files that work.
symlink $key{sm2}, "$folder/link.pem" or die "link: $!";
is(with_key("$folder/link.pem", 'SELECT algorithm FROM creditbank.signing_key()'), 'sm2', 'a link to a key file is followed');
write_file("$folder/read_only.pem", read_file($key{ed25519}), 0400);
is(with_key("$folder/read_only.pem", 'SELECT algorithm FROM creditbank.signing_key()'), 'ed25519', 'mode 0400 will do');
write_file("$folder/with_text.pem", "our key\n" . read_file("$key{ed25519}.pub") . read_file($key{ed25519}));
is(with_key("$folder/with_text.pem", 'SELECT algorithm FROM creditbank.signing_key()'), 'ed25519', 'what stands before the private key is passed over');
my $secret = pack 'H*', '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8';
my $x = '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020';
my $y = 'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
write_file("$folder/standard.pem", sm2_pem($secret, pack 'H*', "04$x$y"));
is(with_key("$folder/standard.pem", q{SELECT encode(public_key, 'hex') FROM creditbank.signing_key()}), "04$x$y", 'the key of GB/T 32918.5, A.2');
write_file("$folder/compressed.pem", sm2_pem($secret, pack 'H*', "03$x"));
is(with_key("$folder/compressed.pem", q{SELECT encode(public_key, 'hex') FROM creditbank.signing_key()}), "04$x$y", 'a compressed public half comes out uncompressed');
is(with_key('', 'SELECT count(*) FROM creditbank.signing_key()'), '0', 'no setting, no key');

# Files that are refused.
my $hint = q{It must be an unencrypted PEM private key, Ed25519 or SM2, that belongs to the server's user with mode 0600, or to root with mode 0640, or less.};
my $refused = '23C17|the key file of creditbank.signing_key_file cannot be used';
mkdir "$folder/directory" or die "directory: $!";
system('mkfifo', '-m', '600', "$folder/pipe") == 0 or die 'no pipe';
symlink "$folder/nowhere", "$folder/dangling" or die "link: $!";
make_key('rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048');
make_key('p256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256');
make_key('ed448', '-algorithm', 'ed448');
make_key('encrypted', '-algorithm', 'ed25519', '-aes-256-cbc', '-pass', 'pass:secret');
my %mode = map { $_ => write_file("$folder/mode_" . sprintf('%04o', $_), read_file($key{ed25519}), $_) } 0640, 0604, 0620, 0602, 0610, 0666, 04644;
my @refused = (
	[ "$folder/nowhere", 'It cannot be opened: No such file or directory.' ],
	[ "$folder/dangling", 'It cannot be opened: No such file or directory.' ],
	[ "$key{ed25519}/x", 'It cannot be opened: Not a directory.' ],
	[ write_file("$folder/unreadable", 'x', 0), 'It cannot be opened: Permission denied.' ],
	[ 'ed25519.pem', 'The path is not absolute.' ],
	[ "$folder/directory", 'It is not a regular file.' ],
	[ "$folder/pipe", 'It is not a regular file.' ],
	[ '/dev/null', 'It is not a regular file.' ],
	(map { [ $mode{$_}, sprintf('Its mode is %04o, which opens it to others.', $_) ] } sort keys %mode),
	[ '/etc/passwd', 'Its mode is 0644, which opens it to others.' ],
	[ write_file("$folder/empty", ''), 'It holds no private key in PEM form.' ],
	[ write_file("$folder/garbage", join '', map { chr int rand 256 } 1 .. 1000), 'It holds no private key in PEM form.' ],
	[ write_file("$folder/garbage.pem", pem('PRIVATE KEY', 'SECRET' x 9)), 'It holds no private key in PEM form.' ],
	[ write_file("$folder/half.pem", substr read_file($key{sm2}), 0, 120), 'It holds no private key in PEM form.' ],
	[ write_file("$folder/public.pem", read_file("$key{sm2}.pub")), 'It holds no private key in PEM form.' ],
	[ write_file("$folder/longest", 'x' x 8192), 'It holds no private key in PEM form.' ],
	[ write_file("$folder/long", 'x' x 8193), 'It is longer than 8192 bytes.' ],
	[ "$folder/encrypted.pem", 'The private key is encrypted.' ],
	[ "$folder/rsa.pem", 'The algorithm of the private key is RSA.' ],
	[ "$folder/p256.pem", 'The algorithm of the private key is EC.' ],
	[ "$folder/ed448.pem", 'The algorithm of the private key is ED448.' ]);
for (@refused)
{
	my ($path, $detail) = @$_;
	is(with_key($path, q{SELECT told('SELECT * FROM creditbank.signing_key()')}), "$refused|$detail|$hint", "signing_key: $path");
	is(with_key($path, q{SELECT told($$SELECT creditbank.sign_with_key_file('x')$$)}), "$refused|$detail|$hint", "sign_with_key_file: $path");
}
my $mixed = write_file("$folder/mixed.pem", sm2_pem($secret, pack 'H*', public_key_of($key{sm2}, 65)));
like(with_key($mixed, q{SELECT told($$SELECT creditbank.sign_with_key_file('x')$$)}),
	qr/^\Q$refused\E\|(The private key makes no signature that its public half verifies|It holds no private key in PEM form)\.\|/,
	'two halves that do not belong together sign nothing');
is(with_key('', q{SELECT told($$SELECT creditbank.sign_with_key_file('x')$$)}),
	'23C17|there is no key to sign with|The setting creditbank.signing_key_file is empty.|Set it to the absolute path of a private key, as a superuser.',
	'without the setting nothing is signed');
is(with_key($key{sm2}, q{SELECT creditbank.sign_with_key_file(NULL) IS NULL}), 't', 'NULL in, NULL out');

# The key of certificates is in a file of its own, by the same rules, and Ed25519.
sub with_certificate_key
{
	my ($path, $sql) = @_;
	return $node->safe_psql('postgres', "SET creditbank.signing_key_file = '$key{sm2}';\nSET creditbank.certificate_key_file = '$path';\n$sql");
}
is(with_certificate_key($key{ed25519}, q{SELECT algorithm, encode(public_key, 'hex'), creditbank.verify_signature('x', creditbank.sign_with_certificate_key('x'), public_key, algorithm) FROM creditbank.certificate_key()}),
	'ed25519|' . public_key_of($key{ed25519}, 32) . '|t', 'the key of certificates signs');
is(with_certificate_key($key{ed25519}, 'SELECT algorithm FROM creditbank.signing_key()'), 'sm2', 'beside the other key');
is(with_certificate_key('', 'SELECT count(*) FROM creditbank.certificate_key()'), '0', 'which does not stand in for it');
is(with_certificate_key('', q{SELECT told($$SELECT creditbank.sign_with_certificate_key('x')$$)}),
	'23C17|there is no key to sign with|The setting creditbank.certificate_key_file is empty.|Set it to the absolute path of a private key, as a superuser.',
	'without the setting no certificate is signed');
for ([ $key{sm2}, 'The algorithm of the private key is SM2.' ], @refused)
{
	my ($path, $detail) = @$_;
	my $said = '23C17|the key file of creditbank.certificate_key_file cannot be used|' . $detail . '|' . $hint =~ s/ or SM2//r;
	is(with_certificate_key($path, q{SELECT told('SELECT * FROM creditbank.certificate_key()') || E'\n' || told($$SELECT creditbank.sign_with_certificate_key('x')$$)}),
		"$said\n$said", "certificates: $path");
}

# The key is read at each call.
my $changing = write_file("$folder/changing.pem", read_file($key{ed25519}));
is(with_key($changing, "SELECT algorithm FROM creditbank.signing_key();
	COPY (SELECT 1) TO PROGRAM 'cp $key{sm2} $changing';
	SELECT algorithm FROM creditbank.signing_key();
	COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm $changing';
	SELECT split_part(told('SELECT * FROM creditbank.signing_key()'), '|', 3);"),
	"ed25519\nsm2\nIt cannot be opened: No such file or directory.", 'a changed file is another key, at once');

# Given in the configuration, the setting is there when the library is loaded.
$node->append_conf('postgresql.conf', "creditbank.signing_key_file = '$key{ed25519}'");
$node->reload;
is($node->safe_psql('postgres', 'SELECT algorithm FROM creditbank.signing_key()'), 'ed25519', 'the configuration file is heard');
$node->safe_psql('postgres', "LOAD 'creditbank';\nALTER SYSTEM SET creditbank.signing_key_file = '$key{sm2}';\nSELECT pg_reload_conf()");
is($node->safe_psql('postgres', 'SELECT algorithm FROM creditbank.signing_key()'), 'sm2', 'so is ALTER SYSTEM');
$node->safe_psql('postgres', "ALTER DATABASE postgres SET creditbank.signing_key_file = '$key{ed25519}'");
is($node->safe_psql('postgres', 'SELECT algorithm FROM creditbank.signing_key()'), 'ed25519', 'and ALTER DATABASE');
$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET creditbank.signing_key_file');

# Only a superuser sets it, or sees it where the library is loaded.
sub error_of
{
	my ($sql, @options) = @_;
	my ($status, $out, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", @options);
	return $status == 0 ? "no error: $out" : $error;
}
my @mallory = (extra_params => [ '-U', 'mallory' ]);
my $load = q{SELECT creditbank.verify_signature('', '', '', 'sm2');};
like(error_of("$load\nSET creditbank.signing_key_file = '/tmp/x'", @mallory),
	qr/42501: permission denied to set parameter "creditbank.signing_key_file"/, 'an ordinary role does not set it');
like(error_of("$load\nSHOW creditbank.signing_key_file", @mallory), qr/42501: .*to examine/, 'nor see it');
like(error_of("$load\nSET creditbank.certificate_key_file = '/tmp/x'", @mallory),
	qr/42501: permission denied to set parameter "creditbank.certificate_key_file"/, 'nor that of certificates');
like(error_of("$load\nSHOW creditbank.certificate_key_file", @mallory), qr/42501: .*to examine/, 'which it does not see either');
like(error_of("$load\nSELECT current_setting('creditbank.signing_key_file')", @mallory), qr/42501: .*to examine/, 'by no function');
is($node->safe_psql('postgres', "$load\nSELECT count(*) FROM pg_settings WHERE name = 'creditbank.signing_key_file'", @mallory), "f\n0", 'and by no view');
for my $where ('ROLE mallory', 'SYSTEM')
{
	like(error_of("ALTER $where SET creditbank.signing_key_file = '/tmp/x'", @mallory), qr/42501: permission denied|unrecognized configuration parameter/, "mallory does not ALTER $where");
}
my ($status, $out, $error) = $node->psql('postgres', "SET SESSION AUTHORIZATION mallory;
	SET creditbank.signing_key_file = '/tmp/x';
	RESET SESSION AUTHORIZATION;
	$load
	SHOW creditbank.signing_key_file");
is($out, "f\n$key{sm2}", 'what an ordinary role set before the library was loaded is dropped');
like($error, qr/WARNING:  permission denied to set parameter "creditbank.signing_key_file"/, 'with a warning');

# Only the owner signs; a function with its rights does so for others, and they are
# not told where the key is.
for my $role ('mallory', map { "creditbank_$_" } 'admin', 'registrar', 'assessor', 'auditor', 'analyst', 'verifier')
{
	like(error_of("SET ROLE $role; SELECT creditbank.sign_with_key_file('x')"), qr/42501: permission denied for function sign_with_key_file/, "$role does not sign");
	like(error_of("SET ROLE $role; SELECT * FROM creditbank.signing_key()"), qr/42501: permission denied for function signing_key/, "$role does not read the key file");
	like(error_of("SET ROLE $role; SELECT creditbank.sign_with_certificate_key('x')"), qr/42501: permission denied for function sign_with_certificate_key/, "$role signs no certificate");
	like(error_of("SET ROLE $role; SELECT * FROM creditbank.certificate_key()"), qr/42501: permission denied for function certificate_key/, "$role does not read the key of certificates");
}
is($node->safe_psql('postgres', q{SET ROLE creditbank_owner; SELECT creditbank.verify_signature('x', creditbank.sign_with_key_file('x'), public_key, algorithm) FROM creditbank.signing_key()}),
	't', 'creditbank_owner signs');
$node->safe_psql('postgres', q{
	CREATE FUNCTION sign_for(message bytea) RETURNS bytea LANGUAGE sql SECURITY DEFINER RETURN creditbank.sign_with_key_file(message);
	ALTER FUNCTION sign_for OWNER TO creditbank_owner});
is($node->safe_psql('postgres', q{SELECT length(sign_for('x')) > 60}, @mallory), 't', 'so does a function with its rights, for whoever may call it');
$node->safe_psql('postgres', "LOAD 'creditbank';\nALTER SYSTEM SET creditbank.signing_key_file = '$folder/nowhere';\nSELECT pg_reload_conf()");
my $told = error_of(q{SELECT sign_for('x')}, @mallory);
like($told, qr/23C17: .*No such file/s, 'where the file is missing, the caller is told');
unlike($told, qr/nowhere|\Q$folder\E/, 'but not its path');
$node->safe_psql('postgres', "LOAD 'creditbank';\nALTER SYSTEM RESET creditbank.signing_key_file;\nSELECT pg_reload_conf()");

# The other setting, and names that are none.
is($node->safe_psql('postgres', "$load\nSHOW creditbank.progress_interval; SET creditbank.progress_interval = '2min'; SHOW creditbank.progress_interval; SET creditbank.progress_interval = 0; SHOW creditbank.progress_interval", @mallory),
	"f\n10s\n2min\n0", 'everybody sets creditbank.progress_interval, in seconds');
for my $value (-1, 86401, "'soon'")
{
	like(error_of("$load\nSET creditbank.progress_interval = $value"), qr/22023: /, "progress_interval = $value is refused");
}
like(error_of("$load\nSET creditbank.signing_key = '/tmp/x'"), qr/42602: invalid configuration parameter name "creditbank.signing_key"/, 'a misspelt setting is refused');

# 20,000 times, with every end a call can have, and the memory of the backend
# stays as it is.
SKIP:
{
	skip 'no /proc/self/status here', 1 if !-r '/proc/self/status';
	$node->safe_psql('postgres', q{
		CREATE FUNCTION resident() RETURNS integer LANGUAGE sql VOLATILE
		RETURN substring(pg_read_file('/proc/self/status') FROM 'VmRSS:\s+(\d+) kB')::integer;
		CREATE PROCEDURE call_often(rounds integer, files text[]) LANGUAGE plpgsql AS $$
		DECLARE
			ed25519 bytea = '\xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
			sm2 bytea = '\x0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
		BEGIN
			FOR n IN 1 .. rounds LOOP
				PERFORM creditbank.verify_signature('x', s, k, a)
				FROM (VALUES
					(0, ''::bytea, ed25519, 'ed25519'), (1, sm2, ed25519, 'ed25519'), (2, ed25519 || ed25519, ed25519, 'ed25519'), (3, 'x', '\x02'::bytea || substr(ed25519, 2), 'ed25519'),
					(4, '', sm2, 'sm2'), (5, '\x3006020101020101', sm2, 'sm2'), (6, '\x3000', '\x04'::bytea || sm2, 'sm2'), (7, 'x', set_byte(sm2, 64, 0), 'sm2')) AS e (i, s, k, a)
				WHERE i = n % 8;
				PERFORM set_config('creditbank.signing_key_file', files[1 + n % cardinality(files)], false);
				BEGIN
					PERFORM creditbank.signing_key();
					PERFORM creditbank.sign_with_key_file('x');
				EXCEPTION WHEN SQLSTATE '23C17' THEN
				END;
			END LOOP;
		END
		$$});
	my $files = join ', ', map { "'$_'" } $key{ed25519}, $key{sm2}, $mixed, map { $_->[0] } @refused;
	my ($before, $after) = split /\n/, $node->safe_psql('postgres', "
		CALL call_often(2000, ARRAY[$files]);
		SELECT resident();
		CALL call_often(20000, ARRAY[$files]);
		SELECT resident();");
	note "resident: $before kB, then $after kB";
	cmp_ok($after - $before, '<', 400, 'no call leaves memory behind');
}
$node->stop;
done_testing();
