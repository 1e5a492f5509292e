// Plays a video in the page once the reader has clicked; before that nothing is asked of its host.
for (const replay of document.querySelectorAll(".replay[data-player]")) {
  const link = replay.querySelector("a");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Lire la vidéo ici";
  button.setAttribute("aria-label", `Lire la vidéo ici : ${link.textContent}`);
  button.addEventListener("click", () => {
    const player = document.createElement("iframe");
    player.src = replay.dataset.player;
    player.title = link.textContent;
    player.allow = "fullscreen; picture-in-picture";
    player.referrerPolicy = "strict-origin-when-cross-origin";
    button.replaceWith(player);
    player.focus();
  });
  replay.append(button);
}
