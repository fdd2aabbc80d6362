import { assertEquals } from "../../../tests/support/assert.ts";
import { MAX_WAITING, type Report, ReportQueue } from "./report_queue.ts";

const report = (id: string) => ({ id }) as Report;

function queue(answer: (ids: string[]) => Response) {
  const batches: string[][] = [];
  const problems: string[] = [];
  const pauses: number[] = [];
  const reports = new ReportQueue({
    post: (attempts) => {
      const ids = attempts.map(({ id }) => id);
      batches.push(ids);
      return Promise.resolve(answer(ids));
    },
    onProblem: (sentence) => void problems.push(sentence),
    pause: (ms) => Promise.resolve(void pauses.push(ms)),
  });
  return { reports, batches, problems, pauses };
}

Deno.test("reports of the same turn are sent together, at most 500 in a batch", async () => {
  const { reports, batches } = queue(() => new Response());
  for (let at = 0; at < 1100; at++) reports.add(report(`r${at}`));
  await reports.flush();
  assertEquals(batches.map((batch) => batch.length), [500, 500, 100]);
  assertEquals([reports.waiting, reports.dropped], [0, 0]);
});

Deno.test("a batch is sent again after pauses that double up to 15 s", async () => {
  let failures = 9;
  const { reports, pauses } = queue(() => new Response("full", { status: failures-- > 0 ? 503 : 200 }));
  reports.add(report("one"));
  await reports.flush();
  assertEquals(pauses, [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  reports.add(report("two"));
  await reports.flush();
  assertEquals([pauses.length, reports.waiting], [9, 0]);
  failures = 1;
  reports.add(report("three"));
  await reports.flush();
  assertEquals(pauses.slice(9), [250], "a success ends the row of failures");
});

Deno.test("a report that the service refuses does not cost the others", async () => {
  const { reports, problems } = queue((ids) => new Response("no", { status: ids.includes("bad") ? 400 : 200 }));
  for (const id of ["a", "b", "bad", "c", "d"]) reports.add(report(id));
  await reports.flush();
  assertEquals([reports.dropped, reports.waiting, problems.length], [1, 0, 1]);
  assertEquals(problems[0].includes("bad"), true);
});

Deno.test("while the service is unavailable at most 10,000 reports wait, and the oldest are dropped", async () => {
  let away = true;
  const { reports, problems } = queue(() => new Response("", { status: away ? 503 : 200 }));
  for (let at = 0; at < MAX_WAITING + 3; at++) reports.add(report(`r${at}`));
  assertEquals([reports.waiting, reports.dropped], [MAX_WAITING, 3]);
  away = false;
  await reports.flush();
  assertEquals([reports.waiting, reports.dropped, problems.length], [0, 3, 3]);
});

Deno.test("a refusal of one workspace drops its reports alone", async () => {
  const full = JSON.stringify({ code: "too_many_workspaces" });
  const { reports, batches, pauses, problems } = queue((ids) =>
    ids.some((id) => id.startsWith("crowd")) ? new Response(full, { status: 429 }) : new Response()
  );
  for (let at = 0; at < 6; at++) {
    const workspace_id = at % 2 ? "crowd" : "acme";
    reports.add({ id: `${workspace_id}-${at}`, workspace_id } as Report);
  }
  await reports.flush();
  assertEquals([reports.dropped, reports.waiting, pauses.length, batches.length], [3, 0, 0, 3]);
  assertEquals(problems.length, 1);
});

Deno.test("without a service at the address a batch is dropped as a whole; after a temporary 429 it waits", async () => {
  for (const status of [401, 404]) {
    const { reports, batches } = queue(() => new Response("no", { status }));
    for (let at = 0; at < 9; at++) reports.add(report(`r${at}`));
    await reports.flush();
    assertEquals([reports.dropped, batches.length], [9, 1]);
  }
  let busy = true;
  const { reports, pauses } = queue(() => new Response("busy", { status: busy ? (busy = false, 429) : 200 }));
  reports.add(report("one"));
  await reports.flush();
  assertEquals([reports.dropped, pauses.length], [0, 1]);
});

Deno.test("reports that are dropped are counted and reported", () => {
  const { reports, problems } = queue(() => new Response("", { status: 503 }));
  reports.add(report("one"));
  reports.add(report("two"));
  reports.dropAll("because the program ends");
  reports.dropAll("again");
  assertEquals([reports.dropped, reports.waiting], [2, 0]);
  assertEquals(problems, ["Dropped 2 reports, the first of one, because the program ends"]);
});

Deno.test("when a part of a split batch cannot be sent, its reports stay in the queue", async () => {
  let failures = 1;
  const { reports, batches, pauses } = queue((ids) => {
    if (ids.length > 1) return new Response("split", { status: 400 });
    return new Response("", { status: ids[0] === "b" && failures-- > 0 ? 503 : 200 });
  });
  for (const id of ["a", "b"]) reports.add(report(id));
  await reports.flush();
  assertEquals([batches, pauses.length], [[["a", "b"], ["a"], ["b"], ["a", "b"], ["a"], ["b"]], 1]);
  assertEquals([reports.waiting, reports.dropped], [0, 0]);
});

Deno.test("reports of a workspace that the key does not cover do not cost those of the others", async () => {
  const { reports, batches } = queue((ids) =>
    ids.some((id) => id.startsWith("other")) ? Response.json({ code: "not_allowed" }, { status: 403 }) : new Response()
  );
  for (const id of ["other1", "own1", "other2", "own2"]) {
    reports.add({ id, workspace_id: id.slice(0, -1) } as Report);
  }
  await reports.flush();
  assertEquals(batches, [["other1", "own1", "other2", "own2"], ["other1", "other2"], ["own1", "own2"]]);
  assertEquals([reports.dropped, reports.waiting], [2, 0]);
});

Deno.test("a service that does not know a field gets the reports without it, and no report is lost", async () => {
  const received: Report[][] = [];
  const reports = new ReportQueue({
    post: (attempts) => {
      received.push(attempts);
      return Promise.resolve(new Response("no", { status: attempts.some(({ request_id }) => request_id) ? 400 : 200 }));
    },
    onProblem: () => {},
    pause: () => Promise.resolve(),
  });
  const newer = (id: string) => ({ ...report(id), run: "nightly", request_id: "req_1" });
  for (const id of ["a", "b"]) {
    reports.add(newer(id));
    await reports.flush();
  }
  assertEquals(received, [[newer("a")], [report("a")], [report("b")]]);
  assertEquals([reports.dropped, reports.waiting], [0, 0]);
});

Deno.test("a refused report does not make a service an older one", async () => {
  const received: Report[] = [];
  const reports = new ReportQueue({
    post: (attempts) => {
      received.push(...attempts);
      return Promise.resolve(new Response("no", { status: attempts.some(({ id }) => id === "bad") ? 400 : 200 }));
    },
    onProblem: () => {},
    pause: () => Promise.resolve(),
  });
  for (const id of ["bad", "good"]) reports.add({ ...report(id), run: "nightly" });
  await reports.flush();
  assertEquals(received.at(-1), { ...report("good"), run: "nightly" });
  assertEquals(reports.dropped, 1);
});
