// `/` goes to the search field, as in most reading programs. Everything works without it.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    const field = document.getElementById("find");
    field.focus();
    field.select();
  }
});
