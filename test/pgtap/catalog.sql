-- catalog: every object of the extension and of a bank keeps the house rules.
-- Each case lists the offenders; none may be left.
BEGIN;
SELECT plan(26);
CALL creditbank.create_bank('test.example.org');

CREATE TEMP VIEW routine AS
SELECT p.*, p.oid::regprocedure::text AS signature
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS x ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND x.extname = 'creditbank';
CREATE TEMP VIEW base_type AS
SELECT t.*
FROM pg_type AS t
WHERE t.typnamespace = 'creditbank'::regnamespace AND t.typtype = 'b' AND t.typelem = 0;
CREATE TEMP VIEW relation AS
SELECT c.*
FROM pg_class AS c
WHERE c.relnamespace = 'creditbank'::regnamespace;

SELECT cmp_ok((SELECT count(*)::integer FROM routine), '>', 100, 'there are routines to look at');
SELECT set_eq($$ SELECT typname::text FROM base_type $$,
	ARRAY['credit_amount', 'achievement_ref', 'rule_set'], 'the three types');
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc AS p
	WHERE p.pronamespace = 'creditbank'::regnamespace AND p.oid NOT IN (SELECT oid FROM routine) $$,
	'every routine in the schema belongs to the extension');

-- Labels. A routine that reads tables or settings is not immutable; what is left
-- at the default (volatile, not strict, unsafe) must be so by intent: it writes.
SELECT is_empty($$ SELECT signature FROM routine
	WHERE prokind = 'f' AND provolatile = 'v' AND proname NOT IN (
		-- points
		'cancel_redemption', 'collect_reward', 'give_back', 'keep_points', 'lock_redemption', 'raise_unknown_redemption', 'raise_unknown_reward', 'redeem', 'refuse_lot_change', 'refuse_purpose_change', 'refuse_redemption_change', 'release_reservations', 'reserve_reward', 'restock', 'spend_points', 'take_back_points', 'take_from_stock', 'take_reward',
		'check_catalogue_days', 'lock_catalogue', 'set_field_pattern', 'set_region_code',
		'appeal_achievement', 'assess', 'close_request', 'hand_in', 'refuse_request_change', 'return_achievement', 'submit_achievement',
		'add_evidence', 'add_key', 'add_signature', 'appeal_decision', 'append_entries', 'append_entry', 'approve_decision', 'attest', 'begin_incarnation', 'close_rule_book',
		'consume_achievement', 'convert', 'current_incarnation', 'decide', 'declare_incarnation', 'deposit', 'draft_rules', 'freeze_achievement', 'grow_log', 'judge_achievement', 'lock_account',
		'lock_decision', 'lock_log', 'lock_rule_books', 'move_achievement', 'move_decision', 'open_account', 'open_bank_account', 'post_decision', 'post_lines',
		'propose_conversion', 'publish_rules', 'put_into_force', 'raise_already_consumed', 'raise_append_only', 'raise_invalid_signature',
		'raise_unknown_decision', 'raise_unknown_key', 'recognise', 'refuse_achievement_change', 'refuse_change', 'refuse_decision_change', 'refuse_key_change', 'refuse_rule_change',
		'refuse_tile_change', 'reject_decision', 'release_achievement', 'report_progress', 'retire_key', 'reverse_decision', 'reverse_entry', 'review_rules', 'revise_rules',
		'revoke_achievement', 'step_achievement',
		'seal', 'sign_checkpoint', 'sign_with_key_file', 'submit_decision', 'supersede_rules', 'take_back_lines', 'take_decision', 'wait_for_writers',
		'activate_account', 'begin_account', 'close_account', 'describe_holder', 'end_account', 'end_enrolment', 'enrol', 'erase_holder', 'find_account',
		'freeze_account', 'identify_holder', 'identity_hash', 'lock_account_for', 'lock_holder', 'move_account', 'raise_duplicate_person', 'release_account',
		'rename_holder', 'set_student_number', 'withdraw_achievement', 'withdraw_decision', 'withdraw_rules',
		'sign_with_certificate_key', -- data_integrity
		-- certificate
			'add_certificate_key', 'add_certificate_proof', 'certificate', 'certificate_to_sign', 'draw_certificate', 'end_certificate', 'erase_certificates_of_holder', 'issue_certificate',
			'keep_certificate_proof', 'lock_certificate_key', 'open_status_list', 'prepare_certificate', 'refuse_certificate_change', 'refuse_certificate_key_change', 'retire_certificate_key',
			'revoke_certificate', 'revoke_certificates_of_achievement', 'revoke_certificates_of_decision', 'sign_document', 'status_list', 'status_list_to_sign',
		'certificate_page', -- certificate_page
		-- statistics
		'queue_changed_holders', 'queue_changed_programmes', 'refresh_accounts', 'refresh_portion', 'changed_accounts', 'refresh_statistics', 'set_smallest_cell', 'publish_cells', 'publish_figures',
		-- consent
		'begin_consent', 'end_consent', 'give_consent', 'lock_consent', 'new_consent_code', 'random_salt', 'refuse_consent_change', 'renew_consent', 'revoke_consent',
		-- look
		'ask_to_look', 'document_to_show', 'look', 'look_values', 'raise_consent_missing',
		-- other
		'lock_heads', 'guard_table', 'close_as_merged', 'merge_accounts', 'merge_achievement', 'merge_holder', 'take_back_decisions',
			'draft_rule_books',
			'begin_import', 'discard_import', 'fetch_import_items', 'hide_identity', 'import_achievements', 'open_accounts_of', 'post_item', 'post_plain_items', 'raise_import_refused', 'recognise_alone', 'recognise_import', 'recognise_portion', 'stage_rows', 'try_item') $$,
	'only what writes, locks, raises, reports or signs is volatile');
