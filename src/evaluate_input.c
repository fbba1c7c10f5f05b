/*
 * evaluate_input.c
 *		The portfolio, the programme and the history, read and numbered.
 *
 * Promise: what these documents may say stands here in five tables of keys;
 * every reference that occurs gets a number, so that later rooms count
 * achievements without comparing text.
 */
#include "postgres.h"

#include <ctype.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "evaluate_document.h"

/* the longest text that is taken for a number */
#define LABEL_NUMBER_MAX 100

/* so many digits fit into an int64 */
#define INT64_DIGITS 18

/* a key's name and the length of that */
#define KEY(name) name, sizeof(name) - 1

static const DocumentKey achievement_keys[] = {
	{KEY("id"), DOC_LABEL, false, DOC_NOT_KEPT},
	{KEY("ref"), DOC_REF, true, offsetof(Achievement, ref)},
	{KEY("rank"), DOC_LABEL, false, offsetof(Achievement, rank)},
	{KEY("tags"), DOC_WORDS, false, offsetof(Achievement, tags)},
	{KEY("grade"), DOC_LABEL, false, offsetof(Achievement, grade)},
	{KEY("hours"), DOC_HOURS, false, offsetof(Achievement, hours)},
	{KEY("level"), DOC_NUMBER, false, offsetof(Achievement, level)},
	{KEY("place"), DOC_NUMBER, false, offsetof(Achievement, team_place)},
	{KEY("scale"), DOC_TEXT, false, offsetof(Achievement, scale)},
	{KEY("share"), DOC_PERCENTAGE, false, offsetof(Achievement, share)},
	{KEY("state"), DOC_TEXT, false, offsetof(Achievement, state)},
	{KEY("title"), DOC_TEXT, false, offsetof(Achievement, title)},
	{KEY("amount"), DOC_AMOUNT, false, offsetof(Achievement, amount)},
	{KEY("overlap"), DOC_PERCENTAGE, false, offsetof(Achievement, overlap)},
	{KEY("consumed"), DOC_FLAG, false, offsetof(Achievement, consumed)},
	{KEY("overlaps"), DOC_OBJECTS, false, offsetof(Achievement, overlap_list)},
	{KEY("remaining"), DOC_AMOUNT, false, offsetof(Achievement, remaining)},
	{KEY("attendance"), DOC_PERCENTAGE, false, offsetof(Achievement, attendance)},
	{KEY("awarded_on"), DOC_DATE, false, offsetof(Achievement, awarded_on)},
	{KEY("expires_on"), DOC_DATE, false, offsetof(Achievement, expires_on)},
	{KEY("institution"), DOC_TEXT, false, offsetof(Achievement, institution)}
};

static const DocumentKey overlap_keys[] = {
	{KEY("course"), DOC_REF, true, offsetof(CourseOverlap, course)},
	{KEY("overlap"), DOC_PERCENTAGE, true, offsetof(CourseOverlap, overlap)}
};

static const DocumentKey programme_keys[] = {
	{KEY("code"), DOC_TEXT, true, offsetof(Programme, code)},
	{KEY("total"), DOC_AMOUNT, false, offsetof(Programme, total)},
	{KEY("courses"), DOC_OBJECTS, false, offsetof(Programme, course_list)},
	{KEY("categories"), DOC_OBJECTS, false, offsetof(Programme, category_list)}
};

static const DocumentKey category_keys[] = {
	{KEY("name"), DOC_TEXT, true, offsetof(Category, name)},
	{KEY("credits"), DOC_AMOUNT, false, offsetof(Category, credits)}
};

static const DocumentKey course_keys[] = {
	{KEY("ref"), DOC_REF, true, offsetof(Course, ref)},
	{KEY("hours"), DOC_HOURS, false, offsetof(Course, hours)},
	{KEY("title"), DOC_TEXT, false, DOC_NOT_KEPT},
	{KEY("credits"), DOC_AMOUNT, false, offsetof(Course, credits)},
	{KEY("category"), DOC_TEXT, false, offsetof(Course, category)},
	{KEY("excluded"), DOC_FLAG, false, offsetof(Course, excluded)},
	{KEY("compulsory"), DOC_FLAG, false, offsetof(Course, compulsory)}
};

