// How things are said.

const UNITS = ["B", "KB", "MB", "GB"];

/** 1536 -> "1.5 KB" */
export function bytes(count) {
  let unit = 0;
  while (count >= 999.5 && unit < UNITS.length - 1) {
    count /= 1000;
    unit += 1;
  }
  const digits = count < 10 && unit > 0 ? Math.round(count * 10) / 10 : Math.round(count);
  return `${digits} ${UNITS[unit]}`;
}

/** 1 -> "1 photo" */
export function photos(count) {
  return count === 1 ? "1 photo" : `${count.toLocaleString("en")} photos`;
}

export function date(milliseconds) {
  return new Date(milliseconds).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

/** An element, with attributes and children. Text is only ever text: no name of a file becomes HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(attribute, "");
    else if (value !== false && value != null) made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/** A picture of lines, of the paths that it has in the style of the page. */
export function glyph(path, label) {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("class", "glyph");
  made.setAttribute("viewBox", "0 0 20 20");
  if (label) {
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", label);
  } else {
    made.setAttribute("aria-hidden", "true");
  }
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  made.append(line);
  return made;
}

export const find = (id) => document.getElementById(id);

/** For those who hear the page. */
export function say(text) {
  find("status").textContent = text;
}

let leaving;

/** For everybody, for some seconds. */
export function warn(text) {
  const toast = find("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(leaving);
  leaving = setTimeout(() => (toast.hidden = true), 6000);
}
