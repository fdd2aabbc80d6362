/** The surfaces cannot disagree: badge, title, popup and pill state one condition, one number and one countdown. */
import fc from "fast-check";
import { h } from "preact";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { NO_COMMANDS, PLAIN } from "../../tests/gallery/popup_states.ts";
import { randomViews } from "../../tests/support/random_views.ts";
import { rendered, withClass } from "../../tests/support/rendered.ts";
import { NOON } from "../../tests/support/statuses.ts";
import { statusLines } from "../../server/command/status_text.ts";
import { isCurrent, type View, withStaleness } from "../../shared/view.ts";
import { amountsOf } from "../../shared/ui/meters/budgets.ts";
import { Popup } from "../pages/popup/Popup.tsx";
import { describePill } from "../widget/describe_pill.ts";
import { badge } from "./badge.ts";

/** What each surface says at noon about a view. */
function surfaces(known: View) {
  // The popup gets its views from the client, which has marked old ones.
  const view = withStaleness(known, NOON);
  const { text, title, tone } = badge(view, NOON);
  const pill = describePill(view, NOON);
  const popup = rendered(h(Popup, { ...PLAIN, ...NO_COMMANDS, view, now: NOON }));
  const [notice] = withClass(popup, "notice");
  const [headline] = withClass(popup, "headline");
  const [line] = statusLines(view, NOON, { colour: false, unicode: true, width: 1_000 });
  return {
    badge: { text, tone },
    title,
    line,
    pill: { ...pill, text: [pill.now, pill.word, pill.was, pill.wait].filter(Boolean).join(" ") },
    popup: {
      state: notice.props["data-state"],
      tone: String(notice.props.class).split("tone-")[1],
      text: headline.text,
    },
  };
}

const runs = { numRuns: 500 };

Deno.test("property: all surfaces show the same condition in the same colour", () => {
  fc.assert(
    fc.property(randomViews, (view) => {
      const { badge, title, line, pill, popup } = surfaces(view);
      assertEquals([badge.tone, pill.tone, pill.state], [popup.tone, popup.tone, popup.state]);
      for (const text of [title, line]) assert(text.includes(popup.text), `${text} does not say ${popup.text}`);
    }),
    runs,
  );
});

const percentsIn = (text: string) => [...text.matchAll(/(\d+) %(?! left)/g)].map(([, number]) => number);

Deno.test("property: all surfaces that show a used share show the same one", () => {
  fc.assert(
    fc.property(randomViews, (view) => {
      const { badge, title, line, pill, popup } = surfaces(view);
      const number = /^\d+$/.test(badge.text) ? [badge.text] : [];
      const shown = [...number, ...[title, line, pill.text, popup.text].flatMap(percentsIn)];
      assert(new Set(shown).size <= 1, JSON.stringify([badge.text, title, pill.text, popup.text]));
      assertEquals(number.filter((text) => !percentsIn(title).includes(text)), [], "the title has the badge's number");
    }),
    runs,
  );
});

const waitIn = (text: string) => /\bin (\d+ [a-z]+(?: \d+ [a-z]+)?)|\b(now)\b/.exec(text)?.slice(1).find(Boolean);

Deno.test("property: all surfaces count down the same time, and none on old numbers", () => {
  fc.assert(
    fc.property(randomViews, (view) => {
      const { badge, title, pill, popup } = surfaces(view);
      const said = new Set([title, pill.text, popup.text].map(waitIn).filter(Boolean));
      assert(said.size <= 1, [...said].join(" and "));
      if (!isCurrent(withStaleness(view, NOON))) assertEquals([...said, /^\d+[smhd]$/.test(badge.text)], [false]);
      else if (/^(\d+[smhd]|now)$/.test(badge.text)) {
        const [wait] = said as Set<string>;
        assertEquals(badge.text, wait.replace(/^(\d+) (.).*/, "$1$2"));
        assertEquals([waitIn(popup.text), waitIn(pill.text)], [wait, wait]);
      }
    }),
    runs,
  );
});

Deno.test("property: 100 is shown only when full, and no number or a zero only when unused", () => {
  fc.assert(
    fc.property(randomViews, (view) => {
      const { badge, popup } = surfaces(view);
      if (popup.state !== "normal" || view.status!.cause) return;
      const stats = [view.status!.stats, ...view.status!.models!.map(({ stats }) => stats)];
      const meters = stats.flatMap((each) => Object.values(each)).filter((meter) => meter !== null);
      const money = (view.status!.budgets ?? []).map(amountsOf);
      const isUnused = meters.every(({ current, reserved }) => current + reserved === 0) &&
        money.every(({ used, limit }) => used === 0n && limit > 0n);
      assertEquals(badge.text === "", isUnused);
      const isFull = meters.some(({ remaining }) => remaining === 0) || money.some(({ used, limit }) => used >= limit);
      assertEquals(badge.text === "100", isFull);
    }),
    runs,
  );
});
