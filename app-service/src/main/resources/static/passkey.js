// Passkeys: fetches a challenge, asks the browser, and sends its answer as the form that asked.
// Without this script, or without passkeys in the browser, what needs them stays hidden.

const supported =
  window.PublicKeyCredential &&
  PublicKeyCredential.parseRequestOptionsFromJSON &&
  PublicKeyCredential.parseCreationOptionsFromJSON;

async function challenge(form) {
  const answer = await fetch(form.dataset.challenge, {
    method: "POST",
    headers: { Accept: "application/json" },
  });
  if (answer.ok) {
    return answer.json();
  }
  const problem = await answer.json().catch(() => ({}));
  if (problem.code === "proof-required") {
    location.assign("/me/proof?next=" + encodeURIComponent(location.pathname));
  }
  throw new Error(problem.detail ?? "The server did not answer.");
}

function send(form, credential) {
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

function say(form, error) {
  const place = form.querySelector("[data-said]");
  if (place && error.name !== "AbortError") {
    place.textContent =
      error.name === "NotAllowedError"
        ? "No passkey was given. You can try again."
        : error.name === "InvalidStateError"
          ? "This device has a passkey of yours already."
          : error.message;
  }
}

let waiting; // one request at a time: a button takes the place of the autofill

async function get(form, mediation) {
  waiting?.abort();
  const own = (waiting = new AbortController());
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await challenge(form));
  if (!own.signal.aborted) {
    send(form, await navigator.credentials.get({ publicKey, mediation, signal: own.signal }));
  }
}

async function create(form) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await challenge(form));
  send(form, await navigator.credentials.create({ publicKey }));
}

/** Shows the forms that need a passkey, and lets the browser fill in one where it can. */
export function offerPasskeys(root) {
  if (!supported) {
    return;
  }
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const work = form.dataset.passkey === "create" ? create(form) : get(form, "optional");
      work.catch((error) => say(form, error));
    });
    if (form.dataset.passkey === "autofill") {
      PublicKeyCredential.isConditionalMediationAvailable?.()
        .then((available) => available && get(form, "conditional"))
        .catch((error) => console.debug("no passkey is filled in:", error)); // nobody asked yet
    }
  }
}
