-- pathway.sql: programmes ranked for a learner: what would convert today, what
-- is missing, and what to do next.
-- Promise: reads only; what is said to convert is what a conversion on that day
-- would be granted, asked of the same evaluation of the same inputs. What steps
-- would add is found by evaluating with the step taken, never by estimating.

CREATE FUNCTION creditbank.convertible(
	rules creditbank.rule_set,
	portfolio jsonb,
	history jsonb,
	as_of date,
	programme jsonb)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'creditbank_convertible'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 1000;
COMMENT ON FUNCTION creditbank.convertible(creditbank.rule_set, jsonb, jsonb, date, jsonb) IS
'The credits (cr) that evaluate() grants for the same rules, portfolio, history, day and programme, by priority, all lines together; 0 cr when none. Lines in other units are not counted. NULL when an argument is NULL. Errors: as evaluate; 22003 for a sum out of range.';

CREATE FUNCTION creditbank.convertible(
	rules creditbank.rule_set,
	portfolio jsonb,
	history jsonb,
	as_of date,
	programme jsonb,
	item jsonb)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'creditbank_convertible'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 1000;
COMMENT ON FUNCTION creditbank.convertible(creditbank.rule_set, jsonb, jsonb, date, jsonb, jsonb) IS
'The same with one item of the portfolio more, or in place of the one that has its reference: what a step would bring. NULL when an argument is NULL. Errors: as evaluate; 22003 for a sum out of range.';

CREATE FUNCTION creditbank.convertible(
	rules creditbank.rule_set,
	portfolio jsonb,
	history jsonb,
	as_of date,
	code text,
	total creditbank.credit_amount,
	categories text[],
	category_credits creditbank.credit_amount[],
	courses creditbank.achievement_ref[],
	course_credits creditbank.credit_amount[],
	course_hours creditbank.credit_amount[],
	course_categories text[],
	compulsory boolean[],
	excluded boolean[])
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'creditbank_convertible_columns'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 1000;
COMMENT ON FUNCTION creditbank.convertible(creditbank.rule_set, jsonb, jsonb, date, text, creditbank.credit_amount, text[], creditbank.credit_amount[], creditbank.achievement_ref[], creditbank.credit_amount[], creditbank.credit_amount[], text[], boolean[], boolean[]) IS
'The same for a programme as columns of the registry: its code and credits, the names and credits of its categories, and its courses, of which hours and categories may have NULL. Nothing is written down only to be read again, so that a thousand programmes are asked about at once. NULL, with a WARNING, when the programme or its rules cannot be evaluated (22C05, 22C06, 22003, 54000), so that the others can. For the bank''s own functions only. Errors: those of the portfolio, as evaluate.';

CREATE FUNCTION creditbank.studied_portfolio(portfolio jsonb, programme text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_build_object(
			'sources', jsonb_build_array(p.item ->> 'ref'),
			'target', c.ref::text,
			'granted', (CASE WHEN p.item ->> 'amount' ~ ' cr$' THEN (p.item ->> 'amount')::creditbank.credit_amount ELSE c.credits END)::text,
			'mark', 'studied',
			'dated', coalesce(p.item ->> 'awarded_on', '1900-01-01'),
			'tags', coalesce(p.item -> 'tags', '[]')) ORDER BY p.item ->> 'ref' COLLATE "C"), '[]')
		FROM jsonb_array_elements(portfolio) AS p (item)
		JOIN creditbank.programme_course AS c
			ON c.programme = studied_portfolio.programme
				AND c.ref = creditbank.catalogue_ref((p.item ->> 'ref')::creditbank.achievement_ref)
		WHERE coalesce(p.item ->> 'state', 'recognised') = 'recognised');
END
$$;
COMMENT ON FUNCTION creditbank.studied_portfolio(jsonb, text) IS
'What studied_document says of an account, for a portfolio of no account: its courses of a programme as lines of history marked studied, of the programme''s credits where they state none. NULL for NULL.';

CREATE FUNCTION creditbank.rules_concern(rules creditbank.rule_set, refs creditbank.achievement_ref[])
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_rules_concern'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 100;
COMMENT ON FUNCTION creditbank.rules_concern(creditbank.rule_set, creditbank.achievement_ref[]) IS
'Do rules have to be evaluated to know what they grant for some achievements? False: no source and no substitute names any of them, and no percentage of the whole is of what a programme may not state, so that nothing is granted. Members that are NULL are passed over. NULL when an argument is NULL. Errors: 22C05 the stored bytes are damaged.';

