// Wires the page: reads the inlined envelope, draws the tracks, connects everything through one state.

import { createChart, planTracks } from "./charts.js";
import { actionsOf, createCards, createDownload, createKeys, createReadout, createTheme, createToolbar } from "./controls.js";
import { createFilm, createOverview } from "./overview.js";
import { readTheme } from "./paint.js";
import { createPlayer } from "./player.js";
import { createState, keepLink, readLink } from "./state.js";
import { readTimeline } from "./timeline.js";

const envelopeText = document.getElementById("envelope").textContent;
const envelope = JSON.parse(envelopeText);
const view = JSON.parse(document.getElementById("view").textContent);
const timeline = readTimeline(envelope, view);
const state = createState(timeline);
const mos = timeline.series.get("mos") ?? null;
const host = document.getElementById("charts");
const help = document.getElementById("help");
const tracks = planTracks(timeline.series);
let charts = [];

document.documentElement.classList.add("js");
for (const part of document.querySelectorAll(".js-on")) part.hidden = false;
for (const part of document.querySelectorAll(".js-off")) part.hidden = true;
readTheme();

function build() {
  charts.forEach((chart) => chart.destroy());
  const shown = tracks.filter((track) => track.shown);
  charts = shown.map((track, index) => createChart(track, state, { width: host.clientWidth, last: index === shown.length - 1 }));
  host.replaceChildren(...charts.map((chart) => chart.root));
}

function offerTracks() {
  const list = document.getElementById("track-list");
  document.getElementById("tracks").hidden = tracks.length < 2;
  for (const track of tracks) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = track.shown;
    box.addEventListener("change", () => { track.shown = box.checked; build(); });
    label.append(box, ` ${track.title}`);
    list.append(label);
  }
}

const drawOverview = createOverview(document.getElementById("overview"), state, mos);
const drawFilm = createFilm(document.getElementById("film"), state, view.film);
const kinds = new Map([...document.querySelectorAll(".card")].map((card) => [card.dataset.issue, card.dataset.kind]));
const player = createPlayer(document.getElementById("video"), document.getElementById("video-note"), state);

function repaint() {
  readTheme();
  charts.forEach((chart) => chart.repaint());
  drawOverview();
}

build();
offerTracks();
drawOverview();
drawFilm();
state.listen((what) => charts.forEach((chart) => chart.update(what)));
createReadout(state, mos, kinds);
createCards(state);
createToolbar(state, help);
createKeys(state, actionsOf(state, { player, frame: timeline.frame, help }));
createTheme(repaint);
createDownload(envelopeText, `${document.getElementById("name").textContent.replace(/[^\w.-]+/g, "_")}.beholder`);
readLink(state);
keepLink(state);
new ResizeObserver(() => {
  charts.forEach((chart) => chart.resize(host.clientWidth));
  drawOverview();
  drawFilm();
}).observe(host);
document.documentElement.dataset.ready = "";
