import { denoPath, ROOT } from "../../tools/lib/setup.mjs";
import { clientFactory, getOpenAIClient, sharedRecorder } from "../../server/client/client_factory.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../support/assert.ts";
import { HELLO, withUpstream } from "./room.ts";

/** A program that ends with a flush, while no service listens at its URL. */
const LAST_STEP = `
import { HttpRecorder } from "${ROOT}/server/client/reporting/http_recorder.ts";

const problems = [];
const recorder = new HttpRecorder({ service_url: "http://127.0.0.1:1", onProblem: (told) => problems.push(told) });
const permit = await recorder.reserve({ id: "attempt-1", workspace_id: "acme", tokens: 1 });
permit.settle({ limit_headers: {} });
await recorder.flush({ within_ms: 20 });
console.log(JSON.stringify([recorder.waiting, recorder.dropped, problems.at(-1)]));
`;

Deno.test("a final flush keeps a program alive for a bounded time, then reports the number of dropped attempts", async () => {
  const program = new Deno.Command(denoPath(), {
    args: ["eval", "--quiet", "--ext=ts", LAST_STEP],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await program.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const [waiting, dropped, said] = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([waiting, dropped], [0, 1]);
  assertStringIncludes(said, "Dropped the report of attempt attempt-1, which http://127.0.0.1:1 did not take");
});

Deno.test(
  "a workspace that the service cannot add does not delay the reports of others",
  withUpstream(async ({ service, upstream, rows }) => {
    const problems: string[] = [];
    const full = JSON.stringify({ code: "too_many_workspaces", detail: "Cannot keep another workspace" });
    const recorder = new HttpRecorder({
      service_url: service.url,
      onProblem: (told) => void problems.push(told),
      patience_ms: 10_000,
      fetch: (url, init) => {
        if (!String(init?.body).includes("crowd")) return fetch(url, init);
        const isReport = String(url).endsWith("/attempts");
        return Promise.resolve(isReport ? new Response(full, { status: 429 }) : Response.json({}));
      },
    });
    const options = { apiKey: "sk", baseURL: upstream.url, maxRetries: 0 };
    for (const workspace of ["crowd", "acme"]) {
      await clientFactory(recorder)(workspace, options).chat.completions.create(HELLO);
    }
    await recorder.flush();
    assertEquals([recorder.waiting, recorder.dropped, (await rows()).length], [0, 1, 1]);
    assertStringIncludes(problems.at(-1)!, "too_many_workspaces");
  }),
);

Deno.test("clients without an explicit recorder share one, which sharedRecorder returns", () => {
  const told: string[] = [];
  const recorder = sharedRecorder({ onProblem: (sentence) => void told.push(sentence) });
  getOpenAIClient("acme", { apiKey: "sk" });
  assertEquals([sharedRecorder() === recorder, recorder.waiting, recorder.dropped], [true, 0, 0]);
  assertThrows(() => sharedRecorder({ patience_ms: 1 }), TypeError, "first");
});
