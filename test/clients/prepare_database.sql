-- What every client finds in its own database, with the server's and each
-- driver's default settings: no search_path is set anywhere.
CREATE EXTENSION creditbank;

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
