/** Finds requests to OpenAI that go past every client. */
import type { LintRule } from "./rule.ts";
import { staticText } from "./static_text.ts";
import { child, children, keyOf, nameOf, type Syntax, unwrapped } from "./syntax.ts";

/** OpenAI's API; its regions are subdomains. */
const HOSTS = ["api.openai.com"];

/** What opens a connection by `new`. */
const OPENERS = new Set(["EventSource", "Request", "WebSocket", "WebSocketStream"]);

/** Reports `fetch("https://api.openai.com/…")` and its kin, outside the files that may. */
export const noRawOpenAIFetch: LintRule = {
  name: "no-raw-openai-fetch",
  description: "Disallow raw requests to OpenAI's API, which are not counted",
  message: "This {{how}} sends to {{host}} past every client: " +
    "the call is not counted and can take the team over its limit unseen.",
  hint: 'Send it with getOpenAIClient(workspace), or QuotaTrackedOpenAI, of "{{client}}", ' +
    "or through the gateway by its base URL. " +
    'A file that may send by itself belongs in the option "allow".',
  options: ["allow", "hosts", "client"],
  visitor({ hosts = [] }, report) {
    const watched = [...HOSTS, ...hosts.map((host) => host.toLowerCase())];
    const look = (node: Syntax, how: string | null) => {
      const host = how === null ? null : hostOf(addressOf(children(node, "arguments")));
      const isWatched = watched.some((name) => host === name || host?.endsWith(`.${name}`));
      if (how !== null && host !== null && isWatched) report({ node, data: { how, host } });
    };
    return {
      CallExpression: (node) => look(node, calleeName(node) === "fetch" ? "fetch()" : null),
      NewExpression: (node) => {
        const name = calleeName(node);
        look(node, name !== null && OPENERS.has(name) ? `new ${name}()` : null);
      },
    };
  },
};

/** The last name of what is called: `fetch`, `globalThis.fetch`. */
function calleeName(call: Syntax): string | null {
  const callee = unwrapped(child(call, "callee"));
  return callee?.type === "MemberExpression" ? keyOf(callee, "property") : nameOf(callee);
}

/** The known beginning of the address that is sent to. */
function addressOf([first, base]: Syntax[]): string {
  const target = unwrapped(first ?? null);
  const isUrl = target?.type === "NewExpression" && calleeName(target) === "URL";
  if (isUrl) return addressOf(children(target, "arguments"));
  const { text } = staticText(target);
  return base && hostOf(text) === null ? staticText(base).text : text;
}

/** The host of an address that may go on in ways unknown. */
function hostOf(address: string): string | null {
  const [, host] = /^\s*(?:https?:|wss?:)?\/\/(?:[^/?#@]*@)?([^/?#:@\\\s]+)/i.exec(address) ?? [];
  return host?.toLowerCase().replace(/\.$/, "") ?? null;
}
