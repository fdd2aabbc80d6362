/** A gateway on a free port, in front of an upstream that the test controls. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createGateway, type GatewayOptions } from "../../server/gateway/http/gateway.ts";
import { createUpstream } from "../../server/gateway/upstream/upstream.ts";
import { accessParts } from "./access.ts";
import { ManualClock } from "./clock.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

export interface GatewayServer {
  /** Base URL for an SDK. */
  url: string;
  provider: Upstream;
  /** Of the gateway's upstream client. */
  clock: ManualClock;
}

/** Runs a test with a gateway. By default its recorder permits every call. */
export async function withGateway(
  options: Partial<GatewayOptions>,
  use: (server: GatewayServer) => Promise<void>,
): Promise<void> {
  const provider = await startUpstream();
  const clock = new ManualClock();
  const upstream = createUpstream(provider.url, { clock });
  const recorder = { reserve: () => ({ settle() {}, release() {} }) };
  const gateway = createGateway({
    recorder,
    access: accessParts().access,
    upstream,
    service_id: "0a1b2c3d",
    key: null,
    ...options,
  });
  const server = createServer((request, response) => void gateway.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, provider, clock });
  } finally {
    gateway.close();
    server.closeAllConnections();
    await Promise.all([provider.close(), new Promise((resolve) => server.close(resolve))]);
  }
}
