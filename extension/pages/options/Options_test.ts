import { h } from "preact";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { click, type Rendered, rendered, withClass } from "../../../tests/support/rendered.ts";
import { DEFAULT_NOTICE_SETTINGS, DEFAULT_PREFERENCES, DEFAULT_SETTINGS } from "../../state/settings.ts";
import type { CommandResult } from "../../state/messages.ts";
import { Choices } from "./choices.ts";
import { Transfer } from "./transfer.ts";
import { OptionsForm } from "./form.ts";
import { Options } from "./Options.tsx";

const WORKS: CommandResult = { ok: true, sentence: "It works." };
const FAILS: CommandResult = { ok: false, sentence: "It does not work." };

/** The options page, whose requests the test answers. */
function page(state = "unconfigured", managed: string[] = []) {
  const answers: ((result: CommandResult) => void)[] = [];
  const ask = () => new Promise<CommandResult>((resolve) => answers.push(resolve));
  const form = new OptionsForm({ ...DEFAULT_SETTINGS, server_url: "http://127.0.0.1:8787" }, {
    ask: () => Promise.resolve(true),
    test: ask,
    send: ask,
    redeem: () => Promise.resolve({ sentence: "No." }),
  });
  const choices = new Choices(DEFAULT_PREFERENCES, DEFAULT_NOTICE_SETTINGS, {
    savePreferences: () => Promise.resolve(),
    saveNotices: () => Promise.resolve(),
    askNotifications: () => Promise.resolve(true),
  });
  const transfer = new Transfer({
    write: () => Promise.resolve(""),
    download() {},
    ask: () => Promise.resolve(true),
    apply: () => Promise.resolve(),
  });
  const draw = () =>
    rendered(h(Options, { view: FIXTURES[state], form, choices, transfer, managed: new Set(managed) }));
  const answer = async (result: CommandResult) => {
    await turn();
    answers.shift()!(result);
    await turn();
  };
  return { form, choices, draw, answer };
}

/** Lets promises that are settled run their callbacks. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

function field(elements: Rendered[], id: string) {
  const input = elements.find(({ tag, props }) => tag === "input" && props.id === id)!;
  const note = elements.find(({ props }) => props.id === input.props["aria-describedby"])!;
  return { input, note, isFault: withClass([note], "fault").length > 0 };
}

/** The words below each button. */
function outcomes(elements: Rendered[]): string[] {
  return withClass(elements, "outcome").map(({ text }) => text);
}

Deno.test("a field shows its hint, or its fault in place of the hint", () => {
  const { form, draw } = page();
  assertEquals([field(draw(), "workspace_id").isFault, field(draw(), "workspace_id").input.props["aria-invalid"]], [
    false,
    false,
  ]);
  (field(draw(), "workspace_id").input.props.onInput as (event: unknown) => void)({ currentTarget: { value: "../x" } });
  assertEquals(form.fields.typed.workspace_id, "../x");
  assert(!field(draw(), "workspace_id").isFault, "not while the field has the focus");
  (field(draw(), "workspace_id").input.props.onBlur as () => void)();
  const { input, note, isFault } = field(draw(), "workspace_id");
  assertEquals([isFault, input.props["aria-invalid"], input.props.value], [true, true, "../x"]);
  assertStringIncludes(note.text, '"../x"');
});

Deno.test("addresses get the keyboard for addresses", () => {
  const modes = ["server_url", "secret", "workspace_id", "chat_page"].map((id) =>
    field(page().draw(), id).input.props.inputMode
  );
  assertEquals(modes, ["url", "text", "text", "url"]);
});

Deno.test("a click's progress and result are below its own button, and every button waits", async () => {
  const { draw, answer } = page();
  const waits = () =>
    draw().filter(({ tag, props }) => tag === "button" && props["aria-disabled"]).map(({ text }) => text);
  assertEquals([outcomes(draw()), waits()], [["", "", ""], []]);
  click(draw(), "Test connection");
  assertEquals([outcomes(draw()), waits()], [["Testing…", "", ""], [
    "Save & connect",
    "Test connection",
    "Save chat page",
  ]]);
  await answer(WORKS);
  assertEquals([outcomes(draw()), waits()], [["It works.", "", ""], []]);
  const [tested] = withClass(draw(), "outcome");
  assertEquals([tested.props.role, withClass(draw(), "tone-ok").length > 0], ["status", true]);
});

for (const [result, tone] of [[WORKS, "tone-ok"], [FAILS, "tone-warning"]] as const) {
  Deno.test(`the shape of the result "${result.sentence}" has the ${tone}`, async () => {
    const { draw, answer } = page();
    const tones = () => draw().filter(({ tag }) => tag === "svg").map(({ props }) => String(props.class));
    click(draw(), "Test connection");
    await answer(result);
    assertStringIncludes(tones()[1], tone);
  });
}

