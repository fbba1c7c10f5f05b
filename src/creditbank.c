/*
 * creditbank.c
 *		The module itself: its magic block and its settings.
 *
 * Promise: loading the library defines the settings and keeps identity numbers out
 * of the server's log, and changes nothing else in the server.  It must never hold logic of a room; each room has a file of its
 * own name.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "creditbank.h"
#include "identity.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

#define SECONDS_OF_A_DAY 86400

char	   *creditbank_signing_key_file = NULL;
char	   *creditbank_certificate_key_file = NULL;
char	   *creditbank_identity_key_file = NULL;
int			creditbank_progress_interval = 10;

void
_PG_init(void)
{
	DefineCustomStringVariable("creditbank.signing_key_file",
							   "The private key that seal() signs checkpoints with.",
							   "The absolute path of an unencrypted PEM file, Ed25519 or SM2. Empty: no signing in the server.",
							   &creditbank_signing_key_file,
							   "",
							   PGC_SUSET,
							   GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("creditbank.certificate_key_file",
							   "The private key that certificates are signed with.",
							   "The absolute path of an unencrypted PEM file, Ed25519. Empty: no signing in the server.",
							   &creditbank_certificate_key_file,
							   "",
							   PGC_SUSET,
							   GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("creditbank.identity_key_file",
							   "The key that identity numbers are hashed with.",
							   "The absolute path of a file of 64 to 128 hexadecimal digits. Empty: no identity numbers.",
							   &creditbank_identity_key_file,
							   "",
							   PGC_SUSET,
							   GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
	DefineCustomIntVariable("creditbank.progress_interval",
							"How often long verifications report progress by NOTICE.",
							"Zero turns it off.",
							&creditbank_progress_interval,
							10, 0, SECONDS_OF_A_DAY,
							PGC_USERSET,
							GUC_UNIT_S,
							NULL, NULL, NULL);
	identity_log_init();
	MarkGUCPrefixReserved("creditbank");
}
