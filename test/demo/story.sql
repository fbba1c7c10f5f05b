-- story.sql: the story that make demo tells of four learners, step by step: each
-- has a file of their own beside this one. What must hold is checked; a story
-- that goes wrong ends with an error. All people and numbers are made up.

\set ECHO none
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.must_hold(held boolean)
RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	IF held IS NOT TRUE THEN
		RAISE EXCEPTION 'the story went wrong here';
	END IF;
	RETURN 'as it should be';
END
$$;
\set ECHO queries
\echo
\echo '== 1. A DBA installs the extension and opens the bank (两条命令开行)'
CREATE EXTENSION creditbank;
CALL creditbank.create_bank(origin => 'demo.creditbank.example', name => '浦江终身学习学分银行');

\echo
\echo '== 2. The registry is filled: institutions, catalogue, programmes, published rules'
\set ECHO none
\i test/demo/registry.sql
\i test/demo/registry_services.sql
\set ECHO queries
SELECT code, title, credits
FROM creditbank.programme
ORDER BY code;
\echo 'The rules that the courier meets, as they were published:'
\pset format unaligned
\pset tuples_only on
SELECT rules
FROM creditbank.rule_book
WHERE name = 'ouc-logistics';
\pset format aligned
\pset tuples_only off


\i test/demo/courier.sql
\i test/demo/worker.sql
\i test/demo/home_care.sql
\i test/demo/student.sql
\i test/demo/crowd.sql
\i test/demo/certificates.sql
\i test/demo/consent.sql
\i test/demo/portrait.sql
\i test/demo/figures.sql
\i test/demo/pages.sql
\i test/demo/proof.sql
