// Small comforts of the console; without this file every page works as well.

// A form that changes something for good asks back, in the words it carries.
for (const form of document.querySelectorAll("form[data-ask]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.ask)) event.preventDefault();
  });
}

// What was sent is not sent again by a second click.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    setTimeout(() => { for (const one of form.querySelectorAll("button")) one.disabled = true; });
  });
}
// A page that the browser kept is asked for again: who looks may have signed out meanwhile.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
  for (const one of document.querySelectorAll("button:disabled")) one.disabled = false;
});

// A choice in the filters shows at once what it leaves.
for (const choice of document.querySelectorAll(".filters select")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
