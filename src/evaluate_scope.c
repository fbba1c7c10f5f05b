/*
 * evaluate_scope.c
 *		For which lines a scope holds, and which of a line's sources it counts.
 *
 * Promise: caps, minimums and exclusions ask here, of lines of the portfolio and
 * of the history alike, so that a scope means the same everywhere.  It must
 * never look at amounts or dates.
 */
#include "postgres.h"

#include "compat.h"
#include "evaluate.h"

/* courses and categories begin with what they are called by; a word is that */
static int
compare_to_name(const void *name, const void *member)
{
	return strcmp(name, *(char *const *) member);
}

/* the course of a programme that a reference names; NULL for none, and for NULL */
Course *
programme_course(const Programme *programme, const char *ref)
{
	return ref == NULL ? NULL :
		bsearch(ref, programme->courses, programme->course_count, sizeof(Course),
				compare_to_name);
}

/* the category of a programme of that name, or NULL */
const Category *
programme_category(const Programme *programme, const char *name)
{
	return bsearch(name, programme->categories, programme->category_count, sizeof(Category),
				   compare_to_name);
}

bool
word_listed(const WordList *list, const char *word)
{
	return list->count > 0 &&
		bsearch(word, list->words, list->count, sizeof(char *), compare_to_name) != NULL;
}

/* What an earlier line is: its tags are those of all its sources. */
LineFacts
history_facts(const HistoryLine *line)
{
	return (LineFacts) {
		.course = line->course,
		.items = line->items,
		.item_count = line->sources.count,
		.tags = line->tags
	};
}

/* counts the work of asking scopes about a line */
void
scopes_spend(const List *scopes, Evaluation *evaluation, const LineFacts *facts)
{
	int64		asked = (int64) list_length(scopes) * (1 + facts->item_count + facts->tags.count);

	evaluation_spend(evaluation, 1 + (int) Min(asked / 16, PG_INT32_MAX - 1), NULL);
}

/*
 * Does a scope hold for the line as a whole, and so for all its sources?  A rule
 * is asked only about its own lines.
 */
static inline bool
holds_for_line(const RuleScope *scope, const LineFacts *facts)
{
	switch (scope->kind)
	{
		case SCOPE_TOTAL:
		case SCOPE_RULE:
			return true;
		case SCOPE_CATEGORY:
			return facts->course != NULL && facts->course->category != NULL &&
				strcmp(facts->course->category, scope->name) == 0;
		case SCOPE_COMPULSORY:
			return facts->course != NULL && facts->course->compulsory;
		case SCOPE_CLASS:
		case SCOPE_ISSUER:
		case SCOPE_EACH_ISSUER:
		case SCOPE_TAG:
			return false;
	}
	pg_unreachable();
}

/* does a scope hold for a source by itself? */
static inline bool
holds_for_source(const RuleScope *scope, const Inputs *inputs, const LineFacts *facts, int source)
{
	const InputItem *item = &inputs->items[facts->items[source]];

	switch (scope->kind)
	{
		case SCOPE_CLASS:
			return item->achievement_class == scope->achievement_class;
		case SCOPE_ISSUER:
			return strcmp(item->issuer, scope->name) == 0;
		case SCOPE_EACH_ISSUER:
			return true;
		case SCOPE_TAG:
			return word_listed(facts->achievements ? &facts->achievements[source]->tags :
							   &facts->tags, scope->name);
		case SCOPE_TOTAL:
		case SCOPE_RULE:
		case SCOPE_CATEGORY:
		case SCOPE_COMPULSORY:
			return false;
	}
	pg_unreachable();
}

static bool
any_holds_for_line(const List *scopes, const LineFacts *facts)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		if (holds_for_line(lfirst(cell), facts))
			return true;
	}
	return false;
}

static bool
any_holds_for_source(const List *scopes, const Inputs *inputs, const LineFacts *facts, int source)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		if (holds_for_source(lfirst(cell), inputs, facts, source))
			return true;
	}
	return false;
}

/* does any of the scopes hold for a line? */
bool
scopes_hold(const List *scopes, const Inputs *inputs, const LineFacts *facts)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		const RuleScope *scope = lfirst(cell);

		if (holds_for_line(scope, facts))
			return true;
		for (int i = 0; i < facts->item_count; i++)
		{
			if (holds_for_source(scope, inputs, facts, i))
				return true;
		}
	}
	return false;
}

/*
 * Which sources of a line the scopes count: fills counted, which has room for
 * all of them, with their numbers and returns how many.
 */
int
scopes_sources(const List *scopes, const Inputs *inputs, const LineFacts *facts, int *counted)
{
	bool		all = any_holds_for_line(scopes, facts);
	int			count = 0;

	for (int i = 0; i < facts->item_count; i++)
	{
		if (all || any_holds_for_source(scopes, inputs, facts, i))
			counted[count++] = facts->items[i];
	}
	return count;
}
