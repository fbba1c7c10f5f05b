-- evaluate.sql: conversion as a pure function.
-- Promise: the rows depend on the arguments alone, so that the same question
-- has the same answer for ever; no table is read. evaluate and explain run the
-- same evaluation, so an explanation is always that of the decision.

CREATE FUNCTION creditbank.evaluate(
	rules creditbank.rule_set,
	portfolio jsonb,
	programme jsonb,
	history jsonb,
	as_of date,
	allocation text DEFAULT 'priority')
RETURNS TABLE (
	line integer,
	rule text,
	sources text[],
	source_amounts text[],
	source_grades text[],
	target text,
	granted creditbank.credit_amount,
	value numeric,
	before_caps creditbank.credit_amount,
	grade text,
	mark text,
	leftover creditbank.credit_amount,
	leftover_kept boolean,
	dated date,
	tags text[],
	needs_assessor boolean,
	proven boolean,
	reason text)
AS 'MODULE_PATHNAME', 'creditbank_evaluate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 1000
ROWS 10;
COMMENT ON FUNCTION creditbank.evaluate(creditbank.rule_set, jsonb, jsonb, jsonb, date, text) IS
'What a portfolio is worth in a programme by a rule_set on a day, given the lines of earlier conversions (''[]'' when there are none): one row for each line, granted or refused, in the order decided, then one row for each achievement that no rule used. A refused line has granted NULL and a reason. source_amounts and source_grades stand beside sources, NULL where nothing is stated; tags are those of all sources, NULL when there are none. value is exact, to 12 decimals where it has no end, in the unit of before_caps, which is value after rounding; leftover is what whole multiples leave of the source, and leftover_kept whether the rule keeps it for a later conversion. allocation: ''priority'' tries rules in their order; ''best'' looks for the most credit, ''best within N steps'' with so much work; proven is then whether nothing better exists, and NULL for ''priority''. No rows when an argument is NULL. Errors: 22C06 a document that cannot be read, 22C07 unknown allocation or infinite date, 22003 an amount out of range, 54000 too much to try, or a list of more than 1000000 members; and those of the amounts and references in the documents.';

CREATE FUNCTION creditbank.explain(
	rules creditbank.rule_set,
	portfolio jsonb,
	programme jsonb,
	history jsonb,
	as_of date,
	allocation text DEFAULT 'priority',
	language text DEFAULT 'en')
RETURNS TABLE (
	rule text,
	source text,
	target text,
	parameter text,
	required text,
	found text,
	missing text,
	passed boolean,
	sentence text)
AS 'MODULE_PATHNAME', 'creditbank_explain'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 1000
ROWS 100;
COMMENT ON FUNCTION creditbank.explain(creditbank.rule_set, jsonb, jsonb, jsonb, date, text, text) IS
'The tests behind evaluate with the same first six arguments, in the order made: one row for each test of each rule on each achievement that the rule covers, then on each target and each cap. rule NULL: a test of the rule_set as a whole. found NULL: nothing was stated. missing says what a failed test lacks, NULL when it passed. sentence says all of it in words; it, required, found and missing are in the language: ''en'', ''zh'', or a locale''s name such as zh_CN.UTF-8. No rows when an argument is NULL. Errors: as evaluate, and 22C07 unknown language.';

CREATE FUNCTION creditbank.check_rule_set(rules creditbank.rule_set, programme jsonb DEFAULT NULL)
RETURNS TABLE (rule text, problem text, message text, hint text)
AS 'MODULE_PATHNAME', 'creditbank_check_rule_set'
LANGUAGE C IMMUTABLE PARALLEL SAFE
COST 1000
ROWS 10;
COMMENT ON FUNCTION creditbank.check_rule_set(creditbank.rule_set, jsonb) IS
'What is doubtful in a book of rules, before it is published: one row for each doubt, none when there is none. rule is NULL for the heading. problem is a fixed word: never_fires, shadowed, overlaps, exceeds_cap, unused, other_programme, and with a programme (as evaluate takes it; NULL: none) unknown_target, excluded_target, unknown_category, no_credits; message says it in a sentence, hint what to do. No rows when rules is NULL. Errors: 22C05 damaged bytes, 22C06 a programme that cannot be read.';
