# pages: what the bank draws is what a browser shows and a reader of QR codes
# reads. Needs Chromium, zbarimg and poppler's tools, which test/setup-browser
# gets; without them these cases are skipped. Promise: nothing but its own
# databases and files in TMPDIR is written, and no browser is left running.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
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

# look(form, page, more...): what test/browser/look says; failing, nothing
sub look
{
	my ($form, $page, @more) = @_;
	open my $output, '-|', 'test/browser/look', $form, $page, @more or die "look: $!";
	my $said = do { local $/; <$output> } // '';
	close $output or diag "look $form failed: $?";
	return $said;
}

# what the expressions are of a page, strings in bytes of UTF-8 as all are here
sub ask
{
	my ($page, @expressions) = @_;
	my $json = JSON::PP->new->allow_nonref;
	return map { $json->decode($_) } split /\n/, look('ask', $page, @expressions);
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


# Interrupted, it takes its browser with it.
my $own = tempdir(CLEANUP => 1);
sub first_line { open my $file, '<', $_[0] or return ''; return <$file> // ''; }
my $running = sub { scalar grep { first_line($_) =~ /\Q$own\E/ } glob '/proc/[0-9]*/cmdline' };
my $looking = fork // die "fork: $!";
if ($looking == 0)
{
	$ENV{TMPDIR} = $own;
	exec 'test/browser/look', 'png', $page, "$folder/never.png" or die "look: $!";
}
for (1 .. 200) { last if $running->(); select undef, undef, undef, 0.05; }
cmp_ok($running->(), '>', 0, 'a browser runs');
kill TERM => $looking;
waitpid $looking, 0;
is($? >> 8, 143, 'interrupted, look says so');
is($running->(), 0, 'and nothing of it goes on');
is_deeply([ glob "$own/*" ], [], 'or is left');

# A bank with three learners: a courier with a converted certificate, somebody
# with a hostile name and titles, and one with a long file.
my $hostile = q{王"><svg onload=parent.hit=1><script>parent.hit=2</script>&lt;i&gt;'};
my $handler = '<img src=x onerror=parent.hit=3>';
my $endless = 'W' x 100;
is(psql(<<"SQL"), '', 'a bank with certificates')
\\o /dev/null
CALL creditbank.create_bank(origin => 'bank.example.org', time_zone => 'Asia/Shanghai');
\\i test/demo/registry.sql
SELECT creditbank.add_certificate_key(creditbank.multikey(k.public_key)) FROM creditbank.certificate_key() AS k;
SELECT creditbank.open_account(n.name) FROM unnest(ARRAY['王建国', \$\$$hostile\$\$, '李秀英']) WITH ORDINALITY AS n (name, place) ORDER BY place;
SELECT creditbank.deposit('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123', awarded_on => '2023-06-15', level => 3);
SELECT creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#T-0815', awarded_on => '2024-03-20', amount => '48 hr', attendance => 96);
SELECT creditbank.deposit('00000000000195', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', awarded_on => '2024-05-01', level => 3, rank => '2');
SELECT creditbank.deposit('00000000000292', 'training/SH-TRAIN/X#1', awarded_on => '2024-03-20', amount => '2.6667 cr', title => \$\$$hostile\$\$, grade => '$handler');
SELECT creditbank.deposit('00000000000292', 'training/SH-TRAIN/$endless#$endless', awarded_on => '2024-03-20', amount => '57646075230000.5 cr', title => '$endless');
SELECT creditbank.deposit('00000000000389', 'course/OUC/N-' || n, awarded_on => date '2024-03-20' + n, amount => n || '.5 cr', hours => '16', title => '课程 ' || n)
FROM generate_series(1, 60) AS n;
SELECT creditbank.recognise(a.account, f.achievement)
FROM unnest(ARRAY['00000000000195', '00000000000292', '00000000000389']) AS a (account)
CROSS JOIN LATERAL creditbank.lifelong_file(a.account) AS f;
SELECT creditbank.convert('00000000000195', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123']);
CREATE TABLE issued AS
SELECT v.name, c.number, c.check_code
FROM (
	VALUES
		(1, 'one', '00000000000195', ARRAY['award/CN-UNION/SORTING-CONTEST#2024-P-17'], false),
		(2, 'file', '00000000000195', NULL, true),
		(3, 'hostile', '00000000000292', NULL, true),
		(4, 'long', '00000000000389', NULL, true),
		(5, 'twelve', '00000000000389', (SELECT array_agg('course/OUC/N-' || n) FROM generate_series(1, 12) AS n), true)) AS v (place, name, account, refs, conversions)
CROSS JOIN LATERAL creditbank.issue_certificate(v.account, v.refs, conversions => v.conversions) AS c;
SELECT creditbank.seal();
SQL
  or BAIL_OUT('there is nothing to look at');

my %number = map { split /[|]/ } split /\n/, psql('SELECT name, number FROM issued');
my %code = map { split /[|]/ } split /\n/, psql('SELECT name, check_code FROM issued');

sub certificate_page
{
	my ($name, @more) = @_;
	return write_file("$name.html", psql("SELECT creditbank.certificate_page('$number{$name}'" . join('', map { ", '$_'" } @more) . ')'));
}

sub printed
{
	my ($page) = @_;
	look('pdf', $page, "$folder/printed.pdf");
	my ($pages) = `pdfinfo $folder/printed.pdf` =~ /^Pages:\s+(\d+)/m;
	return ($pages, map { scalar `pdftotext -layout -f $_ -l $_ $folder/printed.pdf -` } 1 .. $pages);
}

sub groups { return $_[0] =~ s/(.{4})(?=.)/$1 /gr; }

# What reaches over the sheet, or out of its own box, as tag and class.
my $overflowing = <<'JS' =~ s/\s+/ /gr;
[...page.querySelectorAll('body *')].filter(e => {
	const box = e.getBoundingClientRect(), sheet = page.querySelector('.sheet').getBoundingClientRect();
	return !e.closest('svg') && e.tagName != 'WBR' && (box.left < sheet.left - 1 || box.right > sheet.right + 1 || e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0);
}).map(e => e.tagName + '.' + e.className)
JS

# One achievement: one page, its text and its code as they should be.
my $one = certificate_page('one');
my ($pages, $text) = printed($one);
is($pages, 1, 'a certificate of one achievement is one page');
like($text, qr/学习成果证明.*Certificate of Learning Achievements.*王建国.*全国快件分拣技能竞赛/is, 'its text can be taken from the print');
like($text, qr/\Q@{[ groups($number{one}) ]}\E/, 'its number stands there in groups');
like($text, qr/\Q@{[ groups($code{one}) ]}\E.*bank\.example\.org/s, 'its check code and the bank, too');
like($text, qr/eddsa-jcs-2022.*bank\.example\.org#z6Mk\w+/s, 'and how it was signed');
system("pdftoppm -r 120 -png -singlefile $folder/printed.pdf $folder/printed") == 0 or die;
is(codes_in("$folder/printed.png"), "https://bank.example.org/certificate/$number{one}/$code{one}", 'the printed code leads to the certificate');
look('png', $one, "$folder/screen.png", '900x1200');
is(codes_in("$folder/screen.png"), "https://bank.example.org/certificate/$number{one}/$code{one}", 'so does the one on a screen');

# The whole file, in English first: originals, units, and the digest of what is signed.
my ($first, $tables, $totals, $over, $fine) = ask(certificate_page('file', 'en'),
	'[page.documentElement.lang, page.querySelector("h1").textContent, page.querySelector(".holder").textContent]',
	'[...page.querySelectorAll(".lines:not(.totals)")].map(t => t.rows.length)',
	'[...page.querySelectorAll(".totals")].map(t => t.innerText.replace(/\s+/g, " ").trim())',
	$overflowing, 'page.querySelector(".fine").innerText');
my ($grades, $languages) = ask(certificate_page('file', 'zh'),
	'[...page.querySelectorAll(".lines:not(.totals)")[1].querySelectorAll("td.grade")].map(g => [g.firstChild.textContent, g.querySelector("[lang]").lang, g.querySelector("[lang]").textContent].join(" "))',
	'[".holds .second [lang]", ".subtitle [lang]"].map(s => page.querySelector(s).lang)');
is_deeply($grades, [ ('免修 en exempt') x 3 ], 'exemption is a grade in both languages');
is_deeply($languages, [ 'en', 'en' ], 'and what is English in a Chinese page is marked as English');
is_deeply($first, [ 'en', 'Certificate of Learning Achievements', '王建国' ], 'English stands first when asked');
is_deeply($tables, [ 4, 4 ], 'three achievements and three converted credits');
is_deeply($totals, [ 'Total 合计 48 hr', 'Total 合计 8 cr' ], 'with the totals of each unit');
is_deeply($over, [], 'nothing reaches over the sheet');
like($fine, qr/\Q@{[ psql("SELECT encode(digest, 'hex') FROM creditbank.certificate WHERE number = '$number{file}'") ]}\E/, 'the digest is that of the statement');

# What is hostile comes out as text; nothing runs and nothing is fetched.
my ($holder, $texts, $handlers, $hit, $fetched, $wide, $total) = ask(certificate_page('hostile'),
	'page.querySelector(".holder").textContent',
	'[".lines tbody b", ".lines td.grade"].map(s => [...page.querySelectorAll(s)].map(e => e.textContent).find(t => t.includes("parent")))',
	'[...page.querySelectorAll("*")].filter(e => [...e.attributes].some(a => /^(on|src)/.test(a.name) || /href/.test(a.name) && a.value[0] != "#")).length + page.scripts.length',
	'parent.hit', 'view.performance.getEntriesByType("resource").filter(r => !r.name.startsWith("data:")).length',
	$overflowing, 'page.querySelector(".totals").innerText');
is($holder, $hostile, 'a hostile name is text');
is_deeply($texts, [ $hostile, $handler ], 'and so are a title and a grade');
is($handlers, 0, 'no script, no handler, no address');
is($hit, undef, 'nothing ran');
is($fetched, 0, 'nothing was fetched');
is_deeply($wide, [], 'endless words break');
like($total, qr/\b57646075230003\.1667 cr/, 'and a total is exact');

# A long file: several pages, each with the heads of the table and the number.
my @text;
($pages, @text) = printed(certificate_page('long'));
cmp_ok($pages, '>', 2, 'a long file takes several pages');
is(scalar(grep { /Recognised achievement|Total/ && /\Q@{[ groups($number{long}) ]}\E.*\d+ \/ $pages/ } @text), $pages, 'each with the heads of the table or the total, the number, and its own number');
is(join(' ', map { /课程 +(\d+)\b/g } @text), join(' ', 1 .. 60), 'and all lines, in order');
like($text[-1], qr/1860 cr.*\Q@{[ groups($code{long}) ]}\E/s, 'the total and the code come last');

is((printed(certificate_page('twelve')))[0], 1, 'twelve lines have room on one');

# Not valid any more: the page says so, and its code can still be read.
psql("SELECT creditbank.revoke_certificate('$number{file}', 'issued <in error>', superseded_by => '$number{one}')");
my $revoked = certificate_page('file');
my ($notice, $mark) = ask($revoked, 'page.querySelector(".notice").innerText', 'view.getComputedStyle(page.querySelector(".mark")).backgroundImage');
like($notice, qr/本证明已撤销.*This certificate was revoked.*issued <in error>.*\Q@{[ groups($number{one}) ]}\E/s, 'a revoked certificate says so, why, and what replaces it');
like($mark, qr/REVOKED/, 'across the page, too');
look('png', $revoked, "$folder/revoked.png", '900x1200');
is(codes_in("$folder/revoked.png"), "https://bank.example.org/certificate/$number{file}/$code{file}", 'its code can be read');
psql(q{SELECT creditbank.freeze_achievement('00000000000195', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', 'under review')});
($notice) = ask(certificate_page('one'), 'page.querySelector(".notice").innerText');
like($notice, qr/This certificate is suspended.*SORTING-CONTEST/s, 'a suspended one, too');

# The report of a year: what yearly_report says, hidden numbers hidden.
is(psql(<<'SQL'), '', 'a province with learners');
\o /dev/null
INSERT INTO creditbank.region (code, name) VALUES ('330000', '浙<b>江'), ('330100', '杭州市'), ('330200', '宁波市'), ('330300', '温州市');
SELECT creditbank.open_account('Li', region => v.region, trainee_group => v.trainee_group)
FROM (VALUES ('330100', 'student', 7), ('330100', 'employed', 6), ('330200', 'student', 11), ('330300', 'employed', 2)) AS v (region, trainee_group, learners)
CROSS JOIN generate_series(1, v.learners);
SELECT creditbank.publish_figures(extract(year FROM creditbank.today())::integer);
SQL
my $report = write_file('report.html', psql(q{SELECT creditbank.yearly_report_page(extract(year FROM creditbank.today())::integer, '330000', 'zh')}));
my %told = map { split /[|]/, $_, 2 } split /\n/, psql(q{SELECT label, coalesce(count::text, '不公布')
FROM creditbank.yearly_report(extract(year FROM creditbank.today())::integer, '330000', 'zh') WHERE figure = 'accounts_opened' AND dimension IN ('total', 'region')});
is(join(',', sort keys %told), join(',', sort qw(开户数 宁波市 杭州市 温州市)), 'the report has the province and its cities');
is($told{'温州市'}, '不公布', 'of which one is too small');
my ($headings, $tile, $bars, $scripts, $spilt, $drawn_texts) = ask($report,
	'[page.documentElement.lang, page.querySelector("h1").textContent, page.querySelector(".of").textContent]',
	'page.querySelector(".tile").innerText.split(/\s*\n\s*/).slice(0, 2).reverse()',
	'Object.fromEntries([...page.querySelector("figure svg").querySelectorAll("text")].map(t => t.textContent).slice(1).map((t, i, all) => i % 2 ? [all[i - 1], t] : null).filter(p => p))',
	'page.scripts.length + page.querySelectorAll("h1 b, .of b, title b").length',
	'[page.documentElement.scrollWidth > 1000, [...page.querySelectorAll("section *")].filter(e => !e.closest("svg") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).length]',
	'page.querySelectorAll("section").length');
my ($year) = psql('SELECT extract(year FROM creditbank.today())');
is_deeply($headings, [ 'zh-CN', '学分银行年度统计分析报告', "${year}年 · 浙<b>江" ], 'its headings, and a hostile region as text');
is_deeply($tile, [ '开户数', $told{'开户数'} ], 'the first number');
delete $told{'开户数'};
is_deeply($bars, \%told, 'and the bars are those of yearly_report, the small one hidden');
is_deeply([ $scripts, $spilt, $drawn_texts ], [ 0, [ JSON::PP::false, 0 ], 6 ], 'six sections, no script, nothing spilt');
my (undef, @report) = printed($report);
like(join('', @report), qr/学分银行年度统计分析报告.*开户数.*不公布.*少于5人/s, 'its text can be taken from the print');

# The pictures of the documents are there, and small.
for my $document (glob 'doc/*.md')
{
	open my $file, '<', $document or die "$document: $!";
	cmp_ok(-s "doc/$_" // 0, '>', 10_000, "$document: $_ is there") && cmp_ok(-s "doc/$_", '<', 200_000, 'and small')
	  for join('', <$file>) =~ /!\[[^]]*\]\(([^)]+\.png)\)/g;
}

done_testing();
