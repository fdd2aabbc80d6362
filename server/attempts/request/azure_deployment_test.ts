import { assertEquals } from "../../../tests/support/assert.ts";
import { deploymentOf, pathWithoutDeployment } from "./azure_deployment.ts";
import { requestFacts } from "./request_facts.ts";

Deno.test("a deployment is removed from the path, and is the model until the response names one", () => {
  const cases: [path: string, endpoint: string, deployment: string | null][] = [
    ["deployments/our-gpt/chat/completions", "chat/completions", "our-gpt"],
    ["openai/deployments/our-gpt/images/generations", "images/generations", "our-gpt"],
    ["deployments/%E9%99%90/embeddings", "embeddings", "限"],
    ["deployments/%zz/embeddings", "embeddings", "%zz"],
    ["chat/completions", "chat/completions", null],
    ["deployments/only", "deployments/only", null],
    ["my-deployments/a/b", "my-deployments/a/b", null],
  ];
  for (const [path, endpoint, deployment] of cases) {
    assertEquals([pathWithoutDeployment(path), deploymentOf(path)], [endpoint, deployment], path);
  }
});

Deno.test("usage is requested for an Azure stream as for any other", () => {
  const facts = requestFacts("deployments/our-gpt/chat/completions", '{"stream":true}');
  assertEquals([facts.endpoint, facts.hides_usage, facts.tokens > 0], ["chat/completions", true, true]);
});
