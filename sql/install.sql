-- install.sql: what must hold before anything is installed.
-- Promise: the functions with the owner's rights look names up in schema
-- creditbank, so nobody but a superuser and creditbank_owner may ever have put
-- something there.
\echo Use "CREATE EXTENSION creditbank" to load this file. \quit

DO $$
DECLARE
	owner record;
	foreign_object text;
BEGIN
	SELECT r.rolname, r.rolsuper
	INTO owner
	FROM pg_catalog.pg_namespace AS n
	JOIN pg_catalog.pg_roles AS r ON r.oid = n.nspowner
	WHERE n.nspname = 'creditbank';
	IF NOT owner.rolsuper THEN
		RAISE EXCEPTION 'schema "creditbank" belongs to "%", who is not a superuser', owner.rolname
			USING ERRCODE = 'insufficient_privilege',
				HINT = 'Drop the schema, or ALTER SCHEMA creditbank OWNER TO a superuser, before CREATE EXTENSION creditbank.';
	END IF;
	SELECT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
	INTO foreign_object
	FROM pg_catalog.pg_depend AS d
	WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
		AND d.refobjid = 'creditbank'::pg_catalog.regnamespace
		AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'schema "creditbank" is not empty: it holds %', foreign_object
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Move what it holds elsewhere before CREATE EXTENSION creditbank.';
	END IF;
END
$$;
