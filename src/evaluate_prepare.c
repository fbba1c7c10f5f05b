/*
 * evaluate_prepare.c
 *		A rule tree made ready: arrays, and an index from patterns to sources.
 *
 * Promise: an achievement finds the sources that cover it by six look-ups at
 * most, however many rules there are.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_match.h"
#include "pattern_key.h"

/*
 * A pattern that some source has, or a reference that stands in for one; and
 * the list of sources that it leads to.
 */
typedef struct PatternEntry
{
	PatternKey	key;
	uint32		hash;
	int			list;
	char		status;
} PatternEntry;

/* in ascending order */
typedef struct SourceList
{
	int			count;
	int		   *sources;
} SourceList;

#define SH_PREFIX pattern
#define SH_ELEMENT_TYPE PatternEntry
#define SH_KEY_TYPE PatternKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) pattern_key_hash(key)
#define SH_EQUAL(table, a, b) pattern_key_equal(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static int
count_sources(const RuleCondition *condition)
{
	ListCell   *cell;
	int			count = 0;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		return 1;
	foreach(cell, condition->children)
		count += count_sources(lfirst(cell));
	return count;
}

static int
compare_integers(const void *a, const void *b)
{
	int			left = *(const int *) a;
	int			right = *(const int *) b;

	return (left > right) - (left < right);
}

/* how many achievements meet a condition at the least */
static int
smallest_set(const RuleCondition *condition)
{
	int		   *sizes;
	int			count = 0;
	int			sum = 0;
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		return 1;
	sizes = palloc(sizeof(int) * list_length(condition->children));
	foreach(cell, condition->children)
		sizes[count++] = smallest_set(lfirst(cell));
	qsort(sizes, count, sizeof(int), compare_integers);
	for (int i = 0; i < condition->needed; i++)
		sum += sizes[i];
	pfree(sizes);
	return sum;
}

static void
prepare_source(PreparedSource *source, const RuleCondition *condition, int rule)
{
	ListCell   *cell;

	source->rule = rule;
	source->condition = condition;
	source->test_count = 0;
	source->tests = palloc(sizeof(PreparedTest) * Max(list_length(condition->tests), 1));
	foreach(cell, condition->tests)
	{
		const RuleTest *test = lfirst(cell);

		source->tests[source->test_count++] =
			(PreparedTest) {test, int64_div_fast_to_numeric(test->value, 4)};
	}
}

static void
prepare_sources(PreparedRules *prepared, const RuleCondition *condition, int rule)
{
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		prepare_source(&prepared->sources[prepared->source_count++], condition, rule);
	else
		foreach(cell, condition->children)
			prepare_sources(prepared, lfirst(cell), rule);
}

static bool
any_percentage(const List *caps)
{
	ListCell   *cell;

	foreach(cell, caps)
	{
		if (((const RuleCap *) lfirst(cell))->percent_of == OF_PROGRAMME)
			return true;
	}
	return false;
}

/* ---- the index ---- */

/* which of its patterns a reference can be covered by */
static PatternKind
pattern_kind(const char *pattern)
{
	const char *slash = strchr(pattern, '/');

	if (slash == NULL)
		return PATTERN_ANY;
	if (pattern[0] == '*')
		return PATTERN_ISSUER;
	if (slash[1] == '*')
		return PATTERN_CLASS;
	if (strchr(slash + 1, '/')[1] == '*')
		return PATTERN_CLASS_ISSUER;
	return strchr(slash, '#') != NULL ? PATTERN_INSTANCE : PATTERN_CATALOGUE;
}

/* the list of a pattern, which is the given one when it is new */
static int
list_of_pattern(PreparedRules *prepared, const char *pattern, int new_list)
{
	bool		found;
	PatternEntry *entry = pattern_insert(prepared->patterns,
										 (PatternKey) {pattern, strlen(pattern)}, &found);

	if (!found)
	{
		entry->list = new_list;
		prepared->kinds |= 1 << pattern_kind(pattern);
	}
	return entry->list;
}

/* References that stand in for each other share a list.  How many lists are made. */
static int
index_substitutes(PreparedRules *prepared)
{
	int			count = 0;
	ListCell   *group;
	ListCell   *ref;

	foreach(group, prepared->rule_set->substitutes)
	{
		foreach(ref, (List *) lfirst(group))
			(void) list_of_pattern(prepared, lfirst(ref), count);
		count++;
	}
	return count;
}

