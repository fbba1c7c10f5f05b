/*
 * evaluate.h
 *		Conversion as a pure function: a rule_set, a portfolio, a programme,
 *		earlier conversions and a date in; lines and explanations out.
 *
 *	evaluate_cache.c		rules, programmes, portfolios, kept from call to call
 *	evaluate_document.c		jsonb objects -> C structs, by tables of keys
 *	evaluate_input.c		the portfolio, the programme and the history
 *	evaluate_prepare.c		a rule tree -> arrays with an index of patterns
 *	evaluate_candidate.c	which achievements may be converted, and their order
 *	evaluate_duplicate.c	achievements of the same content
 *	evaluate_match.c		which candidates meet a rule's sources
 *	evaluate_test.c			the tests of one source on one achievement
 *	evaluate_test_words.c	the same in words
 *	evaluate_set.c			sets of achievements for rules of several sources
 *	evaluate_sum.c			tests of the sums of a whole set
 *	evaluate_sentence.c		explanations as sentences
 *	evaluate_span.c			spans of days, months and years
 *	evaluate_value.c		exact value and rounding
 *	evaluate_table.c		amounts looked up in tables
 *	evaluate_scope.c		for which lines a scope holds
 *	evaluate_limit.c		how much caps allow and minimums ask for
 *	evaluate_cap.c			caps and what counts towards them
 *	evaluate_judge.c		lines judged by caps
 *	evaluate_carry.c		what becomes of grades, and marks
 *	evaluate_line.c			lines judged: target, value, caps
 *	evaluate_minimum.c		what must be reached
 *	evaluate_run.c			firing rules
 *	evaluate.c				the SQL functions
 *
 * What the rooms from evaluate_candidate.c to evaluate_span.c offer stands in
 * evaluate_match.h.
 *
 * Promise: the result depends on the arguments alone: no table, setting, clock
 * or locale is consulted, and the order in which a portfolio lists its
 * achievements changes nothing.  Deciding and explaining are one computation:
 * what is explained is what decided.
 */
#ifndef CREDITBANK_EVALUATE_H
#define CREDITBANK_EVALUATE_H

#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "achievement_ref.h"
#include "credit_amount.h"
#include "evaluate_words.h"
#include "rule_set.h"

/* ---- what the documents say ---- */

typedef struct OptionalAmount
{
	bool		given;
	CreditAmount amount;
} OptionalAmount;

typedef struct OptionalDate
{
	bool		given;
	DateADT		date;
} OptionalDate;

typedef struct RefList
{
	int			count;
	char	  **refs;
} RefList;

/* words in ascending order, each once */
typedef struct WordList
{
	int			count;
	char	  **words;
} WordList;

/* how much of a course's content an achievement covers, in percent */
typedef struct CourseOverlap
{
	char	   *course;
	Numeric		overlap;
} CourseOverlap;

typedef struct Achievement
{
	int			number;			/* in the portfolio, from 1 */
	const char *ref;			/* canonical, in the server encoding */
	int			item;			/* number of ref in Inputs */
	char	   *title;			/* NULL when not said, as all that follow */
	OptionalAmount amount;
	OptionalAmount hours;
	OptionalAmount remaining;	/* of amount or hours, once used in part */
	Numeric		level;
	Numeric		attendance;
	Numeric		overlap;		/* of courses not told apart */
	const JsonbContainer *overlap_list; /* NULL: courses are not told apart */
	CourseOverlap *overlaps;	/* ordered by course */
	int			overlap_count;
	Numeric		team_place;		/* key "place": place in the team */
	Numeric		share;			/* of the outcome, percent */
	char	   *grade;			/* as written */
	Numeric		grade_number;	/* NULL when the grade is not a number */
	char	   *scale;			/* that the grade is on */
	char	   *rank;			/* of an award, as written */
	Numeric		rank_number;	/* NULL when the rank is not a number */
	char	   *institution;
	WordList	tags;
	OptionalDate awarded_on;
	OptionalDate expires_on;
	char	   *state;			/* NULL when not said: recognised */
	bool		consumed;
} Achievement;

