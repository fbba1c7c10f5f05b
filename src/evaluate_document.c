/*
 * evaluate_document.c
 *		Reading jsonb objects into C structs by tables of keys.
 *
 * Promise: a document is read whole or refused with 22C06 and words that name
 * the place, the key and what is wrong: an unknown key is refused, never
 * skipped, so that a mistyped one cannot change a decision unseen.  A key whose
 * value is null is as good as absent.  Dates are read as YYYY-MM-DD alone, never
 * by a setting.
 *
 * A document is walked through once, from its first byte to its last: jsonb
 * keeps the keys of an object in an order of its own (shorter first, then by
 * bytes), and the tables of keys stand in the same order.  Numbers stay where
 * they are in the document, which must outlive what is read from it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "evaluate_document.h"

/* longer amounts are not written by anyone; they are read all the same */
#define AMOUNT_SPACE 64

/* a value that is being read, for messages */
typedef struct DocumentValue
{
	const DocumentPlace *place;
	const DocumentKey *key;
} DocumentValue;

char *
document_place_text(const DocumentPlace *place)
{
	if (place->number == 0)
		return pstrdup(place->what);
	return psprintf("%s %d", place->what, place->number);
}

static void
refuse_shape(const char *what, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("%s must be %s", what, expected)));
}

/*
 * Room for all texts of a document, each with its NUL: they take no more than the
 * document, which has an entry of four bytes beside each.
 */
DocumentTexts
document_texts(const Jsonb *document)
{
	return (DocumentTexts) {palloc_extended(VARSIZE(document), MCXT_ALLOC_HUGE)};
}

const JsonbContainer *
document_object(const Jsonb *document, const char *what)
{
	if (!JB_ROOT_IS_OBJECT(document))
		refuse_shape(what, "a JSON object");
	return &document->root;
}

const JsonbContainer *
document_array(const Jsonb *document, const char *what)
{
	if (!JB_ROOT_IS_ARRAY(document) || JB_ROOT_IS_SCALAR(document))
		refuse_shape(what, "a JSON array");
	return &document->root;
}

/* ---- the members of a container, one after another ---- */

/*
 * More members than anyone means are refused before memory is taken for them.
 */
void
document_walk(DocumentWalk *walk, const JsonbContainer *array, const char *what)
{
	walk->left = JsonContainerSize(array);
	walk->entry = array->children;
	walk->base = (const char *) (array->children + walk->left);
	walk->offset = 0;
	if (walk->left > DOCUMENT_MEMBERS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s has more than %d members", what, DOCUMENT_MEMBERS_MAX),
				 errdetail("It has %d.", walk->left),
				 errhint("Evaluate for one learner and one programme at a time.")));
}

/* walks over the keys of an object, and over their values beside them */
static void
walk_object(DocumentWalk *keys, DocumentWalk *values, const JsonbContainer *object)
{
	int			count = JsonContainerSize(object);

	*keys = (DocumentWalk) {object->children, (const char *) (object->children + count * 2), 0, count};
	*values = *keys;
	values->entry += count;
	if (count > 0)
		values->offset = getJsonbOffset(object, count);
}

/*
 * The next member; there must be one.  Text, numbers and containers are where
 * the document has them.
 */
static inline void
next_member(DocumentWalk *walk, JsonbValue *json)
{
	JEntry		entry = *walk->entry++;
	uint32		begin = walk->offset;

	walk->left--;
	JBE_ADVANCE_OFFSET(walk->offset, entry);
	switch (entry & JENTRY_TYPEMASK)
	{
		case JENTRY_ISSTRING:
			json->type = jbvString;
			json->val.string.val = unconstify(char *, walk->base) + begin;
			json->val.string.len = walk->offset - begin;
			break;
		case JENTRY_ISNUMERIC:
			json->type = jbvNumeric;
			json->val.numeric = (Numeric) (unconstify(char *, walk->base) + INTALIGN(begin));
			break;
		case JENTRY_ISCONTAINER:
			json->type = jbvBinary;
			json->val.binary.data = (JsonbContainer *) (unconstify(char *, walk->base) + INTALIGN(begin));
			json->val.binary.len = walk->offset - INTALIGN(begin);
			break;
		case JENTRY_ISNULL:
			json->type = jbvNull;
			break;
		default:
			json->type = jbvBool;
			json->val.boolean = JBE_ISBOOL_TRUE(entry);
			break;
	}
}

