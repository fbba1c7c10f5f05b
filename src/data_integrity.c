/*
 * data_integrity.c
 *		Proofs in JSON documents: cryptosuite eddsa-jcs-2022 of "Data Integrity EdDSA
 *		Cryptosuites v1.0" (W3C), section 3.3.
 *
 * Promise: what a stranger hands over to be verified is good, or a sentence says
 * what is wrong with it, and it is never an error.  Verification works on the
 * text as it came: nothing of it is read by another parser.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "canonical_json.h"
#include "compat.h"
#include "digest.h"
#include "errors.h"
#include "multibase.h"

PG_FUNCTION_INFO_V1(creditbank_integrity_hash);
PG_FUNCTION_INFO_V1(creditbank_integrity_problem);
PG_FUNCTION_INFO_V1(creditbank_integrity_verification_method);

#define PROOF_TYPE "DataIntegrityProof"
#define CRYPTOSUITE "eddsa-jcs-2022"
#define CONTEXT "@context"

#define HASH_LENGTH (2 * DIGEST_LENGTH)
#define PUBLIC_KEY_LENGTH 32
#define SIGNATURE_LENGTH 64

/* what is known of a secured document while it is verified */
typedef struct Secured
{
	JcsValue	document;
	const JcsValue *proof;
	const char *problem;
} Secured;

static bool
refuse(Secured *secured, const char *problem)
{
	secured->problem = problem;
	return false;
}

static bool
read_document(Secured *secured, const text *given)
{
	memset(secured, 0, sizeof(Secured));
	if (!jcs_read_text(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given), &secured->document, &secured->problem))
		return false;
	if (secured->document.kind != JCS_OBJECT)
		return refuse(secured, "The document is no JSON object.");
	secured->proof = jcs_member(&secured->document, "proof");
	if (secured->proof == NULL)
		return refuse(secured, "The document has no proof.");
	/* Open Badges has lists throughout */
	if (secured->proof->kind == JCS_ARRAY && secured->proof->length == 1)
		secured->proof = secured->proof->has.elements;
	if (secured->proof->kind != JCS_OBJECT)
		return refuse(secured, "The proof is no JSON object; exactly one proof is verified.");
	return true;
}

/* two digits; -1 for anything else */
static int
two_digits(const char *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	return (text[0] - '0') * 10 + (text[1] - '0');
}

/*
 * What follows the seconds: a fraction, or none, and a time zone; the minutes that
 * it is ahead of UTC.
 */
static bool
read_zone(const char *text, int *minutes)
{
	int			hour,
				minute;

	if (*text == '.')
	{
		int			digits = strspn(text + 1, "0123456789");

		if (digits == 0)
			return false;
		text += 1 + digits;
	}
	*minutes = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':')
		return false;
	hour = two_digits(text + 1);
	minute = two_digits(text + 4);
	if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 14 * 60)
		return false;
	*minutes = (*text == '-' ? -1 : 1) * (hour * 60 + minute);
	return true;
}

/*
 * A dateTimeStamp of XML Schema 1.1 of the years 0001 to 9999, to the second; no
 * fraction of a second makes a difference here.
 */
static bool
read_date_time_stamp(const JcsValue *value, TimestampTz *instant)
{
	char	   *text;
	int			year,
				month,
				day,
				hour,
				minute,
				second,
				zone;

	if (value->kind != JCS_STRING || value->length < 20)
		return false;
	text = pnstrdup(value->has.bytes, value->length);
	if ((int) strlen(text) != value->length ||
		text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
		two_digits(text) < 0 || two_digits(text + 2) < 0 || !read_zone(text + 19, &zone))
		return false;
	year = two_digits(text) * 100 + two_digits(text + 2);
	month = two_digits(text + 5);
	day = two_digits(text + 8);
	hour = two_digits(text + 11);
	minute = two_digits(text + 14);
	second = two_digits(text + 17);
	if (year < 1 || month < 1 || month > MONTHS_PER_YEAR || day < 1 || day > day_tab[isleap(year)][month - 1] ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
		return false;
	*instant = ((int64) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE) * SECS_PER_DAY +
				(hour * 60 + minute - zone) * SECS_PER_MINUTE + second) * USECS_PER_SEC;
	return true;
}

