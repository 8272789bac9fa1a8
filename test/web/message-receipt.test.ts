import { describe, expect, it } from "vitest";
import { receiptOf } from "../../src/web/chat/message-receipt";

describe("the receipt of a message", () => {
  const marks = { reads: { u_alice: 9, u_bob: 5 }, delivered: { u_bob: 7, u_carol: 6 } };

  it("is that of the furthest other member", () => {
    expect(receiptOf(5, marks, "u_alice", "readers")).toEqual({ state: "read", shows: "readers", readers: ["u_bob"] });
    expect(receiptOf(6, marks, "u_alice", "readers").state).toBe("delivered");
    expect(receiptOf(8, marks, "u_alice", "readers").state).toBe("sent");
    expect(receiptOf(null, marks, "u_alice", "state").state).toBe("sent");
  });
});
