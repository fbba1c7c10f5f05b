-- exchange: achievements imported and recognised in bulk, bad rows named, nothing imported twice.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
\i test/regress/identity_key.sql
SELECT account AS one FROM creditbank.open_account('王建国', '2023-01-01') \gset
SELECT account AS two FROM creditbank.open_account('李秀英', '2023-01-01', identity_number => '11010519491231002X') \gset
SELECT account AS alone FROM creditbank.open_account('Single', '2023-01-01') \gset
SELECT account AS frozen FROM creditbank.open_account('Frozen', '2023-01-01') \gset
SELECT creditbank.freeze_account(:'frozen', 'a test');
INSERT INTO creditbank.catalogue (ref, version, effective_from, effective_until, title, level)
VALUES
	('course/OUC/ENDED', 1, '2000-01-01', NULL, 'The first', 5),
	('course/OUC/ENDED', 2, '2024-01-01', '2024-03-31', 'The last', 6);
CREATE TEMP VIEW finding AS
SELECT class, account, seq, expected, found FROM creditbank.verify_ledger()
UNION ALL
SELECT class, account, seq, expected, found FROM creditbank.verify_archive();
SET LOCAL datestyle = ISO;
\o
\set ECHO all

-- What deposit() takes and what it refuses, value by value: each is imported into
-- one account and deposited into another, and both must end alike, in the same
-- document or in the same error. Half of the values are plain, the others not.
CREATE TEMP TABLE probe (number bigint GENERATED ALWAYS AS IDENTITY, field text, value text);
INSERT INTO probe (field, value)
VALUES
	('title', '快递员职业技能等级证书'), ('title', ' '), ('title', E'two\nlines'), ('title', repeat('长', 500)), ('title', repeat('长', 501)),
	('title', U&'a\0085b'), ('title', '  '), ('title', '"quoted" \ and /' || U&'\2014'), ('title', NULL),
	('amount', '8 cr'), ('amount', '8'), ('amount', '2.6667 cr'), ('amount', '2.66667 cr'), ('amount', '0'), ('amount', '-3 cr'), ('amount', '12ects'),
	('amount', '16 学时'), ('amount', ' 16 hr '), ('amount', '16 lessons'), ('amount', '8e1'), ('amount', '99999999999999999 cr'), ('amount', '.5'), ('amount', '5.'),
	('hours', '32'), ('hours', '32.5'), ('hours', '32.55555'), ('hours', '0'), ('hours', '1e2'), ('hours', 'many'), ('hours', 'NaN'),
	('level', '1'), ('level', '10'), ('level', '11'), ('level', '0'), ('level', '03'), ('level', ' 3'), ('level', 'three'), ('level', '3.0'), ('level', '99999999999'),
	('grade', 'B+'), ('grade', repeat('x', 51)), ('scale', 'hundred'), ('rank', '一等奖'), ('rank', E'\t'),
	('attendance', '96.5'), ('attendance', '100'), ('attendance', '100.01'), ('attendance', '79.999'), ('attendance', '-1'), ('attendance', '80%'), ('attendance', 'NaN'),
	('share', '33.33'), ('share', '133'), ('place', '1'), ('place', '0'), ('place', '99999999999'),
	('awarded_on', '2024-02-29'), ('awarded_on', '2023-02-29'), ('awarded_on', '2024/05/01'), ('awarded_on', '2024/05-01'), ('awarded_on', '2024/5/1'), ('awarded_on', '20240501'), ('awarded_on', '1899-12-31'), ('awarded_on', '2999-01-01'),
	('awarded_on', 'infinity'), ('awarded_on', 'yesterday evening'), ('awarded_on', NULL),
	('expires_on', '2030-12-31'), ('expires_on', '2023-12-31'), ('expires_on', '10000-01-01'), ('expires_on', 'infinity'), ('expires_on', '9999-12-31'),
	('tags', 'online,national'), ('tags', ' online , national '), ('tags', 'online,,national'), ('tags', repeat('x', 501)), ('tags', ','),
	('evidence', repeat('ab', 32)), ('evidence', '\x' || repeat('AB', 32)), ('evidence', 'abcd'), ('evidence', repeat('a', 65)), ('evidence', repeat('gh', 32)),
	('education_type', 'vocational'), ('education_type', 'FORMAL'),
	('ref', 'cert/CN-POST/EXP-OPERATOR#P1'), ('ref', 'Cert/cn-post/exp-operator#p2'), ('ref', 'cert/NOBODY/X'), ('ref', 'diploma/OUC/X'), ('ref', 'no reference'), ('ref', NULL),
	('ref', 'course/OUC/快递学'), ('ref', 'course/OUC/ENDED'), ('ref', 'cert/CN-POST/EXP-OPERATOR#11010519491231002X'), ('ref', 'cert/CN-POST/EXP-OPERATOR#11010519491231002Y');
