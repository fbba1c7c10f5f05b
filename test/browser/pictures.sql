-- pictures.sql: a bank to take pictures of: a courier with a certificate, and
-- the learners of a province for the report of a year. All of it is made up.
\o /dev/null
CREATE EXTENSION creditbank;
CALL creditbank.create_bank(origin => 'bank.example.org', time_zone => 'Asia/Shanghai', name => '浦江终身学习学分银行');
\i test/demo/registry.sql
SELECT creditbank.add_certificate_key(creditbank.multikey(k.public_key))
FROM creditbank.certificate_key() AS k;

-- The courier of the demo.
SELECT creditbank.open_account('王建国');
SELECT creditbank.deposit('00000000000195', 'cert/CN-POST/EXP-OPERATOR#2023-000123', awarded_on => '2023-06-15', amount => '8 cr', level => 3);
SELECT creditbank.deposit('00000000000195', 'training/SH-TRAIN/COLD-CHAIN#T-0815', awarded_on => '2024-03-20', amount => '48 hr', attendance => 96, grade => '92');
SELECT creditbank.deposit('00000000000195', 'award/CN-UNION/SORTING-CONTEST#2024-P-17', awarded_on => '2024-05-01', level => 3, rank => '2');
SELECT creditbank.recognise('00000000000195', f.achievement)
FROM creditbank.lifelong_file('00000000000195') AS f;
SELECT creditbank.convert('00000000000195', 'OUC-LOGISTICS', sources => ARRAY['cert/CN-POST/EXP-OPERATOR#2023-000123']);
SELECT creditbank.issue_certificate('00000000000195');
SELECT creditbank.issue_certificate('00000000000195', ARRAY['award/CN-UNION/SORTING-CONTEST#2024-P-17'], conversions => false);
SELECT creditbank.seal();

-- A province: more learners in its greater cities, a few in the smallest county.
INSERT INTO creditbank.region (code, name)
VALUES
	('330000', '浙江省'), ('330100', '杭州市'), ('330200', '宁波市'), ('330300', '温州市'), ('330400', '嘉兴市'), ('330500', '湖州市'), ('330600', '绍兴市'),
	('330700', '金华市'), ('330900', '舟山市'), ('331000', '台州市');
CREATE TEMP TABLE learner AS
SELECT n, o.account, p.last_year
FROM generate_series(1, 420) AS n
CROSS JOIN LATERAL (
	SELECT (ARRAY['330100', '330100', '330200', '330100', '330300', '330200', '330400', '330600', '330700', '331000', '330300', '330500'])[1 + n * 7 / 5 % 12] AS region,
		(ARRAY['student', 'employed', 'employed', 'migrant_worker', 'employed', 'veteran', 'student', 'unemployed'])[1 + n * 3 / 2 % 8] AS trainee_group,
		n * 13 % 31 < 12 AS last_year) AS p
CROSS JOIN LATERAL creditbank.open_account('学员' || n, opened_on => CASE WHEN p.last_year THEN creditbank.today() - 365 END,
	region => CASE n % 140 WHEN 0 THEN '330900' ELSE p.region END, trainee_group => p.trainee_group) AS o;
SELECT creditbank.deposit(l.account, d.ref || '#' || l.n, awarded_on => creditbank.today() - 30, title => d.ref, amount => d.amount, level => d.level, education_type => d.education_type)
FROM learner AS l
CROSS JOIN LATERAL (
	VALUES
		(1, 1, 'cert/CN-POST/EXP-OPERATOR', '8 cr', 3, 'vocational'),
		(3, 2, 'training/SH-TRAIN/COLD-CHAIN', '40 hr', NULL, 'vocational'),
		(4, 0, 'course/AH-OU/MEC-110', '4 cr', NULL, 'formal'),
		(9, 5, 'award/CN-UNION/SORTING-CONTEST', '2 cr', 3, 'non_formal'),
		(41, 7, 'patent/CNIPA/UTILITY-MODEL', '6 cr', 4, 'non_formal')) AS d (every, from_, ref, amount, level, education_type)
WHERE l.n % d.every = d.from_ % d.every
	AND NOT (d.every = 1 AND l.n % 3 = 0);
SELECT creditbank.recognise(l.account, f.achievement)
FROM learner AS l
CROSS JOIN LATERAL creditbank.lifelong_file(l.account) AS f
WHERE l.n % 11 > 0;
SELECT creditbank.convert(l.account, 'OUC-LOGISTICS')
FROM learner AS l
WHERE l.n % 11 > 0
	AND l.n % 3 = 1;
SELECT creditbank.issue_certificate(l.account)
FROM learner AS l
WHERE l.n % 11 > 0
	AND l.n % 3 = 1;
SELECT creditbank.publish_figures(y)
FROM generate_series(extract(year FROM creditbank.today())::integer - 1, extract(year FROM creditbank.today())::integer) AS y;
