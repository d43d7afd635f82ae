// The connection of a live page: one per browser and workspace, whoever of its tabs holds it.
//
// A visible tab asks for a Web Lock. Its holder owns the one socket and repeats every frame to the
// other tabs over a BroadcastChannel; they tell it which campaigns they have in view. A hidden tab
// gives the lock back. Where the socket fails three times, the holder asks over HTTP until it works.

const SIGNED_OUT = 4401;
const NO_MEMBER = 4404;
const CAP = 30;
const POLL = 5;
const PATIENCE = 10_000; // for the first frame, and for a pong
const SILENCE = 40_000; // the server says something every 30 s
const BATCH = 200;

export class LiveSocket extends EventTarget {
  #options;
  #tab = Math.random().toString(36).slice(2);
  #name;
  #channel;
  #request = null; // for the lock
  #release = null; // set: this tab holds it
  #wanted = new Map(); // tab → what it has in view
  #subscribed = new Set();
  #snapshot = null;
  #rows = new Map();
  #socket = null;
  #open = false;
  #failures = 0;
  #retryAt = null;
  #timers = {};
  #http = null; // what the last poll found: true, false, or not asked
  #realtime = "ok"; // as the server says of itself
  #told = "";

  /** `options`: workspaceId, userId, socket and health (paths). Nothing happens before `start`. */
  constructor(options) {
    super();
    this.#options = options;
    // The person is in the name: what one may see is not told to who signed in later.
    this.#name = `orchestrator:${options.userId}:${options.workspaceId}`;
  }