/* The columns of evaluate, and the date of posting. */
static const DocumentKey history_keys[] = {
	{KEY("line"), DOC_NUMBER, false, DOC_NOT_KEPT},
	{KEY("mark"), DOC_TEXT, false, offsetof(HistoryLine, mark)},
	{KEY("rule"), DOC_TEXT, false, offsetof(HistoryLine, rule)},
	{KEY("tags"), DOC_WORDS, false, offsetof(HistoryLine, tags)},
	{KEY("dated"), DOC_DATE, false, offsetof(HistoryLine, dated)},
	{KEY("grade"), DOC_LABEL, false, DOC_NOT_KEPT},
	{KEY("value"), DOC_NUMBER, false, DOC_NOT_KEPT},
	{KEY("proven"), DOC_FLAG, false, DOC_NOT_KEPT},
	{KEY("reason"), DOC_TEXT, false, DOC_NOT_KEPT},
	{KEY("target"), DOC_REF, false, offsetof(HistoryLine, target)},
	{KEY("granted"), DOC_AMOUNT, false, offsetof(HistoryLine, granted)},
	{KEY("sources"), DOC_REFS, true, offsetof(HistoryLine, sources)},
	{KEY("leftover"), DOC_AMOUNT, false, DOC_NOT_KEPT},
	{KEY("posted_on"), DOC_DATE, false, DOC_NOT_KEPT},
	{KEY("before_caps"), DOC_AMOUNT, false, DOC_NOT_KEPT},
	{KEY("leftover_kept"), DOC_FLAG, false, DOC_NOT_KEPT},
	{KEY("source_grades"), DOC_STATEMENTS, false, DOC_NOT_KEPT},
	{KEY("needs_assessor"), DOC_FLAG, false, DOC_NOT_KEPT},
	{KEY("source_amounts"), DOC_STATEMENTS, false, DOC_NOT_KEPT}
};

/* a reference that occurs, and where its number is wanted */
typedef struct RefUse
{
	const char *ref;
	int			place;			/* in the portfolio; 0: in the history */
	const Achievement *achievement; /* NULL: in the history */
	int		   *number;
} RefUse;

/* a label that reads as a plain decimal number, or NULL */
static Numeric
label_as_number(const char *label)
{
	const char *cursor = label;
	int64		number = 0;
	int			digits = 0;
	int			decimals = 0;
	int			points = 0;

	if (*cursor == '-')
		cursor++;
	for (; *cursor != '\0'; cursor++)
	{
		if (isdigit((unsigned char) *cursor))
		{
			if (++digits <= INT64_DIGITS)
				number = number * 10 + (*cursor - '0');
			decimals += points;
		}
		else if (*cursor != '.' || digits == 0 || ++points > 1)
			return NULL;
	}
	if (digits == 0 || cursor[-1] == '.' || cursor - label > LABEL_NUMBER_MAX)
		return NULL;
	if (digits <= INT64_DIGITS)
		return int64_div_fast_to_numeric(*label == '-' ? -number : number, decimals);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(label),
											   ObjectIdGetDatum(InvalidOid),
											   Int32GetDatum(-1)));
}

static int
compare_overlaps(const void *a, const void *b)
{
	return strcmp(((const CourseOverlap *) a)->course, ((const CourseOverlap *) b)->course);
}

