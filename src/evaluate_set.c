/*
 * evaluate_set.c
 *		Rules of several sources: which sets of achievements they fire on.
 *
 * Promise: sets are tried in a fixed order, and the search goes on until one is
 * granted something or none is left; it can be cancelled, and beyond a stated
 * number of steps it is an error, never a guess.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "evaluate_match.h"
#include "evaluate_plan.h"

/* steps that firing on a set is worth, beside one for each choice in finding it */
#define FIRING_STEPS 1000

/* a condition, or part of one, while its sets are searched */
typedef struct Part
{
	MatchList  *matches;		/* NULL: needed of the parts below */
	int			place;			/* among its siblings */
	int			needed;
	int			largest;		/* achievements that it takes at most */
	int			part_count;
	struct Part **parts;		/* in the order in which they are tried */
	Candidate  *best;			/* that it could use; NULL: cannot be met */
} Part;

/* what is still to be met, a list on the stack */
typedef struct Goal
{
	const Part *part;
	int			next;			/* the part below to try next */
	int			needed;
	const struct Goal *rest;
} Goal;

typedef struct Search
{
	RuleRun    *run;
	const SumTests *sums;		/* NULL: no sums are asked for */
	int			largest;		/* achievements in a set at most */
	Candidate **chosen;
	int			chosen_count;
	bool		met;			/* some set met the condition */
	bool		sums_failed;	/* some set did, but for its sums */
	bool		hopeless;		/* no set can be granted anything */
	int64		round;			/* stamp of giving achievements to parts */
	int64		look;			/* stamp of looking for one to give */
} Search;

static int
compare_largest_first(const void *a, const void *b)
{
	int			left = *(const int *) a;
	int			right = *(const int *) b;

	return (left < right) - (left > right);
}

/* as many achievements as the largest of the parts that are needed take */
static int
largest_of_parts(const Part *part)
{
	int		   *sizes = palloc(sizeof(int) * part->part_count);
	int			sum = 0;

	for (int i = 0; i < part->part_count; i++)
		sizes[i] = part->parts[i]->largest;
	qsort(sizes, part->part_count, sizeof(int), compare_largest_first);
	for (int i = 0; i < part->needed; i++)
		sum += sizes[i];
	pfree(sizes);
	return sum;
}

static Part *
make_part(RuleRun *run, const RuleCondition *condition, int place, int *source)
{
	Part	   *part = palloc0(sizeof(Part));
	ListCell   *cell;

	check_stack_depth();
	part->place = place;
	if (condition->kind == COND_SOURCE)
	{
		part->matches = &run->matches[(*source)++];
		part->largest = 1;
		return part;
	}
	part->needed = condition->needed;
	part->parts = palloc(sizeof(Part *) * list_length(condition->children));
	foreach(cell, condition->children)
	{
		part->parts[part->part_count] = make_part(run, lfirst(cell), part->part_count, source);
		part->part_count++;
	}
	part->largest = largest_of_parts(part);
	return part;
}

/* by the best achievement a part could use; those that cannot be met last */
static int
compare_parts(const void *a, const void *b)
{
	const Part *left = *(Part *const *) a;
	const Part *right = *(Part *const *) b;

	if (left->best == right->best)
		return left->place - right->place;
	if (left->best == NULL || right->best == NULL)
		return left->best == NULL ? 1 : -1;
	return left->best < right->best ? -1 : 1;
}

static void
drop_used(MatchList *matches)
{
	int			kept = 0;

	for (int i = 0; i < matches->count; i++)
	{
		if (matches->candidates[i]->used_by == NULL)
			matches->candidates[kept++] = matches->candidates[i];
	}
	matches->count = kept;
}

static int
count_possible(const Part *part)
{
	int			count = 0;

	while (count < part->part_count && part->parts[count]->best != NULL)
		count++;
	return count;
}

/* puts the parts into the order in which they are tried now */
static void
order_parts(RuleRun *run, Part *part)
{
	check_stack_depth();
	evaluation_spend(run->evaluation, 1, run->rule);
	if (part->matches != NULL)
	{
		drop_used(part->matches);
		part->best = part->matches->count > 0 ? part->matches->candidates[0] : NULL;
		return;
	}
	for (int i = 0; i < part->part_count; i++)
		order_parts(run, part->parts[i]);
	qsort(part->parts, part->part_count, sizeof(Part *), compare_parts);
	part->best = count_possible(part) >= part->needed ? part->parts[0]->best : NULL;
}

