// Uploads by tus, which go on where they were after a lost connection, a pause, or a reload of the page with the same file
// chosen; without scripts the same forms post to the server.

const RETRIES = [0, 1000, 2000, 4000, 8000, 15000, 30000, 30000, 30000];

function say(form, text) {
  form.querySelector("[data-upload-say]").textContent = text;
}

function failure(form, message) {
  const error = form.querySelector("#content-error");
  error.textContent = message;
  error.hidden = false;
  const file = form.elements.content;
  file.setAttribute("aria-invalid", "true");
  file.setAttribute("aria-describedby", "content-hint content-error");
  file.focus();
}

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 999.5 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${unit > 0 && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${units[unit]}`;
}

/** Digits of the minor unit, as the currency has them. */
function minor(amount, currency) {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits;
  return Math.round(Number(amount.trim().replace(",", ".")) * 10 ** digits);
}

async function create(form) {
  const field = form.elements;
  const answer = await fetch("/api/v1/videos", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": field.key.value },
    body: JSON.stringify({
      title: field.title.value,
      description: field.description.value,
      price: {
        amountMinor: minor(field.price.value, field.currency.value),
        currency: field.currency.value,
      },
    }),
  });
  return answer.ok ? (await answer.json()).id : null;
}

/** The published client (tus-js-client), loaded when there is something to upload. */
async function client() {
  await import("./tus.min.js"); // sets a global name, as it is no module
  return globalThis.tus;
}

function upload(tus, file, video) {
  return new tus.Upload(file, {
    endpoint: "/uploads",
    retryDelays: RETRIES,
    removeFingerprintOnSuccess: true,
    metadata: { video, filename: file.name, filetype: file.type },
  });
}

/** What was begun before of this file in this browser, the newest last: for one video, or for whichever. */
async function begun(tus, file, video) {
  const found = await upload(tus, file, video ?? "").findPreviousUploads();
  return found
    .filter((one) => one.metadata.video && (video === null || one.metadata.video === video))
    .sort((a, b) => new Date(a.creationTime) - new Date(b.creationTime))
    .at(-1);
}

function reason(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).detail;
  } catch {
    return "The connection was lost. Choose the same file again to go on.";
  }
}

function send(form, tus, file, video, before) {
  const state = form.querySelector("[data-upload-state]");
  const bar = form.querySelector("progress");
  const pause = form.querySelector("[data-upload-pause]");
  const stop = form.querySelector("[data-upload-stop]");
  return new Promise((resolve, reject) => {
    const sending = upload(tus, file, video);
    let paused = false;
    let began = performance.now();
    let from = null;
    sending.options.onProgress = (sent, total) => {
      from ??= sent;
      bar.value = (100 * sent) / total;
      const rate = (sent - from) / Math.max(0.5, (performance.now() - began) / 1000);
      say(
        form,
        sent === total
          ? "All sent; the copies are being written"
          : `${Math.floor(bar.value)} % · ${size(sent)} of ${size(total)} · ${size(rate)}/s`,
      );
    };
    sending.options.onShouldRetry = (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status < 400 || status >= 500 || status === 408 || status === 409;
      if (again && !paused) {
        say(form, "Interrupted; it goes on by itself");
      }
      return again;
    };
    sending.options.onSuccess = resolve;
    sending.options.onError = (error) => reject(new Error(reason(error)));
    pause.textContent = "Pause";
    pause.onclick = () => {
      paused = !paused;
      pause.textContent = paused ? "Go on" : "Pause";
      if (paused) {
        sending.abort();
        say(form, `Paused at ${Math.floor(bar.value)} %`);
      } else {
        began = performance.now();
        from = null;
        sending.start();
      }
    };
    stop.onclick = async () => {
      try {
        await sending.abort(true);
      } catch {
        // it expires by itself
      }
      reject(new Error("Stopped. Nothing of the file is kept."));
    };
    if (before !== undefined) {
      sending.resumeFromPreviousUpload(before);
    }
    state.hidden = false;
    say(form, "Connecting");
    sending.start();
  });
}

async function submit(form, file) {
  const tus = await client();
  let video = form.dataset.upload;
  let before;
  if (video === "new") {
    video = form.dataset.created ?? (await create(form));
    if (video === null) {
      // the server's own page says best which field is wrong; the file would have to be chosen again anyway
      form.elements.content.value = "";
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    form.dataset.created = video;
  }
  before = await begun(tus, file, video);
  await send(form, tus, file, video, before);
  location.assign(`/me/videos/${video}?notice=uploaded`);
}

/** Offers to go on when the chosen file was begun before for a video that the form would make anew. */
async function offer(form) {
  const again = form.querySelector("[data-upload-again]");
  again.hidden = true;
  const file = form.elements.content.files[0];
  if (form.dataset.upload !== "new" || form.dataset.created !== undefined || file === undefined) {
    return;
  }
  const tus = await client();
  const before = await begun(tus, file, null);
  if (before === undefined) {
    return;
  }
  again.hidden = false;
  again.querySelector("button").onclick = async () => {
    again.hidden = true;
    const video = before.metadata.video;
    await watched(form, form.querySelector("button:not([type])"), async () => {
      await send(form, tus, file, video, before);
      location.assign(`/me/videos/${video}?notice=uploaded`);
    });
  };
}

async function watched(form, button, work) {
  button.disabled = true;
  try {
    await work();
  } catch (problem) {
    failure(form, problem.message);
  } finally {
    button.disabled = false;
    form.querySelector("[data-upload-state]").hidden = true;
  }
}

/** Takes over the forms that upload a video. */
export function watchUploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.elements.content.addEventListener("change", () => offer(form));
    form.addEventListener("submit", async (event) => {
      const file = form.elements.content.files[0];
      if (file === undefined) {
        return; // nothing to watch: let the server do it
      }
      event.preventDefault();
      await watched(form, event.submitter, () => submit(form, file));
    });
  }
}
