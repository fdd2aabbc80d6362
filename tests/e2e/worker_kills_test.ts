/** The background's worker, killed again and again: each time it comes back with its state. */
import { Random } from "../chaos/random.ts";
import { assertEquals } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage, type Stage } from "./stage.ts";
import { readPopup } from "./surfaces.ts";

const KILLS = 50;
const SEED = 55;

async function call(stage: Stage): Promise<void> {
  const messages = [{ role: "user" as const, content: "Hi" }];
  await stage.viaGateway("acme").chat.completions.create({ model: "gpt-5.4", messages });
}

async function showsLive(popup: Tab, calls: number): Promise<void> {
  await eventually(async () => {
    const { counts, connection, workspace } = await readPopup(popup);
    assertEquals([counts.requests_per_day, connection, workspace], [`${calls} of 100`, "live", "acme"]);
  });
}

/** Notes in the popup's `data-lost` each time that it shows no count, or a smaller one than before. */
function watchCounts(popup: Tab): Promise<void> {
  return popup.evaluate(() => {
    let highest = 0;
    const look = () => {
      const text = document.querySelector("[data-meter=requests_per_day] .count")?.textContent ?? "none";
      if (!(Number.parseInt(text) >= highest)) document.documentElement.dataset.lost = `${text} after ${highest}`;
      else highest = Number.parseInt(text);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

Deno.test("FAULT 55: chromium's worker is killed 50 times at random; it reconnects with its state", () =>
  onStage("chromium", async (stage) => {
    const { browser } = stage;
    const random = new Random(SEED);
    await connect(stage, "acme");
    const popup = await browser.openPopup();
    await call(stage);
    await showsLive(popup, 1);
    await watchCounts(popup);
    for (let kill = 1; kill <= KILLS; kill++) {
      // Before, during or after a call; sometimes twice, the second time while the worker starts.
      const called = random.chance(0.5) ? call(stage) : null;
      await browser.killBackground();
      if (random.chance(0.3)) await browser.killBackground();
      await (called ?? call(stage));
      await showsLive(popup, kill + 1);
    }
    assertEquals(await popup.evaluate(() => document.documentElement.dataset.lost), undefined);
    assertEquals((await browser.badge()).text, "51");
  }, { OPENAI_RATE_LIMIT_PER_DAY: "100" }));
