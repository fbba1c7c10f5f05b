/*
 * targets.c
 *		What is done with an input, and what must hold of the result.
 *
 * Every target takes any bytes at all.  Once the input was accepted, all that
 * can be asked of the value must be answered, and the value must come back the
 * same from its text, its bytes and its jsonb.
 */
#include "fuzz.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

#include "documents.h"
#include "planted.h"
#include "proofs.h"
#include "published.h"

#define FUNCTIONS_OF(type) \
	extern Datum type##_in(PG_FUNCTION_ARGS); \
	extern Datum type##_out(PG_FUNCTION_ARGS); \
	extern Datum type##_recv(PG_FUNCTION_ARGS); \
	extern Datum type##_send(PG_FUNCTION_ARGS)

FUNCTIONS_OF(rule_set);
FUNCTIONS_OF(achievement_ref);
FUNCTIONS_OF(credit_amount);
extern Datum rule_set_to_jsonb(PG_FUNCTION_ARGS);
extern Datum rule_set_from_jsonb(PG_FUNCTION_ARGS);
extern Datum rule_set_effective(PG_FUNCTION_ARGS);
extern Datum rule_set_programmes(PG_FUNCTION_ARGS);
extern Datum rule_set_digest(PG_FUNCTION_ARGS);

/* a type whose values come as text and as bytes */
typedef struct Type
{
	PGFunction	in;
	PGFunction	out;
	PGFunction	recv;
	PGFunction	send;
} Type;

static const Type rule_set_type = {rule_set_in, rule_set_out, rule_set_recv, rule_set_send};
static const Type ref_type = {achievement_ref_in, achievement_ref_out, achievement_ref_recv, achievement_ref_send};
static const Type amount_type = {credit_amount_in, credit_amount_out, credit_amount_recv, credit_amount_send};

/* what a server in UTF-8 would let through as a text */
char *
valid_text(const uint8 *data, size_t size)
{
	return pnstrdup((const char *) data,
					pg_encoding_verifymbstr(PG_UTF8, (const char *) data, size));
}

