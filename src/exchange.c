/*
 * exchange.c
 *		Rows of an import: from the texts that were staged to the values that a
 *		deposit takes.
 *
 * What is written plainly, as files from other systems mostly are, is read
 * here, thousands of rows at a time.  Promise: a row is never an error here.
 * Whatever is not plain is said to be so and left to deposit(), whose
 * judgement, and whose error, is the one that counts: so a row that is plain
 * must be one that deposit() would read to the same values.  It must never
 * write.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/hsearch.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "achievement_ref.h"
#include "compat.h"
#include "credit_amount.h"
#include "digest.h"
#include "exchange.h"
#include "ledger_write.h"

PG_FUNCTION_INFO_V1(creditbank_fetch_import_items);
PG_FUNCTION_INFO_V1(creditbank_account_id_of_number);

#define ACCOUNT_NUMBER_LENGTH	14	/* twelve digits of the id and two to check them */
#define SHORTEST_EVIDENCE		28	/* bytes of a digest */
#define LONGEST_EVIDENCE		64
#define LONGEST_EXTERNAL_ID		200 /* characters, as the other limits are */
#define LONGEST_TITLE			500
#define LONGEST_TAGS			500
#define LONGEST_WORD			50

/*
 * The columns of the rows that are read, and of import_item.  The numbers of
 * the contents, ref to education_type, are hashed: never change or reuse one.
 */
typedef enum ItemColumn
{
	ITEM_ROW_ID,
	ITEM_ACCOUNT_ID,
	ITEM_LINE,
	ITEM_EXTERNAL_ID,
	ITEM_REF,
	ITEM_TITLE,
	ITEM_AMOUNT,
	ITEM_HOURS,
	ITEM_LEVEL,
	ITEM_FRAMEWORK,
	ITEM_GRADE,
	ITEM_SCALE,
	ITEM_ATTENDANCE,
	ITEM_PLACE,
	ITEM_SHARE,
	ITEM_AWARDED_ON,
	ITEM_EXPIRES_ON,
	ITEM_RANK,
	ITEM_TAGS,
	ITEM_EVIDENCE,
	ITEM_EDUCATION_TYPE,
	/* what is made of them */
	ITEM_IS_PLAIN,
	ITEM_CONTENT_DIGEST
} ItemColumn;

#define READ_COLUMNS	(ITEM_EDUCATION_TYPE + 1)
#define ITEM_COLUMNS	(ITEM_CONTENT_DIGEST + 1)

static const char *const column_names[READ_COLUMNS] = {
	"row_id", "account_id", "line", "external_id", "ref", "title", "amount", "hours", "level",
	"framework", "grade", "scale", "attendance", "place", "share", "awarded_on", "expires_on",
	"rank", "tags", "evidence", "education_type"
};

typedef struct ItemReader
{
	int			numbers[READ_COLUMNS];	/* of the columns in the rows */
	int			bank_level;		/* that of another framework's level */
	TupleDesc	source;
	HeapTuple	row;
	DigestSuite suite;
	StringInfoData content;		/* what the digest is made of */
	HTAB	   *external_ids;	/* those of this call */
	HTAB	   *documents;		/* likewise: an account's references, and serials */
	bool		is_plain;
	Datum		values[ITEM_COLUMNS];
	bool		nulls[ITEM_COLUMNS];
} ItemReader;

/* A text of the row, which becomes part of its content; NULL for none and an empty one. */
static char *
read_text(ItemReader *reader, ItemColumn column)
{
	bool		is_null;
	Datum		value = heap_getattr(reader->row, reader->numbers[column], reader->source, &is_null);
	text	   *given;
	int			length;

	if (is_null)
		return NULL;
	given = DatumGetTextPP(value);
	length = VARSIZE_ANY_EXHDR(given);
	if (length == 0)
		return NULL;
	if (column >= ITEM_REF)
	{
		uint32		bytes = pg_hton32(length);

		appendStringInfoCharMacro(&reader->content, (char) column);
		appendBinaryStringInfo(&reader->content, (char *) &bytes, sizeof(bytes));
		appendBinaryStringInfo(&reader->content, VARDATA_ANY(given), length);
	}
	return text_to_cstring(given);
}

