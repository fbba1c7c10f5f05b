/*
 * evaluate_cap.c
 *		Caps, and what counts towards them.
 *
 * Promise: caps_visit() alone says in which tallies a line counts, to those who
 * judge a line and to those who count it.  Amounts are counted with amounts of
 * the same unit alone.  Nothing here is put into words until it is asked for.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

/* sources of a line that need no memory of their own while it is visited */
#define FEW_SOURCES 16

/* "cap total": the parameter of explanations */
char *
cap_name(const CapState *state)
{
	const RuleScope *scope = linitial(state->cap->scopes);

	if (scope->kind == SCOPE_RULE)
		return "cap rule";
	return psprintf("cap %s", rule_scopes_text(state->cap->scopes));
}

/* ---- periods ---- */

static DateADT
day_of_year(int year, const RuleMonthDay *day)
{
	return date2j(year, day->month, day->day) - POSTGRES_EPOCH_JDATE;
}

/*
 * The first day of the cap's period that a day is in: the last start on or
 * before it, be it in the year before.  DATEVAL_NOBEGIN: there are no periods.
 */
static DateADT
cap_period(const RuleCap *cap, DateADT day)
{
	int			year,
				month,
				day_of_month;

	if (cap->starts == NIL)
		return DATEVAL_NOBEGIN;
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	for (int i = list_length(cap->starts) - 1; i >= 0; i--)
	{
		const RuleMonthDay *start = list_nth(cap->starts, i);

		if (start->month < month || (start->month == month && start->day <= day_of_month))
			return day_of_year(year, start);
	}
	return day_of_year(year - 1, llast(cap->starts));
}

/* ---- tallies ---- */

static Tally *
add_tally(CapState *state, DateADT start, int issuer)
{
	Tally	   *tally = palloc(sizeof(Tally));

	*tally = (Tally) {.start = start, .issuer = issuer};
	if (state->tally_count == state->tally_space)
	{
		state->tally_space = state->tally_space * 2 + 2;
		state->tallies = state->tallies ?
			repalloc(state->tallies, sizeof(Tally *) * state->tally_space) :
			palloc(sizeof(Tally *) * state->tally_space);
	}
	state->tallies[state->tally_count++] = tally;
	return tally;
}

static Tally *
tally_for(Evaluation *evaluation, CapState *state, DateADT start, int issuer)
{
	evaluation_spend(evaluation, 1 + state->tally_count / 16, NULL);
	for (int i = state->tally_count - 1; i >= 0; i--)
	{
		if (state->tallies[i]->start == start && state->tallies[i]->issuer == issuer)
			return state->tallies[i];
	}
	return add_tally(state, start, issuer);
}

/* ---- the tallies that a line counts in ---- */

/* one line on its way through a list of caps */
typedef struct CapVisit
{
	Evaluation *evaluation;
	const LineFacts *facts;
	DateADT		dated;
	CapVisitor	visit;
	void	   *argument;
	int		   *items;			/* room for all sources */
} CapVisit;

static int
compare_issuers(const void *a, const void *b, void *argument)
{
	const InputItem *items = argument;
	int			left = *(const int *) a;
	int			right = *(const int *) b;

	if (items[left].issuer_number != items[right].issuer_number)
		return items[left].issuer_number < items[right].issuer_number ? -1 : 1;
	return (left > right) - (left < right);
}

/* the line counts for each issuer among its sources, with that one's sources */
static void
visit_issuers(const CapVisit *line, CapState *state, DateADT start)
{
	InputItem  *items = line->evaluation->inputs.items;
	int			count = line->facts->item_count;
	int			next;

	memcpy(line->items, line->facts->items, sizeof(int) * count);
	qsort_arg(line->items, count, sizeof(int), compare_issuers, items);
	for (int first = 0; first < count; first = next)
	{
		int			issuer = items[line->items[first]].issuer_number;

		next = first + 1;
		while (next < count && items[line->items[next]].issuer_number == issuer)
			next++;
		line->visit(state, tally_for(line->evaluation, state, start, issuer),
					line->items + first, state->cap->max_items > 0 ? next - first : 0,
					line->argument);
	}
}

static void
visit_cap(const CapVisit *line, CapState *state)
{
	const RuleCap *cap = state->cap;
	const Inputs *inputs = &line->evaluation->inputs;
	DateADT		start = cap_period(cap, line->dated);
	int			count = 0;

	if (((const RuleScope *) linitial(cap->scopes))->kind == SCOPE_EACH_ISSUER)
	{
		visit_issuers(line, state, start);
		return;
	}
	if (cap->max_items > 0)
		count = scopes_sources(cap->scopes, inputs, line->facts, line->items);
	line->visit(state, tally_for(line->evaluation, state, start, EVERY_ISSUER),
				line->items, count, line->argument);
}

/*
 * Visits every tally that a line, dated so, counts in: of each cap of the list
 * that a scope puts it under.
 */
