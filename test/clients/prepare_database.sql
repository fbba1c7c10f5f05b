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

-- A bank with one learner, who lets others look as often as they like; in handed,
-- what was handed out: the code of the consent, the certificate's number and code.
CALL creditbank.create_bank(origin => 'bank.example.org');
INSERT INTO creditbank.institution (code, name, kind)
VALUES ('OUC', 'The Open University', 'school');
INSERT INTO creditbank.programme (code, institution, title, credits)
VALUES ('LOGISTICS', 'OUC', 'Logistics', 80);
SELECT creditbank.publish_rules('rule_set ''logistics'' version 1 programme ''LOGISTICS'' '
	'rule ''courses'' when any course/* grant 1 cr per 1 cr');
SELECT creditbank.open_account('Wang Jianguo', '2023-01-01');
SELECT creditbank.deposit('00000000000195', 'course/OUC/MATH', '2023-06-15', title => 'Mathematics', amount => '2.5 cr');
SELECT creditbank.recognise('00000000000195', 'course/OUC/MATH');
SELECT creditbank.add_certificate_key(creditbank.multikey(public_key))
FROM creditbank.certificate_key();
CREATE TABLE public.handed AS
SELECT g.code, c.number, c.check_code
FROM creditbank.give_consent('00000000000195', 'Hiring', '{name,achievements}', CURRENT_DATE + 1) AS g,
	creditbank.issue_certificate('00000000000195') AS c;
SELECT creditbank.seal();
