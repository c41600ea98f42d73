// Turns the page that works without it into a conversation. The server renders every answer; the words come with the page.

const TIMEOUT = 15_000;
const PATIENCE = 400; // ms before "looking for an answer" appears; most answers are faster, and silence is calmer
const ANNOUNCE_AFTER = 1_000;
const ANNOUNCE_BELOW = 50;

const page = document.body;
const { site, host } = page.dataset;
const wordsOf = JSON.parse(document.getElementById("words").textContent);
const turns = document.querySelector(".turns");
const composer = document.querySelector(".composer");
const field = composer.elements.text;
const sendButton = composer.querySelector(".composer__send");
const count = document.getElementById("count");
const problem = document.getElementById("problem");
const status = composer.querySelector('[role="status"]');
const failure = composer.querySelector(".failure");
const retryButton = composer.querySelector(".failure__retry");
const languageSelect = document.getElementById("language");

/** The server refused and says why, in the reader's language. */
class Refused extends Error {}
/** Something between us and the server answered; only an ordinary form post can show what. */
class Unexpected extends Error {}

const language = () => composer.elements.language.value;
const word = (key, number = "") => wordsOf[language()][key].replace("{count}", number);

/** Puts a sentence into an element; readings in brackets become ruby, as markdown.py does it on the server. */
function put(element, sentence) {
  const parts = language() === "ja-x-easy" ? sentence.split(/(?<![0-9０-９一-龯々ヶ])([一-龯々ヶ]+)（([ぁ-ゖー]+)）/) : [sentence];
  element.replaceChildren();
  for (let at = 0; at < parts.length; at += 3) {
    element.append(parts[at]);
    if (at + 1 < parts.length) element.append(annotated(parts[at + 1], parts[at + 2]));
  }
}

function annotated(base, reading) {
  const [ruby, text, open, close] = ["ruby", "rt", "rp", "rp"].map((tag) => document.createElement(tag));
  text.append(reading);
  open.append("（");
  close.append("）");
  ruby.append(base, open, text, close);
  return ruby;
}

// --- asking -------------------------------------------------------------------------------------------------------

