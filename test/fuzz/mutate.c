/*
 * mutate.c
 *		Changes to the words, list members and lines of a text, most of which keep
 *		to its grammar, as changes to bytes do not.
 *
 * A text is cut into tokens: words, numbers, quoted strings, blanks, and single
 * characters.  A piece is a token, what stands between two commas or brackets,
 * or a line; a change leaves a piece out, writes it twice, or takes another of
 * the same kind.
 */
#include "fuzz.h"

#include <ctype.h>

#define TOKENS_MAX	4096

typedef struct Token
{
	size_t		start;
	size_t		end;
	char		kind;			/* its character, or one for many; see kind_of */
	int			depth;			/* brackets around it */
} Token;

typedef struct Words
{
	const uint8 *data;
	size_t		size;
	Token		tokens[TOKENS_MAX];
	int			count;
} Words;

typedef enum PieceKind
{
	PIECE_TOKEN,
	PIECE_MEMBER,
	PIECE_LINE
} PieceKind;

typedef struct Piece
{
	size_t		start;
	size_t		end;
	char		kind;			/* of its first token */
} Piece;

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

/* Tokens of the same kind can stand for one another. */
static char
kind_of(uint8 byte)
{
	if (isdigit(byte))
		return '0';
	if (isalpha(byte) || byte == '_' || byte >= 0x80)
		return 'a';
	return isspace(byte) ? ' ' : byte;
}

static size_t
quoted_end(const uint8 *data, size_t size, size_t start)
{
	size_t		end = start + 1;

	while (end < size && data[end] != data[start])
		end += data[end] == '\\' ? 2 : 1;
	return Min(end + 1, size);
}

static bool
goes_on(char kind, uint8 byte)
{
	switch (kind)
	{
		case '0':
			return isdigit(byte) || byte == '.';
		case 'a':
			return isalnum(byte) || byte >= 0x80 || strchr("_-/#*", byte) != NULL;
		case ' ':
			return isspace(byte) && byte != '\n';
		case '<':
		case '>':
			return byte == '=';
		default:
			return false;
	}
}

static size_t
token_end(const uint8 *data, size_t size, size_t start)
{
	char		kind = kind_of(data[start]);
	size_t		end = start + 1;

	if (kind == '\'' || kind == '"')
		return quoted_end(data, size, start);
	while (end < size && data[end] != '\0' && goes_on(kind, data[end]))
		end++;
	return end;
}

static bool
is_one_of(const char *characters, char kind)
{
	return kind != '\0' && strchr(characters, kind) != NULL;
}

/* what a token is more precisely, so that what takes its place fits */
static char
kind_of_token(const uint8 *data, size_t size, const Token *token)
{
	char		kind = kind_of(data[token->start]);
	const uint8 *start = data + token->start;
	size_t		length = token->end - token->start;

	if (kind == '"' && token->end < size && data[token->end] == ':')
		return 'k';				/* a key */
	if (is_one_of("a\"", kind) && memchr(start, '/', length) != NULL)
		return kind == 'a' ? 'r' : 'R'; /* a reference */
	if (kind == '"' && length == 12 && start[5] == '-')
		return 'd';				/* a date */
	return kind;
}

static void
split(Words *text, const uint8 *data, size_t size)
{
	int			depth = 0;
	size_t		start = 0;

	text->data = data;
	text->size = size;
	text->count = 0;
	while (start < size && text->count < TOKENS_MAX)
	{
		Token	   *token = &text->tokens[text->count++];

		token->start = start;
		token->end = start = token_end(data, size, start);
		token->kind = kind_of_token(data, size, token);
		if (is_one_of(")]}", token->kind))
			depth--;
		token->depth = depth;
		if (is_one_of("([{", token->kind))
			depth++;
	}
}

