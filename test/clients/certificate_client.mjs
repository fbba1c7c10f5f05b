// Certificates of the bank verified by @digitalbazaar/vc, unmodified, with its
// suite eddsa-jcs-2022 and its status lists. The bank's own functions serve what
// the bank would publish at its origin; nothing else is fetched. Run by
// certificate_client, in a database of its own, which is gone however it ends.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { createVerifyCryptosuite, createSignCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { checkStatus as checkStatusLists } from '@digitalbazaar/vc-bitstring-status-list';

const DATABASE = 'creditbank_client_certificate';
const ORIGIN = 'https://bank.example.org';
const ACCOUNT = '00000000000195';
const COURIER = 'cert/POST/COURIER#2023-000123';
let count = 0;
let failed = 0;

function report(name, good, trouble = '') {
  count++;
  if (!good) failed++;
  console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
  if (!good) console.log(`# ${String(trouble).replace(/\n/g, '\n# ')}`);
}

function psql(database, ...options) {
  return execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', database, ...options],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
}

function ask(statement) {
  return psql(DATABASE, '-c', 'SET client_min_messages = warning', '-c', statement).trim();
}

const asked = (statement) => JSON.parse(ask(statement));
const quoted = (value) => `'${String(value).replace(/'/g, "''")}'`;

