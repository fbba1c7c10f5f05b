-- credit_amount: Chinese unit names in databases that are not in UTF-8.
CREATE DATABASE creditbank_euc_cn TEMPLATE template0 ENCODING 'EUC_CN' LOCALE 'C';
CREATE DATABASE creditbank_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
CREATE DATABASE creditbank_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C';
\set old_database :DBNAME
\c creditbank_euc_cn
SET client_min_messages = warning;
CREATE EXTENSION creditbank;
SET client_encoding = 'UTF8';
SELECT '8 学分'::creditbank.credit_amount, '3积分'::creditbank.credit_amount, creditbank.credit_amount(16, '学时');
SELECT '8 学生'::creditbank.credit_amount;
\c creditbank_latin1
SET client_min_messages = warning;
CREATE EXTENSION creditbank;
SET client_encoding = 'UTF8';
SELECT '8 cr'::creditbank.credit_amount, '3 pt'::creditbank.credit_amount;
SELECT '8 é'::creditbank.credit_amount;
\c creditbank_ascii
SET client_min_messages = warning;
CREATE EXTENSION creditbank;
SELECT '8 学分'::creditbank.credit_amount;
\c :old_database
DROP DATABASE creditbank_euc_cn;
DROP DATABASE creditbank_latin1;
DROP DATABASE creditbank_ascii;
