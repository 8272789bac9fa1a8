import { expect } from "vitest";
import { errors, problem } from "../../src/protocol";
import { request, type Sent } from "../support/http";

/** Returns the problem that answers a request. Checks the form that all problems have. */
export async function refused(path: string, sent?: Sent) {
  const response = await request(path, sent);
  const body = problem.parse(await response.json());
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("x-request-id")).toBe(body.requestId);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const { status, temporary, sentence } = errors[body.code];
  expect(body).toMatchObject({ status, temporary, title: sentence });
  expect(response.status).toBe(status);
  return { ...body, allow: response.headers.get("allow") };
}
