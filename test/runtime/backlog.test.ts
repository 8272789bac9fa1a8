// The bounds of send queues, whose length the test sets. `npm run test:masses` tests real sockets.
import { expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { Backlog, emptyQueue, type SocketQueue } from "../../src/runtime/backlog";

const MIB = 1024 * 1024;

interface Fake extends SocketQueue {
  socket: WebSocket & { bufferedAmount: number; readyState: number };
}

/** A queue with this many bytes waiting. */
function queueOf(user: string, bytes = 0): Fake {
  const socket = { readyState: WebSocket.READY_STATE_OPEN, bufferedAmount: bytes };
  return { ...emptyQueue, socket: socket as Fake["socket"], state: { user } };
}

function backlogOf(open: SocketQueue[]) {
  const backlog = new Backlog(() => open);
  /** Sends enough that the queue is measured. */
  const send = (queue: SocketQueue, now = 1) => backlog.canSend(queue, MIB, now);
  return { backlog, send };
}

test("a socket that reads stays open", () => {
  const queue = queueOf("u_1", limits.socketSlowBytes);
  const { send } = backlogOf([queue]);
  for (let now = 1; now < 10 * limits.socketSlowMs; now += 1_000) expect(send(queue, now)).toBe(true);
});

test("more than 4 MiB closes a socket at once, more than 1 MiB after ten seconds", () => {
  const full = queueOf("u_1", limits.socketBufferBytes + 1);
  const slow = queueOf("u_2", limits.socketSlowBytes + 1);
  const { send } = backlogOf([full, slow]);
  expect(send(full)).toBe(false);
  expect(send(slow, 1_000)).toBe(true);
  expect(send(slow, 1_000 + limits.socketSlowMs)).toBe(true);
  expect(send(slow, 1_001 + limits.socketSlowMs)).toBe(false);
});

test("a socket that catches up gets another ten seconds", () => {
  const queue = queueOf("u_1", limits.socketSlowBytes + 1);
  const { send } = backlogOf([queue]);
  expect(send(queue, 1_000)).toBe(true);
  queue.socket.bufferedAmount = 0;
  expect(send(queue, 6_000)).toBe(true);
  queue.socket.bufferedAmount = limits.socketSlowBytes + 1;
  expect(send(queue, 7_000)).toBe(true);
  expect(send(queue, 1_001 + limits.socketSlowMs)).toBe(true);
});

test("a queue is measured now and then, and at every frame while it is slow", () => {
  const queue = queueOf("u_1", limits.socketBufferBytes + 1);
  const { backlog, send } = backlogOf([queue]);
  expect(backlog.canSend(queue, 100, 1)).toBe(true);
  queue.socket.bufferedAmount = limits.socketSlowBytes + 1;
  expect(send(queue, 1)).toBe(true);
  queue.socket.bufferedAmount = limits.socketBufferBytes + 1;
  expect(backlog.canSend(queue, 100, 1)).toBe(false);
});

test("when all queues together are too long, the slow sockets are closed first", () => {
  const slow = Array.from({ length: 20 }, (_, at) => queueOf(`u_${at}`, 2 * MIB));
  const fast = queueOf("u_fast", 0);
  const { send } = backlogOf([...slow, fast]);
  const open = slow.map((queue) => send(queue));
  expect(open.filter((isOpen) => isOpen)).toHaveLength(limits.objectBufferBytes / (2 * MIB));
  expect(send(fast)).toBe(true);
  for (const queue of slow) queue.socket.bufferedAmount = 0;
  expect(slow.every((queue) => send(queue))).toBe(true);
});

test("a closed socket counts until its queue is gone", () => {
  const stalled = Array.from({ length: 5 }, () => queueOf("u_1", limits.socketBufferBytes));
  const { backlog } = backlogOf([]);
  for (const queue of stalled.slice(0, 4)) backlog.addClosed(queue);
  expect(backlog.isFull("u_1")).toBe(false);
  for (const queue of stalled.slice(4)) backlog.addClosed(queue);
  expect(backlog.isFull("u_1")).toBe(true);
  expect(backlog.isFull("u_2")).toBe(false);
  for (const { socket } of stalled.slice(0, 2)) socket.readyState = WebSocket.READY_STATE_CLOSED;
  expect(backlog.isFull("u_1")).toBe(false);
});

test("many short queues together stay within the bound", () => {
  const open = Array.from({ length: 200 }, (_, at) => queueOf(`u_${at}`));
  const { send } = backlogOf(open);
  for (let round = 0; round < 30; round++) {
    for (const queue of open) {
      if (send(queue)) queue.socket.bufferedAmount += 32 * 1024;
      else open.splice(open.indexOf(queue), 1);
    }
  }
  const held = open.reduce((sum, { socket }) => sum + socket.bufferedAmount, 0);
  expect(held).toBeLessThanOrEqual(limits.objectBufferMaxBytes + 200 * 32 * 1024);
  expect(open.length).toBeGreaterThan(0);
});
