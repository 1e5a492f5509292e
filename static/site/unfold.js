// Opens what the style sheet shows unfolded on wide screens, so that it is also announced as open,
// and takes its title out of the way of the keyboard: it has nothing to fold there.
const wide = matchMedia("(min-width: 64rem)");
const unfold = () => {
  for (const details of document.querySelectorAll(".unfolds-wide")) {
    details.open = wide.matches;
    details.querySelector("summary").tabIndex = wide.matches ? -1 : 0;
  }
};
wide.addEventListener("change", unfold);
// The page, or a part that came in place of another. What somebody unfolded on a phone stays so.
const unfoldIfWide = () => wide.matches && unfold();
document.addEventListener("htmx:load", unfoldIfWide);
unfoldIfWide();

// Escape folds the menu of the head, and leads back to its title.
document.querySelector(".site-menu")?.addEventListener("keydown", (event) => {
  const menu = event.currentTarget;
  if (event.key !== "Escape" || wide.matches || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
