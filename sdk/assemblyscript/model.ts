// A model to start from: people, sum and mean of the monthly income by the first digits of the division code, as models/district-income/apply.c does in one jail. Build it in a copy of this
// folder (asconfig.json: the WASI start, and no import for an abort, which is a trap instead):
//   npm install assemblyscript@0.28.20 && npx asc model.ts -o package/model.wasm
// SPDX-License-Identifier: Apache-2.0
import { Reader, Table, argumentList, exit, parameter } from "./arrow";

class Group {
  people: i64 = 0;
  income: f64 = 0;
}

const given = argumentList(), digits = <i32>parameter(given.length > 1 ? given[1] : "{}", "digits", 2);
if (digits < 2 || digits > 6) exit(3);

const input = new Reader(0), division = input.column("division"), income = input.column("monthly_income");
const groups = new Map<string, Group>();
while (input.next()) {
  for (let row = 0; row < input.rows; row++) {
    if (input.isNull(division, row) || input.isNull(income, row)) continue;
    const code = input.text(division, row);
    if (code.length < digits) continue;
    const name = code.substring(0, digits);
    if (!groups.has(name)) groups.set(name, new Group());
    const group = groups.get(name);
    group.people++;
    group.income += input.number(income, row);
  }
}

// In an order of their own meaning: two runs give the same bytes.
const names = groups.keys().sort(), people: i64[] = [], sums: f64[] = [], means: f64[] = [];
for (let i = 0; i < names.length; i++) {
  const group = groups.get(names[i]);
  people.push(group.people);
  sums.push(group.income);
  means.push(group.income / <f64>group.people);
}
new Table().texts("division", names).wholes("people", people).floats("income_sum", sums).floats("income_mean", means).write(1);
