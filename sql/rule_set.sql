-- rule_set.sql: the rule language of a credit bank as a value.
-- Promise: equal rules are equal bytes, so a digest names a rule book for good.
-- Nothing here reads a table or a setting: what a rule_set means is written in
-- it. doc/rule_set.md explains the language and the bytes.

CREATE TYPE creditbank.rule_set;

CREATE FUNCTION creditbank.rule_set_in(cstring)
RETURNS creditbank.rule_set
AS 'MODULE_PATHNAME', 'rule_set_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_in(cstring) IS
'Reads the text of a rule_set and puts it into canonical form. NULL when the argument is NULL. Errors: 42601 the text does not follow the grammar (with line and column), 22C05 the rules contradict themselves or are out of bounds, 22P02 an achievement is not named properly, 54000 the text is longer than 16 MB.';

CREATE FUNCTION creditbank.rule_set_out(creditbank.rule_set)
RETURNS cstring
AS 'MODULE_PATHNAME', 'rule_set_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_out(creditbank.rule_set) IS
'The canonical text of a rule_set. NULL when the argument is NULL. Errors: 22C05 the stored bytes are damaged.';

CREATE FUNCTION creditbank.rule_set_recv(internal)
RETURNS creditbank.rule_set
AS 'MODULE_PATHNAME', 'rule_set_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_recv(internal) IS
'Reads the bytes of a rule_set, first byte 1. NULL when the argument is NULL. Errors: 22P03 not the bytes of a canonical rule_set, 22C05 bytes of rules that are refused, 54000 more than 64 MB.';

CREATE FUNCTION creditbank.rule_set_send(creditbank.rule_set)
RETURNS bytea
AS 'MODULE_PATHNAME', 'rule_set_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_send(creditbank.rule_set) IS
'The stored bytes of a rule_set, first byte 1: the bytes that rule_set_digest hashes. NULL when the argument is NULL.';

