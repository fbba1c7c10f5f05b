-- same_title: titles that are the same but for their spelling.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = public, creditbank;

CREATE TEMP TABLE pair (id integer GENERATED ALWAYS AS IDENTITY, a text, b text, expected boolean);
INSERT INTO pair (a, b, expected) VALUES
	-- published examples
	('회계 입문', '회계입문', true),
	('S/W 활용', 'SW활용', true),
	('EDPS', 'E.D.P.S', true),
	('전공실기', '전공실기1', true),
	('전공실기', '전공실기 Ⅰ', true),
	('전공실기1', '전공실기 Ⅰ', true),
	('ENGLISH', 'English', true),
	-- width, case, space, punctuation, symbols
	('大学英语Ⅱ', '大学英语2', true),
	('大学英语 II', '大学英语2', true),
	('（物流）管理', '物流管理', true),
	('ＥＮＧＬＩＳＨ　３', 'english 3', true),
	('Économie', 'ÉCONOMIE', true),
	(U&'E\0301conomie', 'économie', true),
	('Économie', 'Economie', false),
	('Σοφία', 'ΣΟΦΊΑ', true),
	('λόγος', 'ΛΌΓΟΣ', true),
	('Физика', 'ФИЗИКА', true),
	('«Физика» — 2', 'Физика 2', true),
	('物流·管理', '物流、管理', true),
	('★物流★', '物流', true),
	('Rock’n Roll', 'Rock''n Roll', true),
	-- numbers
	('회계입문2', '회계입문', false),
	('数学11', '数学1', false),
	('数学11', '数学', false),
	('数学①', '数学', true),
	('数学②', '数学2', true),
	('Web 2', 'Web 20', false),
	('Web 2.0', 'Web 20', false),
	('Web 2.1', 'Web 2', false),
	('Web 2-1', 'Web 2.1', true),
	('1', '', false),
	('1', 'I', true),
	('1-1', '11', false),
	-- Roman numbers
	('English IV', 'English 4', true),
	('English iv', 'English Ⅳ', true),
	('English-XII', 'English 12', true),
	('English II: Reading', 'English 2, Reading', true),
	('English (II)', 'English 2', true),
	('English XIII', 'English 13', false),
	('EnglishII', 'English2', false),
	('EnglishⅡ', 'English2', true),
	('大学英语II（上）', '大学英语2上', true),
	('大学英语II上', '大学英语2上', false),
	('物流ⅻ', '物流12', true),
	('Ⅱ-Ⅱ', '22', false),
	('2Ⅱ', '22', false),
	('MIX', 'M9', false),
	('I/O', 'IO', true),
	('I/O', '1/O', false),
	('C.I.V', 'CIV', true),
	('3II', '32', false),
	('CIVIL', 'C4IL', false),
	-- plus and number signs
	('C++', 'C', false),
	('C#', 'C', false),
	('C++', 'C#', false),
	('C++', 'C+', false),
	('C # ', 'C', true),
	('C＋＋', 'c++', true),
	('C++ 1', 'C++', true),
	('C++Ⅱ', 'C++ 2', true),
	('X+', '10+', false),
	('#1', '+', false),
	-- nothing to compare
	('', '', true),
	('!!', '！！', true),
	('!!', '??', false),
	('', '!', false),
	('', '物流', false);

SELECT a, b, expected, same_title(a, b) AS got FROM pair
WHERE same_title(a, b) IS DISTINCT FROM expected
	OR same_title(b, a) IS DISTINCT FROM expected
ORDER BY id;
SELECT count(*) AS pairs FROM pair;

-- equal keys are the same title, and a key is its own key
SELECT a, b, title_key(a), title_key(b) FROM pair
WHERE title_key(a) <> '' AND (title_key(a) = title_key(b)) IS DISTINCT FROM expected;
SELECT title, title_key(title)
FROM unnest(ARRAY['S/W 활용', 'E.D.P.S', '전공실기 Ⅰ', '大学英语 II', '（物流）管理', 'Web 2.0', 'Web 2.1', 'C++ für Anfänger', '!!', U&' \0301A', 'Rock´n Roll']) AS title;

SELECT title_key(NULL) IS NULL AND same_title(NULL, 'a') IS NULL AND same_title('a', NULL) IS NULL AS null_in_null_out;
SELECT length(title_key(repeat('x', 4096))) AS longest;
SELECT length(title_key(repeat('Ⅻ', 1365))) AS widest;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.title_key(repeat('x', 4097)) $$);
SELECT sqlstate_ FROM pg_temp.error_of($$ SELECT creditbank.same_title('a', repeat('학', 1366)) $$);

-- an index finds a title by its key
CREATE TABLE course (id integer, title text);
INSERT INTO course SELECT i, 'Course ' || i FROM generate_series(1, 1000) AS i;
CREATE INDEX course_title_key ON course (title_key(title));
SET enable_seqscan = off;
SELECT id FROM course WHERE title_key(title) = title_key('COURSE Ⅻ');
DROP TABLE course;
