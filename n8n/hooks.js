'use strict';
/*
 * Reports every execution of this n8n to Orchestrator, as signed heartbeats. No workflow is touched.
 *
 *   EXTERNAL_HOOK_FILES=/path/to/hooks.js
 *   ORCHESTRATOR_URL=https://orchestrator.example.com
 *   ORCHESTRATOR_SECRET=whsec_…          or ORCHESTRATOR_SECRET_FILE=/path/to/it
 *   ORCHESTRATOR_INSTANCE=default        the instance's id in Orchestrator
 *   ORCHESTRATOR_SPOOL=/path/to/folder   else orchestrator-spool in n8n's own folder, .n8n
 *
 * n8n awaits every hook, a hook that throws stops the execution, and a file that throws at load stops n8n.
 * So a hook here only puts one small text into a spool, inside a try; one writer brings it to disk and one
 * sender to Orchestrator, and nobody waits for either.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const HOOKS_VERSION = '1.2.0';
const ALIVE_EVERY = 30_000;
const GATHER = 10; // ms in which events join one batch
const BATCH = 500; // Orchestrator takes so many, and 1 MiB
const SEGMENT = BATCH - 1; // heartbeats in one file of the spool: with an `alive`, one request
const SEGMENT_BYTES = 900 * 1024;
const SPOOL_BYTES = 50_000_000;
const MEMORY_BYTES = 20_000_000; // of what cannot be written to disk
const LEASE_EVERY = 10_000;
const LEASE_LASTS = 60_000;
const TAKE_OVER_WITHIN = 5_000; // or what happens now goes first
const ANSWER_WITHIN = 10_000;
const ANSWER_BYTES = 1024 * 1024;
const FLUSH_WITHIN = 5_000; // of the 30 s that n8n gives itself to stop
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000; // how long pages may lack n8n's news once Orchestrator is back
const LONGEST_RETRY_AFTER = 300_000;
const CLOCKS_MAY_DIFFER = 30_000;
const RUN_ID = 'orchestratorRunId'; // key in the settings of one execution's own copy of the workflow
const ENDS = new Set(['success', 'error', 'crashed', 'canceled', 'waiting']);

// With this, n8n keeps nothing that preExecute sets: a start with such an id would never meet its end.
const FORGETS_RUN_ID = process.env.N8N_PRE_EXECUTE_ERROR_CREATES_EXECUTION === 'true';

const PROCESS = process.argv[2] ?? 'start'; // or worker, webhook
const REMEMBERED = 10_000; // runs at once

const now = () => new Date().toISOString();
const iso = (time) => (time ? new Date(time).toISOString() : undefined);
const say = (text) => console.log(`[orchestrator] ${text}`);
const ofN8n = (name) => createRequire(require.main.filename)(name);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

// ---- configuration ---------------------------------------------------------------------------------------

function signingKey() {
  const file = process.env.ORCHESTRATOR_SECRET_FILE;
  const text = process.env.ORCHESTRATOR_SECRET || (file ? fs.readFileSync(file, 'utf8') : '');
  const secret = text.trim().split(/\s+/)[0];
  if (!/^whsec_[A-Za-z0-9+/]{16,}=*$/.test(secret)) throw new Error('ORCHESTRATOR_SECRET is no whsec_… secret');
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}

/** Of this instance alone: what it reports must not be sent in the name of another. */
function spoolFolder(instance) {
  const { N8N_USER_FOLDER, HOME, USERPROFILE, ORCHESTRATOR_SPOOL } = process.env;
  const home = N8N_USER_FOLDER ?? (process.platform === 'win32' ? USERPROFILE : HOME) ?? process.cwd();
  return path.resolve(ORCHESTRATOR_SPOOL || path.join(home, '.n8n', 'orchestrator-spool'), encodeURIComponent(instance));
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
  return { instance, url, library, agent, key: signingKey(), folder: spoolFolder(instance) };
}

// ---- the spool: what has happened and is not acknowledged yet, oldest first --------------------------------
/*
 * A row of segments, each a file of at most one request's heartbeats, a line each. The newest is filled, the
 * oldest is sent, and only these two are in memory too. The file of an acknowledged segment is removed, or
 * emptied if it is the one being filled. Lines are written at once, by one asynchronous write after the other,
 * and not synced: what the system has, a killed n8n cannot lose. Where the disk refuses, heartbeats stay in
 * memory until it does not.
 */
