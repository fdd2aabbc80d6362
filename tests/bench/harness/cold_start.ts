/** Measures the time from the start of a program to its first answer. */
import { bareEnvironment } from "./environment.ts";
import { freePort } from "./free_port.ts";
import { pinned } from "./machine.ts";

export interface Startable {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  /** The path to request. */
  path: string;
}

const MAX_START_MS = 30_000;

/** Milliseconds until the first 200. Stops the program afterwards. */
export async function coldStart({ command, args, env, path }: Startable): Promise<number> {
  const port = freePort();
  const [first, ...rest] = pinned("system", command, args);
  const options = {
    args: rest,
    env: { ...bareEnvironment(), ...env, PORT: `${port}` },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  } as const;
  const started = performance.now();
  const child = new Deno.Command(first, options).spawn();
  try {
    while (!await answers(port, path)) {
      if (performance.now() - started > MAX_START_MS) throw new Error(`Cannot start ${args.join(" ")}: no answer`);
      await new Promise((resolve) => setTimeout(resolve, 0.5));
    }
    return performance.now() - started;
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

async function answers(port: number, path: string): Promise<boolean> {
  try {
    using line = await Deno.connect({ hostname: "127.0.0.1", port });
    await line.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`));
    const head = new Uint8Array(12);
    await line.read(head);
    return new TextDecoder().decode(head) === "HTTP/1.1 200";
  } catch {
    return false;
  }
}
