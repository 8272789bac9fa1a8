// What the operator's scripts share: the instance they address and the token they send.
import { existsSync, readFileSync } from "node:fs";

const url = process.env.PARLEY_URL ?? "http://localhost:8787";

/** Returns the token of the environment; without one, that of the local instance. */
function operatorToken(): string {
  const local = existsSync(".dev.vars") ? /^OPERATOR_TOKEN=(.+)$/m.exec(readFileSync(".dev.vars", "utf8"))?.[1] : null;
  const token = process.env.OPERATOR_TOKEN ?? local;
  if (!token) throw new Error("set the environment variable OPERATOR_TOKEN to the deployment's secret of that name");
  return token;
}

/** Sends a request as the operator to the instance at PARLEY_URL. Throws if it is refused. */
export async function asOperator(method: "GET" | "POST", path: string, body?: object): Promise<Response> {
  const response = await fetch(`${url}/v1/operator${path}`, {
    method,
    headers: { authorization: `Bearer ${operatorToken()}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} failed with ${response.status}: ${await response.text()}`);
  return response;
}
