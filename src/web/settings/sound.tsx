import { notificationSettingsText } from "../../text/notification-settings";
import { usePreferences } from "../app/preferences";
import { play } from "../notifications/chime";
import { useWords } from "../text/use-text";
import { Switch } from "./switch";

/** Whether messages are heard here; whoever turns it on hears what that is like. */
export function Sound() {
  const words = useWords(notificationSettingsText);
  const { sound, setSound } = usePreferences();
  const turn = (isOn: boolean) => {
    setSound(isOn);
    if (isOn) play().catch(console.warn);
  };
  return <Switch label={words.sound} hint={words.soundHint} isOn={sound} onTurn={turn} />;
}
