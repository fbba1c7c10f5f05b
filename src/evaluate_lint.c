/*
 * evaluate_lint.c
 *		check_rule_set: what is doubtful in a book of rules, and its heading.
 *
 * Promise: it never refuses a book and never changes one; the rows depend on
 * the arguments alone.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "evaluate_lint.h"
#include "evaluate_match.h"

PG_FUNCTION_INFO_V1(creditbank_check_rule_set);

#define LINT_COLUMNS 4

/* rows of a table that a row is compared with */
#define ROWS_MAX 500

void
lint_report(Lint *lint, const Rule *rule, const char *problem,
			const char *message, const char *hint)
{
	Datum		values[LINT_COLUMNS] = {0};
	bool		nulls[LINT_COLUMNS] = {false};

	nulls[0] = rule == NULL;
	if (rule != NULL)
		values[0] = CStringGetTextDatum(rule->name);
	values[1] = CStringGetTextDatum(problem);
	values[2] = CStringGetTextDatum(message);
	values[3] = CStringGetTextDatum(hint);
	tuplestore_putvalues(lint->result->setResult, lint->result->setDesc, values, nulls);
}

/* What is declared a substitute may be of any class and issuer. */
const char *
lint_covering_pattern(const Lint *lint, const RuleCondition *source)
{
	return ref_groups_find(&lint->substitutes, source->pattern) != NIL ? "*" : source->pattern;
}

/*
 * What nothing uses
 */

/* the place of what is named in a list ordered by name, as a look-up found it */
static void
mark_used(const List *list, bool *used, const void *found)
{
	int			low = 0;
	int			high = list_length(list) - 1;
	const char *name;

	if (found == NULL)
		return;
	name = *(char *const *) found;
	while (low <= high)
	{
		int			middle = low + (high - low) / 2;
		int			order = rule_compare_names(*(char *const *) list_nth(list, middle), name);

		if (order == 0)
		{
			used[middle] = true;
			return;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle - 1;
	}
}

static void
mark_scales(const Lint *lint, const RuleCondition *condition, bool *used)
{
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, condition->tests)
	{
		const RuleTest *test = lfirst(cell);

		if (test->scale != NULL)
			mark_used(lint->book->scales, used, rule_scale_named(lint->book, test->scale));
	}
	foreach(cell, condition->children)
		mark_scales(lint, lfirst(cell), used);
}

static void
mark_tables(const Lint *lint, const Rule *rule, bool *used)
{
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);

		if (grant->table != NULL)
			mark_used(lint->book->tables, used, rule_table_named(lint->book, grant->table));
	}
}

static void
report_unused(Lint *lint, const char *what, const List *list, const bool *used)
{
	for (int i = 0; i < list_length(list); i++)
	{
		if (!used[i])
			lint_report(lint, NULL, "unused",
						psprintf("No rule uses %s '%s'.", what, *(char *const *) list_nth(list, i)),
						"Leave it out, or name it in a rule.");
	}
}

static void
check_uses(Lint *lint)
{
	bool	   *scales = palloc0(list_length(lint->book->scales) + 1);
	bool	   *tables = palloc0(list_length(lint->book->tables) + 1);

	for (int i = 0; i < lint->rule_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (lint->book->scales != NIL)
			mark_scales(lint, lint->rules[i].rule->when, scales);
		if (lint->book->tables != NIL)
			mark_tables(lint, lint->rules[i].rule, tables);
	}
	report_unused(lint, "scale", lint->book->scales, scales);
	report_unused(lint, "table", lint->book->tables, tables);
}

/*
 * Rows that never count
 */

static bool
cell_covers(const RuleCell *wide, const RuleCell *narrow)
{
	if (wide->kind == CELL_ANY)
		return true;
	if (wide->kind != narrow->kind)
		return false;
	if (wide->kind == CELL_WORD)
		return strcmp(wide->word, narrow->word) == 0;
	return lint_range_within(lint_range(narrow->operator, narrow->value),
							 lint_range(wide->operator, wide->value));
}

static bool
row_covers(const RuleRow *wide, const RuleRow *narrow)
{
	for (int i = 0; i < list_length(wide->cells); i++)
	{
		if (!cell_covers(list_nth(wide->cells, i), list_nth(narrow->cells, i)))
			return false;
	}
	return true;
}

