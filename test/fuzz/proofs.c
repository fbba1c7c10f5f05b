/*
 * proofs.c
 *		Secured documents, status lists and multibase, as a stranger may send them.
 *
 * A document may be refused, by a sentence, never by an error; and where its
 * text has a canonical form, that is its own canonical form.  Bytes have one text
 * in each encoding, and no other text is read.
 */
#include "proofs.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "digest.h"
#include "documents.h"

extern Datum creditbank_canonical_json(PG_FUNCTION_ARGS);
extern Datum creditbank_integrity_problem(PG_FUNCTION_ARGS);
extern Datum creditbank_integrity_verification_method(PG_FUNCTION_ARGS);
extern Datum creditbank_multibase_decode(PG_FUNCTION_ARGS);
extern Datum creditbank_multibase_encode(PG_FUNCTION_ARGS);
extern Datum creditbank_multikey(PG_FUNCTION_ARGS);
extern Datum creditbank_multikey_public_key(PG_FUNCTION_ARGS);
extern Datum creditbank_status_bit(PG_FUNCTION_ARGS);

/* of the signed document in the corpus: the vectors of W3C, Data Integrity EdDSA Cryptosuites v1.0 */
static const uint8 public_key[32] = {
	0xb0, 0x0d, 0x8d, 0x93, 0x8e, 0x7f, 0x77, 0x3d, 0x51, 0x56, 0x5a, 0xad, 0x36, 0xa6, 0x23, 0xf5,
	0x34, 0x4f, 0x7f, 0x5d, 0x19, 0x60, 0xf9, 0xcf, 0x3e, 0x8e, 0x12, 0x62, 0x0e, 0xa2, 0x81, 0x0f
};

/* both may return NULL, which DirectFunctionCall would not let pass */
static void
ask_about_proof(Datum given)
{
	LOCAL_FCINFO(fcinfo, 4);

	InitFunctionCallInfoData(*fcinfo, NULL, 4, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = given;
	fcinfo->args[1].value = PointerGetDatum(bytes_to_bytea(public_key, sizeof(public_key)));
	fcinfo->args[2].value = CStringGetTextDatum("assertionMethod");
	for (int i = 0; i < 4; i++)
		fcinfo->args[i].isnull = i == 3;
	(void) creditbank_integrity_problem(fcinfo);
	fcinfo->isnull = false;
	(void) creditbank_integrity_verification_method(fcinfo);
}

void
run_proof(const uint8 *data, size_t size)
{
	Datum		given = CStringGetTextDatum(valid_text(data, size));
	Datum		canonical;
	char	   *form;

	accepted_as = "a text that may be a secured document";
	ask_about_proof(given);

	/* datums of type json look the same, and it is read as a text once more */
	accepted_as = NULL;
	canonical = DirectFunctionCall1(creditbank_canonical_json, given);
	accepted_as = "JSON";
	form = TextDatumGetCString(canonical);
	if (strcmp(form, TextDatumGetCString(DirectFunctionCall1(creditbank_canonical_json, canonical))) != 0)
		finding("the canonical form is not stable: %s", form);
}

void
run_status_list(const uint8 *data, size_t size)
{
	Datum		given = CStringGetTextDatum(valid_text(data, size));

	(void) DirectFunctionCall2(creditbank_status_bit, given, Int32GetDatum(131071));
	accepted_as = "a status list";
	(void) DirectFunctionCall2(creditbank_status_bit, given, Int32GetDatum(0));
}

static char *
encoded(Datum bytes, const char *encoding)
{
	return TextDatumGetCString(DirectFunctionCall2(creditbank_multibase_encode, bytes, CStringGetTextDatum(encoding)));
}

static void
must_be_text_of(Datum bytes, const char *encoding)
{
	char	   *form = encoded(bytes, encoding);
	bytea	   *given = DatumGetByteaPP(bytes);
	bytea	   *read = DatumGetByteaPP(DirectFunctionCall1(creditbank_multibase_decode, CStringGetTextDatum(form)));

	if (VARSIZE_ANY_EXHDR(given) != VARSIZE_ANY_EXHDR(read) ||
		memcmp(VARDATA_ANY(given), VARDATA_ANY(read), VARSIZE_ANY_EXHDR(read)) != 0)
		finding("bytes came back others through %s", form);
}

/* the bytes of the input have texts; the input as a text may be one, or one of a key */
void
run_multibase(const uint8 *data, size_t size)
{
	Datum		bytes = PointerGetDatum(bytes_to_bytea(data, size));
	char	   *given = valid_text(data, size);
	Datum		key;

	must_be_text_of(bytes, "base64url");
	if (size <= 1024)
		must_be_text_of(bytes, "base58btc");
	bytes = DirectFunctionCall1(creditbank_multibase_decode, CStringGetTextDatum(given));
	accepted_as = "multibase";
	if (strcmp(given, encoded(bytes, given[0] == 'z' ? "base58btc" : "base64url")) != 0)
		finding("another text is read as the same bytes: %s", given);
	accepted_as = NULL;
	key = DirectFunctionCall1(creditbank_multikey_public_key, CStringGetTextDatum(given));
	accepted_as = "a Multikey";
	if (strcmp(given, TextDatumGetCString(DirectFunctionCall1(creditbank_multikey, key))) != 0)
		finding("another text is read as the same key: %s", given);
}
