// Names the stimulus under the pointer (or reached by keys), in every chart of its model; theme and download.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const REACH = 18; // units of the picture: nearer points answer
root.classList.add("js");
for (const part of document.querySelectorAll(".js-on")) part.hidden = false;

function places(svg) {
  const model = data.models[svg.dataset.model];
  const [x0, x1, y0, y1] = svg.dataset.plane.split(" ").map(Number);
  const [left, top, right, bottom] = svg.dataset.area.split(" ").map(Number);
  const residual = svg.dataset.kind === "residual";
  const xs = residual ? model.mapped : model.predicted;
  const ys = residual ? model.residual : data.mos;
  return xs.map((x, i) => [left + (x - x0) / (x1 - x0) * (right - left), bottom - (ys[i] - y0) / (y1 - y0) * (bottom - top)]);
}

function sentence(model, i) {
  const ci = data.ci95[i] === null ? "" : ` ± ${data.ci95[i].toFixed(2)}`;
  const outlier = model.outlier.includes(i) ? ", outlier" : "";
  const error = model.residual[i];
  return `${data.names[i]}: MOS ${data.mos[i].toFixed(2)}${ci}, ${model.name} ${+model.predicted[i].toPrecision(4)}, mapped ${model.mapped[i].toFixed(2)}, error ${error < 0 ? "−" : "+"}${Math.abs(error).toFixed(2)}${outlier}`;
}

function show(group, i) {
  for (const chart of group.charts) {
    const ring = chart.svg.querySelector(".ring");
    ring.toggleAttribute("hidden", i === null);
    if (i === null) continue;
    ring.setAttribute("cx", chart.at[i][0].toFixed(1));
    ring.setAttribute("cy", chart.at[i][1].toFixed(1));
  }
  group.told.textContent = i === null ? "" : sentence(group.model, i);
}

function nearest(chart, event) {
  const box = chart.svg.getBoundingClientRect();
  const view = chart.svg.viewBox.baseVal;
  const x = (event.clientX - box.left) / box.width * view.width;
  const y = (event.clientY - box.top) / box.height * view.height;
  let best = null, distance = REACH;
  chart.at.forEach(([a, b], i) => {
    const d = Math.hypot(a - x, b - y);
    if (d < distance) { best = i; distance = d; }
  });
  return best;
}

for (const told of document.querySelectorAll(".told")) {
  const svgs = [...told.closest(".model").querySelectorAll("svg[data-model]")];
  const model = data.models[svgs[0].dataset.model];
  const group = { told, model, charts: svgs.map((svg) => ({ svg, at: places(svg) })) };
  const order = model.residual.map((error, i) => [Math.abs(error), i]).sort((a, b) => b[0] - a[0]).map((pair) => pair[1]);
  let step = -1;
  for (const chart of group.charts) {
    const follow = (event) => { const i = nearest(chart, event); step = i === null ? -1 : order.indexOf(i); show(group, i); };
    chart.svg.addEventListener("pointermove", follow);
    chart.svg.addEventListener("pointerdown", follow);
    chart.svg.addEventListener("pointerleave", () => { if (document.activeElement !== chart.svg) show(group, null); });
    chart.svg.addEventListener("blur", () => show(group, null));
    chart.svg.addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") { step = -1; show(group, null); return; }
      if (event.key === "Home") step = 0; else if (event.key === "End") step = order.length - 1;
      else if (move) step = Math.min(order.length - 1, Math.max(0, step + move)); else return;
      event.preventDefault();
      show(group, order[step]);
    });
  }
}

const THEMES = ["auto", "light", "dark"];
const theme = document.getElementById("theme");
theme.addEventListener("click", () => {
  const name = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
  if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
  document.getElementById("theme-name").textContent = name;
});

document.getElementById("download").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([document.getElementById("envelope").textContent], { type: "application/json" }));
  link.download = "evaluation.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
root.dataset.ready = "";
