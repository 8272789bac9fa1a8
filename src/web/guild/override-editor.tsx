import { Check, Minus, X } from "lucide-react";
import { useId } from "react";
import type { GuildPermission } from "../../protocol";
import type { GuildOverride } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { useWords } from "../app/use-text";
import { channelPermissionGroups } from "./permission-groups";

type OverrideState = "deny" | "inherit" | "allow";

const states: readonly { id: OverrideState; icon: typeof Check }[] = [
  { id: "deny", icon: X },
  { id: "inherit", icon: Minus },
  { id: "allow", icon: Check },
];

interface OverrideEditorProps {
  override: GuildOverride;
  /** My permissions; null for all of them. */
  mine: readonly GuildPermission[] | null;
  /** Whether the target is at or above my own rank. */
  isFixed: boolean;
  onChange(override: GuildOverride): void;
}

/** For each permission: denied, as in the role, or allowed. Each change is saved at once. */
export function OverrideEditor({ override, mine, isFixed, onChange }: OverrideEditorProps) {
  const { access: words, permissions, groups } = useWords(guildRolesText);
  const id = useId();
  const stateOf = (one: GuildPermission): OverrideState => {
    if (override.deny.includes(one)) return "deny";
    return override.allow.includes(one) ? "allow" : "inherit";
  };
  const set = (one: GuildPermission, state: OverrideState) => {
    const without = (names: readonly GuildPermission[]) => names.filter((name) => name !== one);
    onChange({
      target: override.target,
      allow: [...without(override.allow), ...(state === "allow" ? [one] : [])],
      deny: [...without(override.deny), ...(state === "deny" ? [one] : [])],
    });
  };
  return (
    <div className="override">
      {channelPermissionGroups.map((group) => (
        <section key={group.id} aria-label={groups[group.id]}>
          <h3>{groups[group.id]}</h3>
          {group.permissions.map((one) => (
            <fieldset
              key={one}
              className="override-row"
              disabled={isFixed || (mine !== null && !mine.includes(one))}
              aria-describedby={`${id}-${one}`}
            >
              <legend>{permissions[one].name}</legend>
              <p id={`${id}-${one}`}>{permissions[one].hint}</p>
              <span className="override-states">
                {states.map(({ id: state, icon: Icon }) => (
                  <label key={state} title={words.states[state]} data-state={state}>
                    <input
                      type="radio"
                      name={`${id}-${one}`}
                      checked={stateOf(one) === state}
                      onChange={() => set(one, state)}
                    />
                    <Icon aria-hidden />
                    <span className="unseen">{words.states[state]}</span>
                  </label>
                ))}
              </span>
            </fieldset>
          ))}
        </section>
      ))}
    </div>
  );
}
