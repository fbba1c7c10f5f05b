/*
 * unicode_text.h
 *		Unicode without a locale, for values that must be the same everywhere.
 *
 * Promise: what these functions answer depends on the text alone, not on the
 * locale, the server encoding or the server's libraries.  The tables behind
 * them never change once released, because canonical text is stored and
 * indexed; the normalization is the server's own, which Unicode keeps stable
 * for every assigned character.
 */
#ifndef CREDITBANK_UNICODE_TEXT_H
#define CREDITBANK_UNICODE_TEXT_H

#include "mb/pg_wchar.h"
#include "nodes/nodes.h"

/*
 * Text of the server encoding in UTF-8, and UTF-8 in the server encoding.
 * What need not change comes back as the same pointer, anything else with a
 * NUL behind it.  A character that cannot change is reported through escontext
 * (which may be NULL, then it raises), and the result is NULL.
 */
extern char *unicode_server_to_utf8(const char *text, int length, Node *escontext);
extern char *unicode_utf8_to_server(const char *utf8, int length, Node *escontext);

/*
 * Code points of text in the server encoding, with a 0 after the last; fails
 * as unicode_server_to_utf8() does.
 */
extern pg_wchar *unicode_from_server(const char *text, int length, Node *escontext);

/* UTF-8 in, code points out, with a 0 after the last; the UTF-8 must be valid */
extern pg_wchar *unicode_from_utf8(const char *utf8, int length);

/* writes UTF-8, at most four bytes for each point, and returns its length */
extern int	unicode_to_utf8_bytes(const pg_wchar *points, int count, char *utf8);

/* NFKC: fullwidth becomes halfwidth, and so on; needs and leaves a 0 at the end */
extern pg_wchar *unicode_compatible(const pg_wchar *points);

extern int	unicode_length(const pg_wchar *points);

/* the capital letter of a letter that has one, else the point itself */
extern pg_wchar unicode_upper(pg_wchar point);

/* a letter, digit or combining mark; not space, punctuation, symbol, control */
extern bool unicode_is_word(pg_wchar point);

/* a mark that only changes the letter before it */
extern bool unicode_is_mark(pg_wchar point);

extern bool unicode_is_latin(pg_wchar point);
extern bool unicode_is_space(pg_wchar point);

#endif							/* CREDITBANK_UNICODE_TEXT_H */
