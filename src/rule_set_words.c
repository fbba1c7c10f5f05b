/*
 * rule_set_words.c
 *		The words, numbers and days of the rule language.
 *
 * Promise: every face reads and writes them by these functions, on every server
 * and under every setting the same.  They must never depend on a locale or a
 * date style.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "compat.h"
#include "rule_set.h"

const RuleWord rule_parameter_words[] = {
	{PARAM_LEVEL, "level"},
	{PARAM_GRADE, "grade"},
	{PARAM_ATTENDANCE, "attendance"},
	{PARAM_OVERLAP, "overlap"},
	{PARAM_HOURS, "hours"},
	{PARAM_CREDITS, "credits"},
	{PARAM_PLACE, "place"},
	{PARAM_SHARE, "share"},
	{PARAM_RANK, "rank"},
	{PARAM_ISSUER, "issuer"},
	{PARAM_INSTITUTION, "institution"},
	{PARAM_SCALE, "scale"},
	{PARAM_CLASS, "class"},
	{PARAM_TAG, "tag"},
	{0, NULL}
};

const RuleWord rule_operator_words[] = {
	{OP_GE, ">="},
	{OP_GT, ">"},
	{OP_LE, "<="},
	{OP_LT, "<"},
	{OP_EQ, "="},
	{0, NULL}
};

const RuleWord rule_rounding_words[] = {
	{ROUND_HALF_UP, "half_up"},
	{ROUND_HALF_EVEN, "half_even"},
	{ROUND_DOWN, "down"},
	{0, NULL}
};

const RuleWord rule_period_words[] = {
	{PERIOD_DAYS, "days"},
	{PERIOD_MONTHS, "months"},
	{PERIOD_YEARS, "years"},
	{0, NULL}
};

const RuleWord rule_leftover_words[] = {
	{LEFTOVER_FORFEIT, "forfeit"},
	{LEFTOVER_KEEP, "keep"},
	{0, NULL}
};

const RuleWord rule_duplicates_words[] = {
	{DUPLICATES_HIGHEST, "highest"},
	{DUPLICATES_FIRST, "first"},
	{DUPLICATES_SHARE, "share"},
	{0, NULL}
};

const char *
rule_word(const RuleWord *words, int code)
{
	for (; words->word != NULL; words++)
	{
		if (words->code == code)
			return words->word;
	}
	return NULL;
}

int
rule_word_code(const RuleWord *words, const char *word)
{
	for (; words->word != NULL; words++)
	{
		if (strcmp(words->word, word) == 0)
			return words->code;
	}
	return 0;
}

const char *
rule_parameter_name(RuleParameter parameter)
{
	return rule_word(rule_parameter_words, parameter);
}

const char *
rule_operator_sign(RuleOperator operator)
{
	return rule_word(rule_operator_words, operator);
}

RuleDecimalResult
rule_decimal_parse(const char *text, int length, int64 *ten_thousandths)
{
	int64		value = 0;
	int			decimals = 0;
	int			digits = 0;
	bool		in_fraction = false;

	for (int i = 0; i < length; i++)
	{
		if (text[i] == '.' && !in_fraction && digits > 0 && i < length - 1)
		{
			in_fraction = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return DECIMAL_MALFORMED;
		digits++;
		if (in_fraction && ++decimals > 4)
		{
			if (text[i] != '0')
				return DECIMAL_TOO_FINE;
			continue;
		}
		if (pg_mul_s64_overflow(value, 10, &value) ||
			pg_add_s64_overflow(value, text[i] - '0', &value))
			return DECIMAL_TOO_LARGE;
	}
	if (digits == 0)
		return DECIMAL_MALFORMED;
	for (; decimals < 4; decimals++)
	{
		if (pg_mul_s64_overflow(value, 10, &value))
			return DECIMAL_TOO_LARGE;
	}
	if (value > RULE_NUMBER_MAX)
		return DECIMAL_TOO_LARGE;
	*ten_thousandths = value;
	return DECIMAL_OK;
}

char *
rule_decimal_text(int64 ten_thousandths)
{
	char	   *text = palloc(CREDIT_AMOUNT_TEXT_SIZE);

	credit_count_format(ten_thousandths, text);
	return text;
}

static bool
read_digits(const char *text, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		*value = *value * 10 + (text[i] - '0');
	}
	return true;
}

bool
rule_date_parse(const char *text, DateADT *date)
{
	int			year,
				month,
				day;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
		!read_digits(text, 4, &year) ||
		!read_digits(text + 5, 2, &month) ||
		!read_digits(text + 8, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1])
		return false;
	*date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

char *
rule_date_text(DateADT date)
{
	int			year,
				month,
				day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

bool
rule_month_day_valid(int32 month, int32 day)
{
	return month >= 1 && month <= MONTHS_PER_YEAR &&
		day >= 1 && day <= day_tab[0][month - 1];
}

bool
rule_month_day_parse(const char *text, int32 *month, int32 *day)
{
	int			read_month,
				read_day;

	if (strlen(text) != 5 || text[2] != '-' ||
		!read_digits(text, 2, &read_month) ||
		!read_digits(text + 3, 2, &read_day) ||
		!rule_month_day_valid(read_month, read_day))
		return false;
	*month = read_month;
	*day = read_day;
	return true;
}

int
rule_word_place(const List *words, const char *word)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	foreach(cell, words)
	{
		if (strcmp(lfirst(cell), word) == 0)
			return foreach_current_index(cell);
	}
	return -1;
}
