/*
 * evaluate_row.h
 *		Lines written as rows: evaluate_row.c.
 */
#ifndef CREDITBANK_EVALUATE_ROW_H
#define CREDITBANK_EVALUATE_ROW_H

#include "utils/tuplestore.h"

#include "evaluate.h"

typedef struct RowWriter RowWriter;

extern RowWriter *row_writer(Tuplestorestate *rows);
extern void row_put_line(RowWriter *row, const Evaluation *evaluation, int number);

#endif							/* CREDITBANK_EVALUATE_ROW_H */
