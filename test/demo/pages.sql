-- pages.sql: pages and drawings, into the folder that :folder names.

\set ECHO none
\pset format unaligned
\pset tuples_only on
SET ROLE creditbank_registrar;
\o :folder/worker-certificate.html
SELECT creditbank.certificate_page(:'worker_number');
\o :folder/courier-certificate.html
SELECT creditbank.certificate_page(:'courier_number');
\o :folder/award-certificate-revoked.html
SELECT creditbank.certificate_page(:'award_number');
\o :folder/care-certificate.html
SELECT creditbank.certificate_page(:'care_number');
\o :folder/student-certificate.html
SELECT creditbank.certificate_page(:'student_number');
\o :folder/worker-portrait.html
SELECT creditbank.portrait_page('00000000000292', language => 'zh');
\o :folder/courier-portrait.html
SELECT creditbank.portrait_page('00000000000195', language => 'zh');
\o :folder/care-portrait.html
SELECT creditbank.portrait_page('00000000000389', language => 'zh');
\o :folder/care-portrait-en.html
SELECT creditbank.portrait_page('00000000000389', language => 'en');
\o :folder/student-portrait.html
SELECT creditbank.portrait_page('00000000000486', language => 'zh');
\o :folder/student-radar.svg
SELECT creditbank.portrait_svg('00000000000486', 'radar', language => 'zh');
\o :folder/student-timeline.svg
SELECT creditbank.portrait_svg('00000000000486', 'timeline', language => 'zh');
\o :folder/yearly-report.html
SELECT creditbank.yearly_report_page(:year, language => 'zh');
\o :folder/yearly-report-en.html
SELECT creditbank.yearly_report_page(:year, language => 'en');
\o :folder/worker-certificate.json
SELECT creditbank.certificate(:'worker_number');
\o
\pset format aligned
\pset tuples_only off
RESET ROLE;
\set ECHO queries
