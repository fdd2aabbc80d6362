/**
 * No text is hard-coded: in a language that marks each of its texts, every surface is drawn in every state, and outside the
 * marks there are only names, addresses and codes.
 */
import { h } from "preact";
import { badge } from "../../extension/badge/badge.ts";
import { runCommand } from "../../extension/background/commands.ts";
import type { Fault } from "../../extension/connection/answer.ts";
import { failureOf } from "../../extension/connection/describe_fault.ts";
import { describeForPage } from "../../extension/monitor/describe_for_page.ts";
import { describeNotice } from "../../extension/notices/describe_notice.ts";
import { readingsOf } from "../../extension/notices/readings.ts";
import { Onboarding } from "../../extension/pages/onboarding/Onboarding.tsx";
import { Choices } from "../../extension/pages/options/choices.ts";
import { OptionsForm } from "../../extension/pages/options/form.ts";
import { Options } from "../../extension/pages/options/Options.tsx";
import { readFile } from "../../extension/pages/options/settings_file.ts";
import { Transfer } from "../../extension/pages/options/transfer.ts";
import { Popup, type PopupState } from "../../extension/pages/popup/Popup.tsx";
import type { AddressFault } from "../../extension/state/address.ts";
import { describeAddressFault } from "../../extension/state/describe_address.ts";
import { DEFAULT_NOTICE_SETTINGS, DEFAULT_PREFERENCES, DEFAULT_SETTINGS } from "../../extension/state/settings.ts";
import { DEFAULT_SITE } from "../../extension/state/widget_site.ts";
import { describePill } from "../../extension/widget/describe_pill.ts";
import { Menu } from "../../extension/widget/Menu.tsx";
import { WidgetPanel } from "../../extension/widget/WidgetPanel.tsx";
import { shortName } from "../../shared/ui/meters/short_name.ts";
import { Announcement } from "../../shared/ui/status/StatusNotice.tsx";
import type { View } from "../../shared/view.ts";
import { LANGUAGE_NAMES } from "../../shared/words/language_names.ts";
import type { Words } from "../../shared/words/say.ts";
import { readCatalog } from "../../tools/lib/words.mjs";
import { assertEquals } from "../support/assert.ts";
import { type Rendered, rendered } from "../support/rendered.ts";
import { speaking } from "../support/speaking.ts";
import { AT, FIXTURES, MARKUP } from "./fixtures.ts";
import { openSetUp, SET_UP_STATES } from "./onboarding.tsx";
import { NO_COMMANDS, POPUP_STATES } from "./popup_states.ts";

const [OPEN, CLOSE] = "⟦⟧";

/** Each text with marks around its own words: its values stay outside, so that they are checked too. */
const MARKED: Words = Object.fromEntries(
  Object.keys(readCatalog("english")).map((text) => [text, marked(text.split("|")[0])]),
);

function marked(text: string): string {
  return text.split(/(\{\w+\})/).map((part) => /^\{\w+\}$/.test(part) ? part : `${OPEN}${part}${CLOSE}`).join("");
}

const TARGET = { server_url: "https://quota.acme.dev", workspace_id: "acme", key: null };

/** What may be read in every language, outside its texts: names, addresses, commands, codes and what `Intl` writes. */
const NAMES: (string | RegExp)[] = [
  MARKUP,
  shortName(MARKUP),
  /\w+:\/\/[^\s⟦"]*/g,
  /[\w.-]+\.(?:dev|com)\b/g,
  // Models, with the short form of their names.
  /(?:ft:)?gpt-[\w.:…-]+/g,
  /[RT]P[MD]/g,
  // Budgets, with apps and runs.
  /\$\/(?:d|wk|mo)/g,
  "nightly-report",
  "budgets",
  /eval-[\w…-]+/g,
  // Environment variables.
  /OPENAI(?:_[A-Z]+)+|QUOTA(?:_[A-Z]+)+/g,
  "Quota Gauge",
  "@quota-gauge/monitor",
  "npx quota-gauge",
  "npm start",
  "qg_read_",
  "ABCD-EFGH",
  "#composer",
  ".chat form",
  "/api/quota",
  "/w/",
  "/v1",
  ...Object.values(LANGUAGE_NAMES),
  // Workspaces, a status of a newer service, and what the scenes type.
  "the-quarterly-forecasting-and-planning-workspace-of-team-zebra-7",
  "nightly-batch",
  "default",
  "acme",
  "blue",
  "paused",
  "my server:8787",
  "../etc",
  // By `Intl`: days, a month, and large numbers.
  "So.",
  "Mo.,",
  "Dez.,",
  "Mio.",
  "Mrd.",
];

const ATTRIBUTES = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];

