/*
 * evaluate_plan.c
 *		All that may fire, gathered for the best allocation.
 *
 * Promise: every set of achievements that a rule may fire on is gathered, or
 * the plan is full and says so; what priority fires is always among them.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "evaluate_match.h"
#include "evaluate_plan.h"

#define OPTIONS_MAX		50000
#define CELLS_MAX		2000000 /* lines, achievements and uses of all options */
#define OPTION_STEPS	10		/* of the best allocation, beside its lines */
#define SEARCH_WORK_MAX	2000000 /* of the evaluation, between two sets */
#define SEARCH_WORK_STEP	20		/* of it, in one step of the best allocation */

/* a tally's rows: its limits, then its items */
#define TALLY_ROWS		3

/* ---- arrays that grow ---- */

static void *
grown(void *array, int *space, int needed, Size size)
{
	if (needed <= *space)
		return array;
	*space = Max(needed, *space * 2 + 64);
	return array ? repalloc_huge(array, *space * size) :
		palloc_extended(*space * size, MCXT_ALLOC_HUGE);
}

/* ---- finding an option by its rule and set ---- */

static uint32
hash_set(int rule, const int *items, int item_count)
{
	uint32		hash = rule;

	for (int i = 0; i < item_count; i++)
		hash = (hash ^ (uint32) items[i]) * 0x9E3779B1;
	return hash ^ (hash >> 15);
}

/* where an option is, or would be put */
static int *
find_slot(const Plan *plan, int rule, const int *items, int item_count)
{
	uint32		mask = plan->slot_count - 1;
	uint32		place = hash_set(rule, items, item_count) & mask;

	for (; plan->slots[place] != 0; place = (place + 1) & mask)
	{
		const BestOption *option = &plan->problem.options[plan->slots[place] - 1];

		if (option->rule == rule && option->item_count == item_count &&
			memcmp(&plan->problem.items[option->first_item], items, sizeof(int) * item_count) == 0)
			break;
	}
	return &plan->slots[place];
}

/* puts all options into slots of which at least half stay free */
static void
fill_slots(Plan *plan)
{
	if (plan->slots != NULL)
		pfree(plan->slots);
	plan->slot_count = Max(plan->slot_count, 256);
	while (plan->slot_count <= plan->problem.option_count * 2)
		plan->slot_count *= 2;
	plan->slots = palloc0(sizeof(int) * plan->slot_count);
	for (int i = 0; i < plan->problem.option_count; i++)
	{
		const BestOption *option = &plan->problem.options[i];

		*find_slot(plan, option->rule, &plan->problem.items[option->first_item],
				   option->item_count) = i + 1;
	}
}

/* the number of an option that was gathered, or -1 */
int
plan_find(const Plan *plan, int rule, const int *items, int item_count)
{
	return plan->slot_count == 0 ? -1 : *find_slot(plan, rule, items, item_count) - 1;
}

/* ---- one line of an option ---- */

typedef struct UseVisit
{
	Plan	   *plan;
	BestLine   *line;
	int			unit;
} UseVisit;

static int
add_rows(Plan *plan, const CapState *state, const Tally *tally)
{
	BestProblem *problem = &plan->problem;
	BestRow    *rows;

	problem->rows = grown(problem->rows, &plan->row_space, problem->row_count + TALLY_ROWS,
						  sizeof(BestRow));
	rows = problem->rows + problem->row_count;
	for (int i = 0; i < TALLY_ROWS; i++)
		rows[i] = (BestRow) {.left = 0};
	for (int i = 0; i < state->limit_count; i++)
		rows[i].left = state->limits[i].count - tally->counts[i];
	rows[TALLY_ROWS - 1].left = (int64) state->cap->max_items - bms_num_members(tally->items);
	rows[TALLY_ROWS - 1].items = true;
	problem->row_count += TALLY_ROWS;
	return problem->row_count - TALLY_ROWS;
}

static void
add_use(UseVisit *visit, int row, int64 amount)
{
	Plan	   *plan = visit->plan;

	plan->problem.uses = grown(plan->problem.uses, &plan->use_space, plan->use_sum + 1,
							   sizeof(BestUse));
	plan->problem.uses[plan->use_sum++] = (BestUse) {row, amount};
	visit->line->use_count++;
}

static void
use_tally(CapState *state, Tally *tally, const int *items, int item_count, void *argument)
{
	UseVisit   *visit = argument;
	int			new_items = 0;

	if (tally->plan_rows == 0)
		tally->plan_rows = add_rows(visit->plan, state, tally) + 1;
	for (int i = 0; i < state->limit_count; i++)
	{
		if (state->limits[i].unit == visit->unit)
			add_use(visit, tally->plan_rows - 1 + i, visit->line->value);
	}
	for (int i = 0; i < item_count; i++)
		new_items += !bms_is_member(items[i], tally->items);
	if (state->cap->max_items > 0)
		add_use(visit, tally->plan_rows - 1 + TALLY_ROWS - 1, new_items);
}

