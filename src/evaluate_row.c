/*
 * evaluate_row.c
 *		Lines written as rows.
 *
 * A row is written into a buffer as it is stored, column after column, and then
 * put into the tuplestore: to make a Datum of each column first, and a row of
 * these, takes three times as long.
 *
 * Promise: what is written is what heap_form_tuple() would write for the columns
 * of evaluate in sql/evaluate.sql, in their order, save that there is a bitmap
 * of nulls even where nothing is null.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "compat.h"
#include "evaluate_row.h"

#define EVALUATE_COLUMNS	18
#define ROW_BEGIN			MAXALIGN(SizeofHeapTupleHeader + BITMAPLEN(EVALUATE_COLUMNS))
#define ROW_SPACE			1024
#define ROW_SLACK			16		/* for padding */

struct RowWriter
{
	Tuplestorestate *rows;
	char	   *buffer;
	Size		space;
	Size		size;			/* written so far */
	int			column;			/* the next, from 0 */
	uint32		present;		/* columns that are not null, a bit each */
};

RowWriter *
row_writer(Tuplestorestate *rows)
{
	RowWriter  *row = palloc(sizeof(RowWriter));

	*row = (RowWriter) {.rows = rows, .buffer = palloc(ROW_SPACE), .space = ROW_SPACE};
	return row;
}

/* makes room for so many bytes and their padding, which is zero */
static inline void
reserve(RowWriter *row, Size size)
{
	Size		needed = row->size + size + ROW_SLACK;

	if (needed > row->space)
	{
		row->space = Max(needed, Min(row->space * 2, MaxAllocSize));
		row->buffer = repalloc(row->buffer, row->space);
	}
	memset(row->buffer + row->size, 0, MAXIMUM_ALIGNOF);
}

static inline void
put_null(RowWriter *row)
{
	row->column++;
}

static inline void
mark_present(RowWriter *row)
{
	row->present |= (uint32) 1 << row->column++;
}

static inline void
put_bool(RowWriter *row, bool value)
{
	reserve(row, 1);
	row->buffer[row->size++] = value;
	mark_present(row);
}

static inline void
put_int32(RowWriter *row, int32 value)
{
	reserve(row, sizeof(value));
	row->size = INTALIGN(row->size);
	memcpy(row->buffer + row->size, &value, sizeof(value));
	row->size += sizeof(value);
	mark_present(row);
}

static inline void
put_amount(RowWriter *row, CreditAmount value)
{
	reserve(row, sizeof(value));
	row->size = DOUBLEALIGN(row->size);
	memcpy(row->buffer + row->size, &value, sizeof(value));
	row->size += sizeof(value);
	mark_present(row);
}

/*
 * Begins a value of variable length and returns where its bytes, so many without
 * its header, are to be written.  Short ones are not aligned.
 */
