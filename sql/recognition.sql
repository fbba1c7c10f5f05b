-- recognition.sql: recognition by the body in charge: routes, assessors, opinions,
-- deadlines and appeals.
-- Promise: where a route says who is in charge, only assessors of that body
-- judge, as many as it asks for, and nobody judges what they handed in or, on
-- appeal, what they judged before. A request changes once, when it is closed, and its
-- outcome is the state that its achievement moved to.

CREATE FUNCTION creditbank.refuse_request_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	as_before record;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		as_before := NEW;
		as_before.closed_on := NULL;
		as_before.outcome := NULL;
		IF as_before IS NOT DISTINCT FROM OLD
			AND EXISTS (
				SELECT FROM creditbank.achievement AS a
				WHERE a.achievement_id = OLD.achievement_id
					AND a.state = NEW.outcome)
		THEN
			RETURN NEW;
		END IF;
	END IF;
	PERFORM creditbank.raise_append_only(TG_TABLE_NAME, TG_OP, TG_NAME, 'a request changes once, when its achievement moves on',
		'Take a step, like creditbank.return_achievement(), or hand it in anew.');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.refuse_request_change() IS
'The trigger of recognition_request: refuses DELETE, TRUNCATE and every UPDATE but the closing of an open request with the state that its achievement moved to. Errors: append_only.';

CREATE FUNCTION creditbank.close_request()
RETURNS trigger
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	UPDATE creditbank.recognition_request AS r
	SET closed_on = creditbank.today(),
		outcome = NEW.state
	WHERE r.achievement_id = NEW.achievement_id
		AND r.closed_on IS NULL;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditbank.close_request() IS
'The trigger of achievement that closes its open request when it moves on, whatever the step: recognised, declined, returned, withdrawn, revoked.';

