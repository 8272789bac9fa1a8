// Strangers, who have chosen that people they share a channel with need no request.
import type { ChannelInfo, ChannelRequest, Me, OpenTo } from "../../src/protocol";
import { call, type Person, register, request } from "../support/http";

/** Sets who needs no request to a person. */
export const setOpenTo = ({ token }: Person, openTo: OpenTo | null): Promise<Me> =>
  call<Me>("/v1/me", { method: "PATCH", token, body: { openTo } });

/** Creates an account that strangers must ask. */
export async function registerShy(name: string): Promise<Person> {
  const person = await register(name);
  await setOpenTo(person, "shared");
  return person;
}

/** Creates three accounts. Bob is one that strangers must ask. */
export async function registerStrangers(): Promise<Record<"alice" | "bob" | "carol", Person>> {
  const [alice, carol] = [await register("alice"), await register("carol")];
  return { alice, bob: await registerShy("bob"), carol };
}

export const requestsOf = async ({ token }: Person): Promise<ChannelRequest[]> =>
  (await call<{ items: ChannelRequest[] }>("/v1/requests", { token })).items;

export const accept = ({ token }: Person, channel: string): Promise<Response> =>
  request(`/v1/requests/${channel}`, { method: "PUT", token });

export const decline = ({ token }: Person, channel: string): Promise<Response> =>
  request(`/v1/requests/${channel}`, { method: "DELETE", token });

/** Opens a direct channel. Returns the whole answer. */
export const postDirect = (from: Person, to: Person): Promise<Response> =>
  request("/v1/channels", { method: "POST", token: from.token, body: { kind: "direct", user: to.id } });

export const show = ({ token }: Person, channel: string): Promise<ChannelInfo> =>
  call<ChannelInfo>(`/v1/channels/${channel}`, { token });

/** Returns the ids of the members that a person sees in a channel. */
export const membersOf = async (person: Person, channel: string) =>
  (await show(person, channel)).members.map(({ user }) => user.id);
/** Returns the ids of the people who were asked into a channel, as a member sees them. */
export const pendingOf = async (person: Person, channel: string) =>
  (await show(person, channel)).pending?.map(({ id }) => id) ?? [];

export const listed = async ({ token }: Person): Promise<ChannelInfo[]> =>
  (await call<{ items: ChannelInfo[] }>("/v1/channels", { token })).items;

export const send = ({ token }: Person, channel: string, text: string): Promise<Response> =>
  request(`/v1/channels/${channel}/messages`, {
    method: "POST",
    token,
    body: { text },
    headers: { "idempotency-key": crypto.randomUUID() },
  });

export const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
