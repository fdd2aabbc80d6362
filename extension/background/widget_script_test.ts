import { fake } from "../../tests/support/fake_browser.ts";
import { assertEquals } from "../../tests/support/assert.ts";
import { loadPanel, placeWidget } from "./widget_script.ts";

const CHAT = "http://localhost:3000/chat";
const PATTERN = "http://localhost/*";

function names(): unknown[] {
  return fake.calls.map(([name]) => name);
}

function widgetTest(name: string, test: () => Promise<void>): void {
  Deno.test(name, async () => {
    fake.reset();
    fake.allowed.add(PATTERN);
    await test();
  });
}

widgetTest("the widget replaces its registration, is kept for later sessions and joins open tabs", async () => {
  fake.tabs = [{ id: 4 }, { id: 7 }];
  await placeWidget(CHAT);
  assertEquals(names().slice(0, 2), ["unregisterContentScripts", "registerContentScripts"]);
  const [[script]] = fake.argumentsOf("registerContentScripts") as [Record<string, unknown>[]];
  assertEquals([script.matches, script.persistAcrossSessions, script.allFrames], [[PATTERN], true, false]);
  assertEquals(fake.argumentsOf("unregisterContentScripts"), [{ ids: [script.id] }]);
  const tabs = fake.argumentsOf("executeScript") as { target: { tabId: number } }[];
  assertEquals(tabs.map(({ target }) => target.tabId), [4, 7]);
});

widgetTest("two requests at the same time run one after the other: a script cannot be registered twice", async () => {
  await Promise.all([placeWidget(CHAT), placeWidget(CHAT)]);
  const once = ["unregisterContentScripts", "registerContentScripts", "tabs.query"];
  assertEquals(names(), [...once, ...once]);
});

widgetTest("only loaded tabs of the chat page are asked for", async () => {
  await placeWidget(CHAT);
  assertEquals(fake.argumentsOf("tabs.query"), [{ url: PATTERN, discarded: false }]);
});

widgetTest("a tab that is closed meanwhile, or has no id, does not keep the widget from the others", async () => {
  fake.tabs = [{ id: 4 }, {}, { id: 0 }, { id: 7 }];
  fake.closed_tab = 4;
  await placeWidget(CHAT);
  const tabs = fake.argumentsOf("executeScript") as { target: { tabId: number } }[];
  assertEquals(tabs.map(({ target }) => target.tabId), [4, 0, 7]);
});

for (const page of ["", "https://other.example/", "about:blank"]) {
  widgetTest(`the widget is removed and not placed again for the page "${page}"`, async () => {
    await placeWidget(page);
    assertEquals(names(), ["unregisterContentScripts"]);
  });
}

Deno.test("the panel's script runs in the tab that asks, and nowhere without one", async () => {
  fake.reset();
  assertEquals((await loadPanel(7)).ok, true);
  assertEquals((await loadPanel(undefined)).ok, false);
  assertEquals(fake.argumentsOf("executeScript"), [{ target: { tabId: 7 }, files: ["panel.js"] }]);
});
