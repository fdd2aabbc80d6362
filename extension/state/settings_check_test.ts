import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { checkSettings, storedSettings } from "./settings_check.ts";

const GOOD = { server_url: "http://127.0.0.1:8787", workspace_id: "acme", chat_page: "" };

const SERVERS: [typed: string, used: string | null][] = [
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
  [" http://127.0.0.1:8787/ ", "http://127.0.0.1:8787"],
  ["http://127.0.0.1:8787/api/quota/status?x=1", "http://127.0.0.1:8787"],
  ["localhost:8787", "http://localhost:8787"],
  ["127.0.0.1:8787", "http://127.0.0.1:8787"],
  ["https://Quota.Example:443", "https://quota.example"],
  ["", null],
  ["http://", null],
  ["ftp://quota.example", null],
  ["javascript:alert(1)//://", null],
  ["file:///etc/passwd", null],
  ["http://me:secret@quota.example", null],
];

for (const [typed, used] of SERVERS) {
  Deno.test(`service address: "${typed}"`, () => {
    assertEquals(checkSettings({ ...GOOD, server_url: typed }).settings?.server_url ?? null, used);
  });
}

Deno.test("a workspace id is normalized, an invalid one is explained", () => {
  assertEquals(checkSettings({ ...GOOD, workspace_id: " Acme " }).settings?.workspace_id, "acme");
  assertStringIncludes(checkSettings({ ...GOOD, workspace_id: "../etc" }).sentence ?? "", '"../etc"');
});

Deno.test("a chat page is an address or empty", () => {
  assertEquals(checkSettings({ ...GOOD, chat_page: " " }).settings?.chat_page, "");
  assertEquals(
    checkSettings({ ...GOOD, chat_page: "localhost:3000/chat" }).settings?.chat_page,
    "http://localhost:3000/chat",
  );
  assertStringIncludes(checkSettings({ ...GOOD, chat_page: "chrome://settings" }).sentence ?? "", "chrome://settings");
});

Deno.test("invalid stored settings give the defaults", () => {
  assertEquals(storedSettings(GOOD), GOOD);
  for (const bad of [undefined, null, 7, {}, { ...GOOD, server_url: 7 }, { ...GOOD, server_url: "ftp://x" }]) {
    assertEquals(storedSettings(bad), DEFAULT_SETTINGS);
  }
});