static void
read_overlaps(Achievement *achievement, DocumentTexts *texts)
{
	DocumentWalk walk;
	int			count;
	const char *what = psprintf("portfolio item %d: overlap", achievement->number);

	document_walk(&walk, achievement->overlap_list, "the list of overlaps");
	count = walk.left;
	achievement->overlap_count = count;
	achievement->overlaps = palloc0(sizeof(CourseOverlap) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		DocumentPlace place = {what, i + 1, texts};

		document_read(document_member(&walk, &place), &place,
					  overlap_keys, lengthof(overlap_keys), &achievement->overlaps[i]);
	}
	qsort(achievement->overlaps, count, sizeof(CourseOverlap), compare_overlaps);
	for (int i = 1; i < count; i++)
	{
		if (compare_overlaps(&achievement->overlaps[i - 1], &achievement->overlaps[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_CB_INVALID_DOCUMENT),
					 errmsg("portfolio item %d states its overlap with course \"%s\" twice",
							achievement->number, achievement->overlaps[i].course),
					 errhint("List each course once.")));
	}
}

static void
read_achievement(Achievement *achievement, const JsonbContainer *item, const DocumentPlace *place,
				 int number)
{
	document_read(item, place, achievement_keys, lengthof(achievement_keys), achievement);
	achievement->number = number;
	if (achievement->overlap_list != NULL)
		read_overlaps(achievement, place->texts);
	if (achievement->grade != NULL)
		achievement->grade_number = label_as_number(achievement->grade);
	if (achievement->rank != NULL)
		achievement->rank_number = label_as_number(achievement->rank);
	if (achievement->hours.given && achievement->amount.given &&
		credit_amount_unit_code(achievement->amount.amount) == UNIT_HR &&
		achievement->amount.amount != achievement->hours.amount)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DOCUMENT),
				 errmsg("\"amount\" and \"hours\" of portfolio item %d differ", number),
				 errdetail("The amount is %s, the hours are %s.",
						   amount_text(achievement->amount.amount),
						   amount_text(achievement->hours.amount)),
				 errhint("State the hours once.")));
}

static void
read_portfolio(Inputs *inputs, const Jsonb *portfolio)
{
	DocumentWalk walk;
	DocumentTexts texts = document_texts(portfolio);
	int			count;

	document_walk(&walk, document_array(portfolio, "the portfolio"), "the portfolio");
	count = walk.left;
	inputs->achievement_count = count;
	inputs->achievements = palloc0(sizeof(Achievement) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		DocumentPlace place = {"portfolio item", i + 1, &texts};

		read_achievement(&inputs->achievements[i], document_member(&walk, &place), &place, i + 1);
	}
}

/* the place of the achievement with a reference, or behind the last */
static int
place_of_ref(const Inputs *inputs, const char *ref)
{
	int			place = 0;

	while (place < inputs->achievement_count && strcmp(inputs->achievements[place].ref, ref) != 0)
		place++;
	return place;
}

/* puts an item in place of the one with its reference, or beside the others */
static void
put_item(Inputs *inputs, const Jsonb *item)
{
	DocumentTexts texts = document_texts(item);
	DocumentPlace place = {"the portfolio item", 0, &texts};
	Achievement achievement = {0};
	int			number;

	read_achievement(&achievement, document_object(item, "the portfolio item"), &place, 0);
	number = place_of_ref(inputs, achievement.ref);
	achievement.number = number + 1;
	inputs->achievements[number] = achievement;
	inputs->achievement_count = Max(inputs->achievement_count, number + 1);
}

static void
read_courses(Programme *programme, DocumentTexts *texts)
{
	DocumentWalk walk = {.left = 0};
	int			count;

	if (programme->course_list != NULL)
		document_walk(&walk, programme->course_list, "the list of courses");
	count = walk.left;
	programme->course_count = count;
	programme->courses = palloc0(sizeof(Course) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		DocumentPlace place = {"programme course", i + 1, texts};

		document_read(document_member(&walk, &place), &place,
					  course_keys, lengthof(course_keys), &programme->courses[i]);
	}
}

static void
read_categories(Programme *programme, DocumentTexts *texts)
{
	DocumentWalk walk = {.left = 0};
	int			count;

	if (programme->category_list != NULL)
		document_walk(&walk, programme->category_list, "the list of categories");
	count = walk.left;
	programme->category_count = count;
	programme->categories = palloc0(sizeof(Category) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		DocumentPlace place = {"programme category", i + 1, texts};

		document_read(document_member(&walk, &place), &place,
					  category_keys, lengthof(category_keys), &programme->categories[i]);
	}
}