static void
set_value(ItemReader *reader, ItemColumn column, Datum value)
{
	reader->values[column] = value;
	reader->nulls[column] = false;
}

/* What a column holds, when it can be read; else the row is not plain. */
static void
put(ItemReader *reader, ItemColumn column, bool is_read, Datum value)
{
	if (is_read)
		set_value(reader, column, value);
	else
		reader->is_plain = false;
}

static void
put_line(ItemReader *reader, ItemColumn column, int longest)
{
	char	   *text = read_text(reader, column);
	bool		has_word;

	if (text != NULL)
		put(reader, column, plain_line(text, longest, &has_word) && has_word, CStringGetTextDatum(text));
}

static void
put_amount(ItemReader *reader, ItemColumn column, bool has_unit)
{
	char	   *text = read_text(reader, column);
	const char *p = text;
	int64		count;
	int			unit = has_unit ? UNIT_CR : UNIT_HR;
	bool		is_read;

	if (text == NULL)
		return;
	is_read = plain_number(&p, 12, 4, &count) && count > 0;
	if (is_read && has_unit && *p != '\0')
	{
		p += strspn(p, " ");
		unit = credit_unit_from_name(p, strlen(p));
		p += strlen(p);
	}
	put(reader, column, is_read && unit >= 0 && *p == '\0',
		is_read && unit >= 0 ? CreditAmountGetDatum(credit_amount_pack(unit, count)) : (Datum) 0);
}

static void
put_percentage(ItemReader *reader, ItemColumn column)
{
	char	   *text = read_text(reader, column);
	int64		count;
	bool		is_read;

	if (text == NULL)
		return;
	is_read = plain_whole_number(text, 3, 2, &count) && count <= 10000;
	put(reader, column, is_read, is_read ?
		DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
							Int32GetDatum(-1)) : (Datum) 0);
}

static void
put_day(ItemReader *reader, ItemColumn column)
{
	char	   *text = read_text(reader, column);
	DateADT		day = 0;
	bool		is_read;

	if (text == NULL)
		return;
	is_read = plain_day(text, &day);
	put(reader, column, is_read, DateADTGetDatum(day));
}

/* Is a text in a set?  It is from now on. */
static bool
is_seen(HTAB *set, char *text)
{
	bool		found;

	hash_search(set, &text, HASH_ENTER, &found);
	return found;
}

static void
put_ref(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_REF);
	bool		is_read = text != NULL && achievement_ref_is_plain(text, strlen(text));

	put(reader, ITEM_REF, is_read, is_read ? CStringGetTextDatum(text) : (Datum) 0);
	/* so is the second of two rows with one document */
	if (is_read && is_seen(reader->documents, strchr(text, '#') != NULL ? text :
						   psprintf("%s " INT64_FORMAT, text, DatumGetInt64(reader->values[ITEM_ACCOUNT_ID]))))
		reader->is_plain = false;
}

/* A level of the bank's own, or what one of another framework corresponds to. */
static void
put_level(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_LEVEL);
	char	   *framework = read_text(reader, ITEM_FRAMEWORK);
	int64		level = 0;
	bool		is_read;

	if (framework != NULL)
		set_value(reader, ITEM_FRAMEWORK, CStringGetTextDatum(framework));
	if (text == NULL)
		return;
	if (framework != NULL)
	{
		bool		is_null;
		Datum		known = heap_getattr(reader->row, reader->bank_level, reader->source, &is_null);

		put(reader, ITEM_LEVEL, !is_null, known);
		return;
	}
	is_read = plain_whole_number(text, 2, 0, &level) && level >= 1 && level <= 10;
	put(reader, ITEM_LEVEL, is_read, Int16GetDatum((int16) level));
}

static void
put_place(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_PLACE);
	int64		place = 0;
	bool		is_read;

	if (text == NULL)
		return;
	is_read = plain_whole_number(text, 9, 0, &place) && place >= 1;
	put(reader, ITEM_PLACE, is_read, Int32GetDatum((int32) place));
}

