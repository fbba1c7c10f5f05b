# elmo: documents are valid by the schema that EMREX publishes, whatever stands
# in titles and names, in databases of several encodings. The schema is looked
# for in the folder elmo of CREDITBANK_REFERENCE.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $reference = ($ENV{CREDITBANK_REFERENCE} // '../shared/reference') . '/elmo';
plan skip_all => "no schema.xsd in $reference" if !-r "$reference/schema.xsd";
plan skip_all => 'xmllint is not installed' if system('xmllint --version >/dev/null 2>&1') != 0;

my $folder = tempdir(CLEANUP => 1);

sub write_file
{
	my ($name, $text) = @_;
	open my $file, '>:raw', "$folder/$name" or die "$name: $!";
	print $file $text;
	close $file;
	return "$folder/$name";
}

# The schema imports four others by their addresses. Two lie beside it; of the
# other two it takes one declaration each, and nothing of theirs is written here.
write_file('xml.xsd', <<'XSD');
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
<xs:attribute name="lang" type="xs:language"/>
</xs:schema>
XSD
write_file('address.xsd', <<'XSD');
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="https://github.com/erasmus-without-paper/ewp-specs-types-address/tree/stable-v1">
<xs:complexType name="FlexibleAddress"/>
</xs:schema>
XSD
my %place = (
	'http://www.w3.org/2001/03/xml.xsd' => "$folder/xml.xsd",
	'https://raw.githubusercontent.com/erasmus-without-paper/ewp-specs-types-address/stable-v1/schema.xsd' => "$folder/address.xsd",
	map { ("https://raw.githubusercontent.com/emrex-eu/elmo-schemas/v1/references/$_" => "$reference/references/$_") }
	  ('xmldsig-core-schema.xsd', 'EUROPASS_ISOCountries_V1.1.xsd'));
$ENV{XML_CATALOG_FILES} = write_file('catalog.xml', join "\n",
	'<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">',
	(map { qq(<uri name="$_" uri="file://$place{$_}"/><system systemId="$_" uri="file://$place{$_}"/>) } sort keys %place),
	'</catalog>');

sub trouble
{
	my ($document) = @_;
	my $file = write_file('document.xml', $document);
	my $said = `xmllint --nonet --noout --schema $reference/schema.xsd $file 2>&1`;
	return $? == 0 ? '' : $said;
}

sub psql
{
	my ($database, $sql) = @_;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	my $script = write_file('script.sql', $sql);
	return `psql -XqAt -v ON_ERROR_STOP=1 -d $database -f $script 2>&1`;
}

# A test that cannot fail is none: the schema refuses what is not right.
my $opening = '<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1">';
like(trouble("$opening<generatedDate>2024-01-01T00:00:00Z</generatedDate></elmo>"), qr/Missing child/, 'the schema refuses a document without a learner');

for my $case (
	[ 'UTF8', '国家开放大学', '王<建国> & "Co"', "高等'数学' <A> & B", '优', '五级制' ],
	[ 'LATIN1', 'Université', 'José <A> & "B"', "Mathématiques 'é' <A> & B", 'réussi', 'échelle' ],
	[ 'EUC_CN', '国家开放大学', '王<建国> & "Co"', "高等'数学' <A> & B", '优', '五级制' ])
{
	my ($encoding, @words) = @$case;
	my ($school, $name, $title, $grade, $scale) = map { s/'/''/gr } @words;
	my $database = 'creditbank_elmo_' . lc $encoding;
	system('createdb', '--template=template0', "--encoding=$encoding", '--locale=C', $database) == 0 or die;
	is(psql($database, <<"SQL"), '', "$encoding: a file with every kind of achievement");
CREATE EXTENSION creditbank;
CALL creditbank.create_bank('bank.example.org', time_zone => 'Asia/Shanghai');
\\o /dev/null
INSERT INTO creditbank.region (code, name) VALUES ('310000', 'Shanghai');
INSERT INTO creditbank.institution (code, name, kind, region, url)
VALUES ('OUC', '$school', 'school', '310000', 'https://www.example.org/?a=1&b=<2>'), ('POST', E'Post\\x01\\x0b\\n', 'authority', NULL, NULL);
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('<LOG> & "1"', 'OUC', '$title', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits) VALUES ('<LOG> & "1"', 'course/OUC/LOG-101', '$title', 3);
SELECT creditbank.publish_rules(\$\$ rule_set 'log' version 1
	rule 'hours' when training/POST/* grant 1 cr per 16 hr
	rule 'cert' when cert/POST/1 grant course/OUC/LOG-101 2.5 cr \$\$);
SELECT account FROM creditbank.open_account('$name', '2023-01-01') \\gset
UPDATE creditbank.holder SET family_name = '$name', given_names = '$name', birth_date = '1990-02-28', student_numbers = '{"OUC": "2023 & 42"}' WHERE account_id = 1;
SELECT creditbank.deposit(:'account', c.class || '/POST/' || n, '2024-03-01', '$title', a, n::integer, '$grade', 96.5, '2034-01-01', '$grade',
	'{online,"<&>"}', creditbank.digest('x'), CASE WHEN a LIKE '%hr' THEN NULL ELSE 0.5 END, '$scale', 1, 33.33)
FROM unnest(ARRAY['course', 'degree', 'cert', 'training', 'patent', 'award', 'project', 'mentoring', 'work', 'internship']) AS c (class)
CROSS JOIN unnest(ARRAY['0.5 cr', '2.6667 ects', '40.5 hr', '7 pt', '10 cats', NULL]) WITH ORDINALITY AS u (a, n);
INSERT INTO creditbank.enrolment (account_id, programme, entered_on) VALUES (1, '<LOG> & "1"', '2023-09-01');
SELECT creditbank.recognise(:'account', a.ref::text) FROM creditbank.achievement AS a WHERE creditbank.class(a.ref) IN ('cert', 'training', 'course');
SELECT creditbank.convert(:'account', '<LOG> & "1"');
SQL
	my $all = psql($database, q(SELECT creditbank.elmo_document('00000000000195', language => 'zh-Hans', states => '{recognised,deposited}')));
	is(trouble($all), '', "$encoding: the whole file is valid");
	my @found = $all =~ /<learningOpportunitySpecification>/g;
	is(scalar @found, 60 + 1 + 7, "$encoding: and it is whole: 60 achievements, a programme, seven converted");
	my $escaped = $words[2] =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr;
	like($all, qr{<title xml:lang="zh-Hans">\Q$escaped\E</title>}, "$encoding: a title is as it was written");
	like($all, qr{<value>0\.5</value>.*<value>2\.6667</value>}s, "$encoding: half and third credits are exact");
	is(trouble(psql($database, q(SELECT creditbank.elmo_document('00000000000195', ARRAY['course/POST/1'])))), '', "$encoding: a part of it is valid");
	is(psql($database, q(DELETE FROM creditbank.holder)), '', "$encoding: the holder is erased");
	is(trouble(psql($database, q(SELECT creditbank.elmo_document('00000000000195')))), '', "$encoding: without a holder it is valid");
	system('dropdb', $database);
}
done_testing();
