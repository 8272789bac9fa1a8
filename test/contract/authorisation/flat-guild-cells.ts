// The cells of a guild in which everyone may manage roles and channels and nobody has a role: all
// members have the lowest rank, so none of them changes what is as low, only the owner does.
import { ask, type Cell } from "./cell";
import type { MatrixWorld } from "./world";

const G = "/v1/guilds/{guild}";

interface FlatRow {
  route: string;
  object: string;
  path(world: MatrixWorld): string;
  body?: object;
}

const refused: readonly FlatRow[] = [
  { route: `POST ${G}/roles`, object: "a role", path: () => "/roles", body: { name: "x", permissions: ["view"] } },
  {
    ...{ route: `PATCH ${G}/roles/{role}`, object: "the role of everyone", body: { mentionable: false } },
    path: ({ flatGuild }) => `/roles/${flatGuild.everyone}`,
  },
  {
    ...{ route: `POST ${G}/channels`, object: "a private channel", path: () => "/channels" },
    body: { nonce: "00000000-0000-4000-a000-000000000001", name: "x", type: "private" },
  },
  {
    ...{ route: `PATCH ${G}/channels/{channel}`, object: "the type of a channel", body: { type: "announcement" } },
    path: ({ flatGuild }) => `/channels/${flatGuild.channel}`,
  },
  {
    ...{ route: `PUT ${G}/channels/{channel}/overrides/{target}`, object: "an override of everyone" },
    path: ({ flatGuild }) => `/channels/${flatGuild.channel}/overrides/${flatGuild.everyone}`,
    body: { allow: [], deny: ["send"] },
  },
  {
    ...{ route: `PUT ${G}/channels/{channel}/overrides/{target}`, object: "an override of a member of the same rank" },
    path: ({ flatGuild, people }) => `/channels/${flatGuild.channel}/overrides/${people.author.id}`,
    body: { allow: [], deny: ["send"] },
  },
  {
    ...{ route: `DELETE ${G}/members/{user}`, object: "a member of the same rank" },
    path: ({ people }) => `/members/${people.author.id}`,
  },
];

export function* flatGuildCells(): Generator<Cell> {
  for (const { route, object, path, body } of refused)
    yield {
      ...{ row: route, object: `${object}, where everyone manages`, caller: "member", expected: "forbidden" },
      run: (world) =>
        ask(world, "member", {
          ...{ method: route.split(" ")[0] ?? "", path: `/v1/guilds/${world.flatGuild.id}${path(world)}` },
          ...(body && { body }),
        }),
    };
}