/* Words with commas between them; spaces around a word are dropped. */
static void
put_tags(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_TAGS);
	Datum	   *words;
	int			count = 0;
	bool		has_word;
	bool		is_list = true;

	if (text == NULL)
		return;
	words = palloc(sizeof(Datum) * (strlen(text) + 1));
	for (char *word = text, *next; word != NULL; word = next)
	{
		char	   *end;

		next = strchr(word, ',');
		end = next ? next++ : word + strlen(word);
		word += strspn(word, " ");
		while (end > word && end[-1] == ' ')
			end--;
		is_list &= end > word;
		words[count++] = PointerGetDatum(cstring_to_text_with_len(word, end - word));
	}
	put(reader, ITEM_TAGS, is_list && plain_line(text, LONGEST_TAGS, &has_word) && has_word,
		PointerGetDatum(construct_array(words, count, TEXTOID, -1, false, TYPALIGN_INT)));
}

static void
put_evidence(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_EVIDENCE);
	uint8		bytes[LONGEST_EVIDENCE];
	size_t		length;
	bool		is_read;

	if (text == NULL)
		return;
	is_read = plain_bytes(text, SHORTEST_EVIDENCE, LONGEST_EVIDENCE, bytes, &length);
	put(reader, ITEM_EVIDENCE, is_read,
		is_read ? PointerGetDatum(bytes_to_bytea(bytes, length)) : (Datum) 0);
}

static void
put_education_type(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_EDUCATION_TYPE);

	if (text != NULL)
		put(reader, ITEM_EDUCATION_TYPE,
			strcmp(text, "formal") == 0 || strcmp(text, "vocational") == 0 ||
			strcmp(text, "non_formal") == 0,
			CStringGetTextDatum(text));
}

/* The second of two rows with one id is judged by what became of the first. */
static void
put_external_id(ItemReader *reader)
{
	char	   *text = read_text(reader, ITEM_EXTERNAL_ID);
	bool		has_word;
	bool		is_read = text != NULL && plain_line(text, LONGEST_EXTERNAL_ID, &has_word) && has_word;

	put(reader, ITEM_EXTERNAL_ID, is_read && !is_seen(reader->external_ids, text),
		is_read ? CStringGetTextDatum(text) : (Datum) 0);
}

static void
copy_column(ItemReader *reader, ItemColumn column)
{
	reader->values[column] = heap_getattr(reader->row, reader->numbers[column], reader->source,
										  &reader->nulls[column]);
}

/* The two that follow from several columns. */
static void
check_together(ItemReader *reader)
{
	CreditAmount amount;

	if (reader->nulls[ITEM_ACCOUNT_ID] || reader->nulls[ITEM_AWARDED_ON])
		reader->is_plain = false;
	else if (!reader->nulls[ITEM_EXPIRES_ON] &&
			 DatumGetDateADT(reader->values[ITEM_EXPIRES_ON]) < DatumGetDateADT(reader->values[ITEM_AWARDED_ON]))
		reader->is_plain = false;
	if (reader->nulls[ITEM_AMOUNT] || reader->nulls[ITEM_HOURS])
		return;
	amount = DatumGetCreditAmount(reader->values[ITEM_AMOUNT]);
	if (credit_amount_unit_code(amount) == UNIT_HR &&
		amount != DatumGetCreditAmount(reader->values[ITEM_HOURS]))
		reader->is_plain = false;
}

static void
read_row(ItemReader *reader)
{
	uint8		digest[DIGEST_LENGTH];

	memset(reader->nulls, true, sizeof(reader->nulls));
	resetStringInfo(&reader->content);
	reader->is_plain = true;
	copy_column(reader, ITEM_ROW_ID);
	copy_column(reader, ITEM_ACCOUNT_ID);
	copy_column(reader, ITEM_LINE);
	put_external_id(reader);
	put_ref(reader);
	put_line(reader, ITEM_TITLE, LONGEST_TITLE);
	put_amount(reader, ITEM_AMOUNT, true);
	put_amount(reader, ITEM_HOURS, false);
	put_level(reader);
	put_line(reader, ITEM_GRADE, LONGEST_WORD);
	put_line(reader, ITEM_SCALE, LONGEST_WORD);
	put_percentage(reader, ITEM_ATTENDANCE);
	put_place(reader);
	put_percentage(reader, ITEM_SHARE);
	put_day(reader, ITEM_AWARDED_ON);
	put_day(reader, ITEM_EXPIRES_ON);
	put_line(reader, ITEM_RANK, LONGEST_WORD);
	put_tags(reader);
	put_evidence(reader);
	put_education_type(reader);
	check_together(reader);
	set_value(reader, ITEM_IS_PLAIN, BoolGetDatum(reader->is_plain));
	digest_compute(reader->suite, reader->content.data, reader->content.len, digest);
	set_value(reader, ITEM_CONTENT_DIGEST, PointerGetDatum(digest_to_bytea(digest)));
}

