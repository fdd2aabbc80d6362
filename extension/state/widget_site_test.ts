import { assertEquals } from "../../tests/support/assert.ts";
import { isHidden } from "./settings.ts";
import { DEFAULT_SITE, siteOf, withSite } from "./widget_site.ts";

Deno.test("the choices of one site leave those of another as they are", () => {
  const one = withSite(undefined, "https://chat.acme.dev/a", { spot: "top-left" });
  const both = withSite(one, "https://chat.acme.dev:8443/", { dot: true });
  assertEquals(siteOf(both, "https://chat.acme.dev/other"), { ...DEFAULT_SITE, spot: "top-left" });
  assertEquals(siteOf(both, "https://chat.acme.dev:8443/"), { ...DEFAULT_SITE, dot: true });
});

Deno.test("a site without choices, and one whose stored choices are unreadable, have the defaults", () => {
  assertEquals(siteOf({ "https://a.test": { spot: "centre" } }, "https://a.test"), DEFAULT_SITE);
  assertEquals(siteOf("text", "https://a.test"), DEFAULT_SITE);
  assertEquals(siteOf(undefined, "not an address"), DEFAULT_SITE);
});

Deno.test("a widget is hidden until an instant, or always", () => {
  assertEquals(isHidden(DEFAULT_SITE, 0), false);
  assertEquals(isHidden({ ...DEFAULT_SITE, hidden_until: 10 }, 9), true);
  assertEquals(isHidden({ ...DEFAULT_SITE, hidden_until: 10 }, 10), false);
  assertEquals(isHidden({ ...DEFAULT_SITE, hidden_until: "always" }, 1e15), true);
});