typedef struct Course
{
	char	   *ref;
	OptionalAmount credits;
	OptionalAmount hours;
	char	   *category;		/* NULL when it has none */
	bool		compulsory;
	bool		excluded;
	bool		granted;		/* by the history or by this evaluation */
} Course;

typedef struct Category
{
	char	   *name;
	OptionalAmount credits;
} Category;

typedef struct Programme
{
	char	   *code;
	OptionalAmount total;
	const JsonbContainer *category_list;
	const JsonbContainer *course_list;
	Course	   *courses;		/* ordered by ref */
	int			course_count;
	Category   *categories;		/* ordered by name */
	int			category_count;
} Programme;

/* an earlier line that granted something */
typedef struct HistoryLine
{
	char	   *rule;			/* NULL when not said */
	RefList		sources;
	int		   *items;			/* numbers of the sources in Inputs */
	char	   *target;			/* NULL: credit without a course */
	OptionalAmount granted;
	OptionalDate dated;
	char	   *mark;
	bool		studied;		/* mark "studied": earned in the programme
								 * itself, so that no cap counts it */
	WordList	tags;			/* of the sources */
	const Course *course;		/* its target in the programme, or NULL */
} HistoryLine;

/* a reference that occurs in the portfolio or the history */
typedef struct InputItem
{
	const char *ref;			/* canonical, in the server encoding */
	const char *catalogue;		/* without its serial */
	const char *issuer;
	int			issuer_number;	/* the same for the same issuer, from 0 */
	int			achievement_class;
	const Achievement *achievement; /* NULL: only the history names it */
} InputItem;

typedef struct Inputs
{
	Achievement *achievements;
	int			achievement_count;
	Programme	programme;
	HistoryLine *history;
	int			history_count;
	InputItem  *items;			/* each reference once, by its number */
	int			item_count;
	int			issuer_count;
} Inputs;

/* What is read points into the documents. */
extern void programme_read(Programme *programme, const Jsonb *document);
extern void programme_arrange(Programme *programme);
extern void inputs_read(Inputs *inputs, const Jsonb *portfolio,
						const Programme *programme, const Jsonb *history);
extern void inputs_read_item(Inputs *inputs, const Inputs *portfolio, const Jsonb *item,
							 const Programme *programme, const Jsonb *history);
extern bool achievement_amount_in(const Achievement *achievement, int unit, int64 *count);
extern bool achievement_remaining_in(const Achievement *achievement, int unit, int64 *count);

/* ---- rules made ready ---- */

typedef struct PreparedTest
{
	const RuleTest *test;
	Numeric		value;
} PreparedTest;

/* one COND_SOURCE of a rule */
typedef struct PreparedSource
{
	int			rule;			/* its rule's place */
	const RuleCondition *condition;
	PreparedTest *tests;
	int			test_count;
} PreparedSource;

typedef struct PreparedRule
{
	const Rule *rule;
	int			first_source;	/* its sources stand together, in the order */
	int			source_count;	/* in which the condition names them */
	int			smallest_set;	/* achievements that its condition takes at
								 * least */
} PreparedRule;

/* references declared to be groups, ordered by reference */
typedef struct GroupedRef
{
	const char *ref;
	const List *members;		/* of its group, itself included */
} GroupedRef;

typedef struct RefGroups
{
	int			count;
	GroupedRef *refs;
} RefGroups;

/* what a pattern names, from the narrowest to the widest */
typedef enum PatternKind
{
	PATTERN_INSTANCE,			/* class/issuer/code#serial */
	PATTERN_CATALOGUE,			/* class/issuer/code */
	PATTERN_CLASS_ISSUER,		/* class/issuer/star */
	PATTERN_ISSUER,				/* star/issuer/star */
	PATTERN_CLASS,				/* class/star */
	PATTERN_ANY					/* star */
} PatternKind;

typedef struct PreparedRules
{
	const RuleSet *rule_set;
	PreparedRule *rules;
	int			rule_count;
	PreparedSource *sources;
	int			source_count;
	struct pattern_hash *patterns;	/* to lists of sources */
	struct SourceList *lists;
	int			kinds;			/* of patterns there are: bits of PatternKind */
	int			class_lists[CLASS_INTERNSHIP + 1];	/* of class/star; -1: none */
	RefGroups	same;			/* declared the same content */
	bool		needs_total;	/* some percentage is of the programme's total */
} PreparedRules;

