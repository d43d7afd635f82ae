'use strict';
/*
 * Calls the hooks file as n8n does, thousands of times a second: `node hooks_driver.js HOOKS`.
 * Takes a JSON object per line, `{"runs": 100, "from": 1}`, and says when they are done; with `exit` it ends
 * right then instead. Answers by stderr; stdout has what the hooks file says to n8n's log. Ends as n8n does,
 * with `n8n.stop` first, at the end of its input.
 */
const { createInterface } = require('node:readline');

const [, , file] = process.argv;
process.argv[2] = 'start'; // n8n's command
const hooks = require(file);

const call = async (resource, name, ...given) => {
  for (const hook of hooks[resource][name]) await hook(...given);
};

async function execute(id) {
  const workflow = { id: 'driven', settings: {} };
  const at = new Date();
  const run = { status: 'success', mode: 'webhook', startedAt: at, stoppedAt: at, data: { resultData: {} } };
  await call('workflow', 'preExecute', workflow, 'webhook');
  await call('workflow', 'postExecute', run, workflow, String(id));
}

async function main() {
  await call('n8n', 'ready', {});
  console.error(JSON.stringify({ pid: process.pid }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { runs, from, exit } = JSON.parse(line);
    for (let id = from; id < from + runs; id += 1) {
      await execute(id);
      if (id % 50 === 0) await new Promise(setImmediate); // as often as n8n lets others work, at the least
    }
    if (exit) process.exit(0);
    console.error(JSON.stringify({ done: runs }));
  }
  await call('n8n', 'stop');
  process.exit(0);
}

main();
