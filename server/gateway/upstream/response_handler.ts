/** The receiver of a response from the upstream. */
import type { Buffer } from "node:buffer";
import type { ResponseHead } from "./response_head.ts";

/** Why an exchange has no response, or only part of one. */
export interface Failure {
  /**
   * The system's code, such as `ECONNREFUSED`; or `MALFORMED`, `CLOSED`, or one that begins with `PROXY_`. `INTERNAL` is a
   * defect of the service.
   */
  code: string;
  /** For people; it names the proxy if the proxy is the cause. */
  message: string;
  /** No connection to the upstream was opened, so nothing of the request left this machine. */
  unsent: boolean;
}

/** Receives one response: its head, its data, then one of the two ends. */
export interface ResponseHandler {
  head(head: ResponseHead): void;
  data(bytes: Buffer): void;
  /** The read that brought the head did not bring the end. */
  incomplete?(): void;
  end(): void;
  failed(failure: Failure): void;
}
