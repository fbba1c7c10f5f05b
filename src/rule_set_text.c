/*
 * rule_set_text.c
 *		The words of the rule language, and a rule_set written in them.
 *
 * Promise: the text of a canonical tree is canonical: parsed again it gives
 * the same tree, on every server and under every setting.  It must never
 * depend on a locale or a date style.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "achievement_ref.h"
#include "compat.h"
#include "rule_set.h"

const RuleWord rule_parameter_words[] = {
	{PARAM_LEVEL, "level"},
	{PARAM_GRADE, "grade"},
	{PARAM_ATTENDANCE, "attendance"},
	{PARAM_OVERLAP, "overlap"},
	{PARAM_HOURS, "hours"},
	{PARAM_CREDITS, "credits"},
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
	uint64		magnitude = ten_thousandths < 0 ?
		-(uint64) ten_thousandths : (uint64) ten_thousandths;
	char	   *text = psprintf("%s" UINT64_FORMAT ".%04d",
								ten_thousandths < 0 ? "-" : "",
								magnitude / CREDIT_SCALE,
								(int) (magnitude % CREDIT_SCALE));
	char	   *end = text + strlen(text);

	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
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

static void
append_name(StringInfo buffer, const char *name)
{
	appendStringInfoChar(buffer, '\'');
	for (; *name; name++)
	{
		if (*name == '\'')
			appendStringInfoChar(buffer, '\'');
		appendStringInfoChar(buffer, *name);
	}
	appendStringInfoChar(buffer, '\'');
}

static void
append_amount(StringInfo buffer, CreditAmount amount)
{
	char		text[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(amount, text);
	appendStringInfoString(buffer, text);
}

static void
append_cap_limits(StringInfo buffer, const RuleCap *cap)
{
	const char *separator = "";

	if (cap->has_amount)
	{
		append_amount(buffer, cap->amount);
		separator = ", ";
	}
	if (cap->percent != 0)
	{
		appendStringInfo(buffer, "%s%s%% of programme", separator,
						 rule_decimal_text(cap->percent));
		separator = ", ";
	}
	if (cap->max_items != 0)
		appendStringInfo(buffer, "%sat most %d %s", separator, cap->max_items,
						 cap->max_items == 1 ? "item" : "items");
	if (cap->starts != NIL)
	{
		const RuleMonthDay *start = linitial(cap->starts);

		appendStringInfoString(buffer, " per year");
		if (start->month != 1 || start->day != 1)
			appendStringInfo(buffer, " starting %02d-%02d", start->month, start->day);
	}
}

/*
 * Without the word "cap", which the list it stands in repeats or leaves out.
 */
static void
append_cap(StringInfo buffer, const RuleCap *cap)
{
	const RuleScope *scope = linitial(cap->scopes);

	if (scope->kind == SCOPE_TOTAL)
		appendStringInfoString(buffer, "total ");
	else if (scope->kind == SCOPE_CLASS)
		appendStringInfo(buffer, "%s ", achievement_class_name(scope->achievement_class));
	append_cap_limits(buffer, cap);
}

char *
rule_cap_text(const RuleCap *cap)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	append_cap(&buffer, cap);
	return buffer.data;
}

static void
append_source(StringInfo buffer, const RuleCondition *source)
{
	size_t		length = strlen(source->pattern);
	const char *joint = " ";
	ListCell   *cell;

	if (source->pattern[length - 1] == '*')
		appendStringInfoString(buffer, "any ");
	appendStringInfoString(buffer, source->pattern);
	foreach(cell, source->tests)
	{
		RuleTest   *test = lfirst(cell);

		appendStringInfo(buffer, "%s%s %s %s", joint,
						 rule_parameter_name(test->parameter),
						 rule_operator_sign(test->operator),
						 rule_decimal_text(test->value));
		joint = " and ";
	}
	if (source->within != 0)
	{
		const char *unit = rule_word(rule_period_words, source->within_unit);
		int			unit_length = strlen(unit);

		/* one year, two years */
		if (source->within == 1)
			unit_length--;
		appendStringInfo(buffer, " within %d %.*s", source->within, unit_length, unit);
	}
}

