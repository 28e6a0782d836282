// Colours from the style sheet, and issue bands: hatched by severity, so that they read without colour.

export const theme = { lines: [], severity: {} };
export const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [1, 4]];
const patterns = new Map();

export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const name of ["ink", "muted", "line", "accent", "surface", "band", "shade"]) theme[name] = colour(name);
  theme.lines = [1, 2, 3, 4, 5, 6].map((n) => colour(`line-${n}`));
  theme.severity = { critical: colour("critical"), major: colour("major"), minor: colour("minor") };
  theme.font = `11px ${style.fontFamily || "sans-serif"}`;
  patterns.clear();
}

function hatch(ctx, severity, ratio) {
  const key = `${severity}@${ratio}`;
  if (patterns.has(key)) return patterns.get(key);
  const size = Math.round({ critical: 6, major: 9, minor: 8 }[severity] * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  pen.strokeStyle = pen.fillStyle = theme.severity[severity];
  pen.lineWidth = ratio * (severity === "critical" ? 1.3 : 1);
  pen.beginPath();
  if (severity === "minor") {
    pen.arc(size / 2, size / 2, 1.1 * ratio, 0, 7);
    pen.fill();
  } else {
    const rise = severity === "critical" ? -1 : 1;
    for (const shift of [-1, 0, 1]) {
      pen.moveTo(-size + shift * size, rise < 0 ? 2 * size : -size);
      pen.lineTo(2 * size + shift * size, rise < 0 ? -size : 2 * size);
    }
    pen.stroke();
  }
  patterns.set(key, ctx.createPattern(tile, "repeat"));
  return patterns.get(key);
}

const LONG = 0.6; // share of what is shown; a longer band is a rail at the top, so that curve and words stay readable
const RAIL = 7; // pixels

// Draws the bands of all issues into a box of canvas pixels; `place` turns seconds into canvas x.
export function drawBands(ctx, { issues, chosen, place, left, right, top, height, ratio, strong }) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, height);
  ctx.clip();
  let rails = 0;
  for (const issue of [...issues].reverse()) {
    const x0 = place(issue.start_s);
    const x1 = Math.max(place(issue.end_s), x0 + 2 * ratio);
    if (x1 < left || x0 > right) continue;
    const here = issue === chosen;
    const rail = !here && Math.min(x1, right) - Math.max(x0, left) > LONG * (right - left);
    const y = rail ? top + rails++ * (RAIL + 1) * ratio : top;
    const tall = rail ? Math.min(RAIL * ratio, height) : height;
    ctx.globalAlpha = here || rail ? 0.22 : 0.09;
    ctx.fillStyle = theme.severity[issue.severity];
    ctx.fillRect(x0, y, x1 - x0, tall);
    ctx.globalAlpha = here || rail ? 0.55 : strong ? 0.42 : 0.26;
    ctx.fillStyle = hatch(ctx, issue.severity, ratio);
    ctx.fillRect(x0, y, x1 - x0, tall);
    ctx.globalAlpha = here ? 1 : 0.55;
    ctx.fillStyle = theme.severity[issue.severity];
    const edge = Math.min((here ? 2 : 1) * ratio, (x1 - x0) / 2);
    ctx.fillRect(x0, y, edge, tall);
    ctx.fillRect(x1 - edge, y, edge, tall);
  }
  ctx.restore();
}

// Numbered tags above the bands, the dearest first: in the middle of what is seen of the band, or beside a tag that is
// there already; one without room is left out until there is.
export function drawTags(ctx, { issues, chosen, place, left, right, y, ratio }) {
  const size = 17 * ratio;
  const drawn = [];
  ctx.save();
  ctx.font = `600 ${11 * ratio}px ${theme.font.slice(5)}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const first = chosen ? [chosen] : [];
  for (const issue of first.concat(issues.filter((one) => one !== chosen))) {
    const x0 = Math.max(left, place(issue.start_s));
    const x1 = Math.min(right, Math.max(place(issue.end_s), place(issue.start_s)));
    if (x1 < left || x0 > right || place(issue.start_s) > right) continue;
    const width = Math.max(size, ctx.measureText(String(issue.number)).width + 8 * ratio);
    const inside = (at) => Math.min(right - width / 2, Math.max(left + width / 2, at));
    const free = (at) => drawn.every((tag) => Math.abs(tag.x - at) >= (tag.width + width) / 2 + 2 * ratio);
    const step = width + 3 * ratio;
    const middle = (x0 + x1) / 2;
    const x = [0, 1, -1, 2, -2, 3, -3].map((n) => inside(middle + n * step)).find((at) => free(at) && at + width >= x0 && at - width <= x1);
    if (x === undefined) continue;
    drawn.push({ issue, x, y, width, size });
    ctx.beginPath();
    ctx.roundRect(x - width / 2, y, width, size, 4 * ratio);
    ctx.fillStyle = issue === chosen ? theme.severity[issue.severity] : theme.surface;
    ctx.fill();
    ctx.lineWidth = 1.5 * ratio;
    ctx.strokeStyle = theme.severity[issue.severity];
    ctx.stroke();
    ctx.fillStyle = issue === chosen ? theme.surface : theme.ink;
    ctx.fillText(String(issue.number), x, y + size / 2 + 0.5 * ratio);
  }
  ctx.restore();
  return drawn;
}
