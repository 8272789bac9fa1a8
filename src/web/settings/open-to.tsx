import type { Me } from "../../protocol";
import type { OpenTo as Openness } from "../../sdk";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { useWords } from "../app/use-text";
import { ProfileChoice } from "./profile-choice";

const CHOICES: readonly Openness[] = ["everyone", "shared", "nobody"];

/** Who may write to me and add me to groups without a request. */
export function OpenTo({ me }: { me: Me }) {
  const words = useWords(settingsText);
  return (
    <ProfileChoice
      title={words.openTo}
      hint={words.openToHint}
      choices={CHOICES.map((value) => ({
        value,
        label: words.openToChoices[value],
        hint: words.openToHints[value],
      }))}
      current={me.openTo}
      save={(openTo) => client.accounts.changeProfile({ openTo })}
    />
  );
}
