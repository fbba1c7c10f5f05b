/*
 * pathway_pattern.c
 *		The patterns by which rules can name an achievement, and whether rules
 *		name any of those that are held.
 *
 * Promise: the same six, from the narrowest to the widest, as
 * rules_visit_covering() looks for.  Rules that do not concern what is held
 * grant nothing for it, and their evaluation raises no error.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "mb/pg_wchar.h"
#include "pattern_key.h"
#include "rule_set_bytes.h"

PG_FUNCTION_INFO_V1(creditbank_ref_patterns);
PG_FUNCTION_INFO_V1(creditbank_rules_concern);

#define PATTERNS_OF_REF 6
#define PATTERNS_AT_FIRST 256	/* an array may hold a hundred million NULLs */

typedef struct HeldPattern
{
	PatternKey	key;
	char		status;
} HeldPattern;

#define SH_PREFIX held
#define SH_ELEMENT_TYPE HeldPattern
#define SH_KEY_TYPE PatternKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) pattern_key_hash(key)
#define SH_EQUAL(table, a, b) pattern_key_equal(a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* the patterns of some references, kept by a call site */
typedef struct HeldPatterns
{
	MemoryContext context;		/* all but this lives there */
	ArrayType  *refs;			/* as they were passed; NULL: none yet */
	held_hash  *patterns;
} HeldPatterns;

/* as stored, in UTF-8 */
static void
patterns_of_ref(const char *ref, char **patterns)
{
	const char *issuer = strchr(ref, '/') + 1;
	const char *code = strchr(issuer, '/') + 1;

	patterns[0] = pstrdup(ref);
	patterns[1] = pnstrdup(ref, strcspn(ref, "#"));
	patterns[2] = psprintf("%.*s*", (int) (code - ref), ref);
	patterns[3] = psprintf("%.*s*", (int) (issuer - ref), ref);
	patterns[4] = psprintf("*/%.*s*", (int) (code - issuer), issuer);
	patterns[5] = pstrdup("*");
}

/*
 * ref_patterns(ref) -> text[]
 */
Datum
creditbank_ref_patterns(PG_FUNCTION_ARGS)
{
	char	   *patterns[PATTERNS_OF_REF];
	Datum		words[PATTERNS_OF_REF];

	patterns_of_ref(text_to_cstring(PG_GETARG_TEXT_PP(0)), patterns);
	for (int i = 0; i < PATTERNS_OF_REF; i++)
		words[i] = CStringGetTextDatum(pg_any_to_server(patterns[i], strlen(patterns[i]), PG_UTF8));
	PG_RETURN_ARRAYTYPE_P(construct_array(words, PATTERNS_OF_REF, TEXTOID, -1, false, TYPALIGN_INT));
}

/* ---- what is held ---- */

static void
hold_patterns(held_hash *held, char *ref)
{
	char	   *patterns[PATTERNS_OF_REF];
	bool		found;

	patterns_of_ref(ref, patterns);
	for (int i = 0; i < PATTERNS_OF_REF; i++)
	{
		(void) held_insert(held, (PatternKey) {patterns[i], strlen(patterns[i])}, &found);
		if (found)
			pfree(patterns[i]);
	}
	pfree(ref);
}

static void
hold_refs(HeldPatterns *held, ArrayType *refs)
{
	Datum	   *values;
	bool	   *nulls;
	int			count;

	deconstruct_array(refs, ARR_ELEMTYPE(refs), -1, false, TYPALIGN_INT, &values, &nulls, &count);
	held->patterns = held_create(CurrentMemoryContext, PATTERNS_AT_FIRST, NULL);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!nulls[i])
			hold_patterns(held->patterns, TextDatumGetCString(values[i]));
	}
	pfree(values);
	pfree(nulls);
	held->refs = DatumGetArrayTypePCopy(PointerGetDatum(refs));
}

static HeldPatterns *
held_patterns_make(FmgrInfo *flinfo)
{
	HeldPatterns *held = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(HeldPatterns));

	held->context = AllocSetContextCreate(flinfo->fn_mcxt, "creditbank held patterns", ALLOCSET_DEFAULT_SIZES);
	flinfo->fn_extra = held;
	return held;
}

/* A call site of PL/pgSQL outlives a query, so that no argument is taken to be as it was. */
static const HeldPatterns *
held_patterns(FunctionCallInfo fcinfo, int argument)
{
	HeldPatterns *held = fcinfo->flinfo->fn_extra;
	ArrayType  *refs = PG_GETARG_ARRAYTYPE_P(argument);
	MemoryContext old_context;

	if (held == NULL)
		held = held_patterns_make(fcinfo->flinfo);
	if (held->refs != NULL && VARSIZE(held->refs) == VARSIZE(refs) &&
		memcmp(held->refs, refs, VARSIZE(refs)) == 0)
		return held;
	held->refs = NULL;
	MemoryContextReset(held->context);
	old_context = MemoryContextSwitchTo(held->context);
	hold_refs(held, refs);
	MemoryContextSwitchTo(old_context);
	return held;
}

static bool
is_held(const HeldPatterns *held, const RuleReader *record)
{
	PatternKey	key = {(const char *) record->next, record->end - record->next};

	return held_lookup(held->patterns, key) != NULL;
}

/* ---- what rules name ---- */

static bool names_held(const HeldPatterns *held, RuleReader *group);

static bool
record_names_held(const HeldPatterns *held, int tag, RuleReader *record)
{
	switch (tag)
	{
		case TAG_PATTERN:
		case TAG_MEMBER:
			return is_held(held, record);
		case TAG_RULE:
		case TAG_SOURCE:
		case TAG_SOME_OF:
		case TAG_SUBSTITUTES:
			return names_held(held, record);
		default:
			return false;
	}
}

static bool
names_held(const HeldPatterns *held, RuleReader *group)
{
	RuleReader	record;
	int			tag;

	check_stack_depth();
	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (record_names_held(held, tag, &record))
			return true;
	}
	return false;
}

/*
 * A percentage of a category or of the compulsory courses is worked out
 * whatever is held, and is an error where the programme does not state those.
 */
static bool
asks_programme(int tag, RuleReader record)
{
	RuleReader	part;

	if (tag != TAG_CAP && tag != TAG_MINIMUM)
		return false;
	while ((tag = rule_next_record(&record, &part)) != 0)
	{
		if (tag == TAG_CAP_PERCENT_OF)
			return true;
	}
	return false;
}

/*
 * rules_concern(rules, refs) -> boolean
 */
Datum
creditbank_rules_concern(PG_FUNCTION_ARGS)
{
	RuleSetData *rules = (RuleSetData *) PG_GETARG_VARLENA_PP(0);
	const HeldPatterns *held = held_patterns(fcinfo, 1);
	RuleReader	group = {
		.start = (const uint8 *) VARDATA_ANY(rules),
		.sqlstate = ERRCODE_CB_INVALID_RULE_SET
	};
	RuleReader	record;
	int			tag;
	bool		concern = false;

	group.next = group.start;
	group.end = group.start + VARSIZE_ANY_EXHDR(rules);
	if (group.next == group.end || rule_take_byte(&group) != RULE_SET_FORMAT)
		rule_refuse_bytes(&group, "unknown format version");
	while (!concern && (tag = rule_next_record(&group, &record)) != 0)
		concern = asks_programme(tag, record) || record_names_held(held, tag, &record);
	PG_FREE_IF_COPY(rules, 0);
	PG_RETURN_BOOL(concern);
}
