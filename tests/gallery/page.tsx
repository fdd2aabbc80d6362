/** One surface in one state: `index.html?surface=popup&state=warning`, in English or `&language=de`. Without parameters, links to all. */
import "./freeze.ts";
import { render } from "preact";
import {
  DEFAULT_NOTICE_SETTINGS,
  DEFAULT_PREFERENCES,
  DEFAULT_SETTINGS,
  type Spot,
} from "../../extension/state/settings.ts";
import { DEFAULT_SITE } from "../../extension/state/widget_site.ts";
import { describeNotice } from "../../extension/notices/describe_notice.ts";
import { readingsOf } from "../../extension/notices/readings.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import type { View } from "../../shared/view.ts";
import { localeFor } from "../../shared/words/languages.ts";
import { languageAttributes, speak } from "../../shared/words/say.ts";
import { Options } from "../../extension/pages/options/Options.tsx";
import { Choices } from "../../extension/pages/options/choices.ts";
import { Transfer } from "../../extension/pages/options/transfer.ts";
import { OptionsForm } from "../../extension/pages/options/form.ts";
import { Popup, type PopupState } from "../../extension/pages/popup/Popup.tsx";
import { openPanel } from "../../extension/widget/open_panel.tsx";
import { Widget } from "../../extension/widget/widget.ts";
import { AT, FIXTURES } from "./fixtures.ts";
import { SET_UP_STATES, showOnboarding } from "./onboarding.tsx";
import { NO_COMMANDS, POPUP_STATES } from "./popup_states.ts";

const SURFACES: Record<string, (view: View) => void> = { widget, options };

/** The states of each surface, for the index. */
const STATES: Record<string, string[]> = {
  popup: Object.keys(POPUP_STATES),
  widget: Object.keys(FIXTURES),
  options: Object.keys(FIXTURES),
  onboarding: SET_UP_STATES,
};

/** Of an organization whose policy sets some settings. */
const MANAGED = ["server_url", "workspace_id", "theme", "live_updates", "thresholds", "notices"];

const query = new URLSearchParams(location.search);
const state = query.get("state") ?? "";
await speakLanguage(query.get("language"));
const surface = SURFACES[query.get("surface") ?? ""];
if (query.get("surface") === "popup" && POPUP_STATES[state]) popup(POPUP_STATES[state]);
else if (query.get("surface") === "onboarding") onboarding(state);
else if (surface && FIXTURES[state]) surface(FIXTURES[state]);
else index();

async function speakLanguage(language: string | null): Promise<void> {
  if (!language) return;
  const words = language === "en" ? {} : await (await fetch(`${language}.json`)).json();
  speak({ locale: localeFor("auto", [language]), words });
  Object.assign(document.documentElement, languageAttributes());
}

function popup(state: PopupState): void {
  void whenReady([sheet("popup.css")]);
  document.body.className = "qg";
  render(<Popup {...state} now={AT} {...NO_COMMANDS} />, app());
}

/** On a page like a chat page: a thread, and a composer at the bottom. `host` is the page's own colour scheme. */
function widget(view: View): void {
  const sheets = [sheet("host.css")];
  document.body.className = `host ${query.get("host") ?? "light"}`;
  document.body.append(...hostPage());
  const host = document.createElement("div");
  host.dataset.quotaGauge = "";
  const root = host.attachShadow({ mode: "open" });
  sheets.push(loaded(root, "widget.css"));
  const site = { ...DEFAULT_SITE, spot: (query.get("spot") ?? "page") as Spot, dot: query.has("dot") };
  const commands = {
    onRetry: nothing,
    onOpenOptions: nothing,
    onChange: nothing,
    onMute: () => document.title = "muted",
    loadPanel: () => Promise.resolve(openPanel),
  };
  const widget = new Widget(root, { view, site, selector: query.get("selector") ?? "", commands });
  Object.assign(globalThis, {
    showState: (state: string) => widget.update(FIXTURES[state]),
    notify: (notice: NoticeMessage) => widget.notify(notice, true),
  });
  void Promise.all(sheets).then(() => query.has("toast") && widget.notify(noticeOf(view), true));
  void whenReady(sheets);
}

function options(view: View): void {
  void whenReady([sheet("options.css")]);
  document.body.className = "qg";
  const ok = view.connection === "live";
  const sentence = ok ? "It works: acme is normal." : "Cannot reach http://127.0.0.1:8787: start the service.";
  const stored = { ...DEFAULT_SETTINGS, server_url: view.server_url, workspace_id: view.workspace_id };
  const form = new OptionsForm(stored, {
    send: () => Promise.resolve({ ok, sentence }),
    ask: () => Promise.resolve(true),
    test: () => Promise.resolve({ ok, sentence }),
    redeem: () => Promise.resolve({ sentence }),
  });
  const choices = new Choices(DEFAULT_PREFERENCES, DEFAULT_NOTICE_SETTINGS, {
    savePreferences: () => Promise.resolve(),
    saveNotices: () => Promise.resolve(),
    askNotifications: () => Promise.resolve(true),
  });
  const transfer = new Transfer({
    write: () => Promise.resolve("{}"),
    download: nothing,
    ask: () => Promise.resolve(true),
    apply: () => Promise.resolve(),
  });
  const managed = new Set(query.get("state") === "large" ? MANAGED : []);
  render(<Options view={view} form={form} choices={choices} transfer={transfer} managed={managed} />, app());
}

function onboarding(state: string): void {
  void whenReady([sheet("options.css")]);
  document.body.className = "qg";
  showOnboarding(state, app());
}

function index(): void {
  for (const [surface, states] of Object.entries(STATES)) {
    for (const state of states) {
      const link = document.createElement("a");
      link.href = `?surface=${surface}&state=${state}`;
      link.textContent = `${surface}: ${state}`;
      document.body.append(link, document.createElement("br"));
    }
  }
}

/** The notice that this state gives when it begins. */
function noticeOf(view: View): NoticeMessage {
  const [reading] = readingsOf(view.status!).toSorted((a, b) => b.used - a.used);
  const kind = view.status!.status === "normal" ? "recovery" : reading.kind;
  return describeNotice({ kind, key: reading.key, level: reading.used, reading }, view, AT);
}

function hostPage(): HTMLElement[] {
  const title = Object.assign(document.createElement("h1"), { textContent: "Team chat" });
  const lines = ["Could you summarise the release notes?", "Of course. Three things changed since last week…"];
  const composer = Object.assign(document.createElement("textarea"), { placeholder: "Message", ariaLabel: "Message" });
  const thread = document.createElement("main");
  const words = lines.map((line) => Object.assign(document.createElement("p"), { textContent: line }));
  thread.append(title, ...words, composer);
  return [thread];
}

function app(): HTMLElement {
  const element = document.createElement("div");
  document.body.append(element);
  return element;
}

function sheet(name: string): Promise<Event> {
  return loaded(document.head, name);
}

/** Tells a test that texts and places are final. */
async function whenReady(sheets: Promise<Event>[]): Promise<void> {
  await Promise.all(sheets);
  document.documentElement.dataset.ready = "";
}

/** Resolves once the sheet is in force. */
function loaded(parent: ParentNode, name: string): Promise<Event> {
  const link = sheetLink(name);
  parent.append(link);
  return new Promise((resolve) => link.addEventListener("load", resolve));
}

function sheetLink(href: string): HTMLLinkElement {
  return Object.assign(document.createElement("link"), { rel: "stylesheet", href });
}

function nothing(): void {}