void
caps_visit(CapList *caps, Evaluation *evaluation, const LineFacts *facts,
		   DateADT dated, CapVisitor visit, void *argument)
{
	int			few[FEW_SOURCES];
	CapVisit	line = {evaluation, facts, dated, visit, argument, few};

	if (caps->count == 0)
		return;
	if (facts->item_count > FEW_SOURCES)
		line.items = palloc(sizeof(int) * facts->item_count);
	for (int i = 0; i < caps->count; i++)
	{
		const List *scopes = caps->caps[i].cap->scopes;

		scopes_spend(scopes, evaluation, facts);
		if (scopes_hold(scopes, &evaluation->inputs, facts))
			visit_cap(&line, &caps->caps[i]);
	}
	if (line.items != few)
		pfree(line.items);
}

/* ---- counting ---- */

typedef struct Counting
{
	Evaluation *evaluation;
	CreditAmount granted;
} Counting;

static void
refuse_overflow(const CapState *state)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the amounts counted towards %s are out of range", cap_name(state)),
			 errhint("Correct the granted amounts of the history.")));
}

/* a set of achievements may grow large: each of its words is a step */
static void
count_item(Evaluation *evaluation, Tally *tally, int item)
{
	int			words = tally->items ? tally->items->nwords : 0;

	tally->items = bms_add_member(tally->items, item);
	evaluation_spend(evaluation, tally->items->nwords - words, NULL);
}

static void
count_in_tally(CapState *state, Tally *tally, const int *items, int item_count, void *argument)
{
	const Counting *counting = argument;

	for (int i = 0; i < state->limit_count; i++)
	{
		if (state->limits[i].unit != credit_amount_unit_code(counting->granted))
			continue;
		tally->counts[i] += credit_amount_count(counting->granted);
		if (!credit_count_fits(tally->counts[i]))
			refuse_overflow(state);
	}
	for (int i = 0; i < item_count; i++)
		count_item(counting->evaluation, tally, items[i]);
}

/* notes a tally that the line being judged counts in */
void
caps_note(Evaluation *evaluation, CapState *state, Tally *tally, const int *items, int item_count)
{
	TallyNote  *note;

	if (evaluation->note_count == evaluation->note_space)
	{
		evaluation->note_space = evaluation->note_space * 2 + 8;
		evaluation->notes = evaluation->notes ?
			repalloc_huge(evaluation->notes, sizeof(TallyNote) * evaluation->note_space) :
			palloc(sizeof(TallyNote) * evaluation->note_space);
	}
	note = &evaluation->notes[evaluation->note_count++];
	*note = (TallyNote) {state, tally, NULL, item_count};
	if (item_count > 0)
		note->items = memcpy(palloc(sizeof(int) * item_count), items, sizeof(int) * item_count);
}

/* counts the line judged last, which is granted, in every tally noted for it */
void
caps_count_noted(Evaluation *evaluation, CreditAmount granted)
{
	Counting	counting = {evaluation, granted};

	for (int i = 0; i < evaluation->note_count; i++)
	{
		const TallyNote *note = &evaluation->notes[i];

		evaluation_spend(evaluation, 1, NULL);
		count_in_tally(note->state, note->tally, note->items, note->item_count, &counting);
	}
}

/* counts an earlier line towards every cap of the list that it falls under */
static void
caps_count(CapList *caps, Evaluation *evaluation, const LineFacts *facts,
		   DateADT dated, CreditAmount granted)
{
	Counting	counting = {evaluation, granted};

	caps_visit(caps, evaluation, facts, dated, count_in_tally, &counting);
}

/* What was earned in the programme itself counts towards no cap. */
static void
count_history(CapList *caps, Evaluation *evaluation, const char *rule)
{
	for (int i = 0; i < evaluation->inputs.history_count; i++)
	{
		const HistoryLine *line = &evaluation->inputs.history[i];
		LineFacts	facts = history_facts(line);

		evaluation_spend(evaluation, 1, NULL);
		if (!line->studied &&
			(rule == NULL || (line->rule != NULL && strcmp(line->rule, rule) == 0)))
			caps_count(caps, evaluation, &facts, line->dated.date, line->granted.amount);
	}
}

/*
 * The caps of the rule set (rule NULL) or of a rule, with the history counted
 * towards them.
 */
CapList
caps_make(Evaluation *evaluation, List *rule_caps, const char *rule)
{
	CapList		caps = {NULL, 0};
	ListCell   *cell;

	if (rule_caps == NIL)
		return caps;
	caps.caps = palloc0(sizeof(CapState) * list_length(rule_caps));
	foreach(cell, rule_caps)
	{
		CapState   *state = &caps.caps[caps.count++];

		state->cap = lfirst(cell);
		state->limit_count = limits_make(evaluation, state->cap, false, state->limits);
	}
	count_history(&caps, evaluation, rule);
	return caps;
}