CREATE TYPE creditbank.rule_set (
	INPUT = creditbank.rule_set_in,
	OUTPUT = creditbank.rule_set_out,
	RECEIVE = creditbank.rule_set_recv,
	SEND = creditbank.rule_set_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE creditbank.rule_set IS
'A book of conversion rules in canonical form: name, version, scope, caps, rounding, and rules that say when which credit is granted. Equal rules are equal bytes.';

CREATE CAST (text AS creditbank.rule_set)
WITH INOUT
AS ASSIGNMENT;
COMMENT ON CAST (text AS creditbank.rule_set) IS
'Reads the text of a rule_set, as its input does.';

CREATE CAST (varchar AS creditbank.rule_set)
WITH INOUT
AS ASSIGNMENT;
COMMENT ON CAST (varchar AS creditbank.rule_set) IS
'Reads the text of a rule_set, as its input does.';

CREATE FUNCTION creditbank.rule_set_eq(a creditbank.rule_set, b creditbank.rule_set)
RETURNS boolean
AS 'MODULE_PATHNAME', 'rule_set_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_eq(creditbank.rule_set, creditbank.rule_set) IS
'Behind the operator =: do both hold the same canonical rules? NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_ne(a creditbank.rule_set, b creditbank.rule_set)
RETURNS boolean
AS 'MODULE_PATHNAME', 'rule_set_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_ne(creditbank.rule_set, creditbank.rule_set) IS
'Behind the operator <>: do the canonical rules differ? NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_lt(a creditbank.rule_set, b creditbank.rule_set)
RETURNS boolean
AS 'MODULE_PATHNAME', 'rule_set_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_lt(creditbank.rule_set, creditbank.rule_set) IS
'Behind the operator <: does a come before b in the order of their bytes? NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_le(a creditbank.rule_set, b creditbank.rule_set)
RETURNS boolean
AS 'MODULE_PATHNAME', 'rule_set_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_le(creditbank.rule_set, creditbank.rule_set) IS
'Behind the operator <=: does a come before b in the order of their bytes, or equal it? NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_gt(a creditbank.rule_set, b creditbank.rule_set)
RETURNS boolean
AS 'MODULE_PATHNAME', 'rule_set_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_gt(creditbank.rule_set, creditbank.rule_set) IS
'Behind the operator >: does a come after b in the order of their bytes? NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_ge(a creditbank.rule_set, b creditbank.rule_set)
RETURNS boolean
AS 'MODULE_PATHNAME', 'rule_set_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_ge(creditbank.rule_set, creditbank.rule_set) IS
'Behind the operator >=: does a come after b in the order of their bytes, or equal it? NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_cmp(a creditbank.rule_set, b creditbank.rule_set)
RETURNS integer
AS 'MODULE_PATHNAME', 'rule_set_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_cmp(creditbank.rule_set, creditbank.rule_set) IS
'Below zero, zero or above zero as the bytes of a come before, equal or come after those of b. NULL when an argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_hash(rules creditbank.rule_set)
RETURNS integer
AS 'MODULE_PATHNAME', 'rule_set_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_hash(creditbank.rule_set) IS
'Hash for joins, grouping and hash indexes; not a digest. NULL when the argument is NULL. No errors.';

CREATE FUNCTION creditbank.rule_set_hash_extended(rules creditbank.rule_set, seed bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'rule_set_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_hash_extended(creditbank.rule_set, bigint) IS
'64-bit hash with a seed, for hash partitioning; not a digest. NULL when an argument is NULL. No errors.';

CREATE OPERATOR pg_catalog.= (
	FUNCTION = creditbank.rule_set_eq,
	LEFTARG = creditbank.rule_set,
	RIGHTARG = creditbank.rule_set,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	HASHES,
	MERGES
);
COMMENT ON OPERATOR pg_catalog.= (creditbank.rule_set, creditbank.rule_set) IS
'equal: the same canonical rules';

CREATE OPERATOR pg_catalog.<> (
	FUNCTION = creditbank.rule_set_ne,
	LEFTARG = creditbank.rule_set,
	RIGHTARG = creditbank.rule_set,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (creditbank.rule_set, creditbank.rule_set) IS
'not equal';

CREATE OPERATOR pg_catalog.< (
	FUNCTION = creditbank.rule_set_lt,
	LEFTARG = creditbank.rule_set,
	RIGHTARG = creditbank.rule_set,
	COMMUTATOR = OPERATOR(pg_catalog.>),
	NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.< (creditbank.rule_set, creditbank.rule_set) IS
'before, in the order of the stored bytes';

CREATE OPERATOR pg_catalog.<= (
	FUNCTION = creditbank.rule_set_le,
	LEFTARG = creditbank.rule_set,
	RIGHTARG = creditbank.rule_set,
	COMMUTATOR = OPERATOR(pg_catalog.>=),
	NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<= (creditbank.rule_set, creditbank.rule_set) IS
'before or equal, in the order of the stored bytes';

CREATE OPERATOR pg_catalog.> (
	FUNCTION = creditbank.rule_set_gt,
	LEFTARG = creditbank.rule_set,
	RIGHTARG = creditbank.rule_set,
	COMMUTATOR = OPERATOR(pg_catalog.<),
	NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.> (creditbank.rule_set, creditbank.rule_set) IS
'after, in the order of the stored bytes';

CREATE OPERATOR pg_catalog.>= (
	FUNCTION = creditbank.rule_set_ge,
	LEFTARG = creditbank.rule_set,
	RIGHTARG = creditbank.rule_set,
	COMMUTATOR = OPERATOR(pg_catalog.<=),
	NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>= (creditbank.rule_set, creditbank.rule_set) IS
'after or equal, in the order of the stored bytes';

CREATE OPERATOR FAMILY creditbank.rule_set_ops USING btree;
COMMENT ON OPERATOR FAMILY creditbank.rule_set_ops USING btree IS
'Order of rule sets by their stored bytes.';

CREATE OPERATOR CLASS creditbank.rule_set_ops
DEFAULT FOR TYPE creditbank.rule_set USING btree FAMILY creditbank.rule_set_ops AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 creditbank.rule_set_cmp(creditbank.rule_set, creditbank.rule_set);
COMMENT ON OPERATOR CLASS creditbank.rule_set_ops USING btree IS
'Order of rule sets by their stored bytes, so that DISTINCT and ORDER BY work; the order itself means nothing.';

CREATE OPERATOR FAMILY creditbank.rule_set_ops USING hash;
COMMENT ON OPERATOR FAMILY creditbank.rule_set_ops USING hash IS
'Equality of rule sets.';

CREATE OPERATOR CLASS creditbank.rule_set_ops
DEFAULT FOR TYPE creditbank.rule_set USING hash FAMILY creditbank.rule_set_ops AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 creditbank.rule_set_hash(creditbank.rule_set),
	FUNCTION 2 creditbank.rule_set_hash_extended(creditbank.rule_set, bigint);
COMMENT ON OPERATOR CLASS creditbank.rule_set_ops USING hash IS
'Equality of rule sets, for hash joins, grouping and hash partitions.';

CREATE FUNCTION creditbank.rule_set_name(rules creditbank.rule_set)
RETURNS text
AS 'MODULE_PATHNAME', 'rule_set_name'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_name(creditbank.rule_set) IS
'The name of the rule_set. NULL when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.rule_set_version(rules creditbank.rule_set)
RETURNS integer
AS 'MODULE_PATHNAME', 'rule_set_version'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_version(creditbank.rule_set) IS
'The version number of the rule_set, from 1. NULL when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.rule_set_effective(rules creditbank.rule_set)
RETURNS daterange
AS 'MODULE_PATHNAME', 'rule_set_effective'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_effective(creditbank.rule_set) IS
'The days on which the rules hold, first day included and last day included, shown as PostgreSQL shows ranges: with the upper end excluded. An end that is left out is unbounded. NULL when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.rule_set_programmes(rules creditbank.rule_set)
RETURNS text[]
AS 'MODULE_PATHNAME', 'rule_set_programmes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_programmes(creditbank.rule_set) IS
'The codes of the programmes the rules are for, sorted by bytes; an empty array means every programme. NULL when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.rule_set_rules(rules creditbank.rule_set)
RETURNS TABLE (place integer, rule text, priority integer, condition text, grants text, caps text, terms text)
AS 'MODULE_PATHNAME', 'rule_set_rules'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
ROWS 100;
COMMENT ON FUNCTION creditbank.rule_set_rules(creditbank.rule_set) IS
'One row per rule in the order they are tried, place from 1: its name, priority, condition, what it grants, its caps, and whatever else it says (its programmes and days, what it uses, rounding, grades, an assessor), each separated by semicolons and NULL when there is none, in the words of the language. No row when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.rule_set_digest(rules creditbank.rule_set, suite text DEFAULT 'sha256-ed25519')
RETURNS bytea
AS 'MODULE_PATHNAME', 'rule_set_digest'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_digest(creditbank.rule_set, text) IS
'The 32-byte digest of the bytes of a rule_set, by the hash of an algorithm suite: equal rules have equal digests on every server. NULL when an argument is NULL. Errors: 22C07 unknown suite.';

CREATE FUNCTION creditbank.rule_set_to_jsonb(rules creditbank.rule_set)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'rule_set_to_jsonb'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_to_jsonb(creditbank.rule_set) IS
'The rules as jsonb, for programs and forms; keys are the words of the language. NULL when the argument is NULL. Errors: 22C05 damaged bytes.';

CREATE FUNCTION creditbank.rule_set_from_jsonb(rules jsonb)
RETURNS creditbank.rule_set
AS 'MODULE_PATHNAME', 'rule_set_from_jsonb'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.rule_set_from_jsonb(jsonb) IS
'The rule_set that jsonb describes, the inverse of rule_set_to_jsonb. NULL when the argument is NULL. Errors: 22C05 an unknown or missing key, a value of the wrong kind, or rules that are refused; 22P02 an amount or achievement that cannot be read.';

CREATE CAST (creditbank.rule_set AS jsonb)
WITH FUNCTION creditbank.rule_set_to_jsonb(creditbank.rule_set);
COMMENT ON CAST (creditbank.rule_set AS jsonb) IS
'The rules as jsonb; see rule_set_to_jsonb.';

CREATE CAST (jsonb AS creditbank.rule_set)
WITH FUNCTION creditbank.rule_set_from_jsonb(jsonb);
COMMENT ON CAST (jsonb AS creditbank.rule_set) IS
'The rules that jsonb describes; see rule_set_from_jsonb.';
