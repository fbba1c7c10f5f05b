/*
 * rule_set_from_json.c
 *		A rule_set read from jsonb: the book and its heading.
 *
 * Promise: nothing in the jsonb is passed over: an unknown key, a missing one
 * and a value of the wrong kind are errors that name it and its place.  It
 * must never accept what the text could not say.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "rule_set_json.h"

PG_FUNCTION_INFO_V1(rule_set_from_jsonb);

/* a room below that refuses a value does not know its place */
static void
add_place(void *argument)
{
	errcontext("rule_set, at %s in the jsonb", ((JsonPlace *) argument)->path.data);
}

/*
 * Scales and tables
 */

static void *
read_scale(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[] = {{"scale"}, {"grades"}};
	RuleScale  *scale = palloc0(sizeof(RuleScale));

	json_read_item_members(place, item, members, lengthof(members));
	scale->name = json_text_of(place, &members[0], "a name in double quotes");
	scale->words = json_names_of(place, &members[1]);
	return scale;
}

static void *
read_cell(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[] = {{"is"}, {"value"}};
	RuleCell   *cell = palloc0(sizeof(RuleCell));

	if (item->type == jbvNull)
		cell->kind = CELL_ANY;
	else if (item->type == jbvString)
	{
		cell->kind = CELL_WORD;
		cell->word = json_item_text(place, item, "a word");
	}
	else
	{
		cell->kind = CELL_NUMBER;
		cell->operator = OP_EQ;
		if (item->type == jbvNumeric)
		{
			members[1].found = true;
			members[1].value = *item;
		}
		else
		{
			json_read_item_members(place, item, members, lengthof(members));
			cell->operator = json_word_of(place, &members[0], rule_operator_words,
										  "\">=\", \">\", \"<=\", \"<\" or \"=\"");
		}
		cell->value = json_decimal_of(place, &members[1]);
	}
	return cell;
}

static void *
read_row(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[] = {{"cells"}, {"amount"}};
	RuleRow    *row = palloc0(sizeof(RuleRow));

	json_read_item_members(place, item, members, lengthof(members));
	row->cells = json_list_of(place, &members[0], read_cell, 0);
	row->amount = json_amount_of(place, &members[1]);
	return row;
}

static void *
read_table(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[] = {{"table"}, {"by"}, {"rows"}};
	RuleTable  *table = palloc0(sizeof(RuleTable));
	ListCell   *cell;

	json_read_item_members(place, item, members, lengthof(members));
	table->name = json_text_of(place, &members[0], "a name in double quotes");
	foreach(cell, json_names_of(place, &members[1]))
	{
		int			key = rule_word_code(rule_parameter_words, lfirst(cell));

		if (key == 0)
			json_refuse_kind(place, members[1].key, "an array of keys such as \"rank\"");
		table->keys = lappend_int(table->keys, key);
	}
	table->rows = json_list_of(place, &members[2], read_row, 0);
	return table;
}

/*
 * Other clauses
 */

static void *
read_member(JsonPlace *place, const JsonbValue *item, int depth)
{
	return json_item_text(place, item, "a reference in double quotes");
}

static void *
read_group(JsonPlace *place, const JsonbValue *item, int depth)
{
	if (item->type != jbvBinary || !JsonContainerIsArray(item->val.binary.data))
		json_refuse(place, "an array of references is expected", "Name at least two achievements.");
	return json_items_of(place, item->val.binary.data, read_member, depth);
}

static void
read_duplicates(JsonPlace *place, const JsonMember *duplicates, RuleSet *rules)
{
	JsonMember	members[] = {{"take"}, {"by_title"}};
	JsonbContainer *container = json_object_of(place, duplicates);
	int			mark = json_enter_key(place, duplicates->key);

	json_read_members(place, container, members, lengthof(members));
	rules->duplicates = json_word_of(place, &members[0], rule_duplicates_words,
									 "\"highest\", \"first\" or \"share\"");
	rules->duplicates_by_title = json_flag_of(place, &members[1]);
	json_leave(place, mark);
}

static void *
read_shelf_life(JsonPlace *place, const JsonbValue *item, int depth)
{
	JsonMember	members[] = {{"days"}, {"months"}, {"years"}, {"scope"}};
	RuleShelfLife *life = palloc0(sizeof(RuleShelfLife));

	json_read_item_members(place, item, members, lengthof(members));
	life->scopes = members[3].found ? json_scopes_of(place, &members[3]) :
		rule_scope_list(SCOPE_TOTAL, 0);
	json_period_of(place, members, &life->period, &life->unit);
	return life;
}

