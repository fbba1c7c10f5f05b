/*
 * achievement_ref_ops.c
 *		Comparing achievement_refs, and finding them through an index.
 *
 * Promise: the order is the order of the stored bytes, the shorter first, on
 * every server.  Containment found through an index is exactly containment
 * found row by row.  The proof for the range used below: after the text of a
 * catalogue reference, the text of a longer reference goes on with '#' (its
 * serial) or with a byte allowed in a code, and of those '-' is the least and
 * greater than '#'.  So what X covers is X <= ref < 'X-', no more and no less.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/lsyscache.h"
#include "utils/sortsupport.h"

#include "achievement_ref.h"
#include "compat.h"

PG_FUNCTION_INFO_V1(achievement_ref_eq);
PG_FUNCTION_INFO_V1(achievement_ref_ne);
PG_FUNCTION_INFO_V1(achievement_ref_lt);
PG_FUNCTION_INFO_V1(achievement_ref_le);
PG_FUNCTION_INFO_V1(achievement_ref_gt);
PG_FUNCTION_INFO_V1(achievement_ref_ge);
PG_FUNCTION_INFO_V1(achievement_ref_cmp);
PG_FUNCTION_INFO_V1(achievement_ref_sortsupport);
PG_FUNCTION_INFO_V1(achievement_ref_hash);
PG_FUNCTION_INFO_V1(achievement_ref_hash_extended);
PG_FUNCTION_INFO_V1(achievement_ref_smaller);
PG_FUNCTION_INFO_V1(achievement_ref_larger);
PG_FUNCTION_INFO_V1(achievement_ref_contains);
PG_FUNCTION_INFO_V1(achievement_ref_contained);
PG_FUNCTION_INFO_V1(achievement_ref_contains_support);
PG_FUNCTION_INFO_V1(achievement_ref_contained_support);
PG_FUNCTION_INFO_V1(achievement_ref_covered_end);

static int
compare_refs(struct varlena *a, struct varlena *b)
{
	int			a_length = VARSIZE_ANY_EXHDR(a);
	int			b_length = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_length, b_length));

	return order != 0 ? order : a_length - b_length;
}

/*
 * Compares the two arguments; comparison functions may be called very often
 * in one memory context, so copies are freed.
 */
static int
compare_arguments(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	int			order = compare_refs(a, b);

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return order;
}

Datum
achievement_ref_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
achievement_ref_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
achievement_ref_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
achievement_ref_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
achievement_ref_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
achievement_ref_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

Datum
achievement_ref_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

static int
compare_datums(Datum x, Datum y, SortSupport ssup)
{
	struct varlena *a = PG_DETOAST_DATUM_PACKED(x);
	struct varlena *b = PG_DETOAST_DATUM_PACKED(y);
	int			order = compare_refs(a, b);

	if ((Pointer) a != DatumGetPointer(x))
		pfree(a);
	if ((Pointer) b != DatumGetPointer(y))
		pfree(b);
	return order;
}

/*
 * Without abbreviated keys: the first eight bytes are class and issuer, which
 * nearly all references of a sort have in common.
 */
Datum
achievement_ref_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = compare_datums;
	PG_RETURN_VOID();
}

Datum
achievement_ref_hash(PG_FUNCTION_ARGS)
{
	struct varlena *ref = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any((unsigned char *) VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref));

	PG_FREE_IF_COPY(ref, 0);
	return hash;
}

Datum
achievement_ref_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *ref = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any_extended((unsigned char *) VARDATA_ANY(ref),
										 VARSIZE_ANY_EXHDR(ref),
										 PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(ref, 0);
	return hash;
}

Datum
achievement_ref_smaller(PG_FUNCTION_ARGS)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);

	PG_RETURN_POINTER(compare_refs(a, b) < 0 ? a : b);
}

Datum
achievement_ref_larger(PG_FUNCTION_ARGS)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);

	PG_RETURN_POINTER(compare_refs(a, b) > 0 ? a : b);
}

bool
achievement_ref_covers(const char *a, int a_length, const char *b, int b_length)
{
	if (b_length > a_length && b[a_length] != '#')
		return false;
	return b_length >= a_length && memcmp(a, b, a_length) == 0;
}

static bool
covers(struct varlena *a, struct varlena *b)
{
	return achievement_ref_covers(VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a),
								  VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b));
}

Datum
achievement_ref_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(covers(PG_GETARG_VARLENA_PP(0), PG_GETARG_VARLENA_PP(1)));
}

Datum
achievement_ref_contained(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(covers(PG_GETARG_VARLENA_PP(1), PG_GETARG_VARLENA_PP(0)));
}

/*
 * The least text above everything that a reference covers (see the top of
 * this file).  It may be one byte longer than a reference: it bounds an index
 * scan and is never stored.
 */
Datum
achievement_ref_covered_end(PG_FUNCTION_ARGS)
{
	struct varlena *ref = PG_GETARG_VARLENA_PP(0);
	int			length = VARSIZE_ANY_EXHDR(ref);
	struct varlena *result = palloc(VARHDRSZ + length + 1);

	SET_VARSIZE(result, VARHDRSZ + length + 1);
	memcpy(VARDATA(result), VARDATA_ANY(ref), length);
	VARDATA(result)[length] = '-';
	PG_RETURN_POINTER(result);
}

