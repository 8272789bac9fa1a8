// The members of a group and their roles. `domain/member-permission.ts` decides who may change
// what.
import { findProfile } from "../../directory/accounts";
import { addMember, assignRole, removeMember } from "../../directory/memberships";
import { withdrawRequest } from "../../directory/requests";
import { ChatError } from "../../domain/error";
import { authoriseMemberChange } from "../../domain/member-permission";
import { isPermitted } from "../../domain/permission";
import { putMember } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { chargeRate } from "../http/rate-limit";
import { json, memberParams, newRouter, noContent, route } from "../http/router";
import { myChannel, myRole } from "../operations/member-channel";
import { chargeRequests, signalRequests } from "../operations/requests";
import { deliverRoster } from "../operations/roster-delivery";

const path = "/v1/channels/{channel}/members/{user}";

const put = route({
  method: "put",
  path,
  summary: "Add a user to a group or ask them, or set the role of a member; `owner` transfers the group",
  middleware: signedIn,
  request: { params: memberParams, ...json(putMember) },
  responses: noContent("The user is a member with this role, or was asked."),
});
const remove = route({
  method: "delete",
  path,
  summary: "Remove a member, withdraw a request, or leave; after the answer they receive nothing of the group",
  middleware: signedIn,
  request: { params: memberParams },
  responses: noContent("The user is no member."),
});

export const members = newRouter()
  .openapi(put, async (c) => {
    const { channel: id, user: subject } = c.req.valid("param");
    const { role } = c.req.valid("json");
    const db = c.get("db");
    const { id: actor } = c.get("account");
    const now = c.get("now");
    const channel = await myChannel(c, id);
    const member = channel.members.find(({ user }) => user.id === subject);
    const change = { channel: id, actor, subject, now };
    if (member) {
      if (member.role === role) return c.body(null, 204);
      authoriseMemberChange(channel.kind, myRole(c, channel), { kind: "assign", from: member.role, to: role });
      if (member.role === "owner") throw new ChatError("forbidden", "make another member the owner instead");
      await assignRole(db, change, role);
    } else {
      authoriseMemberChange(channel.kind, myRole(c, channel), { kind: "add", role });
      await chargeRate(c, "directory", `directory ${actor}`);
      if (!(await findProfile(db, { id: subject }))) throw new ChatError("not_found", "no such user");
      const addition = await addMember(db, change, role, await chargeRequests(c, [subject]));
      if (addition.kind === "refused") throw new ChatError(addition.code);
      if (addition.kind === "asked") {
        if (addition.isNew) await signalRequests(c.env, [subject]);
        return c.body(null, 204);
      }
    }
    await deliverRoster(c.env, db, id);
    return c.body(null, 204);
  })
  .openapi(remove, async (c) => {
    const { channel: id, user: subject } = c.req.valid("param");
    const db = c.get("db");
    const { id: actor } = c.get("account");
    const channel = await myChannel(c, id);
    const member = channel.members.find(({ user }) => user.id === subject);
    const change =
      subject === actor ? ({ kind: "leave" } as const) : ({ kind: "remove", role: member?.role ?? "member" } as const);
    const removal = { channel: id, actor, subject, now: c.get("now") };
    const isManager = isPermitted(channel.kind, myRole(c, channel), "manage");
    if (channel.kind === "group" && !member && (await withdrawRequest(db, removal, isManager))) {
      await signalRequests(c.env, [subject]);
      return c.body(null, 204);
    }
    authoriseMemberChange(channel.kind, myRole(c, channel), change);
    // If an earlier request removed the member and its answer was lost, only the delivery may be
    // missing.
    const withdrawn = member ? await removeMember(db, removal) : [];
    await deliverRoster(c.env, db, id);
    await signalRequests(c.env, withdrawn);
    return c.body(null, 204);
  });
