/*
 * evaluate_words.h
 *		What evaluations say to people, in each language.
 *
 * Promise: every text that an explanation or a refusal shows stands here once,
 * with all its languages side by side.  Arguments are strings and are numbered,
 * because languages order them differently.
 */
#ifndef CREDITBANK_EVALUATE_WORDS_H
#define CREDITBANK_EVALUATE_WORDS_H

typedef enum EvaluationLanguage
{
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE
} EvaluationLanguage;

/*
 * X(name, English, Chinese), ordered by the file that says it.
 */
#define EVALUATION_SAYINGS(X) \
	X(SAY_YES, "yes", "是") \
	X(SAY_NO, "no", "否") \
	\
	/* evaluate_limit.c, evaluate_judge.c, evaluate_minimum.c */ \
	X(SAY_PERCENT_OF, "%1$s (%2$s%% of %3$s)", "%1$s（%3$s 的 %2$s%%）") \
	X(SAY_LIMIT_OF_ISSUER, "%1$s from %2$s", "%1$s（来自 %2$s）") \
	X(SAY_LIMIT_IN_YEAR, "%1$s in the year from %2$s", "%1$s（自 %2$s 起的一年内）") \
	X(SAY_LIMIT_IN_TERM, "%1$s in the term from %2$s", "%1$s（自 %2$s 起的学期内）") \
	X(SAY_AT_MOST, "at most %1$s", "至多 %1$s") \
	X(SAY_ITEM, "%1$s item", "%1$s 项") \
	X(SAY_ITEMS, "%1$s items", "%1$s 项") \
	X(SAY_OVER_CAP, "over %1$s by %2$s: the limit is %3$s, %4$s counted so far", \
	  "超出 %1$s %2$s：上限为 %3$s，此前已计 %4$s") \
	X(SAY_SOMETHING_LEFT, "something left under every cap", "各项上限均有余额") \
	X(SAY_PART_OF, "%1$s of %2$s", "%2$s 中的 %1$s") \
	\
	/* evaluate_line.c: the target */ \
	X(SAY_COURSE_OF_PROGRAMME, "a course of programme '%1$s'", "专业“%1$s”的课程") \
	X(SAY_THE_COURSE, "the course", "该课程") \
	X(SAY_OPEN_COURSE, "a course open to conversion", "可以转换的课程") \
	X(SAY_COURSE_NOT_GRANTED, "a course not granted yet", "尚未授予的课程") \
	X(SAY_NOT_IN_PROGRAMME, "the programme does not have this course", "该专业没有这门课程") \
	X(SAY_COURSE_EXCLUDED, "the course is excluded from conversion", "该课程不得转换") \
	X(SAY_COURSE_GRANTED, "the course is already granted", "该课程已经授予") \
	X(SAY_SCOPE_EXCLUDED, "%1$s is excluded from conversion", "%1$s 不得转换") \
	\
	/* evaluate_line.c: the value */ \
	X(SAY_AN_AMOUNT_IN, "an amount in %1$s", "以 %1$s 计的数量") \
	X(SAY_NO_AMOUNT_IN, "the achievement states no amount in %1$s", "该成果没有以 %1$s 计的数量") \
	X(SAY_LESS_THAN, "%1$s is less than %2$s", "%1$s 少于 %2$s") \
	X(SAY_MORE, "more", "更多") \
	X(SAY_MORE_THAN, "more than %1$s", "多于 %1$s") \
	X(SAY_ROUNDS_TO_ZERO, "its value rounds to zero", "其折算值舍入后为零") \
	X(SAY_COURSE_CREDITS, "the credits of the course", "该课程的学分") \
	X(SAY_NO_COURSE_CREDITS, "the course states no credits", "该课程没有写明学分") \
	X(SAY_ROW_OF_TABLE, "a row of table '%1$s'", "表“%1$s”中的一行") \
	X(SAY_A_ROW, "a row for it", "与之相符的一行") \
	X(SAY_NOTHING_STATED, "nothing stated", "未写明") \
	X(SAY_NO_ROW, "no row of table '%1$s' matches", "表“%1$s”中没有相符的一行") \
	X(SAY_A_SHARE, "a share stated", "写明的份额") \
	X(SAY_NO_SHARE, "the achievement states no share", "该成果没有写明份额") \
	X(SAY_ALL_OF_IT, "all of it", "全部") \
	X(SAY_PART_CONVERTED, "the part converted before", "此前已转换的部分") \
	X(SAY_CONVERTED_BEFORE, "a part of %1$s was converted before", "%1$s 的一部分此前已转换")

#define SAYING_NAME(name, english, chinese) name,
typedef enum Saying
{
	EVALUATION_SAYINGS(SAYING_NAME)
} Saying;
#undef SAYING_NAME

/* "en", "zh" or a locale's name such as zh_CN.UTF-8; false when unknown */
extern bool evaluation_language(const char *name, EvaluationLanguage *language);

/* a saying with its arguments, all of them const char *, palloc'd */
extern char *say(EvaluationLanguage language, Saying saying,...);

#endif							/* CREDITBANK_EVALUATE_WORDS_H */
