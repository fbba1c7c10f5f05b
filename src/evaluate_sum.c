/*
 * evaluate_sum.c
 *		Tests of the sums of hours or credits of a whole set of achievements.
 *
 * An achievement that states nothing adds nothing; a set of which none states
 * anything fails.
 *
 * Promise: sums are exact; the search for a set ends where none of the
 * achievements that are left can mend a sum.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "compat.h"
#include "evaluate_match.h"

/* achievements by what they would add, largest first; 0 where nothing is stated */
typedef struct Addition
{
	int64		count;
	const Candidate *candidate;
} Addition;

typedef struct SumTest
{
	const RuleTest *test;
	int			unit;
	bool		known;			/* false: of targets that state nothing */
	int64		targets;		/* their sum; TEST_TARGET only */
	int128		required;		/* to compare with sums times SUM_SCALE */
	Addition   *additions;
	int			addition_count;
} SumTest;

struct SumTests
{
	RuleRun    *run;
	int			count;
	SumTest    *tests;
};

#define SUM_SCALE RULE_WHOLE_PERCENT

/* ---- made ready for one rule ---- */

static int
compare_additions(const void *a, const void *b)
{
	const Addition *left = a;
	const Addition *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return (left->candidate > right->candidate) - (left->candidate < right->candidate);
}

static int
count_matches(const RuleRun *run)
{
	int			count = 0;

	for (int i = 0; i < run->prepared->source_count; i++)
		count += run->matches[i].count;
	return count;
}

/* every achievement that some source can take, once */
static void
list_additions(RuleRun *run, SumTest *sum)
{
	int			kept = 0;
	int			count = 0;
	int			most = count_matches(run);

	evaluation_spend(run->evaluation, most, run->rule);
	sum->additions = palloc_extended(sizeof(Addition) * Max(most, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < run->prepared->source_count; i++)
	{
		const MatchList *list = &run->matches[i];

		for (int j = 0; j < list->count; j++)
		{
			Addition   *addition = &sum->additions[count++];

			*addition = (Addition) {0, list->candidates[j]};
			(void) achievement_amount_in(addition->candidate->achievement, sum->unit,
										 &addition->count);
		}
	}
	qsort(sum->additions, count, sizeof(Addition), compare_additions);
	for (int i = 0; i < count; i++)
	{
		if (i == 0 || sum->additions[i].candidate != sum->additions[i - 1].candidate)
			sum->additions[kept++] = sum->additions[i];
	}
	sum->addition_count = kept;
}

/* the tests of sums of a rule that is searched for sets, or NULL */
SumTests *
sum_tests_make(RuleRun *run)
{
	List	   *tests = run->rule->when->tests;
	SumTests   *sums;
	ListCell   *cell;

	if (run->rule->when->kind == COND_SOURCE || tests == NIL)
		return NULL;
	sums = palloc(sizeof(SumTests));
	*sums = (SumTests) {run, 0, palloc0(sizeof(SumTest) * list_length(tests))};
	foreach(cell, tests)
	{
		SumTest    *sum = &sums->tests[sums->count++];

		sum->test = lfirst(cell);
		sum->unit = parameter_unit(sum->test->parameter);
		sum->known = sum->test->kind != TEST_TARGET ||
			targets_sum(run->evaluation, run->rule, sum->unit, &sum->targets);
		sum->required = sum->test->kind == TEST_TARGET ?
			(int128) sum->targets * sum->test->value : (int128) sum->test->value * SUM_SCALE;
		list_additions(run, sum);
	}
	return sums;
}

/* ---- one set ---- */

/* the sum of a set; false when none of it states anything */
static bool
set_sum(const SumTest *sum, Candidate **set, int set_count, int128 *total)
{
	bool		stated = false;
	int64		count;

	*total = 0;
	for (int i = 0; i < set_count; i++)
	{
		if (!achievement_amount_in(set[i]->achievement, sum->unit, &count))
			continue;
		*total += count;
		stated = true;
	}
	return stated;
}

static bool
sum_holds(const SumTest *sum, int128 total)
{
	int128		found = total * SUM_SCALE;

	return sum->known &&
		comparison_holds(sum->test->operator, (found > sum->required) - (found < sum->required));
}

/* do all sums of a set hold? */
bool
sum_tests_hold(const SumTests *sums, Candidate **set, int set_count)
{
	int128		total;

	for (int i = 0; i < sums->count; i++)
	{
		evaluation_spend(sums->run->evaluation, set_count, sums->run->rule);
		if (!set_sum(&sums->tests[i], set, set_count, &total) ||
			!sum_holds(&sums->tests[i], total))
			return false;
	}
	return true;
}

/* the most, or the least, that so many further achievements add */
static int128
sum_to_add(const SumTests *sums, const SumTest *sum, int further, bool most)
{
	int128		total = 0;

	for (int i = 0; i < sum->addition_count && further > 0; i++)
	{
		const Addition *addition = &sum->additions[most ? i : sum->addition_count - 1 - i];

		evaluation_spend(sums->run->evaluation, 1, sums->run->rule);
		if (addition->candidate->taken || addition->candidate->used_by != NULL)
			continue;
		total += addition->count;
		further--;
	}
	return total;
}

/* can a sum still come to hold when it ends between these bounds? */
static bool
bounds_hold(const SumTest *sum, int128 least, int128 most)
{
	switch (sum->test->operator)
	{
		case OP_GE:
		case OP_GT:
			return sum_holds(sum, most);
		case OP_LE:
		case OP_LT:
			return sum_holds(sum, least);
		case OP_EQ:
			return least * SUM_SCALE <= sum->required && most * SUM_SCALE >= sum->required;
	}
	pg_unreachable();
}

/*
 * Can the sums of what is chosen still come to hold when no fewer and no more
 * achievements than these are chosen beside it?  What is chosen is marked as
 * taken.
 */
bool
sum_tests_possible(const SumTests *sums, Candidate **chosen, int chosen_count,
				   int fewest, int furthest)
{
	for (int i = 0; i < sums->count; i++)
	{
		const SumTest *sum = &sums->tests[i];
		int128		total;

		(void) set_sum(sum, chosen, chosen_count, &total);
		if (!sum->known ||
			!bounds_hold(sum, total + sum_to_add(sums, sum, fewest, false),
						 total + sum_to_add(sums, sum, furthest, true)))
			return false;
	}
	return true;
}

/* ---- in words ---- */

static Numeric
total_number(int128 total)
{
	return int64_div_fast_to_numeric((int64) Min(total, PG_INT64_MAX), 4);
}

static char *
total_text(EvaluationLanguage language, const SumTest *sum, int128 total)
{
	return psprintf("%s %s", numeric_normalize(total_number(total)), unit_said(language, sum->unit));
}

static char *
sum_required_text(EvaluationLanguage language, const SumTest *sum)
{
	if (sum->test->kind != TEST_TARGET)
		return number_required_text(language, sum->test);
	return target_required_text(language, sum->test, sum->known ? &sum->targets : NULL);
}

static const char *
sum_parameter(const SumTest *sum)
{
	return sum->test->parameter == PARAM_HOURS ? "sum of hours" : "sum of credits";
}

static char *
sum_missing(EvaluationLanguage language, const SumTest *sum, bool stated, int128 total)
{
	const char *name = parameter_text(language, rule_parameter_name(sum->test->parameter));
	Numeric		bound;

	if (!stated)
		return say(language, SAY_NOT_STATED, name);
	if (!sum->known)
		return say(language, SAY_TARGET_UNKNOWN, name);
	bound = sum->test->kind == TEST_TARGET ? target_bound(sum->test, sum->targets) :
		int64_div_fast_to_numeric(sum->test->value, 4);
	return number_lacking_text(language, sum->test, total_number(total), bound);
}

static char *
set_text(Candidate **set, int set_count)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < set_count; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", set[i]->achievement->ref);
	return text.data;
}

