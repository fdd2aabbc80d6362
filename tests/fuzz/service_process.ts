/** Starts and reads the watched service. */
import { denoEnvironment } from "../../tools/lib/deno.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import type { Reading } from "./watched_service.ts";

const FLAGS = ["run", "--quiet", "--no-check", "--allow-all"];

/** The process of a watched service. It ends when its scope ends. */
export class ServiceProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #asks: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #text = "";
  #url = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#asks = child.stdin.getWriter();
  }

  /**
   * @param upstream the provider's origin.
   * @param env more settings.
   */
  static async start(upstream: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...FLAGS, "tests/fuzz/watched_service.ts"],
      cwd: ROOT,
      clearEnv: true,
      env: denoEnvironment({
        PATH: Deno.env.get("PATH") ?? "",
        HOST: "127.0.0.1",
        PORT: "0",
        QUOTA_MODE: "observe",
        QUOTA_UPSTREAM_URL: `${upstream}/v1`,
        ...env,
      }),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const service = new ServiceProcess(child);
    service.#url = await service.#line();
    return service;
  }

  /** Its origin. */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** Measures since the last reading. Rejects if the process has ended. */
  async read(): Promise<Reading> {
    await this.#asks.write(LINE);
    return JSON.parse(await this.#line());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#asks.close().catch(() => {});
    const last = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#child.status;
    clearTimeout(last);
    await this.#lines.cancel();
  }

  async #line(): Promise<string> {
    for (let end = this.#text.indexOf("\n");; end = this.#text.indexOf("\n")) {
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#lines.read();
      if (done) throw new Error("The service has ended");
      this.#text += value;
    }
  }
}

const LINE = new TextEncoder().encode("\n");
