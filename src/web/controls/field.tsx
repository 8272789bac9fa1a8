import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string | undefined;
  /** A sentence. While it is set, the input is marked as invalid. */
  error?: string | undefined;
  before?: ReactNode;
  after?: ReactNode;
}

export function Field({ label, hint, error, before, after, ...input }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="field" data-invalid={error !== undefined || undefined}>
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        {before}
        <input
          {...input}
          id={id}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
        />
        {after}
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className="field-note" role={error === undefined ? undefined : "alert"}>
          {note}
        </p>
      )}
    </div>
  );
}
