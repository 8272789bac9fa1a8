// Whom the caller blocks. The user object decides and stores; the directory has the names.

import * as z from "zod";
import { findProfile } from "../../directory/accounts";
import { directOf, listBlocks } from "../../directory/blocks";
import { ChatError, unwrap } from "../../domain/error";
import { blockedPersonList, userId } from "../../protocol";
import { retry } from "../../runtime/retry";
import { signedIn } from "../auth/authenticate";
import type { GatewayContext } from "../http/context";
import { listQuery, pageOf, readPosition } from "../http/list-page";
import { answers, newRouter, noContent, route } from "../http/router";
import { signalRequests } from "../operations/requests";
import { deliverRoster } from "../operations/roster-delivery";

const path = "/v1/me/blocks/{user}";
const params = z.object({ user: userId });

const list = route({
  method: "get",
  path: "/v1/me/blocks",
  operationId: "listBlocks",
  summary: "List the people whom you block, the newest first",
  middleware: signedIn,
  request: { query: listQuery },
  responses: answers(blockedPersonList, "A page of people."),
});
const put = route({
  method: "put",
  path,
  operationId: "putBlock",
  summary: "Block a person, who cannot tell it",
  middleware: signedIn,
  request: { params },
  responses: noContent("The person is blocked."),
});
const end = route({
  method: "delete",
  path,
  operationId: "deleteBlock",
  summary: "End a block",
  middleware: signedIn,
  request: { params },
  responses: noContent("The person is not blocked."),
});

/** Stores a block, or with 0 its end, and tells the direct channel of both. */
async function saveBlock(c: GatewayContext, user: string, at: number): Promise<void> {
  const { id } = c.get("account");
  const db = c.get("db");
  unwrap(await retry(async () => c.env.USERS.getByName(id).saveSetting(id, { kind: "block", block: { user, at } })));
  const direct = await directOf(db, id, user);
  if (direct !== null) await deliverRoster(c.env, db, direct);
  // The requests of this person appear or disappear.
  await signalRequests(c.env, [id]);
}

export const blocks = newRouter()
  .openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const rows = await listBlocks(c.get("db"), c.get("account").id, limit + 1, readPosition(c, cursor));
    return c.json(
      pageOf(c, rows, limit, ({ at, user }) => ({ at, id: user.id })),
      200,
    );
  })
  .openapi(put, async (c) => {
    const { user } = c.req.valid("param");
    if (user === c.get("account").id) throw new ChatError("invalid", "user: you cannot block yourself");
    if ((await findProfile(c.get("db"), { id: user })) === null) throw new ChatError("not_found");
    await saveBlock(c, user, c.get("now"));
    return c.body(null, 204);
  })
  .openapi(end, async (c) => {
    await saveBlock(c, c.req.valid("param").user, 0);
    return c.body(null, 204);
  });