SELECT is_empty($$ SELECT signature FROM routine
	WHERE prokind = 'f' AND proparallel = 'u' AND provolatile <> 'v'
		AND proname NOT IN ('derived_lines', 'detail_document', 'replay', 'replay_batch', 'read_certificate', 'verify_account', 'verify_archive', 'verify_certificate', 'verify_certificates', 'verify_certified_inclusion', 'verify_file', 'verify_points', 'verify_requests', 'verify_rules',
			'verify_consents',
			'stored_digest') $$,
	'whatever does not write or begin subtransactions has a parallel label');
SELECT is_empty($$ SELECT signature FROM routine
	WHERE prokind = 'f' AND proparallel <> 'u'
		AND proname IN ('activate_account', 'add_evidence', 'add_key', 'add_signature', 'appeal_achievement', 'appeal_decision', 'append_entries', 'append_entry',
			'approve_decision', 'assess', 'attest', 'begin_account', 'close_account', 'consume_achievement', 'convert', 'decide', 'declare_incarnation',
			'deposit', 'describe_holder', 'draft_rules', 'end_account', 'end_enrolment', 'enrol', 'erase_holder', 'find_account', 'freeze_account',
			'freeze_achievement', 'grow_log', 'hand_in', 'identify_holder', 'identity_hash', 'judge_achievement', 'move_account', 'move_achievement',
			'move_decision', 'open_account', 'open_bank_account', 'post_decision', 'post_lines', 'propose_conversion', 'publish_rules', 'put_into_force',
			'recognise', 'reject_decision', 'release_account', 'release_achievement', 'rename_holder', 'retire_key', 'return_achievement', 'reverse_decision',
			'reverse_entry', 'review_rules', 'revise_rules', 'revoke_achievement', 'seal', 'set_student_number', 'step_achievement', 'submit_achievement',
			'submit_decision', 'supersede_rules', 'take_back_lines', 'take_decision', 'withdraw_achievement', 'withdraw_decision', 'withdraw_rules',
		'refresh_accounts', 'refresh_portion', 'changed_accounts', 'refresh_statistics', 'set_smallest_cell', 'publish_cells', 'publish_figures',
		'guard_table', 'close_as_merged', 'merge_accounts', 'merge_achievement', 'merge_holder', 'take_back_decisions',
			'add_certificate_key', 'add_certificate_proof', 'certificate', 'certificate_to_sign', 'end_certificate', 'erase_certificates_of_holder', 'issue_certificate',
			'certificate_page', 'keep_certificate_proof', 'open_status_list', 'prepare_certificate', 'retire_certificate_key', 'revoke_certificate', 'revoke_certificates_of_achievement', 'revoke_certificates_of_decision',
			'cancel_redemption', 'collect_reward', 'give_back', 'keep_points', 'redeem', 'release_reservations', 'reserve_reward', 'restock', 'spend_points', 'take_back_points', 'take_from_stock', 'take_reward',
			'draft_rule_books',
			'begin_consent', 'end_consent', 'give_consent', 'lock_consent', 'renew_consent', 'revoke_consent',
			'ask_to_look', 'document_to_show', 'look',
			'begin_import', 'discard_import', 'fetch_import_items', 'import_achievements', 'open_accounts_of', 'post_item', 'post_plain_items', 'recognise_alone', 'recognise_import', 'recognise_portion', 'stage_rows', 'try_item') $$,
	'whatever writes is parallel unsafe');
