// The envelope's timeline as arrays: seconds in Float64Array, values with null for "not measured".

export function readTimeline(envelope, { titles, units }) {
  const grids = new Map(Object.entries(envelope.timeline.grids).map(([name, t]) => [name, Float64Array.from(t)]));
  const series = new Map();
  for (const [name, one] of Object.entries(envelope.timeline.series)) {
    series.set(name, { ...one, name, title: titles[name] ?? name, unit: units[name] ?? one.unit, t: grids.get(one.grid) });
  }
  const issues = envelope.issues.map((issue, index) => ({ ...issue, number: index + 1 }));
  const ends = [...grids.values()].map((t) => t[t.length - 1] ?? 0).concat(issues.map((issue) => issue.end_s));
  const duration = Math.max(envelope.subject.duration_s ?? 0, ...ends, 0.1);
  return { series, issues, duration, frame: 1 / (envelope.subject.fps || 25) };
}

export function indexAt(times, t) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// The value that holds at time t: the last one not after it (the first one just before the start).
export function valueAt(series, t) {
  const index = Math.max(0, indexAt(series.t, t + 1e-6));
  return series.y[index] ?? null;
}

export function extremes(series, from = -Infinity, to = Infinity) {
  let low = null;
  let high = null;
  for (let i = 0; i < series.t.length; i += 1) {
    const y = series.y[i];
    if (y === null || series.t[i] < from || series.t[i] > to) continue;
    if (low === null || y < series.y[low]) low = i;
    if (high === null || y > series.y[high]) high = i;
  }
  return low === null ? null : { low, high };
}