Deno.test("submitting the form saves, and does not load another page", async () => {
  const { draw, answer } = page();
  const form = draw().find(({ tag }) => tag === "form")!;
  let prevented = 0;
  (form.props.onSubmit as (event: unknown) => void)({ preventDefault: () => prevented++ });
  assertEquals([prevented, outcomes(draw())], [1, ["", "Connecting…", ""]]);
  await answer(FAILS);
  assertEquals(outcomes(draw()), ["", FAILS.sentence, ""]);
});

Deno.test("a saved connection that works is named in the result", async () => {
  const { draw, answer } = page("live_normal");
  const form = draw().find(({ tag }) => tag === "form")!;
  (form.props.onSubmit as (event: unknown) => void)({ preventDefault() {} });
  await answer(WORKS);
  assertEquals(outcomes(draw()), ["", "Connected to acme: live", ""]);
});

Deno.test("the base URL for an SDK is shown once there is a service", () => {
  const addresses = (state: string) => withClass(page(state).draw(), "address").map(({ text }) => text);
  const starts = ["npx quota-gauge", "npm start"];
  assertEquals([addresses("unconfigured"), addresses("connecting_first")], [starts, starts]);
  assertEquals(addresses("live_normal"), [...starts, "http://127.0.0.1:8787/w/acme/v1"]);
});

Deno.test("the connection's line has the shape of its state", () => {
  const tone = (state: string) => {
    const elements = page(state).draw();
    const [, shape] = elements.slice(elements.indexOf(withClass(elements, "connection")[0]));
    return /tone-(\w+)/.exec(String(shape.props.class))![1];
  };
  assertEquals(["live_normal", "rate_limited"].map(tone), ["ok", "ok"], "the status has no part in it");
  assertEquals(["offline", "unconfigured", "refused"].map(tone), ["unsure", "unsure", "warning"]);
});

Deno.test("what the organization has set is shown, cannot be changed, and says so", () => {
  const elements = page("live_normal", ["server_url", "theme", "live_updates", "notices", "thresholds"]).draw();
  const inputs = elements.filter(({ tag }) => tag === "input");
  const readOnly = inputs.filter(({ props }) => props.readOnly).map(({ props }) => props.id);
  assertEquals(readOnly, ["server_url", "thresholds"]);
  const disabled = inputs.filter(({ props }) => props.disabled).map(({ props }) => props.id);
  assertEquals(disabled, [
    ...["limits", "problems", "recovery", "page", "browser"].map((kind) => `notice_${kind}`),
    "live_updates",
  ]);
  const closed = elements.filter(({ tag, props }) => tag === "fieldset" && props.disabled);
  assertEquals(closed.map(({ props }) => props["aria-describedby"]), ["theme-note"]);
  const notes = elements.filter(({ tag, text }) => tag === "p" && text === "Set by your organization.");
  assertEquals(notes.length, 5);
});

Deno.test("a control changes its own setting", () => {
  const { choices, draw } = page("live_normal");
  const input = (name: string, value?: string) =>
    draw().find(({ tag, props }) =>
      tag === "input" && [props.id, props.name].includes(name) && (!value || props.value === value)
    )!;
  (input("theme", "dark").props.onChange as () => void)();
  (input("live_updates").props.onChange as (event: unknown) => void)({ currentTarget: { checked: false } });
  (input("notice_recovery").props.onChange as (event: unknown) => void)({ currentTarget: { checked: false } });
  const { theme, live_updates } = choices.preferences;
  assertEquals([theme, live_updates, choices.notices.notices.recovery], ["dark", false, false]);
  assertEquals([input("theme", "dark").props.checked, input("theme", "system").props.checked], [true, false]);
});

Deno.test("the languages have their own names, and a chosen one is saved", () => {
  const { choices, draw } = page();
  const names = draw().filter(({ tag, props }) => tag === "option" && props.lang).map(({ text }) => text);
  assertEquals(names, ["English", "Deutsch", "Français", "Español", "日本語", "简体中文", "العربية"]);
  const select = () => draw().find(({ props }) => props.id === "language")!.props;
  (select().onChange as (event: unknown) => void)({ currentTarget: { value: "ja" } });
  assertEquals([choices.preferences.language, select().value], ["ja", "ja"]);
});

Deno.test("a language that the organization has set cannot be changed, and the page says so", () => {
  const elements = page("live_normal", ["language"]).draw();
  const select = elements.find(({ props }) => props.id === "language")!;
  const note = elements.find(({ props }) => props.id === select.props["aria-describedby"])!;
  assertEquals([select.props.disabled, note.text], [true, "Set by your organization."]);
});
