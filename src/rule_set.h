/*
 * rule_set.h
 *		The rule language: one value with three faces (text, bytes, jsonb).
 *
 * A rule_set is parsed into the tree below, whichever face it comes from;
 * rule_set_check() puts the tree into canonical form or refuses it; each face
 * is written from the canonical tree.  So equal rules are equal bytes.
 *
 *	rule_set_scan.l, rule_set_gram.y	text -> tree
 *	rule_set_words.c					the words of the language, for every face
 *	rule_set_text.c, _text_part.c		tree -> text
 *	rule_set_write.c					tree -> stored bytes (rule_set_format.h)
 *	rule_set_bytes.c, _read_clause.c, _read.c	stored bytes -> tree
 *	rule_set_to_json.c					tree -> jsonb
 *	rule_set_json.c, _from_json_rule.c, _from_json.c	jsonb -> tree
 *	rule_set_check.c, _check_*.c		canonical form, what is refused
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

/*
 * What a cap, a minimum, an exclusion or a shelf life is about.  A scope holds
 * for a line when it holds for its target (category, compulsory), for its rule,
 * or for one of its sources (class, issuer, tag).
 */
typedef enum RuleScopeKind
{
	SCOPE_TOTAL = 1,			/* every line of the programme */
	SCOPE_CLASS = 2,			/* lines with a source of one class */
	SCOPE_RULE = 3,				/* lines of the rule the cap stands in */
	SCOPE_CATEGORY = 4,			/* lines whose target is of a category */
	SCOPE_ISSUER = 5,			/* lines with a source of one issuer */
	SCOPE_EACH_ISSUER = 6,		/* as that, for each issuer by itself */
	SCOPE_TAG = 7,				/* lines with a source that has a tag */
	SCOPE_COMPULSORY = 8		/* lines whose target is a compulsory course */
} RuleScopeKind;

typedef struct RuleScope
{
	RuleScopeKind kind;
	int			achievement_class;	/* SCOPE_CLASS only, else 0 */
	char	   *name;			/* of a category, issuer or tag, else NULL */
} RuleScope;

typedef struct RuleMonthDay
{
	int32		month;
	int32		day;
} RuleMonthDay;

/* of which credits a percentage is */
typedef enum RulePercentOf
{
	OF_PROGRAMME = 1,
	OF_CATEGORY = 2,
	OF_COMPULSORY = 3			/* the sum of the compulsory courses */
} RulePercentOf;

/* a cap; and a minimum, which has no items and no starts */
typedef struct RuleCap
{
	List	   *scopes;			/* of RuleScope *; a line that any of them
								 * holds for counts */
	bool		has_amount;
	CreditAmount amount;
	int64		percent;		/* in ten-thousandths of a percent; 0 = none */
	RulePercentOf percent_of;	/* 0 without a percentage */
	char	   *percent_category;	/* OF_CATEGORY only, else NULL */
	int32		max_items;		/* achievements; 0 = no such limit */
	List	   *starts;			/* of RuleMonthDay *, ascending: first days of
								 * the periods counted by themselves; NIL =
								 * the whole time, one = years, more = terms */
} RuleCap;

typedef enum RuleParameter
{
	PARAM_LEVEL = 1,
	PARAM_GRADE = 2,
	PARAM_ATTENDANCE = 3,		/* percent */
	PARAM_OVERLAP = 4,			/* percent */
	PARAM_HOURS = 5,			/* the achievement's hr */
	PARAM_CREDITS = 6,			/* the achievement's cr */
	PARAM_PLACE = 7,			/* place in the team */
	PARAM_SHARE = 8,			/* share of the outcome, percent */
	PARAM_RANK = 9,				/* rank of an award: number or word */
	PARAM_ISSUER = 10,			/* words, as all below */
	PARAM_INSTITUTION = 11,
	PARAM_SCALE = 12,
	PARAM_CLASS = 13,
	PARAM_TAG = 14
} RuleParameter;

typedef enum RuleOperator
{
	OP_GE = 1,
	OP_GT = 2,
	OP_LE = 3,
	OP_LT = 4,
	OP_EQ = 5
} RuleOperator;