static uint32
hash_text(const void *key, Size size)
{
	const char *text = *(const char *const *) key;

	return hash_bytes((const unsigned char *) text, strlen(text));
}

static int
compare_texts(const void *a, const void *b, Size size)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static HTAB *
make_set(uint64 most)
{
	HASHCTL		control = {
		.keysize = sizeof(char *),
		.entrysize = sizeof(char *),
		.hash = hash_text,
		.match = compare_texts,
		.hcxt = CurrentMemoryContext
	};

	return hash_create("creditbank texts", most, &control,
					   HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

static int
find_column(TupleDesc source, const char *name)
{
	int			number = SPI_fnumber(source, name);

	if (number <= 0)
		elog(ERROR, "the rows to import have no column \"%s\"", name);
	return number;
}

static void
begin_reading(ItemReader *reader, TupleDesc source, uint64 row_count)
{
	reader->source = source;
	for (int i = 0; i < READ_COLUMNS; i++)
		reader->numbers[i] = find_column(source, column_names[i]);
	reader->bank_level = find_column(source, "bank_level");
	reader->external_ids = make_set(row_count);
	reader->documents = make_set(row_count);
	initStringInfo(&reader->content);
}

/*
 * fetch_import_items(rows refcursor, most integer, suite text) -> import_item[]
 *
 * The next rows of a cursor, as items; NULL when there are none.
 */
Datum
creditbank_fetch_import_items(PG_FUNCTION_ARGS)
{
	char	   *cursor_name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	MemoryContext caller = CurrentMemoryContext;
	ItemReader	reader;
	Portal		cursor;
	Oid			item_type;
	TupleDesc	tupdesc;
	Datum	   *items;
	ArrayType  *result = NULL;

	reader.suite = digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(2)));
	SPI_connect();
	cursor = SPI_cursor_find(cursor_name);
	if (cursor == NULL)
		elog(ERROR, "cursor \"%s\" is not open", cursor_name);
	SPI_cursor_fetch(cursor, true, PG_GETARG_INT32(1));
	if (SPI_processed > 0)
	{
		SPITupleTable *table = SPI_tuptable;
		uint64		count = SPI_processed;

		item_type = ledger_type("creditbank.import_item");
		tupdesc = lookup_rowtype_tupdesc_copy(item_type, -1);
		begin_reading(&reader, table->tupdesc, count);
		items = palloc(sizeof(Datum) * count);
		for (uint64 i = 0; i < count; i++)
		{
			CHECK_FOR_INTERRUPTS();
			reader.row = table->vals[i];
			read_row(&reader);
			items[i] = HeapTupleGetDatum(heap_form_tuple(tupdesc, reader.values, reader.nulls));
		}
		MemoryContextSwitchTo(caller);
		result = construct_array(items, (int) count, item_type, -1, false, TYPALIGN_DOUBLE);
	}
	SPI_finish();
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(result);
}

/*
 * account_id_of_number(account text) -> bigint
 *
 * What account_id() finds in an account number, whether or not there is such
 * an account; NULL when it cannot be one.
 */
Datum
creditbank_account_id_of_number(PG_FUNCTION_ARGS)
{
	text	   *account = PG_GETARG_TEXT_PP(0);
	const char *text = VARDATA_ANY(account);
	int			length = VARSIZE_ANY_EXHDR(account);
	int64		number = 0;
	int			digits = 0;

	for (int i = 0; i < length; i++)
	{
		if (text[i] == ' ' || text[i] == '-')
			continue;
		if (text[i] < '0' || text[i] > '9' || ++digits > ACCOUNT_NUMBER_LENGTH)
			PG_RETURN_NULL();
		number = number * 10 + (text[i] - '0');
	}
	if (digits != ACCOUNT_NUMBER_LENGTH || number % 97 != 1)
		PG_RETURN_NULL();
	PG_RETURN_INT64(number / 100);
}
