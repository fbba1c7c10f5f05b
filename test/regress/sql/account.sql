-- account: numbers with check digits, opening, the life of an account, its holder.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
\i test/regress/identity_key.sql
INSERT INTO creditbank.region (code, name) VALUES ('420100', 'Wuhan');
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

SELECT creditbank.account_number(1) AS wang, creditbank.account_number(2) AS li \gset
-- More than a name.
SELECT account, account_id, seq
FROM creditbank.open_account('Chen Jie', '2024-03-01', '110105 19491231 002x', activated => false, region => '420100000000',
	trainee_group => 'veteran', family_name => ' Chen ', given_names => 'Jie');
SELECT account AS chen FROM creditbank.find_account('110105491231002') AS f (account) \gset
SELECT * FROM creditbank.account_holder(:'chen');
SELECT kind, detail ~ '^\{"activated": false, "commitment": "[0-9a-f]{64}"\}$' AS detail FROM creditbank.ledger WHERE account = :'chen';
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, '110105491231002') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, '110105194912310021') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, '32058119990704123') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, 'E12345678', 'Passport') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, 'E12345678', NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, '810000199408230021', 'residence_permit', birth_date => '1994-08-24') $$);
SELECT sqlstate_, message, detail FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, '110105299912310020') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', birth_date => '2999-12-31') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', region => '110000') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', trainee_group => 'veterans') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', family_name => repeat('x', 201)) $$);
-- A refusal does not repeat what is personal, nor what may be an identity number.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account(E'Chen Jie\n') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', given_names => E'Jie\t') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.balance('110105 19491231 002x') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.balance('110105491231002') $$);
SELECT sqlstate_, message, detail FROM pg_temp.error_of($$ SET LOCAL creditbank.identity_key_file = ''; SELECT creditbank.open_account('Chen Jie', NULL, '810000199408230021', 'residence_permit') $$);
SELECT creditbank.find_account('810000199408230021', 'residence_permit') AS nobody, creditbank.find_account(NULL) AS no_number;
SELECT sqlstate_, detail FROM pg_temp.error_of($$ SELECT creditbank.find_account('810000199408230022', 'residence_permit') $$);

-- The groups of Hubei's 1+X.
SELECT code, title, parent FROM creditbank.trainee_group ORDER BY coalesce(parent, code), parent NULLS FIRST, code;

