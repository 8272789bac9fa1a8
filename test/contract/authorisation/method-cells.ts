// The cells of methods that an address does not take: the answer names those that it takes, by the
// access table. They need no sign-in, because they say nothing of what exists.
import { request } from "../../support/http";
import type { Cell } from "./cell";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);

/** `registered`: the routes of the router, as "METHOD /path". */
export function* methodCells(registered: readonly string[]): Generator<Cell> {
  const routes = registered.map((route) => route.split(" ") as [string, string]);
  for (const path of new Set(routes.map(([, one]) => one))) {
    const address = path.replace(/\{\w+\}/g, "x");
    const taken = routes.filter(([, other]) => patternOf(other).test(address)).map(([method]) => method);
    const other = methods.find((method) => !taken.includes(method));
    if (other === undefined) continue;
    yield {
      ...{ row: `methods of ${path}`, object: "another method", caller: "anonymous" },
      expected: [...new Set(taken)].sort().join(),
      run: async () => {
        const answer = await request(address, { method: other });
        const allowed = (answer.headers.get("allow") ?? "").split(", ");
        return { outcome: [...new Set(allowed)].sort().join(), text: await answer.text() };
      },
    };
  }
}
