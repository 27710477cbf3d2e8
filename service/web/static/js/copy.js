// Copies what is shown once; where a browser forbids that, it is marked to be copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const shown = button.parentElement.querySelector("[data-copied]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(shown.textContent);
      button.textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(shown);
    }
  });
}
