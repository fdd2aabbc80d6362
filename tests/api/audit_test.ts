/** The audit trail over REST: what is in it, who may read it, and its pages. */
import { assert, assertEquals } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

interface Entry {
  at: string;
  actor: string;
  address: string | null;
  action: string;
  target: string;
  detail: Record<string, unknown>;
}

function adminOf({ url, keys }: TeamService) {
  const headers = { authorization: `Bearer ${keys.admin}`, "content-type": "application/json" };
  return async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/quota/${path}`, { method, headers, body: body && JSON.stringify(body) });
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  };
}

Deno.test("each change has its time, author, address and new values; refused changes have no entry", () =>
  withTeamService(async (service) => {
    const send = adminOf(service);
    const admin = service.idOf("admin");
    const at = new Date(service.clock.now()).toISOString();
    const before = (await send("GET", "audit")).body.data.length;
    const { code } = (await send("POST", "pairing", { workspace_id: "acme" })).body;
    await send("POST", "pairing/redeem", { code, name: "Firefox on Linux" });
    await send("PUT", "limits?workspace_id=acme", {
      requests_per_minute: 9,
      models: { "gpt-5.4": { tokens_per_day: 5 } },
    });
    await send("POST", "reset", { workspace_id: "acme", scope: "day" });
    assertEquals((await send("PUT", "limits?workspace_id=acme", { requests_per_minute: -1 })).status, 400);
    assertEquals((await send("DELETE", "keys/missing1")).status, 404);
    assertEquals((await send("POST", "pairing/redeem", { code, name: "again" })).status, 404);
    const { data } = (await send("GET", "audit")).body as { data: Entry[] };
    const fresh = data.slice(0, data.length - before);
    assertEquals(fresh.map(({ action, actor }) => [action, actor]), [
      ["quota_reset", admin],
      ["limits_set", admin],
      ["key_created", `pairing by ${admin}`],
      ["pairing_created", admin],
    ]);
    assert(fresh.every((entry) => entry.at === at && entry.address === "127.0.0.1"), JSON.stringify(fresh));
    assertEquals(fresh.map(({ target }) => target).toSpliced(2, 1), ["acme", "acme", "acme"]);
    assertEquals(fresh[1].detail, { requests_per_minute: 9, models: { "gpt-5.4": { tokens_per_day: 5 } } });
    assertEquals([fresh[2].detail.note, fresh[2].detail.kind], ["Firefox on Linux", "read"]);
    assert(!JSON.stringify(data).includes(code));
  }));

Deno.test("changes by the command line and by the environment's admin key name these", () =>
  withTeamService(async (service) => {
    const admin = "an-admin-key-from-outside";
    const send = adminOf({ ...service, keys: { admin } });
    await send("POST", "keys", { kind: "read", workspaces: ["*"] });
    const { data } = (await send("GET", "audit")).body as { data: Entry[] };
    assertEquals(data[0].actor, "admin key of the environment");
    // The fixture makes keys from another process, as the command line does.
    assertEquals([data[1].actor, data[1].address], ["test", null]);
  }, { QUOTA_ADMIN_KEY: "an-admin-key-from-outside" }));

Deno.test("the pages of a list follow each other without gap or overlap, and the last one has no cursor", () =>
  withTeamService(async (service) => {
    const send = adminOf(service);
    for (const list of ["audit", "keys"]) {
      const whole = (await send("GET", `${list}?limit=99999`)).body;
      const { length } = whole.data;
      assert(length > 3 && whole.next_cursor === null);
      for (const limit of [1, 2, length - 1, length, length + 1]) {
        const found: unknown[] = [];
        let cursor: string | null = null;
        do {
          const page: { data: unknown[]; next_cursor: string | null } =
            (await send("GET", `${list}?limit=${limit}${cursor === null ? "" : `&cursor=${cursor}`}`)).body;
          assertEquals(page.data.length, Math.min(limit, length - found.length), `${list} by ${limit}`);
          found.push(...page.data);
          cursor = page.next_cursor;
        } while (cursor !== null);
        assertEquals(found, whole.data);
      }
      for (const query of ["limit=0", "limit=-1", "limit=1e3", "limit=", "cursor=x", "cursor=1.5", "cursor='"]) {
        const { status, body } = await send("GET", `${list}?${query}`);
        assertEquals([status, body.code], [400, "invalid_request"], query);
      }
    }
  }));
