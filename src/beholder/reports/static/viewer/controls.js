// Buttons, keys, cards, theme, download and what a screen reader is told.

import { clock, grade } from "./format.js";
import { valueAt } from "./timeline.js";

const THEMES = ["auto", "light", "dark"];

export function createKeys(state, actions) {
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea, video, dialog");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest("button, summary, a, [tabindex='0']")) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}

export function actionsOf(state, { player, frame, help }) {
  const by = (seconds) => (event) => state.seek(state.t + seconds * (event?.shiftKey ? 10 : 1));
  const actions = {
    ArrowLeft: by(-1), ArrowRight: by(1), ",": by(-frame), ".": by(frame),
    "+": () => state.zoom(0.5), "=": () => state.zoom(0.5), "-": () => state.zoom(2), 0: () => state.all(),
    n: () => state.step(1), p: () => state.step(-1),
    Home: () => state.seek(0), End: () => state.seek(state.duration), "?": () => help.showModal(),
  };
  if (player) Object.assign(actions, { " ": player.toggle, k: player.pause, j: by(-10), l: by(10) });
  return actions;
}

export function createToolbar(state, help) {
  const doing = {
    previous: () => state.step(-1), next: () => state.step(1), in: () => state.zoom(0.5), out: () => state.zoom(2),
    all: () => state.all(), help: () => help.showModal(),
  };
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => doing[button.dataset.do]());
    if (!state.issues.length && ["previous", "next"].includes(button.dataset.do)) button.disabled = true;
  }
  for (const button of document.querySelectorAll("button[data-start]")) {
    button.addEventListener("click", () => {
      const [start, end] = [Number(button.dataset.start), Number(button.dataset.end)];
      state.show(start - (end - start) / 4, end + (end - start) / 4);
      state.seek(start);
      document.getElementById("time-title").scrollIntoView({ block: "start" });
    });
  }
  help.querySelector("button").addEventListener("click", () => help.close());
}

export function createCards(state) {
  const cards = [...document.querySelectorAll(".card")];
  const rest = document.getElementById("all-issues");
  const unfold = () => {
    cards.forEach((card) => { card.hidden = false; });
    if (rest) rest.hidden = true;
  };
  if (rest) {
    cards.forEach((card) => { card.hidden = "later" in card.dataset; });
    rest.addEventListener("click", () => { unfold(); cards.find((card) => "later" in card.dataset).querySelector("button").focus(); });
    addEventListener("beforeprint", unfold);
  }
  let clicked = false;
  for (const card of cards) {
    card.querySelector(".card-button").addEventListener("click", () => {
      clicked = true;
      state.choose(card.dataset.issue);
      clicked = false;
      if (matchMedia("(max-width: 1079px)").matches) document.getElementById("time-title").scrollIntoView({ block: "start" });
    });
  }
  state.listen((what) => {
    if (what !== "issue") return;
    for (const card of cards) {
      const here = state.issue?.id === card.dataset.issue;
      card.classList.toggle("chosen", here);
      card.querySelector(".card-button").setAttribute("aria-pressed", String(here));
      if (here && card.hidden) unfold();
      if (here && !clicked && matchMedia("(min-width: 1080px)").matches) card.scrollIntoView({ block: "nearest" });
    }
  });
}

export function createReadout(state, mos, kinds) {
  const readout = document.getElementById("readout");
  const live = document.getElementById("live");
  const words = (t) => {
    const value = mos ? valueAt(mos, t) : null;
    return `${clock(t)}${mos ? `  MOS ${value === null ? "–" : value.toFixed(2)} ${grade(value)}` : ""}`;
  };
  let timer = 0;
  state.listen((what) => {
    readout.textContent = words(state.hover ?? state.t);
    if (what === "hover" || state.by === "video") return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const inside = state.issues.filter((issue) => issue.start_s <= state.t && state.t < issue.end_s);
      const during = inside.map((issue) => `issue ${issue.number}, ${kinds.get(issue.id)}`).join("; ");
      live.textContent = `${words(state.t)}${during ? `, during ${during}` : ""}`;
    }, 200);
  });
  readout.textContent = words(0);
}

export function createTheme(repaint) {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const dress = (name) => {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    document.getElementById("theme-name").textContent = name;
    repaint();
  };
  button.hidden = false;
  button.addEventListener("click", () => dress(THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % 3]));
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", repaint);
}

export function createDownload(text, name) {
  const button = document.getElementById("download");
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${name}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
