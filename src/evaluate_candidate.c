/*
 * evaluate_candidate.c
 *		Which achievements may be converted at all, and in which order they are
 *		tried.
 *
 * Promise: the order in which achievements are tried is fixed by what they are
 * (unit and amount, age, reference), never by where the portfolio lists them.
 * An explanation judges a candidate by the same functions that decided.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_match.h"

/* ---- order ---- */

/* the amount it is preferred by: its own, else its hours */
static OptionalAmount
preferred_amount(const Achievement *achievement)
{
	return achievement->amount.given ? achievement->amount : achievement->hours;
}

/* by unit, larger first; without an amount last */
int
achievement_compare_amounts(const Achievement *left, const Achievement *right)
{
	OptionalAmount a = preferred_amount(left);
	OptionalAmount b = preferred_amount(right);
	int			unit_a,
				unit_b;

	if (!a.given || !b.given)
		return (int) b.given - (int) a.given;
	unit_a = credit_amount_unit_code(a.amount);
	unit_b = credit_amount_unit_code(b.amount);
	if (unit_a != unit_b)
		return unit_a - unit_b;
	return (a.amount < b.amount) - (a.amount > b.amount);
}

/* older first, then by reference; without a date last */
int
achievement_compare_awards(const Achievement *left, const Achievement *right)
{
	OptionalDate a = left->awarded_on;
	OptionalDate b = right->awarded_on;

	if (a.given != b.given)
		return (int) b.given - (int) a.given;
	if (a.given && a.date != b.date)
		return a.date < b.date ? -1 : 1;
	return strcmp(left->ref, right->ref);
}

static int
compare_achievements(const void *a, const void *b)
{
	const Achievement *left = *(const Achievement *const *) a;
	const Achievement *right = *(const Achievement *const *) b;
	int			difference = achievement_compare_amounts(left, right);

	return difference != 0 ? difference : achievement_compare_awards(left, right);
}

/* ---- judging one ---- */

/*
 * Each of these says why an achievement may not be converted, or NULL.  With a
 * rule, the test is explained beside it.
 */
typedef struct Look
{
	Evaluation *evaluation;
	const Candidate *candidate;
	const Achievement *achievement;
	const Rule *rule;
} Look;

static void
explain_look(const Look *look, const char *parameter, const char *required,
			 const char *found, const char *missing)
{
	evaluation_explain(look->evaluation,
					   &(Explanation) {
						   .rule = look->rule->name,
						   .source = look->achievement->ref,
						   .parameter = parameter,
						   .required = required,
						   .found = found,
						   .missing = missing,
						   .passed = missing == NULL});
}

/* a state of achievements in words; another one as it stands */
static const char *
state_said(EvaluationLanguage language, const char *state)
{
	static const struct
	{
		const char *state;
		Saying		saying;
	}			states[] = {
		{"deposited", SAY_DEPOSITED},
		{"attested", SAY_ATTESTED},
		{"submitted", SAY_SUBMITTED},
		{"returned", SAY_RETURNED},
		{"declined", SAY_DECLINED},
		{"appealed", SAY_APPEALED},
		{"frozen", SAY_FROZEN},
		{"withdrawn", SAY_WITHDRAWN},
		{"revoked", SAY_REVOKED}
	};

	for (size_t i = 0; i < lengthof(states); i++)
	{
		if (strcmp(states[i].state, state) == 0)
			return say(language, states[i].saying);
	}
	return state;
}

static char *
judge_state(const Look *look)
{
	EvaluationLanguage language = look->evaluation->language;
	const char *state = look->achievement->state;
	bool		recognised = state == NULL || strcmp(state, "recognised") == 0;

	if (look->rule != NULL)
		explain_look(look, "state", say(language, SAY_RECOGNISED),
					 recognised ? say(language, SAY_RECOGNISED) : state_said(language, state),
					 recognised ? NULL : say(language, SAY_RECOGNITION));
	return recognised ? NULL : psprintf("its state is '%s', not 'recognised'", state);
}

