/**
 * Reads the headers `RateLimit` and `RateLimit-Policy` of the draft for a standard, which are lists of structured fields
 * (RFC 9651), and `RateLimit` of its earlier versions: `limit=100, remaining=50, reset=5`.
 */
import type { ReportedLimit } from "./header_families.ts";
import { MAX_RESET_MS } from "./told_time.ts";

/** One limit with its unit. */
type PolicyLimit = ReportedLimit & { unit: "requests" | "tokens" };

/** One member of a list: a name with parameters. */
interface Member {
  name: string;
  params: ReadonlyMap<string, string>;
}

/** What a limit counts besides requests and tokens. */
const OTHER_UNITS = /bytes|concurrent/;

const MAX_LENGTH = 2000;

/** The limits of which both headers tell all that is needed. */
export function policyLimits(headers: Readonly<Record<string, string>>): PolicyLimit[] {
  const text = headers.ratelimit;
  if (text === undefined) return [];
  const states = members(text);
  const policies = members(headers["ratelimit-policy"] ?? "");
  const found = [earlierVersion(states), ...states.map((state) => limitOf(state, policies))];
  return found.filter((limit) => limit !== null);
}

/** `"default";r=50;t=30` with `"default";q=100;w=60`: times are seconds. */
function limitOf({ name, params }: Member, policies: readonly Member[]): PolicyLimit | null {
  const policy = policies.find((each) => each.name === name)?.params;
  const unit = unitOf(name, policy?.get("qu") ?? "requests");
  return unit && limitWith(unit, policy?.get("q") ?? params.get("q"), params.get("r"), params.get("t"));
}

function earlierVersion(states: readonly Member[]): PolicyLimit | null {
  const values = new Map(states.map(({ name }) => name.split("=", 2) as [string, string]));
  return limitWith("requests", values.get("limit"), values.get("remaining"), values.get("reset"));
}

function unitOf(name: string, quota_unit: string): PolicyLimit["unit"] | null {
  if (OTHER_UNITS.test(quota_unit)) return null;
  return /token/i.test(`${name} ${quota_unit}`) ? "tokens" : "requests";
}

function limitWith(unit: PolicyLimit["unit"], ...texts: (string | undefined)[]): PolicyLimit | null {
  const [limit, remaining, reset] = texts.map(whole);
  if (!limit || remaining === null) return null;
  const reset_ms = reset === null || reset * 1000 > MAX_RESET_MS ? null : reset * 1000;
  return { unit, limit, remaining, reset_ms };
}

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function members(text: string): Member[] {
  if (text.length > MAX_LENGTH) return [];
  return (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((member) => {
    const [name, ...params] = (member.match(/(?:"[^"]*"|[^;"])+/g) ?? []).map((part) => part.trim());
    return { name: unquoted(name ?? ""), params: new Map(params.map(param)) };
  });
}

function param(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at).trim(), unquoted(text.slice(at + 1).trim())];
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
