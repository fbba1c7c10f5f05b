-- rule_book: drafts, review and publication by two people, succession, withdrawal,
-- what the bank's own account records, and what verification finds.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/error_of.sql
CALL creditbank.create_bank(origin => 'test.example.org', ledger_id => '00112233-4455-6677-8899-aabbccddeeff', time_zone => 'UTC');
INSERT INTO creditbank.institution (code, name, kind) VALUES ('OUC', 'The Open University', 'school');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('LOG', 'OUC', 'Logistics', 80), ('MEC', 'OUC', 'Mechatronics', 80);
CREATE ROLE regress_creditbank_zhang IN ROLE creditbank_admin;
CREATE ROLE regress_creditbank_li IN ROLE creditbank_admin;
-- a rule set named r: version, programmes, days, credit
CREATE FUNCTION pg_temp.rules(version integer, programmes text, days text, credit integer DEFAULT 1) RETURNS text LANGUAGE sql AS $$
	SELECT format('rule_set ''r'' version %s %s %s rule ''a'' when any cert/* grant %s cr', version,
		'programme ''' || programmes || '''', 'effective ' || days, credit) $$;
CREATE VIEW pg_temp.book AS
	SELECT name, version, state, programmes, creditbank.days_text(effective) AS effective, creditbank.days_text(in_force) AS in_force
	FROM creditbank.rule_book
	ORDER BY name, version;
-- what the bank's own account records, without digests
CREATE VIEW pg_temp.recorded AS
	SELECT account, seq, kind,
		regexp_replace(regexp_replace(detail, '[0-9a-f]{64}', 'HASH'), '("(drafted|reviewed)_by": )"(?!regress)[^"]*"', '\1"SUPERUSER"', 'g') AS detail
	FROM creditbank.ledger
	WHERE account = creditbank.account_number(0)
	ORDER BY seq;
\o
\set ECHO all

-- Opening a bank records nothing of the bank; publishing does.
SELECT * FROM pg_temp.recorded;
SELECT * FROM creditbank.rule_book_steps();

-- A draft, written over, reviewed, revised, reviewed and published by another.
SET ROLE regress_creditbank_zhang;
SELECT name, version, effective FROM creditbank.draft_rules(pg_temp.rules(1, 'LOG', '2024-01-01 ..', 7));
SELECT name, version, effective FROM creditbank.draft_rules(pg_temp.rules(1, 'LOG', '2024-01-01 ..'));
SELECT * FROM creditbank.review_rules('r', 1);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.draft_rules(pg_temp.rules(1, 'LOG', '2024-01-01 ..', 2)) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.review_rules('r', 1) $$);
SELECT sqlstate_, detail FROM pg_temp.error_of($$ SELECT creditbank.withdraw_rules('r', 1, '2024-01-01') $$);
SELECT name, version, state FROM creditbank.revise_rules('r', 1);
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('r', 1) $$);
SELECT * FROM creditbank.review_rules('r', 1);
-- Nothing is decided by what is in review.
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('r', 1) $$);
RESET ROLE;
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT creditbank.rules_in_force('LOG', '2024-06-01') $$);
SET ROLE regress_creditbank_zhang;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('r', 1) $$);
SET ROLE regress_creditbank_li;
SELECT name, version, effective, in_force FROM creditbank.publish_rules('r', 1);
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('r', 1) $$);
SELECT sqlstate_, message, hint FROM pg_temp.error_of($$ SELECT creditbank.revise_rules('r', 1) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.draft_rules(pg_temp.rules(1, 'LOG', '2024-01-01 ..')) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(pg_temp.rules(1, 'LOG', '2024-01-01 ..')) $$);
RESET ROLE;
SELECT drafted_by, reviewed_by, published_by, published_at = now() AS now FROM creditbank.rule_book;
SELECT * FROM pg_temp.recorded;
SELECT a.opened_on = creditbank.today() AS today, a.commitment = creditbank.digest('test.example.org', b.suite) AS of_origin, h.account_id AS holder
FROM creditbank.account AS a CROSS JOIN creditbank.bank AS b LEFT JOIN creditbank.holder AS h USING (account_id);

-- Succession: refused unless asked for; then the old one ends the day before.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(pg_temp.rules(2, 'LOG', '2026-09-01 .. 2027-08-31')) $$);
SELECT name, version, in_force FROM creditbank.publish_rules(pg_temp.rules(2, 'LOG', '2026-09-01 .. 2027-08-31'), supersede => true);
SELECT * FROM pg_temp.book;
SELECT d.day, (SELECT version FROM creditbank.rule_book WHERE rule_book_id = creditbank.rules_in_force('LOG', d.day))
FROM (VALUES (date '2024-01-01'), ('2026-08-31'), ('2026-09-01'), ('2027-08-31')) AS d (day);
SELECT sqlstate_, message, detail FROM pg_temp.error_of($$ SELECT creditbank.rules_in_force('LOG', '2027-09-01') $$);
-- Not by a lower version, nor by another name, nor where its first day lies before the other's.
SELECT name, version FROM creditbank.publish_rules(pg_temp.rules(7, 'MEC', '2025-01-01 .. 2025-12-31'));
SELECT sqlstate_, hint FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(pg_temp.rules(6, 'MEC', '2025-06-01 ..'), true) $$);
SELECT sqlstate_, hint FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(replace(pg_temp.rules(8, 'MEC', '2025-06-01 ..'), '''r''', '''s'''), true) $$);
SELECT sqlstate_, detail, hint FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(pg_temp.rules(8, 'MEC', '2024-06-01 ..'), true) $$);
-- One whose first day is the old one's own leaves that in force on no day.
SELECT name, version, in_force FROM creditbank.publish_rules(pg_temp.rules(3, 'LOG', '2026-09-01 .. 2027-12-31'), true);
-- A superseded one is cut again; a narrower scope is warned of.
SELECT name, version, in_force FROM creditbank.publish_rules(pg_temp.rules(20, 'LOG'', ''MEC', '2030-01-01 ..'));
SELECT name, version, in_force FROM creditbank.publish_rules(pg_temp.rules(21, 'LOG', '2035-01-01 ..'), true);
SELECT name, version, in_force FROM creditbank.publish_rules(pg_temp.rules(22, 'MEC', '2034-01-01 .. 2034-12-31'), true);
SELECT * FROM pg_temp.book;
-- A book without days: the one that follows takes over today.
SELECT name, version, in_force FROM creditbank.publish_rules('rule_set ''s'' version 1 programme ''MEC'' effective .. 2023-12-31 rule ''a'' when any cert/* grant 1 cr');
INSERT INTO creditbank.programme (code, institution, title, credits) VALUES ('ART', 'OUC', 'Art', 80);
SELECT name, version, in_force FROM creditbank.publish_rules('rule_set ''art'' version 1 programme ''ART'' rule ''a'' when any cert/* grant 1 cr');
SELECT sqlstate_, hint FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('rule_set ''art'' version 2 programme ''ART'' rule ''a'' when any cert/* grant 2 cr') $$);
SELECT name, version, in_force = daterange(creditbank.today(), NULL) AS from_today
FROM creditbank.publish_rules('rule_set ''art'' version 2 programme ''ART'' rule ''a'' when any cert/* grant 2 cr', true);
SELECT name, version, state, in_force = daterange(NULL, creditbank.today()) AS until_yesterday FROM creditbank.rule_book WHERE name = 'art' AND version = 1;
-- One that ends before the old one would have is warned of.
SAVEPOINT shorter;
SELECT name, version, in_force FROM creditbank.publish_rules('rule_set ''art'' version 3 programme ''ART'' effective 2060-01-01 .. 2060-12-31 rule ''a'' when any cert/* grant 2 cr', true);
ROLLBACK TO shorter;

-- Withdrawal.
SELECT name, version, in_force FROM creditbank.withdraw_rules('r', 21, '2036-12-31');
SELECT name, version, in_force FROM creditbank.withdraw_rules('r', 21, '2035-06-30');
SELECT last_day, e.sqlstate_, e.message, e.detail
FROM (VALUES ('''2035-06-30'''), ('''2040-01-01'''), ('''2034-12-30'''), ('NULL'), ('''infinity''')) AS d (last_day)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.withdraw_rules(''r'', 21, %s)', last_day)) AS e;
SELECT name, version, in_force FROM creditbank.withdraw_rules('r', 21, '2034-12-31');
SELECT sqlstate_, detail FROM pg_temp.error_of($$ SELECT creditbank.withdraw_rules('r', 21, '2034-12-31') $$);
SELECT seq, kind, detail FROM pg_temp.recorded WHERE seq > 2 AND detail !~ '"art"';

-- What is not there, and what is no argument.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.review_rules('nothing', 1) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(NULL, NULL::integer) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.publish_rules('x', supersede => NULL) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.draft_rules(NULL) $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.draft_rules('rule_set') $$);
-- A review says what is doubtful, once of the rules and then of each programme, and goes on.
INSERT INTO creditbank.programme_course (programme, ref, title, credits, excluded)
VALUES ('LOG', 'course/OUC/L1', 'L1', 3, false), ('MEC', 'course/OUC/L1', 'L1', 3, true);
SELECT name, version FROM creditbank.draft_rules($$ rule_set 'doubtful' version 1 programme 'LOG', 'MEC' effective 2060-01-01 ..
	minimum issuer 'OUC', issuer 'OIC' 1 cr
	rule 'one' when cert/OUC/A grant course/OUC/L1 3 cr
	rule 'never' when any cert/* level > 10 grant 1 cr
	rule 'no such course' when cert/OUC/C grant course/OUC/L9 1 cr
	rule 'mistyped' when all of (cert/OUK/D hours >= 8, any of (any */OUCC/*, any award/OUK/*, any project/*)) grant 2 cr $$);
SELECT programme, rule, problem, message FROM creditbank.review_rules('doubtful', 1);
SELECT state FROM creditbank.rule_book WHERE name = 'doubtful';
SELECT name, version, state FROM creditbank.revise_rules('doubtful', 1);
-- A draft may name a programme that is registered later; what is reviewed may not.
SELECT name, version FROM creditbank.draft_rules(pg_temp.rules(30, 'NEW', '2024-01-01 ..'));
SELECT sqlstate_, message, detail FROM pg_temp.error_of($$ SELECT creditbank.review_rules('r', 30) $$);
-- Nothing was recorded of what was refused.
SELECT count(*) FILTER (WHERE kind = 'published') AS published, count(*) FILTER (WHERE kind = 'superseded') AS superseded FROM pg_temp.recorded;
SELECT state, count(*) FROM creditbank.rule_book GROUP BY state ORDER BY state;

-- The one call is one person's, and can be taken away.
SELECT DISTINCT drafted_by = published_by AND reviewed_by = published_by AS one_person FROM creditbank.rule_book WHERE name = 'art';
REVOKE EXECUTE ON FUNCTION creditbank.publish_rules(text, boolean) FROM creditbank_admin;
SET ROLE regress_creditbank_li;
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.publish_rules(pg_temp.rules(40, 'LOG', '2050-01-01 ..')) $$);
RESET ROLE;

-- The bank's own account is for nobody else.
SELECT call, e.sqlstate_, e.message
FROM (VALUES
	('deposit(''00000000000098'', ''cert/OUC/X#1'', ''2024-01-01'', ''X'')'),
	('recognise(''00000000000098'', ''cert/OUC/X#1'')'),
	('convert(''0000-0000-0000-98'', ''LOG'')'),
	('explain_conversion(''00000000000098'', ''LOG'')')) AS c (call)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || call) AS e;
SELECT detail, hint FROM pg_temp.error_of($$ SELECT creditbank.deposit('00000000000098', 'cert/OUC/X#1', '2024-01-01', 'X') $$);
SELECT * FROM creditbank.balance('00000000000098');
SELECT * FROM creditbank.lifelong_file('00000000000098');
SELECT call, e.sqlstate_, e.message, e.detail
FROM (VALUES
	('append_entry(0, ''converted'', ''1 cr'', NULL, current_date, NULL)'),
	('append_entry(0, ''deposited'', NULL, NULL, current_date, NULL)'),
	('append_entry(0, ''published'', ''1 cr'', NULL, current_date, NULL)'),
	('reverse_entry(0, 2, current_date, NULL)'),
	('reverse_entry(0, 4, current_date, NULL)')) AS c (call)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || call) AS e;
SELECT account FROM creditbank.open_account('Li Xiuying');
SELECT call, e.sqlstate_, e.message
FROM (VALUES
	('append_entry(1, ''published'', NULL, NULL, current_date, NULL)'),
	('append_entry(1, ''superseded'', NULL, NULL, current_date, NULL)')) AS c (call)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || call) AS e;

-- The rows change along their steps only, whoever tries.
SELECT change, e.sqlstate_, e.detail
FROM (VALUES
	('SET version = 99 WHERE state = ''draft'''),
	('SET state = ''published'' WHERE state = ''draft'''),
	('SET state = ''draft'', in_force = NULL WHERE name = ''r'' AND version = 7'),
	('SET state = ''superseded'', rules = replace(rules::text, ''1 cr'', ''2 cr'')::creditbank.rule_set WHERE name = ''r'' AND version = 7'),
	('SET state = ''superseded'', effective = ''[2025-01-01,)'' WHERE name = ''r'' AND version = 7'),
	('SET state = ''superseded'', published_by = ''nobody'' WHERE name = ''r'' AND version = 7'),
	('SET state = ''superseded'', in_force = ''[2025-02-01,2026-01-01)'' WHERE name = ''r'' AND version = 7'),
	('SET in_force = ''[2024-01-01,2030-01-01)'' WHERE name = ''r'' AND version = 1'),
	('SET state = ''published'' WHERE name = ''r'' AND version = 1')) AS c (change)
