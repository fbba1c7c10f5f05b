#!/bin/bash
# Measures the refresh of statistics: what as many changed accounts cost in a bank
# and in one ten times as large. BENCH_ACCOUNTS (10000) are those of the smaller
# bank, each with ten entries; BENCH_CHANGED (1000) of them change.
#
# Counted is what the server reads and writes, in pages, and the time; of the
# rounds (BENCH_ROUNDS, 3) the median.
set -euo pipefail
. test/bench/verdicts

accounts=${BENCH_ACCOUNTS:-10000}
changed=${BENCH_CHANGED:-1000}
rounds=${BENCH_ROUNDS:-3}
export PGOPTIONS='-c client_min_messages=warning'

sql() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

sql >/dev/null <<-'SQL'
	CALL creditbank.create_bank('bench.example.org');
	INSERT INTO creditbank.region (code, name) VALUES ('330000', 'Zhejiang');
	INSERT INTO creditbank.region (code, name) SELECT (330100 + n)::text, 'County ' || n FROM generate_series(1, 90) AS n;
	INSERT INTO creditbank.institution (code, name, kind) VALUES ('BODY', 'Body', 'school');
	CREATE SCHEMA bench;
	CREATE PROCEDURE bench.open_accounts(first bigint, last bigint) LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO creditbank.account (account_id, opened_on, commitment) OVERRIDING SYSTEM VALUE
		SELECT n, '2024-01-01', sha256(n::text::bytea) FROM generate_series(first, last) AS n;
		INSERT INTO creditbank.holder (account_id, full_name, salt, region, trainee_group)
		SELECT n, 'Learner ' || n, '\x00', (330101 + n % 90)::text, (ARRAY['student', 'employed', 'veteran'])[1 + n % 3] FROM generate_series(first, last) AS n;
		INSERT INTO creditbank.achievement (account_id, ref, title, education_type, state, claimed_amount, amount, level, awarded_on, tags)
		SELECT n, format('course/BODY/C%s', k)::creditbank.achievement_ref, 'Course', 'formal', 'recognised', '2 cr', '2 cr', 1 + k % 5, '2024-01-01', '{}'
		FROM generate_series(first, last) AS n, generate_series(1, 5) AS k;
		INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash)
		SELECT n, 11, now(), '{10 cr}', '\x00', '\x00' FROM generate_series(first, last) AS n;
		INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, ref, detail, prev_hash)
		SELECT n, 1, now(), NULL, date '2024-01-01' + (n % 300)::integer, 1, NULL, '{}', '\x00' FROM generate_series(first, last) AS n;
		INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, amount, occurred_on, kind, ref, detail, prev_hash)
		SELECT a.account_id, 1 + row_number() OVER (PARTITION BY a.account_id ORDER BY a.achievement_id, e.kind), now(), CASE e.kind WHEN 3 THEN a.amount END,
			date '2024-01-01' + (a.achievement_id % 300)::integer, e.kind, a.ref, format('{"id": %s, "x": 1}', a.achievement_id), '\x00'
		FROM creditbank.achievement AS a, (VALUES (2::smallint), (3::smallint)) AS e (kind)
		WHERE a.account_id BETWEEN first AND last
		ORDER BY a.account_id;
	END
	$$;
	CREATE FUNCTION bench.change(accounts bigint, changed bigint, round integer) RETURNS void LANGUAGE sql AS $$
		INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, occurred_on, kind, prev_hash)
		SELECT n, 11 + round, now(), '2024-12-01', 28, '\x00' FROM generate_series(1, accounts, accounts / changed) AS n;
	$$;
	CREATE FUNCTION bench.pages() RETURNS bigint LANGUAGE sql AS $$
		SELECT sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::bigint FROM pg_statio_user_tables;
	$$;
SQL

# refresh ACCOUNTS ROUND: the pages and milliseconds that a refresh takes after changes
refresh() {
	sql -c "SELECT bench.change($1, $changed, $2)" >/dev/null
	sql <<-SQL | tr '\n' ' '
		SELECT pg_stat_force_next_flush();
		SELECT bench.pages() AS before \gset
		SELECT clock_timestamp() AS began \gset
		SELECT count(*) AS refreshed FROM creditbank.refresh_statistics() WHERE accounts = $changed \gset
		SELECT clock_timestamp() AS ended \gset
		SELECT pg_stat_force_next_flush();
		SELECT pg_stat_clear_snapshot();
		SELECT (bench.pages() - :before) / :refreshed, round(1000 * extract(epoch FROM timestamptz :'ended' - timestamptz :'began'));
	SQL
}

number=0
measure() {
	pages=() times=()
	for ((round = 0; round < rounds; round++)); do
		number=$((number + 1))
		measured=$(refresh "$1" "$number" | grep -o '[0-9]*|[0-9]*')
		pages+=("${measured%|*}")
		times+=("${measured#*|}")
	done
	echo "$changed changed accounts of $1: pages ${pages[*]}, ms ${times[*]}"
}

sql -c "CALL bench.open_accounts(1, $accounts)" -c "VACUUM ANALYZE"
sql -c "SELECT format('first refresh of %s accounts: %s cells', accounts, cells) FROM creditbank.refresh_statistics()" -c "VACUUM ANALYZE"
measure "$accounts"
small=$(median "${pages[@]}")
sql -c "CALL bench.open_accounts($accounts + 1, $accounts * 10)" -c "VACUUM ANALYZE"
sql -c "SELECT format('refresh of %s accounts: %s cells', accounts, cells) FROM creditbank.refresh_statistics()" -c "VACUUM ANALYZE"
measure $((accounts * 10))
large=$(median "${pages[@]}")
[ "$(sql -c 'SELECT count(*) FROM creditbank.statistics_drift()')" = 0 ] || { echo "what is kept is not what is counted" >&2; exit 1; }
verdict "pages for as many changes in a bank ten times as large" "$(awk -v a="$large" -v b="$small" 'BEGIN { printf "%.3f", a / b }')" "<=" 1.5
