/*
 * mutate.c
 *		Changes to the words, lists and brackets of a text, which keep more of
 *		its grammar than changes to bytes do.
 *
 * A text is cut into tokens: words, numbers, quoted strings, blanks, and single
 * characters; a bracket knows its partner.  A span is a token, a few of them, or
 * all between two brackets.
 */
#include "fuzz.h"

#include <ctype.h>

#define TOKENS_MAX	4096
#define NO_PARTNER	(-1)

typedef struct Token
{
	size_t		start;
	size_t		length;
	int			partner;		/* the other bracket, or NO_PARTNER */
} Token;

typedef struct Words
{
	const uint8 *data;
	size_t		size;
	Token		tokens[TOKENS_MAX];
	int			count;
} Words;

/* bytes from start to end */
typedef struct Span
{
	size_t		start;
	size_t		end;
} Span;

/* what is put together; what does not fit is left out */
typedef struct Output
{
	uint8	   *data;
	size_t		size;
	size_t		max_size;
} Output;

static Words words;
static Words other_words;
static unsigned random_state;

static unsigned
random_below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return limit == 0 ? 0 : random_state % limit;
}

static void
seed_random(unsigned seed)
{
	random_state = seed * 2654435761U + 1;
	if (random_state == 0)
		random_state = 1;
}

static bool
is_word(uint8 byte)
{
	return isalnum(byte) || byte == '_' || byte == '-' || byte == '/' || byte == '#' || byte >= 0x80;
}

static size_t
quoted_end(const uint8 *data, size_t size, size_t start)
{
	size_t		end = start + 1;

	while (end < size && data[end] != data[start])
		end += data[end] == '\\' && end + 1 < size ? 2 : 1;
	return Min(end + 1, size);
}

static size_t
token_end(const uint8 *data, size_t size, size_t start)
{
	size_t		end = start + 1;

	if (data[start] == '\'' || data[start] == '"')
		return quoted_end(data, size, start);
	if (isdigit(data[start]))
		while (end < size && (isdigit(data[end]) || data[end] == '.'))
			end++;
	else if (is_word(data[start]))
		while (end < size && is_word(data[end]))
			end++;
	else if (isspace(data[start]))
		while (end < size && isspace(data[end]))
			end++;
	return end;
}

static void
split(Words *text, const uint8 *data, size_t size)
{
	int			open[64];
	int			depth = 0;
	size_t		start = 0;

	text->data = data;
	text->size = size;
	text->count = 0;
	while (start < size && text->count < TOKENS_MAX)
	{
		Token	   *token = &text->tokens[text->count];

		token->start = start;
		token->length = token_end(data, size, start) - start;
		token->partner = NO_PARTNER;
		if (strchr("([{", data[start]) != NULL && data[start] != 0 && depth < (int) lengthof(open))
			open[depth++] = text->count;
		else if (strchr(")]}", data[start]) != NULL && data[start] != 0 && depth > 0)
		{
			token->partner = open[--depth];
			text->tokens[token->partner].partner = text->count;
		}
		start += token->length;
		text->count++;
	}
}

static bool
is_blank(const Words *text, int token)
{
	return isspace(text->data[text->tokens[token].start]);
}

static size_t
end_of(const Token *token)
{
	return token->start + token->length;
}

/* something that may stand by itself */
static Span
random_span(const Words *text)
{
	int			first = random_below(text->count);
	int			more = random_below(random_below(4) == 0 ? 24 : 3);
	int			last;
	Span		span = {0, 0};

	if (text->count == 0)
		return span;
	while (first + 1 < text->count && is_blank(text, first))
		first++;
	last = text->tokens[first].partner;
	if (last < first)
		last = Min(first + more, text->count - 1);
	for (int i = first; i <= last; i++)
		last = Max(last, text->tokens[i].partner);
	span.start = text->tokens[first].start;
	span.end = end_of(&text->tokens[last]);
	return span;
}

