/** The contract of every live store. A store's test calls {@link liveStoreContract} with a function that opens it. */
import fc from "fast-check";
import type { Remaining } from "../../server/core/limits.ts";
import { limitsOfNames, NO_LIMITS, type WorkspaceLimits } from "../../server/core/workspace_limits.ts";
import {
  type FullLimit,
  type Hold,
  isFullLimit,
  type LiveStore,
  MAX_MODELS,
  type ModelNames,
  type Slot,
  type Snapshot,
} from "../../server/live/live_store.ts";
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { NaiveWorkspace } from "./naive_live_store.ts";

const MIDNIGHT = Date.parse("2026-11-22T00:00:00Z");
const NOON = MIDNIGHT - 12 * 3_600_000;
const FOUR = { requests_per_minute: 3, requests_per_day: 5, tokens_per_minute: 1000, tokens_per_day: 3000 };

/** Limits of a workspace, and of models in it. */
function limited(limits: Partial<Record<MeterName, number>>, models: [string, object][] = []): WorkspaceLimits {
  const some = (set: object) => ({ ...NO_LIMITS, ...set });
  return { limits: some(limits), models: new Map(models.map(([model, set]) => [model, some(set)])) };
}

const ALL = limited(FOUR);

/** A model that answers under its own name, or the requested name and that of the answer. */
type Model = string | null | [requested: string | null, answered: string | null];

function namesOf(model: Model): ModelNames {
  const [requested, answered] = Array.isArray(model) ? model : [model, model];
  return { model: requested, answered };
}

/** One slot of a store, with what most tests do not vary. */
class Room {
  now_ms = NOON;
  limits = ALL;
  constructor(readonly store: LiveStore, readonly slot: Slot) {}

  async reserve(tokens: number, model: Model = null, enforce = true): Promise<Hold | FullLimit> {
    const { now_ms, limits } = this;
    return await this.store.reserve(this.slot, { ...namesOf(model), tokens, now_ms, limits, enforce });
  }

  async hold(tokens: number, model: Model = null, enforce = true): Promise<Hold> {
    const answer = await this.reserve(tokens, model, enforce);
    assert(!isFullLimit(answer), isFullLimit(answer) ? `${answer.full} is full` : "");
    return answer;
  }

  async full(tokens: number, model: Model = null): Promise<FullLimit> {
    const answer = await this.reserve(tokens, model);
    assert(isFullLimit(answer), "it was let through");
    return answer;
  }

  async settle(hold: Hold, tokens: number, model: Model = null): Promise<void> {
    await this.store.settle(hold, { ...namesOf(model), tokens, now_ms: this.now_ms });
  }

  async send(tokens: number, model: Model = null): Promise<void> {
    await this.settle(await this.hold(tokens, model, false), tokens, model);
  }

  async count(tokens: number, at_ms: number, model: Model = null): Promise<void> {
    const { now_ms, limits } = this;
    await this.store.count(this.slot, { ...namesOf(model), tokens, at_ms, now_ms, limits });
  }

  snapshot = async () => await this.store.snapshot(this.slot, this.now_ms, this.limits);

  /** Used and reserved, of the workspace. */
  async meter(name: MeterName): Promise<[number, number]> {
    const { used, reserved } = (await this.snapshot()).workspace[name]!;
    return [used, reserved];
  }

  /** Used and reserved, of a model. */
  async model(name: string, meter: MeterName): Promise<[number, number]> {
    const { used, reserved } = (await this.snapshot()).models.find(({ model }) => model === name)!.readings[meter]!;
    return [used, reserved];
  }
}

