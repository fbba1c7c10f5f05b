/*
 * achievement_guard.c
 *		The trigger that guards the table of achievements.
 *
 * Promise: of a row only its state ever changes, along achievement_transition,
 * and with a recognition or its refusal what an assessor finds; rows are never
 * deleted.  Whether a move is permitted is looked up in that table, once in a
 * statement.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "compat.h"
#include "errors.h"
#include "statement.h"

PG_FUNCTION_INFO_V1(creditbank_refuse_achievement_change);

/* What an update would do. */
typedef struct Change
{
	text	   *from_state;
	text	   *to_state;
	bool		findings_stay;	/* amount, level and overlap */
	bool		rest_stays;
} Change;

/* The last move that was looked up, kept for the statement. */
typedef struct LastMove
{
	text	   *from_state;
	text	   *to_state;
	bool		findings_stay;
	bool		is_permitted;
} LastMove;

static SPIPlanPtr move_plan = NULL;

static void
find_change(TriggerData *trigger, Change *change)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	Datum	   *before = palloc(sizeof(Datum) * tupdesc->natts);
	Datum	   *after = palloc(sizeof(Datum) * tupdesc->natts);
	bool	   *before_nulls = palloc(sizeof(bool) * tupdesc->natts);
	bool	   *after_nulls = palloc(sizeof(bool) * tupdesc->natts);

	heap_deform_tuple(trigger->tg_trigtuple, tupdesc, before, before_nulls);
	heap_deform_tuple(trigger->tg_newtuple, tupdesc, after, after_nulls);
	change->findings_stay = true;
	change->rest_stays = true;
	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(tupdesc, i);
		const char *name = NameStr(attribute->attname);

		if (attribute->attisdropped)
			continue;
		if (strcmp(name, "state") == 0)
		{
			change->from_state = DatumGetTextPP(before[i]);
			change->to_state = DatumGetTextPP(after[i]);
		}
		else if (before_nulls[i] == after_nulls[i] &&
				 (before_nulls[i] || datum_image_eq(before[i], after[i], attribute->attbyval, attribute->attlen)))
			continue;
		else if (strcmp(name, "amount") == 0 || strcmp(name, "level") == 0 || strcmp(name, "overlap") == 0)
			change->findings_stay = false;
		else
			change->rest_stays = false;
	}
}

static bool
look_up_move(const Change *change)
{
	Datum		values[] = {
		PointerGetDatum(change->from_state),
		PointerGetDatum(change->to_state),
		BoolGetDatum(change->findings_stay)
	};
	bool		is_permitted;

	SPI_connect();
	if (move_plan == NULL)
		move_plan = statement_keep(
			"SELECT FROM creditbank.achievement_transition AS t"
			" WHERE t.from_state OPERATOR(pg_catalog.=) $1"
			" AND ($2 OPERATOR(pg_catalog.=) t.to_state OR $2 OPERATOR(pg_catalog.=) $1)"
			" AND ($3 OR t.kind OPERATOR(pg_catalog.=) 'recognised' OR t.kind OPERATOR(pg_catalog.=) 'declined')"
			" LIMIT 1",
			3, (Oid[]) {TEXTOID, TEXTOID, BOOLOID}, 0);
	if (statement_execute(move_plan, values, NULL) != SPI_OK_SELECT)
		elog(ERROR, "cannot look up a step of an achievement");
	is_permitted = SPI_processed > 0;
	SPI_finish();
	return is_permitted;
}

static bool
is_same(const text *a, const text *b)
{
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

static bool
is_permitted_move(FunctionCallInfo fcinfo, const Change *change)
{
	LastMove   *last = fcinfo->flinfo->fn_extra;
	MemoryContext caller;

	if (last != NULL && last->findings_stay == change->findings_stay &&
		is_same(last->from_state, change->from_state) && is_same(last->to_state, change->to_state))
		return last->is_permitted;
	caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	last = palloc(sizeof(LastMove));
	last->from_state = DatumGetTextPCopy(PointerGetDatum(change->from_state));
	last->to_state = DatumGetTextPCopy(PointerGetDatum(change->to_state));
	last->findings_stay = change->findings_stay;
	MemoryContextSwitchTo(caller);
	last->is_permitted = look_up_move(change);
	fcinfo->flinfo->fn_extra = last;
	return last->is_permitted;
}

Datum
creditbank_refuse_achievement_change(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Change		change = {0};

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("refuse_achievement_change can only be called as a trigger")));
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) && TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
	{
		find_change(trigger, &change);
		if (change.rest_stays && is_permitted_move(fcinfo, &change))
			return PointerGetDatum(trigger->tg_newtuple);
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_APPEND_ONLY),
			 errmsg("%s is append-only", RelationGetRelationName(trigger->tg_relation)),
			 errdetail("%s was asked for; of an achievement only the state changes, by the steps of achievement_transition, and what an assessor finds.",
					   TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "UPDATE" :
					   TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "DELETE" : "TRUNCATE"),
			 errhint("Take a step, like creditbank.withdraw_achievement(), and deposit it anew."),
			 errtableconstraint(trigger->tg_relation, trigger->tg_trigger->tgname)));
}
