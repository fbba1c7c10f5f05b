/*
 * rule_set_check_grant.c
 *		What a rule grants.
 *
 * Promise: what a grant is worth can be said of any achievement that its rule
 * asks for.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "rule_set_check.h"

static bool
is_of_one(const Rule *rule)
{
	return rule->when->kind == COND_SOURCE;
}

static bool
check_per(const RuleCheck *check, const Rule *rule, RuleGrant *grant)
{
	if (!grant->has_per)
	{
		grant->per = 0;
		if (grant->leftover != LEFTOVER_NONE)
			return rule_refuse(check, "leftover is said of a grant that has no per",
							   "Write grant 1 cr per 16 hr, leftover forfeit; or leave the leftover out.");
		return true;
	}
	if (credit_amount_count(grant->per) <= 0)
		return rule_refuse(check, "the amount after per is not above zero",
						   "Say how much of the source earns the grant, such as per 16 hr.");
	if (!is_of_one(rule))
		return rule_refuse(check, "per needs a condition on one achievement",
						   "Write one rule for each source, or grant a fixed amount.");
	if (rule->has_uses)
		return rule_refuse(check, "using stands beside per",
						   "Per says by itself how much of the source is used; leave one of them out.");
	return true;
}

/* an amount, or what gives one */
static bool
check_worth(const RuleCheck *check, const Rule *rule, RuleGrant *grant)
{
	if (grant->in_full || grant->table != NULL)
	{
		if (grant->amount != 0 || grant->has_per || (grant->in_full && grant->table != NULL))
			return rule_refuse(check, "a grant says twice how much it is",
							   "Grant an amount, the course in full, or from a table.");
		if (grant->in_full && grant->target == NULL)
			return rule_refuse(check, "what is granted in full is not said",
							   "Name the course before the words in full.");
		if (grant->table != NULL && !rule_check_name(check, "table", grant->table))
			return false;
		if (grant->table != NULL && rule_table_named(check->rules, grant->table) == NULL)
			return rule_refuse(check, psprintf("there is no table \"%s\"", grant->table),
							   "Write it into the heading: table 'name' by rank 'first' is 2 cr.");
	}
	else if (!rule_is_credit(grant->amount) || credit_amount_count(grant->amount) <= 0)
		return rule_refuse(check, "what is granted is not an amount of credit or points above zero",
						   "Grant an amount in cr or pt, such as 3 cr.");
	if (!is_of_one(rule) && (grant->table != NULL || grant->by_share))
		return rule_refuse(check, psprintf("%s needs a condition on one achievement",
										   grant->table != NULL ? "a grant from a table" : "by share"),
						   "Write one rule for each source, or grant a fixed amount.");
	return check_per(check, rule, grant);
}

static bool
check_grant(const RuleCheck *check, const Rule *rule, RuleGrant *grant)
{
	if (grant->target != NULL)
	{
		grant->target = rule_target_parse(grant->target, check->escontext);
		if (grant->target == NULL)
			return false;
	}
	return check_worth(check, rule, grant);
}

static bool
check_leftover(const RuleCheck *check, const Rule *rule)
{
	const RuleGrant *first_per = NULL;
	bool		any_fixed = false;
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);

		if (!grant->has_per)
		{
			any_fixed = true;
			continue;
		}
		if (first_per == NULL)
			first_per = grant;
		if (grant->leftover != first_per->leftover)
			return rule_refuse(check, "the grants of the rule differ about what is left over",
							   "Say one leftover for all grants of a rule.");
	}
	if (first_per != NULL && first_per->leftover == LEFTOVER_KEEP && any_fixed)
		return rule_refuse(check, "leftover is kept beside a grant that has no per",
						   "What is kept would earn that grant once more; write it as a rule of its own.");
	return true;
}

static bool
any_target(const Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		if (((const RuleGrant *) lfirst(cell))->target != NULL)
			return true;
	}
	return false;
}

/* what only makes sense where a course is granted */
static bool
check_targets(const RuleCheck *check, const Rule *rule)
{
	bool		has_target = any_target(rule);

	if (rule->exempt_exam && !has_target)
		return rule_refuse(check, "the rule exempts from an exam, but grants no course",
						   "Name the course whose exam need not be sat.");
	if (check->asks_target && !has_target)
		return rule_refuse(check, "a test compares with the target, but the rule grants no course",
						   "Name the course that is granted, or compare with an amount.");
	return true;
}

static bool
check_uses(const RuleCheck *check, const Rule *rule)
{
	if (!rule->has_uses)
		return true;
	if (!is_of_one(rule))
		return rule_refuse(check, "using needs a condition on one achievement",
						   "It says how much of that achievement is used.");
	if (credit_amount_count(rule->uses) <= 0)
		return rule_refuse(check, "the amount after using is not above zero",
						   "Say how much of the source is used, such as using 16 hr.");
	return true;
}

bool
rule_check_grants(const RuleCheck *check, const Rule *rule)
{
	ListCell   *cell;

	if (rule->grants == NIL)
		return rule_refuse(check, "the rule grants nothing", "Add a grant.");
	foreach(cell, rule->grants)
	{
		CHECK_FOR_INTERRUPTS();
		if (!check_grant(check, rule, lfirst(cell)))
			return false;
	}
	return check_leftover(check, rule) &&
		check_uses(check, rule) &&
		check_targets(check, rule);
}
