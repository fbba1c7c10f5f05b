// node's pg with default settings: every parameter is sent as text without a
// type, so the column decides what it is. Run by node_client. The cases live
// in a database of their own, which is gone whatever way the run ends.
'use strict';

const { execFileSync } = require('child_process');
const path = require('path');
const { Client } = require('pg');

const DATABASE = 'creditbank_client_node';
let count = 0;
let failed = 0;
let client;

function report(name, trouble) {
  count++;
  if (trouble) failed++;
  console.log(`${trouble ? 'not ok' : 'ok'} ${count} - ${name}`);
  if (trouble) console.log(`# ${trouble.replace(/\n/g, '\n# ')}`);
}

function psql(database, ...options) {
  execFileSync('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-d', database, ...options], { stdio: 'inherit' });
}

function dropDatabase() {
  psql(process.env.PGDATABASE || 'postgres', '-c', 'SET client_min_messages = warning',
    '-c', `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
}

async function column(statement, parameters) {
  const result = await client.query({ text: statement, values: parameters, rowMode: 'array' });
  return result.rows.map((row) => row[0]);
}

async function check(name, wanted, statement, parameters) {
  try {
    const got = await column(statement, parameters);
    report(name, JSON.stringify(got) === JSON.stringify(wanted) ? ''
      : `${statement}\nwanted ${JSON.stringify(wanted)}\ngot    ${JSON.stringify(got)}`);
  } catch (error) {
    report(name, `${statement}\n${error.message}`);
  }
}

async function checkIndex(name, statement, parameters) {
  try {
    const plan = (await column(`EXPLAIN ${statement}`, parameters)).join('\n');
    report(name, plan.includes('Index Cond:') ? '' : plan);
  } catch (error) {
    report(name, `${statement}\n${error.message}`);
  }
}

async function checkSqlstate(name, wanted, statement, parameters) {
  try {
    report(name, `wanted ${wanted}, got rows ${await column(statement, parameters)}`);
  } catch (error) {
    report(name, error.code === wanted ? '' : `wanted ${wanted}, got ${error.code}`);
  }
}

async function run() {
  const parameters = [
    ['a number', 2.5, '2 cr', '2.5 cr', '3 cr'],
    ['an integer', 2, '1.5 cr', '2 cr', '2.5 cr'],
    ['a BigInt', 2n, '1.5 cr', '2 cr', '2.5 cr'],
    ['a bare string', '2.5', '2 cr', '2.5 cr', '3 cr'],
    ['a string with its unit', '2.5 cr', '2 cr', '2.5 cr', '3 cr'],
  ];
  for (const [what, value, below, same, above] of parameters) {
    await check(`insert ${what}`, [same],
      'INSERT INTO deposit (amount) VALUES ($1) RETURNING amount', [value]);
    await check(`compare < ${what}`, [below],
      'SELECT amount FROM shelf WHERE amount < $1 ORDER BY amount DESC LIMIT 1', [value]);
    await check(`compare = ${what}`, [same], 'SELECT amount FROM shelf WHERE amount = $1', [value]);
    await check(`compare > ${what}`, [above],
      'SELECT amount FROM shelf WHERE amount > $1 ORDER BY amount LIMIT 1', [value]);
  }
  const searched = [['a number', 9990], ['a bare string', '9990'], ['a string with its unit', '9990 cr']];
  for (const [what, value] of searched) {
    for (const operator of ['=', '>']) {
      await checkIndex(`the index serves ${operator} ${what}`,
        `SELECT amount FROM shelf WHERE amount ${operator} $1`, [value]);
    }
  }
  await check('insert a string of another unit', ['16 hr'],
    'INSERT INTO deposit (amount) VALUES ($1) RETURNING amount', ['16 hr']);
  await check('insert nothing', [null],
    'INSERT INTO deposit (amount) VALUES ($1) RETURNING amount', [null]);
  await check('insert three kinds in one statement', ['2.5 cr', '2 cr', '3 cr'],
    'INSERT INTO deposit (amount) VALUES ($1), ($2), ($3) RETURNING amount', [2.5, 2, '3 cr']);
  await check('compare with a list of kinds', ['2 cr', '2.5 cr', '3 cr'],
    'SELECT amount FROM shelf WHERE amount = ANY ($1) ORDER BY amount', [[2.5, 2, '3 cr']]);

  const ref = 'cert/CN-POST/EXP-OPERATOR#2023-000123';
  await check('insert a reference', [ref], 'INSERT INTO deposit (ref) VALUES ($1) RETURNING ref', [ref]);
  await check('compare = a reference', [ref], 'SELECT ref FROM deposit WHERE ref = $1', [ref]);
  await check('a catalogue reference covers', [ref],
    'SELECT ref FROM deposit WHERE ref <@ $1', ['cert/CN-POST/EXP-OPERATOR']);
  await checkIndex('the index serves = a reference',
    'SELECT ref FROM shelf WHERE ref = $1', ['course/OUC/LOG-77']);

  await check('read an amount as a string', ['2.5 cr'],
    'SELECT amount FROM shelf WHERE amount = $1', [2.5]);
  await check('read an amount cast to numeric as a string of digits', ['2.5000'],
    'SELECT amount::numeric(18,4) FROM shelf WHERE amount = $1', [2.5]);
  await checkSqlstate('SQLSTATE of different units', '22C01',
    "SELECT creditbank.credit_amount '1 cr' + creditbank.credit_amount '1 hr'", []);
  await checkSqlstate('SQLSTATE of text that is no amount', '22P02',
    'INSERT INTO deposit (amount) VALUES ($1)', ['two credits']);
  await checkSqlstate('SQLSTATE of text that is no reference', '22P02',
    'INSERT INTO deposit (ref) VALUES ($1)', ['no reference']);

  // What a program asks of the bank for others: parameters and results of plain types.
  const [code] = await column('SELECT code FROM handed', []);
  const [number] = await column('SELECT number FROM handed', []);
  const [checkCode] = await column('SELECT check_code FROM handed', []);
  const shown = await client.query('CALL creditbank.look_up($1, $2)', [code, 'Hiring']);
  report('what a consent shows, in one call', shown.rows[0].document.name === 'Wang Jianguo' ? '' : JSON.stringify(shown.rows));
  await checkSqlstate('SQLSTATE of looking for another purpose', '23C40', 'CALL creditbank.look_up($1, $2)', [code, 'Curiosity']);
  await check('a certificate by number and code', ['valid'],
    'SELECT standing FROM creditbank.verify_certificate($1, $2)', [number, checkCode]);
  await check("a certificate's page", ['<!DOCTYPE html>'], 'SELECT left(creditbank.certificate_page($1), 15)', [number]);
  await check('a portrait', ['2.5000'],
    "SELECT credits FROM creditbank.portrait($1) WHERE aspect = 'total'", ['00000000000195']);
  await check('degree paths', ['LOGISTICS'],
    'SELECT programme FROM creditbank.pathways($1, most => $2)', ['00000000000195', 3]);
  console.log(`1..${count}`);
}

async function main() {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      dropDatabase();
      process.exit(1);
    });
  }
  dropDatabase();
  psql(process.env.PGDATABASE || 'postgres', '-c', `CREATE DATABASE ${DATABASE}`);
  try {
    psql(DATABASE, '-f', path.join(__dirname, 'prepare_database.sql'));
    client = new Client({ database: DATABASE });
    await client.connect();
    await run();
    await client.end();
  } finally {
    dropDatabase();
  }
  process.exitCode = failed ? 1 : 0;
}

main();
