// Answers with n8n's own compiled code what a schedule trigger comes to. One JSON list in, one out.
// argv[2]: n8n's folder. Each case: {node, zone, staticData, start, ticks}; `due` is complete up to `until`.
'use strict';
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const fromN8n = createRequire(`${process.argv[2]}/node_modules/n8n/package.json`);
const { Workflow } = fromN8n('n8n-workflow');
const { CronTime } = fromN8n('cron');
const { Settings, DateTime } = fromN8n('luxon');
const nodes = 'n8n-nodes-base/dist/nodes';
const { recurrenceCheck } = fromN8n(`${nodes}/Schedule/GenericFunctions.js`);
const kinds = {
	'n8n-nodes-base.scheduleTrigger': fromN8n(`${nodes}/Schedule/ScheduleTrigger.node.js`).ScheduleTrigger,
	'n8n-nodes-base.cron': fromN8n(`${nodes}/Cron/Cron.node.js`).Cron,
	'n8n-nodes-base.interval': fromN8n(`${nodes}/Interval/Interval.node.js`).Interval,
};
const nodeTypes = { getByNameAndVersion: (type) => new kinds[type]() };
const realNow = Date.now;
console.warn = () => {};

async function answer({ node, zone, staticData, start, ticks }) {
	const workflow = new Workflow({
		id: 'w1', nodes: [node], connections: {}, active: true, nodeTypes, settings: { timezone: zone }, staticData,
	});
	const own = workflow.getNode(node.name);
	const crons = [];
	const timers = [];
	const realInterval = global.setInterval;
	global.setInterval = (_, ms) => timers.push(ms);
	try {
		await kinds[node.type].prototype.trigger.call({
			getNode: () => own,
			getNodeParameter: (name, other) => own.parameters[name] ?? other,
			getTimezone: () => workflow.timezone,
			getWorkflowStaticData: () => workflow.getStaticData('node', own),
			getWorkflow: () => workflow,
			getMode: () => 'trigger',
			helpers: {
				// As ScheduledTaskManager.register: it computes the next time at once.
				registerCron: (cron) => {
					at(start);
					const time = new CronTime(cron.expression, zone);
					time.sendAt();
					crons.push({ ...cron, time });
				},
			},
		});
	} finally {
		global.setInterval = realInterval;
		at(null);
	}
	const rules = workflow.getStaticData('node', own).recurrenceRules ?? [];
	const due = [];
	let now = start;
	for (let tries = 20 * ticks; crons.length && tries && due.length < ticks; tries--) {
		const next = crons.map(({ time }) => nextAfter(time, now));
		if (Math.min(...next) <= now) throw new Error('it goes back in time');
		now = Math.min(...next);
		at(now);
		const fired = crons.filter((cron, i) => next[i] === now)
			.map(({ recurrence }) => !recurrence || recurrenceCheck(recurrence, rules, zone));
		if (fired.includes(true)) due.push(now / 1000);
	}
	at(null);
	return { crons: crons.map(({ expression }) => expression), timers, due, until: now / 1000 };
}

function nextAfter(time, now) {
	at(now);
	return time.sendAt().toMillis();
}

// The clock of n8n, of luxon and of moment.
function at(ms) {
	Date.now = ms === null ? realNow : () => ms;
	Settings.now = () => Date.now();
}

(async () => {
	const answers = [];
	for (const one of JSON.parse(readFileSync(0, 'utf8'))) {
		try {
			answers.push(await answer(one));
		} catch (error) {
			answers.push({ error: String(error.description ?? error.message) });
		}
	}
	process.stdout.write(JSON.stringify(answers));
})();
