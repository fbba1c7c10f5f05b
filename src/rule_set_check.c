/*
 * rule_set_check.c
 *		The canonical form of a rule_set, and what is refused.
 *
 * Promise: every tree, whichever face it came from, passes here before it is
 * stored; two trees that mean the same by reordering alone become the same
 * tree.  It must never change what a rule means.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/datetime.h"

#include "compat.h"
#include "errors.h"
#include "rule_set.h"
#include "unicode_text.h"

#define MAX_WITHIN_DAYS		36525	/* a hundred years */
#define MAX_WITHIN_MONTHS	1200
#define MAX_WITHIN_YEARS	100

/* what is being checked, for the errors */
typedef struct Check
{
	Node	   *escontext;
	const char *rule_name;		/* NULL in the heading and until it is checked */
	int			rule_number;	/* 0 in the heading */
} Check;

static bool
refuse(const Check *check, const char *what, const char *hint)
{
	ereturn(check->escontext, false,
			(errcode(ERRCODE_CB_INVALID_RULE_SET),
			 errmsg("invalid rule_set: %s", what),
			 check->rule_name ? errdetail("In rule \"%s\".", check->rule_name) :
			 check->rule_number ? errdetail("In rule number %d as written.", check->rule_number) :
			 errdetail("In the heading, before the first rule."),
			 errhint("%s", hint)));
}

static bool
check_name(const Check *check, const char *what, const char *name)
{
	const char *utf8;

	if (name == NULL || *name == '\0')
		return refuse(check, psprintf("the name of a %s is empty", what),
					  "Give it a name in single quotes.");
	utf8 = unicode_server_to_utf8(name, strlen(name), check->escontext);
	if (utf8 == NULL)
		return false;
	if (strlen(utf8) > RULE_SET_MAX_NAME)
		return refuse(check, psprintf("the name of a %s is longer than %d bytes",
									  what, RULE_SET_MAX_NAME),
					  "Shorten the name.");
	for (const char *c = name; *c; c++)
	{
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			return refuse(check, psprintf("the name of a %s holds a control character", what),
						  "Names are one line of text without tabs.");
	}
	return true;
}

/*
 * Caps
 */

static bool
is_credit_or_point(CreditAmount amount)
{
	int			unit = credit_amount_unit_code(amount);

	return unit == UNIT_CR || unit == UNIT_PT;
}

static bool
check_cap(const Check *check, RuleCap *cap)
{
	const char *text;

	const RuleScope *scope = linitial(cap->scopes);
	const RuleMonthDay *start = cap->starts ? linitial(cap->starts) : NULL;

	if (check->rule_name != NULL ? scope->kind != SCOPE_RULE :
		(scope->kind != SCOPE_TOTAL && scope->kind != SCOPE_CLASS))
		return refuse(check, "a cap stands where it has no meaning",
					  "Caps on the total or a class stand in the heading, caps on a rule in that rule.");
	if ((scope->kind == SCOPE_CLASS) != (scope->achievement_class != 0) ||
		(scope->kind == SCOPE_CLASS && !rule_class_exists(scope->achievement_class)))
		return refuse(check, "a cap names no class that exists",
					  "Name a class of achievements, such as cert or training.");
	if (!cap->has_amount && cap->percent == 0 && cap->max_items == 0)
		return refuse(check, "a cap limits nothing",
					  "Give it an amount, a percentage or a number of items.");
	if (start != NULL && !rule_month_day_valid(start->month, start->day))
		return refuse(check, psprintf("no year can start on %02d-%02d",
									  start->month, start->day),
					  "Name a month and a day that every year has, such as 09-01.");
	text = rule_cap_text(cap);
	if (cap->has_amount &&
		(!is_credit_or_point(cap->amount) || credit_amount_count(cap->amount) <= 0))
		return refuse(check, psprintf("the amount of cap %s is not an amount of credit or points above zero", text),
					  "Caps are in cr or pt.");
	if (cap->percent < 0 || cap->percent > RULE_WHOLE_PERCENT)
		return refuse(check, psprintf("the percentage of cap %s is not above 0 and at most 100", text),
					  "A percentage is of the programme's credits.");
	if (cap->max_items < 0)
		return refuse(check, psprintf("the number of items of cap %s is not above zero", text),
					  "Give the largest number of achievements that may count.");
	return true;
}

