/**
 * Puts a button with the web chat on any page:
 * <script src="https://…/chat/static/embed.js" data-label="Ask us" data-language="en" data-flow="" async></script>
 */
{
  const { src, dataset } = document.currentScript;
  const { label = "Chat", language = "", flow = "" } = dataset;
  const chat = new URL("..", src);
  chat.pathname = chat.pathname.replace(/\/$/, "");
  if (language) chat.searchParams.set("language", language);
  if (flow) chat.searchParams.set("flow", flow);

  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  frame.title = label;
  frame.hidden = true;

  // Set one by one: a page with a strict content policy would refuse a style sheet.
  const corner = { position: "fixed", insetInlineEnd: "16px", insetBlockEnd: "16px", zIndex: 2147483000 };
  Object.assign(button.style, corner, {
    padding: "14px 22px", border: 0, borderRadius: "28px", background: "#0f5a6b", color: "#fff",
    font: "600 16px/1.25 system-ui, sans-serif", boxShadow: "0 4px 16px rgb(0 0 0 / 25%)", cursor: "pointer",
  });
  Object.assign(frame.style, corner, {
    insetInlineEnd: 0, insetBlockEnd: 0, width: "min(420px, 100vw)", height: "min(700px, 100dvh)",
    border: 0, borderRadius: "12px 12px 0 0", boxShadow: "0 4px 32px rgb(0 0 0 / 30%)", colorScheme: "auto",
  });

  const show = (open) => {
    if (open && !frame.src) frame.src = chat.href;
    frame.hidden = !open;
    button.hidden = open;
    button.setAttribute("aria-expanded", String(open));
    (open ? frame : button).focus();
  };
  button.addEventListener("click", () => show(true));
  addEventListener("message", ({ source, data }) => {
    if (source === frame.contentWindow && data === "chat.close") show(false);
  });
  const place = () => document.body.append(button, frame);
  document.body ? place() : addEventListener("DOMContentLoaded", place);
}
