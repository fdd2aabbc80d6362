/** nginx with `docs/ops/nginx.conf`. */
import { configuration, type ProxyKind, type ProxyPlace } from "./proxy_stage.ts";

export const nginx: ProxyKind = {
  name: "nginx",
  async command(place) {
    const file = `${place.folder}/nginx.conf`;
    await Deno.writeTextFile(file, await nginxConfiguration(place));
    return { args: ["-p", place.folder, "-c", file] };
  },
};

/** The documented file inside the file that the system's package provides, reduced to what a test needs. */
async function nginxConfiguration({ folder, address, port, service_port }: ProxyPlace): Promise<string> {
  const site = await configuration("nginx.conf", [
    ["server 127.0.0.1:8787;", `server 127.0.0.1:${service_port};`],
    ["listen 443 ssl;", `listen ${address}:${port} ssl;`],
    ["/etc/ssl/tools.acme.dev.pem", `${folder}/cert.pem`],
    ["/etc/ssl/tools.acme.dev.key", `${folder}/key.pem`],
  ]);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ");
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr warn;
events {}
http { access_log off; ${temporary}
${site}
}`;
}
