-- access.sql: who may do what; the one place to read it.
-- Promise: nothing that writes is PUBLIC; functions with the owner's rights
-- belong to creditbank_owner, never to the superuser who installed. pg_dump does
-- not carry the owner of a member function, so this script sets it, at every
-- installation and every restore. Grants on tables are set when the bank opens,
-- where pg_dump carries them.

GRANT USAGE, CREATE ON SCHEMA creditbank TO creditbank_owner;
GRANT USAGE ON SCHEMA creditbank TO PUBLIC;
COMMENT ON SCHEMA creditbank IS 'The credit bank: the types and functions of extension creditbank, and the tables of the bank once it is open.';

CREATE PROCEDURE creditbank.grant_access_to_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	-- What is published, and drafts of rules: every role of the bank reads it, admin keeps it.
	GRANT SELECT ON creditbank.bank, creditbank.institution, creditbank.catalogue,
		creditbank.programme, creditbank.programme_category, creditbank.programme_course,
		creditbank.rule_book
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE ON creditbank.institution, creditbank.catalogue,
		creditbank.programme, creditbank.programme_category, creditbank.programme_course
	TO creditbank_admin;
	GRANT DELETE ON creditbank.programme_category, creditbank.programme_course
	TO creditbank_admin;
	GRANT UPDATE (name) ON creditbank.bank
	TO creditbank_admin;

	GRANT SELECT ON creditbank.region, creditbank.region_tree, creditbank.level_framework, creditbank.framework_level,
		creditbank.catalogue_entries, creditbank.programme_courses,
		creditbank.standard, creditbank.standard_unit, creditbank.standard_match, creditbank.standard_mapping,
		creditbank.standard_overlaps
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE, DELETE ON creditbank.region, creditbank.level_framework, creditbank.framework_level,
		creditbank.standard, creditbank.standard_unit, creditbank.standard_match, creditbank.standard_mapping
	TO creditbank_admin;

	-- The codes of exported files.
	GRANT SELECT ON creditbank.code_list, creditbank.code_map
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE, DELETE ON creditbank.code_list, creditbank.code_map
	TO creditbank_admin;

	-- The ledger and the file, without personal data.
	GRANT SELECT ON creditbank.account, creditbank.ledger_head, creditbank.ledger_entry,
		creditbank.ledger, creditbank.ledger_fields, creditbank.achievement, creditbank.consumption
	TO creditbank_admin, creditbank_auditor;

	-- What may happen to achievements; their evidence, as digests.
	GRANT SELECT ON creditbank.achievement_transition
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor;
	GRANT SELECT ON creditbank.evidence
	TO creditbank_admin, creditbank_auditor;

	-- Decisions and what was done with them: who takes steps must see them.
	GRANT SELECT ON creditbank.decision, creditbank.decision_line, creditbank.decision_step,
		creditbank.decision_transition, creditbank.decisions, creditbank.decision_lines
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor;

	-- Recognition: routes and assessors are published, and admin keeps them; who is
	-- asked and who asks must see the requests.
	GRANT SELECT ON creditbank.recognition_route, creditbank.assessor
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE, DELETE ON creditbank.recognition_route, creditbank.assessor
	TO creditbank_admin;
	GRANT SELECT ON creditbank.recognition_request, creditbank.recognition_opinion,
		creditbank.recognition_requests, creditbank.recognition_opinions
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor;

	-- The tree and its checkpoints: hashes, keys and signatures, no content.
	GRANT SELECT ON creditbank.log_tile, creditbank.incarnation, creditbank.checkpoint,
		creditbank.log_key, creditbank.checkpoint_signature
	TO creditbank_admin, creditbank_auditor, creditbank_verifier;
	GRANT SELECT ON creditbank.log_status, creditbank.ledger_entry_entry_id_seq
	TO creditbank_admin, creditbank_auditor;

	-- Imports. Who stages rows may mend them, and reads all of them but who it is.
	GRANT SELECT ON creditbank.import, creditbank.import_record
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor;
	GRANT INSERT (batch, line, external_id, account, identity_kind, identity_number, full_name, region, trainee_group,
			ref, title, amount, hours, level, framework, grade, scale, attendance, place, share,
			awarded_on, expires_on, rank, tags, evidence, education_type),
		UPDATE (external_id, account, identity_kind, identity_number, full_name, region, trainee_group,
			ref, title, amount, hours, level, framework, grade, scale, attendance, place, share,
			awarded_on, expires_on, rank, tags, evidence, education_type),
		SELECT (batch, line, external_id, account, region, trainee_group,
			ref, title, amount, hours, level, framework, grade, scale, attendance, place, share,
			awarded_on, expires_on, rank, tags, evidence, education_type, sqlstate, reason, detail, hint),
		DELETE
	ON creditbank.import_row
	TO creditbank_admin, creditbank_registrar;
	-- Accounts: what may happen to them, the groups learners are counted in, and
	-- who is enrolled where.
	GRANT SELECT ON creditbank.account_state, creditbank.account_transition, creditbank.trainee_group
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE, DELETE ON creditbank.trainee_group
	TO creditbank_admin;
	GRANT SELECT ON creditbank.enrolment, creditbank.account_merger
	TO creditbank_admin, creditbank_auditor;

	-- Points and rewards: what is on offer is published.
	GRANT SELECT ON creditbank.reward, creditbank.rewards
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE ON creditbank.reward
	TO creditbank_admin;
	GRANT SELECT ON creditbank.point_lot, creditbank.redemption, creditbank.redemption_lot, creditbank.redemption_transition,
		creditbank.point_lots, creditbank.redemptions
	TO creditbank_admin, creditbank_registrar, creditbank_auditor;

	-- Fields of study that portraits are drawn by: whoever advises learners keeps them.
	GRANT SELECT ON creditbank.field_of_study, creditbank.field_of_study_pattern, creditbank.catalogue_fields
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE, DELETE ON creditbank.field_of_study, creditbank.field_of_study_pattern
	TO creditbank_admin, creditbank_registrar;

	-- Consents and who looked by them, without what a code is known by.
	GRANT SELECT ON creditbank.consents, creditbank.consent_looks, creditbank.consent_account_state
	TO creditbank_admin, creditbank_auditor;
	GRANT SELECT (consent_id, account_id, state, purpose, fields, refs, grantee, grantee_role, valid_from, valid_until,
			uses, used, renews, given_seq, ended_seq)
	ON creditbank.consent
	TO creditbank_admin, creditbank_auditor;
	GRANT SELECT ON creditbank.consent_transition
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor;
	-- Certificates, but for their documents and check codes.
	GRANT SELECT ON creditbank.certificate_transition, creditbank.certificate_key, creditbank.status_list
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT SELECT (number, account_id, scope, status_list, status_index, language, names_holder, issued_on, expires_on, state,
		digest, seq, secured_at, secured_by, revoked_on, reason, cause, cause_of, superseded_by)
	ON creditbank.certificate
	TO creditbank_admin, creditbank_auditor;
	GRANT SELECT ON creditbank.certificates, creditbank.certificate_line, creditbank.certificate_lines
	TO creditbank_admin, creditbank_auditor;

	-- Personal data.
	GRANT SELECT ON creditbank.holder
	TO creditbank_admin;

	-- What is published of the figures.
	GRANT SELECT ON creditbank.publication, creditbank.published_cell, creditbank.published_figures
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	-- Statistics: facts and roll-ups by account for those who may read the ledger,
	-- with where a learner is counted and nothing else of the holder.
	GRANT SELECT ON creditbank.counted_entry, creditbank.contribution, creditbank.account_figures, creditbank.publication_part,
		creditbank.fact_account, creditbank.fact_deposit, creditbank.fact_recognition, creditbank.fact_conversion,
		creditbank.fact_points, creditbank.fact_certificate,
		creditbank.account_contribution, creditbank.rollup, creditbank.account_total,
		creditbank.statistics_state, creditbank.statistics_queue
	TO creditbank_admin, creditbank_auditor;
	GRANT SELECT (account_id, region, trainee_group) ON creditbank.holder
	TO creditbank_auditor;
	GRANT SELECT ON creditbank.dim_day, creditbank.dim_region, creditbank.dim_institution, creditbank.dim_class,
		creditbank.dim_education_type, creditbank.dim_level, creditbank.dim_trainee_group, creditbank.dim_programme,
		creditbank.statistics_title
	TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
		creditbank_analyst, creditbank_verifier;
	GRANT INSERT, UPDATE, DELETE ON creditbank.statistics_title
	TO creditbank_admin;
