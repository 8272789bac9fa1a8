import type { Me } from "../../protocol";
import { Modal } from "../controls/modal";
import { useText } from "../text/language";
import { Appearance } from "./appearance";
import { PasswordForm } from "./password-form";
import { Privacy } from "./privacy";
import { ProfileForm } from "./profile-form";
import { Sessions } from "./sessions";
import { SignOut } from "./sign-out";

export function Settings({ me, onClose }: { me: Me; onClose(): void }) {
  const text = useText();
  return (
    <Modal title={text.settings.title} className="settings" onClose={onClose}>
      <div className="modal-body">
        <ProfileForm me={me} />
        <Appearance />
        <Privacy me={me} />
        <PasswordForm handle={me.handle} />
        <Sessions />
        <SignOut me={me} />
      </div>
    </Modal>
  );
}
