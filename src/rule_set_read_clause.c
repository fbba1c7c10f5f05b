/*
 * rule_set_read_clause.c
 *		Caps, and the clauses of the heading that are groups of records.
 *
 * Promise: as rule_set_read.c.
 */
#include "postgres.h"

#include "compat.h"
#include "rule_set_bytes.h"

static List *
read_scope(List *scopes, RuleReader *record)
{
	RuleScope  *scope = palloc0(sizeof(RuleScope));

	if (record->end - record->next < 2)
		rule_refuse_bytes(record, "a record has the wrong length");
	scope->kind = rule_take_byte(record);
	scope->achievement_class = rule_take_byte(record);
	if (scope->kind < SCOPE_TOTAL || scope->kind > SCOPE_COMPULSORY ||
		(scope->kind == SCOPE_CLASS ? !rule_class_exists(scope->achievement_class) :
		 scope->achievement_class != 0))
		rule_refuse_bytes(record, "unknown scope");
	if (scope->kind == SCOPE_CATEGORY || scope->kind == SCOPE_ISSUER || scope->kind == SCOPE_TAG)
		scope->name = rule_read_string(record);
	else
		rule_expect_length(record, 0);
	return lappend(scopes, scope);
}

static List *
read_start(List *starts, RuleReader *record)
{
	RuleMonthDay *start = rule_month_day(0, 0);

	rule_expect_length(record, 2);
	start->month = rule_take_byte(record);
	start->day = rule_take_byte(record);
	return lappend(starts, start);
}

static void
read_percent_of(RuleReader *record, RuleCap *cap)
{
	cap->percent_of = rule_read_first_byte(record);
	if (cap->percent_of == OF_CATEGORY)
		cap->percent_category = rule_read_string(record);
	else
		rule_expect_length(record, 0);
}

RuleCap *
rule_read_cap(RuleReader *group)
{
	RuleCap    *cap = palloc0(sizeof(RuleCap));
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_CAP_SCOPE:
				cap->scopes = read_scope(cap->scopes, &record);
				break;
			case TAG_CAP_AMOUNT:
				cap->has_amount = true;
				cap->amount = rule_read_amount(&record);
				break;
			case TAG_CAP_PERCENT:
				cap->percent = rule_read_int64(&record);
				cap->percent_of = OF_PROGRAMME;
				break;
			case TAG_CAP_ITEMS:
				cap->max_items = rule_read_int32(&record);
				break;
			case TAG_CAP_PERCENT_OF:
				read_percent_of(&record, cap);
				break;
			case TAG_CAP_YEAR:
			case TAG_CAP_TERM:
				cap->starts = read_start(cap->starts, &record);
				break;
			default:
				rule_refuse_bytes(&record, "unknown record in a cap");
		}
	}
	if (cap->scopes == NIL)
		rule_refuse_bytes(group, "a cap has no known scope");
	return cap;
}

static List *
read_members(RuleReader *group)
{
	List	   *members = NIL;
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (tag != TAG_MEMBER)
			rule_refuse_bytes(&record, "unknown record in a group of achievements");
		members = lappend(members, rule_read_string(&record));
	}
	return members;
}

static RuleShelfLife *
read_shelf_life(RuleReader *group)
{
	RuleShelfLife *life = palloc0(sizeof(RuleShelfLife));
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (tag == TAG_WITHIN)
			rule_read_period(&record, &life->period, &life->unit);
		else if (tag == TAG_CAP_SCOPE)
			life->scopes = read_scope(life->scopes, &record);
		else
			rule_refuse_bytes(&record, "unknown record in a shelf life");
	}
	if (life->scopes == NIL)
		life->scopes = rule_scope_list(SCOPE_TOTAL, 0);
	if (life->period == 0)
		rule_refuse_bytes(group, "a shelf life has no period");
	return life;
}

/* a period, and perhaps the first day of a year behind it */
static void
read_points_expire(RuleReader *record, RuleSet *rules)
{
	RuleReader	period = *record;

	if ((size_t) (record->end - record->next) > RULE_PERIOD_LENGTH)
	{
		period.end = record->next + RULE_PERIOD_LENGTH;
		record->next = period.end;
		rules->points_year = linitial(read_start(NIL, record));
	}
	rule_read_period(&period, &rules->points_period, &rules->points_unit);
}

