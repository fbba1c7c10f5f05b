/*
 * rule_set_check.c
 *		The canonical form of a rule_set, and what is refused.
 *
 * Promise: every tree, whichever face it came from, passes here before it is
 * stored; two trees that mean the same by reordering alone become the same
 * tree.  It must never change what a rule means.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"

#include "compat.h"
#include "errors.h"
#include "rule_set_check.h"
#include "unicode_text.h"

#define MAX_DAYS	36525		/* a hundred years */
#define MAX_MONTHS	1200
#define MAX_YEARS	100

bool
rule_refuse(const RuleCheck *check, const char *what, const char *hint)
{
	ereturn(check->escontext, false,
			(errcode(ERRCODE_CB_INVALID_RULE_SET),
			 errmsg("invalid rule_set: %s", what),
			 check->rule_name ? errdetail("In rule \"%s\".", check->rule_name) :
			 check->rule_number ? errdetail("In rule number %d as written.", check->rule_number) :
			 errdetail("In the heading, before the first rule."),
			 errhint("%s", hint)));
}

bool
rule_is_credit(CreditAmount amount)
{
	int			unit = credit_amount_unit_code(amount);

	return unit == UNIT_CR || unit == UNIT_PT;
}

/*
 * Names
 */

const char *
rule_article(const char *what)
{
	return strchr("aeiou", what[0]) != NULL ? "an" : "a";
}

bool
rule_check_name(const RuleCheck *check, const char *what, const char *name)
{
	const char *utf8;

	if (name == NULL || *name == '\0')
		return rule_refuse(check, psprintf("the name of %s %s is empty", rule_article(what), what),
						   "Give it a name in single quotes.");
	utf8 = unicode_server_to_utf8(name, strlen(name), check->escontext);
	if (utf8 == NULL)
		return false;
	if (strlen(utf8) > RULE_SET_MAX_NAME)
		return rule_refuse(check, psprintf("the name of %s %s is longer than %d bytes",
										   rule_article(what), what, RULE_SET_MAX_NAME),
						   "Shorten the name.");
	for (const char *c = name; *c; c++)
	{
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			return rule_refuse(check, psprintf("the name of %s %s holds a control character",
											   rule_article(what), what),
							   "Names are one line of text without tabs.");
	}
	return true;
}

List *
rule_sort_unique(List *list, list_sort_comparator compare)
{
	List	   *kept = NIL;

	list_sort(list, compare);
	for (int i = 0; i < list_length(list); i++)
	{
		if (i == 0 || compare(list_nth_cell(list, i - 1), list_nth_cell(list, i)) != 0)
			kept = lappend(kept, list_nth(list, i));
	}
	return kept;
}

int
rule_compare_name_cells(const ListCell *a, const ListCell *b)
{
	return rule_compare_names(lfirst(a), lfirst(b));
}

bool
rule_check_names(const RuleCheck *check, const char *what, List **names)
{
	ListCell   *cell;

	foreach(cell, *names)
	{
		if (!rule_check_name(check, what, lfirst(cell)))
			return false;
	}
	*names = rule_sort_unique(*names, rule_compare_name_cells);
	return true;
}

/*
 * Periods and days
 */

static int
longest_period(RulePeriodUnit unit)
{
	switch (unit)
	{
		case PERIOD_DAYS:
			return MAX_DAYS;
		case PERIOD_MONTHS:
			return MAX_MONTHS;
		case PERIOD_YEARS:
			return MAX_YEARS;
	}
	return 0;
}

bool
rule_check_period(const RuleCheck *check, const char *what, int32 number, RulePeriodUnit unit)
{
	if (number < 1 || number > longest_period(unit))
		return rule_refuse(check, psprintf("%s is out of range", what),
						   "Periods reach from one day to a hundred years.");
	return true;
}

static bool
is_calendar_date(DateADT date)
{
	return date >= date2j(1, 1, 1) - POSTGRES_EPOCH_JDATE &&
		date <= date2j(9999, 12, 31) - POSTGRES_EPOCH_JDATE;
}