static void
append_condition(StringInfo buffer, const RuleCondition *condition)
{
	const char *separator = "";
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (condition->kind == COND_SOURCE)
	{
		append_source(buffer, condition);
		return;
	}
	if (condition->needed == list_length(condition->children))
		appendStringInfoString(buffer, "all of (");
	else if (condition->needed == 1)
		appendStringInfoString(buffer, "any of (");
	else
		appendStringInfo(buffer, "%d of (", condition->needed);
	foreach(cell, condition->children)
	{
		appendStringInfoString(buffer, separator);
		append_condition(buffer, lfirst(cell));
		separator = ", ";
	}
	appendStringInfoChar(buffer, ')');
}

char *
rule_condition_text(const RuleCondition *condition)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	append_condition(&buffer, condition);
	return buffer.data;
}

static void
append_grants(StringInfo buffer, const Rule *rule)
{
	const char *separator = "";
	RuleLeftover leftover = LEFTOVER_NONE;
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		RuleGrant  *grant = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(buffer, separator);
		if (grant->target != NULL)
			appendStringInfo(buffer, "%s ", grant->target);
		append_amount(buffer, grant->amount);
		if (grant->has_per)
		{
			appendStringInfoString(buffer, " per ");
			append_amount(buffer, grant->per);
			leftover = grant->leftover;
		}
		separator = ", ";
	}
	if (leftover != LEFTOVER_NONE)
		appendStringInfo(buffer, ", leftover %s",
						 rule_word(rule_leftover_words, leftover));
}

char *
rule_grants_text(const Rule *rule)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	append_grants(&buffer, rule);
	return buffer.data;
}

static void
append_heading(StringInfo buffer, const RuleSet *rules)
{
	const char *separator = "\nprogramme ";
	ListCell   *cell;

	appendStringInfoString(buffer, "rule_set ");
	append_name(buffer, rules->name);
	appendStringInfo(buffer, " version %d", rules->version);
	foreach(cell, rules->programmes)
	{
		appendStringInfoString(buffer, separator);
		append_name(buffer, lfirst(cell));
		separator = ", ";
	}
	if (!DATE_NOT_FINITE(rules->effective_from) || !DATE_NOT_FINITE(rules->effective_to))
	{
		appendStringInfoString(buffer, "\neffective ");
		if (!DATE_NOT_FINITE(rules->effective_from))
			appendStringInfo(buffer, "%s ", rule_date_text(rules->effective_from));
		appendStringInfoString(buffer, "..");
		if (!DATE_NOT_FINITE(rules->effective_to))
			appendStringInfo(buffer, " %s", rule_date_text(rules->effective_to));
	}
	foreach(cell, rules->caps)
	{
		appendStringInfoString(buffer, "\ncap ");
		append_cap(buffer, lfirst(cell));
	}
	if (rules->round_mode != ROUND_HALF_UP || rules->round_digits != 4)
		appendStringInfo(buffer, "\nround %s %d",
						 rule_word(rule_rounding_words, rules->round_mode),
						 rules->round_digits);
}

static void
append_rule(StringInfo buffer, const Rule *rule)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	appendStringInfoString(buffer, "\n\nrule ");
	append_name(buffer, rule->name);
	if (rule->priority != 0)
		appendStringInfo(buffer, " priority %d", rule->priority);
	appendStringInfoString(buffer, "\n  when ");
	append_condition(buffer, rule->when);
	appendStringInfoString(buffer, "\n  grant ");
	append_grants(buffer, rule);
	foreach(cell, rule->caps)
	{
		appendStringInfoString(buffer, "\n  cap ");
		append_cap(buffer, lfirst(cell));
	}
}

char *
rule_set_text(const RuleSet *rules)
{
	StringInfoData buffer;
	ListCell   *cell;

	initStringInfo(&buffer);
	append_heading(&buffer, rules);
	foreach(cell, rules->rules)
		append_rule(&buffer, lfirst(cell));
	return buffer.data;
}