CREATE TEMP VIEW probe_row AS
SELECT p.number, (SELECT jsonb_object_agg(k.key, k.value) FROM jsonb_each(jsonb_build_object(
		'external_id', 'P-' || p.number, 'ref', format('course/OUC/P%s', p.number), 'title', 'A title', 'awarded_on', '2024-05-01')
		|| jsonb_build_object(p.field, p.value)) AS k) AS row
FROM probe AS p;
CREATE TEMP TABLE imported AS
SELECT i.external_id, i.sqlstate, i.reason, i.detail, i.hint
FROM creditbank.import_achievements('probe', 'OUC',
	(SELECT jsonb_agg(p.row || jsonb_build_object('account', :'one') ORDER BY p.number) FROM probe_row AS p)) AS i;
-- What one by one comes to: the same calls, each with the texts as arguments.
CREATE TEMP TABLE deposited AS
SELECT p.row ->> 'external_id' AS external_id, e.*
FROM probe_row AS p
CROSS JOIN LATERAL pg_temp.error_of(format($$ SELECT creditbank.deposit(%L, %L, %L, title => %L, amount => %L, hours => %L, level => %L, grade => %L, scale => %L,
		attendance => %L, share => %L, place => %L, expires_on => %L, rank => %L, evidence => decode(ltrim(%L, '\x'), 'hex'), education_type => %L, tags => %L) $$,
	:'two', replace(p.row ->> 'ref', '#', '#0'), p.row ->> 'awarded_on', p.row ->> 'title', p.row ->> 'amount', p.row ->> 'hours', p.row ->> 'level', p.row ->> 'grade', p.row ->> 'scale',
	p.row ->> 'attendance', p.row ->> 'share', p.row ->> 'place', p.row ->> 'expires_on', p.row ->> 'rank', p.row ->> 'evidence', p.row ->> 'education_type',
	coalesce((SELECT array_agg(btrim(t.word, ' ') ORDER BY t.place) FROM regexp_split_to_table(p.row ->> 'tags', ',') WITH ORDINALITY AS t (word, place)), '{}'))) AS e;
SELECT count(*) AS probes, count(*) FILTER (WHERE i.external_id IS NULL) AS good
FROM probe_row AS p
LEFT JOIN imported AS i ON i.external_id = p.row ->> 'external_id';
-- None differs in its error ...
SELECT p.field, left(p.value, 30) AS value, i.sqlstate, i.reason, i.detail, i.hint, d.sqlstate_, d.message, d.detail, d.hint
FROM probe AS p
JOIN deposited AS d ON d.external_id = 'P-' || p.number
LEFT JOIN imported AS i ON i.external_id = d.external_id
WHERE (coalesce(i.sqlstate, '00000'), coalesce(i.reason, 'no error'), coalesce(i.detail, ''), coalesce(i.hint, ''))
	IS DISTINCT FROM (d.sqlstate_, replace(d.message, '#0', '#'), coalesce(d.detail, ''), coalesce(d.hint, ''));
-- ... nor in what the ledger says, byte for byte but for the id and the serial.
SELECT count(*) AS same, count(DISTINCT o.detail) AS details
FROM creditbank.ledger AS o
JOIN creditbank.ledger AS t ON t.account = :'two' AND t.kind = o.kind
	AND regexp_replace(t.detail, '^\{"id": \d+, ', '') = replace(regexp_replace(o.detail, '^\{"id": \d+, ', ''), '#', '#0')
WHERE o.account = :'one' AND o.kind = 'deposited';
SELECT rows, posted, unchanged, refused FROM creditbank.import;
SELECT field, left(value, 20) AS value, sqlstate, left(reason, 80) AS reason FROM imported JOIN probe ON external_id = 'P-' || number ORDER BY number;
SELECT * FROM finding;

-- Sent again: unchanged. With other content: refused. Into another account too.
SELECT sqlstate, reason FROM creditbank.import_achievements('again', 'OUC', jsonb_build_array(
	jsonb_build_object('external_id', 'P-10', 'account', :'one', 'ref', 'course/OUC/P10', 'title', 'A title', 'awarded_on', '2024-05-01', 'amount', '8 cr')));
