/*
 * evaluate_document.h
 *		Reading jsonb objects into C structs by tables of keys:
 *		evaluate_document.c.
 */
#ifndef CREDITBANK_EVALUATE_DOCUMENT_H
#define CREDITBANK_EVALUATE_DOCUMENT_H

#include "evaluate.h"

/* how a value is read, and into what */
typedef enum DocumentKind
{
	DOC_TEXT,					/* char * */
	DOC_LABEL,					/* text or number: char * */
	DOC_NUMBER,					/* Numeric */
	DOC_PERCENTAGE,				/* Numeric, 0 to 100 */
	DOC_AMOUNT,					/* OptionalAmount; a number means cr */
	DOC_HOURS,					/* OptionalAmount; a number means hr */
	DOC_FLAG,					/* bool */
	DOC_DATE,					/* OptionalDate */
	DOC_REF,					/* char * */
	DOC_REFS,					/* RefList */
	DOC_WORDS,					/* array of text: WordList */
	DOC_STATEMENTS,				/* array of text or null, looked at alone */
	DOC_OBJECTS					/* const JsonbContainer *, an array to be read
								 * on */
} DocumentKind;

#define DOC_NOT_KEPT (-1)
#define DOCUMENT_MEMBERS_MAX 1000000	/* of one array of objects */

/* tables of keys stand in jsonb's order: shorter first, then by bytes */
typedef struct DocumentKey
{
	const char *name;
	int			length;			/* of the name */
	DocumentKind kind;
	bool		required;
	int			offset;			/* of the member; DOC_NOT_KEPT: only looked at */
} DocumentKey;

/* room for texts, that they are copied to one after another */
typedef struct DocumentTexts
{
	char	   *next;
} DocumentTexts;

typedef struct DocumentPlace
{
	const char *what;			/* "portfolio item" */
	int			number;			/* from 1; 0 when there is only one */
	DocumentTexts *texts;		/* of the document */
} DocumentPlace;

/* the members of an array, from the first to the last */
typedef struct DocumentWalk
{
	const JEntry *entry;		/* of the next member */
	const char *base;			/* where what the members hold begins */
	uint32		offset;			/* of the next member there */
	int			left;			/* members still to come */
} DocumentWalk;

extern char *document_place_text(const DocumentPlace *place);
extern DocumentTexts document_texts(const Jsonb *document);
extern const JsonbContainer *document_object(const Jsonb *document, const char *what);
extern const JsonbContainer *document_array(const Jsonb *document, const char *what);
extern void document_walk(DocumentWalk *walk, const JsonbContainer *array, const char *what);
extern const JsonbContainer *document_member(DocumentWalk *walk, const DocumentPlace *place);
extern void document_read(const JsonbContainer *object, const DocumentPlace *place,
						  const DocumentKey *keys, int key_count, void *result);

#endif							/* CREDITBANK_EVALUATE_DOCUMENT_H */
