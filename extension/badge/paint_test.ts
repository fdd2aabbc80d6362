import { fake } from "../../tests/support/fake_browser.ts";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { meter, statusBody, wire } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, STALE_AFTER_MS, type View } from "../../shared/view.ts";
import { BadgePainter } from "./paint.ts";

/** A live view with `used` of 500 requests; where `wait` is given, all calls are refused for that long. */
function view(used: number, wait?: number): View {
  const now = fake.clock.now();
  const stats = { ...statusBody().stats, requests_per_minute: meter(used, 500) };
  const cause = {
    code: "requests_per_minute",
    message: "full",
    source: "counted",
    since: wire(now),
    fix: "wait",
  } as const;
  const refused = wait && { status: "rate_limited", cause: { ...cause, until: wire(now + wait) } } as const;
  const status = statusBody({ stats, server_time: wire(now), ...refused });
  return { ...EMPTY_VIEW, connection: "live", workspace_id: "acme", confirmed_at: now, status };
}

/** The names of the calls that the browser got for a view. */
function callsFor(painter: BadgePainter, view: View): string[] {
  fake.calls = [];
  painter.show(view);
  return fake.calls.map(([name]) => String(name));
}

function paintTest(name: string, test: (painter: BadgePainter) => void): void {
  Deno.test(name, () => {
    fake.reset();
    test(new BadgePainter());
  });
}

const EVERYTHING = ["setBadgeText", "setBadgeBackgroundColor", "setBadgeTextColor", "setTitle", "setIcon"];

paintTest("the first view paints text, colours, title and icon", (painter) => {
  assertEquals(callsFor(painter, view(60)), EVERYTHING);
  assertEquals(fake.argumentsOf("setBadgeText"), [{ text: "12" }]);
});

paintTest("a view that looks the same paints nothing", (painter) => {
  painter.show(view(60));
  assertEquals(callsFor(painter, view(60)), []);
});

paintTest("only the parts that changed are painted", (painter) => {
  painter.show(view(60));
  assertEquals(callsFor(painter, view(61)), ["setBadgeText", "setTitle"]);
  assertEquals(callsFor(painter, { ...view(61), workspace_id: "zebra" }), ["setTitle"]);
  assertEquals(callsFor(painter, view(100)), ["setBadgeText", "setTitle"]);
  assertEquals(callsFor(painter, { ...view(100), connection: "offline" }), EVERYTHING);
  assertEquals(callsFor(painter, view(100)), EVERYTHING);
});

paintTest("a countdown is painted each second, without any other message", (painter) => {
  painter.show(view(500, 3_000));
  fake.clock.advance(2_000);
  assertEquals(fake.argumentsOf("setBadgeText"), [{ text: "3s" }, { text: "2s" }, { text: "1s" }]);
});

paintTest("a countdown that has ended is painted no more", (painter) => {
  painter.show(view(500, 3_000));
  fake.clock.advance(3_000);
  const painted = fake.calls.length;
  fake.clock.advance(10_000);
  assertEquals(fake.calls.length, painted);
});

paintTest("a newer view ends the countdown of the older one", (painter) => {
  painter.show(view(500, 30_000));
  painter.show(view(60));
  fake.clock.advance(20_000);
  assertEquals(fake.argumentsOf("setBadgeText"), [{ text: "30s" }, { text: "12" }]);
});

paintTest("a countdown without news turns grey when its numbers are stale", (painter) => {
  painter.show(view(500, 90_000));
  const [fresh] = fake.argumentsOf("setBadgeBackgroundColor");
  fake.clock.advance(STALE_AFTER_MS);
  const colors = fake.argumentsOf("setBadgeBackgroundColor");
  assertEquals(colors.length, 2);
  assert(JSON.stringify(colors[1]) !== JSON.stringify(fresh));
});

paintTest("a badge that is blank while all is well shows its number again once a limit comes close", (painter) => {
  painter.blankWhenNormal = true;
  painter.show(view(60));
  painter.show({ ...view(490), status: { ...view(490).status!, status: "warning" } });
  assertEquals(fake.argumentsOf("setBadgeText"), [{ text: "" }, { text: "98" }]);
});
