import * as z from "zod";
import { findProfile } from "../../directory/accounts";
import { handle, profileList } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { spend } from "../http/rate-limit";
import { answers, newRouter, route } from "../http/routing";

const find = route({
  method: "get",
  path: "/v1/users",
  summary: "Find a person by their whole handle",
  middleware: signedIn,
  request: { query: z.object({ handle }) },
  responses: answers(profileList, "One person, or none."),
});

export const users = newRouter().openapi(find, async (c) => {
  const db = c.get("db");
  await spend(c, "directory", `directory ${c.get("account").id}`);
  const profile = await findProfile(db, { handle: c.req.valid("query").handle });
  return c.json({ items: profile ? [profile] : [], next: null }, 200);
});
