// Keys go to the view from the beginning, and again when its window is come back to.
addEventListener("load", () => {
  const focus = () => document.querySelector(".xterm-helper-textarea")?.focus();
  addEventListener("focus", focus);
  focus();
});