typedef enum RuleTestKind
{
	TEST_NUMBER = 1,			/* level >= 3; of a grade perhaps on a scale */
	TEST_WORDS = 2,				/* rank in ('first', 'second') */
	TEST_GRADE = 3,				/* grade >= 'C' on 'letter' */
	TEST_TARGET = 4				/* credits >= 80% of target */
} RuleTestKind;

typedef struct RuleTest
{
	RuleParameter parameter;
	RuleTestKind kind;
	RuleOperator operator;		/* 0 for TEST_WORDS */
	int64		value;			/* in ten-thousandths; for TEST_TARGET in
								 * ten-thousandths of a percent */
	bool		negated;		/* TEST_WORDS: not in */
	List	   *words;			/* of char *, ascending; TEST_GRADE: the one */
	char	   *scale;			/* TEST_GRADE, and TEST_NUMBER of a grade where
								 * it was said; else NULL */
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
								 * class/star, star/issuer/star, or star */
	int32		within;			/* age at most; 0 = any age */
	RulePeriodUnit within_unit;
	int32		valid_for;		/* own validity left at least; 0 = any */
	RulePeriodUnit valid_for_unit;

	/* COND_SOME_OF: "all of" when needed is the number of children */
	int32		needed;
	List	   *children;		/* of RuleCondition * */

	/*
	 * All must hold: of the achievement; or, of the outermost COND_SOME_OF, of
	 * the sums of hours or credits of the whole set.
	 */
	List	   *tests;			/* of RuleTest * */
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
	CreditAmount amount;		/* 0 when in_full or by a table */
	bool		has_per;		/* amount for every per of the source */
	CreditAmount per;
	RuleLeftover leftover;
	bool		in_full;		/* as many credits as the target has */
	char	   *table;			/* amount looked up in this table, or NULL */
	bool		by_share;		/* times the source's share of the outcome */
} RuleGrant;

/* what becomes of the grade */
typedef enum RuleCarry
{
	CARRY_ORIGINAL = 0,			/* of a single source, as written */
	CARRY_AVERAGE = 1,			/* of the sources' numbers, rounded as values */
	CARRY_GRADE = 2,			/* the grade in carry_text */
	CARRY_MARK = 3,				/* none; the mark in carry_text instead */
	CARRY_NONE = 4
} RuleCarry;

typedef enum RulePartial
{
	PARTIAL_UNSAID = 0,			/* as the heading says */
	PARTIAL_YES = 1,			/* a line that would pass a cap is trimmed */
	PARTIAL_NO = 2				/* it is refused whole */
} RulePartial;

typedef struct Rule
{
	char	   *name;
	int32		priority;		/* higher is tried first; 0 when not said */
	List	   *programmes;		/* of char *; NIL = all of the rule set */
	DateADT		effective_from; /* within the rule set's own days; */
	DateADT		effective_to;	/* open as there */
	RuleCondition *when;
	List	   *grants;			/* of RuleGrant *, in order */
	bool		has_uses;		/* a firing uses so much of its one source, */
	CreditAmount uses;			/* and the rest stays usable */
	List	   *caps;			/* of RuleCap *, scope SCOPE_RULE */
	bool		has_round;		/* its own rounding */
	RuleRoundingMode round_mode;
	int32		round_digits;
	RulePartial partial;
	RuleCarry	carry;
	char	   *carry_text;		/* CARRY_GRADE and CARRY_MARK, else NULL */
	bool		exempt_exam;	/* from the exam, too, not from study alone */
	bool		needs_assessor;
} Rule;

typedef enum RuleDuplicates
{
	DUPLICATES_COUNT = 0,		/* each counts */
	DUPLICATES_HIGHEST = 1,
	DUPLICATES_FIRST = 2,
	DUPLICATES_SHARE = 3
} RuleDuplicates;

/* how long achievements that a scope holds for can be converted */
typedef struct RuleShelfLife
{
	List	   *scopes;			/* of RuleScope *: total, class, issuer, tag */
	int32		period;
	RulePeriodUnit unit;
} RuleShelfLife;

/* an ordinal scale of grades */
typedef struct RuleScale
{
	char	   *name;
	List	   *words;			/* of char *, lowest first */
	List	   *by_name;		/* the same by name; only while they are checked */
} RuleScale;

typedef enum RuleCellKind
{
	CELL_ANY = 1,				/* whatever is stated, or nothing */
	CELL_WORD = 2,
	CELL_NUMBER = 3				/* compared by the operator */
} RuleCellKind;

