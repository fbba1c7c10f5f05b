/*
 * rule_set_from_json.c
 *		A rule_set read from jsonb.
 *
 * Promise: nothing in the jsonb is passed over: an unknown key, a missing one
 * and a value of the wrong kind are errors that name it and its place.  It
 * must never accept what the text could not say.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "rule_set.h"

PG_FUNCTION_INFO_V1(rule_set_from_jsonb);

/*
 * Where the reading stands, as a jsonpath: $.rules[0].grant[1]
 */
typedef struct Place
{
	StringInfoData path;
} Place;

/* one key that an object may have, and what was found under it */
typedef struct Member
{
	const char *key;
	JsonbValue	value;
	bool		found;
} Member;

pg_noreturn static void
refuse(const Place *place, const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_RULE_SET),
			 errmsg("invalid rule_set: %s", what),
			 errdetail("At %s in the jsonb.", place->path.data),
			 errhint("%s", hint)));
}

static int
enter_key(Place *place, const char *key)
{
	int			mark = place->path.len;

	appendStringInfo(&place->path, ".%s", key);
	return mark;
}

static int
enter_item(Place *place, int item)
{
	int			mark = place->path.len;

	appendStringInfo(&place->path, "[%d]", item);
	return mark;
}

static void
leave(Place *place, int mark)
{
	place->path.len = mark;
	place->path.data[mark] = '\0';
}

/* a room below that refuses a value does not know its place */
static void
add_place(void *argument)
{
	errcontext("rule_set, at %s in the jsonb", ((Place *) argument)->path.data);
}

static char *
known_keys(const Member *members, int count)
{
	StringInfoData keys;

	initStringInfo(&keys);
	for (int i = 0; i < count; i++)
		appendStringInfo(&keys, "%s%s", i ? ", " : "", members[i].key);
	return keys.data;
}

static Member *
find_member(Member *members, int count, const JsonbValue *key)
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
static void
read_members(Place *place, JsonbContainer *container, Member *members, int count)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;
	Member	   *member = NULL;

	if (!JsonContainerIsObject(container))
		refuse(place, "an object is expected",
			   psprintf("Its keys are %s.", known_keys(members, count)));
	iterator = JsonbIteratorInit(container);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			member = find_member(members, count, &value);
			if (member == NULL)
				refuse(place, psprintf("unknown key \"%.*s\"",
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

static void
require(const Place *place, const Member *member)
{
	if (!member->found)
		refuse(place, psprintf("the key \"%s\" is missing", member->key), "Add it.");
}

static void
refuse_kind(Place *place, const char *key, const char *expected)
{
	(void) enter_key(place, key);
	refuse(place, psprintf("the value of \"%s\" is not %s", key, expected),
		   psprintf("Give %s.", expected));
}

static JsonbContainer *
object_of(Place *place, const Member *member)
{
	if (member->value.type != jbvBinary ||
		!JsonContainerIsObject(member->value.val.binary.data))
		refuse_kind(place, member->key, "an object");
	return member->value.val.binary.data;
}

static char *
text_of(Place *place, const Member *member, const char *expected)
{
	require(place, member);
	if (member->value.type != jbvString)
		refuse_kind(place, member->key, expected);
	return pnstrdup(member->value.val.string.val, member->value.val.string.len);
}

/* the code of one of a table's words */
static int
word_of(Place *place, const Member *member, const RuleWord *words, const char *expected)
{
	int			code = rule_word_code(words, text_of(place, member, expected));

	if (code == 0)
		refuse_kind(place, member->key, expected);
	return code;
}

/* ten-thousandths of a number that is not negative */
static int64
decimal_of(Place *place, const Member *member)
{
	char	   *text;
	int64		result;

	require(place, member);
	if (member->value.type != jbvNumeric)
		refuse_kind(place, member->key, "a number");
	text = DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(member->value.val.numeric)));
	if (rule_decimal_parse(text, strlen(text), &result) != DECIMAL_OK)
		refuse_kind(place, member->key, "a number from zero up with at most four decimals");
	return result;
}

