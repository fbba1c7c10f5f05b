# data_integrity: what strangers may send. A signed document, mutated at random,
# verifies only while it means the same, and never raises an error, in databases
# of every kind of encoding; status lists are those of another gzip, and bombs go
# off nowhere. CREDITBANK_SEED repeats a run, CREDITBANK_ROUNDS makes it longer.
# Promise: nothing but its own databases and files in TMPDIR is written.
use strict;
use warnings;
use Compress::Zlib ();
use Encode ();
use MIME::Base64 qw(decode_base64url encode_base64url);
use Test::More;

my $seed = $ENV{CREDITBANK_SEED} // (time ^ $$);
my $rounds = $ENV{CREDITBANK_ROUNDS} // 3000;
srand $seed;
note "seed $seed";

my @encodings = ('UTF8', 'LATIN1', 'EUC_CN', 'SQL_ASCII');
my $file = "$ENV{TMPDIR}/data_integrity.sql";

sub psql
{
	my ($encoding, $sql) = @_;
	local $ENV{PGCLIENTENCODING} = $encoding;
	open my $script, '>:raw', $file or die "$file: $!";
	print $script $sql;
	close $script or die "$file: $!";
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d creditbank_integrity_\L$encoding\E -f $file 2>&1`;
	chomp $said;
	return $said;
}

for my $encoding (@encodings)
{
	is(system('createdb', '--template=template0', "--encoding=$encoding", '--locale=C', "creditbank_integrity_\L$encoding"), 0, "$encoding: a database");
	is(psql($encoding, 'CREATE EXTENSION creditbank'), '', "$encoding: with the extension");
}

# One document, escaped so that every encoding can hold its text.
my $ascii = '{"@context": ["https://www.w3.org/ns/credentials/v2"], "name": "\u8bc1\u660e \ud83d\ude00 \u00e9", "amounts": [8, 2.50, -0.000001e3, 1E21], "\ufb33": {"b": null, "a": true}, "\ud83d\ude00": {}}';
my ($key, $secured) = split /\|/, psql('UTF8', <<SQL);
SELECT encode(public_key, 'hex'), regexp_replace('$ascii', '}\$', ', "proof": ' || (options || jsonb_build_object('proofValue',
	creditbank.multibase_encode(creditbank.sign_with_certificate_key(creditbank.integrity_hash('$ascii', options)), 'base58btc')))::text || '}')
FROM creditbank.certificate_key(), creditbank.integrity_proof_options('$ascii', 'https://bank.example.org#key', '2024-01-01 00:00Z') AS o (options)
SQL
like($secured // $key, qr/"proofValue": "z\w+"/, 'a document is signed');
my $bytes = psql('UTF8', "SELECT encode(creditbank.canonical_json_bytes('$ascii'::json), 'hex')");
my $expected = qq({"\@context":["https://www.w3.org/ns/credentials/v2"],"amounts":[8,2.5,-0.001,1e+21],"name":"证明 😀 é","😀":{},"\xEF\xAC\xB3":{"a":true,"b":null}});
is(pack('H*', $bytes), $expected, 'its canonical form is in UTF-8');
for my $encoding (@encodings)
{
	is(psql($encoding, "SELECT encode(creditbank.canonical_json_bytes('$ascii'::json), 'hex')"), $bytes, "$encoding: the same bytes are hashed");
	is(psql($encoding, "SELECT creditbank.verify_integrity('$secured', '\\x$key'), creditbank.integrity_verification_method('$secured')"),
		't|https://bank.example.org#key', "$encoding: it verifies");
}
# Written in the encoding itself; what an encoding lacks; bytes that are no text.
my $word = '证明';
for ([ EUC_CN => Encode::encode('euc-cn', Encode::decode('UTF-8', $word)) ], [ UTF8 => $word ], [ SQL_ASCII => $word ])
{
	my ($encoding, $text) = @$_;
	is(psql($encoding, "SELECT creditbank.canonical_json('{\"b\": 1, \"$text\": 2, \"\\u0061\": 3}'::json)"), "{\"a\":3,\"b\":1,\"$text\":2}", "$encoding: text comes out in the server's encoding");
	is(psql($encoding, "SELECT encode(creditbank.canonical_json_bytes('\"$text\"'::json), 'hex')"), unpack('H*', "\"$word\""), "$encoding: and is hashed in UTF-8");
}
like(psql('LATIN1', q{\set VERBOSITY sqlstate} . "\nSELECT creditbank.canonical_json('\"\\u8bc1\"'::json)"), qr/ERROR:  22P05/, 'LATIN1: what it lacks cannot come out as text');
is(psql('LATIN1', q{SELECT creditbank.integrity_problem('{"\u8bc1": 1, "\u8bc1": 2}', decode(repeat('00', 32), 'hex'))}), 'The key "??" occurs twice in one object.' =~ s/\?\?/???/r, 'LATIN1: nor in a message');
is(psql('EUC_CN', q{SELECT creditbank.integrity_problem('{"\u8bc1": 1, "\u8bc1": 2}', decode(repeat('00', 32), 'hex'))}),
	Encode::encode('euc-cn', Encode::decode('UTF-8', 'The key "证" occurs twice in one object.')), 'EUC_CN: a message has it');
is(psql('SQL_ASCII', "SELECT creditbank.integrity_problem(E'{\"a\": \"\\xff\"}', '\\x$key')"), 'It cannot be converted to UTF-8.', 'SQL_ASCII: bytes that are no text');
is(psql('EUC_CN', "SELECT creditbank.integrity_problem(E'{\"a\": \"\\xfe\\xfe\"}', '\\x$key')"), 'It cannot be converted to UTF-8.', 'EUC_CN: a character that Unicode lacks');

# Mutants: bits, cuts, repetitions, other tokens, and what changes no meaning.
my @tokens = (' ', "\n", "\t", ',', ':', '{', '}', '[', ']', '"', '\\', '\u0000', '\ud800', '\ude00', '0', '-', '.', 'e9', 'e999', 'null', 'true', '""', '"proof":{},', '"a":1,', "\xC3\xA9", "\xFF");
sub mutate
{
	my ($text) = @_;
	my ($at, $length) = (int rand length $text, 1 + int rand 6);
	my $kind = int rand 9;
	if ($kind == 0) { substr($text, $at, 1) = chr(ord(substr $text, $at, 1) ^ (1 << int rand 8)); }
	elsif ($kind == 1) { substr($text, $at, $length) = ''; }
	elsif ($kind == 2) { substr($text, $at, 0) = substr $text, int rand length $text, $length; }
	elsif ($kind == 3) { substr($text, $at, 0) = $tokens[ rand @tokens ]; }
	elsif ($kind == 4) { $text = substr $text, 0, $at; }
	elsif ($kind == 5) { substr($text, $at, 0) = $tokens[ rand @tokens ] x 200; }
	elsif ($kind == 6) { $text =~ s/([:,\[\{]) ?/rand() < 0.2 ? "$1\n " : $&/ge; }
	elsif ($kind == 7) { $text =~ s/(?<!\\)([a-z])(?=[a-z]*")/rand() < 0.1 ? sprintf('\u%04x', ord $1) : $1/ge; }
	else { $text =~ s/2\.50|1E21|\b8\b/(('2.5', '2.500', '25e-1'), ('1e+21', '1000000000000000000000'), ('8.0', '8', '9'))[ rand 8 ]/ge; }
	return $text;
}
my @mutants = grep { length && !/\0/ } map { my $mutant = $secured; $mutant = mutate($mutant) for 0 .. rand 2; $mutant } 1 .. $rounds;
my %mutants_of = (SQL_ASCII => \@mutants, UTF8 => [ grep { eval { Encode::decode('UTF-8', my $copy = $_, Encode::FB_CROAK); 1 } } @mutants ]);
for my $encoding (sort keys %mutants_of)
{
	my $mutants = $mutants_of{$encoding};
	my $said = psql($encoding, join "\n", 'CREATE TEMP TABLE mutant (given bytea);', 'COPY mutant FROM stdin;', (map { '\\\\x' . unpack 'H*', $_ } @$mutants), '\.', <<SQL);
CREATE FUNCTION pg_temp.text_of(bytea) RETURNS text LANGUAGE sql IMMUTABLE AS \$\$ SELECT convert_from(\$1, getdatabaseencoding()) \$\$;
CREATE TEMP TABLE verdict AS
SELECT text, creditbank.verify_integrity(text, '\\x$key') AS verifies, creditbank.integrity_verification_method(text) AS method
FROM mutant, LATERAL (SELECT pg_temp.text_of(given)) AS t (text);
SELECT count(*), count(*) FILTER (WHERE verifies IS NULL), count(*) FILTER (WHERE verifies) > 0 AND count(*) FILTER (WHERE NOT verifies) > count(*) FILTER (WHERE verifies)
FROM verdict;
SELECT count(*)
FROM verdict
WHERE verifies AND encode(creditbank.canonical_json_bytes(text::json), 'hex') <> encode(creditbank.canonical_json_bytes('$secured'::json), 'hex');
SQL
	is($said, scalar(@$mutants) . "|0|t\n0", "$encoding: a mutant verifies while it means the same, and no other does");
}

# Status lists: what another gzip makes of them, and of what.
my @places = map { int rand 131072 } 1 .. 500;
my $list = psql('UTF8', 'SELECT creditbank.status_bits(ARRAY[' . join(',', @places) . '])');
my $bits = '0' x 131072;
substr($bits, $_, 1) = '1' for @places;
ok(Compress::Zlib::memGunzip(decode_base64url(substr $list, 1)) eq pack('B*', $bits), 'another gzip expands a list to its bits, place 0 leftmost');
sub ask
{
	my ($data, $place) = @_;
	return psql('UTF8', "SELECT creditbank.status_bit('u" . encode_base64url($data) . "', $place)");
}
my $other = Compress::Zlib::memGzip(pack 'B*', $bits);
is(ask($other, $places[0]), 't', 'the list of another gzip is read');
is(ask($other, index $bits, '0'), 'f', 'place by place');
my $noise = pack 'C*', map { int rand 256 } 1 .. 131072 / 8;
is(psql('UTF8', "SELECT string_agg(creditbank.status_bit('u" . encode_base64url(Compress::Zlib::memGzip($noise)) . "', place)::integer::text, '' ORDER BY place) FROM unnest('{0,65535,65536,131071}'::integer[]) AS place"),
	join('', map { substr unpack('B*', $noise), $_, 1 } 0, 65535, 65536, 131071), 'also one that cannot be made shorter');
like(ask(Compress::Zlib::memGzip($noise) . 'x' x 20000, 0), qr/DETAIL:  Something stands behind the compressed bits\./, 'and nothing behind it');
my $longest = Compress::Zlib::memGzip("\xFF" x (8 * 1024 * 1024));
is(ask($longest, 67108863), 't', 'the longest list is read');
like(ask(Compress::Zlib::memGzip("\xFF" x (8 * 1024 * 1024 + 1)), 0), qr/DETAIL:  It has more than 67108864 places\./, 'a longer one is refused');
my $bomb = Compress::Zlib::memGzip("\0" x (200 * 1024 * 1024));
cmp_ok(length $bomb, '<', 300_000, 'a bomb is small');
like(ask($bomb, 0), qr/DETAIL:  It has more than 67108864 places\./, 'and is not expanded');
my $faults = 0;
for (1 .. 60)
{
	my $damaged = $other;
	substr($damaged, int rand length $damaged, 1) = chr int rand 256 for 0 .. rand 2;
	my $said = ask($damaged, $places[0]);
	$faults++ if $said ne 't' && $said !~ /ERROR:  the text is no status list/;
}
is($faults, 0, 'a damaged list is refused, or is as it was');

system('dropdb', "creditbank_integrity_\L$_") for @encodings;
done_testing();
