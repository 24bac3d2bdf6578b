#!/usr/bin/env node
// Writes src/Policy/Calendars/Data/years.json from the npm package chinese-days (MIT), whose years come from the State Council's yearly notices.
// Nothing of the package is needed at run time. Again with a newer version:
//   npm pack chinese-days@1.5.7 && tar xzf chinese-days-1.5.7.tgz
//   node build/make-calendar.mjs package > src/Policy/Calendars/Data/years.json
// Only years for which the package cites a notice are written; only days that differ from the plain week (a day off from Monday to Friday, a
// working Saturday or Sunday), because the others follow from it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: make-calendar.mjs <unpacked chinese-days package>');
  process.exit(2);
}

const notices = new Map();
let year = null;
for (const line of readFileSync(join(folder, 'src/holidays/generate.ts'), 'utf8').split('\n')) {
  const heading = line.match(/^\s*\*\s*(20\d\d)\s*$/);
  const address = line.match(/^\s*\*\s*https?:\/\/(www\.gov\.cn\/\S+)/);
  if (heading) year = Number(heading[1]);
  else if (address && year !== null) notices.set(year, [...(notices.get(year) ?? []), address[1]]);
}

const weekend = (day) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
const years = readdirSync(join(folder, 'dist/years'))
  .filter((name) => /^20\d\d\.json$/.test(name))
  .map((name) => [Number(name.slice(0, 4)), JSON.parse(readFileSync(join(folder, 'dist/years', name), 'utf8'))])
  .filter(([number]) => notices.has(number))
  .sort(([a], [b]) => a - b)
  .map(([number, { holidays, workdays }]) => ({
    year: number,
    source: notices.get(number).join(' '),
    days_off: Object.keys(holidays).filter((day) => !weekend(day)).sort(),
    make_up_days: Object.keys(workdays).filter(weekend).sort(),
  }));
console.log(`{"years":[\n${years.map((entry) => JSON.stringify(entry)).join(',\n')}\n]}`);
