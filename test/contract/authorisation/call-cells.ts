// The cells of the routes of calls. The commands of calls are with those of channels.
import { callers, type PersonName, permissionsIn, places } from "./callers";
import { ask, type Cell, signInRefusal } from "./cell";

const ICE = "/v1/calls/ice";
const TEST = "/v1/calls/ice-test";

export function* callCells(): Generator<Cell> {
  for (const caller of callers) {
    const signedOut = signInRefusal(caller);
    yield {
      ...{ row: `POST ${TEST}`, object: "the connection", caller, expected: signedOut ?? "200" },
      run: (world) => ask(world, caller, { path: TEST, method: "POST", body: {} }),
    };
    for (const place of places) {
      const permissions = permissionsIn(caller as PersonName, place);
      const refusal = permissions === null ? "not_found" : permissions.includes("call") ? "200" : "forbidden";
      yield {
        ...{ row: `POST ${ICE}`, object: `${place} channel`, caller, expected: signedOut ?? refusal },
        run: (world) => ask(world, caller, { path: ICE, method: "POST", body: { channel: world.channels[place] } }),
      };
    }
  }
}
