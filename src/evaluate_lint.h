/*
 * evaluate_lint.h
 *		Doubts about a book of rules that can be read but may not be meant.
 *
 *	evaluate_lint.c			the SQL function, and the heading
 *	evaluate_lint_rule.c	one rule by itself: can it fire, does it fit
 *	evaluate_lint_pair.c	rules that take each other's achievements
 *	evaluate_lint_test.c	what tests let through, and together
 *
 * Promise: what is reported does not hang on a portfolio; the work grows with the
 * number of rules, not with the number of their pairs.
 */
#ifndef CREDITBANK_EVALUATE_LINT_H
#define CREDITBANK_EVALUATE_LINT_H

#include "nodes/execnodes.h"

#include "evaluate.h"

/* one source of a rule */
typedef struct LintSource
{
	const RuleCondition *condition;
	int			rule;			/* place of its rule, from 0 */
	bool		impossible;		/* no achievement can ever meet it */
} LintSource;

typedef struct LintRule
{
	const Rule *rule;
	int			first_source;
	int			source_count;
	bool		never;			/* it has been said that it never fires */
} LintRule;

typedef struct Lint
{
	const RuleSet *book;
	const Programme *programme; /* NULL: not given, and so are the next three */
	OptionalAmount compulsory;	/* credits of all compulsory courses */
	char	  **course_categories;	/* of all courses that have one, ascending */
	int			course_category_count;
	LintRule   *rules;
	int			rule_count;
	LintSource *sources;		/* by rule, in the order of the condition */
	int			source_count;
	int		   *by_pattern;		/* source numbers by pattern, then rule */
	RefGroups	substitutes;	/* declared by the book */
	ReturnSetInfo *result;
} Lint;

/* rule NULL: about the heading */
extern void lint_report(Lint *lint, const Rule *rule, const char *problem,
						const char *message, const char *hint);

/* is the rule for the programme that was given? */
extern bool lint_rule_is_for_programme(const Lint *lint, const Rule *rule);

/* what covers all that a source can take: its pattern, if nothing stands in */
extern const char *lint_covering_pattern(const Lint *lint, const RuleCondition *source);

/* evaluate_lint_rule.c */
extern void lint_rule(Lint *lint, LintRule *rule);

/* evaluate_lint_pair.c */
extern void lint_index_sources(Lint *lint);
extern void lint_pairs(Lint *lint, LintRule *rule);

/*
 * evaluate_lint_test.c
 */

/* the values of a number that are let through */
typedef struct LintRange
{
	int64		low;
	int64		high;
	bool		low_open;		/* low itself is not */
	bool		high_open;
} LintRange;

extern LintRange lint_range(RuleOperator operator, int64 value);
extern bool lint_range_within(LintRange inner, LintRange outer);

/* why no achievement that the pattern covers can meet all the tests, or NULL */
extern char *lint_contradiction(const RuleSet *book, const char *pattern, const List *tests);

/* may one meet the tests of both lists? */
extern bool lint_together(const RuleSet *book, const char *pattern,
						  const List *tests, const List *more);

/* does each achievement that meets a source of this condition meet that one? */
extern bool lint_implies(const RuleSet *book, const RuleCondition *narrow,
						 const RuleCondition *wide);

/* the class of a pattern, or 0; its issuer, or NULL */
extern int	lint_pattern_class(const char *pattern);
extern char *lint_pattern_issuer(const char *pattern);

#endif							/* CREDITBANK_EVALUATE_LINT_H */
