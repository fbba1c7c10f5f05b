-- certificate_key.sql: a key file of the test's own, for its session, whatever the
-- server has; remove_certificate_key.sql removes it. The key is the one of the test
-- vectors of W3C, Data Integrity EdDSA Cryptosuites v1.0, published there: it signs
-- nothing but tests.
SELECT '/tmp/creditbank_regress_' || gen_random_uuid() AS certificate_key_file \gset
SELECT format('umask 077 && cat >%s', :'certificate_key_file') AS make_certificate_key,
	format('cat >/dev/null; rm -f %s', :'certificate_key_file') AS remove_certificate_key \gset
COPY (VALUES ('-----BEGIN PRIVATE KEY-----'),
	(encode('\x302e020100300506032b657004220420' || substr(creditbank.multibase_decode('z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq'), 3), 'base64')),
	('-----END PRIVATE KEY-----')) TO PROGRAM :'make_certificate_key';
SET creditbank.certificate_key_file = :'certificate_key_file';
