/*
 * evaluate_sentence.c
 *		An explanation as a sentence that a learner understands.
 *
 * Promise: every explanation becomes a sentence, whatever its parameter; what
 * is said is what the explanation holds, and nothing is decided here.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "compat.h"
#include "evaluate_match.h"

/* how the explanations of a parameter are said */
typedef struct SentenceForm
{
	const char *parameter;		/* one that ends in a space: those that begin so */
	Saying		passed;
	Saying		failed;
	Saying		unstated;		/* nothing was found */
} SentenceForm;

static const SentenceForm forms[] = {
	{"within", SAY_WITHIN_PASSED, SAY_WITHIN_FAILED, SAY_WITHIN_UNSTATED},
	{"valid_for", SAY_VALID_FOR_PASSED, SAY_VALID_FOR_FAILED, SAY_VALID_FOR_UNSTATED},
	{"state", SAY_STATE_PASSED, SAY_STATE_FAILED, SAY_STATE_FAILED},
	{"consumed", SAY_CONSUMED_PASSED, SAY_CONSUMED_FAILED, SAY_CONSUMED_PASSED},
	{"awarded_on", SAY_AWARDED_ON_PASSED, SAY_AWARDED_ON_FAILED, SAY_AWARDED_ON_UNSTATED},
	{"expires_on", SAY_EXPIRES_ON_PASSED, SAY_EXPIRES_ON_FAILED, SAY_EXPIRES_ON_UNSTATED},
	{"shelf_life", SAY_SHELF_LIFE_PASSED, SAY_SHELF_LIFE_FAILED, SAY_SHELF_LIFE_UNSTATED},
	{"excluded", SAY_EXCLUDED_PASSED, SAY_EXCLUDED_FAILED, SAY_EXCLUDED_PASSED},
	{"exclude ", SAY_EXCLUDED_PASSED, SAY_EXCLUDED_FAILED, SAY_EXCLUDED_PASSED},
	{"duplicate", SAY_DUPLICATE_PASSED, SAY_DUPLICATE_FAILED, SAY_DUPLICATE_PASSED},
	{"used", SAY_USED_PASSED, SAY_USED_FAILED, SAY_USED_PASSED},
	{"achievement", SAY_ACHIEVEMENT_UNSTATED, SAY_ACHIEVEMENT_UNSTATED, SAY_ACHIEVEMENT_UNSTATED},
	{"condition", SAY_CONDITION_PASSED, SAY_CONDITION_FAILED, SAY_CONDITION_FAILED},
	{"effective", SAY_EFFECTIVE_PASSED, SAY_EFFECTIVE_FAILED, SAY_EFFECTIVE_PASSED},
	{"programme", SAY_PROGRAMME_PASSED, SAY_PROGRAMME_FAILED, SAY_PROGRAMME_PASSED},
	{"course", SAY_COURSE_PASSED, SAY_COURSE_UNSTATED, SAY_COURSE_UNSTATED},
	{"granted", SAY_GRANTED_PASSED, SAY_GRANTED_FAILED, SAY_GRANTED_PASSED},
	{"per", SAY_PER_PASSED, SAY_PER_FAILED, SAY_PER_UNSTATED},
	{"using", SAY_USING_PASSED, SAY_USING_FAILED, SAY_USING_UNSTATED},
	{"value", SAY_VALUE_PASSED, SAY_VALUE_FAILED, SAY_VALUE_FAILED},
	{"remaining", SAY_REMAINING_PASSED, SAY_REMAINING_FAILED, SAY_TEST_UNSTATED},
	{"in full", SAY_IN_FULL_PASSED, SAY_IN_FULL_UNSTATED, SAY_IN_FULL_UNSTATED},
	{"table", SAY_TABLE_PASSED, SAY_TABLE_FAILED, SAY_TABLE_FAILED},
	{"partial", SAY_PARTIAL_PASSED, SAY_PARTIAL_FAILED, SAY_PARTIAL_FAILED},
	{"allocation", SAY_ALLOCATION_PASSED, SAY_ALLOCATION_FAILED, SAY_ALLOCATION_FAILED},
	{"cap ", SAY_CAP_PASSED, SAY_CAP_FAILED, SAY_CAP_PASSED},
	{"minimum ", SAY_MINIMUM_PASSED, SAY_MINIMUM_FAILED, SAY_MINIMUM_FAILED}
};

