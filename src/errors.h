/*
 * errors.h
 *		The conditions callers may branch on, each with its SQLSTATE.
 *
 * Promise: one list.  C code uses the ERRCODE_CB_* macros, SQL code raises by
 * condition name through creditbank.sqlstate(), doc/errors.md explains the
 * same list to users, and a test holds the two together.  A code, once
 * released, is never given another meaning.
 *
 * Class 22 is bad data, class 23 a broken rule of the bank.  Bad syntax,
 * numbers out of range and wrong privileges keep the server's own codes
 * (22P02, 22003, 42501), because drivers know them.
 */
#ifndef CREDITBANK_ERRORS_H
#define CREDITBANK_ERRORS_H

#define ERRCODE_CB_UNIT_MISMATCH			MAKE_SQLSTATE('2', '2', 'C', '0', '1')
#define ERRCODE_CB_INEXACT_AMOUNT			MAKE_SQLSTATE('2', '2', 'C', '0', '2')
#define ERRCODE_CB_INVALID_AMOUNT			MAKE_SQLSTATE('2', '2', 'C', '0', '3')
#define ERRCODE_CB_INVALID_DATE				MAKE_SQLSTATE('2', '2', 'C', '0', '4')
#define ERRCODE_CB_INVALID_RULE_SET			MAKE_SQLSTATE('2', '2', 'C', '0', '5')
#define ERRCODE_CB_INVALID_DOCUMENT			MAKE_SQLSTATE('2', '2', 'C', '0', '6')
#define ERRCODE_CB_INVALID_PARAMETER		MAKE_SQLSTATE('2', '2', 'C', '0', '7')
#define ERRCODE_CB_INVALID_IDENTITY			MAKE_SQLSTATE('2', '2', 'C', '0', '8')

