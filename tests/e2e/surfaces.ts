/** Reads the texts of the popup and the widget. */
import type { ExtensionBrowser, Tab } from "../support/browsers.ts";

/** The texts of a surface. */
export interface Shown {
  workspace: string;
  connection: string;
  /** `requests_per_day` → `60 of 10,000`. */
  counts: Record<string, string>;
  /** `requests_per_day` → `0%`. */
  percents: Record<string, string>;
  text: string;
}

/** Reads the popup. */
export function readPopup(tab: Tab): Promise<Shown> {
  return tab.evaluate(() => {
    const root = document.querySelector("main.popup")!;
    const each = (part: string) =>
      Object.fromEntries(
        [...root.querySelectorAll<HTMLElement>("[data-meter]")].map((meter) => [
          meter.dataset.meter!,
          meter.querySelector(part)?.textContent ?? "",
        ]),
      );
    return {
      workspace: root.querySelector("h1")?.textContent ?? "",
      connection: root.getAttribute("data-connection") ?? "",
      counts: each(".count"),
      percents: each(".percent"),
      text: (root as HTMLElement).innerText.replaceAll("\u00a0", " "),
    };
  });
}

/** The texts of the widget, and the position of its pill. */
export interface ShownWidget extends Shown {
  /** Number of widgets in the page; it should be one. */
  hosts: number;
  /** Its centre, size and text. */
  pill: { x: number; y: number; width: number; height: number; text: string };
  /** The toast, with the position of its button that mutes; null while none shows. */
  toast: { x: number; y: number; text: string } | null;
}

/**
 * Reads the widget in the page at `url`. Its shadow root is closed to the page and to this test. Only a content script of
 * the extension can open it, so this runs one.
 *
 * @param probe a tab that shows a page of the extension.
 */
export async function readWidget(probe: Tab, url: string): Promise<ShownWidget | null> {
  return await probe.evaluate(async (url) => {
    const api = (globalThis as unknown as Record<string, WebExtensionApi>).browser ??
      (globalThis as unknown as Record<string, WebExtensionApi>).chrome;
    const tabs = await api.tabs.query({ url: `${new URL(url).origin.replace(/:\d+$/, "")}/*` });
    const tab = tabs.find((tab) => tab.url?.startsWith(new URL(url).origin));
    if (!tab) return null;
    const [{ result }] = await api.scripting.executeScript({ target: { tabId: tab.id }, func: read });
    return result as ShownWidget | null;

    /** Runs in the chat page, as a content script. */
    function read(): ShownWidget | null {
      const hosts = document.querySelectorAll("[data-quota-gauge]");
      const host = hosts[0] as HTMLElement & { openOrClosedShadowRoot?: ShadowRoot };
      if (!host) return null;
      const { dom } =
        (globalThis as unknown as { chrome?: { dom?: { openOrClosedShadowRoot(e: Element): ShadowRoot } } })
          .chrome ?? {};
      const root = dom ? dom.openOrClosedShadowRoot(host) : host.openOrClosedShadowRoot;
      const pill = root?.querySelector<HTMLElement>(".pill");
      if (!root || !pill) return null;
      const panel = root.querySelector<HTMLElement>(".panel");
      const each = (part: string) =>
        Object.fromEntries(
          [...root.querySelectorAll<HTMLElement>("[data-meter]")].map((meter) => [
            meter.dataset.meter!,
            meter.querySelector(part)?.textContent ?? "",
          ]),
        );
      const box = pill.getBoundingClientRect();
      const toast = root.querySelector<HTMLElement>(".toast:popover-open");
      const mute = toast?.querySelector(".quiet")?.getBoundingClientRect() ?? new DOMRect();
      const middle = ({ x, y, width, height }: DOMRect) => ({ x: x + width / 2, y: y + height / 2 });
      return {
        hosts: hosts.length,
        workspace: panel?.querySelector("h2")?.textContent ?? "",
        connection: panel?.dataset.connection ?? "",
        counts: each(".count"),
        percents: each(".percent"),
        text: panel?.innerText.replaceAll("\u00a0", " ") ?? "",
        pill: { ...middle(box), width: box.width, height: box.height, text: pill.innerText },
        toast: toast && { ...middle(mute), text: toast.innerText },
      };
    }
  }, url);
}

interface WebExtensionApi {
  tabs: { query(of: { url: string }): Promise<{ id: number; url?: string }[]> };
  scripting: {
    executeScript(of: { target: { tabId: number }; func: () => unknown }): Promise<{ result: unknown }[]>;
  };
}

/** Opens the chat page and unfolds the widget with a trusted click. */
export async function openChat(browser: ExtensionBrowser, probe: Tab, url: string): Promise<Tab> {
  const tab = await browser.newTab();
  await tab.goto(url);
  for (let widget = null; !(widget?.workspace);) {
    widget = await readWidget(probe, url);
    if (widget && !widget.workspace) await tab.clickAt(widget.pill.x, widget.pill.y);
    await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
  }
  return tab;
}
