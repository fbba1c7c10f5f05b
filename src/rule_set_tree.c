/*
 * rule_set_tree.c
 *		What every face needs to build the tree: an empty one, and the names in
 *		it.
 *
 * A pattern is a reference, or the beginning of one up to a slash and a star.
 *
 * Promise: one pattern has one canonical text, made by the rules of
 * achievement_ref.  It must never match by anything but those bytes.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "rule_set.h"

RuleSet *
rule_set_new(void)
{
	RuleSet    *rules = palloc0(sizeof(RuleSet));

	rules->effective_from = DATEVAL_NOBEGIN;
	rules->effective_to = DATEVAL_NOEND;
	rules->round_mode = ROUND_HALF_UP;
	rules->round_digits = 4;
	return rules;
}

Rule *
rule_new(void)
{
	Rule	   *rule = palloc0(sizeof(Rule));

	rule->effective_from = DATEVAL_NOBEGIN;
	rule->effective_to = DATEVAL_NOEND;
	return rule;
}

List *
rule_scope_list(RuleScopeKind kind, int achievement_class)
{
	RuleScope  *scope = palloc0(sizeof(RuleScope));

	scope->kind = kind;
	scope->achievement_class = achievement_class;
	return list_make1(scope);
}

RuleMonthDay *
rule_month_day(int month, int day)
{
	RuleMonthDay *month_day = palloc(sizeof(RuleMonthDay));

	month_day->month = month;
	month_day->day = day;
	return month_day;
}

/*
 * One word for all grants that have something to leave over.  When none has,
 * the word stays in the tree for rule_set_check() to refuse.
 */
void
rule_spread_leftover(List *grants, RuleLeftover leftover)
{
	bool		any_per = false;
	ListCell   *cell;

	foreach(cell, grants)
		any_per |= ((RuleGrant *) lfirst(cell))->has_per;
	foreach(cell, grants)
	{
		RuleGrant  *grant = lfirst(cell);

		if (grant->has_per || !any_per)
			grant->leftover = leftover;
	}
}

bool
rule_class_exists(int achievement_class)
{
	return achievement_class >= CLASS_COURSE && achievement_class <= CLASS_INTERNSHIP;
}

/*
 * In a context of its own, since a rule_set may hold hundreds of thousands of
 * references.  After a soft error the context stays: the error lives in it.
 */
static char *
canonical_ref(const char *text, Node *escontext)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "rule_set reference",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(scratch);
	struct varlena *ref = achievement_ref_parse(text, strlen(text), escontext);
	char	   *canonical;

	MemoryContextSwitchTo(caller);
	if (ref == NULL)
		return NULL;
	canonical = pnstrdup(VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref));
	MemoryContextDelete(scratch);
	return pg_any_to_server(canonical, strlen(canonical), PG_UTF8);
}

static char *
refuse_pattern(const char *text, const char *why, Node *escontext)
{
	ereturn(escontext, NULL,
			(errcode(ERRCODE_CB_INVALID_RULE_SET),
			 errmsg("invalid rule_set: \"%s\" is not a pattern of achievements", text),
			 errdetail("%s", why),
			 errhint("Write *, */issuer/*, class/*, class/issuer/* or a whole reference, class/issuer/code.")));
}

static bool
begins_with_class(const char *text)
{
	char	   *name = pnstrdup(text, strcspn(text, "/"));

	for (char *c = name; *c; c++)
		*c = pg_ascii_tolower((unsigned char) *c);
	return achievement_class_from_name(name, strlen(name)) != 0;
}

/*
 * A star is no part of a reference, so the canonical form of the part before
 * it is found by putting the shortest lawful ending in its place.
 */
static char *
star_pattern(const char *text, size_t length, Node *escontext)
{
	const char *slash = strchr(text, '/');
	bool		has_issuer = slash != text + length - 2;
	char	   *filled = psprintf("%.*s%s", (int) (length - 1), text,
								  has_issuer ? "0" : "0/0");
	char	   *canonical = canonical_ref(filled, escontext);
	size_t		kept;

	if (canonical == NULL)
		return NULL;
	kept = strlen(canonical) - (has_issuer ? 1 : 3);
	strcpy(canonical + kept, "*");
	return canonical;
}

/*
 * The issuer's canonical name, as it stands in a reference.
 */
char *
rule_issuer_parse(const char *text, Node *escontext)
{
	char	   *canonical;
	char	   *end;

	if (strpbrk(text, "/#") != NULL)
		ereturn(escontext, NULL,
				(errcode(ERRCODE_CB_INVALID_RULE_SET),
				 errmsg("invalid rule_set: \"%s\" is not the name of an issuer", text),
				 errdetail("A slash or # ends a part of a reference."),
				 errhint("Write the issuer as it stands in references, such as 'CN-POST'.")));
	canonical = canonical_ref(psprintf("course/%s/0", text), escontext);
	if (canonical == NULL)
		return NULL;
	canonical += strlen("course/");
	end = strchr(canonical, '/');
	*end = '\0';
	return canonical;
}

