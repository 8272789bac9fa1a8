import { limits, searchPage, searchQuery } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, coerced, integerInText, json, newRouter, route, textInQuery } from "../http/router";
import { searchMessages } from "../operations/message-search";

/** Minutes, or the name of a zone. */
const zone = textInQuery.transform((typed) => (/^[+-]?\d+$/.test(typed) ? Number(typed) : typed)).optional();
const text = textInQuery.optional();

const find = route({
  method: "post",
  path: "/v1/search",
  operationId: "searchMessages",
  summary: "Search the messages that you may read",
  middleware: signedIn,
  request: json(searchQuery),
  responses: answers(searchPage, "A page of hits."),
});
/** The form of earlier clients. Its words stand in the URL, where proxies may log them. */
const findByUrl = route({
  method: "get",
  path: "/v1/search",
  operationId: "searchMessagesByUrl",
  summary: "Search the messages that you may read; prefer POST, which keeps the words out of the URL",
  middleware: signedIn,
  request: {
    query: coerced(
      {
        q: textInQuery.default(""),
        channel: text,
        order: text,
        zone,
        cursor: text,
        limit: integerInText(1, limits.searchPageMax).optional(),
      },
      searchQuery,
    ),
  },
  responses: answers(searchPage, "A page of hits."),
});

export const search = newRouter()
  .openapi(find, async (c) => c.json(await searchMessages(c, c.req.valid("json")), 200))
  .openapi(findByUrl, async (c) => c.json(await searchMessages(c, c.req.valid("query")), 200));
