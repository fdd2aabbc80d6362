import { h } from "preact";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { click, type Rendered, rendered, withClass } from "../../../tests/support/rendered.ts";
import { DEFAULT_SETTINGS } from "../../state/settings.ts";
import type { CommandResult } from "../../state/messages.ts";
import { OptionsForm } from "./form.ts";
import { Options } from "./Options.tsx";

const WORKS: CommandResult = { ok: true, sentence: "It works." };
const FAILS: CommandResult = { ok: false, sentence: "It does not work." };

/** The options page, whose requests the test answers. */
function page(state = "unconfigured") {
  const answers: ((result: CommandResult) => void)[] = [];
  const ask = () => new Promise<CommandResult>((resolve) => answers.push(resolve));
  const form = new OptionsForm({ ...DEFAULT_SETTINGS, server_url: "http://127.0.0.1:8787" }, {
    ask: () => Promise.resolve(true),
    test: ask,
    send: ask,
    redeem: () => Promise.resolve({ sentence: "No." }),
  });
  const draw = () => rendered(h(Options, { view: FIXTURES[state], form }));
  const answer = async (result: CommandResult) => {
    await turn();
    answers.shift()!(result);
    await turn();
  };
  return { form, draw, answer };
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
  assertEquals([addresses("unconfigured"), addresses("connecting_first")], [[], []]);
  assertEquals(addresses("live_normal"), ["http://127.0.0.1:8787/w/acme/v1"]);
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
