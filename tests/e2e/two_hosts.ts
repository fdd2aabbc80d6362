/** Two hosts with a network between them. */

/** One host: its address, and how a program runs on it. */
export interface Host {
  address: string;
  /** The command that runs a command on this host. */
  wrap(command: string[]): string[];
}

/** An address range for private networks; it exists in the two namespaces alone. */
const ADDRESSES = ["10.213.77.1", "10.213.77.2"];

/**
 * Runs `use` with two hosts: network namespaces of Linux, which only root can make. Elsewhere two loopback addresses stand
 * for them, and a line says so.
 */
export async function withTwoHosts(use: (server: Host, desk: Host) => Promise<void>): Promise<void> {
  const names = ["server", "desk"].map((name) => `qg-${Deno.pid}-${name}`);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => removeNamespaces(names));
  const [server, desk] = await makeNamespaces(names) ? names.map(namespaceHost) : loopbackHosts();
  await use(server, desk);
}

function namespaceHost(name: string, at: number): Host {
  return { address: ADDRESSES[at], wrap: (command) => ["ip", "netns", "exec", name, ...command] };
}

function loopbackHosts(): Host[] {
  console.log("No network namespaces can be made here: two loopback addresses stand for two hosts");
  return ["127.0.0.2", "127.0.0.3"].map((address) => ({ address, wrap: (command) => command }));
}

/** Makes both namespaces with a cable between them. Returns `false` where that is not allowed. */
async function makeNamespaces([server, desk]: string[]): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const steps = [
    `netns add ${server}`,
    `netns add ${desk}`,
    `link add veth0 netns ${server} type veth peer name veth0 netns ${desk}`,
    ...[server, desk].flatMap((name, at) => [
      `-n ${name} link set lo up`,
      `-n ${name} addr add ${ADDRESSES[at]}/24 dev veth0`,
      `-n ${name} link set veth0 up`,
    ]),
  ];
  for (const step of steps) if (!await ip(step)) return false;
  return true;
}

async function removeNamespaces(names: string[]): Promise<void> {
  for (const name of names) await ip(`netns delete ${name}`);
}

async function ip(args: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("ip", { args: args.split(" "), stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
