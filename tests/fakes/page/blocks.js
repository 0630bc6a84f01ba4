// Block Kit as a browser shows it: enough of it to read and use what the bot sends.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) made.setAttribute(name, value);
    else if (value !== undefined) made[name] = value;
  }
  made.append(...children.filter((one) => one !== "" && one !== undefined));
  return made;
}

export const showBlocks = (blocks, does) => (blocks ?? []).map((block) => (SHOWN[block.type] ?? unknown)(block, does));

const SHOWN = {
  header: (block) => element("h3", { className: "block" }, block.text.text),
  section: (block, does) => element("div", { className: "block" }, block.text?.text ?? "", ...(block.accessory ? [usable(block.accessory, does)] : [])),
  markdown: (block) => element("div", { className: "block" }, block.text),
  divider: () => element("hr"),
  context: (block, does) => element("div", { className: "block context" }, ...block.elements.map((one) => one.text ?? spans([one], does))),
  actions: row,
  context_actions: row,
  rich_text: (block, does) => element("div", { className: "block" }, ...block.elements.map((one) => rich(one, does))),
  table: (block, does) => tableOf(block.rows, does),
  data_table: (block, does) => element("div", {}, element("div", { className: "context" }, block.caption), tableOf(block.rows, does)),
  data_visualization: chart,
  image: (block) => element("div", { className: "block context" }, `[image: ${block.alt_text}]`),
};

const unknown = (block) => element("pre", { className: "block context" }, JSON.stringify(block));

function row(block, does) {
  return element("div", { className: "row" }, ...block.elements.map((one) => usable(one, does)));
}

function usable(item, does) {
  if (item.type === "button") return buttonOf(item, does);
  if (item.type === "feedback_buttons") {
    const pair = [item.positive_button, item.negative_button];
    return element("span", { className: "row" }, ...pair.map((one, at) => element("button", { onclick: () => does.press(item.action_id, one.value) }, `${"👍👎".match(/./gu)[at]} ${one.text.text}`)));
  }
  const options = item.type === "conversations_select"
    ? does.state.channels.filter((one) => one.kind !== "im" && one.kind !== "home").map((one) => [one.id, `#${one.name}`])
    : (item.options ?? []).map((one) => [one.value, one.text.text]);
  const menu = element("select", {}, element("option", { value: "" }, item.placeholder?.text ?? "…"), ...options.map(([value, label]) => element("option", { value, selected: value === item.initial_option?.value }, label)));
  menu.onchange = () => {
    const value = menu.value;
    menu.blur();
    if (value) does.press(item.action_id, value);
  };
  return menu;
}

function buttonOf(item, does) {
  const press = () => {
    const sure = item.confirm && `${item.confirm.title.text}\n\n${item.confirm.text.text}`;
    if (sure && !confirm(sure)) return;
    does.press(item.action_id, item.value);
    if (item.url) does.open(item.url);
  };
  return element("button", { className: item.style ?? "", onclick: press }, item.text.text);
}

function rich(part, does) {
  if (part.type === "rich_text_list") {
    const items = part.elements.map((one) => element("li", {}, ...spans(one.elements, does)));
    const list = element(part.style === "ordered" ? "ol" : "ul", { start: (part.offset ?? 0) + 1 }, ...items);
    list.style.marginLeft = `${(part.indent ?? 0) * 20}px`;
    return list;
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "span";
  return element(tag, {}, ...spans(part.elements, does));
}

function spans(elements, does) {
  return elements.map((one) => {
    let made = one.text ?? one.url ?? "";
    if (one.type === "user") made = element("b", {}, `@${does.state?.names[one.user_id] ?? one.user_id}`);
    if (one.type === "link") made = element("a", { href: one.url, onclick: (event) => { event.preventDefault(); does.open?.(one.url); } }, made);
    if (one.type === "emoji") made = `:${one.name}:`;
    if (one.style?.code) made = element("code", {}, made);
    if (one.style?.italic) made = element("i", {}, made);
    if (one.style?.bold) made = element("b", {}, made);
    return made;
  });
}

function tableOf(rows, does) {
  const cell = (one) => (one.type === "rich_text" ? one.elements.map((part) => rich(part, does)) : [String(one.text ?? one.value ?? "")]);
  const lines = rows.map((line, at) => element("tr", {}, ...line.map((one) => element(at ? "td" : "th", {}, ...cell(one)))));
  return element("div", { className: "block wide" }, element("table", {}, ...lines));
}

function chart(block) {
  const points = block.chart.segments ?? block.chart.series.flatMap((one) => one.data.map((each) => ({ ...each, label: block.chart.series.length > 1 ? `${each.label}, ${one.name}` : each.label })));
  const most = Math.max(...points.map((one) => Math.abs(one.value)), 1);
  const bars = points.flatMap((one) => {
    const bar = element("div", { className: "bar" });
    bar.style.width = `${(100 * Math.abs(one.value)) / most}%`;
    return [element("span", {}, one.label), bar, element("span", {}, one.value.toLocaleString())];
  });
  return element("figure", { className: "block" }, element("figcaption", { className: "context" }, block.title), element("div", { className: "chart" }, ...bars));
}