END
$$;
COMMENT ON PROCEDURE creditbank.grant_access_to_tables() IS
'Grants on the tables and views of a bank; a part of create_bank.';

-- Pure functions, what types and operators are made of, stay everybody's; all
-- else begins with nobody's.
DO $$
DECLARE
	routine record;
BEGIN
	FOR routine IN
		SELECT p.oid::pg_catalog.regprocedure AS signature, p.prosecdef, p.prokind
		FROM pg_catalog.pg_proc AS p
		WHERE p.pronamespace = 'creditbank'::pg_catalog.regnamespace
			AND (p.provolatile <> 'i' OR p.prokind = 'p')
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', routine.signature);
		EXECUTE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO creditbank_owner', routine.signature);
		IF routine.prosecdef THEN
			EXECUTE pg_catalog.format('ALTER ROUTINE %s OWNER TO creditbank_owner', routine.signature);
		END IF;
	END LOOP;
END
$$;

-- Aggregates count as pure, but these take keys that name shared memory.
REVOKE ALL ON FUNCTION creditbank.entry_sums, creditbank.head_sums, creditbank.account_sums, creditbank.tile_sums
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION creditbank.entry_sums, creditbank.head_sums, creditbank.account_sums, creditbank.tile_sums
TO creditbank_owner;