static char *
judge_consumed(const Look *look)
{
	EvaluationLanguage language = look->evaluation->language;
	bool		consumed = look->achievement->consumed;

	if (look->rule != NULL)
		explain_look(look, "consumed", say(language, SAY_NO),
					 say(language, consumed ? SAY_YES : SAY_NO),
					 consumed ? say(language, SAY_NOT_CONSUMED) : NULL);
	return consumed ? "already consumed" : NULL;
}

static char *
optional_date_text(OptionalDate date)
{
	return date.given ? date_text(date.date) : NULL;
}

static char *
judge_award(const Look *look)
{
	EvaluationLanguage language = look->evaluation->language;
	DateADT		as_of = look->evaluation->as_of;
	OptionalDate awarded_on = look->achievement->awarded_on;
	int64		early = awarded_on.given ? (int64) awarded_on.date - as_of : 0;

	if (look->rule != NULL)
		explain_look(look, "awarded_on", say(language, SAY_ON_OR_BEFORE, date_text(as_of)),
					 optional_date_text(awarded_on),
					 early > 0 ? span_text(language, early, PERIOD_DAYS) : NULL);
	if (early <= 0)
		return NULL;
	return psprintf("awarded on %s, after %s", date_text(awarded_on.date), date_text(as_of));
}

static char *
judge_expiry(const Look *look)
{
	EvaluationLanguage language = look->evaluation->language;
	DateADT		as_of = look->evaluation->as_of;
	OptionalDate expires_on = look->achievement->expires_on;
	int64		late = expires_on.given ? (int64) as_of - expires_on.date : 0;

	if (look->rule != NULL)
		explain_look(look, "expires_on", say(language, SAY_ON_OR_AFTER, date_text(as_of)),
					 optional_date_text(expires_on),
					 late > 0 ? span_text(language, late, PERIOD_DAYS) : NULL);
	return late > 0 ? psprintf("expired on %s", date_text(expires_on.date)) : NULL;
}

/* does a scope hold for an achievement by itself? */
static bool
scope_holds(const Look *look, const RuleScope *scope)
{
	const InputItem *item = &look->evaluation->inputs.items[look->achievement->item];

	switch (scope->kind)
	{
		case SCOPE_TOTAL:
			return true;
		case SCOPE_CLASS:
			return item->achievement_class == scope->achievement_class;
		case SCOPE_ISSUER:
			return strcmp(item->issuer, scope->name) == 0;
		case SCOPE_TAG:
			return word_listed(&look->achievement->tags, scope->name);
		default:
			return false;
	}
}

/* the first scope that holds, or NULL */
static const RuleScope *
find_scope(const Look *look, const List *scopes)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		evaluation_spend(look->evaluation, 1, NULL);
		if (scope_holds(look, lfirst(cell)))
			return lfirst(cell);
	}
	return NULL;
}

static char *
shelf_life_text(Evaluation *evaluation, EvaluationLanguage language, const RuleShelfLife *life)
{
	char	   *span = span_text(language, life->period, life->unit);
	char	   *scopes;

	if (life->scopes == NIL || ((RuleScope *) linitial(life->scopes))->kind == SCOPE_TOTAL)
		return span;
	scopes = rule_scopes_text(life->scopes);
	evaluation_spend_text(evaluation, scopes);
	return say(language, SAY_SHELF_LIFE, span, scopes_text(language, scopes));
}

static char *
shelf_life_reason(Evaluation *evaluation, const RuleShelfLife *life, bool dated, DateADT end)
{
	char	   *span = shelf_life_text(evaluation, LANGUAGE_ENGLISH, life);

	if (!dated)
		return psprintf("it states no award, from which its shelf life of %s counts", span);
	return psprintf("its shelf life of %s ended on %s", span, date_text(end));
}

