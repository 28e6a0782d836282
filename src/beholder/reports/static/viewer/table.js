// "Show as table": the values of one chart in the window that the charts show.

import { clock, figure } from "./format.js";
import { indexAt, valueAt } from "./timeline.js";

const ROWS = 120;

function fill(body, track, state) {
  const series = [...track.series, ...(track.band ?? [])];
  const { t } = series[0];
  const first = Math.max(0, indexAt(t, state.from));
  const end = indexAt(t, state.to) + 1;
  const every = Math.max(1, Math.ceil((end - first) / ROWS));
  const table = document.createElement("table");
  table.className = "plain";
  const caption = table.createCaption();
  caption.textContent = `${track.title}, ${clock(state.from)} to ${clock(state.to)}${every > 1 ? `; every ${every}. value, zoom in for more` : ""}`;
  const head = table.createTHead().insertRow();
  for (const title of ["Time", ...series.map((one) => one.title)]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  const rows = table.createTBody();
  for (let index = first; index < end; index += every) {
    const row = rows.insertRow();
    row.insertCell().textContent = clock(t[index], 2);
    for (const one of series) row.insertCell().textContent = figure(valueAt(one, t[index]));
  }
  body.replaceChildren(table);
}

export function tableOf(track, state) {
  const details = document.createElement("details");
  details.className = "as-table";
  const summary = document.createElement("summary");
  summary.textContent = "Show as table";
  const hidden = document.createElement("span");
  hidden.className = "sr";
  hidden.textContent = `: ${track.title}`;
  summary.append(hidden);
  const body = document.createElement("div");
  body.className = "scroll tall";
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", `${track.title} as a table`);
  details.append(summary, body);
  const update = () => { if (details.open) fill(body, track, state); };
  details.addEventListener("toggle", update);
  return { details, update };
}
