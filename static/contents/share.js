// Passes a page on: by the device's own menu where it has one, or by copying its address. The mail
// and the address itself are there without this.
const COPIED = "Adresse copiée.";
const BY_HAND = "L’adresse est sélectionnée : copiez-la.";

const select = (element) => getSelection().selectAllChildren(element);

for (const share of document.querySelectorAll("[data-share]")) {
  const { title, url } = share.dataset;
  const status = share.querySelector("[role=status]");
  const copy = share.querySelector("[data-share-copy]");
  const menu = share.querySelector("[data-share-menu]");

  copy.hidden = false;
  copy.addEventListener("click", async () => {
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(url);
      status.textContent = COPIED;
    } catch {
      // Refused, or not offered, as out of HTTPS.
      select(share.querySelector("[data-share-address]"));
      status.textContent = BY_HAND;
    }
  });

  if (!navigator.share) continue;
  menu.hidden = false;
  menu.addEventListener("click", async () => {
    try {
      await navigator.share({ title, url });
    } catch (error) {
      if (error.name !== "AbortError") copy.click();
    }
  });
}