/* star/issuer/star: any class */
static char *
issuer_pattern(const char *text, size_t length, Node *escontext)
{
	char	   *issuer;

	if (length < 5 || strcmp(text + length - 2, "/*") != 0 ||
		strcspn(text + 2, "/*#") != length - 4)
		return refuse_pattern(text, "Between the stars stands one issuer.", escontext);
	issuer = rule_issuer_parse(pnstrdup(text + 2, length - 4), escontext);
	return issuer ? psprintf("*/%s/*", issuer) : NULL;
}

char *
rule_pattern_parse(const char *text, Node *escontext)
{
	size_t		length = strlen(text);
	const char *star = strchr(text, '*');

	if (star == NULL)
		return canonical_ref(text, escontext);
	if (strcmp(text, "*") == 0)
		return pstrdup(text);
	if (strncmp(text, "*/", 2) == 0)
		return issuer_pattern(text, length, escontext);
	if (star != text + length - 1 || length < 3 || star[-1] != '/' ||
		strchr(text, '#') != NULL)
		return refuse_pattern(text, "A star stands for everything after a slash, once, at the end.",
							  escontext);
	if (!begins_with_class(text))
		return refuse_pattern(text, "The class is unknown.", escontext);
	return star_pattern(text, length, escontext);
}

/* an entry of the catalogue; others are refused in the words given */
static char *
catalogue_ref(const char *text, const char *refusal, const char *hint, Node *escontext)
{
	if (strchr(text, '#') != NULL)
		ereturn(escontext, NULL,
				(errcode(ERRCODE_CB_INVALID_RULE_SET),
				 errmsg("invalid rule_set: \"%s\" cannot be %s", text, refusal),
				 errdetail("A serial number belongs to one learner's achievement."),
				 errhint("%s the entry of the catalogue, without #serial.", hint)));
	return canonical_ref(text, escontext);
}

char *
rule_target_parse(const char *text, Node *escontext)
{
	return catalogue_ref(text, "granted", "Grant", escontext);
}

char *
rule_member_parse(const char *text, Node *escontext)
{
	return catalogue_ref(text, "declared the same as another", "Name", escontext);
}

/* one comparison of very many: what conversion made is freed */
int
rule_compare_names(const char *a, const char *b)
{
	char	   *x = pg_server_to_any(a, strlen(a), PG_UTF8);
	char	   *y = pg_server_to_any(b, strlen(b), PG_UTF8);
	int			order = strcmp(x, y);

	if (x != a)
		pfree(x);
	if (y != b)
		pfree(y);
	return order;
}

/* in a list ordered by name, of what begins with its name */
static const void *
find_named(const List *list, const char *name)
{
	int			low = 0;
	int			high = list_length(list);

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		const void *found = list_nth(list, middle);
		int			order = rule_compare_names(*(char *const *) found, name);

		if (order == 0)
			return found;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const RuleScale *
rule_scale_named(const RuleSet *rules, const char *name)
{
	return find_named(rules->scales, name);
}

const RuleTable *
rule_table_named(const RuleSet *rules, const char *name)
{
	return find_named(rules->tables, name);
}

static uint32
granted_units(const RuleSet *rules, const RuleGrant *grant)
{
	const RuleTable *table;
	uint32		units = 0;
	ListCell   *cell;

	if (grant->in_full)
		return 1 << UNIT_CR;
	if (grant->table == NULL)
		return 1 << credit_amount_unit_code(grant->amount);
	table = rule_table_named(rules, grant->table);
	foreach(cell, table ? table->rows : NIL)
		units |= 1 << credit_amount_unit_code(((RuleRow *) lfirst(cell))->amount);
	return units;
}

uint32
rule_set_granted_units(const RuleSet *rules)
{
	uint32		units = 0;
	ListCell   *rule;
	ListCell   *grant;

	foreach(rule, rules->rules)
	{
		CHECK_FOR_INTERRUPTS();
		foreach(grant, ((Rule *) lfirst(rule))->grants)
			units |= granted_units(rules, lfirst(grant));
	}
	return units;
}

/* a rule with its place in the text, because list_sort() keeps no order */
typedef struct PlacedRule
{
	Rule	   *rule;
	int			place;
} PlacedRule;

static int
compare_priorities(const void *a, const void *b)
{
	const PlacedRule *x = a;
	const PlacedRule *y = b;

	if (x->rule->priority != y->rule->priority)
		return x->rule->priority > y->rule->priority ? -1 : 1;
	return x->place - y->place;
}

/* canonical order: priority descending, then as written */
void
rule_set_sort_rules(List *rules)
{
	int			count = list_length(rules);
	PlacedRule *placed = palloc_array(PlacedRule, count);

	for (int i = 0; i < count; i++)
	{
		placed[i].rule = list_nth(rules, i);
		placed[i].place = i;
	}
	qsort(placed, count, sizeof(PlacedRule), compare_priorities);
	for (int i = 0; i < count; i++)
		lfirst(list_nth_cell(rules, i)) = placed[i].rule;
	pfree(placed);
}
