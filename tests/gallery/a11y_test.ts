/** Checks every surface in every state, light and dark, with the rules of axe. */
import axe from "axe-core";
import type { Page } from "playwright";
import { assertEquals } from "../support/assert.ts";
import { FIXTURES } from "./fixtures.ts";
import { POPUP_STATES } from "./popup_states.ts";
import { Gallery, OPTIONS_STATES, type Shot, type Surface, TOAST_STATES } from "./gallery.ts";
import { SET_UP_STATES } from "./onboarding.tsx";

const SIZES: Record<Surface, [width: number, states: string[]]> = {
  popup: [360, Object.keys(POPUP_STATES)],
  widget: [420, Object.keys(FIXTURES)],
  options: [1280, OPTIONS_STATES],
  onboarding: [1280, SET_UP_STATES],
};

/** One line for each violated rule, with the elements; of the given rules, or of all. */
async function violationsOf(page: Page, rules?: string[]): Promise<string[]> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.addScriptTag({ content: axe.source });
  const { violations } = await page.evaluate(
    (rules) => (globalThis as unknown as { axe: typeof axe }).axe.run(rules ? { runOnly: rules } : {}),
    rules,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** A surface as it opens (the widget unfolded), the options form with a fault and a result, the popup with its menu. */
async function* stagesOf(page: Page, { surface }: Shot): AsyncGenerator<string> {
  yield "opened";
  if (surface === "options") {
    await page.getByRole("button", { name: "Test connection" }).click();
    await page.getByText(/It works|Cannot reach/).first().waitFor();
    const workspace = page.getByLabel("Workspace");
    // A policy may have set it.
    if (await workspace.isEditable()) {
      await workspace.fill("../etc");
      await workspace.blur();
    }
    yield "filled in";
  }
  if (surface === "popup") {
    for (const summary of await page.locator("summary").all()) if (await summary.isVisible()) await summary.click();
    await page.getByRole("button", { name: "More" }).click();
    yield "unfolded, with its menu";
  }
}

/** The dark scheme differs only in colours, so only their contrast is checked there. */
async function check(gallery: Gallery, shot: Shot): Promise<void> {
  const page = await gallery.show(shot);
  for await (const stage of stagesOf(page, shot)) {
    const what = `${shot.surface} ${shot.state} ${stage}`;
    assertEquals(await violationsOf(page), [], what);
    await page.emulateMedia({ colorScheme: "dark" });
    assertEquals(await violationsOf(page, ["color-contrast"]), [], `${what}, dark`);
    await page.emulateMedia({ colorScheme: "light" });
  }
  await page.close();
}

Deno.test("accessibility of every surface in every state, light and dark", async (t) => {
  const gallery = await Gallery.open();
  try {
    for (const surface of ["popup", "widget", "options", "onboarding"] as const) {
      const [width, states] = SIZES[surface];
      await t.step(surface, async () => {
        for (const state of states) await check(gallery, { surface, state, scheme: "light", width, open: true });
      });
    }
    await t.step("toast", async () => {
      const shot = { surface: "widget", scheme: "light", width: 420, height: 640, toast: true } as const;
      for (const state of TOAST_STATES) await check(gallery, { ...shot, state });
    });
  } finally {
    await gallery.close();
  }
});
