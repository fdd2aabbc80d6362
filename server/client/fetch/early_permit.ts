/**
 * Asks for a permit before the SDK sends, and keeps it for the fetch that follows: the SDK's `timeout` begins when it calls
 * its fetch, and must not include the time that the service or a full minute takes.
 */
import type { IndexedMember } from "../../core/indexed_set.ts";
import { isRefusal } from "../../attempts/recorder.ts";
import { CollectedWatch } from "./collected_watch.ts";
import { headersOf } from "./fetch_request.ts";
import type { Decided } from "./permit.ts";

/** Property of a request of an SDK client: what the recorder has decided. */
const EARLY = Symbol("early permit");

type EarlyInit = RequestInit & { [EARLY]?: EarlyPermit };

/** The part of an early permit that outlives its request. */
interface Kept {
  decided: Decided | null;
}

class EarlyPermit implements IndexedMember {
  index = -1;
  readonly kept: Kept;
  readonly #url: string;
  readonly #body: BodyInit | null | undefined;
  readonly #key: string;

  constructor(url: string, { body }: RequestInit, key: string, decided: Decided) {
    this.#url = url;
    this.#body = body;
    this.#key = key;
    this.kept = { decided };
    unused.watch(this);
  }

  /** Whether the permit is for this request. Another hook of the client may have changed it. */
  isFor(url: unknown, init: RequestInit): boolean {
    return url === this.#url && init.body === this.#body && keyOf(init) === this.#key;
  }

  take(): Decided | null {
    unused.unwatch(this);
    const { decided } = this.kept;
    this.kept.decided = null;
    return decided;
  }
}

/** The SDK may give a request up before it calls its fetch: for example without an access token. */
const unused = new CollectedWatch<EarlyPermit, Kept>(({ kept }) => kept, ({ decided }) => decided && release(decided));

/**
 * Asks for the permit of a request, and stores the answer in it. A caller who aborts does not wait for the answer. An error
 * of the recorder is not stored: then the fetch asks again, and reports it. So it does if the SDK adds the key later, because
 * limits belong to a key.
 */
export async function askEarly(
  url: string,
  init: EarlyInit,
  ask: () => Decided | Promise<Decided> | null,
): Promise<void> {
  const key = keyOf(init);
  if (init.signal?.aborted || KEY_COMES_LATER.has(key)) return;
  const asked = ask();
  if (asked === null) return;
  const decided = asked instanceof Promise ? await unlessAborted(asked, init.signal) : asked;
  if (decided) init[EARLY] = new EarlyPermit(url, init, key, decided);
}

/** The stored answer, which is taken out; `null` if there is none for this request. */
export function takeEarly(input: RequestInfo | URL, init: EarlyInit | undefined): Decided | null {
  const early = init?.[EARLY];
  const decided = early?.take() ?? null;
  if (!decided || early!.isFor(input, init!)) return decided;
  release(decided);
  return null;
}

/** Without a key, and with the SDK's placeholder for a token that it has not yet. */
const KEY_COMES_LATER = new Set(["", "Bearer workload-identity-auth"]);

function keyOf(init: RequestInit): string {
  const headers = headersOf("", init);
  return headers.get("authorization") ?? headers.get("api-key") ?? "";
}

function release({ decision }: Decided): void {
  if (!isRefusal(decision)) decision.release(null);
}

/** The answer; `null` if the caller aborts before it, or it fails. A permit that arrives later is released. */
function unlessAborted(asked: Promise<Decided>, signal: AbortSignal | null | undefined): Promise<Decided | null> {
  const answer = asked.catch(() => null);
  if (!signal) return answer;
  return new Promise((resolve) => {
    const left = () => {
      resolve(null);
      answer.then((decided) => decided && release(decided));
    };
    signal.addEventListener("abort", left, { once: true });
    answer.then((decided) => {
      signal.removeEventListener("abort", left);
      resolve(decided);
    });
  });
}
