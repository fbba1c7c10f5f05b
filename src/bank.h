/*
 * bank.h
 *		On whose behalf a statement runs.
 */
#ifndef CREDITBANK_BANK_H
#define CREDITBANK_BANK_H

extern text *bank_caller(void);

#endif							/* CREDITBANK_BANK_H */
