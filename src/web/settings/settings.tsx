import { useState } from "react";
import type { Me } from "../../protocol";
import { settingsText } from "../../text/settings";
import { useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { BlockedPeople } from "../safety/blocked-people";
import { Appearance } from "./appearance";
import { Erase } from "./erase";
import { InviteLink } from "./invite-link";
import { MyData } from "./my-data";
import { Notifications } from "./notifications";
import { OpenTo } from "./open-to";
import { PasswordForm } from "./password-form";
import { Privacy } from "./privacy";
import { ProfileForm } from "./profile-form";
import { Sessions } from "./sessions";
import { SignOut } from "./sign-out";
import { Status } from "./status";

export function Settings({ me, onClose }: { me: Me; onClose(): void }) {
  const words = useWords(settingsText);
  const [changes, setChanges] = useState(0);
  return (
    <Modal title={words.title} className="settings" onClose={onClose}>
      <div className="modal-body">
        <ProfileForm me={me} />
        <Status me={me} />
        <Appearance />
        <Notifications me={me} />
        <OpenTo me={me} />
        <InviteLink />
        <Privacy me={me} />
        <BlockedPeople />
        <PasswordForm handle={me.handle} onChanged={() => setChanges((count) => count + 1)} />
        <Sessions key={changes} />
        <MyData me={me} />
        <SignOut me={me} />
        <Erase me={me} />
      </div>
    </Modal>
  );
}
