/*
 * evaluate_run.c
 *		One evaluation: rules in order, and what each fires on.
 *
 * Promise: a rule that is granted nothing uses nothing up.  Every achievement of
 * the portfolio ends in a granted line or in a line that says why not.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "evaluate_match.h"
#include "evaluate_plan.h"

#define LINE_STEPS 50

/* ---- one firing ---- */

static char *
join_sources(const Line *line)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < line->source_count; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", line->sources[i]);
	return text.data;
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* the tags of all sources, ascending, each once */
static WordList
sources_tags(RuleRun *run, const Line *line)
{
	WordList	tags = {0, NULL};
	int			count = 0;

	if (line->source_count == 1)
		return line->achievements[0]->tags;
	for (int i = 0; i < line->source_count; i++)
		count += line->achievements[i]->tags.count;
	evaluation_spend(run->evaluation, count, run->rule);
	tags.words = palloc(sizeof(char *) * Max(count, 1));
	count = 0;
	for (int i = 0; i < line->source_count; i++)
	{
		const WordList *list = &line->achievements[i]->tags;

		for (int j = 0; j < list->count; j++)
			tags.words[count++] = list->words[j];
	}
	qsort(tags.words, count, sizeof(char *), compare_words);
	for (int i = 0; i < count; i++)
	{
		if (i == 0 || strcmp(tags.words[tags.count - 1], tags.words[i]) != 0)
			tags.words[tags.count++] = tags.words[i];
	}
	return tags;
}

/* the sources of a line that has several */
static void
list_sources(Line *line, Candidate **set, int set_count)
{
	const char **sources = palloc(sizeof(char *) * set_count);
	const Achievement **achievements = palloc(sizeof(Achievement *) * set_count);

	for (int i = 0; i < set_count; i++)
	{
		achievements[i] = set[i]->achievement;
		sources[i] = achievements[i]->ref;
	}
	line->sources = sources;
	line->achievements = achievements;
}

/* the source of a line that has one is where it is */
static void
refer_to_source(Line *line, const Candidate *candidate)
{
	line->sources = &candidate->achievement->ref;
	line->achievements = &candidate->achievement;
}

/* what all lines of a firing have in common */
static Line
common_part(RuleRun *run, Candidate **set, int set_count, int *items)
{
	Line		line = {.rule = run->rule->name, .source_count = set_count};

	if (set_count == 1)
		refer_to_source(&line, set[0]);
	else
		list_sources(&line, set, set_count);
	for (int i = 0; i < set_count; i++)
	{
		const Achievement *achievement = set[i]->achievement;

		items[i] = achievement->item;
		if (achievement->awarded_on.given &&
			(!line.dated.given || achievement->awarded_on.date > line.dated.date))
			line.dated = achievement->awarded_on;
	}
	if (!line.dated.given)
		line.dated = (OptionalDate) {true, run->evaluation->as_of};
	line.tags = sources_tags(run, &line);
	return line;
}

static void
use_up(Candidate **set, int set_count, const Rule *rule)
{
	for (int i = 0; i < set_count; i++)
		set[i]->used_by = rule;
}

static void
note_refusal(Candidate **set, int set_count, const Rule *rule, const char *reason)
{
	for (int i = 0; i < set_count; i++)
	{
		if (set[i]->refused_by != NULL)
			continue;
		set[i]->refused_by = rule;
		set[i]->refused_reason = reason;
	}
}

/*
 * Fires a rule on a set of achievements in order of preference.  Its lines and
 * explanations are kept when something is granted or the refusal is to be shown.
 */
FiringResult
rule_fire(RuleRun *run, Candidate **set, int set_count, bool show_refusal)
{
	Evaluation *evaluation = run->evaluation;
	int			first_line = evaluation->line_count;
	int			first_explanation = evaluation->explanation_count;
	int		   *items = palloc(sizeof(int) * set_count);
	Line		common = common_part(run, set, set_count, items);
	FiringResult result = FIRING_REFUSED;
	ListCell   *cell;

	if (evaluation->plan != NULL && evaluation->plan->phase == PLAN_GATHERS)
		return plan_gather(run, &common, set, items);
	if (evaluation->explaining)
		run->set_text = join_sources(&common);
	foreach(cell, run->rule->grants)
	{
		bool		in_every_set;
		Line		line;

		evaluation_spend(evaluation, LINE_STEPS + set_count, run->rule);
		line = line_judge(run, lfirst(cell), &common, set, items, &in_every_set);
		evaluation_add_line(evaluation, &line);
		if (line.granted)
			result = FIRING_GRANTED;
		else if (!in_every_set && result == FIRING_REFUSED)
			result = FIRING_REFUSED_SET;
	}
	if (result == FIRING_GRANTED)
	{
		use_up(set, set_count, run->rule);
		if (evaluation->plan != NULL && evaluation->plan->phase == PLAN_STARTS)
			plan_note_start(run, set, set_count, &evaluation->lines[first_line]);
		return result;
	}
	note_refusal(set, set_count, run->rule, evaluation->lines[first_line].reason);
	if (!show_refusal)
	{
		evaluation->line_count = first_line;
		evaluation->explanation_count = first_explanation;
	}
	return result;
}

