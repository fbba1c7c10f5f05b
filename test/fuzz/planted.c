/*
 * planted.c
 *		A target with one mistake of each kind, by the first byte of the input.
 */
#include "planted.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

/* behind a block that the server allocated for us */
static void
overflow(int count)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	buffer.data[buffer.maxlen + count - 4] = 'x';
}

static void
underflow(int count)
{
	char	   *block = palloc(100);

	block[count - 5] = 'x';
}

static void
use_after_free(int count)
{
	volatile char *block = palloc(100);

	pfree((char *) block);
	block[count] = 'x';
}

/* a context of our own making that ended */
static void
use_after_delete(int count)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "planted",
												  ALLOCSET_DEFAULT_SIZES);
	volatile char *block = MemoryContextAlloc(context, 100);

	MemoryContextDelete(context);
	block[count] = 'x';
}

static void
signed_overflow(int count)
{
	volatile int number = PG_INT32_MAX - 3;

	number = number + count;
}

void
run_planted(const uint8 *data, size_t size)
{
	switch (size < 5 ? 0 : data[0])
	{
		case 'o':
			overflow(size - 1);
			break;
		case 'u':
			underflow(size - 1);
			break;
		case 'f':
			use_after_free(size - 1);
			break;
		case 'd':
			use_after_delete(size - 1);
			break;
		case 's':
			signed_overflow(size - 1);
			break;
		case 'e':
			elog(ERROR, "planted");
			break;
		case 'a':
			accepted_as = "a planted value";
			ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("planted")));
			break;
		case 'l':
			for (volatile bool forever = true; forever;)
				;
			break;
		default:
			break;
	}
}

/* Reached only by one guess after another: it has to be looked for. */
void
run_hidden(const uint8 *data, size_t size)
{
	if (size == 4 && data[0] == 'h' && data[1] == 'i' && data[2] == 'd')
		overflow(size);
}