/* limits aside: two caps that are equal here would contradict each other */
static int
compare_cap_places(const ListCell *a, const ListCell *b)
{
	const RuleCap *x = lfirst(a);
	const RuleCap *y = lfirst(b);

	const RuleScope *p = linitial(x->scopes);
	const RuleScope *q = linitial(y->scopes);
	const RuleMonthDay *s = x->starts ? linitial(x->starts) : NULL;
	const RuleMonthDay *t = y->starts ? linitial(y->starts) : NULL;

	if (p->kind != q->kind)
		return p->kind < q->kind ? -1 : 1;
	if (p->achievement_class != q->achievement_class)
		return p->achievement_class < q->achievement_class ? -1 : 1;
	if (s == NULL || t == NULL)
		return (s != NULL) - (t != NULL);
	if (s->month != t->month)
		return s->month < t->month ? -1 : 1;
	return s->day - t->day;
}

static bool
check_caps(const Check *check, List *caps)
{
	ListCell   *cell;

	foreach(cell, caps)
	{
		if (!check_cap(check, lfirst(cell)))
			return false;
	}
	list_sort(caps, compare_cap_places);
	for (int i = 1; i < list_length(caps); i++)
	{
		if (compare_cap_places(list_nth_cell(caps, i - 1), list_nth_cell(caps, i)) == 0)
			return refuse(check, psprintf("two caps on the same thing: %s, and %s",
										  rule_cap_text(list_nth(caps, i - 1)),
										  rule_cap_text(list_nth(caps, i))),
						  "Put all limits of one scope and period into one cap, with commas between them.");
	}
	return true;
}

/*
 * Conditions
 */

static bool
check_test(const Check *check, const RuleTest *test)
{
	const char *name = rule_parameter_name(test->parameter);
	bool		is_percent = test->parameter == PARAM_ATTENDANCE ||
		test->parameter == PARAM_OVERLAP;

	if (name == NULL || rule_operator_sign(test->operator) == NULL)
		return refuse(check, "a test names an unknown parameter or operator",
					  "Test level, grade, attendance, overlap, hours or credits with >=, >, <=, < or =.");
	if (test->value < 0 || test->value > RULE_NUMBER_MAX)
		return refuse(check, psprintf("%s is compared with %s, which is out of range",
									  name, rule_decimal_text(test->value)),
					  "Compare with a number from zero up.");
	if (is_percent && test->value > RULE_WHOLE_PERCENT)
		return refuse(check, psprintf("%s is compared with %s, which is more than 100 percent",
									  name, rule_decimal_text(test->value)),
					  "Attendance and overlap are percentages from 0 to 100.");
	return true;
}

static int
compare_tests(const ListCell *a, const ListCell *b)
{
	const RuleTest *x = lfirst(a);
	const RuleTest *y = lfirst(b);

	if (x->parameter != y->parameter)
		return x->parameter < y->parameter ? -1 : 1;
	if (x->operator != y->operator)
		return x->operator < y->operator ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return 0;
}

static List *
without_repeated_tests(List *tests)
{
	List	   *kept = NIL;

	list_sort(tests, compare_tests);
	for (int i = 0; i < list_length(tests); i++)
	{
		if (i == 0 ||
			compare_tests(list_nth_cell(tests, i - 1), list_nth_cell(tests, i)) != 0)
			kept = lappend(kept, list_nth(tests, i));
	}
	return kept;
}

static int
largest_within(RulePeriodUnit unit)
{
	switch (unit)
	{
		case PERIOD_DAYS:
			return MAX_WITHIN_DAYS;
		case PERIOD_MONTHS:
			return MAX_WITHIN_MONTHS;
		case PERIOD_YEARS:
			return MAX_WITHIN_YEARS;
	}
	return 0;
}

static bool
check_source(const Check *check, RuleCondition *source)
{
	ListCell   *cell;

	source->pattern = rule_pattern_parse(source->pattern, check->escontext);
	if (source->pattern == NULL)
		return false;
	foreach(cell, source->tests)
	{
		if (!check_test(check, lfirst(cell)))
			return false;
	}
	source->tests = without_repeated_tests(source->tests);
	if (source->within == 0)
		source->within_unit = 0;
	else if (source->within < 0 || source->within > largest_within(source->within_unit))
		return refuse(check, psprintf("the age \"within %d\" of %s is out of range",
									  source->within, source->pattern),
					  "Ages reach from one day to a hundred years.");
	return true;
}

/* a child with the bytes that decide its place */
typedef struct EncodedChild
{
	RuleCondition *child;
	const char *bytes;
	int			length;
} EncodedChild;

static int
compare_encoded(const void *a, const void *b)
{
	const EncodedChild *x = a;
	const EncodedChild *y = b;
	int			order = memcmp(x->bytes, y->bytes, Min(x->length, y->length));

	return order != 0 ? order : x->length - y->length;
}

/*
 * The order of what is listed changes nothing, so it is made one.
 */
