// The rows of the matrix for the invites of a guild.
import { at, fails, G, type GuildRow, has, isAbove, missing, sees } from "./guild-needs";
import { type MatrixWorld, tidy } from "./world";

const route = `POST ${G}/invites`;
const made = { ok: "200", prepare: tidy };
const withBody = (body: (world: MatrixWorld) => object) => (world: MatrixWorld) => at("/invites", body(world));

export const inviteRows: readonly GuildRow[] = [
  { route, object: "an invite", needs: [has("invite")], ...made, request: withBody(() => ({})) },
  {
    ...{ route, object: "an invite that gives a low role", needs: [has("invite"), has("manage_roles")], ...made },
    request: withBody(({ roles }) => ({ roles: [roles.spare] })),
  },
  {
    ...{ route, object: "an invite that gives a higher role", ...made },
    needs: [has("invite"), has("manage_roles"), isAbove("high")],
    request: withBody(({ roles }) => ({ roles: [roles.high] })),
  },
  {
    ...{ route, object: "an invite that gives the role of everyone", ...made },
    needs: [has("invite"), has("manage_roles"), fails("forbidden")],
    request: withBody(({ everyone }) => ({ roles: [everyone] })),
  },
  {
    ...{ route, object: "an invite that gives a role of another guild", needs: [has("invite"), missing], ...made },
    request: withBody(({ roles }) => ({ roles: [roles.foreign] })),
  },
  {
    ...{ route, object: "an invite that opens a private channel", needs: [has("invite"), sees("private")], ...made },
    request: withBody(({ channels }) => ({ channel: channels.private })),
  },
  {
    ...{ route, object: "an invite that opens a channel of another guild", needs: [has("invite"), missing], ...made },
    request: withBody(({ channels }) => ({ channel: channels.foreign })),
  },
  {
    ...{ route: `GET ${G}/invites`, object: "the invites", ok: "200", fields: ["items", "next"] },
    // Who manages the guild sees those of others too.
    needs: [(who) => (has("invite")(who) === null || has("manage_guild")(who) === null ? null : "forbidden")],
    request: () => at("/invites"),
  },
];
