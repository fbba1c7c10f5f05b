/*
 * evaluate_words.c
 *		What evaluations say to people, in the language asked for.
 *
 * Promise: the language is an argument, never a setting, so that an evaluation
 * stays a pure function.  Where the database's encoding cannot hold Chinese, it
 * is said in English.
 */
#include "postgres.h"

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

/*
 * Writes a sentence with its arguments put in, if there is a place for it;
 * returns its length.  "%%" is a percent sign.
 */
static Size
fill_sentence(char *place, const char *format, const char **arguments)
{
	Size		length = 0;

	while (*format != '\0')
	{
		int			number = argument_number(format);
		bool		sign = format[0] == '%' && number == 0;
		const char *part = number > 0 ? arguments[number - 1] : format;
		Size		part_length = number > 0 ? strlen(part) : sign ? 1 : strcspn(format, "%");

		if (place != NULL)
			memcpy(place + length, part, part_length);
		length += part_length;
		format += number > 0 ? 4 : sign ? (format[1] == '%' ? 2 : 1) : part_length;
	}
	return length;
}

char *
say(EvaluationLanguage language, Saying saying,...)
{
	const char *format = sentence_format(language, saying);
	const char *arguments[9];
	int			count = count_arguments(format);
	Size		length;
	char	   *text;
	va_list		list;

	va_start(list, saying);
	for (int i = 0; i < count; i++)
		arguments[i] = va_arg(list, const char *);
	va_end(list);
	length = fill_sentence(NULL, format, arguments);
	text = palloc(length + 1);
	fill_sentence(text, format, arguments);
	text[length] = '\0';
	return text;
}

char *
joined(const char *first,...)
{
	const char *parts[JOINED_MAX];
	Size		lengths[JOINED_MAX];
	int			count = 0;
	Size		length = 0;
	char	   *text;
	char	   *end;
	va_list		list;

	va_start(list, first);
	for (const char *part = first; part != NULL; part = va_arg(list, const char *))
	{
		Assert(count < JOINED_MAX);
		parts[count] = part;
		lengths[count] = strlen(part);
		length += lengths[count++];
	}
	va_end(list);
	text = end = palloc(length + 1);
	for (int i = 0; i < count; i++)
	{
		memcpy(end, parts[i], lengths[i]);
		end += lengths[i];
	}
	*end = '\0';
	return text;
}