SELECT is_empty($$ SELECT signature FROM routine AS r
	WHERE prokind = 'f' AND provolatile = 'i' AND NOT proisstrict AND pronargs > 0
		AND proname NOT IN (
			'conversion_title', 'revocation_reason', 'said_in',
			'achievement_ref', 'changed_balances', 'check_rule_set', 'entry_bytes', 'entry_hash', 'integrity_problem', 'positive_amount', 'signature_holds', 'signature_line', 'verify_integrity',
			'report_bar', -- yearly_report
			-- certificate_page
			'certificate_fine_print', 'certificate_html', 'certificate_notice', 'certificate_style',
			-- chart
			'amount_with_unit', 'check_chart', 'check_timeline', 'described', 'html_page', 'svg_axis', 'svg_bars', 'svg_columns', 'svg_document', 'svg_heading',
			'svg_legend', 'svg_lines', 'svg_places', 'svg_radar', 'svg_timeline',
			-- portrait
			'amounts_text', 'portrait_markup', 'portrait_sums_text')
		AND NOT EXISTS (SELECT FROM pg_aggregate AS a WHERE r.oid IN (a.aggtransfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn))
		AND 'internal'::regtype <> ALL (proargtypes) $$,
	'immutable functions are strict but for those with optional arguments');
SELECT is_empty($$ SELECT signature FROM routine
	WHERE prosecdef AND NOT coalesce(proconfig::text ~ 'search_path=pg_catalog, creditbank, pg_temp', false) $$,
	'the owner''s rights go with a pinned search_path');
SELECT is_empty($$ SELECT signature FROM routine
	WHERE prosecdef AND pg_get_userbyid(proowner) <> 'creditbank_owner' $$,
	'the owner''s rights are those of creditbank_owner');
SELECT is_empty($$ SELECT signature FROM routine AS r
	JOIN pg_language AS l ON l.oid = r.prolang
	WHERE l.lanname = 'plpgsql' AND proconfig IS NULL
		AND NOT (prokind = 'p' AND proname = 'look_up') $$, -- it commits, which a routine with settings may not
	'every plpgsql routine pins its search_path');