/* Does a member or line end before this token? */
static bool
is_border(const Words *text, PieceKind kind, int token, int depth)
{
	const Token *at = &text->tokens[token];

	if (kind == PIECE_TOKEN)
		return true;
	if (kind == PIECE_LINE)
		return text->data[at->start] == '\n';
	return at->depth < depth || (at->depth == depth && is_one_of(",(){}[]", at->kind));
}

/* one of those that begin with the kind of token; any when it is 0 */
static Piece
random_piece(const Words *text, PieceKind kind, char first_kind)
{
	Piece		piece = {0, 0, 0};
	int			first = random_below(text->count);
	int			last;
	int			depth;

	if (text->count == 0)
		return piece;
	for (int i = 0; i < text->count; i++, first = (first + 1) % text->count)
	{
		char		found = text->tokens[first].kind;

		if (found != ' ' && (first_kind == 0 || found == first_kind))
			break;
	}
	depth = text->tokens[first].depth;
	last = first;
	if (kind != PIECE_TOKEN)
	{
		while (first > 0 && !is_border(text, kind, first - 1, depth))
			first--;
		while (last + 1 < text->count && !is_border(text, kind, last + 1, depth))
			last++;
	}
	piece.start = text->tokens[first].start;
	piece.end = text->tokens[last].end;
	piece.kind = text->tokens[first].kind;
	return piece;
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
put_part(Output *out, const Words *text, size_t start, size_t end)
{
	if (start < end)
		put(out, text->data + start, end - start);
}

static void
put_divider(Output *out, PieceKind kind)
{
	put_text(out, kind == PIECE_LINE ? "\n" : kind == PIECE_MEMBER ? ", " : " ");
}

static void
put_number(Output *out)
{
	static const char *const numbers[] = {
		"0", "1", "2", "3", "4", "0.0001", "0.00001", "0.5", "50", "99.9999", "100", "100.0001", "365", "1000000",
		"2147483647", "2147483648", "57646075230342.3487", "57646075230342.3488", "9223372036854775807",
		"9223372036854775808", "99999999999999999999", "1e5", "1e1000", "1e-20", "-1"
	};

	/* mostly those that are good for something */
	put_text(out, numbers[random_below(random_below(3) == 0 ? lengthof(numbers) : 12)]);
}

/* where a piece ends with the divider behind it, so that neither is left */
static size_t
end_with_divider(const Words *text, size_t end)
{
	return end < text->size && is_one_of(",\n", text->data[end]) ? end + 1 : end;
}

/* a piece of one text left out, written often, or one of the other for it */
static size_t
change(Output *out, const Words *text, const Words *from)
{
	PieceKind	kind = random_below(3);
	Piece		piece = random_piece(text, kind, random_below(4) == 0 ? '0' : 0);
	Piece		other = random_piece(from, kind, kind == PIECE_LINE ? 0 : piece.kind);

	put_part(out, text, 0, piece.start);
	switch (random_below(kind == PIECE_TOKEN ? 3 : 6))
	{
		case 0:
		case 1:
			if (piece.kind == '0' && kind == PIECE_TOKEN && random_below(2) == 0)
				put_number(out);
			else
				put_part(out, from, other.start, other.end);
			break;
		case 2:
			piece.end = end_with_divider(text, piece.end);
			break;
		case 3:
			for (int i = random_below(10) == 0 ? random_below(60) : 1; i >= 0; i--)
			{
				put_part(out, text, piece.start, piece.end);
				if (i > 0)
					put_divider(out, kind);
			}
			break;
		default:
			put_part(out, from, other.start, other.end);
			put_divider(out, kind);
			put_part(out, text, piece.start, piece.end);
			break;
	}
	put_part(out, text, piece.end, text->size);
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
	return change(&out, &words, &words);
}

size_t
words_cross(const uint8 *a, size_t a_size, const uint8 *b, size_t b_size,
			uint8 *out_data, size_t max_size, unsigned seed)
{
	Output		out = {out_data, 0, max_size};

	seed_random(seed);
	split(&words, a, a_size);
	split(&other_words, b, b_size);
	return change(&out, &words, &other_words);
}
