# identity: what tests within one session cannot show. No identity number reaches
# the server's log, however it was passed and whatever went wrong; two who open
# accounts for one person at once end with one; a freeze holds for what was
# waiting for it; and the key file is read anew when the setting changes.
use strict;
use warnings;
use File::Spec::Functions 'rel2abs';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
my $key = rel2abs($node->basedir) . '/identity.key';

sub write_key
{
	my ($path, $content) = @_;
	open my $file, '>', $path or die "$path: $!";
	print $file "$content\n";
	close $file;
	chmod 0600, $path or die "$path: $!";
	return $path;
}

write_key($key, '5e' x 32);
# Everything that the server would log of a failed statement.
$node->append_conf('postgresql.conf', qq{
	creditbank.identity_key_file = '$key'
	log_min_error_statement = error
	log_parameter_max_length_on_error = -1
	log_error_verbosity = verbose
	log_statement = none
	log_min_duration_statement = -1
});
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION creditbank;
	CALL creditbank.create_bank('bank.example.org');
	CREATE ROLE registrar LOGIN IN ROLE creditbank_registrar;
	SELECT creditbank.open_account('Chen Jie', '2024-01-01', '11010519491231002X')});

# what a statement left in the log
sub logged
{
	my ($sql) = @_;
	my $before = -s $node->logfile;
	my ($code, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', 'registrar' ]);
	return (slurp_file($node->logfile, $before), $err);
}

my $valid = '11010519491231002X';
my $wrong = '110105194912310021';
my @failing = (
	[ 'a wrong number', "SELECT creditbank.open_account('Li', NULL, '$wrong')", 'its check character|Its check character' ],
	[ 'a person who has an account', "SELECT creditbank.open_account('Li', NULL, '$valid')", 'this person has an account' ],
	[ 'the old form', "SELECT creditbank.open_account('Li', NULL, '110105491231002')", 'this person has an account' ],
	[ 'another error after the number', "SELECT creditbank.open_account('', NULL, '810000199408230021', 'residence_permit')", 'needs its holder' ],
	[ 'the number as the kind', "SELECT creditbank.open_account('Li', NULL, 'resident_id', '$valid')", 'kind of an identity number' ],
	[ 'an unknown account', "SELECT creditbank.identify_holder('1', '$valid')", 'account "1" is not known' ],
	[ 'a search', "SELECT creditbank.find_account('$wrong')", 'Its check character' ],
	[ 'a file that is not one', "SELECT creditbank.shanghai_csv('x', 'OUC', identities => '{\"1\": \"$valid\"}')", 'there is no file' ],
	[ 'a file of nobody', "SELECT creditbank.shanghai_csv('courses', 'OUC', identities => '{\"1\": \"$valid\"}')", 'is not in the registry' ],
	[ 'rows of nobody', "SELECT creditbank.shanghai_courses('OUC', identities => '{\"1\": \"$valid\"}')", 'is not in the registry' ],
	[ 'problems of a file that is not one', "SELECT creditbank.shanghai_problems('x', 'OUC', identities => '{\"1\": \"$valid\"}')", 'there is no file' ],
	[ 'a question of form', "SELECT 1 / (creditbank.resident_id_problem('$valid') IS NOT NULL)::integer", 'division by zero' ],
	[ 'a number in place of an account', "SELECT creditbank.balance('$wrong')", 'looks like an identity number' ],
	[ 'a number as a student number', "SELECT creditbank.set_student_number('1', 'OUC', 'G$valid')", 'is not noted' ],
	[ 'a hash', "SELECT creditbank.identity_hash('resident_id', '$valid')", 'permission denied' ],
	[ 'a parameter', "PREPARE p(text) AS SELECT creditbank.find_account(\$1); EXECUTE p('$wrong')", 'Its check character' ],
	[ 'a bound parameter', "SELECT creditbank.find_account(\$1) \\bind '$wrong' \\g\n", 'Its check character' ],
);
my $psql_version = (`psql --version` =~ /(\d+)/)[0];
for my $case (@failing)
{
	my ($what, $sql, $expected) = @$case;
SKIP:
	{
		skip 'psql 16 and later bind parameters', 2 if $sql =~ /\\bind/ && $psql_version < 16;
		my ($log, $told) = logged($sql);
		like($told . $log, qr/$expected/, "$what: fails as it should");
		if ($what eq 'a hash')
		{
			# The server refuses before the function is reached.
			unlike($told, qr/$valid/, "$what: is not told");
		}
		else
		{
			# Who sent a statement or its parameters is shown the place in them.
			unlike($log . $told =~ s/^(?:LINE|unnamed portal with parameters:) .*$//mgr, qr/110105|810000|491231/, "$what: the number is neither logged nor told");
		}
	}
}
my ($log) = logged("SELECT creditbank.balance('1$wrong')");
like($log, qr/STATEMENT:.*\Q1$wrong\E/, 'other statements are logged as ever');

# At once, for one person: the second waits for the first.
my $first = $node->background_psql('postgres');
$first->query_safe(q{BEGIN});
$first->query_safe(q{SELECT creditbank.open_account('Wang', '2024-01-01', 'E12345678', 'passport')});
my $second = $node->background_psql('postgres', on_error_stop => 0);
$second->query_until(qr/going/, "\\echo going\nSELECT creditbank.open_account('Wang', '2024-01-01', 'e1234 5678', 'passport');\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'}), 'the second waits');
$first->query_safe('COMMIT');
$first->quit;
$second->query('SELECT 1');
like($second->{stderr}, qr/this person has an account/, 'and is refused');
$second->quit;
is($node->safe_psql('postgres', q{SELECT count(*) FROM creditbank.holder WHERE identity_kind = 'passport'}), 1, 'there is one account');
is($node->safe_psql('postgres', q{SELECT count(*) FROM creditbank.verify_archive()}), 0, 'nothing is found');

# A conversion or deposit that waits for a freeze finds the account frozen.
my $account = $node->safe_psql('postgres', q{SELECT account FROM creditbank.open_account('Zhao', '2024-01-01')});
$first = $node->background_psql('postgres');
$first->query_safe('BEGIN');
$first->query_safe("SELECT state FROM creditbank.freeze_account('$account', 'under inquiry')");
$second = $node->background_psql('postgres', on_error_stop => 0);
$second->query_until(qr/going/, "\\echo going\nSELECT creditbank.deposit('$account', 'course/OUC/X', '2024-01-01', 'X');\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'}), 'a deposit waits for a freeze');
$first->query_safe('COMMIT');
$first->quit;
$second->query('SELECT 1');
like($second->{stderr}, qr/account $account is frozen/, 'and is refused');
$second->quit;

# The key of a statement under way follows the setting.
my $other = write_key("$key.other", 'a7' x 32);
my ($code, $out, $err) = $node->psql('postgres', qq{
	SELECT count(DISTINCT creditbank.identity_hash('passport', n)) FROM unnest(ARRAY['E12345678', 'e 1234-5678']) AS n;
	PREPARE hash(text) AS SELECT octet_length(creditbank.identity_hash('passport', \$1));
	EXECUTE hash('E12345678');
	SET creditbank.identity_key_file = '$other';
	EXECUTE hash('E12345678');
}, on_error_stop => 1);
is($out, "1\n32", 'one key hashes');
like($err, qr/23C36|not the one/, 'another is refused');
unlike($err, qr/\Q$key\E/, 'its path is not told');
done_testing();
