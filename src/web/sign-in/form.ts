// What the sign-in page checks before asking the server, by the wire's own rules, and where an answer's error belongs.
import { displayName, handle, limits, password } from "../../protocol";
import { ParleyError } from "../../sdk";
import type { Dictionary } from "../text/en";
import { explain } from "../text/problem";

export type Mode = "sign-in" | "register";
export interface Values {
  handle: string;
  name: string;
  password: string;
}
export type Problems = Partial<Record<keyof Values | "form", string>>;

export function problemsOf(mode: Mode, values: Values, text: Dictionary): Problems {
  const problems: Problems = {};
  if (mode === "sign-in") {
    if (!values.handle.trim()) problems.handle = text.signIn.handleEmpty;
    if (!values.password) problems.password = text.signIn.passwordEmpty;
    return problems;
  }
  if (!handle.safeParse(values.handle).success)
    problems.handle = text.signIn.handleInvalid(limits.handleMin, limits.handleMax);
  if (!displayName.safeParse(values.name).success) problems.name = text.signIn.nameInvalid(limits.nameCodePoints);
  if (!password.safeParse(values.password).success) problems.password = text.signIn.passwordShort(limits.passwordMin);
  return problems;
}

/** An answer's error, beside the field it speaks of. */
export function problemsFrom(thrown: unknown, text: Dictionary): Problems {
  const sentence = explain(thrown, text);
  if (thrown instanceof ParleyError && thrown.code === "handle_taken") return { handle: sentence };
  return { form: sentence };
}