  start() {
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pageshow", () => this.#look());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("online", () => this.#online());
    addEventListener("offline", () => this.#tell());
    this.#look();
  }

  /** The campaigns that this tab has in view. */
  want(campaigns) {
    const message = { kind: "want", tab: this.#tab, campaigns: [...campaigns] };
    this.#want(message);
    if (!this.#release) this.#channel?.postMessage(message);
  }

  tryNow() {
    if (!this.#release) this.#channel?.postMessage({ kind: "try" });
    else if (!this.#open) this.#connect();
  }

  #online() {
    this.#told = "";
    this.#tell();
    if (this.#release) this.tryNow();
    else this.#channel.postMessage(this.#mine()); // the answer tells the state
  }

  // Who holds the connection

  #look() {
    if (document.hidden) this.#leave();
    else this.#arrive();
  }

  #arrive() {
    if (this.#request || this.#release) return;
    this.#told = "";
    this.#enter("connecting");
    if (!navigator.locks) {
      this.#lead(() => {});
      return;
    }
    this.#request = new AbortController();
    const held = () => new Promise((release) => this.#lead(release));
    navigator.locks.request(this.#name, { signal: this.#request.signal }, held).catch(() => {});
    this.#channel.postMessage(this.#mine());
  }

  #mine() {
    return { kind: "want", tab: this.#tab, campaigns: [...(this.#wanted.get(this.#tab) ?? [])] };
  }

  #leave() {
    this.#request?.abort();
    this.#request = null;
    this.#channel.postMessage({ kind: "bye", tab: this.#tab });
    if (!this.#release) return;
    this.#stop();
    const release = this.#release;
    this.#release = null;
    this.#log("live.released");
    release();
  }

  #lead(release) {
    if (document.hidden) return release();
    this.#release = release;
    this.#failures = 0;
    this.#http = null;
    const mine = this.#wanted.get(this.#tab);
    this.#wanted = new Map(mine ? [[this.#tab, mine]] : []);
    this.#snapshot = null;
    this.#rows.clear();
    this.#channel.postMessage({ kind: "lead" }); // the others say again what they want
    this.#connect();
  }

  #hear(message) {
    if (message.kind === "lead" && !document.hidden) this.#channel.postMessage(this.#mine());
    else if (this.#release) this.#serve(message);
    else if (document.hidden) return;
    else if (message.kind === "frame") this.#hand("frame", message.frame);
    else if (message.kind === "state") this.#hand("state", message.state);
    else if (message.kind === "gone") this.#hand("gone", message.code);
  }

  #serve(message) {
    if (message.kind === "try") this.tryNow();
    else if (message.kind === "bye") {
      this.#wanted.delete(message.tab);
      this.#subscribe();
    } else if (message.kind === "want") {
      const known = this.#wanted.has(message.tab);
      this.#want(message);
      if (!known && this.#snapshot) this.#repeat(this.#snapshot);
      for (const id of message.campaigns) {
        if (this.#rows.has(id)) this.#repeat(this.#rows.get(id));
      }
      if (this.#told) this.#channel.postMessage({ kind: "state", state: JSON.parse(this.#told) });
    }
  }

  #want({ tab, campaigns }) {
    this.#wanted.set(tab, new Set(campaigns));
    if (this.#release) this.#subscribe();
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
    if (frame.type === "error") {
      this.#log("live.refused", { code: frame.data?.code }, "warn");
      return;
    }
    if (!this.#open) {
      this.#open = true;
      this.#failures = 0;
      this.#http = null;
      this.#subscribed.clear();
      this.#log("live.open");
      this.#subscribe();
    }
    this.#take(frame);
    this.#poll();
    this.#tell();
  }

  #ping() {
    this.#socket.send(JSON.stringify({ type: "ping" }));
    this.#timers.silence = setTimeout(() => this.#fail("silent"), PATIENCE);
  }

  #fail(code) {
    this.#drop();
    if (code === SIGNED_OUT || code === NO_MEMBER) return this.#gone(code);
    this.#failures += 1;
    const wait = Math.min(2 ** (this.#failures - 1), CAP) * 1000 * (1 + Math.random() / 5);
    this.#retryAt = Date.now() + wait;
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
    this.#log("live.closed", { code, failures: this.#failures, retryInMs: Math.round(wait) }, "warn");
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
    clearTimeout(this.#timers.poll);
    this.#timers.poll = null;
    this.#retryAt = null;
  }

  #gone(code) {
    this.#stop();
    this.#log("live.ended", { code }, "warn");
    this.#channel.postMessage({ kind: "gone", code });
    this.#hand("gone", code);
  }

  #subscribe() {
    if (!this.#open) return;
    const all = new Set();
    for (const ids of this.#wanted.values()) for (const id of ids) all.add(id);
    const news = [...all].filter((id) => !this.#subscribed.has(id));
    const olds = [...this.#subscribed].filter((id) => !all.has(id));
    this.#send("unsubscribe", olds);
    this.#send("subscribe", news);
    for (const id of olds) this.#rows.delete(id);
    this.#subscribed = all;
  }

  #send(type, ids) {
    for (let from = 0; from < ids.length; from += BATCH) {
      const campaigns = ids.slice(from, from + BATCH);
      this.#socket.send(JSON.stringify({ type, campaigns }));
    }
  }

  // Without the socket

  /** Polls where the socket does not carry; stops where it does. */
  #poll() {
    const needed = this.#open ? this.#realtime === "error" : this.#failures >= 3;
    if (!needed) {
      clearTimeout(this.#timers.poll);
      this.#timers.poll = null;
    } else if (!this.#timers.poll) {
      this.#log("live.polling", { everySeconds: POLL }, "warn");
      this.#ask();
    }
  }

  async #ask() {
    this.#timers.poll = setTimeout(() => this.#ask(), POLL * 1000);
    const turn = this.#timers.poll;
    const ids = [...new Set([...this.#wanted.values()].flatMap((set) => [...set]))];
    const query = ids.length ? `?campaigns=${ids.slice(0, BATCH).join()}` : "";
    let body;
    try {
      const answer = await fetch(this.#options.health + query, {
        headers: { Accept: "application/json" },
        cache: "no-cache",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (this.#timers.poll !== turn) return;
      if (answer.status === 401) return this.#gone(SIGNED_OUT);
      if (answer.status === 404) return this.#gone(NO_MEMBER);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      body = await answer.json();
    } catch (error) {
      if (this.#timers.poll !== turn) return;
      if (this.#http !== false) this.#log("live.poll_failed", { error: String(error) }, "warn");
      this.#http = false;
      this.#tell();
      return;
    }
    this.#http = true;
    const { states = [], ...data } = body;
    this.#take({ type: "snapshot", version: data.stateVersion, data });
    for (const row of states) {
      this.#take({ type: "campaign.changed", subject: row.id, version: row.stateVersion, data: row });
    }
    this.#poll();
    this.#tell();
  }

  // What the page and the other tabs learn

  #take(frame) {
    if (frame.type === "snapshot" || frame.type === "health.changed") {
      this.#snapshot = { ...frame, type: "snapshot" };
      this.#realtime = frame.data.connections?.realtime ?? "ok";
    }
    if (frame.type === "campaign.changed") this.#rows.set(frame.subject, frame);
    if (frame.type === "campaign.removed") this.#rows.delete(frame.subject);
    this.#hand("frame", frame);
    this.#repeat(frame);
  }

  #repeat(frame) {
    this.#channel.postMessage({ kind: "frame", frame });
  }

  #tell() {
    if (!this.#release && navigator.onLine) return;
    if (!navigator.onLine) this.#enter("offline");
    else if (this.#open) this.#enter(this.#realtime === "error" ? "degraded" : "live");
    else if (this.#http) this.#enter("polling");
    else if (this.#retryAt) this.#enter("reconnecting");
    else this.#enter(this.#failures ? "retrying" : "connecting");
  }

  #enter(name) {
    const state = { name, retryAt: this.#retryAt, every: POLL, server: this.#http };
    const told = JSON.stringify(state);
    if (told === this.#told) return;
    this.#told = told;
    this.#hand("state", state);
    if (this.#release) this.#channel.postMessage({ kind: "state", state });
  }

  #hand(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #log(event, more = {}, level = "info") {
    const { workspaceId } = this.#options;
    console[level](JSON.stringify({ event, workspaceId, at: new Date().toISOString(), ...more }));
  }
}