GRANT EXECUTE ON PROCEDURE creditbank.create_bank
TO creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.draft_rules, creditbank.review_rules, creditbank.revise_rules,
	creditbank.publish_rules(text, boolean), creditbank.publish_rules(text, integer, boolean), creditbank.withdraw_rules
TO creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.today, creditbank.days_text
TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
	creditbank_analyst, creditbank_verifier;
GRANT EXECUTE ON FUNCTION creditbank.known_region, creditbank.region_path, creditbank.region_parent,
	creditbank.bank_level, creditbank.level_name, creditbank.catalogue_version, creditbank.require_bank,
	creditbank.compare_standards, creditbank.standard_overlap, creditbank.mapped_overlaps, creditbank.standard_rules
TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
	creditbank_analyst, creditbank_verifier;
-- What is handed to others: files with personal data, figures, rule books.
GRANT EXECUTE ON FUNCTION creditbank.shanghai_courses, creditbank.shanghai_conversions, creditbank.shanghai_certificates,
	creditbank.shanghai_csv, creditbank.shanghai_problems
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.yearly_figures
TO creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.export_rule_books
TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
	creditbank_analyst, creditbank_verifier;
GRANT EXECUTE ON FUNCTION creditbank.draft_rule_books
TO creditbank_admin;

GRANT EXECUTE ON FUNCTION creditbank.impact
TO creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.open_account, creditbank.deposit, creditbank.convert
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.propose_conversion, creditbank.submit_decision, creditbank.withdraw_decision,
	creditbank.appeal_decision, creditbank.post_decision, creditbank.reverse_decision
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.recognise, creditbank.take_decision, creditbank.approve_decision, creditbank.reject_decision
TO creditbank_assessor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.import_achievements, creditbank.discard_import
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.recognise_import
TO creditbank_assessor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.redeem, creditbank.reserve_reward, creditbank.collect_reward, creditbank.cancel_redemption,
	creditbank.release_reservations, creditbank.restock
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.submit_achievement, creditbank.appeal_achievement
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.assess, creditbank.return_achievement
TO creditbank_assessor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.recognition_due, creditbank.recognition_status, creditbank.route_in_charge
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.attest, creditbank.withdraw_achievement, creditbank.add_evidence
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.freeze_achievement, creditbank.release_achievement, creditbank.revoke_achievement
TO creditbank_assessor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.evidence_of, creditbank.capability_assets, creditbank.points
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.explain_conversion, creditbank.explain_decision, creditbank.balance, creditbank.expiring, creditbank.lifelong_file
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.verify_account, creditbank.verify_ledger, creditbank.verify_archive, creditbank.replay
TO creditbank_auditor, creditbank_verifier, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.seal, creditbank.add_key, creditbank.retire_key, creditbank.declare_incarnation
TO creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.add_signature
TO creditbank_auditor, creditbank_verifier, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.latest_checkpoint, creditbank.checkpoint, creditbank.consistency_proof
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_analyst, creditbank_verifier, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.inclusion_proof
TO creditbank_registrar, creditbank_auditor, creditbank_verifier, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.proof_bundle
TO creditbank_registrar, creditbank_auditor, creditbank_admin;

