import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { signInText } from "../../text/sign-in";
import { useWords } from "../app/use-text";
import { Field } from "./field";
import { IconButton } from "./icon-button";

export function PasswordField(props: ComponentProps<typeof Field>) {
  const words = useWords(signInText);
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
          label={shown ? words.conceal : words.reveal}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
