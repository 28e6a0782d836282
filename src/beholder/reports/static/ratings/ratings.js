// Theme, filter of the table, read-out of the heat map. Everything else stands in the page already.
(() => {
  "use strict";
  const root = document.documentElement;
  for (const element of document.querySelectorAll(".js-on")) element.hidden = false;

  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const name = themes[(themes.indexOf(root.dataset.theme ?? "auto") + 1) % themes.length];
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    document.getElementById("theme-name").textContent = name;
  });

  for (const input of document.querySelectorAll("[data-filter]")) {
    const rows = [...document.getElementById(input.dataset.filter).tBodies[0].rows];
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    });
  }

  const maps = JSON.parse(document.getElementById("heat").textContent);
  for (const place of document.querySelectorAll("[data-heat]")) {
    const map = maps[place.dataset.heat];
    const line = document.querySelector(`[data-readout="${place.dataset.heat}"]`);
    const cross = place.querySelector(".cross");
    const image = place.querySelector("img");
    const [down, across] = [map.raters.length, map.stimuli.length];
    let [row, column] = [0, 0];
    const show = () => {
      const cell = map.cells[row][column];
      const vote = cell ? map.low + ((cell - 1) / 254) * (map.high - map.low) : null;
      const said = vote === null ? "no vote" : (Math.round(vote * 100) / 100).toString();
      line.textContent = `${map.raters[row]} on ${map.stimuli[column]}: ${said}`;
      const box = image.getBoundingClientRect();
      const [width, height] = [box.width / across, box.height / down];
      cross.hidden = false;
      Object.assign(cross.style, {
        left: `${column * width}px`, top: `${row * height}px`, width: `${Math.max(width, 5)}px`, height: `${Math.max(height, 5)}px`,
      });
    };
    place.addEventListener("pointermove", (event) => {
      const box = image.getBoundingClientRect();
      column = Math.min(across - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * across)));
      row = Math.min(down - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * down)));
      show();
    });
    place.addEventListener("pointerleave", () => { cross.hidden = true; });
    place.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      row = Math.min(down - 1, Math.max(0, row + step[0]));
      column = Math.min(across - 1, Math.max(0, column + step[1]));
      show();
    });
    place.addEventListener("blur", () => { cross.hidden = true; });
  }
  root.dataset.ready = "";
})();
