// The checks of the sign-in form, by the rules of the wire, and which field an error belongs to.
import { displayName, limits, newHandle, password } from "../../protocol";
import { ParleyError } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import type { signInText } from "../../text/sign-in";
import { explain } from "../app/explain";

type SignInWords = (typeof signInText)["en" | "ko"];

export type Mode = "sign-in" | "register";
export interface Values {
  handle: string;
  name: string;
  password: string;
}
export type Problems = Partial<Record<keyof Values | "form", string>>;

export function problemsOf(mode: Mode, values: Values, words: SignInWords): Problems {
  const problems: Problems = {};
  if (mode === "sign-in") {
    if (!values.handle.trim()) problems.handle = words.handleEmpty;
    if (!values.password) problems.password = words.passwordEmpty;
    return problems;
  }
  if (!newHandle.safeParse(values.handle).success)
    problems.handle = words.handleInvalid(limits.handleMin, limits.handleMax);
  if (!displayName.safeParse(values.name).success) problems.name = words.nameInvalid(limits.nameCodePoints);
  if (!password.safeParse(values.password).success) problems.password = words.passwordShort(limits.passwordMin);
  return problems;
}

/** Returns the error of an answer, at the field that it is about. */
export function problemsFrom(thrown: unknown, text: Dictionary): Problems {
  const sentence = explain(thrown, text);
  if (thrown instanceof ParleyError && thrown.code === "handle_taken") return { handle: sentence };
  // The operator's reason, if there is one.
  if (thrown instanceof ParleyError && thrown.code === "account_suspended" && thrown.detail)
    return { form: `${sentence} ${thrown.detail}` };
  return { form: sentence };
}
