import { guildsText } from "../../text/guilds";
import { useWords } from "../app/use-text";
import { palette, tint } from "./tint";

interface ColorChoiceProps {
  name: string;
  legend: string;
  /** Null for no colour. */
  value: number | null;
  /** Whether no colour is a choice. */
  isOptional?: boolean;
  onChange(color: number | null): void;
}

/** One of a few colours. A colour that another program set is offered too. */
export function ColorChoice({ name, legend, value, isOptional = false, onChange }: ColorChoiceProps) {
  const { create: words } = useWords(guildsText);
  const other = value !== null && !palette.includes(value) ? [value] : [];
  const colors: (number | null)[] = [...(isOptional ? [null] : []), ...palette, ...other];
  return (
    <fieldset className="colors">
      <legend>{legend}</legend>
      {colors.map((color) => (
        <label key={color ?? "none"} className="color" style={color === null ? undefined : tint(color)}>
          <input type="radio" name={name} checked={color === value} onChange={() => onChange(color)} />
          <span className="color-dot" data-none={color === null || undefined} aria-hidden />
          <span className="unseen">
            {color === null
              ? words.noColor
              : (words.colors[palette.indexOf(color)] ?? `#${color.toString(16).padStart(6, "0")}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
