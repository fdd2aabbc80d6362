import { assertEquals } from "../../tests/support/assert.ts";
import type { ListedWorkspace } from "../../shared/workspace.ts";
import { byTightness, listWorkspaces, tightestOf } from "./workspace_list.ts";

const TARGET = { server_url: "https://tools.acme.dev/quota", workspace_id: "acme", key: "qg_read_1" };

function entry(workspace_id: string, percentage: number | null, status = "normal"): ListedWorkspace {
  return { workspace_id, status, percentage };
}

async function listed(answer: () => Response) {
  const asked: [string, unknown][] = [];
  const data = await listWorkspaces(TARGET, new AbortController().signal, (url, init) => {
    asked.push([String(url), (init?.headers as Record<string, string>).authorization]);
    return Promise.resolve(answer());
  });
  return { asked, data };
}

Deno.test("the list is asked for at the service's address, with its key", async () => {
  const { asked, data } = await listed(() => Response.json({ data: [entry("acme", 40, "new_status")], more: 1 }));
  assertEquals(asked, [["https://tools.acme.dev/quota/api/quota/workspaces?limit=1000", "Bearer qg_read_1"]]);
  assertEquals(data, [entry("acme", 40, "new_status")]);
});

const WITHOUT: [name: string, answer: () => Response][] = [
  ["of an older version", () => Response.json({ code: "not_found" }, { status: 404 })],
  ["that is another program", () => new Response("<html>")],
  ["that answers in another shape", () => Response.json({ data: [{ workspace_id: 7 }] })],
  ["that cannot be reached", () => {
    throw new TypeError("Failed to fetch");
  }],
];

for (const [name, answer] of WITHOUT) {
  Deno.test(`a service ${name} has an empty list`, async () => {
    assertEquals((await listed(answer)).data, []);
  });
}

Deno.test("workspaces come by tightness: refused calls first, no limit last, equal ones by name", () => {
  const list = [
    entry("none", null),
    entry("b", 40),
    entry("a", 40),
    entry("over", 300),
    entry("out", 2, "quota_exceeded"),
  ];
  assertEquals(byTightness(list).map(({ workspace_id }) => workspace_id), ["out", "over", "a", "b", "none"]);
});

const SHOWN: [name: string, list: ListedWorkspace[], shown: string][] = [
  ["the fullest replaces it", [entry("acme", 10), entry("blue", 90)], "blue"],
  ["a little fuller does not", [entry("acme", 88), entry("blue", 90)], "acme"],
  ["one that refuses calls replaces a fuller one", [entry("acme", 99), entry("blue", 3, "rate_limited")], "blue"],
  ["it has gone", [entry("blue", 3)], "blue"],
  ["there is no list", [], "acme"],
];

for (const [name, list, shown] of SHOWN) {
  Deno.test(`the tightest workspace, while acme is shown: ${name}`, () =>
    assertEquals(tightestOf(list, "acme"), shown));
}
