/*
 * pathway_programme.c
 *		A programme from columns of the registry, gathered into arrays.
 *
 * Promise: the same programme as programme_read() makes of its document.  To
 * write a thousand documents only to read them again would take longer than
 * all that is asked of them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"
#include "pathway.h"

/* one column: as many values as there are courses, or categories */
typedef struct Column
{
	Datum	   *values;
	bool	   *nulls;
} Column;

static void
refuse_column(int argument)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("the columns of a programme differ in length"),
			 errdetail("Argument %d has another number of members than the columns beside it.", argument + 1),
			 errhint("Gather all of them from the same rows.")));
}

/* count is how many members the first column of the same rows has; -1: this is it */
static Column
read_column(FunctionCallInfo fcinfo, int argument, Oid type, int *count)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);
	Column		column;
	int			members;

	if (type == BOOLOID)
		deconstruct_array(array, type, 1, true, TYPALIGN_CHAR, &column.values, &column.nulls, &members);
	else if (type == INT8OID)
		deconstruct_array(array, ARR_ELEMTYPE(array), 8, true, TYPALIGN_DOUBLE,
						  &column.values, &column.nulls, &members);
	else
		deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT,
						  &column.values, &column.nulls, &members);
	if (*count >= 0 && members != *count)
		refuse_column(argument);
	*count = members;
	return column;
}

static void
refuse_nameless(int argument)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("a category or course of a programme has no name"),
			 errdetail("Argument %d has a member that is NULL.", argument + 1),
			 errhint("Gather categories and courses from the registry.")));
}

static Column
read_names(FunctionCallInfo fcinfo, int argument, int *count)
{
	Column		column = read_column(fcinfo, argument, TEXTOID, count);

	for (int i = 0; i < *count; i++)
	{
		if (column.nulls[i])
			refuse_nameless(argument);
	}
	return column;
}

static char *
text_at(const Column *column, int row)
{
	return column->nulls[row] ? NULL : TextDatumGetCString(column->values[row]);
}

/* references are stored in UTF-8 whatever the server's encoding */
static char *
ref_at(const Column *column, int row)
{
	char	   *stored = text_at(column, row);

	return pg_any_to_server(stored, strlen(stored), PG_UTF8);
}

static OptionalAmount
amount_at(const Column *column, int row)
{
	return (OptionalAmount) {!column->nulls[row], DatumGetCreditAmount(column->values[row])};
}

static bool
flag_at(const Column *column, int row)
{
	return !column->nulls[row] && DatumGetBool(column->values[row]);
}

static void
read_categories(Programme *programme, FunctionCallInfo fcinfo, int first)
{
	int			count = -1;
	Column		names = read_names(fcinfo, first, &count);
	Column		credits = read_column(fcinfo, first + 1, INT8OID, &count);

	programme->category_count = count;
	programme->categories = palloc0(sizeof(Category) * Max(count, 1));
	for (int i = 0; i < count; i++)
		programme->categories[i] = (Category) {text_at(&names, i), amount_at(&credits, i)};
}

static void
read_courses(Programme *programme, FunctionCallInfo fcinfo, int first)
{
	int			count = -1;
	Column		refs = read_names(fcinfo, first, &count);
	Column		credits = read_column(fcinfo, first + 1, INT8OID, &count);
	Column		hours = read_column(fcinfo, first + 2, INT8OID, &count);
	Column		categories = read_column(fcinfo, first + 3, TEXTOID, &count);
	Column		compulsory = read_column(fcinfo, first + 4, BOOLOID, &count);
	Column		excluded = read_column(fcinfo, first + 5, BOOLOID, &count);

	programme->course_count = count;
	programme->courses = palloc0(sizeof(Course) * Max(count, 1));
	for (int i = 0; i < count; i++)
		programme->courses[i] = (Course) {
			.ref = ref_at(&refs, i),
			.credits = amount_at(&credits, i),
			.hours = amount_at(&hours, i),
			.category = text_at(&categories, i),
			.compulsory = flag_at(&compulsory, i),
			.excluded = flag_at(&excluded, i)
		};
}

/*
 * Ten arguments from the first on: code, total; names and credits of the
 * categories; references, credits, hours, categories, compulsory, excluded of
 * the courses.
 */
const Programme *
programme_from_columns(FunctionCallInfo fcinfo, int first)
{
	Programme  *programme = palloc0(sizeof(Programme));

	programme->code = text_to_cstring(PG_GETARG_TEXT_PP(first));
	programme->total = (OptionalAmount) {true, PG_GETARG_CREDIT_AMOUNT(first + 1)};
	read_categories(programme, fcinfo, first + 2);
	read_courses(programme, fcinfo, first + 4);
	programme_arrange(programme);
	return programme;
}
