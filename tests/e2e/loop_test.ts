/** The whole loop in real browsers: from the official SDK's calls to the badge, the popup and the chat page. */
import { fullCount, percentText, usedPercent } from "../../shared/format.ts";
import type { Stats, StatusBody } from "../../shared/quota.ts";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage, type Stage, thirtyCalls } from "./stage.ts";
import { openChat, readPopup, readWidget, type Shown } from "./surfaces.ts";

const ADMIN = "an-admin-of-the-test";
const BROWSERS: BrowserName[] = ["chromium", "firefox"];

/** The texts that a surface should show for a status: every meter, in full. */
function expected(status: StatusBody): Pick<Shown, "counts" | "percents"> {
  const counts: Record<string, string> = {};
  const percents: Record<string, string> = {};
  for (const [name, meter] of Object.entries(status.stats) as [string, Stats[keyof Stats]][]) {
    if (!meter) continue;
    counts[name] = `${fullCount(meter.current)} of ${fullCount(meter.limit)}`;
    percents[name] = percentText(usedPercent(meter.current + meter.reserved, meter.limit));
  }
  return { counts, percents };
}

/** Asserts that the surface and `GET /status` agree. Reads both together, because the minute keeps rolling. */
async function agree({ status }: Stage, workspace: string, show: () => Promise<Shown | null>): Promise<void> {
  await eventually(async () => {
    const shown = await show();
    const { counts, percents } = expected(await status(workspace));
    assertEquals({ counts: shown?.counts, percents: shown?.percents }, { counts, percents });
    assertEquals([shown?.workspace, shown?.connection], [workspace, "live"]);
  });
}