static void
index_patterns(PreparedRules *prepared)
{
	int			groups = list_length(prepared->rule_set->substitutes);
	Size		room = Max(prepared->source_count, 1);
	int		   *list_of = palloc_extended(sizeof(int) * room, MCXT_ALLOC_HUGE);
	int		   *sources = palloc_extended(sizeof(int) * room, MCXT_ALLOC_HUGE);
	int			list_count;

	prepared->patterns = pattern_create(CurrentMemoryContext, room, NULL);
	prepared->lists = palloc_extended(sizeof(SourceList) * (room + groups),
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	list_count = index_substitutes(prepared);
	for (int i = 0; i < prepared->source_count; i++)
	{
		list_of[i] = list_of_pattern(prepared, prepared->sources[i].condition->pattern, list_count);
		if (list_of[i] == list_count)
			list_count++;
		prepared->lists[list_of[i]].count++;
	}
	for (int i = 0; i < list_count; i++)
	{
		prepared->lists[i].sources = sources;
		sources += prepared->lists[i].count;
		prepared->lists[i].count = 0;
	}
	for (int i = 0; i < prepared->source_count; i++)
	{
		SourceList *list = &prepared->lists[list_of[i]];

		list->sources[list->count++] = i;
	}
	pfree(list_of);
}

/* the patterns of whole classes are found by the number of the class */
static void
index_classes(PreparedRules *prepared)
{
	for (int i = CLASS_COURSE; i <= CLASS_INTERNSHIP; i++)
	{
		char	   *pattern = psprintf("%s/*", achievement_class_name(i));
		PatternEntry *entry = pattern_lookup(prepared->patterns,
											 (PatternKey) {pattern, strlen(pattern)});

		prepared->class_lists[i] = entry ? entry->list : -1;
	}
}

PreparedRules *
rules_prepare(const RuleSet *rule_set)
{
	PreparedRules *prepared = palloc0(sizeof(PreparedRules));
	ListCell   *cell;
	int			source_count = 0;

	prepared->rule_set = rule_set;
	prepared->same = ref_groups_make(rule_set->same);
	prepared->needs_total = any_percentage(rule_set->caps) ||
		any_percentage(rule_set->minimums);
	prepared->rules = palloc(sizeof(PreparedRule) * Max(list_length(rule_set->rules), 1));
	foreach(cell, rule_set->rules)
	{
		const Rule *rule = lfirst(cell);
		PreparedRule *place = &prepared->rules[prepared->rule_count++];

		CHECK_FOR_INTERRUPTS();
		place->rule = rule;
		place->first_source = source_count;
		place->source_count = count_sources(rule->when);
		place->smallest_set = smallest_set(rule->when);
		source_count += place->source_count;
		prepared->needs_total |= any_percentage(rule->caps);
	}
	prepared->sources = palloc_extended(sizeof(PreparedSource) * Max(source_count, 1),
										MCXT_ALLOC_HUGE);
	for (int i = 0; i < prepared->rule_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		prepare_sources(prepared, prepared->rules[i].rule->when, i);
	}
	index_patterns(prepared);
	index_classes(prepared);
	return prepared;
}

static inline void
visit_list(const PreparedRules *prepared, int list, SourceVisitor visit, void *argument)
{
	const SourceList *sources = &prepared->lists[list];

	for (int i = 0; i < sources->count; i++)
		visit(sources->sources[i], argument);
}

static inline void
visit_pattern(const PreparedRules *prepared, PatternKind kind, const char *text, int length,
			  SourceVisitor visit, void *argument)
{
	PatternEntry *entry;

	if ((prepared->kinds & (1 << kind)) == 0)
		return;
	entry = pattern_lookup(prepared->patterns, (PatternKey) {text, length});
	if (entry != NULL)
		visit_list(prepared, entry->list, visit, argument);
}

/*
 * The patterns that can cover an item: its reference, that without its serial,
 * its issuer in its class, its class, its issuer in any class, anything.  A
 * source has one pattern, so it is visited once.
 */
void
rules_visit_covering(const PreparedRules *prepared, const InputItem *item,
					 SourceVisitor visit, void *argument)
{
	const char *ref = item->ref;
	int			length = strlen(ref);
	int			issuer = strlen(achievement_class_name(item->achievement_class)) + 1;
	int			code = issuer + strlen(item->issuer) + 1;
	int			catalogue = strlen(item->catalogue);
	char		key[ACHIEVEMENT_REF_MAX_LENGTH * MAX_CONVERSION_GROWTH + sizeof("*/*")];

	Assert(length < (int) sizeof(key));
	if (catalogue < length)
		visit_pattern(prepared, PATTERN_INSTANCE, ref, length, visit, argument);
	visit_pattern(prepared, PATTERN_CATALOGUE, ref, catalogue, visit, argument);

	/* class/issuer/star, whose last letters of the class give way to a star */
	memcpy(key, ref, code);
	key[code] = '*';
	visit_pattern(prepared, PATTERN_CLASS_ISSUER, key, code + 1, visit, argument);
	key[issuer - 2] = '*';
	visit_pattern(prepared, PATTERN_ISSUER, key + issuer - 2, code + 3 - issuer, visit, argument);
	if (prepared->class_lists[item->achievement_class] >= 0)
		visit_list(prepared, prepared->class_lists[item->achievement_class], visit, argument);
	visit_pattern(prepared, PATTERN_ANY, "*", 1, visit, argument);
}