/* one clause about shelf lives; the last day counts */
static char *
judge_shelf_life(const Look *look, const RuleShelfLife *life)
{
	EvaluationLanguage language = look->evaluation->language;
	OptionalDate awarded_on = look->achievement->awarded_on;
	DateADT		end = awarded_on.given ? span_end(awarded_on.date, life->period, life->unit) : 0;
	int64		late = (int64) look->evaluation->as_of - end;
	bool		passed = awarded_on.given && late <= 0;

	if (look->rule != NULL)
		explain_look(look, "shelf_life", shelf_life_text(look->evaluation, language, life),
					 optional_date_text(awarded_on),
					 passed ? NULL : awarded_on.given ?
					 span_text(language, late, PERIOD_DAYS) : say(language, SAY_NO_AWARD));
	return passed ? NULL : shelf_life_reason(look->evaluation, life, awarded_on.given, end);
}

/* every clause whose scope holds must hold, so that the least wins */
static char *
judge_shelf_lives(const Look *look)
{
	char	   *first = NULL;
	ListCell   *cell;

	foreach(cell, look->evaluation->prepared->rule_set->shelf_lives)
	{
		const RuleShelfLife *life = lfirst(cell);
		char	   *reason;

		evaluation_spend(look->evaluation, 1, NULL);
		if (life->scopes != NIL && find_scope(look, life->scopes) == NULL)
			continue;
		reason = judge_shelf_life(look, life);
		first = first ? first : reason;
		if (first != NULL && look->rule == NULL)
			break;
	}
	return first;
}

/* A category or the compulsory courses are asked of targets. */
static bool
is_about_achievements(const List *scopes)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		const RuleScope *scope = lfirst(cell);

		if (scope->kind != SCOPE_CATEGORY && scope->kind != SCOPE_COMPULSORY)
			return true;
	}
	return false;
}

static char *
judge_exclusion(const Look *look)
{
	EvaluationLanguage language = look->evaluation->language;
	const List *exclusions = look->evaluation->prepared->rule_set->exclusions;
	const RuleScope *scope = find_scope(look, exclusions);
	char	   *text = scope ? rule_scopes_text(list_make1(unconstify(RuleScope *, scope))) : NULL;

	if (look->rule != NULL && is_about_achievements(exclusions))
		explain_look(look, "excluded", say(language, SAY_NO),
					 scope ? text : say(language, SAY_NO),
					 scope ? say(language, SAY_NOT_EXCLUDED) : NULL);
	return scope ? psprintf("the rule set excludes %s", text) : NULL;
}

/*
 * Why an achievement may not be converted, whatever others the portfolio has,
 * or NULL.
 */
static char *
judge_alone(const Look *look)
{
	static char *(*const judges[]) (const Look *look) = {
		judge_state, judge_consumed, judge_award, judge_expiry, judge_shelf_lives, judge_exclusion
	};
	char	   *first = NULL;

	for (size_t i = 0; i < lengthof(judges); i++)
	{
		char	   *reason = judges[i] (look);

		first = first ? first : reason;
		if (first != NULL && look->rule == NULL)
			break;
	}
	return first;
}

void
candidate_explain(Evaluation *evaluation, const Candidate *candidate, const Rule *rule)
{
	EvaluationLanguage language = evaluation->language;
	Look		look = {evaluation, candidate, candidate->achievement, rule};
	const Rule *used_by = candidate->used_by;

	judge_alone(&look);
	duplicate_explain(evaluation, candidate, rule);
	explain_look(&look, "used", say(language, SAY_NO),
				 used_by ? say(language, SAY_BY_RULE, used_by->name) : say(language, SAY_NO),
				 used_by ? say(language, SAY_NOT_USED) : NULL);
}

/* ---- days and programmes ---- */

static char *
effective_text(EvaluationLanguage language, DateADT from, DateADT to)
{
	bool		begins = !DATE_IS_NOBEGIN(from);
	bool		ends = !DATE_IS_NOEND(to);

	if (!begins && !ends)
		return say(language, SAY_ANY_DAY);
	return psprintf("%s%s..%s%s",
					begins ? date_text(from) : "", begins ? " " : "",
					ends ? " " : "", ends ? date_text(to) : "");
}