static int32
whole_of(Place *place, const Member *member, int32 least)
{
	int32		result;

	require(place, member);
	if (member->value.type != jbvNumeric ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq,
										  NumericGetDatum(member->value.val.numeric),
										  DirectFunctionCall2(numeric_trunc,
															  NumericGetDatum(member->value.val.numeric),
															  Int32GetDatum(0)))))
		refuse_kind(place, member->key, "a whole number");
	result = DatumGetInt32(DirectFunctionCall1(numeric_int4,
											   NumericGetDatum(member->value.val.numeric)));
	if (result < least)
		refuse_kind(place, member->key, psprintf("a whole number from %d up", least));
	return result;
}

static CreditAmount
amount_of(Place *place, const Member *member)
{
	char	   *text = text_of(place, member, "an amount such as \"3 cr\"");
	CreditAmount amount;
	int			mark = enter_key(place, member->key);

	(void) credit_amount_parse(text, &amount, NULL);
	leave(place, mark);
	return amount;
}

static DateADT
date_of(Place *place, const Member *member)
{
	DateADT		date;

	if (!rule_date_parse(text_of(place, member, "a date such as \"2023-09-01\""), &date))
		refuse_kind(place, member->key, "a date such as \"2023-09-01\"");
	return date;
}

/*
 * Reads the items of an array under a key, each by a function of its own.
 */
typedef void *(*ItemReader) (Place *place, const JsonbValue *item, int depth);

static List *
list_of(Place *place, const Member *member, ItemReader read_item, int depth)
{
	List	   *result = NIL;
	int			mark;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;

	require(place, member);
	if (member->value.type != jbvBinary ||
		!JsonContainerIsArray(member->value.val.binary.data))
		refuse_kind(place, member->key, "an array");
	mark = enter_key(place, member->key);
	iterator = JsonbIteratorInit(member->value.val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		int			item_mark;

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_ELEM)
			continue;
		item_mark = enter_item(place, list_length(result));
		result = lappend(result, read_item(place, &value, depth));
		leave(place, item_mark);
	}
	leave(place, mark);
	return result;
}

static void
read_item_members(Place *place, const JsonbValue *item, Member *members, int count)
{
	if (item->type != jbvBinary)
		refuse(place, "an object is expected",
			   psprintf("Its keys are %s.", known_keys(members, count)));
	read_members(place, item->val.binary.data, members, count);
}

static void *
read_programme(Place *place, const JsonbValue *item, int depth)
{
	if (item->type != jbvString)
		refuse(place, "the code of a programme is not text", "Put it in double quotes.");
	return pnstrdup(item->val.string.val, item->val.string.len);
}

/*
 * Caps
 */

static void
read_cap_scope(Place *place, const Member *scope, RuleCap *cap)
{
	const char *expected = "\"total\" or a class of achievements";
	char	   *text = text_of(place, scope, expected);
	int			achievement_class;

	if (strcmp(text, "total") == 0)
	{
		cap->scopes = rule_scope_list(SCOPE_TOTAL, 0);
		return;
	}
	achievement_class = achievement_class_from_name(text, strlen(text));
	if (achievement_class == 0)
		refuse_kind(place, scope->key, expected);
	cap->scopes = rule_scope_list(SCOPE_CLASS, achievement_class);
}

static RuleCap *
read_cap(Place *place, const JsonbValue *item, bool in_rule)
{
	Member		members[] = {{"amount"}, {"percent"}, {"items"}, {"per_year"}, {"scope"}};
	RuleCap    *cap = palloc0(sizeof(RuleCap));

	read_item_members(place, item, members, lengthof(members) - (in_rule ? 1 : 0));
	if (in_rule)
		cap->scopes = rule_scope_list(SCOPE_RULE, 0);
	else
		read_cap_scope(place, &members[4], cap);
	if (members[0].found)
	{
		cap->has_amount = true;
		cap->amount = amount_of(place, &members[0]);
	}
	if (members[1].found)
	{
		cap->percent = decimal_of(place, &members[1]);
		cap->percent_of = OF_PROGRAMME;
		if (cap->percent == 0)
			refuse_kind(place, members[1].key, "a percentage above 0");
	}
	if (members[2].found)
		cap->max_items = whole_of(place, &members[2], 1);
	if (members[3].found)
	{
		const char *expected = "the first day of a year such as \"09-01\"";

		RuleMonthDay *start = rule_month_day(0, 0);

		cap->starts = list_make1(start);
		if (!rule_month_day_parse(text_of(place, &members[3], expected),
								  &start->month, &start->day))
			refuse_kind(place, members[3].key, expected);
	}
	return cap;
}

