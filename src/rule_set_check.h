/*
 * rule_set_check.h
 *		What the files that check a rule_set share.
 *
 *	rule_set_check.c		the whole, its names and days, its rules
 *	rule_set_check_cap.c	scopes, and what stands behind them
 *	rule_set_check_table.c	scales, tables, and what is declared the same
 *	rule_set_check_when.c	conditions and their tests
 *	rule_set_check_grant.c	grants
 *
 * Promise: each function makes its part canonical, or refuses it and returns
 * false; what it refuses it names.
 */
#ifndef CREDITBANK_RULE_SET_CHECK_H
#define CREDITBANK_RULE_SET_CHECK_H

#include "rule_set.h"

/* what is being checked, for the errors and the look-ups */
typedef struct RuleCheck
{
	Node	   *escontext;
	const RuleSet *rules;		/* heading checked, while rules are */
	const char *rule_name;		/* NULL in the heading and until it is checked */
	int			rule_number;	/* 0 in the heading */
	bool		asks_target;	/* the condition of the rule names its target */
} RuleCheck;

/* rule_set_check.c */
extern bool rule_refuse(const RuleCheck *check, const char *what, const char *hint);
extern const char *rule_article(const char *what);	/* "an issuer", "a rule" */
extern bool rule_check_name(const RuleCheck *check, const char *what, const char *name);
extern bool rule_check_names(const RuleCheck *check, const char *what, List **names);
extern bool rule_check_period(const RuleCheck *check, const char *what,
							  int32 number, RulePeriodUnit unit);
extern bool rule_is_credit(CreditAmount amount);

/* sorts a list and drops all but one of equal members */
extern List *rule_sort_unique(List *list, list_sort_comparator compare);
extern int	rule_compare_name_cells(const ListCell *a, const ListCell *b);

/* rule_set_check_cap.c */
extern bool rule_check_caps(const RuleCheck *check, const char *what, List *caps);
extern bool rule_check_minimums(const RuleCheck *check, List *minimums);
extern bool rule_check_exclusions(const RuleCheck *check, List **exclusions);
extern bool rule_check_shelf_lives(const RuleCheck *check, List *lives);

/* rule_set_check_table.c */
extern bool rule_check_scales(const RuleCheck *check, List *scales);
extern bool rule_check_tables(const RuleCheck *check, List *tables);
extern bool rule_check_groups(const RuleCheck *check, const char *what, List **groups);

/* rule_set_check_when.c; NULL when refused */
extern RuleCondition *rule_check_condition(RuleCheck *check, RuleCondition *condition);

/* rule_set_check_grant.c */
extern bool rule_check_grants(const RuleCheck *check, const Rule *rule);

#endif							/* CREDITBANK_RULE_SET_CHECK_H */
