// Who is in a channel and what I may do there: what each of its messages needs to know.
import { createContext, useContext, useMemo } from "react";
import type { Permission, Profile } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client } from "../app/client";
import { nameOf } from "../people/channel-face";
import { useText } from "../text/language";

export interface Company {
  me: string;
  kind: InboxEntry["kind"];
  members: readonly Profile[];
  may(permission: Permission): boolean;
  /** Somebody's name, also of who has left; for myself the word for me. */
  name(id: string): string;
}

const CompanyContext = createContext<Company | null>(null);
export const CompanyProvider = CompanyContext.Provider;

export function useCompany(): Company {
  const company = useContext(CompanyContext);
  if (!company) throw new Error("A message is shown outside a channel.");
  return company;
}

/** The same object while nothing about it changes, so that rows stay as they are. */
export function useCompanyOf(entry: InboxEntry | null, me: string, permissions: readonly Permission[]): Company {
  const text = useText();
  const kind = entry?.kind ?? "direct";
  const members = entry?.members;
  const permitted = permissions.join(" ");
  return useMemo<Company>(() => {
    const known = members ?? [];
    const granted = permitted.split(" ");
    return {
      me,
      kind,
      members: known,
      may: (permission) => granted.includes(permission),
      name: (id) => {
        if (id === me) return text.chat.you;
        return known.find((member) => member.id === id)?.name ?? client.profile(id)?.name ?? nameOf(known, id, text);
      },
    };
  }, [kind, members, permitted, me, text]);
}
