'use strict';
/*
 * Reports every execution of this n8n to Orchestrator, as signed heartbeats. No workflow is touched.
 *
 *   EXTERNAL_HOOK_FILES=/path/to/hooks.js
 *   ORCHESTRATOR_URL=https://orchestrator.example.com
 *   ORCHESTRATOR_SECRET=whsec_…          or ORCHESTRATOR_SECRET_FILE=/path/to/it
 *   ORCHESTRATOR_INSTANCE=default        the instance's id in Orchestrator
 *
 * n8n awaits every hook, a hook that throws stops the execution, and a file that throws at load stops n8n.
 * So a hook here only puts one small text into a queue, inside a try, and a single sender empties it.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { createRequire } = require('node:module');

const HOOKS_VERSION = '1.0.0';
const ALIVE_EVERY = 30_000;
const GATHER = 10; // ms in which events join one batch
const BATCH = 500;
const BATCH_BYTES = 900 * 1024; // Orchestrator takes 1 MiB
const QUEUE_BYTES = 20 * 1024 * 1024;
const ANSWER_WITHIN = 10_000;
const FLUSH_WITHIN = 5_000; // of the 30 s that n8n gives itself to stop
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000; // how long pages may lack n8n's news once Orchestrator is back
const LONGEST_RETRY_AFTER = 300_000;
const RUN_ID = 'orchestratorRunId'; // key in the settings of one execution's own copy of the workflow
const ENDS = new Set(['success', 'error', 'crashed', 'canceled', 'waiting']);

const now = () => new Date().toISOString();
const iso = (time) => (time ? new Date(time).toISOString() : undefined);
const say = (text) => console.log(`[orchestrator] ${text}`);

// ---- configuration ---------------------------------------------------------------------------------------

function signingKey() {
  const file = process.env.ORCHESTRATOR_SECRET_FILE;
  const text = process.env.ORCHESTRATOR_SECRET || (file ? fs.readFileSync(file, 'utf8') : '');
  const secret = text.trim().split(/\s+/)[0];
  if (!/^whsec_[A-Za-z0-9+/]{16,}=*$/.test(secret)) throw new Error('ORCHESTRATOR_SECRET is no whsec_… secret');
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}

function configure() {
  if (!process.env.ORCHESTRATOR_URL) throw new Error('ORCHESTRATOR_URL is not set');
  const instance = process.env.ORCHESTRATOR_INSTANCE || 'default';
  const base = process.env.ORCHESTRATOR_URL.replace(/\/+$/, '');
  const url = new URL(`${base}/api/webhooks/n8n/${encodeURIComponent(instance)}/heartbeat`);
  const library = { 'http:': http, 'https:': https }[url.protocol];
  if (!library) throw new Error('ORCHESTRATOR_URL is no http(s) address');
  // An agent of its own: one connection, no proxy. Idle ones are closed before the other side does it.
  const agent = new library.Agent({ keepAlive: true, maxSockets: 1, timeout: 3_000 });
  return { instance, url, library, agent, key: signingKey() };
}

// ---- what has happened and is not acknowledged yet, oldest first: in memory, bounded ----------------------

class Queue {
  #beats = new Map(); // heartbeatId → JSON; n8n reports an end more than once
  #bytes = 0;
  dropped = 0; // since n8n started

  get size() {
    return this.#beats.size;
  }

  add(beat) {
    if (this.#beats.has(beat.heartbeatId)) return;
    const text = JSON.stringify(beat);
    this.#beats.set(beat.heartbeatId, text);
    this.#bytes += Buffer.byteLength(text);
    while (this.#bytes > QUEUE_BYTES) this.drop([this.#beats.keys().next().value]);
  }

  first(count, bytes) {
    const batch = [];
    for (const [id, text] of this.#beats) {
      bytes -= Buffer.byteLength(text) + 1;
      if (batch.length === count || (bytes < 0 && batch.length)) break;
      batch.push({ id, text });
    }
    return batch;
  }

  acknowledge(ids) {
    for (const id of ids) this.#remove(id);
  }

  drop(ids) {
    for (const id of ids) if (this.#remove(id)) this.dropped += 1;
  }

  #remove(id) {
    const text = this.#beats.get(id);
    if (text === undefined) return false; // was too old, and given up while on its way
    this.#bytes -= Buffer.byteLength(text);
    return this.#beats.delete(id);
  }
}

// ---- the one sender --------------------------------------------------------------------------------------

class Sender {
  #timer = null;
  #sending = null;
  #failures = 0;
  #limit = BATCH;
  #stopBy = Infinity;
  alive = null; // () => beat, while one is due; made anew for each try, so that it never tells of the past

  constructor(settings, queue) {
    this.settings = settings;
    this.queue = queue;
  }

  wake(pause = GATHER) {
    if (this.#timer || this.#sending || !(this.queue.size || this.alive)) return;
    this.#timer = setTimeout(() => this.#run(), pause).unref();
  }

  /** Tries for a moment to get rid of everything; n8n waits for this one, at its stop. */
  async flush() {
    this.#stopBy = Date.now() + FLUSH_WITHIN;
    while (this.queue.size && Date.now() < this.#stopBy) {
      if (!this.#sending) this.#run();
      await Promise.race([this.#sending, sleep(this.#stopBy - Date.now())]);
      if (this.#failures) await sleep(Math.min(200, this.#stopBy - Date.now()));
    }
    if (this.queue.size) say(`n8n stops; ${this.queue.size} heartbeats were not delivered`);
  }

  #run() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending = this.#deliver()
      .catch((error) => this.#failed(String(error?.message ?? error)))
      .then((pause) => {
        this.#sending = null;
        this.wake(pause);
      });
  }

  /** One batch; the pause until the next. */
  async #deliver() {
    const alive = this.alive;
    const batch = alive ? [{ text: JSON.stringify(alive()) }] : [];
    batch.push(...this.queue.first(this.#limit - batch.length, BATCH_BYTES));
    const ids = batch.filter(({ id }) => id).map(({ id }) => id);
    const body = `{"heartbeats":[${batch.map(({ text }) => text).join()}]}`;
    const { status, retryAfter, text } = await this.#post(body);
    if (status === 202) {
      const { rejected } = JSON.parse(text);
      // A workspace over its quota among them: to keep its beats would push out those of the others.
      this.queue.drop(rejected.map(({ index }) => batch[index]?.id).filter(Boolean));
      this.queue.acknowledge(ids);
      this.alive = null;
      this.#limit = Math.min(BATCH, this.#limit + 25);
      if (this.#failures) say('delivers again');
      this.#failures = 0;
      return GATHER;
    }
    if (status === 413 && batch.length > 1) {
      this.#limit = Math.ceil(batch.length / 2);
      return 0;
    }
    if (status === 401) this.settings.key = signingKey(); // the file may hold a new one by now
    if (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) {
      this.queue.drop(ids);
      this.alive = null;
      say(`gave up ${ids.length} heartbeats, the answer is ${status}`);
      return GATHER;
    }
    return this.#failed(`the answer is ${status}`, retryAfter);
  }

  #failed(reason, retryAfter = 0) {
    if (!this.#failures) say(`cannot deliver (${reason}), keeps trying`);
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    if (this.#stopBy < Infinity) return 200;
    return Math.max(pause, Math.min(retryAfter, LONGEST_RETRY_AFTER));
  }

  async #post(body) {
    try {
      return await this.#request(body);
    } catch (error) {
      if (!error.reusedSocket) throw error;
      return await this.#request(body); // it was closed at the other end meanwhile
    }
  }

  #request(body) {
    const { url, library, agent, key } = this.settings;
    const id = `msg_${crypto.randomUUID()}`;
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = crypto.createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': `orchestrator-hooks/${HOOKS_VERSION}`,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    };
    return new Promise((resolve, reject) => {
      const request = library.request(url, { method: 'POST', agent, headers }, (response) => {
        const parts = [];
        let size = 0;
        response.on('data', (part) => {
          size += part.length;
          if (size > BATCH_BYTES) request.destroy(new Error('the answer is too long'));
          else parts.push(part);
        });
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const retryAfter = Number(response.headers['retry-after']) * 1000 || 0;
          resolve({ status: response.statusCode, retryAfter, text });
        });
      });
      const late = () => request.destroy(new Error(`no answer within ${ANSWER_WITHIN / 1000} s`));
      const timer = setTimeout(late, ANSWER_WITHIN).unref();
      request.on('error', (error) => {
        const stale = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code);
        reject(Object.assign(error, { reusedSocket: stale }));
      });
      request.on('close', () => {
        clearTimeout(timer);
        reject(new Error('the connection closed'));
      });
      request.end(body);
    });
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

// ---- what n8n tells, as heartbeats -----------------------------------------------------------------------

// As in orchestrator/masking.py.
const KEY_LIKE = [
  [/-----BEGIN [^-]{1,40}-----[^]*?(-----END [^-]{1,40}-----|$)/g, '***'],
  [/\b(bearer|basic|token)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  [
    /(api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|secret|token|passwor[dt]|passwd|pwd|authorization|signature|credential)(["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi,
    '$1$2***',
  ],
  [/:\/\/[^\s/@]+@/g, '://***@'],
  [/\beyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)?/g, '***'],
  [/\b(sk|pk|rk|gh[oprsu]|github_pat|glpat|xox[a-z]|whsec|ork|ya29|hf|npm|SG|shp[a-z]{2})[-_.][\w.+/=-]{8,}/g, '***'],
  [/\b(AKIA|ASIA|AIza)[\w-]{12,}/g, '***'],
  [/\b[0-9a-fA-F]{32,}\b/g, '***'],
  [/\b(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{24,}\b/g, '***'],
  [/(?<![\w+-])(?=[\w+-]*\d)(?=[\w+-]*[a-z])(?=[\w+-]*[A-Z])[\w+-]{24,}={0,2}/g, '***'],
];

function mask(message) {
  let text = String(message);
  if (text.length > 4000) text = text.slice(0, 4000).replace(/\S*$/, '');
  for (const [pattern, replacement] of KEY_LIKE) text = text.replace(pattern, replacement);
  return text.slice(0, 500);
}

function errorOf(run) {
  const { error, lastNodeExecuted } = run.data?.resultData ?? {};
  if (!error) return undefined;
  const node = error.node?.name ?? lastNodeExecuted;
  return { message: mask(error.message ?? error.name ?? 'unknown'), node: node && String(node).slice(0, 200) };
}

function started(instance, { workflowId, executionId, runId, mode, resumed }) {
  const sentAt = now();
  const run = executionId ?? runId;
  return {
    heartbeatId: `${instance}:${run}:running:${sentAt}`,
    ...{ workflowId, executionId, runId, status: 'running', mode, sentAt },
    startedAt: resumed ? undefined : sentAt,
  };
}

function ended(instance, run, workflow, executionId) {
  const { status, mode } = run;
  const runId = workflow.settings?.[RUN_ID];
  const waitTill = status === 'waiting' ? iso(run.waitTill) : undefined;
  return {
    heartbeatId: [instance, executionId ?? runId, status, ...(waitTill ? [waitTill] : [])].join(':'),
    ...{ workflowId: workflow.id, executionId, runId, status, mode, waitTill },
    ...{ startedAt: iso(run.startedAt), stoppedAt: iso(run.stoppedAt), sentAt: now() },
    error: status === 'error' || status === 'crashed' ? errorOf(run) : undefined,
  };
}

function about(server) {
  const { globalConfig } = server ?? {};
  let n8nVersion;
  try {
    n8nVersion = createRequire(require.main.filename)('../package.json').version;
  } catch {}
  return {
    hooksVersion: HOOKS_VERSION,
    n8nVersion,
    mode: globalConfig?.executions?.mode ?? process.env.EXECUTIONS_MODE ?? 'regular',
    timezone: globalConfig?.generic?.timezone ?? process.env.GENERIC_TIMEZONE ?? 'America/New_York',
    publicationService: globalConfig?.workflows?.useWorkflowPublicationService,
  };
}

// ---- the hooks -------------------------------------------------------------------------------------------

function hooks(settings) {
  const { instance } = settings;
  const queue = new Queue();
  const sender = new Sender(settings, queue);
  const bootId = crypto.randomUUID();
  const begun = new Set(); // run ids given out in preExecute whose start n8n has not told yet
  let tellsStarts = false;

  const safely = (hook) => [
    async (...given) => {
      try {
        await hook(...given);
      } catch (error) {
        say(`a hook failed: ${error?.message}`);
      }
    },
  ];
  const push = (beat) => {
    if (!beat.workflowId) return; // tried in the editor, and never saved
    queue.add(beat);
    sender.wake();
  };

  // n8n's own event, internal to it, comes with the execution's id, and at each resume. Only the main process of
  // an n8n that still has it does so; elsewhere a start is told from preExecute, by the run id alone.
  const listen = (server) => {
    const events = server?.eventService;
    if (typeof events?.on !== 'function') return;
    events.on('workflow-pre-execute', (event) => {
      try {
        const runId = event.data.settings?.[RUN_ID];
        const resumed = !begun.delete(runId);
        push(started(instance, { workflowId: event.data.id, executionId: event.executionId, runId, mode: event.mode, resumed }));
      } catch (error) {
        say(`a start was not told: ${error?.message}`);
      }
    });
    tellsStarts = true;
  };

  const keepSayingAlive = (server) => {
    const facts = about(server);
    const beat = () => {
      const sentAt = now();
      return { heartbeatId: `${instance}:alive:${bootId}:${sentAt}`, kind: 'alive', sentAt, dropped: queue.dropped, ...facts };
    };
    const due = () => {
      sender.alive = beat;
      sender.wake();
    };
    due();
    setInterval(due, ALIVE_EVERY).unref();
  };

  return {
    n8n: {
      ready: safely((server) => {
        listen(server);
        if ((process.argv[2] ?? 'start') === 'start') keepSayingAlive(server);
      }),
      stop: safely(() => sender.flush()),
    },
    workflow: {
      preExecute: safely((workflow, mode) => {
        const runId = crypto.randomUUID();
        // A new object: n8n takes it over for this execution alone, and stores nothing of it with the workflow.
        workflow.settings = { ...workflow.settings, [RUN_ID]: runId };
        if (tellsStarts) {
          begun.add(runId);
          if (begun.size > 10_000) begun.delete(begun.values().next().value);
        } else {
          push(started(instance, { workflowId: workflow.id, runId, mode, resumed: false }));
        }
      }),
      postExecute: safely((run, workflow, executionId) => {
        if (ENDS.has(run.status)) push(ended(instance, run, workflow, executionId));
      }),
    },
  };
}

try {
  module.exports = hooks(configure());
} catch (error) {
  say(`reports nothing: ${error.message}`);
  module.exports = {};
}
