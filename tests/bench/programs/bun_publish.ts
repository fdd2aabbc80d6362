/** The peer of P6: publishes a text of 600 bytes to all its WebSocket clients, each time that it is asked to. */
interface Socket {
  subscribe(topic: string): void;
}

declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    fetch(request: Request, server: Server): Response | undefined;
    websocket: { open(socket: Socket): void; message(): void; perMessageDeflate: boolean };
  }): Server & { port: number };
};

interface Server {
  upgrade(request: Request): boolean;
  publish(topic: string, text: string): void;
}

const PADDING = "x".repeat(560);
let attempts = 0;

const message = () => JSON.stringify({ type: "quota_update", data: { attempts, padding: PADDING } });

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, server) {
    if (server.upgrade(request)) return undefined;
    attempts++;
    server.publish("all", message());
    return new Response("published");
  },
  websocket: { open: (socket) => socket.subscribe("all"), message() {}, perMessageDeflate: false },
});
console.log(`http://127.0.0.1:${server.port} is listening`);
