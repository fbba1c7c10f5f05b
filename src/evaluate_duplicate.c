/*
 * evaluate_duplicate.c
 *		Achievements of the same content: which of them counts, or how they
 *		share.
 *
 * Achievements are one group when they differ by serial alone, when the rule
 * set declares them the same, or, where it says so, when they have the same
 * title.  What was counted before belongs to the groups too: consumed
 * achievements, and the sources of earlier lines by their references.
 *
 * Promise: nothing is compared with everything: groups are found by sorting.
 * An achievement is never a duplicate of itself, so that what is left of one
 * that was converted in part can be brought again.
 */
#include "postgres.h"

#include "lib/qunique.h"
#include "miscadmin.h"

#include "compat.h"
#include "evaluate_match.h"
#include "title.h"

/* ---- references declared to be a group ---- */

static int
compare_grouped_refs(const void *a, const void *b)
{
	return strcmp(((const GroupedRef *) a)->ref, ((const GroupedRef *) b)->ref);
}

/* from lists of references, none of which is in two of them */
RefGroups
ref_groups_make(const List *groups)
{
	RefGroups	result = {0, NULL};
	ListCell   *group;
	ListCell   *member;

	foreach(group, groups)
		result.count += list_length(lfirst(group));
	result.refs = palloc_extended(sizeof(GroupedRef) * Max(result.count, 1), MCXT_ALLOC_HUGE);
	result.count = 0;
	foreach(group, groups)
	{
		const List *members = lfirst(group);

		CHECK_FOR_INTERRUPTS();
		foreach(member, members)
			result.refs[result.count++] = (GroupedRef) {lfirst(member), members};
	}
	qsort(result.refs, result.count, sizeof(GroupedRef), compare_grouped_refs);
	return result;
}

/* the group of a catalogue reference, or NIL */
const List *
ref_groups_find(const RefGroups *groups, const char *catalogue)
{
	GroupedRef	key = {catalogue};
	const GroupedRef *found = groups->count == 0 ? NULL :
		bsearch(&key, groups->refs, groups->count, sizeof(GroupedRef), compare_grouped_refs);

	return found ? found->members : NIL;
}

/* ---- members and their groups ---- */

typedef struct Member
{
	int			item;
	const char *ref;
	Candidate  *candidate;		/* NULL: counted before */
	int			group;			/* equal for equal content, once found */
} Member;

typedef struct MemberKey
{
	const char *key;
	int			member;
} MemberKey;

typedef struct Members
{
	Evaluation *evaluation;
	Member	   *members;
	int			count;
} Members;

static int
count_history_sources(const Inputs *inputs)
{
	int			count = 0;

	for (int i = 0; i < inputs->history_count; i++)
		count += inputs->history[i].sources.count;
	return count;
}

static void
add_member(Members *members, int item, Candidate *candidate)
{
	Evaluation *evaluation = members->evaluation;

	evaluation_spend(evaluation, 1, NULL);
	members->members[members->count] = (Member) {
		item, evaluation->inputs.items[item].ref, candidate, members->count
	};
	members->count++;
}

/*
 * Candidates refused for another reason take no part.  One used in part was
 * counted before, and is a candidate for what is left of it.
 */
static Members
collect_members(Evaluation *evaluation)
{
	const Inputs *inputs = &evaluation->inputs;
	Members		members = {evaluation};
	int			most = 2 * evaluation->candidate_count + count_history_sources(inputs);

	members.members = palloc_extended(sizeof(Member) * Max(most, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < evaluation->candidate_count; i++)
	{
		Candidate  *candidate = &evaluation->candidates[i];

		if (candidate->achievement->consumed || candidate->achievement->remaining.given)
			add_member(&members, candidate->achievement->item, NULL);
		if (!candidate->achievement->consumed && candidate->refusal == NULL)
			add_member(&members, candidate->achievement->item, candidate);
	}
	for (int i = 0; i < inputs->history_count; i++)
	{
		const HistoryLine *line = &inputs->history[i];

		for (int j = 0; j < line->sources.count && !line->studied; j++)
			add_member(&members, line->items[j], NULL);
	}
	return members;
}

/* the group that a member stands in, by the first of it */
static int
find_group(Member *members, int member)
{
	while (members[member].group != member)
	{
		members[member].group = members[members[member].group].group;
		member = members[member].group;
	}
	return member;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const MemberKey *) a)->key, ((const MemberKey *) b)->key);
}

