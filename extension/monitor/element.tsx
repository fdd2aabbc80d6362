/** The element `<quota-gauge>`: the panel for a page of the team's own. */
import { render } from "preact";
import type { View } from "../../shared/view.ts";
import { Announcement } from "../../shared/ui/status/StatusNotice.tsx";
import { languageAttributes, say } from "../../shared/words/say.ts";
import { createTicker } from "../../shared/ui/time/ticker.ts";
import { Panel } from "../widget/Panel.tsx";
import css from "./element.css?inline";
import { createLanguage } from "./language.ts";
import { type Monitor, STARTING_VIEW, startMonitor } from "./monitor.ts";
import { planOf } from "./options.ts";
import { optionsOf, THEMES } from "./attributes.ts";

const ATTRIBUTES = ["service", "workspace", "key", "ticket-endpoint", "live", "refresh-interval"];

class QuotaGauge extends HTMLElement {
  static readonly observedAttributes = [...ATTRIBUTES, "theme", "lang"];

  #root: ShadowRoot | null = null;
  #view = STARTING_VIEW;
  #monitor: Monitor | null = null;
  #isPlanned = false;
  /** Attributes that cannot be used stay so until they are changed. */
  #canRetry = true;
  /** The problem of a connection is a sentence: connecting again tells it in the new language. */
  readonly #language = createLanguage(() => {
    if (this.#view.problem) this.refresh();
    this.#draw();
  });
  readonly #ticker = createTicker(() => this.#draw());

  /** The view that is shown. */
  get view(): View {
    return this.#view;
  }

  /** Asks for current numbers. */
  refresh(): void {
    this.#monitor?.refresh();
  }

  connectedCallback(): void {
    this.#root ??= attachRoot(this);
    this.#ticker.start();
    this.#planStart();
  }

  disconnectedCallback(): void {
    this.#ticker.stop();
    this.#monitor?.stop();
    this.#monitor = null;
    render(null, this.#root!);
  }

  attributeChangedCallback(name: string): void {
    if (!this.#root || !this.isConnected) return;
    if (!ATTRIBUTES.includes(name)) this.#draw();
    else this.#planStart();
  }

  /** Starts once after a script has set several attributes. */
  #planStart(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      if (!this.isConnected) return;
      this.#monitor?.stop();
      const plan = planOf(optionsOf((name) => this.getAttribute(name)), document.baseURI);
      this.#canRetry = plan.problem === null;
      this.#monitor = startMonitor(plan, (view) => {
        this.#view = view;
        this.#draw();
      }, this.#language.use);
    });
  }

  /** A page may change its language at any time: each draw looks at it. */
  #draw(): void {
    void this.#language.choose(langOf(this));
    this.#language.use();
    const theme = this.getAttribute("theme") ?? "";
    render(
      <section
        class={THEMES.includes(theme) ? `qg ${theme}` : "qg"}
        aria-label={say("OpenAI quota")}
        {...languageAttributes()}
      >
        <Announcement view={this.#view} />
        <Panel view={this.#view} now={Date.now()} onRetry={this.#canRetry ? () => this.refresh() : undefined} />
      </section>,
      this.#root!,
    );
  }
}

/** The language of the nearest element that names one, across shadow roots; empty where none does. */
function langOf(element: Element): string {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as Partial<ShadowRoot>).host) {
    const named = at.closest("[lang]");
    if (named) return named.getAttribute("lang")!;
  }
  return "";
}

function attachRoot(element: HTMLElement): ShadowRoot {
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  return root;
}

if (!customElements.get("quota-gauge")) customElements.define("quota-gauge", QuotaGauge);
