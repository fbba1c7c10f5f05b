-- proof.sql: the ledger is verified, an entry altered behind the bank's back, and
-- found.

\echo
\echo '== 28. An auditor verifies the ledger (验证): no rows, nothing found'
SET ROLE creditbank_auditor;
SELECT *
FROM creditbank.verify_ledger()
UNION ALL
SELECT *
FROM creditbank.verify_archive();
\set ECHO none
\o /dev/null
SELECT pg_temp.must_hold(:ROW_COUNT = 0);
\o
\set ECHO queries
RESET ROLE;

\echo
\echo '== 29. Not even a superuser changes an entry in passing ...'
\set ON_ERROR_STOP off
UPDATE creditbank.ledger_entry
SET amount = '30 cr'
WHERE creditbank.account_number(account_id) = '00000000000195' AND seq = 9;
\set ON_ERROR_STOP on
\echo '... but one who takes the guard away can'
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
UPDATE creditbank.ledger_entry
SET amount = '30 cr'
WHERE creditbank.account_number(account_id) = '00000000000195' AND seq = 9;
ALTER TABLE creditbank.ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_never_changes;
ALTER TABLE creditbank.ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_never_emptied;

\echo
\echo '== 30. Verification names the account, the entry and the kind of break'
SET ROLE creditbank_auditor;
SELECT account, class, seq, entry_id, meaning
FROM creditbank.verify_ledger();
\set ECHO none
\o /dev/null
SELECT pg_temp.must_hold(string_agg(class || ' ' || seq, ', ' ORDER BY class) = 'altered_entry 9, differing_balance 18, unsealed_entry 9')
FROM creditbank.verify_account('00000000000195');
\o
\set ECHO queries
RESET ROLE;