static bool
check_range(const RuleCheck *check, DateADT from, DateADT to)
{
	bool		has_from = from != DATEVAL_NOBEGIN;
	bool		has_to = to != DATEVAL_NOEND;

	if ((has_from && !is_calendar_date(from)) || (has_to && !is_calendar_date(to)))
		return rule_refuse(check, "an effective date lies outside the years 0001 to 9999",
						   "Leave out an end that is open.");
	if (has_from && has_to && from > to)
		return rule_refuse(check, psprintf("effective from %s to %s is no day at all",
										   rule_date_text(from), rule_date_text(to)),
						   "Put the first day before the last; both count.");
	return true;
}

static bool
check_rounding(const RuleCheck *check, RuleRoundingMode mode, int32 digits)
{
	if (rule_word(rule_rounding_words, mode) == NULL || digits < 0 || digits > 4)
		return rule_refuse(check, psprintf("rounding to %d digits is not possible", digits),
						   "Round half_up, half_even or down to 0, 1, 2, 3 or 4 digits.");
	return true;
}

/*
 * Rules
 */

/* what a rule says as its book does leaves no trace */
static void
drop_what_the_book_says(Rule *rule, const RuleSet *rules)
{
	if (rule->effective_from <= rules->effective_from)
		rule->effective_from = DATEVAL_NOBEGIN;
	if (rule->effective_to >= rules->effective_to)
		rule->effective_to = DATEVAL_NOEND;
	if (rule->has_round && rule->round_mode == rules->round_mode &&
		rule->round_digits == rules->round_digits)
		rule->has_round = false;
	if (!rule->has_round)
		rule->round_mode = rule->round_digits = 0;
	if (rule->partial == (rules->partial ? PARTIAL_YES : PARTIAL_NO))
		rule->partial = PARTIAL_UNSAID;
	if (list_length(rule->programmes) == list_length(rules->programmes))
	{
		for (int i = 0; i < list_length(rule->programmes); i++)
		{
			if (strcmp(list_nth(rule->programmes, i), list_nth(rules->programmes, i)) != 0)
				return;
		}
		rule->programmes = NIL;
	}
}

/* the mark of what the programme's own courses earned: no cap counts it */
#define MARK_STUDIED "studied"

static bool
check_carry(const RuleCheck *check, const Rule *rule)
{
	if (rule->carry == CARRY_GRADE)
		return rule_check_name(check, "grade", rule->carry_text);
	if (rule->carry != CARRY_MARK)
		return true;
	if (!rule_check_name(check, "mark", rule->carry_text))
		return false;
	if (strcmp(rule->carry_text, MARK_STUDIED) == 0)
		return rule_refuse(check, "the rule gives the mark \"" MARK_STUDIED "\"",
						   "That mark is of what was studied in the programme itself; choose another.");
	if (rule->exempt_exam)
		return rule_refuse(check, "exempt from exam stands beside a mark",
						   "Exemption from the exam is a mark by itself; leave one of them out.");
	return true;
}

static bool
check_terms(const RuleCheck *check, const Rule *rule)
{
	if (rule->priority < -PG_INT32_MAX)
		return rule_refuse(check, psprintf("priority %d is out of range", rule->priority),
						   psprintf("Write a whole number from %d to %d.", -PG_INT32_MAX, PG_INT32_MAX));
	if (rule->has_round && !check_rounding(check, rule->round_mode, rule->round_digits))
		return false;
	return check_range(check, rule->effective_from, rule->effective_to) &&
		check_carry(check, rule);
}

