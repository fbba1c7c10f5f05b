/*
 * achievement_detail.c
 *		The detail of ledger entries about an achievement.
 *
 * Promise: byte for byte what the text of the jsonb would be,
 *
 *		{"id": ..., "achievement": {...}} || detail
 *
 * where the achievement is the row as to_jsonb() has it but for its ids, its
 * state and what is NULL, and bytes are hexadecimal digits whatever the setting
 * bytea_output.  Those bytes are hashed: a million rows are written by this and
 * checked by jsonb.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(creditbank_achievement_entry_detail);

/* A column of the document; they stand in the order of jsonb's keys. */
typedef struct DocumentColumn
{
	int			number;			/* from 0 */
	const char *name;
	Oid			type;
	FmgrInfo	output;
} DocumentColumn;

/* What is known of the table, kept from one call to the next. */
typedef struct DocumentForm
{
	Oid			type;
	int32		typmod;
	TupleDesc	tupdesc;
	int			id_number;		/* of achievement_id, from 0 */
	int			count;
	DocumentColumn columns[FLEXIBLE_ARRAY_MEMBER];
} DocumentForm;

/* keys of jsonb are ordered by length, then by bytes */
static int
compare_keys(const char *a, int a_length, const char *b, int b_length)
{
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(a, b, a_length);
}

static int
compare_columns(const void *a, const void *b)
{
	const char *one = ((const DocumentColumn *) a)->name;
	const char *other = ((const DocumentColumn *) b)->name;

	return compare_keys(one, strlen(one), other, strlen(other));
}

/* Of the server's own types only those written below look as they do in jsonb. */
static bool
is_written(Oid type)
{
	return type >= FirstNormalObjectId || type == TEXTOID || type == INT2OID || type == INT4OID ||
		type == INT8OID || type == NUMERICOID || type == DATEOID || type == TEXTARRAYOID ||
		type == BYTEAOID;
}

static DocumentForm *
make_form(Oid type, int32 typmod, MemoryContext context)
{
	MemoryContext caller = MemoryContextSwitchTo(context);
	TupleDesc	tupdesc = lookup_rowtype_tupdesc_copy(type, typmod);
	DocumentForm *form = palloc0(offsetof(DocumentForm, columns) + sizeof(DocumentColumn) * tupdesc->natts);

	form->type = type;
	form->typmod = typmod;
	form->tupdesc = tupdesc;
	form->id_number = -1;
	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(tupdesc, i);
		DocumentColumn *column = &form->columns[form->count];
		Oid			output;
		bool		is_varlena;

		if (strcmp(NameStr(attribute->attname), "achievement_id") == 0)
			form->id_number = i;
		if (attribute->attisdropped || form->id_number == i ||
			strcmp(NameStr(attribute->attname), "account_id") == 0 ||
			strcmp(NameStr(attribute->attname), "state") == 0)
			continue;
		if (!is_written(attribute->atttypid))
			elog(ERROR, "column \"%s\" is of a type that no document has", NameStr(attribute->attname));
		column->number = i;
		column->name = NameStr(attribute->attname);
		column->type = attribute->atttypid;
		getTypeOutputInfo(attribute->atttypid, &output, &is_varlena);
		fmgr_info_cxt(output, &column->output, context);
		form->count++;
	}
	if (form->id_number < 0)
		elog(ERROR, "the row is none of an achievement");
	qsort(form->columns, form->count, sizeof(DocumentColumn), compare_columns);
	MemoryContextSwitchTo(caller);
	return form;
}

static void
write_words(StringInfo out, ArrayType *array)
{
	Datum	   *words;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &words, &nulls, &count);
	appendStringInfoChar(out, '[');
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		if (nulls[i])
			appendStringInfoString(out, "null");
		else
			escape_json(out, TextDatumGetCString(words[i]));
	}
	appendStringInfoChar(out, ']');
}