SELECT sqlstate, reason, detail, hint FROM creditbank.import_achievements('again', 'OUC', jsonb_build_array(
	jsonb_build_object('external_id', 'P-10', 'account', :'one', 'ref', 'course/OUC/P10', 'title', 'A title', 'awarded_on', '2024-05-01', 'amount', '9 cr'),
	jsonb_build_object('external_id', 'P-11', 'account', :'two', 'ref', 'course/OUC/P11', 'title', 'A title', 'awarded_on', '2024-05-01', 'amount', '8')));
SELECT batch, rows, posted, unchanged, refused FROM creditbank.import ORDER BY batch;
-- The same id from another source is another row.
SELECT count(*) FROM creditbank.import_achievements('other', 'SH-TRAIN', jsonb_build_array(
	jsonb_build_object('external_id', 'P-10', 'account', :'alone', 'ref', 'course/OUC/P10', 'title', 'A title', 'awarded_on', '2024-05-01')));
SELECT source, external_id, account_id, batch FROM creditbank.import_record WHERE external_id = 'P-10' ORDER BY source;
SELECT creditbank.discard_import('again'), creditbank.discard_import('again');
SELECT batch, rows, refused FROM creditbank.import WHERE batch = 'again';

-- Within a batch: one id twice, one document twice, one document of two people.
INSERT INTO creditbank.import_row (batch, line, external_id, account, ref, title, awarded_on)
VALUES
	('twice', 1, 'T-1', :'one', 'course/OUC/T1', 'T', '2024-05-01'),
	('twice', 2, 'T-1', :'one', 'course/OUC/T1', 'T', '2024-05-01'),
	('twice', 3, 'T-1', :'one', 'course/OUC/T1', 'U', '2024-05-01'),
	('twice', 4, 'T-2', :'one', 'course/OUC/T1', 'T', '2024-05-01'),
	('twice', 5, 'T-3', :'one', 'cert/CN-POST/EXP-OPERATOR#T', NULL, '2024-05-01'),
	('twice', 6, 'T-4', :'two', 'cert/CN-POST/EXP-OPERATOR#T', NULL, '2024-05-01'),
	('twice', 7, NULL, :'one', 'course/OUC/T2', 'T', '2024-05-01'),
	('twice', 8, repeat('i', 201), :'one', 'course/OUC/T2', 'T', '2024-05-01'),
	('twice', 9, 'T-5', '00000000000000', 'course/OUC/T2', 'T', '2024-05-01'),
	('twice', 10, 'T-6', '00000000000098', 'course/OUC/T2', 'T', '2024-05-01'),
	('twice', 11, 'T-7', :'frozen', 'course/OUC/T2', 'T', '2024-05-01'),
	('twice', 12, 'T-8', '', 'course/OUC/T2', 'T', '2024-05-01');
SELECT line, left(external_id, 10) AS external_id, sqlstate, reason, detail FROM creditbank.import_achievements('twice', 'OUC');
SELECT rows, posted, unchanged, refused FROM creditbank.import WHERE batch = 'twice';
-- Bad rows stay, with their reason, until they are mended.
SELECT line, sqlstate FROM creditbank.import_row WHERE batch = 'twice' ORDER BY line;
UPDATE creditbank.import_row SET account = :'two' WHERE batch = 'twice' AND line IN (9, 12);
UPDATE creditbank.import_row SET external_id = 'T-9' WHERE batch = 'twice' AND line = 7;
SELECT line FROM creditbank.import_achievements('twice', 'OUC');
SELECT rows, posted, unchanged, refused FROM creditbank.import WHERE batch = 'twice';

