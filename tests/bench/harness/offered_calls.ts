/** Sends calls to a gateway at a fixed rate, whether or not earlier ones are answered, up to a bound. */

export interface OfferedCalls {
  /** From sending until the answer is read, one for each call. */
  times_ms: number[];
  failed: number;
  /** Stops, and waits for the answers that are missing. */
  stop(): Promise<void>;
}

const TICK_MS = 2;

/** Calls without an answer. More would need connections that a machine cannot open in time. */
const MAX_PENDING = 400;

export function offerCalls(url: string, body: string, per_second: number): OfferedCalls {
  const pending = new Set<Promise<void>>();
  const calls: OfferedCalls = { times_ms: [], failed: 0, stop };
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = (performance.now() - started) * per_second / 1000;
    for (; sent < due && pending.size < MAX_PENDING; sent++) {
      const call = send().catch(() => void calls.failed++).finally(() => pending.delete(call));
      pending.add(call);
    }
  }, TICK_MS);

  async function send(): Promise<void> {
    const start = performance.now();
    const response = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The gateway answered ${response.status}`);
    calls.times_ms.push(performance.now() - start);
  }

  async function stop(): Promise<void> {
    clearInterval(timer);
    await Promise.all(pending);
  }

  return calls;
}
