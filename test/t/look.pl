# look: what tests within one server's good day cannot show. Whoever was shown
# something has left an entry, also when the server crashes right after or the
# transaction was only prepared; and no code or ticket reaches the server's log.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', q{
	log_min_error_statement = error
	log_parameter_max_length_on_error = -1
	log_error_verbosity = verbose
	log_statement = none
	log_min_duration_statement = -1
	max_prepared_transactions = 2
	fsync = on
});
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION creditbank;
	CALL creditbank.create_bank('bank.example.org');
	CREATE ROLE employer LOGIN IN ROLE creditbank_verifier;
	CREATE ROLE rival LOGIN IN ROLE creditbank_verifier;
	CREATE ROLE school LOGIN;
	GRANT USAGE ON SCHEMA creditbank TO school;
	GRANT EXECUTE ON FUNCTION creditbank.ask_to_look, creditbank.look, creditbank.look_values TO school;
	GRANT EXECUTE ON PROCEDURE creditbank.look_up TO school;
	SELECT creditbank.open_account('Chen Jie', '2024-01-01')});

sub code_for
{
	my ($purpose, @more) = @_;
	my $arguments = join ', ', "'00000000000195'", "'$purpose'", q('{name}'), 'CURRENT_DATE + 30', @more;
	return $node->safe_psql('postgres', "SELECT code FROM creditbank.give_consent($arguments)");
}

# what the employer is told: exit code, output, errors
sub employer
{
	my ($sql) = @_;
	return $node->psql('postgres', $sql, extra_params => [ '-U', 'employer' ]);
}

# a look asked for, and with the ticket a look at what is shown, by another login with the same role
sub ask_as
{
	my ($login, $sql) = @_;
	return $node->psql('postgres', "SET ROLE creditbank_verifier; $sql", extra_params => [ '-U', $login ]);
}

sub looks
{
	return $node->safe_psql('postgres', q{SELECT count(*) FROM creditbank.looks('00000000000195')});
}

# A look, then a crash: it stays on record.
my $code = code_for('Hiring');
my (undef, $shown) = employer("CALL creditbank.look_up('$code', 'Hiring')");
$node->stop('immediate');
$node->start;
like($shown, qr/"name": "Chen Jie"/, 'the name is shown');
is(looks(), '1', 'and who was shown it is on record after a crash');
is($node->safe_psql('postgres', q{SELECT looked_by, login FROM creditbank.looks('00000000000195')}), 'employer|employer', 'by name');
employer("SET ROLE creditbank_verifier; CALL creditbank.look_up('" . code_for('Study') . "', 'Study')");
is($node->safe_psql('postgres', q{SELECT looked_by, login FROM creditbank.looks('00000000000195') WHERE purpose = 'Study'}),
	'creditbank_verifier|employer', 'also of who took another role');

# A ticket is for who asked: another login with the same role is not who the learner reads of.
my (undef, $given) = ask_as('employer', "SELECT ticket FROM creditbank.ask_to_look('" . code_for('Trust') . "', 'Trust')");
my (undef, $seen, $refusal) = ask_as('rival', "SELECT creditbank.look('$given')");
like($refusal, qr/no consent of a learner covers this look/, 'a ticket that was handed on shows nothing');
is($seen, '', 'nothing at all');
(undef, $seen) = ask_as('employer', "SELECT creditbank.look('$given') ->> 'name'");
is($seen, 'Chen Jie', 'and to who asked, it does');

# The right to look is enough, without the role that may verify.
(undef, $seen) = $node->psql('postgres', "CALL creditbank.look_up('" . code_for('Enrolment') . "', 'Enrolment')", extra_params => [ '-U', 'school' ]);
like($seen, qr/"name": "Chen Jie"/, 'who was granted the functions alone looks');
(undef, undef, $refusal) = $node->psql('postgres', 'SELECT creditbank.verify_archive()', extra_params => [ '-U', 'school' ]);
like($refusal, qr/permission denied/, 'and does nothing else');
is(looks(), '4', 'all of that is on record');

