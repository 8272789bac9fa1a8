// Why a call ended, where the person does not know it already.
import type { ActiveCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { prepareCall } from "./start-call";

export function CallEnd({ call }: { call: ActiveCall }) {
  const text = useText();
  const words = useWords(callsText);
  const { end, error, isRelayOnly, hasRelay } = useStore(call.view);
  const isHidden = isRelayOnly && hasRelay === false;
  const again = () => void prepareCall(call.channel, {}).catch(console.warn);
  return (
    <Modal title={words.ends[end ?? "left"]} className="modal-small" onClose={() => client.calls.dismiss()}>
      <div className="modal-body">
        {error && <Notice tone="danger">{isHidden ? words.noRelay : explain(error, text)}</Notice>}
      </div>
      <div className="modal-foot">
        <Button onClick={() => client.calls.dismiss()}>{words.close}</Button>
        {end !== "removed" && (
          <Button look="primary" onClick={again}>
            {end === "failed" || end === "lost" ? words.rejoin : words.callBack}
          </Button>
        )}
      </div>
    </Modal>
  );
}
