import { assertEquals } from "../../tests/support/assert.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { parseSettings, storedSettings } from "./settings_check.ts";

const GOOD = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" };

const SERVERS: [typed: string, used: string | null][] = [
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
  [" http://127.0.0.1:8787/ ", "http://127.0.0.1:8787"],
  ["http://127.0.0.1:8787/api/quota/status?x=1", "http://127.0.0.1:8787"],
  ["localhost:8787", "http://localhost:8787"],
  ["127.0.0.1:8787", "http://127.0.0.1:8787"],
  ["https://Quota.Example:443", "https://quota.example"],
  ["https://tools.acme.dev/quota/", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/Quota//", "https://tools.acme.dev/Quota"],
  ["https://tools.acme.dev/quota/api/quota/status", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/quota/v1", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/quota/v1/chat/completions", "https://tools.acme.dev/quota"],
  ["https://tools.acme.dev/v1/", "https://tools.acme.dev"],
  ["https://tools.acme.dev/quota/w/acme/v1", "https://tools.acme.dev/quota"],
  ["127.0.0.1:8787/w/acme/v1", "http://127.0.0.1:8787"],
  ["https://tools.acme.dev/v1beta", "https://tools.acme.dev/v1beta"],
  ["", null],
  ["http://", null],
  ["ftp://quota.example", null],
  ["javascript:alert(1)//://", null],
  ["file:///etc/passwd", null],
  ["http://me:secret@quota.example", null],
];

for (const [typed, used] of SERVERS) {
  Deno.test(`service address: "${typed}"`, () => {
    assertEquals(parseSettings({ ...GOOD, server_url: typed })?.server_url ?? null, used);
  });
}

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
