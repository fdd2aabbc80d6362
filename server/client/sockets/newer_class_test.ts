import { assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { newerClass } from "./newer_class.ts";

Deno.test("a class of the SDK is loaded; one that is missing throws in words when it is constructed", async () => {
  assertEquals(await newerClass(() => Promise.resolve({ Known: Map }), "Known", "7.1.0"), Map);
  const absent = () => import("openai/resources/live/no_such_module" as string);
  class Derived extends (await newerClass<"FutureWS", typeof Object>(absent, "FutureWS", "7.99.0")) {}
  assertThrows(() => new Derived(), TypeError, "Cannot open FutureWS: the installed package openai does not have it.");
  assertThrows(() => new Derived(), TypeError, "Install 7.99.0 or newer");
});
