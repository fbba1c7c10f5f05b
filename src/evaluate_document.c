/*
 * evaluate_document.c
 *		Reading jsonb objects into C structs by tables of keys.
 *
 * Promise: a document is read whole or refused with 22C06 and words that name
 * the place, the key and what is wrong: an unknown key is refused, never
 * skipped, so that a mistyped one cannot change a decision unseen.  A key whose
 * value is null is as good as absent.  Dates are read as YYYY-MM-DD alone, never
 * by a setting.
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "evaluate.h"

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

JsonbContainer *
document_object(const Jsonb *document, const char *what)
{
	if (!JB_ROOT_IS_OBJECT(document))
		refuse_shape(what, "a JSON object");
	return unconstify(JsonbContainer *, &document->root);
}

JsonbContainer *
document_array(const Jsonb *document, const char *what)
{
	if (!JB_ROOT_IS_ARRAY(document) || JB_ROOT_IS_SCALAR(document))
		refuse_shape(what, "a JSON array");
	return unconstify(JsonbContainer *, &document->root);
}

/*
 * How many members an array has.  More than anyone means are refused before
 * memory is taken for them.
 */
int
document_count(JsonbContainer *array, const char *what)
{
	int			count = JsonContainerSize(array);

	if (count > DOCUMENT_MEMBERS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s has more than %d members", what, DOCUMENT_MEMBERS_MAX),
				 errdetail("It has %d.", count),
				 errhint("Evaluate for one learner and one programme at a time.")));
	return count;
}

/* the object at a place of an array */
JsonbContainer *
document_member(JsonbContainer *array, const DocumentPlace *place)
{
	JsonbValue *member = getIthJsonbValueFromContainer(array, place->number - 1);

	if (member->type != jbvBinary || !JsonContainerIsObject(member->val.binary.data))
		refuse_shape(document_place_text(place), "a JSON object");
	return member->val.binary.data;
}

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
string_value(JsonbValue *json)
{
	return pnstrdup(json->val.string.val, json->val.string.len);
}

static char *
number_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

static Numeric
copy_number(Numeric number)
{
	Size		size = VARSIZE_ANY(number);

	return (Numeric) memcpy(palloc(size), number, size);
}

/* errors of the readers of other rooms say where they were met */
static void
add_place_to_error(void *argument)
{
	const DocumentValue *value = argument;

	errcontext("\"%s\" of %s", value->key->name, document_place_text(value->place));
}

static OptionalAmount
read_amount(const DocumentValue *value, JsonbValue *json)
{
	OptionalAmount result = {true, 0};
	ErrorContextCallback callback = {error_context_stack, add_place_to_error, (void *) value};
	char	   *text;

	if (json->type == jbvString)
		text = string_value(json);
	else if (json->type == jbvNumeric && value->key->kind == DOC_HOURS)
		text = psprintf("%s hr", number_text(json->val.numeric));
	else if (json->type == jbvNumeric)
		text = number_text(json->val.numeric);
	else
		refuse_type(value, "an amount, such as 3 or \"48 hr\"", json);

	error_context_stack = &callback;
	credit_amount_parse(text, &result.amount, NULL);
	error_context_stack = callback.previous;

	if (value->key->kind == DOC_HOURS && credit_amount_unit_code(result.amount) != UNIT_HR)
		refuse_value(value, "hours", psprintf("\"%s\"", text));
	if (credit_amount_count(result.amount) < 0)
		refuse_value(value, "zero or more", psprintf("\"%s\"", text));
	return result;
}

static bool
scan_digits(const char **cursor, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++)
	{
		if (!isdigit((unsigned char) **cursor))
			return false;
		*number = *number * 10 + (*(*cursor)++ - '0');
	}
	return true;
}

static OptionalDate
read_date(const DocumentValue *value, JsonbValue *json)
{
	OptionalDate result = {true, 0};
	char	   *text;
	const char *cursor;
	int			year,
				month,
				day;

	if (json->type != jbvString)
		refuse_type(value, "a date, written \"YYYY-MM-DD\"", json);
	cursor = text = string_value(json);
	if (!scan_digits(&cursor, 4, &year) || *cursor++ != '-' ||
		!scan_digits(&cursor, 2, &month) || *cursor++ != '-' ||
		!scan_digits(&cursor, 2, &day) || *cursor != '\0' ||
		year < 1 || month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1])
		refuse_value(value, "a date, written \"YYYY-MM-DD\"", psprintf("\"%s\"", text));
	result.date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return result;
}

static char *
read_ref(const DocumentValue *value, JsonbValue *json)
{
	ErrorContextCallback callback = {error_context_stack, add_place_to_error, (void *) value};
	struct varlena *ref;

	if (json->type != jbvString)
		refuse_type(value, "an achievement reference", json);
	error_context_stack = &callback;
	ref = achievement_ref_parse(json->val.string.val, json->val.string.len, NULL);
	error_context_stack = callback.previous;
	return pg_any_to_server(pnstrdup(VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref)),
							VARSIZE_ANY_EXHDR(ref), PG_UTF8);
}

static bool
is_array(JsonbValue *json)
{
	return json->type == jbvBinary && JsonContainerIsArray(json->val.binary.data);
}