/** Registers the suite. `open` is called once for each test and gives an empty store whose days are UTC's. */
export function liveStoreContract(name: string, open: () => LiveStore): void {
  const test = (title: string, body: (room: Room, store: LiveStore) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      const store = open();
      await body(new Room(store, store.open("acme")), store);
    });

  test("an unused workspace has used nothing, and time does not change that", async (room) => {
    const empty = { used: 0, reserved: 0, resets_at_ms: NOON, available_at_ms: NOON };
    const day = { ...empty, resets_at_ms: MIDNIGHT, available_at_ms: MIDNIGHT };
    const workspace = { requests_per_minute: empty, requests_per_day: day, tokens_per_minute: empty };
    assertEquals(await room.snapshot(), {
      workspace: { ...workspace, tokens_per_day: day },
      models: [],
      changes_at_ms: Infinity,
    });
    room.limits = limited({});
    assertEquals(Object.values((await room.snapshot()).workspace), [null, null, null, null]);
  });

  test("a closed slot takes its counts with it, and those opened after it begin at zero", async (room) => {
    const { store, limits, now_ms } = room;
    const used = async (slot: Slot) => (await store.snapshot(slot, now_ms, limits)).workspace.requests_per_day?.used;
    const other = store.open("other");
    await store.count(other, { ...namesOf("a"), tokens: 7, at_ms: now_ms, now_ms, limits });
    for (const model of ["a", "b", null]) await room.send(500_000, model);
    await store.close(room.slot);
    for (let made = 0; made < 6; made++) {
      const slot = store.open(`made-${made}`);
      await store.count(slot, { ...namesOf("c"), tokens: 1, at_ms: now_ms, now_ms, limits });
      assertEquals(await used(slot), 1);
    }
    assertEquals(await used(other), 1);
  });

  test("an attempt that takes no request counts with its tokens alone", async (room) => {
    const { store, slot, limits, now_ms } = room;
    const free = { ...namesOf("a"), at_ms: now_ms, now_ms, limits, requests: 0 };
    for (const tokens of [0, 7]) await store.count(slot, { ...free, tokens });
    assertEquals(await room.meter("requests_per_minute"), [0, 0]);
    assertEquals([await room.meter("requests_per_day"), await room.meter("tokens_per_day")], [[0, 0], [7, 0]]);
  });

  test("an attempt is reserved, then used with what it took", async (room) => {
    const hold = await room.hold(100);
    assertEquals([hold.at_ms, hold.tokens], [NOON, 100]);
    assertEquals([await room.meter("requests_per_minute"), await room.meter("tokens_per_day")], [[0, 1], [0, 100]]);
    room.now_ms += 500;
    await room.settle(hold, 30);
    assertEquals([await room.meter("requests_per_minute"), await room.meter("tokens_per_day")], [[1, 0], [30, 0]]);
  });

  test("a hold ends once, however it is ended again", async (room) => {
    const [settled, released] = [await room.hold(10), await room.hold(10)];
    for (let time = 0; time < 2; time++) {
      await room.settle(settled, 7);
      await room.store.release(settled, NOON);
      await room.store.release(released, NOON);
      await room.settle(released, 7);
      assertEquals([await room.meter("requests_per_minute"), await room.meter("tokens_per_day")], [[1, 0], [7, 0]]);
    }
  });

  test("a full limit is named, with the state of all limits and the time until it opens", async (room) => {
    await room.hold(900);
    const tokens = await room.full(101);
    assertEquals([tokens.full, tokens.model, tokens.opens_at_ms], ["tokens_per_minute", null, NOON + 61_000]);
    assertEquals([tokens.readings.requests_per_day!.reserved, tokens.limits], [1, FOUR]);
    room.now_ms += 1000;
    for (let call = 0; call < 2; call++) await room.hold(1);
    assertEquals((await room.full(1)).full, "requests_per_minute");
    assertEquals((await room.full(1)).opens_at_ms, NOON + 61_000);
    room.now_ms += 61_000;
    for (let call = 0; call < 2; call++) await room.hold(1);
    const day = await room.full(1);
    assertEquals([day.full, day.opens_at_ms], ["requests_per_day", MIDNIGHT]);
    room.limits = limited({ tokens_per_day: 950 });
    assertEquals((await room.full(100)).full, "tokens_per_day");
    await room.hold(46);
  });

  test("of several full limits the day's is named, and nothing is held", async (room) => {
    room.limits = limited({ requests_per_minute: 1, requests_per_day: 1, tokens_per_minute: 10, tokens_per_day: 10 });
    await room.hold(10);
    assertEquals((await room.full(10)).full, "requests_per_day");
    assertEquals([await room.meter("requests_per_day"), await room.meter("tokens_per_minute")], [[0, 1], [0, 10]]);
  });

  test("more tokens than a whole limit are permitted only while no tokens are used", async (room) => {
    await room.hold(5000);
    assertEquals((await room.full(1)).full, "tokens_per_day");
  });

  test("without enforcing, an attempt is counted beyond a full limit", async (room) => {
    for (let call = 0; call < 4; call++) await room.hold(1, null, false);
    assertEquals(await room.meter("requests_per_minute"), [0, 4]);
  });

  test("a count stays through its 60th second and leaves with the 61st; the snapshot says when", async (room) => {
    room.now_ms = NOON + 999;
    await room.send(30);
    room.now_ms = NOON + 60_999;
    assertEquals([await room.meter("requests_per_minute"), (await room.snapshot()).changes_at_ms], [
      [1, 0],
      NOON + 61_000,
    ]);
    room.now_ms = NOON + 61_000;
    assertEquals([await room.meter("requests_per_minute"), await room.meter("tokens_per_minute")], [[0, 0], [0, 0]]);
    assertEquals((await room.snapshot()).changes_at_ms, Infinity);
    assertEquals(await room.meter("requests_per_day"), [1, 0]);
  });

  test("a long attempt leaves the minute while it is in flight, and is not counted there again", async (room) => {
    const hold = await room.hold(100, "gpt-5.4");
    room.limits = limited(FOUR, [["gpt-5.4", FOUR]]);
    room.now_ms += 61_000;
    assertEquals([await room.meter("tokens_per_minute"), await room.meter("tokens_per_day")], [[0, 0], [0, 100]]);
    room.now_ms += 29_000;
    await room.settle(hold, 700, "gpt-5.4");
    assertEquals([await room.meter("tokens_per_minute"), await room.meter("tokens_per_day")], [[0, 0], [700, 0]]);
    assertEquals(await room.model("gpt-5.4", "tokens_per_day"), [700, 0]);
  });

  test("FAULT 12: an attempt across midnight counts on the day on which it was sent", async (room) => {
    room.now_ms = MIDNIGHT - 1000;
    const [hold, given_back] = [await room.hold(100), await room.hold(100)];
    room.now_ms = MIDNIGHT;
    assertEquals(await room.meter("requests_per_day"), [0, 0]);
    await room.settle(hold, 50);
    await room.store.release(given_back, MIDNIGHT);
    assertEquals([await room.meter("requests_per_day"), await room.meter("requests_per_minute")], [[0, 0], [1, 0]]);
    await room.count(5, MIDNIGHT - 1);
    await room.count(7, MIDNIGHT);
    assertEquals([await room.meter("tokens_per_day"), await room.meter("tokens_per_minute")], [[7, 0], [62, 0]]);
  });

  test("FAULT 11: a clock a day ahead starts one new day, which a clock set back does not undo", async (room) => {
    await room.send(40);
    room.now_ms += 86_400_000;
    await room.send(10);
    room.now_ms = NOON;
    assertEquals(await room.meter("tokens_per_day"), [10, 0]);
  });

  test("a late count counts in the second and day in which it was sent; one from the future counts now", async (room) => {
    await room.count(1, NOON - 61_000);
    await room.count(2, NOON - 30_000);
    await room.count(4, NOON + 60_000);
    assertEquals([await room.meter("tokens_per_minute"), await room.meter("tokens_per_day")], [[6, 0], [7, 0]]);
    assertEquals((await room.snapshot()).changes_at_ms, NOON + 31_000);
  });

  test("absurd numbers are cut to the largest valid ones, and drain like any others", async (room) => {
    const absurd = Number.MAX_SAFE_INTEGER;
    room.limits = limited({ ...FOUR, tokens_per_minute: 9, tokens_per_day: 9 });
    const holds = [await room.hold(absurd, "m", false), await room.hold(absurd, "m", false)];
    await room.count(absurd, NOON, "m");
    await room.count(absurd, NOON, "m");
    for (const reading of Object.values((await room.snapshot()).workspace)) {
      for (const count of [reading!.used, reading!.reserved]) assert(Number.isSafeInteger(count) && count >= 0);
    }
    for (const hold of holds) await room.store.release(hold, NOON);
    assertEquals((await room.meter("tokens_per_day"))[1], 0);
    room.now_ms += 122_000;
    assertEquals(await room.meter("tokens_per_minute"), [0, 0]);
  });

  for (const window of ["minute", "day"] as const) {
    test(`a reset of the ${window} clears its used counts, and keeps attempts in flight`, async (room) => {
      room.limits = limited(FOUR, [["gpt-5.4", FOUR]]);
      await room.send(20, "gpt-5.4");
      const hold = await room.hold(100, "gpt-5.4");
      await room.store.reset(room.slot, window, NOON);
      const other = window === "minute" ? "day" : "minute";
      for (const meter of [room.meter(`tokens_per_${window}`), room.model("gpt-5.4", `tokens_per_${window}`)]) {
        assertEquals(await meter, [0, 100]);
      }
      assertEquals(await room.meter(`tokens_per_${other}`), [20, 100]);
      await room.settle(hold, 60, "gpt-5.4");
      assertEquals(await room.model("gpt-5.4", `tokens_per_${window}`), [60, 0]);
      assertEquals(await room.meter(`requests_per_${window}`), [1, 0]);
    });
  }

  test("every model is counted from its first call: a limit set later includes earlier use and holds", async (room) => {
    await room.send(20, "gpt-5.4");
    await room.send(3, "o5");
    await room.hold(100, "gpt-5.4");
    room.limits = limited({}, [["gpt-5.4", FOUR], ["o5", FOUR], ["never used", FOUR], ["free", {}]]);
    assertEquals(await room.model("gpt-5.4", "tokens_per_minute"), [20, 100]);
    assertEquals(await room.model("o5", "tokens_per_day"), [3, 0]);
    assertEquals(await room.model("never used", "requests_per_day"), [0, 0]);
    assertEquals((await room.snapshot()).models.map(({ model }) => model), ["gpt-5.4", "o5", "never used"]);
  });

  test("the first call of a second model keeps the first model's counts exact: large, held and past ones", async (room) => {
    room.limits = limited({}, [["a", { tokens_per_minute: 1, requests_per_minute: 9 }]]);
    const long = await room.hold(50, "a");
    room.now_ms += 61_000;
    await room.send(200_000, "a");
    room.now_ms += 1000;
    await room.send(70_000, "a");
    const hold = await room.hold(90_000, "a", false);
    await room.send(7, "b");
    assertEquals(await room.model("a", "tokens_per_minute"), [270_000, 90_000]);
    await room.settle(hold, 100_000, "a");
    await room.settle(long, 60, "a");
    assertEquals(await room.model("a", "tokens_per_minute"), [370_000, 0]);
    assertEquals(await room.model("a", "requests_per_minute"), [3, 0]);
    room.now_ms += 60_000;
    assertEquals(await room.model("a", "tokens_per_minute"), [170_000, 0]);
    room.now_ms += 1000;
    assertEquals(await room.model("a", "tokens_per_minute"), [0, 0]);
    room.limits = limited({}, [["a", { tokens_per_day: 1 }], ["b", { tokens_per_day: 1 }]]);
    assertEquals([await room.model("a", "tokens_per_day"), await room.model("b", "tokens_per_day")], [[370_060, 0], [
      7,
      0,
    ]]);
  });

  test("a full model refuses only its own calls, after the workspace's limits", async (room) => {
    room.limits = limited({ requests_per_minute: 3 }, [["gpt-5.4", { requests_per_minute: 1, tokens_per_day: 9 }]]);
    await room.hold(1, "gpt-5.4");
    const { full, model, limits, readings, opens_at_ms } = await room.full(1, "gpt-5.4");
    assertEquals([full, model, opens_at_ms], ["requests_per_minute", "gpt-5.4", NOON + 61_000]);
    assertEquals([limits, readings.tokens_per_day!.reserved], [room.limits.models.get("gpt-5.4"), 1]);
    await room.hold(1, "o5");
    await room.hold(1);
    assertEquals((await room.full(1, "gpt-5.4")).model, null);
    assertEquals(await room.meter("requests_per_minute"), [0, 3]);
  });

  test("a model's limit counts its snapshots together, except those with limits of their own", async (room) => {
    room.limits = limited({}, [["gpt-5.4", { requests_per_minute: 2 }]]);
    await room.send(1, "gpt-5.4-2026-03-05");
    room.now_ms += 10_000;
    await room.send(1, "gpt-5.4-0613");
    assertEquals((await room.full(1, "gpt-5.4")).opens_at_ms, NOON + 61_000);
    await room.hold(1, "gpt-5.4-mini");
    const own = { requests_per_minute: 9 };
    room.limits = limited({}, [["gpt-5.4", { requests_per_minute: 2 }], ["gpt-5.4-2026-03-05", own]]);
    await room.hold(1, "gpt-5.4");
    assertEquals((await room.full(1, "gpt-5.4")).opens_at_ms, NOON + 71_000);
    await room.hold(1, "gpt-5.4-2026-03-05");
    assertEquals(await room.model("gpt-5.4-2026-03-05", "requests_per_minute"), [1, 1]);
  });

  test("an attempt counts under the model that it ends with, whatever was requested", async (room) => {
    room.limits = limited({}, [["our-name", FOUR], ["gpt-5.4-2026-03-05", FOUR], ["gpt-5.4", FOUR]]);
    const hold = await room.hold(100, "our-name");
    room.now_ms += 5000;
    await room.settle(hold, 40, "gpt-5.4-2026-03-05");
    assertEquals(await room.model("our-name", "requests_per_minute"), [0, 0]);
    assertEquals(await room.model("gpt-5.4-2026-03-05", "tokens_per_minute"), [40, 0]);
    const nameless = await room.hold(10);
    await room.settle(nameless, 3, "gpt-5.4");
    assertEquals(await room.model("gpt-5.4", "tokens_per_day"), [3, 0]);
    const named = await room.hold(10, "gpt-5.4");
    await room.settle(named, 4, null);
    assertEquals([await room.model("gpt-5.4", "tokens_per_day"), (await room.full(961, "gpt-5.4-2026-03-05")).full], [
      [3, 0],
      "tokens_per_minute",
    ]);
  });

  test("a limit on either name of a model covers its calls, each call once", async (room) => {
    const renamed: Model = ["our-name", "gpt-5.4-2026-03-05"];
    room.limits = limited({}, [["our-name", FOUR], ["gpt-5.4", { requests_per_minute: 2 }]]);
    await room.settle(await room.hold(100, "our-name"), 40, renamed);
    assertEquals(await room.model("our-name", "tokens_per_minute"), [40, 0]);
    assertEquals(await room.model("gpt-5.4", "requests_per_minute"), [1, 0]);
    const hold = await room.hold(100, renamed);
    assertEquals(await room.model("our-name", "tokens_per_minute"), [40, 100]);
    assertEquals(await room.model("gpt-5.4", "requests_per_minute"), [1, 1]);
    assertEquals((await room.full(1, renamed)).model, "gpt-5.4");
    assertEquals((await room.full(1, "gpt-5.4")).model, "gpt-5.4");
    await room.hold(1, "our-name");
    assertEquals((await room.full(1, "our-name")).model, "our-name");
    await room.store.release(hold, room.now_ms);
    await room.settle(await room.hold(1, ["gpt-5.4", "gpt-5.4-2026-03-05"]), 1, ["gpt-5.4", "gpt-5.4-2026-03-05"]);
    assertEquals(await room.model("gpt-5.4", "requests_per_minute"), [2, 0]);
    assertEquals((await room.full(1, renamed)).model, "gpt-5.4");
  });

  test("the first answer names the model of all calls under way, until one answers under another name", async (room) => {
    room.limits = limited({}, [["our-name", { requests_per_day: 9 }], ["o5", { requests_per_day: 9 }]]);
    const holds = [await room.hold(1, "our-name"), await room.hold(1, "our-name"), await room.hold(1, "our-name")];
    await room.settle(holds[0], 1, ["our-name", "o5"]);
    assertEquals(await room.model("o5", "requests_per_day"), [1, 2]);
    await room.settle(holds[1], 1, "our-name");
    await room.store.release(holds[2], room.now_ms);
    assertEquals(await room.model("o5", "requests_per_day"), [1, 0]);
    assertEquals(await room.model("our-name", "requests_per_day"), [2, 0]);
  });

  test(`of more than ${MAX_MODELS} models, the one idle for longest gives up its counters`, async (room) => {
    const names = Array.from({ length: MAX_MODELS }, (_, at) => `model-${at}`);
    room.limits = limited({});
    for (const name of names) await room.send(1, name);
    room.now_ms += 61_000;
    const busy = await room.hold(1, names[0]);
    await room.send(1, names[1]);
    await room.send(1, "one more");
    room.limits = limited({}, [...names, "one more"].map((name) => [name, { requests_per_day: 99 }]));
    const used = await Promise.all(
      [...names.slice(0, 4), "one more"].map((name) => room.model(name, "requests_per_day")),
    );
    assertEquals(used, [[1, 1], [2, 0], [0, 0], [1, 0], [1, 0]]);
    await room.settle(busy, 1, names[0]);
    assertEquals(await room.model(names[0], "requests_per_day"), [2, 0]);
  });

  test("while all models are busy, a further one counts in the workspace; a limited one always counts", async (room) => {
    for (let at = 0; at < MAX_MODELS; at++) await room.send(1, `model-${at}`);
    await room.send(1, "too many");
    const before = await room.meter("requests_per_day");
    room.limits = limited({ requests_per_day: 99 }, [["too many", FOUR], ["o5", FOUR]]);
    assertEquals([before, await room.model("too many", "requests_per_day")], [[MAX_MODELS + 1, 0], [0, 0]]);
    for (let day = 10; day < 13; day++) await room.send(1, `o5-2026-01-${day}`);
    await room.send(1, "too many");
    assertEquals([await room.model("o5", "requests_per_day"), await room.model("too many", "requests_per_day")], [
      [3, 0],
      [1, 0],
    ]);
    assertEquals((await room.full(1, "o5-2026-01-20")).full, "requests_per_minute");
  });

  test("a model with limits keeps its counters, however long it is idle", async (room) => {
    room.limits = limited({}, [["gpt-5.4", { requests_per_day: 9 }]]);
    await room.send(1, "gpt-5.4");
    room.now_ms += 3_600_000;
    for (let at = 0; at < 3 * MAX_MODELS; at++) {
      await room.send(1, `model-${at}`);
      room.now_ms += 61_000;
    }
    assertEquals(await room.model("gpt-5.4", "requests_per_day"), [1, 0]);
  });

  test("a rebuild restores minute and day, in all and per model", async (room) => {
    room.limits = limited(FOUR, [["gpt-5.4", FOUR]]);
    const second = NOON / 1000 - 10;
    const count = (model: Model, requests: number, tokens: number) => ({ ...namesOf(model), requests, tokens });
    const seconds = [{ ...count("gpt-5.4-2026-03-05", 2, 20), second }, { ...count(null, 1, 5), second: second + 1 }];
    const day = [count(["our-name", "gpt-5.4"], 3, 70), count("gpt-5.4-2026-03-05", 2, 20), count(null, 4, 9)];
    await room.store.rebuild(room.slot, { seconds, day, now_ms: NOON, limits: room.limits });
    assertEquals([await room.meter("requests_per_minute"), await room.meter("tokens_per_day")], [[3, 0], [99, 0]]);
    assertEquals([await room.model("gpt-5.4", "tokens_per_minute"), await room.model("gpt-5.4", "tokens_per_day")], [
      [20, 0],
      [90, 0],
    ]);
    assertEquals((await room.snapshot()).changes_at_ms, (second + 61) * 1000);
  });

  test("workspaces do not share counts", async (room, store) => {
    const other = new Room(store, store.open("beta"));
    for (let call = 0; call < 3; call++) await room.hold(1, "gpt-5.4");
    await room.full(1);
    assertEquals(await other.meter("requests_per_minute"), [0, 0]);
    await other.hold(1, "gpt-5.4");
    await store.reset(room.slot, "minute", NOON);
    assertEquals([await room.meter("requests_per_day"), await other.meter("requests_per_day")], [[0, 3], [0, 1]]);
  });

  test("of concurrent attempts for the last request of a limit, one is permitted", async (room) => {
    room.limits = limited({ requests_per_minute: 1 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => room.reserve(1)));
    assertEquals(answers.filter((answer) => !isFullLimit(answer)).length, 1);
  });

  Deno.test(`${name}: property: for any operations it answers like a list of all attempts`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(step(), { maxLength: 60 }), async (restarted, steps) => {
        const store = open();
        await compare(["acme", "beta"].map((id) => new Room(store, store.open(id))), restarted, steps);
      }),
      { numRuns: 300 },
    );
  });
}