static void
put(Output *out, const uint8 *bytes, size_t length)
{
	length = Min(length, out->max_size - out->size);
	memcpy(out->data + out->size, bytes, length);
	out->size += length;
}

static void
put_text(Output *out, const char *text)
{
	put(out, (const uint8 *) text, strlen(text));
}

static void
put_span(Output *out, const Words *text, size_t start, size_t end)
{
	if (start < end)
		put(out, text->data + start, end - start);
}

/* where the comma that goes with a span ends, or the span itself */
static size_t
end_with_comma(const Words *text, Span span)
{
	size_t		end = span.end;

	while (end < text->size && isspace(text->data[end]))
		end++;
	return end < text->size && text->data[end] == ',' ? end + 1 : span.end;
}

static void
put_repeated(Output *out, const Words *text, Span span, int times)
{
	size_t		end = end_with_comma(text, span);
	bool		in_list = end != span.end || random_below(3) == 0;

	for (int i = 0; i < times; i++)
	{
		put_span(out, text, span.start, span.end);
		put_text(out, in_list ? ", " : " ");
	}
}

static void
put_number(Output *out)
{
	static const char *const numbers[] = {
		"0", "1", "2", "3", "0.0001", "0.00001", "-1", "50", "99.9999", "100", "100.0001", "365", "1000000",
		"2147483647", "2147483648", "57646075230342.3487", "57646075230342.3488", "9223372036854775807",
		"9223372036854775808", "99999999999999999999", "1e5", "1e1000", "1e-20"
	};

	put_text(out, numbers[random_below(lengthof(numbers))]);
}

/* the text with a span of it replaced by what a change makes of it */
static size_t
change(Output *out, const Words *text)
{
	Span		span = random_span(text);
	Span		from = random_span(text);
	bool		in_json;

	put_span(out, text, 0, span.start);
	switch (random_below(6))
	{
		case 0:					/* leave it out */
			span.end = end_with_comma(text, span);
			break;
		case 1:					/* twice, or very often */
			put_repeated(out, text, span, random_below(8) == 0 ? random_below(100) : 1);
			put_span(out, text, span.start, span.end);
			break;
		case 2:					/* another in its place */
			put_span(out, text, from.start, from.end);
			break;
		case 3:					/* another before it */
			put_repeated(out, text, from, 1);
			put_span(out, text, span.start, span.end);
			break;
		case 4:
			put_number(out);
			break;
		default:				/* in brackets */
			in_json = random_below(2) == 0;
			put_text(out, in_json ? "[" : "any of (");
			put_span(out, text, span.start, span.end);
			put_text(out, in_json ? "]" : ")");
			break;
	}
	put_span(out, text, span.end, text->size);
	return out->size;
}

size_t
words_mutate(uint8 *data, size_t size, size_t max_size, unsigned seed)
{
	static uint8 *copy = NULL;
	static size_t copy_size = 0;
	Output		out = {data, 0, max_size};

	seed_random(seed);
	if (copy_size < size)
	{
		free(copy);
		copy = malloc(size);
		copy_size = size;
	}
	memcpy(copy, data, size);
	split(&words, copy, size);
	return change(&out, &words);
}

/* a span of the other text, before or in place of one of this */
size_t
words_cross(const uint8 *a, size_t a_size, const uint8 *b, size_t b_size,
			uint8 *out_data, size_t max_size, unsigned seed)
{
	Output		out = {out_data, 0, max_size};
	Span		span,
				from;

	seed_random(seed);
	split(&words, a, a_size);
	split(&other_words, b, b_size);
	span = random_span(&words);
	from = random_span(&other_words);
	put_span(&out, &words, 0, span.start);
	put_repeated(&out, &other_words, from, 1);
	if (random_below(2) == 0)
		span.end = span.start;
	put_span(&out, &words, span.end, a_size);
	return out.size;
}
