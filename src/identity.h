/*
 * identity.h
 *		Identity numbers: what they may be, in one form.
 */
#ifndef CREDITBANK_IDENTITY_H
#define CREDITBANK_IDENTITY_H

#include "fmgr.h"
#include "utils/date.h"

#define IDENTITY_MAX_LENGTH 40

/* The kinds by name, as people and tables write them. */
typedef enum IdentityKind
{
	IDENTITY_RESIDENT_ID,
	IDENTITY_RESIDENCE_PERMIT,
	IDENTITY_PASSPORT,
	IDENTITY_OTHER
} IdentityKind;

/* A number in the form that equal numbers share. */
typedef struct Identity
{
	IdentityKind kind;
	int			length;
	char		number[IDENTITY_MAX_LENGTH + 1];
} Identity;

extern IdentityKind identity_kind_from_name(const text *name);
extern const char *identity_kind_name(IdentityKind kind);

/* NULL, or the sentence that says why it cannot be a number of the kind */
extern const char *identity_read(IdentityKind kind, const text *number, Identity *identity);

/* the same, raising 22C08 */
extern void identity_require(IdentityKind kind, const text *number, Identity *identity);

/* false where the number tells none */
extern bool identity_birth_date(const Identity *identity, DateADT *birth_date);

/* from now on the statement that runs is kept out of the server's log */
extern void identity_hide_statement(void);
extern void identity_log_init(void);

#endif							/* CREDITBANK_IDENTITY_H */
