/** The packed service in a fresh folder, as a user installs it. */
import { ROOT } from "../../tools/lib/setup.mjs";
import { environment, type ProgramResult, run } from "./project.ts";

/** Packs the service into `out`. @returns the tarball, and what the command printed. */
export async function packService(out: string): Promise<{ tarball: string; printed: string }> {
  const { code, output } = await run("node", [`${ROOT}/tools/pack.mjs`, "--only", "service", "--out", out], ROOT);
  if (code !== 0) throw new Error(output);
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
  return { tarball: `${out}/quota-gauge-${version}.tgz`, printed: output };
}

/** Runs `npx quota-gauge` with some arguments to its end. */
export function quotaGauge(folder: string, args: string[], env = {}): Promise<ProgramResult> {
  return run("npx", ["quota-gauge", ...args], folder, env);
}

/** A command that runs until it is stopped. */
export class Running {
  #output = "";
  #changed = Promise.withResolvers<void>();
  readonly #reading: Promise<unknown>;
  readonly #child: Deno.ChildProcess;

  constructor(command: string, args: string[], folder: string, env: Record<string, string>) {
    const options = { args, cwd: folder, stdin: "null", stdout: "piped", stderr: "piped" } as const;
    this.#child = new Deno.Command(command, { ...options, ...environment(env) }).spawn();
    this.#reading = Promise.all([this.#read(this.#child.stdout), this.#read(this.#child.stderr)]);
  }

  /** Resolves with the groups of the first match in the output. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#output);
      if (found) return found;
      await Promise.race([this.#changed.promise, this.#reading.then(() => this.#ended(pattern))]);
    }
  }

  /** Sends the signal. @returns the exit code. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    this.#child.kill(signal);
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  #ended(pattern: RegExp): void {
    if (!pattern.test(this.#output)) throw new Error(`It ended without ${pattern}:\n${this.#output}`);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#output += text;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }
}
