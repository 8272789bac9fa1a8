import { useId } from "react";

interface SwitchProps {
  label: string;
  hint: string;
  isOn: boolean;
  disabled?: boolean;
  onTurn(isOn: boolean): void;
}

export function Switch({ label, hint, isOn, disabled = false, onTurn }: SwitchProps) {
  const id = useId();
  return (
    <label className="switch">
      <span>
        <strong>{label}</strong>
        <span id={id}>{hint}</span>
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        aria-label={label}
        aria-describedby={id}
        checked={isOn}
        disabled={disabled}
        onChange={({ target }) => onTurn(target.checked)}
      />
    </label>
  );
}