static bool
check_rule(RuleCheck *check, Rule *rule)
{
	if (!rule_check_name(check, "rule", rule->name))
		return false;
	check->rule_name = rule->name;
	if (!rule_check_names(check, "programme", &rule->programmes) ||
		!check_terms(check, rule))
		return false;
	drop_what_the_book_says(rule, check->rules);
	rule->when = rule_check_condition(check, rule->when);
	return rule->when != NULL &&
		rule_check_grants(check, rule) &&
		rule_check_caps(check, "cap", rule->caps);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static bool
check_rule_names_differ(RuleCheck *check, const List *rules)
{
	int			count = list_length(rules);
	char	  **names = palloc_array(char *, count);
	bool		differ = true;

	for (int i = 0; i < count; i++)
		names[i] = ((Rule *) list_nth(rules, i))->name;
	qsort(names, count, sizeof(char *), compare_names);
	for (int i = 1; i < count && differ; i++)
	{
		if (strcmp(names[i - 1], names[i]) == 0)
		{
			check->rule_name = names[i];
			differ = rule_refuse(check, "two rules have the same name",
							"Name each rule differently: decisions are explained by rule names.");
		}
	}
	pfree(names);
	return differ;
}

/*
 * The heading
 */

static bool
check_clauses(const RuleCheck *check, RuleSet *rules)
{
	if (rules->duplicates == DUPLICATES_COUNT ? rules->duplicates_by_title :
		rule_word(rule_duplicates_words, rules->duplicates) == NULL)
		return rule_refuse(check, "what becomes of duplicates is not said",
						   "Write duplicates highest, first or share.");
	return rule_check_names(check, "programme", &rules->programmes) &&
		check_range(check, rules->effective_from, rules->effective_to) &&
		rule_check_scales(check, rules->scales) &&
		rule_check_tables(check, rules->tables) &&
		rule_check_groups(check, "same", &rules->same) &&
		rule_check_groups(check, "substitutes", &rules->substitutes) &&
		rule_check_exclusions(check, &rules->exclusions) &&
		rule_check_shelf_lives(check, rules->shelf_lives) &&
		rule_check_caps(check, "cap", rules->caps) &&
		rule_check_minimums(check, rules->minimums);
}

/* whose rules are in canonical form */
static bool
check_points(const RuleCheck *check, const RuleSet *rules)
{
	const RuleMonthDay *year = rules->points_year;

	if (rules->points_period == 0 && rules->points_year == NULL)
		return true;
	if (!rule_check_period(check, "the time that points keep", rules->points_period, rules->points_unit))
		return false;
	if (year != NULL && !rule_month_day_valid(year->month, year->day))
		return rule_refuse(check, "the year in which points expire starts on no day of every year",
						   "Write month and day of a day that every year has, like 09-01.");
	if ((rule_set_granted_units(rules) & (1 << UNIT_PT)) == 0)
		return rule_refuse(check, "it is said when points expire, but no rule grants points",
						   "Grant points, like 5 pt, or leave the clause out.");
	return true;
}

static bool
check_heading(const RuleCheck *check, RuleSet *rules)
{
	if (!rule_check_name(check, "rule_set", rules->name))
		return false;
	if (rules->version < 1)
		return rule_refuse(check, psprintf("version %d is not above zero", rules->version),
						   "Number versions from 1.");
	if (!check_rounding(check, rules->round_mode, rules->round_digits) ||
		!check_clauses(check, rules))
		return false;
	if (rules->rules == NIL)
		return rule_refuse(check, "there is no rule",
						   "Add at least one: rule 'name' when ... grant ...");
	if (list_length(rules->rules) > RULE_SET_MAX_RULES)
		return rule_refuse(check, psprintf("there are more than %d rules", RULE_SET_MAX_RULES),
						   "Split it into several rule sets.");
	return true;
}

/*
 * What is stored must be readable from its own text, or a dump could not be
 * restored.
 */
static bool
check_text_length(const RuleSet *rules, Node *escontext)
{
	char	   *text = rule_set_text(rules);
	size_t		length = strlen(text);

	pfree(text);
	if (length > RULE_SET_MAX_TEXT)
		ereturn(escontext, false,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid rule_set: its canonical text is longer than 16 MB"),
				 errdetail("The text is %zu bytes long.", length),
				 errhint("Split it into several rule sets.")));
	return true;
}

bool
rule_set_check(RuleSet *rules, Node *escontext)
{
	RuleCheck	check = {escontext, rules, NULL, 0, false};
	ListCell   *cell;

	if (!check_heading(&check, rules))
		return false;
	foreach(cell, rules->rules)
	{
		check.rule_name = NULL;
		check.rule_number = foreach_current_index(cell) + 1;
		CHECK_FOR_INTERRUPTS();
		if (!check_rule(&check, lfirst(cell)))
			return false;
	}
	if (!check_rule_names_differ(&check, rules->rules))
		return false;
	check.rule_name = NULL;
	check.rule_number = 0;
	if (!check_points(&check, rules))
		return false;
	rule_set_sort_rules(rules->rules);
	return check_text_length(rules, escontext);
}
