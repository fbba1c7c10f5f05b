/*
 * shanghai.c
 *		The headings of the three files for the Shanghai credit bank.
 *
 * Promise: the order here is the order of the columns, in the functions of
 * sql/shanghai.sql, too.  It must never hold a code: codes come from tables.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "errors.h"
#include "evaluate_words.h"

PG_FUNCTION_INFO_V1(creditbank_shanghai_headings);

static const Saying course_headings[] = {
	SAY_HEADING_FULL_NAME,
	SAY_HEADING_IDENTITY_NUMBER,
	SAY_HEADING_PROGRAMME,
	SAY_HEADING_COURSE,
	SAY_HEADING_EDUCATION_LEVEL,
	SAY_HEADING_EDUCATION_CATEGORY,
	SAY_HEADING_CREDITS,
	SAY_HEADING_HOURS,
	SAY_HEADING_GRADE,
	SAY_HEADING_AWARDED_IN,
	SAY_HEADING_COHORT,
	SAY_HEADING_OUTCOME,
	SAY_HEADING_SEASON,
	SAY_HEADING_REMARK,
	SAY_HEADING_STUDENT_NUMBER,
};

static const Saying conversion_headings[] = {
	SAY_HEADING_FULL_NAME,
	SAY_HEADING_IDENTITY_NUMBER,
	SAY_HEADING_SCHOOL,
	SAY_HEADING_COURSE_SOURCE,
	SAY_HEADING_ORIGINAL_PROGRAMME,
	SAY_HEADING_ORIGINAL_COURSE,
	SAY_HEADING_ORIGINAL_INSTITUTION,
	SAY_HEADING_ORIGINAL_EDUCATION_LEVEL,
	SAY_HEADING_ORIGINAL_EDUCATION_CATEGORY,
	SAY_HEADING_ORIGINAL_CREDITS,
	SAY_HEADING_ORIGINAL_HOURS,
	SAY_HEADING_ORIGINAL_GRADE,
	SAY_HEADING_AWARDED_IN,
	SAY_HEADING_COHORT,
	SAY_HEADING_OUTCOME,
	SAY_HEADING_SEASON,
	SAY_HEADING_REMARK,
	SAY_HEADING_STUDENT_NUMBER,
	SAY_HEADING_CONVERTED_EDUCATION_LEVEL,
	SAY_HEADING_CONVERTED_COURSE_CODE,
	SAY_HEADING_CONVERTED_COURSE,
	SAY_HEADING_CONVERTED_CREDITS,
	SAY_HEADING_CONVERTED_IN,
	SAY_HEADING_CONVERTED_PROGRAMME,
};

static const Saying certificate_headings[] = {
	SAY_HEADING_FULL_NAME,
	SAY_HEADING_IDENTITY_NUMBER,
	SAY_HEADING_SCHOOL,
	SAY_HEADING_CERTIFICATE_SOURCE,
	SAY_HEADING_CERTIFICATE_TYPE,
	SAY_HEADING_CERTIFICATE,
	SAY_HEADING_CERTIFICATE_LEVEL,
	SAY_HEADING_CERTIFICATE_ISSUER,
	SAY_HEADING_ORIGINAL_EDUCATION_LEVEL,
	SAY_HEADING_ORIGINAL_EDUCATION_CATEGORY,
	SAY_HEADING_ORIGINAL_CREDITS,
	SAY_HEADING_ORIGINAL_HOURS,
	SAY_HEADING_ORIGINAL_GRADE,
	SAY_HEADING_AWARDED_IN,
	SAY_HEADING_CONVERTED_EDUCATION_LEVEL,
	SAY_HEADING_CONVERTED_COURSE_CODE,
	SAY_HEADING_CONVERTED_COURSE,
	SAY_HEADING_CONVERTED_CREDITS,
	SAY_HEADING_CONVERTED_IN,
	SAY_HEADING_CERTIFICATE_PROGRAMME,
};

static const struct
{
	const char *name;
	const Saying *headings;
	int			count;
}			files[] = {
	{"courses", course_headings, lengthof(course_headings)},
	{"conversions", conversion_headings, lengthof(conversion_headings)},
	{"certificates", certificate_headings, lengthof(certificate_headings)},
};

static ArrayType *
said_in_chinese(const Saying *sayings, int count)
{
	EvaluationLanguage language;
	Datum	   *texts = palloc(count * sizeof(Datum));

	evaluation_language("zh", &language);
	for (int i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(say(language, sayings[i]));
	return construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT);
}

/* shanghai_headings(file) -> text[] */
Datum
creditbank_shanghai_headings(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	for (size_t i = 0; i < lengthof(files); i++)
		if (strcmp(name, files[i].name) == 0)
			PG_RETURN_ARRAYTYPE_P(said_in_chinese(files[i].headings, files[i].count));
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("there is no file \"%s\" for the Shanghai credit bank", name),
			 errhint("The files are courses, conversions and certificates.")));
}
