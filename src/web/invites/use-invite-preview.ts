import { useCallback, useEffect, useState } from "react";
import { type InvitePreview, ParleyError } from "../../sdk";
import { client } from "../app/client";

/** What is known of the invite that a link names. `invalid`: it is not, or no longer, valid. */
export type InviteState =
  | { state: "loading" }
  | { state: "found"; preview: InvitePreview }
  | { state: "invalid" }
  | { state: "failed"; thrown: unknown };

const isInvalid = (thrown: unknown): boolean => thrown instanceof ParleyError && thrown.code === "invite_invalid";

/** Loads the preview of an invite, as the person who is signed in sees it. */
export function useInvitePreview(code: string): [InviteState, retry: () => void] {
  const [invite, setInvite] = useState<InviteState>({ state: "loading" });
  const load = useCallback(() => {
    let isShown = true;
    setInvite({ state: "loading" });
    client.invites.preview(code).then(
      (preview) => isShown && setInvite({ state: "found", preview }),
      (thrown: unknown) => isShown && setInvite(isInvalid(thrown) ? { state: "invalid" } : { state: "failed", thrown }),
    );
    return () => {
      isShown = false;
    };
  }, [code]);
  useEffect(load, [load]);
  return [invite, () => void load()];
}
