/*
 * ledger_write.h
 *		What appending one entry and appending many have in common.
 *
 * Promise: heads are locked in ascending order of account, an entry is admitted
 * by one function whoever asks, and nothing is written that was not admitted.
 */
#ifndef CREDITBANK_LEDGER_WRITE_H
#define CREDITBANK_LEDGER_WRITE_H

#include "bank.h"
#include "ledger.h"
#include "statement.h"

/* The head of an account's chain. */
typedef struct LedgerHead
{
	int64		account_id;
	int64		seq;
	TimestampTz recorded_at;
	CreditAmount balances[CREDIT_UNIT_COUNT];
	bool		has_balance[CREDIT_UNIT_COUNT];
	uint8		prev_hash[DIGEST_LENGTH];
	uint8		hash[DIGEST_LENGTH];
	bool		is_changed;		/* by an entry admitted since it was read */
} LedgerHead;

/* Why an entry is not admitted; what ereport is given, or a row tells. */
typedef struct LedgerRefusal
{
	int			code;
	char	   *message;
	char	   *detail;			/* or NULL */
	char	   *hint;			/* or NULL */
} LedgerRefusal;

/*
 * Locks the heads of accounts, given in ascending order, until the transaction
 * ends, and reads them.  Returns how many of them exist; heads has room for
 * all.
 */
extern int	ledger_lock_heads(const int64 *account_ids, int count, LedgerHead *heads);

/*
 * Puts an entry at the end of a chain: sets what follows from head and bank
 * (ledger, suite, seq, prev_hash, and a recorded_at that is not before the
 * last) and moves head on.  When it may not stand
 * there, says why, leaves head as it was and returns false.
 */
extern bool ledger_admit(LedgerHead *head, LedgerEntry *entry, StringInfo workspace,
						 LedgerRefusal *refusal);

/*
 * Completes an entry that takes back entry->reverses: its amount and reference
 * follow from that one.  When there is nothing to take back, says why and
 * returns false.
 */
extern bool ledger_complete_reversal(LedgerEntry *entry, LedgerRefusal *refusal);

/*
 * Whether an entry may have its kind at all: an account's first entry, and no
 * other, opens it; the bank's kinds are in the bank's account; and an amount has
 * the sign that its kind says.
 */
extern bool ledger_kind_fits(const LedgerEntry *entry, LedgerRefusal *refusal);

extern void ledger_refuse_unknown_account(int64 account_id, LedgerRefusal *refusal);

/* raises it; row_number is that of one of many entries, or 0 */
pg_noreturn extern void ledger_raise(const LedgerRefusal *refusal, int64 row_number);

/* a trigger or rule that is none of ours kept rows from a table */
pg_noreturn extern void ledger_report_lost_rows(const char *table);

/* one element per unit ever used, ordered by unit */
extern Datum ledger_balances_array(const LedgerHead *head, Oid amount_type);

/* the OID of a type by its name in SQL */
extern Oid	ledger_type(const char *name);

#endif							/* CREDITBANK_LEDGER_WRITE_H */