static char *
row_text(const RuleRow *row)
{
	StringInfoData text;
	ListCell   *place;

	initStringInfo(&text);
	foreach(place, row->cells)
	{
		const RuleCell *cell = lfirst(place);

		if (foreach_current_index(place) > 0)
			appendStringInfoString(&text, ", ");
		if (cell->kind == CELL_ANY)
			appendStringInfoString(&text, "any");
		else if (cell->kind == CELL_WORD)
			appendStringInfo(&text, "'%s'", cell->word);
		else
			appendStringInfo(&text, "%s %s", rule_operator_sign(cell->operator),
							 rule_decimal_text(cell->value));
	}
	appendStringInfo(&text, " is %s", amount_text(row->amount));
	return text.data;
}

/* rows stand by amount, the largest first: those before a row beat it */
static void
check_row(Lint *lint, const RuleTable *table, int place)
{
	const RuleRow *row = list_nth(table->rows, place);

	CHECK_FOR_INTERRUPTS();
	for (int i = Max(0, place - ROWS_MAX); i < place; i++)
	{
		if (!row_covers(list_nth(table->rows, i), row))
			continue;
		lint_report(lint, NULL, "unused",
					psprintf("In table '%s' the row %s never counts: whatever matches it matches %s.",
							 table->name, row_text(row), row_text(list_nth(table->rows, i))),
					"Of the rows that match the largest amount counts.");
		return;
	}
}

static void
check_rows(Lint *lint)
{
	ListCell   *cell;

	foreach(cell, lint->book->tables)
	{
		const RuleTable *table = lfirst(cell);

		for (int i = 1; i < list_length(table->rows); i++)
			check_row(lint, table, i);
	}
}

/*
 * What the programme lacks
 */

bool
lint_rule_is_for_programme(const Lint *lint, const Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule->programmes)
	{
		if (strcmp(lfirst(cell), lint->programme->code) == 0)
			return true;
	}
	return rule->programmes == NIL;
}

static int
compare_categories(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* the categories of courses, and the credits of those that are compulsory */
static void
gather_courses(Lint *lint)
{
	const Programme *programme = lint->programme;
	CreditAmount sum = credit_amount_pack(UNIT_CR, 0);
	bool		known = true;

	lint->course_categories = palloc(sizeof(char *) * Max(programme->course_count, 1));
	for (int i = 0; i < programme->course_count; i++)
	{
		const Course *course = &programme->courses[i];

		CHECK_FOR_INTERRUPTS();
		if (course->category != NULL)
			lint->course_categories[lint->course_category_count++] = course->category;
		if (!course->compulsory)
			continue;
		known &= course->credits.given &&
			credit_amount_unit_code(course->credits.amount) == UNIT_CR;
		if (known)
			sum = credit_amount_add(sum, course->credits.amount);
	}
	lint->compulsory = (OptionalAmount) {known, sum};
	qsort(lint->course_categories, lint->course_category_count, sizeof(char *), compare_categories);
}

/* does the programme know the category, be it of a course alone? */
static bool
check_category(Lint *lint, const Rule *rule, const char *name, const char *where)
{
	if (programme_category(lint->programme, name) != NULL ||
		bsearch(&name, lint->course_categories, lint->course_category_count,
				sizeof(char *), compare_categories) != NULL)
		return true;
	lint_report(lint, rule, "unknown_category",
				psprintf("Programme '%s' has no category '%s', which %s names.",
						 lint->programme->code, name, where),
				"Correct the name, or add the category to the programme.");
	return false;
}

/* what a percentage is of must be stated */
static void
check_percentage(Lint *lint, const Rule *rule, const RuleCap *cap, const char *where)
{
	const char *lacking = NULL;
	const Category *category;

	if (cap->percent == 0)
		return;
	if (cap->percent_of == OF_CATEGORY)
	{
		if (!check_category(lint, rule, cap->percent_category, where))
			return;
		category = programme_category(lint->programme, cap->percent_category);
		if (category == NULL || !category->credits.given)
			lacking = psprintf("credits of category '%s'", cap->percent_category);
	}
	else if (cap->percent_of == OF_COMPULSORY)
		lacking = lint->compulsory.given ? NULL : "credits of every compulsory course";
	else
		lacking = lint->programme->total.given ? NULL : "total";
	if (lacking != NULL)
		lint_report(lint, rule, "no_credits",
					psprintf("Programme '%s' does not state the %s, and %s needs it.",
							 lint->programme->code, lacking, where),
					"State it in the programme; without it nothing can be evaluated.");
}

static void
check_scopes(Lint *lint, const List *scopes, const char *where)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		const RuleScope *scope = lfirst(cell);

		if (scope->kind == SCOPE_CATEGORY)
			(void) check_category(lint, NULL, scope->name, where);
	}
}

