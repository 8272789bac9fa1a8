import type { LucideIcon } from "lucide-react";

interface SegmentsProps<T extends string> {
  name: string;
  legend: string;
  value: T;
  choices: readonly { value: NoInfer<T>; label: string; icon?: LucideIcon }[];
  onChange(value: NoInfer<T>): void;
}

/** A choice of one of a few options, all of them visible. */
export function Segments<T extends string>({ name, legend, value, choices, onChange }: SegmentsProps<T>) {
  return (
    <fieldset className="segments">
      <legend>{legend}</legend>
      {choices.map(({ value: own, label, icon: Icon }) => (
        <label key={own} className="segment">
          <input type="radio" name={name} value={own} checked={own === value} onChange={() => onChange(own)} />
          {Icon && <Icon aria-hidden />}
          {label}
        </label>
      ))}
    </fieldset>
  );
}
