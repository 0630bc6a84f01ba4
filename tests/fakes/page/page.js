// The made-up Slack in a browser: asks for what a person sees, shows it, and tells the server what the person does.
import { showBlocks, element } from "/page/blocks.js";

const byId = (id) => document.getElementById(id);
const place = { me: "", channel: "", thread: "" };
let shown = "";
let shownForm = "";
let state = null;

async function look() {
  try {
    const answer = await fetch(`/page/state?me=${place.me}`);
    const text = await answer.text();
    state = JSON.parse(text);
    place.me ||= state.me;
    place.channel ||= state.channels[0].id;
    if (text !== shown) {
      shown = text;
      draw();
    }
  } catch {
    notice("The made-up Slack has ended.");
  }
  setTimeout(look, 500);
}

async function act(what, body) {
  const answer = await fetch(`/page/${what}`, { method: "POST", body: JSON.stringify({ me: place.me, ...body }) });
  const told = await answer.json();
  if (told.problem) notice(told.problem);
  return told;
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = false;
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => (byId("notice").hidden = true), 6000);
}

function draw() {
  const busy = document.activeElement;
  if (busy?.tagName === "SELECT" && busy.id !== "me" && !busy.closest("dialog")) {
    // An open menu must not vanish under the pointer; the next look shows what is new.
    shown = "";
    return;
  }
  drawSide();
  const channel = state.channels.find((one) => one.id === place.channel) ?? state.channels[0];
  byId("title").textContent = nameOf(channel);
  byId("say").hidden = channel.kind === "home";
  byId("say").elements.text.placeholder =
    channel.kind === "im" ? "finance 40, or what you like" : "/ai-strategy finance 40, or a sentence with @bot";
  drawMessages(byId("messages"), channel.kind === "home" ? [homeOf()] : rootsOf(channel.id), true);
  byId("thread").hidden = !place.thread;
  if (place.thread) drawMessages(byId("replies"), threadOf(channel.id, place.thread), false);
  drawForm();
}

function drawSide() {
  byId("me").replaceChildren(
    ...state.people.map((one) => element("option", { value: one.id, selected: one.id === place.me }, `${one.name} (${one.locale})`)),
  );
  byId("channels").replaceChildren(
    ...state.channels.map((one) =>
      element("li", {}, element("button", { "aria-current": one.id === place.channel, onclick: () => goTo(one.id) }, nameOf(one))),
    ),
  );
  byId("violations").replaceChildren(...(state.violations.length ? state.violations : ["Nothing so far."]).map((one) => element("li", {}, one)));
}

function nameOf(channel) {
  const marks = { private: "🔒 ", im: "💬 ", home: "🏠 " };
  const more = [channel.external && "other companies read here", channel.archived && "archived", !channel.bot && "without the bot"];
  return `${marks[channel.kind] ?? "# "}${channel.name}${more.filter(Boolean).map((one) => ` · ${one}`).join("")}`;
}

function goTo(channel, thread = "") {
  Object.assign(place, { channel, thread });
  if (channel === "home") act("home", {});
  shown = "";
  draw();
  for (const list of [byId("messages"), byId("replies")]) list.scrollTop = list.scrollHeight;
}

const messagesOf = (channel) => state.messages.filter((one) => one.channel === channel);
const rootOf = (one) => one.thread_ts ?? one.ts;
const rootsOf = (channel) => messagesOf(channel).filter((one) => rootOf(one) === one.ts || (one.only_for_me && rootOf(one) !== place.thread));
const threadOf = (channel, root) => messagesOf(channel).filter((one) => rootOf(one) === root);
const homeOf = () => ({ ts: "home", author: "AI Strategy", blocks: state.home ?? [], text: state.home ? "" : "…", home: true });

