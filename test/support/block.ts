// Blocks between people over HTTP.
import { call, type Person } from "./http";

export const block = (by: Person, person: Person): Promise<void> =>
  call(`/v1/me/blocks/${person.id}`, { method: "PUT", token: by.token });

export const unblock = (by: Person, person: Person): Promise<void> =>
  call(`/v1/me/blocks/${person.id}`, { method: "DELETE", token: by.token });
