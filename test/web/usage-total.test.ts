import { describe, expect, it } from "vitest";
import type { ChannelUsage } from "../../src/protocol";
import { totalOf } from "../../src/web/admin/usage-total";

const channel = (messages: number, dollars: number): ChannelUsage => ({
  ...{ channel: "c_1", kind: "group", name: "Deck", members: 3, head: 12, archived: 10, bytes: 0, messages },
  usage: {
    ...{ since: 0, messages, rowsWritten: 20, rowsRead: 30, archiveRowsWritten: 4, archiveRowsRead: 5 },
    ...{ objectRequests: 6, socketMessages: 7, queueMessages: 0 },
  },
  dollars,
  dollarsPerMillion: messages === 0 ? null : (dollars / messages) * 1_000_000,
});

describe("the total of several channels", () => {
  it("is the sum, with the price of a million messages over all of them", () => {
    expect(totalOf([channel(100, 0.001), channel(300, 0.001)])).toMatchObject({
      ...{ members: 6, messages: 400, head: 24, behind: 4, rowsWritten: 40, archiveRowsRead: 10, socketMessages: 14 },
      ...{ dollars: 0.002, dollarsPerMillion: 5 },
    });
  });

  it("has no price per message without messages", () => {
    expect(totalOf([]).dollarsPerMillion).toBeNull();
    expect(totalOf([channel(0, 0.5)]).dollarsPerMillion).toBeNull();
  });
});
