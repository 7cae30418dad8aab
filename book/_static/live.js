// "Run here": a page's cells become live on a Jupyter server, the reader's own or the one
// that `make live` starts. thebe is loaded only then; see book/_ext/page_buttons.py.
(function () {
  "use strict";

  const KEY = "course-live-server";
  let settings, bar, session, notebook;

  function words(name, values = {}) {
    return settings.words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // ---- The server ------------------------------------------------------------------

  function remembered() {
    try { return JSON.parse(localStorage.getItem(KEY)); } catch (error) { return null; }
  }

  function remember(server) {
    try { localStorage.setItem(KEY, JSON.stringify(server)); } catch (error) { /* private mode */ }
  }

  // `make live` introduces its server in the address. A link on somebody's page must not,
  // so this works on the reader's own machine alone.
  function listen() {
    const told = new URLSearchParams(location.hash.slice(1));
    if (!told.get("live")) return;
    const hosts = [location.hostname, new URL(told.get("live")).hostname];
    if (hosts.every((host) => ["127.0.0.1", "localhost"].includes(host))) {
      remember({ baseUrl: told.get("live"), token: told.get("token") || "" });
    }
    history.replaceState(null, "", location.pathname + location.search);
  }

  function ask() {
    const known = remembered() || { baseUrl: "http://127.0.0.1:8888/", token: "" };
    const address = element("input", { name: "address", type: "url", required: true, value: known.baseUrl });
    const token = element("input", { name: "token", type: "password", autocomplete: "off", value: known.token });
    const cancel = element("button", { type: "button", textContent: words("cancel") });
    const command = `jupyter server --ServerApp.allow_origin=${location.origin}`;
    const title = element("h2", { id: "course-live-title", textContent: words("title") });
    const form = element("form", { method: "dialog" },
      title,
      element("p", { textContent: words("explain") }),
      element("code", { textContent: command }),
      element("label", {}, words("address"), address),
      element("label", {}, words("token"), token),
      element("small", { textContent: words("remembered") }),
      element("div", { className: "course-live-buttons" }, cancel, element("button", { textContent: words("connect") })));
    const dialog = element("dialog", { className: "course-live-form" }, form);
    dialog.setAttribute("aria-labelledby", title.id);
    document.body.append(dialog);
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", () => {
      connect({ baseUrl: address.value.replace(/\/*$/, "/"), token: token.value.trim() });
    });
    dialog.showModal();
    (known.token ? form.querySelector("button:not([type])") : address).focus();
  }

  async function answers(server) {
    try {
      const headers = { Authorization: `token ${server.token}` };
      return (await fetch(`${server.baseUrl}api/kernelspecs`, { headers })).ok;
    } catch (error) {
      return false; // nobody there, or it does not allow this page
    }
  }

  // ---- The line at the bottom --------------------------------------------------------

  function say(text, ...buttons) {
    if (!bar) {
      const line = element("span");
      line.setAttribute("role", "status");
      bar = element("div", { className: "course-live-bar" }, line);
      document.querySelector(".bd-article").append(bar);
    }
    bar.firstChild.textContent = text;
    bar.replaceChildren(bar.firstChild, ...buttons);
  }

  function button(name, act) {
    const made = element("button", { type: "button", textContent: words(name) });
    made.addEventListener("click", act);
    return made;
  }

  // ---- The cells ---------------------------------------------------------------------

  function load(name, properties) {
    return new Promise((resolve, reject) => {
      const part = element(name, properties);
      part.onload = resolve;
      part.onerror = () => reject(new Error(`cannot load ${part.src || part.href}`));
      document.head.append(part);
    });
  }

  function prepare() {
    for (const code of document.querySelectorAll(".cell > .cell_input pre, .cell > details > .cell_input pre")) {
      const cell = code.closest(".cell");
      code.dataset.executable = "true";
      code.closest(".highlight").querySelector(".copybtn")?.remove();
      const output = element("div", { className: "course-live-output" });
      output.dataset.output = "true";
      const place = cell.querySelector(":scope > .cell_output");
      if (place) place.before(output);
      else cell.append(output);
    }
  }

  // thebe wants MathJax 2 for outputs with formulas. It gets one that does nothing.
  function withoutMathJax() {
    const nothing = () => {};
    const Hub = { Config: nothing, Configured: nothing, Queue: nothing, Register: { StartupHook: nothing } };
    window.MathJax = { Hub };
  }

  async function start(server) {
    withoutMathJax();
    const dark = document.documentElement.dataset.theme === "dark";
    const outcome = await window.thebe.bootstrap({
      useBinder: false,
      requestKernel: true,
      mountRunAllButton: false,
      mountRestartButton: false,
      mountRestartAllButton: false,
      predefinedOutput: false,
      kernelOptions: { kernelName: "python3", path: "/" },
      serverSettings: { ...server, wsUrl: server.baseUrl.replace(/^http/, "ws"), appendToken: true },
      savedSessionOptions: { enabled: false },
      mathjaxUrl: "data:text/javascript,//", // else thebe fetches MathJax from elsewhere
      codeMirrorConfig: { theme: dark ? "darcula" : "default", lineNumbers: false },
    });
    ({ session, notebook } = outcome);
    if (!session) throw new Error("no kernel");
  }

  // What the page does not show but its first cells need: the book's modules and settings.
  async function runHidden() {
    const book = await (await fetch(settings.notebook)).json();
    const code = book.cells.filter((cell) => cell.cell_type === "code");
    const shown = code.findIndex((cell) => !(cell.metadata.tags || []).includes("remove-cell"));
    for (const cell of code.slice(0, shown)) {
      const source = [].concat(cell.source).join("");
      await session.kernel.requestExecute({ code: source, silent: true }).done;
    }
  }

  // Hidden tabs: NumPy's are always run, another framework's if NumPy is chosen.
  function skipped(box) {
    const tab = box.closest(".sd-tab-content");
    if (!tab || getComputedStyle(tab).display !== "none") return false;
    const set = tab.closest(".sd-tab-set");
    const chosen = set.querySelector("input:checked + label").dataset.syncId;
    return chosen !== "numpy" && !box.closest(".tag_numpy");
  }

  // A new picture has no description; that of the book's own says what it shows.
  function describe(cell) {
    const known = [...cell.querySelectorAll(".cell_output img[alt]")].map((image) => image.alt);
    cell.querySelectorAll(".course-live-output img:not([alt])").forEach((image, at) => {
      image.alt = known[at] || "";
    });
  }

  async function run(box) {
    const cell = notebook.getCellById(box.dataset.thebeId);
    box.closest(".cell").classList.add("course-live-ran");
    say(words("busy"), button("restart", restart));
    const outcome = await cell.execute(cell.source);
    describe(box.closest(".cell"));
    say(words("ready"), button("restart", restart), button("change", change));
    return !(outcome && outcome.error);
  }

  async function runUpTo(last) {
    for (const box of document.querySelectorAll(".thebe-cell")) {
      if (!skipped(box) && !(await run(box))) return;
      if (box === last) return;
    }
  }

  async function restart() {
    await session.kernel.restart();
    await runHidden();
    say(words("restarted"), button("restart", restart), button("change", change));
  }

  function change() {
    sessionStorage.setItem(KEY, "ask"); // the page comes back as it was, and asks
    location.reload();
  }

  function addButtons() {
    for (const box of document.querySelectorAll(".thebe-cell")) {
      box.closest(".highlight").querySelector(".copybtn")?.remove();
      const theirs = box.querySelector(".thebe-run-button");
      const ours = button("run", () => run(box));
      ours.classList.add("thebe-run-button");
      theirs.replaceWith(ours, button("run_to", () => runUpTo(box)));
      box.querySelector(".CodeMirror textarea").setAttribute("aria-label", words("code"));
      box.querySelector(".CodeMirror").CodeMirror.addKeyMap({ "Shift-Enter": () => { run(box); } });
    }
  }

  async function connect(server) {
    say(words("connecting", { server: server.baseUrl }));
    const failed = { server: server.baseUrl, origin: location.origin };
    if (!(await answers(server))) {
      say(words("failed", failed), button("change", ask));
      return;
    }
    remember(server);
    try {
      await load("link", { rel: "stylesheet", href: `${settings.thebe}thebe.css` });
      await load("script", { src: `${settings.thebe}index.js` });
      prepare();
      await start(server);
      addButtons();
      await runHidden();
      say(words("ready"), button("restart", restart), button("change", change));
    } catch (error) {
      console.info("run here:", error);
      say(words("failed", failed), button("change", change));
    }
  }

  function open() {
    if (bar) return; // under way
    const server = remembered();
    if (server) connect(server);
    else ask();
  }

  document.addEventListener("DOMContentLoaded", () => {
    listen();
    const text = document.getElementById("course-live");
    if (!text) return;
    settings = JSON.parse(text.textContent);
    window.courseLive = { open };
    if (sessionStorage.getItem(KEY)) {
      sessionStorage.removeItem(KEY);
      ask();
    }
  });
})();
