/*
 * evaluate_table.c
 *		Amounts looked up in the tables of a rule set.
 *
 * Promise: of the rows that match what an achievement states the largest amount
 * counts, so that the order of rows means nothing.  Numbers are compared exactly
 * as they were written.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_match.h"

/* what an achievement states for a key of a table */
typedef struct Stated
{
	const char *text;			/* NULL: nothing, or tags */
	const WordList *tags;		/* NULL: another key */
	Numeric		number;			/* NULL: none */
	int64		floor;			/* the number in ten-thousandths, rounded down */
	bool		exact;			/* it is that */
} Stated;

/* beyond every number of a cell */
#define FLOOR_MAX (RULE_NUMBER_MAX + 1)

/* fills floor and exact from a number's text: "-12.34567" */
static void
split_number(const char *text, Stated *stated)
{
	bool		negative = *text == '-';
	const char *cursor = negative ? text + 1 : text;
	int			decimals = -1;

	stated->floor = 0;
	stated->exact = true;
	for (; *cursor != '\0'; cursor++)
	{
		if (*cursor == '.')
			decimals = 0;
		else if (decimals == 4)
			stated->exact &= *cursor == '0';
		else
		{
			stated->floor = Min(stated->floor, FLOOR_MAX) * 10 + (*cursor - '0');
			decimals += decimals >= 0;
		}
	}
	for (decimals = Max(decimals, 0); decimals < 4; decimals++)
		stated->floor = Min(stated->floor, FLOOR_MAX) * 10;
	if (negative)
		stated->floor = -stated->floor - (stated->exact ? 0 : 1);
}

static Stated
stated_number(Numeric number)
{
	Stated		stated = {.number = number};

	if (number == NULL)
		return stated;
	stated.text = numeric_normalize(number);
	split_number(stated.text, &stated);
	return stated;
}

/* a label is compared with words as it is written */
static Stated
stated_label(const char *label, Numeric number)
{
	Stated		stated = stated_number(number);

	stated.text = label;
	return stated;
}

static Stated
stated_key(const Inputs *inputs, const Achievement *achievement, RuleParameter key)
{
	const InputItem *item = &inputs->items[achievement->item];

	switch (key)
	{
		case PARAM_LEVEL:
			return stated_number(achievement->level);
		case PARAM_PLACE:
			return stated_number(achievement->team_place);
		case PARAM_GRADE:
			return stated_label(achievement->grade, achievement->grade_number);
		case PARAM_RANK:
			return stated_label(achievement->rank, achievement->rank_number);
		case PARAM_TAG:
			return (Stated) {.tags = &achievement->tags};
		case PARAM_CLASS:
			return (Stated) {.text = achievement_class_name(item->achievement_class)};
		case PARAM_ISSUER:
			return (Stated) {.text = item->issuer};
		case PARAM_INSTITUTION:
			return (Stated) {.text = achievement->institution};
		case PARAM_SCALE:
			return (Stated) {.text = achievement->scale};
		default:
			return (Stated) {.text = NULL};
	}
}

static bool
number_matches(const RuleCell *cell, const Stated *stated)
{
	int			comparison = stated->floor < cell->value ? -1 :
		stated->floor > cell->value || !stated->exact ? 1 : 0;

	return stated->number != NULL && comparison_holds(cell->operator, comparison);
}

static bool
cell_matches(const RuleCell *cell, const Stated *stated)
{
	switch (cell->kind)
	{
		case CELL_ANY:
			return true;
		case CELL_WORD:
			if (stated->tags != NULL)
				return word_listed(stated->tags, cell->word);
			return stated->text != NULL && strcmp(stated->text, cell->word) == 0;
		case CELL_NUMBER:
			return number_matches(cell, stated);
	}
	pg_unreachable();
}

static bool
row_matches(const RuleRow *row, const Stated *stated)
{
	ListCell   *cell;

	foreach(cell, row->cells)
	{
		if (!cell_matches(lfirst(cell), &stated[foreach_current_index(cell)]))
			return false;
	}
	return true;
}

static Stated *
stated_keys(const Inputs *inputs, const RuleTable *table, const Achievement *achievement)
{
	Stated	   *stated = palloc(sizeof(Stated) * list_length(table->keys));
	ListCell   *cell;

	foreach(cell, table->keys)
		stated[foreach_current_index(cell)] = stated_key(inputs, achievement, lfirst_int(cell));
	return stated;
}

static void
spend_rows(Evaluation *evaluation, const RuleTable *table, const Achievement *achievement)
{
	int64		compared = (int64) list_length(table->rows) * (1 + achievement->tags.count / 16);

	evaluation_spend(evaluation, 1 + (int) Min(compared / 8, PG_INT32_MAX - 1), NULL);
}

/* the largest amount of a matching row; false when none matches */
bool
table_amount(Evaluation *evaluation, const char *name, const Achievement *achievement,
			 CreditAmount *amount)
{
	const RuleTable *table = rule_table_named(evaluation->prepared->rule_set, name);
	const Stated *stated = stated_keys(&evaluation->inputs, table, achievement);
	bool		found = false;
	ListCell   *cell;

	spend_rows(evaluation, table, achievement);
	foreach(cell, table->rows)
	{
		const RuleRow *row = lfirst(cell);

		if ((!found || row->amount > *amount) && row_matches(row, stated))
		{
			*amount = row->amount;
			found = true;
		}
	}
	return found;
}

static void
append_stated(StringInfo text, EvaluationLanguage language, const Stated *stated)
{
	int			tags = stated->tags ? stated->tags->count : 0;

	for (int i = 0; i < tags; i++)
		appendStringInfo(text, "%s'%s'", i > 0 ? " " : "", stated->tags->words[i]);
	if (tags > 0)
		return;
	if (stated->text == NULL)
		appendStringInfoString(text, say(language, SAY_NOTHING_STATED));
	else
		appendStringInfo(text, stated->number ? "%s" : "'%s'", stated->text);
}

/* what an achievement states for the keys: "'national', 2" */
char *
table_keys_text(Evaluation *evaluation, const char *name, const Achievement *achievement)
{
	const RuleTable *table = rule_table_named(evaluation->prepared->rule_set, name);
	const Stated *stated = stated_keys(&evaluation->inputs, table, achievement);
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < list_length(table->keys); i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		append_stated(&text, evaluation->language, &stated[i]);
	}
	evaluation_spend_text(evaluation, text.data);
	return text.data;
}
