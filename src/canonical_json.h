/*
 * canonical_json.h
 *		JSON as a tree, and its one form by RFC 8785.
 *
 * What is no JSON with one meaning is refused by a sentence that says why, in
 * the server's encoding, and never by an error: the caller decides.  Trees point
 * into the text that they were read from.
 */
#ifndef CREDITBANK_CANONICAL_JSON_H
#define CREDITBANK_CANONICAL_JSON_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

typedef enum JcsKind
{
	JCS_WORD,					/* null, true, false */
	JCS_NUMBER,					/* as it was written */
	JCS_STRING,					/* what it means, in UTF-8; may hold zero bytes */
	JCS_ARRAY,
	JCS_OBJECT
} JcsKind;

typedef struct JcsMember JcsMember;

typedef struct JcsValue
{
	JcsKind		kind;
	int			length;			/* of bytes, elements or members */
	union
	{
		const char *bytes;
		struct JcsValue *elements;
		JcsMember  *members;	/* sorted by UTF-16 code units, each name once */
	}			has;
} JcsValue;

struct JcsMember
{
	JcsValue	name;			/* a string */
	JcsValue	value;
};

/* bytes; a tree takes up to thirty times the memory of its text */
#define JCS_LONGEST_TEXT (16 * 1024 * 1024)

/* canonical_json_read.c */
extern bool jcs_read(const char *utf8, int length, JcsValue *result, const char **problem);

/* canonical_json_number.c */
#define JCS_NUMBER_SIZE 32		/* -0.00000dddddddddddddddddd and its end */
extern bool jcs_number(const char *token, int length, char result[JCS_NUMBER_SIZE],
					   const char **problem);

/* canonical_json.c */
extern bool jcs_read_text(const char *server_text, int length, JcsValue *result,
						  const char **problem);
extern bool jcs_read_jsonb(Jsonb *jsonb, JcsValue *result, const char **problem);
extern char *jcs_show(const char *utf8, int length);
extern bool jcs_write(StringInfo result, const JcsValue *value, const char **problem);
extern int	jcs_compare_names(const void *one, const void *other, void *unused);
extern const JcsValue *jcs_member(const JcsValue *object, const char *name);
extern bool jcs_is_string(const JcsValue *value, const char *content);
extern JcsValue jcs_without(const JcsValue *object, const char *name);
extern JcsValue jcs_with(const JcsValue *object, const char *name, const JcsValue *value);

#endif							/* CREDITBANK_CANONICAL_JSON_H */
