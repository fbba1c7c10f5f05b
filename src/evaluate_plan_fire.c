/*
 * evaluate_plan_fire.c
 *		What the best allocation chose, fired in the order of the rules.
 *
 * Promise: what fires is judged like any other line; the plan only leaves out,
 * and says so.
 */
#include "postgres.h"

#include "compat.h"
#include "evaluate_match.h"
#include "evaluate_plan.h"

/* what an option is granted, by grant of its rule; is it anything? */
static bool
find_granted(Plan *plan, const BestOption *option, int grants)
{
	const BestProblem *problem = &plan->problem;
	bool		any = false;

	plan->granted = palloc0(sizeof(int64) * grants);
	for (int i = option->first_line; i < option->first_line + option->line_count; i++)
	{
		plan->granted[problem->lines[i].grant] = problem->granted[i];
		any |= problem->granted[i] > 0;
	}
	return any;
}

/* An achievement by itself that can be granted nothing is shown, as ever. */
static bool
is_shown(RuleRun *run, const BestOption *option, Candidate **set)
{
	return option->line_count == 0 && option->item_count == 1 && set[0]->used_by == NULL;
}

static void
fire_option(RuleRun *run, const BestOption *option)
{
	Evaluation *evaluation = run->evaluation;
	Plan	   *plan = evaluation->plan;
	Candidate **set = palloc(sizeof(Candidate *) * option->item_count);

	for (int i = 0; i < option->item_count; i++)
		set[i] = &evaluation->candidates[plan->problem.items[option->first_item + i]];
	if (find_granted(plan, option, list_length(run->rule->grants)) || is_shown(run, option, set))
		rule_fire(run, set, option->item_count, true);
	pfree(plan->granted);
	pfree(set);
}

/* the first option of a rule, or of those after it */
static int
first_option(const BestProblem *problem, int rule)
{
	int			low = 0;
	int			high = problem->option_count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (problem->options[middle].rule < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_chosen(const BestProblem *problem, const BestOption *option)
{
	for (int i = option->first_line; i < option->first_line + option->line_count; i++)
	{
		if (problem->granted[i] > 0)
			return true;
	}
	return false;
}

/* fires a rule on the sets that were chosen for it */
void
plan_fire(RuleRun *run)
{
	const BestProblem *problem = &run->evaluation->plan->problem;
	int			rule = run->prepared - run->evaluation->prepared->rules;
	int			first = first_option(problem, rule);
	int			end = first_option(problem, rule + 1);
	bool		fires = false;

	for (int i = first; i < end; i++)
		fires |= is_chosen(problem, &problem->options[i]);
	if (run->rule->when->kind != COND_SOURCE && run->evaluation->explaining)
		rule_explain_sets(run, fires);
	for (int i = first; i < end; i++)
		fire_option(run, &problem->options[i]);
}

/* why a line that could be granted is left out, or NULL; it may be trimmed */
const char *
plan_limit(RuleRun *run, const RuleGrant *grant, Line *line)
{
	const Plan *plan = run->evaluation->plan;
	int			place = 0;
	ListCell   *cell;

	if (plan == NULL || plan->phase != PLAN_FIRES)
		return NULL;
	foreach(cell, run->rule->grants)
	{
		if (lfirst(cell) == grant)
			break;
		place++;
	}
	if (plan->granted[place] == 0)
		return say(LANGUAGE_ENGLISH, SAY_LINE_LEFT_OUT);
	if (plan->granted[place] < credit_amount_count(line->granted_amount))
		line->granted_amount = credit_amount_pack(credit_amount_unit_code(line->granted_amount),
												  plan->granted[place]);
	return NULL;
}

/* why an achievement that some rule could use is used by none, or NULL */
const char *
plan_left_out(const Evaluation *evaluation, const Candidate *candidate)
{
	const Plan *plan = evaluation->plan;

	if (plan == NULL || !plan->possible[candidate - evaluation->candidates])
		return NULL;
	return say(LANGUAGE_ENGLISH, SAY_LEFT_OUT);
}

/* the row that says whether nothing better exists */
void
plan_explain(Evaluation *evaluation)
{
	EvaluationLanguage language = evaluation->language;
	char	   *steps;

	if (evaluation->plan == NULL || !evaluation->explaining)
		return;
	steps = psprintf("%lld", (long long) evaluation->plan->problem.steps);
	evaluation_explain(evaluation,
					   &(Explanation) {
						   .parameter = "allocation",
						   .required = say(language, SAY_THE_BEST),
						   .found = say(language, evaluation->proven ? SAY_PROVEN : SAY_NOT_PROVEN, steps),
						   .missing = evaluation->proven ? NULL : say(language, SAY_MORE_STEPS),
						   .passed = evaluation->proven});
}