/* puts members with equal keys into one group */
static void
join_equal_keys(Members *members, MemberKey *keys, int count)
{
	qsort(keys, count, sizeof(MemberKey), compare_keys);
	for (int i = 1; i < count; i++)
	{
		evaluation_spend(members->evaluation, 1, NULL);
		if (strcmp(keys[i - 1].key, keys[i].key) == 0)
			members->members[find_group(members->members, keys[i].member)].group =
				find_group(members->members, keys[i - 1].member);
	}
}

/* the first reference declared the same, or the catalogue reference */
static const char *
content_key(const Evaluation *evaluation, int item)
{
	const char *catalogue = evaluation->inputs.items[item].catalogue;
	const List *same = ref_groups_find(&evaluation->prepared->same, catalogue);

	return same ? linitial(same) : catalogue;
}

static void
join_by_reference(Members *members, MemberKey *keys)
{
	for (int i = 0; i < members->count; i++)
		keys[i] = (MemberKey) {content_key(members->evaluation, members->members[i].item), i};
	join_equal_keys(members, keys, members->count);
}

/* folding a title takes as long as this many steps */
#define TITLE_STEPS 50

static void
join_by_title(Members *members, MemberKey *keys)
{
	int			count = 0;

	for (int i = 0; i < members->count; i++)
	{
		int			item = members->members[i].item;
		const Achievement *achievement = members->evaluation->inputs.items[item].achievement;

		if (achievement == NULL || achievement->title == NULL || achievement->title[0] == '\0')
			continue;
		evaluation_spend(members->evaluation, TITLE_STEPS, NULL);
		keys[count++] = (MemberKey) {title_comparison_key(achievement->title), i};
	}
	join_equal_keys(members, keys, count);
}

/* ---- what becomes of a group ---- */

/* higher first; without a number last */
static int
compare_grades(Numeric a, Numeric b)
{
	if (a == NULL || b == NULL)
		return (int) (b != NULL) - (int) (a != NULL);
	return numbers_compare(b, a);
}

/* which of two achievements of the same content counts rather */
static int
compare_content(const Achievement *left, const Achievement *right, RuleDuplicates policy)
{
	int			difference = 0;

	if (policy == DUPLICATES_HIGHEST)
	{
		difference = achievement_compare_amounts(left, right);
		if (difference == 0)
			difference = compare_grades(left->grade_number, right->grade_number);
	}
	return difference != 0 ? difference : achievement_compare_awards(left, right);
}

/* by group; in it what was counted before by reference, then the rest by policy */
static int
compare_members(const void *a, const void *b, void *argument)
{
	const Member *left = a;
	const Member *right = b;

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	if (left->candidate == NULL && right->candidate == NULL)
		return strcmp(left->ref, right->ref);
	if (left->candidate == NULL || right->candidate == NULL)
		return left->candidate == NULL ? -1 : 1;
	return compare_content(left->candidate->achievement, right->candidate->achievement,
						   *(RuleDuplicates *) argument);
}

static void
refuse_duplicate(Candidate *candidate, const char *ref, bool before)
{
	candidate->duplicate_of = ref;
	candidate->refusal = psprintf(before ? "a duplicate of %s, which was counted before" :
								  "a duplicate of %s, which counts instead", ref);
}

