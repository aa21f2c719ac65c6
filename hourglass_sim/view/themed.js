// Bokeh pictures that follow the reader's theme: every light colour is replaced by its dark counterpart, and back.
(function (pairs) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)")
  const originals = new Map() // model -> attribute -> the value it was made with
  const swap = (text) => pairs[text.toLowerCase()] || text
  function swapped(value) {
    if (typeof value === "string") return swap(value)
    if (Array.isArray(value)) return value.map(swapped)
    if (value && typeof value === "object" && typeof value.value === "string") return { ...value, value: swap(value.value) }
    return value
  }
  function holdsColour(value) {
    if (typeof value === "string") return value.toLowerCase() in pairs
    if (Array.isArray(value)) return value.some((v) => typeof v === "string" && holdsColour(v))
    return Boolean(value) && typeof value === "object" && typeof value.value === "string" && holdsColour(value.value)
  }
  function remember(model) {
    const kept = new Map()
    const source = model.type === "ColumnDataSource" ? model.data : null
    if (source) {
      const columns = source instanceof Map ? [...source] : Object.entries(source)
      if (columns.some(([, values]) => Array.isArray(values) && holdsColour(values))) kept.set("data", source)
    } else {
      for (const property of model) {
        let value
        try { value = property.get_value() } catch { continue }
        if (holdsColour(value)) kept.set(property.attr, value)
      }
    }
    originals.set(model, kept)
  }
  function recoloured(data) {
    const columns = data instanceof Map ? [...data] : Object.entries(data)
    return Object.fromEntries(columns.map(([name, values]) => [name, Array.isArray(values) ? swapped(values) : values]))
  }
  function blank(view) {
    // Bokeh clears from half a pixel on: what it leaves of the other theme would stay as a line at the top and on the left
    for (const layer of [view.canvas_view?.primary, view.canvas_view?.overlays]) {
      layer?.ctx.clearRect(-1, -1, layer.el.width + 2, layer.el.height + 2)
    }
  }
  function apply() {
    if (!dark.matches && originals.size === 0) return // drawn in the light colours already
    for (const view of window.Bokeh.index.roots) blank(view)
    for (const doc of window.Bokeh.documents) {
      for (const model of doc._all_models.values()) {
        if (!originals.has(model)) remember(model)
        for (const [name, value] of originals.get(model)) {
          model[name] = dark.matches ? (name === "data" ? recoloured(value) : swapped(value)) : value
        }
      }
    }
    // A picture without a colour to change would otherwise stay as blank as it was made above
    for (const view of window.Bokeh.index.roots) view.request_paint?.()
  }
  function whenReady() {
    if (window.Bokeh && window.Bokeh.documents.length > 0) apply()
    else window.setTimeout(whenReady, 30)
  }
  whenReady()
  dark.addEventListener("change", apply)
})(PAIRS)
