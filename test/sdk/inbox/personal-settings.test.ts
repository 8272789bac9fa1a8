// A person's presence mode and notification settings are the same on all their devices.
import { expect, test } from "vitest";
import { FakeServer } from "../support/fake-server";

test.each(["socket", "long-polling", "polling"] as const)(
  "personal settings arrive over %s, and on devices that connect later",
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
    await server.clock.advance(30_000);
    expect(phone.me.get()).toEqual({ ...before, presence: "dnd", notifications });
    expect(desk.me.get()).toMatchObject({ presence: "dnd", notifications });
    phone.disconnect();
    await desk.accounts.changeProfile({ presence: "auto" });
    const connected = phone.connect();
    await server.clock.advance(30_000);
    await connected;
    expect(phone.me.get()).toMatchObject({ presence: "auto", notifications });
  },
);
