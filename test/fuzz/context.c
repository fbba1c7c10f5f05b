/*
 * context.c
 *		Memory contexts whose every block is a malloc of its own.
 *
 * The server is not built with the sanitizer, and blocks that its own contexts
 * cut from larger ones have nothing between them that it would miss.  Whatever
 * is allocated in a context made here, by us or by the server on our behalf, is
 * watched to the byte, before and behind, and after it is freed.
 *
 * Promise: for PostgreSQL 15 alone, where a context brings its own methods.
 */
#include "fuzz.h"

#include "lib/ilist.h"
#include "nodes/memnodes.h"
#include "utils/memutils.h"

#include <sanitizer/asan_interface.h>

/* Nobody but this file may look into a header. */
#define IN_HEADERS	__attribute__((no_sanitize("address"), noinline))

typedef struct WatchedContext
{
	MemoryContextData header;
	dlist_head	blocks;
} WatchedContext;

/* The server looks for the context right before what it was given. */
typedef struct BlockHeader
{
	dlist_node	node;
	Size		size;
	MemoryContext context;
} BlockHeader;

StaticAssertDecl(sizeof(BlockHeader) == 32,
				 "what follows a header must be aligned, and the context right before it");

static BlockHeader *
header_of(void *pointer)
{
	return (BlockHeader *) pointer - 1;
}

IN_HEADERS static void
link_block(BlockHeader *block, MemoryContext context, Size size)
{
	dlist_head *blocks = &((WatchedContext *) context)->blocks;

	block->size = size;
	block->context = context;
	block->node.next = blocks->head.next;
	block->node.prev = &blocks->head;
	blocks->head.next->prev = &block->node;
	blocks->head.next = &block->node;
	context->mem_allocated += size;
	ASAN_POISON_MEMORY_REGION(block, sizeof(BlockHeader));
}

IN_HEADERS static void
unlink_block(BlockHeader *block)
{
	block->node.prev->next = block->node.next;
	block->node.next->prev = block->node.prev;
	block->context->mem_allocated -= block->size;
}

IN_HEADERS static Size
block_size(BlockHeader *block)
{
	return block->size;
}

static void *
watched_alloc(MemoryContext context, Size size)
{
	BlockHeader *block = malloc(sizeof(BlockHeader) + size);

	if (block == NULL)
		return NULL;
	memset(block + 1, 0x7F, size);	/* as a server built to find such reads does */
	link_block(block, context, size);
	return block + 1;
}

static void
watched_free(MemoryContext context, void *pointer)
{
	BlockHeader *block = header_of(pointer);

	unlink_block(block);
	ASAN_UNPOISON_MEMORY_REGION(block, sizeof(BlockHeader));
	free(block);
}

static void *
watched_realloc(MemoryContext context, void *pointer, Size size)
{
	void	   *grown = watched_alloc(context, size);

	if (grown == NULL)
		return NULL;
	memcpy(grown, pointer, Min(size, block_size(header_of(pointer))));
	watched_free(context, pointer);
	return grown;
}

IN_HEADERS static void *
first_block(MemoryContext context)
{
	dlist_head *blocks = &((WatchedContext *) context)->blocks;

	return blocks->head.next == &blocks->head ? NULL : (BlockHeader *) blocks->head.next + 1;
}

static void
watched_reset(MemoryContext context)
{
	void	   *pointer;

	while ((pointer = first_block(context)) != NULL)
		watched_free(context, pointer);
}

static void
watched_delete(MemoryContext context)
{
	watched_reset(context);
	free(context);
}

static Size
watched_space(MemoryContext context, void *pointer)
{
	return sizeof(BlockHeader) + block_size(header_of(pointer));
}

static bool
watched_is_empty(MemoryContext context)
{
	return first_block(context) == NULL;
}

static void
watched_stats(MemoryContext context, MemoryStatsPrintFunc print, void *argument,
			  MemoryContextCounters *totals, bool to_stderr)
{
	if (totals != NULL)
		totals->totalspace += context->mem_allocated;
}

static const MemoryContextMethods watched_methods = {
	.alloc = watched_alloc,
	.free_p = watched_free,
	.realloc = watched_realloc,
	.reset = watched_reset,
	.delete_context = watched_delete,
	.get_chunk_space = watched_space,
	.is_empty = watched_is_empty,
	.stats = watched_stats
};

MemoryContext
watched_context_create(MemoryContext parent, const char *name,
					   Size least_size, Size first_block_size, Size largest_block)
{
	WatchedContext *context = calloc(1, sizeof(WatchedContext));

	if (context == NULL)
		elog(ERROR, "out of memory for a context");
	dlist_init(&context->blocks);
	MemoryContextCreate(&context->header, T_AllocSetContext, &watched_methods, parent, name);
	return &context->header;
}
