import { assertEquals } from "../../../tests/support/assert.ts";
import type { Attempt } from "../../attempts/attempt.ts";
import { StreamSignal, streamSignal, type StreamView } from "./stream_signal.ts";

/** A signal with its caller's controller, an attempt that awaits its usage or does not, and its permit. */
function tied(awaitsUsage: boolean) {
  const caller = new AbortController();
  const signal = new StreamSignal(caller.signal);
  signal.attempt = { awaitsUsage } as Attempt;
  const ends: string[] = [];
  const settle = () => void ends.push("settled");
  const permit = signal.tie({ settle, release: () => void ends.push("released") });
  const aborted: unknown[] = [];
  const view: StreamView = { abort: (reason) => void aborted.push(reason) };
  return { caller, signal, permit, ends, view, aborted };
}

const settle = ({ permit }: ReturnType<typeof tied>) => permit.settle({} as Parameters<typeof permit.settle>[0]);

Deno.test("without awaited usage, or without a view of the stream, it aborts with the caller's signal", () => {
  for (const [awaitsUsage, hasView] of [[false, true], [true, false], [false, false]]) {
    const { caller, signal: { signal }, signal: tie, view, aborted } = tied(awaitsUsage);
    if (hasView) tie.add(view);
    caller.abort("enough");
    assertEquals([signal.aborted, signal.reason, aborted], [true, "enough", []]);
  }
});

Deno.test("while usage is awaited, views are aborted, and the request only when the attempt has ended", () => {
  for (const end of ["settle", "release"]) {
    const room = tied(true);
    const { caller, signal, view, aborted, permit, ends } = room;
    signal.add(view);
    caller.abort("enough");
    assertEquals([signal.signal.aborted, aborted], [false, ["enough"]]);
    if (end === "settle") settle(room);
    else permit.release(null);
    assertEquals([signal.signal.reason, ends], ["enough", [`${end}d`]]);
  }
});

Deno.test("after the end of the attempt the caller's signal ends only what a clone still reads", () => {
  const [alone, shared] = [tied(false), tied(false)];
  shared.signal.share();
  for (const room of [alone, shared]) {
    settle(room);
    room.caller.abort("enough");
  }
  assertEquals([alone.signal.signal.aborted, shared.signal.signal.aborted], [false, true]);
});

Deno.test("a signal that is aborted already is aborted; without a stream or a signal there is none", () => {
  const signal = AbortSignal.abort("enough");
  assertEquals(streamSignal(true, "https://example.test", { signal })!.signal.reason, "enough");
  assertEquals(streamSignal(true, new Request("https://example.test", { signal }), {})!.signal.aborted, true);
  assertEquals(streamSignal(false, "https://example.test", { signal }), null);
  assertEquals(streamSignal(true, "https://example.test", {}), null);
  // What is no signal is left to the fetch.
  assertEquals(streamSignal(true, "https://example.test", { signal: {} as AbortSignal }), null);
});
