/*
 * identity_log.c
 *		Keeps statements that carried identity numbers out of the server's log.
 *
 * With an error the server logs the statement and, if asked to, its parameters;
 * a number passed as a literal would stand there.  Promise: from the first
 * function that read a number on, whatever a statement raises is logged without
 * either.  It must never change what a client is told, nor drop a record.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/elog.h"

#include "identity.h"

static emit_log_hook_type previous_hook = NULL;
static TimestampTz hidden_statement = 0;	/* when it began; 0: none */

static void
hide_statement(ErrorData *record)
{
	if (hidden_statement != 0 && hidden_statement == GetCurrentStatementStartTimestamp())
	{
		record->hide_stmt = true;
		record->hide_ctx = true;
	}
	if (previous_hook)
		previous_hook(record);
}

void
identity_hide_statement(void)
{
	hidden_statement = GetCurrentStatementStartTimestamp();
}

void
identity_log_init(void)
{
	previous_hook = emit_log_hook;
	emit_log_hook = hide_statement;
}
