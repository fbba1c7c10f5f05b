-- certificate: what is issued, what it states, how it is secured, checked,
-- suspended and revoked, and what the ledger says of it. What is signed was
-- committed before, so this test has a database of its own.
\set ECHO none
\o /dev/null
SET client_min_messages = warning;
SELECT current_database() AS before \gset
CREATE DATABASE creditbank_certificate;
\c creditbank_certificate
CREATE EXTENSION creditbank;
\i test/regress/error_of.sql
\i test/regress/certificate_key.sql
\o
\set ECHO all
SELECT e.* FROM pg_temp.error_of('SELECT creditbank.issue_certificate(''00000000000195'')') AS e;
\set ECHO none
\o /dev/null
CALL creditbank.create_bank(origin => 'test.example.org', time_zone => 'Asia/Shanghai');
INSERT INTO creditbank.institution (code, name, kind)
VALUES ('OUC', 'Open University', 'school'), ('POST', 'Post Office', 'authority');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG', 'OUC', 'Logistics', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits) VALUES ('LOG', 'course/OUC/LOG-101', 'Express & parcels', 3);
SELECT creditbank.publish_rules($$ rule_set 'log' version 1
	rule 'hours & more' when training/POST/* grant 1 cr per 16 hr, leftover keep
	rule 'driver' when cert/POST/DRIVER grant course/OUC/LOG-101 2.5 cr $$);
SELECT account AS one FROM creditbank.open_account('Wang Jianguo', '2023-01-01') \gset
SELECT account AS two FROM creditbank.open_account('Li Xiuying', '2023-01-01') \gset
SELECT creditbank.deposit(:'one', 'cert/POST/DRIVER#2', '2024-03-01', 'Driver', '8', level => 3, grade => 'A', scale => 'letters', expires_on => '2094-01-01');
SELECT creditbank.deposit(:'one', 'training/POST/SAFETY', '2024-02-01', 'Safety', '40.5 hr', attendance => 96.5);
SELECT creditbank.deposit(:'one', 'course/OUC/MATH', '2022-01-10', 'Mathematics', '2.6667 ects', grade => '88', hours => 45);
SELECT creditbank.deposit(:'one', 'cert/POST/OLD', '2010-01-10', 'Old one', '1', expires_on => '2015-01-10');
SELECT creditbank.deposit(:'one', 'patent/POST/P', '2024-05-03', 'Patent');
SELECT creditbank.recognise(:'one', 'cert/POST/DRIVER#2', amount => '7.5');
SELECT creditbank.recognise(:'one', r) FROM unnest(ARRAY['training/POST/SAFETY', 'course/OUC/MATH', 'cert/POST/OLD']) AS r;
SELECT creditbank.convert(:'one', 'LOG');
SELECT creditbank.multikey(public_key) AS multikey FROM creditbank.certificate_key() \gset
-- masked(text): without what changes from run to run
CREATE FUNCTION pg_temp.masked(value text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(value, to_char(creditbank.today(), 'YYYY-MM-DD'), 'TODAY'),
		'\m[0-9]{18}\M', 'NUMBER', 'g'), '\m[0-9a-f]{64}\M', 'DIGEST', 'g'), 'T[0-9:]{8}(Z|[+-][0-9:]{5})', 'TIME', 'g'),
		'"status": \[1, [0-9]+\]', '"status": [1, PLACE]', 'g') $$;
-- checks(document): what verify_certificate finds, but for what passed
CREATE FUNCTION pg_temp.failed(document text) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(pg_temp.masked(format('%s%s: %s', check_name, CASE WHEN passed IS NULL THEN '?' END, found)), '; '), 'good')
	FROM creditbank.verify_certificate(document) WITH ORDINALITY
	WHERE passed IS NOT TRUE $$;
-- findings(): what verification finds in the books
CREATE FUNCTION pg_temp.findings() RETURNS TABLE (class text, seq bigint, expected text, found text) LANGUAGE sql AS $$
	SELECT class, seq, pg_temp.masked(expected), pg_temp.masked(found)
	FROM creditbank.verify_archive() WHERE class <> 'differing_head' $$;
\o
\set ECHO all

-- The number: a year, twelve digits at random, two that check them.
SELECT n AS number, creditbank.certificate_number_problem(n) AS problem
FROM unnest(ARRAY['202600000000000002', '2026-0000 0000 0000-0002', '206200000000000002', '02600000000000002', '20260000000000000x', '', NULL]) AS n;
SELECT count(DISTINCT d.number) AS numbers, count(DISTINCT d.check_code) AS codes, count(DISTINCT d.status_index) > 900 AS places_differ,
	bool_and(creditbank.certificate_number_problem(d.number) IS NULL) AS numbers_check, bool_and(d.check_code ~ '^[0-9A-HJKMNP-TV-Z]{8}$') AS codes_fit,
	min(d.status_index) >= 0 AND max(d.status_index) < 131072 AS in_the_list, bool_and(left(d.number, 4) = to_char(creditbank.today(), 'YYYY')) AS of_the_year
FROM (SELECT (creditbank.draw_certificate()).* FROM generate_series(1, 1000)) AS d;

-- A list is left once three quarters of its places are taken; they are counted only when free ones are hard to hit.
BEGIN;
SELECT creditbank.open_status_list(0) AS first;
INSERT INTO creditbank.certificate (number, account_id, scope, status_list, status_index, check_code, names_holder, issued_on, digest, seq)
SELECT n || lpad((98 - (n::numeric * 100) % 97)::text, 2, '0'), 1, 'file', 1, i, '00000000', true, '2026-01-01', sha256('x'), 1000000 + i
FROM generate_series(0, 98302) AS i CROSS JOIN LATERAL (SELECT '2026' || lpad(i::text, 12, '0')) AS v (n);
SELECT creditbank.open_status_list(9) AS one_more;
INSERT INTO creditbank.certificate (number, account_id, scope, status_list, status_index, check_code, names_holder, issued_on, digest, seq)
VALUES ('202700000000000046', 1, 'file', 1, 131071, '00000000', true, '2026-01-01', sha256('x'), 2000000);
SELECT creditbank.open_status_list(4) AS not_counted, creditbank.open_status_list(5) AS the_next;
SELECT number AS n0 FROM creditbank.issue_certificate(:'one') \gset
SELECT status_list FROM creditbank.certificate WHERE number = :'n0';
ROLLBACK;

-- Issued: of one achievement, one converted credit, a selection, the whole file.
SELECT number AS n1, check_code AS c1, scope, state, seq, octet_length(digest) AS digest, octet_length(entry_hash) AS entry_hash
FROM creditbank.issue_certificate(:'one', '{cert/POST/DRIVER#2}', false) \gset
SELECT :'scope' AS scope, :'state' AS state, :seq AS seq, :digest AS digest, :entry_hash AS entry_hash;
SELECT number AS n2, check_code AS c2, scope FROM creditbank.issue_certificate(:'one', '{course/OUC/LOG-101}', language => 'en') \gset
SELECT :'scope' AS scope;
-- A course that was granted is meant, where the account holds it no longer.
BEGIN;
SELECT state AS deposited FROM creditbank.deposit(:'one', 'course/OUC/LOG-101', '2024-05-01', 'Express');
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.issue_certificate(%L, ''{course/OUC/LOG-101}'')', :'one')) AS e;
SELECT state FROM creditbank.withdraw_achievement(:'one', 'course/OUC/LOG-101', 'granted already');
SELECT scope FROM creditbank.issue_certificate(:'one', '{course/OUC/LOG-101}');
ROLLBACK;
SELECT number AS n3, check_code AS c3, scope FROM creditbank.issue_certificate(:'one', '{training/POST/SAFETY,course/OUC/LOG-101,course/OUC/MATH}', expires_on => '2090-12-31') \gset
SELECT :'scope' AS scope;
SELECT number AS n4, check_code AS c4, scope FROM creditbank.issue_certificate(:'one', include_name => false) \gset
SELECT :'scope' AS scope;
-- A title that the bank makes itself is in the language of the others.
BEGIN;
SELECT count(i.number) AS issued FROM unnest(ARRAY['zh-CN', 'zh', 'de', 'en', NULL]) AS v (language) CROSS JOIN LATERAL creditbank.issue_certificate(:'one', language => v.language) AS i;
SELECT coalesce(c.language, 'none') AS language, l.title, strpos(c.document, to_json(l.title)::text) > 0 AS in_the_document
FROM creditbank.certificate AS c JOIN creditbank.certificate_line AS l ON l.number = c.number AND l.kind = 'conversion' AND l.ref IS NULL
WHERE c.names_holder AND c.scope = 'file' ORDER BY c.seq;
SELECT language, s ->> 'title' AS shown_by_consent FROM unnest(ARRAY['zh', 'en']) AS language, jsonb_array_elements(creditbank.shown_conversions(creditbank.account_id(:'one'), '{achievements,conversions}', NULL, language)) AS s WHERE s ->> 'course' IS NULL;
ROLLBACK;
SELECT c.scope, l.line, l.kind, l.ref, l.title, l.amount, l.unit, l.level, l.programme, replace(l.dated_on::text, creditbank.today()::text, 'TODAY') AS dated_on, l.seq
FROM creditbank.certificate_lines AS l JOIN creditbank.certificates AS c ON c.number = l.number
ORDER BY c.seq, l.line;
SELECT seq, kind, pg_temp.masked(detail) AS detail
FROM creditbank.ledger WHERE kind LIKE 'certificate%' ORDER BY seq;

-- What the statement is.
SELECT pg_temp.masked(jsonb_pretty(document::jsonb - '{id,certificateNumber,credentialStatus,suspensionStatus,validFrom,credentialSchema}'::text[]
	#- '{credentialSubject,achievement,resultDescription}' #- '{credentialSubject,result}'))
FROM creditbank.certificate WHERE number = :'n2';
SELECT c.scope, d ->> 'type' AS type, d -> 'partial' AS partial, d ->> 'certificateNumber' = c.number AS its_number, d ->> 'id' ~ '^urn:uuid:' AS id,
	d #>> '{credentialStatus,statusListIndex}' = c.status_index::text AND d #>> '{suspensionStatus,statusListIndex}' = c.status_index::text AS its_place,
	d ->> 'validUntil' AS valid_until, jsonb_array_length(d -> 'stated') AS stated, d::text LIKE '%Jianguo%' AS named,
	c.digest = creditbank.digest(creditbank.canonical_json_bytes(d)) AS digest, d ? 'proof' OR d ? 'inclusionProof' AS secured
FROM creditbank.certificate AS c CROSS JOIN LATERAL (SELECT c.document::jsonb) AS s (d) ORDER BY c.seq;
SELECT document::jsonb #- '{stated,0,convertedOn}' -> 'stated' -> 0 AS a_converted_credit FROM creditbank.certificate WHERE number = :'n2';
SELECT document::jsonb -> 'stated' -> 0 AS an_achievement FROM creditbank.certificate WHERE number = :'n1';

-- Before it is sealed there is no document; without a registered key there is none.
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.certificate(%L)', :'n1')) AS e;
SELECT tree_size > 10 AS sealed FROM creditbank.seal();
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.certificate(%L)', :'n1')) AS e;
SELECT creditbank.add_certificate_key(:'multikey');
SELECT creditbank.certificate(:'n1')::text AS document1 \gset
SELECT creditbank.certificate(:'n4')::text AS document4 \gset
SELECT :'document1' = creditbank.certificate(:'n1')::text AS the_same, pg_temp.failed(:'document1') AS checks;
SELECT check_name, passed, regexp_replace(regexp_replace(pg_temp.masked(found), 'z6Mk\w+', 'KEY'), 'leaf \d+ of the tree of size \d+', 'leaf') AS found FROM creditbank.verify_certificate(:'document4');
SELECT jsonb_path_query_array(:'document1'::jsonb, '$.proof[*].keyvalue().key') AS proof, :'document1'::jsonb #>> '{proof,0,verificationMethod}' = 'https://test.example.org#' || :'multikey' AS method,
	:'document1'::jsonb #>> '{inclusionProof,entry,detail}' LIKE '%' || :'n1' || '%' AS its_entry;
SELECT jsonb_pretty(creditbank.controller_document());
SELECT jsonb_pretty(creditbank.certificate_context());

-- What a reader with the paper in hand learns.
\x on
SELECT standing, why, replace(issued_on::text, creditbank.today()::text, 'TODAY') AS issued_on, expires_on, account, holder, scope, line, kind, ref, title, amount, unit, grade, level,
	replace(dated_on::text, creditbank.today()::text, 'TODAY') AS dated_on, awarded_by, original
FROM creditbank.verify_certificate(:'n3', lower(left(:'c3', 4)) || '-' || right(:'c3', 4));
\x off
SELECT holder IS NULL AS not_named, count(*) FROM creditbank.verify_certificate(overlay(:'n4' PLACING ' ' FROM 5 FOR 0), :'c4') GROUP BY holder;
SELECT e.* FROM unnest(ARRAY[format('%L, %L', :'n3', translate(:'c3', '0123456789ABCDEFGHJKMNPQRSTVWXYZ', '123456789ABCDEFGHJKMNPQRSTVWXYZ0')),
	format('%L, %L', '202600000000000002', :'c3')]) AS a CROSS JOIN LATERAL pg_temp.error_of(format('SELECT * FROM creditbank.verify_certificate(%s)', a)) AS e;
SELECT e.* FROM unnest(ARRAY['''202600000000000003'', ''x''', format('%L, ''ABCDEFGU''', :'n3'), 'NULL, NULL']) AS a
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT * FROM creditbank.verify_certificate(%s)', a)) AS e;

-- What was changed is found, and nothing is told about the rest.
SELECT name, pg_temp.failed(document) AS failed FROM (VALUES
	('amount', jsonb_set(:'document1', '{stated,0,amount}', '"9.5"')::text),
	('name', replace(:'document1', 'Wang', 'Li')),
	('key twice', replace(:'document1', '{"id"', '{"id": 1, "id"')),
	('jsonb writes it anew', replace(:'document1', '{"id"', '{"n": 9007199254740993e0, "id"')),
	('proof gone', (:'document1'::jsonb - 'proof')::text),
	('two proofs', jsonb_set(:'document1', '{proof,1}', :'document1'::jsonb #> '{proof,0}')::text),
	('number alone', jsonb_build_object('certificateNumber', :'n1'::text)::text),
	('number and forms', jsonb_build_object('type', '{VerifiableCredential}'::text[], 'credentialSubject', '{}'::jsonb, 'proof', '{}'::jsonb, 'certificateNumber', :'n1'::text)::text),
	('proof of another', jsonb_set(:'document1', '{inclusionProof}', :'document4'::jsonb -> 'inclusionProof')::text),
	('malformed proof', jsonb_set(:'document1', '{inclusionProof,tree_size}', '"x"')::text),
	('no proof of inclusion', (:'document1'::jsonb - 'inclusionProof')::text),
	('key of another', replace(:'document1', 'test.example.org#z', 'evil.example.org#z')),
	('no JSON', 'x'), ('a scalar', '1'), ('an array', '[]'), ('empty', ''), ('nothing', NULL)) AS v (name, document);

-- Frozen: suspended, and released again. The document stays what it was.
SELECT state FROM creditbank.freeze_achievement(:'one', 'cert/POST/DRIVER#2', 'looked into');
SELECT scope, standing, document FROM creditbank.certificates(:'one');
SELECT pg_temp.failed(:'document1') AS failed;
SELECT DISTINCT standing, v.why, z.why AS in_chinese FROM creditbank.verify_certificate(:'n1', :'c1') AS v CROSS JOIN (SELECT DISTINCT why FROM creditbank.verify_certificate(:'n1', :'c1', 'zh')) AS z;
-- What was converted from it is in the same doubt, whether it is stated beside it, as in the whole file, or not.
SELECT DISTINCT c.scope, v.why FROM creditbank.certificate AS c CROSS JOIN LATERAL creditbank.verify_certificate(c.number, c.check_code) AS v ORDER BY c.scope;
SELECT c.scope, creditbank.status_bit(s.l #>> '{credentialSubject,encodedList}', c.status_index) AS suspended, creditbank.status_bit(r.l #>> '{credentialSubject,encodedList}', c.status_index) AS revoked
FROM creditbank.certificate AS c, (SELECT creditbank.status_list(1, 'suspension')) AS s (l), (SELECT creditbank.status_list(1, 'revocation')) AS r (l) ORDER BY c.seq;
SELECT state FROM creditbank.release_achievement(:'one', 'cert/POST/DRIVER#2', 'nothing found');
SELECT creditbank.freeze_account(:'one', 'asked by the police') IS NOT NULL AS frozen;
SELECT DISTINCT standing FROM creditbank.certificates(:'one');
SELECT DISTINCT why FROM unnest(ARRAY['en', 'zh', NULL]) AS language CROSS JOIN LATERAL creditbank.verify_certificate(:'n2', :'c2', language) AS v;
SELECT pg_temp.failed(:'document1') AS failed;
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.issue_certificate(%L)', :'one')) AS e;
SELECT creditbank.release_account(:'one', 'settled') IS NOT NULL AS released;
SELECT DISTINCT standing FROM creditbank.certificates(:'one');

-- A status list is a signed credential of its own.
SELECT l - '{proof,credentialSubject,validFrom,validUntil}'::text[] AS list, (l -> 'credentialSubject') - 'encodedList'::text AS subject,
	creditbank.verify_integrity(l::text, creditbank.multikey_public_key(:'multikey')) AS verifies,
	(l ->> 'validUntil')::timestamptz - (l ->> 'validFrom')::timestamptz AS valid
FROM creditbank.status_list(1, 'revocation') AS l;
SELECT creditbank.integrity_hash(s.document, s.proof_options) = s.hash_data AS to_sign, s.document ->> 'id' AS id FROM creditbank.status_list_to_sign(1, 'suspension', :'multikey') AS s;

-- What could still be rolled back is not signed: neither a certificate that its own transaction issued and sealed, nor the
-- status of one that it revoked, froze or released; what was signed before is given all the same.
BEGIN;
SELECT number AS n0 FROM creditbank.issue_certificate(:'one', '{course/OUC/MATH}') \gset
SELECT tree_size > 20 AS sealed FROM creditbank.seal();
SELECT replace(e.message, :'n0', 'NUMBER') AS message, e.sqlstate_, e.detail, e.hint FROM unnest(ARRAY[format('certificate(%L)', :'n0'), format('certificate_page(%L)', :'n0'),
	format('certificate_to_sign(%L, %L)', :'n0', :'multikey'), format('add_certificate_proof(%L, ''{}'', ''\x00'')', :'n0')]) AS a CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || a) AS e;
SELECT creditbank.certificate(:'n1')::text = :'document1' AS the_one_signed_before;
ROLLBACK;
SELECT number AS n0 FROM creditbank.issue_certificate(:'one', '{course/OUC/MATH}') \gset
BEGIN;
SELECT tree_size > 20 AS sealed FROM creditbank.seal();
SELECT replace(e.message, :'n0', 'NUMBER') AS message, e.sqlstate_ FROM pg_temp.error_of(format('SELECT creditbank.certificate(%L)', :'n0')) AS e;
COMMIT;
SELECT pg_temp.failed(creditbank.certificate(:'n0')::text) AS once_that_is_committed;
SELECT step, e.message, e.sqlstate_, e.detail, e.hint FROM unnest(ARRAY[format('revoke_certificate(%L, ''x'')', :'n0'), format('freeze_account(%L, ''x'')', :'one'),
	format('freeze_achievement(%L, ''course/OUC/MATH'', ''x'')', :'one')]) WITH ORDINALITY AS a (call, step)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.%s; SELECT creditbank.status_list(1, ''revocation'')', call)) AS e ORDER BY step;
SELECT creditbank.freeze_account(:'one', 'asked by the police') IS NOT NULL AS frozen;
SELECT e.message FROM pg_temp.error_of(format('SELECT creditbank.release_account(%L, ''x''); SELECT creditbank.status_list_to_sign(1, ''suspension'', %L)', :'one', :'multikey')) AS e;
SELECT creditbank.release_account(:'one', 'settled') IS NOT NULL AS released;
BEGIN;
SELECT creditbank.status_list(1, 'suspension') IS NOT NULL AND creditbank.status_list(1, 'revocation') IS NOT NULL AS both_in_one_transaction;
COMMIT;
SELECT state FROM creditbank.revoke_certificate(:'n0', 'not handed out');

-- Issued again: the older one knows; superseded: whoever checks it is told.
SELECT number AS n5, check_code AS c5 FROM creditbank.issue_certificate(:'one', '{cert/POST/DRIVER#2}', false) \gset
SELECT scope, standing, stated_again_by = :'n5' AS again FROM creditbank.certificates(:'one') WHERE stated_again_by IS NOT NULL;
BEGIN;
SELECT creditbank.today() AS today, number AS n5b FROM creditbank.issue_certificate(:'one', '{cert/POST/DRIVER#2}', false, expires_on => creditbank.today()) \gset
SELECT stated_again_by = :'n5b' AS by_one_that_ends_today FROM creditbank.certificates(:'one') WHERE number = :'n1';
SELECT format('CREATE OR REPLACE FUNCTION creditbank.today() RETURNS date LANGUAGE sql STABLE STRICT PARALLEL SAFE RETURN %L::date + 1', :'today') AS make_it_tomorrow \gset
:make_it_tomorrow;
SELECT stated_again_by = :'n5' AS by_one_that_is_valid FROM creditbank.certificates(:'one') WHERE number = :'n1';
ROLLBACK;
SELECT certificate = :'n1' AS it, state, seq FROM creditbank.revoke_certificate(:'n1', 'the name was misspelt', :'n5');
SELECT pg_temp.masked(why) AS why FROM creditbank.verify_certificate(:'n1', :'c1');
SELECT pg_temp.failed(:'document1') AS failed;
SELECT pg_temp.masked(e.message) AS message, e.sqlstate_, pg_temp.masked(e.detail) AS detail, e.hint FROM unnest(ARRAY[
	format('%L, ''x''', :'n1'), format('%L, ''x'', %L', :'n2', :'n2'), format('%L, ''x'', %L', :'n2', :'n1'), format('%L, '' ''', :'n2'), format('%L, ''not of 11010519491231002X''', :'n2'), '''1'', ''x''', 'NULL, ''x''']) AS a
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.revoke_certificate(%s)', a)) AS e;

-- What falls away revokes what states it, and nothing else.
SELECT creditbank.reverse_decision(1, 'the wrong rule book');
SELECT scope, standing, reason FROM creditbank.certificates(:'one');
SELECT DISTINCT pg_temp.masked(why) AS in_chinese FROM creditbank.verify_certificate(:'n2', :'c2', 'zh');
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.verify_certificate(%L, %L, ''fr'')', :'n2', :'c2')) AS e;
SELECT number AS n6 FROM creditbank.issue_certificate(:'one', '{course/OUC/MATH}') \gset
SELECT number AS n7 FROM creditbank.issue_certificate(:'one', '{cert/POST/DRIVER#2,course/OUC/MATH}') \gset
INSERT INTO creditbank.recognition_route (class, body, assessors, days, appeal_body) VALUES ('course', 'OUC', 1, 20, 'POST');
INSERT INTO creditbank.assessor (role_name, institution) VALUES ('regress_creditbank_judge', 'POST');
CREATE ROLE regress_creditbank_judge;
GRANT creditbank_assessor TO regress_creditbank_judge;
SELECT state FROM creditbank.appeal_achievement(:'one', 'course/OUC/MATH', 'worth more');
SELECT scope, standing, reason FROM creditbank.certificates(:'one') WHERE number IN (:'n5', :'n6', :'n7');
SET ROLE regress_creditbank_judge;
SELECT state FROM creditbank.assess(:'one', 'course/OUC/MATH', 'recognised', amount => '3 ects');
RESET ROLE;
SELECT scope, standing, reason FROM creditbank.certificates(:'one') WHERE number IN (:'n5', :'n6', :'n7');
SELECT state FROM creditbank.revoke_achievement(:'one', 'cert/POST/DRIVER#2', 'forged');
SELECT scope, standing, reason FROM creditbank.certificates(:'one') WHERE number IN (:'n5', :'n6', :'n7');
SELECT seq, pg_temp.masked(detail) AS detail FROM creditbank.ledger WHERE kind = 'certificate_revoked' ORDER BY seq;
SELECT scope, reason, cause, cause_of FROM creditbank.certificates WHERE state = 'revoked' AND account = :'one' ORDER BY seq;
SELECT language, substring(page FROM '<title>(.*?) *[0-9 ]*</title>') AS title, substring(page FROM 'Reason</span>: ([^<]*)') AS reason, substring(page FROM '&#x7406;&#x7531;</span>: ([^<]*)') AS reason_in_english
FROM unnest(ARRAY['zh', 'en']) AS language, creditbank.certificate_page(:'n4', language) AS page;
SELECT * FROM pg_temp.findings();

-- What is said of a certificate that is not valid, in each language.
SELECT reason, cause, of, language, creditbank.revocation_reason(reason, cause, of, language) AS told
FROM (VALUES ('misspelt', NULL, NULL), (NULL, 'achievement_revoked', 'cert/POST/A'), (NULL, 'achievement_merged', 'cert/POST/A'), (NULL, 'achievement_changed', 'cert/POST/A'), (NULL, 'conversion_reversed', 'LOG'), (NULL, NULL, NULL)) AS v (reason, cause, of),
	unnest(ARRAY['en', 'zh']) AS language;
SELECT what, e.said AS english, z.said AS chinese, regexp_count(e.said, '%s') = regexp_count(z.said, '%s') AS alike
FROM jsonb_each_text(creditbank.certificate_sayings('en')) AS e (what, said) FULL JOIN jsonb_each_text(creditbank.certificate_sayings('zh')) AS z (what, said) USING (what) ORDER BY what COLLATE "C";

-- A signer outside the server: what it signs, and what is not taken.
SELECT number AS n8, check_code AS c8 FROM creditbank.issue_certificate(:'one', '{course/OUC/MATH}') \gset
SELECT document AS of_n8 FROM creditbank.certificates(:'one') WHERE number = :'n8';
SELECT tree_size > 20 AS sealed FROM creditbank.seal();
SELECT document AS of_n8 FROM creditbank.certificates(:'one') WHERE number = :'n8';
SELECT proof_options AS options, encode(hash_data, 'hex') AS hash FROM creditbank.certificate_to_sign(:'n8', :'multikey') \gset
SELECT count(*) FILTER (WHERE document = 'to be signed') AS to_be_signed FROM creditbank.certificates(:'one');
SELECT creditbank.open_account('Somebody') IS NOT NULL AS another, tree_size > 20 AS sealed FROM creditbank.seal();
-- The options name the second; what is stated stays.
SELECT substr(hash_data, 33) = substr(decode(:'hash', 'hex'), 33) AS stays_to_be_signed FROM creditbank.certificate_to_sign(:'n8', :'multikey');
SELECT pg_temp.masked(e.message) AS message, e.sqlstate_, e.detail FROM unnest(ARRAY[
	format('%L, %L, ''\x00''', :'n8', :'options'), format('%L, %L, decode(repeat(''00'', 64), ''hex'')', :'n8', :'options'), format('%L, %L, NULL', :'n8', :'options'),
	format('%L, ''{}'', ''\x00''', :'n8'), format('%L, NULL, ''\x00''', :'n8'),
	format('%L, %L, ''\x00''', :'n8', jsonb_set(:'options', '{created}', '"2999-01-01T00:00:00Z"')),
	format('%L, %L, ''\x00''', :'n8', jsonb_set(:'options', '{proofPurpose}', '"authentication"')),
	format('%L, %L, decode(repeat(''00'', 64), ''hex'')', :'n8', jsonb_set(:'options', '{verificationMethod}', '"https://test.example.org#z6Mk"'))]) AS a
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.add_certificate_proof(%s)', a)) AS e;
SELECT creditbank.add_certificate_proof(:'n8', :'options', creditbank.sign_with_certificate_key(decode(:'hash', 'hex')))::text AS document8 \gset
SELECT pg_temp.failed(:'document8') AS checks, creditbank.certificate(:'n8')::text = :'document8' AS kept;
SELECT pg_temp.masked(e.message) AS message, e.sqlstate_, e.detail = 'It was signed by https://test.example.org#' || :'multikey' || '.' AS by_key FROM pg_temp.error_of(format('SELECT creditbank.certificate_to_sign(%L, %L)', :'n8', :'multikey')) AS e;

-- Keys: retired, what it signed stays good; stolen, it does not, and is signed anew.
SELECT creditbank.retire_certificate_key(:'multikey');
SELECT pg_temp.failed(:'document8') AS checks, jsonb_array_length(creditbank.controller_document() -> 'assertionMethod') AS published;
SELECT number AS n9 FROM creditbank.issue_certificate(:'one', '{course/OUC/MATH}') \gset
SELECT replace(e.message, :'multikey', 'KEY') AS message, e.sqlstate_, replace(e.detail, to_char(now(), 'YYYY-MM-DD'), 'TODAY') AS detail FROM unnest(ARRAY[
	'status_list(1, ''revocation'')', format('certificate_to_sign(%L, %L)', :'n9', :'multikey'), 'status_list_to_sign(1, ''revocation'', ''x'')', 'retire_certificate_key(NULL)',
	'add_certificate_key(NULL)', 'add_certificate_key(''z6Mk'')']) AS a CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || a) AS e;
SELECT replace(e.hint, :'multikey', 'KEY') AS hint FROM unnest(ARRAY[:'multikey', 'x', NULL]) AS k CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.raise_unknown_certificate_key(%L)', k)) AS e;
SELECT creditbank.retire_certificate_key(:'multikey', true);
SELECT document AS of_n8 FROM creditbank.certificates(:'one') WHERE number = :'n8';
SELECT replace(pg_temp.failed(:'document8'), :'multikey', 'KEY') AS failed, creditbank.controller_document() -> 'verificationMethod' AS published;
SET creditbank.certificate_key_file = '';
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.certificate(%L)', :'n8')) AS e;
SELECT creditbank.add_certificate_key('z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw');
SELECT hash_data IS NOT NULL AS to_sign_anew FROM creditbank.certificate_to_sign(:'n8', 'z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw');
SELECT creditbank.statement_digest(document::jsonb) = digest AS states_the_same, document::jsonb ? 'proof' AS signed, secured_by FROM creditbank.certificate WHERE number = :'n8';

-- A merger takes the file elsewhere, and the certificates of the old account with it; erasing takes the names.
SELECT account AS duplicate FROM creditbank.open_account('Li Xiuying', '2023-01-01') \gset
SELECT creditbank.deposit(:'duplicate', 'cert/OUC/ART', '2022-01-10', 'Art', '2') IS NOT NULL AS deposited;
SELECT state FROM creditbank.recognise(:'duplicate', 'cert/OUC/ART');
SELECT number AS m1 FROM creditbank.issue_certificate(:'duplicate', '{cert/OUC/ART}') \gset
SELECT what, item, note FROM creditbank.merge_accounts(:'duplicate', :'two', 'opened twice');
SELECT scope, standing, document, reason FROM creditbank.certificates(:'duplicate');
SELECT number AS m2 FROM creditbank.issue_certificate(:'two') \gset
SELECT number AS m3 FROM creditbank.issue_certificate(:'two', include_name => false) \gset
SELECT state FROM creditbank.close_account(:'two', 'asked for');
SELECT number AS m4, scope FROM creditbank.issue_certificate(:'two') \gset
SELECT :'scope' AS of_a_closed_account;
SELECT seq FROM creditbank.erase_holder(:'two', 'asked for');
SELECT scope, standing, names_holder, document, lines FROM creditbank.certificates(:'two');
SELECT pg_temp.masked(e.message) AS message, e.sqlstate_, e.detail, e.hint FROM unnest(ARRAY[format('certificate(%L)', :'m2'), format('issue_certificate(%L)', :'two'), format('issue_certificate(%L)', :'duplicate')]) AS a CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || a) AS e;
ANALYZE creditbank.certificate;
SELECT count(*) AS documents_in_statistics FROM pg_stats WHERE schemaname = 'creditbank' AND tablename = 'certificate' AND attname IN ('document', 'check_code');
SELECT count(*) AS documents_with_the_name FROM creditbank.certificate WHERE document LIKE '%Li Xiuying%';
SELECT * FROM pg_temp.findings();

-- Refused.
SELECT e.sqlstate_, pg_temp.masked(e.message) AS message, pg_temp.masked(e.detail) AS detail, e.hint FROM unnest(ARRAY[
	'issue_certificate(NULL)', 'issue_certificate(''00000000000098'')', 'issue_certificate(''00000000000195'', ''{}'')', 'issue_certificate(''00000000000195'', ''{course/OUC/NONE}'')',
	'issue_certificate(''00000000000195'', ''{patent/POST/P}'')', 'issue_certificate(''00000000000195'', ''{NULL}'')', 'issue_certificate(''00000000000195'', ''{x}'')',
	'issue_certificate(''00000000000195'', conversions => NULL)', 'issue_certificate(''00000000000195'', language => ''zh_CN'')', 'issue_certificate(''00000000000195'', include_name => NULL)',
	'issue_certificate(''00000000000195'', expires_on => ''2020-01-01'')', 'issue_certificate(''00000000000195'', expires_on => ''infinity'')', 'issue_certificate(''00000000000195'', ''{cert/POST/OLD}'')',
	'certificate(NULL)', 'certificate(''202600000000000002'')', 'certificates(''1'')', 'status_list(99, ''revocation'')', 'status_list(1, ''message'')', 'status_list(NULL, NULL)']) AS a
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || a) AS e;
-- Of a file with one achievement that has ended, a certificate of the whole file states its last day.
SELECT account AS ended FROM creditbank.open_account('Zhao Min', '2023-01-01') \gset
SELECT state AS deposited FROM creditbank.deposit(:'ended', 'cert/POST/OLD', '2010-01-10', 'Old one', '1', expires_on => '2015-01-10');
SELECT state FROM creditbank.recognise(:'ended', 'cert/POST/OLD');
SELECT number AS f1 FROM creditbank.issue_certificate(:'ended') \gset
SELECT c.scope, c.expires_on, l.stated ->> 'expiresOn' AS its_last_day FROM creditbank.certificate AS c JOIN creditbank.certificate_line AS l ON l.number = c.number WHERE c.number = :'f1';
SELECT account AS empty FROM creditbank.open_account('Nobody') \gset
SELECT e.* FROM pg_temp.error_of(format('SELECT creditbank.issue_certificate(%L)', :'empty')) AS e;

-- The guards refuse what the functions never do; behind them, verification finds it.
SELECT e.sqlstate_, e.message, e.detail FROM unnest(ARRAY[
	'UPDATE creditbank.certificate SET digest = sha256(''x'')', 'UPDATE creditbank.certificate SET document = ''{}''', 'UPDATE creditbank.certificate SET state = ''issued''', 'UPDATE creditbank.certificate SET expires_on = NULL',
	'UPDATE creditbank.certificate SET reason = ''another''', 'UPDATE creditbank.certificate SET cause_of = ''X'' WHERE cause IS NOT NULL', 'DELETE FROM creditbank.certificate', 'TRUNCATE creditbank.certificate CASCADE', 'UPDATE creditbank.certificate_line SET title = ''x''', 'DELETE FROM creditbank.status_list',
	'UPDATE creditbank.certificate_key SET stolen = false', 'DELETE FROM creditbank.certificate_key', 'UPDATE creditbank.certificate_transition SET to_state = ''issued''']) AS a CROSS JOIN LATERAL pg_temp.error_of(a) AS e;
CREATE FUNCTION pg_temp.found_after(statement text) RETURNS TABLE (expected text, found text) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL session_replication_role = replica;
	ALTER TABLE creditbank.certificate DISABLE TRIGGER USER;
	ALTER TABLE creditbank.certificate_line DISABLE TRIGGER USER;
	EXECUTE statement;
	RETURN QUERY SELECT left(f.expected, 130), left(f.found, 130) FROM pg_temp.findings() AS f WHERE f.class = 'differing_certificate';
	RAISE EXCEPTION 'take it back';
EXCEPTION WHEN raise_exception THEN
	RETURN;
END
$$;
SELECT pg_temp.masked(regexp_replace(statement, 'creditbank.', '')) AS statement, f.* FROM unnest(ARRAY[
	format('UPDATE creditbank.certificate SET expires_on = ''2099-01-01'' WHERE number = %L', :'n8'),
	format('UPDATE creditbank.certificate SET digest = sha256(''x'') WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate SET document = replace(document, ''Mathematics'', ''Maths'') WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate SET document = ''x'' WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate SET document = ''1'' WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate SET document = ''{"stated": 1, "x": 1e400}'' WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate SET document = replace(document, ''"proofValue": "z'', ''"proofValue": "z2'') WHERE number = %L', :'n4'),
	format('UPDATE creditbank.certificate SET state = ''issued'', revoked_on = NULL, reason = NULL, superseded_by = NULL WHERE number = %L', :'n1'),
	format('UPDATE creditbank.certificate SET reason = ''because'', cause = NULL, cause_of = NULL WHERE number = %L', :'n2'),
	format('UPDATE creditbank.certificate SET cause_of = ''OTHER'' WHERE number = %L', :'n2'),
	format('UPDATE creditbank.certificate SET state = ''revoked'', revoked_on = issued_on, reason = ''x'' WHERE number = %L', :'n9'),
	format('DELETE FROM creditbank.certificate_line WHERE number = %1$L; DELETE FROM creditbank.certificate WHERE number = %1$L', :'n9'),
	format('UPDATE creditbank.certificate_line SET amount = ''99 ects'' WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate_line SET seq = 1 WHERE number = %L', :'n9'),
	format('UPDATE creditbank.certificate_line SET achievement_id = 1 WHERE number = %L', :'n9'),
	format('SELECT creditbank.reverse_entry(c.account_id, l.seq, c.issued_on, ''{}'') FROM creditbank.certificate AS c JOIN creditbank.certificate_line AS l ON l.number = c.number WHERE c.number = %L', :'n9')]) AS a (statement)
CROSS JOIN LATERAL pg_temp.found_after(statement) AS f;
\set ECHO none
\i test/regress/remove_certificate_key.sql
\c :before
DROP DATABASE creditbank_certificate;
DROP ROLE regress_creditbank_judge;
