import { EventEmitter } from "node:events";
import type { Writable } from "node:stream";
import { assertEquals } from "../../tests/support/assert.ts";
import type { Wait } from "../attempts/recorder.ts";
import { INVALID_WAIT, parseWait } from "./wait_headers.ts";

const connection = (destroyed = false) => Object.assign(new EventEmitter(), { destroyed }) as unknown as Writable;

Deno.test("only a caller who asks for it waits", () => {
  assertEquals(parseWait({}, connection()), undefined);
  assertEquals(parseWait({ "x-quota-on-limit": "refuse" }, connection()), undefined);
  assertEquals(parseWait({ "x-quota-max-wait": "5s" }, connection()), undefined);
  assertEquals((parseWait({ "x-quota-on-limit": "wait" }, connection()) as Wait).max_wait_ms, 65_000);
  const limited = parseWait({ "x-quota-on-limit": "wait", "x-quota-max-wait": "1m30s" }, connection());
  assertEquals((limited as Wait).max_wait_ms, 90_000);
});

Deno.test("values that are not known are invalid", () => {
  assertEquals(parseWait({ "x-quota-on-limit": "maybe" }, connection()), INVALID_WAIT);
  assertEquals(parseWait({ "x-quota-on-limit": "wait", "x-quota-max-wait": "soon" }, connection()), INVALID_WAIT);
});

Deno.test("the wait ends when the caller's connection closes, or is closed already", () => {
  const open = connection();
  const { signal } = parseWait({ "x-quota-on-limit": "wait" }, open) as Wait;
  assertEquals(signal?.aborted, false);
  (open as unknown as EventEmitter).emit("close");
  assertEquals(signal?.aborted, true);
  assertEquals((parseWait({ "x-quota-on-limit": "wait" }, connection(true)) as Wait).signal?.aborted, true);
});
