/** A program of the bench. It prints its address when it listens. */
import { bareEnvironment } from "./environment.ts";
import { pinned, type Side } from "./machine.ts";

export interface ProgramOptions {
  command: string;
  args: readonly string[];
  side: Side;
  env?: Record<string, string>;
}

const START_MS = 60_000;

/** Clock ticks a second in `/proc`, the same on every Linux. */
const TICKS_A_SECOND = 100;

export class Program {
  static readonly #running = new Set<Program>();
  readonly #child: Deno.ChildProcess;
  #output = "";
  /** The origin of its address. */
  url = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    Program.#running.add(this);
    void child.status.then(() => Program.#running.delete(this));
  }

  /** @throws {Error} with its output, when it prints no address. */
  static async start({ command, args, side, env }: ProgramOptions): Promise<Program> {
    const [first, ...rest] = pinned(side, command, args);
    const options = {
      args: rest,
      env: { ...bareEnvironment(), ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    } as const;
    const program = new Program(new Deno.Command(first, options).spawn());
    const late = setTimeout(() => program.#child.kill("SIGKILL"), START_MS);
    program.url = await program.#address();
    clearTimeout(late);
    return program;
  }

  /** Stops every running program, after a failure. */
  static async stopAll(): Promise<void> {
    await Promise.all([...Program.#running].map((program) => program.stop()));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Processor time of all its threads in seconds; NaN where that is unknown. */
  cpu(): number {
    try {
      const stat = Deno.readTextFileSync(`/proc/${this.pid}/stat`);
      // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th field after it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    } catch {
      return NaN;
    }
  }

  /** Stops it and waits until it has ended. */
  async stop(): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      return; // It has already ended.
    }
    await this.#child.status;
  }

  #address(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const findAddress = () => {
      // A character after the port shows that the port is complete; it may be part of a colour code.
      const address = /http:\/\/[\w.]+:\d+(?=\D)/.exec(this.#output);
      if (address) resolve(address[0]);
    };
    const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        if (this.#output.length < 100_000) this.#output += text;
        findAddress();
      }
    };
    Promise.all([read(this.#child.stdout), read(this.#child.stderr)])
      .then(() => reject(new Error(`Cannot start a program of the bench: it ended and printed\n${this.#output}`)));
    return promise;
  }
}
