// Counts the rows that a channel's object writes, because the platform bills rows.
import { expect } from "vitest";
import { longTest } from "../support/long-test";
import { openPair } from "../support/pair";
import { composedAt } from "../support/socket";
import { countWrites, untilIdle } from "../support/written-rows";

longTest(
  "1,000 messages write 1,000 rows before their acknowledgements, and few after",
  { timeout: 30_000 },
  async () => {
    const { channel, a, b, epoch } = await openPair();
    const counted = await countWrites(channel);
    for (let i = 0; i < 1_000; i++) a.send({ type: "message.send", ...composedAt(epoch, 0), text: `line ${i}` });
    await a.event(1_000);
    await b.event(1_000);
    expect(counted.rows).toEqual({ entries: 1_000 });
    expect(counted.alarms).toBeLessThanOrEqual(10);
    await b.answer(b.send({ type: "read.mark", seq: 1_000 }), "ack");
    // Alarms fire until none is set. Then the object is idle.
    await untilIdle(channel);
    const { entries, ...rest } = counted.rows;
    expect(entries).toBe(1_000);
    const after = Object.values(rest).reduce((sum, rows) => sum + rows, 0) + counted.alarms;
    console.log(
      `1,000 sends: ${entries} rows before the ack; alarms ${counted.alarms}; afterwards ${JSON.stringify(rest)}`,
    );
    expect(after).toBeLessThanOrEqual(20);
  },
);

longTest(
  "reading, history pages and heartbeats write no row while sockets stay open",
  { timeout: 30_000 },
  async () => {
    const { channel, a, b, epoch } = await openPair();
    a.send({ type: "message.send", ...composedAt(epoch, 0), text: "hello" });
    a.send({ type: "message.send", ...composedAt(epoch, 0), text: "hello again" });
    await b.event(2);
    await b.answer(b.send({ type: "read.mark", seq: 2 }), "ack");
    await untilIdle(channel);
    const counted = await countWrites(channel);
    await a.answer(a.send({ type: "read.mark", seq: 2 }), "ack");
    await b.answer(b.send({ type: "history.page", query: { limit: 10 } }), "page");
    b.socket.send("ping");
    expect(counted.rows).toEqual({});
  },
);
