/*
 * verify_sums.h
 *		What one pass over the ledger's tables adds up to.
 *
 * Each row adds to counts, to products that stand for multisets (multiset.h)
 * and to sums; what the parallel parts of a pass, and the passes over different
 * tables, have found is joined by multiplying and adding.  A sound ledger is
 * one whose joined sums agree with each other; verify.c says how.
 */
#ifndef CREDITBANK_VERIFY_SUMS_H
#define CREDITBANK_VERIFY_SUMS_H

#include "storage/dsm.h"

#include "ledger.h"
#include "multiset.h"

/* Rows seen, and those that cannot be right whatever the others are. */
typedef enum LedgerCount
{
	COUNT_ENTRIES,
	COUNT_MALFORMED_ENTRIES,
	COUNT_FALSE_STARTS,			/* first entries that do not begin their chain */
	COUNT_MALFORMED_HEADS,
	COUNT_NEGATIVE_HEADS,		/* heads below zero in a unit that may not be */
	COUNT_LEAVES,
	COUNT_MALFORMED_TILES,
	LEDGER_COUNTS
} LedgerCount;

typedef enum LedgerProduct
{
	PRODUCT_WRITTEN,			/* (account, seq, hash) of each entry */
	PRODUCT_LINKED,				/* the same as the next entry or the head holds it */
	PRODUCT_ACCOUNTS,			/* (id) of each account */
	PRODUCT_HEADS,				/* (id) of each head's account */
	PRODUCT_SEALED,				/* (leaf hash) of each entry under the latest checkpoint */
	PRODUCT_LEAVES,				/* (hash) of each leaf in the tiles */
	PRODUCT_TILE_ROOTS,			/* (level above, tile, root) of each full tile */
	PRODUCT_UPPER_HASHES,		/* (level, place, hash) of each hash above the leaves */
	LEDGER_PRODUCTS
} LedgerProduct;

typedef struct LedgerSums
{
	uint64		magic;
	uint64		counts[LEDGER_COUNTS];
	uint128		products[LEDGER_PRODUCTS];

	/* per unit: sum of count * base^account over entries, less that over heads */
	uint128		balances[CREDIT_UNIT_COUNT];
} LedgerSums;

/* What a pass goes by: the ledger it expects, and the random point. */
typedef struct VerifyKey
{
	uint64		magic;
	pg_uuid_t	ledger_id;
	uint32		suite;
	uint32		negative_units; /* a bit for each unit that may go below zero */
	dsm_handle	progress;
	uint32		unused;
	int64		sealed_id;		/* entries with ids up to it are in the tree */
	MultisetKey multiset;
	uint128		balance_base;
} VerifyKey;

extern void verify_draw_key(VerifyKey *key);
extern bytea *verify_key_to_bytea(const VerifyKey *key);

extern void ledger_sums_init(LedgerSums *sums);
extern void ledger_sums_join(LedgerSums *sums, const LedgerSums *more);

/* raises unless the bytes are sums */
extern void ledger_sums_from_bytea(LedgerSums *sums, const bytea *bytes);

#endif							/* CREDITBANK_VERIFY_SUMS_H */