-- Levels of another framework, as they are mapped.
INSERT INTO creditbank.level_framework (code, title) VALUES ('five', 'Five levels of skill');
INSERT INTO creditbank.framework_level (framework, name, title, level) VALUES ('five', 'senior', 'Senior', 4);
SELECT line, sqlstate, reason, detail FROM creditbank.import_achievements('framework', 'OUC', jsonb_build_array(
	jsonb_build_object('external_id', 'F-1', 'account', :'one', 'ref', 'course/OUC/F1', 'title', 'F', 'awarded_on', '2024-05-01', 'framework', 'five', 'level', 'senior'),
	jsonb_build_object('external_id', 'F-2', 'account', :'one', 'ref', 'course/OUC/F2', 'title', 'F', 'awarded_on', '20240501', 'framework', 'five', 'level', ' senior'),
	jsonb_build_object('external_id', 'F-3', 'account', :'one', 'ref', 'course/OUC/F3', 'title', 'F', 'awarded_on', '2024-05-01', 'framework', 'five', 'level', '4'),
	jsonb_build_object('external_id', 'F-4', 'account', :'one', 'ref', 'course/OUC/F4', 'title', 'F', 'awarded_on', '2024-05-01', 'framework', 'six', 'level', 'senior')));
SELECT ref, level FROM creditbank.achievement WHERE ref::text ~ '^course/OUC/F\d' ORDER BY ref;

-- All or nothing.
SELECT * FROM pg_temp.error_of(format($$ SELECT * FROM creditbank.import_achievements('all', 'OUC', all_or_nothing => true, rows => jsonb_build_array(
	jsonb_build_object('external_id', 'A-1', 'account', %1$L, 'ref', 'course/OUC/A1', 'title', 'A', 'awarded_on', '2024-05-01'),
	jsonb_build_object('external_id', 'A-2', 'account', %1$L, 'ref', 'course/OUC/A2', 'title', 'A', 'awarded_on', '2024-05-32'),
	jsonb_build_object('external_id', 'A-3', 'account', %1$L, 'ref', 'course/OUC/T1', 'title', 'A', 'awarded_on', '2024-05-01'))) $$, :'one'));
SELECT (SELECT count(*) FROM creditbank.import WHERE batch = 'all') AS imports, (SELECT count(*) FROM creditbank.import_row WHERE batch = 'all') AS staged,
	(SELECT count(*) FROM creditbank.import_record WHERE batch = 'all') AS records;
SELECT count(*) AS refused FROM creditbank.import_achievements('all', 'OUC', all_or_nothing => true, rows => jsonb_build_array(
	jsonb_build_object('external_id', 'A-1', 'account', :'one', 'ref', 'course/OUC/A1', 'title', 'A', 'awarded_on', '2024-05-01')));

-- Identity numbers are never stored; people are found by them, and opened.
INSERT INTO creditbank.import_row (batch, line, external_id, identity_kind, identity_number, full_name, ref, title, awarded_on, account, region, trainee_group)
VALUES
	('people', 1, 'I-1', NULL, '11010519491231002x', NULL, 'course/OUC/I', 'I', '2024-01-01', NULL, NULL, NULL),
	('people', 2, 'I-2', '', '110101199003070337', '张三', 'course/OUC/I', 'I', '2024-01-01', NULL, NULL, 'veteran'),
	('people', 3, 'I-3', 'resident_id', '11010119900307033-7', 'ignored', 'course/OUC/J', 'J', '2024-01-01', NULL, NULL, NULL),
	('people', 4, 'I-4', NULL, '110101199003070338', '张三', 'course/OUC/L', 'L', '2024-01-01', NULL, NULL, NULL),
	('people', 5, 'I-5', 'library_card', '4711', '张三', 'course/OUC/J', 'J', '2024-01-01', NULL, NULL, NULL),
	('people', 6, 'I-6', 'passport', 'E12345678', '  ', 'course/OUC/J', 'J', '2024-01-01', NULL, NULL, NULL),
	('people', 7, 'I-7', 'passport', 'E12345679', 'Smith', 'course/OUC/J', 'J', '2024-01-01', NULL, '999999', NULL),
	('people', 8, 'I-8', NULL, '11010519491231002X', NULL, 'course/OUC/K', 'K', '2024-01-01', :'one', NULL, NULL),
	('people', 9, 'I-9', NULL, '11010519491231002X', NULL, 'course/OUC/K', 'K', '2024-01-01', :'two', NULL, NULL);
