/*
 * rule_set_check_table.c
 *		Scales of grades, tables of amounts, and what is declared the same.
 *
 * Promise: tables and groups come out in one order, whatever order they were
 * written in; the order of a scale's words is its meaning and stays.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "rule_set_check.h"

#define MAX_KEYS 3

/* scales and tables both begin with their name */
static const char *
name_of(const ListCell *cell)
{
	return *(char *const *) lfirst(cell);
}

static int
compare_named(const ListCell *a, const ListCell *b)
{
	return rule_compare_names(name_of(a), name_of(b));
}

static bool
sort_named(const RuleCheck *check, const char *what, List *list)
{
	list_sort(list, compare_named);
	for (int i = 1; i < list_length(list); i++)
	{
		if (compare_named(list_nth_cell(list, i - 1), list_nth_cell(list, i)) == 0)
			return rule_refuse(check, psprintf("two %ss have the name \"%s\"", what,
											   name_of(list_nth_cell(list, i))),
							   "Name each differently.");
	}
	return true;
}

/*
 * Scales
 */

static bool
check_scale(const RuleCheck *check, RuleScale *scale)
{
	if (!rule_check_name(check, "scale", scale->name))
		return false;
	if (list_length(scale->words) < 2)
		return rule_refuse(check, psprintf("scale \"%s\" has fewer than two grades", scale->name),
						   "Name its grades, the lowest first: 'F' < 'D' < 'C'.");
	scale->by_name = list_copy(scale->words);
	if (!rule_check_names(check, "grade", &scale->by_name))
		return false;
	if (list_length(scale->by_name) != list_length(scale->words))
		return rule_refuse(check, psprintf("scale \"%s\" names a grade twice", scale->name),
						   "Each grade has one place on a scale.");
	return true;
}

bool
rule_check_scales(const RuleCheck *check, List *scales)
{
	ListCell   *cell;

	foreach(cell, scales)
	{
		CHECK_FOR_INTERRUPTS();
		if (!check_scale(check, lfirst(cell)))
			return false;
	}
	return sort_named(check, "scale", scales);
}

/*
 * Tables
 */

static bool
key_takes_number(RuleParameter key)
{
	return key == PARAM_LEVEL || key == PARAM_GRADE || key == PARAM_PLACE || key == PARAM_RANK;
}

static bool
key_takes_word(RuleParameter key)
{
	return key == PARAM_GRADE || key >= PARAM_RANK;
}

static bool
check_word_cell(const RuleCheck *check, const RuleTable *table, RuleParameter key, RuleCell *cell)
{
	if (!rule_check_name(check, "cell", cell->word))
		return false;
	if (!key_takes_word(key))
		return rule_refuse(check, psprintf("table \"%s\" compares %s with '%s'", table->name,
										   rule_parameter_name(key), cell->word),
						   "Level and place are numbers.");
	if (key == PARAM_CLASS && achievement_class_from_name(cell->word, strlen(cell->word)) == 0)
		return rule_refuse(check, psprintf("table \"%s\" names the class '%s', which does not exist",
										   table->name, cell->word),
						   "Name a class of achievements, such as 'cert' or 'training'.");
	if (key == PARAM_ISSUER)
		cell->word = rule_issuer_parse(cell->word, check->escontext);
	return cell->word != NULL;
}

static bool
check_cell(const RuleCheck *check, const RuleTable *table, RuleParameter key, RuleCell *cell)
{
	switch (cell->kind)
	{
		case CELL_ANY:
			return true;
		case CELL_WORD:
			return check_word_cell(check, table, key, cell);
		case CELL_NUMBER:
			if (!key_takes_number(key))
				return rule_refuse(check, psprintf("table \"%s\" compares %s with a number", table->name,
												   rule_parameter_name(key)),
								   "Put the word in single quotes, or write any.");
			if (rule_operator_sign(cell->operator) != NULL &&
				cell->value >= 0 && cell->value <= RULE_NUMBER_MAX)
				return true;
			break;
	}
	return rule_refuse(check, psprintf("a cell of table \"%s\" is out of range", table->name),
					   "Compare with a number from zero up.");
}