static int
compare_places(const void *a, const void *b)
{
	const Candidate *left = *(Candidate *const *) a;
	const Candidate *right = *(Candidate *const *) b;

	return (left > right) - (left < right);
}

/* Sums that fail are a reason for the first such set of an achievement. */
static void
note_sums(const Search *search, Candidate **set)
{
	char	   *reason = NULL;

	for (int i = 0; i < search->chosen_count; i++)
	{
		if (set[i]->refused_by != NULL)
			continue;
		if (reason == NULL)
			reason = sum_tests_reason(search->sums, set, search->chosen_count);
		set[i]->refused_by = search->run->rule;
		set[i]->refused_reason = reason;
	}
}

/* A set whose sums fail is passed over; the first such set is shown. */
static bool
judge_sums(Search *search, Candidate **set)
{
	bool		passed;

	if (search->sums == NULL)
		return true;
	passed = sum_tests_hold(search->sums, set, search->chosen_count);
	if (search->run->evaluation->explaining && (passed || !search->sums_failed))
		sum_tests_explain(search->sums, set, search->chosen_count);
	if (!passed)
		note_sums(search, set);
	search->sums_failed |= !passed;
	return passed;
}

static bool
fire_chosen(Search *search)
{
	RuleRun    *run = search->run;
	Evaluation *evaluation = run->evaluation;
	int			first_explanation = evaluation->explanation_count;
	Size		size = sizeof(Candidate *) * search->chosen_count;
	Candidate **set = memcpy(palloc(size), search->chosen, size);
	FiringResult result;

	search->met = true;
	qsort(set, search->chosen_count, sizeof(Candidate *), compare_places);
	if (!judge_sums(search, set))
	{
		pfree(set);
		return false;
	}
	evaluation_spend(evaluation, FIRING_STEPS, run->rule);
	result = rule_fire(run, set, search->chosen_count, !run->refusal_shown);
	if (result != FIRING_GRANTED && run->refusal_shown)
		evaluation->explanation_count = first_explanation;
	run->refusal_shown |= result != FIRING_GRANTED;
	search->hopeless |= result == FIRING_REFUSED;
	return result == FIRING_GRANTED;
}

/*
 * Gives a part an achievement of its own, if need be by giving the part that
 * has it another one.  An achievement is looked at once for each part that is
 * to be given one: in each look.
 */
static bool
give_one(Search *search, const Part *part)
{
	check_stack_depth();
	for (int i = 0; i < part->matches->count; i++)
	{
		Candidate  *candidate = part->matches->candidates[i];

		evaluation_spend(search->run->evaluation, 1, search->run->rule);
		if (candidate->taken || candidate->looked_at == search->look)
			continue;
		candidate->looked_at = search->look;
		if (candidate->given_in != search->round || give_one(search, candidate->given_to))
		{
			candidate->given_in = search->round;
			candidate->given_to = part;
			return true;
		}
	}
	return false;
}

/*
 * Are there enough achievements to give each of so many parts its own?  Where
 * not, trying every order of those there are would take for ever to fail.  Parts
 * that have parts of their own are taken on trust.
 */
static bool
enough_for(Search *search, const Goal *goal)
{
	const Part *part = goal->part;
	int			given = 0;

	search->round = ++search->run->evaluation->stamp;
	for (int i = goal->next; i < part->part_count && given < goal->needed; i++)
	{
		search->look = ++search->run->evaluation->stamp;
		if (part->parts[i]->matches == NULL || give_one(search, part->parts[i]))
			given++;
	}
	return given >= goal->needed;
}

/* Once a set's sums failed, no time is lost on sets that cannot do better. */
static bool
sums_possible(Search *search)
{
	return search->sums == NULL || !search->sums_failed ||
		sum_tests_possible(search->sums, search->chosen, search->chosen_count,
						   search->run->prepared->smallest_set - search->chosen_count,
						   search->largest - search->chosen_count);
}