static RuleScale *
read_scale(RuleReader *group)
{
	RuleScale  *scale = palloc0(sizeof(RuleScale));
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (tag == TAG_NAME)
			scale->name = rule_read_string(&record);
		else if (tag == TAG_MEMBER)
			scale->words = lappend(scale->words, rule_read_string(&record));
		else
			rule_refuse_bytes(&record, "unknown record in a scale");
	}
	if (scale->name == NULL)
		rule_refuse_bytes(group, "a scale has no name");
	return scale;
}

static RuleCell *
read_cell(RuleReader *record)
{
	RuleCell   *cell = palloc0(sizeof(RuleCell));

	cell->kind = rule_read_first_byte(record);
	switch (cell->kind)
	{
		case CELL_ANY:
			rule_expect_length(record, 0);
			return cell;
		case CELL_WORD:
			cell->word = rule_read_string(record);
			return cell;
		case CELL_NUMBER:
			rule_expect_length(record, 1 + sizeof(int64));
			cell->operator = rule_take_code(record, rule_operator_words);
			cell->value = rule_take_int64(record);
			return cell;
	}
	rule_refuse_bytes(record, "unknown cell");
}

static RuleRow *
read_row(RuleReader *group)
{
	RuleRow    *row = palloc0(sizeof(RuleRow));
	bool		has_amount = false;
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (tag == TAG_GRANT_AMOUNT)
		{
			has_amount = true;
			row->amount = rule_read_amount(&record);
		}
		else if (tag == TAG_CELL)
			row->cells = lappend(row->cells, read_cell(&record));
		else
			rule_refuse_bytes(&record, "unknown record in a row");
	}
	if (!has_amount)
		rule_refuse_bytes(group, "a row has no amount");
	return row;
}

static RuleTable *
read_table(RuleReader *group)
{
	RuleTable  *table = palloc0(sizeof(RuleTable));
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (tag == TAG_NAME)
			table->name = rule_read_string(&record);
		else if (tag == TAG_KEY)
			table->keys = lappend_int(table->keys, rule_read_code(&record, rule_parameter_words));
		else if (tag == TAG_ROW)
			table->rows = lappend(table->rows, read_row(&record));
		else
			rule_refuse_bytes(&record, "unknown record in a table");
	}
	if (table->name == NULL)
		rule_refuse_bytes(group, "a table has no name");
	return table;
}

/*
 * A clause of the heading; false when the tag is of none of those here.
 */
bool
rule_read_clause(RuleSet *rules, int tag, RuleReader *record)
{
	switch (tag)
	{
		case TAG_PARTIAL:
			rule_read_mark(record);
			rules->partial = true;
			return true;
		case TAG_DUPLICATES:
			rule_expect_length(record, 2);
			rules->duplicates = rule_take_code(record, rule_duplicates_words);
			rules->duplicates_by_title = rule_take_byte(record) != 0;
			return true;
		case TAG_SAME:
			rules->same = lappend(rules->same, read_members(record));
			return true;
		case TAG_SUBSTITUTES:
			rules->substitutes = lappend(rules->substitutes, read_members(record));
			return true;
		case TAG_SHELF_LIFE:
			rules->shelf_lives = lappend(rules->shelf_lives, read_shelf_life(record));
			return true;
		case TAG_EXCLUDE:
			rules->exclusions = read_scope(rules->exclusions, record);
			return true;
		case TAG_SCALE:
			rules->scales = lappend(rules->scales, read_scale(record));
			return true;
		case TAG_TABLE:
			rules->tables = lappend(rules->tables, read_table(record));
			return true;
		case TAG_MINIMUM:
			rules->minimums = lappend(rules->minimums, rule_read_cap(record));
			return true;
		case TAG_POINTS_EXPIRE:
			read_points_expire(record, rules);
			return true;
		case TAG_CAP:
			rules->caps = lappend(rules->caps, rule_read_cap(record));
			return true;
		default:
			return false;
	}
}