static void *
read_heading_cap(Place *place, const JsonbValue *item, int depth)
{
	return read_cap(place, item, false);
}

static void *
read_rule_cap(Place *place, const JsonbValue *item, int depth)
{
	return read_cap(place, item, true);
}

/*
 * Conditions
 */

static void *
read_test(Place *place, const JsonbValue *item, int depth)
{
	Member		members[] = {{"test"}, {"is"}, {"value"}};
	RuleTest   *test = palloc0(sizeof(RuleTest));

	read_item_members(place, item, members, lengthof(members));
	test->parameter = word_of(place, &members[0], rule_parameter_words,
							  "\"level\", \"grade\", \"attendance\", \"overlap\", \"hours\" or \"credits\"");
	test->kind = TEST_NUMBER;
	test->operator = word_of(place, &members[1], rule_operator_words,
							 "\">=\", \">\", \"<=\", \"<\" or \"=\"");
	test->value = decimal_of(place, &members[2]);
	return test;
}

static void
read_within(Place *place, const Member *within, RuleCondition *source)
{
	Member		members[] = {{"days"}, {"months"}, {"years"}};
	int			mark = enter_key(place, within->key);

	if (within->value.type != jbvBinary)
		refuse(place, "an object is expected", "Its one key is days, months or years.");
	read_members(place, within->value.val.binary.data, members, lengthof(members));
	if (members[0].found + members[1].found + members[2].found != 1)
		refuse(place, "an age is in one unit", "Its one key is days, months or years.");
	for (size_t i = 0; i < lengthof(members); i++)
	{
		if (!members[i].found)
			continue;
		source->within = whole_of(place, &members[i], 1);
		source->within_unit = rule_word_code(rule_period_words, members[i].key);
	}
	leave(place, mark);
}

static void *
read_condition(Place *place, const JsonbValue *item, int depth)
{
	Member		members[] = {{"source"}, {"tests"}, {"within"},
	{"all_of"}, {"any_of"}, {"some_of"}, {"needed"}};
	Member	   *source = &members[0];
	Member	   *tests = &members[1];
	Member	   *within = &members[2];
	Member	   *needed = &members[6];
	RuleCondition *condition = palloc0(sizeof(RuleCondition));

	check_stack_depth();
	read_item_members(place, item, members, lengthof(members));
	if (source->found + members[3].found + members[4].found + members[5].found != 1)
		refuse(place, "a condition has one of source, all_of, any_of and some_of",
			   "Nest conditions to say more than one.");
	if ((tests->found || within->found) && !source->found)
		refuse(place, "tests and within belong to a source", "Move them into each source.");
	if (needed->found != members[5].found)
		refuse(place, "some_of and needed go together", "Write {\"needed\": 2, \"some_of\": [...]}.");
	if (source->found)
	{
		condition->kind = COND_SOURCE;
		condition->pattern = text_of(place, source, "a reference or pattern in double quotes");
		condition->pattern = rule_pattern_parse(condition->pattern, NULL);
		if (tests->found)
			condition->tests = list_of(place, tests, read_test, depth);
		if (within->found)
			read_within(place, within, condition);
		return condition;
	}
	if (depth >= RULE_SET_MAX_DEPTH)
		refuse(place, psprintf("conditions are nested more than %d deep", RULE_SET_MAX_DEPTH),
			   "Split the rule into several rules.");
	condition->kind = COND_SOME_OF;
	for (int i = 3; i <= 5; i++)
	{
		if (members[i].found)
			condition->children = list_of(place, &members[i], read_condition, depth + 1);
	}
	condition->needed = needed->found ? whole_of(place, needed, 1) :
		members[3].found ? list_length(condition->children) : 1;
	return condition;
}

