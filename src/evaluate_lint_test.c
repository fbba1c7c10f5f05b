/*
 * evaluate_lint_test.c
 *		What tests let through, by themselves and together.
 *
 * Promise: tests are called contradictory only when no achievement can meet
 * them, whatever it states; one is called no stricter than another only when
 * whatever meets the other meets it.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_lint.h"

/*
 * Ranges of numbers
 */

LintRange
lint_range(RuleOperator operator, int64 value)
{
	LintRange	range = {PG_INT64_MIN, PG_INT64_MAX, false, false};

	if (operator == OP_GE || operator == OP_GT || operator == OP_EQ)
		range.low = value;
	if (operator == OP_LE || operator == OP_LT || operator == OP_EQ)
		range.high = value;
	range.low_open = operator == OP_GT;
	range.high_open = operator == OP_LT;
	return range;
}

bool
lint_range_within(LintRange inner, LintRange outer)
{
	return (inner.low > outer.low ||
			(inner.low == outer.low && (inner.low_open || !outer.low_open))) &&
		(inner.high < outer.high ||
		 (inner.high == outer.high && (inner.high_open || !outer.high_open)));
}

static bool
range_is_empty(LintRange range)
{
	return range.low > range.high ||
		(range.low == range.high && (range.low_open || range.high_open));
}

static LintRange
range_of_both(LintRange a, LintRange b)
{
	LintRange	both = a;

	if (b.low > a.low || (b.low == a.low && b.low_open))
	{
		both.low = b.low;
		both.low_open = b.low_open;
	}
	if (b.high < a.high || (b.high == a.high && b.high_open))
	{
		both.high = b.high;
		both.high_open = b.high_open;
	}
	return both;
}

/* the values that a parameter can have at all */
static LintRange
range_of_parameter(RuleParameter parameter)
{
	LintRange	range = {0, PG_INT64_MAX, false, false};

	switch (parameter)
	{
		case PARAM_LEVEL:
			range.low = CREDIT_SCALE;
			range.high = 10 * CREDIT_SCALE;
			break;
		case PARAM_ATTENDANCE:
		case PARAM_OVERLAP:
		case PARAM_SHARE:
			range.high = RULE_WHOLE_PERCENT;
			break;
		case PARAM_PLACE:
			range.low = CREDIT_SCALE;
			break;
		default:
			break;
	}
	return range;
}

/* the place of a grade on its scale; both are known, or the rules were refused */
static int64
grade_place(const RuleSet *book, const RuleTest *test)
{
	return rule_word_place(rule_scale_named(book, test->scale)->words, linitial(test->words));
}

static LintRange
range_of_test(const RuleSet *book, const RuleTest *test)
{
	return lint_range(test->operator,
					  test->kind == TEST_GRADE ? grade_place(book, test) : test->value);
}

/* all that a test of this kind can compare with */
static LintRange
range_of_kind(const RuleSet *book, const RuleTest *test)
{
	LintRange	range = {0, PG_INT64_MAX, false, false};

	if (test->kind == TEST_NUMBER)
		return range_of_parameter(test->parameter);
	if (test->kind == TEST_GRADE)
		range.high = list_length(rule_scale_named(book, test->scale)->words) - 1;
	return range;
}

static bool
same_scale(const RuleTest *a, const RuleTest *b)
{
	return a->scale == NULL || b->scale == NULL ? a->scale == b->scale :
		strcmp(a->scale, b->scale) == 0;
}

/* do both compare the same thing? */
static bool
same_subject(const RuleTest *a, const RuleTest *b)
{
	return a->kind == b->kind && a->parameter == b->parameter &&
		(a->kind != TEST_GRADE || same_scale(a, b));
}

/*
 * Sets of words
 */

static bool
words_within(const List *inner, const List *outer)
{
	ListCell   *cell;

	foreach(cell, inner)
	{
		if (rule_word_place(outer, lfirst(cell)) < 0)
			return false;
	}
	return true;
}

/* may an achievement that must state this word meet the test? */
static bool
word_passes(const RuleTest *test, const char *word)
{
	return test->kind != TEST_WORDS || (rule_word_place(test->words, word) >= 0) != test->negated;
}

/* does no word of an "in" get past the other tests of the same parameter? */
static bool
words_are_empty(const List *tests, const RuleTest *in)
{
	ListCell   *word;
	ListCell   *cell;

	foreach(word, in->words)
	{
		bool		passes = true;

		CHECK_FOR_INTERRUPTS();
		foreach(cell, tests)
		{
			const RuleTest *test = lfirst(cell);

			/* of tags there may be several: one "in" says nothing of another */
			if (test->parameter == in->parameter && test->kind == TEST_WORDS &&
				(test->negated || test->parameter != PARAM_TAG))
				passes &= word_passes(test, lfirst(word));
		}
		if (passes)
			return false;
	}
	return true;
}

/*
 * Patterns
 */

int
lint_pattern_class(const char *pattern)
{
	return pattern[0] == '*' ? 0 :
		achievement_class_from_name(pattern, strcspn(pattern, "/"));
}

