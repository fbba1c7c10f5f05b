/*
 * evaluate_run.c
 *		One evaluation: rules in order, lines judged one by one.
 *
 * Promise: a line is granted or refused whole, and a refused one says why.  A
 * rule that is granted nothing uses nothing up.  Every achievement of the
 * portfolio ends in a granted line or in a line that says why not.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

#define LINE_STEPS 50

/* ---- one line ---- */

static void
explain_line(RuleRun *run, const Line *line, const char *parameter, const char *required,
			 const char *found, const char *missing)
{
	evaluation_explain(run->evaluation,
					   &(Explanation) {
						   .rule = run->rule->name,
						   .source = run->set_text,
						   .target = line->target,
						   .parameter = parameter,
						   .required = required,
						   .found = found,
						   .missing = missing,
						   .passed = missing == NULL});
}

static Course *
find_course(const Programme *programme, const char *ref)
{
	int			low = 0;
	int			high = programme->course_count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			comparison = strcmp(programme->courses[middle].ref, ref);

		if (comparison == 0)
			return &programme->courses[middle];
		if (comparison < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* why the target cannot be granted, or NULL */
static char *
judge_target(RuleRun *run, const Line *line, const Course *course)
{
	if (run->evaluation->explaining)
	{
		explain_line(run, line, "course",
					 psprintf("a course of programme '%s'", run->evaluation->inputs.programme.code),
					 course ? course->ref : NULL, course ? NULL : "the course");
		if (course != NULL)
		{
			explain_line(run, line, "excluded", "no", course->excluded ? "yes" : "no",
						 course->excluded ? "a course open to conversion" : NULL);
			explain_line(run, line, "granted", "no", course->granted ? "yes" : "no",
						 course->granted ? "a course not granted yet" : NULL);
		}
	}
	if (course == NULL)
		return "the programme does not have this course";
	if (course->excluded)
		return "the course is excluded from conversion";
	if (course->granted)
		return "the course is already granted";
	return NULL;
}

/*
 * Why a counting grant makes nothing of what a source brings, or NULL; missing
 * says what would be needed.
 */
static char *
judge_counted(const RuleGrant *grant, const Line *line, const char *found, int64 count,
			  const char **missing)
{
	int			unit = credit_amount_unit_code(grant->per);

	*missing = NULL;
	if (found == NULL)
	{
		*missing = psprintf("an amount in %s", credit_unit_name(unit));
		return psprintf("the achievement states no amount in %s", credit_unit_name(unit));
	}
	if (credit_amount_count(line->before_caps) > 0)
		return NULL;
	if (grant->leftover == LEFTOVER_NONE)
	{
		*missing = "more";
		return "its value rounds to zero";
	}
	*missing = amount_text(credit_amount_pack(unit, credit_amount_count(grant->per) - count));
	return psprintf("%s is less than %s", found, amount_text(grant->per));
}

/* why a line would be worth nothing, or NULL */
static char *
judge_value(RuleRun *run, const RuleGrant *grant, const Achievement *source, Line *line)
{
	int64		count = 0;
	char	   *found = NULL;
	const char *missing;
	char	   *reason;

	if (grant_value(grant, run->evaluation->prepared->rule_set, source, line) && !grant->has_per)
		return NULL;
	if (achievement_remaining_in(source, credit_amount_unit_code(grant->per), &count))
		found = amount_text(credit_amount_pack(credit_amount_unit_code(grant->per), count));
	reason = judge_counted(grant, line, found, count, &missing);
	explain_line(run, line, "per", amount_text(grant->per), found, missing);
	return reason;
}

/*
 * Why a grant cannot rest on what is left of an achievement that was used in
 * part, or NULL: only a grant that counts that remainder can.
 */
static char *
judge_remainder(RuleRun *run, const RuleGrant *grant, const Line *line, Candidate **set)
{
	for (int i = 0; i < line->source_count; i++)
	{
		const Achievement *source = set[i]->achievement;
		char	   *left;

		if (!source->remaining.given ||
			(grant->has_per && credit_amount_unit_code(grant->per) ==
			 credit_amount_unit_code(source->remaining.amount)))
			continue;
		left = amount_text(source->remaining.amount);
		explain_line(run, line, "remaining", "all of it", left, "the part converted before");
		return psprintf("a part of %s was converted before", source->ref);
	}
	return NULL;
}

/*
 * Judges one line of a rule that fires on a set.  Whether its refusal would
 * meet any other set too is told apart, so that the search knows when to stop.
 */
static Line
judge_line(RuleRun *run, const RuleGrant *grant, const Line *common,
		   Candidate **set, const int *items, bool *in_every_set)
{
	Line		line = *common;
	Course	   *course = NULL;
	const char *target_reason = NULL;
	const char *value_reason;
	const char *remainder_reason;
	const char *cap_reason = NULL;

	line.target = grant->target;
	if (line.target != NULL)
	{
		course = find_course(&run->evaluation->inputs.programme, line.target);
		target_reason = judge_target(run, &line, course);
	}
	value_reason = judge_value(run, grant, set[0]->achievement, &line);
	remainder_reason = judge_remainder(run, grant, &line, set);
	*in_every_set = target_reason != NULL || value_reason != NULL;
	if (value_reason == NULL)
		cap_reason = caps_judge(run, &line, items, in_every_set);
	line.reason = target_reason ? target_reason : value_reason ? value_reason :
		remainder_reason ? remainder_reason : cap_reason;
	line.granted = line.reason == NULL;
	if (line.granted)
	{
		line.granted_amount = line.before_caps;
		line.mark = line.target ? "exempt" : "credit";
		if (course != NULL)
			course->granted = true;
		caps_count(&run->evaluation->caps, run->evaluation, line.before_caps,
				   line.dated.date, items, line.source_count);
		caps_count(&run->caps, run->evaluation, line.before_caps,
				   line.dated.date, items, line.source_count);
	}
	else
	{
		line.grade = NULL;
		line.leftover.given = false;
	}
	return line;
}

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

/* what all lines of a firing have in common */
static Line
common_part(RuleRun *run, Candidate **set, int set_count, int *items)
{
	Line		line = {
		.rule = run->rule->name,
		.source_count = set_count,
		.needs_assessor = run->rule->needs_assessor
	};

	line.sources = palloc(sizeof(char *) * set_count);
	line.achievements = palloc(sizeof(Achievement *) * set_count);
	for (int i = 0; i < set_count; i++)
	{
		const Achievement *achievement = set[i]->achievement;

		line.sources[i] = achievement->ref;
		line.achievements[i] = achievement;
		items[i] = achievement->item;
		if (achievement->awarded_on.given &&
			(!line.dated.given || achievement->awarded_on.date > line.dated.date))
			line.dated = achievement->awarded_on;
	}
	if (!line.dated.given)
		line.dated = (OptionalDate) {true, run->evaluation->as_of};
	line.tags = sources_tags(run, &line);
	if (set_count == 1)
		line.grade = set[0]->achievement->grade;
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

	if (evaluation->explaining)
		run->set_text = join_sources(&common);
	foreach(cell, run->rule->grants)
	{
		bool		in_every_set;
		Line		line;

		evaluation_spend(evaluation, LINE_STEPS + set_count, run->rule);
		line = judge_line(run, lfirst(cell), &common, set, items, &in_every_set);
		evaluation_add_line(evaluation, &line);
		if (line.granted)
			result = FIRING_GRANTED;
		else if (!in_every_set && result == FIRING_REFUSED)
			result = FIRING_REFUSED_SET;
	}
	if (result == FIRING_GRANTED)
	{
		use_up(set, set_count, run->rule);
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
	if (prepared->rule->when->kind == COND_SOURCE)
		fire_singly(&run);
	else if (evaluation->explaining || any_match(&run))
		rule_fire_sets(&run);
}

/* Rules that cover no achievement are passed over, but explained. */
static void
run_rules(Evaluation *evaluation)
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
		line.sources = palloc(sizeof(char *));
		line.sources[0] = candidate->achievement->ref;
		line.achievements = &candidate->achievement;
		line.tags = candidate->achievement->tags;
		if (candidate->refusal != NULL)
			line.reason = candidate->refusal;
		else if (candidate->refused_by != NULL)
			line.reason = psprintf("rule '%s' granted nothing: %s",
								   candidate->refused_by->name, candidate->refused_reason);
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
		Course	   *course = inputs->history[i].target ?
			find_course(&inputs->programme, inputs->history[i].target) : NULL;

		if (course != NULL)
			course->granted = true;
	}
}

static void
check_total(const Evaluation *evaluation)
{
	if (evaluation->prepared->needs_total && !evaluation->inputs.programme.total.given)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DOCUMENT),
				 errmsg("the programme has no \"total\""),
				 errdetail("Rule set '%s' caps by a percentage of it.",
						   evaluation->prepared->rule_set->name),
				 errhint("State the credits of the whole programme as \"total\".")));
}

/* Fills lines and, if asked for, explanations; everything else has been set. */
void
evaluation_run(Evaluation *evaluation)
{
	check_total(evaluation);
	mark_granted_courses(&evaluation->inputs);
	candidates_make(evaluation);
	hits_find(evaluation);
	evaluation->caps = caps_make(evaluation, evaluation->prepared->rule_set->caps, NULL);
	run_rules(evaluation);
	add_unused_lines(evaluation);
}
