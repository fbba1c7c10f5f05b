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

#include "achievement_ref.h"
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
static RuleCap *make_percentage(int64 percent, RulePercentOf of, char *category);
static RuleScope *make_scope(RuleScopeKind kind, int achievement_class, char *name);
static RuleTest *make_test(RuleTestKind kind, int parameter, int sign, int64 value);
static RuleGrant *make_grant(char *target);
static bool cap_takes(RuleCap *cap, const RuleCap *limit);
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
	Rule	   *rule;			/* that is being read */
	bool		has_programme;
	bool		has_effective;
	bool		has_duplicates;
	bool		has_round;
	bool		has_partial;
	bool		has_points;
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

/* a canonical reference of some use, or NULL when reported */
typedef char *(*RuleRefReader) (const char *text, Node *escontext);
extern char *rule_set_read_ref(RuleSetParser *parser, int location, const char *text,
							   RuleRefReader read);
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
		case PARAM_SHARE:
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

/* a clause that stands once in a heading */
#define SAY_ONCE(location, said, what, hint) \
	do { \
		if (said) \
			REFUSE(location, what " is said twice", hint); \
		(said) = true; \
	} while (0)

#define TAKE_REF(result, location, text, read) \
	do { \
		(result) = rule_set_read_ref(parser, location, text, read); \
		if ((result) == NULL) \
			YYABORT; \
	} while (0)