typedef void (*SourceVisitor) (int source, void *argument);

/* What a call site keeps from call to call. */
typedef struct CallSite
{
	struct KeptArgument *rules;
	struct KeptArgument *programme;
	struct KeptArgument *portfolio;
	MemoryContext call_context; /* emptied by every call */
} CallSite;

extern CallSite *call_site(FmgrInfo *flinfo);
extern const PreparedRules *call_site_rules(CallSite *site, FunctionCallInfo fcinfo, int argument);
extern const Programme *call_site_programme(CallSite *site, FunctionCallInfo fcinfo, int argument);
extern const Inputs *call_site_portfolio(CallSite *site, FunctionCallInfo fcinfo, int argument);

extern PreparedRules *rules_prepare(const RuleSet *rule_set);
extern void rules_visit_covering(const PreparedRules *prepared, const InputItem *item,
								 SourceVisitor visit, void *argument);

/* ---- one evaluation ---- */

/* how an achievement met the checks of a source */
typedef struct SourceResult
{
	int			failures;
	int			first_failed;	/* the number of the first, if any */
} SourceResult;

/* steps that the best allocation may take when it is not told how many */
#define BEST_STEPS_DEFAULT INT64CONST(1000000)
#define BEST_STEPS_MAX INT64CONST(1000000000)

/* how near an unused achievement came to being used */
typedef struct NearMiss
{
	const Rule *rule;			/* NULL: no rule covers it */
	const PreparedSource *source;
	SourceResult result;		/* no failures: others are lacking */
} NearMiss;

/* An achievement while rules are tried; the array is in order of preference. */
typedef struct Candidate
{
	const Achievement *achievement;
	char	   *refusal;		/* NULL: may be converted */
	const char *duplicate_of;	/* refused for it */
	const Rule *used_by;
	int			sharing;		/* duplicates that share, itself included; 1 */
	bool		taken;			/* in the set that is being put together */
	const struct Part *given_to;	/* evaluate_set.c */
	int64		given_in;
	int64		looked_at;
	NearMiss	near;
	const Rule *refused_by;		/* a rule that fired, and granted nothing */
	const char *refused_reason;
} Candidate;

/* dividend / divisor, exactly: in ten-thousandths of a unit */
typedef struct Rational
{
	int128		dividend;		/* not negative */
	int128		divisor;		/* positive */
} Rational;

typedef struct Line
{
	const char *rule;			/* NULL: an achievement that no rule used */
	int			source_count;
	const char *const *sources;
	const Achievement *const *achievements;	/* the same */
	const char *target;
	bool		granted;
	CreditAmount granted_amount;
	bool		has_value;
	Rational	value;
	CreditAmount before_caps;
	const char *grade;
	const char *mark;
	OptionalAmount leftover;
	bool		leftover_kept;
	OptionalDate dated;
	WordList	tags;			/* of all sources */
	bool		needs_assessor;
	const char *reason;
} Line;

typedef struct Explanation
{
	const char *rule;
	const char *source;
	const char *target;
	const char *parameter;
	const char *required;
	const char *found;
	const char *missing;
	bool		passed;
	const char *sentence;		/* all of that in words */
} Explanation;

/*
 * What scopes ask about a line, of the portfolio or of the history.
 */
typedef struct LineFacts
{
	const Course *course;		/* its target in the programme, or NULL */
	const int  *items;			/* its sources, by number */
	int			item_count;
	const Achievement *const *achievements; /* the same; NULL: an earlier line */
	WordList	tags;			/* of all sources; of an earlier line's, of each */
} LineFacts;

/*
 * What counts towards a cap: a period by itself, and an issuer by itself where
 * the cap is for each.  It stays where it is as long as its cap's state.
 */