static bool
check_row(const RuleCheck *check, const RuleTable *table, const RuleRow *row)
{
	const RuleRow *first = linitial(table->rows);

	CHECK_FOR_INTERRUPTS();
	if (list_length(row->cells) != list_length(table->keys))
		return rule_refuse(check, psprintf("a row of table \"%s\" has not as many cells as there are keys", table->name),
						   "A row has one cell for each key; write any where it does not matter.");
	for (int i = 0; i < list_length(row->cells); i++)
	{
		if (!check_cell(check, table, list_nth_int(table->keys, i), list_nth(row->cells, i)))
			return false;
	}
	if (!rule_is_credit(row->amount) || credit_amount_count(row->amount) <= 0)
		return rule_refuse(check, psprintf("an amount in table \"%s\" is not an amount of credit or points above zero",
										   table->name),
						   "Amounts are in cr or pt, such as 3 cr.");
	if (credit_amount_unit_code(row->amount) != credit_amount_unit_code(first->amount))
		return rule_refuse(check, psprintf("the amounts in table \"%s\" are of different units", table->name),
						   "The largest amount counts, so all are of one unit.");
	return true;
}

static int
compare_cells(const ListCell *a, const ListCell *b)
{
	const RuleCell *x = lfirst(a);
	const RuleCell *y = lfirst(b);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->kind == CELL_WORD)
		return rule_compare_names(x->word, y->word);
	if (x->operator != y->operator)
		return x->operator < y->operator ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

/* the largest amount first, then cell by cell */
static int
compare_rows(const ListCell *a, const ListCell *b)
{
	const RuleRow *x = lfirst(a);
	const RuleRow *y = lfirst(b);
	int			order = 0;

	if (x->amount != y->amount)
		return credit_amount_count(x->amount) > credit_amount_count(y->amount) ? -1 : 1;
	for (int i = 0; i < list_length(x->cells) && order == 0; i++)
		order = compare_cells(list_nth_cell(x->cells, i), list_nth_cell(y->cells, i));
	return order;
}

/* the place of the smallest key above the last one taken */
static int
next_key(const List *keys, int last)
{
	int			next = -1;

	for (int i = 0; i < list_length(keys); i++)
	{
		int			key = list_nth_int(keys, i);

		if (key > last && (next < 0 || key < list_nth_int(keys, next)))
			next = i;
	}
	return next;
}

/* the order of the keys means nothing, so it is made one, in every row */
static void
sort_keys(RuleTable *table)
{
	int			places[MAX_KEYS];
	int			count = list_length(table->keys);
	int			last = 0;
	List	   *keys = NIL;
	ListCell   *place;

	for (int i = 0; i < count; i++)
	{
		places[i] = next_key(table->keys, last);
		last = list_nth_int(table->keys, places[i]);
		keys = lappend_int(keys, last);
	}
	table->keys = keys;
	foreach(place, table->rows)
	{
		RuleRow    *row = lfirst(place);
		List	   *cells = NIL;

		for (int i = 0; i < count; i++)
			cells = lappend(cells, list_nth(row->cells, places[i]));
		row->cells = cells;
	}
}

static bool
check_keys(const RuleCheck *check, const RuleTable *table)
{
	int			count = list_length(table->keys);

	if (count < 1 || count > MAX_KEYS)
		return rule_refuse(check, psprintf("table \"%s\" has %d keys", table->name, count),
						   "A table has one, two or three keys.");
	for (int i = 0; i < count; i++)
	{
		RuleParameter key = list_nth_int(table->keys, i);

		if (!key_takes_number(key) && (!key_takes_word(key) || rule_parameter_name(key) == NULL))
			return rule_refuse(check, psprintf("table \"%s\" has a key that is none", table->name),
							   "Keys are level, grade, place, rank, issuer, institution, scale, class and tag.");
		for (int j = 0; j < i; j++)
		{
			if (list_nth_int(table->keys, j) == (int) key)
				return rule_refuse(check, psprintf("table \"%s\" has the key %s twice", table->name,
												   rule_parameter_name(key)),
								   "Name each key once.");
		}
	}
	return true;
}

