/** No text that the element or the hook can say is missing from the package's files of words. */
import { h, type VNode } from "preact";
import type { Fault } from "../../extension/connection/answer.ts";
import { describeForPage } from "../../extension/monitor/describe_for_page.ts";
import { explainNoSocket } from "../../extension/monitor/requests.ts";
import { describeNotice } from "../../extension/notices/describe_notice.ts";
import { readingsOf } from "../../extension/notices/readings.ts";
import { Panel } from "../../extension/widget/Panel.tsx";
import { Announcement } from "../../shared/ui/status/StatusNotice.tsx";
import { say, type Words } from "../../shared/words/say.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { catalogLanguages, readCatalog } from "../../tools/lib/words.mjs";
import { buildElement, buildHook } from "../../tools/pack/monitor_code.mjs";
import { wordsBeside } from "../../tools/pack/monitor_words.mjs";
import { AT, FIXTURES } from "../gallery/fixtures.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { rendered } from "../support/rendered.ts";
import { speaking } from "../support/speaking.ts";

const TARGET = { server_url: "https://quota.acme.dev", workspace_id: "acme", key: null };

const FAULTS: Fault[] = [
  "no_network",
  "timed_out",
  "no_answer",
  "no_secure_answer",
  "service_down",
  "redirected",
  "login_first",
  "other_server",
  "other_workspace",
  "workspace_closed",
  "key_missing",
  "key_refused",
  "key_expired",
  "key_locked",
  "extension_outdated",
  "service_outdated",
  "problem",
];

const TICKETS: (() => Promise<Response>)[] = [
  () => Promise.resolve(Response.json({ ticket: "t1" })),
  () => Promise.resolve(Response.json({})),
  () => Promise.resolve(new Response(null, { status: 401 })),
  () => Promise.reject(new TypeError("Failed to fetch")),
];

/** Says everything that the element and the hook can say. */
async function sayEverything(): Promise<void> {
  say("OpenAI quota");
  for (const fault of FAULTS) describeForPage(fault, { target: TARGET, http_status: 404 });
  for (const ticket of TICKETS) {
    await explainNoSocket(TARGET, "https://chat.acme.dev/ticket", new AbortController().signal, () => {}, ticket);
  }
  for (const view of Object.values(FIXTURES)) {
    for (const now of [AT, AT + 61_000, AT + 90_000_000]) {
      // The element has no budgets.
      const shown = { ...view, status: view.status && { ...view.status, budgets: undefined } };
      rendered(h(Panel, { view: shown, now, onRetry() {} }) as VNode);
      rendered(h(Announcement, { view: shown }) as VNode);
    }
    for (const reading of view.status ? readingsOf(view.status) : []) {
      for (const kind of [reading.kind, "recovery"] as const) {
        describeNotice({ kind, key: reading.key, level: 100, reading }, view, AT);
      }
    }
  }
}

Deno.test("no text of the element or the hook is missing from the files of words", async () => {
  const files = wordsBeside([await buildElement(ROOT), await buildHook(ROOT, "react")]);
  assertEquals(Object.keys(files).toSorted(), catalogLanguages().map((language) => `words/${language}.js`).toSorted());
  for (const language of catalogLanguages()) {
    const words: Words = JSON.parse(files[`words/${language}.js`].replace(/^export default |;\n$/g, ""));
    const [asked, missing] = [new Set<string>(), new Set<string>()];
    const watched = new Proxy(words, {
      get(of, text: string) {
        (text in of ? asked : missing).add(text);
        return of[text];
      },
    });
    using _ = speaking(language, watched);
    await sayEverything();
    assertEquals([...missing], [], language);
    assert(asked.size > 100, `only ${asked.size} texts were said`);
    assert(Object.keys(words).length < Object.keys(readCatalog(language)).length / 2, "texts of the extension alone");
  }
});
