/** The first start on a network, in the real program: it makes one admin key, prints it once, and says what to do next. */
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { startService } from "../support/service.ts";

// Through a proxy, others reach it; so the tests open no port to the network.
const PUBLIC = { QUOTA_PUBLIC_URL: "https://tools.acme.dev/quota/" };
const UPSTREAM = "http://127.0.0.1:1/v1";

const ask = async (url: string, key: string) => {
  const response = await fetch(`${url}/api/quota/keys`, { headers: { authorization: `Bearer ${key}` } });
  await response.body?.cancel();
  return response.status;
};

Deno.test("the first start prints an admin key once; the second prints none, and the key still works", async () => {
  const service = await startService({ upstream: UPSTREAM, env: PUBLIC });
  try {
    const printed = () => [...service.output.matchAll(/qg_admin_\w+/g)].map(([text]) => text);
    const [key] = printed();
    assertEquals([printed().length, await ask(service.url, key)], [1, 200]);
    for (const next of ["every request needs a key", "shown this once", "keys", "--kind ingest", "pair"]) {
      assertStringIncludes(service.output, next);
    }
    await service.stop();
    const { size } = Deno.statSync(`${service.dataFolder}/quota.access.db`);
    assert(size > 0);
    await service.start();
    assertEquals([printed(), await ask(service.url, key)], [[key], 200]);
  } finally {
    await service.close();
  }
});

Deno.test("with QUOTA_ADMIN_KEY none is made, and that one works", async () => {
  const QUOTA_ADMIN_KEY = "an-admin-key-from-outside";
  const service = await startService({ upstream: UPSTREAM, env: { ...PUBLIC, QUOTA_ADMIN_KEY } });
  try {
    assert(!service.output.includes("qg_") && !service.output.includes(QUOTA_ADMIN_KEY), service.output);
    assertEquals([await ask(service.url, QUOTA_ADMIN_KEY), await ask(service.url, "wrong")], [200, 401]);
    assertEquals((await fetch(`${service.url}/api/quota/status`)).status, 401);
  } finally {
    await service.close();
  }
});

Deno.test("the start warns if keys are readable on the network, and not behind a proxy with TLS", async () => {
  const WARNING = "keys are readable on the network: set QUOTA_TLS_CERT";
  const urls = { "http://tools.acme.dev/quota/": true, "https://tools.acme.dev/quota/": false };
  for (const [QUOTA_PUBLIC_URL, warns] of Object.entries(urls)) {
    const service = await startService({ upstream: UPSTREAM, env: { QUOTA_PUBLIC_URL } });
    await service.close();
    assertEquals(service.output.includes(WARNING), warns, service.output);
  }
});
