/** The form of limits in Chromium, opened by an admin in a zone of their own. */
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { launchPlainChromium } from "../support/plain_chromium.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

export const ZONE: BrowserContextOptions = { locale: "en-US", timezoneId: "America/St_Johns" };

/** A small dark screen. */
export const SMALL: BrowserContextOptions = {
  ...ZONE,
  colorScheme: "dark",
  viewport: { width: 360, height: 740 },
};

/** Reads the limits of the workspace, and sets them before that where some are given. */
export async function limitsOf(service: TeamService, own?: object): Promise<{ own: object }> {
  const headers = { authorization: `Bearer ${service.keys.admin}`, "content-type": "application/json" };
  const put = own && { method: "PUT", body: JSON.stringify(own) };
  return await (await fetch(`${service.url}/api/quota/limits?workspace_id=acme`, { headers, ...put })).json();
}

/** Opens the form of a workspace with limits. */
export async function withLimits(
  look: BrowserContextOptions,
  own: object,
  use: (page: Page, service: TeamService) => Promise<void>,
): Promise<void> {
  await withTeamService(async (service) => {
    await limitsOf(service, own);
    const browser = await launchPlainChromium();
    try {
      const page = await (await browser.newContext(look)).newPage();
      await page.goto(`${service.url}/?place=limits&workspace=acme`);
      await page.locator("input[name=key]").fill(service.keys.admin!);
      await page.locator("form button[type=submit]").click();
      await page.locator("form.limits").waitFor();
      await use(page, service);
    } finally {
      await browser.close();
    }
  }, {});
}

/** The rules of axe, and no scrolling sideways. */
export async function assertClean(page: Page, state: string): Promise<void> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  assertEquals([state, ...violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`)], [state]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(overflow <= 0, `${state}: ${overflow} px too wide`);
}
