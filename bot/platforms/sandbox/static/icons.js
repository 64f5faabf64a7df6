// The page's own signs, drawn, so that they look alike where no emoji font is installed.

const PATHS = {
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  pin: "M12 21s-7-6.2-7-11a7 7 0 0 1 14 0c0 4.8-7 11-7 11zM12 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  stop: "M8 8h8v8H8z",
  send: "M12 19V6M6 11.5 12 5.500l6 6",
  close: "M7 7l10 10M17 7 7 17",
  reply: "M10 7 5 12l5 5M5 12h9a5 5 0 0 1 5 5v1",
  tick: "M5 12.500l4.5 4.500L19 7.5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.5",
  clip: "M8 12.5 14 6.500a3 3 0 0 1 4.2 4.200l-7.7 7.700a5 5 0 0 1-7-7L11 4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500a7.5 7.5 0 0 1 15 0",
  alarm: "M7 18v-5a5 5 0 0 1 10 0v5M4.5 20.500h15M12 5V3M5 8 3.5 6.500M19 8l1.5-1.5",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  down: "M12 5v13M6 12.500l6 6 6-6",
  bang: "M12 6v8M12 18h.01",
};

const SPACE = "http://www.w3.org/2000/svg";

/** A sign in the colour of the text around it. */
export function icon(name) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
