/*
 * evaluate_plan.h
 *		The plan of the best allocation: what is to fire, and for how much.
 *
 *	evaluate_plan.c			what may fire, gathered for evaluate_best.h
 *	evaluate_plan_fire.c	what was chosen, fired
 *
 * The rules are run three times: by priority, for a choice to start from; then
 * to gather all that may fire, granting nothing; then to fire what was chosen.
 *
 * Promise: who may fire and what a line is worth are asked of the one evaluator;
 * nothing is judged here a second time.
 */
#ifndef CREDITBANK_EVALUATE_PLAN_H
#define CREDITBANK_EVALUATE_PLAN_H

#include "evaluate.h"
#include "evaluate_best.h"

typedef enum PlanPhase
{
	PLAN_STARTS,				/* by priority */
	PLAN_GATHERS,
	PLAN_FIRES
} PlanPhase;

/* a firing by priority */
typedef struct PlanStart
{
	int			rule;
	Candidate **set;
	int			set_count;
	int64	   *granted;		/* by grant */
} PlanStart;

typedef struct Plan
{
	PlanPhase	phase;
	PlanStart  *starts;
	int			start_count;
	int			start_space;
	BestProblem problem;
	int			option_space;
	int			line_space;
	int			item_space;
	int			use_space;
	int			row_space;
	int			item_sum;		/* entries in use of items and uses */
	int			use_sum;
	int		   *slots;			/* numbers of options by rule and set, from 1 */
	int			slot_count;		/* a power of two */
	bool		full;			/* not all that may fire was gathered */
	bool		started;		/* what priority fired was gathered */
	int64		work;			/* of the evaluation, when the last was gathered */
	int64	   *granted;		/* by grant of the firing at hand */
	bool	   *possible;		/* by candidate: some option has it */
} Plan;

/* evaluate_plan.c */
extern void plan_make(Evaluation *evaluation);
extern void plan_note_start(RuleRun *run, Candidate **set, int set_count, const Line *lines);
extern void plan_gather_starts(RuleRun *run);
extern FiringResult plan_gather(RuleRun *run, const Line *common, Candidate **set, const int *items);
extern bool plan_is_full(const Evaluation *evaluation);
extern int	plan_find(const Plan *plan, int rule, const int *items, int item_count);

/* evaluate_plan_fire.c */
extern void plan_fire(RuleRun *run);
extern const char *plan_limit(RuleRun *run, const RuleGrant *grant, Line *line);
extern const char *plan_left_out(const Evaluation *evaluation, const Candidate *candidate);
extern void plan_explain(Evaluation *evaluation);

/* evaluate_run.c */
extern void rules_run(Evaluation *evaluation);
extern void rules_reset(Evaluation *evaluation);

#endif							/* CREDITBANK_EVALUATE_PLAN_H */
