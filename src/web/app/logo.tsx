/** The logo: a P that is also a speech bubble with a person in it. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect className="logo-ground" width="32" height="32" rx="9.5" />
      <path className="logo-line" d="M9.5 26V14.2a7.1 7.1 0 1 1 7.1 7.1h-1.4" />
      <circle className="logo-spark" cx="16.6" cy="14.2" r="2.3" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="wordmark">
      <Logo />
      Parley
    </span>
  );
}
