-- certificate_page: what the page says is what the document says, each text as
-- text; how things stand is said beside it. How it looks is tested by test/t/pages.pl.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
\o
\set ECHO all
SET search_path = creditbank, public;

-- What stands in the code is ASCII, and each word is there in both languages.
SELECT count(*) > 30 AS words, bool_and(chinese ~ '^[&#x0-9A-F;A-Z\- ]+$' AND chinese ~ '&#x' AND english ~ '^[A-Za-z]') AS in_both,
	count(*) = count(DISTINCT word) AS each_once
FROM certificate_words();
SELECT certificate_pair('number', 'zh'), certificate_pair('number', 'en', '%s/%s'), certificate_pair('no such word', 'zh') IS NULL AS none;
SELECT in_groups('202600123456789074'), in_groups('7K3M9QXZ'), in_groups('12345'), in_groups('') = '' AS empty, in_groups(NULL) IS NULL AS null_for_null;

-- Pictures within the style sheet: nothing in them ends a string, a rule or the sheet.
SELECT svg_uri('<a b="#c" d=''100%''/>');
SELECT part, svg_uri(certificate_border(part)) !~ '[<>#]' AND certificate_border(part) ~ '^<svg xmlns=.*</svg>$' AS fit_in
FROM unnest(ARRAY['top', 'bottom', 'side']) AS part;
SELECT certificate_style('202600123456789074', certificate_mark('x', 'y')) !~ '[<>]' AS fits_in, certificate_style('1', NULL) ~ 'background: none 50%' AS without_mark;

-- A name that is long is written smaller around the seal; it is text.
SELECT substring(certificate_seal(name) FROM '<text font-size="([0-9.]+)"') AS size, certificate_seal(name) ~ '<b>' AS markup
FROM unnest(ARRAY['a.example', 'credit-bank.continuing-education.province.example.org/bank', '<b>&"']) AS name;

-- Lines.
CREATE TEMP TABLE stated AS
SELECT $$[
	{"line": 1, "kind": "achievement", "ref": "cert/A/B#1", "title": "<b>One</b>", "awardedBy": "A & B", "awardedOn": "2023-06-15", "hours": "64.5", "level": 3, "grade": "\"pass\"", "claimed": {"amount": "9.5", "unit": "cr"}, "amount": "8", "unit": "cr"},
	{"line": 2, "kind": "achievement", "ref": "training/A/C", "title": "Two", "awardedBy": "A", "awardedOn": "2024-01-02", "amount": "48", "unit": "hr"},
	{"line": 3, "kind": "achievement", "ref": "patent/A/D", "title": "Three", "awardedBy": "A", "awardedOn": "2024-01-03"},
	{"line": 4, "kind": "achievement", "ref": "course/A/E", "title": "Four", "awardedBy": "A", "awardedOn": "2024-01-04", "amount": "2.6667", "unit": "cr"},
	{"line": 5, "kind": "conversion", "ref": "course/X/Y", "title": "Five", "awardedBy": "X", "programmeTitle": "P", "convertedOn": "2025-02-03", "mark": "EX", "grade": "no", "amount": "3", "unit": "cr",
		"originals": [{"ref": "cert/A/B#1", "title": "<b>One</b>", "amount": "8", "unit": "cr", "grade": "<i>"}, {"ref": "training/A/C", "title": "Two", "amount": "48", "unit": "hr"}, {"ref": "patent/A/D"}]},
	{"line": 6, "kind": "conversion", "title": "Six", "awardedBy": "X", "programmeTitle": "P", "convertedOn": "2025-02-03", "amount": "0.5", "unit": "cr"}
]$$::jsonb AS lines;
SELECT l ->> 'line' AS line, regexp_replace(certificate_row(l, '{"training/A/C": "2"}', 'en'), '<span class="second">[^<]*</span>|&#x[0-9A-F]+;', '', 'g') AS row
FROM stated, jsonb_array_elements(lines) AS l;
SELECT kind, substring(certificate_totals(lines, kind, 'en') FROM 'class="amount">([^/]+)</td>') AS alone,
	regexp_replace(certificate_totals(lines, kind, 'en'), '.*class="amount">(.*)</td><td class="grade.*', '\1') AS totals
FROM stated, unnest(ARRAY['achievement', 'conversion', 'other']) AS kind;
SELECT kind, regexp_count(certificate_table(lines, kind, 'en'), '<tr>') AS rows_and_head,
	regexp_replace(certificate_table(lines, kind, 'en'), '.*<thead>(.*)</thead>.*', '\1') AS head
FROM stated, unnest(ARRAY['achievement', 'conversion', 'other']) AS kind;
SELECT regexp_replace(certificate_units(lines, 'en'), '&#x[0-9A-F]+;', '', 'g') AS units, certificate_units('[{"title": "x"}]', 'en') IS NULL AS none
FROM stated;