#define ERRCODE_CB_BANK_NOT_OPEN			MAKE_SQLSTATE('2', '3', 'C', '0', '1')
#define ERRCODE_CB_BANK_ALREADY_OPEN		MAKE_SQLSTATE('2', '3', 'C', '0', '2')
#define ERRCODE_CB_APPEND_ONLY				MAKE_SQLSTATE('2', '3', 'C', '0', '3')
#define ERRCODE_CB_UNKNOWN_ACCOUNT			MAKE_SQLSTATE('2', '3', 'C', '0', '4')
#define ERRCODE_CB_UNKNOWN_INSTITUTION		MAKE_SQLSTATE('2', '3', 'C', '0', '5')
#define ERRCODE_CB_UNKNOWN_PROGRAMME		MAKE_SQLSTATE('2', '3', 'C', '0', '6')
#define ERRCODE_CB_UNKNOWN_ACHIEVEMENT		MAKE_SQLSTATE('2', '3', 'C', '0', '7')
#define ERRCODE_CB_NO_RULES_IN_FORCE		MAKE_SQLSTATE('2', '3', 'C', '0', '8')
#define ERRCODE_CB_RULES_OVERLAP			MAKE_SQLSTATE('2', '3', 'C', '0', '9')
#define ERRCODE_CB_DUPLICATE_ACHIEVEMENT	MAKE_SQLSTATE('2', '3', 'C', '1', '0')
#define ERRCODE_CB_WRONG_STATE				MAKE_SQLSTATE('2', '3', 'C', '1', '1')
#define ERRCODE_CB_NOT_RECOGNISED			MAKE_SQLSTATE('2', '3', 'C', '1', '2')
#define ERRCODE_CB_ALREADY_CONSUMED			MAKE_SQLSTATE('2', '3', 'C', '1', '3')
#define ERRCODE_CB_CAP_EXCEEDED				MAKE_SQLSTATE('2', '3', 'C', '1', '4')
#define ERRCODE_CB_NOTHING_CONVERTED		MAKE_SQLSTATE('2', '3', 'C', '1', '5')
#define ERRCODE_CB_INSUFFICIENT_BALANCE		MAKE_SQLSTATE('2', '3', 'C', '1', '6')
#define ERRCODE_CB_SIGNING_FAILED			MAKE_SQLSTATE('2', '3', 'C', '1', '7')
#define ERRCODE_CB_NOT_SEALED				MAKE_SQLSTATE('2', '3', 'C', '1', '8')
#define ERRCODE_CB_UNKNOWN_KEY				MAKE_SQLSTATE('2', '3', 'C', '1', '9')
#define ERRCODE_CB_INVALID_SIGNATURE		MAKE_SQLSTATE('2', '3', 'C', '2', '0')
#define ERRCODE_CB_UNKNOWN_ENTRY			MAKE_SQLSTATE('2', '3', 'C', '2', '1')
#define ERRCODE_CB_ALREADY_REVERSED			MAKE_SQLSTATE('2', '3', 'C', '2', '2')
#define ERRCODE_CB_MINIMUM_MISSING			MAKE_SQLSTATE('2', '3', 'C', '2', '3')
#define ERRCODE_CB_DECISION_OUTDATED		MAKE_SQLSTATE('2', '3', 'C', '2', '4')
#define ERRCODE_CB_SAME_PERSON				MAKE_SQLSTATE('2', '3', 'C', '2', '5')
#define ERRCODE_CB_UNKNOWN_DECISION			MAKE_SQLSTATE('2', '3', 'C', '2', '6')
#define ERRCODE_CB_UNKNOWN_RULE_BOOK		MAKE_SQLSTATE('2', '3', 'C', '2', '7')
#define ERRCODE_CB_DUPLICATE_PERSON			MAKE_SQLSTATE('2', '3', 'C', '2', '8')
#define ERRCODE_CB_ACCOUNT_NOT_ACTIVE		MAKE_SQLSTATE('2', '3', 'C', '2', '9')
#define ERRCODE_CB_NOT_IN_CHARGE			MAKE_SQLSTATE('2', '3', 'C', '3', '0')
#define ERRCODE_CB_UNKNOWN_REWARD			MAKE_SQLSTATE('2', '3', 'C', '3', '1')
#define ERRCODE_CB_OUT_OF_STOCK				MAKE_SQLSTATE('2', '3', 'C', '3', '2')
#define ERRCODE_CB_UNKNOWN_REDEMPTION		MAKE_SQLSTATE('2', '3', 'C', '3', '3')
#define ERRCODE_CB_UNKNOWN_IMPORT			MAKE_SQLSTATE('2', '3', 'C', '3', '4')
#define ERRCODE_CB_IMPORT_REFUSED			MAKE_SQLSTATE('2', '3', 'C', '3', '5')
#define ERRCODE_CB_IDENTITY_KEY_MISSING		MAKE_SQLSTATE('2', '3', 'C', '3', '6')
#define ERRCODE_CB_UNKNOWN_REGION			MAKE_SQLSTATE('2', '3', 'C', '3', '7')
#define ERRCODE_CB_UNKNOWN_CERTIFICATE		MAKE_SQLSTATE('2', '3', 'C', '3', '8')
#define ERRCODE_CB_UNKNOWN_CONSENT			MAKE_SQLSTATE('2', '3', 'C', '3', '9')
#define ERRCODE_CB_CONSENT_MISSING			MAKE_SQLSTATE('2', '3', 'C', '4', '0')

/*
 * For SQL code: X(condition name, code).
 */
