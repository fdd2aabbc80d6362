/** The service behind a real Caddy with `docs/ops/Caddyfile`. */
import { configuration, HOST, type ProxyKind, proxyTests } from "./proxy_stage.ts";
import { PROXY_SUITE } from "./proxy_suite.ts";

const caddy: ProxyKind = {
  name: "caddy",
  async command({ folder, port, service_port }) {
    const site = await configuration("Caddyfile", [
      // Only the certificate is given: Caddy would ask a public authority for one.
      [`${HOST} {`, `${HOST}:${port} {\n\ttls ${folder}/cert.pem ${folder}/key.pem`],
      ["127.0.0.1:8787", `127.0.0.1:${service_port}`],
    ]);
    const options = "{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}\n";
    await Deno.writeTextFile(`${folder}/Caddyfile`, options + site);
    const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return { args: ["run", "--config", `${folder}/Caddyfile`, "--adapter", "caddyfile"], env };
  },
};

proxyTests(caddy, PROXY_SUITE);
