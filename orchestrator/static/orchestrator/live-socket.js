// The connection of a live page: one per browser and address, whoever of its tabs holds it.
//
// A visible tab asks for a Web Lock. Its holder owns the one socket and repeats every frame to the
// other tabs over a BroadcastChannel; they tell it which campaigns they have in view. A hidden tab
// gives the lock back. Where the socket fails three times, the holder asks over HTTP until it works.

const CLOSED = { signedOut: 4401, noFactor: 4403, noMember: 4404, tooSlow: 4408, tooMany: 4429 };
const CAP = 25; // seconds, and up to a fifth more: not all browsers come back at once
const POLL = 5;
const STEADY = 5_000; // what ended sooner goes on with the backoff
const PATIENCE = 10_000; // for the first frame, and for a pong
const SILENCE = 40_000; // the server says something every 30 s
const BATCH = 200;
const LOST = { open: false, failures: 0, code: null, retryAt: null, http: null, blocked: false };

export class LiveSocket extends EventTarget {
  #options;
  #tab = Math.random().toString(36).slice(2);
  #channel = null;
  #request = null; // for the lock
  #release = null; // set: this tab holds it
  #wanted = new Map(); // tab → campaigns that it has in view
  #subscribed = new Set();
  #kept = new Map(); // the newest frame of each workspace and campaign, for tabs that come later
  #socket = null;
  #opened = 0;
  // `http`: what the last poll found, true, false or not asked; `blocked`: it works, the socket not.
  #link = { ...LOST };
  #realtime = "ok"; // as the server says of itself
  #offline = !navigator.onLine; // as the browser says, until something is heard nevertheless
  #timers = { retry: null, silence: null, poll: null };
  #state = null; // as last told

  /** `options`: name (of what is heard, and by whom), socket and poll (paths). */
  constructor(options) {
    super();
    this.#options = options;
  }

  get leads() {
    return this.#release !== null; // this tab speaks for the browser
  }

