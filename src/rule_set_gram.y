%{
/*
 * rule_set_gram.y
 *		The grammar of the rule language: text -> tree.
 *
 * Promise: every error names line and column, what was found there and what
 * could stand there instead; memory is palloc'd, so that an error leaves
 * nothing behind.  It must never decide what a rule may mean: what can be
 * said of the tree alone is said by rule_set_check().
 */
#include "postgres.h"

#include "compat.h"
#include "rule_set.h"
#include "rule_set_gram.h"

#define YYMALLOC	palloc
#define YYFREE		pfree

/* The nesting of conditions is limited, so the parser's stack is too. */
#define YYMAXDEPTH	1000

/* a symbol stands where its first word begins */
#define YYLLOC_DEFAULT(current, rhs, n) \
	((current) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

static RuleCap *make_cap(void);
%}

%code requires
{
#include "rule_set.h"

/* one reading of one text */
typedef struct RuleSetParser
{
	const char *text;
	Node	   *escontext;
	bool		failed;			/* reported already */
	int			token_length;	/* of the token read last, in bytes */
	int			depth;			/* of parentheses */
	RuleSet    *rules;
	bool		has_programme;
	bool		has_effective;
	bool		has_round;
} RuleSetParser;
}

%code provides
{
extern int	rule_set_yylex(RULE_SET_YYSTYPE *value, RULE_SET_YYLTYPE *location,
						   void *yyscanner, RuleSetParser *parser);
extern void rule_set_yyerror(RULE_SET_YYLTYPE *location, void *yyscanner,
							 RuleSetParser *parser, const char *message);

/* both report once, with the line and column of a place in the text */
extern void rule_set_refuse_syntax(RuleSetParser *parser, int location, int length,
								   const char *hint);
extern void rule_set_refuse_value(RuleSetParser *parser, int location,
								  const char *what, const char *hint);

/* canonical pattern or target, or NULL when reported */
extern char *rule_set_read_ref(RuleSetParser *parser, int location, const char *text,
							   bool is_target);
}

%code
{
/* what a number in a test is measured in, beside the units */
#define NOT_MEASURED	(-1)
#define IN_PERCENT		(-2)

static int
measure_of(RuleParameter parameter)
{
	switch (parameter)
	{
		case PARAM_ATTENDANCE:
		case PARAM_OVERLAP:
			return IN_PERCENT;
		case PARAM_HOURS:
			return UNIT_HR;
		case PARAM_CREDITS:
			return UNIT_CR;
		default:
			return NOT_MEASURED;
	}
}

#define REFUSE(location, what, hint) \
	do { \
		rule_set_refuse_value(parser, location, what, hint); \
		YYABORT; \
	} while (0)

/* a whole number from the least that makes sense here */
#define TAKE_WHOLE(result, location, value, least) \
	do { \
		if ((value) / CREDIT_SCALE < (least) || (value) / CREDIT_SCALE > PG_INT32_MAX) \
			REFUSE(location, psprintf("%s is out of range", rule_decimal_text(value)), \
				   psprintf("Write a whole number from %d to %d.", least, PG_INT32_MAX)); \
		(result) = (int32) ((value) / CREDIT_SCALE); \
	} while (0)
}

%define api.pure full
%define api.prefix {rule_set_yy}
%define api.location.type {int}
%define parse.error custom
%define lr.type canonical-lr
%locations
%expect 0
%param {void *yyscanner} {RuleSetParser *parser}

%union
{
	int64		number;			/* ten-thousandths, or the code of a word */
	char	   *text;
	CreditAmount amount;
	List	   *list;
	RuleCap    *cap;
	RuleCondition *condition;
	RuleGrant  *grant;
	Rule	   *rule;
	RuleTest   *test;
}

%token END 0				"the end of the text"
%token <text> NAME			"a name in single quotes"
%token <text> REFERENCE		"a reference such as course/OUC/LOG-101"
%token <text> DATE			"a date such as 2023-09-01"
%token <number> MONTH_DAY	"a day such as 09-01"
%token <number> WHOLE		"a whole number"
%token <number> DECIMAL		"a number"
%token <number> UNIT		"a unit (cr, pt, hr, ects, cats)"
%token <number> CLASS		"a class (course, degree, cert, ...)"
%token <number> PARAMETER	"a test (level, grade, attendance, overlap, hours, credits)"
%token <number> OPERATOR	"a comparison (>=, >, <=, <, =)"
%token <number> ROUNDING	"half_up, half_even or down"
%token <number> PERIOD		"days, months or years"
%token <number> YEAR		"year"
%token <number> LEFTOVER_WORD "forfeit or keep"
%token DOTS					".."
%token ALL					"all"
%token AND					"and"
%token ANY					"any"
%token AT					"at"
%token CAP					"cap"
%token EFFECTIVE			"effective"
%token GRANT				"grant"
%token ITEMS				"items"
%token LEFTOVER				"leftover"
%token MOST					"most"
%token OF					"of"
%token PER					"per"
%token PRIORITY				"priority"
%token PROGRAMME			"programme"
%token ROUND				"round"
%token RULE					"rule"
%token RULE_SET				"rule_set"
%token STARTING				"starting"
%token TOTAL				"total"
%token VERSION				"version"
%token WHEN					"when"
%token WITHIN				"within"
%token ','					","
%token '('					"("
%token ')'					")"
%token '%'					"%"
%token '-'					"-"

%type <number> number measure priority quantifier period leftover
%type <text> pattern target
%type <amount> amount
%type <list> names rule_caps grants conditions
%type <cap> cap_limit cap_limits cap_period cap_scope limited
%type <condition> condition source
%type <grant> grant
%type <rule> rule
%type <test> test

%%

rule_set:
	RULE_SET NAME VERSION WHOLE clauses rules
		{
			(void) yynerrs;		/* counted by bison, asked by nobody */
			parser->rules->name = $2;
			TAKE_WHOLE(parser->rules->version, @4, $4, 1);
		}
	;

clauses:
	%empty
	| clauses clause
	;

clause:
	PROGRAMME names
		{
			if (parser->has_programme)
				REFUSE(@1, "programme is said twice", "List all programmes in one clause.");
			parser->has_programme = true;
			parser->rules->programmes = $2;
		}
	| EFFECTIVE range
		{
			if (parser->has_effective)
				REFUSE(@1, "effective is said twice", "Say once from when to when the rules hold.");
			parser->has_effective = true;
		}
	| CAP cap_scope limited
		{
			$3->scopes = $2->scopes;
			parser->rules->caps = lappend(parser->rules->caps, $3);
		}
	| ROUND ROUNDING WHOLE
		{
			if (parser->has_round)
				REFUSE(@1, "round is said twice", "Say once how values are rounded.");
			parser->has_round = true;
			parser->rules->round_mode = $2;
			TAKE_WHOLE(parser->rules->round_digits, @3, $3, 0);
		}
	;

names:
	NAME
		{ $$ = list_make1($1); }
	| names ',' NAME
		{ $$ = lappend($1, $3); }
	;

range:
	DATE DOTS
		{ (void) rule_date_parse($1, &parser->rules->effective_from); }
	| DOTS DATE
		{ (void) rule_date_parse($2, &parser->rules->effective_to); }
	| DATE DOTS DATE
		{
			(void) rule_date_parse($1, &parser->rules->effective_from);
			(void) rule_date_parse($3, &parser->rules->effective_to);
		}
	;

cap_scope:
	TOTAL
		{
			$$ = make_cap();
			$$->scopes = rule_scope_list(SCOPE_TOTAL, 0);
		}
	| CLASS
		{
			$$ = make_cap();
			$$->scopes = rule_scope_list(SCOPE_CLASS, $1);
		}
	;

limited:
	cap_limits cap_period
		{
			$$ = $1;
			$$->starts = $2->starts;
		}
	;

cap_limits:
	cap_limit
	| cap_limits ',' cap_limit
		{
			$$ = $1;
			if (($1->has_amount && $3->has_amount) ||
				($1->percent != 0 && $3->percent != 0) ||
				($1->max_items != 0 && $3->max_items != 0))
				REFUSE(@3, "a cap says the same kind of limit twice",
					   "A cap has at most one amount, one percentage and one number of items.");
			if ($3->has_amount)
			{
				$$->has_amount = true;
				$$->amount = $3->amount;
			}
			$$->percent += $3->percent;
			$$->percent_of += $3->percent_of;
			$$->max_items += $3->max_items;
		}
	;

cap_limit:
	amount
		{
			$$ = make_cap();
			$$->has_amount = true;
			$$->amount = $1;
		}
	| number '%' OF PROGRAMME
		{
			if ($1 == 0)
				REFUSE(@1, "a cap of 0% lets nothing through", "Write a percentage above 0.");
			$$ = make_cap();
			$$->percent = $1;
			$$->percent_of = OF_PROGRAMME;
		}
	| AT MOST WHOLE ITEMS
		{
			$$ = make_cap();
			TAKE_WHOLE($$->max_items, @3, $3, 1);
		}
	;

cap_period:
	%empty
		{ $$ = make_cap(); }
	| PER YEAR
		{
			$$ = make_cap();
			$$->starts = list_make1(rule_month_day(1, 1));
		}
	| PER YEAR STARTING MONTH_DAY
		{
			$$ = make_cap();
			$$->starts = list_make1(rule_month_day($4 / 100, $4 % 100));
		}
	;

number:
	WHOLE
	| DECIMAL
	;

amount:
	number UNIT
		{ $$ = credit_amount_pack($2, $1); }
	;

rules:
	%empty
	| rules rule
		{ parser->rules->rules = lappend(parser->rules->rules, $2); }
	;

rule:
	RULE NAME priority WHEN condition GRANT grants leftover rule_caps
		{
			$$ = rule_new();
			$$->name = $2;
			$$->priority = $3;
			$$->when = $5;
			$$->grants = $7;
			$$->caps = $9;
			rule_spread_leftover($7, $8);
		}
	;

priority:
	%empty
		{ $$ = 0; }
	| PRIORITY WHOLE
		{ TAKE_WHOLE($$, @2, $2, 0); }
	| PRIORITY '-' WHOLE
		{
			TAKE_WHOLE($$, @3, $3, 0);
			$$ = -$$;
		}
	;

condition:
	source
	| quantifier OF open conditions ')'
		{
			parser->depth--;
			$$ = palloc0(sizeof(RuleCondition));
			$$->kind = COND_SOME_OF;
			$$->children = $4;
			$$->needed = $1 == 0 ? list_length($4) : $1;
		}
	;

quantifier:
	ALL
		{ $$ = 0; }				/* as many as are listed */
	| ANY
		{ $$ = 1; }
	| WHOLE
		{ TAKE_WHOLE($$, @1, $1, 1); }
	;

open:
	'('
		{
			if (++parser->depth > RULE_SET_MAX_DEPTH)
				REFUSE(@1, psprintf("conditions are nested more than %d deep", RULE_SET_MAX_DEPTH),
					   "Split the rule into several rules.");
		}
	;

conditions:
	condition
		{ $$ = list_make1($1); }
	| conditions ',' condition
		{ $$ = lappend($1, $3); }
	;

source:
	pattern
		{
			$$ = palloc0(sizeof(RuleCondition));
			$$->kind = COND_SOURCE;
			$$->pattern = $1;
		}
	| source joint test
		{
			$$ = $1;
			$$->tests = lappend($$->tests, $3);
		}
	| source joint WITHIN WHOLE period
		{
			$$ = $1;
			if ($$->within != 0)
				REFUSE(@3, "within is said twice of one source", "Say one age.");
			TAKE_WHOLE($$->within, @4, $4, 1);
			$$->within_unit = $5;
		}
	;

joint:
	%empty
	| AND
	;

pattern:
	REFERENCE
		{
			$$ = rule_set_read_ref(parser, @1, $1, false);
			if ($$ == NULL)
				YYABORT;
		}
	| ANY REFERENCE
		{
			$$ = rule_set_read_ref(parser, @2, $2, false);
			if ($$ == NULL)
				YYABORT;
		}
	;

test:
	PARAMETER OPERATOR number measure
		{
			if ($4 != NOT_MEASURED && $4 != measure_of($1))
				REFUSE(@4, psprintf("%s is not measured so", rule_parameter_name($1)),
					   "Attendance and overlap are in %, hours in hr, credits in cr; level and grade are plain numbers.");
			$$ = palloc0(sizeof(RuleTest));
			$$->parameter = $1;
			$$->kind = TEST_NUMBER;
			$$->operator = $2;
			$$->value = $3;
		}
	;

measure:
	%empty
		{ $$ = NOT_MEASURED; }
	| '%'
		{ $$ = IN_PERCENT; }
	| UNIT
	;

period:
	PERIOD
	| YEAR
	;

grants:
	grant
		{ $$ = list_make1($1); }
	| grants ',' grant
		{ $$ = lappend($1, $3); }
	;

grant:
	target amount
		{
			$$ = palloc0(sizeof(RuleGrant));
			$$->target = $1;
			$$->amount = $2;
		}
	| target amount PER amount
		{
			$$ = palloc0(sizeof(RuleGrant));
			$$->target = $1;
			$$->amount = $2;
			$$->has_per = true;
			$$->per = $4;
		}
	;

target:
	%empty
		{ $$ = NULL; }
	| REFERENCE
		{
			$$ = rule_set_read_ref(parser, @1, $1, true);
			if ($$ == NULL)
				YYABORT;
		}
	;

leftover:
	%empty
		{ $$ = LEFTOVER_NONE; }
	| ',' LEFTOVER LEFTOVER_WORD
		{ $$ = $3; }
	;

rule_caps:
	%empty
		{ $$ = NIL; }
	| rule_caps CAP limited
		{
			$3->scopes = rule_scope_list(SCOPE_RULE, 0);
			$$ = lappend($1, $3);
		}
	;

%%

static RuleCap *
make_cap(void)
{
	return palloc0(sizeof(RuleCap));
}

/* a description stands as it is, a word of the language in quotes */
static void
append_symbol(StringInfo buffer, yysymbol_kind_t symbol)
{
	const char *name = yysymbol_name(symbol);

	appendStringInfo(buffer, strchr(name, ' ') ? "%s" : "\"%s\"", name);
}

static int
yyreport_syntax_error(const yypcontext_t *context, void *yyscanner, RuleSetParser *parser)
{
	yysymbol_kind_t expected[YYNTOKENS];
	int			count = yypcontext_expected_tokens(context, expected, YYNTOKENS);
	bool		any_number = false;
	StringInfoData hint;

	for (int i = 0; i < count; i++)
		any_number |= expected[i] == YYSYMBOL_DECIMAL;
	initStringInfo(&hint);
	for (int i = 0; i < count; i++)
	{
		if (any_number && expected[i] == YYSYMBOL_WHOLE)
			continue;
		if (hint.len > 0)
			appendStringInfoString(&hint, i < count - 1 ? ", " : " or ");
		append_symbol(&hint, expected[i]);
	}
	rule_set_refuse_syntax(parser, *yypcontext_location(context), parser->token_length,
						   psprintf("Expected here: %s.", hint.data));
	return 0;
}

/* the parser's own limits; it cannot pass them while nesting is limited */
void
rule_set_yyerror(RULE_SET_YYLTYPE *location, void *yyscanner,
				 RuleSetParser *parser, const char *message)
{
	rule_set_refuse_value(parser, *location, message, "Split the rule_set into smaller parts.");
}
