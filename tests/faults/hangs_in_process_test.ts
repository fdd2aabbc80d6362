import { assertEquals } from "../support/assert.ts";
import { collectGarbage } from "../support/collect_garbage.ts";
import { chatChunks } from "../support/upstream_bodies.ts";
import { HELLO, withUpstream } from "../integration/room.ts";

Deno.test(
  "FAULT 20: in process the caller ends a hang: it is in flight until they abort, and is settled once",
  withUpstream(async ({ tracked, upstream, rows, service }) => {
    const reserved = () => service.tracker.status("acme").stats.requests_per_minute!.reserved;
    for (const begins of [false, true]) {
      const taken = upstream.take();
      const abort = new AbortController();
      const answer = tracked().chat.completions.create({ ...HELLO, stream: true }, { signal: abort.signal });
      const read = (async () => {
        for await (const _ of await answer) abort.abort();
      })();
      const exchange = await taken;
      assertEquals([service.tracker.inFlight, reserved()], [1, 1]);
      if (begins) {
        exchange.startStream();
        for (const chunk of chatChunks("gpt-5.4", true).slice(0, 3)) await exchange.event(chunk);
      } else abort.abort();
      await read.catch(() => {});
      await exchange.ended;
    }
    assertEquals((await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]), [
      ["aborted", "unknown"],
      ["aborted", "estimated"],
    ]);
    assertEquals([service.tracker.inFlight, reserved()], [0, 0]);
  }),
);

Deno.test(
  "a call is counted when its caller reads only the head, or drops the stream",
  withUpstream(async ({ tracked, upstream, rows }) => {
    const lookAtHead = async () => {
      const { status } = await tracked().chat.completions.create(HELLO).asResponse();
      const stream = await tracked().chat.completions.create({ ...HELLO, stream: true }).asResponse();
      assertEquals([status, stream.status], [200, 200]);
    };
    await lookAtHead();
    await collectGarbage();
    assertEquals(upstream.entries.length, 2);
    const told = (await rows()).map(({ outcome, usage_source }) => [outcome, usage_source]);
    assertEquals(told, [["unknown", "unknown"], ["unknown", "estimated"]]);
  }),
);
