-- credit_amount.sql: the type credit_amount, an exact amount with its unit.
-- Promise: amounts of different units never add up, nothing is rounded unless
-- round() is called, and no expression without this type changes its meaning:
-- there is no implicit cast to or from it. (That is also why numbers compare
-- with amounts through operators of their own.)

CREATE TYPE creditbank.credit_amount;
COMMENT ON TYPE creditbank.credit_amount IS
'An exact amount of credit with its unit (cr credit, pt point, hr learning hour, ects, cats), to four decimals, between -57646075230342.3488 and 57646075230342.3487: ''8 cr'', ''2.6667 cr'', ''16 hr''. A bare number is cr. credit_amount(hr) takes one unit only.';

CREATE FUNCTION creditbank.credit_amount_in(cstring, oid, integer)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_in(cstring, oid, integer) IS
'Reads an amount from text. NULL when an argument is NULL. Errors: 22P02 malformed or unknown unit, 22003 out of range, 22C02 more than four decimals, 22C01 not the unit of the type modifier.';

CREATE FUNCTION creditbank.credit_amount_out(creditbank.credit_amount)
RETURNS cstring
AS 'MODULE_PATHNAME', 'credit_amount_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_out(creditbank.credit_amount) IS
'Writes an amount as canonical text: no trailing zeros, always with its unit. NULL when the amount is NULL.';

CREATE FUNCTION creditbank.credit_amount_recv(internal, oid, integer)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_recv(internal, oid, integer) IS
'Reads an amount from its binary wire form: version byte 1, unit code byte, 8-byte count of ten-thousandths, most significant byte first. Errors: 22P03 malformed, 22C01 not the unit of the type modifier.';

CREATE FUNCTION creditbank.credit_amount_send(creditbank.credit_amount)
RETURNS bytea
AS 'MODULE_PATHNAME', 'credit_amount_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_send(creditbank.credit_amount) IS
'Writes an amount in its binary wire form (see credit_amount_recv). NULL when the amount is NULL.';

CREATE FUNCTION creditbank.credit_amount_typmod_in(cstring[])
RETURNS integer
AS 'MODULE_PATHNAME', 'credit_amount_typmod_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_typmod_in(cstring[]) IS
'Reads the unit of credit_amount(unit). NULL when the argument is NULL. Errors: 22C07 not exactly one known unit.';

CREATE FUNCTION creditbank.credit_amount_typmod_out(integer)
RETURNS cstring
AS 'MODULE_PATHNAME', 'credit_amount_typmod_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_typmod_out(integer) IS
'Writes a type modifier as (unit). NULL when the argument is NULL. Errors: 22C07 not a type modifier of credit_amount.';

CREATE TYPE creditbank.credit_amount (
	INPUT = creditbank.credit_amount_in,
	OUTPUT = creditbank.credit_amount_out,
	RECEIVE = creditbank.credit_amount_recv,
	SEND = creditbank.credit_amount_send,
	TYPMOD_IN = creditbank.credit_amount_typmod_in,
	TYPMOD_OUT = creditbank.credit_amount_typmod_out,
	INTERNALLENGTH = 8,
	PASSEDBYVALUE,
	ALIGNMENT = double,
	STORAGE = plain,
	CATEGORY = 'N'
);

-- Casts. In assignments a number or a string becomes an amount by itself.

CREATE FUNCTION creditbank.credit_amount(amount creditbank.credit_amount, type_modifier integer, explicit boolean)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_pin'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount(creditbank.credit_amount, integer, boolean) IS
'The same amount, if its unit is that of the type modifier. NULL when an argument is NULL. Errors: 22C01 another unit, 22C07 not a type modifier of credit_amount.';

CREATE FUNCTION creditbank.credit_amount(number numeric)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_from_numeric'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount(numeric) IS
'The number as an amount in cr, exactly. NULL when the number is NULL. Errors: 22C02 more than four decimals, 22003 out of range, NaN or infinite.';

CREATE FUNCTION creditbank.credit_amount(number smallint)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_from_int2'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount(smallint) IS
'The number as an amount in cr. NULL when the number is NULL.';

CREATE FUNCTION creditbank.credit_amount(number integer)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_from_int4'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount(integer) IS
'The number as an amount in cr. NULL when the number is NULL.';

CREATE FUNCTION creditbank.credit_amount(number bigint)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_from_int8'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount(bigint) IS
'The number as an amount in cr. NULL when the number is NULL. Errors: 22003 out of range.';

CREATE FUNCTION creditbank.numeric(amount creditbank.credit_amount)
RETURNS numeric
AS 'MODULE_PATHNAME', 'credit_amount_to_numeric'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric(creditbank.credit_amount) IS
'The number of an amount without its unit, with four decimals. NULL when the amount is NULL.';

CREATE CAST (creditbank.credit_amount AS creditbank.credit_amount)
	WITH FUNCTION creditbank.credit_amount(creditbank.credit_amount, integer, boolean)
	AS IMPLICIT;
COMMENT ON CAST (creditbank.credit_amount AS creditbank.credit_amount) IS
'Checks the unit that credit_amount(unit) asks for; changes nothing.';

CREATE CAST (numeric AS creditbank.credit_amount)
	WITH FUNCTION creditbank.credit_amount(numeric)
	AS ASSIGNMENT;
