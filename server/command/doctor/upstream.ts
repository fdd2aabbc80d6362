/** Checks whether the upstream answers, and this machine's clock by its answer. The request spends nothing. */
import type { Config } from "../../config/config.ts";
import { reasonOf } from "../reason.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** An HTTP request, through the proxy of the settings if there is one. */
export type Send = (url: string, init: RequestInit, proxy: string | null) => Promise<Response>;

type Settings = Pick<Config, "upstream_url" | "upstream_key" | "upstream_proxy" | "timezone">;

/** The machine's own time. */
export interface Time {
  now(): number;
  /** Its IANA zone. */
  zone: string;
}

const TIMEOUT_MS = 10_000;

/** The `Date` header has whole seconds and is older by the way of the answer. */
const SKEW_MS = 5_000;

export async function checkUpstream(settings: Settings, send: Send, time: Time): Promise<Finding[]> {
  const { upstream_url, upstream_key, upstream_proxy } = settings;
  const url = `${upstream_url}/models`;
  const headers: HeadersInit = upstream_key === null ? {} : { authorization: `Bearer ${upstream_key}` };
  const sent_at = time.now();
  try {
    const init = { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    const response = await send(url, init, upstream_proxy);
    const received_at = time.now();
    const code = await errorCodeOf(response);
    const date = Date.parse(response.headers.get("date") ?? "");
    return [
      answerFinding(settings, response.status, code),
      clockFinding(date, sent_at, received_at),
      dayFinding(settings, time),
    ];
  } catch (error) {
    const through = upstream_proxy === null ? "" : ` through the proxy ${new URL(upstream_proxy).origin}`;
    const remedy = "Check QUOTA_UPSTREAM_URL, the network, and HTTPS_PROXY if only a proxy leads outside";
    return [fail("upstream", `cannot reach ${url}${through}: ${reasonOf(error)}`, remedy), dayFinding(settings, time)];
  }
}

/** A status of the upstream, and what it means for the service. */
function answerFinding({ upstream_url, upstream_key }: Settings, status: number, code: string | null): Finding {
  const answer = `${upstream_url} answered ${status}${code === null ? "" : ` ${code}`}`;
  if (status === 200) {
    const whose = upstream_key === null ? "it needs no key" : "it accepts OPENAI_API_KEY";
    return ok("upstream", `${upstream_url} answers; ${whose}`);
  }
  if (status === 401 && upstream_key === null) {
    return ok(
      "upstream",
      `${upstream_url} answers 401 to a request without a key, as it should: callers send their own`,
    );
  }
  if (status === 401) {
    return fail("upstream", `${answer}: it refuses OPENAI_API_KEY`, "Set OPENAI_API_KEY to a valid key");
  }
  if (status === 403 && upstream_key !== null) {
    return warn("upstream", `${answer}: the key may not list models`, "Nothing, if the key is meant to be restricted");
  }
  if (status === 429) {
    return warn("upstream", `${answer}: it accepts no calls now`, "Check the limits and the credit of the account");
  }
  if (status >= 500) return warn("upstream", `${answer}: it has a fault of its own`, "Try again later");
  return warn(
    "upstream",
    `${answer} to GET /models`,
    "Check the path of QUOTA_UPSTREAM_URL, which usually ends in /v1",
  );
}

function clockFinding(date: number, sent_at: number, received_at: number): Finding {
  if (Number.isNaN(date)) {
    return warn("clock", "the upstream's answer has no date to compare with", "Check that the clock is synchronised");
  }
  // The date was right at some time between the request and the answer, or up to a second before.
  const skew_ms = date + 1000 < sent_at ? date + 1000 - sent_at : Math.max(0, date - received_at);
  if (Math.abs(skew_ms) <= SKEW_MS) return ok("clock", "it agrees with the upstream's");
  const seconds = Math.round(Math.abs(skew_ms) / 1000);
  const text = `this machine's clock is ${seconds} s ${skew_ms < 0 ? "ahead of" : "behind"} the upstream's`;
  return warn("clock", text, "Synchronise the clock, for example with: timedatectl set-ntp true");
}

function dayFinding({ timezone }: Settings, { zone }: Time): Finding {
  const local = zone === timezone ? "" : `; this machine's zone is ${zone}`;
  return ok("clock", `a day begins at midnight in ${timezone} (QUOTA_TIMEZONE)${local}`);
}

async function errorCodeOf(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  const code = (body as { error?: { code?: unknown } } | null)?.error?.code;
  return typeof code === "string" && /^[\w.-]{1,60}$/.test(code) ? code : null;
}
