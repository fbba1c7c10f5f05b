#!/bin/bash
# Measures the ledger: appending, sealing, verifying, proving. It needs a server
# with fsync on (make bench sets it), pgcrypto and the openssl command.
#
# Each figure is a ratio to a named alternative of the same run. What is compared
# takes turns, and of the rounds' ratios the median counts, since a machine's
# speed may change from one minute to the next. BENCH_SECONDS (5), BENCH_ROUNDS
# (5), BENCH_ENTRIES (1000000) and BENCH_LOG (10000000) make it shorter or longer.
set -euo pipefail
. test/bench/verdicts

seconds=${BENCH_SECONDS:-5}
rounds=${BENCH_ROUNDS:-5}
entries=${BENCH_ENTRIES:-1000000}
log_entries=${BENCH_LOG:-10000000}
accounts=100000
work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

sql() { PGOPTIONS='-c client_min_messages=warning' psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }

# milliseconds SETUP STATEMENT: how long the statement takes, in a session of its own
milliseconds() {
	psql -XqAt -v ON_ERROR_STOP=1 <<-SQL | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -1
		$1
		\timing on
		$2
	SQL
}

# tps SCRIPT: transactions a second of 8 clients
tps() {
	pgbench -n -M prepared -c 8 -j 2 -T "$seconds" -D accounts="${2:-$accounts}" -f "$1" 2>"$work/pgbench.log" |
		sed -n 's/^tps = \([0-9.]*\).*/\1/p' || { cat "$work/pgbench.log" >&2; false; }
}

