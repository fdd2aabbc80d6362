/** Finds requests to OpenAI that are sent without a client. */
import type { LintRule } from "./rule.ts";
import { staticText } from "./static_text.ts";
import { child, children, keyOf, nameOf, type Syntax, unwrapped } from "./syntax.ts";

/** The hosts of OpenAI's API. Regional hosts are subdomains. */
const HOSTS = ["api.openai.com"];

/** Classes whose constructor takes the URL of a request or connection. */
const OPENERS = new Set(["EventSource", "Request", "WebSocket", "WebSocketStream"]);

/** Reports `fetch("https://api.openai.com/…")`, `new WebSocket()` and the like, except in allowed files. */
export const noRawOpenAIFetch: LintRule = {
  name: "no-raw-openai-fetch",
  description: "Disallow raw requests to OpenAI's API, which are not counted",
  message: "This {{how}} sends to {{host}} without a tracked client: " +
    "the call is not counted and can exceed the team's limit unnoticed.",
  hint: 'Use getOpenAIClient(workspace) or QuotaTrackedOpenAI from "{{client}}", ' +
    "or send to the gateway's base URL. " +
    'To exempt a file, add it to the option "allow".',
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

/** The last name of the called function: `fetch` in `fetch()` and in `globalThis.fetch()`. */
function calleeName(call: Syntax): string | null {
  const callee = unwrapped(child(call, "callee"));
  return callee?.type === "MemberExpression" ? keyOf(callee, "property") : nameOf(callee);
}

/** The known beginning of the URL that a call sends to. */
function addressOf([first, base]: Syntax[]): string {
  const target = unwrapped(first ?? null);
  const isUrl = target?.type === "NewExpression" && calleeName(target) === "URL";
  if (isUrl) return addressOf(children(target, "arguments"));
  const { text } = staticText(target);
  return base && hostOf(text) === null ? staticText(base).text : text;
}

/** The host of a URL of which the end may be unknown. */
function hostOf(address: string): string | null {
  const [, host] = /^\s*(?:https?:|wss?:)?\/\/(?:[^/?#@]*@)?([^/?#:@\\\s]+)/i.exec(address) ?? [];
  return host?.toLowerCase().replace(/\.$/, "") ?? null;
}