/*
 * Rules
 */

static void *
read_grant(Place *place, const JsonbValue *item, int depth)
{
	Member		members[] = {{"target"}, {"amount"}, {"per"}};
	RuleGrant  *grant = palloc0(sizeof(RuleGrant));

	read_item_members(place, item, members, lengthof(members));
	if (members[0].found)
		grant->target = rule_target_parse(text_of(place, &members[0],
												  "a reference in double quotes"), NULL);
	grant->amount = amount_of(place, &members[1]);
	if (members[2].found)
	{
		grant->has_per = true;
		grant->per = amount_of(place, &members[2]);
	}
	return grant;
}

static void *
read_rule(Place *place, const JsonbValue *item, int depth)
{
	Member		members[] = {{"rule"}, {"priority"}, {"when"}, {"grant"}, {"leftover"}, {"cap"}};
	Rule	   *rule = rule_new();
	int			mark;

	read_item_members(place, item, members, lengthof(members));
	rule->name = text_of(place, &members[0], "a name in double quotes");
	if (members[1].found)
		rule->priority = whole_of(place, &members[1], -PG_INT32_MAX);
	require(place, &members[2]);
	mark = enter_key(place, members[2].key);
	rule->when = read_condition(place, &members[2].value, 0);
	leave(place, mark);
	rule->grants = list_of(place, &members[3], read_grant, 0);
	if (members[4].found)
		rule_spread_leftover(rule->grants,
							 word_of(place, &members[4], rule_leftover_words,
									 "\"forfeit\" or \"keep\""));
	if (members[5].found)
		rule->caps = list_of(place, &members[5], read_rule_cap, 0);
	return rule;
}

static void
read_effective(Place *place, const Member *effective, RuleSet *rules)
{
	Member		members[] = {{"from"}, {"to"}};
	JsonbContainer *container = object_of(place, effective);
	int			mark = enter_key(place, effective->key);

	read_members(place, container, members, lengthof(members));
	if (!members[0].found && !members[1].found)
		refuse(place, "neither from nor to is said", "Leave out effective, or say one of them.");
	if (members[0].found)
		rules->effective_from = date_of(place, &members[0]);
	if (members[1].found)
		rules->effective_to = date_of(place, &members[1]);
	leave(place, mark);
}

static void
read_round(Place *place, const Member *rounding, RuleSet *rules)
{
	Member		members[] = {{"mode"}, {"digits"}};
	JsonbContainer *container = object_of(place, rounding);
	int			mark = enter_key(place, rounding->key);

	read_members(place, container, members, lengthof(members));
	rules->round_mode = word_of(place, &members[0], rule_rounding_words,
								"\"half_up\", \"half_even\" or \"down\"");
	rules->round_digits = whole_of(place, &members[1], 0);
	leave(place, mark);
}

static RuleSet *
read_rule_set(Place *place, JsonbContainer *container)
{
	Member		members[] = {{"rule_set"}, {"version"}, {"programme"}, {"effective"},
	{"cap"}, {"round"}, {"rules"}};
	RuleSet    *rules = rule_set_new();

	read_members(place, container, members, lengthof(members));
	rules->name = text_of(place, &members[0], "a name in double quotes");
	rules->version = whole_of(place, &members[1], 1);
	if (members[2].found)
		rules->programmes = list_of(place, &members[2], read_programme, 0);
	if (members[3].found)
		read_effective(place, &members[3], rules);
	if (members[4].found)
		rules->caps = list_of(place, &members[4], read_heading_cap, 0);
	if (members[5].found)
		read_round(place, &members[5], rules);
	rules->rules = list_of(place, &members[6], read_rule, 0);
	return rules;
}

Datum
rule_set_from_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	Place		place;
	ErrorContextCallback callback;
	RuleSet    *rules;

	initStringInfo(&place.path);
	appendStringInfoChar(&place.path, '$');
	callback.callback = add_place;
	callback.arg = &place;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	rules = read_rule_set(&place, &jsonb->root);
	error_context_stack = callback.previous;

	(void) rule_set_check(rules, NULL);
	PG_RETURN_POINTER(rule_set_write(rules));
}
