# language: who says nothing is told things in the language of lc_messages, by
# explain_conversion and explain_decision, and who names one in that. The server
# knows a Chinese locale made for it in the test's folder. Promise: nothing is
# installed; where no locale can be made, this is skipped.
use strict;
use warnings;
use utf8;
use File::Spec::Functions 'rel2abs';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $locales = rel2abs(PostgreSQL::Test::Utils::tempdir());
plan skip_all => 'localedef cannot make zh_CN.UTF-8 here'
  if system("localedef -f UTF-8 -i zh_CN $locales/zh_CN.UTF-8 >/dev/null 2>&1") >> 8 > 1
  || !-e "$locales/zh_CN.UTF-8/LC_CTYPE";
$ENV{LOCPATH} = $locales;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION creditbank;
	CALL creditbank.create_bank('bank.example.org');
	INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school'), ('TC', 'Training centre', 'training');
	INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('P', 'OUC', 'Programme', 80);
	SELECT creditbank.publish_rules($$ rule_set 'r' version 1 programme 'P'
		rule 'hours' when any training/* attendance >= 80 grant 1 cr per 16 hr $$);
	SELECT creditbank.open_account('Wang Jianguo', '2024-01-01');
	SELECT creditbank.deposit('00000000000195', 'training/TC/A', '2024-01-01', 'A', '32 hr', attendance => 80);
	SELECT creditbank.deposit('00000000000195', 'training/TC/B', '2024-01-01', 'B', '16 hr', attendance => 72);
	SELECT creditbank.recognise('00000000000195', ref) FROM (VALUES ('training/TC/A'), ('training/TC/B')) AS v (ref);
	SELECT creditbank.convert('00000000000195', 'P')});

sub told
{
	my ($function, $language, $messages) = @_;
	my $named = $language ? ", language => '$language'" : '';
	my $said = $node->safe_psql('postgres',
		"SET lc_messages = '$messages';
		SELECT sentence FROM creditbank.$function$named) WHERE parameter = 'attendance' AND NOT passed");
	utf8::decode($said);
	return $said;
}

for my $function ("explain_conversion('00000000000195', 'P'", 'explain_decision(1')
{
	my $english = told($function, undef, 'C');
	my $chinese = told($function, undef, 'zh_CN.UTF-8');

	like($english, qr/attendance be at least 80%.*72%/, "$function): English, by the setting");
	like($chinese, qr/出勤率.*80%.*72%/, "$function): Chinese, by the setting");
	is(told($function, 'zh', 'C'), $chinese, "$function): Chinese, as asked");
	is(told($function, 'en', 'zh_CN.UTF-8'), $english, "$function): English, as asked");
}
$node->stop;
done_testing();