/* the next member of an array of objects */
const JsonbContainer *
document_member(DocumentWalk *walk, const DocumentPlace *place)
{
	JsonbValue	member;

	next_member(walk, &member);
	if (member.type != jbvBinary || !JsonContainerIsObject(member.val.binary.data))
		refuse_shape(document_place_text(place), "a JSON object");
	return member.val.binary.data;
}

/* ---- values ---- */

static void
refuse_value(const DocumentValue *value, const char *expected, const char *found)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("\"%s\" of %s must be %s", value->key->name,
					document_place_text(value->place), expected),
			 errdetail("Found %s.", found)));
}

/* what a value of the wrong type is called */
static const char *
type_text(JsonbValue *json)
{
	switch (json->type)
	{
		case jbvNull:
			return "null";
		case jbvBool:
			return "true or false";
		case jbvNumeric:
			return "a number";
		case jbvString:
			return "text";
		default:
			return JsonContainerIsObject(json->val.binary.data) ? "an object" : "an array";
	}
}

static void
refuse_type(const DocumentValue *value, const char *expected, JsonbValue *json)
{
	refuse_value(value, expected, type_text(json));
}

static char *
string_value(const DocumentValue *value, JsonbValue *json)
{
	int			length = json->val.string.len;
	char	   *text = value->place->texts->next;

	value->place->texts->next += length + 1;
	memcpy(text, json->val.string.val, length);
	text[length] = '\0';
	return text;
}

static char *
number_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/* Checked whether or not a rule asks for it: no document is right for some rules only. */
static Numeric
read_percentage(const DocumentValue *value, JsonbValue *json)
{
	Datum		number;

	if (json->type != jbvNumeric)
		refuse_type(value, "a number", json);
	number = NumericGetDatum(json->val.numeric);
	if (DatumGetBool(DirectFunctionCall2(numeric_lt, number, NumericGetDatum(int64_to_numeric(0)))) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, number, NumericGetDatum(int64_to_numeric(100)))))
		refuse_value(value, "a percentage from 0 to 100", number_text(json->val.numeric));
	return json->val.numeric;
}

/* errors of the readers of other rooms say where they were met */
static void
add_place_to_error(void *argument)
{
	const DocumentValue *value = argument;

	errcontext("\"%s\" of %s", value->key->name, document_place_text(value->place));
}

static CreditAmount
parse_amount(const DocumentValue *value, const char *text)
{
	ErrorContextCallback callback = {error_context_stack, add_place_to_error, (void *) value};
	CreditAmount amount;

	error_context_stack = &callback;
	credit_amount_parse(text, &amount, NULL);
	error_context_stack = callback.previous;

	if (value->key->kind == DOC_HOURS && credit_amount_unit_code(amount) != UNIT_HR)
		refuse_value(value, "hours", psprintf("\"%s\"", text));
	if (credit_amount_count(amount) < 0)
		refuse_value(value, "zero or more", psprintf("\"%s\"", text));
	return amount;
}

static OptionalAmount
read_amount(const DocumentValue *value, JsonbValue *json)
{
	char		space[AMOUNT_SPACE];
	char	   *text = space;

	if (json->type == jbvString && json->val.string.len < AMOUNT_SPACE)
	{
		memcpy(space, json->val.string.val, json->val.string.len);
		space[json->val.string.len] = '\0';
	}
	else if (json->type == jbvString)
		text = string_value(value, json);
	else if (json->type == jbvNumeric && value->key->kind == DOC_HOURS)
		text = psprintf("%s hr", number_text(json->val.numeric));
	else if (json->type == jbvNumeric)
		text = number_text(json->val.numeric);
	else
		refuse_type(value, "an amount, such as 3 or \"48 hr\"", json);
	return (OptionalAmount) {true, parse_amount(value, text)};
}

static bool
read_digits(const char *digits, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++)
	{
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		*number = *number * 10 + (digits[i] - '0');
	}
	return true;
}