#define TAKE_MEASURED(result, kind, parameter, sign, value, measure, location) \
	do { \
		if ((measure) != NOT_MEASURED && (measure) != measure_of(parameter)) \
			REFUSE(location, psprintf("%s is not measured so", rule_parameter_name(parameter)), \
				   "Attendance, overlap and share are in %, hours in hr, credits in cr; the others are plain numbers."); \
		(result) = make_test(kind, parameter, sign, value); \
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
	bool		flag;
	CreditAmount amount;
	List	   *list;
	struct
	{
		DateADT		from;
		DateADT		to;
	}			range;
	RuleCap    *cap;
	RuleCell   *cell;
	RuleCondition *condition;
	RuleGrant  *grant;
	RuleMonthDay *month_day;
	RuleRow    *row;
	RuleScope  *scope;
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
%token <number> PARAMETER	"a test (level, grade, attendance, overlap, hours, credits, place, share, rank, issuer, institution, scale, class, tag)"
%token <number> LEVEL_PLACE	"level, place"
%token <number> GRADE		"grade"
%token <number> SHARE		"share"
%token <number> RANK		"rank"
%token <number> ISSUER		"issuer"
%token <number> INSTITUTION	"institution"
%token <number> SCALE		"scale"
%token <number> CLASS_WORD	"class"
%token <number> TAG			"tag"
%token <number> OPERATOR	"a comparison (>=, >, <=, <, =)"
%token <number> LESS		"<"
%token <number> ROUNDING	"half_up, half_even or down"
%token <number> PERIOD		"a period (days, months, years)"
%token <number> YEAR		"year"
%token <number> LEFTOVER_WORD "forfeit or keep"
%token DOTS					".."
%token AFTER				"after"
%token ALL					"all"
%token AND					"and"
%token ANY					"any"
%token ASSESSOR				"assessor"
%token AT					"at"
%token AVERAGE				"average"
%token BY					"by"
%token CAP					"cap"
%token CARRY				"carry"
%token CATEGORY				"category"
%token COMPULSORY			"compulsory"
%token DUPLICATES			"duplicates"
%token EACH					"each"
%token EFFECTIVE			"effective"
%token END_WORD				"end"
%token EXAM					"exam"
%token EXCLUDE				"exclude"
%token EXEMPT				"exempt"
%token EXPIRE				"expire"
%token FIRST				"first"
%token FOR					"for"
%token FROM					"from"
%token FULL					"full"
%token GRANT				"grant"
%token HIGHEST				"highest"
%token IN					"in"
%token IS					"is"
%token ITEMS				"items"
%token LEFTOVER				"leftover"
%token LIFE					"life"
%token MARK					"mark"
%token MINIMUM				"minimum"
%token MOST					"most"
%token NEEDS				"needs"
%token NO					"no"
%token NOT					"not"
%token OF					"of"
%token ON					"on"
%token ORIGINAL				"original"
%token PARTIAL				"partial"
%token PER					"per"
%token POINTS				"points"
%token PRIORITY				"priority"
%token PROGRAMME			"programme"
%token ROUND				"round"
%token RULE					"rule"
%token RULE_SET				"rule_set"
%token SAME					"same"
%token SHELF				"shelf"
%token STARTING				"starting"
%token SUBSTITUTES			"substitutes"
%token TABLE				"table"
%token TARGET				"target"
%token TERM					"term"
%token THE					"the"
%token TITLE				"title"
%token TOTAL				"total"
%token USING				"using"
%token VALID				"valid"
%token VERSION				"version"
%token WHEN					"when"
%token WITHIN				"within"
%token ','					","
%token '('					"("
%token ')'					")"
%token '%'					"%"
%token '-'					"-"

%type <number> number measure operator measured worded key quantifier period
%type <number> leftover duplicates percentage
%type <flag> by_title by_share denied
%type <text> pattern target class_name
%type <amount> amount
%type <range> range
%type <list> names members scale_words keys rows cells scopes source_scopes
%type <list> shelf_scopes excluded_scopes cap_period month_days class_names
%type <list> grants conditions
%type <scope> scope source_scope excluded_scope
%type <month_day> month_day points_year
%type <row> row
%type <cell> cell
%type <cap> cap_limit cap_limits limited
%type <condition> condition source list
%type <grant> grant granted
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
			SAY_ONCE(@1, parser->has_programme, "programme", "List all programmes in one clause.");
			parser->rules->programmes = $2;
		}
	| EFFECTIVE range
		{
			SAY_ONCE(@1, parser->has_effective, "effective", "Say once from when to when the rules hold.");
			parser->rules->effective_from = $2.from;
			parser->rules->effective_to = $2.to;
		}
	| SCALE NAME scale_words
		{
			RuleScale  *scale = palloc(sizeof(RuleScale));

			*scale = (RuleScale) {$2, $3};
			parser->rules->scales = lappend(parser->rules->scales, scale);
		}
	| TABLE NAME BY keys rows
		{
			RuleTable  *table = palloc(sizeof(RuleTable));

			*table = (RuleTable) {$2, $4, $5};
			parser->rules->tables = lappend(parser->rules->tables, table);
		}
	| SAME members
		{ parser->rules->same = lappend(parser->rules->same, $2); }
	| SUBSTITUTES members
		{ parser->rules->substitutes = lappend(parser->rules->substitutes, $2); }
	| DUPLICATES by_title duplicates
		{
			SAY_ONCE(@1, parser->has_duplicates, "duplicates", "Say once what becomes of duplicates.");
			parser->rules->duplicates_by_title = $2;
			parser->rules->duplicates = $3;
		}
	| EXCLUDE excluded_scopes
		{ parser->rules->exclusions = list_concat(parser->rules->exclusions, $2); }
	| SHELF LIFE shelf_scopes WHOLE period
		{
			RuleShelfLife *life = palloc0(sizeof(RuleShelfLife));

			life->scopes = $3;
			TAKE_WHOLE(life->period, @4, $4, 1);
			life->unit = $5;
			parser->rules->shelf_lives = lappend(parser->rules->shelf_lives, life);
		}
	| POINTS EXPIRE AFTER WHOLE period points_year
		{
			SAY_ONCE(@1, parser->has_points, "points expire", "Say once how long points keep.");
			TAKE_WHOLE(parser->rules->points_period, @4, $4, 1);
			parser->rules->points_unit = $5;
			parser->rules->points_year = $6;
		}
	| CAP scopes limited
		{
			$3->scopes = $2;
			parser->rules->caps = lappend(parser->rules->caps, $3);
		}
	| MINIMUM scopes cap_limits
		{
			$3->scopes = $2;
			parser->rules->minimums = lappend(parser->rules->minimums, $3);
		}
	| ROUND ROUNDING WHOLE
		{
			SAY_ONCE(@1, parser->has_round, "round", "Say once how values are rounded.");
			parser->rules->round_mode = $2;
			TAKE_WHOLE(parser->rules->round_digits, @3, $3, 0);
		}
	| PARTIAL
		{
			SAY_ONCE(@1, parser->has_partial, "partial", "Say it once in the heading.");
			parser->rules->partial = true;
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
		{
			$$.to = DATEVAL_NOEND;
			(void) rule_date_parse($1, &$$.from);
		}
	| DOTS DATE
		{
			$$.from = DATEVAL_NOBEGIN;
			(void) rule_date_parse($2, &$$.to);
		}
	| DATE DOTS DATE
		{
			(void) rule_date_parse($1, &$$.from);
			(void) rule_date_parse($3, &$$.to);
		}
	;

scale_words:
	NAME
		{ $$ = list_make1($1); }
	| scale_words LESS NAME
		{ $$ = lappend($1, $3); }
	;

keys:
	key
		{ $$ = list_make1_int($1); }
	| keys ',' key
		{ $$ = lappend_int($1, $3); }
	;

key:
	LEVEL_PLACE
	| worded
	| CLASS_WORD
	;

rows:
	row
		{ $$ = list_make1($1); }
	| rows row
		{ $$ = lappend($1, $2); }
	;

row:
	cells IS amount
		{
			$$ = palloc(sizeof(RuleRow));
			*$$ = (RuleRow) {$1, $3};
		}
	;

cells:
	cell
		{ $$ = list_make1($1); }
	| cells ',' cell
		{ $$ = lappend($1, $3); }
	;

cell:
	ANY
		{
			$$ = palloc(sizeof(RuleCell));
			*$$ = (RuleCell) {.kind = CELL_ANY};
		}
	| NAME
		{
			$$ = palloc(sizeof(RuleCell));
			*$$ = (RuleCell) {.kind = CELL_WORD, .word = $1};
		}
	| number
		{
			$$ = palloc(sizeof(RuleCell));
			*$$ = (RuleCell) {CELL_NUMBER, OP_EQ, $1, NULL};
		}
	| operator number
		{
			$$ = palloc(sizeof(RuleCell));
			*$$ = (RuleCell) {CELL_NUMBER, $1, $2, NULL};
		}
	;

members:
	REFERENCE
		{
			char	   *member;

			TAKE_REF(member, @1, $1, rule_member_parse);
			$$ = list_make1(member);
		}
	| members ',' REFERENCE
		{
			char	   *member;

			TAKE_REF(member, @3, $3, rule_member_parse);
			$$ = lappend($1, member);
		}
	;

by_title:
	%empty
		{ $$ = false; }
	| BY TITLE
		{ $$ = true; }
	;

duplicates:
	HIGHEST
		{ $$ = DUPLICATES_HIGHEST; }
	| FIRST
		{ $$ = DUPLICATES_FIRST; }
	| SHARE
		{ $$ = DUPLICATES_SHARE; }
	;

scopes:
	scope
		{ $$ = list_make1($1); }
	| scopes ',' scope
		{ $$ = lappend($1, $3); }
	;

scope:
	excluded_scope
	| TOTAL
		{ $$ = make_scope(SCOPE_TOTAL, 0, NULL); }
	| EACH ISSUER
		{ $$ = make_scope(SCOPE_EACH_ISSUER, 0, NULL); }
	| COMPULSORY
		{ $$ = make_scope(SCOPE_COMPULSORY, 0, NULL); }
	;

excluded_scopes:
	excluded_scope
		{ $$ = list_make1($1); }
	| excluded_scopes ',' excluded_scope
		{ $$ = lappend($1, $3); }
	;

excluded_scope:
	source_scope
	| CATEGORY NAME
		{ $$ = make_scope(SCOPE_CATEGORY, 0, $2); }
	;

shelf_scopes:
	%empty
		{ $$ = rule_scope_list(SCOPE_TOTAL, 0); }
	| source_scopes
	;

source_scopes:
	source_scope
		{ $$ = list_make1($1); }
	| source_scopes ',' source_scope
		{ $$ = lappend($1, $3); }
	;

source_scope:
	CLASS
		{ $$ = make_scope(SCOPE_CLASS, $1, NULL); }
	| ISSUER NAME
		{ $$ = make_scope(SCOPE_ISSUER, 0, $2); }
	| TAG NAME
		{ $$ = make_scope(SCOPE_TAG, 0, $2); }
	;

points_year:
	%empty
		{ $$ = NULL; }
	| ',' AT THE END_WORD OF THE YEAR
		{ $$ = rule_month_day(1, 1); }
	| ',' AT THE END_WORD OF THE YEAR STARTING month_day
		{ $$ = $9; }
	;

limited:
	cap_limits cap_period
		{
			$$ = $1;
			$$->starts = $2;
		}
	;

cap_limits:
	cap_limit
	| cap_limits ',' cap_limit
		{
			$$ = $1;
			if (!cap_takes($1, $3))
				REFUSE(@3, "the same kind of limit is said twice",
					   "There is at most one amount, one percentage and one number of items.");
		}
	;

cap_limit:
	amount
		{
			$$ = make_cap();
			$$->has_amount = true;
			$$->amount = $1;
		}
	| percentage PROGRAMME
		{ $$ = make_percentage($1, OF_PROGRAMME, NULL); }
	| percentage CATEGORY NAME
		{ $$ = make_percentage($1, OF_CATEGORY, $3); }
	| percentage COMPULSORY
		{ $$ = make_percentage($1, OF_COMPULSORY, NULL); }
	| AT MOST WHOLE ITEMS
		{
			$$ = make_cap();
			TAKE_WHOLE($$->max_items, @3, $3, 1);
		}
	;

percentage:
	number '%' OF
		{
			if ($1 == 0)
				REFUSE(@1, "a percentage is 0", "Write a percentage above 0.");
			$$ = $1;
		}
	;

cap_period:
	%empty
		{ $$ = NIL; }
	| PER YEAR
		{ $$ = list_make1(rule_month_day(1, 1)); }
	| PER YEAR STARTING month_day
		{ $$ = list_make1($4); }
	| PER TERM STARTING month_days
		{ $$ = $4; }
	;

month_days:
	month_day
		{ $$ = list_make1($1); }
	| month_days ',' month_day
		{ $$ = lappend($1, $3); }
	;

month_day:
	MONTH_DAY
		{ $$ = rule_month_day($1 / 100, $1 % 100); }
	;

number:
	WHOLE
	| DECIMAL
	;

operator:
	OPERATOR
	| LESS
	;

amount:
	number UNIT
		{ $$ = credit_amount_pack($2, $1); }
	;

rules:
	%empty
	| rules rule
		{ parser->rules->rules = lappend(parser->rules->rules, parser->rule); }
	;

rule:
	RULE NAME
		{
			parser->rule = rule_new();
			parser->rule->name = $2;
		}
	priority rule_programmes rule_range WHEN condition GRANT grants leftover
		{
			parser->rule->when = $8;
			parser->rule->grants = $10;
			rule_spread_leftover($10, $11);
		}
	using rule_caps rule_round rule_partial carry exempt_exam assessor
	;

priority:
	%empty
	| PRIORITY WHOLE
		{ TAKE_WHOLE(parser->rule->priority, @2, $2, 0); }
	| PRIORITY '-' WHOLE
		{
			TAKE_WHOLE(parser->rule->priority, @3, $3, 0);
			parser->rule->priority = -parser->rule->priority;
		}
	;

rule_programmes:
	%empty
	| PROGRAMME names
		{ parser->rule->programmes = $2; }
	;

rule_range:
	%empty
	| EFFECTIVE range
		{
			parser->rule->effective_from = $2.from;
			parser->rule->effective_to = $2.to;
		}
	;

condition:
	source
	| list
	;

list:
	quantifier OF open conditions ')'
		{
			parser->depth--;
			$$ = palloc0(sizeof(RuleCondition));
			$$->kind = COND_SOME_OF;
			$$->children = $4;
			$$->needed = $1 == 0 ? list_length($4) : $1;
		}
	| list joint test
		{
			$$ = $1;
			$$->tests = lappend($$->tests, $3);
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
	| source joint VALID FOR WHOLE period
		{
			$$ = $1;
			if ($$->valid_for != 0)
				REFUSE(@3, "valid for is said twice of one source", "Say one period.");
			TAKE_WHOLE($$->valid_for, @5, $5, 1);
			$$->valid_for_unit = $6;
		}
	;

joint:
	%empty
	| AND
	;

pattern:
	REFERENCE
		{ TAKE_REF($$, @1, $1, rule_pattern_parse); }
	| ANY REFERENCE
		{ TAKE_REF($$, @2, $2, rule_pattern_parse); }
	;

test:
	measured operator number measure
		{ TAKE_MEASURED($$, TEST_NUMBER, $1, $2, $3, $4, @4); }
	| measured operator number '%' OF TARGET
		{ $$ = make_test(TEST_TARGET, $1, $2, $3); }
	| GRADE operator number measure
		{ TAKE_MEASURED($$, TEST_NUMBER, $1, $2, $3, $4, @4); }
	| GRADE operator number measure ON NAME
		{
			TAKE_MEASURED($$, TEST_NUMBER, $1, $2, $3, $4, @4);
			$$->scale = $6;
		}
	| GRADE operator NAME ON NAME
		{
			$$ = make_test(TEST_GRADE, $1, $2, 0);
			$$->words = list_make1($3);
			$$->scale = $5;
		}
	| worded denied '(' names ')'
		{
			$$ = make_test(TEST_WORDS, $1, 0, 0);
			$$->negated = $2;
			$$->words = $4;
		}
	| CLASS_WORD denied '(' class_names ')'
		{
			$$ = make_test(TEST_WORDS, $1, 0, 0);
			$$->negated = $2;
			$$->words = $4;
		}
	;

measured:
	PARAMETER
	| LEVEL_PLACE
	| SHARE
	| RANK
	;

worded:
	GRADE
	| RANK
	| ISSUER
	| INSTITUTION
	| SCALE
	| TAG
	;

denied:
	IN
		{ $$ = false; }
	| NOT IN
		{ $$ = true; }
	;

class_names:
	class_name
		{ $$ = list_make1($1); }
	| class_names ',' class_name
		{ $$ = lappend($1, $3); }
	;

class_name:
	NAME
	| CLASS
		{ $$ = pstrdup(achievement_class_name($1)); }
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
	granted by_share
		{
			$$ = $1;
			$$->by_share = $2;
		}
	;

granted:
	target amount
		{
			$$ = make_grant($1);
			$$->amount = $2;
		}
	| target amount PER amount
		{
			$$ = make_grant($1);
			$$->amount = $2;
			$$->has_per = true;
			$$->per = $4;
		}
	| target FROM TABLE NAME
		{
			$$ = make_grant($1);
			$$->table = $4;
		}
	| REFERENCE IN FULL
		{
			char	   *target;

			TAKE_REF(target, @1, $1, rule_target_parse);
			$$ = make_grant(target);
			$$->in_full = true;
		}
	;

target:
	%empty
		{ $$ = NULL; }
	| REFERENCE
		{ TAKE_REF($$, @1, $1, rule_target_parse); }
	;

by_share:
	%empty
		{ $$ = false; }
	| BY SHARE
		{ $$ = true; }
	;

leftover:
	%empty
		{ $$ = LEFTOVER_NONE; }
	| ',' LEFTOVER LEFTOVER_WORD
		{ $$ = $3; }
	;

using:
	%empty
	| USING amount
		{
			parser->rule->has_uses = true;
			parser->rule->uses = $2;
		}
	;

rule_caps:
	%empty
	| rule_caps CAP limited
		{
			$3->scopes = rule_scope_list(SCOPE_RULE, 0);
			parser->rule->caps = lappend(parser->rule->caps, $3);
		}
	;

rule_round:
	%empty
	| ROUND ROUNDING WHOLE
		{
			parser->rule->has_round = true;
			parser->rule->round_mode = $2;
			TAKE_WHOLE(parser->rule->round_digits, @3, $3, 0);
		}
	;

rule_partial:
	%empty
	| PARTIAL
		{ parser->rule->partial = PARTIAL_YES; }
	| PARTIAL NO
		{ parser->rule->partial = PARTIAL_NO; }
	;

carry:
	%empty
	| CARRY ORIGINAL GRADE
	| CARRY AVERAGE GRADE
		{ parser->rule->carry = CARRY_AVERAGE; }
	| CARRY NO GRADE
		{ parser->rule->carry = CARRY_NONE; }
	| CARRY GRADE NAME
		{
			parser->rule->carry = CARRY_GRADE;
			parser->rule->carry_text = $3;
		}
	| CARRY MARK NAME
		{
			parser->rule->carry = CARRY_MARK;
			parser->rule->carry_text = $3;
		}
	;

exempt_exam:
	%empty
	| EXEMPT FROM EXAM
		{ parser->rule->exempt_exam = true; }
	;

assessor:
	%empty
	| NEEDS ASSESSOR
		{ parser->rule->needs_assessor = true; }
	;

%%

static RuleCap *
make_cap(void)
{
	return palloc0(sizeof(RuleCap));
}

static RuleCap *
make_percentage(int64 percent, RulePercentOf of, char *category)
{
	RuleCap    *cap = make_cap();

	cap->percent = percent;
	cap->percent_of = of;
	cap->percent_category = category;
	return cap;
}

/* one more limit for a cap; false when it has that kind of limit */
static bool
cap_takes(RuleCap *cap, const RuleCap *limit)
{
	if ((cap->has_amount && limit->has_amount) ||
		(cap->percent != 0 && limit->percent != 0) ||
		(cap->max_items != 0 && limit->max_items != 0))
		return false;
	if (limit->has_amount)
	{
		cap->has_amount = true;
		cap->amount = limit->amount;
	}
	if (limit->percent != 0)
	{
		cap->percent = limit->percent;
		cap->percent_of = limit->percent_of;
		cap->percent_category = limit->percent_category;
	}
	cap->max_items += limit->max_items;
	return true;
}

static RuleScope *
make_scope(RuleScopeKind kind, int achievement_class, char *name)
{
	RuleScope  *scope = palloc(sizeof(RuleScope));

	*scope = (RuleScope) {kind, achievement_class, name};
	return scope;
}

static RuleTest *
make_test(RuleTestKind kind, int parameter, int sign, int64 value)
{
	RuleTest   *test = palloc0(sizeof(RuleTest));

	test->kind = kind;
	test->parameter = parameter;
	test->operator = sign;
	test->value = value;
	return test;
}

static RuleGrant *
make_grant(char *target)
{
	RuleGrant  *grant = palloc0(sizeof(RuleGrant));

	grant->target = target;
	return grant;
}

/* a description stands as it is, a word of the language in quotes */
static void
append_symbol(StringInfo buffer, yysymbol_kind_t symbol)
{
	const char *name = yysymbol_name(symbol);

	appendStringInfo(buffer, strchr(name, ' ') ? "%s" : "\"%s\"", name);
}

/* is it named by another symbol that is expected, too? */
static bool
is_named_already(yysymbol_kind_t symbol, const bool *expected)
{
	switch (symbol)
	{
		case YYSYMBOL_WHOLE:
			return expected[YYSYMBOL_DECIMAL];
		case YYSYMBOL_LESS:
			return expected[YYSYMBOL_OPERATOR];
		case YYSYMBOL_YEAR:
			return expected[YYSYMBOL_PERIOD];
		case YYSYMBOL_LEVEL_PLACE:
		case YYSYMBOL_GRADE:
		case YYSYMBOL_SHARE:
		case YYSYMBOL_RANK:
		case YYSYMBOL_ISSUER:
		case YYSYMBOL_INSTITUTION:
		case YYSYMBOL_SCALE:
		case YYSYMBOL_CLASS_WORD:
		case YYSYMBOL_TAG:
			return expected[YYSYMBOL_PARAMETER];
		default:
			return false;
	}
}

static int
yyreport_syntax_error(const yypcontext_t *context, void *yyscanner, RuleSetParser *parser)
{
	yysymbol_kind_t symbols[YYNTOKENS];
	int			count = yypcontext_expected_tokens(context, symbols, YYNTOKENS);
	bool		expected[YYNTOKENS] = {false};
	int			shown = 0;
	StringInfoData hint;

	for (int i = 0; i < count; i++)
		expected[symbols[i]] = true;
	for (int i = 0; i < count; i++)
	{
		if (!is_named_already(symbols[i], expected))
			symbols[shown++] = symbols[i];
	}
	initStringInfo(&hint);
	for (int i = 0; i < shown; i++)
	{
		if (i > 0)
			appendStringInfoString(&hint, i < shown - 1 ? ", " : " or ");
		append_symbol(&hint, symbols[i]);
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
