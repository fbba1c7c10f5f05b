/*
 * preload.c
 *		Loaded into the server right after the address sanitizer.
 *
 * Libraries of the server name their translations before main() begins, which
 * leaves the lock of glibc's translations unusable where the sanitizer of clang
 * 14 was loaded first: the server would wait for it forever.  No translation is
 * needed here.
 */
#include <stddef.h>

extern char *bindtextdomain(const char *domain, const char *folder);

char *
bindtextdomain(const char *domain, const char *folder)
{
	return NULL;
}