-- What each state permits, and what it says.
CREATE FUNCTION pg_temp.in_state(new_state text, statement text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	told record;
BEGIN
	EXECUTE format('UPDATE creditbank.account SET state = %L WHERE account_id = 1', new_state);
	SELECT * INTO told FROM pg_temp.error_of(statement) AS e;
	RAISE EXCEPTION 'undo' USING ERRCODE = 'XX999', DETAIL = told.sqlstate_ || ' ' || told.message || E'\n' || told.detail || E'\n' || coalesce(told.hint, '');
EXCEPTION WHEN SQLSTATE 'XX999' THEN
	GET STACKED DIAGNOSTICS new_state = PG_EXCEPTION_DETAIL;
	RETURN new_state;
END
$$;
SELECT s.state, a.action, split_part(pg_temp.in_state(s.state, format('SELECT creditbank.check_account_permits(1, %L)', a.action)), ' ', 1) AS told,
	CASE a.action WHEN 'deposit' THEN s.may_deposit WHEN 'convert' THEN s.may_convert WHEN 'describe' THEN s.may_describe END AS may
FROM creditbank.account_state AS s, (VALUES ('deposit'), ('convert'), ('describe'), ('swim')) AS a (action)
ORDER BY s.state, a.action;
SELECT pg_temp.in_state(state, format($$ SELECT creditbank.deposit(%L, 'course/OUC/X', '2024-01-01', 'X') $$, :'wang')) AS told FROM creditbank.account_state ORDER BY state;
SELECT pg_temp.in_state(state, format($$ SELECT creditbank.convert(%L, 'OUC-LOGISTICS') $$, :'wang')) AS told FROM creditbank.account_state ORDER BY state;
SELECT pg_temp.in_state('frozen', format($$ SELECT creditbank.rename_holder(%L, 'Wang', 'mistyped') $$, :'wang')) AS told;

-- Every step from every state: what account_transition permits, and nothing else.
SELECT s.state, f.step, t.to_state,
	left(pg_temp.in_state(s.state, format('SELECT creditbank.%s(%L%s)', f.step, :'wang', CASE WHEN f.step <> 'activate_account' THEN ', ''x''' ELSE '' END)), 5) AS told
FROM creditbank.account_state AS s
CROSS JOIN (VALUES ('activate_account'), ('freeze_account'), ('release_account'), ('close_account')) AS f (step)
LEFT JOIN creditbank.account_transition AS t ON t.from_state = s.state AND t.step = f.step
ORDER BY s.state, f.step;
SELECT pg_temp.in_state(state, format($$ SELECT creditbank.activate_account(%L) $$, :'wang')) AS told FROM creditbank.account_state WHERE state <> 'opened' ORDER BY state;
-- Who may take a step is who may call it.
SELECT t.step, t.who, ARRAY(
		SELECT r.name
		FROM unnest(ARRAY['registrar', 'assessor', 'auditor', 'analyst', 'verifier', 'admin']) WITH ORDINALITY AS r (name, place)
		WHERE has_function_privilege('creditbank_' || r.name, p.oid, 'EXECUTE')
		ORDER BY r.place) AS may_call
FROM (SELECT DISTINCT step, who FROM creditbank.account_transition) AS t
JOIN pg_proc AS p ON p.pronamespace = 'creditbank'::regnamespace AND p.proname = t.step
ORDER BY t.step;

-- A life: opened, activated, frozen, released, closed; each step an entry.
SELECT state FROM creditbank.deposit(:'chen', 'cert/CN-POST/EXP-OPERATOR#2023-000777', '2024-02-20', amount => '48 hr');
SELECT state FROM creditbank.recognise(:'chen', 'cert/CN-POST/EXP-OPERATOR#2023-000777');
SELECT sqlstate_, message, hint FROM pg_temp.error_of(format($$ SELECT creditbank.convert(%L, 'OUC-LOGISTICS') $$, :'chen'));
SELECT state, seq, octet_length(entry_hash) FROM creditbank.activate_account(:'chen');
SELECT max(decision_id) AS chen_decision FROM creditbank.propose_conversion(:'chen', 'OUC-LOGISTICS') \gset
SELECT state, seq FROM creditbank.freeze_account(:'chen', 'the certificate is being looked into');
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.propose_conversion(%L, 'OUC-LOGISTICS') $$, :'chen'));
SELECT creditbank.submit_decision(:chen_decision);
SELECT state, seq FROM creditbank.release_account(:'chen', 'genuine');
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.close_account(%L, 'asked for') $$, :'chen'));
SELECT sqlstate_, detail FROM pg_temp.error_of(format($$ SELECT creditbank.erase_holder(%L, 'asked for') $$, :'chen'));
SELECT creditbank.withdraw_decision(:chen_decision);
UPDATE creditbank.achievement SET state = 'appealed' WHERE ref = 'cert/CN-POST/EXP-OPERATOR#2023-000777';
SELECT sqlstate_, detail FROM pg_temp.error_of(format($$ SELECT creditbank.close_account(%L, 'asked for') $$, :'chen'));
UPDATE creditbank.achievement SET state = 'recognised' WHERE ref = 'cert/CN-POST/EXP-OPERATOR#2023-000777';
SAVEPOINT reserved;
INSERT INTO creditbank.reward (code, institution, title, price, stock) VALUES ('MUG', 'OUC', 'A mug', '1 pt', 1);
INSERT INTO creditbank.redemption (account_id, reward, quantity, price, state, reserved_until, first_seq)
SELECT h.account_id, 'MUG', 1, '1 pt', 'reserved', '2999-12-31', 7 FROM creditbank.holder AS h WHERE h.full_name = 'Chen Jie';
SELECT sqlstate_, regexp_replace(detail, 'redemption [0-9]+', 'redemption N') AS detail FROM pg_temp.error_of(format($$ SELECT creditbank.close_account(%L, 'asked for') $$, :'chen'));
ROLLBACK TO reserved;
SELECT count(*) AS findings FROM creditbank.verify_archive();
SELECT state, seq FROM creditbank.close_account(:'chen', 'asked for');
SELECT seq, kind, amount, detail FROM creditbank.ledger WHERE account = :'chen' AND kind NOT IN ('opened', 'deposited', 'recognised');
SELECT unit, balance FROM creditbank.balance(:'chen');
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.open_account('Chen Jie', NULL, '110105491231002') $$);
SELECT r.call, e.sqlstate_, e.message, e.detail
FROM (VALUES ('freeze_account(%L, NULL)'), ('release_account(%L, '' '')'), ('close_account(%L, NULL)'), ('rename_holder(%L, ''Li'', NULL)'),
	('erase_holder(%L, E''a\nb'')')) AS r (call),
	LATERAL pg_temp.error_of(format('SELECT creditbank.' || r.call, :'li')) AS e;
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.freeze_account('00000000000098', 'x') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.activate_account(NULL) $$);

