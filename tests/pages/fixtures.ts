/** Opens the composers of chat applications in a real Chromium, with the widget in them. */
import { type Browser, chromium, type Page } from "playwright";
import { fileURLToPath } from "node:url";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import type { FixturePage } from "./page.ts";

/** The applications with a fixture, and the pages that no adapter knows. */
export const HOSTS = [
  "open_webui",
  "libre_chat",
  "mattermost",
  "rocket_chat",
  "zulip",
  "element",
  "the_lounge",
  "anything_llm",
  "lobe_hub",
  "chat_gpt",
  "hf_chat_ui",
  "converse",
  "unknown",
  "no_flow",
] as const;

/** At these addresses the adapter is chosen by the address. */
const ADDRESSES: Partial<Record<typeof HOSTS[number], string>> = {
  chat_gpt: "https://chatgpt.com/c/1",
  hf_chat_ui: "https://huggingface.co/chat/conversation/1",
};

export interface Look {
  host: typeof HOSTS[number];
  width: number;
  height?: number;
  /** Lines of the draft. */
  lines?: number;
  theme?: "light" | "dark";
  direction?: "ltr" | "rtl";
  /** A state of the gallery. */
  state?: string;
  selector?: string;
  /** Choices of the reader. */
  site?: Parameters<FixturePage["quotaGauge"]["apply"]>[0];
}

const MESSAGE = "<p>Could you summarise the release notes of last week for the customers in the north?</p>";

/** The document of a fixture. */
export async function fixtureHtml({ host, theme = "light", direction = "ltr" }: Look): Promise<string> {
  const [base, body] = await Promise.all(
    ["base.css", `hosts/${host}.html`].map((path) => Deno.readTextFile(new URL(path, import.meta.url))),
  );
  return `<!DOCTYPE html><html lang="en" dir="${direction}" data-theme="${theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${host}</title><style>${base}</style></head>
<body>${body.replaceAll("%MESSAGES%", MESSAGE.repeat(12))}</body></html>`;
}

/** The script that mounts the widget. */
export async function bundled(): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  const build = fileURLToPath(new URL("build.mjs", import.meta.url));
  const { success, stderr } = await new Deno.Command("node", { args: [build, file] }).output();
  if (!success) throw new Error(`Cannot build the widget: ${new TextDecoder().decode(stderr)}`);
  const script = await Deno.readTextFile(file);
  await Deno.remove(file);
  return script;
}

export class Fixtures {
  private constructor(readonly browser: Browser, readonly script: string) {}

  static async open(): Promise<Fixtures> {
    const found = await findBrowser("chromium", thisMachine(ROOT));
    if ("fault" in found) throw new Error(`Cannot open the fixtures: ${found.fault}; run npm test, which installs it`);
    return new Fixtures(await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] }), await bundled());
  }

  /** A page with the fixture and the widget. The caller closes it. The system's theme is always the light one. */
  async show(look: Look): Promise<Page> {
    const page = await this.browser.newPage({
      viewport: { width: look.width, height: look.height ?? 720 },
      colorScheme: "light",
      reducedMotion: "reduce",
    });
    const body = await fixtureHtml(look);
    await page.route("**", (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(ADDRESSES[look.host] ?? "http://chat.test/");
    await write(page, look.lines ?? 1);
    await page.evaluate(this.script);
    const { state = "live_normal", site, selector } = look;
    await page.evaluate(
      (options) => (globalThis as unknown as FixturePage).quotaGauge.mount(options),
      { state, site, selector },
    );
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Writes a draft of this many lines. A text area grows with it, as in the applications. */
export function write(page: Page, lines: number): Promise<void> {
  return page.evaluate((lines) => {
    const text = Array.from({ length: lines }, (_, line) => `Line ${line + 1} of the draft`).join("\n");
    const fields = [...document.querySelectorAll<HTMLElement>("textarea, [contenteditable]")];
    const field = fields.find((each) => each.closest("[data-clear=composer]")) ?? fields[0];
    if (!(field instanceof HTMLTextAreaElement)) return void (field.innerText = text);
    field.value = text;
    field.style.height = "0";
    field.style.height = `${field.scrollHeight}px`;
  }, lines);
}

/** Areas in square pixels, by what the widget covers, with the widget's boxes. */
export interface Coverage {
  covered: Record<string, number>;
  mode: "row" | "floating" | "gone";
  dot: boolean;
  pill: { left: number; top: number; right: number; bottom: number };
  panel: { left: number; top: number; right: number; bottom: number } | null;
  inWindow: boolean;
  theme: string;
}

/** Measures what pill and panel cover, after the next frame. */
export async function measure(page: Page): Promise<Coverage> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return await page.evaluate(() => {
    const root = document.querySelector("[data-quota-gauge]")?.shadowRoot;
    const section = root?.querySelector<HTMLElement>("section.widget");
    const pill = root?.querySelector(".pill")?.getBoundingClientRect() ?? new DOMRect();
    const place = root?.querySelector(".place");
    const panel = place?.matches(":popover-open") ? place.getBoundingClientRect() : null;
    const covered: Record<string, number> = {};
    for (const element of document.querySelectorAll<HTMLElement>("[data-clear]")) {
      const box = element.getBoundingClientRect();
      for (const own of [pill, ...(panel ? [panel] : [])]) {
        const width = Math.min(box.right, own.right) - Math.max(box.left, own.left);
        const height = Math.min(box.bottom, own.bottom) - Math.max(box.top, own.top);
        const area = width > 0 && height > 0 ? width * height : 0;
        const name = element.dataset.clear!;
        covered[name] = (covered[name] ?? 0) + area;
      }
    }
    const inside = (box: DOMRect | null) =>
      !box || box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    const boxOf = ({ left, top, right, bottom }: DOMRect) => ({ left, top, right, bottom });
    return {
      covered,
      mode: !section ? "gone" : section.classList.contains("row") ? "row" : "floating",
      dot: section?.classList.contains("dot") ?? false,
      pill: boxOf(pill),
      panel: panel && boxOf(panel),
      inWindow: inside(pill) && inside(panel),
      theme: section ? getComputedStyle(section).colorScheme : "",
    } as const;
  });
}
