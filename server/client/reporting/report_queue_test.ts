import { assertEquals } from "../../../tests/support/assert.ts";
import { MOST_WAITING, type Report, ReportQueue } from "./report_queue.ts";

const report = (id: string) => ({ id }) as Report;

function queue(answer: (ids: string[]) => Response) {
  const batches: string[][] = [];
  const problems: string[] = [];
  const pauses: number[] = [];
  const made = new ReportQueue({
    post: (attempts) => {
      const ids = attempts.map(({ id }) => id);
      batches.push(ids);
      return Promise.resolve(answer(ids));
    },
    onProblem: (sentence) => void problems.push(sentence),
    pause: (ms) => Promise.resolve(void pauses.push(ms)),
  });
  return { made, batches, problems, pauses };
}

Deno.test("reports that come together travel together, at most 500 at once", async () => {
  const { made, batches } = queue(() => new Response());
  for (let at = 0; at < 1100; at++) made.add(report(`r${at}`));
  await made.flush();
  assertEquals(batches.map((batch) => batch.length), [500, 500, 100]);
  assertEquals([made.waiting, made.dropped], [0, 0]);
});

Deno.test("a service that fails is asked again, ever less often", async () => {
  let failures = 9;
  const { made, pauses } = queue(() => new Response("full", { status: failures-- > 0 ? 503 : 200 }));
  made.add(report("one"));
  await made.flush();
  assertEquals(pauses, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  made.add(report("two"));
  await made.flush();
  assertEquals([pauses.length, made.waiting], [9, 0]);
});

Deno.test("a report that the service will not take costs only itself", async () => {
  const { made, problems } = queue((ids) => new Response("no", { status: ids.includes("bad") ? 400 : 200 }));
  for (const id of ["a", "b", "bad", "c", "d"]) made.add(report(id));
  await made.flush();
  assertEquals([made.dropped, made.waiting, problems.length], [1, 0, 1]);
  assertEquals(problems[0].includes("bad"), true);
});

Deno.test("while the service is away memory is bounded, and what is dropped is said", async () => {
  let away = true;
  const { made, problems } = queue(() => new Response("", { status: away ? 503 : 200 }));
  for (let at = 0; at < MOST_WAITING + 3; at++) made.add(report(`r${at}`));
  assertEquals([made.waiting, made.dropped], [MOST_WAITING, 3]);
  away = false;
  await made.flush();
  assertEquals([made.waiting, made.dropped, problems.length], [0, 3, 3]);
});

Deno.test("a workspace for which the service has no room costs only its own reports", async () => {
  const full = JSON.stringify({ code: "too_many_workspaces" });
  const { made, batches, pauses, problems } = queue((ids) =>
    ids.some((id) => id.startsWith("crowd")) ? new Response(full, { status: 429 }) : new Response()
  );
  for (let at = 0; at < 6; at++) {
    const workspace_id = at % 2 ? "crowd" : "acme";
    made.add({ id: `${workspace_id}-${at}`, workspace_id } as Report);
  }
  await made.flush();
  assertEquals([made.dropped, made.waiting, pauses.length, batches.length], [3, 0, 0, 3]);
  assertEquals(problems.length, 1);
});

Deno.test("where no service of ours is, a batch is dropped as one; a 429 for now waits", async () => {
  for (const status of [401, 404]) {
    const { made, batches } = queue(() => new Response("no", { status }));
    for (let at = 0; at < 9; at++) made.add(report(`r${at}`));
    await made.flush();
    assertEquals([made.dropped, batches.length], [9, 1]);
  }
  let busy = true;
  const { made, pauses } = queue(() => new Response("busy", { status: busy ? (busy = false, 429) : 200 }));
  made.add(report("one"));
  await made.flush();
  assertEquals([made.dropped, pauses.length], [0, 1]);
});

Deno.test("what is given up is counted and said", () => {
  const { made, problems } = queue(() => new Response("", { status: 503 }));
  made.add(report("one"));
  made.add(report("two"));
  made.giveUp("for the program ends");
  made.giveUp("again");
  assertEquals([made.dropped, made.waiting], [2, 0]);
  assertEquals(problems, ["Dropped 2 reports, the first of one, for the program ends"]);
});
