import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useText } from "../text/language";
import { Field } from "./field";
import { IconButton } from "./icon-button";

export function PasswordField(props: ComponentProps<typeof Field>) {
  const text = useText();
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      after={
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? text.signIn.conceal : text.signIn.reveal}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
