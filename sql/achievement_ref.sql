-- achievement_ref.sql: the identity of an achievement, class/issuer/code[#serial],
-- and whether two titles are the same but for their spelling.
-- Promise: one achievement has one canonical text, and its bytes decide
-- equality, order and hash, the same in every locale and server encoding.

CREATE TYPE creditbank.achievement_ref;

CREATE FUNCTION creditbank.achievement_ref_in(cstring)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_in(cstring) IS
'Input of achievement_ref: reads class/issuer/code[#serial] in any width and case and makes it canonical. Errors: 22P02 not a reference, 22P05 a character that the server encoding lacks.';

CREATE FUNCTION creditbank.achievement_ref_out(creditbank.achievement_ref)
RETURNS cstring
AS 'MODULE_PATHNAME', 'achievement_ref_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_out(creditbank.achievement_ref) IS
'Output of achievement_ref: its canonical text.';

CREATE FUNCTION creditbank.achievement_ref_recv(internal)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_recv(internal) IS
'Binary input of achievement_ref: a version byte of 1, then the canonical text in UTF-8. Errors: 22P03 another version, or text that is not a canonical reference; 22P05 a character that the server encoding lacks.';

CREATE FUNCTION creditbank.achievement_ref_send(creditbank.achievement_ref)
RETURNS bytea
AS 'MODULE_PATHNAME', 'achievement_ref_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_send(creditbank.achievement_ref) IS
'Binary output of achievement_ref: a version byte of 1, then the canonical text in UTF-8. NULL gives NULL.';

CREATE TYPE creditbank.achievement_ref (
	INPUT = creditbank.achievement_ref_in,
	OUTPUT = creditbank.achievement_ref_out,
	RECEIVE = creditbank.achievement_ref_recv,
	SEND = creditbank.achievement_ref_send,
	INTERNALLENGTH = VARIABLE,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE creditbank.achievement_ref IS
'The identity of an achievement: class/issuer/code, or class/issuer/code#serial for one learner''s own, at most 255 bytes. The class is lower case, the rest upper case, width is normalized.';

CREATE CAST (text AS creditbank.achievement_ref)
WITH INOUT
AS ASSIGNMENT;
COMMENT ON CAST (text AS creditbank.achievement_ref) IS
'Reads a reference as input does; taken by itself on assignment. Errors: 22P02.';

CREATE CAST (varchar AS creditbank.achievement_ref)
WITH INOUT
AS ASSIGNMENT;
COMMENT ON CAST (varchar AS creditbank.achievement_ref) IS
'Reads a reference as input does; taken by itself on assignment. Errors: 22P02.';

CREATE FUNCTION creditbank.achievement_ref(class text, issuer text, code text, serial text DEFAULT NULL)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_make'
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref(text, text, text, text) IS
'A reference of its parts, each made canonical as input does; without a serial when that is NULL. NULL when class, issuer or code is NULL. Errors: 22P02 a part that cannot stand in a reference.';

CREATE FUNCTION creditbank.class(ref creditbank.achievement_ref)
RETURNS text
AS 'MODULE_PATHNAME', 'achievement_ref_get_class'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.class(creditbank.achievement_ref) IS
'The class of a reference, lower case: course, degree, cert, training, patent, award, project, mentoring, work or internship. NULL gives NULL.';

CREATE FUNCTION creditbank.issuer(ref creditbank.achievement_ref)
RETURNS text
AS 'MODULE_PATHNAME', 'achievement_ref_get_issuer'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.issuer(creditbank.achievement_ref) IS
'The issuer of a reference: who stands for the achievement. NULL gives NULL.';

CREATE FUNCTION creditbank.code(ref creditbank.achievement_ref)
RETURNS text
AS 'MODULE_PATHNAME', 'achievement_ref_get_code'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.code(creditbank.achievement_ref) IS
'The code of a reference: the issuer''s name for the achievement in its catalogue. NULL gives NULL.';

CREATE FUNCTION creditbank.serial(ref creditbank.achievement_ref)
RETURNS text
AS 'MODULE_PATHNAME', 'achievement_ref_get_serial'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.serial(creditbank.achievement_ref) IS
'The serial of a reference: the issuer''s number for one learner''s own achievement. NULL when there is none, and for NULL.';

CREATE FUNCTION creditbank.catalogue_ref(ref creditbank.achievement_ref)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_catalogue'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.catalogue_ref(creditbank.achievement_ref) IS
'The reference without its serial: the entry of the catalogue it is an instance of. NULL gives NULL.';

-- Order: by the stored bytes, the shorter first.

CREATE FUNCTION creditbank.achievement_ref_eq(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_eq(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Are a and b the same achievement, byte for byte of canonical text? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_ne(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_ne(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Are a and b different achievements? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_lt(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_lt(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come before b in byte order? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_le(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_le(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come before b in byte order, or equal it? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_gt(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_gt(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come after b in byte order? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_ge(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_ge(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come after b in byte order, or equal it? NULL gives NULL.';

CREATE OPERATOR pg_catalog.= (
	FUNCTION = creditbank.achievement_ref_eq,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	HASHES,
	MERGES
);
COMMENT ON OPERATOR pg_catalog.= (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Are a and b the same achievement, byte for byte of canonical text? NULL gives NULL.';

CREATE OPERATOR pg_catalog.<> (
	FUNCTION = creditbank.achievement_ref_ne,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Are a and b different achievements? NULL gives NULL.';

CREATE OPERATOR pg_catalog.< (
	FUNCTION = creditbank.achievement_ref_lt,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.>),
	NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.< (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come before b in byte order? NULL gives NULL.';

CREATE OPERATOR pg_catalog.<= (
	FUNCTION = creditbank.achievement_ref_le,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.>=),
	NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<= (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come before b in byte order, or equal it? NULL gives NULL.';

CREATE OPERATOR pg_catalog.> (
	FUNCTION = creditbank.achievement_ref_gt,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.<),
	NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.> (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come after b in byte order? NULL gives NULL.';

CREATE OPERATOR pg_catalog.>= (
	FUNCTION = creditbank.achievement_ref_ge,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.<=),
	NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>= (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a come after b in byte order, or equal it? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_cmp(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS integer
AS 'MODULE_PATHNAME', 'achievement_ref_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_cmp(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Btree comparison of achievement_ref: below, at or above 0 as a comes before, equals or comes after b.';

CREATE FUNCTION creditbank.achievement_ref_sortsupport(internal)
RETURNS void
AS 'MODULE_PATHNAME', 'achievement_ref_sortsupport'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_sortsupport(internal) IS
'Btree sort support of achievement_ref.';

CREATE FUNCTION creditbank.achievement_ref_hash(creditbank.achievement_ref)
RETURNS integer
AS 'MODULE_PATHNAME', 'achievement_ref_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_hash(creditbank.achievement_ref) IS
'Hash of achievement_ref. NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_hash_extended(creditbank.achievement_ref, bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'achievement_ref_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_hash_extended(creditbank.achievement_ref, bigint) IS
'64-bit hash of achievement_ref with a seed. NULL gives NULL.';

CREATE OPERATOR FAMILY creditbank.achievement_ref_ops USING btree;
COMMENT ON OPERATOR FAMILY creditbank.achievement_ref_ops USING btree IS
'Byte order of achievement_ref.';

CREATE OPERATOR CLASS creditbank.achievement_ref_ops
DEFAULT FOR TYPE creditbank.achievement_ref USING btree FAMILY creditbank.achievement_ref_ops AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 creditbank.achievement_ref_cmp(creditbank.achievement_ref, creditbank.achievement_ref),
	FUNCTION 2 creditbank.achievement_ref_sortsupport(internal),
	FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS creditbank.achievement_ref_ops USING btree IS
'Byte order of achievement_ref; also serves @> and <@.';

CREATE OPERATOR FAMILY creditbank.achievement_ref_ops USING hash;
COMMENT ON OPERATOR FAMILY creditbank.achievement_ref_ops USING hash IS
'Equality of achievement_ref.';

CREATE OPERATOR CLASS creditbank.achievement_ref_ops
DEFAULT FOR TYPE creditbank.achievement_ref USING hash FAMILY creditbank.achievement_ref_ops AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 creditbank.achievement_ref_hash(creditbank.achievement_ref),
	FUNCTION 2 creditbank.achievement_ref_hash_extended(creditbank.achievement_ref, bigint);
COMMENT ON OPERATOR CLASS creditbank.achievement_ref_ops USING hash IS
'Equality of achievement_ref.';

CREATE OPERATOR FAMILY creditbank.achievement_ref_minmax_ops USING brin;
COMMENT ON OPERATOR FAMILY creditbank.achievement_ref_minmax_ops USING brin IS
'Least and greatest achievement_ref of a block range.';

CREATE OPERATOR CLASS creditbank.achievement_ref_minmax_ops
DEFAULT FOR TYPE creditbank.achievement_ref USING brin FAMILY creditbank.achievement_ref_minmax_ops AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 brin_minmax_opcinfo(internal),
	FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
	FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
	FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS creditbank.achievement_ref_minmax_ops USING brin IS
'Least and greatest achievement_ref of a block range; also serves @> and <@.';

CREATE FUNCTION creditbank.achievement_ref_smaller(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_smaller'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_smaller(creditbank.achievement_ref, creditbank.achievement_ref) IS
'The lesser of two references in byte order. NULL gives NULL.';

CREATE AGGREGATE pg_catalog.min(creditbank.achievement_ref) (
	SFUNC = creditbank.achievement_ref_smaller,
	STYPE = creditbank.achievement_ref,
	COMBINEFUNC = creditbank.achievement_ref_smaller,
	SORTOP = OPERATOR(pg_catalog.<),
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.min(creditbank.achievement_ref) IS
'The least reference in byte order. NULLs are left out; NULL for no reference at all.';

CREATE FUNCTION creditbank.achievement_ref_larger(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_larger'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_larger(creditbank.achievement_ref, creditbank.achievement_ref) IS
'The greater of two references in byte order. NULL gives NULL.';

CREATE AGGREGATE pg_catalog.max(creditbank.achievement_ref) (
	SFUNC = creditbank.achievement_ref_larger,
	STYPE = creditbank.achievement_ref,
	COMBINEFUNC = creditbank.achievement_ref_larger,
	SORTOP = OPERATOR(pg_catalog.>),
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE pg_catalog.max(creditbank.achievement_ref) IS
'The greatest reference in byte order. NULLs are left out; NULL for no reference at all.';

-- Containment: a catalogue reference covers its instances. The support
-- functions let a btree or BRIN index answer it.

CREATE FUNCTION creditbank.achievement_ref_contains_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'achievement_ref_contains_support'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_contains_support(internal) IS
'Planner support of @>: index conditions that follow from it.';

CREATE FUNCTION creditbank.achievement_ref_contained_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'achievement_ref_contained_support'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_contained_support(internal) IS
'Planner support of <@: index conditions that follow from it.';

CREATE FUNCTION creditbank.achievement_ref_covered_end(ref creditbank.achievement_ref)
RETURNS creditbank.achievement_ref
AS 'MODULE_PATHNAME', 'achievement_ref_covered_end'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.achievement_ref_covered_end(creditbank.achievement_ref) IS
'The bound, not itself a reference of anything, that ends what a reference covers in byte order: ref @> x exactly when x >= ref and x < this. For index conditions. NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_contains(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_contains'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT creditbank.achievement_ref_contains_support;
COMMENT ON FUNCTION creditbank.achievement_ref_contains(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a cover b: are they the same, or the same but for the serial of b where a has none? NULL gives NULL.';

CREATE FUNCTION creditbank.achievement_ref_contained(a creditbank.achievement_ref, b creditbank.achievement_ref)
RETURNS boolean
AS 'MODULE_PATHNAME', 'achievement_ref_contained'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT creditbank.achievement_ref_contained_support;
COMMENT ON FUNCTION creditbank.achievement_ref_contained(creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does b cover a: are they the same, or the same but for the serial of a where b has none? NULL gives NULL.';

CREATE OPERATOR pg_catalog.@> (
	FUNCTION = creditbank.achievement_ref_contains,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = matchingsel,
	JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.@> (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does a cover b: are they the same, or the same but for the serial of b where a has none? NULL gives NULL.';

CREATE OPERATOR pg_catalog.<@ (
	FUNCTION = creditbank.achievement_ref_contained,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = matchingsel,
	JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.<@ (creditbank.achievement_ref, creditbank.achievement_ref) IS
'Does b cover a: are they the same, or the same but for the serial of a where b has none? NULL gives NULL.';

-- The same with text on one side, because drivers send a string as text or
-- varchar. The planner replaces each by its body, so that indexes are used.

CREATE FUNCTION creditbank.achievement_ref_eq(a creditbank.achievement_ref, b text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a OPERATOR(pg_catalog.=) b::creditbank.achievement_ref;
COMMENT ON FUNCTION creditbank.achievement_ref_eq(creditbank.achievement_ref, text) IS
'Are a and b the same achievement, byte for byte of canonical text? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_eq(a text, b creditbank.achievement_ref)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a::creditbank.achievement_ref OPERATOR(pg_catalog.=) b;
COMMENT ON FUNCTION creditbank.achievement_ref_eq(text, creditbank.achievement_ref) IS
'Are a and b the same achievement, byte for byte of canonical text? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_ne(a creditbank.achievement_ref, b text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a OPERATOR(pg_catalog.<>) b::creditbank.achievement_ref;
COMMENT ON FUNCTION creditbank.achievement_ref_ne(creditbank.achievement_ref, text) IS
'Are a and b different achievements? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_ne(a text, b creditbank.achievement_ref)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a::creditbank.achievement_ref OPERATOR(pg_catalog.<>) b;
COMMENT ON FUNCTION creditbank.achievement_ref_ne(text, creditbank.achievement_ref) IS
'Are a and b different achievements? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_contains(a creditbank.achievement_ref, b text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a OPERATOR(pg_catalog.@>) b::creditbank.achievement_ref;
COMMENT ON FUNCTION creditbank.achievement_ref_contains(creditbank.achievement_ref, text) IS
'Does a cover b: are they the same, or the same but for the serial of b where a has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_contains(a text, b creditbank.achievement_ref)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a::creditbank.achievement_ref OPERATOR(pg_catalog.@>) b;
COMMENT ON FUNCTION creditbank.achievement_ref_contains(text, creditbank.achievement_ref) IS
'Does a cover b: are they the same, or the same but for the serial of b where a has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_contained(a creditbank.achievement_ref, b text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a OPERATOR(pg_catalog.<@) b::creditbank.achievement_ref;
COMMENT ON FUNCTION creditbank.achievement_ref_contained(creditbank.achievement_ref, text) IS
'Does b cover a: are they the same, or the same but for the serial of a where b has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE FUNCTION creditbank.achievement_ref_contained(a text, b creditbank.achievement_ref)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN a::creditbank.achievement_ref OPERATOR(pg_catalog.<@) b;
COMMENT ON FUNCTION creditbank.achievement_ref_contained(text, creditbank.achievement_ref) IS
'Does b cover a: are they the same, or the same but for the serial of a where b has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02 text that is not a reference.';

CREATE OPERATOR pg_catalog.= (
	FUNCTION = creditbank.achievement_ref_eq,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel
);
COMMENT ON OPERATOR pg_catalog.= (creditbank.achievement_ref, text) IS
'Are a and b the same achievement, byte for byte of canonical text? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.= (
	FUNCTION = creditbank.achievement_ref_eq,
	LEFTARG = text,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.=),
	NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel
);
COMMENT ON OPERATOR pg_catalog.= (text, creditbank.achievement_ref) IS
'Are a and b the same achievement, byte for byte of canonical text? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.<> (
	FUNCTION = creditbank.achievement_ref_ne,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (creditbank.achievement_ref, text) IS
'Are a and b different achievements? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.<> (
	FUNCTION = creditbank.achievement_ref_ne,
	LEFTARG = text,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.<>),
	NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (text, creditbank.achievement_ref) IS
'Are a and b different achievements? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.@> (
	FUNCTION = creditbank.achievement_ref_contains,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = matchingsel,
	JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.@> (creditbank.achievement_ref, text) IS
'Does a cover b: are they the same, or the same but for the serial of b where a has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.@> (
	FUNCTION = creditbank.achievement_ref_contains,
	LEFTARG = text,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.<@),
	RESTRICT = matchingsel,
	JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.@> (text, creditbank.achievement_ref) IS
'Does a cover b: are they the same, or the same but for the serial of b where a has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.<@ (
	FUNCTION = creditbank.achievement_ref_contained,
	LEFTARG = creditbank.achievement_ref,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = matchingsel,
	JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.<@ (creditbank.achievement_ref, text) IS
'Does b cover a: are they the same, or the same but for the serial of a where b has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

CREATE OPERATOR pg_catalog.<@ (
	FUNCTION = creditbank.achievement_ref_contained,
	LEFTARG = text,
	RIGHTARG = creditbank.achievement_ref,
	COMMUTATOR = OPERATOR(pg_catalog.@>),
	RESTRICT = matchingsel,
	JOIN = contjoinsel
);
COMMENT ON OPERATOR pg_catalog.<@ (text, creditbank.achievement_ref) IS
'Does b cover a: are they the same, or the same but for the serial of a where b has none? The text is read as input reads it. NULL gives NULL. Errors: 22P02.';

-- Titles.

CREATE FUNCTION creditbank.title_key(title text)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_title_key'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.title_key(text) IS
'What of a title counts when titles are compared: without width, case, spaces and punctuation, Roman numbers as digits, without a last number 1 (doc/achievement_ref.md has the rules). Empty when nothing counts. NULL gives NULL. Errors: 54000 a title longer than 4096 bytes, 22P05 a character that the server encoding lacks.';

CREATE FUNCTION creditbank.same_title(a text, b text)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_same_title'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.same_title(text, text) IS
'Are two titles the same but for their spelling, that is, have the same title_key? Titles in which nothing counts are the same only when they are equal but for width. NULL gives NULL. Errors: 54000 a title longer than 4096 bytes.';
