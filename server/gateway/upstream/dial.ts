/** The types that opening a socket to the upstream needs. */
import type { Socket } from "node:net";

/** Why there is no socket. */
export class DialError extends Error {
  override name = "DialError";
  constructor(readonly code: string, message = code) {
    super(message);
  }
}

/**
 * Opens a socket, ready to write to. One of the two is called, later.
 *
 * @returns cancels; neither is called then.
 */
export type Dial = (onOpen: (socket: Socket) => void, onError: (error: DialError) => void) => () => void;

/** The other end of a socket. */
export interface Address {
  /** A name or an IP address, without brackets. */
  host: string;
  port: number;
}
