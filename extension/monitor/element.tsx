/** The element `<quota-gauge>`: the panel for a page of the team's own. */
import { render } from "preact";
import type { View } from "../../shared/view.ts";
import { Announcement } from "../../shared/ui/status/StatusNotice.tsx";
import { languageAttributes, say } from "../../shared/words/say.ts";
import { createTicker } from "../../shared/ui/time/ticker.ts";
import { Panel } from "../widget/Panel.tsx";
import css from "./element.css?inline";
import { type Monitor, STARTING_VIEW, startMonitor } from "./monitor.ts";
import { planOf } from "./options.ts";
import { optionsOf, THEMES } from "./attributes.ts";

const ATTRIBUTES = ["service", "workspace", "key", "ticket-endpoint", "live", "refresh-interval"];

class QuotaGauge extends HTMLElement {
  static readonly observedAttributes = [...ATTRIBUTES, "theme"];

  #root: ShadowRoot | null = null;
  #view = STARTING_VIEW;
  #monitor: Monitor | null = null;
  #isPlanned = false;
  /** Attributes that cannot be used stay so until they are changed. */
  #canRetry = true;
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
    if (name === "theme") this.#draw();
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
      const options = optionsOf((name) => this.getAttribute(name));
      this.#canRetry = planOf(options, document.baseURI).problem === null;
      this.#monitor = startMonitor(options, (view) => {
        this.#view = view;
        this.#draw();
      });
    });
  }

  #draw(): void {
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

function attachRoot(element: HTMLElement): ShadowRoot {
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  return root;
}

if (!customElements.get("quota-gauge")) customElements.define("quota-gauge", QuotaGauge);
