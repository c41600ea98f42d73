// The launcher: all that a page of the city loads until somebody opens the chat.
// No inline style or script, so it runs under a strict policy; its words and style are written in by the server.
(() => {
  const settings = "SETTINGS";
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const fullScreen = matchMedia("(max-width: 40em), (max-height: 30em)");
  const pageLanguage = document.documentElement.lang.toLowerCase();

  const make = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  const icon = () => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const drawn = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(drawn)) svg.setAttribute(name, value);
    path.setAttribute("d", "M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5");
    svg.append(path);
    return svg;
  };

  const label = make("span", {});
  const news = make("span", { class: "news" });
  const launcher = make("button", { class: "launcher", type: "button", "aria-haspopup": "dialog" }, icon(), label, news);
  const frame = make("iframe", { class: "frame" });
  const close = make("button", { class: "close", type: "button" });
  const panel = make("div", { class: "panel", role: "dialog", hidden: "" }, frame, close);
  const host = make("madoguchi-chat", { role: "complementary" });
  let ready = false;

  // A page in another language opens the chat in it; a Japanese page leaves the choice to the reader's browser.
  const address = () => {
    const language = script.dataset.language ?? (pageLanguage.startsWith("ja") ? "" : pageLanguage.split("-")[0]);
    const query = new URLSearchParams({ site: script.dataset.site, host: location.origin });
    if (settings.words[language]) query.set("language", language);
    return `${origin}/widget/v1/frame?${query}`;
  };

  const speak = (language) => {
    const words = settings.words[language] ?? settings.words[language.split("-")[0]] ?? settings.words.ja;
    label.textContent = words.open;
    news.textContent = "unread" in launcher.dataset ? ` ${words.unread}` : "";
    close.textContent = words.close;
    frame.title = words.title;
    for (const each of [host, panel]) each.setAttribute("aria-label", words.title);
    host.lang = language.split("-x-")[0];
    host.dataset.language = language;
  };

  const fit = () => panel.setAttribute("aria-modal", String(fullScreen.matches));
  const enter = () => {
    frame.focus();
    if (ready) frame.contentWindow.postMessage({ madoguchi: "open" }, origin);
  };
  const open = () => {
    if (!frame.hasAttribute("src")) frame.src = address();
    delete launcher.dataset.unread;
    panel.hidden = false;
    launcher.hidden = true;
    speak(host.dataset.language);
    enter();
  };
  const shut = () => {
    panel.hidden = true;
    launcher.hidden = false;
    launcher.focus();
  };

  const heard = {
    ready: () => { ready = true; close.hidden = true; if (!panel.hidden) enter(); },
    close: shut,
    language: (message) => { if (Object.hasOwn(settings.words, message.language)) speak(message.language); },
    answer: () => {
      if (!panel.hidden) return;
      launcher.dataset.unread = "";
      speak(host.dataset.language);
    },
  };
  const listen = (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    const kind = event.data?.madoguchi;
    if (typeof kind === "string" && Object.hasOwn(heard, kind)) heard[kind](event.data);
  };

  const appear = () => {
    if (document.querySelector("madoguchi-chat")) return;
    const root = host.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(settings.style);
    root.adoptedStyleSheets = [style];
    root.append(launcher, panel);
    speak(script.dataset.language ?? (pageLanguage || "ja"));
    fit();
    launcher.addEventListener("click", open);
    close.addEventListener("click", shut);
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
    fullScreen.addEventListener("change", fit);
    addEventListener("message", listen);
    // Full screen, the panel hides the page; nothing behind it may take the focus.
    document.addEventListener("focusin", (event) => { if (!panel.hidden && fullScreen.matches && event.target !== host) frame.focus(); });
    document.body.append(host);
  };

  if (document.body) appear();
  else addEventListener("DOMContentLoaded", appear);
})();
