// The stacked tracks: one uPlot each, one time axis, one playhead, one hover line.

import { clock, figure, grade } from "./format.js";
import { DASHES, drawBands, drawTags, theme } from "./paint.js";
import { tableOf } from "./table.js";
import { extremes, valueAt } from "./timeline.js";

export const AXIS = 44; // CSS pixels left of every plot, so that all tracks share one time axis
export const MARGIN = 22; // right of every plot
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const LANE = 26; // above the score, for the issue numbers

// What each chart shows. `series` are drawn; `band` names the lower and upper end of an interval.
export function planTracks(series) {
  const has = (name) => series.has(name);
  const pick = (names) => names.filter(has).map((name) => series.get(name));
  const tracks = [];
  const used = new Set(["mos", "mos_low", "mos_high"]);
  const perSecond = series.get("mos")?.grid; // a value of the model holds for the second that begins at its time
  const add = (track) => {
    track.held = perSecond !== undefined && track.series.every((one) => one.grid === perSecond);
    track.series.forEach((one) => used.add(one.name));
    tracks.push(track);
  };
  if (has("mos")) {
    const band = pick(["mos_low", "mos_high"]);
    add({ id: "mos", title: "MOS", unit: "1 bad to 5 excellent", series: pick(["mos"]), band: band.length === 2 ? band : null, range: [1, 5], height: 236, shown: true });
  }
  const parts = pick(["clarity", "smoothness", "playback"]);
  if (parts.length) add({ id: "parts", title: "Sub-scores", unit: "1 to 5", series: parts, range: [1, 5], height: 118, shown: true });
  const weight = (one) => one.y.reduce((sum, y) => sum + Math.abs(y ?? 0), 0);
  const factors = [...series.values()].filter((one) => one.name.startsWith("factor_")).sort((a, b) => weight(b) - weight(a));
  if (factors.length) {
    factors.forEach((one) => used.add(one.name));
    add({ id: "factors", title: "MOS lost, by cause", unit: "MOS", series: factors.slice(0, 6), height: 118, shown: true });
  }
  const rest = [...series.values()].filter((one) => !used.has(one.name) && one.y.some((y) => y !== null));
  const kpis = rest.filter((one) => one.name.startsWith("kpi_"));
  kpis.forEach((one, index) => add({ id: one.name, title: one.title, unit: one.unit, series: [one], height: 96, kpi: true, shown: index < 4 }));
  const usual = ["motion", "sharpness", "blur_sigma", "coding_loss", "sound_level"].filter((name) => rest.some((one) => one.name === name));
  const first = new Set(usual.length ? usual.slice(0, 2) : rest.filter((one) => !used.has(one.name)).slice(0, 2).map((one) => one.name));
  for (const one of rest.filter((each) => !used.has(each.name))) {
    add({ id: one.name, title: one.title, unit: one.unit, series: [one], height: 96, shown: first.has(one.name) });
  }
  return tracks;
}

function rangeOf(track) {
  if (track.range) return () => track.range;
  return (plot, low, high) => {
    if (low === null) return [0, 1];
    const room = (high - low || Math.abs(high) || 1) * 0.08;
    const floor = Math.max(...track.series.map((one) => one.low ?? -Infinity), -Infinity);
    const base = low >= 0 && low < 0.6 * high ? 0 : low - room;
    return [Number.isFinite(floor) ? Math.max(floor, base) : base, high + room];
  };
}

// Series that hold for a second become steps: every value stands at both ends of its second, also beside a gap.
function dataOf(track, state) {
  const drawn = [...track.series, ...(track.band ?? [])];
  if (drawn.some((one) => one.t !== drawn[0].t)) return uPlot.join(drawn.map((one) => [one.t, one.y]));
  const { t } = drawn[0];
  if (!track.held) return [t, ...drawn.map((one) => one.y)];
  const endOf = (index) => Math.min(t[index + 1] ?? state.duration, t[index] + 1, state.duration);
  const twice = (values) => values.flatMap((value) => [value, value]);
  const times = Array.from(t, (start, index) => [start, Math.max(start, endOf(index))]).flat();
  return [times, ...drawn.map((one) => twice(one.y))];
}