/* of tests; where a test fails for what is there, not for what is lacking, off */
typedef struct TestForm
{
	SentenceForm form;
	Saying		off;
} TestForm;

static const TestForm test_form =
{{"", SAY_TEST_PASSED, SAY_TEST_FAILED, SAY_TEST_UNSTATED}, SAY_TEST_OFF};
static const TestForm sum_form =
{{"sum ", SAY_SUM_PASSED, SAY_SUM_FAILED, SAY_SUM_UNSTATED}, SAY_SUM_OFF};

/* a word of the language of rules, and what it is called */
typedef struct WordName
{
	const char *word;
	Saying		saying;
} WordName;

static const WordName parameter_names[] = {
	{"level", SAY_LEVEL},
	{"grade", SAY_GRADE},
	{"attendance", SAY_ATTENDANCE},
	{"overlap", SAY_OVERLAP},
	{"hours", SAY_HOURS},
	{"credits", SAY_CREDITS},
	{"place", SAY_PLACE},
	{"share", SAY_SHARE},
	{"rank", SAY_RANK},
	{"issuer", SAY_ISSUER},
	{"institution", SAY_INSTITUTION},
	{"scale", SAY_SCALE},
	{"class", SAY_CLASS},
	{"tag", SAY_TAG},
	{"sum of hours", SAY_SUM_OF_HOURS},
	{"sum of credits", SAY_SUM_OF_CREDITS}
};

static const WordName scope_names[] = {
	{"total", SAY_TOTAL},
	{"rule", SAY_OF_RULE},
	{"compulsory", SAY_COMPULSORY},
	{"each issuer", SAY_EACH_ISSUER},
	{"category", SAY_CATEGORY},
	{"issuer", SAY_ISSUER},
	{"tag", SAY_TAG},
	{"course", SAY_COURSE},
	{"degree", SAY_DEGREE},
	{"cert", SAY_CERT},
	{"training", SAY_TRAINING},
	{"patent", SAY_PATENT},
	{"award", SAY_AWARD},
	{"project", SAY_PROJECT},
	{"mentoring", SAY_MENTORING},
	{"work", SAY_WORK},
	{"internship", SAY_INTERNSHIP}
};

/* comparisons as rules write them, the longer signs first */
static const WordName comparisons[] = {
	{">= ", SAY_BE_AT_LEAST},
	{"<= ", SAY_BE_AT_MOST},
	{"> ", SAY_BE_MORE_THAN},
	{"< ", SAY_BE_LESS_THAN},
	{"= ", SAY_BE_EXACTLY}
};

/* what a word is called; a word without a name stays as it is */
static const char *
name_of(EvaluationLanguage language, const WordName *names, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
	{
		if (strcmp(names[i].word, word) == 0)
			return say(language, names[i].saying);
	}
	return word;
}

static bool
begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* a scope as rules write it, "category 'major'", by its name */
static const char *
scope_text(EvaluationLanguage language, const char *scope)
{
	const char *quote = strchr(scope, '\'');
	const char *word = quote ? pnstrdup(scope, quote - scope - 1) : scope;
	const char *name = name_of(language, scope_names, lengthof(scope_names), word);

	return quote ? say(language, SAY_SCOPE_NAMED, name, pnstrdup(quote + 1, strlen(quote) - 2)) : name;
}

/* where the scope that a text begins with ends: at a comma outside of quotes */
static size_t
scope_length(const char *scopes)
{
	bool		quoted = false;
	size_t		length = 0;

	while (scopes[length] != '\0' && (quoted || scopes[length] != ','))
	{
		if (scopes[length++] == '\'')
			quoted = !quoted;
	}
	return length;
}

