-- figures.sql: the year in figures, fit for publication.

\echo
\echo '== 27. The figures of the year: what could point at somebody is suppressed'
SET ROLE creditbank_admin;
SELECT extract(year FROM creditbank.today())::integer AS year
\gset
SELECT edition, cells, suppressed
FROM creditbank.publish_figures(:year);
SET ROLE creditbank_analyst;
SELECT section, label, count, amount, unit
FROM creditbank.yearly_report(:year)
WHERE dimension = 'total'
ORDER BY number;
RESET ROLE;