static bool meet(Search *search, const Goal *goal);

static bool
meet_source(Search *search, const Goal *goal)
{
	const MatchList *matches = goal->part->matches;

	for (int i = 0; i < matches->count && !search->hopeless; i++)
	{
		Candidate  *candidate = matches->candidates[i];
		bool		granted;

		if (candidate->taken)
			continue;
		candidate->taken = true;
		search->chosen[search->chosen_count++] = candidate;
		granted = meet(search, goal->rest);
		search->chosen_count--;
		candidate->taken = false;
		if (granted)
			return true;
	}
	return false;
}

static bool
meet_some(Search *search, const Goal *goal)
{
	const Part *part = goal->part;

	if (goal->needed == 0)
		return meet(search, goal->rest);
	if (!enough_for(search, goal))
		return false;
	for (int i = goal->next; part->part_count - i >= goal->needed && !search->hopeless; i++)
	{
		Goal		others = {part, i + 1, goal->needed - 1, goal->rest};
		Goal		this = {part->parts[i], 0, part->parts[i]->needed, &others};

		if (part->parts[i]->best == NULL)
			break;
		if (meet(search, &this))
			return true;
	}
	return false;
}

/* tries to meet the goals and to be granted something; true when it was */
static bool
meet(Search *search, const Goal *goal)
{
	check_stack_depth();
	evaluation_spend(search->run->evaluation, 1, search->run->rule);
	search->hopeless |= plan_is_full(search->run->evaluation);
	if (search->hopeless || !sums_possible(search))
		return false;
	if (goal == NULL)
		return fire_chosen(search);
	return goal->part->matches != NULL ? meet_source(search, goal) : meet_some(search, goal);
}

/* what hinders a condition of which so many parts can be met by themselves */
static char *
condition_lacking(EvaluationLanguage language, int lacking)
{
	if (lacking <= 0)
		return say(language, SAY_OWN_ACHIEVEMENTS);
	return say(language, lacking == 1 ? SAY_MORE_PART : SAY_MORE_PARTS, psprintf("%d", lacking));
}

/* the row that says whether the condition as a whole was met; its number */
static int
explain_condition(RuleRun *run, const Part *root)
{
	EvaluationLanguage language = run->evaluation->language;
	int			possible = count_possible(root);

	evaluation_explain(run->evaluation,
					   &(Explanation) {
						   .rule = run->rule->name,
						   .parameter = "condition",
						   .required = say(language, SAY_PARTS, psprintf("%d", root->needed),
										   psprintf("%d", root->part_count)),
						   .found = psprintf("%d", possible),
						   .missing = condition_lacking(language, root->needed - possible)});
	return run->evaluation->explanation_count - 1;
}

static void
explain_condition_met(EvaluationLanguage language, Explanation *explanation)
{
	explanation->missing = NULL;
	explanation->passed = true;
	explanation->sentence = explanation_sentence(language, explanation);
}

/* says whether the condition was met, where what it fires on is known */
void
rule_explain_sets(RuleRun *run, bool met)
{
	int			source = 0;
	Part	   *root = make_part(run, run->rule->when, 0, &source);
	int			explanation;

	order_parts(run, root);
	explanation = explain_condition(run, root);
	if (met)
		explain_condition_met(run->evaluation->language,
							  &run->evaluation->explanations[explanation]);
}

/* fires a rule of several sources on one set after another until none is left */
void
rule_fire_sets(RuleRun *run)
{
	Evaluation *evaluation = run->evaluation;
	int			source = 0;
	Part	   *root = make_part(run, run->rule->when, 0, &source);
	Goal		goal = {root, 0, root->needed, NULL};
	Search		search = {
		.run = run,
		.sums = sum_tests_make(run),
		.largest = root->largest,
		.chosen = palloc(sizeof(Candidate *) * run->prepared->source_count)
	};
	int			explanation = -1;

	order_parts(run, root);
	if (evaluation->explaining)
		explanation = explain_condition(run, root);
	while (root->best != NULL && meet(&search, &goal))
		order_parts(run, root);
	if (evaluation->explaining && search.met)
		explain_condition_met(evaluation->language, &evaluation->explanations[explanation]);
}
