/** A program that a bench starts: it prints its address once it listens. */
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
  /** Origin at which it answers. */
  url = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    Program.#running.add(this);
    void child.status.then(() => Program.#running.delete(this));
  }

  /** @throws {Error} with all that it printed, when it names no address. */
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

  /** Ends whatever still runs: a line that failed leaves no program behind. */
  static async stopAll(): Promise<void> {
    await Promise.all([...Program.#running].map((program) => program.stop()));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Seconds of processor time that it has used, all threads together; NaN where that cannot be known. */
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

  /** Ends it and waits for its end. */
  async stop(): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      return; // It has ended by itself.
    }
    await this.#child.status;
  }

  #address(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const hear = () => {
      // What follows the port shows that the port is whole; it may be a colour's code.
      const address = /http:\/\/[\w.]+:\d+(?=\D)/.exec(this.#output);
      if (address) resolve(address[0]);
    };
    const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        if (this.#output.length < 100_000) this.#output += text;
        hear();
      }
    };
    Promise.all([read(this.#child.stdout), read(this.#child.stderr)])
      .then(() => reject(new Error(`Cannot start a program of the bench: it ended and said\n${this.#output}`)));
    return promise;
  }
}
