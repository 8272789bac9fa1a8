// Everything of calls that lies over the page: rings, the preview, the call, and its end.
import type { Me } from "../../protocol";
import type { ActiveCall } from "../../sdk";
import { client, useStore } from "../app/client";
import { CallEnd } from "./call-end";
import { CallScreen } from "./call-screen";
import { CallSounds } from "./call-sounds";
import { Preview } from "./preview";
import { Ringing } from "./ringing";
import "./calls.css";
import "./call-tiles.css";

export function CallLayer({ me }: { me: Me }) {
  const ringing = useStore(client.calls.ringing);
  const current = useStore(client.calls.current);
  return (
    <>
      {current && <CurrentCall call={current} me={me} />}
      {ringing.length > 0 && <Ringing rings={ringing} me={me} />}
    </>
  );
}

function CurrentCall({ call, me }: { call: ActiveCall; me: Me }) {
  const { phase } = useStore(call.view);
  if (phase === "preview") return <Preview call={call} me={me} />;
  if (phase === "ended") return <CallEnd call={call} />;
  return (
    <>
      <CallScreen call={call} />
      <CallSounds call={call} />
    </>
  );
}
