/*
 * points.c
 *		What a rule_set says of points: when they expire, and whether it grants
 *		anything else.
 *
 * Promise: pure functions of their arguments.  They must never read a clock,
 * a table or a setting.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "compat.h"
#include "evaluate_match.h"
#include "rule_set.h"

PG_FUNCTION_INFO_V1(creditbank_points_expire_on);
PG_FUNCTION_INFO_V1(creditbank_granted_units);

/* the last day of the year, of those that begin so, in which a day lies */
static DateADT
year_end(DateADT date, const RuleMonthDay *start)
{
	int			year,
				month,
				day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	if (month > start->month || (month == start->month && day >= start->day))
		year++;
	if (year >= JULIAN_MAXYEAR)
		return DATEVAL_NOEND;
	return date2j(year, start->month, start->day) - 1 - POSTGRES_EPOCH_JDATE;
}

/*
 * points_expire_on(rule_set, earned_on) -> the last day, NULL for ever
 */
Datum
creditbank_points_expire_on(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));
	DateADT		earned_on = PG_GETARG_DATEADT(1);
	DateADT		last;

	if (rules->points_period == 0)
		PG_RETURN_NULL();
	if (DATE_NOT_FINITE(earned_on))
		PG_RETURN_DATEADT(earned_on);
	last = span_end(earned_on, rules->points_period, rules->points_unit);
	if (rules->points_year != NULL && !DATE_NOT_FINITE(last))
		last = year_end(last, rules->points_year);
	PG_RETURN_DATEADT(last);
}

/*
 * granted_units(rule_set) -> the names of the units
 */
Datum
creditbank_granted_units(PG_FUNCTION_ARGS)
{
	uint32		units = rule_set_granted_units(rule_set_read(PG_GETARG_RULE_SET_P(0)));
	Datum		names[CREDIT_UNIT_COUNT];
	int			count = 0;

	for (int unit = 0; unit < CREDIT_UNIT_COUNT; unit++)
	{
		if (units & (1 << unit))
			names[count++] = CStringGetTextDatum(credit_unit_name(unit));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}
