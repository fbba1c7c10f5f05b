/*
 * fuzz.c
 *		libFuzzer in a backend: each input runs in a subtransaction and in a
 *		memory context of its own, and its error is judged.
 */
#include "fuzz.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include <signal.h>
#include <stdarg.h>

PG_FUNCTION_INFO_V1(creditbank_fuzz);

/* libFuzzer's */
extern int	LLVMFuzzerRunDriver(int *argc, char ***argv,
								int (*callback) (const uint8_t *data, size_t size));
extern size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* ours, which it looks for by name */
extern PGDLLEXPORT size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
												  size_t max_size, unsigned seed);
extern PGDLLEXPORT size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
													const uint8_t *b, size_t b_size,
													uint8_t *out, size_t max_size, unsigned seed);

/* how often each place of our code was reached, as the compiler counts */
extern uint8 __start___sancov_cntrs[];
extern uint8 __stop___sancov_cntrs[];

const char *accepted_as;
bool		passing_through;

static const Target *target;
static MemoryContext input_context;
static long accepted_count;

void
finding(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	fprintf(stderr, "finding: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	abort();
}

static void
judge_text(const char *part, const char *text)
{
	if (text != NULL && !pg_verify_mbstr(PG_UTF8, text, strlen(text), true))
		finding("the %s of an error is not UTF-8: %s", part, text);
}

/* may this be said of a wrong input? */
static bool
is_refusal(int sqlstate)
{
	int			class = ERRCODE_TO_CATEGORY(sqlstate);

	return class == ERRCODE_DATA_EXCEPTION || class == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
		sqlstate == ERRCODE_SYNTAX_ERROR || sqlstate == ERRCODE_PROTOCOL_VIOLATION;
}

static void
judge_error(const ErrorData *error)
{
	if (accepted_as != NULL)
		finding("%s: %s %s", accepted_as, unpack_sql_state(error->sqlerrcode), error->message);
	if (!is_refusal(error->sqlerrcode))
		finding("no refusal: %s %s (%s:%d)", unpack_sql_state(error->sqlerrcode),
				error->message, error->filename, error->lineno);
	judge_text("message", error->message);
	judge_text("detail", error->detail);
	judge_text("hint", error->hint);
	judge_text("context", error->context);
}

static void
run_target(const uint8 *data, size_t size)
{
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(input_context);
	PG_TRY();
	{
		target->run(data, size);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(input_context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		judge_error(error);
	}
	PG_END_TRY();
	CurrentResourceOwner = owner;
}

static int
test_one_input(const uint8_t *data, size_t size)
{
	MemoryContext outer = CurrentMemoryContext;

	accepted_as = NULL;
	passing_through = false;
	input_context = watched_context_create(TopMemoryContext, "fuzz input", 0, 0, 0);
	run_target(data, size);
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(input_context);
	if (passing_through)
		memset(__start___sancov_cntrs, 0, __stop___sancov_cntrs - __start___sancov_cntrs);
	if (accepted_as != NULL)
		accepted_count++;
	return 0;
}

/*
 * Most changes of text are to words; the others, and all of bytes, are
 * libFuzzer's, which know the dictionary.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	if (target->of_words && seed % 8 != 0)
		return words_mutate(data, size, max_size, seed);
	return LLVMFuzzerMutate(data, size, max_size);
}

size_t
LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
						  uint8_t *out, size_t max_size, unsigned seed)
{
	return words_cross(a, a_size, b, b_size, out, max_size, seed);
}

static const Target *
target_named(const char *name)
{
	for (const Target *each = targets; each->name != NULL; each++)
	{
		if (strcmp(each->name, name) == 0)
			return each;
	}
	elog(ERROR, "no target \"%s\"", name);
}

/* libFuzzer keeps its hands off a signal that somebody handles already. */
static void
leave_signals(void)
{
	static const int signals[] = {SIGALRM, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGFPE, SIGXFSZ};

	for (size_t i = 0; i < lengthof(signals); i++)
		signal(signals[i], SIG_DFL);
}

/* A run that has only refusals to show did not do its work. */
static void
print_accepted(void)
{
	fprintf(stderr, "accepted: %ld\n", accepted_count);
}

/*
 * fuzz(target, arguments of libFuzzer): does not return, as libFuzzer ends the
 * process.
 */
Datum
creditbank_fuzz(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Datum	   *arguments;
	int			count;
	char	  **argv;

	target = target_named(name);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT,
					  &arguments, NULL, &count);
	argv = palloc0(sizeof(char *) * (count + 2));
	argv[0] = name;
	for (int i = 0; i < count; i++)
		argv[i + 1] = TextDatumGetCString(arguments[i]);
	count++;
	leave_signals();
	atexit(print_accepted);
	exit(LLVMFuzzerRunDriver(&count, &argv, test_one_input));
}