static inline char *
begin_bytes(RowWriter *row, Size length)
{
	char	   *bytes;

	reserve(row, VARHDRSZ + length);
	if (length + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
	{
		SET_VARSIZE_SHORT(row->buffer + row->size, length + VARHDRSZ_SHORT);
		row->size += VARHDRSZ_SHORT;
	}
	else
	{
		row->size = INTALIGN(row->size);
		SET_VARSIZE(row->buffer + row->size, length + VARHDRSZ);
		row->size += VARHDRSZ;
	}
	bytes = row->buffer + row->size;
	row->size += length;
	mark_present(row);
	return bytes;
}

static inline void
put_bytes(RowWriter *row, const char *bytes, Size length)
{
	memcpy(begin_bytes(row, length), bytes, length);
}

static inline void
put_text(RowWriter *row, const char *text)
{
	if (text == NULL)
		put_null(row);
	else
		put_bytes(row, text, strlen(text));
}

/* ---- arrays of texts, where NULL stands for nothing ---- */

/* so many bytes has an array's element */
static inline Size
element_size(const char *text)
{
	return text == NULL ? 0 : INTALIGN(VARHDRSZ + strlen(text));
}

/* writes elements at next, which has room for them, zeroed */
static void
write_elements(ArrayType *array, const char *const *texts, int count)
{
	char	   *next = ARR_DATA_PTR(array);

	for (int i = 0; i < count; i++)
	{
		Size		length;

		if (texts[i] == NULL)
			continue;
		if (array->dataoffset > 0)
			ARR_NULLBITMAP(array)[i / BITS_PER_BYTE] |= 1 << (i % BITS_PER_BYTE);
		length = VARHDRSZ + strlen(texts[i]);
		SET_VARSIZE(next, length);
		memcpy(VARDATA(next), texts[i], length - VARHDRSZ);
		next += INTALIGN(length);
	}
}

static void
put_several(RowWriter *row, const char *const *texts, int count)
{
	bool		nulls = false;
	Size		size = 0;
	ArrayType  *array;

	for (int i = 0; i < count; i++)
	{
		nulls |= texts[i] == NULL;
		size += element_size(texts[i]);
	}
	size += nulls ? ARR_OVERHEAD_WITHNULLS(1, count) : ARR_OVERHEAD_NONULLS(1);
	array = palloc0(size);
	array->ndim = 1;
	array->dataoffset = nulls ? ARR_OVERHEAD_WITHNULLS(1, count) : 0;
	array->elemtype = TEXTOID;
	ARR_DIMS(array)[0] = count;
	ARR_LBOUND(array)[0] = 1;
	write_elements(array, texts, count);
	put_bytes(row, (char *) array + VARHDRSZ, size - VARHDRSZ);
	pfree(array);
}

/* An array of one, which most lines have, is written where it stays. */
static inline void
put_one(RowWriter *row, const char *text)
{
	/* dimensions, where its data begin, type, length and first subscript */
	static const int32 header[] = {1, 0, TEXTOID, 1, 1};
	static const int32 of_null[] = {1, ARR_OVERHEAD_WITHNULLS(1, 1), TEXTOID, 1, 1, 0, 0};
	Size		size;
	varattrib_4b element;		/* its header */
	char	   *next;

	if (text == NULL)
	{
		put_bytes(row, (const char *) of_null, sizeof(of_null));
		return;
	}
	size = VARHDRSZ + strlen(text);
	SET_VARSIZE(&element, size);
	next = begin_bytes(row, sizeof(header) + INTALIGN(size));
	memcpy(next, header, sizeof(header));
	next += sizeof(header);
	memset(next + INTALIGN(size) - ALIGNOF_INT, 0, ALIGNOF_INT);
	memcpy(next, &element, VARHDRSZ);
	memcpy(next + VARHDRSZ, text, size - VARHDRSZ);
}

StaticAssertDecl(ARR_OVERHEAD_NONULLS(1) == VARHDRSZ + 5 * sizeof(int32) &&
				 ARR_OVERHEAD_WITHNULLS(1, 1) == VARHDRSZ + 7 * sizeof(int32),
				 "an array of one is written as it is stored");

static inline void
put_texts(RowWriter *row, const char *const *texts, int count)
{
	if (count == 1)
		put_one(row, texts[0]);
	else
		put_several(row, texts, count);
}

/* the achievements of a line, what they brought and their grades */
static void
put_sources(RowWriter *row, const Line *line)
{
	int			count = line->source_count;
	const char *few[2];
	char		few_texts[CREDIT_AMOUNT_TEXT_SIZE];
	const char **amounts = few;
	const char **grades = few + 1;
	char	   *text = few_texts;

	if (count > 1)
	{
		amounts = palloc((sizeof(char *) * 2 + CREDIT_AMOUNT_TEXT_SIZE) * count);
		grades = amounts + count;
		text = (char *) (grades + count);
	}
	for (int i = 0; i < count; i++, text += CREDIT_AMOUNT_TEXT_SIZE)
	{
		const Achievement *source = line->achievements[i];
		OptionalAmount amount = source->amount.given ? source->amount : source->hours;

		grades[i] = source->grade;
		amounts[i] = amount.given ? text : NULL;
		if (amount.given)
			credit_amount_format(amount.amount, text);
	}
	put_texts(row, line->sources, count);
	put_texts(row, amounts, count);
	put_texts(row, grades, count);
	if (amounts != few)
		pfree(amounts);
}

/* ---- a row ---- */

static void
put_value(RowWriter *row, const Line *line)
{
	Numeric		value = line_value(line);

	put_bytes(row, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	pfree(value);
}

static void
put_columns(RowWriter *row, const Evaluation *evaluation, const Line *line)
{
	put_text(row, line->rule);
	put_sources(row, line);
	put_text(row, line->target);
	if (line->granted)
		put_amount(row, line->granted_amount);
	else
		put_null(row);
	if (line->has_value)
	{
		put_value(row, line);
		put_amount(row, line->before_caps);
	}
	else
	{
		put_null(row);
		put_null(row);
	}
	put_text(row, line->grade);
	put_text(row, line->mark);
	if (line->leftover.given)
	{
		put_amount(row, line->leftover.amount);
		put_bool(row, line->leftover_kept);
	}
	else
	{
		put_null(row);
		put_null(row);
	}
	if (line->dated.given)
		put_int32(row, line->dated.date);
	else
		put_null(row);
	if (line->tags.count > 0)
		put_texts(row, (const char *const *) line->tags.words, line->tags.count);
	else
		put_null(row);
	put_bool(row, line->needs_assessor);
	if (evaluation->best)
		put_bool(row, evaluation->proven);
	else
		put_null(row);
	put_text(row, line->reason);
}

/* puts a line, by its number from 0, into the tuplestore */
void
row_put_line(RowWriter *row, const Evaluation *evaluation, int number)
{
	HeapTupleHeader header;
	HeapTupleData tuple = {0};

	row->size = ROW_BEGIN;
	row->column = 0;
	row->present = 0;
	put_int32(row, number + 1);
	put_columns(row, evaluation, &evaluation->lines[number]);
	Assert(row->column == EVALUATE_COLUMNS);

	header = (HeapTupleHeader) row->buffer;
	memset(header, 0, ROW_BEGIN);
	HeapTupleHeaderSetNatts(header, EVALUATE_COLUMNS);
	header->t_infomask = HEAP_HASNULL | HEAP_HASVARWIDTH;
	header->t_hoff = ROW_BEGIN;
	for (int i = 0; i < BITMAPLEN(EVALUATE_COLUMNS); i++)
		header->t_bits[i] = (uint8) (row->present >> (i * BITS_PER_BYTE));
	tuple.t_data = header;
	tuple.t_len = row->size;
	tuplestore_puttuple(row->rows, &tuple);
}
