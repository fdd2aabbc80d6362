import { assertEquals } from "../../tests/support/assert.ts";
import { ServiceAddress } from "./service_address.ts";

const isGateway = (service: string, url: string) => new ServiceAddress(service, null).isGateway(url);

Deno.test("the gateway is found under each name of the own machine, and each form of the address", () => {
  const services = ["http://127.0.0.1:8787", "http://localhost:8787/", "HTTP://LOCALHOST:8787", "http://[::1]:8787"];
  const hosts = ["127.0.0.1", "localhost", "LocalHost", "localhost.", "127.1", "127.0.0.2", "[::1]", "0.0.0.0", "[::]"];
  for (const service of services) {
    for (const host of hosts) {
      for (const path of ["v1", "v1/", "v1/responses", "v1?x=1", "w/acme/v1", "w/acme/v1/chat/completions?x=1"]) {
        for (const scheme of ["http", "HTTP", "ws"]) {
          const url = `${scheme}://${host}:8787/${path}`;
          assertEquals(isGateway(service, url), true, `${url} at ${service}`);
        }
      }
    }
  }
});

Deno.test("the gateway of a team's service is found with its default port, its path and its name in any case", () => {
  const same = [
    "https://tools.acme.dev/quota/v1/responses",
    "https://TOOLS.acme.dev:443/quota/w/acme/v1",
    "wss://tools.acme.dev/quota/v1/realtime?model=m",
    "https://tools.acme.dev./quota/v1",
  ];
  for (const url of same) assertEquals(isGateway("https://tools.acme.dev/quota/", url), true, url);
});

Deno.test("no other address is the gateway", () => {
  const others = [
    "https://api.openai.com/v1/responses",
    "http://tools.acme.dev/quota/v1",
    "https://tools.acme.dev:8443/quota/v1",
    "https://tools.acme.dev/v1",
    "https://tools.acme.dev/quota/v10",
    "https://tools.acme.dev/quota/api/quota/status",
    "https://tools.acme.dev/quotas/v1",
    "https://tools.acme.dev.evil.example/quota/v1",
    "https://tools.acme.dev@evil.example/quota/v1",
    "https://evil.example/?https://tools.acme.dev/quota/v1",
    "https://127.0.0.1/quota/v1",
    "data:,",
    "not an address",
  ];
  for (const url of others) assertEquals(isGateway("https://tools.acme.dev/quota", url), false, url);
  assertEquals(isGateway("not an address", "https://tools.acme.dev/v1"), false);
});
