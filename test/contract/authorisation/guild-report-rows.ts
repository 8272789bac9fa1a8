// The rows of the matrix for the reports of a guild.
import { env } from "cloudflare:workers";
import { call } from "../../support/http";
import { at, G, type GuildRow, has, keep, missing, sees } from "./guild-needs";
import type { Anyone, MatrixWorld } from "./world";

const reportBy = (world: MatrixWorld, who: Anyone, target: object) =>
  call<{ id: string }>("/v1/reports", {
    method: "POST",
    token: world.people[who].token,
    body: { target, category: "spam" },
  });

/** A report of a member, and one of a message in the private channel, by the owner. */
const ofMember = (world: MatrixWorld) =>
  keep(world, "a report of a member", async () => {
    const target = { kind: "user", user: world.people.lowMember.id, guild: world.guild };
    return (await reportBy(world, "owner", target)).id;
  });
const ofMessage = (world: MatrixWorld) =>
  keep(world, "a report of a message", async () => {
    const own = Object.entries(world.own.private ?? {});
    const seq = own.find(([author]) => author !== "owner")?.[1]?.[0];
    return (await reportBy(world, "owner", { kind: "message", channel: world.channels.private, seq })).id;
  });

const R = `${G}/reports/{report}`;
const moderates = has("delete_any");
const resolve = (report: (world: MatrixWorld) => Promise<string> | string) => async (world: MatrixWorld) =>
  at(`/reports/${await report(world)}`, { outcome: "dismissed" });
/** Opens every report again. */
const reopen = () =>
  env.DIRECTORY.prepare("UPDATE reports SET resolved_at = NULL, resolved_by = NULL, outcome = NULL").run();

export const reportRows: readonly GuildRow[] = [
  {
    ...{ route: `GET ${G}/reports`, object: "the reports", needs: [moderates], ok: "200", fields: ["items", "next"] },
    request: async (world) => {
      await Promise.all([ofMember(world), ofMessage(world)]);
      return at("/reports?limit=100");
    },
  },
  {
    ...{ route: `PUT ${R}`, object: "a report of a member", needs: [moderates], ok: "204" },
    ...{ request: resolve(ofMember), prepare: ofMember, undo: reopen },
  },
  {
    ...{ route: `PUT ${R}`, object: "a report of a private message", needs: [moderates, sees("private")], ok: "204" },
    ...{ request: resolve(ofMessage), prepare: ofMessage, undo: reopen },
  },
  {
    ...{ route: `PUT ${R}`, object: "an unknown report", needs: [moderates, missing], ok: "204" },
    request: resolve(() => "x_nowhere"),
  },
];
