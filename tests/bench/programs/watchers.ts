/** Holds open WebSockets under Bun. Arguments: the address of the service, the number of sockets. */
declare const Bun: { argv: string[] };

const [url, count] = Bun.argv.slice(2);

function open(watcher: number): Promise<void> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/quota/ws?workspace_id=other-${watcher % 1000}`);
  socket.onmessage = ({ data }) => {
    if (JSON.parse(data).type === "ping") socket.send('{"type":"pong"}');
  };
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`Cannot open socket ${watcher} of ${count}`));
  });
}

for (let at = 0; at < Number(count); at += 100) {
  await Promise.all(Array.from({ length: Math.min(100, Number(count) - at) }, (_, i) => open(at + i)));
}
console.log(`${count} sockets watch ${url} now`);
