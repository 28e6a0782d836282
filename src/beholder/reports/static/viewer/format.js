// Figures and times in words; the same rules as reports/words.py.

const GRADES = ["Bad", "Poor", "Fair", "Good", "Excellent"];

export function grade(mos) {
  return mos === null ? "not measured" : GRADES[Math.min(4, Math.max(0, Math.floor(mos + 0.5) - 1))];
}

export function clock(seconds, decimals = 1) {
  const ticks = Math.floor(Math.abs(seconds) * 10 ** decimals + 1e-6);
  const whole = Math.floor(ticks / 10 ** decimals);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const fraction = decimals ? `.${String(ticks % 10 ** decimals).padStart(decimals, "0")}` : "";
  const head = hours ? `${hours}:${two(minutes)}` : String(minutes);
  return `${seconds < 0 ? "−" : ""}${head}:${two(whole % 60)}${fraction}`;
}

export function figure(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  if (size !== 0 && size < 1e-4) return value.toExponential(1).replace("-", "−");
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