/*
 * An expression that calls a function of this extension on a reference, or
 * its value if that is known already; NULL if there is no such function.
 */
static Expr *
call_on_ref(SupportRequestIndexCondition *request, const char *name, Expr *ref, Oid type)
{
	char	   *schema = get_namespace_name(get_func_namespace(request->funcid));
	Oid			function = LookupFuncName(list_make2(makeString(schema),
													 makeString(pstrdup(name))),
										  1, &type, true);

	if (!OidIsValid(function))
		return NULL;
	return (Expr *) eval_const_expressions(request->root,
										   (Node *) makeFuncExpr(function, type, list_make1(ref),
																 InvalidOid, InvalidOid,
																 COERCE_EXPLICIT_CALL));
}

/*
 * The index column compared with a bound, or NIL if its family cannot do that.
 */
static List *
compare_column(SupportRequestIndexCondition *request, Expr *column, Oid type,
			   int strategy, Expr *bound)
{
	Oid			operator = get_opfamily_member(request->opfamily, type, type, strategy);

	if (!OidIsValid(operator) || bound == NULL)
		return NIL;
	return list_make1(make_opclause(operator, BOOLOID, false, column, bound,
									InvalidOid, InvalidOid));
}

/* both conditions, or NIL if one of them cannot be had */
static List *
both(List *lower, List *upper)
{
	return lower == NIL || upper == NIL ? NIL : list_concat(lower, upper);
}

/*
 * column <@ ref
 */
static List *
covered_conditions(SupportRequestIndexCondition *request, Expr *column, Expr *ref, Oid type)
{
	request->lossy = false;
	return both(compare_column(request, column, type, BTGreaterEqualStrategyNumber, ref),
				compare_column(request, column, type, BTLessStrategyNumber,
							   call_on_ref(request, "achievement_ref_covered_end", ref, type)));
}

/*
 * column = ANY (ARRAY[ref, catalogue])
 */
static List *
equals_either(SupportRequestIndexCondition *request, Expr *column, Expr *ref,
			  Expr *catalogue, Oid type)
{
	ArrayExpr  *array = makeNode(ArrayExpr);
	ScalarArrayOpExpr *condition = makeNode(ScalarArrayOpExpr);

	array->array_typeid = get_array_type(type);
	array->element_typeid = type;
	array->elements = list_make2(ref, catalogue);
	array->location = -1;

	condition->opno = get_opfamily_member(request->opfamily, type, type, BTEqualStrategyNumber);
	if (!OidIsValid(condition->opno))
		return NIL;
	condition->opfuncid = get_opcode(condition->opno);
	condition->useOr = true;
	condition->args = list_make2(column, eval_const_expressions(request->root, (Node *) array));
	condition->location = -1;
	return list_make1(condition);
}

/*
 * column @> ref
 *
 * Two values can match.  On a later column of an index a list of values would
 * spoil the order that the planner takes an index scan to have, so there, and
 * where the index cannot search for a list, the range between the two is read
 * and each row checked.
 */
static List *
covering_conditions(SupportRequestIndexCondition *request, Expr *column, Expr *ref, Oid type)
{
	Expr	   *catalogue = call_on_ref(request, "catalogue_ref", ref, type);

	if (catalogue != NULL && request->indexcol == 0 && request->index->amsearcharray)
	{
		request->lossy = false;
		return equals_either(request, column, ref, catalogue, type);
	}
	request->lossy = true;
	return both(compare_column(request, column, type, BTGreaterEqualStrategyNumber, catalogue),
				compare_column(request, column, type, BTLessEqualStrategyNumber, ref));
}

/*
 * Answers the planner's question which index conditions follow from a clause
 * whose argument number catalogue_argument is the one that covers.
 */
static List *
index_conditions(SupportRequestIndexCondition *request, int catalogue_argument)
{
	List	   *arguments;
	Expr	   *column;
	Expr	   *ref;
	Oid			type;

	/* strategy numbers are those of a btree in these two alone */
	if (request->index->relam != BTREE_AM_OID && request->index->relam != BRIN_AM_OID)
		return NIL;
	if (is_opclause(request->node))
		arguments = ((OpExpr *) request->node)->args;
	else if (is_funcclause(request->node))
		arguments = ((FuncExpr *) request->node)->args;
	else
		return NIL;
	if (list_length(arguments) != 2)
		return NIL;

	column = list_nth(arguments, request->indexarg);
	ref = list_nth(arguments, 1 - request->indexarg);
	type = exprType((Node *) column);
	if (!is_pseudo_constant_for_index(request->root, (Node *) ref, request->index))
		return NIL;
	return request->indexarg == catalogue_argument ?
		covering_conditions(request, column, ref, type) :
		covered_conditions(request, column, ref, type);
}

static Datum
answer_planner(Node *request, int catalogue_argument)
{
	if (!IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(index_conditions((SupportRequestIndexCondition *) request,
									   catalogue_argument));
}

Datum
achievement_ref_contains_support(PG_FUNCTION_ARGS)
{
	return answer_planner((Node *) PG_GETARG_POINTER(0), 0);
}

Datum
achievement_ref_contained_support(PG_FUNCTION_ARGS)
{
	return answer_planner((Node *) PG_GETARG_POINTER(0), 1);
}
