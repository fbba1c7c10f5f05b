/*
 * achievement_ref.h
 *		The identity of an achievement: class/issuer/code[#serial].
 *
 * The stored form is a varlena holding the canonical text in UTF-8 whatever
 * the server encoding, so stored bytes mean the same everywhere and byte order
 * is the type's order.
 *
 * Promise: two references are the same achievement exactly when their stored
 * bytes are equal.  A reference never holds a colon, a space or a question
 * mark, so no client takes a part of it for a parameter.
 */
#ifndef CREDITBANK_ACHIEVEMENT_REF_H
#define CREDITBANK_ACHIEVEMENT_REF_H

#include "fmgr.h"
#include "nodes/nodes.h"

#define ACHIEVEMENT_REF_MAX_LENGTH 255	/* bytes of canonical text */

typedef enum AchievementClass
{
	CLASS_COURSE = 1,
	CLASS_DEGREE,
	CLASS_CERT,
	CLASS_TRAINING,
	CLASS_PATENT,
	CLASS_AWARD,
	CLASS_PROJECT,
	CLASS_MENTORING,
	CLASS_WORK,
	CLASS_INTERNSHIP
} AchievementClass;

/* the class of a lower-case name of the given length, or 0 */
extern int	achievement_class_from_name(const char *name, int length);
extern const char *achievement_class_name(int achievement_class);

/*
 * Canonicalises text (server encoding, not NUL-terminated) into a palloc'd
 * achievement_ref.  On bad text reports through escontext (which may be NULL,
 * then it raises) and returns NULL.
 */
extern struct varlena *achievement_ref_parse(const char *text, int length, Node *escontext);

/*
 * Is text canonical as it stands, in ASCII?  What most references are is found
 * out quickly; of any other text this says nothing.
 */
extern bool achievement_ref_is_plain(const char *text, int length);

/* the class of canonical text */
extern int	achievement_ref_class(const char *canonical, int length);

/*
 * Does catalogue reference a cover instance b: the same, or the same but for
 * b's serial?  Both canonical.
 */
extern bool achievement_ref_covers(const char *a, int a_length, const char *b, int b_length);

#endif							/* CREDITBANK_ACHIEVEMENT_REF_H */
