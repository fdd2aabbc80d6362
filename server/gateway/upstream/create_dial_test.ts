import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { assertEquals } from "../../../tests/support/assert.ts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../../../tests/support/certificate.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { startRawServer } from "../../../tests/support/raw_server.ts";
import { createDial, type DialOptions, OPEN_MS } from "./create_dial.ts";
import type { DialError } from "./dial.ts";

interface Silent {
  port: number;
  clock: ManualClock;
  /** Resolves when a connection was accepted, with it. */
  accepted: Promise<Socket>;
  /** Opens a socket, and resolves with the code and the words of its failure. */
  dial(url: string, more?: Partial<DialOptions>): Promise<[code: string, message: string]>;
}

/** A server that accepts connections and does nothing with them. */
async function withSilentServer(use: (silent: Silent) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const accepted = Promise.withResolvers<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.resume();
    accepted.resolve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clock = new ManualClock();
  const dial = (url: string, more: Partial<DialOptions> = {}) =>
    new Promise<[string, string]>((resolve, reject) => {
      const onError = ({ code, message }: DialError) => resolve([code, message]);
      createDial(url, { clock, ...more })(() => reject(new Error("it has opened")), onError);
    });
  try {
    await use({ port: (server.address() as AddressInfo).port, clock, accepted: accepted.promise, dial });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    assertEquals(clock.pending, 0, "a timer is left");
  }
}

const TLS_TIMEOUT = [
  "TLS_TIMEOUT",
  `it accepted the connection, but did not complete the TLS handshake within ${OPEN_MS / 1000} s`,
];

Deno.test("an upstream that never answers the TLS handshake is given up after seconds, in words", () =>
  withSilentServer(async ({ port, clock, accepted, dial }) => {
    const failed = dial(`https://127.0.0.1:${port}/v1`);
    await accepted;
    clock.advance(OPEN_MS);
    assertEquals(await failed, TLS_TIMEOUT);
  }));

Deno.test("an upstream that sends a part of its handshake from time to time is given up after the same time", () =>
  withSilentServer(async ({ port, clock, accepted, dial }) => {
    const failed = dial(`https://127.0.0.1:${port}/v1`);
    const socket = await accepted;
    for (let seconds = 0; seconds < OPEN_MS / 1000; seconds++) {
      // The beginning of a TLS record that never ends.
      await new Promise((resolve) => socket.write(seconds === 0 ? "\x16\x03\x03\x40\x00" : "\x00", resolve));
      clock.advance(1000);
    }
    assertEquals(await failed, TLS_TIMEOUT);
  }));

Deno.test("a handshake through a proxy's tunnel has the same time", () =>
  withSilentServer(async ({ port, clock, dial }) => {
    const requested = Promise.withResolvers<void>();
    const proxy = await startRawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => requested.resolve());
    });
    const failed = dial(`https://127.0.0.1:${port}/v1`, { proxy: `http://127.0.0.1:${proxy.port}` });
    await requested.promise;
    clock.advance(OPEN_MS);
    assertEquals(await failed, TLS_TIMEOUT);
    await proxy.close();
  }));

Deno.test("an opened or cancelled connection leaves no timer", async () => {
  const clock = new ManualClock();
  const server = createSecureServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const dial = createDial(url, { clock, ca: CERTIFICATE });
  const socket = await new Promise<Socket>((resolve, reject) => dial(resolve, reject));
  assertEquals(clock.pending, 0);
  dial(() => {}, () => {})();
  assertEquals(clock.pending, 0);
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
