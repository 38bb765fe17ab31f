"use strict";
// Everything works without this file; it adds a button that copies a command.
for (const block of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = block.dataset.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("code").textContent);
      button.textContent = block.dataset.done;
      setTimeout(() => { button.textContent = block.dataset.copy; }, 1500);
    } catch {
      getSelection().selectAllChildren(block.querySelector("code"));
    }
  });
  if (navigator.clipboard) block.append(button);
}
