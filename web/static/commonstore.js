// What a page gains from a browser that runs scripts. Every page works without it.

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

// The design system first: it gives the focus to an error summary, and our scanner's field takes it.
import("./vendor/nhsuk-frontend.min.js")
  .then((nhsuk) => nhsuk.initAll())
  .catch(() => {})
  .then(() => import("./forms.js"));
