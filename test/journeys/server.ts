// The one server of all journeys of a Vitest project. The files of a project run one after the
// other in one process (`isolate: false`), so that the page is built and the server started once.
import { inject } from "vitest";
import { Server } from "../simulation/kit/dev-server";
import type {} from "./setup.ts";

let started: Promise<Server> | null = null;

/** Returns the running server. A journey that kills it must start it again. */
export function sharedServer(): Promise<Server> {
  started ??= Server.start(inject("serverFolder"));
  return started;
}