static OptionalDate
read_date(const DocumentValue *value, JsonbValue *json)
{
	const char *text = json->val.string.val;
	int			year,
				month,
				day;

	if (json->type != jbvString)
		refuse_type(value, "a date, written \"YYYY-MM-DD\"", json);
	if (json->val.string.len != 10 || text[4] != '-' || text[7] != '-' ||
		!read_digits(text, 4, &year) || !read_digits(text + 5, 2, &month) ||
		!read_digits(text + 8, 2, &day) ||
		year < 1 || month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1])
		refuse_value(value, "a date, written \"YYYY-MM-DD\"", psprintf("\"%s\"", string_value(value, json)));
	return (OptionalDate) {true, date2j(year, month, day) - POSTGRES_EPOCH_JDATE};
}

static char *
read_ref(const DocumentValue *value, JsonbValue *json)
{
	ErrorContextCallback callback = {error_context_stack, add_place_to_error, (void *) value};
	struct varlena *ref;

	if (json->type != jbvString)
		refuse_type(value, "an achievement reference", json);
	if (achievement_ref_is_plain(json->val.string.val, json->val.string.len))
		return string_value(value, json);
	error_context_stack = &callback;
	ref = achievement_ref_parse(json->val.string.val, json->val.string.len, NULL);
	error_context_stack = callback.previous;
	return pg_any_to_server(pnstrdup(VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref)),
							VARSIZE_ANY_EXHDR(ref), PG_UTF8);
}

/* a walk over an array that is a value */
static DocumentWalk
read_array(const DocumentValue *value, JsonbValue *json, const char *expected)
{
	DocumentWalk walk;

	if (json->type != jbvBinary || !JsonContainerIsArray(json->val.binary.data))
		refuse_type(value, expected, json);
	document_walk(&walk, json->val.binary.data, value->key->name);
	return walk;
}

static RefList
read_refs(const DocumentValue *value, JsonbValue *json)
{
	DocumentWalk walk = read_array(value, json, "an array of achievement references");
	RefList		list = {0, palloc(sizeof(char *) * Max(walk.left, 1))};

	while (walk.left > 0)
	{
		JsonbValue	ref;

		CHECK_FOR_INTERRUPTS();
		next_member(&walk, &ref);
		list.refs[list.count++] = read_ref(value, &ref);
	}
	return list;
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static WordList
read_words(const DocumentValue *value, JsonbValue *json)
{
	DocumentWalk walk = read_array(value, json, "an array of words");
	int			count = walk.left;
	WordList	list = {0, palloc(sizeof(char *) * Max(count, 1))};

	for (int i = 0; i < count; i++)
	{
		JsonbValue	word;

		CHECK_FOR_INTERRUPTS();
		next_member(&walk, &word);
		if (word.type != jbvString)
			refuse_type(value, "an array of words", &word);
		list.words[i] = string_value(value, &word);
	}
	if (count > 1)
		qsort(list.words, count, sizeof(char *), compare_words);
	for (int i = 0; i < count; i++)
	{
		if (i == 0 || strcmp(list.words[list.count - 1], list.words[i]) != 0)
			list.words[list.count++] = list.words[i];
	}
	return list;
}

static void
check_statements(const DocumentValue *value, JsonbValue *json)
{
	DocumentWalk walk = read_array(value, json, "an array of texts");

	while (walk.left > 0)
	{
		JsonbValue	statement;

		CHECK_FOR_INTERRUPTS();
		next_member(&walk, &statement);
		if (statement.type != jbvString && statement.type != jbvNull)
			refuse_type(value, "an array of texts", &statement);
	}
}

/* member is where a value is kept, whatever its type is; NULL: it is not */
#define KEEP(type, read) \
	do { \
		type		kept = read; \
		if (member != NULL) \
			*(type *) member = kept; \
	} while (0)

static void
read_value(const DocumentValue *value, JsonbValue *json, void *member)
{
	switch (value->key->kind)
	{
		case DOC_TEXT:
			if (json->type != jbvString)
				refuse_type(value, "text", json);
			if (member != NULL)
				*(char **) member = string_value(value, json);
			break;
		case DOC_LABEL:
			if (json->type != jbvString && json->type != jbvNumeric)
				refuse_type(value, "text or a number", json);
			if (member != NULL)
				*(char **) member = json->type == jbvString ? string_value(value, json) :
					number_text(json->val.numeric);
			break;
		case DOC_NUMBER:
			if (json->type != jbvNumeric)
				refuse_type(value, "a number", json);
			KEEP(Numeric, json->val.numeric);
			break;
		case DOC_PERCENTAGE:
			KEEP(Numeric, read_percentage(value, json));
			break;
		case DOC_AMOUNT:
		case DOC_HOURS:
			KEEP(OptionalAmount, read_amount(value, json));
			break;
		case DOC_FLAG:
			if (json->type != jbvBool)
				refuse_type(value, "true or false", json);
			KEEP(bool, json->val.boolean);
			break;
		case DOC_DATE:
			KEEP(OptionalDate, read_date(value, json));
			break;
		case DOC_REF:
			KEEP(char *, read_ref(value, json));
			break;
		case DOC_REFS:
			KEEP(RefList, read_refs(value, json));
			break;
		case DOC_WORDS:
			KEEP(WordList, read_words(value, json));
			break;
		case DOC_STATEMENTS:
			check_statements(value, json);
			break;
		case DOC_OBJECTS:
			if (json->type != jbvBinary || !JsonContainerIsArray(json->val.binary.data))
				refuse_type(value, "an array of objects", json);
			KEEP(const JsonbContainer *, json->val.binary.data);
			break;
	}
}

/* ---- objects ---- */

/* a key as the document has it */
typedef struct DocumentName
{
	const char *text;
	int			length;
} DocumentName;

static inline DocumentName
next_name(DocumentWalk *walk)
{
	uint32		begin = walk->offset;
	JEntry		entry = *walk->entry++;

	walk->left--;
	JBE_ADVANCE_OFFSET(walk->offset, entry);
	return (DocumentName) {walk->base + begin, walk->offset - begin};
}

static void
refuse_unknown_key(DocumentName name, const DocumentPlace *place,
				   const DocumentKey *keys, int key_count)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < key_count; i++)
		appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", keys[i].name);
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("unknown key \"%s\" in %s", pnstrdup(name.text, name.length),
					document_place_text(place)),
			 errhint("The keys are: %s.", known.data)));
}

