/*
 * rule_set_from_json_rule.c
 *		Caps, conditions, grants and rules read from jsonb.
 *
 * Promise: as rule_set_from_json.c.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "rule_set_json.h"

/*
 * Scopes, periods, ranges, rounding
 */

#define SCOPE_EXPECTED \
	"\"total\", a class of achievements, \"compulsory\", \"each_issuer\", or an object of category, issuer or tag"

static RuleScope *
make_scope(RuleScopeKind kind, int achievement_class, char *name)
{
	RuleScope  *scope = palloc(sizeof(RuleScope));

	*scope = (RuleScope) {kind, achievement_class, name};
	return scope;
}

/* NULL when it is the word of no scope */
static RuleScope *
scope_of_word(const char *word)
{
	int			achievement_class = json_class_of(word);

	if (achievement_class != 0)
		return make_scope(SCOPE_CLASS, achievement_class, NULL);
	if (strcmp(word, "total") == 0)
		return make_scope(SCOPE_TOTAL, 0, NULL);
	if (strcmp(word, "compulsory") == 0)
		return make_scope(SCOPE_COMPULSORY, 0, NULL);
	if (strcmp(word, "each_issuer") == 0)
		return make_scope(SCOPE_EACH_ISSUER, 0, NULL);
	return NULL;
}

static void *
read_scope(JsonPlace *place, const JsonbValue *item, int depth)
{
	static const RuleScopeKind kinds[] = {SCOPE_CATEGORY, SCOPE_ISSUER, SCOPE_TAG};
	JsonMember	members[] = {{"category"}, {"issuer"}, {"tag"}};
	RuleScope  *scope = NULL;

	if (item->type == jbvString)
		scope = scope_of_word(json_item_text(place, item, SCOPE_EXPECTED));
	else
	{
		json_read_item_members(place, item, members, lengthof(members));
		if (members[0].found + members[1].found + members[2].found == 1)
		{
			for (size_t i = 0; i < lengthof(members); i++)
			{
				if (members[i].found)
					scope = make_scope(kinds[i], 0, json_text_of(place, &members[i], "a name in double quotes"));
			}
		}
	}
	if (scope == NULL)
		json_refuse(place, "this is not " SCOPE_EXPECTED, "Give " SCOPE_EXPECTED ".");
	return scope;
}

/* one word, or an array */
List *
json_scopes_of(JsonPlace *place, const JsonMember *member)
{
	const char *expected = "\"total\", a class of achievements, or an array of scopes";
	RuleScope  *scope;

	json_require(place, member);
	if (member->value.type == jbvBinary)
		return json_list_of(place, member, read_scope, 0);
	scope = scope_of_word(json_text_of(place, member, expected));
	if (scope == NULL)
		json_refuse_kind(place, member->key, expected);
	return list_make1(scope);
}

/* of the members days, months and years one that is found */
void
json_period_of(JsonPlace *place, const JsonMember *members, int32 *number, RulePeriodUnit *unit)
{
	if (members[0].found + members[1].found + members[2].found != 1)
		json_refuse(place, "a period is in one unit", "Its one key is days, months or years.");
	for (int i = 0; i < 3; i++)
	{
		if (!members[i].found)
			continue;
		*number = json_whole_of(place, &members[i], 1);
		*unit = rule_word_code(rule_period_words, members[i].key);
	}
}

void
json_range_of(JsonPlace *place, const JsonMember *effective, DateADT *from, DateADT *to)
{
	JsonMember	members[] = {{"from"}, {"to"}};
	JsonbContainer *container = json_object_of(place, effective);
	int			mark = json_enter_key(place, effective->key);

	json_read_members(place, container, members, lengthof(members));
	if (!members[0].found && !members[1].found)
		json_refuse(place, "neither from nor to is said", "Leave out effective, or say one of them.");
	if (members[0].found)
		*from = json_date_of(place, &members[0]);
	if (members[1].found)
		*to = json_date_of(place, &members[1]);
	json_leave(place, mark);
}

