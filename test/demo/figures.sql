-- figures.sql: the year in figures, fit for publication.

\echo
\echo '== 27. The figures of this year and the last: what could point at somebody is suppressed'
SET ROLE creditbank_admin;
SELECT extract(year FROM creditbank.today())::integer AS year
\gset
SELECT y AS year, f.edition, f.cells, f.suppressed
FROM generate_series(:year - 1, :year) AS y
CROSS JOIN LATERAL creditbank.publish_figures(y) AS f;
SET ROLE creditbank_analyst;
SELECT section, label, count, amount, unit, last_year_count
FROM creditbank.yearly_report(:year)
WHERE dimension = 'total'
ORDER BY number;
RESET ROLE;