/* ---- all rules ---- */

/* a rule of one source fires for each achievement by itself */
static void
fire_singly(RuleRun *run)
{
	const MatchList *matches = &run->matches[0];

	for (int i = 0; i < matches->count; i++)
		rule_fire(run, &matches->candidates[i], 1, true);
}

static bool
any_match(const RuleRun *run)
{
	for (int i = 0; i < run->prepared->source_count; i++)
	{
		if (run->matches[i].count > 0)
			return true;
	}
	return false;
}

static void
run_rule(Evaluation *evaluation, int number, int first_hit, int hit_end)
{
	const PreparedRule *prepared = &evaluation->prepared->rules[number];
	RuleRun		run = {evaluation, prepared->rule, prepared};

	if (!rule_match(&run, first_hit, hit_end))
		return;
	if (any_match(&run))
		run.caps = caps_make(evaluation, prepared->rule->caps, prepared->rule->name);
	if (evaluation->plan != NULL && evaluation->plan->phase == PLAN_GATHERS)
		plan_gather_starts(&run);
	if (evaluation->plan != NULL && evaluation->plan->phase == PLAN_FIRES)
		plan_fire(&run);
	else if (prepared->rule->when->kind == COND_SOURCE)
		fire_singly(&run);
	else if (evaluation->explaining || any_match(&run))
		rule_fire_sets(&run);
}

/* Rules that cover no achievement are passed over, but explained. */
void
rules_run(Evaluation *evaluation)
{
	const PreparedRules *prepared = evaluation->prepared;
	int			hit = 0;
	int			number = 0;

	while (hit < evaluation->hit_count || (evaluation->explaining && number < prepared->rule_count))
	{
		int			first_hit = hit;

		CHECK_FOR_INTERRUPTS();
		if (!evaluation->explaining)
			number = prepared->sources[evaluation->hits[hit].source].rule;
		while (hit < evaluation->hit_count &&
			   prepared->sources[evaluation->hits[hit].source].rule == number)
			hit++;
		run_rule(evaluation, number++, first_hit, hit);
	}
}

static void
add_unused_lines(Evaluation *evaluation)
{
	for (int i = 0; i < evaluation->candidate_count; i++)
	{
		Candidate  *candidate = &evaluation->candidates[i];
		Line		line = {.source_count = 1};

		if (candidate->used_by != NULL)
			continue;
		refer_to_source(&line, candidate);
		line.tags = candidate->achievement->tags;
		if (candidate->refusal != NULL)
			line.reason = candidate->refusal;
		else if (plan_left_out(evaluation, candidate) != NULL)
			line.reason = plan_left_out(evaluation, candidate);
		else if (candidate->refused_by != NULL)
		{
			evaluation_spend_text(evaluation, candidate->refused_reason);
			line.reason = joined("rule '", candidate->refused_by->name, "' granted nothing: ",
								 candidate->refused_reason, NULL);
		}
		else
			line.reason = near_miss_text(evaluation, candidate);
		evaluation_add_line(evaluation, &line);
	}
}

static void
mark_granted_courses(Inputs *inputs)
{
	for (int i = 0; i < inputs->history_count; i++)
	{
		HistoryLine *line = &inputs->history[i];
		Course	   *course = programme_course(&inputs->programme, line->target);

		line->course = course;
		if (course != NULL)
			course->granted = true;
	}
}

/* forgets what rules did, so that they can be run again */
void
rules_reset(Evaluation *evaluation)
{
	Programme  *programme = &evaluation->inputs.programme;

	for (int i = 0; i < programme->course_count; i++)
		programme->courses[i].granted = false;
	mark_granted_courses(&evaluation->inputs);
	for (int i = 0; i < evaluation->candidate_count; i++)
		evaluation->candidates[i].used_by = NULL;
	evaluation->line_count = 0;
	evaluation->caps = caps_make(evaluation, evaluation->prepared->rule_set->caps, NULL);
}

/* Fills lines and, if asked for, explanations; everything else has been set. */
void
evaluation_run(Evaluation *evaluation)
{
	limits_check(evaluation);
	mark_granted_courses(&evaluation->inputs);
	candidates_make(evaluation);
	hits_find(evaluation);
	evaluation->caps = caps_make(evaluation, evaluation->prepared->rule_set->caps, NULL);
	if (evaluation->best)
		plan_make(evaluation);
	rules_run(evaluation);
	add_unused_lines(evaluation);
	minimums_explain(evaluation);
	plan_explain(evaluation);
}
