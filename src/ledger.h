/*
 * ledger.h
 *		One hash chain per account: what an entry is and how it is hashed.
 *
 * doc/ledger.md specifies the canonical bytes for strangers; ledger.c writes
 * them.  Promise: version 1 of the bytes, the numbers of the kinds and of the
 * suites never change; something new takes a new number.
 */
#ifndef CREDITBANK_LEDGER_H
#define CREDITBANK_LEDGER_H

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/uuid.h"

#include "credit_amount.h"
#include "digest.h"

#define LEDGER_BYTES_VERSION 1

/* What the amount of a kind of entry may be. */
typedef enum LedgerKindAmount
{
	KIND_HAS_NO_AMOUNT,
	KIND_ADDS,					/* or has none */
	KIND_TAKES,					/* or has none */
	KIND_OPPOSES				/* that of the entry taken back */
} LedgerKindAmount;

/*
 * The kinds of entry: X(number, name, amount, meaning).  Numbers are
 * hashed: never change or reuse one.
 */
#define LEDGER_ENTRY_KINDS(X) \
	X(1, "opened", KIND_HAS_NO_AMOUNT, "the account was opened; detail holds the salted commitment to its holder") \
	X(2, "deposited", KIND_HAS_NO_AMOUNT, "an achievement was claimed, with its evidence; it has no value yet") \
	X(3, "recognised", KIND_ADDS, "an assessor recognised an achievement; amount is what it adds to the account") \
	X(4, "declined", KIND_HAS_NO_AMOUNT, "an assessor declined an achievement") \
	X(5, "consumed", KIND_TAKES, "a conversion used an achievement up; amount is what it takes from the account") \
	X(6, "converted", KIND_ADDS, "a conversion granted credit; amount is what it adds to the account") \
	X(7, "reversed", KIND_OPPOSES, "the entry named by reverses was taken back; amount is minus what that one added") \
	X(8, "published", KIND_HAS_NO_AMOUNT, "the bank published a rule book; detail holds its name, version, digest, programmes and days") \
	X(9, "superseded", KIND_HAS_NO_AMOUNT, "the bank closed a rule book; detail holds which, from when, and by which") \
	X(10, "activated", KIND_HAS_NO_AMOUNT, "the account was activated by its holder") \
	X(11, "frozen", KIND_HAS_NO_AMOUNT, "the account, or the achievement it names, was frozen; detail says why") \
	X(12, "released", KIND_HAS_NO_AMOUNT, "what was frozen was released") \
	X(13, "closed", KIND_HAS_NO_AMOUNT, "the account was closed") \
	X(14, "merged", KIND_TAKES, "the account was merged into another one of the same person, or another one into it; amount is the points it took along") \
	X(15, "erased", KIND_HAS_NO_AMOUNT, "the holder's personal data was erased") \
	X(16, "renamed", KIND_HAS_NO_AMOUNT, "the holder's name was corrected; detail holds the new salted commitment") \
	X(17, "attested", KIND_HAS_NO_AMOUNT, "a body confirmed that an achievement is genuine") \
	X(18, "evidenced", KIND_HAS_NO_AMOUNT, "evidence was added to an achievement; detail holds its digest") \
	X(19, "submitted", KIND_HAS_NO_AMOUNT, "recognition was asked for; detail names the body in charge") \
	X(20, "returned", KIND_HAS_NO_AMOUNT, "the body in charge asked for more evidence") \
	X(21, "assessed", KIND_HAS_NO_AMOUNT, "one of several assessors gave an opinion") \
	X(22, "appealed", KIND_HAS_NO_AMOUNT, "a recognition or its refusal was appealed") \
	X(23, "withdrawn", KIND_HAS_NO_AMOUNT, "the learner withdrew an achievement") \
	X(24, "revoked", KIND_TAKES, "an achievement was revoked; amount is what it takes from the account") \
	X(25, "earned", KIND_ADDS, "achievements earned points; amount is what they add to the account") \
	X(26, "reserved", KIND_TAKES, "a reward was reserved; amount is what it takes from the account") \
	X(27, "redeemed", KIND_TAKES, "a reward was handed out; amount is what it takes from the account, none where that was reserved") \
	X(28, "certificate_issued", KIND_HAS_NO_AMOUNT, "a certificate was issued; detail holds its number and the digest of what it says") \
	X(29, "certificate_revoked", KIND_HAS_NO_AMOUNT, "a certificate was revoked; detail holds its number") \
	X(30, "consent_given", KIND_HAS_NO_AMOUNT, "the learner agreed that others look at the account; detail holds for what, what they see, until when and how often") \
	X(31, "consent_used", KIND_HAS_NO_AMOUNT, "somebody looked at the account by a consent; detail holds who, for what, and what they saw") \
	X(32, "consent_revoked", KIND_HAS_NO_AMOUNT, "the learner took a consent back")

/* verification takes places above it for malformed, so that it may count on */
#define LEDGER_GREATEST_SEQ		(INT64CONST(1) << 62)

#define LEDGER_KIND_OPENED		1
#define LEDGER_KIND_REVERSED	7
#define LEDGER_KIND_PUBLISHED	8
#define LEDGER_KIND_SUPERSEDED	9

/* The account of the bank itself: it holds what the bank does, and no credit. */
#define LEDGER_BANK_ACCOUNT		0

typedef struct LedgerEntry
{
	pg_uuid_t	ledger_id;
	DigestSuite suite;
	int64		account_id;
	int64		seq;
	int16		kind;
	bool		has_amount;
	CreditAmount amount;
	struct varlena *ref;		/* achievement_ref, or NULL */
	DateADT		occurred_on;
	TimestampTz recorded_at;
	text	   *actor;			/* or NULL */
	text	   *detail;			/* or NULL */
	bool		has_reverses;
	int64		reverses;
	uint8		prev_hash[DIGEST_LENGTH];
} LedgerEntry;

/* false for what ledger_entry_bytes raises at: dates that cannot be hashed */
extern bool ledger_entry_has_bytes(const LedgerEntry *entry);
extern void ledger_entry_bytes(const LedgerEntry *entry, StringInfo bytes);
extern void ledger_entry_hash(const LedgerEntry *entry, StringInfo workspace,
							  uint8 hash[DIGEST_LENGTH]);

/* what the first entry of an account carries as prev_hash */
extern void ledger_genesis_hash(DigestSuite suite, const pg_uuid_t *ledger_id,
								int64 account_id, uint8 hash[DIGEST_LENGTH]);

/* copies a stored hash; 22C07 when it has not the length of one */
extern void ledger_copy_hash(const bytea *source, uint8 hash[DIGEST_LENGTH]);
extern int16 ledger_kind_number(const char *name);
extern bool ledger_find_kind(const char *name, int16 *number);
extern bool ledger_kind_is_known(int16 kind);

/* every account is opened; the bank's own kinds are in its account, and no other is */
extern bool ledger_kind_fits_account(int16 kind, int64 account_id);

/* the opening, a reversal and what the bank did stand for good */
extern bool ledger_kind_can_be_taken_back(int16 kind);

/* the kind must be known */
extern LedgerKindAmount ledger_kind_amount(int16 kind);
extern const char *ledger_kind_name(int16 kind);

#define LEDGER_KINDS_HINT "SELECT * FROM creditbank.entry_kinds() lists the kinds."

#endif							/* CREDITBANK_LEDGER_H */