void
json_rounding_of(JsonPlace *place, const JsonMember *rounding,
				 RuleRoundingMode *mode, int32 *digits)
{
	JsonMember	members[] = {{"mode"}, {"digits"}};
	JsonbContainer *container = json_object_of(place, rounding);
	int			mark = json_enter_key(place, rounding->key);

	json_read_members(place, container, members, lengthof(members));
	*mode = json_word_of(place, &members[0], rule_rounding_words,
						 "\"half_up\", \"half_even\" or \"down\"");
	*digits = json_whole_of(place, &members[1], 0);
	json_leave(place, mark);
}

/*
 * Caps
 */

#define DAY_EXPECTED "the first day of a year such as \"09-01\""

static void *
read_start(JsonPlace *place, const JsonbValue *item, int depth)
{
	RuleMonthDay *start = rule_month_day(0, 0);

	if (!rule_month_day_parse(json_item_text(place, item, DAY_EXPECTED),
							  &start->month, &start->day))
		json_refuse(place, "this is not " DAY_EXPECTED, "Give " DAY_EXPECTED ".");
	return start;
}

RuleMonthDay *
json_month_day_of(JsonPlace *place, const JsonMember *member)
{
	RuleMonthDay *day = rule_month_day(0, 0);

	if (!rule_month_day_parse(json_text_of(place, member, DAY_EXPECTED), &day->month, &day->day))
		json_refuse_kind(place, member->key, DAY_EXPECTED);
	return day;
}

static List *
read_starts(JsonPlace *place, const JsonMember *per_year, const JsonMember *per_term)
{
	List	   *starts;

	if (per_year->found && per_term->found)
		json_refuse(place, "per_year and per_term are said of one cap", "Write two caps.");
	if (per_term->found)
	{
		starts = json_list_of(place, per_term, read_start, 0);
		if (starts == NIL)
			json_refuse_kind(place, per_term->key, "an array of at least one day");
		return starts;
	}
	return per_year->found ? list_make1(json_month_day_of(place, per_year)) : NIL;
}

static void
read_percentage(JsonPlace *place, const JsonMember *percent, const JsonMember *of, RuleCap *cap)
{
	JsonMember	category = {"category"};
	const char *expected = "\"compulsory\" or {\"category\": \"name\"}";

	if (of->found && !percent->found)
		json_refuse(place, "percent_of is said without percent", "Add percent.");
	if (!percent->found)
		return;
	cap->percent = json_decimal_of(place, percent);
	cap->percent_of = OF_PROGRAMME;
	if (cap->percent == 0)
		json_refuse_kind(place, percent->key, "a percentage above 0");
	if (!of->found)
		return;
	if (of->value.type == jbvBinary)
	{
		JsonbContainer *container = json_object_of(place, of);
		int			mark = json_enter_key(place, of->key);

		json_read_members(place, container, &category, 1);
		cap->percent_of = OF_CATEGORY;
		cap->percent_category = json_text_of(place, &category, "a name in double quotes");
		json_leave(place, mark);
		return;
	}
	if (strcmp(json_text_of(place, of, expected), "compulsory") != 0)
		json_refuse_kind(place, of->key, expected);
	cap->percent_of = OF_COMPULSORY;
}

static RuleCap *
read_cap(JsonPlace *place, const JsonbValue *item, bool in_rule)
{
	JsonMember	members[] = {{"amount"}, {"percent"}, {"percent_of"}, {"items"},
	{"per_year"}, {"per_term"}, {"scope"}};
	RuleCap    *cap = palloc0(sizeof(RuleCap));

	json_read_item_members(place, item, members, lengthof(members) - (in_rule ? 1 : 0));
	cap->scopes = in_rule ? rule_scope_list(SCOPE_RULE, 0) : json_scopes_of(place, &members[6]);
	if (members[0].found)
	{
		cap->has_amount = true;
		cap->amount = json_amount_of(place, &members[0]);
	}
	read_percentage(place, &members[1], &members[2], cap);
	if (members[3].found)
		cap->max_items = json_whole_of(place, &members[3], 1);
	cap->starts = read_starts(place, &members[4], &members[5]);
	return cap;
}