/* one row for each test of a set */
void
sum_tests_explain(const SumTests *sums, Candidate **set, int set_count)
{
	Evaluation *evaluation = sums->run->evaluation;

	for (int i = 0; i < sums->count; i++)
	{
		const SumTest *sum = &sums->tests[i];
		int128		total;
		bool		stated = set_sum(sum, set, set_count, &total);
		bool		passed = stated && sum_holds(sum, total);

		evaluation_explain(evaluation,
						   &(Explanation) {
							   .rule = sums->run->rule->name,
							   .source = set_text(set, set_count),
							   .parameter = sum_parameter(sum),
							   .required = sum_required_text(evaluation->language, sum),
							   .found = stated ? total_text(evaluation->language, sum, total) : NULL,
							   .missing = passed ? NULL :
							   sum_missing(evaluation->language, sum, stated, total),
							   .passed = passed});
	}
}

/* the first sum that fails; in English */
char *
sum_tests_reason(const SumTests *sums, Candidate **set, int set_count)
{
	for (int i = 0; i < sums->count; i++)
	{
		const SumTest *sum = &sums->tests[i];
		int128		total;
		bool		stated = set_sum(sum, set, set_count, &total);

		if (!stated || !sum_holds(sum, total))
			return psprintf("the %s must be %s, found %s", sum_parameter(sum),
							sum_required_text(LANGUAGE_ENGLISH, sum),
							stated ? total_text(LANGUAGE_ENGLISH, sum, total) : "none");
	}
	return NULL;
}
