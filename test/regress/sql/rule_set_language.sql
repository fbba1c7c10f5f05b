-- rule_set_language: every clause of the rule language in its three faces.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;
SET datestyle = ISO;

-- one book that uses everything, written carelessly
SELECT $$
RULE_SET 'all' VERSION 7
PARTIAL
ROUND DOWN 2
MINIMUM compulsory, category 'major' 10 cr, 30% OF CATEGORY 'major'
MINIMUM TOTAL 18 cr
CAP training, tag 'online', CERT, cert 25% OF PROGRAMME PER TERM STARTING 09-01, 03-01, 09-01
CAP EACH ISSUER 105 CR
CAP issuer 'ｏｕｃ' AT MOST 3 ITEMS, 60 cr
CAP category 'practice' 35% OF COMPULSORY
CAP category 'practice' 20% OF CATEGORY 'public'
CAP total 42 cr PER YEAR STARTING 03-01
SHELF LIFE 7 YEARS
SHELF LIFE tag 'ict', cert, ISSUER 'cn-post' 36 MONTHS
EXCLUDE TAG 'practice'
EXCLUDE degree, category 'thesis', issuer 'mill', degree
DUPLICATES BY TITLE HIGHEST
SUBSTITUTES course/a/1, course/B/2
SUBSTITUTES course/C/3, course/b/2
SAME course/Z/9, course/Y/9
SAME cert/D/1, course/D/1, cert/D/1
TABLE 'contest' BY rank, level
  'first', >= 3 IS 6 cr
  ANY, = 2 IS 1 cr
  'first', 2 IS 4.0 cr
  'first', 2 IS 4 cr
TABLE 'patent' BY class, tag, issuer 'patent', 'invention', 'cnipa' IS 5 cr ANY, ANY, ANY IS 1 cr
SCALE 'letter' 'F' < 'D' < 'C' < 'B' < 'A'
SCALE 'five' 'bad' < 'good'
EFFECTIVE 2024-01-01 .. 2026-12-31
PROGRAMME 'P2', 'P1'

RULE 'words' PRIORITY 5 PROGRAMME 'P1' EFFECTIVE 2023-01-01 .. 2024-12-31
  WHEN ANY * tag IN ('b', 'a', 'a') AND class NOT IN (work, 'cert') issuer in ('ouc') institution in ('x') scale in ('letter') rank not in ('last') grade in ('A', 'P')
    VALID FOR 6 MONTHS WITHIN 1 YEAR
  GRANT FROM TABLE 'contest' BY SHARE
  USING 16 hr
  CAP 3 cr, 10% OF COMPULSORY PER TERM STARTING 02-01, 08-01
  ROUND HALF_EVEN 1
  PARTIAL NO
  CARRY MARK 'TR'
  NEEDS ASSESSOR
RULE 'numbers' PROGRAMME 'P1', 'P2' EFFECTIVE 2024-01-01 .. 2026-12-31
  WHEN ANY */ouc/* place <= 3 share >= 30% rank < 4 level >= 2 grade >= 'C' ON 'letter' grade >= 60 ON 'hundred' grade > 50 credits >= 80% OF TARGET hours > 12.5% OF TARGET
  GRANT course/A/1 IN FULL BY SHARE, course/A/2 2 cr BY SHARE, course/A/3 FROM TABLE 'patent'
  ROUND DOWN 2
  PARTIAL
  CARRY ORIGINAL GRADE
  EXEMPT FROM EXAM
RULE 'sums'
  WHEN 2 OF (course/A/1, course/A/2, ANY OF (course/A/3, course/A/4)) hours >= 30 hr AND credits >= 100% OF TARGET
  GRANT course/X/1 IN FULL
  CARRY AVERAGE GRADE
RULE 'mean' WHEN cert/A/B GRANT 1 cr PER 16 hr BY SHARE, LEFTOVER KEEP CARRY NO GRADE
RULE 'grade' WHEN ALL OF (cert/A/B credits >= 2) hours >= 3 GRANT 1 cr CARRY GRADE 'P'
$$::rule_set AS canonical \gset
\echo :canonical
SELECT :'canonical'::rule_set::text = :'canonical' AS canonical_text_is_stable;
SELECT :'canonical'::rule_set::jsonb::rule_set::text = :'canonical' AS jsonb_round_trip,
	rule_set_digest(:'canonical'::rule_set::jsonb::rule_set) = rule_set_digest(:'canonical') AS same_digest;
SELECT key, value FROM jsonb_each(:'canonical'::rule_set::jsonb) WHERE key <> 'rules' ORDER BY key;
SELECT value FROM jsonb_array_elements(:'canonical'::rule_set::jsonb -> 'rules');
-- golden: these never change
SELECT encode(rule_set_digest(:'canonical'), 'hex') AS digest, length(rule_set_send(:'canonical')) AS bytes;
-- the bytes that are sent are taken back
CREATE TEMP TABLE sent (bytes bytea);
CREATE TEMP TABLE received (rules rule_set);
\set send_bytes '\\copy sent TO ''test/regress/results/rule_set_language.data'' (FORMAT binary)'
\set receive '\\copy received FROM ''test/regress/results/rule_set_language.data'' (FORMAT binary)'
INSERT INTO sent SELECT rule_set_send(:'canonical');
:send_bytes
:receive
SELECT rules::text = :'canonical' AS bytes_round_trip FROM received;
