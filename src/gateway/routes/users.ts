// Looking up other users.
import { findProfile } from "../../directory/accounts";
import { handle as handleText, profileList } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { readCursor, wholeListQuery } from "../http/list-page";
import { answers, newRouter, route } from "../http/router";

const find = route({
  method: "get",
  path: "/v1/users",
  operationId: "findUser",
  summary: "Find a user by their complete handle",
  middleware: signedIn,
  request: { query: wholeListQuery.extend({ handle: handleText }) },
  responses: answers(profileList, "One user, or none."),
});

export const users = newRouter().openapi(find, async (c) => {
  const { handle, cursor } = c.req.valid("query");
  readCursor(c, cursor);
  const profile = await findProfile(c.get("db"), { handle });
  return c.json({ items: profile ? [profile] : [], next: null }, 200);
});
