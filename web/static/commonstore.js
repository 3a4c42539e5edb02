// What a page gains from a browser that runs scripts. Every page works without it.

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

import("./vendor/nhsuk-frontend.min.js").then((nhsuk) => nhsuk.initAll()).catch(() => {});
import("./forms.js").catch(() => {});
