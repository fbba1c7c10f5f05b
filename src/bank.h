/*
 * bank.h
 *		The bank of this database: what it was opened with, and who is asking.
 */
#ifndef CREDITBANK_BANK_H
#define CREDITBANK_BANK_H

#include "utils/array.h"
#include "utils/uuid.h"

#include "credit_amount.h"
#include "digest.h"

/* What every entry of the bank has in common, and what its units allow. */
typedef struct BankChoices
{
	pg_uuid_t	ledger_id;
	DigestSuite suite;
	text	   *suite_name;
	bool		may_be_negative[CREDIT_UNIT_COUNT];
	ArrayType  *negative_units; /* of text: the same, as SQL has it */
	Oid			table;			/* that they were read from */
} BankChoices;

extern text *bank_caller(void);

/*
 * The choices the bank was opened with, read once in a session: they never
 * change.  SPI must be connected.  Raises 23C01 when no bank is open.
 */
extern const BankChoices *bank_choices(void);

/* the same, read now, under the caller's snapshot */
extern BankChoices *bank_read_choices(void);

/* which units the names of an array of text are; 22C07 for one that is none */
extern void bank_read_units(ArrayType *names, bool is_member[CREDIT_UNIT_COUNT]);

#endif							/* CREDITBANK_BANK_H */
