// The whole recording at a glance, and the film strip of what the charts show.

import { AXIS, MARGIN } from "./charts.js";
import { clock } from "./format.js";
import { drawBands, theme } from "./paint.js";

const THUMB = 112; // CSS pixels that one picture of the film strip takes

export function createOverview(host, state, mos) {
  const canvas = host.querySelector("canvas");
  const ctx = canvas.getContext("2d");
  const inner = () => host.clientWidth - AXIS - MARGIN;

  const draw = () => {
    const ratio = devicePixelRatio;
    const [width, height] = [host.clientWidth, host.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const left = AXIS * ratio;
    const right = (width - MARGIN) * ratio;
    const place = (t) => left + (t / state.duration) * (right - left);
    const tall = canvas.height;
    ctx.fillStyle = theme.surface;
    ctx.fillRect(left, 0, right - left, tall);
    drawBands(ctx, { issues: state.issues, chosen: state.issue, place, left, right, top: 0, height: tall, ratio, strong: true });
    if (mos) {
      ctx.beginPath();
      let pen = false;
      mos.t.forEach((t, index) => {
        const y = mos.y[index];
        if (y === null) { pen = false; return; }
        const high = tall - ((y - 1) / 4) * (tall - 6 * ratio) - 3 * ratio;
        if (pen) ctx.lineTo(place(t), high);
        else ctx.moveTo(place(t), high);
        pen = true;
      });
      ctx.strokeStyle = theme.lines[0];
      ctx.lineWidth = 1.25 * ratio;
      ctx.stroke();
    }
    const [x0, x1] = [place(state.from), place(state.to)];
    ctx.globalAlpha = 0.72;
    ctx.fillStyle = theme.shade;
    ctx.fillRect(left, 0, x0 - left, tall);
    ctx.fillRect(x1, 0, right - x1, tall);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 1.5 * ratio;
    ctx.strokeRect(x0 + ratio, ratio, Math.max(2 * ratio, x1 - x0 - 2 * ratio), tall - 2 * ratio);
    ctx.fillStyle = theme.ink;
    ctx.fillRect(place(state.t) - 0.75 * ratio, 0, 1.5 * ratio, tall);
    ctx.font = `${10 * ratio}px ${theme.font.slice(5)}`;
    ctx.fillStyle = theme.muted;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    ctx.fillText("all", left - 8 * ratio, tall / 2);
  };

  let grip = null;
  const timeAt = (event) => ((event.clientX - host.getBoundingClientRect().left - AXIS) / inner()) * state.duration;
  canvas.addEventListener("pointerdown", (event) => {
    const t = timeAt(event);
    const width = state.to - state.from;
    if (width >= state.duration) { state.seek(t); return; }
    if (t < state.from || t > state.to) state.show(t - width / 2, t + width / 2);
    grip = t - state.from;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (grip !== null) state.show(timeAt(event) - grip, timeAt(event) - grip + state.to - state.from);
  });
  canvas.addEventListener("pointerup", () => { grip = null; });
  canvas.addEventListener("dblclick", () => state.all());
  state.listen((what) => { if (what !== "hover") draw(); });
  return draw;
}

export function createFilm(host, state, film) {
  if (!film.length) return () => {};
  host.hidden = false;
  const draw = () => {
    const width = host.clientWidth - AXIS - MARGIN;
    const count = Math.max(1, Math.round(width / THUMB));
    const step = (state.to - state.from) / count;
    const chosen = Array.from({ length: count }, (_, slot) => {
      const middle = state.from + (slot + 0.5) * step;
      return film.reduce((best, one) => (Math.abs(one[0] - middle) < Math.abs(best[0] - middle) ? one : best));
    });
    const key = chosen.map(([t]) => t).join();
    if (host.dataset.key === key) return;
    host.dataset.key = key;
    host.replaceChildren(...chosen.map(([t, source]) => {
      const button = document.createElement("button");
      const image = document.createElement("img");
      const label = document.createElement("span");
      image.src = source;
      image.alt = "";
      label.textContent = clock(t);
      button.type = "button";
      button.tabIndex = -1; // the arrow keys do the same
      button.setAttribute("aria-label", `Go to ${clock(t)}`);
      button.addEventListener("click", () => state.seek(t));
      button.append(image, label);
      return button;
    }));
  };
  state.listen((what) => { if (what === "window") draw(); });
  return draw;
}
