-- access: who may do what, tried as each role. A call that is let in fails
-- later, by its own error or not at all; one that is not, fails with 42501.
BEGIN;
CALL creditbank.create_bank('test.example.org');
CREATE ROLE regress_creditbank_nobody;
CREATE TEMP TABLE permitted (call text, roles text[]);
INSERT INTO permitted
VALUES
	('CALL creditbank.create_bank(''x.example.org'')', '{admin}'),
	('SELECT creditbank.publish_rules(''x'')', '{admin}'),
	('SELECT creditbank.publish_rules(''x'', 1)', '{admin}'),
	('SELECT creditbank.draft_rules(''x'')', '{admin}'),
	('SELECT creditbank.review_rules(''x'', 1)', '{admin}'),
	('SELECT creditbank.revise_rules(''x'', 1)', '{admin}'),
	('SELECT creditbank.withdraw_rules(''x'', 1, CURRENT_DATE)', '{admin}'),
	('SELECT creditbank.put_into_force(1, false)', '{}'),
	('SELECT creditbank.open_bank_account()', '{}'),
	('SELECT creditbank.days_text(''empty'')', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.today()', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.rule_book_doubts(1)', '{}'),
	('SELECT creditbank.impact(''x'', ''y'')', '{admin,auditor}'),
	('SELECT creditbank.report_progress(''compared'', ''learners'', 1, 1, now(), now())', '{}'),
	('SELECT creditbank.open_account(''Li'')', '{admin,registrar}'),
	('SELECT creditbank.deposit(''1'', ''course/A/B'', ''2024-01-01'')', '{admin,registrar}'),
	('SELECT creditbank.convert(''1'', ''P'')', '{admin,registrar}'),
	('SELECT creditbank.propose_conversion(''1'', ''P'')', '{admin,registrar}'),
	('SELECT creditbank.submit_decision(1)', '{admin,registrar}'),
	('SELECT creditbank.take_decision(1)', '{admin,assessor}'),
	('SELECT creditbank.approve_decision(1)', '{admin,assessor}'),
	('SELECT creditbank.reject_decision(1, ''x'')', '{admin,assessor}'),
	('SELECT creditbank.withdraw_decision(1)', '{admin,registrar}'),
	('SELECT creditbank.appeal_decision(1, ''x'')', '{admin,registrar}'),
	('SELECT creditbank.post_decision(1)', '{admin,registrar}'),
	('SELECT creditbank.reverse_decision(1, ''x'')', '{admin,registrar}'),
	('SELECT creditbank.explain_decision(1)', '{admin,registrar,assessor,auditor}'),
	('SELECT creditbank.replay()', '{admin,auditor,verifier}'),
	('SELECT * FROM creditbank.decisions, creditbank.decision_lines, creditbank.decision_step, creditbank.decision_transition', '{admin,registrar,assessor,auditor}'),
	('UPDATE creditbank.decision SET state = ''posted''', '{}'),
	('INSERT INTO creditbank.decision_step VALUES (1, 2, ''x'', ''x'', ''x'', now(), ''x'')', '{}'),
	('INSERT INTO creditbank.decision_transition VALUES (''draft'', false, ''x'', ''posted'', ''{}'')', '{}'),
	('SELECT creditbank.move_decision(1, ''x'', NULL)', '{}'),
	('SELECT creditbank.take_back_lines(1, ''x'')', '{}'),
	('SELECT creditbank.decide(''1'', ''P'', NULL, NULL, ''priority'', false)', '{}'),
	('SELECT creditbank.recognise(''1'', ''course/A/B'')', '{admin,assessor}'),
	('SELECT creditbank.shanghai_courses(''X'')', '{admin,registrar}'),
	('SELECT creditbank.shanghai_conversions(''X'')', '{admin,registrar}'),
	('SELECT creditbank.shanghai_certificates(''X'')', '{admin,registrar}'),
	('SELECT creditbank.shanghai_csv(''courses'', ''X'', identities => ''{}'')', '{admin,registrar}'),
	('SELECT creditbank.shanghai_problems(''courses'', ''X'')', '{admin,registrar}'),
	('SELECT creditbank.shanghai_holders(''{1}'', ''X'', NULL)', '{}'),
	('SELECT creditbank.shanghai_passed(''X'', ''2024-01-01'', ''2024-12-31'')', '{}'),
	('SELECT creditbank.shanghai_converted(''conversions'', ''X'', ''2024-01-01'', ''2024-12-31'')', '{}'),
	('SELECT creditbank.identity_doubt(1, ''resident_id'', ''x'', ''{}'')', '{}'),
	('SELECT * FROM creditbank.code_list, creditbank.code_map', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('INSERT INTO creditbank.code_map (scheme, list, word, code) VALUES (''shanghai'', ''conversions.school'', ''X'', ''1'')', '{admin}'),
	('DELETE FROM creditbank.code_map', '{admin}'),
	('SELECT creditbank.yearly_figures(2024)', '{admin,auditor,analyst}'),
	('SELECT creditbank.counted_entries(''2024-01-01'', ''2024-12-31'', NULL)', '{}'),
	('SELECT creditbank.export_rule_books()', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.draft_rule_books(''{}'')', '{admin}'),
	('SELECT creditbank.explain_conversion(''1'', ''P'')', '{admin,registrar,assessor,auditor}'),
	('SELECT creditbank.balance(''1'')', '{admin,registrar,assessor,auditor}'),
	('SELECT creditbank.expiring()', '{admin,registrar,assessor,auditor}'),
	('SELECT creditbank.lifelong_file(''1'')', '{admin,registrar,assessor,auditor}'),
	('SELECT creditbank.verify_account(''1'')', '{admin,auditor,verifier}'),
	('SELECT creditbank.verify_ledger()', '{admin,auditor,verifier}'),
	('SELECT creditbank.verify_archive()', '{admin,auditor,verifier}'),
	('SELECT creditbank.ledger_disagreements()', '{}'),
	('SELECT creditbank.account_sums(''\x'', 1)', '{}'),
	('SELECT creditbank.head_sums(''\x'', 1, 1, NULL, NULL)', '{}'),
	('SELECT creditbank.entry_sums(''\x'', 1, 1, 1, now(), NULL, NULL, CURRENT_DATE, 1::smallint, NULL, NULL, NULL, NULL)', '{}'),
	('SELECT * FROM creditbank.rule_book', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT * FROM creditbank.ledger', '{admin,auditor}'),
	('SELECT * FROM creditbank.achievement', '{admin,auditor}'),
	('SELECT * FROM creditbank.holder', '{admin}'),
	('INSERT INTO creditbank.institution (code, name, kind) VALUES (''X'', ''X'', ''school'')', '{admin}'),
	('SELECT * FROM creditbank.region_tree, creditbank.level_framework, creditbank.framework_level', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT * FROM creditbank.standard, creditbank.standard_unit, creditbank.standard_match, creditbank.standard_overlaps', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('INSERT INTO creditbank.region (code, name) VALUES (''110000'', ''X'')', '{admin}'),
	('DELETE FROM creditbank.region', '{admin}'),
	('INSERT INTO creditbank.catalogue (ref, title) VALUES (''cert/A/B'', ''X'')', '{admin}'),
	('UPDATE creditbank.framework_level SET title = ''X''', '{admin}'),
	('DELETE FROM creditbank.standard_match', '{admin}'),
	('INSERT INTO creditbank.standard_mapping VALUES (''cert/A/B'', ''course/A/B'', 80, CURRENT_DATE, ''X'')', '{admin}'),
	('SELECT creditbank.known_region(''110000'')', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.region_path(''110000''), creditbank.region_parent(''110000'')', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.region_contains(''11'', ''110101'')', '{admin,registrar,assessor,auditor,analyst,verifier,nobody}'),
	('SELECT creditbank.bank_level(''bank'', ''1''), creditbank.level_name(''bank'', 1)', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.catalogue_version(''cert/A/B'', CURRENT_DATE)', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.standard_overlap(''cert/A/B'', ''course/A/B'')', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT * FROM creditbank.compare_standards(''cert/A/B'', ''course/A/B'')', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.check_programme(''x'', CURRENT_DATE)', '{}'),
	('UPDATE creditbank.ledger_entry SET amount = NULL', '{}'),
	('DELETE FROM creditbank.achievement', '{}'),
	('SELECT creditbank.append_entry(1, ''converted'', ''100 cr'', NULL, CURRENT_DATE, NULL)', '{}'),
	('SELECT creditbank.append_entries(ARRAY[]::creditbank.new_entry[])', '{}'),
	('SELECT creditbank.append_entries(''SELECT 1'')', '{}'),
	('SELECT creditbank.reverse_entry(1, 2, CURRENT_DATE, NULL)', '{}'),
	('SELECT creditbank.post_lines(1)', '{}'),
	('SELECT creditbank.consume_achievement(1, ''course/A/B'', ''credit'', ''P'', NULL, NULL)', '{}'),
	('SELECT creditbank.seal()', '{admin}'),
	('SELECT creditbank.add_key(NULL, ''log'')', '{admin}'),
	('SELECT creditbank.retire_key(''x'')', '{admin}'),
	('SELECT creditbank.declare_incarnation('''')', '{admin}'),
	('SELECT creditbank.add_signature(0, ''x'')', '{admin,auditor,verifier}'),
	('SELECT creditbank.latest_checkpoint()', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.checkpoint(0)', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.consistency_proof(0, 0)', '{admin,registrar,assessor,auditor,analyst,verifier}'),
	('SELECT creditbank.inclusion_proof(''1'', 1)', '{admin,registrar,auditor,verifier}'),
	('SELECT creditbank.proof_bundle(''1'', 1)', '{admin,registrar,auditor}'),
	('SELECT * FROM creditbank.log_tile, creditbank.checkpoint, creditbank.checkpoint_signature, creditbank.log_key, creditbank.incarnation', '{admin,auditor,verifier}'),
	('SELECT * FROM creditbank.log_status', '{admin,auditor}'),
	('UPDATE creditbank.log_tile SET hashes = hashes', '{}'),
	('SELECT creditbank.lock_log()', '{}'),
	('SELECT creditbank.grow_log(gen_random_uuid(), ''sha256-ed25519'', 0, 0, 0)', '{}'),
	('SELECT creditbank.sign_checkpoint(0, 1)', '{}'),
	('SELECT creditbank.read_checkpoint(0)', '{}'),
	('SELECT creditbank.log_leaf_index(1, ''x'')', '{}'),
	('SELECT creditbank.signing_key()', '{}'),
	('SELECT creditbank.sign_with_key_file(''x'')', '{}'),
	('SELECT creditbank.verify_signature(''x'', ''x'', ''x'', ''sm2'')', '{admin,registrar,assessor,auditor,analyst,verifier,nobody}'),
	('CREATE TABLE creditbank.mine (x integer)', '{}'),
	('SELECT ''1 cr''::creditbank.credit_amount', '{admin,registrar,assessor,auditor,analyst,verifier,nobody}');
CREATE FUNCTION pg_temp.let_in(role_name text, call text)
RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', CASE role_name WHEN 'nobody' THEN 'regress_creditbank_nobody' ELSE 'creditbank_' || role_name END);
	BEGIN
		EXECUTE call;
	EXCEPTION
		WHEN insufficient_privilege THEN
			RESET ROLE;
			RETURN false;
		WHEN OTHERS THEN
			NULL;
	END;
	RESET ROLE;
	RETURN true;
END
$$;
SELECT plan((SELECT count(*)::integer * 7 FROM permitted));
SELECT is(pg_temp.let_in(r.name, p.call), r.name = ANY (p.roles), format('%s: %s', r.name, p.call))
FROM permitted AS p
CROSS JOIN unnest(ARRAY['admin', 'registrar', 'assessor', 'auditor', 'analyst', 'verifier', 'nobody']) AS r (name);
SELECT * FROM finish();
ROLLBACK;
