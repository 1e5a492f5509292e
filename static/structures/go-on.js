// A long work that is done a few seconds at a time goes on by itself; without this module there is
// the button.
document.querySelector("[data-goes-on]")?.requestSubmit();
