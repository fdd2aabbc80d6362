import { assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { Transfer } from "./transfer.ts";

const TEXT = '{ "quota_gauge_settings": 1, "server_url": "https://quota.acme.dev", "theme": "dark" }';

function transfer(ask: () => Promise<boolean> = () => Promise.resolve(true)) {
  const log: unknown[] = [];
  const made = new Transfer({
    write: () => Promise.resolve("text"),
    download: (...file) => log.push(file),
    ask: (settings) => (log.push(["ask", settings.server_url]), ask()),
    apply: (content) => (log.push(["apply", content.preferences]), Promise.resolve()),
  });
  const choose = (text: string) => made.choose({ name: "mine.json", text: () => Promise.resolve(text) });
  return { made, log, choose };
}

Deno.test("an export is downloaded", async () => {
  const { made, log } = transfer();
  await made.export();
  assertEquals(log, [["quota-gauge-settings.json", "text"]]);
});

Deno.test("a chosen file is described first, and applied by a click that asks for the permission", async () => {
  const { made, log, choose } = transfer();
  await choose(TEXT);
  assertEquals(made.pending, "mine.json sets 2 settings, with the service https://quota.acme.dev.");
  assertEquals(log, []);
  const applying = made.apply();
  assertEquals(log, [["ask", "https://quota.acme.dev"]]);
  await applying;
  assertEquals([log.at(-1), made.pending], [["apply", { theme: "dark" }], null]);
});

for (const ask of [() => Promise.resolve(false), () => Promise.reject(new Error("no gesture"))]) {
  Deno.test(`without the permission (${ask}) nothing is imported`, async () => {
    const { made, log, choose } = transfer(ask);
    await choose(TEXT);
    await made.apply();
    assertEquals([log.length, made.pending], [1, null]);
    assertMatch(made.faults[0], /Nothing was imported/);
  });
}

Deno.test("a file with faults is not offered; a good one after it is, and may be cancelled", async () => {
  const { made, log, choose } = transfer();
  await choose("{");
  await made.apply();
  assertEquals([made.pending, made.faults.length, log], [null, 1, []]);
  await choose(TEXT);
  assertEquals(made.faults, []);
  made.cancel();
  await made.apply();
  assertEquals([made.pending, log], [null, []]);
});
