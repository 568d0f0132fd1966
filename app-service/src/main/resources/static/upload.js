// Uploads with progress by the REST API; without scripts the same forms post to the server.

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

function send(form, address, file) {
  const state = form.querySelector("[data-upload-state]");
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  const stop = form.querySelector("[data-upload-stop]");
  const began = performance.now();
  return new Promise((resolve, reject) => {
    stop.onclick = () => request.abort();
    request.upload.onprogress = (event) => {
      bar.value = (100 * event.loaded) / event.total;
      const rate = event.loaded / ((performance.now() - began) / 1000);
      say(
        form,
        event.loaded === event.total
          ? "All sent; the copies are being written"
          : `${Math.floor(bar.value)} % · ${size(event.loaded)} of ${size(event.total)} · ${size(rate)}/s`,
      );
    };
    request.onload = () => {
      if (request.status < 300) {
        resolve();
        return;
      }
      let message = `The server answered ${request.status}.`;
      try {
        message = JSON.parse(request.responseText).detail;
      } catch {
        // not a problem in JSON: the status has to do
      }
      reject(new Error(message));
    };
    request.onerror = () => reject(new Error("The connection was lost. Try again."));
    request.onabort = () => reject(new Error("Stopped. Nothing of the file is kept."));
    request.open("PUT", address);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    state.hidden = false;
    request.send(file);
  });
}

async function upload(form, file) {
  let address = form.dataset.upload;
  let after = form.dataset.after;
  if (address === "new") {
    const id = form.dataset.created ?? (await create(form));
    if (id === null) {
      // the server's own page says best which field is wrong; the file would have to be chosen again anyway
      form.elements.content.value = "";
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    form.dataset.created = id;
    address = `/api/v1/videos/${id}/content`;
    after = `/me/videos/${id}?notice=uploaded`;
  }
  await send(form, address, file);
  location.assign(after);
}

/** Takes over the forms that upload a video. */
export function watchUploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", async (event) => {
      const file = form.elements.content.files[0];
      if (file === undefined) {
        return; // nothing to watch: let the server do it
      }
      event.preventDefault();
      const button = event.submitter;
      button.disabled = true;
      try {
        await upload(form, file);
      } catch (problem) {
        failure(form, problem.message);
      } finally {
        button.disabled = false;
        form.querySelector("[data-upload-state]").hidden = true;
      }
    });
  }
}
