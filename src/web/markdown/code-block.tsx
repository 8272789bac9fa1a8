import { Check, Copy } from "lucide-react";
import { useText } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { useCopy } from "../controls/use-copy";

export function CodeBlock({ text: code, language }: { text: string; language: string }) {
  const text = useText();
  const [copied, copy] = useCopy();
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language}</span>
        <IconButton
          icon={copied ? Check : Copy}
          label={copied ? text.app.copied : text.chat.copyCode}
          onClick={() => copy(code)}
        />
      </figcaption>
      <pre dir="ltr">
        <code>{code}</code>
      </pre>
    </figure>
  );
}
