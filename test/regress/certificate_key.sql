-- certificate_key.sql: a key file of the test's own, for its session, whatever the
-- server has: the key of RFC 8032, section 7.1, test 1, whose private half
-- everybody knows. remove_certificate_key.sql removes it.
SELECT '/tmp/creditbank_regress_' || gen_random_uuid() AS certificate_key_file \gset
SELECT format('umask 077 && cat >%s', :'certificate_key_file') AS make_certificate_key,
	format('cat >/dev/null; rm -f %s', :'certificate_key_file') AS remove_certificate_key \gset
COPY (
	VALUES
		('-----BEGIN PRIVATE KEY-----'),
		('MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g'),
		('-----END PRIVATE KEY-----')) TO PROGRAM :'make_certificate_key';
SET creditbank.certificate_key_file = :'certificate_key_file';
