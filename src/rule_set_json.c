/*
 * rule_set_json.c
 *		Objects, arrays and values of jsonb, taken apart.
 *
 * Promise: nothing in the jsonb is passed over: an unknown key, a missing one
 * and a value of the wrong kind are errors that name it and its place.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "rule_set_json.h"

void
json_refuse(const JsonPlace *place, const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_RULE_SET),
			 errmsg("invalid rule_set: %s", what),
			 errdetail("At %s in the jsonb.", place->path.data),
			 errhint("%s", hint)));
}

int
json_enter_key(JsonPlace *place, const char *key)
{
	int			mark = place->path.len;

	appendStringInfo(&place->path, ".%s", key);
	return mark;
}

static int
enter_item(JsonPlace *place, int item)
{
	int			mark = place->path.len;

	appendStringInfo(&place->path, "[%d]", item);
	return mark;
}

void
json_leave(JsonPlace *place, int mark)
{
	place->path.len = mark;
	place->path.data[mark] = '\0';
}

static char *
known_keys(const JsonMember *members, int count)
{
	StringInfoData keys;

	initStringInfo(&keys);
	for (int i = 0; i < count; i++)
		appendStringInfo(&keys, "%s%s", i ? ", " : "", members[i].key);
	return keys.data;
}

static JsonMember *
find_member(JsonMember *members, int count, const JsonbValue *key)
{
	for (int i = 0; i < count; i++)
	{
		if (strlen(members[i].key) == (size_t) key->val.string.len &&
			memcmp(members[i].key, key->val.string.val, key->val.string.len) == 0)
			return &members[i];
	}
	return NULL;
}

/*
 * Takes an object apart into its members.
 */
void
json_read_members(JsonPlace *place, JsonbContainer *container, JsonMember *members, int count)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;
	JsonMember	   *member = NULL;

	if (!JsonContainerIsObject(container))
		json_refuse(place, "an object is expected",
			   psprintf("Its keys are %s.", known_keys(members, count)));
	iterator = JsonbIteratorInit(container);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			member = find_member(members, count, &value);
			if (member == NULL)
				json_refuse(place, psprintf("unknown key \"%.*s\"",
									   value.val.string.len, value.val.string.val),
					   psprintf("The keys here are %s.", known_keys(members, count)));
		}
		else if (token == WJB_VALUE)
		{
			member->value = value;
			member->found = true;
		}
	}
}

void
json_require(const JsonPlace *place, const JsonMember *member)
{
	if (!member->found)
		json_refuse(place, psprintf("the key \"%s\" is missing", member->key), "Add it.");
}

void
json_refuse_kind(JsonPlace *place, const char *key, const char *expected)
{
	(void) json_enter_key(place, key);
	json_refuse(place, psprintf("the value of \"%s\" is not %s", key, expected),
		   psprintf("Give %s.", expected));
}

JsonbContainer *
json_object_of(JsonPlace *place, const JsonMember *member)
{
	if (member->value.type != jbvBinary ||
		!JsonContainerIsObject(member->value.val.binary.data))
		json_refuse_kind(place, member->key, "an object");
	return member->value.val.binary.data;
}

char *
json_text_of(JsonPlace *place, const JsonMember *member, const char *expected)
{
	json_require(place, member);
	if (member->value.type != jbvString)
		json_refuse_kind(place, member->key, expected);
	return pnstrdup(member->value.val.string.val, member->value.val.string.len);
}

/* the code of one of a table's words */
int
json_word_of(JsonPlace *place, const JsonMember *member, const RuleWord *words, const char *expected)
{
	int			code = rule_word_code(words, json_text_of(place, member, expected));

	if (code == 0)
		json_refuse_kind(place, member->key, expected);
	return code;
}

/* ten-thousandths of a number that is not negative */
int64
json_decimal_of(JsonPlace *place, const JsonMember *member)
{
	char	   *text;
	int64		result;

	json_require(place, member);
	if (member->value.type != jbvNumeric)
		json_refuse_kind(place, member->key, "a number");
	text = DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(member->value.val.numeric)));
	if (rule_decimal_parse(text, strlen(text), &result) != DECIMAL_OK)
		json_refuse_kind(place, member->key, "a number from zero up with at most four decimals");
	return result;
}

