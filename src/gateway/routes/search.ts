import * as z from "zod";
import { searchPage, searchQuery } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, coerced, newRouter, route } from "../routing";
import { search as find } from "../searching";
import { spend } from "../spend";

const number = z.coerce.number().optional();
const text = z.string().optional();

const list = route({
  method: "get",
  path: "/v1/search",
  summary: "Find messages that I may read",
  middleware: signedIn,
  request: {
    query: coerced(
      { q: z.string().default(""), channel: text, order: text, zone: number, cursor: text, limit: number },
      searchQuery,
    ),
  },
  responses: answers(searchPage, "A page of hits."),
});

export const search = newRouter().openapi(list, async (c) => {
  const [page] = await Promise.all([
    find(c, c.req.valid("query")),
    // Beside it: the page waits for both, and nobody is answered beyond their rate.
    spend(c, "search", `search ${c.get("account").id}`),
  ]);
  return c.json(page, 200);
});
