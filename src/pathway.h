/*
 * pathway.h
 *		What the files of the room pathway share.
 */
#ifndef CREDITBANK_PATHWAY_H
#define CREDITBANK_PATHWAY_H

#include "evaluate.h"

/* pathway_programme.c */
extern const Programme *programme_from_columns(FunctionCallInfo fcinfo, int first);

#endif							/* CREDITBANK_PATHWAY_H */