COMMENT ON CAST (numeric AS creditbank.credit_amount) IS
'A number is credits (cr), exactly.';

CREATE CAST (smallint AS creditbank.credit_amount)
	WITH FUNCTION creditbank.credit_amount(smallint)
	AS ASSIGNMENT;
COMMENT ON CAST (smallint AS creditbank.credit_amount) IS
'A number is credits (cr), exactly.';

CREATE CAST (integer AS creditbank.credit_amount)
	WITH FUNCTION creditbank.credit_amount(integer)
	AS ASSIGNMENT;
COMMENT ON CAST (integer AS creditbank.credit_amount) IS
'A number is credits (cr), exactly.';

CREATE CAST (bigint AS creditbank.credit_amount)
	WITH FUNCTION creditbank.credit_amount(bigint)
	AS ASSIGNMENT;
COMMENT ON CAST (bigint AS creditbank.credit_amount) IS
'A number is credits (cr), exactly.';

CREATE CAST (text AS creditbank.credit_amount)
	WITH INOUT
	AS ASSIGNMENT;
COMMENT ON CAST (text AS creditbank.credit_amount) IS
'Reads the text of an amount: drivers send strings under this type.';

CREATE CAST (varchar AS creditbank.credit_amount)
	WITH INOUT
	AS ASSIGNMENT;
COMMENT ON CAST (varchar AS creditbank.credit_amount) IS
'Reads the text of an amount: drivers send strings under this type.';

CREATE CAST (bpchar AS creditbank.credit_amount)
	WITH INOUT
	AS ASSIGNMENT;
COMMENT ON CAST (bpchar AS creditbank.credit_amount) IS
'Reads the text of an amount: drivers send strings under this type.';

CREATE CAST (creditbank.credit_amount AS numeric)
	WITH FUNCTION creditbank.numeric(creditbank.credit_amount);
COMMENT ON CAST (creditbank.credit_amount AS numeric) IS
'Drops the unit, so only where it is asked for.';

-- Functions.

CREATE FUNCTION creditbank.credit_amount(number numeric, unit text)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_from_numeric_unit'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount(numeric, text) IS
'The amount of a number in a unit, exactly. NULL when an argument is NULL. Errors: 22C02 more than four decimals, 22003 out of range, NaN or infinite, 22C07 unknown unit.';

CREATE FUNCTION creditbank.unit(amount creditbank.credit_amount)
RETURNS text
AS 'MODULE_PATHNAME', 'credit_amount_unit'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.unit(creditbank.credit_amount) IS
'The unit of an amount: cr, pt, hr, ects or cats. NULL when the amount is NULL.';

CREATE FUNCTION creditbank.round(amount creditbank.credit_amount, digits integer, mode text)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_round'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.round(creditbank.credit_amount, integer, text) IS
'The amount rounded to 0 to 4 digits after the decimal point, in its unit. Mode half_up takes ties away from zero, half_even to the even neighbour, down cuts towards zero. NULL when an argument is NULL. Errors: 22C07 other digits or mode, 22003 out of range.';