-- Accounts and their holders.
GRANT EXECUTE ON FUNCTION creditbank.activate_account, creditbank.close_account, creditbank.identify_holder, creditbank.rename_holder,
	creditbank.describe_holder, creditbank.set_student_number, creditbank.find_account, creditbank.find_student,
	creditbank.account_holder, creditbank.enrol, creditbank.end_enrolment
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.freeze_account
TO creditbank_registrar, creditbank_assessor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.release_account
TO creditbank_assessor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.erase_holder
TO creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.possible_duplicates, creditbank.current_account
TO creditbank_registrar, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.merge_accounts
TO creditbank_admin;
-- elmo and clr
GRANT EXECUTE ON FUNCTION creditbank.elmo_document, creditbank.clr_document
TO creditbank_registrar, creditbank_admin;

-- Consents: registrars give and revoke for learners, whoever has a code looks.
GRANT EXECUTE ON FUNCTION creditbank.give_consent, creditbank.revoke_consent, creditbank.renew_consent
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.consents, creditbank.looks
TO creditbank_registrar, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.ask_to_look, creditbank.look, creditbank.look_values
TO creditbank_verifier, creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON PROCEDURE creditbank.look_up
TO creditbank_verifier, creditbank_registrar, creditbank_admin;
-- Certificates: what is issued and signed, and what anybody may check.
GRANT EXECUTE ON FUNCTION creditbank.issue_certificate, creditbank.revoke_certificate, creditbank.certificate, creditbank.certificates,
	creditbank.certificate_to_sign, creditbank.add_certificate_proof
TO creditbank_registrar, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.add_certificate_key, creditbank.retire_certificate_key
TO creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.controller_document, creditbank.certificate_context, creditbank.status_list, creditbank.status_list_to_sign,
	creditbank.verify_certificate(text), creditbank.verify_certificate(text, text, text)
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_analyst, creditbank_verifier, creditbank_admin;
-- A certificate's page, which names its holder.
GRANT EXECUTE ON FUNCTION creditbank.certificate_page
TO creditbank_registrar, creditbank_admin;

-- pathway: who wonders what would count needs no account.
GRANT EXECUTE ON FUNCTION creditbank.pathways, creditbank.pathway_courses, creditbank.next_steps
TO creditbank_registrar, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.pathways_for
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_verifier, creditbank_admin;
-- Statistics.
GRANT EXECUTE ON FUNCTION creditbank.refresh_statistics, creditbank.set_smallest_cell, creditbank.publish_figures
TO creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.peer_standing
TO creditbank_registrar, creditbank_assessor, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.statistics_drift, creditbank.current_account_id
TO creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.yearly_report, creditbank.yearly_report_page
TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
	creditbank_analyst, creditbank_verifier;

-- Portraits; the holder's name stands on a page for registrars and admins only.
GRANT EXECUTE ON FUNCTION creditbank.portrait, creditbank.portrait_document, creditbank.portrait_svg, creditbank.portrait_page
TO creditbank_registrar, creditbank_auditor, creditbank_admin;
GRANT EXECUTE ON FUNCTION creditbank.fields_of_study
TO creditbank_admin, creditbank_registrar, creditbank_assessor, creditbank_auditor,
	creditbank_analyst, creditbank_verifier;
