/*
 * progress.c
 *		Telling by NOTICE how far a long question is.
 *
 * Promise: nothing is told but in the intervals of
 * creditbank.progress_interval, and a report is never needed for an answer.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "creditbank.h"
#include "progress.h"

PG_FUNCTION_INFO_V1(creditbank_report_progress);

void
progress_report(const char *what, const char *things, uint64 done,
				int64 expected, TimestampTz began, TimestampTz now)
{
	uint64		elapsed = Max(now - began, 1);
	uint64		rate = (uint64) ((double) done * USECS_PER_SEC / elapsed);

	if (expected > 0 && (uint64) expected > done)
		ereport(NOTICE,
				(errmsg("%s %llu of about %llu %s (%d %%), %llu %s a second",
						what, (unsigned long long) done, (unsigned long long) expected, things,
						(int) (done * 100 / expected), (unsigned long long) rate, things)));
	else
		ereport(NOTICE,
				(errmsg("%s %llu %s, %llu %s a second",
						what, (unsigned long long) done, things, (unsigned long long) rate, things)));
}

/* report_progress(what, things, done, expected, began, due) -> when the next is due */
Datum
creditbank_report_progress(PG_FUNCTION_ARGS)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		is_due = !PG_ARGISNULL(5) && now >= PG_GETARG_TIMESTAMPTZ(5);

	if (creditbank_progress_interval == 0 ||
		PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_NULL();
	if (is_due)
		progress_report(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)),
						(uint64) PG_GETARG_INT64(2), PG_GETARG_INT64(3), PG_GETARG_TIMESTAMPTZ(4), now);
	if (is_due || PG_ARGISNULL(5))
		PG_RETURN_TIMESTAMPTZ(now + creditbank_progress_interval * USECS_PER_SEC);
	PG_RETURN_DATUM(PG_GETARG_DATUM(5));
}
