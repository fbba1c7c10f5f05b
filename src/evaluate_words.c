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

/* the number of the argument that "%1$s" at format stands for, or 0 */
static int
argument_number(const char *format)
{
	return format[0] == '%' && format[1] >= '1' && format[1] <= '9' &&
		format[2] == '$' && format[3] == 's' ? format[1] - '0' : 0;
}

static int
count_arguments(const char *format)
{
	int			count = 0;

	for (; *format != '\0'; format++)
		count = Max(count, argument_number(format));
	return count;
}

/* with its arguments put in; "%%" is a percent sign */
static void
fill_sentence(StringInfo text, const char *format, const char **arguments)
{
	while (*format != '\0')
	{
		int			number = argument_number(format);

		if (number > 0)
			appendStringInfoString(text, arguments[number - 1]);
		else
			appendStringInfoChar(text, *format);
		format += number > 0 ? 4 : format[0] == '%' && format[1] == '%' ? 2 : 1;
	}
}

char *
say(EvaluationLanguage language, Saying saying,...)
{
	const char *format = sentence_format(language, saying);
	const char *arguments[9];
	int			count = count_arguments(format);
	StringInfoData text;
	char	   *result;
	va_list		list;

	va_start(list, saying);
	for (int i = 0; i < count; i++)
		arguments[i] = va_arg(list, const char *);
	va_end(list);
	initStringInfo(&text);
	fill_sentence(&text, format, arguments);
	result = pstrdup(text.data);
	pfree(text.data);
	return result;
}