void *
json_read_heading_cap(JsonPlace *place, const JsonbValue *item, int depth)
{
	return read_cap(place, item, false);
}

static void *
read_rule_cap(JsonPlace *place, const JsonbValue *item, int depth)
{
	return read_cap(place, item, true);
}

/*
 * Conditions
 */

#define SIGNS_EXPECTED "\">=\", \">\", \"<=\", \"<\" or \"=\""

enum TestMember
{
	TEST_NAME,
	TEST_IS,
	TEST_VALUE,
	TEST_SCALE,
	TEST_PERCENT,
	TEST_IN,
	TEST_NOT_IN,
	TEST_MEMBERS
};

/* in or not in */
static void
read_words_test(JsonPlace *place, const JsonMember *members, RuleTest *test)
{
	test->kind = TEST_WORDS;
	test->negated = members[TEST_NOT_IN].found;
	if (members[TEST_IN].found == members[TEST_NOT_IN].found ||
		members[TEST_IS].found || members[TEST_VALUE].found ||
		members[TEST_SCALE].found || members[TEST_PERCENT].found)
		json_refuse(place, "a test says in or not_in and something else besides",
					"Write several tests.");
	test->words = json_names_of(place, &members[test->negated ? TEST_NOT_IN : TEST_IN]);
}

/* a comparison with a number, a grade on a scale, or the target */
static void
read_comparison(JsonPlace *place, const JsonMember *members, RuleTest *test)
{
	test->operator = json_word_of(place, &members[TEST_IS], rule_operator_words, SIGNS_EXPECTED);
	if (members[TEST_SCALE].found)
		test->scale = json_text_of(place, &members[TEST_SCALE], "the name of a scale in double quotes");
	if (members[TEST_PERCENT].found)
	{
		if (members[TEST_VALUE].found)
			json_refuse(place, "a test says value and percent_of_target", "Say one of them.");
		test->kind = TEST_TARGET;
		test->value = json_decimal_of(place, &members[TEST_PERCENT]);
	}
	else if (members[TEST_VALUE].found && members[TEST_VALUE].value.type == jbvString &&
			 test->scale != NULL)
	{
		test->kind = TEST_GRADE;
		test->words = list_make1(json_text_of(place, &members[TEST_VALUE], "a grade"));
	}
	else
	{
		test->kind = TEST_NUMBER;
		test->value = json_decimal_of(place, &members[TEST_VALUE]);
	}
}

static void *
read_test(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[TEST_MEMBERS] = {{"test"}, {"is"}, {"value"}, {"scale"},
	{"percent_of_target"}, {"in"}, {"not_in"}};
	RuleTest   *test = palloc0(sizeof(RuleTest));

	json_read_item_members(place, item, members, lengthof(members));
	test->parameter = json_word_of(place, &members[TEST_NAME], rule_parameter_words,
								   "a test such as \"level\" or \"grade\"");
	if (members[TEST_IN].found || members[TEST_NOT_IN].found)
		read_words_test(place, members, test);
	else
		read_comparison(place, members, test);
	return test;
}

static void
read_within(JsonPlace *place, const JsonMember *within, int32 *number, RulePeriodUnit *unit)
{
	JsonMember	members[] = {{"days"}, {"months"}, {"years"}};
	int			mark;

	if (!within->found)
		return;
	mark = json_enter_key(place, within->key);
	if (within->value.type != jbvBinary)
		json_refuse(place, "an object is expected", "Its one key is days, months or years.");
	json_read_members(place, within->value.val.binary.data, members, lengthof(members));
	json_period_of(place, members, number, unit);
	json_leave(place, mark);
}