CREATE PROCEDURE creditbank.create_recognition_tables()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE TABLE creditbank.recognition_route (
		class text,
		issuer text,
		region text,
		body text NOT NULL,
		assessors smallint NOT NULL DEFAULT 1,
		days integer NOT NULL DEFAULT 20,
		appeal_body text,
		valid daterange NOT NULL DEFAULT daterange(NULL, NULL),
		CONSTRAINT recognition_route_class_known CHECK (creditbank.class(creditbank.achievement_ref(class, 'X', 'X')) = class),
		CONSTRAINT recognition_route_assessors_range CHECK (assessors BETWEEN 1 AND 99),
		CONSTRAINT recognition_route_days_range CHECK (days BETWEEN 1 AND 3660),
		CONSTRAINT recognition_route_valid_some_day CHECK (NOT isempty(valid)),
		CONSTRAINT recognition_route_issuer_fkey FOREIGN KEY (issuer) REFERENCES creditbank.institution (code),
		CONSTRAINT recognition_route_region_fkey FOREIGN KEY (region) REFERENCES creditbank.region (code),
		CONSTRAINT recognition_route_body_fkey FOREIGN KEY (body) REFERENCES creditbank.institution (code),
		CONSTRAINT recognition_route_appeal_body_fkey FOREIGN KEY (appeal_body) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.recognition_route IS 'Which body recognises what. One row per kind of achievement and region; of those that fit, the most specific counts: one that names the issuer before one that names the class before one that names the region, the nearest region up the tree, and of several alike the one that began last.';
	COMMENT ON COLUMN creditbank.recognition_route.class IS 'The class of achievement, like cert; NULL for any.';
	COMMENT ON COLUMN creditbank.recognition_route.issuer IS 'The awarding body; NULL for any.';
	COMMENT ON COLUMN creditbank.recognition_route.region IS 'The learner''s region, or one that contains it; where the learner''s is not known, that of the awarding body. NULL for any.';
	COMMENT ON COLUMN creditbank.recognition_route.body IS 'The body in charge.';
	COMMENT ON COLUMN creditbank.recognition_route.assessors IS 'How many of its assessors are asked.';
	COMMENT ON COLUMN creditbank.recognition_route.days IS 'The days it has, from the day it is asked.';
	COMMENT ON COLUMN creditbank.recognition_route.appeal_body IS 'The body that judges appeals; NULL for the same body, by other assessors.';
	COMMENT ON COLUMN creditbank.recognition_route.valid IS 'The days on which requests go this way; unbounded when not said.';
	CREATE UNIQUE INDEX recognition_route_key ON creditbank.recognition_route (class, issuer, region, lower(valid)) NULLS NOT DISTINCT;
	COMMENT ON INDEX creditbank.recognition_route_key IS 'Of routes alike, no two begin on the same day.';

	CREATE TABLE creditbank.assessor (
		role_name text NOT NULL,
		institution text NOT NULL,
		valid daterange NOT NULL DEFAULT daterange(NULL, NULL),
		CONSTRAINT assessor_pkey PRIMARY KEY (role_name, institution),
		CONSTRAINT assessor_role_name_form CHECK (role_name ~ '[^[:space:]]' AND octet_length(role_name) <= 63),
		CONSTRAINT assessor_valid_some_day CHECK (NOT isempty(valid)),
		CONSTRAINT assessor_institution_fkey FOREIGN KEY (institution) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.assessor IS 'Who judges for which body. One row per role and body.';
	COMMENT ON COLUMN creditbank.assessor.role_name IS 'The role on whose behalf they work, as creditbank.caller() names it: one role per person.';
	COMMENT ON COLUMN creditbank.assessor.institution IS 'The body.';
	COMMENT ON COLUMN creditbank.assessor.valid IS 'The days on which they judge for it; unbounded when not said.';

	CREATE TABLE creditbank.recognition_request (
		request_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		account_id bigint NOT NULL,
		achievement_id bigint NOT NULL,
		ref creditbank.achievement_ref NOT NULL,
		round integer NOT NULL,
		is_appeal boolean NOT NULL,
		body text NOT NULL,
		assessors smallint NOT NULL,
		asked_on date NOT NULL,
		due_on date NOT NULL,
		asked_by text NOT NULL,
		note text,
		closed_on date,
		outcome text,
		CONSTRAINT recognition_request_pkey PRIMARY KEY (request_id),
		CONSTRAINT recognition_request_round_once UNIQUE (achievement_id, round),
		CONSTRAINT recognition_request_outcome_known CHECK (outcome IN ('recognised', 'declined', 'returned', 'withdrawn', 'revoked', 'merged')),
		CONSTRAINT recognition_request_closed_together CHECK ((closed_on IS NULL) = (outcome IS NULL)),
		CONSTRAINT recognition_request_achievement_fkey FOREIGN KEY (achievement_id) REFERENCES creditbank.achievement (achievement_id),
		CONSTRAINT recognition_request_body_fkey FOREIGN KEY (body) REFERENCES creditbank.institution (code)
	);
	COMMENT ON TABLE creditbank.recognition_request IS 'What bodies were asked to judge. One row per request: each time an achievement is handed in, handed in again, or appealed; it changes once, when it is closed.';
	COMMENT ON COLUMN creditbank.recognition_request.request_id IS 'The request''s id.';
	COMMENT ON SEQUENCE creditbank.recognition_request_request_id_seq IS 'Numbers requests for recognition.';
	COMMENT ON COLUMN creditbank.recognition_request.account_id IS 'The learner''s account.';
	COMMENT ON COLUMN creditbank.recognition_request.achievement_id IS 'The achievement.';
	COMMENT ON COLUMN creditbank.recognition_request.ref IS 'Its reference.';
	COMMENT ON COLUMN creditbank.recognition_request.round IS 'Its number among the requests for the achievement: 1, 2, 3 without gaps.';
	COMMENT ON COLUMN creditbank.recognition_request.is_appeal IS 'Whether it is an appeal.';
	COMMENT ON COLUMN creditbank.recognition_request.body IS 'The body in charge of it.';
	COMMENT ON COLUMN creditbank.recognition_request.assessors IS 'How many assessors are asked, before a tie.';
	COMMENT ON COLUMN creditbank.recognition_request.asked_on IS 'The day it was asked.';
	COMMENT ON COLUMN creditbank.recognition_request.due_on IS 'The last day to answer it.';
	COMMENT ON COLUMN creditbank.recognition_request.asked_by IS 'The role that handed it in.';
	COMMENT ON COLUMN creditbank.recognition_request.note IS 'What was said with it; of an appeal its grounds. Never personal data.';
	COMMENT ON COLUMN creditbank.recognition_request.closed_on IS 'The day it was closed; NULL while it is open.';
	COMMENT ON COLUMN creditbank.recognition_request.outcome IS 'The state that the achievement moved to: recognised, declined, returned, withdrawn, revoked or merged; NULL while it is open.';
	CREATE UNIQUE INDEX recognition_request_open_once ON creditbank.recognition_request (achievement_id)
	WHERE closed_on IS NULL;
	COMMENT ON INDEX creditbank.recognition_request_open_once IS 'An achievement is judged in one place at a time.';
	CREATE INDEX recognition_request_due_idx ON creditbank.recognition_request (due_on)
	WHERE closed_on IS NULL;
	COMMENT ON INDEX creditbank.recognition_request_due_idx IS 'The open requests by their last day.';
	CREATE INDEX recognition_request_account_idx ON creditbank.recognition_request (account_id);
	COMMENT ON INDEX creditbank.recognition_request_account_idx IS 'A learner''s requests.';

	CREATE TABLE creditbank.recognition_opinion (
		request_id bigint NOT NULL,
		assessor text NOT NULL,
		verdict text NOT NULL,
		amount creditbank.credit_amount,
		level smallint,
		overlap numeric(5,2),
		note text,
		given_at timestamptz NOT NULL,
		CONSTRAINT recognition_opinion_pkey PRIMARY KEY (request_id, assessor),
		CONSTRAINT recognition_opinion_verdict_known CHECK (verdict IN ('recognised', 'declined', 'returned')),
		CONSTRAINT recognition_opinion_amount_recognised CHECK (amount IS NULL OR verdict = 'recognised'),
		CONSTRAINT recognition_opinion_request_fkey FOREIGN KEY (request_id) REFERENCES creditbank.recognition_request (request_id)
	);
	COMMENT ON TABLE creditbank.recognition_opinion IS 'What assessors found. One row per request and assessor; rows are only ever added.';
	COMMENT ON COLUMN creditbank.recognition_opinion.request_id IS 'The request.';
	COMMENT ON COLUMN creditbank.recognition_opinion.assessor IS 'The role on whose behalf it was given.';
	COMMENT ON COLUMN creditbank.recognition_opinion.verdict IS 'recognised, declined, or returned (for more evidence).';
	COMMENT ON COLUMN creditbank.recognition_opinion.amount IS 'The hours or credits to recognise: those given, or else those claimed; NULL for none.';
	COMMENT ON COLUMN creditbank.recognition_opinion.level IS 'The level to recognise: the one given, or else the one it has; NULL for none.';
	COMMENT ON COLUMN creditbank.recognition_opinion.overlap IS 'How much of its content is that of the courses it may stand for, in percent; NULL when it was not looked at.';
	COMMENT ON COLUMN creditbank.recognition_opinion.note IS 'The note given with it; of one returned the reason. Never personal data.';
	COMMENT ON COLUMN creditbank.recognition_opinion.given_at IS 'When it was given.';

	PERFORM creditbank.guard_table('recognition_request', 'refuse_request_change', 'A request changes once, when it is closed.');
	PERFORM creditbank.guard_table('recognition_opinion', 'refuse_change', 'Opinions are only ever added.');
	CREATE TRIGGER achievement_closes_request
	AFTER UPDATE OF state ON creditbank.achievement
	FOR EACH ROW
	WHEN (OLD.state IN ('submitted', 'appealed') AND NEW.state NOT IN ('submitted', 'appealed'))
	EXECUTE FUNCTION creditbank.close_request();
	COMMENT ON TRIGGER achievement_closes_request ON creditbank.achievement IS 'What moves on waits for nobody any more.';
	CALL creditbank.create_recognition_views();
END
$$;
COMMENT ON PROCEDURE creditbank.create_recognition_tables() IS
'Makes the tables of recognition and their views; a part of create_bank.';

CREATE PROCEDURE creditbank.create_recognition_views()
LANGUAGE plpgsql
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	CREATE VIEW creditbank.recognition_requests
	WITH (security_invoker = true) AS
	SELECT r.request_id,
		creditbank.account_number(r.account_id) AS account,
		r.ref::text AS achievement,
		r.round,
		r.is_appeal,
		r.body,
		creditbank.assessors_asked(r.assessors, o.recognised, o.declined) AS assessors,
		o.recognised,
		o.declined,
		r.asked_on,
		r.due_on,
		CASE WHEN r.closed_on IS NULL THEN r.due_on - creditbank.today() END AS days_left,
		r.asked_by,
		r.note,
		r.closed_on,
		r.outcome
	FROM creditbank.recognition_request AS r
	CROSS JOIN LATERAL (
		SELECT count(*) FILTER (WHERE n.verdict = 'recognised') AS recognised,
			count(*) FILTER (WHERE n.verdict = 'declined') AS declined
		FROM creditbank.recognition_opinion AS n
		WHERE n.request_id = r.request_id) AS o;
	COMMENT ON VIEW creditbank.recognition_requests IS 'Requests for recognition in plain types, for clerks and BI tools. One row per request.';
	COMMENT ON COLUMN creditbank.recognition_requests.request_id IS 'The request''s id.';
	COMMENT ON COLUMN creditbank.recognition_requests.account IS 'The number of the learner''s account.';
	COMMENT ON COLUMN creditbank.recognition_requests.achievement IS 'The achievement''s reference.';
	COMMENT ON COLUMN creditbank.recognition_requests.round IS 'Its number among the requests for the achievement.';
	COMMENT ON COLUMN creditbank.recognition_requests.is_appeal IS 'Whether it is an appeal.';
	COMMENT ON COLUMN creditbank.recognition_requests.body IS 'The body in charge of it.';
	COMMENT ON COLUMN creditbank.recognition_requests.assessors IS 'How many assessors are asked, with the one more after a tie.';
	COMMENT ON COLUMN creditbank.recognition_requests.recognised IS 'How many found that it is to be recognised.';
	COMMENT ON COLUMN creditbank.recognition_requests.declined IS 'How many found that it is not.';
	COMMENT ON COLUMN creditbank.recognition_requests.asked_on IS 'The day it was asked.';
	COMMENT ON COLUMN creditbank.recognition_requests.due_on IS 'The last day to answer it.';
	COMMENT ON COLUMN creditbank.recognition_requests.days_left IS 'The days until then, less than 0 when it is overdue; NULL when it is closed.';
	COMMENT ON COLUMN creditbank.recognition_requests.asked_by IS 'The role that handed it in.';
	COMMENT ON COLUMN creditbank.recognition_requests.note IS 'What was said with it; of an appeal its grounds.';
	COMMENT ON COLUMN creditbank.recognition_requests.closed_on IS 'The day it was closed; NULL while it is open.';
	COMMENT ON COLUMN creditbank.recognition_requests.outcome IS 'recognised, declined, returned, withdrawn, revoked or merged; NULL while it is open.';

	CREATE VIEW creditbank.recognition_opinions
	WITH (security_invoker = true) AS
	SELECT o.request_id,
		o.assessor,
		o.verdict,
		o.amount::numeric(18,4) AS amount,
		creditbank.unit(o.amount) AS unit,
		o.level,
		o.overlap,
		o.note,
		o.given_at
	FROM creditbank.recognition_opinion AS o;
	COMMENT ON VIEW creditbank.recognition_opinions IS 'What assessors found, in plain types, for clerks and BI tools. One row per request and assessor.';
	COMMENT ON COLUMN creditbank.recognition_opinions.request_id IS 'The request.';
	COMMENT ON COLUMN creditbank.recognition_opinions.assessor IS 'The role on whose behalf it was given.';
	COMMENT ON COLUMN creditbank.recognition_opinions.verdict IS 'recognised, declined, or returned (for more evidence).';
	COMMENT ON COLUMN creditbank.recognition_opinions.amount IS 'The hours or credits to recognise; NULL for none.';
	COMMENT ON COLUMN creditbank.recognition_opinions.unit IS 'The unit of amount: cr, pt, hr, ects or cats.';
	COMMENT ON COLUMN creditbank.recognition_opinions.level IS 'The level to recognise; NULL for none.';
	COMMENT ON COLUMN creditbank.recognition_opinions.overlap IS 'The overlap of content found, in percent; NULL when it was not looked at.';
	COMMENT ON COLUMN creditbank.recognition_opinions.note IS 'The note given with it; of one returned the reason.';
	COMMENT ON COLUMN creditbank.recognition_opinions.given_at IS 'When it was given.';
END
$$;
COMMENT ON PROCEDURE creditbank.create_recognition_views() IS
'Makes the views of recognition for clients; a part of create_recognition_tables.';

CREATE FUNCTION creditbank.assessors_asked(assessors integer, recognised bigint, declined bigint)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN greatest(assessors, recognised + declined + (recognised = declined)::integer)::integer;
COMMENT ON FUNCTION creditbank.assessors_asked(integer, bigint, bigint) IS
'How many assessors a request asks in all: as many as its route says, and one more each time that all have answered and are divided evenly. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.recognition_region(of_account bigint, issuer text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN coalesce(
		(SELECT h.region FROM creditbank.holder AS h WHERE h.account_id = of_account),
		(SELECT i.region FROM creditbank.institution AS i WHERE i.code = recognition_region.issuer));
END
$$;
COMMENT ON FUNCTION creditbank.recognition_region(bigint, text) IS
'The region by which an account''s achievement of an awarding body is routed: the learner''s, or else that body''s; NULL when neither is known, and for NULL. For the bank''s own functions only.';

CREATE FUNCTION creditbank.route_in_charge(class text, issuer text, region text, day date)
RETURNS TABLE (
	body text,
	assessors smallint,
	days integer,
	appeal_body text)
ROWS 1
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT r.body, r.assessors, r.days, coalesce(a.code, r.body)
	FROM creditbank.recognition_route AS r
	JOIN creditbank.institution AS b ON b.code = r.body AND b.valid @> route_in_charge.day
	LEFT JOIN creditbank.institution AS a ON a.code = r.appeal_body AND a.valid @> route_in_charge.day
	WHERE r.valid @> route_in_charge.day
		AND (r.class IS NULL OR r.class = route_in_charge.class)
		AND (r.issuer IS NULL OR r.issuer = route_in_charge.issuer)
		AND (r.region IS NULL OR creditbank.region_contains(r.region, route_in_charge.region))
	ORDER BY r.issuer IS NOT NULL DESC, r.class IS NOT NULL DESC,
		creditbank.region_level(r.region) DESC NULLS LAST, lower(r.valid) DESC NULLS LAST
	LIMIT 1;
END
$$;
COMMENT ON FUNCTION creditbank.route_in_charge(text, text, text, date) IS
'Which body is in charge of achievements of a class and an issuer, for a learner of a region (NULL when not known), on a day; with how many assessors it asks, the days it has, and the body that judges appeals. No row when no route fits. A body that takes no part on the day is in charge of nothing.';

CREATE FUNCTION creditbank.check_assessor(body text, ref creditbank.achievement_ref)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (
		SELECT FROM creditbank.assessor AS a
		WHERE a.institution = body
			AND a.role_name = creditbank.caller()
			AND a.valid @> creditbank.today())
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_in_charge'),
			MESSAGE = format('"%s" is not in charge of "%s"', creditbank.caller(), ref),
			DETAIL = format('In charge is "%s", and "%s" is none of its assessors today.', body, creditbank.caller()),
			HINT = 'creditbank.assessor holds who judges for which body, creditbank.recognition_route which body judges what.',
			SCHEMA = 'creditbank',
			TABLE = 'assessor';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_assessor(text, creditbank.achievement_ref) IS
'Raises not_in_charge unless the caller is today an assessor of a body; ref names what is to be judged in the message. NULL passes.';

CREATE FUNCTION creditbank.check_in_charge(ref creditbank.achievement_ref, of_account bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	route record;
BEGIN
	SELECT c.*
	INTO route
	FROM creditbank.route_in_charge(creditbank.class(ref), creditbank.issuer(ref),
		creditbank.recognition_region(of_account, creditbank.issuer(ref)), creditbank.today()) AS c;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM creditbank.check_assessor(route.body, ref);
	IF route.assessors > 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_in_charge'),
			MESSAGE = format('one assessor alone is not in charge of "%s"', ref),
			DETAIL = format('"%s" asks %s assessors for it.', route.body, route.assessors),
			HINT = 'creditbank.submit_achievement() asks them; each answers with creditbank.assess().',
			SCHEMA = 'creditbank',
			TABLE = 'recognition_route',
			COLUMN = 'assessors';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_in_charge(creditbank.achievement_ref, bigint) IS
'Raises not_in_charge unless the caller may alone, and without being asked, recognise an account''s achievement: no route covers it, or the caller is an assessor of the body in charge and the route asks for one assessor. NULL passes.';

CREATE FUNCTION creditbank.check_no_request(achievement_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	request record;
BEGIN
	SELECT r.request_id, r.ref, r.body, r.due_on
	INTO request
	FROM creditbank.recognition_request AS r
	WHERE r.achievement_id = check_no_request.achievement_id
		AND r.closed_on IS NULL;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('"%s" waits for the assessors who were asked', request.ref),
			DETAIL = format('Request %s to "%s" is open, due on %s.', request.request_id, request.body, to_char(request.due_on, 'YYYY-MM-DD')),
			HINT = 'They answer with creditbank.assess().',
			SCHEMA = 'creditbank',
			TABLE = 'recognition_request';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_no_request(bigint) IS
'Raises wrong_state while a request for an achievement is open: then it is for those to judge who were asked. NULL passes.';

CREATE FUNCTION creditbank.check_may_judge(request_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	request record;
	theirs record;
BEGIN
	SELECT r.*
	INTO STRICT request
	FROM creditbank.recognition_request AS r
	WHERE r.request_id = check_may_judge.request_id;
	PERFORM creditbank.check_assessor(request.body, request.ref);
	SELECT e.seq, k.name
	INTO theirs
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
	WHERE e.account_id = request.account_id
		AND e.ref = request.ref
		AND starts_with(e.detail, format('{"id": %s, ', request.achievement_id))
		AND e.actor = creditbank.caller()
		AND CASE
			WHEN k.name IN ('deposited', 'submitted', 'appealed') THEN true
			WHEN k.name IN ('recognised', 'declined') THEN request.is_appeal
			WHEN k.name = 'assessed' THEN request.is_appeal OR e.detail::jsonb -> 'request' = to_jsonb(request.request_id)
			ELSE false END
	ORDER BY e.seq
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('same_person'),
			MESSAGE = format('"%s" cannot judge "%s"', creditbank.caller(), request.ref),
			DETAIL = format('Entry %s, %s, was theirs.', theirs.seq, theirs.name),
			HINT = 'Another assessor judges what one has deposited, handed in, or judged before.',
			SCHEMA = 'creditbank',
			TABLE = 'recognition_opinion',
			COLUMN = 'assessor';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_may_judge(bigint) IS
'Raises not_in_charge unless the caller is today an assessor of the body that a request went to, and same_person when the caller deposited or handed in what it is about, answered the request already or, where it is an appeal, judged the achievement before. NULL passes.';

CREATE FUNCTION creditbank.open_request(achievement_id bigint)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	found_id bigint;
	held record;
BEGIN
	SELECT r.request_id
	INTO found_id
	FROM creditbank.recognition_request AS r
	WHERE r.achievement_id = open_request.achievement_id
		AND r.closed_on IS NULL;
	IF NOT FOUND THEN
		SELECT a.ref, a.state
		INTO STRICT held
		FROM creditbank.achievement AS a
		WHERE a.achievement_id = open_request.achievement_id;
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('wrong_state'),
			MESSAGE = format('no request for "%s" is open', held.ref),
			DETAIL = format('It is %s.', held.state),
			HINT = 'creditbank.submit_achievement() asks the body in charge, creditbank.appeal_achievement() the one that judges appeals.',
			SCHEMA = 'creditbank',
			TABLE = 'recognition_request';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION creditbank.open_request(bigint) IS
'The id of the open request for an achievement. NULL for NULL. Errors: wrong_state when none is open.';

CREATE FUNCTION creditbank.request_document(request_id bigint, round integer, body text, assessors integer, due_on date, note text)
RETURNS jsonb
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN jsonb_strip_nulls(jsonb_build_object(
	'request', request_id,
	'round', round,
	'body', body,
	'assessors', assessors,
	'due_on', due_on,
	'note', note));
COMMENT ON FUNCTION creditbank.request_document(bigint, integer, text, integer, date, text) IS
'A request as the detail of the ledger entry that asks holds it, beside the achievement. What is NULL is left out.';

CREATE FUNCTION creditbank.opinion_document(
	request_id bigint,
	verdict text,
	amount creditbank.credit_amount,
	level integer,
	overlap numeric,
	note text)
RETURNS jsonb
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN jsonb_strip_nulls(jsonb_build_object(
	'request', request_id,
	'opinion', jsonb_build_object(
		'verdict', verdict,
		'amount', amount,
		'level', level,
		'overlap', overlap),
	'note', note));
COMMENT ON FUNCTION creditbank.opinion_document(bigint, text, creditbank.credit_amount, integer, numeric, text) IS
'An opinion as the detail of its ledger entry holds it, whether it decides, like the others, or returns. What is NULL is left out.';

CREATE FUNCTION creditbank.hand_in(achievement_id bigint, step text, note text)
RETURNS TABLE (
	request_id bigint,
	achievement text,
	state text,
	body text,
	due_on date,
	seq bigint,
	entry_hash bytea)
ROWS 1
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	held record;
	route record;
	request record;
	today date := creditbank.today();
	appeal boolean := hand_in.step = 'appeal_achievement';
BEGIN
	PERFORM creditbank.permitted_step(hand_in.achievement_id, hand_in.step);
	SELECT a.account_id, a.ref
	INTO STRICT held
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = hand_in.achievement_id;
	SELECT CASE WHEN appeal THEN c.appeal_body ELSE c.body END AS body, c.assessors, c.days
	INTO route
	FROM creditbank.route_in_charge(creditbank.class(held.ref), creditbank.issuer(held.ref),
		creditbank.recognition_region(held.account_id, creditbank.issuer(held.ref)), today) AS c;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('not_in_charge'),
			MESSAGE = format('no body is in charge of "%s"', held.ref),
			DETAIL = 'No route of today fits its class, its issuer and the learner''s region.',
			HINT = 'Routes are kept in creditbank.recognition_route; what none covers, any assessor recognises directly with creditbank.recognise().',
			SCHEMA = 'creditbank',
			TABLE = 'recognition_route';
	END IF;
	INSERT INTO creditbank.recognition_request AS r
		(account_id, achievement_id, ref, round, is_appeal, body, assessors, asked_on, due_on, asked_by, note)
	SELECT held.account_id, hand_in.achievement_id, held.ref, coalesce(max(earlier.round), 0) + 1, appeal,
		route.body, route.assessors, today, today + route.days, creditbank.caller(), hand_in.note
	FROM creditbank.recognition_request AS earlier
	WHERE earlier.achievement_id = hand_in.achievement_id
	RETURNING r.* INTO request;
	RETURN QUERY
	SELECT request.request_id, held.ref::text, m.state, request.body, request.due_on, m.seq, m.entry_hash
	FROM creditbank.move_achievement(hand_in.achievement_id, hand_in.step,
		creditbank.request_document(request.request_id, request.round, request.body, request.assessors, request.due_on, request.note)) AS m;
END
$$;
COMMENT ON FUNCTION creditbank.hand_in(bigint, text, text) IS
'Asks the body in charge, or for step appeal_achievement the one that judges appeals, about an achievement whose account is locked: opens a request and takes the step. Returns the request''s id, the achievement''s reference and new state, the body asked, the last day to answer, and the entry''s seq and hash. For the bank''s own functions only. Errors: wrong_state; not_in_charge when no route fits.';

CREATE FUNCTION creditbank.submit_achievement(account text, ref text, note text DEFAULT NULL)
RETURNS TABLE (
	request_id bigint,
	achievement text,
	state text,
	body text,
	due_on date,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	found_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_text(submit_achievement.note, 'a note', 1000);
	of_account := creditbank.lock_account_for(submit_achievement.account, 'deposit');
	found_id := creditbank.find_achievement(of_account, submit_achievement.ref);
	RETURN QUERY
	SELECT h.*
	FROM creditbank.hand_in(found_id, 'submit_achievement', submit_achievement.note) AS h;
END
$$;
COMMENT ON FUNCTION creditbank.submit_achievement(text, text, text) IS
'Asks for the recognition of an achievement, for the first time or, with more evidence, once more: the body in charge by the routes of today has its days to answer, from today. note is for the assessors. Returns the request''s id, the canonical reference, the new state (submitted), the body, the last day to answer, and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, invalid_parameter; not_in_charge when no route covers it.';

CREATE FUNCTION creditbank.appeal_achievement(account text, ref text, grounds text)
RETURNS TABLE (
	request_id bigint,
	achievement text,
	state text,
	body text,
	due_on date,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	found_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(appeal_achievement.grounds, 'the grounds of an appeal');
	of_account := creditbank.lock_account_for(appeal_achievement.account, 'deposit');
	found_id := creditbank.find_achievement(of_account, appeal_achievement.ref);
	PERFORM creditbank.check_not_used(found_id);
	BEGIN
		RETURN QUERY
		SELECT h.*
		FROM creditbank.hand_in(found_id, 'appeal_achievement', appeal_achievement.grounds) AS h;
	EXCEPTION WHEN unique_violation THEN
		-- What is declined does not stand, so another account may hold the document by now.
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('duplicate_achievement'),
			MESSAGE = format('"%s" is deposited already', appeal_achievement.ref),
			DETAIL = 'Another account holds the document with this serial since it was declined here.',
			HINT = 'An achievement counts once; find out whose document it is before either account goes on.',
			SCHEMA = 'creditbank',
			TABLE = 'achievement',
			COLUMN = 'ref',
			CONSTRAINT = 'achievement_serial_key';
	END;
END
$$;
COMMENT ON FUNCTION creditbank.appeal_achievement(text, text, text) IS
'Contests a recognition or its refusal, on grounds: the body that judges appeals by the routes of today has its days to answer, from today, and its assessors are others than judged before. What was recognised stays in the balance until then, and converts into nothing. Returns as submit_achievement does; the new state is appealed. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, invalid_parameter; not_in_charge when no route covers it; already_consumed when a posted decision used it; duplicate_achievement when another account holds the declined document by now.';

CREATE FUNCTION creditbank.return_achievement(account text, ref text, reason text)
RETURNS TABLE (
	request_id bigint,
	achievement text,
	state text,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	found_id bigint;
	request bigint;
BEGIN
	PERFORM creditbank.require_bank();
	PERFORM creditbank.check_reason(return_achievement.reason, 'the reason of a return');
	of_account := creditbank.lock_account(return_achievement.account);
	found_id := creditbank.find_achievement(of_account, return_achievement.ref);
	PERFORM creditbank.permitted_step(found_id, 'return_achievement');
	request := creditbank.open_request(found_id);
	PERFORM creditbank.check_may_judge(request);
	INSERT INTO creditbank.recognition_opinion (request_id, assessor, verdict, note, given_at)
	VALUES (request, creditbank.caller(), 'returned', return_achievement.reason, clock_timestamp());
	RETURN QUERY
	SELECT request, a.ref::text, m.state, m.seq, m.entry_hash
	FROM creditbank.move_achievement(found_id, 'return_achievement',
		creditbank.opinion_document(request, 'returned', NULL, NULL, NULL, return_achievement.reason)) AS m
	JOIN creditbank.achievement AS a ON a.achievement_id = found_id;
END
$$;
COMMENT ON FUNCTION creditbank.return_achievement(text, text, text) IS
'Asks for more evidence, for a reason: an assessor of the body in charge gives what was handed in back. The request is closed; submit_achievement opens the next one, with all its days. An appeal is judged as it stands and not returned. Returns the request''s id, the canonical reference, the new state (returned), and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state, not_in_charge, same_person, invalid_parameter.';

CREATE FUNCTION creditbank.assess(
	account text,
	ref text,
	verdict text DEFAULT 'recognised',
	amount text DEFAULT NULL,
	level integer DEFAULT NULL,
	overlap numeric DEFAULT NULL,
	note text DEFAULT NULL)
RETURNS TABLE (
	request_id bigint,
	achievement text,
	state text,
	recognised creditbank.credit_amount,
	seq bigint,
	entry_hash bytea)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	given creditbank.credit_amount;
	held creditbank.achievement;
	request bigint;
	opinion jsonb;
	agreed record;
BEGIN
	PERFORM creditbank.require_bank();
	given := creditbank.positive_amount(assess.amount, 'a recognised amount');
	PERFORM creditbank.check_verdict(assess.verdict, given, assess.level, assess.overlap, assess.note);
	of_account := creditbank.lock_account_for(assess.account, 'deposit');
	SELECT a.*
	INTO held
	FROM creditbank.achievement AS a
	WHERE a.achievement_id = creditbank.find_achievement(of_account, assess.ref);
	request := creditbank.open_request(held.achievement_id);
	PERFORM creditbank.check_may_judge(request);
	IF assess.verdict = 'recognised' THEN
		given := coalesce(given, held.claimed_amount);
		PERFORM creditbank.check_opinion_unit(request, given);
		assess.level := coalesce(assess.level, held.level);
	END IF;
	INSERT INTO creditbank.recognition_opinion (request_id, assessor, verdict, amount, level, overlap, note, given_at)
	VALUES (request, creditbank.caller(), assess.verdict, given, assess.level, assess.overlap, assess.note, clock_timestamp());
	opinion := creditbank.opinion_document(request, assess.verdict, given, assess.level, assess.overlap, assess.note);

	SELECT g.*
	INTO agreed
	FROM creditbank.agreed_verdict(request) AS g;
	IF FOUND THEN
		RETURN QUERY
		SELECT request, held.ref::text, j.state, j.recognised, j.seq, j.entry_hash
		FROM creditbank.judge_achievement(held.achievement_id, agreed.verdict, agreed.amount, agreed.level, agreed.overlap, assess.note,
			opinion || jsonb_build_object('for', agreed.recognised, 'against', agreed.declined)) AS j;
	ELSE
		RETURN QUERY
		SELECT request, held.ref::text, held.state, NULL::creditbank.credit_amount, e.seq, e.entry_hash
		FROM creditbank.append_entry(of_account, 'assessed', NULL, held.ref, creditbank.today(),
			(jsonb_build_object('id', held.achievement_id) || opinion)::text) AS e;
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.assess(text, text, text, text, integer, numeric, text) IS
'An assessor''s opinion of an achievement that was submitted or appealed: verdict ''recognised'' or ''declined'', amount, level and overlap as in recognise. When more than half of the assessors asked agree, the achievement moves: recognised with the least amount, level and overlap that those who agree found, or declined. When all have answered and are divided evenly, one more is asked. An opinion stays as it was given. Returns the request''s id, the canonical reference, the state after the opinion, what is recognised (NULL while it is not decided, or declined, or without an amount), and the entry''s seq and hash. Errors: bank_not_open, unknown_account, unknown_achievement, wrong_state when nobody was asked, not_in_charge, same_person, invalid_amount, invalid_parameter; unit_mismatch when earlier opinions are in another unit.';

CREATE FUNCTION creditbank.check_opinion_unit(request_id bigint, amount creditbank.credit_amount)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	other record;
BEGIN
	SELECT o.assessor, o.amount
	INTO other
	FROM creditbank.recognition_opinion AS o
	WHERE o.request_id = check_opinion_unit.request_id
		AND creditbank.unit(o.amount) <> creditbank.unit(check_opinion_unit.amount)
	ORDER BY o.given_at
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unit_mismatch'),
			MESSAGE = format('%s and %s have different units', check_opinion_unit.amount, other.amount),
			DETAIL = format('"%s" found %s, and of those who agree the least counts.', other.assessor, other.amount),
			HINT = 'State the amount in the same unit, or decline.',
			SCHEMA = 'creditbank',
			TABLE = 'recognition_opinion',
			COLUMN = 'amount';
	END IF;
END
$$;
COMMENT ON FUNCTION creditbank.check_opinion_unit(bigint, creditbank.credit_amount) IS
'Raises unit_mismatch when an earlier opinion on a request is in another unit than an amount: there would be no least of them. NULL passes.';

CREATE FUNCTION creditbank.agreed_verdict(request_id bigint)
RETURNS TABLE (
	verdict text,
	amount creditbank.credit_amount,
	level integer,
	overlap numeric,
	recognised bigint,
	declined bigint)
ROWS 1
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH said AS (
		SELECT o.verdict, count(*) AS agree,
			-- Of those who agree the least, and none is less than any.
			CASE WHEN count(*) = count(o.amount) THEN min(o.amount) END AS amount,
			CASE WHEN count(*) = count(o.level) THEN min(o.level) END AS level,
			min(o.overlap) AS overlap
		FROM creditbank.recognition_opinion AS o
		WHERE o.request_id = agreed_verdict.request_id
		GROUP BY o.verdict),
	tally AS (
		SELECT coalesce(sum(s.agree) FILTER (WHERE s.verdict = 'recognised'), 0)::bigint AS recognised,
			coalesce(sum(s.agree) FILTER (WHERE s.verdict = 'declined'), 0)::bigint AS declined
		FROM said AS s)
	SELECT s.verdict, s.amount, s.level::integer, s.overlap, t.recognised, t.declined
	FROM said AS s
	CROSS JOIN tally AS t
	JOIN creditbank.recognition_request AS r ON r.request_id = agreed_verdict.request_id
	WHERE 2 * s.agree > creditbank.assessors_asked(r.assessors, t.recognised, t.declined);
END
$$;
COMMENT ON FUNCTION creditbank.agreed_verdict(bigint) IS
'What more than half of the assessors asked agree upon, with the least amount, level and overlap that they found and how many answered which way; no row while no verdict has that many. An amount or level that one of them did not find is none; an overlap counts from those who looked at it. For the bank''s own functions only.';

CREATE FUNCTION creditbank.recognition_due(
	within interval DEFAULT '7 days',
	INOUT body text DEFAULT NULL,
	OUT request_id bigint,
	OUT account text,
	OUT achievement text,
	OUT title text,
	OUT round integer,
	OUT is_appeal boolean,
	OUT asked_on date,
	OUT due_on date,
	OUT days_left integer,
	OUT assessors integer,
	OUT answered integer)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	today date;
	last_day date;
BEGIN
	PERFORM creditbank.require_bank();
	today := creditbank.today();
	last_day := today + recognition_due.within;
	IF last_day IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('invalid_parameter'),
			MESSAGE = 'within is not a time',
			DETAIL = 'It is NULL.',
			HINT = 'Pass an interval like ''7 days''; ''0 days'' for what is due today, ''-1 days'' for what is overdue.';
	END IF;
	IF recognition_due.body IS NOT NULL AND NOT EXISTS (
		SELECT FROM creditbank.institution AS i
		WHERE i.code = recognition_due.body)
	THEN
		RAISE EXCEPTION USING
			ERRCODE = creditbank.sqlstate('unknown_institution'),
			MESSAGE = format('"%s" is no institution', recognition_due.body),
			DETAIL = 'The registry has no such institution.',
			HINT = 'Institutions are registered in creditbank.institution; leave body out for all.',
			SCHEMA = 'creditbank',
			TABLE = 'institution',
			COLUMN = 'code';
	END IF;
	RETURN QUERY
	SELECT r.body, r.request_id, creditbank.account_number(r.account_id), r.ref::text, a.title, r.round, r.is_appeal,
		r.asked_on, r.due_on, r.due_on - today,
		creditbank.assessors_asked(r.assessors, o.recognised, o.declined), (o.recognised + o.declined)::integer
	FROM creditbank.recognition_request AS r
	JOIN creditbank.achievement AS a ON a.achievement_id = r.achievement_id
	CROSS JOIN LATERAL (
		SELECT count(*) FILTER (WHERE n.verdict = 'recognised') AS recognised,
			count(*) FILTER (WHERE n.verdict = 'declined') AS declined
		FROM creditbank.recognition_opinion AS n
		WHERE n.request_id = r.request_id) AS o
	WHERE r.closed_on IS NULL
		AND r.due_on <= last_day
		AND (recognition_due.body IS NULL OR r.body = recognition_due.body)
	ORDER BY r.due_on, r.request_id;
END
$$;
COMMENT ON FUNCTION creditbank.recognition_due(interval, text) IS
'The deadline list: open requests of a body, or for NULL of all, that are overdue or due within a time from today; the most urgent first. days_left is less than 0 when one is overdue; assessors is how many are asked, answered how many of them have answered. Errors: bank_not_open, invalid_parameter, unknown_institution.';

CREATE FUNCTION creditbank.recognition_status(account text, ref text)
RETURNS TABLE (
	achievement text,
	state text,
	body text,
	appeal_body text,
	assessors integer,
	request_id bigint,
	round integer,
	is_appeal boolean,
	recognised bigint,
	declined bigint,
	asked_on date,
	due_on date,
	days_left integer,
	closed_on date,
	outcome text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
	found_id bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(recognition_status.account);
	found_id := creditbank.find_achievement(of_account, recognition_status.ref);
	RETURN QUERY
	SELECT a.ref::text, a.state, coalesce(q.body, c.body), c.appeal_body, coalesce(q.assessors, c.assessors),
		q.request_id, q.round, q.is_appeal, q.recognised, q.declined, q.asked_on, q.due_on, q.days_left, q.closed_on, q.outcome
	FROM creditbank.achievement AS a
	LEFT JOIN LATERAL creditbank.route_in_charge(creditbank.class(a.ref), creditbank.issuer(a.ref),
		creditbank.recognition_region(a.account_id, creditbank.issuer(a.ref)), creditbank.today()) AS c ON true
	LEFT JOIN LATERAL (
		SELECT v.*
		FROM creditbank.recognition_request AS r
		JOIN creditbank.recognition_requests AS v ON v.request_id = r.request_id
		WHERE r.achievement_id = a.achievement_id
		ORDER BY r.round DESC
		LIMIT 1) AS q ON true
	WHERE a.achievement_id = found_id;
END
$$;
COMMENT ON FUNCTION creditbank.recognition_status(text, text) IS
'Where the recognition of an achievement stands: its state and the last request for it, with how many assessors are asked and how many answered which way; before the first request, the body that would be asked today and how many assessors it asks, NULL when no route covers it. appeal_body is the body to which an appeal of today would go. Errors: bank_not_open, unknown_account, unknown_achievement.';