static bool
check_table(const RuleCheck *check, RuleTable *table)
{
	ListCell   *cell;

	if (!rule_check_name(check, "table", table->name) ||
		!check_keys(check, table))
		return false;
	if (table->rows == NIL)
		return rule_refuse(check, psprintf("table \"%s\" has no row", table->name), "Add a row.");
	foreach(cell, table->rows)
	{
		if (!check_row(check, table, lfirst(cell)))
			return false;
	}
	sort_keys(table);
	table->rows = rule_sort_unique(table->rows, compare_rows);
	return true;
}

bool
rule_check_tables(const RuleCheck *check, List *tables)
{
	ListCell   *cell;

	foreach(cell, tables)
	{
		if (!check_table(check, lfirst(cell)))
			return false;
	}
	return sort_named(check, "table", tables);
}

/*
 * What is declared the same: groups that share a member are one.
 */

typedef struct Member
{
	char	   *ref;
	int			group;
} Member;

static int
compare_members(const void *a, const void *b)
{
	const Member *x = a;
	const Member *y = b;
	int			order = rule_compare_names(x->ref, y->ref);

	return order != 0 ? order : x->group - y->group;
}

/* the group that a group has become part of */
static int
joined_group(int *groups, int group)
{
	while (groups[group] != group)
		group = groups[group] = groups[groups[group]];
	return group;
}

static Member *
flatten(const List *groups, int *count)
{
	Member	   *members;
	int			next = 0;
	ListCell   *group;
	ListCell   *cell;

	*count = 0;
	foreach(group, groups)
		*count += list_length(lfirst(group));
	members = palloc_array(Member, Max(*count, 1));
	foreach(group, groups)
	{
		foreach(cell, (List *) lfirst(group))
			members[next++] = (Member) {lfirst(cell), foreach_current_index(group)};
	}
	qsort(members, *count, sizeof(Member), compare_members);
	return members;
}

/* members in order go into the list of their group, each once */
static List *
merged_groups(const List *groups)
{
	int			count;
	Member	   *members = flatten(groups, &count);
	int		   *joined = palloc_array(int, list_length(groups));
	List	  **lists = palloc0_array(List *, list_length(groups));
	List	   *result = NIL;

	for (int i = 0; i < list_length(groups); i++)
		joined[i] = i;
	for (int i = 1; i < count; i++)
	{
		if (strcmp(members[i - 1].ref, members[i].ref) == 0)
			joined[joined_group(joined, members[i].group)] =
				joined_group(joined, members[i - 1].group);
	}
	for (int i = 0; i < count; i++)
	{
		int			group = joined_group(joined, members[i].group);

		if (i == 0 || strcmp(members[i - 1].ref, members[i].ref) != 0)
			lists[group] = lappend(lists[group], members[i].ref);
	}
	for (int i = 0; i < count; i++)
	{
		int			group = joined_group(joined, members[i].group);

		if (lists[group] != NIL)
			result = lappend(result, lists[group]);
		lists[group] = NIL;
	}
	return result;
}

bool
rule_check_groups(const RuleCheck *check, const char *what, List **groups)
{
	ListCell   *group;
	ListCell   *cell;

	if (*groups == NIL)
		return true;
	foreach(group, *groups)
	{
		if (lfirst(group) == NIL)
			return rule_refuse(check, psprintf("%s names nothing", what),
							   "Name at least two achievements.");
		foreach(cell, (List *) lfirst(group))
		{
			CHECK_FOR_INTERRUPTS();
			lfirst(cell) = rule_member_parse(lfirst(cell), check->escontext);
			if (lfirst(cell) == NULL)
				return false;
		}
	}
	*groups = merged_groups(*groups);
	foreach(group, *groups)
	{
		if (list_length(lfirst(group)) < 2)
			return rule_refuse(check, psprintf("%s names %s and nothing else", what,
											   (char *) linitial((List *) lfirst(group))),
							   "Name at least two achievements.");
	}
	return true;
}