SELECT line, identity_number, octet_length(identity_hash) AS hash, birth_date, sqlstate, reason, detail FROM creditbank.import_row WHERE batch = 'people' ORDER BY line;
SELECT line, sqlstate, reason, detail, hint FROM creditbank.import_achievements('people', 'OUC');
SELECT line, sqlstate, reason, detail, hint FROM creditbank.import_achievements('people', 'OUC', open_accounts => true);
SELECT a.account_id, a.state, h.full_name, h.birth_date, h.identity_kind, h.trainee_group, count(c.ref) AS achievements
FROM creditbank.account AS a
JOIN creditbank.holder AS h USING (account_id)
JOIN creditbank.achievement AS c USING (account_id)
WHERE h.identity_hash IS NOT NULL
GROUP BY a.account_id, h.account_id
ORDER BY a.account_id;
SELECT jsonb_object_keys(detail::jsonb) AS keys, detail::jsonb ->> 'activated' AS activated FROM creditbank.ledger WHERE kind = 'opened' AND account = creditbank.find_account('110101199003070337') ORDER BY 1;
UPDATE creditbank.import_row SET identity_number = '110101199003070337' WHERE batch = 'people' AND line = 4;
SELECT line FROM creditbank.import_achievements('people', 'OUC');
SELECT * FROM finding;

-- Recognised in bulk as one by one, byte for byte.
SELECT * FROM creditbank.recognise_import('probe', 'seen');
SELECT count(r.*) FROM (SELECT ref FROM creditbank.ledger WHERE account = :'two' AND kind = 'deposited' AND (ref ~ '/P\d' OR ref ~ '#0' OR ref ~ '快递学')) AS d,
	LATERAL creditbank.recognise(:'two', d.ref, note => 'seen') AS r;
SELECT count(*) AS same
FROM creditbank.ledger AS o
JOIN creditbank.ledger AS t ON t.account = :'two' AND t.kind = o.kind AND t.amount IS NOT DISTINCT FROM o.amount
	AND regexp_replace(t.detail, '^\{"id": \d+, ', '') = replace(regexp_replace(o.detail, '^\{"id": \d+, ', ''), '#', '#0')
WHERE o.account = :'one' AND o.kind = 'recognised';
SELECT batch, posted, recognised FROM creditbank.import WHERE batch = 'probe';
-- Again: nothing left. What somebody dealt with otherwise is returned.
SELECT * FROM creditbank.recognise_import('probe');
SELECT creditbank.withdraw_achievement(:'one', 'course/OUC/T1', 'not mine') IS NOT NULL AS withdrawn;
SELECT state FROM creditbank.recognise(:'one', 'cert/CN-POST/EXP-OPERATOR#T', 'declined');
SELECT creditbank.freeze_account(:'two', 'a test') IS NOT NULL AS frozen;
SELECT * FROM creditbank.recognise_import('twice');
SELECT creditbank.release_account(:'two', 'a test') IS NOT NULL AS released;
SELECT recognised FROM creditbank.import WHERE batch = 'twice';
-- Another is in charge.
INSERT INTO creditbank.recognition_route (class, issuer, region, body) VALUES ('course', 'OUC', NULL, 'OUC');
SELECT external_id, sqlstate, reason FROM creditbank.recognise_import('other');
INSERT INTO creditbank.assessor (role_name, institution) VALUES (creditbank.caller(), 'OUC');
SELECT external_id, sqlstate, reason FROM creditbank.recognise_import('other');
SELECT * FROM finding;
SELECT * FROM creditbank.replay();

-- What cannot be asked.
SELECT e.* FROM unnest(ARRAY[
	$$ SELECT creditbank.import_achievements('nothing', 'OUC') $$,
	$$ SELECT creditbank.import_achievements(NULL, 'OUC') $$,
	$$ SELECT creditbank.import_achievements('x', 'NOBODY') $$,
	$$ SELECT creditbank.import_achievements('probe', 'SH-TRAIN') $$,
	$$ SELECT creditbank.import_achievements('x', 'OUC', all_or_nothing => NULL) $$,
	$$ SELECT creditbank.import_achievements('x', 'OUC', '{}') $$,
	$$ SELECT creditbank.import_achievements('x', 'OUC', '[{"external_id": "1"}, {"colour": "red"}]') $$,
	$$ SELECT creditbank.import_achievements('x', 'OUC', '[{"external_id": ["1"]}]') $$,
	$$ SELECT creditbank.import_achievements('x', 'OUC', '[{"tags": [1]}]') $$,
	$$ SELECT creditbank.recognise_import('nothing') $$,
	$$ SELECT creditbank.recognise_import('probe', repeat('x', 1001)) $$,
	$$ SELECT creditbank.discard_import('nothing') $$]) WITH ORDINALITY AS q (statement, number)
CROSS JOIN LATERAL pg_temp.error_of(q.statement) AS e
ORDER BY q.number;
ROLLBACK;
\set ECHO none
\i test/regress/remove_identity_key.sql