const CALLS = 'open close write ftruncate fstat stat mkdir readdir readFile writeFile rename unlink';
const disk = Object.fromEntries(CALLS.split(' ').map((name) => [name, promisify(fs[name])]));

class Segment {
  beats = new Map(); // heartbeatId → JSON; null while only the file has them
  count = 0; // not acknowledged
  lines = 0; // of the file, once all is written
  bytes = 0; // of those
  unwritten = []; // ids that the file lacks
  exists = false; // the file
  handle = null; // of the file, while lines are added
  torn = false; // whether the file ends in half a line
  doubted = false; // whether its name still leads to it

  constructor(file) {
    this.file = file;
  }

  static found(file, content) {
    const segment = new Segment(file);
    segment.read(content);
    return Object.assign(segment, { beats: null, exists: true, bytes: content.length });
  }

  takes(text) {
    return this.lines < SEGMENT && this.bytes + text.length < SEGMENT_BYTES;
  }

  add(id, text) {
    this.beats.set(id, text);
    this.unwritten.push(id);
    this.count += 1;
    this.lines += 1;
    this.bytes += Buffer.byteLength(text) + 1;
  }

  /** How many of these were still there. */
  remove(ids) {
    const before = this.count;
    for (const id of ids) if (this.beats?.delete(id)) this.count -= 1;
    return before - this.count;
  }

  forget() {
    this.beats = new Map();
    this.count = 0;
  }

  read(content) {
    this.beats = new Map();
    for (const line of content.toString().split('\n')) {
      try {
        const { heartbeatId } = JSON.parse(line);
        if (typeof heartbeatId === 'string') this.beats.set(heartbeatId, line);
      } catch {} // empty, or half a line: its writer was stopped by a full disk, or with the machine
    }
    this.count = this.beats.size;
  }

  linesToWrite() {
    const texts = this.unwritten.map((id) => this.beats.get(id)).filter(Boolean);
    return (this.torn ? '\n' : '') + texts.map((text) => `${text}\n`).join('');
  }

  async write() {
    const { length } = this.unwritten; // more may come meanwhile
    const lines = Buffer.from(this.linesToWrite());
    this.handle ??= await disk.open(this.file, 'a', 0o600);
    this.exists = true;
    const { bytesWritten } = await disk.write(this.handle, lines);
    this.torn = bytesWritten < lines.length;
    if (this.torn) throw new Error('no space');
    this.unwritten.splice(0, length);
  }

  async empty() {
    const { lines, bytes } = this; // more may come meanwhile
    this.unwritten = [];
    if (this.handle !== null && bytes) await disk.ftruncate(this.handle, 0);
    this.torn = false;
    this.lines -= lines;
    this.bytes -= bytes;
  }

  async discard() {
    this.unwritten = [];
    await this.close();
    if (this.exists) await disk.unlink(this.file).catch(() => {});
    this.exists = false;
  }

  async close() {
    const { handle } = this;
    this.handle = null;
    if (handle !== null) await disk.close(handle);
  }

  /** Another process may have taken us for gone, or somebody emptied the folder: then into a new file. */
  async assureFile() {
    this.doubted = false;
    if (this.handle === null || !this.beats) return;
    const named = await disk.stat(this.file).catch(() => null);
    if (named?.ino === (await disk.fstat(this.handle)).ino) return;
    await this.close();
    this.unwritten = [...this.beats.keys()];
  }
}

class Spool {
  onMore = () => {};
  #segments = [];
  #filling = null;
  #dropped = 0;
  #unsaved = new Set(); // segments whose file is not as it should be
  #saving = false;
  #failed = false;
  #complained = false;
  #made = 0;
  #inherited = null;

  constructor(folder) {
    this.folder = folder;
    this.leases = new Leases(folder);
  }

