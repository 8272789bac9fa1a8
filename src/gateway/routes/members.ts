import { findProfile } from "../../directory/accounts";
import { addMember, assignRole, removeMember } from "../../directory/memberships";
import { ChatError } from "../../domain/error";
import { authoriseMemberChange } from "../../domain/member-change";
import { putMember } from "../../protocol";
import { signedIn } from "../auth/authenticate";
import { memberParams } from "../http/params";
import { spend } from "../http/rate-limit";
import { json, newRouter, nothing, route } from "../http/routing";
import { myChannel, myRole } from "../operations/my-channel";
import { deliverRoster } from "../operations/roster-delivery";

const path = "/v1/channels/{channel}/members/{user}";

const put = route({
  method: "put",
  path,
  summary: "Add somebody to a group, or give a member a role; `owner` hands the group over",
  middleware: signedIn,
  request: { params: memberParams, ...json(putMember) },
  responses: nothing("They are a member with that role."),
});
const remove = route({
  method: "delete",
  path,
  summary: "Remove a member, or leave. Answered once nothing later can reach them",
  middleware: signedIn,
  request: { params: memberParams },
  responses: nothing("They are no member."),
});

export const members = newRouter()
  .openapi(put, async (c) => {
    const { channel: id, user: subject } = c.req.valid("param");
    const { role } = c.req.valid("json");
    const db = c.get("db");
    const { id: actor } = c.get("account");
    const now = c.get("now");
    const channel = await myChannel(c, id);
    const known = channel.members.find((member) => member.user.id === subject);
    const change = { channel: id, actor, subject, now };
    if (known) {
      if (known.role === role) return c.body(null, 204);
      authoriseMemberChange(channel.kind, myRole(c, channel), { kind: "assign", from: known.role, to: role });
      if (known.role === "owner") throw new ChatError("forbidden", "hand over to somebody instead");
      await assignRole(db, change, role);
    } else {
      authoriseMemberChange(channel.kind, myRole(c, channel), { kind: "add", role });
      await spend(c, "directory", `directory ${actor}`);
      if (!(await findProfile(db, { id: subject }))) throw new ChatError("not_found", "no such person");
      if (!(await addMember(db, change, role))) throw new ChatError("group_full");
    }
    await deliverRoster(c.env, db, id);
    return c.body(null, 204);
  })
  .openapi(remove, async (c) => {
    const { channel: id, user: subject } = c.req.valid("param");
    const db = c.get("db");
    const { id: actor } = c.get("account");
    const channel = await myChannel(c, id);
    const known = channel.members.find((member) => member.user.id === subject);
    const change =
      subject === actor ? ({ kind: "leave" } as const) : ({ kind: "remove", role: known?.role ?? "member" } as const);
    authoriseMemberChange(channel.kind, myRole(c, channel), change);
    // Removed already, perhaps by a request whose answer was lost: then the object may still have to hear of it.
    if (known) await removeMember(db, { channel: id, actor, subject, now: c.get("now") });
    await deliverRoster(c.env, db, id);
    return c.body(null, 204);
  });