static void
write_bytes(StringInfo out, const bytea *bytes)
{
	int			length = VARSIZE_ANY_EXHDR(bytes);

	appendStringInfoChar(out, '"');
	enlargeStringInfo(out, length * 2 + 2);
	hex_encode(VARDATA_ANY(bytes), length, out->data + out->len);
	out->len += length * 2;
	out->data[out->len] = '\0';
	appendStringInfoChar(out, '"');
}

static void
write_value(StringInfo out, DocumentColumn *column, Datum value)
{
	char		day[MAXDATELEN + 1];

	switch (column->type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
			appendStringInfoString(out, OutputFunctionCall(&column->output, value));
			break;
		case DATEOID:
			JsonEncodeDateTime(day, value, DATEOID, NULL);
			escape_json(out, day);
			break;
		case TEXTARRAYOID:
			write_words(out, DatumGetArrayTypeP(value));
			break;
		case BYTEAOID:
			write_bytes(out, DatumGetByteaPP(value));
			break;
		default:
			escape_json(out, OutputFunctionCall(&column->output, value));
	}
}

static void
write_key(StringInfo out, const char *key, int length)
{
	if (out->data[out->len - 1] != '{')
		appendStringInfoString(out, ", ");
	escape_json(out, pnstrdup(key, length));
	appendStringInfoString(out, ": ");
}

static void
write_document(StringInfo out, DocumentForm *form, const Datum *values, const bool *nulls)
{
	appendStringInfoChar(out, '{');
	for (int i = 0; i < form->count; i++)
	{
		DocumentColumn *column = &form->columns[i];

		if (nulls[column->number])
			continue;
		write_key(out, column->name, strlen(column->name));
		write_value(out, column, values[column->number]);
	}
	appendStringInfoChar(out, '}');
}

/* The pairs of the detail whose keys come before another one. */
static void
write_pairs(StringInfo out, JsonbIterator **pairs, JsonbValue *key, bool *has_key, const char *before)
{
	while (*has_key && (before == NULL ||
						compare_keys(key->val.string.val, key->val.string.len, before, strlen(before)) < 0))
	{
		JsonbValue	value;
		Jsonb	   *document;

		(void) JsonbIteratorNext(pairs, &value, true);
		document = JsonbValueToJsonb(&value);
		write_key(out, key->val.string.val, key->val.string.len);
		(void) JsonbToCString(out, &document->root, VARSIZE(document));
		*has_key = JsonbIteratorNext(pairs, key, true) == WJB_KEY;
	}
}

/*
 * achievement_entry_detail(achievement record, detail jsonb) -> text
 */
Datum
creditbank_achievement_entry_detail(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	Jsonb	   *detail = PG_GETARG_JSONB_P(1);
	DocumentForm *form = fcinfo->flinfo->fn_extra;
	Oid			type = HeapTupleHeaderGetTypeId(row);
	int32		typmod = HeapTupleHeaderGetTypMod(row);
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};
	Datum	   *values;
	bool	   *nulls;
	StringInfoData out;
	JsonbIterator *pairs = JsonbIteratorInit(&detail->root);
	JsonbValue	key;
	bool		has_key;

	if (form == NULL || form->type != type || form->typmod != typmod)
	{
		form = make_form(type, typmod, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = form;
	}
	values = palloc(sizeof(Datum) * form->tupdesc->natts);
	nulls = palloc(sizeof(bool) * form->tupdesc->natts);
	heap_deform_tuple(&tuple, form->tupdesc, values, nulls);
	if (JsonbIteratorNext(&pairs, &key, true) != WJB_BEGIN_OBJECT)
		elog(ERROR, "the detail of an entry is no object");
	has_key = JsonbIteratorNext(&pairs, &key, true) == WJB_KEY;

	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	write_pairs(&out, &pairs, &key, &has_key, "id");
	write_key(&out, "id", 2);
	appendStringInfo(&out, INT64_FORMAT, DatumGetInt64(values[form->id_number]));
	write_pairs(&out, &pairs, &key, &has_key, "achievement");
	write_key(&out, "achievement", strlen("achievement"));
	write_document(&out, form, values, nulls);
	write_pairs(&out, &pairs, &key, &has_key, NULL);
	appendStringInfoChar(&out, '}');
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
