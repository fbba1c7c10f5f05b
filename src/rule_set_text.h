/*
 * rule_set_text.h
 *		What the two files that write the text of a rule_set share.
 *
 *	rule_set_text_part.c	parts that stand for themselves in explanations, too
 *	rule_set_text.c			the whole
 */
#ifndef CREDITBANK_RULE_SET_TEXT_H
#define CREDITBANK_RULE_SET_TEXT_H

#include "rule_set.h"

/* in single quotes; several with a separator between them */
extern void rule_append_name(StringInfo buffer, const char *name);
extern void rule_append_names(StringInfo buffer, const List *names, const char *separator);
extern void rule_append_amount(StringInfo buffer, CreditAmount amount);
extern void rule_append_period(StringInfo buffer, int32 number, RulePeriodUnit unit);
extern void rule_append_scopes(StringInfo buffer, const List *scopes);

/*
 * Without the word "cap", which the list it stands in repeats or leaves out.
 */
extern void rule_append_cap(StringInfo buffer, const RuleCap *cap);
extern void rule_append_condition(StringInfo buffer, const RuleCondition *condition);
extern void rule_append_grants(StringInfo buffer, const Rule *rule);

#endif							/* CREDITBANK_RULE_SET_TEXT_H */