static Datum
value_of_text(const Type *type, const char *text)
{
	/* typmod and the type's own OID, which ours do not look at */
	return DirectFunctionCall3(type->in, CStringGetDatum(text),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static Datum
value_of_bytes(const Type *type, const char *bytes, size_t size)
{
	StringInfoData message;

	message.data = memcpy(palloc(size + 1), bytes, size);
	message.data[size] = '\0';
	message.len = size;
	message.maxlen = size + 1;
	message.cursor = 0;
	return DirectFunctionCall3(type->recv, PointerGetDatum(&message),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static char *
text_of(const Type *type, Datum value)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(type->out, value));

	if (!pg_verify_mbstr(PG_UTF8, text, strlen(text), true))
		finding("a value's text is not UTF-8: %s", text);
	return text;
}

static bytea *
bytes_of(const Type *type, Datum value)
{
	return DatumGetByteaPP(DirectFunctionCall1(type->send, value));
}

static void
must_be_same(const Type *type, const bytea *bytes, Datum value, const char *through)
{
	bytea	   *again = bytes_of(type, value);

	if (VARSIZE_ANY(again) != VARSIZE_ANY(bytes) || memcmp(again, bytes, VARSIZE_ANY(bytes)) != 0)
		finding("the value came back another through %s: %s", through, text_of(type, value));
}

static bytea *
round_trip(const Type *type, Datum value)
{
	bytea	   *bytes = bytes_of(type, value);
	char	   *text = text_of(type, value);

	must_be_same(type, bytes, value_of_text(type, text), "its text");
	must_be_same(type, bytes, value_of_bytes(type, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)),
				 "its bytes");
	if (strcmp(text, text_of(type, value_of_text(type, text))) != 0)
		finding("canonical text is not stable: %s", text);
	return bytes;
}

/* What a rule_set says of itself, and its jsonb, must all work. */
static void
use_rule_set(Datum rules)
{
	bytea	   *bytes = round_trip(&rule_set_type, rules);
	Datum		json = DirectFunctionCall1(rule_set_to_jsonb, rules);
	char	   *json_text = DatumGetCString(DirectFunctionCall1(jsonb_out, json));

	must_be_same(&rule_set_type, bytes, DirectFunctionCall1(rule_set_from_jsonb, json), "jsonb");
	json = DirectFunctionCall1(jsonb_in, CStringGetDatum(json_text));
	must_be_same(&rule_set_type, bytes, DirectFunctionCall1(rule_set_from_jsonb, json),
				 "the text of jsonb");
	(void) DirectFunctionCall1(rule_set_effective, rules);
	(void) DirectFunctionCall1(rule_set_programmes, rules);
	(void) DirectFunctionCall2(rule_set_digest, rules, CStringGetTextDatum("sha256-ed25519"));
	(void) rows_of_rules(rules);
}

static void
run_rule_text(const uint8 *data, size_t size)
{
	Datum		rules = value_of_text(&rule_set_type, valid_text(data, size));

	accepted_as = "rules";
	use_rule_set(rules);
}

static void
run_rule_bytes(const uint8 *data, size_t size)
{
	Datum		rules = value_of_bytes(&rule_set_type, (const char *) data, size);

	accepted_as = "bytes of rules";
	use_rule_set(rules);
}

static void
run_rule_json(const uint8 *data, size_t size)
{
	Datum		json = DirectFunctionCall1(jsonb_in, CStringGetDatum(valid_text(data, size)));
	Datum		rules = DirectFunctionCall1(rule_set_from_jsonb, json);

	accepted_as = "jsonb of rules";
	use_rule_set(rules);
}

/* Do rules name what is held? */
static void
ask_concern(Datum rules)
{
	Oid			function = DatumGetObjectId(DirectFunctionCall1(regprocedurein,
																CStringGetDatum("creditbank.rules_concern(creditbank.rule_set,creditbank.achievement_ref[])")));
	Datum		ref = value_of_text(&ref_type, "cert/CN-POST/EXP-OPERATOR#1");
	FmgrInfo	rules_concern;
	Oid		   *types;
	int			count;

	(void) get_func_signature(function, &types, &count);
	fmgr_info(function, &rules_concern);
	(void) FunctionCall2(&rules_concern, rules,
						 PointerGetDatum(construct_array(&ref, 1, get_element_type(types[1]), -1, false, TYPALIGN_INT)));
}

/*
 * Bytes that a disk damaged: may be refused at any time, and may mean anything,
 * but no more than that.
 */
static void
run_rule_disk(const uint8 *data, size_t size)
{
	bytea	   *stored = palloc(VARHDRSZ + size);

	SET_VARSIZE(stored, VARHDRSZ + size);
	memcpy(VARDATA(stored), data, size);
	ask_concern(PointerGetDatum(stored));
	(void) DirectFunctionCall1(rule_set_out, PointerGetDatum(stored));
	(void) DirectFunctionCall1(rule_set_to_jsonb, PointerGetDatum(stored));
	accepted_as = "bytes of rules from disk";
}

/* The first byte says whether text or bytes follow. */
static void
run_value(const Type *type, const uint8 *data, size_t size)
{
	Datum		value;

	if (size == 0)
		return;
	value = data[0] == 'T' ? value_of_text(type, valid_text(data + 1, size - 1)) :
		value_of_bytes(type, (const char *) data + 1, size - 1);
	accepted_as = "a value";
	(void) round_trip(type, value);
}

static void
run_ref(const uint8 *data, size_t size)
{
	run_value(&ref_type, data, size);
}

static void
run_amount(const uint8 *data, size_t size)
{
	run_value(&amount_type, data, size);
}

const Target targets[] = {
	{"rule_text", true, run_rule_text},
	{"rule_json", true, run_rule_json},
	{"rule_bytes", false, run_rule_bytes},
	{"rule_disk", false, run_rule_disk},
	{"ref", false, run_ref},
	{"amount", false, run_amount},
	{"documents", true, run_documents},
	{"best", true, run_best},
	{"proof", true, run_proof},
	{"status_list", false, run_status_list},
	{"multibase", false, run_multibase},
	{"figures", false, run_figures},
	{"qr_code", false, run_qr_code},
	{"planted", false, run_planted},
	{"hidden", false, run_hidden},
	{NULL, false, NULL}
};