static int
compare_courses(const void *a, const void *b)
{
	return strcmp(((const Course *) a)->ref, ((const Course *) b)->ref);
}

static int
compare_categories(const void *a, const void *b)
{
	return strcmp(((const Category *) a)->name, ((const Category *) b)->name);
}

/* categories by name, courses by reference, each once */
void
programme_arrange(Programme *programme)
{
	qsort(programme->categories, programme->category_count, sizeof(Category), compare_categories);
	for (int i = 1; i < programme->category_count; i++)
	{
		if (strcmp(programme->categories[i - 1].name, programme->categories[i].name) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_CB_INVALID_DOCUMENT),
					 errmsg("the programme lists category \"%s\" twice",
							programme->categories[i].name),
					 errhint("List each category once.")));
	}
	qsort(programme->courses, programme->course_count, sizeof(Course), compare_courses);
	for (int i = 1; i < programme->course_count; i++)
	{
		if (strcmp(programme->courses[i - 1].ref, programme->courses[i].ref) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_CB_INVALID_DOCUMENT),
					 errmsg("the programme lists course \"%s\" twice", programme->courses[i].ref),
					 errhint("List each course once.")));
	}
}

void
programme_read(Programme *programme, const Jsonb *document)
{
	DocumentTexts texts = document_texts(document);
	DocumentPlace place = {"the programme", 0, &texts};

	memset(programme, 0, sizeof(Programme));
	document_read(document_object(document, "the programme"), &place,
				  programme_keys, lengthof(programme_keys), programme);
	read_categories(programme, &texts);
	read_courses(programme, &texts);
	programme_arrange(programme);
}

/* Lines that granted nothing are looked at and dropped. */
static void
read_history(Inputs *inputs, const Jsonb *history)
{
	DocumentWalk walk;
	DocumentTexts texts;
	int			count;

	if (history == NULL)
		return;
	texts = document_texts(history);
	document_walk(&walk, document_array(history, "the history"), "the history");
	count = walk.left;
	inputs->history = palloc(sizeof(HistoryLine) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		DocumentPlace place = {"history line", i + 1, &texts};
		HistoryLine *line = &inputs->history[inputs->history_count];

		memset(line, 0, sizeof(HistoryLine));
		document_read(document_member(&walk, &place), &place,
					  history_keys, lengthof(history_keys), line);
		if (!line->granted.given)
			continue;
		if (!line->dated.given)
			ereport(ERROR,
					(errcode(ERRCODE_CB_INVALID_DOCUMENT),
					 errmsg("%s has no \"dated\"", document_place_text(&place)),
					 errdetail("The line granted %s.", amount_text(line->granted.amount)),
					 errhint("Pass earlier lines as evaluate returned them.")));
		line->studied = line->mark != NULL && strcmp(line->mark, "studied") == 0;
		line->items = palloc(sizeof(int) * Max(line->sources.count, 1));
		inputs->history_count++;
	}
}

/* by reference, then by place in the portfolio */
static int
compare_ref_uses(const void *a, const void *b)
{
	const RefUse *left = a;
	const RefUse *right = b;
	int			difference = strcmp(left->ref, right->ref);

	return difference != 0 ? difference : left->place - right->place;
}

static RefUse *
collect_refs(Inputs *inputs, int *count)
{
	RefUse	   *uses;
	RefUse	   *next;

	*count = inputs->achievement_count;
	for (int i = 0; i < inputs->history_count; i++)
		*count += inputs->history[i].sources.count;
	next = uses = palloc_extended(sizeof(RefUse) * Max(*count, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < inputs->achievement_count; i++)
	{
		Achievement *achievement = &inputs->achievements[i];

		*next++ = (RefUse) {achievement->ref, achievement->number, achievement, &achievement->item};
	}
	for (int i = 0; i < inputs->history_count; i++)
	{
		HistoryLine *line = &inputs->history[i];

		for (int j = 0; j < line->sources.count; j++)
			*next++ = (RefUse) {line->sources.refs[j], 0, NULL, &line->items[j]};
	}
	return uses;
}

static void
refuse_duplicate(const RefUse *first, const RefUse *second)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("portfolio items %d and %d are the same achievement",
					first->place, second->place),
			 errdetail("Both have the reference \"%s\".", first->ref),
			 errhint("List each achievement once.")));
}

