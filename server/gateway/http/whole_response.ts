/** Sends a head and a body that are both complete. */
import type { ServerResponse } from "node:http";

/** A response's head; its names and values in turn. */
interface Head {
  status: number;
  reason: string;
  headers: string[];
}

/**
 * Sends a response in one write, past the response's stream: a call takes 3 µs less (line P1 of the bench). Node does so for
 * a text whose head is not written yet, so the head is given to it when it asks for one.
 *
 * @param body one character for each byte.
 * @throws {Error} when Node refuses to write the head; nothing is sent then, and the response can be used for another one.
 */
export function sendWhole(response: ServerResponse, { status, reason, headers }: Head, body: string): void {
  const writeHead: ServerResponse["writeHead"] = response.writeHead;
  response.statusCode = status;
  response.writeHead = () => Reflect.apply(writeHead, response, [status, reason, headers]);
  try {
    response.end(body, "latin1");
  } catch (error) {
    response.writeHead = writeHead;
    throw error;
  }
}
