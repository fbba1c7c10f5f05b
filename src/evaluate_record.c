/*
 * evaluate_record.c
 *		What an evaluation leaves behind: work done, explanations, lines.
 *
 * Promise: whatever the rules and documents, work and memory stay bounded, and
 * an evaluation can be cancelled.  It must never decide anything.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "evaluate_match.h"

/* What is kept until the end costs more steps than the time it takes. */
#define EXPLANATION_STEPS 100
#define STEP_BYTES 8			/* of text that is kept */

void
evaluation_refuse_work(const Evaluation *evaluation, const Rule *rule)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the evaluation takes too many steps"),
			 rule ? errdetail("Rule '%s' has too much to try on %d achievements.",
							  rule->name, evaluation->candidate_count) :
			 errdetail("The rules have too much to try on %d achievements and %d earlier lines.",
					   evaluation->candidate_count, evaluation->inputs.history_count),
			 errhint("Narrow the patterns and tests of the rules, or convert fewer achievements at a time.")));
}

/* counts text that is kept until the end */
void
evaluation_spend_text(Evaluation *evaluation, const char *text)
{
	evaluation_spend(evaluation, (int) (strlen(text) / STEP_BYTES), NULL);
}

void
evaluation_explain(Evaluation *evaluation, const Explanation *explanation)
{
	Explanation *next;

	if (!evaluation->explaining)
		return;
	evaluation_spend(evaluation, EXPLANATION_STEPS, NULL);
	if (evaluation->explanation_count == evaluation->explanation_space)
	{
		evaluation->explanation_space = evaluation->explanation_space * 2 + 64;
		evaluation->explanations = evaluation->explanations ?
			repalloc_huge(evaluation->explanations,
						  sizeof(Explanation) * evaluation->explanation_space) :
			palloc(sizeof(Explanation) * evaluation->explanation_space);
	}
	next = &evaluation->explanations[evaluation->explanation_count++];
	*next = *explanation;
	next->sentence = explanation_sentence(evaluation->language, explanation);
	evaluation_spend_text(evaluation, next->sentence);
}

void
evaluation_add_line(Evaluation *evaluation, const Line *line)
{
	if (evaluation->line_count == evaluation->line_space)
	{
		evaluation->line_space = evaluation->line_space * 2 + 16;
		evaluation->lines = evaluation->lines ?
			repalloc_huge(evaluation->lines, sizeof(Line) * evaluation->line_space) :
			palloc(sizeof(Line) * evaluation->line_space);
	}
	evaluation->lines[evaluation->line_count++] = *line;
}