  start() {
    if (navigator.locks && window.BroadcastChannel) {
      this.#channel = new BroadcastChannel(this.#options.name);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    } // else each tab has a socket of its own
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pageshow", () => this.#look());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("offline", () => this.#turn(true));
    addEventListener("online", () => this.#turn(false));
    this.#look();
  }

  /** The campaigns that this tab has in view. */
  want(campaigns) {
    this.#wanted.set(this.#tab, new Set(campaigns));
    if (this.leads) this.#subscribe();
    else this.#say();
  }

  tryNow() {
    if (!this.leads) this.#post("try");
    else if (!this.#link.open) this.#connect();
  }

  /** A frame that the tab that leads found out by itself. */
  share(frame) {
    this.#take(frame);
    this.#poll();
    this.#tell();
  }

  // Who holds the connection

  #look() {
    if (document.hidden) return this.#leave();
    if (this.#request || this.leads) return;
    this.#tell();
    if (!this.#channel) return this.#lead(() => {});
    this.#request = new AbortController();
    const held = () => new Promise((release) => this.#lead(release));
    navigator.locks.request(this.#options.name, { signal: this.#request.signal }, held).catch(() => {});
    this.#say();
  }

  #leave() {
    this.#request?.abort();
    this.#request = null;
    this.#post("bye", { tab: this.#tab });
    if (!this.leads) return;
    this.#stop();
    this.#release();
    this.#release = null;
    this.#log("live.released");
  }

  #lead(release) {
    if (document.hidden) return release();
    this.#release = release;
    const mine = this.#wanted.get(this.#tab);
    this.#wanted = new Map(mine ? [[this.#tab, mine]] : []);
    this.#kept.clear();
    this.#post("lead"); // the others say again what they want
    this.#connect();
  }

  #hear({ kind, detail }) {
    if (this.leads) return this.#serve(kind, detail);
    if (document.hidden) return;
    if (kind === "lead") this.#say();
    if (kind === "state") this.#state = detail;
    if (["frame", "state", "gone"].includes(kind)) this.#hand(kind, detail);
  }

  #serve(kind, { tab, campaigns }) {
    if (kind === "try") this.tryNow();
    else if (kind === "bye") this.#wanted.delete(tab);
    else if (kind === "want") this.#bring(tab, new Set(campaigns));
    this.#subscribe();
  }

  /** What another tab now wants and does not know yet. */
  #bring(tab, wanted) {
    const before = this.#wanted.get(tab);
    this.#wanted.set(tab, wanted);
    for (const frame of this.#kept.values()) {
      const { type, subject } = frame;
      const row = type === "campaign.changed";
      if (row ? wanted.has(subject) && !before?.has(subject) : !before) this.#post("frame", frame);
    }
    if (!before) this.#post("state", this.#state);
  }

  // The socket

  #connect() {
    this.#drop();
    clearTimeout(this.#timers.retry);
    this.#link.retryAt = null;
    this.#tell();
    const url = new URL(this.#options.socket, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.#socket && this.#fail(code);
    this.#timers.silence = setTimeout(() => this.#fail("no answer"), PATIENCE);
  }

  #receive(frame) {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#ping(), SILENCE);
    this.#offline = false;
    if (frame.type === "error") {
      this.#log("live.refused", { code: frame.data.code }, "warn");
      if (frame.data.code === "unavailable") return this.#fail("unavailable"); // nothing is subscribed
    } else if (frame.type !== "pong") {
      if (!this.#link.open) this.#open();
      this.#take(frame);
    }
    this.#poll();
    this.#tell();
  }

  #open() {
    this.#opened = Date.now();
    this.#link = { ...LOST, open: true, failures: this.#link.failures };
    this.#subscribed.clear();
    this.#log("live.open");
    this.#subscribe();
  }

  #ping() {
    clearTimeout(this.#timers.silence);
    this.#write({ type: "ping" });
    this.#timers.silence = setTimeout(() => this.#fail("silent"), PATIENCE);
  }

  #fail(code) {
    const { open, failures: before, http } = this.#link;
    this.#drop();
    if (code === CLOSED.noMember || code === CLOSED.noFactor) return this.#gone(code);
    const failures = open && Date.now() - this.#opened > STEADY ? 1 : before + 1;
    const least = code === CLOSED.tooMany ? CAP : Math.min(2 ** (failures - 1), CAP);
    const wait = Math.round(least * 1000 * (1 + Math.random() / 5));
    this.#link = { ...LOST, code, failures, retryAt: Date.now() + wait };
    if (!open) Object.assign(this.#link, { http, blocked: http === true });
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
    this.#log("live.closed", { code, failures, retryInMs: wait }, "warn");
    if (code === CLOSED.signedOut) this.#ask(); // unless a new password gave the browser a new session
    this.#poll();
    this.#tell();
  }

  #drop() {
    clearTimeout(this.#timers.silence);
    const socket = this.#socket;
    this.#socket = null;
    this.#link.open = false;
    socket?.close();
  }

  #stop() {
    this.#drop();
    clearTimeout(this.#timers.retry);
    clearInterval(this.#timers.poll);
    this.#timers.poll = null;
    this.#link = { ...LOST };
  }

  /** The browser says that it is offline, or no more. */
  #turn(offline) {
    this.#offline = offline;
    if (!this.leads) return;
    if (this.#link.open) this.#ping(); // an answer says more than the browser
    else if (!offline) this.#connect();
    this.#poll();
    this.#tell();
  }

  #gone(code) {
    this.#stop();
    this.#log("live.ended", { code }, "warn");
    this.#post("gone", code);
    this.#hand("gone", code);
  }

  #subscribe() {
    if (!this.#link.open) return;
    const all = this.#campaigns();
    const news = [...all].filter((id) => !this.#subscribed.has(id));
    const olds = [...this.#subscribed].filter((id) => !all.has(id));
    for (const [type, ids] of [["unsubscribe", olds], ["subscribe", news]]) {
      for (let from = 0; from < ids.length; from += BATCH) {
        this.#write({ type, campaigns: ids.slice(from, from + BATCH) });
      }
    }
    for (const id of olds) this.#kept.delete(id);
    this.#subscribed = all;
  }

  #campaigns() {
    return new Set([...this.#wanted.values()].flatMap((ids) => [...ids]));
  }

  #write(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  // Without the socket: polls where it does not carry, stops where it does

  #poll() {
    const { open, failures, code } = this.#link;
    const lost = failures >= 3 || code === CLOSED.tooMany;
    const needed = !this.#offline && (open ? this.#realtime === "error" : lost);
    if (needed === (this.#timers.poll !== null)) return;
    clearInterval(this.#timers.poll);
    this.#timers.poll = needed ? setInterval(() => this.#ask(), POLL * 1000) : null;
    if (!needed) return;
    this.#log("live.polling", { everySeconds: POLL }, "warn");
    this.#ask();
  }

  async #ask() {
    const turn = this.#timers.poll;
    const { http } = this.#link;
    let found;
    try {
      const { ask } = await import("./polling.js");
      found = await ask(this.#options.poll, [...this.#campaigns()], PATIENCE);
    } catch (error) {
      if (http !== false) this.#log("live.poll_failed", { error: String(error) }, "warn");
    }
    if (!this.leads || turn !== this.#timers.poll) return;
    if (found?.code) return this.#gone(found.code);
    this.#link.http = Boolean(found);
    for (const frame of found?.frames ?? []) this.#take(frame);
    if (found && http === false) this.tryNow(); // the server is back
    this.#poll();
    this.#tell();
  }

  // What the page and the other tabs learn

  #take(frame) {
    const { type, workspaceId, subject, data } = frame;
    if (type === "snapshot" || type === "health.changed") {
      if (!data.status) return this.#ask(); // to odd grants only the id is sent
      this.#kept.set(workspaceId, { ...frame, type: "snapshot" });
      this.#realtime = data.connections?.realtime ?? "ok";
    }
    if (type === "connection.checked") this.#realtime = data.realtime ?? this.#realtime;
    if (type === "connection.checked" || type === "workspaces.changed") this.#kept.set(type, frame);
    if (type === "campaign.changed") this.#kept.set(subject, frame);
    if (type === "campaign.removed") this.#kept.delete(subject);
    if (type === "permissions.changed") {
      this.#kept.clear(); // it may be more than one may see now
      this.#subscribed.clear();
      this.#subscribe();
    }
    this.#hand("frame", frame);
    this.#post("frame", frame);
  }

  #tell() {
    const polls = this.#timers.poll !== null;
    const more = { offline: this.#offline, realtime: this.#realtime, polls, every: POLL };
    const state = { ...this.#link, ...more };
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#hand("state", state);
    if (this.leads) this.#post("state", state);
  }

  #post(kind, detail = {}) {
    this.#channel?.postMessage({ kind, detail });
  }

  #say() {
    this.#post("want", { tab: this.#tab, campaigns: [...(this.#wanted.get(this.#tab) ?? [])] });
  }

  #hand(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #log(event, more = {}, level = "info") {
    const { socket } = this.#options;
    console[level](JSON.stringify({ event, socket, at: new Date().toISOString(), ...more }));
  }
}
