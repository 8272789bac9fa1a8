import { signInText } from "../../text/sign-in";
import { useWords } from "../app/use-text";

/** The brand's half of the sign-in page, on wide screens only. The bubbles are decoration. */
export function BrandPromise() {
  const words = useWords(signInText);
  return (
    <aside className="promise">
      <div className="promise-bubbles" aria-hidden="true">
        <span>Ahoy</span>
        <span>안녕</span>
        <span>Ciao</span>
        <span>やあ</span>
      </div>
      <div>
        <p className="promise-line">{words.promise}</p>
        <p className="promise-hint">{words.promiseHint}</p>
      </div>
    </aside>
  );
}