-- The holder: another name, in the ledger as another commitment alone.
SELECT commitment AS old_commitment FROM creditbank.account WHERE account_id = 2 \gset
SELECT account FROM creditbank.open_account('Li Ming', '2024-01-01', '32058119990704123X', 'other') \gset brother_
SELECT seq, octet_length(entry_hash) FROM creditbank.rename_holder(:'li', 'Li Xiuyin', 'mistyped at the counter', 'Li', 'Xiuyin');
SELECT a.commitment <> :'old_commitment' AS another,
	a.commitment = creditbank.digest(h.salt || convert_to('Li Xiuyin', 'UTF8')) AS commits,
	e.detail = format('{"reason": "mistyped at the counter", "commitment": "%s"}', encode(a.commitment, 'hex')) AS in_the_ledger
FROM creditbank.account AS a
JOIN creditbank.holder AS h USING (account_id)
JOIN creditbank.ledger_entry AS e ON e.account_id = a.account_id AND e.seq = 2
WHERE a.account_id = 2;
SELECT full_name, family_name, given_names FROM creditbank.account_holder(:'li');
SELECT (SELECT count(*) FROM creditbank.verify_ledger()) AS ledger, (SELECT count(*) FROM creditbank.verify_archive()) AS archive;
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.rename_holder(%L, ' ', 'x') $$, :'li'));

-- An identity, the first time and a newer document.
SELECT creditbank.identify_holder(:'li', 'E12345678', 'passport') = :'li' AS noted;
SELECT creditbank.identify_holder(:'li', 'e 1234 5678', 'passport') = :'li' AS again;
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.identify_holder(%L, 'E87654321', 'passport') $$, :'li'));
SELECT creditbank.identify_holder(:'li', '320581990704123', replacing => true) = :'li' AS replaced;
SELECT creditbank.find_account('E12345678', 'passport') AS by_passport, creditbank.find_account('320581990704123') = :'li' AS by_id;
SELECT identity_kind, birth_date FROM creditbank.account_holder(:'li');
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.identify_holder(%L, '32058119990704123x', 'other', true) $$, :'li'));
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.identify_holder(%L, NULL) $$, :'li'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.identify_holder(%L, '1') $$, :'li'));

-- Where the holder is counted: NULL keeps, an empty text takes away.
SELECT creditbank.describe_holder(:'li', region => '420100', trainee_group => 'student', given_names => 'Xiuying') = :'li' AS noted;
SELECT creditbank.describe_holder(:'li', family_name => '', trainee_group => 'employed') = :'li' AS noted;
SELECT full_name, family_name, given_names, birth_date, region, trainee_group FROM creditbank.account_holder(:'li');
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.describe_holder(%L, birth_date => '1999-07-05') $$, :'li'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.describe_holder(%L, region => '110000') $$, :'li'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.describe_holder(%L, trainee_group => 'x') $$, :'li'));

