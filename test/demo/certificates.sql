-- certificates.sql: what the four hold is certified, signed, printed, checked by a
-- stranger, and revoked when what it states is.

\echo
\echo '== 20. The key that certificates are signed with is made known; anybody may read it'
SET ROLE creditbank_owner;
SELECT creditbank.multikey(k.public_key) AS multikey
FROM creditbank.certificate_key() AS k
\gset
SET ROLE creditbank_admin;
SELECT creditbank.add_certificate_key(:'multikey');

\echo
\echo '== 21. Certificates (学习成果证明): of a whole file, of three exempted courses, of one award'
SET ROLE creditbank_registrar;
SELECT number AS worker_number, check_code AS worker_code
FROM creditbank.issue_certificate('00000000000292', language => 'zh')
\gset
SELECT number AS courier_number, check_code AS courier_code
FROM creditbank.issue_certificate('00000000000195', ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123'], language => 'zh')
\gset
SELECT number AS award_number, check_code AS award_code
FROM creditbank.issue_certificate('00000000000195', ARRAY['award/CN-UNION/SORTING-CONTEST#2024-P-17'], language => 'zh')
\gset
SELECT number AS care_number, check_code AS care_code
FROM creditbank.issue_certificate('00000000000389', language => 'zh')
\gset
SELECT number AS student_number, check_code AS student_code
FROM creditbank.issue_certificate('00000000000486', language => 'zh')
\gset
\echo 'Every eighth of the six hundred gets one, too'
SELECT count(c.number) AS issued
FROM crowd
CROSS JOIN LATERAL creditbank.issue_certificate(account, language => 'zh') AS c
WHERE n % 8 = 2;
\echo 'Sealed, each carries the proof that the ledger holds it'
SET ROLE creditbank_admin;
SELECT tree_size, new_entries
FROM creditbank.seal();
SET ROLE creditbank_registrar;
SELECT d ->> 'type' AS type, d #>> '{credentialSubject,achievement,name}' AS name, d #>> '{proof,0,cryptosuite}' AS cryptosuite,
	d #>> '{inclusionProof,leaf_index}' AS leaf
FROM creditbank.certificate(:'award_number') AS d;

\echo
\echo '== 22. A stranger checks one by its number and code, another by the document itself'
CREATE TEMP TABLE handed_over AS
SELECT creditbank.certificate(:'worker_number')::text AS document;
GRANT SELECT ON handed_over TO creditbank_verifier;
SET ROLE creditbank_verifier;
SELECT standing, holder, kind, title, original, amount, unit
FROM creditbank.verify_certificate(:'courier_number', :'courier_code');
SELECT v.check_name, v.passed
FROM handed_over AS h
CROSS JOIN LATERAL creditbank.verify_certificate(h.document) AS v;
\echo 'One letter altered, and the signature says so'
SELECT v.check_name, v.passed, v.found
FROM handed_over AS h
CROSS JOIN LATERAL creditbank.verify_certificate(replace(h.document, '李秀英', '李秀兰')) AS v
WHERE NOT v.passed;

\echo
\echo '== 23. An award is revoked: the certificate that states it is revoked with it'
SET ROLE creditbank_assessor;
SELECT state
FROM creditbank.revoke_achievement('00000000000195', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', 'the contest was annulled');
SET ROLE creditbank_verifier;
SELECT DISTINCT standing, why
FROM creditbank.verify_certificate(:'award_number', :'award_code');
