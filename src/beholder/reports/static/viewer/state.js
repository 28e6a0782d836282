// What the page shows: playhead, hover time, window and chosen issue. One object; everything else listens.

const SHORTEST_WINDOW = 0.2;

export function createState({ duration, issues }) {
  const listeners = [];
  const state = { t: 0, hover: null, from: 0, to: duration, issue: null, duration, issues };
  const tell = (what) => listeners.forEach((listener) => listener(what));

  state.listen = (listener) => listeners.push(listener);

  state.seek = (t, by = "page") => {
    state.t = Math.min(duration, Math.max(0, t));
    state.by = by;
    const width = state.to - state.from;
    if (state.t < state.from || state.t > state.to) state.show(state.t - width * 0.1, state.t + width * 0.9);
    tell("time");
  };

  state.point = (t) => {
    state.hover = t;
    tell("hover");
  };

  state.show = (from, to) => {
    const width = Math.min(duration, Math.max(SHORTEST_WINDOW, to - from));
    state.from = Math.min(duration - width, Math.max(0, from));
    state.to = state.from + width;
    tell("window");
  };

  state.zoom = (factor, around = state.t) => {
    const middle = around < state.from || around > state.to ? (state.from + state.to) / 2 : around;
    const share = (middle - state.from) / (state.to - state.from);
    const width = (state.to - state.from) * factor;
    state.show(middle - share * width, middle + (1 - share) * width);
  };

  state.all = () => state.show(0, duration);

  state.choose = (id, { zoom = true } = {}) => {
    state.issue = issues.find((issue) => issue.id === id) ?? null;
    if (state.issue && zoom) {
      const { start_s: start, end_s: end } = state.issue;
      const margin = Math.max(2, 1.5 * (end - start));
      state.show(start - margin, end + margin);
    }
    if (state.issue) state.seek(state.issue.start_s);
    tell("issue");
  };

  state.step = (direction) => {
    const ordered = [...issues].sort((a, b) => a.start_s - b.start_s);
    const here = state.issue ? ordered.indexOf(state.issue) : -1;
    let next = here + direction;
    if (here < 0) {
      next = direction > 0 ? ordered.findIndex((i) => i.start_s >= state.t) : ordered.findLastIndex((i) => i.start_s <= state.t);
      if (next < 0) next = direction > 0 ? 0 : ordered.length - 1;
    }
    if (ordered.length) state.choose(ordered[(next + ordered.length) % ordered.length].id);
  };

  return state;
}

// The permalink: #t=12.3&z=10,20&i=freeze-3
export function readLink(state) {
  const link = new URLSearchParams(location.hash.slice(1));
  const [from, to] = (link.get("z") ?? "").split(",").map(Number);
  if (link.has("i")) state.choose(link.get("i"));
  if (to > from) state.show(from, to);
  if (link.has("t") && Number.isFinite(Number(link.get("t")))) state.seek(Number(link.get("t")));
}

export function keepLink(state) {
  let timer = 0;
  state.listen((what) => {
    if (what === "hover") return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const link = [`t=${state.t.toFixed(2)}`];
      if (state.to - state.from < state.duration) link.push(`z=${state.from.toFixed(2)},${state.to.toFixed(2)}`);
      if (state.issue) link.push(`i=${encodeURIComponent(state.issue.id)}`);
      history.replaceState(null, "", `#${link.join("&")}`);
    }, 250);
  });
}
