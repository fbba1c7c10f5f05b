/*
 * rule_set_json.h
 *		Jsonb taken apart: for the files that read a rule_set from it.
 *
 *	rule_set_json.c				objects, arrays and values
 *	rule_set_from_json.c		the book and the clauses of its heading
 *	rule_set_from_json_rule.c	caps, conditions, grants, rules
 *
 * Promise: what is refused is named, with its place.
 */
#ifndef CREDITBANK_RULE_SET_JSON_H
#define CREDITBANK_RULE_SET_JSON_H

#include "utils/jsonb.h"

#include "compat.h"
#include "rule_set.h"

/*
 * Where the reading stands, as a jsonpath: $.rules[0].grant[1]
 */
typedef struct JsonPlace
{
	StringInfoData path;
} JsonPlace;

/* one key that an object may have, and what was found under it */
typedef struct JsonMember
{
	const char *key;
	JsonbValue	value;
	bool		found;
} JsonMember;

/* reads one item of an array */
typedef void *(*JsonItemReader) (JsonPlace *place, const JsonbValue *item, int depth);

pg_noreturn extern void json_refuse(const JsonPlace *place, const char *what, const char *hint);
pg_noreturn extern void json_refuse_kind(JsonPlace *place, const char *key, const char *expected);
extern int	json_enter_key(JsonPlace *place, const char *key);
extern void json_leave(JsonPlace *place, int mark);

/* an object, or an item that is one, into its members */
extern void json_read_members(JsonPlace *place, JsonbContainer *container,
							  JsonMember *members, int count);
extern void json_read_item_members(JsonPlace *place, const JsonbValue *item,
								   JsonMember *members, int count);
extern void json_require(const JsonPlace *place, const JsonMember *member);

/* the value of a member that must be there */
extern JsonbContainer *json_object_of(JsonPlace *place, const JsonMember *member);
extern char *json_text_of(JsonPlace *place, const JsonMember *member, const char *expected);
extern int	json_word_of(JsonPlace *place, const JsonMember *member,
						 const RuleWord *words, const char *expected);
extern int64 json_decimal_of(JsonPlace *place, const JsonMember *member);
extern int32 json_whole_of(JsonPlace *place, const JsonMember *member, int32 least);
extern CreditAmount json_amount_of(JsonPlace *place, const JsonMember *member);
extern DateADT json_date_of(JsonPlace *place, const JsonMember *member);
extern List *json_list_of(JsonPlace *place, const JsonMember *member,
						  JsonItemReader read_item, int depth);
extern List *json_items_of(JsonPlace *place, JsonbContainer *array,
						   JsonItemReader read_item, int depth);
extern List *json_names_of(JsonPlace *place, const JsonMember *member);
extern List *json_programmes_of(JsonPlace *place, const JsonMember *member);

/* true or false; false when it is not there */
extern bool json_flag_of(JsonPlace *place, const JsonMember *member);

extern char *json_item_text(JsonPlace *place, const JsonbValue *item, const char *expected);

/* the class of that name, or 0 */
extern int	json_class_of(const char *text);

/* rule_set_from_json_rule.c */
extern List *json_scopes_of(JsonPlace *place, const JsonMember *member);
extern void json_period_of(JsonPlace *place, const JsonMember *members,
						   int32 *number, RulePeriodUnit *unit);
extern void json_range_of(JsonPlace *place, const JsonMember *effective,
						  DateADT *from, DateADT *to);
extern RuleMonthDay *json_month_day_of(JsonPlace *place, const JsonMember *member);
extern void json_rounding_of(JsonPlace *place, const JsonMember *rounding,
							 RuleRoundingMode *mode, int32 *digits);
extern void *json_read_heading_cap(JsonPlace *place, const JsonbValue *item, int depth);
extern void *json_read_rule(JsonPlace *place, const JsonbValue *item, int depth);

#endif							/* CREDITBANK_RULE_SET_JSON_H */
