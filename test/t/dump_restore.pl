# dump_restore: pg_dump and pg_restore of an open bank bring everything back,
# into a server that never saw the bank's roles, with the same key file; the
# restored bank verifies, works on, and its functions never run as superuser.
use strict;
use warnings;
use File::Spec;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
my $new = PostgreSQL::Test::Cluster->new('new');
$new->init;
my $key = $old->basedir . '/identity.key';
append_to_file($key, '5e' x 32);
chmod 0600, $key or die "$key: $!";
$_->append_conf('postgresql.conf', "creditbank.identity_key_file = '" . File::Spec->rel2abs($key) . "'") for $old, $new;
$old->start;
$new->start;

$old->safe_psql('postgres', 'CREATE DATABASE bank');
$old->safe_psql('bank', "CREATE EXTENSION creditbank; CALL creditbank.create_bank('dump.example.org')");
$old->safe_psql('bank', slurp_file('test/demo/registry.sql'));
$old->safe_psql('bank', q{
	SET ROLE creditbank_registrar;
	SELECT creditbank.open_account('Wang Jianguo', '2023-01-01');
	SELECT creditbank.deposit('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123', '2023-06-15');
	SELECT creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#1', '2024-03-20', amount => '48 hr', attendance => 90);
	SET ROLE creditbank_assessor;
	SELECT creditbank.recognise('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123');
	SET ROLE creditbank_registrar;
	SELECT creditbank.convert('00000000000195', 'OUC-LOGISTICS', as_of => '2024-10-01');
	SELECT creditbank.issue_certificate('00000000000195');
	SET ROLE creditbank_admin;
	SELECT creditbank.add_certificate_key('z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2');
	INSERT INTO creditbank.recognition_route (class, body) VALUES ('training', 'OUC');
	INSERT INTO creditbank.assessor (role_name, institution) VALUES ('creditbank_assessor', 'OUC');
	SET ROLE creditbank_registrar;
	SELECT creditbank.submit_achievement('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#1');
	SET ROLE creditbank_assessor;
	SELECT creditbank.return_achievement('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#1', 'more evidence');
	SET ROLE creditbank_registrar;
	SELECT creditbank.submit_achievement('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#1');
	SET ROLE creditbank_admin;
	SELECT creditbank.draft_rules('rule_set ''next'' version 1 rule ''a'' when any cert/* grant 1 cr');
	SELECT creditbank.withdraw_rules('anhui-industrial-workers', 1, '2038-12-31');
	SELECT creditbank.add_key(creditbank.verifier_key('dump.example.org', 'log', 'ed25519', sha256('')), 'log');
	SELECT creditbank.seal();
	SELECT creditbank.certificate_to_sign(number, 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2') FROM creditbank.certificates('00000000000195');
	INSERT INTO creditbank.region (code, name) VALUES ('420000000000', 'Hubei'), ('42', 'Hubei again') ON CONFLICT DO NOTHING;
	INSERT INTO creditbank.region (code, name) VALUES ('420100', 'Wuhan'), ('420102001000', 'Daxingjie');
	UPDATE creditbank.institution SET region = '420100' WHERE code = 'OUC';
	INSERT INTO creditbank.trainee_group VALUES ('pensioner', 'Pensioners', NULL);
	DELETE FROM creditbank.trainee_group WHERE code = 'registered_poor';
	INSERT INTO creditbank.level_framework VALUES ('EQF', 'European Qualifications Framework');
	INSERT INTO creditbank.framework_level (framework, name, level) VALUES ('EQF', '5', 6);
	INSERT INTO creditbank.standard (ref, title) VALUES ('cert/CN-POST/EXP-OPERATOR', 'Courier'), ('course/OUC/LOG-101', 'Express');
	INSERT INTO creditbank.standard_unit VALUES ('cert/CN-POST/EXP-OPERATOR', '1', 'Sorting', '20 hr'), ('course/OUC/LOG-101', '1', 'Sorting', '30 hr');
	INSERT INTO creditbank.standard_match VALUES ('cert/CN-POST/EXP-OPERATOR', '1', 'course/OUC/LOG-101', '1', 66.67);
	SELECT creditbank.open_account('Chen Jie', '2024-01-01', identity_number => '11010519491231002X', activated => false, region => '420102001000');
	SELECT creditbank.open_account('Chen Jie', '2024-01-01', trainee_group => 'pensioner');
	SELECT creditbank.set_student_number('00000000000389', 'OUC', '2024-0001');
	SELECT creditbank.enrol('00000000000389', 'OUC-LOGISTICS', '2024-03-01');
	SELECT creditbank.deposit('00000000000389', 'training/SH-TRAIN/PACKING', '2024-03-20', 'Packing', amount => '40 hr');
	SELECT creditbank.merge_accounts('00000000000389', '00000000000292', 'the same card');
	RESET ROLE;
	CREATE INDEX our_own_index ON creditbank.achievement (title);
	CREATE POLICY our_own_policy ON creditbank.achievement FOR SELECT TO creditbank_auditor USING (true);
	GRANT SELECT ON creditbank.achievement TO creditbank_analyst;
	COMMENT ON TABLE creditbank.decision IS 'our own comment';
});

# Everything a bank is made of: rows, definitions, owners, grants, comments.
sub whole_bank
{
	my ($node) = @_;
	my @tables = split /\n/, $node->safe_psql('bank', q{
		SELECT relname FROM pg_class
		WHERE relnamespace = 'creditbank'::regnamespace AND relkind = 'r' ORDER BY 1});
	my $whole = join "\n", map { "$_:\n" . $node->safe_psql('bank', "SELECT * FROM creditbank.$_ ORDER BY 1, 2") } @tables;
	$whole .= "\n" . $node->safe_psql('bank', $_) for (
		q{SELECT c.relname, c.relkind, pg_get_userbyid(c.relowner), array_to_string(ARRAY(SELECT unnest(c.relacl)::text ORDER BY 1), ' '), obj_description(c.oid, 'pg_class'), c.reloptions
			FROM pg_class AS c WHERE c.relnamespace = 'creditbank'::regnamespace ORDER BY 1},
		q{SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attstattarget, col_description(attrelid, attnum)
			FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'creditbank'::regnamespace AND attnum > 0 ORDER BY 1, 2},
		q{SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'creditbank'::regnamespace ORDER BY 1, 2},
		q{SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), obj_description(indexrelid, 'pg_class') FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'creditbank'::regnamespace ORDER BY 1},
		q{SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2},
		q{SELECT pg_get_viewdef('creditbank.ledger'::regclass)},
		q{SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'creditbank' ORDER BY 1},
		q{SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner), p.prosecdef, array_to_string(ARRAY(SELECT unnest(p.proacl)::text ORDER BY 1), ' ')
			FROM pg_proc AS p WHERE p.pronamespace = 'creditbank'::regnamespace ORDER BY 1},
		q{SELECT array_to_string(ARRAY(SELECT unnest(nspacl)::text ORDER BY 1), ' ') FROM pg_namespace WHERE nspname = 'creditbank'});
	return $whole;
}

