// Public pages are the same bytes for everybody. Somebody who is signed in has a hint cookie (which
// proves nothing); only then is it worth asking for the name.

/** Shows the visitor's name in the navigation of a public page. */
export async function greet(root) {
  const link = root.querySelector("[data-me]");
  if (link === null || !/(?:^|;\s*)tanada-hint=/.test(document.cookie)) {
    return;
  }
  const answer = await fetch("/api/v1/me", { headers: { accept: "application/json" } });
  if (answer.ok) {
    const me = await answer.json();
    link.textContent = me.displayName;
    root.querySelector("[data-signed-out]")?.remove();
  }
}
