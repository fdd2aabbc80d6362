/** Azure's paths name a deployment, which stands for a model: `deployments/{name}/chat/completions`. */

const DEPLOYMENT = /(?:^|\/)deployments\/([^/]+)\/(.+)$/;

/**
 * A path without the deployment that it names, if it names one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withoutDeployment } from "./deployment.ts";
 *
 * assert.equal(withoutDeployment("deployments/our-gpt/embeddings"), "embeddings");
 * assert.equal(withoutDeployment("responses"), "responses");
 * ```
 */
export function withoutDeployment(path: string): string {
  return DEPLOYMENT.exec(path)?.[2] ?? path;
}

/**
 * The deployment that a path names: the best that is known of the model until the response names it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { deploymentIn } from "./deployment.ts";
 *
 * assert.equal(deploymentIn("/openai/deployments/our%20gpt/embeddings"), "our gpt");
 * assert.equal(deploymentIn("/v1/embeddings"), null);
 * ```
 */
export function deploymentIn(path: string): string | null {
  const name = DEPLOYMENT.exec(path)?.[1];
  if (name === undefined) return null;
  try {
    return decodeURIComponent(name).slice(0, 200);
  } catch {
    return name.slice(0, 200);
  }
}
