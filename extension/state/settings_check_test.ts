import { assertEquals } from "../../tests/support/assert.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { parseSettings, storedSettings, withManaged } from "./settings_check.ts";

const GOOD = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" };

Deno.test("the service's address is kept without its routes, and an unusable one makes the settings invalid", () => {
  const used = (server_url: string) => parseSettings({ ...GOOD, server_url })?.server_url;
  assertEquals(used("https://tools.acme.dev/quota/w/acme/v1"), "https://tools.acme.dev/quota");
  assertEquals(used("my server:8787"), undefined);
});

Deno.test("a workspace id is normalized, and an invalid one makes the settings invalid", () => {
  assertEquals(parseSettings({ ...GOOD, workspace_id: " Acme " })?.workspace_id, "acme");
  assertEquals(parseSettings({ ...GOOD, workspace_id: "../etc" }), null);
});

Deno.test("a workspace in the address replaces the typed one", () => {
  const pasted = (server_url: string) => parseSettings({ ...GOOD, server_url })?.workspace_id;
  assertEquals(pasted("https://tools.acme.dev/quota/w/Blue/v1"), "blue");
  assertEquals(pasted("https://tools.acme.dev/quota/v1"), "acme");
  assertEquals(pasted("https://tools.acme.dev/quota/w/-/v1"), undefined);
});

Deno.test("a chat page is an address or empty", () => {
  const page = (chat_page: string) => parseSettings({ ...GOOD, chat_page })?.chat_page;
  assertEquals([page(" "), page("localhost:3000/chat"), page("chrome://settings")], [
    "",
    "http://localhost:3000/chat",
    undefined,
  ]);
});

Deno.test("invalid stored settings give the defaults", () => {
  assertEquals(storedSettings(GOOD), GOOD);
  for (const bad of [undefined, null, 7, {}, { ...GOOD, server_url: 7 }, { ...GOOD, server_url: "ftp://x" }]) {
    assertEquals(storedSettings(bad), DEFAULT_SETTINGS);
  }
});

const MANAGED: [policy: Record<string, unknown>, settings: object][] = [
  [{}, {}],
  [{ server_url: "quota.acme.dev" }, { server_url: "http://quota.acme.dev" }],
  [{ server_url: "https://quota.acme.dev/w/blue/v1" }, { server_url: "https://quota.acme.dev", workspace_id: "blue" }],
  [{ server_url: "https://quota.acme.dev/w/blue/v1", workspace_id: "Red" }, {
    server_url: "https://quota.acme.dev",
    workspace_id: "red",
  }],
  [{ chat_page: "" }, { chat_page: "" }],
  [{ chat_selector: " #composer " }, { chat_selector: "#composer" }],
  [{ server_url: "my server", workspace_id: 7, chat_page: "mailto:x", key: "qg_read_1" }, {}],
];

for (const [policy, settings] of MANAGED) {
  Deno.test(`a policy wins with each of its valid settings: ${JSON.stringify(policy)}`, () => {
    const stored = { ...GOOD, chat_page: "https://chat.acme.dev/" };
    assertEquals(withManaged(stored, policy), { ...stored, ...settings });
  });
}
