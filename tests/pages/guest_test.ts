/** The widget as a guest: it follows the page, yields to it, and can be sent away. */
import type { Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { Fixtures, type Look, measure } from "./fixtures.ts";
import type { FixturePage } from "./page.ts";

const TESTS: [name: string, look: Look, act: (page: Page) => Promise<void>][] = [];

function guestTest(...test: typeof TESTS[number]): void {
  TESTS.push(test);
}

Deno.test("the widget in a page that is not ours", async (t) => {
  const fixtures = await Fixtures.open();
  try {
    for (const [name, look, act] of TESTS) {
      await t.step(name, async () => {
        const page = await fixtures.show(look);
        await act(page);
        await page.close();
      });
    }
  } finally {
    await fixtures.close();
  }
});

const LOUNGE: Look = { host: "the_lounge", width: 1280 };
const pill = (page: Page) => page.locator(".pill");

/** Runs a function of the page, such as a change of its markup. */
function changes(page: Page): Promise<Partial<Record<string, unknown>>[]> {
  return page.evaluate(() => (globalThis as unknown as FixturePage).quotaGauge.changes);
}

guestTest("it heals when the application renders its composer again", LOUNGE, async (page) => {
  await page.evaluate(() => {
    const form = document.querySelector("#form")!;
    const copy = form.cloneNode(true);
    form.parentElement!.querySelector("[data-quota-gauge]")!.remove();
    form.replaceWith(copy);
  });
  assertEquals((await measure(page)).mode, "row");
  assert(
    await page.evaluate(() => document.querySelector("#form")!.previousElementSibling!.matches("[data-quota-gauge]")),
  );
});

guestTest("it moves to a composer that appears later", { ...LOUNGE, host: "no_flow" }, async (page) => {
  assertEquals((await measure(page)).mode, "floating");
  await page.evaluate(() => {
    const view = document.createElement("div");
    view.className = "chat-view";
    view.innerHTML =
      `<form id="form" style="position:fixed;bottom:200px;left:0;right:0"><textarea id="input"></textarea></form>`;
    const column = document.createElement("div");
    column.style.cssText = "position:fixed;bottom:200px;left:0;right:0;display:flex;flex-direction:column";
    const form = view.querySelector<HTMLElement>("form")!;
    form.style.cssText = "flex:none";
    view.style.cssText = column.style.cssText;
    document.body.append(view);
  });
  assertEquals((await measure(page)).mode, "row");
});

guestTest("a page that keeps removing it sees it float, and then leave", LOUNGE, async (page) => {
  const modes: string[] = [];
  for (let turn = 0; turn < 11; turn++) {
    await page.evaluate(() => document.querySelector("[data-quota-gauge]")?.remove());
    modes.push((await measure(page)).mode);
  }
  assertEquals([modes[0], modes[8], modes[10]], ["row", "floating", "gone"]);
});

guestTest("the open panel moves as the draft grows", LOUNGE, async (page) => {
  await pill(page).click();
  const before = await measure(page);
  await page.evaluate(() => void (document.querySelector<HTMLElement>("#input")!.style.height = "95px"));
  await measure(page);
  const after = await measure(page);
  assert(after.panel!.bottom < before.panel!.bottom, "the panel is higher than before");
  assertEquals(after.covered, { jump: 0, composer: 0, send: 0 });
});

guestTest("a click in the page and Escape fold the panel", LOUNGE, async (page) => {
  await pill(page).click();
  await page.locator("#input").click();
  assertEquals((await measure(page)).panel, null);
  await pill(page).click();
  assert((await measure(page)).panel);
  await page.locator("#input").focus();
  await page.keyboard.press("Escape");
  assertEquals((await measure(page)).panel, null);
  assertEquals(await changes(page), [{ open: true }, { open: false }, { open: true }, { open: false }]);
});

guestTest("an open panel is remembered", { ...LOUNGE, site: { open: true } }, async (page) => {
  assert((await measure(page)).panel);
  assertEquals(await page.evaluate(() => document.activeElement === document.body), true);
});

guestTest("it is behind the page's own modal dialog, and the panel returns after it", LOUNGE, async (page) => {
  await pill(page).click();
  await page.evaluate(() => {
    const dialog = document.createElement("div");
    dialog.setAttribute("aria-modal", "true");
    dialog.style.cssText = "position:fixed;inset:0;z-index:50;background:#000";
    document.body.append(dialog);
  });
  const during = await measure(page);
  assertEquals(during.panel, null);
  const { left, top } = during.pill;
  assert(
    await page.evaluate(([x, y]) => document.elementFromPoint(x, y)!.matches("[aria-modal]"), [left + 5, top + 5]),
  );
  await page.evaluate(() => document.querySelector("[aria-modal]")!.remove());
  assert((await measure(page)).panel);
});

guestTest(
  "a floating pill is behind a dialog on the level of the composer",
  { host: "no_flow", width: 1280 },
  async (page) => {
    await page.evaluate(() => {
      const dialog = document.createElement("div");
      dialog.id = "modal";
      dialog.style.cssText = "position:fixed;inset:0;z-index:10;background:#0008";
      document.body.append(dialog);
    });
    const { left, top } = (await measure(page)).pill;
    assert(await page.evaluate(([x, y]) => document.elementFromPoint(x, y)!.id === "modal", [left + 5, top + 5]));
  },
);

guestTest("it is not printed and not shown in full screen", LOUNGE, async (page) => {
  await page.emulateMedia({ media: "print" });
  assertEquals(await pill(page).isVisible(), false);
  await page.emulateMedia({ media: "screen" });
  assertEquals(await pill(page).isVisible(), true);
  await page.evaluate(() => document.querySelector("#chat")!.requestFullscreen());
  await page.waitForFunction(() => document.fullscreenElement !== null);
  assertEquals(await pill(page).isVisible(), false);
});

guestTest("it follows the page when it changes its theme", LOUNGE, async (page) => {
  assertEquals((await measure(page)).theme, "light");
  await page.evaluate(() => void (document.documentElement.dataset.theme = "dark"));
  assertEquals((await measure(page)).theme, "dark");
});

guestTest("text stays in order in a page that is written from right to left", {
  ...LOUNGE,
  direction: "rtl",
  state: "rate_limited",
}, async (page) => {
  await pill(page).click();
  const order = await page.evaluate(() => {
    const root = document.querySelector("[data-quota-gauge]")!.shadowRoot!;
    const [count, left] = [".count", ".left"].map((part) => root.querySelector(part)!.getBoundingClientRect());
    return { before: count.right <= left.left, direction: getComputedStyle(root.querySelector(".below")!).direction };
  });
  assertEquals(order, { before: true, direction: "ltr" });
});

guestTest(
  "rows keep their place when a count of reserved calls appears",
  { ...LOUNGE, state: "live_idle" },
  async (page) => {
    await pill(page).click();
    const tops = async (state: string) => {
      await page.evaluate((state) => (globalThis as unknown as FixturePage).quotaGauge.show(state), state);
      return await page.evaluate(() => {
        const root = document.querySelector("[data-quota-gauge]")!.shadowRoot!;
        const [first, ...rest] = Array.from(
          root.querySelectorAll(".meter, .bar"),
          (each) => each.getBoundingClientRect().top,
        );
        return rest.map((top) => top - first);
      });
    };
    assertEquals(await tops("live_normal"), await tops("live_idle"));
  },
);

guestTest("the pill is dragged to a corner, and moved by keyboard", LOUNGE, async (page) => {
  const { left, top } = (await measure(page)).pill;
  await page.mouse.move(left + 20, top + 10);
  await page.mouse.down();
  await page.mouse.move(300, 100, { steps: 4 });
  await page.mouse.up();
  const dragged = await measure(page);
  assertEquals([dragged.mode, dragged.panel], ["floating", null]);
  assert(dragged.pill.left < 200 && dragged.pill.top < 200, "top left");
  await pill(page).focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  const moved = await measure(page);
  assert(moved.pill.right > 1200 && moved.pill.top > 400, "bottom right");
  assertEquals(await changes(page), [{ spot: "top-left" }, { spot: "top-right" }, { spot: "bottom-right" }]);
});

guestTest("the menu moves and folds it without dragging", LOUNGE, async (page) => {
  await pill(page).click();
  await page.getByText("Move or hide").click();
  await page.getByLabel("Position").selectOption("top-right");
  await page.getByRole("button", { name: "Shrink to a dot" }).click();
  const { pill: box, panel } = await measure(page);
  assert(panel && box.top < 200 && box.right - box.left < 32 && box.right - box.left >= 24);
  assertEquals(await pill(page).innerText(), "41 %\nused");
  assertEquals(await changes(page), [{ open: true }, { spot: "top-right" }, { dot: true }]);
});

guestTest(
  "the reader's own selector comes before every adapter",
  { ...LOUNGE, selector: "#chat .header" },
  async (page) => {
    const { mode } = await measure(page);
    assertEquals(mode, "row");
    assert(
      await page.evaluate(() =>
        document.querySelector("#chat .header")!.previousElementSibling!.matches("[data-quota-gauge]")
      ),
    );
  },
);

guestTest("an invalid selector of the reader is ignored", { ...LOUNGE, selector: "((" }, async (page) => {
  assertEquals((await measure(page)).mode, "row");
});

guestTest("it stays where it is while messages arrive, without work of its own", LOUNGE, async (page) => {
  const reads = await page.evaluate(async () => {
    let reads = 0;
    const read = Element.prototype.getBoundingClientRect;
    Element.prototype.getBoundingClientRect = function () {
      reads++;
      return read.call(this);
    };
    const list = document.querySelector(".list")!;
    for (let turn = 0; turn < 20; turn++) {
      list.append(Object.assign(document.createElement("p"), { textContent: `Message ${turn}` }));
      await new Promise((done) => requestAnimationFrame(done));
    }
    return reads;
  });
  assertEquals(reads, 0);
});