int32
json_whole_of(JsonPlace *place, const JsonMember *member, int32 least)
{
	int32		result;

	json_require(place, member);
	if (member->value.type != jbvNumeric ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq,
										  NumericGetDatum(member->value.val.numeric),
										  DirectFunctionCall2(numeric_trunc,
															  NumericGetDatum(member->value.val.numeric),
															  Int32GetDatum(0)))))
		json_refuse_kind(place, member->key, "a whole number");
	result = DatumGetInt32(DirectFunctionCall1(numeric_int4,
											   NumericGetDatum(member->value.val.numeric)));
	if (result < least)
		json_refuse_kind(place, member->key, psprintf("a whole number from %d up", least));
	return result;
}

CreditAmount
json_amount_of(JsonPlace *place, const JsonMember *member)
{
	char	   *text = json_text_of(place, member, "an amount such as \"3 cr\"");
	CreditAmount amount;
	int			mark = json_enter_key(place, member->key);

	(void) credit_amount_parse(text, &amount, NULL);
	json_leave(place, mark);
	return amount;
}

DateADT
json_date_of(JsonPlace *place, const JsonMember *member)
{
	DateADT		date;

	if (!rule_date_parse(json_text_of(place, member, "a date such as \"2023-09-01\""), &date))
		json_refuse_kind(place, member->key, "a date such as \"2023-09-01\"");
	return date;
}

/* the items of an array, each read by a function of its own */
List *
json_items_of(JsonPlace *place, JsonbContainer *array, JsonItemReader read_item, int depth)
{
	List	   *result = NIL;
	JsonbIterator *iterator = JsonbIteratorInit(array);
	JsonbIteratorToken token;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		int			mark;

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_ELEM)
			continue;
		mark = enter_item(place, list_length(result));
		result = lappend(result, read_item(place, &value, depth));
		json_leave(place, mark);
	}
	return result;
}

List *
json_list_of(JsonPlace *place, const JsonMember *member, JsonItemReader read_item, int depth)
{
	List	   *result;
	int			mark;

	json_require(place, member);
	if (member->value.type != jbvBinary ||
		!JsonContainerIsArray(member->value.val.binary.data))
		json_refuse_kind(place, member->key, "an array");
	mark = json_enter_key(place, member->key);
	result = json_items_of(place, member->value.val.binary.data, read_item, depth);
	json_leave(place, mark);
	return result;
}

void
json_read_item_members(JsonPlace *place, const JsonbValue *item, JsonMember *members, int count)
{
	if (item->type != jbvBinary)
		json_refuse(place, "an object is expected",
			   psprintf("Its keys are %s.", known_keys(members, count)));
	json_read_members(place, item->val.binary.data, members, count);
}

char *
json_item_text(JsonPlace *place, const JsonbValue *item, const char *expected)
{
	if (item->type != jbvString)
		json_refuse(place, psprintf("this is not %s", expected), psprintf("Give %s.", expected));
	return pnstrdup(item->val.string.val, item->val.string.len);
}

bool
json_flag_of(JsonPlace *place, const JsonMember *member)
{
	if (!member->found)
		return false;
	if (member->value.type != jbvBool)
		json_refuse_kind(place, member->key, "true or false");
	return member->value.val.boolean;
}

static void *
read_name(JsonPlace *place, const JsonbValue *item, int depth)
{
	return json_item_text(place, item, "text in double quotes");
}

List *
json_names_of(JsonPlace *place, const JsonMember *member)
{
	return json_list_of(place, member, read_name, 0);
}

/* the codes of programmes; none would be read as all of them */
List *
json_programmes_of(JsonPlace *place, const JsonMember *member)
{
	List	   *programmes = json_names_of(place, member);

	if (programmes == NIL)
		json_refuse_kind(place, member->key, "an array of at least one code");
	return programmes;
}

int
json_class_of(const char *text)
{
	return achievement_class_from_name(text, strlen(text));
}
