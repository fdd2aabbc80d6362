/** Every socket class of the SDK is counted the same, tracked in this process or plain through the gateway. */
import type OpenAI from "openai";
import { create, SOCKET_KINDS, type SocketKind, SocketUser } from "../support/sdk_sockets.ts";
import type { SocketUpstream } from "../support/socket_upstream.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { until } from "../api/running.ts";
import { type Room, type Settings, withSocketUpstream } from "./room.ts";

interface Way {
  room: Room<SocketUpstream>;
  kind: SocketKind;
  /** Opens a socket of that kind for a workspace. */
  open(workspace?: string): Promise<SocketUser>;
}

function both(name: string, use: (way: Way) => Promise<void>, settings: Settings = {}): void {
  for (const kind of SOCKET_KINDS) {
    for (const way of ["client", "gateway"] as const) {
      Deno.test(
        `${kind.name}, ${way}: ${name}`,
        withSocketUpstream(async (room) => {
          const users: SocketUser[] = [];
          const open = async (workspace = "acme") => {
            const user = new SocketUser(
              way === "client" ? kind.tracked(clientOf(room, workspace)) : kind.own(plainOf(room, workspace)),
            );
            users.push(user);
            await user.opened;
            return user;
          };
          await use({ room, kind, open });
          for (const { socket } of users) socket.close();
          await until(() => users.every(({ closed }) => closed), "the sockets' end");
        }, settings),
      );
    }
  }
}

function clientOf(room: Room<SocketUpstream>, workspace: string): OpenAI {
  return workspace === "acme" ? room.tracked() : room.trackedFor(workspace);
}

function plainOf(room: Room<SocketUpstream>, workspace: string): OpenAI {
  return room.plain({ baseURL: room.gateway("").replace("/acme/", `/${workspace}/`) });
}

/** The only attempt is charged what was reserved, because its usage is unknown. */
async function assertCharged({ rows, service }: Room<SocketUpstream>): Promise<void> {
  const [{ charged_tokens }] = await rows();
  assert(charged_tokens! > 0);
  assertEquals(service.tracker.status("acme").stats.tokens_per_minute?.current, charged_tokens);
}

const brief = async ({ rows }: Room<SocketUpstream>, workspace?: string) =>
  (await rows(workspace)).map((row) => [row.outcome, row.usage_source, row.usage.total_tokens, row.error_code]);

both("each response is an attempt, with the provider's own count", async ({ room, kind, open }) => {
  const user = await open();
  for (let turn = 1; turn <= 3; turn++) {
    user.socket.send(create(kind));
    await until(() => user.ends === turn, "the response's end");
  }
  assertEquals(
    await brief(room),
    room.upstream.ledger.map(({ total_tokens }) => ["ok", "counted", total_tokens, null]),
  );
  const [{ endpoint, model, http_status }] = await room.rows();
  assertEquals([endpoint, model, http_status], [
    kind.endpoint,
    kind.endpoint === "realtime" ? "gpt-realtime" : "gpt-5.4",
    101,
  ]);
});

both("a create over the limit is not sent, and the caller gets an error event", async ({ room, kind, open }) => {
  const user = await open();
  for (let turn = 0; turn < 3; turn++) user.socket.send(create(kind));
  await until(() => user.ends === 1 && user.errors.length === 2, "an answer to each");
  assertEquals(user.errors, ["workspace_rate_limited", "workspace_rate_limited"]);
  assertEquals([room.upstream.ledger.length, (await room.rows()).length], [1, 1]);
}, { limits: { requests_per_minute: 1 } });

both(
  "of many concurrent creates on many sockets, exactly the limit reaches the provider",
  async ({ room, kind, open }) => {
    const users = await Promise.all(Array.from({ length: 4 }, () => open()));
    for (let turn = 0; turn < 5; turn++) for (const { socket } of users) socket.send(create(kind));
    const answered = () => users.reduce((sum, { ends, errors }) => sum + ends + errors.length, 0);
    await until(() => answered() === 20, "twenty answers");
    assertEquals([room.upstream.ledger.length, (await room.rows()).length], [7, 7]);
  },
  { limits: { requests_per_minute: 7 } },
);

both("a caller who disconnects during a response aborts it, with unknown tokens", async ({ room, kind, open }) => {
  room.upstream.reply((peer) => void room.upstream.begin(peer));
  const user = await open();
  user.socket.send(create(kind));
  await until(() => user.events.includes("response.created"), "the response's beginning");
  user.socket.close({ code: 1000, reason: "done" });
  await until(() => room.upstream.peers[0].closed !== null, "the upstream's end");
  assertEquals(room.upstream.peers[0].closed, { code: 1000, reason: "done" });
  assertEquals(await brief(room), [["aborted", "unknown", 0, null]]);
  await assertCharged(room);
});

both(
  "if the connection is lost during a response, the response has failed with unknown tokens",
  async ({ room, kind, open }) => {
    room.upstream.reply((peer) => void room.upstream.begin(peer));
    const user = await open();
    user.socket.send(create(kind));
    await until(() => user.events.includes("response.created"), "the response's beginning");
    room.upstream.peers[0].socket.terminate();
    await until(() => user.closed, "the socket's end");
    assertEquals(await brief(room), [["failed", "unknown", 0, "connection_lost"]]);
    await assertCharged(room);
  },
);

both("a response that the provider begins by itself is counted", async ({ room, open }) => {
  const user = await open();
  const peer = await room.upstream.peer(0);
  room.upstream.finish(peer, room.upstream.begin(peer));
  await until(() => user.ends === 1, "the response's end");
  assertEquals(await brief(room), [["ok", "counted", 7, null]]);
});

both("a response that the provider begins over the limit is cancelled, and counted", async ({ room, kind, open }) => {
  const { upstream } = room;
  const user = await open();
  user.socket.send(create(kind));
  await until(() => user.ends === 1, "the response's end");
  const peer = await upstream.peer(0);
  const id = upstream.begin(peer);
  // A Responses socket has no cancel event.
  const cancels = kind.endpoint === "realtime" ? [["response.cancel", id]] : [];
  await until(() => user.errors.length === 1 && peer.received.length === 1 + cancels.length, "the refusal");
  const received = peer.received.slice(1).map((text) => JSON.parse(text));
  assertEquals(received.map(({ type, response_id }) => [type, response_id]), cancels);
  upstream.finish(peer, id, { status: "cancelled" });
  await until(() => user.ends === 2, "its end");
  assertEquals(await brief(room), [["ok", "counted", 7, null], ["aborted", "counted", 14, "workspace_rate_limited"]]);
  const { requests_per_minute } = room.service.tracker.status("acme").stats;
  assertEquals(requests_per_minute?.current, 2);
}, { limits: { requests_per_minute: 1 } });

both("two workspaces are counted separately", async ({ room, kind, open }) => {
  const [acme, beta] = await Promise.all([open("acme"), open("beta")]);
  acme.socket.send(create(kind));
  await until(() => acme.ends === 1, "the response's end");
  beta.socket.send(create(kind));
  beta.socket.send(create(kind));
  await until(() => beta.ends === 1 && beta.errors.length === 1, "two answers");
  assertEquals([(await room.rows("acme")).length, (await room.rows("beta")).length], [1, 1]);
}, { limits: { requests_per_minute: 1 } });
