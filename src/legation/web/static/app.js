// What every page does beyond reading: the theme switch, keys, the marked words of an article. Nothing needs it.
"use strict";

const root = document.documentElement;

function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// Listeners stand at the document: htmx may put other elements in place of those that were there.
function themeSwitch() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".theme")) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("legation-theme", root.dataset.theme); } catch { /* not kept, then */ }
    document.dispatchEvent(new CustomEvent("legation:theme", { detail: { dark: isDark() } }));
  });
}

// A field that is left empty asks nothing, and does not belong in an address.
function shortAddresses() {
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.method !== "get") return;
    for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name);
  });
}

function keys() {
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const writing = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const find = document.getElementById("find");
      find.focus();
      find.select();
    }
    if (event.key === "Escape") {
      const open = document.querySelector(".asof[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && at.tagName === "TEXTAREA" && at.form) {
      at.form.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    const open = document.querySelector(".asof[open]");
    if (open && !open.contains(event.target)) open.open = false;
  });
}

themeSwitch();
shortAddresses();
keys();