/** The words of a text that are neither marked nor names. */
function hardCoded(text: string, names: (string | RegExp)[]): string[] {
  const unmarked = text.replace(/⟦[^⟧]*⟧/g, " ");
  const rest = [...names, ...NAMES].reduce<string>((rest, name) => rest.replaceAll(name, " "), unmarked);
  return rest.match(/\S*\p{L}\S*/gu) ?? [];
}

function check(where: string, elements: Rendered[]): void {
  checkTexts(
    where,
    elements.flatMap(({ props, text }) => [text, ...ATTRIBUTES.map((name) => String(props[name] ?? ""))]),
  );
}

function checkTexts(where: string, texts: (string | null | undefined)[], names: string[] = []): void {
  const found = new Set(texts.flatMap((text) => hardCoded(text ?? "", names)));
  assertEquals([...found], [], where);
}

/** The problem of a fixture is English. */
function inLanguage(view: View): View {
  if (view.problem === null) return view;
  const faults: Partial<Record<View["connection"], Fault>> = { offline: "no_answer", outdated: "extension_outdated" };
  const fault = faults[view.connection] ?? "key_expired";
  return { ...view, problem: failureOf(fault, { target: { ...TARGET, server_url: view.server_url } }).sentence };
}

function test(name: string, run: () => void | Promise<void>): void {
  Deno.test(`no text is hard-coded: ${name}`, async () => {
    using _ = speaking("de", MARKED);
    await run();
  });
}

test("popup", () => {
  for (const [name, state] of Object.entries(POPUP_STATES)) {
    const popup: PopupState = { ...state, view: inLanguage(state.view), said: "" };
    check(name, rendered(h(Popup, { ...popup, now: AT, ...NO_COMMANDS })));
  }
});

test("panel, pill, badge and notices", () => {
  for (const [name, fixture] of Object.entries(FIXTURES)) {
    const view = inLanguage(fixture);
    const menu = h(Menu, { site: DEFAULT_SITE, now: AT, onChange() {} });
    check(name, rendered(h(WidgetPanel, { view, now: AT, menu, onOpenOptions() {}, onRetry() {} })));
    check(name, rendered(h(Announcement, { view })));
    const { label, now, word, was, wait } = describePill(view, AT);
    const { text, title } = badge(view, AT);
    checkTexts(name, [label, now, word, was, wait, text.replace(/\d+[smhd]/, ""), title]);
    for (const reading of view.status ? readingsOf(view.status) : []) {
      for (const kind of [reading.kind, "recovery"] as const) {
        const { headline, detail, link, mute } = describeNotice(
          { kind, key: reading.key, level: 100, reading },
          view,
          AT,
        );
        checkTexts(name, [headline, detail, link?.label, mute]);
      }
    }
  }
  check("dot", rendered(h(Menu, { site: { ...DEFAULT_SITE, dot: true }, now: AT, onChange() {} })));
});

test("first set-up", async () => {
  for (const state of SET_UP_STATES) {
    const { props, play } = openSetUp(state);
    void play();
    await new Promise((resolve) => setTimeout(resolve));
    const { view, ...rest } = props();
    check(state, rendered(h(Onboarding, { ...rest, view: inLanguage(view) })));
  }
});

