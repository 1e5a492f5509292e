// A list that changes in place: what it holds now is said to those who do not see it, and what was
// unfolded stays so. htmx keeps the focus on what has the same id. On a phone, filters that were
// sent are put away, and reading goes on from the results.
const announced = document.querySelector("[data-announced]");
let unfolded = [];
let isSent = false;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // An error page is for the eyes: the browser goes there.
  if (!detail.xhr || detail.xhr.status < 400) return;
  window.location.assign(detail.xhr.responseURL);
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  isSent = detail.requestConfig.triggeringEvent?.type === "submit";
  unfolded = [...document.querySelectorAll("#directory details[open] > summary")].map((s) => s.parentElement.dataset.fold);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const details of document.querySelectorAll("#directory details")) {
    const isPutAway = isSent && details.matches(".unfolds-wide");
    if (unfolded.includes(details.dataset.fold) && !isPutAway) details.open = true;
  }
});

document.addEventListener("htmx:afterSettle", () => {
  const list = document.querySelector("[data-announce]");
  if (!list) return;
  announced.textContent = list.dataset.announce;
  const results = document.querySelector("[data-results]");
  if (isSent && !list.querySelector(".unfolds-wide").open) {
    results.focus({ preventScroll: true });
    results.scrollIntoView();
  } else if (document.activeElement === document.body) {
    // The link that was followed is gone: the keyboard goes on from the results.
    results.focus({ preventScroll: true });
  }
});
