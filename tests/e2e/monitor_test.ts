/** The packed monitor in pages of a team's own, in real Chromium. */
import axe from "axe-core";
import type { Page } from "playwright";
import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { liveIn, onMonitorStage, waitForSilence } from "./monitor_stage.ts";

interface Shadow {
  connection: string | undefined;
  text: string;
}

/** What the element shows. */
function shown(page: Page): Promise<Shadow> {
  return page.evaluate(() => {
    const root = document.querySelector("quota-gauge")!.shadowRoot!;
    return {
      connection: root.querySelector<HTMLElement>("#panel")?.dataset.connection,
      text: root.querySelector<HTMLElement>("section")?.innerText ?? "",
    };
  });
}

async function waitForConnection(page: Page, connection: string): Promise<void> {
  await page.waitForFunction((connection) => {
    const root = document.querySelector("quota-gauge")?.shadowRoot;
    return root?.querySelector<HTMLElement>("#panel")?.dataset.connection === connection;
  }, connection);
}

/** Waits until the element's or the app's text matches. */
async function waitForText(page: Page, pattern: RegExp): Promise<void> {
  await page.waitForFunction((source) => {
    const element = document.querySelector("quota-gauge")?.shadowRoot?.querySelector<HTMLElement>("section");
    return new RegExp(source).test((element ?? document.querySelector<HTMLElement>("#app"))?.innerText ?? "");
  }, pattern.source);
}

/** One line for each rule of axe that the page breaks. The title and the language are the page's own. */
async function violationsOf(page: Page): Promise<string[]> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const broken = violations.filter(({ id }) => id !== "html-has-lang");
  return broken.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** Leaves the page once the element is live, and reports when it is live again in the page that came back. */
const LEAVE = `
let persisted = null;
addEventListener("pageshow", (event) => event.persisted && (persisted = true));
function look() {
  const panel = document.querySelector("quota-gauge").shadowRoot?.querySelector("#panel");
  if (panel?.dataset.connection !== "live") return requestAnimationFrame(look);
  if (persisted) fetch("/returned?sockets=" + live.sockets.size + "&opened=" + live.opened);
  else location.href = "/page.html?away";
}
if (location.search === "?away") addEventListener("load", () => requestAnimationFrame(() => history.back()));
else addEventListener("pageshow", look);
`;

const SCRIPT = '<script src="/element.js"></script>';

