// What the pages do beyond the theme: they remember the language, keep the place when it
// is changed, and let wide parts be scrolled with the keyboard.
(function () {
  "use strict";

  function store(key, value) {
    try { localStorage.setItem(key, value); } catch (error) { /* private mode */ }
  }

  // sphinx-copybutton has no Japanese; it reads these words when it makes its buttons.
  if (document.documentElement.lang === "ja" && typeof messages !== "undefined") {
    Object.assign(messages.en, {
      copy: "コピー",
      copy_to_clipboard: "クリップボードにコピー",
      copy_success: "コピーしました",
      copy_failure: "コピーできませんでした",
    });
  }

  function languageLinks() {
    for (const link of document.querySelectorAll("[data-course-lang]")) {
      const plain = link.getAttribute("href");
      link.addEventListener("click", () => {
        store("course-language", link.dataset.courseLang);
        link.setAttribute("href", plain + location.hash);
      });
    }
    const menu = document.querySelector(".course-lang details");
    if (!menu) return;
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
    });
  }

  function scrollable() {
    const boxes = ".bd-article pre, .bd-article .pst-scrollable-table-container, .bd-article .math";
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    languageLinks();
    scrollable();
    addEventListener("resize", scrollable);
    document.addEventListener("change", scrollable); // a tab was chosen
  });
})();