CREATE FUNCTION creditbank.abs(amount creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_abs'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.abs(creditbank.credit_amount) IS
'The amount without its sign, in its unit. NULL when the amount is NULL. Errors: 22003 out of range, for the smallest amount.';

CREATE FUNCTION creditbank.sign(amount creditbank.credit_amount)
RETURNS integer
AS 'MODULE_PATHNAME', 'credit_amount_sign'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.sign(creditbank.credit_amount) IS
'-1, 0 or 1: the sign of an amount. NULL when the amount is NULL.';

-- Arithmetic.

CREATE FUNCTION creditbank.credit_amount_pl(creditbank.credit_amount, creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_pl'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_pl(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements +: the sum of two amounts of one unit. NULL when an argument is NULL. Errors: 22C01 different units, 22003 out of range.';

CREATE OPERATOR creditbank.+ (
	FUNCTION = creditbank.credit_amount_pl,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.+)
);
COMMENT ON OPERATOR creditbank.+ (creditbank.credit_amount, creditbank.credit_amount) IS
'The sum of two amounts of one unit.';

CREATE FUNCTION creditbank.credit_amount_mi(creditbank.credit_amount, creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_mi'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_mi(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements -: the difference of two amounts of one unit. NULL when an argument is NULL. Errors: 22C01 different units, 22003 out of range.';

CREATE OPERATOR creditbank.- (
	FUNCTION = creditbank.credit_amount_mi,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount
);
COMMENT ON OPERATOR creditbank.- (creditbank.credit_amount, creditbank.credit_amount) IS
'The difference of two amounts of one unit.';

CREATE FUNCTION creditbank.credit_amount_um(creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_um'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_um(creditbank.credit_amount) IS
'Implements unary -: the amount with the other sign. NULL when an argument is NULL. Errors: 22003 out of range, for the smallest amount.';

CREATE OPERATOR creditbank.- (
	FUNCTION = creditbank.credit_amount_um,
	RIGHTARG = creditbank.credit_amount
);
COMMENT ON OPERATOR creditbank.- (NONE, creditbank.credit_amount) IS
'The amount with the other sign.';

CREATE FUNCTION creditbank.credit_amount_up(creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_up'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_up(creditbank.credit_amount) IS
'Implements unary +: the amount itself. NULL when an argument is NULL.';

CREATE OPERATOR creditbank.+ (
	FUNCTION = creditbank.credit_amount_up,
	RIGHTARG = creditbank.credit_amount
);
COMMENT ON OPERATOR creditbank.+ (NONE, creditbank.credit_amount) IS
'The amount itself.';

CREATE FUNCTION creditbank.credit_amount_mul_numeric(creditbank.credit_amount, numeric)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_mul_numeric'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_mul_numeric(creditbank.credit_amount, numeric) IS
'Implements *: the amount times a number, exactly. NULL when an argument is NULL. Errors: 22C02 not exact in four decimals, 22003 out of range, NaN or infinite.';

CREATE OPERATOR creditbank.* (
	FUNCTION = creditbank.credit_amount_mul_numeric,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.*)
);
COMMENT ON OPERATOR creditbank.* (creditbank.credit_amount, numeric) IS
'The amount times a number, exactly.';

CREATE FUNCTION creditbank.numeric_mul_credit_amount(numeric, creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'numeric_mul_credit_amount'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_mul_credit_amount(numeric, creditbank.credit_amount) IS
'Implements *: a number times the amount, exactly. NULL when an argument is NULL. Errors: 22C02 not exact in four decimals, 22003 out of range, NaN or infinite.';

CREATE OPERATOR creditbank.* (
	FUNCTION = creditbank.numeric_mul_credit_amount,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.*)
);
COMMENT ON OPERATOR creditbank.* (numeric, creditbank.credit_amount) IS
'A number times the amount, exactly.';

CREATE FUNCTION creditbank.credit_amount_div_numeric(creditbank.credit_amount, numeric)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_div_numeric'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_div_numeric(creditbank.credit_amount, numeric) IS
'Implements /: the amount divided by a number, exactly. NULL when an argument is NULL. Errors: 22C02 not exact in four decimals, 22003 out of range, NaN or infinite, 22012 division by zero.';

CREATE OPERATOR creditbank./ (
	FUNCTION = creditbank.credit_amount_div_numeric,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric
);
COMMENT ON OPERATOR creditbank./ (creditbank.credit_amount, numeric) IS
'The amount divided by a number, exactly.';

CREATE FUNCTION creditbank.credit_amount_div(creditbank.credit_amount, creditbank.credit_amount)
RETURNS numeric
AS 'MODULE_PATHNAME', 'credit_amount_div'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_div(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements /: the ratio of two amounts of one unit, a plain number. NULL when an argument is NULL. Errors: 22C01 different units, 22012 division by zero.';

CREATE OPERATOR creditbank./ (
	FUNCTION = creditbank.credit_amount_div,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount
);
COMMENT ON OPERATOR creditbank./ (creditbank.credit_amount, creditbank.credit_amount) IS
'The ratio of two amounts of one unit, a plain number.';

-- Comparison. The order is by unit (cr, pt, hr, ects, cats) and then by value;
-- a number stands among the credits. It is total, and comparing is never an
-- error. With text the text is read first, and that may be one.

CREATE FUNCTION creditbank.credit_amount_eq(creditbank.credit_amount, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_eq'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_eq(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements =: is the first amount equal to the second? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.= (
	FUNCTION = creditbank.credit_amount_eq,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.=),
	NEGATOR = OPERATOR(creditbank.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	HASHES,
	MERGES
);
COMMENT ON OPERATOR creditbank.= (creditbank.credit_amount, creditbank.credit_amount) IS
'Is the first amount equal to the second?';

CREATE FUNCTION creditbank.credit_amount_ne(creditbank.credit_amount, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_ne'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_ne(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements <>: is the first amount different from the second? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.<> (
	FUNCTION = creditbank.credit_amount_ne,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<>),
	NEGATOR = OPERATOR(creditbank.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR creditbank.<> (creditbank.credit_amount, creditbank.credit_amount) IS
'Is the first amount different from the second?';

CREATE FUNCTION creditbank.credit_amount_lt(creditbank.credit_amount, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_lt'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_lt(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements <: is the first amount less than the second? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.< (
	FUNCTION = creditbank.credit_amount_lt,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.>),
	NEGATOR = OPERATOR(creditbank.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR creditbank.< (creditbank.credit_amount, creditbank.credit_amount) IS
'Is the first amount less than the second?';

CREATE FUNCTION creditbank.credit_amount_le(creditbank.credit_amount, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_le'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_le(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements <=: is the first amount less than or equal to the second? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.<= (
	FUNCTION = creditbank.credit_amount_le,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.>=),
	NEGATOR = OPERATOR(creditbank.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR creditbank.<= (creditbank.credit_amount, creditbank.credit_amount) IS
'Is the first amount less than or equal to the second?';

CREATE FUNCTION creditbank.credit_amount_gt(creditbank.credit_amount, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_gt'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_gt(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements >: is the first amount greater than the second? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.> (
	FUNCTION = creditbank.credit_amount_gt,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<),
	NEGATOR = OPERATOR(creditbank.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR creditbank.> (creditbank.credit_amount, creditbank.credit_amount) IS
'Is the first amount greater than the second?';

CREATE FUNCTION creditbank.credit_amount_ge(creditbank.credit_amount, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_ge'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_ge(creditbank.credit_amount, creditbank.credit_amount) IS
'Implements >=: is the first amount greater than or equal to the second? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.>= (
	FUNCTION = creditbank.credit_amount_ge,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<=),
	NEGATOR = OPERATOR(creditbank.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR creditbank.>= (creditbank.credit_amount, creditbank.credit_amount) IS
'Is the first amount greater than or equal to the second?';

CREATE FUNCTION creditbank.credit_amount_numeric_eq(creditbank.credit_amount, numeric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_numeric_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_eq(creditbank.credit_amount, numeric) IS
'Implements =: is the amount equal to the number, counted as cr? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.= (
	FUNCTION = creditbank.credit_amount_numeric_eq,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.=),
	NEGATOR = OPERATOR(creditbank.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	MERGES
);
COMMENT ON OPERATOR creditbank.= (creditbank.credit_amount, numeric) IS
'Is the amount equal to the number, counted as cr?';

CREATE FUNCTION creditbank.credit_amount_numeric_ne(creditbank.credit_amount, numeric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_numeric_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_ne(creditbank.credit_amount, numeric) IS
'Implements <>: is the amount different from the number, counted as cr? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.<> (
	FUNCTION = creditbank.credit_amount_numeric_ne,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.<>),
	NEGATOR = OPERATOR(creditbank.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR creditbank.<> (creditbank.credit_amount, numeric) IS
'Is the amount different from the number, counted as cr?';

CREATE FUNCTION creditbank.credit_amount_numeric_lt(creditbank.credit_amount, numeric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_numeric_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_lt(creditbank.credit_amount, numeric) IS
'Implements <: is the amount less than the number, counted as cr? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.< (
	FUNCTION = creditbank.credit_amount_numeric_lt,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.>),
	NEGATOR = OPERATOR(creditbank.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR creditbank.< (creditbank.credit_amount, numeric) IS
'Is the amount less than the number, counted as cr?';

CREATE FUNCTION creditbank.credit_amount_numeric_le(creditbank.credit_amount, numeric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_numeric_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_le(creditbank.credit_amount, numeric) IS
'Implements <=: is the amount less than or equal to the number, counted as cr? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.<= (
	FUNCTION = creditbank.credit_amount_numeric_le,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.>=),
	NEGATOR = OPERATOR(creditbank.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR creditbank.<= (creditbank.credit_amount, numeric) IS
'Is the amount less than or equal to the number, counted as cr?';

CREATE FUNCTION creditbank.credit_amount_numeric_gt(creditbank.credit_amount, numeric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_numeric_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_gt(creditbank.credit_amount, numeric) IS
'Implements >: is the amount greater than the number, counted as cr? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.> (
	FUNCTION = creditbank.credit_amount_numeric_gt,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.<),
	NEGATOR = OPERATOR(creditbank.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR creditbank.> (creditbank.credit_amount, numeric) IS
'Is the amount greater than the number, counted as cr?';

CREATE FUNCTION creditbank.credit_amount_numeric_ge(creditbank.credit_amount, numeric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_numeric_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_ge(creditbank.credit_amount, numeric) IS
'Implements >=: is the amount greater than or equal to the number, counted as cr? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.>= (
	FUNCTION = creditbank.credit_amount_numeric_ge,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = numeric,
	COMMUTATOR = OPERATOR(creditbank.<=),
	NEGATOR = OPERATOR(creditbank.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR creditbank.>= (creditbank.credit_amount, numeric) IS
'Is the amount greater than or equal to the number, counted as cr?';

CREATE FUNCTION creditbank.numeric_credit_amount_eq(numeric, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'numeric_credit_amount_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_eq(numeric, creditbank.credit_amount) IS
'Implements =: is the number, counted as cr, equal to the amount? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.= (
	FUNCTION = creditbank.numeric_credit_amount_eq,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.=),
	NEGATOR = OPERATOR(creditbank.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	MERGES
);
COMMENT ON OPERATOR creditbank.= (numeric, creditbank.credit_amount) IS
'Is the number, counted as cr, equal to the amount?';

CREATE FUNCTION creditbank.numeric_credit_amount_ne(numeric, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'numeric_credit_amount_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_ne(numeric, creditbank.credit_amount) IS
'Implements <>: is the number, counted as cr, different from the amount? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.<> (
	FUNCTION = creditbank.numeric_credit_amount_ne,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<>),
	NEGATOR = OPERATOR(creditbank.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR creditbank.<> (numeric, creditbank.credit_amount) IS
'Is the number, counted as cr, different from the amount?';

CREATE FUNCTION creditbank.numeric_credit_amount_lt(numeric, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'numeric_credit_amount_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_lt(numeric, creditbank.credit_amount) IS
'Implements <: is the number, counted as cr, less than the amount? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.< (
	FUNCTION = creditbank.numeric_credit_amount_lt,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.>),
	NEGATOR = OPERATOR(creditbank.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR creditbank.< (numeric, creditbank.credit_amount) IS
'Is the number, counted as cr, less than the amount?';

CREATE FUNCTION creditbank.numeric_credit_amount_le(numeric, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'numeric_credit_amount_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_le(numeric, creditbank.credit_amount) IS
'Implements <=: is the number, counted as cr, less than or equal to the amount? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.<= (
	FUNCTION = creditbank.numeric_credit_amount_le,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.>=),
	NEGATOR = OPERATOR(creditbank.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR creditbank.<= (numeric, creditbank.credit_amount) IS
'Is the number, counted as cr, less than or equal to the amount?';

CREATE FUNCTION creditbank.numeric_credit_amount_gt(numeric, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'numeric_credit_amount_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_gt(numeric, creditbank.credit_amount) IS
'Implements >: is the number, counted as cr, greater than the amount? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.> (
	FUNCTION = creditbank.numeric_credit_amount_gt,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<),
	NEGATOR = OPERATOR(creditbank.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR creditbank.> (numeric, creditbank.credit_amount) IS
'Is the number, counted as cr, greater than the amount?';

CREATE FUNCTION creditbank.numeric_credit_amount_ge(numeric, creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'numeric_credit_amount_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_ge(numeric, creditbank.credit_amount) IS
'Implements >=: is the number, counted as cr, greater than or equal to the amount? NULL when an argument is NULL.';

CREATE OPERATOR creditbank.>= (
	FUNCTION = creditbank.numeric_credit_amount_ge,
	LEFTARG = numeric,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<=),
	NEGATOR = OPERATOR(creditbank.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR creditbank.>= (numeric, creditbank.credit_amount) IS
'Is the number, counted as cr, greater than or equal to the amount?';

CREATE FUNCTION creditbank.credit_amount_text_eq(creditbank.credit_amount, text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN $1 OPERATOR(creditbank.=) CAST($2 AS creditbank.credit_amount);
COMMENT ON FUNCTION creditbank.credit_amount_text_eq(creditbank.credit_amount, text) IS
'Implements =: is the amount equal to the one the text spells? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.= (
	FUNCTION = creditbank.credit_amount_text_eq,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(creditbank.=),
	NEGATOR = OPERATOR(creditbank.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel
);
COMMENT ON OPERATOR creditbank.= (creditbank.credit_amount, text) IS
'Is the amount equal to the one the text spells?';

CREATE FUNCTION creditbank.credit_amount_text_ne(creditbank.credit_amount, text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN $1 OPERATOR(creditbank.<>) CAST($2 AS creditbank.credit_amount);
COMMENT ON FUNCTION creditbank.credit_amount_text_ne(creditbank.credit_amount, text) IS
'Implements <>: is the amount different from the one the text spells? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.<> (
	FUNCTION = creditbank.credit_amount_text_ne,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(creditbank.<>),
	NEGATOR = OPERATOR(creditbank.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR creditbank.<> (creditbank.credit_amount, text) IS
'Is the amount different from the one the text spells?';

CREATE FUNCTION creditbank.credit_amount_text_lt(creditbank.credit_amount, text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN $1 OPERATOR(creditbank.<) CAST($2 AS creditbank.credit_amount);
COMMENT ON FUNCTION creditbank.credit_amount_text_lt(creditbank.credit_amount, text) IS
'Implements <: is the amount less than the one the text spells? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.< (
	FUNCTION = creditbank.credit_amount_text_lt,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(creditbank.>),
	NEGATOR = OPERATOR(creditbank.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR creditbank.< (creditbank.credit_amount, text) IS
'Is the amount less than the one the text spells?';

CREATE FUNCTION creditbank.credit_amount_text_le(creditbank.credit_amount, text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN $1 OPERATOR(creditbank.<=) CAST($2 AS creditbank.credit_amount);
COMMENT ON FUNCTION creditbank.credit_amount_text_le(creditbank.credit_amount, text) IS
'Implements <=: is the amount less than or equal to the one the text spells? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.<= (
	FUNCTION = creditbank.credit_amount_text_le,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(creditbank.>=),
	NEGATOR = OPERATOR(creditbank.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR creditbank.<= (creditbank.credit_amount, text) IS
'Is the amount less than or equal to the one the text spells?';

CREATE FUNCTION creditbank.credit_amount_text_gt(creditbank.credit_amount, text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN $1 OPERATOR(creditbank.>) CAST($2 AS creditbank.credit_amount);
COMMENT ON FUNCTION creditbank.credit_amount_text_gt(creditbank.credit_amount, text) IS
'Implements >: is the amount greater than the one the text spells? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.> (
	FUNCTION = creditbank.credit_amount_text_gt,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(creditbank.<),
	NEGATOR = OPERATOR(creditbank.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR creditbank.> (creditbank.credit_amount, text) IS
'Is the amount greater than the one the text spells?';

CREATE FUNCTION creditbank.credit_amount_text_ge(creditbank.credit_amount, text)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN $1 OPERATOR(creditbank.>=) CAST($2 AS creditbank.credit_amount);
COMMENT ON FUNCTION creditbank.credit_amount_text_ge(creditbank.credit_amount, text) IS
'Implements >=: is the amount greater than or equal to the one the text spells? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.>= (
	FUNCTION = creditbank.credit_amount_text_ge,
	LEFTARG = creditbank.credit_amount,
	RIGHTARG = text,
	COMMUTATOR = OPERATOR(creditbank.<=),
	NEGATOR = OPERATOR(creditbank.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR creditbank.>= (creditbank.credit_amount, text) IS
'Is the amount greater than or equal to the one the text spells?';

CREATE FUNCTION creditbank.text_credit_amount_eq(text, creditbank.credit_amount)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN CAST($1 AS creditbank.credit_amount) OPERATOR(creditbank.=) $2;
COMMENT ON FUNCTION creditbank.text_credit_amount_eq(text, creditbank.credit_amount) IS
'Implements =: is the amount the text spells equal to the amount? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.= (
	FUNCTION = creditbank.text_credit_amount_eq,
	LEFTARG = text,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.=),
	NEGATOR = OPERATOR(creditbank.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel
);
COMMENT ON OPERATOR creditbank.= (text, creditbank.credit_amount) IS
'Is the amount the text spells equal to the amount?';

CREATE FUNCTION creditbank.text_credit_amount_ne(text, creditbank.credit_amount)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN CAST($1 AS creditbank.credit_amount) OPERATOR(creditbank.<>) $2;
COMMENT ON FUNCTION creditbank.text_credit_amount_ne(text, creditbank.credit_amount) IS
'Implements <>: is the amount the text spells different from the amount? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.<> (
	FUNCTION = creditbank.text_credit_amount_ne,
	LEFTARG = text,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<>),
	NEGATOR = OPERATOR(creditbank.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR creditbank.<> (text, creditbank.credit_amount) IS
'Is the amount the text spells different from the amount?';

CREATE FUNCTION creditbank.text_credit_amount_lt(text, creditbank.credit_amount)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN CAST($1 AS creditbank.credit_amount) OPERATOR(creditbank.<) $2;
COMMENT ON FUNCTION creditbank.text_credit_amount_lt(text, creditbank.credit_amount) IS
'Implements <: is the amount the text spells less than the amount? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.< (
	FUNCTION = creditbank.text_credit_amount_lt,
	LEFTARG = text,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.>),
	NEGATOR = OPERATOR(creditbank.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR creditbank.< (text, creditbank.credit_amount) IS
'Is the amount the text spells less than the amount?';

CREATE FUNCTION creditbank.text_credit_amount_le(text, creditbank.credit_amount)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN CAST($1 AS creditbank.credit_amount) OPERATOR(creditbank.<=) $2;
COMMENT ON FUNCTION creditbank.text_credit_amount_le(text, creditbank.credit_amount) IS
'Implements <=: is the amount the text spells less than or equal to the amount? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.<= (
	FUNCTION = creditbank.text_credit_amount_le,
	LEFTARG = text,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.>=),
	NEGATOR = OPERATOR(creditbank.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR creditbank.<= (text, creditbank.credit_amount) IS
'Is the amount the text spells less than or equal to the amount?';

CREATE FUNCTION creditbank.text_credit_amount_gt(text, creditbank.credit_amount)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN CAST($1 AS creditbank.credit_amount) OPERATOR(creditbank.>) $2;
COMMENT ON FUNCTION creditbank.text_credit_amount_gt(text, creditbank.credit_amount) IS
'Implements >: is the amount the text spells greater than the amount? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.> (
	FUNCTION = creditbank.text_credit_amount_gt,
	LEFTARG = text,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<),
	NEGATOR = OPERATOR(creditbank.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR creditbank.> (text, creditbank.credit_amount) IS
'Is the amount the text spells greater than the amount?';

CREATE FUNCTION creditbank.text_credit_amount_ge(text, creditbank.credit_amount)
RETURNS boolean
LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
RETURN CAST($1 AS creditbank.credit_amount) OPERATOR(creditbank.>=) $2;
COMMENT ON FUNCTION creditbank.text_credit_amount_ge(text, creditbank.credit_amount) IS
'Implements >=: is the amount the text spells greater than or equal to the amount? NULL when an argument is NULL. Errors: those of reading an amount.';

CREATE OPERATOR creditbank.>= (
	FUNCTION = creditbank.text_credit_amount_ge,
	LEFTARG = text,
	RIGHTARG = creditbank.credit_amount,
	COMMUTATOR = OPERATOR(creditbank.<=),
	NEGATOR = OPERATOR(creditbank.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR creditbank.>= (text, creditbank.credit_amount) IS
'Is the amount the text spells greater than or equal to the amount?';

-- Index support.

CREATE FUNCTION creditbank.credit_amount_cmp(creditbank.credit_amount, creditbank.credit_amount)
RETURNS integer
AS 'MODULE_PATHNAME', 'credit_amount_cmp'
LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_cmp(creditbank.credit_amount, creditbank.credit_amount) IS
'Less than, equal to or greater than zero, as the first argument sorts before, with or after the second. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.credit_amount_numeric_cmp(creditbank.credit_amount, numeric)
RETURNS integer
AS 'MODULE_PATHNAME', 'credit_amount_numeric_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_numeric_cmp(creditbank.credit_amount, numeric) IS
'Less than, equal to or greater than zero, as the first argument sorts before, with or after the second (a number counts as cr). NULL when an argument is NULL.';

CREATE FUNCTION creditbank.numeric_credit_amount_cmp(numeric, creditbank.credit_amount)
RETURNS integer
AS 'MODULE_PATHNAME', 'numeric_credit_amount_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.numeric_credit_amount_cmp(numeric, creditbank.credit_amount) IS
'Less than, equal to or greater than zero, as the first argument sorts before, with or after the second (a number counts as cr). NULL when an argument is NULL.';

CREATE FUNCTION creditbank.credit_amount_sortsupport(internal)
RETURNS void
AS 'MODULE_PATHNAME', 'credit_amount_sortsupport'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_sortsupport(internal) IS
'Sort support of credit_amount; only for the server.';

CREATE FUNCTION creditbank.in_range(value creditbank.credit_amount, base creditbank.credit_amount, distance creditbank.credit_amount, subtract boolean, less boolean)
RETURNS boolean
AS 'MODULE_PATHNAME', 'credit_amount_in_range'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.in_range(creditbank.credit_amount, creditbank.credit_amount, creditbank.credit_amount, boolean, boolean) IS
'Does the value lie within the distance of the base, for window frames with RANGE? Amounts of another unit lie before or after, as they sort. NULL when an argument is NULL. Errors: 22C01 base and distance of different units, 22013 negative distance.';

CREATE FUNCTION creditbank.credit_amount_hash(creditbank.credit_amount)
RETURNS integer
AS 'MODULE_PATHNAME', 'credit_amount_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_hash(creditbank.credit_amount) IS
'Hash of an amount. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.credit_amount_hash_extended(creditbank.credit_amount, bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'credit_amount_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_hash_extended(creditbank.credit_amount, bigint) IS
'64-bit hash of an amount with a seed. NULL when an argument is NULL.';

CREATE OPERATOR FAMILY creditbank.credit_amount_ops USING btree;
COMMENT ON OPERATOR FAMILY creditbank.credit_amount_ops USING btree IS
'The order of amounts, and of numbers among them.';

CREATE OPERATOR CLASS creditbank.credit_amount_ops
	DEFAULT FOR TYPE creditbank.credit_amount USING btree
	FAMILY creditbank.credit_amount_ops AS
		OPERATOR 1 creditbank.<,
		OPERATOR 2 creditbank.<=,
		OPERATOR 3 creditbank.=,
		OPERATOR 4 creditbank.>=,
		OPERATOR 5 creditbank.>,
		FUNCTION 1 creditbank.credit_amount_cmp(creditbank.credit_amount, creditbank.credit_amount),
		FUNCTION 2 creditbank.credit_amount_sortsupport(internal),
		FUNCTION 3 creditbank.in_range(creditbank.credit_amount, creditbank.credit_amount, creditbank.credit_amount, boolean, boolean),
		FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS creditbank.credit_amount_ops USING btree IS
'The order of amounts: by unit, then by value.';

-- Numbers join the family with their own order, so that a merge join may sort
-- either side. Plans over numbers alone keep to numeric_ops: of two families an
-- operator is in, the server takes the one that was there first.
ALTER OPERATOR FAMILY creditbank.credit_amount_ops USING btree ADD
	OPERATOR 1 creditbank.< (creditbank.credit_amount, numeric),
	OPERATOR 2 creditbank.<= (creditbank.credit_amount, numeric),
	OPERATOR 3 creditbank.= (creditbank.credit_amount, numeric),
	OPERATOR 4 creditbank.>= (creditbank.credit_amount, numeric),
	OPERATOR 5 creditbank.> (creditbank.credit_amount, numeric),
	FUNCTION 1 (creditbank.credit_amount, numeric) creditbank.credit_amount_numeric_cmp(creditbank.credit_amount, numeric),
	OPERATOR 1 creditbank.< (numeric, creditbank.credit_amount),
	OPERATOR 2 creditbank.<= (numeric, creditbank.credit_amount),
	OPERATOR 3 creditbank.= (numeric, creditbank.credit_amount),
	OPERATOR 4 creditbank.>= (numeric, creditbank.credit_amount),
	OPERATOR 5 creditbank.> (numeric, creditbank.credit_amount),
	FUNCTION 1 (numeric, creditbank.credit_amount) creditbank.numeric_credit_amount_cmp(numeric, creditbank.credit_amount),
	OPERATOR 1 pg_catalog.< (numeric, numeric),
	OPERATOR 2 pg_catalog.<= (numeric, numeric),
	OPERATOR 3 pg_catalog.= (numeric, numeric),
	OPERATOR 4 pg_catalog.>= (numeric, numeric),
	OPERATOR 5 pg_catalog.> (numeric, numeric),
	FUNCTION 1 (numeric, numeric) pg_catalog.numeric_cmp(numeric, numeric),
	FUNCTION 2 (numeric, numeric) pg_catalog.numeric_sortsupport(internal);

CREATE OPERATOR CLASS creditbank.credit_amount_hash_ops
	DEFAULT FOR TYPE creditbank.credit_amount USING hash AS
		OPERATOR 1 creditbank.=,
		FUNCTION 1 creditbank.credit_amount_hash(creditbank.credit_amount),
		FUNCTION 2 creditbank.credit_amount_hash_extended(creditbank.credit_amount, bigint);
COMMENT ON OPERATOR FAMILY creditbank.credit_amount_hash_ops USING hash IS
'Equality of amounts by hash.';
COMMENT ON OPERATOR CLASS creditbank.credit_amount_hash_ops USING hash IS
'Equality of amounts by hash.';

CREATE OPERATOR CLASS creditbank.credit_amount_minmax_ops
	DEFAULT FOR TYPE creditbank.credit_amount USING brin AS
		OPERATOR 1 creditbank.<,
		OPERATOR 2 creditbank.<=,
		OPERATOR 3 creditbank.=,
		OPERATOR 4 creditbank.>=,
		OPERATOR 5 creditbank.>,
		FUNCTION 1 pg_catalog.brin_minmax_opcinfo(internal),
		FUNCTION 2 pg_catalog.brin_minmax_add_value(internal, internal, internal, internal),
		FUNCTION 3 pg_catalog.brin_minmax_consistent(internal, internal, internal),
		FUNCTION 4 pg_catalog.brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR FAMILY creditbank.credit_amount_minmax_ops USING brin IS
'Smallest and largest amount of each range of blocks.';
COMMENT ON OPERATOR CLASS creditbank.credit_amount_minmax_ops USING brin IS
'Smallest and largest amount of each range of blocks.';

ALTER OPERATOR FAMILY creditbank.credit_amount_minmax_ops USING brin ADD
	OPERATOR 1 creditbank.< (creditbank.credit_amount, numeric),
	OPERATOR 2 creditbank.<= (creditbank.credit_amount, numeric),
	OPERATOR 3 creditbank.= (creditbank.credit_amount, numeric),
	OPERATOR 4 creditbank.>= (creditbank.credit_amount, numeric),
	OPERATOR 5 creditbank.> (creditbank.credit_amount, numeric);

-- Aggregates.

CREATE FUNCTION creditbank.credit_amount_smaller(creditbank.credit_amount, creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_smaller'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_smaller(creditbank.credit_amount, creditbank.credit_amount) IS
'The amount that sorts first. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.credit_amount_larger(creditbank.credit_amount, creditbank.credit_amount)
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_larger'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_larger(creditbank.credit_amount, creditbank.credit_amount) IS
'The amount that sorts last. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.credit_amount_avg_accum(bigint[], creditbank.credit_amount)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'credit_amount_avg_accum'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_avg_accum(bigint[], creditbank.credit_amount) IS
'Adds an amount to the state of avg: count, sum of ten-thousandths, unit code. NULL when an argument is NULL. Errors: 22C01 different units, 22003 out of range, 22C07 not a state.';

CREATE FUNCTION creditbank.credit_amount_avg_accum_inv(bigint[], creditbank.credit_amount)
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'credit_amount_avg_accum_inv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_avg_accum_inv(bigint[], creditbank.credit_amount) IS
'Takes an amount back from the state of avg. NULL when an argument is NULL. Errors: 22C01 different units, 22003 out of range, 22C07 not a state or an empty one.';

CREATE FUNCTION creditbank.credit_amount_avg_combine(bigint[], bigint[])
RETURNS bigint[]
AS 'MODULE_PATHNAME', 'credit_amount_avg_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_avg_combine(bigint[], bigint[]) IS
'Joins two states of avg. NULL when an argument is NULL. Errors: 22C01 different units, 22003 out of range, 22C07 not a state.';

CREATE FUNCTION creditbank.credit_amount_avg_final(bigint[])
RETURNS creditbank.credit_amount
AS 'MODULE_PATHNAME', 'credit_amount_avg_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.credit_amount_avg_final(bigint[]) IS
'The average of a state of avg, rounded half_up to ten-thousandths; NULL for the empty state. NULL when an argument is NULL. Errors: 22003 out of range, 22C07 not a state.';

CREATE AGGREGATE creditbank.sum(creditbank.credit_amount) (
	SFUNC = creditbank.credit_amount_pl,
	STYPE = creditbank.credit_amount,
	COMBINEFUNC = creditbank.credit_amount_pl,
	MSFUNC = creditbank.credit_amount_pl,
	MINVFUNC = creditbank.credit_amount_mi,
	MSTYPE = creditbank.credit_amount,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.sum(creditbank.credit_amount) IS
'The sum of the amounts that are not NULL, all of one unit; NULL when there are none. Errors: 22C01 different units, 22003 out of range.';

CREATE AGGREGATE creditbank.avg(creditbank.credit_amount) (
	SFUNC = creditbank.credit_amount_avg_accum,
	STYPE = bigint[],
	FINALFUNC = creditbank.credit_amount_avg_final,
	COMBINEFUNC = creditbank.credit_amount_avg_combine,
	INITCOND = '{0,0,0}',
	MSFUNC = creditbank.credit_amount_avg_accum,
	MINVFUNC = creditbank.credit_amount_avg_accum_inv,
	MSTYPE = bigint[],
	MFINALFUNC = creditbank.credit_amount_avg_final,
	MINITCOND = '{0,0,0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.avg(creditbank.credit_amount) IS
'The average of the amounts that are not NULL, all of one unit, rounded half_up to ten-thousandths; NULL when there are none. Errors: 22C01 different units, 22003 out of range.';

CREATE AGGREGATE creditbank.min(creditbank.credit_amount) (
	SFUNC = creditbank.credit_amount_smaller,
	STYPE = creditbank.credit_amount,
	COMBINEFUNC = creditbank.credit_amount_smaller,
	SORTOP = OPERATOR(creditbank.<),
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.min(creditbank.credit_amount) IS
'The amount that sorts first (by unit, then by value) of those that are not NULL; NULL when there are none.';

CREATE AGGREGATE creditbank.max(creditbank.credit_amount) (
	SFUNC = creditbank.credit_amount_larger,
	STYPE = creditbank.credit_amount,
	COMBINEFUNC = creditbank.credit_amount_larger,
	SORTOP = OPERATOR(creditbank.>),
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.max(creditbank.credit_amount) IS
'The amount that sorts last (by unit, then by value) of those that are not NULL; NULL when there are none.';
