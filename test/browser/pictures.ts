// Pictures that a test sends as the page's person, faster than a person could pick them.
import type { Page } from "@playwright/test";

/** The pictures that are uploaded. The others are the same files again. */
const SHAPES = 7;

/**
 * Sends messages with a picture each, of different shapes: "sight 1" and so on. Uploads have a rate
 * that is low for so many, so a few files are forwarded.
 */
export const sendPictures = (page: Page, channel: string, count: number): Promise<void> =>
  page.evaluate(
    async ([id, total, shapes]) => {
      const post = async (path: string, body: unknown, key?: string) => {
        const headers = { "content-type": "application/json", ...(key && { "idempotency-key": key }) };
        for (;;) {
          const answer = await fetch(`/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
          if (answer.ok) return await answer.json();
          if (answer.status !== 429) throw new Error(await answer.text());
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      };
      const upload = async (shape: number): Promise<string> => {
        const canvas = new OffscreenCanvas(320, 180 + shape * 40);
        const context = canvas.getContext("2d");
        if (!context) throw new Error("no context");
        context.fillStyle = `hsl(${(shape * 47) % 360} 70% 50%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
        const bytes = await canvas.convertToBlob({ type: "image/jpeg" });
        const base = `channels/${id}/uploads`;
        const { id: begun } = await post(base, { name: `shape ${shape}.jpg`, size: bytes.size, type: "image/jpeg" });
        const put = await fetch(`/v1/${base}/${begun}/parts/1`, { method: "PUT", body: bytes });
        if (!put.ok) throw new Error(await put.text());
        return (await post(`${base}/${begun}/complete`, { width: canvas.width, height: canvas.height })).ticket;
      };
      const sent: string[] = [];
      for (let i = 1; i <= total; i++) {
        const again = sent[i - 1 - shapes];
        const ticket =
          again === undefined
            ? await upload(i % shapes)
            : (await post(`files/${again}/forwards`, { channel: id })).ticket;
        const { seq } = await post(
          `channels/${id}/messages`,
          { text: `sight ${i}`, attachments: [ticket] },
          `sight ${i} of ${id}`,
        );
        if (i > shapes) {
          sent.push(again ?? "");
          continue;
        }
        const message = await (await fetch(`/v1/channels/${id}/messages/${seq}`)).json();
        sent.push(message.body.attachments[0].id);
      }
    },
    [channel, count, SHAPES] as const,
  );
