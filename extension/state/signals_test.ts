import { options } from "preact";
import { effect as originalEffect, signal as originalSignal } from "@preact/signals";
import { assertEquals } from "../../tests/support/assert.ts";
import { effect, signal } from "./signals.ts";

/** What Preact calls around a component's render, without a document to render into. */
const hooks = options as { __r(node: unknown): void; diffed(node: unknown): void; unmount(node: unknown): void };

class FakeComponent {
  renders = 0;
  readonly node = { __c: this, props: {}, type: () => null };
  constructor(readonly body: () => void) {
    this.setState();
  }
  readonly setState = () => {
    this.renders++;
    hooks.__r(this.node);
    this.body();
    hooks.diffed(this.node);
  };
  unmount(): void {
    hooks.unmount(this.node);
  }
}

Deno.test("a component that reads a signal renders again on each change, and not for the same value", () => {
  const count = signal(1);
  const component = new FakeComponent(() => count.value);
  count.value = 2;
  count.value = 2;
  assertEquals(component.renders, 2);
});

Deno.test("a component that no longer reads a signal is left alone by it", () => {
  const open = signal(true);
  const detail = signal(1);
  const component = new FakeComponent(() => open.value && detail.value);
  open.value = false;
  detail.value = 2;
  assertEquals(component.renders, 2);
});

Deno.test("a signal tells when it gets its first reader and has lost its last", () => {
  const log: string[] = [];
  const beat = signal(0, { watched: () => log.push("watched"), unwatched: () => log.push("unwatched") });
  const components = [new FakeComponent(() => beat.value), new FakeComponent(() => beat.value)];
  components.forEach((component) => component.unmount());
  assertEquals(log, ["watched", "unwatched"]);
});

Deno.test("a child's render does not cost its parent what the parent has read", () => {
  const count = signal(1);
  let child: FakeComponent | undefined;
  const parent = new FakeComponent(() => {
    void count.value;
    child ??= new FakeComponent(() => {});
  });
  count.value = 2;
  count.value = 3;
  assertEquals([parent.renders, child?.renders], [3, 1]);
});

for (const [name, make, run] of [["ours", signal, effect], ["the original", originalSignal, originalEffect]] as const) {
  Deno.test(`an effect runs again for what it read last, until it is ended: ${name}`, () => {
    const open = make(true);
    const detail = make(1);
    const seen: unknown[] = [];
    const stop = run(() => void seen.push(open.value ? detail.value : "folded"));
    detail.value = 2;
    open.value = false;
    detail.value = 3;
    open.value = true;
    stop();
    open.value = false;
    assertEquals(seen, [1, 2, "folded", 3]);
  });
}

for (const [name, make] of [["ours", signal], ["the original", originalSignal]] as const) {
  Deno.test(`peek and subscribe behave alike: ${name}`, () => {
    const count = make(1);
    const seen: number[] = [];
    const stop = count.subscribe((value: number) => void seen.push(value));
    count.value = 2;
    stop();
    count.value = 3;
    assertEquals([seen, count.peek()], [[1, 2], 3]);
  });
}