test("settings", async () => {
  const sentence = failureOf("key_refused", { target: TARGET }).sentence;
  for (const fixture of Object.values(FIXTURES)) {
    const form = new OptionsForm({ ...DEFAULT_SETTINGS, server_url: TARGET.server_url }, {
      send: () => Promise.resolve({ ok: true, sentence }),
      ask: () => Promise.resolve(false),
      test: () => Promise.resolve({ ok: true, sentence }),
      redeem: () => Promise.resolve({ sentence }),
    });
    const choices = new Choices(DEFAULT_PREFERENCES, DEFAULT_NOTICE_SETTINGS, {
      savePreferences: () => Promise.resolve(),
      saveNotices: () => Promise.resolve(),
      askNotifications: () => Promise.resolve(false),
    });
    const transfer = new Transfer({
      write: () => Promise.resolve("{}"),
      download() {},
      ask: () => Promise.resolve(false),
      apply: () => Promise.resolve(),
    });
    const draw = (managed: string[] = []) =>
      check(
        fixture.connection,
        rendered(h(Options, { view: inLanguage(fixture), form, choices, transfer, managed: new Set(managed) })),
      );
    draw();
    draw(["server_url", "thresholds", "notices", "theme"]);
    await form.test();
    draw();
    form.fields.set({ secret: "ABCD-EFGH" });
    await form.test();
    draw();
    form.fields.set({ secret: "1", server_url: "", workspace_id: "../1", chat_page: "ftp://1" });
    await form.save();
    await form.saveChat();
    draw();
    choices.typeThresholds("150");
    await choices.saveThresholds();
    await choices.switchNotice("browser", true);
    draw();
    await transfer.choose({
      name: "1",
      text: () => Promise.resolve('{ "quota_gauge_settings": 1, "theme": "dark" }'),
    });
    draw();
    await transfer.apply();
    draw();
  }
});

test("faults of connections, addresses and files", () => {
  const faults = Object.keys(FAULTS) as Fault[];
  const circumstances = { target: TARGET, http_status: 502 };
  checkTexts("fault", faults.map((fault) => failureOf(fault, circumstances).sentence));
  checkTexts("fault in a page", faults.map((fault) => describeForPage(fault, circumstances).sentence));
  checkTexts("service", ADDRESS_FAULTS.map((fault) => describeAddressFault("1.2", fault, "service")));
  const ofPage = ADDRESS_FAULTS.filter((fault) => fault !== "empty");
  checkTexts("page", ofPage.map((fault) => describeAddressFault("1.2", fault, "page")));
  const values = { time: 1, chat_selector: 1, server_url: 1, workspace_id: 1, chat_page: 1, notices: 1, thresholds: 1 };
  const file = { quota_gauge_settings: 1, ...values, quiet_hours: 1, key: "1", unknown: 1, refresh_seconds: 1 };
  checkTexts(
    "file",
    ["", "{}", '{ "quota_gauge_settings": 2 }', JSON.stringify(file)].flatMap((text) => readFile(text) as string[]),
    [...Object.keys(file).toSorted((a, b) => b.length - a.length), ...CODES],
  );
});

/** Words of the file, and those of `Intl` between them. */
const CODES = "relative absolute limits problems recovery page browser true false null from to und oder".split(" ");

const FAULTS: Record<Fault, true> = {
  no_network: true,
  timed_out: true,
  no_answer: true,
  no_secure_answer: true,
  service_down: true,
  redirected: true,
  login_first: true,
  other_server: true,
  other_workspace: true,
  workspace_closed: true,
  key_missing: true,
  key_refused: true,
  key_expired: true,
  key_locked: true,
  extension_outdated: true,
  service_outdated: true,
  problem: true,
};

const ADDRESS_FAULTS: AddressFault[] = ["empty", "spaces", "scheme", "password", "listening", "malformed"];

test("results of commands", async () => {
  const settings = { ...DEFAULT_SETTINGS, server_url: TARGET.server_url, chat_page: "https://chat.acme.dev/" };
  const commands = [
    { type: "retry" },
    { type: "open_options" },
    { type: "choose_workspace", workspace_id: "acme" },
    { type: "choose_workspace", workspace_id: null },
    { type: "choose_workspace", workspace_id: "../x" },
    { type: "list_workspaces" },
    { type: "change_site", change: {} },
    { type: "mute" },
    { type: "unmute" },
    { type: "save", settings },
    { type: "save", settings: DEFAULT_SETTINGS },
    { type: "unknown" },
  ];
  const nothing = () => Promise.resolve();
  for (const allowed of [[], [settings.server_url], [settings.server_url, settings.chat_page]]) {
    for (const command of commands) {
      for (const own of [true, false]) {
        const { sentence } = await runCommand(command, own, {
          reconnect: nothing,
          save: nothing,
          openOptions: nothing,
          chooseWorkspace: nothing,
          listWorkspaces: () => Promise.resolve([]),
          mute: nothing,
          mayReach: ([pattern]) => Promise.resolve(allowed.some((address) => address.startsWith(pattern.slice(0, -1)))),
          changeSite: nothing,
        });
        checkTexts(command.type, [sentence]);
      }
    }
  }
});
