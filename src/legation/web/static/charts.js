// Draws the charts of a page, after its first paint and when they come into view. A chart's numbers stand in a table
// below it, so nothing is lost where this does not run.
"use strict";

(() => {
  const own = document.currentScript;
  const root = document.documentElement;
  const drawn = new WeakMap(); // box -> what it was drawn from
  let library = null;
  let tip = null;

  function theme() {
    const chosen = root.dataset.theme;
    if (chosen) return chosen;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  // The library is large: it is fetched once a chart is there to be drawn, in order, since each part needs the one before.
  function load() {
    library ??= own.dataset.scripts.split(" ").reduce(
      (before, address) => before.then(() => new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = done;
        script.onerror = () => failed(new Error("a script of the chart library is missing"));
        document.head.append(script);
      })), Promise.resolve());
    return library;
  }

  async function specification(box) {
    const address = new URL(box.dataset.spec, location.href);
    address.searchParams.set("theme", theme());
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error?.message ?? answer.statusText);
    return found;
  }

  // Plots fill the page; titles break where they would leave it.
  function fit(given, width) {
    const spec = structuredClone(given);
    const plot = Math.max(width - spec.usermeta.beside, 80);
    for (const part of spec.vconcat ?? [spec]) part.width = plot;
    const most = Math.max(Math.floor(width / 7.6), 24);
    if (width < 560) Object.assign(spec.config.legend, {
      columns: 2, titleOrient: "top", layout: { top: { anchor: "start", bounds: "full" } },
    });
    for (const name of ["text", "subtitle"]) {
      if (spec.title[name]) spec.title[name] = lines(spec.title[name], most);
    }
    return spec;
  }

  function lines(text, most) {
    const out = [""];
    for (const word of text.split(" ")) {
      const last = out[out.length - 1];
      if (last && last.length + word.length >= most) out.push(word);
      else out[out.length - 1] = last ? `${last} ${word}` : word;
    }
    return out;
  }

  // What is under the pointer, as text: nothing that news says can become markup here.
  function showTip(_, event, __, value) {
    tip ??= document.body.appendChild(Object.assign(document.createElement("dl"), { className: "tip", hidden: true }));
    if (value === null || value === undefined || value === "") {
      tip.hidden = true;
      return;
    }
    tip.replaceChildren(...Object.entries(value).filter(([, said]) => said !== "").flatMap(([name, said]) => [
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: String(said) }),
    ]));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const right = event.clientX + 14 + width > innerWidth;
    const below = event.clientY + 14 + height > innerHeight;
    tip.style.left = `${Math.max(4, right ? event.clientX - width - 10 : event.clientX + 14)}px`;
    tip.style.top = `${Math.max(4, below ? event.clientY - height - 10 : event.clientY + 14)}px`;
  }

  async function draw(box, fresh) {
    try {
      const [given] = await Promise.all([
        fresh || !drawn.has(box) ? specification(box) : drawn.get(box).given,
        load(),
      ]);
      const width = Math.floor(box.clientWidth);
      drawn.get(box)?.view?.finalize();
      const inside = document.createElement("div");
      const { view } = await vegaEmbed(inside, fit(given, width), {
        mode: "vega-lite",
        ast: true, // expressions are interpreted: the page allows no eval
        actions: false,
        defaultStyle: false,
        renderer: "canvas",
        tooltip: showTip,
      });
      box.replaceChildren(inside);
      box.dataset.drawn = theme();
      drawn.set(box, { given, view, width });
      saving(box, given);
    } catch (error) {
      box.dataset.drawn = "failed";
      box.replaceChildren(Object.assign(document.createElement("p"), {
        className: "dim",
        textContent: `The chart could not be drawn: ${error.message}. Its numbers stand in the table.`,
      }));
    }
  }

  // Takes the picture along: as PNG, as SVG, or as the specification that other programs draw.
  function saving(box, given) {
    const figure = box.closest("figure");
    if (!figure || figure.querySelector(".chart-save")) return;
    const row = Object.assign(document.createElement("p"), { className: "chart-save", textContent: "Save as " });
    for (const kind of ["png", "svg"]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: kind.toUpperCase() });
      button.addEventListener("click", async () => {
        const address = await drawn.get(box).view.background(paper()).toImageURL(kind, 2);
        const link = Object.assign(document.createElement("a"), { href: address, download: `${name(given)}.${kind}` });
        link.click();
      });
      row.append(button, " ");
    }
    row.append(Object.assign(document.createElement("a"), { href: box.dataset.spec, textContent: "Vega-Lite" }));
    figure.append(row);
  }

  function paper() {
    return getComputedStyle(document.body).backgroundColor;
  }

  function name(given) {
    const text = [given.title.text].flat().join(" ");
    return `legation ${text}`.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80);
  }

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      draw(entry.target, true);
    }
  }, { rootMargin: "200px" });

  function look(within) {
    for (const box of within.querySelectorAll("[data-spec]")) {
      if (!box.dataset.drawn) near.observe(box);
    }
  }

  function again(fresh) {
    if (tip) tip.hidden = true;
    for (const box of document.querySelectorAll("[data-spec][data-drawn]")) {
      const last = drawn.get(box);
      if (fresh || (last && last.width !== Math.floor(box.clientWidth))) draw(box, fresh);
    }
  }

  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => again(false), 150);
  });
  addEventListener("scroll", () => { if (tip) tip.hidden = true; }, { passive: true });
  document.addEventListener("legation:theme", () => again(true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => again(true));
  // A filter changes a part of the page; the charts in it are new.
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.querySelectorAll) look(node.parentElement ?? node);
    }
  }).observe(document.getElementById("content"), { childList: true, subtree: true });

  const after = window.requestIdleCallback ?? ((then) => setTimeout(then, 60));
  after(() => look(document));
})();
