// Uploads of files for the messages of a channel. The bytes come by the routes at the end, which
// take a body of any type: `app.ts` mounts them before what checks the bodies of all others.
import {
  completedUpload,
  completeUpload as completion,
  openUpload,
  upload,
  uploadId,
  variantName,
} from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { answers, channelParams, integerInText, json, newRouter, noContent, route } from "../http/router";
import { completeUpload } from "../operations/upload-completion";
import { abandonUpload, beginUpload, ownUpload, receivePart, receiveVariant, shownUpload } from "../operations/uploads";

const middleware = signedIn;
const params = channelParams.extend({ upload: uploadId });
/** The most parts that R2 takes. */
const PARTS_MAX = 10_000;

const begin = route({
  method: "post",
  path: "/v1/channels/{channel}/uploads",
  operationId: "beginUpload",
  summary: "Begin the upload of a file for a channel, and reserve its bytes",
  middleware,
  request: { params: channelParams, ...json(openUpload) },
  responses: answers(upload, "The upload. Send its parts next."),
});
const status = route({
  method: "get",
  path: "/v1/channels/{channel}/uploads/{upload}",
  operationId: "getUpload",
  summary: "Get what has arrived of an upload, to continue it",
  middleware,
  request: { params },
  responses: answers(upload, "The upload."),
});
const complete = route({
  method: "post",
  path: "/v1/channels/{channel}/uploads/{upload}/complete",
  operationId: "completeUpload",
  summary: "Complete an upload and get the ticket that attaches the file to a message",
  middleware,
  request: { params, ...json(completion) },
  responses: answers(completedUpload, "The ticket, and what the file is."),
});
const abandon = route({
  method: "delete",
  path: "/v1/channels/{channel}/uploads/{upload}",
  operationId: "abandonUpload",
  summary: "Give up an upload and delete what has arrived",
  middleware,
  request: { params },
  responses: noContent("The upload has ended."),
});

export const uploads = newRouter()
  .openapi(begin, async (c) => c.json(await beginUpload(c, c.req.valid("param").channel, c.req.valid("json")), 200))
  .openapi(status, async (c) => {
    const { channel, upload: id } = c.req.valid("param");
    return c.json(shownUpload(await ownUpload(c, channel, id)), 200);
  })
  .openapi(complete, async (c) => {
    const { channel, upload: id } = c.req.valid("param");
    return c.json(await completeUpload(c, await ownUpload(c, channel, id), c.req.valid("json")), 200);
  })
  .openapi(abandon, async (c) => {
    const { channel, upload: id } = c.req.valid("param");
    await abandonUpload(c, await ownUpload(c, channel, id));
    return c.body(null, 204);
  });

const bytes = {
  body: { content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } }, required: true },
} as const;

const part = route({
  method: "put",
  path: "/v1/channels/{channel}/uploads/{upload}/parts/{part}",
  operationId: "putUploadPart",
  summary: "Send a part of a file, numbered from 1; the request needs its length",
  middleware,
  request: { params: params.extend({ part: integerInText(1, PARTS_MAX) }), ...bytes },
  responses: noContent("The part is stored."),
});
const variant = route({
  method: "put",
  path: "/v1/channels/{channel}/uploads/{upload}/variants/{variant}",
  operationId: "putUploadVariant",
  summary: "Send a smaller picture of a file; the request needs its length",
  middleware,
  request: { params: params.extend({ variant: variantName }), ...bytes },
  responses: noContent("The variant is stored."),
});

export const uploadBodies = newRouter()
  .openapi(part, async (c) => {
    const { channel, upload: id, part: number } = c.req.valid("param");
    await receivePart(c, await ownUpload(c, channel, id), number);
    return c.body(null, 204);
  })
  .openapi(variant, async (c) => {
    const { channel, upload: id, variant: name } = c.req.valid("param");
    await receiveVariant(c, await ownUpload(c, channel, id), name);
    return c.body(null, 204);
  });