Deno.test("the monitor in pages of a team's own", (test) =>
  onMonitorStage(async ({ service, keys, open, elementExample, session, call, serve, requested }) => {
    const element = (attributes: string) =>
      `${SCRIPT}<quota-gauge service="${service.url}" workspace="acme" ${attributes}></quota-gauge>`;

    await test.step("the element of the docs is live with tickets, under a strict policy", async () => {
      const page = await open(elementExample);
      await waitForConnection(page, "live");
      await call();
      await waitForText(page, /\b1 of 500\b/);
      const { opened, violations } = await liveIn(page);
      assertEquals([opened, violations], [1, []]);
      assertEquals((await page.content()).includes(keys.read), false, "the page has no key");
      await page.close();
    });

    await test.step("the element breaks no rule of axe, light and dark, with numbers and without", async () => {
      for (const attributes of ['ticket-endpoint="/quota-ticket"', 'key="qg_admin_Ab12_Cd34"']) {
        const page = await open(`<main><h1>Team</h1>${element(attributes)}</main>`);
        await waitForConnection(page, attributes.startsWith("key") ? "key_refused" : "live");
        for (const scheme of ["light", "dark"]) {
          await page.evaluate((scheme) => document.documentElement.style.colorScheme = scheme, scheme);
          assertEquals(await violationsOf(page), [], `${attributes} ${scheme}`);
        }
        await page.close();
      }
    });

    await test.step("a removed element leaves no socket and no timer, and one that returns is live again", async () => {
      const page = await open(elementExample);
      await waitForConnection(page, "live");
      const handle = await page.evaluateHandle(() => document.querySelector("quota-gauge")!);
      await handle.evaluate((element) => element.remove());
      await waitForSilence(page);
      await handle.evaluate((element) => document.body.append(element));
      await waitForConnection(page, "live");
      // Moved within the page, it has one socket still.
      await handle.evaluate((element) => document.body.prepend(element));
      await waitForConnection(page, "live");
      await page.waitForFunction(() =>
        (globalThis as unknown as { live: { sockets: Set<unknown> } }).live.sockets.size === 1
      );
      await page.close();
    });

    await test.step("a page that comes back from the back/forward cache is live again", async () => {
      serve("/leave.js", LEAVE);
      const returned = requested("/returned");
      await open(`${elementExample}<script src="/leave.js"></script>`);
      assertEquals(await returned, "?sockets=1&opened=2");
    });

    await test.step("a read key is live, and polls where live updates are off", async () => {
      const page = await open(element(`key="${keys.read}"`));
      await waitForConnection(page, "live");
      await page.evaluate(() => document.querySelector("quota-gauge")!.setAttribute("live", "false"));
      await waitForConnection(page, "polling");
      assertEquals((await liveIn(page)).sockets, 0);
      await page.close();
    });

    await test.step("several attributes that change together connect once", async () => {
      const page = await open(element(`key="${keys.read}"`));
      await waitForConnection(page, "live");
      const before = (await liveIn(page)).opened;
      await page.evaluate(() => {
        const element = document.querySelector("quota-gauge")!;
        element.setAttribute("refresh-interval", "6000");
        element.setAttribute("live", "true");
      });
      await waitForConnection(page, "live");
      assertEquals((await liveIn(page)).opened, before + 1);
      await page.close();
    });

    await test.step("an admin key is refused in words, without a request", async () => {
      const page = await open(element('key="qg_admin_Ab12_Cd34"'));
      await waitForConnection(page, "key_refused");
      assertMatch((await shown(page)).text, /Cannot use an admin key in a page, where everybody can read it/);
      assertEquals((await liveIn(page)).opened, 0);
      await page.close();
    });

    await test.step("an attribute that cannot be used is explained, and no button offers a retry that cannot help", async () => {
      const page = await open(`${SCRIPT}<quota-gauge service="http://"></quota-gauge>`);
      await waitForConnection(page, "refused");
      const { text } = await shown(page);
      assertStringIncludes(text, 'Cannot use "http://" as the service\'s address');
      assertEquals(text.includes("Retry"), false);
      await page.close();
    });

    await test.step("a user who signed out is told so, and is live after signing in", async () => {
      session.isSignedIn = false;
      const page = await open(elementExample);
      await waitForConnection(page, "refused");
      assertMatch((await shown(page)).text, /The ticket endpoint answered 401: sign in to this page again/);
      session.isSignedIn = true;
      await page.evaluate(() => document.querySelector<HTMLElement & { refresh(): void }>("quota-gauge")!.refresh());
      await waitForConnection(page, "live");
      await page.close();
    });

    await test.step("a page of another origin gets neither REST nor a WebSocket, and is told why", async () => {
      for (
        const attributes of [`key="${keys.read}"`, `key="${keys.read}" live="false"`, 'ticket-endpoint="/quota-ticket"']
      ) {
        const page = await open(element(attributes), { allowed: false });
        await waitForConnection(page, "offline");
        assertStringIncludes((await shown(page)).text, "QUOTA_ALLOWED_ORIGINS does not list this page's origin");
        await page.close();
      }
    });

    await test.step("the theme is the attribute's, else the page's", async () => {
      const page = await open(element(`key="${keys.read}"`));
      await waitForConnection(page, "live");
      const surface = (theme: string | null, scheme: string) =>
        page.evaluate(([theme, scheme]) => {
          const element = document.querySelector("quota-gauge")!;
          document.documentElement.style.colorScheme = scheme!;
          if (theme) element.setAttribute("theme", theme);
          else element.removeAttribute("theme");
          return getComputedStyle(element.shadowRoot!.querySelector("#panel")!).backgroundColor;
        }, [theme, scheme]);
      const [light, dark] = ["rgb(255, 255, 255)", "rgb(28, 30, 34)"];
      assertEquals(await surface(null, "light"), light);
      assertEquals(await surface(null, "dark"), dark);
      assertEquals(await surface("dark", "light"), dark);
      assertEquals(await surface("light", "dark"), light);
      await page.close();
    });

    for (const library of ["react", "preact"]) {
      await test.step(`the hook of the docs in ${library}: live while it is mounted, silent afterwards`, async () => {
        const page = await open(`<div id="app"></div><script src="/${library}.js"></script>`);
        await waitForText(page, library === "react" ? /1 of 500 requests a minute \(live\)/ : /normal: 1 calls today/);
        // React's development mode mounts twice: the first socket was closed.
        const { sockets, violations } = await liveIn(page);
        assertEquals([sockets, violations], [1, []]);
        await page.evaluate(() => (globalThis as unknown as { show(nothing: null): void }).show(null));
        await waitForSilence(page);
        await page.evaluate(() => (globalThis as unknown as { show(): void }).show());
        await waitForText(page, /live|normal/);
        await page.close();
      });
    }
  }));
