-- identity_key.sql: a key file of the test's own, for its session, whatever the
-- server has; remove_identity_key.sql removes it.
SELECT '/tmp/creditbank_regress_' || gen_random_uuid() AS identity_key_file \gset
SELECT format('umask 077 && cat >%s', :'identity_key_file') AS make_identity_key,
	format('cat >/dev/null; rm -f %s', :'identity_key_file') AS remove_identity_key \gset
COPY (SELECT repeat('0123456789abcdef', 4)) TO PROGRAM :'make_identity_key';
SET creditbank.identity_key_file = :'identity_key_file';