function describe(track, state) {
  const parts = track.series.slice(0, 3).map((one) => {
    const ends = extremes(one);
    if (!ends) return `${one.title}: nothing measured`;
    const at = (index) => `${figure(one.y[index])} at ${clock(one.t[index])}`;
    return `${one.title}: lowest ${at(ends.low)}, highest ${at(ends.high)}`;
  });
  return `${track.title} over time, 0:00 to ${clock(state.duration)}. ${parts.join("; ")}.`;
}

function swatch(index) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "24");
  svg.setAttribute("height", "8");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [key, value] of Object.entries({ x1: 0, x2: 24, y1: 4, y2: 4, "stroke-dasharray": DASHES[index].join(" ") })) line.setAttribute(key, value);
  line.setAttribute("class", `swatch line-${index + 1}`);
  svg.append(line);
  return svg;
}

function legendOf(track) {
  const legend = document.createElement("span");
  legend.className = "legend";
  const values = track.series.map((one, index) => {
    const item = document.createElement("span");
    const value = document.createElement("b");
    if (track.series.length > 1) item.append(swatch(index), ` ${one.title} `);
    item.append(value);
    legend.append(item);
    return value;
  });
  return { legend, values };
}

function optionsOf(track, state, { width, last, frame }) {
  const grid = { stroke: () => theme.line, width: 1 };
  const lane = track.id === "mos" ? LANE : 8;
  const labelled = track.id === "mos" || last;
  const place = (plot) => (t) => plot.valToPos(t, "x", true);
  const box = (plot) => ({ issues: state.issues, chosen: state.issue, place: place(plot), left: plot.bbox.left, right: plot.bbox.left + plot.bbox.width, ratio: uPlot.pxRatio });
  const series = track.series.map((one, index) => ({
    label: one.title,
    stroke: () => theme.lines[index % theme.lines.length],
    width: track.id === "mos" ? 2 : 1.5,
    dash: DASHES[index % DASHES.length],
    points: { show: (plot, n, first, end) => end - first < 3, size: 5 },
  }));
  const hidden = { stroke: "transparent", width: 0, points: { show: false } };
  const bands = track.band ? [{ series: [track.series.length + 2, track.series.length + 1], fill: () => theme.band }] : [];
  return {
    width,
    height: track.height + (labelled ? 20 : 0),
    padding: [lane, MARGIN, labelled ? 0 : 6, 0],
    legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 }, bind: { dblclick: () => () => state.all() } },
    scales: { x: { time: false, range: () => [state.from, state.to] }, y: { range: rangeOf(track) } },
    series: [{}, ...series, ...(track.band ? [hidden, hidden] : [])],
    bands,
    axes: [
      { show: true, size: labelled ? 24 : 0, incrs: STEPS, space: 74, font: theme.font, stroke: () => theme.muted, grid, ticks: { show: false }, values: (plot, splits, axis, space, step) => splits.map((t) => (labelled ? clock(t, step < 1 ? 1 : 0) : "")) },
      { size: AXIS, font: theme.font, stroke: () => theme.muted, grid, ticks: { show: false }, space: track.range ? 20 : 28, incrs: track.range && track.height > 150 ? [1] : undefined, values: (plot, splits) => splits.map((y) => figure(y)) },
    ],
    hooks: {
      drawAxes: [(plot) => {
        drawBands(plot.ctx, { ...box(plot), top: plot.bbox.top, height: plot.bbox.height, strong: track.id === "mos" });
        if (track.id === "mos") drawGrades(plot);
      }],
      draw: [(plot) => {
        if (track.id === "mos") plot.tags = drawTags(plot.ctx, { ...box(plot), y: plot.bbox.top - 22 * uPlot.pxRatio });
      }],
      setSelect: [(plot) => {
        if (plot.select.width < 4) return;
        const { left, width: wide } = plot.select;
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        state.show(plot.posToVal(left, "x"), plot.posToVal(left + wide, "x"));
      }],
    },
  };
}

