import { useText } from "../text/language";

/** The brand's side of the page, on wide screens only. The bubbles are decoration. */
export function BrandPromise() {
  const text = useText();
  return (
    <aside className="promise">
      <div className="promise-bubbles" aria-hidden="true">
        <span>Ahoy</span>
        <span>안녕</span>
        <span>Ciao</span>
        <span>やあ</span>
      </div>
      <div>
        <p className="promise-line">{text.signIn.promise}</p>
        <p className="promise-hint">{text.signIn.promiseHint}</p>
      </div>
    </aside>
  );
}
