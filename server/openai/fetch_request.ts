/** What a fetch is asked to send, in whatever form it is asked. */
import { deploymentIn } from "./deployment.ts";
import { formFacts } from "./form_facts.ts";
import { type RequestFacts, requestFacts } from "./request_facts.ts";

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

export async function factsOf(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  base_path: string,
): Promise<RequestFacts> {
  const { pathname } = new URL(urlOf(input));
  const path = pathname.startsWith(`${base_path}/`) ? pathname.slice(base_path.length + 1) : pathname.slice(1);
  const facts = requestFacts(path, typeof init?.body === "string" ? init.body : await bodyOf(input, init));
  if (init?.body instanceof FormData) Object.assign(facts, formFacts(init.body));
  facts.model ??= deploymentIn(pathname);
  // What is signed with its body must stay as it is; its usage is estimated.
  if (facts.hides_usage && isSigned(init?.headers)) return { ...facts, hides_usage: false };
  return facts;
}

/** The JSON of a Request object, which hides its body from a look. */
async function bodyOf(input: RequestInfo | URL, init: RequestInit | undefined): Promise<string | null> {
  if (!(input instanceof Request) || init?.body != null) return null;
  return input.headers.get("content-type")?.includes("json") ? await input.clone().text() : null;
}

/** AWS's signatures, which the SDK makes for Bedrock, cover the body. */
function isSigned(headers: HeadersInit | undefined): boolean {
  return new Headers(headers).get("authorization")?.startsWith("AWS4-") ?? false;
}

export function retryCount(headers: HeadersInit | undefined): number {
  if (!headers) return 0;
  const said = headers instanceof Headers ? headers : new Headers(headers);
  const count = Number(said.get("x-stainless-retry-count") ?? "0");
  return Number.isInteger(count) && count >= 0 && count < 1000 ? count : 0;
}
