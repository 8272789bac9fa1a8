// What the two systems run on.

/**
 * `wrangler`: `wrangler dev`, as a developer runs them. `bare`: workerd without the local proxies,
 * which do not exist in a deployment.
 */
export type Host = "wrangler" | "bare";

export const hosts: readonly Host[] = ["wrangler", "bare"];
