/** Azure's paths name a deployment instead of a model: `deployments/{name}/chat/completions`. */

const DEPLOYMENT = /(?:^|\/)deployments\/([^/]+)\/(.+)$/;

/**
 * Removes the deployment from a path, if there is one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pathWithoutDeployment } from "./azure_deployment.ts";
 *
 * assert.equal(pathWithoutDeployment("deployments/our-gpt/embeddings"), "embeddings");
 * assert.equal(pathWithoutDeployment("responses"), "responses");
 * ```
 */
export function pathWithoutDeployment(path: string): string {
  return DEPLOYMENT.exec(path)?.[2] ?? path;
}

/**
 * Returns the deployment that a path names. It stands for the model until the response names that.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { deploymentOf } from "./azure_deployment.ts";
 *
 * assert.equal(deploymentOf("/openai/deployments/our%20gpt/embeddings"), "our gpt");
 * assert.equal(deploymentOf("/v1/embeddings"), null);
 * ```
 */
export function deploymentOf(path: string): string | null {
  const name = DEPLOYMENT.exec(path)?.[1];
  if (name === undefined) return null;
  try {
    return decodeURIComponent(name).slice(0, 200);
  } catch {
    return name.slice(0, 200);
  }
}
