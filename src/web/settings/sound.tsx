import { notificationSettingsText } from "../../text/notification-settings";
import { usePreferences } from "../app/preferences";
import { useWords } from "../app/use-text";
import { play } from "../notifications/notification-sound";
import { Switch } from "./switch";

/** Whether messages make a sound on this device. Turning it on plays the sound. */
export function Sound() {
  const words = useWords(notificationSettingsText);
  const { sound, setSound } = usePreferences();
  const turn = (isOn: boolean) => {
    setSound(isOn);
    if (isOn) play().catch(console.warn);
  };
  return <Switch label={words.sound} hint={words.soundHint} isOn={sound} onTurn={turn} />;
}