function dropDatabase() {
  psql(process.env.PGDATABASE || 'postgres', '-c', 'SET client_min_messages = warning',
    '-c', `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
}

// The terms of https://www.w3.org/ns/cid/v1 that a controller document of the bank uses.
const CONTROLLER_CONTEXT = {
  '@context': {
    '@protected': true,
    id: '@id',
    type: '@type',
    Multikey: {
      '@id': 'https://w3id.org/security#Multikey',
      '@context': {
        '@protected': true,
        id: '@id',
        type: '@type',
        controller: { '@id': 'https://w3id.org/security#controller', '@type': '@id' },
        publicKeyMultibase: { '@id': 'https://w3id.org/security#publicKeyMultibase', '@type': 'https://w3id.org/security#multibase' },
      },
    },
    verificationMethod: { '@id': 'https://w3id.org/security#verificationMethod', '@type': '@id' },
    assertionMethod: { '@id': 'https://w3id.org/security#assertionMethod', '@type': '@id', '@container': '@set' },
  },
};

// What stands at the bank's URLs; a URL of anybody else's would be an error.
async function served(url) {
  const bare = url.split('#')[0];
  if (bare === ORIGIN) {
    const controller = asked('SELECT creditbank.controller_document()');
    if (url === ORIGIN) return controller;
    const method = controller.verificationMethod.find((m) => m.id === url);
    if (!method) throw new Error(`${url} is no key of the bank`);
    return { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  }
  const list = bare.match(`^${ORIGIN}/status/([0-9]+)/([a-z]+)$`);
  if (list) return asked(`SELECT creditbank.status_list(${list[1]}, ${quoted(list[2])})`);
  if (url === `${ORIGIN}/terms/v1`) return asked('SELECT creditbank.certificate_context()');
  if (url === 'https://www.w3.org/ns/cid/v1') return CONTROLLER_CONTEXT;
  return null;
}

async function documentLoader(url) {
  const document = await served(url);
  if (document) return { contextUrl: null, documentUrl: url, document };
  return vc.defaultDocumentLoader(url);
}

const suite = () => new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });

// The library asks the lists; that a set bit spoils a certificate is for the caller to say.
async function checkStatus(options) {
  const { credential } = options;
  if (!credential.suspensionStatus) return checkStatusLists(options);
  const result = await checkStatusLists({
    ...options,
    credential: { ...credential, credentialStatus: [credential.credentialStatus, credential.suspensionStatus] },
  });
  const set = (result.results ?? []).filter((r) => r.status).map((r) => r.credentialStatus.statusPurpose);
  return { ...result, set, verified: result.verified && set.length === 0 };
}

async function verify(credential) {
  return vc.verifyCredential({ credential, suite: suite(), documentLoader, checkStatus });
}

function troubleOf(result) {
  const errors = [result.error, ...(result.error?.errors ?? []), ...(result.results ?? []).map((r) => r.error), result.statusResult?.error]
    .filter(Boolean).map((e) => e.message);
  return [...errors, ...(result.statusResult?.set ?? [])].join('; ');
}

async function good(name, credential) {
  const result = await verify(credential);
  report(name, result.verified && result.statusResult.verified && result.statusResult.results.length === 2, troubleOf(result));
}

async function bad(name, credential, why) {
  const result = await verify(credential);
  report(name, !result.verified && why.test(troubleOf(result)), `verified: ${result.verified}; ${troubleOf(result)}`);
}

async function altered(name, credential, change, why = /Invalid signature/) {
  const copy = structuredClone(credential);
  change(copy);
  report(`${name}: something was changed`, JSON.stringify(copy) !== JSON.stringify(credential));
  await bad(name, copy, why);
}

const issue = (rest = '') => ask(`SELECT number FROM creditbank.issue_certificate('${ACCOUNT}'${rest})`);
// The log's own key signs checkpoints, so that what the certificates carry proves itself.
const log = generateKeyPairSync('ed25519');
let verifierKey;

function seal() {
  if (!verifierKey) {
    const publicKey = log.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
    verifierKey = ask(`SELECT creditbank.verifier_key('bank.example.org', 'log', 'ed25519', decode('${publicKey}', 'hex'))`);
    ask(`SELECT creditbank.add_key('${verifierKey}', 'log')`);
  }
  ask('SELECT tree_size FROM creditbank.seal()');
  const { tree_size: size, body } = asked('SELECT to_jsonb(c) FROM creditbank.latest_checkpoint() AS c');
  const signature = sign(null, Buffer.from(body), log.privateKey).toString('hex');
  ask(`SELECT creditbank.add_signature(${size}, creditbank.signature_line(k.name, k.key_id, NULL, decode('${signature}', 'hex')))
    FROM creditbank.log_key AS k`);
}

// test/verifier shares nothing with the bank but its documents.
function provesItself(bundle) {
  const file = `${process.env.WORK}/bundle.json`;
  writeFileSync(file, JSON.stringify(bundle));
  try {
    execFileSync('python3', [process.env.VERIFIER, 'bundle', file, '--key', verifierKey], { stdio: 'pipe' });
    return true;
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
}

const certificate = (number) => asked(`SELECT creditbank.certificate('${number}')`);

async function cases() {
  const numbers = {
    achievement: issue(`, '{${COURIER}}', false`),
    conversion: issue(", '{course/OUC/LOG-101}'"),
    file: issue(", language => 'zh-Hans-CN', expires_on => '2098-12-31'"),
    nameless: issue(`, '{course/OUC/MATH}', include_name => false`),
  };
  seal();
  const documents = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, certificate(number)]));
  for (const [name, document] of Object.entries(documents)) await good(`a certificate verifies: ${name}`, document);
  report('each is of its kind',
    documents.achievement.type[1] === 'AchievementCredential' && documents.conversion.type[1] === 'AchievementCredential'
      && documents.file.type[1] === 'ClrCredential' && documents.file.credentialSubject.verifiableCredential.length === 5,
    documents.file.credentialSubject.verifiableCredential.map((c) => c.name));
  report('the unit of every credit is stated',
    Object.values(documents).every((d) => d.stated.every((s) => s.unit && s.amount)), JSON.stringify(documents.file.stated));

  await altered('the name changed', documents.file, (d) => { d.credentialSubject.identifier[1].identityHash = '李秀英'; });
  await altered('the amount changed', documents.conversion, (d) => { d.credentialSubject.creditsEarned = 3; });
  await altered('the unit changed', documents.achievement, (d) => { d.stated[0].unit = 'cr'; });
  await altered('a line taken out', documents.file, (d) => { d.credentialSubject.verifiableCredential.pop(); });
  await altered('the title changed', documents.file, (d) => { d.credentialSubject.verifiableCredential[0].name += ' '; });
  await altered('another place in the status list', documents.file, (d) => { d.credentialStatus.statusListIndex = '1'; });
  await altered('the inclusion proof of another', documents.file, (d) => { d.inclusionProof = documents.conversion.inclusionProof; });
  await altered('the day of signing changed', documents.file, (d) => { d.proof[0].created = '2020-01-01T00:00:00Z'; });
  await altered('no proof', documents.file, (d) => { delete d.proof; }, /No matching proofs/i);

  const stranger = await Ed25519Multikey.generate();
  const forge = async (id) => {
    stranger.id = id;
    const { proof, ...statement } = documents.file;
    return vc.issue({
      credential: statement,
      suite: new DataIntegrityProof({ signer: { ...stranger.signer(), id }, cryptosuite: createSignCryptosuite() }),
      documentLoader,
    });
  };
  await bad('another key under the name of the bank\'s', await forge(documents.file.proof[0].verificationMethod), /Invalid signature/);
  await bad('another key under a name of its own', await forge(`${ORIGIN}#${stranger.publicKeyMultibase}`), /no key of the bank/);

  const bundle = documents.file.inclusionProof;
  report('the inclusion proof is of its entry', bundle.entry.detail.includes(numbers.file), bundle.entry.detail);
  report('the inclusion proof proves itself', provesItself(bundle) === true, provesItself(bundle));
  report('another entry does not', provesItself({ ...bundle, entry: documents.conversion.inclusionProof.entry }) !== true);

  // What happens to what is stated.
  ask(`SELECT creditbank.freeze_achievement('${ACCOUNT}', 'training/POST/SAFETY', 'looked into')`);
  await bad('suspended while an achievement is frozen', documents.file, /^suspension$/);
  await good('what does not state it is not', documents.achievement);
  ask(`SELECT creditbank.release_achievement('${ACCOUNT}', 'training/POST/SAFETY', 'nothing found')`);
  await good('released again', documents.file);
  ask(`SELECT creditbank.revoke_certificate('${numbers.nameless}', 'issued by mistake')`);
  await bad('revoked', documents.nameless, /^revocation$/);
  ask("SELECT creditbank.reverse_decision(1, 'the wrong rule book')");
  await bad('its conversion reversed', documents.conversion, /^revocation$/);
  await bad('one of its conversions reversed', documents.file, /^revocation$/);
  await good('an achievement stays when its conversion goes', documents.achievement);

  // Keys: an outside signer, then the server's own retired, then stolen.
  const outside = await Ed25519Multikey.generate();
  const multikey = outside.publicKeyMultibase;
  ask(`SELECT creditbank.add_certificate_key('${multikey}')`);
  const number = issue(`, '{course/OUC/MATH}', false`);
  seal();
  const toSign = asked(`SELECT to_jsonb(s) || jsonb_build_object('hash_data', encode(s.hash_data, 'base64')) FROM creditbank.certificate_to_sign('${number}', '${multikey}') AS s`);
  const signature = await outside.signer().sign({ data: Buffer.from(toSign.hash_data, 'base64') });
  const signed = asked(`SELECT creditbank.add_certificate_proof('${number}', ${quoted(JSON.stringify(toSign.proof_options))}, decode('${Buffer.from(signature).toString('hex')}', 'hex'))`);
  await good('signed outside the server', signed);
  report('and kept so', JSON.stringify(certificate(number)) === JSON.stringify(signed));
  ask(`SELECT creditbank.retire_certificate_key('${multikey}')`);
  await good('what a retired key signed stays valid', signed);
  ask(`SELECT creditbank.retire_certificate_key('${multikey}', stolen => true)`);
  await bad('what a stolen key signed does not', signed, /no key of the bank/);
  const again = certificate(number);
  await good('the certificate is signed anew', again);
  report('and states the same', JSON.stringify({ ...again, proof: 0, inclusionProof: 0 }) === JSON.stringify({ ...signed, proof: 0, inclusionProof: 0 }));
}

dropDatabase();
try {
  psql(process.env.PGDATABASE || 'postgres', '-c', `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING 'UTF8'`);
  psql(DATABASE, '-c', 'SET client_min_messages = warning', '-f', process.env.SEED);
  await cases();
} catch (error) {
  report('the cases ran to their end', false, error.stack);
} finally {
  dropDatabase();
}
console.log(`1..${count}`);
process.exitCode = failed ? 1 : 0;
