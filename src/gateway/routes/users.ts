// Looking up other users.
import * as z from "zod";
import { findProfile } from "../../directory/accounts";
import { handle, profileList } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, newRouter, route } from "../http/router";

const find = route({
  method: "get",
  path: "/v1/users",
  summary: "Find a user by their complete handle",
  middleware: signedIn,
  request: { query: z.object({ handle }) },
  responses: answers(profileList, "One user, or none."),
});

export const users = newRouter().openapi(find, async (c) => {
  const db = c.get("db");
  const profile = await findProfile(db, { handle: c.req.valid("query").handle });
  return c.json({ items: profile ? [profile] : [], next: null }, 200);
});
