import { useCallback } from "react";
import { client, useStore } from "../app/client";
import { useText } from "../app/use-text";
import { alikeStore } from "../people/alike-people";
import { nameOfPerson } from "../people/channel-face";

/** Returns a function that names the people of a call. Their profiles come with the chats. */
export function useNames(): (user: string) => string {
  const text = useText();
  const alike = useStore(alikeStore);
  // biome-ignore lint/correctness/useExhaustiveDependencies: names depend on who looks alike.
  return useCallback(
    (user) => {
      const person = client.profile(user);
      return person ? nameOfPerson(person, text) : text.chats.unknownPerson;
    },
    [text, alike],
  );
}
