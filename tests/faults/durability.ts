/** Kills the real service under load, and compares its ledger with the answers that its callers had received. */
import { DatabaseSync } from "node:sqlite";
import { startService } from "../support/service.ts";
import { startUpstream } from "../support/upstream.ts";

const CALLERS = 24;
const HELLO = { model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] };

/** The outcome of one kill. */
export interface Kill {
  /** Complete answers. */
  answers: number;
  /** Of them, those that have no row. */
  lost: number;
  /** The age of the oldest of those at the kill, in milliseconds; 0 without any. */
  oldest_ms: number;
  /** The longest time for which the machine did not let this process run, or let the service answer nothing. */
  stall_ms: number;
}

const TICK_MS = 5;

/** Watches for how long this process does not run, until the returned function is called. */
function watchStalls(): () => number {
  let last = performance.now(), longest = 0;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - TICK_MS);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  return () => {
    clearInterval(timer);
    tick();
    return Math.max(0, longest);
  };
}

/**
 * Asks the service whether it lives, again and again: while a busy machine keeps it from answering, it cannot write rows. In
 * the first moments of a process this can take as long as the bound.
 *
 * @returns a function that ends this and tells the longest time.
 */
async function watchLife(url: string): Promise<() => number> {
  const answer = () => fetch(`${url}/livez`).then((response) => response.body?.cancel());
  // The first one loads code.
  await answer();
  let isOver = false, asked_at = performance.now(), longest = 0;
  const ask = async () => {
    while (!isOver) {
      asked_at = performance.now();
      await answer();
      longest = Math.max(longest, performance.now() - asked_at);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  };
  // The kill ends it too.
  ask().catch(() => {});
  return () => {
    isOver = true;
    return Math.max(longest, performance.now() - asked_at - TICK_MS);
  };
}

/**
 * Kills a service with SIGKILL.
 *
 * @param enough answers before the kill.
 * @param env more settings.
 */
export async function killUnderLoad(enough: number, env: Record<string, string> = {}): Promise<Kill> {
  const upstream = await startUpstream();
  const limits = { OPENAI_RATE_LIMIT_PER_MINUTE: "1000000", OPENAI_TOKEN_LIMIT_PER_MINUTE: "1000000000" };
  const more = { OPENAI_RATE_LIMIT_PER_DAY: "1000000", ...env };
  const service = await startService({ upstream: upstream.url, env: { ...limits, ...more } });
  try {
    const [stalls, waits] = [watchStalls(), await watchLife(service.url)];
    const answered = new Map<string, number>();
    const { promise: loaded, resolve } = Promise.withResolvers<void>();
    const callers = Array.from({ length: CALLERS }, async (_, caller) => {
      for (let call = 0;; call++) {
        const id = `call-${caller}-${call}`;
        if (!await isAnswered(service.gateway("acme"), id, call % 2 === 1)) return;
        answered.set(id, performance.now());
        if (answered.size === enough) resolve();
      }
    });
    await loaded;
    const killed_at = performance.now();
    const stall_ms = Math.max(stalls(), waits());
    await service.stop("SIGKILL");
    await Promise.all(callers);
    const rows = callIds(`${service.dataFolder}/quota.db`);
    // A part of the answers came between the kill and the end of the process.
    const lost = [...answered].filter(([id]) => !rows.has(id)).map(([, at]) => killed_at - at);
    return { answers: answered.size, lost: lost.length, oldest_ms: Math.max(0, ...lost), stall_ms };
  } finally {
    await service.close();
    await upstream.close();
  }
}

/** Whether a call is answered completely; not if the service is gone. */
async function isAnswered(gateway: string, id: string, stream: boolean): Promise<boolean> {
  const headers = { "content-type": "application/json", authorization: "Bearer sk-caller", "x-quota-call-id": id };
  try {
    const body = JSON.stringify({ ...HELLO, stream });
    const response = await fetch(`${gateway}/chat/completions`, { method: "POST", headers, body });
    const text = await response.text();
    return response.ok && (stream ? text.includes("[DONE]") : text.includes("usage"));
  } catch {
    return false;
  }
}

function callIds(path: string): Set<string> {
  const db = new DatabaseSync(path);
  try {
    return new Set(db.prepare("SELECT call_id FROM attempts").all().map(({ call_id }) => String(call_id)));
  } finally {
    db.close();
  }
}

if (import.meta.main) {
  const [kills = "30", durability = "bounded"] = Deno.args;
  const found: Kill[] = [];
  for (let kill = 0; kill < Number(kills); kill++) {
    found.push(await killUnderLoad(400 + kill * 37 % 300, { QUOTA_DURABILITY: durability }));
    const { answers, lost, oldest_ms, stall_ms } = found[kill];
    console.log(
      `kill ${kill + 1}: ${answers} answers, ${lost} without a row, the oldest ${oldest_ms.toFixed(1)} ms old; ` +
        `the service answered nothing for ${stall_ms.toFixed(1)} ms`,
    );
  }
  const worst = Math.max(...found.map(({ oldest_ms }) => oldest_ms));
  console.log(`${durability}: at most ${worst.toFixed(1)} ms old over ${found.length} kills`);
}
