// An article: choosing a claim shows its doer, other side, time and place in the text, and its card beside it.
"use strict";

const marks = [...document.querySelectorAll("[data-in]")].map((element) => ({
  element,
  roles: element.dataset.in.trim().split(/\s+/).map((pair) => pair.split(":")),
}));
const cards = [...document.querySelectorAll(".card")];

function choose(card, toText) {
  for (const other of cards) other.classList.toggle("chosen", other === card);
  for (const { element, roles } of marks) {
    const role = card && roles.find(([number]) => number === card.dataset.claim)?.[1];
    if (role) element.dataset.on = role; else delete element.dataset.on;
  }
  if (!card) return;
  const panel = card.parentElement;
  if (panel.scrollHeight > panel.clientHeight) panel.scrollTo({ top: card.offsetTop - panel.offsetTop - 8 });
  if (toText) document.querySelector('[data-on="trigger"]')?.scrollIntoView({ block: "center" });
}

for (const link of document.querySelectorAll("a.t")) {
  link.addEventListener("click", (event) => {
    const card = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!card || matchMedia("(max-width: 60rem)").matches) return; // on a narrow screen the link goes to the card
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    choose(card, false);
    if (event.detail === 0) card.focus({ preventScroll: true }); // chosen by key: Tab goes on to the card's links
  });
}
for (const card of cards) {
  card.addEventListener("click", (event) => {
    if (!event.target.closest("a")) choose(card, true);
  });
  card.addEventListener("keydown", (event) => { // and Escape goes back to the words
    if (event.key !== "Escape") return;
    [...document.querySelectorAll("a.t")].find((link) => decodeURIComponent(link.hash.slice(1)) === card.id)?.focus();
  });
}
function fromAddress() {
  const card = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (card && card.classList.contains("card")) choose(card, true);
}
addEventListener("hashchange", fromAddress);
fromAddress();
