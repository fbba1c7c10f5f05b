/*
 * rule_set_check_when.c
 *		Conditions and their tests.
 *
 * Promise: tests and the members of a list come out in one order, each test
 * once, and a list of one is that one.  It must never change what a condition
 * asks.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "rule_set_check.h"

/*
 * Tests
 */

static bool
is_percent(RuleParameter parameter)
{
	return parameter == PARAM_ATTENDANCE || parameter == PARAM_OVERLAP ||
		parameter == PARAM_SHARE;
}

static bool
is_size(RuleParameter parameter)
{
	return parameter == PARAM_HOURS || parameter == PARAM_CREDITS;
}

static bool
takes_words(RuleParameter parameter)
{
	return parameter == PARAM_GRADE ||
		(parameter >= PARAM_RANK && parameter <= PARAM_TAG);
}

/* does the parameter go with the kind of test? */
static bool
check_parameter(const RuleCheck *check, const RuleTest *test)
{
	const char *name = rule_parameter_name(test->parameter);

	if (name == NULL ||
		(test->kind != TEST_WORDS && rule_operator_sign(test->operator) == NULL))
		return rule_refuse(check, "a test names an unknown parameter or operator",
						   "Test level, grade, attendance, overlap, hours, credits, place, share or rank with >=, >, <=, < or =.");
	switch (test->kind)
	{
		case TEST_NUMBER:
			if (test->parameter <= PARAM_RANK)
				return true;
			break;
		case TEST_WORDS:
			if (takes_words(test->parameter))
				return true;
			break;
		case TEST_GRADE:
			if (test->parameter == PARAM_GRADE)
				return true;
			break;
		case TEST_TARGET:
			if (is_size(test->parameter))
				return true;
			break;
	}
	return rule_refuse(check, psprintf("%s cannot be tested so", name),
					   "Issuer, institution, scale, class and tag are tested with in or not in, hours and credits as % of target.");
}

static bool
check_value(const RuleCheck *check, const RuleTest *test)
{
	const char *name = rule_parameter_name(test->parameter);

	if (test->value < 0 || test->value > RULE_NUMBER_MAX)
		return rule_refuse(check, psprintf("%s is compared with %s, which is out of range",
										   name, rule_decimal_text(test->value)),
						   "Compare with a number from zero up.");
	if (test->kind == TEST_NUMBER && is_percent(test->parameter) &&
		test->value > RULE_WHOLE_PERCENT)
		return rule_refuse(check, psprintf("%s is compared with %s, which is more than 100 percent",
										   name, rule_decimal_text(test->value)),
						   "Attendance, overlap and share are percentages from 0 to 100.");
	return true;
}

static bool
check_words(const RuleCheck *check, RuleTest *test)
{
	ListCell   *cell;

	if (test->words == NIL)
		return rule_refuse(check, psprintf("%s is compared with no word", rule_parameter_name(test->parameter)),
						   "Name at least one word in single quotes.");
	foreach(cell, test->words)
	{
		if (!rule_check_name(check, "word", lfirst(cell)))
			return false;
		if (test->parameter == PARAM_ISSUER)
			lfirst(cell) = rule_issuer_parse(lfirst(cell), check->escontext);
		if (lfirst(cell) == NULL)
			return false;
		if (test->parameter == PARAM_CLASS &&
			achievement_class_from_name(lfirst(cell), strlen(lfirst(cell))) == 0)
			return rule_refuse(check, psprintf("there is no class '%s'", (char *) lfirst(cell)),
							   "Name a class of achievements, such as cert or training.");
	}
	return rule_check_names(check, "word", &test->words);
}

