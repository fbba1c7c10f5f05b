# creditbank: build, install and test with PGXS.
#
#   make && sudo make install     build and install for the server of PG_CONFIG
#   make installcheck             the regression and isolation tests against a running server
#   make test                     every test, on a private throw-away server
#   make test-versions            the same on other server versions, as root: long, see test/versions
#   make demo                     the story of four learners, on a private throw-away server; leaves
#                                 its pages and pictures in the folder DEMO_FOLDER (demo-pages)
#   make fuzz                     ten minutes of random inputs under the sanitizers; needs clang
#   make pictures                 the pictures of doc/, taken anew; needs Chromium
#   make bench                    the figures of doc/performance.md, on a private throw-away server
#
# PG_CONFIG names the server; WERROR=1 turns compiler warnings into errors.

EXTENSION = creditbank
EXTVERSION = 0.1
MODULE_big = creditbank

# The rooms of the house, lowest floor first: the install script is their SQL
# parts joined in this order.
ROOMS = install error credit_amount achievement_ref digest canonical_json data_integrity rule_set \
	bank region registry standard identity account ledger merkle checkpoint archive recognition balance \
	evaluate rule_book decision conversion points impact replay exchange merge statistics rollup \
	publication report shanghai elmo clr certificate certificate_proof certificate_status certificate_check \
	qr_code chart certificate_page field_of_study portrait portrait_page pathway consent look verify \
	yearly_report access

C_SOURCES = $(sort $(wildcard src/*.c) src/rule_set_gram.c src/rule_set_scan.c)
OBJS = $(C_SOURCES:.c=.o)
DATA = $(wildcard sql/$(EXTENSION)--*--*.sql)
DATA_built = sql/$(EXTENSION)--$(EXTVERSION).sql
DOCS = $(wildcard doc/*.md)

# What is expected is expected in UTF-8, whatever the server's own encoding is.
REGRESS = $(sort $(patsubst test/regress/sql/%.sql,%,$(wildcard test/regress/sql/*.sql)))
REGRESS_OPTS = --inputdir=test/regress --outputdir=test/regress --load-extension=creditbank \
	--encoding=UTF8 --no-locale
ISOLATION = $(sort $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=test/isolation --load-extension=creditbank \
	--encoding=UTF8 --no-locale

EXTRA_CLEAN = $(DATA_built) src/rule_set_gram.c src/rule_set_gram.h src/rule_set_scan.c \
	test/regress/results test/regress/regression.* \
	test/isolation/results test/isolation/regression.* test/isolation/output_iso

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

# The server's headers are the server's affair: warnings are asked for ours only.
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers
ifdef WERROR
PG_CFLAGS += -Werror
endif
SHLIB_LINK = -lcrypto -lz -lqrencode
# Calls within the library stay within it, whatever other modules name theirs.
ifeq ($(shell uname -s), Linux)
SHLIB_LINK += -Wl,-Bsymbolic
endif

ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
# The names that test/run gives them: some messages that are expected name the database.
CONTRIB_TESTDB = creditbank_regress
ISOLATION_TESTDB = creditbank_isolation
else
.DEFAULT_GOAL := all
all install installcheck:
	@echo "creditbank: no PostgreSQL server headers found by '$(PG_CONFIG) --pgxs'." >&2
	@echo "Install them (make setup does), or name your server's: make PG_CONFIG=/path/to/pg_config" >&2
	@exit 1
endif

$(DATA_built): $(ROOMS:%=sql/%.sql)
	cat $^ > $@

# Every C file is small and the headers few: a changed header rebuilds all.
$(OBJS): $(wildcard src/*.h)

src/rule_set_gram.c: src/rule_set_gram.y
	bison -Wno-deprecated -d -o $@ $<

src/rule_set_gram.h: src/rule_set_gram.c

src/rule_set_scan.c: src/rule_set_scan.l
	flex -o $@ $<

$(OBJS) $(OBJS:.o=.bc): src/rule_set_gram.h

.PHONY: setup demo test test-versions pictures bench fuzz
setup:
	@test/setup

# Without a browser the pages are left, and only their pictures missing.
DEMO_FOLDER ?= demo-pages
demo: setup
	-@test/setup-browser
	@echo "creditbank: building"
	+@$(MAKE) --no-print-directory -s all
	@mkdir -p $(DEMO_FOLDER)
	@CREDITBANK_OUTPUT=$(DEMO_FOLDER) test/private-server test/demo/run
	@echo "Its pages and pictures are in the folder $(DEMO_FOLDER)."

test: setup
	@echo "creditbank: building"
	+@$(MAKE) --no-print-directory -s all
	@test/private-server test/run

test-versions:
	test/versions $(VERSIONS)

pictures: setup
	@test/setup-browser
	@echo "creditbank: building"
	+@$(MAKE) --no-print-directory -s all
	@CREDITBANK_OUTPUT=doc test/private-server test/browser/pictures

bench: setup
	@echo "creditbank: building"
	+@$(MAKE) --no-print-directory -s all
	@CREDITBANK_SERVER_CONF="$$(cat test/bench/server.conf)" test/private-server test/bench/run

FUZZ_SECONDS ?= 600
fuzz: setup
	@echo "creditbank: building"
	+@$(MAKE) --no-print-directory -s all
	@FUZZ_SECONDS=$(FUZZ_SECONDS) test/private-server perl test/t/fuzz.pl
