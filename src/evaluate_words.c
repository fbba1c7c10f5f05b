/*
 * evaluate_words.c
 *		What evaluations say to people, in the language asked for.
 *
 * Promise: the language is an argument, never a setting, so that an evaluation
 * stays a pure function.  Where the database's encoding cannot hold Chinese, it
 * is said in English.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "evaluate_words.h"

typedef struct Sentence
{
	const char *english;
	const char *chinese;		/* UTF-8 */
} Sentence;

#define SAYING_SENTENCE(name, english, chinese) [name] = {english, chinese},
static const Sentence sentences[] = {
	EVALUATION_SAYINGS(SAYING_SENTENCE)
};
#undef SAYING_SENTENCE

static bool
encoding_has_chinese(void)
{
	return GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_EUC_CN;
}

bool
evaluation_language(const char *name, EvaluationLanguage *language)
{
	bool		chinese = pg_strncasecmp(name, "zh", 2) == 0 || pg_strncasecmp(name, "chinese", 7) == 0;

	*language = chinese && encoding_has_chinese() ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
	return chinese || pg_strncasecmp(name, "en", 2) == 0 ||
		strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

static const char *
sentence_format(EvaluationLanguage language, Saying saying)
{
	const char *chinese = sentences[saying].chinese;

	if (language == LANGUAGE_ENGLISH)
		return sentences[saying].english;
	return pg_any_to_server(chinese, strlen(chinese), PG_UTF8);
}

char *
say(EvaluationLanguage language, Saying saying,...)
{
	const char *format = sentence_format(language, saying);
	StringInfoData text;
	int			needed = 0;

	initStringInfo(&text);
	do
	{
		va_list		arguments;

		if (needed > 0)
			enlargeStringInfo(&text, needed);
		va_start(arguments, saying);
		needed = appendStringInfoVA(&text, format, arguments);
		va_end(arguments);
	} while (needed > 0);
	return text.data;
}
