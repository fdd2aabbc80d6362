/** The options of the recorder that reports over HTTP. */
export interface HttpRecorderOptions {
  /** Origin of the service; `http://127.0.0.1:8787` by default. */
  service_url?: string;
  /** The ingest key for the service; `QUOTA_KEY` in the environment by default. It is sent to no other address. */
  quotaKey?: string;
  /** The fetch for requests to the service. */
  fetch?: typeof fetch;
  /** Maximum wait for a permit in milliseconds; 250 by default. After it the attempt is sent unchecked, and counted. */
  patience_ms?: number;
  /**
   * Receives one sentence for each failed request and each dropped report, and one if calls go through the service's gateway,
   * which counts them. By default only this and a refused key are reported, once, by `console.warn`.
   */
  onProblem?: (sentence: string) => void;
  /** Waits before a report is sent again. The default does not keep the program alive. */
  pause?: (ms: number) => Promise<void>;
  /** The program's clock, in epoch milliseconds; it may differ from the service's. */
  now?: () => number;
}