#define CREDITBANK_CONDITIONS(X) \
	X("unit_mismatch", ERRCODE_CB_UNIT_MISMATCH) \
	X("inexact_amount", ERRCODE_CB_INEXACT_AMOUNT) \
	X("invalid_amount", ERRCODE_CB_INVALID_AMOUNT) \
	X("invalid_date", ERRCODE_CB_INVALID_DATE) \
	X("invalid_rule_set", ERRCODE_CB_INVALID_RULE_SET) \
	X("invalid_document", ERRCODE_CB_INVALID_DOCUMENT) \
	X("invalid_parameter", ERRCODE_CB_INVALID_PARAMETER) \
	X("invalid_identity", ERRCODE_CB_INVALID_IDENTITY) \
	X("bank_not_open", ERRCODE_CB_BANK_NOT_OPEN) \
	X("bank_already_open", ERRCODE_CB_BANK_ALREADY_OPEN) \
	X("append_only", ERRCODE_CB_APPEND_ONLY) \
	X("unknown_account", ERRCODE_CB_UNKNOWN_ACCOUNT) \
	X("unknown_institution", ERRCODE_CB_UNKNOWN_INSTITUTION) \
	X("unknown_programme", ERRCODE_CB_UNKNOWN_PROGRAMME) \
	X("unknown_achievement", ERRCODE_CB_UNKNOWN_ACHIEVEMENT) \
	X("no_rules_in_force", ERRCODE_CB_NO_RULES_IN_FORCE) \
	X("rules_overlap", ERRCODE_CB_RULES_OVERLAP) \
	X("duplicate_achievement", ERRCODE_CB_DUPLICATE_ACHIEVEMENT) \
	X("wrong_state", ERRCODE_CB_WRONG_STATE) \
	X("not_recognised", ERRCODE_CB_NOT_RECOGNISED) \
	X("already_consumed", ERRCODE_CB_ALREADY_CONSUMED) \
	X("cap_exceeded", ERRCODE_CB_CAP_EXCEEDED) \
	X("nothing_converted", ERRCODE_CB_NOTHING_CONVERTED) \
	X("insufficient_balance", ERRCODE_CB_INSUFFICIENT_BALANCE) \
	X("signing_failed", ERRCODE_CB_SIGNING_FAILED) \
	X("not_sealed", ERRCODE_CB_NOT_SEALED) \
	X("unknown_key", ERRCODE_CB_UNKNOWN_KEY) \
	X("invalid_signature", ERRCODE_CB_INVALID_SIGNATURE) \
	X("unknown_entry", ERRCODE_CB_UNKNOWN_ENTRY) \
	X("already_reversed", ERRCODE_CB_ALREADY_REVERSED) \
	X("minimum_missing", ERRCODE_CB_MINIMUM_MISSING) \
	X("decision_outdated", ERRCODE_CB_DECISION_OUTDATED) \
	X("same_person", ERRCODE_CB_SAME_PERSON) \
	X("unknown_decision", ERRCODE_CB_UNKNOWN_DECISION) \
	X("unknown_rule_book", ERRCODE_CB_UNKNOWN_RULE_BOOK) \
	X("duplicate_person", ERRCODE_CB_DUPLICATE_PERSON) \
	X("account_not_active", ERRCODE_CB_ACCOUNT_NOT_ACTIVE) \
	X("not_in_charge", ERRCODE_CB_NOT_IN_CHARGE) \
	X("unknown_reward", ERRCODE_CB_UNKNOWN_REWARD) \
	X("out_of_stock", ERRCODE_CB_OUT_OF_STOCK) \
	X("unknown_redemption", ERRCODE_CB_UNKNOWN_REDEMPTION) \
	X("unknown_import", ERRCODE_CB_UNKNOWN_IMPORT) \
	X("import_refused", ERRCODE_CB_IMPORT_REFUSED) \
	X("identity_key_missing", ERRCODE_CB_IDENTITY_KEY_MISSING) \
	X("unknown_region", ERRCODE_CB_UNKNOWN_REGION) \
	X("unknown_certificate", ERRCODE_CB_UNKNOWN_CERTIFICATE) \
	X("unknown_consent", ERRCODE_CB_UNKNOWN_CONSENT) \
	X("consent_missing", ERRCODE_CB_CONSENT_MISSING)

#endif							/* CREDITBANK_ERRORS_H */
