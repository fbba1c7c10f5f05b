/*
 * statement.h
 *		SQL statements run from C, in the one way they are run here.
 */
#ifndef CREDITBANK_STATEMENT_H
#define CREDITBANK_STATEMENT_H

#include "executor/spi.h"

/* prepares a statement for the life of the session; options as SPI's cursor options */
extern SPIPlanPtr statement_keep(const char *query, int count, Oid *types, int options);

/* runs it with a snapshot of its own, and leaves the caller's memory context */
extern int	statement_execute(SPIPlanPtr plan, Datum *values, const char *nulls);

/* a column of a row of the last result that may not be NULL; XX001 when it is */
extern Datum statement_column(uint64 row, int column);

#endif							/* CREDITBANK_STATEMENT_H */
