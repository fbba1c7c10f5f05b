# security: attacks on the installation and on the functions with the owner's
# rights, tried by roles without powers.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN; CREATE ROLE admin LOGIN; CREATE ROLE registrar LOGIN');

sub fresh_database
{
	my ($name) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name; GRANT CREATE ON DATABASE $name TO mallory");
	return $name;
}

sub error_of
{
	my ($database, $sql, @options) = @_;
	my ($status, $out, $error) = $node->psql($database, $sql, @options);
	return $status == 0 ? 'no error' : $error;
}

# A schema prepared by somebody else is not installed into.
my $database = fresh_database('prepared');
$node->safe_psql($database, 'SET ROLE mallory; CREATE SCHEMA creditbank');
like(error_of($database, 'CREATE EXTENSION creditbank'),
	qr/schema "creditbank" belongs to "mallory", who is not a superuser/, 'a schema of an ordinary role is refused');
$node->safe_psql($database, q{
	ALTER SCHEMA creditbank OWNER TO CURRENT_USER;
	CREATE FUNCTION creditbank.format(text, bigint) RETURNS text LANGUAGE sql AS 'SELECT current_user::text';});
like(error_of($database, 'CREATE EXTENSION creditbank'),
	qr/schema "creditbank" is not empty: it holds function (creditbank\.)?format/, 'a schema with something in it is refused');
is($node->safe_psql($database, q{SELECT count(*) FROM pg_extension WHERE extname = 'creditbank'}), '0', 'and nothing is installed');
$node->safe_psql($database, 'DROP FUNCTION creditbank.format(text, bigint); CREATE EXTENSION creditbank');
is($node->safe_psql($database, q{SELECT count(*) FROM pg_extension WHERE extname = 'creditbank'}), '1', 'an empty one of a superuser is fine');

# Roles prepared by somebody else are not taken over.
$database = fresh_database('roles');
for my $power ('LOGIN', 'CREATEROLE', 'SUPERUSER')
{
	$node->safe_psql('postgres', "ALTER ROLE creditbank_registrar $power");
	like(error_of($database, 'CREATE EXTENSION creditbank'),
		qr/role "creditbank_registrar" exists and can do more than a role of the bank may/, "a registrar with $power is refused");
	$node->safe_psql('postgres', "ALTER ROLE creditbank_registrar NO$power");
}
$node->safe_psql('postgres', 'GRANT creditbank_owner TO mallory');
like(error_of($database, 'CREATE EXTENSION creditbank'), qr/role "creditbank_owner" has members/, 'an owner with members is refused');
$node->safe_psql('postgres', 'REVOKE creditbank_owner FROM mallory');

# Only a superuser installs.
$database = fresh_database('installing');
like(error_of($database, 'SET ROLE mallory; CREATE EXTENSION creditbank'), qr/permission denied to create extension/, 'an ordinary role installs nothing');

# An admin without other powers opens the bank; what it makes belongs to the owner.
$node->safe_psql($database, 'CREATE EXTENSION creditbank; GRANT creditbank_admin TO admin; GRANT creditbank_registrar TO registrar');
like(error_of($database, q{SET ROLE mallory; CALL creditbank.create_bank('mallory.example.org')}), qr/permission denied for procedure create_bank/, 'nobody else opens a bank');
$node->safe_psql($database, q{CALL creditbank.create_bank('bank.example.org')}, extra_params => [ '-U', 'admin' ]);
is($node->safe_psql($database, q{SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'creditbank'::regnamespace AND relkind = 'r'}),
	'creditbank_owner', 'an admin opens the bank, and its tables belong to creditbank_owner');

# Names that a caller puts in the way are not looked at by functions with the
# owner's rights, nor temporary tables of the same names as the bank's.
my $in_the_way = q{
	CREATE SCHEMA mallory;
	SET search_path = mallory, pg_temp, pg_catalog;
	CREATE FUNCTION mallory.now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END$$;
	CREATE FUNCTION mallory.format(text, text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END$$;
	CREATE FUNCTION mallory.coalesced(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END$$;
	CREATE FUNCTION mallory.eq(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END$$;
	CREATE OPERATOR mallory.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = mallory.eq);
	CREATE TEMP TABLE achievement (achievement_id bigint);
	CREATE TEMP TABLE bank (singleton boolean);
};
$node->safe_psql('postgres', "GRANT CREATE ON DATABASE $database TO registrar");
is($node->safe_psql($database, $in_the_way . q{SELECT account FROM creditbank.open_account('Wang', '2024-01-01')}, extra_params => [ '-U', 'registrar' ]),
	'00000000000195', 'objects put in the way are passed by');
$node->safe_psql($database, q{INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'OUC', 'school')});
is($node->safe_psql($database, q{
	SET search_path = mallory, pg_temp, pg_catalog;
	SELECT state FROM creditbank.deposit('00000000000195', 'course/OUC/X', '2024-01-01', $$X'); DROP TABLE creditbank.holder; --$$, tags => ARRAY['a''b']);
	SELECT title FROM creditbank.lifelong_file('00000000000195')}, extra_params => [ '-U', 'registrar' ]),
	"deposited\nX'); DROP TABLE creditbank.holder; --", 'text stays text');

# What a role cannot do to the ledger, it cannot do by a detour either.
for my $attack (
	q{SELECT creditbank.append_entry(1, 'converted', '100 cr', NULL, CURRENT_DATE, NULL)},
	q{UPDATE creditbank.ledger_entry SET amount = '1 cr'},
	q{TRUNCATE creditbank.ledger_entry},
	q{ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER},
	q{DROP TRIGGER ledger_entry_never_changes ON creditbank.ledger_entry},
	q{CREATE FUNCTION creditbank.issuer(text) RETURNS text LANGUAGE sql AS $$SELECT 'X'$$},
	q{SET ROLE creditbank_owner},
	q{UPDATE creditbank.import_row SET title = full_name},
	q{INSERT INTO creditbank.import_row (full_name) VALUES ('Li') RETURNING full_name},
	q{INSERT INTO creditbank.import_row (batch, line, full_name) VALUES ('b', 1, 'Li') ON CONFLICT (batch, line) DO UPDATE SET title = import_row.full_name},
	q{COPY creditbank.import_row TO STDOUT},
	q{DELETE FROM creditbank.import_row WHERE full_name = 'Li'},
	q{CREATE TEMP TABLE t (identity_kind text, identity_number text, identity_hash bytea); CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION creditbank.hide_identity()},
	q{SELECT creditbank.identity_hash('other', '12345')},
	q{SELECT creditbank.identity_problem('other', '1234'); SHOW creditbank.identity_key_file},
	q{SELECT creditbank.identity_problem('other', '1234'); SET creditbank.identity_key_file = '/etc/passwd'},
	q{SELECT * FROM creditbank.identity_key},
	q{UPDATE creditbank.account_state SET may_convert = true},
	q{UPDATE creditbank.achievement_transition SET who = '{registrar}'},
	q{DELETE FROM creditbank.account_merger},
	q{UPDATE creditbank.standard_mapping SET overlap = 100},
	q{SELECT * FROM creditbank.holder})
{
	like(error_of($database, $attack, extra_params => [ '-U', 'registrar' ]), qr/permission denied|must be (owner|superuser)/, "a registrar cannot: $attack");
}
$node->stop;
done_testing();
