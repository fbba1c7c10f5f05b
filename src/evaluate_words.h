/*
 * evaluate_words.h
 *		What evaluations say to people, in each language.
 *
 * Promise: every text that an explanation or a refusal shows stands here once,
 * with all its languages side by side.  Arguments are strings and are numbered,
 * because languages order them differently.
 */
#ifndef CREDITBANK_EVALUATE_WORDS_H
#define CREDITBANK_EVALUATE_WORDS_H

typedef enum EvaluationLanguage
{
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE
} EvaluationLanguage;

/*
 * X(name, English, Chinese), ordered by the file that says it.
 */
#define EVALUATION_SAYINGS(X) \
	X(SAY_YES, "yes", "是") \
	X(SAY_NO, "no", "否")

#define SAYING_NAME(name, english, chinese) name,
typedef enum Saying
{
	EVALUATION_SAYINGS(SAYING_NAME)
} Saying;
#undef SAYING_NAME

/* "en", "zh" or a locale's name such as zh_CN.UTF-8; false when unknown */
extern bool evaluation_language(const char *name, EvaluationLanguage *language);

/* a saying with its arguments, all of them const char *, palloc'd */
extern char *say(EvaluationLanguage language, Saying saying,...);

#endif							/* CREDITBANK_EVALUATE_WORDS_H */