  /** Synchronous: the folder shall be there before anything happens. */
  open() {
    try {
      fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      fs.writeFileSync(this.leases.file, this.leases.text(0), { mode: 0o600 });
    } catch (error) {
      this.#fails(error);
    }
    const tend = async () => {
      await this.#tend().catch((error) => this.#fails(error));
      setTimeout(tend, LEASE_EVERY).unref(); // never two at once, however long a disk hangs
    };
    this.#inherited = Promise.race([tend(), sleep(TAKE_OVER_WITHIN)]);
    process.on('exit', () => this.#leave());
  }

  get size() {
    return this.#segments.reduce((sum, { count }) => sum + count, 0);
  }

  /** Whether all of it outlives this process. */
  get safe() {
    return this.#segments.every(({ unwritten }) => !unwritten.length);
  }

  /** By every process of this instance, as long as the folder has been there. */
  get dropped() {
    return this.#dropped + this.leases.droppedByOthers;
  }

  add(beat) {
    const id = beat.heartbeatId;
    const text = JSON.stringify(beat);
    if (this.#filling?.beats.has(id)) return; // n8n reports an end more than once
    if (!this.#filling?.takes(text)) this.#begin();
    this.#filling.add(id, text);
    this.#save(this.#filling);
  }

  /** Of the oldest segment that has any, at most so many. */
  async oldest(most) {
    await this.#inherited; // what an earlier process left comes first
    for (let segment; (segment = this.#segments[0]); ) {
      if (!segment.beats) await this.#load(segment);
      const beats = [...segment.beats].slice(0, most);
      if (beats.length || segment === this.#filling) return { segment, beats };
      this.#settle(segment);
    }
    return { segment: null, beats: [] };
  }

  acknowledge(segment, ids) {
    if (segment?.remove(ids)) this.#settle(segment);
  }

  drop(segment, ids) {
    const removed = segment?.remove(ids) ?? 0;
    this.#dropped += removed;
    if (removed) this.#settle(segment);
  }

  #begin() {
    const before = this.#filling;
    this.#made += 1;
    this.#filling = new Segment(this.leases.segmentFile(Date.now(), this.#made));
    this.#segments.push(this.#filling);
    if (before) {
      before.doubted = true; // before it lets go of its memory
      this.#settle(before);
    }
    this.#keepWithin(SPOOL_BYTES - SEGMENT_BYTES, () => true);
    this.#keepWithin(MEMORY_BYTES, ({ unwritten }) => unwritten.length);
  }

  #keepWithin(most, counts) {
    const segments = this.#segments.filter((segment) => segment !== this.#filling && counts(segment));
    let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of segments) {
      if (bytes <= most) return;
      bytes -= segment.bytes;
      this.#giveUp(segment);
    }
  }

  #giveUp(segment) {
    this.#dropped += segment.count;
    segment.forget();
    this.#settle(segment);
  }

  /** After something was taken out of it, or it is filled no more. */
  #settle(segment) {
    if (!segment.count && segment !== this.#filling) this.#segments = this.#segments.filter((one) => one !== segment);
    this.#save(segment);
  }

  async #load(segment) {
    try {
      segment.read(await disk.readFile(segment.file));
    } catch (error) {
      say(`${segment.count} heartbeats cannot be read (${error.code})`);
      this.#giveUp(segment);
    }
  }

  async #save(segment) {
    this.#unsaved.add(segment);
    if (this.#saving || this.#failed) return;
    this.#saving = true;
    for (const next of this.#unsaved) {
      this.#unsaved.delete(next); // and perhaps added again meanwhile
      try {
        await this.#bringToDisk(next);
      } catch (error) {
        this.#unsaved.add(next);
        this.#fails(error);
        break;
      }
    }
    this.#saving = false;
  }

