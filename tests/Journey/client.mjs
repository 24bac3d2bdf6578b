// The same road as journey.mjs, by a program that knows nothing but the service's own description: every address, method and word comes from /openapi/v1.json.
// Words: the service's address, the JSON file with the cast. Prints one JSON object: the operations that were called, and what went wrong.
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import { code } from './authenticator.mjs';

const [base, castFile] = process.argv.slice(2);
const cast = JSON.parse(fs.readFileSync(castFile, 'utf8'));
const called = [];
const cookies = new Map();

const document = await (await fetch(base + '/openapi/v1.json')).json();
if (!/^3\.1\./.test(document.openapi)) throw new Error('not OpenAPI 3.1');
const operations = new Map();
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    if (['get', 'post', 'delete'].includes(method)) operations.set(operation.operationId, { path, method, operation });
  }
}

// Holds words against what the description says of them, before they are sent.
function check(id, schema, words) {
  for (const name of schema.required ?? []) if (!(name in words)) throw new Error(`${id} needs ${name}`);
  for (const name of Object.keys(words)) if (!(name in schema.properties)) throw new Error(`${id} does not take ${name}`);
}

async function call(who, id, words = {}, headers = {}) {
  const found = operations.get(id);
  if (!found) throw new Error('the description has no ' + id);
  const { path, method, operation } = found;
  let url = base + path;
  const request = { method: method.toUpperCase(), headers: { ...headers } };
  if (cookies.has(who)) request.headers.cookie = cookies.get(who);
  if (operation.requestBody) {
    check(id, operation.requestBody.content['application/json'].schema, words);
    request.headers['content-type'] = 'application/json';
    request.body = JSON.stringify(words);
  } else if (Object.keys(words).length > 0) {
    const parameters = Object.fromEntries((operation.parameters ?? []).filter(item => item.in === 'query').map(item => [item.name, item.schema]));
    check(id, { properties: parameters }, words);
    url += '?' + new URLSearchParams(words);
  }
  const answer = await fetch(url, request);
  const text = await answer.text();
  called.push({ id, status: answer.status });
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
}

async function done(who, id, words, headers) {
  const answer = await call(who, id, words, headers);
  if (answer.status !== 200) throw new Error(`${id} as ${who}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function enter(who) {
  for (let tries = 0; ; tries++) {
    const words = { person: who, password: cast.password, ...(cast.secrets[who] ? { code: code(cast.secrets[who]) } : {}) };
    const answer = await call(who, 'session.open', words);
    if (answer.status === 200) {
      cookies.set(who, answer.headers.getSetCookie()[0].split(';')[0]);
      return;
    }
    if (tries === 2) throw new Error(`${who} did not come in: ${JSON.stringify(answer.body)}`);
    // A code serves once: the next comes within half a minute.
    await new Promise(wait => setTimeout(wait, 30500 - (Date.now() % 30000)));
  }
}

const file = name => ({ base64: fs.readFileSync(cast.files[name]).toString('base64') });
const json = name => ({ json: JSON.parse(fs.readFileSync(cast.files[name], 'utf8')) });
try {
  for (const who of ['chen', 'li', 'wu', 'zhao', 'qian', 'sun']) await enter(who);
  await done('chen', 'data.add', { name: cast.set, source: cast.source, acquired: cast.today, subject: 'person', file: file('rows') });
  await done('chen', 'data.confirm', { name: cast.set, grade: cast.grades.split('\n') });
  await done('chen', 'catalogue.publish', { file: json('entry') });
  const listed = await done('li', 'catalogue.list', { search: cast.word });
  if (!listed.entries.some(entry => entry.data_set === cast.set)) throw new Error('the entry is not in the catalogue');
  await done('li', 'scenario.request', { file: json('scenario') });
  await done('zhao', 'scenario.confirm', { scenario: cast.scenario });
  await done('chen', 'scenario.consent', { scenario: cast.scenario });

  // A zone is built as work that is followed by its events.
  const begun = await call('li', 'zone.open', { scenario: cast.scenario, kind: 'workbench' }, { prefer: 'respond-async' });
  if (begun.status !== 202) throw new Error('zone.open was not begun: ' + JSON.stringify(begun.body));
  const work = begun.headers.get('location');
  const events = await (await fetch(base + work + '/events', { headers: { cookie: cookies.get('li') } })).text();
  if (!events.includes('event: progress') || !events.trimEnd().split('\n\n').at(-1).startsWith('event: end')) throw new Error('no events: ' + events);
  const zone = await (await fetch(base + work, { headers: { cookie: cookies.get('li') } })).json();

  const answer = await done('wu', 'query', { zone: zone.zone, sql: `SELECT city, count(*) AS people FROM ${cast.set.replaceAll('-', '_')} GROUP BY city ORDER BY 2 DESC` });
  if (answer.rows.length < 3) throw new Error('the answer is short');
  const refused = await call('wu', 'query', { zone: zone.zone, sql: 'SELECT * FROM nowhere' });
  if (refused.status !== 403 || !refused.body.refusals[0].rule.startsWith('SB-QUERY')) throw new Error('a bad question: ' + JSON.stringify(refused.body));

  await done('li', 'export.request', { file: json('exported') });
  const own = await call('li', 'export.approve', { export: cast.exported });
  if (own.status !== 403) throw new Error('the author could vote');
  for (const who of ['qian', 'sun']) {
    const review = await done(who, 'export.show', { export: cast.exported });
    if (review.tables[0].rows.length < 5) throw new Error('the reviewer does not see the table');
    await done(who, 'export.approve', { export: cast.exported, comment: [cast.comment] });
  }
  const release = await done('zhao', 'export.release', { export: cast.exported });
  if (release.package.includes('/')) throw new Error('a folder of the machine was told');
  await done('zhao', 'ledger.verify');

  // And by hand, as an operator with a shell would.
  const curl = (...words) => execFileSync('curl', ['-s', '-S', ...words], { encoding: 'utf8' });
  const jar = cast.files.rows + '.jar';
  JSON.parse(curl('-c', jar, '-H', 'Content-Type: application/json', '-d', JSON.stringify({ person: 'li', password: cast.password }), base + operations.get('session.open').path));
  const scenarios = JSON.parse(curl('-b', jar, base + operations.get('scenario.list').path)).scenarios;
  if (!scenarios.some(scenario => scenario.id === cast.scenario)) throw new Error('curl does not see the scenario');
  curl('-b', jar, '-X', 'DELETE', base + operations.get('session.close').path);
  if (JSON.parse(curl('-b', jar, base + operations.get('scenario.list').path)).status !== 401) throw new Error('curl is still in');
  console.log(JSON.stringify({ ended: true, called }));
} catch (error) {
  console.log(JSON.stringify({ ended: false, error: String(error), called }));
  process.exitCode = 1;
}
