/** Configures the extension with the message of its options page, without clicks. */
import type { Settings } from "../../extension/state/settings.ts";
import type { CommandResult } from "../../extension/state/messages.ts";
import type { ExtensionBrowser } from "./browsers.ts";

interface RuntimeApi {
  runtime: { sendMessage(message: unknown): Promise<CommandResult> };
}

/**
 * Saves settings and connects.
 *
 * @throws {Error} with the extension's sentence when it refuses them.
 */
export async function configure(browser: ExtensionBrowser, settings: Settings): Promise<void> {
  const tab = await browser.openOptions();
  // The browser's interface is there once the page has drawn itself.
  await tab.until(() => document.querySelector("main") !== null);
  const result = await tab.evaluate((settings: Settings) => {
    const scope = globalThis as unknown as Record<"browser" | "chrome", RuntimeApi | undefined>;
    return (scope.browser ?? scope.chrome)!.runtime.sendMessage({ type: "save", settings });
  }, settings);
  await tab.close();
  if (!result.ok) throw new Error(result.sentence);
}