static char *
programmes_text(EvaluationLanguage language, const List *programmes)
{
	StringInfoData text;
	ListCell   *cell;

	if (programmes == NIL)
		return say(language, SAY_ANY_PROGRAMME);
	initStringInfo(&text);
	foreach(cell, programmes)
		appendStringInfo(&text, "%s'%s'", text.len > 0 ? ", " : "", (char *) lfirst(cell));
	return text.data;
}

/* Is it the day for a rule, or, with rule NULL, for the whole rule set? */
bool
evaluation_in_force(Evaluation *evaluation, const Rule *rule, DateADT from, DateADT to)
{
	EvaluationLanguage language = evaluation->language;
	bool		in_force = evaluation->as_of >= from && evaluation->as_of <= to;

	if (evaluation->explaining)
		evaluation_explain(evaluation,
						   &(Explanation) {
							   .rule = rule ? rule->name : NULL,
							   .parameter = "effective",
							   .required = effective_text(language, from, to),
							   .found = date_text(evaluation->as_of),
							   .missing = in_force ? NULL :
							   say(language, rule ? SAY_RULE_IN_FORCE : SAY_RULE_SET_IN_FORCE),
							   .passed = in_force});
	return in_force;
}

/* Is it the programme for a rule, or, with rule NULL, for the whole rule set? */
bool
evaluation_in_programme(Evaluation *evaluation, const Rule *rule, const List *programmes)
{
	EvaluationLanguage language = evaluation->language;
	const char *code = evaluation->inputs.programme.code;
	bool		meant = programmes == NIL;
	ListCell   *cell;

	foreach(cell, programmes)
	{
		evaluation_spend(evaluation, 1, rule);
		meant |= strcmp(lfirst(cell), code) == 0;
	}
	if (evaluation->explaining)
		evaluation_explain(evaluation,
						   &(Explanation) {
							   .rule = rule ? rule->name : NULL,
							   .parameter = "programme",
							   .required = programmes_text(language, programmes),
							   .found = code,
							   .missing = meant ? NULL :
							   say(language, rule ? SAY_RULE_MEANT : SAY_RULE_SET_MEANT),
							   .passed = meant});
	return meant;
}

/* why the rule set as a whole has no say here, or NULL */
static char *
judge_rule_set(Evaluation *evaluation)
{
	const RuleSet *rule_set = evaluation->prepared->rule_set;
	bool		in_force = evaluation_in_force(evaluation, NULL, rule_set->effective_from,
											   rule_set->effective_to);
	bool		meant = evaluation_in_programme(evaluation, NULL, rule_set->programmes);

	if (!in_force)
		return psprintf("rule set '%s' is not in force on %s", rule_set->name,
						date_text(evaluation->as_of));
	if (!meant)
		return psprintf("rule set '%s' is not for programme '%s'", rule_set->name,
						evaluation->inputs.programme.code);
	return NULL;
}

/* ---- all ---- */

/* the achievements in order of preference, each with its refusal, if any */
void
candidates_make(Evaluation *evaluation)
{
	int			count = evaluation->inputs.achievement_count;
	const Achievement **ordered = palloc(sizeof(Achievement *) * Max(count, 1));
	char	   *refusal = judge_rule_set(evaluation);

	for (int i = 0; i < count; i++)
		ordered[i] = &evaluation->inputs.achievements[i];
	qsort(ordered, count, sizeof(Achievement *), compare_achievements);
	evaluation->candidates = palloc0(sizeof(Candidate) * Max(count, 1));
	evaluation->candidate_count = count;
	for (int i = 0; i < count; i++)
	{
		Candidate  *candidate = &evaluation->candidates[i];
		Look		look = {evaluation, candidate, ordered[i]};

		CHECK_FOR_INTERRUPTS();
		candidate->achievement = look.achievement;
		candidate->sharing = 1;
		candidate->refusal = refusal ? refusal : judge_alone(&look);
	}
	if (refusal == NULL)
		duplicates_judge(evaluation);
}