-- The whole page.
CREATE TEMP TABLE document AS
SELECT jsonb_build_object(
	'type', '["VerifiableCredential", "ClrCredential"]'::jsonb,
	'certificateNumber', '202600123456789074',
	'issuer', '{"id": "https://bank.example.org", "name": "bank.example.org"}'::jsonb,
	'validFrom', '2026-11-22T10:00:00+08:00',
	'validUntil', '2030-12-31T23:59:59+08:00',
	'credentialSubject', '{"identifier": [{"identityType": "accountId", "identityHash": "00000000000195"}, {"identityType": "name", "identityHash": "Li \"<b>\""}]}'::jsonb,
	'stated', lines,
	'inclusionProof', '{"entry": {"seq": 17}, "checkpoint": "bank.example.org\n1024\nVpfgzBpyqVK1fxjWX4zDm4wfgH6p4aYrWvYZp0Rjlgg=\n\nsigned"}'::jsonb,
	'proof', '{"cryptosuite": "eddsa-jcs-2022", "verificationMethod": "https://bank.example.org#z6Mk", "proofValue": "z4<"}'::jsonb) AS document
FROM stated;
CREATE FUNCTION pg_temp.plain(page text)
RETURNS text
LANGUAGE sql AS $$
	SELECT btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(page, '<head>.*</head>', ''), '<svg.*?</svg>', '', 'g'), '&#x[0-9A-F]+;', '', 'g'), '</?(b|wbr|small|code|span)[^>]*>', '', 'g'), '(<[^>]*>|[[:space:]])+', ' ', 'g'))
$$;
SELECT pg_temp.plain(certificate_html(document, '7K3M9QXZ', '\xabcd', 'valid', NULL, NULL, NULL, 'en'))
FROM document;
-- The code of the page is that of the certificate's address.
SELECT position(qr_code_svg('https://bank.example.org/certificate/202600123456789074/7K3M9QXZ', 'M', 4, 2) IN certificate_html(document, '7K3M9QXZ', '\xabcd', 'valid', NULL, NULL, NULL, 'en')) > 0 AS leads_there
FROM document;
-- One line; without a name, an end, proofs.
SELECT pg_temp.plain(certificate_html(document - 'proof' - 'inclusionProof' - 'validUntil' #- '{credentialSubject,identifier,1}'
	|| jsonb_build_object('type', '["AchievementCredential"]'::jsonb, 'stated', jsonb_build_array(document #> '{stated,1}')), '7K3M9QXZ', NULL, 'valid', NULL, NULL, NULL, 'en'))
FROM document;
SELECT language, substring(page FROM '<html lang="([^"]*)"') AS html, page ~ '<h1>Certificate of Learning' AS english_first, page ~ '<p class="subtitle"><span lang="en">Certificate of Learning' AS chinese_first
FROM document, unnest(ARRAY['zh', 'en']) AS language, certificate_html(document, '7K3M9QXZ', '\xabcd', 'valid', NULL, NULL, NULL, language) AS page;
-- A bank with a name is called by it, in the heading and on the seal.
SELECT name, regexp_replace(substring(page FROM '<p class="bank">(.*?)</p>'), '<[^>]*>|&#x[0-9A-F]+;', '', 'g') AS heading, substring(page FROM 'class="seal"[^>]* aria-label="([^"]*)"') AS seal
FROM document, unnest(ARRAY['bank.example.org', 'Learning <Bank>']) AS name,
	certificate_html(jsonb_set(document, '{issuer,name}', to_jsonb(name)), '7K3M9QXZ', '\xabcd', 'valid', NULL, NULL, NULL, 'en') AS page;
-- How things stand.
SELECT state, page ~ ' class="mark"' AS marked, page ~ (upper(state) || '%3C/text') AS with_word, pg_temp.plain(substring(page FROM '<div class="notice">.*?</div>')) AS notice
FROM document, (VALUES
	('valid', NULL::date, NULL, NULL),
	('revoked', '2026-12-01', 'a <reason>', '202600123456789074'),
	('suspended', NULL, 'suspended while "x" is frozen', NULL),
	('expired', NULL, 'its last day was 2026-11-30', NULL)) AS s (state, since, reason, replaced_by),
	certificate_html(document, '7K3M9QXZ', '\xabcd', state, since, reason, replaced_by, 'en') AS page;

-- From the table of certificates; how to issue one is certificate's test.
SELECT call, e.*
FROM unnest(ARRAY[
	$$certificate_page(NULL)$$,
	$$certificate_page('2026 0012 3456 7890 74')$$,
	$$certificate_page('x', 'fr')$$,
	$$certificate_page('x', '')$$
]) AS call, pg_temp.error_of('SELECT ' || call) AS e;
ROLLBACK;
