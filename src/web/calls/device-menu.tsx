// The choice of microphone, camera and loudspeaker, before and in a call.
import type { ActiveCall, DeviceKind } from "../../sdk";
import { callsText } from "../../text/calls";
import { useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { useCallPreferences } from "./call-stage";

const kinds = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" } as const;
const deviceKinds: readonly DeviceKind[] = ["microphone", "camera", "speaker"];

export function DeviceChoices({ call }: { call: ActiveCall }) {
  const words = useWords(callsText);
  const { devices, chosen } = useStore(call.media.view);
  const { setDevices } = useCallPreferences();
  const choose = (kind: DeviceKind, id: string) => {
    setDevices({ ...useCallPreferences.getState().devices, [kind]: id });
    void call.choose(kind, id).catch(console.warn);
  };
  return (
    <div className="call-devices">
      {deviceKinds.map((kind) => {
        // The default device is an entry of its own in some browsers.
        const own = devices.filter((one) => one.kind === kinds[kind] && !["", "default"].includes(one.deviceId));
        if (own.length === 0) return null;
        return (
          <SelectField
            key={kind}
            label={words[kind]}
            value={own.some(({ deviceId }) => deviceId === chosen[kind]) ? chosen[kind] : ""}
            onChange={({ target }) => choose(kind, target.value)}
          >
            <option value="">{words.defaultDevice}</option>
            {own.map(({ deviceId, label }, at) => (
              <option key={deviceId} value={deviceId}>
                {label || words.device(at + 1)}
              </option>
            ))}
          </SelectField>
        );
      })}
    </div>
  );
}

/** Says which device cannot be used, and what the person can do about it. */
export function DeviceProblems({ call }: { call: ActiveCall }) {
  const words = useWords(callsText);
  const { microphoneProblem, cameraProblem } = useStore(call.media.view);
  return (
    <>
      {microphoneProblem && <Notice tone="danger">{words.problems[microphoneProblem](words.microphone)}</Notice>}
      {cameraProblem && <Notice tone="danger">{words.problems[cameraProblem](words.camera)}</Notice>}
    </>
  );
}
