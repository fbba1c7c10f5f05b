-- digest: published vectors. FIPS 180-4 example "abc"; GB/T 32905-2016, appendix A.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SELECT encode(creditbank.digest('abc'), 'hex') = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' AS sha256;
SELECT encode(creditbank.digest('abc', 'sm3-sm2'), 'hex') = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0' AS sm3;
SELECT encode(creditbank.digest(''), 'hex');
SELECT creditbank.digest(NULL) IS NULL AS null_in_null_out;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.digest('abc', 'md5') $$);
