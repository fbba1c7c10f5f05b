-- open_bank.sql: opens a bank with the registry of the demo, inside the
-- transaction of the test that includes it, so that rolling back removes it.
\i test/regress/error_of.sql
CALL creditbank.create_bank(origin => 'test.example.org', ledger_id => '00112233-4455-6677-8899-aabbccddeeff');
\i test/demo/registry.sql
