import { Crown, Ellipsis, ShieldCheck, ShieldOff, UserMinus } from "lucide-react";
import { useState } from "react";
import type { Me, Member } from "../../protocol";
import { type InboxEntry, isGone as isGoneProfile } from "../../sdk";
import { detailsText } from "../../text/details";
import { personName } from "../../text/person-name";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Confirm } from "../controls/confirm";
import { type Point, pointBelow } from "../controls/floating";
import { IconButton } from "../controls/icon-button";
import { type Choice, Menu } from "../controls/menu";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonFace } from "../people/person-face";
import { PresenceLine } from "../people/presence";
import { usePersonSafety } from "../safety/use-person-safety";

interface MemberRowProps {
  entry: InboxEntry;
  member: Member;
  me: Me;
}

export function MemberRow({ entry, member, me }: MemberRowProps) {
  const text = useText();
  const { may } = useChannelContext();
  const [menu, setMenu] = useState<Point | null>(null);
  const [asking, setAsking] = useState<"remove" | "handOver" | null>(null);
  const [saving, save] = useSave();
  const { user, role } = member;
  const { members: words } = useWords(detailsText);
  const myRole = entry.roster.find((one) => one.user.id === me.id)?.role;
  const isMe = user.id === me.id;
  const name = nameOfPerson(user, text);
  const isGone = isGoneProfile(user);
  const canManage = may("manage") && !isMe && role !== "owner" && (myRole === "owner" || role === "member");
  const setRole = (next: Member["role"]) => void save(() => client.putMember(entry.id, user.id, next));

  const choices: Choice[] = [];
  if (role === "member" && !isGone)
    choices.push({ icon: ShieldCheck, label: words.makeAdmin, run: () => setRole("admin") });
  if (role === "admin") choices.push({ icon: ShieldOff, label: words.makeMember, run: () => setRole("member") });
  if (myRole === "owner" && !isGone)
    choices.push({ icon: Crown, label: words.handOver, run: () => setAsking("handOver") });
  choices.push({ icon: UserMinus, label: words.remove, tone: "danger", run: () => setAsking("remove") });
  const safety = usePersonSafety({ id: user.id, name }, me.id, null);
  const offered = [...(canManage ? choices : []), ...(isGone ? [] : safety.choices)];

  return (
    <li className="person" aria-busy={saving.state === "busy" || undefined}>
      <PersonFace id={user.id} name={name} size="s" isGone={isGone} />
      <span className="person-words">
        <strong dir="auto">
          {isGone ? name : personName(user, false)}
          {isMe && <em> ({text.groups.you})</em>}
        </strong>
        {!isGone && (
          <span>
            <PresenceLine id={user.id} />@{user.handle}
          </span>
        )}
        {saving.state === "failed" && <span role="alert">{explain(saving.thrown, text)}</span>}
      </span>
      {role !== "member" && <span className="tag">{text.groups.roles[role]}</span>}
      {offered.length > 0 && (
        <IconButton
          icon={Ellipsis}
          label={words.manage(name)}
          aria-haspopup="menu"
          onClick={(event) => setMenu(pointBelow(event.currentTarget))}
        />
      )}
      {menu && <Menu label={words.manage(name)} point={menu} choices={offered} onClose={() => setMenu(null)} />}
      {safety.dialog}
      {asking === "remove" && (
        <Confirm
          title={words.removeTitle(name)}
          hint={words.removeHint}
          action={words.remove}
          onConfirm={() => client.removeMember(entry.id, user.id)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "handOver" && (
        <Confirm
          title={words.handOverTitle(name)}
          hint={words.handOverHint}
          action={words.handOver}
          onConfirm={async () => {
            await client.putMember(entry.id, user.id, "owner");
            setAsking(null);
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </li>
  );
}
