// Before the first paint, so that the page does not flash: the theme that the reader chose, if any.
"use strict";
try {
  const chosen = localStorage.getItem("legation-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage is switched off: the system's theme holds */ }
document.documentElement.classList.add("js");
