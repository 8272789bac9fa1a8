// How I want to be seen and told is the same on all of my devices.
import { expect, test } from "vitest";
import { FakeServer } from "../support/fake-server";

test.each(["socket", "long-polling", "polling"] as const)(
  "it comes over %s, and to whoever comes later",
  async (transport) => {
    const server = new FakeServer();
    const [desk, phone] = [server.client("alice"), server.client("alice", { transport })];
    await Promise.all([desk.connect(), phone.connect()]);
    await desk.accounts.restore();
    const before = phone.me.get();
    expect(before).toMatchObject({ presence: "auto", notifications: { previews: true, quiet: null } });
    const notifications = { previews: false, quiet: { from: 1_320, to: 420, zone: "Asia/Seoul" } };
    await desk.accounts.changeProfile({ presence: "dnd" });
    await desk.push.changeSettings(notifications);
    await server.clock.turn(30_000);
    expect(phone.me.get()).toEqual({ ...before, presence: "dnd", notifications });
    expect(desk.me.get()).toMatchObject({ presence: "dnd", notifications });
    phone.disconnect();
    await desk.accounts.changeProfile({ presence: "auto" });
    const connected = phone.connect();
    await server.clock.turn(30_000);
    await connected;
    expect(phone.me.get()).toMatchObject({ presence: "auto", notifications });
  },
);