static void
check_limits(Lint *lint, const Rule *rule, const List *caps, const char *what)
{
	ListCell   *cell;

	foreach(cell, caps)
	{
		const RuleCap *cap = lfirst(cell);
		char	   *where = psprintf("%s %s", what, rule_cap_text(cap));

		check_scopes(lint, cap->scopes, where);
		check_percentage(lint, rule, cap, where);
	}
}

static void
check_programme(Lint *lint)
{
	const RuleSet *book = lint->book;
	ListCell   *cell;
	bool		is_for_it = book->programmes == NIL;

	foreach(cell, book->programmes)
		is_for_it |= strcmp(lfirst(cell), lint->programme->code) == 0;
	if (!is_for_it)
		lint_report(lint, NULL, "other_programme",
					psprintf("The book is not for programme '%s'.", lint->programme->code),
					"Check it against a programme that its heading names.");
	check_scopes(lint, book->exclusions, "the clause exclude");
	check_limits(lint, NULL, book->caps, "cap");
	check_limits(lint, NULL, book->minimums, "minimum");
	foreach(cell, book->rules)
	{
		const Rule *rule = lfirst(cell);

		if (rule->caps != NIL && lint_rule_is_for_programme(lint, rule))
			check_limits(lint, rule, rule->caps, "cap");
	}
}

/*
 * The whole
 */

static int
count_sources(const RuleCondition *condition)
{
	int			count = condition->kind == COND_SOURCE ? 1 : 0;
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, condition->children)
		count += count_sources(lfirst(cell));
	return count;
}

static void
add_sources(Lint *lint, const RuleCondition *condition, int rule)
{
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		lint->sources[lint->source_count++] = (LintSource) {condition, rule, false};
	foreach(cell, condition->children)
		add_sources(lint, lfirst(cell), rule);
}

static void
add_rules(Lint *lint)
{
	int			source_count = 0;
	ListCell   *cell;

	lint->rules = palloc0(sizeof(LintRule) * list_length(lint->book->rules));
	foreach(cell, lint->book->rules)
	{
		LintRule   *rule = &lint->rules[lint->rule_count++];

		rule->rule = lfirst(cell);
		rule->first_source = source_count;
		rule->source_count = count_sources(rule->rule->when);
		source_count += rule->source_count;
	}
	lint->sources = palloc_extended(sizeof(LintSource) * Max(source_count, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < lint->rule_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_sources(lint, lint->rules[i].rule->when, i);
	}
	lint_index_sources(lint);
}

static void
check_book(Lint *lint)
{
	lint->substitutes = ref_groups_make(lint->book->substitutes);
	add_rules(lint);
	check_uses(lint);
	check_rows(lint);
	if (lint->programme != NULL)
		check_programme(lint);
	for (int i = 0; i < lint->rule_count; i++)
		lint_rule(lint, &lint->rules[i]);
	for (int i = 0; i < lint->rule_count; i++)
		lint_pairs(lint, &lint->rules[i]);
}

/*
 * check_rule_set(rules, programme) -> doubts; programme may be NULL
 */
Datum
creditbank_check_rule_set(PG_FUNCTION_ARGS)
{
	Lint		lint = {0};
	Programme	programme;
	MemoryContext work;
	MemoryContext caller;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	work = AllocSetContextCreate(CurrentMemoryContext, "creditbank rule check", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(work);
	lint.result = (ReturnSetInfo *) fcinfo->resultinfo;
	lint.book = rule_set_read(PG_GETARG_RULE_SET_P(0));
	if (!PG_ARGISNULL(1))
	{
		programme_read(&programme, PG_GETARG_JSONB_P(1));
		lint.programme = &programme;
		gather_courses(&lint);
	}
	check_book(&lint);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	return (Datum) 0;
}
