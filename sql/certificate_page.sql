-- certificate_page.sql: a certificate as a page to print.
-- Promise: what the page says of the learner and of what was achieved is read
-- from the signed document, so that it never says what is not signed; every
-- text is escaped, and the page fetches and runs nothing. Chinese stands here as
-- character references, so that the page is the same in any server encoding.

CREATE FUNCTION creditbank.certificate_words()
RETURNS TABLE (word text, chinese text, english text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50
BEGIN ATOMIC
	SELECT w.word, w.chinese, w.english
	FROM (
		VALUES
			('bank', '&#x5B66;&#x5206;&#x94F6;&#x884C;', 'Credit Bank'),
			('title', '&#x5B66;&#x4E60;&#x6210;&#x679C;&#x8BC1;&#x660E;', 'Certificate of Learning Achievements'),
			('certify', '&#x5179;&#x8BC1;&#x660E;', 'This is to certify that'),
			('unnamed', '&#x672C;&#x8D26;&#x6237;&#x6301;&#x6709;&#x4EBA;', 'the holder of this account'),
			('account', '&#x8D26;&#x6237;', 'Account'),
			('holds', '&#x5728;&#x672C;&#x5B66;&#x5206;&#x94F6;&#x884C;&#x7684;&#x7EC8;&#x8EAB;&#x5B66;&#x4E60;&#x6863;&#x6848;&#x4E2D;&#x5B58;&#x6709;&#x4E0B;&#x5217;&#x7ECF;&#x8BA4;&#x5B9A;&#x7684;&#x5B66;&#x4E60;&#x6210;&#x679C;&#xFF0C;&#x7279;&#x6B64;&#x8BC1;&#x660E;&#x3002;', 'holds the following recognised learning achievements in the lifelong learning file kept by this bank.'),
			('course', '&#x8F6C;&#x6362;&#x6240;&#x5F97;&#x5B66;&#x5206;', 'Converted credit'),
			('level', '&#x7B49;&#x7EA7;', 'Level'),
			('achievement', '&#x7ECF;&#x8BA4;&#x5B9A;&#x7684;&#x5B66;&#x4E60;&#x6210;&#x679C;', 'Recognised achievement'),
			('original', '&#x539F;&#x59CB;&#x503C;', 'Original'),
			('value', '&#x8BA4;&#x5B9A;&#x503C;', 'Recognised'),
			('grade', '&#x6210;&#x7EE9;', 'Grade'),
			('mark.exempt', '&#x514D;&#x4FEE;', 'exempt'),
			('mark.exempt_exam', '&#x514D;&#x4FEE;&#x514D;&#x8003;', 'exempt from exam'),
			('mark.credit', '&#x8BA1;&#x5165;&#x5B66;&#x5206;', 'credit'),
			('date', '&#x65E5;&#x671F;', 'Date'),
			('total', '&#x5408;&#x8BA1;', 'Total'),
			('from', '&#x8F6C;&#x6362;&#x81EA;', 'Converted from'),
			('units', '&#x5355;&#x4F4D;', 'Units'),
			('cr', '&#x5B66;&#x5206;', 'credit'),
			('hr', '&#x5B66;&#x65F6;', 'learning hour'),
			('pt', '&#x79EF;&#x5206;', 'learning point'),
			('ects', '&#x6B27;&#x6D32;&#x5B66;&#x5206;', 'ECTS credit'),
			('cats', '&#x82F1;&#x56FD;&#x5B66;&#x5206;', 'CATS credit'),
			('number', '&#x8BC1;&#x660E;&#x7F16;&#x53F7;', 'Number'),
			('code', '&#x6821;&#x9A8C;&#x7801;', 'Check code'),
			('issued', '&#x7B7E;&#x53D1;&#x65E5;&#x671F;', 'Date of issue'),
			('until', '&#x6709;&#x6548;&#x671F;&#x81F3;', 'Valid until'),
			('issuer', '&#x7B7E;&#x53D1;&#x673A;&#x6784;', 'Issued by'),
			('at', '&#x67E5;&#x9A8C;&#x7F51;&#x5740;', 'Check at'),
			('check', '&#x626B;&#x7801;&#x67E5;&#x9A8C;', 'Scan to check'),
			('proof', '&#x672C;&#x8BC1;&#x660E;&#x662F;&#x7ECF;&#x6570;&#x5B57;&#x7B7E;&#x540D;&#x7684;&#x53EF;&#x9A8C;&#x8BC1;&#x51ED;&#x8BC1;&#xFF0C;&#x4EE5;&#x626B;&#x7801;&#x67E5;&#x9A8C;&#x7684;&#x7ED3;&#x679C;&#x4E3A;&#x51C6;&#x3002;', 'The signed credential counts, not the paper: scan to check.'),
			('digest', '&#x6458;&#x8981;', 'SHA-256 digest'),
			('signature', '&#x7B7E;&#x540D;', 'Signature'),
			('key', '&#x7B7E;&#x540D;&#x5BC6;&#x94A5;', 'Signing key'),
			('ledger', '&#x8D26;&#x672C;&#x5206;&#x5F55;&#x4E0E;&#x68C0;&#x67E5;&#x70B9;', 'Ledger entry and checkpoint'),
			('revoked', '&#x5DF2;&#x64A4;&#x9500;', 'Revoked'),
			('suspended', '&#x5DF2;&#x6682;&#x505C;', 'Suspended'),
			('expired', '&#x5DF2;&#x8FC7;&#x671F;', 'Expired'),
			('revoked_on', '&#x672C;&#x8BC1;&#x660E;&#x5DF2;&#x64A4;&#x9500;&#xFF0C;&#x4E0D;&#x518D;&#x6709;&#x6548;&#x3002;', 'This certificate was revoked and is no longer valid.'),
			('suspended_on', '&#x672C;&#x8BC1;&#x660E;&#x5DF2;&#x6682;&#x505C;&#xFF0C;&#x76EE;&#x524D;&#x65E0;&#x6548;&#x3002;', 'This certificate is suspended and not valid for now.'),
			('expired_on', '&#x672C;&#x8BC1;&#x660E;&#x5DF2;&#x8FC7;&#x6709;&#x6548;&#x671F;&#x3002;', 'This certificate has expired.'),
			('reason', '&#x7406;&#x7531;', 'Reason'),
			('replaced', '&#x66FF;&#x4EE3;&#x8BC1;&#x660E;', 'Replaced by')) AS w (word, chinese, english);
END;
COMMENT ON FUNCTION creditbank.certificate_words() IS
'What a certificate''s page says, by its word here, as markup in Chinese and in English.';

CREATE FUNCTION creditbank.certificate_title(language text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT CASE creditbank.said_in(certificate_title.language)
			WHEN 'zh' THEN unistr(regexp_replace(w.chinese, '&#x(....);', E'\\\\\\1', 'g'))
			ELSE w.english END
		FROM creditbank.certificate_words() AS w
		WHERE w.word = 'title');
END
$$;
COMMENT ON FUNCTION creditbank.certificate_title(text) IS
'What a page is called where markup has no place, in Chinese or English: in English where the database''s encoding does not know Chinese. NULL for NULL.';

CREATE FUNCTION creditbank.in_groups(value text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(value, '(.{4})', E'\\1 ', 'g'));
COMMENT ON FUNCTION creditbank.in_groups(text) IS
'A number or code in groups of four, as people read and copy it. NULL for NULL.';

CREATE FUNCTION creditbank.svg_uri(svg text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 'url("data:image/svg+xml,' || replace(replace(replace(replace(replace(svg, '%', '%25'), '#', '%23'), '"', '%22'), '<', '%3C'), '>', '%3E') || '")';
COMMENT ON FUNCTION creditbank.svg_uri(text) IS
'An SVG document as CSS takes a picture. NULL for NULL.';

CREATE FUNCTION creditbank.certificate_tone(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE name
	WHEN 'deep' THEN '#23505a'
	WHEN 'gold' THEN '#a9843f'
	WHEN 'bronze' THEN '#84652b'
	WHEN 'hair' THEN '#d9cfb8'
	WHEN 'seal' THEN '#b3352b'
	WHEN 'paper' THEN '#fffdf8'
END;
COMMENT ON FUNCTION creditbank.certificate_tone(text) IS
'The colours of a certificate, by name: deep, gold, bronze (gold as letters, dark enough to read), hair (fine lines), seal, paper. NULL for NULL and for another name.';

CREATE FUNCTION creditbank.certificate_wave(length integer)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
-- A period of a sine in four curves, 24 wide, begun anew at every sixth or fourth
-- of it: so many waves run beside each other.
RETURN '<defs><path id="w" d="M0 0c1.96-2.2 3.83-4.3 6-4.3s4.04 2.1 6 4.3 3.83 4.3 6 4.3 4.04-2.1 6-4.3"/>'
	|| '<path id="v" d="M0 0c1.96-.97 3.83-1.9 6-1.9s4.04.93 6 1.9 3.83 1.9 6 1.9 4.04-.93 6-1.9"/></defs>'
	|| format('<g stroke="%s">', creditbank.certificate_tone('gold'))
	|| (SELECT string_agg(format('<use href="#w" x="%s"/>', x), '' ORDER BY x) FROM generate_series(-20, length, 4) AS x)
	|| format('</g><g stroke="%s">', creditbank.certificate_tone('deep'))
	|| (SELECT string_agg(format('<use href="#v" x="%s"/>', x), '' ORDER BY x) FROM generate_series(-18, length, 6) AS x)
	|| '</g>';
COMMENT ON FUNCTION creditbank.certificate_wave(integer) IS
'The woven waves of the border, along the x axis, as SVG without a stroke width. NULL for NULL.';

CREATE FUNCTION creditbank.certificate_border(part text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	opening text := '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" width="%1$s" height="%2$s" fill="none" stroke-width=".22">';
	deep text := creditbank.certificate_tone('deep');
	gold text := creditbank.certificate_tone('gold');
	lines text := '<path stroke="%s" stroke-width=".6" d="%s"/><path stroke="%s" d="%s"/>';
	corner text;
BEGIN
	IF part = 'side' THEN
		RETURN format(opening, 16, 432)
			|| '<g transform="translate(8) rotate(90)">' || creditbank.certificate_wave(432) || '</g>'
			|| format(lines, deep, 'M.8 0v432M15.2 0v432', gold, 'M2.2 0v432M13.8 0v432') || '</svg>';
	END IF;
	corner := '<g id="c" transform="translate(8 8)">' || format('<g stroke="%s">', gold)
		|| (SELECT string_agg(format('<ellipse rx="5.3" ry="2.5" transform="rotate(%s)"/>', k * 15), '' ORDER BY k) FROM generate_series(0, 11) AS k)
		|| format('</g><g stroke="%s">', deep)
		|| (SELECT string_agg(format('<ellipse rx="2.9" ry="1.1" transform="rotate(%s)"/>', k * 30), '' ORDER BY k) FROM generate_series(0, 5) AS k)
		|| '</g></g><use href="#c" x="304"/>';
	RETURN format(opening, 320, 16)
		|| CASE part WHEN 'bottom' THEN '<g transform="matrix(1 0 0 -1 0 16)">' ELSE '<g>' END
		|| '<svg x="16" width="288" height="16"><g transform="translate(0 8)">' || creditbank.certificate_wave(288) || '</g></svg>'
		|| corner
		|| format(lines, deep, 'M.8 16V.8h318.4V16M15.2 16v-.8h289.6v.8', gold, 'M2.2 16V2.2h315.6V16M13.8 16v-2.2h292.4V16')
		|| '</g></svg>';
END
$$;
COMMENT ON FUNCTION creditbank.certificate_border(text) IS
'A part of a certificate''s border as an SVG document: top and bottom, with their corners, 320 by 16; side, 16 by 432. NULL for NULL.';

CREATE FUNCTION creditbank.certificate_ground()
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200" width="200" height="200" fill="none" stroke-width=".35" opacity=".15">'
	|| format('<g stroke="%s">', creditbank.certificate_tone('gold'))
	|| (SELECT string_agg(format('<ellipse rx="96" ry="38" transform="rotate(%s)"/>', k * 5), '' ORDER BY k) FROM generate_series(0, 35) AS k)
	|| format('</g><g stroke="%s">', creditbank.certificate_tone('deep'))
	|| (SELECT string_agg(format('<ellipse rx="52" ry="17" transform="rotate(%s)"/>', k * 7.5), '' ORDER BY k) FROM generate_series(0, 23) AS k)
	|| '</g></svg>';
COMMENT ON FUNCTION creditbank.certificate_ground() IS
'The pale rosette behind a certificate''s text, as an SVG document.';

CREATE FUNCTION creditbank.certificate_seal(issuer text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('<svg class="seal" viewBox="-60 -60 120 120" role="img" aria-label="%1$s" fill="none" stroke="%2$s" stroke-width=".7"><defs><path id="over" d="M-42.5 0a42.5 42.5 0 0 1 85 0"/><path id="under" d="M-48.5 0a48.5 48.5 0 0 0 97 0"/></defs>'
		|| '<circle r="57" stroke-width="2.6"/><circle r="53.6"/><circle r="34.5"/><g stroke-width=".25" opacity=".55">',
		creditbank.xml_text(issuer), creditbank.certificate_tone('seal'))
	|| (SELECT string_agg(format('<ellipse rx="33.5" ry="12" transform="rotate(%s)"/>', k * 10), '' ORDER BY k) FROM generate_series(0, 17) AS k)
	|| format('</g><circle r="22" fill="%1$s" stroke="none"/><g fill="%2$s" stroke="none" text-anchor="middle">'
		|| '<text font-size="%3$s" letter-spacing=".12em"><textPath href="#over" startOffset="50%%">%4$s</textPath></text>'
		|| '<text font-size="7.6" letter-spacing=".28em"><textPath href="#under" startOffset="50%%">CREDIT BANK</textPath></text>'
		|| '<g font-size="19" font-weight="700"><text x="9.8" y="-2.6">&#x5B66;</text><text x="9.8" y="16.6">&#x5206;</text><text x="-9.8" y="-2.6">&#x94F6;</text><text x="-9.8" y="16.6">&#x884C;</text></g></g></svg>',
		creditbank.certificate_tone('paper'), creditbank.certificate_tone('seal'),
		creditbank.svg_number(least(9, 124 / greatest(creditbank.text_width(issuer) + 0.12 * length(issuer), 1))),
		creditbank.xml_text(issuer));
COMMENT ON FUNCTION creditbank.certificate_seal(text) IS
'The seal of a bank, with its name around it, as an SVG element. NULL for NULL.';

CREATE FUNCTION creditbank.certificate_mark(chinese text, english text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200" width="200" height="200"><g transform="rotate(-32)" fill="%1$s" fill-opacity=".16" stroke="%1$s" stroke-opacity=".3" text-anchor="middle" font-family="Noto Serif CJK SC,Songti SC,SimSun,serif" font-weight="700"><rect x="-88" y="-34" width="176" height="68" rx="4" fill="none" stroke-width="2.4"/><g stroke="none"><text y="2" font-size="42" letter-spacing="8">%2$s</text><text y="25" font-size="17" letter-spacing="5">%3$s</text></g></g></svg>',
	creditbank.certificate_tone('seal'), chinese, upper(english));
COMMENT ON FUNCTION creditbank.certificate_mark(text, text) IS
'What is written across a certificate that is not valid, two words given as markup, as an SVG document. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.certificate_style(number text, mark text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN format($style$
@page { size: A4; margin: 0 0 9.6mm; @bottom-center { content: "%1$s \00a0\00b7\00a0  " counter(page) " / " counter(pages); vertical-align: top; color: %3$s; font: 7pt %2$s; } }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0; background: #e7e4dd; color: %4$s; font: 10pt/1.5 %2$s; font-variant-numeric: tabular-nums lining-nums; }
p { margin: 0; }
.sheet { position: relative; width: 210mm; margin: 10mm auto; background: %8$s; box-shadow: 0 1mm 6mm #0003; }
.frame { position: absolute; inset: 9mm 9mm 9.6mm; background: %9$s top / 100%% 9.6mm no-repeat, %10$s bottom / 100%% 9.6mm no-repeat, %12$s 50%% 84mm / 140mm no-repeat; --side: %11$s; }
.frame::before { content: ""; position: absolute; inset: 9.6mm 0; background: var(--side) left top / 9.6mm 259.2mm repeat-y, var(--side) right top / 9.6mm 259.2mm repeat-y; }
.mark { position: absolute; inset: 0; background: %13$s 50%% 60mm / 180mm no-repeat; pointer-events: none; }
.pages { position: relative; width: 100%%; table-layout: fixed; border-spacing: 0; }
.room { height: 21.5mm; padding: 0; }
.middle { padding: 0 23.5mm; vertical-align: top; }
.body { display: flex; flex-direction: column; min-height: 254mm; }
header { text-align: center; }
.bank { padding-top: 2mm; font-size: 11.5pt; letter-spacing: .14em; color: %5$s; }
h1 { margin: 2mm 0 0; font-size: 35pt; line-height: 1.2; letter-spacing: .22em; text-indent: .22em; color: %5$s; }
.subtitle { margin-top: 1mm; font-size: 11.5pt; letter-spacing: .17em; text-transform: uppercase; color: %6$s; }
:lang(en) h1 { text-indent: 0; font-size: 23pt; letter-spacing: .02em; }
:lang(en) .subtitle { font-size: 17pt; letter-spacing: .3em; text-indent: .3em; }
.rule { display: block; width: 70mm; height: 3mm; margin: 2.5mm auto 0; }
.certify { margin-top: 4mm; letter-spacing: .04em; color: %3$s; }
.holder { margin-top: 1mm; font-size: 30pt; line-height: 1.3; font-weight: 700; letter-spacing: .04em; overflow-wrap: anywhere; }
.account { font-size: 8.5pt; letter-spacing: .06em; color: %3$s; }
.holds { margin: 3mm 0 4mm; }
:lang(en) .holds { font-size: 9.2pt; }
.second { color: %3$s; }
.holds .second { display: block; font-size: 9pt; }
.notice { margin: 3mm 0 0; padding: 2mm 4mm; border: .4mm solid %14$s; color: %14$s; font-size: 9.5pt; text-align: center; overflow-wrap: anywhere; }
.notice b { font-weight: 700; }
.totals + .lines { margin-top: 4mm; }
.lines { width: 100%%; table-layout: fixed; border-collapse: collapse; font-size: 9pt; line-height: 1.35; }
.lines tr { break-inside: avoid; }
.lines th { padding: 1.4mm 1.5mm; border-top: .5mm solid %5$s; border-bottom: .2mm solid %5$s; color: %5$s; line-height: 1.25; text-align: left; vertical-align: bottom; }
.lines th .second { display: block; font-weight: 400; font-size: 7pt; }
.lines td { padding: 1.5mm; border-bottom: .15mm solid %7$s; vertical-align: top; overflow-wrap: anywhere; }
.lines small { display: block; font-size: 7.3pt; color: %3$s; }
code { font: .94em "Noto Sans Mono", "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
.lines .place { width: 6.5mm; padding-left: 0; text-align: right; color: %3$s; }
.lines .amount { width: 20mm; text-align: right; }
.lines .grade { width: 20.5mm; padding-left: 3mm; }
.lines .day { width: 19mm; padding-right: 0; text-align: right; white-space: nowrap; }
.totals td { border-top: .2mm solid %5$s; border-bottom: .5mm solid %5$s; color: %5$s; font-weight: 700; }
.closing { display: flex; flex-direction: column; flex: 1 0 auto; break-inside: avoid; }
.one .holds { margin: 5mm 0 7mm; }
.one .lines td { padding-top: 3mm; padding-bottom: 3mm; }
.one .lines b { font-size: 11.5pt; }
.one .lines small { margin-top: .6mm; font-size: 8pt; }
.many h1 { margin-top: 1mm; font-size: 27pt; }
:lang(en) .many h1 { font-size: 21pt; }
.many .subtitle { font-size: 10.5pt; }
:lang(en) .many .subtitle { font-size: 14pt; }
.many .rule { margin-top: 1.5mm; }
.many .certify { margin-top: 1.5mm; line-height: 1.3; }
.many .holder { margin-top: 0; font-size: 22pt; line-height: 1.25; }
.many .holds { margin: 1mm 0 2mm; line-height: 1.35; }
.many .lines { font-size: 8.6pt; }
.many .totals + .lines { margin-top: 3mm; }
.many .lines th { padding-top: 1mm; padding-bottom: 1mm; }
.many .lines td { padding-top: .7mm; padding-bottom: .7mm; line-height: 1.3; }
.many .lines small { font-size: 6.7pt; line-height: 1.25; }
.many .lines code { font-size: .88em; }
.many .foot { padding-top: 1.5mm; }
.many .code svg { width: 26mm; height: 26mm; margin: auto; }
.many .code p { margin-top: 0; }
.many .seal { width: 33mm; height: 33mm; }
.many .fine { margin-top: 1.5mm; padding-top: 1mm; line-height: 1.3; }
.units { margin-top: 1.2mm; font-size: 7.3pt; color: %3$s; text-align: right; }
.foot { margin-top: auto; padding-top: 5mm; }
.sign { display: grid; grid-template-columns: 30mm minmax(0, 1fr) 36mm; gap: 6mm; align-items: center; }
.code svg { display: block; width: 30mm; height: 30mm; }
.code p { margin-top: .8mm; font-size: 7pt; text-align: center; color: %3$s; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .7mm 4mm; margin: 0; font-size: 9pt; line-height: 1.35; }
dt { padding-top: .3mm; font-size: 7.5pt; color: %3$s; }
dd { margin: 0; overflow-wrap: anywhere; }
.number { font-size: 11pt; line-height: 1.25; font-weight: 700; white-space: nowrap; }
.seal { width: 36mm; height: 36mm; opacity: .9; font-family: %2$s; }
.fine { margin-top: 2.5mm; padding-top: 1.5mm; border-top: .15mm solid %7$s; font-size: 6.2pt; line-height: 1.4; color: %3$s; overflow-wrap: anywhere; }
@media print {
body, .sheet { background: none; }
.sheet { margin: 0; box-shadow: none; }
.frame { position: fixed; inset: 9mm 9mm 0; }
.mark { position: fixed; }
.body { min-height: 244mm; }
}
$style$,
	creditbank.in_groups(number),
	'"Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", STSong, SimSun, serif',
	creditbank.chart_tone('muted'), creditbank.chart_tone('ink'),
	creditbank.certificate_tone('deep'), creditbank.certificate_tone('bronze'), creditbank.certificate_tone('hair'), creditbank.certificate_tone('paper'),
	creditbank.svg_uri(creditbank.certificate_border('top')), creditbank.svg_uri(creditbank.certificate_border('bottom')), creditbank.svg_uri(creditbank.certificate_border('side')),
	creditbank.svg_uri(creditbank.certificate_ground()), coalesce(creditbank.svg_uri(mark), 'none'),
	creditbank.certificate_tone('seal'));
COMMENT ON FUNCTION creditbank.certificate_style(text, text) IS
'The style sheet of a certificate''s page: on paper A4 with its border on every page, on a screen one sheet. number stands at the foot of each page with the page''s own; mark, an SVG document, across them; NULL for none.';

CREATE FUNCTION creditbank.certificate_pair(word text, language text, form text DEFAULT '%s <span class="second">%s</span>')
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT CASE language
			WHEN 'en' THEN format(form, w.english, '<span lang="zh-CN">' || w.chinese || '</span>')
			ELSE format(form, w.chinese, '<span lang="en">' || w.english || '</span>')
		END
	FROM creditbank.certificate_words() AS w
	WHERE w.word = certificate_pair.word);
COMMENT ON FUNCTION creditbank.certificate_pair(text, text, text) IS
'A word of certificate_words in both languages, as markup; language, zh or en, is the one that stands first; the other is marked as of its language. form has two places for them. NULL for an unknown word and when an argument is NULL.';

CREATE FUNCTION creditbank.certificate_ref(ref text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<code>' || regexp_replace(creditbank.xml_text(ref), '([/#])', E'\\1<wbr>', 'g') || '</code>';
COMMENT ON FUNCTION creditbank.certificate_ref(text) IS
'A reference as markup that may break between its parts. NULL for NULL.';

CREATE FUNCTION creditbank.certificate_amount(line jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN creditbank.xml_text((line ->> 'amount') || ' ' || (line ->> 'unit'));
COMMENT ON FUNCTION creditbank.certificate_amount(jsonb) IS
'The amount of a stated line with its unit, as markup. NULL for NULL and for a line without an amount.';

CREATE FUNCTION creditbank.certificate_row(line jsonb, places jsonb, language text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	-- An array, or no rows.
	originals jsonb := coalesce(line -> 'originals', '[]');
BEGIN
	RETURN format('<tr><td class="place">%s</td><td><b>%s</b><small>%s</small>%s</td><td class="amount">%s</td><td class="amount"><b>%s</b></td><td class="grade">%s</td><td class="day">%s</td></tr>',
		creditbank.xml_text(line ->> 'line'),
		creditbank.xml_text(line ->> 'title'),
		concat_ws(' &#183; ', creditbank.xml_text(line ->> 'awardedBy'), creditbank.xml_text(line ->> 'programmeTitle'), creditbank.certificate_ref(line ->> 'ref')),
		(
			SELECT format('<small>%s %s</small>', creditbank.certificate_pair('from', language, '%s %s'),
				string_agg(concat_ws(' ', creditbank.xml_text(o.original ->> 'title'),
					coalesce('(' || creditbank.xml_text(places ->> (o.original ->> 'ref')) || ')', creditbank.certificate_ref(o.original ->> 'ref'))), '; ' ORDER BY o.place))
			FROM jsonb_array_elements(originals) WITH ORDINALITY AS o (original, place)
			HAVING count(*) > 0),
		CASE line ->> 'kind'
			WHEN 'conversion' THEN (
				SELECT coalesce(string_agg(coalesce(creditbank.certificate_amount(o.original), '&#8212;') || coalesce('<small>' || creditbank.xml_text(o.original ->> 'grade') || '</small>', '<br>'), '' ORDER BY o.place), '&#8212;')
				FROM jsonb_array_elements(originals) WITH ORDINALITY AS o (original, place))
			ELSE coalesce(creditbank.certificate_amount(line -> 'claimed'), '&#8212;') || coalesce('<small>' || creditbank.xml_text((line ->> 'hours') || ' hr') || '</small>', '') END,
		coalesce(creditbank.certificate_amount(line), '&#8212;'),
		concat_ws('<br>', coalesce(creditbank.certificate_pair('mark.' || (line ->> 'mark'), language, '%s<small>%s</small>'), creditbank.xml_text(coalesce(line ->> 'mark', line ->> 'grade'))),
			CASE WHEN line ? 'level' THEN '<small>' || creditbank.certificate_pair('level', language, '%s %s') || ' ' || creditbank.xml_text(line ->> 'level') || '</small>' END),
		creditbank.xml_text(coalesce(line ->> 'awardedOn', line ->> 'convertedOn')));
END
$$;
COMMENT ON FUNCTION creditbank.certificate_row(jsonb, jsonb, text) IS
'A stated line as a row of the table. places has the line of each reference that is stated in the same certificate: an original among them is named by that. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.certificate_table(lines jsonb, kind text, language text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	places jsonb := coalesce((
		SELECT jsonb_object_agg(l ->> 'ref', l ->> 'line')
		FROM jsonb_array_elements(lines) AS l
		WHERE l ->> 'kind' = 'achievement'
			AND l ? 'ref'), '{}');
	rows_ text;
BEGIN
	SELECT string_agg(creditbank.certificate_row(l.line, places, certificate_table.language), E'\n' ORDER BY l.place)
	INTO rows_
	FROM jsonb_array_elements(certificate_table.lines) WITH ORDINALITY AS l (line, place)
	WHERE l.line ->> 'kind' = certificate_table.kind;
	RETURN '<table class="lines"><thead><tr><th class="place"></th>'
		|| (
			SELECT string_agg(format('<th%s>%s</th>', coalesce(' class="' || h.class || '"', ''), creditbank.certificate_pair(h.word, language)), '' ORDER BY h.place)
			FROM (
				VALUES
					(1, NULL, CASE kind WHEN 'achievement' THEN 'achievement' ELSE 'course' END),
					(2, 'amount', 'original'),
					(3, 'amount', 'value'),
					(4, 'grade', 'grade'),
					(5, 'day', 'date')) AS h (place, class, word))
		|| E'</tr></thead><tbody>\n' || rows_ || E'\n</tbody></table>';
END
$$;
COMMENT ON FUNCTION creditbank.certificate_table(jsonb, text, text) IS
'The table of the lines of a kind, achievement or conversion. NULL without such lines, and when an argument is NULL.';

CREATE FUNCTION creditbank.certificate_totals(lines jsonb, kind text, language text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
-- A table of its own, so that it goes to the next page with what follows it.
RETURN (
	SELECT format('<table class="lines totals"><tbody><tr><td class="place"></td><td>%s</td><td class="amount"></td><td class="amount">%s</td><td class="grade"></td><td class="day"></td></tr></tbody></table>',
		creditbank.certificate_pair('total', language),
		coalesce(string_agg(creditbank.xml_text(trim_scale(t.amount) || ' ' || t.unit), '<br>' ORDER BY t.unit COLLATE "C"), '&#8212;'))
	FROM (
		SELECT l.line ->> 'unit', sum((l.line ->> 'amount')::numeric)
		FROM jsonb_array_elements(lines) AS l (line)
		WHERE l.line ->> 'kind' = kind
			AND l.line ? 'amount'
		GROUP BY l.line ->> 'unit') AS t (unit, amount));
COMMENT ON FUNCTION creditbank.certificate_totals(jsonb, text, text) IS
'What the lines of a kind come to, in each unit, as the last row of their table. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.certificate_units(lines jsonb, language text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	SELECT string_agg(u.unit || ' ' || creditbank.certificate_pair(u.unit, language, '%s %s'), ' &#183; ' ORDER BY u.unit COLLATE "C")
	FROM (
		SELECT jsonb_path_query(lines, '$.**.unit') #>> '{}'
		UNION
		SELECT 'hr'
		WHERE jsonb_path_exists(lines, '$[*].hours')) AS u (unit));
COMMENT ON FUNCTION creditbank.certificate_units(jsonb, text) IS
'What the units in stated lines mean, as markup. NULL when there are none, and when an argument is NULL.';

CREATE FUNCTION creditbank.certificate_notice(state text, since date, reason text, replaced_by text, language text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN format('<div class="notice"><p><b>%s</b></p><p>%s</p></div>',
	creditbank.certificate_pair(state || '_on', language, '%s<br>%s'),
	concat_ws(' &#183; ',
		creditbank.certificate_pair('date', language, '%s %s') || ': ' || to_char(since, 'YYYY-MM-DD'),
		creditbank.certificate_pair('reason', language, '%s %s') || ': ' || creditbank.xml_text(reason),
		creditbank.certificate_pair('replaced', language, '%s %s') || ': ' || creditbank.xml_text(creditbank.in_groups(replaced_by))));
COMMENT ON FUNCTION creditbank.certificate_notice(text, date, text, text, text) IS
'What stands above a certificate that is not valid, as markup: state revoked, suspended or expired, and since when, why, and what replaces it, as far as that is known.';

CREATE FUNCTION creditbank.certificate_fine_print(document jsonb, digest bytea, language text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	bundle jsonb := document -> 'inclusionProof';
	-- A checkpoint is its origin, its size and its root, a line each.
	checkpoint text[] := string_to_array(bundle ->> 'checkpoint', E'\n');
	-- One, or a list of one.
	proof jsonb := jsonb_path_query_first(document, '$.proof[0]');
BEGIN
	RETURN '<div class="fine"><p>' || creditbank.certificate_pair('proof', language, '%s %s') || ' '
		|| concat_ws(' &#183; ', 'W3C Verifiable Credentials 2.0',
			CASE WHEN document -> 'type' ? 'ClrCredential' THEN '1EdTech CLR 2.0' ELSE '1EdTech Open Badges 3.0' END,
			creditbank.xml_text(proof ->> 'cryptosuite')) || '</p>'
		|| coalesce((
			SELECT string_agg(format('<p>%s <code>%s</code></p>', creditbank.certificate_pair(f.word, language, '%s %s'), f.said), '' ORDER BY f.place)
			FROM (
				VALUES
					(1, 'digest', encode(digest, 'hex')),
					(2, 'ledger', format('#%s, %s %s %s', creditbank.xml_text(bundle #>> '{entry,seq}'), creditbank.xml_text(checkpoint[1]), creditbank.xml_text(checkpoint[2]), creditbank.xml_text(checkpoint[3]))),
					(3, 'key', creditbank.xml_text(proof ->> 'verificationMethod')),
					(4, 'signature', creditbank.xml_text(proof ->> 'proofValue'))) AS f (place, word, said)
			WHERE f.said IS NOT NULL AND (f.place <> 2 OR bundle IS NOT NULL)), '')
		|| '</div>';
END
$$;
COMMENT ON FUNCTION creditbank.certificate_fine_print(jsonb, bytea, text) IS
'The proofs of a certificate in small print, as markup: digest of the statement; its ledger entry, and origin, size and root of the checkpoint that holds it; key and signature. What the document lacks is left out.';

CREATE FUNCTION creditbank.certificate_html(
	document jsonb,
	check_code text,
	digest bytea,
	state text,
	since date,
	reason text,
	replaced_by text,
	language text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	number text := document ->> 'certificateNumber';
	issuer text := document #>> '{issuer,name}';
	address text := rtrim(document #>> '{issuer,id}', '/') || '/certificate/' || (document ->> 'certificateNumber') || '/' || check_code;
	lines jsonb := document -> 'stated';
	holder text := creditbank.xml_text(jsonb_path_query_first(document, '$.credentialSubject.identifier[*] ? (@.identityType == "name").identityHash') #>> '{}');
	account text := jsonb_path_query_first(document, '$.credentialSubject.identifier[*] ? (@.identityType == "accountId").identityHash') #>> '{}';
	mark text;
BEGIN
	IF state <> 'valid' THEN
		SELECT creditbank.certificate_mark(w.chinese, w.english)
		INTO mark
		FROM creditbank.certificate_words() AS w
		WHERE w.word = state;
	END IF;
	RETURN creditbank.html_page(
		creditbank.certificate_title(language) || ' ' || creditbank.in_groups(number),
		language,
		creditbank.certificate_style(number, mark),
		concat_ws(E'\n',
			format('<main class="sheet %s">', CASE jsonb_array_length(lines) WHEN 1 THEN 'one' ELSE 'many' END) || '<div class="frame"></div>',
			'<table class="pages" role="presentation"><thead><tr><td class="room"></td></tr></thead><tfoot><tr><td class="room"></td></tr></tfoot><tbody><tr><td class="middle"><div class="body">',
			'<header>',
			-- A bank without a name is called by its address, which does not say what it is.
			'<p class="bank">' || CASE WHEN right(document #>> '{issuer,id}', length(issuer)) = issuer THEN creditbank.certificate_pair('bank', language, '%s &#183; %s') || ' &#183; ' ELSE '' END || creditbank.xml_text(issuer) || '</p>',
			creditbank.certificate_pair('title', language, '<h1>%s</h1><p class="subtitle">%s</p>'),
			format('<svg class="rule" viewBox="0 0 140 6" fill="none" stroke="%1$s" stroke-width=".5"><path d="M2 3h58M80 3h58M64 3l6-2.6 6 2.6-6 2.6z"/><path fill="%1$s" stroke="none" d="M67.4 3l2.6-1.2 2.6 1.2-2.6 1.2z"/></svg>', creditbank.certificate_tone('gold')),
			CASE WHEN state <> 'valid' THEN creditbank.certificate_notice(state, since, reason, replaced_by, language) END,
			'<p class="certify">' || creditbank.certificate_pair('certify', language, '%s &#160;%s') || '</p>',
			'<p class="holder">' || coalesce(holder, creditbank.certificate_pair('unnamed', language)) || '</p>',
			'<p class="account">' || creditbank.certificate_pair('account', language, '%s %s') || ' &#160;' || creditbank.xml_text(creditbank.in_groups(account)) || '</p>',
			'<p class="holds">' || creditbank.certificate_pair('holds', language) || '</p>',
			'</header>',
			creditbank.certificate_table(lines, 'achievement', language),
			CASE WHEN lines @> '[{"kind": "achievement"}, {"kind": "conversion"}]' THEN creditbank.certificate_totals(lines, 'achievement', language) END,
			creditbank.certificate_table(lines, 'conversion', language),
			'<div class="closing">' || creditbank.certificate_totals(lines, lines #>> '{-1,kind}', language),
			'<p class="units">' || creditbank.certificate_pair('units', language, '%s %s') || ': ' || creditbank.certificate_units(lines, language) || '</p>',
			'<div class="foot"><div class="sign"><div class="code">' || creditbank.qr_code_svg(address, 'M', 4, 2) || '<p>' || creditbank.certificate_pair('check', language, '%s %s') || '</p></div><dl>',
			(
				SELECT string_agg(format('<dt>%s</dt><dd%s>%s</dd>', creditbank.certificate_pair(f.word, language, '%s %s'), f.attributes, f.said), E'\n' ORDER BY f.place)
				FROM (
					VALUES
						(1, 'number', ' class="number"', creditbank.xml_text(creditbank.in_groups(number))),
						(2, 'code', '', creditbank.xml_text(creditbank.in_groups(check_code))),
						(3, 'issued', '', creditbank.xml_text(left(document ->> 'validFrom', 10))),
						(4, 'until', '', creditbank.xml_text(left(document ->> 'validUntil', 10))),
						(5, 'issuer', '', creditbank.xml_text(issuer)),
						(6, 'at', '', creditbank.xml_text(document #>> '{issuer,id}'))) AS f (place, word, attributes, said)
				WHERE f.said IS NOT NULL),
			'</dl>' || creditbank.certificate_seal(issuer) || '</div>',
			creditbank.certificate_fine_print(document, digest, language),
			'</div></div></div></td></tr></tbody></table>',
			CASE WHEN mark IS NOT NULL THEN '<div class="mark"></div>' END,
			'</main>'));
END
$$;
COMMENT ON FUNCTION creditbank.certificate_html(jsonb, text, bytea, text, date, text, text, text) IS
'The page of a certificate from its signed document, as certificate() gives it. What the document does not say is given beside it: the check code, the digest of the statement, and how things stand: state valid, revoked, suspended or expired, since when, why (in the page''s language), and the number of the certificate that replaces it; NULL where there is nothing to say. language, zh or en, stands first.';

CREATE FUNCTION creditbank.certificate_page(number text, language text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	signed jsonb;
	held record;
BEGIN
	PERFORM creditbank.known_language(certificate_page.language);
	signed := creditbank.certificate(certificate_page.number);
	SELECT c.*, creditbank.certificate_standing(c.number) AS standing,
		coalesce(certificate_page.language, CASE WHEN c.language ~* '^en' THEN 'en' ELSE 'zh' END) AS spoken
	INTO held
	FROM creditbank.certificate AS c
	WHERE c.number = signed ->> 'certificateNumber';
	RETURN creditbank.certificate_html(signed, held.check_code, held.digest, held.standing,
		CASE held.standing WHEN 'revoked' THEN held.revoked_on END,
		CASE held.standing
			WHEN 'revoked' THEN creditbank.revocation_reason(held.reason, held.cause, held.cause_of, held.spoken)
			ELSE creditbank.certificate_trouble(held.number, held.spoken) END,
		CASE held.standing WHEN 'revoked' THEN held.superseded_by END,
		held.spoken);
END
$$;
COMMENT ON FUNCTION creditbank.certificate_page(text, text) IS
'A certificate as a page to print, HTML in UTF-8, from its signed document and as it stands today: when it is not valid, the page says so across itself, and why. language, zh or en, stands first; NULL for that of the titles, Chinese when it is not English. Errors: those of certificate(); invalid_parameter for another language.';
