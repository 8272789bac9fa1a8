// Tickets of files: what is signed is read again, and nothing else is.
import { describe, expect, test } from "vitest";
import type { TicketContent } from "../../src/domain/attachments";
import { limits } from "../../src/protocol";
import { readTicket, signTicket } from "../../src/runtime/attachment-ticket";

const secret = "a secret of the deployment";
const content: TicketContent = {
  ...{ id: "0123456789abc", file: "f_1", user: "u_1", channel: "c_1", expires: 1_795_500_000_000 },
  ...{
    name: "바다.jpg",
    type: "image/jpeg",
    size: 123_456,
    width: 4_000,
    height: 3_000,
    thumbhash: "3OcRJYB4d3h/iIeHeEh3eIhw",
  },
  variants: [{ name: "view", type: "image/webp", size: 90_000, width: 1_600, height: 1_200 }],
};

test("a ticket says what was signed", () => {
  expect(readTicket([secret], signTicket(secret, content))).toEqual(content);
  const plain: TicketContent = { ...content, width: undefined, height: undefined, thumbhash: undefined, variants: [] };
  expect(readTicket([secret], signTicket(secret, plain))).toEqual(JSON.parse(JSON.stringify(plain)));
});

test("the largest facts fit into a ticket", () => {
  const variant = {
    type: "image/svg+xml".repeat(2),
    size: 2 ** 40,
    width: limits.mediaPixels,
    height: limits.mediaPixels,
  };
  const largest: TicketContent = {
    ...content,
    ...{ file: `f_${"z".repeat(32)}`, user: `u_${"z".repeat(32)}`, channel: `c_${"z".repeat(32)}` },
    ...{ name: "한".repeat(limits.fileNameCodePoints), type: "t".repeat(80), durationMs: 10 ** 9 },
    ...{
      waveform: Array.from({ length: limits.waveformValues }, () => 255),
      thumbhash: "T".repeat(limits.thumbhashCharacters),
    },
    variants: [
      { name: "view", ...variant },
      { name: "thumbnail", ...variant },
      { name: "poster", ...variant },
    ],
  };
  expect(readTicket([secret], signTicket(secret, largest))).toEqual(largest);
  expect(() => signTicket(secret, { ...largest, name: "x".repeat(limits.ticketCharacters) })).toThrow(RangeError);
});

describe("a ticket is refused", () => {
  const ticket = signTicket(secret, content);
  const [payload = "", signature = ""] = ticket.split(".");

  test("with another secret, but not with the one before", () => {
    expect(() => readTicket(["another"], ticket)).toThrow(expect.objectContaining({ code: "ticket_invalid" }));
    expect(readTicket(["another", secret], ticket)).toEqual(content);
  });

  test("when any character is changed, lost or added", () => {
    const other = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), user: "u_2" }),
    );
    const forgeries = [
      ...["", ".", payload, `.${signature}`, `${payload}.`, `${payload}.${signature.slice(1)}`, `${ticket}.x`],
      ...[`${other.toString("base64url")}.${signature}`, "x".repeat(10_000), `${payload}${payload}.${signature}`],
      ...Array.from({ length: payload.length }, (_, at) => {
        const changed = payload[at] === "A" ? "B" : "A";
        return `${payload.slice(0, at)}${changed}${payload.slice(at + 1)}.${signature}`;
      }),
    ];
    for (const forged of forgeries)
      expect(() => readTicket([secret], forged), forged).toThrow(expect.objectContaining({ code: "ticket_invalid" }));
  });
});
