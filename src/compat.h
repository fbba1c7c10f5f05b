/*
 * compat.h
 *		What differs between server versions, and only that.
 *
 * Promise: this is the one file that tests PG_VERSION_NUM.  PostgreSQL 15 is
 * the oldest server.
 */
#ifndef CREDITBANK_COMPAT_H
#define CREDITBANK_COMPAT_H

#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "creditbank needs PostgreSQL 15 or later"
#endif

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#define MAKE_RANGE(typcache, lower, upper) make_range(typcache, lower, upper, false, NULL)
#else
/* Soft errors came with 16; before, a bad input is an ordinary error. */
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy_value; \
	} while (0)
#define MAKE_RANGE(typcache, lower, upper) make_range(typcache, lower, upper, false)
#define SOFT_ERROR_OCCURRED(escontext) ((void) (escontext), false)
#endif

/* makes a lexer of the server, which keeps no strings; common/jsonapi.h declares it */
#if PG_VERSION_NUM >= 170000
#define MAKE_JSON_LEXER(utf8, length) makeJsonLexContextCstringLen(NULL, utf8, length, PG_UTF8, false)
#else
#define MAKE_JSON_LEXER(utf8, length) makeJsonLexContextCstringLen(unconstify(char *, utf8), length, PG_UTF8, false)
#endif

#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

StaticAssertDecl(SIZEOF_DATUM == 8, "creditbank passes 8-byte values by value");

#ifndef HAVE_INT128
#error "creditbank needs a compiler with 128-bit integers"
#endif

#endif							/* CREDITBANK_COMPAT_H */