typedef struct Tally
{
	DateADT		start;			/* first day; DATEVAL_NOBEGIN: the whole time */
	int			issuer;			/* number; EVERY_ISSUER: all together */
	int64		counts[2];		/* granted, one for each limit */
	Bitmapset  *items;			/* achievements, by number */
	int			plan_rows;		/* best: its rows, counted from 1; 0: none yet */
} Tally;

#define EVERY_ISSUER (-1)

/* an amount at most; of a minimum, at least */
typedef struct CapLimit
{
	int			unit;
	int64		count;
	int64		percent;		/* that it is; 0: it was stated as an amount */
	CreditAmount base;			/* of which it is a percentage */
} CapLimit;

typedef struct CapState
{
	const RuleCap *cap;
	CapLimit	limits[2];		/* the amount, the percentage */
	int			limit_count;
	Tally	  **tallies;
	int			tally_count;
	int			tally_space;
} CapState;

typedef struct CapList
{
	CapState   *caps;
	int			count;
} CapList;

/*
 * Sees a tally that a line counts in.  items are those of the line's sources
 * that count there, none of them for a cap without a number of items.
 */
typedef void (*CapVisitor) (CapState *state, Tally *tally, const int *items,
							int item_count, void *argument);

/* that the line judged last counts in a tally, if it is granted */
typedef struct TallyNote
{
	CapState   *state;
	Tally	   *tally;
	int		   *items;			/* of its sources, those that count as items */
	int			item_count;
} TallyNote;

/* which achievements of the portfolio a source of a rule covers */
typedef struct Hit
{
	int			source;
	int			candidate;
} Hit;

typedef struct Evaluation
{
	const PreparedRules *prepared;
	Inputs		inputs;
	DateADT		as_of;
	EvaluationLanguage language;
	bool		best;			/* allocation; else by priority */
	bool		proven;			/* best: nothing better exists */
	int64		best_steps;		/* best: steps it may take */
	struct Plan *plan;			/* best: evaluate_plan.h; else NULL */
	Candidate  *candidates;
	int			candidate_count;
	Hit		   *hits;			/* by source, then candidate */
	int			hit_count;
	int			hit_space;
	CapList		caps;			/* those of the whole rule set */
	TallyNote  *notes;
	int			note_count;
	int			note_space;
	int64		work;			/* steps done */
	int64		stamp;			/* the last given out, each once */
	Line	   *lines;
	int			line_count;
	int			line_space;
	bool		explaining;
	Explanation *explanations;
	int			explanation_count;
	int			explanation_space;
} Evaluation;

/* the candidates that meet one source's tests, best first */
typedef struct MatchList
{
	Candidate **candidates;
	int			count;
} MatchList;

typedef struct RuleRun
{
	Evaluation *evaluation;
	const Rule *rule;
	const PreparedRule *prepared;
	MatchList  *matches;		/* one for each source */
	CapList		caps;			/* the rule's own */
	bool		refusal_shown;	/* a refused set has been reported */
	const char *set_text;		/* the achievements it fires on, when explaining */
} RuleRun;

typedef enum FiringResult
{
	FIRING_GRANTED,				/* at least one line */
	FIRING_REFUSED_SET,			/* no line; another set may fare better */
	FIRING_REFUSED				/* no line, whatever the set */
} FiringResult;

/*
 * Work is counted in steps, so that no rules and documents, however hostile,
 * keep a server busy or fill its memory.  The limit is about a second's work; a
 * conversion needs some thousand steps at most.
 */
#define STEP_LIMIT INT64CONST(20000000)

extern void evaluation_refuse_work(const Evaluation *evaluation, const Rule *rule);

/* counts work done for a rule; NULL: for all rules */
static inline void
evaluation_spend(Evaluation *evaluation, int steps, const Rule *rule)
{
	CHECK_FOR_INTERRUPTS();
	evaluation->work += steps;
	if (unlikely(evaluation->work > STEP_LIMIT))
		evaluation_refuse_work(evaluation, rule);
}

/* evaluate.c */
extern void evaluation_check_day(DateADT as_of);
extern EvaluationLanguage evaluation_language_named(const char *name);

