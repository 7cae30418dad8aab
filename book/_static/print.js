// What a style sheet cannot do for printing: light colours, and folded code open.
(function () {
  "use strict";

  let theme, folded = [];

  addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    folded = [...document.querySelectorAll("article details:not([open])")];
    for (const box of folded) box.open = true;
  });

  addEventListener("afterprint", () => {
    document.documentElement.dataset.theme = theme;
    for (const box of folded) box.open = false;
    folded = [];
  });
})();
