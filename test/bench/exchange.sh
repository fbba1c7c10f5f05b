#!/bin/bash
# Measures the import: achievements imported and recognised in bulk, against the
# very rows that this writes, put into the same tables by INSERT ... SELECT.
#
# Each measurement is a transaction that is rolled back, so that all start from
# the same tables; the two take turns, and of the rounds' ratios the median counts.
# BENCH_ROUNDS (3) and BENCH_ROWS (1000000, ten of them in each account) make it
# shorter or longer.
set -euo pipefail

rounds=${BENCH_ROUNDS:-3}
rows=${BENCH_ROWS:-1000000}
accounts=$((rows / 10))
work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
tables="achievement import_record ledger_entry ledger_head"

sql() { PGOPTIONS='-c client_min_messages=warning' psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }

# milliseconds STATEMENT ...: how long each takes, one after another in a
# transaction that is rolled back
milliseconds() {
	{
		printf '%s\n' 'BEGIN;' '\timing on'
		printf '%s;\n' "$@"
		printf '%s\n' '\timing off' 'ROLLBACK;'
	} | psql -XqAt -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
}

median() { printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"; }

# anonymous memory of a backend at its peak, in kB, while a statement runs, above
# what it was before: growth STATEMENT
growth() {
	psql -XqAt -v ON_ERROR_STOP=1 >"$work/growth.out" <<-SQL &
		SELECT pg_backend_pid();
		BEGIN;
		SELECT count(*) FROM creditbank.entry_kinds();
		SELECT pg_sleep(1);
		$1;
		ROLLBACK;
	SQL
	local client=$! backend peak=0 now idle
	while ! backend=$(head -1 "$work/growth.out" 2>/dev/null) || [ -z "$backend" ]; do sleep 0.05; done
	sleep 0.7
	idle=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$backend/status")
	while now=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$backend/status" 2>/dev/null) && [ -n "$now" ]; do
		[ "$now" -le "$peak" ] || peak=$now
		sleep 0.02
	done
	wait "$client"
	echo $((peak - idle))
}

# the same for all: no dead rows, and nothing left to be written
settle() {
	for table in $tables import_row; do sql "VACUUM ANALYZE creditbank.$table"; done
	sql CHECKPOINT
}

import="SELECT count(*) AS refused FROM creditbank.import_achievements('bench', 'BODY-1')"
recognise="SELECT count(*) AS refused FROM creditbank.recognise_import('bench', 'checked against the register')"

echo "server $(sql 'SHOW server_version'), fsync $(sql 'SHOW fsync'), shared_buffers $(sql 'SHOW shared_buffers'), $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
psql -Xq -v ON_ERROR_STOP=1 -v accounts=$accounts -v rows="$rows" -f test/bench/exchange_tables.sql >/dev/null
psql -Xq -v ON_ERROR_STOP=1 -c "\\copy (SELECT 'bench', * FROM bench.file) TO '$work/file'"
began=$(date +%s%N)
psql -Xq -v ON_ERROR_STOP=1 -c "\\copy creditbank.import_row (batch, external_id, account, ref, title, amount, grade, attendance, awarded_on, expires_on, tags, evidence) FROM '$work/file'"
echo "COPY of $rows rows into the staging table: $((($(date +%s%N) - began) / 1000000)) ms"

# What the import writes, once, to be saved; all of it must be posted.
{
	printf '%s;\n' BEGIN "$import" "$recognise"
	for table in $tables; do echo "\\copy creditbank.$table TO '$work/$table'"; done
	printf '%s;\n' "SELECT count(*) FROM creditbank.verify_archive()" "SELECT count(*) FROM creditbank.import_row" ROLLBACK
} | psql -XqAt -v ON_ERROR_STOP=1 >"$work/found"
[ "$(tr '\n' ' ' <"$work/found")" = "0 0 0 0 " ] || { echo "the import did not post every row: $(tr '\n' ' ' <"$work/found")" >&2; exit 1; }
for table in $tables; do psql -Xq -v ON_ERROR_STOP=1 -c "\\copy bench.$table FROM '$work/$table'"; done
sql "DELETE FROM bench.ledger_entry WHERE seq = 1"
sql "VACUUM ANALYZE"

ours=() plain=() ratios=() parts=()
for ((round = 0; round < rounds; round++)); do
	settle
	part=($(milliseconds "$import" "$recognise"))
	parts+=("${part[0]}+${part[1]}")
	ours+=("$(awk -v a="${part[0]}" -v b="${part[1]}" 'BEGIN { print a + b }')")
	settle
	plain+=("$(milliseconds "SELECT bench.insert_select()")")
	ratios+=("$(awk -v a="${ours[round]}" -v b="${plain[round]}" 'BEGIN { printf "%.4f", a / b }')")
done
echo "$rows rows into $accounts accounts, ms: import+recognise ${parts[*]}; INSERT ... SELECT ${plain[*]}; ratios ${ratios[*]}"

# verdict WHAT FIGURE LIMIT
verdict() {
	awk -v what="$1" -v figure="$2" -v asked="$3" 'BEGIN {
		printf "%-66s %10.3f  asked <= %s: %s\n", what, figure, asked, figure <= asked ? "met" : "MISSED"
	}'
}
verdict "import and recognise to INSERT ... SELECT of the same rows" "$(median "${ratios[@]}")" 3
verdict "import's memory above the idle backend, MB, work_mem 4 MB" "$(awk -v kb="$(growth "$import")" 'BEGIN { printf "%.1f", kb / 1024 }')" 64