static bool
has_grade(const RuleScale *scale, const char *grade)
{
	int			low = 0;
	int			high = list_length(scale->by_name);

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			order = rule_compare_names(list_nth(scale->by_name, middle), grade);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool
check_grade(const RuleCheck *check, const RuleTest *test)
{
	const RuleScale *scale;

	if (!rule_check_name(check, "scale", test->scale) ||
		!rule_check_name(check, "grade", linitial(test->words)))
		return false;
	scale = rule_scale_named(check->rules, test->scale);
	if (scale == NULL)
		return rule_refuse(check, psprintf("there is no scale \"%s\"", test->scale),
						   "Write it into the heading: scale 'letter' 'F' < 'D' < 'C' < 'B' < 'A'.");
	if (has_grade(scale, linitial(test->words)))
		return true;
	return rule_refuse(check, psprintf("scale \"%s\" has no grade '%s'", test->scale,
									   (char *) linitial(test->words)),
					   "Name one of its grades.");
}

static bool
check_test(const RuleCheck *check, RuleTest *test)
{
	if (!check_parameter(check, test))
		return false;
	if (test->kind == TEST_WORDS)
		return check_words(check, test);
	if (test->kind == TEST_GRADE)
		return check_grade(check, test);
	if (test->scale != NULL &&
		(test->parameter != PARAM_GRADE || test->kind != TEST_NUMBER))
		return rule_refuse(check, psprintf("%s is on no scale", rule_parameter_name(test->parameter)),
						   "Only grades are on a scale.");
	if (test->scale != NULL && !rule_check_name(check, "scale", test->scale))
		return false;
	return check_value(check, test);
}

/* the order of the records that tests are stored as */
static int
test_place(const RuleTest *test)
{
	switch (test->kind)
	{
		case TEST_NUMBER:
			return test->scale == NULL ? 0 : 2;
		case TEST_WORDS:
			return 1;
		case TEST_GRADE:
			return 3;
		case TEST_TARGET:
			return 4;
	}
	return 5;
}

static int
compare_test_words(const RuleTest *x, const RuleTest *y)
{
	int			shorter = Min(list_length(x->words), list_length(y->words));

	for (int i = 0; i < shorter; i++)
	{
		int			order = rule_compare_names(list_nth(x->words, i), list_nth(y->words, i));

		if (order != 0)
			return order;
	}
	return list_length(x->words) - list_length(y->words);
}

static int
compare_tests(const ListCell *a, const ListCell *b)
{
	const RuleTest *x = lfirst(a);
	const RuleTest *y = lfirst(b);
	int			order = test_place(x) - test_place(y);

	if (order != 0)
		return order;
	if (x->parameter != y->parameter)
		return x->parameter < y->parameter ? -1 : 1;
	if (x->operator != y->operator)
		return x->operator < y->operator ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (x->negated != y->negated)
		return x->negated ? 1 : -1;
	order = x->scale != NULL ? rule_compare_names(x->scale, y->scale) : 0;
	return order != 0 ? order : compare_test_words(x, y);
}

static bool
check_tests(RuleCheck *check, List **tests)
{
	ListCell   *cell;

	foreach(cell, *tests)
	{
		RuleTest   *test = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (!check_test(check, test))
			return false;
		check->asks_target |= test->kind == TEST_TARGET;
	}
	*tests = rule_sort_unique(*tests, compare_tests);
	return true;
}

/*
 * Conditions
 */

static bool
check_source(RuleCheck *check, RuleCondition *source)
{
	source->pattern = rule_pattern_parse(source->pattern, check->escontext);
	if (source->pattern == NULL || !check_tests(check, &source->tests))
		return false;
	if (source->within == 0)
		source->within_unit = 0;
	else if (!rule_check_period(check, psprintf("the age \"within %d\" of %s", source->within, source->pattern),
								source->within, source->within_unit))
		return false;
	if (source->valid_for == 0)
		source->valid_for_unit = 0;
	else if (!rule_check_period(check, psprintf("\"valid for %d\" of %s", source->valid_for, source->pattern),
								source->valid_for, source->valid_for_unit))
		return false;
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

/* tests of sums: only of the whole, and only of what can be summed */
static bool
check_sums(RuleCheck *check, RuleCondition *list, bool outermost)
{
	ListCell   *cell;

	if (list->tests != NIL && !outermost)
		return rule_refuse(check, "a list within a list has a test of its sum",
						   "Put the test behind the outermost parenthesis: it is of the whole set.");
	foreach(cell, list->tests)
	{
		const RuleTest *test = lfirst(cell);

		if (!is_size(test->parameter))
			return rule_refuse(check, psprintf("a list is tested for the sum of %s",
											   rule_parameter_name(test->parameter) ? rule_parameter_name(test->parameter) : "nothing known"),
							   "A list is tested for its hours or credits; put other tests behind each achievement.");
	}
	return check_tests(check, &list->tests);
}

static RuleCondition *check_condition(RuleCheck *check, RuleCondition *condition,
									  int depth, bool outermost);

/* what a list of one asks, its one member asks */
static RuleCondition *
only_child(RuleCheck *check, RuleCondition *list)
{
	RuleCondition *child = linitial(list->children);

	child->tests = list_concat(child->tests, list->tests);
	child->tests = rule_sort_unique(child->tests, compare_tests);
	return child;
}

static RuleCondition *
check_list(RuleCheck *check, RuleCondition *list, int depth, bool outermost)
{
	int			count = list_length(list->children);
	ListCell   *cell;

	if (!check_sums(check, list, outermost))
		return NULL;
	foreach(cell, list->children)
	{
		lfirst(cell) = check_condition(check, lfirst(cell), depth + 1, outermost && count == 1);
		if (lfirst(cell) == NULL)
			return NULL;
	}
	if (count == 1)
		return only_child(check, list);
	sort_children(list->children);
	return list;
}

static RuleCondition *
check_condition(RuleCheck *check, RuleCondition *condition, int depth, bool outermost)
{
	int			count = list_length(condition->children);

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (condition->kind == COND_SOURCE)
		return check_source(check, condition) ? condition : NULL;
	if (depth >= RULE_SET_MAX_DEPTH)
	{
		rule_refuse(check, psprintf("conditions are nested more than %d deep", RULE_SET_MAX_DEPTH),
					"Split the rule into several rules.");
		return NULL;
	}
	if (condition->needed < 1 || condition->needed > count)
	{
		rule_refuse(check, psprintf("%d of a list of %d cannot be met or asks for nothing",
									condition->needed, count),
					"Ask for at least one and at most as many as are listed.");
		return NULL;
	}
	return check_list(check, condition, depth, outermost);
}

RuleCondition *
rule_check_condition(RuleCheck *check, RuleCondition *condition)
{
	check->asks_target = false;
	return check_condition(check, condition, 0, true);
}