static void
sort_children(List *children)
{
	int			count = list_length(children);
	EncodedChild *encoded = palloc_array(EncodedChild, count);
	StringInfoData bytes;
	int			start = 0;

	initStringInfo(&bytes);
	for (int i = 0; i < count; i++)
	{
		encoded[i].child = list_nth(children, i);
		rule_condition_write(&bytes, encoded[i].child);
		encoded[i].length = bytes.len - start;
		start = bytes.len;
	}
	/* the buffer has stopped moving */
	start = 0;
	for (int i = 0; i < count; i++)
	{
		encoded[i].bytes = bytes.data + start;
		start += encoded[i].length;
	}
	qsort(encoded, count, sizeof(EncodedChild), compare_encoded);
	for (int i = 0; i < count; i++)
		lfirst(list_nth_cell(children, i)) = encoded[i].child;
	pfree(bytes.data);
	pfree(encoded);
}

static RuleCondition *
check_condition(const Check *check, RuleCondition *condition, int depth)
{
	int			count = list_length(condition->children);
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (condition->kind == COND_SOURCE)
		return check_source(check, condition) ? condition : NULL;
	if (depth >= RULE_SET_MAX_DEPTH)
	{
		refuse(check, psprintf("conditions are nested more than %d deep", RULE_SET_MAX_DEPTH),
			   "Split the rule into several rules.");
		return NULL;
	}
	if (condition->needed < 1 || condition->needed > count)
	{
		refuse(check, psprintf("%d of a list of %d cannot be met or asks for nothing",
							   condition->needed, count),
			   "Ask for at least one and at most as many as are listed.");
		return NULL;
	}
	foreach(cell, condition->children)
	{
		RuleCondition *child = check_condition(check, lfirst(cell), depth + 1);

		if (child == NULL)
			return NULL;
		lfirst(cell) = child;
	}
	if (count == 1)
		return linitial(condition->children);
	sort_children(condition->children);
	return condition;
}

/*
 * Grants and rules
 */

static bool
check_grant(const Check *check, const Rule *rule, RuleGrant *grant)
{
	if (grant->target != NULL)
	{
		grant->target = rule_target_parse(grant->target, check->escontext);
		if (grant->target == NULL)
			return false;
	}
	if (!is_credit_or_point(grant->amount) || credit_amount_count(grant->amount) <= 0)
		return refuse(check, "what is granted is not an amount of credit or points above zero",
					  "Grant an amount in cr or pt, such as 3 cr.");
	if (!grant->has_per)
	{
		grant->per = 0;
		if (grant->leftover != LEFTOVER_NONE)
			return refuse(check, "leftover is said of a grant that has no per",
						  "Write grant 1 cr per 16 hr, leftover forfeit; or leave the leftover out.");
		return true;
	}
	if (credit_amount_count(grant->per) <= 0)
		return refuse(check, "the amount after per is not above zero",
					  "Say how much of the source earns the grant, such as per 16 hr.");
	if (rule->when->kind != COND_SOURCE)
		return refuse(check, "per needs a condition on one achievement",
					  "Write one rule for each source, or grant a fixed amount.");
	return true;
}

static bool
check_grants(const Check *check, const Rule *rule)
{
	const RuleGrant *first_per = NULL;
	bool		any_fixed = false;
	ListCell   *cell;

	if (rule->grants == NIL)
		return refuse(check, "the rule grants nothing", "Add a grant.");
	foreach(cell, rule->grants)
	{
		RuleGrant  *grant = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (!check_grant(check, rule, grant))
			return false;
		if (!grant->has_per)
		{
			any_fixed = true;
			continue;
		}
		if (first_per == NULL)
			first_per = grant;
		if (grant->leftover != first_per->leftover)
			return refuse(check, "the grants of the rule differ about what is left over",
						  "Say one leftover for all grants of a rule.");
	}
	if (first_per != NULL && first_per->leftover == LEFTOVER_KEEP && any_fixed)
		return refuse(check, "leftover is kept beside a grant that has no per",
					  "What is kept would earn that grant once more; write it as a rule of its own.");
	return true;
}

