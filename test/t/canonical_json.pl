# canonical_json: the canonical form is what another implementation makes of the
# same text. The other is ECMAScript itself, by whose JSON.parse, JSON.stringify
# and order of strings RFC 8785 is defined; Node.js runs it, and without it the
# test is skipped. CREDITBANK_SEED repeats a run, CREDITBANK_ROUNDS makes it
# longer. Promise: nothing but its own database and files in a temporary folder is
# written.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

plan skip_all => 'no Node.js: canonical forms were not compared with those of ECMAScript' if system('node --version >/dev/null 2>&1') != 0;

my $seed = $ENV{CREDITBANK_SEED} // (time ^ $$) % 2**31;
my $rounds = $ENV{CREDITBANK_ROUNDS} // 3000;
note "seed $seed";
my $folder = tempdir(CLEANUP => 1);
chmod 0755, $folder;

sub write_file
{
	my ($name, $content) = @_;
	open my $file, '>', "$folder/$name" or die "$folder/$name: $!";
	print $file $content;
	close $file or die "$folder/$name: $!";
	return "$folder/$name";
}

sub psql
{
	my ($sql) = @_;
	my $script = write_file('script.sql', $sql);
	my $said = `psql -XqAt -v ON_ERROR_STOP=1 -d creditbank_canonical_json -f $script 2>&1`;
	chomp $said;
	return $said;
}

# Lines of a text and its canonical form, both as the hexadecimal digits of UTF-8.
my $script = write_file('canonical.js', <<'SCRIPT');
const [seed, rounds] = process.argv.slice(2).map(Number);
let state = seed >>> 0;
function random() { // mulberry32
	state = (state + 0x6D2B79F5) >>> 0;
	let t = Math.imul(state ^ (state >>> 15), state | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return (t ^ (t >>> 14)) >>> 0;
}
const below = n => random() % n;
const view = new DataView(new ArrayBuffer(8));
function double(high, low) {
	view.setUint32(0, high >>> 0);
	view.setUint32(4, low >>> 0);
	return view.getFloat64(0);
}
const digits = n => Array.from({length: n}, () => below(10)).join('');

function numberText() {
	const kind = below(6);
	if (kind === 0) { // an integer that is a double, to its last digit
		return (below(2) ? '-' : '') + BigInt(Number(BigInt(random()) * BigInt(random()) * BigInt(1 + below(2) * random())));
	}
	if (kind === 1) {
		return (below(2) ? '-' : '') + below(10) + '.' + digits(1 + below(25)) + 'eE'[below(2)] + ['', '+', '-'][below(3)] + below(300);
	}
	const value = kind === 2 ? double(random(), random()) :
		kind === 3 ? double(random() & 0x800FFFFF, random()) : // denormal
		kind === 4 ? Number(below(10) + 'e' + (below(632) - 323)) :
		double((below(2047) << 20) + 0, below(4)); // beside a power of two
	if (!isFinite(value))
		return '0';
	return below(2) ? value.toExponential(16) : value.toExponential();
}

const points = [() => below(32), () => 32 + below(96), () => 0x7F + below(0x80), () => below(0xD800), () => 0xE000 + below(0x2000), () => 0x10000 + below(0x100000), () => [0x22, 0x5C, 0x2F, 0x2028, 0x2029, 0x7F, 0xFEFF, 0xFFFE, 0][below(9)]];
const word = () => Array.from({length: below(6)}, () => String.fromCodePoint(points[below(points.length)]())).join('');
function stringText(value) {
	let text = '';
	for (const unit of value.split('')) {
		const code = unit.charCodeAt(0);
		const short = {'\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '"': '"', '\\': '\\', '/': '/'}[unit];
		const surrogate = code >= 0xD800 && code < 0xE000;
		if (short && below(2))
			text += '\\' + short;
		else if (code < 32 || unit === '"' || unit === '\\' || (!surrogate && below(6) === 0)) {
			const hex = code.toString(16).padStart(4, '0');
			text += '\\u' + (below(2) ? hex : hex.toUpperCase());
		} else
			text += unit;
	}
	return '"' + text + '"';
}
// Pairs are written whole or as two escapes.
const escapePairs = text => text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g,
	pair => below(2) ? pair : '\\u' + pair.charCodeAt(0).toString(16) + '\\u' + pair.charCodeAt(1).toString(16));
const blank = () => ['', '', ' ', '\n\t', '\r'][below(5)];
function valueText(depth) {
	const kind = below(depth > 4 ? 4 : 6);
	if (kind === 0)
		return ['null', 'true', 'false'][below(3)];
	if (kind === 1)
		return numberText();
	if (kind < 4)
		return escapePairs(stringText(word()));
	if (kind === 4)
		return '[' + blank() + Array.from({length: below(6)}, () => valueText(depth + 1) + blank()).join(',' + blank()) + ']';
	const names = [...new Set(Array.from({length: below(9)}, word))];
	return '{' + blank() + names.map(name => escapePairs(stringText(name)) + blank() + ':' + blank() + valueText(depth + 1) + blank()).join(',') + '}';
}

function canonical(value) {
	if (Array.isArray(value))
		return '[' + value.map(canonical).join(',') + ']';
	if (value !== null && typeof value === 'object')
		return '{' + Object.keys(value).sort().map(name => JSON.stringify(name) + ':' + canonical(value[name])).join(',') + '}';
	return JSON.stringify(value);
}
const hex = text => Buffer.from(text, 'utf8').toString('hex');
for (let round = 0; round < rounds; round++) {
	const text = round % 2 ? '[' + Array.from({length: 20}, numberText).join() + ']' : valueText(0);
	console.log(hex(text) + '\t' + hex(canonical(JSON.parse(text))));
}
SCRIPT
is(system("node $script $seed $rounds >$folder/documents"), 0, 'ECMAScript wrote documents');

is(system('createdb', '--template=template0', '--encoding=UTF8', '--locale=C', 'creditbank_canonical_json'), 0, 'a database');
is(psql(<<"SQL"), '', 'the documents are read');
CREATE EXTENSION creditbank;
CREATE TABLE document (given text, canonical text);
\\copy document FROM '$folder/documents'
SQL
is(psql('SELECT count(*), sum(length(given)) > 100 * count(*) FROM document'), "$rounds|t", 'as many as were asked for');
is(psql(<<'SQL'), '', 'each has the canonical form that ECMAScript gives it');
SELECT d.given, d.canonical, c.form
FROM document AS d
CROSS JOIN LATERAL (SELECT encode(creditbank.canonical_json_bytes(convert_from(decode(d.given, 'hex'), 'UTF8')::json), 'hex')) AS c (form)
WHERE c.form <> d.canonical
LIMIT 3;
SQL

system('dropdb', 'creditbank_canonical_json');
done_testing();