# Statements sent together are one transaction, like a block.
my ($status, $out, $error) = employer("SELECT 1\\; CALL creditbank.look_up('$code', 'Hiring')");
like($error, qr/invalid transaction termination/, 'look_up is refused among statements sent together');
unlike($out, qr/Chen Jie/, 'and shows nothing');
is(looks(), '4', 'nor does it leave a look');

# A transaction that is prepared can still be rolled back.
my (undef, $ticket) = employer("BEGIN; SELECT ticket FROM creditbank.ask_to_look('$code', 'Hiring'); PREPARE TRANSACTION 'asked'");
(undef, $out, $error) = employer("SELECT creditbank.look('$ticket')");
like($error, qr/no consent of a learner covers this look/, 'a ticket of a prepared transaction shows nothing');
is($out, '', 'nothing at all');
employer("ROLLBACK PREPARED 'asked'");
(undef, $out, $error) = employer("SELECT creditbank.look('$ticket')");
like($error, qr/no consent of a learner covers this look/, 'nor does it when that was rolled back');
(undef, $ticket) = employer("BEGIN; SELECT ticket FROM creditbank.ask_to_look('$code', 'Hiring'); PREPARE TRANSACTION 'asked'");
employer("COMMIT PREPARED 'asked'");
(undef, $out) = employer("SELECT creditbank.look('$ticket') ->> 'name'");
is($out, 'Chen Jie', 'committed, it does');
is(looks(), '5', 'and the look is on record');

# A reader who asks to be told everything, and rolls back, is told nothing. Plans
# show constants as bytes.
my $bytes = join ' ', unpack 'C*', 'Chen Jie';
my $told = 'SET client_min_messages = log; SET debug_print_parse = on; SET debug_print_rewritten = on; SET debug_print_plan = on; SET debug_pretty_print = off';
($status, $ticket, $error) = employer("$told; BEGIN; SELECT ticket FROM creditbank.ask_to_look('$code', 'Hiring'); ROLLBACK");
isnt($ticket, '', 'a ticket is given');
is(scalar(() = $error =~ /LOG:  plan:/g), 1, 'and the plan of its own statement told');
unlike($error =~ s/\s+/ /gr, qr/\b$bytes\b|Chen Jie/, 'but nothing of the learner');
(undef, $ticket) = employer("SELECT ticket FROM creditbank.ask_to_look('$code', 'Hiring')");
(undef, undef, $error) = employer("$told; SELECT length(creditbank.look('$ticket')::text)");
like($error =~ s/\s+/ /gr, qr/\b$bytes\b/, 'once on record, plans tell what look shows');
is(looks(), '6', 'and it is on record');

# Neither codes nor tickets reach the log, whatever goes wrong.
my $from = -s $node->logfile;
my $once = code_for('Study', 1);
employer("SELECT creditbank.ask_to_look('$code', 'Advertising')");
employer("CALL creditbank.look_up('$code', 'Advertising')");
employer("SELECT creditbank.ask_to_look('$code', 'Hiring', 'fr')");
employer("CALL creditbank.look_up('$code', 'Hiring', language => 'fr')");
employer("BEGIN; SELECT 1; CALL creditbank.look_up('$code', 'Hiring'); COMMIT");
employer("CALL creditbank.look_up('$once', 'Study')");
employer("CALL creditbank.look_up('$once', 'Study')");
employer("SELECT length(creditbank.look('$ticket') ->> 'name') / 0");
employer("SELECT creditbank.look(a.ticket) FROM creditbank.ask_to_look('$code', 'Hiring') AS a");
$node->safe_psql('postgres', q{SELECT creditbank.revoke_consent('00000000000195', 1)});
employer("SELECT creditbank.look('$ticket')");
employer("SELECT creditbank.look_values('$ticket')");
my $log = slurp_file($node->logfile, $from);
like($log, qr/23C40.*no consent of a learner covers this look/, 'the log tells that looks were refused');
unlike($log, qr/\Q$_\E/, 'and holds no secret') for ($code, $once, $ticket);
done_testing();
