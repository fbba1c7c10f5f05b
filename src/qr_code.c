/*
 * qr_code.c
 *		QR codes (ISO/IEC 18004) drawn as SVG.
 *
 * libqrencode arranges the modules; what is drawn is one path of them.
 *
 * Promise: the code holds the text as UTF-8, whatever the server's encoding,
 * and the drawing holds nothing of the text itself.  It must never raise an
 * error while it holds memory of the library.
 */
#include "postgres.h"

#include <qrencode.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(creditbank_qr_code_svg);

/* modules on a side of the largest code, version 40 */
#define WIDTH_MAX 177

#define MODULE_MAX 100
#define QUIET_MAX 100

/* the low bit of a module says dark; the others are the library's own notes */
#define MODULE_DARK 0x01

typedef struct Level
{
	const char *name;
	QRecLevel	level;
	int			capacity;		/* bytes in the largest code */
} Level;

static const Level levels[] = {
	{"L", QR_ECLEVEL_L, 2953},
	{"M", QR_ECLEVEL_M, 2331},
	{"Q", QR_ECLEVEL_Q, 1663},
	{"H", QR_ECLEVEL_H, 1273},
};

typedef struct Symbol
{
	int			width;			/* modules on each side */
	unsigned char modules[WIDTH_MAX * WIDTH_MAX];
} Symbol;

static const Level *
find_level(const text *value)
{
	char	   *name = text_to_cstring(value);

	for (size_t i = 0; i < lengthof(levels); i++)
	{
		if (strcmp(levels[i].name, name) == 0)
			return &levels[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("\"%s\" is not a level of error correction", name),
			 errhint("The levels are L, M, Q and H: about 7, 15, 25 and 30 percent of the code may be lost.")));
}

static void
check_between(const char *name, int value, int least, int most, const char *meaning)
{
	if (value < least || value > most)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("%s of a QR code is %d", name, value),
				 errdetail("It is %s, from %d to %d.", meaning, least, most)));
}

static void
check_length(const Level *level, int length)
{
	if (length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("there is nothing to write into the QR code")));
	if (length > level->capacity)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("%d bytes do not fit into a QR code", length),
				 errdetail("With error correction of level %s it holds %d bytes.", level->name, level->capacity),
				 errhint("Write less, such as an address where the rest is found.")));
}

/*
 * The symbol is allocated before the library is called, and nothing between its
 * call and the freeing of what it gave can fail.
 */
static Symbol *
arrange(const char *bytes, int length, const Level *level)
{
	Symbol	   *symbol = palloc(sizeof(Symbol));
	QRcode	   *code;

	code = QRcode_encodeData(length, (const unsigned char *) bytes, 0, level->level);
	if (code == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not make a QR code: %m")));
	symbol->width = code->width;
	memcpy(symbol->modules, code->data, (size_t) code->width * code->width);
	QRcode_free(code);
	return symbol;
}

/* Each run of dark modules in a row is a rectangle of one path. */
static void
draw_row(StringInfo svg, const unsigned char *modules, int width, int row, int quiet)
{
	int			column = 0;

	while (column < width)
	{
		int			start = column;

		while (column < width && (modules[column] & MODULE_DARK) != 0)
			column++;
		if (column > start)
			appendStringInfo(svg, "M%d %dh%dv1h-%dz",
							 start + quiet, row + quiet, column - start, column - start);
		else
			column++;
	}
}

static void
draw(StringInfo svg, const Symbol *symbol, int module, int quiet)
{
	int			side = symbol->width + 2 * quiet;

	appendStringInfo(svg,
					 "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
					 "<path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path fill=\"#000\" d=\"",
					 side * module, side * module, side, side, side, side, side);
	for (int row = 0; row < symbol->width; row++)
	{
		CHECK_FOR_INTERRUPTS();
		draw_row(svg, symbol->modules + row * symbol->width, symbol->width, row, quiet);
	}
	appendStringInfoString(svg, "\"/></svg>");
}

/* qr_code_svg(content, level, module, quiet) -> text */
Datum
creditbank_qr_code_svg(PG_FUNCTION_ARGS)
{
	char	   *content = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const Level *level = find_level(PG_GETARG_TEXT_PP(1));
	int			module = PG_GETARG_INT32(2);
	int			quiet = PG_GETARG_INT32(3);
	char	   *bytes;
	int			length;
	StringInfoData svg;

	check_between("module", module, 1, MODULE_MAX, "the width of a module in pixels");
	check_between("quiet", quiet, 0, QUIET_MAX, "the width of the empty margin in modules");
	bytes = pg_server_to_any(content, strlen(content), PG_UTF8);
	length = strlen(bytes);
	check_length(level, length);

	initStringInfo(&svg);
	draw(&svg, arrange(bytes, length, level), module, quiet);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(svg.data, svg.len));
}