for (const name of BROWSERS) {
  Deno.test(`${name}: 60 calls by client and gateway; badge, popup, widget, status and journal agree`, () =>
    onStage(name, async (stage) => {
      const { browser, chat, service, upstream, status } = stage;
      const options = await connect(stage, "acme");
      const popup = await browser.openPopup();
      await openChat(browser, options, `${chat.url}/c/launch`);

      await thirtyCalls(stage.tracked("acme"));
      await thirtyCalls(stage.viaGateway("acme"));
      await stage.recorder.flush();

      const journal = upstream.journal();
      assertEquals(journal.length, 60);
      const now = await status("acme");
      assertEquals(now.stats.requests_per_day?.current, 60);
      assertEquals([now.usage.calls, now.usage.attempts, now.usage.failed], [60, 60, 0]);
      assertEquals(now.usage.estimated_calls, 0);
      assertEquals(now.usage.input_tokens, journal.reduce((sum, line) => sum + line.input_tokens, 0));
      assertEquals(now.usage.output_tokens, journal.reduce((sum, line) => sum + line.output_tokens, 0));

      await agree(stage, "acme", () => readPopup(popup));
      await agree(stage, "acme", () => readWidget(options, chat.url));
      await eventually(async () => {
        const { stats } = await status("acme");
        const used = Object.values(stats).filter((meter) => meter !== null)
          .map(({ current, reserved, limit }) => usedPercent(current + reserved, limit));
        assertEquals((await browser.badge()).text, `${Math.max(...used) || ""}`);
      });
      assertStringIncludes((await browser.badge()).title, "acme");

      await service.stop("SIGKILL");
      await eventually(async () => {
        assertEquals((await readPopup(popup)).connection, "offline");
        assertEquals((await readWidget(options, chat.url))?.connection, "offline");
        assertEquals((await browser.badge()).text, "off");
      });

      await service.start();
      const after = await status("acme");
      assertEquals(after.usage, now.usage);
      assertEquals(after.stats.requests_per_day, now.stats.requests_per_day);
      await agree(stage, "acme", () => readPopup(popup));
      await agree(stage, "acme", () => readWidget(options, chat.url));
      // A popup asks for the last hour when it opens. The kill has cost none of its calls.
      const later = await browser.openPopup();
      await later.until(() => document.querySelector(".hour")?.textContent === "Calls in the last hour: 60");
    }));

  Deno.test(`${name}: of two workspaces neither changes with the other's calls`, () =>
    onStage(name, async (stage) => {
      const { browser, service, status } = stage;
      const options = await connect(stage, "acme");
      const popup = await browser.openPopup();
      const socket = new WebSocket(`${service.url.replace("http", "ws")}/api/quota/ws?workspace_id=acme`);
      const seen: StatusBody[] = [];
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "quota_update") seen.push(message.data);
      };
      await Promise.all([thirtyCalls(stage.viaGateway("blue")), thirtyCalls(stage.tracked("blue"))]);
      await stage.recorder.flush();
      assertEquals((await status("blue")).usage.attempts, 60);

      assertEquals((await status("acme")).usage.attempts, 0);
      assertEquals(seen.map(({ usage }) => usage.attempts), [0]);
      assertEquals((await readPopup(popup)).counts.requests_per_day, "0 of 10,000");
      assertEquals((await browser.badge()).text, "");

      await thirtyCalls(stage.viaGateway("acme"));
      await agree(stage, "acme", () => readPopup(popup));
      assertEquals([(await status("acme")).usage.attempts, (await status("blue")).usage.attempts], [30, 60]);
      assert(seen.every(({ workspace_id }) => workspace_id === "acme"));
      socket.close();
      await options.close();
    }));

  Deno.test(`${name}: a full minute is refused before it is sent, and every surface says so`, () =>
    onStage(name, async (stage) => {
      const { browser, upstream } = stage;
      await connect(stage, "acme");
      const popup = await browser.openPopup();
      const client = stage.viaGateway("acme");
      const ask = () =>
        client.chat.completions.create({ model: "gpt-5.4", messages: [{ role: "user", content: "Hi" }] });
      const ended = await Promise.allSettled(Array.from({ length: 15 }, ask));
      const refused = ended.filter((end) => end.status === "rejected").map(({ reason }) => reason.code);
      assertEquals(refused, Array(5).fill("workspace_rate_limited"));
      assertEquals(upstream.journal().length, 10);
      await eventually(async () => {
        assertStringIncludes((await readPopup(popup)).text, "10 of 10 requests in the last 60 s");
        assert(/^\d+[sm]$/.test((await browser.badge()).text), "the badge counts down");
      });
    }, { OPENAI_RATE_LIMIT_PER_MINUTE: "10" }));

  Deno.test(`${name}: a model's limit, set in the middle of a minute, is on every surface before a call is refused`, () =>
    onStage(name, async (stage) => {
      const { browser, chat, service } = stage;
      const options = await connect(stage, "acme");
      const popup = await browser.openPopup();
      await openChat(browser, options, `${chat.url}/c/launch`);
      const client = stage.viaGateway("acme");
      const ask = (model: string) =>
        client.chat.completions.create({ model, messages: [{ role: "user", content: "Hi" }] });
      await ask("gpt-5.4");
      const set = await fetch(`${service.url}/api/quota/limits?workspace_id=acme`, {
        method: "PUT",
        headers: { "content-type": "application/json", "x-admin-key": ADMIN },
        body: JSON.stringify({ models: { "gpt-5.4": { requests_per_minute: 2 } } }),
      });
      assertEquals(set.status, 200);
      await ask("gpt-5.4");
      await eventually(async () => {
        for (const shown of [await readPopup(popup), await readWidget(options, chat.url)]) {
          assertStringIncludes(shown?.text ?? "", "2 of 2 requests to gpt-5.4 in the last 60 s");
          assertStringIncludes(shown?.text ?? "", "Use another model, or wait.");
        }
        const { text, title } = await browser.badge();
        assert(/^\d+s$/.test(text), "the badge counts down");
        assertStringIncludes(title, "Full for gpt-5.4: opens in ");
      });
      const [refused, other] = await Promise.allSettled([ask("gpt-5.4"), ask("gpt-5.4-mini")]);
      assertEquals(refused.status === "rejected" && refused.reason.code, "workspace_rate_limited");
      assertEquals(other.status, "fulfilled");
    }, { QUOTA_ADMIN_RESET_KEY: ADMIN }));
}

Deno.test("FAULT 55: chromium's worker is killed with nothing open; an alarm brings it back", () =>
  onStage("chromium", async (stage) => {
    const { browser } = stage;
    const options = await connect(stage, "acme");
    await thirtyCalls(stage.viaGateway("acme"));
    await eventually(async () => assertStringIncludes((await browser.badge()).title, "30 of 500"));
    await options.close();
    await browser.killBackground();
    await thirtyCalls(stage.viaGateway("acme"));
    // Alarms come every 30 s at the most.
    await eventually(async () => assertStringIncludes((await browser.badge()).title, "60 of 500"), 45_000);
  }, { OPENAI_TOKEN_LIMIT_PER_MINUTE: "100000000" }));

Deno.test("FAULT 55: chromium's worker is killed under an open popup; it comes back with its state", () =>
  onStage("chromium", async (stage) => {
    const { browser } = stage;
    await connect(stage, "acme");
    await thirtyCalls(stage.viaGateway("acme"));
    const popup = await browser.openPopup();
    await agree(stage, "acme", () => readPopup(popup));
    await browser.killBackground();
    await thirtyCalls(stage.viaGateway("acme"));
    await agree(stage, "acme", () => readPopup(popup));
  }));
