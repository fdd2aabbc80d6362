import { assertEquals } from "../../tests/support/assert.ts";
import { createLog, type LogLevel } from "./log.ts";

const NOW = new Date(2026, 10, 21, 9, 5, 7);

/** The lines of a log in which `use` logs. */
function lines(
  use: (log: ReturnType<typeof createLog>) => void,
  options: { level?: LogLevel; is_terminal?: boolean; secrets?: (string | null)[] } = {},
): string[] {
  const written: string[] = [];
  use(createLog({
    level: "info",
    is_terminal: false,
    now: () => NOW,
    write: (line) => written.push(line),
    ...options,
  }));
  return written;
}

Deno.test("an event is a line of JSON with its time, level and fields", () => {
  assertEquals(lines((log) => log("quota_reset", { workspace_id: "acme", app: null })), [
    `{"time":"${NOW.toISOString()}","level":"info","event":"quota_reset","workspace_id":"acme","app":null}\n`,
  ]);
});

Deno.test("on a terminal an event is in words, with local time", () => {
  const log = (is_terminal: boolean) =>
    lines((log) => log("limits_refused", { file: "data/limits.json", faults: ["a: b"], app: null }), { is_terminal });
  assertEquals(log(true), ['09:05:07 warn  limits refused (file: data/limits.json, faults: ["a: b"])\n']);
  assertEquals(lines((log) => log("stopped"), { is_terminal: true }), ["09:05:07 info  stopped\n"]);
});

Deno.test("events below the level are left out; an event that is not listed is a warning", () => {
  const logged = (level: LogLevel) =>
    lines((log) => ["gateway_failed", "new_event", "stopping", "probe"].forEach((event) => log(event)), { level })
      .map((line) => JSON.parse(line).event);
  assertEquals(logged("error"), ["gateway_failed"]);
  assertEquals(logged("warn"), ["gateway_failed", "new_event"]);
  assertEquals(logged("info"), ["gateway_failed", "new_event", "stopping"]);
  assertEquals(logged("debug"), ["gateway_failed", "new_event", "stopping", "probe"]);
});

Deno.test("keys, bearers, passwords in URLs and the secrets of the settings are never written", () => {
  const secrets = ['se"cret', null, "correct-horse"];
  const fields = {
    why: "qg_ingest_ABCDEFGH_0123456789~sk-0123456789 of Bearer abc.def and http://user:hunter2@proxy:3128/",
    nested: { list: ['the se"cret', "sk-proj-0123456789", "correct-horse-battery"] },
  };
  for (const is_terminal of [false, true]) {
    const [line] = lines((log) => log("keys_unusable", fields), { secrets, is_terminal });
    const found = ["0123456789", "ABCDEFGH", "abc.def", "hunter2", "cret", "correct"].filter((text) =>
      line.includes(text)
    );
    assertEquals(found, [], line);
  }
});

Deno.test("a value cannot end a line or steer a terminal", () => {
  for (const is_terminal of [false, true]) {
    const [line, ...more] = lines((log) => log("gateway_failed", { error: "a\nb\x1b[2Jc\x9bd\u2028e\u202ef" }), {
      is_terminal,
    });
    assertEquals([more, /[^\x20-\x7e\n]/.test(line), line.trimEnd().includes("\n")], [[], false, false]);
  }
});

Deno.test("a closed standard error fails nothing", async () => {
  const code = `import { createLog } from "${new URL("log.ts", import.meta.url)}";
    const log = createLog({ level: "info" });
    Deno.stderr.close();
    log("stopping");
    console.log("done");`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", code] }).output();
  assertEquals(new TextDecoder().decode(stdout), "done\n");
});