static RefList
read_refs(const DocumentValue *value, JsonbValue *json)
{
	RefList		list;

	if (!is_array(json))
		refuse_type(value, "an array of achievement references", json);
	list.count = JsonContainerSize(json->val.binary.data);
	list.refs = palloc(sizeof(char *) * Max(list.count, 1));
	for (int i = 0; i < list.count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		list.refs[i] = read_ref(value, getIthJsonbValueFromContainer(json->val.binary.data, i));
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
	WordList	list = {0, NULL};
	int			count;

	if (!is_array(json))
		refuse_type(value, "an array of words", json);
	count = JsonContainerSize(json->val.binary.data);
	list.words = palloc(sizeof(char *) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		JsonbValue *word = getIthJsonbValueFromContainer(json->val.binary.data, i);

		CHECK_FOR_INTERRUPTS();
		if (word->type != jbvString)
			refuse_type(value, "an array of words", word);
		list.words[i] = string_value(word);
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
	if (!is_array(json))
		refuse_type(value, "an array of texts", json);
	for (uint32 i = 0; i < JsonContainerSize(json->val.binary.data); i++)
	{
		JsonbValue *statement = getIthJsonbValueFromContainer(json->val.binary.data, i);

		CHECK_FOR_INTERRUPTS();
		if (statement->type != jbvString && statement->type != jbvNull)
			refuse_type(value, "an array of texts", statement);
	}
}

/* reads a value and, if there is a member for it, keeps it there */
static void
read_value(const DocumentValue *value, JsonbValue *json, void *member)
{
	union
	{
		char	   *text;
		Numeric		number;
		bool		flag;
		OptionalAmount amount;
		OptionalDate date;
		RefList		refs;
		WordList	words;
		JsonbContainer *container;
	}			result;
	Size		size = 0;

	switch (value->key->kind)
	{
		case DOC_TEXT:
			if (json->type != jbvString)
				refuse_type(value, "text", json);
			result.text = string_value(json);
			size = sizeof(result.text);
			break;
		case DOC_LABEL:
			if (json->type != jbvString && json->type != jbvNumeric)
				refuse_type(value, "text or a number", json);
			result.text = json->type == jbvString ? string_value(json) :
				number_text(json->val.numeric);
			size = sizeof(result.text);
			break;
		case DOC_NUMBER:
			if (json->type != jbvNumeric)
				refuse_type(value, "a number", json);
			result.number = copy_number(json->val.numeric);
			size = sizeof(result.number);
			break;
		case DOC_AMOUNT:
		case DOC_HOURS:
			result.amount = read_amount(value, json);
			size = sizeof(result.amount);
			break;
		case DOC_FLAG:
			if (json->type != jbvBool)
				refuse_type(value, "true or false", json);
			result.flag = json->val.boolean;
			size = sizeof(result.flag);
			break;
		case DOC_DATE:
			result.date = read_date(value, json);
			size = sizeof(result.date);
			break;
		case DOC_REF:
			result.text = read_ref(value, json);
			size = sizeof(result.text);
			break;
		case DOC_REFS:
			result.refs = read_refs(value, json);
			size = sizeof(result.refs);
			break;
		case DOC_WORDS:
			result.words = read_words(value, json);
			size = sizeof(result.words);
			break;
		case DOC_STATEMENTS:
			check_statements(value, json);
			break;
		case DOC_OBJECTS:
			if (!is_array(json))
				refuse_type(value, "an array of objects", json);
			result.container = json->val.binary.data;
			size = sizeof(result.container);
			break;
	}
	if (member != NULL)
		memcpy(member, &result, size);
}

static const DocumentKey *
find_key(JsonbValue *name, const DocumentKey *keys, int key_count)
{
	for (int i = 0; i < key_count; i++)
	{
		if (strlen(keys[i].name) == (size_t) name->val.string.len &&
			memcmp(keys[i].name, name->val.string.val, name->val.string.len) == 0)
			return &keys[i];
	}
	return NULL;
}

static void
refuse_unknown_key(JsonbValue *name, const DocumentPlace *place,
				   const DocumentKey *keys, int key_count)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < key_count; i++)
		appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", keys[i].name);
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("unknown key \"%s\" in %s", string_value(name), document_place_text(place)),
			 errhint("The keys are: %s.", known.data)));
}

/*
 * Reads an object into result, which the caller has zeroed: members whose keys
 * are absent stay as they are.
 */
void
document_read(JsonbContainer *object, const DocumentPlace *place,
			  const DocumentKey *keys, int key_count, void *result)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	json;
	DocumentValue value = {place, NULL};
	uint64		seen = 0;

	Assert(key_count <= 64);
	CHECK_FOR_INTERRUPTS();
	while ((token = JsonbIteratorNext(&iterator, &json, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			value.key = find_key(&json, keys, key_count);
			if (value.key == NULL)
				refuse_unknown_key(&json, place, keys, key_count);
		}
		else if (token == WJB_VALUE && json.type != jbvNull)
		{
			seen |= UINT64CONST(1) << (value.key - keys);
			read_value(&value, &json, value.key->offset == DOC_NOT_KEPT ? NULL :
					   (char *) result + value.key->offset);
		}
	}
	for (int i = 0; i < key_count; i++)
	{
		if (keys[i].required && (seen & (UINT64CONST(1) << i)) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_CB_INVALID_DOCUMENT),
					 errmsg("%s has no \"%s\"", document_place_text(place), keys[i].name)));
	}
}
