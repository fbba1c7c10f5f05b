/*
 * evaluate_match.h
 *		The source side of an evaluation: which achievements may be converted,
 *		which rules they meet, and how that is said.
 *
 * Promise: as evaluate.h.  What is said to people is in the language asked for;
 * a reason, which is stored, in English.
 */
#ifndef CREDITBANK_EVALUATE_MATCH_H
#define CREDITBANK_EVALUATE_MATCH_H

#include "evaluate.h"

/* evaluate_candidate.c */
extern void candidates_make(Evaluation *evaluation);
extern void candidate_explain(Evaluation *evaluation, const Candidate *candidate, const Rule *rule);
extern bool evaluation_in_force(Evaluation *evaluation, const Rule *rule, DateADT from, DateADT to);
extern bool evaluation_in_programme(Evaluation *evaluation, const Rule *rule, const List *programmes);
extern int	achievement_compare_amounts(const Achievement *left, const Achievement *right);
extern int	achievement_compare_awards(const Achievement *left, const Achievement *right);

/* evaluate_duplicate.c */
extern RefGroups ref_groups_make(const List *groups);
extern const List *ref_groups_find(const RefGroups *groups, const char *catalogue);
extern void duplicates_judge(Evaluation *evaluation);
extern void duplicate_explain(Evaluation *evaluation, const Candidate *candidate, const Rule *rule);

/* evaluate_match.c */
extern void hits_find(Evaluation *evaluation);
extern bool rule_match(RuleRun *run, int first_hit, int hit_end);

/* what a source checks, by number: the age, the validity, then each test */
#define CHECK_AGE		0
#define CHECK_VALIDITY	1
#define CHECK_TESTS		2

/* evaluate_test.c */
extern int	numbers_compare(Numeric a, Numeric b);
extern bool comparison_holds(RuleOperator operator, int comparison);
extern bool parameter_is_amount(RuleParameter parameter);
extern int	parameter_unit(RuleParameter parameter);
extern Numeric achievement_number(Evaluation *evaluation, const PreparedSource *source,
								  const Achievement *achievement, RuleParameter parameter);
extern const char *achievement_word(const Evaluation *evaluation, const Achievement *achievement,
									RuleParameter parameter);
extern bool targets_sum(Evaluation *evaluation, const Rule *rule, int unit, int64 *sum);
extern SourceResult source_test(Evaluation *evaluation, const PreparedSource *source,
								const Achievement *achievement);

/* evaluate_test_words.c */
extern void source_check_explain(Evaluation *evaluation, const PreparedSource *source, int check,
								 const Achievement *achievement, bool passed);
extern char *number_required_text(EvaluationLanguage language, const RuleTest *test);
extern char *number_lacking_text(EvaluationLanguage language, const RuleTest *test,
								 Numeric found, Numeric bound);
extern char *target_required_text(EvaluationLanguage language, const RuleTest *test,
								  const int64 *sum);
extern Numeric target_bound(const RuleTest *test, int64 sum);
extern char *near_miss_text(Evaluation *evaluation, const Candidate *candidate);

/* evaluate_sum.c */
typedef struct SumTests SumTests;

extern SumTests *sum_tests_make(RuleRun *run);
extern bool sum_tests_hold(const SumTests *sums, Candidate **set, int set_count);
extern bool sum_tests_possible(const SumTests *sums, Candidate **chosen, int chosen_count,
							   int fewest, int furthest);
extern void sum_tests_explain(const SumTests *sums, Candidate **set, int set_count);
extern char *sum_tests_reason(const SumTests *sums, Candidate **set, int set_count);

/* evaluate_sentence.c */
extern const char *explanation_sentence(EvaluationLanguage language, const Explanation *explanation);
extern const char *scopes_text(EvaluationLanguage language, const char *scopes);
extern const char *parameter_text(EvaluationLanguage language, const char *parameter);

/* evaluate_span.c */
extern DateADT span_end(DateADT from, int32 count, RulePeriodUnit unit);
extern char *span_text(EvaluationLanguage language, int64 count, RulePeriodUnit unit);

#endif							/* CREDITBANK_EVALUATE_MATCH_H */