-- What is read at each call is read by standard_conforming_strings: there a backslash
-- stands in an E'' literal, or the routine pins that setting. Comments, quoted names
-- and dollar quotes are matched to be passed over.
SELECT is_empty($test$ SELECT r.signature, l.token[1] FROM routine AS r
	JOIN pg_language AS g ON g.oid = r.prolang
	CROSS JOIN LATERAL regexp_matches(r.prosrc,
		$re$(--[^\n]*|\m[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"[^"]*"|[$][a-z]+[$])$re$, 'g') AS l (token)
	WHERE g.lanname IN ('plpgsql', 'sql')
		AND r.prosqlbody IS NULL
		AND l.token[1] LIKE $like$'%\\%$like$
		AND NOT coalesce('standard_conforming_strings=on' = ANY (r.proconfig), false) $test$,
	'no literal depends on standard_conforming_strings');

-- Privileges.
SELECT is_empty($$ SELECT signature FROM routine
	WHERE (provolatile <> 'i' OR prosecdef OR prokind = 'p') AND has_function_privilege('public', oid, 'EXECUTE') $$,
	'PUBLIC runs nothing that reads or writes the bank');
SELECT is_empty($$ SELECT relname FROM relation
	WHERE relkind IN ('r', 'v', 'm', 'p') AND has_table_privilege('public', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') $$,
	'PUBLIC touches no table');
SELECT ok(NOT has_schema_privilege('public', 'creditbank', 'CREATE'), 'PUBLIC creates nothing in the schema');
SELECT is_empty($$ SELECT c.relname, r.rolname
	FROM relation AS c CROSS JOIN pg_roles AS r
	WHERE c.relname IN ('ledger_entry', 'ledger_head', 'achievement', 'consumption', 'decision', 'decision_line', 'decision_step',
		'account', 'account_merger', 'account_state', 'account_transition', 'bank', 'decision_transition', 'enrolment', 'holder', 'identity_key', 'recognition_opinion',
		'recognition_request', 'rule_book',
			'achievement_transition', 'evidence',
			'consent', 'consent_look', 'consent_transition', 'consent_account_state',
			'point_lot', 'redemption', 'redemption_lot', 'redemption_transition',
			'account_contribution', 'account_total', 'rollup', 'statistics_queue', 'statistics_state', 'publication', 'published_cell')
		AND r.rolname LIKE 'creditbank\_%' AND r.rolname <> 'creditbank_owner'
		AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') $$,
	'no role of the bank writes these tables but through functions');
SELECT is_empty($$ SELECT rolname FROM pg_roles
	WHERE rolname LIKE 'creditbank\_%' AND (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication) $$,
	'the roles cannot log in and have no powers of their own');
SELECT is_empty($$ SELECT relname FROM relation
	WHERE relkind = 'v' AND NOT coalesce(reloptions @> '{security_invoker=true}', false) $$,
	'views go by the reader''s rights');

-- Types, operators, aggregates.
SELECT is_empty($$ SELECT typname FROM base_type WHERE typreceive = 0 OR typsend = 0 $$,
	'every type has binary input and output');
SELECT is_empty($$ SELECT t.typname, m.amname FROM base_type AS t CROSS JOIN pg_am AS m
	WHERE m.amname IN ('btree', 'hash')
		AND NOT EXISTS (SELECT FROM pg_opclass AS o WHERE o.opcintype = t.oid AND o.opcmethod = m.oid AND o.opcdefault) $$,
	'every type has default btree and hash classes');
SELECT is_empty($$ SELECT o.opcname FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod AND m.amname = 'hash'
	WHERE o.opcnamespace = 'creditbank'::regnamespace
		AND NOT EXISTS (SELECT FROM pg_amproc AS p WHERE p.amprocfamily = o.opcfamily AND p.amproclefttype = o.opcintype AND p.amprocnum = 2) $$,
	'every hash class has an extended hash');
SELECT is_empty($$ SELECT opcname FROM pg_opclass WHERE opcnamespace = 'creditbank'::regnamespace AND NOT amvalidate(oid) $$,
	'every operator class is valid');
SELECT is_empty($$ SELECT r.signature FROM routine AS r JOIN pg_aggregate AS a ON a.aggfnoid = r.oid
	WHERE a.aggcombinefn = 0 OR r.proparallel <> 's' $$,
	'every aggregate combines and is parallel safe');

-- Comments.
SELECT is_empty($$
	SELECT classid::regclass, pg_describe_object(d.classid, d.objid, d.objsubid)
	FROM pg_depend AS d
	JOIN pg_extension AS x ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND x.extname = 'creditbank'
	WHERE d.deptype = 'e'
		AND obj_description(d.objid, d.classid::regclass::text) IS NULL
		AND NOT (d.classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type AS t WHERE t.oid = d.objid AND (t.typelem <> 0 OR t.typrelid <> 0))) $$,
	'every member of the extension has a comment');
SELECT is_empty($$ SELECT relname FROM relation WHERE relkind IN ('r', 'v', 'm', 'p', 'S')
	AND obj_description(oid, 'pg_class') IS NULL $$,
	'every table, view and sequence has a comment');
SELECT is_empty($$ SELECT c.relname, a.attname FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
	WHERE c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped
		AND col_description(c.oid, a.attnum) IS NULL $$,
	'every column has a comment');
SELECT is_empty($$ SELECT r.rolname FROM pg_roles AS r WHERE r.rolname LIKE 'creditbank\_%'
	AND shobj_description(r.oid, 'pg_authid') IS NULL $$,
	'every role has a comment');
SELECT * FROM finish();
ROLLBACK;
