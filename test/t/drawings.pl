# drawings: charts and portraits as a browser draws them: every text within its
# drawing, no label over another, nothing run or fetched. Needs Chromium, which
# test/setup-browser gets; without it these cases are skipped. Promise: nothing
# but its own database and files in TMPDIR is written.
use strict;
use warnings;
use utf8;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

plan skip_all => 'Chromium is not installed' if system('test/browser/look here 2>/dev/null') != 0;
binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $folder = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->utf8->allow_nonref;

sub write_file
{
	my ($name, $text) = @_;
	open my $file, '>:utf8', "$folder/$name" or die "$name: $!";
	print $file $text;
	close $file or die "$name: $!";
	return "$folder/$name";
}

# page(name, query): the file with the page that a query returns
sub page
{
	my ($name, $query) = @_;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	my $script = write_file("$name.sql", $query);
	system("psql -XqAt -v ON_ERROR_STOP=1 -d creditbank_drawings -f $script -o $folder/$name.html") == 0
	  or die "no page $name";
	return "$folder/$name.html";
}

sub ask
{
	my ($page, @expressions) = @_;
	open my $output, '-|', 'test/browser/look', 'ask', $page, @expressions or die "look: $!";
	my @answers = map { $json->decode($_) } <$output>;
	close $output or die "look failed: $?";
	return @answers;
}

# What is drawn: texts that leave their drawing by more than a pixel, and
# pairs of texts that cover each other by more than a pixel both ways.
my $drawings = 'page.querySelectorAll("svg").length';
my $outside = '[...page.querySelectorAll("svg")].flatMap(svg => [...svg.querySelectorAll("text")].filter(text => {'
  . ' const box = text.getBBox(), all = svg.viewBox.baseVal;'
  . ' return box.x < -1 || box.y < -1 || box.x + box.width > all.width + 1 || box.y + box.height > all.height + 1; }).map(text => text.textContent))';
my $covered = '[...page.querySelectorAll("svg")].flatMap(svg => { const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBBox()]);'
  . ' return texts.flatMap(([a, p], n) => texts.slice(n + 1).filter(([b, q]) => a && b'
  . ' && Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x) > 1'
  . ' && Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y) > 5).map(([b]) => a + " / " + b)); })';
my $foreign = 'page.querySelectorAll("script, iframe, object, embed, link, img, image, a, form, [onload], [onerror], [href], [src]").length';
my $fetched = 'view.performance.getEntriesByType("resource").length';
my $overflow = 'page.documentElement.scrollWidth - page.documentElement.clientWidth';

is(system('createdb', '-E', 'UTF8', '-T', 'template0', 'creditbank_drawings'), 0, 'a database');

# Charts of short and long, Latin and Chinese labels, numbers small and great.
my $charts = page('charts', <<'SQL');
CREATE EXTENSION creditbank;
WITH label AS (
	SELECT array_agg(t ORDER BY n) AS labels
	FROM unnest(ARRAY['物流管理', 'Logistics', '<script>alert(1)</script>', '机电一体化技术（专科起点本科）', 'Domestic and international logistics management',
		'WWWWWWWWWWWW', repeat('长', 60), repeat('word ', 40), 'x', '护理']) WITH ORDINALITY AS l (t, n)),