static void
read_points_expire(JsonPlace *place, const JsonMember *points, RuleSet *rules)
{
	JsonMember	members[] = {{"days"}, {"months"}, {"years"}, {"end_of_year"}};
	JsonbContainer *container = json_object_of(place, points);
	int			mark = json_enter_key(place, points->key);

	json_read_members(place, container, members, lengthof(members));
	json_period_of(place, members, &rules->points_period, &rules->points_unit);
	if (members[3].found)
		rules->points_year = json_month_day_of(place, &members[3]);
	json_leave(place, mark);
}

enum BookMember
{
	BOOK_NAME,
	BOOK_VERSION,
	BOOK_PROGRAMME,
	BOOK_EFFECTIVE,
	BOOK_SCALE,
	BOOK_TABLE,
	BOOK_SAME,
	BOOK_SUBSTITUTES,
	BOOK_DUPLICATES,
	BOOK_EXCLUDE,
	BOOK_SHELF_LIFE,
	BOOK_POINTS_EXPIRE,
	BOOK_CAP,
	BOOK_MINIMUM,
	BOOK_ROUND,
	BOOK_PARTIAL,
	BOOK_RULES,
	BOOK_MEMBERS
};

static List *
optional_list(JsonPlace *place, const JsonMember *member, JsonItemReader read_item)
{
	return member->found ? json_list_of(place, member, read_item, 0) : NIL;
}

static void
read_clauses(JsonPlace *place, const JsonMember *members, RuleSet *rules)
{
	if (members[BOOK_PROGRAMME].found)
		rules->programmes = json_programmes_of(place, &members[BOOK_PROGRAMME]);
	if (members[BOOK_EFFECTIVE].found)
		json_range_of(place, &members[BOOK_EFFECTIVE], &rules->effective_from, &rules->effective_to);
	rules->scales = optional_list(place, &members[BOOK_SCALE], read_scale);
	rules->tables = optional_list(place, &members[BOOK_TABLE], read_table);
	rules->same = optional_list(place, &members[BOOK_SAME], read_group);
	rules->substitutes = optional_list(place, &members[BOOK_SUBSTITUTES], read_group);
	if (members[BOOK_DUPLICATES].found)
		read_duplicates(place, &members[BOOK_DUPLICATES], rules);
	if (members[BOOK_EXCLUDE].found)
		rules->exclusions = json_scopes_of(place, &members[BOOK_EXCLUDE]);
	rules->shelf_lives = optional_list(place, &members[BOOK_SHELF_LIFE], read_shelf_life);
	if (members[BOOK_POINTS_EXPIRE].found)
		read_points_expire(place, &members[BOOK_POINTS_EXPIRE], rules);
	rules->caps = optional_list(place, &members[BOOK_CAP], json_read_heading_cap);
	rules->minimums = optional_list(place, &members[BOOK_MINIMUM], json_read_heading_cap);
	if (members[BOOK_ROUND].found)
		json_rounding_of(place, &members[BOOK_ROUND], &rules->round_mode, &rules->round_digits);
	rules->partial = json_flag_of(place, &members[BOOK_PARTIAL]);
}

static RuleSet *
read_rule_set(JsonPlace *place, JsonbContainer *container)
{
	JsonMember	members[BOOK_MEMBERS] = {{"rule_set"}, {"version"}, {"programme"}, {"effective"},
	{"scale"}, {"table"}, {"same"}, {"substitutes"}, {"duplicates"}, {"exclude"}, {"shelf_life"},
	{"points_expire"}, {"cap"}, {"minimum"}, {"round"}, {"partial"}, {"rules"}};
	RuleSet    *rules = rule_set_new();

	json_read_members(place, container, members, lengthof(members));
	rules->name = json_text_of(place, &members[BOOK_NAME], "a name in double quotes");
	rules->version = json_whole_of(place, &members[BOOK_VERSION], 1);
	read_clauses(place, members, rules);
	rules->rules = json_list_of(place, &members[BOOK_RULES], json_read_rule, 0);
	return rules;
}

Datum
rule_set_from_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	JsonPlace		place;
	ErrorContextCallback callback;
	RuleSet    *rules;

	initStringInfo(&place.path);
	appendStringInfoChar(&place.path, '$');
	callback.callback = add_place;
	callback.arg = &place;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	rules = read_rule_set(&place, &jsonb->root);
	error_context_stack = callback.previous;

	(void) rule_set_check(rules, NULL);
	PG_RETURN_POINTER(rule_set_write(rules));
}