function drawGrades(plot) {
  const ratio = uPlot.pxRatio;
  plot.ctx.save();
  plot.ctx.font = `${10 * ratio}px ${theme.font.slice(5)}`;
  plot.ctx.fillStyle = theme.muted;
  plot.ctx.textAlign = "right";
  for (const mos of [1, 2, 3, 4, 5]) {
    const y = plot.valToPos(mos, "y", true) + (mos === 5 ? 11 : -4) * ratio;
    plot.ctx.fillText(grade(mos), plot.bbox.left + plot.bbox.width - 4 * ratio, y);
  }
  plot.ctx.restore();
}

function listenTo(plot, state) {
  const { over } = plot;
  const timeAt = (event) => plot.posToVal(event.clientX - over.getBoundingClientRect().left, "x");
  let down = null;
  over.addEventListener("pointerdown", (event) => { down = event.clientX; });
  over.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") state.seek(Math.min(state.to, Math.max(state.from, timeAt(event))));
    else state.point(timeAt(event));
  });
  over.addEventListener("pointerleave", () => state.point(null));
  over.addEventListener("click", (event) => {
    if (down === null || Math.abs(event.clientX - down) < 4) state.seek(timeAt(event));
  });
  over.addEventListener("wheel", (event) => {
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.ctrlKey || event.metaKey) state.zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event));
    else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      const shift = (sideways / over.clientWidth) * (state.to - state.from);
      state.show(state.from + shift, state.to + shift);
    } else return;
    event.preventDefault();
  }, { passive: false });
  plot.root.addEventListener("click", (event) => {
    const frame = plot.ctx.canvas.getBoundingClientRect();
    const x = (event.clientX - frame.left) * uPlot.pxRatio;
    const y = (event.clientY - frame.top) * uPlot.pxRatio;
    const tag = (plot.tags ?? []).find((one) => Math.abs(one.x - x) <= one.width / 2 && y >= one.y && y <= one.y + one.size);
    if (tag) state.choose(tag.issue.id);
  });
}

// One chart in its figure; gives what the page must call when something changes.
export function createChart(track, state, { width, last }) {
  const root = document.createElement("figure");
  root.className = `track track-${track.id === "mos" ? "score" : "more"}`;
  root.setAttribute("role", "figure");
  root.setAttribute("aria-label", describe(track, state));
  const caption = document.createElement("figcaption");
  const name = document.createElement("span");
  name.className = "track-name";
  name.textContent = track.title;
  const unit = document.createElement("span");
  unit.className = "unit";
  unit.textContent = track.unit;
  const { legend, values } = legendOf(track);
  caption.append(name, unit, legend);
  const host = document.createElement("div");
  host.className = "plot";
  const table = tableOf(track, state);
  root.append(caption, host, table.details);

  const plot = new uPlot(optionsOf(track, state, { width, last }), dataOf(track, state), host);
  const [playhead, hover] = ["playhead", "hover"].map((kind) => {
    const line = document.createElement("div");
    line.className = kind;
    plot.over.append(line);
    return line;
  });
  listenTo(plot, state);
  const move = (line, t) => {
    const outside = t === null || t < state.from || t > state.to;
    line.hidden = outside;
    if (!outside) line.style.transform = `translateX(${plot.valToPos(t, "x")}px)`;
  };
  const read = (y) => (y !== null && (track.range || track.unit === "MOS") ? y.toFixed(2) : figure(y));
  const update = (what) => {
    if (what === "window") {
      plot.setScale("x", { min: state.from, max: state.to });
      table.update();
    }
    if (what === "issue") plot.redraw(false, false);
    move(playhead, state.t);
    move(hover, state.hover);
    values.forEach((value, index) => { value.textContent = read(valueAt(track.series[index], state.hover ?? state.t)); });
  };
  plot.setScale("x", { min: state.from, max: state.to });
  update("time");
  return {
    root,
    update,
    resize: (wide) => { plot.setSize({ width: wide, height: plot.height }); update("time"); },
    repaint: () => plot.redraw(true, true),
    destroy: () => { plot.destroy(); root.remove(); },
  };
}
