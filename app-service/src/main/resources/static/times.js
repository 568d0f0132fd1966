// Keeps "3 minutes ago" true while the page stays open, and gives the exact time in the reader's zone.
const STEPS = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [31, "day"],
];

/** The distance in words, or null beyond a month, where the server's date is better. */
export function say(seconds) {
  if (Math.abs(seconds) < 45) {
    return "just now";
  }
  let amount = Math.abs(seconds);
  for (const [size, unit] of STEPS) {
    if (amount < size && unit !== "second") {
      const whole = Math.max(1, Math.floor(amount));
      const words = `${whole} ${unit}${whole === 1 ? "" : "s"}`;
      return seconds < 0 ? `in ${words}` : `${words} ago`;
    }
    amount /= size;
    if (unit === "second" && amount < 1) {
      return seconds < 0 ? "in 1 minute" : "1 minute ago";
    }
  }
  return null;
}

/** Starts keeping the times of the page. */
export function keepTimes(root) {
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });
  // durations ("PT12S") are times of HTML, too
  const times = [...root.querySelectorAll('time[datetime]:not([datetime^="P"])')];
  const refresh = () => {
    for (const element of times) {
      const at = new Date(element.dateTime);
      const words = say((Date.now() - at) / 1000);
      if (words !== null && words !== element.textContent) {
        element.textContent = words;
      }
    }
  };
  for (const element of times) {
    element.title = exact.format(new Date(element.dateTime));
  }
  refresh();
  if (times.length > 0) {
    setInterval(refresh, 60_000);
  }
}
