# settings: a bank that is installed, opened and used in a session whose settings
# are other than usual answers the same as any. Promise: the two databases differ
# in their settings only.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', q{
	CREATE DATABASE usual;
	CREATE DATABASE other;
	ALTER DATABASE other SET standard_conforming_strings = off;
	ALTER DATABASE other SET DateStyle = 'German, DMY';
	ALTER DATABASE other SET IntervalStyle = 'sql_standard';
	ALTER DATABASE other SET TimeZone = 'Pacific/Chatham';
	ALTER DATABASE other SET bytea_output = 'escape';
	ALTER DATABASE other SET extra_float_digits = -15;
	ALTER DATABASE other SET transform_null_equals = on;
	ALTER DATABASE other SET array_nulls = off;
	ALTER DATABASE other SET quote_all_identifiers = on;
	ALTER DATABASE other SET xmloption = 'document';
	ALTER DATABASE other SET xmlbinary = 'hex';
	ALTER DATABASE other SET search_path = ''});

# No statement here has a backslash or a date of its own format: what is read and
# shown is read and shown alike by both.
my $use = q{
	CREATE EXTENSION creditbank;
	CALL creditbank.create_bank('bank.example.org', time_zone => 'Asia/Shanghai');
	INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'Open University', 'school'), ('TC', 'Training centre', 'training');
	INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('P', 'OUC', 'Programme', 80);
	INSERT INTO creditbank.field_of_study (code, title) VALUES ('logistics', 'Logistics');
	INSERT INTO creditbank.field_of_study_pattern (field, pattern) VALUES ('logistics', 'training/TC/L*');
	INSERT INTO creditbank.code_list (scheme, list, title) VALUES ('own', 'courses.season', 'Seasons');
	SELECT FROM creditbank.publish_rules($$ rule_set 'r' version 1 programme 'P' effective 2020-01-01 ..
		rule 'hours' when any training/* grant 1 cr per 16 hr
		rule 'points' when any award/* grant 1200.5 pt $$);
	SELECT FROM creditbank.open_account('Wang Jianguo', '2024-01-01');
	SELECT FROM creditbank.deposit('00000000000195', 'training/TC/L1', '2024-01-01', 'Cold "chain"', '32 hr', attendance => 80, evidence => sha256('card'));
	SELECT FROM creditbank.deposit('00000000000195', 'award/TC/A1', '2024-01-02', 'First', tags => '{national}');
	SELECT FROM creditbank.recognise('00000000000195', 'training/TC/L1');
	SELECT FROM creditbank.recognise('00000000000195', 'award/TC/A1');
	SELECT FROM creditbank.convert('00000000000195', 'P');
	SELECT FROM creditbank.import_achievements('b', 'OUC', jsonb_build_array(jsonb_build_object('external_id', '1', 'account', '00000000000195',
		'ref', 'course/OUC/C', 'title', 'C', 'awarded_on', '2024-03-01', 'tags', 'online , national', 'evidence', chr(92) || 'x' || repeat('ab', 32))));
	SELECT FROM creditbank.refresh_statistics()};
my %shown = (
	'the file' => q{SELECT f FROM creditbank.lifelong_file('00000000000195') AS f},
	'evidence' => q{SELECT encode(e.digest, 'hex') AS digest FROM creditbank.evidence_of('00000000000195', 'course/OUC/C') AS e},
	'tags' => q{SELECT a.tags FROM creditbank.achievement AS a ORDER BY a.achievement_id},
	'what is converted' => q{SELECT e.sentence FROM creditbank.explain_decision(1, 'en') AS e},
	'points' => q{SELECT p FROM creditbank.points('00000000000195') AS p},
	'findings' => q{SELECT v FROM creditbank.verify_archive() AS v},
	'findings of the ledger' => q{SELECT v FROM creditbank.verify_ledger() AS v},
	'words' => q{SELECT t FROM creditbank.statistics_title AS t ORDER BY t.kind, t.code},
	'facts' => q{SELECT f.figure, f.class, f.institution, f.number FROM creditbank.counted_entry AS f ORDER BY f.seq},
	'a portrait' => q{SELECT p FROM creditbank.portrait('00000000000195', as_of => '2024-12-31', language => 'zh') AS p},
	'a picture' => q{SELECT creditbank.portrait_svg('00000000000195', 'timeline', as_of => '2024-12-31', language => 'zh') AS p},
	'a page' => q{SELECT creditbank.certificate_style('1', '2') AS s},
	'fields of study' => q{SELECT f.pattern FROM creditbank.field_of_study_pattern AS f},
	'rules by their text' => q{SELECT creditbank.rules_named(' rule_set r version 1')},
	'rules by a name' => q{SELECT creditbank.rules_named('r@1')},
	'key types' => q{SELECT encode(creditbank.key_type(r, a), 'hex') AS k FROM unnest('{log,witness}'::text[]) AS r, unnest('{ed25519,sm2}'::text[]) AS a ORDER BY r, a},
	'a line of a note' => q{SELECT creditbank.signature_line('k', 'abcd', NULL, 'signature') AS l},
	'a signature' => q{SELECT creditbank.add_signature(0, creditbank.signature_line('k', 'abcd', NULL, 'signature'))},
	'no signature' => q{SELECT creditbank.add_signature(0, '- k YWJjZA==')},
	'an export' => q{SELECT regexp_replace(creditbank.elmo_document('00000000000195', language => 'en')::text, '<(generatedDate|issueDate)>[^<]*', '', 'g') AS x},
	'texts' => q{SELECT creditbank.xml_text('a' || chr(1) || chr(92) || '<'), creditbank.xml_token(' a' || chr(9) || 'b'), creditbank.csv_line('a', 'b,c', 'd' || chr(10)),
		creditbank.figure_text(1234567.5), creditbank.in_groups('abcdefgh')},
	'a code' => q{SELECT creditbank.new_consent_code() ~ '^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$' AS c},
);

my %answers;
for my $database ('usual', 'other')
{
	my (undef, undef, $said) = $node->psql($database, $use, on_error_stop => 1);
	is($said, '', "$database: installed, opened and used without a word");
	for my $what (sort keys %shown)
	{
		# A session each, so that nothing was read by an earlier one.
		my (undef, $out, $error) = $node->psql($database, "\\set SHOW_CONTEXT never\nSELECT pg_catalog.to_jsonb(s) FROM ($shown{$what}) AS s");
		$answers{$database}{$what} = $out . $error =~ s/^psql:<stdin>:\d+: //mgr;
	}
}
for my $what (sort keys %shown)
{
	is($answers{other}{$what}, $answers{usual}{$what}, "$what: the same");
}
unlike($answers{usual}{$_}, qr/ERROR/, "$_: an answer") for grep { !/signature$/ && $_ ne 'rules by their text' } sort keys %shown;
like($answers{usual}{'a signature'}, qr/is not registered/, 'a signature: read, and by nobody');
unlike($answers{usual}{'no signature'}, qr/is not registered/, 'no signature: not read');
done_testing();