enum ConditionMember
{
	COND_PATTERN,
	COND_TESTS,
	COND_WITHIN,
	COND_VALID_FOR,
	COND_ALL_OF,
	COND_ANY_OF,
	COND_SOME,
	COND_NEEDED,
	COND_MEMBERS
};

static void *
read_condition(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[COND_MEMBERS] = {{"source"}, {"tests"}, {"within"}, {"valid_for"},
	{"all_of"}, {"any_of"}, {"some_of"}, {"needed"}};
	JsonMember *source = &members[COND_PATTERN];
	JsonMember *needed = &members[COND_NEEDED];
	RuleCondition *condition = palloc0(sizeof(RuleCondition));

	check_stack_depth();
	json_read_item_members(place, item, members, lengthof(members));
	if (source->found + members[COND_ALL_OF].found + members[COND_ANY_OF].found +
		members[COND_SOME].found != 1)
		json_refuse(place, "a condition has one of source, all_of, any_of and some_of",
					"Nest conditions to say more than one.");
	if ((members[COND_WITHIN].found || members[COND_VALID_FOR].found) && !source->found)
		json_refuse(place, "within and valid_for belong to a source", "Move them into each source.");
	if (needed->found != members[COND_SOME].found)
		json_refuse(place, "some_of and needed go together", "Write {\"needed\": 2, \"some_of\": [...]}.");
	if (members[COND_TESTS].found)
		condition->tests = json_list_of(place, &members[COND_TESTS], read_test, depth);
	if (source->found)
	{
		condition->kind = COND_SOURCE;
		condition->pattern = json_text_of(place, source, "a reference or pattern in double quotes");
		condition->pattern = rule_pattern_parse(condition->pattern, NULL);
		read_within(place, &members[COND_WITHIN], &condition->within, &condition->within_unit);
		read_within(place, &members[COND_VALID_FOR], &condition->valid_for, &condition->valid_for_unit);
		return condition;
	}
	if (depth >= RULE_SET_MAX_DEPTH)
		json_refuse(place, psprintf("conditions are nested more than %d deep", RULE_SET_MAX_DEPTH),
					"Split the rule into several rules.");
	condition->kind = COND_SOME_OF;
	for (int i = COND_ALL_OF; i <= COND_SOME; i++)
	{
		if (members[i].found)
			condition->children = json_list_of(place, &members[i], read_condition, depth + 1);
	}
	condition->needed = needed->found ? json_whole_of(place, needed, 1) :
		members[COND_ALL_OF].found ? list_length(condition->children) : 1;
	return condition;
}

/*
 * Rules
 */

static void *
read_grant(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[] = {{"target"}, {"amount"}, {"per"}, {"in_full"}, {"table"}, {"by_share"}};
	RuleGrant  *grant = palloc0(sizeof(RuleGrant));

	json_read_item_members(place, item, members, lengthof(members));
	if (members[0].found)
		grant->target = rule_target_parse(json_text_of(place, &members[0],
													   "a reference in double quotes"), NULL);
	grant->in_full = json_flag_of(place, &members[3]);
	if (members[4].found)
		grant->table = json_text_of(place, &members[4], "the name of a table in double quotes");
	if (members[1].found || (!grant->in_full && grant->table == NULL))
		grant->amount = json_amount_of(place, &members[1]);
	if (members[2].found)
	{
		grant->has_per = true;
		grant->per = json_amount_of(place, &members[2]);
	}
	grant->by_share = json_flag_of(place, &members[5]);
	return grant;
}

