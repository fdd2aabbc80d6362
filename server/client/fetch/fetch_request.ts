/** Reads the arguments of `fetch`, in each form that they may have. */
import { deploymentOf } from "../../attempts/request/azure_deployment.ts";
import { formFacts } from "../../attempts/request/form_facts.ts";
import { type RequestFacts, requestFacts } from "../../attempts/request/request_facts.ts";

/** Where the SDK exchanges a workload's identity for a token, which is not a call of the API. */
const TOKEN_EXCHANGE = "https://auth.openai.com/oauth/";

/** Whether a request goes to the API. The SDK also fetches `data:,` to test its fetch, and tokens. */
export function isApiCall(input: RequestInfo | URL): boolean {
  const url = urlOf(input);
  return url.startsWith("http") && !url.startsWith(TOKEN_EXCHANGE);
}

/** Facts of a request; a promise only if its body has to be read from a Request object. */
export function fetchFacts(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  base_path: string,
): RequestFacts | Promise<RequestFacts> {
  if (typeof init?.body === "string") return factsOf(input, init, base_path, init.body);
  return bodyOf(input, init).then((body) => factsOf(input, init, base_path, body));
}

function factsOf(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  base_path: string,
  body: string | null,
): RequestFacts {
  const { pathname } = parsed(urlOf(input));
  const path = pathname.startsWith(`${base_path}/`) ? pathname.slice(base_path.length + 1) : pathname.slice(1);
  const facts = requestFacts(path, body);
  if (init?.body instanceof FormData) Object.assign(facts, formFacts(init.body));
  facts.model ??= deploymentOf(pathname);
  return facts;
}

/** The address of a request. */
export function urlOf(input: RequestInfo | URL): string {
  return typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
}

/** The last URL that was parsed: a program often calls one endpoint, and parsing takes a microsecond. */
let last = { url: "", pathname: "", host: "" };

function parsed(url: string): typeof last {
  if (url === last.url) return last;
  const { pathname, host } = new URL(url);
  return last = { url, pathname, host };
}

/** The host that a request goes to, with a port that is not the scheme's own. */
export function hostOf(url: string): string {
  return parsed(url).host;
}

/** The JSON of a Request object. */
async function bodyOf(input: RequestInfo | URL, init: RequestInit | undefined): Promise<string | null> {
  if (!(input instanceof Request) || init?.body != null) return null;
  return input.headers.get("content-type")?.includes("json") ? await input.clone().text() : null;
}

/** Headers that cover the body by a digest or a signature. */
const SIGNATURES = ["content-md5", "content-digest", "repr-digest", "digest", "signature", "x-amz-content-sha256"];

/** Whether the request's headers cover its body, as AWS's signatures do, which the SDK adds for Bedrock. */
export function isSigned(input: RequestInfo | URL, init: RequestInit | undefined): boolean {
  const headers = headersOf(input, init);
  return headers.get("authorization")?.startsWith("AWS4-") || SIGNATURES.some((name) => headers.has(name));
}

/** The headers as `Headers`. */
export function headersOf(input: RequestInfo | URL, init: RequestInit | undefined): Headers {
  const given = givenHeaders(input, init);
  return given instanceof Headers ? given : new Headers(given);
}

/** The headers that are sent: those of `init` replace those of a Request object. */
export function givenHeaders(input: RequestInfo | URL, init: RequestInit | undefined): HeadersInit | undefined {
  return init?.headers ?? (input instanceof Request ? input.headers : undefined);
}

/** The number of the SDK's retry, 0 for a first attempt; `null` if the header is missing or not valid. */
export function retryCount(headers: Headers): number | null {
  const value = headers.get("x-stainless-retry-count");
  const count = Number(value ?? NaN);
  return Number.isInteger(count) && count >= 0 && count < 1000 ? count : null;
}

/** The method of a request, as it was given. */
export function methodOf(input: RequestInfo | URL, init: RequestInit | undefined): string {
  return init?.method ?? (input instanceof Request ? input.method : "GET");
}
