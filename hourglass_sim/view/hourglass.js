// The hourglass: white grains above, golden grains below, evaporation as mist, Phoenix as ember. The count drawn is the count.
const COLOURS = {
  light: { glass: "#8C857D", white: "#FFFAFA", edge: "#B9B2AA", gold: "#FFD700", goldEdge: "#B08600", mist: "#3E8791", ember: "#F0581F", text: "#1A1A1A", muted: "#5E5852" },
  dark: { glass: "#8F8982", white: "#FFFAFA", edge: "#B9B2AA", gold: "#FFD700", goldEdge: "#FFD700", mist: "#7FC4CE", ember: "#FF6B35", text: "#FFFAFA", muted: "#B9B2AA" },
}
const NS = "http://www.w3.org/2000/svg"
const MID = 130, TOP = 18, BOTTOM = 242, HALF = 62, NECK = 5, LEFT = 90

function node(name, attributes, parent) {
  const made = document.createElementNS(NS, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (parent) parent.appendChild(made)
  return made
}

// Half the glass's inner width at height y.
function halfWidth(y) {
  const reach = Math.abs(y - MID) / (MID - TOP)
  return NECK + (HALF - NECK) * Math.pow(reach, 0.72) - 3
}

// Places for `count` grains, filled from `from` in steps of `step`, row by row; radius chosen so that all fit.
function places(count, from, to, radius) {
  const found = []
  const step = Math.sign(to - from) * radius * 1.8
  for (let y = from; step > 0 ? y <= to : y >= to; y += step) {
    const room = halfWidth(y) - radius
    const n = Math.max(Math.floor((2 * room) / (2 * radius)) + 1, 1)
    for (let k = 0; k < n && found.length < count; k++) {
      const offset = n === 1 ? 0 : (k - (n - 1) / 2) * 2 * radius
      found.push([LEFT + offset, y])
    }
    if (found.length >= count) break
  }
  return found
}

function fitted(count, from, to) {
  for (let radius = 6.5; radius > 0.7; radius *= 0.93) {
    const found = places(count, from, to, radius)
    if (found.length >= count) return { found, radius }
  }
  return { found: places(count, from, to, 0.7), radius: 0.7 }
}

function render({ model, el }) {
  const root = document.createElement("figure")
  root.style.cssText = "margin:0;display:flex;gap:10px;align-items:center;font:13px system-ui,'DejaVu Sans',sans-serif"
  const svg = node("svg", { viewBox: "0 0 180 260", width: 150, height: 216, role: "img" }, root)
  const caption = document.createElement("figcaption")
  caption.style.cssText = "line-height:1.5;font-variant-numeric:tabular-nums"
  root.appendChild(caption)
  el.appendChild(root)
  const still = window.matchMedia("(prefers-reduced-motion: reduce)")
  const night = window.matchMedia("(prefers-color-scheme: dark)")

  function colours() {
    const theme = model.get("theme")
    return COLOURS[theme === "auto" ? (night.matches ? "dark" : "light") : theme] || COLOURS.light
  }

  function grains(count, from, to, fill, edge, name) {
    const group = node("g", { "data-grains": name, "data-count": count }, svg)
    const { found, radius } = fitted(count, from, to)
    for (const [x, y] of found) {
      node("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: (radius * 0.88).toFixed(2), fill, stroke: edge, "stroke-width": 0.8 }, group)
    }
    return group
  }

  function draw() {
    const c = colours(), white = model.get("white"), gold = model.get("gold"), mist = model.get("mist")
    const phoenix = model.get("phoenix"), labels = model.get("labels")
    svg.replaceChildren()
    const moving = !still.matches && model.get("animate")
    node("title", {}, svg).textContent = model.get("alt")
    const side = (s) => `M${LEFT + s * HALF} ${TOP}C${LEFT + s * HALF} ${TOP + 70} ${LEFT + s * NECK} ${MID - 26} ${LEFT + s * NECK} ${MID}` +
      `C${LEFT + s * NECK} ${MID + 26} ${LEFT + s * HALF} ${BOTTOM - 70} ${LEFT + s * HALF} ${BOTTOM}`
    if (phoenix > 0) {
      const glow = node("ellipse", { cx: LEFT, cy: BOTTOM - 6, rx: 54, ry: 26, fill: c.ember, opacity: (0.15 + 0.5 * Math.min(phoenix, 1)).toFixed(2) }, svg)
      if (moving) node("animate", { attributeName: "ry", values: "24;28;24", dur: "5s", repeatCount: "indefinite" }, glow)
    }
    for (let k = 0; k < mist; k++) { // one wisp per evaporated grain
      const x = LEFT - 46 + (92 * (k + 0.5)) / mist
      const wisp = node("path", { d: `M${x.toFixed(1)} ${TOP - 2}q-5 -4 0 -8t0 -7`, stroke: c.mist, fill: "none", "stroke-width": 2, opacity: 0.75, "data-mist": 1 }, svg)
      if (moving) node("animate", { attributeName: "opacity", values: "0.75;0.3;0.75", dur: `${4 + (k % 3)}s`, repeatCount: "indefinite" }, wisp)
    }
    grains(white, MID - 10, TOP + 6, c.white, c.edge, "white")
    grains(gold, BOTTOM - 7, MID + 12, c.gold, c.goldEdge, "gold")
    for (const s of [-1, 1]) node("path", { d: side(s), fill: "none", stroke: c.glass, "stroke-width": 2 }, svg)
    for (const y of [TOP, BOTTOM]) node("path", { d: `M${LEFT - 72} ${y}H${LEFT + 72}`, stroke: c.glass, "stroke-width": 5, "stroke-linecap": "round" }, svg)
    caption.replaceChildren()
    const rows = [["white", white, c.edge], ["gold", gold, c.goldEdge], ["mist", mist, c.mist], ["phoenix", `${Math.round(100 * phoenix)} %`, c.ember]]
    for (const [name, value, colour] of rows) {
      const row = document.createElement("div")
      row.style.color = c.text
      const dot = document.createElement("span")
      dot.textContent = "● "
      dot.style.color = colour
      const text = document.createElement("span")
      text.textContent = `${value} ${labels[name] || name}`
      row.append(dot, text)
      caption.appendChild(row)
    }
  }
  draw()
  for (const name of ["white", "gold", "mist", "phoenix", "theme", "labels"]) model.on(`change:${name}`, draw)
  const redraw = () => draw()
  still.addEventListener("change", redraw)
  night.addEventListener("change", redraw)
  return () => { still.removeEventListener("change", redraw); night.removeEventListener("change", redraw) }
}
export default { render }