  async #bringToDisk(segment) {
    const filling = segment === this.#filling;
    if (segment.doubted) await segment.assureFile();
    if (!segment.count) return await (filling ? segment.empty() : segment.discard());
    if (segment.unwritten.length) {
      await segment.write();
      if (this.#complained) say('writes to disk again');
      this.#complained = false;
    }
    if (segment === this.#filling || segment.handle === null) return;
    await segment.close();
    if (segment !== this.#segments[0] && !segment.unwritten.length) segment.beats = null;
  }

  #fails(error) {
    this.#failed = true; // until it is tended
    if (!this.#complained) say(`cannot use ${this.folder} (${error.code ?? error.message}), keeps heartbeats in memory`);
    this.#complained = true;
  }

  async #tend() {
    await disk.mkdir(this.folder, { recursive: true, mode: 0o700 });
    await disk.writeFile(this.leases.file, this.leases.text(this.#dropped), { mode: 0o600 });
    this.#failed = false;
    if (this.#filling) {
      this.#filling.doubted = true;
      this.#save(this.#filling);
    }
    const { segments, dropped } = await this.leases.takeOver();
    const before = this.#dropped;
    this.#dropped += dropped;
    this.#segments = [...segments, ...this.#segments];
    this.#keepWithin(SPOOL_BYTES - SEGMENT_BYTES, () => true);
    if (this.#dropped > before) await disk.writeFile(this.leases.file, this.leases.text(this.#dropped));
    if (segments.length) this.onMore();
  }

  /** The process ends: no more asynchronous calls. */
  #leave() {
    for (const segment of new Set([...this.#segments, ...this.#unsaved])) {
      try {
        if (!segment.count) fs.unlinkSync(segment.file);
        else if (segment.unwritten.length) fs.appendFileSync(segment.file, segment.linesToWrite(), { mode: 0o600 });
      } catch {}
    }
    try {
      if (this.#dropped) fs.writeFileSync(this.leases.file, this.leases.text(this.#dropped));
      else fs.unlinkSync(this.leases.file);
    } catch {}
  }
}

/*
 * Which process has to send which segment: `{time}-{number}-{random}~{owner}.jsonl`. Each process keeps a lease,
 * `{owner}.lease`, and takes over what one left that is gone, by renaming it: that process has ended on this
 * machine, or its lease is gone or did not change for a minute. Orchestrator counts once what is sent twice.
 */
class Leases {
  droppedByOthers = 0;
  #host = os.hostname().replace(/[^\w.-]/g, '_').slice(0, 60);
  #random = crypto.randomBytes(6).toString('hex');
  #owner = `${this.#host}~${process.pid}~${this.#random}`;
  #renewed = 0;
  #watched = new Map(); // other owners → their lease, and since when it has been so

  constructor(folder) {
    this.folder = folder;
    this.file = path.join(folder, `${this.#owner}.lease`);
  }

  text(dropped) {
    this.#renewed += 1;
    return `${dropped} ${this.#renewed}\n`;
  }

  segmentFile(time, number) {
    return this.#named(`${String(time).padStart(14, '0')}-${String(number).padStart(8, '0')}-${this.#random}`);
  }

  #named(key) {
    return path.join(this.folder, `${key}~${this.#owner}.jsonl`);
  }

  /** What is ours from now on, oldest first. */
  async takeOver() {
    const taken = [];
    let dropped = 0;
    let droppedByOthers = 0;
    for (const [owner, keys] of await this.#others()) {
      const file = path.join(this.folder, `${owner}.lease`);
      const lease = await disk.readFile(file, 'utf8').catch(() => null);
      const count = Number(lease?.split(' ')[0]) || 0;
      if (!this.#isGone(owner, lease)) {
        droppedByOthers += count;
        continue;
      }
      this.#watched.delete(owner);
      for (const key of keys) if (await this.#rename(key, owner)) taken.push(key);
      if (await disk.unlink(file).then(() => true, () => false)) dropped += count;
    }
    this.droppedByOthers = droppedByOthers;
    const segments = [];
    for (const key of taken.sort()) {
      const file = this.#named(key);
      const content = await disk.readFile(file).catch(() => null);
      if (content) segments.push(Segment.found(file, content));
      else say(`cannot read ${file}, leaves it there`);
    }
    return { segments, dropped };
  }

  /** Owner → keys of its segments. */
  async #others() {
    const owners = new Map();
    for (const name of await disk.readdir(this.folder)) {
      const [, key, owner] = /^(?:(\d{14}-\d{8}-\w{12})~)?(.+~\d+~\w{12})\.(?:jsonl|lease)$/.exec(name) ?? [];
      if (!owner || owner === this.#owner) continue;
      if (!owners.has(owner)) owners.set(owner, []);
      if (key) owners.get(owner).push(key);
    }
    return owners;
  }

  #rename(key, owner) {
    const before = path.join(this.folder, `${key}~${owner}.jsonl`);
    return disk.rename(before, this.#named(key)).then(() => true, () => false);
  }

  #isGone(owner, lease) {
    const [host, pid] = owner.split('~');
    if (lease === null || (host === this.#host && !lives(Number(pid)))) return true;
    const watched = this.#watched.get(owner);
    if (watched?.lease === lease) return performance.now() - watched.since > LEASE_LASTS;
    this.#watched.set(owner, { lease, since: performance.now() });
    return false;
  }
}

function lives(pid) {
  try {
    return pid !== process.pid && process.kill(pid, 0); // another one had our number before us
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// ---- the one sender --------------------------------------------------------------------------------------

class Sender {
  #timer = null;
  #sending = null;
  #failures = 0;
  #limit = BATCH;
  #stopBy = Infinity;
  #behind = 0; // ms by which this machine's clock is behind that of the last answer, if it is much
  #correction = 0; // of the time in signatures
  alive = null; // () => beat, while one is due; made anew for each try, so that it never tells of the past

  constructor(settings, spool) {
    this.settings = settings;
    this.spool = spool;
  }

  /** By Orchestrator's clock, as far as it is known. */
  get time() {
    return new Date(Date.now() + this.#behind).toISOString();
  }

  wake(pause = GATHER) {
    if (this.#timer || this.#sending || !(this.spool.size || this.alive)) return;
    this.#timer = setTimeout(() => this.#run(), pause).unref();
  }

  /** Tries for a moment to get rid of everything; n8n waits for this one, at its stop. */
  async flush() {
    this.#stopBy = Date.now() + FLUSH_WITHIN;
    while (this.spool.size && Date.now() < this.#stopBy) {
      if (!this.#sending) this.#run();
      await Promise.race([this.#sending, sleep(this.#stopBy - Date.now())]);
      if (this.#failures && this.spool.safe) break; // the next start goes on with it
      if (this.#failures) await sleep(Math.min(200, this.#stopBy - Date.now()));
    }
    if (this.spool.size) say(`n8n stops; ${this.spool.size} heartbeats are not delivered yet`);
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
    const { alive } = this;
    const { segment, beats } = await this.spool.oldest(this.#limit - (alive ? 1 : 0));
    if (!alive && !beats.length) return GATHER;
    const batch = beats.map(([id, text]) => ({ id, text }));
    if (alive) batch.unshift({ text: JSON.stringify(alive()) });
    const ids = beats.map(([id]) => id);
    const { status, headers, text } = await this.#post(`{"heartbeats":[${batch.map((item) => item.text).join()}]}`);
    this.#compareClocks(headers.date);
    if (status === 202) {
      const { rejected } = JSON.parse(text);
      // A workspace over its quota among them: to keep its beats would push out those of the others.
      this.spool.drop(segment, rejected.map(({ index }) => batch[index]?.id).filter(Boolean));
      this.spool.acknowledge(segment, ids);
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
    if (status === 401) {
      this.settings.key = signingKey(); // the file may hold a new one by now
      if (this.#correctClock()) return 0;
    }
    if (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) {
      this.spool.drop(segment, ids);
      this.alive = null;
      say(`gave up ${ids.length} heartbeats, the answer is ${status}`);
      return GATHER;
    }
    return this.#failed(`the answer is ${status}`, retryAfter(headers));
  }

  #failed(reason, wanted = 0) {
    if (!this.#failures) say(`cannot deliver (${reason}), keeps trying`);
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    if (this.#stopBy < Infinity) return 200;
    return Math.max(pause, wanted);
  }

  #compareClocks(date) {
    const behind = Date.parse(date) - Date.now();
    this.#behind = Math.abs(behind) > CLOCKS_MAY_DIFFER ? behind : 0; // 0 without a date, too
  }

  /*
   * A signature is valid for five minutes of Orchestrator's clock. Where it was refused and the clocks differ,
   * the next one has the time of the answer; where that was refused too, the time is our own again.
   */
  #correctClock() {
    const corrected = Math.abs(this.#behind - this.#correction) > CLOCKS_MAY_DIFFER;
    this.#correction = corrected ? this.#behind : 0;
    if (this.#correction) say(`this clock is ${Math.round(-this.#correction / 1000)} s ahead of Orchestrator's`);
    return corrected;
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
    const timestamp = Math.floor((Date.now() + this.#correction) / 1000);
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
          if (size > ANSWER_BYTES) request.destroy(new Error('the answer is too long'));
          else parts.push(part);
        });
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() });
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

/** In ms; 0 if it is not given. */
function retryAfter({ 'retry-after': given, date }) {
  const wanted = /^\d+$/.test(given) ? given * 1000 : Date.parse(given) - (Date.parse(date) || Date.now());
  return wanted > 0 ? Math.min(wanted, LONGEST_RETRY_AFTER) : 0;
}

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

// An n8n that begins anew counts its executions from 1 again; its workflows have other ids.
function started(instance, { workflowId, executionId, runId, mode, resumed }) {
  const sentAt = now();
  const run = executionId ?? runId;
  return {
    heartbeatId: [instance, workflowId, run, 'running', sentAt].join(':'),
    ...{ workflowId, executionId, runId, status: 'running', mode, sentAt },
    startedAt: resumed ? undefined : sentAt,
  };
}

function ended(instance, run, workflow, executionId) {
  const { status, mode } = run;
  const runId = workflow.settings?.[RUN_ID];
  const waitTill = status === 'waiting' ? iso(run.waitTill) : undefined;
  return {
    heartbeatId: [instance, workflow.id, executionId ?? runId, status, ...(waitTill ? [waitTill] : [])].join(':'),
    ...{ workflowId: workflow.id, executionId, runId, status, mode, waitTill },
    ...{ startedAt: iso(run.startedAt), stoppedAt: iso(run.stoppedAt), sentAt: now() },
    error: status === 'error' || status === 'crashed' ? errorOf(run) : undefined,
  };
}

/** Internal to n8n; nothing where it keeps them elsewhere. */
function eventsOfN8n() {
  try {
    const { EventService } = ofN8n('../dist/events/event.service');
    return ofN8n('@n8n/di').Container.get(EventService);
  } catch {
    return undefined;
  }
}

function remember(ids, id) {
  ids.add(id);
  if (ids.size > REMEMBERED) ids.delete(ids.values().next().value);
}

function about(server) {
  const { globalConfig } = server ?? {};
  let n8nVersion;
  try {
    n8nVersion = ofN8n('../package.json').version;
  } catch {}
  return {
    hooksVersion: HOOKS_VERSION,
    n8nVersion,
    mode: globalConfig?.executions?.mode ?? process.env.EXECUTIONS_MODE ?? 'regular',
    timezone: globalConfig?.generic?.timezone ?? process.env.GENERIC_TIMEZONE ?? 'America/New_York',
    publicationService: globalConfig?.workflows?.useWorkflowPublicationService ?? null,
  };
}

// ---- the hooks -------------------------------------------------------------------------------------------

function hooks(settings) {
  const { instance } = settings;
  const spool = new Spool(settings.folder);
  const sender = new Sender(settings, spool);
  const bootId = crypto.randomUUID();
  const begun = new Set(); // run ids given out in preExecute whose start n8n has not told yet
  const running = new Set(); // execution ids
  let tellsStarts = false;

  const guarded = (hook) => async (...given) => {
    try {
      await hook(...given);
    } catch (error) {
      say(`a hook failed: ${error?.message}`);
    }
  };
  const safely = (hook) => [guarded(hook)];
  const push = (beat) => {
    if (!beat.workflowId) return; // tried in the editor, and never saved
    spool.add(beat);
    sender.wake();
  };

  // n8n's own events, with the execution's id. An n8n that lets nobody listen to them has its starts told from
  // preExecute, by the run id alone.
  const listen = (events) => {
    if (tellsStarts || typeof events?.on !== 'function') return;
    const tell = guarded(({ executionId, data, mode }) => {
      remember(running, executionId);
      const runId = data.settings?.[RUN_ID];
      const resumed = !begun.delete(runId);
      push(started(instance, { workflowId: data.id, executionId, runId, mode, resumed }));
    });
    events.on('workflow-pre-execute', tell);
    // In regular mode only its next node tells that a run which waited goes on.
    const notTold = ({ executionId, workflow }) => running.has(executionId) || tell({ executionId, data: workflow });
    if (PROCESS !== 'worker') events.on('node-pre-execute', notTold);
    tellsStarts = true;
  };

  const keepSayingAlive = (server) => {
    const facts = about(server);
    const beat = () => {
      const sentAt = sender.time;
      return { heartbeatId: `${instance}:alive:${bootId}:${sentAt}`, kind: 'alive', sentAt, dropped: spool.dropped, ...facts };
    };
    const due = () => {
      sender.alive = beat;
      sender.wake();
    };
    due();
    setInterval(due, ALIVE_EVERY).unref();
  };

  listen(eventsOfN8n()); // before n8n is ready, it resumes what waited
  spool.onMore = () => sender.wake();
  spool.open();
  return {
    n8n: {
      ready: safely((server) => {
        listen(server?.eventService);
        if (PROCESS === 'start') keepSayingAlive(server);
      }),
      stop: safely(() => sender.flush()),
    },
    workflow: {
      preExecute: safely((workflow, mode) => {
        const runId = crypto.randomUUID();
        // A new object: n8n takes it over for this execution alone, and stores nothing of it with the workflow.
        workflow.settings = { ...workflow.settings, [RUN_ID]: runId };
        if (tellsStarts) {
          remember(begun, runId);
        } else if (!FORGETS_RUN_ID) {
          push(started(instance, { workflowId: workflow.id, runId, mode, resumed: false }));
        }
      }),
      postExecute: safely((run, workflow, executionId) => {
        if (!ENDS.has(run.status)) return;
        running.delete(executionId);
        push(ended(instance, run, workflow, executionId));
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
