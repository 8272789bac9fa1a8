import { useEffect } from "react";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { acceptCall } from "./start-call";

/** Answers the call that the address names, once. */
export function useAnswer(channel: string): void {
  const { answer, leaveTo } = useRoute();
  useEffect(() => {
    if (answer === null) return;
    leaveTo(routes.chat(channel));
    acceptCall({ channel, call: answer }, {}).catch(console.warn);
  }, [answer, channel, leaveTo]);
}
