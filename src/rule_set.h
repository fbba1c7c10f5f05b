/*
 * rule_set.h
 *		The rule language: one value with three faces (text, bytes, jsonb).
 *
 * A rule_set is parsed into the tree below, whichever face it comes from;
 * rule_set_check() puts the tree into canonical form or refuses it; each face
 * is written from the canonical tree.  So equal rules are equal bytes.
 *
 *	rule_set_scan.l, rule_set_gram.y	text -> tree
 *	rule_set_text.c						tree -> text
 *	rule_set_binary.c					tree <-> stored bytes
 *	rule_set_json.c						tree <-> jsonb
 *	rule_set_check.c					canonical form, what is refused
 *	rule_set.c							the SQL functions
 *
 * Promise: the stored bytes hold no pointer and begin with a format version;
 * a version, once released, can be read forever.  A feature that a rule does
 * not use leaves no trace in its bytes, so later growth of the language keeps
 * the digests of existing rules.
 */
#ifndef CREDITBANK_RULE_SET_H
#define CREDITBANK_RULE_SET_H

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/date.h"

#include "credit_amount.h"

/*
 * All numbers below that are stored (enum codes) never change meaning and are
 * never reused.
 */
typedef enum RuleRoundingMode
{
	ROUND_HALF_UP = 1,
	ROUND_HALF_EVEN = 2,
	ROUND_DOWN = 3
} RuleRoundingMode;

typedef enum RuleCapScope
{
	CAP_TOTAL = 1,				/* every line of the programme */
	CAP_CLASS = 2,				/* lines whose source is of one class */
	CAP_RULE = 3				/* lines of the rule the cap stands in */
} RuleCapScope;

typedef struct RuleCap
{
	RuleCapScope scope;
	int			achievement_class;	/* CAP_CLASS only, else 0 */
	bool		has_amount;
	CreditAmount amount;
	int64		percent;		/* of the programme's credits, in
								 * ten-thousandths of a percent; 0 = none */
	int32		max_items;		/* achievements; 0 = no such limit */
	bool		per_year;		/* counted within a year ... */
	int32		year_month;		/* ... that begins on this month */
	int32		year_day;		/* and day; 1 and 1 when not said */
} RuleCap;

typedef enum RuleParameter
{
	PARAM_LEVEL = 1,
	PARAM_GRADE = 2,
	PARAM_ATTENDANCE = 3,		/* percent */
	PARAM_OVERLAP = 4,			/* percent */
	PARAM_HOURS = 5,			/* the achievement's hr */
	PARAM_CREDITS = 6			/* the achievement's cr */
} RuleParameter;

typedef enum RuleOperator
{
	OP_GE = 1,
	OP_GT = 2,
	OP_LE = 3,
	OP_LT = 4,
	OP_EQ = 5
} RuleOperator;

typedef struct RuleTest
{
	RuleParameter parameter;
	RuleOperator operator;
	int64		value;			/* in ten-thousandths */
} RuleTest;

typedef enum RulePeriodUnit
{
	PERIOD_DAYS = 1,
	PERIOD_MONTHS = 2,
	PERIOD_YEARS = 3
} RulePeriodUnit;

typedef enum RuleConditionKind
{
	COND_SOURCE = 1,			/* one achievement that matches */
	COND_SOME_OF = 2			/* at least needed of the children */
} RuleConditionKind;

typedef struct RuleCondition
{
	RuleConditionKind kind;

	/* COND_SOURCE */
	char	   *pattern;		/* canonical: an achievement_ref without
								 * serial, or with it, or class/issuer/star,
								 * or class/star */
	List	   *tests;			/* of RuleTest *, all must hold */
	int32		within;			/* age at most; 0 = any age */
	RulePeriodUnit within_unit;

	/* COND_SOME_OF: "all of" when needed is the number of children */
	int32		needed;
	List	   *children;		/* of RuleCondition * */
} RuleCondition;

typedef enum RuleLeftover
{
	LEFTOVER_NONE = 0,			/* value is proportional, then rounded */
	LEFTOVER_FORFEIT = 1,		/* whole multiples; the rest is lost */
	LEFTOVER_KEEP = 2			/* whole multiples; the rest stays usable */
} RuleLeftover;

typedef struct RuleGrant
{
	char	   *target;			/* canonical achievement_ref, or NULL: credit
								 * without a course */
	CreditAmount amount;
	bool		has_per;		/* amount for every per of the source */
	CreditAmount per;
	RuleLeftover leftover;
} RuleGrant;

typedef struct Rule
{
	char	   *name;
	int32		priority;		/* higher is tried first; 0 when not said */
	RuleCondition *when;
	List	   *grants;			/* of RuleGrant *, in order */
	List	   *caps;			/* of RuleCap *, scope CAP_RULE */
} Rule;

typedef struct RuleSet
{
	char	   *name;
	int32		version;
	List	   *programmes;		/* of char *; NIL = every programme */
	DateADT		effective_from; /* DATEVAL_NOBEGIN when open */
	DateADT		effective_to;	/* last day; DATEVAL_NOEND when open */
	List	   *caps;			/* of RuleCap *, not CAP_RULE */
	RuleRoundingMode round_mode;	/* half_up when not said */
	int32		round_digits;	/* 0..4; 4 when not said */
	List	   *rules;			/* of Rule *; canonical order: priority
								 * descending, then as written */
} RuleSet;

/*
 * All strings in the tree are UTF-8 in the server encoding's stead only in the
 * stored bytes; in the tree they are in the server encoding.
 */

typedef struct varlena RuleSetData; /* the stored form */

#define PG_GETARG_RULE_SET_P(n)	((RuleSetData *) PG_GETARG_VARLENA_P(n))

/* stored bytes -> tree; raises 22C05 on bytes that are not a rule_set */
extern RuleSet *rule_set_read(const RuleSetData *stored);

/* canonical tree -> stored bytes */
extern RuleSetData *rule_set_write(const RuleSet *rules);

/* text -> tree (not yet canonical); NULL and escontext filled on error */
extern RuleSet *rule_set_parse(const char *text, Node *escontext);

/* makes the tree canonical; false and escontext filled when refused */
extern bool rule_set_check(RuleSet *rules, Node *escontext);

/* does a canonical pattern cover a canonical achievement_ref? */
extern bool rule_pattern_covers(const char *pattern, const char *ref);

/* words, for explanations and for the text and jsonb faces */
extern const char *rule_parameter_name(RuleParameter parameter);
extern const char *rule_operator_sign(RuleOperator operator);
extern char *rule_decimal_text(int64 ten_thousandths);	/* "80", "2.5" */

#endif							/* CREDITBANK_RULE_SET_H */
