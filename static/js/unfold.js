// Opens what the style sheet shows unfolded on wide screens, so that it is also announced as open.
const wide = matchMedia("(min-width: 64rem)");
const unfold = () => {
  for (const details of document.querySelectorAll(".unfolds-wide")) details.open = wide.matches;
};
wide.addEventListener("change", unfold);
unfold();