/* how important a unit is, from 0 */
static int
unit_rank(int unit)
{
	static const int ranks[CREDIT_UNIT_COUNT] = {
		[UNIT_CR] = 0, [UNIT_ECTS] = 1, [UNIT_CATS] = 2, [UNIT_HR] = 3, [UNIT_PT] = 4
	};

	return ranks[unit];
}

static void
gather_line(RuleRun *run, Plan *plan, const Line *line, const LineFacts *facts, int grant)
{
	Evaluation *evaluation = run->evaluation;
	BestProblem *problem = &plan->problem;
	UseVisit	visit = {plan, NULL, credit_amount_unit_code(line->before_caps)};

	problem->lines = grown(problem->lines, &plan->line_space, problem->line_count + 1,
						   sizeof(BestLine));
	visit.line = &problem->lines[problem->line_count++];
	*visit.line = (BestLine) {
		.grant = grant,
		.rank = unit_rank(visit.unit),
		.value = credit_amount_count(line->before_caps),
		.target = facts->course ? (int) (facts->course - evaluation->inputs.programme.courses) : -1,
		.trims = rule_trims(run),
		.first_use = plan->use_sum
	};
	caps_visit(&evaluation->caps, evaluation, facts, line->dated.date, use_tally, &visit);
	caps_visit(&run->caps, evaluation, facts, line->dated.date, use_tally, &visit);
}

/* ---- one option ---- */

/* the reason why nothing can be granted is kept for those that stay unused */
static void
note_impossible(RuleRun *run, Candidate **set, int set_count, const char *reason)
{
	for (int i = 0; i < set_count; i++)
	{
		if (set[i]->refused_by != NULL)
			continue;
		set[i]->refused_by = run->rule;
		set[i]->refused_reason = reason;
	}
}

static void
gather_lines(RuleRun *run, const Line *common, Candidate **set, const int *items,
			 BestOption *option)
{
	Evaluation *evaluation = run->evaluation;
	const char *reason = NULL;
	int			grant = 0;
	ListCell   *cell;

	foreach(cell, run->rule->grants)
	{
		LineFacts	facts;
		Line		line = line_weigh(run, lfirst(cell), common, set, items, &facts);

		if (line.reason == NULL)
			gather_line(run, evaluation->plan, &line, &facts, grant);
		else if (reason == NULL)
			reason = line.reason;
		grant++;
	}
	option->line_count = evaluation->plan->problem.line_count - option->first_line;
	if (option->line_count == 0)
		note_impossible(run, set, common->source_count, reason);
}

static void
add_option(RuleRun *run, const Line *common, Candidate **set, const int *items,
		   const int *numbers)
{
	Plan	   *plan = run->evaluation->plan;
	BestProblem *problem = &plan->problem;
	int			count = common->source_count;
	BestOption	option = {
		.rule = run->prepared - run->evaluation->prepared->rules,
		.first_item = plan->item_sum,
		.item_count = count,
		.first_line = problem->line_count
	};

	gather_lines(run, common, set, items, &option);
	problem->items = grown(problem->items, &plan->item_space, plan->item_sum + count, sizeof(int));
	memcpy(&problem->items[plan->item_sum], numbers, sizeof(int) * count);
	plan->item_sum += count;
	problem->options = grown(problem->options, &plan->option_space, problem->option_count + 1,
							 sizeof(BestOption));
	problem->options[problem->option_count++] = option;
	if (plan->slot_count <= problem->option_count * 2)
		fill_slots(plan);
	*find_slot(plan, option.rule, numbers, count) = problem->option_count;
	for (int i = 0; i < count && option.line_count > 0; i++)
		plan->possible[numbers[i]] = true;
	problem->steps += OPTION_STEPS + 5 * option.line_count;
}

/* no more can be gathered; nor is there any sense in searching on for sets */
bool
plan_is_full(const Evaluation *evaluation)
{
	const Plan *plan = evaluation->plan;

	if (plan == NULL || plan->phase != PLAN_GATHERS)
		return false;
	return plan->full || evaluation->work - plan->work > SEARCH_WORK_MAX;
}

/*
 * Takes a set that a rule may fire on.  What it says is that another set may
 * fare better, so that all are found.
 */
FiringResult
plan_gather(RuleRun *run, const Line *common, Candidate **set, const int *items)
{
	Evaluation *evaluation = run->evaluation;
	Plan	   *plan = evaluation->plan;
	int			count = common->source_count;
	int		   *numbers = palloc(sizeof(int) * count);
	int			rule = run->prepared - evaluation->prepared->rules;

	for (int i = 0; i < count; i++)
		numbers[i] = set[i] - evaluation->candidates;
	plan->problem.steps += 1 + (evaluation->work - plan->work) / SEARCH_WORK_STEP;
	if (plan->started &&
		(plan->problem.option_count >= OPTIONS_MAX ||
		 plan->problem.line_count + plan->item_sum + plan->use_sum >= CELLS_MAX ||
		 plan->problem.steps > plan->problem.step_limit))
		plan->full = true;
	else if (plan_find(plan, rule, numbers, count) < 0)
		add_option(run, common, set, items, numbers);
	pfree(numbers);
	evaluation->work = plan->work;
	return FIRING_REFUSED_SET;
}

