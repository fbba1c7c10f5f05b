/*
 * verify_progress.h
 *		How far a long verification is, told by NOTICE.
 */
#ifndef CREDITBANK_VERIFY_PROGRESS_H
#define CREDITBANK_VERIFY_PROGRESS_H

#include "storage/dsm.h"

/* How many entries a process checks before it looks at the clock. */
#define VERIFY_PROGRESS_STEP 4096

typedef struct VerifyProgress VerifyProgress;

/* NULL when the setting, or a want of segments, leaves no progress to report */
extern dsm_segment *verify_progress_begin(int64 expected);

/* in any process that takes part; NULL for no handle */
extern VerifyProgress *verify_progress_attach(dsm_handle handle);

/* adds entries that this process has checked; may report */
extern void verify_progress_add(VerifyProgress *progress, uint64 entries);

#endif							/* CREDITBANK_VERIFY_PROGRESS_H */
