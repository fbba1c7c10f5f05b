/*
 * pathway_pattern.c
 *		The patterns by which rules can name an achievement.
 *
 * Promise: the same six, from the narrowest to the widest, as
 * rules_visit_covering() looks for.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "achievement_ref.h"
#include "compat.h"
#include "mb/pg_wchar.h"

PG_FUNCTION_INFO_V1(creditbank_ref_patterns);

static Datum
pattern_datum(const char *before, const char *part, int length, const char *after)
{
	char	   *stored = psprintf("%s%.*s%s", before, length, part, after);

	return CStringGetTextDatum(pg_any_to_server(stored, strlen(stored), PG_UTF8));
}

/*
 * ref_patterns(ref) -> text[]
 */
Datum
creditbank_ref_patterns(PG_FUNCTION_ARGS)
{
	const char *ref = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const char *issuer = strchr(ref, '/') + 1;
	const char *code = strchr(issuer, '/') + 1;
	Datum		patterns[] = {
		pattern_datum("", ref, strlen(ref), ""),
		pattern_datum("", ref, strcspn(ref, "#"), ""),
		pattern_datum("", ref, code - ref, "*"),
		pattern_datum("", ref, issuer - ref, "*"),
		pattern_datum("*/", issuer, code - issuer, "*"),
		pattern_datum("*", ref, 0, "")
	};

	PG_RETURN_ARRAYTYPE_P(construct_array(patterns, lengthof(patterns), TEXTOID, -1, false, TYPALIGN_INT));
}