/* evaluate_run.c */
extern void evaluation_run(Evaluation *evaluation);
extern void evaluation_explain(Evaluation *evaluation, const Explanation *explanation);
extern void evaluation_add_line(Evaluation *evaluation, const Line *line);
extern void evaluation_spend_text(Evaluation *evaluation, const char *text);
extern FiringResult rule_fire(RuleRun *run, Candidate **set, int set_count, bool show_refusal);

/* evaluate_set.c */
extern void rule_fire_sets(RuleRun *run);
extern void rule_explain_sets(RuleRun *run, bool met);

/* why a grant is worth nothing for a set of achievements */
typedef enum ValueLack
{
	LACKS_NOTHING,				/* it is worth something */
	LACKS_UNIT_USED,			/* an amount in the unit that the rule uses */
	LACKS_AMOUNT_USED,			/* as much as the rule uses */
	LACKS_UNIT,					/* an amount in the unit counted by */
	LACKS_WHOLE_PER,			/* as much as the grant is made for */
	LACKS_CREDITS,				/* credits of the course */
	LACKS_ROW,					/* a matching row of the table */
	LACKS_SHARE,				/* a share of the outcome */
	LACKS_WORTH					/* it rounds to zero */
} ValueLack;

/* evaluate_line.c */
extern Line line_weigh(RuleRun *run, const RuleGrant *grant, const Line *common,
					   Candidate **set, const int *items, LineFacts *facts);
extern Line line_judge(RuleRun *run, const RuleGrant *grant, const Line *common,
					   Candidate **set, const int *items, bool *in_every_set);

/* evaluate_value.c */
extern ValueLack grant_value(Evaluation *evaluation, const Rule *rule, const RuleGrant *grant,
							 const Course *course, Candidate **set, int set_count, Line *line);
extern RuleRoundingMode rule_rounding(const RuleSet *rule_set, const Rule *rule, int *digits);
extern Numeric line_value(const Line *line);

/* evaluate_table.c */
extern bool table_amount(Evaluation *evaluation, const char *name,
						 const Achievement *achievement, CreditAmount *amount);
extern char *table_keys_text(Evaluation *evaluation, const char *name,
							 const Achievement *achievement);

/* evaluate_carry.c */
extern void line_carry(const Evaluation *evaluation, const Rule *rule, Line *line);

/* evaluate_scope.c */
extern Course *programme_course(const Programme *programme, const char *ref);
extern const Category *programme_category(const Programme *programme, const char *name);
extern bool word_listed(const WordList *list, const char *word);
extern LineFacts history_facts(const HistoryLine *line);
extern void scopes_spend(const List *scopes, Evaluation *evaluation, const LineFacts *facts);
extern bool scopes_hold(const List *scopes, const Inputs *inputs, const LineFacts *facts);
extern int	scopes_sources(const List *scopes, const Inputs *inputs,
						   const LineFacts *facts, int *counted);

/* evaluate_limit.c */
extern int	limits_make(Evaluation *evaluation, const RuleCap *cap, bool least,
						CapLimit *limits);
extern void limits_check(Evaluation *evaluation);
extern char *limit_text(EvaluationLanguage language, const CapLimit *limit);

/* evaluate_cap.c */
extern CapList caps_make(Evaluation *evaluation, List *rule_caps, const char *rule);
extern char *cap_name(const CapState *state);
extern void caps_visit(CapList *caps, Evaluation *evaluation, const LineFacts *facts,
					   DateADT dated, CapVisitor visit, void *argument);
extern void caps_note(Evaluation *evaluation, CapState *state, Tally *tally,
					  const int *items, int item_count);
extern void caps_count_noted(Evaluation *evaluation, CreditAmount granted);

/* evaluate_judge.c */
extern bool rule_trims(const RuleRun *run);
extern char *caps_judge(RuleRun *run, Line *line, const LineFacts *facts, bool *in_every_set);

/* evaluate_minimum.c */
extern void minimums_explain(Evaluation *evaluation);

/* words */
extern char *amount_text(CreditAmount amount);
extern char *unit_said(EvaluationLanguage language, int unit);
extern char *amount_said(EvaluationLanguage language, CreditAmount amount);
extern char *date_text(DateADT date);

#endif							/* CREDITBANK_EVALUATE_H */