/* what proof options must be, whether they are to be signed or were; NULL where they are */
static const char *
problem_of_options(const JcsValue *options)
{
	const JcsValue *created = jcs_member(options, "created");
	const JcsValue *method = jcs_member(options, "verificationMethod");
	TimestampTz unused;

	if (!jcs_is_string(jcs_member(options, "type"), PROOF_TYPE))
		return "The type of the proof is not \"" PROOF_TYPE "\".";
	if (!jcs_is_string(jcs_member(options, "cryptosuite"), CRYPTOSUITE))
		return "The cryptosuite of the proof is not \"" CRYPTOSUITE "\".";
	if (method == NULL || method->kind != JCS_STRING || method->length == 0)
		return "The proof names no verificationMethod.";
	if (created != NULL && !read_date_time_stamp(created, &unused))
		return "The proof's \"created\" is no point in time with a time zone.";
	return NULL;
}

static bool
check_options(Secured *secured, const text *purpose, bool has_time, TimestampTz as_of)
{
	const JcsValue *proof = secured->proof;
	const JcsValue *expires = jcs_member(proof, "expires");
	TimestampTz end;

	secured->problem = problem_of_options(proof);
	if (secured->problem != NULL)
		return false;
	if (!jcs_is_string(jcs_member(proof, "proofPurpose"), text_to_cstring(purpose)))
		return refuse(secured, "The proof is for another purpose.");
	if (jcs_member(proof, "previousProof") != NULL)
		return refuse(secured, "The proof rests on another proof, which is not there.");
	if (expires == NULL)
		return true;
	if (!read_date_time_stamp(expires, &end))
		return refuse(secured, "The proof's \"expires\" is no point in time with a time zone.");
	if (!has_time)
		return refuse(secured, "The proof expires, and no time was given to hold it to.");
	return as_of < end || refuse(secured, "The proof has expired.");
}

static bool
check_signature_value(Secured *secured, bytea **signature)
{
	const JcsValue *value = jcs_member(secured->proof, "proofValue");

	*signature = NULL;
	if (value != NULL && value->kind == JCS_STRING && value->length > 0 &&
		value->has.bytes[0] == MULTIBASE_BASE58BTC)
		*signature = multibase_decode(value->has.bytes, value->length, &secured->problem);
	return (*signature != NULL && VARSIZE_ANY_EXHDR(*signature) == SIGNATURE_LENGTH) ||
		refuse(secured, "The proofValue is no base58btc of 64 bytes.");
}

/* leaves nothing behind: a stranger can have millions compared */
static bool
same_value(const JcsValue *one, const JcsValue *other, const char **problem)
{
	StringInfoData a,
				b;
	bool		same;

	initStringInfo(&a);
	initStringInfo(&b);
	same = jcs_write(&a, one, problem) && jcs_write(&b, other, problem) &&
		a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
	pfree(a.data);
	pfree(b.data);
	return same;
}

/* one value is a list of itself */
static const JcsValue *
as_list(const JcsValue *value, int *length)
{
	*length = value->kind == JCS_ARRAY ? value->length : 1;
	return value->kind == JCS_ARRAY ? value->has.elements : value;
}

/*
 * Step 4 of "Verify Proof": the contexts that were signed are those that the proof
 * has; the document's begin with them.
 */
static bool
settle_context(Secured *secured, JcsValue *unsecured)
{
	const JcsValue *signed_context = jcs_member(secured->proof, CONTEXT);
	const JcsValue *context = jcs_member(&secured->document, CONTEXT);
	const char *refusal = "The document's @context does not begin with that of the proof.";
	const JcsValue *signed_list,
			   *list;
	int			signed_length,
				length;

	*unsecured = jcs_without(&secured->document, "proof");
	if (signed_context == NULL)
		return true;
	if (context == NULL)
		return refuse(secured, refusal);
	signed_list = as_list(signed_context, &signed_length);
	list = as_list(context, &length);
	if (signed_length > length)
		return refuse(secured, refusal);
	for (int i = 0; i < signed_length; i++)
	{
		if (!same_value(&signed_list[i], &list[i], &secured->problem))
			return refuse(secured, secured->problem != NULL ? secured->problem : refusal);
	}
	*unsecured = jcs_with(unsecured, CONTEXT, signed_context);
	return true;
}

/* the hash that is signed: of the options, then of the document */
static bool
hash_parts(const JcsValue *options, const JcsValue *document, uint8 hash[HASH_LENGTH],
		   const char **problem)
{
	const JcsValue *parts[] = {options, document};

	for (int i = 0; i < 2; i++)
	{
		StringInfoData form;

		initStringInfo(&form);
		if (!jcs_write(&form, parts[i], problem))
			return false;
		digest_compute(SUITE_SHA256_ED25519, form.data, form.len, hash + i * DIGEST_LENGTH);
	}
	return true;
}