-- Student numbers.
SELECT creditbank.set_student_number(:'li', 'ouc', ' 2024-0001 ') = :'li' AS noted;
SELECT creditbank.set_student_number(:'li', 'AH-OU', 'A7') = :'li' AS noted;
SELECT creditbank.find_student('OUC', '2024-0001') = :'li' AS found, creditbank.find_student('OUC', 'A7') AS of_another_school, creditbank.find_student('OUC', NULL) AS none;
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.set_student_number(%L, 'OUC', '2024-0001') $$, :'wang'));
SELECT creditbank.set_student_number(:'wang', 'AH-OU', '2024-0001') = :'wang' AS elsewhere;
SELECT creditbank.set_student_number(:'li', 'AH-OU', '') = :'li' AS taken_away;
SELECT student_numbers FROM creditbank.account_holder(:'li');
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.set_student_number(%L, 'NOBODY', '1') $$, :'li'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.set_student_number(%L, NULL, '1') $$, :'li'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.set_student_number(%L, 'OUC', repeat('1', 51)) $$, :'li'));
-- Many schools number their students by the identity number, with a letter before it.
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.set_student_number(%L, 'OUC', 'G11010519491231002X') $$, :'li'));
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.set_student_number(%L, 'OUC', '11010519491231002x') $$, :'li'));

-- Enrolment.
UPDATE creditbank.programme SET valid = '[2020-01-01,2025-01-01)' WHERE code = 'AHOU-MECHATRONICS';
SELECT creditbank.enrol(:'li', 'OUC-LOGISTICS', '2023-09-01', 'adult', 'Logistics 23-1') = :'li' AS enrolled;
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.enrol(%L, 'OUC-LOGISTICS', '2024-09-01') $$, :'li'));
SELECT creditbank.end_enrolment(:'li', 'OUC-LOGISTICS', 'left', '2024-06-30') = :'li' AS ended;
SELECT creditbank.enrol(:'li', 'OUC-LOGISTICS', '2024-09-01', 'network') = :'li' AS again;
SELECT programme, entered_on, education_category, cohort, outcome, left_on, season FROM creditbank.enrolment;
SELECT creditbank.end_enrolment(:'li', 'OUC-LOGISTICS', 'graduated', '2025-06-30', 'spring') = :'li' AS ended;
SELECT programme, entered_on, education_category, cohort, outcome, left_on, season FROM creditbank.enrolment;
SELECT r.call, e.*
FROM (VALUES ('enrol(%L, ''OUC-LOGISTICS'', ''2025-09-01'')'), ('enrol(%L, ''NOTHING'')'), ('enrol(%L, NULL)'), ('enrol(%L, ''AHOU-MECHATRONICS'', ''2025-01-01'')'),
	('enrol(%L, ''AHOU-MECHATRONICS'', ''2024-09-01'', ''Adult'')'), ('enrol(%L, ''AHOU-MECHATRONICS'', ''2024-09-01'', season => ''winter'')'),
	('enrol(%L, ''AHOU-MECHATRONICS'', ''2024-09-01'', cohort => repeat(''x'', 51))'),
	('end_enrolment(%L, ''OUC-LOGISTICS'', ''left'')'), ('end_enrolment(%L, ''AHOU-MECHATRONICS'', ''left'')'),
	('end_enrolment(%L, ''OUC-LOGISTICS'', ''studying'')'), ('end_enrolment(%L, ''OUC-LOGISTICS'', NULL)')) AS r (call),
	LATERAL pg_temp.error_of(format('SELECT creditbank.' || r.call, :'li')) AS e;