CREATE FUNCTION creditbank.courses_spoken_of(refs creditbank.achievement_ref[])
RETURNS creditbank.achievement_ref[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN ARRAY(
		WITH held AS (
			SELECT creditbank.catalogue_ref(r.ref) AS ref
			FROM unnest(refs) AS r (ref))
		SELECT h.ref
		FROM held AS h
		UNION
		SELECT s.course_ref
		FROM creditbank.standard_match AS s
		JOIN held AS h ON h.ref = s.certificate_ref
		UNION
		SELECT s.course_ref
		FROM creditbank.standard_mapping AS s
		JOIN held AS h ON h.ref = s.certificate_ref);
END
$$;
COMMENT ON FUNCTION creditbank.courses_spoken_of(creditbank.achievement_ref[]) IS
'What some achievements are in the catalogue, and the courses that the standards set beside those: the programmes with such a course have a portfolio of their own. NULL for NULL.';

CREATE FUNCTION creditbank.graduated_from(of_account bigint, as_of date)
RETURNS TABLE (programme text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT DISTINCT e.programme
	FROM creditbank.enrolment AS e
	WHERE e.account_id = of_account
		AND e.outcome = 'graduated'
		AND e.left_on <= as_of;
END
$$;
COMMENT ON FUNCTION creditbank.graduated_from(bigint, date) IS
'The programmes that the holder of an account had graduated from by a day. No rows for NULL.';

CREATE FUNCTION creditbank.ranked_programmes(
	held jsonb,
	of_account bigint,
	as_of date,
	of_programme text,
	of_level text,
	of_institution text,
	most integer)
RETURNS TABLE (
	place bigint,
	programme text,
	title text,
	institution text,
	education_level text,
	credits numeric,
	posted numeric,
	convertible numeric,
	share numeric,
	missing numeric,
	enrolled boolean,
	rules creditbank.rule_set,
	portfolio jsonb,
	history jsonb)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
SET enable_nestloop = off
SET enable_sort = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	refs creditbank.achievement_ref[] := ARRAY(
		SELECT (h.item ->> 'ref')::creditbank.achievement_ref
		FROM jsonb_array_elements(ranked_programmes.held) AS h (item));
	-- what is held, and what that says something of
	courses creditbank.achievement_ref[] := creditbank.courses_spoken_of(refs);
BEGIN
	RETURN QUERY
	WITH offered AS MATERIALIZED (
		SELECT p.code, p.credits
		FROM creditbank.programme AS p
		JOIN creditbank.institution AS i ON i.code = p.institution
		WHERE p.purpose = 'credit'
			AND p.valid @> ranked_programmes.as_of
			AND i.valid @> ranked_programmes.as_of
			AND coalesce(p.code = ranked_programmes.of_programme, ranked_programmes.of_programme IS NULL)
			AND coalesce(p.education_level = ranked_programmes.of_level, ranked_programmes.of_level IS NULL)
			AND coalesce(p.institution = ranked_programmes.of_institution, ranked_programmes.of_institution IS NULL)),
	-- Where the learner has been before, or what is held says something of the courses.
	own AS MATERIALIZED (
		SELECT t.programme, creditbank.programme_portfolio(ranked_programmes.held, t.programme) AS portfolio,
			CASE WHEN of_account IS NULL THEN creditbank.studied_portfolio(ranked_programmes.held, t.programme)
				ELSE creditbank.history_document(of_account, t.programme) END AS history
		FROM (
			SELECT c.programme
			FROM creditbank.programme_course AS c
			WHERE c.ref = ANY (courses)
			UNION
			SELECT d.programme
			FROM creditbank.decision AS d
			WHERE d.account_id = of_account
				AND d.in_ledger) AS t
		WHERE t.programme IN (SELECT o.code FROM offered AS o)),
	-- A book for every programme is the only one in force.
	book AS MATERIALIZED (
		SELECT unnest(b.programmes) AS code, b.rule_book_id, creditbank.rules_concern(b.rules, refs) AS concern
		FROM creditbank.rule_book AS b
		WHERE b.in_force @> ranked_programmes.as_of
		UNION ALL
		SELECT o.code, b.rule_book_id, creditbank.rules_concern(b.rules, refs)
		FROM creditbank.rule_book AS b
		CROSS JOIN offered AS o
		WHERE b.in_force @> ranked_programmes.as_of
			AND b.programmes = '{}'),
	-- Only there is something to evaluate: elsewhere nothing is granted.
	concerned AS MATERIALIZED (
		SELECT b.code, b.rule_book_id, o.credits
		FROM book AS b
		JOIN offered AS o ON o.code = b.code
		WHERE b.concern),
	category AS (
		SELECT k.programme, array_agg(k.category) AS names, array_agg(k.credits::creditbank.credit_amount) AS credits
		FROM creditbank.programme_category AS k
		JOIN concerned AS b ON b.code = k.programme
		GROUP BY k.programme),
	course AS (
		SELECT c.programme, array_agg(c.ref) AS refs, array_agg(c.credits::creditbank.credit_amount) AS credits,
			array_agg(c.hours::creditbank.credit_amount) AS hours, array_agg(c.category) AS categories,
			array_agg(c.compulsory) AS compulsory, array_agg(c.excluded) AS excluded
		FROM creditbank.programme_course AS c
		JOIN concerned AS b ON b.code = c.programme
		GROUP BY c.programme),
	evaluated AS MATERIALIZED (
		SELECT b.code,
			creditbank.convertible(r.rules, coalesce(w.portfolio, ranked_programmes.held), coalesce(w.history, '[]'),
				ranked_programmes.as_of, b.code, b.credits,
				coalesce(k.names, '{}'), coalesce(k.credits, '{}'), coalesce(c.refs, '{}'), coalesce(c.credits, '{}'),
				coalesce(c.hours, '{}'), coalesce(c.categories, '{}'), coalesce(c.compulsory, '{}'), coalesce(c.excluded, '{}'))::numeric AS convertible
		FROM concerned AS b
		JOIN creditbank.rule_book AS r ON r.rule_book_id = b.rule_book_id
		LEFT JOIN category AS k ON k.programme = b.code
		LEFT JOIN course AS c ON c.programme = b.code
		LEFT JOIN own AS w ON w.programme = b.code),
	posted AS (
		SELECT n.programme, sum(l.granted::numeric) AS posted
		FROM own AS n
		CROSS JOIN LATERAL jsonb_array_elements(n.history) AS h (line)
		CROSS JOIN LATERAL (SELECT (h.line ->> 'granted')::creditbank.credit_amount AS granted) AS l
		WHERE creditbank.unit(l.granted) = 'cr'
		GROUP BY n.programme),
	asked AS (
		SELECT o.code, b.rule_book_id, o.credits::numeric AS credits, coalesce(p.posted, 0) AS posted,
			CASE WHEN b.concern THEN e.convertible ELSE 0 END AS convertible
		FROM offered AS o
		JOIN book AS b ON b.code = o.code
		LEFT JOIN evaluated AS e ON e.code = o.code
		LEFT JOIN posted AS p ON p.programme = o.code
		OFFSET 0),
	-- Cut off behind two decimals: what is not complete never shows as 100.
	figure AS (
		SELECT a.*, least(div((a.posted + a.convertible) * 10000, a.credits) / 100, 100) AS share,
			greatest(a.credits - a.posted - a.convertible, 0) AS missing
		FROM asked AS a
		OFFSET 0),
	furthest AS MATERIALIZED (
		SELECT f.*
		FROM figure AS f
		WHERE f.convertible IS NOT NULL
			AND f.code NOT IN (
				SELECT g.programme
				FROM creditbank.graduated_from(of_account, ranked_programmes.as_of) AS g)
		ORDER BY f.share DESC, f.missing, f.convertible DESC, f.code COLLATE "C"
		LIMIT ranked_programmes.most)
	SELECT row_number() OVER (ORDER BY f.share DESC, f.missing, f.convertible DESC, f.code COLLATE "C"),
		f.code, p.title, p.institution, p.education_level, f.credits, f.posted, f.convertible, f.share, f.missing,
		EXISTS (
			SELECT FROM creditbank.enrolment AS e
			WHERE e.account_id = of_account
				AND e.programme = f.code
				AND e.entered_on <= ranked_programmes.as_of
				AND coalesce(e.left_on >= ranked_programmes.as_of, true)),
		b.rules, coalesce(w.portfolio, ranked_programmes.held), coalesce(w.history, '[]')
	FROM furthest AS f
	JOIN creditbank.programme AS p ON p.code = f.code
	JOIN creditbank.rule_book AS b ON b.rule_book_id = f.rule_book_id
	LEFT JOIN own AS w ON w.programme = f.code
	ORDER BY 1;
END
$$;
COMMENT ON FUNCTION creditbank.ranked_programmes(jsonb, bigint, date, text, text, text, integer) IS
'The programmes offered on a day that a rule book is in force for, ranked for what is held (a portfolio as of held_document) by an account (NULL: by nobody yet): one row per programme with its figures, see pathways, and its rules, and portfolio and history as evaluate() takes them there. of_programme, of_level and of_institution leave out all others unless NULL; most NULL: all. What was graduated from is left out, and with a WARNING what cannot be evaluated. Errors: those of the portfolio, as evaluate.';

CREATE FUNCTION creditbank.ref_patterns(ref creditbank.achievement_ref)
RETURNS text[]
AS 'MODULE_PATHNAME', 'creditbank_ref_patterns'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.ref_patterns(creditbank.achievement_ref) IS
'The patterns by which rules can name an achievement, from the narrowest to the widest. NULL for NULL.';

CREATE FUNCTION creditbank.meeting_item(item jsonb, tests jsonb, lacking text[])
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	test jsonb;
	name text;
	stated text;
	wanted numeric;
BEGIN
	-- A query for the members would take longer than all the rest.
	FOR number IN 0 .. jsonb_array_length(tests) - 1 LOOP
		test := tests -> number;
		name := test ->> 'test';
		CONTINUE WHEN name <> ALL (lacking) OR test ? 'percent_of_target' OR test ? 'not_in';
		IF name = 'grade' AND test ? 'scale' THEN
			item := item || jsonb_build_object('scale', test -> 'scale');
		END IF;
		IF test ? 'in' OR jsonb_typeof(test -> 'value') = 'string' THEN
			item := item || jsonb_build_object(name, coalesce(test -> 'in' -> 0, test -> 'value'));
			CONTINUE;
		END IF;
		stated := CASE name
			WHEN 'hours' THEN coalesce(item ->> 'hours', substring(item ->> 'amount' FROM '^(.*) hr$'))
			WHEN 'credits' THEN substring(item ->> 'amount' FROM '^(.*) cr$')
			ELSE item ->> name END;
		stated := substring(stated FROM '^-?[0-9]+(?:[.][0-9]+)?');
		wanted := CASE test ->> 'is'
			WHEN '>=' THEN greatest((test ->> 'value')::numeric, stated::numeric)
			WHEN '>' THEN greatest((test ->> 'value')::numeric + 0.0001, stated::numeric)
			WHEN '<=' THEN least((test ->> 'value')::numeric, stated::numeric)
			WHEN '<' THEN least((test ->> 'value')::numeric - 0.0001, stated::numeric)
			ELSE (test ->> 'value')::numeric END;
		item := item || CASE
			WHEN name = 'credits' THEN jsonb_build_object('amount', wanted || ' cr')
			WHEN name = 'hours' AND item ->> 'amount' LIKE '% hr' THEN jsonb_build_object('amount', wanted || ' hr')
			ELSE jsonb_build_object(name, wanted) END;
	END LOOP;
	RETURN item;
END
$$;
COMMENT ON FUNCTION creditbank.meeting_item(jsonb, jsonb, text[]) IS
'An item of a portfolio as it would be if it just met those tests of a rule''s source (as jsonb has them) whose parameter is among those lacking. What no achievement can be made to meet is left as it is: whether the result converts is evaluate()''s to say. NULL for NULL.';

CREATE FUNCTION creditbank.item_hours(item jsonb)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substring(coalesce(item ->> 'hours', substring(item ->> 'amount' FROM '^(.*) hr$')) FROM '^[0-9.]+')::numeric;
COMMENT ON FUNCTION creditbank.item_hours(jsonb) IS
'The learning hours that an item of a portfolio states; NULL when it states none, and for NULL.';

CREATE FUNCTION creditbank.step_sentence(step text, what text, credits creditbank.credit_amount, rule text, language text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_step_sentence'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.step_sentence(text, text, creditbank.credit_amount, text, text) IS
'A step (recognise, release, renew, improve, earn, study, and elect for a course that is not compulsory) as a sentence for the learner in a language, ''en'' or ''zh'': with what it is taken, the credits it adds, and the rule that grants them. So are none (credits are those missing), complete and graduated (what is the programme), which say why there is no step. NULL for NULL. Errors: 22C07 unknown step or language.';

CREATE FUNCTION creditbank.no_step_reason(
	rules creditbank.rule_set,
	portfolio jsonb,
	history jsonb,
	programme text,
	missing numeric,
	as_of date,
	language text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	-- The full stop of a Chinese sentence is wide: no space follows.
	space constant text := CASE language WHEN 'zh' THEN '' ELSE ' ' END;
BEGIN
	RETURN concat_ws(space,
		creditbank.step_sentence(CASE WHEN missing > 0 THEN 'none' ELSE 'complete' END, programme, creditbank.credit_amount(missing), '', language),
		(
			SELECT string_agg(s.sentence, space ORDER BY s.number)
			FROM (
				SELECT e.sentence, e.number
				FROM creditbank.explain(rules, portfolio, creditbank.programme_document(programme), history, as_of, 'priority', language)
					WITH ORDINALITY AS e (rule, source, target, parameter, required, found, missing, passed, sentence, number)
				WHERE NOT e.passed
					AND CASE WHEN no_step_reason.missing > 0 THEN e.rule IS NOT NULL AND e.source IS NOT NULL ELSE e.parameter LIKE 'minimum %' END
				ORDER BY e.number
				LIMIT 3) AS s));
END
$$;
COMMENT ON FUNCTION creditbank.no_step_reason(creditbank.rule_set, jsonb, jsonb, text, numeric, date, text) IS
'Why there is no next step in a programme, in a language: no credits are missing, with the minimums that are still not met; or none was found, with up to three reasons why what is held does not convert. NULL for NULL. Errors: as evaluate.';

CREATE FUNCTION creditbank.programme_steps(
	codes text[],
	rules creditbank.rule_set[],
	portfolios jsonb[],
	histories jsonb[],
	missing numeric[],
	as_of date,
	usual_hours numeric,
	language text,
	tried integer,
	most integer)
RETURNS TABLE (
	code text,
	place bigint,
	step text,
	ref text,
	title text,
	hours numeric,
	credits numeric,
	hours_per_credit numeric,
	rule text,
	reason text,
	possible bigint)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
SET enable_nestloop = off
SET enable_sort = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	-- The full stop of a Chinese sentence is wide: no space follows.
	space constant text := CASE language WHEN 'zh' THEN '' ELSE ' ' END;
BEGIN
	RETURN QUERY
	WITH asked AS MATERIALIZED (
		SELECT a.*, creditbank.programme_document(a.code) AS document
		FROM unnest(programme_steps.codes, programme_steps.rules, programme_steps.portfolios, programme_steps.histories, programme_steps.missing)
			AS a (code, rules, portfolio, history, missing)),
	base AS MATERIALIZED (
		SELECT a.*, a.rules::jsonb AS book,
			creditbank.convertible(a.rules, a.portfolio, a.history, programme_steps.as_of, a.document)::numeric AS granted
		FROM asked AS a),
	written AS MATERIALIZED (
		SELECT b.code, r.rule ->> 'rule' AS rule, r.place, s.source ->> 'source' AS pattern, coalesce(s.source -> 'tests', '[]') AS tests
		FROM base AS b
		CROSS JOIN LATERAL jsonb_array_elements(b.book -> 'rules') WITH ORDINALITY AS r (rule, place)
		CROSS JOIN LATERAL jsonb_path_query(r.rule -> 'when', 'strict $.** ? (exists (@.source))') AS s (source)),
	source AS MATERIALIZED (
		SELECT w.*
		FROM written AS w
		UNION
		-- A substitute is found by the patterns that name another of its group.
		SELECT w.code, w.rule, w.place, m.ref, w.tests
		FROM written AS w
		JOIN base AS b ON b.code = w.code
		CROSS JOIN LATERAL jsonb_array_elements(b.book -> 'substitutes') AS g (members)
		CROSS JOIN LATERAL jsonb_array_elements_text(g.members) AS m (ref)
		WHERE g.members ? w.pattern),
	item AS MATERIALIZED (
		SELECT a.code, h.item, h.item ->> 'ref' AS ref, creditbank.catalogue_ref((h.item ->> 'ref')::creditbank.achievement_ref) AS catalogue_ref
		FROM asked AS a
		CROSS JOIN LATERAL jsonb_array_elements(a.portfolio) AS h (item)),
	-- An array, so that few are expected, as there are.
	pattern AS MATERIALIZED (
		SELECT p.pattern, nullif(split_part(p.pattern, '/', 1), '*') AS class, CASE WHEN p.pattern LIKE '%/%/*' THEN split_part(p.pattern, '/', 2) END AS issuer,
			p.pattern NOT LIKE '%*' AS exact
		FROM unnest(ARRAY(SELECT DISTINCT s.pattern FROM source AS s)) AS p (pattern)),
	-- What a source may name, or is held: of a large catalogue a small part.
	wanted AS MATERIALIZED (
		SELECT p.pattern::creditbank.achievement_ref AS ref
		FROM pattern AS p
		WHERE p.exact
		UNION
		SELECT c.ref
		FROM creditbank.catalogue AS c
		JOIN pattern AS p ON p.issuer = c.issuer AND coalesce(p.class = creditbank.class(c.ref), true)
		WHERE NOT p.exact
		UNION
		SELECT c.ref
		FROM creditbank.catalogue AS c
		JOIN pattern AS p ON p.class = creditbank.class(c.ref)
		WHERE p.issuer IS NULL
			AND NOT p.exact
		UNION
		SELECT c.ref
		FROM creditbank.catalogue AS c
		WHERE EXISTS (SELECT FROM pattern AS p WHERE p.pattern = '*')
		UNION
		SELECT h.catalogue_ref
		FROM item AS h),
	entry AS MATERIALIZED (
		SELECT l.ref, l.title, l.level, l.amount, l.hours, l.issuer,
			coalesce(l.hours::numeric, CASE creditbank.unit(l.amount)
				WHEN 'hr' THEN l.amount::numeric
				WHEN 'cr' THEN l.amount::numeric * programme_steps.usual_hours END) AS cost
		FROM (
			SELECT DISTINCT ON (c.ref) c.*
			FROM creditbank.catalogue AS c
			JOIN wanted AS w ON w.ref = c.ref
			WHERE c.effective_from <= programme_steps.as_of
			ORDER BY c.ref, c.version DESC) AS l
		JOIN creditbank.institution AS i ON i.code = l.issuer
		WHERE coalesce(l.effective_until >= programme_steps.as_of, true)
			AND i.valid @> programme_steps.as_of),
	-- What is held and lacks nothing but what can be mended.
	told AS MATERIALIZED (
		SELECT b.code, e.rule, e.source, array_agg(e.parameter) AS lacking, string_agg(e.sentence, space ORDER BY e.number) AS said
		FROM base AS b
		CROSS JOIN LATERAL creditbank.explain(b.rules, b.portfolio, b.document, b.history, programme_steps.as_of, 'priority', programme_steps.language)
			WITH ORDINALITY AS e (rule, source, target, parameter, required, found, missing, passed, sentence, number)
		WHERE b.missing > 0
			AND NOT e.passed
			AND e.rule IS NOT NULL
			AND e.source IS NOT NULL
			AND e.target IS NULL
		GROUP BY b.code, e.rule, e.source
		HAVING bool_and(e.parameter IN ('state', 'expires_on', 'within', 'valid_for', 'shelf_life', 'level', 'grade', 'attendance', 'hours', 'credits'))),
	mended AS (
		SELECT t.code, t.rule, s.place AS rule_place, h.ref, t.lacking, t.said, h.item, h.catalogue_ref,
			creditbank.meeting_item(
				CASE WHEN t.lacking && '{expires_on,within,valid_for,shelf_life}'
					THEN (h.item - '{state,expires_on}'::text[]) || jsonb_build_object('awarded_on', programme_steps.as_of)
					ELSE h.item - 'state' END,
				s.tests, t.lacking) AS better,
			row_number() OVER (PARTITION BY t.code ORDER BY s.place, h.ref COLLATE "C") AS number,
			count(*) OVER (PARTITION BY t.code) AS possible
		FROM told AS t
		JOIN item AS h ON h.code = t.code AND h.ref = t.source
		CROSS JOIN LATERAL (
			SELECT min(s.place) AS place, coalesce(jsonb_agg(n.test) FILTER (WHERE n.test IS NOT NULL), '[]') AS tests
			FROM source AS s
			LEFT JOIN LATERAL jsonb_array_elements(s.tests) AS n (test) ON true
			WHERE s.code = t.code
				AND s.rule = t.rule
				AND s.pattern = ANY (creditbank.ref_patterns(h.ref::creditbank.achievement_ref))) AS s),
	held_step AS MATERIALIZED (
		SELECT m.code,
			CASE
				WHEN m.lacking && '{level,grade,attendance,hours,credits}' THEN 'improve'
				WHEN m.lacking && '{expires_on,within,valid_for,shelf_life}' THEN 'renew'
				WHEN m.item ->> 'state' = 'frozen' THEN 'release'
				ELSE 'recognise' END AS step,
			m.ref, m.item ->> 'title' AS title, m.rule, m.rule_place, m.said, m.possible, NULL::jsonb AS bare, false AS elective,
			CASE
				WHEN m.lacking <@ '{state}' THEN 0
				WHEN m.lacking <@ '{state,hours}' THEN w.hours - coalesce(h.hours, 0)
				ELSE coalesce(e.cost, h.hours) END AS hours,
			creditbank.convertible(b.rules, b.portfolio, b.history, programme_steps.as_of, b.document, m.better)::numeric - b.granted AS credits
		FROM mended AS m
		JOIN base AS b ON b.code = m.code
		LEFT JOIN entry AS e ON e.ref = m.catalogue_ref
		CROSS JOIN LATERAL creditbank.item_hours(m.item) AS h (hours)
		CROSS JOIN LATERAL creditbank.item_hours(m.better) AS w (hours)
		WHERE m.number <= programme_steps.tried),
	-- What is not held and some source of a rule names.
	open_entry AS (
		SELECT b.code, e.ref, e.cost, s.rule, s.place, s.tests,
			row_number() OVER (PARTITION BY b.code ORDER BY e.cost, e.ref, s.place) AS number,
			count(*) OVER (PARTITION BY b.code) AS possible
		FROM (
			-- without a serial, the first two are the same
			SELECT n.ref, n.cost, unnest((creditbank.ref_patterns(n.ref))[2:]) AS pattern
			FROM entry AS n) AS e
		JOIN source AS s ON s.pattern = e.pattern
		JOIN base AS b ON b.code = s.code AND b.missing > 0
		WHERE NOT EXISTS (
				SELECT FROM item AS h
				WHERE h.code = b.code
					AND h.catalogue_ref = e.ref)
			AND NOT EXISTS (
				SELECT FROM creditbank.programme_course AS c
				WHERE c.programme = b.code
					AND c.ref = e.ref)),
	mapped AS MATERIALIZED (
		SELECT m.certificate_ref AS ref
		FROM creditbank.standard_match AS m
		UNION
		SELECT m.certificate_ref
		FROM creditbank.standard_mapping AS m),
	new_item AS MATERIALIZED (
		SELECT o.code, o.ref, o.cost, o.rule, o.place, o.tests, o.possible, e.title, e.level, jsonb_strip_nulls(jsonb_build_object(
				'ref', o.ref::text,
				'title', e.title,
				'amount', e.amount::text,
				'hours', CASE WHEN creditbank.unit(e.amount) IS DISTINCT FROM 'hr' THEN e.hours::text END,
				'level', e.level,
				'awarded_on', programme_steps.as_of,
				'institution', e.issuer,
				'overlaps', CASE WHEN o.ref IN (SELECT m.ref FROM mapped AS m) THEN creditbank.overlap_document(o.ref, o.code) END)) AS bare
		FROM open_entry AS o
		JOIN entry AS e ON e.ref = o.ref
		WHERE o.number <= programme_steps.tried),
	-- Evaluated once for each: credits are looked at again below.
	new_step AS MATERIALIZED (
		SELECT n.code, 'earn' AS step, n.ref::text AS ref, n.title, n.rule, n.place AS rule_place, NULL AS said, n.possible, n.bare, false AS elective,
			n.cost AS hours,
			creditbank.convertible(b.rules, b.portfolio, b.history, programme_steps.as_of, b.document,
				creditbank.meeting_item(n.bare, n.tests, CASE WHEN n.level IS NULL THEN '{level,grade,attendance}'::text[] ELSE '{grade,attendance}' END))::numeric - b.granted AS credits
		FROM new_item AS n
		JOIN base AS b ON b.code = n.code),
	covered AS MATERIALIZED (
		SELECT b.code, e.target
		FROM base AS b
		CROSS JOIN LATERAL creditbank.evaluate(b.rules, b.portfolio, b.document, b.history, programme_steps.as_of) AS e
		WHERE e.granted IS NOT NULL
			AND e.target IS NOT NULL),
	study_step AS (
		SELECT b.code, 'study' AS step, c.course ->> 'ref' AS ref, c.course ->> 'title' AS title, '' AS rule, c.place AS rule_place, NULL AS said,
			0::bigint AS possible, NULL::jsonb AS bare, NOT (c.course ->> 'compulsory')::boolean AS elective,
			coalesce((c.course ->> 'hours')::numeric, (c.course ->> 'credits')::numeric * programme_steps.usual_hours) AS hours,
			(c.course ->> 'credits')::numeric AS credits
		FROM base AS b
		CROSS JOIN LATERAL jsonb_array_elements(b.document -> 'courses') WITH ORDINALITY AS c (course, place)
		WHERE ((c.course ->> 'compulsory')::boolean OR b.missing > 0)
			AND NOT jsonb_path_exists(b.history, '$[*] ? (@.target == $ref)', jsonb_build_object('ref', c.course -> 'ref'))
			AND NOT EXISTS (
				SELECT FROM covered AS g
				WHERE g.code = b.code
					AND g.target = c.course ->> 'ref')),
	step AS (
		SELECT DISTINCT ON (s.code, s.step, s.ref) s.*, round(s.hours / s.credits, 4) AS hours_per_credit
		FROM (
			SELECT * FROM held_step
			UNION ALL
			SELECT * FROM new_step
			UNION ALL
			SELECT * FROM study_step) AS s
		WHERE s.credits > 0
		ORDER BY s.code, s.step, s.ref, s.credits DESC, s.rule_place),
	ranked AS (
		SELECT s.*, max(s.possible) OVER (PARTITION BY s.code) AS most_possible,
			row_number() OVER (PARTITION BY s.code ORDER BY s.hours_per_credit, s.credits DESC, s.step COLLATE "C", s.ref COLLATE "C") AS place
		FROM step AS s)
	SELECT r.code, r.place, r.step, r.ref, r.title, r.hours, r.credits, r.hours_per_credit, nullif(r.rule, ''),
		concat_ws(space,
			creditbank.step_sentence(CASE WHEN r.elective THEN 'elect' ELSE r.step END, concat(r.ref, ' (' || r.title || ')'), creditbank.credit_amount(r.credits), r.rule, programme_steps.language),
			r.said, (
			SELECT string_agg(e.sentence, space ORDER BY e.number)
			FROM base AS b
			CROSS JOIN LATERAL creditbank.explain(b.rules, '[]' || r.bare, b.document, b.history, programme_steps.as_of, 'priority', programme_steps.language)
				WITH ORDINALITY AS e (rule, source, target, parameter, required, found, missing, passed, sentence, number)
			WHERE b.code = r.code
				AND e.rule = r.rule
				AND e.source = r.ref
				AND NOT e.passed
				AND e.parameter IN ('level', 'grade', 'attendance'))),
		r.most_possible
	FROM ranked AS r
	WHERE r.place <= programme_steps.most
	ORDER BY array_position(programme_steps.codes, r.code), r.place;
END
$$;
COMMENT ON FUNCTION creditbank.programme_steps(text[], creditbank.rule_set[], jsonb[], jsonb[], numeric[], date, numeric, text, integer, integer) IS
'The steps that would add credits in programmes, as next_steps has them: most of each programme, in the order of the codes. The arrays have one member for each programme: its rules, the portfolio and history as evaluate() takes them there, and the credits that are missing; where none are, only what is compulsory is to be studied. Of what is held, and of the catalogue, as many steps are evaluated as tried says; possible is how many there were, the larger of the two. No rows when an argument is NULL. Errors: as evaluate.';

CREATE FUNCTION creditbank.check_pathway_question(
	as_of date,
	most integer,
	education_level text,
	institution text,
	language text,
	usual_hours numeric)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	levels text;
BEGIN
	PERFORM creditbank.check_conversion_day(check_pathway_question.as_of);
	IF most IS NULL OR most < 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'at least one row must be asked for',
			DETAIL = format('most is %s.', coalesce(most::text, 'NULL')),
			HINT = 'Leave most out for ten.';
	END IF;
	IF usual_hours IS NULL OR usual_hours NOT BETWEEN 0.0001 AND 10000 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'a credit takes some hours to study',
			DETAIL = format('usual_hours is %s.', coalesce(usual_hours::text, 'NULL')),
			HINT = 'Pass the learning hours that a credit usually stands for: 15, 16 or 18; leave it out for 16.';
	END IF;
	PERFORM creditbank.step_sentence('study', '', '1 cr', '', language);
	IF NOT EXISTS (SELECT FROM creditbank.institution AS i WHERE i.code = check_pathway_question.institution) THEN
		IF institution IS NOT NULL THEN
			RAISE EXCEPTION USING
				ERRCODE = creditbank.sqlstate('invalid_parameter'),
				MESSAGE = format('institution "%s" is not in the registry', institution),
				HINT = 'SELECT code, name FROM creditbank.institution lists the institutions.',
				SCHEMA = 'creditbank',
				TABLE = 'institution',
				COLUMN = 'code';
		END IF;
	END IF;
	IF education_level IS NOT NULL
		AND NOT EXISTS (SELECT FROM creditbank.programme AS p WHERE p.education_level = check_pathway_question.education_level)
	THEN
		SELECT string_agg(DISTINCT p.education_level, ', ')
		INTO levels
		FROM creditbank.programme AS p;
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('no programme leads to education level "%s"', education_level),
			DETAIL = coalesce('There are: ' || levels || '.', 'No programme of the registry states one.'),
			HINT = 'Leave education_level out for all of them.',
			SCHEMA = 'creditbank',
			TABLE = 'programme',
			COLUMN = 'education_level';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_pathway_question(date, integer, text, text, text, numeric) IS
'Raises unless the arguments of a question about paths make sense: invalid_date, invalid_parameter. education_level and institution may be NULL.';

CREATE FUNCTION creditbank.pathway_rows(
	held jsonb,
	of_account bigint,
	as_of date,
	most integer,
	of_level text,
	of_institution text,
	language text,
	usual_hours numeric)
RETURNS TABLE (
	place integer,
	programme text,
	title text,
	education_level text,
	institution text,
	credits numeric(18,4),
	posted numeric(18,4),
	convertible numeric(18,4),
	share numeric(5,2),
	missing numeric(18,4),
	minimums_missing text[],
	next_step text,
	reason text,
	enrolled boolean)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH ranked AS MATERIALIZED (
		SELECT r.*
		FROM creditbank.ranked_programmes(pathway_rows.held, pathway_rows.of_account, pathway_rows.as_of, NULL,
			pathway_rows.of_level, pathway_rows.of_institution, pathway_rows.most) AS r),
	step AS MATERIALIZED (
		SELECT s.code, s.ref, s.reason
		FROM (
			SELECT array_agg(r.programme ORDER BY r.place) AS codes, array_agg(r.rules ORDER BY r.place) AS rules,
				array_agg(r.portfolio ORDER BY r.place) AS portfolios, array_agg(r.history ORDER BY r.place) AS histories,
				array_agg(r.missing ORDER BY r.place) AS missing
			FROM ranked AS r) AS a
		CROSS JOIN LATERAL creditbank.programme_steps(a.codes, a.rules, a.portfolios, a.histories, a.missing,
			pathway_rows.as_of, pathway_rows.usual_hours, pathway_rows.language, 10, 1) AS s)
	SELECT r.place::integer, r.programme, r.title, r.education_level, r.institution,
		r.credits::numeric(18,4), r.posted::numeric(18,4), r.convertible::numeric(18,4), r.share::numeric(5,2), r.missing::numeric(18,4),
		ARRAY(
			SELECT e.sentence
			FROM creditbank.explain(r.rules, r.portfolio, creditbank.programme_document(r.programme), r.history,
				pathway_rows.as_of, 'priority', pathway_rows.language) AS e
			WHERE e.parameter LIKE 'minimum %'
				AND NOT e.passed),
		s.ref,
		CASE WHEN s.code IS NOT NULL THEN s.reason
			ELSE creditbank.no_step_reason(r.rules, r.portfolio, r.history, r.programme, r.missing, pathway_rows.as_of, pathway_rows.language) END,
		r.enrolled
	FROM ranked AS r
	LEFT JOIN step AS s ON s.code = r.programme
	ORDER BY r.place;
	IF NOT FOUND THEN
		RAISE NOTICE USING
			MESSAGE = 'there is no programme to rank',
			DETAIL = (
				SELECT format('Asked about are programmes for credit%s%s: %s offered on %s; %s of them with a rule book in force, %s of them graduated from.',
					' of institution ' || pathway_rows.of_institution, ' that lead to ' || pathway_rows.of_level, count(*), to_char(pathway_rows.as_of, 'YYYY-MM-DD'),
					count(*) FILTER (WHERE o.ruled), count(*) FILTER (WHERE o.ruled AND o.graduated))
				FROM (
					SELECT
						EXISTS (
							SELECT FROM creditbank.rule_book AS b
							WHERE b.in_force @> pathway_rows.as_of
								AND (p.code = ANY (b.programmes) OR b.programmes = '{}')) AS ruled,
						p.code IN (
							SELECT g.programme
							FROM creditbank.graduated_from(pathway_rows.of_account, pathway_rows.as_of) AS g) AS graduated
					FROM creditbank.programme AS p
					JOIN creditbank.institution AS i ON i.code = p.institution
					WHERE p.purpose = 'credit'
						AND p.valid @> pathway_rows.as_of
						AND i.valid @> pathway_rows.as_of
						AND coalesce(p.education_level = pathway_rows.of_level, pathway_rows.of_level IS NULL)
						AND coalesce(p.institution = pathway_rows.of_institution, pathway_rows.of_institution IS NULL)) AS o),
			HINT = 'Ask about another day, or leave education_level and institution out.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.pathway_rows(jsonb, bigint, date, integer, text, text, text, numeric) IS
'The rows of pathways for what is held (a portfolio as of held_document) by an account (NULL: by nobody yet), once the arguments were checked.';

CREATE FUNCTION creditbank.pathways(
	account text,
	as_of date DEFAULT NULL,
	most integer DEFAULT 10,
	OUT place integer,
	OUT programme text,
	OUT title text,
	INOUT education_level text DEFAULT NULL,
	INOUT institution text DEFAULT NULL,
	language text DEFAULT NULL,
	usual_hours numeric DEFAULT 16,
	OUT credits numeric(18,4),
	OUT posted numeric(18,4),
	OUT convertible numeric(18,4),
	OUT share numeric(5,2),
	OUT missing numeric(18,4),
	OUT minimums_missing text[],
	OUT next_step text,
	OUT reason text,
	OUT enrolled boolean)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(pathways.account);
	pathways.as_of := coalesce(pathways.as_of, creditbank.today());
	pathways.language := creditbank.explanation_language(pathways.language);
	PERFORM creditbank.check_pathway_question(pathways.as_of, pathways.most, pathways.education_level, pathways.institution,
		pathways.language, pathways.usual_hours);
	RETURN QUERY
	SELECT r.*
	FROM creditbank.pathway_rows(creditbank.held_document(of_account, 'credit'), of_account, pathways.as_of, pathways.most,
		pathways.education_level, pathways.institution, pathways.language, pathways.usual_hours) AS r;
END
$$;
COMMENT ON FUNCTION creditbank.pathways(text, date, integer, text, text, text, numeric) IS
'The programmes that an account has come furthest in, most of them (10): those offered on as_of (NULL: today) that a rule book is in force for, of an education_level and an institution unless these are NULL. credits are the programme''s; posted those that count there already, converted or studied; convertible those that a conversion of everything held would add on the day, by priority; share both in percent of credits, cut off behind two decimals and 100 at the most; missing the rest. Ranked by share, then by what is missing, what is convertible and the code. minimums_missing says which minimums of the rules would still not be met; next_step is the first of next_steps that was found (NULL: none), with its reason, or that for which there is none, in a language (''en'', ''zh''; NULL: that of lc_messages); enrolled whether the account is enrolled on the day. What was graduated from is left out; so is, with a WARNING, a programme whose rules ask for what it does not state; where no programme is left, a NOTICE says why. Writes nothing. Errors: bank_not_open, unknown_account, invalid_date, invalid_parameter.';

CREATE FUNCTION creditbank.pathways_for(
	portfolio jsonb,
	as_of date DEFAULT NULL,
	most integer DEFAULT 10,
	OUT place integer,
	OUT programme text,
	OUT title text,
	INOUT education_level text DEFAULT NULL,
	INOUT institution text DEFAULT NULL,
	language text DEFAULT NULL,
	usual_hours numeric DEFAULT 16,
	OUT credits numeric(18,4),
	OUT posted numeric(18,4),
	OUT convertible numeric(18,4),
	OUT share numeric(5,2),
	OUT missing numeric(18,4),
	OUT minimums_missing text[],
	OUT next_step text,
	OUT reason text,
	OUT enrolled boolean)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM creditbank.require_bank();
	pathways_for.as_of := coalesce(pathways_for.as_of, creditbank.today());
	pathways_for.language := creditbank.explanation_language(pathways_for.language);
	PERFORM creditbank.check_pathway_question(pathways_for.as_of, pathways_for.most, pathways_for.education_level, pathways_for.institution,
		pathways_for.language, pathways_for.usual_hours);
	RETURN QUERY
	SELECT r.*
	FROM creditbank.pathway_rows(creditbank.read_portfolio(pathways_for.portfolio), NULL, pathways_for.as_of, pathways_for.most,
		pathways_for.education_level, pathways_for.institution, pathways_for.language, pathways_for.usual_hours) AS r;
END
$$;
COMMENT ON FUNCTION creditbank.pathways_for(jsonb, date, integer, text, text, text, numeric) IS
'What pathways would say of a portfolio of nobody''s, as evaluate() takes it: for whoever wonders before opening an account. Its courses of a programme count as studied there. At most 500 achievements. enrolled is false. Errors: bank_not_open, invalid_date, invalid_parameter, and those of evaluate.';

CREATE FUNCTION creditbank.read_portfolio(portfolio jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF portfolio IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'no portfolio was passed',
			DETAIL = 'portfolio is NULL.',
			HINT = 'Pass an array of achievements; ''[]'' when there are none.';
	END IF;
	-- Every programme is asked about every one.
	IF jsonb_typeof(portfolio) = 'array' AND jsonb_array_length(portfolio) > 500 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'the portfolio is too long to ask every programme about it',
			DETAIL = format('It has %s achievements, and may have 500.', jsonb_array_length(portfolio)),
			HINT = 'Pass fewer, or open an account and deposit them.';
	END IF;
	-- Whatever is wrong with it, evaluate() says best.
	PERFORM creditbank.convertible('rule_set ''none'' version 1 rule ''none'' when work/* grant 1 cr', portfolio, '[]', '2000-01-01', '{"code": ""}');
	RETURN (
		SELECT coalesce(jsonb_agg(jsonb_strip_nulls(p.item)
			|| jsonb_build_object('ref', (p.item ->> 'ref')::creditbank.achievement_ref::text) ORDER BY p.place), '[]')
		FROM jsonb_array_elements(portfolio) WITH ORDINALITY AS p (item, place));
END
$$;
COMMENT ON FUNCTION creditbank.read_portfolio(jsonb) IS
'A portfolio that somebody passed, with its references in canonical form. Errors: invalid_parameter for NULL and for more than 500 achievements, and those of evaluate for one that cannot be read.';

CREATE FUNCTION creditbank.check_path(programme text, as_of date)
RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	PERFORM creditbank.check_conversion_day(check_path.as_of);
	IF check_path.programme IS NULL THEN
		PERFORM creditbank.conversion_inputs(NULL, NULL, NULL);
	END IF;
	PERFORM creditbank.check_programme(check_path.programme, check_path.as_of);
	IF creditbank.programme_purpose(check_path.programme) <> 'credit' THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = format('programme "%s" is a points scheme', check_path.programme),
			DETAIL = 'It has no courses and is never completed, so that no path leads through it.',
			HINT = 'Name a programme whose purpose is credit.',
			SCHEMA = 'creditbank',
			TABLE = 'programme',
			COLUMN = 'purpose';
	END IF;
	PERFORM creditbank.rules_in_force(check_path.programme, check_path.as_of);
END
$$;
COMMENT ON FUNCTION creditbank.check_path(text, date) IS
'Raises unless a path can lead through a programme on a day: invalid_date, unknown_programme, no_rules_in_force; invalid_parameter for a points scheme.';

CREATE FUNCTION creditbank.pathway_courses(account text, programme text, as_of date DEFAULT NULL)
RETURNS TABLE (
	course text,
	title text,
	credits numeric(18,4),
	hours numeric(18,4),
	category text,
	compulsory boolean,
	may_be_exempted boolean,
	state text,
	granted numeric(18,4),
	covered_by text[],
	rule text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	inputs jsonb;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(pathway_courses.account);
	pathway_courses.as_of := coalesce(pathway_courses.as_of, creditbank.today());
	PERFORM creditbank.check_path(pathway_courses.programme, pathway_courses.as_of);
	inputs := creditbank.conversion_inputs(of_account, pathway_courses.programme, NULL);
	RETURN QUERY
	WITH line AS (
		SELECT h.line ->> 'target' AS target, CASE WHEN h.line ->> 'mark' = 'studied' THEN 'studied' ELSE 'posted' END AS state,
			(h.line ->> 'granted')::creditbank.credit_amount AS granted,
			ARRAY(SELECT jsonb_array_elements_text(h.line -> 'sources')) AS sources, h.line ->> 'rule' AS rule
		FROM jsonb_array_elements(inputs -> 'history') AS h (line)
		UNION ALL
		SELECT e.target, 'convertible', e.granted, e.sources, e.rule
		FROM creditbank.evaluate(creditbank.rules_for(pathway_courses.programme, pathway_courses.as_of, NULL),
			inputs -> 'portfolio', inputs -> 'programme', inputs -> 'history', pathway_courses.as_of) AS e
		WHERE e.granted IS NOT NULL)
	SELECT c.ref::text, c.title, c.credits::numeric(18,4), c.hours::numeric(18,4), c.category, c.compulsory, NOT c.excluded,
		coalesce(l.state, 'open'), l.granted::numeric(18,4), coalesce(l.sources, '{}'), l.rule
	FROM creditbank.programme_course AS c
	LEFT JOIN LATERAL (
		SELECT l.*
		FROM line AS l
		WHERE l.target = c.ref::text
		ORDER BY array_position('{studied,posted,convertible}', l.state), l.sources
		LIMIT 1) AS l ON true
	WHERE c.programme = pathway_courses.programme
	ORDER BY c.ref;
END
$$;
COMMENT ON FUNCTION creditbank.pathway_courses(text, text, date) IS
'The courses of a programme, and what an account has of each on a day (NULL: today): one row per course with its state, studied there, posted (converted before), convertible (a conversion of everything held would grant it) or open; the credits granted for it, the achievements it is covered by (empty when open) and the rule (NULL when studied or open). Credit without a course is not among them. Writes nothing. Errors: bank_not_open, unknown_account, unknown_programme, no_rules_in_force, invalid_date, invalid_parameter for a points scheme, and those of evaluate.';

CREATE FUNCTION creditbank.next_steps(
	account text,
	programme text,
	as_of date DEFAULT NULL,
	most integer DEFAULT 10,
	language text DEFAULT NULL,
	usual_hours numeric DEFAULT 16)
RETURNS TABLE (
	place integer,
	step text,
	ref text,
	title text,
	hours numeric(18,4),
	credits numeric(18,4),
	hours_per_credit numeric(18,4),
	rule text,
	reason text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	-- so many steps with what is held, and as many with what the catalogue has
	tried constant integer := 200;
	of_account bigint;
	possible bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(next_steps.account);
	next_steps.as_of := coalesce(next_steps.as_of, creditbank.today());
	next_steps.language := creditbank.explanation_language(next_steps.language);
	PERFORM creditbank.check_pathway_question(next_steps.as_of, next_steps.most, NULL, NULL, next_steps.language, next_steps.usual_hours);
	PERFORM creditbank.check_path(next_steps.programme, next_steps.as_of);
	FOR place, step, ref, title, hours, credits, hours_per_credit, rule, reason, possible IN
		SELECT s.place, s.step, s.ref, s.title, s.hours::numeric(18,4), s.credits::numeric(18,4), s.hours_per_credit::numeric(18,4), s.rule, s.reason, s.possible
		FROM creditbank.ranked_programmes(creditbank.held_document(of_account, 'credit'), of_account, next_steps.as_of,
			next_steps.programme, NULL, NULL, 1) AS r
		CROSS JOIN LATERAL creditbank.programme_steps(ARRAY[r.programme], ARRAY[r.rules], ARRAY[r.portfolio], ARRAY[r.history], ARRAY[r.missing],
			next_steps.as_of, next_steps.usual_hours, next_steps.language, tried, next_steps.most) AS s
		ORDER BY s.place
	LOOP
		IF place = 1 AND possible > tried THEN
			RAISE NOTICE USING
				MESSAGE = format('%s of %s possible steps were tried', tried, possible),
				DETAIL = 'Those of the fewest hours; where a step takes more, it may add more.',
				HINT = 'Narrow the patterns of the rules, or look in the catalogue by yourself.';
		END IF;
		RETURN NEXT;
	END LOOP;
	IF NOT FOUND THEN
		RAISE NOTICE USING
			MESSAGE = format('there is no next step in programme "%s"', next_steps.programme),
			DETAIL = coalesce(
				(SELECT creditbank.no_step_reason(r.rules, r.portfolio, r.history, r.programme, r.missing, next_steps.as_of, next_steps.language)
				FROM creditbank.ranked_programmes(creditbank.held_document(of_account, 'credit'), of_account, next_steps.as_of,
					next_steps.programme, NULL, NULL, 1) AS r),
				(SELECT creditbank.step_sentence('graduated', g.programme, '0 cr', '', next_steps.language)
				FROM creditbank.graduated_from(of_account, next_steps.as_of) AS g
				WHERE g.programme = next_steps.programme),
				'Its rules cannot be evaluated.');
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.next_steps(text, text, date, integer, text, numeric) IS
'What an account could do next for a programme, on a day (NULL: today), most of it (10), the fewest hours of study per credit first, unknown hours last. step: recognise or release, what is held only has to be recognised (0 hours); renew, it is too old; improve, it falls short in level, grade, attendance, hours or credits; earn, the catalogue has something that a rule takes; study, a course of the programme that nothing held covers. hours are those of the catalogue, else those stated, else credits times usual_hours (16); NULL when unknown. credits are what a conversion of everything held would grant more with the step taken, or those of the course; what would add nothing, be it for a cap, is left out. rule is the one that would take it, NULL for study. reason says all this, and what is lacking, in a language (''en'', ''zh''; NULL: that of lc_messages). What is earned or improved is taken to meet the least level, grade and attendance that the rule asks for where the catalogue does not say. 200 steps of what is held and 200 of the catalogue, of the fewest hours, are tried; a NOTICE says when there are more, and why there is no row where there is none. No rows for what was graduated from. Writes nothing. Errors: bank_not_open, unknown_account, unknown_programme, no_rules_in_force, invalid_date, invalid_parameter, and those of evaluate.';
