import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { signInWords } from "../sign-in/words";
import { useWords } from "../text/language";
import { Field } from "./field";
import { IconButton } from "./icon-button";

export function PasswordField(props: ComponentProps<typeof Field>) {
  const words = useWords(signInWords);
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
