// What a page gains from a browser that runs scripts. Every page works without it.

// The design system first: it gives the focus to an error summary, and our scanner's field takes it.
import("./vendor/nhsuk-frontend.min.js").then(begin)
  .catch(() => {})
  .then(() => import("./forms.js"));

// Only now: what looks as if scripts were running while they are on their way is too wide a menu.
function begin(nhsuk) {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
  nhsuk.initAll();
}
