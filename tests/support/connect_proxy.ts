/** A real HTTP proxy that tunnels by CONNECT and asks for credentials. It finds every name on this machine. */
import type { lookup } from "node:dns";
import { Server } from "proxy-chain";

/** In the proxy's URL; the password needs escaping there. */
export const CREDENTIALS = { username: "gauge", password: "s3cret:@/" };

export interface ConnectProxy {
  /** With the credentials. */
  url: string;
  /** Without them, as messages name it. */
  name: string;
  /** Targets of the tunnels, in the order in which they were opened. */
  targets: string[];
  close(): Promise<void>;
}

const lookupHere =
  ((_name: string, _options: unknown, done: (...found: unknown[]) => void) =>
    done(null, [{ address: "127.0.0.1", family: 4 }])) as unknown as typeof lookup;

/** Starts it on a free loopback port. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const targets: string[] = [];
  const server = new Server({
    port: 0,
    host: "127.0.0.1",
    prepareRequestFunction: ({ username, password, hostname, port, isHttp }) => {
      const known = username === CREDENTIALS.username && password === CREDENTIALS.password;
      if (known) targets.push(`${isHttp ? "http" : "tunnel"} ${hostname}:${port}`);
      return { requestAuthentication: !known, dnsLookup: lookupHere };
    },
  });
  await server.listen();
  const { username, password } = CREDENTIALS;
  const authority = `${username}:${encodeURIComponent(password)}@127.0.0.1:${server.port}`;
  return {
    url: `http://${authority}`,
    name: `http://127.0.0.1:${server.port}`,
    targets,
    close: () => server.close(true),
  };
}
