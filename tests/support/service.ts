/** Runs the real service as a process, with the permissions that `npm start` gives it. */
import { denoEnvironment } from "../../tools/lib/deno.mjs";
import { serviceCommand } from "../../tools/lib/service.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";

const START_MS = 30_000;
const STOP_MS = 15_000;

interface ServiceOptions {
  /** The upstream's base URL, ending in `/v1`. */
  upstream: string;
  /** The port to listen on; by default a free one. */
  port?: number;
  /** Changes the command that runs it, for example to run it on another host. */
  wrap?: (command: string[]) => string[];
  /** More settings, such as `OPENAI_RATE_LIMIT_PER_MINUTE`. */
  env?: Record<string, string>;
}

/** Starts the service on a loopback port, with SQLite in a temporary folder. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const service = new Service(options, await Deno.makeTempDir({ prefix: "quota-gauge-service-" }));
  try {
    await service.start();
  } catch (error) {
    await service.close();
    throw error;
  }
  return service;
}

export class Service {
  #port: number;
  #process: Deno.ChildProcess | null = null;
  #output = "";
  #reading: Promise<unknown> = Promise.resolve();

  constructor(readonly options: ServiceOptions, readonly dataFolder: string) {
    this.#port = options.port ?? 0;
  }

  /** Origin without a trailing slash; a restart keeps it. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** For an OpenAI client's `baseURL`. */
  gateway(workspace: string): string {
    return `${this.url}/w/${workspace}/v1`;
  }

  /** Of the running process. */
  get pid(): number {
    return this.#process!.pid;
  }

  /** Everything that it printed, over all starts. */
  get output(): string {
    return this.#output;
  }

  /** Starts it; after a stop, on the same port and with the same data. */
  async start(): Promise<void> {
    const env = this.#environment();
    const plain = serviceCommand({ deno: Deno.execPath(), root: ROOT, env });
    const { wrap = (command) => command } = this.options;
    const [command, ...args] = wrap([plain.command, ...plain.args]);
    const from = this.#output.length;
    const child = new Deno.Command(command, {
      args,
      cwd: ROOT,
      env: denoEnvironment(env),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#process = child;
    const upstream = new URL(this.options.upstream).host;
    const listening = new Promise<number>((resolve) => {
      const onOutput = () => {
        const address = this.#addresses(from).find((url) => url.host !== upstream);
        if (address) resolve(Number(address.port));
      };
      this.#reading = Promise.all([this.#read(child.stdout, onOutput), this.#read(child.stderr, () => {})]);
    });
    this.#port = await this.#first(listening, child);
  }

  /**
   * Stops it and waits until it has ended.
   *
   * @returns its exit code; 128 plus the signal's number when it does not handle the signal.
   */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    const child = this.#process;
    if (!child) return 0;
    this.#process = null;
    child.kill(signal);
    const last = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const { code } = await child.status;
    clearTimeout(last);
    await this.#reading;
    return code;
  }

  /** Stops it and deletes its data. */
  async close(): Promise<void> {
    await this.stop();
    await Deno.remove(this.dataFolder, { recursive: true });
  }

  /** Leaves out the machine's environment, so that a developer's settings change no test. */
  #environment(): Record<string, string> {
    return {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: Deno.env.get("HOME") ?? this.dataFolder,
      HOST: "127.0.0.1",
      PORT: `${this.#port}`,
      QUOTA_UPSTREAM_URL: this.options.upstream,
      QUOTA_STORE: `sqlite:${this.dataFolder}/quota.db`,
      QUOTA_LIMITS_FILE: `${this.dataFolder}/limits.json`,
      ...this.options.env,
    };
  }

  /** The addresses in the output since `from`, without one at its very end, which may be incomplete. */
  #addresses(from: number): URL[] {
    return [...this.#output.slice(from).matchAll(/https?:\/\/[^\s/]+:\d+(?=[/\s])/g)].map(([url]) => new URL(url));
  }

  async #first(listening: Promise<number>, child: Deno.ChildProcess): Promise<number> {
    const { promise: late, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(() => resolve(`printed no address within ${START_MS} ms`), START_MS);
    const ended = child.status.then(({ code }) => `exited with code ${code}`);
    const first = await Promise.race([listening, late, ended]);
    clearTimeout(timer);
    if (typeof first === "number") return first;
    throw new Error(`Cannot start the service: it ${first}\n${this.#output}`);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onOutput: () => void): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#output += text;
      onOutput();
    }
  }
}
