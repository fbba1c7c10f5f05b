-- What every client finds in its own database. The search_path is the
-- database's own, so that operators are found while each driver keeps its
-- default settings.
CREATE EXTENSION creditbank;

DO $$
BEGIN
	EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public, creditbank',
		current_database());
END
$$;

CREATE TABLE public.deposit (
	amount creditbank.credit_amount,
	ref creditbank.achievement_ref
);

CREATE TABLE public.shelf (
	amount creditbank.credit_amount,
	ref creditbank.achievement_ref
);

INSERT INTO public.shelf
SELECT (n / 2.0)::numeric, 'course/OUC/LOG-' || n
FROM generate_series(1, 20000) n;

CREATE INDEX ON public.shelf (amount);
CREATE INDEX ON public.shelf (ref);
VACUUM ANALYZE public.shelf;
