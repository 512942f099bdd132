// Numbers, times and states as people read them.

import {el} from "./dom.js";

const grouping = new Intl.NumberFormat("en");

export function count(n) {
  return grouping.format(n);
}

export function counted(n, word, words) {
  return count(n) + " " + (n === 1 ? word : words || word + "s");
}

export function share(part, whole) {
  return whole ? Math.floor((100 * part) / whole) : 0;
}

export function duration(seconds) {
  if (seconds === undefined || seconds === null) return "";
  if (seconds < 0.01) return Math.round(seconds * 1000) + " ms";
  if (seconds < 10) return seconds.toFixed(2) + " s";
  if (seconds < 60) return seconds.toFixed(1) + " s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes + " min " + Math.round(seconds % 60) + " s";
  return Math.floor(minutes / 60) + " h " + (minutes % 60) + " min";
}

const steps = [[60, "second"], [60, "minute"], [24, "hour"], [30, "day"], [12, "month"], [Infinity, "year"]];

export function ago(stampText) {
  if (!stampText) return "";
  let amount = (Date.now() - Date.parse(stampText)) / 1000;
  if (amount < 45) return "just now";
  for (const [size, unit] of steps) {
    if (amount < size) {
      const n = Math.round(amount);
      return n + " " + unit + (n === 1 ? "" : "s") + " ago";
    }
    amount /= size;
  }
  return "";
}

export function dateTime(stampText) {
  if (!stampText) return "";
  const d = new Date(stampText);
  const two = (n) => String(n).padStart(2, "0");
  return d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" + two(d.getDate()) + " " + two(d.getHours()) + ":" + two(d.getMinutes());
}

export function time(stampText) {
  return stampText ? el("time", { datetime: stampText, title: dateTime(stampText) }, ago(stampText)) : "";
}

const stateOf = {
  success: "good", pass: "good", "no-op": "mute", skipped: "mute", warn: "warn", stale: "warn", "partial success": "warn",
  error: "bad", fail: "bad", "runtime error": "bad",
};

const stateMarks = { good: "✓", bad: "✕", warn: "!", mute: "–" };

const stateWords = { "": "never ran", "no-op": "nothing to do", pass: "passed", fail: "failed", success: "built", warn: "warned" };

export function stateClass(status) {
  return stateOf[status] || "mute";
}

export function stateWord(status) {
  return status in stateWords ? stateWords[status] : status;
}

// A state is told by its mark and its word, never by its colour alone.
export function state(status, word) {
  const kind = stateClass(status);
  return el("span", { class: "state " + kind }, el("span", { class: "mark", "aria-hidden": "true" }, stateMarks[kind]), word === undefined ? stateWord(status) : word);
}