/* ---- what priority fires ---- */

void
plan_note_start(RuleRun *run, Candidate **set, int set_count, const Line *lines)
{
	Plan	   *plan = run->evaluation->plan;
	int			grants = list_length(run->rule->grants);
	PlanStart  *start;

	plan->starts = grown(plan->starts, &plan->start_space, plan->start_count + 1,
						 sizeof(PlanStart));
	start = &plan->starts[plan->start_count++];
	start->rule = run->prepared - run->evaluation->prepared->rules;
	start->set = memcpy(palloc(sizeof(Candidate *) * set_count), set,
						sizeof(Candidate *) * set_count);
	start->set_count = set_count;
	start->granted = palloc(sizeof(int64) * grants);
	for (int i = 0; i < grants; i++)
		start->granted[i] = lines[i].granted ? credit_amount_count(lines[i].granted_amount) : 0;
}

/* gathers what priority fires of a rule before all else that it may fire on */
void
plan_gather_starts(RuleRun *run)
{
	Plan	   *plan = run->evaluation->plan;
	int			rule = run->prepared - run->evaluation->prepared->rules;

	plan->started = false;
	for (int i = 0; i < plan->start_count; i++)
	{
		if (plan->starts[i].rule == rule)
			rule_fire(run, plan->starts[i].set, plan->starts[i].set_count, false);
	}
	plan->started = true;
}

/* ---- the problem ---- */

/* by rule, then by the sets' achievements in order of preference */
static int
compare_options(const void *a, const void *b, void *argument)
{
	const BestProblem *problem = argument;
	const BestOption *left = a;
	const BestOption *right = b;
	int			common = Min(left->item_count, right->item_count);

	if (left->rule != right->rule)
		return left->rule - right->rule;
	for (int i = 0; i < common; i++)
	{
		int			difference = problem->items[left->first_item + i] -
			problem->items[right->first_item + i];

		if (difference != 0)
			return difference;
	}
	return left->item_count - right->item_count;
}

static void
order_options(Plan *plan)
{
	BestProblem *problem = &plan->problem;

	qsort_arg(problem->options, problem->option_count, sizeof(BestOption),
			  compare_options, problem);
	for (int i = 0; i < problem->option_count; i++)
	{
		for (int j = 0; j < problem->options[i].line_count; j++)
			problem->lines[problem->options[i].first_line + j].option = i;
	}
	fill_slots(plan);
}

static void
set_start(const Evaluation *evaluation, Plan *plan)
{
	BestProblem *problem = &plan->problem;

	problem->granted = palloc0(sizeof(int64) * Max(problem->line_count, 1));
	for (int i = 0; i < plan->start_count; i++)
	{
		const PlanStart *start = &plan->starts[i];
		int		   *numbers = palloc(sizeof(int) * start->set_count);
		const BestOption *option;

		for (int j = 0; j < start->set_count; j++)
			numbers[j] = start->set[j] - evaluation->candidates;
		option = &problem->options[plan_find(plan, start->rule, numbers, start->set_count)];
		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
			problem->granted[j] = start->granted[problem->lines[j].grant];
		pfree(numbers);
	}
}

/* runs the rules for one phase, explaining nothing */
static void
run_phase(Evaluation *evaluation, PlanPhase phase)
{
	bool		explaining = evaluation->explaining;

	evaluation->explaining = false;
	evaluation->plan->phase = phase;
	rules_reset(evaluation);
	for (int i = 0; i < evaluation->candidate_count; i++)
		evaluation->candidates[i].refused_by = NULL;
	rules_run(evaluation);
	evaluation->explaining = explaining;
}

/*
 * Decides what is to fire, best of all that may, and makes the evaluation
 * ready for it.
 */
void
plan_make(Evaluation *evaluation)
{
	Plan	   *plan = palloc0(sizeof(Plan));

	evaluation->plan = plan;
	run_phase(evaluation, PLAN_STARTS);
	plan->problem.item_count = evaluation->candidate_count;
	plan->problem.target_count = evaluation->inputs.programme.course_count;
	plan->problem.step_limit = evaluation->best_steps;
	plan->possible = palloc0(sizeof(bool) * Max(evaluation->candidate_count, 1));
	plan->work = evaluation->work;
	run_phase(evaluation, PLAN_GATHERS);
	plan->full |= evaluation->work - plan->work > SEARCH_WORK_MAX;
	evaluation->work = plan->work;
	order_options(plan);
	set_start(evaluation, plan);
	best_solve(&plan->problem);
	evaluation->proven = plan->problem.proven && !plan->full;
	plan->phase = PLAN_FIRES;
	rules_reset(evaluation);
}
