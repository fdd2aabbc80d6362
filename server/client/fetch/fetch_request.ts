/** Reads the arguments of `fetch`, in each form that they may have. */
import { deploymentOf } from "../../attempts/request/azure_deployment.ts";
import { formFacts } from "../../attempts/request/form_facts.ts";
import { type RequestFacts, requestFacts } from "../../attempts/request/request_facts.ts";
import { bodyBytes, bytesFacts } from "./request_bytes.ts";

/** Where the SDK exchanges a workload's identity for a token, which is not a call of the API. */
const TOKEN_EXCHANGE = "https://auth.openai.com/oauth/";

/** Whether a request goes to the API. The SDK also fetches `data:,` to test its fetch, and tokens. */
export function isApiCall(input: RequestInfo | URL): boolean {
  const url = urlOf(input);
  return url.startsWith("http") && !url.startsWith(TOKEN_EXCHANGE);
}

/** Facts of a request; a promise only if its body is not a text. */
export function fetchFacts(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  base_path: string,
): RequestFacts | Promise<RequestFacts> {
  const { pathname } = parsed(urlOf(input));
  const path = pathname.startsWith(`${base_path}/`) ? pathname.slice(base_path.length + 1) : pathname.slice(1);
  if (typeof init?.body === "string") return withDeployment(requestFacts(path, init.body), pathname);
  return readFacts(input, init, path).then((facts) => withDeployment(facts, pathname));
}

async function readFacts(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  path: string,
): Promise<RequestFacts> {
  const encoding = headersOf(input, init).get("content-encoding");
  const bytes = await bodyBytes(requestOf(input), init?.body, encoding !== null);
  if (bytes === null) {
    const facts = requestFacts(path, null);
    return init?.body instanceof FormData ? Object.assign(facts, formFacts(init.body)) : facts;
  }
  // The body of a Request object is replaced as a text is.
  if (init?.body == null && !encoding) return requestFacts(path, new TextDecoder().decode(bytes));
  return await bytesFacts(path, bytes, encoding);
}

function withDeployment(facts: RequestFacts, pathname: string): RequestFacts {
  facts.model ??= deploymentOf(pathname);
  return facts;
}

/** The address of a request. */
export function urlOf(input: RequestInfo | URL): string {
  return typeof input === "string" ? input : requestOf(input)?.url ?? String(input);
}

/** The Request object of the runtime, or of another fetch; `null` for an address. */
function requestOf(input: RequestInfo | URL): Request | null {
  return typeof input === "object" && typeof (input as Request).url === "string" ? input as Request : null;
}

/** The method of a request. */
export function methodOf(input: RequestInfo | URL, init: RequestInit | undefined): string {
  return init?.method ?? requestOf(input)?.method ?? "GET";
}

/** The signal by which the caller aborts a request: that of `init` replaces that of a Request object. */
export function signalOf(input: RequestInfo | URL, init: RequestInit | undefined): AbortSignal | null {
  return init?.signal ?? requestOf(input)?.signal ?? null;
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
  return init?.headers ?? requestOf(input)?.headers;
}

/** The number of the SDK's retry, 0 for a first attempt; `null` if the header is missing or not valid. */
export function retryCount(headers: Headers): number | null {
  const value = headers.get("x-stainless-retry-count");
  const count = Number(value ?? NaN);
  return Number.isInteger(count) && count >= 0 && count < 1000 ? count : null;
}