static bool
verify(Secured *secured, const bytea *public_key, const bytea *signature)
{
	JcsValue	options = jcs_without(secured->proof, "proofValue");
	JcsValue	unsecured;
	uint8		hash[HASH_LENGTH];

	return settle_context(secured, &unsecured) &&
		hash_parts(&options, &unsecured, hash, &secured->problem) &&
		(signature_verify(SIGNATURE_ED25519, public_key, bytes_to_bytea(hash, HASH_LENGTH), signature) ||
		 refuse(secured, "The signature does not verify by this key."));
}

/*
 * integrity_problem(document text, public_key bytea, proof_purpose text,
 *		as_of timestamptz) -> text
 */
Datum
creditbank_integrity_problem(PG_FUNCTION_ARGS)
{
	Secured		secured = {0};
	bytea	   *signature;

	if (PG_ARGISNULL(0))
		secured.problem = "There is no document.";
	else if (PG_ARGISNULL(1) || VARSIZE_ANY_EXHDR(PG_GETARG_BYTEA_PP(1)) != PUBLIC_KEY_LENGTH)
		secured.problem = "There is no public key of 32 bytes.";
	else if (PG_ARGISNULL(2))
		secured.problem = "There is no purpose.";
	else if (read_document(&secured, PG_GETARG_TEXT_PP(0)) &&
			 check_options(&secured, PG_GETARG_TEXT_PP(2), !PG_ARGISNULL(3),
						   PG_ARGISNULL(3) ? 0 : PG_GETARG_TIMESTAMPTZ(3)) &&
			 check_signature_value(&secured, &signature) &&
			 verify(&secured, PG_GETARG_BYTEA_PP(1), signature))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(secured.problem));
}

/*
 * integrity_verification_method(document text) -> text
 */
Datum
creditbank_integrity_verification_method(PG_FUNCTION_ARGS)
{
	Secured		secured;
	const JcsValue *method;

	if (!read_document(&secured, PG_GETARG_TEXT_PP(0)))
		PG_RETURN_NULL();
	method = jcs_member(secured.proof, "verificationMethod");
	if (method == NULL || method->kind != JCS_STRING)
		PG_RETURN_NULL();
	for (int i = 0; i < method->length; i++)
	{
		/* URLs have no others, and the server's encoding has all of these */
		if (method->has.bytes[i] <= ' ' || method->has.bytes[i] > '~')
			PG_RETURN_NULL();
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(method->has.bytes, method->length));
}

static JcsValue
object_of_jsonb(Jsonb *jsonb, const char **problem)
{
	JcsValue	result = {JCS_WORD, 0, {NULL}};

	if (jcs_read_jsonb(jsonb, &result, problem) && result.kind != JCS_OBJECT)
		*problem = "It is no JSON object.";
	return result;
}

static void
refuse_what_cannot_be_signed(const char *what, const char *problem)
{
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DOCUMENT),
				 errmsg("the %s cannot be signed", what),
				 errdetail_internal("%s", problem),
				 errhint("See creditbank.integrity_proof_options() and creditbank.canonical_json().")));
}

/*
 * integrity_hash(document jsonb, proof_options jsonb) -> bytea
 */
Datum
creditbank_integrity_hash(PG_FUNCTION_ARGS)
{
	const char *problem = NULL;
	JcsValue	document,
				options;
	const JcsValue *context;
	uint8		hash[HASH_LENGTH];

	document = object_of_jsonb(PG_GETARG_JSONB_P(0), &problem);
	refuse_what_cannot_be_signed("document", problem);
	options = object_of_jsonb(PG_GETARG_JSONB_P(1), &problem);
	if (problem == NULL)
		problem = problem_of_options(&options);
	refuse_what_cannot_be_signed("proof", problem);

	context = jcs_member(&document, CONTEXT);
	document = jcs_without(&document, "proof");
	options = jcs_without(&options, "proofValue");
	if (context != NULL)
		options = jcs_with(&options, CONTEXT, context);
	if (!hash_parts(&options, &document, hash, &problem))
		refuse_what_cannot_be_signed("document", problem);
	PG_RETURN_BYTEA_P(bytes_to_bytea(hash, HASH_LENGTH));
}