char *
lint_pattern_issuer(const char *pattern)
{
	const char *issuer = strchr(pattern, '/');
	size_t		length;

	if (issuer == NULL)
		return NULL;
	length = strcspn(++issuer, "/");
	return issuer[length] == '\0' ? NULL : pnstrdup(issuer, length);
}

/* does the pattern itself fail a test of class or issuer? */
static bool
pattern_fails(const char *pattern, const RuleTest *test)
{
	if (test->parameter == PARAM_CLASS)
	{
		int			achievement_class = lint_pattern_class(pattern);

		return achievement_class != 0 &&
			!word_passes(test, achievement_class_name(achievement_class));
	}
	if (test->parameter == PARAM_ISSUER)
	{
		char	   *issuer = lint_pattern_issuer(pattern);

		return issuer != NULL && !word_passes(test, issuer);
	}
	return false;
}

/*
 * Together
 */

/* do two tests of one achievement exclude each other? */
static bool
tests_exclude(const RuleSet *book, const RuleTest *a, const RuleTest *b)
{
	/* a number on one scale is no number on another */
	if (a->scale != NULL && b->scale != NULL && !same_scale(a, b))
		return a->kind == TEST_NUMBER || b->kind == TEST_NUMBER;
	return same_subject(a, b) &&
		range_is_empty(range_of_both(range_of_test(book, a), range_of_test(book, b)));
}

/*
 * The test that cannot be met beside these others, or NULL; the one that it
 * excludes, where there is one.
 */
static const RuleTest *
find_impossible(const RuleSet *book, const char *pattern, const List *tests,
				const RuleTest *test, const RuleTest **other)
{
	ListCell   *cell;

	*other = NULL;
	if (test->kind == TEST_WORDS)
		return (pattern != NULL && pattern_fails(pattern, test)) ||
			(!test->negated && words_are_empty(tests, test)) ? test : NULL;
	if (range_is_empty(range_of_both(range_of_kind(book, test), range_of_test(book, test))))
		return test;
	foreach(cell, tests)
	{
		CHECK_FOR_INTERRUPTS();
		*other = lfirst(cell);
		if ((*other)->kind != TEST_WORDS && tests_exclude(book, test, *other))
			return test;
	}
	return NULL;
}

bool
lint_together(const RuleSet *book, const char *pattern, const List *tests, const List *more)
{
	const RuleTest *other;
	List	   *all = list_concat_copy(tests, more);
	bool		together = true;
	ListCell   *cell;

	foreach(cell, all)
		together = together &&
			find_impossible(book, pattern, all, lfirst(cell), &other) == NULL;
	list_free(all);
	return together;
}

char *
lint_contradiction(const RuleSet *book, const char *pattern, const List *tests)
{
	ListCell   *cell;

	foreach(cell, tests)
	{
		const RuleTest *other;
		const RuleTest *test = find_impossible(book, pattern, tests, lfirst(cell), &other);

		if (test == NULL)
			continue;
		if (other != NULL)
			return psprintf("%s contradicts %s", rule_test_text(test), rule_test_text(other));
		if (test->kind != TEST_WORDS)
			return psprintf("no achievement has %s", rule_test_text(test));
		if (pattern != NULL && pattern_fails(pattern, test))
			return psprintf("%s cannot hold of %s", rule_test_text(test), pattern);
		return psprintf("%s contradicts another test of %s", rule_test_text(test),
						rule_parameter_name(test->parameter));
	}
	return NULL;
}

/*
 * One after the other
 */

static bool
test_implies(const RuleSet *book, const RuleTest *narrow, const RuleTest *wide)
{
	if (narrow->kind != wide->kind || narrow->parameter != wide->parameter)
		return false;
	if (narrow->kind == TEST_WORDS)
		return narrow->negated == wide->negated &&
			(wide->negated ? words_within(wide->words, narrow->words) :
			 words_within(narrow->words, wide->words));
	if (wide->scale != NULL && !same_scale(narrow, wide))
		return false;
	return lint_range_within(range_of_test(book, narrow), range_of_test(book, wide));
}

static bool
any_implies(const RuleSet *book, const List *tests, const RuleTest *wide)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	foreach(cell, tests)
	{
		if (test_implies(book, lfirst(cell), wide))
			return true;
	}
	return false;
}

/*
 * Does whatever meets the narrow condition of one rule meet the wide one of
 * another?  An overlap is with the courses that a rule grants, its own.
 */
bool
lint_implies(const RuleSet *book, const RuleCondition *narrow, const RuleCondition *wide)
{
	ListCell   *cell;

	if (wide->within != 0 &&
		(narrow->within == 0 || narrow->within_unit != wide->within_unit ||
		 narrow->within > wide->within))
		return false;
	if (wide->valid_for != 0 &&
		(narrow->valid_for == 0 || narrow->valid_for_unit != wide->valid_for_unit ||
		 narrow->valid_for < wide->valid_for))
		return false;
	foreach(cell, wide->tests)
	{
		const RuleTest *test = lfirst(cell);

		if (test->parameter == PARAM_OVERLAP || !any_implies(book, narrow->tests, test))
			return false;
	}
	return true;
}