/* one counts, unless another of the group was counted before */
static void
choose_one(Member *members, int count)
{
	const Member *first = members[0].candidate == NULL ? &members[0] : NULL;
	const Member *second = NULL;	/* another that was counted before */
	const Member *winner = NULL;

	for (int i = 1; i < count && members[i].candidate == NULL; i++)
	{
		if (second == NULL && members[i].item != first->item)
			second = &members[i];
	}
	for (int i = 0; i < count; i++)
	{
		Candidate  *candidate = members[i].candidate;
		const Member *counted = first && first->item == members[i].item ? second : first;

		if (candidate == NULL)
			continue;
		if (counted != NULL)
			refuse_duplicate(candidate, counted->ref, true);
		else if (winner != NULL)
			refuse_duplicate(candidate, winner->ref, false);
		else
			winner = &members[i];
	}
}

static int
compare_items(const void *a, const void *b)
{
	int			left = *(const int *) a;
	int			right = *(const int *) b;

	return (left > right) - (left < right);
}

/* each is worth its part: one of as many as the group has achievements */
static void
share_content(const Member *members, int count)
{
	int		   *items = palloc(sizeof(int) * count);
	int			different;

	for (int i = 0; i < count; i++)
		items[i] = members[i].item;
	qsort(items, count, sizeof(int), compare_items);
	different = (int) qunique(items, count, sizeof(int), compare_items);
	for (int i = 0; i < count; i++)
	{
		if (members[i].candidate != NULL)
			members[i].candidate->sharing = different;
	}
	pfree(items);
}

static void
judge_groups(Members *members, RuleDuplicates policy)
{
	int			end;

	for (int i = 0; i < members->count; i++)
		members->members[i].group = find_group(members->members, i);
	qsort_arg(members->members, members->count, sizeof(Member), compare_members, &policy);
	for (int first = 0; first < members->count; first = end)
	{
		Member	   *group = &members->members[first];

		for (end = first + 1; end < members->count &&
			 members->members[end].group == group->group;)
			end++;
		evaluation_spend(members->evaluation, end - first, NULL);
		if (policy == DUPLICATES_SHARE)
			share_content(group, end - first);
		else
			choose_one(group, end - first);
	}
}

/* applies the rule set's policy to the candidates not refused already */
void
duplicates_judge(Evaluation *evaluation)
{
	const RuleSet *rule_set = evaluation->prepared->rule_set;
	Members		members;
	MemberKey  *keys;

	if (rule_set->duplicates == DUPLICATES_COUNT || evaluation->candidate_count == 0)
		return;
	members = collect_members(evaluation);
	keys = palloc_extended(sizeof(MemberKey) * Max(members.count, 1), MCXT_ALLOC_HUGE);
	join_by_reference(&members, keys);
	if (rule_set->duplicates_by_title)
		join_by_title(&members, keys);
	judge_groups(&members, rule_set->duplicates);
	pfree(keys);
}

/* explains beside a rule what the policy made of a candidate */
void
duplicate_explain(Evaluation *evaluation, const Candidate *candidate, const Rule *rule)
{
	static const Saying policies[] = {
		[DUPLICATES_HIGHEST] = SAY_HIGHEST_COUNTS,
		[DUPLICATES_FIRST] = SAY_FIRST_COUNTS,
		[DUPLICATES_SHARE] = SAY_DUPLICATES_SHARE
	};
	EvaluationLanguage language = evaluation->language;
	RuleDuplicates policy = evaluation->prepared->rule_set->duplicates;
	bool		passed = candidate->duplicate_of == NULL;
	const char *found = candidate->duplicate_of;

	if (policy == DUPLICATES_COUNT || (candidate->refusal != NULL && passed))
		return;
	if (passed)
		found = candidate->sharing == 1 ? say(language, SAY_NO) :
			say(language, SAY_SHARING, psprintf("%d", candidate->sharing));
	evaluation_explain(evaluation,
					   &(Explanation) {
						   .rule = rule->name,
						   .source = candidate->achievement->ref,
						   .parameter = "duplicate",
						   .required = say(language, policies[policy]),
						   .found = found,
						   .missing = passed ? NULL : say(language, SAY_CONTENT_NOT_COUNTED),
						   .passed = passed});
}
