// Buttons that save the picture beside them as SVG or PNG, in the colours that the reader sees; nothing is fetched.
(function () {
  const SCALE = 2
  function standalone(svg) {
    const style = getComputedStyle(svg)
    const text = new XMLSerializer().serializeToString(svg)
    const coloured = text.replace(/var\((--hg-[a-z-]+),\s*([^)]+)\)/g, (_, name, fallback) => style.getPropertyValue(name).trim() || fallback)
    const back = style.getPropertyValue("--hg-surface").trim() || "#FFFFFF"
    return coloured.replace(/(<svg[^>]*>)/, `$1<rect width="100%" height="100%" fill="${back}"/>`)
  }
  function save(name, url) {
    const link = document.createElement("a")
    link.download = name
    link.href = url
    link.click()
  }
  document.addEventListener("click", (event) => {
    const kind = event.target.dataset && event.target.dataset.save
    if (!kind) return
    const svg = event.target.closest("figure").querySelector("svg")
    const name = "hourglass-" + svg.dataset.picture + "." + kind
    const url = URL.createObjectURL(new Blob([standalone(svg)], { type: "image/svg+xml" }))
    if (kind === "svg") return save(name, url)
    const image = new Image()
    image.onload = () => {
      const canvas = document.createElement("canvas")
      canvas.width = SCALE * svg.viewBox.baseVal.width
      canvas.height = SCALE * svg.viewBox.baseVal.height
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
      save(name, canvas.toDataURL("image/png"))
    }
    image.src = url
  })
})()