function drawMessages(list, messages, withReplies) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.replaceChildren(...messages.map((one) => drawMessage(one, withReplies)));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function drawMessage(message, withReplies) {
  const note = [message.only_for_me && "only you see this", message.edited && "edited", message.stopped].filter(Boolean).join(" · ");
  const parts = [element("div", {}, element("span", { className: "who" }, message.author), element("span", { className: "note" }, note && ` ${note}`))];
  if (message.plan) parts.push(element("div", { className: "block" }, message.plan));
  for (const task of message.tasks ?? []) parts.push(element("div", { className: "block context" }, task));
  if (message.markdown) parts.push(element("div", { className: "block" }, message.markdown));
  if (message.text && !message.blocks.length) parts.push(element("div", { className: "block" }, message.text));
  const press = (action, value) => act("press", { channel: message.channel, ts: message.ts, home: message.home, action, value });
  parts.push(...showBlocks(message.blocks, { press, open: openLink, state }));
  if (!message.home) parts.push(toolsOf(message, withReplies));
  return element("article", { className: message.only_for_me ? "private" : "" }, ...parts);
}

function toolsOf(message, withReplies) {
  const tools = [];
  const replies = threadOf(message.channel, message.ts).length - 1;
  if (withReplies && !message.only_for_me) {
    tools.push(element("button", { onclick: () => goTo(message.channel, rootOf(message)) }, replies > 0 ? `${replies} in the thread` : "Reply in a thread"));
  }
  if (message.mine) {
    tools.push(element("button", { onclick: () => edit(message) }, "Edit"), element("button", { onclick: () => act("delete", { channel: message.channel, ts: message.ts }) }, "Delete"));
    tools.push(element("button", { onclick: () => act("message_shortcut", { channel: message.channel, ts: message.ts }) }, "⚡ AI strategy"));
  }
  if (message.writing) tools.push(element("button", { onclick: () => act("stop", { channel: message.channel, ts: rootOf(message) }) }, "■ Stop"));
  return element("div", { className: "tools" }, ...tools);
}

function edit(message) {
  const text = prompt("New text", message.text);
  if (text !== null) act("edit", { channel: message.channel, ts: message.ts, text });
}

function openLink(address) {
  const found = address.match(/\/archives\/(\w+)\/p(\d+)(\d{6})/);
  if (!found) return open(address, "_blank", "noopener");
  const [, channel, seconds, rest] = found;
  return goTo(channel, `${seconds}.${rest}`);
}

function drawForm() {
  const dialog = byId("modal");
  if (!state.view) {
    dialog.close();
    shownForm = "";
    return;
  }
  if (state.view.id === shownForm) return;
  shownForm = state.view.id;
  const body = state.view.body;
  const form = element("form", { method: "dialog" }, element("h2", {}, body.title.text));
  for (const block of body.blocks) form.append(block.type === "input" ? fieldOf(block) : showBlocks([block], { state })[0]);
  const close = element("button", { type: "button", onclick: () => act("close", {}) }, body.close?.text ?? "Close");
  form.append(element("div", { className: "row" }, element("button", { className: "primary" }, body.submit?.text ?? "OK"), close));
  form.onsubmit = (event) => submit(event, form);
  dialog.oncancel = () => act("close", {});
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
}

function fieldOf(block) {
  const { action_id: name, type, options, initial_value: value = "", initial_option: first, placeholder, multiline } = block.element;
  const menu = options && element("select", { name }, element("option", { value: "" }, placeholder?.text ?? ""), ...options.map((one) => element("option", { value: one.value, selected: one.value === first?.value }, one.text.text)));
  const line = multiline
    ? element("textarea", { name, placeholder: placeholder?.text ?? "", rows: 4 }, value)
    : element("input", { name, value, placeholder: placeholder?.text ?? "", inputMode: type === "number_input" ? "decimal" : "text" });
  return element("label", { "data-block": block.block_id }, block.label.text, menu ?? line, element("span", { className: "wrong" }));
}

async function submit(event, form) {
  event.preventDefault();
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  const told = await act("submit", { values });
  for (const field of form.querySelectorAll("[data-block]")) field.querySelector(".wrong").textContent = told.errors?.[field.dataset.block] ?? "";
}

function sender(form, inThread) {
  form.onsubmit = (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text) act("say", { channel: place.channel, thread: inThread ? place.thread : "", text });
    form.reset();
  };
}

sender(byId("say"), false);
sender(byId("reply"), true);
byId("me").onchange = (event) => {
  Object.assign(place, { me: event.target.value, thread: "", channel: "" });
  shown = "";
  event.target.blur();
};
byId("shortcut").onclick = () => act("shortcut", {});
byId("close").onclick = () => goTo(place.channel);
look();
