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
  }

  // A menu of the header closes when the reader looks elsewhere.
  function menus() {
    for (const menu of document.querySelectorAll(".course-menu details")) {
      document.addEventListener("click", (event) => {
        if (!menu.contains(event.target)) menu.open = false;
      });
      menu.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
      });
      menu.addEventListener("keydown", (event) => {
        if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
      });
    }
  }

  // Wide code, tables and formulas take part in the tab order while they are too wide.
  // They are measured when they come near the screen, and again when their width changes.
  function scrollable() {
    const boxes = ["pre", ".pst-scrollable-table-container", ".math", ".cell_output > .output"]
      .map((box) => `.bd-article ${box}`).join(", ");
    const check = (box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    };
    const resized = new ResizeObserver((entries) => entries.forEach((e) => check(e.target)));
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((e) => e.isIntersecting)) {
        seen.unobserve(entry.target);
        resized.observe(entry.target);
      }
    }, { rootMargin: "50%" });
    for (const box of document.querySelectorAll(boxes)) seen.observe(box);
  }

  document.addEventListener("DOMContentLoaded", () => {
    languageLinks();
    menus();
    scrollable();
  });
})();