async function fragment(path, data, wanted) {
  const response = await fetch(`/widget/v1/${path}?site=${encodeURIComponent(site)}`, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: { Accept: "application/json", "Accept-Language": language() },
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const kind = response.headers.get("content-type") ?? "";
  if (kind.startsWith("application/json")) throw new Refused((await response.json()).error?.message);
  const holder = document.createElement("template");
  holder.innerHTML = await response.text(); // rendered and sanitised by the server, see render.py
  const made = holder.content.firstElementChild;
  if (made?.matches(wanted)) return made;
  throw response.status >= 500 ? new Refused() : new Unexpected();
}

async function ask(form, submitter) {
  if (sendButton.getAttribute("aria-disabled") === "true") return;
  const data = formData(form, submitter);
  const typed = form === composer;
  if (typed && !acceptable()) return;
  clearFailure();
  sendButton.setAttribute("aria-disabled", "true");
  const asked = addAsked(data.get("text"));
  if (typed) write("");
  const waiting = addPendingLater();
  try {
    const answer = await fragment("turn", data, "[data-answer]");
    waiting.stop();
    addAnswer(answer, typed ? data.get("text") : "");
  } catch (error) {
    waiting.stop();
    if (error instanceof Unexpected) return postPlainly(form, submitter);
    asked.remove();
    if (typed && !field.value) write(data.get("text"));
    fail(error, () => form.requestSubmit(typed ? undefined : submitter));
  } finally {
    sendButton.removeAttribute("aria-disabled");
  }
}

function formData(form, submitter) {
  const data = new FormData(form, form === composer ? undefined : submitter);
  data.set("conversation", composer.elements.conversation.value);
  data.set("language", language());
  return data;
}

/** What a browser without JavaScript would have done; the answer comes as a whole page. */
function postPlainly(form, submitter) {
  field.required = false;
  if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
  for (const name of ["conversation", "language"]) form.elements[name].value = composer.elements[name].value;
  if (form === composer) write(turns.lastElementChild.querySelector(".asked").textContent);
  form.action = composer.action;
  form.submit();
}

function acceptable() {
  const over = [...field.value].length - Number(count.dataset.limit);
  const wrong = field.value.trim() === "" ? word("empty") : over > 0 ? word("too_long", over) : "";
  put(problem, wrong);
  field.setAttribute("aria-invalid", String(wrong !== ""));
  if (wrong) field.focus();
  return !wrong;
}

// --- the conversation ---------------------------------------------------------------------------------------------

function addAsked(text) {
  const item = document.getElementById("asked").content.firstElementChild.cloneNode(true);
  put(item.querySelector(".hidden"), word("speaker_you"));
  item.querySelector(".asked").textContent = text;
  item.lang = document.documentElement.lang;
  turns.append(item);
  show(item);
  return item;
}

function addPendingLater() {
  let item = null;
  const timer = setTimeout(() => {
    item = document.getElementById("pending").content.firstElementChild.cloneNode(true);
    put(item.querySelector(".pending__words"), word("pending"));
    turns.append(item);
    item.scrollIntoView({ block: "nearest" });
  }, PATIENCE);
  return { stop: () => { clearTimeout(timer); item?.remove(); } };
}

function addAnswer(answer, typed) {
  composer.elements.conversation.value = answer.dataset.conversation;
  const asked = turns.lastElementChild;
  turns.append(answer);
  if (typed && ["refused", "error"].includes(answer.dataset.family) && !field.value) write(typed);
  show(asked);
  tell("answer");
}

function show(item) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  item.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

async function giveFeedback(form, submitter) {
  clearFailure();
  try {
    const next = await fragment("feedback", formData(form, submitter), ".feedback");
    form.replaceWith(next);
    next.scrollIntoView({ block: next.matches("form") ? "start" : "nearest" });
    (next.querySelector("legend") ?? next).focus({ preventScroll: true });
  } catch (error) {
    fail(error, () => form.requestSubmit(submitter));
  }
}

// --- what goes wrong ----------------------------------------------------------------------------------------------

function fail(error, again) {
  failure.hidden = false;
  put(failure.querySelector(".failure__words"), explain(error));
  retryButton.onclick = () => { clearFailure(); field.focus(); again(); };
}

function explain(error) {
  if (error instanceof Refused && error.message) return error.message;
  if (!navigator.onLine) return word("offline");
  return word(error.name === "TimeoutError" ? "timeout" : "failed");
}

function clearFailure() {
  failure.hidden = true;
  failure.querySelector(".failure__words").textContent = "";
}

// --- the field ----------------------------------------------------------------------------------------------------

let announcement = 0;

function write(text) {
  field.value = text;
  countDown();
}

const countWords = (left) => (field.value === "" ? word("limit") : left < 0 ? word("over", -left) : word("left", left));

function countDown() {
  const left = Number(count.dataset.limit) - [...field.value].length;
  put(count, countWords(left));
  count.toggleAttribute("data-over", left < 0);
  clearTimeout(announcement);
  if (left < ANNOUNCE_BELOW) announcement = setTimeout(() => { put(status, countWords(left)); }, ANNOUNCE_AFTER);
  else status.textContent = "";
}

function sendOnEnter(event) {
  // 229: Safari ends the composition before it reports the key that ended it
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  composer.requestSubmit();
}

// --- languages ----------------------------------------------------------------------------------------------------

async function speak(chosen) {
  const before = language();
  composer.elements.language.value = chosen;
  document.documentElement.lang = chosen.split("-x-")[0];
  document.title = word("title");
  for (const each of document.querySelectorAll("[data-word]")) put(each, word(each.dataset.word));
  for (const each of document.querySelectorAll("[data-word-label]")) each.setAttribute("aria-label", word(each.dataset.wordLabel));
  problem.textContent = "";
  countDown();
  tell("language", { language: chosen });
  if (chosen !== before && unused()) await greet(chosen);
}

const unused = () => turns.querySelector(":scope > [data-welcome]:only-child") !== null;

async function greet(chosen) {
  const query = new URLSearchParams({ site, language: chosen });
  try {
    const response = await fetch(`/widget/v1/welcome?${query}`, { signal: AbortSignal.timeout(TIMEOUT) });
    const holder = document.createElement("template");
    holder.innerHTML = await response.text();
    if (response.ok && chosen === language() && unused()) turns.firstElementChild.replaceWith(holder.content);
  } catch (error) {
    fail(error, () => greet(chosen));
  }
}

// --- the page around the frame ------------------------------------------------------------------------------------

function tell(kind, details = {}) {
  if (host) parent.postMessage({ madoguchi: kind, ...details }, host);
}

function listen(event) {
  if (event.source !== parent || event.origin !== host || event.data?.madoguchi !== "open") return;
  // On a phone the field would bring up the keyboard, and with it hide the greeting.
  const start = matchMedia("(pointer: coarse)").matches ? document.querySelector(".header__title") : field;
  start.focus();
}

function joinHost() {
  const close = document.querySelector(".close");
  if (close) close.hidden = !host;
  if (!host) return;
  close.addEventListener("click", () => tell("close"));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) tell("close"); });
  addEventListener("message", listen);
  tell("ready");
}

// --- start --------------------------------------------------------------------------------------------------------

document.documentElement.dataset.enhanced = "";
composer.noValidate = true;
composer.addEventListener("submit", (event) => { event.preventDefault(); ask(composer, event.submitter); });
turns.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches("[data-turn]")) ask(event.target, event.submitter);
  else giveFeedback(event.target, event.submitter);
});
field.addEventListener("keydown", sendOnEnter);
field.addEventListener("input", (event) => { if (!event.isComposing) countDown(); });
field.addEventListener("compositionend", countDown);
languageSelect?.addEventListener("change", () => speak(languageSelect.value));
addEventListener("online", clearFailure);
countDown();
joinHost();
turns.querySelector(":scope > .turn--you:last-of-type")?.scrollIntoView();
