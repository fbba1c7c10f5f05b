/*
 * verify_progress.c
 *		How far a long verification is, told by NOTICE.
 *
 * The processes of a parallel scan count in one segment of shared memory; the
 * one that finds the time of the next report past moves it on and reports.
 * Promise: no lock and no look at the clock but every few thousand entries; a
 * report is never needed for an answer.
 */
#include "postgres.h"

#include "port/atomics.h"
#include "utils/timestamp.h"

#include "creditbank.h"
#include "progress.h"
#include "verify_progress.h"

#define PROGRESS_MAGIC 0x63625650

struct VerifyProgress
{
	uint32		magic;
	int64		expected;		/* entries, about; 0 when unknown */
	TimestampTz began;
	uint64		interval;		/* microseconds */
	pg_atomic_uint64 checked;	/* entries so far */
	pg_atomic_uint64 next_report;	/* TimestampTz */
};

dsm_segment *
verify_progress_begin(int64 expected)
{
	dsm_segment *segment;
	VerifyProgress *progress;

	if (creditbank_progress_interval == 0)
		return NULL;
	segment = dsm_create(sizeof(VerifyProgress), DSM_CREATE_NULL_IF_MAXSEGMENTS);
	if (segment == NULL)
		return NULL;
	progress = dsm_segment_address(segment);
	progress->magic = PROGRESS_MAGIC;
	progress->expected = Max(expected, 0);
	progress->began = GetCurrentTimestamp();
	progress->interval = (uint64) creditbank_progress_interval * USECS_PER_SEC;
	pg_atomic_init_u64(&progress->checked, 0);
	pg_atomic_init_u64(&progress->next_report, progress->began + progress->interval);
	return segment;
}

VerifyProgress *
verify_progress_attach(dsm_handle handle)
{
	dsm_segment *segment;
	VerifyProgress *progress;

	if (handle == DSM_HANDLE_INVALID)
		return NULL;
	segment = dsm_find_mapping(handle);
	if (segment == NULL)
	{
		segment = dsm_attach(handle);
		if (segment == NULL)
			return NULL;
		/* a worker's, whose life is that of its part of the scan */
		dsm_pin_mapping(segment);
	}
	progress = dsm_segment_address(segment);
	return progress->magic == PROGRESS_MAGIC ? progress : NULL;
}

void
verify_progress_add(VerifyProgress *progress, uint64 entries)
{
	TimestampTz now = GetCurrentTimestamp();
	uint64		checked = pg_atomic_add_fetch_u64(&progress->checked, entries);
	uint64		due = pg_atomic_read_u64(&progress->next_report);

	if ((uint64) now >= due &&
		pg_atomic_compare_exchange_u64(&progress->next_report, &due, now + progress->interval))
		progress_report("verified", "entries", checked, progress->expected, progress->began, now);
}
