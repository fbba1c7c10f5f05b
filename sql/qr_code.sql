-- qr_code.sql: QR codes as SVG.
-- Promise: a pure function of the text; the drawing refers to nothing outside
-- itself and holds nothing that could be taken for markup.

CREATE FUNCTION creditbank.qr_code_svg(
	content text,
	level text DEFAULT 'M',
	module integer DEFAULT 4,
	quiet integer DEFAULT 4
)
RETURNS text
AS 'MODULE_PATHNAME', 'creditbank_qr_code_svg'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.qr_code_svg(text, text, integer, integer) IS
'A QR code (ISO/IEC 18004) as an SVG element: content as bytes of UTF-8, in the smallest code that holds it. level is that of error correction, L, M, Q or H; module the width of a module in pixels, 1 to 100; quiet the empty margin in modules, 0 to 100, of which the standard asks 4. Black on white. NULL when an argument is NULL. Errors: 22C07 unknown level, a width out of range, content empty or longer than a code of this level holds (2953, 2331, 1663 or 1273 bytes).';
