// Draws the tiers that this page passed, as its Server-Timing header tells them.
function milliseconds(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function show(item, state, node, ms) {
  item.dataset.state = state;
  item.querySelector(".way-node").textContent = node;
  item.querySelector(".way-ms").textContent = ms;
}

function story(edge, hit) {
  if (hit) {
    return "The edge had this page already, so the request went no further down.";
  }
  const shared = document.querySelector("[data-me]") !== null; // the navigation of public pages
  return edge === undefined || !shared
    ? "This page is yours alone: it is made anew each time, and no edge keeps it."
    : "The edge did not have this page, so the request ran down to the app servers.";
}

/** Fills the picture; leaves it as it is where the browser tells nothing. */
export function tellWay(way) {
  const [page] = performance.getEntriesByType("navigation");
  const entries = new Map((page?.serverTiming ?? []).map((entry) => [entry.name, entry]));
  if (way === null || entries.size === 0) {
    return;
  }
  const edge = entries.get("edge");
  const hit = edge !== undefined && /\bhit\b|\bstale\b/i.test(edge.description);
  const waited = page.responseStart - page.requestStart;
  for (const item of way.querySelectorAll("li[data-tier]")) {
    const tier = item.dataset.tier;
    const entry = entries.get(tier);
    if (tier === "nginx") {
      show(item, "passed", "", milliseconds(waited));
    } else if (entry !== undefined) {
      show(item, tier === "edge" && hit ? "hit" : "passed", entry.description, milliseconds(entry.duration));
    } else {
      show(item, "unneeded", "", "not needed");
    }
  }
  const passed = 1 + entries.size;
  way.querySelector("[data-way-sum]").textContent = hit
    ? `kept at ${edge.description.split(" ")[0]}, ${milliseconds(waited)}`
    : `${passed} tiers, ${milliseconds(waited)}`;
  way.querySelector("[data-way-say]").textContent = `${story(edge, hit)} Each time includes the tiers below; the front door’s is what your browser waited.`;
}
