// Closes a definition where it was opened, by its link or Escape: the text stays where it is read.
(() => {
  function close(mention) {
    const place = scrollY;
    location.hash = mention; // the definition is the target no more
    scrollTo({ top: place, behavior: "instant" });
    document.getElementById(mention)?.focus({ preventScroll: true });
  }

  const opened = () => document.querySelector(".explained dl > :target");

  document.addEventListener("click", (event) => {
    const back = event.target.closest(".explained dl > :target [role=doc-backlink]");
    if (!back) return;
    event.preventDefault();
    close(decodeURIComponent(back.hash.slice(1)));
  });
  document.addEventListener("keydown", (event) => {
    const back = event.key === "Escape" && opened()?.querySelector("[role=doc-backlink]");
    if (back) close(decodeURIComponent(back.hash.slice(1)));
  });
})();
