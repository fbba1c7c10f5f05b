/*
 * evaluate_cache.c
 *		What a call site keeps from call to call: rules made ready, the
 *		programme and the portfolio that were read, and memory.
 *
 * Promise: what is kept is used again only where the argument is the same byte
 * for byte.  A stored value of some size comes as a pointer to where it is
 * stored, which nothing else can be during the query that holds it: equal
 * pointers are equal values, and are compared without fetching them.  What is
 * kept ends with the query, or with the transaction where PL/pgSQL computes an
 * expression without one; it must never reach another call site.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "fmgr.h"
#include "utils/memutils.h"

#include "compat.h"
#include "evaluate.h"

/*
 * An evaluation of a handful of achievements fits into the first block, which
 * stays with the context when it is emptied.
 */
#define CALL_CONTEXT_BLOCK (64 * 1024)

/* an argument as it was passed, and what was made of it */
typedef struct KeptArgument
{
	MemoryContext context;		/* all of it lives there */
	struct varlena *passed;
	void	   *made;			/* NULL: nothing yet */
} KeptArgument;

typedef void *(*ArgumentMaker) (struct varlena *value);

CallSite *
call_site(FmgrInfo *flinfo)
{
	CallSite   *site = flinfo->fn_extra;
	MemoryContext old_context;

	if (site != NULL)
		return site;
	old_context = MemoryContextSwitchTo(flinfo->fn_mcxt);
	site = palloc0(sizeof(CallSite));
	site->call_context = AllocSetContextCreate(flinfo->fn_mcxt, "creditbank evaluation",
											   0, CALL_CONTEXT_BLOCK, ALLOCSET_DEFAULT_MAXSIZE);
	site->rules = palloc0(sizeof(KeptArgument));
	site->rules->context = AllocSetContextCreate(flinfo->fn_mcxt, "creditbank prepared rules",
												 ALLOCSET_DEFAULT_SIZES);
	site->programme = palloc0(sizeof(KeptArgument));
	site->programme->context = AllocSetContextCreate(flinfo->fn_mcxt, "creditbank programme",
													 ALLOCSET_DEFAULT_SIZES);
	site->portfolio = palloc0(sizeof(KeptArgument));
	site->portfolio->context = AllocSetContextCreate(flinfo->fn_mcxt, "creditbank portfolio",
													 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(old_context);
	flinfo->fn_extra = site;
	return site;
}

/* does a value say by itself, or by where it is stored, what it is? */
static bool
is_comparable(const struct varlena *value)
{
	return !VARATT_IS_EXTERNAL(value) || VARATT_IS_EXTERNAL_ONDISK(value);
}

static bool
is_same(const struct varlena *kept, const struct varlena *value)
{
	Size		size = VARSIZE_ANY(value);

	return VARSIZE_ANY(kept) == size && memcmp(kept, value, size) == 0;
}

/*
 * What the maker makes of an argument, or made of it the last time.  The maker
 * gets a value of its own, in the memory where its result stays.
 */
static void *
kept_argument(KeptArgument *kept, FunctionCallInfo fcinfo, int argument, ArgumentMaker make)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(argument);
	MemoryContext old_context;
	Size		size;

	if (!is_comparable(value))
		value = detoast_external_attr(value);
	if (kept->made != NULL && is_same(kept->passed, value))
		return kept->made;

	kept->made = NULL;
	MemoryContextReset(kept->context);
	old_context = MemoryContextSwitchTo(kept->context);
	size = VARSIZE_ANY(value);
	kept->passed = memcpy(palloc(size), value, size);
	kept->made = make(pg_detoast_datum(kept->passed));
	MemoryContextSwitchTo(old_context);
	return kept->made;
}

static void *
make_rules(struct varlena *value)
{
	return rules_prepare(rule_set_read(value));
}

const PreparedRules *
call_site_rules(CallSite *site, FunctionCallInfo fcinfo, int argument)
{
	return kept_argument(site->rules, fcinfo, argument, make_rules);
}

static void *
make_programme(struct varlena *value)
{
	Programme  *programme = palloc(sizeof(Programme));

	programme_read(programme, (Jsonb *) value);
	return programme;
}

/* no course is granted yet */
const Programme *
call_site_programme(CallSite *site, FunctionCallInfo fcinfo, int argument)
{
	Programme  *programme = kept_argument(site->programme, fcinfo, argument, make_programme);

	for (int i = 0; i < programme->course_count; i++)
		programme->courses[i].granted = false;
	return programme;
}

static void *
make_portfolio(struct varlena *value)
{
	Inputs	   *inputs = palloc0(sizeof(Inputs));

	inputs_read(inputs, (Jsonb *) value, NULL, NULL);
	return inputs;
}

/* without a programme and a history; an evaluation changes nothing in it */
const Inputs *
call_site_portfolio(CallSite *site, FunctionCallInfo fcinfo, int argument)
{
	return kept_argument(site->portfolio, fcinfo, argument, make_portfolio);
}
