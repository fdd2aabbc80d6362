import { assertEquals } from "../../tests/support/assert.ts";
import { NOON, statusBody } from "../../tests/support/statuses.ts";
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import { VIEW_KEY } from "./stored_view.ts";
import { type Area, ViewStore } from "./view_store.ts";

class FakeArea implements Area {
  writes = 0;
  failing = false;
  constructor(public items: Record<string, unknown> = {}) {}
  get(): Promise<Record<string, unknown>> {
    return this.failing ? Promise.reject(new Error("gone")) : Promise.resolve(structuredClone(this.items));
  }
  set(items: Record<string, unknown>): Promise<void> {
    this.writes++;
    if (this.failing) return Promise.reject(new Error("full"));
    this.items = structuredClone(items);
    return Promise.resolve();
  }
}

function view(seq: number): View {
  const server_url = "http://127.0.0.1:8787";
  const status = statusBody({ seq });
  return { ...EMPTY_VIEW, connection: "live", server_url, workspace_id: "acme", status, confirmed_at: NOON };
}

function stored(area: FakeArea): number | undefined {
  return (area.items[VIEW_KEY] as View | undefined)?.status?.seq;
}

Deno.test("a burst of views costs two writes, and the last one is stored", async () => {
  const session = new FakeArea();
  const store = new ViewStore(session, new FakeArea());
  await Promise.all([1, 2, 3, 4, 5].map((seq) => store.save(view(seq), NOON)));
  assertEquals([session.writes, stored(session)], [2, 5]);
});

Deno.test("the local copy is written every 30 s", async () => {
  const local = new FakeArea();
  const store = new ViewStore(new FakeArea(), local);
  for (let second = 0; second < 60; second++) await store.save(view(second), NOON + second * 1_000);
  assertEquals([local.writes, stored(local)], [2, 30]);
});

Deno.test("when the service is lost twice within 30 s, the local copy has its last known status", async () => {
  const local = new FakeArea();
  const store = new ViewStore(new FakeArea(), local);
  for (const [at, seq] of [4, 9, 2].entries()) {
    const live = view(seq);
    await store.save(live, NOON + at * 2_000);
    await store.save({ ...live, connection: "offline" }, NOON + at * 2_000 + 1_000);
    await store.save({ ...live, connection: "offline", retry_at: NOON }, NOON + at * 2_000 + 1_500);
    assertEquals(stored(local), seq);
  }
  assertEquals(local.writes, 3);
});

Deno.test("a view is read from the session, else from the local copy, and never as live", async () => {
  const session = new FakeArea({ [VIEW_KEY]: view(2) });
  const local = new FakeArea({ [VIEW_KEY]: view(1) });
  const woken = await new ViewStore(session, local).load();
  assertEquals([woken?.status?.seq, woken?.connection], [2, EMPTY_VIEW.connection]);
  assertEquals((await new ViewStore(new FakeArea(), local).load())?.status?.seq, 1);
  session.failing = true;
  assertEquals((await new ViewStore(session, local).load())?.status?.seq, 1);
});

Deno.test("an invalid stored view is ignored", async () => {
  for (const bad of [null, "x", {}, { ...view(1), status: { seq: 1 } }, { ...view(1), confirmed_at: "now" }]) {
    assertEquals(await new ViewStore(new FakeArea({ [VIEW_KEY]: bad }), new FakeArea()).load(), null);
  }
});

Deno.test("a failed write is tried again with the next view", async () => {
  const session = new FakeArea();
  const store = new ViewStore(session, new FakeArea());
  session.failing = true;
  await store.save(view(1), NOON);
  session.failing = false;
  await store.save(view(2), NOON);
  assertEquals(stored(session), 2);
});
