import { searchPage, searchQuery } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, coerced, newRouter, numberInText, route, textInQuery } from "../http/router";
import { searchMessages } from "../operations/message-search";

const number = numberInText.optional();
const text = textInQuery.optional();

const list = route({
  method: "get",
  path: "/v1/search",
  summary: "Search the messages that you may read",
  middleware: signedIn,
  request: {
    query: coerced(
      { q: textInQuery.default(""), channel: text, order: text, zone: number, cursor: text, limit: number },
      searchQuery,
    ),
  },
  responses: answers(searchPage, "A page of hits."),
});

export const search = newRouter().openapi(list, async (c) =>
  c.json(await searchMessages(c, c.req.valid("query")), 200),
);
