// Several people in sessions of their own go from loading a file to a release, in a real browser, by what the pages show and nothing else.
// Words: the browser's program, the service's address, a JSON file with the cast (names, passwords, secrets of authenticators, files), a folder for pictures.
// With script switched off when the cast says so: then the pages are walked only. Prints one JSON object: the pages that were seen and what was found wrong with them.
import { chromium } from 'playwright-core';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { code } from './authenticator.mjs';

const [program, base, castFile, pictures] = process.argv.slice(2);
const cast = JSON.parse(fs.readFileSync(castFile, 'utf8'));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const seen = [];

const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const sessions = new Map();

async function as(who) {
  if (sessions.has(who)) return sessions.get(who);
  const context = await browser.newContext({ locale: cast.locale, javaScriptEnabled: cast.script, viewport: cast.viewport ?? { width: 1280, height: 900 }, colorScheme: who === 'zhao' ? 'dark' : 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  page.on('console', message => { if (message.type() === 'error' && !page.url().endsWith('nobody-s')) seen.push({ page: page.url(), fault: 'console: ' + message.text() }); });
  await page.goto(base + '/');
  await page.fill('[name=person]', who);
  await page.fill('[name=password]', cast.password);
  if (cast.secrets[who]) await page.fill('[name=code]', code(cast.secrets[who]));
  await look(page, 'sign-in-' + who);
  await page.click('main form button');
  if (page.url().includes('sign-in')) throw new Error(who + ' did not come in');
  sessions.set(who, page);
  return page;
}

// Looks at a page as it is: a picture, its size, and what axe-core says of it.
async function look(page, name) {
  const html = await page.content();
  // Of the second walk the pages that differ most.
  if (cast.script || /review|query|home|ledger/.test(name)) await page.screenshot({ path: path.join(pictures, `${cast.prefix}-${String(seen.length).padStart(2, '0')}-${name}.png`), fullPage: true });
  const entry = { page: new URL(page.url()).pathname, name, bytes: Buffer.byteLength(html), script: /<script|\son[a-z]+=|\sstyle=|javascript:/i.test(html) };
  if (cast.script) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run());
    entry.serious = found.violations.filter(item => ['serious', 'critical'].includes(item.impact)).map(item => `${item.id}: ${item.nodes[0].html}`);
  }
  seen.push(entry);
}

// Waits behind the page that follows work until it has led back.
async function follow(page, verb) {
  for (let wait = 0; page.url().includes('/work/'); wait++) {
    if (wait > 90) throw new Error(verb + ' did not end');
    await page.waitForTimeout(1000);
    await page.goto(page.url());
  }
}

// Fills a form by its verb and sends it; a heavy one is followed to its end by the page that follows it.
async function act(page, verb, fields = {}, files = {}, name = verb) {
  const form = page.locator(`form[action="/do/${verb}"]`).first();
  for (const [key, value] of Object.entries(fields)) await form.locator(`[name=${key}]`).fill(value);
  for (const [key, value] of Object.entries(files)) await form.locator(`[name=${key}]`).setInputFiles(value);
  await form.locator('button').last().click();
  await follow(page, verb);
  const bad = await page.locator('.note.bad').allInnerTexts();
  await look(page, name.replaceAll('/', '-'));
  if (bad.length > 0) throw new Error(`${verb} was refused: ${bad.join(' ')}`);
}

const { set, scenario, exported } = cast;
try {
  let page = await as('chen');
  await page.goto(base + '/data');
  await act(page, 'data/add', { name: set, source: cast.source, acquired: cast.today, subject: 'person' }, { file: cast.files.rows });
  await page.goto(`${base}/data/${set}`);
  await act(page, 'data/confirm', { grade: cast.grades });
  await page.goto(`${base}/catalogue`);
  await act(page, 'catalogue/publish', {}, { file: cast.files.entry });

  page = await as('li');
  await look(page, 'home-li');
  await page.goto(`${base}/catalogue?search=${cast.word}`);
  await look(page, 'catalogue-li');
  await page.click(`a[href="/data/${set}"]`);
  await look(page, 'data-li');
  await page.goto(base + '/scenarios');
  await act(page, 'scenario/request', {}, { file: cast.files.scenario });
  for (const [who, step] of [['zhao', 'scenario/confirm'], ['chen', 'scenario/consent']]) {
    page = await as(who);
    await page.goto(base + '/');
    await page.click(`a[href="/scenarios/${scenario}"]`);
    await act(page, step, {}, {}, `${step}-${who}`);
  }

  page = await as('li');
  await page.goto(`${base}/scenarios/${scenario}`);
  await page.locator('input[name=kind][value=workbench]').locator('xpath=ancestor::form').locator('button').click();
  await follow(page, 'zone/open');
  await look(page, 'zone-open');

  page = await as('wu');
  await page.goto(`${base}/zones/${scenario}-wb`);
  await page.fill('#sql', `SELECT city, count(*) AS people FROM ${set.replaceAll('-', '_')} GROUP BY city ORDER BY 2 DESC`);
  await page.locator('main form button').first().click();
  await look(page, 'query');
  if (await page.locator('table td.number').count() < 3 || await page.locator('svg.bars rect').count() < 3) throw new Error('the answer is not shown');
  await page.fill('#sql', 'SELECT secret FROM nowhere');
  await page.locator('main form button').first().click();
  await look(page, 'query-refused');
  if (await page.locator('.note.bad').count() !== 1) throw new Error('a bad question was not refused in place');

  page = await as('li');
  await page.goto(base + '/exports');
  await act(page, 'export/request', {}, { file: cast.files.exported });

  // Two reviewers, neither seeing the other's vote before the own; the author can't vote.
  await page.goto(`${base}/exports/${exported}`);
  await look(page, 'author-sees-status');
  if (await page.locator('form[action="/do/export/approve"]').count() !== 0) throw new Error('the author is offered a vote');
  for (const who of ['qian', 'sun']) {
    page = await as(who);
    await page.goto(base + '/');
    await page.click(`a[href="/exports/${exported}"]`);
    await look(page, 'review-' + who);
    await act(page, 'export/approve', { comment: cast.comment }, {}, 'approve-' + who);
  }

  page = await as('zhao');
  await page.goto(`${base}/exports/${exported}`);
  await act(page, 'export/release');
  for (const place of ['/ledger', '/ledger?kind=export', '/models', '/exports', '/zones', '/data', '/scenarios', '/account']) { await page.goto(base + place); await look(page, 'zhao' + place.replaceAll(/[/?=]/g, '-')); }

  // Another language in place, a stranger's thing, and out.
  await page.locator('form[action="/language"] button').click();
  await look(page, 'other-language');
  await page.goto(base + '/scenarios/nobody-s');
  await look(page, 'not-there');
  await page.locator('form[action="/sign-out"] button').click();
  await page.goto(base + '/ledger');
  if (!page.url().includes('/sign-in')) throw new Error('still in after signing out');
  console.log(JSON.stringify({ ended: true, seen }));
} catch (error) {
  for (const [who, page] of sessions) await page.screenshot({ path: path.join(pictures, `${cast.prefix}-broken-${who}.png`), fullPage: true }).catch(() => {});
  console.log(JSON.stringify({ ended: false, error: String(error), seen }));
  process.exitCode = 1;
} finally {
  await browser.close();
}
