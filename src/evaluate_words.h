/*
 * evaluate_words.h
 *		What evaluations, and the headings of files, say to people, in each
 *		language.
 *
 * Promise: every text that an explanation, a refusal or a heading shows stands
 * here once, with all its languages side by side.  Arguments are strings and are numbered,
 * because languages order them differently and may leave one out.
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
	/* evaluate_value.c: units */ \
	X(SAY_CR, "cr", "学分") \
	X(SAY_PT, "pt", "积分") \
	X(SAY_HR, "hr", "学时") \
	X(SAY_ECTS, "ects", "ECTS 学分") \
	X(SAY_CATS, "cats", "CATS 学分") \
	\
	/* pathway_words.c: 1 what, 2 the credits it adds, or that are missing, 3 the rule */ \
	X(SAY_STEP_RECOGNISE, \
	  "Have %1$s recognised; rule '%3$s' then adds %2$s.", \
	  "办理 %1$s 的认定，按规则“%3$s”可增加 %2$s。") \
	X(SAY_STEP_RELEASE, \
	  "Have the doubt about %1$s settled; rule '%3$s' then adds %2$s.", \
	  "核实并解冻 %1$s，按规则“%3$s”可增加 %2$s。") \
	X(SAY_STEP_RENEW, \
	  "Earn %1$s anew; rule '%3$s' then adds %2$s.", \
	  "重新取得 %1$s，按规则“%3$s”可增加 %2$s。") \
	X(SAY_STEP_IMPROVE, \
	  "Improve on %1$s; rule '%3$s' then adds %2$s.", \
	  "提升 %1$s，达到要求后按规则“%3$s”可增加 %2$s。") \
	X(SAY_STEP_EARN, \
	  "Earn %1$s; rule '%3$s' then adds %2$s.", \
	  "取得 %1$s，按规则“%3$s”可增加 %2$s。") \
	X(SAY_STEP_STUDY, \
	  "Study %1$s; it is compulsory and brings %2$s.", \
	  "修读必修课程 %1$s，可得 %2$s。") \
	X(SAY_STEP_ELECT, \
	  "Study %1$s; it is an elective and brings %2$s.", \
	  "修读选修课程 %1$s，可得 %2$s。") \
	X(SAY_STEP_NONE, \
	  "No step was found that would add credits (still missing: %2$s); the institution can advise.", \
	  "未找到可增加学分的步骤，尚缺 %2$s，可向院校咨询。") \
	X(SAY_STEP_COMPLETE, \
	  "No credits are missing any more.", \
	  "学分已修满。") \
	X(SAY_STEP_GRADUATED, \
	  "The learner has graduated from %1$s.", \
	  "已从 %1$s 毕业。") \
	\
	/* shanghai.c: headings */ \
	X(SAY_HEADING_FULL_NAME, "full name", "姓名") \
	X(SAY_HEADING_IDENTITY_NUMBER, "identity number", "身份证号") \
	X(SAY_HEADING_PROGRAMME, "programme", "专业名称") \
	X(SAY_HEADING_COURSE, "course", "课程名称") \
	X(SAY_HEADING_EDUCATION_LEVEL, "education level code", "教育层次代码") \
	X(SAY_HEADING_EDUCATION_CATEGORY, "education category code", "教育类别代码") \
	X(SAY_HEADING_CREDITS, "credits", "学分") \
	X(SAY_HEADING_HOURS, "hours", "学时") \
	X(SAY_HEADING_GRADE, "grade", "成绩") \
	X(SAY_HEADING_AWARDED_IN, "awarded in", "获得时间") \
	X(SAY_HEADING_COHORT, "cohort", "届别") \
	X(SAY_HEADING_OUTCOME, "outcome", "毕业结业肄业") \
	X(SAY_HEADING_SEASON, "season of graduation", "毕业季") \
	X(SAY_HEADING_REMARK, "remark", "备注") \
	X(SAY_HEADING_STUDENT_NUMBER, "student number", "学号") \
	X(SAY_HEADING_SCHOOL, "converting school code", "转换学校代码") \
	X(SAY_HEADING_COURSE_SOURCE, "original course source code", "原课程来源代码") \
	X(SAY_HEADING_ORIGINAL_PROGRAMME, "original programme", "原专业名称") \
	X(SAY_HEADING_ORIGINAL_COURSE, "original course", "原课程名称") \
	X(SAY_HEADING_ORIGINAL_INSTITUTION, "original institution", "原办学机构") \
	X(SAY_HEADING_ORIGINAL_EDUCATION_LEVEL, "original education level code", "原教育层次代码") \
	X(SAY_HEADING_ORIGINAL_EDUCATION_CATEGORY, "original education category code", "原教育类别代码") \
	X(SAY_HEADING_ORIGINAL_CREDITS, "original credits", "原学分") \
	X(SAY_HEADING_ORIGINAL_HOURS, "original hours", "原学时") \
	X(SAY_HEADING_ORIGINAL_GRADE, "original grade", "原成绩") \
	X(SAY_HEADING_CONVERTED_EDUCATION_LEVEL, "education level code after conversion", "转换后教育层次代码") \
	X(SAY_HEADING_CONVERTED_COURSE_CODE, "course code after conversion", "转换后课程代码") \
	X(SAY_HEADING_CONVERTED_COURSE, "course after conversion", "转换后课程名称") \
	X(SAY_HEADING_CONVERTED_CREDITS, "credits after conversion", "转换后学分") \
	X(SAY_HEADING_CONVERTED_IN, "converted in", "转换时间") \
	X(SAY_HEADING_CONVERTED_PROGRAMME, "programme after conversion", "转换后专业名称") \
	X(SAY_HEADING_CERTIFICATE_SOURCE, "original certificate source code", "原证书来源代码") \
	X(SAY_HEADING_CERTIFICATE_TYPE, "original certificate type", "原证书类型") \
	X(SAY_HEADING_CERTIFICATE, "original certificate", "原证书名称") \
	X(SAY_HEADING_CERTIFICATE_LEVEL, "original certificate level", "原证书等级") \
	X(SAY_HEADING_CERTIFICATE_ISSUER, "original issuer", "原发证机构") \
	X(SAY_HEADING_CERTIFICATE_PROGRAMME, "programme after conversion", "转换后专业") \
	\
	/* evaluate_limit.c, evaluate_judge.c, evaluate_minimum.c */ \
	X(SAY_PERCENT_OF, "%1$s (%2$s%% of %3$s)", "%1$s（%3$s的 %2$s%%）") \
	X(SAY_LIMIT_OF_ISSUER, "%1$s from %2$s", "%1$s（来自 %2$s）") \
	X(SAY_LIMIT_IN_YEAR, "%1$s in the year from %2$s", "%1$s（自 %2$s 起的一年内）") \
	X(SAY_LIMIT_IN_TERM, "%1$s in the term from %2$s", "%1$s（自 %2$s 起的学期内）") \
	X(SAY_AT_MOST, "at most %1$s", "至多 %1$s") \
	X(SAY_ITEM, "%1$s item", "%1$s 项") \
	X(SAY_ITEMS, "%1$s items", "%1$s 项") \
	X(SAY_OVER_CAP, "over %1$s by %2$s: the limit is %3$s, %4$s counted so far", \
	  "超出 %1$s %2$s：上限为 %3$s，此前已计 %4$s") \
	X(SAY_SOMETHING_LEFT, "something left under every cap", "各项上限均有余额") \
	X(SAY_PART_OF, "%1$s of %2$s", "%2$s中的 %1$s") \
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
	X(SAY_AN_AMOUNT_IN, "an amount in %1$s", "以%1$s计的数量") \
	X(SAY_NO_AMOUNT_IN, "the achievement states no amount in %1$s", "该成果没有以%1$s计的数量") \
	X(SAY_LESS_THAN, "%1$s is less than %2$s", "%1$s 少于 %2$s") \
	X(SAY_MORE, "more", "一部分") \
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
	X(SAY_CONVERTED_BEFORE, "a part of %1$s was converted before", "%1$s 的一部分此前已转换") \
	/* evaluate_span.c */ \
	X(SAY_DAY, "%1$s day", "%1$s 天") \
	X(SAY_DAYS, "%1$s days", "%1$s 天") \
	X(SAY_MONTH, "%1$s month", "%1$s 个月") \
	X(SAY_MONTHS, "%1$s months", "%1$s 个月") \
	X(SAY_YEAR, "%1$s year", "%1$s 年") \
	X(SAY_YEARS, "%1$s years", "%1$s 年") \
	/* evaluate_candidate.c */ \
	X(SAY_RECOGNISED, "recognised", "已认定") \
	X(SAY_RECOGNITION, "recognition", "认定") \
	X(SAY_DEPOSITED, "deposited", "已存入") \
	X(SAY_ATTESTED, "attested", "已由颁发机构证实") \
	X(SAY_SUBMITTED, "submitted", "认定中") \
	X(SAY_RETURNED, "returned", "已退回补正") \
	X(SAY_DECLINED, "declined", "未获认定") \
	X(SAY_APPEALED, "appealed", "申诉中") \
	X(SAY_FROZEN, "frozen", "已冻结") \
	X(SAY_WITHDRAWN, "withdrawn", "已撤回") \
	X(SAY_REVOKED, "revoked", "已撤销") \
	X(SAY_NOT_CONSUMED, "an achievement not consumed", "未使用过的成果") \
	X(SAY_ON_OR_BEFORE, "on or before %1$s", "不晚于 %1$s") \
	X(SAY_ON_OR_AFTER, "on or after %1$s", "不早于 %1$s") \
	X(SAY_SHELF_LIFE, "%1$s (%2$s)", "%1$s（%2$s）") \
	X(SAY_NO_AWARD, "no awarded_on stated", "未注明取得日期") \
	X(SAY_NOT_EXCLUDED, "an achievement not excluded", "未被排除的成果") \
	X(SAY_BY_RULE, "by rule '%1$s'", "被规则“%1$s”使用") \
	X(SAY_NOT_USED, "an achievement not used", "未使用的成果") \
	X(SAY_ANY_DAY, "any day", "任何日期") \
	X(SAY_ANY_PROGRAMME, "any", "任何专业") \
	X(SAY_RULE_SET_IN_FORCE, "a rule set in force", "在有效期内的规则集") \
	X(SAY_RULE_SET_MEANT, "a rule set for this programme", "适用于本专业的规则集") \
	X(SAY_RULE_IN_FORCE, "a rule in force", "在有效期内的规则") \
	X(SAY_RULE_MEANT, "a rule for this programme", "适用于本专业的规则") \
	/* evaluate_duplicate.c */ \
	X(SAY_HIGHEST_COUNTS, "only the highest counts", "只计最高者") \
	X(SAY_FIRST_COUNTS, "only the first counts", "只计最早者") \
	X(SAY_DUPLICATES_SHARE, "each counts for its part", "平分计算") \
	X(SAY_SHARING, "%1$s of the same content", "%1$s 项内容相同") \
	X(SAY_CONTENT_NOT_COUNTED, "content not counted", "尚未计入的内容") \
	/* evaluate_match.c */ \
	X(SAY_ACHIEVEMENT, "an achievement", "一项成果") \
	/* evaluate_test_words.c */ \
	X(SAY_GAP_ABOVE, "more than %1$s", "%1$s以上") \
	X(SAY_GAP_MORE, "%1$s more", "增加 %1$s") \
	X(SAY_GAP_LESS, "%1$s less", "减少 %1$s") \
	X(SAY_GAP_BELOW, "more than %1$s less", "减少 %1$s以上") \
	X(SAY_NOT_STATED, "no %1$s stated", "未注明%1$s") \
	X(SAY_NUMERIC, "a numeric %1$s", "数字形式的%1$s") \
	X(SAY_ON_SCALE, "%1$s on '%2$s'", "%1$s（计分制“%2$s”）") \
	X(SAY_GRADE_ON, "a grade on '%1$s'", "计分制“%1$s”的成绩") \
	X(SAY_STEP, "%1$s step", "%1$s 级") \
	X(SAY_STEPS, "%1$s steps", "%1$s 级") \
	X(SAY_PERCENT_OF_TARGET, "%1$s %2$s%% of target", "%1$s 目标课程的 %2$s%%") \
	X(SAY_PERCENT_OF_SUM, "%1$s %2$s (%3$s%% of %4$s)", "%1$s %2$s（%4$s的 %3$s%%）") \
	X(SAY_TARGET_UNKNOWN, "the target's %1$s", "目标课程的%1$s") \
	X(SAY_IN, "in (%1$s)", "属于（%1$s）") \
	X(SAY_NOT_IN, "not in (%1$s)", "不属于（%1$s）") \
	X(SAY_ONE_OF_THESE, "one of these", "为其中之一") \
	X(SAY_NONE_OF_THESE, "none of these", "不在其中") \
	/* evaluate_plan_fire.c */ \
	X(SAY_LINE_LEFT_OUT, "left out: the best allocation does without this line", \
	  "未采用：最优分配不含此项") \
	X(SAY_LEFT_OUT, "left out: the best allocation does without it", "未采用：最优分配不使用该成果") \
	X(SAY_THE_BEST, "the best", "最优") \
	X(SAY_PROVEN, "proven in %1$s steps", "已证明（%1$s 步）") \
	X(SAY_NOT_PROVEN, "not proven in %1$s steps", "未证明（%1$s 步）") \
	X(SAY_MORE_STEPS, "more steps", "更多步数") \
	/* evaluate_set.c */ \
	X(SAY_PARTS, "%1$s of %2$s parts", "%2$s 项中的 %1$s 项") \
	X(SAY_MORE_PART, "%1$s more part", "另外 %1$s 项") \
	X(SAY_MORE_PARTS, "%1$s more parts", "另外 %1$s 项") \
	X(SAY_OWN_ACHIEVEMENTS, "achievements of their own for the parts", "各项各自的成果") \
	/* evaluate_sentence.c: who asks, and what is looked at */ \
	X(SAY_THE_RULE, "Rule '%1$s'", "规则“%1$s”") \
	X(SAY_THE_RULE_SET, "The rule set", "规则集") \
	X(SAY_THE_CONVERSION, "the conversion", "本次转换") \
	X(SAY_BE_AT_LEAST, "at least %1$s", "不低于 %1$s") \
	X(SAY_BE_MORE_THAN, "more than %1$s", "大于 %1$s") \
	X(SAY_BE_AT_MOST, "at most %1$s", "不大于 %1$s") \
	X(SAY_BE_LESS_THAN, "less than %1$s", "小于 %1$s") \
	X(SAY_BE_EXACTLY, "exactly %1$s", "等于 %1$s") \
	/* evaluate_sentence.c: parameters and scopes */ \
	X(SAY_LEVEL, "level", "资历等级") \
	X(SAY_GRADE, "grade", "成绩") \
	X(SAY_ATTENDANCE, "attendance", "出勤率") \
	X(SAY_OVERLAP, "overlap", "内容重合度") \
	X(SAY_HOURS, "hours", "学时") \
	X(SAY_CREDITS, "credits", "学分") \
	X(SAY_PLACE, "place", "团队排名") \
	X(SAY_SHARE, "share", "成果份额") \
	X(SAY_RANK, "rank", "名次") \
	X(SAY_ISSUER, "issuer", "颁发机构") \
	X(SAY_INSTITUTION, "institution", "院校") \
	X(SAY_SCALE, "scale", "计分制") \
	X(SAY_CLASS, "class", "成果类型") \
	X(SAY_TAG, "tag", "标签") \
	X(SAY_SUM_OF_HOURS, "sum of hours", "学时合计") \
	X(SAY_SUM_OF_CREDITS, "sum of credits", "学分合计") \
	X(SAY_CAP_NAME, "cap %1$s", "上限（%1$s）") \
	X(SAY_MINIMUM_NAME, "minimum %1$s", "最低要求（%1$s）") \
	X(SAY_AND_SCOPE, ", ", "、") \
	X(SAY_SCOPE_NAMED, "%1$s '%2$s'", "%1$s“%2$s”") \
	X(SAY_CATEGORY, "category", "课程类别") \
	X(SAY_TOTAL, "total", "总计") \
	X(SAY_OF_RULE, "rule", "本规则") \
	X(SAY_COMPULSORY, "compulsory", "必修课程") \
	X(SAY_EACH_ISSUER, "each issuer", "每个颁发机构") \
	X(SAY_COURSE, "course", "课程") \
	X(SAY_DEGREE, "degree", "学历") \
	X(SAY_CERT, "cert", "证书") \
	X(SAY_TRAINING, "training", "培训") \
	X(SAY_PATENT, "patent", "专利") \
	X(SAY_AWARD, "award", "奖项") \
	X(SAY_PROJECT, "project", "项目") \
	X(SAY_MENTORING, "mentoring", "指导") \
	X(SAY_WORK, "work", "工作经历") \
	X(SAY_INTERNSHIP, "internship", "实习") \
	/* evaluate_sentence.c: 1 who asks, 2 required, 3 source, 4 found, 5 missing, 6 target or source, 7 parameter */ \
	X(SAY_TEST_PASSED, \
	  "%1$s asks that the %7$s be %2$s; %3$s has %4$s.", \
	  "%1$s要求%7$s%2$s；%3$s 为 %4$s。") \
	X(SAY_TEST_FAILED, \
	  "%1$s asks that the %7$s be %2$s; %3$s has %4$s: it lacks %5$s.", \
	  "%1$s要求%7$s%2$s；%3$s 为 %4$s，尚缺 %5$s。") \
	X(SAY_TEST_OFF, \
	  "%1$s asks that the %7$s be %2$s; %3$s has %4$s: it should be %5$s.", \
	  "%1$s要求%7$s%2$s；%3$s 为 %4$s，需%5$s。") \
	X(SAY_TEST_UNSTATED, \
	  "%1$s asks that the %7$s be %2$s; %3$s states none.", \
	  "%1$s要求%7$s%2$s；%3$s 未注明。") \
	X(SAY_SUM_PASSED, \
	  "%1$s asks that the %7$s be %2$s; %3$s come to %4$s.", \
	  "%1$s要求%7$s%2$s；%3$s 共 %4$s。") \
	X(SAY_SUM_FAILED, \
	  "%1$s asks that the %7$s be %2$s; %3$s come to %4$s: they lack %5$s.", \
	  "%1$s要求%7$s%2$s；%3$s 共 %4$s，尚缺 %5$s。") \
	X(SAY_SUM_OFF, \
	  "%1$s asks that the %7$s be %2$s; %3$s come to %4$s: it should be %5$s.", \
	  "%1$s要求%7$s%2$s；%3$s 共 %4$s，需%5$s。") \
	X(SAY_SUM_UNSTATED, \
	  "%1$s asks that the %7$s be %2$s; %3$s state none.", \
	  "%1$s要求%7$s%2$s；%3$s 均未注明。") \
	X(SAY_WITHIN_PASSED, \
	  "%1$s asks for an award within %2$s; %3$s was awarded on %4$s.", \
	  "%1$s要求取得时间在 %2$s以内；%3$s 取得于 %4$s。") \
	X(SAY_WITHIN_FAILED, \
	  "%1$s asks for an award within %2$s; %3$s was awarded on %4$s: %5$s too long ago.", \
	  "%1$s要求取得时间在 %2$s以内；%3$s 取得于 %4$s，已超过 %5$s。") \
	X(SAY_WITHIN_UNSTATED, \
	  "%1$s asks for an award within %2$s; %3$s states no day of award.", \
	  "%1$s要求取得时间在 %2$s以内；%3$s 未注明取得日期。") \
	X(SAY_VALID_FOR_PASSED, \
	  "%1$s asks for an achievement valid for %2$s more; %3$s is valid until %4$s.", \
	  "%1$s要求剩余有效期不少于 %2$s；%3$s 有效至 %4$s。") \
	X(SAY_VALID_FOR_FAILED, \
	  "%1$s asks for an achievement valid for %2$s more; %3$s is valid until %4$s: %5$s too short.", \
	  "%1$s要求剩余有效期不少于 %2$s；%3$s 有效至 %4$s，尚缺 %5$s。") \
	X(SAY_VALID_FOR_UNSTATED, \
	  "%1$s asks for an achievement valid for %2$s more; %3$s states no last day.", \
	  "%1$s要求剩余有效期不少于 %2$s；%3$s 未注明截止日期。") \
	X(SAY_STATE_PASSED, \
	  "Only recognised achievements are converted; %3$s is recognised.", \
	  "只有已认定的成果可以转换；%3$s 已认定。") \
	X(SAY_STATE_FAILED, \
	  "Only recognised achievements are converted; the state of %3$s is '%4$s'.", \
	  "只有已认定的成果可以转换；%3$s 的状态为“%4$s”。") \
	X(SAY_CONSUMED_PASSED, \
	  "An achievement is converted once; %3$s was not consumed before.", \
	  "每项成果只能转换一次；%3$s 尚未使用。") \
	X(SAY_CONSUMED_FAILED, \
	  "An achievement is converted once; %3$s was consumed before.", \
	  "每项成果只能转换一次；%3$s 此前已使用。") \
	X(SAY_AWARDED_ON_PASSED, \
	  "The award must be %2$s; %3$s was awarded on %4$s.", \
	  "取得日期须%2$s；%3$s 取得于 %4$s。") \
	X(SAY_AWARDED_ON_FAILED, \
	  "The award must be %2$s; %3$s was awarded on %4$s: %5$s too late.", \
	  "取得日期须%2$s；%3$s 取得于 %4$s，晚 %5$s。") \
	X(SAY_AWARDED_ON_UNSTATED, \
	  "The award must be %2$s; %3$s states no day of award.", \
	  "取得日期须%2$s；%3$s 未注明取得日期。") \
	X(SAY_EXPIRES_ON_PASSED, \
	  "The last day of validity must be %2$s; %3$s is valid until %4$s.", \
	  "有效期截止日须%2$s；%3$s 有效至 %4$s。") \
	X(SAY_EXPIRES_ON_FAILED, \
	  "The last day of validity must be %2$s; %3$s was valid until %4$s: %5$s too short.", \
	  "有效期截止日须%2$s；%3$s 有效至 %4$s，已过期 %5$s。") \
	X(SAY_EXPIRES_ON_UNSTATED, \
	  "The last day of validity must be %2$s; %3$s states none.", \
	  "有效期截止日须%2$s；%3$s 未注明截止日期。") \
	X(SAY_SHELF_LIFE_PASSED, \
	  "The shelf life of achievements is %2$s; %3$s was awarded on %4$s.", \
	  "成果自取得起可转换的期限为 %2$s；%3$s 取得于 %4$s。") \
	X(SAY_SHELF_LIFE_FAILED, \
	  "The shelf life of achievements is %2$s; %3$s was awarded on %4$s: %5$s too long ago.", \
	  "成果自取得起可转换的期限为 %2$s；%3$s 取得于 %4$s，已超过 %5$s。") \
	X(SAY_SHELF_LIFE_UNSTATED, \
	  "The shelf life of achievements is %2$s; %3$s states no day of award.", \
	  "成果自取得起可转换的期限为 %2$s；%3$s 未注明取得日期。") \
	X(SAY_EXCLUDED_PASSED, \
	  "What is excluded cannot be converted; %6$s is not excluded.", \
	  "被排除的成果和课程不能转换；%6$s 未被排除。") \
	X(SAY_EXCLUDED_FAILED, \
	  "What is excluded cannot be converted; %6$s is excluded.", \
	  "被排除的成果和课程不能转换；%6$s 被排除。") \
	X(SAY_DUPLICATE_PASSED, \
	  "Of achievements with the same content %2$s; %3$s counts.", \
	  "内容相同的成果%2$s；%3$s 计入。") \
	X(SAY_DUPLICATE_FAILED, \
	  "Of achievements with the same content %2$s; %3$s is a duplicate of %4$s.", \
	  "内容相同的成果%2$s；%3$s 与 %4$s 重复。") \
	X(SAY_USED_PASSED, \
	  "A conversion uses an achievement once; %3$s is not used yet.", \
	  "一次转换中每项成果只用一次；%3$s 尚未使用。") \
	X(SAY_USED_FAILED, \
	  "A conversion uses an achievement once; %3$s is used %4$s.", \
	  "一次转换中每项成果只用一次；%3$s 已%4$s。") \
	X(SAY_ACHIEVEMENT_UNSTATED, \
	  "%1$s asks for an achievement that %2$s covers; the portfolio has none.", \
	  "%1$s需要 %2$s 所涵盖的成果；成果清单中没有。") \
	X(SAY_CONDITION_PASSED, \
	  "%1$s asks for %2$s; %4$s can be met.", \
	  "%1$s要求满足 %2$s；可满足 %4$s 项。") \
	X(SAY_CONDITION_FAILED, \
	  "%1$s asks for %2$s; %4$s can be met: %5$s needed.", \
	  "%1$s要求满足 %2$s；可满足 %4$s 项，还需%5$s。") \
	X(SAY_EFFECTIVE_PASSED, \
	  "%1$s is in force: %2$s; the day asked about is %4$s.", \
	  "%1$s的有效期：%2$s；转换日期为 %4$s。") \
	X(SAY_EFFECTIVE_FAILED, \
	  "%1$s is in force: %2$s; the day asked about, %4$s, is outside.", \
	  "%1$s的有效期：%2$s；转换日期 %4$s 不在其中。") \
	X(SAY_PROGRAMME_PASSED, \
	  "%1$s is for programmes: %2$s; this one is %4$s.", \
	  "%1$s适用的专业：%2$s；本专业为 %4$s。") \
	X(SAY_PROGRAMME_FAILED, \
	  "%1$s is for programmes: %2$s; this one, %4$s, is not among them.", \
	  "%1$s适用的专业：%2$s；本专业 %4$s 不在其中。") \
	X(SAY_COURSE_PASSED, \
	  "%1$s grants only %2$s; %6$s is one.", \
	  "%1$s只认定%2$s；%6$s 符合。") \
	X(SAY_COURSE_UNSTATED, \
	  "%1$s grants only %2$s; %6$s is none.", \
	  "%1$s只认定%2$s；%6$s 不符合。") \
	X(SAY_GRANTED_PASSED, \
	  "A course is granted once; %6$s is not granted yet.", \
	  "每门课程只认定一次；%6$s 尚未认定。") \
	X(SAY_GRANTED_FAILED, \
	  "A course is granted once; %6$s is granted already.", \
	  "每门课程只认定一次；%6$s 已经认定。") \
	X(SAY_PER_PASSED, \
	  "%1$s counts by %2$s; %3$s has %4$s.", \
	  "%1$s按每 %2$s计算；%3$s 有 %4$s。") \
	X(SAY_PER_FAILED, \
	  "%1$s counts by %2$s; %3$s has %4$s: %5$s is missing.", \
	  "%1$s按每 %2$s计算；%3$s 有 %4$s，尚缺 %5$s。") \
	X(SAY_PER_UNSTATED, \
	  "%1$s counts by %2$s; %3$s states no such amount.", \
	  "%1$s按每 %2$s计算；%3$s 未注明。") \
	X(SAY_USING_PASSED, \
	  "%1$s uses %2$s; of %3$s %4$s is left.", \
	  "%1$s需使用 %2$s；%3$s 尚余 %4$s。") \
	X(SAY_USING_FAILED, \
	  "%1$s uses %2$s; of %3$s %4$s is left: %5$s is missing.", \
	  "%1$s需使用 %2$s；%3$s 尚余 %4$s，尚缺 %5$s。") \
	X(SAY_USING_UNSTATED, \
	  "%1$s uses %2$s; %3$s states no such amount.", \
	  "%1$s需使用 %2$s；%3$s 未注明。") \
	X(SAY_VALUE_PASSED, \
	  "A line must be worth %2$s; %3$s comes to %4$s.", \
	  "折算值须为%2$s；%3$s 折算为 %4$s。") \
	X(SAY_VALUE_FAILED, \
	  "A line must be worth %2$s; %3$s comes to %4$s.", \
	  "折算值须为%2$s；%3$s 折算为 %4$s。") \
	X(SAY_PARTIAL_PASSED, \
	  "%1$s may be granted in part; the caps leave %4$s.", \
	  "%1$s可以部分认定；在各项上限之内可认定 %4$s。") \
	X(SAY_PARTIAL_FAILED, \
	  "%1$s may be granted in part, but the caps leave %4$s.", \
	  "%1$s可以部分认定；在各项上限之内仅可认定 %4$s。") \
	X(SAY_REMAINING_PASSED, \
	  "%1$s counts %2$s; of %3$s %4$s is left.", \
	  "%1$s须使用%2$s；%3$s 尚余 %4$s。") \
	X(SAY_REMAINING_FAILED, \
	  "%1$s counts %2$s; of %3$s %4$s is left, and %5$s is missing.", \
	  "%1$s须使用%2$s；%3$s 尚余 %4$s，缺%5$s。") \
	X(SAY_IN_FULL_PASSED, \
	  "%1$s grants a course in full; %6$s has %4$s.", \
	  "%1$s按课程学分全额认定；%6$s 为 %4$s。") \
	X(SAY_IN_FULL_UNSTATED, \
	  "%1$s grants a course in full; %6$s states no credits.", \
	  "%1$s按课程学分全额认定；%6$s 未注明学分。") \
	X(SAY_TABLE_PASSED, \
	  "%1$s grants by %2$s; %3$s comes to it by %4$s.", \
	  "%1$s按%2$s认定；%3$s 对应 %4$s。") \
	X(SAY_TABLE_FAILED, \
	  "%1$s grants by %2$s; none matches %3$s.", \
	  "%1$s按%2$s认定；没有与 %3$s 相符的行。") \
	X(SAY_CAP_PASSED, \
	  "The limit of %7$s is %2$s; %4$s was counted before.", \
	  "%7$s：%2$s；此前已计 %4$s。") \
	X(SAY_CAP_FAILED, \
	  "The limit of %7$s is %2$s; %4$s was counted before: %5$s too much.", \
	  "%7$s：%2$s；此前已计 %4$s，超出 %5$s。") \
	X(SAY_ALLOCATION_PASSED, \
	  "The allocation is %2$s, %4$s.", \
	  "本次分配为%2$s，%4$s。") \
	X(SAY_ALLOCATION_FAILED, \
	  "The allocation is the best found, %4$s; %5$s may find a better one.", \
	  "本次分配为已找到的最优方案，%4$s；%5$s可能找到更优方案。") \
	X(SAY_MINIMUM_PASSED, \
	  "The %7$s is %2$s; %4$s is reached.", \
	  "%7$s：%2$s；已达 %4$s。") \
	X(SAY_MINIMUM_FAILED, \
	  "The %7$s is %2$s; %4$s is reached: %5$s is missing.", \
	  "%7$s：%2$s；已达 %4$s，尚缺 %5$s。")

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

/* texts one behind the other, so many at most, up to a NULL, palloc'd */
#define JOINED_MAX 16
extern char *joined(const char *first,...);

#endif							/* CREDITBANK_EVALUATE_WORDS_H */
