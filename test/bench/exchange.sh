#!/bin/bash
# Measures the import: achievements imported and recognised in bulk, against the
# very rows that this writes, put into the same tables by INSERT ... SELECT.
#
# Each measurement has a fresh copy of one database, in which the rows to import
# are staged and those of the plain way saved; the two take turns, and of the
# rounds' ratios the median counts. BENCH_ROUNDS (3) and BENCH_ROWS (1000000, ten
# of them in each account) make it shorter or longer.
set -euo pipefail
. test/bench/verdicts

rounds=${BENCH_ROUNDS:-3}
rows=${BENCH_ROWS:-1000000}
accounts=$((rows / 10))
template=$PGDATABASE
copy=${template}_copy
work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$work"; dropdb --if-exists "$copy" 2>/dev/null' EXIT
tables="achievement import_record ledger_entry ledger_head"
import="SELECT count(*) FROM creditbank.import_achievements('bench', 'BODY-1')"
recognise="SELECT count(*) FROM creditbank.recognise_import('bench', 'checked against the register')"
plain="SELECT bench.insert_select()"
export PGOPTIONS='-c client_min_messages=warning'

sql() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

# a copy of the database as it was before anything was imported
fresh() {
	dropdb --if-exists "$copy"
	sql -d postgres -c "CREATE DATABASE $copy TEMPLATE $template STRATEGY file_copy"
	sql -d postgres -c CHECKPOINT
}

# milliseconds STATEMENT ...: how long each takes in a fresh copy
milliseconds() {
	fresh
	{ echo '\timing on'; printf '%s;\n' "$@"; } | sql -d "$copy" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
}

echo "server $(sql -c 'SHOW server_version'), fsync $(sql -c 'SHOW fsync'), shared_buffers $(sql -c 'SHOW shared_buffers'), $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
psql -Xq -v ON_ERROR_STOP=1 -v accounts=$accounts -v rows="$rows" -f test/bench/exchange_tables.sql >/dev/null
sql -c "\\copy (SELECT 'bench', * FROM bench.file) TO '$work/file'"
sql -c "DROP TABLE bench.file"
began=$(date +%s%N)
sql -c "\\copy creditbank.import_row (batch, external_id, account, ref, title, amount, grade, attendance, awarded_on, expires_on, tags, evidence) FROM '$work/file'"
echo "COPY of $rows rows into the staging table: $((($(date +%s%N) - began) / 1000000)) ms"
sql -c "VACUUM ANALYZE"

# What the import writes is saved, and is right.
fresh
sql -d "$copy" -c "$import" -c "$recognise" -c "SELECT count(*) FROM creditbank.verify_archive()" -c "SELECT count(*) FROM creditbank.import_row" >"$work/found"
[ "$(tr '\n' ' ' <"$work/found")" = "0 0 0 0 " ] || { echo "the import did not post every row: $(tr '\n' ' ' <"$work/found")" >&2; exit 1; }
for table in $tables; do
	sql -d "$copy" -c "\\copy (SELECT * FROM creditbank.$table$([ $table != ledger_entry ] || echo ' WHERE seq > 1 ORDER BY entry_id')) TO '$work/$table'"
	sql -c "\\copy bench.$table FROM '$work/$table'"
	rm "$work/$table"
done
sql -c "VACUUM ANALYZE"

parts=() plains=() ratios=()
for ((round = 0; round < rounds; round++)); do
	part=($(milliseconds "$import" "$recognise"))
	plains+=("$(milliseconds "$plain")")
	parts+=("${part[0]}+${part[1]}")
	ratios+=("$(awk -v a="${part[0]}" -v b="${part[1]}" -v c="${plains[round]}" 'BEGIN { printf "%.3f", (a + b) / c }')")
done
echo "$rows rows into $accounts accounts, ms: import+recognise ${parts[*]}; INSERT ... SELECT ${plains[*]}; ratios ${ratios[*]}"
verdict "import and recognise to INSERT ... SELECT of the same rows" "$(median "${ratios[@]}")" "<=" 3
fresh
verdict "import's memory above the idle backend, MB, work_mem 4 MB" "$(PGDATABASE=$copy growth "$import")" "<=" 64
