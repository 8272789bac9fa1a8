// Looks up a handle while it is typed. It waits for a pause and skips text that is no valid handle.
import { useEffect, useState } from "react";
import { handle as handleRule, type Profile } from "../../protocol";
import { client } from "../app/client";
import { foldHandle } from "./handle";

export type PersonLookup =
  | { state: "nothing" }
  | { state: "searching" }
  | { state: "found"; person: Profile }
  | { state: "nobody"; handle: string }
  | { state: "failed"; thrown: unknown };

const PAUSE_MS = 250;

export function usePersonLookup(typed: string): PersonLookup {
  const handle = foldHandle(typed);
  const [found, setFound] = useState<PersonLookup>({ state: "nothing" });

  useEffect(() => {
    if (!handleRule.safeParse(handle).success) return setFound({ state: "nothing" });
    let current = true;
    const show = (next: PersonLookup) => {
      if (current) setFound(next);
    };
    show({ state: "searching" });
    const timer = window.setTimeout(() => {
      client.accounts.find(handle).then(
        (person) => show(person ? { state: "found", person } : { state: "nobody", handle }),
        (thrown: unknown) => show({ state: "failed", thrown }),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [handle]);

  return found;
}
