import { Ban, Ellipsis, Eraser, Timer, TimerOff, UserMinus, UserRoundCog } from "lucide-react";
import { useState } from "react";
import type { Me } from "../../protocol";
import { type GuildHandle, type GuildMemberInfo, type GuildView, isGone as isGoneProfile } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { moderationText } from "../../text/moderation";
import { personName } from "../../text/person-name";
import { fullTime } from "../../text/times";
import { explain } from "../app/explain";
import { useMoment } from "../app/use-moment";
import { useLocale, useText, useWords } from "../app/use-text";
import { type Point, pointBelow } from "../controls/floating";
import { IconButton } from "../controls/icon-button";
import { type Choice, Menu } from "../controls/menu";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonFace } from "../people/person-face";
import { PresenceLine } from "../people/presence";
import { usePersonSafety } from "../safety/use-person-safety";
import { BanDialog } from "./ban-dialog";
import { PurgeDialog } from "./purge-dialog";
import { RemoveDialog } from "./remove-dialog";
import { rightsIn } from "./rights";
import { TimeOutDialog } from "./time-out-dialog";
import { tint } from "./tint";

interface GuildMemberRowProps {
  handle: GuildHandle;
  view: GuildView;
  member: GuildMemberInfo;
  me: Me;
  /** Opens the roles of the member. Their row moves when their roles change. */
  onRoles(): void;
}

export function GuildMemberRow({ handle, view, member, me, onRoles }: GuildMemberRowProps) {
  const text = useText();
  const { members: words } = useWords(guildRolesText);
  const [menu, setMenu] = useState<Point | null>(null);
  const moderation = useWords(moderationText);
  const [open, setOpen] = useState<"remove" | "ban" | "time_out" | "purge" | null>(null);
  const close = () => setOpen(null);
  const [saving, save] = useSave();
  const { user, roles } = member;
  const rights = rightsIn(view, me.id);
  const isMe = user.id === me.id;
  const isGone = isGoneProfile(user);
  const name = nameOfPerson(user, text);
  const own = view.roles.filter(({ id }) => roles.includes(id));
  const color = own.find((role) => role.color !== null)?.color ?? null;
  const isKept = view.deleteAt === null;

  const locale = useLocale();
  const { timedOutUntil = 0 } = member;
  const isTimedOut = useMoment([timedOutUntil]) < timedOutUntil;

  const choices: Choice[] = [];
  if (rights.may("manage_roles") && isKept && (rights.outranksMember(member) || (isMe && rights.isOwner)))
    choices.push({ icon: UserRoundCog, label: words.roles, run: onRoles });
  const isRestricted = rights.may("moderate_members") && isTimedOut && rights.outranksMember(member);
  if (isRestricted && isKept)
    choices.push({
      icon: TimerOff,
      label: moderation.timeOut.end,
      run: () => void save(() => handle.moderation.endTimeOut(user.id)),
    });
  if (rights.mayTimeOut(member) && isKept && !isTimedOut)
    choices.push({ icon: Timer, label: moderation.timeOut.open, run: () => setOpen("time_out") });
  if (rights.may("kick") && isKept && !isMe && rights.outranksMember(member))
    choices.push({ icon: UserMinus, label: words.remove, tone: "danger", run: () => setOpen("remove") });
  if (rights.may("delete_any") && isKept && !isMe && rights.outranksMember(member))
    choices.push({ icon: Eraser, label: text.chat.purge, tone: "danger", run: () => setOpen("purge") });
  if (rights.may("ban") && isKept && !isMe && rights.outranksMember(member))
    choices.push({ icon: Ban, label: moderation.ban.open, tone: "danger", run: () => setOpen("ban") });
  const safety = usePersonSafety({ id: user.id, name }, me.id, view.id);
  if (!isGone) choices.push(...safety.choices);

  return (
    <li className="person">
      <PersonFace id={user.id} name={name} size="s" isGone={isGone} />
      <span className="person-words">
        <strong dir="auto" data-tinted={color !== null || undefined} style={color === null ? undefined : tint(color)}>
          {isGone ? name : personName(user, false)}
          {isMe && <em> ({words.you})</em>}
        </strong>
        {!isGone && (
          <span>
            <PresenceLine id={user.id} />@{user.handle}
          </span>
        )}
        {isTimedOut && <span>{moderation.timeOut.until(fullTime(timedOutUntil, locale))}</span>}
        {saving.state === "failed" && <span role="alert">{explain(saving.thrown, text)}</span>}
      </span>
      {user.id === view.owner && <span className="tag">{words.owner}</span>}
      {own.slice(0, 1).map((role) => (
        <span key={role.id} className="tag" data-role dir="auto" title={own.map((one) => one.name).join(", ")}>
          {role.name}
          {own.length > 1 && ` +${own.length - 1}`}
        </span>
      ))}
      {choices.length > 0 && (
        <IconButton
          icon={Ellipsis}
          label={words.manage(name)}
          aria-haspopup="menu"
          onClick={(event) => setMenu(pointBelow(event.currentTarget))}
        />
      )}
      {menu && <Menu label={words.manage(name)} point={menu} choices={choices} onClose={() => setMenu(null)} />}
      {safety.dialog}
      {open === "time_out" && <TimeOutDialog handle={handle} user={user.id} name={name} onClose={close} />}
      {open === "purge" && <PurgeDialog handle={handle} user={user.id} name={name} onClose={close} />}
      {open === "ban" && <BanDialog handle={handle} user={user.id} name={name} onClose={close} />}
      {open === "remove" && <RemoveDialog handle={handle} user={user.id} name={name} onClose={close} />}
    </li>
  );
}
