/** Goes through the extension's first set-up, as a person does. */
import { assertEquals } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";

/** What a person types. */
interface Typed {
  address: string;
  code?: string;
  workspace?: string;
}

/**
 * Fills in the first step and continues.
 *
 * @returns the sentence of the test: of the finished step, or of its failure.
 */
export async function connectFromZero(options: Tab, { address, code, workspace }: Typed): Promise<string> {
  await options.until(() => document.querySelector("#secret") !== null);
  await options.fill("#server_url", address);
  if (code !== undefined) await options.fill("#secret", code);
  if (workspace !== undefined) {
    await options.click("summary");
    await options.fill("#workspace_id", workspace);
  }
  await options.click("button[type=submit]");
  return await options.until(() => {
    const [, , test] = document.querySelectorAll(".step");
    const problem = test.querySelector(".outcome .shape + p");
    return (problem ?? test.querySelector(".note"))?.textContent ?? "";
  });
}

/** From the step of the toolbar to the settings page. Without a chat page, its step is skipped. */
export async function finishSetUp(options: Tab, chat_page?: string): Promise<void> {
  await options.click("#step-pin ~ .buttons .primary");
  await options.until(() => document.querySelector("#chat_page") !== null);
  if (chat_page === undefined) await options.click(".current .buttons .button:not(.primary)");
  else {
    await options.fill("#chat_page", chat_page);
    await options.click(".current .primary");
  }
  await options.until(() => document.querySelector(".ready") !== null);
  const marks = await options.evaluate(() => document.querySelectorAll(".step:is(.done, .skipped)").length);
  assertEquals(marks, 5);
  await options.click(".ready .primary");
  await options.until(() => document.querySelector("main.options") !== null);
}
