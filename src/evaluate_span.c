/*
 * evaluate_span.c
 *		Spans of days, months and years: when they end, and how they are said.
 *
 * Promise: the anniversary of a day that a month does not have is the month's
 * last day, and no span ends beyond what a date can hold.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "compat.h"
#include "evaluate_match.h"

static DateADT
add_months(DateADT date, int64 months)
{
	int			year,
				month,
				day;
	int64		later;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	later = (int64) year * MONTHS_PER_YEAR + (month - 1) + months;
	year = (int) Min(later / MONTHS_PER_YEAR, JULIAN_MAXYEAR);
	month = (int) (later % MONTHS_PER_YEAR) + 1;
	if (year >= JULIAN_MAXYEAR)
		return DATEVAL_NOEND;
	if (month < 1)
	{
		/* before the year 0 */
		year--;
		month += MONTHS_PER_YEAR;
	}
	return date2j(year, month, Min(day, day_tab[isleap(year)][month - 1])) - POSTGRES_EPOCH_JDATE;
}

/* the last day of a span that begins on a day */
DateADT
span_end(DateADT from, int32 count, RulePeriodUnit unit)
{
	int64		day;

	switch (unit)
	{
		case PERIOD_DAYS:
			day = (int64) from + count;
			return day < DATEVAL_NOEND ? (DateADT) day : DATEVAL_NOEND;
		case PERIOD_MONTHS:
			return add_months(from, count);
		case PERIOD_YEARS:
			return add_months(from, (int64) count * MONTHS_PER_YEAR);
	}
	pg_unreachable();
}

/* "1 day", "8 years" */
char *
span_text(EvaluationLanguage language, int64 count, RulePeriodUnit unit)
{
	static const Saying sayings[][2] = {
		[PERIOD_DAYS] = {SAY_DAYS, SAY_DAY},
		[PERIOD_MONTHS] = {SAY_MONTHS, SAY_MONTH},
		[PERIOD_YEARS] = {SAY_YEARS, SAY_YEAR}
	};

	return say(language, sayings[unit][count == 1], psprintf("%lld", (long long) count));
}
