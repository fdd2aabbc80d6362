/** Things other than a regular file, which a test puts in a file's place. */
import { createServer } from "node:net";
import { once } from "node:events";

/** Each makes its kind of thing at a path. The texts are what an error says about it. */
export const ODD_FILES: Record<string, (path: string) => Promise<void>> = {
  "a FIFO": makeFifo,
  "a folder": (path) => Deno.mkdir(path),
  "a socket": makeSocket,
  // Only root may make a device, so a link leads to one.
  "a device": (path) => Deno.symlink("/dev/zero", path),
  "a symbolic link to a file that does not exist": (path) => Deno.symlink(`${path}-missing`, path),
};

/** A named pipe. Opening it for reading waits until someone writes. */
export async function makeFifo(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`Cannot make a FIFO at ${path}`);
}

/** The socket's file stays when its server has ended without closing it; closing would remove it. */
async function makeSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.listening`);
  await once(server, "listening");
  await Deno.link(`${path}.listening`, path);
  server.close();
  await once(server, "close");
}