/* "cert, tag 'online'": scopes as rules write them, by their names */
const char *
scopes_text(EvaluationLanguage language, const char *scopes)
{
	size_t		length = scope_length(scopes);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, scope_text(language, pnstrdup(scopes, length)));
	while (scopes[length] != '\0')
	{
		scopes += length + strlen(", ");
		length = scope_length(scopes);
		appendStringInfoString(&text, say(language, SAY_AND_SCOPE));
		appendStringInfoString(&text, scope_text(language, pnstrdup(scopes, length)));
	}
	return text.data;
}

/* the name of what an explanation is about: "attendance", "cap cert" */
const char *
parameter_text(EvaluationLanguage language, const char *parameter)
{
	bool		cap = begins_with(parameter, "cap ");

	if (!cap && !begins_with(parameter, "minimum "))
		return name_of(language, parameter_names, lengthof(parameter_names), parameter);
	return say(language, cap ? SAY_CAP_NAME : SAY_MINIMUM_NAME,
			   scopes_text(language, strchr(parameter, ' ') + 1));
}

/* the form of a parameter that is no test, or NULL */
static const SentenceForm *
find_form(const char *parameter)
{
	for (size_t i = 0; i < lengthof(forms); i++)
	{
		size_t		length = strlen(forms[i].parameter);

		if (strcmp(forms[i].parameter, parameter) == 0 ||
			(forms[i].parameter[length - 1] == ' ' && begins_with(parameter, forms[i].parameter)))
			return &forms[i];
	}
	return NULL;
}

/* ">= 80%" of a test as "at least 80%" */
static const char *
comparison_text(EvaluationLanguage language, const char *required)
{
	for (size_t i = 0; i < lengthof(comparisons); i++)
	{
		if (begins_with(required, comparisons[i].word))
			return say(language, comparisons[i].saying, required + strlen(comparisons[i].word));
	}
	return required;
}

static Saying
choose_saying(const SentenceForm *form, const Explanation *explanation)
{
	if (explanation->found == NULL)
		return form->unstated;
	return explanation->passed ? form->passed : form->failed;
}

static Saying
choose_test_saying(const TestForm *test, const Explanation *explanation, const char *required)
{
	if (explanation->found != NULL && !explanation->passed && required[0] != '>')
		return test->off;
	return choose_saying(&test->form, explanation);
}

static const char *
or_nothing(const char *text)
{
	return text ? text : "";
}

static char *
make_sentence(EvaluationLanguage language, const Explanation *explanation)
{
	const char *parameter = explanation->parameter;
	const SentenceForm *form = find_form(parameter);
	const TestForm *test = begins_with(parameter, sum_form.form.parameter) ? &sum_form : &test_form;
	const char *required = or_nothing(explanation->required);
	const char *source = explanation->source ? explanation->source :
		explanation->target ? explanation->target : say(language, SAY_THE_CONVERSION);

	return say(language,
			   form ? choose_saying(form, explanation) :
			   choose_test_saying(test, explanation, required),
			   explanation->rule ? say(language, SAY_THE_RULE, explanation->rule) :
			   say(language, SAY_THE_RULE_SET),
			   form ? required : comparison_text(language, required),
			   source,
			   or_nothing(explanation->found),
			   or_nothing(explanation->missing),
			   explanation->target ? explanation->target : source,
			   parameter_text(language, parameter));
}

/* The sentence alone stays in the caller's memory. */
const char *
explanation_sentence(EvaluationLanguage language, const Explanation *explanation)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "creditbank sentence",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old_context = MemoryContextSwitchTo(scratch);
	char	   *sentence = make_sentence(language, explanation);

	MemoryContextSwitchTo(old_context);
	sentence = pstrdup(sentence);
	MemoryContextDelete(scratch);
	return sentence;
}
