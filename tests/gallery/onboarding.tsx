/** The first set-up in each of its states. */
import { render } from "preact";
import { Onboarding } from "../../extension/pages/onboarding/Onboarding.tsx";
import { SetUp, type SetUpDeps } from "../../extension/pages/onboarding/set_up.ts";
import type { Step } from "../../extension/pages/onboarding/steps.ts";
import { DEFAULT_SETTINGS } from "../../extension/state/settings.ts";
import { failureOf } from "../../extension/connection/describe_fault.ts";
import { say } from "../../shared/words/say.ts";
import { FIXTURES } from "./fixtures.ts";

const SERVICE = "https://quota.acme.dev";
const TARGET = { server_url: SERVICE, workspace_id: "acme", key: null };

function works() {
  const values = { address: SERVICE, workspace: TARGET.workspace_id };
  return { ok: true, sentence: say('Connected to {address}: workspace "{workspace}" is normal.', values) };
}

function fails() {
  return { ok: false, sentence: failureOf("no_secure_answer", { target: TARGET }).sentence };
}

const STORED = { ...DEFAULT_SETTINGS, server_url: SERVICE, workspace_id: "acme" };

interface Scene {
  deps?: Partial<SetUpDeps>;
  managed?: string[];
  /** From the connection's first step; without it, after the test. */
  fromZero?: boolean;
  browser?: "chromium" | "firefox";
  play?(setUp: SetUp): unknown;
}

const never = () => new Promise<never>(() => {});

const SCENES: Record<string, Scene> = {
  connect: { fromZero: true },
  connect_managed: { fromZero: true, managed: ["server_url"] },
  connect_faults: {
    fromZero: true,
    play(setUp) {
      setUp.fields.set({ server_url: "my server:8787", secret: "sk-1", workspace_id: "../etc" });
      return setUp.connect();
    },
  },
  allow: { fromZero: true, deps: { allowed: () => Promise.resolve(false) }, play: connect },
  allow_denied: {
    fromZero: true,
    deps: { allowed: () => Promise.resolve(false), ask: () => Promise.resolve(false) },
    play: async (setUp) => (await connect(setUp), await setUp.allow()),
  },
  test: { fromZero: true, deps: { test: never }, play: connect },
  test_failed: { fromZero: true, deps: { test: () => Promise.resolve(fails()) }, play: connect },
  pin: { deps: { isPinned: () => Promise.resolve(false) } },
  pin_firefox: { browser: "firefox", deps: { isPinned: () => Promise.resolve(false) } },
  pin_done: {},
  chat: { play: openChat },
  chat_typed: {
    play(setUp) {
      setUp.fields.set({ chat_page: "https://chat.acme.dev/c/launch" });
      openChat(setUp);
    },
  },
  ready: { play: (setUp) => (openChat(setUp), setUp.skipChat()) },
};

/** The states of the first set-up, by name. */
export const SET_UP_STATES = Object.keys(SCENES);

export function showOnboarding(state: string, parent: HTMLElement): void {
  const scene = openSetUp(state, (id) => requestAnimationFrame(() => document.getElementById(id)?.focus()));
  const Page = () => <Onboarding {...scene.props()} />;
  render(<Page />, parent);
  void scene.play();
}

/** A set-up, and what leads to its state. */
export function openSetUp(state: string, focus: (id: string) => void = () => {}) {
  const { deps, fromZero, browser = "chromium", managed: names, play } = SCENES[state];
  const managed = new Set(names);
  const setUp = new SetUp(fromZero ? DEFAULT_SETTINGS : STORED, {
    send: () => Promise.resolve(works()),
    ask: () => Promise.resolve(true),
    test: () => Promise.resolve(works()),
    redeem: () => Promise.resolve(fails()),
    allowed: () => Promise.resolve(true),
    isPinned: () => Promise.resolve(true),
    focus,
    finish() {},
    ...deps,
  });
  return {
    props: () => ({ view: FIXTURES[viewIn(setUp.step)], setUp, browser, managed }),
    play: async () => void await play?.(setUp),
  };
}

function viewIn(step: Step | "ready"): string {
  return step === "pin" || step === "chat" || step === "ready" ? "live_normal" : "unconfigured";
}

function connect(setUp: SetUp): Promise<void> {
  setUp.fields.set({ server_url: SERVICE });
  return setUp.connect();
}

function openChat(setUp: SetUp): void {
  setUp.leavePin();
}