drawing AS (
	SELECT creditbank.svg_bars(labels, ARRAY[1234567.5, 0, NULL, 4, 0.0001, 999999, 3, 2, 1, NULL], labels[7], '学分', 'fewer than 5 of them') AS svg
	FROM label
	UNION ALL
	SELECT creditbank.svg_columns(labels, ARRAY[1234567.5, 0, NULL, 4, 0.0001, 999999, 3, 2, 1, NULL], labels[8], 'deposits', '<5')
	FROM label
	UNION ALL
	SELECT creditbank.svg_columns(array_agg('2025-' || n), array_agg(n * n * 1000), 'Sixty', 'cr')
	FROM generate_series(1, 60) AS n
	UNION ALL
	SELECT creditbank.svg_lines(labels, (
			SELECT jsonb_agg(jsonb_build_object('name', l, 'amounts', to_jsonb(ARRAY[n, n * 2, NULL, 4, -n, 6, n * 7, 8, 9, 10]))) FROM unnest(labels[1:s]) WITH ORDINALITY AS l (l, n)),
		'Lines', 'thousand')
	FROM label, unnest(ARRAY[1, 4, 8]) AS s
	UNION ALL
	SELECT creditbank.svg_radar(array_fill(labels[k], ARRAY[n]), array_fill(0.8, ARRAY[n]), array_fill(0.4, ARRAY[n]), labels[4], array_fill('12 学分，40 学时'::text, ARRAY[n]),
		'{}', ARRAY['本账户', 'the middle of the group'])
	FROM label, generate_series(3, 16) AS n, unnest(ARRAY[1, 2, 4, 5, 6, 7]) AS k
	UNION ALL
	SELECT creditbank.svg_timeline(array_agg('2001-02-03'::date + n * 47), array_agg(labels[1 + n % 4]), array_agg(labels[1 + n % 10]), 'Timeline',
		array_agg((ARRAY['circle', 'ring', 'square', 'diamond', 'triangle'])[1 + n % 5]), '{"circle": "已认定", "ring": "claimed", "square": "enrolment", "diamond": "转换", "triangle": "expired"}', '2025-12-31')
	FROM label, generate_series(1, 180) AS n
	GROUP BY labels)
SELECT creditbank.html_page('Charts', 'zh', NULL, string_agg(svg, ''))
FROM drawing;
SQL
my ($count, $out, $over, $strange, $got, $title) = ask($charts, $drawings, $outside, $covered, $foreign, $fetched, 'page.querySelector("svg text").textContent');
is($count, 91, 'every chart is drawn');
is(join(" | ", @$out), "", 'no text leaves its drawing');
is(join(" | ", @$over), "", 'no label covers another');
is("$strange $got", '0 0', 'nothing comes from elsewhere, and nothing of a label is markup');
like($title, qr/^长+…$/, 'what is too long is shortened');

# The portrait of the document's learner, and one of a file of 200 achievements.
open my $document, '<:utf8', 'doc/portrait.md' or die "doc/portrait.md: $!";
my $examples = join "\n", do { local $/; <$document> } =~ /^```sql\n(.*?)^```/msg;
page('bank', $examples);
for my $language (qw(en zh))
{
	my ($number, $leaving, $covering, $foreigners, $wide, $tables, $heading) =
	  ask(page("portrait_$language", "SELECT creditbank.portrait_page('00000000000195', language => '$language')"),
		$drawings, $outside, $covered, $foreign, $overflow, 'page.querySelectorAll("table").length', 'page.querySelector("h1").textContent');
	is($heading, $language eq 'en' ? 'Learning portrait' : '学习画像', "$language: a portrait");
	is("$number $tables $foreigners $wide", '3 6 0 0', "$language: radar, peers and timeline, six tables, nothing foreign, no wider than the window");
	is(join(" | ", @$leaving), "", "$language: no text leaves its drawing");
	is(join(" | ", @$covering), "", "$language: no label covers another");
}
my $long = page('long', <<'SQL');
SELECT o.account FROM creditbank.open_account('<b>Many</b>', '1990-01-01') AS o \gset
SELECT d.state, r.state
FROM generate_series(1, 200) AS n
CROSS JOIN LATERAL creditbank.deposit(:'account', (ARRAY['training/SH-TRAIN/T', 'course/AH-OU/C', 'cert/CN-POST/C', 'award/CN-UNION/A'])[1 + n % 4] || n, '1995-01-01'::date + n * 55,
	title => (ARRAY['<img src=x onerror=alert(1)>', '机电一体化技术', 'A short one'])[1 + n % 3] || n, amount => '2 cr', level => 1 + n % 7) AS d
CROSS JOIN LATERAL creditbank.recognise(:'account', d.achievement) AS r \g /dev/null
SELECT creditbank.portrait_page(:'account', language => 'en');
SQL
my ($leaving, $covering, $foreigners, $wide, $name) = ask($long, $outside, $covered, $foreign, $overflow, 'page.querySelector("header b").textContent');
is(join(" | ", @$leaving), "", '200 achievements: no text leaves its drawing');
is(join(" | ", @$covering), "", '200 achievements: no label covers another');
is("$foreigners $wide $name", '0 0 <b>Many</b>', '200 achievements: text stays text');

is(system('dropdb', 'creditbank_drawings'), 0, 'gone again');
done_testing();
