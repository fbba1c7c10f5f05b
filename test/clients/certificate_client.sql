-- A bank with a learner, whose achievements, converted credit and whole file
-- the certificates of certificate_client.mjs state.
CREATE EXTENSION creditbank;
CALL creditbank.create_bank(origin => 'bank.example.org', time_zone => 'Asia/Shanghai');
INSERT INTO creditbank.institution (code, name, kind, url)
VALUES
	('POST', '国家邮政职业技能鉴定中心', 'assessment', NULL),
	('OUC', '国家开放大学', 'school', 'https://www.ouchn.edu.cn');
INSERT INTO creditbank.programme (code, institution, title, credits)
VALUES ('LOGISTICS', 'OUC', '物流管理（专科）', 80);
INSERT INTO creditbank.programme_course (programme, ref, title, credits)
VALUES ('LOGISTICS', 'course/OUC/LOG-101', '快递业务操作与管理', 3);
SELECT creditbank.publish_rules($$
	rule_set 'logistics' version 1
	rule 'courier' when cert/POST/COURIER grant course/OUC/LOG-101 2.6667 cr
	rule 'hours' when training/POST/* grant 1 cr per 16 hr, leftover keep $$);
SELECT creditbank.open_account('王 "建国"', '2023-01-01');
SELECT creditbank.deposit('00000000000195', 'cert/POST/COURIER#2023-000123', '2023-06-15', '快递员 <四级>', '48 hr',
	level => 4, grade => '优', scale => '五级制', expires_on => '2099-12-31', evidence => creditbank.digest('scan'));
SELECT creditbank.deposit('00000000000195', 'training/POST/SAFETY', '2024-02-01', '安全培训', '40.5 hr', attendance => 96.5);
SELECT creditbank.deposit('00000000000195', 'course/OUC/MATH', '2022-01-10', 'Mathematics & statistics', '2.6667 ects', grade => '88', hours => 45);
SELECT creditbank.recognise('00000000000195', r)
FROM unnest(ARRAY['cert/POST/COURIER#2023-000123', 'training/POST/SAFETY', 'course/OUC/MATH']) AS r;
SELECT creditbank.convert('00000000000195', 'LOGISTICS');
SELECT creditbank.add_certificate_key(creditbank.multikey(k.public_key))
FROM creditbank.certificate_key() AS k;
