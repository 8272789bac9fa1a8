import { Link } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { client, useStore } from "../app/client";
import { Button } from "../controls/button";

interface InviteButtonProps {
  label: string;
  /** Returns the dialog, which is loaded on first use. */
  dialog(onClose: () => void): ReactNode;
}

/** Returns whether the server has invites. An earlier one has none. */
export const useInvitesOffered = (): boolean => useStore(client.server)?.features.includes("invites") ?? false;

/** A button that opens a dialog with links. */
export function InviteButton({ label, dialog }: InviteButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="settings-action" onClick={() => setOpen(true)}>
        <Link aria-hidden />
        {label}
      </Button>
      {isOpen && <Suspense>{dialog(() => setOpen(false))}</Suspense>}
    </>
  );
}
