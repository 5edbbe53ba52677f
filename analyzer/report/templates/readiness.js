"use strict";
const tools = document.querySelector(".tools");
const [search, level, fold] = tools.querySelectorAll("input,select,button");
const status = document.querySelector("#shown");
const all = [...document.querySelectorAll(".finding")];
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of all) {
    const text = one.textContent.toLowerCase();
    one.hidden = !(words.every((word) => text.includes(word)) && (!level.value || one.dataset.level === level.value));
    shown += one.hidden ? 0 : 1;
  }
  status.textContent = `${shown} of ${all.length} findings`;
}
search.addEventListener("input", filter);
level.addEventListener("change", filter);
fold.addEventListener("click", () => {
  const open = all.some((one) => !one.open);
  for (const one of all) one.open = open;
});
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
tools.hidden = false;
filter();