my $before = whole_bank($old);
my $folder = PostgreSQL::Test::Utils::tempdir();
for my $format ('custom', 'plain')
{
	my $file = "$folder/bank.$format";
	$old->command_ok([ 'pg_dump', "--format=$format", '-f', $file, '-d', $old->connstr('bank') ], "pg_dump, $format");
	$new->safe_psql('postgres', 'CREATE DATABASE bank');
	if ($format eq 'custom')
	{
		$new->command_ok([ 'pg_restore', '--exit-on-error', '-d', $new->connstr('bank'), $file ], 'pg_restore');
	}
	else
	{
		$new->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $new->connstr('bank'), '-f', $file ], 'psql reads the plain dump');
	}
	is(whole_bank($new), $before, "$format: everything is back as it was");
	is($new->safe_psql('bank', 'SELECT * FROM creditbank.verify_ledger() UNION ALL SELECT * FROM creditbank.verify_archive()'), '', "$format: the restored ledger verifies");
	is($new->safe_psql('bank', q{SELECT count(*) FROM pg_proc WHERE pronamespace = 'creditbank'::regnamespace
		AND prosecdef AND pg_get_userbyid(proowner) <> 'creditbank_owner'}), '0', "$format: no function runs as superuser");
	is($new->safe_psql('bank', q{
		SET ROLE creditbank_registrar;
		SELECT account FROM creditbank.open_account('Li Xiuying', '2024-01-01');
		SELECT creditbank.find_account('11010519491231002X');
		SELECT seq FROM creditbank.deposit('00000000000195', 'course/OUC/MATH', '2024-01-01', 'Mathematics');
		SELECT state FROM creditbank.withdraw_achievement('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#1');
		SELECT outcome FROM creditbank.recognition_requests ORDER BY round;
		SELECT standing, document FROM creditbank.certificates('00000000000195');
		SELECT seq FROM creditbank.revoke_certificate((SELECT number FROM creditbank.certificates('00000000000195')), 'a mistake');}),
		"00000000000486\n00000000000292\n13\nwithdrawn\nreturned\nwithdrawn\nvalid|to be signed\n15", "$format: and the bank works on");
	is($new->safe_psql('bank', 'SELECT * FROM creditbank.verify_ledger() UNION ALL SELECT * FROM creditbank.verify_archive()'), '', "$format: and still verifies");
	my ($status, $out, $error) = $new->psql('bank', "CALL creditbank.create_bank('again.example.org')");
	like($error, qr/a bank is already open/, "$format: it is open, and opens only once");
	$new->safe_psql('postgres', 'DROP DATABASE bank');
}
$old->stop;
$new->stop;
done_testing();
