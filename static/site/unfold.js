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
// A part of the page that came in place of another. What somebody unfolded on a phone stays so.
document.addEventListener("htmx:load", () => wide.matches && unfold());
unfold();