static void
read_carry(JsonPlace *place, const JsonMember *carry, Rule *rule)
{
	JsonMember	members[] = {{"grade"}, {"mark"}};
	const char *expected = "\"average_grade\", \"no_grade\", {\"grade\": \"P\"} or {\"mark\": \"TR\"}";
	int			mark;

	if (carry->value.type != jbvBinary)
	{
		const char *word = json_text_of(place, carry, expected);

		rule->carry = strcmp(word, "average_grade") == 0 ? CARRY_AVERAGE :
			strcmp(word, "no_grade") == 0 ? CARRY_NONE : CARRY_ORIGINAL;
		if (rule->carry == CARRY_ORIGINAL && strcmp(word, "original_grade") != 0)
			json_refuse_kind(place, carry->key, expected);
		return;
	}
	mark = json_enter_key(place, carry->key);
	json_read_members(place, carry->value.val.binary.data, members, lengthof(members));
	if (members[0].found == members[1].found)
		json_refuse(place, "a rule carries a grade or a mark", "Say one of them.");
	rule->carry = members[0].found ? CARRY_GRADE : CARRY_MARK;
	rule->carry_text = json_text_of(place, &members[members[0].found ? 0 : 1], "text in double quotes");
	json_leave(place, mark);
}

enum RuleMember
{
	RULE_NAME,
	RULE_PRIORITY,
	RULE_PROGRAMME,
	RULE_EFFECTIVE,
	RULE_WHEN,
	RULE_GRANT,
	RULE_LEFTOVER,
	RULE_USING,
	RULE_CAP,
	RULE_ROUND,
	RULE_PARTIAL,
	RULE_CARRY,
	RULE_EXEMPT_EXAM,
	RULE_ASSESSOR,
	RULE_MEMBERS
};

/* what may stand behind the grants */
static void
read_terms(JsonPlace *place, const JsonMember *members, Rule *rule)
{
	if (members[RULE_LEFTOVER].found)
		rule_spread_leftover(rule->grants,
							 json_word_of(place, &members[RULE_LEFTOVER], rule_leftover_words,
										  "\"forfeit\" or \"keep\""));
	rule->has_uses = members[RULE_USING].found;
	if (rule->has_uses)
		rule->uses = json_amount_of(place, &members[RULE_USING]);
	if (members[RULE_CAP].found)
		rule->caps = json_list_of(place, &members[RULE_CAP], read_rule_cap, 0);
	rule->has_round = members[RULE_ROUND].found;
	if (rule->has_round)
		json_rounding_of(place, &members[RULE_ROUND], &rule->round_mode, &rule->round_digits);
	if (members[RULE_PARTIAL].found)
		rule->partial = json_flag_of(place, &members[RULE_PARTIAL]) ? PARTIAL_YES : PARTIAL_NO;
	if (members[RULE_CARRY].found)
		read_carry(place, &members[RULE_CARRY], rule);
	rule->exempt_exam = json_flag_of(place, &members[RULE_EXEMPT_EXAM]);
	rule->needs_assessor = json_flag_of(place, &members[RULE_ASSESSOR]);
}

void *
json_read_rule(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[RULE_MEMBERS] = {{"rule"}, {"priority"}, {"programme"}, {"effective"},
	{"when"}, {"grant"}, {"leftover"}, {"using"}, {"cap"}, {"round"}, {"partial"}, {"carry"},
	{"exempt_exam"}, {"needs_assessor"}};
	Rule	   *rule = rule_new();
	int			mark;

	json_read_item_members(place, item, members, lengthof(members));
	rule->name = json_text_of(place, &members[RULE_NAME], "a name in double quotes");
	if (members[RULE_PRIORITY].found)
		rule->priority = json_whole_of(place, &members[RULE_PRIORITY], -PG_INT32_MAX);
	if (members[RULE_PROGRAMME].found)
		rule->programmes = json_programmes_of(place, &members[RULE_PROGRAMME]);
	if (members[RULE_EFFECTIVE].found)
		json_range_of(place, &members[RULE_EFFECTIVE], &rule->effective_from, &rule->effective_to);
	json_require(place, &members[RULE_WHEN]);
	mark = json_enter_key(place, members[RULE_WHEN].key);
	rule->when = read_condition(place, &members[RULE_WHEN].value, 0);
	json_leave(place, mark);
	rule->grants = json_list_of(place, &members[RULE_GRANT], read_grant, 0);
	read_terms(place, members, rule);
	return rule;
}