SELECT creditbank.enrol(:'wang', 'AHOU-MECHATRONICS', '2024-09-01') = :'wang' AS enrolled;
SELECT sqlstate_, message, detail FROM pg_temp.error_of(format($$ SELECT creditbank.end_enrolment(%L, 'AHOU-MECHATRONICS', 'left', '2024-08-31') $$, :'wang'));

-- Erased: nothing of the person is left anywhere, and every chain holds.
CREATE FUNCTION pg_temp.places_of(pattern text)
RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	place text;
	hits bigint;
BEGIN
	FOR place IN
		SELECT format('creditbank.%I', c.relname) FROM pg_class AS c WHERE c.relnamespace = 'creditbank'::regnamespace AND c.relkind = 'r'
		UNION ALL
		VALUES ('pg_catalog.pg_stats'), ('pg_catalog.pg_stats_ext_exprs')
	LOOP
		EXECUTE format('SELECT count(*) FROM %s AS t WHERE t::text ~* %L', place, pattern) INTO hits;
		IF hits > 0 THEN
			RETURN NEXT format('%s: %s', place, hits);
		END IF;
	END LOOP;
END
$$;
ANALYZE creditbank.holder, creditbank.account, creditbank.ledger_entry, creditbank.enrolment;
SELECT string_agg(attname, ', ' ORDER BY attname) AS columns_with_statistics FROM pg_stats WHERE schemaname = 'creditbank' AND tablename = 'holder';
SELECT * FROM pg_temp.places_of('Xiuyin|1999-07-04|2024-0001') ORDER BY 1;
SELECT * FROM pg_temp.places_of('3205819?9?990704123|E12345678|1101051949') ORDER BY 1;
SELECT seq, octet_length(entry_hash) FROM creditbank.erase_holder(:'li', 'asked for by the holder');
SELECT * FROM pg_temp.places_of('Xiuyin|1999-07-04') ORDER BY 1;
SELECT seq, kind, detail FROM creditbank.ledger WHERE account = :'li' AND kind IN ('closed', 'erased');
SELECT state, full_name, birth_date, identity_kind, student_numbers FROM creditbank.account_holder(:'li');
SELECT creditbank.find_account('320581990704123') AS found, creditbank.find_student('OUC', '2024-0001') AS student;
SELECT (SELECT count(*) FROM creditbank.verify_ledger()) AS ledger, (SELECT count(*) FROM creditbank.verify_archive()) AS archive;
SELECT * FROM pg_temp.error_of(format($$ SELECT creditbank.erase_holder(%L, 'again') $$, :'li'));
SELECT sqlstate_, message FROM pg_temp.error_of(format($$ SELECT creditbank.identify_holder(%L, '320581990704123') $$, :'li'));
-- A closed account is erased as it is, a frozen one is released first; whoever comes again gets another account.
SELECT seq FROM creditbank.erase_holder(:'chen', 'asked for by the holder');
SELECT state FROM creditbank.freeze_account(:'wang', 'under inquiry');
SELECT sqlstate_, message, detail FROM pg_temp.error_of(format($$ SELECT creditbank.erase_holder(%L, 'asked for') $$, :'wang'));
SELECT account <> :'chen' AS another FROM creditbank.open_account('Chen Jie', '2024-03-01', '110105491231002');
SELECT (SELECT count(*) FROM creditbank.verify_ledger()) AS ledger, (SELECT count(*) FROM creditbank.verify_archive()) AS archive;
-- What is altered behind the ledger's back is found.
SAVEPOINT honest;
UPDATE creditbank.account SET state = 'active' WHERE account_id = 1;
INSERT INTO creditbank.holder (account_id, full_name, salt) VALUES (2, 'Mallory', 'x');
UPDATE creditbank.holder SET full_name = 'Mallory' WHERE full_name = 'Li Ming';
SELECT account, class, seq, expected, found FROM creditbank.verify_archive() WHERE expected !~ '^committed';
SELECT account, class, seq FROM creditbank.verify_archive() WHERE expected ~ '^committed';
ROLLBACK TO honest;
ROLLBACK;
\set ECHO none
\i test/regress/remove_identity_key.sql
