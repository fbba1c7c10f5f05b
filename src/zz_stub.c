#include "postgres.h"
#include "achievement_ref.h"
#include "rule_set.h"
__attribute__((weak)) char *rule_scopes_text(const List *scopes)
{
	const RuleScope *s = linitial(scopes);
	return s->kind == SCOPE_TOTAL ? "total" : (char *) achievement_class_name(s->achievement_class);
}
__attribute__((weak)) const RuleTable *rule_table_named(const RuleSet *rules, const char *name) { return NULL; }
