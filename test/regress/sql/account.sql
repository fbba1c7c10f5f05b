-- account: numbers with check digits, opening, bad input.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
\o
\set ECHO all

SELECT * FROM (VALUES (1), (2), (97), (123456789), (999999999999), (1000000000000), (0), (-1)) AS v (id), creditbank.account_number(id);
-- ISO 7064 MOD 97-10: read as a number, the whole leaves 1 when divided by 97.
SELECT count(*) AS wrong FROM generate_series(1, 5000) AS id WHERE creditbank.account_number(id)::numeric % 97 <> 1;
-- Every mistyped digit and every swap of neighbours is caught.
SELECT count(*) AS accepted_typos
FROM generate_series(1, 14) AS place, generate_series(0, 9) AS digit, (SELECT creditbank.account_number(4711) AS number) AS n
WHERE overlay(number PLACING digit::text FROM place FOR 1) <> number
	AND overlay(number PLACING digit::text FROM place FOR 1)::numeric % 97 = 1;
SELECT count(*) AS accepted_swaps
FROM generate_series(1, 13) AS place, generate_series(1, 500) AS id,
	LATERAL (SELECT creditbank.account_number(id) AS number) AS n,
	LATERAL (SELECT overlay(number PLACING substr(number, place + 1, 1) || substr(number, place, 1) FROM place FOR 2) AS swapped) AS s
WHERE swapped <> number AND swapped::numeric % 97 = 1;

SELECT account, account_id, seq, octet_length(entry_hash) FROM creditbank.open_account('王建国', '2024-01-02');
SELECT account, seq FROM creditbank.open_account(full_name => 'Li Xiuying');
SELECT account_id, opened_on = current_date AS today FROM creditbank.account ORDER BY account_id;
-- The commitment is what it says, and the ledger holds no name.
SELECT a.commitment = creditbank.digest(h.salt || convert_to(h.full_name, 'UTF8')) AS commits,
	e.detail = format('{"commitment": "%s"}', encode(a.commitment, 'hex')) AS in_the_ledger,
	octet_length(h.salt) AS salt_bytes
FROM creditbank.account AS a
JOIN creditbank.holder AS h USING (account_id)
JOIN creditbank.ledger_entry AS e USING (account_id)
ORDER BY a.account_id;
SELECT count(*) AS names_in_the_ledger FROM creditbank.ledger WHERE detail ~ '王建国|Xiuying';
-- A number is read with spaces and hyphens.
SELECT unit, balance FROM creditbank.balance(' 0000-0000 0001-95 ');
-- Erasing a holder leaves the ledger sound.
DELETE FROM creditbank.holder WHERE account_id = 1;
SELECT count(*) AS findings FROM creditbank.verify_ledger();

SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account(NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('   ') $$);
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SELECT creditbank.open_account('Li', current_date + 1) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.open_account('Li', '1899-12-31') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.open_account('Li', 'infinity') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.balance('00000000000295') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.balance('12') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.balance(NULL) $$);
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.balance(%L) $$, creditbank.account_number(3)));
-- Today is the bank's today, whatever a client makes of it.
SET TimeZone = 'Etc/GMT-14';
SELECT count(*) AS refused
FROM pg_temp.error_of($$ SELECT creditbank.open_account('Li', (now() AT TIME ZONE 'Etc/GMT-14')::date + 1) $$)
WHERE sqlstate_ = '22C04';
SET TimeZone = '<+160>-160';
SELECT message FROM pg_temp.error_of($$ SELECT creditbank.open_account('Li', current_date) $$);
RESET TimeZone;
-- Nothing of what was refused was written.
SELECT (SELECT count(*) FROM creditbank.account) AS accounts, (SELECT count(*) FROM creditbank.ledger) AS entries;
-- Nobody learns from two commitments that two holders have the same name.
SELECT count(*) AS opened FROM generate_series(1, 9) AS n, LATERAL creditbank.open_account('Zhao Min', date '2024-01-01' + n);
SELECT count(*) AS holders, count(DISTINCT h.salt) AS salts, count(DISTINCT a.commitment) AS commitments
FROM creditbank.holder AS h
JOIN creditbank.account AS a USING (account_id)
WHERE h.full_name = 'Zhao Min';
ROLLBACK;