/*
 * Are so many bytes, at least one, the same?  Two loads tell that overlap where
 * they must: to call memcmp() takes longer.
 */
static inline bool
same_letters(const char *a, const char *b, int length)
{
	uint64		left[2] = {0};
	uint64		right[2] = {0};

	if (length > 16)
		return memcmp(a, b, length) == 0;
	if (length >= 8)
	{
		memcpy(&left[0], a, 8);
		memcpy(&left[1], a + length - 8, 8);
		memcpy(&right[0], b, 8);
		memcpy(&right[1], b + length - 8, 8);
	}
	else if (length >= 4)
	{
		memcpy(&left[0], a, 4);
		memcpy(&left[1], a + length - 4, 4);
		memcpy(&right[0], b, 4);
		memcpy(&right[1], b + length - 4, 4);
	}
	else
		return a[0] == b[0] && a[length / 2] == b[length / 2] && a[length - 1] == b[length - 1];
	return left[0] == right[0] && left[1] == right[1];
}

static inline bool
is_key(const DocumentKey *key, DocumentName name)
{
	return key->length == name.length && same_letters(key->name, name.text, name.length);
}

/*
 * Reads an object into result, which the caller has zeroed: members whose keys
 * are absent stay as they are.
 */
void
document_read(const JsonbContainer *object, const DocumentPlace *place,
			  const DocumentKey *keys, int key_count, void *result)
{
	DocumentWalk names;
	DocumentWalk values;
	DocumentValue value = {place, keys};
	const DocumentKey *end = keys + key_count;
	const DocumentKey *lacking = NULL;

	CHECK_FOR_INTERRUPTS();
	walk_object(&names, &values, object);
	while (names.left > 0)
	{
		DocumentName name = next_name(&names);
		JsonbValue	json;

		next_member(&values, &json);
		/* Both stand in the same order: a key that none of the rest is, is unknown. */
		for (; value.key < end && !is_key(value.key, name); value.key++)
		{
			if (value.key->required)
				lacking = value.key;
		}
		if (value.key == end)
			refuse_unknown_key(name, place, keys, key_count);
		if (json.type != jbvNull)
			read_value(&value, &json, value.key->offset == DOC_NOT_KEPT ? NULL :
					   (char *) result + value.key->offset);
		else if (value.key->required)
			lacking = value.key;
		value.key++;
	}
	for (; value.key < end; value.key++)
	{
		if (value.key->required)
			lacking = value.key;
	}
	if (lacking != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DOCUMENT),
				 errmsg("%s has no \"%s\"", document_place_text(place), lacking->name)));
}