static InputItem
make_item(const char *ref)
{
	const char *issuer = strchr(ref, '/') + 1;
	const char *code = strchr(issuer, '/') + 1;
	int			catalogue_length = strcspn(ref, "#");
	int			issuer_length = code - 1 - issuer;
	char	   *parts = palloc(catalogue_length + 1 + issuer_length + 1);

	memcpy(parts, ref, catalogue_length);
	parts[catalogue_length] = '\0';
	memcpy(parts + catalogue_length + 1, issuer, issuer_length);
	parts[catalogue_length + 1 + issuer_length] = '\0';
	return (InputItem) {
		.ref = ref,
		.catalogue = parts,
		.issuer = parts + catalogue_length + 1,
		.achievement_class = achievement_class_from_name(ref, issuer - 1 - ref)
	};
}

/* equal references get equal numbers */
static void
number_refs(Inputs *inputs)
{
	int			count;
	RefUse	   *uses = collect_refs(inputs, &count);

	qsort(uses, count, sizeof(RefUse), compare_ref_uses);
	inputs->items = palloc_extended(sizeof(InputItem) * Max(count, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < count; i++)
	{
		if (i == 0 || strcmp(uses[i - 1].ref, uses[i].ref) != 0)
			inputs->items[inputs->item_count++] = make_item(uses[i].ref);
		else if (uses[i - 1].place > 0)
			refuse_duplicate(&uses[i - 1], &uses[i]);
		if (uses[i].achievement != NULL)
			inputs->items[inputs->item_count - 1].achievement = uses[i].achievement;
		*uses[i].number = inputs->item_count - 1;
	}
}

static int
compare_issuers(const void *a, const void *b)
{
	return strcmp((*(InputItem *const *) a)->issuer, (*(InputItem *const *) b)->issuer);
}

/* equal issuers get equal numbers */
static void
number_issuers(Inputs *inputs)
{
	InputItem **items = palloc(sizeof(InputItem *) * Max(inputs->item_count, 1));

	for (int i = 0; i < inputs->item_count; i++)
		items[i] = &inputs->items[i];
	qsort(items, inputs->item_count, sizeof(InputItem *), compare_issuers);
	for (int i = 0; i < inputs->item_count; i++)
	{
		if (i == 0 || strcmp(items[i - 1]->issuer, items[i]->issuer) != 0)
			inputs->issuer_count++;
		items[i]->issuer_number = inputs->issuer_count - 1;
	}
}

/* programme and history NULL: nothing is known of them */
void
inputs_read(Inputs *inputs, const Jsonb *portfolio, const Programme *programme,
			const Jsonb *history)
{
	if (programme != NULL)
		inputs->programme = *programme;
	read_portfolio(inputs, portfolio);
	read_history(inputs, history);
	number_refs(inputs);
	number_issuers(inputs);
}

/* the inputs for a portfolio that was read before, and one item more or other */
void
inputs_read_item(Inputs *inputs, const Inputs *portfolio, const Jsonb *item,
				 const Programme *programme, const Jsonb *history)
{
	inputs->programme = *programme;
	inputs->achievement_count = portfolio->achievement_count;
	inputs->achievements = palloc(sizeof(Achievement) * (portfolio->achievement_count + 1));
	memcpy(inputs->achievements, portfolio->achievements,
		   sizeof(Achievement) * portfolio->achievement_count);
	put_item(inputs, item);
	read_history(inputs, history);
	number_refs(inputs);
	number_issuers(inputs);
}