# ratios "ONE ..." "OTHER ...": the median of the rounds' ratios
ratios() {
	local -a one=($1) other=($2) all=()
	for ((i = 0; i < ${#one[@]}; i++)); do all+=("$(ratio "${one[i]}" "${other[i]}")"); done
	median "${all[@]}"
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f", a / b }'; }

echo "server $(sql 'SHOW server_version'), fsync $(sql 'SHOW fsync'), shared_buffers $(sql 'SHOW shared_buffers'), $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
sql "CREATE EXTENSION pgcrypto"
psql -Xq -v ON_ERROR_STOP=1 -v accounts=$accounts -f test/bench/ledger_tables.sql >/dev/null

# --- append one
cat >"$work/ours.sql" <<-'SQL'
	\set account random(1, :accounts)
	SELECT seq FROM creditbank.append_entry(:account, 'recognised', '1 cr', 'course/OUC/LOG-101', '2024-01-01', '{"id": "17", "note": "postal express"}');
SQL
cat >"$work/unhashed.sql" <<-'SQL'
	\set account random(1, :accounts)
	SELECT seq FROM bench.append_unhashed(:account, 3::smallint, '1 cr', 'course/OUC/LOG-101', '2024-01-01', '{"id": "17", "note": "postal express"}');
SQL
cat >"$work/bare.sql" <<-'SQL'
	\set account random(1, :accounts)
	INSERT INTO bench.bare_entry (account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail, prev_hash) VALUES (:account, nextval('bench.bare_seq'), clock_timestamp(), '1 cr', '2024-01-01', 3, 'course/OUC/LOG-101', 'postgres', '{"id": "17", "note": "postal express"}', '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff') RETURNING entry_id;
SQL
for script in ours unhashed bare; do tps "$work/$script.sql" >/dev/null; done
ours=() unhashed=() bare=() hot=()
for ((round = 0; round < rounds; round++)); do
	sql CHECKPOINT
	ours+=("$(tps "$work/ours.sql")")
	unhashed+=("$(tps "$work/unhashed.sql")")
	bare+=("$(tps "$work/bare.sql")")
	hot+=("$(tps "$work/ours.sql" 10)")
done
echo "append one, 8 clients, a second: ours ${ours[*]}; plpgsql without hashing ${unhashed[*]}; bare INSERT ${bare[*]}; ours on 10 accounts ${hot[*]}"
verdict "append one to a plpgsql function without hashing" "$(ratios "${ours[*]}" "${unhashed[*]}")" ">=" 1.0
verdict "append one to a bare INSERT" "$(ratios "${ours[*]}" "${bare[*]}")" ">=" 0.6
verdict "10 hot accounts to 100,000" "$(ratios "${hot[*]}" "${ours[*]}")" ">=" 0.6

# --- append many: the same start, the same rows, into the same indexes
sql "SELECT bench.make_input($entries)" >/dev/null
sql "VACUUM ANALYZE"
many=() insert_select=()
for ((round = 0; round < rounds; round++)); do
	sql "SELECT bench.reset_plain()" >/dev/null
	sql CHECKPOINT
	many+=("$(milliseconds "BEGIN;" "SELECT count(*) FROM creditbank.append_entries('TABLE bench.input');")")
	sql "VACUUM creditbank.ledger_entry, creditbank.ledger_head"
	sql CHECKPOINT
	insert_select+=("$(milliseconds "BEGIN;" "SELECT bench.insert_select();")")
done
echo "append many, $entries rows over $accounts accounts, ms: ours ${many[*]}; INSERT ... SELECT ${insert_select[*]}"
verdict "append many to INSERT ... SELECT of the same rows" "$(ratios "${insert_select[*]}" "${many[*]}")" ">=" 0.6

# --- verify, before sealing and after
sql "SELECT count(*) FROM creditbank.append_entries('TABLE bench.input')" >/dev/null
sql "VACUUM ANALYZE"
stored=$(sql "SELECT count(*) FROM creditbank.ledger_entry")
length=$(sql "SELECT round(avg(octet_length(bench.bytes_in_c(e, b.ledger_id)))) FROM creditbank.ledger_entry AS e TABLESAMPLE system (1), creditbank.bank AS b")
one="SET max_parallel_workers_per_gather = 0; SET creditbank.progress_interval = 0;"
two="SET max_parallel_workers_per_gather = 1; SET creditbank.progress_interval = 0;"
# best BYTES: milliseconds of the quicker of the two ways to write it in SQL
best() {
	printf '%s\n' "$(milliseconds "$one" "SELECT bench.verify_by_window_$1();")" \
		"$(milliseconds "$one SET work_mem = '1GB';" "SELECT bench.verify_by_join_$1();")" | sort -g | head -1
}
in_sql=() in_c=() unsealed=()
for ((round = 0; round < rounds; round++)); do
	in_sql+=("$(best bytes_in_sql)")
	in_c+=("$(best bytes_in_c)")
	unsealed+=("$(milliseconds "$one" "SELECT count(*) FROM creditbank.verify_ledger();")")
done
echo "verify $stored entries, not sealed, ms: ours ${unsealed[*]}; SQL with pgcrypto ${in_sql[*]}; the same with bytes by our C ${in_c[*]}"
verdict "verify_ledger, one process, to the best SQL with pgcrypto" "$(ratios "${in_sql[*]}" "${unsealed[*]}")" ">=" 8
verdict "the same, when that SQL has our C build the bytes" "$(ratios "${in_c[*]}" "${unsealed[*]}")" ">=" 8

# raw: digests a second by EVP of one core, at the entries' length
raw() { openssl speed -elapsed -seconds 2 -bytes "$length" -evp sha256 2>&1 | sed -n 's/^Doing.* \([0-9]*\) [^ ]* in \([0-9.]*\)s.*/\1 \2/p' | awk '{ print $1 / $2 }'; }
rate() { awk -v n="$stored" -v ms="$1" 'BEGIN { printf "%.0f", n / ms * 1000 }'; }
unsealed=() raw=()
for ((round = 0; round < rounds; round++)); do
	raw+=("$(raw)")
	unsealed+=("$(rate "$(milliseconds "$one" "SELECT count(*) FROM creditbank.verify_ledger();")")")
done
echo "verify $stored entries of $length bytes, one process, entries a second, not sealed: ${unsealed[*]}; EVP digests a second ${raw[*]}"
verdict "verify_ledger's rate to EVP's, not sealed" "$(ratios "${unsealed[*]}" "${raw[*]}")" ">=" 0.5

# --- the log
while [ "$stored" -lt "$log_entries" ]; do
	sql "SELECT count(*) FROM creditbank.append_entries('TABLE bench.input')" >/dev/null
	stored=$((stored + entries))
done
sql "VACUUM ANALYZE"
stored=$(sql "SELECT count(*) FROM creditbank.ledger_entry")
sealing=$(milliseconds "$one" "SELECT new_entries FROM creditbank.seal();")
echo "seal $stored entries: $sealing ms"
verdict "seal, entries a second on one core" "$(rate "$sealing")" ">=" 500000
sql "VACUUM ANALYZE"
read -r plain ours counted < <(psql -XqAt -F ' ' -c "SELECT plain, ours, entries FROM bench.plain_size()" 2>/dev/null)
verdict "bytes per entry above the same row without chain and tree" "$(awk -v a="$ours" -v b="$plain" -v n="$counted" 'BEGIN { printf "%.1f", (a - b) / n }')" "<=" 80
sql "DROP TABLE bench.target, bench.ready, bench.target_head; CHECKPOINT"

single=() double=() raw=()
for ((round = 0; round < rounds; round++)); do
	raw+=("$(raw)")
	single+=("$(rate "$(milliseconds "$one" "SELECT count(*) FROM creditbank.verify_ledger();")")")
	double+=("$(rate "$(milliseconds "$two" "SELECT count(*) FROM creditbank.verify_ledger();")")")
done
echo "verify $stored entries, sealed, entries a second: one process ${single[*]}; two ${double[*]}; EVP digests a second ${raw[*]}"
verdict "verify_ledger, two processes to one" "$(ratios "${double[*]}" "${single[*]}")" ">=" 1.7
verdict "verify_ledger's rate to EVP's, with leaves, tiles and checkpoints" "$(ratios "${single[*]}" "${raw[*]}")" ">=" 0.5

# --- proofs, warm
cat >"$work/proof.sql" <<-'SQL'
	\set account random(1, :accounts)
	SELECT leaf_index FROM creditbank.inclusion_proof(creditbank.account_number(:account), 2);
SQL
pgbench -n -M prepared -c 1 -T 3 -D accounts=1000 -f "$work/proof.sql" >/dev/null 2>&1
proof=$(pgbench -n -M prepared -c 1 -T "$seconds" -D accounts=1000 -f "$work/proof.sql" 2>"$work/pgbench.log" | sed -n 's/^latency average = \([0-9.]*\) ms/\1/p')
verdict "inclusion proof from $stored entries, warm, ms" "$proof" "<=" 1

# --- memory
verdict "verify_ledger's memory above the idle backend at $stored entries, MB" "$(growth 'SELECT count(*) FROM creditbank.verify_ledger()')" "<=" 64
verdict "append many's memory above the idle backend, MB, work_mem 4 MB, no JIT" "$(growth "SET jit = off; SELECT count(*) FROM creditbank.append_entries('TABLE bench.input')")" "<=" 16
