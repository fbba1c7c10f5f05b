/*
 * rule_set.h
 *		The rule language: one value with three faces (text, bytes, jsonb).
 *
 * A rule_set is parsed into the tree below, whichever face it comes from;
 * rule_set_check() puts the tree into canonical form or refuses it; each face
 * is written from the canonical tree.  So equal rules are equal bytes.
 *
 *	rule_set_scan.l, rule_set_gram.y	text -> tree
 *	rule_set_text.c						tree -> text, and the words of the language
 *	rule_set_write.c, rule_set_read.c	tree <-> stored bytes (rule_set_format.h)
 *	rule_set_to_json.c, rule_set_from_json.c	tree <-> jsonb
 *	rule_set_check.c					canonical form, what is refused
 *	rule_set_tree.c						an empty tree, and the names in it
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
 * Strings are in the server encoding in the tree and in UTF-8 in the stored
 * bytes.
 */

/* Limits, so that every stored rule_set can be written out and read again. */
#define RULE_SET_MAX_TEXT	(16 * 1024 * 1024)	/* bytes of text */
#define RULE_SET_MAX_BYTES	(4 * RULE_SET_MAX_TEXT)	/* as stored: more than any
													 * text of that length takes */
#define RULE_SET_MAX_NAME	200 /* bytes of a name, in UTF-8 */
#define RULE_SET_MAX_DEPTH	32	/* parentheses within parentheses */
#define RULE_SET_MAX_RULES	100000
#define RULE_NUMBER_MAX		CREDIT_COUNT_MAX	/* in ten-thousandths */
#define RULE_WHOLE_PERCENT	(100 * CREDIT_SCALE)

typedef struct varlena RuleSetData; /* the stored form */

#define PG_GETARG_RULE_SET_P(n)	((RuleSetData *) PG_GETARG_VARLENA_P(n))

/* a tree that says nothing yet, with what is meant by that */
extern RuleSet *rule_set_new(void);

/* one word about what is left over, for every grant of a rule */
extern void rule_spread_leftover(List *grants, RuleLeftover leftover);

/* stored bytes -> tree; raises 22C05 on bytes that are not a rule_set */
extern RuleSet *rule_set_read(const RuleSetData *stored);

/* canonical tree -> stored bytes */
extern RuleSetData *rule_set_write(const RuleSet *rules);

/* text -> tree (not yet canonical); NULL and escontext filled on error */
extern RuleSet *rule_set_parse(const char *text, Node *escontext);

/* makes the tree canonical; false and escontext filled when refused */
extern bool rule_set_check(RuleSet *rules, Node *escontext);

/* puts rules into canonical order, as a part of that */
extern void rule_set_sort_rules(List *rules);

/* does a canonical pattern cover a canonical achievement_ref? */
extern bool rule_pattern_covers(const char *pattern, const char *ref);

/* words, for explanations and for the text and jsonb faces */
extern const char *rule_parameter_name(RuleParameter parameter);
extern const char *rule_operator_sign(RuleOperator operator);
extern char *rule_decimal_text(int64 ten_thousandths);	/* "80", "2.5" */

/*
 * The same words for every face; code 0 is no word.  A table ends with a NULL
 * word.
 */
typedef struct RuleWord
{
	int			code;
	const char *word;
} RuleWord;

extern const RuleWord rule_parameter_words[];
extern const RuleWord rule_operator_words[];
extern const RuleWord rule_rounding_words[];
extern const RuleWord rule_period_words[];
extern const RuleWord rule_leftover_words[];

/* the word of a code, or NULL; the code of a word, or 0 */
extern const char *rule_word(const RuleWord *words, int code);
extern int	rule_word_code(const RuleWord *words, const char *word);

/* canonical text, and the parts of it that stand for themselves */
extern char *rule_set_text(const RuleSet *rules);
extern char *rule_condition_text(const RuleCondition *condition);
extern char *rule_grants_text(const Rule *rule);
extern char *rule_cap_text(const RuleCap *cap);

typedef enum RuleDecimalResult
{
	DECIMAL_OK,
	DECIMAL_MALFORMED,
	DECIMAL_TOO_FINE,			/* more than four decimals */
	DECIMAL_TOO_LARGE			/* beyond RULE_NUMBER_MAX */
} RuleDecimalResult;

/* digits with an optional fraction, no sign -> ten-thousandths */
extern RuleDecimalResult rule_decimal_parse(const char *text, int length,
											int64 *ten_thousandths);

/* "YYYY-MM-DD" of the years 0001 to 9999 */
extern bool rule_date_parse(const char *text, DateADT *date);
extern char *rule_date_text(DateADT date);

/* "MM-DD" of a day that every year has */
extern bool rule_month_day_parse(const char *text, int32 *month, int32 *day);
extern bool rule_month_day_valid(int32 month, int32 day);

/* is this the code of an AchievementClass? */
extern bool rule_class_exists(int achievement_class);

/* canonical text of a pattern or target; NULL and escontext filled on error */
extern char *rule_pattern_parse(const char *text, Node *escontext);
extern char *rule_target_parse(const char *text, Node *escontext);

/* stored bytes without the varlena header; refuses with the given SQLSTATE */
extern RuleSet *rule_set_decode(const char *bytes, size_t length, int sqlstate);

/* appends the record of a canonical condition */
extern void rule_condition_write(StringInfo buffer, const RuleCondition *condition);

#endif							/* CREDITBANK_RULE_SET_H */
