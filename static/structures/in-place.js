// A list that changes in place: what it holds now is said to those who do not see it, and what was
// unfolded stays so. htmx keeps the focus on what has the same id.
const announced = document.querySelector("[data-announced]");
let unfolded = [];

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // An error page is for the eyes: the browser goes there.
  if (!detail.xhr || detail.xhr.status < 400) return;
  window.location.assign(detail.xhr.responseURL);
});

document.addEventListener("htmx:beforeRequest", () => {
  unfolded = [...document.querySelectorAll("#directory details[open] > summary")].map((s) => s.parentElement.dataset.fold);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const details of document.querySelectorAll("#directory details")) {
    if (unfolded.includes(details.dataset.fold)) details.open = true;
  }
});

document.addEventListener("htmx:afterSettle", () => {
  const list = document.querySelector("[data-announce]");
  if (!list) return;
  announced.textContent = list.dataset.announce;
  // The link that was followed is gone: the keyboard goes on from the results.
  if (document.activeElement === document.body) {
    document.querySelector("[data-results]").focus({ preventScroll: true });
  }
});
