// Runs before the first paint, so that a chosen theme or language does not flash. CSS does the
// rest.
try {
  const { state } = JSON.parse(localStorage.getItem("parley.preferences") ?? "{}");
  if (state?.theme === "light" || state?.theme === "dark") document.documentElement.dataset.theme = state.theme;
  const language = state?.language === "en" || state?.language === "ko" ? state.language : navigator.language;
  document.documentElement.lang = /^ko\b/i.test(language) ? "ko" : "en";
} catch {
  // Storage may be blocked: the system's theme is used.
}
