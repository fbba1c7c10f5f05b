/*
 * rule_set.c
 *		The SQL functions of the rule_set type, jsonb aside.
 *
 * Promise: equal rules are equal bytes: whatever is stored has been through
 * rule_set_check().  It must never hold a rule of the language itself.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "compat.h"
#include "digest.h"
#include "errors.h"
#include "rule_set.h"

PG_FUNCTION_INFO_V1(rule_set_in);
PG_FUNCTION_INFO_V1(rule_set_out);
PG_FUNCTION_INFO_V1(rule_set_recv);
PG_FUNCTION_INFO_V1(rule_set_send);
PG_FUNCTION_INFO_V1(rule_set_eq);
PG_FUNCTION_INFO_V1(rule_set_ne);
PG_FUNCTION_INFO_V1(rule_set_lt);
PG_FUNCTION_INFO_V1(rule_set_le);
PG_FUNCTION_INFO_V1(rule_set_gt);
PG_FUNCTION_INFO_V1(rule_set_ge);
PG_FUNCTION_INFO_V1(rule_set_cmp);
PG_FUNCTION_INFO_V1(rule_set_hash);
PG_FUNCTION_INFO_V1(rule_set_hash_extended);
PG_FUNCTION_INFO_V1(rule_set_name);
PG_FUNCTION_INFO_V1(rule_set_version);
PG_FUNCTION_INFO_V1(rule_set_effective);
PG_FUNCTION_INFO_V1(rule_set_programmes);
PG_FUNCTION_INFO_V1(rule_set_rules);
PG_FUNCTION_INFO_V1(rule_set_digest);

/*
 * Input and output
 */

Datum
rule_set_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	RuleSet    *rules = rule_set_parse(text, fcinfo->context);

	if (rules == NULL || !rule_set_check(rules, fcinfo->context))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(rule_set_write(rules));
}

Datum
rule_set_out(PG_FUNCTION_ARGS)
{
	RuleSetData *stored = PG_GETARG_RULE_SET_P(0);

	PG_RETURN_CSTRING(rule_set_text(rule_set_read(stored)));
}

/*
 * Bytes from outside are taken only if they are what the server itself would
 * have written for the same rules.
 */
Datum
rule_set_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const char *bytes = pq_getmsgbytes(message, length);
	RuleSet    *rules;
	RuleSetData *stored;

	/* small records make a large tree: refused before it is built */
	if (length > RULE_SET_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid rule_set bytes: longer than 64 MB"),
				 errdetail("%d bytes were sent.", length),
				 errhint("Split the rules into several rule sets.")));
	rules = rule_set_decode(bytes, length, ERRCODE_INVALID_BINARY_REPRESENTATION);
	(void) rule_set_check(rules, NULL);
	stored = rule_set_write(rules);
	if (VARSIZE(stored) - VARHDRSZ != (Size) length ||
		memcmp(VARDATA(stored), bytes, length) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid rule_set bytes: not in canonical form"),
				 errdetail("The same rules are stored as %zu bytes; %d bytes were sent.",
						   (size_t) (VARSIZE(stored) - VARHDRSZ), length),
				 errhint("Send the bytes that a server sent, or the rules as text.")));
	PG_RETURN_POINTER(stored);
}

Datum
rule_set_send(PG_FUNCTION_ARGS)
{
	RuleSetData *stored = PG_GETARG_RULE_SET_P(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA(stored), VARSIZE(stored) - VARHDRSZ);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Comparison, by the stored bytes
 */

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	size_t		a_length = VARSIZE_ANY_EXHDR(a);
	size_t		b_length = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_length, b_length));

	if (order == 0 && a_length != b_length)
		order = a_length < b_length ? -1 : 1;
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return order;
}

Datum
rule_set_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
rule_set_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
rule_set_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
rule_set_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
rule_set_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
rule_set_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

Datum
rule_set_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

Datum
rule_set_hash(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any((unsigned char *) VARDATA_ANY(stored),
								VARSIZE_ANY_EXHDR(stored));

	PG_FREE_IF_COPY(stored, 0);
	PG_RETURN_DATUM(hash);
}

Datum
rule_set_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *stored = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any_extended((unsigned char *) VARDATA_ANY(stored),
										 VARSIZE_ANY_EXHDR(stored),
										 PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(stored, 0);
	PG_RETURN_DATUM(hash);
}

/*
 * What a rule_set says of itself
 */

Datum
rule_set_name(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));

	PG_RETURN_TEXT_P(cstring_to_text(rules->name));
}

Datum
rule_set_version(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));

	PG_RETURN_INT32(rules->version);
}

/*
 * An end that was left out is unbounded, as in every daterange.
 */
Datum
rule_set_effective(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));
	TypeCacheEntry *daterange = lookup_type_cache(DATERANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	from = {0};
	RangeBound	to = {0};

	from.lower = true;
	from.inclusive = true;
	from.infinite = rules->effective_from == DATEVAL_NOBEGIN;
	from.val = DateADTGetDatum(rules->effective_from);
	to.inclusive = true;
	to.infinite = rules->effective_to == DATEVAL_NOEND;
	to.val = DateADTGetDatum(rules->effective_to);
	PG_RETURN_RANGE_P(MAKE_RANGE(daterange, &from, &to));
}

Datum
rule_set_programmes(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));
	int			count = list_length(rules->programmes);
	Datum	   *programmes = palloc_array(Datum, count);

	for (int i = 0; i < count; i++)
		programmes[i] = CStringGetTextDatum(list_nth(rules->programmes, i));
	PG_RETURN_ARRAYTYPE_P(construct_array(programmes, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static char *
caps_text(const List *caps)
{
	StringInfoData buffer;
	ListCell   *cell;

	initStringInfo(&buffer);
	foreach(cell, caps)
	{
		if (buffer.len > 0)
			appendStringInfoString(&buffer, "; ");
		appendStringInfoString(&buffer, rule_cap_text(lfirst(cell)));
	}
	return buffer.data;
}

/*
 * rule_set_rules(rule_set) -> rows (place, rule, priority, condition, grants, caps, terms)
 */
Datum
rule_set_rules(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int32		place = 0;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, rules->rules)
	{
		Rule	   *rule = lfirst(cell);
		char	   *terms = rule_terms_text(rule);
		bool		nulls[7] = {false};
		Datum		values[7];

		CHECK_FOR_INTERRUPTS();
		values[0] = Int32GetDatum(++place);
		values[1] = CStringGetTextDatum(rule->name);
		values[2] = Int32GetDatum(rule->priority);
		values[3] = CStringGetTextDatum(rule_condition_text(rule->when));
		values[4] = CStringGetTextDatum(rule_grants_text(rule));
		values[5] = CStringGetTextDatum(caps_text(rule->caps));
		nulls[5] = rule->caps == NIL;
		values[6] = CStringGetTextDatum(terms);
		nulls[6] = *terms == '\0';
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * rule_set_digest(rule_set, suite) -> the digest of the bytes that are sent
 */
Datum
rule_set_digest(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(digest_varlena(PG_GETARG_VARLENA_PP(0),
									 text_to_cstring(PG_GETARG_TEXT_PP(1))));
}