CROSS JOIN LATERAL pg_temp.error_of('UPDATE creditbank.rule_book ' || change) AS e;
SELECT sqlstate_, message FROM pg_temp.error_of('DELETE FROM creditbank.rule_book WHERE state = ''draft''');
SELECT sqlstate_, message FROM pg_temp.error_of('TRUNCATE creditbank.rule_book CASCADE');
SET LOCAL session_replication_role = replica;
SELECT sqlstate_ FROM pg_temp.error_of('UPDATE creditbank.rule_book SET state = ''draft''');
SELECT sqlstate_ FROM pg_temp.error_of('DELETE FROM creditbank.rule_book');
RESET session_replication_role;

-- Verification: sound, and after each change behind the bank's back.
SELECT * FROM creditbank.verify_ledger() UNION ALL SELECT * FROM creditbank.verify_archive() UNION ALL SELECT * FROM creditbank.verify_account('00000000000098');
CREATE FUNCTION pg_temp.after(statement text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	findings text;
BEGIN
	BEGIN
		ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER USER;
		ALTER TABLE creditbank.rule_book DISABLE TRIGGER USER;
		EXECUTE statement;
		SELECT string_agg(concat_ws(' ', v.class, v.account, v.seq), ', ' ORDER BY v.class, v.account, v.seq)
		INTO findings
		FROM (SELECT * FROM creditbank.verify_ledger() UNION ALL SELECT * FROM creditbank.verify_archive()) AS v
		WHERE v.class <> 'missing_guard';
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
		RETURN findings;
	END;
END
$$;
SELECT s.what, pg_temp.after(s.statement) AS found
FROM (VALUES
	('nothing', 'SELECT 1'),
	('rules', 'UPDATE creditbank.rule_book SET rules = replace(rules::text, ''1 cr'', ''2 cr'')::creditbank.rule_set WHERE name = ''r'' AND version = 1'),
	('rules and digest', 'UPDATE creditbank.rule_book AS b SET rules = n.rules, digest = creditbank.rule_set_digest(n.rules) FROM (SELECT rule_book_id, replace(rules::text, ''1 cr'', ''2 cr'')::creditbank.rule_set AS rules FROM creditbank.rule_book) AS n WHERE n.rule_book_id = b.rule_book_id AND b.name = ''r'' AND b.version = 1'),
	('digest', 'UPDATE creditbank.rule_book SET digest = creditbank.digest('''') WHERE name = ''r'' AND version = 1'),
	('a draft''s digest', 'UPDATE creditbank.rule_book SET digest = creditbank.digest('''') WHERE state = ''draft'''),
	('effective', 'UPDATE creditbank.rule_book SET effective = ''[2000-01-01,)'' WHERE name = ''r'' AND version = 1'),
	('in_force made longer', 'UPDATE creditbank.rule_book SET in_force = effective WHERE name = ''r'' AND version = 1'),
	('in_force made empty', 'UPDATE creditbank.rule_book SET in_force = ''empty'' WHERE name = ''r'' AND version = 7'),
	('state', 'UPDATE creditbank.rule_book SET state = ''published'' WHERE name = ''r'' AND version = 1'),
	('made a draft', 'UPDATE creditbank.rule_book SET state = ''draft'', in_force = NULL WHERE name = ''r'' AND version = 7'),
	('a draft made a book', 'UPDATE creditbank.rule_book SET state = ''published'', in_force = effective, published_at = now(), published_by = ''x'' WHERE state = ''draft'''),
	('published_by', 'UPDATE creditbank.rule_book SET published_by = drafted_by WHERE name = ''r'' AND version = 1'),
	('drafted_by', 'UPDATE creditbank.rule_book SET drafted_by = published_by WHERE name = ''r'' AND version = 1'),
	('a book taken out', 'DELETE FROM creditbank.rule_book WHERE name = ''r'' AND version = 7'),
	('the entry', 'UPDATE creditbank.ledger_entry SET detail = replace(detail, ''LOG'', ''LOH'') WHERE account_id = 0 AND seq = 2'),
	('the entry''s kind, in a chain made to fit', 'UPDATE creditbank.ledger_entry SET kind = 3 WHERE account_id = 0 AND seq = (SELECT seq FROM creditbank.ledger_head WHERE account_id = 0);
		UPDATE creditbank.ledger_head AS h SET head_hash = decode(l.entry_hash, ''hex'') FROM creditbank.ledger AS l WHERE h.account_id = 0 AND l.account = creditbank.account_number(0) AND l.seq = h.seq'),
	('a learner''s entry made one of the bank''s', 'UPDATE creditbank.ledger_entry SET account_id = 1, seq = 2, kind = 8, prev_hash = h.head_hash FROM creditbank.ledger_head AS h WHERE h.account_id = 1 AND ledger_entry.account_id = 0 AND ledger_entry.seq = 2'),
	('no entry of the bank', 'DELETE FROM creditbank.ledger_entry WHERE account_id = 0; DELETE FROM creditbank.ledger_head WHERE account_id = 0; DELETE FROM creditbank.account WHERE account_id = 0'),
	('the bank given a holder', 'INSERT INTO creditbank.holder VALUES (0, ''Mallory'', '''')')) AS s (what, statement);
-- The publication is proven like any entry.
SELECT tree_size FROM creditbank.seal();
SELECT b.bundle -> 'entry' ->> 'kind' AS kind, b.bundle -> 'entry' ->> 'account_id' AS account_id
FROM creditbank.proof_bundle('00000000000098', 2) AS p (bundle), LATERAL (SELECT p.bundle::jsonb) AS b (bundle);
ROLLBACK;