static bool
check_rule(Check *check, Rule *rule)
{
	if (!check_name(check, "rule", rule->name))
		return false;
	check->rule_name = rule->name;
	rule->when = check_condition(check, rule->when, 0);
	return rule->when != NULL &&
		check_grants(check, rule) &&
		check_caps(check, rule->caps);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static bool
check_rule_names_differ(Check *check, const List *rules)
{
	int			count = list_length(rules);
	char	  **names = palloc_array(char *, count);
	bool		differ = true;

	for (int i = 0; i < count; i++)
		names[i] = ((Rule *) list_nth(rules, i))->name;
	qsort(names, count, sizeof(char *), compare_names);
	for (int i = 1; i < count && differ; i++)
	{
		if (strcmp(names[i - 1], names[i]) == 0)
		{
			check->rule_name = names[i];
			differ = refuse(check, "two rules have the same name",
							"Name each rule differently: decisions are explained by rule names.");
		}
	}
	pfree(names);
	return differ;
}

/*
 * The heading
 */

static char *
utf8_of(const char *string)
{
	return pg_server_to_any(string, strlen(string), PG_UTF8);
}

/* one comparison of very many: what conversion made is freed */
static int
compare_programmes(const ListCell *a, const ListCell *b)
{
	char	   *x = utf8_of(lfirst(a));
	char	   *y = utf8_of(lfirst(b));
	int			order = strcmp(x, y);

	if (x != lfirst(a))
		pfree(x);
	if (y != lfirst(b))
		pfree(y);
	return order;
}

static bool
check_programmes(const Check *check, RuleSet *rules)
{
	List	   *kept = NIL;
	ListCell   *cell;

	foreach(cell, rules->programmes)
	{
		if (!check_name(check, "programme", lfirst(cell)))
			return false;
	}
	list_sort(rules->programmes, compare_programmes);
	foreach(cell, rules->programmes)
	{
		if (kept == NIL || strcmp(llast(kept), lfirst(cell)) != 0)
			kept = lappend(kept, lfirst(cell));
	}
	rules->programmes = kept;
	return true;
}

static bool
is_calendar_date(DateADT date)
{
	return date >= date2j(1, 1, 1) - POSTGRES_EPOCH_JDATE &&
		date <= date2j(9999, 12, 31) - POSTGRES_EPOCH_JDATE;
}

static bool
check_effective(const Check *check, const RuleSet *rules)
{
	bool		has_from = rules->effective_from != DATEVAL_NOBEGIN;
	bool		has_to = rules->effective_to != DATEVAL_NOEND;

	if ((has_from && !is_calendar_date(rules->effective_from)) ||
		(has_to && !is_calendar_date(rules->effective_to)))
		return refuse(check, "an effective date lies outside the years 0001 to 9999",
					  "Leave out an end that is open.");
	if (has_from && has_to && rules->effective_from > rules->effective_to)
		return refuse(check, psprintf("effective from %s to %s is no day at all",
									  rule_date_text(rules->effective_from),
									  rule_date_text(rules->effective_to)),
					  "Put the first day before the last; both count.");
	return true;
}

static bool
check_heading(const Check *check, RuleSet *rules)
{
	if (!check_name(check, "rule_set", rules->name))
		return false;
	if (rules->version < 1)
		return refuse(check, psprintf("version %d is not above zero", rules->version),
					  "Number versions from 1.");
	if (rule_word(rule_rounding_words, rules->round_mode) == NULL ||
		rules->round_digits < 0 || rules->round_digits > 4)
		return refuse(check, psprintf("rounding to %d digits is not possible", rules->round_digits),
					  "Round half_up, half_even or down to 0, 1, 2, 3 or 4 digits.");
	if (!check_programmes(check, rules) ||
		!check_effective(check, rules) ||
		!check_caps(check, rules->caps))
		return false;
	if (rules->rules == NIL)
		return refuse(check, "there is no rule",
					  "Add at least one: rule 'name' when ... grant ...");
	if (list_length(rules->rules) > RULE_SET_MAX_RULES)
		return refuse(check, psprintf("there are more than %d rules", RULE_SET_MAX_RULES),
					  "Split it into several rule sets.");
	return true;
}

/*
 * What is stored must be readable from its own text, or a dump could not be
 * restored.
 */
static bool
check_text_length(const RuleSet *rules, Node *escontext)
{
	char	   *text = rule_set_text(rules);
	size_t		length = strlen(text);

	pfree(text);
	if (length > RULE_SET_MAX_TEXT)
		ereturn(escontext, false,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid rule_set: its canonical text is longer than 16 MB"),
				 errdetail("The text is %zu bytes long.", length),
				 errhint("Split it into several rule sets.")));
	return true;
}

bool
rule_set_check(RuleSet *rules, Node *escontext)
{
	Check		check = {escontext, NULL, 0};
	ListCell   *cell;

	if (!check_heading(&check, rules))
		return false;
	foreach(cell, rules->rules)
	{
		check.rule_name = NULL;
		check.rule_number = foreach_current_index(cell) + 1;
		CHECK_FOR_INTERRUPTS();
		if (!check_rule(&check, lfirst(cell)))
			return false;
	}
	if (!check_rule_names_differ(&check, rules->rules))
		return false;
	rule_set_sort_rules(rules->rules);
	return check_text_length(rules, escontext);
}
