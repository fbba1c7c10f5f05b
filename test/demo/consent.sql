-- consent.sql: an employer sees what the courier agreed to, and nothing else; the
-- courier sees who looked.

\echo
\echo '== 24. The courier lets an employer see two things, twice, this month (授权)'
SET ROLE creditbank_registrar;
SELECT consent, code
FROM creditbank.give_consent('00000000000195', 'hiring of couriers', '{name,achievements}',
	valid_until => CURRENT_DATE + 30, uses => 2, grantee => '浦江快递', refs => '{cert/CN-POST/EXP-OPERATOR#2023-000123}')
\gset
SET ROLE creditbank_verifier;
SELECT ticket
FROM creditbank.ask_to_look(:'code', 'hiring of couriers')
\gset
SELECT jsonb_pretty(creditbank.look(:'ticket')) AS seen;
\echo 'Another purpose is refused'
\set ON_ERROR_STOP off
SELECT ticket
FROM creditbank.ask_to_look(:'code', 'advertising');
\set ON_ERROR_STOP on
\echo 'Each look (查阅) is an entry that the learner can read'
SET ROLE creditbank_registrar;
SELECT looked_by, grantee, purpose, fields, seq
FROM creditbank.looks('00000000000195');
SELECT state
FROM creditbank.revoke_consent('00000000000195', :consent, 'hired');