const MODELS = ["gpt-5.4", "gpt-5.4-2026-03-05", "gpt-5.4-0613", "o5", "o5-mini", null];

/** The limits between which a test changes. */
const LIMITS = [
  limited(FOUR),
  limited({ tokens_per_minute: 4000 }, [["gpt-5.4", { requests_per_minute: 2, tokens_per_day: 2000 }]]),
  limited({ requests_per_day: 30, tokens_per_minute: 9000 }, [["gpt-5.4-0613", FOUR], ["gpt-5.4", FOUR], ["o5", {}]]),
];

type Step = { do: string; which: number; model: string | null; answered: string | null; amount: number };

function step(): fc.Arbitrary<Step> {
  const of = (weight: number, ...names: string[]) => ({
    weight,
    arbitrary: fc.record({
      do: fc.constantFrom(...names),
      which: fc.nat(50),
      model: fc.constantFrom(...MODELS),
      answered: fc.constantFrom(...MODELS),
      amount: fc.nat(1200),
    }),
  });
  return fc.oneof(
    of(6, "reserve"),
    of(5, "settle"),
    of(1, "observe", "release", "count", "reset", "limits"),
    of(3, "wait"),
  );
}

async function compare(rooms: Room[], restarted: boolean, steps: Step[]): Promise<void> {
  const pairs = rooms.map((room) => ({ room, naive: new NaiveWorkspace() }));
  const holds: { hold: Hold; entry: Parameters<NaiveWorkspace["settle"]>[0]; at: number }[] = [];
  // Shortly before midnight, so that some runs cross it.
  let now_ms = MIDNIGHT - 90_000;
  let limits = LIMITS[0];
  for (const room of rooms) Object.assign(room, { now_ms, limits });
  if (restarted) {
    const count = { requests: 2, tokens: 300 };
    const names = MODELS.map((model, at) => ({ model, answered: MODELS[at - at % 2] }));
    const seconds = names.map((names, at) => ({ ...count, ...names, second: now_ms / 1000 - 12 * at }));
    const kept = { seconds, day: names.map((names) => ({ ...count, ...names })), now_ms, limits };
    pairs[0].naive.rebuild(kept);
    await rooms[0].store.rebuild(rooms[0].slot, kept);
  }
  for (const { do: action, which, model, answered: other, amount } of steps) {
    const at = which % 2;
    const answered = which % 3 === 0 ? other : model;
    const { room, naive } = pairs[at];
    if (action === "wait") now_ms += amount * (which % 3 === 0 ? 80 : 3);
    else if (action === "limits") limits = LIMITS[which % LIMITS.length];
    for (const each of rooms) Object.assign(each, { now_ms, limits });
    if (action === "reserve" || action === "observe") {
      const enforce = action === "reserve";
      const answer = await room.reserve(amount, [model, answered], enforce);
      const expected = naive.reserve({ model, answered, tokens: amount, now_ms, limits, enforce });
      if ("full" in expected) {
        assertEquals(isFullLimit(answer) && [answer.full, answer.model], [expected.full, expected.model]);
      } else {
        assert(!isFullLimit(answer), "it was refused");
        const left = remainingOf(naive.snapshot(now_ms, limits), limits, model, answered);
        assertEquals(answer.remaining, left);
        holds.push({ hold: answer, entry: expected, at });
      }
    } else if ((action === "settle" || action === "release") && holds.length > 0) {
      // Ended holds stay in the list, so that some are ended twice.
      const { hold, entry, at } = holds[which % holds.length];
      const names = which % 4 === 0 ? { model, answered } : { model: entry.model, answered: entry.answered };
      const ending = { ...names, ...(which % 5 === 0 ? { answered: other } : {}), tokens: amount, now_ms };
      if (action === "settle") await room.store.settle(hold, ending), pairs[at].naive.settle(entry, ending);
      else await room.store.release(hold, now_ms), pairs[at].naive.release(entry);
    } else if (action === "count") {
      await room.count(amount, now_ms - which * 1500, [model, answered]);
      naive.count({ model, answered, tokens: amount, at_ms: now_ms - which * 1500, now_ms, limits });
    } else if (action === "reset") {
      const window = which % 4 < 2 ? "minute" : "day";
      await room.store.reset(room.slot, window, now_ms);
      naive.reset(window);
    }
    // Read in one run more often than in another, which must not change anything.
    for (const each of pairs) {
      if (amount % 3 > 0) assertEquals(await each.room.snapshot(), each.naive.snapshot(now_ms, limits));
    }
  }
  for (const each of pairs) assertEquals(await each.room.snapshot(), each.naive.snapshot(now_ms, limits));
}

/** What is left by the tightest of the limits that cover a call. */
function remainingOf(
  { workspace, models }: Snapshot,
  limits: WorkspaceLimits,
  model: string | null,
  answered: string | null,
): Remaining {
  const names = limitsOfNames(limits.models, model, answered);
  const all = [
    { limits: limits.limits, readings: workspace },
    ...models.filter(({ model }) => names.includes(model)).map(({ model, readings }) => ({
      limits: limits.models.get(model)!,
      readings,
    })),
  ];
  const left = METER_NAMES.map((name) => {
    const each = all.flatMap(({ limits, readings }) => {
      const [limit, reading] = [limits[name], readings[name]];
      return limit === null || reading === null ? [] : [Math.max(0, limit - reading.used - reading.reserved)];
    });
    return [name, each.length === 0 ? null : Math.min(...each)];
  });
  return Object.fromEntries(left);
}
