/** A service that is restarted twice: the extension keeps the last known numbers, not those before. */
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assertEquals } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage, type Stage } from "./stage.ts";
import { readPopup } from "./surfaces.ts";

async function call(stage: Stage): Promise<void> {
  const messages = [{ role: "user" as const, content: "Hi" }];
  await stage.viaGateway("acme").chat.completions.create({ model: "gpt-5.4", messages });
}

async function shows(popup: Tab, calls: number, connection: string): Promise<void> {
  await eventually(async () => {
    const shown = await readPopup(popup);
    assertEquals([shown.counts.requests_per_day, shown.connection], [`${calls} of 100`, connection]);
  });
}

for (const name of ["chromium", "firefox"] satisfies BrowserName[]) {
  Deno.test(`${name}: after each restart the numbers are the service's, and without it the last that were known`, () =>
    onStage(name, async (stage) => {
      const { browser, service } = stage;
      const options = await connect(stage, "acme");
      const popup = await browser.openPopup();
      for (const calls of [1, 2]) {
        await call(stage);
        await shows(popup, calls, "live");
        await service.stop("SIGKILL");
        await shows(popup, calls, "offline");
        // `seq` begins anew.
        await service.start();
        await shows(popup, calls, "live");
      }
      await call(stage);
      await shows(popup, 3, "live");
      await service.stop("SIGKILL");
      const late = await browser.openPopup();
      for (const tab of [popup, late]) await shows(tab, 3, "offline");
      await options.close();
    }, { OPENAI_RATE_LIMIT_PER_DAY: "100" }));
}
