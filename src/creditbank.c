/*
 * creditbank.c
 *		The module itself: its magic block.
 *
 * Promise: loading the library changes nothing in the server.  It must never
 * hold logic of a room; each room has a file of its own name.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
