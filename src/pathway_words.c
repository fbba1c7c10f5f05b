/*
 * pathway_words.c
 *		Steps that a learner could take, in words.
 *
 * Promise: says what it is given, in the language it is given; whether a step
 * is worth anything is never decided here.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"
#include "evaluate_match.h"
#include "pathway.h"

PG_FUNCTION_INFO_V1(creditbank_step_sentence);

typedef struct StepForm
{
	const char *step;
	Saying		saying;
} StepForm;

static const StepForm forms[] = {
	{"recognise", SAY_STEP_RECOGNISE},
	{"release", SAY_STEP_RELEASE},
	{"renew", SAY_STEP_RENEW},
	{"improve", SAY_STEP_IMPROVE},
	{"earn", SAY_STEP_EARN},
	{"study", SAY_STEP_STUDY},
	{"elect", SAY_STEP_ELECT},
	{"none", SAY_STEP_NONE},
	{"complete", SAY_STEP_COMPLETE},
	{"graduated", SAY_STEP_GRADUATED}
};

static Saying
saying_of_step(const char *step)
{
	for (size_t i = 0; i < lengthof(forms); i++)
	{
		if (strcmp(forms[i].step, step) == 0)
			return forms[i].saying;
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown step \"%s\"", step),
			 errhint("The steps are recognise, release, renew, improve, earn, study and elect; none, complete and graduated say why there is no step.")));
}

/*
 * step_sentence(step, what, credits, rule, language) -> text
 */
Datum
creditbank_step_sentence(PG_FUNCTION_ARGS)
{
	EvaluationLanguage language = evaluation_language_named(text_to_cstring(PG_GETARG_TEXT_PP(4)));

	PG_RETURN_TEXT_P(cstring_to_text(say(language,
										 saying_of_step(text_to_cstring(PG_GETARG_TEXT_PP(0))),
										 text_to_cstring(PG_GETARG_TEXT_PP(1)),
										 amount_said(language, PG_GETARG_CREDIT_AMOUNT(2)),
										 text_to_cstring(PG_GETARG_TEXT_PP(3)))));
}
