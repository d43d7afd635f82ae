// The connection of a live page: one per browser and address, whoever of its tabs holds it.
//
// A visible tab asks for a Web Lock. Its holder owns the one socket and repeats every frame to the
// other tabs over a BroadcastChannel; they tell it which campaigns they have in view. A hidden tab
// gives the lock back. Where the socket fails three times, the holder asks over HTTP until it works.

const CLOSED = { signedOut: 4401, noMember: 4404, tooSlow: 4408, tooMany: 4429 };
const CAP = 30;
const POLL = 5;
const PATIENCE = 10_000; // for the first frame, and for a pong
const SILENCE = 40_000; // the server says something every 30 s
const BATCH = 200;

export class LiveSocket extends EventTarget {
  #options;
  #tab = Math.random().toString(36).slice(2);
  #channel;
  #request = null; // for the lock
  #release = null; // set: this tab holds it
  #wanted = new Map(); // tab → campaigns that it has in view
  #subscribed = new Set();
  #kept = new Map(); // the newest frame of each workspace and campaign, for tabs that come later
  #socket = null;
  #open = false;
  #failures = 0;
  #code = null; // with which it last closed
  #retryAt = null;
  #timers = {};
  #http = null; // what the last poll found: true, false, or not asked
  #realtime = "ok"; // as the server says of itself
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
    this.#channel = new BroadcastChannel(this.#options.name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pageshow", () => this.#look());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("offline", () => this.#tell());
    addEventListener("online", () => {
      this.#state = null;
      this.#tell();
      this.tryNow();
      this.#say(); // its answer tells the state
    });
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
    else if (!this.#open) this.#connect();
  }

  // Who holds the connection

  #look() {
    if (document.hidden) return this.#leave();
    if (this.#request || this.leads) return;
    this.#state = null;
    this.#tell();
    if (!navigator.locks) return this.#lead(() => {});
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
    [this.#failures, this.#code, this.#http] = [0, null, null];
    const mine = this.#wanted.get(this.#tab);
    this.#wanted = new Map(mine ? [[this.#tab, mine]] : []);
    this.#kept.clear();
    this.#post("lead"); // the others say again what they want
    this.#connect();
  }

  #hear({ kind, detail }) {
    if (kind === "lead" && !document.hidden) this.#say();
    else if (this.leads) this.#serve(kind, detail);
    else if (["frame", "state", "gone"].includes(kind) && !document.hidden) this.#hand(kind, detail);
  }

  #serve(kind, { tab, campaigns }) {
    if (kind === "try") this.tryNow();
    else if (kind === "bye") {
      this.#wanted.delete(tab);
      this.#subscribe();
    } else if (kind === "want") {
      const known = this.#wanted.has(tab);
      const asked = new Set(campaigns);
      this.#wanted.set(tab, asked);
      this.#subscribe();
      for (const frame of this.#kept.values()) {
        const row = frame.type === "campaign.changed";
        if (row ? asked.has(frame.subject) : !known) this.#post("frame", frame);
      }
      if (this.#state) this.#post("state", this.#state);
    }
  }

  // The socket

  #connect() {
    this.#drop();
    clearTimeout(this.#timers.retry);
    this.#retryAt = null;
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
    if (frame.type === "pong") return;
    if (frame.type === "error") return this.#log("live.refused", { code: frame.data?.code }, "warn");
    if (!this.#open) {
      this.#open = true;
      [this.#failures, this.#code, this.#http] = [0, null, null];
      this.#subscribed.clear();
      this.#log("live.open");
      this.#subscribe();
    }
    this.#take(frame);
    this.#poll();
    this.#tell();
  }

  #ping() {
    this.#write({ type: "ping" });
    this.#timers.silence = setTimeout(() => this.#fail("silent"), PATIENCE);
  }

  #fail(code) {
    this.#drop();
    if (code === CLOSED.noMember) return this.#gone(code);
    this.#failures += 1;
    this.#code = code;
    const least = code === CLOSED.tooMany ? CAP : 2 ** (this.#failures - 1);
    const wait = Math.min(least, CAP) * 1000 * (1 + Math.random() / 5);
    this.#retryAt = Date.now() + wait;
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
    this.#log("live.closed", { code, failures: this.#failures, retryInMs: Math.round(wait) }, "warn");
    if (code === CLOSED.signedOut) this.#ask(); // unless a new password gave the browser a new session
    this.#poll();
    this.#tell();
  }

  #drop() {
    clearTimeout(this.#timers.silence);
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    socket?.close();
  }

  #stop() {
    this.#drop();
    clearTimeout(this.#timers.retry);
    clearInterval(this.#timers.poll);
    this.#timers.poll = null;
    this.#retryAt = null;
  }

  #gone(code) {
    this.#stop();
    this.#log("live.ended", { code }, "warn");
    this.#post("gone", code);
    this.#hand("gone", code);
  }

  #subscribe() {
    if (!this.#open) return;
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
    const lost = this.#failures >= 3 || this.#code === CLOSED.tooMany;
    const needed = this.#open ? this.#realtime === "error" : lost;
    if (needed === Boolean(this.#timers.poll)) return;
    clearInterval(this.#timers.poll);
    this.#timers.poll = needed ? setInterval(() => this.#ask(), POLL * 1000) : null;
    if (!needed) return;
    this.#log("live.polling", { everySeconds: POLL }, "warn");
    this.#ask();
  }

  async #ask() {
    const turn = this.#timers.poll;
    let found;
    try {
      const { ask } = await import("./polling.js");
      found = await ask(this.#options.poll, [...this.#campaigns()], PATIENCE);
    } catch (error) {
      if (this.#http !== false) this.#log("live.poll_failed", { error: String(error) }, "warn");
    }
    if (!this.leads || turn !== this.#timers.poll) return;
    if (found?.code) return this.#gone(found.code);
    this.#http = Boolean(found);
    for (const frame of found?.frames ?? []) this.#take(frame);
    this.#poll();
    this.#tell();
  }

  // What the page and the other tabs learn

  #take(frame) {
    if (frame.type === "snapshot" || frame.type === "health.changed") {
      this.#kept.set(frame.workspaceId, { ...frame, type: "snapshot" });
      this.#realtime = frame.data.connections?.realtime ?? "ok";
    }
    if (frame.type === "workspaces.changed") this.#kept.set(frame.type, frame);
    if (frame.type === "campaign.changed") this.#kept.set(frame.subject, frame);
    if (frame.type === "campaign.removed") this.#kept.delete(frame.subject);
    this.#hand("frame", frame);
    this.#post("frame", frame);
  }

  #tell() {
    const { onLine } = navigator;
    const socket = { open: this.#open, code: this.#code, failures: this.#failures, retryAt: this.#retryAt };
    const http = { polls: Boolean(this.#timers.poll), http: this.#http, every: POLL };
    const state = { onLine, realtime: this.#realtime, ...socket, ...http };
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
