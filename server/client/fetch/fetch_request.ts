/** What a fetch is asked to send, in whatever form it is asked. */
import { deploymentIn } from "../../attempts/request/deployment.ts";
import { formFacts } from "../../attempts/request/form_facts.ts";
import { type RequestFacts, requestFacts } from "../../attempts/request/request_facts.ts";

function urlOf(input: RequestInfo | URL): string {
  return typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
}

/** The SDK asks its fetch for `data:,` to see what it can do, which goes nowhere, and for tokens. */
export function isHttp(input: RequestInfo | URL): boolean {
  const url = urlOf(input);
  return url.startsWith("http") && !url.startsWith(TOKEN_EXCHANGE);
}

/** Where the SDK gets a workload's token: no call of the API's. */
const TOKEN_EXCHANGE = "https://auth.openai.com/oauth/";

/** What must be known of a request: at once, but for one that hides its body from a look. */
export function factsOf(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  base_path: string,
): RequestFacts | Promise<RequestFacts> {
  if (typeof init?.body === "string") return facts(input, init, base_path, init.body);
  return bodyOf(input, init).then((body) => facts(input, init, base_path, body));
}

function facts(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  base_path: string,
  body: string | null,
): RequestFacts {
  const pathname = pathOf(urlOf(input));
  const path = pathname.startsWith(`${base_path}/`) ? pathname.slice(base_path.length + 1) : pathname.slice(1);
  const facts = requestFacts(path, body);
  if (init?.body instanceof FormData) Object.assign(facts, formFacts(init.body));
  facts.model ??= deploymentIn(pathname);
  // What is signed with its body must stay as it is; its usage is estimated.
  if (facts.hides_usage && isSigned(init?.headers)) return { ...facts, hides_usage: false };
  return facts;
}

/** The last one read: a program asks the same endpoint over and over, and to read a URL costs a microsecond. */
let last = { url: "", pathname: "" };

function pathOf(url: string): string {
  if (url !== last.url) last = { url, pathname: new URL(url).pathname };
  return last.pathname;
}

/** The JSON of a Request object. */
async function bodyOf(input: RequestInfo | URL, init: RequestInit | undefined): Promise<string | null> {
  if (!(input instanceof Request) || init?.body != null) return null;
  return input.headers.get("content-type")?.includes("json") ? await input.clone().text() : null;
}

/** AWS's signatures, which the SDK makes for Bedrock, cover the body. */
function isSigned(headers: HeadersInit | undefined): boolean {
  return new Headers(headers).get("authorization")?.startsWith("AWS4-") ?? false;
}

/** How many attempts of its call went before, as the SDK's header says; `null` where it says nothing. */
export function retryCount(headers: HeadersInit | undefined): number | null {
  if (!headers) return null;
  const said = (headers instanceof Headers ? headers : new Headers(headers)).get("x-stainless-retry-count");
  const count = Number(said ?? NaN);
  return Number.isInteger(count) && count >= 0 && count < 1000 ? count : null;
}
