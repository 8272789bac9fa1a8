// What the operator's commands share: whom they speak to, and as whom.
import { existsSync, readFileSync } from "node:fs";

const url = process.env.PARLEY_URL ?? "http://localhost:8787";

/** The local instance's own, where the environment names none. */
function operatorToken(): string {
  const local = existsSync(".dev.vars") ? /^OPERATOR_TOKEN=(.+)$/m.exec(readFileSync(".dev.vars", "utf8"))?.[1] : null;
  const token = process.env.OPERATOR_TOKEN ?? local;
  if (!token) throw new Error("set OPERATOR_TOKEN to the deployment's secret of that name");
  return token;
}

/** A request as the operator of the instance at PARLEY_URL; throws with the answer where it is refused. */
export async function asOperator(method: "GET" | "POST", path: string, body?: object): Promise<Response> {
  const response = await fetch(`${url}/v1/operator${path}`, {
    method,
    headers: { authorization: `Bearer ${operatorToken()}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response;
}