typedef struct RuleCell
{
	RuleCellKind kind;
	RuleOperator operator;		/* CELL_NUMBER only, else 0 */
	int64		value;			/* in ten-thousandths */
	char	   *word;
} RuleCell;

typedef struct RuleRow
{
	List	   *cells;			/* of RuleCell *, one for each key */
	CreditAmount amount;
} RuleRow;

/* amounts by what achievements state; of rows that match the largest counts */
typedef struct RuleTable
{
	char	   *name;
	List	   *keys;			/* of RuleParameter, as integers; 1 to 3 */
	List	   *rows;			/* of RuleRow * */
} RuleTable;

typedef struct RuleSet
{
	char	   *name;
	int32		version;
	List	   *programmes;		/* of char *; NIL = every programme */
	DateADT		effective_from; /* DATEVAL_NOBEGIN when open */
	DateADT		effective_to;	/* last day; DATEVAL_NOEND when open */
	List	   *caps;			/* of RuleCap *, not SCOPE_RULE */
	List	   *minimums;		/* of RuleCap *, not SCOPE_RULE */
	List	   *exclusions;		/* of RuleScope *: class, category, issuer, tag */
	List	   *shelf_lives;	/* of RuleShelfLife * */
	int32		points_period;	/* how long points keep; 0 = for ever */
	RulePeriodUnit points_unit;
	RuleMonthDay *points_year;	/* and on to the end of the year that begins
								 * so, or NULL */
	RuleRoundingMode round_mode;	/* half_up when not said */
	int32		round_digits;	/* 0..4; 4 when not said */
	bool		partial;		/* rules that do not say so trim */
	RuleDuplicates duplicates;
	bool		duplicates_by_title;	/* the same title is the same content */
	List	   *same;			/* of List of char *: references, without
								 * serial, declared the same content */
	List	   *substitutes;	/* of List of char *: each stands in for the
								 * others where a rule asks for one */
	List	   *scales;			/* of RuleScale *, by name */
	List	   *tables;			/* of RuleTable *, by name */
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
extern Rule *rule_new(void);

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

/* the units that rules of a canonical tree grant: a bit for each CreditUnit */
extern uint32 rule_set_granted_units(const RuleSet *rules);

/* puts rules into canonical order, as a part of that */
extern void rule_set_sort_rules(List *rules);

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
extern const RuleWord rule_duplicates_words[];

/* a single scope without a name, as most caps have it */
extern List *rule_scope_list(RuleScopeKind kind, int achievement_class);
extern RuleMonthDay *rule_month_day(int month, int day);

/* the scale or table of that name, or NULL */
extern const RuleScale *rule_scale_named(const RuleSet *rules, const char *name);
extern const RuleTable *rule_table_named(const RuleSet *rules, const char *name);

/* the word of a code, or NULL; the code of a word, or 0 */
extern const char *rule_word(const RuleWord *words, int code);
extern int	rule_word_code(const RuleWord *words, const char *word);

/* canonical text, and the parts of it that stand for themselves */
extern char *rule_set_text(const RuleSet *rules);
extern char *rule_condition_text(const RuleCondition *condition);
extern char *rule_test_text(const RuleTest *test);
extern char *rule_grants_text(const Rule *rule);
extern char *rule_terms_text(const Rule *rule);	/* "needs assessor", or empty */
extern char *rule_cap_text(const RuleCap *cap);
extern char *rule_scopes_text(const List *scopes);	/* "cert, tag 'online'" */

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

/* of a reference that is declared the same as others, or their substitute */
extern char *rule_member_parse(const char *text, Node *escontext);

/* of an issuer by itself, as it stands in references */
extern char *rule_issuer_parse(const char *text, Node *escontext);

/* names in the order of their UTF-8, whatever the server encoding */
extern int	rule_compare_names(const char *a, const char *b);

/* where a word stands in a List of char *, from 0, or -1 */
extern int	rule_word_place(const List *words, const char *word);

/* stored bytes without the varlena header; refuses with the given SQLSTATE */
extern RuleSet *rule_set_decode(const char *bytes, size_t length, int sqlstate);

/* appends the record of a canonical condition */
extern void rule_condition_write(StringInfo buffer, const RuleCondition *condition);

#endif							/* CREDITBANK_RULE_SET_H */
