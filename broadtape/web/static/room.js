// Keys, as in most reading programs: `/` searches, `j` and `k` go from story to story, `?` tells. All works without them.
const keys = document.getElementById("keys");
keys.hidden = false;

function step(forward) {
  const stories = [...document.querySelectorAll(".stories h3 a")];
  const place = stories.indexOf(document.activeElement);
  const next = stories[place < 0 ? (forward ? 0 : -1) : place + (forward ? 1 : -1)];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "center" });
  }
}

const does = {
  "/": () => {
    const field = document.getElementById("find");
    field.focus();
    field.select();
  },
  "?": () => {
    keys.open = true;
    keys.querySelector("summary").focus();
  },
  j: () => step(true),
  k: () => step(false),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  if (does[event.key] && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    does[event.key]();
  }
});
